/* Which days of a day, week, month, year, or year of weeks a rule means. */
#include "expand_parts.h"

/* A day with all that limits ask for. */
struct place {
	day_t day;
	int weekday;
	int month, of_month, month_length;
	int of_year, year_length;
};

static int length_of_year(int year)
{
	return 337 + date_days_in_month(year, 2);
}

static struct place place_of(day_t day)
{
	struct ymd d = date_ymd(day);
	struct place p = { day, date_weekday(day), d.month, d.day, date_days_in_month(d.year, d.month), d.day,
		length_of_year(d.year) };

	for (int m = 1; m < d.month; m++)
		p.of_year += date_days_in_month(d.year, m);
	return p;
}

static int listed(const struct rule_short *s, int n, int length)
{
	return (s->of >> n & 1) != 0 || (s->from_end >> (length + 1 - n) & 1) != 0;
}

/* Numbered weekdays count within the month, or within the year in a yearly rule without BYMONTH. */
static int weekday_fits(const struct rule *r, const struct place *p)
{
	int in_year = r->freq == RULE_YEARLY && r->months == 0;
	int n = in_year ? p->of_year : p->of_month, length = in_year ? p->year_length : p->month_length;
	const struct rule_short *nth = &r->nth[p->weekday];

	if ((r->weekdays | r->numbered) == 0 || (r->weekdays >> p->weekday & 1) != 0)
		return 1;
	return (nth->of >> ((n - 1) / 7 + 1) & 1) != 0 || (nth->from_end >> ((length - n) / 7 + 1) & 1) != 0;
}

static int place_fits(const struct rule *r, const struct place *p)
{
	if (r->months != 0 && (r->months >> p->month & 1) == 0)
		return 0;
	if ((r->month_days.of | r->month_days.from_end) != 0 &&
	    !listed(&r->month_days, p->of_month, p->month_length))
		return 0;
	if (r->year_days.n > 0 && !rule_bit(r->year_days.of, p->of_year) &&
	    !rule_bit(r->year_days.from_end, p->year_length + 1 - p->of_year))
		return 0;
	return weekday_fits(r, p);
}

int expand_day_fits(const struct rule *r, day_t day)
{
	struct place p = place_of(day);

	return place_fits(r, &p);
}

day_t expand_day_after(const struct rule *r, day_t day)
{
	struct place p = place_of(day);

	if (r->months == 0 || (r->months >> p.month & 1) != 0)
		return day + 1;
	return day + p.month_length + 1 - p.of_month;
}

/* ---- where periods begin */

static day_t week_begin(const struct rule *r, day_t day)
{
	return day - (date_weekday(day) - r->week_start + 7) % 7;
}

static int64_t month_number(day_t day)
{
	struct ymd d = date_ymd(day);

	return (int64_t)d.year * 12 + d.month - 1;
}

/* 1 January; outside of the years of calendars the last or first of them. */
static day_t new_year(int64_t year)
{
	day_t ret = 0;

	if (year > 9999)
		year = 9999;
	/* every year from 1 to 9999 has a first day */
	return when_day(year < 1 ? 1 : (int)year, 1, 1, &ret) == 0 ? ret : 0;
}

/* The first day of the first week of a year: the one with at least four days in it. */
static day_t first_week(const struct rule *r, int64_t year)
{
	return week_begin(r, new_year(year) + 3);
}

/* The year that the week of `day` belongs to. */
static int64_t week_year(const struct rule *r, day_t day)
{
	return date_ymd(week_begin(r, day) + 3).year;
}

int expand_is_between_years(const struct rule *r, day_t day)
{
	return week_year(r, day) != date_ymd(day).year;
}

int64_t expand_origin(const struct rule *r, day_t day)
{
	switch (r->freq) {
	case RULE_WEEKLY: return week_begin(r, day);
	case RULE_MONTHLY: return month_number(day);
	case RULE_YEARLY: return rule_has_weeks(r) ? week_year(r, day) : date_ymd(day).year;
	default: return day;
	}
}

