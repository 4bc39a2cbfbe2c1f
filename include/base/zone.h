#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stddef.h>
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

enum { ZONE_NAME_SIZE = 64 };

/* The zone of that tzdb name ("Europe/Berlin", "UTC"), or of the name of a fixed zone ("UTC+05:30").
 * ERR_USAGE "zone-unknown". */
int zone_get(const char *name, const struct zone **ret, struct err *err);

/* The machine's own zone: $TZ, else /etc/localtime's link target, else UTC. Never fails. */
const struct zone *zone_local(void);
const struct zone *zone_utc(void);

/* What zone_get() knows it by; of a zone from zone_make() it is a name for people only. */
const char *zone_name(const struct zone *z);

/*
 * The tzdb's own spelling of a name in any case, if exactly one name is spelt so: "europe/berlin". A name that is known,
 * but whose file is not installed (old names are a package of their own in Debian 13), becomes the one
 * that it is another name of: "US/Eastern" America/New_York.
 * 0 found; 1 there is none, or no list of names (tzdata.zi) is installed; -1 out of memory.
 */
int zone_spelling(const char *name, char ret[ZONE_NAME_SIZE], struct err *err);

/* The zone that is so far from UTC all the time, of whole minutes (what is less is dropped), at most 14 hours:
 * "UTC+05:30", "UTC". Kept like those of tzdb. ERR_USAGE "zone-unknown" if it is farther. */
int zone_fixed(int seconds, const struct zone **ret, struct err *err);

/*
 * A zone of one's own making, for instance of what a calendar defines: from shifts[i].at on (ms, ascending)
 * the offset is shifts[i].offset, before the first one it is `first`.  Offsets are at most 14 hours, at most
 * 256 different ones.  Not kept: the caller frees it with zone_free(), when nothing refers to it any more.
 * ERR_USAGE "zone-broken".
 */
struct zone_shift { int64_t at; int offset; };
int zone_make(const char *name, int first, const struct zone_shift *shifts, size_t n, struct zone **ret,
    struct err *err);
void zone_free(struct zone *z);			/* only those of zone_make(); NULL is a no-op */
int zone_is_made(const struct zone *z);

/*
 * A zone that can be written down: z itself, or, if it is from zone_make(), the fixed zone with its offset at
 * that instant.  This is what an event's record has as its zone.
 */
int zone_lasting(const struct zone *z, int64_t instant, const struct zone **ret, struct err *err);

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
