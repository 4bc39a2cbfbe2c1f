/* Rules that say what events are taken for. */
#include "render.h"

#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "view.h"

enum { BODY_AT = 7, WHEN_AT = 2, TITLE_AT = 4 };

static const char *hours(struct arena *a, int64_t minutes)
{
	char text[32];

	date_hours_text((int)minutes, text, sizeof text);
	return view_printf(a, "%s", text);
}

static void add_part(struct arena *a, const char **all, const char *part)
{
	*all = view_printf(a, "%s%s%s", *all, **all ? ", " : "", part);
}

/* "in-company, for design, 45 minutes of breaks"; "left out". */
static const char *effect(struct arena *a, const struct json *r)
{
	const char *category = view_str(a, r, "category"), *provider = view_str(a, r, "provider"), *all = "";
	const char *competencies = view_joined(a, json_get(r, "competencies"), ", ");

	if (!strcmp(view_str(a, r, "verdict"), "ignore"))
		return "left out";
	if (*category)
		add_part(a, &all, category);
	if (*competencies)
		add_part(a, &all, view_printf(a, "for %s", competencies));
	if (*provider)
		add_part(a, &all, view_printf(a, "by %s", provider));
	if (view_has(r, "break_minutes") && !view_int(r, "break_minutes"))
		add_part(a, &all, "no breaks");
	else if (view_has(r, "break_minutes"))
		add_part(a, &all, view_printf(a, "%lld minutes of breaks", (long long)view_int(r, "break_minutes")));
	if (view_int(r, "per_day_minutes") > 0)
		add_part(a, &all, view_printf(a, "%s a day", hours(a, view_int(r, "per_day_minutes"))));
	return *all ? all : "proposed";
}

static void row(struct page *p, struct arena *a, const struct json *r)
{
	int is_admin = !strcmp(view_str(a, r, "origin"), "admin");
	const char *text = view_str(a, r, "text");

	page_right(p, BODY_AT - 2, is_admin ? INK_DIM : INK_BOLD, view_printf(a, "%lld", (long long)view_int(r, "id")));
	page_to(p, BODY_AT);
	if (view_int(r, "calendar") > 0)
		text = view_printf(a, "%s, in calendar %lld", text, (long long)view_int(r, "calendar"));
	page_wrap(p, BODY_AT, INK_PLAIN, view_printf(a, "%s: %s", text, effect(a, r)));
	page_line(p);
}

static size_t rows(struct page *p, struct arena *a, const struct json *list, const char *origin, const char *title)
{
	size_t n = 0;

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *r = json_at(list, i);

		if (strcmp(view_str(a, r, "origin"), origin))
			continue;
		if (!n++) {
			page_text(p, INK_BOLD, title);
			page_line(p);
		}
		row(p, a, r);
	}
	return n;
}

static void rule_list(struct page *p, struct arena *a, const struct json *doc, const char *add,
    const char *everyone)
{
	const struct json *list = json_get(doc, "rules");

	if (!json_size(list)) {
		page_text(p, INK_PLAIN, "No rules.");
		page_line(p);
		if (p->look.quiet)
			return;
		page_text(p, INK_DIM, "Next, for instance:");
		page_line(p);
		page_to(p, 2);
		page_printf(p, INK_BOLD, "ceu %s title contains workshop --category CATEGORY", add);
		page_line(p);
		return;
	}
	rows(p, a, list, "personal", "Your rules; the first that matches wins");
	rows(p, a, list, "admin", everyone);
}

void render_feed_rules(struct page *p, struct arena *a, const struct json *doc)
{
	rule_list(p, a, doc, "calendar rule add", "For everyone, after those");
}

void render_feed_rules_for_all(struct page *p, struct arena *a, const struct json *doc)
{
	rule_list(p, a, doc, "admin rule add", "For everyone; a person's own rules come first");
}

void render_feed_rule_done(struct page *p, struct arena *a, const struct json *r, const char *done)
{
	render_done(p, view_printf(a, "Rule %lld %s: %s: %s.", (long long)view_int(r, "id"), done,
	    view_str(a, r, "text"), effect(a, r)));
	if (!view_has(r, "matched"))
		return;
	page_to(p, WHEN_AT);
	page_printf(p, INK_PLAIN, "It matches %lld of %lld %s.", (long long)view_int(r, "matched"),
	    (long long)view_int(r, "of"), view_plural(view_int(r, "of"), "event", "events"));
}

static void event(struct page *p, struct arena *a, const struct json *v)
{
	page_to(p, WHEN_AT);
	page_text(p, INK_PLAIN, render_when(a, v));
	page_right(p, PAGE_WIDTH, INK_DIM, view_str(a, v, "state"));
	page_line(p);
	page_to(p, TITLE_AT);
	page_cut(p, PAGE_WIDTH - TITLE_AT, INK_PLAIN, view_str(a, v, "title"));
	page_line(p);
}

void render_feed_rule_test(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *r = json_get(doc, "rule"), *events = json_get(doc, "events");
	int64_t matched = view_int(doc, "matched");
	const char *text;

	page_wrap(p, 0, INK_PLAIN, view_printf(a, "%s: %s.", view_str(a, r, "text"), effect(a, r)));
	page_line(p);
	for (size_t i = 0; i < json_size(events); i++)
		event(p, a, json_at(events, i));
	if (view_has(doc, "people"))
		text = view_printf(a, "It matches %lld of %lld events, of %lld %s.", (long long)matched,
		    (long long)view_int(doc, "of"), (long long)view_int(doc, "people"),
		    view_plural(view_int(doc, "people"), "person", "people"));
	else
		text = view_printf(a, "It matches %lld of your newest %lld events%s.", (long long)matched,
		    (long long)view_int(doc, "of"), matched > (int64_t)json_size(events) && json_size(events) ?
		    "; these are some of them" : "");
	page_wrap(p, 0, INK_PLAIN, view_printf(a, "%s Nothing was changed.", text));
	page_line(p);
}
