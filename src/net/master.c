/* The occurrences that an event makes by its rules and dates. */
#include "contentline.h"
#include "dates.h"
#include "expand.h"
#include "future.h"
#include "ical.h"
#include "instance.h"
#include "series_parts.h"
#include "base/err.h"
#include "base/text.h"
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_SECONDS INT64_C(86400)
#define SECOND_MS INT64_C(1000)
#define CLOCK_CHANGE (3 * INT64_C(3600))	/* more than clocks are ever set back */

/* What one event has made so far. */
struct making {
	struct series *s;
	struct vevent *v;
	const struct zone *zone;	/* of its DTSTART */
	struct dates dates;		/* RDATE, EXDATE and what EXRULE excludes */
	const struct futures *futures;
	int64_t made;
	int named;			/* occurrences carry a rid */
	int full, too_long;
};

/* Where a rule stops. */
struct stop {
	enum { STOP_NEVER, STOP_DAY, STOP_INSTANT, STOP_CLOCK } kind;
	int64_t last;
};

int master_is_series(const struct vevent *v)
{
	return v->nrules > 0 || v->has_exrule || v->has_dates;
}

/* ---- one occurrence */

/* What the change of all later dates says, that was made before it. */
static void move(const struct making *m, const struct future *f, const struct when *w, struct occurrence *o)
{
	struct when moved = futures_move(f, w, m->s->limits.zone);
	const struct zone *zone = when_zone(&moved, m->s->limits.zone);

	o->event = f->event;
	o->start = when_instant(&moved, m->s->limits.zone);
	o->end = series_end(f->event, zone, moved.day, moved.seconds, o->start, &o->flags);
	o->outside = series_is_outside(m->s, f->event, moved.day, o->start, o->end);
}

/* `start` is the instant of *w; `end` that of a PERIOD or INT64_MIN. */
static int make(struct making *m, const struct when *w, int64_t start, int64_t end, struct err *err)
{
	struct occurrence o = {
		.event = m->v, .start = start, .end = end, .made = 1, .flags = m->dates.flags
	};
	const struct future *f = NULL;

	if (dates_excluded(&m->dates, w, start))
		return 0;
	if (m->named)
		o.rid = instance_rid(w, start);
	if (m->futures->n > 0)
		f = futures_of(m->futures, o.rid);
	if (f != NULL) {
		move(m, f, w, &o);
	} else {
		if (end == INT64_MIN)
			o.end = series_end(m->v, m->zone, w->day, w->seconds, start, &o.flags);
		o.outside = series_is_outside(m->s, m->v, w->day, start, o.end);
	}
	if (o.end - o.start > SERIES_LONGEST_DAYS * DAY_SECONDS * SECOND_MS) {
		m->too_long = 1;
		return 0;
	}
	if (o.outside)
		return 0;
	if (m->made == m->s->limits.max_per_series) {
		m->full = 1;
		return 0;
	}
	m->made++;
	return series_append(m->s, &o, err);
}

/* ---- rules */

/* UNTIL: a date means its whole day, a time without a zone is local. */
static struct stop stop_of(const struct rule *r, const struct when *start, const struct zone *floating)
{
	struct stop stop = { STOP_NEVER, 0 };

	if (!r->has_until)
		return stop;
	if (start->kind == WHEN_DATE || r->until.kind == WHEN_DATE) {
		stop.kind = STOP_DAY;
		stop.last = r->until.day;
	} else if (r->until.kind == WHEN_UTC) {
		stop.kind = STOP_INSTANT;
		stop.last = when_instant(&r->until, floating);
	} else {
		stop.kind = STOP_CLOCK;
		stop.last = r->until.day * DAY_SECONDS + r->until.seconds;
	}
	return stop;
}

static int is_past(const struct stop *stop, const struct when *w, int64_t instant)
{
	switch (stop->kind) {
	case STOP_DAY: return w->day > stop->last;
	case STOP_INSTANT: return instant > stop->last;
	case STOP_CLOCK: return w->day * DAY_SECONDS + w->seconds > stop->last;
	default: return 0;
	}
}

