/*
 * The edge cases, each by its number, first half: what the rules make of them.  Where a feed, the inbox, the
 * store or the packet decides, the test says which fact reaches the rules, and what follows from it.  18 to
 * 33 are in test_edges_more.c.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "helper.h"
#include "shipped.h"

static void test_edge_01_exactly_ten(void **state)
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

static void test_edge_02_twelve_in_one_category(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 720, TRAINING) };
	struct verdict v = on_last_day(f, 1);

	(void)state;
	entry_is(&v, 0, ENTRY_PART_COUNTED, 1200, 1000);
	assert_int_equal(v.entries[0].nparts, 2);
	assert_int_equal(v.entries[0].parts[0].rule, -1);
	assert_string_equal(ccxp->rules[v.entries[0].parts[1].rule].id, "category-limit");
	assert_int_equal(v.entries[0].before, 0);
	assert_int_equal(v.logged, 1200);
	assert_int_equal(v.over_limit, 200);
	assert_int_equal(v.categories[TRAINING].logged, 1200);
	assert_int_equal(v.categories[TRAINING].over_limit, 200);
	assert_int_equal(v.categories[TRAINING].limit, 1000);
	verdict_free(&v);
}

/* The verdict belongs to the rules: the older ones that ask for two categories and limit none are met. */
static void test_edge_03_nineteen_and_one(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 19 * 60, 0), entry(2, "2025-01-02", 60, 2) };
	struct program *other = accepts("require 2 distinct categories\n");
	struct verdict v = on_last_day(f, 2), w = evaluate(other, cycle, f, 2, cycle.end);

	(void)state;
	assert_int_equal(v.counted, 1100);
	assert_int_equal(v.logged, 2000);
	assert_int_equal(v.to_go, 900);
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	assert_int_equal(w.counted, 2000);
	assert_int_equal(w.rules[1].have, 200);
	assert_int_equal(w.state, CYCLE_DONE);
	verdict_free(&v);
	verdict_free(&w);
	program_free(other);
}

static void test_edge_04_twenty_logged_eighteen_counted(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 720, COLLEGE), entry(2, "2025-01-02", 480, CXPA) };
	struct verdict v = on_last_day(f, 2);

	(void)state;
	assert_int_equal(v.logged, 2000);
	assert_int_equal(v.counted, 1800);
	assert_int_equal(v.over_limit, 200);
	assert_int_equal(v.to_go, 200);
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	verdict_free(&v);
}

static void test_edge_05_ten_and_ten(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, COLLEGE), entry(2, "2025-01-02", 600, CXPA) };
	struct verdict v = on_last_day(f, 2);

	(void)state;
	assert_int_equal(v.state, CYCLE_DONE);
	assert_int_equal(v.chance, CHANCE_SURE);
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

static void test_edge_06_first_day(void **state)
{
	struct entry_fact f[] = { entry(1, "2024-06-30", 60, TRAINING),
		entry(2, "2024-07-01", 60, TRAINING) };
	struct credit_cycle later = plain_cycle(cycle);
	struct verdict v = on_last_day(f, 2);

	(void)state;
	entry_is(&v, 0, ENTRY_OUT_OF_CYCLE, 100, 0);
	entry_is(&v, 1, ENTRY_COUNTED, 100, 100);
	assert_int_equal(v.logged, 100);
	verdict_free(&v);
	later.counts_from = day("2024-07-02");	/* where the day itself shall not count, the cycle says so */
	v = evaluate_cycle(ccxp, &later, f, 2, cycle.end);
	entry_is(&v, 1, ENTRY_OUT_OF_CYCLE, 100, 0);
	verdict_free(&v);
}

