#ifndef CEUD_STANDING_H
#define CEUD_STANDING_H

#include "rules/credit.h"
#include "store/calendars.h"
#include "store/entries.h"
#include "store/people.h"

struct ceud;
struct err;
struct zone;

/* Which occurrence of which event a proposal is: the same in every calendar. By id of the proposal. */
struct occurrence { int64_t proposal; const char *key; };
struct occurrence_list { struct occurrence *items; size_t n, cap; };

/* Where one person stands: facts from the store, the verdict from rules/, for routes and jobs alike. */
struct standing {
	struct person person;
	struct cycle_row cycle;
	const struct program *program;		/* the one the cycle is bound to */
	const struct zone *zone;		/* the person's */
	day_t today;				/* there; of the past: the day whose end is looked at */
	int is_past;				/* as it was then, from the ledger */
	int is_glance;				/* by standing_glance() */
	int is_numbers;				/* for somebody who may not see titles */
	struct entry_list entries;		/* all of the cycle's counting days, void ones too */
	struct entry_fact *facts;		/* entries.n of them, same order */
	struct occurrence_list occurrences;	/* where a rule looks at events: those of the person's calendars */
	struct verdict verdict;
	struct submission sent;			/* loaded by standing_sent(); id 0 = none */
	struct proposal_list waiting;		/* loaded by standing_pending() */
	int has_held_calendar;			/* by the same: one is held back or was given up, and needs its owner */
	/* what confirming everything waiting would add, limits applied */
	int64_t pending;
	int64_t pending_of[PROGRAM_CATEGORIES_MAX];	/* the same by category */
};

/* year 0 = the open cycle. ERR_RULE "no-cycle" ("dana@… has no certificate cycle", next: ceu admin person
 * set ... --until DATE), ERR_ABSENT "no-such-cycle". Released with standing_free(). */
int standing_load(struct ceud *d, const struct person *p, int year, struct arena *a, struct standing *ret,
    struct err *err);
/* Of one known cycle of the person. */
int standing_of_cycle(struct ceud *d, const struct person *p, const struct cycle_row *cycle, struct arena *a,
    struct standing *ret, struct err *err);
/* The same for those who look at many: its verdict has no next_check. */
int standing_glance(struct ceud *d, const struct person *p, const struct cycle_row *cycle, struct arena *a,
    struct standing *ret, struct err *err);
/* As it was at the end of that day: entries, cycles and program text of then; year as above. ERR_USAGE
 * "as-of-future", ERR_RULE "past-erased". */
int standing_as_of(struct ceud *d, const struct person *p, int year, day_t day, struct arena *a,
    struct standing *ret, struct err *err);
/* Only whether a calendar of hers is held back: has_held_calendar. */
int standing_held(struct ceud *d, struct standing *s, struct arena *a, struct err *err);
/* Now, or the beginning of its day when that is still to come: standing_on(). */
int64_t standing_now(const struct ceud *d, const struct standing *s);
/* What waits, but what she entered by hand already; on a day to come also what is over by then. */
int standing_pending(struct ceud *d, struct standing *s, struct arena *a, struct err *err);
/* What was sent in of it, without what was frozen. */
int standing_sent(struct ceud *d, struct standing *s, struct arena *a, struct err *err);
/* The key of a proposal's occurrence; NULL: no memory. */
const char *standing_occurrence(const struct event *e, struct arena *a);
/* What it is with one more entry, stored or not (no 0), the last of facts; its own verdict is released with
 * standing_free() too. */
int standing_with(const struct standing *s, const struct entry *e, struct arena *a, struct standing *ret,
    struct err *err);
/* How it will stand on a later day if nothing changes; its own verdict is released with standing_free() too. */
int standing_on(const struct standing *s, day_t day, struct arena *a, struct standing *ret, struct err *err);
/* An entry as a fact of that program. ERR_RULE "category-unknown" if the program does not know its category and it
 * is not void. */
int standing_fact(const struct program *p, const struct entry *e, struct entry_fact *ret, struct err *err);
/* The cycle as rules/ takes it. */
struct credit_cycle standing_cycle(const struct standing *s);
/* How many entries count and have no evidence. */
size_t standing_without_evidence(const struct standing *s);
/* The first day on which its renewal may be sent in. */
day_t standing_opens(const struct standing *s);
/* An event as an entry of that category, complete: with every competency, with evidence. */
int standing_event_fact(const struct standing *s, const struct proposal *p, int category, struct arena *a,
    struct entry_fact *ret, struct err *err);
/* What confirming an event as it is would add. Not known without minutes or a category of the program. */
struct event_worth {
	int is_known;
	int64_t adds;				/* hundredths */
	int is_repeat;				/* nothing: the cycle has the same course or event already */
	int64_t recorded;			/* nothing: this entry, made by hand, is that event; 0 = none is */
};
int standing_worth(const struct standing *s, const struct proposal *p, struct arena *a,
    struct event_worth *ret, struct err *err);
/* The number of the entry made by hand that is this event already, 0 = none. */
int64_t standing_recorded(const struct standing *s, const struct proposal *p);
/* What confirming all of these would add together, hundredths. */
int standing_worth_of(const struct standing *s, const struct proposal *const *items, size_t n, struct arena *a,
    int64_t *ret, struct err *err);
void standing_free(struct standing *s);

/* In a transaction, after entries changed: evaluate each open cycle of the person again, if there is one,
 * and keep what was found (counted, state, chance, next_check, next_rung). */
int standing_keep(struct ceud *d, const struct person *p, struct arena *a, struct err *err);
/* The same in a transaction of its own. A failure is logged only: the daily walk finds what is kept again. */
void standing_refresh(struct ceud *d, const struct person *p);
/* The same where it is evaluated already. */
int standing_keep_loaded(struct ceud *d, const struct standing *s, struct err *err);
/* The same with the exact next_rung, for who takes rungs: the others may keep a day that is too early, and the planner looks. */
int standing_keep_found(struct ceud *d, const struct standing *s, struct cycle_found *ret, struct err *err);
/* The next day on which the ladder can have something for this cycle, DAY_NONE = never. */
int standing_next_rung(struct ceud *d, const struct standing *s, day_t *ret, struct err *err);

const struct zone *person_zone(const struct ceud *d, const struct person *p);
day_t person_today(const struct ceud *d, const struct person *p);

#endif
