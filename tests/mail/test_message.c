/* Messages as bytes: fixed ones and refused ones. */

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
#include "base/sha.h"
#include "base/text.h"
#include "mail/message.h"
#include "support.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct message simple(void)
{
	struct message m = {
		.from_name = "ceu", .from_addr = "ceu@example.org", .to_name = "Dana Example",
		.to_addr = "dana@example.org", .subject = "8 units to go by 30 June",
		.message_id = "r.abc@example.org", .date = INT64_C(1773304200000), .offset_seconds = 3600,
		.text = "Hello.\n"
	};

	return m;
}

static void builds_a_plain_mail(void **state)
{
	struct message m = simple();
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(message_build(&m, &out, &err), 0);
	assert_string_equal(buf_str(&out),
	    "From: ceu <ceu@example.org>\r\n"
	    "To: Dana Example <dana@example.org>\r\n"
	    "Subject: 8 units to go by 30 June\r\n"
	    "Date: Thu, 12 Mar 2026 09:30:00 +0100\r\n"
	    "Message-ID: <r.abc@example.org>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "X-Auto-Response-Suppress: All\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "Hello.\r\n");
	buf_free(&out);
}

static void builds_every_header(void **state)
{
	struct message m = simple();
	struct buf out = BUF_INIT;
	struct parsed p;
	char *value;

	(void)state;
	m.reply_to = "ops@example.org";
	m.thread_id = "c.def@example.org";
	m.list_id = "ceu-digest.example.org";
	m.unsubscribe = "https://ceu.example.org/unsubscribe/abc";
	m.unsubscribe_mail = "mailto:ops@example.org?subject=unsubscribe%20digest";
	m.original_to = "hugo@example.org";
	m.html = "<p>Hello.</p>\n";
	assert_int_equal(message_build(&m, &out, NULL), 0);
	support_parse(out.data, out.len, &p);
	assert_string_equal(p.fault, "");
	assert_string_equal(p.headers, "From,To,Reply-To,Subject,Date,Message-ID,In-Reply-To,References,Auto-Submitted,"
	    "X-Auto-Response-Suppress,List-Id,List-Unsubscribe,List-Unsubscribe-Post,X-Original-To,MIME-Version,Content-Type");
	assert_string_equal(buf_str(&p.from), "ceu|ceu@example.org");
	assert_string_equal(buf_str(&p.text), "Hello.\n");
	assert_string_equal(buf_str(&p.html), "<p>Hello.</p>\n");
	value = support_header(out.data, "In-Reply-To");
	assert_string_equal(value, "<c.def@example.org>");
	free(value);
	value = support_header(out.data, "List-Unsubscribe");
	assert_string_equal(value, "<https://ceu.example.org/unsubscribe/abc>, "
	    "<mailto:ops@example.org?subject=unsubscribe%20digest>");
	free(value);
	value = support_header(out.data, "List-Unsubscribe-Post");
	assert_string_equal(value, "List-Unsubscribe=One-Click");
	free(value);
	value = support_header(out.data, "X-Original-To");
	assert_string_equal(value, "hugo@example.org");
	free(value);
	parsed_free(&p);
	buf_free(&out);
}

