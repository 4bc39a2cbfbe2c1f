#ifndef NET_EXPAND_H
#define NET_EXPAND_H

#include <stdint.h>
#include "rule.h"

/*
 * The dates of a rule, in order, in civil time: pure, and every period and every day found is a step of a
 * budget, so no rule can hang it.  Time zones are the caller's business.
 */
struct expand {
	struct rule rule;		/* with what DTSTART adds */
	day_t first, last;		/* DTSTART; nothing begins after `last` */
	int first_seconds;
	int64_t period;			/* number of the next one, from that of DTSTART */
	int64_t found, steps, max_steps;
	int ntimes, times[RULE_TIMES_MAX];	/* seconds of the day, ascending */
	int ndays, at;			/* of the current period; `at` counts days x times */
	day_t days[366];
	int exhausted;			/* the budget was used up */
};

/*
 * Start at DTSTART (day, seconds; a DATE has seconds -1).  Without COUNT, periods that end before
 * `not_before` are jumped over; dates before it may come all the same.  `last` bounds the search.
 */
void expand_begin(struct expand *x, const struct rule *r, day_t day, int seconds, day_t not_before,
    day_t last, int64_t max_steps);

/* The next date: 1; 0 at the end (COUNT, `last`); -1 when the budget is used up. UNTIL is the caller's
 * business. */
int expand_next(struct expand *x, day_t *ret_day, int *ret_seconds);

#endif
