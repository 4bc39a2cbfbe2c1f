/* Limits must nest, and let enough count: what is taken, in which order, and what is refused. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"
#include "limitset.h"

/* Lines 20 to 31. */
#define PARTS \
	"group reading books courses\ngroup heard talks courses\n" \
	"tag live \"Live\" {\nsort delivery\n}\ntag alone \"Alone\" {\nsort delivery\n}\n" \
	"tag ethics \"Ethics\" {\nsort topic\nonly talks\n}\n"

/* What is within another stands before it, whatever the amounts. */
static void check_order(const struct program *p)
{
	for (size_t i = 0; i < p->nlimits; i++)
		for (size_t k = 0; k < i; k++)
			assert_true(!limit_is_within(&p->limits[i], &p->limits[k]) ||
			    limit_is_within(&p->limits[k], &p->limits[i]));
}

static void test_bottom_up(void **state)
{
	/* category, tag, period, amount, in the order in which they must stand */
	static const struct { unsigned categories; int tag; enum period period; int amount; } want[] = {
		{ 1, 2, PER_CYCLE, 400 }, { 2, -1, PER_YEAR, 300 }, { 2, -1, PER_CYCLE, 500 }, { 2, -1, PER_CYCLE, 900 },
		{ 1, -1, PER_CYCLE, 900 }, { 4, -1, PER_CYCLE, 900 }, { 6, -1, PER_CYCLE, 1200 },
	};
	struct program *p = accepts(PARTS "limit 12 group reading\nlimit 9 each category\nlimit 5 category books\n"
	    "limit 3 category books per year\nlimit 4 tag ethics\n");
	struct limits limits;

	(void)state;
	limits_of(p, &limits);
	assert_int_equal(limits.n, sizeof want / sizeof *want);
	for (size_t i = 0; i < limits.n; i++) {
		const struct limit_set *s = &limits.sets[i];
		int found = 0;

		/* those of one size may stand in any order: the tables agree as sets, and smaller ones stand first */
		for (size_t k = 0; k < limits.n; k++)
			found += want[k].categories == s->categories && want[k].tag == s->tag &&
			    want[k].period == s->period && want[k].amount == s->amount;
		assert_int_equal(found, 1);
	}
	check_order(p);
	assert_int_equal(limits.sets[6].categories, 6);
	assert_int_equal(program_category_limit(p, 0), 900);
	assert_int_equal(program_category_limit(p, 1), 500);
	program_free(p);
}

static void test_bottom_up_of_large_parts(void **state)
{
	struct program *p = accepts(PARTS "limit 9 category books per year\nlimit 8 category books\nlimit 7 category courses per year\n"
	    "limit 19 tag ethics\nlimit 18 tag ethics per year\nlimit 10 group reading\n");

	(void)state;
	check_order(p);
	assert_int_equal(p->limits[0].tag, 2);
	assert_int_equal(p->limits[0].period, PER_YEAR);
	program_free(p);
}

static void test_holds(void **state)
{
	struct program *p = accepts(PARTS "limit 12 group reading\nlimit 4 tag ethics\n");
	struct entry_fact book = entry(1, "2026-01-01", 60, 1), talk = entry(2, "2026-01-01", 60, 0);

	(void)state;
	assert_int_equal(p->nlimits, 2);
	assert_int_equal(p->limits[0].tag, 2);
	assert_false(limit_holds(&p->limits[0], &book));
	assert_false(limit_holds(&p->limits[0], &talk));
	assert_true(limit_holds(&p->limits[1], &book));
	assert_false(limit_holds(&p->limits[1], &talk));
	talk.tags = 4;
	assert_true(limit_holds(&p->limits[0], &talk));
	talk.tags = 3;
	assert_false(limit_holds(&p->limits[0], &talk));
	program_free(p);
}

static void test_nested(void **state)
{
	static const char *const good[] = {
		"limit 19 group reading\nlimit 9 category books\nlimit 9 category talks\n",
		"limit 9 group reading\nlimit 5 category books per year\nlimit 4 group reading per year\n",
		"limit 9 tag live\nlimit 9 tag alone\n",
		"limit 9 tag live\nlimit 3 tag live per calendar-year\nlimit 9 tag alone per year\n",
		"limit 9 category talks\nlimit 9 tag ethics\nlimit 2 tag ethics per year\n",
		"limit 9 group reading\nlimit 9 tag ethics\n",
		"limit 9 category books per year\nlimit 9 category talks per calendar-year\n",
		"limit 9 each category\nlimit 12 group reading\nlimit 4 each category per year\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct buf more = BUF_INIT;

		buf_printf(&more, "%s%s", PARTS, good[i]);
		program_free(accepts(buf_str(&more)));
		buf_free(&more);
	}
}

