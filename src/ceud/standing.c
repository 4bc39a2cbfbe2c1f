/* Where one person stands: rows of the store into facts, facts into a verdict. */
#include "standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "programs.h"
#include "reminding.h"
#include "rules/chance.h"
#include "store/ledger.h"
#include "store/store.h"

enum { PAGE = 500 };

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

/* ---- facts */

/* A competency that neither the program knows nor one that is mapped to its own is none of it. */
static uint32_t competency_mask(const struct program *p, const struct entry *e)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < e->ncompetencies; i++) {
		int at = program_maps_to(p, e->competencies[i]);

		if (at >= 0)
			mask |= UINT32_C(1) << at;
	}
	return mask;
}

static uint32_t tag_mask(const struct program *p, const struct entry *e)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < e->ntags; i++)
		for (size_t k = 0; k < p->ntags; k++)
			if (!strcmp(p->tags[k].id, e->tags[i]))
				mask |= UINT32_C(1) << k;
	return mask;
}

/* One that the program does not know earns by its time. */
static int kind_index(const struct program *p, const char *id)
{
	for (size_t i = 0; *id && i < p->nkinds; i++)
		if (!strcmp(p->kinds[i].id, id))
			return (int)i;
	return -1;
}

static int category_index(const struct program *p, const char *id)
{
	for (size_t i = 0; i < p->ncategories; i++)
		if (!strcmp(p->categories[i].id, id))
			return (int)i;
	return -1;
}

int standing_fact(const struct program *p, const struct entry *e, struct entry_fact *ret, struct err *err)
{
	int category = category_index(p, e->category);

	if (category < 0 && e->is_void)
		category = 0;		/* it counts nowhere */
	if (category < 0) {
		err_set(err, ERR_RULE, "category-unknown",
		    "Entry %lld has the category \"%s\", which program %s does not know.", (long long)e->no,
		    e->category, p->id);
		return err_next(err, "Change it: ceu edit %lld --category CATEGORY", (long long)e->no);
	}
	*ret = (struct entry_fact){ .id = e->no, .day = e->day, .minutes = e->minutes, .category = category,
	    .competencies = competency_mask(p, e), .tags = program_tags(p, category, tag_mask(p, e)),
	    .kind = kind_index(p, e->kind), .quantity = e->quantity, .is_void = e->is_void, .is_late = e->is_late,
	    .is_planned = e->is_planned, .has_evidence = e->nevidence > 0, .course = e->title_key, .event = "" };
	return 0;
}

/* ---- which occurrence of which event */

const char *standing_occurrence(const struct event *e, struct arena *a)
{
	size_t uid = strlen(e->uid), size = uid + strlen(e->rid) + 2;
	char *key;

	if (!*e->rid)
		return arena_strdup(a, e->uid);
	key = arena_alloc(a, size);
	if (key)
		snprintf(key, size, "%s\n%s", e->uid, e->rid);
	return key;
}

static int looks_at_events(const struct program *p)
{
	for (size_t i = 0; i < p->nrules; i++)
		if (p->rules[i].kind == RULE_ONCE && p->rules[i].selector == SELECT_EVENT)
			return 1;
	return 0;
}

static int by_proposal(const void *x, const void *y)
{
	const struct occurrence *a = x, *b = y;

	return (a->proposal > b->proposal) - (a->proposal < b->proposal);
}

static int add_occurrence(struct occurrence_list *l, const struct proposal *p, struct arena *a)
{
	void *items = l->items;

	if (arena_grow(a, &items, l->n, &l->cap, sizeof *l->items))
		return -1;
	l->items = items;
	l->items[l->n].proposal = p->id;
	l->items[l->n].key = standing_occurrence(&p->event, a);
	return l->items[l->n++].key ? 0 : -1;
}

static int load_occurrences(struct ceud *d, struct standing *s, struct arena *a, struct err *err)
{
	struct proposal_list page;
	int64_t after = 0;

	if (!looks_at_events(s->program))
		return 0;
	do {
		page = (struct proposal_list){ 0 };
		if (proposal_page(d->store, s->person.id, PROPOSALS_ALL, d->now, after, PAGE, a, &page, err))
			return -1;
		for (size_t i = 0; i < page.n; i++)
			if (add_occurrence(&s->occurrences, &page.items[i], a))
				return err_oom(err);
		after = page.n ? page.items[page.n - 1].no : 0;
	} while (page.n == PAGE);
	if (s->occurrences.n)
		qsort(s->occurrences.items, s->occurrences.n, sizeof *s->occurrences.items, by_proposal);
	return 0;
}

static const char *occurrence_of(const struct standing *s, const struct entry *e)
{
	struct occurrence wanted = { e->proposal, NULL }, *found = NULL;

	if (e->proposal && s->occurrences.n)
		found = bsearch(&wanted, s->occurrences.items, s->occurrences.n, sizeof wanted, by_proposal);
	return found ? found->key : "";
}

