#ifndef CEUD_GUESSING_H
#define CEUD_GUESSING_H

#include "feeds/match.h"
#include "rules/program.h"
#include "store/calendars.h"
#include "store/feedrules.h"

struct ceud;
struct err;
struct person;

/*
 * What a person's events are taken for: rules and lessons from the store, the judgement of feeds/match.  It is a picture
 * of the moment: whoever works in slices opens one in each transaction.
 */
struct guessing;

/* Her rules and those of admins, example words of her program, what she confirmed before, her calendars. Categories and
 * competencies that her program does not know are left out. `calendar`: whose events it is to be asked about, 0 = all. */
int guessing_open(struct ceud *d, const struct person *p, int64_t calendar, struct guessing **ret, struct err *err);
void guessing_close(struct guessing *g);	/* NULL is a no-op */

/* A proposal_guess, with the struct guessing as arg. Of an event that has no twin and that another of her calendars has
 * already, twin_no is set (not where all calendars are asked about). What it sets lives until the next call. */
proposal_guess guessing_proposal;

/* What an event of that calendar is taken for; it lives until the next call. */
int guessing_event(struct guessing *g, int64_t calendar, const struct event *e, struct match_guess *ret, struct err *err);

/* The number of her own rule that says to ignore the event, 0 = none does; -1 on lack of memory. */
int64_t guessing_ignoring(struct guessing *g, int64_t calendar, const struct event *e, struct err *err);

/* The calendar as match_one() takes it; one that is not hers, or removed, proposes everything and says nothing. */
struct match_calendar guessing_calendar(const struct guessing *g, int64_t calendar);

/* The program that names categories for a person: her open cycle's, else the one she is to have. */
int guessing_program(struct ceud *d, const struct person *p, struct arena *a, const struct program **ret,
    struct err *err);

/* Civil days that an event touches in its own zone, at least 1. */
int event_days(const struct event *e);

#endif
