/* Programs: their rules in words, everything recounted under another one, who would be touched. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { ROW_AT = 16, ID_AT = 4, NAME_AT = 18, CHANGE_AT = 7 };

static void title(struct page *p, const char *text)
{
	page_text(p, INK_BOLD, text);
	page_line(p);
}

/* ---- one program */

static void put_words(struct page *p, const char *id, const char *text)
{
	page_to(p, 2);
	page_text(p, INK_BOLD, id);
	page_to(p, NAME_AT);
	page_wrap(p, NAME_AT, INK_PLAIN, text);
	page_line(p);
}

static void put_names(struct page *p, struct arena *a, const struct json *list, const char *heading)
{
	if (json_size(list))
		title(p, heading);
	for (size_t i = 0; i < json_size(list); i++)
		put_words(p, view_str(a, json_at(list, i), "id"), view_str(a, json_at(list, i), "name"));
}

static void put_groups(struct page *p, struct arena *a, const struct json *list)
{
	if (json_size(list))
		title(p, "Groups of categories");
	for (size_t i = 0; i < json_size(list); i++)
		put_words(p, view_str(a, json_at(list, i), "id"),
		    view_joined(a, json_get(json_at(list, i), "categories"), ", "));
}

static void put_tags(struct page *p, struct arena *a, const struct json *list)
{
	if (json_size(list))
		title(p, "Tags, for --tag (one of each sort)");
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);
		const char *only = view_joined(a, json_get(v, "categories"), ", "), *sort = view_str(a, v, "sort");

		put_words(p, view_str(a, v, "id"), view_printf(a, "%s%s%s%s%s", view_str(a, v, "name"),
		    *sort ? "; sort " : "", sort, *only ? "; in " : "", only));
	}
}

static void put_kinds(struct page *p, struct arena *a, const struct json *list)
{
	if (json_size(list))
		title(p, "Kinds, for --earn KIND=COUNT");
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);
		int64_t amount = view_units(v, "amount");
		const char *per = view_str(a, v, "per");

		put_words(p, view_str(a, v, "id"), view_printf(a, "%s %s for each %s", view_amount(a, amount),
		    amount == 100 ? "unit" : "units", !strcmp(per, "semester-credit") ? "semester credit" : per));
	}
}

static void put_rules(struct page *p, struct arena *a, const struct json *list)
{
	title(p, "Rules");
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *r = json_at(list, i);
		const char *source = view_str(a, r, "source"), *text = view_str(a, r, "text");

		page_to(p, 2);
		page_wrap(p, 4, INK_PLAIN, view_printf(a, "- %s%s%s%s", *text ? text : view_str(a, r, "id"),
		    *source ? " (" : "", source, *source ? ")" : ""));
		page_line(p);
	}
}

static const char *days_words(struct arena *a, int64_t n)
{
	return view_printf(a, "%lld %s", (long long)n, view_plural(n, "day", "days"));
}

static void put_cycle(struct page *p, struct arena *a, const struct json *v)
{
	int64_t months = view_int(v, "cycle_months"), grace = view_int(v, "grace_days"),
		window = view_int(v, "window_days");
	const char *text = view_printf(a, "%lld %s", (long long)months, view_plural(months, "month", "months"));

	if (!months)
		return;
	if (grace)
		text = view_printf(a, "%s, then %s of grace", text, days_words(a, grace));
	if (window)
		text = view_printf(a, "%s; may be renewed in its last %s", text, days_words(a, window));
	render_row(p, "Cycle", ROW_AT, text);
}

void render_program(struct page *p, struct arena *a, const struct json *v)
{
	const char *heading = view_str(a, v, "title"), *name = view_str(a, v, "name");

	page_wrap(p, 2, INK_BOLD, view_printf(a, "%s, %s", view_str(a, v, "id"), *heading ? heading : name));
	page_line(p);
	render_row(p, "Issuer", ROW_AT, view_str(a, v, "issuer"));
	render_row(p, "Unit", ROW_AT, view_str(a, v, "unit"));
	put_cycle(p, a, v);
	render_row(p, "Carried over", ROW_AT, view_str(a, v, "carry"));
	if (view_day(v, "verified") != DAY_NONE)
		render_row(p, "Looked up", ROW_AT, view_date(a, view_day(v, "verified"), DATE_LONG));
	put_rules(p, a, json_get(v, "rules"));
	put_names(p, a, json_get(v, "categories"), "Categories");
	put_groups(p, a, json_get(v, "groups"));
	put_names(p, a, json_get(v, "competencies"), "Competencies, for --for");
	put_tags(p, a, json_get(v, "tags"));
	put_kinds(p, a, json_get(v, "kinds"));
	render_assumptions(p, a, v);
	render_next(p, a, v, NULL);
}

/* ---- all programs */

