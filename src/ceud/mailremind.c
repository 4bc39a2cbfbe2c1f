/* A reminder at the moment of sending: where the person stands now, and whether there is still something to say. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"
#include "config.h"
#include "deadlines.h"
#include "mailremind.h"
#include "reminderfacts.h"
#include "unsubscribe.h"

enum { URGENT_DAYS = 30 };	/* from then on a mail to somebody who is behind is more than a note */

static const char not_done[] = "not every rule is met any more", done[] = "every rule is met",
    over[] = "the cycle it was about is over", moved[] = "the cycle was moved";

/* ---- what it is about */

static int refuse(const char **why, const char *text)
{
	*why = text;
	return MAIL_NOT_WANTED;
}

static int of_standing(const struct reminding *r, enum reminder_kind *ret, const char **why)
{
	static const enum reminder_kind of[LADDER_KINDS] = { REMINDER_BEHIND, REMINDER_ON_PACE, REMINDER_COMPLETE,
		REMINDER_LAPSED };
	int k = ladder_kind_of(&r->facts);

	if (k < 0)
		return refuse(why, "submitted");
	*ret = of[k];
	return 0;
}

/* That every rule is met will be told by a mail of its own, unless it was. */
static int is_told(const struct reminding *r)
{
	const struct ladder *l = &r->ladders.of[LADDER_COMPLETE];
	int wants = 0;

	for (size_t i = 0; i < l->n; i++)
		wants |= l->rungs[i] >= LADDER_REACHED;
	for (size_t i = 0; i < r->facts.ntaken; i++)
		wants &= r->facts.taken[i] < LADDER_REACHED;
	return !wants;
}

static int of_day(const struct reminding *r, int rung, enum reminder_kind *ret, const char **why)
{
	const struct ladder_facts *f = &r->facts;

	if (f->today < f->end - rung)
		return refuse(why, moved);
	if (*ret == REMINDER_COMPLETE && !is_told(r))
		return refuse(why, done);
	return rung >= 0 && *ret == REMINDER_LAPSED ? refuse(why, over) : 0;
}

static int of_word(const struct reminding *r, const struct standing *s, int rung, enum reminder_kind *ret, const char **why)
{
	const struct ladder_facts *f = &r->facts;

	if (rung >= LADDER_REACHED) {
		if (*ret != REMINDER_COMPLETE)
			return refuse(why, not_done);
		*ret = REMINDER_REACHED;
		return 0;
	}
	if (*ret == REMINDER_COMPLETE || *ret == REMINDER_LAPSED)
		return refuse(why, *ret == REMINDER_LAPSED ? over : done);
	if (rung >= LADDER_INBOX ? s->pending <= 0 : f->opens == DAY_NONE || f->today < f->opens)
		return refuse(why, rung >= LADDER_INBOX ? "nothing waits in the inbox any more" : moved);
	*ret = rung >= LADDER_INBOX ? REMINDER_INBOX : REMINDER_OPEN;
	return 0;
}

/* Of a nudge none: 0, a day that is as good as any. */
static int rung_of(const struct outbox_mail *m)
{
	const char *key = strrchr(m->dedup_key, ':');

	return key && !strcmp(m->kind, "reminder") ? (int)strtol(key + 1, NULL, 10) : 0;
}

/* 0, or MAIL_NOT_WANTED and why. */
static int find_kind(const struct making *k, const struct reminding *r, const struct standing *s, enum reminder_kind *ret,
    const char **why)
{
	int rung = rung_of(k->m), rc = of_standing(r, ret, why);

	if (rc)
		return rc;
	if (strcmp(k->m->kind, "reminder"))
		return *ret == REMINDER_COMPLETE ? refuse(why, done) : 0;
	return rung >= LADDER_OPEN ? of_word(r, s, rung, ret, why) : of_day(r, rung, ret, why);
}

/* ---- what goes along */

