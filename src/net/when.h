#ifndef NET_WHEN_H
#define NET_WHEN_H

#include <stddef.h>
#include <stdint.h>
#include "base/date.h"

struct zone;

/* Dates, times and durations as calendars write them (RFC 5545 section 3.3). Nothing is normalised: an
 * impossible date is refused. Years 1 to 9999. */

enum when_kind { WHEN_DATE, WHEN_FLOATING, WHEN_UTC, WHEN_ZONED };

struct when {
	enum when_kind kind;
	day_t day;
	int seconds;			/* of the day; 0 for a date */
	const struct zone *zone;	/* of WHEN_ZONED, else NULL */
};

/* YYYYMMDD, YYYYMMDDTHHMMSS, the same with Z; lower case as well. The 60th second becomes the 59th.
 * -1: not understood or no such day or time. */
int when_parse(const char *s, size_t len, struct when *ret);

/* The instant; a date is its midnight. `floating` is the zone of dates and floating times. */
int64_t when_instant(const struct when *w, const struct zone *floating);

/* The zone that *w is written in: its own, UTC, or `floating`. */
const struct zone *when_zone(const struct when *w, const struct zone *floating);

/* The same instant in the kind and zone of *like; neither is a date. */
void when_restate(struct when *w, const struct when *like, const struct zone *floating);

/* The day that a time means where a whole day was meant: that of UTC in `floating`, unless it is midnight
 * there, for so some write dates; the written one of all others. */
day_t when_local_day(const struct when *w, const struct zone *floating);

/* P1W, P1DT2H30M, PT45M, with a sign. Days are days of the calendar, the rest is exact. Bounded to 100 years.
 * -1: not understood or out of bounds. */
struct when_span { int days; int64_t seconds; };
int when_parse_span(const char *s, size_t len, struct when_span *ret);

/* Day number of a date that exists in years 1 to 9999; -1 if it does not. */
int when_day(int year, int month, int day, day_t *ret);

#endif
