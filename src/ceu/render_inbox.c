/* Events waiting for a word, and the calendars they come from. */
#include "render.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { BODY_AT = 7, NAME_WIDTH = 24 };

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

const char *render_elsewhere(struct arena *a, const struct json *v)
{
	const char *start = view_str(a, v, "local_start");

	if (strlen(start) < 16)
		return "";
	return view_printf(a, "These are times of %s; by your clock it starts %s, %.5s.", view_str(a, v, "zone"),
	    view_date(a, view_day(v, "local_start"), DATE_FULL), start + 11);
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

const char *render_worth(struct arena *a, const struct json *v, const struct json *names)
{
	const struct json *list = json_get(v, "competencies");
	const char *category = view_str(a, v, "category"), *all = "";

	if (*category && names)
		category = view_short(a, view_name(a, json_get(names, "categories"), category), NAME_WIDTH);
	for (size_t i = 0; i < json_size(list); i++) {
		const char *id = view_text(a, json_at(list, i));

		all = view_printf(a, "%s%s%s", all, i ? ", " : "",
		    names ? view_short(a, view_name(a, json_get(names, "competencies"), id), NAME_WIDTH) : id);
	}
	return view_printf(a, "%s, %s, %s", length_of(a, v), *category ? category : "which category?",
	    *all ? all : "good for what?");
}

static int has_flag(struct arena *a, const struct json *v, const char *flag)
{
	const struct json *list = json_get(v, "flags");

	for (size_t i = 0; i < json_size(list); i++)
		if (!strcmp(view_text(a, json_at(list, i)), flag))
			return 1;
	return 0;
}

/* "Training is full", where that is why. */
static const char *why_nothing(struct arena *a, const struct json *v, const struct json *names)
{
	const char *id = view_str(a, v, "category");
	const struct json *category = view_find(json_get(names, "categories"), id);

	if (view_has(v, "recorded"))
		return view_printf(a, "it is entry %lld", (long long)view_int(v, "recorded"));
	if (has_flag(a, v, "out-of-cycle"))
		return "not in this cycle";
	if (has_flag(a, v, "repeat"))
		return "the same again";
	if (category && view_has(category, "free") && view_units(category, "free") <= 0)
		return view_printf(a, "%s is full", id);
	return "";
}

const char *render_adds(struct arena *a, const struct json *v, const struct json *names)
{
	const char *why;

	if (!view_has(v, "adds"))
		return "";
	if (view_units(v, "adds"))
		return view_printf(a, "adds %s", view_amount(a, view_units(v, "adds")));
	why = why_nothing(a, v, names);
	return *why ? view_printf(a, "adds 0: %s", why) : "adds nothing";
}

const char *render_flags(struct arena *a, const struct json *v)
{
	static const struct { const char *id, *text; } words[] = {
		{ "zone-unknown", "its time zone is not known" }, { "no-end", "it names no end" },
		{ "end-invalid", "its end makes no sense" },
		{ "long", "it is long, so no length is suggested" }, { "cut", "its text was shortened" },
		{ "encoding", "its letters may be wrong" }, { "declined", "you declined it" },
		{ "free", "it does not take up your time" }, { "private", "it is marked private" }, { "changed", "the calendar changed it since" },
		{ "gone", "its calendar has it no longer" },
		{ "differs", "another calendar says that it starts at another time" },
		{ "out-of-cycle", "its day is not in your cycle" },
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

const char *render_credit(struct arena *a, const struct json *v)
{
	const char *credit = view_str(a, v, "credit");

	return *credit ? view_printf(a, "Its text says \"%s\"; the hours above are those of the event.", credit) : "";
}

/* ---- the list */

static void body(struct page *p, enum ink ink, const char *text)
{
	if (!*text)
		return;
	page_to(p, BODY_AT);
	page_wrap(p, BODY_AT, ink, text);
	page_line(p);
}

static void heading(struct page *p, struct arena *a, const struct json *v)
{
	const char *state = view_str(a, v, "state"), *from = view_printf(a, "from %s", view_str(a, v, "calendar"));

	page_right(p, BODY_AT - 2, INK_BOLD, view_printf(a, "%lld", (long long)view_int(v, "id")));
	page_to(p, BODY_AT);
	page_text(p, INK_PLAIN, render_when(a, v));
	if (strcmp(state, "waiting"))
		page_printf(p, INK_DIM, " (%s)", state);
	if (p->column + 2 + text_width(from) <= PAGE_WIDTH)
		page_right(p, PAGE_WIDTH, INK_DIM, from);
	page_line(p);
}

/* Why it waits, and what to know before saying yes. */
static void reasons(struct page *p, struct arena *a, const struct json *v)
{
	const char *twins = view_joined(a, json_get(v, "twins"), ", ");

	body(p, INK_DIM, view_str(a, v, "why"));
	body(p, INK_PLAIN, render_credit(a, v));
	if (*twins)
		body(p, INK_DIM, view_printf(a, "Also in: %s.", twins));
}

static void listed(struct page *p, struct arena *a, const struct json *v, enum inbox_list which)
{
	const char *title = view_str(a, v, "title"), *adds = render_adds(a, v, NULL), *flags = render_flags(a, v);
	const char *news = view_str(a, json_get(v, "news"), "text");

	heading(p, a, v);
	page_to(p, BODY_AT);
	page_cut(p, PAGE_WIDTH - BODY_AT, INK_PLAIN, *title ? title : "(no title)");
	page_line(p);
	page_to(p, BODY_AT);
	page_cut(p, PAGE_WIDTH - BODY_AT - 2 - text_width(adds), INK_PLAIN, render_worth(a, v, NULL));
	page_right(p, PAGE_WIDTH, INK_WAITING, adds);
	page_line(p);
	body(p, INK_PLAIN, render_elsewhere(a, v));
	if (which == INBOX_WAITING)
		reasons(p, a, v);
	body(p, INK_WARN, news);
	if (*flags && !*news)
		body(p, INK_WARN, view_printf(a, "Look twice: %s.", flags));
}

static int is_same_series(const struct json *v, const struct json *w)
{
	const char *a = json_str(v, "series"), *b = json_str(w, "series");
	const char *from = json_str(v, "calendar"), *other = json_str(w, "calendar");

	return a && b && from && other && !strcmp(a, b) && !strcmp(from, other);
}

/* Further dates of a series follow its first one, a line each. */
static void others_of_series(struct page *p, struct arena *a, const struct json *list, size_t first, unsigned char *seen)
{
	for (size_t i = first + 1; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);

		if (seen[i] || !is_same_series(json_at(list, first), v))
			continue;
		seen[i] = 1;
		page_right(p, BODY_AT - 2, INK_BOLD, view_printf(a, "%lld", (long long)view_int(v, "id")));
		page_to(p, BODY_AT);
		page_text(p, INK_PLAIN, render_when(a, v));
		page_right(p, PAGE_WIDTH, INK_WAITING, render_adds(a, v, NULL));
		page_line(p);
	}
}

static void next(struct page *p, const char *first, const char *second)
{
	if (p->look.quiet)
		return;
	page_text(p, INK_DIM, "Next: ");
	page_text(p, INK_BOLD, first);
	page_text(p, INK_PLAIN, *second ? "    or: " : "");
	page_text(p, INK_BOLD, second);
	page_line(p);
}

void render_proposals(struct page *p, struct arena *a, const struct json *doc, enum inbox_list which)
{
	static const struct { const char *none, *first, *second; } words[] = {
		[INBOX_WAITING] = { "Nothing waits in your inbox.", "ceu inbox confirm ID", "ceu inbox skip ID" },
		[INBOX_SKIPPED] = { "Nothing was skipped.", "ceu inbox restore ID", "" },
		[INBOX_CHANGED] = { "No calendar changed an event that you confirmed.", "ceu inbox accept ID",
		    "ceu inbox dismiss ID" },
	};
	const struct json *list = json_get(doc, "proposals");
	size_t n = json_size(list);
	unsigned char *seen = n ? arena_alloc(a, n) : NULL;

	if (!n) {
		page_text(p, INK_PLAIN, words[which].none);
		page_line(p);
		return;
	}
	if (seen)
		memset(seen, 0, n);
	for (size_t i = 0; i < n; i++) {
		if (seen && seen[i])
			continue;
		listed(p, a, json_at(list, i), which);
		if (seen && which == INBOX_WAITING)
			others_of_series(p, a, list, i, seen);
	}
	next(p, words[which].first, words[which].second);
}
