/* Which reminder is due.  A rung's day is the end of the cycle less the rung. */
#include "rules/ladder.h"

enum { CLOSE_DAYS = 30 };	/* who joins with this much left or less hears at once */

const char *rung_outcome_name(enum rung_outcome o)
{
	switch (o) {
	case RUNG_MAILED:
		return "mailed";
	case RUNG_SUPERSEDED:
		return "superseded";
	case RUNG_BEFORE_ENROLMENT:
		return "before-enrolment";
	case RUNG_NOT_NEEDED:
		return "not-needed";
	}
	return "unknown";
}

static int is_taken(const struct ladder_facts *f, int days)
{
	for (size_t i = 0; i < f->ntaken; i++)
		if (f->taken[i] == days)
			return 1;
	return 0;
}

/* A moved cycle can leave a taken rung whose day is still to come; it says nothing about wider ones. */
static int tighter_one_taken(const struct ladder_facts *f, int days)
{
	for (size_t i = 0; i < f->ntaken; i++)
		if (f->taken[i] < days && f->end - f->taken[i] <= f->today)
			return 1;
	return 0;
}

static int nothing_to_say(const struct ladder_facts *f)
{
	return f->today > f->end || f->state == CYCLE_DONE || f->state == CYCLE_SUBMITTED ||
	    f->state == CYCLE_LAPSED;
}

/* Keeps out[] widest first; when it is full the widest waits for the next call. */
static size_t insert(struct rung_decision *out, size_t n, int days)
{
	size_t at = n;

	if (n == LADDER_RUNGS_MAX) {
		if (days >= out[0].days)
			return n;
		for (size_t i = 1; i < n; i++)
			out[i - 1] = out[i];
		at = --n;
	}
	for (; at > 0 && out[at - 1].days < days; at--)
		out[at] = out[at - 1];
	out[at].days = days;
	return n + 1;
}

static enum rung_outcome outcome_of(const struct ladder_facts *f, int days, int is_tightest)
{
	if (f->end - f->enrolled > CLOSE_DAYS && f->end - days <= f->enrolled)
		return RUNG_BEFORE_ENROLMENT;
	if (nothing_to_say(f))
		return RUNG_NOT_NEEDED;
	if (is_tightest && !tighter_one_taken(f, days))
		return RUNG_MAILED;
	return RUNG_SUPERSEDED;
}

size_t ladder_decide(const struct ladder_facts *f, struct rung_decision out[LADDER_RUNGS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < f->nrungs; i++)
		if (f->end - f->rungs[i] <= f->today && !is_taken(f, f->rungs[i]))
			n = insert(out, n, f->rungs[i]);
	for (size_t i = 0; i < n; i++)
		out[i].outcome = outcome_of(f, out[i].days, i == n - 1);
	return n;
}

day_t ladder_next(const struct ladder_facts *f)
{
	day_t next = DAY_NONE;

	for (size_t i = 0; i < f->nrungs; i++) {
		day_t day = f->end - f->rungs[i];

		if (is_taken(f, f->rungs[i]))
			continue;
		if (day < f->today)
			day = f->today;
		if (next == DAY_NONE || day < next)
			next = day;
	}
	return next;
}
