/* The facts of a digest: where everybody of a team stands, what changed since the last one, what would help. */
#include "digestfacts.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "config.h"
#include "digests.h"
#include "programs.h"
#include "standing.h"

enum { SILENT_DAYS_MAX = 28, HELD_NAMES_MAX = 5 };

struct digest_walk *digest_walk_new(struct ceud *d, const struct teamwalk_kind *kind, const struct team *t,
    const struct person *lead, struct err *err)
{
	struct digest_walk *w = (struct digest_walk *)teamwalk_new(d, kind, t, err);
	struct arena *a;

	if (!w)
		return NULL;
	a = &w->walk.arena;
	w->on = DAY_NONE;
	w->every = digest_every(d, t);
	w->lead = *lead;
	w->lead.email = arena_strdup(a, lead->email);
	w->lead.name = arena_strdup(a, lead->name);
	w->lead.zone = arena_strdup(a, lead->zone);
	w->lead.login = w->lead.program = w->lead.reminder_days = "";
	if (!w->lead.email || !w->lead.name || !w->lead.zone)
		err_oom(err);
	else if (!snapshot_last(d->store, t->id, a, &w->before, err))
		return w;
	teamwalk_free(&w->walk);
	return NULL;
}

void digest_walk_release(struct teamwalk *walk)
{
	struct digest_walk *w = (struct digest_walk *)walk;

	buf_free(&w->held);
	rendered_free(&w->mail);
}

/* ---- one person */

static int by_person(const void *x, const void *y)
{
	const struct snapshot *a = x, *b = y;

	return (a->person > b->person) - (a->person < b->person);
}

static void take_before(struct digest_person *out, const struct snapshot_list *before, int64_t person)
{
	struct snapshot wanted = { .person = person }, *found = NULL;

	if (before->n)
		found = bsearch(&wanted, before->items, before->n, sizeof wanted, by_person);
	if (!found)
		return;
	out->had_before = 1;
	out->state_before = (enum cycle_state)found->state;
	out->counted_before = found->counted;
}

/* The category that is full and takes most of what she did beyond it. */
static const char *binding(const struct standing *s)
{
	const char *name = "";
	int64_t most = 0;

	for (size_t i = 0; i < s->program->ncategories; i++) {
		const struct category_verdict *v = &s->verdict.categories[i];

		if (v->limit < 0 || v->free || v->over_limit <= most)
			continue;
		most = v->over_limit;
		name = s->program->categories[i].name;
	}
	return name;
}

static void note_held(struct digest_walk *w, const char *name)
{
	if (w->nheld++ < HELD_NAMES_MAX)
		buf_printf(&w->held, "%s%s", w->held.len ? ", " : "", name);
}

static int is_over(enum cycle_state s)
{
	return s == CYCLE_DONE || s == CYCLE_SUBMITTED;
}

static int stand(const struct digest_walk *w, const struct member_row *m, struct arena *a, struct standing *ret, struct err *err)
{
	struct standing now;
	int rc;

	if (standing_glance(w->walk.d, &m->person, &m->cycle, a, &now, err))
		return -1;
	if (w->on == DAY_NONE) {
		*ret = now;
		return 0;
	}
	rc = standing_on(&now, w->on, a, ret, err);
	standing_free(&now);
	return rc;
}

/* What the verdict and the inbox say. */
static int judge(struct digest_walk *w, const struct member_row *m, struct digest_person *out, struct arena *a, struct err *err)
{
	struct arena *keep = &w->walk.arena;
	struct standing s;
	int rc;

	if (stand(w, m, a, &s, err))
		return -1;
	rc = m->waiting ? standing_pending(w->walk.d, &s, a, err) : standing_held(w->walk.d, &s, a, err);
	out->state = s.verdict.state;
	out->counted = s.verdict.counted;
	out->required = s.verdict.required;
	out->to_go = s.verdict.to_go;
	out->pending = s.pending;
	out->nwaiting = (int)s.waiting.n;
	out->days_left = s.verdict.days_left;
	out->chance = s.verdict.chance;
	out->without_evidence = (int)standing_without_evidence(&s);
	out->binding = arena_strdup(keep, binding(&s));
	if (!rc && s.has_held_calendar)
		note_held(w, out->name);
	if (!rc && team_needs_add(&w->needs, &s, keep, err))
		rc = -1;
	standing_free(&s);
	return rc || out->binding ? rc : err_oom(err);
}

/* Of somebody who is done, lacks no evidence and has nothing waiting, what is kept is enough, unless the day has come on which it
 * may change. */
static int is_kept(const struct digest_walk *w, const struct member_row *m)
{
	const struct cycle_row *c = &m->cycle;

	return w->on == DAY_NONE && is_over(c->state) && !m->waiting && !m->bare &&
	    (c->next_check == DAY_NONE || c->next_check > person_today(w->walk.d, &m->person));
}

