/* Cycles: both ends, leap days, no drift. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "helper.h"
#include "rules/cycle.h"

static void is(struct cycle c, const char *start, const char *end)
{
	char a[DATE_ISO_SIZE], b[DATE_ISO_SIZE];

	date_iso(c.start, a);
	date_iso(c.end, b);
	assert_string_equal(a, start);
	assert_string_equal(b, end);
}

static void test_ending(void **state)
{
	(void)state;
	is(cycle_ending(day("2026-06-30"), 24), "2024-07-01", "2026-06-30");
	is(cycle_ending(day("2026-06-29"), 24), "2024-06-30", "2026-06-29");
	is(cycle_ending(day("2026-02-28"), 24), "2024-03-01", "2026-02-28");
	is(cycle_ending(day("2024-02-28"), 24), "2022-02-28", "2024-02-28");	/* 29 February 2022 is none */
	is(cycle_ending(day("2024-02-29"), 24), "2022-03-01", "2024-02-29");
	is(cycle_ending(day("2025-12-31"), 12), "2025-01-01", "2025-12-31");
	is(cycle_ending(day("2025-03-30"), 1), "2025-02-28", "2025-03-30");
}

static void test_starting(void **state)
{
	(void)state;
	is(cycle_starting(day("2024-07-01"), 24), "2024-07-01", "2026-06-30");
	is(cycle_starting(day("2024-02-29"), 24), "2024-02-29", "2026-02-28");
	is(cycle_starting(day("2024-02-29"), 48), "2024-02-29", "2028-02-28");
	is(cycle_starting(day("2024-02-28"), 24), "2024-02-28", "2026-02-27");
	is(cycle_starting(day("2025-01-31"), 1), "2025-01-31", "2025-02-28");
	is(cycle_starting(day("2024-01-01"), 240), "2024-01-01", "2043-12-31");
}

/* RULES.md section 5, case 8: months are added to the original anchor, clamped, without drift. */
static void test_holding_case_8(void **state)
{
	day_t anchor = day("2024-02-29");

	(void)state;
	is(cycle_holding(anchor, 24, day("2024-02-29")), "2022-03-01", "2024-02-29");
	is(cycle_holding(anchor, 24, day("2024-03-01")), "2024-03-01", "2026-02-28");
	is(cycle_holding(anchor, 24, day("2026-02-28")), "2024-03-01", "2026-02-28");
	is(cycle_holding(anchor, 24, day("2026-03-01")), "2026-03-01", "2028-02-29");
	is(cycle_holding(anchor, 24, day("2028-02-29")), "2026-03-01", "2028-02-29");
	is(cycle_holding(anchor, 24, day("2020-02-29")), "2018-03-01", "2020-02-29");
	is(cycle_holding(anchor, 24, day("1960-01-01")), "1958-03-01", "1960-02-29");
	is(cycle_holding(day("2025-01-31"), 1, day("2025-03-01")), "2025-03-01", "2025-03-31");
	is(cycle_holding(day("2025-01-31"), 1, day("2025-02-28")), "2025-02-01", "2025-02-28");
}

/* RULES.md section 5, case 7: every day lies in exactly one cycle; the next starts the day after. */
static void test_chain_case_7(void **state)
{
	static const char *const anchors[] = { "2024-02-29", "2026-06-30", "2025-01-31", "2025-12-30" };
	static const int months[] = { 1, 3, 12, 24, 36, 240 };

	(void)state;
	for (size_t a = 0; a < 4; a++)
		for (size_t m = 0; m < 6; m++) {
			day_t anchor = day(anchors[a]), d = day("1999-12-25"), last = day("2045-01-05");
			struct cycle c = cycle_holding(anchor, months[m], d);

			for (; d < last; d++) {
				struct cycle now = cycle_holding(anchor, months[m], d);

				assert_true(now.start <= d && d <= now.end);
				if (now.start != c.start)
					assert_int_equal(now.start, c.end + 1);
				else
					assert_int_equal(now.end, c.end);
				c = now;
			}
		}
}

static void test_chain_meets_its_anchor(void **state)
{
	(void)state;
	for (day_t end = day("2023-01-01"); end < day("2029-01-01"); end++) {
		struct cycle c = cycle_holding(end, 24, end);

		assert_int_equal(c.end, end);
		assert_int_equal(cycle_ending(end, 24).end, end);
		/* the two ways to the start differ by one day at most, and only where February is clamped */
		assert_true(
		    cycle_ending(end, 24).start - c.start <= 1 && c.start - cycle_ending(end, 24).start <= 1);
	}
}

static void test_year(void **state)
{
	(void)state;
	assert_int_equal(cycle_year(cycle_ending(day("2026-06-30"), 24)), 2024);
	assert_int_equal(cycle_year(cycle_ending(day("2025-12-31"), 24)), 2024);
	assert_int_equal(cycle_year(cycle_ending(day("2026-01-01"), 24)), 2024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ending), cmocka_unit_test(test_starting),
		cmocka_unit_test(test_holding_case_8), cmocka_unit_test(test_chain_case_7),
		cmocka_unit_test(test_chain_meets_its_anchor), cmocka_unit_test(test_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
