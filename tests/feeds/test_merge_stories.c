/* What happens to a calendar over days: each story is a sequence of fetches that real publishers make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "feedsim.h"

#define START (INT64_C(20000) * DAY)

static struct sim s;

static int begin(void **state)
{
	(void)state;
	sim_begin(&s, START);
	return 0;
}

static int end(void **state)
{
	(void)state;
	sim_end(&s);
	return 0;
}

static void later(int64_t by)
{
	s.now += by;
}

/* Weekly events "Week 0", "Week 1" ... of one series, those of [from, until) */
static void weeks(const char *uid, int from, int until)
{
	for (int i = from; i < until; i++) {
		char rid[24], title[24];

		snprintf(rid, sizeof(rid), "%d", 20260000 + i);
		snprintf(title, sizeof(title), "Week %d", i);
		sim_put(&s, uid, rid, title, START + (7 * i + 1) * DAY);
	}
}

/* A publisher that gives one month: what gets older drops out, and nothing of it is lost. */
static void a_window_of_thirty_days(void **state)
{
	(void)state;
	for (int day = 0; day < 200; day++) {
		sim_feed(&s);
		weeks("w", (day + 5) / 7 > 4 ? (day + 5) / 7 - 4 : 0, (day + 5) / 7 + 4);
		assert_null(strstr(sim_fetch(&s), "withdraw"));
		if (day == 10)
			sim_decide(&s, "Week 0", PROPOSAL_CONFIRMED);
		if (day == 11)
			sim_decide(&s, "Week 1", PROPOSAL_SKIPPED);
		later(DAY);
	}
	assert_int_equal(s.n, 33);
	assert_int_equal(sim_count(&s, PROPOSAL_WAITING), 31);
	assert_true(s.rows[0].state == PROPOSAL_CONFIRMED && s.rows[1].state == PROPOSAL_SKIPPED);
	assert_true(s.rows[0].missing_since == 0 && s.rows[2].missing_since != 0 && !s.unstable);
}

/* 403, a sign-in page or a time-out bring no fetch at all: a month without one changes nothing. */
static void failures_change_nothing(void **state)
{
	(void)state;
	weeks("w", 0, 8);
	assert_string_equal(sim_fetch(&s), "create 8");
	later(30 * DAY);
	assert_string_equal(sim_fetch(&s), "");
	/* the first good one after it lacks one: it is missed, not yet gone */
	sim_feed(&s);
	weeks("w", 0, 7);
	assert_string_equal(sim_fetch(&s), "missing 1");
	later(DAY - 1);
	assert_string_equal(sim_fetch(&s), "");
	later(1);
	assert_string_equal(sim_fetch(&s), "withdraw 1");
	sim_feed(&s);
	weeks("w", 0, 8);
	assert_string_equal(sim_fetch(&s), "return 1 found 1");
}

static void empties_and_comes_back(void **state)
{
	(void)state;
	weeks("w", 0, 3);
	sim_fetch(&s);
	sim_feed(&s);
	for (int i = 0; i < 10; i++) {
		later(DAY);
		assert_string_equal(sim_fetch(&s), "suspect: empty-now");
	}
	/* week 0 and 1 are past now, week 2 is the only one to come */
	assert_string_equal(sim_rows(&s), "Week 0 waiting, Week 1 waiting, Week 2 waiting");
	weeks("w", 0, 3);
	assert_string_equal(sim_fetch(&s), "");
	sim_feed(&s);
	later(6 * DAY);
	assert_string_equal(sim_fetch(&s), "missing 3");	/* none is to come: an empty calendar may be true */
	later(2 * DAY);
	assert_string_equal(sim_fetch(&s), "");
	weeks("w", 0, 3);
	assert_string_equal(sim_fetch(&s), "found 3");
	assert_string_equal(sim_rows(&s), "Week 0 waiting, Week 1 waiting, Week 2 waiting");
}

static void accepted_as_empty(void **state)
{
	(void)state;
	weeks("w", 0, 4);
	sim_fetch(&s);
	later(10 * DAY);
	sim_feed(&s);
	assert_string_equal(sim_fetch(&s), "suspect: empty-now");
	s.accepted = 1;
	assert_string_equal(sim_fetch(&s), "withdraw 2 missing 2");
	later(DAY);
	assert_string_equal(sim_fetch(&s), "");
	weeks("w", 0, 4);
	assert_string_equal(sim_fetch(&s), "return 2 found 2");
	assert_string_equal(sim_rows(&s), "Week 0 waiting, Week 1 waiting, Week 2 waiting, Week 3 waiting");
}

