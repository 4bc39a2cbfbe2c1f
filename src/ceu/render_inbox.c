/* Events waiting for a word, and the calendars they come from. */
#include "render.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { BODY_AT = 7, ROW_AT = 16 };

/* "17:00" of 2026-03-09T17:00:00+01:00: the event's own clock. */
static const char *clock_of(struct arena *a, const struct json *v, const char *name)
{
	const char *s = view_str(a, v, name);

	return strlen(s) >= 16 && s[10] == 'T' ? view_printf(a, "%.5s", s + 11) : "";
}

const char *render_when(struct arena *a, const struct json *v)
{
	day_t start = view_day(v, "start"), end = view_day(v, "end");
	const char *from = clock_of(a, v, "start"), *to = clock_of(a, v, "end");
	const char *first = view_date(a, start, DATE_FULL);

	if (json_bool(v, "all_day", 0) && (end == DAY_NONE || end <= start + 1))
		return first;
	if (json_bool(v, "all_day", 0))
		return view_printf(a, "%s to %s", first, view_date(a, end - 1, DATE_FULL));
	if (end == start && !strcmp(from, to))
		return view_printf(a, "%s, %s", first, from);
	if (end == start)
		return view_printf(a, "%s, %s to %s", first, from, to);
	return view_printf(a, "%s, %s to %s, %s", first, from, view_date(a, end, DATE_FULL), to);
}

static const char *length_of(struct arena *a, const struct json *v)
{
	int64_t units = view_units(v, "units");

	if (!view_has(v, "minutes"))
		return "how long?";
	if (!view_has(v, "units"))
		return view_printf(a, "%lld minutes", (long long)view_int(v, "minutes"));
	return view_printf(a, "%s %s", view_amount(a, units), units == 100 ? "unit" : "units");
}

/* "2.0 units, cxpa, culture": what confirming it as it is would make. */
static const char *worth(struct arena *a, const struct json *v)
{
	const char *category = view_str(a, v, "category");
	const char *names = view_joined(a, json_get(v, "competencies"), ", ");

	return view_printf(a, "%s, %s, %s", length_of(a, v), *category ? category : "which category?",
	    *names ? names : "good for what?");
}

static const char *adds(struct arena *a, const struct json *v)
{
	if (!view_has(v, "adds"))
		return "";
	if (!view_units(v, "adds"))
		return "adds nothing";
	return view_printf(a, "adds %s", view_amount(a, view_units(v, "adds")));
}

static const char *flags(struct arena *a, const struct json *v)
{
	static const struct { const char *id, *text; } words[] = {
		{ "zone-unknown", "its time zone is not known" }, { "no-end", "it names no end" },
		{ "end-invalid", "its end makes no sense" },
		{ "long", "it is long, so no length is suggested" }, { "cut", "its text was shortened" },
		{ "encoding", "its letters may be wrong" }, { "changed", "the calendar changed it since" },
		{ "conflict", "another event is at the same time" },
		{ "repeat", "the same course is in this cycle already" },
	};
	const struct json *list = json_get(v, "flags");
	const char *all = "";

	for (size_t i = 0; i < json_size(list); i++) {
		const char *flag = view_text(a, json_at(list, i)), *text = flag;

		for (size_t k = 0; k < sizeof words / sizeof *words; k++)
			if (!strcmp(words[k].id, flag))
				text = words[k].text;
		all = view_printf(a, "%s%s%s", all, i ? ", " : "", text);
	}
	return all;
}

/* ---- the list */

