/* Events of the inbox as cards: one for each event, one for each series with all its dates. */
#include "walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "view.h"

const struct json *walk_find(const struct walk *w, int64_t id)
{
	const struct json *all = json_get(w->list, "proposals");

	for (size_t i = 0; i < json_size(all); i++)
		if (view_int(json_at(all, i), "id") == id)
			return json_at(all, i);
	return NULL;
}

/* What events are sorted by: those of one card stand together. */
struct row { const struct json *v; const char *calendar, *series; size_t at; };

static int compare(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int by_series(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = compare(x->series, y->series);

	if (!order && x->series)
		order = compare(x->calendar, y->calendar);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static int is_same(const struct row *a, const struct row *b)
{
	return a->series && b->series && !strcmp(a->series, b->series) && !compare(a->calendar, b->calendar);
}

static int rank_of(const struct json *v)
{
	if (view_has(v, "recorded"))
		return 2;
	return view_has(v, "adds") && view_units(v, "adds") <= 0;
}

static int make(struct walk *w, const struct row *rows, size_t n, struct card *c, struct err *err)
{
	struct arena *a = &w->s->arena;

	c->ids = arena_alloc(a, n * sizeof *c->ids);
	c->ticked = arena_alloc(a, n);
	if (!c->ids || !c->ticked)
		return err_oom(err);
	c->n = n;
	c->rank = 2;
	c->adds = 0;
	for (size_t i = 0; i < n; i++) {
		int rank = rank_of(rows[i].v);

		c->ids[i] = view_int(rows[i].v, "id");
		c->ticked[i] = !view_has(rows[i].v, "recorded");
		c->rank = rank < c->rank ? rank : c->rank;
		if (!i && view_has(rows[i].v, n > 1 ? "series_adds" : "adds"))
			c->adds = view_units(rows[i].v, n > 1 ? "series_adds" : "adds");
	}
	return 0;
}

/* Numbers of the inbox rise with time only within one fetch, so the list's own order decides between equals. */
struct placed { struct card card; size_t at; };

static int by_worth(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->card.rank != y->card.rank)
		return x->card.rank - y->card.rank;
	if (x->card.adds != y->card.adds)
		return x->card.adds < y->card.adds ? 1 : -1;
	return (x->at > y->at) - (x->at < y->at);
}

static size_t read_rows(struct walk *w, struct row *rows)
{
	const struct json *all = json_get(w->list, "proposals");
	size_t n = 0;

	for (size_t i = 0; i < json_size(all); i++) {
		const struct json *v = json_at(all, i);

		if (strcmp(view_str(&w->s->arena, v, "state"), "waiting"))
			continue;
		rows[n++] = (struct row){ v, json_str(v, "calendar"), json_str(v, "series"), i };
	}
	return n;
}

static int place(struct walk *w, const struct row *rows, size_t n, struct placed *placed, struct err *err)
{
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && is_same(&rows[i], &rows[next]); next++)
			;
		placed[w->n].at = rows[i].at;
		if (make(w, rows + i, next - i, &placed[w->n].card, err))
			return -1;
		w->n++;
	}
	qsort(placed, w->n, sizeof *placed, by_worth);
	w->cards = arena_alloc(&w->s->arena, (w->n + 1) * sizeof *w->cards);
	if (!w->cards)
		return err_oom(err);
	for (size_t i = 0; i < w->n; i++)
		w->cards[i] = placed[i].card;
	return 0;
}

int walk_cards(struct walk *w, struct err *err)
{
	size_t room = json_size(json_get(w->list, "proposals")) + 1;
	struct row *rows = calloc(room, sizeof *rows);
	struct placed *placed = calloc(room, sizeof *placed);
	int rc = -1;

	if (!rows || !placed) {
		err_oom(err);
	} else {
		w->nevents = read_rows(w, rows);
		qsort(rows, w->nevents, sizeof *rows, by_series);
		rc = place(w, rows, w->nevents, placed, err);
	}
	free(placed);
	free(rows);
	return rc;
}

size_t walk_refresh(const struct walk *w, struct card *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++)
		if (walk_find(w, c->ids[i])) {
			c->ids[kept] = c->ids[i];
			c->ticked[kept++] = c->ticked[i];
		}
	c->n = kept;
	return kept;
}

/* "7" or "3-5". Returns what comes after it; NULL: no date of the card. */
static const char *read_range(const struct card *c, const char *s, size_t *first, size_t *last)
{
	char *end;
	unsigned long from = strtoul(s, &end, 10), to = from;

	if (*s < '0' || *s > '9')
		return NULL;
	if (*end == '-') {
		s = end + 1;
		if (*s < '0' || *s > '9')
			return NULL;
		to = strtoul(s, &end, 10);
	}
	if (!from || from > to || to > c->n)
		return NULL;
	*first = from - 1;
	*last = to - 1;
	return end;
}

int walk_tick(struct card *c, const char *answer)
{
	static const char gaps[] = " ,\t";
	const char *s = answer + strspn(answer, gaps);
	size_t first, last, seen = 0;

	for (const char *at = s; *at; at += strspn(at, gaps), seen++) {
		at = read_range(c, at, &first, &last);
		if (!at || (*at && !strchr(gaps, *at)))
			return -1;
	}
	if (!seen)
		return -1;
	while (*s) {
		s = read_range(c, s, &first, &last);
		for (size_t i = first; i <= last; i++)
			c->ticked[i] = !c->ticked[i];
		s += strspn(s, gaps);
	}
	return 0;
}