int64_t expand_period_of(const struct expand *x, day_t day)
{
	const struct rule *r = &x->rule;

	return expand_floor(
	    expand_origin(r, day) - x->origin, r->freq == RULE_WEEKLY ? 7 * r->interval : r->interval);
}

/* ---- the days of a period */

static void take(struct expand *x, const struct place *p)
{
	if (place_fits(&x->rule, p))
		x->days[x->ndays++] = p->day;
}

/* Steps over the day, within its month. */
static void step(struct place *p)
{
	p->day++;
	p->weekday = p->weekday == 6 ? 0 : p->weekday + 1;
	p->of_month++;
	p->of_year++;
}

/* The days of a month whose place is set but for its length. */
static void take_month(struct expand *x, struct place *p, int year)
{
	p->of_month = 1;
	p->month_length = date_days_in_month(year, p->month);
	if (x->rule.months != 0 && (x->rule.months >> p->month & 1) == 0) {
		p->day += p->month_length;
		p->of_year += p->month_length;
		p->weekday = (p->weekday + p->month_length) % 7;
		return;
	}
	x->steps++;
	for (int i = 0; i < p->month_length; i++) {
		take(x, p);
		step(p);
	}
}

static int take_one_month(struct expand *x, int64_t number)
{
	int64_t year = expand_floor(number, 12);
	day_t first;
	struct place p;

	if (year < 1 || year > 9999 ||
	    when_day((int)year, (int)(number - year * 12) + 1, 1, &first) != 0 || first * EXPAND_DAY > x->to)
		return 0;
	p = place_of(first);
	take_month(x, &p, (int)year);
	return 1;
}

static int take_year(struct expand *x, int64_t year)
{
	struct place p;

	if (year > 9999 || new_year(year) * EXPAND_DAY > x->to)
		return 0;
	p = place_of(new_year(year));
	for (p.month = 1; p.month <= 12; p.month++)
		take_month(x, &p, (int)year);
	return 1;
}

static int take_year_of_weeks(struct expand *x, int64_t year)
{
	const struct rule *r = &x->rule;
	day_t first;
	int weeks;

	if (year < 1)
		return 1;
	if (year > 9998 || first_week(r, year) * EXPAND_DAY > x->to)
		return 0;
	first = first_week(r, year);
	weeks = (first_week(r, year + 1) - first) / 7;
	for (int w = 1; w <= weeks; w++) {
		if (!listed(&r->weeks, w, weeks))
			continue;
		x->steps++;
		for (int i = 0; i < 7; i++) {
			struct place p = place_of(first + (w - 1) * 7 + i);

			take(x, &p);
		}
	}
	return 1;
}

static int take_week(struct expand *x, int64_t first)
{
	const struct rule *r = &x->rule;

	if (first * EXPAND_DAY > x->to)
		return 0;
	for (int i = 0; i < 7; i++) {
		int weekday = (r->week_start + i) % 7;

		if ((r->weekdays >> weekday & 1) != 0 &&
		    (r->months == 0 || expand_day_fits(r, (day_t)first + i)))
			x->days[x->ndays++] = (day_t)first + i;
	}
	return 1;
}

/* A day; or the period before the next one that fits. */
static int take_day(struct expand *x, int64_t day)
{
	const struct rule *r = &x->rule;

	if (day * EXPAND_DAY > x->to)
		return 0;
	if (!x->checks_days || expand_day_fits(r, (day_t)day))
		x->days[x->ndays++] = (day_t)day;
	else
		x->period = expand_floor(expand_day_after(r, (day_t)day) - x->origin - 1, r->interval) + 1;
	return 1;
}

int expand_take_days(struct expand *x)
{
	const struct rule *r = &x->rule;
	int64_t at = x->origin + x->period++ * (r->freq == RULE_WEEKLY ? 7 * r->interval : r->interval);

	x->steps++;
	switch (r->freq) {
	case RULE_WEEKLY: return take_week(x, at);
	case RULE_MONTHLY: return take_one_month(x, at);
	case RULE_YEARLY: return rule_has_weeks(r) ? take_year_of_weeks(x, at) : take_year(x, at);
	default: return take_day(x, at);
	}
}
