/* Limits, requirements, periods, what is carried, short first cycles: verdicts worked out by hand. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "helper.h"

static struct cycle cycle;	/* 2024-07-01 to 2026-06-30 */

static int setup(void **state)
{
	(void)state;
	cycle = cycle_ending(day("2026-06-30"), 24);
	return 0;
}

/* Two limits on one category: the tighter one decides and is named. */
static void test_nested_limits(void **state)
{
	struct program *p = accepts("limit 10 each category\nlimit 8 category books\n"
	    "limit 12 category talks\n");
	struct entry_fact f[] = { entry(1, "2025-01-01", 780, 0), entry(2, "2025-01-01", 780, 1),
	    entry(3, "2025-01-01", 780, 2) };
	struct verdict v = evaluate(p, cycle, f, 3, cycle.end);
	static const int want[] = { 1000, 800, 1000 };
	static const char *const by[] = { "limit-each-category", "limit-books", "limit-each-category" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		entry_is(&v, i, ENTRY_PART_COUNTED, 1300, want[i]);
		assert_string_equal(p->rules[v.entries[i].parts[1].rule].id, by[i]);
		assert_int_equal(v.categories[i].limit, want[i]);
		assert_int_equal(v.categories[i].free, 0);
	}
	assert_int_equal(v.rules[1].have, 1000);
	assert_int_equal(v.rules[2].have, 800);
	assert_int_equal(v.rules[3].have, 1000);
	assert_int_equal(v.rules[3].need, 1200);
	verdict_free(&v);
	program_free(p);
}

/* More limits cut it than there are pieces: the last one is of the outermost. */
static void test_deep_nesting(void **state)
{
	struct program *p = accepts("group b books courses\ngroup c books courses talks\n"
	    "tag ethics \"Ethics\" {\nonly books\n}\ncategory more \"More\"\n"
	    "limit 10 group c\nlimit 8 group b\nlimit 6 category books\nlimit 5 tag ethics\n");
	struct entry_fact f[] = { entry(1, "2025-01-01", 120, 1), entry(2, "2025-01-02", 180, 2),
		entry(3, "2025-01-03", 180, 0), entry(4, "2025-01-04", 600, 1) };
	struct verdict v;
	const struct credit_part *parts;

	(void)state;
	f[3].tags = 1;
	v = evaluate(p, cycle, f, 4, cycle.end);
	entry_is(&v, 3, ENTRY_PART_COUNTED, 1000, 200);
	parts = v.entries[3].parts;
	assert_int_equal(v.entries[3].nparts, 4);
	assert_int_equal(parts[1].units, 500);
	assert_string_equal(p->rules[parts[1].rule].id, "limit-tag-ethics");
	assert_int_equal(parts[2].units, 100);
	assert_string_equal(p->rules[parts[2].rule].id, "limit-books");
	assert_int_equal(parts[3].units, 200);
	assert_string_equal(p->rules[parts[3].rule].id, "limit-group-c");
	assert_int_equal(v.entries[3].before, 800);
	verdict_free(&v);
	program_free(p);
}

