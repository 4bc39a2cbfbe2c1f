#ifndef NET_IMPORT_H
#define NET_IMPORT_H

#include <stddef.h>
#include "series.h"

struct err;
struct event;
struct prescan;

/* From what prescan kept to event records, sorted by start, UID and rid. */

struct import_sink {
	/* Each returns 0, or -1 with err, which ends the import. The record is sealed and valid during the
	 * call. */
	int (*event)(void *to, const struct event *e, struct err *err);
	int (*skip)(void *to, const char *code, const char *uid, const char *text, struct err *err);
	void *to;
};

struct import_result {
	size_t events;			/* records given out */
	char name[400], zone[64];	/* X-WR-CALNAME cleaned; X-WR-TIMEZONE if it is known, else "" */
};

/* limits->zone is the zone of the calendar's owner; the calendar's own X-WR-TIMEZONE comes before it.
 * p->text is freed half way, when it was read. */
int import_run(struct prescan *p, struct zone_names *zones, const struct series_limits *limits,
    const struct import_sink *sink, struct import_result *ret, struct err *err);

/* Does a skip of this code mean that something is missing? Doublets and tasks are not. */
int import_is_loss(const char *code);

#endif
