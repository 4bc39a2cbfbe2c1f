/* inbox on a terminal: one event after the other. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "prompt.h"
#include "verb_due.h"
#include "verb_inbox.h"
#include "verbs.h"

enum { ID_SIZE = 24 };
enum step { STEP_NEXT, STEP_AGAIN, STEP_STOP, STEP_FAILED };

struct walk {
	struct session *s;
	const struct json *list;	/* the inbox as last read */
	const struct json *status;	/* for categories, competencies and totals */
	int64_t *ids;			/* in the order shown */
	size_t n, at;
	size_t confirmed, skipped;
	struct due due;			/* planned entries decided about */
	int changed;			/* since the list was read: what events add may differ */
};

static const struct json *find(const struct walk *w, int64_t id)
{
	const struct json *all = json_get(w->list, "proposals");

	for (size_t i = 0; i < json_size(all); i++)
		if (view_int(json_at(all, i), "id") == id)
			return json_at(all, i);
	return NULL;
}

/* Those first that add something; as they came, else. */
static int sort(struct walk *w, struct err *err)
{
	const struct json *all = json_get(w->list, "proposals");

	w->ids = arena_alloc(&w->s->arena, (json_size(all) + 1) * sizeof *w->ids);
	if (!w->ids)
		return err_oom(err);
	for (int useless = 0; useless < 2; useless++) {
		for (size_t i = 0; i < json_size(all); i++) {
			const struct json *v = json_at(all, i);
			int adds_nothing = view_has(v, "adds") && view_units(v, "adds") <= 0;

			if (adds_nothing == useless && !strcmp(view_str(&w->s->arena, v, "state"), "waiting"))
				w->ids[w->n++] = view_int(v, "id");
		}
	}
	return 0;
}

static int read_list(struct walk *w, struct err *err)
{
	w->list = session_list(w->s, "people/me/inbox", "proposals", err);
	if (!w->list)
		return -1;
	w->status = verb_standing(w->s);
	w->changed = 0;
	return 0;
}

static void keys(struct walk *w)
{
	struct page *p = &w->s->page;
	static const char *const words[][2] = {
		{ "[Enter]", " confirm  " }, { "[e]", " change  " }, { "[s]", " skip  " },
		{ "[n]", " never for this series  " }, { "[q]", "" },
	};

	page_to(p, 8);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		page_text(p, INK_BOLD, words[i][0]);
		page_text(p, INK_DIM, words[i][1]);
	}
	page_line(p);
}

static void complain(struct walk *w, const struct err *err)
{
	render_error(&w->s->aside, &w->s->arena, err, w->s->problem, NULL);
}

/* ---- what is missing or to be changed */

static int ask_hours(struct walk *w, const struct json *v, const char **ret, struct err *err)
{
	struct session *s = w->s;

	const char *answer, *asked = "  Hours (such as 1.5 or 1h30):";
	char now[32] = "";

	if (view_int(v, "minutes") > 0)
		date_hours_text((int)view_int(v, "minutes"), now, sizeof now);
	if (*now)
		asked = view_printf(&s->arena, "  Hours [%s]:", now);
	for (;;) {
		struct err wrong = { 0 };
		int minutes;

		if (prompt_line(s, asked, &answer, err))
			return -1;
		if (!*answer && *now)
			return 0;
		if (*answer && !date_parse_hours(answer, &minutes, &wrong)) {
			*ret = answer;
			return 0;
		}
		if (*answer)
			complain(w, &wrong);
	}
}

static const char *question(struct session *s, const char *label, const struct json *list, const char *now)
{
	const char *ids = prompt_ids(s, list);

	if (*now)
		return view_printf(&s->arena, "  %s (%s) [%s]:", label, ids, now);
	return view_printf(&s->arena, "  %s (%s):", label, ids);
}

static int ask_category(struct walk *w, const struct json *v, const char **ret, struct err *err)
{
	struct session *s = w->s;
	const char *answer, *now = view_str(&s->arena, v, "category");
	const struct json *list = json_get(w->status, "categories");
	const char *asked = question(s, "Category", list, now);

	for (;;) {
		struct err wrong = { 0 };

		if (prompt_line(s, asked, &answer, err))
			return -1;
		if (!*answer && *now)
			return 0;
		if (!*answer)
			continue;
		*ret = prompt_choose(s, list, "category", answer, &wrong);
		if (*ret)
			return 0;
		complain(w, &wrong);
	}
}

static int ask_competencies(struct walk *w, const struct json *v, const char **ret, struct err *err)
{
	struct session *s = w->s;
	const char *answer, *now = view_joined(&s->arena, json_get(v, "competencies"), ",");

	if (prompt_line(s, question(s, "Good for", json_get(w->status, "competencies"), now), &answer, err))
		return -1;
	if (*answer)
		*ret = answer;
	return 0;
}

/* ---- deciding */

static void tell_entry(struct walk *w, const struct json *doc)
{
	struct session *s = w->s;
	const struct json *entry = json_at(json_get(doc, "entries"), 0);
	const char *text;

	w->status = verb_standing(s);
	render_warnings(&s->aside, &s->arena, entry, "warnings");
	text = view_printf(&s->arena, "Entry %lld saved.", (long long)view_int(entry, "id"));
	if (w->status)
		text = view_printf(&s->arena, "%s %s.", text, render_total(&s->arena, w->status));
	render_done(&s->page, text);
}

static enum step confirm(struct walk *w, const struct json *v, int change, struct err *err)
{
	struct session *s = w->s;
	struct decision d = { .yes = session_value(s, OPTION_YES) != NULL };
	const struct json *doc;
	char id[ID_SIZE];

