#ifndef ZONEFILE_H
#define ZONEFILE_H

#include <stddef.h>
#include <stdint.h>

/* The data of one zone: a TZif file read into memory, and its POSIX footer. Times are seconds UTC. */

#define ZONE_MOST_TYPES 256

/* One of the two changes of a year in a footer. */
struct zone_change {
	enum { CHANGE_MONTH, CHANGE_JULIAN, CHANGE_DAY } kind;	/* Mm.w.d, Jn, n */
	int month, week, day;
	int seconds;			/* local time of the change, from midnight; may be negative */
};

struct zone_rule {
	int standard, summer;		/* seconds east of UTC */
	int has_summer;
	struct zone_change start, end;	/* of summer time */
};

struct zone_data {
	int64_t *times;			/* ntimes instants at which another type begins */
	unsigned char *types;		/* the type that begins at times[i] */
	size_t ntimes;
	int32_t offsets[ZONE_MOST_TYPES];
	int has_rule;			/* the footer rules from the last of times on */
	struct zone_rule rule;
};

/* A stretch of time with one offset: start <= t < end. */
struct zone_span {
	int64_t start, end;
	int offset;
};

/* 0; -1 the text is no footer we understand. Output untouched then. */
int zonerule_parse(const char *text, struct zone_rule *ret);
void zonerule_span(const struct zone_rule *rule, int64_t t, struct zone_span *ret);

/* Understands the bytes of a TZif file, version 2 or later, without leap seconds. 0; -1 damaged or of another
 * kind; -2 out of memory. Freed with zonefile_free(). */
int zonefile_parse(const unsigned char *bytes, size_t len, struct zone_data *ret);
void zonefile_free(struct zone_data *data);
void zonefile_span(const struct zone_data *data, int64_t t, struct zone_span *ret);

#endif
