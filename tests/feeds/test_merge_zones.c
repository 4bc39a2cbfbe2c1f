/* What a fetch may do when its owner is in another zone than before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "feeds/merge.h"
#include "feedsim.h"

#define NOW (INT64_C(20500) * 24 * HOUR)	/* midnight in UTC, in February */

static struct event kept_in(const char *zone, int64_t start, int64_t end, int all_day)
{
	struct event e = sim_event("1", "", "Course", start);

	e.zone = zone;
	e.end = end;
	e.all_day = all_day;
	event_seal(&e);
	return e;
}

/* Is something done about an event that is decided on, where the fetch says `now`? */
static void expect(const struct event *was, struct event now, int is_news)
{
	static const enum proposal_state decided[] = { PROPOSAL_CONFIRMED, PROPOSAL_SKIPPED };
	const struct merge_context ctx = { .now = NOW, .absence_counts = 1 };
	struct merge_plan plan;
	struct err err;

	event_seal(&now);
	for (int i = 0; i < 2; i++) {
		struct known k = { .uid = "1", .rid = "", .state = decided[i], .content = was->content,
			.title = was->title, .url = "", .start = was->start, .end = was->end, .zone = was->zone };

		assert_int_equal(merge_events(&k, 1, &now, 1, &ctx, &plan, &err), 0);
		assert_int_equal(plan.n, is_news);
		if (is_news && decided[i] == PROPOSAL_CONFIRMED)
			assert_int_equal(plan.actions[0].kind, MERGE_MARK_CHANGED);
		merge_plan_free(&plan);
	}
}

static void days_stay_the_same(void **state)
{
	const struct event was = kept_in("Europe/Berlin", NOW - HOUR, NOW + 23 * HOUR, 1);
	const struct event there = kept_in("America/New_York", NOW + 5 * HOUR, NOW + 29 * HOUR, 1);
	struct event moved = there;

	(void)state;
	expect(&was, there, 0);
	moved.start += 24 * HOUR;
	moved.end += 24 * HOUR;
	expect(&was, moved, 1);
	moved = there;
	moved.end += 24 * HOUR;
	expect(&was, moved, 1);
	expect(&was, kept_in("Asia/Tokyo", NOW - 9 * HOUR, NOW + 15 * HOUR, 1), 0);
	moved = there;
	moved.title = "Another course";
	expect(&was, moved, 1);
	moved = there;
	moved.cancelled = 1;
	expect(&there, moved, 1);
}

static void instants_stay_the_same(void **state)
{
	const struct event was = kept_in("Europe/Berlin", NOW + 14 * HOUR, NOW + 15 * HOUR, 0);
	struct event now = was;

	(void)state;
	now.zone = "America/New_York";
	expect(&was, now, 0);
	now.start += 6 * HOUR;			/* the same time of the clock, but another one */
	now.end += 6 * HOUR;
	expect(&was, now, 1);
	now = was;
	now.zone = "Pacific/Kiritimati";	/* the next day there, which a person should know */
	expect(&was, now, 1);
	now.zone = "Nowhere/Land";
	expect(&was, now, 1);
}

/* Whether or not the package with the old ones is installed. */
static void names_of_zones(void **state)
{
	const struct event was = kept_in("US/Eastern", NOW + 14 * HOUR, NOW + 15 * HOUR, 0);
	const struct event day = kept_in("US/Eastern", NOW + 5 * HOUR, NOW + 29 * HOUR, 1);
	struct event now = was;

	(void)state;
	now.zone = "America/New_York";
	expect(&was, now, 0);
	now = day;
	now.zone = "America/New_York";
	expect(&day, now, 0);
}

/* A row that does not tell its zone is compared as it stands. */
static void unknown_zones(void **state)
{
	struct event was = kept_in("Europe/Berlin", NOW + 14 * HOUR, NOW + 15 * HOUR, 0), now = was;

	(void)state;
	now.zone = "America/New_York";
	was.zone = NULL;
	expect(&was, now, 1);
	was.zone = "";
	expect(&was, now, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_stay_the_same),
		cmocka_unit_test(instants_stay_the_same),
		cmocka_unit_test(names_of_zones),
		cmocka_unit_test(unknown_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