static void half_of_it_gone(void **state)
{
	(void)state;
	weeks("w", 0, 20);
	sim_fetch(&s);
	sim_feed(&s);
	weeks("w", 0, 9);
	later(HOUR);
	assert_string_equal(sim_fetch(&s), "suspect: shrunk");
	s.partial = 1;
	assert_string_equal(sim_fetch(&s), "");
	sim_feed(&s);
	weeks("w", 0, 10);
	assert_string_equal(sim_fetch(&s), "missing 10");
	later(HOUR);
	sim_feed(&s);
	weeks("w", 0, 4);		/* 10 were there last time */
	assert_string_equal(sim_fetch(&s), "suspect: shrunk");
	s.accepted = 1;
	assert_string_equal(sim_fetch(&s), "withdraw 16");
	later(2 * DAY);
	assert_string_equal(sim_fetch(&s), "");
}

/* Every UID is new at every fetch, for eight weeks. */
static void uids_new_at_every_fetch(void **state)
{
	(void)state;
	for (int day = 0; day < 56; day++) {
		char uids[9][32];

		sim_feed(&s);
		for (int i = 0; i < 9; i++) {
			char title[24];

			snprintf(uids[i], sizeof(uids[i]), "%d-%d@churn", day, i);
			snprintf(title, sizeof(title), "Week %d", i);
			sim_put(&s, uids[i], "", title, START + (7 * i + 1) * DAY);
		}
		assert_string_equal(sim_fetch(&s), day == 0 ? "create 9" : "rekey 9");
		if (day == 3) {
			sim_decide(&s, "Week 0", PROPOSAL_CONFIRMED);
			sim_decide(&s, "Week 4", PROPOSAL_SKIPPED);
		}
		assert_int_equal(s.unstable, day > 0);
		later(DAY);
	}
	assert_int_equal(s.n, 9);
	assert_int_equal(sim_count(&s, PROPOSAL_WAITING), 7);
	assert_true(s.rows[0].state == PROPOSAL_CONFIRMED && s.rows[4].state == PROPOSAL_SKIPPED && !s.rows[4].changed);
}

/* The same event twice in such a feed, under two new UIDs: no second proposal of what was skipped. */
static void an_unstable_feed_doubles_an_event(void **state)
{
	(void)state;
	s.unstable = 1;
	sim_put(&s, "1", "", "Talk", START + DAY);
	sim_put(&s, "2", "", "Other", START + DAY);
	sim_fetch(&s);
	sim_decide(&s, "Talk", PROPOSAL_SKIPPED);
	for (int i = 0; i < 5; i++) {
		struct event e = sim_event("x", "", "TALK", START + DAY);

		sim_feed(&s);
		sim_put(&s, i % 2 ? "3" : "1", "", "Talk", START + DAY);
		e.location = "Room 2";
		sim_put_event(&s, e);
		sim_put(&s, "2", "", "Other", START + DAY);
		assert_string_equal(sim_fetch(&s), i == 0 ? "" : "rekey 1");
		later(6 * HOUR);
	}
	assert_string_equal(sim_rows(&s), "Talk skipped, Other waiting");
}

/* "This and all following" were changed: the rest of the series gets a new UID. */
static void google_splits_a_series(void **state)
{
	(void)state;
	weeks("abc@google.com", 0, 10);
	sim_fetch(&s);
	later(16 * DAY);
	sim_decide(&s, "Week 0", PROPOSAL_CONFIRMED);
	sim_decide(&s, "Week 8", PROPOSAL_SKIPPED);
	sim_feed(&s);
	weeks("abc@google.com", 0, 3);
	weeks("abc_R20260122T090000@google.com", 3, 10);
	assert_string_equal(sim_fetch(&s), "rekey 7");
	assert_false(s.unstable);
	/* and once more, an hour later in the day from the seventh on: the one that was skipped stays out */
	sim_feed(&s);
	weeks("abc@google.com", 0, 3);
	weeks("abc_R20260122T090000@google.com", 3, 7);
	for (int i = 7; i < 10; i++) {
		char rid[24], title[24];

		snprintf(rid, sizeof(rid), "%d", 20260000 + i);
		snprintf(title, sizeof(title), "Week %d", i);
		sim_put(&s, "abc_R20260222T100000@google.com", rid, title, START + (7 * i + 1) * DAY + HOUR);
	}
	assert_string_equal(sim_fetch(&s), "update 2 mark-changed 1 rekey 3");
	later(DAY);
	assert_string_equal(sim_fetch(&s), "");
	assert_int_equal(sim_count(&s, PROPOSAL_SKIPPED), 1);
	assert_int_equal(sim_count(&s, PROPOSAL_CONFIRMED), 1);
}

