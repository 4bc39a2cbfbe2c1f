/* The inbox: events that calendars propose, and what a person decides about them. */
#include <inttypes.h>

#include "args.h"
#include "base/arena.h"
#include "ceud.h"
#include "entering.h"
#include "fromevent.h"
#include "views.h"

/* The open cycle's standing for what an event would add; *has 0 for a person without a cycle. */
static int find_standing(struct call *c, struct standing *ret, int *has, struct err *err)
{
	struct cycle_row cycle;
	int found = cycle_current(c->d->store, c->subject.id, c->arena, &cycle, err);

	if (found < 0 || (found && standing_of_cycle(c->d, &c->subject, &cycle, c->arena, ret, err)))
		return -1;
	*has = found;
	return 0;
}

static int write_one(struct call *c, struct jsonw *w, const struct proposal_list *around,
    const struct proposal *p, const struct standing *s, struct err *err)
{
	struct proposal_view v = { .proposal = p, .standing = s, .now = c->d->now };

	if (s && standing_worth(s, p, c->arena, &v.worth, err))
		return -1;
	v.has_conflict = p->state == PROPOSAL_WAITING && event_conflict(around, p, 0);
	view_proposal(w, &v);
	return 0;
}

/* {"proposals":[..]}, with next_after when more of them follow. */
static int write_proposals(struct call *c, const struct proposal_list *l, size_t shown, struct err *err)
{
	struct proposal_list around = { 0 };
	struct standing s;
	struct jsonw w;
	int has, rc = 0;

	if (event_around(c->d, c->subject.id, l->items, shown, c->arena, &around, err) || find_standing(c, &s, &has, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "proposals");
	for (size_t i = 0; i < shown && !rc; i++)
		rc = write_one(c, &w, &around, &l->items[i], has ? &s : NULL, err);
	jsonw_end_array(&w);
	if (shown < l->n)
		jsonw_int(&w, "next_after", l->items[shown - 1].no);
	jsonw_end_object(&w);
	if (has)
		standing_free(&s);
	return rc ? -1 : views_done(c, err);
}

int route_inbox(struct call *c, struct err *err)
{
	struct proposal_list page = { 0 };
	int skipped, limit;
	int64_t after;

	if (args_query_flag(c, "skipped", &skipped, err) || args_limit(c, &limit, err) ||
	    args_after(c, &after, err) ||
	    proposal_page(c->d->store, c->subject.id, skipped ? PROPOSALS_SKIPPED : PROPOSALS_WAITING,
	    c->d->now, after, limit + 1, c->arena, &page, err))
		return -1;
	return write_proposals(c, &page, page.n > (size_t)limit ? (size_t)limit : page.n, err);
}

/* ---- which ones */

static int get_all(struct call *c, struct proposal_list *ret, struct err *err)
{
	struct proposal_list l = { 0 };
	struct ids ids;

	if (args_ids(c->args[1], c->arena, &ids, err))
		return -1;
	l.items = arena_alloc(c->arena, ids.n * sizeof *l.items);
	if (!l.items)
		return err_oom(err);
	for (; l.n < ids.n; l.n++)
		if (proposal_get(c->d->store, c->subject.id, ids.items[l.n], c->arena, &l.items[l.n], err))
			return -1;
	*ret = l;
	return 0;
}

/* ---- confirming */

static int check_event(const struct call *c, const struct proposal *p, struct err *err)
{
	if (p->state != PROPOSAL_WAITING)
		return event_refuse_decided(p, err);
	if (p->event.end <= c->d->now)
		return 0;
	err_set(err, ERR_RULE, "event-not-over", "Event %" PRId64 " (%.120s) is not over yet.", p->no,
	    p->event.title);
	return err_next(err, "Confirm it afterwards; it waits in: ceu inbox");
}

static int confirm(struct call *c, const struct proposal *p, int yes, int64_t *ret, struct err *err)
{
	struct standing s;
	struct entry e;
	int rc = -1;

	if (check_event(c, p, err) || entering_cycle(c, p->event.day, &s, err))
		return -1;
	if (!event_entry(c, p, s.program, &e, err) && !entering_check(c, &s, NULL, &e, yes, err) &&
	    !entering_add(c, &s, "confirm", &e, err) &&
	    !proposal_decide(c->d->store, &c->actor, "confirm", p, PROPOSAL_CONFIRMED, e.id, err))
		rc = entering_settle_added(c, &s, &e, err);
	standing_free(&s);
	*ret = e.no;
	return rc;
}

int route_inbox_confirm(struct call *c, struct err *err)
{
	static const char *const members[] = { "hours", "minutes", "category", "for", "yes" };
	struct proposal_list l;
	const char **conflicts;
	int64_t *numbers;
	int yes = 0;

	if (args_only(c, members, sizeof members / sizeof *members, err) ||
	    args_flag(c->body, "yes", &yes, err) < 0 || get_all(c, &l, err))
		return -1;
	numbers = arena_alloc(c->arena, l.n * sizeof *numbers);
	conflicts = arena_alloc(c->arena, l.n * sizeof *conflicts);
	if (!numbers || !conflicts)
		return err_oom(err);
	for (size_t i = 0; i < l.n; i++)
		if (confirm(c, &l.items[i], yes, &numbers[i], err))
			return -1;
	if (event_conflicts(c, l.items, l.n, conflicts, err))
		return -1;
	return entering_answer_all(c, numbers, conflicts, l.n, err);
}

/* ---- skipping and restoring */

static int decide(struct call *c, struct proposal *p, const char *action, enum proposal_state state,
    struct err *err)
{
	if (proposal_decide(c->d->store, &c->actor, action, p, state, 0, err))
		return -1;
	p->state = state;
	return 0;
}

static int push(struct call *c, struct proposal_list *l, const struct proposal *p, struct err *err)
{
	if (arena_grow(c->arena, (void **)&l->items, l->n, &l->cap, sizeof *l->items))
		return err_oom(err);
	l->items[l->n++] = *p;
	return 0;
}

static int has(const struct proposal_list *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].id == id)
			return 1;
	return 0;
}

