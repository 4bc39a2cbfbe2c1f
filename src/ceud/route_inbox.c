/* The inbox: events that calendars propose, and what a person decides about them. */
#include <inttypes.h>

#include "args.h"
#include "base/arena.h"
#include "base/err.h"
#include "ceud.h"
#include "entering.h"
#include "fromevent.h"
#include "guessing.h"
#include "inbox.h"
#include "rematch.h"
#include "store/feedrules.h"

static int read_filter(const struct call *c, enum proposal_filter *ret, struct err *err)
{
	int skipped, changed;

	if (args_query_flag(c, "skipped", &skipped, err) || args_query_flag(c, "changed", &changed, err))
		return -1;
	if (skipped && changed) {
		err_set(err, ERR_USAGE, "query-double", "Skipped events and changed ones are two lists.");
		return err_next(err, "ceu inbox list --skipped, or ceu inbox list --changed");
	}
	*ret = skipped ? PROPOSALS_SKIPPED : changed ? PROPOSALS_CHANGED : PROPOSALS_WAITING;
	return 0;
}

int route_inbox(struct call *c, struct err *err)
{
	struct proposal_list page = { 0 };
	enum proposal_filter filter = PROPOSALS_WAITING;
	int limit;
	int64_t after;

	if (read_filter(c, &filter, err) || args_limit(c, &limit, err) || args_after(c, &after, err) ||
	    proposal_page(c->d->store, c->subject.id, filter, c->d->now, after, limit + 1, c->arena, &page, err))
		return -1;
	return inbox_write(c, &(struct inbox_answer){ &page, page.n > (size_t)limit ? (size_t)limit : page.n, 0, 0 }, err);
}

/* ---- confirming */

static int check_event(const struct call *c, const struct proposal *p, struct err *err)
{
	if (p->state != PROPOSAL_WAITING)
		return event_refuse_decided(p, err);
	if (event_refuse_twin(p, err))
		return -1;
	if (p->event.end <= c->d->now)
		return 0;
	err_set(err, ERR_RULE, "event-not-over", "Event %" PRId64 " (%.120s) is not over yet.", p->no,
	    p->event.title);
	return err_next(err, "Confirm it afterwards; it waits in: ceu inbox");
}

/* One after another, mostly in one cycle: as it stands after an entry it stands before the next. */
struct confirming { struct standing s; int is_open, yes; };

static int open_cycle(struct call *c, struct confirming *k, day_t day, struct err *err)
{
	if (k->is_open && day >= k->s.cycle.counts_from && day <= k->s.cycle.counts_until)
		return 0;
	if (k->is_open)
		standing_free(&k->s);
	k->is_open = !entering_cycle(c, day, &k->s, err);
	return k->is_open ? 0 : -1;
}

static int confirm(struct call *c, struct confirming *k, const struct proposal *p, int64_t *ret, struct entry_note *note,
    struct err *err)
{
	struct entry e;

	if (check_event(c, p, err) || open_cycle(c, k, p->event.day, err) || event_entry(c, p, k->s.program, &e, err) ||
	    entering_check(c, &k->s, NULL, &e, k->yes, err) || entering_add(c, &k->s, "confirm", &e, err) ||
	    proposal_decide(c->d->store, &c->actor, "confirm", p, PROPOSAL_CONFIRMED, e.id, err) ||
	    entering_settle_added(c, &k->s, &e, err))
		return -1;
	*ret = e.no;
	return event_correction(c, p, &e, &note->rule, err);
}

static int confirm_all(struct call *c, const struct proposal_list *l, int yes, int64_t *numbers, struct entry_note *notes,
    struct err *err)
{
	struct confirming k = { .yes = yes };
	int rc = 0;

	for (size_t i = 0; i < l->n && !rc; i++)
		rc = confirm(c, &k, &l->items[i], &numbers[i], &notes[i], err);
	if (k.is_open)
		standing_free(&k.s);
	return rc;
}

int route_inbox_confirm(struct call *c, struct err *err)
{
	static const char *const members[] = { "hours", "minutes", "category", "for", "provider", "yes", "step" };
	struct proposal_list l;
	struct entry_note *notes;
	int64_t *numbers;
	int yes = 0;

	if (args_only(c, members, sizeof members / sizeof *members, err) ||
	    args_flag(c->body, "yes", &yes, err) < 0 || inbox_join_step(c, err) || inbox_get_all(c, &l, err))
		return -1;
	numbers = arena_alloc(c->arena, l.n * sizeof *numbers);
	notes = arena_alloc(c->arena, l.n * sizeof *notes);
	if (!numbers || !notes)
		return err_oom(err);
	if (confirm_all(c, &l, yes, numbers, notes, err) || event_conflicts(c, l.items, l.n, notes, err) ||
	    inbox_learn(c, l.items, l.n, err) || inbox_touched(c, err))
		return -1;
	return entering_answer_all(c, numbers, notes, l.n, err);
}

