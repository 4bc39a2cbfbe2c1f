/* UTF-8, widths, cleaning, folding, suggestions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "seed.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void accepts_utf8(void **state)
{
	static const char *const good[] = {
		"", "plain", "\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF",
		"\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "a long plain text, then \xC2\x80",
		"\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(text_is_utf8(good[i], strlen(good[i])));
	assert_true(text_is_utf8("a\0b", 3));
	assert_true(text_is_utf8(NULL, 0));
}

static void refuses_what_is_not(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x80\x80", "\xE0\x9F\xBF",
		"\xE2\x82", "\xE2(\xAC", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80",
		"\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80",
		"\xFE", "\xFF", "sixteen bytes ok\xE2\x82", "\xF0\x9F\x98",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(text_is_utf8(bad[i], strlen(bad[i])));
	assert_false(text_is_utf8("\xC3\xBC", 1));
}

static void decodes(void **state)
{
	static const char euro[] = "\xE2\x82\xAC";
	uint32_t c = 7;

	(void)state;
	assert_int_equal(text_decode(euro, euro + 3, &c), 3);
	assert_int_equal(c, 0x20AC);
	assert_int_equal(text_decode(euro, euro + 2, &c), 0);
	assert_int_equal(text_decode(euro + 1, euro + 3, &c), 0);
	assert_int_equal(c, 0x20AC);
	assert_int_equal(text_decode("z", euro, &c), 1);
	assert_int_equal(c, 'z');
}

static void measures_width(void **state)
{
	static const struct { const char *s; size_t width; } rows[] = {
		{ "", 0 }, { "abc", 3 }, { "Caf\xC3\xA9", 4 }, { "Cafe\xCC\x81", 4 },
		{ "\xE6\x97\xA5\xE6\x9C\xAC", 4 }, { "a\tb\n", 2 }, { "\xE2\x80\x8D", 0 },
		{ "\xC2\xAD", 0 }, { "\xF0\x9F\x98\x80", 2 }, { "\xE2\x96\x88\xE2\x96\x91", 2 },
		{ "\xEF\xBC\xA1", 2 }, { "\xC2\x85", 0 }, { "\xFFz", 2 }, { "\xE2\x97\x86", 1 },
		{ "\xE2\x9C\x93", 1 }, { "\xD0\x96", 1 }, { "\xE1\x84\x80\xE1\x85\xA1", 2 },
		{ "\xE2\x80\xAE", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(text_width(rows[i].s), rows[i].width);
}

static void sees_controls(void **state)
{
	static const char *const with[] = {
		"a\nb", "\t", "\x7F", "\x1B[31m", "\xC2\x9B", "\xE2\x80\xAE", "\xE2\x80\xAA",
		"\xE2\x81\xA6", "\xE2\x81\xA9", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xD8\x9C",
	};
	static const char *const without[] = {
		"", "plain", "\xC2\xA0", "\xE2\x80\x8D", "\xE2\x80\xA9", "\xE2\x81\xA5",
		"Z\xC3\xBCrich", "\xD8\x9B", "\xFF",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(with); i++)
		assert_true(text_has_control(with[i], strlen(with[i])));
	for (size_t i = 0; i < COUNT(without); i++)
		assert_false(text_has_control(without[i], strlen(without[i])));
	assert_true(text_has_control("a\0b", 3));
	assert_false(text_has_control("a\nb", 1));
}

static void cleans_as(const char *given, size_t most, const char *want)
{
	struct buf b = BUF_INIT;

	assert_int_equal(text_clean(&b, given, strlen(given), most), 0);
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static void cleans(void **state)
{
	(void)state;
	cleans_as("", 10, "");
	cleans_as("  \t\r\n ", 10, "");
	cleans_as("  two \t\n words  ", 100, "two words");
	cleans_as("a\x01\x1B[0mb\x7F", 100, "a[0mb");
	cleans_as("right\xE2\x80\xAEtfel", 100, "righttfel");
	cleans_as("a\xC2\xA0\xE3\x80\x80" "b\xE2\x80\xA8" "c\xC2\x85" "d", 100, "a b c d");
	cleans_as("bad \xFF\xC3 byte", 100, "bad \xEF\xBF\xBD\xEF\xBF\xBD byte");
	cleans_as("Z\xC3\xBCrich", 2, "Z\xC3\xBC");
	cleans_as("ab cd", 3, "ab");
	cleans_as("ab cd", 4, "ab c");
	cleans_as("abc", 0, "");
}

static void cleaning_passes_failure_on(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	b.failed = 1;
	assert_int_equal(text_clean(&b, "abc", 3, 10), -1);
	assert_int_equal(text_fold(&b, "abc", 3), -1);
	assert_int_equal(b.len, 0);
}

static void folds_as(const char *given, const char *want)
{
	struct buf b = BUF_INIT;

	assert_int_equal(text_fold(&b, given, strlen(given)), 0);
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static void folds(void **state)
{
	(void)state;
	folds_as("\xC3\x9C" "ber-Caf\xC3\xA9", "uber cafe");
	folds_as("U\xCC\x88" "ber \xE2\x80\x93 Cafe\xCC\x81", "uber cafe");
	folds_as("  Journey-Mapping, Workshop (2)! ", "journey mapping workshop 2");
	folds_as("STRASSE", "strasse");
	folds_as("Stra\xC3\x9F" "e", "strasse");
	folds_as("\xC3\x86ther \xC5\x93uvre \xC3\x9Eing", "aether oeuvre thing");
	folds_as("\xC5\x81\xC3\xB3" "d\xC5\xBA \xC5\xA0koda \xC4\xB0zmir", "lodz skoda izmir");
	folds_as("\xCE\x88\xCE\xBB\xCE\xBB\xCE\xB7\xCE\xBD\xCE\xB1\xCF\x82",
	    "\xCE\xB5\xCE\xBB\xCE\xBB\xCE\xB7\xCE\xBD\xCE\xB1\xCF\x83");
	folds_as("\xD0\x81\xD0\x9B\xD0\x9A\xD0\x90", "\xD0\xB5\xD0\xBB\xD0\xBA\xD0\xB0");
	folds_as("\xE6\x97\xA5\xE6\x9C\xAC \xE6\x97\xA5", "\xE6\x97\xA5\xE6\x9C\xAC \xE6\x97\xA5");
	folds_as("\xEF\xBC\xA1\xEF\xBC\x92", "a2");
	folds_as("\xEF\xAC\x81nal", "final");
	folds_as("\xF0\xA0\x80\x80", "\xF0\xA0\x80\x80");
	folds_as("Vi\xE1\xBB\x87t", "viet");
	folds_as("", "");
	folds_as("--- \xE2\x80\xA6 !!!", "");
	folds_as("\xF0\x9F\x98\x80 party \xF0\x9F\x98\x80", "party");
	folds_as("a\xFF" "b", "a b");
}

/* Folding what is folded changes nothing; case of ASCII never matters. */
static void folding_is_stable(void **state)
{
	(void)state;
	seed_begin("folding_is_stable");
	for (int round = 0; round < 20000; round++) {
		struct buf raw = BUF_INIT, once = BUF_INIT, twice = BUF_INIT;
		int n = (int)seed_between(0, 12);

		for (int i = 0; i < n; i++) {
			uint32_t c = (uint32_t)seed_between(0x20, 0x24F);

			if (seed_next() % 4 == 0)
				c = (uint32_t)seed_between(0x300, 0x52F);
			if (c < 0x80) {
				buf_putc(&raw, (char)c);
			} else {
				buf_putc(&raw, (char)(0xC0 | c >> 6));
				buf_putc(&raw, (char)(0x80 | (c & 0x3F)));
			}
		}
		assert_int_equal(text_fold(&once, buf_str(&raw), raw.len), 0);
		assert_int_equal(text_fold(&twice, buf_str(&once), once.len), 0);
		assert_string_equal(buf_str(&once), buf_str(&twice));
		assert_true(text_is_utf8(buf_str(&once), once.len));
		buf_free(&raw);
		buf_free(&once);
		buf_free(&twice);
	}
}

