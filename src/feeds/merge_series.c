/* Dates of a series that was moved as a whole: its occurrences have new keys then, named after their new starts. */
#include "merging.h"
#include "base/buf.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define WEEK INT64_C(604800000)
#define SLACK INT64_C(3600000)		/* another zone has its summer time in other weeks */

/* An event or a known proposal without a partner: its series, perhaps with its title, and when it is. */
struct date {
	size_t index;
	int64_t start;
	const char *name; size_t at;
	int is_cancelled;		/* in the fetch; a known one that was withdrawn is not among those looked at */
};

struct dates { struct date *items; size_t n; struct buf names; int by_title; };

/* Of both sides those of one series, by start. */
struct group { const struct date *events, *known; size_t nevents, nknown; };

static int by_name(const void *a, const void *b)
{
	const struct date *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order == 0)
		order = (x->start > y->start) - (x->start < y->start);
	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static void add(struct dates *l, size_t index, int64_t start, const char *uid, const char *title)
{
	char key[EVENT_UID_MAX + 1];

	l->items[l->n++] = (struct date){ .index = index, .start = start, .at = l->names.len };
	buf_puts(&l->names, event_series_key(uid, key));
	buf_putc(&l->names, '\n');
	if (l->by_title && title != NULL)
		text_fold(&l->names, title, strlen(title));
	buf_putc(&l->names, '\0');
}

static int sort(struct dates *l)
{
	if (l->names.failed)
		return -1;
	for (size_t i = 0; i < l->n; i++)
		l->items[i].name = l->names.data + l->items[i].at;
	if (l->n > 0)
		qsort(l->items, l->n, sizeof(*l->items), by_name);
	return 0;
}

static int digits(const char *s, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++)
		value = s[i] >= '0' && s[i] <= '9' && value >= 0 ? 10 * value + (s[i] - '0') : -1;
	return value;
}

/*
 * When the feed had it, by its rid ("20240614T130000Z", "20240614T130000L", "20240614"); without one, its start. What a
 * person decided keeps the start that it had then, wherever its series was moved to since; its rid went along.
 */
static int64_t place_of(const char *rid, int64_t start)
{
	size_t len = strlen(rid);
	int date = len >= 8 ? digits(rid, 8) : -1, time = len >= 15 && rid[8] == 'T' ? digits(rid + 9, 6) : 0;
	day_t day;

	if (date < 0 || time < 0 || date_from_ymd(date / 10000, date / 100 % 100, date % 100, &day) != 0)
		return start;
	return ((int64_t)day * 86400 + time / 10000 * 3600 + time / 100 % 100 * 60 + time % 100) * 1000;
}

/* Where a UID has no rule it may be that of different things: then only the title tells. */
static int collect(const struct work *w, struct dates *events, struct dates *known, int by_title)
{
	events->n = known->n = events->names.len = known->names.len = 0;
	events->by_title = known->by_title = by_title;
	for (size_t i = 0; i < w->nknown; i++) {
		const struct known *k = &w->known[i];

		if (w->found[i] == SIZE_MAX && (is_decided(k) || follows_feed(k)))
			add(known, i, place_of(k->rid, k->start), k->uid, k->title);
	}
	for (size_t i = 0; i < w->nevents && known->n > 0; i++) {
		const struct event *e = &w->events[i];

		if (w->older[i] || w->barred[i] || w->partner[i] != SIZE_MAX || (!by_title && !e->series))
			continue;
		add(events, i, place_of(e->rid, e->start), e->uid, e->title);
		events->items[events->n - 1].is_cancelled = e->cancelled;
	}
	return sort(events) || sort(known) ? -1 : 0;
}

/* What took place stays in the past: a publisher that drops it and announces the next date has not moved it. */
static int may_be(const struct work *w, const struct date *event, const struct date *known)
{
	const int64_t now = w->ctx->now;

	return known->start > now || w->known[known->index].start > now || w->events[event->index].start <= now;
}

/* How many known dates take place in the fetch when all are moved by that much; and how many would, but for may_be(). */
struct move { size_t n, barred; };

/* `pairs`: those in it are paired, too. */
static struct move moved_by(struct work *w, const struct group *g, int64_t by, int pairs)
{
	struct move m = { 0, 0 };
	size_t i = 0;

