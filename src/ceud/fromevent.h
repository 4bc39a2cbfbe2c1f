#ifndef CEUD_FROMEVENT_H
#define CEUD_FROMEVENT_H

#include "entering.h"
#include "store/calendars.h"

/* The entry that confirming an event makes; hours, category and competencies of the request come first.
 * ERR_USAGE "hours-needed", "category-needed" where neither says. */
int event_entry(struct call *c, const struct proposal *p, const struct program *program, struct entry *ret,
    struct err *err);
/* Why an event that is confirmed, skipped or withdrawn cannot be confirmed: -1. */
int event_refuse_decided(const struct proposal *p, struct err *err);

/* All events of a person's calendars, earliest start first. */
int event_all(struct ceud *d, int64_t person, struct arena *a, struct proposal_list *ret, struct err *err);
/* The first of them that takes place at the same time as p and waits or stands as an entry; *ret NULL
 * without one. */
int event_conflict(struct ceud *d, const struct proposal_list *all, const struct proposal *p,
    int confirmed_only, struct arena *a, const struct proposal **ret, struct err *err);
/* A sentence about one that was confirmed; *ret NULL without one. */
int event_conflict_text(struct ceud *d, const struct proposal_list *all, const struct proposal *p,
    struct arena *a, const char **ret, struct err *err);

#endif
