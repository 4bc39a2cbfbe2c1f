/*
 * The edge cases, each by its number, second half (1 to 17 and what they are: test_edges.c).
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/err.h"
#include "helper.h"
#include "shipped.h"

/* The rules count the minutes that were stated: of a day of 8 hours with 2 of breaks, 6. */
static void test_edge_18_breaks(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 480 - 120, CONFERENCE) };
	struct verdict v = on_last_day(f, 1);

	(void)state;
	assert_int_equal(v.counted, 600);
	verdict_free(&v);
}

/* A unit is what the program says, never what a certificate calls so: "0.6 CEU" of ten hours are 6.00. */
static void test_edge_19_units_of_others(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 6 * 60, TRAINING) };
	struct verdict v = on_last_day(f, 1);

	(void)state;
	assert_int_equal(ccxp->unit_minutes, 60);
	assert_int_equal(v.counted, 600);
	verdict_free(&v);
}

/* By feed and by hand: the earliest that is confirmed counts, the other is a repeat of it. */
static void test_edge_20_feed_and_hand(void **state)
{
	struct entry_fact f[] = { entry(7, "2025-03-03", 60, TRAINING),
		entry(3, "2025-03-04", 60, TRAINING) };
	struct program *by_event = accepts("once event\n");
	struct verdict v;

	(void)state;
	f[0].course = f[1].course = "effort in practice";
	v = on_last_day(f, 2);
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 1, ENTRY_REPEAT, 100, 0);
	verdict_free(&v);
	f[0].course = "effort, live";
	f[0].event = f[1].event = "uid-7@example.org";
	v = evaluate(by_event, cycle, f, 2, cycle.end);
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 1, ENTRY_REPEAT, 100, 0);
	verdict_free(&v);
	program_free(by_event);
}

static void test_edge_21_course_again(void **state)
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

/* Occurrences of a series have keys of their own; a new key for the same event is told by its title. */
static void test_edge_22_occurrences(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-03-03", 60, 0), entry(2, "2025-03-10", 60, 1) };
	struct program *p = accepts("once event\nonce course\n");
	struct verdict v;

	(void)state;
	f[0].event = "uid-1 20250303";
	f[1].event = "uid-1 20250310";
	f[0].course = "weekly, first";
	f[1].course = "weekly, second";
	v = evaluate(p, cycle, f, 2, cycle.end);
	assert_int_equal(v.counted, 200);
	verdict_free(&v);
	f[1].course = f[0].course;
	v = evaluate(p, cycle, f, 2, cycle.end);
	entry_is(&v, 1, ENTRY_REPEAT, 100, 0);
	assert_string_equal(p->rules[v.entries[1].parts[0].rule].id, "once-course");
	verdict_free(&v);
	program_free(p);
}

/* An all-day event that ends "the next day" is of one date; on the last day of the cycle that is decisive. */
static void test_edge_23_all_day(void **state)
{
	struct entry_fact f[] = { entry(1, "2026-06-30", 360, CONFERENCE) };
	struct verdict v = evaluate(ccxp, cycle, f, 1, day("2026-07-01"));

	(void)state;
	entry_is(&v, 0, ENTRY_COUNTED, 600, 600);
	verdict_free(&v);
}

/* No credit without confirmation: what is planned never counts by itself, however long its day is past. */
static void test_edge_24_not_confirmed(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, TRAINING) };
	struct verdict v;

	(void)state;
	f[0].is_planned = 1;
	v = evaluate(ccxp, cycle, f, 1, day("2026-06-30"));
	entry_is(&v, 0, ENTRY_PLANNED, 1000, 0);
	assert_int_equal(v.logged, 0);
	verdict_free(&v);
}

/* Submitted with 20, now supported 17: what was removed counts no more, what was frozen is the store's. */
static void test_edge_25_removed_after_submission(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, COLLEGE), entry(2, "2025-01-02", 420, CXPA),
		entry(3, "2025-01-03", 180, CXPA) };
	struct verdict v = on_last_day(f, 3);

	(void)state;
	assert_int_equal(v.counted, 2000);
	verdict_free(&v);
	f[2].is_void = 1;
	v = on_last_day(f, 3);
	assert_int_equal(v.counted, 1700);
	entry_is(&v, 2, ENTRY_VOID, 300, 0);
	assert_int_equal(v.logged, 1700);
	verdict_free(&v);
}

