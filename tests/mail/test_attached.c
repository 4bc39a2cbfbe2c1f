/* Attachments, and whole messages compared with the files of golden/. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "mail/message.h"
#include "support.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char calendar[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ceud//EN\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\n"
    "UID:c.1@example.org\r\nDTSTAMP:20260312T083000Z\r\nSEQUENCE:0\r\nDTSTART;VALUE=DATE:20260630\r\n"
    "SUMMARY:Renew CCXP\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
static const char rows[] = "\xef\xbb\xbfPerson,Status,Counted,Required\r\nZo\xc3\xab,at risk,11.5,20\r\n";
static const struct message_part an_ics = { "text/calendar; method=PUBLISH; charset=utf-8", "renewal.ics", calendar,
    sizeof(calendar) - 1 };
static const struct message_part a_csv = { "text/csv; charset=utf-8; header=present", "ceu-team-2026-03-09.csv", rows,
    sizeof(rows) - 1 };

/* With ids as the product makes them, under a key that stays. */
static struct message simple(void)
{
	static char id[256], thread[256];
	struct message m = { .from_name = "ceu", .from_addr = "ceu@example.org", .to_name = "Dana Example",
		.to_addr = "dana@example.org", .subject = "8 units to go by 30 June", .message_id = id,
		.date = INT64_C(1773304200000), .offset_seconds = 3600, .text = "Hello Dana,\n\n8 units to go.\n" };

	message_make_id("r", "a fixed key", 11, "rem:1:1:90", "example.org", id);
	message_make_id("c", "a fixed key", 11, "cycle:1:1", "example.org", thread);
	m.thread_id = thread;
	return m;
}

static void a_part_behind_one_text(void **state)
{
	const struct message_part part = { "text/plain; charset=utf-8", "a.txt", "\0.", 2 };
	struct message m = simple();
	struct buf out = BUF_INIT;

	(void)state;
	m.thread_id = NULL;
	m.message_id = "r.1@example.org";
	m.parts = &part;
	m.nparts = 1;
	assert_int_equal(message_build(&m, &out, NULL), 0);
	assert_string_equal(strstr(out.data, "MIME-Version"),
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: multipart/mixed;\r\n"
	    " boundary=\"b_uvil3nydlhf33e5cngbg77pm\"\r\n"
	    "\r\n"
	    "--b_uvil3nydlhf33e5cngbg77pm\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "Hello Dana,\r\n"
	    "\r\n"
	    "8 units to go.\r\n"
	    "\r\n"
	    "--b_uvil3nydlhf33e5cngbg77pm\r\n"
	    "Content-Type: text/plain; charset=utf-8;\r\n"
	    " name=\"a.txt\"\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment;\r\n"
	    " filename=\"a.txt\"\r\n"
	    "\r\n"
	    "AC4=\r\n"
	    "\r\n"
	    "--b_uvil3nydlhf33e5cngbg77pm--\r\n");
	buf_free(&out);
}

static void parts_behind_text_and_html(void **state)
{
	const struct message_part parts[] = { an_ics, { "text/csv; charset=utf-8; header=present", "für Zoë.csv", rows,
	    sizeof(rows) - 1 }, { "application/octet-stream", "empty", NULL, 0 } };
	struct message m = simple();
	struct buf out = BUF_INIT;
	struct parsed p;

	(void)state;
	m.html = "<p>Hello.</p>\n";
	m.parts = parts;
	m.nparts = COUNT(parts);
	assert_int_equal(message_build(&m, &out, NULL), 0);
	support_parse(out.data, out.len, &p);
	assert_string_equal(p.fault, "");
	assert_string_equal(buf_str(&p.text), m.text);
	assert_string_equal(buf_str(&p.html), m.html);
	assert_int_equal(p.nattached, 3);
	for (size_t i = 0; i < COUNT(parts); i++) {
		assert_string_equal(buf_str(&p.attached[i].type), parts[i].type);
		assert_string_equal(buf_str(&p.attached[i].name), parts[i].name);
		assert_int_equal(p.attached[i].bytes.len, parts[i].len);
		if (parts[i].len > 0)
			assert_memory_equal(p.attached[i].bytes.data, parts[i].bytes, parts[i].len);
	}
	parsed_free(&p);
	buf_free(&out);
}

/* Both boundaries of such a message, one after the other in its bytes, are written into its text: others are found. */
static void boundaries_are_in_no_part(void **state)
{
	struct message m = simple();
	struct buf first = BUF_INIT, again = BUF_INIT, text = BUF_INIT;
	const char *outer, *inner;
	struct parsed p;

	(void)state;
	m.html = "<p>\n";
	m.parts = &a_csv;
	m.nparts = 1;
	assert_int_equal(message_build(&m, &first, NULL), 0);
	outer = strstr(first.data, "boundary=\"") + 10;
	inner = strstr(outer, "boundary=\"") + 10;
	assert_int_equal(strcspn(outer, "\""), strcspn(inner, "\""));
	assert_true(strncmp(outer, inner, strcspn(inner, "\"")) != 0);
	buf_printf(&text, "--%.26s--\n--%.26s\n", outer, inner);
	m.text = text.data;
	assert_int_equal(message_build(&m, &again, NULL), 0);
	support_parse(again.data, again.len, &p);
	assert_string_equal(p.fault, "");
	assert_string_equal(buf_str(&p.text), text.data);
	assert_int_equal(p.attached[0].bytes.len, sizeof(rows) - 1);
	parsed_free(&p);
	buf_free(&first);
	buf_free(&again);
	buf_free(&text);
}

