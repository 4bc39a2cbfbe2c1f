#ifndef NET_SERIES_PARTS_H
#define NET_SERIES_PARTS_H

#include "series.h"

/* What the files that make occurrences share; nobody else includes it. */

struct futures;
struct vevent;

enum { SERIES_LONGEST_DAYS = 366 };	/* what lasts longer is a mistake */

int series_append(struct series *s, const struct occurrence *o, struct err *err);

/* Tells with the event's name in front. */
int series_tell(
    struct series *s, const char *code, const struct vevent *v, const char *text, struct err *err);

/* Is it outside of the window? `day` is the local one of its start. */
int series_is_outside(const struct series *s, const struct vevent *v, day_t day, int64_t start, int64_t end);

/* ---- master.c */

/* Has it a rule or dates? */
int master_is_series(const struct vevent *v);

/* Append the occurrences of one event that is no override; with `named` they get a rid in any case. */
int master_add(struct series *s, struct vevent *v, int named, const struct futures *futures, struct err *err);

#endif
