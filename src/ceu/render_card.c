/* One card of the walk through the inbox: an event, or a series with its dates. */
#include "render.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { AT = 8, COLUMNS = 3, CELL = 24 };

static void line(struct page *p, enum ink ink, const char *text)
{
	if (!*text)
		return;
	page_to(p, AT);
	page_wrap(p, AT, ink, text);
	page_line(p);
}

/* "weekly", where the dates say so; "" where they follow no such rule. */
static const char *rhythm(const struct inbox_card *c)
{
	static const struct { day_t days; const char *word; } known[] = {
		{ 1, "daily" }, { 7, "weekly" }, { 14, "every two weeks" }, { 28, "every four weeks" },
	};
	day_t gap = view_day(c->dates[1], "start") - view_day(c->dates[0], "start");

	for (size_t i = 2; i < c->n; i++)
		if (view_day(c->dates[i], "start") - view_day(c->dates[i - 1], "start") != gap)
			return "";
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].days == gap)
			return known[i].word;
	return "";
}

/* "12 dates, weekly, 8 January 2026 to 26 March 2026" */
static const char *when(struct arena *a, const struct inbox_card *c)
{
	const char *how;

	if (c->n == 1)
		return render_when(a, c->dates[0]);
	how = rhythm(c);
	return view_printf(a, "%zu dates, %s%s%s to %s", c->n, how, *how ? ", " : "",
	    view_date(a, view_day(c->dates[0], "start"), DATE_LONG),
	    view_date(a, view_day(c->dates[c->n - 1], "start"), DATE_LONG));
}

static const char *adds(struct arena *a, const struct inbox_card *c)
{
	const struct json *first = c->dates[0];

	if (c->n == 1 || !view_has(first, "series_adds") || !view_units(first, "series_adds"))
		return render_adds(a, first, c->status);
	return view_printf(a, "all add %s", view_amount(a, view_units(first, "series_adds")));
}

/* The weekday and day, and the time where there is one: "Thu 8 Jan 09:00". */
static const char *date_of(struct arena *a, const struct json *v)
{
	const char *full = view_date(a, view_day(v, "start"), DATE_FULL), *start = view_str(a, v, "start");
	const char *day = view_date(a, view_day(v, "start"), DATE_DAY_MONTH);

	if (json_bool(v, "all_day", 0) || strlen(start) < 16 || start[10] != 'T')
		return view_printf(a, "%.3s %s", full, day);
	return view_printf(a, "%.3s %s %.5s", full, day, start + 11);
}

void render_card_dates(struct page *p, struct arena *a, const struct inbox_card *c)
{
	if (c->n < 2)
		return;
	for (size_t i = 0; i < c->n; i++) {
		const char *mark = c->ticked[i] ? page_sign(p, "✓", "x") : " ";

		page_to(p, AT + i % COLUMNS * CELL);
		page_printf(p, c->ticked[i] ? INK_PLAIN : INK_DIM, "%2zu [%s] %s", i + 1, mark, date_of(a, c->dates[i]));
		if (i % COLUMNS == COLUMNS - 1 || i + 1 == c->n)
			page_line(p);
	}
}

static void worth(struct page *p, struct arena *a, const struct inbox_card *c)
{
	const struct json *v = c->dates[0];
	const char *text = render_worth(a, v, c->status), *more = adds(a, c);

	if (c->n > 1)
		text = view_printf(a, "Each %s", text);
	page_to(p, AT);
	page_cut(p, PAGE_WIDTH - AT - 2 - text_width(more), INK_PLAIN, text);
	page_right(p, PAGE_WIDTH, view_units(v, "adds") ? INK_WAITING : INK_WARN, more);
	page_line(p);
}

/* What stands behind the suggestion, and what to know before saying yes. */
static void remarks(struct page *p, struct arena *a, const struct json *v)
{
	const char *credit = render_credit(a, v), *twins = view_joined(a, json_get(v, "twins"), ", ");
	const char *flags = render_flags(a, v);

	line(p, INK_PLAIN, render_elsewhere(a, v));
	line(p, INK_DIM, view_str(a, v, "why"));
	if (*credit)
		line(p, INK_PLAIN, credit);
	if (*twins)
		line(p, INK_DIM, view_printf(a, "Also in: %s.", twins));
	if (view_has(v, "recorded"))
		line(p, INK_WARN, view_printf(a, "You recorded it already: entry %lld.", (long long)view_int(v, "recorded")));
	if (*flags)
		line(p, INK_WARN, view_printf(a, "Look twice: %s.", flags));
}

void render_card(struct page *p, struct arena *a, const struct inbox_card *c)
{
	const char *title = view_str(a, c->dates[0], "title");
	const char *from = view_printf(a, "from %s", view_str(a, c->dates[0], "calendar"));

	page_printf(p, INK_DIM, "%zu of %zu", c->at, c->of);
	page_to(p, AT);
	page_text(p, INK_PLAIN, when(a, c));
	if (p->column + 2 + text_width(from) <= PAGE_WIDTH)
		page_right(p, PAGE_WIDTH, INK_DIM, from);
	page_line(p);
	line(p, INK_BOLD, *title ? title : "(no title)");
	worth(p, a, c);
	render_card_dates(p, a, c);
	remarks(p, a, c->dates[0]);
}