/* The day as a calendar, once for each end that the cycle has had. */
static int attach_deadline(struct making *k, const struct standing *s, struct err *err)
{
	struct deadline_mail m = { .cycle = s->cycle.id };
	struct message_part *part;
	struct buf ics = BUF_INIT;
	int rc;

	if (s->today > s->cycle.end)
		return 0;
	if (deadline_mail_get(k->d->store, s->cycle.id, &m, err))
		return -1;
	if (m.mail && m.mail != k->m->id && m.is_sent && m.end == s->cycle.end)
		return 0;
	m.sequence = m.mail ? m.sequence + (m.end != s->cycle.end) : 0;
	m.cycle = s->cycle.id;
	m.mail = k->m->id;
	m.end = s->cycle.end;
	rc = deadlines_event(k->d, s, m.sequence, k->a, &ics, err);
	part = rc ? NULL : arena_alloc(k->a, sizeof *part);
	if (part) {
		*part = (struct message_part){ "text/calendar; method=PUBLISH; charset=utf-8", "deadline.ics",
			arena_strndup(k->a, buf_str(&ics), ics.len), ics.len };
		k->parts = part;
		k->nparts = 1;
	}
	buf_free(&ics);
	if (rc || !part || !part->bytes)
		return rc ? -1 : err_oom(err);
	return m.mail ? deadline_mail_put(k->d->store, &m, err) : 0;
}

static int attach_stop(struct making *k, const struct standing *s, enum reminder_kind kind, struct err *err)
{
	if (kind != REMINDER_ON_PACE && kind != REMINDER_INBOX &&
	    (kind != REMINDER_BEHIND || s->verdict.days_left <= URGENT_DAYS))
		return 0;
	return unsubscribe_url(k->d, s->person.id, 0, k->a, &k->unsubscribe, err) ||
	    unsubscribe_mailto(k->d, NULL, k->a, &k->unsubscribe_mail, err) ? -1 : 0;
}

/* The lead's, of a mail that she asked for. */
static int find_asker(struct making *k, const char **ret, struct err *err)
{
	struct person lead;
	struct team t;

	*ret = NULL;
	if (strcmp(k->m->kind, "nudge") || !k->m->team)
		return 0;
	if (team_get(k->d->store, k->m->team, k->a, &t, err))
		return -1;
	if (!t.lead)
		return 0;
	if (person_get(k->d->store, t.lead, k->a, &lead, err))
		return -1;
	*ret = lead.name[0] ? lead.name : lead.email;
	return 0;
}

static int write_mail(struct making *k, struct standing *s, const struct reminding *r, enum reminder_kind kind, struct err *err)
{
	struct reminder_ask q = { .s = s, .r = r, .kind = kind };

	if (attach_deadline(k, s, err) || attach_stop(k, s, kind, err) || find_asker(k, &q.asked_by, err))
		return -1;
	q.has_calendar = k->nparts > 0;
	k->thread = make_id(k, "c", make_text(k->a, "cycle:%" PRId64 ":%" PRId64, s->person.id, s->cycle.id), err);
	return k->thread ? reminderfacts_render(k, &q, err) : -1;
}

/* ---- for the outbox */

static const char *unwanted(const struct making *k, const struct standing *s, const struct reminding *r)
{
	char cycle[64];

	if (make_is_late(k))
		return make_is_late(k);
	snprintf(cycle, sizeof cycle, "rem:%" PRId64 ":%" PRId64 ":", s->person.id, s->cycle.id);
	if (!strcmp(k->m->kind, "reminder") && strncmp(k->m->dedup_key, cycle, strlen(cycle)))
		return over;
	if (r->address_problem)
		return r->address_problem;
	return r->facts.muted_until != DAY_NONE && s->today <= r->facts.muted_until ? "reminders are off" : NULL;
}

/* One that was planned later says more: it goes today, too, or went already (this one waited for a weekday or the relay, she
 * finished meanwhile). */
