/* What leads see of their teams beside the table: the digest, when it goes, and what would help most. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "view.h"

enum { ROW_AT = 12, LENGTH_AT = 5, NAME_AT = 11 };

/* ---- the digest */

void render_digest_set(struct page *p, struct arena *a, const struct json *doc)
{
	const char *team = view_str(a, doc, "team"), *why = view_str(a, doc, "because"), *when = view_str(a, doc, "when");

	render_done(p, view_printf(a, "The digest of %s: %s.", team,
	    view_has(doc, "on") && !json_bool(doc, "on", 1) ? "its lead wants none" : *why ? why : "it goes to its lead"));
	render_row(p, "When", ROW_AT, *when ? when : view_str(a, doc, "every"));
	render_row(p, "Table", ROW_AT, json_bool(doc, "csv", 0) ? "attached, for a spreadsheet" : "not attached");
	if (view_has(doc, "next"))
		render_row(p, "Next", ROW_AT, view_instant_in(a, doc, "next", json_str(doc, "zone")));
	render_row(p, "Last sent", ROW_AT, view_day(doc, "last") == DAY_NONE ? "none yet" :
	    view_date(a, view_day(doc, "last"), DATE_FULL));
}

void render_digest_page(struct page *p, struct arena *a, const struct json *doc)
{
	render_letter(p, a, doc);
	if (p->look.quiet || !view_has(doc, "when"))
		return;
	page_line(p);
	page_wrap(p, 0, INK_DIM, view_has(doc, "next") ? view_printf(a, "It goes next on %s.",
	    view_instant_in(a, doc, "next", json_str(doc, "zone"))) :
	    view_printf(a, "It goes to nobody: %s.", view_str(a, doc, "because")));
	page_line(p);
}

/* ---- the event that helps most */

static void option(struct page *p, struct arena *a, const struct json *doc, const struct json *v, size_t i)
{
	const char *hours = view_printf(a, "%s", view_amount(a, view_units(v, "units")));
	int64_t people = view_int(v, "people"), finished = view_int(v, "finished"), of = view_int(doc, "people");
	char length[16];

	page_right(p, 3, INK_BOLD, view_printf(a, "%zu", i + 1));
	page_to(p, LENGTH_AT);
	page_text(p, INK_BOLD, date_hours_text((int)view_int(v, "minutes"), length, sizeof length));
	page_to(p, NAME_AT);
	page_wrap(p, NAME_AT, INK_PLAIN, view_printf(a, "%s, by %s", view_str(a, v, "name"),
	    view_date(a, view_day(v, "by"), DATE_LONG)));
	page_line(p);
	page_to(p, NAME_AT);
	page_wrap(p, NAME_AT, INK_PLAIN, view_printf(a, "%s %s for %lld of %lld %s: %s in all%s", hours,
	    people == 1 ? "count" : "count each", (long long)people, (long long)of, view_plural(of, "person", "people"),
	    view_amount(a, view_units(v, "adds")),
	    finished ? view_printf(a, ", and %lld would be done", (long long)finished) : ""));
	page_line(p);
}

void render_team_plan(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "options");
	int64_t people = view_int(doc, "people");

	page_printf(p, INK_BOLD, "What would help most in %s", view_str(a, doc, "team"));
	if (view_day(doc, "today") != DAY_NONE)
		page_printf(p, INK_DIM, ", %s", view_date(a, view_day(doc, "today"), DATE_LONG));
	page_line(p);
	if (!json_size(list)) {
		page_wrap(p, 0, INK_PLAIN, people ?
		    "Nobody has room for an hour in any category: look at one after the other." :
		    "Nobody has units to go.");
		page_line(p);
	}
	for (size_t i = 0; i < json_size(list); i++)
		option(p, a, doc, json_at(list, i), i);
	render_next(p, a, doc, NULL);
}
