#ifndef CEUD_ENTERING_H
#define CEUD_ENTERING_H

#include "routes.h"
#include "standing.h"

struct entry_view;

/*
 * What log, edit and confirm share: the cycle that a day belongs to, the rules that refuse, the ledger,
 * and the verdict afterwards (INTERFACE.md section 1).  Everything happens in the route's transaction.
 */

/* The subject's cycle that holds `day`, evaluated as it is now. ERR_RULE "no-cycle", "outside-cycle". */
int entering_cycle(struct call *c, day_t day, struct standing *ret, struct err *err);

/* Fill what follows from the others: title_key, is_late. Then ERR_RULE "over-24h", and "entry-double"
 * unless yes. */
int entering_check(struct call *c, const struct standing *s, struct entry *e, int yes, struct err *err);

/* ERR_RULE "over-limit" if limits would take a part of this new entry. */
int entering_strict(const struct standing *s, const struct entry *e, struct err *err);

/* Store a new entry by that action ("log", "confirm"), or a changed one ("edit", "remove"). The cycle is
 * locked first. */
int entering_add(struct call *c, const struct standing *s, const char *action, struct entry *e,
    struct err *err);
int entering_change(struct call *c, const struct standing *s, const char *action, struct entry *e,
    struct err *err);

/* Evaluate the cycle again (`s` is replaced) and keep what was found if it is open; where all that changed is
 * one entry that was added, without reading the others again. */
int entering_settle(struct call *c, struct standing *s, struct err *err);
int entering_settle_added(struct call *c, struct standing *s, const struct entry *e, struct err *err);

/* The changed entry as it stands now. */
int entering_view(const struct standing *s, int64_t id, struct entry_view *ret, struct err *err);

/* Lock, or evaluate and keep, the open cycle of a person, if there is one. */
int entering_lock_open(struct call *c, const struct person *p, struct err *err);
int entering_keep_open(struct call *c, const struct person *p, struct err *err);

#endif
