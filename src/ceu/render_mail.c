/* Mail for admins: how it is, what waits, one mail, what will go. */
#include "render.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "view.h"

enum { ROW_AT = 16 };

/* ---- how it is */

void render_mail(struct page *p, struct arena *a, const struct json *m)
{
	const struct json *breaker = json_get(m, "breaker");
	const char *state = view_str(a, breaker, "state"), *reason = view_str(a, breaker, "reason");

	render_row(p, "Mode", ROW_AT,
	    view_printf(a, "%s, by %s", view_str(a, m, "mode"), view_str(a, m, "transport")));
	render_row(p, "Rate", ROW_AT, view_has(json_get(m, "rate"), "per_minute") ? view_printf(a, "at most %lld a minute",
	    (long long)view_int(json_get(m, "rate"), "per_minute")) : "");
	render_row(p, "Mails", ROW_AT, render_counts(a, json_get(m, "states")));
	if (view_has(m, "oldest_ready"))
		render_row(p, "Oldest", ROW_AT, view_printf(a, "waits since %s", view_instant(a, m, "oldest_ready")));
	if (view_has(m, "last_sent"))
		render_row(p, "Last sent", ROW_AT, view_instant(a, m, "last_sent"));
	if (view_has(breaker, "until"))
		state = view_printf(a, "%s until %s", state, view_instant(a, breaker, "until"));
	render_row(p, "Relay", ROW_AT, *reason ? view_printf(a, "%s: %s", state, reason) : state);
	render_jobs(p, a, json_get(m, "jobs"));
	render_problems(p, a, m);
}

static void queue_row(struct page *p, struct arena *a, const struct json *m)
{
	const char *state = view_str(a, m, "state"), *reason = view_str(a, m, "reason"),
		   *subject = view_str(a, m, "subject");

	page_right(p, 5, INK_BOLD, view_printf(a, "%lld", (long long)view_int(m, "id")));
	page_to(p, 7);
	page_text(p, !strcmp(state, "failed") || !strcmp(state, "unknown") ? INK_BAD : INK_PLAIN, state);
	page_to(p, 17);
	page_text(p, INK_PLAIN, view_str(a, m, "kind"));
	page_to(p, 28);
	page_text(p, INK_PLAIN, view_str(a, m, "to"));
	if (view_has(m, "next_try"))
		page_right(p, PAGE_WIDTH - 1, INK_DIM, view_printf(a, "next %s", view_instant(a, m,
		    "next_try")));
	page_line(p);
	if (*subject) {
		page_to(p, 7);
		page_cut(p, PAGE_WIDTH - 7, INK_PLAIN, subject);
		page_line(p);
	}
	if (*reason) {
		page_to(p, 7);
		if (view_has(m, "code"))
			reason = view_printf(a, "%s (%lld)", reason, (long long)view_int(m, "code"));
		page_wrap(p, 7, INK_WARN, reason);
		page_line(p);
	}
}

void render_queue(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "mails");

	if (!json_size(list)) {
		page_text(p, INK_PLAIN, "No such mails.");
		page_line(p);
	}
	for (size_t i = 0; i < json_size(list); i++)
		queue_row(p, a, json_at(list, i));
}

