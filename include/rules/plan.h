#ifndef RULES_PLAN_H
#define RULES_PLAN_H

#include "base/arena.h"
#include "rules/credit.h"

/*
 * The least work that meets every rule of the program: which of the events at hand to go to, and what to look for
 * beyond them.  Exact search, bounded.
 */
enum { PLAN_CANDIDATES_MAX = 40, PLAN_OPTIONS_MAX = 3, PLAN_ITEMS_MAX = PLAN_CANDIDATES_MAX + 32 };

struct plan_item {
	int candidate;			/* index in the candidates, or -1: work still to be found */
	uint32_t categories, tags;	/* of that: in any one of these categories, whichever are
					 * taken for other items; with these tags */
	day_t day;			/* of the event; of work to be found a day on which it would do */
	int minutes;
	int64_t units, adds, wasted;	/* adds: of what the items before it leave lacking; wasted = units - adds */
};
struct plan_option {
	struct plan_item items[PLAN_ITEMS_MAX]; size_t nitems;	/* events by day, then what is to be found */
	int minutes;			/* of all items */
	int64_t adds, wasted;
	int chance;			/* per mille, with the events planned and the rest to be found */
	int is_whole;			/* events alone do: nothing is to be found */
};
struct plan {
	int64_t to_go;			/* to the total, as in the verdict */
	struct plan_option options[PLAN_OPTIONS_MAX]; size_t noptions;	/* the best first; none when done */
	int is_exact;			/* 0: the search was cut off; what is found is good, not proven least */
};

/*
 * facts: the person's, with entries she has planned already (those are taken as done: a plan is what is lacking
 * beyond them). candidates: entry facts too (id: unique among them and the facts), confirmed or not, future or past;
 * at most PLAN_CANDIDATES_MAX are looked at, those that add most first. Only those dated until `by` are used, and
 * none that repeats what she has; work is found from `today` to `by`.
 * Best: the fewest units to be found beyond events; then least minutes in all; then fewest items; then the earliest
 * done. The others keep to that many units to be found, if they can: one with the smallest events, one with the
 * fewest; in place of one that is the same as another the best without one event of each. Options are different sets of events, none of which holds another;
 * each was evaluated and is done. Where limits and requirements do not nest, or the search was cut off, or more
 * candidates came than are looked at, is_exact is 0. 0, or -1 as credit_evaluate().
 */
int plan_make(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    day_t today, const struct entry_fact *candidates, size_t m, day_t by, struct plan *ret, struct err *err);
/* The same with the best option alone, its chance 0: that costs more than all else. */
int plan_best(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    day_t today, const struct entry_fact *candidates, size_t m, day_t by, struct plan *ret, struct err *err);

#endif