static void copies_whole_characters(void **state)
{
	char out[8];

	(void)state;
	assert_int_equal(text_copy(out, sizeof(out), "short"), 5);
	assert_string_equal(out, "short");
	assert_int_equal(text_copy(out, sizeof(out), "1234567"), 7);
	assert_int_equal(text_copy(out, sizeof(out), "12345678"), 7);
	assert_string_equal(out, "1234567");
	assert_int_equal(text_copy(out, sizeof(out), "123456\xC3\xBC"), 6);
	assert_string_equal(out, "123456");
	assert_int_equal(text_copy(out, sizeof(out), "12345\xC3\xBC"), 7);
	assert_int_equal(text_copy(out, sizeof(out), "1234\xF0\x9F\x98\x80"), 4);
	assert_int_equal(text_copy(out, 1, "\xC3\xBC"), 0);
	assert_string_equal(out, "");
	out[0] = 'k';
	assert_int_equal(text_copy(out, 0, "x"), 0);
	assert_int_equal(out[0], 'k');
}

static void excerpts(void **state)
{
	char out[12];

	(void)state;
	assert_int_equal(text_excerpt(out, sizeof(out), "short"), 5);
	assert_string_equal(out, "short");
	assert_int_equal(text_excerpt(out, sizeof(out), "12345678901"), 11);
	assert_string_equal(out, "12345678901");
	assert_int_equal(text_excerpt(out, sizeof(out), "123456789012"), 11);
	assert_string_equal(out, "12345678...");
	assert_int_equal(text_excerpt(out, sizeof(out), "1234567\xC3\xBC and more"), 10);
	assert_string_equal(out, "1234567...");
	text_excerpt(out, sizeof(out), "a\nb\x1B\xFF\xE2\x80\xAE" "c");
	assert_string_equal(out, "a?b???c");
	text_excerpt(out, 4, "abcdef");
	assert_string_equal(out, "...");
	text_excerpt(out, 2, "abcdef");
	assert_string_equal(out, ".");
	assert_int_equal(text_excerpt(out, 0, "abc"), 0);
}

