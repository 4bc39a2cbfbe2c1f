/*
 * Ten thousand random messages, taken apart again by other code. With CEUD_MAILS=FILE it writes CEUD_MAILS_COUNT of
 * them there instead, each with what it was built of, for test_messages.py: fields "NAME LENGTH\nBYTES\n", "end" last.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "mail/message.h"
#include "support.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
enum { MAILS = 10000, PARTS = 3, NAME_CHARS = 200 };

/* A message and what it points to: names and titles as they came in, and as they are cleaned. */
struct mail {
	struct message m;
	struct buf raw_from, raw_to, raw_subject, from, to, subject, text, html, name[PARTS], bytes[PARTS];
	struct message_part parts[PARTS];
	char id[64], headers[400];
};

static void mail_free(struct mail *mail)
{
	struct buf *all[] = { &mail->raw_from, &mail->raw_to, &mail->raw_subject, &mail->from, &mail->to, &mail->subject,
	    &mail->text, &mail->html };

	for (size_t i = 0; i < COUNT(all); i++)
		buf_free(all[i]);
	for (size_t i = 0; i < PARTS; i++) {
		buf_free(&mail->name[i]);
		buf_free(&mail->bytes[i]);
	}
}

/* What may come from a calendar or a form: line ends, NUL, controls, characters that turn the direction. */
static void hostile(struct dice *d, struct buf *out, uint32_t most)
{
	static const struct { const char *s; size_t len; } pieces[] = { { "\r\n", 2 }, { "\r\nBcc: x@example.org\r\n", 22 },
		{ "\0", 1 }, { "\x1b[31m", 5 }, { "\xc2\x85", 2 }, { "\xe2\x80\xae", 3 }, { "\xe2\x81\xa6", 3 }, { "\t", 1 },
		{ "\x7f", 1 }, { "\r\n.\r\n", 5 }, { "%0a", 3 }, { "=cmd|", 5 }, { "\xc2\xa0", 2 } };
	uint32_t chars = dice_below(d, most);

	while (chars-- > 0) {
		if (dice_below(d, 20) == 0) {
			size_t i = dice_below(d, COUNT(pieces));

			buf_add(out, pieces[i].s, pieces[i].len);
		} else {
			dice_text(d, out, 1, 0);
		}
	}
}

static void cleaned(struct dice *d, struct buf *raw, struct buf *out, uint32_t most, const char *if_empty)
{
	hostile(d, raw, most);
	text_clean(out, buf_str(raw), raw->len, NAME_CHARS);
	if (out->len == 0 && *if_empty != '\0') {
		buf_reset(raw);
		buf_puts(raw, if_empty);
		buf_puts(out, if_empty);
	}
}

/* Lines that a careless sender would stuff, mangle or cut. */
static void large(struct dice *d, struct buf *out, size_t bytes)
{
	static const char *const lines[] = { ".\n", "..\n", "\n", "From me\n", ".From me\n", "a plain line of an ordinary length\n",
	    "=\n", "blank at the end \n", "\r\n", "\r\n.\r\n", "\r", "seventy-six columns of text, which is as much as one line can hold, no more.\n" };

	while (out->len < bytes)
		buf_puts(out, lines[dice_below(d, COUNT(lines))]);
}

static void put_text(struct dice *d, struct buf *out, unsigned round)
{
	static const uint32_t sizes[] = { 3, 30, 300, 300, 300, 3000 };

	if (round % 1000 == 500)
		large(d, out, 1000000 + dice_below(d, 1000000));
	else if (round % 50 == 25)
		large(d, out, 54500 + dice_below(d, 3500));		/* 63 to 66 KB when built */
	else if (round % 50 == 10)
		large(d, out, dice_below(d, 200000));
	else
		dice_text(d, out, dice_below(d, sizes[dice_below(d, COUNT(sizes))]), 1);
	buf_puts(out, "x");
}

static void put_parts(struct dice *d, struct mail *mail)
{
	static const char *const types[PARTS] = { "text/calendar; method=PUBLISH; charset=utf-8",
	    "text/csv; charset=utf-8; header=present", "application/octet-stream" };

	mail->m.nparts = dice_below(d, 4) == 0 ? 1 + dice_below(d, PARTS) : 0;
	mail->m.parts = mail->parts;
	for (size_t i = 0; i < mail->m.nparts; i++) {
		struct buf raw = BUF_INIT;
		uint32_t n = dice_below(d, 10) == 0 ? dice_below(d, 20000) : dice_below(d, 200);

		if (dice_below(d, 2) == 0)
			buf_puts(&mail->name[i], "ceu-team-2026-03-09.csv");
		else
			cleaned(d, &raw, &mail->name[i], 60, "x");
		while (n-- > 0)
			buf_putc(&mail->bytes[i], (char)dice_below(d, 256));
		mail->parts[i] = (struct message_part){ types[i], buf_str(&mail->name[i]), mail->bytes[i].data,
		    mail->bytes[i].len };
		buf_free(&raw);
	}
}

