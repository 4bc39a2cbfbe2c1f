/* Ladders and facts of reminders for the tests. */
#include "ladders.h"

const struct ladders usual_ladders = { {
	[LADDER_BEHIND] = { { LADDER_OPEN, LADDER_INBOX, 180, 120, 90, 60, 30, 14, 7, 3, 1, 0 }, 12, 1 },
	[LADDER_ON_PACE] = { { LADDER_OPEN, LADDER_INBOX, 180, 90, 30, 7 }, 6, 1 },
	[LADDER_COMPLETE] = { { LADDER_REACHED, 90, 60, 30, 14, 7, 3, 1, 0 }, 9, 1 },
	[LADDER_LAPSED] = { { -1, -8, -15, -22, -29 }, 5, 1 },
} };

struct ladder_facts plain_ladder_facts(const struct ladders *l, day_t end, day_t enrolled)
{
	return (struct ladder_facts){ .ladders = l, .inbox_since = DAY_NONE, .inbox_mailed = DAY_NONE, .end = end,
		.opens = DAY_NONE, .enrolled = enrolled, .today = enrolled, .muted_until = DAY_NONE, .has_address = 1,
		.state = CYCLE_OFF_TRACK };
}
