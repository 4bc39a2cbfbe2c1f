/* Occurrences of series: several rules, EXRULE, changes of one date and of all later ones, in all zones. */
#include "help.h"
#include "contentline.h"
#include "ical.h"
#include "series.h"
#include "zonename.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 8 };

/* The events of one UID, and what came of them. */
struct scene {
	struct vevent events[EVENTS_MAX];
	struct vevent *all[EVENTS_MAX];
	size_t n;
	struct zone_names *zones;
	struct buf skips;
};

static struct series_limits limits;

static void set_limits(void)
{
	limits = (struct series_limits){ NULL, 0, 0, 10000, 750, 50000 };
	assert_int_equal(zone_get("Europe/Berlin", &limits.zone, NULL), 0);
	assert_int_equal(when_day(2026, 1, 1, &limits.from), 0);
	assert_int_equal(when_day(2027, 1, 1, &limits.to), 0);
}

static void read_when(struct scene *sc, const struct content_line *l, struct when *ret)
{
	unsigned flags = 0;

	assert_int_equal(ical_when(sc->zones, l, l->value, l->value_len, ret, &flags), 0);
	assert_int_equal(flags, 0);
}

static void read_override(struct scene *sc, struct vevent *v, const struct content_line *l)
{
	const char *range;
	size_t len;

	read_when(sc, l, &v->instance);
	v->is_override = 1;
	v->this_and_future = content_param(l, "RANGE", &range, &len);
}

static void read_line(struct scene *sc, struct vevent *v, const struct content_line *l)
{
	if (content_is(l, "DTSTART"))
		read_when(sc, l, &v->start);
	else if (content_is(l, "DTEND")) {
		read_when(sc, l, &v->end);
		v->length = VEVENT_END;
	} else if (content_is(l, "DURATION")) {
		assert_int_equal(when_parse_span(l->value, l->value_len, &v->span), 0);
		v->length = VEVENT_SPAN;
	} else if (content_is(l, "RECURRENCE-ID")) {
		read_override(sc, v, l);
	} else if (content_is(l, "RRULE") && v->nrules++ == 0) {
		v->rule = l->value;
		v->rule_len = l->value_len;
	} else if (content_is(l, "EXRULE")) {
		v->has_exrule = 1;
	} else if (content_is(l, "RDATE") || content_is(l, "EXDATE")) {
		v->has_dates = 1;
	} else if (content_is(l, "STATUS")) {
		v->cancelled = 1;
	} else if (content_is(l, "SEQUENCE")) {
		v->sequence = strtol(l->value, NULL, 10);
	}
}

/* An event of lines that end with newlines; its title is `title`. */
static void add_event(struct scene *sc, const char *title, const char *lines)
{
	struct vevent *v = &sc->events[sc->n];
	struct content_line l;
	const char *line;
	size_t at = 0, len;

	assert_true(sc->n < EVENTS_MAX);
	memset(v, 0, sizeof(*v));
	v->uid = "u";
	v->title = title;
	v->lines = lines;
	v->lines_len = strlen(lines);
	v->line = v->index = sc->n;
	while (ical_line(v->lines, v->lines_len, &at, &line, &len)) {
		assert_int_equal(content_split(line, len, &l), 0);
		read_line(sc, v, &l);
	}
	sc->all[sc->n++] = v;
}

static int take_skip(void *to, const char *code, const char *uid, const char *text, struct err *err)
{
	(void)err;
	assert_string_equal(uid, "u");
	buf_printf(to, "!%s %s\n", code, text);
	return 0;
}

static void begin(struct scene *sc, struct series *s)
{
	series_begin(s, &limits, sc->zones);
	s->skip = take_skip;
	s->skip_to = &sc->skips;
}

static struct scene *scene(void)
{
	static struct scene sc;

	memset(&sc, 0, sizeof(sc));
	sc.zones = zone_names_new();
	assert_non_null(sc.zones);
	return &sc;
}

