/* What a plan of mails is made of: the outbox, everybody's rungs, the digests of teams. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/zone.h"
#include "config.h"
#include "digests.h"
#include "mail/policy.h"
#include "mailplan.h"
#include "mailplanrows.h"
#include "mailremind.h"
#include "reminding.h"

enum { MAILS_PAGE = 40, PEOPLE_PAGE = 100, TEAMS_PAGE = 20, MEMBERS_PAGE = 4 };

static int add(struct mailplan *p, const struct plan_row *row, struct err *err)
{
	void *rows = p->rows;

	if (arena_grow(&p->arena, &rows, p->n, &p->cap, sizeof *p->rows))
		return err_oom(err);
	p->rows = rows;
	p->rows[p->n++] = *row;
	return 0;
}

/* A copy that lasts as long as the rows; NULL stays NULL, and is an error of its own kind for whoever had a text. */
static int keep(struct mailplan *p, const char **text, struct err *err)
{
	if (!*text)
		return 0;
	*text = arena_strdup(&p->arena, *text);
	return *text ? 0 : err_oom(err);
}

static int keep_row(struct mailplan *p, struct plan_row *row, struct err *err)
{
	return keep(p, &row->person, err) || keep(p, &row->to, err) || keep(p, &row->team, err) ||
	    keep(p, &row->because, err) || add(p, row, err) ? -1 : 0;
}

static const struct zone *own_zone(const struct ceud *d)
{
	return d->config->zone ? d->config->zone : zone_local();
}

/* ---- what waits */

/* Who and what it is for, and whether it will be wanted. */
static int of_mail(struct mailplan *p, struct outbox_mail *m, struct arena *a, struct plan_row *row, struct err *err)
{
	const struct zone *z = own_zone(p->d);
	const char *rung = strrchr(m->dedup_key, ':'), *why = NULL;
	struct person person;
	struct team team;

	if (m->person) {
		if (person_get(p->d->store, m->person, a, &person, err))
			return -1;
		z = person_zone(p->d, &person);
		row->person = person.email;
	}
	if (m->team && team_get(p->d->store, m->team, a, &team, err))
		return -1;
	row->team = m->team ? team.name : NULL;
	row->date = zone_day(z, row->at, NULL);
	row->zone = z;
	row->has_rung = !strcmp(m->kind, "reminder") && rung;
	row->rung = row->has_rung ? (int)strtol(rung + 1, NULL, 10) : 0;
	if ((row->has_rung || !strcmp(m->kind, "nudge")) && reminder_unwanted(p->d, m, row->date, a, &why, err))
		return -1;
	if (why) {
		row->state = NULL;
		row->outcome = rung_outcome_name(RUNG_NOT_NEEDED);
		row->because = why;
	}
	return 0;
}

static const char *kind_of(const char *kind)
{
	static const char *const kinds[] = { "reminder", "nudge", "digest", "admin", "test" };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(kind, kinds[i]))
			return kinds[i];
	return "other";
}

static int add_mail(struct mailplan *p, struct outbox_mail *m, struct arena *a, struct err *err)
{
	struct plan_row row = { .kind = kind_of(m->kind), .to = m->rcpt, .state = mail_state_name((enum mail_state)m->state),
		.at = m->next_try > m->not_before ? m->next_try : m->not_before };

	if (row.at < p->d->now)
		row.at = p->d->now;
	if (row.at > p->until || (m->expires_at && m->expires_at <= row.at))
		return 0;
	return of_mail(p, m, a, &row, err) || keep_row(p, &row, err) ? -1 : 0;
}

int mailplan_outbox(struct mailplan *p, struct arena *a, struct err *err)
{
	struct outbox_list page = { 0 };

	if (outbox_page(p->d->store, p->state, p->after, MAILS_PAGE, a, &page, err))
		return -1;
	for (size_t i = 0; i < page.n; i++)
		if (add_mail(p, &page.items[i], a, err))
			return -1;
	p->after = page.n ? page.items[page.n - 1].id : 0;
	if (page.n == MAILS_PAGE)
		return 0;
	p->after = 0;
	return ++p->state > OUTBOX_READY;
}

/* ---- people */

static int add_rung(struct mailplan *p, const struct person *person, const char *email, const struct forecast_rung *f,
    struct err *err)
{
	struct plan_row row = { .kind = "reminder", .person = email, .rung = f->rung, .has_rung = 1 };
	const struct zone *z = person_zone(p->d, person);

