#ifndef CEUD_REMINDING_H
#define CEUD_REMINDING_H

#include "rules/ladder.h"
#include "standing.h"

struct ceud;
struct err;
struct jsonw;

/*
 * Reminders of one person: the facts that rules/ladder.h decides about, from the store; when a mail of a rung leaves; what
 * will go from today on.
 */
struct reminding {			/* facts points into it: it stays where it is */
	struct ladders ladders;
	struct ladder_facts facts;
	int *taken; size_t taken_cap;
	day_t mailed[LADDER_MAILED_MAX];
	unsigned days;			/* of the week that have mails, a bit each */
	int is_missed, missed;		/* of the last decisions: a rung whose mail would have come when the cycle is over */
	const char *address_problem;	/* why nothing can reach her, or NULL */
};
int reminding_load(struct ceud *d, const struct standing *s, struct arena *a, struct reminding *ret, struct err *err);

/* One more is taken. */
int reminding_take(struct reminding *r, int rung, struct arena *a, struct err *err);

/* Why nothing can be sent to that address, a sentence without its end; *ret NULL: it works as far as is known. */
int reminding_address(struct ceud *d, const char *email, struct arena *a, const char **ret, struct err *err);

/* The same for the next day alone on which there may be something: what waits in the inbox is looked at no closer than that, and may
 * make it a day too early. */
int reminding_load_quick(struct ceud *d, const struct standing *s, struct arena *a, struct reminding *ret, struct err *err);

/* Since which day what waits in her inbox and would add something was not touched: the first such event's end, or when its calendar
 * came, or her last decision there; one to come waits from its end on. DAY_NONE: there is none among the first events.
 * quick: the first event's end alone. */
int reminding_waiting_since(struct ceud *d, const struct standing *s, int quick, struct arena *a, day_t *ret, struct err *err);

/* Her own days, widest first, at most LADDER_WORDS_MAX. is_set 0: the program's hold. */
void reminding_own_days(const struct person *p, struct ladder *ret);

/* ladder_decide(), and no mail of a rung before the end that would leave after it, unless all go at once: the rung is
 * not-needed. */
size_t reminding_decide(const struct ceud *d, const struct standing *s, int at_once, struct reminding *r,
    struct rung_decision out[LADDER_RUNGS_MAX]);
/* Why that became of decisions[at], for people. In the arena; NULL: no memory. */
const char *reminding_because(const struct reminding *r, const struct rung_decision *decisions, size_t n, size_t at,
    struct arena *a);

/* Is that a day for mails of that rung? Those of the last days go on any. */
int reminding_is_day(const struct ceud *d, int rung, day_t day);
/* When a mail of that rung leaves that is due on `day`: at the person's minute of the first day from then on that has mails of its
 * sort; `now` itself if today's minute is over and it is not night there. */
int64_t reminding_send_at(const struct ceud *d, const struct standing *s, int rung, day_t day, int64_t now);
/* When it is too late for it: the day of the next rung after it leaves, three days (or the first after them that has
 * mails), two days after the end unless it tells of that. */
int64_t reminding_expiry(const struct reminding *r, const struct standing *s, int rung, int64_t not_before);

/* Are these more mails of one run than the bulk limit allows? 1, 0, -1. */
int reminding_is_bulk(struct ceud *d, int64_t mails, struct err *err);

/* "rung" and "name", members of the open object. */
void view_rung(struct jsonw *w, int rung);

/* The person's zone is another one: mails that wait leave at her minute there. In a transaction. */
int reminding_retime(struct ceud *d, const struct person *p, struct arena *a, struct err *err);
/* *ret 1: there are some that wait for another time than they would have now. */
int reminding_mistimed(struct ceud *d, const struct standing *s, struct arena *a, int *ret, struct err *err);

/* What becomes of the rungs from today on if nothing changes; by day, then rung. */
struct forecast_rung {
	day_t day;			/* of the decision */
	int rung;
	enum rung_outcome outcome;
	int64_t at;			/* of mailed ones: when it leaves */
	const char *because;
};
struct forecast { struct forecast_rung *items; size_t n, cap; };
/* Decisions of the days up to `until`. Bounded. */
int reminding_forecast(struct ceud *d, const struct standing *s, day_t until, struct arena *a, struct forecast *ret,
    struct err *err);
/* The last day that can have one. */
day_t reminding_last_day(const struct standing *s);

#endif
