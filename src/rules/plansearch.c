/*
 * The exact search.  For each sort of work a table tells the cheapest set of events for each number of units.  Where
 * limits and requirements nest these are put together (plantree.h).  Else a walk over the sorts picks one row of each;
 * a branch is left when all that could still be picked is not enough, or when the units that lack cost too much even
 * at the best rate of the sorts to come.
 */
#include <stdlib.h>
#include <string.h>

#include "plansearch.h"
#include "plantree.h"

enum { ROWS_MAX = 4096 };

struct rate {			/* of a table and those after it */
	int best_minutes; int64_t best_units;
	int64_t most_units;		/* the largest event of these */
};

struct search {
	struct sums *s;
	const struct choices *c;
	enum plan_aim aim;
	int64_t *more, *all;		/* units of each sort: picked; with all that could still be picked */
	struct table *tables; size_t ntables;
	struct rate *rates;
	int64_t target, work;
	struct row best;
	int is_cut;
};

static struct cost cost_of(enum plan_aim aim, int64_t minutes, int64_t items, day_t last)
{
	return aim == AIM_MINUTES ? (struct cost){ minutes, items, last } : (struct cost){ items, minutes, last };
}

static void sum_up(const struct sums *s, const struct choices *c, uint64_t set, int64_t *more)
{
	memset(more, 0, s->nsorts * sizeof *more);
	for (size_t i = 0; i < c->n; i++)
		if (set >> i & 1)
			more[c->items[i].sort] += c->items[i].units;
}

/* The most of a set that is not more than one of each group: of each group the largest. */
static uint64_t one_of_each(const struct choices *c, uint64_t set)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->n; k++)
			if (i != k && (set >> i & 1) && (set >> k & 1) && c->items[i].group == c->items[k].group &&
			    (c->items[k].units > c->items[i].units || (c->items[k].units == c->items[i].units && k < i)))
				set &= ~(UINT64_C(1) << i);
	return set;
}

int64_t search_lacking(struct sums *s, const struct choices *c, uint64_t set)
{
	sum_up(s, c, one_of_each(c, set), s->spare);
	return sums_lacking(s, s->spare, NULL);
}

/* ---- tables */

/* What of a sort can be of use at most: what the largest requirement on it asks for. */
static int64_t most_useful(const struct sums *s, size_t sort)
{
	int64_t most = 0;

	for (size_t i = 0; i < s->nneeds; i++)
		for (size_t k = 0; k < s->needs[i].n; k++)
			if (s->list[s->needs[i].first + k] == sort) {
				int64_t amount = s->needs[i].is_distinct ? s->p->step : s->needs[i].amount;

				most = amount > most ? amount : most;
			}
	return most;
}

static void improve(struct row *rows, size_t at, const struct row *from, const struct choice *c, size_t i,
    enum plan_aim aim)
{
	struct row new = { 0, cost_sum(from->cost, cost_of(aim, c->minutes, 1, c->day)),
		from->set | UINT64_C(1) << i, 0, 1 };

	if (!rows[at].is_set || cost_less(&new.cost, &rows[at].cost))
		rows[at] = new;
}

/* One more group of choices: none of it, or one. */
static void add_group(const struct search *g, const struct table *t, uint64_t members, size_t top, struct row *rows,
    const struct row *old)
{
	int64_t step = g->s->p->step;

	for (size_t i = 0; i < g->c->n; i++) {
		const struct choice *c = &g->c->items[i];

		if ((members >> i & 1) == 0 || c->sort != t->sort)
			continue;
		for (size_t k = 0; k <= top; k++) {
			size_t at = k + (size_t)(c->units / step);

			if (old[k].is_set)
				improve(rows, at < top ? at : top, &old[k], c, i, g->aim);
		}
	}
}

