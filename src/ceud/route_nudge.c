/* A lead asks for reminders in her name: now, and with a measure. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "reminding.h"
#include "teamled.h"
#include "views.h"

enum { PEOPLE_MAX = 100, APART_DAYS = 6, LIFE_DAYS = 3 };
#define DAY_MS INT64_C(86400000)

struct nudge {
	struct person person;
	const char *because;		/* why nothing goes, or NULL */
	int64_t mail;
};

/* ---- who */

static int is_member(struct call *c, const struct team *t, const struct person *p, int *ret, struct err *err)
{
	struct team_list teams = { 0 };

	*ret = 0;
	if (team_of_person(c->d->store, p->id, c->arena, &teams, err))
		return -1;
	for (size_t i = 0; i < teams.n; i++)
		*ret |= teams.items[i].id == t->id;
	return 0;
}

static int find_member(struct call *c, const struct team *t, const char *word, struct person *ret, struct err *err)
{
	int is_one;

	if (auth_person(c->d, word, c->arena, ret, err) || is_member(c, t, ret, &is_one, err))
		return -1;
	if (is_one)
		return 0;
	err_set(err, ERR_DENIED, "not-in-team", "%s is not in team %s.", ret->email, t->name);
	return err_next(err, "Who is: ceu team \"%s\"", t->name);
}

static int people_refused(struct err *err)
{
	err_set(err, ERR_USAGE, "people-needed", "\"people\" is to be a list of 1 to %d people.", PEOPLE_MAX);
	return err_next(err, "ceu team nudge PERSON");
}

static int read_people(struct call *c, const struct team *t, struct nudge **ret, size_t *ret_n, struct err *err)
{
	const struct json *given = c->body ? json_get(c->body, "people") : NULL;
	size_t n = json_kind(given) == JSON_ARRAY ? json_size(given) : 0, kept = 0;
	struct nudge *list;

	if (!n || n > PEOPLE_MAX)
		return people_refused(err);
	list = arena_alloc(c->arena, n * sizeof *list);
	if (!list)
		return err_oom(err);
	for (size_t i = 0; i < n; i++) {
		const char *word = json_text(json_at(given, i));
		int is_double = 0;

		if (!word || !*word)
			return people_refused(err);
		if (find_member(c, t, word, &list[kept].person, err))
			return -1;
		for (size_t j = 0; j < kept; j++)
			is_double |= list[j].person.id == list[kept].person.id;
		kept += !is_double;
	}
	*ret = list;
	*ret_n = kept;
	return 0;
}

/* ---- whether */

/* Days around today that have a mail already; its day, or DAY_NONE. */
static day_t near_mail(const struct ladder_facts *f)
{
	for (size_t i = 0; i < f->nmailed; i++)
		if (f->mailed[i] > f->today - APART_DAYS && f->mailed[i] < f->today + APART_DAYS)
			return f->mailed[i];
	return DAY_NONE;
}

static const char *had_one(const struct ladder_facts *f, day_t day, struct arena *a)
{
	char date[48], text[96];

	if (day == f->today)
		return "a reminder goes today";
	snprintf(text, sizeof text, "a reminder %s on %s", day < f->today ? "went" : "goes",
	    date_text(day, DATE_LONG, date, sizeof date));
	return arena_strdup(a, text);
}

/* A lead learns no more than that. */
static int judge(struct call *c, const struct standing *s, struct nudge *n, struct err *err)
{
	struct reminding r;
	day_t near;

	if (reminding_load(c->d, s, c->arena, &r, err))
		return -1;
	near = near_mail(&r.facts);
	if (s->verdict.state == CYCLE_SUBMITTED || s->verdict.state == CYCLE_DONE)
		n->because = s->verdict.state == CYCLE_DONE ? "every rule is met" : "the renewal was sent in";
	else if (r.facts.muted_until != DAY_NONE && r.facts.today <= r.facts.muted_until)
		n->because = "the person wants no reminders now";
	else if (r.address_problem)
		n->because = r.address_problem;
	else if (near != DAY_NONE && !(n->because = had_one(&r.facts, near, c->arena)))
		return err_oom(err);
	return 0;
}

static int plan_mail(struct call *c, const struct team *t, struct nudge *n, struct err *err)
{
	char key[80], date[DATE_ISO_SIZE];
	struct outbox_mail m = { .dedup_key = key, .kind = "nudge", .priority = 1, .person = n->person.id, .team = t->id,
		.rcpt = n->person.email, .rcpt_name = n->person.name, .subject = "", .message_id = "", .reason = "", .enhanced = "",
		.phase = "", .server_id = "", .not_before = c->d->now, .expires_at = c->d->now + LIFE_DAYS * DAY_MS,
		.state = c->d->config->mail_mode == MODE_HOLD ? OUTBOX_HELD : OUTBOX_READY, .created_at = c->d->now };
	int rc;

	date_iso(person_today(c->d, &n->person), date);
	snprintf(key, sizeof key, "nud:%" PRId64 ":%s", n->person.id, date);
	rc = outbox_plan(c->d->store, &m, err);
	if (rc < 0)
		return -1;
	if (rc)
		n->mail = m.id;
	else
		n->because = "one was asked for today";
	return 0;
}

static int nudge(struct call *c, const struct team *t, struct nudge *n, struct err *err)
{
	struct cycle_row cycle;
	struct standing s;
	int found, rc;

	if (n->person.disabled) {
		n->because = "the person is disabled";
		return 0;
	}
	found = cycle_current(c->d->store, n->person.id, c->arena, &cycle, err);
	if (found <= 0) {
		n->because = "the person has no certificate cycle";
		return found;
	}
	if (standing_of_cycle(c->d, &n->person, &cycle, c->arena, &s, err))
		return -1;
	rc = judge(c, &s, n, err);
	standing_free(&s);
	if (rc || n->because || (rc = plan_mail(c, t, n, err)) || !n->mail)
		return rc;
	return standing_keep(c->d, &n->person, c->arena, err);	/* what comes too soon after it waits */
}

static int answer(struct call *c, const struct nudge *list, size_t n, struct err *err)
{
	int is_held = c->d->config->mail_mode == MODE_HOLD;
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "nudged");
	for (size_t i = 0; i < n; i++) {
		jsonw_object(&w, NULL);
		jsonw_str(&w, "person", list[i].person.email);
		jsonw_str(&w, "outcome", list[i].mail ? "mailed" : "not-sent");
		jsonw_str(&w, "because", list[i].because ? list[i].because : is_held ? "held: mail mode is hold" : "asked for");
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

static int no_lead(const struct team *t, struct err *err)
{
	err_set(err, ERR_RULE, "no-lead", "Team %s has no lead in whose name to write.", t->name);
	return err_next(err, "ceu admin team set \"%s\" --lead E-MAIL", t->name);
}

int route_team_nudge(struct call *c, struct err *err)
{
	static const char *const members[] = { "people" };
	struct nudge *list = NULL;
	struct team t;
	size_t n = 0;

	if (args_only(c, members, 1, err) || team_led(c, &t, err))
		return -1;
	if (!t.lead)
		return no_lead(&t, err);
	if (read_people(c, &t, &list, &n, err))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (nudge(c, &t, &list[i], err))
			return -1;
	return answer(c, list, n, err);
}
