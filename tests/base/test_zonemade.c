/* Zones that tzdata does not have, and the spelling of those it has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/zone.h"
#include "seed.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HOUR 3600
#define MS INT64_C(1000)

static int64_t at(const char *text)
{
	int64_t instant = 0;

	assert_int_equal(instant_parse(text, &instant), 0);
	return instant;
}

static void fixed_offsets_by_name(void **state)
{
	static const struct { const char *name; int offset; } rows[] = {
		{ "UTC+05:30", 19800 }, { "UTC-03:30", -12600 }, { "UTC+14:00", 50400 }, { "UTC-14:00", -50400 },
		{ "UTC+00:01", 60 }, { "UTC-00:44", -2640 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct zone *z = NULL, *again = NULL;

		assert_int_equal(zone_get(rows[i].name, &z, NULL), 0);
		assert_string_equal(zone_name(z), rows[i].name);
		assert_int_equal(zone_offset(z, 0), rows[i].offset);
		assert_int_equal(zone_offset(z, at("2100-07-01T00:00:00Z")), rows[i].offset);
		assert_int_equal(zone_fixed(rows[i].offset, &again, NULL), 0);
		assert_ptr_equal(again, z);
		assert_false(zone_is_made(z));
		assert_true(zone_instant(z, 20000, 3600) == (20000 * INT64_C(86400) + 3600 - rows[i].offset) * MS);
	}
}

static void names_that_are_no_offsets(void **state)
{
	static const char *const bad[] = {
		"UTC+5:30", "UTC+0530", "UTC+00:00", "UTC-00:00", "UTC+14:01", "UTC+15:00", "UTC+05:60", "UTC 05:30",
		"utc+05:30", "UTC+05:30 ", "UTC+05:3", "GMT+05:30", "UTC+05.30", "UTC++5:30", "UTC+05:30:00", "UTC+",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		const struct zone *z = NULL;
		struct err err;

		assert_int_equal(zone_get(bad[i], &z, &err), -1);
		assert_string_equal(err.code, "zone-unknown");
		assert_null(z);
	}
}

static void fixed_offsets_by_seconds(void **state)
{
	const struct zone *z = NULL;
	struct err err;

	(void)state;
	assert_int_equal(zone_fixed(0, &z, NULL), 0);
	assert_ptr_equal(z, zone_utc());
	assert_int_equal(zone_fixed(59, &z, NULL), 0);
	assert_ptr_equal(z, zone_utc());
	assert_int_equal(zone_fixed(3659, &z, NULL), 0);
	assert_string_equal(zone_name(z), "UTC+01:00");
	assert_int_equal(zone_fixed(-17762, &z, NULL), 0);	/* New York before 1883 */
	assert_string_equal(zone_name(z), "UTC-04:56");
	for (int far = 14 * HOUR + 1; far > 0; far = far < 100 * HOUR ? 1000 * HOUR : 0) {
		assert_int_equal(zone_fixed(far, &z, &err), -1);
		assert_int_equal(err.class, ERR_USAGE);
		assert_int_equal(zone_fixed(-far, &z, NULL), -1);
	}
	assert_string_equal(zone_name(z), "UTC-04:56");
}

/* The year 2025 of Berlin, by hand. */
static struct zone *berlin(void)
{
	const struct zone_shift shifts[] = {
		{ at("2025-03-30T01:00:00Z"), 2 * HOUR }, { at("2025-10-26T01:00:00Z"), HOUR },
	};
	struct zone *z = NULL;

	assert_int_equal(zone_make("Office", HOUR, shifts, COUNT(shifts), &z, NULL), 0);
	return z;
}

