/* Where one person stands: rows of the store into facts, facts into a verdict. */
#include "standing.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "programs.h"
#include "rules/ladder.h"
#include "store/outbox.h"

const struct zone *person_zone(const struct ceud *d, const struct person *p)
{
	const struct zone *z = NULL;
	struct err err = { 0 };

	if (p->zone && p->zone[0] && !zone_get(p->zone, &z, &err))
		return z;
	return d->config->zone ? d->config->zone : zone_local();
}

day_t person_today(const struct ceud *d, const struct person *p)
{
	return zone_day(person_zone(d, p), d->now, NULL);
}

/* A competency that the program does not know (the person changed programs) is no competency of it. */
static uint32_t competency_mask(const struct program *p, const struct entry *e)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < e->ncompetencies; i++)
		for (size_t j = 0; j < p->ncompetencies; j++)
			if (!strcmp(p->competencies[j].id, e->competencies[i]))
				mask |= UINT32_C(1) << j;
	return mask;
}

static int category_index(const struct program *p, const char *id)
{
	for (size_t i = 0; i < p->ncategories; i++)
		if (!strcmp(p->categories[i].id, id))
			return (int)i;
	return -1;
}

int standing_fact(const struct program *p, const struct entry *e, struct entry_fact *f, struct err *err)
{
	f->id = e->no;
	f->day = e->day;
	f->minutes = e->minutes;
	f->category = category_index(p, e->category);
	f->competencies = competency_mask(p, e);
	f->is_void = e->is_void;
	f->is_late = e->is_late;
	f->kind = -1;
	f->course = e->title_key;
	if (f->category >= 0)
		return 0;
	err_set(err, ERR_FAILED, "category-unknown",
	    "Entry %lld has the category \"%s\", which program %s does not know.", (long long)e->no,
	    e->category, p->id);
	return err_next(err, "Change it: ceu edit %lld --category CATEGORY", (long long)e->no);
}

static int make_facts(struct standing *s, struct arena *a, struct err *err)
{
	size_t n = s->entries.n;

	s->facts = arena_alloc(a, (n ? n : 1) * sizeof *s->facts);
	if (!s->facts)
		return err_oom(err);
	for (size_t i = 0; i < n; i++)
		if (standing_fact(s->program, &s->entries.items[i], &s->facts[i], err))
			return -1;
	return 0;
}

static int no_cycle(const struct person *p, struct err *err)
{
	err_set(err, ERR_RULE, "no-cycle", "%s has no certificate cycle here.", p->email);
	return err_next(err, "Ask your admin for: ceu admin person set %s --until DATE", p->email);
}

static int find_cycle(struct ceud *d, const struct person *p, int year, struct arena *a,
    struct cycle_row *ret, struct err *err)
{
	struct cycle_list all = { 0 };
	int found;

