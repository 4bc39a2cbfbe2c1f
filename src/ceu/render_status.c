/* Where someone stands, and why. */
#include "render.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { NAME_MIN = 18, NAME_MAX = 22, TO_GO_AT = 33, STATE_AT = 60, IDS_SHOWN = 8 };

/* ---- the head */

static const char *days_text(struct arena *a, int64_t days)
{
	if (days < 0)
		return view_printf(a, "ended %lld %s ago", (long long)-days,
		    view_plural(days, "day", "days"));
	if (!days)
		return "last day";
	return view_printf(a, "%lld %s", (long long)days, view_plural(days, "day", "days"));
}

static void head(struct page *p, struct arena *a, const struct json *status)
{
	const struct json *cycle = json_get(status, "cycle");
	const char *program = view_str(a, status, "program_name"), *right;

	page_printf(p, INK_BOLD, "%s, %s to %s", *program ? program : view_str(a, status, "program"),
	    view_date(a, view_day(cycle, "start"), DATE_LONG),
	    view_date(a, view_day(cycle, "end"), DATE_LONG));
	right = view_printf(a, "%s, %s%s", view_str(a, status, "person"), view_has(status, "as_of") ? "as of " : "",
	    view_date(a, view_day(status, view_has(status, "as_of") ? "as_of" : "today"), DATE_LONG));
	if (p->column + 2 + text_width(right) > PAGE_WIDTH)
		page_line(p);
	page_right(p, STATE_AT + 16, INK_DIM, right);
	page_line(p);
	page_line(p);
}

static void even_pace(struct page *p, struct arena *a, const struct json *status)
{
	int64_t required = view_units(status, "required"), pace = view_units(status, "even_pace"), at;

	if (required <= 0 || !view_has(status, "even_pace"))
		return;
	at = pace * PAGE_TOTAL_BAR / required;
	page_to(p, 2 + (size_t)(at < 0 ? 0 : at > PAGE_TOTAL_BAR ? PAGE_TOTAL_BAR : at));
	/* A pace is no account: a tenth is as exact as it can mean anything. */
	page_printf(p, INK_DIM, "^ even pace today: %s", view_amount(a, (pace + 5) / 10 * 10));
	page_line(p);
}

static void total(struct page *p, struct arena *a, const struct json *status)
{
	const struct json *cycle = json_get(status, "cycle");
	int64_t pending = view_units(status, "pending"), required = view_units(status, "required");

	page_to(p, 2);
	page_printf(p, INK_BOLD, "%s of %s units count", view_amount(a, view_units(status, "counted")),
	    view_whole(a, view_units(status, "required")));
	page_to(p, TO_GO_AT);
	page_printf(p, INK_PLAIN, "%s to go, %s", view_amount(a, view_units(status, "to_go")),
	    days_text(a, view_int(cycle, "days_left")));
	page_to(p, STATE_AT);
	render_state(p, view_str(a, cycle, "state"));
	page_line(p);
	page_to(p, 2);
	page_bar(p, &(struct bar){ required, view_units(status, "counted"), pending, PAGE_TOTAL_BAR });
	if (pending > 0) {
		page_to(p, PAGE_TOTAL_BAR + 5);
		page_printf(p, INK_WAITING, "%s %s waiting in your inbox", page_sign(p, "▒", "="),
		    view_amount(a, pending));
	}
	page_line(p);
	even_pace(p, a, status);
}

/* ---- categories */

static size_t name_width(struct arena *a, const struct json *categories)
{
	size_t widest = NAME_MIN;

	for (size_t i = 0; i < json_size(categories); i++) {
		size_t width = text_width(view_short(a, view_str(a, json_at(categories, i), "name"),
		    NAME_MAX));

		if (width > widest)
			widest = width;
	}
	return widest > NAME_MAX ? NAME_MAX : widest;
}

static void category_bar(struct page *p, const struct json *category, int64_t required)
{
	int64_t limit = view_has(category, "limit") ? view_units(category, "limit") : required;

	page_bar(p, &(struct bar){ limit, view_units(category, "counted"), view_units(category, "pending"),
	    PAGE_SMALL_BAR });
}

