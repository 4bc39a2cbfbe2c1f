/* Encoded words, folding and quoted-printable, by their bytes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "encode.h"
#include "support.h"

static void header_is(const char *value, const char *expected)
{
	struct buf out = BUF_INIT;

	encode_header(&out, "Subject", value);
	assert_string_equal(buf_str(&out), expected);
	buf_free(&out);
}

static void mailbox_is(const char *name, const char *addr, const char *expected)
{
	struct buf out = BUF_INIT;

	encode_mailbox(&out, "To", name, addr);
	assert_string_equal(buf_str(&out), expected);
	buf_free(&out);
}

static void body_is(const char *s, const char *expected)
{
	struct buf out = BUF_INIT;

	encode_body(&out, s);
	assert_string_equal(buf_str(&out), expected);
	buf_free(&out);
}

static void plain_headers_stay_readable(void **state)
{
	(void)state;
	header_is("8 units to go by 30 June (5 are waiting in your inbox)",
	    "Subject: 8 units to go by 30 June (5 are waiting in your inbox)\r\n");
	header_is("one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
	    "Subject: one two three four five six seven eight nine ten eleven twelve\r\n thirteen fourteen\r\n");
	/* exactly 76, then one more */
	header_is("123456789 123456789 123456789 123456789 123456789 123456789 1234567",
	    "Subject: 123456789 123456789 123456789 123456789 123456789 123456789 1234567\r\n");
	header_is("123456789 123456789 123456789 123456789 123456789 123456789 12345678",
	    "Subject: 123456789 123456789 123456789 123456789 123456789 123456789\r\n 12345678\r\n");
}

static void other_headers_become_words(void **state)
{
	(void)state;
	header_is("für Zoë", "Subject: =?utf-8?q?f=C3=BCr_Zo=C3=AB?=\r\n");
	header_is("Ж", "Subject: =?utf-8?q?=D0=96?=\r\n");
	header_is("日本語", "Subject: =?utf-8?b?5pel5pys6Kqe?=\r\n");
	header_is("=?utf-8?q?x?=", "Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=\r\n");
	header_is("two  blanks", "Subject: =?utf-8?q?two__blanks?=\r\n");
	header_is(" before", "Subject: =?utf-8?q?_before?=\r\n");
	header_is("after ", "Subject: =?utf-8?q?after_?=\r\n");
}

static void words_are_never_longer_than_their_lines(void **state)
{
	static const char *const chars[] = { "é", "中", "😀", "a😀", "aé中😀", "x" };

	(void)state;
	for (size_t k = 0; k < sizeof(chars) / sizeof(chars[0]); k++) {
		struct buf value = BUF_INIT;

		for (int n = 0; n < 80; n++) {
			struct buf out = BUF_INIT;
			struct parsed p;

			buf_puts(&value, chars[k]);
			encode_header(&out, "Subject", buf_str(&value));
			buf_puts(&out, "From: a@b.c\r\nTo: a@b.c\r\nContent-Type: text/plain; charset=utf-8\r\n"
			    "Content-Transfer-Encoding: quoted-printable\r\n\r\n\r\n");
			support_parse(out.data, out.len, &p);
			assert_string_equal(p.fault, "");
			assert_string_equal(buf_str(&p.subject), buf_str(&value));
			parsed_free(&p);
			buf_free(&out);
		}
		buf_free(&value);
	}
}

static void names_are_atoms_quoted_or_words(void **state)
{
	(void)state;
	mailbox_is("", "a@b.org", "To: a@b.org\r\n");
	mailbox_is("Dana Example", "a@b.org", "To: Dana Example <a@b.org>\r\n");
	mailbox_is("O'Hara {x}", "a@b.org", "To: O'Hara {x} <a@b.org>\r\n");
	mailbox_is("Example, Dana", "a@b.org", "To: \"Example, Dana\" <a@b.org>\r\n");
	mailbox_is("J. \"Jo\" \\ Doe", "a@b.org", "To: \"J. \\\"Jo\\\" \\\\ Doe\" <a@b.org>\r\n");
	mailbox_is("x <y@z.org>", "a@b.org", "To: \"x <y@z.org>\" <a@b.org>\r\n");
	mailbox_is("Zoë", "a@b.org", "To: =?utf-8?q?Zo=C3=AB?= <a@b.org>\r\n");
	mailbox_is("=?utf-8?q?x?=", "a@b.org", "To: =?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?= <a@b.org>\r\n");
	mailbox_is("Doe, Jo of the department of long names", "a@b.org",
	    "To: =?utf-8?q?Doe=2C_Jo_of_the_department_of_long_names?= <a@b.org>\r\n");
	mailbox_is("Dana of a Department", "a.rather.long.address@of.a.department.with.names.example.org",
	    "To: Dana of a Department\r\n <a.rather.long.address@of.a.department.with.names.example.org>\r\n");
}

static void bodies_are_quoted_printable(void **state)
{
	(void)state;
	body_is("one\ntwo\n", "one\r\ntwo\r\n");
	body_is("no end", "no end\r\n");
	body_is("a\r\nb\rc\n\n\rd", "a\r\nb\r\nc\r\n\r\n\r\nd\r\n");
	body_is("5 = 5\n", "5 =3D 5\r\n");
	body_is("Zoë 😀\n", "Zo=C3=AB =F0=9F=98=80\r\n");
	body_is("blank \ntab\t\n \n", "blank=20\r\ntab=09\r\n=20\r\n");
	body_is("a b\tc\n", "a b\tc\r\n");
	body_is("\x1b[31m\x7f\n", "=1B[31m=7F\r\n");
}