void render_mail_test(struct page *p, struct arena *a, const struct json *t)
{
	const struct json *steps = json_get(t, "steps");
	const char *to = view_str(a, t, "to"), *at = strchr(to, '@'), *advice;
	int sent = !strcmp(view_str(a, t, "outcome"), "sent");
	size_t n = json_size(steps);

	for (size_t i = 0; i < n; i++) {
		const struct json *s = json_at(steps, i);
		const char *text = view_str(a, s, "text");
		int64_t ms = view_int(s, "ms");

		page_to(p, 2);
		page_mark(p, sent || i + 1 < n ? MARK_DONE : MARK_FAULT);
		page_text(p, INK_PLAIN, view_str(a, s, "phase"));
		page_to(p, ROW_AT);
		page_wrap(p, ROW_AT, INK_PLAIN,
		    ms > 0 ? view_printf(a, "%s%s%lld ms", text, *text ? ", " : "", (long long)ms) : text);
		page_line(p);
	}
	if (!sent || p->look.quiet)
		return;
	if (n == 1 && !strcmp(view_str(a, json_at(steps, 0), "phase"), "written"))
		advice = "Mails are written to files, not sent: see transport in ceud.conf(5).";
	else
		advice = view_printf(a, "Look for \"ceud test mail\" at %s. Not there in 5 minutes? Look in "
		    "the spam folder, "
		    "then check the SPF and DKIM records of %s.", to, at ? at + 1 : "its domain");
	page_wrap(p, 0, INK_PLAIN, advice);
	page_line(p);
}

/* ---- one mail */

static const char *answer_code(struct arena *a, const struct json *m)
{
	const char *enhanced = view_str(a, m, "enhanced");

	if (!view_has(m, "code"))
		return "";
	return view_printf(a, " (%lld%s%s)", (long long)view_int(m, "code"), *enhanced ? " " : "", enhanced);
}

static void instant_row(struct page *p, struct arena *a, const struct json *m, const char *label, const char *name)
{
	if (view_has(m, name))
		render_row(p, label, ROW_AT, view_instant(a, m, name));
}

static void attempts(struct page *p, struct arena *a, const struct json *m)
{
	const struct json *list = json_get(m, "attempt_log");

	if (!json_size(list))
		return;
	page_line(p);
	page_text(p, INK_BOLD, "Attempts");
	page_line(p);
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);
		const char *text = view_str(a, v, "text");

		page_to(p, 2);
		page_text(p, INK_PLAIN, view_instant(a, v, "at"));
		page_to(p, 20);
		page_text(p, INK_PLAIN, view_str(a, v, "phase"));
		page_to(p, 31);
		if (view_has(v, "code") && strncmp(text, view_printf(a, "%lld", (long long)view_int(v, "code")), 3))
			page_printf(p, INK_PLAIN, "%lld ", (long long)view_int(v, "code"));
		page_wrap(p, 31, INK_PLAIN, view_printf(a, "%s%s%lld ms%s", text, *text ? ", " : "",
		    (long long)view_int(v, "ms"), json_bool(v, "reused", 0) ? ", on an open connection" : ""));
		page_line(p);
	}
}

static void content(struct page *p, struct arena *a, const struct json *m)
{
	const struct json *headers = json_get(m, "headers");
	const char *text = view_lines(a, m, "text");

	if (!json_size(headers) && !*text) {
		page_line(p);
		page_text(p, INK_DIM, "It is not written yet, or its text is kept no longer.");
		page_line(p);
		return;
	}
	page_line(p);
	for (size_t i = 0; i < json_size(headers); i++) {
		page_printf(p, INK_DIM, "%s: ", view_str(a, json_at(headers, i), "name"));
		page_wrap(p, 4, INK_PLAIN, view_str(a, json_at(headers, i), "value"));
		page_line(p);
	}
	page_line(p);
	page_text(p, INK_PLAIN, text);
	if (p->column)
		page_line(p);
	page_line(p);
}

