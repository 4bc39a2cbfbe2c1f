/* Dates and hours as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/err.h"
#include "seed.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Thursday 12 March 2026 */
static day_t today(void)
{
	day_t day = DAY_NONE;

	assert_int_equal(date_parse_iso("2026-03-12", &day), 0);
	return day;
}

struct row { const char *text, *back, *forward; };

static void reads_dates(void **state)
{
	static const struct row rows[] = {
		{ "today", "2026-03-12", "2026-03-12" }, { "Today", "2026-03-12", "2026-03-12" },
		{ "yesterday", "2026-03-11", "2026-03-11" }, { "tomorrow", "2026-03-13", "2026-03-13" },
		{ "monday", "2026-03-09", "2026-03-16" }, { "thursday", "2026-03-12", "2026-03-12" },
		{ "friday", "2026-03-06", "2026-03-13" }, { "wed", "2026-03-11", "2026-03-18" },
		{ "SUN", "2026-03-08", "2026-03-15" }, { "tues", "2026-03-10", "2026-03-17" },
		{ "3 days ago", "2026-03-09", "2026-03-09" },
		{ "1 day ago", "2026-03-11", "2026-03-11" },
		{ "0 days ago", "2026-03-12", "2026-03-12" },
		{ "2 weeks ago", "2026-02-26", "2026-02-26" },
		{ "in 3 days", "2026-03-15", "2026-03-15" },
		{ "in 1 week", "2026-03-19", "2026-03-19" }, { "24 feb", "2026-02-24", "2027-02-24" },
		{ "24 Feb", "2026-02-24", "2027-02-24" }, { "12 march", "2026-03-12", "2026-03-12" },
		{ "13 mar", "2025-03-13", "2026-03-13" },
		{ "24 february 2026", "2026-02-24", "2026-02-24" },
		{ "24 sept", "2025-09-24", "2026-09-24" }, { "feb 24", "2026-02-24", "2027-02-24" },
		{ "February 24, 2026", "2026-02-24", "2026-02-24" },
		{ "24th feb 2026", "2026-02-24", "2026-02-24" },
		{ "1st may", "2025-05-01", "2026-05-01" }, { "24. feb", "2026-02-24", "2027-02-24" },
		{ "Tue 24 February 2026", "2026-02-24", "2026-02-24" },
		{ "tuesday 24 feb 2026", "2026-02-24", "2026-02-24" },
		{ "  24   feb  ", "2026-02-24", "2027-02-24" },
		{ "29 feb", "2024-02-29", "2028-02-29" }, { "29 feb 2024", "2024-02-29", "2024-02-29" },
		{ "2026-02-24", "2026-02-24", "2026-02-24" },
		{ "1900-01-01", "1900-01-01", "1900-01-01" },
		{ "2999-12-31", "2999-12-31", "2999-12-31" }, { "may 5", "2025-05-05", "2026-05-05" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char iso[DATE_ISO_SIZE];
		day_t day = DAY_NONE;
		struct err err;

		assert_int_equal(date_parse(rows[i].text, today(), DATE_BACK, &day, &err), 0);
		date_iso(day, iso);
		assert_string_equal(iso, rows[i].back);
		assert_int_equal(date_parse(rows[i].text, today(), DATE_FORWARD, &day, &err), 0);
		date_iso(day, iso);
		assert_string_equal(iso, rows[i].forward);
	}
}

static void refuses_as(const char *text, const char *code, const char *what, const char *next)
{
	struct err err;
	day_t day = 77;

	assert_int_equal(date_parse(text, today(), DATE_BACK, &day, &err), -1);
	assert_int_equal(day, 77);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.code, code);
	if (what != NULL)
		assert_string_equal(err.what, what);
	if (next != NULL)
		assert_string_equal(err.next, next);
	assert_int_equal(date_parse(text, today(), DATE_BACK, &day, NULL), -1);
}

