#ifndef CEU_WALK_H
#define CEU_WALK_H

#include <stddef.h>
#include <stdint.h>
#include "session.h"
#include "verb_due.h"
#include "verb_inbox.h"

struct json;

/* The walk through the inbox on a terminal: what its parts share. An event is a card; so is a series with its dates. */

struct card {
	int64_t *ids;			/* of the dates, by start */
	unsigned char *ticked;		/* those to be confirmed */
	size_t n;
	int rank;			/* 0 adds something or it is not known, 1 adds nothing, 2 recorded by hand already */
	int64_t adds;			/* hundredths, of all its dates, when the walk began */
};

struct walk {
	struct session *s;
	const struct json *list;	/* the inbox as last read */
	const struct json *status;	/* for categories, competencies and totals */
	size_t mark;			/* what was read before them stays: session_mark() */
	struct card *cards;		/* in the order shown */
	size_t n, at, nevents;
	size_t confirmed, skipped, accepted;
	struct due due;			/* planned entries decided about */
	int64_t step;			/* of undo, which further decisions join; 0 = none yet */
	int changed;			/* since the list was read: what events add may differ */
};

enum step { STEP_NEXT, STEP_AGAIN, STEP_STOP, STEP_FAILED };

/* The event of that number in the list as last read; NULL: decided meanwhile, or taken back by its calendar. */
const struct json *walk_find(const struct walk *w, int64_t id);
/* Make the cards of w->list, those first that add most. -1 on lack of memory. */
int walk_cards(struct walk *w, struct err *err);
/* Drop the dates that are no longer in the list; the number that is left. */
size_t walk_refresh(const struct walk *w, struct card *c);
/* "1 3-5": turn those dates of the card over. -1: it names none. */
int walk_tick(struct card *c, const char *answer);

/* Ask for what the card lacks, or (change) for everything, "<" goes a step back. 0, -1 with err. */
int walk_ask(struct walk *w, const struct json *v, int change, struct decision *ret, struct err *err);

#endif
