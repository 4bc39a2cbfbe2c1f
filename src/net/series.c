/* The occurrences of one UID. */
#include "series.h"
#include "contentline.h"
#include "future.h"
#include "ical.h"
#include "instance.h"
#include "series_parts.h"
#include "base/err.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_SECONDS INT64_C(86400)
#define SECOND_MS INT64_C(1000)
#define BUDGETS 40			/* a whole feed may use the steps of so many series */

void series_begin(struct series *s, const struct series_limits *limits, struct zone_names *zones)
{
	memset(s, 0, sizeof(*s));
	s->limits = *limits;
	s->from = zone_instant(limits->zone, limits->from, 0);
	s->to = zone_instant(limits->zone, limits->to, 0);
	s->steps_left = limits->max_steps * BUDGETS;
	s->zones = zones;
}

void series_free(struct series *s)
{
	free(s->items);
	memset(s, 0, sizeof(*s));
}

/* ---- identity */

char *series_rid_text(struct rid rid, char out[32])
{
	int64_t seconds = rid.kind == RID_INSTANT ? rid.value / SECOND_MS : rid.value;
	int64_t day = rid.kind == RID_DATE ? rid.value : seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0);
	int of_day = rid.kind == RID_DATE ? 0 : (int)(seconds - day * DAY_SECONDS);
	struct ymd d = date_ymd((day_t)day);

	if (rid.kind == RID_NONE)
		out[0] = '\0';
	else if (rid.kind == RID_DATE)
		snprintf(out, 32, "%04d%02d%02d", d.year, d.month, d.day);
	else
		snprintf(out, 32, "%04d%02d%02dT%02d%02d%02d%c", d.year, d.month, d.day, of_day / 3600,
		    of_day / 60 % 60, of_day % 60, rid.kind == RID_INSTANT ? 'Z' : 'L');
	return out;
}

/* ---- one occurrence */

static int64_t date_end(const struct vevent *v, const struct zone *zone, day_t day, unsigned *flags)
{
	int64_t days = 1;

	if (v->length == VEVENT_END)
		days = v->end.kind == WHEN_DATE ? v->end.day - v->start.day : 0;
	else if (v->length == VEVENT_SPAN)
		days = v->span.days + v->span.seconds / DAY_SECONDS;
	/* An end on the first day is how several publishers write one day. */
	if (days < 0 || (v->length == VEVENT_END && v->end.kind != WHEN_DATE))
		*flags |= EVENT_END_INVALID;
	return zone_instant(zone, day + (day_t)(days < 1 ? 1 : days), 0);
}

/* DTEND makes the same exact length each time, DURATION the same days and hours on the clock (RFC 5545
 * 3.8.5.3). */
int64_t series_end(const struct vevent *v, const struct zone *zone, day_t day, int seconds, int64_t start,
    unsigned *flags)
{
	int64_t end = start;

	if (v->start.kind == WHEN_DATE)
		return date_end(v, zone, day, flags);
	if (v->length == VEVENT_OPEN) {
		*flags |= EVENT_NO_END;
		return start;
	}
	if (v->length == VEVENT_SPAN)
		end = zone_instant(zone, day + v->span.days, seconds) + v->span.seconds * SECOND_MS;
	else if (v->end.kind != WHEN_DATE)
		end = start + when_instant(&v->end, zone) - when_instant(&v->start, zone);
	if (end <= start)
		*flags |= EVENT_END_INVALID;
	return end > start ? end : start;
}

int series_is_outside(const struct series *s, const struct vevent *v, day_t day, int64_t start, int64_t end)
{
	if (v->start.kind == WHEN_DATE)
		return day >= s->limits.to || zone_day(s->limits.zone, end - 1, NULL) < s->limits.from;
	return start >= s->to || (end > start ? end <= s->from : start < s->from);
}

int series_append(struct series *s, const struct occurrence *o, struct err *err)
{
	if (s->n == s->cap) {
		size_t cap = s->cap > 0 ? s->cap * 2 : 64;
		struct occurrence *items = reallocarray(s->items, cap, sizeof(*items));

		if (items == NULL)
			return err_oom(err);
		s->items = items;
		s->cap = cap;
	}
	s->items[s->n++] = *o;
	return 0;
}

