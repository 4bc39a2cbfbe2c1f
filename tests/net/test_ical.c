/* From calendar text to event records: times, zones, series, overrides, and what is told. */
#include "help.h"
#include "body.h"
#include "import.h"
#include "ical.h"
#include "zonename.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What came out, as text: "uid|rid|start/end|zone|day|minutes|flags|title", one event a line, then "!code
 * uid: text". */
struct outcome {
	struct buf events, skips;
	struct import_result result;
};

static int take_event(void *to, const struct event *e, struct err *err)
{
	struct outcome *o = to;
	char start[INSTANT_SIZE], end[INSTANT_SIZE], day[DATE_ISO_SIZE];
	struct event copy = *e;

	(void)err;
	date_iso(e->day, day);
	buf_printf(&o->events, "%s|%s|%s/%s|%s|%s|%d|%u|%s%s%s%s\n", e->uid, e->rid,
	    instant_text(e->start, start), instant_text(e->end, end), e->zone, day, e->minutes, e->flags,
	    e->all_day ? "all-day " : "", e->series ? "series " : "", e->cancelled ? "cancelled " : "",
	    e->title);
	event_seal(&copy);
	assert_string_equal(copy.content, e->content);
	return 0;
}

static int take_skip(void *to, const char *code, const char *uid, const char *text, struct err *err)
{
	struct outcome *o = to;

	(void)err;
	buf_printf(&o->skips, "!%s %s: %s\n", code, uid, text);
	return 0;
}

static struct series_limits limits = { NULL, 0, 0, 10000, 750, 50000 };

static struct outcome import(const char *lines)
{
	struct import_sink sink = { take_event, take_skip, NULL };
	struct zone_names *zones = zone_names_new();
	struct outcome o;
	struct buf text = BUF_INIT;
	struct import_terms terms = { limits, 20000, "dana@example.org" };
	struct body b;
	struct err err;

	memset(&o, 0, sizeof(o));
	sink.to = &o;
	assert_non_null(zones);
	buf_printf(&text, "BEGIN:VCALENDAR\n%s%sEND:VCALENDAR\n", lines,
	    lines[strlen(lines) - 1] == '\n' ? "" : "\n");
	body_begin(&b, -1, 10000000);
	assert_int_equal(body_add(&b, text.data, text.len), 0);
	assert_int_equal(body_end(&b), PRESCAN_OK);
	assert_int_equal(import_run(&b, zones, &terms, &sink, &o.result, &err), 0);
	assert_int_equal(o.result.verdict, PRESCAN_OK);
	body_free(&b);
	zone_names_free(zones);
	buf_free(&text);
	return o;
}

static void expect(const char *lines, const char *events, const char *skips)
{
	struct outcome o = import(lines);

	assert_string_equal(buf_str(&o.events), events);
	assert_string_equal(buf_str(&o.skips), skips);
	buf_free(&o.events);
	buf_free(&o.skips);
}

#define EVENT(uid, lines) "BEGIN:VEVENT\nUID:" uid "\n" lines "\nEND:VEVENT\n"
#define BERLIN ";TZID=Europe/Berlin:"

static void single_events(void **state)
{
	(void)state;
	/* zoned, UTC, floating; DTEND, DURATION, both, neither */
	expect(EVENT("a", "DTSTART" BERLIN "20260701T090000\nDTEND" BERLIN "20260701T103000\nSUMMARY:A"),
	    "a||2026-07-01T07:00:00Z/2026-07-01T08:30:00Z|Europe/Berlin|2026-07-01|90|0|A\n", "");
	expect(EVENT("a", "DTSTART:20260701T230000Z\nDURATION:PT45M"),
	    "a||2026-07-01T23:00:00Z/2026-07-01T23:45:00Z|Europe/Vienna|2026-07-02|45|0|\n", "");
	expect(EVENT("a", "DTSTART:20260101T090000\nDTEND:20260101T100000\nDURATION:PT9H"),
	    "a||2026-01-01T08:00:00Z/2026-01-01T09:00:00Z|Europe/Vienna|2026-01-01|60|0|\n", "");
	expect(EVENT("a", "DTSTART:20260101T090000Z"),
	    "a||2026-01-01T09:00:00Z/2026-01-01T09:00:00Z|Europe/Vienna|2026-01-01|0|2|\n", "");
	/* from one zone to another the length is exact */
	expect(EVENT("a",
	           "DTSTART;TZID=America/New_York:20260601T100000\nDTEND;TZID=America/"
	           "Los_Angeles:20260601T090000"),
	    "a||2026-06-01T14:00:00Z/2026-06-01T16:00:00Z|America/New_York|2026-06-01|120|0|\n", "");
	/* lower case; the second of a leap; Z wins over TZID */
	expect("begin:vevent\nuid:a\ndtstart;tzid=Asia/"
	       "Tokyo:20260101t090060z\ndtend:20260101t100000z\nend:vevent",
	    "a||2026-01-01T09:00:59Z/2026-01-01T10:00:00Z|Europe/Vienna|2026-01-01|59|0|\n", "");
	/* outside of the window, and touching it */
	expect(EVENT("a", "DTSTART:20241231T220000Z\nDTEND:20241231T230000Z"), "", "");
	expect(EVENT("a", "DTSTART:20241231T220000Z\nDTEND:20241231T230001Z"),
	    "a||2024-12-31T22:00:00Z/2024-12-31T23:00:01Z|Europe/Vienna|2024-12-31|0|8|\n", "");
	expect(EVENT("a", "DTSTART:20261231T230000Z\nDURATION:PT1H"), "", "");
}