/* The two limits are named, with their lines, where the later one stands. */
static void test_not_nested(void **state)
{
	static const struct { const char *more, *later, *earlier; } rows[] = {
		{ "limit 9 group reading\nlimit 9 group heard\n", "limit-group-heard", "limit-group-reading" },
		{ "limit 9 tag live\nlimit 9 category books\n", "limit-books", "limit-tag-live" },
		{ "limit 9 category books\nlimit 9 tag live\n", "limit-tag-live", "limit-books" },
		{ "limit 9 tag ethics\nlimit 9 tag live\n", "limit-tag-live", "limit-tag-ethics" },
		{ "limit 9 category books per year\nlimit 9 category books per calendar-year\n",
		    "limit-books-per-calendar-year", "limit-books-per-year" },
		{ "limit 9 category books\nlimit 9 group reading per year\n", "limit-group-reading-per-year", "limit-books" },
		{ "limit 9 category talks {\nid a\n}\nlimit 9 tag ethics per year\n", NULL, NULL },
		{ "limit 9 category talks per year\nlimit 9 tag ethics\n", "limit-tag-ethics", "limit-talks-per-year" },
		{ "limit 9 each category\nlimit 9 tag live\n", "limit-tag-live", "limit-each-category" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf more = BUF_INIT, want = BUF_INIT;

		buf_printf(&more, "%s%s", PARTS, rows[i].more);
		buf_printf(&want, "t:33:1: limit \"%s\" and limit \"%s\" on line 32 are about some of the same units, "
		    "and neither is a part of the other; limits must nest\n", rows[i].later, rows[i].earlier);
		if (rows[i].later)
			refuses(buf_str(&more), buf_str(&want));
		else	/* a tag's year is within its category's cycle */
			program_free(accepts(buf_str(&more)));
		buf_free(&more);
		buf_free(&want);
	}
}

/* Of three limits each that has no place among the others is told once; no check is run on them. */
static void test_every_one_is_told(void **state)
{
	(void)state;
	refuses(PARTS "limit 9 group reading\nlimit 9 group heard\nlimit 9 tag live\n"
	    "check \"c\" {\non 2026-01-01\nexpect counted 99\n}\n",
	    "t:33:1: limit \"limit-group-heard\" and limit \"limit-group-reading\" on line 32 are about some of the same "
	    "units, and neither is a part of the other; limits must nest\n"
	    "t:34:1: limit \"limit-tag-live\" and limit \"limit-group-reading\" on line 32 are about some of the same units, "
	    "and neither is a part of the other; limits must nest\n");
}

#define UNREACHABLE(line, need, most) \
	"t:" line ": " need " units are required, but all limits together let " most " count; change one of the two\n"

static void test_unreachable(void **state)
{
	(void)state;
	refuses(PARTS "limit 15 group reading\nlimit 4 category talks\n", UNREACHABLE("16:2", "20.0", "19.0"));
	refuses(PARTS "limit 45% group reading\nlimit 45% category talks\n", UNREACHABLE("16:2", "20.0", "18.0"));
	refuses(PARTS "limit 3 each category per year\n", UNREACHABLE("16:2", "20.0", "18.0"));
	refuses(PARTS "require 5 category books\nlimit 4 category books\n", UNREACHABLE("32:1", "5.0", "4.0"));
	refuses(PARTS "require 5 group reading\nlimit 2 category books\nlimit 2 category courses\n",
	    UNREACHABLE("32:1", "5.0", "4.0"));
	refuses(PARTS "require 5 tag alone\nlimit 4 tag alone\n", UNREACHABLE("32:1", "5.0", "4.0"));
	refuses(PARTS "require 5 tag alone\nlimit 4 tag alone\nlimit 9 tag live\n", UNREACHABLE("32:1", "5.0", "4.0"));
	refuses(PARTS "require 5 tag ethics\nlimit 4 category talks\n", UNREACHABLE("32:1", "5.0", "4.0"));
	refuses(PARTS "require 5 total per year\nlimit 3 each category per year\nlimit 3.5 group reading per year\n"
	    "limit 1 category talks per year\n",
	    UNREACHABLE("16:2", "20.0", "9.0") UNREACHABLE("32:1", "5.0", "4.5"));
}

/* A year's requirement under the limits of that year, and of the cycle. */
static void test_unreachable_years(void **state)
{
	(void)state;
	refuses(PARTS "require 5 category books per year\nlimit 4 category books per year\n",
	    UNREACHABLE("32:1", "5.0", "4.0"));
	refuses(PARTS "require 5 category books per year\nlimit 9 category books\n", UNREACHABLE("32:1", "10.0", "9.0"));
	program_free(accepts(PARTS "require 5 category books per year\nlimit 10 category books\n"));
	/* two years of the cycle touch three calendar years, and a whole calendar year two years of the cycle */
	program_free(accepts("limit 7 category talks per calendar-year\nlimit 0.01 category books\n"
	    "limit 0.01 category courses\n"));
	program_free(accepts("require 8 category talks per calendar-year\nlimit 4 category talks per year\n"));
	/* of two calendar years one may lie within a cycle, but none need */
	program_free(accepts("require 5 category talks per calendar-year\nlimit 5 category talks\n"));
}

/* A limit on a tag stops nobody who can do without it. */
static void test_tags_leave_a_way(void **state)
{
	(void)state;
	program_free(accepts(PARTS "limit 5 tag live\nlimit 5 tag alone\n"));
	refuses("tag live \"Live\" {\nsort delivery\n}\ntag alone \"Alone\" {\nsort delivery\n}\n"
	    "category talks2 \"T\" {\ntag live\n}\n"
	    "limit 5 tag live\nlimit 5 tag alone\nlimit 1 category talks\n",
	    "t:31:1: limit \"limit-talks\" and limit \"limit-tag-live\" on line 29 are about some of the same units, "
	    "and neither is a part of the other; limits must nest\n");
	/* all categories are live or alone, both are limited: 19 at most */
	{
		static const char head[] = "program x {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 1\n}\n"
		    "cycle 12 months\ncategory a \"A\" {\ntag live\n}\ncategory b \"B\" {\ntag alone\n}\n"
		    "tag live \"L\" {\nsort s\n}\ntag alone \"A\" {\nsort s\n}\nrequire 20 total\n";
		struct buf text = BUF_INIT;
		char *errors;

		buf_printf(&text, "%slimit 10 tag live\nlimit 9 tag alone\n}\n", head);
		errors = refused(buf_str(&text));
		assert_string_equal(errors, UNREACHABLE("22:1", "20.0", "19.0"));
		free(errors);
		buf_reset(&text);
		buf_printf(&text, "%stag third \"T\" {\nsort s\nonly b\n}\nlimit 10 tag live\nlimit 9 tag alone\n}\n", head);
		program_free(load(buf_str(&text)));	/* b may be of the third */
		buf_reset(&text);
		buf_printf(&text, "%stag third \"T\" {\nsort s\nonly c\n}\ncategory c \"C\" {\ntag third\n}\n"
		    "limit 0.5 tag third\nlimit 10 tag live\nlimit 9 tag alone\n}\n", head);
		errors = refused(buf_str(&text));
		assert_string_equal(errors, UNREACHABLE("22:1", "20.0", "19.5"));
		free(errors);
		buf_reset(&text);
		buf_printf(&text, "%stag third \"T\" {\nsort s\nonly c\n}\ncategory c \"C\" {\ntag live\n}\n"
		    "limit 10 tag live\nlimit 9 tag alone\n}\n", head);
		program_free(load(buf_str(&text)));	/* c may */
		buf_free(&text);
	}
}

/* A tag that is only for another category is no way out. */
static void test_tags_of_others(void **state)
{
	char *errors = refused("program x {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 1\n}\n"
	    "cycle 12 months\ncategory a \"A\" {\ntag live\n}\ncategory b \"B\" {\ntag alone\n}\ncategory c \"C\"\n"
	    "tag live \"L\" {\nsort s\nonly a b\n}\ntag alone \"A\" {\nsort s\nonly a b\n}\n"
	    "tag third \"T\" {\nsort s\nonly c\n}\nrequire 20 total\n"
	    "limit 0.5 category c\nlimit 10 tag live\nlimit 9 tag alone\n}\n");

	(void)state;
	assert_string_equal(errors, UNREACHABLE("29:1", "20.0", "19.5"));
	free(errors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bottom_up),
		cmocka_unit_test(test_bottom_up_of_large_parts), cmocka_unit_test(test_holds), cmocka_unit_test(test_nested),
		cmocka_unit_test(test_not_nested), cmocka_unit_test(test_every_one_is_told),
		cmocka_unit_test(test_unreachable), cmocka_unit_test(test_unreachable_years),
		cmocka_unit_test(test_tags_leave_a_way), cmocka_unit_test(test_tags_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
