/* Zones that calendars define: what is followed exactly, and what is refused. */
#include "help.h"
#include "vtimezone.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HOUR 3600

#define OBSERVANCE(kind, start, from, to, more) \
	"BEGIN:" kind "\nDTSTART:" start "\nTZOFFSETFROM:" from "\nTZOFFSETTO:" to "\n" more "END:" kind "\n"
#define WINTER(more) OBSERVANCE("STANDARD", "19701025T030000", "+0200", "+0100", more)
#define SUMMER(more) OBSERVANCE("DAYLIGHT", "19700329T020000", "+0100", "+0200", more)
#define OCTOBER "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\n"
#define MARCH "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\n"

static int64_t at(const char *text)
{
	int64_t instant = 0;

	assert_int_equal(instant_parse(text, &instant), 0);
	return instant;
}

static struct zone *make(const char *lines)
{
	struct zone *z = NULL;
	int bad = vtimezone_make(lines, strlen(lines), &z, NULL);

	if (bad != 0)
		fail_msg("refused:\n%s", lines);
	return z;
}

/* Equal from one day to another, at every hour. */
static void same(const char *lines, const char *name, const char *from, const char *to)
{
	struct zone *z = make(lines);
	const struct zone *real = NULL;

	assert_int_equal(zone_get(name, &real, NULL), 0);
	for (int64_t t = at(from); t < at(to); t += INT64_C(1800000))
		if (zone_offset(z, t) != zone_offset(real, t))
			fail_msg("%s at %lld: %d, not %d", name, (long long)t, zone_offset(z, t), zone_offset(real, t));
	zone_free(z);
}

static void zones_in_disguise(void **state)
{
	(void)state;
	same(WINTER(OCTOBER) SUMMER(MARCH), "Europe/Berlin", "2000-01-01T00:00:00Z", "2037-12-31T00:00:00Z");
	same(SUMMER(MARCH) WINTER(OCTOBER), "Europe/Berlin", "2000-01-01T00:00:00Z", "2037-12-31T00:00:00Z");
	/* as Outlook writes it, from the beginning of its time */
	same("BEGIN:VTIMEZONE\nTZID:Eastern\n"
	    OBSERVANCE("STANDARD", "16010101T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11\n")
	    OBSERVANCE("DAYLIGHT", "16010101T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3\n")
	    "END:VTIMEZONE\n", "America/New_York", "2008-01-01T00:00:00Z", "2037-12-31T00:00:00Z");
	/* rules that took turns, with their ends in UTC */
	same(OBSERVANCE("DAYLIGHT", "19870405T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z\n")
	    OBSERVANCE("STANDARD", "19671029T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z\n")
	    OBSERVANCE("DAYLIGHT", "20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n")
	    OBSERVANCE("STANDARD", "20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\n"),
	    "America/New_York", "1988-01-01T00:00:00Z", "2037-12-31T00:00:00Z");
	/* a weekday among seven days; lower case; blanks; seconds; the southern half */
	same("begin:standard\ndtstart:20080406T030000\ntzoffsetfrom:+1100\ntzoffsetto:+100000\n"
	    "rrule:freq=yearly; bymonth=4;byday=su ;bymonthday=1,2,3,4,5,6,7;wkst=mo\nend:standard\n"
	    "begin:daylight\ndtstart:20081005T020000\ntzoffsetfrom:+1000\ntzoffsetto:+1100\n"
	    "rrule:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU\nend:daylight\n",
	    "Australia/Sydney", "2008-05-01T00:00:00Z", "2037-12-31T00:00:00Z");
	/* the time of day said twice */
	same(WINTER("RRULE:FREQ=YEARLY;BYSECOND=0;BYMINUTE=0;BYHOUR=3;BYDAY=-1SU;BYMONTH=10\n") SUMMER(MARCH), "Europe/Berlin",
	    "2000-01-01T00:00:00Z", "2037-12-31T00:00:00Z");
	/* one offset, and one for ever with no rule */
	same(OBSERVANCE("STANDARD", "16010101T000000", "+0530", "+0530", ""), "Asia/Kolkata",
	    "1970-01-01T00:00:00Z", "2037-01-01T00:00:00Z");
}

