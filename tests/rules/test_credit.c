/* Verdicts in cases worked out by hand; the edge cases of RULES.md section 5 carry their number. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "helper.h"

enum { TRAINING, IN_COMPANY, CONFERENCE, COLLEGE, CXPA };

static struct program *ccxp;
static struct cycle cycle;	/* 2024-07-01 to 2026-06-30, 730 days */

static int setup(void **state)
{
	(void)state;
	ccxp = load_file("etc/programs/ccxp-2y20.rules");
	cycle = cycle_ending(day("2026-06-30"), 24);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	program_free(ccxp);
	return 0;
}

static struct verdict on_last_day(const struct entry_fact *f, size_t n)
{
	return evaluate(ccxp, cycle, f, n, cycle.end);
}

static void entry_is(const struct verdict *v, size_t i, enum entry_state state, int units, int counted)
{
	const struct entry_verdict *e = &v->entries[i];
	int64_t sum = 0, sum_counted = 0;

	assert_string_equal(entry_state_name(e->state), entry_state_name(state));
	assert_int_equal(e->units, units);
	assert_int_equal(e->counted, counted);
	for (size_t k = 0; k < e->nparts; k++) {
		sum += e->parts[k].units;
		sum_counted += e->parts[k].counted;
		assert_true(e->parts[k].counted == 0 || e->parts[k].counted == e->parts[k].units);
	}
	assert_int_equal(sum, units);
	assert_int_equal(sum_counted, counted);
}

static void test_nothing(void **state)
{
	struct verdict v = on_last_day(NULL, 0);

	(void)state;
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	assert_int_equal(v.required, 2000);
	assert_int_equal(v.to_go, 2000);
	assert_int_equal(v.counted, 0);
	assert_int_equal(v.days_left, 0);
	assert_int_equal(v.even_pace, 1997);	/* 20 * 729 / 730 */
	assert_int_equal(v.next_check, day("2026-07-01"));
	verdict_free(&v);
	assert_null(v.entries);
	verdict_free(NULL);
}

static void test_case_1_exactly_ten(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 240, TRAINING),
		entry(2, "2025-01-02", 360, TRAINING) };
	struct verdict v = on_last_day(f, 2);

	(void)state;
	entry_is(&v, 0, ENTRY_COUNTED, 400, 400);
	entry_is(&v, 1, ENTRY_COUNTED, 600, 600);
	assert_int_equal(v.counted, 1000);
	assert_int_equal(v.over_limit, 0);
	assert_int_equal(v.categories[TRAINING].free, 0);
	assert_int_equal(v.categories[CXPA].free, 1000);
	verdict_free(&v);
}

static void test_case_2_twelve(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 720, TRAINING) };
	struct verdict v = on_last_day(f, 1);

	(void)state;
	entry_is(&v, 0, ENTRY_PART_COUNTED, 1200, 1000);
	assert_int_equal(v.entries[0].nparts, 2);
	assert_int_equal(v.entries[0].parts[0].rule, -1);
	assert_string_equal(ccxp->rules[v.entries[0].parts[1].rule].id, "category-limit");
	assert_int_equal(v.logged, 1200);
	assert_int_equal(v.over_limit, 200);
	assert_int_equal(v.categories[TRAINING].logged, 1200);
	assert_int_equal(v.categories[TRAINING].over_limit, 200);
	assert_int_equal(v.categories[TRAINING].limit, 1000);
	verdict_free(&v);
}

static void test_case_3_nineteen_and_one(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 19 * 60, TRAINING),
		entry(2, "2025-01-02", 60, CXPA) };
	struct verdict v = on_last_day(f, 2);

	(void)state;
	assert_int_equal(v.counted, 1100);
	assert_int_equal(v.logged, 2000);
	assert_int_equal(v.to_go, 900);
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	verdict_free(&v);
}