static void end(struct scene *sc)
{
	buf_free(&sc->skips);
	zone_names_free(sc->zones);
}

/* "rid start/minutes title", '-' before the title of what is cancelled; one a line, by start. */
static void print(struct buf *out, const struct occurrence *o)
{
	char rid[32], start[INSTANT_SIZE];

	buf_printf(out, "%s %s/%d %s%s\n", series_rid_text(o->rid, rid), instant_text(o->start, start),
	    (int)((o->end - o->start) / 60000), o->event->cancelled ? "-" : "", o->event->title);
}

static int by_start(const void *a, const void *b)
{
	const struct occurrence *o = a, *q = b;

	return o->start != q->start ? (o->start > q->start) - (o->start < q->start) :
				      (o->rid.value > q->rid.value) - (o->rid.value < q->rid.value);
}

/* What the events make: all of them, or with `most` the first few. */
static void expect_some(struct scene *sc, size_t most, const char *occurrences, const char *skips)
{
	struct buf out = BUF_INIT;
	struct series s;
	struct err err;

	begin(sc, &s);
	assert_int_equal(series_add(&s, sc->all, sc->n, &err), 0);
	if (s.n > 0)
		qsort(s.items, s.n, sizeof(*s.items), by_start);
	for (size_t i = 0; i < s.n && i < most; i++)
		print(&out, &s.items[i]);
	assert_string_equal(buf_str(&out), occurrences);
	assert_string_equal(buf_str(&sc->skips), skips);
	buf_free(&out);
	series_free(&s);
	end(sc);
}

static void expect_one(const char *lines, const char *occurrences, const char *skips)
{
	struct scene *sc = scene();

	set_limits();
	add_event(sc, "A", lines);
	expect_some(sc, SIZE_MAX, occurrences, skips);
}

/* How many it makes. */
static size_t count(const char *lines, const char *skips)
{
	struct scene *sc = scene();
	struct series s;
	struct err err;
	size_t n;

	add_event(sc, "A", lines);
	begin(sc, &s);
	assert_int_equal(series_add(&s, sc->all, sc->n, &err), 0);
	assert_string_equal(buf_str(&sc->skips), skips);
	n = s.n;
	series_free(&s);
	end(sc);
	return n;
}

#define BERLIN ";TZID=Europe/Berlin:"
#define LEFT_OUT " Its dates are left out; enter them by hand.\n"

/* ---- events that are neither series nor overrides */

static void single_events_are_not_kept(void **state)
{
	struct scene *sc = scene();
	struct occurrence o;
	struct series s;
	struct err err;

	(void)state;
	set_limits();
	limits.max_occurrences = 2;
	add_event(sc, "A", "DTSTART" BERLIN "20260701T090000\nDTEND" BERLIN "20260701T103000\n");
	add_event(sc, "B", "DTSTART:20270101T080000Z\n");
	add_event(sc, "C", "DTSTART:20260701\nDTEND:20280701\n");
	add_event(sc, "D", "DTSTART:20261231\n");
	begin(sc, &s);
	assert_int_equal(series_single(&s, sc->all[0], &o, &err), 1);
	assert_ptr_equal(o.event, sc->all[0]);
	assert_int_equal(o.rid.kind, RID_NONE);
	assert_int_equal(o.end - o.start, 90 * 60000);
	assert_int_equal(series_single(&s, sc->all[1], &o, &err), 0);
	assert_string_equal(buf_str(&sc->skips), "");
	assert_int_equal(series_single(&s, sc->all[2], &o, &err), 0);
	assert_string_equal(
	    buf_str(&sc->skips), "!span \"C\" (line 2): it lasts longer than a year and was left out.\n");
	buf_reset(&sc->skips);
	assert_int_equal(series_single(&s, sc->all[3], &o, &err), 1);
	assert_int_equal(o.end - o.start, 24 * 3600000);
	assert_int_equal(s.singles, 2);
	/* the limit holds for both kinds together, and is told once */
	assert_int_equal(series_add(&s, &sc->all[0], 1, &err), 0);
	assert_int_equal(s.n, 0);
	assert_int_equal(series_single(&s, sc->all[0], &o, &err), 0);
	assert_string_equal(buf_str(&sc->skips),
	    "!cut \"A\" (line 0): the calendar has more dates than are kept; from here on they are left "
	    "out.\n");
	series_free(&s);
	end(sc);
}