static void dates_instead_of_rules(void **state)
{
	(void)state;
	same(OBSERVANCE("DAYLIGHT", "20250330T020000", "+0100", "+0200", "RDATE:20260329T020000,20270328T020000\nRDATE:20280326T020000\n")
	    OBSERVANCE("STANDARD", "20251026T030000", "+0200", "+0100", "RDATE:20261025T030000,20271031T030000\n"),
	    "Europe/Berlin", "2025-01-01T00:00:00Z", "2028-06-01T00:00:00Z");
	/* what no rule tells: Cairo began anew in 2023 */
	same(OBSERVANCE("STANDARD", "20141001T000000", "+0200", "+0200", "")
	    OBSERVANCE("DAYLIGHT", "20230428T000000", "+0200", "+0300", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=-1FR\n")
	    OBSERVANCE("STANDARD", "20231027T000000", "+0300", "+0200", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1TH;COUNT=1\n"
	    ), "Africa/Cairo", "2015-01-01T00:00:00Z", "2023-10-01T00:00:00Z");
}

static void the_ends_of_rules(void **state)
{
	static const struct { const char *end; int year; } rows[] = {	/* the last year with a change in March */
		{ "UNTIL=20100328T010000Z", 2010 }, { "UNTIL=20100328T005959Z", 2009 }, { "UNTIL=20100328T020000", 2010 },
		{ "UNTIL=20100328T015959", 2009 }, { "UNTIL=20100328", 2010 }, { "UNTIL=20100327", 2009 },
		{ "COUNT=41", 2010 }, { "COUNT=1", 1970 },
	};
	char lines[400], when[40];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct zone *z;

		snprintf(lines, sizeof(lines), OBSERVANCE("DAYLIGHT", "19700329T020000", "+0100", "+0200",
		    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;%s\n")
		    OBSERVANCE("STANDARD", "19701025T030000", "+0200", "+0100", OCTOBER), rows[i].end);
		z = make(lines);
		for (int y = rows[i].year; y <= rows[i].year + 1; y++) {
			snprintf(when, sizeof(when), "%d-07-01T00:00:00Z", y);
			assert_int_equal(zone_offset(z, at(when)), y == rows[i].year ? 2 * HOUR : HOUR);
		}
		zone_free(z);
	}
}

/* Civil times in a gap and in an overlap: RFC 5545 section 3.3.5. */
static void gap_and_overlap(void **state)
{
	struct zone *z = make(WINTER(OCTOBER) SUMMER(MARCH));
	day_t day;

	(void)state;
	assert_int_equal(date_parse_iso("2026-03-29", &day), 0);
	assert_true(zone_instant(z, day, 2 * HOUR + 1800) == at("2026-03-29T01:30:00Z"));
	assert_int_equal(date_parse_iso("2026-10-25", &day), 0);
	assert_true(zone_instant(z, day, 2 * HOUR + 1800) == at("2026-10-25T00:30:00Z"));
	zone_free(z);
}

static void what_is_refused(void **state)
{
	static const char *const rows[] = {
		"", "TZID:x\n", "BEGIN:STANDARD\n", WINTER(OCTOBER) "BEGIN:DAYLIGHT\n", WINTER(OCTOBER) "END:DAYLIGHT\n",
		"BEGIN:STANDARD\n" WINTER(OCTOBER) "END:STANDARD\n",
		"BEGIN:VEVENT\nEND:VEVENT\n" WINTER(OCTOBER),
		/* rules */
		WINTER("RRULE:FREQ=MINUTELY\n"), WINTER("RRULE:FREQ=SECONDLY\n"), WINTER("RRULE:FREQ=HOURLY\n"),
		WINTER("RRULE:FREQ=DAILY\n"), WINTER("RRULE:FREQ=MONTHLY;BYDAY=1SU\n"), WINTER("RRULE:BYMONTH=10\n"),
		WINTER("RRULE:\n"), WINTER("RRULE:FREQ\n"), WINTER("RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=10;BYDAY=-1SU\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU\n"), WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU,1SU\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=SU\n"), WINTER("RRULE:FREQ=YEARLY;BYDAY=-1SU\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMONTH=13;BYDAY=-1SU\n"), WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-6SU\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=0SU\n"), WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1XX\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=1,2\n"), WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=32\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=1,\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=SU;BYMONTHDAY=1,2,3,4,5,6,7,8,9,10,11,12,13,14\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU;BYMONTHDAY=1,2,3,4,5,6,7\n"),
		WINTER("RRULE:FREQ=YEARLY;BYHOUR=1;BYMONTH=10;BYDAY=-1SU\n"), WINTER("RRULE:FREQ=YEARLY;BYHOUR=3,4;BYMONTH=10\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMINUTE=1;BYMONTH=10\n"), WINTER("RRULE:FREQ=YEARLY;BYSECOND=-0;BYSECOND=0;BYMONTH=10\n"), WINTER("RRULE:FREQ=YEARLY;BYWEEKNO=40\n"),
		WINTER("RRULE:FREQ=YEARLY;BYSETPOS=1;BYMONTH=10;BYDAY=-1SU\n"), WINTER(OCTOBER OCTOBER),
		WINTER("RRULE:FREQ=YEARLY;UNTIL=20101\n"), WINTER("RRULE:FREQ=YEARLY;COUNT=0\n"),
		WINTER("RRULE:FREQ=YEARLY;COUNT=-1\n"), WINTER("EXDATE:20201025T030000\n"), WINTER(OCTOBER "EXRULE:FREQ=YEARLY\n"),
		WINTER("RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTH=11\n"),
		OBSERVANCE("STANDARD", "16011025T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;COUNT=9\n"),
		/* values */
		OBSERVANCE("STANDARD", "19701025T030000Z", "+0200", "+0100", ""),
		OBSERVANCE("STANDARD", "19701025", "+0200", "+0100", ""), OBSERVANCE("STANDARD", "19701325T030000", "+0200", "+0100", ""),
		OBSERVANCE("STANDARD", "19701025T030000", "+1401", "+0100", ""), OBSERVANCE("STANDARD", "19701025T030000", "+0100", "-2400", ""),
		OBSERVANCE("STANDARD", "19701025T030000", "0200", "+0100", ""), OBSERVANCE("STANDARD", "19701025T030000", "+02:00", "+0100", ""),
		OBSERVANCE("STANDARD", "19701025T030000", "+0260", "+0100", ""), OBSERVANCE("STANDARD", "19701025T030000", "+02", "+0100", ""),
		OBSERVANCE("STANDARD", "19701025T030000", "", "", ""), "BEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETTO:+0100\nEND:STANDARD\n",
		"BEGIN:STANDARD\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\n",
		"BEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0100\nEND:STANDARD\n",
		WINTER("DTSTART:19711025T030000\n"), WINTER("TZOFFSETTO:+0300\n"), WINTER("nonsense\n"),
		WINTER("RDATE:20101025T030000Z\n"), WINTER("RDATE:20101025\n"), WINTER("RDATE;VALUE=PERIOD:20101025T030000/PT1H\n"),
		WINTER("RDATE:20101025T030000,\n"),
		/* contradictions */
		OBSERVANCE("STANDARD", "19701025T030000", "+0500", "+0100", OCTOBER) SUMMER(MARCH),
		WINTER(OCTOBER) OBSERVANCE("DAYLIGHT", "19701025T030000", "+0200", "+0300", OCTOBER),
		WINTER(OCTOBER) OBSERVANCE("DAYLIGHT", "19700329T020000", "-0800", "+0200", MARCH),
		/* there and back within hours, again and again */
		OBSERVANCE("STANDARD", "20260101T000000", "+0100", "+0200", "RDATE:20260102T000000\n")
		    OBSERVANCE("DAYLIGHT", "20260101T060000", "+0200", "+0100", "RDATE:20260102T060000\n"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct zone *z = NULL;

		if (vtimezone_make(rows[i], strlen(rows[i]), &z, NULL) != 1)
			fail_msg("accepted:\n%s", rows[i]);
		assert_null(z);
	}
}