static void test_tags(void **state)
{
	struct program *p = accepts("tag live \"Live\" {\nsort delivery\n}\n"
	    "tag alone \"Alone\" {\nsort delivery\n}\n"
	    "tag ethics \"Ethics\" {\nonly talks books\n}\nlimit 6 tag alone\nrequire 4 tag ethics\n"
	    "require 5 tag live\n");
	struct entry_fact f[] = { entry(1, "2025-01-01", 300, 0), entry(2, "2025-01-02", 420, 2),
		entry(3, "2025-01-03", 240, 1), entry(4, "2025-01-04", 1440, 1) };
	struct verdict v;

	(void)state;
	f[0].tags = 1u << 0;
	f[1].tags = 1u << 1;
	f[2].tags = 1u << 1 | 1u << 2;
	v = evaluate(p, cycle, f, 4, cycle.end);
	/* ethics is still lacking, so it comes first under the limit on what is done alone */
	entry_is(&v, 0, ENTRY_COUNTED, 500, 500);
	entry_is(&v, 1, ENTRY_PART_COUNTED, 700, 200);
	entry_is(&v, 2, ENTRY_COUNTED, 400, 400);
	entry_is(&v, 3, ENTRY_COUNTED, 2400, 2400);
	assert_int_equal(v.rules[1].have, 600);
	assert_int_equal(v.rules[2].have, 400);
	assert_int_equal(v.rules[3].have, 500);
	assert_int_equal(v.entries[1].before, 400);
	assert_int_equal(v.state, CYCLE_DONE);
	verdict_free(&v);
	f[2].tags = 1u << 1;		/* without the ethics: by day, and one rule is not met */
	v = evaluate(p, cycle, f, 4, cycle.end);
	entry_is(&v, 1, ENTRY_PART_COUNTED, 700, 600);
	entry_is(&v, 2, ENTRY_OVER_LIMIT, 400, 0);
	assert_int_equal(v.counted, 3500);	/* the same total */
	assert_false(v.rules[2].met);
	assert_int_equal(v.to_go, 0);
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	verdict_free(&v);
	program_free(p);
}

/* A category's own tags are for entries that name none of the sort: a fact comes with what it has. */
static void test_free_with_the_categorys_own_tags(void **state)
{
	struct program *p = accepts("tag live \"Live\" {\nsort delivery\n}\n"
	    "tag alone \"Alone\" {\nsort delivery\n}\n"
	    "category tapes \"Tapes\" {\ntag alone\n}\nlimit 6 tag alone\n");
	struct entry_fact f[] = { entry(1, "2025-01-01", 300, 0) };
	struct verdict v;

	(void)state;
	f[0].tags = 1u << 1;
	v = evaluate(p, cycle, f, 1, cycle.end);
	assert_int_equal(v.categories[0].free, -1);
	assert_int_equal(v.categories[3].free, 100);
	assert_int_equal(v.categories[3].limit, -1);
	verdict_free(&v);
	program_free(p);
}

static void test_groups_and_percents(void **state)
{
	struct program *p = accepts("group alone books courses\nlimit 25% group alone\n"
	    "limit 3 category books\nrequire 4 group alone\n");
	struct entry_fact f[] = { entry(1, "2025-01-01", 240, 1), entry(2, "2025-01-02", 180, 2),
		entry(3, "2025-01-03", 1440, 0) };
	struct verdict v = evaluate(p, cycle, f, 3, cycle.end);

	(void)state;
	entry_is(&v, 0, ENTRY_PART_COUNTED, 400, 300);
	entry_is(&v, 1, ENTRY_PART_COUNTED, 300, 200);
	assert_int_equal(v.rules[1].need, 500);
	assert_int_equal(v.rules[1].have, 500);
	assert_int_equal(v.rules[3].have, 500);
	assert_int_equal(v.categories[2].free, 0);
	assert_int_equal(v.categories[2].limit, -1);
	assert_int_equal(v.categories[1].limit, 300);
	assert_int_equal(v.state, CYCLE_DONE);
	verdict_free(&v);
	program_free(p);
}