static void test_edge_07_last_day(void **state)
{
	struct entry_fact f[] = { entry(3, "2026-06-30", 60, TRAINING),
		entry(4, "2026-07-01", 60, TRAINING) };
	struct cycle next = cycle_holding(cycle.end, 24, day("2026-07-01"));
	struct verdict v = evaluate(ccxp, cycle, f, 2, day("2026-07-01")),
		       w = evaluate(ccxp, next, f, 2, day("2026-07-01"));

	(void)state;
	assert_int_equal(next.start, cycle.end + 1);
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 1, ENTRY_OUT_OF_CYCLE, 100, 0);
	entry_is(&w, 0, ENTRY_OUT_OF_CYCLE, 100, 0);
	entry_is(&w, 1, ENTRY_COUNTED, 100, 100);
	verdict_free(&v);
	verdict_free(&w);
}

static void test_edge_08_certified_on_29_february(void **state)
{
	struct cycle first = cycle_starting(day("2024-02-29"), 24), c;
	struct entry_fact f[] = { entry(1, "2024-02-29", 60, CXPA), entry(2, "2026-02-28", 60, CXPA),
		entry(3, "2026-03-01", 60, CXPA) };
	struct verdict v = evaluate(ccxp, first, f, 3, day("2026-03-02"));

	(void)state;
	assert_int_equal(first.end, day("2026-02-28"));
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 1, ENTRY_COUNTED, 100, 100);
	entry_is(&v, 2, ENTRY_OUT_OF_CYCLE, 100, 0);
	verdict_free(&v);
	c = cycle_holding(day("2024-02-29"), 24, day("2026-03-01"));	/* from the anchor: no drift */
	assert_int_equal(c.start, day("2026-03-01"));
	assert_int_equal(c.end, day("2028-02-29"));
}

/* Dates are civil dates all the way: one day more or less decides, no hour and no zone does. */
static void test_edge_09_civil_dates(void **state)
{
	struct entry_fact f[] = { entry(1, "2026-06-30", 60, TRAINING) };
	struct verdict v = evaluate(ccxp, cycle, f, 1, day("2026-06-29"));

	(void)state;
	entry_is(&v, 0, ENTRY_PLANNED, 100, 0);
	assert_int_equal(v.next_check, day("2026-06-30"));	/* it waits for nobody's word */
	verdict_free(&v);
	v = evaluate(ccxp, cycle, f, 1, day("2026-06-30"));
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);
	verdict_free(&v);
	v = evaluate(ccxp, cycle, f, 1, day("2026-07-01"));
	entry_is(&v, 0, ENTRY_COUNTED, 100, 100);
	verdict_free(&v);
}

/* One part for each day counts in that day's cycle; one date puts the whole into one cycle. */
static void test_edge_10_conference_across_the_boundary(void **state)
{
	struct entry_fact parts[] = { entry(1, "2026-06-30", 360, CONFERENCE),
		entry(2, "2026-07-01", 360, CONFERENCE) }, whole = entry(3, "2026-07-01", 720, CONFERENCE);
	struct cycle next = cycle_holding(cycle.end, 24, day("2026-07-01"));
	struct verdict a = evaluate(ccxp, cycle, parts, 2, day("2026-07-02")),
		       b = evaluate(ccxp, next, parts, 2, day("2026-07-02")),
		       c = evaluate(ccxp, cycle, &whole, 1, day("2026-07-02")),
		       d = evaluate(ccxp, next, &whole, 1, day("2026-07-02"));

	(void)state;
	assert_int_equal(a.counted, 600);
	assert_int_equal(b.counted, 600);
	assert_int_equal(c.counted, 0);
	assert_int_equal(d.counted, 1000);	/* never in both */
	verdict_free(&a);
	verdict_free(&b);
	verdict_free(&c);
	verdict_free(&d);
}