void render_one_mail(struct page *p, struct arena *a, const struct json *m)
{
	const char *state = view_str(a, m, "state"), *reason = view_str(a, m, "reason");
	int64_t tries = view_int(m, "attempts"), doubts = view_int(m, "doubts");

	page_printf(p, INK_BOLD, "Mail %lld, %s, ", (long long)view_int(m, "id"), view_str(a, m, "kind"));
	page_text(p, !strcmp(state, "failed") || !strcmp(state, "unknown") ? INK_BAD : INK_BOLD, state);
	page_line(p);
	render_row(p, "To", ROW_AT, view_str(a, m, "to"));
	render_row(p, "From", ROW_AT, view_str(a, m, "from"));
	render_row(p, "Subject", ROW_AT, view_str(a, m, "subject"));
	render_row(p, "Message-ID", ROW_AT, view_str(a, m, "message_id"));
	instant_row(p, a, m, "Planned", "created_at");
	instant_row(p, a, m, "Written", "rendered_at");
	instant_row(p, a, m, "Next try", "next_try");
	instant_row(p, a, m, "Not after", "expires_at");
	instant_row(p, a, m, "Ended", "done_at");
	if (*reason)
		render_row(p, "Because", ROW_AT, view_printf(a, "%s%s", reason, answer_code(a, m)));
	render_row(p, "Relay's word", ROW_AT, view_str(a, m, "server_id"));
	if (tries || doubts)
		render_row(p, "Tried", ROW_AT, view_printf(a, "%lld %s%s", (long long)tries, view_plural(tries, "time", "times"),
		    doubts ? view_printf(a, ", %lld of unknown end", (long long)doubts) : ""));
	attempts(p, a, m);
	content(p, a, m);
	render_next(p, a, m, NULL);
}

/* ---- what will go */

enum { WHO_AT = 10, WHAT_AT = 44, HELD_END = 79 };

static int is_on_change(const struct json *v)
{
	const char *state = json_str(v, "state");

	return state && !strcmp(state, "on-change");
}

static void day_head(struct page *p, struct arena *a, const struct json *v, day_t *last)
{
	day_t day = view_day(v, "date");

	if (day == *last)
		return;
	*last = day;
	page_to(p, 2);
	page_text(p, INK_DIM, view_date(a, day, DATE_FULL));
	page_line(p);
}

static const char *whose(struct arena *a, const struct json *v)
{
	const char *person = view_str(a, v, "person");

	return *person ? person : view_str(a, v, "to");
}

static const char *what(struct arena *a, const struct json *v)
{
	const char *kind = view_str(a, v, "kind"), *team = view_str(a, v, "team");

	if (!strcmp(kind, "digest"))
		return view_printf(a, "digest of %s", team);
	return strcmp(kind, "reminder") ? kind : render_rung(a, v);
}

static void plan_row(struct page *p, struct arena *a, const struct json *v, const char *at)
{
	page_to(p, 4);
	page_text(p, INK_PLAIN, at);
	page_to(p, WHO_AT);
	page_text(p, INK_PLAIN, whose(a, v));
	page_to(p, WHAT_AT);
	page_cut(p, HELD_END - (is_on_change(v) ? 11 : 6) - WHAT_AT, INK_PLAIN, what(a, v));
	if (is_on_change(v))
		page_right(p, HELD_END, INK_DIM, "on change");
	if (!strcmp(view_str(a, v, "state"), "held"))
		page_right(p, HELD_END, INK_WARN, "held");
	page_line(p);
}

static void will_go(struct page *p, struct arena *a, const struct json *list)
{
	day_t last = DAY_NONE;

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);
		const char *at = view_instant_in(a, v, "at", json_str(v, "zone"));

		day_head(p, a, v, &last);
		plan_row(p, a, v, strlen(at) > 5 ? at + strlen(at) - 5 : "");
	}
}

/* One that will not go; sorted by whose it is and why, then as they come. */
struct left_out { const char *who, *because; const struct json *row; size_t at; };

static int by_reason(const void *x, const void *y)
{
	const struct left_out *a = x, *b = y;
	int order = strcmp(a->who, b->who);

	if (!order)
		order = strcmp(a->because, b->because);
	return order ? order : (a->at > b->at) - (a->at < b->at);
}

static const char *day_and_what(struct arena *a, const struct json *v)
{
	const char *day = view_date(a, view_day(v, "date"), DATE_DAY_MONTH);

	return strcmp(view_str(a, v, "kind"), "reminder") ? day : view_printf(a, "%s %s", day, render_rung(a, v));
}

static int is_same(const struct left_out *x, const struct left_out *y)
{
	return !strcmp(x->who, y->who) && !strcmp(x->because, y->because);
}