int series_tell(
    struct series *s, const char *code, const struct vevent *v, const char *text, struct err *err)
{
	char name[ICAL_NAME_SIZE], said[700];

	snprintf(said, sizeof(said), "%s: %s", ical_name(v, name), text);
	return s->skip(s->skip_to, code, v->uid, said, err);
}

static int tell_span(struct series *s, const struct vevent *v, struct err *err)
{
	return series_tell(s, "span", v, "it lasts longer than a year and was left out.", err);
}

/* The whole feed may not have more than max_occurrences; told once. */
static int tell_full(struct series *s, const struct vevent *v, struct err *err)
{
	s->full = 1;
	return series_tell(
	    s, "cut", v, "the calendar has more dates than are kept; from here on they are left out.", err);
}

int series_single(struct series *s, struct vevent *v, struct occurrence *ret, struct err *err)
{
	const struct zone *zone = when_zone(&v->start, s->limits.zone);
	struct occurrence o = { .event = v, .start = when_instant(&v->start, zone) };

	if (s->full)
		return 0;
	o.end = series_end(v, zone, v->start.day, v->start.seconds, o.start, &o.flags);
	if (o.end - o.start > SERIES_LONGEST_DAYS * DAY_SECONDS * SECOND_MS)
		return tell_span(s, v, err);
	if (series_is_outside(s, v, v->start.day, o.start, o.end))
		return 0;
	if (s->singles + (int64_t)s->n >= s->limits.max_occurrences)
		return tell_full(s, v, err);
	s->singles++;
	*ret = o;
	return 1;
}

/* ---- the group */

/* A change of a series that is not there, with more dates of its own: those cannot be placed. The rule in a
 * change of one date is a copy of the series', which some programs leave there. */
static int tell_lost(struct series *s, const struct vevent *v, struct err *err)
{
	struct content_line l;
	const char *line;
	size_t at = 0, len;
	int lost = v->this_and_future && v->nrules > 0;

	while (!lost && ical_line(v->lines, v->lines_len, &at, &line, &len))
		lost = content_split(line, len, &l) == 0 && content_is(&l, "RDATE");
	if (!lost)
		return 0;
	return series_tell(s, "rule-refused", v,
	    "it changes one date of a series that is not in the calendar; further dates it gives are left "
	    "out. "
	    "Enter them by hand.",
	    err);
}

static int add_override(struct series *s, struct vevent *v, const struct vevent *master, struct err *err)
{
	const struct zone *zone = when_zone(&v->start, s->limits.zone);
	struct when w = instance_of(v, master != NULL ? &master->start : NULL, s->limits.zone);
	struct occurrence o = { .event = v, .start = when_instant(&v->start, zone),
		.rid = instance_rid(&w, when_instant(&w, s->limits.zone)) };

	o.end = series_end(v, zone, v->start.day, v->start.seconds, o.start, &o.flags);
	o.outside = series_is_outside(s, v, v->start.day, o.start, o.end);
	if (o.end - o.start > SERIES_LONGEST_DAYS * DAY_SECONDS * SECOND_MS) {
		o.outside = 1;
		if (tell_span(s, v, err) != 0)
			return -1;
	}
	if (master == NULL && master_is_series(v) && tell_lost(s, v, err) != 0)
		return -1;
	return series_append(s, &o, err);
}

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Which of two for the same date is the valid one: overrides before what a rule made; the later revision. */
static int by_rid(const void *one, const void *two)
{
	const struct occurrence *a = one, *b = two;
	int by[] = { order(a->rid.kind, b->rid.kind), order(a->rid.value, b->rid.value),
		order(a->made, b->made) };

	for (int i = 0; i < 3; i++)
		if (by[i] != 0)
			return by[i];
	/* An RDATE may say how long the first date is, where DTSTART stands without an end. */
	if (a->event == b->event)
		return (b->end > b->start) - (a->end > a->start);
	return instance_by_revision(a->event, b->event);
}

