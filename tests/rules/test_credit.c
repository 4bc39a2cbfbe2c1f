/* Verdicts in cases worked out by hand (the numbered edge cases: test_edges.c). */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"
#include "shipped.h"

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
	assert_int_equal(v.chance, 1);
	verdict_free(&v);
	assert_null(v.entries);
	verdict_free(NULL);
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

enum { ANY_STATE = -1 };

static void pace(const char *today, int want, int with_five)
{
	struct entry_fact f[] = { entry(1, "2024-07-01", 300, TRAINING) };
	struct verdict v = evaluate(ccxp, cycle, f, 1, day(today));

	assert_int_equal(v.even_pace, want);
	if (with_five != ANY_STATE)
		assert_string_equal(cycle_state_name(v.state), cycle_state_name((enum cycle_state)with_five));
	assert_true(v.state == CYCLE_LAPSED ? v.chance == 0 : v.chance > 0 && v.chance < 1000);
	verdict_free(&v);
}

static void test_even_pace(void **state)
{
	(void)state;
	pace("2024-07-01", 0, CYCLE_ON_TRACK);
	pace("2024-07-02", 2, CYCLE_ON_TRACK);		/* 20 / 730 = 0.027 */
	pace("2024-12-30", 498, ANY_STATE);		/* 182 days */
	pace("2026-06-12", 1947, CYCLE_OFF_TRACK);
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
	assert_int_equal(v.categories[TRAINING].free, 1000);	/* told of the nearest day that counts */
	verdict_free(&v);
}

/* The state comes from the chance and stays for as many days as next_check says. */
static void test_states_by_chance(void **state)
{
	struct entry_fact f[] = { entry(1, "2024-09-01", 540, TRAINING), entry(2, "2024-10-01", 540, CXPA) };
	static const enum cycle_state want[] = { CYCLE_ON_TRACK, CYCLE_AT_RISK, CYCLE_OFF_TRACK,
		CYCLE_LAPSED };
	day_t today = day("2024-10-02");

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct verdict v = evaluate(ccxp, cycle, f, 2, today), w;

		assert_string_equal(cycle_state_name(v.state), cycle_state_name(want[i]));
		assert_int_equal(v.to_go, 200);
		if (i == 3) {
			assert_int_equal(v.next_check, DAY_NONE);
			verdict_free(&v);
			break;
		}
		assert_true(v.next_check > today && v.next_check <= day("2026-07-01"));
		w = evaluate(ccxp, cycle, f, 2, v.next_check - 1);
		assert_int_equal(w.state, v.state);
		assert_true(w.chance <= v.chance);
		today = v.next_check;
		verdict_free(&v);
		verdict_free(&w);
	}
}

/* A repeat still takes its event: what repeats it repeats too. */
static void test_repeats_of_repeats(void **state)
{
	struct program *p = accepts("once event\nonce course\n");
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, 0), entry(2, "2025-01-02", 60, 0),
		entry(3, "2025-01-03", 60, 0), entry(4, "2025-01-04", 60, 0) };
	struct verdict v;

	(void)state;
	f[0].course = f[1].course = "a";
	f[0].event = "1";
	f[1].event = f[2].event = "2";
	f[2].course = "c";
	f[3].course = "c";
	f[3].event = "1";
	v = evaluate(p, cycle, f, 4, cycle.end);
	entry_is(&v, 1, ENTRY_REPEAT, 100, 0);
	entry_is(&v, 2, ENTRY_REPEAT, 100, 0);
	entry_is(&v, 3, ENTRY_REPEAT, 100, 0);
	assert_string_equal(p->rules[v.entries[1].parts[0].rule].id, "once-course");
	assert_string_equal(p->rules[v.entries[2].parts[0].rule].id, "once-event");
	/* of two the first in the file */
	assert_string_equal(p->rules[v.entries[3].parts[0].rule].id, "once-event");
	assert_int_equal(v.counted, 100);
	verdict_free(&v);
	program_free(p);
}

/* Two needs: the first in the file is told. */
static void test_needs(void **state)
{
	struct program *p = accepts("needs evidence\nneeds competency\n");
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, 0), entry(2, "2025-01-02", 60, 0) };
	struct verdict v;

	(void)state;
	f[0].competencies = f[1].competencies = 0;
	f[0].has_evidence = 0;
	v = evaluate(p, cycle, f, 2, cycle.end);
	assert_string_equal(p->rules[v.entries[0].parts[0].rule].id, "needs-evidence");
	assert_string_equal(p->rules[v.entries[1].parts[0].rule].id, "needs-competency");
	verdict_free(&v);
	program_free(p);
}