/* 2024-07-01 to 2026-12-31: two whole years and a half one; 2025 and 2026 are the calendar years inside. */
static void test_periods(void **state)
{
	struct program *p = accepts("require 4 total per year\nrequire 5 total per calendar-year\n"
	    "limit 6 category talks per year\n");
	struct cycle c = { day("2024-07-01"), day("2026-12-31") };
	struct entry_fact f[] = { entry(1, "2024-12-31", 420, 0), entry(2, "2025-06-30", 180, 0),
		entry(3, "2025-07-01", 420, 0), entry(4, "2026-06-30", 60, 1),
		entry(5, "2026-07-01", 600, 0) };
	struct verdict v = evaluate(p, c, f, 5, c.end);

	(void)state;
	entry_is(&v, 0, ENTRY_PART_COUNTED, 700, 500);
	entry_is(&v, 1, ENTRY_PART_COUNTED, 300, 100);	/* 2025 lacked one: else all six were of the first */
	entry_is(&v, 2, ENTRY_PART_COUNTED, 700, 600);
	entry_is(&v, 3, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 4, ENTRY_PART_COUNTED, 1000, 600);	/* the half year has a limit, but no requirement */
	assert_int_equal(v.rules[1].have, 600);
	assert_true(v.rules[1].met);
	assert_int_equal(v.rules[2].have, 700);		/* 2025: 1 and 6; 2026: 1 and 6 */
	assert_int_equal(v.rules[3].have, 600);
	assert_int_equal(v.counted, 1900);
	verdict_free(&v);
	c.end = day("2025-05-31");	/* no whole year of either sort: nothing is asked of any */
	v = evaluate(p, c, f, 1, c.end);
	assert_true(v.rules[1].met && v.rules[2].met);
	assert_int_equal(v.rules[1].need, 0);
	assert_int_equal(v.rules[1].have, 0);
	verdict_free(&v);
	program_free(p);
}

/* Days outside the years: before the first, in the grace after the last; a cycle that ends on 28 February. */
static void test_days_beside_the_years(void **state)
{
	struct program *p = accepts("limit 6 category talks per year\n");
	struct credit_cycle c = plain_cycle(cycle);
	struct entry_fact f[] = { entry(1, "2024-06-15", 300, 0), entry(2, "2024-07-15", 300, 0),
		entry(3, "2026-06-15", 300, 0), entry(4, "2026-07-15", 300, 0) };
	struct verdict v;

	(void)state;
	c.counts_from = day("2024-06-01");
	c.counts_until = day("2026-07-31");
	v = evaluate_cycle(p, &c, f, 4, day("2026-07-20"));
	entry_is(&v, 1, ENTRY_PART_COUNTED, 500, 100);
	entry_is(&v, 3, ENTRY_PART_COUNTED, 500, 100);
	assert_int_equal(v.counted, 1200);
	verdict_free(&v);
	c = plain_cycle(cycle_ending(day("2024-02-28"), 24));
	assert_int_equal(c.dates.start, day("2022-02-28"));
	f[0] = entry(1, "2023-02-28", 300, 0);
	f[1] = entry(2, "2024-02-28", 300, 0);
	v = evaluate_cycle(p, &c, f, 2, c.dates.end);
	entry_is(&v, 1, ENTRY_PART_COUNTED, 500, 100);	/* no third year of one day */
	verdict_free(&v);
	program_free(p);
}

/* One step of a new category is enough, and it comes first. */
static void test_distinct(void **state)
{
	struct program *p = accepts("group two talks books\nlimit 5 group two\n"
	    "require 3 distinct categories\n");
	struct entry_fact f[] = { entry(1, "2025-01-01", 360, 0), entry(2, "2025-01-02", 120, 1),
		entry(3, "2025-01-03", 15, 2) };
	struct verdict v;

	(void)state;
	v = evaluate(p, cycle, f, 3, cycle.end);
	entry_is(&v, 0, ENTRY_PART_COUNTED, 600, 500);	/* the total stands before it in the file */
	assert_int_equal(v.rules[2].have, 200);
	verdict_free(&v);
	program_free(p);
	p = load("program d {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 0.25\n}\n"
	    "cycle 24 months\ncategory talks \"Talks\"\ncategory books \"Books\"\ncategory courses \"C\"\n"
	    "competency k \"K\"\ngroup two talks books\nlimit 5 group two\nrequire 3 distinct categories\n"
	    "require 4 total\n}\n");
	v = evaluate(p, cycle, f, 3, cycle.end);
	entry_is(&v, 0, ENTRY_PART_COUNTED, 600, 475);
	entry_is(&v, 1, ENTRY_PART_COUNTED, 200, 25);
	assert_int_equal(v.rules[1].have, 300);
	assert_int_equal(v.rules[1].need, 300);
	assert_int_equal(v.counted, 525);
	assert_int_equal(v.state, CYCLE_DONE);
	verdict_free(&v);
	program_free(p);
}

