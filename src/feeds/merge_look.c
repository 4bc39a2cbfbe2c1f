/* Events whose publisher gave them another key: found again by what they look like. */
#include "merging.h"
#include "base/buf.h"
#include "base/text.h"
#include "link.h"

#include <stdlib.h>
#include <string.h>

enum { CHURN_LEAST = 3 };

/* An event or a known proposal, and by what it is compared: its content hash or its fingerprint. */
struct look {
	size_t index;
	int rank;			/* known ones: whom to prefer, 0 = decided by a person */
	const unsigned char *key;
	size_t len, at;
};

struct looks { struct look *items; size_t n; struct buf text; };

static int compare_looks(const struct look *a, const struct look *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->key, b->key, n);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static int by_look(const void *a, const void *b)
{
	const struct look *l = a, *k = b;
	int order = compare_looks(l, k);

	if (order == 0)
		order = l->rank - k->rank;
	return order != 0 ? order : (l->index > k->index) - (l->index < k->index);
}

static void looks_sort(struct looks *l)
{
	qsort(l->items, l->n, sizeof(*l->items), by_look);
}

/* What is gone with this fetch counts as withdrawn already: the next would find it so. */
static int rank_of(const struct work *w, const struct known *k)
{
	return is_decided(k) ? 0 : k->state == PROPOSAL_WITHDRAWN || is_gone(w->ctx, k) ? 2 : 1;
}

static void add(struct looks *l, size_t index, int rank, const char *content)
{
	l->items[l->n++] = (struct look){ index, rank, (const unsigned char *)content, strlen(content), 0 };
}

/* ---- fingerprints: folded title, start, end, page of the URL */

static void put_fingerprint(struct buf *out, const char *title, const char *url, int64_t start, int64_t end)
{
	const int64_t times[2] = { start, end };
	char page[LINK_SIZE];

	buf_add(out, times, sizeof(times));
	text_fold(out, title != NULL ? title : "", title != NULL ? strlen(title) : 0);
	buf_putc(out, '\n');
	buf_puts(out, link_page(url != NULL ? url : "", page, sizeof(page)));
}

/* Replace content hashes by fingerprints. */
static int take_fingerprints(const struct work *w, struct looks *l, int of_events)
{
	for (size_t i = 0; i < l->n; i++) {
		struct look *k = &l->items[i];
		const struct event *e = of_events ? &w->events[k->index] : NULL;
		const struct known *o = of_events ? NULL : &w->known[k->index];

		k->at = l->text.len;
		if (e != NULL)
			put_fingerprint(&l->text, e->title, e->url, e->start, e->end);
		else
			put_fingerprint(&l->text, o->title, o->url, o->start, o->end);
		k->len = l->text.len - k->at;
	}
	if (l->text.failed)
		return -1;
	for (size_t i = 0; i < l->n; i++)
		l->items[i].key = (const unsigned char *)l->text.data + l->items[i].at;
	return 0;
}

/* ---- pairs */

static void pair(struct work *w, const struct look *event, const struct look *known)
{
	w->partner[event->index] = known->index;
	w->found[known->index] = event->index;
	w->moved[event->index] = 1;
}

/* Where the looks equal to items[i] end. */
static size_t run_end(const struct looks *l, size_t i)
{
	size_t end = i + 1;

	while (end < l->n && compare_looks(&l->items[i], &l->items[end]) == 0)
		end++;
	return end;
}

/* Those that look the same in all a person sees: which of them is which makes no difference. */
static void pair_run(struct work *w, const struct look *e, size_t ne, const struct look *k, size_t nk)
{
	for (size_t i = 0; i < ne && i < nk; i++)
		pair(w, &e[i], &k[i]);
}

/* One of each, or the one of the known that was decided on, else the one that is not withdrawn. */
static void pair_single(struct work *w, const struct look *e, size_t ne, const struct look *k, size_t nk)
{
	if (ne == 1 && (nk == 1 || k[0].rank < k[1].rank))
		pair(w, e, k);
}

typedef void pair_fn(struct work *w, const struct look *e, size_t ne, const struct look *k, size_t nk);

static void join(struct work *w, struct looks *events, struct looks *known, pair_fn *fn)
{
	size_t i = 0, j = 0;

	looks_sort(events);
	looks_sort(known);
	while (i < events->n && j < known->n) {
		int order = compare_looks(&events->items[i], &known->items[j]);

		if (order == 0) {
			size_t ei = run_end(events, i), ej = run_end(known, j);

			fn(w, events->items + i, ei - i, known->items + j, ej - j);
			i = ei;
			j = ej;
		} else if (order < 0) {
			i++;
		} else {
			j++;
		}
	}
}

