#ifndef CEUD_TEAMWALK_H
#define CEUD_TEAMWALK_H

#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"
#include "ceud.h"
#include "jobs.h"

/*
 * Going through everybody of a team in slices: a team may have thousands of people, and no turn of the loop takes them
 * all.  The job of digests steps its walks itself; for somebody who waits they are stepped a slice a turn.
 */
struct err;
struct teamwalk;
struct teamwalks;

struct teamwalk_kind {
	size_t size;			/* of a walk: a struct that begins with struct teamwalk */
	/* One of its people, by id; cycle.id 0: she has none. What stays goes into w->arena; `a` and *m are this visit's alone. */
	int (*visit)(struct teamwalk *w, const struct member_row *m, struct arena *a, struct err *err);
	/* All were seen: a piece of what is left to do. 1: through, 0: more, -1. json: for who waits. */
	int (*finish)(struct teamwalk *w, struct buf *json, struct err *err);
	void (*release)(struct teamwalk *w);	/* NULL: what it has lies in its arena */
};

struct teamwalk {
	struct ceud *d;
	const struct teamwalk_kind *kind;
	struct arena arena;		/* as long as the walk */
	struct team team;
	struct arena page_arena;	/* of the page in hand */
	struct member_list page; size_t at;
	int64_t after;			/* id of the last one of the page before */
	int is_last;			/* it is the last page */
};

/* Nobody is visited yet. NULL: error. */
struct teamwalk *teamwalk_new(struct ceud *d, const struct teamwalk_kind *kind, const struct team *t, struct err *err);
/* Visit until the monotonic clock is past `until`. 1: everybody was, 0: more, -1. */
int teamwalk_slice(struct teamwalk *w, int64_t until, struct err *err);
void teamwalk_free(struct teamwalk *w);		/* NULL is a no-op */

/* The walks that somebody waits for. */
int teamwalks_open(struct teamwalks **ret, struct err *err);
void teamwalks_close(struct teamwalks *q);
void teamwalks_stop(struct ceud *d);		/* whoever waits is told */
void teamwalks_turn(struct ceud *d);
int teamwalks_busy(const struct teamwalks *q);
/* Walk, finish and call done() once: now, where one slice is enough. `w` is taken over, also if this fails. */
int teamwalks_add(struct ceud *d, struct teamwalk *w, job_done *done, void *arg, struct err *err);

#endif
