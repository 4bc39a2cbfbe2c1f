/* The state of a calendar over its fetches: polls, back-off, what is shown, when it is given up, where it may move. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "feedstate.h"
#include "store/calendars.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define NOW INT64_C(1770000000000)

static struct calendar c;

/* Calendar 0 has a spread of -10 %, so the numbers below have it, too. */
static int64_t spread(int64_t ms)
{
	return ms - ms / 10;
}

static int begin(void **state)
{
	(void)state;
	c = (struct calendar){ .url = "https://example.org/a.ics", .login = "", .state = "new", .error_code = "", .error_text = "" };
	return 0;
}

static void good(int64_t now, int64_t poll, int64_t refresh, int not_modified)
{
	feedstate_good(&c, &(struct feed_good){ .now = now, .poll = poll, .refresh = refresh, .not_modified = not_modified });
}

static void failed(int64_t now, const char *code, int64_t retry_after, int asked)
{
	feedstate_failed(&c, &(struct feed_failure){ now, retry_after, code, "It failed.", asked });
}

static struct calendar shown(int64_t now, int at_once)
{
	struct calendar s = c;

	feedstate_shown(&s, now, at_once);
	return s;
}

static void polls(void **state)
{
	static const struct { int64_t poll, refresh, want; } rows[] = {
		{ 21600, 0, 21600 }, { 21600, 3600, 21600 }, { 21600, 86400, 86400 }, { 60, 0, 900 }, { 60, 30, 900 },
		{ 3600, 30 * 86400, 7 * 86400 }, { 30 * 86400, 0, 7 * 86400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		good(NOW, rows[i].poll, rows[i].refresh, 0);
		assert_int_equal(c.next_poll, NOW + spread(rows[i].want * 1000));
		assert_int_equal(c.last_poll, NOW);
		assert_int_equal(c.last_good, NOW);
	}
	c.url = "";
	good(NOW, 3600, 0, 0);
	assert_int_equal(c.next_poll, 0);
}

/* Up to a tenth more or less, and never the same for all. */
static void jitter(void **state)
{
	int64_t least = INT64_MAX, most = 0;

	(void)state;
	for (c.id = 1; c.id < 2000; c.id++) {
		good(NOW, 36000, 0, 0);
		least = c.next_poll - NOW < least ? c.next_poll - NOW : least;
		most = c.next_poll - NOW > most ? c.next_poll - NOW : most;
	}
	assert_in_range(least, 9 * HOUR, 9 * HOUR + 10 * MINUTE);
	assert_in_range(most, 11 * HOUR - 10 * MINUTE, 11 * HOUR);
}

/* A calendar that says P1D when it is read is polled daily also while it only says that nothing changed. */
static void unchanged_keeps_its_pace(void **state)
{
	int64_t now = NOW;

	(void)state;
	for (c.id = 1; c.id < 50; c.id++) {
		c.last_good = 0;
		good(now, 21600, 86400, 0);
		int64_t first = c.next_poll - c.last_poll;

		for (int i = 0; i < 20; i++) {
			now = c.next_poll + 1234;
			good(now, 21600, 0, 1);
			assert_int_equal(c.next_poll - c.last_poll, first);
		}
		failed(c.next_poll, "dns", 0, 0);
		good(c.next_poll, 21600, 0, 1);
		assert_in_range(c.next_poll - c.last_poll, 21600 * 900, 21600 * 1100);
	}
}

static void states(void **state)
{
	(void)state;
	good(NOW, 3600, 0, 0);
	assert_string_equal(c.state, "ok");
	feedstate_good(&c, &(struct feed_good){ .now = NOW, .poll = 3600, .partial = 1 });
	assert_string_equal(c.state, "partial");
	good(NOW, 3600, 0, 1);
	assert_string_equal(c.state, "partial");	/* of what is still the same something is still missing */
	good(NOW, 3600, 0, 0);
	assert_string_equal(c.state, "ok");
	feedstate_suspect(&c, NOW + HOUR, 3600, "It is empty now.");
	assert_string_equal(c.state, "suspect");
	assert_string_equal(c.error_text, "It is empty now.");
	assert_int_equal(c.last_good, NOW);
	c.accepted = 1;
	good(NOW, 3600, 0, 1);
	assert_string_equal(c.state, "ok");
	assert_string_equal(c.error_text, "");
	assert_int_equal(c.accepted, 0);
}

static void backs_off(void **state)
{
	static const int64_t minutes[] = { 15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440 };

	(void)state;
	for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
		failed(NOW + (int64_t)i, "http-5xx", 0, 0);
		assert_int_equal(c.next_poll, NOW + (int64_t)i + spread(minutes[i] * MINUTE));
		assert_int_equal(c.failures, i + 1);
		assert_int_equal(c.failing_since, NOW);
	}
	good(NOW + DAY, 3600, 0, 0);
	assert_int_equal(c.failures, 0);
	assert_int_equal(c.failing_since, 0);
	failed(NOW + DAY, "http-5xx", 0, 0);
	assert_int_equal(c.next_poll, NOW + DAY + spread(15 * MINUTE));
}

