/* Program files: what is read, what is refused, and with which words. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/sha.h"
#include "helper.h"

/* The small program with one of its texts replaced is refused with exactly these lines. */
static void refuses_instead(const char *old, const char *new, const char *want)
{
	char *text = program_with(""), *at = strstr(text, old), *errors;
	struct buf changed = BUF_INIT;

	assert_non_null(at);
	buf_add(&changed, text, (size_t)(at - text));
	buf_puts(&changed, new);
	buf_puts(&changed, at + strlen(old));
	errors = refused(buf_str(&changed));
	assert_string_equal(errors, want);
	free(errors);
	buf_free(&changed);
	free(text);
}

static void test_small(void **state)
{
	struct program *p = accepts("");

	(void)state;
	assert_string_equal(p->id, "small");
	assert_string_equal(p->issuer, "Example board");
	assert_int_equal(p->verified, DAY_NONE);
	assert_int_equal(p->round, ROUND_DOWN);
	assert_int_equal(p->grace_days, 0);
	assert_int_equal(p->ncategories, 3);
	assert_int_equal(p->ncompetencies, 2);
	assert_int_equal(p->categories[0].nevidence, 0);
	assert_int_equal(p->nrules, 1);
	assert_int_equal(p->rules[0].line, 16);
	assert_int_equal(p->required, 2000);
	assert_int_equal(program_category_limit(p, 0), -1);
	assert_int_equal(program_category_limit(p, 3), -1);
	assert_int_equal(program_category_limit(p, -1), -1);
	program_free(p);
	program_free(NULL);
}

static void test_rule_defaults(void **state)
{
	struct program *p =
	    accepts("limit 10 each category\nlimit 7.5 category books\nneeds competency\nonce course\n");

	(void)state;
	assert_int_equal(p->nrules, 5);
	assert_string_equal(p->rules[1].id, "limit-each-category");
	assert_string_equal(p->rules[1].text, "At most 10.0 units count from any one category.");
	assert_string_equal(p->rules[2].id, "limit-books");
	assert_string_equal(p->rules[2].text, "At most 7.5 units count from Books.");
	assert_int_equal(p->rules[2].category, 1);
	assert_string_equal(p->rules[3].id, "needs-competency");
	assert_string_equal(p->rules[3].text, "An entry counts when it names a competency.");
	assert_string_equal(p->rules[4].id, "once-course");
	assert_string_equal(p->rules[4].text, "The same course counts once in a cycle.");
	assert_null(p->rules[4].source);
	assert_int_equal(program_category_limit(p, 0), 1000);
	assert_int_equal(program_category_limit(p, 1), 750);
	program_free(p);
}

/* Rules may stand before what they name, checks before the rules. */
static void test_any_order(void **state)
{
	struct program *p = load("program late {\n"
	    "check \"first\" {\nexpect counted 2\nentry 3h b on 2026-01-01\non 2026-01-02\n}\n"
	    "limit 2 category b {\nsource s\n}\nrequire 2 total\nneeds competency\n"
	    "competency k \"K\"\nsource s \"S\"\ncategory b \"B\"\ncategory a \"A\"\ncycle 12 months\n"
	    "unit U {\nstep 1\nminutes 50\n}\nissuer \"I\"\ntitle \"T\"\nname \"N\"\n}\n");

	(void)state;
	assert_string_equal(p->rules[0].source, "s");
	assert_int_equal(p->cycle_months, 12);
	program_free(p);
}

static void test_lookup(void **state)
{
	struct program *p =
	    load("program x {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 1\n}\n"
		 "cycle 12 months\ncategory art \"A\"\ncategory arts-and-craft \"B\"\ncategory music \"C\"\n"
		 "require 1 total\n}\n");

	(void)state;
	assert_int_equal(program_category(p, "art"), 0);	/* exact wins over a longer one */
	assert_int_equal(program_category(p, "ar"), -2);
	assert_int_equal(program_category(p, "arts"), 1);
	assert_int_equal(program_category(p, "m"), 2);
	assert_int_equal(program_category(p, "x"), -1);
	assert_int_equal(program_category(p, ""), -1);
	assert_int_equal(program_category(p, "musical"), -1);
	assert_int_equal(program_competency(p, "m"), -1);
	program_free(p);
}