static void as_many_as_there_may_be(void **state)
{
	struct zone *z = NULL;
	struct buf b = BUF_INIT;

	(void)state;
	for (int i = 0; i < VTIMEZONE_OBSERVANCES_MAX; i++)
		buf_printf(&b, OBSERVANCE("STANDARD", "%d0101T000000", "+0%d00", "+0%d00", ""), 1850 + i, 1 + i % 2, 2 - i % 2);
	assert_int_equal(vtimezone_make(buf_str(&b), b.len, &z, NULL), 0);
	assert_int_equal(zone_offset(z, at("2026-06-01T00:00:00Z")), 2 * HOUR);
	assert_int_equal(zone_offset(z, at("2025-06-01T00:00:00Z")), HOUR);
	zone_free(z);
	buf_puts(&b, OBSERVANCE("STANDARD", "20600101T000000", "+0100", "+0200", ""));
	assert_int_equal(vtimezone_make(buf_str(&b), b.len, &z, NULL), 1);
	buf_free(&b);
	buf_puts(&b, "BEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\n");
	for (int i = 0; i < VTIMEZONE_DATES_MAX; i++)
		buf_puts(&b, "RDATE:20200101T000000\n");
	assert_int_equal(vtimezone_make(buf_str(&b), b.len, &z, NULL), 1);	/* open, but not for too many */
	buf_puts(&b, "END:STANDARD\n");
	assert_int_equal(vtimezone_make(buf_str(&b), b.len, &z, NULL), 0);
	zone_free(z);
	buf_puts(&b, "BEGIN:STANDARD\nRDATE:20200101T000000\n");
	assert_int_equal(vtimezone_make(buf_str(&b), b.len, &z, NULL), 1);
	while (b.len <= VTIMEZONE_LINES_MAX)
		buf_puts(&b, "X-NOTHING:x\n");
	assert_int_equal(vtimezone_make(buf_str(&b), b.len, &z, NULL), 1);
	buf_free(&b);
}

