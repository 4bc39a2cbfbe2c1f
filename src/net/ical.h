#ifndef NET_ICAL_H
#define NET_ICAL_H

#include <stddef.h>
#include <stdint.h>
#include "when.h"
#include "base/buf.h"

struct arena;
struct err;
struct prescan;
struct zone;
struct zone_names;

/* One VEVENT, understood. Times are read by us from the lines that prescan kept. Texts are what stands there; those
 * with escapes, and organizers with a name, are read by libical, one event at a time. */

enum vevent_length { VEVENT_OPEN, VEVENT_END, VEVENT_SPAN };	/* neither, DTEND, DURATION */

struct vevent {
	const char *uid;		/* "" = none was given */
	const char *title, *location, *url, *organizer;
	const char *categories, *description, *credit, *domain, *extras;	/* see feeds/event.h */
	struct when start, end;
	enum vevent_length length;
	struct when_span span;
	int is_override;		/* has RECURRENCE-ID: */
	struct when instance;
	int this_and_future;
	int cancelled;
	unsigned flags;			/* event_flag bits of this VEVENT */
	int64_t sequence, modified, stamp;
	const char *rule;		/* value of RRULE, or NULL */
	size_t rule_len;
	int nrules, has_exrule, has_dates;	/* dates: RDATE or EXDATE */
	const char *lines;		/* what prescan kept, of a series; "" of others */
	size_t lines_len, line;
	size_t index;			/* place in the feed */
	int told;			/* a doublet of it was reported */
};

struct ical {				/* what reading needs, and its scratch memory; starts as all zero */
	struct arena *arena;		/* owns all that a struct vevent points to */
	struct zone_names *zones;
	struct buf chunk, text, categories, extras, credit;
};
void ical_free(struct ical *c);		/* the scratch memory */

/* Why a VEVENT was not read, for the person. */
struct vevent_skip {
	const char *code;		/* "no-start" "bad-date" "cut" */
	char text[400];
};

/* The event that prescan gives out. 0 read; 1 skipped, and *skip says why (uid and title of *ret are set all the
 * same); -1 out of memory. */
int ical_read(struct ical *c, const struct prescan *p, struct vevent *ret, struct vevent_skip *skip,
    struct err *err);

/* The next line of kept lines: 1 and its place, 0 at the end. *at starts as 0. */
int ical_line(const char *lines, size_t len, size_t *at, const char **ret, size_t *ret_len);

/* Value `s` of a date line with parameters `params` (see contentline.h) as a time; an unknown zone sets
 * EVENT_ZONE_UNKNOWN in *flags. -1: no date. */
struct content_line;
int ical_when(struct zone_names *zones, const struct content_line *params, const char *s, size_t len,
    struct when *ret, unsigned *flags);

/* Text cleaned and cut to `max` bytes, in the arena; NULL on lack of memory. Returns 1 if it was cut. */
int ical_text(struct ical *c, const char *s, size_t len, size_t max, const char **ret);

/* How a message calls it: its title, and the line of the feed where it begins. Returns out. */
#define ICAL_NAME_SIZE 128
char *ical_name(const struct vevent *v, char out[ICAL_NAME_SIZE]);

/* Releases what libical keeps for the life of the process. */
void ical_end(void);

#endif
