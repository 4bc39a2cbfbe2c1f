/* What a program asks of one person's cycle: its days, its total, its amounts. */
#include <string.h>

#include "rules/credit.h"

struct cycle credit_days(const struct program *p, const struct credit_cycle *c)
{
	struct cycle days = { c->counts_from, c->counts_until };

	if (days.start == DAY_NONE)
		days.start = c->dates.start;
	if (days.end == DAY_NONE)
		days.end = c->dates.end + (p->grace_earning ? p->grace_days : 0);
	return days;
}

/* Whole months from the first to the last day, both inclusive. */
static int whole_months(struct cycle dates, int most)
{
	int months = 0;

	while (months < most && cycle_starting(dates.start, months + 1).end <= dates.end)
		months++;
	return months;
}

static int is_prorated(const struct program *p, const struct credit_cycle *c)
{
	return p->prorate.months > 0 && c->is_first &&
	    whole_months(c->dates, p->cycle_months) < p->cycle_months;
}

int64_t credit_required(const struct program *p, const struct credit_cycle *c)
{
	int64_t part;

	if (!is_prorated(p, c))
		return p->required;
	part = p->prorate.amount * (whole_months(c->dates, p->cycle_months) / p->prorate.months);
	return part < p->required ? part : p->required;
}

int64_t credit_amount(const struct program *p, const struct credit_cycle *c, const struct rule *r)
{
	if (r->kind == RULE_REQUIRE && r->waived && is_prorated(p, c))
		return 0;
	if (r->kind == RULE_REQUIRE && r->selector == SELECT_TOTAL && r->period == PER_CYCLE)
		return credit_required(p, c);
	return r->percent ? credit_required(p, c) * r->percent / 100 : r->amount;
}
