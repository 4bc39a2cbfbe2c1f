/*
 * Plans where limits and requirements nest.  From the inside out, the tables of all that a limit or requirement holds
 * become one: for each number of units the cheapest set that brings it.  Units beyond a limit, and beyond all that
 * could use them, are cut off; rows that a requirement forbids are left out.
 *
 * What is to be found needs no table.  With everything gone to, a requirement lacks what it lacks, and no set may
 * lack more there: as all is found that still is, any more would be too much in all.  So where something lacks, only
 * the last row stays, and what is found counts further out.
 */
#include <stdlib.h>
#include <string.h>

#include "plantree.h"

/* Of rows put together in one search; of them as many as a step of sums takes. */
enum { PAIRS_MAX = 1000000, PAIRS_EACH = 4 };

struct node { const struct claim *claim; size_t nsorts; int is_limit; };

struct tree {
	struct sums *s;
	struct node *nodes; size_t nnodes;	/* from the inside out */
	struct table *tables;		/* of the sort that stands for all it was joined with; no rows: nothing there */
	size_t *joined;			/* sort i: the sort that stands for it */
	int64_t grid;			/* all units are multiples of it */
	int64_t target;
	int64_t found;			/* what lacks, all in all */
	int64_t slack;			/* how much more may lack in one place */
	int levels;			/* more than the distinct categories that must be gone to */
	int64_t pairs;
};

/* The best row for each number of units and of categories. */
struct board { struct row *rows; size_t n; int levels; int64_t grid; };

/* ---- boards */

static int board_init(struct board *b, const struct tree *t, int64_t most)
{
	*b = (struct board){ NULL, (size_t)(most / t->grid) + 1, t->levels, t->grid };
	b->rows = calloc(b->n * (size_t)b->levels, sizeof *b->rows);
	return b->rows ? 0 : -1;
}

static struct row *place(const struct board *b, int64_t units, int distinct)
{
	return &b->rows[(size_t)(units / b->grid) * (size_t)b->levels + (size_t)distinct];
}

static void put(struct board *b, const struct row *r)
{
	struct row *at = place(b, r->units, r->distinct);

	if (!at->is_set || cost_less(&r->cost, &at->cost))
		*at = *r;
}

/* Only rows that no other beats: of those with no fewer units and categories each is dearer. */
static void keep_best(struct board *b, struct table *ret)
{
	const struct row *best[PROGRAM_CATEGORIES_MAX + 1] = { NULL };
	size_t all = b->n * (size_t)b->levels, n = 0;

	for (size_t i = all; i-- > 0; ) {
		struct row *r = &b->rows[i], *kept = &b->rows[all - 1 - n];

		if (!r->is_set || (best[r->distinct] && !cost_less(&r->cost, &best[r->distinct]->cost)))
			continue;
		*kept = *r;
		n++;
		for (int k = 0; k <= kept->distinct; k++)
			if (!best[k] || cost_less(&kept->cost, &best[k]->cost))
				best[k] = kept;
	}
	memmove(b->rows, b->rows + (all - n), n * sizeof *b->rows);
	free(ret->rows);
	ret->rows = b->rows;
	ret->n = n;
}

/* ---- what there is */

