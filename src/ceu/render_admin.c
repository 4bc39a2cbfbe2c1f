/* The state of ceud itself and its jobs. */
#include "render.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { ROW_AT = 16, OUTCOME_AT = 28 };

static const char *span_text(struct arena *a, int64_t seconds)
{
	if (seconds < 3600)
		return view_printf(a, "%lld min", (long long)(seconds / 60));
	if (seconds < 48 * 3600)
		return view_printf(a, "%lld h", (long long)(seconds / 3600));
	return view_printf(a, "%lld days", (long long)(seconds / 86400));
}

/* "3 ready, 1 failed" of {"ready":3,"failed":1,"sent":0}. */
const char *render_counts(struct arena *a, const struct json *states)
{
	const char *all = "", *name;
	const struct json *v;
	struct buf clean = BUF_INIT;

	for (size_t i = 0; (name = json_member(states, i, &v)); i++) {
		int64_t n = view_int(states, name);

		buf_reset(&clean);
		page_clean(&clean, name, 0);
		if (n)
			all = view_printf(a, "%s%s%lld %s", all, *all ? ", " : "", (long long)n,
			    buf_str(&clean));
	}
	buf_free(&clean);
	return *all ? all : "none";
}

void render_problems(struct page *p, struct arena *a, const struct json *doc)
{
	if (!json_size(json_get(doc, "problems")))
		render_done(p, "Nothing is wrong.");
	else
		render_warnings(p, a, doc, "problems");
}

static void job_row(struct page *p, struct arena *a, const struct json *job)
{
	page_to(p, 2);
	page_text(p, INK_DIM, view_str(a, job, "name"));
	page_to(p, ROW_AT);
	page_printf(p, INK_PLAIN, "last %s", view_instant(a, job, "last"));
	page_to(p, 41);
	page_printf(p, INK_PLAIN, "next %s", view_instant(a, job, "next"));
	page_line(p);
}

void render_jobs(struct page *p, struct arena *a, const struct json *jobs)
{
	for (size_t i = 0; i < json_size(jobs); i++)
		job_row(p, a, json_at(jobs, i));
}

void render_admin_status(struct page *p, struct arena *a, const struct json *s)
{
	char database[BYTES_SIZE], wal[BYTES_SIZE];

	page_printf(p, INK_BOLD, "ceud %s", view_str(a, s, "version"));
	page_printf(p, INK_PLAIN, ", up for %s", span_text(a, view_int(s, "uptime_s")));
	if (json_bool(s, "rehearsal", 0))
		page_text(p, INK_WARN, ", rehearsal clock");
	page_line(p);
	render_row(p, "Clock", ROW_AT, view_instant(a, s, "clock"));
	render_row(p, "People", ROW_AT, view_printf(a, "%lld", (long long)view_int(s, "people")));
	render_row(p, "Database", ROW_AT,
	    view_printf(a, "%s and %s of log, schema %lld", view_bytes(view_int(s, "database_bytes"), database),
		view_bytes(view_int(s, "wal_bytes"), wal), (long long)view_int(s, "schema")));
	render_row(p, "Mail", ROW_AT,
	    view_printf(a, "%s, by %s: %s", view_str(a, s, "mode"), view_str(a, s, "transport"),
		render_counts(a, json_get(s, "mail"))));
	render_row(p, "Longest turn", ROW_AT,
	    view_printf(a, "%lld ms", (long long)view_int(json_get(s, "loop"), "longest_turn_ms")));
	render_jobs(p, a, json_get(s, "jobs"));
	render_problems(p, a, s);
}

/* ---- runs */

static void skipped_events(struct page *p, struct arena *a, const struct json *list)
{
	for (size_t i = 0; i < json_size(list); i++) {
		page_to(p, 6);
		page_wrap(p, 6, INK_DIM, view_printf(a, "left out: %s", view_str(a, json_at(list, i),
		    "text")));
		page_line(p);
	}
}