/* How long before its end an occurrence may begin, and some more. */
static int64_t length_of(const struct vevent *v)
{
	const int64_t longest = SERIES_LONGEST_DAYS * DAY_SECONDS;
	int64_t seconds = v->start.kind == WHEN_DATE ? DAY_SECONDS : 0;

	if (v->length == VEVENT_END)
		seconds = (v->end.day - v->start.day) * DAY_SECONDS + v->end.seconds - v->start.seconds;
	else if (v->length == VEVENT_SPAN)
		seconds = v->span.days * DAY_SECONDS + v->span.seconds;
	if (v->length == VEVENT_END && (v->end.kind != v->start.kind || v->end.zone != v->start.zone))
		seconds += DAY_SECONDS;
	return seconds < 0 || seconds > longest ? longest : seconds;
}

/* The clock on which a rule counts, at an instant. */
static int64_t clock_of(const struct zone *zone, int64_t instant)
{
	return instant / SECOND_MS - (instant % SECOND_MS < 0) + zone_offset(zone, instant);
}

/* Where the dates of a rule can be that show up in the window. */
static void set_bounds(const struct making *m, const struct rule *r, int64_t *from, int64_t *to)
{
	int64_t slack = r->freq < RULE_DAILY ? CLOCK_CHANGE : 2 * DAY_SECONDS;
	int64_t length = length_of(m->v);

	for (size_t i = 0; i < m->futures->n; i++)
		if (length_of(m->futures->items[i].event) > length)
			length = length_of(m->futures->items[i].event);
	if (m->futures->n > 0)
		slack += m->futures->farthest + DAY_SECONDS;
	*from = clock_of(m->zone, m->s->from) - length - slack;
	*to = clock_of(m->zone, m->s->to) + slack;
}

/* What takes each date of a rule: 0, -1, or 1 to stop. */
typedef int take_date(struct making *m, const struct when *w, int64_t instant, struct err *err);

/* 0; 1: the budget was used up; -1. */
static int walk(struct making *m, const struct rule *r, take_date *take, struct err *err)
{
	struct series *s = m->s;
	struct when w = m->v->start;
	struct stop stop = stop_of(r, &w, s->limits.zone);
	int64_t from, to, budget = s->limits.max_steps < s->steps_left ? s->limits.max_steps : s->steps_left;
	struct expand x;
	int found, ret = 0;

	set_bounds(m, r, &from, &to);
	expand_begin(&x, r, &w, from, to, budget);
	while (ret == 0 && (found = expand_next(&x, &w.day, &w.seconds)) > 0) {
		int64_t instant = when_instant(&w, m->zone);

		if (is_past(&stop, &w, instant))
			break;
		ret = take(m, &w, instant, err);
	}
	s->steps_left -= x.steps;
	return ret < 0 ? -1 : x.exhausted;
}

static int take_occurrence(struct making *m, const struct when *w, int64_t instant, struct err *err)
{
	if (w->day == m->v->start.day && w->seconds == m->v->start.seconds)
		return 0;			/* DTSTART itself was made already */
	if (make(m, w, instant, INT64_MIN, err) != 0)
		return -1;
	return m->full;
}

static int take_exclusion(struct making *m, const struct when *w, int64_t instant, struct err *err)
{
	(void)instant;
	return dates_exclude(&m->dates, w, m->zone) != 0 ? err_oom(err) : 0;
}

/* ---- each rule of the event */

static void excerpt(char out[121], const char *s, size_t len)
{
	char bytes[125];

	snprintf(bytes, sizeof(bytes), "%.*s", (int)(len < 124 ? len : 124), s);
	text_copy(out, 121, bytes);		/* cuts between characters */
}

/* 1, or -1 with err. */
static int refuse(struct making *m, const char *code, const char *name, const char *s, size_t len,
    const char *why, struct err *err)
{
	char raw[121], text[400];

	excerpt(raw, s, len);
	snprintf(
	    text, sizeof(text), "%s:%s: %s. Its dates are left out; enter them by hand.", name, raw, why);
	return series_tell(m->s, code, m->v, text, err) != 0 ? -1 : 1;
}

/* 0; 1: the rule is not followed, which was told; -1. */
static int read_rule(
    struct making *m, const char *name, const char *s, size_t len, struct rule *ret, struct err *err)
{
	char why[160];
	enum rule_verdict verdict = rule_parse(s, len, ret, why, sizeof(why));
	const char *refusal = verdict == RULE_FOLLOWED ? expand_refusal(ret, &m->v->start) : why;

	if (refusal == NULL)
		return 0;
	return refuse(m, verdict == RULE_BROKEN ? "rule-broken" : "rule-refused", name, s, len, refusal, err);
}