static void days_and_minutes(void **state)
{
	(void)state;
	/* ten hours are suggested, a minute more is not; a night is not; up to midnight is */
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDURATION:PT10H"),
	    "a||2026-01-05T08:00:00Z/2026-01-05T18:00:00Z|Europe/Vienna|2026-01-05|600|0|\n", "");
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDURATION:PT10H1M"),
	    "a||2026-01-05T08:00:00Z/2026-01-05T18:01:00Z|Europe/Vienna|2026-01-05|0|8|\n", "");
	expect(EVENT("a", "DTSTART:20260105T220000Z\nDURATION:PT3H"),
	    "a||2026-01-05T22:00:00Z/2026-01-06T01:00:00Z|Europe/Vienna|2026-01-05|0|8|\n", "");
	expect(EVENT("a", "DTSTART:20260105T210000Z\nDURATION:PT2H"),
	    "a||2026-01-05T21:00:00Z/2026-01-05T23:00:00Z|Europe/Vienna|2026-01-05|120|0|\n", "");
	/* longer than a day: its last one */
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDURATION:P1D"),
	    "a||2026-01-05T08:00:00Z/2026-01-06T08:00:00Z|Europe/Vienna|2026-01-05|0|8|\n", "");
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDTEND:20260107T230000Z"),
	    "a||2026-01-05T08:00:00Z/2026-01-07T23:00:00Z|Europe/Vienna|2026-01-07|0|8|\n", "");
	/* all day: the end is the day after; on the first day or missing it makes one day; so does one before
	 * the start */
	expect(EVENT("a", "DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260108"),
	    "a||2026-01-04T23:00:00Z/2026-01-07T23:00:00Z|Europe/Vienna|2026-01-07|0|0|all-day \n", "");
	expect(EVENT("a", "DTSTART:20260329\nDTEND:20260329"),
	    "a||2026-03-28T23:00:00Z/2026-03-29T22:00:00Z|Europe/Vienna|2026-03-29|0|0|all-day \n", "");
	expect(EVENT("a", "DTSTART;VALUE=DATE:20260105T120000\nDURATION:P2D"),
	    "a||2026-01-04T23:00:00Z/2026-01-06T23:00:00Z|Europe/Vienna|2026-01-06|0|0|all-day \n", "");
	expect(EVENT("a", "DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260101"),
	    "a||2026-01-04T23:00:00Z/2026-01-05T23:00:00Z|Europe/Vienna|2026-01-05|0|4|all-day \n", "");
	/* a time in the gap of summer time, and one that comes twice */
	expect(EVENT("a", "DTSTART" BERLIN "20260329T023000\nDURATION:PT1H") EVENT("b", "DTSTART" BERLIN
	    "20261025T023000\nDURATION:PT1H"),
	    "a||2026-03-29T01:30:00Z/2026-03-29T02:30:00Z|Europe/Berlin|2026-03-29|60|0|\n"
	    "b||2026-10-25T00:30:00Z/2026-10-25T01:30:00Z|Europe/Berlin|2026-10-25|60|0|\n", "");
}

