/* Time zones.  Expected values lie in the past, where no later tzdata changes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/zone.h"
#include "seed.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct zone *zone(const char *name)
{
	const struct zone *z = NULL;
	struct err err;

	if (zone_get(name, &z, &err) != 0)
		fail_msg("%s", err.what);
	return z;
}

static int64_t at(const char *text)
{
	int64_t instant = 0;

	assert_int_equal(instant_parse(text, &instant), 0);
	return instant;
}

/* Civil time in a zone: its instant, and the first minute that exists. */
static const struct civil { const char *zone, *day; int hour, minute; const char *instant,
	*next; } civils[] = {
	/* gap and overlap */
	{ "Europe/Berlin", "2025-03-30", 2, 30, "2025-03-30T01:30:00Z", "2025-03-30T01:00:00Z" },
	{ "Europe/Berlin", "2025-03-30", 2, 0, "2025-03-30T01:00:00Z", "2025-03-30T01:00:00Z" },
	{ "Europe/Berlin", "2025-03-30", 1, 59, "2025-03-30T00:59:00Z", "2025-03-30T00:59:00Z" },
	{ "Europe/Berlin", "2025-03-30", 3, 0, "2025-03-30T01:00:00Z", "2025-03-30T01:00:00Z" },
	{ "Europe/Berlin", "2025-10-26", 2, 30, "2025-10-26T00:30:00Z", "2025-10-26T00:30:00Z" },
	{ "Europe/Berlin", "2025-10-26", 3, 0, "2025-10-26T02:00:00Z", "2025-10-26T02:00:00Z" },
	{ "America/New_York", "2025-03-09", 2, 30, "2025-03-09T07:30:00Z", "2025-03-09T07:00:00Z" },
	{ "America/New_York", "2025-11-02", 1, 30, "2025-11-02T05:30:00Z", "2025-11-02T05:30:00Z" },
	/* the southern half */
	{ "Australia/Sydney", "2024-10-06", 2, 30, "2024-10-05T16:30:00Z", "2024-10-05T16:00:00Z" },
	{ "Australia/Sydney", "2025-04-06", 2, 30, "2025-04-05T15:30:00Z", "2025-04-05T15:30:00Z" },
	{ "Australia/Sydney", "2025-01-15", 12, 0, "2025-01-15T01:00:00Z", "2025-01-15T01:00:00Z" },
	{ "Pacific/Easter", "2024-09-07", 22, 30, "2024-09-08T04:30:00Z", "2024-09-08T04:00:00Z" },
	{ "Pacific/Easter", "2024-04-06", 21, 30, "2024-04-07T02:30:00Z", "2024-04-07T02:30:00Z" },
	/* half an hour; midnight; a day that was left out; summer that is the standard time */
	{ "Australia/Lord_Howe", "2024-10-06", 2, 15, "2024-10-05T15:45:00Z", "2024-10-05T15:30:00Z" },
	{ "America/Sao_Paulo", "2018-11-04", 0, 30, "2018-11-04T03:30:00Z", "2018-11-04T03:00:00Z" },
	{ "Asia/Tehran", "2022-03-22", 0, 30, "2022-03-21T21:00:00Z", "2022-03-21T20:30:00Z" },
	{ "Pacific/Apia", "2011-12-30", 12, 0, "2011-12-30T22:00:00Z", "2011-12-30T10:00:00Z" },
	{ "Europe/Dublin", "2025-01-15", 12, 0, "2025-01-15T12:00:00Z", "2025-01-15T12:00:00Z" },
	{ "Europe/Dublin", "2025-07-15", 12, 0, "2025-07-15T11:00:00Z", "2025-07-15T11:00:00Z" },
	{ "Asia/Kathmandu", "2025-07-15", 12, 0, "2025-07-15T06:15:00Z", "2025-07-15T06:15:00Z" },
	{ "America/Argentina/Buenos_Aires", "2025-07-15", 12, 0, "2025-07-15T15:00:00Z",
	"2025-07-15T15:00:00Z" },
	/* before the first change, and far behind the last */
	{ "Europe/Berlin", "1900-01-01", 0, 0, "1899-12-31T23:00:00Z", "1899-12-31T23:00:00Z" },
	{ "Asia/Tokyo", "2100-06-01", 9, 0, "2100-06-01T00:00:00Z", "2100-06-01T00:00:00Z" },
	{ "Etc/GMT+5", "2026-06-01", 9, 0, "2026-06-01T14:00:00Z", "2026-06-01T14:00:00Z" },
	{ "UTC", "2026-06-01", 9, 0, "2026-06-01T09:00:00Z", "2026-06-01T09:00:00Z" },
};

