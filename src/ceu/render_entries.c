/* Entries and their history. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { ROW_AT = 16, CHANGE_AT = 22 };

/* Columns of the list. */
enum {
	ID_END = 5,
	DATE_AT = 7,
	DATE_END = 18,
	UNITS_END = 26,
	COUNT_END = 34,
	CATEGORY_AT = 36,
	CATEGORY_WIDTH = 11,
	TITLE_AT = 48
};

static const char *units_words(struct arena *a, int64_t units)
{
	return view_printf(a, "%s %s", view_amount(a, units), units == 100 ? "unit" : "units");
}

static int warns_of(const struct json *entry, const char *code)
{
	const struct json *list = json_get(entry, "warnings");

	for (size_t i = 0; i < json_size(list); i++) {
		const char *s = json_str(json_at(list, i), "code");

		if (s && !strcmp(s, code))
			return 1;
	}
	return 0;
}

/* " All 2.0 count." after what was saved. */
static const char *how_much(struct arena *a, const struct json *entry)
{
	int64_t units = view_units(entry, "units"), counted = view_units(entry, "counted");
	const char *state = view_str(a, entry, "state");

	if (!strcmp(state, "planned"))
		return " It is planned.";
	if (!strcmp(state, "void"))
		return "";
	/* Where a limit cut another entry because of this one, the warning tells the whole story. */
	if (counted == units && warns_of(entry, "over-limit"))
		return "";
	if (counted == units && counted > 0)
		return view_printf(a, " All %s count.", view_amount(a, counted));
	if (counted > 0)
		return view_printf(a, " %s %s.", view_amount(a, counted),
		    counted == 100 ? "counts" : "count");
	return " Nothing counts.";
}

void render_changed(struct page *p, struct arena *a, const struct json *e, const char *done)
{
	int is_plain = !strcmp(done, "planned");

	render_done(p,
	    view_printf(a, "Entry %lld %s: %s, %s, %s.%s", (long long)view_int(e, "id"), done,
		units_words(a, view_units(e, "units")), view_str(a, e, "category"),
		view_date(a, view_day(e, "date"), DATE_FULL), is_plain ? "" : how_much(a, e)));
}

void render_saved(struct page *p, struct arena *a, const struct json *e)
{
	render_changed(p, a, e, "saved");
}

/* ---- the list */

static void list_head(struct page *p)
{
	page_right(p, ID_END, INK_DIM, "ID");
	page_right(p, DATE_END, INK_DIM, "Date");
	page_right(p, UNITS_END, INK_DIM, "Units");
	page_right(p, COUNT_END, INK_DIM, "Count");
	page_to(p, CATEGORY_AT);
	page_text(p, INK_DIM, "Category");
	page_to(p, TITLE_AT);
	page_text(p, INK_DIM, "Title");
	page_line(p);
}

static void list_row(struct page *p, struct arena *a, const struct json *e)
{
	const char *state = view_str(a, e, "state"), *title = view_str(a, e, "title");
	int64_t units = view_units(e, "units"), counted = view_units(e, "counted");
	int whole = !strcmp(state, "counted");
	size_t room = PAGE_WIDTH - TITLE_AT - (whole ? 0 : text_width(state) + 3);

	page_right(p, ID_END, INK_BOLD, view_printf(a, "%lld", (long long)view_int(e, "id")));
	page_right(p, DATE_END, INK_PLAIN, view_date(a, view_day(e, "date"), DATE_SHORT));
	page_amount(p, UNITS_END, INK_PLAIN, view_amount(a, units));
	page_amount(p, COUNT_END, counted < units ? INK_WARN : INK_PLAIN, view_amount(a, counted));
	page_to(p, CATEGORY_AT);
	page_cut(p, CATEGORY_WIDTH, INK_PLAIN, view_str(a, e, "category"));
	page_to(p, TITLE_AT);
	page_cut(p, room, INK_PLAIN, title);
	if (!whole)
		page_printf(p, INK_WARN, " (%s)", state);
	page_line(p);
}

