/* From what prescan kept to event records. */
#include "import.h"
#include "ical.h"
#include "prescan.h"
#include "zonename.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS INT64_C(3600000)

struct import {
	struct prescan *p;
	struct zone_names *zones;
	struct series_limits limits;
	const struct import_sink *sink;
	struct arena arena;
	struct buf chunk, text;
	struct vevent *events;		/* those that were read */
	size_t n;
	int zone_doubtful;		/* X-WR-TIMEZONE is there, but no help */
	struct series series;
	struct import_result result;
};

int import_is_loss(const char *code)
{
	return strcmp(code, "dup-key") != 0 && strcmp(code, "not-event") != 0;
}

static const struct zone *zone_of(const struct import *m, const struct vevent *v)
{
	return v->start.kind == WHEN_ZONED ? v->start.zone : m->limits.zone;
}

/* ---- reading */

/* What speaks of the calendar: its name, and the zone of times that have none. */
static int read_calendar(struct import *m, struct err *err)
{
	struct ical c = { &m->arena, m->zones, &m->chunk, &m->text };
	const struct zone *zone = zone_names_find(m->zones, buf_str(&m->p->zone_id), m->p->zone_id.len);
	char name[1024];
	const char *cleaned;

	m->zone_doubtful = m->p->zone_id.len > 0 && (zone == NULL || m->p->two_zones);
	if (zone != NULL && !m->zone_doubtful) {
		m->limits.zone = zone;
		text_copy(m->result.zone, sizeof(m->result.zone), zone_name(zone));
	}
	if (m->p->name.len == 0)
		return 0;
	icalvalue_decode_ical_string(buf_str(&m->p->name), name, sizeof(name));
	ical_text(&c, name, sizeof(m->result.name) - 1, &cleaned);
	if (cleaned == NULL)
		return err_oom(err);
	text_copy(m->result.name, sizeof(m->result.name), cleaned);
	return 0;
}

/* An event without UID is known by what it says. */
static int name_event(struct import *m, struct vevent *v, struct err *err)
{
	const struct zone *zone = when_zone(&v->start, m->limits.zone);
	struct event e = { .title = v->title, .url = v->url };
	unsigned flags = 0;
	char uid[70];

	e.start = when_instant(&v->start, zone);
	e.end = series_end(v, zone, v->start.day, v->start.seconds, e.start, &flags);
	event_make_uid(&e, uid);
	v->uid = arena_strdup(&m->arena, uid);
	return v->uid != NULL ? 0 : err_oom(err);
}

static int read_events(struct import *m, struct err *err)
{
	struct ical c = { &m->arena, m->zones, &m->chunk, &m->text };

	m->events = calloc(m->p->n + 1, sizeof(*m->events));
	if (m->events == NULL)
		return err_oom(err);
	for (size_t i = 0; i < m->p->n; i++) {
		struct vevent *v = &m->events[m->n];
		struct vevent_skip skip;
		int skipped = ical_read(&c, m->p, &m->p->events[i], v, &skip, err);

		if (skipped < 0)
			return -1;
		if (skipped > 0) {
			if (m->sink->skip(m->sink->to, skip.code, v->uid, skip.text, err) != 0)
				return -1;
			continue;
		}
		v->index = i;
		v->cancelled |= m->p->events[i].cancelled;
		if (m->zone_doubtful && v->start.kind == WHEN_FLOATING)
			v->flags |= EVENT_ZONE_UNKNOWN;
		if (v->uid[0] == '\0' && name_event(m, v, err) != 0)
			return -1;
		m->n++;
	}
	return 0;
}

/* "2 tasks, 1 journal entry, 3 other parts" */
static int tell_others(struct import *m, struct err *err)
{
	const struct prescan *p = m->p;
	char text[200];
	int n = 0;

	if (p->todos + p->journals + p->others == 0)
		return 0;
	if (p->todos > 0)
		n += snprintf(text, sizeof(text), "%zu task%s", p->todos, p->todos == 1 ? "" : "s");
	if (p->journals > 0)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%zu journal entr%s", n > 0 ? ", " : "",
		    p->journals, p->journals == 1 ? "y" : "ies");
	if (p->others > 0)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%zu other part%s", n > 0 ? ", " : "",
		    p->others, p->others == 1 ? "" : "s");
	snprintf(text + n, sizeof(text) - (size_t)n, " in the calendar: no events, so left out.");
	return m->sink->skip(m->sink->to, "not-event", "", text, err);
}

/* ---- grouping by UID */

static int by_uid(const void *a, const void *b)
{
	const struct vevent *v = *(struct vevent *const *)a, *w = *(struct vevent *const *)b;
	int order = strcmp(v->uid, w->uid);

	return order != 0 ? order : (v->index > w->index) - (v->index < w->index);
}

