/* A program as JSON: all that a person can name, and all that it asks. */
#include "views.h"

static void words(struct jsonw *w, const char *name, char *const *items, size_t n)
{
	jsonw_array(w, name);
	for (size_t i = 0; i < n; i++)
		jsonw_str(w, NULL, items[i]);
	jsonw_end_array(w);
}

/* Ids of the items that the mask holds; none for all of them. */
static void categories_of(struct jsonw *w, const struct program *p, uint32_t mask)
{
	uint32_t all = p->ncategories ? UINT32_MAX >> (32 - p->ncategories) : 0;

	jsonw_array(w, "categories");
	for (size_t i = 0; (mask & all) != all && i < p->ncategories; i++)
		if (mask >> i & 1)
			jsonw_str(w, NULL, p->categories[i].id);
	jsonw_end_array(w);
}

static void groups(struct jsonw *w, const struct program *p)
{
	jsonw_array(w, "groups");
	for (size_t i = 0; i < p->ngroups; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "id", p->groups[i].id);
		categories_of(w, p, p->groups[i].categories);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void tags(struct jsonw *w, const struct program *p)
{
	jsonw_array(w, "tags");
	for (size_t i = 0; i < p->ntags; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "id", p->tags[i].id);
		jsonw_str(w, "name", p->tags[i].name);
		jsonw_str(w, "sort", p->tags[i].sort);
		categories_of(w, p, p->tags[i].categories);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void kinds(struct jsonw *w, const struct program *p)
{
	static const char *const per[] = { [EARN_HOUR] = "hour", [EARN_ITEM] = "item",
		[EARN_SEMESTER_CREDIT] = "semester-credit" };

	jsonw_array(w, "kinds");
	for (size_t i = 0; i < p->nkinds; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "id", p->kinds[i].id);
		jsonw_units(w, "amount", p->kinds[i].amount);
		jsonw_str(w, "per", per[p->kinds[i].per]);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void carry(struct jsonw *w, const struct program *p)
{
	const struct program_carry *c = &p->carry;
	struct buf text = BUF_INIT;
	char most[32];

	if (!c->most) {
		buf_puts(&text, "nothing");
	} else {
		buf_printf(&text, "up to %s of what the last %d month%s bring beyond the total", units_text(c->most, most,
		    sizeof most), c->months, c->months == 1 ? "" : "s");
		if (c->into >= 0)
			buf_printf(&text, ", as %s", p->categories[c->into].name);
	}
	jsonw_str(w, "carry", buf_str(&text));
	if (text.failed)
		w->out->failed = 1;
	buf_free(&text);
}

static void program_items(struct jsonw *w, const char *name, const struct program *p,
    const struct program_item *items, size_t n)
{
	jsonw_array(w, name);
	for (size_t i = 0; i < n; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "id", items[i].id);
		jsonw_str(w, "name", items[i].name);
		if (items == p->categories) {
			int64_t limit = program_category_limit(p, (int)i);

			if (limit < 0)
				jsonw_null(w, "limit");
			else
				jsonw_units(w, "limit", limit);
			words(w, "evidence", items[i].evidence, items[i].nevidence);
			words(w, "examples", items[i].examples, items[i].nexamples);
		}
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void rules(struct jsonw *w, const struct program *p)
{
	static const char *const kind[] = { [RULE_REQUIRE] = "require", [RULE_LIMIT] = "limit", [RULE_NEEDS] = "needs",
		[RULE_ONCE] = "once" };
	static const char *const period[] = { [PER_CYCLE] = "cycle", [PER_YEAR] = "year",
		[PER_CALENDAR_YEAR] = "calendar-year" };

	jsonw_array(w, "rules");
	for (size_t i = 0; i < p->nrules; i++) {
		const struct rule *r = &p->rules[i];

		jsonw_object(w, NULL);
		jsonw_str(w, "id", r->id);
		jsonw_str(w, "kind", kind[r->kind]);
		jsonw_str(w, "text", r->text);
		if (r->amount)
			jsonw_units(w, "amount", r->amount);
		else
			jsonw_null(w, "amount");
		jsonw_str(w, "period", period[r->period]);
		jsonw_str(w, "source", view_source(p, r->source));
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void program_contents(struct jsonw *w, const struct program *p)
{
	jsonw_str(w, "issuer", p->issuer);
	jsonw_int(w, "cycle_months", p->cycle_months);
	jsonw_int(w, "grace_days", p->grace_days);
	jsonw_int(w, "window_days", p->window_days);
	carry(w, p);
	program_items(w, "categories", p, p->categories, p->ncategories);
	program_items(w, "competencies", p, p->competencies, p->ncompetencies);
	groups(w, p);
	tags(w, p);
	kinds(w, p);
	rules(w, p);
	view_assumptions(w, p);
}

void view_program(struct jsonw *w, const char *name, const struct program *p, int whole)
{
	jsonw_object(w, name);
	jsonw_str(w, "id", p->id);
	jsonw_str(w, "name", p->name);
	jsonw_str(w, "title", p->title);
	jsonw_str(w, "unit", p->unit);
	jsonw_str(w, "hash", p->hash);
	jsonw_day(w, "verified", p->verified);
	if (whole)
		program_contents(w, p);
	jsonw_end_object(w);
}
