#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/entries.h"
#include "store/people.h"

/*
 * The ledger of changes: append-only, a hash chain.  Each row's hash is
 * SHA-256(previous hash, every column of the row, digest), digest = SHA-256(salt, text), where salt and text
 * (JSON {"before":..,"after":..} and a sentence) live in a table of their own: a person can be erased and the chain still
 * holds.  An actor who is a person is kept as a number; the e-mail is looked up when the row is read.
 */

/* Open a step for this command in the current transaction: sets by->step.  A change without one is refused
 * (ERR_FAILED "store-no-step"). A command that takes several transactions opens its step once and keeps the
 * number from its first row on; others may write in between. */
int ledger_step(struct store *s, struct actor *by, struct err *err);

/* 1 if the step that `by` opened as `step` on that person may be gone on with: it is the newest of what she can undo there, all
 * of its rows are decisions of the inbox (kinds "proposal", "entry" and "feed-rule"), and it is not older than an hour. 0 if not, -1. The
 * caller then sets by->step to it instead of opening one. */
int ledger_goes_on(struct store *s, const struct actor *by, int64_t subject, int64_t step, struct err *err);

/* Append. subject: the person it is about (0 = none). object: "entry:ID", "proposal:ID", "calendar:ID",
 * "person:ID", "team:ID", "cycle:ID". before/after: JSON images or NULL. text: one short sentence part for the history
 * ("log 6", "edit 8: hours 3.0 to 2.5"). */
int ledger_add(struct store *s, const struct actor *by, int64_t subject, const char *action, const char *object,
    const char *before, const char *after, const char *text, struct err *err);

struct change {
	int64_t seq, at, step;
	const char *actor, *action, *object, *text;	/* text "" once erased */
	int64_t undoes;			/* the step it undid, else 0 */
};
struct change_list { struct change *items; size_t n, cap; };
/* A person's changes, newest first, seq < before (0 = from the newest). */
int ledger_of(struct store *s, int64_t subject, int64_t before, int limit, struct arena *a, struct change_list *ret,
    struct err *err);

/*
 * Undo the newest step that `by` made on `subject` (or on teams: those have no subject) that is not undone and is neither an
 * undo nor a redo: every object of it goes back to its `before` image. Objects that can be taken back: entries (added ones are
 * voided), evidence, proposals, calendars, feed rules, cycles (opened ones are set aside), people, teams, their members, and programs on
 * offer. The changes made are in *ret, in the order they were made: action "undo", text "undo: TEXT OF THE CHANGE". ERR_RULE
 * "nothing-to-undo", also for a step that added a person; "undo-overtaken" if an object was changed since by someone else, or
 * an entry that the cycle holds whose opening it was;
 * "cycle-overlap", "evidence-there", "team-exists", "person-exists" or "login-taken" if others took the place meanwhile.  The caller opens the
 * step, rolls back on failure and re-evaluates the cycles afterwards: of everybody the step is about.
 */
int ledger_undo(struct store *s, struct actor *by, int64_t subject, struct arena *a, struct change_list *ret, struct err *err);
/* Take back the newest undo of `by` on `subject` that was not redone, unless `by` changed something else there since
 * (ERR_RULE "nothing-to-redo"); action "redo", text "redo: TEXT". Repeated redo walks forward. */
int ledger_redo(struct store *s, struct actor *by, int64_t subject, struct arena *a, struct change_list *ret, struct err *err);

/* People whom the rows of a step are about, but that one: an undo may concern several. */
int ledger_concerned(struct store *s, int64_t step, int64_t but, struct arena *a, int64_t **ret, size_t *ret_n,
    struct err *err);

/* A person's entries (void ones too, with nevidence as it was) and cycles as they were at the end of that instant, from the
 * ledger. ERR_RULE "past-erased" if what was changed since has been erased. Kept findings of cycles are as they are now. */
struct past { struct entry_list entries; struct cycle_list cycles; };
int ledger_rewind(struct store *s, int64_t person, int64_t instant, struct arena *a, struct past *ret, struct err *err);

/* Walk the whole chain. ERR_FAILED "ledger-broken" with the first seq that does not hold. *ret_rows may be NULL. */
int ledger_verify(struct store *s, int64_t *ret_rows, struct err *err);
/* The newest hash, hex; 64 zeros in an empty ledger. */
int ledger_head(struct store *s, char out[65], struct err *err);

#endif
