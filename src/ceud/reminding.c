/* Reminders of one person: from the store to what rules/ladder.h decides about, and when a mail leaves. */
#include "reminding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/sha.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "jobparts.h"
#include "mail/message.h"
#include "store/outbox.h"

enum {
	SPREAD_MINUTES = 60,		/* mails of a day do not all leave in the same second */
	WEEKEND_RUNG = 3,		/* from then on to the end they go at weekends too */
	LIFE_DAYS = 3,			/* a reminder that late is worse than none: the next rung carries the news */
	LATEST_AFTER = 2		/* the end */
};
#define DAY_MS INT64_C(86400000)

/* ---- the address */

int reminding_address(struct ceud *d, const char *email, struct arena *a, const char **ret, struct err *err)
{
	struct bounce b = { .address = "" };
	char day[48], text[700];

	*ret = NULL;
	if (message_address_nowhere(email)) {
		*ret = "the address says that there is no mail";
		return 0;
	}
	if (bounce_get(d->store, email, a, &b, err))
		return -1;
	if (!b.hard || !b.suppressed_at)
		return 0;
	date_text(zone_day(d->config->zone ? d->config->zone : zone_local(), b.suppressed_at, NULL), DATE_LONG, day, sizeof day);
	snprintf(text, sizeof text, "%.254s does not work since %s%s%.300s", email, day, b.reason[0] ? ": " : "", b.reason);
	*ret = arena_strdup(a, text);
	return *ret ? 0 : err_oom(err);
}

/* ---- facts */

static int by_width(const void *x, const void *y)
{
	int a = *(const int *)x, b = *(const int *)y;

	return (a < b) - (a > b);
}

void reminding_own_days(const struct person *p, struct ladder *ret)
{
	const char *at = p->reminder_days ? p->reminder_days : "";
	struct ladder l = { .n = 0 };

	while (*at && l.n < LADDER_WORDS_MAX) {
		char *end;
		long n = strtol(at, &end, 10);

		if (end == at || n < 0 || n > 3650)
			break;
		l.rungs[l.n++] = (int)n;
		at = *end == ',' ? end + 1 : end;
	}
	l.is_set = l.n > 0;
	if (l.n)
		qsort(l.rungs, l.n, sizeof *l.rungs, by_width);
	*ret = l;
}

int reminding_take(struct reminding *r, int rung, struct arena *a, struct err *err)
{
	void *items = r->taken;

	if (arena_grow(a, &items, r->facts.ntaken, &r->taken_cap, sizeof *r->taken))
		return err_oom(err);
	r->taken = items;
	r->taken[r->facts.ntaken++] = rung;
	r->facts.taken = r->taken;
	return 0;
}

