/* The occurrences of one UID. */
#include "series.h"
#include "dates.h"
#include "expand.h"
#include "ical.h"
#include "base/err.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_SECONDS INT64_C(86400)
#define SECOND_MS INT64_C(1000)
#define LONGEST_DAYS 366		/* what is longer is a mistake */
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

static struct rid rid_of(const struct when *w, int64_t instant)
{
	struct rid rid = { RID_INSTANT, instant };

	if (w->kind == WHEN_DATE) {
		rid.kind = RID_DATE;
		rid.value = w->day;
	} else if (w->kind == WHEN_FLOATING) {
		rid.kind = RID_FLOATING;
		rid.value = w->day * DAY_SECONDS + w->seconds;
	}
	return rid;
}

/* RECURRENCE-ID in the terms of the series it belongs to, which may write its times otherwise. */
static struct rid instance_of(const struct series *s, const struct vevent *v, const struct vevent *master)
{
	struct when w = v->instance;
	const struct zone *zone;
	int64_t instant;

	if (master == NULL || w.kind == master->start.kind)
		return rid_of(&w, when_instant(&w, s->limits.zone));
	zone = when_zone(&master->start, s->limits.zone);
	if (master->start.kind == WHEN_DATE) {
		w.kind = WHEN_DATE;
	} else if (w.kind == WHEN_DATE || w.kind == WHEN_FLOATING) {
		if (w.kind == WHEN_DATE)
			w.seconds = master->start.seconds;
		w.kind = master->start.kind;
		w.zone = master->start.zone;
	} else if (master->start.kind == WHEN_FLOATING) {
		instant = when_instant(&w, zone);
		w.day = zone_day(zone, instant, NULL);
		w.seconds = (int)(instant / SECOND_MS + zone_offset(zone, instant) - w.day * DAY_SECONDS);
		w.kind = WHEN_FLOATING;
	}
	return rid_of(&w, when_instant(&w, zone));
}

/* ---- one occurrence */

static int same_zone(const struct when *a, const struct when *b)
{
	return a->kind == b->kind && a->zone == b->zone;
}

/* The end keeps its time on the clock, as calendar programs show it, also in the night when the clocks
 * change; from one zone to another the length is exact. */
static int64_t end_of(const struct vevent *v, const struct zone *zone, day_t day, int seconds, int64_t start)
{
	int64_t civil;

	if (!same_zone(&v->start, &v->end))
		return start + when_instant(&v->end, zone) - when_instant(&v->start, zone);
	civil = day * DAY_SECONDS + seconds + (v->end.day - v->start.day) * DAY_SECONDS + v->end.seconds -
	    v->start.seconds;
	day = (day_t)(civil / DAY_SECONDS - (civil % DAY_SECONDS < 0));
	return zone_instant(zone, day, (int)(civil - day * DAY_SECONDS));
}

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
		end = end_of(v, zone, day, seconds, start);
	if (end <= start)
		*flags |= EVENT_END_INVALID;
	return end > start ? end : start;
}

static int is_outside(const struct series *s, const struct vevent *v, day_t day, int64_t start, int64_t end)
{
	if (v->start.kind == WHEN_DATE)
		return day >= s->limits.to || zone_day(s->limits.zone, end - 1, NULL) < s->limits.from;
	return start >= s->to || (end > start ? end <= s->from : start < s->from);
}

static int append(struct series *s, const struct occurrence *o, struct err *err)
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

static int tell(struct series *s, const char *code, const struct vevent *v, const char *text, struct err *err)
{
	char name[ICAL_NAME_SIZE], said[700];

	snprintf(said, sizeof(said), "%s: %s", ical_name(v, name), text);
	return s->skip(s->skip_to, code, v->uid, said, err);
}

/* What one master has made so far. */
struct making {
	struct series *s;
	struct vevent *v;
	const struct zone *zone;	/* of its DTSTART */
	const struct dates *dates;	/* RDATE and EXDATE */
	int64_t made;
	int named;			/* occurrences carry a rid */
	int full, too_long;
};

static int make(struct making *m, const struct when *w, int64_t end, struct err *err)
{
	struct occurrence o = { m->v, when_instant(w, m->zone), end, { RID_NONE, 0 }, 0, 0 };

	if (m->dates != NULL && dates_excluded(m->dates, w, o.start))
		return 0;
	if (m->dates != NULL)
		o.flags = m->dates->flags;
	if (end == INT64_MIN)
		o.end = series_end(m->v, m->zone, w->day, w->seconds, o.start, &o.flags);
	if (o.end - o.start > LONGEST_DAYS * DAY_SECONDS * SECOND_MS) {
		m->too_long = 1;
		return 0;
	}
	if (m->named)
		o.rid = rid_of(w, o.start);
	o.outside = is_outside(m->s, m->v, w->day, o.start, o.end);
	if (o.outside)
		return 0;
	if (m->made == m->s->limits.max_per_series) {
		m->full = 1;
		return 0;
	}
	m->made++;
	return append(m->s, &o, err);
}

/* ---- rules */

