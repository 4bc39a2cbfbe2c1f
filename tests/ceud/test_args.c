/* Members, words and numbers of requests: what is taken, and what is refused with which code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "args.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/json.h"
#include "routes.h"

static struct program *program;
static struct arena arena;

static int load_program(void **state)
{
	const struct embed *e = embed_find("programs/ccxp-2y20.rules");
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };

	(void)state;
	return program_load((const char *)e->data, e->len, e->name, &program, &errors);
}

static int free_program(void **state)
{
	(void)state;
	program_free(program);
	arena_free(&arena);
	return 0;
}

static struct json *body_of(const char *text)
{
	struct json *body = NULL;
	struct err err = { 0 };

	if (json_parse(text, strlen(text), &body, &err))
		fail_msg("%s: %s", text, err.what);
	return body;
}

static void is_refused(int rc, const struct err *err, const char *code, const char *piece)
{
	assert_int_equal(rc, -1);
	assert_string_equal(err->code, code);
	assert_int_equal(err->class, ERR_USAGE);
	if (!strstr(err->what, piece) && !strstr(err->next, piece))
		fail_msg("\"%s\" is neither in \"%s\" nor in \"%s\"", piece, err->what, err->next);
}

/* ---- members */

static void members_known(void **state)
{
	static const char *const names[] = { "title", "hours" };
	struct call c = { .body = NULL };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(args_only(&c, names, 2, &err), 0);
	c.body = body_of("{\"hours\":\"1h\"}");
	assert_int_equal(args_only(&c, names, 2, &err), 0);
	is_refused(args_only(&c, names, 1, &err), &err, "field-unknown", "hours");
	json_free(c.body);
}

static void texts_and_flags(void **state)
{
	struct json *b = body_of("{\"a\":\"x\",\"n\":null,\"i\":1,\"yes\":true,\"no\":false,\"l\":[]}");
	const char *text = "before";
	struct err err = { 0 };
	int flag = 7;

	(void)state;
	assert_int_equal(args_text(b, "a", &text, &err), 1);
	assert_string_equal(text, "x");
	assert_int_equal(args_text(b, "n", &text, &err), 0);
	assert_int_equal(args_text(b, "absent", &text, &err), 0);
	assert_int_equal(args_text(NULL, "a", &text, &err), 0);
	assert_string_equal(text, "x");
	is_refused(args_text(b, "i", &text, &err), &err, "field-type", "\"i\" is to be a text");
	is_refused(args_text(b, "l", &text, &err), &err, "field-type", "\"l\"");
	assert_int_equal(args_flag(b, "absent", &flag, &err), 0);
	assert_int_equal(flag, 7);
	assert_int_equal(args_flag(b, "no", &flag, &err), 1);
	assert_int_equal(flag, 0);
	assert_int_equal(args_flag(b, "yes", &flag, &err), 1);
	assert_int_equal(flag, 1);
	is_refused(args_flag(b, "a", &flag, &err), &err, "field-type", "true or false");
	is_refused(args_flag(b, "i", &flag, &err), &err, "field-type", "true or false");
	json_free(b);
}

static void line_of(const char *json, size_t max, const char *want)
{
	struct json *b = body_of(json);
	const char *line = NULL;
	struct err err = { 0 };

	assert_int_equal(args_line(b, "title", max, &arena, &line, &err), 1);
	assert_string_equal(line, want);
	json_free(b);
}

static void bad_line(const char *json, size_t max, const char *code, const char *piece)
{
	struct json *b = body_of(json);
	const char *line = "before";
	struct err err = { 0 };

	is_refused(args_filled(b, "title", max, &arena, &line, &err), &err, code, piece);
	assert_string_equal(line, "before");
	json_free(b);
}

static void lines(void **state)
{
	(void)state;
	line_of("{\"title\":\"  A   tidy  line \"}", 20, "A tidy line");
	line_of("{\"title\":\"\"}", 20, "");
	line_of("{\"title\":\"12345\"}", 5, "12345");
	line_of("{\"title\":\"\\u00e9\\u00e9\\u00e9\\ud83d\\ude00\\u6f22\"}", 5,
	    "\xc3\xa9\xc3\xa9\xc3\xa9\xf0\x9f\x98\x80\xe6\xbc\xa2");
	line_of("{\"title\":\"<b>&\\\"'\"}", 20, "<b>&\"'");
	bad_line("{\"title\":\"123456\"}", 5, "title-long", "longer than 5 characters");
	bad_line("{\"title\":\"\"}", 5, "title-empty", "The title is empty.");
	bad_line("{\"title\":\"   \"}", 5, "title-empty", "at least one");
	bad_line("{\"title\":\"a\\u0007b\"}", 5, "title-control", "control characters");
	bad_line("{\"title\":\"a\\nb\"}", 5, "title-control", "one line");
	bad_line("{\"title\":\"a\\u202eb\"}", 5, "title-control", "control");
	bad_line("{\"title\":\"a\\u0085b\"}", 5, "title-control", "control");
	bad_line("{\"title\":7}", 5, "field-type", "\"title\"");
}