static void test_edge_26_backdated_after_renewal(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, COLLEGE), entry(2, "2026-06-01", 120, CXPA) };
	struct verdict v, w;

	(void)state;
	f[1].is_late = 1;
	v = evaluate(ccxp, cycle, f, 2, day("2026-08-01"));
	w = evaluate(ccxp, cycle_starting(cycle.end + 1, 24), f, 2, day("2026-08-01"));
	entry_is(&v, 1, ENTRY_LATE, 200, 0);
	assert_int_equal(v.counted, 1000);
	assert_int_equal(v.logged, 1000);
	assert_int_equal(w.counted, 0);
	verdict_free(&v);
	verdict_free(&w);
}

static void test_edge_27_before_and_future(void **state)
{
	struct entry_fact f[] = { entry(1, "2024-06-30", 60, TRAINING), entry(2, "2026-05-06", 600, CXPA) };
	struct verdict v;

	(void)state;
	f[1].is_planned = 1;
	v = evaluate(ccxp, cycle, f, 2, day("2026-05-05"));
	entry_is(&v, 0, ENTRY_OUT_OF_CYCLE, 100, 0);
	entry_is(&v, 1, ENTRY_PLANNED, 1000, 0);
	assert_int_equal(v.logged, 0);
	verdict_free(&v);
	v = evaluate(ccxp, cycle, f, 2, day("2026-05-07"));	/* its day is over, nobody said a word */
	entry_is(&v, 1, ENTRY_PLANNED, 1000, 0);
	verdict_free(&v);
	f[1].is_planned = 0;
	v = evaluate(ccxp, cycle, f, 2, day("2026-05-07"));
	entry_is(&v, 1, ENTRY_COUNTED, 1000, 1000);
	verdict_free(&v);
}

/* Attended 6 hours, spoke 1: two parts, each in one category, together no more than the time. */
static void test_edge_28_two_categories(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-05-05", 360, CONFERENCE),
		entry(2, "2025-05-05", 60, IN_COMPANY) };
	struct verdict v = on_last_day(f, 2);

	(void)state;
	assert_int_equal(v.counted, 700);
	assert_int_equal(v.categories[CONFERENCE].counted, 600);
	assert_int_equal(v.categories[IN_COMPANY].counted, 100);
	verdict_free(&v);
}

static void test_edge_29_no_competency(void **state)
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

/* Without proof it counts, unless the program has it otherwise. */
static void test_edge_30_no_proof(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, 0) };
	struct program *strict = accepts("needs evidence\n");
	struct verdict v;

	(void)state;
	f[0].has_evidence = 0;
	v = on_last_day(f, 1);
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);
	verdict_free(&v);
	v = evaluate(strict, cycle, f, 1, cycle.end);
	entry_is(&v, 0, ENTRY_NEEDS_INFO, 100, 0);
	assert_string_equal(strict->rules[v.entries[0].parts[0].rule].id, "needs-evidence");
	verdict_free(&v);
	program_free(strict);
}

/* A verdict depends on the program it is asked with; another version changes nothing by itself. */
static void test_edge_31_pinned_program(void **state)
{
	struct program *other = accepts("limit 15 category talks\n");
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
}