static void category_row(struct page *p, struct arena *a, const struct json *c, size_t width,
    int64_t required)
{
	int64_t over = view_units(c, "over_limit"), room = view_units(c, "free");
	int has_limit = view_has(c, "limit");
	size_t at = 2 + width + 2;

	page_to(p, 2);
	page_cut(p, NAME_MAX, INK_PLAIN, view_short(a, view_str(a, c, "name"), NAME_MAX));
	page_to(p, at);
	category_bar(p, c, required);
	at += PAGE_SMALL_BAR;
	page_amount(p, at + 6, INK_PLAIN, view_amount(a, view_units(c, "counted")));
	if (has_limit && room <= 0)
		page_printf(p, INK_PLAIN, " of %s", view_whole(a, view_units(c, "limit")));
	if (has_limit && room > 0)
		page_amount(p, at + 20, INK_PLAIN, view_amount(a, room));
	else
		page_right(p, at + 20, INK_PLAIN, has_limit ? "full" : "no limit");
	if (over > 0) {
		const char *verb = over == 100 ? "does" : "do", *text = view_printf(a, "%s more %s not count",
		    view_amount(a, over), verb);

		page_to(p, at + 22);
		if (p->column + text_width(text) > PAGE_WIDTH)
			text = view_printf(a, "%s %s not count", view_amount(a, over), verb);
		page_text(p, INK_WARN, text);
	}
	page_line(p);
}

static void categories(struct page *p, struct arena *a, const struct json *status)
{
	const struct json *list = json_get(status, "categories");
	size_t width = name_width(a, list);

	page_to(p, 2);
	page_text(p, INK_DIM, "Category");
	page_to(p, 2 + width + 2);
	page_text(p, INK_DIM, "Counted");
	page_right(p, 2 + width + 2 + PAGE_SMALL_BAR + 20, INK_DIM, "Free");
	page_line(p);
	for (size_t i = 0; i < json_size(list); i++)
		category_row(p, a, json_at(list, i), width, view_units(status, "required"));
}

/* ---- remarks */

static int by_number(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

static const char *missing_evidence(struct arena *a, const struct json *list)
{
	int64_t ids[IDS_SHOWN];
	size_t n = json_size(list);
	const char *text = "";

	if (!n)
		return "";
	if (n > IDS_SHOWN)
		return view_printf(a, "No evidence: %zu entries.", n);
	for (size_t i = 0; i < n; i++)
		ids[i] = view_number(json_at(list, i));
	qsort(ids, n, sizeof *ids, by_number);
	for (size_t i = 0; i < n; i++) {
		const char *glue = i + 1 == n ? " and " : ", ";

		text = view_printf(a, "%s%s%lld", text, i ? glue : "", (long long)ids[i]);
	}
	return view_printf(a, "No evidence: %s %s.", n == 1 ? "entry" : "entries", text);
}

static const char *missing_competencies(struct arena *a, const struct json *list)
{
	const char *names = "";
	size_t found = 0;

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *c = json_at(list, i);

		if (view_units(c, "counted") > 0)
			continue;
		names = view_printf(a, "%s%s%s", names, found++ ? ", " : "", view_str(a, c, "id"));
	}
	return found && found < json_size(list) ? view_printf(a, "No units yet for: %s.", names) : "";
}

static void remark(struct page *p, enum ink ink, const char *text)
{
	page_to(p, 2);
	page_wrap(p, 2, ink, text);
	page_line(p);
}

/* What was sent in, where it is no longer the same. */
static void submission(struct page *p, struct arena *a, const struct json *submitted)
{
	const char *text;

	if (json_kind(submitted) != JSON_OBJECT)
		return;
	text = view_printf(a, "Submitted %s on %s", view_amount(a, view_units(submitted, "counted")),
	    view_date(a, view_day(submitted, "on"), DATE_FULL));
	if (view_units(submitted, "supported") == view_units(submitted, "counted"))
		remark(p, INK_PLAIN, view_printf(a, "%s.", text));
	else
		remark(p, INK_WARN, view_printf(a, "%s, now supported %s.", text,
		    view_amount(a, view_units(submitted, "supported"))));
}

static void planned(struct page *p, struct arena *a, const struct json *list)
{
	size_t coming = 0;
	int64_t units = 0;

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *e = json_at(list, i);

		if (json_bool(e, "due", 0)) {
			remark(p, INK_WARN, view_printf(a, "Planned for %s: entry %lld, %s. Did you do it?",
			    view_date(a, view_day(e, "date"), DATE_FULL), (long long)view_int(e, "id"),
			    view_str(a, e, "title")));
		} else {
			coming++;
			units += view_units(e, "units");
		}
	}
	if (coming)
		remark(p, INK_PLAIN, view_printf(a, "Planned: %zu %s, %s %s.", coming, coming == 1 ? "entry" :
		    "entries", view_amount(a, units), units == 100 ? "unit" : "units"));
}