	if (f->outcome == RUNG_MAILED && !person->disabled) {
		row.to = email;
		row.at = f->at;
		row.decided = zone_instant(z, f->day, 0);
		row.decided = row.decided > p->d->now ? row.decided : p->d->now;
		row.date = zone_day(z, f->at, NULL);
		if (row.date > p->to)
			return 0;		/* it comes due at a weekend, and goes after it */
		row.zone = z;
		row.state = "planned";
		return add(p, &row, err) || mailplan_count(p, row.decided, err) ? -1 : 0;
	}
	row.date = f->day;
	row.at = zone_instant(z, f->day, 0);
	row.outcome = rung_outcome_name(person->disabled ? RUNG_NOT_NEEDED : f->outcome);
	row.because = person->disabled ? "the person is disabled" : f->because;
	return keep(p, &row.because, err) || add(p, &row, err) ? -1 : 0;
}

static int add_person(struct mailplan *p, const struct cycle_row *c, struct arena *a, struct err *err)
{
	struct forecast forecast;
	struct person person;
	struct standing s;
	const char *email;
	int rc;

	if (person_get(p->d->store, c->person, a, &person, err))
		return -1;
	email = person.email;
	if (keep(p, &email, err) || standing_of_cycle(p->d, &person, c, a, &s, err))
		return -1;
	rc = reminding_forecast(p->d, &s, p->to, a, &forecast, err);
	standing_free(&s);
	for (size_t i = 0; i < (rc ? 0 : forecast.n) && !rc; i++)
		rc = add_rung(p, &person, email, &forecast.items[i], err);
	return rc;
}

/* What is kept tells on which day something can come first. */
static int has_something(const struct mailplan *p, const struct cycle_row *c)
{
	return (c->next_rung != DAY_NONE && c->next_rung <= p->to) || (c->next_check != DAY_NONE && c->next_check <= p->to);
}

int mailplan_people(struct mailplan *p, int64_t until, struct arena *a, struct err *err)
{
	struct cycle_list page = { 0 };
	size_t i;

	if (cycle_page(p->d->store, "", p->after, PEOPLE_PAGE, a, &page, err))
		return -1;
	for (i = 0; i < page.n && (!i || clock_monotonic() < until); i++) {
		struct arena one = ARENA_INIT;
		int rc = has_something(p, &page.items[i]) ? add_person(p, &page.items[i], &one, err) : 0;

		arena_free(&one);
		if (rc)
			return -1;
		p->after = page.items[i].id;
	}
	return i == page.n && page.n < PEOPLE_PAGE;
}

/* ---- teams */

static int add_digests(struct mailplan *p, const struct team *t, const struct person *lead, const char *because, struct arena *a,
    struct err *err)
{
	const struct zone *z = lead->id ? person_zone(p->d, lead) : own_zone(p->d);
	int is_change = digest_every(p->d, t) == DIGEST_CHANGE;
	const char *name = t->name, *email = lead->id ? lead->email : NULL;
	int64_t at = digest_slot_after(p->d, t, z, p->d->now);

	if (keep(p, &name, err) || keep(p, &email, err) ||
	    (lead->id && digest_slot_next(p->d, t, lead, p->d->now, a, &at, err)))
		return -1;
	for (; at <= p->until; at = digest_slot_after(p->d, t, z, at)) {
		struct plan_row row = { .kind = "digest", .at = at, .date = zone_day(z, at, NULL), .zone = z, .team = name,
			.person = email };

		if (because) {
			row.outcome = "not-sent";
			row.because = because;
		} else {
			row.to = email;
			row.state = is_change ? "on-change" : "planned";
		}
		if (add(p, &row, err))
			return -1;
		if (is_change)
			break;		/* it may be any day from then on */
	}
	return 0;
}

/* NULL: somebody has a cycle, so there is something to say. */
static int find_nobody(struct mailplan *p, const struct team *t, struct arena *a, const char **because, struct err *err)
{
	struct member_list page;
	int64_t after = 0;

	do {
		page = (struct member_list){ 0 };
		if (team_member_page(p->d->store, t->id, after, p->d->now, MEMBERS_PAGE, a, &page, err))
			return -1;
		for (size_t i = 0; i < page.n; i++) {
			if (page.items[i].cycle.id)
				return 0;
			after = page.items[i].person.id;
		}
	} while (page.n == MEMBERS_PAGE);
	*because = "nobody in the team has a cycle";
	return 0;
}

static int add_team(struct mailplan *p, const struct team *t, struct arena *a, struct err *err)
{
	struct person lead;
	const char *because = NULL;
	int goes = digest_reader(p->d, t, a, &lead, &because, err);

	if (goes < 0 || (goes && find_nobody(p, t, a, &because, err)) || keep(p, &because, err))
		return -1;
	return add_digests(p, t, &lead, because, a, err);
}

int mailplan_teams(struct mailplan *p, struct arena *a, struct err *err)
{
	struct team_list page = { 0 };

	if (team_page(p->d->store, p->team, TEAMS_PAGE, a, &page, err))
		return -1;
	for (size_t i = 0; i < page.n; i++) {
		if (add_team(p, &page.items[i], a, err))
			return -1;
		text_copy(p->team, sizeof p->team, page.items[i].name);
	}
	return page.n < TEAMS_PAGE;
}
