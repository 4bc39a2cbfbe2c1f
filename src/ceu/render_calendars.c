/* Calendars that are watched. */
#include "render.h"

#include <string.h>

#include "base/json.h"
#include "view.h"

enum { BODY_AT = 7, ROW_AT = 16 };

static void remark(struct page *p, enum ink ink, const char *text)
{
	if (!*text)
		return;
	page_to(p, BODY_AT);
	page_wrap(p, BODY_AT, ink, text);
	page_line(p);
}

static void calendar_row(struct page *p, struct arena *a, const struct json *c)
{
	const char *state = view_str(a, c, "state"), *error = view_str(a, c, "error"),
		   *url = view_str(a, c, "url");
	const char *name = view_str(a, c, "name");
	int good = !strcmp(state, "ok") || !strcmp(state, "new");

	page_right(p, BODY_AT - 2, INK_BOLD, view_printf(a, "%lld", (long long)view_int(c, "id")));
	page_to(p, BODY_AT);
	page_cut(p, 34, INK_PLAIN, name);
	page_to(p, 43);
	page_text(p, good ? INK_GOOD : INK_BAD, state);
	page_to(p, 52);
	page_printf(p, INK_PLAIN, "%lld %s, %lld in the inbox", (long long)view_int(c, "events"),
	    view_plural(view_int(c, "events"), "event", "events"), (long long)view_int(c, "proposals"));
	page_line(p);
	if (*url && strcmp(url, name)) {
		page_to(p, BODY_AT);
		page_cut(p, PAGE_WIDTH - BODY_AT, INK_DIM, url);
		page_line(p);
	}
	page_to(p, BODY_AT);
	page_printf(p, INK_DIM, "Last read %s", view_instant(a, c, "last_good"));
	if (view_has(c, "next_poll"))
		page_printf(p, INK_DIM, ", next look %s", view_instant(a, c, "next_poll"));
	page_line(p);
	remark(p, INK_BAD, error);
	remark(p, INK_WARN, view_str(a, c, "notice"));
	if (view_int(c, "ignored") > 0)
		remark(p, INK_DIM, view_printf(a, "%lld more %s for learning.", (long long)view_int(c, "ignored"),
		    view_plural(view_int(c, "ignored"), "is not proposed: no rule takes it",
			"are not proposed: no rule takes them")));
}

void render_calendars(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "calendars");

	if (!json_size(list)) {
		page_text(p, INK_PLAIN, "No calendars.");
		page_line(p);
		if (!p->look.quiet) {
			page_text(p, INK_DIM, "Next: ");
			page_text(p, INK_BOLD, "ceu calendar add URL");
			page_line(p);
		}
	}
	for (size_t i = 0; i < json_size(list); i++)
		calendar_row(p, a, json_at(list, i));
}

/* What may be done where no event looks like learning. */
static void nothing_found(struct page *p, struct arena *a, const struct json *c)
{
	page_to(p, 2);
	page_wrap(p, 2, INK_PLAIN, view_printf(a, "%lld %s not proposed: nothing tells that %s learning. Say what is, or take "
	    "all of them with --everything.", (long long)view_int(c, "ignored"),
	    view_plural(view_int(c, "ignored"), "event is", "events are"),
	    view_plural(view_int(c, "ignored"), "it is", "they are")));
	page_line(p);
}

void render_calendar(struct page *p, struct arena *a, const struct json *c)
{
	int64_t events = view_int(c, "events"), proposals = view_int(c, "proposals"), ignored = view_int(c, "ignored");
	const char *notice = view_str(a, c, "notice");
	int is_nothing = ignored > 0 && !proposals && !view_int(c, "planned");

	render_done(p,
	    view_printf(a, "Calendar %lld, %s: %lld %s read, %lld in your inbox.",
		(long long)view_int(c, "id"), view_str(a, c, "name"), (long long)events,
		view_plural(events, "event", "events"), (long long)proposals));
	if (view_int(c, "planned") > 0)
		render_row(p, "Still to come", ROW_AT, view_printf(a, "%lld", (long long)view_int(c, "planned")));
	if (view_has(c, "next_poll"))
		render_row(p, "Next look", ROW_AT, view_instant(a, c, "next_poll"));
	if (*notice) {
		page_mark(p, MARK_NOTE);
		page_wrap(p, 2, INK_PLAIN, notice);
		page_line(p);
	}
	if (is_nothing)
		nothing_found(p, a, c);
	if (p->look.quiet || (!proposals && !is_nothing))
		return;
	page_text(p, INK_DIM, "Next: ");
	page_text(p, INK_BOLD, proposals ? "ceu inbox" : "ceu calendar rule add title contains WORD --category CATEGORY");
	page_line(p);
}