/* The id of one event changes when somebody comments on it; there are many others. */
static void meetup_changes_one_id(void **state)
{
	(void)state;
	weeks("others", 0, 20);
	sim_put(&s, "event_111@meetup.com", "", "CX meetup", START + 5 * DAY);
	sim_fetch(&s);
	sim_decide(&s, "CX meetup", PROPOSAL_SKIPPED);
	for (int i = 0; i < 4; i++) {
		char uid[40];

		later(6 * HOUR);
		snprintf(uid, sizeof(uid), "event_%d@meetup.com", 222 + i);
		sim_feed(&s);
		weeks("others", 0, 20);
		sim_put(&s, uid, "", "CX meetup", START + 5 * DAY);
		assert_string_equal(sim_fetch(&s), "rekey 1");
	}
	assert_false(s.unstable);
	assert_int_equal(sim_count(&s, PROPOSAL_SKIPPED), 1);
	assert_int_equal(s.n, 21);
}

/* One UID on many events: the reader makes their starts part of the key. */
static void one_uid_on_many(void **state)
{
	(void)state;
	sim_put(&s, "same", "20260101T090000Z", "Course", START + DAY);
	sim_put(&s, "same", "20260108T090000Z", "Course", START + 8 * DAY);
	assert_string_equal(sim_fetch(&s), "create 2");
	assert_string_equal(sim_fetch(&s), "");
	/* only one is left, a single event again, as before the second was there */
	sim_feed(&s);
	sim_put(&s, "same", "", "Course", START + DAY);
	assert_string_equal(sim_fetch(&s), "missing 1 rekey 1");
	later(DAY);
	assert_string_equal(sim_fetch(&s), "withdraw 1");
	assert_string_equal(sim_rows(&s), "Course waiting, Course withdrawn?");
}

/* DTSTAMP, SEQUENCE and the order of events are in no record: a feed that changes nothing else is the same. */
static void rewritten_without_change(void **state)
{
	(void)state;
	weeks("w", 0, 6);
	sim_put(&s, "a", "", "A", START + DAY);
	sim_fetch(&s);
	for (int i = 0; i < 5; i++) {
		sim_feed(&s);
		sim_put(&s, "a", "", "A", START + DAY);
		weeks("w", 3, 6);
		weeks("w", 0, 3);
		later(DAY);
		assert_string_equal(sim_fetch(&s), "");
	}
}

static void cancelled_then_revived(void **state)
{
	struct event e = sim_event("a", "", "Talk", START + 20 * DAY);

	(void)state;
	e.cancelled = 1;
	weeks("w", 0, 2);
	sim_put(&s, "a", "", "Talk", START + 20 * DAY);
	sim_fetch(&s);
	sim_feed(&s);
	weeks("w", 0, 2);
	sim_put_event(&s, e);
	assert_string_equal(sim_fetch(&s), "withdraw 1");
	later(DAY);
	assert_string_equal(sim_fetch(&s), "");
	/* then it is not there at all, then back under another UID */
	sim_feed(&s);
	weeks("w", 0, 2);
	assert_string_equal(sim_fetch(&s), "");
	later(2 * DAY);
	sim_put(&s, "b", "", "Talk", START + 20 * DAY);
	assert_string_equal(sim_fetch(&s), "return 1 rekey 1");
	assert_string_equal(sim_rows(&s), "Week 0 waiting, Week 1 waiting, Talk waiting");
	/* one that is cancelled when it is first seen is not shown until it takes place after all */
	e.uid = "c";
	e.title = "Other";
	sim_put_event(&s, e);
	assert_string_equal(sim_fetch(&s), "create-cancelled 1");
	later(HOUR);
	sim_feed(&s);
	weeks("w", 0, 2);
	sim_put(&s, "b", "", "Talk", START + 20 * DAY);
	sim_put(&s, "c", "", "Other", START + 20 * DAY);
	assert_string_equal(sim_fetch(&s), "return 1");
}