static void test_hash(void **state)
{
	char *text = program_with("limit 10 each category\n"), hash[SHA_HEX_SIZE];
	struct program *a = load(text), *b = load(text), *c = accepts("limit 10 each category \n");

	(void)state;
	sha256_hex(text, strlen(text), hash);
	assert_string_equal(a->hash, hash);
	assert_string_equal(a->hash, b->hash);
	assert_string_not_equal(a->hash, c->hash);	/* one blank more: other bytes */
	program_free(a);
	program_free(b);
	program_free(c);
	free(text);
}

static void test_units(void **state)
{
	static const struct {
		const char *round;
		int minutes, want;
	} rows[] = {
		{ "down", 60, 100 },
		{ "down", 50, 75 },
		{ "down", 75, 125 },
		{ "down", 14, 0 },
		{ "down", 15, 25 },
		{ "down", 59, 75 },
		{ "down", 1440, 2400 },
		{ "down", 1, 0 },
		{ "nearest", 7, 0 },
		{ "nearest", 8, 25 },
		{ "nearest", 22, 25 },
		{ "nearest", 23, 50 },
		{ "nearest", 60, 100 },
		{ "up", 1, 25 },
		{ "up", 15, 25 },
		{ "up", 16, 50 },
		{ "up", 60, 100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct program *p;
		char text[512];

		snprintf(text, sizeof text,
		    "program x {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\n"
		    "step 0.25\nround %s\n}\ncycle 12 months\ncategory a \"A\"\nrequire 1 total\n}\n",
		    rows[i].round);
		p = load(text);
		assert_int_equal(program_units(p, rows[i].minutes), rows[i].want);
		program_free(p);
	}
}

static void test_units_of_fifty_minutes(void **state)
{
	struct program *p =
	    load("program x {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit CPE {\nminutes 50\nstep 0.2\n}\n"
		 "cycle 12 months\ncategory a \"A\"\nrequire 1 total\n}\n");

	(void)state;
	assert_int_equal(program_units(p, 50), 100);
	assert_int_equal(program_units(p, 75), 140);
	assert_int_equal(program_units(p, 60), 120);
	assert_int_equal(program_units(p, 1440), 2880);
	program_free(p);
}

static void test_unknown_words(void **state)
{
	(void)state;
	refuses("limt 10 each category\n", "t:20:1: unknown word \"limt\"; did you mean \"limit\"?\n");
	refuses("  colour blue\n",
	    "t:20:3: unknown word \"colour\"; use one of: name, title, issuer, verified, source, assume, unit, cycle, "
	    "window, category, group, tag, competency, map, earn, require, limit, needs, once, carry, prorate, "
	    "ladder, check\n");
	refuses("limit 10 every category\n",
	    "t:20:10: unknown word \"every\"; use one of: each, category, group, tag\n");
	refuses("limit 10 each categry\n", "t:20:15: unknown word \"categry\"; did you mean \"category\"?\n");
	refuses("needs tag\n", "t:20:7: unknown word \"tag\"; use one of: competency, evidence\n");
	refuses("once title\n", "t:20:6: unknown word \"title\"; use one of: course, event\n");
	refuses("limit 10 each category {\nid a\nwhy b\n}\n",
	    "t:22:1: unknown word \"why\"; use one of: id, text, source\n");
	refuses("limit 10 each category per year or so\n", "t:20:1: \"limit\" has too many words; write: "
	    "limit 10|25% each category | limit 10|25% category|group|tag ID [per cycle|year|calendar-year]\n");
	refuses("category x \"X\" {\nevidense a\n}\n",
	    "t:21:1: unknown word \"evidense\"; did you mean \"evidence\"?\n");
	refuses_instead("cycle 24 months", "cycle 24 months {\nanchor start\n}",
	    "t:10:8: unknown word \"start\"; "
	    "use one of: expiry\n");
	refuses_instead("step 0.25", "step 0.25\nround sideways", "t:8:7: unknown word \"sideways\"; "
	    "use one of: down, nearest, up\n");
}

static void test_unknown_ids(void **state)
{
	(void)state;
	refuses("limit 10 category book\n", "t:20:19: unknown category \"book\"; did you mean \"books\"?\n");
	refuses("limit 10 category zzz\n",
	    "t:20:19: unknown category \"zzz\"; use one of: talks, books, courses\n");
	refuses("once course {\nsource borad\n}\n",
	    "t:21:8: unknown source \"borad\"; did you mean \"board\"?\n");
	refuses("check \"c\" {\non 2026-01-01\nentry 1h tlaks\nexpect counted 1\n}\n",
	    "t:22:10: unknown category \"tlaks\"; did you mean \"talks\"?\n");
	refuses("check \"c\" {\non 2026-01-01\nentry 1h talks for measuring,lisening\nexpect counted 1\n}\n",
	    "t:22:20: unknown competency \"lisening\"; did you mean \"listening\"?\n");
	refuses("check \"c\" {\non 2026-01-01\nentry 1h talks for qqq,\nexpect counted 1\n}\n",
	    "t:22:20: unknown competency \"qqq\"; use one of: listening, measuring\n");
	refuses("check \"c\" {\non 2026-01-01\nentry 1h talks for measuring,\nexpect counted 1\n}\n",
	    "t:22:20: unknown competency \"\"; use one of: listening, measuring\n");
}

static void test_duplicates(void **state)
{
	(void)state;
	refuses("category talks \"Talks again\"\n",
	    "t:20:10: category \"talks\" is here twice, first on line 10; give one another id\n");
	refuses("competency listening \"L\"\n",
	    "t:20:12: competency \"listening\" is here twice, first on line 13; give one another id\n");
	refuses("source board \"L\"\n",
	    "t:20:8: source \"board\" is here twice, first on line 15; give one another id\n");
	refuses("limit 5 category talks {\nid all\n}\n",
	    "t:20:1: rule id \"all\" is taken by the rule on line 16; give this one another id\n");
	refuses("name \"Other\"\n", "t:20:1: \"name\" is here twice, first on line 2; remove one\n");
	refuses("once course\nonce course\n", "t:21:1: this once overlaps the one on line 20, "
	    "which is about the same units; keep one of the two\n");
	refuses("require 10 total {\nid b\n}\n", "t:20:1: this require overlaps the one on line 16, "
	    "which is about the same units; keep one of the two\n");
	refuses("limit 5 category talks {\nid a\nid b\n}\n",
	    "t:22:1: \"id\" is here twice, first on line 21; remove one\n");
}

/* Limits nest or are refused; both lines are named. */
static void test_overlapping_limits(void **state)
{
	struct program *p =
	    accepts("limit 10 each category\nlimit 8 category books\nlimit 12 category talks\n");

	(void)state;
	assert_int_equal(program_category_limit(p, 0), 1000);
	assert_int_equal(program_category_limit(p, 1), 800);
	program_free(p);
	refuses("limit 10 each category\n\nlimit 8 each category {\nid other\n}\n",
	    "t:22:1: this limit overlaps "
	    "the one on line 20, which is about the same units; keep one of the two\n");
	refuses("limit 10 category books\nlimit 8 category talks\nlimit 8 category books {\nid other\n}\n",
	    "t:22:1: this limit overlaps the one on line 20, which is about the same units; keep one of the two\n");
}

static void test_numbers(void **state)
{
	(void)state;
	refuses_instead("minutes 60", "minutes 0", "t:6:11: \"0\" is not a whole number from 1 to 1440\n");
	refuses_instead(
	    "minutes 60", "minutes 1441", "t:6:11: \"1441\" is not a whole number from 1 to 1440\n");
	refuses_instead(
	    "minutes 60", "minutes 1e2", "t:6:11: \"1e2\" is not a whole number from 1 to 1440\n");
	refuses_instead("minutes 60", "minutes 99999999999999999999",
	    "t:6:11: \"99999999999999999999\" is not a whole number from 1 to 1440\n");
	refuses_instead("step 0.25", "step 0", "t:7:8: \"0\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses_instead("step 0.25", "step 0.125", "t:7:8: \"0.125\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses_instead("step 0.25", "step 101", "t:7:8: a step of more than 100 units is too large\n");
	refuses_instead("24 months", "0 months", "t:9:8: \"0\" is not a whole number from 1 to 240\n");
	refuses_instead("24 months", "241 months", "t:9:8: \"241\" is not a whole number from 1 to 240\n");
	refuses_instead("24 months", "2 years", "t:9:10: unknown word \"years\"; use one of: months\n");
	refuses_instead("24 months", "24 months {\ngrace -1 days\n}",
	    "t:10:7: \"-1\" is not a whole number from 0 to 366\n");
	refuses("limit -5 each category\n", "t:20:7: \"-5\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("limit 50%% each category\n", "t:20:7: \"50%%\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("limit 100000.01 each category\n", "t:20:7: \"100000.01\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("verified 2026-02-30\n", "t:20:10: \"2026-02-30\" is not a date; write it like 2026-06-30\n");
}

static void test_missing(void **state)
{
	(void)state;
	refuses_instead("name \"Small\"", "", "t:1:1: \"name\" is missing; add: name \"NAME\"\n");
	refuses_instead("minutes 60", "", "t:5:2: \"minutes\" is missing; add: minutes 60\n");
	refuses_instead(
	    "cycle 24 months", "cycle 24", "t:9:2: \"cycle\" has too few words; write: cycle 24 months\n");
	refuses_instead("require 20 total {\n\t\tid all\n\t\ttext \"Twenty units.\"\n\t}", "",
	    "t:1:1: the program requires no total; add: require 20 total\n");
	refuses_instead(
	    "\tcategory talks \"Talks\"\n\tcategory books \"Books\"\n\tcategory courses \"Courses\"\n", "",
	    "t:1:1: the program has no category; add: category ID \"NAME\"\n");
	refuses_instead("\tcompetency listening \"Listening\"\n\tcompetency measuring \"Measuring\"\n",
	    "needs competency\n", "t:13:7: an entry cannot name a competency: the program has none; "
	    "add: competency ID \"NAME\"\n");
	refuses("category more\n", "t:20:1: \"category\" has too few words; write: category ID \"NAME\"\n");
	refuses("carry none {\n}\n", "t:20:1: \"carry none\" takes no block; remove it\n");
	refuses("check \"x\"\n", "t:20:1: \"check\" needs a block; write: check \"NAME\" {\n");
}

static void test_not_a_program(void **state)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "", "t:1:1: \"program\" is missing; add: program NAME {\n" },
		{ "# nothing\n", "t:1:1: \"program\" is missing; add: program NAME {\n" },
		{ "mail {\n}\n", "t:1:1: unknown word \"mail\"; use one of: program\n"
		    "t:1:1: \"program\" is missing; add: program NAME {\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *errors = refused(rows[i].text);

		assert_string_equal(errors, rows[i].want);
		free(errors);
	}
}

