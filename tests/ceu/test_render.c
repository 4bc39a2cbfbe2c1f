/* What people see, from fixed answers: tests/data/ceu/NAME.json against NAME.txt, ascii and colour variants,
 * widths. With CEU_GOLDEN=write in the environment the texts are written anew, to be looked at before they
 * are committed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "render.h"
#include "rendered.h"
#include "view.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void rendered(size_t i, struct look look, struct buf *out)
{
	const struct rendered_case *c = &rendered_cases[i];
	struct json *doc = rendered_doc(c->from), *second = c->other ? rendered_doc(c->other) : NULL;
	struct arena a = ARENA_INIT;
	struct page p = { .look = look };

	rendered_show(c, &p, &a, doc, second);
	assert_false(p.text.failed);
	*out = p.text;
	arena_free(&a);
	json_free(doc);
	json_free(second);
}

static void write_golden(const char *name, const struct buf *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "tests/data/ceu/%s.txt", name);
	f = fopen(path, "w");
	assert_non_null(f);
	fwrite(buf_str(text), 1, text->len, f);
	assert_int_equal(fclose(f), 0);
}

static void compare(const char *name, struct buf *got)
{
	const char *mode = getenv("CEU_GOLDEN");
	struct buf expected = BUF_INIT;

	if (mode && !strcmp(mode, "write"))
		write_golden(name, got);
	if (rendered_file(name, "txt", &expected))
		fail_msg("tests/data/ceu/%s.txt cannot be read", name);
	if (strcmp(buf_str(got), buf_str(&expected)))
		fail_msg("%s is\n%s\nand should be\n%s", name, buf_str(got), buf_str(&expected));
	buf_free(&expected);
	buf_free(got);
}

static void shows_what_was_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < rendered_count; i++) {
		struct buf got = BUF_INIT;

		rendered(i, (struct look){ .cut = 1 }, &got);
		compare(rendered_cases[i].name, &got);
	}
}

/* Nothing that steers a terminal gets through, no line is wider than the screen, none ends in a blank. */
static void keeps_to_its_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < rendered_count; i++) {
		struct buf got = BUF_INIT;
		char *rest, *line;

		rendered(i, (struct look){ .cut = 1 }, &got);
		assert_true(text_is_utf8(buf_str(&got), got.len));
		for (rest = got.data; rest && (line = strsep(&rest, "\n"));) {
			if (text_has_control(line, strlen(line)))
				fail_msg("%s holds a control character: %s", rendered_cases[i].name, line);
			if (text_width(line) > PAGE_WIDTH)
				fail_msg("%s is wider than %d: %s", rendered_cases[i].name, PAGE_WIDTH, line);
			if (*line && line[strlen(line) - 1] == ' ')
				fail_msg("%s has a blank at the end: %s", rendered_cases[i].name, line);
		}
		buf_free(&got);
	}
}

/* Colours add nothing but paint: without their codes the text is the same. */
static void paints_by_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < rendered_count; i++) {
		struct buf plain = BUF_INIT, painted = BUF_INIT, bare = BUF_INIT;

		rendered(i, (struct look){ .cut = 1 }, &plain);
		rendered(i, (struct look){ .cut = 1, .colour = 1 }, &painted);
		for (const char *s = buf_str(&painted); *s;) {
			if (*s == '\033') {
				size_t len = strspn(s + 2, "0123456789;");

				assert_true(s[1] == '[' && s[2 + len] == 'm');
				s += 3 + len;
			} else {
				buf_putc(&bare, *s++);
			}
		}
		assert_string_equal(buf_str(&bare), buf_str(&plain));
		buf_free(&plain);
		buf_free(&painted);
		buf_free(&bare);
	}
}

static size_t index_of(const char *name)
{
	size_t i = 0;

	while (i < rendered_count && strcmp(rendered_cases[i].name, name))
		i++;
	assert_true(i < rendered_count);
	return i;
}

static void draws_with_ascii(void **state)
{
	static const char *const which[] = { "status", "status-done", "proposal-recorded", "reminders-nowhere", "nudged",
		"mail-plan" };

	(void)state;
	for (size_t k = 0; k < COUNT(which); k++) {
		struct buf got = BUF_INIT;
		char name[80];

		rendered(index_of(which[k]), (struct look){ .cut = 1, .ascii = 1 }, &got);
		for (size_t i = 0; i < got.len; i++)
			assert_true((unsigned char)got.data[i] < 0x80);
		snprintf(name, sizeof name, "%s-ascii", which[k]);
		compare(name, &got);
	}
}

static void paints_the_status(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	rendered(0, (struct look){ .cut = 1, .colour = 1 }, &got);
	compare("status-colour", &got);
}

static void is_quiet_when_asked(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	rendered(0, (struct look){ .quiet = 1 }, &got);
	assert_null(strstr(buf_str(&got), "Next:"));
	assert_non_null(strstr(buf_str(&got), "12.0 of 20 units count"));
	buf_free(&got);
}