static void take_kept(const struct digest_walk *w, const struct member_row *m, struct digest_person *out)
{
	const struct cycle_row *c = &m->cycle;

	out->state = c->state;
	out->counted = c->counted;
	out->required = c->required;
	out->to_go = c->counted < c->required ? c->required - c->counted : 0;
	out->days_left = c->end - person_today(w->walk.d, &m->person);
	out->chance = c->chance;
	out->binding = "";
}

static int take_names(struct digest_walk *w, const struct member_row *m, struct digest_person *out, struct err *err)
{
	struct arena *keep = &w->walk.arena;
	const struct person *p = &m->person;
	const struct program *program;

	if (programs_by_hash(w->walk.d, m->cycle.program_hash, &program, err))
		return -1;
	out->email = arena_strdup(keep, p->email);
	out->name = p->name[0] ? arena_strdup(keep, p->name) : arena_strndup(keep, p->email, strcspn(p->email, "@"));
	out->program = arena_strdup(keep, program->name);
	return out->name && out->email && out->program ? 0 : err_oom(err);
}

static int make_room(struct digest_walk *w)
{
	struct digest_facts *f = &w->facts;

	return arena_grow(&w->walk.arena, (void **)&f->people, f->npeople, &w->people_cap, sizeof *f->people) ||
	    arena_grow(&w->walk.arena, (void **)&w->now, f->npeople, &w->now_cap, sizeof *w->now);
}

/* Members without a cycle (the lead herself, often) have no units to report. */
int digest_walk_visit(struct teamwalk *walk, const struct member_row *m, struct arena *a, struct err *err)
{
	struct digest_walk *w = (struct digest_walk *)walk;
	struct digest_person *out;

	if (!m->cycle.id)
		return 0;
	if (make_room(w))
		return err_oom(err);
	out = &w->facts.people[w->facts.npeople];
	*out = (struct digest_person){ .end = m->cycle.end };
	if (take_names(w, m, out, err))
		return -1;
	if (is_kept(w, m))
		take_kept(w, m, out);
	else if (judge(w, m, out, a, err))
		return -1;
	take_before(out, &w->before, m->person.id);
	w->now[w->facts.npeople++] = (struct snapshot){ m->person.id, (int)out->state, out->counted };
	return 0;
}

/* ---- the whole */

static int take_help(struct digest_walk *w, struct err *err)
{
	struct team_help help;

	if (team_needs_help(w->walk.d, &w->needs, w->facts.today, &help, err))
		return -1;
	for (size_t i = 0; i < help.n; i++) {
		const struct team_event *e = &help.options[i];
		const char *name = arena_strdup(&w->walk.arena, help.program->categories[e->category].name);

		if (!name)
			return err_oom(err);
		w->help[i] = (struct digest_help){ name, e->minutes, e->npeople, e->nfinished, e->by };
	}
	w->facts.help = w->help;
	w->facts.nhelp = help.n;
	return 0;
}

int digest_walk_facts(struct digest_walk *w, struct err *err)
{
	const struct config *c = w->walk.d->config;
	struct digest_facts *f = &w->facts;

	if (w->nheld > HELD_NAMES_MAX)
		buf_printf(&w->held, " and %zu more", w->nheld - HELD_NAMES_MAX);
	if (w->held.failed)
		return err_oom(err);
	f->team = w->walk.team.name;
	f->lead_name = w->lead.name;
	f->lead_email = w->lead.email;
	f->organisation = c->organisation ? c->organisation : "";
	f->url = c->url ? c->url : "";
	f->every = digest_every_text(w->every);
	f->today = w->on == DAY_NONE ? person_today(w->walk.d, &w->lead) : w->on;
	f->previous = w->before.day;
	f->has_csv = w->walk.team.csv;
	f->has_off_switch = c->url || c->admin;
	f->held_feeds = buf_str(&w->held);
	return take_help(w, err);
}

static int is_red(const struct digest_person *p)
{
	return p->state == CYCLE_OFF_TRACK || p->state == CYCLE_AT_RISK || p->state == CYCLE_LAPSED;
}

enum digest_news digest_walk_news(const struct digest_walk *w)
{
	const struct digest_facts *f = &w->facts;
	size_t red = 0, moved = 0, changed = 0;

	for (size_t i = 0; i < f->npeople; i++) {
		const struct digest_person *p = &f->people[i];
		int is_other = !p->had_before || p->state != p->state_before;

		red += is_red(p) != 0;
		moved += is_other != 0;
		changed += is_other || p->counted != p->counted_before;
	}
	if (f->previous == DAY_NONE || moved || (w->every != DIGEST_CHANGE && (red || changed)))
		return DIGEST_NEWS;
	if (f->today - f->previous < SILENT_DAYS_MAX)
		return DIGEST_SILENT;
	return red ? DIGEST_NEWS : DIGEST_ALL_WELL;
}

int digest_walk_render(struct digest_walk *w, struct err *err)
{
	w->facts.is_all_well = digest_walk_news(w) == DIGEST_ALL_WELL;
	return render_digest(w->walk.d->render, &w->facts, &w->mail, err);
}
