/* The shipped program ccxp-2y20: what it says, and that it says it with the issuer's figures. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"

static const char path[] = "etc/programs/ccxp-2y20.rules";

static void test_head(void **state)
{
	struct program *p = load_file(path);

	(void)state;
	assert_string_equal(p->id, "ccxp-2y20");
	assert_string_equal(p->name, "CCXP");
	assert_string_equal(p->title, "Certified Customer Experience Professional");
	assert_string_equal(p->issuer, "CXPA");
	assert_int_equal(p->verified, day("2026-11-21"));
	assert_string_equal(p->unit, "CEU");
	assert_int_equal(p->unit_minutes, 60);
	assert_int_equal(p->step, 25);
	assert_int_equal(p->round, ROUND_DOWN);
	assert_int_equal(p->cycle_months, 24);
	assert_int_equal(p->grace_days, 0);
	assert_int_equal(p->required, 2000);
	assert_int_equal(p->nsources, 1);
	assert_string_equal(p->sources[0].title, "CCXP Duties and Responsibilities, CXPA");
	assert_true(p->nassumptions >= 6);
	assert_int_equal(strlen(p->hash), 64);
	program_free(p);
}

static void test_items(void **state)
{
	static const char *const categories[][2] = {
		{ "training", "Training courses, seminars and webinars" },
		{ "in-company", "In-company development" }, { "conference", "Conferences" },
		{ "college", "College or University courses" }, { "cxpa", "CXPA contributions" },
	};
	static const char *const competencies[] = { "culture", "voice", "adoption", "strategy", "design",
		"metrics" };
	struct program *p = load_file(path);

	(void)state;
	assert_int_equal(p->ncategories, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(p->categories[i].id, categories[i][0]);
		assert_string_equal(p->categories[i].name, categories[i][1]);
		assert_true(p->categories[i].nevidence > 0 && p->categories[i].nexamples > 0);
		assert_int_equal(program_category_limit(p, (int)i), 1000);
	}
	assert_string_equal(p->categories[0].evidence[0], "certificate");
	assert_string_equal(p->categories[0].examples[0], "webinar");
	assert_string_equal(p->categories[1].examples[4], "lunch and learn");
	assert_int_equal(p->ncompetencies, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(p->competencies[i].id, competencies[i]);
	program_free(p);
}

/* An example word that two categories share would propose either. */
static void test_examples_are_unambiguous(void **state)
{
	struct program *p = load_file(path);

	(void)state;
	for (size_t a = 0; a < p->ncategories; a++)
		for (size_t b = a + 1; b < p->ncategories; b++)
			for (size_t i = 0; i < p->categories[a].nexamples; i++)
				for (size_t k = 0; k < p->categories[b].nexamples; k++)
					assert_string_not_equal(p->categories[a].examples[i],
					    p->categories[b].examples[k]);
	program_free(p);
}

static void test_rules(void **state)
{
	static const struct {
		const char *id;
		enum rule_kind kind;
		enum rule_selector selector;
		int amount;
	} want[] = {
		{ "total", RULE_REQUIRE, SELECT_TOTAL, 2000 },
		{ "category-limit", RULE_LIMIT, SELECT_EACH_CATEGORY, 1000 },
		{ "aligned", RULE_NEEDS, SELECT_COMPETENCY_GIVEN, 0 },
		{ "repeat", RULE_ONCE, SELECT_COURSE, 0 },
	};
	struct program *p = load_file(path);

	(void)state;
	assert_int_equal(p->nrules, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(p->rules[i].id, want[i].id);
		assert_int_equal(p->rules[i].kind, want[i].kind);
		assert_int_equal(p->rules[i].selector, want[i].selector);
		assert_int_equal(p->rules[i].amount, want[i].amount);
		assert_int_equal(p->rules[i].category, -1);
	}
	assert_string_equal(p->rules[1].text, "At most ten units count from any one category.");
	assert_string_equal(p->rules[1].source, "duties");
	assert_null(p->rules[3].source);	/* the issuer's text does not say it */
	program_free(p);
}

static void test_prefixes(void **state)
{
	struct program *p = load_file(path);

	(void)state;
	assert_int_equal(program_category(p, "co"), -2);
	assert_int_equal(program_category(p, "conf"), 2);
	assert_int_equal(program_category(p, "college"), 3);
	assert_int_equal(program_competency(p, "m"), 5);
	program_free(p);
}

/* Cycles keep the text they were opened under: what was shipped first is read for ever, and counts as it did. */
static void test_first_text(void **state)
{
	struct program *p = load_file("tests/data/bound/ccxp-2y20.rules");
	struct entry_fact facts[] = { entry(1, "2025-01-10", 1140, 0), entry(2, "2025-02-10", 60, 4) };
	struct verdict v = evaluate(p, cycle_ending(day("2026-06-30"), 24), facts, 2, day("2026-01-01"));

	(void)state;
	assert_string_equal(p->hash, "8d249f576d8dcac13e09d41003f3b96c4836c5f5f2aa774de07f8d658db015aa");
	assert_int_equal(v.counted, 1100);
	verdict_free(&v);
	program_free(p);
}

static size_t count(const char *in, const char *what)
{
	size_t n = 0;

	for (const char *s = in; (s = strstr(s, what)); s += strlen(what))
		n++;
	return n;
}

/* Replaces `old` in the shipped file; the checks it carries must notice. */
static void refuses_changed(const char *old, const char *new, const char *complaint)
{
	char *text = read_all(path), *at = strstr(text, old), *errors;
	struct buf changed = BUF_INIT;

	assert_non_null(at);
	buf_add(&changed, text, (size_t)(at - text));
	buf_puts(&changed, new);
	buf_puts(&changed, at + strlen(old));
	errors = refused(buf_str(&changed));
	if (!strstr(errors, complaint))
		fail_msg("expected: %s\ncame: %s", complaint, errors);
	free(errors);
	buf_free(&changed);
	free(text);
}

static void test_own_checks_bite(void **state)
{
	char *text = read_all(path);

	(void)state;
	assert_true(count(text, "\tcheck \"") >= 12);
	free(text);
	refuses_changed("limit 10 each", "limit 11 each", "check \"19 + 1 is not enough\" fails: "
	    "expected counted 11.0, came out 12.0; correct the rules or the check\n");
	refuses_changed(
	    "require 20", "require 21", "check \"10 + 10 is enough\" fails: expected done yes, came out no");
	refuses_changed("step 0.25", "step 0.20", "check \"75 minutes are 1.25 units\" fails: "
	    "expected counted 1.25, came out 1.2;");
	refuses_changed("round down", "round up", "check \"50 minutes are 0.75 units\" fails");
	refuses_changed("once course {\n\t\tid repeat\n\t\ttext \"The same course counts once in a cycle.\"\n\t}\n",
	    "\n", "check \"the same course counts once\" fails: expected counted 2.0, came out 5.0");
	refuses_changed("needs competency {\n\t\tid aligned", "once course {\n\t\tid aligned",
	    "check \"no competency, no units\" fails: expected counted 1.0, came out 3.0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head), cmocka_unit_test(test_items),
		cmocka_unit_test(test_examples_are_unambiguous), cmocka_unit_test(test_rules),
		cmocka_unit_test(test_prefixes), cmocka_unit_test(test_first_text), cmocka_unit_test(test_own_checks_bite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