static void refuses_two_readings(void **state)
{
	(void)state;
	refuses_as("03/04/2026", "date-ambiguous",
	    "\"03/04/2026\" is 3 April for some and 4 March for others.",
	    "Write: \"3 april 2026\" or 2026-03-04");
	refuses_as("3/2/2026", "date-ambiguous",
	    "\"3/2/2026\" is 3 February for some and 2 March for others.",
	    "Write: \"3 february\" or 2026-03-02");
	refuses_as("03.02.26", "date-ambiguous",
	    "\"03.02.26\" is 3 February for some and 2 March for others.",
	    "Write: \"3 february\" or 2026-03-02");
	refuses_as("3-2", "date-ambiguous", "\"3-2\" is 3 February for some and 2 March for others.",
	    "Write: \"3 february\" or 2026-03-02");
	refuses_as("24/02/2026", "date-unknown",
	    "\"24/02/2026\" is not taken: some write the day first and others "
	    "the month.", "Write: \"24 february\" or 2026-02-24");
	refuses_as("2/24/2026", "date-unknown", NULL, "Write: \"24 february\" or 2026-02-24");
	refuses_as("03/03/2026", "date-unknown", NULL, "Write: \"3 march\" or 2026-03-03");
	refuses_as("2026/02/24", "date-unknown", "\"2026/02/24\" is not written as dates are here.",
	    "Write: 2026-02-24");
	refuses_as("2026-2-4", "date-unknown", NULL, "Write: 2026-02-04");
}

/* The sentence of the manual: in summer 3 April 2026 needs no year. */
static void ambiguous_advice_is_short_when_it_can_be(void **state)
{
	struct err err;
	day_t day = 77;

	(void)state;
	assert_int_equal(date_parse("03/04/2026", today() + 100, DATE_BACK, &day, &err), -1);
	assert_string_equal(err.next, "Write: \"3 april\" or 2026-03-04");
	assert_int_equal(date_parse("03/04/2026", today(), DATE_FORWARD, &day, &err), -1);
	assert_string_equal(err.next, "Write: \"3 april\" or 2026-03-04");
}

static void refuses_the_impossible(void **state)
{
	(void)state;
	refuses_as("30 feb", "date-impossible", "There is no 30 February.",
	    "February has the days 1 to 29.");
	refuses_as("29 feb 2026", "date-impossible", "There is no 29 February 2026.",
	    "February 2026 has the days 1 to 28.");
	refuses_as("31 april 2026", "date-impossible", "There is no 31 April 2026.",
	    "April 2026 has the days 1 to 30.");
	refuses_as("0 may", "date-impossible", "There is no 0 May.", "May has the days 1 to 31.");
	refuses_as("2026-02-30", "date-impossible", "There is no 30 February 2026.", NULL);
	refuses_as("2026-13-01", "date-impossible", "There is no month 13.", NULL);
	refuses_as("2026-00-10", "date-impossible", "There is no month 0.", NULL);
	refuses_as("1899-12-31", "date-impossible", "\"1899-12-31\" is out of range.",
	    "Write a date in a year from 1900 to 2999.");
	refuses_as("3000-01-01", "date-impossible", NULL, NULL);
	refuses_as("0000-01-01", "date-impossible", NULL, NULL);
	refuses_as("1 jan 0000", "date-impossible", NULL, NULL);
	refuses_as("24 feb 9999", "date-impossible", NULL, NULL);
	refuses_as("999999 days ago", "date-impossible", NULL, NULL);
	refuses_as("in 999999 weeks", "date-impossible", NULL, NULL);
	refuses_as("mon 24 feb 2026", "date-impossible", "24 February 2026 is a Tuesday.",
	    "Leave the weekday out, or correct the day.");
}