/* The master of a series is taken away: two of its dates were decided on and stay. */
static void the_master_is_removed(void **state)
{
	(void)state;
	weeks("w", 0, 6);
	weeks("v", 10, 30);
	sim_fetch(&s);
	sim_decide(&s, "Week 4", PROPOSAL_SKIPPED);
	later(3 * DAY);
	sim_decide(&s, "Week 0", PROPOSAL_CONFIRMED);
	sim_feed(&s);
	weeks("v", 10, 30);
	assert_string_equal(sim_fetch(&s), "missing 4");
	later(DAY);
	assert_string_equal(sim_fetch(&s), "withdraw 4");
	later(100 * DAY);
	assert_string_equal(sim_fetch(&s), "");
	assert_int_equal(sim_count(&s, PROPOSAL_WITHDRAWN), 4);
	assert_true(s.rows[0].state == PROPOSAL_CONFIRMED && s.rows[4].state == PROPOSAL_SKIPPED);
}

/* METHOD:CANCEL: all its events are cancelled, which is held until the owner says that it is true. */
static void method_cancel(void **state)
{
	struct event e = sim_event("a", "", "A", START + DAY), f = sim_event("b", "", "B", START + DAY);

	(void)state;
	sim_put_event(&s, e);
	sim_put_event(&s, f);
	sim_fetch(&s);
	sim_decide(&s, "B", PROPOSAL_CONFIRMED);
	sim_feed(&s);
	e.cancelled = f.cancelled = 1;
	sim_put_event(&s, e);
	sim_put_event(&s, f);
	s.cancels = 1;
	assert_string_equal(sim_fetch(&s), "suspect: cancels-all");
	assert_string_equal(sim_rows(&s), "A waiting, B confirmed");
	s.cancels = s.accepted = 1;
	assert_string_equal(sim_fetch(&s), "mark-changed 1 withdraw 1");
	assert_string_equal(sim_rows(&s), "A withdrawn, B confirmed!");
}

static void another_calendar_at_the_address(void **state)
{
	(void)state;
	weeks("w", 0, 4);
	sim_fetch(&s);
	sim_feed(&s);
	for (int i = 0; i < 4; i++) {
		char title[24];

		snprintf(title, sizeof(title), "Holiday %d", i);
		sim_put(&s, title, "", title, START + (i + 2) * DAY);
	}
	s.new_producer = 1;
	assert_string_equal(sim_fetch(&s), "suspect: other-calendar");
	later(DAY);
	s.new_producer = 1;
	assert_string_equal(sim_fetch(&s), "suspect: other-calendar");
	s.new_producer = s.accepted = 1;
	assert_string_equal(sim_fetch(&s), "create 4 withdraw 3 missing 1");
	/* the next release of the same program is no other calendar */
	s.new_producer = 1;
	assert_string_equal(sim_fetch(&s), "");
}

static void moved_after_confirming(void **state)
{
	struct event e = sim_event("a", "", "Talk", START + DAY);

	(void)state;
	sim_put_event(&s, e);
	weeks("w", 0, 4);
	sim_fetch(&s);
	later(2 * DAY);
	sim_decide(&s, "Talk", PROPOSAL_CONFIRMED);
	sim_feed(&s);
	e.start += DAY;
	e.end += DAY;
	sim_put_event(&s, e);
	weeks("w", 0, 4);
	assert_string_equal(sim_fetch(&s), "mark-changed 1");
	later(DAY);
	assert_string_equal(sim_fetch(&s), "");
	assert_true(s.rows[0].start == START + DAY && s.rows[0].changed);
	/* moved, and then under another UID: it is known by its last look */
	sim_feed(&s);
	e.uid = "b";
	sim_put_event(&s, e);
	weeks("w", 0, 4);
	assert_string_equal(sim_fetch(&s), "rekey 1");
	/* gone: she attended it, whatever the feed says */
	sim_feed(&s);
	weeks("w", 0, 4);
	later(30 * DAY);
	assert_string_equal(sim_fetch(&s), "");
	assert_int_equal(s.rows[0].state, PROPOSAL_CONFIRMED);
}