static int find_later(const struct making *k, const struct standing *s, const char **why, struct err *err)
{
	struct rung_list rungs = { 0 };

	if (strcmp(k->m->kind, "reminder") || k->m->doubts)
		return 0;
	if (rung_list_of(k->d->store, s->cycle.id, k->a, &rungs, err))
		return -1;
	for (size_t i = 0; i < rungs.n; i++) {
		const struct rung_row *row = &rungs.items[i];

		if (row->rung.mail <= k->m->id)
			continue;
		if (row->mail_state == OUTBOX_READY && zone_day(s->zone, row->mail_not_before, NULL) <= s->today)
			*why = "a later reminder goes today";
		else if (row->mail_state == OUTBOX_SENDING || row->mail_state == OUTBOX_SENT)
			*why = "a later reminder went already";
	}
	return 0;
}

/* What it held back, one that comes too soon after it, may go now: the planner looks again. */
static int look_again(struct making *k, const struct standing *s, struct err *err)
{
	const struct verdict *v = &s->verdict;
	const struct cycle_found found = { .counted = v->counted, .required = v->required, .state = v->state,
		.chance = v->chance, .next_check = v->next_check, .next_rung = s->today };

	if (s->cycle.closed_at || cycle_keep(k->d->store, s->cycle.id, &found, err))
		return s->cycle.closed_at ? 0 : -1;
	reminders_sooner(k->d, k->d->now);
	return 0;
}

/* Neither by night nor, late, on a day that has no mails of its sort, unless it was asked for on such a day. */
static int wait_for_day(struct making *k)
{
	const struct ceud *d = k->d;
	int rung = rung_of(k->m), rc = make_wait_for_day(k);
	day_t day = zone_day(k->zone, rc ? k->m->next_try : d->now, NULL);
	int is_asked = k->at_once || (k->m->not_before <= k->m->created_at &&
	    !reminding_is_day(d, rung, zone_day(k->zone, k->m->not_before, NULL)));

	if (is_asked || reminding_is_day(d, rung, day))
		return rc;
	while (!reminding_is_day(d, rung, day))
		day++;
	k->m->next_try = zone_instant_next(k->zone, day, d->config->quiet_to * 60);
	return MAIL_NOT_NOW;
}

static int make_of(struct making *k, struct standing *s, struct err *err)
{
	struct reminding r;
	enum reminder_kind kind;
	const char *why;

	if (reminding_load(k->d, s, k->a, &r, err) || standing_pending(k->d, s, k->a, err))
		return -1;
	why = unwanted(k, s, &r);
	if (!why && !find_kind(k, &r, s, &kind, &why) && find_later(k, s, &why, err))
		return -1;
	if (why)
		return look_again(k, s, err) ? -1 : make_not_wanted(k->m, why);
	if (wait_for_day(k))
		return MAIL_NOT_NOW;
	return k->m->bytes ? 0 : write_mail(k, s, &r, kind, err);
}

int make_reminder(struct making *k, struct err *err)
{
	struct person p;
	struct standing s;
	int rc;

	if (person_get(k->d->store, k->m->person, k->a, &p, err))
		return -1;
	if (p.disabled)
		return make_not_wanted(k->m, "the person is disabled");
	k->m->rcpt = p.email;
	k->m->rcpt_name = p.name;
	if (standing_load(k->d, &p, 0, k->a, &s, err))
		return strcmp(err->code, "no-cycle") ? -1 : make_not_wanted(k->m, over);
	k->zone = s.zone;
	rc = make_of(k, &s, err);
	standing_free(&s);
	return rc;
}

static int unwanted_of(struct making *k, struct standing *s, const char **why, struct err *err)
{
	struct reminding r;
	enum reminder_kind kind;

	if (reminding_load(k->d, s, k->a, &r, err) || standing_pending(k->d, s, k->a, err))
		return -1;
	*why = unwanted(k, s, &r);
	if (!*why && !find_kind(k, &r, s, &kind, why))
		return find_later(k, s, why, err);
	return 0;
}

