/* Reminders: a person's own, those a lead asks for, and how a mail looks. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "view.h"

enum { ROW_AT = 10, RUNG_AT = 26, STATE_AT = 44 };

/* ---- words */

const char *render_rung(struct arena *a, const struct json *v)
{
	static const struct { const char *name, *words; } known[] = {
		{ "open", "renewal opens" }, { "inbox", "inbox waits" }, { "done", "all rules met" }, { "0", "the last day" },
	};
	const char *name = view_str(a, v, "name");
	size_t len = strspn(name + (*name == '+'), "0123456789");

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(name, known[i].name))
			return known[i].words;
	if (!*name && view_has(v, "rung"))
		name = view_printf(a, "%lld", (long long)view_int(v, "rung"));
	else if (!len || name[len + (*name == '+')])
		return name;
	if (*name == '+')
		return view_printf(a, "%s %s after", name + 1, strcmp(name, "+1") ? "days" : "day");
	return view_printf(a, "%s %s before", name, strcmp(name, "1") ? "days" : "day");
}

const char *render_rungs(struct arena *a, const char *before, const struct json *v)
{
	static const char tail[] = " days before";
	const char *more = render_rung(a, v);
	size_t len = strlen(before), end = sizeof tail - 1;

	if (len > end && !strcmp(before + len - end, tail) && strstr(more, " before"))
		return view_printf(a, "%.*s, %lld%s", (int)(len - end), before, (long long)view_int(v, "rung"), tail);
	return view_printf(a, "%s, %s", before, more);
}

const char *render_day_time(struct arena *a, const struct json *v, const char *zone)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	day_t day = view_day(v, "date") == DAY_NONE ? view_day(v, "at") : view_day(v, "date");
	const char *at = view_instant_in(a, v, "at", zone);
	size_t len = strlen(at);

	if (day == DAY_NONE)
		return "-";
	return view_printf(a, "%s %s%s%s", days[date_weekday(day)], view_date(a, day, DATE_SHORT), len > 5 ? ", " : "",
	    len > 5 ? at + len - 5 : "");
}

/* ---- a person's reminders */

/* "Reminders are off until Sun 3 May 2026." */
static const char *on_or_off(struct arena *a, const struct json *doc)
{
	if (json_bool(doc, "disabled", 0))
		return view_printf(a, "%s is disabled and gets no reminders.", view_str(a, doc, "person"));
	if (json_bool(doc, "on", 0))
		return view_printf(a, "Reminders are on and go to %s.", view_str(a, doc, "person"));
	if (view_day(doc, "until") != DAY_NONE)
		return view_printf(a, "Reminders to %s are off until %s.", view_str(a, doc, "person"),
		    view_date(a, view_day(doc, "until"), DATE_FULL));
	return view_printf(a, "Reminders to %s are off.", view_str(a, doc, "person"));
}

static void address_problem(struct page *p, struct arena *a, const struct json *doc)
{
	const char *problem = view_str(a, doc, "address_problem");

	if (json_bool(doc, "address_works", 1))
		return;
	page_mark(p, MARK_FAULT);
	page_wrap(p, 2, INK_PLAIN, view_printf(a, "No mail gets there: %s. Ask your admin for another address.",
	    *problem ? problem : "the address does not work"));
	page_line(p);
}

static const char *own_days(struct arena *a, const struct json *doc)
{
	const struct json *days = json_get(doc, "days");
	const char *all = "";

	if (!json_size(days))
		return "as the program says";
	for (size_t i = 0; i < json_size(days); i++)
		all = view_printf(a, "%s%s%lld", all, i ? ", " : "", (long long)view_number(json_at(days, i)));
	return view_printf(a, "%s days before the end, as chosen", all);
}

static void state(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *next = json_get(doc, "next");

	address_problem(p, a, doc);
	render_row(p, "Days", ROW_AT, own_days(a, doc));
	if (json_kind(next) == JSON_OBJECT)
		render_row(p, "Next", ROW_AT, view_printf(a, "%s: %s%s", render_day_time(a, next, json_str(doc, "zone")),
		    render_rung(a, next), json_bool(doc, "held", 0) ? ", held for now" : ""));
	else
		render_row(p, "Next", ROW_AT, "none");
}

static const struct { const char *state, *words; int is_reason; enum ink ink; } mail_states[] = {
	{ "sent", "sent", 0, INK_GOOD }, { "ready", "waits to be sent", 0, INK_PLAIN },
	{ "sending", "is on its way", 0, INK_PLAIN }, { "held", "is held", 1, INK_WARN },
	{ "failed", "could not be delivered", 1, INK_BAD }, { "unknown", "may not have arrived", 1, INK_BAD },
	{ "cancelled", "was not sent", 1, INK_PLAIN },
};

static void because(struct page *p, const char *words, enum ink ink, const char *reason)
{
	page_text(p, ink, words);
	if (!strncmp(reason, "held: ", 6))
		reason += 6;
	if (!*reason)
		return;
	page_text(p, INK_PLAIN, ": ");
	page_wrap(p, STATE_AT + 2, INK_PLAIN, reason);
}