static void refused(const char *type, const char *name)
{
	const struct message_part parts[] = { a_csv, { type, name, "x", 1 } };
	struct message m = simple();
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	m.parts = parts;
	m.nparts = 2;
	if (message_build(&m, &out, &err) == 0)
		fail_msg("taken: %s, %s", type, name);
	assert_string_equal(err.code, "message-invalid");
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

static void refuses_parts_that_could_break_it(void **state)
{
	char endless[1100];

	(void)state;
	memset(endless, 'x', sizeof(endless));
	endless[sizeof(endless) - 1] = '\0';
	refused("text/csv", "");
	refused("text/csv", "  ");
	refused("text/csv", "a\r\nBcc: x@y.org");
	refused("text/csv", "a\nb");
	refused("text/csv", "bidi \xe2\x80\xae" "fdp.exe");
	refused("text/csv", "\xff");
	refused("text/csv", endless);
	refused("", "a.csv");
	refused("csv", "a.csv");
	refused("text/csv;", "a.csv");
	refused("text/csv ", "a.csv");
	refused("text/csv\r\nBcc: x@y.org", "a.csv");
	refused("text/csv; x=\xc3\xa9", "a.csv");
	refused("text/csv; x=1234567890123456789012345678901234567890123456789012345678901", "a.csv");
	endless[300] = '\0';
	endless[4] = '/';
	refused(endless, "a.csv");
}

/* ---- golden files */

static struct message reminder(void)
{
	struct message m = simple();

	m.reply_to = "ops@example.org";
	m.unsubscribe = "https://ceu.example.org/unsubscribe/MS5yLjAuYWJjZGVmZ2hpamtsbW5vcA";
	m.unsubscribe_mail = "mailto:ops@example.org?subject=unsubscribe%20reminders";
	m.html = "<!DOCTYPE html>\n<html lang=\"en\">\n<p>Hello Dana,</p>\n<p><b>8 units</b> to go by 30 June.</p>\n</html>\n";
	return m;
}

static struct message digest(void)
{
	struct message m = reminder();

	m.to_name = "Zo\xc3\xab Lead";
	m.subject = "CX team: 2 off track, 3 at risk, next deadline 30 April";
	m.thread_id = NULL;
	m.list_id = "ceu-digest.example.org";
	m.parts = &a_csv;
	m.nparts = 1;
	return m;
}

static struct message with_calendar(void)
{
	struct message m = reminder();

	m.parts = &an_ics;
	m.nparts = 1;
	return m;
}

static struct message abroad(void)
{
	static char from[256], to[256], name[256];
	struct message m = simple();

	assert_int_equal(message_mailbox("B\xc3\xbc" "cher, ceu <ceu@b\xc3\xbc" "cher.example>", name, sizeof(name), from,
	    sizeof(from), NULL), 0);
	assert_int_equal(message_address_ascii("Dana@\xe4\xbe\x8b\xe3\x81\x88.example", to, NULL), 0);
	m.from_name = name;
	m.from_addr = from;
	m.to_name = "\xe6\x97\xa5\xe6\x9c\xac \xe8\x8a\xb1\xe5\xad\x90";
	m.to_addr = to;
	m.original_to = "hugo@example.org";
	m.text = ".\n.hidden\nFrom here on\nZo\xc3\xab \xf0\x9f\x98\x80 = 5 \n--\nsigned\n";
	return m;
}

static struct message long_subject(void)
{
	struct message m = simple();

	m.subject = "Zw\xc3\xb6lf Einheiten f\xc3\xbcr Kund:innen\xc2\xadorientierung \xe2\x80\x93 \xf0\x9f\x8f\x81\xf0\x9f\x8f\x81"
	    "\xf0\x9f\x8f\x81\xf0\x9f\x8f\x81\xf0\x9f\x8f\x81\xf0\x9f\x8f\x81 bis zum 30. Juni, und danach geht es weiter mit der "
	    "n\xc3\xa4" "chsten Runde, die wieder drei Jahre dauert";
	m.offset_seconds = -34200;
	return m;
}

static void compare_golden(const char *name, struct message m)
{
	const char *mode = getenv("CEUD_GOLDEN");
	struct buf out = BUF_INIT;
	struct parsed p;
	char path[200], *golden;
	size_t len = 0;

	snprintf(path, sizeof(path), "tests/mail/golden/%s.eml", name);
	assert_int_equal(message_build(&m, &out, NULL), 0);
	support_parse(out.data, out.len, &p);
	assert_string_equal(p.fault, "");
	assert_string_equal(buf_str(&p.subject), m.subject);
	assert_string_equal(buf_str(&p.text), m.text);
	if (mode != NULL && strcmp(mode, "write") == 0)
		assert_int_equal(support_write(path, out.data, out.len), 0);
	golden = support_file(path, &len);
	if (golden == NULL)
		fail_msg("%s is missing: CEUD_GOLDEN=write makes it", path);
	assert_string_equal(out.data, golden);
	free(golden);
	parsed_free(&p);
	buf_free(&out);
}

static void golden_messages(void **state)
{
	(void)state;
	compare_golden("reminder", reminder());
	compare_golden("digest", digest());
	compare_golden("calendar", with_calendar());
	compare_golden("idn", abroad());
	compare_golden("long-subject", long_subject());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_behind_one_text),
		cmocka_unit_test(parts_behind_text_and_html),
		cmocka_unit_test(boundaries_are_in_no_part),
		cmocka_unit_test(refuses_parts_that_could_break_it),
		cmocka_unit_test(golden_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
