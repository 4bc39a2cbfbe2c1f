/* Digests and plans of teams, for their leads. */
#include <string.h>

#include "args.h"
#include "ceud.h"
#include "digests.h"
#include "standing.h"
#include "teamled.h"
#include "teamneeds.h"
#include "teamwalk.h"
#include "views.h"

/* ---- the digest */

static int read_csv(const struct call *c, int *ret, struct err *err)
{
	const char *word = request_query(c->request, "csv");

	*ret = word != NULL;
	if (!word || !strcmp(word, "1"))
		return 0;
	err_set(err, ERR_USAGE, "parameter-invalid", "\"csv\" is 1 or left out.");
	return err_next(err, "ceu team digest --csv");
}

int route_team_digest(struct call *c, struct err *err)
{
	struct team t;
	int csv;

	if (read_csv(c, &csv, err) || team_led(c, &t, err))
		return -1;
	return digest_preview(c->d, &t, csv ? DIGEST_CSV : DIGEST_TEXTS, DAY_NONE, call_answer, c, err) ? -1 : ROUTE_LATER;
}

/* null: as ceud.conf says. 1 given, 0 not, -1. */
static int read_every(const struct call *c, struct team *t, struct err *err)
{
	static const char *const words[] = { "week", "month", "change" };
	const struct json *given = json_get(c->body, "every");
	const char *word = "";

	if (!given)
		return 0;
	if (json_kind(given) != JSON_NULL && args_text(c->body, "every", &word, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (json_kind(given) == JSON_NULL || !strcmp(word, words[i])) {
			t->every = word;
			return 1;
		}
	err_set(err, ERR_USAGE, "every-unknown", "\"%.40s\" is not when a digest can go: week, month or change.", word);
	return err_next(err, "ceu team digest --every month");
}

/* The lead's own wish: it stands in her history. */
static int set_on(struct call *c, const struct team *t, int on, struct err *err)
{
	if (t->lead)
		return digest_off_set(c->d->store, &c->actor, t->lead, t->id, !on, err);
	err_set(err, ERR_RULE, "no-lead", "Team %s has no lead, so nobody gets its digest.", t->name);
	return err_next(err, "ceu admin team set \"%s\" --lead E-MAIL", t->name);
}

static int nothing_given(struct err *err)
{
	err_set(err, ERR_USAGE, "nothing-given", "Nothing to change is given.");
	return err_next(err, "ceu team digest --every month, --attach yes, --off or --on");
}

static int answer_settings(struct call *c, const struct team *t, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	if (digest_settings(c->d, t, c->arena, &w, err))
		return -1;
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_team_digest_set(struct call *c, struct err *err)
{
	static const char *const members[] = { "every", "csv", "on" };
	struct team t;
	int every, csv, on = 1, has_csv, has_on;

	if (args_only(c, members, sizeof members / sizeof *members, err) || team_led(c, &t, err))
		return -1;
	csv = t.csv;
	every = read_every(c, &t, err);
	has_csv = every < 0 ? -1 : args_flag(c->body, "csv", &csv, err);
	has_on = has_csv < 0 ? -1 : args_flag(c->body, "on", &on, err);
	if (has_on < 0)
		return -1;
	if (!every && !has_csv && !has_on)
		return nothing_given(err);
	t.csv = csv;
	if (((every || has_csv) && team_update(c->d->store, &c->actor, &t, err)) || (has_on && set_on(c, &t, on, err)))
		return -1;
	return answer_settings(c, &t, err);
}

/* ---- what would help */

struct plan_walk { struct teamwalk walk; struct team_needs needs; day_t today; };

static int visit_plan(struct teamwalk *walk, const struct member_row *m, struct arena *a, struct err *err)
{
	struct plan_walk *w = (struct plan_walk *)walk;
	struct standing s;
	int rc;

	if (!m->cycle.id || m->cycle.submitted_at)
		return 0;
	if (standing_glance(walk->d, &m->person, &m->cycle, a, &s, err))
		return -1;
	rc = team_needs_add(&w->needs, &s, &walk->arena, err);
	standing_free(&s);
	return rc;
}

static void write_option(struct jsonw *w, const struct program *p, const struct team_event *e)
{
	jsonw_object(w, NULL);
	jsonw_str(w, "category", p->categories[e->category].id);
	jsonw_str(w, "name", p->categories[e->category].name);
	jsonw_int(w, "minutes", e->minutes);
	jsonw_units(w, "units", program_units(p, e->minutes));
	jsonw_int(w, "people", (int64_t)e->npeople);
	jsonw_int(w, "finished", (int64_t)e->nfinished);
	jsonw_units(w, "adds", e->adds);
	jsonw_day(w, "by", e->by);
	jsonw_end_object(w);
}

static int finish_plan(struct teamwalk *walk, struct buf *json, struct err *err)
{
	struct plan_walk *pw = (struct plan_walk *)walk;
	struct team_help help;
	struct jsonw w;

	if (team_needs_help(walk->d, &pw->needs, pw->today, &help, err))
		return -1;
	jsonw_begin(&w, json);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "team", walk->team.name);
	jsonw_day(&w, "today", pw->today);
	jsonw_str(&w, "program", help.program ? help.program->id : NULL);
	jsonw_str(&w, "program_name", help.program ? help.program->name : NULL);
	jsonw_str(&w, "unit", help.program ? help.program->unit : NULL);
	jsonw_int(&w, "people", (int64_t)help.npeople);
	jsonw_array(&w, "options");
	for (size_t i = 0; i < help.n; i++)
		write_option(&w, help.program, &help.options[i]);
	jsonw_end_array(&w);
	jsonw_array(&w, "next");
	jsonw_str(&w, NULL, "ceu team");
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return 1;
}

int route_team_plan(struct call *c, struct err *err)
{
	static const struct teamwalk_kind kind = { sizeof(struct plan_walk), visit_plan, finish_plan, NULL };
	struct plan_walk *w;
	struct team t;

	if (team_led(c, &t, err))
		return -1;
	w = (struct plan_walk *)teamwalk_new(c->d, &kind, &t, err);
	if (!w)
		return -1;
	w->today = person_today(c->d, &c->subject);
	return teamwalks_add(c->d, &w->walk, call_answer, c, err) ? -1 : ROUTE_LATER;
}
