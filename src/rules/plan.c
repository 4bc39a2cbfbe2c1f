/* Plans: which events are at hand, the sets of them worth telling, and each set as items that were evaluated. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "plansearch.h"

/* Steps of sums: about what a few hundred evaluations take.  Where sums are exact it pays to look longer for the best;
 * few programs need it. */
enum { WORK_FIRST = 300000, WORK_NESTED = 2400000, WORK_MORE = 60000 };

enum { WAYS_MAX = 64 };	/* to choose categories for pieces: beyond that no more are told */

struct planner {
	const struct program *p;
	const struct credit_cycle *cycle;
	day_t today, last;
	const struct entry_fact *candidates;
	struct entry_fact *facts;	/* hers, then room for an option's; none planned */
	size_t n;
	int64_t new_id;			/* below all ids given */
	struct verdict base;		/* of hers, when all that is planned is done */
	struct sums sums;
	struct choices choices;
	size_t of[PLAN_CANDIDATES_MAX];	/* candidate of each choice */
	uint64_t sets[PLAN_OPTIONS_MAX];
	struct plan *plan;
	int best_only;			/* one option, without its chance */
};

/* ---- what is at hand */

static int same_text(const char *a, const char *b)
{
	return a && b && *a && !strcmp(a, b);
}

static int has_rule(const struct program *p, enum rule_kind kind, enum rule_selector selector)
{
	for (size_t i = 0; i < p->nrules; i++)
		if (p->rules[i].kind == kind && p->rules[i].selector == selector)
			return 1;
	return 0;
}

static int is_same(const struct program *p, const struct entry_fact *a, const struct entry_fact *b)
{
	return (has_rule(p, RULE_ONCE, SELECT_COURSE) && same_text(a->course, b->course)) ||
	    (has_rule(p, RULE_ONCE, SELECT_EVENT) && same_text(a->event, b->event));
}

static int is_complete(const struct program *p, const struct entry_fact *f)
{
	return !f->is_void && (f->competencies || !has_rule(p, RULE_NEEDS, SELECT_COMPETENCY_GIVEN)) &&
	    (f->has_evidence || !has_rule(p, RULE_NEEDS, SELECT_EVIDENCE_GIVEN));
}

static int is_usable(const struct planner *l, const struct entry_fact *f, day_t by)
{
	struct cycle days = credit_days(l->p, l->cycle);

	if (f->day < days.start || f->day > days.end || f->day > by || !is_complete(l->p, f) ||
	    program_earns(l->p, f->kind, f->minutes, f->quantity) <= 0)
		return 0;
	for (size_t i = 0; i < l->n; i++)
		if (l->base.entries[i].state <= ENTRY_OVER_LIMIT && is_same(l->p, &l->facts[i], f))
			return 0;
	return 1;
}

struct ranked { size_t candidate; int64_t adds; const struct entry_fact *f; };

static int by_gain(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	if (a->adds != b->adds)
		return a->adds > b->adds ? -1 : 1;
	if (a->f->minutes != b->f->minutes)
		return a->f->minutes < b->f->minutes ? -1 : 1;
	if (a->f->day != b->f->day)
		return a->f->day < b->f->day ? -1 : 1;
	return (a->f->id > b->f->id) - (a->f->id < b->f->id);
}

/* -1: no memory; else how many are usable. */
static int choose_candidates(struct planner *l, size_t m, day_t by)
{
	struct ranked *all = calloc(m + 1, sizeof *all);
	size_t n = 0;

	if (!all)
		return -1;
	for (size_t i = 0; i < m; i++)
		if (is_usable(l, &l->candidates[i], by))
			all[n++] = (struct ranked){ i, credit_adds(l->p, l->cycle, l->facts, l->n, &l->base,
			    &l->candidates[i]), &l->candidates[i] };
	qsort(all, n, sizeof *all, by_gain);
	l->choices.n = n < PLAN_CANDIDATES_MAX ? n : PLAN_CANDIDATES_MAX;
	for (size_t i = 0; i < l->choices.n; i++)
		l->of[i] = all[i].candidate;
	free(all);
	l->plan->is_exact = n <= PLAN_CANDIDATES_MAX;
	return 0;
}

static const struct entry_fact *event(const struct planner *l, size_t choice)
{
	return &l->candidates[l->of[choice]];
}

/* Of events that are the same only one counts. Same through a third one only, or of several sorts: taken for the
 * same all the more, which may miss a better set. */
