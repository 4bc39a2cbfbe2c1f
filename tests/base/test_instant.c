/* Instants, durations and units as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/date.h"
#include "seed.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void writes_instants(void **state)
{
	char out[INSTANT_SIZE];

	(void)state;
	assert_string_equal(instant_text(0, out), "1970-01-01T00:00:00Z");
	assert_string_equal(instant_text(INT64_C(1773304200000), out), "2026-03-12T08:30:00Z");
	assert_string_equal(instant_text(INT64_C(1773304200007), out), "2026-03-12T08:30:00.007Z");
	assert_string_equal(instant_text(-1, out), "1969-12-31T23:59:59.999Z");
	assert_string_equal(instant_text(INT64_C(253402300799999), out), "9999-12-31T23:59:59.999Z");
	assert_string_equal(instant_text(INT64_C(253402300800000), out), "");
	assert_string_equal(instant_text(INT64_MAX, out), "");
	assert_string_equal(instant_text(INT64_MIN, out), "");
}

static void reads_instants(void **state)
{
	static const struct { const char *text; int64_t instant; } rows[] = {
		{ "1970-01-01T00:00:00Z", 0 }, { "2026-03-12T08:30:00Z", INT64_C(1773304200000) },
		{ "2026-03-12t08:30:00z", INT64_C(1773304200000) },
		{ "2026-03-12 08:30:00Z", INT64_C(1773304200000) },
		{ "2026-03-12T08:30", INT64_C(1773304200000) },
		{ "2026-03-12T08:30:00", INT64_C(1773304200000) },
		{ "2026-03-12T09:30:00+01:00", INT64_C(1773304200000) },
		{ "2026-03-12T03:00:00-05:30", INT64_C(1773304200000) },
		{ "2026-03-12T09:30+01:00", INT64_C(1773304200000) },
		{ "2026-03-12T08:30:00.5Z", INT64_C(1773304200500) },
		{ "2026-03-12T08:30:00.007Z", INT64_C(1773304200007) },
		{ "2026-03-12T08:30:00.0079999999999999Z", INT64_C(1773304200007) },
		{ "2016-12-31T23:59:60Z", INT64_C(1483228800000) },
		{ "2026-03-12T08:30:00-00:00", INT64_C(1773304200000) },
		{ "1969-12-31T23:59:59.999Z", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t got = 77;

		assert_int_equal(instant_parse(rows[i].text, &got), 0);
		assert_int_equal(got, rows[i].instant);
	}
}

static void refuses_instants(void **state)
{
	static const char *const bad[] = {
		"", "2026-03-12", "2026-03-12T", "2026-03-12T08", "2026-03-12T08:3", "2026-03-12T8:30",
		"2026-03-12T24:00:00Z", "2026-03-12T08:60:00Z", "2026-03-12T08:30:61Z",
		"2026-02-30T08:30:00Z", "2026-03-12T08:30:00+1:00", "2026-03-12T08:30:00+0100",
		"2026-03-12T08:30:00+24:00", "2026-03-12T08:30:00+01:60", "2026-03-12T08:30:00 Z",
		"2026-03-12T08:30:00Zx", "2026-03-12T08:30:00.Z", "2026-03-12T08:30:",
		"2026-03-12T08:30.5", "2026-03-12  08:30", "20260312T083000Z", "1899-12-31T23:59:59Z",
		"3000-01-01T00:00:00Z", "today", "1773304200", "2026-03-12T08:30:0",
		"2026-03-12T08:30:00,5Z", "2026-03-12T-8:30",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		int64_t got = 77;

		assert_int_equal(instant_parse(bad[i], &got), -1);
		assert_int_equal(got, 77);
	}
}

static void instants_come_back(void **state)
{
	(void)state;
	seed_begin("instants_come_back");
	for (int i = 0; i < 100000; i++) {
		int64_t instant = seed_between(INT64_C(-2208988800000), INT64_C(32503679999999)), got;
		char out[INSTANT_SIZE];

		if (seed_next() % 2)
			instant -= instant % 1000;
		assert_int_equal(instant_parse(instant_text(instant, out), &got), 0);
		assert_int_equal(got, instant);
	}
}

static void reads_durations(void **state)
{
	static const struct { const char *text; int64_t seconds; } rows[] = {
		{ "90s", 90 }, { "15m", 900 }, { "6h", 21600 }, { "30d", 2592000 }, { "2w", 1209600 },
		{ "0s", 0 }, { "007d", 604800 },
	};
	static const char *const bad[] = {
		"", "s", "90", "-1s", "+1s", "1.5h", "1h30m", "1 h", " 1h", "1h ", "1y", "1S", "1hh",
		"99999999999999999999s", "9223372036854775807w", "0x1s",
	};
	int64_t got;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(duration_parse(rows[i].text, &got), 0);
		assert_int_equal(got, rows[i].seconds);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		got = 77;
		assert_int_equal(duration_parse(bad[i], &got), -1);
		assert_int_equal(got, 77);
	}
}

static void writes_units(void **state)
{
	static const struct { int64_t n; const char *text, *json; } rows[] = {
		{ 1200, "12.0", "12" }, { 1250, "12.5", "12.5" }, { 125, "1.25", "1.25" },
		{ 0, "0.0", "0" }, { 5, "0.05", "0.05" }, { 50, "0.5", "0.5" }, { 105, "1.05", "1.05" },
		{ -125, "-1.25", "-1.25" }, { -5, "-0.05", "-0.05" },
		{ 1000000000, "10000000.0", "10000000" },
	};
	char out[32];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(units_text(rows[i].n, out, sizeof(out)), rows[i].text);
		assert_string_equal(units_json(rows[i].n, out, sizeof(out)), rows[i].json);
	}
	assert_string_equal(units_text(INT64_MIN, out, sizeof(out)), "-92233720368547758.08");
	assert_string_equal(units_text(123456, out, 4), "123");
}

static void reads_units(void **state)
{
	static const struct { const char *text; int64_t n; } rows[] = {
		{ "12", 1200 }, { "12.5", 1250 }, { "11.00", 1100 }, { "0", 0 }, { "0.05", 5 },
		{ "10000000", 1000000000 }, { "10000000.00", 1000000000 }, { "007", 700 },
	};
	static const char *const bad[] = {
		"", ".", ".5", "5.", "12.345", "1.000", "-1", "+1", "1,5", "1e2", " 1", "1 ", "12.5x",
		"10000000.01", "10000001", "99999999999999999999999", "1..5", "0x10", "twelve",
	};
	int64_t got;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(units_parse(rows[i].text, &got), 0);
		assert_int_equal(got, rows[i].n);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		got = 77;
		assert_int_equal(units_parse(bad[i], &got), -1);
		assert_int_equal(got, 77);
	}
}

static void units_come_back(void **state)
{
	(void)state;
	seed_begin("units_come_back");
	for (int i = 0; i < 200000; i++) {
		int64_t n = i <= 10000 ? i : seed_between(0, 1000000000), got;
		char out[16];

		assert_int_equal(units_parse(units_text(n, out, sizeof(out)), &got), 0);
		assert_int_equal(got, n);
		assert_int_equal(units_parse(units_json(n, out, sizeof(out)), &got), 0);
		assert_int_equal(got, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_instants),
		cmocka_unit_test(reads_instants),
		cmocka_unit_test(refuses_instants),
		cmocka_unit_test(instants_come_back),
		cmocka_unit_test(reads_durations),
		cmocka_unit_test(writes_units),
		cmocka_unit_test(reads_units),
		cmocka_unit_test(units_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