/* Is this civil time past UNTIL? A date means its whole day; a time without a zone is local. */
static int is_past(const struct rule *r, const struct when *w, int64_t instant, const struct zone *floating)
{
	if (!r->has_until)
		return 0;
	if (w->kind == WHEN_DATE || r->until.kind == WHEN_DATE)
		return w->day > r->until.day;
	if (r->until.kind == WHEN_UTC)
		return instant > when_instant(&r->until, floating);
	return w->day > r->until.day || (w->day == r->until.day && w->seconds > r->until.seconds);
}

static int64_t length_in_days(const struct vevent *v)
{
	int64_t days = 1;

	if (v->length == VEVENT_END)
		days = v->end.day - v->start.day;
	else if (v->length == VEVENT_SPAN)
		days = v->span.days + v->span.seconds / DAY_SECONDS;
	return days < 0 || days > LONGEST_DAYS ? LONGEST_DAYS : days;
}

/* The budget was used up: what was found is right, what is missing is told. */
static int tell_budget(struct making *m, struct err *err)
{
	char text[300], rule[121];

	snprintf(rule, sizeof(rule), "%.*s", (int)(m->v->rule_len < 120 ? m->v->rule_len : 120), m->v->rule);
	snprintf(text, sizeof(text), "RRULE:%s takes too many steps to follow; dates may be missing.", rule);
	return tell(m->s, "rule-refused", m->v, text, err);
}

static int make_rule(struct making *m, const struct rule *r, struct err *err)
{
	struct series *s = m->s;
	struct when w = m->v->start;
	int64_t budget = s->limits.max_steps < s->steps_left ? s->limits.max_steps : s->steps_left;
	int64_t not_before = s->limits.from - length_in_days(m->v) - 2;
	struct expand x;
	int found, seconds;

	expand_begin(&x, r, &m->v->start, not_before * DAY_SECONDS, (s->limits.to + 2) * DAY_SECONDS, budget);
	while ((found = expand_next(&x, &w.day, &seconds)) > 0 && !m->full) {
		w.seconds = seconds;
		if (is_past(r, &w, when_instant(&w, m->zone), s->limits.zone))
			break;
		if (w.day == m->v->start.day && w.seconds == m->v->start.seconds)
			continue;		/* DTSTART itself was made already */
		if (make(m, &w, INT64_MIN, err) != 0)
			return -1;
	}
	s->steps_left -= x.steps;
	return found < 0 ? tell_budget(m, err) : 0;
}

static int make_added(struct making *m, struct err *err)
{
	for (size_t i = 0; i < m->dates->nadded; i++) {
		const struct dates_added *a = &m->dates->added[i];

		if (make(m, &a->start, a->end, err) != 0)
			return -1;
	}
	return 0;
}

/* Reads the rule, if there is one. 1: it is not followed, which was told; -1. */
static int read_rule(struct series *s, const struct vevent *v, struct rule *ret, struct err *err)
{
	char why[160], raw[121], text[400];
	enum rule_verdict verdict = RULE_REFUSED;

	if (v->has_exrule)
		snprintf(why, sizeof(why), "EXRULE is not followed");
	else if (v->nrules > 1)
		snprintf(why, sizeof(why), "more than one RRULE is not followed");
	else
		verdict = rule_parse(v->rule, v->rule_len, ret, why, sizeof(why));
	if (verdict == RULE_FOLLOWED)
		return 0;
	snprintf(raw, sizeof(raw), "%.*s", (int)(v->rule_len < 120 ? v->rule_len : 120),
	    v->rule != NULL ? v->rule : "");
	snprintf(text, sizeof(text), "RRULE:%s: %s. Its dates are left out; enter them by hand.", raw, why);
	return tell(s, verdict == RULE_BROKEN ? "rule-broken" : "rule-refused", v, text, err) != 0 ? -1 : 1;
}

static int make_all(struct making *m, const struct rule *r, struct err *err)
{
	if (make(m, &m->v->start, INT64_MIN, err) != 0 || (m->v->nrules > 0 && make_rule(m, r, err) != 0) ||
	    (m->dates != NULL && make_added(m, err) != 0))
		return -1;
	if (m->full &&
	    tell(m->s, "cut", m->v,
	        "it has more dates than are kept of one series; the later ones are left out.", err) != 0)
		return -1;
	if (m->too_long &&
	    tell(m->s, "span", m->v, "it lasts longer than a year and was left out.", err) != 0)
		return -1;
	return 0;
}

/* The whole feed may not have more than max_occurrences; told once. */
static int tell_full(struct series *s, const struct vevent *v, struct err *err)
{
	s->full = 1;
	return tell(
	    s, "cut", v, "the calendar has more dates than are kept; from here on they are left out.", err);
}

