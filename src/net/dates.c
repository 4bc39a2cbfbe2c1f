/* RDATE and EXDATE. */
#include "dates.h"
#include "contentline.h"
#include "ical.h"
#include "base/err.h"
#include "base/text.h"
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dates_free(struct dates *d)
{
	free(d->added);
	free(d->instants);
	free(d->days);
	memset(d, 0, sizeof(*d));
}

/* Room for one more item in *items. */
static int grow(void **items, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap > 0 ? *cap * 2 : 16;
	void *bigger;

	if (n < *cap)
		return 0;
	bigger = reallocarray(*items, more, size);
	if (bigger == NULL)
		return -1;
	*items = bigger;
	*cap = more;
	return 0;
}

struct reading {
	struct dates *d;
	const struct vevent *v;
	struct zone_names *zones;
	const struct zone *floating;
	char *why;
	size_t size;
};

static int refuse(
    struct reading *r, const struct content_line *l, const char *what, const char *s, size_t len)
{
	char raw[61], shown[61];

	snprintf(raw, sizeof(raw), "%.*s", (int)(len < 60 ? len : 60), s);
	text_excerpt(shown, sizeof(shown), raw);
	snprintf(r->why, r->size, "%.*s \"%s\" %s. Its dates are left out; enter them by hand.",
	    (int)l->name_len, l->name, shown, what);
	return 1;
}

/* A time without a zone, in a series with one, is meant in that zone. */
static void adopt_zone(const struct vevent *v, struct when *w)
{
	if (w->kind == WHEN_FLOATING && v->start.kind == WHEN_ZONED) {
		w->kind = WHEN_ZONED;
		w->zone = v->start.zone;
	}
}

int dates_exclude(struct dates *d, const struct when *w, const struct zone *floating)
{
	if (w->kind == WHEN_DATE || d->all_day) {
		if (grow((void **)&d->days, d->ndays, &d->days_cap, sizeof(*d->days)) != 0)
			return -1;
		d->days[d->ndays++] = when_local_day(w, floating);
		return 0;
	}
	if (grow((void **)&d->instants, d->ninstants, &d->instants_cap, sizeof(*d->instants)) != 0)
		return -1;
	d->instants[d->ninstants++] = when_instant(w, floating);
	return 0;
}

/* The part of a PERIOD after its slash: an end or a length. */
static int read_period(struct reading *r, const struct content_line *l, const char *s, size_t len,
    struct dates_added *a)
{
	const struct zone *zone = when_zone(&a->start, r->floating);
	struct when_span span;
	struct when end;
	unsigned flags = 0;

	if (when_parse_span(s, len, &span) == 0) {
		a->end = zone_instant(zone, a->start.day + span.days, a->start.seconds) + span.seconds * 1000;
	} else {
		if (ical_when(r->zones, l, s, len, &end, &flags) != 0)
			return -1;
		adopt_zone(r->v, &end);
		a->end = when_instant(&end, r->floating);
	}
	return a->end < when_instant(&a->start, r->floating) ? -1 : 0;
}

static int add(struct reading *r, const struct content_line *l, const char *s, size_t len)
{
	const char *slash = memchr(s, '/', len);
	struct dates_added a = { { WHEN_DATE, 0, 0, NULL }, INT64_MIN };

	if (ical_when(r->zones, l, s, slash != NULL ? (size_t)(slash - s) : len, &a.start, &r->d->flags) != 0)
		return refuse(r, l, "is no date", s, len);
	if ((a.start.kind == WHEN_DATE) != (r->v->start.kind == WHEN_DATE))
		return refuse(r, l, "is of another kind than the start", s, len);
	if (slash != NULL && read_period(r, l, slash + 1, len - (size_t)(slash - s) - 1, &a) != 0)
		return refuse(r, l, "is no period", s, len);
	if (grow((void **)&r->d->added, r->d->nadded, &r->d->added_cap, sizeof(*r->d->added)) != 0)
		return -1;
	/* in the terms of DTSTART, so that the occurrence has one identity whichever way it is written */
	if (a.start.kind != WHEN_DATE) {
		adopt_zone(r->v, &a.start);
		when_restate(&a.start, &r->v->start, r->floating);
	}
	r->d->added[r->d->nadded++] = a;
	return 0;
}

static int read_item(struct reading *r, const struct content_line *l, const char *s, size_t len)
{
	unsigned flags = 0;
	struct when w;

	if (content_is(l, "RDATE"))
		return add(r, l, s, len);
	if (ical_when(r->zones, l, s, len, &w, &flags) != 0)
		return refuse(r, l, "is no date", s, len);
	adopt_zone(r->v, &w);
	return dates_exclude(r->d, &w, r->floating);
}

static int read_line(struct reading *r, const struct content_line *l)
{
	const char *s = l->value, *end = l->value + l->value_len;
	int ret;

	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s)), *item = s;
		size_t len = (size_t)((comma != NULL ? comma : end) - s);

		s = comma != NULL ? comma + 1 : end;
		content_trim(&item, &len);
		if (len == 0)
			continue;
		if (r->d->nadded + r->d->ninstants + r->d->ndays >= DATES_MAX)
			return refuse(
			    r, l, "and what follows is more than the 2,000 dates that are read", item, len);
		ret = read_item(r, l, item, len);
		if (ret != 0)
			return ret;
	}
	return 0;
}

static int by_instant(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int by_day(const void *a, const void *b)
{
	day_t x = *(const day_t *)a, y = *(const day_t *)b;

	return (x > y) - (x < y);
}

int dates_read(struct dates *d, const struct vevent *v, struct zone_names *zones, const struct zone *floating,
    char *why, size_t size, struct err *err)
{
	struct reading r = { d, v, zones, floating, why, size };
	struct content_line l;
	const char *line;
	size_t at = 0, len;
	int ret = 0;

	memset(d, 0, sizeof(*d));
	d->zone = when_zone(&v->start, floating);
	d->all_day = v->start.kind == WHEN_DATE;
	while (ret == 0 && ical_line(v->lines, v->lines_len, &at, &line, &len))
		if (content_split(line, len, &l) == 0 &&
		    (content_is(&l, "RDATE") || content_is(&l, "EXDATE")))
			ret = read_line(&r, &l);
	if (ret != 0) {
		dates_free(d);
		return ret < 0 ? err_oom(err) : 1;
	}
	dates_sort(d);
	return 0;
}

void dates_sort(struct dates *d)
{
	if (d->ninstants > 0)
		qsort(d->instants, d->ninstants, sizeof(*d->instants), by_instant);
	if (d->ndays > 0)
		qsort(d->days, d->ndays, sizeof(*d->days), by_day);
}

int dates_excluded(const struct dates *d, const struct when *w, int64_t instant)
{
	if (d->ndays > 0 && bsearch(&w->day, d->days, d->ndays, sizeof(*d->days), by_day) != NULL)
		return 1;
	return d->ninstants > 0 &&
	    bsearch(&instant, d->instants, d->ninstants, sizeof(*d->instants), by_instant) != NULL;
}