	if (!year) {
		found = cycle_current(d->store, p->id, a, ret, err);
		return found < 0 ? -1 : found ? 0 : no_cycle(p, err);
	}
	if (cycle_list_of(d->store, p->id, a, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (cycle_year((struct cycle){ all.items[i].start, all.items[i].end }) == year) {
			*ret = all.items[i];
			return 0;
		}
	err_set(err, ERR_ABSENT, "no-such-cycle", "%s has no cycle that starts in %d.", p->email, year);
	return err_next(err, "The open one: ceu status");
}

struct credit_cycle standing_cycle(const struct standing *s)
{
	return (struct credit_cycle){ .dates = { s->cycle.start, s->cycle.end }, .counts_from = DAY_NONE,
		.counts_until = DAY_NONE };
}

/* Facts and verdict from the entries. */
static int evaluate(struct standing *s, struct arena *a, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(s);

	if (make_facts(s, a, err) ||
	    credit_evaluate(s->program, &cycle, s->facts,
	    s->entries.n, s->today, &s->verdict, err))
		return -1;
	if (s->cycle.submitted_at)
		s->verdict.state = CYCLE_SUBMITTED;
	return 0;
}

static int load(struct ceud *d, struct standing *s, struct arena *a, struct err *err)
{
	s->zone = person_zone(d, &s->person);
	s->today = person_today(d, &s->person);
	if (programs_by_hash(d, s->cycle.program_hash, &s->program, err) ||
	    entry_between(d->store, s->person.id, s->cycle.start, s->cycle.end, 1, a, &s->entries, err))
		return -1;
	return evaluate(s, a, err);
}

int standing_of_cycle(struct ceud *d, const struct person *p, const struct cycle_row *cycle, struct arena *a,
    struct standing *ret, struct err *err)
{
	struct standing s = { .person = *p, .cycle = *cycle };

	if (load(d, &s, a, err))
		return -1;
	*ret = s;
	return 0;
}

int standing_load(struct ceud *d, const struct person *p, int year, struct arena *a, struct standing *ret,
    struct err *err)
{
	struct cycle_row cycle;

	if (find_cycle(d, p, year, a, &cycle, err))
		return -1;
	return standing_of_cycle(d, p, &cycle, a, ret, err);
}

static uint32_t all_competencies(const struct program *p)
{
	return p->ncompetencies ? UINT32_MAX >> (32 - p->ncompetencies) : 0;
}

int64_t standing_adds(const struct standing *s, int category, int minutes)
{
	struct credit_cycle cycle = standing_cycle(s);
	struct entry_fact fact = { .day = s->today, .minutes = minutes, .category = category,
		.competencies = all_competencies(s->program), .kind = -1, .course = "" };

	return credit_adds(s->program, &cycle, s->facts, s->entries.n, &s->verdict, &fact);
}

/* What the waiting events would add together: the same evaluation with them in it. */
static int count_pending(struct standing *s, struct arena *a, struct err *err)
{
	size_t n = s->entries.n;
	struct entry_fact *facts = arena_alloc(a, (n + s->waiting.n + 1) * sizeof *facts);
	struct credit_cycle cycle = standing_cycle(s);
	struct verdict with;

	if (!facts)
		return err_oom(err);
	memcpy(facts, s->facts, n * sizeof *facts);
	for (size_t i = 0; i < s->waiting.n; i++) {
		const struct proposal *p = &s->waiting.items[i];
		int category = category_index(s->program, p->category);

		if (category < 0 || p->event.minutes <= 0)
			continue;
		facts[n++] = (struct entry_fact){ .id = -(int64_t)i - 1, .day = p->event.day,
			.minutes = p->event.minutes, .category = category,
			.competencies = all_competencies(s->program), .kind = -1, .course = "" };
	}
	if (credit_evaluate(s->program, &cycle, facts, n, s->today,
	    &with, err))
		return -1;
	s->pending = with.counted - s->verdict.counted;
	for (size_t i = 0; i < s->program->ncategories; i++)
		s->pending_of[i] = with.categories[i].counted - s->verdict.categories[i].counted;
	verdict_free(&with);
	return 0;
}

int standing_pending(struct ceud *d, struct standing *s, struct arena *a, struct err *err)
{
	int64_t after = 0;
	struct proposal_list page;

	do {
		page = (struct proposal_list){ 0 };
		if (proposal_page(d->store, s->person.id, PROPOSALS_WAITING, d->now, after, 500, a, &page,
		    err))
			return -1;
		for (size_t i = 0; i < page.n; i++) {
			if (arena_grow(a, (void **)&s->waiting.items, s->waiting.n, &s->waiting.cap,
			    sizeof *page.items))
				return err_oom(err);
			s->waiting.items[s->waiting.n++] = page.items[i];
			after = page.items[i].no;
		}
	} while (page.n == 500);
	return count_pending(s, a, err);
}

int standing_with(const struct standing *s, const struct entry *e, struct arena *a, struct standing *ret,
    struct err *err)
{
	struct standing with = *s;
	size_t n = s->entries.n;

	with.entries.items = arena_alloc(a, (n + 1) * sizeof *with.entries.items);
	if (!with.entries.items)
		return err_oom(err);
	if (n)
		memcpy(with.entries.items, s->entries.items, n * sizeof *with.entries.items);
	with.entries.items[n] = *e;
	if (!e->no)
		with.entries.items[n].no = INT64_MAX;	/* the latest of its day */
	with.entries.n = with.entries.cap = n + 1;
	if (evaluate(&with, a, err))
		return -1;
	*ret = with;
	return 0;
}

void standing_free(struct standing *s)
{
	verdict_free(&s->verdict);
}

int standing_next_rung(struct ceud *d, const struct standing *s, day_t *ret, struct err *err)
{
	int taken[LADDER_RUNGS_MAX];
	struct ladder_facts f = { .rungs = d->config->ladder.days, .nrungs = d->config->ladder.n,
		.taken = taken, .end = s->cycle.end, .enrolled = s->cycle.enrolled_on, .today = s->today,
		.state = s->verdict.state };

	if (rung_taken(d->store, s->cycle.id, taken, &f.ntaken, err))
		return -1;
	*ret = ladder_next(&f);
	return 0;
}

int standing_keep_loaded(struct ceud *d, const struct standing *s, struct err *err)
{
	day_t rung;

	if (standing_next_rung(d, s, &rung, err))
		return -1;
	return cycle_keep(d->store, s->cycle.id, s->verdict.counted, s->verdict.required, s->verdict.state,
	    s->verdict.next_check, rung, err);
}

int standing_keep(struct ceud *d, const struct person *p, struct arena *a, struct err *err)
{
	struct standing s;
	int rc;

	if (standing_load(d, p, 0, a, &s, err))
		return -1;
	rc = standing_keep_loaded(d, &s, err);
	standing_free(&s);
	return rc;
}
