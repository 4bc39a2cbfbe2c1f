/* How long what waits in an inbox was not touched: events that would add something, and the last word on any of them. */
#include "reminding.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/zone.h"
#include "ceud.h"
#include "store/ledger.h"

enum {
	EVENTS_PAGE = 40, EVENTS_MAX = 200,	/* of a long list the first ones tell as much */
	CHANGES_PAGE = 50, CHANGES_MAX = 200
};

struct waiting {
	struct ceud *d;
	const struct standing *s;
	struct arena *a;
	struct calendar_list calendars;
	int64_t first;			/* since when the one that waits longest does; 0 = none yet */
};

static int64_t added_at(const struct waiting *w, int64_t calendar)
{
	for (size_t i = 0; i < w->calendars.n; i++)
		if (w->calendars.items[i].id == calendar)
			return w->calendars.items[i].added_at;
	return 0;
}

static int look_at(struct waiting *w, const struct proposal *p, struct err *err)
{
	struct event_worth worth;
	int64_t since;

	if (p->event.cancelled)
		return 0;
	if (standing_worth(w->s, p, w->a, &worth, err))
		return -1;
	if (worth.adds <= 0)
		return 0;
	if (!w->calendars.n && calendar_of(w->d->store, w->s->person.id, w->a, &w->calendars, err))
		return -1;
	since = added_at(w, p->calendar);
	if (p->event.end > since)
		since = p->event.end;
	if (!w->first || since < w->first)
		w->first = since;
	return 0;
}

/* They come by their start: one that starts later than another waits cannot wait longer. */
static int first_waiting(struct waiting *w, struct err *err)
{
	struct proposal_list page;
	int64_t after = 0;
	size_t n = 0;

	do {
		page = (struct proposal_list){ 0 };
		if (proposal_page(w->d->store, w->s->person.id, PROPOSALS_WAITING, INT64_MAX, after, EVENTS_PAGE, w->a, &page, err))
			return -1;
		for (size_t i = 0; i < page.n; i++) {
			if (w->first && page.items[i].event.start >= w->first)
				return 0;
			if (look_at(w, &page.items[i], err))
				return -1;
			after = page.items[i].no;
		}
		n += page.n;
	} while (page.n == EVENTS_PAGE && n < EVENTS_MAX);
	return 0;
}

/* The last decision in the inbox after `since`, else that. */
static int last_touched(struct waiting *w, int64_t since, int64_t *ret, struct err *err)
{
	struct change_list page;
	int64_t before = 0;
	size_t n = 0;

	*ret = since;
	do {
		page = (struct change_list){ 0 };
		if (ledger_of(w->d->store, w->s->person.id, before, CHANGES_PAGE, w->a, &page, err))
			return -1;
		for (size_t i = 0; i < page.n; i++) {
			const struct change *c = &page.items[i];

			if (c->at <= since)
				return 0;
			before = c->seq;
			if (strncmp(c->object, "proposal:", 9) || !strcmp(c->action, "feed"))
				continue;
			*ret = c->at;
			return 0;
		}
		n += page.n;
	} while (page.n == CHANGES_PAGE && n < CHANGES_MAX);
	return 0;
}

/* The end of the first of all, whether it would add something or not. */
static int first_of_all(struct waiting *w, int64_t *ret, struct err *err)
{
	struct proposal_list first = { 0 };

	if (proposal_page(w->d->store, w->s->person.id, PROPOSALS_WAITING, INT64_MAX, 0, 1, w->a, &first, err))
		return -1;
	*ret = first.n ? first.items[0].event.end : 0;
	return 0;
}

int reminding_waiting_since(struct ceud *d, const struct standing *s, int quick, struct arena *a, day_t *ret, struct err *err)
{
	struct waiting w = { .d = d, .s = s, .a = a };
	int64_t since;

	*ret = DAY_NONE;
	if (quick ? first_of_all(&w, &w.first, err) : first_waiting(&w, err))
		return -1;
	if (!w.first)
		return 0;
	since = w.first;
	if (!quick && last_touched(&w, w.first, &since, err))
		return -1;
	*ret = zone_day(s->zone, since, NULL);
	return 0;
}