/* Sent in on 1 May: surplus of the old cycle by default, the next cycle's where the program says so. */
static void test_edge_11_submitted_early(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, COLLEGE), entry(2, "2025-01-02", 600, CXPA),
		entry(3, "2026-05-20", 120, TRAINING) };
	struct credit_cycle old = plain_cycle(cycle), next = plain_cycle(cycle_starting(cycle.end + 1, 24));
	struct verdict v;

	(void)state;
	f[2].is_late = 1;
	v = evaluate_cycle(ccxp, &old, f, 3, day("2026-06-01"));
	entry_is(&v, 2, ENTRY_LATE, 200, 0);
	assert_int_equal(v.state, CYCLE_DONE);
	verdict_free(&v);
	assert_int_equal(next.dates.end, day("2028-06-30"));	/* the boundary does not move */
	f[2].is_late = 0;
	old.counts_until = day("2026-05-01");
	next.counts_from = day("2026-05-02");
	v = evaluate_cycle(ccxp, &old, f, 3, day("2026-06-01"));
	entry_is(&v, 2, ENTRY_OUT_OF_CYCLE, 200, 0);
	verdict_free(&v);
	v = evaluate_cycle(ccxp, &next, f, 3, day("2026-06-01"));
	entry_is(&v, 1, ENTRY_OUT_OF_CYCLE, 1000, 0);
	entry_is(&v, 2, ENTRY_COUNTED, 200, 200);
	assert_int_equal(v.required, 2000);
	verdict_free(&v);
}

static void test_edge_12_surplus(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, 0), entry(2, "2026-01-02", 600, 1),
	    entry(3, "2026-01-03", 300, 2) };
	struct program *other = accepts("carry 4 last 12 months into books\n");
	struct credit_cycle c = plain_cycle(cycle);
	struct verdict v = on_last_day(f, 3);

	(void)state;
	assert_int_equal(v.counted, 2500);	/* more than required may count; nothing carries over */
	assert_int_equal(v.required, 2000);
	assert_int_equal(v.to_go, 0);
	assert_int_equal(credit_carry(ccxp, &c, f, 3, &v), 0);
	verdict_free(&v);
	v = evaluate(ccxp, cycle_holding(cycle.end, 24, day("2026-07-01")), f, 3, day("2026-07-01"));
	assert_int_equal(v.counted, 0);
	entry_is(&v, 2, ENTRY_OUT_OF_CYCLE, 500, 0);
	verdict_free(&v);
	v = evaluate(other, cycle, f, 3, cycle.end);
	assert_int_equal(credit_carry(other, &c, f, 3, &v), 400);	/* here the rules have it */
	verdict_free(&v);
	program_free(other);
}

static void test_edge_13_reinstated(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 600, COLLEGE), entry(2, "2026-09-20", 60, CXPA) };
	struct cycle again = cycle_starting(day("2026-09-15"), 24);
	struct verdict v = evaluate(ccxp, cycle, f, 2, day("2026-09-15"));

	(void)state;
	assert_int_equal(v.state, CYCLE_LAPSED);
	assert_int_equal(v.chance, 0);
	verdict_free(&v);
	v = evaluate(ccxp, again, f, 2, day("2026-09-30"));
	entry_is(&v, 0, ENTRY_OUT_OF_CYCLE, 1000, 0);	/* old ones are kept, not counted */
	entry_is(&v, 1, ENTRY_COUNTED, 100, 100);
	assert_int_equal(again.end, day("2028-09-14"));
	verdict_free(&v);
}

static struct program *with_grace(const char *grace)
{
	struct buf b = BUF_INIT;
	struct program *p;

	buf_printf(&b, "program g {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 1\n}\n"
	    "cycle 24 months {\ngrace %s\n}\ncategory a \"A\"\ncompetency k \"K\"\n"
	    "require 20 total\n}\n", grace);
	p = load(buf_str(&b));
	buf_free(&b);
	return p;
}