/* ---- skipping */

struct skipping { struct proposal_list done; int64_t rule; };

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

/* Later dates of the series never come. */
static int never_again(struct call *c, const struct proposal *p, int64_t *rule, struct err *err)
{
	struct calendar from;
	struct feed_rule r = { .person = c->subject.id, .added_at = c->d->now,
	    .rule = { .origin = MATCH_PERSONAL, .field = MATCH_SERIES, .extra = "", .test = MATCH_IS, .value = p->series_key,
	    .calendar = p->calendar, .category = "", .competencies = "", .provider = "", .break_minutes = -1,
	    .verdict = MATCH_IGNORE } };

	if (calendar_by_id(c->d->store, p->calendar, c->arena, &from, err))
		return -1;
	r.calendar_no = from.no;
	if (feed_rule_add(c->d->store, &c->actor, &r, err) || rematch_owe(c->d, c->subject.id, REMATCH_AT_ONCE, err))
		return -1;
	*rule = r.rule.no;
	return 0;
}

static int skip_others(struct call *c, const struct proposal *p, struct skipping *s, struct err *err)
{
	struct proposal_list others = { 0 };

	if (proposal_series(c->d->store, p, c->arena, &others, err))
		return -1;
	for (size_t i = 0; i < others.n; i++)
		if (others.items[i].id != p->id &&
		    (decide(c, &others.items[i], "skip", PROPOSAL_SKIPPED, err) ||
		    push(c, &s->done, &others.items[i], err)))
			return -1;
	return p->series_key[0] ? never_again(c, p, &s->rule, err) : 0;
}

/* The event, and with `series` all others of its series that still wait. */
static int skip(struct call *c, struct proposal *p, int series, struct skipping *s, struct err *err)
{
	if (has(&s->done, p->id))
		return 0;		/* with its series, a moment ago */
	if (p->state != PROPOSAL_WAITING)
		return event_refuse_decided(p, err);
	if (event_refuse_twin(p, err) || decide(c, p, "skip", PROPOSAL_SKIPPED, err) || push(c, &s->done, p, err))
		return -1;
	return series ? skip_others(c, p, s, err) : 0;
}

int route_inbox_skip(struct call *c, struct err *err)
{
	static const char *const members[] = { "series", "step" };
	struct skipping s = { .rule = 0 };
	struct proposal_list l;
	int series = 0;

	if (args_only(c, members, 2, err) || args_flag(c->body, "series", &series, err) < 0 ||
	    inbox_join_step(c, err) || inbox_get_all(c, &l, err))
		return -1;
	for (size_t i = 0; i < l.n; i++)
		if (skip(c, &l.items[i], series, &s, err))
			return -1;
	if (inbox_touched(c, err))
		return -1;
	return inbox_write(c, &(struct inbox_answer){ &s.done, s.done.n, c->actor.step, s.rule }, err);
}

/* ---- restoring */

static int check_skipped(const struct proposal *p, struct err *err)
{
	if (p->state == PROPOSAL_SKIPPED)
		return 0;
	err_set(err, ERR_RULE, "proposal-not-skipped", "Event %" PRId64 " is not skipped; it is %s.", p->no,
	    proposal_state_name(p->state));
	return err_next(err, "Those that are: ceu inbox list --skipped");
}

/* One that a rule of hers ignores would be gone again in a moment. */
static int check_wanted(struct guessing *g, const struct proposal *p, struct err *err)
{
	int64_t rule = guessing_ignoring(g, p->calendar, &p->event, err);

	if (rule <= 0)
		return rule < 0 ? -1 : 0;
	err_set(err, ERR_RULE, "rule-ignores", "Your rule %" PRId64 " says to ignore event %" PRId64 " (%.120s).", rule, p->no,
	    p->event.title);
	return err_next(err, "ceu calendar rule remove %" PRId64, rule);
}

static int restore_all(struct call *c, struct guessing *g, struct proposal_list *l, struct err *err)
{
	for (size_t i = 0; i < l->n; i++)
		if (check_skipped(&l->items[i], err) || check_wanted(g, &l->items[i], err) ||
		    decide(c, &l->items[i], "restore", PROPOSAL_WAITING, err))
			return -1;
	return 0;
}

int route_inbox_restore(struct call *c, struct err *err)
{
	static const char *const members[] = { "step" };
	struct guessing *g = NULL;
	struct proposal_list l;
	int rc;

	if (args_only(c, members, 1, err) || inbox_join_step(c, err) || inbox_get_all(c, &l, err) ||
	    guessing_open(c->d, &c->subject, 0, &g, err))
		return -1;
	rc = restore_all(c, g, &l, err) || inbox_touched(c, err) ? -1 : 0;
	guessing_close(g);
	return rc ? -1 : inbox_write(c, &(struct inbox_answer){ &l, l.n, c->actor.step, 0 }, err);
}
