/* Events against where a person stands: what confirming them would add, and which of them she entered by hand. */
#include "standing.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "base/zone.h"
#include "ceud.h"
#include "feeds/alike.h"

enum { PAGE = 500 };

/* ---- entered by hand */

static int may_be(const struct entry *e, const struct proposal *p)
{
	return !e->is_void && !e->proposal && e->day >= p->event.day - 1 && e->day <= p->event.day + 1;
}

/* Titles that are told apart by their marks alone are one. Without memory for it they are left to be compared otherwise. */
static int same_title(const struct entry *e, const struct proposal *p)
{
	struct buf key = BUF_INIT;
	int same = !text_fold(&key, p->event.title, strlen(p->event.title)) && key.len && !strcmp(buf_str(&key), e->title_key);

	buf_free(&key);
	return same;
}

int64_t standing_recorded(const struct standing *s, const struct proposal *p)
{
	const struct alike event = { .title = p->event.title, .url = p->event.url, .uid = "", .rid = "",
	    .start = p->event.start, .all_day = p->event.all_day, .day = p->event.day };

	for (size_t i = 0; i < s->entries.n; i++) {
		const struct entry *e = &s->entries.items[i];
		const struct alike entry = { .title = e->title, .url = "", .uid = "", .rid = "", .day = e->day };

		if (may_be(e, p) && (same_title(e, p) || alike_entry(&event, &entry)))
			return e->no;
	}
	return 0;
}

/* ---- what one adds */

static uint32_t all_competencies(const struct program *p)
{
	return p->ncompetencies ? UINT32_MAX >> (32 - p->ncompetencies) : 0;
}

static const char *folded(const char *title, struct arena *a)
{
	struct buf key = BUF_INIT;
	const char *ret = text_fold(&key, title, strlen(title)) ? NULL : arena_strdup(a, buf_str(&key));

	buf_free(&key);
	return ret;
}

static int event_category(const struct standing *s, const struct proposal *p)
{
	return p->category[0] ? program_category(s->program, p->category) : -1;
}

int standing_event_fact(const struct standing *s, const struct proposal *p, int category, struct arena *a,
    struct entry_fact *ret, struct err *err)
{
	struct entry_fact f = { .day = p->event.day, .minutes = p->suggested, .category = category,
		.competencies = all_competencies(s->program), .tags = program_tags(s->program, category, 0), .kind = -1,
		.has_evidence = 1, .course = folded(p->event.title, a), .event = standing_occurrence(&p->event, a) };

	if (!f.course || !f.event)
		return err_oom(err);
	*ret = f;
	return 0;
}

int standing_worth(const struct standing *s, const struct proposal *p, struct arena *a,
    struct event_worth *ret, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(s);
	int category = event_category(s, p);
	struct event_worth worth = { .recorded = standing_recorded(s, p) };
	struct entry_fact f;

	worth.is_known = worth.recorded || (category >= 0 && p->suggested > 0);
	*ret = worth;
	if (!worth.is_known || worth.recorded)
		return 0;
	if (standing_event_fact(s, p, category, a, &f, err))
		return -1;
	worth.adds = credit_adds(s->program, &cycle, s->facts, s->entries.n, &s->verdict, &f);
	if (!worth.adds) {
		f.course = f.event = "";
		worth.is_repeat = credit_adds(s->program, &cycle, s->facts, s->entries.n, &s->verdict, &f) > 0;
	}
	*ret = worth;
	return 0;
}

/* ---- what all of them add */

static int add_events(const struct standing *s, const struct proposal *const *items, size_t count, struct entry_fact *facts,
    size_t *n, struct arena *a, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct proposal *p = items[i];
		int category = event_category(s, p);

		if (category < 0 || p->suggested <= 0)
			continue;
		if (standing_event_fact(s, p, category, a, &facts[*n], err))
			return -1;
		facts[(*n)++].id = -(int64_t)i - 1;
	}
	return 0;
}

/* The same evaluation with these events in it. */
static int count_with(const struct standing *s, const struct proposal *const *items, size_t count, struct arena *a,
    struct verdict *ret, struct err *err)
{
	size_t n = s->entries.n;
	struct entry_fact *facts = arena_alloc(a, (n + count + 1) * sizeof *facts);
	struct credit_cycle cycle = standing_cycle(s);

	if (!facts)
		return err_oom(err);
	if (n)
		memcpy(facts, s->facts, n * sizeof *facts);
	if (add_events(s, items, count, facts, &n, a, err))
		return -1;
	return credit_count(s->program, &cycle, facts, n, s->today, ret, err);
}

int standing_worth_of(const struct standing *s, const struct proposal *const *items, size_t n, struct arena *a,
    int64_t *ret, struct err *err)
{
	struct verdict with;

	if (count_with(s, items, n, a, &with, err))
		return -1;
	*ret = with.counted - s->verdict.counted;
	verdict_free(&with);
	return 0;
}

static int count_pending(struct standing *s, struct arena *a, struct err *err)
{
	const struct proposal **items = arena_alloc(a, (s->waiting.n + 1) * sizeof *items);
	struct verdict with;

	if (!items)
		return err_oom(err);
	for (size_t i = 0; i < s->waiting.n; i++)
		items[i] = &s->waiting.items[i];
	if (count_with(s, items, s->waiting.n, a, &with, err))
		return -1;
	s->pending = with.counted - s->verdict.counted;
	for (size_t i = 0; i < s->program->ncategories; i++)
		s->pending_of[i] = with.categories[i].counted - s->verdict.categories[i].counted;
	verdict_free(&with);
	return 0;
}

int standing_held(struct ceud *d, struct standing *s, struct arena *a, struct err *err)
{
	struct calendar_list all = { 0 };

	if (calendar_of(d->store, s->person.id, a, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++)
		s->has_held_calendar |= all.items[i].paused || !strcmp(all.items[i].state, "suspect");
	return 0;
}

int64_t standing_now(const struct ceud *d, const struct standing *s)
{
	int64_t begin = zone_instant(s->zone, s->today, 0);

	return begin > d->now ? begin : d->now;
}

int standing_pending(struct ceud *d, struct standing *s, struct arena *a, struct err *err)
{
	int64_t after = 0, now = standing_now(d, s);
	struct proposal_list page;

	if (s->is_past)
		return 0;		/* what waited then is not known */
	if (standing_held(d, s, a, err))
		return -1;
	do {
		page = (struct proposal_list){ 0 };
		if (proposal_page(d->store, s->person.id, PROPOSALS_WAITING, now, after, PAGE, a, &page, err))
			return -1;
		for (size_t i = 0; i < page.n; i++) {
			after = page.items[i].no;
			if (standing_recorded(s, &page.items[i]))
				continue;
			if (arena_grow(a, (void **)&s->waiting.items, s->waiting.n, &s->waiting.cap,
			    sizeof *page.items))
				return err_oom(err);
			s->waiting.items[s->waiting.n++] = page.items[i];
		}
	} while (page.n == PAGE);
	return s->cycle.submitted_at || s->cycle.closed_at ? 0 : count_pending(s, a, err);
}
