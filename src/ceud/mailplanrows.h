#ifndef CEUD_MAILPLANROWS_H
#define CEUD_MAILPLANROWS_H

#include <stddef.h>
#include "base/arena.h"
#include "base/date.h"
#include "base/buf.h"
#include "base/json.h"
#include "jobs.h"

struct zone;

/* The rows of a plan of mails: kept, sorted, written. Private to job_mailplan.c and mailplanfacts.c. */

struct plan_row {
	int64_t at;			/* when it goes; of one that does not the day as an instant */
	int64_t decided;		/* when its rung comes due: the run that plans it; 0: it waits already */
	day_t date;			/* there */
	const struct zone *zone;	/* of whom it is for */
	const char *kind;		/* "reminder" "nudge" "digest" "admin" "test" */
	const char *person, *to, *team;	/* or NULL */
	int rung, has_rung;
	const char *state;		/* "held" "ready" "planned"; NULL: it does not go */
	const char *outcome, *because;	/* of one that does not */
};

/* With more mails than the bulk limit allows it holds them. */
struct plan_run { int64_t at, mails; int is_held; };

struct mailplan {
	struct mailplan *next;		/* that waits for its turn */
	struct ceud *d;
	day_t from, to;
	int64_t until;			/* the last instant of that day */
	enum { PLAN_OUTBOX, PLAN_PEOPLE, PLAN_TEAMS, PLAN_HOLD, PLAN_SORT, PLAN_WRITE } phase;
	int state;			/* of the outbox, in hand */
	int64_t after;			/* the last id looked at */
	char team[420];			/* the last name looked at */
	struct arena arena;		/* of the rows */
	struct plan_row *rows; size_t n, cap, written;
	struct plan_run *runs; size_t nruns, runs_cap, judged;	/* by time */
	struct buf json; struct jsonw w;
	int is_second;			/* the second list is being written */
	job_done *done; void *arg;
};

/* Read on: a piece of a phase, in an arena of its own. 1: the phase is through, 0: more, -1. */
int mailplan_outbox(struct mailplan *p, struct arena *a, struct err *err);
int mailplan_people(struct mailplan *p, int64_t until, struct arena *a, struct err *err);
int mailplan_teams(struct mailplan *p, struct arena *a, struct err *err);

/* One more mail of the run at that instant. */
int mailplan_count(struct mailplan *p, int64_t at, struct err *err);
/* Which runs hold their mails; as above. */
int mailplan_hold(struct mailplan *p, int64_t until, struct err *err);
int mailplan_is_held(const struct mailplan *p, const struct plan_row *row);

#endif