static void test_case_4_twenty_logged(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 720, COLLEGE), entry(2, "2025-01-02", 480, CXPA) };
	struct verdict v = on_last_day(f, 2);

	(void)state;
	assert_int_equal(v.logged, 2000);
	assert_int_equal(v.counted, 1800);
	assert_int_equal(v.over_limit, 200);
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	verdict_free(&v);
}

static void test_case_5_ten_and_ten(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, COLLEGE), entry(2, "2025-01-02", 600, CXPA) };
	struct verdict v = on_last_day(f, 2);

	(void)state;
	assert_int_equal(v.state, CYCLE_DONE);
	assert_int_equal(v.to_go, 0);
	assert_int_equal(v.next_check, DAY_NONE);
	assert_int_equal(v.rules[0].need, 2000);
	assert_int_equal(v.rules[0].have, 2000);
	assert_true(v.rules[0].met);
	assert_int_equal(v.rules[1].need, 1000);
	assert_int_equal(v.rules[1].have, 1000);
	assert_true(v.rules[1].met && v.rules[2].met && v.rules[3].met);
	verdict_free(&v);
	v = evaluate(ccxp, cycle, f, 2, day("2026-07-01"));
	assert_int_equal(v.state, CYCLE_DONE);	/* done stays done after the end */
	assert_int_equal(v.days_left, -1);
	verdict_free(&v);
}

static void test_cases_6_and_7_first_and_last_day(void **state)
{
	struct entry_fact f[] = {
		entry(1, "2024-06-30", 60, TRAINING), entry(2, "2024-07-01", 60, TRAINING),
		entry(3, "2026-06-30", 60, TRAINING), entry(4, "2026-07-01", 60, TRAINING),
	};
	struct verdict v = on_last_day(f, 4);

	(void)state;
	entry_is(&v, 0, ENTRY_OUT_OF_CYCLE, 100, 0);
	entry_is(&v, 1, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 2, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 3, ENTRY_OUT_OF_CYCLE, 100, 0);
	assert_int_equal(v.logged, 200);
	verdict_free(&v);
}

/* Dates are civil dates all the way: one day more or less decides, no hour and no zone does. */
static void test_case_9_civil_dates(void **state)
{
	struct entry_fact f[] = { entry(1, "2026-06-30", 60, TRAINING) };
	struct verdict v = evaluate(ccxp, cycle, f, 1, day("2026-06-29"));

	(void)state;
	entry_is(&v, 0, ENTRY_PLANNED, 100, 0);
	verdict_free(&v);
	v = evaluate(ccxp, cycle, f, 1, day("2026-06-30"));
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);
	verdict_free(&v);
	v = evaluate(ccxp, cycle, f, 1, day("2026-07-01"));
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);
	verdict_free(&v);
}

static void test_case_12_surplus(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, COLLEGE), entry(2, "2025-01-02", 600, CXPA),
	    entry(3, "2025-01-03", 300, TRAINING) };
	struct verdict v = on_last_day(f, 3);

	(void)state;
	assert_int_equal(v.counted, 2500);	/* more than required may count; nothing carries over */
	assert_int_equal(v.required, 2000);
	assert_int_equal(v.to_go, 0);
	verdict_free(&v);
	v = evaluate(ccxp, cycle_holding(cycle.end, 24, day("2026-07-01")), f, 3, day("2026-07-01"));
	assert_int_equal(v.counted, 0);
	assert_int_equal(v.logged, 0);
	entry_is(&v, 2, ENTRY_OUT_OF_CYCLE, 500, 0);
	verdict_free(&v);
}

