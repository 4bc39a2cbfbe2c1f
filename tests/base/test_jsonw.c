/* JSON out: the exact text of each call, and that no sequence of bytes or calls makes invalid JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "seed.h"

#include <string.h>

static unsigned below(unsigned limit)
{
	return (unsigned)seed_between(0, (int64_t)limit - 1);
}

static void a_document_is_written(void **state)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	(void)state;
	jsonw_begin(&w, &out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "title", "a \"b\" \\ c/d");
	jsonw_str(&w, "none", NULL);
	jsonw_int(&w, "min", INT64_MIN);
	jsonw_bool(&w, "yes", 5);
	jsonw_bool(&w, "no", 0);
	jsonw_null(&w, "nil");
	jsonw_array(&w, "list");
	jsonw_int(&w, NULL, 1);
	jsonw_array(&w, NULL);
	jsonw_end_array(&w);
	jsonw_object(&w, NULL);
	jsonw_end_object(&w);
	jsonw_strn(&w, NULL, "abcdef", 3);
	jsonw_end_array(&w);
	jsonw_raw(&w, "raw", "{\"x\": 1}", 8);
	jsonw_end_object(&w);
	assert_int_equal(out.failed, 0);
	assert_int_equal(w.depth, 0);
	assert_string_equal(buf_str(&out), "{\"title\":\"a \\\"b\\\" \\\\ c/d\",\"none\":null,"
	    "\"min\":-9223372036854775808,\"yes\":true,\"no\":false,\"nil\":null,"
	    "\"list\":[1,[],{},\"abc\"],\"raw\":{\"x\": 1}}");
	buf_free(&out);
}

static void begin_is_all_zero(void **state)
{
	struct buf out = BUF_INIT;
	struct jsonw w = { &out, 0, { 0 } };

	(void)state;
	jsonw_array(&w, NULL);
	jsonw_str(&w, NULL, "x");
	jsonw_str(&w, NULL, "");
	jsonw_end_array(&w);
	assert_string_equal(buf_str(&out), "[\"x\",\"\"]");
	buf_free(&out);
}

static void units_days_and_instants(void **state)
{
	struct buf out = BUF_INIT;
	struct jsonw w;
	day_t day;

	(void)state;
	assert_int_equal(date_from_ymd(2026, 2, 24, &day), 0);
	jsonw_begin(&w, &out);
	jsonw_array(&w, NULL);
	jsonw_units(&w, NULL, 1200);
	jsonw_units(&w, NULL, 1250);
	jsonw_units(&w, NULL, 125);
	jsonw_units(&w, NULL, 5);
	jsonw_units(&w, NULL, 0);
	jsonw_units(&w, NULL, -125);
	jsonw_day(&w, NULL, day);
	jsonw_day(&w, NULL, DAY_NONE);
	jsonw_instant(&w, NULL, (int64_t)day * 86400000 + 8 * 3600000 + 30 * 60000);
	jsonw_maybe_instant(&w, NULL, (int64_t)day * 86400000);
	jsonw_maybe_instant(&w, NULL, 0);
	jsonw_end_array(&w);
	assert_string_equal(buf_str(&out),
	    "[12,12.5,1.25,0.05,0,-1.25,\"2026-02-24\",null,\"2026-02-24T08:30:00Z\",\"2026-02-24T00:00:00Z\",null]");
	buf_free(&out);
}

static void assert_written(const char *s, size_t len, const char *want)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	jsonw_begin(&w, &out);
	jsonw_strn(&w, NULL, s, len);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

#define FFFD "\xEF\xBF\xBD"

static void strings_are_made_safe(void **state)
{
	(void)state;
	assert_written("\x01\x08\x09\x0A\x0C\x0D\x1F\x7F", 8,
	    "\"\\u0001\\u0008\\t\\n\\u000c\\r\\u001f\x7F\"");
	assert_written("a\0b", 3, "\"a" FFFD "b\"");
	assert_written("\xF0\x9F\x98\x80\xC3\xA9", 6, "\"\xF0\x9F\x98\x80\xC3\xA9\"");
	assert_written("\xFF", 1, "\"" FFFD "\"");
	assert_written("a\xC3", 2, "\"a" FFFD "\"");
	assert_written("\xC3(", 2, "\"" FFFD "(\"");
	assert_written("\xC0\xAF", 2, "\"" FFFD FFFD "\"");
	assert_written("\xED\xA0\x80", 3, "\"" FFFD FFFD FFFD "\"");
	assert_written("\xF0\x9F\x98", 3, "\"" FFFD FFFD FFFD "\"");
	assert_written("\x80\"\\", 3, "\"" FFFD "\\\"\\\\\"");
	assert_written("", 0, "\"\"");
	assert_written(NULL, 0, "\"\"");
}

static void names_are_made_safe(void **state)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	(void)state;
	jsonw_begin(&w, &out);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "a\"\n\xFF", 1);
	jsonw_end_object(&w);
	assert_string_equal(buf_str(&out), "{\"a\\\"\\n" FFFD "\":1}");
	buf_free(&out);
}

enum misuse {
	NAME_IN_ARRAY, NO_NAME_IN_OBJECT, NAME_AT_TOP, TWO_AT_TOP, END_AT_TOP, ARRAY_END_IN_OBJECT,
	OBJECT_END_IN_ARRAY, TOO_DEEP, EMPTY_RAW, MISUSES
};

static void commit_misuse(struct jsonw *w, enum misuse misuse)
{
	int i;

	if (misuse == NAME_IN_ARRAY || misuse == OBJECT_END_IN_ARRAY || misuse == EMPTY_RAW)
		jsonw_array(w, NULL);
	if (misuse == NO_NAME_IN_OBJECT || misuse == ARRAY_END_IN_OBJECT)
		jsonw_object(w, NULL);
	if (misuse == NAME_IN_ARRAY || misuse == NAME_AT_TOP)
		jsonw_int(w, "x", 1);
	if (misuse == NO_NAME_IN_OBJECT || misuse == TWO_AT_TOP)
		jsonw_int(w, NULL, 1);
	if (misuse == TWO_AT_TOP)
		jsonw_int(w, NULL, 2);
	if (misuse == END_AT_TOP || misuse == OBJECT_END_IN_ARRAY)
		jsonw_end_object(w);
	if (misuse == ARRAY_END_IN_OBJECT)
		jsonw_end_array(w);
	if (misuse == EMPTY_RAW)
		jsonw_raw(w, NULL, "", 0);
	for (i = 0; misuse == TOO_DEEP && i < 40; i++)
		jsonw_array(w, NULL);
}

static void misuse_fails(void **state)
{
	struct buf out = BUF_INIT;
	struct jsonw w;
	int misuse, i;

	(void)state;
	for (misuse = 0; misuse < MISUSES; misuse++) {
		buf_reset(&out);
		jsonw_begin(&w, &out);
		commit_misuse(&w, (enum misuse)misuse);
		if (!out.failed)
			fail_msg("misuse %d went unseen: %s", misuse, buf_str(&out));
	}
	buf_reset(&out);
	jsonw_begin(&w, &out);
	for (i = 0; i < 39; i++)
		jsonw_array(&w, NULL);
	for (i = 0; i < 39; i++)
		jsonw_end_array(&w);
	assert_int_equal(out.failed, 0);
	assert_int_equal(out.len, 78);
	buf_free(&out);
}

static void a_failed_buffer_stays_as_it_was(void **state)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	(void)state;
	jsonw_begin(&w, &out);
	jsonw_object(&w, NULL);
	out.failed = 1;
	jsonw_str(&w, "a", "b");
	jsonw_array(&w, "c");
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	assert_string_equal(buf_str(&out), "{");
	assert_int_equal(out.failed, 1);
	buf_free(&out);
}

/* Bytes of every awkward kind, joined at random. */
static size_t hostile(char *s, size_t size)
{
	static const struct { const char *s; size_t len; } pieces[] = {
		{ "\"", 1 }, { "\\", 1 }, { "\\u0041", 6 }, { "\0", 1 }, { "\x01", 1 }, { "\n", 1 },
		{ "\x1B[0m", 4 },
		{ "\x7F", 1 }, { "\xC2\x85", 2 }, { "\xC3\xA9", 2 }, { "\xE2\x80\xAE", 3 },
		{ "\xF0\x9F\x98\x80", 4 },
		{ "\xFF", 1 }, { "\xC3", 1 }, { "\xF0\x9F", 2 }, { "\xED\xA0\x80", 3 }, { "\xC0\x80", 2 },
		{ "plain", 5 },
		{ "{", 1 }, { "]", 1 }, { "", 0 }, { "\xE2\x80\xA8", 3 }, { "\xEF\xBF\xBE", 3 },
		{ "\xF4\x90\x80\x80", 4 }
	};
	size_t len = 0;
	unsigned n = below(12);

	for (; n > 0; n--) {
		unsigned i = below(sizeof(pieces) / sizeof(*pieces));

		if (len + pieces[i].len > size)
			break;
		memcpy(s + len, pieces[i].s, pieces[i].len);
		len += pieces[i].len;
	}
	return len;
}