static void doubtful_events(void **state)
{
	(void)state;
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDTEND:20260105T070000Z"),
	    "a||2026-01-05T08:00:00Z/2026-01-05T08:00:00Z|Europe/Vienna|2026-01-05|0|4|\n", "");
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDTEND:20260105T080000Z"),
	    "a||2026-01-05T08:00:00Z/2026-01-05T08:00:00Z|Europe/Vienna|2026-01-05|0|4|\n", "");
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDTEND:20260230T080000Z"),
	    "a||2026-01-05T08:00:00Z/2026-01-05T08:00:00Z|Europe/Vienna|2026-01-05|0|6|\n", "");
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDURATION:P99999999999W"),
	    "a||2026-01-05T08:00:00Z/2026-01-05T08:00:00Z|Europe/Vienna|2026-01-05|0|6|\n", "");
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDURATION:-PT1H"),
	    "a||2026-01-05T08:00:00Z/2026-01-05T08:00:00Z|Europe/Vienna|2026-01-05|0|4|\n", "");
	expect(EVENT("a", "DTSTART;TZID=../../etc/passwd:20260105T080000\nDURATION:PT1H"),
	    "a||2026-01-05T07:00:00Z/2026-01-05T08:00:00Z|Europe/Vienna|2026-01-05|60|1|\n", "");
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDTEND:20280105T080000Z\nSUMMARY:Era"),
	    "", "!span a: \"Era\" (line 2): it lasts longer than a year and was left out.\n");
	expect(EVENT("a", "SUMMARY:No start"), "",
	    "!no-start a: \"No start\" (line 2) was left out: it has no start.\n");
	expect(EVENT("a", "DTSTART:20260230T080000Z"), "",
	    "!bad-date a: An event without a title (line 2) was left out: its start is no date that "
	    "exists.\n");
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDTSTART:20260106T080000Z")
	           EVENT("b", "DTSTART:20260105T080000Z\nDTSTART;VALUE=DATE:20260105"),
	    "",
	    "!bad-date a: An event without a title (line 2) was left out: it has two starts that differ.\n"
	    "!bad-date b: An event without a title (line 7) was left out: it has two starts that differ.\n");
	expect(EVENT("a", "DTSTART:20260105T080000Z\nDTSTART:20260105T080000Z\nDURATION:PT1H"),
	    "a||2026-01-05T08:00:00Z/2026-01-05T09:00:00Z|Europe/Vienna|2026-01-05|60|0|\n", "");
	expect(EVENT("a", "DTSTART:2026-02-20") EVENT("b", "DTSTART:20260220T250000Z") EVENT("c", "DTSTART:")
	           EVENT("d", "DTSTART:20260101\nRECURRENCE-ID:x"),
	    "",
	    "!bad-date a: An event without a title (line 2) was left out: its start is no date that exists.\n"
	    "!bad-date b: An event without a title (line 6) was left out: its start is no date that exists.\n"
	    "!bad-date c: An event without a title (line 10) was left out: its start is no date that "
	    "exists.\n"
	    "!bad-date d: An event without a title (line 14) was left out: its RECURRENCE-ID is no date that "
	    "exists.\n");
	expect(
	    "BEGIN:VTODO\nEND:VTODO\nBEGIN:VTODO\nEND:VTODO\nBEGIN:VJOURNAL\nEND:VJOURNAL\nBEGIN:X\nEND:X\n",
	    "",
	    "!not-event : 2 tasks, 1 journal entry, 1 other part in the calendar: no events, so left out.\n");
}

static void texts(void **state)
{
	struct outcome o;
	char title[4000] = "", lines[9000];

	(void)state;
	expect(EVENT("a\\,b", "DTSTART:20260101\nSUMMARY;LANGUAGE=de:  One\\, two\\; three\\n\\\\ four  "),
	    "a,b||2025-12-31T23:00:00Z/2026-01-01T23:00:00Z|Europe/Vienna|2026-01-01|0|0|all-day One, two; "
	    "three \\ four\n",
	    "");
	expect(EVENT("a",
	           "DTSTART:20260101\nSUMMARY:evil\xe2\x80\xae"
	           "txt\nSUMMARY:"),
	    "a||2025-12-31T23:00:00Z/2026-01-01T23:00:00Z|Europe/Vienna|2026-01-01|0|0|all-day eviltxt\n",
	    "");
	for (int i = 0; i < 900; i++)
		memcpy(title + 2 * i, "\xc3\xa4", 3);
	snprintf(lines, sizeof(lines), EVENT("a", "DTSTART:20260101\nSUMMARY:%s"), title);
	o = import(lines);
	assert_non_null(strstr(buf_str(&o.events), "|0|16|all-day "));
	assert_int_equal(strlen(strstr(buf_str(&o.events), "\xc3\xa4")), EVENT_TITLE_MAX + 1);
	buf_free(&o.events);
	/* a UID that is too long stays one of a kind */
	memset(title, 'u', 300);
	title[300] = '\0';
	snprintf(lines, sizeof(lines), "BEGIN:VEVENT\nUID:%s1\nDTSTART:20260101\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:%s2\nDTSTART:20260102\nEND:VEVENT\n", title, title);
	o = import(lines);
	assert_int_equal(strcspn(buf_str(&o.events), "|"), 180 + 1 + 64);
	assert_int_equal(o.result.events, 2);
	assert_string_equal(buf_str(&o.skips), "");
	buf_free(&o.events);
	o = import("X-WR-CALNAME:Learning\\, all\nX-WR-TIMEZONE:W. Europe Standard Time\n" EVENT(
	    "a", "DTSTART:20260101T100000"));
	assert_string_equal(o.result.name, "Learning, all");
	assert_string_equal(o.result.zone, "Europe/Berlin");
	assert_non_null(strstr(buf_str(&o.events), "|2026-01-01T09:00:00Z/"));
	buf_free(&o.events);
}

