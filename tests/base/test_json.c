/* JSON in: what is read, what is refused and where, and the accessors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json *parsed(const char *text)
{
	struct json *root = NULL;
	struct err err;

	if (json_parse(text, strlen(text), &root, &err) != 0)
		fail_msg("%s: %s", text, err.what);
	return root;
}

static void assert_refused(const char *text, size_t len, const char *code, const char *what)
{
	struct json *const untouched = (struct json *)&code;
	struct json *root = untouched;
	struct err err;

	if (json_parse(text, len, &root, &err) == 0)
		fail_msg("accepted: %s", text);
	assert_ptr_equal(root, untouched);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.code, code);
	assert_string_equal(err.what, what);
	assert_string_not_equal(err.next, "");
}

static void assert_invalid(const char *text, const char *where_and_why)
{
	char what[300];

	snprintf(what, sizeof(what), "The JSON document is wrong at %s.", where_and_why);
	assert_refused(text, strlen(text), "json-invalid", what);
}

static void refuses_what_is_no_json(void **state)
{
	(void)state;
	assert_invalid("", "line 1, column 1: it ends too early");
	assert_invalid("  \n ", "line 2, column 1: it ends too early");
	assert_invalid("[1,]", "line 1, column 4: this is no JSON value");
	assert_invalid("[1 2]", "line 1, column 4: this is no JSON value");
	assert_invalid("{\"a\":\n  tru}", "line 2, column 5: this is no JSON value");
	assert_invalid("{a:1}", "line 1, column 2: this is no JSON value");
	assert_invalid("{'a':1}", "line 1, column 2: this is no JSON value");
	assert_invalid("[01]", "line 1, column 2: this is no JSON value");
	assert_invalid("[+1]", "line 1, column 2: this is no JSON value");
	assert_invalid("[.5]", "line 1, column 2: this is no JSON value");
	assert_invalid("NaN", "line 1, column 3: this is no JSON value");
	assert_invalid("[1] // no", "line 1, column 5: something follows after the document");
	assert_invalid("{}{}", "line 1, column 3: something follows after the document");
	assert_invalid("[\"a", "line 1, column 3: it ends too early");
	assert_invalid("{\"a\":1", "line 1, column 6: it ends too early");
	assert_invalid("[\"a\nb\"]", "line 1, column 3: this is no JSON value");
	assert_invalid("[\"\\x\"]", "line 1, column 4: this is no JSON value");
	assert_invalid("\xEF\xBB\xBF[]", "line 1, column 1: this is no JSON value");
}

static void refuses_what_is_ambiguous(void **state)
{
	(void)state;
	assert_invalid("{\"a\":1,\"a\":2}", "line 1, column 10: a name stands twice in one object");
	assert_invalid("{\"x\":{\"a\":1,\"\\u0061\":2}}",
	    "line 1, column 20: a name stands twice in one object");
	assert_invalid("[99999999999999999999]", "line 1, column 21: a number is too large");
	assert_invalid("[9223372036854775808]", "line 1, column 20: a number is too large");
	assert_invalid("[1e999]", "line 1, column 6: a number is too large");
}

static void refuses_nul_and_broken_utf8(void **state)
{
	(void)state;
	assert_invalid("[\"a\\u0000b\"]", "line 1, column 11: a string holds a NUL character");
	assert_invalid("{\"a\\u0000b\":1}", "line 1, column 11: a string holds a NUL character");
	assert_refused("[\"a\0b\"]", 7, "json-invalid",
	    "The JSON document is wrong at line 1, column 3: this is no JSON value.");
	assert_refused("[1]\0", 4, "json-invalid",
	    "The JSON document is wrong at line 1, column 4: something follows after the document.");
	assert_invalid("[\"\xFF\"]", "line 1, column 2: it is not valid UTF-8");
	assert_invalid("[\"\xC0\xAF\"]", "line 1, column 2: it is not valid UTF-8");
	assert_invalid("[\"\xED\xA0\x80\"]", "line 1, column 2: it is not valid UTF-8");
	assert_invalid("[\"\xF4\x90\x80\x80\"]", "line 1, column 2: it is not valid UTF-8");
	assert_invalid("[\"\\ud800\"]", "line 1, column 9: this is no JSON value");
	assert_invalid("[\"\\udc00\"]", "line 1, column 9: this is no JSON value");
}

static char *nested(size_t depth, char open, char close)
{
	char *text = malloc(depth * 2 + 1);

	assert_non_null(text);
	memset(text, open, depth);
	memset(text + depth, close, depth);
	text[depth * 2] = '\0';
	return text;
}

static void levels_are_limited(void **state)
{
	static const size_t too_many[] = { 33, 100, 100000 };
	char *text = nested(32, '[', ']');
	struct json *root = parsed(text);
	const struct json *v = root;
	int levels = 0;
	size_t i;

	(void)state;
	for (; v != NULL; v = json_at(v, 0))
		levels++;
	assert_int_equal(levels, 32);
	json_free(root);
	free(text);
	for (i = 0; i < sizeof(too_many) / sizeof(*too_many); i++) {
		text = nested(too_many[i], '[', ']');
		assert_refused(text, too_many[i] * 2, "json-deep",
		    "The JSON document has more than 32 levels.");
		assert_refused(text, too_many[i], "json-deep", "The JSON document has more than 32 levels.");
		free(text);
	}
	text = nested(100000, '{', '}');
	assert_refused(text, 200000, "json-deep", "The JSON document has more than 32 levels.");
	free(text);
}

static void brackets_in_strings_are_no_levels(void **state)
{
	char text[200] = "[\"\\\"";
	struct json *root;

	(void)state;
	memset(text + 4, '[', 100);
	snprintf(text + 104, sizeof(text) - 104, "\\\\\"]");
	root = parsed(text);
	assert_int_equal(strlen(json_text(json_at(root, 0))), 102);
	json_free(root);
}

static void closing_first_hides_no_levels(void **state)
{
	char *text = nested(64, ']', '[');

	(void)state;
	assert_refused(text, 128, "json-deep", "The JSON document has more than 32 levels.");
	free(text);
}

static void members_are_found(void **state)
{
	struct json *root = parsed("{\"title\":\"Caf\\u00e9 \\ud83d\\ude00\",\"n\":-7,\"r\":1.5,\"yes\":true,"
	    "\"no\":false,\"nil\":null,\"list\":[10,\"b\"],\"in\":{\"deep\":1}}");
	int64_t n = 99;

	(void)state;
	assert_string_equal(json_str(root, "title"), "Caf\xC3\xA9 \xF0\x9F\x98\x80");
	assert_null(json_str(root, "n"));
	assert_null(json_str(root, "absent"));
	assert_int_equal(json_int(root, "absent", &n), -1);
	assert_int_equal(json_int(root, "title", &n), -1);
	assert_int_equal(json_int(root, "r", &n), -1);
	assert_int_equal(json_int(root, "nil", &n), -1);
	assert_int_equal(n, 99);
	assert_int_equal(json_int(root, "n", &n), 0);
	assert_int_equal(n, -7);
	assert_int_equal(json_bool(root, "yes", 0), 1);
	assert_int_equal(json_bool(root, "no", 1), 0);
	assert_int_equal(json_bool(root, "absent", 1), 1);
	assert_int_equal(json_bool(root, "n", 0), 0);
	assert_int_equal(json_yes(json_get(root, "yes")), 1);
	assert_int_equal(json_yes(json_get(root, "no")), 0);
	assert_int_equal(json_yes(json_get(root, "title")), 0);
	assert_int_equal(json_size(root), 8);
	assert_int_equal(json_size(json_get(root, "list")), 2);
	assert_int_equal(json_size(json_get(root, "title")), 0);
	assert_string_equal(json_text(json_at(json_get(root, "list"), 1)), "b");
	assert_null(json_at(json_get(root, "list"), 2));
	assert_null(json_at(root, 0));
	assert_null(json_get(json_get(root, "list"), "deep"));
	json_free(root);
}

static void integers_are_exact(void **state)
{
	struct json *root = parsed("{\"a\":9007199254740993,\"b\":9223372036854775807,"
	    "\"c\":-9223372036854775808,\"d\":1.0,\"e\":1e2}");
	int64_t n = 0;

	(void)state;
	assert_int_equal(json_int(root, "a", &n), 0);
	assert_true(n == INT64_C(9007199254740993));
	assert_int_equal(json_int(root, "b", &n), 0);
	assert_true(n == INT64_MAX);
	assert_int_equal(json_int(root, "c", &n), 0);
	assert_true(n == INT64_MIN);
	assert_int_equal(json_int(root, "d", &n), -1);
	assert_int_equal(json_int(root, "e", &n), -1);
	json_free(root);
}

static void kinds_are_told(void **state)
{
	struct json *root = parsed("[null,true,false,1,1.5,\"\",[],{}]");
	static const enum json_kind want[] = {
		JSON_NULL, JSON_BOOL, JSON_BOOL, JSON_NUMBER, JSON_NUMBER, JSON_STRING, JSON_ARRAY,
		JSON_OBJECT
	};
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++)
		assert_int_equal(json_kind(json_at(root, i)), want[i]);
	assert_int_equal(json_kind(json_at(root, 8)), JSON_NULL);
	json_free(root);
}

static void nothing_is_a_value_without_members(void **state)
{
	const struct json *v = NULL;
	int64_t n = 5;

	(void)state;
	json_free(NULL);
	assert_int_equal(json_kind(NULL), JSON_NULL);
	assert_null(json_get(NULL, "a"));
	assert_null(json_at(NULL, 0));
	assert_null(json_member(NULL, 0, &v));
	assert_null(json_str(NULL, "a"));
	assert_null(json_text(NULL));
	assert_int_equal(json_size(NULL), 0);
	assert_int_equal(json_int(NULL, "a", &n), -1);
	assert_int_equal(json_bool(NULL, "a", 7), 7);
	assert_int_equal(json_yes(NULL), 0);
	assert_int_equal(json_only(NULL, NULL, 0, NULL), 0);
}

static void members_keep_their_order(void **state)
{
	struct json *root = parsed("{\"zoo\":1,\"ape\":2,\"\":3,\"bee\":4}");
	static const char *const want[] = { "zoo", "ape", "", "bee" };
	const struct json *v = NULL;
	struct buf out = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_string_equal(json_member(root, i, &v), want[i]);
		buf_reset(&out);
		assert_int_equal(json_print(&out, v, 0), 0);
		assert_int_equal(buf_str(&out)[0], '1' + (int)i);
	}
	assert_null(json_member(root, 4, &v));
	buf_free(&out);
	json_free(root);
}

static void assert_prints(const char *text, int indent, const char *want)
{
	struct json *root = parsed(text);
	struct buf out = BUF_INIT;

	buf_puts(&out, ">");
	assert_int_equal(json_print(&out, root, indent), 0);
	assert_string_equal(buf_str(&out) + 1, want);
	buf_free(&out);
	json_free(root);
}

static void values_are_printed(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_prints("[85, 1.21, 1.1, 0.1, 0.25, 12.50, -0.0, 1e2, 1e300, 9007199254740993]", 0,
	    "[85,1.21,1.1,0.1,0.25,12.5,-0.0,100.0,1e300,9007199254740993]");
	assert_prints("0.30000000000000004", 0, "0.30000000000000004");
	assert_prints("{\"a\": [true, false, null], \"b\": {}, \"c\": []}", 0,
	    "{\"a\":[true,false,null],\"b\":{},\"c\":[]}");
	assert_prints("\"a\\\"b\\\\c\\/d\\u00e9\\n\\t\\u0001\"", 0, "\"a\\\"b\\\\c/d\xC3\xA9\\n\\t\\u0001\"");
	assert_prints("{\"a\":[1,{\"b\":2}],\"c\":{},\"d\":[]}", 2,
	    "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
	assert_int_equal(json_print(&out, NULL, 0), 0);
	assert_string_equal(buf_str(&out), "null");
	buf_free(&out);
}

static void printing_into_a_failed_buffer_fails(void **state)
{
	struct json *root = parsed("{\"a\":[1,\"x\",1.5]}");
	struct buf out = BUF_INIT;

	(void)state;
	out.failed = 1;
	assert_int_equal(json_print(&out, root, 2), -1);
	assert_int_equal(out.len, 0);
	json_free(root);
}

static void unknown_fields_are_named(void **state)
{
	static const char *const allowed[] = { "title", "minutes", "category" };
	struct json *root = parsed("{\"title\":\"x\",\"categroy\":\"y\"}");
	struct err err;

	(void)state;
	assert_int_equal(json_only(root, allowed, 3, &err), -1);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.code, "field-unknown");
	assert_string_equal(err.what, "There is no field \"categroy\" here.");
	assert_string_equal(err.next, "Did you mean \"category\"?");
	json_free(root);

	root = parsed("{\"\\u001b[31m\\u202Equite\\nelse\":1}");
	assert_int_equal(json_only(root, allowed, 3, &err), -1);
	assert_null(strpbrk(err.what, "\x1B\n"));
	assert_null(strstr(err.what, "\xE2\x80\xAE"));
	assert_string_equal(err.next, "Leave it out.");
	json_free(root);

	root = parsed("{\"minutes\":1,\"title\":2}");
	assert_int_equal(json_only(root, allowed, 3, &err), 0);
	assert_int_equal(json_only(json_get(root, "title"), allowed, 3, &err), 0);
	json_free(root);

	root = parsed("{\"a\":1}");
	assert_int_equal(json_only(root, NULL, 0, &err), -1);
	assert_string_equal(err.what, "There is no field \"a\" here.");
	json_free(root);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_json),
		cmocka_unit_test(refuses_what_is_ambiguous),
		cmocka_unit_test(refuses_nul_and_broken_utf8),
		cmocka_unit_test(levels_are_limited),
		cmocka_unit_test(brackets_in_strings_are_no_levels),
		cmocka_unit_test(closing_first_hides_no_levels),
		cmocka_unit_test(members_are_found),
		cmocka_unit_test(integers_are_exact),
		cmocka_unit_test(kinds_are_told),
		cmocka_unit_test(nothing_is_a_value_without_members),
		cmocka_unit_test(members_keep_their_order),
		cmocka_unit_test(values_are_printed),
		cmocka_unit_test(printing_into_a_failed_buffer_fails),
		cmocka_unit_test(unknown_fields_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
