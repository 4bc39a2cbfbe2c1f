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

/* What a person says of an entry in the request: hours, category, competencies, tags, as which it earns,
 * title, provider, note; what is not said stays.  ERR_USAGE: codes of args.h, "tag-double", "tag-category",
 * "count-needed", "count-unneeded".  The program is that of the cycle which holds the day. */
int entering_fields(struct call *c, const struct program *p, struct entry *e, struct err *err);
/* Of those only the tags, as they stand. */
int entering_check_tags(const struct program *p, const struct entry *e, struct err *err);
/* ERR_USAGE "hours-needed", "category-needed", "title-empty" where a new entry lacks them. */
int entering_all_given(const struct entry *e, struct err *err);
/* Does it say the same? */
int entering_is_same(const struct entry *a, const struct entry *b);
int entering_needed(const char *code, const char *what, const char *next, struct err *err);

/* Fill what follows from the others: title_key, is_late (`before`: the entry as it was, NULL for a new
 * one). Then ERR_RULE "over-24h", and "entry-double" unless yes. */
int entering_check(struct call *c, const struct standing *s, const struct entry *before, struct entry *e,
    int yes, struct err *err);

/* ERR_RULE "over-limit" if limits would take a part of this new entry. */
int entering_strict(const struct standing *s, const struct entry *e, struct err *err);

/* Store a new entry by that action ("log", "confirm"), or a changed one ("edit", "remove"). The cycle is
 * locked first. */
int entering_add(struct call *c, const struct standing *s, const char *action, struct entry *e,
    struct err *err);
int entering_change(struct call *c, const struct standing *s, const char *action, struct entry *e,
    struct err *err);

/* An edit, whole: checked (`yes`: a double is meant), stored, both cycles evaluated again where the day moved it from one into
 * the other. */
int entering_edit(struct call *c, struct standing *s, const struct entry *before, struct entry *e, int yes,
    struct err *err);
/* Mark it as removed and evaluate the cycles again; it may be in none any more. e->void_reason is set. */
int entering_remove(struct call *c, struct entry *e, struct err *err);

/* Evaluate the cycle again (`s` is replaced) and keep what was found if it is open; where all that changed is
 * one entry that was added, without reading the others again. */
int entering_settle(struct call *c, struct standing *s, struct err *err);
int entering_settle_added(struct call *c, struct standing *s, const struct entry *e, struct err *err);

/* The changed entry as it stands now. */
int entering_view(const struct standing *s, int64_t id, struct entry_view *ret, struct err *err);

/* Lock the cycle of that day, if there is one. */
int entering_lock_day(struct call *c, day_t day, struct err *err);
/* Lock all cycles of a person, or evaluate and keep the open ones. */
int entering_lock_all(struct call *c, const struct person *p, struct err *err);
int entering_keep_open(struct call *c, const struct person *p, struct err *err);

/* Answer with an entry, with its ETag; as it stands, in whatever cycle; or with several, by their numbers:
 * {"entries":[..],"step":N}. notes: for each of them what took place at the same time, and the command that makes a
 * correction a rule, or NULL; may be NULL. */
struct entry_note { const char *conflict, *rule; };
int entering_write(struct call *c, struct entry_view *v, struct err *err);
int entering_answer(struct call *c, const struct entry *e, int is_change, struct err *err);
int entering_answer_all(struct call *c, const int64_t *numbers, const struct entry_note *notes, size_t n,
    struct err *err);

#endif
