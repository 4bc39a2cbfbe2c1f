#ifndef STORE_ENTRIES_H
#define STORE_ENTRIES_H

#include "store/store.h"

/* Entries: what a person did.  Voided, never deleted. Numbers (`no`) count per person and are never reused. */

enum { ENTRY_COMPETENCIES_MAX = 32, ENTRY_TAGS_MAX = 32 };
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
	const char *tags[ENTRY_TAGS_MAX];	/* ids that were named */
	size_t ntags;
	const char *kind;		/* as which it earns, or "" */
	int64_t quantity;		/* hundredths of items or semester credits; 0 without */
	int is_planned;			/* waits for the person's word, also after its day */
	int nevidence;			/* files attached; read only */
	enum entry_source source;
	const char *calendar_name, *uid;	/* provenance of a confirmed event, else "" */
	int64_t proposal;		/* id, or 0 */
	int is_source_changed;		/* its calendar changed the event afterwards; read only */
	int is_void;
	const char *void_reason;	/* may be "" */
	int is_late;
	int64_t created_at, changed_at, rev;
};
struct entry_list { struct entry *items; size_t n, cap; };

/* Insert; sets id, no, rev. Writes the ledger (action "log" or "confirm" as given). */
int entry_add(struct store *s, const struct actor *by, const char *action, struct entry *e, struct err *err);
/* Store all changeable fields (day, minutes, category, title, provider, note, competencies, tags, kind, quantity, is_planned,
 * is_void, void_reason, is_late);
 * rev + 1; ledger with before and after. */
int entry_update(struct store *s, const struct actor *by, const char *action, struct entry *e, struct err *err);
/* ERR_ABSENT "no-entry". Void ones are found too. */
int entry_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct entry *ret, struct err *err);
/* All of a person from day `from` to day `to` (DAY_NONE = open), by day then no; with_void as asked. */
int entry_between(struct store *s, int64_t person, day_t from, day_t to, int with_void, struct arena *a,
    struct entry_list *ret, struct err *err);

/* Evidence: which file proves an entry. The bytes lie in the state folder under their hash; rows are withdrawn, not
 * deleted, so that undo finds them. */
enum { EVIDENCE_NAME_MAX = 120 };		/* bytes of a name, which is unique among an entry's files */
struct evidence {
	int64_t id, entry, entry_no;
	const char *name;
	const char *type;		/* "application/pdf" */
	const char *sha256;		/* hex */
	int64_t bytes, added_at;
};
struct evidence_list { struct evidence *items; size_t n, cap; };
/* Sets id; ledger object "evidence:ID", action "attach", subject the entry's person. ERR_RULE "evidence-there" if the
 * entry has a file of that name. The caller has locked the cycle. */
int evidence_add(struct store *s, const struct actor *by, const struct entry *e, struct evidence *v, struct err *err);
/* ERR_ABSENT "no-evidence", naming those there are. Action "detach". */
int evidence_remove(struct store *s, const struct actor *by, const struct entry *e, const char *name, struct err *err);
/* Of one entry, or of all current entries of a person in those days; by entry, then name. */
int evidence_of(struct store *s, int64_t entry, struct arena *a, struct evidence_list *ret, struct err *err);
int evidence_between(struct store *s, int64_t person, day_t from, day_t to, struct arena *a, struct evidence_list *ret,
    struct err *err);
/* 1 if any row, withdrawn or not, names that content. */
int evidence_known(struct store *s, const char *sha256, int *ret, struct err *err);

#endif