static void became(struct page *p, struct arena *a, const struct json *v)
{
	const char *mail = view_str(a, v, "mail_state"), *reason = view_str(a, v, "because");

	if ((!strcmp(mail, "ready") || !strcmp(mail, "held")) && json_get(v, "goes_at") && !view_has(v, "goes_at")) {
		because(p, "will not go", INK_PLAIN, reason);
		return;
	}
	for (size_t i = 0; i < sizeof mail_states / sizeof *mail_states; i++)
		if (!strcmp(mail, mail_states[i].state)) {
			because(p, mail_states[i].words, mail_states[i].ink, mail_states[i].is_reason ? reason : "");
			return;
		}
	because(p, "not sent", INK_DIM, reason);
}

static int is_like(struct arena *a, const struct json *x, const struct json *y)
{
	return !view_has(x, "mail") && !view_has(y, "mail") && !strcmp(view_str(a, x, "at"), view_str(a, y, "at")) &&
	    !strcmp(view_str(a, x, "because"), view_str(a, y, "because"));
}

/* Row i and those after it that differ in the rung only; returns how many. */
static size_t past_row(struct page *p, struct arena *a, const struct json *list, size_t i, const char *zone)
{
	const struct json *v = json_at(list, i);
	const char *rungs = render_rung(a, v);
	size_t n = 1;

	for (; i + n < json_size(list) && is_like(a, v, json_at(list, i + n)); n++)
		rungs = render_rungs(a, rungs, json_at(list, i + n));
	page_to(p, 2);
	page_text(p, INK_PLAIN, view_instant_in(a, v, view_has(v, "sent_at") ? "sent_at" : "at", zone));
	page_to(p, RUNG_AT);
	page_wrap(p, RUNG_AT, INK_PLAIN, rungs);
	if (p->column >= STATE_AT)
		page_line(p);
	page_to(p, STATE_AT);
	became(p, a, v);
	page_line(p);
	return n;
}

static void heading(struct page *p, const char *words)
{
	page_line(p);
	page_text(p, INK_BOLD, words);
	page_line(p);
}

static void none(struct page *p, const char *words)
{
	page_to(p, 2);
	page_text(p, INK_DIM, words);
	page_line(p);
}

static void next_step(struct page *p, const char *command, const char *what, int first)
{
	if (p->look.quiet)
		return;
	page_text(p, INK_DIM, first ? "Next:" : "");
	page_to(p, 6);
	page_text(p, INK_BOLD, command);
	page_to(p, 37);
	page_text(p, INK_PLAIN, what);
	page_line(p);
}

void render_reminders(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *past = json_get(doc, "rungs"), *planned = json_get(doc, "planned");
	const char *zone = json_str(doc, "zone");
	int on = json_bool(doc, "on", 0);

	page_text(p, INK_BOLD, on_or_off(a, doc));
	page_line(p);
	state(p, a, doc);
	heading(p, "So far in this cycle");
	for (size_t i = 0; i < json_size(past);)
		i += past_row(p, a, past, i, zone);
	if (!json_size(past))
		none(p, "No reminder was due yet.");
	heading(p, "If nothing changes");
	for (size_t i = 0; i < json_size(planned); i++) {
		page_to(p, 2);
		page_text(p, INK_PLAIN, render_day_time(a, json_at(planned, i), zone));
		page_to(p, RUNG_AT);
		page_text(p, INK_PLAIN, render_rung(a, json_at(planned, i)));
		page_line(p);
	}
	if (!json_size(planned))
		none(p, "No reminder will go.");
	if (json_kind(json_get(doc, "next")) == JSON_OBJECT)
		next_step(p, "ceu remind --preview", "the mail as it would be now", 1);
	next_step(p, on ? "ceu remind off --until DATE" : "ceu remind on", on ? "none until that day" : "have them again",
	    json_kind(json_get(doc, "next")) != JSON_OBJECT);
}

void render_reminders_set(struct page *p, struct arena *a, const struct json *doc)
{
	render_done(p, on_or_off(a, doc));
	state(p, a, doc);
}

/* ---- a mail as it would be */

void render_letter(struct page *p, struct arena *a, const struct json *mail)
{
	page_printf(p, INK_BOLD, "Subject: %s", view_str(a, mail, "subject"));
	page_line(p);
	page_line(p);
	page_text(p, INK_PLAIN, view_lines(a, mail, "text"));
	if (p->column)
		page_line(p);
}

/* ---- for leads */

void render_nudged(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "nudged");

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);
		const char *reason = view_str(a, v, "because");
		int went = !strcmp(view_str(a, v, "outcome"), "mailed");

		page_mark(p, went ? MARK_DONE : MARK_SKIP);
		page_text(p, INK_PLAIN, view_str(a, v, "person"));
		page_text(p, INK_PLAIN, ": ");
		if (went)
			page_wrap(p, 2, INK_PLAIN, !strncmp(reason, "held", 4) ?
			    view_printf(a, "a reminder in your name is made, and %s", reason) :
			    "a reminder goes in your name");
		else
			page_wrap(p, 2, INK_PLAIN, view_printf(a, "nothing goes, %s", reason));
		page_line(p);
	}
}
