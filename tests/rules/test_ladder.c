/* Reminders: which rung is due and what becomes of the others, in plain cases. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "helper.h"
#include "ladders.h"
#include "rules/ladder.h"

static struct ladder_facts facts(const char *end, const char *enrolled, const char *today, enum cycle_state state)
{
	struct ladder_facts f = plain_ladder_facts(&usual_ladders, day(end), day(enrolled));

	f.today = day(today);
	f.state = state;
	return f;
}

/* The decisions as "180 superseded, 120 mailed". */
static void decides(const struct ladder_facts *f, const char *want)
{
	struct rung_decision out[LADDER_RUNGS_MAX];
	size_t n = ladder_decide(f, out);
	char text[2048] = "", name[16];

	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %s", i ? ", " : "",
		    ladder_rung_name(out[i].rung, name), rung_outcome_name(out[i].outcome));
	assert_string_equal(text, want);
}

static void next_is(const struct ladder_facts *f, const char *want)
{
	char text[DATE_ISO_SIZE];

	date_iso(ladder_next(f), text);
	assert_string_equal(text, want);
}

#define TAKEN(f, ...) \
	do { \
		static const int taken_[] = { __VA_ARGS__ }; \
		(f).taken = taken_; \
		(f).ntaken = sizeof taken_ / sizeof *taken_; \
	} while (0)

/* 2026-06-30 less 180 days is 2026-01-01, less 120 is 2026-03-02, less 90 2026-04-01. */
static void test_one_rung_on_its_day(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2025-12-31", CYCLE_OFF_TRACK);

	(void)state;
	decides(&f, "");
	next_is(&f, "2026-01-01");
	f.today = day("2026-01-01");
	decides(&f, "180 mailed");
	next_is(&f, "2026-01-01");
	TAKEN(f, 180);
	decides(&f, "");
	next_is(&f, "2026-03-02");
}

static void test_kinds(void **state)
{
	static const int wanted[][2] = {	/* by state: until the end, after it */
		[CYCLE_DONE] = { LADDER_COMPLETE, LADDER_COMPLETE },
		[CYCLE_ON_TRACK] = { LADDER_ON_PACE, LADDER_LAPSED },
		[CYCLE_AT_RISK] = { LADDER_BEHIND, LADDER_LAPSED },
		[CYCLE_OFF_TRACK] = { LADDER_BEHIND, LADDER_LAPSED },
		[CYCLE_SUBMITTED] = { -1, -1 },
		[CYCLE_LAPSED] = { LADDER_BEHIND, LADDER_LAPSED },
	};

	(void)state;
	for (int s = CYCLE_DONE; s <= CYCLE_LAPSED; s++) {
		struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-30", (enum cycle_state)s);

		assert_int_equal(ladder_kind_of(&f), wanted[s][0]);
		f.today++;
		assert_int_equal(ladder_kind_of(&f), wanted[s][1]);
	}
}

static void test_each_kind_has_its_own(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-03-02", CYCLE_ON_TRACK);

	(void)state;
	TAKEN(f, 180);
	decides(&f, "120 not-needed");		/* behind only */
	f.state = CYCLE_AT_RISK;
	decides(&f, "120 mailed");
	f.state = CYCLE_SUBMITTED;
	decides(&f, "120 not-needed");
	/* down for weeks: what is on the ladder of the day goes, though one of another ladder is nearer */
	f.state = CYCLE_ON_TRACK;
	f.today = day("2026-05-03");
	decides(&f, "120 not-needed, 90 mailed, 60 not-needed");
	f.state = CYCLE_OFF_TRACK;
	decides(&f, "120 superseded, 90 superseded, 60 mailed");
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
	f.state = CYCLE_SUBMITTED;
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
	decides(&f, "180 before-enrolment, 120 before-enrolment, 90 before-enrolment, 60 before-enrolment, 30 mailed");
	f.enrolled = f.today = day("2026-06-20");	/* 10 days left */
	decides(&f, "180 superseded, 120 superseded, 90 superseded, 60 superseded, 30 superseded, 14 mailed");
	f.state = CYCLE_ON_TRACK;
	decides(&f, "180 superseded, 120 not-needed, 90 superseded, 60 not-needed, 30 mailed, 14 not-needed");
	f.state = CYCLE_OFF_TRACK;
	f.enrolled = f.today = day("2026-06-30");
	decides(&f, "180 superseded, 120 superseded, 90 superseded, 60 superseded, 30 superseded, 14 superseded, "
	    "7 superseded, 3 superseded, 1 superseded, 0 mailed");
}