static void drop_paired(const struct work *w, struct looks *l, int of_events)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		size_t k = l->items[i].index;

		if ((of_events ? w->partner : w->found)[k] == SIZE_MAX && !(of_events && w->barred[k]))
			l->items[n++] = l->items[i];
	}
	l->n = n;
}

/* ---- what it tells of the publisher */

/* Google's "this and all following" is no churn: a new UID of the same series. */
static int is_new_name(const struct work *w, size_t event)
{
	char one[EVENT_UID_MAX + 1], two[EVENT_UID_MAX + 1];

	return w->moved[event] && strcmp(event_series_key(w->events[event].uid, one),
	                              event_series_key(w->known[w->partner[event]].uid, two)) != 0;
}

static int churns(const struct work *w)
{
	size_t future = 0, renamed = 0;

	for (size_t i = 0; i < w->nknown; i++) {
		const struct known *k = &w->known[i];

		if (k->start <= w->ctx->now || k->state == PROPOSAL_WITHDRAWN)
			continue;
		future++;
		renamed += w->found[i] != SIZE_MAX && is_new_name(w, w->found[i]);
	}
	return renamed >= CHURN_LEAST && 2 * renamed >= future;
}

/* ---- what was decided on */

static void bar_run(struct work *w, const struct look *e, size_t ne, const struct look *k, size_t nk)
{
	(void)k;
	(void)nk;
	for (size_t i = 0; i < ne; i++)
		w->barred[e[i].index] = 1;
}

/* What looks now as one does that was decided on. Its look is that in this fetch, so that the next finds the same. */
static void bar_by_content(struct work *w, struct looks *events, struct looks *decided)
{
	decided->n = 0;
	for (size_t i = 0; i < w->nknown; i++)
		if (is_decided(&w->known[i]) && w->found[i] != SIZE_MAX)
			add(decided, i, 0, w->events[w->found[i]].content);
	join(w, events, decided, bar_run);
}

static int bar_by_fingerprint(struct work *w, struct looks *events, struct looks *decided)
{
	decided->n = 0;
	for (size_t i = 0; i < w->nknown; i++)
		if (is_decided(&w->known[i]))
			add(decided, i, 0, w->known[i].content);
	if (decided->n == 0 || events->n == 0)
		return 0;
	if (take_fingerprints(w, events, 1) != 0 || take_fingerprints(w, decided, 0) != 0)
		return -1;
	join(w, events, decided, bar_run);
	return 0;
}

/* ---- the whole, in this order: what is paired or barred for the better reason counts no more for the weaker */

static void collect(const struct work *w, struct looks *events, struct looks *known)
{
	events->n = known->n = 0;
	for (size_t i = 0; i < w->nevents; i++)
		if (!w->older[i] && w->partner[i] == SIZE_MAX)
			add(events, i, 0, w->events[i].content);
	for (size_t i = 0; i < w->nknown; i++)
		if (w->found[i] == SIZE_MAX)
			add(known, i, rank_of(w, &w->known[i]), w->known[i].content);
}

static int pair_singles(struct work *w, struct looks *events, struct looks *known, struct looks *decided)
{
	collect(w, events, known);
	if (w->unstable) {
		bar_by_content(w, events, decided);
		drop_paired(w, events, 1);
	}
	if (events->n == 0 || known->n == 0)
		return 0;
	if (take_fingerprints(w, events, 1) != 0 || take_fingerprints(w, known, 0) != 0)
		return -1;
	join(w, events, known, pair_single);
	return 0;
}

static int look_at(struct work *w, struct looks *events, struct looks *known, struct looks *decided)
{
	int before;

	collect(w, events, known);
	join(w, events, known, pair_run);
	w->unstable = w->ctx->unstable || churns(w);
	do {		/* again at most once, when the last pairs tell that UIDs are unstable: the next fetch knows it too */
		before = w->unstable;
		if (pair_singles(w, events, known, decided) != 0)
			return -1;
		w->unstable = before || churns(w);
	} while (w->unstable != before);
	if (!w->unstable)
		return 0;
	collect(w, events, known);
	bar_by_content(w, events, decided);
	return bar_by_fingerprint(w, events, decided);
}

static int looks_begin(struct looks *l, size_t most)
{
	memset(l, 0, sizeof(*l));
	l->items = calloc(most + 1, sizeof(*l->items));
	return l->items != NULL ? 0 : -1;
}

static void looks_free(struct looks *l)
{
	free(l->items);
	buf_free(&l->text);
}

int merge_by_look(struct work *w)
{
	struct looks events, known, decided;
	int ret = 0;

	ret |= looks_begin(&events, w->nevents);
	ret |= looks_begin(&known, w->nknown);
	ret |= looks_begin(&decided, w->nknown);
	if (ret == 0)
		ret = look_at(w, &events, &known, &decided);
	looks_free(&events);
	looks_free(&known);
	looks_free(&decided);
	return ret;
}