int series_single(struct series *s, struct vevent *v, struct occurrence *ret, struct err *err)
{
	const struct zone *zone = when_zone(&v->start, s->limits.zone);
	struct occurrence o = { v, when_instant(&v->start, zone), 0, { RID_NONE, 0 }, 0, 0 };

	if (s->full)
		return 0;
	o.end = series_end(v, zone, v->start.day, v->start.seconds, o.start, &o.flags);
	if (o.end - o.start > LONGEST_DAYS * DAY_SECONDS * SECOND_MS)
		return tell(s, "span", v, "it lasts longer than a year and was left out.", err) != 0 ? -1 : 0;
	if (is_outside(s, v, v->start.day, o.start, o.end))
		return 0;
	if (s->singles + (int64_t)s->n >= s->limits.max_occurrences)
		return tell_full(s, v, err) != 0 ? -1 : 0;
	s->singles++;
	*ret = o;
	return 1;
}

static int is_series(const struct vevent *v)
{
	return v->nrules > 0 || v->has_exrule || v->has_dates;
}

static int add_master(struct series *s, struct vevent *v, int named, struct err *err)
{
	struct making m = { s, v, when_zone(&v->start, s->limits.zone), NULL, 0, named || is_series(v), 0,
		0 };
	struct dates dates;
	struct rule rule;
	char why[200];
	int ret;

	if (v->nrules > 0 || v->has_exrule) {
		ret = read_rule(s, v, &rule, err);
		if (ret != 0)
			return ret < 0 ? -1 : 0;
	}
	if (!v->has_dates)
		return make_all(&m, &rule, err);
	ret = dates_read(&dates, v, s->zones, s->limits.zone, why, sizeof(why), err);
	if (ret > 0)
		return tell(s, "rule-broken", v, why, err);
	if (ret < 0)
		return -1;
	m.dates = &dates;
	ret = make_all(&m, &rule, err);
	dates_free(&dates);
	return ret;
}

/* ---- the group */

static int add_override(struct series *s, struct vevent *v, const struct vevent *master, struct err *err)
{
	const struct zone *zone = when_zone(&v->start, s->limits.zone);
	struct occurrence o = { v, when_instant(&v->start, zone), 0, instance_of(s, v, master), 0, 0 };

	o.end = series_end(v, zone, v->start.day, v->start.seconds, o.start, &o.flags);
	o.outside = is_outside(s, v, v->start.day, o.start, o.end);
	if (o.end - o.start > LONGEST_DAYS * DAY_SECONDS * SECOND_MS) {
		o.outside = 1;
		if (tell(s, "span", v, "it lasts longer than a year and was left out.", err) != 0)
			return -1;
	}
	return append(s, &o, err);
}

static int64_t order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Which of two for the same date is the valid one: the later revision; overrides before what a rule made. */
static int by_rid(const void *one, const void *two)
{
	const struct occurrence *a = one, *b = two;
	const struct vevent *v = a->event, *w = b->event;
	int64_t by[] = { order(a->rid.kind, b->rid.kind), order(a->rid.value, b->rid.value),
		order(w->is_override, v->is_override), order(w->sequence, v->sequence),
		order(w->modified, v->modified), order(w->stamp, v->stamp),
		order((int64_t)w->index, (int64_t)v->index) };

	for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++)
		if (by[i] != 0)
			return (int)by[i];
	return 0;
}

static int tell_doublet(struct series *s, struct vevent *v, struct err *err)
{
	if (v->told)
		return 0;
	v->told = 1;
	return tell(s, "dup-key", v, "another event with the same UID and date replaces it.", err);
}

/* Of those with one rid the first stays; what is outside of the window goes. */
static int settle(struct series *s, size_t first, struct err *err)
{
	size_t kept = first;
	struct occurrence last = { NULL, 0, 0, { RID_NONE, 0 }, 0, 0 };

	qsort(s->items + first, s->n - first, sizeof(*s->items), by_rid);
	for (size_t i = first; i < s->n; i++) {
		struct occurrence o = s->items[i];
		int same = last.event != NULL && o.rid.kind == last.rid.kind && o.rid.value == last.rid.value;

		if (same && o.event != last.event && o.event->is_override == last.event->is_override &&
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
		if (!events[i]->is_override && (master == NULL || is_series(events[i])))
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
		else if (is_series(first) || is_series(events[i]) ||
		    when_instant(&first->start, s->limits.zone) !=
		        when_instant(&events[i]->start, s->limits.zone))
			return 1;
	}
	return 0;
}

static const struct vevent *from_here_on(struct vevent *const *events, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (events[i]->is_override && events[i]->this_and_future)
			return events[i];
	return NULL;
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

int series_add(struct series *s, struct vevent *const *events, size_t n, struct err *err)
{
	const struct vevent *master = find_master(events, n), *future = from_here_on(events, n);
	int named = need_names(s, events, n);
	size_t first = s->n;

	if (s->full)
		return 0;
	if (master != NULL && future != NULL &&
	    tell(s, "rule-refused", future,
	        "a change of this and all later dates (RANGE=THISANDFUTURE) is not followed. "
	        "The dates of the series are left out; enter them by hand.",
	        err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int bad = 0;

		if (events[i]->is_override)
			bad = add_override(s, events[i], master, err);
		else if (future == NULL)
			bad = add_master(s, events[i], named, err);
		if (bad != 0)
			return -1;
	}
	if ((s->n - first > 1 || (s->n > first && s->items[first].outside)) && settle(s, first, err) != 0)
		return -1;
	return trim(s, first, err);
}
