/* What a reminder tells: what waits, what is full or open, and the least work beyond it. */
#include "reminderfacts.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "config.h"
#include "rules/plan.h"

enum {
	STEP_EVENTS = 8,		/* so few that the search for the least work takes no time that anybody notices */
	STEP_LOOK = 40,			/* events to come that are looked at for them */
	CATEGORIES_NAMED = 2
};

static int category_is_full(const struct standing *s, int i)
{
	return s->verdict.categories[i].free == 0;
}

/* ---- what waits */

static int waiting_facts(struct making *k, const struct standing *s, struct reminder_facts *f, struct err *err)
{
	struct waiting_event *w = arena_alloc(k->a, (s->waiting.n + 1) * sizeof *w);

	if (!w)
		return err_oom(err);
	for (size_t i = 0; i < s->waiting.n; i++) {
		const struct proposal *p = &s->waiting.items[i];
		int c = p->category[0] ? program_category(s->program, p->category) : -1;
		struct event_worth worth;

		if (standing_worth(s, p, k->a, &worth, err))
			return -1;
		w[i] = (struct waiting_event){ .day = p->event.day, .title = p->event.title,
			.category = c < 0 ? "" : s->program->categories[c].name, .full = c >= 0 && category_is_full(s, c),
			.adds = worth.adds };
	}
	f->waiting = w;
	f->nwaiting = s->waiting.n;
	return 0;
}

/* ---- what is full, or lacks something */

static int lists(struct making *k, const struct standing *s, struct reminder_facts *f, struct err *err)
{
	size_t n = s->verdict.nentries;
	int64_t *needs = arena_alloc(k->a, (n + 1) * sizeof *needs), *without = arena_alloc(k->a, (n + 1) * sizeof *without);
	const char **full = arena_alloc(k->a, (s->program->ncategories + 1) * sizeof *full);

	if (!needs || !without || !full)
		return err_oom(err);
	for (size_t i = 0; i < n; i++) {
		if (s->verdict.entries[i].state == ENTRY_NEEDS_INFO && !s->facts[i].competencies)
			needs[f->nneeds_info++] = s->verdict.entries[i].id;
		if (s->verdict.entries[i].counted > 0 && !s->facts[i].has_evidence)
			without[f->nwithout++] = s->verdict.entries[i].id;
	}
	for (size_t i = 0; i < s->program->ncategories; i++)
		if (category_is_full(s, (int)i))
			full[f->nfull++] = s->program->categories[i].name;
	f->needs_info = needs;
	f->without_evidence = without;
	f->full_categories = full;
	return 0;
}

/* ---- the least work beyond what waits */

struct steps {
	struct making *k;
	const struct standing *s;
	struct entry_fact *facts; size_t n;	/* hers, and what waits as if it were confirmed */
	struct entry_fact events[STEP_EVENTS];
	const struct proposal *proposals[STEP_EVENTS];
	size_t nevents;
};

/* An event with a category and a length, as an entry; 0: it is none. */
static int as_fact(struct steps *l, const struct proposal *p, struct entry_fact *ret, struct err *err)
{
	int c = p->category[0] ? program_category(l->s->program, p->category) : -1;

	if (c < 0 || p->suggested <= 0 || p->event.cancelled)
		return 0;
	return standing_event_fact(l->s, p, c, l->k->a, ret, err) ? -1 : 1;
}

static int add_waiting(struct steps *l, struct err *err)
{
	for (size_t i = 0; i < l->s->waiting.n; i++) {
		int rc = as_fact(l, &l->s->waiting.items[i], &l->facts[l->n], err);

		if (rc < 0)
			return -1;
		if (rc)
			l->facts[l->n++].id = -(int64_t)i - 1;
	}
	return 0;
}

static int add_coming(struct steps *l, struct err *err)
{
	struct proposal_list page = { 0 };
	int64_t now = standing_now(l->k->d, l->s), last = l->s->waiting.n ? l->s->waiting.items[l->s->waiting.n - 1].no : 0;

	if (proposal_page(l->k->d->store, l->s->person.id, PROPOSALS_WAITING, INT64_MAX, last, STEP_LOOK, l->k->a, &page, err))
		return -1;
	for (size_t i = 0; i < page.n && l->nevents < STEP_EVENTS; i++) {
		int rc;

		if (page.items[i].event.end <= now || standing_recorded(l->s, &page.items[i]))
			continue;
		rc = as_fact(l, &page.items[i], &l->events[l->nevents], err);
		if (rc < 0)
			return -1;
		if (!rc)
			continue;
		l->events[l->nevents].id = -(int64_t)(l->s->waiting.n + l->nevents) - 1;
		l->proposals[l->nevents++] = &page.items[i];
	}
	return 0;
}