/* By one that is still to be planned. */
static int find_overtaking(const struct making *k, const struct standing *s, day_t day, const char **why, struct err *err)
{
	struct forecast f;

	if (strcmp(k->m->kind, "reminder") || k->m->doubts)
		return 0;
	if (reminding_forecast(k->d, s, day, k->a, &f, err))
		return -1;
	for (size_t i = 0; i < f.n; i++)
		if (f.items[i].outcome == RUNG_MAILED && zone_day(s->zone, f.items[i].at, NULL) <= day)
			*why = "a later reminder goes by then";
	return 0;
}

/* As she will stand on the day it goes. */
static int unwanted_on(struct making *k, struct standing *s, day_t day, const char **why, struct err *err)
{
	struct standing then;
	int rc;

	if (day <= s->today)
		return unwanted_of(k, s, why, err);
	if (standing_on(s, day, k->a, &then, err))
		return -1;
	rc = unwanted_of(k, &then, why, err);
	standing_free(&then);
	return rc || *why ? rc : find_overtaking(k, s, day, why, err);
}

int reminder_unwanted(struct ceud *d, struct outbox_mail *m, day_t day, struct arena *a, const char **why, struct err *err)
{
	struct making k = { .d = d, .m = m, .a = a };
	struct person p;
	struct standing s;
	int rc;

	*why = NULL;
	if (person_get(d->store, m->person, a, &p, err))
		return -1;
	if (p.disabled) {
		*why = "the person is disabled";
		return 0;
	}
	if (standing_load(d, &p, 0, a, &s, err)) {
		*why = over;
		return strcmp(err->code, "no-cycle") ? -1 : 0;
	}
	rc = unwanted_on(&k, &s, day, why, err);
	standing_free(&s);
	return rc;
}

/* ---- for whoever wants to see it first */

static int none_goes(const struct person *p, struct err *err)
{
	err_set(err, ERR_RULE, "reminder-none", "No reminder goes to %s: the renewal was sent in.", p->email);
	return err_next(err, "Where it stands: ceu status");
}

/* Of the decisions of a day the mail, if there is one. */
static void of_decisions(const struct reminding *r, const struct standing *s, enum reminder_kind *ret)
{
	struct rung_decision decisions[LADDER_RUNGS_MAX];
	size_t n = ladder_decide(&r->facts, decisions);
	enum reminder_kind kind = *ret;
	const char *why = NULL;

	for (size_t i = 0; i < n; i++)
		if (decisions[i].outcome == RUNG_MAILED && decisions[i].rung >= LADDER_OPEN &&
		    !of_word(r, s, decisions[i].rung, &kind, &why))
			*ret = kind;
}

static int preview_of(struct making *k, struct standing *s, struct err *err)
{
	struct reminding r;
	enum reminder_kind kind;
	const char *why;

	k->zone = s->zone;
	if (reminding_load(k->d, s, k->a, &r, err) || standing_pending(k->d, s, k->a, err))
		return -1;
	if (of_standing(&r, &kind, &why))
		return none_goes(&s->person, err);
	of_decisions(&r, s, &kind);
	return write_mail(k, s, &r, kind, err);
}

static int day_is_past(struct err *err)
{
	err_set(err, ERR_USAGE, "on-past", "What would go is shown from today on.");
	return err_next(err, "Leave out --on, or name a day to come.");
}

int reminder_preview(struct making *k, const struct person *p, day_t on, struct err *err)
{
	struct standing s, then;
	int rc;

	k->m->person = p->id;
	k->m->rcpt = p->email;
	k->m->rcpt_name = p->name;
	if (standing_load(k->d, p, 0, k->a, &s, err))
		return -1;
	if (on == DAY_NONE || on == s.today)
		rc = preview_of(k, &s, err);
	else if (on < s.today)
		rc = day_is_past(err);
	else if ((rc = standing_on(&s, on, k->a, &then, err)) == 0) {
		rc = preview_of(k, &then, err);
		standing_free(&then);
	}
	standing_free(&s);
	return rc;
}