static void identity(void **state)
{
	struct outcome one, two;

	(void)state;
	/* no UID: the same event at the next fetch, whatever stands around it */
	one = import("BEGIN:VEVENT\nDTSTART:20260101T100000Z\nSUMMARY:Caf\xc3\xa9\nEND:VEVENT\n");
	two = import(
	    "BEGIN:VEVENT\nDTSTAMP:20260909T000000Z\nSUMMARY:CAFE\nDTSTART:20260101T100000Z\nEND:VEVENT\n");
	assert_int_equal(strncmp(buf_str(&one.events), "noid-", 5), 0);
	assert_int_equal(strcspn(buf_str(&one.events), "|"), 69);
	assert_int_equal(strncmp(buf_str(&one.events), buf_str(&two.events), 69), 0);
	buf_free(&one.events);
	buf_free(&two.events);
	/* one UID on several single events: told apart by their start */
	expect(EVENT("a", "DTSTART:20260101T100000Z") EVENT("a", "DTSTART:20260102T100000Z")
	           EVENT("a", "DTSTART:20260103"),
	    "a|20260101T100000Z|2026-01-01T10:00:00Z/2026-01-01T10:00:00Z|Europe/Vienna|2026-01-01|0|2|\n"
	    "a|20260102T100000Z|2026-01-02T10:00:00Z/2026-01-02T10:00:00Z|Europe/Vienna|2026-01-02|0|2|\n"
	    "a|20260103|2026-01-02T23:00:00Z/2026-01-03T23:00:00Z|Europe/Vienna|2026-01-03|0|0|all-day \n",
	    "");
	/* the same twice: the later revision, then the later change, then the last one */
	expect(EVENT("a", "DTSTART:20260101T100000Z\nSEQUENCE:2\nSUMMARY:new") EVENT("a",
	    "DTSTART:20260101T100000Z\nSEQUENCE:1\nLAST-MODIFIED:20260101T000000Z\nSUMMARY:old"),
	    "a||2026-01-01T10:00:00Z/2026-01-01T10:00:00Z|Europe/Vienna|2026-01-01|0|2|new\n",
	    "!dup-key a: \"old\" (line 8): another event with the same UID and date replaces it.\n");
	expect(EVENT("a", "DTSTART:20260101T100000Z\nLAST-MODIFIED:20260102T000000Z\nSUMMARY:new") EVENT("a",
	    "DTSTART:20260101T100000Z\nDTSTAMP:20260103T000000Z\nSUMMARY:old"),
	    "a||2026-01-01T10:00:00Z/2026-01-01T10:00:00Z|Europe/Vienna|2026-01-01|0|2|new\n",
	    "!dup-key a: \"old\" (line 8): another event with the same UID and date replaces it.\n");
	expect(EVENT("a", "DTSTART:20260101T100000Z\nSUMMARY:1")
	           EVENT("a", "DTSTART:20260101T100000Z\nSUMMARY:2"),
	    "a||2026-01-01T10:00:00Z/2026-01-01T10:00:00Z|Europe/Vienna|2026-01-01|0|2|2\n",
	    "!dup-key a: \"1\" (line 2): another event with the same UID and date replaces it.\n");
}

