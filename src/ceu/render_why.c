/* Each unit, and the rule behind it. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { WHY_AT = 17 };

static const struct json *rule_of(struct arena *a, const struct json *why, const struct json *piece)
{
	const char *id = view_str(a, piece, "rule");

	return *id ? view_find(json_get(why, "rules"), id) : NULL;
}

/* The rule's source, where it is not said yet. */
static const char *source_of(struct arena *a, const struct json *rule, const char *said)
{
	const char *source = view_str(a, rule, "source");

	return *source && !strstr(said, source) ? view_printf(a, " (%s)", source) : "";
}

static void part(struct page *p, struct arena *a, const struct json *why, const struct json *piece)
{
	int64_t units = view_units(piece, "units"), counted = view_units(piece, "counted");
	const char *text = view_str(a, piece, "text"), *source = "";

	page_to(p, 2);
	if (counted > 0) {
		page_printf(p, INK_GOOD, "%s %s", view_amount(a, counted), counted == 100 ? "counts" : "count");
	} else {
		page_printf(p, INK_WARN, "%s %s not", view_amount(a, units), units == 100 ? "does" : "do");
		source = source_of(a, rule_of(a, why, piece), text);
	}
	page_to(p, WHY_AT);
	page_wrap(p, WHY_AT, INK_PLAIN, view_printf(a, "%s%s", text, source));
	page_line(p);
}

static void head(struct page *p, struct arena *a, const struct json *e)
{
	int64_t units = view_units(e, "units");
	const char *text = view_printf(a, "Entry %lld, %s, %s %s, %s, %s", (long long)view_int(e, "id"),
	    view_str(a, e, "title"), view_amount(a, units), units == 100 ? "unit" : "units",
	    view_str(a, e, "category"), view_date(a, view_day(e, "date"), DATE_FULL));

	page_wrap(p, 2, INK_BOLD, text);
	page_line(p);
}

static void put_entry(struct page *p, struct arena *a, const struct json *why, const struct json *e)
{
	const struct json *parts = json_get(e, "parts");

	head(p, a, e);
	for (size_t i = 0; i < json_size(parts); i++)
		part(p, a, why, json_at(parts, i));
	render_row(p, "To count", WHY_AT, view_str(a, e, "remedy"));
}

/* "None. An auditor may ask for it: ceu attach 6 FILE", the command in one piece. */
static void no_evidence(struct page *p, const struct json *e)
{
	page_to(p, 2);
	page_text(p, INK_DIM, "Evidence");
	page_to(p, WHY_AT);
	page_text(p, INK_PLAIN, "None. An auditor may ask for it: ");
	page_printf(p, INK_BOLD, "ceu attach %lld FILE", (long long)view_int(e, "id"));
	page_line(p);
}

static void evidence_row(struct page *p, struct arena *a, const struct json *e, const struct json *entry)
{
	int64_t n = view_int(e, "evidence");
	const char *state = view_str(a, e, "state"), *files = render_files(a, json_get(entry, "evidence"));

	if (*files)
		render_row(p, "Evidence", WHY_AT, files);
	else if (n > 0)
		render_row(p, "Evidence", WHY_AT, view_printf(a, "%lld %s", (long long)n,
		    view_plural(n, "file", "files")));
	else if (strcmp(state, "planned") && strcmp(state, "void"))
		no_evidence(p, e);
}

void render_why(struct page *p, struct arena *a, const struct json *why, const struct json *entry)
{
	const struct json *list = json_get(why, "entries");

	for (size_t i = 0; i < json_size(list); i++) {
		put_entry(p, a, why, json_at(list, i));
		evidence_row(p, a, json_at(list, i), entry);
	}
	render_next(p, a, why, NULL);
}

/* ---- the whole cycle */

static void rule_row(struct page *p, struct arena *a, const struct json *r)
{
	const char *text = view_str(a, r, "text"), *source = source_of(a, r, text);

	page_to(p, 2);
	page_mark(p, json_bool(r, "met", 0) ? MARK_DONE : MARK_NOTE);
	if (view_has(r, "need"))
		text = view_printf(a, "%s (%s of %s)", text, view_amount(a, view_units(r, "have")),
		    view_whole(a, view_units(r, "need")));
	page_wrap(p, 4, INK_PLAIN, view_printf(a, "%s%s", text, source));
	page_line(p);
}

void render_assumptions(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "assumptions");

	if (!json_size(list))
		return;
	page_text(p, INK_BOLD, "Assumed, where the issuer says nothing");
	page_line(p);
	for (size_t i = 0; i < json_size(list); i++) {
		page_to(p, 2);
		page_wrap(p, 4, INK_PLAIN, view_printf(a, "- %s", view_text(a, json_at(list, i))));
		page_line(p);
	}
}

static void missing_evidence(struct page *p, struct arena *a, const struct json *list)
{
	const char **ids = arena_alloc(a, (json_size(list) + 1) * sizeof *ids);
	size_t n = 0;

	for (size_t i = 0; ids && i < json_size(list); i++) {
		const struct json *e = json_at(list, i);

		if (view_units(e, "counted") > 0 && view_has(e, "evidence") && !view_int(e, "evidence"))
			ids[n++] = view_printf(a, "%lld", (long long)view_int(e, "id"));
	}
	if (!ids || !n)
		return;
	page_wrap(p, 0, INK_PLAIN, view_printf(a, "No evidence for %s %s. An auditor may ask for it.",
	    n == 1 ? "entry" : "entries", view_series(a, ids, n, "and")));
	page_line(p);
}

void render_why_all(struct page *p, struct arena *a, const struct json *why)
{
	const struct json *list = json_get(why, "entries"), *rules = json_get(why, "rules");

	if (!json_size(list)) {
		page_text(p, INK_PLAIN, "No entries in this cycle.");
		page_line(p);
	}
	for (size_t i = 0; i < json_size(list); i++)
		put_entry(p, a, why, json_at(list, i));
	missing_evidence(p, a, list);
	if (json_size(rules)) {
		page_text(p, INK_BOLD, "Rules");
		page_line(p);
	}
	for (size_t i = 0; i < json_size(rules); i++)
		rule_row(p, a, json_at(rules, i));
	render_assumptions(p, a, why);
	render_next(p, a, why, NULL);
}