static void cuts_only_on_a_terminal(void **state)
{
	static const char whole[] =
	    "A future evening about a subject whose name alone would fill the line of any terminal (planned)";
	struct buf got = BUF_INIT;

	(void)state;
	rendered(14, (struct look){ 0 }, &got);
	assert_non_null(strstr(buf_str(&got), whole));
	buf_free(&got);
	rendered(14, (struct look){ .cut = 1 }, &got);
	assert_null(strstr(buf_str(&got), whole));
	assert_non_null(strstr(buf_str(&got), "… (planned)"));
	buf_free(&got);
}

/* ---- bars */

static void fills_bars(void **state)
{
	static const struct { struct bar bar; int ascii; const char *text; } rows[] = {
		{ { 1000, 0, 0, 10 }, 0, "░░░░░░░░░░" },
		{ { 1000, 1000, 0, 10 }, 0, "██████████" },
		{ { 1000, 950, 0, 10 }, 0, "█████████▌" },
		{ { 1000, 12, 0, 10 }, 0, "░░░░░░░░░░" },
		{ { 1000, 13, 0, 10 }, 0, "▏░░░░░░░░░" },
		{ { 1000, 988, 0, 10 }, 0, "█████████▉" },
		{ { 1000, 200, 300, 10 }, 0, "██▒▒▒░░░░░" },
		{ { 1000, 250, 300, 10 }, 0, "██▌▒▒▒░░░░" },
		{ { 1000, 1000, 300, 10 }, 0, "██████████" },
		{ { 1000, 900, 9900, 10 }, 0, "█████████▒" },
		{ { 1000, 5000, 0, 10 }, 0, "██████████" },
		{ { 1000, -500, -1, 10 }, 0, "░░░░░░░░░░" },
		{ { 1000, 300, 1, 10 }, 0, "███▒░░░░░░" }, { { 1000, 300, 1, 10 }, 1, "###=......" },
		{ { 1000, 950, 50, 10 }, 0, "█████████▌" }, { { 1000, 950, 50, 10 }, 1, "#########=" },
		{ { 0, 500, 500, 4 }, 0, "░░░░" },
		{ { 1000, 950, 0, 10 }, 1, "#########." },
		{ { 1000, 250, 300, 10 }, 1, "##===....." },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct page p = { .look = { .ascii = rows[i].ascii } };

		page_bar(&p, &rows[i].bar);
		if (strcmp(buf_str(&p.text), rows[i].text))
			fail_msg("row %zu: %s is not %s", i, buf_str(&p.text), rows[i].text);
		assert_int_equal(p.column, rows[i].bar.width);
		page_free(&p);
	}
}

static void keeps_bars_of_one_width(void **state)
{
	(void)state;
	for (int64_t counted = 0; counted <= 1100; counted += 7) {
		for (int64_t more = 0; more <= 1100; more += 31) {
			struct page p = { .look = { .ascii = 0 } };

			page_bar(&p, &(struct bar){ 1000, counted, more, 10 });
			assert_int_equal(text_width(buf_str(&p.text)), 10);
			page_free(&p);
		}
	}
}

/* ---- text */

