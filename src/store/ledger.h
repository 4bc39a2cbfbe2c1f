#ifndef STORE_LEDGER_ROOM_H
#define STORE_LEDGER_ROOM_H

#include "base/json.h"
#include "db.h"
#include "store/ledger.h"

/* One row to be written. Members left out are 0 or NULL. */
struct record {
	int64_t subject;
	const char *action;
	const char *kind;		/* "entry", and the id: make the object */
	int64_t id;
	const char *before, *after;	/* JSON or NULL */
	const char *text;
	int64_t undoes;
};
int ledger_write(struct store *s, const struct actor *by, const struct record *r, struct err *err);

/* What taking back one row of a step is given. */
struct revert {
	int64_t id;			/* of the object */
	const struct json *before;	/* NULL: the object was added by the row */
	int64_t step;			/* being undone */
	const char *text;		/* "undo: edit 8" */
};
int entry_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err);
int proposal_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err);
int calendar_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err);

#endif
