#ifndef NET_SERIES_H
#define NET_SERIES_H

#include <stddef.h>
#include <stdint.h>
#include "base/date.h"

struct err;
struct vevent;
struct zone;
struct zone_names;

/*
 * From the VEVENTs of one UID to its occurrences inside the window: rules, RDATE, EXDATE, EXRULE, overrides
 * of one date or of all later ones (FEEDS.md 4.1, 4.3). What is not followed is told, never guessed.
 */

enum rid_kind { RID_NONE, RID_DATE, RID_FLOATING, RID_INSTANT };

struct rid {				/* which occurrence: its original start */
	enum rid_kind kind;
	int64_t value;			/* day, local seconds since 1970, instant */
};

struct occurrence {
	struct vevent *event;
	int64_t start, end;		/* instants */
	struct rid rid;
	int made;			/* by a rule or a list of dates, not written as it is */
	int outside;			/* of the window: it only replaces another one */
	unsigned flags;			/* beside those of the event */
};

struct series_limits {
	const struct zone *zone;	/* of dates and floating times */
	day_t from, to;			/* the window, days in `zone` */
	int64_t max_occurrences, max_per_series, max_steps;
};

struct series {
	struct series_limits limits;
	int64_t from, to;		/* the window as instants; series_begin() */
	int64_t steps_left;		/* for the whole feed */
	struct zone_names *zones;
	struct occurrence *items;
	size_t n, cap;
	int64_t singles;		/* made by series_single(), kept by the caller */
	int full;			/* max_occurrences was reached */
	/* Told for each thing left out. Returns 0, or -1 with err to stop. */
	int (*skip)(void *to, const char *code, const char *uid, const char *text, struct err *err);
	void *skip_to;
};

void series_begin(struct series *s, const struct series_limits *limits, struct zone_names *zones);
void series_free(struct series *s);

/* Append the occurrences of one UID: events[n], in the order of the feed. 0, or -1 with err. */
int series_add(struct series *s, struct vevent *const *events, size_t n, struct err *err);

/* The one occurrence of an event that is neither a series nor an override: 1, and *ret inside the window; 0
 * not, or left out, which was told; -1. It is not appended, but counts for max_occurrences. */
int series_single(struct series *s, struct vevent *v, struct occurrence *ret, struct err *err);

/* The end of an event that begins at this civil time (seconds 0 for a date): an instant. Sets EVENT_NO_END,
 * EVENT_END_INVALID in *flags. */
int64_t series_end(const struct vevent *v, const struct zone *zone, day_t day, int seconds, int64_t start,
    unsigned *flags);

/* "20240614", "20240614T130000Z", "20240614T130000L" or "". out[32] */
char *series_rid_text(struct rid rid, char out[32]);

#endif