/* What a reader gets for those bytes. */
static void expected(struct buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	uint32_t code;
	size_t n;

	buf_reset(out);
	buf_puts(out, "");
	for (; s < end; s += n > 0 ? n : 1) {
		n = text_decode(s, end, &code);
		if (n == 0 || *s == '\0')
			buf_puts(out, FFFD);
		else
			buf_add(out, s, n);
	}
}

static void what_is_written_is_read_again(void **state)
{
	struct buf out = BUF_INIT, want = BUF_INIT;
	char strings[20][64];
	size_t lens[20], i;
	int round;

	(void)state;
	seed_begin("what_is_written_is_read_again");
	for (round = 0; round < 2000; round++) {
		struct json *root = NULL;
		struct err err;
		struct jsonw w;

		buf_reset(&out);
		jsonw_begin(&w, &out);
		jsonw_array(&w, NULL);
		for (i = 0; i < 20; i++) {
			lens[i] = hostile(strings[i], sizeof(strings[i]));
			jsonw_strn(&w, NULL, strings[i], lens[i]);
		}
		jsonw_end_array(&w);
		if (json_parse(out.data, out.len, &root, &err) != 0)
			fail_msg("%s: %s", err.what, out.data);
		assert_int_equal(json_size(root), 20);
		for (i = 0; i < 20; i++) {
			expected(&want, strings[i], lens[i]);
			assert_string_equal(json_text(json_at(root, i)), buf_str(&want));
		}
		buf_reset(&want);
		assert_int_equal(json_print(&want, root, 0), 0);
		assert_string_equal(buf_str(&want), buf_str(&out));
		json_free(root);
	}
	buf_free(&out);
	buf_free(&want);
}

