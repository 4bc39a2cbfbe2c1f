#ifndef NET_EXPAND_H
#define NET_EXPAND_H

#include <stdint.h>
#include "rule.h"

/*
 * The dates of a rule, in order, in civil time: pure, and every period looked at and every date is a step of
 * a budget, so no rule can hang it.  Time zones are the caller's business.  "Seconds" below are civil: of the
 * clock on the wall since 1970-01-01T00:00:00.
 *
 * A rule is followed period by period (its seconds, minutes, hours, days, weeks, months, years, or years of
 * weeks with BYWEEKNO).  A period has days, and each day the same times; BYSETPOS chooses among days x times.
 */

enum { EXPAND_DAYS_MAX = 371 };		/* a year of 53 weeks */

struct expand {
	struct rule rule;		/* with what DTSTART adds */
	int64_t start;			/* DTSTART, seconds */
	int64_t from, to;		/* only what is in between is wanted; both belong to it */
	int64_t period;			/* number of the next one, from that of DTSTART */
	int64_t origin;			/* where they are counted from: second, day, month, year */
	int64_t found, steps, max_steps;
	int empty;			/* the rule can never come round */
	int exhausted;			/* the budget was used up */
	/* times of a day, or of an hour or minute in more frequent rules; each list ascending */
	int nhours, nminutes, nseconds, ntimes;
	uint8_t hours[24], minutes[60], seconds[60];
	/* the current period */
	int ndays, at, total;		/* `at` counts days x times */
	int of_day;			/* second of the day where hour or minute begins; 0 in other rules */
	int checks_days;		/* the rule limits days at all */
	day_t checked;			/* of sub-daily rules: the last day looked at, and whether it fits */
	int fits;
	day_t days[EXPAND_DAYS_MAX];
};

/* Why a rule is not followed with that DTSTART, in the words of rule_parse(), or NULL. */
const char *expand_refusal(const struct rule *r, const struct when *start);

/*
 * Begin with the first date of the rule that is not before DTSTART.  Only dates between `from` and `to`
 * (seconds) come; what is before costs no steps, unless the rule has COUNT.
 */
void expand_begin(struct expand *x, const struct rule *r, const struct when *start, int64_t from, int64_t to,
    int64_t max_steps);

/* The next date (seconds 0 of a DATE): 1; 0 at the end (COUNT, `to`); -1 when the budget is used up. UNTIL is
 * the caller's business. */
int expand_next(struct expand *x, day_t *ret_day, int *ret_seconds);

#endif