static void test_edge_14_grace(void **state)
{
	struct entry_fact f[] = { entry(1, "2026-08-01", 1200, 0) };
	struct program *earning = with_grace("90 days earning"), *not = with_grace("90 days");
	struct verdict v = on_last_day(NULL, 0);

	(void)state;
	assert_int_equal(v.next_check, day("2026-07-01"));	/* none by default: lapsed the day after */
	verdict_free(&v);
	v = evaluate(earning, cycle, f, 1, day("2026-08-01"));
	entry_is(&v, 0, ENTRY_COUNTED, 2000, 2000);
	assert_int_equal(v.state, CYCLE_DONE);
	verdict_free(&v);
	v = evaluate(not, cycle, f, 1, day("2026-08-01"));
	entry_is(&v, 0, ENTRY_OUT_OF_CYCLE, 2000, 0);
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	assert_int_equal(v.even_pace, 2000);
	assert_int_equal(v.next_check, day("2026-09-29"));
	verdict_free(&v);
	v = evaluate(not, cycle, f, 1, day("2026-09-28"));	/* 90 days after the end */
	assert_int_equal(v.state, CYCLE_OFF_TRACK);
	verdict_free(&v);
	v = evaluate(earning, cycle, NULL, 0, day("2026-09-29"));
	assert_int_equal(v.state, CYCLE_LAPSED);
	assert_int_equal(v.next_check, DAY_NONE);
	verdict_free(&v);
	program_free(earning);
	program_free(not);
}

/* Two events of one hour: until the person confirms it the second is no entry, or a planned one: 0. */
static void test_edge_15_two_events_at_once(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, TRAINING), entry(2, "2025-01-01", 60, CXPA) };
	struct verdict v;

	(void)state;
	f[1].is_planned = 1;
	v = on_last_day(f, 2);
	assert_int_equal(v.counted, 100);
	entry_is(&v, 1, ENTRY_PLANNED, 100, 0);
	verdict_free(&v);
	f[1].is_planned = 0;
	f[1].minutes = 30;		/* confirmed, and trimmed */
	v = on_last_day(f, 2);
	assert_int_equal(v.counted, 150);
	verdict_free(&v);
}

static void test_edge_16_rounding(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 50, COLLEGE), entry(2, "2025-01-02", 75, CXPA) };
	struct verdict v = on_last_day(f, 2);

	(void)state;
	entry_is(&v, 0, ENTRY_COUNTED, 75, 75);
	entry_is(&v, 1, ENTRY_COUNTED, 125, 125);
	assert_int_equal(v.counted, 200);
	verdict_free(&v);
}

static void test_edge_17_short_pieces(void **state)
{
	struct entry_fact f[] = { entry(3, "2025-01-03", 10, TRAINING), entry(4, "2025-01-03", 10, TRAINING),
		entry(5, "2025-01-03", 10, TRAINING) }, bundle = entry(6, "2025-01-03", 30, TRAINING);
	struct verdict v = on_last_day(f, 3);

	(void)state;
	for (size_t i = 0; i < 3; i++)
		entry_is(&v, i, ENTRY_COUNTED, 0, 0);
	assert_int_equal(v.counted, 0);
	verdict_free(&v);
	v = on_last_day(&bundle, 1);
	assert_int_equal(v.counted, 50);	/* entered as one, they add up */
	verdict_free(&v);
}

#define EDGE(test) cmocka_unit_test(test_edge_ ## test)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EDGE(01_exactly_ten), EDGE(02_twelve_in_one_category), EDGE(03_nineteen_and_one),
		EDGE(04_twenty_logged_eighteen_counted), EDGE(05_ten_and_ten), EDGE(06_first_day),
		EDGE(07_last_day), EDGE(08_certified_on_29_february), EDGE(09_civil_dates),
		EDGE(10_conference_across_the_boundary), EDGE(11_submitted_early), EDGE(12_surplus),
		EDGE(13_reinstated), EDGE(14_grace), EDGE(15_two_events_at_once), EDGE(16_rounding),
		EDGE(17_short_pieces),
	};

	return cmocka_run_group_tests(tests, shipped_setup, shipped_teardown);
}