/* ---- hours and days */

static void hours_of(const char *json, int want)
{
	struct json *b = body_of(json);
	struct err err = { 0 };
	int minutes = -1;

	assert_int_equal(args_minutes(b, &minutes, &err), want < 0 ? 0 : 1);
	assert_int_equal(minutes, want);
	json_free(b);
}

static void bad_hours(const char *json, const char *code, const char *piece)
{
	struct json *b = body_of(json);
	struct err err = { 0 };
	int minutes = -1;

	is_refused(args_minutes(b, &minutes, &err), &err, code, piece);
	assert_int_equal(minutes, -1);
	json_free(b);
}

static void hours(void **state)
{
	(void)state;
	hours_of("{}", -1);
	hours_of("{\"hours\":null}", -1);
	hours_of("{\"hours\":\"1h30\"}", 90);
	hours_of("{\"hours\":\"24h\"}", 1440);
	hours_of("{\"minutes\":1}", 1);
	hours_of("{\"minutes\":1440}", 1440);
	bad_hours("{\"hours\":\"-1h\"}", "hours-range", "-1h");
	bad_hours("{\"hours\":\"25h\"}", "hours-range", "24 hours");
	bad_hours("{\"hours\":\"much\"}", "hours-unknown", "1h30");
	bad_hours("{\"hours\":2}", "field-type", "hours");
	bad_hours("{\"hours\":\"1h\",\"minutes\":60}", "hours-double", "one of them");
	bad_hours("{\"minutes\":0}", "hours-range", "0 minutes");
	bad_hours("{\"minutes\":1441}", "hours-range", "1441 minutes");
	bad_hours("{\"minutes\":-60}", "hours-range", "-60 minutes");
	bad_hours("{\"minutes\":1.5}", "field-type", "whole number");
	bad_hours("{\"minutes\":\"60\"}", "field-type", "whole number");
	bad_hours("{\"minutes\":9223372036854775807}", "hours-range", "9223372036854775807");
}

static void days(void **state)
{
	struct json *b = body_of("{\"on\":\"yesterday\",\"until\":\"30 june\",\"bad\":\"03/04/2026\",\"kind\":5}");
	struct err err = { 0 };
	day_t today, day = 0, want;

	(void)state;
	assert_int_equal(date_from_ymd(2026, 3, 12, &today), 0);
	assert_int_equal(args_day(b, "on", today, DATE_BACK, &day, &err), 1);
	assert_int_equal(day, today - 1);
	assert_int_equal(args_day(b, "until", today, DATE_FORWARD, &day, &err), 1);
	assert_int_equal(date_from_ymd(2026, 6, 30, &want), 0);
	assert_int_equal(day, want);
	assert_int_equal(args_day(b, "absent", today, DATE_BACK, &day, &err), 0);
	assert_int_equal(day, want);
	is_refused(args_day(b, "bad", today, DATE_BACK, &day, &err), &err, "date-ambiguous", "3 April");
	is_refused(args_day(b, "kind", today, DATE_BACK, &day, &err), &err, "field-type", "kind");
	assert_int_equal(day, want);
	json_free(b);
}

/* ---- categories and competencies */

static void categories(void **state)
{
	struct err err = { 0 };
	int at = -1;

	(void)state;
	assert_int_equal(args_category_word("training", program, &at, &err), 0);
	assert_int_equal(at, 0);
	assert_int_equal(args_category_word("cx", program, &at, &err), 0);
	assert_int_equal(at, 4);
	is_refused(args_category_word("trainning", program, &at, &err), &err, "category-unknown",
	    "Did you mean: training");
	is_refused(args_category_word("zzzzzzzzz", program, &at, &err), &err, "category-unknown",
	    "Categories: training, in-company, conference, college, cxpa");
	is_refused(args_category_word("co", program, &at, &err), &err, "category-ambiguous",
	    "conference, college");
	is_refused(args_category_word("", program, &at, &err), &err, "category-unknown", "\"\"");
	is_refused(args_category_word("\x1b[31m", program, &at, &err), &err, "category-unknown", "\"?[31m\"");
	assert_int_equal(at, 4);
}

