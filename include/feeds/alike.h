#ifndef FEEDS_ALIKE_H
#define FEEDS_ALIKE_H

#include <stdint.h>
#include "base/date.h"

struct err;

/* When two records speak of one event (FEEDS.md 4.7).  Pure. */

struct alike {				/* an event, or an entry made by hand */
	const char *title;
	const char *url;		/* "" = none */
	const char *uid, *rid;		/* "" = none */
	int64_t start;			/* instant; of an entry: not used */
	int all_day;
	day_t day;
};

/* Similarity of two titles, 0 to 1000: 1000 less the edit distance of their folded forms in per mille of the longer
 * one, as they stand or after "Provider: " and "[Tag] " in front were taken off both, whichever is more. Of each the first 200 characters are looked at. 0 where
 * one has no letter or digit, and on lack of memory: they are two events until somebody sees otherwise. */
int alike_titles(const char *a, const char *b);

/* 1: two feeds speak of one event: two of three agree. Identity: the same uid and rid. Time: starts at most 15 minutes
 * apart (all-day: the same day). Words: titles alike by 850 or the same host and path (a site's front page is no event's
 * own). Two events of one calendar are never asked. */
int alike_events(const struct alike *a, const struct alike *b);

/* 1: the entry is that event: days at most one apart, and titles alike by 850 or the same host and path. */
int alike_entry(const struct alike *event, const struct alike *entry);

#endif
