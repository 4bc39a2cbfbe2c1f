#ifndef RULES_LADDER_H
#define RULES_LADDER_H

#include <stddef.h>
#include "base/date.h"
#include "rules/credit.h"

/*
 * Which reminder is due (INTERFACE.md section 3, MAIL.md 4.4).  Pure: days in, decisions out.
 * A rung is a number of days before the end of the cycle.
 */
enum { LADDER_RUNGS_MAX = 32 };

enum rung_outcome { RUNG_MAILED, RUNG_SUPERSEDED, RUNG_BEFORE_ENROLMENT, RUNG_NOT_NEEDED };
const char *rung_outcome_name(enum rung_outcome o);	/* "mailed" "superseded" "before-enrolment" "not-needed" */

struct rung_decision { int days; enum rung_outcome outcome; };

struct ladder_facts {
	const int *rungs; size_t nrungs;	/* the ladder for people who are not done, any order, unique, >= 0 */
	const int *taken; size_t ntaken;	/* rungs recorded already, whatever their outcome */
	day_t end;				/* of the cycle */
	day_t enrolled;				/* the day the person joined, or the cycle was last moved */
	day_t today;				/* in the person's zone */
	enum cycle_state state;
};

/*
 * Decide about every rung whose day (end - days) has come and that is not taken.
 * Rules: enrolled with more than 30 days left: rungs passed before or on that day are before-enrolment and
 * nothing goes for them; with 30 days or fewer left: the tightest passed rung is due at once.
 * Of several due rungs only the tightest is mailed, wider ones are superseded; so are those wider than a taken
 * rung whose day has come.  done, submitted, lapsed, and after the end: due rungs are not-needed, nothing goes.
 * Returns how many were written, widest first; of more than LADDER_RUNGS_MAX the tightest, the others next time.
 */
size_t ladder_decide(const struct ladder_facts *f, struct rung_decision out[LADDER_RUNGS_MAX]);

/* The next day on which ladder_decide() has something new: `today` if it has now; DAY_NONE if never. */
day_t ladder_next(const struct ladder_facts *f);

#endif
