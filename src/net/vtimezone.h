#ifndef NET_VTIMEZONE_H
#define NET_VTIMEZONE_H

#include <stddef.h>

struct err;
struct zone;
struct zone_names;

/*
 * Time zones that a calendar defines itself.  They come last but for offsets in the name: what the system
 * knows under the name, or under the place the calendar gives for it, is the system's (zonename.h).
 */

enum {
	VTIMEZONE_LINES_MAX = 64 * 1024,	/* of one definition */
	VTIMEZONE_OBSERVANCES_MAX = 200,
	VTIMEZONE_DATES_MAX = 2000		/* of all RDATEs of one definition */
};

/*
 * Tells `z` of one VTIMEZONE: its lines as they stand between BEGIN:VTIMEZONE and END:VTIMEZONE (these two may be
 * there or not), unfolded, each ended by \n, BEGIN and END of STANDARD and DAYLIGHT among them, names of lines
 * in any case.  Needed are TZID, X-LIC-LOCATION, BEGIN, END, DTSTART, TZOFFSETFROM, TZOFFSETTO, RRULE, RDATE,
 * and EXDATE, EXRULE, which make it refused; others may be left out.  A definition that was cut must be handed over
 * all the same, with cut = 1: its name is then known to be unusable.
 * All VTIMEZONEs of a feed must be added before the first zone_names_find(): a second definition of a name counts
 * only if it says the same, otherwise neither is used.
 * 0 whether it is usable or not, which shows at the look-up; -1 out of memory.
 */
int vtimezone_add(struct zone_names *z, const char *lines, size_t len, int cut, struct err *err);

/*
 * The zone of such lines, owned by the caller, freed with zone_free().  Followed are observances with a yearly
 * rule of at most one month and one weekday, or with dates.
 * 0; 1 it is not followed; -1 out of memory.
 */
int vtimezone_make(const char *lines, size_t len, struct zone **ret, struct err *err);

#endif