void render_programs(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "programs");

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);
		const char *hash = view_str(a, v, "hash");

		page_to(p, 2);
		page_text(p, INK_BOLD, view_str(a, v, "id"));
		page_to(p, NAME_AT);
		page_cut(p, PAGE_WIDTH - NAME_AT, INK_PLAIN, view_str(a, v, "title"));
		page_line(p);
		if (!view_has(v, "origin"))
			continue;
		page_to(p, NAME_AT);
		page_wrap(p, NAME_AT, INK_DIM, view_printf(a, "%s, %.12s: %lld open %s, %lld with older rules",
		    view_str(a, v, "origin"), hash, (long long)view_int(v, "cycles"),
		    view_plural(view_int(v, "cycles"), "cycle", "cycles"), (long long)view_int(v, "older")));
		page_line(p);
	}
	if (!json_size(list)) {
		page_text(p, INK_PLAIN, "No programs.");
		page_line(p);
	}
	render_next(p, a, doc, NULL);
}

/* ---- everything recounted under another program */

static const char *standing(struct arena *a, const struct json *v)
{
	return view_printf(a, "%s of %s units, %s", view_amount(a, view_units(v, "counted")),
	    view_whole(a, view_units(v, "required")), view_str(a, v, "state"));
}

static void put_change(struct page *p, struct arena *a, const struct json *v)
{
	const char *text = view_str(a, v, "text");

	page_right(p, CHANGE_AT - 2, INK_BOLD, view_printf(a, "%lld", (long long)view_int(v, "id")));
	page_to(p, CHANGE_AT);
	page_wrap(p, CHANGE_AT, INK_PLAIN, view_str(a, v, "title"));
	if (view_day(v, "date") != DAY_NONE)
		page_printf(p, INK_PLAIN, ", %s", view_date(a, view_day(v, "date"), DATE_SHORT));
	if (view_has(v, "after"))
		page_printf(p, INK_WARN, ": %s becomes %s", view_amount(a, view_units(v, "before")),
		    view_amount(a, view_units(v, "after")));
	page_line(p);
	if (*text) {
		page_to(p, CHANGE_AT);
		page_wrap(p, CHANGE_AT, INK_DIM, text);
		page_line(p);
	}
}

static void put_changes(struct page *p, struct arena *a, const struct json *list, const char *heading)
{
	if (json_size(list))
		title(p, heading);
	for (size_t i = 0; i < json_size(list); i++)
		put_change(p, a, json_at(list, i));
}

static void put_unmet(struct page *p, struct arena *a, const struct json *rules)
{
	for (size_t i = 0; i < json_size(rules); i++) {
		const struct json *r = json_at(rules, i);

		if (json_bool(r, "met", 1))
			continue;
		page_to(p, 2);
		page_mark(p, MARK_NOTE);
		page_wrap(p, 4, INK_PLAIN, view_str(a, r, "text"));
		page_line(p);
	}
}

void render_recount(struct page *p, struct arena *a, const struct json *v)
{
	const struct json *status = json_get(v, "status"), *cycle = json_get(status, "cycle"),
			  *before = json_get(v, "before");
	const char *name = view_str(a, v, "program_name"), *id = view_str(a, v, "program");

	page_wrap(p, 2, INK_BOLD, view_printf(a, "If the rules were %s%s%s%s", *name ? name : id, *name ? " (" : "",
	    *name ? id : "", *name ? ")" : ""));
	page_line(p);
	render_row(p, "Now", ROW_AT, standing(a, before));
	render_row(p, "Then", ROW_AT, view_printf(a, "%s of %s units, %s; %s to go",
	    view_amount(a, view_units(status, "counted")), view_whole(a, view_units(status, "required")),
	    view_str(a, cycle, "state"), view_amount(a, view_units(status, "to_go"))));
	render_row(p, "Cycle", ROW_AT, view_printf(a, "%s to %s", view_date(a, view_day(cycle, "start"), DATE_LONG),
	    view_date(a, view_day(cycle, "end"), DATE_LONG)));
	put_unmet(p, a, json_get(status, "rules"));
	put_changes(p, a, json_get(v, "changes"), "Entries that count differently");
	put_changes(p, a, json_get(v, "unfit"), "Entries that those rules have no place for");
	render_assumptions(p, a, v);
	page_text(p, INK_DIM, "Nothing was changed.");
	page_line(p);
}

/* ---- who would be touched */

void render_simulation(struct page *p, struct arena *a, const struct json *v)
{
	const struct json *list = json_get(v, "changes");
	int64_t people = view_int(v, "people");

	page_wrap(p, 0, INK_BOLD, people ? view_printf(a, "Under %s, %lld of %lld %s would stand as now.",
	    view_str(a, v, "program"), (long long)view_int(v, "same"), (long long)people,
	    view_plural(people, "person", "people")) : view_printf(a, "Nobody has an open cycle under %s.",
	    view_str(a, v, "program")));
	page_line(p);
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *c = json_at(list, i);
		const char *text = view_str(a, c, "text");

		page_to(p, 2);
		page_text(p, INK_BOLD, view_str(a, c, "person"));
		page_line(p);
		page_to(p, ID_AT);
		page_wrap(p, ID_AT, INK_PLAIN, view_printf(a, "%s becomes %s", standing(a, json_get(c, "before")),
		    standing(a, json_get(c, "after"))));
		page_line(p);
		if (*text) {
			page_to(p, ID_AT);
			page_wrap(p, ID_AT, INK_DIM, text);
			page_line(p);
		}
	}
	render_next(p, a, v, NULL);
}
