/* Expanding recurrence rules within a budget of steps. */
#include "expand.h"

#include <stdlib.h>
#include <string.h>

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static int or_one(const struct rule_list *l)
{
	return l->n > 0 ? l->n : 1;
}

static int pick(const struct rule_list *l, int i, int fallback)
{
	return l->n > 0 ? l->of[i] : fallback;
}

/* Times of the day: the lists of the rule, filled up from DTSTART; each once. */
static void set_times(struct expand *x, int seconds)
{
	const struct rule *r = &x->rule;
	int n = 0, kept = 0;

	if (seconds < 0) {
		x->times[0] = 0;
		x->ntimes = 1;
		return;
	}
	for (int h = 0; h < or_one(&r->hours); h++)
		for (int m = 0; m < or_one(&r->minutes); m++)
			for (int s = 0; s < or_one(&r->seconds); s++)
				x->times[n++] = pick(&r->hours, h, seconds / 3600) * 3600 +
				    pick(&r->minutes, m, seconds / 60 % 60) * 60 +
				    pick(&r->seconds, s, seconds % 60);
	qsort(x->times, (size_t)n, sizeof(x->times[0]), by_number);
	for (int i = 0; i < n; i++)
		if (i == 0 || x->times[i] != x->times[kept - 1])
			x->times[kept++] = x->times[i];
	x->ntimes = kept;
}

/* What DTSTART says where the rule is silent (RFC 5545 section 3.3.10, the paragraph after the table). */
static void set_defaults(struct rule *r, day_t day)
{
	struct ymd d = date_ymd(day);

	if (r->ndays > 0 || r->month_days.n > 0 || r->year_days.n > 0)
		return;
	if (r->freq == RULE_WEEKLY) {
		r->days[0].ordinal = 0;
		r->days[0].weekday = (int16_t)date_weekday(day);
		r->ndays = 1;
	} else if (r->freq != RULE_DAILY) {
		if (r->freq == RULE_YEARLY && r->months == 0)
			r->months = 1U << d.month;
		r->month_days.of[0] = (int16_t)d.day;
		r->month_days.n = 1;
	}
}

static day_t week_begin(const struct rule *r, day_t day)
{
	return day - (date_weekday(day) - r->week_start + 7) % 7;
}

static int64_t month_number(day_t day)
{
	struct ymd d = date_ymd(day);

	return (int64_t)d.year * 12 + d.month - 1;
}

/* The number of the last period that begins at or before `day`. */
static int64_t period_of(const struct expand *x, day_t day)
{
	const struct rule *r = &x->rule;

	switch (r->freq) {
	case RULE_DAILY:
		return floor_div((int64_t)day - x->first, r->interval);
	case RULE_WEEKLY:
		return floor_div((int64_t)day - week_begin(r, x->first), 7 * (int64_t)r->interval);
	case RULE_MONTHLY:
		return floor_div(month_number(day) - month_number(x->first), r->interval);
	default:
		return floor_div((int64_t)date_ymd(day).year - date_ymd(x->first).year, r->interval);
	}
}

void expand_begin(struct expand *x, const struct rule *r, day_t day, int seconds, day_t not_before,
    day_t last, int64_t max_steps)
{
	memset(x, 0, sizeof(*x));
	x->rule = *r;
	x->first = day;
	x->first_seconds = seconds < 0 ? 0 : seconds;
	x->last = last;
	x->max_steps = max_steps;
	set_times(x, seconds);
	set_defaults(&x->rule, day);
	if (r->count == 0 && not_before > day)
		x->period = period_of(x, not_before);
}

/* ---- which days of a period the rule means */

static int listed(const struct rule_list *l, int from_start, int from_end)
{
	if (l->n == 0)
		return 1;
	for (int i = 0; i < l->n; i++)
		if (l->of[i] == from_start || l->of[i] == -from_end)
			return 1;
	return 0;
}

static int day_of_year(struct ymd d, int *ret_length)
{
	int n = d.day;

	for (int m = 1; m < d.month; m++)
		n += date_days_in_month(d.year, m);
	*ret_length = 337 + date_days_in_month(d.year, 2);
	return n;
}