static void refuses_the_unknown(void **state)
{
	static const char *const bad[] = {
		"", "   ", "x", "mo", "ma", "24", "2026", "24 xyz", "feb", "february 2026", "days ago",
		"3 ago", "three days ago", "-3 days ago", "3 months ago", "in days", "in 3",
		"24 feb 26", "24 feb 20266", "24 feb 2026 x", "24 24 feb", "feb feb", "monday tuesday",
		"tue tue 24 feb", "2026-02-24T10:00", "20260224", "2026-02", "1/2/3/4", "1//2", "/1/2",
		"1/2/", "1/2.3", "32/13/2026", "00/00/2026", "1/2/202", "123/4/2026", "24\nfeb",
		"24\302\240feb", "a b c d e f", "9999999 days ago", "today today", "24st2 feb",
		"124th feb", "th feb", "xth feb", "2x4th feb", "24thx feb", "st may",
		"a text that is much longer than any date that anybody would ever write", "@", "0x10",
		"1e3", ".", ",", "- -",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		refuses_as(bad[i], "date-unknown", NULL, NULL);
	refuses_as("blue", "date-unknown", "\"blue\" is not a date.",
	    "Write today, yesterday, monday, 3 days ago, 24 feb or 2026-02-24.");
	refuses_as("yesteday", "date-unknown", "\"yesteday\" is not a date.",
	    "Did you mean \"yesterday\"?\n"
	    "Write today, yesterday, monday, 3 days ago, 24 feb or 2026-02-24.");
	refuses_as("24 febuary", "date-unknown", NULL, "Did you mean \"february\"?\n"
	    "Write today, yesterday, monday, 3 days ago, 24 feb or 2026-02-24.");
	refuses_as("\x1B[31m\xE2\x80\xAE", "date-unknown", "\"?[31m?\" is not a date.", NULL);
}

/* What we print is read back, whatever day it is. */
static void reads_its_own_texts(void **state)
{
	(void)state;
	seed_begin("reads_its_own_texts");
	for (int i = 0; i < 20000; i++) {
		day_t day = (day_t)seed_between(-25567, 376199), now = (day_t)seed_between(0, 40000), got;
		char text[32];

		for (int style = DATE_FULL; style <= DATE_SHORT; style++) {
			date_text(day, (enum date_style)style, text, sizeof(text));
			assert_int_equal(date_parse(text, now, DATE_BACK, &got, NULL), 0);
			assert_int_equal(got, day);
		}
		day = now - (day_t)seed_between(0, 364);
		date_text(day, DATE_DAY_MONTH, text, sizeof(text));
		assert_int_equal(date_parse(text, now, DATE_BACK, &got, NULL), 0);
		assert_int_equal(got, day);
		assert_int_equal(date_parse(text, day, DATE_FORWARD, &got, NULL), 0);
		assert_int_equal(got, day);
	}
}

static void any_bytes_are_answered(void **state)
{
	static const char letters[] = "0123456789 /.-,:adefjmnostuvwy\tAh\xC3\xBC";

	(void)state;
	seed_begin("any_bytes_are_answered");
	for (int i = 0; i < 100000; i++) {
		char text[32];
		size_t n = (size_t)seed_between(0, sizeof(text) - 1);
		day_t day = 77;
		int minutes = 77;
		struct err err;

		for (size_t j = 0; j < n; j++)
			text[j] = letters[seed_next() % (sizeof(letters) - 1)];
		text[n] = '\0';
		if (date_parse(text, 20000, DATE_FORWARD, &day, &err) != 0) {
			assert_int_equal(day, 77);
			assert_true(err.what[0] != '\0' && err.next[0] != '\0');
		}
		if (date_parse_hours(text, &minutes, &err) != 0)
			assert_int_equal(minutes, 77);
		else
			assert_in_range(minutes, 1, 1440);
	}
}

static void reads_hours(void **state)
{
	static const struct { const char *text; int minutes; } rows[] = {
		{ "1", 60 }, { "1.5", 90 }, { "1,5", 90 }, { "1.5h", 90 }, { "1.50", 90 },
		{ "90m", 90 }, { "1h30", 90 }, { "1h30m", 90 }, { "1:30", 90 }, { "2h", 120 },
		{ "0.25", 15 }, { ".5", 30 }, { "0,75h", 45 }, { "1H30M", 90 }, { " 2 ", 120 },
		{ "24", 1440 }, { "24h", 1440 }, { "24:00", 1440 }, { "1440m", 1440 }, { "1m", 1 },
		{ "0:01", 1 }, { "0h1m", 1 }, { "1h5m", 65 }, { "1h05", 65 }, { "01:05", 65 },
		{ "0.05", 3 }, { "0.35h", 21 }, { "1.0m", 1 }, { "1.500000000000000", 90 },
		{ "0024", 1440 }, { "1h00", 60 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int minutes = 0;
		struct err err;

		assert_int_equal(date_parse_hours(rows[i].text, &minutes, &err), 0);
		assert_int_equal(minutes, rows[i].minutes);
	}
}

static void refuses_hours_as(const char *text, const char *code, const char *what, const char *next)
{
	struct err err;
	int minutes = 77;

	assert_int_equal(date_parse_hours(text, &minutes, &err), -1);
	assert_int_equal(minutes, 77);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.code, code);
	if (what != NULL)
		assert_string_equal(err.what, what);
	if (next != NULL)
		assert_string_equal(err.next, next);
}

static void refuses_hours(void **state)
{
	static const char *const unknown[] = {
		"", " ", "h", "m", "one", "1x", "1hh", "1h60", "1h5", "1h300", "1:5", "1:60", "1:300",
		"1.5:30", "1.5h30", "1.0:30", "1.", "1,", ".", "1..5", "1.5.5", "1,5,5", "+1", "--1",
		"- 1", "1e3", "0x1", "1h30h", "1h30m5", "1m30", "90 m", "1 h", "1:30h", "inf", "nan",
		"1/2", ":30", "h30", "1\n", "1h30m and some more words than anybody needs", "\xC2\xBD",
		"1.5u",
	};
	static const char *const range[] = {
		"0", "-1", "-1h", "-1.5", "-1:30", "-0.001", "0h", "0m", "0:00", "0.0", "25h", "24.5",
		"1441m", "24:01", "24h01", "99999999999999999999", "99999999999999999999h", "1000000",
		"-25h",
	};
	static const char *const fraction[] = {
		"0.333", "1.51", "0.01", "1.5m", "0.001", "1.333333333h", "0.5m",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(unknown); i++)
		refuses_hours_as(unknown[i], "hours-unknown", NULL, "Write 1.5, 1h30, 90m or 1:30.");
	for (size_t i = 0; i < COUNT(range); i++)
		refuses_hours_as(range[i], "hours-range", NULL, NULL);
	for (size_t i = 0; i < COUNT(fraction); i++)
		refuses_hours_as(fraction[i], "hours-fraction", NULL, NULL);
	refuses_hours_as("abc", "hours-unknown", "\"abc\" is not a number of hours.", NULL);
	refuses_hours_as("25h", "hours-range", "\"25h\" is not between one minute and 24 hours.", NULL);
	refuses_hours_as("0.333", "hours-fraction", "\"0.333\" is not a whole number of minutes.",
	    "Write it in minutes, for example 20m.");
	refuses_hours_as("0.001", "hours-fraction", NULL, "Write it in minutes, for example 1m.");
	refuses_hours_as("23.999", "hours-fraction", NULL, "Write it in minutes, for example 1440m.");
}

static void writes_hours_and_reads_them_back(void **state)
{
	char out[16];

	(void)state;
	assert_string_equal(date_hours_text(90, out, sizeof(out)), "1h30");
	assert_string_equal(date_hours_text(60, out, sizeof(out)), "1h");
	assert_string_equal(date_hours_text(45, out, sizeof(out)), "45m");
	assert_string_equal(date_hours_text(65, out, sizeof(out)), "1h05");
	assert_string_equal(date_hours_text(0, out, sizeof(out)), "0m");
	assert_string_equal(date_hours_text(-90, out, sizeof(out)), "-1h30");
	assert_string_equal(date_hours_text(INT32_MIN, out, sizeof(out)), "-35791394h08");
	for (int minutes = 1; minutes <= 1440; minutes++) {
		char text[16];
		int got = 0;

		date_hours_text(minutes, out, sizeof(out));
		assert_int_equal(date_parse_hours(out, &got, NULL), 0);
		assert_int_equal(got, minutes);
		snprintf(text, sizeof(text), "%d:%02d", minutes / 60, minutes % 60);
		assert_int_equal(date_parse_hours(text, &got, NULL), 0);
		assert_int_equal(got, minutes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_dates),
		cmocka_unit_test(refuses_two_readings),
		cmocka_unit_test(ambiguous_advice_is_short_when_it_can_be),
		cmocka_unit_test(refuses_the_impossible),
		cmocka_unit_test(refuses_the_unknown),
		cmocka_unit_test(reads_its_own_texts),
		cmocka_unit_test(any_bytes_are_answered),
		cmocka_unit_test(reads_hours),
		cmocka_unit_test(refuses_hours),
		cmocka_unit_test(writes_hours_and_reads_them_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