/* A repeat by its course keeps its event: another of that event would repeat it. */
static void test_adds_beside_a_repeat(void **state)
{
	struct program *p = accepts("once event\nonce course\n");
	struct credit_cycle c = plain_cycle(cycle);
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, 0), entry(2, "2025-01-02", 60, 0) }, new;
	struct verdict v;

	(void)state;
	f[0].course = f[1].course = "a";
	f[1].event = "e";
	new = entry(3, "2025-08-01", 60, 0);
	new.event = "e";
	v = evaluate(p, cycle, f, 2, cycle.end);
	assert_int_equal(credit_adds(p, &c, f, 2, &v, &new), 0);
	new.event = "another";
	assert_int_equal(credit_adds(p, &c, f, 2, &v, &new), 100);
	verdict_free(&v);
	program_free(p);
}

/* All 32 bits of a mask can be in use. */
static void test_32_competencies(void **state)
{
	struct buf b = BUF_INIT;
	struct entry_fact f = entry(1, "2025-01-01", 60, 0);
	struct program *p;
	struct verdict v;

	(void)state;
	for (int i = 0; i < 30; i++)
		buf_printf(&b, "competency k%d \"K\"\n", i);
	p = accepts(buf_str(&b));
	buf_free(&b);
	assert_int_equal(p->ncompetencies, 32);
	f.competencies = UINT32_C(1) << 31;
	v = evaluate(p, cycle, &f, 1, cycle.end);
	assert_int_equal(v.competencies[31].counted, 100);
	assert_int_equal(v.competencies[30].counted, 0);
	verdict_free(&v);
	program_free(p);
}

static int64_t adds(const struct program *p, const struct entry_fact *f, size_t n, const struct verdict *v,
    struct entry_fact new)
{
	struct credit_cycle c = plain_cycle(cycle);

	return credit_adds(p, &c, f, n, v, &new);
}

static void test_adds(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 570, TRAINING), entry(2, "2025-01-01", 700, CXPA),
		entry(8, "2025-05-01", 60, COLLEGE), entry(9, "2025-01-01", 60, COLLEGE) }, new;
	struct verdict v;

	(void)state;
	f[0].course = "mapping";
	f[2].course = f[3].course = "other";
	f[2].is_planned = f[3].is_void = 1;
	v = evaluate(ccxp, cycle, f, 4, cycle.end);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2025-02-01", 15, TRAINING)), 25);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2025-02-01", 30, TRAINING)), 50);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2025-02-01", 120, TRAINING)), 50);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2025-02-01", 60, CXPA)), 0);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2025-02-01", 75, COLLEGE)), 125);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2025-02-01", 1440, COLLEGE)), 1000);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2024-06-30", 60, COLLEGE)), 0);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2024-07-01", 60, COLLEGE)), 100);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2026-06-30", 60, COLLEGE)), 100);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2026-07-01", 60, COLLEGE)), 0);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2025-02-01", 60, 5)), 0);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2025-02-01", 60, -1)), 0);
	assert_int_equal(adds(ccxp, f, 4, &v, entry(3, "2025-02-01", 0, COLLEGE)), 0);
	new = entry(3, "2024-12-01", 60, COLLEGE);
	new.course = "mapping";
	assert_int_equal(adds(ccxp, f, 4, &v, new), 0);		/* that course counts already */
	new.course = "other";
	assert_int_equal(adds(ccxp, f, 4, &v, new), 100);	/* one is planned only, one was removed */
	new.course = "another";
	new.competencies = 0;
	assert_int_equal(adds(ccxp, f, 4, &v, new), 100);	/* taken as complete */
	new.kind = 0;
	assert_int_equal(adds(ccxp, f, 4, &v, new), 0);		/* no such kind here */
	verdict_free(&v);
}

