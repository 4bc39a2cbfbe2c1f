#ifndef NET_DATES_H
#define NET_DATES_H

#include <stddef.h>
#include <stdint.h>
#include "when.h"

struct err;
struct vevent;
struct zone;
struct zone_names;

/* RDATE and EXDATE of one event, read by us: libical keeps 500 of them and drops the rest without a word. */

enum { DATES_MAX = 2000 };

struct dates_added {
	struct when start;
	int64_t end;			/* of a PERIOD; INT64_MIN = the length of the event */
};

struct dates {
	struct dates_added *added;
	size_t nadded, added_cap;
	int64_t *instants;		/* excluded times, ascending */
	size_t ninstants, instants_cap;
	day_t *days;			/* excluded dates, ascending */
	size_t ndays, days_cap;
	const struct zone *zone;	/* of DTSTART */
	int all_day;
	unsigned flags;			/* EVENT_ZONE_UNKNOWN of an RDATE */
};

/* 0; 1: why[size] says what cannot be read, and the series should be refused; -1 out of memory.
 * Released with dates_free() after 0. */
int dates_read(struct dates *d, const struct vevent *v, struct zone_names *zones, const struct zone *floating,
    char *why, size_t size, struct err *err);
void dates_free(struct dates *d);

/* Exclude one more; dates_sort() before dates_excluded() is asked. -1 out of memory. */
int dates_exclude(struct dates *d, const struct when *w, const struct zone *floating);
void dates_sort(struct dates *d);

/* Is this start, an instant and a civil time of DTSTART's kind, excluded? Times are compared as instants,
 * dates as local dates. */
int dates_excluded(const struct dates *d, const struct when *w, int64_t instant);

#endif
