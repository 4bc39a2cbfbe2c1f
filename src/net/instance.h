#ifndef NET_INSTANCE_H
#define NET_INSTANCE_H

#include <stdint.h>
#include "series.h"
#include "when.h"

struct vevent;
struct zone;

/* Which occurrence of a series a RECURRENCE-ID means, whatever kind and zone it is written in. */

/* The identity of the occurrence that begins at that civil time and instant. */
struct rid instance_rid(const struct when *w, int64_t instant);

/* RECURRENCE-ID of an override in the terms of the series' DTSTART (NULL: as it is written): of whole days
 * the local date, of times the same instant; a date means the occurrence of that day. */
struct when instance_of(const struct vevent *v, const struct when *start, const struct zone *floating);

/* Which of two that say something about the same date is to be believed: negative, the first one. */
int instance_by_revision(const struct vevent *v, const struct vevent *w);

#endif
