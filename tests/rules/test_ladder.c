/* Reminders: which rung is due, in plain cases and over years with gaps. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "helper.h"
#include "rules/ladder.h"

static const int behind[] = { 180, 120, 90, 60, 30, 14, 7, 3, 1, 0 };
enum { RUNGS = sizeof behind / sizeof *behind };

static struct ladder_facts facts(
    const char *end, const char *enrolled, const char *today, enum cycle_state state)
{
	struct ladder_facts f = { .rungs = behind,
		.nrungs = RUNGS,
		.end = day(end),
		.enrolled = day(enrolled),
		.today = day(today),
		.state = state };

	return f;
}

/* The decisions as "180 superseded, 120 mailed". */
static void decides(const struct ladder_facts *f, const char *want)
{
	struct rung_decision out[LADDER_RUNGS_MAX];
	size_t n = ladder_decide(f, out);
	char text[1024] = "";

	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d %s", i ? ", " : "",
		    out[i].days, rung_outcome_name(out[i].outcome));
	assert_string_equal(text, want);
}

static void next_is(const struct ladder_facts *f, const char *want)
{
	char text[DATE_ISO_SIZE];

	date_iso(ladder_next(f), text);
	assert_string_equal(text, want);
}

/* 2026-06-30 less 180 days is 2026-01-01, less 120 is 2026-03-02. */
static void test_one_rung_on_its_day(void **state)
{
	static const int taken[] = { 180 };
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2025-12-31", CYCLE_OFF_TRACK);

	(void)state;
	decides(&f, "");
	next_is(&f, "2026-01-01");
	f.today = day("2026-01-01");
	decides(&f, "180 mailed");
	next_is(&f, "2026-01-01");
	f.taken = taken;
	f.ntaken = 1;
	decides(&f, "");
	next_is(&f, "2026-03-02");
}

static void test_enrolment_early(void **state)
{
	/* 110 days left: 180 and 120 have passed */
	struct ladder_facts f = facts("2026-06-30", "2026-03-12", "2026-03-12", CYCLE_OFF_TRACK);

	(void)state;
	decides(&f, "180 before-enrolment, 120 before-enrolment");
	f.today = day("2026-04-01");
	decides(&f, "180 before-enrolment, 120 before-enrolment, 90 mailed");
	/* the day of a rung itself is passed as well: nothing goes on the day somebody joins */
	f = facts("2026-06-30", "2026-04-01", "2026-04-01", CYCLE_OFF_TRACK);
	decides(&f, "180 before-enrolment, 120 before-enrolment, 90 before-enrolment");
}

static void test_enrolment_late(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2026-05-31", "2026-05-31", CYCLE_OFF_TRACK);

	(void)state;
	decides(&f, "180 superseded, 120 superseded, 90 superseded, 60 superseded, 30 mailed");
	f.enrolled = f.today = day("2026-05-30");	/* 31 days left */
	decides(&f, "180 before-enrolment, 120 before-enrolment, 90 before-enrolment, 60 before-enrolment");
	f.today = day("2026-05-31");
	decides(&f,
	    "180 before-enrolment, 120 before-enrolment, 90 before-enrolment, 60 before-enrolment, 30 mailed");
	f.enrolled = f.today = day("2026-06-20");	/* 10 days left */
	decides(&f, "180 superseded, 120 superseded, 90 superseded, 60 superseded, 30 superseded, 14 mailed");
	f.enrolled = f.today = day("2026-06-30");
	decides(&f,
	    "180 superseded, 120 superseded, 90 superseded, 60 superseded, 30 superseded, 14 superseded, "
	    "7 superseded, 3 superseded, 1 superseded, 0 mailed");
}

static void test_catch_up(void **state)
{
	static const int taken[] = { 180, 120 };
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-05", CYCLE_OFF_TRACK);

	(void)state;
	f.taken = taken;
	f.ntaken = 2;
	decides(&f, "90 superseded, 60 superseded, 30 mailed");
}

/* A rung added to the ladder after a tighter one went is not mailed behind it. */
static void test_wider_than_taken(void **state)
{
	static const int taken[] = { 30 };
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-02", CYCLE_OFF_TRACK);

	(void)state;
	f.taken = taken;
	f.ntaken = 1;
	decides(&f, "180 superseded, 120 superseded, 90 superseded, 60 superseded");
	/* the cycle was moved by half a year: what went for the old end is not due again, wider rungs are not held up */
	f = facts("2026-12-31", "2026-07-10", "2026-10-02", CYCLE_OFF_TRACK);
	f.taken = taken;
	f.ntaken = 1;
	decides(&f, "180 before-enrolment, 120 superseded, 90 mailed");
}

static void test_states(void **state)
{
	static const enum cycle_state quiet[] = { CYCLE_DONE, CYCLE_SUBMITTED, CYCLE_LAPSED };
	static const enum cycle_state loud[] = { CYCLE_ON_TRACK, CYCLE_AT_RISK, CYCLE_OFF_TRACK };
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-03-05", CYCLE_DONE);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		f.state = quiet[i];
		decides(&f, "180 not-needed, 120 not-needed");
		f.state = loud[i];
		decides(&f, "180 superseded, 120 mailed");
	}
}