static void expect_starts(const char *lines, const char *rids, const char *skips)
{
	struct outcome o = import(lines);
	struct buf got = BUF_INIT;

	for (const char *line = buf_str(&o.events), *end; (end = strchr(line, '\n')) != NULL;
	     line = end + 1) {
		const char *rid = strchr(line, '|') + 1;

		buf_printf(&got, "%s%.*s", got.len > 0 ? " " : "", (int)strcspn(rid, "|"), rid);
	}
	assert_string_equal(buf_str(&got), rids);
	assert_string_equal(buf_str(&o.skips), skips);
	buf_free(&got);
	buf_free(&o.events);
	buf_free(&o.skips);
}

static void series_follow_their_zone(void **state)
{
	(void)state;
	expect(
	    EVENT("a",
	        "DTSTART" BERLIN "20260327T220000\nDTEND" BERLIN "20260328T060000\nRRULE:FREQ=DAILY;COUNT=3"),
	    "a|20260327T210000Z|2026-03-27T21:00:00Z/2026-03-28T05:00:00Z|Europe/"
	    "Berlin|2026-03-27|0|8|series \n"
	    "a|20260328T210000Z|2026-03-28T21:00:00Z/2026-03-29T05:00:00Z|Europe/"
	    "Berlin|2026-03-28|0|8|series \n"
	    "a|20260329T200000Z|2026-03-29T20:00:00Z/2026-03-30T04:00:00Z|Europe/"
	    "Berlin|2026-03-29|0|8|series \n",
	    "");
	/* a series that began long ago is only looked at inside the window */
	expect_starts(EVENT("a", "DTSTART:19010101\nRRULE:FREQ=YEARLY"), "20250101 20260101", "");
	/* UNTIL: an instant, a local time, a date that means its whole day */
	expect_starts(EVENT("a", "DTSTART" BERLIN "20260327T090000\nRRULE:FREQ=DAILY;UNTIL=20260329T070000Z"),
	    "20260327T080000Z 20260328T080000Z 20260329T070000Z", "");
	expect_starts(EVENT("a", "DTSTART" BERLIN "20260327T090000\nRRULE:FREQ=DAILY;UNTIL=20260329T065959Z"),
	    "20260327T080000Z 20260328T080000Z", "");
	expect_starts(EVENT("a", "DTSTART" BERLIN "20260327T090000\nRRULE:FREQ=DAILY;UNTIL=20260328T090000"),
	    "20260327T080000Z 20260328T080000Z", "");
	expect_starts(EVENT("a", "DTSTART:20260327T230000\nRRULE:FREQ=DAILY;UNTIL=20260328"),
	    "20260327T230000L 20260328T230000L", "");
	expect_starts(
	    EVENT("a", "DTSTART:20260327\nRRULE:FREQ=DAILY;UNTIL=20260328T120000Z"), "20260327 20260328", "");
	/* DTSTART belongs to the series even where it does not fit the rule */
	expect_starts(EVENT("a", "DTSTART:20260101\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2"),
	    "20260101 20260105 20260112", "");
}

static void dates_are_added_and_left_out(void **state)
{
	(void)state;
	/* EXDATE in another zone, as UTC, as a date, floating, several in a line and in several lines */
	expect_starts(
	    EVENT("a",
	        "DTSTART" BERLIN "20260105T090000\nRRULE:FREQ=DAILY;COUNT=7\n"
	        "EXDATE;TZID=America/New_York:20260106T030000\nEXDATE:20260107T080000Z,20260108T080000Z\n"
	        "EXDATE;VALUE=DATE:20260109\nEXDATE:20260110T090000,\nEXDATE:"),
	    "20260105T080000Z 20260111T080000Z", "");
	/* a time of another hour is no exception; DTSTART may be one */
	expect_starts(EVENT("a",
	                  "DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260105T090000Z,"
	                  "20260106T000000Z"),
	    "20260106T090000Z", "");
	/* a date-time on an all-day series */
	expect_starts(EVENT("a", "DTSTART:20260105\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260106T000000Z"),
	    "20260105 20260107", "");
	/* RDATE, also in UTC, also twice, also where the rule is; a period has its own end */
	expect(EVENT("a",
	           "DTSTART" BERLIN "20260105T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2\n"
	           "RDATE:20260107T080000Z,20260107T080000Z\nRDATE" BERLIN "20260112T090000\n"
	           "RDATE;VALUE=PERIOD:20260109T100000Z/PT2H,20260110T100000Z/20260110T103000Z"),
	    "a|20260105T080000Z|2026-01-05T08:00:00Z/2026-01-05T09:00:00Z|Europe/"
	    "Berlin|2026-01-05|60|0|series \n"
	    "a|20260107T080000Z|2026-01-07T08:00:00Z/2026-01-07T09:00:00Z|Europe/"
	    "Berlin|2026-01-07|60|0|series \n"
	    "a|20260109T100000Z|2026-01-09T10:00:00Z/2026-01-09T12:00:00Z|Europe/"
	    "Berlin|2026-01-09|120|0|series \n"
	    "a|20260110T100000Z|2026-01-10T10:00:00Z/2026-01-10T10:30:00Z|Europe/"
	    "Berlin|2026-01-10|30|0|series \n"
	    "a|20260112T080000Z|2026-01-12T08:00:00Z/2026-01-12T09:00:00Z|Europe/"
	    "Berlin|2026-01-12|60|0|series \n",
	    "");
	expect_starts(EVENT("a", "DTSTART:20260105\nRDATE;VALUE=DATE:20260107,20260106"),
	    "20260105 20260106 20260107", "");
}