/* Somebody whose cycle was over already hears nothing of it, then or later. */
static void test_enrolment_after_the_end(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2026-07-01", "2026-07-01", CYCLE_LAPSED);

	(void)state;
	f.grace_days = 90;
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1);
	decides(&f, "0 before-enrolment, +1 before-enrolment");
	next_is(&f, "2026-07-01");
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1, 0, -1);
	decides(&f, "");
	next_is(&f, "2026-07-08");
	f.today = day("2026-07-08");
	decides(&f, "+8 before-enrolment");
	f.state = CYCLE_DONE;
	decides(&f, "+8 before-enrolment, done before-enrolment");
}

static void test_catch_up(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-05", CYCLE_OFF_TRACK);

	(void)state;
	TAKEN(f, 180, 120);
	decides(&f, "90 superseded, 60 superseded, 30 mailed");
}

/* A rung added to the ladder after a tighter one went is not mailed behind it. */
static void test_wider_than_taken(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-02", CYCLE_OFF_TRACK);

	(void)state;
	TAKEN(f, 30);
	decides(&f, "180 superseded, 120 superseded, 90 superseded, 60 superseded");
	/* the cycle was moved by half a year: what went for the old end is not due again, wider rungs are not held up */
	f = facts("2026-12-31", "2026-07-10", "2026-10-02", CYCLE_OFF_TRACK);
	TAKEN(f, 30);
	decides(&f, "180 before-enrolment, 120 superseded, 90 mailed");
}

static void test_after_the_end(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-30", CYCLE_OFF_TRACK);

	(void)state;
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7);
	decides(&f, "3 superseded, 1 superseded, 0 mailed");
	f.today++;
	f.state = CYCLE_LAPSED;
	decides(&f, "3 not-needed, 1 not-needed, 0 not-needed, +1 mailed");
	next_is(&f, "2026-07-01");
	f.state = CYCLE_SUBMITTED;
	decides(&f, "3 not-needed, 1 not-needed, 0 not-needed, +1 not-needed");
}

static void test_lapsed_and_grace(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-07-08", CYCLE_LAPSED);

	(void)state;
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1, 0, -1);
	decides(&f, "+8 not-needed");
	f.grace_days = 7;
	decides(&f, "+8 not-needed");
	f.grace_days = 8;
	decides(&f, "+8 mailed");
	next_is(&f, "2026-07-08");
	f.today = day("2026-07-30");	/* down meanwhile: it is told late */
	decides(&f, "+8 mailed, +15 not-needed, +22 not-needed, +29 not-needed");
}

static void test_lapsed_late(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-07-16", CYCLE_LAPSED);

	(void)state;
	f.grace_days = 30;
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1, 0);
	decides(&f, "+1 superseded, +8 superseded, +15 mailed");	/* down for two weeks */
	f.grace_days = 0;
	decides(&f, "+1 mailed, +8 not-needed, +15 not-needed");
	f.today = day("2026-08-30");
	decides(&f, "+1 mailed, +8 not-needed, +15 not-needed, +22 not-needed, +29 not-needed");
	f.today = day("2026-08-31");	/* 61 days after 1 July */
	decides(&f, "+1 not-needed, +8 not-needed, +15 not-needed, +22 not-needed, +29 not-needed");
}

static void test_reached(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2025-10-10", CYCLE_DONE);

	(void)state;
	decides(&f, "done mailed");
	next_is(&f, "2025-10-10");
	TAKEN(f, LADDER_REACHED);
	decides(&f, "");
	next_is(&f, "2026-01-01");
	f.today = day("2026-04-01");
	decides(&f, "180 not-needed, 120 not-needed, 90 mailed");
	/* on the day of a rung it says all that there is to say */
	TAKEN(f, 180, 120);
	decides(&f, "90 superseded, done mailed");
}