/* One-click is for https alone (RFC 8058); the header is never folded. */
static void ways_to_unsubscribe(void **state)
{
	static const struct { const char *web, *mail, *expected; int one_click; } rows[] = {
		{ NULL, NULL, NULL, 0 },
		{ NULL, "mailto:ops@example.org?subject=unsubscribe", "<mailto:ops@example.org?subject=unsubscribe>", 0 },
		{ "http://ceu.example.org/unsubscribe/x", NULL, "<http://ceu.example.org/unsubscribe/x>", 0 },
		{ "https://ceu.example.org/unsubscribe/x", NULL, "<https://ceu.example.org/unsubscribe/x>", 1 },
		{ "https://a.example.org/unsubscribe/a-token-of-a-good-length-that-would-be-folded-elsewhere-0123456789",
		    "mailto:ops@example.org", "<https://a.example.org/unsubscribe/a-token-of-a-good-length-that-would-be-"
		    "folded-elsewhere-0123456789>, <mailto:ops@example.org>", 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct message m = simple();
		struct buf out = BUF_INIT, line = BUF_INIT;

		m.unsubscribe = rows[i].web;
		m.unsubscribe_mail = rows[i].mail;
		assert_int_equal(message_build(&m, &out, NULL), 0);
		buf_printf(&line, "\r\nList-Unsubscribe: %s\r\n", rows[i].expected != NULL ? rows[i].expected : "");
		if (rows[i].expected != NULL)
			assert_non_null(strstr(out.data, line.data));
		else
			assert_null(strstr(out.data, "List-Unsubscribe"));
		assert_int_equal(strstr(out.data, "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") != NULL,
		    rows[i].one_click);
		buf_free(&out);
		buf_free(&line);
	}
}

static void dates_follow_the_zone(void **state)
{
	static const struct { int64_t date; int offset; const char *expected; } rows[] = {
		{ 0, 0, "Thu, 1 Jan 1970 00:00:00 +0000" },
		{ -1, 0, "Wed, 31 Dec 1969 23:59:59 +0000" },
		{ INT64_C(1773304200999), 0, "Thu, 12 Mar 2026 08:30:00 +0000" },
		{ INT64_C(1773304200000), -34200, "Wed, 11 Mar 2026 23:00:00 -0930" },
		{ INT64_C(1773304200000), 45900, "Thu, 12 Mar 2026 21:15:00 +1245" },
		{ INT64_C(1709164800000), 0, "Thu, 29 Feb 2024 00:00:00 +0000" },
		{ INT64_C(1773304200000), 3599, "Thu, 12 Mar 2026 09:29:00 +0059" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct message m = simple();
		struct buf out = BUF_INIT;
		char *value;

		m.date = rows[i].date;
		m.offset_seconds = rows[i].offset;
		assert_int_equal(message_build(&m, &out, NULL), 0);
		value = support_header(out.data, "Date");
		assert_string_equal(value, rows[i].expected);
		free(value);
		buf_free(&out);
	}
}

static void refused(struct message m, const char *code)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	buf_puts(&out, "kept");
	if (message_build(&m, &out, &err) == 0)
		fail_msg("was not refused with %s: %s", code, out.data);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.code, code);
	assert_true(err.what[0] != '\0' && err.next[0] != '\0');
	assert_string_equal(buf_str(&out), "kept");
	buf_free(&out);
}

#define REFUSED(code, field, value) do { struct message m_ = simple(); m_.field = (value); refused(m_, code); } while (0)

