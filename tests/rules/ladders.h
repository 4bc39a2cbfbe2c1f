#ifndef TESTS_RULES_LADDERS_H
#define TESTS_RULES_LADDERS_H

#include "rules/ladder.h"

/* The ladders that an installation has if nobody says otherwise. */
extern const struct ladders usual_ladders;

/* Nothing taken, nothing mailed, nothing waits, no window, no grace, not muted; `today` is the day of enrolment. */
struct ladder_facts plain_ladder_facts(const struct ladders *l, day_t end, day_t enrolled);

#endif
