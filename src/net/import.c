/* From the bytes of a calendar to event records. */
#include "import.h"
#include "body.h"
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
	struct body *body;
	struct prescan scan;
	struct zone_names *zones;
	struct series_limits limits;
	const struct import_sink *sink;
	struct arena kept, passing;	/* of events that stay, of the one that does not */
	struct ical ical;
	struct vevent *events;		/* those that stay */
	size_t n, cap, bytes;
	int is_ready;			/* what speaks of the calendar was read */
	int zone_doubtful;		/* X-WR-TIMEZONE is there, but no help */
	struct series series;
	struct import_result result;
};

int import_is_loss(const char *code)
{
	return strcmp(code, "dup-key") != 0 && strcmp(code, "not-event") != 0 && strcmp(code, "no-calendar") != 0;
}

static const struct zone *zone_of(const struct import *m, const struct vevent *v)
{
	return v->start.kind == WHEN_ZONED ? v->start.zone : m->limits.zone;
}

/* ---- what speaks of the calendar */

static int short_text(struct import *m, const struct buf *from, char *out, size_t size, struct err *err)
{
	char text[1024];
	const char *cleaned;

	if (from->len == 0)
		return 0;
	icalvalue_decode_ical_string(buf_str(from), text, sizeof(text) - 1);
	m->ical.arena = &m->passing;
	ical_text(&m->ical, text, strlen(text), size - 1, &cleaned);
	if (cleaned == NULL)
		return err_oom(err);
	text_copy(out, size, cleaned);
	return 0;
}

/* The zone of times that have none. */
static void set_zone(struct import *m)
{
	const struct prescan_facts *f = &m->scan.facts;
	const struct zone *zone = zone_names_find(m->zones, buf_str(&f->zone_id), f->zone_id.len);

	m->zone_doubtful = f->zone_id.len > 0 && (zone == NULL || f->two_zones);
	if (zone == NULL || m->zone_doubtful)
		return;
	m->limits.zone = zone;
	if (!zone_is_made(zone))
		text_copy(m->result.zone, sizeof(m->result.zone), zone_name(zone));
}

/* Before the first event is read. */
static void get_ready(struct import *m)
{
	if (m->is_ready)
		return;
	m->is_ready = 1;
	set_zone(m);
	series_begin(&m->series, &m->limits, m->zones);
	m->series.skip = m->sink->skip;
	m->series.skip_to = m->sink->to;
}

static int tell_facts(struct import *m, struct err *err)
{
	const struct prescan_facts *f = &m->scan.facts;

	m->result.stray = f->stray;
	m->result.cancels = f->calendars > 0 && f->cancelling == f->calendars;
	m->result.refresh_s = f->refresh_s;
	if (short_text(m, &f->name, m->result.name, sizeof(m->result.name), err) != 0 ||
	    short_text(m, &f->producer, m->result.producer, sizeof(m->result.producer), err) != 0)
		return -1;
	if (f->stray > 0 &&
	    m->sink->skip(m->sink->to, "no-calendar", "",
	        "Events stand outside of any calendar (BEGIN:VCALENDAR is missing). They were read all the same.",
	        err) != 0)
		return -1;
	return 0;
}

/* "2 tasks, 1 journal entry, 3 other parts" */
static int tell_others(struct import *m, struct err *err)
{
	const struct prescan_facts *p = &m->scan.facts;
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

/* A broken line may have been the beginning of an event. */
static int tell_broken(struct import *m, struct err *err)
{
	const struct prescan_facts *f = &m->scan.facts;
	char text[200];

	if (f->broken == 0)
		return 0;
	snprintf(text, sizeof(text),
	    "%zu line%s outside of events cannot be understood, the first is line %zu. Events may be missing.",
	    f->broken, f->broken == 1 ? "" : "s", f->broken_at);
	return m->sink->skip(m->sink->to, "cut", "", text, err);
}

/* ---- giving out */

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
	const struct zone *zone = zone_of(m, v), *lasting = zone;
	char rid[32];
	struct event e = {
		.uid = v->uid,
		.rid = series_rid_text(o->rid, rid),
		.title = v->title,
		.location = v->location,
		.url = v->url,
		.organizer = v->organizer,
		.categories = v->categories,
		.description = v->description,
		.credit = v->credit,
		.domain = v->domain,
		.extras = v->extras,
		.start = o->start,
		.end = o->end,
		.all_day = v->start.kind == WHEN_DATE,
		.cancelled = v->cancelled,
		.series = v->nrules > 0 || v->has_dates || v->is_override,
		.flags = v->flags | o->flags,
	};

	if (zone_is_made(zone) && zone_lasting(zone, e.start, &lasting, err) != 0)
		return -1;
	e.zone = zone_name(lasting);
	set_day(&e, zone);
	event_seal(&e);
	m->result.events++;
	return m->sink->event(m->sink->to, &e, err);
}

/* ---- reading */

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
	v->uid = arena_strdup(m->ical.arena, uid);
	return v->uid != NULL ? 0 : err_oom(err);
}

static int keep(struct import *m, const struct vevent *v, struct err *err)
{
	if (m->n == m->cap) {
		size_t cap = m->cap > 0 ? m->cap * 2 : 64;
		struct vevent *events = reallocarray(m->events, cap, sizeof(*events));

		if (events == NULL)
			return err_oom(err);
		m->events = events;
		m->cap = cap;
	}
	m->events[m->n++] = *v;
	m->bytes += sizeof(*v) + m->scan.text.len;
	return 0;
}

