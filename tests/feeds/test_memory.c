/* Every allocation of this room is made to fail once: an error comes back, outputs are untouched, nothing is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "failing.h"
#include "feedsim.h"
#include "feeds/match.h"

#ifndef SANITIZED

static const struct match_calendar work = { 7, "Work", "training", "", 1 };

static struct match_rule rules[3] = {
	{ .id = 1, .no = 1, .field = MATCH_TITLE, .extra = "", .test = MATCH_CONTAINS, .value = "workshop", .category = "",
	    .competencies = "culture", .provider = "", .break_minutes = 5, .verdict = MATCH_PROPOSE },
	{ .id = 2, .no = 2, .field = MATCH_EXTRA, .extra = "X-A", .test = MATCH_LIKE, .value = "*caf\xc3\xa9?*", .category = "",
	    .competencies = "", .provider = "", .break_minutes = -1 },
	{ .id = 3, .no = 3, .field = MATCH_HOST, .extra = "", .test = MATCH_IS, .value = "meetup.com", .category = "",
	    .competencies = "", .provider = "Meetup", .break_minutes = -1 },
};

static const struct lesson lesson = { .entry_no = 1, .day = 20000, .calendar = 7, .series = "", .host = "", .domain = "",
	.title = "Workshop for caf\xc3\xa9s", .category = "education", .competencies = "", .provider = "" };

static struct event sample(void)
{
	struct event e = sim_event("1", "", "Workshop for caf\xc3\xa9s", 5 * DAY);

	e.url = "https://meetup.com/1";
	e.extras = "X-A=caf\xc3\xa9 in a long text that needs more room than a first small block can give it at once";
	e.domain = "academy.example";
	e.minutes = 60;
	return e;
}

/* 1 when there were fewer allocations than n */
static int guess_failing(long n)
{
	struct event e = sample();
	struct arena a = ARENA_INIT;
	struct matcher *m = NULL;
	struct lessons *l = NULL;
	struct match_guess guess = { .why = "untouched" };
	struct err err = { 0 };
	long before = live;
	int ret, over;

	countdown = n;
	ret = matcher_new(rules, 3, &m, &err);
	if (ret == 0)
		ret = lessons_new(&lesson, 1, &l, &err);
	if (ret == 0)
		ret = match_event(m, l, &work, &e, 1, &a, &guess, &err);
	if (ret == 0)
		ret = match_event(NULL, NULL, &work, &e, 1, &a, &guess, &err) != 0 ? -2 : 0;
	over = countdown > 0;
	countdown = 0;
	assert_int_equal(ret == 0, over);
	if (ret != 0)
		assert_string_equal(err.code, "out-of-memory");
	if (ret == -1)
		assert_string_equal(guess.why, "untouched");
	matcher_free(m);
	lessons_free(l);
	arena_free(&a);
	assert_int_equal(live, before);
	return over;
}

static void guesses(void **state)
{
	long n;

	(void)state;
	for (n = 1; !guess_failing(n); n++)
		;
	assert_in_range(n, 20, 200);
}

static void one_rule(void **state)
{
	struct event e = sample();

	(void)state;
	for (int i = 0; i < 3; i++) {
		for (long n = 1;; n++) {
			struct err err = { 0 };
			long before = live;
			int ret, over;

			countdown = n;
			ret = match_one(&rules[i], &work, &e, &err);
			over = countdown > 0;
			countdown = 0;
			assert_int_equal(live, before);
			assert_int_equal(ret, over ? 1 : -1);
			if (over)
				break;
			assert_string_equal(err.code, "out-of-memory");
		}
	}
}

static void merges(void **state)
{
	struct event events[3] = { sim_event("1", "", "Caf\xc3\xa9", 5 * DAY), sim_event("2b", "", "Two", 5 * DAY),
		sim_event("3b", "", "Three!", 6 * DAY) };
	struct event before[3] = { sim_event("1", "", "Cafe", 5 * DAY), sim_event("2", "", "Two", 5 * DAY),
		sim_event("3", "", "Three", 6 * DAY) };
	struct merge_context ctx = { .now = DAY, .absence_counts = 1, .unstable = 1 };
	struct known known[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		known[i] = (struct known){ .uid = before[i].uid, .rid = "", .content = before[i].content, .title = before[i].title,
			.url = "", .start = before[i].start, .end = before[i].end, .state = PROPOSAL_SKIPPED };
	for (long n = 1;; n++) {
		struct merge_plan plan = { .code = "untouched" };
		struct err err = { 0 };
		long blocks = live;
		int ret, over;

		countdown = n;
		ret = merge_events(known, 3, events, 3, &ctx, &plan, &err);
		over = countdown > 0;
		countdown = 0;
		assert_int_equal(ret, over ? 0 : -1);
		if (ret == 0) {
			assert_int_equal(plan.rekeyed, 2);
			assert_int_equal(plan.n, 4);
			merge_plan_free(&plan);
		} else {
			assert_string_equal(plan.code, "untouched");
			assert_string_equal(err.code, "out-of-memory");
		}
		assert_int_equal(live, blocks);
		if (over) {
			assert_in_range(n, 10, 100);
			break;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guesses),
		cmocka_unit_test(one_rule),
		cmocka_unit_test(merges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