static void test_edge_32_which_one_is_over(void **state)
{
	struct entry_fact f[] = { entry(9, "2025-01-02", 240, TRAINING),
		entry(4, "2025-01-03", 240, TRAINING), entry(3, "2025-01-03", 240, TRAINING),
		entry(1, "2025-01-04", 60, TRAINING) }, t;
	struct verdict v;

	(void)state;
	for (size_t i = 0; i < 4; i++) {	/* whatever comes first to the rules */
		v = on_last_day(f, 4);
		for (size_t k = 0; k < 4; k++) {
			if (f[k].id == 9 || f[k].id == 3)	/* by day, then by id */
				entry_is(&v, k, ENTRY_COUNTED, 400, 400);
			else if (f[k].id == 4)
				entry_is(&v, k, ENTRY_PART_COUNTED, 400, 200);
			else
				entry_is(&v, k, ENTRY_OVER_LIMIT, 100, 0);
		}
		assert_int_equal(v.over_limit, 300);
		assert_int_equal(v.counted, 1000);
		verdict_free(&v);
		t = f[0];
		memmove(f, f + 1, 3 * sizeof *f);
		f[3] = t;
	}
}

static void fails(const struct program *p, const struct entry_fact *f, size_t n, struct cycle c,
    const char *code)
{
	struct credit_cycle with = plain_cycle(c);
	struct verdict v = { .counted = 77 };
	struct err err = { 0 };

	assert_int_equal(credit_evaluate(p, &with, f, n, c.end, &v, &err), -1);
	assert_string_equal(err.code, code);
	assert_int_equal(err.class, ERR_USAGE);
	assert_int_equal(v.counted, 77);	/* untouched */
}

static void test_edge_33_implausible_facts(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, TRAINING),
		entry(2, "2025-01-02", 60, TRAINING) };
	struct program *p = accepts("tag live \"Live\"\nearn article 5 per item\n");

	(void)state;
	f[1].minutes = 0;
	fails(ccxp, f, 2, cycle, "fact-invalid");
	f[1].minutes = -60;
	fails(ccxp, f, 2, cycle, "fact-invalid");
	f[1] = entry(2, "2025-01-02", 60, 5);
	fails(ccxp, f, 2, cycle, "fact-invalid");
	f[1] = entry(2, "2025-01-02", 60, -1);
	fails(ccxp, f, 2, cycle, "fact-invalid");
	f[1] = entry(1, "2025-12-02", 60, CXPA);	/* a double id, days apart */
	fails(ccxp, f, 2, cycle, "fact-invalid");
	f[1] = entry(2, "2025-01-02", 60, TRAINING);
	f[1].competencies = 1u << 6;			/* the program has six, 0 to 5 */
	fails(ccxp, f, 2, cycle, "fact-invalid");
	fails(ccxp, f, 1, (struct cycle){ day("2025-01-02"), day("2025-01-01") }, "cycle-invalid");
	fails(ccxp, f, 1, (struct cycle){ DAY_NONE, DAY_NONE }, "cycle-invalid");
	f[0].tags = 2;					/* it has one, 0 */
	fails(p, f, 1, cycle, "fact-invalid");
	f[0].tags = 1;
	f[0].kind = 1;
	fails(p, f, 1, cycle, "fact-invalid");
	f[0].kind = -2;
	fails(p, f, 1, cycle, "fact-invalid");
	f[0].kind = 0;
	f[0].quantity = -1;
	fails(p, f, 1, cycle, "fact-invalid");
	f[0].quantity = 1000001;
	fails(p, f, 1, cycle, "fact-invalid");
	f[0].kind = -1;					/* time has no quantity */
	{
		struct verdict v = evaluate(p, cycle, f, 1, cycle.end);

		assert_int_equal(v.counted, 100);
		verdict_free(&v);
	}
	program_free(p);
}

#define EDGE(test) cmocka_unit_test(test_edge_ ## test)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EDGE(18_breaks), EDGE(19_units_of_others), EDGE(20_feed_and_hand), EDGE(21_course_again),
		EDGE(22_occurrences), EDGE(23_all_day), EDGE(24_not_confirmed),
		EDGE(25_removed_after_submission), EDGE(26_backdated_after_renewal),
		EDGE(27_before_and_future), EDGE(28_two_categories), EDGE(29_no_competency),
		EDGE(30_no_proof), EDGE(31_pinned_program), EDGE(32_which_one_is_over),
		EDGE(33_implausible_facts),
	};

	return cmocka_run_group_tests(tests, shipped_setup, shipped_teardown);
}
