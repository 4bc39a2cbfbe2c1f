/* Planned entries: made ahead, and confirmed or dropped once their day has come. */
#include <inttypes.h>
#include <stdio.h>

#include "args.h"
#include "base/arena.h"
#include "ceud.h"
#include "cycling.h"
#include "entering.h"
#include "fromevent.h"
#include "views.h"

/* ---- adding by hand */

static int check_ahead(const struct standing *s, day_t day, struct err *err)
{
	char date[48];

	if (day > s->today)
		return 0;
	err_set(err, ERR_RULE, "plan-past", "%s is not ahead, so there is nothing to plan.",
	    date_text(day, DATE_FULL, date, sizeof date));
	return err_next(err, "If you did it: ceu log HOURS CATEGORY TITLE --on DATE");
}

static int add(struct call *c, struct standing *s, struct entry *e, struct err *err)
{
	struct entry_view v;
	int strict = 0, yes = 0;

	if (check_ahead(s, e->day, err) || entering_fields(c, s->program, e, err) || entering_all_given(e, err) ||
	    args_flag(c->body, "strict", &strict, err) < 0 || args_flag(c->body, "yes", &yes, err) < 0 ||
	    entering_check(c, s, NULL, e, yes, err) || (strict && entering_strict(s, e, err)))
		return -1;
	if (entering_add(c, s, "plan", e, err) || entering_settle_added(c, s, e, err) ||
	    entering_view(s, e->id, &v, err))
		return -1;
	return entering_write(c, &v, err);
}

int route_plan_add(struct call *c, struct err *err)
{
	static const char *const members[] = {
		"hours", "minutes", "category", "title", "on", "for", "provider", "note", "tags", "earn",
		"count", "strict", "yes"
	};
	struct entry e = { .person = c->subject.id, .kind = "", .provider = "", .note = "", .calendar_name = "",
		.uid = "", .void_reason = "", .source = SOURCE_HAND, .is_planned = 1 };
	struct standing s;
	int rc;

	if (args_only(c, members, sizeof members / sizeof *members, err))
		return -1;
	rc = args_day(c->body, "on", person_today(c->d, &c->subject), DATE_FORWARD, &e.day, err);
	if (rc < 0)
		return -1;
	if (!rc)
		return entering_needed("on-needed", "The day is missing.",
		    "Say when: ceu plan add HOURS CATEGORY TITLE --on DATE", err);
	if (entering_cycle(c, e.day, &s, err))
		return -1;
	rc = add(c, &s, &e, err);
	standing_free(&s);
	return rc;
}

/* ---- keeping events of calendars */

static int keep(struct call *c, const struct proposal *p, int yes, int64_t *ret, struct err *err)
{
	struct standing s;
	struct entry e;
	int rc = -1;

	if (p->state != PROPOSAL_WAITING)
		return event_refuse_decided(p, err);
	if (event_refuse_twin(p, err) || entering_cycle(c, p->event.day, &s, err))
		return -1;
	if (!event_entry(c, p, s.program, &e, err) && !entering_check(c, &s, NULL, &e, yes, err)) {
		e.is_planned = 1;
		if (!entering_add(c, &s, "plan", &e, err) &&
		    !proposal_decide(c->d->store, &c->actor, "plan", p, PROPOSAL_CONFIRMED, e.id, err))
			rc = entering_settle_added(c, &s, &e, err);
	}
	standing_free(&s);
	*ret = e.no;
	return rc;
}

int route_plan_keep(struct call *c, struct err *err)
{
	static const char *const members[] = { "proposals", "hours", "minutes", "category", "for", "yes" };
	struct proposal *kept;
	struct ids ids;
	struct entry_note *notes;
	int64_t *numbers;
	int yes = 0;

	if (args_only(c, members, sizeof members / sizeof *members, err) ||
	    args_flag(c->body, "yes", &yes, err) < 0 || args_id_list(c->body, "proposals", c->arena, &ids, err))
		return -1;
	kept = arena_alloc(c->arena, ids.n * sizeof *kept);
	numbers = arena_alloc(c->arena, ids.n * sizeof *numbers);
	notes = arena_alloc(c->arena, ids.n * sizeof *notes);
	if (!kept || !numbers || !notes)
		return err_oom(err);
	for (size_t i = 0; i < ids.n; i++)
		if (proposal_get(c->d->store, c->subject.id, ids.items[i], c->arena, &kept[i], err) ||
		    keep(c, &kept[i], yes, &numbers[i], err))
			return -1;
	if (event_conflicts(c, kept, ids.n, notes, err))
		return -1;
	return entering_answer_all(c, numbers, notes, ids.n, err);
}