/* In the order of the feed, by the first event of each UID, so that a limit cuts at the end of the feed. */
static int by_first(const void *a, const void *b)
{
	const struct vevent *v = **(struct vevent **const *)a, *w = **(struct vevent **const *)b;

	return (v->index > w->index) - (v->index < w->index);
}

static int expand_groups(struct import *m, struct vevent **sorted, struct vevent ***groups, struct err *err)
{
	size_t ngroups = 0, i;

	for (i = 0; i < m->n; i++)
		sorted[i] = &m->events[i];
	qsort(sorted, m->n, sizeof(struct vevent *), by_uid);
	for (i = 0; i < m->n; i++)
		if (i == 0 || strcmp(sorted[i]->uid, sorted[i - 1]->uid) != 0)
			groups[ngroups++] = &sorted[i];
	qsort(groups, ngroups, sizeof(struct vevent **), by_first);
	for (i = 0; i < ngroups; i++) {
		struct vevent **first = groups[i];
		size_t n = 1;

		while (first + n < sorted + m->n && strcmp(first[n]->uid, first[0]->uid) == 0)
			n++;
		if (series_add(&m->series, first, n, err) != 0)
			return -1;
	}
	return 0;
}

static int expand(struct import *m, struct err *err)
{
	struct vevent **sorted = calloc(m->n + 1, sizeof(struct vevent *));
	struct vevent ***groups = calloc(m->n + 1, sizeof(struct vevent **));
	int ret = -1;

	if (sorted == NULL || groups == NULL)
		err_oom(err);
	else
		ret = expand_groups(m, sorted, groups, err);
	free(groups);
	free(sorted);
	return ret;
}

/* ---- giving out */

static int by_start(const void *a, const void *b)
{
	const struct occurrence *o = a, *q = b;
	int order = (o->start > q->start) - (o->start < q->start);

	if (order == 0)
		order = strcmp(o->event->uid, q->event->uid);
	if (order == 0)
		order = (o->rid.kind > q->rid.kind) - (o->rid.kind < q->rid.kind);
	return order != 0 ? order : (o->rid.value > q->rid.value) - (o->rid.value < q->rid.value);
}

/* FEEDS.md 4.4 and 4.5: the date is that of the start, of what is longer than a day its last one. */
static void set_day(struct event *e, const struct zone *zone)
{
	day_t first = zone_day(zone, e->start, NULL);
	day_t last = e->end > e->start ? zone_day(zone, e->end - 1, NULL) : first;
	int longer = e->all_day ? last > first : e->end - e->start > 24 * HOUR_MS;

	e->day = longer ? last : first;
	e->minutes = event_minutes(e, first == last);
	if (!e->all_day && e->end > e->start && e->minutes == 0 && e->end - e->start >= 60000)
		e->flags |= EVENT_LONG;
}

static int give(struct import *m, const struct occurrence *o, struct err *err)
{
	const struct vevent *v = o->event;
	const struct zone *zone = zone_of(m, v);
	char rid[32];
	struct event e = {
		.uid = v->uid,
		.rid = series_rid_text(o->rid, rid),
		.title = v->title,
		.location = v->location,
		.url = v->url,
		.organizer = v->organizer,
		.start = o->start,
		.end = o->end,
		.zone = zone_name(zone),
		.all_day = v->start.kind == WHEN_DATE,
		.cancelled = v->cancelled,
		.series = v->nrules > 0 || v->has_dates || v->is_override,
		.flags = v->flags | o->flags,
	};

	set_day(&e, zone);
	event_seal(&e);
	m->result.events++;
	return m->sink->event(m->sink->to, &e, err);
}

static int run(struct import *m, struct err *err)
{
	if (read_calendar(m, err) != 0 || read_events(m, err) != 0)
		return -1;
	buf_free(&m->p->text);			/* up to half of the feed, not needed any more */
	series_begin(&m->series, &m->limits, m->zones);
	m->series.skip = m->sink->skip;
	m->series.skip_to = m->sink->to;
	if (expand(m, err) != 0 || tell_others(m, err) != 0)
		return -1;
	if (m->series.n > 0)
		qsort(m->series.items, m->series.n, sizeof(*m->series.items), by_start);
	for (size_t i = 0; i < m->series.n; i++)
		if (give(m, &m->series.items[i], err) != 0)
			return -1;
	return 0;
}

int import_run(struct prescan *p, struct zone_names *zones, const struct series_limits *limits,
    const struct import_sink *sink, struct import_result *ret, struct err *err)
{
	struct import m;
	int result;

	memset(&m, 0, sizeof(m));
	m.p = p;
	m.zones = zones;
	m.limits = *limits;
	m.sink = sink;
	result = run(&m, err);
	if (result == 0)
		*ret = m.result;
	series_free(&m.series);
	free(m.events);
	buf_free(&m.chunk);
	buf_free(&m.text);
	arena_free(&m.arena);
	ical_end();
	return result;
}
