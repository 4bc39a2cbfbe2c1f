#ifndef RULES_RUNG_H
#define RULES_RUNG_H

#include <stddef.h>

/*
 * What a ladder of reminders is made of.  There is a ladder for each way a person can stand.  A rung is a number: days
 * before the end of the cycle; below 0 days after it; or one of the words below, which are no days.
 */
enum {
	LADDER_WORDS_MAX = 32,			/* of one ladder */
	LADDER_RUNGS_MAX = 256,			/* of a cycle: of all its ladders, with every "inbox" */
	LADDER_MAILED_MAX = 8
};

enum {
	LADDER_OPEN = 10000,		/* "open": the day on which the renewal may first be sent in */
	LADDER_INBOX = 15000,		/* "inbox": events have waited untouched for 14 days; the k-th time is LADDER_INBOX + k */
	LADDER_REACHED = 20000		/* "done": every rule is met */
};

enum ladder_kind { LADDER_BEHIND, LADDER_ON_PACE, LADDER_COMPLETE, LADDER_LAPSED, LADDER_KINDS };
const char *ladder_kind_name(enum ladder_kind k);	/* "behind" "on-pace" "complete" "lapsed" */
int ladder_kind_named(const char *name);		/* -1: none */

struct ladder { int rungs[LADDER_WORDS_MAX]; size_t n; int is_set; };	/* any order, unique; is_set: 0 = says nothing */
struct ladders { struct ladder of[LADDER_KINDS]; };

/* One word of a ladder as an admin, a program file or a person writes it: a number of days; "open" and "inbox" (behind,
 * on-pace), "done" (complete). Numbers are 0 to 3650 days before the end; of lapsed 1 to 365 days after it, kept as -N.
 * -1: not a rung of that kind. */
int ladder_word(enum ladder_kind k, const char *word, int *ret);
/* What ladder_word() takes, for messages: "days from 0 to 3650, open or inbox". */
const char *ladder_words_wanted(enum ladder_kind k);
/* "90", "open", "inbox", "done", "+8" for -8. */
const char *ladder_rung_name(int rung, char out[16]);

#endif