static void group_choices(struct planner *l)
{
	struct choices *c = &l->choices;

	for (size_t i = 0; i < c->n; i++)
		c->items[i].group = (int)i;
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < i; k++) {
			int from = c->items[i].group, to = c->items[k].group;

			if (!is_same(l->p, event(l, i), event(l, k)))
				continue;
			for (size_t j = 0; j < c->n; j++)
				if (c->items[j].group == from)
					c->items[j].group = to;
		}
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < i; k++)
			if (c->items[i].group == c->items[k].group && (c->items[i].sort != c->items[k].sort ||
			    !is_same(l->p, event(l, i), event(l, k))))
				l->plan->is_exact = 0;
}

static void make_choices(struct planner *l)
{
	for (size_t i = 0; i < l->choices.n; i++) {
		const struct entry_fact *f = event(l, i);

		l->choices.items[i] = (struct choice){ .sort = sums_sort(&l->sums, f), .minutes = f->minutes,
			.units = program_earns(l->p, f->kind, f->minutes, f->quantity), .day = f->day };
	}
	group_choices(l);
}

/* Those that may be picked: of a group in several sorts only the sort of the one that adds most. */
static uint64_t all_choices(const struct planner *l)
{
	const struct choices *c = &l->choices;
	uint64_t all = 0;

	for (size_t i = 0; i < c->n; i++) {
		size_t k = 0;

		while (c->items[k].group != c->items[i].group)
			k++;
		if (c->items[k].sort == c->items[i].sort)
			all |= UINT64_C(1) << i;
	}
	return all;
}

/* ---- items */

static int minutes_for(const struct program *p, int64_t units)
{
	int64_t guess = units * p->unit_minutes / 100;
	int minutes = guess > 1 ? (int)guess : 1;

	while (program_units(p, minutes) < units)
		minutes++;
	while (minutes > 1 && program_units(p, minutes - 1) >= units)
		minutes--;
	return minutes;
}

/* As much is found in all as in these; of the same sort for several requirements it is one piece. */
static int merge_findings(struct findings *f)
{
	size_t n = 0;

	if (f->n > FINDINGS_MAX)
		return -1;
	for (size_t i = 0; i < f->n; i++) {
		size_t k = 0;

		while (k < n && (f->items[k].sort != f->items[i].sort || f->items[k].tag != f->items[i].tag))
			k++;
		if (k < n)
			f->items[k].units += f->items[i].units;
		else
			f->items[n++] = f->items[i];
	}
	f->n = n;
	return n <= PLAN_ITEMS_MAX - PLAN_CANDIDATES_MAX ? 0 : -1;
}

/* Tags that are to be named for an entry to be of that sort. */
static uint32_t named_tags(const struct planner *l, const struct finding *f)
{
	const struct sort *s = &l->sums.sorts[f->sort];
	uint32_t tags = s->tags & ~l->p->categories[s->category].tags;

	if (s->named >= 0)
		tags |= UINT32_C(1) << s->named;
	return f->tag >= 0 ? tags | UINT32_C(1) << f->tag : tags;
}

static int can_have(const struct program *p, int category, uint32_t tags)
{
	for (size_t t = 0; t < p->ntags; t++)
		if ((tags >> t & 1) && (p->tags[t].categories >> category & 1) == 0)
			return 0;
	return 1;
}

/* Whether the pieces complete the cycle, whichever of their categories are taken, from piece `at` on. */
static int all_do(struct planner *l, int64_t *more, const struct findings *f, const uint32_t *masks, size_t at)
{
	uint32_t mask = at < f->n ? masks[at] : 0;
	int ret = 1;

	if (at == f->n)
		return sums_lacking(&l->sums, more, NULL) == 0;
	for (int c = 0; ret && mask >> c; c++) {
		size_t sort;

		if ((mask >> c & 1) == 0)
			continue;
		sort = sums_findable(&l->sums, f->items[at].sort, c, named_tags(l, &f->items[at]));
		if (sort == l->sums.nsorts)
			return 0;
		more[sort] += f->items[at].units;
		ret = all_do(l, more, f, masks, at + 1);
		more[sort] -= f->items[at].units;
	}
	return ret;
}

