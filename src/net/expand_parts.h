#ifndef NET_EXPAND_PARTS_H
#define NET_EXPAND_PARTS_H

#include "expand.h"

/* What the files of the expander share; nobody else includes it. */

#define EXPAND_DAY INT64_C(86400)

/* x / y rounded towards minus infinity; y > 0. */
static inline int64_t expand_floor(int64_t x, int64_t y)
{
	return x / y - (x % y < 0);
}

/* The first number of a set that is not below `n` (0 to 63), or `fallback`. */
static inline int expand_bit_from(uint64_t set, int n, int fallback)
{
	uint64_t rest = n < 64 ? set >> n : 0;

	return rest != 0 ? n + __builtin_ctzll(rest) : fallback;
}

/* ---- expand_days.c: periods of a day and longer */

/* Does the rule admit that day? Limits of daily and more frequent rules, and part of the others. */
int expand_day_fits(const struct rule *r, day_t day);

/* The first day after `day` that BYMONTH does not exclude at once. */
day_t expand_day_after(const struct rule *r, day_t day);

/* Where periods are counted from, and the number of the one that `day` is in or after. */
int64_t expand_origin(const struct rule *r, day_t day);
int64_t expand_period_of(const struct expand *x, day_t day);

/* Does the day belong to a week of another year, as BYWEEKNO counts them? */
int expand_is_between_years(const struct rule *r, day_t day);

/* Fills x->days for the next period. 0 when it begins after x->to. */
int expand_take_days(struct expand *x);

/* ---- expand_times.c: times of the day, and periods shorter than a day */

/* Fills the lists of times. `start` as of expand_begin(). */
void expand_set_times(struct expand *x, const struct when *start);

/* Time number i of a day (or hour, or minute): its seconds. */
static inline int expand_time(const struct expand *x, int i)
{
	if (x->ntimes == 1)
		return x->hours[0] * 3600 + x->minutes[0] * 60 + x->seconds[0];
	return x->hours[i / (x->nminutes * x->nseconds)] * 3600 +
	    x->minutes[i / x->nseconds % x->nminutes] * 60 + x->seconds[i % x->nseconds];
}

/* The number of the first time that is not before that second; ntimes if there is none. */
int expand_time_from(const struct expand *x, int64_t seconds);

/* Of rules by the hour, minute or second: what one period and its INTERVAL last. */
int64_t expand_unit(const struct rule *r);

/* Can such a rule, at its interval, ever meet its BYHOUR, BYMINUTE and BYSECOND? Counts its steps. */
int expand_is_reachable(struct expand *x);

/* The next period of such a rule that its limits admit; 0 when it begins after x->to. */
int expand_take_part_of_day(struct expand *x);

#endif
