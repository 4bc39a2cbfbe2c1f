/* Cycles that follow one another, and how one is opened. */
#include "cycling.h"

#include "base/err.h"
#include "ceud.h"
#include "programs.h"
#include "rematch.h"
#include "rules/credit.h"
#include "standing.h"

struct cycle cycling_counts(const struct program *p, struct cycle dates)
{
	struct credit_cycle c = { .dates = dates, .counts_from = DAY_NONE, .counts_until = DAY_NONE };

	return credit_days(p, &c);
}

day_t cycling_anchor(struct cycle dates, int months)
{
	day_t later = date_add_months(dates.start, months);

	return date_ymd(later).day == date_ymd(dates.start).day ? dates.end : dates.start;
}

struct cycle cycling_next(day_t end, day_t anchor, int months, day_t *ret_anchor)
{
	struct cycle next = cycle_holding(anchor, months, end + 1);

	*ret_anchor = anchor;
	if (next.start == end + 1)
		return next;
	next = cycle_starting(end + 1, months);
	*ret_anchor = cycling_anchor(next, months);
	return next;
}

int cycling_open(struct call *c, const struct person *p, const struct program *program, struct cycle_row *row,
    struct err *err)
{
	struct program_text text = { .hash = program->hash, .id = program->id };

	text.text = programs_text(c->d, program, &text.len);
	row->person = p->id;
	row->program_hash = program->hash;
	row->enrolled_on = person_today(c->d, p);
	row->required = program->required;
	row->next_check = row->next_rung = DAY_NONE;
	if (program_text_put(c->d->store, &text, c->d->now, err) || cycle_open(c->d->store, &c->actor, row, err) ||
	    rematch_owe(c->d, p->id, 0, err))		/* another program has other categories */
		return -1;
	return standing_keep(c->d, p, c->arena, err);
}