static void overrides_replace(void **state)
{
	static const char master[] =
	    EVENT("a", "DTSTART" BERLIN "20260105T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3");
	char lines[1000];

	(void)state;
	/* named in another zone; moved; before its master in the feed */
	snprintf(lines, sizeof(lines),
	    EVENT("a",
	        "RECURRENCE-ID:20260106T080000Z\nDTSTART:20260110T100000Z\nDURATION:PT2H\n"
	        "SUMMARY:moved") "%s",
	    master);
	expect(lines,
	    "a|20260105T080000Z|2026-01-05T08:00:00Z/2026-01-05T09:00:00Z|Europe/"
	    "Berlin|2026-01-05|60|0|series \n"
	    "a|20260107T080000Z|2026-01-07T08:00:00Z/2026-01-07T09:00:00Z|Europe/"
	    "Berlin|2026-01-07|60|0|series \n"
	    "a|20260106T080000Z|2026-01-10T10:00:00Z/2026-01-10T12:00:00Z|Europe/"
	    "Vienna|2026-01-10|120|0|series moved\n",
	    "");
	/* named by its date only; cancelled */
	snprintf(lines, sizeof(lines), "%s" EVENT("a", "RECURRENCE-ID;VALUE=DATE:20260106\nDTSTART" BERLIN
	    "20260106T090000\nDURATION:PT1H\nSTATUS:CANCELLED"), master);
	expect(lines,
	    "a|20260105T080000Z|2026-01-05T08:00:00Z/2026-01-05T09:00:00Z|Europe/"
	    "Berlin|2026-01-05|60|0|series \n"
	    "a|20260106T080000Z|2026-01-06T08:00:00Z/2026-01-06T09:00:00Z|Europe/"
	    "Berlin|2026-01-06|60|0|series cancelled \n"
	    "a|20260107T080000Z|2026-01-07T08:00:00Z/2026-01-07T09:00:00Z|Europe/"
	    "Berlin|2026-01-07|60|0|series \n",
	    "");
	/* moved out of the window: gone from it all the same */
	snprintf(lines, sizeof(lines),
	    "%s" EVENT("a", "RECURRENCE-ID" BERLIN "20260106T090000\nDTSTART:20300101T100000Z"), master);
	expect_starts(lines, "20260105T080000Z 20260107T080000Z", "");
	/* two for one date: the later revision */
	snprintf(lines, sizeof(lines),
	    "%s" EVENT("a", "RECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T100000Z\nSEQUENCE:1")
	        EVENT("a", "RECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T110000Z\nSEQUENCE:2"),
	    master);
	expect_starts(lines, "20260105T080000Z 20260106T080000Z 20260107T080000Z",
	    "!dup-key a: An event without a title (line 8): another event with the same UID and date "
	    "replaces it.\n");
	/* without its series: an event of its own */
	expect_starts(
	    EVENT("a", "RECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T100000Z"), "20260106T080000Z", "");
	/* on an all-day series, named with a time */
	expect_starts(EVENT("a", "DTSTART:20260105\nRRULE:FREQ=DAILY;COUNT=2") EVENT("a",
	    "RECURRENCE-ID:20260106T000000\nDTSTART:20260108"), "20260105 20260106", "");
}

#define LEFT_OUT " Its dates are left out; enter them by hand.\n"