static void test_after_the_end(void **state)
{
	static const int taken[] = { 180, 120, 90, 60, 30, 14, 7 };
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-30", CYCLE_OFF_TRACK);

	(void)state;
	f.taken = taken;
	f.ntaken = 7;
	decides(&f, "3 superseded, 1 superseded, 0 mailed");
	f.today++;
	decides(&f, "3 not-needed, 1 not-needed, 0 not-needed");
	next_is(&f, "2026-07-01");
	f.taken = behind;
	f.ntaken = RUNGS;
	decides(&f, "");
	assert_int_equal(ladder_next(&f), DAY_NONE);
}

static void test_no_rungs(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-30", CYCLE_OFF_TRACK);

	(void)state;
	f.nrungs = 0;
	decides(&f, "");
	assert_int_equal(ladder_next(&f), DAY_NONE);
}

/* More rungs than one answer holds: the tightest come first, the others with the next call. */
static void test_too_many_rungs(void **state)
{
	int many[40], taken[LADDER_RUNGS_MAX];
	struct rung_decision out[LADDER_RUNGS_MAX];
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-30", CYCLE_OFF_TRACK);

	(void)state;
	for (int i = 0; i < 40; i++)
		many[i] = i * 7 % 40;
	f.rungs = many;
	f.nrungs = 40;
	assert_int_equal(ladder_decide(&f, out), LADDER_RUNGS_MAX);
	assert_int_equal(out[0].days, 31);
	assert_int_equal(out[31].days, 0);
	assert_int_equal(out[31].outcome, RUNG_MAILED);
	for (int i = 0; i < LADDER_RUNGS_MAX; i++)
		taken[i] = out[i].days;
	f.taken = taken;
	f.ntaken = LADDER_RUNGS_MAX;
	assert_int_equal(ladder_decide(&f, out), 8);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(out[i].days, 39 - i);
		assert_int_equal(out[i].outcome, RUNG_SUPERSEDED);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(rung_outcome_name(RUNG_MAILED), "mailed");
	assert_string_equal(rung_outcome_name(RUNG_SUPERSEDED), "superseded");
	assert_string_equal(rung_outcome_name(RUNG_BEFORE_ENROLMENT), "before-enrolment");
	assert_string_equal(rung_outcome_name(RUNG_NOT_NEEDED), "not-needed");
}

struct life {				/* one person's cycle, day by day */
	struct ladder_facts f;
	int taken[RUNGS];
};

/* One run on one day; returns how many mails went. */
static int run_once(struct life *life)
{
	struct rung_decision out[LADDER_RUNGS_MAX];
	size_t n = ladder_decide(&life->f, out);
	int mails = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < life->f.ntaken; k++)
			assert_int_not_equal(life->taken[k], out[i].days);
		assert_true(life->f.ntaken < RUNGS);
		life->taken[life->f.ntaken++] = out[i].days;
		mails += out[i].outcome == RUNG_MAILED;
		if (i > 0)
			assert_true(out[i - 1].days > out[i].days);
	}
	return mails;
}

static void live(uint64_t *rnd, int down_percent)
{
	struct life life = { .f = facts("2026-12-31", "2024-01-01", "2024-01-01", CYCLE_OFF_TRACK) };
	int down = 0, mails = 0;
	day_t last = life.f.end + 80;

	life.f.taken = life.taken;
	life.f.enrolled += seed_below(rnd, 1096);
	for (day_t d = life.f.enrolled; d <= last; d++) {
		day_t promised = ladder_next(&life.f);
		int went;

		life.f.today = d;
		if (down > 0) {
			down--;
			continue;
		}
		if (seed_below(rnd, 100) < down_percent)
			down = seed_below(rnd, 60);
		if (promised != DAY_NONE && promised > d) {
			struct rung_decision out[LADDER_RUNGS_MAX];

			assert_int_equal(ladder_decide(&life.f, out), 0); /* never later than promised */
			continue;
		}
		went = run_once(&life);
		assert_true(went <= 1);
		if (d > life.f.end || d == life.f.enrolled)
			assert_true(went == 0 || life.f.end - d <= 30);
		if (d > life.f.end)
			assert_int_equal(went, 0);
		mails += went;
		assert_int_equal(run_once(&life), 0);	/* the same run again finds nothing */
	}
	assert_true(mails <= RUNGS);
	assert_int_equal(life.f.ntaken, RUNGS);		/* every rung has an outcome in the end */
	assert_int_equal(ladder_next(&life.f), DAY_NONE);
	if (down_percent == 0 && life.f.enrolled < life.f.end - 180)
		assert_int_equal(mails, RUNGS);
}

static void test_three_years(void **state)
{
	uint64_t rnd = seed_start();

	(void)state;
	for (int i = 0; i < 300; i++)
		live(&rnd, i % 3 == 0 ? 0 : 1 + seed_below(&rnd, 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_rung_on_its_day), cmocka_unit_test(test_enrolment_early),
		cmocka_unit_test(test_enrolment_late), cmocka_unit_test(test_catch_up),
		cmocka_unit_test(test_wider_than_taken), cmocka_unit_test(test_states),
		cmocka_unit_test(test_after_the_end), cmocka_unit_test(test_no_rungs),
		cmocka_unit_test(test_too_many_rungs), cmocka_unit_test(test_names),
		cmocka_unit_test(test_three_years),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
