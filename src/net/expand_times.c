/* Times of the day that a rule means, and rules that repeat within the day. */
#include "expand_parts.h"

#include <string.h>

/* The numbers of a set in order, or, where the rule is silent, that of DTSTART. */
static int list(uint64_t set, int fallback, uint8_t *ret)
{
	int n = 0;

	for (int i = expand_bit_from(set, 0, 64); i < 64; i = expand_bit_from(set, i + 1, 64))
		ret[n++] = (uint8_t)i;
	if (n == 0)
		ret[n++] = (uint8_t)fallback;
	return n;
}

/* A date has no times: lists of them are left aside (RFC 5545 section 3.3.10). In rules by the hour and below
 * the larger parts are where the period is, not what it has. */
void expand_set_times(struct expand *x, const struct when *start)
{
	struct rule *r = &x->rule;
	int seconds = start->seconds;

	if (start->kind == WHEN_DATE)
		r->hours = r->minutes = r->seconds = 0;
	x->nhours =
	    list(r->freq > RULE_HOURLY ? r->hours : 0, r->freq > RULE_HOURLY ? seconds / 3600 : 0, x->hours);
	x->nminutes = list(r->freq > RULE_MINUTELY ? r->minutes : 0,
	    r->freq > RULE_MINUTELY ? seconds / 60 % 60 : 0, x->minutes);
	x->nseconds = list(
	    r->freq > RULE_SECONDLY ? r->seconds : 0, r->freq > RULE_SECONDLY ? seconds % 60 : 0, x->seconds);
	x->ntimes = x->nhours * x->nminutes * x->nseconds;
}

int expand_time_from(const struct expand *x, int64_t seconds)
{
	int low = 0, high = x->ntimes;

	while (low < high) {
		int middle = (low + high) / 2;

		if (expand_time(x, middle) < seconds)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t expand_unit(const struct rule *r)
{
	return r->freq == RULE_HOURLY ? 3600 : r->freq == RULE_MINUTELY ? 60 : 1;
}

/* ---- limits */

static int admits(uint64_t set, int n)
{
	return set == 0 || (set >> n & 1) != 0;
}

/* The first second, not before t, of an hour, minute and second that the rule admits; t itself, or in a later
 * part of the day or the next day, which must be looked at again. */
static int64_t admitted(const struct rule *r, int64_t t)
{
	int64_t day = expand_floor(t, EXPAND_DAY) * EXPAND_DAY;
	int hour = (int)(t - day) / 3600, minute = (int)(t - day) / 60 % 60, second = (int)(t - day) % 60;

	if (!admits(r->hours, hour))
		return day + expand_bit_from(r->hours, hour + 1, 24) * 3600;
	if (r->freq == RULE_HOURLY)
		return t;
	if (!admits(r->minutes, minute))
		return day + hour * 3600 + expand_bit_from(r->minutes, minute + 1, 60) * 60;
	if (r->freq == RULE_SECONDLY && !admits(r->seconds, second))
		return day + hour * 3600 + minute * 60 + expand_bit_from(r->seconds, second + 1, 60);
	return t;
}

static int day_fits(struct expand *x, day_t day)
{
	if (!x->checks_days)
		return 1;
	if (x->checked != day) {
		x->checked = day;
		x->fits = expand_day_fits(&x->rule, day);
	}
	return x->fits;
}

int expand_take_part_of_day(struct expand *x)
{
	const struct rule *r = &x->rule;
	int64_t stride = expand_unit(r) * r->interval;

	while (x->steps < x->max_steps) {
		int64_t t = x->origin + x->period * stride, target;
		day_t day;

		if (t > x->to)
			return 0;
		x->steps++;
		day = (day_t)expand_floor(t, EXPAND_DAY);
		target = day_fits(x, day) ? admitted(r, t) : expand_day_after(r, day) * EXPAND_DAY;
		if (target > t) {
			x->period += (target - t + stride - 1) / stride;
			continue;
		}
		x->period++;
		x->days[0] = day;
		x->of_day = (int)(t - day * EXPAND_DAY);
		x->ndays = 1;
		return 1;
	}
	return 1;
}

/* ---- can it ever come round? */

static int64_t common_divisor(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Is there a second of the set that leaves the rest `rest` when divided by `divisor`? */
static int has_rest(uint64_t set, int64_t rest, int64_t divisor)
{
	for (int64_t s = rest; s < 60; s += divisor)
		if (set >> s & 1)
			return 1;
	return 0;
}

/* The times of day that periods begin at are those with the rest of the first one, divided by what the
 * interval and the day have in common. */
int expand_is_reachable(struct expand *x)
{
	const struct rule *r = &x->rule;
	const uint64_t hour_begin = 1, all = (UINT64_C(1) << 60) - 1;
	int64_t divisor = common_divisor(expand_unit(r) * r->interval, EXPAND_DAY);
	int64_t rest = x->origin - expand_floor(x->origin, divisor) * divisor;
	uint64_t minutes = r->freq == RULE_HOURLY ? hour_begin : r->minutes != 0 ? r->minutes : all;
	uint64_t seconds = r->freq != RULE_SECONDLY ? hour_begin : r->seconds != 0 ? r->seconds : all;

	for (int h = 0; h < 24; h++) {
		if (!admits(r->hours, h))
			continue;
		x->steps++;
		for (int m = expand_bit_from(minutes, 0, 60); m < 60;
		     m = expand_bit_from(minutes, m + 1, 60)) {
			int64_t wanted = (rest - h * 3600 - m * 60) % divisor;

			if (has_rest(seconds, wanted < 0 ? wanted + divisor : wanted, divisor))
				return 1;
		}
	}
	return 0;
}