static void refuses_what_could_break_a_mail(void **state)
{
	(void)state;
	REFUSED("message-invalid", subject, "a\r\nBcc: x@example.org");
	REFUSED("message-invalid", subject, "a\nb");
	REFUSED("message-invalid", subject, "bell\a");
	REFUSED("message-invalid", subject, "bidi \xe2\x80\xae here");
	REFUSED("message-invalid", subject, "not utf-8 \xff");
	REFUSED("message-invalid", subject, "");
	REFUSED("message-invalid", subject, "   ");
	REFUSED("message-invalid", from_name, "a\rb");
	REFUSED("message-invalid", to_name, "a\x85\xff");
	REFUSED("message-invalid", to_name, "c1 \xc2\x85");
	REFUSED("message-invalid", text, NULL);
	REFUSED("message-invalid", text, "");
	REFUSED("message-invalid", text, "surrogate \xed\xa0\x80");
	REFUSED("message-invalid", html, "");
	REFUSED("message-invalid", html, "<p>\xc0\x80");
	REFUSED("message-invalid", message_id, "");
	REFUSED("message-invalid", message_id, "no-at");
	REFUSED("message-invalid", message_id, "a b@c");
	REFUSED("message-invalid", message_id, "a@b>\r\nX: y");
	REFUSED("message-invalid", thread_id, "<a@b>");
	REFUSED("message-invalid", list_id, "a\nb");
	REFUSED("message-invalid", unsubscribe, "https://x.org/ y");
	REFUSED("message-invalid", unsubscribe, "https://x.org/\xc3\xa9");
	REFUSED("message-invalid", unsubscribe, "https://x.org/>, <mailto:x@y.org");
	REFUSED("message-invalid", unsubscribe, "mailto:x@y.org");
	REFUSED("message-invalid", unsubscribe, "javascript:x");
	REFUSED("message-invalid", unsubscribe, "");
	REFUSED("message-invalid", unsubscribe_mail, "https://x.org/");
	REFUSED("message-invalid", unsubscribe_mail, "mailto:x@y.org\r\nBcc: z@y.org");
	REFUSED("message-invalid", unsubscribe_mail, "mailto:x@y.org?subject=a b");
	REFUSED("message-invalid", date, INT64_MAX);
	REFUSED("message-invalid", date, INT64_MIN);
	REFUSED("message-invalid", offset_seconds, 86400);
	REFUSED("message-invalid", offset_seconds, -86400);
	REFUSED("address-invalid", to_addr, "a@b.org\r\nRCPT TO:<x@y.org>");
	REFUSED("address-invalid", from_addr, "");
	REFUSED("address-invalid", reply_to, "Name <a@b.org>");
	REFUSED("address-invalid", original_to, "a@b.org,c@d.org");
}

static void addresses(void **state)
{
	static const char *const good[] = { "a@b.org", "a@localhost", "first.last+tag@sub.example-site.co",
		"!#$%&'*+-/=?^_`{|}~@x.org", "a@123.org", "A@B.ORG",
		"1234567890123456789012345678901234567890123456789012345678901234@x.org",
		"a@123456789012345678901234567890123456789012345678901234567890123.org" };
	static const char *const bad[] = { "", "a", "@", "a@", "@b.org", "a@b", "a@@b.org", "a@b@c.org", ".a@b.org",
		"a.@b.org", "a..b@c.org", "a@.b.org", "a@b.org.", "a@b..org", "a@-b.org", "a@b-.org", "a@b_c.org",
		"a b@c.org", " a@b.org", "a@b.org ", "a@b.org\n", "a\r\n@b.org", "\"a b\"@c.org", "<a@b.org>", "a>@b.org",
		"a@b.org>", "j\xc3\xb6rg@b.org", "a@b\xc3\xb6.org", "a@[127.0.0.1]", "a(c)@b.org", "a,b@c.org", "a;b@c.org",
		"a:b@c.org", "a\\b@c.org", "a@b.org\x7f", "a\x01@b.org", "a@localhost.", "a\t@b.org",
		"12345678901234567890123456789012345678901234567890123456789012345@x.org",
		"a@1234567890123456789012345678901234567890123456789012345678901234.org" };
	struct err err;
	struct buf endless = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_int_equal(message_address(good[i], NULL), 0);
	for (size_t i = 0; i < COUNT(bad); i++) {
		memset(&err, 0, sizeof(err));
		if (message_address(bad[i], &err) == 0)
			fail_msg("taken: %s", bad[i]);
		assert_string_equal(err.code, "address-invalid");
		assert_int_equal(err.class, ERR_USAGE);
		assert_null(strpbrk(err.what, "\r\n\t\x01"));
	}
	buf_puts(&endless, "a@b");
	while (endless.len < 253)
		buf_puts(&endless, ".b");
	buf_puts(&endless, "b");
	assert_int_equal(endless.len, 254);
	assert_int_equal(message_address(endless.data, NULL), 0);
	buf_puts(&endless, "b");
	assert_int_equal(message_address(endless.data, NULL), -1);
	buf_free(&endless);
}