static void test_strings(void **state)
{
	(void)state;
	refuses("assume \"\"\n", "t:20:8: this string is empty; write what it should say\n");
	refuses("category x \"  \"\n", "t:20:12: this string is empty; write what it should say\n");
	refuses("category X \"X\"\n", "t:20:10: \"X\" is no id; use at most 40 of a to z, 0 to 9 and -\n");
	refuses("category -x \"X\"\n", "t:20:10: \"-x\" is no id; use at most 40 of a to z, 0 to 9 and -\n");
	refuses(
	    "category a,b \"X\"\n", "t:20:10: \"a,b\" is no id; use at most 40 of a to z, 0 to 9 and -\n");
	refuses("category ../../etc/passwd \"X\"\n",
	    "t:20:10: \"../../etc/passwd\" is no id; use at most 40 of a to z, 0 to 9 and -\n");
	refuses(
	    "competency none \"X\"\n", "t:20:12: \"none\" cannot be the id of a competency; use another\n");
	/* C1 control, right-to-left override, tab */
	refuses("assume \"a\xC2\x9B" "31m\"\n", "t:20:8: a control character is in this string; remove it\n");
	refuses("category x \"a\xE2\x80\xAE" "b\"\n",
	    "t:20:12: a control character is in this string; remove it\n");
	refuses("assume \"a\tb\"\n", "t:20:8: a control character is in this string; remove it\n");
	/* nor does one reach the terminal as an unknown word */
	refuses("as\xC2\x9Bsume \"a\"\n", "t:20:1: unknown word \"assume\"; did you mean \"assume\"?\n");
}

