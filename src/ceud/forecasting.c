/* What becomes of a person's rungs if nothing changes: her days played through, from one that decides something to the next. */
#include "reminding.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/zone.h"
#include "ceud.h"
#include "store/outbox.h"

enum {
	DAYS_MAX = 400,			/* looked at in one forecast */
	AFTER_DAYS = 60			/* the end: no rung decides anything later, but those of longer grace */
};

struct playing {
	struct ceud *d;
	const struct standing *s;
	struct arena *a;
	struct reminding r;
	struct forecast *out;
	day_t late, leaves;		/* of a mail that waits past its time: its day, and when it goes; DAY_NONE: there is none */
	int is_lost;			/* it will be too late then */
};

static int push(struct playing *g, const struct forecast_rung *rung, struct err *err)
{
	void *items = g->out->items;

	if (arena_grow(g->a, &items, g->out->n, &g->out->cap, sizeof *g->out->items))
		return err_oom(err);
	g->out->items = items;
	g->out->items[g->out->n++] = *rung;
	return 0;
}

/* What waits for that day or a later one will be called off: the mail of the rung that came later says more. */
static void forget_waiting(struct playing *g, day_t day)
{
	struct ladder_facts *f = &g->r.facts;
	size_t kept = 0;

	for (size_t i = 0; i < f->nmailed; i++)
		if (g->r.mailed[i] < day || g->r.mailed[i] <= g->s->today)
			g->r.mailed[kept++] = g->r.mailed[i];
	f->nmailed = kept;
	for (size_t i = 0; i < g->out->n; i++) {
		struct forecast_rung *old = &g->out->items[i];

		if (old->outcome != RUNG_MAILED || zone_day(g->s->zone, old->at, NULL) < day)
			continue;
		old->outcome = RUNG_SUPERSEDED;
		old->because = "a later reminder goes by then";
	}
}

/* The last few are all that counts. */
static void note_mailed(struct reminding *r, day_t day)
{
	struct ladder_facts *f = &r->facts;

	if (f->nmailed < LADDER_MAILED_MAX)
		f->nmailed++;
	memmove(&r->mailed[1], &r->mailed[0], (f->nmailed - 1) * sizeof r->mailed[0]);
	r->mailed[0] = day;
}

static int is_late(const struct playing *g, const struct rung_row *row)
{
	return row->rung.mail && row->mail_state == OUTBOX_READY && row->mail_not_before < g->d->now;
}

/* Planned for a weekend that ceud was stopped in, for instance: what is planned counts by that day, what was sent by its own. */
static int find_late(struct playing *g, struct err *err)
{
	struct rung_list rungs = { 0 };
	const struct rung_row *last = NULL;
	struct outbox_mail m;
	int64_t at;

	g->late = g->leaves = DAY_NONE;
	if (rung_list_of(g->d->store, g->s->cycle.id, g->a, &rungs, err))
		return -1;
	for (size_t i = 0; i < rungs.n; i++)
		if (is_late(g, &rungs.items[i]) && (!last || rungs.items[i].rung.mail > last->rung.mail))
			last = &rungs.items[i];
	if (!last)
		return 0;
	if (outbox_get(g->d->store, last->rung.mail, 0, g->a, &m, err))
		return -1;
	g->late = zone_day(g->s->zone, m.not_before, NULL);
	at = m.next_try > g->d->now ? m.next_try : g->d->now;
	g->is_lost = m.expires_at && m.expires_at <= at;
	g->leaves = zone_day(g->s->zone, at, NULL);
	while (!reminding_is_day(g->d, last->rung.rung, g->leaves))
		g->leaves++;
	return 0;
}

/* It went on that day, or (DAY_NONE) was called off. */
static void settle_late(struct playing *g, day_t went)
{
	struct ladder_facts *f = &g->r.facts;

	for (size_t i = 0; i < f->nmailed; i++) {
		if (g->r.mailed[i] != g->late)
			continue;
		g->r.mailed[i] = went == DAY_NONE ? g->r.mailed[--f->nmailed] : went;
		break;
	}
	g->late = DAY_NONE;
}

static int note(struct playing *g, const struct rung_decision *decisions, size_t n, size_t at, struct err *err)
{
	struct ladder_facts *f = &g->r.facts;
	struct forecast_rung rung = { .day = f->today, .rung = decisions[at].rung, .outcome = decisions[at].outcome,
		.because = reminding_because(&g->r, decisions, n, at, g->a) };

	if (!rung.because || reminding_take(&g->r, rung.rung, g->a, err))
		return rung.because ? -1 : err_oom(err);
	if (rung.outcome == RUNG_MAILED) {
		rung.at = reminding_send_at(g->d, g->s, rung.rung, f->today, g->d->now);
		if (g->late != DAY_NONE && zone_day(g->s->zone, rung.at, NULL) <= g->leaves)
			settle_late(g, DAY_NONE);
		forget_waiting(g, zone_day(g->s->zone, rung.at, NULL));
		note_mailed(&g->r, zone_day(g->s->zone, rung.at, NULL));
	}
	if (rung.rung >= LADDER_INBOX && rung.rung < LADDER_REACHED)
		f->inbox_mailed = f->today;
	return push(g, &rung, err);
}

/* One day, as she stands then. *ret: the next one on which something may be decided. */
static int play(struct playing *g, day_t day, day_t *ret, struct err *err)
{
	struct rung_decision decisions[LADDER_RUNGS_MAX];
	struct standing then;
	day_t next, check;
	size_t n;
	int rc = 0;

	if (standing_on(g->s, day, g->a, &then, err))
		return -1;
	if (g->late != DAY_NONE && day > g->leaves)
		settle_late(g, g->is_lost ? DAY_NONE : g->leaves);
	g->r.facts.today = day;
	g->r.facts.state = then.verdict.state;
	n = reminding_decide(g->d, g->s, 0, &g->r, decisions);
	for (size_t i = 0; i < n && !rc; i++)
		rc = note(g, decisions, n, i, err);
	next = ladder_next(&g->r.facts);
	check = then.verdict.next_check;
	if (check != DAY_NONE && check > day && (next == DAY_NONE || check < next))
		next = check;
	*ret = next;
	standing_free(&then);
	return rc;
}

day_t reminding_last_day(const struct standing *s)
{
	int grace = s->program->grace_days;

	return s->cycle.end + (grace > AFTER_DAYS ? grace : 0) + AFTER_DAYS;
}

int reminding_forecast(struct ceud *d, const struct standing *s, day_t until, struct arena *a, struct forecast *ret,
    struct err *err)
{
	struct forecast out = { 0 };
	struct playing g = { .d = d, .s = s, .a = a, .out = &out };
	day_t last = reminding_last_day(s), day = s->today, next;

	if (s->cycle.closed_at) {
		*ret = out;
		return 0;
	}
	if (reminding_load(d, s, a, &g.r, err) || find_late(&g, err))
		return -1;
	for (int i = 0; i < DAYS_MAX && day <= until && day <= last; i++) {
		if (play(&g, day, &next, err))
			return -1;
		if (next == DAY_NONE)
			break;
		day = next > day ? next : day + 1;
	}
	*ret = out;
	return 0;
}
