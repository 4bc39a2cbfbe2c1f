#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdint.h>
#include "base/date.h"

struct err;

/*
 * Time zones from the system's tzdata (TZif version 2+, RFC 8536, with its
 * POSIX footer), read by us: a name from outside never becomes a path unless it
 * matches [A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2} and the file is a regular file of at most
 * 256 kB below /usr/share/zoneinfo.
 * Zones are cached for the life of the process and never freed by callers.
 */
struct zone;

/* The zone of that tzdb name ("Europe/Berlin", "UTC"). ERR_USAGE "zone-unknown". */
int zone_get(const char *name, const struct zone **ret, struct err *err);

/* The machine's own zone: $TZ, else /etc/localtime's link target, else UTC. Never fails. */
const struct zone *zone_local(void);
const struct zone *zone_utc(void);

const char *zone_name(const struct zone *z);

/* Seconds east of UTC in force at `instant` (ms). */
int zone_offset(const struct zone *z, int64_t instant);

/* The civil day, and (if ret_minute is not NULL) the minute of that day, of an instant there. */
day_t zone_day(const struct zone *z, int64_t instant, int *ret_minute);

/* The instant of a civil time there; seconds_of_day 0..86399. In a gap the offset before the
 * gap is used; of a time that comes twice the first is taken (RFC 5545 section 3.3.5). */
int64_t zone_instant(const struct zone *z, day_t day, int seconds_of_day);

/* The first minute at or after that civil time that exists (for sending times in a gap). */
int64_t zone_instant_next(const struct zone *z, day_t day, int seconds_of_day);

#endif
