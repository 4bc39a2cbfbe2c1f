#ifndef RULES_CHANCE_H
#define RULES_CHANCE_H

#include "rules/credit.h"

/*
 * The chance of meeting every rule before the cycle ends: in closed form, no random numbers, so that the same facts
 * always give the same figure.  The model is written at the top of chance.c.  Entries that are planned weigh in with
 * their own probability; limits are applied to all that may still come.
 */
enum {
	CHANCE_CELLS_MAX = 128, CHANCE_CLASSES_MAX = 40, CHANCE_BOUNDS_MAX = 40, CHANCE_TERMS_MAX = 24,
	CHANCE_PLANS_MAX = 40
};

/* What the facts say of a person's pace and of what is lacking; small, on the stack. Sums are in cells. */
struct chance {
	day_t first, last;		/* the days that count */
	int64_t cell;			/* hundredths of a unit: the program's step or a multiple of it */
	double size;			/* cells that an activity brings */
	double prior;			/* activities that stand for what is not known of her pace */
	double weight;			/* of all classes */
	struct chance_class {		/* entries that all bounds treat alike */
		double weight;		/* how many categories have such entries as a rule */
		int64_t did;		/* hundredths of work so far, counted or not */
	} classes[CHANCE_CLASSES_MAX];
	size_t nclasses;
	struct chance_bound {		/* a limit, or a requirement not met yet; inner ones first */
		uint64_t classes;	/* bit i: classes[i] */
		enum chance_kind { CHANCE_LIMIT, CHANCE_NEED, CHANCE_APART } kind;
		int32_t cells;		/* the room left, or what lacks */
		day_t from, until;	/* of CHANCE_APART: the days of its period */
		uint8_t term, nterms;	/* of a limit with periods: its room is that of the terms not over */
	} bounds[CHANCE_BOUNDS_MAX];
	size_t nbounds;
	struct chance_term { day_t until; int32_t cells; } terms[CHANCE_TERMS_MAX];
	size_t nterms;
	struct chance_plan { day_t day; int32_t cells; uint8_t class, category; } plans[CHANCE_PLANS_MAX];
	size_t nplans;
	int distinct;			/* categories that lack to a number of distinct ones */
	uint32_t fresh;			/* categories with nothing counted */
	uint8_t usual[PROGRAM_CATEGORIES_MAX];	/* the class of a category's entries as a rule */
};

/* `v` needs its entries, categories, rules and counted filled in, as of `today`. */
void chance_prepare(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    const struct verdict *v, day_t today, struct chance *ret);
/* Per mille on that day, 1 to 999 (a verdict tells sure from lapsed). What was prepared on one day gives the figure
 * of each later one on which the facts are the same; it never rises from one to the next. */
int chance_on(const struct chance *c, day_t day);
/* The first day after `today` on which chance_on() is in another band (750, 250) than on `today`; DAY_NONE if not
 * before the last day is over. */
day_t chance_turns(const struct chance *c, day_t today);

#endif
