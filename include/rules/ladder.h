#ifndef RULES_LADDER_H
#define RULES_LADDER_H

#include <stddef.h>
#include "base/date.h"
#include "rules/credit.h"
#include "rules/rung.h"

/*
 * Which reminder is due (INTERFACE.md section 3, MAIL.md 4.4).  Pure: days in, decisions out.  Each rung once a cycle,
 * whatever became of it.
 */

/* The ladders in force: what the person wants, else the program's, else the installation's, kind by kind. NULL and ladders
 * that are not set are passed over. A person's days stand for behind and on-pace, without its words. */
void ladders_choose(const struct ladders *installation, const struct ladders *program, const struct ladder *person,
    struct ladders *ret);

enum rung_outcome {
	RUNG_MAILED, RUNG_SUPERSEDED, RUNG_BEFORE_ENROLMENT, RUNG_NOT_NEEDED,
	RUNG_MUTED,			/* she wants none now */
	RUNG_TOO_SOON,			/* after another mail: ladder_decide() */
	RUNG_NO_ADDRESS,		/* nothing can reach her */
	RUNG_OUTCOMES
};
const char *rung_outcome_name(enum rung_outcome o);	/* "mailed" "superseded" "before-enrolment" "not-needed" "muted" "too-soon" "no-address" */

struct rung_decision { int rung; enum rung_outcome outcome; };

struct ladder_facts {
	const struct ladders *ladders;
	const int *taken; size_t ntaken;	/* rungs recorded already, whatever their outcome */
	const day_t *mailed; size_t nmailed;	/* days of the last reminders that went or will go, any order; LADDER_MAILED_MAX do */
	day_t inbox_since;			/* since when what waits was not touched; DAY_NONE: nothing waits that would add */
	day_t inbox_mailed;			/* day of the last inbox note of the cycle, DAY_NONE = none */
	day_t end;				/* of the cycle */
	day_t opens;				/* first day to send the renewal in; DAY_NONE: the program has no such window */
	day_t enrolled;				/* the day the person joined, or the cycle was last moved */
	day_t today;				/* in the person's zone */
	day_t muted_until;			/* rungs of days up to this one are muted; DAY_NONE: none is */
	int grace_days;
	int has_address;
	enum cycle_state state;
};

/* The ladder that holds today; -1: none (submitted). done: complete; else after the end lapsed, on-track on-pace, others behind. */
int ladder_kind_of(const struct ladder_facts *f);

/*
 * Decide about every rung of any ladder whose day has come and that is not taken.
 * Enrolled with more than 30 days left: rungs passed before or on that day are before-enrolment, and nothing goes for
 * them ("done" is passed when it is so on that day); with 30 days or fewer left the tightest passed one is due at once;
 * enrolled after the end: all are before-enrolment.
 * Of the due rungs of the ladder that holds today only the tightest is mailed, wider ones are superseded, so are those wider than a
 * taken one whose day has come; rungs of the other ladders only are not-needed. "done" supersedes rungs by day.
 * Too soon: on the day of another mail; with more than 14 days left, less than 6 days from another; in the last seven days after
 * three, or after two as long as the rung 0 of the ladder in force is to come. "done" and "inbox" wait then (no decision), all others are
 * too-soon. "inbox": 14 days untouched (since the enrolment at the earliest), 42 days after the last, more than 14 days before the end;
 * it waits as well while another rung is mailed or comes within 6 days, while she is muted or nothing can reach her.
 * After the end: complete only for two days, or the days of grace if they are more; lapsed: a rung +N with N > 1 only while
 * N <= grace_days, and none later than 60 days after its day; what is later is not-needed.
 * Returns how many were written, widest first, "done" and "inbox" last.
 */
size_t ladder_decide(const struct ladder_facts *f, struct rung_decision out[LADDER_RUNGS_MAX]);

/* The next day on which ladder_decide() has something new with no new facts: `today` if it has now; DAY_NONE if never. */
day_t ladder_next(const struct ladder_facts *f);

#endif