/* Only rows that no other beats: downwards, each cheaper than all that bring more. */
static size_t keep_best(struct row *rows, size_t top, int64_t step)
{
	size_t n = 0;

	for (size_t k = top + 1; k-- > 0; ) {
		if (!rows[k].is_set)
			continue;
		rows[k].units = (int64_t)k * step;
		if (n == 0 || cost_less(&rows[k].cost, &rows[top + 1 - n].cost))
			rows[top + 1 - ++n] = rows[k];
	}
	memmove(rows, rows + (top + 1 - n), n * sizeof *rows);
	return n;
}

static int make_table(struct search *g, struct table *t, uint64_t allowed)
{
	int64_t step = g->s->p->step, most = most_useful(g->s, t->sort), sum = 0;
	uint64_t rest = allowed;
	struct row *old;
	size_t top;

	for (size_t i = 0; i < g->c->n; i++)
		if ((allowed >> i & 1) && g->c->items[i].sort == t->sort)
			sum += g->c->items[i].units;
	most = (sum < most ? sum : most + step - 1) / step;
	g->is_cut |= most > ROWS_MAX;
	top = most > ROWS_MAX ? ROWS_MAX : (size_t)most;
	t->rows = calloc(top + 1, sizeof *t->rows);
	old = calloc(top + 1, sizeof *old);
	if (!t->rows || !old) {
		free(old);
		return -1;
	}
	t->rows[0] = (struct row){ .cost = { 0, 0, DAY_NONE }, .is_set = 1 };
	for (size_t i = 0; i < g->c->n && rest; i++) {
		uint64_t members = 0;

		if ((rest >> i & 1) == 0 || g->c->items[i].sort != t->sort)
			continue;
		for (size_t k = i; k < g->c->n; k++)
			members |= (uint64_t)(g->c->items[k].group == g->c->items[i].group) << k;
		members &= rest;
		rest &= ~members;
		memcpy(old, t->rows, (top + 1) * sizeof *old);
		add_group(g, t, members, top, t->rows, old);
	}
	free(old);
	t->n = keep_best(t->rows, top, step);
	return 0;
}

static int by_size(const void *x, const void *y)
{
	const struct table *a = x, *b = y;

	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return (a->sort > b->sort) - (a->sort < b->sort);
}

static void find_rates(struct search *g, uint64_t allowed)
{
	for (size_t t = g->ntables; t-- > 0; ) {
		struct rate *rate = &g->rates[t];

		if (t + 1 < g->ntables)
			*rate = rate[1];
		for (size_t i = 0; i < g->c->n; i++) {
			const struct choice *c = &g->c->items[i];

			if ((allowed >> i & 1) == 0 || c->sort != g->tables[t].sort)
				continue;
			if (rate->best_units == 0 || c->units * rate->best_minutes > rate->best_units * c->minutes) {
				rate->best_units = c->units;
				rate->best_minutes = c->minutes;
			}
			if (c->units > rate->most_units)
				rate->most_units = c->units;
		}
	}
}

static int make_tables(struct search *g, uint64_t allowed)
{
	g->tables = calloc(g->c->n + 1, sizeof *g->tables);
	g->rates = calloc(g->c->n + 1, sizeof *g->rates);
	g->more = calloc(g->s->nsorts + 1, sizeof *g->more);
	g->all = calloc(g->s->nsorts + 1, sizeof *g->all);
	if (!g->tables || !g->rates || !g->more || !g->all)
		return -1;
	for (size_t i = 0; i < g->c->n; i++) {
		size_t t = 0;

		while (t < g->ntables && g->tables[t].sort != g->c->items[i].sort)
			t++;
		if ((allowed >> i & 1) == 0 || t < g->ntables)
			continue;
		g->tables[g->ntables].sort = g->c->items[i].sort;
		if (make_table(g, &g->tables[g->ntables++], allowed))
			return -1;
	}
	qsort(g->tables, g->ntables, sizeof *g->tables, by_size);	/* the last is never walked through */
	find_rates(g, allowed);
	for (size_t t = 0; t < g->ntables; t++)
		g->all[g->tables[t].sort] = g->tables[t].rows[g->tables[t].n - 1].units;
	return 0;
}

