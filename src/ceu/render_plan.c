/* Ways to finish, and what single steps would do. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { NAME_AT = 5, DATE_AT = 22, TITLE_AT = 34, CATEGORIES_MAX = 12 };

struct plan { struct page *p; struct arena *a; const struct json *status; day_t today; int this_year; };

/* The day of an event, or of a planned entry. */
static day_t day_of(const struct json *v)
{
	return view_day(v, view_has(v, "date") ? "date" : "start");
}

/* "Wed 6 May", with its year where it is not the present one. */
static const char *short_day(const struct plan *r, day_t day)
{
	const char *full = view_date(r->a, day, DATE_FULL), *date;

	if (day == DAY_NONE)
		return "";
	date = view_date(r->a, day, date_ymd(day).year == r->this_year ? DATE_DAY_MONTH : DATE_SHORT);
	return view_printf(r->a, "%.3s %s", full, date);
}

static const char *length(const struct plan *r, const struct json *v)
{
	char text[16];

	return view_printf(r->a, "%s", date_hours_text((int)view_int(v, "minutes"), text, sizeof text));
}

static const char *category_name(const struct plan *r, const char *id)
{
	return view_short(r->a, view_name(r->a, json_get(r->status, "categories"), id), 22);
}

static const char *effect(const struct plan *r, const struct json *item)
{
	int64_t wasted = view_units(item, "wasted");

	if (wasted <= 0)
		return view_printf(r->a, "adds %s, nothing wasted", view_amount(r->a, view_units(item, "adds")));
	return view_printf(r->a, "adds %s, %s more than you need", view_amount(r->a, view_units(item, "adds")),
	    view_amount(r->a, wasted));
}

/* ---- one option */

static void put_event(const struct plan *r, const struct json *item)
{
	const char *title = view_str(r->a, item, "title");

	page_to(r->p, DATE_AT);
	page_text(r->p, INK_PLAIN, short_day(r, day_of(item)));
	page_to(r->p, r->p->column >= TITLE_AT ? r->p->column + 1 : TITLE_AT);
	page_cut(r->p, PAGE_WIDTH - r->p->column, INK_BOLD, *title ? title : "(no title)");
	page_line(r->p);
	page_to(r->p, DATE_AT);
	page_wrap(r->p, DATE_AT, INK_PLAIN, view_printf(r->a, "%s, %s: %s", length(r, item),
	    category_name(r, view_str(r->a, item, "category")), effect(r, item)));
	page_line(r->p);
}

/* "training, conference or cxpa (live)" */
static const char *where(const struct plan *r, const struct json *item)
{
	const struct json *list = json_get(item, "categories"), *tags = json_get(item, "tags");
	const char *names[CATEGORIES_MAX], *all;
	size_t n = json_size(list);

	if (n > CATEGORIES_MAX)
		n = CATEGORIES_MAX;
	for (size_t i = 0; i < n; i++)
		names[i] = view_text(r->a, json_at(list, i));
	all = n && n < json_size(json_get(r->status, "categories")) ? view_series(r->a, names, n, "or") :
	    "any category";
	if (!json_size(tags))
		return all;
	return view_printf(r->a, "%s, %s", all, view_joined(r->a, tags, ", "));
}

static void put_find(const struct plan *r, const struct json *item)
{
	page_to(r->p, DATE_AT);
	page_text(r->p, INK_WAITING, "to find");
	page_to(r->p, TITLE_AT);
	page_wrap(r->p, TITLE_AT, INK_PLAIN, view_printf(r->a, "%s of %s: %s", length(r, item), where(r, item),
	    effect(r, item)));
	page_line(r->p);
}

static const char *option_name(const struct plan *r, size_t at, size_t pieces)
{
	static const char *const words[] = { "In one piece", "In two pieces", "In three pieces" };

	if (!at)
		return "Least work";
	if (pieces && pieces <= sizeof words / sizeof *words)
		return words[pieces - 1];
	return view_printf(r->a, "In %zu pieces", pieces);
}

static void put_option(const struct plan *r, const struct json *option, size_t at)
{
	const struct json *items = json_get(option, "items");

	page_right(r->p, NAME_AT - 2, INK_BOLD, view_printf(r->a, "%zu", at + 1));
	page_to(r->p, NAME_AT);
	page_text(r->p, INK_BOLD, option_name(r, at, json_size(items)));
	for (size_t i = 0; i < json_size(items); i++) {
		const struct json *item = json_at(items, i);

		if (!strcmp(view_str(r->a, item, "kind"), "find"))
			put_find(r, item);
		else
			put_event(r, item);
	}
	if (!json_size(items))
		page_line(r->p);
}

