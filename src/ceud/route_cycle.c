/* Where a person stands, why, what happened, and taking the last step back. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "args.h"
#include "base/arena.h"
#include "ceud.h"
#include "entering.h"
#include "inbox.h"
#include "jobparts.h"
#include "progjob.h"
#include "rematch.h"
#include "store/ledger.h"
#include "views.h"

/* ?cycle=YEAR: 0 without it. */
static int read_year(const struct call *c, int *ret, struct err *err)
{
	const char *word = request_query(c->request, "cycle");

	*ret = 0;
	if (!word)
		return 0;
	if (strlen(word) == 4 && strspn(word, "0123456789") == 4 && word[0] != '0') {
		*ret = (int)strtol(word, NULL, 10);
		return 0;
	}
	err_set(err, ERR_USAGE, "year-invalid", "A cycle is named by the year it starts in, as 2024.");
	return err_next(err, "The open one: ceu status");
}

/* Which cycle, and of which day: DAY_NONE is now. */
struct moment { int year; day_t as_of; };

static int read_moment(const struct call *c, struct moment *ret, struct err *err)
{
	ret->as_of = DAY_NONE;
	return read_year(c, &ret->year, err) ||
	    args_query_day(c, "as_of", person_today(c->d, &c->subject), &ret->as_of, err) ? -1 : 0;
}

static int load(struct call *c, const struct moment *m, struct standing *ret, struct err *err)
{
	if (m->as_of != DAY_NONE)
		return standing_as_of(c->d, &c->subject, m->year, m->as_of, c->arena, ret, err);
	return standing_load(c->d, &c->subject, m->year, c->arena, ret, err);
}

int route_status(struct call *c, struct err *err)
{
	struct moment moment;
	struct standing s;
	struct jsonw w;
	int rc;

	if (read_moment(c, &moment, err) || load(c, &moment, &s, err))
		return -1;
	s.is_numbers = !c->caller.is_admin && c->subject.id != c->caller.person.id;
	rc = standing_pending(c->d, &s, c->arena, err) || standing_sent(c->d, &s, c->arena, err) ? -1 : 0;
	if (!rc) {
		jsonw_begin(&w, &c->reply.body);
		view_status(&w, NULL, &s);
		rc = views_done(c, err);
	}
	standing_free(&s);
	return rc;
}

/* ---- why */

static int write_why(struct call *c, const struct standing *s, int64_t only, struct err *err)
{
	struct jsonw w;
	int found = !only;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "program", s->program->id);
	jsonw_str(&w, "program_name", s->program->name);
	jsonw_str(&w, "unit", s->program->unit);
	if (s->is_past)
		jsonw_day(&w, "as_of", s->today);
	jsonw_array(&w, "entries");
	for (size_t i = 0; i < s->entries.n; i++) {
		if (only ? s->entries.items[i].no != only : s->entries.items[i].is_void)
			continue;
		view_why(&w, s, i);
		found = 1;
	}
	jsonw_end_array(&w);
	view_rules(&w, "rules", s);
	view_assumptions(&w, s->program);
	jsonw_end_object(&w);
	if (found)
		return views_done(c, err);
	if (s->is_past) {
		err_set(err, ERR_ABSENT, "no-entry", "There was no entry %" PRId64 " in that cycle then.", only);
		return err_next(err, "As it is now: ceu why %" PRId64, only);
	}
	err_set(err, ERR_ABSENT, "no-entry", "Entry %" PRId64 " is in another cycle.", only);
	return err_next(err, "ceu show %" PRId64, only);
}

/* The cycle that an entry's day is in, if no year is named. */
static int load_for_entry(struct call *c, int64_t no, struct standing *ret, struct err *err)
{
	struct cycle_row cycle;
	struct entry e;
	int found;

	if (entry_get(c->d->store, c->subject.id, no, c->arena, &e, err))
		return -1;
	found = cycle_at(c->d->store, c->subject.id, e.day, c->arena, &cycle, err);
	if (found < 0)
		return -1;
	if (found)
		return standing_of_cycle(c->d, &c->subject, &cycle, c->arena, ret, err);
	return standing_load(c->d, &c->subject, 0, c->arena, ret, err);
}

int route_why(struct call *c, struct err *err)
{
	const char *word = request_query(c->request, "entry");
	struct moment moment;
	struct standing s;
	int64_t no = 0;
	int rc;

	if (read_moment(c, &moment, err) || (word && args_number(word, "an entry", &no, err)))
		return -1;
	if (no && !moment.year && moment.as_of == DAY_NONE)
		rc = load_for_entry(c, no, &s, err);
	else
		rc = load(c, &moment, &s, err);
	if (rc)
		return -1;
	rc = write_why(c, &s, no, err);
	standing_free(&s);
	return rc;
}

/* ---- history */

static int write_changes(struct call *c, const struct change_list *l, size_t shown, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "changes");
	for (size_t i = 0; i < shown; i++)
		view_change(&w, &l->items[i]);
	jsonw_end_array(&w);
	if (shown < l->n)
		jsonw_int(&w, "next_after", l->items[shown - 1].seq);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_history(struct call *c, struct err *err)
{
	struct change_list page = { 0 };
	int64_t before;
	int limit;

	if (args_limit(c, &limit, err) || args_after(c, &before, err) ||
	    ledger_of(c->d->store, c->subject.id, before, limit + 1, c->arena, &page, err))
		return -1;
	return write_changes(c, &page, page.n > (size_t)limit ? (size_t)limit : page.n, err);
}

