#ifndef RULES_TEAMPLAN_H
#define RULES_TEAMPLAN_H

#include <stddef.h>
#include <stdint.h>
#include "base/date.h"

struct program;

/*
 * The one event that would help most people of a team (UX.md section 6, number 6): of which category, how long, until
 * when.  Pure; people of one program.
 */
enum { TEAMPLAN_OPTIONS_MAX = 5, TEAMPLAN_HOURS_MAX = 8 };

struct team_need {			/* a person who is not done */
	int64_t to_go;			/* hundredths */
	const int64_t *free;		/* by category of the program: what one more entry there can add, hundredths */
	day_t end;			/* of the cycle */
};
struct team_event {
	int category;
	int minutes;			/* whole hours, or what makes whole steps where an hour does not; at most TEAMPLAN_HOURS_MAX hours */
	size_t npeople;			/* for whom every unit of it counts */
	size_t nfinished;		/* of those: who would be done with it, by the total */
	int64_t adds;			/* hundredths, over all of them; of each at most what is to go */
	day_t by;			/* the end of whoever of them ends first */
};

/* The best first: most people, then most units, then fewest minutes, then the program's order of categories; one option a category.
 * `from`: the first day on which it may take place; people who end before it are not counted, nor who have nothing to go. Returns how many were written. */
size_t teamplan_make(const struct program *p, const struct team_need *people, size_t n, day_t from,
    struct team_event out[TEAMPLAN_OPTIONS_MAX]);

#endif