static void test_reached_when_enrolled(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2026-04-01", "2026-04-01", CYCLE_DONE);

	(void)state;
	TAKEN(f, 180, 120);
	decides(&f, "90 before-enrolment, done before-enrolment");
	f.today++;			/* on the next day it is news */
	decides(&f, "90 before-enrolment, done mailed");
	f.enrolled = f.today = day("2026-06-01");
	decides(&f, "90 superseded, 60 superseded, 30 superseded, done mailed");
}

static void test_reached_waits(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-04-03", CYCLE_DONE);
	day_t mailed[] = { day("2026-04-01") };

	(void)state;
	TAKEN(f, 180, 120, 90);
	f.mailed = mailed;
	f.nmailed = 1;
	decides(&f, "");
	next_is(&f, "2026-04-07");
	f.today = day("2026-04-06");
	decides(&f, "");
	f.today = day("2026-04-07");
	decides(&f, "done mailed");
	f.state = CYCLE_ON_TRACK;	/* no longer */
	decides(&f, "");
	next_is(&f, "2026-05-01");
}

/* After the end it is told for two days, or as long as the grace is. */
static void test_reached_late(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-07-02", CYCLE_DONE);

	(void)state;
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1);
	decides(&f, "0 superseded, +1 not-needed, done mailed");
	f.today++;
	decides(&f, "0 not-needed, +1 not-needed, done not-needed");
	f.grace_days = 3;
	decides(&f, "0 superseded, +1 not-needed, done mailed");
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1, LADDER_REACHED);
	decides(&f, "0 mailed, +1 not-needed");
}

static void test_open(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2025-12-31", CYCLE_OFF_TRACK);

	(void)state;
	f.opens = day("2025-12-31");
	decides(&f, "open mailed");
	next_is(&f, "2025-12-31");
	f.today--;
	decides(&f, "");
	next_is(&f, "2025-12-31");
	f.today = f.opens = day("2026-01-01");
	decides(&f, "180 superseded, open mailed");
	f.today = day("2026-01-02");	/* it says more than the number of its day */
	TAKEN(f, LADDER_OPEN);
	decides(&f, "180 superseded");
	f.opens = day("2026-02-01");	/* another window: it went already */
	f.today = day("2026-02-01");
	TAKEN(f, 180, LADDER_OPEN);
	decides(&f, "");
	TAKEN(f, 180);
	f.state = CYCLE_DONE;
	decides(&f, "open not-needed, done mailed");
	f.state = CYCLE_OFF_TRACK;
	f.enrolled = f.today;
	decides(&f, "open before-enrolment");
}

static void test_inbox(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2025-09-14", CYCLE_ON_TRACK);
	day_t mailed[] = { day("2025-09-15"), day("2025-10-25") };

	(void)state;
	next_is(&f, "2026-01-01");
	f.inbox_since = day("2025-09-01");
	decides(&f, "");
	next_is(&f, "2025-09-15");
	f.today++;
	decides(&f, "inbox mailed");
	f.state = CYCLE_DONE;
	TAKEN(f, LADDER_REACHED);
	decides(&f, "");
	f.state = CYCLE_OFF_TRACK;
	TAKEN(f, LADDER_INBOX + 1);
	f.inbox_mailed = f.today;
	f.mailed = mailed;
	f.nmailed = 1;
	decides(&f, "");
	next_is(&f, "2025-10-27");	/* 42 days after the last */
	f.nmailed = 2;
	next_is(&f, "2025-10-31");	/* and 6 after any other mail */
	f.today = day("2025-10-31");
	decides(&f, "inbox mailed");
	struct rung_decision out[LADDER_RUNGS_MAX];
	assert_int_equal(ladder_decide(&f, out), 1);
	assert_int_equal(out[0].rung, LADDER_INBOX + 2);
	f.inbox_since = day("2025-10-30");	/* she looked into it */
	next_is(&f, "2025-11-13");
}