static void edited_after_skipping(void **state)
{
	struct event e = sim_event("a", "", "Stand-up", START + 9 * DAY);

	(void)state;
	sim_put_event(&s, e);
	sim_fetch(&s);
	sim_decide(&s, "Stand-up", PROPOSAL_SKIPPED);
	e.location = "Room 5";
	sim_feed(&s);
	sim_put_event(&s, e);
	assert_string_equal(sim_fetch(&s), "adopt 1");
	e.title = "STAND-UP";
	sim_feed(&s);
	sim_put_event(&s, e);
	assert_string_equal(sim_fetch(&s), "adopt 1");
	assert_string_equal(sim_rows(&s), "Stand-up skipped");
	e.title = "Journey mapping workshop";
	sim_feed(&s);
	sim_put_event(&s, e);
	assert_string_equal(sim_fetch(&s), "mark-changed 1");
	assert_string_equal(sim_rows(&s), "Stand-up skipped!");
}

/* Some events could not be read: those that could follow, those that could not are not missed. */
static void partial_fetches(void **state)
{
	struct event e = sim_event("a", "", "Talk", START + 9 * DAY);

	(void)state;
	sim_put_event(&s, e);
	weeks("w", 0, 4);
	sim_fetch(&s);
	e.location = "Online";
	for (int day = 0; day < 5; day++) {
		sim_feed(&s);
		sim_put_event(&s, e);
		s.partial = 1;
		assert_string_equal(sim_fetch(&s), day == 0 ? "update 1" : "");
		later(DAY);
	}
	assert_string_equal(sim_fetch(&s), "missing 4");
	later(DAY);
	s.partial = 1;
	assert_string_equal(sim_fetch(&s), "");
	later(DAY);
	weeks("w", 3, 4);
	s.partial = 1;
	assert_string_equal(sim_fetch(&s), "found 1");
	sim_feed(&s);
	sim_put_event(&s, e);
	assert_string_equal(sim_fetch(&s), "withdraw 2 missing 1");
}

/* What no rule proposes is known too, and follows; when the rules speak of its new title it waits. */
static void ignored_ones_follow(void **state)
{
	struct event e = sim_event("a", "", "1:1 with Ana", START + 9 * DAY), f = e;

	(void)state;
	s.ignore = "1:1";
	sim_put_event(&s, e);
	sim_put(&s, "b", "", "Talk", START + DAY);
	sim_fetch(&s);
	assert_string_equal(sim_rows(&s), "1:1 with Ana ignored, Talk waiting");
	f.title = "Workshop with Ana";
	sim_feed(&s);
	sim_put_event(&s, f);
	sim_put(&s, "b", "", "Talk", START + DAY);
	assert_string_equal(sim_fetch(&s), "update 1");
	assert_string_equal(sim_rows(&s), "Workshop with Ana waiting, Talk waiting");
	sim_feed(&s);
	f.title = "1:1 with Ana";
	f.cancelled = 1;
	sim_put_event(&s, f);
	sim_put(&s, "b", "", "Talk", START + DAY);
	assert_string_equal(sim_fetch(&s), "withdraw 1");
	sim_feed(&s);
	sim_put_event(&s, e);
	sim_put(&s, "b", "", "Talk", START + DAY);
	assert_string_equal(sim_fetch(&s), "return 1");
	assert_string_equal(sim_rows(&s), "1:1 with Ana ignored, Talk waiting");
}

/* A release that knows more of an event: what waits takes it over once, nobody is told of anything. */
static void after_an_upgrade(void **state)
{
	(void)state;
	weeks("w", 0, 4);
	sim_fetch(&s);
	sim_decide(&s, "Week 1", PROPOSAL_CONFIRMED);
	sim_decide(&s, "Week 2", PROPOSAL_SKIPPED);
	for (size_t i = 0; i < s.n; i++)
		s.rows[i].detail[0] = '\0';
	assert_string_equal(sim_fetch(&s), "update 2");
	assert_string_equal(sim_rows(&s), "Week 0 waiting, Week 1 confirmed, Week 2 skipped, Week 3 waiting");
}

#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_window_of_thirty_days), STORY(failures_change_nothing), STORY(empties_and_comes_back),
		STORY(accepted_as_empty), STORY(half_of_it_gone), STORY(uids_new_at_every_fetch),
		STORY(an_unstable_feed_doubles_an_event), STORY(google_splits_a_series), STORY(meetup_changes_one_id),
		STORY(one_uid_on_many), STORY(rewritten_without_change), STORY(cancelled_then_revived),
		STORY(the_master_is_removed), STORY(method_cancel), STORY(another_calendar_at_the_address),
		STORY(moved_after_confirming), STORY(edited_after_skipping), STORY(partial_fetches),
		STORY(ignored_ones_follow), STORY(after_an_upgrade),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