	for (size_t k = 0; k < g->nknown; k++) {
		const int64_t to = g->known[k].start + by;

		while (i < g->nevents && g->events[i].start < to - SLACK)
			i++;
		if (i == g->nevents || g->events[i].start > to + SLACK)
			continue;
		if (!may_be(w, &g->events[i], &g->known[k])) {
			m.barred++;
			continue;
		}
		if (pairs) {
			w->partner[g->events[i].index] = g->known[k].index;
			w->found[g->known[k].index] = g->events[i].index;
			w->moved[g->events[i].index] = 1;
		}
		m.n += !g->events[i].is_cancelled;
		i++;
	}
	return m;
}

static int64_t distance(int64_t by)
{
	return by < 0 ? -by : by;
}

/* From the known date that is the nearest to it. */
static int64_t from_nearest(const struct group *g, const struct date *event)
{
	int64_t by = event->start - g->known[0].start;

	for (size_t k = 1; k < g->nknown; k++)
		if (distance(event->start - g->known[k].start) < distance(by))
			by = event->start - g->known[k].start;
	return by;
}

/* Of any known date to any that takes place in the fetch. */
static int64_t least_move(const struct group *g)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0, k = 0; i < g->nevents; i++) {
		if (g->events[i].is_cancelled)
			continue;
		while (k + 1 < g->nknown && distance(g->events[i].start - g->known[k + 1].start) <=
		    distance(g->events[i].start - g->known[k].start))
			k++;
		if (distance(g->events[i].start - g->known[k].start) < distance(least))
			least = g->events[i].start - g->known[k].start;
	}
	return least;
}

/* The first and the last that take place in the fetch; how many do. */
static size_t ends_of(const struct group *g, const struct date **first, const struct date **last)
{
	size_t n = 0;

	for (size_t i = 0; i < g->nevents; i++) {
		if (g->events[i].is_cancelled)
			continue;
		*first = n++ > 0 ? *first : &g->events[i];
		*last = &g->events[i];
	}
	return n;
}

/* The move that explains most dates, and of equals the least; and for more than half of those that could be. */
static void pair_group(struct work *w, const struct group *g)
{
	const struct date *first = &g->events[0], *last = first;
	const size_t n = ends_of(g, &first, &last), least = n < g->nknown ? n : g->nknown;
	const int64_t moves[] = { first->start - g->known[0].start, last->start - g->known[g->nknown - 1].start,
		from_nearest(g, first), from_nearest(g, last), least_move(g) };
	struct move most = { 0, 0 };
	int64_t by = 0;

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		struct move m = { 0, 0 };

		if (distance(moves[i]) < WEEK)
			m = moved_by(w, g, moves[i], 0);
		if (m.n > most.n || (m.n > 0 && m.n == most.n && distance(moves[i]) < distance(by))) {
			most = m;
			by = moves[i];
		}
	}
	if (most.n > 0 && 2 * most.n + most.barred > least)
		moved_by(w, g, by, 1);
}

static size_t run_end(const struct dates *l, size_t i)
{
	size_t end = i + 1;

	while (end < l->n && strcmp(l->items[i].name, l->items[end].name) == 0)
		end++;
	return end;
}

static void pair_groups(struct work *w, const struct dates *events, const struct dates *known)
{
	size_t i = 0, k = 0;

	while (i < events->n && k < known->n) {
		int order = strcmp(events->items[i].name, known->items[k].name);
		size_t ends = run_end(events, i), ks = run_end(known, k);

		if (order == 0)
			pair_group(w, &(struct group){ events->items + i, known->items + k, ends - i, ks - k });
		if (order <= 0)
			i = ends;
		if (order >= 0)
			k = ks;
	}
}

static int pair_all(struct work *w, struct dates *events, struct dates *known)
{
	for (int by_title = 1; by_title >= 0; by_title--) {
		if (collect(w, events, known, by_title) != 0)
			return -1;
		pair_groups(w, events, known);
	}
	return 0;
}

int merge_by_series(struct work *w)
{
	struct dates events = { NULL, 0, BUF_INIT, 0 }, known = { NULL, 0, BUF_INIT, 0 };
	int ret = -1;

	events.items = calloc(w->nevents + 1, sizeof(*events.items));
	known.items = calloc(w->nknown + 1, sizeof(*known.items));
	if (events.items != NULL && known.items != NULL)
		ret = pair_all(w, &events, &known);
	free(events.items);
	free(known.items);
	buf_free(&events.names);
	buf_free(&known.names);
	return ret;
}