static int pass(struct import *m, struct vevent *v, struct err *err)
{
	struct occurrence o;
	int found = series_single(&m->series, v, &o, err);

	return found > 0 ? give(m, &o, err) : found;
}

/* Does it stand alone: no series, no change of one, and no other event has its UID? */
static int is_alone(const struct import *m, const struct prescan_event *e)
{
	const unsigned ties = 1U << LINE_RRULE | 1U << LINE_RDATE | 1U << LINE_EXDATE | 1U << LINE_EXRULE |
	    1U << LINE_RECURRENCE_ID;

	return (e->names & ties) == 0 && e->uid != 0 && !m->body->odd && !body_repeats(m->body, e->uid);
}

static int read_event(struct import *m, int alone, struct err *err)
{
	struct vevent_skip skip;
	struct vevent v;
	int skipped = ical_read(&m->ical, &m->scan, &v, &skip, err);

	if (skipped < 0)
		return -1;
	if (skipped > 0)
		return m->sink->skip(m->sink->to, skip.code, v.uid, skip.text, err);
	if (m->zone_doubtful && v.start.kind == WHEN_FLOATING)
		v.flags |= EVENT_ZONE_UNKNOWN;
	if (v.uid[0] == '\0' && name_event(m, &v, err) != 0)
		return -1;
	return alone ? pass(m, &v, err) : keep(m, &v, err);
}

/* One event of the feed is complete. */
static int take_event(void *to, struct prescan *p, struct err *err)
{
	struct import *m = to;
	int alone = is_alone(m, &p->event), ret;

	get_ready(m);
	if (m->bytes > IMPORT_KEPT_MAX)
		return prescan_stop(p, PRESCAN_LIMIT);
	m->ical.arena = alone ? &m->passing : &m->kept;
	ret = read_event(m, alone, err);
	arena_free(&m->passing);
	return ret;
}

/* All of the body through the scan, for events, facts or both. -1 with err. */
static int scan_all(struct import *m, unsigned looks_for, struct err *err)
{
	const char *data;
	size_t len;

	m->scan.looks_for = looks_for;
	body_rewind(m->body);
	do {
		if (body_read(m->body, &data, &len, err) != 0)
			return -1;
	} while (len > 0 && prescan_add(&m->scan, data, len) == 0);
	prescan_end(&m->scan);
	if (m->scan.verdict == PRESCAN_MEMORY)
		return err_oom(err);
	return m->scan.verdict == PRESCAN_STOPPED ? -1 : 0;
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

/* ---- the whole */

/* Where zones are explained behind the events that use them, they are looked for first. */
static int scan(struct import *m, struct err *err)
{
	struct prescan_facts facts;

	if (!m->body->late && !m->body->odd)
		return scan_all(m, PRESCAN_FACTS | PRESCAN_EVENTS, err);
	if (scan_all(m, PRESCAN_FACTS, err) != 0)
		return -1;
	facts = m->scan.facts;
	memset(&m->scan.facts, 0, sizeof(m->scan.facts));
	prescan_free(&m->scan);
	m->scan.facts.name = facts.name;
	m->scan.facts.zone_id = facts.zone_id;
	m->scan.facts.producer = facts.producer;
	m->scan.facts.refresh_s = facts.refresh_s;
	m->scan.facts.two_zones = facts.two_zones;
	return scan_all(m, PRESCAN_EVENTS, err);
}

static int give_kept(struct import *m, struct err *err)
{
	if (m->series.n > 0)
		qsort(m->series.items, m->series.n, sizeof(*m->series.items), by_start);
	for (size_t i = 0; i < m->series.n; i++)
		if (give(m, &m->series.items[i], err) != 0)
			return -1;
	return 0;
}

static int run(struct import *m, struct err *err)
{
	if (scan(m, err) != 0)
		return -1;
	m->result.verdict = m->scan.verdict;
	get_ready(m);
	if (tell_facts(m, err) != 0)
		return -1;
	if (m->result.verdict != PRESCAN_OK)
		return 0;
	if (expand(m, err) != 0 || tell_others(m, err) != 0 || tell_broken(m, err) != 0)
		return -1;
	return give_kept(m, err);
}

int import_run(struct body *b, struct zone_names *zones, const struct import_terms *terms,
    const struct import_sink *sink, struct import_result *ret, struct err *err)
{
	struct import m;
	int result;

	memset(&m, 0, sizeof(m));
	m.body = b;
	m.zones = zones;
	m.limits = terms->limits;
	m.sink = sink;
	m.ical.zones = zones;
	m.scan.max_events = terms->max_events;
	m.scan.owner = terms->owner;
	m.scan.zones = zones;
	m.scan.take = take_event;
	m.scan.to = &m;
	m.scan.err = err;
	result = run(&m, err);
	if (result == 0 && zone_names_failed(zones))
		result = err_oom(err);		/* a zone may be unknown for that reason alone */
	if (result == 0)
		*ret = m.result;
	series_free(&m.series);
	prescan_free(&m.scan);
	free(m.events);
	ical_free(&m.ical);
	arena_free(&m.kept);
	arena_free(&m.passing);
	ical_end();
	return result;
}