/* ---- rules */

static void rules_within_the_day(void **state)
{
	(void)state;
	/* the hour that does not exist is the next one, and comes once */
	expect_one("DTSTART" BERLIN "20260329T003000\nDURATION:PT10M\nRRULE:FREQ=HOURLY;COUNT=5\n",
	    "20260328T233000Z 2026-03-28T23:30:00Z/10 A\n20260329T003000Z 2026-03-29T00:30:00Z/10 A\n"
	    "20260329T013000Z 2026-03-29T01:30:00Z/10 A\n20260329T023000Z 2026-03-29T02:30:00Z/10 A\n", "");
	/* every 365 days by the minute */
	expect_one("DTSTART" BERLIN
		   "20200101T003000\nRRULE:FREQ=MINUTELY;INTERVAL=525600;UNTIL=20280101T000000Z\n",
	    "20261229T233000Z 2026-12-29T23:30:00Z/0 A\n", "");
	expect_one("DTSTART:20260105\nRRULE:FREQ=HOURLY\n", "",
	    "!rule-refused \"A\" (line 0): RRULE:FREQ=HOURLY: repetitions within the day of something that "
	    "has no time "
	    "are not followed." LEFT_OUT);
	expect_one("DTSTART:20260105T090000Z\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\n",
	    "20260105T090000Z 2026-01-05T09:00:00Z/0 A\n", "");
}

/* RFC 5545 leaves it open; so do most programs: COUNT counts what the rule makes, and DTSTART comes besides.
 * */
static void a_start_beside_the_rule(void **state)
{
	(void)state;
	expect_one("DTSTART:20260314T030000Z\nRRULE:FREQ=MONTHLY;COUNT=2;BYDAY=2TH\n",
	    "20260314T030000Z 2026-03-14T03:00:00Z/0 A\n20260409T030000Z 2026-04-09T03:00:00Z/0 A\n"
	    "20260514T030000Z 2026-05-14T03:00:00Z/0 A\n",
	    "");
	expect_one("DTSTART:20260101T093000Z\nRRULE:FREQ=WEEKLY;UNTIL=20260104T090000Z;BYDAY=TU\n",
	    "20260101T093000Z 2026-01-01T09:30:00Z/0 A\n", "");
}

static void frequent_rules_are_cut(void **state)
{
	static const char cut[] = "!cut \"A\" (line 0): it has more dates than are kept of one series; the "
				  "later ones are left out.\n";
	static const char steps[] =
	    "!rule-refused \"A\" (line 0): RRULE:FREQ=SECONDLY;COUNT=999999 takes too many steps "
	    "to follow; dates may be missing.\n";
	struct scene *sc;

	(void)state;
	set_limits();
	assert_int_equal(count("DTSTART:20260105T090000Z\nRRULE:FREQ=SECONDLY\n", cut), 750);
	/* it began years ago: the first in the window come */
	sc = scene();
	add_event(sc, "A", "DTSTART:20190105T090000Z\nRRULE:FREQ=SECONDLY\n");
	expect_some(sc, 1, "20251231T230000Z 2025-12-31T23:00:00Z/0 A\n", cut);
	/* counting from there is too long a way */
	assert_int_equal(count("DTSTART:20251230T090000Z\nRRULE:FREQ=SECONDLY;COUNT=999999\n", steps), 0);
}