static void civil_time_to_instant(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(civils); i++) {
		const struct civil *c = &civils[i];
		const struct zone *z = zone(c->zone);
		int seconds = c->hour * 3600 + c->minute * 60;
		char got[INSTANT_SIZE];
		day_t day;

		assert_int_equal(date_parse_iso(c->day, &day), 0);
		assert_string_equal(instant_text(zone_instant(z, day, seconds), got), c->instant);
		assert_string_equal(instant_text(zone_instant_next(z, day, seconds), got), c->next);
	}
}

static void instant_to_civil_time(void **state)
{
	static const struct { const char *zone, *instant, *day; int minute, offset; } rows[] = {
		{ "Europe/Berlin", "2025-03-30T00:59:59Z", "2025-03-30", 119, 3600 },
		{ "Europe/Berlin", "2025-03-30T01:00:00Z", "2025-03-30", 180, 7200 },
		{ "Europe/Berlin", "2025-10-26T00:59:59.999Z", "2025-10-26", 179, 7200 },
		{ "Europe/Berlin", "2025-10-26T01:00:00Z", "2025-10-26", 120, 3600 },
		{ "America/New_York", "2026-01-01T04:59:59Z", "2025-12-31", 1439, -18000 },
		{ "America/New_York", "2026-01-01T05:00:00Z", "2026-01-01", 0, -18000 },
		{ "Pacific/Kiritimati", "2026-01-01T10:00:00Z", "2026-01-02", 0, 50400 },
		{ "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29", 1439, -36000 },
		{ "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31", 0, 50400 },
		{ "Asia/Kolkata", "1969-12-31T18:29:59.999Z", "1969-12-31", 1439, 19800 },
		{ "UTC", "1969-12-31T23:59:59.999Z", "1969-12-31", 1439, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct zone *z = zone(rows[i].zone);
		int minute = -1;
		char iso[DATE_ISO_SIZE];

		date_iso(zone_day(z, at(rows[i].instant), &minute), iso);
		assert_string_equal(iso, rows[i].day);
		assert_int_equal(minute, rows[i].minute);
		assert_int_equal(zone_offset(z, at(rows[i].instant)), rows[i].offset);
		date_iso(zone_day(z, at(rows[i].instant), NULL), iso);
		assert_string_equal(iso, rows[i].day);
	}
}

static void names_that_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "/", "../../etc/passwd", "/etc/localtime", "Europe/../../x", "Europe",
		"America/Argentina", "Europe/", "/Europe/Berlin", "Europe//Berlin", "Europe/Berlin/",
		"Europe/Berlin/x", "Europe/Berln", "europe/berlin", "Europe/Ber lin", "Europe/Berlin\n",
		".", "..", "tzdata.zi", "zone.tab", "leapseconds", "right/Europe/Berlin",
		"posix/America/Argentina/Buenos_Aires", "CET-1CEST", "Europe\\Berlin",
		"Europe/Z\xC3\xBCrich", "utc", "%s%n", "~root", "Europe/Berlin;reboot", "a/b/c/d",
	};
	char longest[301];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		const struct zone *z = zone_utc();
		struct err err;

		assert_int_equal(zone_get(bad[i], &z, &err), -1);
		assert_ptr_equal(z, zone_utc());
		assert_int_equal(err.class, ERR_USAGE);
		assert_string_equal(err.code, "zone-unknown");
		assert_non_null(strstr(err.next, "Europe/Berlin"));
		assert_int_equal(zone_get(bad[i], &z, NULL), -1);
	}
	for (size_t n = 60; n < sizeof(longest); n += 60) {
		const struct zone *z;

		memset(longest, 'A', n);
		longest[n] = '\0';
		assert_int_equal(zone_get(longest, &z, NULL), -1);
	}
}

static void refusal_is_a_sentence(void **state)
{
	const struct zone *z;
	struct err err;

	(void)state;
	assert_int_equal(zone_get("Europe/Berln", &z, &err), -1);
	assert_string_equal(err.what, "There is no time zone \"Europe/Berln\".");
	assert_int_equal(zone_get("a\x1B[2J", &z, &err), -1);
	assert_string_equal(err.what, "There is no time zone \"a?[2J\".");
}

static void zones_are_kept(void **state)
{
	const struct zone *berlin = zone("Europe/Berlin"), *tokyo = zone("Asia/Tokyo");

	(void)state;
	assert_ptr_equal(zone("Europe/Berlin"), berlin);
	assert_ptr_equal(zone("Asia/Tokyo"), tokyo);
	assert_ptr_not_equal(berlin, tokyo);
	assert_string_equal(zone_name(berlin), "Europe/Berlin");
	assert_string_equal(zone_name(zone_utc()), "UTC");
	assert_ptr_equal(zone("UTC"), zone_utc());
}