/* The event, and with `series` all others of its series that still wait. */
static int skip(struct call *c, struct proposal *p, int series, struct proposal_list *done, struct err *err)
{
	struct proposal_list others = { 0 };

	if (has(done, p->id))
		return 0;		/* with its series, a moment ago */
	if (p->state != PROPOSAL_WAITING)
		return event_refuse_decided(p, err);
	if (decide(c, p, "skip", PROPOSAL_SKIPPED, err) || push(c, done, p, err))
		return -1;
	if (series && proposal_series(c->d->store, p, c->arena, &others, err))
		return -1;
	for (size_t i = 0; i < others.n; i++)
		if (others.items[i].id != p->id &&
		    (decide(c, &others.items[i], "skip", PROPOSAL_SKIPPED, err) ||
		    push(c, done, &others.items[i], err)))
			return -1;
	return 0;
}

int route_inbox_skip(struct call *c, struct err *err)
{
	static const char *const members[] = { "series" };
	struct proposal_list l, done = { 0 };
	int series = 0;

	if (args_only(c, members, 1, err) || args_flag(c->body, "series", &series, err) < 0 ||
	    get_all(c, &l, err))
		return -1;
	for (size_t i = 0; i < l.n; i++)
		if (skip(c, &l.items[i], series, &done, err))
			return -1;
	return write_proposals(c, &done, done.n, err);
}

int route_inbox_restore(struct call *c, struct err *err)
{
	struct proposal_list l;

	if (args_only(c, NULL, 0, err) || get_all(c, &l, err))
		return -1;
	for (size_t i = 0; i < l.n; i++) {
		if (l.items[i].state != PROPOSAL_SKIPPED) {
			err_set(err, ERR_RULE, "proposal-not-skipped",
			    "Event %" PRId64 " is not skipped; it is %s.", l.items[i].no,
			    proposal_state_name(l.items[i].state));
			return err_next(err, "Those that are: ceu inbox list --skipped");
		}
		if (decide(c, &l.items[i], "restore", PROPOSAL_WAITING, err))
			return -1;
	}
	return write_proposals(c, &l, l.n, err);
}