static void test_cases_16_and_17_short_ones(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 50, COLLEGE), entry(2, "2025-01-02", 75, CXPA),
		entry(3, "2025-01-03", 10, TRAINING), entry(4, "2025-01-03", 10, TRAINING),
		entry(5, "2025-01-03", 10, TRAINING) };
	struct verdict v = on_last_day(f, 5);

	(void)state;
	entry_is(&v, 0, ENTRY_COUNTED, 75, 75);
	entry_is(&v, 1, ENTRY_COUNTED, 125, 125);
	for (size_t i = 2; i < 5; i++)
		entry_is(&v, i, ENTRY_COUNTED, 0, 0);
	assert_int_equal(v.counted, 200);
	verdict_free(&v);
}

static void test_case_21_repeat(void **state)
{
	struct entry_fact f[] = { entry(2, "2025-02-01", 120, CONFERENCE),
		entry(1, "2025-01-01", 60, TRAINING), entry(3, "2025-03-01", 60, TRAINING),
		entry(4, "2024-01-01", 60, TRAINING) };
	struct verdict v;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		f[i].course = i == 2 ? "another" : "journey mapping";
	v = on_last_day(f, 4);
	entry_is(&v, 0, ENTRY_REPEAT, 200, 0);
	assert_string_equal(ccxp->rules[v.entries[0].parts[0].rule].id, "repeat");
	entry_is(&v, 1, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 2, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 3, ENTRY_OUT_OF_CYCLE, 100, 0);	/* another cycle's entry is no first */
	assert_int_equal(v.logged, 400);
	assert_int_equal(v.counted, 200);
	assert_int_equal(v.over_limit, 0);
	verdict_free(&v);
	v = evaluate(ccxp, cycle_ending(day("2024-06-30"), 24), &f[3], 1, day("2026-06-30"));
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);	/* in the other cycle it counts again */
	verdict_free(&v);
}

/* What is void, late or planned, or names no competency, takes a course from nobody. */
static void test_who_is_first(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, TRAINING), entry(2, "2025-01-02", 60, TRAINING),
		entry(3, "2025-01-03", 60, TRAINING), entry(4, "2025-01-04", 60, TRAINING),
		entry(5, "2025-01-04", 60, CXPA), entry(6, "2026-06-01", 60, CXPA) };
	struct verdict v;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		f[i].course = "same";
	f[0].is_void = f[1].is_late = 1;
	f[2].competencies = 0;
	v = evaluate(ccxp, cycle, f, 6, day("2025-12-31"));
	entry_is(&v, 0, ENTRY_VOID, 100, 0);
	entry_is(&v, 1, ENTRY_LATE, 100, 0);
	entry_is(&v, 2, ENTRY_NEEDS_INFO, 100, 0);
	entry_is(&v, 3, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 4, ENTRY_REPEAT, 100, 0);	/* the same day: the smaller id is first */
	entry_is(&v, 5, ENTRY_PLANNED, 100, 0);
	assert_int_equal(v.logged, 300);
	verdict_free(&v);
}

static void test_no_title_is_no_course(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, TRAINING),
		entry(2, "2025-01-02", 60, TRAINING) };
	struct verdict v;

	(void)state;
	f[1].course = NULL;
	v = on_last_day(f, 2);
	assert_int_equal(v.counted, 200);
	verdict_free(&v);
}

static void test_case_27_before_and_future(void **state)
{
	struct entry_fact f[] = { entry(1, "2024-06-30", 60, TRAINING), entry(2, "2026-05-06", 600, CXPA) };
	struct verdict v = evaluate(ccxp, cycle, f, 2, day("2026-05-05"));

	(void)state;
	entry_is(&v, 0, ENTRY_OUT_OF_CYCLE, 100, 0);
	entry_is(&v, 1, ENTRY_PLANNED, 1000, 0);
	assert_int_equal(v.logged, 0);
	assert_int_equal(v.next_check, day("2026-05-06"));
	verdict_free(&v);
	v = evaluate(ccxp, cycle, f, 2, day("2026-05-06"));
	entry_is(&v, 1, ENTRY_COUNTED, 1000, 1000);
	verdict_free(&v);
}

