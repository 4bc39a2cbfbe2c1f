/* Calendar arithmetic, with every day from 1900 to 2999. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/date.h"
#include "seed.h"

static day_t day_of(int year, int month, int day)
{
	day_t ret = DAY_NONE;

	assert_int_equal(date_from_ymd(year, month, day, &ret), 0);
	return ret;
}

static void knows_some_days(void **state)
{
	(void)state;
	assert_int_equal(day_of(1970, 1, 1), 0);
	assert_int_equal(day_of(1969, 12, 31), -1);
	assert_int_equal(day_of(2000, 3, 1), 11017);
	assert_int_equal(day_of(2026, 2, 24), 20508);
	assert_int_equal(day_of(1900, 1, 1), -25567);
	assert_int_equal(date_weekday(0), 3);
	assert_int_equal(date_weekday(day_of(2026, 2, 24)), 1);
	assert_int_equal(date_weekday(-1), 2);
	assert_int_equal(date_days_in_month(2024, 2), 29);
	assert_int_equal(date_days_in_month(2100, 2), 28);
	assert_int_equal(date_days_in_month(2000, 2), 29);
	assert_int_equal(date_days_in_month(2026, 9), 30);
}

/* One day after the other against a plain count of the days of each month. */
static void every_day_comes_back(void **state)
{
	day_t day = day_of(1900, 1, 1), back;
	int weekday = 0;	/* 1 January 1900 was a Monday */
	char iso[DATE_ISO_SIZE];

	(void)state;
	for (int y = 1900; y <= 2999; y++) {
		for (int m = 1; m <= 12; m++) {
			for (int d = 1; d <= date_days_in_month(y, m); d++, day++) {
				struct ymd got = date_ymd(day);

				assert_true(got.year == y && got.month == m && got.day == d);
				assert_true(date_from_ymd(y, m, d, &back) == 0 && back == day);
				assert_true(date_weekday(day) == weekday);
				date_iso(day, iso);
				assert_true(date_parse_iso(iso, &back) == 0 && back == day);
				weekday = (weekday + 1) % 7;
			}
		}
	}
	assert_int_equal(day - day_of(1900, 1, 1), 401767);
}

static void refuses_days_that_are_not(void **state)
{
	static const int bad[][3] = {
		{ 2026, 2, 29 }, { 2026, 2, 30 }, { 1900, 2, 29 }, { 2026, 4, 31 }, { 2026, 0, 1 },
		{ 2026, 13, 1 }, { 2026, 1, 0 }, { 2026, 1, 32 }, { 2026, -1, 1 }, { 2026, 1, -1 },
		{ 1899, 12, 31 }, { 3000, 1, 1 }, { 0, 1, 1 }, { -5, 1, 1 }, { INT32_MAX, 1, 1 },
		{ INT32_MIN, 1, 1 }, { 2026, INT32_MAX, 1 },
	};
	day_t day = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(date_from_ymd(bad[i][0], bad[i][1], bad[i][2], &day), -1);
		assert_int_equal(day, 77);
	}
}

static void reads_iso_strictly(void **state)
{
	static const char *const bad[] = {
		"", "2026", "2026-02", "2026-2-24", "2026-02-2", "2026-02-30", "2026-02-024",
		" 2026-02-24", "2026-02-24 ", "2026/02/24", "20260224", "+026-02-24", "2026-02-24T",
		"2026-0a-24", "1899-12-31", "3000-01-01", "0000-00-00", "2026-00-10", "-2026-02-24",
		"2026-02- 4",
	};
	day_t day = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(date_parse_iso(bad[i], &day), -1);
		assert_int_equal(day, 77);
	}
	assert_int_equal(date_parse_iso("2026-02-24", &day), 0);
	assert_int_equal(day, 20508);
}