static void test_inbox_gives_way(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-01-01", CYCLE_OFF_TRACK);
	day_t mailed[] = { day("2026-01-01") };

	(void)state;
	f.inbox_since = day("2025-12-01");
	decides(&f, "180 mailed");
	TAKEN(f, 180);
	f.mailed = mailed;
	f.nmailed = 1;
	decides(&f, "");
	next_is(&f, "2026-01-07");
	f.has_address = 0;
	next_is(&f, "2026-03-02");
	f.has_address = 1;
	f.muted_until = day("2026-01-20");
	next_is(&f, "2026-01-21");
	f.today = day("2026-01-21");
	decides(&f, "inbox mailed");
	f.enrolled = day("2026-01-15");	/* she could not have touched it before she was here */
	decides(&f, "");
	next_is(&f, "2026-01-29");
	/* five days before a rung, which tells of it as well */
	f.enrolled = day("2024-07-01");
	f.today = f.inbox_mailed = day("2026-02-24");
	f.inbox_mailed -= 42;
	next_is(&f, "2026-02-24");
	f.inbox_mailed++;
	next_is(&f, "2026-03-02");
	f.today++;
	decides(&f, "");
	TAKEN(f, 180, 120);
	decides(&f, "inbox mailed");
}

/* Not in the last fortnight. */
static void test_inbox_ends(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-16", CYCLE_OFF_TRACK);

	(void)state;
	TAKEN(f, 180, 120, 90, 60, 30, 14);
	f.inbox_since = day("2026-05-01");
	decides(&f, "");
	f.today--;
	decides(&f, "inbox mailed");
	f.inbox_since = day("2026-06-02");
	next_is(&f, "2026-06-23");
}

static void test_muted(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-04-01", CYCLE_OFF_TRACK);

	(void)state;
	TAKEN(f, 180, 120);
	f.muted_until = day("2026-04-01");
	decides(&f, "90 muted");
	f.today = day("2026-04-05");	/* its day was a muted one, though the daemon was down on it */
	decides(&f, "90 muted");
	f.muted_until--;
	decides(&f, "90 mailed");
	f.today = day("2026-05-02");
	f.muted_until = f.today;
	decides(&f, "90 superseded, 60 muted");
	f.state = CYCLE_ON_TRACK;
	decides(&f, "90 muted, 60 not-needed");
	f.state = CYCLE_DONE;
	decides(&f, "90 superseded, 60 superseded, done muted");
	f.state = CYCLE_SUBMITTED;
	decides(&f, "90 not-needed, 60 not-needed");
	f.has_address = 0;
	f.state = CYCLE_OFF_TRACK;
	decides(&f, "90 superseded, 60 muted");
}

static void test_no_address(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-04-01", CYCLE_OFF_TRACK);

	(void)state;
	f.has_address = 0;
	decides(&f, "180 superseded, 120 superseded, 90 no-address");
	f.enrolled = f.today;
	decides(&f, "180 before-enrolment, 120 before-enrolment, 90 before-enrolment");
	TAKEN(f, 180, 120, 90);
	f.enrolled--;
	f.state = CYCLE_DONE;
	decides(&f, "done no-address");
}

static void test_spacing(void **state)
{
	static const struct ladders dense = { .of[LADDER_BEHIND] = { { 40, 36, 34, 15, 14, 13 }, 6, 1 } };
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-05-21", CYCLE_OFF_TRACK);
	day_t mailed[] = { day("2026-05-21"), day("2026-06-15") };

	(void)state;
	f.ladders = &dense;
	decides(&f, "40 mailed");
	f.mailed = mailed;
	f.nmailed = 1;
	f.today = day("2026-05-25");
	TAKEN(f, 40);
	decides(&f, "36 too-soon");
	f.today = day("2026-05-27");	/* six days later one may go */
	TAKEN(f, 40, 36);
	decides(&f, "34 mailed");
	f.today = day("2026-05-26");
	decides(&f, "");
	mailed[0] = day("2026-05-31");	/* one is on its way */
	f.today = day("2026-05-27");
	decides(&f, "34 too-soon");
	/* 15 days left, 14 days left: another on the next day, never two on one */
	f.nmailed = 2;
	f.today = day("2026-06-16");
	TAKEN(f, 40, 36, 34, 15);
	decides(&f, "14 mailed");
	mailed[1] = f.today;
	decides(&f, "14 too-soon");
	f.today++;
	decides(&f, "14 superseded, 13 mailed");
}

