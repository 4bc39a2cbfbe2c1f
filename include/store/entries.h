#ifndef STORE_ENTRIES_H
#define STORE_ENTRIES_H

#include "store/store.h"

/* Entries: what a person did.  Voided, never deleted. Numbers (`no`) count per person and are never reused. */

enum { ENTRY_COMPETENCIES_MAX = 32 };
enum entry_source { SOURCE_HAND, SOURCE_CALENDAR, SOURCE_IMPORT };
const char *entry_source_name(enum entry_source s);	/* "hand" "calendar" "import" */

struct entry {
	int64_t id, person, no;
	day_t day;
	int minutes;
	const char *category;		/* id in the program */
	const char *title;
	const char *title_key;		/* text_fold of the title */
	const char *provider, *note;	/* may be "" */
	const char *competencies[ENTRY_COMPETENCIES_MAX];	/* ids, the first is the main one */
	size_t ncompetencies;
	enum entry_source source;
	const char *calendar_name, *uid;	/* provenance of a confirmed event, else "" */
	int64_t proposal;		/* id, or 0 */
	int is_void;
	const char *void_reason;	/* may be "" */
	int is_late;
	int64_t created_at, changed_at, rev;
};
struct entry_list { struct entry *items; size_t n, cap; };

/* Insert; sets id, no, rev. Writes the ledger (action "log" or "confirm" as given). */
int entry_add(struct store *s, const struct actor *by, const char *action, struct entry *e, struct err *err);
/* Store all changeable fields (day, minutes, category, title, provider, note, competencies, is_void, void_reason, is_late);
 * rev + 1; ledger with before and after. */
int entry_update(struct store *s, const struct actor *by, const char *action, struct entry *e, struct err *err);
/* ERR_ABSENT "no-entry". Void ones are found too. */
int entry_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct entry *ret, struct err *err);
/* All of a person from day `from` to day `to` (DAY_NONE = open), by day then no; with_void as asked. */
int entry_between(struct store *s, int64_t person, day_t from, day_t to, int with_void, struct arena *a,
    struct entry_list *ret, struct err *err);
/* Minutes of the person's current entries on that day, without entry `except` (0 = none). */
int entry_day_minutes(struct store *s, int64_t person, day_t day, int64_t except, int *ret, struct err *err);
/* Current entry of the same folded title on that day: its no in *ret, 0 if none. */
int entry_same(struct store *s, int64_t person, day_t day, const char *title_key, int64_t except, int64_t *ret,
    struct err *err);

#endif