/* Header by header what must be there, in order. */
static void expect(struct mail *mail)
{
	const struct message *m = &mail->m;

	snprintf(mail->headers, sizeof(mail->headers), "From,To%s,Subject,Date,Message-ID%s,Auto-Submitted,"
	    "X-Auto-Response-Suppress%s%s%s%s,MIME-Version,Content-Type%s", m->reply_to != NULL ? ",Reply-To" : "",
	    m->thread_id != NULL ? ",In-Reply-To,References" : "", m->list_id != NULL ? ",List-Id" : "",
	    m->unsubscribe != NULL || m->unsubscribe_mail != NULL ? ",List-Unsubscribe" : "",
	    m->unsubscribe != NULL ? ",List-Unsubscribe-Post" : "", m->original_to != NULL ? ",X-Original-To" : "",
	    m->html == NULL && m->nparts == 0 ? ",Content-Transfer-Encoding" : "");
}

static void mail_make(struct dice *d, struct mail *mail, unsigned round)
{
	struct message *m = &mail->m;

	memset(mail, 0, sizeof(*mail));
	cleaned(d, &mail->raw_from, &mail->from, 20, "");
	cleaned(d, &mail->raw_to, &mail->to, 60, "");
	cleaned(d, &mail->raw_subject, &mail->subject, dice_below(d, 9) == 0 ? 300 : 90, "x");
	put_text(d, &mail->text, round);
	if (dice_below(d, 2) == 0)
		put_text(d, &mail->html, dice_below(d, 10) == 0 ? round : 1);
	snprintf(mail->id, sizeof(mail->id), "r.%u@example.org", round);
	m->from_addr = "ceu@example.org";
	m->to_addr = dice_below(d, 9) == 0 ? "a.long.local.part.of.sixty.four.characters.1234567890.1234567890@"
	    "a.department.with.a.name.of.its.own.xn--bcher-kva.example" : "dana@example.org";
	m->reply_to = dice_below(d, 2) ? "ops@example.org" : NULL;
	m->thread_id = dice_below(d, 2) ? "c.1@example.org" : NULL;
	m->list_id = dice_below(d, 2) ? "ceu-digest.example.org" : NULL;
	m->unsubscribe = dice_below(d, 2) ? "https://ceu.example.org/unsubscribe/0123456789012345678901234567890123456789" : NULL;
	m->unsubscribe_mail = dice_below(d, 2) ? "mailto:ops@example.org?subject=unsubscribe" : NULL;
	m->original_to = dice_below(d, 5) == 0 ? "hugo@example.org" : NULL;
	m->date = (int64_t)dice_below(d, 4000000000U) * 1000;
	m->offset_seconds = ((int)dice_below(d, 53) - 24) * 1800;
	m->message_id = mail->id;
	m->from_name = buf_str(&mail->from);
	m->to_name = buf_str(&mail->to);
	m->subject = buf_str(&mail->subject);
	m->text = buf_str(&mail->text);
	m->html = mail->html.len > 0 ? buf_str(&mail->html) : NULL;
	put_parts(d, mail);
	expect(mail);
}

/* Bodies as they come out of the builder: '\n' line ends, one at the end. */
static void lines_of(struct buf *out, const char *s)
{
	buf_reset(out);
	for (; *s != '\0'; s++) {
		if (*s == '\r') {
			buf_putc(out, '\n');
			s += s[1] == '\n';
		} else {
			buf_putc(out, *s);
		}
	}
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		buf_putc(out, '\n');
}

