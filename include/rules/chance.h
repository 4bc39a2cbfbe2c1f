#ifndef RULES_CHANCE_H
#define RULES_CHANCE_H

#include "rules/credit.h"

/*
 * The chance of meeting every rule before the cycle ends: in closed form, no random numbers, so that the same facts
 * always give the same figure.  The model is written at the top of chance.c.  Entries that are planned weigh in with
 * their own probability; limits are applied to all that may still come.
 */
struct chance;			/* what the facts say of a person's pace and of what is lacking; small, on the stack */

/* A figure of a person as of any later day with no new facts is had from one preparation. */
struct chance {
	double shape, rate;		/* of her pace: gamma, activities a day */
	double size;			/* hundredths an activity brings */
	day_t last;			/* the last day that counts */
	struct chance_need {		/* requirements not met yet, and what limits leave */
		int64_t lacks;
		double share;		/* of her activities that serve it */
	} needs[16];
	size_t nneeds;
	struct chance_plan { day_t day; int64_t adds; uint32_t serves; } plans[40];	/* by day; bit i = needs[i] */
	size_t nplans;
	int is_hopeless;		/* limits leave less room than is lacking */
};
void chance_prepare(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    const struct verdict *v, day_t today, struct chance *ret);
/* Per mille on that day, 1 to 999 (a verdict tells sure from lapsed). `day` from today on. */
int chance_on(const struct chance *c, day_t day);
/* The first day after `today` on which chance_on() is in another band (750, 250) than on `today`; DAY_NONE if not
 * before the last day is over. */
day_t chance_turns(const struct chance *c, day_t today);

#endif