static void test_adds_in_periods(void **state)
{
	struct program *p = accepts("limit 4 category talks per year\nlimit 5 category books\nonce event\n"
	    "carry 8 last 6 months into talks\n");
	struct credit_cycle c = plain_cycle(cycle);
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, 0), entry(2, "2025-07-01", 120, 0) }, new;
	struct verdict v;

	(void)state;
	f[0].event = "e";
	v = evaluate(p, cycle, f, 2, cycle.end);
	assert_int_equal(adds(p, f, 2, &v, entry(3, "2025-06-30", 600, 0)), 300);
	assert_int_equal(adds(p, f, 2, &v, entry(3, "2025-08-01", 600, 0)), 200);
	assert_int_equal(adds(p, f, 2, &v, entry(3, "2025-08-01", 600, 1)), 500);
	assert_int_equal(adds(p, f, 2, &v, entry(3, "2025-08-01", 600, 2)), 1000);
	new = entry(3, "2025-08-01", 60, 2);
	new.event = "e";
	assert_int_equal(adds(p, f, 2, &v, new), 0);
	assert_int_equal(adds(p, f, 1, &v, entry(3, "2025-08-01", 600, 1)), 0);	/* not of this verdict */
	verdict_free(&v);
	c.carried = 250;
	v = evaluate_cycle(p, &c, f, 2, cycle.end);
	new = entry(3, "2025-06-30", 600, 0);
	assert_int_equal(credit_adds(p, &c, f, 2, &v, &new), 50);
	new = entry(3, "2025-08-01", 600, 0);
	assert_int_equal(credit_adds(p, &c, f, 2, &v, &new), 200);
	verdict_free(&v);
	v = evaluate(p, cycle, NULL, 0, cycle.end);
	assert_int_equal(v.categories[2].limit, -1);
	assert_int_equal(v.categories[2].free, -1);
	assert_int_equal(v.categories[0].limit, -1);	/* per year is no limit of the cycle */
	assert_int_equal(v.categories[0].free, 400);
	verdict_free(&v);
	program_free(p);
}

/* An entry of tomorrow that is no plan (her zone changed) counts by itself, and next_check knows. */
static void test_next_check_of_what_arrives(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, COLLEGE), entry(2, "2025-01-02", 600, CXPA),
		entry(3, "2025-02-02", 60, CXPA), entry(4, "2025-02-03", 60, TRAINING),
		entry(5, "2025-02-04", 60, TRAINING) };
	struct verdict v;

	(void)state;
	f[3].course = f[0].course = "same";
	v = evaluate(ccxp, cycle, f, 5, day("2025-02-01"));
	assert_int_equal(v.state, CYCLE_DONE);
	assert_int_equal(v.next_check, day("2025-02-04"));	/* one is full, one a repeat */
	verdict_free(&v);
	f[4].is_planned = 1;
	v = evaluate(ccxp, cycle, f, 5, day("2025-02-01"));
	assert_int_equal(v.next_check, DAY_NONE);
	verdict_free(&v);
	f[0].minutes = 60;
	v = evaluate(ccxp, cycle, f, 5, day("2025-02-01"));
	assert_int_equal(v.next_check, day("2025-02-02"));
	verdict_free(&v);
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

/* Many of the largest there are still add up. */
static void test_large_sums(void **state)
{
	enum { MANY = 4000 };
	static struct entry_fact f[MANY];
	struct program *p = accepts("earn course 1000 per item\nlimit 100000 category talks\n");
	struct verdict v;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		f[i] = entry(i, "2025-01-01", 1, i % 2);
		f[i].kind = 0;
		f[i].quantity = 1000000;
	}
	v = evaluate(p, cycle, f, MANY, cycle.end);
	assert_int_equal(v.entries[0].units, INT64_C(1000000000));
	assert_int_equal(v.logged, INT64_C(4000000000000));
	assert_int_equal(v.counted, INT64_C(2000010000000));
	assert_int_equal(v.over_limit, INT64_C(1999990000000));
	verdict_free(&v);
	program_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_who_is_first),
		cmocka_unit_test(test_no_title_is_no_course),
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_even_pace),
		cmocka_unit_test(test_before_the_cycle),
		cmocka_unit_test(test_states_by_chance),
		cmocka_unit_test(test_repeats_of_repeats),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_adds_beside_a_repeat),
		cmocka_unit_test(test_32_competencies),
		cmocka_unit_test(test_adds),
		cmocka_unit_test(test_adds_in_periods),
		cmocka_unit_test(test_next_check_of_what_arrives),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_large_sums),
	};

	return cmocka_run_group_tests(tests, shipped_setup, shipped_teardown);
}