/* Lines of these in any order and number: a zone or a refusal, and any zone answers. */
static void random_lines(void **state)
{
	static const char *const lines[] = {
		"BEGIN:STANDARD\n", "END:STANDARD\n", "BEGIN:DAYLIGHT\n", "END:DAYLIGHT\n", "TZOFFSETFROM:+0100\n",
		"TZOFFSETTO:+0200\n", "TZOFFSETFROM:+0200\n", "TZOFFSETTO:+0100\n", "DTSTART:19700101T000000\n",
		"DTSTART:20260329T020000\n", MARCH, OCTOBER, "RDATE:20270101T000000\n", "TZID:x\n", "X:\n", "\n",
		WINTER(OCTOBER), SUMMER(MARCH), WINTER("RDATE:20301231T235959\n"),
	};
	int made = 0;

	(void)state;
	random_begin("random_lines");
	for (int i = 0; i < 20000; i++) {
		struct buf b = BUF_INIT;
		struct zone *z = NULL;

		for (int n = random_between(0, 9); n > 0; n--)
			buf_puts(&b, lines[random_between(0, (int)COUNT(lines) - 1)]);
		if (vtimezone_make(buf_str(&b), b.len, &z, NULL) == 0) {
			int offset = zone_offset(z, at("2026-06-01T00:00:00Z"));

			assert_true(offset == HOUR || offset == 2 * HOUR);
			made++;
		}
		zone_free(z);
		buf_free(&b);
	}
	assert_true(made > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_in_disguise),
		cmocka_unit_test(dates_instead_of_rules),
		cmocka_unit_test(the_ends_of_rules),
		cmocka_unit_test(gap_and_overlap),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(as_many_as_there_may_be),
		cmocka_unit_test(random_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
