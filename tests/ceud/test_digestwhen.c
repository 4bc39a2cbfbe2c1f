/* When digests go: days of the week, first working days, gaps and overlaps of the clock, whose word holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/date.h"
#include "base/err.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "digests.h"
#include "seed.h"
#include "store/people.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

static struct config config = { .digest_every = DIGEST_MONDAY, .digest_at = 450 };
static const struct ceud ceud = { .config = &config };

static const struct zone *zone(const char *name)
{
	const struct zone *z;
	struct err err = { 0 };

	assert_int_equal(zone_get(name, &z, &err), 0);
	return z;
}

static int64_t instant(const char *text)
{
	int64_t ret;

	assert_int_equal(instant_parse(text, &ret), 0);
	return ret;
}

/* The newest one at that instant and the first one past it. */
static void goes(int usual, const char *own, int at, const char *where, const char *now, const char *before, const char *after)
{
	const struct team t = { .every = own };
	int64_t slot, following;

	config.digest_every = usual;
	config.digest_at = at;
	slot = digest_slot(&ceud, &t, zone(where), instant(now));
	following = digest_slot_after(&ceud, &t, zone(where), instant(now));
	if (slot != instant(before) || following != instant(after))
		fail_msg("%s, %s at %s: %lld and %lld", where, own, now, (long long)slot, (long long)following);
}

static void weeks(void **state)
{
	(void)state;
	goes(DIGEST_MONDAY, "", 450, "UTC", "2026-03-09T07:29:59Z", "2026-03-02T07:30:00Z", "2026-03-09T07:30:00Z");
	goes(DIGEST_MONDAY, "", 450, "UTC", "2026-03-09T07:30:00Z", "2026-03-09T07:30:00Z", "2026-03-16T07:30:00Z");
	goes(3, "", 0, "UTC", "2026-03-12T00:00:00Z", "2026-03-12T00:00:00Z", "2026-03-19T00:00:00Z");
	goes(DIGEST_SUNDAY, "week", 450, "UTC", "2026-03-12T00:00:00Z", "2026-03-08T07:30:00Z", "2026-03-15T07:30:00Z");
	goes(DIGEST_MONTH, "week", 450, "UTC", "2026-03-12T00:00:00Z", "2026-03-09T07:30:00Z", "2026-03-16T07:30:00Z");
	goes(DIGEST_CHANGE, "week", 450, "UTC", "2026-03-12T00:00:00Z", "2026-03-09T07:30:00Z", "2026-03-16T07:30:00Z");
	goes(DIGEST_MONDAY, "", 450, "Pacific/Auckland", "2026-03-08T18:30:00Z", "2026-03-08T18:30:00Z", "2026-03-15T18:30:00Z");
}

/* A month that begins on a Saturday or Sunday has its first working day later. */
static void months(void **state)
{
	(void)state;
	goes(DIGEST_MONTH, "", 450, "UTC", "2026-03-31T00:00:00Z", "2026-03-02T07:30:00Z", "2026-04-01T07:30:00Z");
	goes(DIGEST_MONDAY, "month", 450, "UTC", "2026-08-03T07:29:00Z", "2026-07-01T07:30:00Z", "2026-08-03T07:30:00Z");
	goes(DIGEST_MONDAY, "month", 450, "UTC", "2026-12-31T23:00:00Z", "2026-12-01T07:30:00Z", "2027-01-01T07:30:00Z");
	goes(DIGEST_MONDAY, "month", 450, "UTC", "2028-01-02T12:00:00Z", "2027-12-01T07:30:00Z", "2028-01-03T07:30:00Z");
	goes(DIGEST_MONDAY, "change", 450, "UTC", "2026-03-14T07:00:00Z", "2026-03-13T07:30:00Z", "2026-03-14T07:30:00Z");
}

/* A time that does not exist is the next that does; of one that comes twice the first is taken, once. */
static void clock_changes(void **state)
{
	(void)state;
	goes(DIGEST_SUNDAY, "", 150, "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z", "2026-04-05T00:30:00Z");
	goes(DIGEST_SUNDAY, "", 150, "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z", "2026-11-01T01:30:00Z");
	goes(DIGEST_SUNDAY, "", 150, "Europe/Berlin", "2026-10-25T01:45:00Z", "2026-10-25T00:30:00Z", "2026-11-01T01:30:00Z");
	goes(DIGEST_MONDAY, "", 450, "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-23T06:30:00Z", "2026-03-30T05:30:00Z");
}

static void words(void **state)
{
	struct team t = { .every = "monday" };

	(void)state;
	config.digest_every = 4;
	assert_int_equal(digest_every(&ceud, &t), 4);		/* a word of older stores says nothing */
	assert_string_equal(digest_every_name(4), "week");
	assert_string_equal(digest_every_name(DIGEST_MONTH), "month");
	assert_string_equal(digest_every_name(DIGEST_CHANGE), "change");
	assert_string_equal(digest_every_text(DIGEST_SUNDAY), "Sundays");
	assert_string_equal(digest_every_text(DIGEST_MONTH), "the first working day of a month");
}

/* Whatever the settings, the zone and the moment: one is not over, the other is to come, and there is none between them. */
static void none_between(void **state)
{
	static const char *const zones[] = { "Europe/Berlin", "America/New_York", "Pacific/Apia", "Africa/Cairo", "Asia/Kolkata",
		"Australia/Lord_Howe", "America/St_Johns" };

	(void)state;
	seed_begin("test_digestwhen");
	for (int i = 0; i < 20000; i++) {
		const struct zone *z = zone(zones[seed_next() % (sizeof zones / sizeof *zones)]);
		const struct team t = { .every = "" };
		int64_t now = INT64_C(1262304000000) + (int64_t)(seed_next() % (40 * 365 * 86400ULL)) * 1000, slot, after;

		config.digest_every = (int)(seed_next() % (DIGEST_CHANGE + 1));
		config.digest_at = (int)(seed_next() % 1440);
		slot = digest_slot(&ceud, &t, z, now);
		after = digest_slot_after(&ceud, &t, z, now);
		assert_true(slot <= now && now < after);
		assert_true(after - slot <= (config.digest_every == DIGEST_MONTH ? 36 : config.digest_every == DIGEST_CHANGE ? 3 : 9) * DAY_MS);
		assert_true(digest_slot_after(&ceud, &t, z, slot) == after);
		assert_true(digest_slot(&ceud, &t, z, after) == after);
		assert_true(digest_slot(&ceud, &t, z, after - 1) == slot);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weeks), cmocka_unit_test(months), cmocka_unit_test(clock_changes), cmocka_unit_test(words),
		cmocka_unit_test(none_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