static void check(const struct mail *mail, const struct buf *bytes, unsigned round)
{
	const struct message *m = &mail->m;
	struct buf mailbox = BUF_INIT, lines = BUF_INIT;
	struct parsed p;

	support_parse(bytes->data, bytes->len, &p);
	if (p.fault[0] != '\0')
		fail_msg("mail %u: %s\n%.3000s", round, p.fault, bytes->data);
	buf_printf(&mailbox, "%s|%s", m->to_name, m->to_addr);
	assert_string_equal(buf_str(&p.to), buf_str(&mailbox));
	buf_reset(&mailbox);
	buf_printf(&mailbox, "%s|%s", m->from_name, m->from_addr);
	assert_string_equal(buf_str(&p.from), buf_str(&mailbox));
	assert_string_equal(buf_str(&p.subject), m->subject);
	assert_string_equal(p.headers, mail->headers);
	lines_of(&lines, m->text);
	assert_int_equal(p.text.len, lines.len);
	assert_true(strcmp(buf_str(&p.text), buf_str(&lines)) == 0);
	lines_of(&lines, m->html != NULL ? m->html : "");
	assert_true(strcmp(buf_str(&p.html), buf_str(&lines)) == 0);
	assert_int_equal(p.nattached, m->nparts);
	for (size_t i = 0; i < m->nparts; i++) {
		assert_string_equal(buf_str(&p.attached[i].type), m->parts[i].type);
		assert_string_equal(buf_str(&p.attached[i].name), m->parts[i].name);
		assert_int_equal(p.attached[i].bytes.len, m->parts[i].len);
		if (m->parts[i].len > 0)
			assert_memory_equal(p.attached[i].bytes.data, m->parts[i].bytes, m->parts[i].len);
	}
	parsed_free(&p);
	buf_free(&mailbox);
	buf_free(&lines);
}

static void ten_thousand_random_mails(void **state)
{
	struct dice d = support_dice("ten_thousand_random_mails");
	struct buf out = BUF_INIT, again = BUF_INIT;
	unsigned near_64k = 0;

	(void)state;
	for (unsigned i = 0; i < MAILS; i++) {
		struct mail mail;

		mail_make(&d, &mail, i);
		buf_reset(&out);
		buf_reset(&again);
		assert_int_equal(message_build(&mail.m, &out, NULL), 0);
		assert_int_equal(message_build(&mail.m, &again, NULL), 0);
		assert_int_equal(out.len, again.len);
		assert_memory_equal(out.data, again.data, out.len);
		check(&mail, &out, i);
		near_64k += out.len >= 63 * 1024 && out.len <= 68 * 1024;
		mail_free(&mail);
	}
	assert_true(near_64k > MAILS / 200);
	buf_free(&out);
	buf_free(&again);
}

static int put(FILE *f, const char *name, const char *bytes, size_t len)
{
	return fprintf(f, "%s %zu\n", name, len) > 0 && fwrite(bytes, 1, len, f) == len && fputc('\n', f) == '\n' ? 0 : -1;
}

static int put_mail(FILE *f, const struct mail *mail, const struct buf *eml)
{
	const struct message *m = &mail->m;
	int rc = put(f, "from", buf_str(&mail->raw_from), mail->raw_from.len) |
	    put(f, "to", buf_str(&mail->raw_to), mail->raw_to.len) | put(f, "address", m->to_addr, strlen(m->to_addr)) |
	    put(f, "subject", buf_str(&mail->raw_subject), mail->raw_subject.len) |
	    put(f, "headers", mail->headers, strlen(mail->headers)) | put(f, "text", m->text, strlen(m->text));

	if (m->html != NULL)
		rc |= put(f, "html", m->html, strlen(m->html));
	for (size_t i = 0; i < m->nparts; i++) {
		const struct message_part *p = &m->parts[i];

		rc |= put(f, "type", p->type, strlen(p->type)) | put(f, "name", p->name, strlen(p->name)) |
		    put(f, "bytes", buf_str(&mail->bytes[i]), p->len);
	}
	return rc | put(f, "eml", eml->data, eml->len) | put(f, "end", "", 0);
}

static int write_mails(const char *path)
{
	const char *most = getenv("CEUD_MAILS_COUNT");
	struct dice d = support_dice("write_mails");
	unsigned long n = most != NULL ? strtoul(most, NULL, 10) : MAILS;
	FILE *f = fopen(path, "wb");
	int rc = f == NULL ? -1 : 0;

	for (unsigned i = 0; rc == 0 && i < n; i++) {
		struct mail mail;
		struct buf out = BUF_INIT;

		mail_make(&d, &mail, i);
		rc = message_build(&mail.m, &out, NULL);
		if (rc == 0)
			rc = put_mail(f, &mail, &out);
		mail_free(&mail);
		buf_free(&out);
	}
	if (f == NULL || fclose(f) != 0 || rc != 0) {
		perror(path);
		return 1;
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_random_mails),
	};
	const char *path = getenv("CEUD_MAILS");

	return path != NULL ? write_mails(path) : cmocka_run_group_tests(tests, NULL, NULL);
}