static void remarks(struct page *p, struct arena *a, const struct json *status)
{
	const char *evidence = missing_evidence(a, json_get(status, "without_evidence"));
	const char *skills = missing_competencies(a, json_get(status, "competencies"));
	int is_open = strcmp(view_str(a, json_get(status, "cycle"), "state"), "done") != 0;
	const char *chance = is_open ? view_chance(a, status, "chance") : "";
	const struct json *list = json_get(status, "planned");
	int64_t carried = view_units(status, "carried");

	if (!*evidence && !*skills && !*chance && !json_size(list) && carried <= 0 &&
	    !view_has(status, "submitted"))
		return;
	page_line(p);
	submission(p, a, json_get(status, "submitted"));
	if (carried > 0)
		remark(p, INK_PLAIN, view_printf(a, "Carried over from the cycle before: %s.",
		    view_amount(a, carried)));
	planned(p, a, list);
	if (*evidence || *skills)
		remark(p, INK_PLAIN, view_printf(a, "%s%s%s", evidence, *evidence && *skills ? " " : "", skills));
	if (*chance)
		remark(p, INK_PLAIN, view_printf(a, "Chance of finishing in time: %s.", chance));
}

/* Rules that are not told by the bars: those without an amount, unmet. */
static void unmet(struct page *p, struct arena *a, const struct json *status)
{
	const struct json *rules = json_get(status, "rules");

	for (size_t i = 0; i < json_size(rules); i++) {
		const struct json *r = json_at(rules, i);

		if (json_bool(r, "met", 1) || view_has(r, "need"))
			continue;
		page_to(p, 2);
		page_wrap(p, 2, INK_PLAIN, view_printf(a, "Not yet met: %s", view_str(a, r, "text")));
		page_line(p);
	}
}

static const char *gloss(struct arena *a, const struct json *status, const char *command)
{
	int64_t waiting = view_int(status, "waiting"), pending = view_units(status, "pending");

	if (!strcmp(command, "ceu inbox") && waiting > 0 && pending <= 0)
		return view_printf(a, "%lld %s to confirm", (long long)waiting,
		    view_plural(waiting, "event", "events"));
	if (!strcmp(command, "ceu inbox") && waiting > 0)
		return view_printf(a, "%lld %s to confirm, worth %s %s", (long long)waiting,
		    view_plural(waiting, "event", "events"), view_amount(a, pending),
		    pending == 100 ? "unit" : "units");
	if (!strcmp(command, "ceu inbox list --changed"))
		return "events that changed since you confirmed them";
	if (!strcmp(command, "ceu calendar list"))
		return "a calendar is not read, and needs you";
	if (strstr(command, "--for COMPETENCY"))
		return "name what it was good for, so that it counts";
	return NULL;
}

void render_status(struct page *p, struct arena *a, const struct json *status)
{
	head(p, a, status);
	total(p, a, status);
	categories(p, a, status);
	remarks(p, a, status);
	unmet(p, a, status);
	render_next(p, a, status, gloss);
}

/* ---- after a change */

const char *render_total(struct arena *a, const struct json *status)
{
	int64_t to_go = view_units(status, "to_go");
	const char *total_text = view_printf(a, "Total %s of %s",
	    view_amount(a, view_units(status, "counted")), view_whole(a, view_units(status, "required")));

	return to_go > 0 ? view_printf(a, "%s, %s to go", total_text, view_amount(a, to_go)) : total_text;
}

void render_standing(struct page *p, struct arena *a, const struct json *status, const char *category)
{
	const struct json *list = json_get(status, "categories");
	const char *sum = render_total(a, status);
	size_t at = 0;

	page_to(p, 2);
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *c = json_at(list, i);
		int64_t total;

		if (strcmp(view_str(a, c, "id"), category))
			continue;
		page_text(p, INK_PLAIN, view_short(a, view_str(a, c, "name"), NAME_MAX));
		page_to(p, p->column + 2);
		total = view_units(view_has(c, "limit") ? c : status, view_has(c,
		    "limit") ? "limit" : "required");
		page_bar(p, &(struct bar){ total, view_units(c, "counted"), 0, PAGE_SMALL_BAR });
		page_printf(p, INK_PLAIN, "  %s", view_amount(a, view_units(c, "counted")));
		if (view_has(c, "limit"))
			page_printf(p, INK_PLAIN, " of %s", view_whole(a, view_units(c, "limit")));
		page_to(p, p->column + 2);
		at = PAGE_WIDTH - 1;
	}
	page_right(p, at, INK_PLAIN, sum);
	page_line(p);
}