static void several_rules_are_one_series(void **state)
{
	(void)state;
	expect_one(
	    "DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nRRULE:FREQ=DAILY;INTERVAL=7;COUNT=2\n"
	    "RRULE:FREQ=DAILY;INTERVAL=5;COUNT=2\n",
	    "20260105T090000Z 2026-01-05T09:00:00Z/0 A\n20260110T090000Z 2026-01-10T09:00:00Z/0 A\n"
	    "20260112T090000Z 2026-01-12T09:00:00Z/0 A\n20260119T090000Z 2026-01-19T09:00:00Z/0 A\n",
	    "");
	expect_one("DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nRRULE:FREQ=WEEKLY;BYMONTHDAY=1\n",
	    "",
	    "!rule-refused \"A\" (line 0): RRULE:FREQ=WEEKLY;BYMONTHDAY=1: days of the month in a weekly "
	    "rule are not "
	    "followed." LEFT_OUT);
	expect_one("DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nRRULE:every day\n", "",
	    "!rule-broken \"A\" (line 0): RRULE:every day: the part \"every day\" makes no sense." LEFT_OUT);
}

static void rules_exclude(void **state)
{
	(void)state;
	set_limits();
	/* every day in January, without Saturdays and Sundays by a rule each */
	assert_int_equal(count("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;UNTIL=20260201T000000Z\n"
			       "EXRULE:FREQ=WEEKLY;UNTIL=20260201T000000Z;BYDAY=SU\nEXRULE:FREQ=WEEKLY;UNTIL="
			       "20260201T000000Z;BYDAY=SA\n",
			     ""),
	    22);
	/* DTSTART and RDATE too; across the change of the clocks */
	expect_one("DTSTART" BERLIN "20260327T090000\nRRULE:FREQ=DAILY;COUNT=5\nRDATE:20260403T070000Z\n"
	    "EXRULE:FREQ=DAILY;INTERVAL=2\nEXRULE:FREQ=WEEKLY;BYDAY=FR\n",
	    "20260328T080000Z 2026-03-28T08:00:00Z/0 A\n20260330T070000Z 2026-03-30T07:00:00Z/0 A\n", "");
	expect_one("DTSTART:20260327\nRRULE:FREQ=DAILY;COUNT=3\nEXRULE:FREQ=DAILY;INTERVAL=2\n",
	    "20260328 2026-03-27T23:00:00Z/1440 A\n", "");
	/* a rule that excludes cannot be left half done */
	expect_one("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY\nEXRULE:FREQ=SECONDLY\n", "",
	    "!rule-refused \"A\" (line 0): EXRULE:FREQ=SECONDLY: it takes too many steps to "
	    "follow." LEFT_OUT);
	expect_one("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY;BYYEARDAY=1\n", "",
	    "!rule-refused \"A\" (line 0): EXRULE:FREQ=WEEKLY;BYYEARDAY=1: days of the year in a daily, "
	    "weekly or monthly "
	    "rule are not followed." LEFT_OUT);
	expect_one("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY\nEXRULE:FREQ=NEVER\n", "",
	    "!rule-broken \"A\" (line 0): EXRULE:FREQ=NEVER: FREQ \"NEVER\" makes no sense." LEFT_OUT);
}

/* ---- dates in other zones and of other kinds */