static void refused_series(void **state)
{
	(void)state;
	expect_starts(
	    EVENT("a", "DTSTART:20260105T090000Z\nSUMMARY:S\nRRULE:FREQ=MONTHLY;BYWEEKNO=3"),
	    "",
	    "!rule-refused a: \"S\" (line 2): RRULE:FREQ=MONTHLY;BYWEEKNO=3: numbers of weeks in a rule that is not "
	    "yearly are not followed." LEFT_OUT);
	expect_starts(
	    EVENT("a", "DTSTART:20260105T090000Z\nSUMMARY:S\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260230"), "",
	    "!rule-broken a: \"S\" (line 2): EXDATE \"20260230\" is no date." LEFT_OUT);
	expect_starts(EVENT("a", "DTSTART:20260105T090000Z\nSUMMARY:S\nRDATE;VALUE=DATE:20260106"), "",
	    "!rule-broken a: \"S\" (line 2): RDATE \"20260106\" is of another kind than the start." LEFT_OUT);
	expect_starts(
	    EVENT("a",
	        "DTSTART:20260105T090000Z\nSUMMARY:S\nRDATE;VALUE=PERIOD:20260106T100000Z/20260106T090000Z"),
	    "",
	    "!rule-broken a: \"S\" (line 2): RDATE \"20260106T100000Z/20260106T090000Z\" is no "
	    "period." LEFT_OUT);
	/* what stands beside it is read */
	expect_starts(EVENT("a", "DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY;BYMONTHDAY=3\nSUMMARY:S") EVENT("b",
	                  "DTSTART:20260105\nRRULE:"
	                  "FREQ=DAILY;COUNT=2"),
	    "20260105 20260106",
	    "!rule-refused a: \"S\" (line 2): RRULE:FREQ=WEEKLY;BYMONTHDAY=3: days of the month in a weekly rule are "
	    "not followed." LEFT_OUT);
}

static void limits_are_told(void **state)
{
	struct series_limits before = limits;

	(void)state;
	limits.max_per_series = 3;
	expect_starts(EVENT("a", "DTSTART:20260105\nRRULE:FREQ=DAILY\nSUMMARY:S"),
	    "20260105 20260106 20260107",
	    "!cut a: \"S\" (line 2): it has more dates than are kept of one series; the later ones are left "
	    "out.\n");
	limits = before;
	limits.max_occurrences = 4;
	expect_starts(EVENT("a", "DTSTART:20260105\nRRULE:FREQ=DAILY;COUNT=3") EVENT("b",
	                  "DTSTART:20260105\nRRULE:FREQ=DAILY;"
	                  "COUNT=3\nSUMMARY:S") EVENT("c", "DTSTART:20260105"),
	    "20260105 20260106 20260107",	/* and c, which stands alone, before them */
	    "!cut b: \"S\" (line 7): the calendar has more dates than are kept; from here on they are left "
	    "out.\n");
	limits = before;
	limits.max_steps = 20;
	expect_starts(EVENT("a", "DTSTART:20260105\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nSUMMARY:S"),
	    "20260105",
	    "!rule-refused a: \"S\" (line 2): RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30 takes too many steps "
	    "to follow; "
	    "dates may be missing.\n");
	limits = before;
}

static void two_thousand_dates_are_read(void **state)
{
	struct buf lines = BUF_INIT;
	struct outcome o;
	day_t first;

	(void)state;
	assert_int_equal(date_from_ymd(2021, 1, 1, &first), 0);
	buf_puts(&lines, "BEGIN:VEVENT\nUID:a\nDTSTART:20210101\nRRULE:FREQ=DAILY;COUNT=2002\nEXDATE:");
	for (int i = 0; i < 2000; i++) {
		struct ymd d = date_ymd(first + i);

		buf_printf(&lines, "%s%04d%02d%02d", i > 0 ? "," : "", d.year, d.month, d.day);
	}
	buf_puts(&lines, "\nEND:VEVENT\n");
	expect_starts(buf_str(&lines), "20260624 20260625", "");
	lines.len -= strlen("END:VEVENT\n");
	buf_puts(&lines, "EXDATE:20260624\nEND:VEVENT\n");
	o = import(buf_str(&lines));
	assert_int_equal(o.result.events, 0);
	assert_string_equal(buf_str(&o.skips),
	    "!rule-broken a: An event without a title (line 2): EXDATE \"20260624\" and what "
	    "follows is more than the 2,000 dates that are read." LEFT_OUT);
	buf_free(&o.skips);
	buf_free(&lines);
}