/* The whole list where there are more than the quick one holds: days that were changed often leave many behind. */
static int load_all_taken(struct ceud *d, const struct standing *s, struct arena *a, struct reminding *r, struct err *err)
{
	struct rung_list all = { 0 };

	if (rung_list_of(d->store, s->cycle.id, a, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		int rung = all.items[i].rung.rung;

		if (reminding_take(r, rung, a, err))
			return -1;
		if (rung >= LADDER_INBOX && rung < LADDER_REACHED)
			r->facts.inbox_mailed = zone_day(s->zone, all.items[i].rung.at, NULL);
	}
	return 0;
}

static int load_taken(struct ceud *d, const struct standing *s, struct arena *a, struct reminding *r, struct err *err)
{
	int few[LADDER_RUNGS_MAX], has_inbox = 0;
	size_t n = 0;

	if (rung_taken(d->store, s->cycle.id, few, &n, err))
		return -1;
	for (size_t i = 0; i < n; i++)
		has_inbox |= few[i] >= LADDER_INBOX && few[i] < LADDER_REACHED;
	if (has_inbox || n == LADDER_RUNGS_MAX)
		return load_all_taken(d, s, a, r, err);
	for (size_t i = 0; i < n; i++)
		if (reminding_take(r, few[i], a, err))
			return -1;
	return 0;
}

static int load_mailed(struct ceud *d, const struct standing *s, struct reminding *r, struct err *err)
{
	int64_t at[LADDER_MAILED_MAX];
	size_t n = 0;

	if (outbox_recent(d->store, s->person.id, d->now, at, LADDER_MAILED_MAX, &n, err))
		return -1;
	for (size_t i = 0; i < n; i++)
		r->mailed[i] = zone_day(s->zone, at[i], NULL);
	r->facts.mailed = r->mailed;
	r->facts.nmailed = n;
	return 0;
}

/* ---- all of it */

static int wants_inbox(const struct reminding *r)
{
	const struct ladder_facts *f = &r->facts;

	if (f->state == CYCLE_DONE || f->state == CYCLE_SUBMITTED || f->today >= f->end)
		return 0;
	for (int k = LADDER_BEHIND; k <= LADDER_ON_PACE; k++)
		for (size_t i = 0; i < r->ladders.of[k].n; i++)
			if (r->ladders.of[k].rungs[i] == LADDER_INBOX)
				return 1;
	return 0;
}

static int load(struct ceud *d, const struct standing *s, int quick, struct arena *a, struct reminding *r, struct err *err)
{
	const struct program *p = s->program;
	struct ladder own;

	reminding_own_days(&s->person, &own);
	*r = (struct reminding){ .days = d->config->reminders_days, .facts = { .ladders = &r->ladders, .inbox_since = DAY_NONE, .inbox_mailed = DAY_NONE,
		.end = s->cycle.end, .opens = p->window_days ? standing_opens(s) : DAY_NONE, .enrolled = s->cycle.enrolled_on,
		.today = s->today, .muted_until = s->person.muted_until, .grace_days = p->grace_days,
		.state = s->verdict.state } };
	ladders_choose(&d->config->ladders, &p->ladders, own.is_set ? &own : NULL, &r->ladders);
	if (load_taken(d, s, a, r, err) || load_mailed(d, s, r, err) ||
	    reminding_address(d, s->person.email, a, &r->address_problem, err))
		return -1;
	r->facts.has_address = !r->address_problem;
	return wants_inbox(r) ? reminding_waiting_since(d, s, quick, a, &r->facts.inbox_since, err) : 0;
}

int reminding_load(struct ceud *d, const struct standing *s, struct arena *a, struct reminding *r, struct err *err)
{
	return load(d, s, 0, a, r, err);
}

int reminding_load_quick(struct ceud *d, const struct standing *s, struct arena *a, struct reminding *r, struct err *err)
{
	return load(d, s, 1, a, r, err);
}

/* ---- why */

static const char *because_mailed(const struct reminding *r, int rung)
{
	if (rung >= LADDER_REACHED)
		return "every rule is met";
	if (rung >= LADDER_INBOX)
		return "events wait in the inbox";
	if (rung >= LADDER_OPEN)
		return "the renewal can be sent in from this day on";
	switch (ladder_kind_of(&r->facts)) {
	case LADDER_COMPLETE:
		return "every rule is met, and it is not sent in";
	case LADDER_LAPSED:
		return "the cycle is over and was not finished";
	case LADDER_ON_PACE:
		return "units are missing, at a good pace";
	default:
		return "units are missing";
	}
}

static const char *because_superseded(const struct rung_decision *decisions, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (decisions[i].rung >= LADDER_REACHED && decisions[i].outcome != RUNG_BEFORE_ENROLMENT)
			return "the note that every rule is met says it";
	return "a rung nearer to the end is due as well";
}

static const char *because_not_needed(const struct reminding *r, int rung)
{
	static const char *const of[LADDER_KINDS] = { "not one for people who are behind", "not one for people at a good pace",
		"every rule is met", "the cycle is over" };
	int k = ladder_kind_of(&r->facts);

	if (r->is_missed && r->missed == rung)
		return "the cycle is over before a mail may go";
	return k < 0 ? "submitted" : of[k];
}

static const char *because_muted(const struct reminding *r, struct arena *a)
{
	char day[48], text[100];

	if (r->facts.muted_until >= MUTED_FOREVER)
		return "reminders are off";
	snprintf(text, sizeof text, "reminders are off until %s",
	    date_text(r->facts.muted_until, DATE_LONG, day, sizeof day));
	return arena_strdup(a, text);
}

const char *reminding_because(const struct reminding *r, const struct rung_decision *decisions, size_t n, size_t at,
    struct arena *a)
{
	switch (decisions[at].outcome) {
	case RUNG_MAILED:
		return because_mailed(r, decisions[at].rung);
	case RUNG_SUPERSEDED:
		return because_superseded(decisions, n);
	case RUNG_BEFORE_ENROLMENT:
		return "its day had passed when the cycle was set";
	case RUNG_NOT_NEEDED:
		return because_not_needed(r, decisions[at].rung);
	case RUNG_MUTED:
		return because_muted(r, a);
	case RUNG_TOO_SOON:
		return "another mail goes or went within a few days";
	case RUNG_NO_ADDRESS:
		return r->address_problem ? r->address_problem : "nothing can reach the person";
	case RUNG_OUTCOMES:
		break;
	}
	return "";
}

void view_rung(struct jsonw *w, int rung)
{
	char name[16];

	if (rung >= LADDER_OPEN)
		jsonw_null(w, "rung");
	else
		jsonw_int(w, "rung", rung);
	jsonw_str(w, "name", ladder_rung_name(rung, name));
}

/* ---- when */

/* The minute of the day for this person, outside the quiet hours. */
static int send_minute(const struct config *c, const struct person *p)
{
	unsigned char digest[SHA_SIZE];
	struct sha_part part = { p->email, strlen(p->email) };
	int minute;

	sha256(&part, 1, digest);
	minute = c->reminders_at + digest[0] % SPREAD_MINUTES;
	if (minute >= 1440 || jobs_is_quiet(c, minute))
		minute = c->reminders_at;
	return jobs_is_quiet(c, minute) ? c->quiet_to : minute;
}

static int is_day(unsigned days, int rung, day_t day)
{
	return (rung >= 0 && rung <= WEEKEND_RUNG) || (days & 1u << date_weekday(day)) != 0;
}

int reminding_is_day(const struct ceud *d, int rung, day_t day)
{
	return is_day(d->config->reminders_days, rung, day);
}

int64_t reminding_send_at(const struct ceud *d, const struct standing *s, int rung, day_t day, int64_t now)
{
	const struct config *c = d->config;
	int minute = send_minute(c, &s->person), now_minute;
	day_t today = zone_day(s->zone, now, &now_minute);

	for (day = day > today ? day : today; ; day++) {
		int64_t at = zone_instant_next(s->zone, day, minute * 60);

		if (!reminding_is_day(d, rung, day))
			continue;
		if (at > now)
			return at;
		if (day == today && !jobs_is_quiet(c, now_minute))
			return now;	/* today's time has passed: now, unless it is night */
	}
}

/* What comes due in the last evening would go when the cycle is over, and would keep back what is due then. */
static int would_miss(const struct ceud *d, const struct standing *s, const struct ladder_facts *f, int rung)
{
	int64_t at;

	if (rung < 0 || rung >= LADDER_REACHED || f->today > f->end || ladder_kind_of(f) == LADDER_COMPLETE)
		return 0;
	at = reminding_send_at(d, s, rung, f->today, d->now);
	return zone_day(s->zone, at, NULL) > f->end;
}

size_t reminding_decide(const struct ceud *d, const struct standing *s, int at_once, struct reminding *r,
    struct rung_decision out[LADDER_RUNGS_MAX])
{
	size_t n = ladder_decide(&r->facts, out);

	r->is_missed = 0;
	for (size_t i = 0; i < n && !at_once; i++) {
		if (out[i].outcome != RUNG_MAILED || !would_miss(d, s, &r->facts, out[i].rung))
			continue;
		out[i].outcome = RUNG_NOT_NEEDED;
		r->is_missed = 1;
		r->missed = out[i].rung;
	}
	return n;
}

/* Whether there are people enough for so many; how many there are beyond that is not asked. */
int reminding_is_bulk(struct ceud *d, int64_t mails, struct err *err)
{
	const struct config *c = d->config;
	int64_t people = 0;

	if (mails <= c->bulk_count)
		return 0;
	if (c->bulk_percent && person_count_to(d->store, mails * 100 / c->bulk_percent + 1, &people, err))
		return -1;
	return mails * 100 > people * c->bulk_percent;
}

/* The first day after `day` with a rung of the ladder that holds; DAY_NONE. */
static day_t next_rung_day(const struct ladder_facts *f, day_t day)
{
	int k = ladder_kind_of(f);
	day_t next = DAY_NONE;

	for (size_t i = 0; k >= 0 && i < f->ladders->of[k].n; i++) {
		int rung = f->ladders->of[k].rungs[i];

		if (rung < LADDER_OPEN && f->end - rung > day && (next == DAY_NONE || f->end - rung < next))
			next = f->end - rung;
	}
	return next;
}

/* When the last of its days is none for mails, one that is late has the next that is. */
static int64_t end_of_life(const struct reminding *r, const struct standing *s, int rung, int64_t not_before)
{
	int64_t until = not_before + LIFE_DAYS * DAY_MS;
	day_t day = zone_day(s->zone, until, NULL);

	if (is_day(r->days, rung, day))
		return until;
	while (!is_day(r->days, rung, day))
		day++;
	return zone_instant_next(s->zone, day + 1, 0);
}

int64_t reminding_expiry(const struct reminding *r, const struct standing *s, int rung, int64_t not_before)
{
	const struct ladder_facts *f = &r->facts;
	int64_t until = end_of_life(r, s, rung, not_before);
	int64_t end = zone_instant(s->zone, f->end + LATEST_AFTER, 0), next;
	day_t leaves = zone_day(s->zone, not_before, NULL), day = next_rung_day(f, leaves > f->today ? leaves : f->today);

	if (rung >= 0 && f->today <= f->end && end < until)
		until = end;
	if (day == DAY_NONE)
		return until;
	next = zone_instant_next(s->zone, day, 0);
	return next < until ? next : until;
}