typedef int step_back(struct store *s, struct actor *by, int64_t subject, struct arena *a,
    struct change_list *ret, struct err *err);

/* A step of an admin may have been about several people, or about which program is on offer. */
static int settle_others(struct call *c, const struct change_list *done, struct err *err)
{
	int64_t *others;
	size_t n;

	if (ledger_concerned(c->d->store, c->actor.step, c->subject.id, c->arena, &others, &n, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct person p;

		if (person_get(c->d->store, others[i], c->arena, &p, err) || entering_keep_open(c, &p, err))
			return -1;
	}
	for (size_t i = 0; i < done->n; i++)
		if (!strncmp(done->items[i].object, "program:", 8))
			c->offers_changed = 1;
	return 0;
}

/* Half of an install is not taken back while the other half is being made. */
static int check_whole(struct call *c, const struct change_list *done, struct err *err)
{
	if (!done->n || !c->d->jobs || !programs_job_writes(c->d->jobs->programs, done->items[0].undoes))
		return 0;
	err_set(err, ERR_RULE, "install-underway",
	    "The program is still being bound to open cycles. Nothing was changed.");
	return err_next(err, "Wait a moment, then try again.");
}

/* What was learned of these events is not so any more: what waits beside them shows it in the next answer. */
static int learn_again(struct call *c, const struct change_list *done, struct err *err)
{
	struct proposal *events = arena_alloc(c->arena, API_IDS_MAX * sizeof *events);
	size_t n = 0;

	if (!events)
		return err_oom(err);
	for (size_t i = 0; i < done->n && n < API_IDS_MAX; i++) {
		const char *object = done->items[i].object;
		int64_t id;

		if (strncmp(object, "proposal:", 9))
			continue;
		if (args_number(object + 9, "an event", &id, err) || proposal_by_id(c->d->store, id, c->arena, &events[n], err))
			return -1;
		n += events[n].person == c->subject.id;
	}
	return n ? inbox_learn(c, events, n, err) : 0;
}

/* Rules, or what was learned from events, are others now. Those of admins are everybody's. */
static int owe_rematch(struct call *c, const struct change_list *done, struct err *err)
{
	int rules = 0, events = 0;

	for (size_t i = 0; i < done->n; i++) {
		const char *object = done->items[i].object;

		rules |= !strncmp(object, "feed-rule:", 10);
		events |= !strncmp(object, "proposal:", 9) || !strncmp(object, "calendar:", 9) ||
		    !strncmp(object, "entry:", 6) || !strncmp(object, "cycle:", 6);
	}
	if (!rules && !events)
		return 0;
	if (learn_again(c, done, err))
		return -1;
	return rematch_owe(c->d, rules && c->caller.is_admin ? 0 : c->subject.id, REMATCH_AT_ONCE, err);
}

/* What was changed may be the person, entries, or which cycles there are. */
static int take_back(struct call *c, step_back *step, struct err *err)
{
	struct change_list done = { 0 };
	struct person now;

	if (args_only(c, NULL, 0, err) || entering_lock_all(c, &c->subject, err) ||
	    step(c->d->store, &c->actor, c->subject.id, c->arena, &done, err) || check_whole(c, &done, err) ||
	    person_get(c->d->store, c->subject.id, c->arena, &now, err) || entering_keep_open(c, &now, err) ||
	    settle_others(c, &done, err) || owe_rematch(c, &done, err))
		return -1;
	return write_changes(c, &done, done.n, err);
}

int route_undo(struct call *c, struct err *err)
{
	return take_back(c, ledger_undo, err);
}

int route_redo(struct call *c, struct err *err)
{
	return take_back(c, ledger_redo, err);
}

/* ---- cycles */

static int write_cycle(struct call *c, struct jsonw *w, const struct cycle_row *row, struct err *err)
{
	struct standing s;
	int rc;

	if (standing_of_cycle(c->d, &c->subject, row, c->arena, &s, err))
		return -1;
	rc = standing_sent(c->d, &s, c->arena, err);
	if (!rc) {
		jsonw_object(w, NULL);
		jsonw_int(w, "id", cycle_year((struct cycle){ row->start, row->end }));
		jsonw_day(w, "start", row->start);
		jsonw_day(w, "end", row->end);
		jsonw_str(w, "state", cycle_state_name(s.verdict.state));
		jsonw_units(w, "counted", s.verdict.counted);
		jsonw_units(w, "required", s.verdict.required);
		jsonw_str(w, "program", s.program->id);
		jsonw_day(w, "submitted", s.sent.id ? s.sent.on : DAY_NONE);
		jsonw_bool(w, "closed", row->closed_at != 0);
		jsonw_end_object(w);
	}
	standing_free(&s);
	return rc;
}

int route_cycles(struct call *c, struct err *err)
{
	struct cycle_list all = { 0 };
	struct jsonw w;

	if (cycle_list_of(c->d->store, c->subject.id, c->arena, &all, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "cycles");
	for (size_t i = 0; i < all.n; i++)
		if (write_cycle(c, &w, &all.items[i], err))
			return -1;
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}