static void waits_as_long_as_it_is_told(void **state)
{
	(void)state;
	failed(NOW, "rate", 7200, 0);
	assert_int_equal(c.next_poll, NOW + 2 * HOUR);
	failed(NOW, "rate", 60, 0);
	assert_int_equal(c.next_poll, NOW + spread(30 * MINUTE));	/* less than our own */
	failed(NOW, "rate", 3 * 86400, 0);
	assert_int_equal(c.next_poll, NOW + 3 * DAY);
	failed(NOW, "rate", 90 * 86400, 0);
	assert_int_equal(c.next_poll, NOW + 7 * DAY);
}

static void silent_for_a_day(void **state)
{
	static const char *const silent[] = { "dns", "connect", "tls", "timeout", "http-5xx" };
	static const char *const told[] = { "auth", "gone", "http-4xx", "rate", "blocked-address", "blocked-scheme", "redirect",
		"not-calendar", "empty", "truncated", "encoding", "too-large", "limit", "worker", "helper-line" };

	(void)state;
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
		good(NOW, 3600, 0, 0);
		failed(NOW + HOUR, silent[i], 0, 0);
		failed(NOW + DAY, silent[i], 0, 0);
		assert_string_equal(shown(NOW + DAY + HOUR - 1, 0).state, "ok");
		assert_string_equal(shown(NOW + DAY + HOUR - 1, 0).error_text, "");
		assert_string_equal(shown(NOW + DAY + HOUR - 1, 0).error_code, "");
		assert_string_equal(shown(NOW + DAY + HOUR - 1, 1).state, "error");
		assert_string_equal(shown(NOW + DAY + HOUR - 1, 1).error_code, silent[i]);
		assert_string_equal(shown(NOW + DAY + HOUR, 0).state, "error");
		assert_string_equal(shown(NOW + DAY + HOUR, 0).error_text, "It failed.");
	}
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		good(NOW, 3600, 0, 0);
		failed(NOW + HOUR, told[i], 0, 0);
		assert_string_equal(shown(NOW + HOUR, 0).state, "error");
		assert_string_equal(shown(NOW + HOUR, 0).error_code, told[i]);
	}
}

static void never_good_is_told_at_once(void **state)
{
	(void)state;
	failed(NOW, "dns", 0, 1);
	assert_string_equal(shown(NOW, 0).state, "error");
	assert_string_equal(shown(NOW, 0).error_text, "It failed.");
}

/* What was true before the failures is shown meanwhile. */
static void keeps_what_it_was(void **state)
{
	(void)state;
	feedstate_good(&c, &(struct feed_good){ .now = NOW, .poll = 3600, .partial = 1 });
	failed(NOW + HOUR, "timeout", 0, 0);
	assert_string_equal(shown(NOW + HOUR, 0).state, "partial");
	good(NOW, 3600, 0, 0);
	failed(NOW + HOUR, "auth", 0, 0);
	failed(NOW + 2 * HOUR, "timeout", 0, 0);
	assert_string_equal(shown(NOW + 2 * HOUR, 0).state, "ok");
}

