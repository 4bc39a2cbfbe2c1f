#ifndef NET_ZONENAME_H
#define NET_ZONENAME_H

#include <stddef.h>

struct err;
struct zone;

/*
 * Time zones as calendars name them.  In this order:
 * - names of tzdb, in any case, even if the calendar defines one of that name otherwise;
 * - such names behind a publisher's prefix ("/mozilla.org/20050126_1/Europe/Berlin", "custom_Europe/Berlin");
 * - the place that the calendar gives for its own name by X-LIC-LOCATION;
 * - names of Windows ("W. Europe Standard Time");
 * - what the calendar defines by a VTIMEZONE (vtimezone.h);
 * - offsets: "UTC+2", "GMT-05:30", "GMT+0100".
 * No name is ever part of a path unless it has the form of a name of tzdb.
 */
struct zone_names;

enum { ZONE_DEFINITIONS_MAX = 256 };	/* of one feed; the names of further ones are not known */

struct zone_names *zone_names_new(void);	/* NULL on lack of memory */
void zone_names_free(struct zone_names *z);	/* and the zones that the calendar defined; NULL is a no-op */

/* What vtimezone_add() found in a VTIMEZONE. Copied. 0, or -1 on lack of memory. */
struct zone_definition {
	const char *id, *location, *lines;	/* location may be NULL */
	size_t id_len, location_len, len;
	int cut;				/* the lines are not all of it */
};
int zone_names_define(struct zone_names *z, const struct zone_definition *d, struct err *err);

/* The zone, or NULL if it is not known. One that the calendar defined lives as long as z. */
const struct zone *zone_names_find(struct zone_names *z, const char *id, size_t len);

/* Was there a lack of memory in a look-up? Then what was not known may be so for that reason. */
int zone_names_failed(const struct zone_names *z);

#endif