/* No result of copy or excerpt is broken UTF-8, whatever the limit. */
static void cuts_never_break(void **state)
{
	static const char *const pieces[] = {
		"a", "\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", " ", "\xCC\x81",
	};

	(void)state;
	seed_begin("cuts_never_break");
	for (int round = 0; round < 20000; round++) {
		char text[128] = "", out[64];
		size_t n = (size_t)seed_between(0, 25), size = (size_t)seed_between(1, sizeof(out)),
		    len = 0;

		for (size_t i = 0; i < n; i++) {
			const char *piece = pieces[seed_next() % COUNT(pieces)];

			memcpy(text + len, piece, strlen(piece) + 1);
			len += strlen(piece);
		}
		n = text_copy(out, size, text);
		assert_int_equal(n, strlen(out));
		assert_true(n < size && text_is_utf8(out, n));
		assert_memory_equal(out, text, n);
		assert_true(n == len || n + 4 >= size);
		n = text_excerpt(out, size, text);
		assert_int_equal(n, strlen(out));
		assert_true(n < size && text_is_utf8(out, n));
		assert_true(len >= size || strcmp(out, text) == 0);
	}
}

static void distances(void **state)
{
	char longest[66];

	(void)state;
	memset(longest, 'a', 65);
	longest[65] = '\0';
	assert_int_equal(text_distance("", ""), 0);
	assert_int_equal(text_distance("kitten", "sitting"), 3);
	assert_int_equal(text_distance("sitting", "kitten"), 3);
	assert_int_equal(text_distance("", "abc"), 3);
	assert_int_equal(text_distance("flaw", "lawn"), 2);
	assert_int_equal(text_distance(longest, "a"), 99);
	assert_int_equal(text_distance("a", longest), 99);
	longest[64] = '\0';
	assert_int_equal(text_distance(longest, "a"), 63);
}

static void suggests(void **state)
{
	static const char *const names[] = { "training", "in-company", "conference", "college", "cxpa" };

	(void)state;
	assert_string_equal(text_suggest("trainning", names, 5), "training");
	assert_string_equal(text_suggest("t", names, 5), "training");
	assert_string_equal(text_suggest("conf", names, 5), "conference");
	assert_string_equal(text_suggest("colege", names, 5), "college");
	assert_string_equal(text_suggest("incompany", names, 5), "in-company");
	assert_string_equal(text_suggest("cxpa", names, 5), "cxpa");
	assert_null(text_suggest("co", names, 5));
	assert_null(text_suggest("webinar", names, 5));
	assert_null(text_suggest("", names, 5));
	assert_null(text_suggest("t", names, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_utf8),
		cmocka_unit_test(refuses_what_is_not),
		cmocka_unit_test(decodes),
		cmocka_unit_test(measures_width),
		cmocka_unit_test(sees_controls),
		cmocka_unit_test(cleans),
		cmocka_unit_test(cleaning_passes_failure_on),
		cmocka_unit_test(folds),
		cmocka_unit_test(folding_is_stable),
		cmocka_unit_test(copies_whole_characters),
		cmocka_unit_test(excerpts),
		cmocka_unit_test(cuts_never_break),
		cmocka_unit_test(distances),
		cmocka_unit_test(suggests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