static void mailboxes(void **state)
{
	static const struct { const char *in, *name, *addr; } good[] = {
		{ "a@b.org", "", "a@b.org" }, { "  a@b.org  ", "", "a@b.org" }, { "<a@b.org>", "", "a@b.org" },
		{ "Dana <a@b.org>", "Dana", "a@b.org" }, { "Dana Example   <a@b.org> ", "Dana Example", "a@b.org" },
		{ "\"Example, \\\"D\\\" \\\\\" <a@b.org>", "Example, \"D\" \\", "a@b.org" },
		{ "Zo\xc3\xab <a@b.org>", "Zo\xc3\xab", "a@b.org" }, { "\"x <y>\" <a@b.org>", "x <y>", "a@b.org" },
		{ "\"\" <a@b.org>", "", "a@b.org" } };
	static const char *const bad[] = { "", "Dana", "Dana <a@b.org", "Dana a@b.org>", "Dana <a@b.org> x", "<>", "Dana <>",
		"\"Dana <a@b.org>", "Da\"na <a@b.org>", "\"Da\"na\" <a@b.org>", "\"Dana\\\" <a@b.org>", "D\n <a@b.org>",
		"D\xff <a@b.org>", "Dana <a b@c.org>", "<", ">", "\"" };
	char name[256], addr[256];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(message_mailbox(good[i].in, name, sizeof(name), addr, sizeof(addr), NULL), 0);
		assert_string_equal(name, good[i].name);
		assert_string_equal(addr, good[i].addr);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err err = { 0 };

		text_copy(name, sizeof(name), "kept");
		text_copy(addr, sizeof(addr), "kept");
		if (message_mailbox(bad[i], name, sizeof(name), addr, sizeof(addr), &err) == 0)
			fail_msg("taken: %s", bad[i]);
		assert_string_equal(err.code, "address-invalid");
		assert_string_equal(name, "kept");
		assert_string_equal(addr, "kept");
	}
}

static void ids_are_stable_and_tell_nothing(void **state)
{
	char a[256], b[256];

	(void)state;
	message_make_id("r", "key", 3, "rem:1:1:90", "example.org", a);
	message_make_id("r", "key", 3, "rem:1:1:90", "example.org", b);
	assert_string_equal(a, b);
	/* printf 'rem:1:1:90' | openssl dgst -sha256 -hmac key -binary | head -c 15 | base32 | tr A-Z a-z */
	assert_string_equal(a, "r.76ng4hu7t34bagdnbqqao577@example.org");
	message_make_id("r", "key", 3, "rem:1:1:91", "example.org", b);
	assert_string_not_equal(a, b);
	message_make_id("r", "kez", 3, "rem:1:1:90", "example.org", b);
	assert_string_not_equal(a, b);
}

static void boundary_is_not_in_the_parts(void **state)
{
	struct message m = simple();
	struct buf first = BUF_INIT, again = BUF_INIT, text = BUF_INIT;
	struct parsed p;
	const char *at;

	(void)state;
	m.html = "<p>\n";
	assert_int_equal(message_build(&m, &first, NULL), 0);
	at = strstr(first.data, "boundary=\"") + 10;
	buf_printf(&text, "--%.*s\n--%.*s--\n", (int)strcspn(at, "\""), at, (int)strcspn(at, "\""), at);
	m.text = text.data;
	assert_int_equal(message_build(&m, &again, NULL), 0);
	assert_true(strncmp(strstr(again.data, "boundary=\"") + 10, at, strcspn(at, "\"")) != 0);
	support_parse(again.data, again.len, &p);
	assert_string_equal(p.fault, "");
	assert_string_equal(buf_str(&p.text), text.data);
	parsed_free(&p);
	buf_free(&first);
	buf_free(&again);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_a_plain_mail),
		cmocka_unit_test(builds_every_header),
		cmocka_unit_test(ways_to_unsubscribe),
		cmocka_unit_test(dates_follow_the_zone),
		cmocka_unit_test(refuses_what_could_break_a_mail),
		cmocka_unit_test(addresses),
		cmocka_unit_test(mailboxes),
		cmocka_unit_test(ids_are_stable_and_tell_nothing),
		cmocka_unit_test(boundary_is_not_in_the_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