/* The budget was used up: what was found is right, what is missing is told. */
static int tell_budget(struct making *m, const char *s, size_t len, struct err *err)
{
	char text[300], raw[121];

	excerpt(raw, s, len);
	snprintf(text, sizeof(text), "RRULE:%s takes too many steps to follow; dates may be missing.", raw);
	return series_tell(m->s, "rule-refused", m->v, text, err);
}

/* What is done with each RRULE or EXRULE: 0; 1 the series is left out, which was told; -1. */
typedef int take_rule(struct making *m, const char *s, size_t len, struct err *err);

static int check_rule(struct making *m, const char *s, size_t len, struct err *err)
{
	struct rule rule;

	return read_rule(m, "RRULE", s, len, &rule, err);
}

static int follow_rule(struct making *m, const char *s, size_t len, struct err *err)
{
	struct rule rule;
	int ret = read_rule(m, "RRULE", s, len, &rule, err);

	if (ret == 0)
		ret = walk(m, &rule, take_occurrence, err);
	return ret > 0 ? tell_budget(m, s, len, err) : ret;
}

static int exclude_rule(struct making *m, const char *s, size_t len, struct err *err)
{
	struct rule rule;
	int ret = read_rule(m, "EXRULE", s, len, &rule, err);

	if (ret != 0)
		return ret;
	ret = walk(m, &rule, take_exclusion, err);
	if (ret > 0)
		return refuse(m, "rule-refused", "EXRULE", s, len, "it takes too many steps to follow", err);
	return ret;
}

static int each_rule(struct making *m, const char *name, take_rule *take, struct err *err)
{
	const struct vevent *v = m->v;
	struct content_line l;
	const char *line;
	size_t at = 0, len;
	int ret = 0;

	while (ret == 0 && ical_line(v->lines, v->lines_len, &at, &line, &len))
		if (content_split(line, len, &l) == 0 && content_is(&l, name))
			ret = take(m, l.value, l.value_len, err);
	return ret;
}

/* All RRULEs; most events have one, which stands ready. */
static int each_rrule(struct making *m, take_rule *take, struct err *err)
{
	if (m->v->nrules == 1)
		return take(m, m->v->rule, m->v->rule_len, err);
	return m->v->nrules > 0 ? each_rule(m, "RRULE", take, err) : 0;
}

/* ---- the event */

static int make_added(struct making *m, struct err *err)
{
	for (size_t i = 0; i < m->dates.nadded; i++) {
		const struct dates_added *a = &m->dates.added[i];

		if (make(m, &a->start, when_instant(&a->start, m->zone), a->end, err) != 0)
			return -1;
	}
	return 0;
}

static int make_all(struct making *m, struct err *err)
{
	const struct when *start = &m->v->start;

	if (make(m, start, when_instant(start, m->zone), INT64_MIN, err) != 0 ||
	    each_rrule(m, follow_rule, err) < 0 || make_added(m, err) != 0)
		return -1;
	if (m->full &&
	    series_tell(m->s, "cut", m->v,
	        "it has more dates than are kept of one series; the later ones are left out.", err) != 0)
		return -1;
	if (m->too_long &&
	    series_tell(m->s, "span", m->v, "it lasts longer than a year and was left out.", err) != 0)
		return -1;
	return 0;
}

/* 0; 1: the series is left out, which was told; -1. */
static int read_dates(struct making *m, struct err *err)
{
	char why[200];
	int ret = dates_read(&m->dates, m->v, m->s->zones, m->s->limits.zone, why, sizeof(why), err);

	if (ret > 0)
		return series_tell(m->s, "rule-broken", m->v, why, err) != 0 ? -1 : 1;
	if (ret == 0 && m->v->has_exrule) {
		ret = each_rule(m, "EXRULE", exclude_rule, err);
		dates_sort(&m->dates);
	}
	return ret;
}

int master_add(struct series *s, struct vevent *v, int named, const struct futures *futures, struct err *err)
{
	struct making m = { .s = s, .v = v, .zone = when_zone(&v->start, s->limits.zone), .futures = futures,
		.named = named || master_is_series(v) };
	/* a rule that is not followed is told before anything is made */
	int ret = each_rrule(&m, check_rule, err);

	if (ret == 0 && (v->has_dates || v->has_exrule))
		ret = read_dates(&m, err);
	if (ret == 0)
		ret = make_all(&m, err);
	dates_free(&m.dates);
	return ret < 0 ? -1 : 0;
}