static void test_last_week(void **state)
{
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-29", CYCLE_OFF_TRACK);
	day_t mailed[] = { day("2026-06-23"), day("2026-06-24"), day("2026-06-27") };

	(void)state;
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3);
	f.mailed = mailed;
	f.nmailed = 1;			/* on day 7, which is not of the last seven */
	decides(&f, "1 mailed");
	f.nmailed = 3;			/* two are gone: the third is kept for the last day */
	decides(&f, "1 too-soon");
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 0);
	decides(&f, "1 mailed");
	f.today++;
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1);
	decides(&f, "0 mailed");
	mailed[0] = day("2026-06-25");
	decides(&f, "0 too-soon");
	/* finished then: it is told after the end */
	f.state = CYCLE_DONE;
	decides(&f, "0 too-soon");
	next_is(&f, "2026-06-30");
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1, 0);
	decides(&f, "");
	next_is(&f, "2026-07-01");
	f.today++;
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1, 0, -1);
	decides(&f, "done mailed");
}

static void test_nothing_to_decide(void **state)
{
	static const struct ladders none;
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2026-06-30", CYCLE_DONE);

	(void)state;
	f.ladders = &none;
	f.inbox_since = day("2025-01-01");
	decides(&f, "");
	assert_int_equal(ladder_next(&f), DAY_NONE);
	f.ladders = &usual_ladders;
	TAKEN(f, 180, 120, 90, 60, 30, 14, 7, 3, 1, 0, -1, -8, -15, -22, -29, LADDER_REACHED);
	decides(&f, "");
	assert_int_equal(ladder_next(&f), DAY_NONE);
}

/* All that four full ladders can hold comes at once. */
static void test_full_ladders(void **state)
{
	struct ladders full = { 0 };
	struct rung_decision out[LADDER_RUNGS_MAX];
	struct ladder_facts f = facts("2026-06-30", "2024-07-01", "2027-06-30", CYCLE_LAPSED);

	(void)state;
	for (int k = 0; k < LADDER_KINDS; k++)
		for (int i = 0; i < LADDER_WORDS_MAX; i++)
			full.of[k].rungs[full.of[k].n++] = k == LADDER_LAPSED ? -1 - i : (i * 7 + k * 5) % 41;
	f.ladders = &full;
	f.grace_days = 40;
	f.today = day("2026-08-09");
	size_t n = ladder_decide(&f, out);
	assert_int_equal(n, 41 + 32);
	for (size_t i = 1; i < n; i++)
		assert_true(out[i - 1].rung > out[i].rung);
	assert_int_equal(out[n - 1].rung, -32);
	assert_int_equal(out[n - 1].outcome, RUNG_MAILED);
	assert_int_equal(out[n - 2].outcome, RUNG_SUPERSEDED);
	assert_int_equal(out[40].outcome, RUNG_NOT_NEEDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_rung_on_its_day), cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_each_kind_has_its_own), cmocka_unit_test(test_enrolment_early),
		cmocka_unit_test(test_enrolment_late), cmocka_unit_test(test_enrolment_after_the_end),
		cmocka_unit_test(test_catch_up), cmocka_unit_test(test_wider_than_taken),
		cmocka_unit_test(test_after_the_end), cmocka_unit_test(test_lapsed_and_grace),
		cmocka_unit_test(test_lapsed_late), cmocka_unit_test(test_reached),
		cmocka_unit_test(test_reached_when_enrolled), cmocka_unit_test(test_reached_waits),
		cmocka_unit_test(test_reached_late), cmocka_unit_test(test_open), cmocka_unit_test(test_inbox),
		cmocka_unit_test(test_inbox_gives_way),
		cmocka_unit_test(test_inbox_ends), cmocka_unit_test(test_muted), cmocka_unit_test(test_no_address),
		cmocka_unit_test(test_spacing), cmocka_unit_test(test_last_week),
		cmocka_unit_test(test_nothing_to_decide), cmocka_unit_test(test_full_ladders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