void render_run_feeds(struct page *p, struct arena *a, const struct json *run)
{
	const struct json *list = json_get(run, "calendars");

	if (!json_size(list))
		render_done(p, "There are no calendars to look at.");
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *c = json_at(list, i);
		const char *error = view_str(a, c, "error");

		page_mark(p, *error ? MARK_FAULT : MARK_DONE);
		page_printf(p, INK_PLAIN, "%s, calendar %lld: ", view_str(a, c, "person"),
		    (long long)view_int(c, "id"));
		if (*error)
			page_wrap(p, 2, INK_PLAIN, error);
		else if (json_bool(c, "not_modified", 0))
			page_text(p, INK_PLAIN, "not changed since");
		else
			page_printf(p, INK_PLAIN, "%lld new, %lld changed, %lld gone",
			    (long long)view_int(c, "new"), (long long)view_int(c, "changed"),
			    (long long)view_int(c, "gone"));
		page_line(p);
		skipped_events(p, a, json_get(c, "skipped"));
	}
}

static int is_like(struct arena *a, const struct json *x, const struct json *y, const char *who)
{
	return !strcmp(view_str(a, x, who), view_str(a, y, who)) &&
	    !strcmp(view_str(a, x, "outcome"), view_str(a, y, "outcome")) &&
	    !strcmp(view_str(a, x, "because"), view_str(a, y, "because"));
}

/* Row i and those after it that differ in the rung only, as one; returns how many. */
static size_t outcome_row(struct page *p, struct arena *a, const struct json *list, size_t i,
    const char *who)
{
	const struct json *v = json_at(list, i);
	const char *because = view_str(a, v, "because"), *rungs = "";
	size_t n = 1;

	if (view_has(v, "rung") || view_has(v, "name"))
		rungs = render_rung(a, v);
	for (; *rungs && i + n < json_size(list) && is_like(a, v, json_at(list, i + n), who); n++)
		rungs = render_rungs(a, rungs, json_at(list, i + n));
	page_to(p, 2);
	page_text(p, INK_PLAIN, view_str(a, v, who));
	page_to(p, OUTCOME_AT);
	page_text(p, INK_BOLD, view_str(a, v, "outcome"));
	if (*rungs)
		page_printf(p, INK_DIM, " (%s)", rungs);
	if (*because) {
		page_text(p, INK_PLAIN, ": ");
		page_wrap(p, OUTCOME_AT + 2, INK_PLAIN, because);
	}
	page_line(p);
	return n;
}

static void outcome_rows(struct page *p, struct arena *a, const struct json *list, const char *who,
    const char *none)
{
	if (!json_size(list))
		render_done(p, none);
	for (size_t i = 0; i < json_size(list);)
		i += outcome_row(p, a, list, i, who);
}

void render_run_reminders(struct page *p, struct arena *a, const struct json *run)
{
	outcome_rows(p, a, json_get(run, "planned"), "person", "No reminder is due.");
}

void render_run_digests(struct page *p, struct arena *a, const struct json *run)
{
	outcome_rows(p, a, json_get(run, "digests"), "team", "No digest is due.");
}

void render_run_mail(struct page *p, struct arena *a, const struct json *run)
{
	render_done(p,
	    view_printf(a, "%lld sent, %lld failed, %lld to be tried later, %lld unknown.",
		(long long)view_int(run, "sent"), (long long)view_int(run, "failed"),
		(long long)view_int(run, "later"), (long long)view_int(run, "unknown")));
	if (view_int(run, "failed") || view_int(run, "unknown")) {
		page_text(p, INK_DIM, "Next: ");
		page_text(p, INK_BOLD, "ceu admin mail queue --");
		page_text(p, INK_BOLD, view_int(run, "failed") ? "failed" : "unknown");
		page_line(p);
	} else if (view_int(run, "later")) {	/* there it stands what keeps them */
		page_text(p, INK_DIM, "Next: ");
		page_text(p, INK_BOLD, "ceu admin mail");
		page_line(p);
	}
}

void render_clock(struct page *p, struct arena *a, const struct json *clock)
{
	page_printf(p, INK_BOLD, "%s", view_str(a, clock, "now"));
	page_printf(p, INK_PLAIN, ", %s", view_date(a, view_day(clock, "now"), DATE_FULL));
	page_text(p, json_bool(clock, "rehearsal", 0) ? INK_WARN : INK_DIM,
	    json_bool(clock, "rehearsal", 0) ? " (rehearsal clock)" : " (the machine's clock)");
	page_line(p);
}