static void adds_months(void **state)
{
	(void)state;
	assert_int_equal(date_add_months(day_of(2024, 2, 29), 12), day_of(2025, 2, 28));
	assert_int_equal(date_add_months(day_of(2024, 2, 29), 48), day_of(2028, 2, 29));
	assert_int_equal(date_add_months(day_of(2024, 8, 31), 6), day_of(2025, 2, 28));
	assert_int_equal(date_add_months(day_of(2026, 1, 31), 1), day_of(2026, 2, 28));
	assert_int_equal(date_add_months(day_of(2026, 1, 31), 2), day_of(2026, 3, 31));
	assert_int_equal(date_add_months(day_of(2026, 7, 1), -24), day_of(2024, 7, 1));
	assert_int_equal(date_add_months(day_of(2026, 1, 15), -1), day_of(2025, 12, 15));
	assert_int_equal(date_add_months(day_of(2026, 12, 31), 0), day_of(2026, 12, 31));
	assert_int_equal(date_add_months(DAY_NONE, 5), DAY_NONE);
	assert_int_equal(date_add_months(day_of(2026, 1, 1), INT32_MAX), INT32_MAX);
	assert_int_equal(date_add_months(day_of(2026, 1, 1), INT32_MIN), DAY_NONE + 1);
}

static void months_change_a_day_only_by_clamping(void **state)
{
	(void)state;
	seed_begin("months_change_a_day_only_by_clamping");
	for (int i = 0; i < 200000; i++) {
		day_t day = (day_t)seed_between(-25567, 376199);
		int months = (int)seed_between(-1200, 1200);
		struct ymd a = date_ymd(day), b = date_ymd(date_add_months(day, months));
		int last = date_days_in_month(b.year, b.month);

		assert_int_equal(b.year * 12 + b.month, a.year * 12 + a.month + months);
		assert_int_equal(b.day, a.day < last ? a.day : last);
	}
}

static void any_number_is_a_day(void **state)
{
	static const day_t edges[] = {
		INT32_MAX, INT32_MIN, INT32_MIN + 1, -719468, -719469, 2932896, 2932897,
	};
	char out[32], iso[DATE_ISO_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		struct ymd d = date_ymd(edges[i]);

		assert_in_range(d.month, 1, 12);
		assert_in_range(d.day, 1, 31);
		date_iso(edges[i], iso);
		date_text(edges[i], DATE_FULL, out, sizeof(out));
		assert_true(strlen(out) < sizeof(out));
	}
	assert_int_equal(date_ymd(INT32_MAX).year, 5881580);
	date_iso(2932896, iso);
	assert_string_equal(iso, "9999-12-31");
	date_iso(2932897, iso);
	assert_string_equal(iso, "");
	date_iso(DAY_NONE, iso);
	assert_string_equal(iso, "");
}

static void writes_dates(void **state)
{
	char out[32], small[6];
	day_t day = day_of(2026, 2, 24);

	(void)state;
	assert_string_equal(date_text(day, DATE_FULL, out, sizeof(out)), "Tue 24 February 2026");
	assert_string_equal(date_text(day, DATE_LONG, out, sizeof(out)), "24 February 2026");
	assert_string_equal(date_text(day, DATE_SHORT, out, sizeof(out)), "24 Feb 2026");
	assert_string_equal(date_text(day, DATE_DAY_MONTH, out, sizeof(out)), "24 Feb");
	assert_string_equal(date_text(day_of(2025, 11, 5), DATE_FULL, out, sizeof(out)),
	    "Wed 5 November 2025");
	assert_string_equal(date_text(DAY_NONE, DATE_FULL, out, sizeof(out)), "");
	assert_string_equal(date_text(day, DATE_FULL, small, sizeof(small)), "Tue 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_some_days),
		cmocka_unit_test(every_day_comes_back),
		cmocka_unit_test(refuses_days_that_are_not),
		cmocka_unit_test(reads_iso_strictly),
		cmocka_unit_test(adds_months),
		cmocka_unit_test(months_change_a_day_only_by_clamping),
		cmocka_unit_test(any_number_is_a_day),
		cmocka_unit_test(writes_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