/* ---- done, and dropped */

static int get_planned(struct call *c, int64_t no, struct entry *ret, struct err *err)
{
	if (entry_get(c->d->store, c->subject.id, no, c->arena, ret, err))
		return -1;
	if (ret->is_planned && !ret->is_void)
		return 0;
	err_set(err, ERR_RULE, "not-planned", ret->is_void ? "Entry %" PRId64 " was removed." :
	    "Entry %" PRId64 " is not planned; it is on record already.", no);
	return err_next(err, "See it: ceu show %" PRId64, no);
}

static int check_over(const struct standing *s, const struct entry *e, struct err *err)
{
	char date[48];

	if (e->day <= s->today)
		return 0;
	err_set(err, ERR_RULE, "plan-not-over", "Entry %" PRId64 " is planned for %s, which has not come yet.",
	    e->no, date_text(e->day, DATE_FULL, date, sizeof date));
	return err_next(err, "If it was earlier: ceu edit %" PRId64 " --on DATE", e->no);
}

static int finish(struct call *c, int64_t no, struct err *err)
{
	struct entry before, e;
	struct standing s;
	int rc = -1;

	if (get_planned(c, no, &e, err) || entering_cycle(c, e.day, &s, err))
		return -1;
	before = e;
	e.is_planned = 0;
	if (!check_over(&s, &e, err) && args_minutes(c->body, &e.minutes, err) >= 0 &&
	    !entering_check(c, &s, &before, &e, 1, err) && !entering_change(c, &s, "plan done", &e, err))
		rc = entering_settle(c, &s, err);
	standing_free(&s);
	return rc;
}

int route_plan_done(struct call *c, struct err *err)
{
	static const char *const members[] = { "ids", "hours", "minutes" };
	struct ids ids;

	if (args_only(c, members, 3, err) || args_id_list(c->body, "ids", c->arena, &ids, err))
		return -1;
	for (size_t i = 0; i < ids.n; i++)
		if (finish(c, ids.items[i], err))
			return -1;
	return entering_answer_all(c, ids.items, NULL, ids.n, err);
}

/* The event it was kept from waits again; one whose calendar is gone cannot. */
static int release(struct call *c, const struct entry *e, struct err *err)
{
	struct proposal p;
	struct calendar from;

	if (!e->proposal)
		return 0;
	if (proposal_by_id(c->d->store, e->proposal, c->arena, &p, err))
		return -1;
	if (p.state != PROPOSAL_CONFIRMED || p.entry_no != e->no)
		return 0;
	if (calendar_by_id(c->d->store, p.calendar, c->arena, &from, err))
		return -1;
	return proposal_decide(c->d->store, &c->actor, "plan drop", &p,
	    from.removed ? PROPOSAL_WITHDRAWN : PROPOSAL_WAITING, 0, err);
}

static int drop(struct call *c, int64_t no, struct err *err)
{
	struct entry e;

	if (get_planned(c, no, &e, err))
		return -1;
	e.is_void = 1;
	e.void_reason = "";
	if (entering_lock_day(c, e.day, err) || entering_change(c, NULL, "plan drop", &e, err))
		return -1;
	return release(c, &e, err);
}

int route_plan_drop(struct call *c, struct err *err)
{
	static const char *const members[] = { "ids" };
	struct ids ids;

	if (args_only(c, members, 1, err) || args_id_list(c->body, "ids", c->arena, &ids, err))
		return -1;
	for (size_t i = 0; i < ids.n; i++)
		if (drop(c, ids.items[i], err))
			return -1;
	if (entering_keep_open(c, &c->subject, err))
		return -1;
	return entering_answer_all(c, ids.items, NULL, ids.n, err);
}
