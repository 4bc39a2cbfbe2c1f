/* Who is asking, people and their cycles, and the programs on offer. */
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/text.h"
#include "base/zone.h"
#include "ceud.h"
#include "cycling.h"
#include "entering.h"
#include "mail/message.h"
#include "programs.h"
#include "store/outbox.h"
#include "views.h"

/* ---- whoami */

int route_me(struct call *c, struct err *err)
{
	const struct person *p = &c->subject;
	int is_self = p->id == c->caller.person.id;
	struct team_list led = { 0 };
	struct jsonw w;

	if (p->id && team_led_by(c->d->store, p->id, c->arena, &led, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "uid", c->caller.uid);
	jsonw_str(&w, "person", p->id ? p->email : NULL);
	jsonw_array(&w, "roles");
	if (p->id)
		jsonw_str(&w, NULL, "professional");
	if (led.n)
		jsonw_str(&w, NULL, "lead");
	if (is_self ? c->caller.is_admin : p->role == ROLE_ADMIN)
		jsonw_str(&w, NULL, "admin");
	jsonw_end_array(&w);
	jsonw_day(&w, "today", person_today(c->d, p));
	jsonw_str(&w, "zone", zone_name(person_zone(c->d, p)));
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- reading people */

static int write_person(struct call *c, struct jsonw *w, const struct person *p, struct err *err)
{
	struct team_list teams = { 0 };
	struct cycle_row cycle;
	struct person_view v = { .person = p, .teams = &teams, .zone = zone_name(person_zone(c->d, p)) };
	int found = cycle_current(c->d->store, p->id, c->arena, &cycle, err);

	if (found < 0 || team_of_person(c->d->store, p->id, c->arena, &teams, err))
		return -1;
	v.cycle = found ? &cycle : NULL;
	view_person(w, NULL, &v);
	return 0;
}

static int answer_person(struct call *c, const struct person *p, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	return write_person(c, &w, p, err) ? -1 : views_done(c, err);
}

int route_people_list(struct call *c, struct err *err)
{
	const char *after = request_query(c->request, "after");
	struct person_list page = { 0 };
	struct jsonw w;
	int limit;

	if (args_limit(c, &limit, err) ||
	    person_page(c->d->store, after ? after : "", limit + 1, c->arena, &page, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "people");
	for (size_t i = 0; i < page.n && i < (size_t)limit; i++)
		if (write_person(c, &w, &page.items[i], err))
			return -1;
	jsonw_end_array(&w);
	if (page.n > (size_t)limit)
		jsonw_str(&w, "next_after", page.items[limit - 1].email);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_people_get(struct call *c, struct err *err)
{
	return answer_person(c, &c->subject, err);
}

/* ---- changing them: the members that add and set share */

struct wish {				/* of a cycle */
	day_t from, until;		/* DAY_NONE: not given */
};

/* What is wrong, with the word as it was given. */
static int refuse(const char *code, const char *what, const char *word, const char *next, struct err *err)
{
	char shown[80];

	text_excerpt(shown, sizeof shown, word);
	err_set(err, ERR_USAGE, code, "%s \"%s\".", what, shown);
	return err_next(err, "%s", next);
}

/* The name service may block; only admins come here. */
static int find_login(struct call *c, const char *login, struct person *p, struct err *err)
{
	const struct passwd *pw;
	char *end;
	int64_t uid;

	p->login = arena_strdup(c->arena, login);
	if (!p->login)
		return err_oom(err);
	p->uid = -1;
	if (!*login)
		return 0;
	pw = getpwnam(login);
	if (pw) {
		p->uid = pw->pw_uid;
		return 0;
	}
	uid = strtoll(login, &end, 10);		/* a uid without a name */
	if (login[strspn(login, "0123456789")] || strlen(login) > 10 || uid >= UINT32_MAX)
		return refuse("login-unknown", "This machine has no user", login,
		    "Write the name that the person signs in with on this machine.", err);
	p->uid = uid;
	return 0;
}

static int read_login(struct call *c, struct person *p, struct err *err)
{
	const char *login;
	int given = args_text(c->body, "user", &login, err);

	return given <= 0 ? given : find_login(c, login, p, err);
}

static int read_role(struct call *c, struct person *p, struct err *err)
{
	const char *role;
	int given = args_text(c->body, "role", &role, err);

	if (given <= 0)
		return given;
	if (!strcmp(role, role_name(ROLE_ADMIN)))
		p->role = ROLE_ADMIN;
	else if (!strcmp(role, role_name(ROLE_PROFESSIONAL)))
		p->role = ROLE_PROFESSIONAL;
	else
		return refuse("role-unknown", "There is no role", role,
		    "Write professional or admin. A lead is made by: ceu admin team set TEAM --lead EMAIL",
		    err);
	return 0;
}

static int read_zone(struct call *c, struct person *p, struct err *err)
{
	const struct zone *z;
	const char *name;
	int given = args_text(c->body, "zone", &name, err);

	if (given <= 0)
		return given;
	if (*name && zone_get(name, &z, err))
		return -1;
	p->zone = *name ? zone_name(z) : "";
	return 0;
}

static int read_program(struct call *c, struct person *p, struct err *err)
{
	const struct program *program;
	const char *id;
	int given = args_text(c->body, "program", &id, err);

	if (given <= 0)
		return given;
	if (programs_get(c->d, id, &program, err))
		return -1;
	p->program = program->id;
	return 0;
}

static int read_person(struct call *c, struct person *p, struct wish *cycle, struct err *err)
{
	day_t today;

	*cycle = (struct wish){ DAY_NONE, DAY_NONE };
	if (args_line(c->body, "name", NAME_CHARS, c->arena, &p->name, err) < 0 || read_login(c, p, err) ||
	    read_role(c, p, err) || read_zone(c, p, err) || read_program(c, p, err))
		return -1;
	today = person_today(c->d, p);
	if (args_day(c->body, "from", today, DATE_BACK, &cycle->from, err) < 0 ||
	    args_day(c->body, "until", today, DATE_FORWARD, &cycle->until, err) < 0)
		return -1;
	return 0;
}

/* ---- cycles */

static int make_dates(const struct wish *wish, int months, struct cycle *ret, struct err *err)
{
	if (wish->until == DAY_NONE) {
		*ret = cycle_starting(wish->from, months);
		return 0;
	}
	*ret = cycle_ending(wish->until, months);
	if (wish->from != DAY_NONE)
		ret->start = wish->from;
	if (ret->start <= ret->end)
		return 0;
	err_set(err, ERR_USAGE, "cycle-dates", "The cycle would end before it starts.");
	return err_next(err, "Give --from a day before --until.");
}

static int open_cycle(struct call *c, struct person *p, const struct wish *wish, struct err *err)
{
	const struct program *program;
	struct cycle_row row = { .anchor_end = wish->until };
	struct cycle dates, counts;

	if (programs_get(c->d, p->program, &program, err) ||
	    make_dates(wish, program->cycle_months, &dates, err))
		return -1;
	counts = cycling_counts(program, dates);
	row.start = dates.start;
	row.end = dates.end;
	row.counts_from = counts.start;
	row.counts_until = counts.end;
	if (wish->until == DAY_NONE)
		row.anchor_end = cycling_anchor(dates, program->cycle_months);
	return cycling_open(c, p, program, &row, err);
}

/* A start that was moved by an early renewal moves on with the cycle's only if that one does. */
static struct cycle moved_counts(const struct program *p, const struct cycle_row *row, struct cycle dates)
{
	struct cycle counts = cycling_counts(p, dates);

	if (dates.start == row->start)
		counts.start = row->counts_from;
	return counts;
}

static int move_cycle(struct call *c, const struct person *p, const struct cycle_row *row,
    const struct wish *wish, struct err *err)
{
	const struct program *program;
	struct cycle dates;
	day_t anchor = wish->until;

	if (programs_by_hash(c->d, row->program_hash, &program, err) ||
	    make_dates(wish, program->cycle_months, &dates, err))
		return -1;
	if (dates.start == row->start && dates.end == row->end)
		return 0;
	if (row->submitted_at) {
		err_set(err, ERR_RULE, "cycle-submitted", "The cycle of %s was submitted; its dates stay.", p->email);
		return err_next(err, "Whoever recorded that takes it back first: ceu undo");
	}
	if (anchor == DAY_NONE)
		anchor = cycling_anchor(dates, program->cycle_months);
	if (cycle_lock(c->d->store, row->id, err) ||
	    cycle_move(c->d->store, &c->actor, row->id, dates, moved_counts(program, row, dates), anchor,
	    person_today(c->d, p), err))
		return -1;
	return standing_keep(c->d, p, c->arena, err);
}

/* An open cycle keeps the program it was opened with; another one is for the next cycle, once this one is
 * over. */
static int check_bound(struct call *c, const struct person *p, const struct cycle_row *row, struct err *err)
{
	const struct program *program;

	if (programs_by_hash(c->d, row->program_hash, &program, err))
		return -1;
	if (!*p->program || !strcmp(program->id, p->program) || row->submitted_at ||
	    row->end < person_today(c->d, p))
		return 0;
	err_set(err, ERR_RULE, "program-bound", "The cycle of %s is bound to the program %s until it ends.",
	    p->email, program->id);
	return err_next(err, "Leave out --program.");
}

static int set_cycle(struct call *c, struct person *p, const struct wish *wish, struct err *err)
{
	struct cycle_row row;
	int is_wished = wish->from != DAY_NONE || wish->until != DAY_NONE;
	int found = cycle_current(c->d->store, p->id, c->arena, &row, err);

	if (found < 0)
		return -1;
	if (found && check_bound(c, p, &row, err))
		return -1;
	if (!is_wished)
		return 0;
	return found ? move_cycle(c, p, &row, wish, err) : open_cycle(c, p, wish, err);
}

/* ---- teams of a person */

static int join_team(struct call *c, const struct person *p, struct err *err)
{
	const char *name;
	struct team t;
	int given = args_text(c->body, "team", &name, err);

	if (given <= 0)
		return given;
	if (team_find(c->d->store, name, c->arena, &t, err))
		return err->class == ERR_ABSENT ? err_next(err, "ceu admin team add NAME") : -1;
	return team_join(c->d->store, &c->actor, t.id, p->id, err);
}

static int leave_team(struct call *c, const struct person *p, struct err *err)
{
	const char *name;
	struct team t;
	int given = args_text(c->body, "leave_team", &name, err);

	if (given <= 0)
		return given;
	if (team_find(c->d->store, name, c->arena, &t, err))
		return -1;
	return team_leave(c->d->store, &c->actor, t.id, p->id, err);
}

/* ---- add and set */

/* 1 given, 0 not, -1 error: as mail servers know it, in lower case. */
static int read_email(struct call *c, const char **ret, struct err *err)
{
	const char *given;
	char ascii[256];
	char *email;
	int rc = args_text(c->body, "email", &given, err);

	if (rc <= 0)
		return rc;
	if (message_address_ascii(given, ascii, err))
		return -1;
	email = arena_strdup(c->arena, ascii);
	if (!email)
		return err_oom(err);
	*ret = email;
	return 1;
}

static int need_email(struct call *c, const char **ret, struct err *err)
{
	int rc = read_email(c, ret, err);

	if (rc)
		return rc < 0 ? -1 : 0;
	err_set(err, ERR_USAGE, "email-needed", "The e-mail address is missing.");
	return err_next(err, "ceu admin person add EMAIL");
}

/* Where mail could not go it may go now: what she missed in her cycle is due again. */
static int readdress(struct call *c, const struct person *before, const struct person *p, struct err *err)
{
	int64_t missed;

	if (!strcmp(before->email, p->email))
		return 0;
	if (outbox_readdress(c->d->store, p->id, p->email, err) ||
	    rung_forget_unsent(c->d->store, p->id, &missed, err) || bounce_clear(c->d->store, before->email, err) ||
	    bounce_clear(c->d->store, p->email, err))
		return -1;
	return missed ? standing_keep(c->d, p, c->arena, err) : 0;
}

/* In a person's own ceud the first person is she who runs it. */
static int is_first_own(struct call *c, int *ret, struct err *err)
{
	struct person_list anybody = { 0 };

	*ret = 0;
	if (!c->d->own)
		return 0;
	if (person_page(c->d->store, "", 1, c->arena, &anybody, err))
		return -1;
	*ret = !anybody.n;
	return 0;
}

static int own_login(struct call *c, struct person *p, struct err *err)
{
	const struct passwd *pw;
	char number[24];
	int is_first;

	if (is_first_own(c, &is_first, err))
		return -1;
	if (!is_first || *p->login)
		return 0;
	pw = getpwuid(c->request->uid);
	snprintf(number, sizeof number, "%" PRId64, c->caller.uid);
	p->uid = c->caller.uid;
	p->login = arena_strdup(c->arena, pw ? pw->pw_name : number);
	return p->login ? 0 : err_oom(err);
}

int route_people_add(struct call *c, struct err *err)
{
	static const char *const members[] = {
		"email", "name", "user", "program", "from", "until", "team", "role", "zone"
	};
	struct person p = { .name = "", .login = "", .uid = -1, .program = "", .zone = "",
		.role = ROLE_PROFESSIONAL, .created_at = c->d->now };
	struct wish wish;

	if (args_only(c, members, sizeof members / sizeof *members, err) || need_email(c, &p.email, err) ||
	    read_person(c, &p, &wish, err) || own_login(c, &p, err))
		return -1;
	if (!*p.program && (wish.from != DAY_NONE || wish.until != DAY_NONE))
		p.program = programs_default(c->d);
	if (person_add(c->d->store, &c->actor, &p, err) || set_cycle(c, &p, &wish, err) ||
	    join_team(c, &p, err))
		return -1;
	return answer_person(c, &p, err);
}

static int find_person(struct call *c, struct person *ret, struct err *err)
{
	if (strcmp(c->args[0], "me"))
		return auth_person(c->d, c->args[0], c->arena, ret, err);
	*ret = c->subject;
	if (ret->id)
		return 0;
	err_set(err, ERR_ABSENT, "uid-no-person", "You are an admin here (%s), not a person with units.",
	    c->caller.name);
	return err_next(err, "Name the person by e-mail.");
}

static int is_changed(const struct person *a, const struct person *b)
{
	return strcmp(a->email, b->email) || strcmp(a->name, b->name) || strcmp(a->login, b->login) || a->uid != b->uid ||
	    strcmp(a->program, b->program) || strcmp(a->zone, b->zone) || a->role != b->role ||
	    a->disabled != b->disabled;
}

int route_people_set(struct call *c, struct err *err)
{
	static const char *const members[] = {
		"email", "name", "user", "program", "from", "until", "team", "leave_team", "role", "zone", "disabled"
	};
	struct person before, p;
	struct wish wish;

	if (args_only(c, members, sizeof members / sizeof *members, err) || find_person(c, &before, err))
		return -1;
	if (json_size(c->body) == 0) {
		err_set(err, ERR_USAGE, "nothing-given", "Nothing to change is given.");
		return err_next(err, "ceu admin person set %s --until DATE, or another option", before.email);
	}
	p = before;
	if (read_email(c, &p.email, err) < 0 || read_person(c, &p, &wish, err) ||
	    args_flag(c->body, "disabled", &p.disabled, err) < 0)
		return -1;
	if (!*p.program && (wish.from != DAY_NONE || wish.until != DAY_NONE))
		p.program = programs_default(c->d);
	if ((is_changed(&before, &p) && person_update(c->d->store, &c->actor, &p, err)) ||
	    readdress(c, &before, &p, err) || set_cycle(c, &p, &wish, err) || join_team(c, &p, err) || leave_team(c, &p, err))
		return -1;
	if (strcmp(before.zone, p.zone) && entering_keep_open(c, &p, err))
		return -1;
	return answer_person(c, &p, err);
}

/* ---- programs */

int route_programs(struct call *c, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "programs");
	for (size_t i = 0; i < programs_count(c->d); i++)
		view_program(&w, NULL, programs_at(c->d, i), 0);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_program(struct call *c, struct err *err)
{
	const struct program *p;
	struct jsonw w;

	if (programs_get(c->d, c->args[0], &p, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	view_program(&w, NULL, p, 1);
	return views_done(c, err);
}