static void bodies_hide_dots_and_from(void **state)
{
	(void)state;
	body_is(".\n", "=2E\r\n");
	body_is("..\n.hidden\na.\n", "=2E.\r\n=2Ehidden\r\na.\r\n");
	body_is("From me\nFrom: me\nFrom\n From x\nFromage\n", "=46rom me\r\nFrom: me\r\nFrom\r\n From x\r\nFromage\r\n");
}

static void long_lines_break_softly(void **state)
{
	char line[200], expected[260];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[76] = '\0';
	snprintf(expected, sizeof(expected), "%s\r\n", line);
	body_is(line, expected);			/* 76 fit */
	line[76] = 'x';
	line[77] = '\0';
	snprintf(expected, sizeof(expected), "%.75s=\r\nxx\r\n", line);
	body_is(line, expected);
	line[75] = '.';					/* would begin the second line */
	snprintf(expected, sizeof(expected), "%.75s=\r\n=2Ex\r\n", line);
	body_is(line, expected);
	memcpy(line + 75, "From x", 7);
	snprintf(expected, sizeof(expected), "%.75s=\r\n=46rom x\r\n", line);
	body_is(line, expected);
	memcpy(line + 70, "😀", 5);			/* a character is never torn: 12 columns from 70 do not fit */
	snprintf(expected, sizeof(expected), "%.70s=\r\n=F0=9F=98=80\r\n", line);
	body_is(line, expected);
	memcpy(line + 75, " ", 2);			/* a blank at the very end, in a line of 78 */
	line[70] = line[71] = line[72] = line[73] = 'x';
	line[74] = 'x';
	snprintf(expected, sizeof(expected), "%.75s=\r\n=20\r\n", line);
	body_is(line, expected);
}

static void parameter_is(const char *value, const char *expected)
{
	struct buf out = BUF_INIT, line = BUF_INIT, back = BUF_INIT;

	encode_parameter(&out, "filename", value);
	assert_string_equal(buf_str(&out), expected);
	buf_puts(&line, "attachment");
	for (const char *s = buf_str(&out); *s != '\0'; s++) {
		if (*s != '\r' && *s != '\n')
			buf_putc(&line, *s);
	}
	assert_int_equal(support_parameter(line.data, "filename", &back), 1);
	assert_string_equal(buf_str(&back), value);
	buf_free(&out);
	buf_free(&line);
	buf_free(&back);
}

static void file_names_are_quoted_or_in_pieces(void **state)
{
	(void)state;
	parameter_is("renewal.ics", ";\r\n filename=\"renewal.ics\"");
	parameter_is("a \"b\" \\ c.csv", ";\r\n filename=\"a \\\"b\\\" \\\\ c.csv\"");
	parameter_is("ceu; x=y.csv", ";\r\n filename=\"ceu; x=y.csv\"");
	parameter_is("für Zoë.csv", ";\r\n filename*=utf-8''f%C3%BCr%20Zo%C3%AB.csv");
	parameter_is("100%'*\xf0\x9f\x98\x80", ";\r\n filename*=utf-8''100%25%27%2A%F0%9F%98%80");
	parameter_is("=?utf-8?q?x?=", ";\r\n filename*=utf-8''%3D%3Futf-8%3Fq%3Fx%3F%3D");
	/* 76 columns with the quotes and the ';' of a next one, then one more */
	parameter_is("12345678901234567890123456789012345678901234567890123456789012.3",
	    ";\r\n filename*0*=utf-8''1234567890123456789012345678901234567890123456789012;\r\n"
	    " filename*1*=3456789012.3");
	parameter_is("12345678901234567890123456789012345678901234567890123456789.cs2",
	    ";\r\n filename=\"12345678901234567890123456789012345678901234567890123456789.cs2\"");
	parameter_is("日本語日本語日本語.csv", ";\r\n filename*0*=utf-8''%E6%97%A5%E6%9C%AC%E8%AA%9E%E6%97%A5%E6%9C%AC;\r\n"
	    " filename*1*=%E8%AA%9E%E6%97%A5%E6%9C%AC%E8%AA%9E.csv");
}

static void bytes_are_base64(void **state)
{
	static const struct { const char *bytes; size_t len; const char *expected; } rows[] = {
		{ "", 0, "" }, { "\0", 1, "AA==\r\n" }, { "ab", 2, "YWI=\r\n" }, { "\xff\xfe\xfd", 3, "//79\r\n" },
		{ "123456789012345678901234567890123456789012345678901234567", 57,
		    "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\r\n" },
		{ "1234567890123456789012345678901234567890123456789012345678", 58,
		    "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\r\nOA==\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT;

		encode_base64(&out, rows[i].bytes, rows[i].len);
		assert_string_equal(buf_str(&out), rows[i].expected);
		buf_free(&out);
	}
}

static void failures_stick(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	out.failed = 1;
	encode_header(&out, "Subject", "für");
	encode_mailbox(&out, "To", "für", "a@b.org");
	encode_body(&out, "für\n");
	encode_base64(&out, "für", 4);
	encode_parameter(&out, "name", "für");
	encode_parameter(&out, "name", "日本語日本語日本語日本語日本語日本語日本語日本語");
	assert_int_equal(out.failed, 1);
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_headers_stay_readable),
		cmocka_unit_test(other_headers_become_words),
		cmocka_unit_test(words_are_never_longer_than_their_lines),
		cmocka_unit_test(names_are_atoms_quoted_or_words),
		cmocka_unit_test(bodies_are_quoted_printable),
		cmocka_unit_test(bodies_hide_dots_and_from),
		cmocka_unit_test(long_lines_break_softly),
		cmocka_unit_test(file_names_are_quoted_or_in_pieces),
		cmocka_unit_test(bytes_are_base64),
		cmocka_unit_test(failures_stick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
