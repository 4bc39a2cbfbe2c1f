/* Finishing a cycle: the packet, sending it in, renewing. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { ROW_AT = 18, PART_AT = 17 };

/* ---- the packet */

static void check(struct page *p, enum mark mark, const char *text)
{
	page_to(p, 2);
	page_mark(p, mark);
	page_wrap(p, 4, INK_PLAIN, text);
	page_line(p);
}

static int is_aside(struct arena *a, const struct json *e)
{
	const char *state = view_str(a, e, "state");

	return !strcmp(state, "late") || !strcmp(state, "out-of-cycle");
}

static void unproven(struct page *p, struct arena *a, const struct json *list)
{
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *e = json_at(list, i);
		int64_t counted = view_units(e, "counted");

		if (counted <= 0 || view_int(e, "evidence"))
			continue;
		check(p, MARK_NOTE, view_printf(a, "Entry %lld has no evidence; %s of its units count. Packing "
		    "anyway.", (long long)view_int(e, "id"), view_amount(a, counted)));
	}
}

void render_packet_checks(struct page *p, struct arena *a, const struct json *status, const struct json *why)
{
	const struct json *list = json_get(why, "entries"), *rules = json_get(why, "rules");
	int64_t over = view_units(status, "over_limit"), required = view_units(status, "required");
	const char *total = view_printf(a, "%s of %s units count", view_amount(a, view_units(status, "counted")),
	    view_whole(a, required));
	size_t aside = 0;

	for (size_t i = 0; i < json_size(list); i++)
		aside += (size_t)is_aside(a, json_at(list, i));
	check(p, view_units(status, "counted") >= required ? MARK_DONE : MARK_NOTE, total);
	check(p, over > 0 ? MARK_NOTE : MARK_DONE, over > 0 ? view_printf(a, "%s %s over a limit and %s nothing",
	    view_amount(a, over), over == 100 ? "is" : "are", over == 100 ? "adds" : "add") :
	    "nothing over a limit");
	check(p, aside ? MARK_NOTE : MARK_DONE, aside ? view_printf(a, "%zu %s outside the cycle or late", aside,
	    aside == 1 ? "entry is" : "entries are") : "all inside the cycle");
	for (size_t i = 0; i < json_size(rules); i++)
		if (!json_bool(json_at(rules, i), "met", 1) && strcmp(view_str(a, json_at(rules, i), "id"), "total"))
			check(p, MARK_NOTE, view_printf(a, "Not met: %s", view_str(a, json_at(rules, i), "text")));
	unproven(p, a, list);
}

void render_packet_parts(struct page *p, const char *file)
{
	static const char *const parts[][2] = {
		{ "renewal.pdf", "a cover with totals, one block for each entry, the rule text" },
		{ "entries.csv", "one row for each entry, to copy into the portal's form" },
		{ "evidence/", "the files, in a folder for each entry" },
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		render_row(p, parts[i][0], PART_AT, parts[i][1]);
	page_to(p, 2);
	page_text(p, INK_DIM, "SHA256SUMS");
	page_to(p, PART_AT);
	page_text(p, INK_PLAIN, "check with: ");
	page_text(p, INK_BOLD, "ceu verify ");
	page_text(p, INK_BOLD, file);
	page_line(p);
	if (p->look.quiet)
		return;
	page_text(p, INK_DIM, "Next: ");
	page_text(p, INK_PLAIN, "send it in where your certificate is renewed, then: ");
	page_text(p, INK_BOLD, "ceu submit");
	page_line(p);
}

/* ---- submit */

void render_submitted(struct page *p, struct arena *a, const struct json *status)
{
	const struct json *submitted = json_get(status, "submitted");

	render_done(p, view_printf(a, "Submitted on %s: %s of %s units, kept as they are today.",
	    view_date(a, view_day(submitted, "on"), DATE_FULL), view_amount(a, view_units(submitted, "counted")),
	    view_whole(a, view_units(status, "required"))));
	if (!p->look.quiet) {
		page_to(p, 2);
		page_wrap(p, 2, INK_PLAIN, "What you change from now on shows beside it and takes nothing from it.");
		page_line(p);
	}
	render_warnings(p, a, status, "warnings");
	if (p->look.quiet)
		return;
	page_text(p, INK_DIM, "Next: ");
	page_text(p, INK_BOLD, "ceu renew");
	page_text(p, INK_PLAIN, "    once the renewal is granted");
	page_line(p);
}

/* ---- renew */

void render_renewal(struct page *p, struct arena *a, const struct json *preview)
{
	const struct json *closes = json_get(preview, "closes"), *opens = json_get(preview, "opens");
	int64_t carries = view_units(preview, "carries");

	page_wrap(p, 0, INK_PLAIN, view_printf(a, "This closes the cycle %s to %s with %s of %s units. Nothing is "
	    "sent to the issuer: do it once your renewal is granted.",
	    view_date(a, view_day(closes, "start"), DATE_LONG), view_date(a, view_day(closes, "end"), DATE_LONG),
	    view_amount(a, view_units(closes, "counted")), view_whole(a, view_units(closes, "required"))));
	page_line(p);
	render_row(p, "Carries over", ROW_AT, carries > 0 ? view_printf(a, "%s %s", view_amount(a, carries),
	    carries == 100 ? "unit" : "units") : "nothing");
	render_row(p, "Next cycle", ROW_AT, view_printf(a, "%s to %s, rules %s",
	    view_date(a, view_day(opens, "start"), DATE_LONG), view_date(a, view_day(opens, "end"), DATE_LONG),
	    view_str(a, opens, "program")));
	render_warnings(p, a, preview, "warnings");
}

void render_renewed(struct page *p, struct arena *a, const struct json *status)
{
	const struct json *closed = json_get(status, "closed"), *cycle = json_get(status, "cycle");
	int64_t days = view_int(cycle, "days_left");
	day_t start = view_day(closed, "start");

	render_done(p, view_printf(a, "Renewed. Next cycle: %s of %s units, %lld %s.",
	    view_whole(a, view_units(status, "counted")), view_whole(a, view_units(status, "required")),
	    (long long)days, view_plural(days, "day", "days")));
	if (start == DAY_NONE || p->look.quiet)
		return;
	page_to(p, 2);
	page_text(p, INK_PLAIN, "The old packet stays: ");
	page_printf(p, INK_BOLD, "ceu export packet --cycle %d", date_ymd(start).year);
	page_line(p);
}