static int tell_doublet(struct series *s, struct vevent *v, struct err *err)
{
	if (v->told)
		return 0;
	v->told = 1;
	return series_tell(s, "dup-key", v, "another event with the same UID and date replaces it.", err);
}

/* Of those with one rid the first stays; what is outside of the window goes. */
static int settle(struct series *s, size_t first, struct err *err)
{
	size_t kept = first;
	struct occurrence last = { .event = NULL };

	qsort(s->items + first, s->n - first, sizeof(*s->items), by_rid);
	for (size_t i = first; i < s->n; i++) {
		struct occurrence o = s->items[i];
		int same = last.event != NULL && o.rid.kind == last.rid.kind && o.rid.value == last.rid.value;

		if (same && o.event != last.event && o.made == last.made &&
		    tell_doublet(s, o.event, err) != 0)
			return -1;
		if (same)
			continue;
		last = o;
		if (!o.outside)
			s->items[kept++] = o;
	}
	s->n = kept;
	return 0;
}

/* The series that overrides belong to; NULL if there is none. */
static const struct vevent *find_master(struct vevent *const *events, size_t n)
{
	const struct vevent *master = NULL;

	for (size_t i = 0; i < n; i++)
		if (!events[i]->is_override && (master == NULL || master_is_series(events[i])))
			master = events[i];
	return master;
}

/* Several single events of one UID are told apart by their start, unless they are one and the same. */
static int need_names(const struct series *s, struct vevent *const *events, size_t n)
{
	const struct vevent *first = NULL;

	for (size_t i = 0; i < n; i++) {
		if (events[i]->is_override)
			return 1;
		if (first == NULL)
			first = events[i];
		else if (master_is_series(first) || master_is_series(events[i]) ||
		    when_instant(&first->start, s->limits.zone) !=
		        when_instant(&events[i]->start, s->limits.zone))
			return 1;
	}
	return 0;
}

static int trim(struct series *s, size_t first, struct err *err)
{
	int64_t room = s->limits.max_occurrences - s->singles;
	const struct vevent *v;

	if ((int64_t)s->n <= room)
		return 0;
	v = s->items[first].event;
	s->n = (size_t)(room > 0 ? room : 0);
	return tell_full(s, v, err);
}

/* A change that cannot be followed would leave all later dates wrong. */
static int tell_future(struct series *s, const struct vevent *v, const char *why, struct err *err)
{
	char text[300];

	snprintf(text, sizeof(text),
	    "a change of this and all later dates (RANGE=THISANDFUTURE) %s is not followed. "
	    "The dates of the series are left out; enter them by hand.", why);
	return series_tell(s, "rule-refused", v, text, err);
}

static int add_group(struct series *s, struct vevent *const *events, size_t n, const struct vevent *master,
    const struct futures *futures, struct err *err)
{
	int named = need_names(s, events, n);

	for (size_t i = 0; i < n; i++) {
		int bad = 0;

		if (events[i]->is_override)
			bad = add_override(s, events[i], master, err);
		else if (futures != NULL)
			bad = master_add(s, events[i], named, futures, err);
		if (bad != 0)
			return -1;
	}
	return 0;
}

int series_add(struct series *s, struct vevent *const *events, size_t n, struct err *err)
{
	const struct vevent *master = find_master(events, n), *unclear = NULL;
	const char *why = NULL;
	size_t first = s->n;
	struct futures futures;
	int ret;

	if (s->full)
		return 0;
	ret = futures_find(&futures, s, events, n, master, &unclear, &why, err);
	if (ret < 0 || (ret > 0 && tell_future(s, unclear, why, err) != 0))
		return -1;
	ret = add_group(s, events, n, master, ret == 0 ? &futures : NULL, err);
	futures_free(&futures);
	if (ret != 0)
		return -1;
	if ((s->n - first > 1 || (s->n > first && s->items[first].outside)) && settle(s, first, err) != 0)
		return -1;
	return trim(s, first, err);
}
