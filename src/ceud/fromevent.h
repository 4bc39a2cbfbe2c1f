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
/* -1 if another calendar's event is shown in its place; else 0. */
int event_refuse_twin(const struct proposal *p, struct err *err);

/* All events of the person that could take place at the same time as one of these (proposal_around()). */
int event_around(struct ceud *d, int64_t person, const struct proposal *items, size_t n, struct arena *a,
    struct proposal_list *ret, struct err *err);
/* The first of them that does, but p itself; NULL without one. */
const struct proposal *event_conflict(const struct proposal_list *around, const struct proposal *p, int confirmed_only);
/* For each a sentence about one at the same time that was confirmed; NULL without one. */
int event_conflicts(struct call *c, const struct proposal *items, size_t n, struct entry_note *ret, struct err *err);
/* Of an entry just made of that event: the command that makes what was corrected a rule; NULL where nothing was. */
int event_correction(struct call *c, const struct proposal *p, const struct entry *e, const char **ret, struct err *err);

#endif
