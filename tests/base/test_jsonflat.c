/* Flat objects read in place: the same as json_parse() says, for good and bad ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

enum { MAX = 8, ROUNDS = 30000 };

static struct json_flat got[MAX];
static struct buf copy;
static struct err err;
static size_t n;

static int flat_of(const char *text, size_t len)
{
	buf_reset(&copy);
	assert_int_equal(buf_add(&copy, text, len), 0);
	return json_flat(copy.data, len, got, MAX, &n, &err);
}

static int flat(const char *text)
{
	return flat_of(text, strlen(text));
}

static void members(void **state)
{
	(void)state;
	assert_int_equal(flat("{\"a\":\"x\",\"b\":-12,\"c\":true,\"d\":false,\"e\":null,\"\":\"\"}"), 0);
	assert_int_equal(n, 6);
	assert_string_equal(got[0].name, "a");
	assert_true(got[0].kind == JSON_STRING && got[0].len == 1);
	assert_string_equal(got[0].text, "x");
	assert_true(got[1].kind == JSON_NUMBER && got[1].n == -12);
	assert_string_equal(got[1].text, "");
	assert_true(got[2].kind == JSON_BOOL && got[2].n == 1);
	assert_true(got[3].kind == JSON_BOOL && got[3].n == 0);
	assert_true(got[4].kind == JSON_NULL);
	assert_string_equal(got[5].name, "");
	assert_int_equal(flat(" {\t\"a\" :\r\n 7 , \"a\" : 8 } \n"), 0);
	assert_int_equal(n, 2);
	assert_true(got[0].n == 7 && got[1].n == 8);
	assert_int_equal(flat("{}"), 0);
	assert_int_equal(n, 0);
	assert_int_equal(flat("{\"a\":9223372036854775807,\"b\":-9223372036854775808}"), 0);
	assert_true(got[0].n == INT64_MAX && got[1].n == INT64_MIN);
}

static void escapes(void **state)
{
	(void)state;
	assert_int_equal(flat("{\"a\\u0041\":\"q\\\"b\\\\s\\/\\b\\f\\n\\r\\t\\u00e4\\u20AC\\ud83d\\uDE00 \xc3\xa4z\"}"), 0);
	assert_string_equal(got[0].name, "aA");
	assert_string_equal(got[0].text, "q\"b\\s/\b\f\n\r\t\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 \xc3\xa4z");
	assert_int_equal(got[0].len, strlen(got[0].text));
}

static void refused(void **state)
{
	static const char *const bad[] = { "", " ", "{", "}", "[]", "7", "null", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}",
		"{\"a\":1}x", "{\"a\":1}{}", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":1.5}", "{\"a\":1e3}", "{\"a\":01}", "{\"a\":-}",
		"{\"a\":+1}", "{\"a\":9223372036854775808}", "{\"a\":-9223372036854775809}", "{\"a\":tru}", "{\"a\":trueish}",
		"{\"a\":\"", "{\"a\":\"x", "{\"a\":\"\\", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u0000\"}",
		"{\"a\":\"\\u12g4\"}", "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\ud83dx\"}", "{\"a\":\"\\ud83d\\u0041\"}", "{\"a\":\"\\udc00\"}",
		"{\"a\":\"\\ud83d\\u", "{\"a\":\"\x01\"}", "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}", "{\"a\":\"\xc3",
		"{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xc0\xaf\"}", "{\"a\":1 \"b\":2}", "{\"a\" 1}",
		"{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (flat(bad[i]) != -1)
			fail_msg("taken: %s", bad[i]);
		assert_string_equal(err.code, "json-invalid");
	}
	assert_int_equal(flat_of("{\"a\":\"\0\"}", 9), -1);
	assert_int_equal(flat_of("{\"a\":1}\0", 8), -1);
}

static size_t add_piece(struct buf *out)
{
	static const char *const pieces[] = { "{", "}", "\"", "\"a\"", "\"b\":", ":", ",", "1", "-0", "12", "0", "true", "false",
		"null", "\\u00e4", "\\ud83d", "\\ude00", "\\n", "\\\"", "\\", "x y", "\xc3\xa4", "\xe2\x82\xac", "\xff", " ", "\t", "[", "]",
		"\"c\":\"d\"", "\"e\":7", ".", "e", "\x7f", "\x1f" };

	buf_puts(out, pieces[(size_t)random() % (sizeof(pieces) / sizeof(pieces[0]))]);
	return out->len;
}

/* 1 if json_parse() takes it and it is flat, with whole numbers alone. */
static int is_flat(const struct json *v)
{
	const struct json *m;
	int64_t ignored;
	const char *name;

	if (json_kind(v) != JSON_OBJECT || json_size(v) > MAX)
		return 0;
	for (size_t i = 0; (name = json_member(v, i, &m)) != NULL; i++)
		if (json_kind(m) == JSON_ARRAY || json_kind(m) == JSON_OBJECT ||
		    (json_kind(m) == JSON_NUMBER && json_int(v, name, &ignored) != 0))
			return 0;
	return 1;
}

static int has_double(void)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(got[i].name, got[j].name) == 0)
				return 1;
	return 0;
}

static void same_members(const struct json *v)
{
	assert_int_equal(n, json_size(v));
	for (size_t i = 0; i < n; i++) {
		const struct json *m = json_get(v, got[i].name);
		int64_t number = 0;

		assert_int_equal(got[i].kind, json_kind(m));
		if (got[i].kind == JSON_STRING)
			assert_string_equal(got[i].text, json_text(m));
		if (got[i].kind == JSON_NUMBER && json_int(v, got[i].name, &number) == 0)
			assert_true(got[i].n == number);
		if (got[i].kind == JSON_BOOL)
			assert_int_equal(got[i].n, json_yes(m));
	}
}

/* What json_parse() says of the same bytes; a name twice is the one thing that only it refuses. */
static void compare(const struct buf *text, size_t *taken)
{
	struct json *v = NULL;
	int whole = json_parse(buf_str(text), text->len, &v, &err) == 0, flat_rc = flat_of(buf_str(text), text->len);

	if (whole && flat_rc != (is_flat(v) ? 0 : -1))
		fail_msg("%s: %d", buf_str(text), flat_rc);
	if (!whole && flat_rc == 0 && !has_double())
		fail_msg("taken: %s", buf_str(text));
	if (whole && flat_rc == 0) {
		same_members(v);
		(*taken)++;
	}
	json_free(v);
}

static void as_the_other_reader(void **state)
{
	const char *given = getenv("CEUD_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : 20260312U;
	struct buf text = BUF_INIT;
	size_t taken = 0;

	(void)state;
	printf("seed %u\n", seed);
	srandom(seed);
	for (int i = 0; i < ROUNDS; i++) {
		buf_reset(&text);
		buf_puts(&text, i % 2 ? "{\"q\":\"" : "{");
		for (long k = random() % 6; k > 0; k--)
			add_piece(&text);
		buf_puts(&text, i % 2 ? "\"}" : "}");
		compare(&text, &taken);
	}
	assert_true(taken > ROUNDS / 20);
	buf_free(&text);
	buf_free(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members),
		cmocka_unit_test(escapes),
		cmocka_unit_test(refused),
		cmocka_unit_test(as_the_other_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
