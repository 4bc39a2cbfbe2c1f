/* A reminder at the moment of sending: where the person stands now. */
#include "mailmake.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "standing.h"

static int category_is_full(const struct standing *s, int i)
{
	return s->verdict.categories[i].free == 0;
}

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

static int render_for(struct making *k, const struct standing *s, struct err *err)
{
	const struct config *c = k->d->config;
	const struct verdict *v = &s->verdict;
	struct reminder_facts f = { .person_name = s->person.name, .person_email = s->person.email,
		.organisation = c->organisation ? c->organisation : "", .program = s->program->name, .url = c->url ? c->url : "",
		.contact = c->admin ? c->admin : "", .cycle = { s->cycle.start, s->cycle.end }, .today = s->today,
		.days_left = v->days_left, .state = v->state, .required = v->required, .counted = v->counted, .logged = v->logged,
		.to_go = v->to_go, .over_limit = v->over_limit, .pending = s->pending };

	if (waiting_facts(k, s, &f, err) || lists(k, s, &f, err))
		return -1;
	return render_reminder(k->d->render, &f, &k->mail, err);
}

static const char *stale(const struct making *k, const struct standing *s)
{
	char cycle[64];

	snprintf(cycle, sizeof cycle, "rem:%lld:%lld:", (long long)s->person.id, (long long)s->cycle.id);
	if (strncmp(k->m->dedup_key, cycle, strlen(cycle)))
		return "the cycle it was about is over";
	if (s->verdict.state == CYCLE_DONE || s->verdict.state == CYCLE_SUBMITTED || s->verdict.state == CYCLE_LAPSED)
		return cycle_state_name(s->verdict.state);
	return NULL;
}

int make_reminder(struct making *k, struct err *err)
{
	struct person p;
	struct standing s;
	const char *why;
	int rc;

	if (person_get(k->d->store, k->m->person, k->a, &p, err))
		return -1;
	if (p.disabled)
		return make_not_wanted(k->m, "the person is disabled");
	k->m->rcpt = p.email;
	k->m->rcpt_name = p.name;
	if (standing_load(k->d, &p, 0, k->a, &s, err))
		return strcmp(err->code, "no-cycle") ? -1 : make_not_wanted(k->m, "the cycle it was about is over");
	k->zone = s.zone;
	why = stale(k, &s);
	if (why)
		rc = make_not_wanted(k->m, why);
	else if (make_wait_for_day(k) || k->m->bytes)
		rc = make_wait_for_day(k);
	else if (standing_pending(k->d, &s, k->a, err) || render_for(k, &s, err))
		rc = -1;
	else
		rc = 0;
	if (!rc && !k->m->bytes) {
		k->thread = make_id(k, "c", make_text(k->a, "cycle:%lld:%lld", (long long)p.id, (long long)s.cycle.id), err);
		rc = k->thread ? 0 : -1;
	}
	standing_free(&s);
	return rc;
}