static int make_facts(struct standing *s, struct arena *a, struct err *err)
{
	size_t n = s->entries.n;

	s->facts = arena_alloc(a, (n ? n : 1) * sizeof *s->facts);
	if (!s->facts)
		return err_oom(err);
	for (size_t i = 0; i < n; i++) {
		if (standing_fact(s->program, &s->entries.items[i], &s->facts[i], err))
			return -1;
		s->facts[i].event = occurrence_of(s, &s->entries.items[i]);
	}
	return 0;
}

/* ---- the cycle */

static int no_cycle(const struct person *p, struct err *err)
{
	err_set(err, ERR_RULE, "no-cycle", "%s has no certificate cycle here.", p->email);
	return err_next(err, "Ask your admin for: ceu admin person set %s --until DATE", p->email);
}

static const struct cycle_row *of_year(const struct cycle_list *all, int year)
{
	for (size_t i = 0; i < all->n; i++)
		if (cycle_year((struct cycle){ all->items[i].start, all->items[i].end }) == year)
			return &all->items[i];
	return NULL;
}

static int no_such_cycle(const struct person *p, int year, struct err *err)
{
	err_set(err, ERR_ABSENT, "no-such-cycle", "%s has no cycle that starts in %d.", p->email, year);
	return err_next(err, "The open one: ceu status");
}

static int find_cycle(struct ceud *d, const struct person *p, int year, struct arena *a,
    struct cycle_row *ret, struct err *err)
{
	struct cycle_list all = { 0 };
	const struct cycle_row *row;
	int found;

	if (!year) {
		found = cycle_current(d->store, p->id, a, ret, err);
		return found < 0 ? -1 : found ? 0 : no_cycle(p, err);
	}
	if (cycle_list_of(d->store, p->id, a, &all, err))
		return -1;
	row = of_year(&all, year);
	if (!row)
		return no_such_cycle(p, year, err);
	*ret = *row;
	return 0;
}

struct credit_cycle standing_cycle(const struct standing *s)
{
	return (struct credit_cycle){ .dates = { s->cycle.start, s->cycle.end }, .counts_from = s->cycle.counts_from,
		.counts_until = s->cycle.counts_until, .is_first = s->cycle.is_first, .carried = s->cycle.carried };
}

day_t standing_opens(const struct standing *s)
{
	day_t opens = s->cycle.end - s->program->window_days;

	return s->program->window_days && opens > s->cycle.start ? opens : s->cycle.start;
}

/* Of today alone: what takes the longest is to find the day on which the state will be another. */
static int judge_today(struct standing *s, const struct credit_cycle *cycle, struct err *err)
{
	struct verdict *v = &s->verdict;
	struct chance chance;

	if (credit_count(s->program, cycle, s->facts, s->entries.n, s->today, v, err))
		return -1;
	if (v->state != CYCLE_OFF_TRACK)
		return 0;
	chance_prepare(s->program, cycle, s->facts, s->entries.n, v, s->today, &chance);
	v->chance = chance_on(&chance, s->today);
	if (v->chance >= CHANCE_AT_RISK)
		v->state = v->chance >= CHANCE_ON_TRACK ? CYCLE_ON_TRACK : CYCLE_AT_RISK;
	return 0;
}

/* Facts and verdict from the entries. */
static int evaluate(struct standing *s, struct arena *a, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(s);

	if (make_facts(s, a, err))
		return -1;
	if (s->is_glance ? judge_today(s, &cycle, err) :
	    credit_evaluate(s->program, &cycle, s->facts, s->entries.n, s->today, &s->verdict, err))
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
	    entry_between(d->store, s->person.id, s->cycle.counts_from, s->cycle.counts_until, 1, a,
	    &s->entries, err) || load_occurrences(d, s, a, err))
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

int standing_glance(struct ceud *d, const struct person *p, const struct cycle_row *cycle, struct arena *a,
    struct standing *ret, struct err *err)
{
	struct standing s = { .person = *p, .cycle = *cycle, .is_glance = 1 };

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

/* ---- as it was */

static const struct cycle_row *open_one(const struct cycle_list *all)
{
	for (size_t i = all->n; i-- > 0; )
		if (!all->items[i].closed_at)
			return &all->items[i];
	return NULL;
}

/* Those of the cycle's days, in the order of entry_between(). */
static void take_entries(struct standing *s, const struct entry_list *all)
{
	s->entries.items = all->items;
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].day >= s->cycle.counts_from && all->items[i].day <= s->cycle.counts_until)
			s->entries.items[s->entries.n++] = all->items[i];
	s->entries.cap = all->n;
}