/* Row 0 and those after it with the same reason; returns how many. */
static size_t left_out_group(struct page *p, struct arena *a, const struct left_out *list, size_t n)
{
	struct buf days = BUF_INIT;
	size_t i = 0;

	page_to(p, 2);
	page_wrap(p, 4, INK_PLAIN, view_printf(a, "%s: %s", list->who, list->because));
	page_line(p);
	for (; i < n && is_same(list, &list[i]); i++)
		buf_printf(&days, "%s%s", i ? ", " : "", day_and_what(a, list[i].row));
	page_to(p, 6);
	page_wrap(p, 6, INK_DIM, buf_str(&days));
	page_line(p);
	p->text.failed |= days.failed;
	buf_free(&days);
	return i;
}

static void will_not(struct page *p, struct arena *a, const struct json *list)
{
	size_t n = json_size(list);
	struct left_out *rows = arena_alloc(a, (n + 1) * sizeof *rows);

	if (!rows) {
		p->text.failed = 1;
		return;
	}
	if (!n)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct json *v = json_at(list, i);

		rows[i] = (struct left_out){ strcmp(view_str(a, v, "kind"), "digest") ? whose(a, v) : what(a, v),
			view_str(a, v, "because"), v, i };
	}
	qsort(rows, n, sizeof *rows, by_reason);
	page_line(p);
	page_text(p, INK_BOLD, "Will not go");
	page_line(p);
	for (size_t i = 0; i < n;)
		i += left_out_group(p, a, rows + i, n - i);
}

static const char *how_many(struct arena *a, const struct json *go)
{
	size_t all = json_size(go), held = 0, changing = 0, sure;
	const char *ret = "no mail will go";

	for (size_t i = 0; i < all; i++) {
		held += !strcmp(view_str(a, json_at(go, i), "state"), "held");
		changing += is_on_change(json_at(go, i)) != 0;
	}
	if (all && held == all)
		return all == 1 ? "the only mail is held" : view_printf(a, "all %zu mails are held", all);
	sure = all - held - changing;
	if (sure)
		ret = view_printf(a, "%zu %s will go", sure, sure == 1 ? "mail" : "mails");
	if (held)
		ret = view_printf(a, "%s, %zu %s held", ret, held, held == 1 ? "is" : "are");
	return changing ? view_printf(a, "%s, %zu if a status changes", ret, changing) : ret;
}

void render_mail_plan(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *go = json_get(doc, "mails"), *not = json_get(doc, "not_sent");
	size_t n = json_size(go), m = json_size(not);

	page_printf(p, INK_BOLD, "%s to %s", view_date(a, view_day(doc, "from"), DATE_LONG),
	    view_date(a, view_day(doc, "to"), DATE_LONG));
	page_printf(p, INK_PLAIN, ": %s", how_many(a, go));
	page_text(p, INK_PLAIN, m ? view_printf(a, ", %zu %s.", m, n ? "will not" : m == 1 ? "is left out" : "are left out") : ".");
	page_line(p);
	will_go(p, a, go);
	will_not(p, a, not);
}

/* ---- templates */

void render_templates(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "templates");

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);
		const char *source = view_str(a, v, "source");

		page_to(p, 2);
		page_text(p, INK_BOLD, view_str(a, v, "name"));
		page_to(p, 24);
		page_wrap(p, 24, strcmp(source, "built-in") ? INK_PLAIN : INK_DIM, source);
		page_line(p);
		if (!view_has(v, "problem"))
			continue;
		page_to(p, 24);
		page_wrap(p, 24, INK_WARN, view_printf(a, "%s; the built-in one is used", view_str(a, v, "problem")));
		page_line(p);
	}
	if (p->look.quiet)
		return;
	page_text(p, INK_DIM, "Next:");
	page_to(p, 6);
	page_text(p, INK_BOLD, "ceu admin mail template NAME > FILE");
	page_text(p, INK_PLAIN, "  a built-in text to start from");
	page_line(p);
}
