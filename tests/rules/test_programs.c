/* The other programs: ccxp-3y30, shipped, and five certificates that only tests know.  What each says, that one ledger
 * counts under two of them, and that the checks they carry notice a wrong figure. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"

static const char newer[] = "etc/programs/ccxp-3y30.rules";

static void test_newer_head(void **state)
{
	struct program *p = load_file(newer);

	(void)state;
	assert_string_equal(p->id, "ccxp-3y30");
	assert_string_equal(p->title, "Certified Customer Experience Professional");
	assert_string_equal(p->issuer, "CXPA");
	assert_string_equal(p->unit, "CR");
	assert_int_equal(p->unit_minutes, 60);
	assert_int_equal(p->step, 25);
	assert_int_equal(p->cycle_months, 36);
	assert_int_equal(p->grace_days, 0);
	assert_int_equal(p->early_next, 0);
	assert_int_equal(p->window_days, 365);
	assert_int_equal(p->required, 3000);
	assert_int_equal(p->carry.most, 0);
	assert_int_equal(p->nsources, 1);
	assert_non_null(strstr(p->sources[0].title, "recertify-ccxp"));
	assert_true(p->nassumptions >= 10);
	program_free(p);
}

static void test_newer_rules(void **state)
{
	static const struct { const char *id; enum rule_kind kind; enum rule_selector selector; int amount, tag; } want[] = {
		{ "total", RULE_REQUIRE, SELECT_TOTAL, 3000, -1 },
		{ "real-time", RULE_REQUIRE, SELECT_TAG, 1500, 0 },
		{ "other", RULE_LIMIT, SELECT_TAG, 1500, 1 },
		{ "repeat", RULE_ONCE, SELECT_COURSE, 0, -1 },
	};
	struct program *p = load_file(newer);

	(void)state;
	assert_int_equal(p->nrules, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(p->rules[i].id, want[i].id);
		assert_int_equal(p->rules[i].kind, want[i].kind);
		assert_int_equal(p->rules[i].selector, want[i].selector);
		assert_int_equal(p->rules[i].amount, want[i].amount);
		assert_int_equal(p->rules[i].tag, want[i].tag);
		assert_int_equal(p->rules[i].period, PER_CYCLE);
	}
	assert_int_equal(p->ntags, 2);
	assert_string_equal(p->tags[0].sort, p->tags[1].sort);
	for (int i = 0; i < (int)p->ncategories; i++)
		assert_int_equal(program_tags(p, i, 0), i == program_category(p, "cxpa") ? 2 : 1);
	assert_int_equal(program_category_limit(p, 0), -1);
	program_free(p);
}

/* The same ids, so that a person's entries need no change; the six competencies have their place in the five. */
static void test_one_ledger(void **state)
{
	struct program *older = load_file("etc/programs/ccxp-2y20.rules"), *p = load_file(newer);
	static const char *const to[] = { "culture", "insights", "culture", "strategy", "design", "metrics" };

	(void)state;
	assert_int_equal(p->ncategories, older->ncategories);
	for (size_t i = 0; i < p->ncategories; i++) {
		assert_string_equal(p->categories[i].id, older->categories[i].id);
		assert_string_equal(p->categories[i].name, older->categories[i].name);
	}
	assert_int_equal(p->ncompetencies, 5);
	assert_int_equal(older->ncompetencies, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(p->competencies[program_maps_to(p, older->competencies[i].id)].id, to[i]);
	for (size_t i = 0; i < 5; i++)	/* and back */
		assert_true(program_maps_to(older, p->competencies[i].id) >= 0);
	program_free(older);
	program_free(p);
}

/* 10 of training, 10 of conferences, 8 for the issuer: done under one, 2 credits short under the other. */
static void test_both_count(void **state)
{
	struct entry_fact facts[] = { entry(1, "2025-01-10", 600, 0), entry(2, "2025-02-10", 600, 2),
		entry(3, "2025-03-10", 480, 4) };
	struct program *older = load_file("etc/programs/ccxp-2y20.rules"), *p = load_file(newer);
	struct verdict v;

	(void)state;
	v = evaluate(older, cycle_ending(day("2026-06-30"), 24), facts, 3, day("2026-01-01"));
	assert_int_equal(v.counted, 2800);
	assert_int_equal(v.state, CYCLE_DONE);
	verdict_free(&v);
	for (size_t i = 0; i < 3; i++)
		facts[i].tags = program_tags(p, facts[i].category, 0);
	v = evaluate(p, cycle_ending(day("2026-06-30"), 36), facts, 3, day("2026-01-01"));
	assert_int_equal(v.counted, 2800);
	assert_int_equal(v.to_go, 200);
	assert_true(v.rules[1].met);
	assert_int_equal(v.rules[1].have, 2000);
	assert_int_not_equal(v.state, CYCLE_DONE);
	verdict_free(&v);
	program_free(older);
	program_free(p);
}

/* What the table of sibling programs states of each. */
static void test_five_others(void **state)
{
	static const struct { const char *id; int total, months, minutes, step, nrules, carry, carry_months, grace, earning; }
	want[] = {
		{ "pmp", 6000, 36, 60, 25, 7, 2000, 12, 0, 0 },
		{ "cisa", 12000, 36, 50, 25, 4, 0, 0, 0, 0 },
		{ "cissp", 12000, 36, 60, 25, 3, 4000, 6, 90, 1 },
		{ "shrm-cp", 6000, 36, 60, 25, 4, 2000, 36, 60, 1 },
		{ "cpa-california", 8000, 24, 50, 50, 6, 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		struct buf path = BUF_INIT;
		struct program *p;

		buf_printf(&path, "tests/data/programs/%s.rules", want[i].id);
		p = load_file(buf_str(&path));
		assert_string_equal(p->id, want[i].id);
		assert_int_equal(p->required, want[i].total);
		assert_int_equal(p->cycle_months, want[i].months);
		assert_int_equal(p->unit_minutes, want[i].minutes);
		assert_int_equal(p->step, want[i].step);
		assert_int_equal(p->nrules, want[i].nrules);
		assert_int_equal(p->carry.most, want[i].carry);
		assert_int_equal(p->carry.months, want[i].carry_months);
		assert_int_equal(p->grace_days, want[i].grace);
		assert_int_equal(p->grace_earning, want[i].earning);
		assert_int_equal(p->nsources, 1);
		program_free(p);
		buf_free(&path);
	}
}

static size_t count_checks(const char *text)
{
	size_t n = 0;

	for (const char *s = text; (s = strstr(s, "\tcheck \"")); s++)
		n++;
	return n;
}

/* One figure changed: a check of the file itself must notice. */
static void test_checks_bite(void **state)
{
	static const struct { const char *path, *old, *new, *complaint; } rows[] = {
		{ newer, "require 30 total", "require 31 total", "check \"30 real-time are enough\" fails: "
		    "expected done yes, came out no" },
		{ newer, "require 15 tag real-time", "require 14.75 tag real-time", "check \"14.75 real-time are too few\" fails: "
		    "expected real-time unmet, came out met" },
		{ newer, "limit 15 tag other", "limit 16 tag other", "check \"16 other count 15\" fails: "
		    "expected counted 29.0, came out 30.0" },
		{ newer, "36 months", "35 months", "check \"the cycle is 36 months\" fails: expected counted 1.0, came out 0.0" },
		{ newer, "\t\ttag other\n", "\t\ttag real-time\n", "check \"16 other count 15\" fails" },
		{ newer, "once course", "once event", "check \"the same course counts once\" fails" },
		{ newer, "carry none", "carry 5 last 36 months",
		    "check \"surplus does not carry over\" fails: expected carry 0.0, came out 5.0" },
		{ "tests/data/programs/pmp.rules", "limit 8 category", "limit 9 category", "expected giving-working 8.0, came out 9.0" },
		{ "tests/data/programs/pmp.rules", "last 12 months", "last 36 months", "expected carry 0.0, came out 12.0" },
		{ "tests/data/programs/cisa.rules", "limit 10 category mentoring per calendar-year",
		    "limit 10 category mentoring per year", "" },
		{ "tests/data/programs/cisa.rules", "limit 10 category mentoring per calendar-year",
		    "limit 10 category mentoring", "expected mentoring 20.0, came out 10.0" },
		{ "tests/data/programs/cissp.rules", "90 days earning", "90 days", "expected counted 5.0, came out 0.0" },
		{ "tests/data/programs/cissp.rules", "from category group-a", "", "expected carry 12.0, came out" },
		{ "tests/data/programs/shrm-cp.rules", "\t\tover-limit\n", "", "expected carry 8.0, came out 4.0" },
		{ "tests/data/programs/shrm-cp.rules", "into education", "", "expected education 25.0, came out 5.0" },
		{ "tests/data/programs/cpa-california.rules", "\t\twaive ethics\n", "", "expected ethics met, came out unmet" },
		{ "tests/data/programs/cpa-california.rules", "prorate 20", "prorate 25", "expected required 40.0, came out 50.0" },
		{ "tests/data/programs/cpa-california.rules", "require 12 category technical per year",
		    "require 5 category technical per year", "expected require-technical-per-year unmet, came out met" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = read_all(rows[i].path), *at = strstr(text, rows[i].old), *errors;
		struct buf changed = BUF_INIT;

		assert_non_null(at);
		buf_add(&changed, text, (size_t)(at - text));
		buf_printf(&changed, "%s%s", rows[i].new, at + strlen(rows[i].old));
		if (rows[i].complaint[0]) {
			errors = refused(buf_str(&changed));
			if (!strstr(errors, rows[i].complaint))
				fail_msg("%s to %s: expected %s\ncame: %s", rows[i].old, rows[i].new, rows[i].complaint, errors);
			free(errors);
		} else {	/* that cycle's years are calendar years */
			program_free(load(buf_str(&changed)));
		}
		buf_free(&changed);
		free(text);
	}
}

static void test_enough_checks(void **state)
{
	char *text = read_all(newer);

	(void)state;
	assert_true(count_checks(text) >= 17);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newer_head), cmocka_unit_test(test_newer_rules), cmocka_unit_test(test_one_ledger),
		cmocka_unit_test(test_both_count), cmocka_unit_test(test_five_others), cmocka_unit_test(test_checks_bite),
		cmocka_unit_test(test_enough_checks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