void render_entries(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "entries");
	int64_t units = 0, counted = 0;
	size_t n = json_size(list);

	if (!n) {
		page_text(p, INK_PLAIN, "No entries.");
		page_line(p);
		return;
	}
	list_head(p);
	for (size_t i = 0; i < n; i++) {
		list_row(p, a, json_at(list, i));
		units += view_units(json_at(list, i), "units");
		counted += view_units(json_at(list, i), "counted");
	}
	page_to(p, DATE_AT);
	page_printf(p, INK_DIM, "%zu %s, %s, %s %s", n, n == 1 ? "entry" : "entries", units_words(a, units),
	    view_amount(a, counted), counted == 100 ? "counts" : "count");
	page_line(p);
}

/* ---- one entry */

static const char *source_words(struct arena *a, const struct json *source)
{
	const char *kind = view_str(a, source, "kind"), *calendar = view_str(a, source, "calendar");

	if (!strcmp(kind, "hand"))
		return "entered by hand";
	if (!strcmp(kind, "calendar"))
		return view_printf(a, "confirmed from %s%s", *calendar ? "the calendar " : "a calendar",
		    calendar);
	return kind;
}

const char *render_files(struct arena *a, const struct json *evidence)
{
	const char *files = "";
	char size[BYTES_SIZE];

	for (size_t i = 0; i < json_size(evidence); i++) {
		const struct json *f = json_at(evidence, i);

		files = view_printf(a, "%s%s%s (%s)", files, i ? ", " : "", view_str(a, f, "name"),
		    view_bytes(view_int(f, "bytes"), size));
	}
	return files;
}

static const char *kind_words(struct arena *a, const struct json *e)
{
	const char *kind = view_str(a, e, "earn");

	if (!*kind || !view_has(e, "count"))
		return kind;
	return view_printf(a, "%s, %s", kind, view_whole(a, view_units(e, "count")));
}

void render_entry(struct page *p, struct arena *a, const struct json *e)
{
	const char *state = view_str(a, e, "state"), *reason = view_str(a, e, "reason");
	const char *files = render_files(a, json_get(e, "evidence"));
	const char *competencies = view_joined(a, json_get(e, "competencies"), ", ");
	int64_t units = view_units(e, "units"), counted = view_units(e, "counted");
	char hours[32];

	page_wrap(p, 2, INK_BOLD,
	    view_printf(a, "Entry %lld, %s", (long long)view_int(e, "id"), view_str(a, e, "title")));
	page_line(p);
	render_row(p, "Day", ROW_AT, view_date(a, view_day(e, "date"), DATE_FULL));
	render_row(p, "Length", ROW_AT,
	    view_printf(a, "%s, %s", date_hours_text((int)view_int(e, "minutes"), hours, sizeof hours),
		units_words(a, units)));
	render_row(p, "Category", ROW_AT, view_str(a, e, "category"));
	render_row(p, "Tags", ROW_AT, view_joined(a, json_get(e, "tags"), ", "));
	render_row(p, "Earned by", ROW_AT, kind_words(a, e));
	render_row(p, "For", ROW_AT, *competencies ? competencies : "nothing yet");
	render_row(p, "Counts", ROW_AT,
	    view_printf(a, "%s of %s, %s", view_amount(a, counted), view_amount(a, units), state));
	render_row(p, "Why", ROW_AT, reason);
	render_row(p, "Provider", ROW_AT, view_str(a, e, "provider"));
	render_row(p, "Note", ROW_AT, view_str(a, e, "note"));
	render_row(p, "Evidence", ROW_AT, *files ? files : "none");
	render_row(p, "Source", ROW_AT, source_words(a, json_get(e, "source")));
	render_warnings(p, a, e, "warnings");
	render_next(p, a, e, NULL);
}

/* ---- history */

void render_history(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "changes");

	if (!json_size(list)) {
		page_text(p, INK_PLAIN, "Nothing was changed yet.");
		page_line(p);
	}
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *c = json_at(list, i);
		const char *text = view_str(a, c, "text"), *actor = view_str(a, c, "actor");

		if (!*text)
			text = view_printf(a, "%s %s", view_str(a, c, "action"), view_str(a, c, "object"));
		page_to(p, 2);
		page_text(p, INK_DIM, view_instant(a, c, "at"));
		page_to(p, CHANGE_AT);
		page_wrap(p, CHANGE_AT, INK_PLAIN, text);
		if (p->column + 2 + text_width(actor) > PAGE_WIDTH)
			page_line(p);
		page_right(p, PAGE_WIDTH, INK_DIM, actor);
		page_line(p);
	}
}
