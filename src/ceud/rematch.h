#ifndef CEUD_REMATCH_H
#define CEUD_REMATCH_H

#include <stdint.h>

struct ceud;
struct err;
struct rematch_job;

/*
 * What waiting and ignored events are taken for is found again when rules, or what was learned, have changed: person by
 * person, in slices, each committed.  That it is owed is in the store; after a restart it is done again for everybody.
 */
int rematch_open(struct ceud *d, struct rematch_job **ret, struct err *err);
void rematch_close(struct rematch_job *j);	/* NULL is a no-op */
void rematch_turn(struct ceud *d);
int rematch_busy(const struct ceud *d);		/* the next slice comes with the next turn */
int64_t rematch_next(const struct ceud *d);	/* 0 = none */

/* In a transaction: it is owed to that person (0 = to everybody), at once or in a moment, with whatever else changes until then. */
enum { REMATCH_AT_ONCE = 1 };
int rematch_owe(struct ceud *d, int64_t person, int at_once, struct err *err);

/* Match this proposal again, in a transaction; *p is as it is then. 1 it changed, 0, -1. */
struct guessing;
struct proposal;
int rematch_one(struct ceud *d, struct guessing *g, struct proposal *p, struct err *err);

#endif
