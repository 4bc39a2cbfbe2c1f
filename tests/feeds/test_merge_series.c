/* Series whose dates move together: what was decided on does not come back under new keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

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

static void rid_of(int64_t at, char rid[32])
{
	struct ymd d = date_ymd((day_t)(at / DAY));
	int minute = (int)(at % DAY / 60000);

	snprintf(rid, 32, "%04d%02d%02dT%02d%02d00Z", d.year, d.month, d.day, minute / 60, minute % 60);
}

/* Six weekly dates of a rule, that far from where they were: each has a rid that says when it starts. */
static void moved_weeks(const char *uid, const char *title, int64_t by)
{
	for (int i = -4; i < 2; i++) {
		int64_t at = START + 7 * i * DAY + by;
		char rid[32];

		rid_of(at, rid);
		sim_put_event(&s, (struct event){ .uid = uid, .rid = rid, .title = title, .location = "", .url = "",
		    .organizer = "", .start = at, .end = at + HOUR, .zone = "UTC", .series = 1 });
	}
}

static void decide_weeks(void)
{
	moved_weeks("w", "Circle", 0);
	assert_string_equal(sim_fetch(&s), "create 6");
	s.rows[0].state = s.rows[2].state = PROPOSAL_CONFIRMED;
	s.rows[1].state = s.rows[3].state = PROPOSAL_SKIPPED;
}

/* All its dates get new keys: none that was decided on is proposed once more, and each is told of its own new date. */
static void a_whole_series_moves(void **state)
{
	static const int64_t moves[] = { HOUR, -90 * 60000, DAY, 4 * DAY, -6 * DAY };

	(void)state;
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		sim_end(&s);
		sim_begin(&s, START + 60 * DAY);
		decide_weeks();
		sim_feed(&s);
		moved_weeks("w", i == 2 ? "Circle, on another day" : "Circle", moves[i]);
		later(HOUR);
		assert_string_equal(sim_fetch(&s), "update 2 mark-changed 4 rekey 6");
		assert_int_equal(s.n, 6);
		assert_int_equal(sim_count(&s, PROPOSAL_CONFIRMED), 2);
		assert_int_equal(sim_count(&s, PROPOSAL_SKIPPED), 2);
		assert_true(s.rows[0].start == START - 28 * DAY && s.rows[0].changed && s.rows[3].changed);
		assert_true(s.rows[4].start == START + moves[i] && s.rows[5].start == START + 7 * DAY + moves[i]);
		assert_false(s.unstable);
		sim_feed(&s);		/* and once more: what was decided has still the start that it had then */
		moved_weeks("w", "Circle", moves[i] + 26 * HOUR);
		later(HOUR);
		assert_string_equal(sim_fetch(&s), "update 2 mark-changed 4 rekey 6");
		assert_int_equal(s.n, 6);
		assert_true(s.rows[0].start == START - 28 * DAY && s.rows[4].start == START + moves[i] + 26 * HOUR);
	}
}

/* Between its moves some were decided on: they have starts of three layers, and none comes back. */
static void a_series_moves_again_and_again(void **state)
{
	static const int64_t moves[] = { 26 * HOUR, 52 * HOUR, 50 * HOUR, -12 * HOUR };

	(void)state;
	s.now += 60 * DAY;
	moved_weeks("w", "Circle", 0);
	assert_string_equal(sim_fetch(&s), "create 6");
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		s.rows[i].state = i % 2 ? PROPOSAL_CONFIRMED : PROPOSAL_SKIPPED;
		sim_feed(&s);
		moved_weeks("w", "Circle", moves[i]);
		later(HOUR);
		sim_fetch(&s);
		assert_int_equal(s.n, 6);
		assert_true(s.rows[5].start == START + 7 * DAY + moves[i]);
		assert_int_equal(sim_count(&s, PROPOSAL_WAITING), 5 - (int)i);
	}
}

/* One of its dates is called off in the fetch that moves it: what is still held decides how far, not what is not. */
static void a_series_moves_with_gaps(void **state)
{
	(void)state;
	s.now += 60 * DAY;
	moved_weeks("w", "Circle", 0);
	s.feed.items[0].cancelled = 1;
	event_seal(&s.feed.items[0]);
	assert_string_equal(sim_fetch(&s), "create 5 create-cancelled 1");
	s.rows[1].state = s.rows[5].state = PROPOSAL_SKIPPED;
	sim_feed(&s);
	moved_weeks("w", "Circle", 2 * HOUR);
	s.feed.items[0].cancelled = 1;
	event_seal(&s.feed.items[0]);
	later(HOUR);
	sim_fetch(&s);
	assert_int_equal(sim_count(&s, PROPOSAL_SKIPPED), 2);
	assert_int_equal(sim_count(&s, PROPOSAL_WAITING), 3);
	assert_true(s.rows[2].start == START - 14 * DAY + 2 * HOUR && s.rows[3].start == START - 7 * DAY + 2 * HOUR);
}

static void a_series_moves_from_a_date_on(void **state)
{
	(void)state;
	s.now += 60 * DAY;
	decide_weeks();
	sim_feed(&s);
	moved_weeks("w", "Circle", 0);
	s.feed.n = 2;
	moved_weeks("w_R20240101T100000", "Circle", 2 * HOUR);
	memmove(s.feed.items + 2, s.feed.items + 4, 4 * sizeof(*s.feed.items));
	s.feed.n = 6;
	assert_string_equal(sim_fetch(&s), "update 2 mark-changed 2 rekey 4");
	assert_int_equal(s.n, 6);
}

/* One UID for all dates, no rule; the past is dropped and the next date announced: that one was not moved there. */
static void the_past_is_not_moved_to_come(void **state)
{
	(void)state;
	sim_put(&s, "web", "1", "Webinar", START + DAY);
	sim_put(&s, "web", "2", "Webinar", START + 3 * DAY);
	sim_fetch(&s);
	later(2 * DAY);
	s.rows[0].state = PROPOSAL_SKIPPED;
	sim_feed(&s);
	sim_put(&s, "web", "2", "Webinar", START + 3 * DAY);
	sim_put(&s, "web", "3", "Webinar", START + 5 * DAY);
	assert_string_equal(sim_fetch(&s), "create 1");
	sim_feed(&s);
	sim_put(&s, "web", "2", "Webinar", START + 3 * DAY);
	sim_put(&s, "web", "4", "Workshop", START + 6 * DAY);	/* without a rule: another thing */
	assert_string_equal(sim_fetch(&s), "create 1 missing 1");
}

#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_whole_series_moves), STORY(a_series_moves_again_and_again), STORY(a_series_moves_with_gaps),
		STORY(a_series_moves_from_a_date_on), STORY(the_past_is_not_moved_to_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