static int64_t common_divisor(int64_t a, int64_t b)
{
	while (b) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static void find_grid(struct tree *t)
{
	int64_t grid = t->s->p->step;

	for (size_t i = 0; i < t->s->nsorts; i++)
		grid = common_divisor(grid, t->s->sorts[i].has);
	for (size_t i = 0; i < t->nnodes; i++)
		if (!t->nodes[i].claim->is_distinct)
			grid = common_divisor(grid, t->nodes[i].claim->amount);
	t->grid = grid;
}

static int from_inside(const void *x, const void *y)
{
	const struct node *a = x, *b = y;

	if (a->nsorts != b->nsorts)
		return a->nsorts < b->nsorts ? -1 : 1;
	if (a->is_limit != b->is_limit)
		return a->is_limit ? -1 : 1;
	return (a->claim > b->claim) - (a->claim < b->claim);
}

static void add_node(struct tree *t, const struct claim *c, int is_limit)
{
	struct node *node = &t->nodes[t->nnodes];

	*node = (struct node){ c, 0, is_limit };
	for (size_t i = 0; i < t->s->nsorts; i++)
		node->nsorts += (size_t)sums_holds(c, &t->s->sorts[i]);
	t->nnodes += node->nsorts > 0;
}

/* Each finding serves one category more at most: the others must be gone to. */
static int least_distinct(const struct tree *t, const struct claim *c)
{
	int64_t least = c->amount / 100 - t->target / t->s->p->step;

	return c->is_distinct && least > 0 ? (int)least : 0;
}

static void list_nodes(struct tree *t)
{
	const struct sums *s = t->s;

	t->levels = 1;
	for (size_t i = 0; i < s->nlimits; i++)
		add_node(t, &s->limits[i], 1);
	for (size_t i = 0; i < s->nneeds; i++) {
		int least = least_distinct(t, &s->needs[i]);

		add_node(t, &s->needs[i], 0);
		t->levels = least >= t->levels ? least + 1 : t->levels;
	}
	if (t->levels > PROGRAM_CATEGORIES_MAX + 1)
		t->levels = PROGRAM_CATEGORIES_MAX + 1;
	qsort(t->nodes, t->nnodes, sizeof *t->nodes, from_inside);
	find_grid(t);
}

/* No more of that sort, with all it was joined with, is of use to any requirement. */
static int64_t most_useful(const struct tree *t, size_t sort)
{
	const struct sums *s = t->s;
	int64_t most = s->p->step;

	for (size_t i = 0; i < s->nneeds; i++)
		if (!s->needs[i].is_distinct && s->needs[i].amount > most && sums_holds(&s->needs[i], &s->sorts[sort]))
			most = s->needs[i].amount;
	return most - most % t->grid;
}

static int make_leaf(struct tree *t, size_t sort, const struct table *of)
{
	int64_t has = t->s->sorts[sort].has, most = most_useful(t, sort);
	struct row none = { .is_set = 1 };
	struct board b;

	if (!of && has == 0)
		return 0;
	if (of && of->rows[of->n - 1].units + has < most)
		most = of->rows[of->n - 1].units + has;
	if (board_init(&b, t, most))
		return -1;
	for (size_t i = 0; i < (of ? of->n : 1); i++) {
		struct row r = of ? of->rows[i] : none;

		r.units = r.units + has < most ? r.units + has : most;
		r.distinct = t->levels > 1 && r.units > 0;
		put(&b, &r);
	}
	keep_best(&b, &t->tables[sort]);
	return 0;
}

static int make_leaves(struct tree *t, const struct table *tables, size_t n)
{
	for (size_t i = 0; i < t->s->nsorts; i++) {
		const struct table *of = NULL;

		for (size_t k = 0; k < n; k++)
			if (tables[k].sort == i)
				of = &tables[k];
		free(t->tables[i].rows);
		t->tables[i] = (struct table){ .sort = i };
		t->joined[i] = i;
		if (make_leaf(t, i, of))
			return -1;
	}
	return 0;
}

/* ---- joining */

static void put_all(struct tree *t, struct board *b, const struct table *x, const struct table *y, int64_t most)
{
	for (size_t i = 0; i < x->n; i++)
		for (size_t k = 0; k < y->n; k++) {
			const struct row *u = &x->rows[i], *v = &y->rows[k];
			struct row r = { u->units + v->units, cost_sum(u->cost, v->cost), u->set | v->set,
				u->distinct + v->distinct, 1 };

			r.units = r.units < most ? r.units : most;
			r.distinct = r.distinct < t->levels ? r.distinct : t->levels - 1;
			put(b, &r);
			if (t->levels == 1 && u->units + v->units >= most)	/* the next ones only cost more */
				break;
		}
	t->pairs += (int64_t)(x->n * y->n);
}

static int join(struct tree *t, size_t into, size_t from)
{
	struct table *x = &t->tables[into], *y = &t->tables[from];
	int64_t most = most_useful(t, into), sum;
	struct board b;

	for (size_t i = 0; i < t->s->nsorts; i++)
		if (t->joined[i] == from)
			t->joined[i] = into;
	if (x->n == 0) {
		free(x->rows);
		x->rows = y->rows;
		x->n = y->n;
		y->rows = NULL;
	} else if (y->n > 0) {
		sum = x->rows[x->n - 1].units + y->rows[y->n - 1].units;
		most = sum < most ? sum : most;
		if (board_init(&b, t, most))
			return -1;
		put_all(t, &b, x, y, most);
		keep_best(&b, x);
	}
	y->n = 0;
	return 0;
}

/* All that the claim holds becomes one; the sort that stands for it. -1: no memory. */
static int join_all(struct tree *t, const struct claim *c, size_t *ret)
{
	size_t into = t->s->nsorts;

	for (size_t i = 0; i < t->s->nsorts; i++) {
		if (!sums_holds(c, &t->s->sorts[i]) || t->joined[i] == into)
			continue;
		if (into == t->s->nsorts)
			into = t->joined[i];
		else if (join(t, into, t->joined[i]))
			return -1;
	}
	*ret = into;
	return 0;
}

/* ---- limits and requirements */

/* What the row comes to there; 0: it will not do. */
static int apply(const struct tree *t, const struct node *node, int64_t most, struct row *r)
{
	const struct claim *c = node->claim;
	int categories = __builtin_popcount(c->of.categories);

	if (r->distinct > categories)
		r->distinct = categories;
	if (node->is_limit && r->units > c->amount)
		r->units = c->amount;
	if (c->is_distinct)
		return r->distinct >= least_distinct(t, c);
	if (!node->is_limit) {
		if (r->units < (c->amount < most ? c->amount : most) - t->slack)
			return 0;
		r->units = r->units > c->amount ? r->units : c->amount;
	}
	return 1;
}

/* 1: done; 0: nothing will do; -1: no memory. */
static int apply_all(struct tree *t, const struct node *node, struct table *table)
{
	struct row nothing = { .is_set = 1 }, *rows = table->n ? table->rows : &nothing;
	size_t n = table->n ? table->n : 1;
	int64_t most = rows[n - 1].units, amount = node->claim->is_distinct ? 0 : node->claim->amount;
	struct board b;

	if (table->n == 0 && (node->is_limit || node->claim->is_distinct))
		return 1;
	if (!node->is_limit && amount > most)
		t->found += amount - most;
	if (board_init(&b, t, amount > most ? amount : most))
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct row r = rows[i];

		if (apply(t, node, most, &r))
			put(&b, &r);
	}
	keep_best(&b, table);
	return table->n > 0;
}