static void dates_of_any_zone_and_kind(void **state)
{
	(void)state;
	expect_one("DTSTART" BERLIN "20260105T090000\nRRULE:FREQ=DAILY;COUNT=6\nEXDATE:20260106T080000Z\n"
		   "EXDATE;TZID=America/"
		   "New_York:20260107T030000\nEXDATE;VALUE=DATE:20260108\nEXDATE:20260109T090000\n",
	    "20260105T080000Z 2026-01-05T08:00:00Z/0 A\n20260110T080000Z 2026-01-10T08:00:00Z/0 A\n", "");
	/* whole days: midnight there, as some programs write them, and midnight in UTC */
	expect_one(
	    "DTSTART:20260105\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE:20260105T230000Z\nEXDATE:20260107T000000Z\n"
	    "EXDATE;TZID=America/New_York:20260108T000000\n",
	    "20260105 2026-01-04T23:00:00Z/1440 A\n20260109 2026-01-08T23:00:00Z/1440 A\n", "");
	expect_one("DTSTART" BERLIN "20260105T090000\nDURATION:PT1H\n"
	    "RDATE;TZID=America/New_York;VALUE=PERIOD:20260106T100000/20260106T123000,20260107T100000/PT45M\n"
	    "RDATE:20260108T100000Z,20260105T080000Z\n",
	    "20260105T080000Z 2026-01-05T08:00:00Z/60 A\n20260106T150000Z 2026-01-06T15:00:00Z/150 A\n"
	    "20260107T150000Z 2026-01-07T15:00:00Z/45 A\n20260108T100000Z 2026-01-08T10:00:00Z/60 A\n", "");
	/* a start without an end, and the same date with one */
	expect_one("DTSTART:20260105T090000Z\nRDATE;VALUE=PERIOD:20260105T090000Z/PT10H\n",
	    "20260105T090000Z 2026-01-05T09:00:00Z/600 A\n", "");
	expect_one("DTSTART:20260105T090000Z\nDURATION:PT1H\nRDATE:20260105T090000Z\n",
	    "20260105T090000Z 2026-01-05T09:00:00Z/60 A\n", "");
}

/* A series of four days with one override. */
static void expect_override(const char *start, const char *override, const char *occurrences)
{
	struct scene *sc = scene();

	set_limits();
	add_event(sc, "A", start);
	add_event(sc, "B", override);
	expect_some(sc, SIZE_MAX, occurrences, "");
}

static void overrides_of_any_zone_and_kind(void **state)
{
	static const char timed[] =
	    "DTSTART" BERLIN "20260105T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n";
	static const char days[] = "DTSTART:20260105\nRRULE:FREQ=DAILY;COUNT=3\n";
	static const char moved[] = "20260105T080000Z 2026-01-05T08:00:00Z/60 A\n20260106T080000Z "
				    "2026-01-06T12:00:00Z/0 B\n20260107T080000Z 2026-01-07T08:00:00Z/60 A\n";
	static const char moved_day[] =
	    "20260105 2026-01-04T23:00:00Z/1440 A\n20260107 2026-01-06T23:00:00Z/1440 A\n"
	    "20260106 2026-01-09T23:00:00Z/1440 B\n";

	(void)state;
	expect_override(
	    timed, "RECURRENCE-ID;TZID=Asia/Tokyo:20260106T170000\nDTSTART:20260106T120000Z\n", moved);
	expect_override(timed, "RECURRENCE-ID;VALUE=DATE:20260106\nDTSTART:20260106T120000Z\n", moved);
	expect_override(timed, "RECURRENCE-ID:20260106T090000\nDTSTART:20260106T120000Z\n", moved);
	expect_override(days, "RECURRENCE-ID:20260106T000000Z\nDTSTART:20260110\n", moved_day);
	expect_override(days, "RECURRENCE-ID:20260105T230000Z\nDTSTART:20260110\n", moved_day);
	expect_override(days, "RECURRENCE-ID;TZID=Asia/Tokyo:20260106T000000\nDTSTART:20260110\n", moved_day);
	expect_override(timed, "RECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T120000Z\nSTATUS:CANCELLED\n",
	    "20260105T080000Z 2026-01-05T08:00:00Z/60 A\n20260106T080000Z 2026-01-06T12:00:00Z/0 -B\n"
	    "20260107T080000Z 2026-01-07T08:00:00Z/60 A\n");
}

/* ---- this and all later dates */

