#ifndef NET_PRESCAN_H
#define NET_PRESCAN_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

struct err;
struct prescan;
struct zone_names;

/*
 * The first look at foreign bytes, as they arrive: unfolds lines, bounds everything (lines, nesting, events), and
 * gives out each VEVENT as the lines of it that are used later, as clean UTF-8.  Alarms, attachments and the like
 * are gone before libical sees anything.  One event is held at a time.  Linear in the bytes.
 */

enum prescan_verdict {
	PRESCAN_OK,
	PRESCAN_EMPTY,			/* nothing but white space (body.h) */
	PRESCAN_NOT_CALENDAR,		/* (body.h) */
	PRESCAN_ENCODING,		/* UTF-16 or UTF-32 (body.h) */
	PRESCAN_TRUNCATED,		/* END:VCALENDAR is missing */
	PRESCAN_TOO_LARGE,		/* over max_bytes (body.h) */
	PRESCAN_LIMIT,			/* over max_events */
	PRESCAN_MEMORY,
	PRESCAN_SPOOL,			/* the spool cannot be written (body.h) */
	PRESCAN_STOPPED			/* by what takes the events, which set an error */
};

enum {
	PRESCAN_PIECE_MAX = 64 * 1024,	/* of a physical line */
	PRESCAN_LINE_MAX = 256 * 1024,	/* of an unfolded line; what is longer is cut */
	PRESCAN_PARAMS_MAX = 4 * 1024,	/* of the parameters of a line */
	PRESCAN_TEXT_MAX = 8 * 1024,	/* of a line of text */
	PRESCAN_EXTRAS_MAX = 4 * 1024,	/* of all X- lines of one event */
	PRESCAN_EVENT_MAX = 512 * 1024,	/* of the lines kept of one event */
	PRESCAN_ZONE_MAX = 64 * 1024,	/* of the lines kept of one VTIMEZONE */
	PRESCAN_DEPTH_MAX = 4		/* components inside each other */
};

/* What is kept of a VEVENT. A later use of another property begins with a row here. */
enum prescan_name {
	LINE_UID, LINE_DTSTART, LINE_DTEND, LINE_SUMMARY, LINE_LOCATION, LINE_STATUS, LINE_DTSTAMP, LINE_URL,
	LINE_ORGANIZER, LINE_SEQUENCE, LINE_LAST_MODIFIED, LINE_DURATION, LINE_RRULE, LINE_EXDATE, LINE_RDATE,
	LINE_EXRULE, LINE_RECURRENCE_ID, LINE_CATEGORIES, LINE_DESCRIPTION, LINE_CLASS, LINE_TRANSP,
	LINE_ATTENDEE, LINE_BUSY, LINE_EXTRA, LINE_NAMES
};

struct prescan_line {			/* of prescan->text */
	enum prescan_name name;
	size_t at, name_len, params_len, value_len;	/* the name, parameters from their ';', ':', the value */
};

enum prescan_cut {
	PRESCAN_CUT_DATES = 1,		/* a line of dates was too long */
	PRESCAN_CUT_SIZE = 2,		/* more lines than are kept */
	PRESCAN_CUT_NESTED = 4		/* another event, or too deep a nesting, inside of it */
};

struct prescan_event {			/* one VEVENT; its lines are prescan->text and prescan->lines */
	size_t line;			/* where it begins in the feed, from 1 */
	size_t index;			/* its place among the events, from 0 */
	uint64_t uid;			/* body_uid() of its first UID; 0 = none */
	unsigned flags;			/* EVENT_CUT, EVENT_ENCODING */
	unsigned cut;			/* bits of enum prescan_cut */
	unsigned names;			/* which lines it has: 1 << LINE_.. */
	int cancelled;			/* its calendar has METHOD:CANCEL */
};

/* What speaks of the calendar. Of several in one feed the first counts, or as it says. */
struct prescan_facts {
	struct buf name, zone_id, producer;	/* X-WR-CALNAME or NAME, X-WR-TIMEZONE, PRODID, as written */
	int64_t refresh_s;		/* REFRESH-INTERVAL, else X-PUBLISHED-TTL; 0 = none */
	int two_zones;			/* a second calendar in the feed has another X-WR-TIMEZONE */
	size_t calendars, cancelling;	/* VCALENDARs; those with METHOD:CANCEL */
	size_t todos, journals,
	    others;			/* components that are no events: VTODO, VJOURNAL, VFREEBUSY, unknown ones */
	size_t broken, broken_at;	/* lines outside of events that are none, and the first of them */
	size_t stray;			/* events outside of any VCALENDAR */
};

enum prescan_for {			/* what it looks for; a set of bits */
	PRESCAN_FACTS = 1,		/* facts, and zones, which go to zone_names */
	PRESCAN_EVENTS = 2
};

struct prescan_level { char name[16]; };

struct prescan {
	unsigned looks_for;		/* bits of enum prescan_for */
	size_t max_events;
	const char *owner;		/* ATTENDEE lines with this address are kept; "" = none */
	struct zone_names *zones;	/* told of VTIMEZONEs; not owned */
	/* Called for each VEVENT at its end. 0, or -1 with err, which ends it: PRESCAN_STOPPED. May be NULL. */
	int (*take)(void *to, struct prescan *p, struct err *err);
	void *to;
	struct err *err;

	enum prescan_verdict verdict;
	size_t n;			/* events so far */
	struct prescan_facts facts;
	struct prescan_event event;	/* the one that is open, or was given out last */
	struct buf text;		/* its lines, each ended by \n, names in upper case */
	struct prescan_line *lines;
	size_t nlines, lines_cap;

	/* private */
	struct buf line, zone;
	size_t line_no, line_start, depth, too_deep, piece, extras;
	struct prescan_level levels[PRESCAN_DEPTH_MAX];
	int cancels, begun, line_cut, in_line, after_cr, is_open, zone_cut;
};

/* Only what is set before `verdict` is kept of *p; the rest becomes empty. */
void prescan_begin(struct prescan *p);

/* 0 go on; -1 it is decided: see verdict. */
int prescan_add(struct prescan *p, const char *data, size_t len);

/* The last byte was seen. Returns the verdict. */
enum prescan_verdict prescan_end(struct prescan *p);

void prescan_free(struct prescan *p);

/* ---- between the files of prescan */

struct content_line;

/* A line of the open event: kept if it is used. 0, or -1: decided. */
int prescan_keep(struct prescan *p, struct content_line *l);
/* A line that cannot be taken apart. */
void prescan_lose(struct prescan *p, const char *line, size_t len);
/* It is decided. Returns -1. */
int prescan_stop(struct prescan *p, enum prescan_verdict verdict);

#endif
