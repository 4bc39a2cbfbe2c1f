#ifndef NET_IMPORT_H
#define NET_IMPORT_H

#include <stddef.h>
#include <stdint.h>
#include "prescan.h"
#include "series.h"

struct body;
struct err;
struct event;

/*
 * From the bytes of a calendar to event records.  A single event is read, reported and forgotten; those that have
 * to do with others, series and their changes, are kept and reported at the end, sorted by start, UID and rid.
 */

struct import_sink {
	/* Each returns 0, or -1 with err, which ends the import. The record is sealed and valid during the
	 * call. */
	int (*event)(void *to, const struct event *e, struct err *err);
	int (*skip)(void *to, const char *code, const char *uid, const char *text, struct err *err);
	void *to;
};

struct import_terms {
	struct series_limits limits;	/* its zone is that of the calendar's owner; X-WR-TIMEZONE comes before it */
	size_t max_events;
	const char *owner;		/* the address whose PARTSTAT is looked at; "" = nobody's */
};

enum { IMPORT_KEPT_MAX = 64 * 1024 * 1024 };	/* bytes of events that have to do with others */

struct import_result {
	/* OK, TRUNCATED, LIMIT; if it is not OK, what was reported so far is void. */
	enum prescan_verdict verdict;
	size_t events;			/* records given out */
	size_t stray;			/* of them VEVENTs that stand in no VCALENDAR */
	int cancels;			/* METHOD:CANCEL, of all of it */
	int64_t refresh_s;		/* what the publisher asks for; 0 = nothing */
	char name[400], producer[201];	/* X-WR-CALNAME and PRODID, cleaned */
	char zone[64];			/* X-WR-TIMEZONE if it is known, else "" */
};

/* body_end() said OK. 0, or -1 with err. */
int import_run(struct body *b, struct zone_names *zones, const struct import_terms *terms,
    const struct import_sink *sink, struct import_result *ret, struct err *err);

/* Does a skip of this code mean that something is missing? Doublets and tasks are not. */
int import_is_loss(const char *code);

#endif