static void cleans_what_steers_a_terminal(void **state)
{
	static const struct { const char *from; int lines; const char *to; } rows[] = {
		{ "plain ünïcode ✓ 日本", 0, "plain ünïcode ✓ 日本" },
		{ "\033[31mred\033[0m", 0, "?[31mred?[0m" },
		{ "\033]0;title\007", 0, "?]0;title?" },
		{ "a\nb", 0, "a?b" }, { "a\nb\r\n", 1, "a\nb?\n" },
		{ "tab\there", 0, "tab?here" },
		{ "\xC2\x9B" "31m", 0, "?31m" }, { "del\x7f", 0, "del?" },
		{ "\xE2\x80\xAE" "abc", 0, "?abc" }, { "bad\xff\xc3", 0, "bad??" },
		{ "", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = BUF_INIT;

		assert_int_equal(page_clean(&b, rows[i].from, rows[i].lines), 0);
		assert_string_equal(buf_str(&b), rows[i].to);
		buf_free(&b);
	}
}

static void shortens_names(void **state)
{
	static const struct { const char *from, *to; } rows[] = {
		{ "Conferences", "Conferences" },
		{ "In-company development", "In-company development" },
		{ "Training courses, seminars and webinars", "Training courses" },
		{ "College or University courses", "College or University" },
		{ "Donaudampfschifffahrtsgesellschaft", "Donaudampfschifffahrtsgesellschaft" },
	};
	struct arena a = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(view_short(&a, rows[i].from, 22), rows[i].to);
	assert_string_equal(view_short(&a, "Measurement and analysis of the customer", 15), "Measurement");
	arena_free(&a);
}

static void wraps_at_the_edge(void **state)
{
	struct page p = { .look = { 0 } };
	char *rest, *line;

	(void)state;
	page_text(&p, INK_PLAIN, "! ");
	page_wrap(&p, 2, INK_PLAIN,
	    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
	    "fifteen\nsixteen");
	assert_string_equal(buf_str(&p.text),
	    "! one two three four five six seven eight nine ten eleven twelve thirteen\n"
	    "  fourteen fifteen\n  sixteen");
	for (rest = p.text.data; (line = strsep(&rest, "\n"));)
		assert_true(text_width(line) <= PAGE_WIDTH);
	page_free(&p);
}

/* ---- errors */

static const char *error_text(struct page *p, struct arena *a, const char *problem, const char *typed_line)
{
	static char words[400], *argv[16];
	struct typed typed = { 0, argv, "log" };
	struct err err = { .class = ERR_USAGE,
		.code = "x",
		.what = "What happened here.",
		.next = "ceu list\nAdvice in words." };
	struct json *doc = NULL;
	char *rest = words, *word;

	snprintf(words, sizeof words, "%s", typed_line);
	while ((word = strsep(&rest, "|")))
		argv[typed.argc++] = word;
	argv[typed.argc] = NULL;
	if (problem)
		assert_int_equal(json_parse(problem, strlen(problem), &doc, &err), 0);
	render_error(p, a, &err, doc, &typed);
	json_free(doc);
	return buf_str(&p->text);
}

static void ends_errors_with_a_next_step(void **state)
{
	static const struct { const char *problem, *typed, *text;
	} rows[] = {
		{ NULL, "ceu", "✗ What happened here.\n  Next: ceu list\n  Advice in words.\n" },
		{ "{\"code\":\"category-unknown\",\"detail\":\"There is no category "
		  "\\\"trainning\\\".\\nCategories: training, cxpa\","
		  "\"next\":[\"Did you mean: training\"]}",
		    "ceu|log|1h|trainning|A webinar",
		    "✗ There is no category \"trainning\".\n  Categories: training, cxpa\n  Did you mean: "
		    "ceu log 1h training \"A webinar\"\n" },
		{ "{\"detail\":\"There is no category \\\"x\\\".\",\"next\":[\"Did you mean: training\"]}",
		    "ceu|log|1h|y|z", "✗ There is no category \"x\".\n  Did you mean: training\n" },
		{ "{\"detail\":\"There is no category \\\"x\\\".\",\"next\":[\"Did you mean: training\"]}",
		    "ceu|log|x|x|z", "✗ There is no category \"x\".\n  Did you mean: training\n" },
		{ "{\"detail\":\"There is no role.\",\"next\":[\"Write professional or admin. A lead is made "
		  "by: ceu admin team set TEAM "
		  "--lead EMAIL\"]}",
		    "ceu",
		    "✗ There is no role.\n  Write professional or admin. A lead is made by:\n  ceu admin "
		    "team set TEAM --lead EMAIL\n" },
		{ "{\"detail\":\"Nothing helps\",\"next\":[]}", "ceu|log",
		    "✗ Nothing helps\n  How it is used: ceu help log\n" },
		{ "{\"detail\":\"\\u001b[31mEvil\\u009b\",\"next\":[\"\\u001b[2J\"]}", "ceu",
		    "✗ ?[31mEvil?\n  ?[2J\n" },
		{ "{\"status\":500}", "ceu", "✗ What happened here.\n  How it is used: ceu help log\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct page p = { .look = { 0 } };
		struct arena a = ARENA_INIT;

		assert_string_equal(error_text(&p, &a, rows[i].problem, rows[i].typed), rows[i].text);
		page_free(&p);
		arena_free(&a);
	}
}

static void writes_errors_as_json(void **state)
{
	const struct err err = { .class = ERR_UNREACHED,
		.code = "unreached",
		.what = "Two\nlines \"quoted\"",
		.next = "ceu a\nceu b" };
	struct page p = { .look = { 0 } };

	(void)state;
	render_error_json(&p, &err);
	assert_string_equal(buf_str(&p.text),
	    "{\"type\":\"about:blank\",\"title\":\"Not reached\",\"status\":503,\"code\":\"unreached\","
	    "\"detail\":\"Two\\nlines \\\"quoted\\\"\",\"next\":[\"ceu a\",\"ceu b\"]}\n");
	page_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_what_was_answered),
		cmocka_unit_test(keeps_to_its_lines),
		cmocka_unit_test(paints_by_meaning),
		cmocka_unit_test(draws_with_ascii),
		cmocka_unit_test(paints_the_status),
		cmocka_unit_test(is_quiet_when_asked),
		cmocka_unit_test(cuts_only_on_a_terminal),
		cmocka_unit_test(fills_bars),
		cmocka_unit_test(keeps_bars_of_one_width),
		cmocka_unit_test(cleans_what_steers_a_terminal),
		cmocka_unit_test(shortens_names),
		cmocka_unit_test(wraps_at_the_edge),
		cmocka_unit_test(ends_errors_with_a_next_step),
		cmocka_unit_test(writes_errors_as_json),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
