/* Where a person stands, as JSON: the numbers of a cycle, and why each unit counts or does not. */
#include "views.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void maybe_units(struct jsonw *w, const char *name, int64_t units)
{
	if (units < 0)
		jsonw_null(w, name);
	else
		jsonw_units(w, name, units);
}

void view_chance(struct jsonw *w, const char *name, int per_mille)
{
	char text[16];
	int len = snprintf(text, sizeof text, "%d.%03d", per_mille / 1000, per_mille % 1000);

	while (text[len - 1] == '0')
		len--;
	jsonw_raw(w, name, text, (size_t)(text[len - 1] == '.' ? len - 1 : len));
}

static void cycle(struct jsonw *w, const struct standing *s)
{
	jsonw_object(w, "cycle");
	jsonw_int(w, "id", cycle_year((struct cycle){ s->cycle.start, s->cycle.end }));
	jsonw_day(w, "start", s->cycle.start);
	jsonw_day(w, "end", s->cycle.end);
	jsonw_int(w, "days_left", s->verdict.days_left);
	jsonw_str(w, "state", cycle_state_name(s->verdict.state));
	jsonw_end_object(w);
}

static void categories(struct jsonw *w, const struct standing *s)
{
	jsonw_array(w, "categories");
	for (size_t i = 0; i < s->program->ncategories; i++) {
		const struct category_verdict *c = &s->verdict.categories[i];

		jsonw_object(w, NULL);
		jsonw_str(w, "id", s->program->categories[i].id);
		jsonw_str(w, "name", s->program->categories[i].name);
		jsonw_units(w, "logged", c->logged);
		jsonw_units(w, "counted", c->counted);
		jsonw_units(w, "over_limit", c->over_limit);
		maybe_units(w, "limit", c->limit);
		maybe_units(w, "free", c->free);
		jsonw_units(w, "pending", s->pending_of[i]);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void competencies(struct jsonw *w, const struct standing *s)
{
	jsonw_array(w, "competencies");
	for (size_t i = 0; i < s->program->ncompetencies; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "id", s->program->competencies[i].id);
		jsonw_str(w, "name", s->program->competencies[i].name);
		jsonw_units(w, "counted", s->verdict.competencies[i].counted);
		jsonw_units(w, "logged", s->verdict.competencies[i].logged);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

const char *view_source(const struct program *p, const char *id)
{
	for (size_t i = 0; id && i < p->nsources; i++)
		if (!strcmp(p->sources[i].id, id))
			return p->sources[i].title;
	return NULL;
}

void view_rules(struct jsonw *w, const char *name, const struct standing *s)
{
	jsonw_array(w, name);
	for (size_t i = 0; i < s->program->nrules; i++) {
		const struct rule *r = &s->program->rules[i];
		const struct rule_verdict *v = &s->verdict.rules[i];
		int has_amount = r->kind == RULE_REQUIRE || r->kind == RULE_LIMIT;

		jsonw_object(w, NULL);
		jsonw_str(w, "id", r->id);
		jsonw_str(w, "text", r->text);
		jsonw_str(w, "source", view_source(s->program, r->source));
		maybe_units(w, "need", has_amount ? v->need : -1);
		maybe_units(w, "have", has_amount ? v->have : -1);
		jsonw_bool(w, "met", v->met);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

void view_assumptions(struct jsonw *w, const struct program *p)
{
	jsonw_array(w, "assumptions");
	for (size_t i = 0; i < p->nassumptions; i++)
		jsonw_str(w, NULL, p->assumptions[i]);
	jsonw_end_array(w);
}

static void without_evidence(struct jsonw *w, const struct standing *s)
{
	jsonw_array(w, "without_evidence");
	for (size_t i = 0; i < s->verdict.nentries; i++)
		if (s->verdict.entries[i].counted > 0 && !s->facts[i].has_evidence)
			jsonw_int(w, NULL, s->verdict.entries[i].id);
	jsonw_end_array(w);
}

/* Nothing that happens any more changes what was sent in; what is lost of it is told. */
static void submitted(struct jsonw *w, const struct standing *s)
{
	if (!s->sent.id) {
		jsonw_null(w, "submitted");
		return;
	}
	jsonw_object(w, "submitted");
	jsonw_day(w, "on", s->sent.on);
	jsonw_units(w, "counted", s->sent.counted);
	jsonw_units(w, "supported", s->verdict.counted < s->sent.counted ? s->verdict.counted : s->sent.counted);
	jsonw_end_object(w);
}

static void planned(struct jsonw *w, const struct standing *s)
{
	jsonw_array(w, "planned");
	for (size_t i = 0; i < s->entries.n; i++) {
		const struct entry_verdict *e = &s->verdict.entries[i];

		if (e->state != ENTRY_PLANNED)
			continue;
		jsonw_object(w, NULL);
		jsonw_int(w, "id", e->id);
		jsonw_str(w, "title", s->is_numbers ? NULL : s->entries.items[i].title);
		jsonw_day(w, "date", s->facts[i].day);
		jsonw_units(w, "units", e->units);
		jsonw_bool(w, "due", view_is_due(s, i));
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void chance(struct jsonw *w, const struct standing *s)
{
	if (s->verdict.state == CYCLE_SUBMITTED)
		jsonw_null(w, "chance");
	else
		view_chance(w, "chance", s->verdict.chance);
}

/* ---- what to do next */

static void step_of(struct jsonw *w, const char *verb, int64_t no, const char *rest)
{
	char command[64];

	snprintf(command, sizeof command, "ceu %s %" PRId64 "%s", verb, no, rest);
	jsonw_str(w, NULL, command);
}

/* What one entry lacks: the first of each kind. */
static void entry_steps(struct jsonw *w, const struct standing *s)
{
	int due = 0, competency = 0, file = 0;

	for (size_t i = 0; i < s->verdict.nentries; i++) {
		int64_t no = s->verdict.entries[i].id;
		int needs = s->verdict.entries[i].state == ENTRY_NEEDS_INFO;

		if (view_is_due(s, i) && !due++)
			step_of(w, "plan done", no, "");
		if (needs && !s->facts[i].competencies && !competency++)
			step_of(w, "edit", no, " --for COMPETENCY");
		if (needs && s->facts[i].competencies && !file++)
			step_of(w, "attach", no, " FILE");
	}
}

static void cycle_steps(struct jsonw *w, const struct standing *s)
{
	char command[400];

	switch (s->verdict.state) {
	case CYCLE_DONE:
		jsonw_str(w, NULL, "ceu export packet");
		if (s->today >= standing_opens(s))
			jsonw_str(w, NULL, "ceu submit");
		break;
	case CYCLE_SUBMITTED:
		jsonw_str(w, NULL, "ceu renew");
		break;
	case CYCLE_LAPSED:
		snprintf(command, sizeof command, "ceu renew --as %s --because TEXT", s->person.email);
		jsonw_str(w, NULL, command);
		break;
	default:
		jsonw_str(w, NULL, "ceu plan");
		jsonw_str(w, NULL, "ceu log HOURS CATEGORY TITLE");
	}
}

/* A calendar says other things by now of an event that was confirmed. */
static int has_news(const struct standing *s)
{
	for (size_t i = 0; i < s->entries.n; i++)
		if (s->entries.items[i].is_source_changed && !s->entries.items[i].is_void)
			return 1;
	return 0;
}

/* What helps first: confirming, completing, understanding a limit, doing more. */
static void next_steps(struct jsonw *w, const struct standing *s)
{
	jsonw_array(w, "next");
	if (s->is_past || s->cycle.closed_at) {
		jsonw_end_array(w);
		return;
	}
	if (s->waiting.n)
		jsonw_str(w, NULL, "ceu inbox");
	if (has_news(s))
		jsonw_str(w, NULL, "ceu inbox list --changed");
	if (s->has_held_calendar)
		jsonw_str(w, NULL, "ceu calendar list");
	entry_steps(w, s);
	if (s->verdict.over_limit)
		jsonw_str(w, NULL, "ceu why");
	cycle_steps(w, s);
	jsonw_end_array(w);
}

void view_status_members(struct jsonw *w, const struct standing *s)
{
	const struct verdict *v = &s->verdict;

	jsonw_str(w, "person", s->person.email);
	jsonw_str(w, "name", s->person.name);
	jsonw_str(w, "program", s->program->id);
	jsonw_str(w, "program_name", s->program->name);
	jsonw_str(w, "unit", s->program->unit);
	jsonw_day(w, "today", s->today);
	if (s->is_past)
		jsonw_day(w, "as_of", s->today);
	cycle(w, s);
	jsonw_units(w, "required", v->required);
	jsonw_units(w, "counted", v->counted);
	jsonw_units(w, "logged", v->logged);
	jsonw_units(w, "over_limit", v->over_limit);
	jsonw_units(w, "carried", v->carried);
	jsonw_units(w, "to_go", v->to_go);
	jsonw_units(w, "pending", s->pending);
	jsonw_int(w, "waiting", (int64_t)s->waiting.n);
	jsonw_units(w, "even_pace", v->even_pace);
	chance(w, s);
	submitted(w, s);
	planned(w, s);
	categories(w, s);
	competencies(w, s);
	view_rules(w, "rules", s);
	without_evidence(w, s);
	next_steps(w, s);
}

void view_status(struct jsonw *w, const char *name, const struct standing *s)
{
	jsonw_object(w, name);
	view_status_members(w, s);
	jsonw_end_object(w);
}

/* ---- why */

static void part(struct jsonw *w, const struct standing *s, size_t at, size_t i)
{
	const struct entry_verdict *e = &s->verdict.entries[at];
	const struct credit_part *piece = &e->parts[i];
	struct buf text = BUF_INIT;

	credit_explain(s->program, &s->facts[at], e, i, &text);
	jsonw_object(w, NULL);
	jsonw_units(w, "units", piece->units);
	jsonw_units(w, "counted", piece->counted);
	jsonw_str(w, "rule", piece->rule < 0 ? NULL : s->program->rules[piece->rule].id);
	jsonw_str(w, "text", buf_str(&text));
	jsonw_end_object(w);
	if (text.failed)
		w->out->failed = 1;
	buf_free(&text);
}

static void remedy(struct jsonw *w, const struct standing *s, size_t at)
{
	struct buf text = BUF_INIT;

	if (!s->is_past)
		credit_remedy(s->program, &s->verdict, &s->facts[at], &s->verdict.entries[at], &text);
	jsonw_str(w, "remedy", buf_str(&text));
	if (text.failed)
		w->out->failed = 1;
	buf_free(&text);
}

void view_why(struct jsonw *w, const struct standing *s, size_t at)
{
	const struct entry_verdict *e = &s->verdict.entries[at];
	const struct entry *entry = &s->entries.items[at];

	jsonw_object(w, NULL);
	jsonw_int(w, "id", entry->no);
	jsonw_str(w, "title", entry->title);
	jsonw_day(w, "date", entry->day);
	jsonw_str(w, "category", entry->category);
	jsonw_str(w, "state", entry_state_name(e->state));
	jsonw_units(w, "units", e->units);
	jsonw_units(w, "counted", e->counted);
	jsonw_array(w, "parts");
	for (size_t i = 0; i < e->nparts; i++)
		part(w, s, at, i);
	jsonw_end_array(w);
	remedy(w, s, at);
	jsonw_int(w, "evidence", entry->nevidence);
	jsonw_end_object(w);
}

void view_team_row(struct jsonw *w, const struct standing *s)
{
	jsonw_object(w, NULL);
	jsonw_str(w, "person", s->person.email);
	jsonw_str(w, "name", s->person.name);
	jsonw_str(w, "state", cycle_state_name(s->verdict.state));
	jsonw_units(w, "counted", s->verdict.counted);
	jsonw_units(w, "required", s->verdict.required);
	jsonw_units(w, "to_go", s->verdict.to_go);
	jsonw_day(w, "end", s->cycle.end);
	jsonw_int(w, "days_left", s->verdict.days_left);
	chance(w, s);
	jsonw_units(w, "pending", s->pending);
	jsonw_int(w, "waiting", (int64_t)s->waiting.n);
	jsonw_int(w, "without_evidence", (int64_t)standing_without_evidence(s));
	jsonw_end_object(w);
}
