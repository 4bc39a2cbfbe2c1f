#ifndef FEEDS_PUBLISH_H
#define FEEDS_PUBLISH_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/date.h"

struct err;

/*
 * Our own calendar, out (FEEDS.md section 5; RFC 5545, RFC 7986): the deadline, check-ins at an even pace, planned
 * events.  Pure: the same items make the same bytes.
 */

struct publish_item {
	const char *key;		/* "deadline-12", "checkin-12-2", "planned-7": stable; UID = key "@" instance */
	const char *title, *text;	/* text: lines parted by \n, or "" */
	const char *categories;		/* one, or "" */
	const char *location;		/* or "" */
	day_t day;			/* all-day, one day; unless start is set */
	int64_t start, end;		/* instants of a timed one; start 0 = all-day */
	int64_t changed_at;		/* DTSTAMP and LAST-MODIFIED */
	int sequence;			/* +1 whenever its date changed */
	int cancelled;
	int alarm;			/* 1: a DISPLAY alarm seven days before */
};

struct publish_calendar {
	const char *instance;		/* 16 to 64 letters and digits: of this installation, for ever */
	const char *name, *description;
	const char *zone;		/* the person's: X-WR-TIMEZONE */
	const char *url;		/* or "" */
	const struct publish_item *items;
	size_t n;			/* any order; written by day, then key */
};

/* Append the calendar: CRLF, folded at 75 octets on characters, escaped, without control characters. -1 on lack of
 * memory, or ERR_USAGE "publish-invalid" for a key or instance with other characters than letters, digits and '-'. */
int publish_write(const struct publish_calendar *c, struct buf *out, struct err *err);

/* Strong ETag: hex SHA-256 over everything but DTSTAMP and LAST-MODIFIED. out[65] */
int publish_etag(const struct publish_calendar *c, char out[65], struct err *err);

/* SHA-256 hex of what of one item a subscriber sees, for "did it change". out[65] */
void publish_digest(const struct publish_item *i, char out[65]);

#endif
