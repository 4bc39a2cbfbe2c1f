/* Expanding recurrence rules within a budget of steps: which of the dates of a period come, and how many. */
#include "expand.h"
#include "expand_parts.h"

/* What DTSTART says where the rule is silent (RFC 5545 section 3.3.10, the paragraph after the table). */
static void set_defaults(struct rule *r, day_t day)
{
	struct ymd d;

	if (rule_has_days(r))
		return;
	if (r->freq == RULE_WEEKLY || rule_has_weeks(r)) {
		r->weekdays = 1U << date_weekday(day);
	} else if (r->freq == RULE_MONTHLY || r->freq == RULE_YEARLY) {
		d = date_ymd(day);
		if (r->freq == RULE_YEARLY && r->months == 0)
			r->months = 1U << d.month;
		r->month_days.of = UINT64_C(1) << d.day;
	}
}

/* ---- BYSETPOS: which of `total` candidates are chosen */

/* The first number of a set from n on, or `limit`. */
static int next_position(const uint64_t *set, int n, int limit)
{
	for (int word = n / 64; word < RULE_WORDS; word++) {
		int found = expand_bit_from(set[word], word == n / 64 ? n % 64 : 0, 64);

		if (found < 64)
			return word * 64 + found < limit ? word * 64 + found : limit;
	}
	return limit;
}

/* The last number of a set up to n, or 0. */
static int previous_position(const uint64_t *set, int n)
{
	if (n > RULE_POSITION_MAX)
		n = RULE_POSITION_MAX;
	for (; n > 0; n--)
		if (rule_bit(set, n))
			return n;
	return 0;
}

/* The first chosen candidate from number `at` on; x->total if there is none. */
static int next_chosen(const struct expand *x, int at)
{
	const struct rule_long *p = &x->rule.positions;
	int front, back;

	if (p->n == 0 || at >= x->total)
		return at;
	front = next_position(p->of, at + 1, x->total + 1) - 1;
	back = x->total - previous_position(p->from_end, x->total - at);
	return front < back ? front : back;
}

/* A period within the day has nothing but its times: is any of them chosen? */
static int has_chosen_time(struct expand *x)
{
	x->total = x->ntimes;
	return next_chosen(x, 0) < x->total;
}

void expand_begin(struct expand *x, const struct rule *r, const struct when *start, int64_t from, int64_t to,
    int64_t max_steps)
{
	x->rule = *r;
	x->start = start->day * EXPAND_DAY + start->seconds;
	x->from = from > x->start ? from : x->start;
	x->to = to;
	x->period = x->found = x->steps = 0;
	x->max_steps = max_steps;
	x->empty = x->exhausted = 0;
	x->ndays = x->at = x->of_day = 0;
	x->checked = DAY_NONE;
	x->fits = 0;
	expand_set_times(x, start);
	set_defaults(&x->rule, start->day);
	x->checks_days = x->rule.months != 0 || rule_has_days(&x->rule);
	if (r->freq < RULE_DAILY) {
		x->origin = expand_floor(x->start, expand_unit(r)) * expand_unit(r);
		x->empty = !expand_is_reachable(x) || !has_chosen_time(x);
		if (r->count == 0)
			x->period = expand_floor(x->from - x->origin, expand_unit(r) * r->interval);
	} else {
		x->origin = expand_origin(&x->rule, start->day);
		if (r->count == 0)
			x->period = expand_period_of(x, (day_t)expand_floor(x->from, EXPAND_DAY));
	}
	x->total = 0;
}

/* ---- candidates */

/* The first candidate of the period that is not before the second `floor`. */
static int first_from(const struct expand *x, int64_t floor)
{
	int day = 0, time;

	while (day < x->ndays && (x->days[day] + 1) * EXPAND_DAY <= floor)
		day++;
	if (day == x->ndays)
		return x->total;
	time = expand_time_from(x, floor - x->days[day] * EXPAND_DAY - x->of_day);
	return day * x->ntimes + time;
}

/* The next period's days x times, as far as they are not before DTSTART (or the window). */
static int take_period(struct expand *x)
{
	int64_t floor = x->rule.count > 0 ? x->start : x->from;

	x->ndays = x->at = x->total = 0;
	if (x->empty || (x->rule.freq < RULE_DAILY ? !expand_take_part_of_day(x) : !expand_take_days(x)))
		return 0;
	x->total = x->ndays * x->ntimes;
	if (x->ndays > 0 && x->days[0] * EXPAND_DAY < floor)
		x->at = first_from(x, floor);
	x->at = next_chosen(x, x->at);
	return 1;
}

int expand_next(struct expand *x, day_t *ret_day, int *ret_seconds)
{
	while (x->rule.count == 0 || x->found < x->rule.count) {
		int64_t second;
		day_t day;
		int time;

		if (x->steps >= x->max_steps) {
			x->exhausted = 1;
			return -1;
		}
		if (x->at >= x->total) {
			if (!take_period(x))
				return 0;
			continue;
		}
		day = x->days[x->ntimes == 1 ? x->at : x->at / x->ntimes];
		time = x->of_day + expand_time(x, x->ntimes == 1 ? 0 : x->at % x->ntimes);
		second = day * EXPAND_DAY + time;
		x->at = next_chosen(x, x->at + 1);
		x->steps++;
		if (second > x->to)
			return 0;
		x->found++;
		if (second < x->from)
			continue;		/* counted only */
		*ret_day = day;
		*ret_seconds = time;
		return 1;
	}
	return 0;
}

static int fits_itself(const struct rule *r, const struct when *start)
{
	int64_t second = start->day * EXPAND_DAY + start->seconds;
	struct expand x;
	day_t day;
	int seconds;

	expand_begin(&x, r, start, second, second, 1000);
	return expand_next(&x, &day, &seconds) > 0;
}

const char *expand_refusal(const struct rule *r, const struct when *start)
{
	if (start->kind == WHEN_DATE && r->freq < RULE_DAILY)
		return "repetitions within the day of something that has no time are not followed";
	/* Which year is the first one then, that of the day or that of its week? Readers differ. */
	if (rule_has_weeks(r) && r->interval > 1 && expand_is_between_years(r, start->day) &&
	    !fits_itself(r, start))
		return "numbers of weeks in every other year, from a start that is not one of them, are not "
		       "followed";
	return NULL;
}