static void is_given_up(void **state)
{
	(void)state;
	good(NOW, 3600, 0, 0);
	failed(NOW + HOUR, "gone", 0, 0);
	failed(NOW + HOUR + 14 * DAY - 1, "gone", 0, 0);
	assert_int_equal(c.paused, 0);
	failed(NOW + HOUR + 14 * DAY, "gone", 0, 0);
	assert_int_equal(c.paused, 1);
	assert_int_equal(c.next_poll, 0);
	assert_string_equal(shown(NOW + 15 * DAY, 0).state, "paused");
	assert_string_equal(shown(NOW + 15 * DAY, 0).error_code, "gone");
	failed(NOW + 16 * DAY, "gone", 0, 0);		/* a run over all */
	assert_int_equal(c.paused, 1);
	failed(NOW + 17 * DAY, "gone", 0, 1);		/* its owner asked */
	assert_int_equal(c.paused, 0);
	assert_int_equal(c.failing_since, NOW + 17 * DAY);
	assert_int_equal(c.next_poll, NOW + 17 * DAY + spread(15 * MINUTE));
	failed(NOW + 31 * DAY, "gone", 0, 0);
	assert_int_equal(c.paused, 1);
	good(NOW + 32 * DAY, 3600, 0, 0);
	assert_int_equal(c.paused, 0);
	assert_string_equal(shown(NOW + 32 * DAY, 0).state, "ok");
}

static void a_file_is_not_given_up(void **state)
{
	(void)state;
	c.url = "";
	failed(NOW, "worker", 0, 1);
	failed(NOW + 20 * DAY, "worker", 0, 1);
	assert_int_equal(c.paused, 0);
	assert_int_equal(c.next_poll, 0);
}

static void moves(void **state)
{
	static const struct { const char *from, *login, *to; int want; } rows[] = {
		{ "https://a.org/x", "", "https://b.org/y", 1 }, { "http://a.org/x", "", "https://a.org/x", 1 },
		{ "http://a.org/x", "", "http://b.org/x", 1 }, { "HTTPS://a.org/x", "", "HTTPS://b.org/x", 1 },
		{ "webcal://a.org/x", "", "https://a.org/y", 1 },
		{ "https://a.org/x", "", "http://a.org/x", 0 }, { "webcal://a.org/x", "", "http://a.org/x", 0 },
		{ "https://a.org/x", "", "file:///etc/passwd", 0 }, { "https://a.org/x", "", "ftp://a.org/x", 0 },
		{ "https://a.org/x", "", "https://dana:pw@a.org/x", 0 }, { "https://a.org/x", "", "https://a.org/x?mail=a@b", 1 },
		{ "https://a.org/x", "dana:pw", "https://a.org/y", 1 }, { "https://a.org/x", "dana:pw", "https://b.org/x", 0 },
		{ "https://a.org/x", "dana:pw", "https://a.org:8443/x", 0 }, { "http://a.org/x", "dana:pw", "https://a.org/x", 0 },
		{ "https://a.org/x", "dana:pw", "https://a.org.evil.net/x", 0 }, { "https://a.org/x", "", "", 0 },
		{ "https://a.org/x", "", "nonsense", 0 },
	};
	static char long_one[3000] = "https://a.org/";

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		c.url = rows[i].from;
		c.login = rows[i].login;
		if (calendar_may_move(&c, rows[i].to) != rows[i].want)
			fail_msg("%s -> %s", rows[i].from, rows[i].to);
	}
	memset(long_one + 14, 'x', sizeof long_one - 15);
	c.url = "https://a.org/x";
	c.login = "";
	assert_int_equal(calendar_may_move(&c, long_one), 0);
}

#define TEST(fn) cmocka_unit_test_setup(fn, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(polls), TEST(jitter), TEST(unchanged_keeps_its_pace), TEST(states), TEST(backs_off),
		TEST(waits_as_long_as_it_is_told), TEST(silent_for_a_day), TEST(never_good_is_told_at_once), TEST(keeps_what_it_was),
		TEST(is_given_up), TEST(a_file_is_not_given_up), TEST(moves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