static void test_case_29_needs_info(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 720, TRAINING),
		entry(2, "2025-01-02", 60, TRAINING) };
	struct verdict v;

	(void)state;
	f[0].competencies = 0;
	f[1].competencies = 1u << 5 | 1u << 1;
	v = on_last_day(f, 2);
	entry_is(&v, 0, ENTRY_NEEDS_INFO, 1200, 0);
	assert_string_equal(ccxp->rules[v.entries[0].parts[0].rule].id, "aligned");
	entry_is(&v, 1, ENTRY_COUNTED, 100, 100);	/* it uses up nothing of the limit */
	assert_int_equal(v.logged, 1300);
	assert_int_equal(v.competencies[0].logged, 0);
	assert_int_equal(v.competencies[1].counted, 100);
	assert_int_equal(v.competencies[5].counted, 100);
	verdict_free(&v);
}

/* A verdict depends on the program it is asked with; another version of the rules changes nothing by itself. */
static void test_case_31_pinned_program(void **state)
{
	char *text = program_with("limit 15 category talks\n");
	struct program *other = load(text);
	struct entry_fact f[] = { entry(1, "2025-01-01", 900, 0) };
	struct verdict a = on_last_day(f, 1), b = evaluate(other, cycle, f, 1, cycle.end),
		       c = on_last_day(f, 1);

	(void)state;
	assert_string_not_equal(ccxp->hash, other->hash);
	assert_int_equal(a.counted, 1000);
	assert_int_equal(b.counted, 1500);
	assert_int_equal(c.counted, 1000);
	verdict_free(&a);
	verdict_free(&b);
	verdict_free(&c);
	program_free(other);
	free(text);
}

static void test_case_32_which_one_is_over(void **state)
{
	struct entry_fact f[] = { entry(9, "2025-01-02", 240, TRAINING),
		entry(4, "2025-01-03", 240, TRAINING), entry(3, "2025-01-03", 240, TRAINING),
		entry(1, "2025-01-04", 60, TRAINING) };
	struct verdict v = on_last_day(f, 4);

	(void)state;
	entry_is(&v, 0, ENTRY_COUNTED, 400, 400);	/* by day, */
	entry_is(&v, 2, ENTRY_COUNTED, 400, 400);	/* then by id */
	entry_is(&v, 1, ENTRY_PART_COUNTED, 400, 200);
	entry_is(&v, 3, ENTRY_OVER_LIMIT, 100, 0);
	assert_int_equal(v.over_limit, 300);
	verdict_free(&v);
}

static void fails(const struct entry_fact *f, size_t n, struct cycle c, const char *code)
{
	struct verdict v = { .counted = 77 };
	struct err err = { 0 };

	assert_int_equal(credit_evaluate(ccxp, &(struct credit_cycle){ c, DAY_NONE, DAY_NONE, 0, 0 }, f, n, c.end, &v, &err), -1);
	assert_string_equal(err.code, code);
	assert_int_equal(err.class, ERR_USAGE);
	assert_int_equal(v.counted, 77);	/* untouched */
}

static void test_case_33_bad_facts(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, TRAINING),
		entry(2, "2025-01-02", 60, TRAINING) };

	(void)state;
	f[1].minutes = 0;
	fails(f, 2, cycle, "fact-invalid");
	f[1].minutes = -60;
	fails(f, 2, cycle, "fact-invalid");
	f[1] = entry(2, "2025-01-02", 60, 5);
	fails(f, 2, cycle, "fact-invalid");
	f[1] = entry(2, "2025-01-02", 60, -1);
	fails(f, 2, cycle, "fact-invalid");
	f[1] = entry(1, "2025-12-02", 60, CXPA);	/* a double id, days apart */
	fails(f, 2, cycle, "fact-invalid");
	f[1] = entry(2, "2025-01-02", 60, TRAINING);
	f[1].competencies = 1u << 6;			/* the program has six, 0 to 5 */
	fails(f, 2, cycle, "fact-invalid");
	fails(f, 1, (struct cycle){ day("2025-01-02"), day("2025-01-01") }, "cycle-invalid");
	fails(f, 1, (struct cycle){ DAY_NONE, DAY_NONE }, "cycle-invalid");
}

