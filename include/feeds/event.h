#ifndef FEEDS_EVENT_H
#define FEEDS_EVENT_H

#include <stddef.h>
#include <stdint.h>
#include "base/date.h"

struct err;
struct jsonw;

/*
 * One occurrence of one event as ceud-net reports it and the store keeps it.
 * ceud does not trust ceud-net either: event_list_add() checks every size, the
 * encoding and every range before anything else sees the record.
 */

enum {
	EVENT_UID_MAX = 255, EVENT_RID_MAX = 32, EVENT_TITLE_MAX = 800, EVENT_TEXT_MAX = 1000,
	EVENT_ZONE_MAX = 64, EVENT_CATEGORIES_MAX = 400, EVENT_CREDIT_MAX = 120, EVENT_DOMAIN_MAX = 255,
	EVENT_EXTRAS_MAX = 500
};

/* What the reader is unsure of or had to decide; a set of bits. */
enum event_flag {
	EVENT_ZONE_UNKNOWN = 1,		/* TZID not known: the feed's default zone was used */
	EVENT_NO_END = 2,		/* neither DTEND nor DURATION */
	EVENT_END_INVALID = 4,		/* end not after start: ignored */
	EVENT_LONG = 8,			/* over 10 h, or crosses a night: no minutes are suggested */
	EVENT_CUT = 16,			/* a text was shortened */
	EVENT_ENCODING = 32,		/* not UTF-8: read as Windows-1252 */
	EVENT_DECLINED = 64,		/* its owner declined to come: not proposed */
	EVENT_FREE = 128,		/* TRANSPARENT, or shown as free */
	EVENT_PRIVATE = 256		/* CLASS:PRIVATE or CONFIDENTIAL */
};
/* Names as in --json "flags": "zone-unknown" "no-end" "end-invalid" "long" "cut" "encoding" "declined" "free"
 * "private". NULL past the last. */
const char *event_flag_name(unsigned bit);

struct event {
	const char *uid;		/* as published, or made by event_make_uid() */
	const char *rid;		/* "" for a single event, else which occurrence (FEEDS.md 4.1) */
	const char *title;		/* cleaned (text_clean), never NULL, may be "" */
	const char *location, *url, *organizer;	/* may be ""; organizer: a name, else an address */
	const char *categories;		/* CATEGORIES, cleaned, joined by ',' */
	const char *description;	/* one line, cut at EVENT_TEXT_MAX */
	const char *credit;		/* words of the text that name a credit figure, quoted as they stand; "" = none */
	const char *domain;		/* of the organizer's address, lower case */
	const char *extras;		/* X-properties: "X-NAME=value; X-NAME=value" */
	int64_t start, end;		/* instants; end >= start. All-day: midnight in `zone` */
	const char *zone;		/* name the event is kept in: tzdb's, or "UTC+05:30" (zone_get()) */
	int all_day;
	day_t day;			/* the activity's date: local date of the start; longer than 24 h: last day */
	int minutes;			/* suggestion; 0 = none is made */
	int cancelled;
	int series;			/* 1 if made by a recurrence */
	unsigned flags;			/* event_flag bits */
	char content[65];		/* SHA-256 hex over what a person sees of it (event_seal) */
	char detail[17];		/* the same, short, over what only suggestions are made from */
};

struct event_list {
	struct event *items;
	size_t n, cap;
	void *arena;			/* owns all strings; private */
};
#define EVENT_LIST_INIT { NULL, 0, 0, NULL }
void event_list_free(struct event_list *l);

/* Append a copy of *e (strings copied). -1 on lack of memory. */
int event_list_push(struct event_list *l, const struct event *e, struct err *err);

/* Check the JSON object of one event of ceud-net and append it; the text is destroyed. ERR_USAGE "event-invalid" names the
 * field. */
int event_list_add(struct event_list *l, char *text, size_t len, struct err *err);

/* The same record written by ceud-net: members of an "event" object (names as in struct event; instants as
 * integers ms, day as YYYY-MM-DD, flags as an integer). */
void event_write(struct jsonw *w, const struct event *e);

/* Fill e->content and e->detail from the other fields. */
void event_seal(struct event *e);

/* Key of an event without UID: "noid-" and SHA-256 of (start, end, folded title, url). out[70]. */
void event_make_uid(const struct event *e, char out[70]);

/* What all events of one series have in common: the UID, without the "_R20200627T090000" that Google puts before
 * the @ when "this and all following" were changed (FEEDS.md 1.2). For linking only. Returns out. */
char *event_series_key(const char *uid, char out[EVENT_UID_MAX + 1]);

/* The minutes to suggest for a timed event: end - start in whole minutes when it is at most 10 h within one local
 * day; else 0 (all-day, longer, or across a night: nothing is invented). FEEDS.md 4.5 */
int event_minutes(const struct event *e, int same_local_day);

#endif