/* Categories for each piece, so that any of them will do together with any of the others'. */
static void widen_findings(struct planner *l, int64_t *more, const struct findings *f, uint32_t *masks)
{
	int64_t ways = 1;

	for (size_t i = 0; i < f->n; i++)
		masks[i] = UINT32_C(1) << l->sums.sorts[f->items[i].sort].category;
	for (size_t i = 0; i < f->n && l->sums.is_nested; i++) {	/* else sums may be too hopeful */
		uint32_t own = masks[i];

		for (int c = 0; c < (int)l->p->ncategories && ways <= WAYS_MAX; c++) {
			uint32_t before = masks[i];

			if ((own >> c & 1) || !can_have(l->p, c, named_tags(l, &f->items[i])))
				continue;
			masks[i] = UINT32_C(1) << c;	/* those before were seen to do */
			masks[i] = all_do(l, more, f, masks, 0) ? before | masks[i] : before;
		}
		ways *= __builtin_popcount(masks[i]);
	}
}

static void add_event(struct planner *l, struct plan_option *o, size_t choice)
{
	const struct choice *c = &l->choices.items[choice];
	struct plan_item item = { .candidate = (int)l->of[choice], .categories = UINT32_C(1) << event(l, choice)->category,
		.tags = event(l, choice)->tags, .day = c->day, .minutes = c->minutes, .units = c->units };
	size_t at = o->nitems++;

	for (; at > 0 && o->items[at - 1].day > c->day; at--)
		o->items[at] = o->items[at - 1];
	o->items[at] = item;
}

static size_t choice_of(const struct planner *l, int candidate)
{
	size_t i = 0;

	while (l->of[i] != (size_t)candidate)
		i++;
	return i;
}

/* What each event takes from what lacks after those before it. Where nothing can be found it is not told what lacks:
 * then all of its units. */
static void share_out(struct planner *l, struct plan_option *o, int64_t *more)
{
	int64_t before, after;

	memset(more, 0, l->sums.nsorts * sizeof *more);
	before = sums_lacking(&l->sums, more, NULL);
	for (size_t i = 0; i < o->nitems; i++) {
		struct plan_item *item = &o->items[i];

		more[l->choices.items[choice_of(l, item->candidate)].sort] += item->units;
		after = sums_lacking(&l->sums, more, NULL);
		item->adds = before == SUMS_IMPOSSIBLE || after == SUMS_IMPOSSIBLE ? item->units : before - after;
		item->adds = item->adds < 0 ? 0 : item->adds > item->units ? item->units : item->adds;
		item->wasted = item->units - item->adds;
		before = after;
	}
}

static int add_findings(struct planner *l, struct plan_option *o, int64_t *more)
{
	struct findings f;
	uint32_t masks[FINDINGS_MAX];

	if (sums_lacking(&l->sums, more, &f) == SUMS_IMPOSSIBLE || merge_findings(&f))
		return -1;
	o->is_whole = f.n == 0;
	widen_findings(l, more, &f, masks);
	for (size_t i = 0; i < f.n; i++)
		o->items[o->nitems++] = (struct plan_item){ .candidate = -1, .categories = masks[i],
			.tags = named_tags(l, &f.items[i]), .day = l->sums.sorts[f.items[i].sort].day,
			.minutes = minutes_for(l->p, f.items[i].units), .units = f.items[i].units,
			.adds = f.items[i].units };
	return 0;
}

/* ---- proof */

static struct entry_fact found_fact(const struct planner *l, const struct plan_item *item, int64_t id)
{
	int category = __builtin_ctz(item->categories);

	return (struct entry_fact){ .id = id, .day = item->day, .minutes = item->minutes, .category = category,
		.competencies = l->p->ncompetencies ? 1 : 0, .tags = program_tags(l->p, category, item->tags), .kind = -1, .has_evidence = 1,
		.course = "" };
}

static int is_done(const struct program *p, const struct verdict *v)
{
	for (size_t i = 0; i < p->nrules; i++)
		if (!v->rules[i].met)
			return 0;
	return 1;
}

/* Evaluated with all its items done: 1 if every rule is met, 0 if not, -1 on failure. */
static int proves(struct planner *l, const struct plan_option *o, struct err *err)
{
	struct verdict v;
	int ret;

	for (size_t i = 0; i < o->nitems; i++) {
		struct entry_fact *f = &l->facts[l->n + i];

		*f = o->items[i].candidate >= 0 ? l->candidates[o->items[i].candidate]
		    : found_fact(l, &o->items[i], l->new_id - (int64_t)i);
		f->is_planned = f->is_late = 0;
	}
	if (credit_count(l->p, l->cycle, l->facts, l->n + o->nitems, l->last, &v, err))
		return -1;
	ret = is_done(l->p, &v);
	verdict_free(&v);
	return ret;
}