/* A random tree below an open level; both kinds of level, all kinds of value, awkward names. */
static void write_tree(struct jsonw *w, int in_object, int depth)
{
	unsigned i, n = below(5);

	for (i = 0; i < n; i++) {
		char bytes[40], unique[60];
		size_t len = hostile(bytes, sizeof(bytes) - 1);
		unsigned kind = below(depth < 6 ? 7 : 5);
		const char *name = in_object ? unique : NULL;

		bytes[len] = '\0';
		snprintf(unique, sizeof(unique), "%u%s", i, bytes);
		if (kind == 0)
			jsonw_strn(w, name, bytes, len);
		else if (kind == 1)
			jsonw_int(w, name, (int64_t)below(1000000) - 500000);
		else if (kind == 2)
			jsonw_units(w, name, (int64_t)below(100000));
		else if (kind == 3)
			jsonw_bool(w, name, (int)below(2));
		else if (kind == 4)
			jsonw_null(w, name);
		else if (kind == 5)
			jsonw_object(w, name);
		else
			jsonw_array(w, name);
		if (kind < 5)
			continue;
		write_tree(w, kind == 5, depth + 1);
		if (kind == 5)
			jsonw_end_object(w);
		else
			jsonw_end_array(w);
	}
}

static void trees_come_back_as_they_were(void **state)
{
	struct buf out = BUF_INIT, again = BUF_INIT;
	int round;

	(void)state;
	seed_begin("trees_come_back_as_they_were");
	for (round = 0; round < 2000; round++) {
		struct json *root = NULL;
		struct err err;
		struct jsonw w;

		buf_reset(&out);
		buf_reset(&again);
		jsonw_begin(&w, &out);
		jsonw_object(&w, NULL);
		write_tree(&w, 1, 0);
		jsonw_end_object(&w);
		assert_int_equal(out.failed, 0);
		if (json_parse(out.data, out.len, &root, &err) != 0)
			fail_msg("%s: %s", err.what, out.data);
		assert_int_equal(json_print(&again, root, 0), 0);
		assert_string_equal(buf_str(&again), buf_str(&out));
		json_free(root);
	}
	buf_free(&out);
	buf_free(&again);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_written),
		cmocka_unit_test(begin_is_all_zero),
		cmocka_unit_test(units_days_and_instants),
		cmocka_unit_test(strings_are_made_safe),
		cmocka_unit_test(names_are_made_safe),
		cmocka_unit_test(misuse_fails),
		cmocka_unit_test(a_failed_buffer_stays_as_it_was),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(trees_come_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