static void test_carried_into_a_category(void **state)
{
	struct program *p = accepts("limit 6 category books\nlimit 3 category books per calendar-year\n"
	    "carry 8 last 6 months into books\nrequire 2 category books\nrequire 1 total per year\n");
	struct credit_cycle c = plain_cycle(cycle);
	struct entry_fact f[] = { entry(1, "2024-07-01", 60, 1), entry(2, "2025-07-01", 300, 1) };
	struct verdict v;

	(void)state;
	c.carried = 500;
	v = evaluate_cycle(p, &c, f, 2, cycle.end);
	assert_int_equal(v.carried, 300);		/* it fills 2024 */
	entry_is(&v, 0, ENTRY_OVER_LIMIT, 100, 0);
	entry_is(&v, 1, ENTRY_PART_COUNTED, 500, 300);
	assert_int_equal(v.counted, 600);
	assert_int_equal(v.logged, 600);		/* what was carried is not logged here */
	assert_int_equal(v.over_limit, 300);
	assert_int_equal(v.categories[1].counted, 600);
	assert_int_equal(v.categories[1].logged, 600);
	assert_int_equal(v.rules[3].have, 600);
	assert_int_equal(v.rules[4].have, 300);
	verdict_free(&v);
	program_free(p);
}

static void test_carried_into_none(void **state)
{
	struct program *p = accepts("limit 7 each category\ncarry 8 last 6 months\nrequire 2 category books\n"
	    "require 1 distinct categories\nrequire 3 total per year\n");
	struct credit_cycle c = plain_cycle(cycle);
	struct verdict v;

	(void)state;
	c.carried = 500;
	v = evaluate_cycle(p, &c, NULL, 0, cycle.start);
	assert_int_equal(v.carried, 500);
	assert_int_equal(v.counted, 500);
	assert_int_equal(v.to_go, 1500);
	assert_int_equal(v.logged, 0);
	assert_int_equal(v.rules[0].have, 500);
	assert_int_equal(v.rules[2].have, 0);
	assert_int_equal(v.rules[3].have, 0);
	assert_int_equal(v.rules[4].have, 0);		/* the first year has it, the second not */
	assert_int_equal(v.categories[1].counted, 0);
	assert_int_equal(v.categories[1].free, 700);
	verdict_free(&v);
	c.carried = -100;		/* what nobody can bring takes nothing away */
	v = evaluate_cycle(p, &c, NULL, 0, cycle.start);
	assert_int_equal(v.counted, 0);
	verdict_free(&v);
	program_free(p);
}

static void carries(const struct program *p, const struct entry_fact *f, size_t n, int want)
{
	struct credit_cycle c = plain_cycle(cycle);
	struct verdict v = evaluate(p, cycle, f, n, cycle.end);

	assert_int_equal(credit_carry(p, &c, f, n, &v), want);
	verdict_free(&v);
}

static void test_carry(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 1440, 0), entry(2, "2025-06-30", 120, 1),
		entry(3, "2025-07-01", 180, 1), entry(4, "2026-06-30", 60, 2) };
	struct program *p = accepts("carry 6 last 12 months\n");

	(void)state;
	carries(p, f, 4, 400);		/* 10 beyond the total, 4 of them in the last year: 1 July 2025 on */
	carries(p, f, 3, 300);
	carries(p, f, 2, 0);
	f[3].minutes = 600;
	carries(p, f, 4, 600);		/* no more than six */
	f[0].minutes = 420;
	carries(p, f, 4, 200);		/* no more than what is beyond the total */
	f[0].minutes = 60;
	carries(p, f, 4, 0);
	program_free(p);
	p = accepts("limit 20 category talks\nlimit 2 category books\n"
	    "carry 6 last 24 months from category books {\nover-limit\n}\n");
	f[0].minutes = 1440;
	f[3].minutes = 60;
	carries(p, f, 4, 500);		/* 2 of the books count, 3 more were cut; the talks do not carry */
	f[1].is_void = 1;
	carries(p, f, 4, 300);
	f[2].competencies = 0;
	carries(p, f, 4, 300);		/* this program needs none */
	f[2].is_planned = 1;
	carries(p, f, 4, 0);
	program_free(p);
	p = accepts("tag live \"Live\"\ncarry 6 last 24 months from tag live\n");
	f[2].is_planned = f[1].is_void = 0;
	carries(p, f, 4, 0);
	f[2].tags = 1;
	carries(p, f, 4, 300);
	program_free(p);
}