	snprintf(id, sizeof id, "%lld", (long long)view_int(v, "id"));
	if (((change || !view_str(&s->arena, v, "category")[0]) && ask_category(w, v, &d.category, err)) ||
	    ((change || view_int(v, "minutes") <= 0) && ask_hours(w, v, &d.hours, err)) ||
	    ((change || !json_size(json_get(v, "competencies"))) &&
		ask_competencies(w, v, &d.competencies, err)))
		return STEP_FAILED;
	while (!(doc = inbox_confirm(s, id, &d, err))) {
		int yes;

		if (!s->problem)
			return STEP_FAILED;
		complain(w, err);
		if (strcmp(err->code, "entry-double") || d.yes)
			return STEP_AGAIN;
		yes = prompt_yes(s, "  Save it all the same?", 0, err);
		if (yes <= 0)
			return yes ? STEP_FAILED : STEP_AGAIN;
		d.yes = 1;
	}
	w->confirmed++;
	w->changed = 1;
	tell_entry(w, doc);
	return STEP_NEXT;
}

static enum step skip(struct walk *w, const struct json *v, int series, struct err *err)
{
	struct session *s = w->s;
	const struct json *doc;
	char id[ID_SIZE];
	size_t n;

	snprintf(id, sizeof id, "%lld", (long long)view_int(v, "id"));
	doc = inbox_skip(s, id, series, err);
	if (!doc && !s->problem)
		return STEP_FAILED;
	if (!doc) {
		complain(w, err);
		return STEP_AGAIN;
	}
	n = json_size(json_get(doc, "proposals"));
	w->skipped += n;
	w->changed = 1;
	page_mark(&s->page, MARK_SKIP);
	if (n == 1)
		page_text(&s->page, INK_PLAIN, "Skipped. It will not come back. To see it again: ");
	else
		page_printf(&s->page, INK_PLAIN, "%zu skipped. They will not come back. To see them again: ",
		    n);
	page_text(&s->page, INK_BOLD, "ceu inbox list --skipped");
	page_line(&s->page);
	return STEP_NEXT;
}

static enum step decide(struct walk *w, const struct json *v, struct err *err)
{
	const char *answer;

	if (prompt_line(w->s, ">", &answer, err))
		return STEP_FAILED;
	if (!*answer)
		return confirm(w, v, 0, err);
	if (!strcasecmp(answer, "e"))
		return confirm(w, v, 1, err);
	if (!strcasecmp(answer, "s") || !strcasecmp(answer, "n"))
		return skip(w, v, !strcasecmp(answer, "n"), err);
	if (!strcasecmp(answer, "q"))
		return STEP_STOP;
	keys(w);
	return STEP_AGAIN;
}

static void add_count(struct walk *w, const char **all, size_t n, const char *what)
{
	if (n)
		*all = view_printf(&w->s->arena, "%s%s%zu %s", *all, **all ? ", " : "", n, what);
}

static void summary(struct walk *w)
{
	struct page *p = &w->s->page;
	const char *all = "";

	if (!w->confirmed && !w->skipped && !w->due.done && !w->due.dropped)
		return;
	if (w->confirmed || w->skipped)
		all = view_printf(&w->s->arena, "%zu confirmed, %zu skipped", w->confirmed, w->skipped);
	add_count(w, &all, w->due.done, "done");
	add_count(w, &all, w->due.dropped, "dropped");
	page_printf(p, INK_PLAIN, "%s.", all);
	if (w->due.done || w->due.dropped)
		w->status = verb_standing(w->s);
	if (w->status)
		page_printf(p, INK_PLAIN, " %s.", render_total(&w->s->arena, w->status));
	verb_wrong(w->s);
	page_line(p);
}

static enum step visit(struct walk *w, struct err *err)
{
	const struct json *v;
	enum step step;

	if (w->changed && read_list(w, err))
		return STEP_FAILED;
	v = find(w, w->ids[w->at]);
	if (!v)
		return STEP_NEXT;	/* skipped with its series, or taken back by its calendar */
	render_proposal(&w->s->page, &w->s->arena, v, w->at + 1, w->n);
	if (!w->at)
		keys(w);
	do
		step = decide(w, v, err);
	while (step == STEP_AGAIN);
	return step;
}

static enum step walk_events(struct walk *w, struct err *err)
{
	enum step step = STEP_NEXT;

	page_wrap(&w->s->page, 0, INK_PLAIN,
	    view_printf(&w->s->arena,
		"%zu %s from your calendars %s like learning. Nothing counts until you say so", w->n,
		w->n == 1 ? "event" : "events", w->n == 1 ? "looks" : "look"));
	page_line(&w->s->page);
	for (; w->at < w->n && step == STEP_NEXT; w->at++)
		step = visit(w, err);
	return step;
}

static int walk(struct walk *w, struct err *err)
{
	enum step step = w->n ? walk_events(w, err) : STEP_NEXT;
	int failed = step == STEP_FAILED;

	if (step == STEP_NEXT)
		failed = due_walk(w->s, w->status, &w->due, err) != 0;
	summary(w);
	return failed ? -1 : 0;
}

int verb_inbox(struct session *s, struct err *err)
{
	struct walk w = { .s = s };

	if (!s->interactive)
		return verb_inbox_list(s, err);
	if (read_list(&w, err) || sort(&w, err))
		return -1;
	if (w.n || due_count(w.status))
		return walk(&w, err);
	render_proposals(&s->page, &s->arena, w.list, 0);
	return 0;
}