static void test_precedence(void **state)
{
	struct entry_fact f[6];
	static const enum entry_state want[] = { ENTRY_VOID, ENTRY_OUT_OF_CYCLE, ENTRY_LATE, ENTRY_PLANNED,
	    ENTRY_NEEDS_INFO, ENTRY_REPEAT };
	struct verdict v;

	(void)state;
	for (size_t i = 0; i < 6; i++) {	/* each has all the faults of those after it */
		f[i] = entry((int64_t)i + 10, "2026-01-01", 60, TRAINING);
		f[i].course = "same";
		f[i].is_void = i < 1;
		f[i].is_late = i < 3;
		f[i].competencies = i < 5 ? 0 : 1;
		if (i < 4)
			f[i].day = day("2026-03-01");
		if (i < 2)
			f[i].day = day("2026-08-01");
	}
	{
		struct entry_fact all[7];

		memcpy(all, f, sizeof f);
		all[6] = entry(1, "2025-01-01", 600, TRAINING);
		all[6].course = "same";
		v = evaluate(ccxp, cycle, all, 7, day("2026-02-01"));
	}
	for (size_t i = 0; i < 6; i++)
		entry_is(&v, i, want[i], 100, 0);
	assert_int_equal(v.logged, 1200);	/* needs-info, repeat, and the ten hours that count */
	assert_int_equal(v.counted, 1000);
	verdict_free(&v);
}

static void pace(const char *today, int want, enum cycle_state with_five)
{
	struct entry_fact f[] = { entry(1, "2024-07-01", 300, TRAINING) };
	struct verdict v = evaluate(ccxp, cycle, f, 1, day(today));

	assert_int_equal(v.even_pace, want);
	assert_string_equal(cycle_state_name(v.state), cycle_state_name(with_five));
	verdict_free(&v);
}

static void test_even_pace(void **state)
{
	(void)state;
	pace("2024-07-01", 0, CYCLE_ON_TRACK);
	pace("2024-07-02", 2, CYCLE_ON_TRACK);		/* 20 / 730 = 0.027 */
	pace("2024-12-30", 498, CYCLE_ON_TRACK);	/* 182 days */
	pace("2024-12-31", 501, CYCLE_OFF_TRACK);
	pace("2026-03-12", 1695, CYCLE_OFF_TRACK);
	pace("2026-06-30", 1997, CYCLE_OFF_TRACK);
	pace("2026-07-01", 2000, CYCLE_LAPSED);
	pace("2031-01-01", 2000, CYCLE_LAPSED);
}

static void test_before_the_cycle(void **state)
{
	struct entry_fact f[] = { entry(1, "2024-07-01", 300, TRAINING) };
	struct verdict v = evaluate(ccxp, cycle, f, 1, day("2024-05-01"));

	(void)state;
	assert_int_equal(v.even_pace, 0);
	assert_int_equal(v.state, CYCLE_ON_TRACK);
	assert_int_equal(v.next_check, day("2024-07-01"));
	assert_int_equal(v.days_left, 790);
	verdict_free(&v);
}

static void test_grace(void **state)
{
	struct program *p =
	    load("program g {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 1\n}\n"
		 "cycle 24 months {\ngrace 90 days\n}\ncategory a \"A\"\nrequire 20 total\n}\n");
	struct verdict v = evaluate(p, cycle, NULL, 0, day("2026-07-01"));

	(void)state;
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	assert_int_equal(v.even_pace, 2000);
	assert_int_equal(v.next_check, day("2026-09-29"));
	verdict_free(&v);
	v = evaluate(p, cycle, NULL, 0, day("2026-09-28"));	/* 90 days after the end */
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	verdict_free(&v);
	v = evaluate(p, cycle, NULL, 0, day("2026-09-29"));
	assert_int_equal(v.state, CYCLE_LAPSED);
	assert_int_equal(v.next_check, DAY_NONE);
	verdict_free(&v);
	program_free(p);
}

