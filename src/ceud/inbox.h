#ifndef CEUD_INBOX_H
#define CEUD_INBOX_H

#include "routes.h"
#include "store/calendars.h"

/* What the routes of the inbox share. */

/* The proposals that the path's {N} names, "3,4,9". */
int inbox_get_all(struct call *c, struct proposal_list *ret, struct err *err);

/* {"step":N} of an earlier answer: this request joins that step of undo. ERR_RULE "step-over" if it is not hers and newest
 * any more. */
int inbox_join_step(struct call *c, struct err *err);

/* Fill the answer: {"proposals":[..],"next_after","step","rule"}. What is 0 is left out; `rule` is the number of a new one. */
struct inbox_answer { const struct proposal_list *list; size_t shown; int64_t step, rule; };
int inbox_write(struct call *c, const struct inbox_answer *a, struct err *err);

/* Waiting ones of the same series or title as one of these are matched again: something was just learned. */
int inbox_learn(struct call *c, const struct proposal *items, size_t n, struct err *err);

/* What waits there is another: what is kept of her cycles, with the next reminder, is found again. In a transaction. */
int inbox_touched(struct call *c, struct err *err);

#endif
