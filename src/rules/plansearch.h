#ifndef RULES_PLANSEARCH_H
#define RULES_PLANSEARCH_H

#include "plansum.h"
#include "rules/plan.h"

/* An event that could be gone to. */
struct choice {
	size_t sort;
	int minutes;
	int64_t units;
	day_t day;
	int group;			/* of those of one number only one counts */
};

struct choices { struct choice items[PLAN_CANDIDATES_MAX]; size_t n; };

enum plan_aim { AIM_MINUTES, AIM_ITEMS };

/* Units to be found beyond those choices (bit i: items[i]); SUMS_IMPOSSIBLE. */
int64_t search_lacking(struct sums *s, const struct choices *c, uint64_t set);

/*
 * The least of the `allowed` choices, by minutes or by number, with which no more is to be found than with all of
 * them. 1, with the set in *ret; 0: even all of them are not enough; -1: no memory. *is_cut is set if the budget of
 * `work` (counted in sums->work) was used up; then *ret is the best so far, or all.
 */
int search_least(struct sums *s, const struct choices *c, uint64_t allowed, enum plan_aim aim, int64_t work,
    uint64_t *ret, int *is_cut);

#endif
