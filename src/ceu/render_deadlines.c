/* What goes out as a calendar, and how to get it into one. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "view.h"

enum { TITLE_AT = 26 };

/* "Wed 1 April 2026, 17:30": by the person's own clock. */
static const char *when(struct arena *a, const struct json *v)
{
	const char *start = view_str(a, v, "start"), *date = view_date(a, view_day(v, "date"), DATE_SHORT);
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	const char *weekday = view_day(v, "date") == DAY_NONE ? "" : days[date_weekday(view_day(v, "date"))];

	if (strlen(start) >= 16 && start[10] == 'T')
		return view_printf(a, "%s %s, %.5s", weekday, date, start + 11);
	return view_printf(a, "%s %s", weekday, date);
}

static void one(struct page *p, struct arena *a, const struct json *v)
{
	const char *text = view_lines(a, v, "text");

	page_to(p, 2);
	page_text(p, INK_PLAIN, when(a, v));
	page_to(p, TITLE_AT);
	page_wrap(p, TITLE_AT, INK_BOLD, view_str(a, v, "title"));
	page_line(p);
	if (*text) {
		page_to(p, TITLE_AT);
		page_wrap(p, TITLE_AT, INK_DIM, strcmp(view_str(a, v, "kind"), "deadline") ?
		    view_printf(a, "%.*s", (int)strcspn(text, "\n"), text) : text);
		page_line(p);
	}
}

static void next(struct page *p, const char *command, const char *what, int first)
{
	if (p->look.quiet)
		return;
	page_text(p, INK_DIM, first ? "Next:" : "");
	page_to(p, 6);
	page_text(p, INK_BOLD, command);
	page_to(p, 35);
	page_text(p, INK_PLAIN, what);
	page_line(p);
}

void render_deadlines(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "deadlines"), *address = json_get(doc, "address");
	int has = view_has(doc, "address");

	if (!json_size(list)) {
		page_text(p, INK_PLAIN, "Nothing is due.");
		page_line(p);
	}
	for (size_t i = 0; i < json_size(list); i++)
		one(p, a, json_at(list, i));
	page_line(p);
	page_wrap(p, 0, INK_PLAIN, has ?
	    view_printf(a, "Calendar programs find this under the address that was made %s.",
		view_instant(a, address, "made_at")) : view_has(doc, "url") ?
	    "It has no address: no calendar program shows it yet." :
	    "ceud can be reached under no address, so only a file can be taken along.");
	page_line(p);
	if (has) {
		next(p, "ceu deadlines --new-address", "replace it, if others know it", 1);
		next(p, "ceu deadlines --off", "without an address", 0);
	} else if (view_has(doc, "url")) {
		next(p, "ceu deadlines --new-address", "an address to subscribe to", 1);
	} else {
		next(p, "ceu export ics FILE", "a file to import", 1);
	}
}

void render_new_address(struct page *p, struct arena *a, const struct json *doc)
{
	render_done(p, "Your calendar has a new address; one that it had before no longer works.");
	page_line(p);
	/* Whole, and from the first column: it is copied. */
	page_text(p, INK_BOLD, view_str(a, doc, "url"));
	page_line(p);
	page_line(p);
	page_wrap(p, 0, INK_PLAIN,
	    "It is shown this once. Whoever has it sees your deadlines, so keep it to yourself.");
	page_line(p);
	page_to(p, 2);
	page_wrap(p, 2, INK_PLAIN, "Google Calendar: Other calendars, From URL.\n"
	    "Outlook: Add calendar, Subscribe from web.\n"
	    "Apple Calendar: File, New Calendar Subscription.\n"
	    "Thunderbird: New Calendar, On the Network.");
	page_line(p);
	page_wrap(p, 0, INK_PLAIN, "With ?alarm=1 behind it the last day has an alarm a week before; some programs leave it out.");
	page_line(p);
	page_wrap(p, 0, INK_PLAIN,
	    "It is a view and no more: calendar programs look for news every few hours, some once a day. "
	    "The e-mail reminders are the reliable way.");
	page_line(p);
}