static void competencies(void **state)
{
	struct json *b = body_of("{\"for\":[\"voice\",\"des\",\"voice\"]}");
	struct competencies got = { .n = 9 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(args_competencies(b, program, &got, &err), 1);
	assert_int_equal(got.n, 2);
	assert_string_equal(got.ids[0], "voice");
	assert_string_equal(got.ids[1], "design");
	json_free(b);
	b = body_of("{\"for\":[]}");
	assert_int_equal(args_competencies(b, program, &got, &err), 1);
	assert_int_equal(got.n, 0);
	json_free(b);
	got.n = 9;
	b = body_of("{\"for\":[\"voice\",\"nonsense\"]}");
	is_refused(args_competencies(b, program, &got, &err), &err, "competency-unknown",
	    "Competencies: culture, voice");
	json_free(b);
	b = body_of("{\"for\":\"voice\"}");
	is_refused(args_competencies(b, program, &got, &err), &err, "field-type", "a list");
	json_free(b);
	b = body_of("{\"for\":[[\"voice\"]]}");
	is_refused(args_competencies(b, program, &got, &err), &err, "field-type", "a list");
	json_free(b);
	assert_int_equal(args_competencies(NULL, program, &got, &err), 0);
	assert_int_equal(got.n, 9);
}

/* ---- numbers */

static void numbers(void **state)
{
	static const char *const bad[] = { "", "0", "01", "-1", "+1", "1.0", " 1", "1 ", "0x1", "x",
	    "1234567890123456", "\xd9\xa1" };
	struct err err = { 0 };
	int64_t n = -7;

	(void)state;
	assert_int_equal(args_number("1", "an entry", &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(args_number("999999999999999", "an entry", &n, &err), 0);
	assert_int_equal(n, INT64_C(999999999999999));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		is_refused(args_number(bad[i], "an entry", &n, &err), &err, "number-invalid",
		    "is no number of an entry");
	assert_int_equal(n, INT64_C(999999999999999));
}

static void ids(void **state)
{
	static const char *const bad[] = { "", ",", "1,", ",1", "1,,2", "1,x", "1, 2" };
	struct buf many = BUF_INIT;
	struct ids got = { NULL, 9 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(args_ids("3,14,3,2", &arena, &got, &err), 0);
	assert_int_equal(got.n, 3);
	assert_int_equal(got.items[0], 3);
	assert_int_equal(got.items[1], 14);
	assert_int_equal(got.items[2], 2);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		is_refused(args_ids(bad[i], &arena, &got, &err), &err, "number-invalid", "number");
	for (int i = 1; i <= 100; i++)
		buf_printf(&many, "%s%d", i > 1 ? "," : "", i);
	assert_int_equal(args_ids(buf_str(&many), &arena, &got, &err), 0);
	assert_int_equal(got.n, 100);
	buf_puts(&many, ",101");
	is_refused(args_ids(buf_str(&many), &arena, &got, &err), &err, "too-many", "100");
	buf_free(&many);
}

/* ---- addresses */

static void shown_urls(void **state)
{
	static const char *const rows[][2] = {
		{ "https://example.org", "https://example.org" },
		{ "https://example.org/", "https://example.org/" },
		{ "https://example.org/work.ics", "https://example.org/work.ics" },
		{ "https://example.org/work.ics?key=1", "https://example.org/work.ics/..." },
		{ "https://example.org?key=1", "https://example.org/..." },
		{ "https://example.org#key", "https://example.org/..." },
		{ "https://calendar.example/calendar/ical/a%40b/private-5e/basic.ics",
		    "https://calendar.example/calendar/..." },
		{ "https://example.org/0af3b7c9", "https://example.org/..." },
		{ "https://example.org/s3cret/work.ics", "https://example.org/..." },
		{ "https://example.org/averyveryverylongword/x", "https://example.org/..." },
		{ "https://user:pass@example.org:8443/cal/x", "https://example.org:8443/cal/..." },
		{ "https://a@b:c@example.org/cal", "https://example.org/cal" },
		{ "webcal://example.org//x", "webcal://example.org/..." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;

		assert_int_equal(args_shown_url(rows[i][0], &out), 0);
		assert_string_equal(buf_str(&out), rows[i][1]);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_known), cmocka_unit_test(texts_and_flags), cmocka_unit_test(lines),
		    cmocka_unit_test(hours),
		cmocka_unit_test(days), cmocka_unit_test(categories), cmocka_unit_test(competencies),
		    cmocka_unit_test(numbers),
		cmocka_unit_test(ids), cmocka_unit_test(shown_urls),
	};

	return cmocka_run_group_tests_name("args", tests, load_program, free_program);
}