/* What stands alone comes first, in the order of the feed. */
static void order_is_by_start_uid_and_rid(void **state)
{
	struct outcome o;

	(void)state;
	expect_starts(EVENT("b", "DTSTART:20260106T080000Z")
	                  EVENT("c", "DTSTART:20260105T080000Z\nRRULE:FREQ=DAILY;COUNT=2")
	                      EVENT("a", "DTSTART:20260106T080000Z\nRDATE:20260107T080000Z"),
	    "20260105T080000Z 20260106T080000Z 20260106T080000Z 20260107T080000Z", "");
	o = import(EVENT("z", "DTSTART:20260107T080000Z") EVENT("b", "DTSTART:20260106T080000Z\nRDATE:20260105T080000Z")
	               EVENT("y", "DTSTART:20260101T080000Z") EVENT("b", "DTSTART:20260104T080000Z"));
	assert_int_equal(o.result.events, 5);
	assert_true(memcmp(buf_str(&o.events), "z||", 3) == 0);
	assert_non_null(strstr(buf_str(&o.events), "\ny||"));
	assert_non_null(strstr(buf_str(&o.events), "\nb|20260104T080000Z|"));
	buf_free(&o.events);
	buf_free(&o.skips);
}

/* METHOD:CANCEL takes back all that it names, and nothing of another calendar in the same feed. */
static void a_cancelling_calendar(void **state)
{
	(void)state;
	expect("METHOD:CANCEL\n" EVENT("a", "DTSTART:20260106T080000Z") "END:VCALENDAR\nBEGIN:VCALENDAR\n" EVENT(
	    "b", "DTSTART:20260106T080000Z"),
	    "a||2026-01-06T08:00:00Z/2026-01-06T08:00:00Z|Europe/Vienna|2026-01-06|0|2|cancelled \n"
	    "b||2026-01-06T08:00:00Z/2026-01-06T08:00:00Z|Europe/Vienna|2026-01-06|0|2|\n",
	    "");
	expect("METHOD:CANCEL\n" EVENT("a", "DTSTART:20260106T080000Z"),
	    "a||2026-01-06T08:00:00Z/2026-01-06T08:00:00Z|Europe/Vienna|2026-01-06|0|2|cancelled \n", "");
}

/* A zone of the calendar that is not known, or two of them, make times without a zone doubtful, and no others. */
static void a_doubtful_zone(void **state)
{
	static const char events[] = EVENT("a", "DTSTART:20260106T080000") EVENT("b", "DTSTART:20260106T080000Z");
	char lines[600];

	(void)state;
	snprintf(lines, sizeof(lines), "X-WR-TIMEZONE:Office\n%s", events);
	expect(lines,
	    "a||2026-01-06T07:00:00Z/2026-01-06T07:00:00Z|Europe/Vienna|2026-01-06|0|3|\n"
	    "b||2026-01-06T08:00:00Z/2026-01-06T08:00:00Z|Europe/Vienna|2026-01-06|0|2|\n",
	    "");
	snprintf(lines, sizeof(lines),
	    "X-WR-TIMEZONE:Asia/Tokyo\n%sEND:VCALENDAR\nBEGIN:VCALENDAR\nX-WR-TIMEZONE:Asia/Seoul\n", events);
	expect(lines,
	    "a||2026-01-06T07:00:00Z/2026-01-06T07:00:00Z|Europe/Vienna|2026-01-06|0|3|\n"
	    "b||2026-01-06T08:00:00Z/2026-01-06T08:00:00Z|Europe/Vienna|2026-01-06|0|2|\n",
	    "");
}

static int setup(void **state)
{
	(void)state;
	return zone_get("Europe/Vienna", &limits.zone, NULL) != 0 ||
	    date_from_ymd(2025, 1, 1, &limits.from) != 0 || date_from_ymd(2027, 1, 1, &limits.to) != 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_events),
		cmocka_unit_test(days_and_minutes),
		cmocka_unit_test(doubtful_events),
		cmocka_unit_test(texts),
		cmocka_unit_test(identity),
		cmocka_unit_test(series_follow_their_zone),
		cmocka_unit_test(dates_are_added_and_left_out),
		cmocka_unit_test(overrides_replace),
		cmocka_unit_test(refused_series),
		cmocka_unit_test(limits_are_told),
		cmocka_unit_test(two_thousand_dates_are_read),
		cmocka_unit_test(order_is_by_start_uid_and_rid),
		cmocka_unit_test(a_cancelling_calendar),
		cmocka_unit_test(a_doubtful_zone),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
