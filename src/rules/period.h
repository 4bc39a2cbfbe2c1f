#ifndef RULES_PERIOD_H
#define RULES_PERIOD_H

#include "rules/credit.h"

/*
 * The periods of one person's cycle.  Years are counted from its first day; the last may be shorter.  A cycle
 * that is whole years counted back from its end (as those that end on 28 February of a leap year) has no
 * shorter last year.  Days that count before its first year belong to that, days of grace after the last to
 * that one.
 */
enum { PERIODS = PER_CALENDAR_YEAR + 1 };	/* sorts of them */

struct periods {
	struct cycle dates;
	size_t count[PERIODS];
	int calendar_year;		/* the first one that a counting day is in */
	int last_is_whole;		/* of the years of the cycle */
};

void periods_of(const struct program *p, const struct credit_cycle *c, struct periods *ret);

/* Which period of that sort a day is in; of a day that does not count, the nearest. */
size_t periods_at(const struct periods *s, enum period sort, day_t day);

/* Whether requirements hold in it: it lies wholly in the cycle. */
int periods_whole(const struct periods *s, enum period sort, size_t i);

#endif
