/* Recertification periods: months are added to the original anchor, so dates never drift. */
#include "rules/cycle.h"

struct cycle cycle_ending(day_t end, int months)
{
	struct cycle c = { date_add_months(end + 1, -months), end };

	return c;
}

struct cycle cycle_starting(day_t start, int months)
{
	day_t later = date_add_months(start, months);
	struct cycle c = { start, later };

	/* a clamped day stands for a later one that does not exist: it still belongs to this cycle */
	if (date_ymd(later).day == date_ymd(start).day)
		c.end = later - 1;
	return c;
}

static int month_number(day_t day)
{
	struct ymd d = date_ymd(day);

	return d.year * 12 + d.month;
}

struct cycle cycle_holding(day_t anchor_end, int months, day_t day)
{
	int k = (month_number(day) - month_number(anchor_end)) / months;
	struct cycle c;

	while (date_add_months(anchor_end, k * months) < day)
		k++;
	while (date_add_months(anchor_end, (k - 1) * months) >= day)
		k--;
	c.start = date_add_months(anchor_end, (k - 1) * months) + 1;
	c.end = date_add_months(anchor_end, k * months);
	return c;
}

int cycle_year(struct cycle c)
{
	return date_ymd(c.start).year;
}