static void test_bytes(void **state)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;
	char *big = malloc((1 << 20) + 1);

	(void)state;
	assert_int_equal(program_load("program x\0y {\n}\n", 16, "t", &p, &errors), -1);
	assert_non_null(strstr(buf_str(&out), "t:1:10: a NUL byte"));
	buf_reset(&out);
	assert_int_equal(program_load("name \"\xFF\"\n", 9, "t", &p, &errors), -1);
	assert_non_null(strstr(buf_str(&out), "t:1:7: this is not valid UTF-8"));
	buf_reset(&out);
	assert_non_null(big);
	memset(big, '#', (1 << 20) + 1);
	assert_int_equal(program_load(big, (1 << 20) + 1, "t", &p, &errors), -1);
	assert_non_null(strstr(buf_str(&out), "larger than 1 MB"));
	assert_int_equal(errors.count, 3);
	assert_null(p);
	free(big);
	buf_free(&out);
}

static void test_missing_brace(void **state)
{
	char *text = program_with("limit 10 each category {\nid x\n"), *errors = refused(text);

	(void)state;
	assert_string_equal(errors, "t:1:15: the block that opens here is not closed; add a line with }\n");
	free(errors);
	free(text);
}

static void test_too_many(void **state)
{
	struct buf more = BUF_INIT;

	(void)state;
	for (int i = 0; i < 30; i++)
		buf_printf(&more, "category c%d \"C\"\n", i);
	refuses(buf_str(&more), "t:49:1: this is one category too many; there may be 32\n");
	buf_reset(&more);
	for (int i = 0; i < 31; i++)
		buf_printf(&more, "competency c%d \"C\"\n", i);
	refuses(buf_str(&more), "t:50:1: this is one competency too many; there may be 32\n");
	buf_reset(&more);
	for (int i = 0; i < 32; i++)
		buf_printf(&more, "source s%d \"C\"\n", i);
	refuses(buf_str(&more), "t:51:1: this is one source too many; there may be 32\n");
	buf_free(&more);
}