static void free_search(struct search *g)
{
	for (size_t t = 0; t < g->ntables; t++)
		free(g->tables[t].rows);
	free(g->tables);
	free(g->rates);
	free(g->more);
	free(g->all);
}

/* ---- the walk */

/* The least that the units still lacking cost, from the tables after this one. */
static struct cost least_more(const struct search *g, size_t table, int64_t units)
{
	const struct rate *t = &g->rates[table + 1];

	if (table + 1 == g->ntables || units <= 0 || t->best_units == 0)
		return (struct cost){ 0, 0, DAY_NONE };
	return cost_of(g->aim, (units * t->best_minutes + t->best_units - 1) / t->best_units,
	    (units + t->most_units - 1) / t->most_units, DAY_NONE);
}

static void walk(struct search *g, size_t table, struct cost cost, uint64_t set)
{
	const struct table *t = &g->tables[table];
	int64_t top = t->rows[t->n - 1].units;

	for (size_t i = 0; i < t->n && !g->is_cut; i++) {
		struct cost now = cost_sum(cost, t->rows[i].cost), least;
		int64_t lacking;

		if (g->best.is_set && !cost_less(&now, &g->best.cost))
			break;
		g->more[t->sort] = g->all[t->sort] = t->rows[i].units;
		if (sums_lacking(g->s, g->all, NULL) != g->target)
			continue;
		lacking = sums_lacking(g->s, g->more, NULL);
		g->is_cut = g->s->work > g->work;
		if (lacking == g->target) {
			g->best = (struct row){ .cost = now, .set = set | t->rows[i].set, .is_set = 1 };
			break;
		}
		least = cost_sum(now, least_more(g, table, lacking == SUMS_IMPOSSIBLE ? 0 : lacking - g->target));
		if (table + 1 < g->ntables && (!g->best.is_set || cost_less(&least, &g->best.cost)))
			walk(g, table + 1, now, set | t->rows[i].set);
	}
	g->more[t->sort] = 0;
	g->all[t->sort] = top;
}

/* ---- the whole */

/* 1: the best is found; 0: it must be walked for; -1: no memory. */
static int climb(struct search *g)
{
	struct row best;
	int done;

	if (!g->s->is_nested || g->is_cut)
		return 0;
	done = tree_least(g->s, g->tables, g->ntables, g->target, &best);
	if (done != 1)
		return done;
	sum_up(g->s, g->c, best.set, g->s->spare);
	if (sums_lacking(g->s, g->s->spare, NULL) != g->target)
		return 0;
	g->best = best;
	return 1;
}

static int find_best(struct search *g, uint64_t allowed)
{
	int done;

	g->target = sums_lacking(g->s, g->all, NULL);
	if (g->target == SUMS_IMPOSSIBLE)
		return 0;
	if (sums_lacking(g->s, g->more, NULL) == g->target) {
		g->best.is_set = 1;
		return 0;
	}
	done = climb(g);
	if (done != 0)
		return done < 0 ? -1 : 0;
	walk(g, 0, (struct cost){ 0, 0, DAY_NONE }, 0);
	if (!g->best.is_set)
		g->best = (struct row){ .set = one_of_each(g->c, allowed), .is_set = 1 };
	return 0;
}

int search_least(struct sums *s, const struct choices *c, uint64_t allowed, enum plan_aim aim, int64_t work,
    uint64_t *ret, int *is_cut)
{
	struct search g = { .s = s, .c = c, .aim = aim, .work = s->work + work };
	int bad = make_tables(&g, allowed) || find_best(&g, allowed);

	free_search(&g);
	if (bad)
		return -1;
	*is_cut |= g.is_cut;
	if (g.target != SUMS_IMPOSSIBLE)
		*ret = g.best.set;
	return g.target != SUMS_IMPOSSIBLE;
}