/* Two limits on one category: the tighter one decides and is named. */
static void test_nested_limits(void **state)
{
	char *text =
	    program_with("limit 10 each category\nlimit 8 category books\nlimit 12 category talks\n");
	struct program *p = load(text);
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
	free(text);
}

static void test_adds(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 570, TRAINING), entry(2, "2025-01-01", 700, CXPA) };
	struct verdict v = on_last_day(f, 2);
	char *text = program_with("");
	struct program *p = load(text);

	(void)state;
	assert_int_equal(credit_adds(ccxp, &v, TRAINING, 15), 25);
	assert_int_equal(credit_adds(ccxp, &v, TRAINING, 30), 50);
	assert_int_equal(credit_adds(ccxp, &v, TRAINING, 120), 50);
	assert_int_equal(credit_adds(ccxp, &v, CXPA, 60), 0);
	assert_int_equal(credit_adds(ccxp, &v, COLLEGE, 75), 125);
	assert_int_equal(credit_adds(ccxp, &v, COLLEGE, 1440), 1000);
	assert_int_equal(credit_adds(ccxp, &v, 5, 60), 0);
	assert_int_equal(credit_adds(ccxp, &v, -1, 60), 0);
	assert_int_equal(credit_adds(ccxp, &v, COLLEGE, 0), 0);
	verdict_free(&v);
	v = evaluate(p, cycle, NULL, 0, cycle.end);
	assert_int_equal(v.categories[0].limit, -1);
	assert_int_equal(v.categories[0].free, -1);
	assert_int_equal(credit_adds(p, &v, 0, 1440), 2400);
	verdict_free(&v);
	program_free(p);
	free(text);
}

/* Numbers as large as they come stay exact. */
static void test_large(void **state)
{
	struct entry_fact f[] = { entry(INT64_MAX, "2025-01-01", INT_MAX, TRAINING),
	    entry(INT64_MIN, "2025-01-01", INT_MAX, TRAINING) };
	struct verdict v = on_last_day(f, 2);

	(void)state;
	assert_int_equal(v.entries[1].units, INT64_C(3579139400));
	assert_int_equal(v.entries[1].counted, 1000);	/* the smaller id is first */
	assert_int_equal(v.entries[0].counted, 0);
	assert_int_equal(v.logged, 2 * INT64_C(3579139400));
	verdict_free(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_case_1_exactly_ten),
		cmocka_unit_test(test_case_2_twelve),
		cmocka_unit_test(test_case_3_nineteen_and_one),
		cmocka_unit_test(test_case_4_twenty_logged),
		cmocka_unit_test(test_case_5_ten_and_ten),
		cmocka_unit_test(test_cases_6_and_7_first_and_last_day),
		cmocka_unit_test(test_case_9_civil_dates),
		cmocka_unit_test(test_case_12_surplus),
		cmocka_unit_test(test_cases_16_and_17_short_ones),
		cmocka_unit_test(test_case_21_repeat),
		cmocka_unit_test(test_who_is_first),
		cmocka_unit_test(test_no_title_is_no_course),
		cmocka_unit_test(test_case_27_before_and_future),
		cmocka_unit_test(test_case_29_needs_info),
		cmocka_unit_test(test_case_31_pinned_program),
		cmocka_unit_test(test_case_32_which_one_is_over),
		cmocka_unit_test(test_case_33_bad_facts),
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_even_pace),
		cmocka_unit_test(test_before_the_cycle),
		cmocka_unit_test(test_grace),
		cmocka_unit_test(test_nested_limits),
		cmocka_unit_test(test_adds),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
