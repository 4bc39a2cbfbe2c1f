#ifndef RULES_PLANTREE_H
#define RULES_PLANTREE_H

#include "plansum.h"

/* Compared one after the other; `last`: the day on which the last one is over. */
struct cost { int64_t first, second; day_t last; };
static inline int cost_less(const struct cost *a, const struct cost *b)
{
	if (a->first != b->first)
		return a->first < b->first;
	return a->second != b->second ? a->second < b->second : a->last < b->last;
}
static inline struct cost cost_sum(struct cost a, struct cost b)
{
	return (struct cost){ a.first + b.first, a.second + b.second, a.last > b.last ? a.last : b.last };
}

/* The cheapest set of choices that brings so many units; `distinct`: and uses so many categories, where that counts. */
struct row { int64_t units; struct cost cost; uint64_t set; int distinct, is_set; };
/* Of one sort of work. The rows bring more one after the other, and cost more. */
struct table { size_t sort; struct row *rows; size_t n; };

/*
 * The cheapest set of choices with which no more than `target` units are to be found: as many as with the last row of
 * each table (sums_lacking()). Only where sums nest. Where distinct categories are asked for, or amounts are not whole
 * steps, it may be too hopeful: nothing cheaper will do, and if sums_lacking() agrees to this it is the best.
 * 1: *ret is it; 0: it cannot tell, or takes too many steps; -1: no memory. Steps are counted in sums->work.
 */
int tree_least(struct sums *s, const struct table *tables, size_t n, int64_t target, struct row *ret);

#endif