/* Numbered weekdays count within the month, or within the year in a yearly rule without BYMONTH. */
static int weekday_fits(const struct rule *r, day_t day, struct ymd d)
{
	int weekday = date_weekday(day), length = date_days_in_month(d.year, d.month), n = d.day;

	if (r->ndays == 0)
		return 1;
	if (r->freq == RULE_YEARLY && r->months == 0)
		n = day_of_year(d, &length);
	for (int i = 0; i < r->ndays; i++) {
		int ordinal = r->days[i].ordinal;

		if (r->days[i].weekday == weekday &&
		    (ordinal == 0 || ordinal == (n - 1) / 7 + 1 || -ordinal == (length - n) / 7 + 1))
			return 1;
	}
	return 0;
}

static int fits(const struct rule *r, day_t day)
{
	struct ymd d = date_ymd(day);
	int length, n;

	if (r->months != 0 && (r->months & 1U << d.month) == 0)
		return 0;
	if (!listed(&r->month_days, d.day, date_days_in_month(d.year, d.month) + 1 - d.day))
		return 0;
	if (r->year_days.n > 0) {
		n = day_of_year(d, &length);
		if (!listed(&r->year_days, n, length + 1 - n))
			return 0;
	}
	return weekday_fits(r, day, d);
}

static void take(struct expand *x, day_t day)
{
	if (fits(&x->rule, day)) {
		x->days[x->ndays++] = day;
		x->steps++;
	}
}

/* All days of a month; the month is a step of its own. */
static void take_month(struct expand *x, int64_t number)
{
	int year = (int)floor_div(number, 12), month = (int)(number - floor_div(number, 12) * 12) + 1;
	day_t first;

	x->steps++;
	if ((x->rule.months != 0 && (x->rule.months & 1U << month) == 0) ||
	    when_day(year, month, 1, &first) != 0)
		return;
	for (int i = 0; i < date_days_in_month(year, month); i++)
		take(x, first + i);
}

/* Fill days[] for the next period. 0 when it begins after `last`. */
static int take_period(struct expand *x)
{
	const struct rule *r = &x->rule;
	int64_t k = x->period++ * r->interval, at;

	x->ndays = x->at = 0;
	x->steps++;
	switch (r->freq) {
	case RULE_DAILY:
		at = x->first + k;
		if (at > x->last)
			return 0;
		take(x, (day_t)at);
		return 1;
	case RULE_WEEKLY:
		at = week_begin(r, x->first) + 7 * k;
		if (at > x->last)
			return 0;
		for (int i = 0; i < 7; i++)
			take(x, (day_t)at + i);
		return 1;
	case RULE_MONTHLY:
		at = month_number(x->first) + k;
		if (at > month_number(x->last))
			return 0;
		take_month(x, at);
		return 1;
	default:
		at = date_ymd(x->first).year + k;
		if (at > date_ymd(x->last).year)
			return 0;
		for (int m = 0; m < 12; m++)
			take_month(x, at * 12 + m);
		return 1;
	}
}

/* BYSETPOS chooses among days x times of the period. */
static int chosen(const struct expand *x, int at)
{
	int total = x->ndays * x->ntimes;

	return listed(&x->rule.positions, at + 1, total - at);
}

int expand_next(struct expand *x, day_t *ret_day, int *ret_seconds)
{
	for (;;) {
		if (x->rule.count > 0 && x->found >= x->rule.count)
			return 0;
		if (x->steps > x->max_steps) {
			x->exhausted = 1;
			return -1;
		}
		while (x->at < x->ndays * x->ntimes) {
			int at = x->at++;
			day_t day = x->days[at / x->ntimes];
			int seconds = x->times[at % x->ntimes];

			if (!chosen(x, at) || day < x->first ||
			    (day == x->first && seconds < x->first_seconds))
				continue;
			if (day > x->last)
				return 0;
			x->found++;
			*ret_day = day;
			*ret_seconds = seconds;
			return 1;
		}
		if (!take_period(x))
			return 0;
	}
}
