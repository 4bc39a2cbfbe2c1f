/* A person's zone or the hour of reminders is another one: those that wait leave at her minute there. */
#include "reminding.h"

#include "base/arena.h"
#include "base/err.h"
#include "ceud.h"
#include "store/outbox.h"

static int waits(const struct ceud *d, const struct rung_row *row)
{
	return row->rung.outcome == RUNG_MAILED && row->mail_not_before > d->now &&
	    (row->mail_state == OUTBOX_READY || row->mail_state == OUTBOX_HELD);
}

static int64_t time_of(struct ceud *d, const struct standing *s, const struct rung_row *row)
{
	int rung = row->rung.rung;

	return reminding_send_at(d, s, rung, rung < LADDER_OPEN ? s->cycle.end - rung : s->today, d->now);
}

int reminding_mistimed(struct ceud *d, const struct standing *s, struct arena *a, int *ret, struct err *err)
{
	struct rung_list rungs = { 0 };

	*ret = 0;
	if (rung_list_of(d->store, s->cycle.id, a, &rungs, err))
		return -1;
	for (size_t i = 0; i < rungs.n; i++)
		*ret |= waits(d, &rungs.items[i]) && time_of(d, s, &rungs.items[i]) != rungs.items[i].mail_not_before;
	return 0;
}

static int retime(struct ceud *d, const struct standing *s, const struct rung_list *rungs, struct arena *a, struct err *err)
{
	struct reminding r;

	if (reminding_load(d, s, a, &r, err))
		return -1;
	for (size_t i = 0; i < rungs->n; i++) {
		const struct rung_row *row = &rungs->items[i];
		int64_t at = time_of(d, s, row);

		if (waits(d, row) && at != row->mail_not_before &&
		    outbox_retime(d->store, row->rung.mail, at, reminding_expiry(&r, s, row->rung.rung, at), err))
			return -1;
	}
	return 0;
}

int reminding_retime(struct ceud *d, const struct person *p, struct arena *a, struct err *err)
{
	struct rung_list rungs = { 0 };
	struct cycle_row c;
	struct standing s;
	int found = cycle_current(d->store, p->id, a, &c, err), any = 0, rc;

	if (found <= 0)
		return found;
	if (rung_list_of(d->store, c.id, a, &rungs, err))
		return -1;
	for (size_t i = 0; i < rungs.n; i++)
		any |= waits(d, &rungs.items[i]);
	if (!any)
		return 0;
	if (standing_of_cycle(d, p, &c, a, &s, err))
		return -1;
	rc = retime(d, &s, &rungs, a, err);
	standing_free(&s);
	return rc;
}
