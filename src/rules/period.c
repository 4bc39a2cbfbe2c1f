/* Years of a cycle and calendar years, numbered from 0. */
#include "period.h"

enum { YEARS_MAX = 1200 };	/* more than the years that dates from outside can span */

static day_t year_end(const struct periods *s, size_t i)
{
	return cycle_starting(s->dates.start, 12 * ((int)i + 1)).end;
}

static int calendar_year(day_t day)
{
	return date_ymd(day).year;
}

static void count_years(struct periods *s)
{
	size_t n = 1;

	while (n < YEARS_MAX && year_end(s, n - 1) < s->dates.end)
		n++;
	s->last_is_whole = year_end(s, n - 1) == s->dates.end;
	if (n > 1 && date_add_months(s->dates.end + 1, -12 * ((int)n - 1)) == s->dates.start) {
		s->last_is_whole = 1;
		n--;
	}
	s->count[PER_YEAR] = n;
}

void periods_of(const struct program *p, const struct credit_cycle *c, struct periods *ret)
{
	struct cycle days = credit_days(p, c);
	int more;

	ret->dates = c->dates;
	ret->count[PER_CYCLE] = 1;
	ret->calendar_year = calendar_year(days.start);
	more = days.end > days.start ? calendar_year(days.end) - ret->calendar_year : 0;
	ret->count[PER_CALENDAR_YEAR] = (size_t)(more < YEARS_MAX ? more : YEARS_MAX - 1) + 1;
	count_years(ret);
}

static size_t year_at(const struct periods *s, day_t day)
{
	size_t last = s->count[PER_YEAR] - 1, i;

	if (day >= s->dates.end)
		return last;
	i = day > s->dates.start ? (size_t)(day - s->dates.start) / 366 : 0;
	while (i < last && year_end(s, i) < day)
		i++;
	return i < last ? i : last;
}

static size_t calendar_at(const struct periods *s, day_t day)
{
	int year = calendar_year(day) - s->calendar_year, last = (int)s->count[PER_CALENDAR_YEAR] - 1;

	return year <= 0 ? 0 : (size_t)(year < last ? year : last);
}

size_t periods_at(const struct periods *s, enum period sort, day_t day)
{
	switch (sort) {
	case PER_YEAR:
		return year_at(s, day);
	case PER_CALENDAR_YEAR:
		return calendar_at(s, day);
	case PER_CYCLE:
		break;
	}
	return 0;
}

int periods_whole(const struct periods *s, enum period sort, size_t i)
{
	struct cycle year;

	if (sort == PER_CYCLE)
		return 1;
	if (sort == PER_YEAR)
		return i + 1 < s->count[PER_YEAR] || s->last_is_whole;
	if (date_from_ymd(s->calendar_year + (int)i, 1, 1, &year.start) ||
	    date_from_ymd(s->calendar_year + (int)i, 12, 31, &year.end))
		return 0;
	return year.start >= s->dates.start && year.end <= s->dates.end;
}
