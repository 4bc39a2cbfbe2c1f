/* Who is in which team, and where each stands. */
#include "ledger.h"
#include "store/people.h"

#include <stdio.h>

struct membership { int64_t team, person; int is_in; };

/* Writes the row; text NULL: made from the action. */
static int write_row(struct store *s, const struct actor *by, struct record r, const struct membership *m,
    int was_in, const char *text, struct err *err)
{
	struct pictures p = PICTURES_INIT;
	struct arena a = ARENA_INIT;
	char name[48];
	struct team t;
	int rc = text ? 0 : team_get(s, m->team, &a, &t, err);

	if (rc == 0) {
		snprintf(name, sizeof(name), "%lld:%lld", (long long)m->team, (long long)m->person);
		buf_puts(&p.before, was_in ? "true" : "false");
		buf_puts(&p.after, m->is_in ? "true" : "false");
		if (text)
			buf_puts(&p.text, text);
		else
			buf_printf(&p.text, "%s team %s", r.action, t.name);
		r.subject = m->person;
		r.kind = "member";
		r.name = name;
		rc = ledger_picture(s, by, r, &p, err);
	}
	arena_free(&a);
	return rc;
}

/* How many rows changed: 0 if it was so already. */
static int set(struct store *s, const struct membership *m, struct err *err)
{
	return db_run(s, m->is_in ? SQL_TEAM_JOIN : SQL_TEAM_LEAVE, VALUES(v_int(m->team), v_int(m->person)),
	    err);
}

/* Joining and leaving are written only when they change something. */
static int change(struct store *s, const struct actor *by, const char *action, const struct membership *m,
    struct err *err)
{
	struct arena a = ARENA_INIT;
	struct person p;
	struct team t;
	int n = -1;

	if (team_get(s, m->team, &a, &t, err) == 0 && person_get(s, m->person, &a, &p, err) == 0)
		n = set(s, m, err);
	arena_free(&a);
	if (n <= 0)
		return n;
	return write_row(s, by, (struct record){ .action = action }, m, !m->is_in, NULL, err);
}

int team_join(struct store *s, const struct actor *by, int64_t team, int64_t person, struct err *err)
{
	return change(s, by, "join", &(struct membership){ team, person, 1 }, err);
}

int team_leave(struct store *s, const struct actor *by, int64_t team, int64_t person, struct err *err)
{
	return change(s, by, "leave", &(struct membership){ team, person, 0 }, err);
}

int member_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	struct membership m = { r->id, r->subject, json_yes(r->image) };
	struct arena a = ARENA_INIT;
	struct team t;
	int n, rc = m.is_in ? team_get(s, m.team, &a, &t, err) : 0;

	arena_free(&a);
	if (rc < 0)
		return -1;
	n = set(s, &m, err);
	if (n < 0)
		return -1;
	return write_row(s, by, (struct record){ .action = r->action, .undoes = r->step }, &m,
	    n > 0 ? !m.is_in : m.is_in, r->text, err);
}

/* ---- pages */

static void member_read(struct query *q, void *item)
{
	struct member_row *m = item;

	person_read(q, &m->person);
	m->waiting = q_small(q);
	m->bare = q_small(q);
	cycle_read(q, &m->cycle);
}

int team_member_page(struct store *s, int64_t team, int64_t after, int64_t now, int limit, struct arena *a,
    struct member_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_TEAM_MEMBER_PAGE, VALUES(v_int(team), v_int(after), v_int(now), v_int(limit)), a, member_read,
	    sizeof(struct member_row), &r, err) < 0)
		return -1;
	*ret = (struct member_list){ r.items, r.n, r.cap };
	return 0;
}
