/* Changes of an occurrence and all later ones. */
#include "future.h"
#include "ical.h"
#include "instance.h"
#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define DAY_SECONDS INT64_C(86400)
#define FARTHEST (366 * DAY_SECONDS)

void futures_free(struct futures *f)
{
	free(f->items);
	memset(f, 0, sizeof(*f));
}

static int64_t seconds_of(const struct when *w)
{
	return w->day * DAY_SECONDS + w->seconds;
}

/* Why an override cannot be followed to all later dates, or NULL. */
static const char *read_future(
    struct future *ret, const struct series *s, struct vevent *v, const struct vevent *master)
{
	struct when w = instance_of(v, &master->start, s->limits.zone);

	ret->event = v;
	ret->from = instance_rid(&w, when_instant(&w, s->limits.zone));
	if ((v->start.kind == WHEN_DATE) != (w.kind == WHEN_DATE))
		return "from whole days to times, or back,";
	if (v->nrules > 0 || v->has_exrule || v->has_dates)
		return "with a rule or dates of its own";
	when_restate(&w, &v->start, s->limits.zone);
	ret->shift = seconds_of(&v->start) - seconds_of(&w);
	return llabs(ret->shift) > FARTHEST ? "by more than a year" : NULL;
}

static int by_from(const void *one, const void *two)
{
	const struct future *a = one, *b = two;

	if (a->from.value != b->from.value)
		return a->from.value < b->from.value ? -1 : 1;
	return instance_by_revision(a->event, b->event);
}

/* Of several for the same date the valid one comes first. */
static void settle(struct futures *f)
{
	size_t kept = 0;

	qsort(f->items, f->n, sizeof(*f->items), by_from);
	for (size_t i = 0; i < f->n; i++)
		if (i == 0 || f->items[i].from.value != f->items[kept - 1].from.value)
			f->items[kept++] = f->items[i];
	f->n = kept;
	for (size_t i = 0; i < f->n; i++)
		if (llabs(f->items[i].shift) > f->farthest)
			f->farthest = llabs(f->items[i].shift);
}

int futures_find(struct futures *f, const struct series *s, struct vevent *const *events, size_t n,
    const struct vevent *master, const struct vevent **ret_bad, const char **ret_why, struct err *err)
{
	size_t wanted = 0;

	memset(f, 0, sizeof(*f));
	for (size_t i = 0; i < n; i++)
		wanted += events[i]->is_override && events[i]->this_and_future;
	if (wanted == 0 || master == NULL)
		return 0;
	f->items = calloc(wanted, sizeof(*f->items));
	if (f->items == NULL)
		return err_oom(err);
	for (size_t i = 0; i < n; i++) {
		const char *why;

		if (!events[i]->is_override || !events[i]->this_and_future)
			continue;
		why = read_future(&f->items[f->n++], s, events[i], master);
		if (why != NULL) {
			*ret_bad = events[i];
			*ret_why = why;
			futures_free(f);
			return 1;
		}
	}
	settle(f);
	return 0;
}

const struct future *futures_of(const struct futures *f, struct rid rid)
{
	size_t low = 0, high = f->n;	/* becomes the number of those that begin at it or before */

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (f->items[middle].from.value <= rid.value)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && f->items[low - 1].from.kind == rid.kind ? &f->items[low - 1] : NULL;
}

struct when futures_move(const struct future *f, const struct when *w, const struct zone *floating)
{
	struct when moved = *w;
	int64_t seconds;

	if (moved.kind != WHEN_DATE)
		when_restate(&moved, &f->event->start, floating);
	seconds = seconds_of(&moved) + f->shift;
	moved.day = (day_t)(seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0));
	moved.seconds = (int)(seconds - moved.day * DAY_SECONDS);
	return moved;
}