static void test_unreachable(void **state)
{
	(void)state;
	refuses("limit 6.5 each category\n",
	    "t:16:2: 20.0 units are required, but all limits together let 19.5 count; "
	    "change one of the two\n");
}

/* A wrong key, overlapping limits, an unknown category and a failing check: all in one answer. */
static void test_all_errors_at_once(void **state)
{
	(void)state;
	refuses(
	    "colour blue\nlimit 10 each category\nlimit 8 each category {\nid eight\n}\nlimit 5 category tlaks\n"
	    "check \"c\" {\non 2026-06-30\nentry 12h talks\nexpect counted 12\n}\n",
	    "t:20:1: unknown word \"colour\"; use one of: name, title, issuer, verified, source, assume, unit, cycle, "
	    "window, category, group, tag, competency, map, earn, require, limit, needs, once, carry, prorate, "
	    "ladder, check\n"
	    "t:22:1: this limit overlaps the one on line 21, which is about the same units; keep one of the two\n"
	    "t:25:18: unknown category \"tlaks\"; did you mean \"talks\"?\n"
	    "t:29:1: check \"c\" fails: expected counted 12.0, came out 10.0; correct the rules or the check\n");
}

/* Of more than a hundred errors the first hundred are kept, and the file is refused all the same. */
static void test_many_errors(void **state)
{
	struct buf more = BUF_INIT;
	char *text, *errors;
	size_t lines = 0;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_puts(&more, "nonsense here\n");
	text = program_with(buf_str(&more));
	errors = refused(text);
	for (const char *s = errors; *s; s++)
		lines += *s == '\n';
	assert_int_equal(lines, 100);
	free(errors);
	free(text);
	buf_free(&more);
}

/* Every beginning of a good file is refused or read, and nothing leaks (run under a sanitizer). */
static void test_cut_off(void **state)
{
	char *text =
	    program_with("limit 10 each category {\nid x\n}\ncheck \"c\" {\non 2026-06-30\nentry 1h talks\n"
			 "expect counted 1\n}\n");
	size_t len = strlen(text);

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		struct buf out = BUF_INIT;
		struct conf_errors errors = { &out, 0 };
		struct program *p = NULL;
		int bad = program_load(text, cut, "t", &p, &errors);

		assert_int_equal(bad, cut < len - 1 ? -1 : 0);
		assert_int_equal(errors.count > 0, cut < len - 1);
		program_free(p);
		buf_free(&out);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_rule_defaults),
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_units_of_fifty_minutes),
		cmocka_unit_test(test_unknown_words),
		cmocka_unit_test(test_unknown_ids),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_overlapping_limits),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_not_a_program),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_missing_brace),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_all_errors_at_once),
		cmocka_unit_test(test_many_errors),
		cmocka_unit_test(test_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
