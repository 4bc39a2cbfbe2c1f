/* Bad program files, each refused with its reason and its place; nothing of them is kept. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"

static void refuses_bytes(const char *text, size_t len, const char *want)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;

	assert_int_equal(program_load(text, len, "t", &p, &errors), -1);
	assert_null(p);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void refuses_text(const char *text, const char *want)
{
	refuses_bytes(text, strlen(text), want);
}

static void test_ten_megabytes(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	while (text.len < 10000000)
		buf_puts(&text, "# a comment of some length, again and again, until the file is far too large\n");
	refuses_bytes(buf_str(&text), text.len, "t:1:1: the file is larger than 1 MB; split it or make it shorter\n");
	buf_free(&text);
}

static void test_ten_thousand_deep(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	for (int i = 0; i < 10000; i++)
		buf_puts(&text, "a {\n");
	for (int i = 0; i < 10000; i++)
		buf_puts(&text, "}\n");
	refuses_text(buf_str(&text), "t:17:3: blocks are nested more than 16 deep; use fewer levels\n");
	buf_free(&text);
}

static void test_bytes(void **state)
{
	static const char nul[] = "program x {\nname \"a\0b\"\n}\n", latin[] = "program x {\nname \"caf\xE9\"\n}\n",
	    overlong[] = "program x {\n\xC0\xAF\n}\n";

	(void)state;
	refuses_bytes(nul, sizeof nul - 1, "t:2:8: a NUL byte stands here; remove it\n");
	refuses_bytes(latin, sizeof latin - 1, "t:2:10: this is not valid UTF-8; save the file as UTF-8\n");
	refuses_bytes(overlong, sizeof overlong - 1, "t:2:1: this is not valid UTF-8; save the file as UTF-8\n");
}

/* Everything that is wrong with one file, in one answer. */
static void test_figures(void **state)
{
	(void)state;
	refuses_text("program x {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes -60\nstep -0.25\n}\n"
	    "cycle 0 months\ncategory a \"A\"\nrequire -20 total\nlimit -10 each category\nlimit 5 category zzz\n"
	    "earn k 999999999999 per item\n}\n",
	    "t:6:9: \"-60\" is not a whole number from 1 to 1440\n"
	    "t:7:6: \"-0.25\" is not a number of units; write one from 0.01 to 100000, like 12 or 2.5\n"
	    "t:9:7: \"0\" is not a whole number from 1 to 240\n"
	    "t:14:8: \"999999999999\" is not a number of units; write one from 0.01 to 1000, like 12 or 2.5\n"
	    "t:11:9: \"-20\" is not a number of units; write one from 0.01 to 100000, like 12 or 2.5\n"
	    "t:12:7: \"-10\" is not a number of units; write one from 0.01 to 100000, like 12 or 2.5\n"
	    "t:13:18: unknown category \"zzz\"; use one of: a\n");
}

/* A check that says what the rules do not. */
static void test_contradiction(void **state)
{
	(void)state;
	refuses("limit 5 category books\ncheck \"books count\" {\non 2026-06-30\nentry 8h books\nexpect counted 8\n}\n",
	    "t:24:1: check \"books count\" fails: expected counted 8.0, came out 5.0; correct the rules or the check\n");
}

static void test_unknown_and_unnested(void **state)
{
	(void)state;
	refuses("limit 9 group g\nlimit 9 tag t\nlimit 9 category zzz\n",
	    "t:20:15: unknown group \"g\"; the program has none\n"
	    "t:21:13: unknown tag \"t\"; the program has none\n"
	    "t:22:18: unknown category \"zzz\"; use one of: talks, books, courses\n");
	refuses("group a talks books\ngroup b books courses\nlimit 9 group a {\nid first-limit\n}\n"
	    "limit 9 group b {\nid second-limit\n}\n",
	    "t:25:1: limit \"second-limit\" and limit \"first-limit\" on line 22 are about some of the same units, "
	    "and neither is a part of the other; limits must nest\n");
}

/* Nearly the widest that the language can say, with hundreds of checks: it is read, and what counts is right. */
static void test_largest(void **state)
{
	static const char *const periods[] = { "cycle", "year" };
	struct buf more = BUF_INIT;
	struct program *p;

	(void)state;
	for (int i = 0; i < 29; i++)
		buf_printf(&more, "category c%d \"C\"\ngroup g%d c%d\ntag t%d \"T\" {\nsort s\nonly c%d\n}\n", i, i, i, i, i);
	for (int k = 0; k < 2; k++) {
		buf_printf(&more, "limit 50%% each category per %s\n", periods[k]);
		for (int i = 0; i < 29; i++)
			buf_printf(&more, "limit 9 category c%d per %s\nrequire 1 category c%d per %s\n"
			    "require 1 tag t%d per %s\nlimit 7 group g%d per %s\n", i, periods[k], i, periods[k], i, periods[k], i,
			    periods[k]);
	}
	for (int i = 0; i < 29; i++)
		buf_printf(&more, "limit 8 tag t%d per year\n", i);
	for (int i = 0; i < 300; i++)
		buf_printf(&more, "check \"%d\" {\non 2026-06-30\nentry 9h c1 tag t1\nentry 12h c%d\nexpect counted 14\n}\n", i,
		    2 + i % 27);
	p = accepts(buf_str(&more));
	assert_int_equal(p->nrules, 1 + 2 * (1 + 4 * 29) + 29);
	assert_int_equal(p->nlimits, 2 * (32 + 2 * 29) + 29);
	program_free(p);
	buf_free(&more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ten_megabytes), cmocka_unit_test(test_ten_thousand_deep), cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_figures), cmocka_unit_test(test_contradiction),
		cmocka_unit_test(test_unknown_and_unnested), cmocka_unit_test(test_largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