static void the_machines_zone(void **state)
{
	(void)state;
	setenv("TZ", "Asia/Tehran", 1);
	assert_string_equal(zone_name(zone_local()), "Asia/Tehran");
	setenv("TZ", ":Europe/Dublin", 1);
	assert_string_equal(zone_name(zone_local()), "Europe/Dublin");
	setenv("TZ", "/usr/share/zoneinfo/America/New_York", 1);
	assert_string_equal(zone_name(zone_local()), "America/New_York");
	setenv("TZ", "", 1);
	assert_ptr_equal(zone_local(), zone_utc());
	setenv("TZ", "../../etc/passwd", 1);
	assert_non_null(zone_local());
	unsetenv("TZ");
	assert_non_null(zone_local());
	assert_true(zone_offset(zone_local(), 0) > -86400);
}

static const char *const property_zones[] = {
	"Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe",
	"America/Sao_Paulo", "Asia/Tehran", "Pacific/Easter", "Pacific/Apia", "Europe/Dublin",
	"Africa/Casablanca", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham",
	"Antarctica/Troll", "Africa/Cairo", "UTC",
};

/*
 * A civil time and its instant: either it comes back, and nothing up to three hours earlier has
 * the same civil time, or it lies in a gap, and the next minute that exists ends the gap.
 */
static void civil_times_come_back(void **state)
{
	(void)state;
	seed_begin("civil_times_come_back");
	for (int i = 0; i < 200000; i++) {
		const struct zone *z = zone(property_zones[seed_next() % COUNT(property_zones)]);
		day_t day = (day_t)seed_between(10957, 29220), got;	/* 2000 to 2050 */
		int sod = (int)seed_between(0, 1439) * 60, minute;
		int64_t instant = zone_instant(z, day, sod), next = zone_instant_next(z, day, sod);

		got = zone_day(z, instant, &minute);
		if (got == day && minute == sod / 60) {
			assert_int_equal(next, instant);
			for (int back = 1; back <= 12; back++) {
				got = zone_day(z, instant - back * INT64_C(900000), &minute);
				assert_false(got == day && minute == sod / 60);
			}
		} else {
			int64_t wanted = (int64_t)day * 1440 + sod / 60;

			got = zone_day(z, next, &minute);
			assert_true((int64_t)got * 1440 + minute > wanted);
			got = zone_day(z, next - 1, &minute);
			assert_true((int64_t)got * 1440 + minute < wanted);
		}
	}
}

static void instants_come_back(void **state)
{
	(void)state;
	seed_begin("instants_come_back");
	for (int i = 0; i < 200000; i++) {
		const struct zone *z = zone(property_zones[seed_next() % COUNT(property_zones)]);
		int64_t t = seed_between(INT64_C(15778080), INT64_C(42076800)) * 60000, back;
		int minute;
		day_t day = zone_day(z, t, &minute);

		back = zone_instant(z, day, minute * 60);
		if (back != t) {	/* only the second of two equal civil times */
			assert_true(back < t && t - back <= 3 * 3600000);
			assert_true(zone_offset(z, back) > zone_offset(z, t));
		}
	}
}

static void no_instant_is_too_far(void **state)
{
	static const int64_t far[] = {
		INT64_MAX, INT64_MIN, INT64_MAX / 1000, INT64_MIN / 1000, INT64_C(253402300800000),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(property_zones); i++) {
		const struct zone *z = zone(property_zones[i]);

		for (size_t j = 0; j < COUNT(far); j++) {
			int minute = -1;

			(void)zone_day(z, far[j], &minute);
			assert_in_range(minute, 0, 1439);
		}
		assert_true(zone_instant(z, INT32_MAX, 86399) > 0);
		assert_true(zone_instant(z, DAY_NONE, 0) < 0);
		assert_true(zone_instant_next(z, INT32_MAX, 86399) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(civil_time_to_instant),
		cmocka_unit_test(instant_to_civil_time),
		cmocka_unit_test(names_that_are_refused),
		cmocka_unit_test(refusal_is_a_sentence),
		cmocka_unit_test(zones_are_kept),
		cmocka_unit_test(the_machines_zone),
		cmocka_unit_test(civil_times_come_back),
		cmocka_unit_test(instants_come_back),
		cmocka_unit_test(no_instant_is_too_far),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
