#ifndef NET_ZONENAME_H
#define NET_ZONENAME_H

#include <stddef.h>

struct zone;

/*
 * Time zones as calendars name them, resolved against the system's zones: tzdb names, tzdb names behind a
 * publisher's prefix ("/mozilla.org/20050126_1/Europe/Berlin"), Windows names ("W. Europe Standard Time"),
 * and the names a calendar itself explains with X-LIC-LOCATION.  What it defines by a VTIMEZONE of its own is
 * not followed.
 */
struct zone_names;

struct zone_names *zone_names_new(void);	/* NULL on lack of memory */
void zone_names_free(struct zone_names *z);

/* The calendar says that its TZID `id` is `location`. At most 64 are kept, the others ignored. */
void zone_names_explain(
    struct zone_names *z, const char *id, size_t id_len, const char *location, size_t location_len);

/* The zone, or NULL if it is not known. */
const struct zone *zone_names_find(struct zone_names *z, const char *id, size_t len);

#endif
