#ifndef CEUD_DEADLINES_H
#define CEUD_DEADLINES_H

#include "feeds/publish.h"
#include "store/deadlines.h"
#include "store/people.h"

struct ceud;
struct err;
struct zone;

/*
 * What goes out of a person as a calendar (FEEDS.md section 5): the last day of each open cycle, check-ins at its
 * quarters, and what she planned.  What was published stays as it is until it differs; what is called off is
 * cancelled for 30 days and then dropped; what is over is kept for twelve months.
 */
enum due_kind { DUE_DEADLINE, DUE_CHECK_IN, DUE_PLANNED };
const char *due_kind_name(enum due_kind k);		/* "deadline" "check-in" "planned" */

struct due {
	enum due_kind kind;
	struct deadline_item item;
	day_t day;			/* there where the person is */
	int is_changed;			/* the store has it otherwise, or not at all */
	int is_dropped;			/* the store has it, and it goes out no more */
};

struct due_list {
	struct due *items; size_t n, cap;	/* by day, then time, then key */
	const struct zone *zone;	/* the person's */
	day_t today;			/* there */
	const char *name;		/* of the calendar */
};

/* What goes out now; nothing is written. Strings live in the arena. */
int deadlines_of(struct ceud *d, const struct person *p, struct arena *a, struct due_list *ret, struct err *err);
/* Note what went out, in a transaction of its own, if anything differs: bookkeeping, without the ledger. */
int deadlines_note(struct ceud *d, const struct person *p, const struct due_list *l, struct err *err);

/* The same as a calendar; alarm: the last day has one, a week before. *ret_changed_at: the latest change of it, 0 without
 * events. */
int deadlines_calendar(struct ceud *d, const struct due_list *l, int alarm, struct arena *a, struct publish_calendar *ret,
    int64_t *ret_changed_at, struct err *err);

/* The last day of one cycle alone, for a mail: the event of the calendar above, with a sequence of its own. Appended to out. */
struct standing;
int deadlines_event(struct ceud *d, const struct standing *s, int sequence, struct arena *a, struct buf *out, struct err *err);

#endif