static void zones_made_of_shifts(void **state)
{
	struct zone *z = berlin();
	const struct zone *real, *lasting;
	struct err err;

	(void)state;
	assert_true(zone_is_made(z));
	assert_string_equal(zone_name(z), "Office");
	assert_int_equal(zone_get("Office", &real, NULL), -1);
	assert_int_equal(zone_get("Europe/Berlin", &real, NULL), 0);
	seed_begin("zones_made_of_shifts");
	for (int i = 0; i < 20000; i++) {
		day_t day = (day_t)seed_between(20089, 20453);		/* 2025 */
		int seconds = (int)seed_between(0, 86399);

		assert_true(zone_instant(z, day, seconds) == zone_instant(real, day, seconds));
		assert_int_equal(zone_offset(z, day * INT64_C(86400000)), zone_offset(real, day * INT64_C(86400000)));
	}
	assert_int_equal(zone_lasting(z, at("2025-07-01T00:00:00Z"), &lasting, &err), 0);
	assert_string_equal(zone_name(lasting), "UTC+02:00");
	assert_int_equal(zone_lasting(z, at("1980-07-01T00:00:00Z"), &lasting, &err), 0);
	assert_string_equal(zone_name(lasting), "UTC+01:00");
	assert_int_equal(zone_lasting(real, 0, &lasting, &err), 0);
	assert_ptr_equal(lasting, real);
	zone_free(z);
	zone_free(NULL);
}

static void shifts_that_cannot_be(void **state)
{
	static const struct zone_shift far[] = { { 0, 14 * HOUR + 1 } }, low[] = { { 0, -15 * HOUR } },
	    same[] = { { 5000, 0 }, { 5000, HOUR } }, back[] = { { 5000, 0 }, { 4000, HOUR } };
	static const struct { const struct zone_shift *shifts; size_t n; } rows[] = {
		{ far, 1 }, { low, 1 }, { same, 2 }, { back, 2 },
	};
	struct zone_shift many[300];
	struct zone *z = NULL;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(zone_make("x\x1b", 0, rows[i].shifts, rows[i].n, &z, &err), -1);
		assert_string_equal(err.code, "zone-broken");
		assert_string_equal(err.what, "The time zone \"x?\" contradicts itself.");
	}
	assert_int_equal(zone_make("x", 15 * HOUR, NULL, 0, &z, NULL), -1);
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = (struct zone_shift){ (int64_t)i * 1000, (int)i + 1 };
	assert_int_equal(zone_make("x", 0, many, 256, &z, NULL), -1);
	assert_null(z);
	assert_int_equal(zone_make("x", 0, many, 255, &z, NULL), 0);
	assert_int_equal(zone_offset(z, 254000), 255);
	assert_int_equal(zone_offset(z, -1), 0);
	zone_free(z);
	assert_int_equal(zone_make("always", -HOUR, NULL, 0, &z, NULL), 0);
	assert_int_equal(zone_offset(z, 0), -HOUR);
	zone_free(z);
}

static void spelling(void **state)
{
	static const struct { const char *name, *spelt; } rows[] = {
		{ "europe/berlin", "Europe/Berlin" }, { "EUROPE/BERLIN", "Europe/Berlin" },
		{ "america/port-au-prince", "America/Port-au-Prince" }, { "utc", "UTC" },
		{ "Asia/Tokyo", "Asia/Tokyo" }, { "etc/gmt+5", "Etc/GMT+5" },
		{ "america/argentina/buenos_aires", "America/Argentina/Buenos_Aires" },
	};
	static const char *const none[] = {
		"", "Berlin", "Europe/Berln", "../../etc/passwd", "localtime", "posixrules", "Z", "L", "#", "R",
		"Europe/Berlin ", "UTC+05:30", "tzdata.zi",
	};
	char spelt[ZONE_NAME_SIZE] = "untouched";
	const struct zone *zone;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(zone_spelling(rows[i].name, spelt, NULL), 0);
		assert_string_equal(spelt, rows[i].spelt);
	}
	/* Where old names are not installed it is the name of today. */
	assert_int_equal(zone_spelling("us/eastern", spelt, NULL), 0);
	assert_int_equal(zone_get(spelt, &zone, NULL), 0);
	assert_int_equal(zone_offset(zone, at("2025-07-01T00:00:00Z")), -4 * HOUR);
	memcpy(spelt, "untouched", 10);
	for (size_t i = 0; i < COUNT(none); i++)
		assert_int_equal(zone_spelling(none[i], spelt, NULL), 1);
	assert_string_equal(spelt, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_offsets_by_name),
		cmocka_unit_test(names_that_are_no_offsets),
		cmocka_unit_test(fixed_offsets_by_seconds),
		cmocka_unit_test(zones_made_of_shifts),
		cmocka_unit_test(shifts_that_cannot_be),
		cmocka_unit_test(spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