/* The categories in which work would do: all, or those named, if they are few. */
static const char *categories_text(const struct steps *l, uint32_t mask)
{
	const struct program *p = l->s->program;
	struct buf names = BUF_INIT;
	const char *ret;
	size_t n = 0;

	for (size_t i = 0; i < p->ncategories; i++)
		if (mask >> i & 1 && n++ < CATEGORIES_NAMED)
			buf_printf(&names, "%s%s", n > 1 ? " or " : "", p->categories[i].name);
	ret = names.failed ? NULL : arena_strdup(l->k->a, n == p->ncategories ? "any category" :
	    n > CATEGORIES_NAMED ? "" : buf_str(&names));
	buf_free(&names);
	return ret;
}

static int put_steps(const struct steps *l, const struct plan_option *o, struct reminder_facts *f, struct err *err)
{
	struct reminder_step *steps = arena_alloc(l->k->a, (o->nitems + 1) * sizeof *steps);

	if (!steps)
		return err_oom(err);
	for (size_t i = 0; i < o->nitems; i++) {
		const struct plan_item *item = &o->items[i];
		const struct entry_fact *event = item->candidate < 0 ? NULL : &l->events[item->candidate];

		steps[i] = (struct reminder_step){ .title = "", .day = item->day, .minutes = item->minutes, .adds = item->adds };
		if (event)
			steps[i].title = l->proposals[item->candidate]->event.title;
		steps[i].category = event ? l->s->program->categories[event->category].name : categories_text(l, item->categories);
		if (!steps[i].category)
			return err_oom(err);
	}
	f->steps = steps;
	f->nsteps = o->nitems;
	return 0;
}

static int step_facts(struct making *k, const struct standing *s, struct reminder_facts *f, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(s);
	struct steps l = { .k = k, .s = s, .n = s->entries.n,
		.facts = arena_alloc(k->a, (s->entries.n + s->waiting.n + 1) * sizeof *l.facts) };
	struct plan plan;

	if (!l.facts)
		return err_oom(err);
	if (s->entries.n)
		memcpy(l.facts, s->facts, s->entries.n * sizeof *l.facts);
	if (add_waiting(&l, err) || add_coming(&l, err) ||
	    plan_best(s->program, &cycle, l.facts, l.n, s->today, l.events, l.nevents, credit_days(s->program, &cycle).end, &plan, err))
		return -1;
	return plan.noptions ? put_steps(&l, &plan.options[0], f, err) : 0;
}

/* ---- all of it */

static int wants_steps(enum reminder_kind kind)
{
	return kind == REMINDER_BEHIND || kind == REMINDER_ON_PACE || kind == REMINDER_OPEN;
}

int reminderfacts_render(struct making *k, const struct reminder_ask *q, struct err *err)
{
	const struct config *c = k->d->config;
	const struct standing *s = q->s;
	const struct verdict *v = &s->verdict;
	struct reminder_facts f = { .person_name = s->person.name, .person_email = s->person.email,
		.organisation = c->organisation ? c->organisation : "", .program = s->program->name, .url = c->url ? c->url : "",
		.contact = c->admin ? c->admin : "", .cycle = { s->cycle.start, s->cycle.end }, .today = s->today,
		.days_left = v->days_left, .state = v->state, .kind = q->kind, .grace_days = s->program->grace_days,
		.opens = q->r->facts.opens, .has_calendar = q->has_calendar, .asked_by = q->asked_by, .required = v->required,
		.counted = v->counted, .logged = v->logged, .to_go = v->to_go, .over_limit = v->over_limit, .pending = s->pending };

	if (waiting_facts(k, s, &f, err) || lists(k, s, &f, err) || (wants_steps(q->kind) && step_facts(k, s, &f, err)))
		return -1;
	return render_reminder(k->d->render, &f, &k->mail, err);
}
