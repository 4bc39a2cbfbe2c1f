#ifndef NET_PRESCAN_H
#define NET_PRESCAN_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

struct zone_names;

/*
 * The first look at foreign bytes, as they arrive: unfolds lines, bounds everything (bytes, lines, nesting,
 * events), recognises what is no calendar, and keeps of each VEVENT only the lines that are used later, as
 * clean UTF-8. Alarms, attachments and descriptions are gone before libical sees anything.  Linear in the
 * bytes.
 */

enum prescan_verdict {
	PRESCAN_OK,
	PRESCAN_EMPTY,			/* nothing but white space */
	PRESCAN_NOT_CALENDAR,		/* see `head` */
	PRESCAN_ENCODING,		/* UTF-16 or UTF-32 */
	PRESCAN_TRUNCATED,		/* END:VCALENDAR is missing */
	PRESCAN_TOO_LARGE,		/* over max_bytes */
	PRESCAN_LIMIT,			/* over max_events */
	PRESCAN_MEMORY
};

enum {
	PRESCAN_LINE_MAX = 256 * 1024,	/* of an unfolded line; what is longer is cut */
	PRESCAN_TEXT_MAX = 8 * 1024,	/* of a line of text */
	PRESCAN_EVENT_MAX = 512 * 1024,	/* of the lines kept of one event */
	PRESCAN_DEPTH_MAX = 4,		/* components inside each other */
	PRESCAN_HEAD_MAX = 64 * 1024
};

struct prescan_event {			/* one VEVENT */
	size_t offset, len;		/* of its lines in `text`, each ended by \n, names in upper case */
	size_t line;			/* where it begins in the feed, from 1 */
	unsigned flags;			/* EVENT_CUT, EVENT_ENCODING */
	unsigned cut;			/* bits of enum prescan_cut */
	int cancelled;			/* its calendar has METHOD:CANCEL */
};
enum prescan_cut {
	PRESCAN_CUT_DATES = 1,		/* a line of dates was too long */
	PRESCAN_CUT_SIZE = 2,		/* more lines than are kept */
	PRESCAN_CUT_NESTED = 4		/* another event, or too deep a nesting, inside of it */
};

struct prescan_level { char name[16]; };

struct prescan {
	size_t max_bytes, max_events;
	enum prescan_verdict verdict;

	struct buf text;		/* lines of all events */
	struct prescan_event *events;
	size_t n, cap;
	size_t todos, journals,
	    others; /* components that are no events: VTODO, VJOURNAL, VFREEBUSY and unknown ones */
	struct buf name, zone_id;	/* X-WR-CALNAME or NAME, X-WR-TIMEZONE, as written */
	int64_t refresh_s;		/* REFRESH-INTERVAL, else X-PUBLISHED-TTL; 0 = none */
	int two_zones;			/* a second calendar in the feed has another X-WR-TIMEZONE */
	struct zone_names *zones;	/* told of X-LIC-LOCATION; not owned */
	struct buf head;		/* the first bytes, kept until a calendar is recognised */
	size_t bytes;			/* seen so far */
	unsigned char hash[32];		/* of all lines but DTSTAMP, after prescan_end() */

	/* private */
	struct buf line, hashed;
	size_t line_no, line_start, depth, too_deep;
	struct prescan_level levels[PRESCAN_DEPTH_MAX];
	struct prescan_event *event;	/* the one that is open */
	struct buf zone_name, zone_place;
	int cancels, recognised, begun, line_cut, in_line, after_cr, broken_line;
};

void prescan_begin(struct prescan *p, size_t max_bytes, size_t max_events, struct zone_names *zones);

/* 0 go on; -1 it is decided: see verdict. */
int prescan_add(struct prescan *p, const char *data, size_t len);

/* The last byte was seen. Returns the verdict. */
enum prescan_verdict prescan_end(struct prescan *p);

void prescan_free(struct prescan *p);

#endif
