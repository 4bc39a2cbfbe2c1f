#ifndef NET_FUTURE_H
#define NET_FUTURE_H

#include <stddef.h>
#include <stdint.h>
#include "series.h"

struct err;
struct vevent;

/* RECURRENCE-ID with RANGE=THISANDFUTURE: from that occurrence on, up to the next such change, the dates of a
 * series are moved by what that one was moved, and have the length, the texts and the state of it. */
struct future {
	struct vevent *event;
	struct rid from;		/* in the terms of the series */
	int64_t shift;			/* seconds on the clock of the override's zone */
};

struct futures {
	struct future *items;		/* ascending */
	size_t n;
	int64_t farthest;		/* the longest shift, either way */
};

/* Those among events[n] of one UID, for the series `master`. 0; 1: one cannot be followed, *ret_bad is it and
 * *ret_why says why; -1 out of memory. Released with futures_free() after 0. */
int futures_find(struct futures *f, const struct series *s, struct vevent *const *events, size_t n,
    const struct vevent *master, const struct vevent **ret_bad, const char **ret_why, struct err *err);
void futures_free(struct futures *f);

/* The change that rules the occurrence, or NULL. */
const struct future *futures_of(const struct futures *f, struct rid rid);

/* The new civil start, in the terms of the override, of the occurrence that begins at *w. */
struct when futures_move(const struct future *f, const struct when *w, const struct zone *floating);

#endif