static void all_later_dates_change(void **state)
{
	struct scene *sc = scene();

	(void)state;
	set_limits();
	/* an hour later and twice as long, by the clock also when it changes */
	add_event(sc, "A", "DTSTART" BERLIN "20260327T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\n");
	add_event(sc, "B", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260328T080000Z\nDTSTART" BERLIN
	    "20260328T100000\nDTEND" BERLIN "20260328T120000\n");
	expect_some(sc, SIZE_MAX,
	    "20260327T080000Z 2026-03-27T08:00:00Z/60 A\n20260328T080000Z 2026-03-28T09:00:00Z/120 B\n"
	    "20260329T070000Z 2026-03-29T08:00:00Z/120 B\n20260330T070000Z 2026-03-30T08:00:00Z/120 B\n"
	    "20260331T070000Z 2026-03-31T08:00:00Z/120 B\n", "");
	/* until the next such change; a later change of one date, and an excluded one, still count */
	sc = scene();
	add_event(sc, "A", "DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;COUNT=7\nEXDATE:20260108T090000Z\n"
	    "RDATE;VALUE=PERIOD:20260120T090000Z/PT3H\n");
	add_event(sc, "B",
	    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T090000Z\nDTSTART:20260106T100000Z\nDURATION:PT1H\n");
	add_event(sc, "C", "RECURRENCE-ID:20260109T090000Z\nDTSTART:20260109T180000Z\n");
	add_event(sc, "D",
	    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260111T090000Z\nDTSTART:20260111T090000Z\nSTATUS:"
	    "CANCELLED\n");
	expect_some(sc, SIZE_MAX,
	    "20260105T090000Z 2026-01-05T09:00:00Z/0 A\n20260106T090000Z 2026-01-06T09:00:00Z/0 A\n"
	    "20260107T090000Z 2026-01-06T10:00:00Z/60 B\n20260110T090000Z 2026-01-09T10:00:00Z/60 B\n"
	    "20260109T090000Z 2026-01-09T18:00:00Z/0 C\n20260111T090000Z 2026-01-11T09:00:00Z/0 -D\n"
	    "20260120T090000Z 2026-01-20T09:00:00Z/0 -D\n", "");
	/* of two for the same date the later revision */
	sc = scene();
	add_event(sc, "A", "DTSTART:20260105\nRRULE:FREQ=DAILY;COUNT=3\n");
	add_event(sc, "B",
	    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260106\nDTSTART:20260107\nDTEND:20260109\nSEQUENCE:2\n");
	add_event(sc, "C", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260106\nDTSTART:20260106\nSEQUENCE:1\n");
	expect_some(sc, SIZE_MAX,
	    "20260105 2026-01-04T23:00:00Z/1440 A\n20260106 2026-01-06T23:00:00Z/2880 B\n"
	    "20260107 2026-01-07T23:00:00Z/2880 B\n",
	    "!dup-key \"C\" (line 2): another event with the same UID and date replaces it.\n");
}

/* What lies outside of the window may be moved into it, and what is inside out of it. */
static void changes_cross_the_window(void **state)
{
	struct scene *sc = scene();

	(void)state;
	set_limits();
	add_event(sc, "A", "DTSTART:20251001T090000Z\nRRULE:FREQ=MONTHLY;COUNT=24\n");
	add_event(sc, "B", "RECURRENCE-ID;RANGE=THISANDFUTURE:20251101T090000Z\nDTSTART:20260401T090000Z\n");
	expect_some(sc, 2,
	    "20251101T090000Z 2026-04-01T09:00:00Z/0 B\n20251201T090000Z 2026-05-01T09:00:00Z/0 B\n", "");
	sc = scene();
	add_event(sc, "A", "DTSTART:20260701T090000Z\nRRULE:FREQ=MONTHLY;COUNT=24\n");
	add_event(sc, "B", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260801T090000Z\nDTSTART:20260201T090000Z\n");
	expect_some(sc, SIZE_MAX,
	    "20260801T090000Z 2026-02-01T09:00:00Z/0 B\n20260901T090000Z 2026-03-04T09:00:00Z/0 B\n"
	    "20261001T090000Z 2026-04-03T09:00:00Z/0 B\n20261101T090000Z 2026-05-04T09:00:00Z/0 B\n"
	    "20261201T090000Z 2026-06-03T09:00:00Z/0 B\n20260701T090000Z 2026-07-01T09:00:00Z/0 A\n"
	    "20270101T090000Z 2026-07-04T09:00:00Z/0 B\n20270201T090000Z 2026-08-04T09:00:00Z/0 B\n"
	    "20270301T090000Z 2026-09-01T09:00:00Z/0 B\n20270401T090000Z 2026-10-02T09:00:00Z/0 B\n"
	    "20270501T090000Z 2026-11-01T09:00:00Z/0 B\n20270601T090000Z 2026-12-02T09:00:00Z/0 B\n", "");
}

static void some_changes_are_refused(void **state)
{
	static const struct { const char *start, *override, *what, *occurrences;
	} cases[] = {
		{ "DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;COUNT=7\n",
		    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T090000Z\nDTSTART:20260107\n",
		    "from whole days to times, or back,", "20260107T090000Z 2026-01-06T23:00:00Z/1440 B\n" },
		{ "DTSTART:20260105\nRRULE:FREQ=DAILY;COUNT=7\n",
		    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260107\nDTSTART:20260107T090000Z\n",
		    "from whole days to times, or back,", "20260107 2026-01-07T09:00:00Z/0 B\n" },
		{ "DTSTART:20240105\nRRULE:FREQ=DAILY\n",
		    "RECURRENCE-ID;RANGE=THISANDFUTURE:20240107\nDTSTART:20260107\n", "by more than a year",
		    "20240107 2026-01-06T23:00:00Z/1440 B\n" },
		{ "DTSTART:20260105\nRRULE:FREQ=DAILY\n",
		    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260107\nDTSTART:20260107\nRRULE:FREQ=WEEKLY\n",
		    "with a rule or dates of its own", "20260107 2026-01-06T23:00:00Z/1440 B\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene *sc = scene();
		char text[400];

		set_limits();
		add_event(sc, "A", cases[i].start);
		add_event(sc, "B", cases[i].override);
		snprintf(text, sizeof(text),
		    "!rule-refused \"B\" (line 1): a change of this and all later dates "
		    "(RANGE=THISANDFUTURE) %s is not "
		    "followed. The dates of the series are left out; enter them by hand.\n",
		    cases[i].what);
		expect_some(sc, SIZE_MAX, cases[i].occurrences, text);
	}
}

/* Without its series a change is a single event; dates it brings along are not lost in silence. */
static void changes_without_a_series(void **state)
{
	static const char lost[] = "!rule-refused \"A\" (line 0): it changes one date of a series that is "
				   "not in the calendar; further dates "
				   "it gives are left out. Enter them by hand.\n";
	static const char one[] = "20260107T090000Z 2026-01-07T10:00:00Z/0 A\n";

	(void)state;
	expect_one("RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T090000Z\nDTSTART:20260107T100000Z\n", one, "");
	expect_one(
	    "RECURRENCE-ID:20260107T090000Z\nDTSTART:20260107T100000Z\nEXDATE:20260108T100000Z\n", one, "");
	expect_one("RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T090000Z\nDTSTART:20260107T100000Z\n"
		   "RDATE;VALUE=PERIOD:20260107T100000Z/PT1H,20260114T100000Z/PT1H\n", one, lost);
	expect_one("RECURRENCE-ID:20260107T090000Z\nDTSTART:20260107T100000Z\nRRULE:FREQ=DAILY\n", one, "");
	expect_one("RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T090000Z\nDTSTART:20260107T100000Z\nRRULE:FREQ="
		   "DAILY\n",
	    one, lost);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_events_are_not_kept),
		cmocka_unit_test(rules_within_the_day),
		cmocka_unit_test(a_start_beside_the_rule),
		cmocka_unit_test(frequent_rules_are_cut),
		cmocka_unit_test(several_rules_are_one_series),
		cmocka_unit_test(rules_exclude),
		cmocka_unit_test(dates_of_any_zone_and_kind),
		cmocka_unit_test(overrides_of_any_zone_and_kind),
		cmocka_unit_test(all_later_dates_change),
		cmocka_unit_test(changes_cross_the_window),
		cmocka_unit_test(some_changes_are_refused),
		cmocka_unit_test(changes_without_a_series),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