/* With the events planned, and nothing found yet. */
static int find_chance(struct planner *l, struct plan_option *o, const struct entry_fact *facts, struct err *err)
{
	struct verdict v;
	size_t n = l->n;

	if (l->n)
		memcpy(l->facts, facts, l->n * sizeof *facts);
	for (size_t i = 0; i < o->nitems; i++)
		if (o->items[i].candidate >= 0) {
			l->facts[n] = l->candidates[o->items[i].candidate];
			l->facts[n].is_late = 0;
			l->facts[n++].is_planned = 1;
		}
	if (credit_evaluate(l->p, l->cycle, l->facts, n, l->today, &v, err))
		return -1;
	o->chance = v.chance;
	verdict_free(&v);
	for (size_t i = 0; i < l->n; i++)
		l->facts[i].is_planned = 0;
	return 0;
}

/* ---- options */

static int is_new(const struct planner *l, uint64_t set)
{
	for (size_t i = 0; i < l->plan->noptions; i++)
		if ((set & ~l->sets[i]) == 0 || (l->sets[i] & ~set) == 0)
			return 0;
	return 1;
}

/* 0: done or left out; -1: failed. */
static int add_option(struct planner *l, uint64_t set, const struct entry_fact *facts, struct err *err)
{
	struct plan_option *o = &l->plan->options[l->plan->noptions];
	int64_t *more;
	int is_good;

	if (l->plan->noptions == PLAN_OPTIONS_MAX || !is_new(l, set))
		return 0;
	memset(o, 0, sizeof *o);
	more = calloc(l->sums.nsorts + 1, sizeof *more);
	if (!more)
		return err_oom(err);
	for (size_t i = 0; i < l->choices.n; i++)
		if (set >> i & 1)
			add_event(l, o, i);
	share_out(l, o, more);
	is_good = !add_findings(l, o, more);
	free(more);
	is_good = is_good ? proves(l, o, err) : 0;
	if (is_good < 0 || (is_good && !l->best_only && find_chance(l, o, facts, err)))
		return -1;
	if (!is_good) {
		l->plan->is_exact = 0;
		return 0;
	}
	for (size_t i = 0; i < o->nitems; i++) {
		o->minutes += o->items[i].minutes;
		o->adds += o->items[i].adds;
		o->wasted += o->items[i].wasted;
	}
	l->sets[l->plan->noptions++] = set;
	return 0;
}

static uint64_t not_longer(const struct planner *l, uint64_t set, int minutes)
{
	for (size_t i = 0; i < l->choices.n; i++)
		if (l->choices.items[i].minutes > minutes)
			set &= ~(UINT64_C(1) << i);
	return set;
}

/* Those that are not longer than need be. */
static uint64_t smallest(struct planner *l, uint64_t all)
{
	int64_t target = search_lacking(&l->sums, &l->choices, all);
	uint64_t best = all;

	for (size_t i = 0; i < l->choices.n; i++) {
		uint64_t set = not_longer(l, all, l->choices.items[i].minutes);

		if ((set & ~best) == 0 && search_lacking(&l->sums, &l->choices, set) == target)
			best = set;
	}
	return best;
}

static int try_set(struct planner *l, uint64_t allowed, enum plan_aim aim, const struct entry_fact *facts,
    struct err *err)
{
	int64_t work = l->plan->noptions ? WORK_MORE : l->sums.is_nested ? WORK_NESTED : WORK_FIRST;
	uint64_t set = 0;
	int is_cut = 0, found;

	if (l->plan->noptions == PLAN_OPTIONS_MAX)
		return 0;
	found = search_least(&l->sums, &l->choices, allowed, aim, work, &set, &is_cut);
	if (found < 0)
		return err_oom(err);
	if (is_cut && l->plan->noptions == 0)
		l->plan->is_exact = 0;
	return found ? add_option(l, set, facts, err) : 0;
}

/* A set that differs from those told: without one event of each of them; `target`: with no more to be found. */
static int try_others(struct planner *l, uint64_t all, int64_t target, const struct entry_fact *facts, struct err *err)
{
	uint64_t first = l->sets[0], second = l->plan->noptions > 1 ? l->sets[1] : 0;
	int64_t end = l->sums.work + WORK_MORE;

	for (size_t i = 0; i < l->choices.n; i++)
		for (size_t k = 0; k < l->choices.n && l->sums.work < end; k++) {
			uint64_t set = all & ~(UINT64_C(1) << i) & ~(UINT64_C(1) << k);

			if ((first >> i & 1) == 0 || (second ? (second >> k & 1) == 0 : k != i))
				continue;
			if (target != SUMS_IMPOSSIBLE && search_lacking(&l->sums, &l->choices, set) != target)
				continue;
			if (try_set(l, set, second ? AIM_ITEMS : AIM_MINUTES, facts, err))
				return -1;
			if (l->plan->noptions > (second ? 2 : 1))
				return 0;
		}
	return 0;
}