static int by_day(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return (a->no > b->no) - (a->no < b->no);
}

static int as_of_future(struct err *err)
{
	err_set(err, ERR_USAGE, "as-of-future", "What will be on a day to come is not known.");
	return err_next(err, "Name today or a day before it.");
}

static int no_cycle_then(const struct person *p, day_t day, struct err *err)
{
	char date[48];

	err_set(err, ERR_RULE, "no-cycle", "On %s %s had no certificate cycle here.",
	    date_text(day, DATE_LONG, date, sizeof date), p->email);
	return err_next(err, "As it is now: ceu status");
}

int standing_as_of(struct ceud *d, const struct person *p, int year, day_t day, struct arena *a,
    struct standing *ret, struct err *err)
{
	struct standing s = { .person = *p, .zone = person_zone(d, p), .today = day, .is_past = 1 };
	const struct cycle_row *row;
	struct past past = { 0 };

	if (day > person_today(d, p))
		return as_of_future(err);
	if (ledger_rewind(d->store, p->id, zone_instant_next(s.zone, day + 1, 0) - 1, a, &past, err))
		return -1;
	row = year ? of_year(&past.cycles, year) : open_one(&past.cycles);
	if (!row)
		return year ? no_such_cycle(p, year, err) : no_cycle_then(p, day, err);
	s.cycle = *row;
	if (past.entries.n)
		qsort(past.entries.items, past.entries.n, sizeof *past.entries.items, by_day);
	take_entries(&s, &past.entries);
	if (programs_by_hash(d, s.cycle.program_hash, &s.program, err) || load_occurrences(d, &s, a, err) ||
	    evaluate(&s, a, err))
		return -1;
	*ret = s;
	return 0;
}

/* ---- what was sent in */

int standing_sent(struct ceud *d, struct standing *s, struct arena *a, struct err *err)
{
	if (!s->cycle.submission)
		return 0;
	return submission_get(d->store, s->cycle.submission, a, &s->sent, err);
}

/* ---- what if */

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

int standing_on(const struct standing *s, day_t day, struct arena *a, struct standing *ret, struct err *err)
{
	struct standing then = *s;

	then.today = day;
	if (evaluate(&then, a, err))
		return -1;
	*ret = then;
	return 0;
}

size_t standing_without_evidence(const struct standing *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->verdict.nentries; i++)
		n += s->verdict.entries[i].counted > 0 && !s->facts[i].has_evidence;
	return n;
}

void standing_free(struct standing *s)
{
	verdict_free(&s->verdict);
}

static int next_rung(struct ceud *d, const struct standing *s, int quick, day_t *ret, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct reminding r;
	int rc = quick ? reminding_load_quick(d, s, &a, &r, err) : reminding_load(d, s, &a, &r, err);

	if (!rc)
		*ret = ladder_next(&r.facts);
	arena_free(&a);
	return rc;
}

int standing_next_rung(struct ceud *d, const struct standing *s, day_t *ret, struct err *err)
{
	return next_rung(d, s, 0, ret, err);
}

static int keep(struct ceud *d, const struct standing *s, int quick, struct cycle_found *ret, struct err *err)
{
	const struct verdict *v = &s->verdict;
	struct cycle_found found = { .counted = v->counted, .required = v->required, .state = v->state,
	    .chance = v->chance, .next_check = v->next_check };

	if (next_rung(d, s, quick, &found.next_rung, err) || cycle_keep(d->store, s->cycle.id, &found, err))
		return -1;
	*ret = found;
	return 0;
}

int standing_keep_loaded(struct ceud *d, const struct standing *s, struct err *err)
{
	struct cycle_found found;

	return keep(d, s, 1, &found, err);
}

int standing_keep_found(struct ceud *d, const struct standing *s, struct cycle_found *ret, struct err *err)
{
	return keep(d, s, 0, ret, err);
}

int standing_keep(struct ceud *d, const struct person *p, struct arena *a, struct err *err)
{
	struct cycle_list all = { 0 };

	if (cycle_list_of(d->store, p->id, a, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		struct standing s;
		int rc;

		if (all.items[i].closed_at)
			continue;
		if (standing_of_cycle(d, p, &all.items[i], a, &s, err))
			return -1;
		rc = standing_keep_loaded(d, &s, err);
		standing_free(&s);
		if (rc)
			return -1;
	}
	return 0;
}

void standing_refresh(struct ceud *d, const struct person *p)
{
	struct arena a = ARENA_INIT;
	struct err err = { 0 };

	if (store_begin(d->store, &err) || standing_keep(d, p, &a, &err) || store_commit(d->store, &err)) {
		store_rollback(d->store);
		log_error("The cycle of %s could not be evaluated: %s", p->email, err.what);
	}
	arena_free(&a);
}