static void test_prorated(void **state)
{
	struct program *p = accepts("prorate 4 per 6 months {\nwaive ethics\n}\nlimit 50% category talks\n"
	    "require 2 category books {\nid ethics\n}\n");
	struct credit_cycle c = plain_cycle((struct cycle){ day("2024-07-01"), day("2025-09-30") });
	struct entry_fact f[] = { entry(1, "2024-08-01", 600, 0), entry(2, "2024-08-01", 240, 2) };
	struct verdict v;

	(void)state;
	c.is_first = 1;			/* 15 months: twice six */
	assert_int_equal(credit_required(p, &c), 800);
	v = evaluate_cycle(p, &c, f, 2, c.dates.end);
	assert_int_equal(v.required, 800);
	entry_is(&v, 0, ENTRY_PART_COUNTED, 1000, 400);
	assert_int_equal(v.rules[1].need, 400);
	assert_int_equal(v.rules[2].need, 0);
	assert_int_equal(v.rules[0].need, 800);
	assert_int_equal(v.state, CYCLE_DONE);
	verdict_free(&v);
	c.is_first = 0;
	v = evaluate_cycle(p, &c, f, 2, c.dates.end);
	assert_int_equal(v.required, 2000);
	assert_int_equal(v.rules[2].need, 200);
	assert_int_equal(v.counted, 1400);
	verdict_free(&v);
	c.is_first = 1;
	c.dates.end = day("2026-06-30");	/* a whole one is as any other */
	assert_int_equal(credit_required(p, &c), 2000);
	c.dates.end = day("2026-06-29");
	assert_int_equal(credit_required(p, &c), 1200);
	c.dates.end = day("2024-12-30");
	assert_int_equal(credit_required(p, &c), 0);
	c.dates.end = day("2024-12-31");
	assert_int_equal(credit_required(p, &c), 400);
	program_free(p);
	p = accepts("prorate 15 per 6 months\n");
	c.dates.end = day("2025-12-31");
	assert_int_equal(credit_required(p, &c), 2000);	/* never more than a whole cycle */
	program_free(p);
}

static void test_kinds(void **state)
{
	struct program *p = accepts("earn article 5 per item\nearn teaching 2.5 per hour\n"
	    "earn course 15 per semester-credit\n");
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, 0), entry(2, "2025-01-01", 80, 0),
		entry(3, "2025-01-01", 60, 1), entry(4, "2025-01-01", 60, 2) };
	struct verdict v;

	(void)state;
	f[0].kind = 0;
	f[0].quantity = 200;
	f[1].kind = 1;
	f[1].quantity = 900;		/* hours are told by the minutes */
	f[2].kind = 2;
	f[2].quantity = 50;
	v = evaluate(p, cycle, f, 4, cycle.end);
	entry_is(&v, 0, ENTRY_COUNTED, 1000, 1000);
	entry_is(&v, 1, ENTRY_COUNTED, 325, 325);	/* 3.33, down to a quarter */
	entry_is(&v, 2, ENTRY_COUNTED, 750, 750);
	entry_is(&v, 3, ENTRY_COUNTED, 100, 100);
	verdict_free(&v);
	program_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nested_limits),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_free_with_the_categorys_own_tags),
		cmocka_unit_test(test_groups_and_percents),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_days_beside_the_years),
		cmocka_unit_test(test_distinct),
		cmocka_unit_test(test_carried_into_a_category),
		cmocka_unit_test(test_carried_into_none),
		cmocka_unit_test(test_carry),
		cmocka_unit_test(test_prorated),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