static int make_options(struct planner *l, const struct entry_fact *facts, struct err *err)
{
	uint64_t all = all_choices(l);
	int64_t target = search_lacking(&l->sums, &l->choices, all);

	l->plan->is_exact &= l->sums.is_nested;
	if (try_set(l, all, AIM_MINUTES, facts, err))
		return -1;
	if (l->plan->noptions == 0 || l->sets[0] == 0 || l->best_only)
		return 0;
	if (try_set(l, smallest(l, all), AIM_MINUTES, facts, err) || try_set(l, all, AIM_ITEMS, facts, err))
		return -1;
	for (int i = 0; i < 2; i++)	/* as many as there is room for */
		if (try_others(l, all, target, facts, err) || try_others(l, all, SUMS_IMPOSSIBLE, facts, err))
			return -1;
	return 0;
}

/* ---- the whole */

static int take_facts(struct planner *l, const struct entry_fact *facts, size_t n, size_t m)
{
	l->facts = calloc(n + PLAN_ITEMS_MAX, sizeof *l->facts);
	if (!l->facts)
		return -1;
	if (n)
		memcpy(l->facts, facts, n * sizeof *facts);
	l->n = n;
	for (size_t i = 0; i < n; i++)
		l->facts[i].is_planned = 0;
	for (size_t i = 0; i < n; i++)
		l->new_id = facts[i].id < l->new_id ? facts[i].id : l->new_id;
	for (size_t i = 0; i < m; i++)
		l->new_id = l->candidates[i].id < l->new_id ? l->candidates[i].id : l->new_id;
	l->new_id--;
	return 0;
}

static int fill_plan(struct planner *l, const struct entry_fact *facts, size_t m, day_t by, struct err *err)
{
	struct entry_fact *chosen;
	int bad;

	if (is_done(l->p, &l->base))
		return 0;
	if (choose_candidates(l, m, by))
		return err_oom(err);
	chosen = l->facts + l->n;	/* the room for an option's */
	for (size_t i = 0; i < l->choices.n; i++)
		chosen[i] = *event(l, i);
	bad = sums_init(&l->sums, l->p, l->cycle, l->facts, l->n, &l->base, l->today, by, chosen, l->choices.n);
	if (bad)
		err_oom(err);
	if (!bad) {
		make_choices(l);
		bad = make_options(l, facts, err);
	}
	sums_free(&l->sums);
	return bad ? -1 : 0;
}

static int make(struct planner *l, const struct entry_fact *facts, size_t n, size_t m, day_t by, struct plan *ret, struct err *err)
{
	struct plan *plan = calloc(1, sizeof *plan);
	struct verdict now;
	int bad = -1;

	if (!plan)
		return err_oom(err);
	l->plan = plan;
	plan->is_exact = 1;
	if (take_facts(l, facts, n, m)) {
		err_oom(err);
	} else if (!credit_count(l->p, l->cycle, facts, n, l->today, &now, err)) {
		plan->to_go = now.to_go;
		verdict_free(&now);
		if (!credit_count(l->p, l->cycle, l->facts, n, l->last, &l->base, err)) {
			bad = fill_plan(l, facts, m, by, err);
			verdict_free(&l->base);
		}
	}
	if (!bad)
		*ret = *plan;
	free(l->facts);
	free(plan);
	return bad;
}

int plan_make(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    day_t today, const struct entry_fact *candidates, size_t m, day_t by, struct plan *ret, struct err *err)
{
	struct planner l = { .p = p, .cycle = c, .today = today, .last = credit_days(p, c).end,
		.candidates = candidates };

	return make(&l, facts, n, m, by, ret, err);
}

int plan_best(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    day_t today, const struct entry_fact *candidates, size_t m, day_t by, struct plan *ret, struct err *err)
{
	struct planner l = { .p = p, .cycle = c, .today = today, .last = credit_days(p, c).end,
		.candidates = candidates, .best_only = 1 };

	return make(&l, facts, n, m, by, ret, err);
}
