/* Teams: for admins who make them, and for leads who look after them. */
#include <string.h>

#include "args.h"
#include "ceud.h"
#include "jobs.h"
#include "views.h"

static int write_team(struct call *c, struct jsonw *w, const struct team *t, struct err *err)
{
	struct person_list people = { 0 };
	struct person lead = { .email = NULL };

	if (team_people(c->d->store, t->id, c->arena, &people, err) ||
	    (t->lead && person_get(c->d->store, t->lead, c->arena, &lead, err)))
		return -1;
	view_team(w, NULL, t, lead.email, &people);
	return 0;
}

static int answer_team(struct call *c, const struct team *t, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	return write_team(c, &w, t, err) ? -1 : views_done(c, err);
}

/* Admins see all, leads those they lead. */
int route_teams(struct call *c, struct err *err)
{
	const char *after = request_query(c->request, "after");
	int is_all = c->caller.is_admin && !request_query(c->request, "as"), limit;
	struct team_list page = { 0 };
	struct jsonw w;

	if (args_limit(c, &limit, err))
		return -1;
	if (is_all ? team_page(c->d->store, after ? after : "", limit + 1, c->arena, &page, err)
	    : team_led_by(c->d->store, c->subject.id, c->arena, &page, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "teams");
	for (size_t i = 0; i < page.n && (!is_all || i < (size_t)limit); i++)
		if (write_team(c, &w, &page.items[i], err))
			return -1;
	jsonw_end_array(&w);
	if (is_all && page.n > (size_t)limit)
		jsonw_str(&w, "next_after", page.items[limit - 1].name);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- making and changing */

static int read_lead(struct call *c, struct team *t, struct err *err)
{
	const char *word;
	struct person lead;
	int given = args_text(c->body, "lead", &word, err);

	if (given <= 0)
		return given;
	t->lead = 0;
	if (!*word)
		return 0;
	if (person_find(c->d->store, word, c->arena, &lead, err))
		return -1;
	t->lead = lead.id;
	return 0;
}

/* "mine" is how leads name their team without its name. */
static int read_name(struct call *c, const char *member, struct team *t, struct err *err)
{
	int given = args_filled(c->body, member, NAME_CHARS, c->arena, &t->name, err);

	if (given <= 0)
		return given;
	if (strcmp(t->name, "mine"))
		return 1;
	err_set(err, ERR_USAGE, "team-name",
	    "\"mine\" cannot be the name of a team; it means the team that one leads.");
	return err_next(err, "Give it another name.");
}

int route_team_add(struct call *c, struct err *err)
{
	static const char *const members[] = { "name", "lead" };
	struct team t = { .name = "", .every = "monday" };

	if (args_only(c, members, sizeof members / sizeof *members, err) || read_name(c, "name", &t, err) < 0)
		return -1;
	if (!*t.name) {
		err_set(err, ERR_USAGE, "name-empty", "The team has no name.");
		return err_next(err, "ceu admin team add NAME");
	}
	if (read_lead(c, &t, err) || team_add(c->d->store, &c->actor, &t, err))
		return -1;
	return answer_team(c, &t, err);
}

int route_team_set(struct call *c, struct err *err)
{
	static const char *const members[] = { "lead", "rename" };
	struct team t;

	if (args_only(c, members, sizeof members / sizeof *members, err) ||
	    team_find(c->d->store, c->args[0], c->arena, &t, err))
		return -1;
	if (json_size(c->body) == 0) {
		err_set(err, ERR_USAGE, "nothing-given", "Nothing to change is given.");
		return err_next(err, "ceu admin team set NAME --lead EMAIL or --rename NAME");
	}
	if (read_name(c, "rename", &t, err) < 0 || read_lead(c, &t, err) ||
	    team_update(c->d->store, &c->actor, &t, err))
		return -1;
	return answer_team(c, &t, err);
}

/* ---- a lead's team */

static int name_one(const struct team_list *led, struct err *err)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < led->n; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", led->items[i].name);
	err_set(err, ERR_USAGE, "team-needed", "You lead several teams: %s.", buf_str(&names));
	buf_free(&names);
	return err_next(err, "Name one: ceu team NAME");
}

static int leads_none(const struct call *c, struct err *err)
{
	const char *who = c->subject.id ? c->subject.email : c->caller.name;

	err_set(err, ERR_DENIED, "no-team-led", "You are %s, who leads no team.", who);
	if (c->caller.is_admin)
		return err_next(err, "Name one: ceu team NAME");
	return err_next(err, "If that is wrong, ask your admin for: ceu admin team set TEAM --lead %s", who);
}

static int find_led(struct call *c, struct team *ret, struct err *err)
{
	const char *word = c->args[0];
	struct team_list led = { 0 };

	if (c->subject.id && team_led_by(c->d->store, c->subject.id, c->arena, &led, err))
		return -1;
	if (!strcmp(word, "mine")) {
		if (led.n != 1)
			return led.n ? name_one(&led, err) : leads_none(c, err);
		*ret = led.items[0];
		return 0;
	}
	if (team_find(c->d->store, word, c->arena, ret, err))
		return -1;
	for (size_t i = 0; i < led.n; i++)
		if (led.items[i].id == ret->id)
			return 0;
	if (c->caller.is_admin)
		return 0;
	err_set(err, ERR_DENIED, "not-your-team", "You do not lead %s.", ret->name);
	return err_next(err, "Your own: ceu team");
}

enum { STATES = CYCLE_LAPSED + 1 };

static int write_row(struct call *c, struct jsonw *w, const struct person *p, int64_t counts[STATES],
    struct err *err)
{
	struct standing s;
	int rc;

	if (standing_load(c->d, p, 0, c->arena, &s, err))
		return -1;
	rc = standing_pending(c->d, &s, c->arena, err);
	if (!rc) {
		view_team_row(w, &s);
		counts[s.verdict.state]++;
	}
	standing_free(&s);
	return rc;
}

/* People with a cycle; the others are named in an array of their own. */
static int write_people(struct call *c, struct jsonw *w, const struct person_list *people,
    int64_t counts[STATES], struct err *err)
{
	struct buf others = BUF_INIT;
	struct jsonw o;
	int rc = 0;

	jsonw_begin(&o, &others);
	jsonw_array(&o, NULL);
	jsonw_array(w, "people");
	for (size_t i = 0; i < people->n && !rc; i++) {
		struct cycle_row cycle;
		int found = cycle_current(c->d->store, people->items[i].id, c->arena, &cycle, err);

		if (!found)
			jsonw_str(&o, NULL, people->items[i].email);
		rc = found <= 0 ? found : write_row(c, w, &people->items[i], counts, err);
	}
	jsonw_end_array(w);
	jsonw_end_array(&o);
	jsonw_raw(w, "without_cycle", buf_str(&others), others.len);
	buf_free(&others);
	return rc;
}

int route_team_status(struct call *c, struct err *err)
{
	struct person_list people = { 0 };
	int64_t counts[STATES] = { 0 };
	struct team t;
	struct jsonw w;

	if (find_led(c, &t, err) || team_people(c->d->store, t.id, c->arena, &people, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "team", t.name);
	jsonw_day(&w, "today", person_today(c->d, &c->subject));
	if (write_people(c, &w, &people, counts, err))
		return -1;
	jsonw_object(&w, "states");
	for (size_t i = 0; i < STATES; i++)
		if (counts[i])
			jsonw_int(&w, cycle_state_name((enum cycle_state)i), counts[i]);
	jsonw_end_object(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_team_digest(struct call *c, struct err *err)
{
	struct team t;

	if (find_led(c, &t, err) || jobs_digest_preview(c->d, &t, &c->reply.body, err))
		return -1;
	return views_done(c, err);
}