/* 1: done; 0: nothing will do, or too many steps; -1: no memory. */
static int climb(struct tree *t)
{
	t->found = 0;
	for (size_t i = 0; i < t->nnodes; i++) {
		size_t at;
		int done;

		if (join_all(t, t->nodes[i].claim, &at))
			return -1;
		if (t->pairs > PAIRS_MAX)
			return 0;
		done = apply_all(t, &t->nodes[i], &t->tables[at]);
		if (done != 1)
			return done;
	}
	return 1;
}

/* The cheapest of each that nothing holds together. */
static void take_best(const struct tree *t, struct row *ret)
{
	struct row all = { .is_set = 1 };

	for (size_t i = 0; i < t->s->nsorts; i++) {
		const struct table *table = &t->tables[i];
		const struct row *best = table->n ? &table->rows[0] : NULL;

		for (size_t k = 1; k < table->n; k++)
			if (cost_less(&table->rows[k].cost, &best->cost))
				best = &table->rows[k];
		if (!best)
			continue;
		all.set |= best->set;
		all.cost = cost_sum(all.cost, best->cost);
	}
	*ret = all;
}

/* What lacks does not depend on the slack. */
static int climb_twice(struct tree *t, const struct table *tables, size_t n, struct row *ret)
{
	for (int i = 0; i < 2; i++) {
		int done = make_leaves(t, tables, n) ? -1 : climb(t);

		if (done != 1)
			return done;
		if (t->found + t->slack == t->target) {
			take_best(t, ret);
			return 1;
		}
		if (t->found > t->target)
			return 0;
		t->slack = t->target - t->found;
	}
	return 0;
}

int tree_least(struct sums *s, const struct table *tables, size_t n, int64_t target, struct row *ret)
{
	struct tree t = { .s = s, .target = target };
	int done = -1;

	t.nodes = calloc(s->nlimits + s->nneeds + 1, sizeof *t.nodes);
	t.tables = calloc(s->nsorts + 1, sizeof *t.tables);
	t.joined = calloc(s->nsorts + 1, sizeof *t.joined);
	if (t.nodes && t.tables && t.joined) {
		list_nodes(&t);
		done = climb_twice(&t, tables, n, ret);
	}
	s->work += t.pairs / PAIRS_EACH;
	for (size_t i = 0; t.tables && i < s->nsorts; i++)
		free(t.tables[i].rows);
	free(t.nodes);
	free(t.tables);
	free(t.joined);
	return done;
}
