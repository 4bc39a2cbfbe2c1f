/* A person's zone is another one: reminders that wait leave at her minute there. */
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

static int retime(struct ceud *d, const struct standing *s, const struct rung_list *rungs, struct arena *a, struct err *err)
{
	struct reminding r;

	if (reminding_load(d, s, a, &r, err))
		return -1;
	for (size_t i = 0; i < rungs->n; i++) {
		int rung = rungs->items[i].rung.rung;
		int64_t at;

		if (!waits(d, &rungs->items[i]))
			continue;
		at = reminding_send_at(d, s, rung, rung < LADDER_OPEN ? s->cycle.end - rung : s->today, d->now);
		if (outbox_retime(d->store, rungs->items[i].rung.mail, at, reminding_expiry(&r, s, rung, at), err))
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
