/* Programs and roles as one person meets them: counted under other rules, measured against a role. */
#include <string.h>

#include "args.h"
#include "ceud.h"
#include "profiles.h"
#include "programs.h"
#include "recount.h"
#include "views.h"

/* ---- under other rules */

static void write_before(struct jsonw *w, const struct standing *s)
{
	jsonw_object(w, "before");
	jsonw_str(w, "program", s->program->id);
	jsonw_str(w, "program_name", s->program->name);
	jsonw_str(w, "unit", s->program->unit);
	jsonw_str(w, "state", cycle_state_name(s->verdict.state));
	jsonw_units(w, "counted", s->verdict.counted);
	jsonw_units(w, "required", s->verdict.required);
	jsonw_units(w, "to_go", s->verdict.to_go);
	jsonw_end_object(w);
}

/* The entry's place among those of the cycle as it is; entries.n if it is not one of them. */
static size_t place_of(const struct standing *s, int64_t id)
{
	size_t i = 0;

	while (i < s->entries.n && s->entries.items[i].id != id)
		i++;
	return i;
}

static void write_change(struct jsonw *w, const struct standing *before, const struct standing *after, size_t at)
{
	const struct entry_verdict *v = &after->verdict.entries[at];
	size_t was = place_of(before, after->entries.items[at].id);
	int64_t counted = was < before->entries.n ? before->verdict.entries[was].counted : 0;
	struct buf text = BUF_INIT;

	if (after->entries.items[at].is_void || counted == v->counted)
		return;
	credit_explain(after->program, &after->facts[at], v, v->nparts ? v->nparts - 1 : 0, &text);
	jsonw_object(w, NULL);
	jsonw_int(w, "id", after->entries.items[at].no);
	jsonw_str(w, "title", after->entries.items[at].title);
	jsonw_day(w, "date", after->entries.items[at].day);
	jsonw_units(w, "before", counted);
	jsonw_units(w, "after", v->counted);
	jsonw_str(w, "text", buf_str(&text));
	jsonw_end_object(w);
	if (text.failed)
		w->out->failed = 1;
	buf_free(&text);
}

static void write_unfit(struct jsonw *w, const struct recount *r)
{
	struct buf text = BUF_INIT;

	jsonw_array(w, "unfit");
	for (size_t i = 0; i < r->nunfit; i++) {
		const struct entry *e = r->unfit[i];

		buf_reset(&text);
		buf_printf(&text, "%s has no category %s.", r->after.program->name, e->category);
		jsonw_object(w, NULL);
		jsonw_int(w, "id", e->no);
		jsonw_str(w, "title", e->title);
		jsonw_str(w, "text", buf_str(&text));
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	if (text.failed)
		w->out->failed = 1;
	buf_free(&text);
}

static void write_try(struct jsonw *w, const struct standing *s, const struct recount *r)
{
	const struct program *p = r->after.program;

	jsonw_object(w, NULL);
	jsonw_str(w, "program", p->id);
	jsonw_str(w, "program_name", p->name);
	jsonw_str(w, "unit", p->unit);
	write_before(w, s);
	view_status(w, "status", &r->after);
	jsonw_array(w, "changes");
	for (size_t i = 0; i < r->after.entries.n; i++)
		write_change(w, s, &r->after, i);
	jsonw_end_array(w);
	write_unfit(w, r);
	jsonw_array(w, "assumptions");
	for (size_t i = 0; i < p->nassumptions; i++)
		jsonw_str(w, NULL, p->assumptions[i]);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

int route_rules_try(struct call *c, struct err *err)
{
	const char *id = request_query(c->request, "try");
	const struct program *p;
	struct standing s;
	struct recount r;
	struct jsonw w;
	int rc;

	if (!id) {
		err_set(err, ERR_USAGE, "field-missing", "\"try\" is missing.");
		return err_next(err, "ceu rules --try PROGRAM");
	}
	if (programs_get(c->d, id, &p, err) || standing_load(c->d, &c->subject, 0, c->arena, &s, err))
		return -1;
	rc = recount(c->d, &s, p, cycle_ending(s.cycle.end, p->cycle_months), c->arena, &r, err);
	if (!rc) {
		jsonw_begin(&w, &c->reply.body);
		write_try(&w, &s, &r);
		recount_free(&r);
		rc = views_done(c, err);
	}
	standing_free(&s);
	return rc;
}

/* ---- skills */

static int weight_of(const struct profile *role, const struct program *p, size_t competency)
{
	int weight = 0;

	for (size_t i = 0; role && i < role->nweights; i++)
		if (program_maps_to(p, role->weights[i].competency) == (int)competency)
			weight += role->weights[i].weight;
	return weight;
}

static int total_weight(const struct profile *role, const struct program *p)
{
	int total = 0;

	for (size_t i = 0; i < p->ncompetencies; i++)
		total += weight_of(role, p, i);
	return total;
}

static void write_skill(struct jsonw *w, const struct standing *s, const struct profile *role, int total, size_t i)
{
	const struct competency_verdict *v = &s->verdict.competencies[i];
	int weight = weight_of(role, s->program, i);
	int64_t wanted = total ? s->verdict.required * weight / total : 0;

	jsonw_object(w, NULL);
	jsonw_str(w, "id", s->program->competencies[i].id);
	jsonw_str(w, "name", s->program->competencies[i].name);
	jsonw_units(w, "counted", v->counted);
	jsonw_units(w, "logged", v->logged);
	if (role) {
		jsonw_int(w, "weight", weight);
		jsonw_units(w, "wanted", wanted);
		jsonw_units(w, "lacks", wanted > v->counted ? wanted - v->counted : 0);
	} else {
		jsonw_null(w, "weight");
		jsonw_null(w, "wanted");
		jsonw_null(w, "lacks");
	}
	jsonw_end_object(w);
}

static void write_roles(struct jsonw *w, const struct ceud *d, const struct profile *role)
{
	if (role) {
		jsonw_object(w, "role");
		jsonw_str(w, "id", role->id);
		jsonw_str(w, "name", role->name);
		jsonw_str(w, "source", role->source);
		jsonw_end_object(w);
	} else {
		jsonw_null(w, "role");
	}
	jsonw_array(w, "roles");
	for (size_t i = 0; i < profiles_count(d); i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "id", profiles_at(d, i)->id);
		jsonw_str(w, "name", profiles_at(d, i)->name);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void write_skills(struct jsonw *w, const struct ceud *d, const struct standing *s, const struct profile *role)
{
	int total = total_weight(role, s->program);

	jsonw_object(w, NULL);
	jsonw_str(w, "program", s->program->id);
	jsonw_str(w, "unit", s->program->unit);
	write_roles(w, d, role);
	jsonw_array(w, "competencies");
	for (size_t i = 0; i < s->program->ncompetencies; i++)
		write_skill(w, s, role, total, i);
	jsonw_end_array(w);
	jsonw_array(w, "next");
	jsonw_str(w, NULL, role ? "ceu plan" : "ceu skills --role ROLE");
	jsonw_end_array(w);
	jsonw_end_object(w);
}

int route_skills(struct call *c, struct err *err)
{
	const char *word = request_query(c->request, "role");
	const struct profile *role = NULL;
	struct standing s;
	struct jsonw w;
	int rc;

	if ((word && profiles_find(c->d, word, &role, err)) ||
	    standing_load(c->d, &c->subject, 0, c->arena, &s, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	write_skills(&w, c->d, &s, role);
	rc = views_done(c, err);
	standing_free(&s);
	return rc;
}