/* ---- the page */

/* Why there is nothing to choose from. */
static const char *no_options(const struct plan *r, const struct json *plan)
{
	if (!strcmp(view_str(r->a, plan, "state"), "done"))
		return "Nothing is missing: every rule is met.";
	if (json_bool(plan, "enough", 0))
		return "Nothing more is to be found: what you planned would do.";
	return "No way was found that meets every rule in time.";
}

static void put_head(const struct plan *r, const struct json *plan)
{
	int64_t to_go = view_units(plan, "to_go");
	day_t by = view_day(plan, "by");
	int is_open = json_size(json_get(plan, "options")) > 0;
	const char *days = "", *text = is_open ? "" : no_options(r, plan);

	if (r->today != DAY_NONE && by != DAY_NONE && by >= r->today)
		days = view_printf(r->a, ", %d %s", by - r->today, view_plural(by - r->today, "day", "days"));
	if (to_go > 0)
		text = view_printf(r->a, "%s %s to %s by %s%s.%s%s", view_amount(r->a, to_go), to_go == 100 ? "unit" :
		    "units", is_open ? "find" : "go", view_date(r->a, by, DATE_LONG), days, *text ? " " : "", text);
	else if (is_open)
		text = view_printf(r->a, "Enough units, and not every rule is met. By %s%s:",
		    view_date(r->a, by, DATE_LONG), days);
	page_wrap(r->p, 0, INK_PLAIN, text);
	page_line(r->p);
}

static void put_planned(const struct plan *r, const struct json *list)
{
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *e = json_at(list, i);
		day_t day = day_of(e);
		int due = json_bool(e, "due", r->today != DAY_NONE && day < r->today);

		page_to(r->p, 2);
		page_wrap(r->p, 4, due ? INK_WARN : INK_PLAIN, view_printf(r->a, "Planned: entry %lld, %s, %s, "
		    "%s units.%s", (long long)view_int(e, "id"), short_day(r, day),
		    view_str(r->a, e, "title"), view_amount(r->a, view_units(e, "units")),
		    due ? " Its day is over: did you do it?" : ""));
		page_line(r->p);
	}
}

static void put_chances(const struct plan *r, const struct json *plan)
{
	const struct json *options = json_get(plan, "options");
	const char *now = view_chance(r->a, plan, "chance"), *all = "";

	if (!*now || !strcmp(view_str(r->a, plan, "state"), "done"))
		return;
	for (size_t i = 0; i < json_size(options); i++) {
		const char *then = view_chance(r->a, json_at(options, i), "chance");

		if (*then && strcmp(then, now))		/* work that is still to be found changes nothing yet */
			all = view_printf(r->a, "%s, %s with %zu", all, then, i + 1);
	}
	page_to(r->p, 2);
	page_wrap(r->p, 2, INK_PLAIN, view_printf(r->a, "Chance of finishing: %s as it is%s.", now, all));
	page_line(r->p);
}

static const char *gloss(struct arena *a, const struct json *plan, const char *command)
{
	(void)a, (void)plan;
	if (!strncmp(command, "ceu plan keep", 13))
		return "plan the events of that way";
	return NULL;
}

void render_plan(struct page *p, struct arena *a, const struct json *plan, const struct json *status)
{
	day_t today = view_day(plan, "today");
	const struct plan r = { p, a, status, today, today == DAY_NONE ? 0 : date_ymd(today).year };
	const struct json *options = json_get(plan, "options");

	put_head(&r, plan);
	for (size_t i = 0; i < json_size(options); i++)
		put_option(&r, json_at(options, i), i);
	put_planned(&r, json_get(plan, "planned"));
	put_chances(&r, plan);
	if (json_size(options) && !json_bool(plan, "exact", 1)) {
		page_to(p, 2);
		page_wrap(p, 2, INK_DIM, "Too much to choose from for looking at everything: there may be less "
		    "work still.");
		page_line(p);
	}
	render_next(p, a, plan, gloss);
}

/* ---- what if */

void render_try(struct page *p, struct arena *a, const struct json *what_if)
{
	const struct json *elsewhere = json_get(what_if, "elsewhere");
	const char *chance = view_chance(a, what_if, "chance"), *room = view_joined(a, elsewhere, ", ");

	page_wrap(p, 0, INK_PLAIN, view_str(a, what_if, "text"));
	page_line(p);
	if (*chance && !json_bool(what_if, "done", 0)) {
		page_to(p, 2);
		page_printf(p, INK_PLAIN, "Chance of finishing with it: %s.", chance);
		page_line(p);
	}
	if (view_units(what_if, "wasted") > 0 && *room)
		render_row(p, "Room in", 12, room);
}