static void listed(struct page *p, struct arena *a, const struct json *v)
{
	const char *title = view_str(a, v, "title"), *state = view_str(a, v, "state"),
		   *from = view_printf(a, "from %s", view_str(a, v, "calendar"));

	page_right(p, BODY_AT - 2, INK_BOLD, view_printf(a, "%lld", (long long)view_int(v, "id")));
	page_to(p, BODY_AT);
	page_text(p, INK_PLAIN, render_when(a, v));
	if (strcmp(state, "waiting"))
		page_printf(p, INK_DIM, " (%s)", state);
	if (p->column + 2 + text_width(from) <= PAGE_WIDTH)
		page_right(p, PAGE_WIDTH, INK_DIM, from);
	page_line(p);
	page_to(p, BODY_AT);
	page_cut(p, PAGE_WIDTH - BODY_AT, INK_PLAIN, *title ? title : "(no title)");
	page_line(p);
	page_to(p, BODY_AT);
	page_cut(p, PAGE_WIDTH - BODY_AT - 14, INK_PLAIN, worth(a, v));
	page_right(p, PAGE_WIDTH, INK_WAITING, adds(a, v));
	page_line(p);
	if (*flags(a, v)) {
		page_to(p, BODY_AT);
		page_wrap(p, BODY_AT, INK_WARN, view_printf(a, "Look twice: %s.", flags(a, v)));
		page_line(p);
	}
}

void render_proposals(struct page *p, struct arena *a, const struct json *doc, int skipped)
{
	const struct json *list = json_get(doc, "proposals");
	size_t n = json_size(list);

	if (!n) {
		page_text(p, INK_PLAIN, skipped ? "Nothing was skipped." : "Nothing waits in your inbox.");
		page_line(p);
		return;
	}
	for (size_t i = 0; i < n; i++)
		listed(p, a, json_at(list, i));
	if (p->look.quiet)
		return;
	page_text(p, INK_DIM, "Next: ");
	page_text(p, INK_BOLD, skipped ? "ceu inbox restore ID" : "ceu inbox confirm ID");
	page_text(p, INK_PLAIN, skipped ? "" : "    or: ");
	page_text(p, INK_BOLD, skipped ? "" : "ceu inbox skip ID");
	page_line(p);
}

void render_proposal(struct page *p, struct arena *a, const struct json *v, size_t at, size_t of)
{
	const char *title = view_str(a, v, "title"),
		   *from = view_printf(a, "from %s", view_str(a, v, "calendar"));
	enum { AT = 8 };

	page_printf(p, INK_DIM, "%zu of %zu", at, of);
	page_to(p, AT);
	page_text(p, INK_PLAIN, render_when(a, v));
	if (p->column + 2 + text_width(from) <= PAGE_WIDTH)
		page_right(p, PAGE_WIDTH, INK_DIM, from);
	page_line(p);
	page_to(p, AT);
	page_wrap(p, AT, INK_BOLD, *title ? title : "(no title)");
	page_line(p);
	page_to(p, AT);
	page_cut(p, PAGE_WIDTH - AT - 14, INK_PLAIN, worth(a, v));
	page_right(p, PAGE_WIDTH, view_units(v, "adds") ? INK_WAITING : INK_WARN, adds(a, v));
	page_line(p);
	if (*flags(a, v)) {
		page_to(p, AT);
		page_wrap(p, AT, INK_WARN, view_printf(a, "Look twice: %s.", flags(a, v)));
		page_line(p);
	}
}

/* ---- calendars */

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
	if (*error) {
		page_to(p, BODY_AT);
		page_wrap(p, BODY_AT, INK_BAD, error);
		page_line(p);
	}
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

void render_calendar(struct page *p, struct arena *a, const struct json *c)
{
	int64_t events = view_int(c, "events"), proposals = view_int(c, "proposals");

	render_done(p,
	    view_printf(a, "Calendar %lld, %s: %lld %s read, %lld in your inbox.",
		(long long)view_int(c, "id"), view_str(a, c, "name"), (long long)events,
		view_plural(events, "event", "events"), (long long)proposals));
	if (view_has(c, "next_poll"))
		render_row(p, "Next look", ROW_AT, view_instant(a, c, "next_poll"));
	if (proposals && !p->look.quiet) {
		page_text(p, INK_DIM, "Next: ");
		page_text(p, INK_BOLD, "ceu inbox");
		page_line(p);
	}
}
