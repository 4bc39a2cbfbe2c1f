/* Teams: for admins who make them, and for leads who look after them. */
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "ceud.h"
#include "teamled.h"
#include "teamwalk.h"
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
	if (auth_person(c->d, word, c->arena, &lead, err))
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
	struct team t = { .name = "", .every = "" };

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

enum { STATES = CYCLE_LAPSED + 1 };

/* People with a cycle as rows, the e-mails of the others; both by e-mail, though the walk goes by id. */
struct status_row { const char *email; size_t from, len; };	/* len 0: no cycle */
struct status_walk {
	struct teamwalk walk;
	day_t today;
	int64_t counts[STATES];
	struct buf text;		/* of all rows */
	struct status_row *rows; size_t n, cap;
};

static int write_row(struct status_walk *w, const struct member_row *m, struct arena *a, struct err *err)
{
	struct standing s;
	struct jsonw row;
	int rc;

	if (standing_glance(w->walk.d, &m->person, &m->cycle, a, &s, err))
		return -1;
	rc = m->waiting ? standing_pending(w->walk.d, &s, a, err) : 0;
	if (!rc) {
		jsonw_begin(&row, &w->text);
		view_team_row(&row, &s);
		w->counts[s.verdict.state]++;
	}
	standing_free(&s);
	return rc;
}

static int visit_status(struct teamwalk *walk, const struct member_row *m, struct arena *a, struct err *err)
{
	struct status_walk *w = (struct status_walk *)walk;
	struct status_row *row;

	if (arena_grow(&walk->arena, (void **)&w->rows, w->n, &w->cap, sizeof *w->rows))
		return err_oom(err);
	row = &w->rows[w->n++];
	*row = (struct status_row){ .email = arena_strdup(&walk->arena, m->person.email), .from = w->text.len };
	if (!row->email)
		return err_oom(err);
	if (m->cycle.id && write_row(w, m, a, err))
		return -1;
	row->len = w->text.len - row->from;
	return 0;
}

static int by_email(const void *x, const void *y)
{
	const struct status_row *a = x, *b = y;

	return strcmp(a->email, b->email);
}

static void write_rows(struct jsonw *out, struct status_walk *w)
{
	if (w->n)
		qsort(w->rows, w->n, sizeof *w->rows, by_email);
	jsonw_array(out, "people");
	for (size_t i = 0; i < w->n; i++)
		if (w->rows[i].len)
			jsonw_raw(out, NULL, w->text.data + w->rows[i].from, w->rows[i].len);
	jsonw_end_array(out);
	jsonw_array(out, "without_cycle");
	for (size_t i = 0; i < w->n; i++)
		if (!w->rows[i].len)
			jsonw_str(out, NULL, w->rows[i].email);
	jsonw_end_array(out);
}

static int finish_status(struct teamwalk *walk, struct buf *json, struct err *err)
{
	struct status_walk *w = (struct status_walk *)walk;
	struct jsonw out;

	if (w->text.failed)
		return err_oom(err);
	jsonw_begin(&out, json);
	jsonw_object(&out, NULL);
	jsonw_str(&out, "team", walk->team.name);
	jsonw_day(&out, "today", w->today);
	write_rows(&out, w);
	jsonw_object(&out, "states");
	for (size_t i = 0; i < STATES; i++)
		if (w->counts[i])
			jsonw_int(&out, cycle_state_name((enum cycle_state)i), w->counts[i]);
	jsonw_end_object(&out);
	jsonw_end_object(&out);
	return 1;
}

static void release_status(struct teamwalk *walk)
{
	buf_free(&((struct status_walk *)walk)->text);
}

int route_team_status(struct call *c, struct err *err)
{
	static const struct teamwalk_kind kind = { sizeof(struct status_walk), visit_status, finish_status, release_status };
	struct status_walk *w;
	struct team t;

	if (team_led(c, &t, err))
		return -1;
	w = (struct status_walk *)teamwalk_new(c->d, &kind, &t, err);
	if (!w)
		return -1;
	w->today = person_today(c->d, &c->subject);
	return teamwalks_add(c->d, &w->walk, call_answer, c, err) ? -1 : ROUTE_LATER;
}
