/* inbox on a terminal: what calendars say now of events that were confirmed. */
#include "walk_news.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "prompt.h"
#include "verbs.h"

enum { INDENT = 8, ID_SIZE = 24 };

static void keys(struct page *p)
{
	static const char *const words[][2] = {
		{ "[a]", " take it over  " }, { "[d]", " leave the entry as it is  " }, { "[Enter]", " later  " }, { "[q]", "" },
	};

	page_to(p, INDENT);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		page_text(p, INK_BOLD, words[i][0]);
		page_text(p, INK_DIM, words[i][1]);
	}
	page_line(p);
}

static void show(struct walk *w, const struct json *v)
{
	struct page *p = &w->s->page;
	struct arena *a = &w->s->arena;

	page_to(p, INDENT);
	page_wrap(p, INDENT, INK_BOLD, view_str(a, v, "title"));
	page_line(p);
	page_to(p, INDENT);
	page_wrap(p, INDENT, INK_WARN, view_str(a, json_get(v, "news"), "text"));
	page_line(p);
	if (view_has(v, "entry")) {
		page_to(p, INDENT);
		page_printf(p, INK_PLAIN, "You confirmed it: entry %lld.", (long long)view_int(v, "entry"));
		page_line(p);
	}
	keys(p);
}

static enum step settle(struct walk *w, const struct json *v, const char *what, struct err *err)
{
	struct session *s = w->s;
	const struct json *doc;
	char id[ID_SIZE];

	snprintf(id, sizeof id, "%lld", (long long)view_int(v, "id"));
	doc = inbox_order(s, id, what, w->step, err);
	if (!doc && w->step && !strcmp(err->code, "step-over")) {
		w->step = 0;
		doc = inbox_order(s, id, what, 0, err);
	}
	if (!doc && !s->problem)
		return STEP_FAILED;
	if (!doc) {
		render_error(&s->aside, &s->arena, err, s->problem, NULL);
		return STEP_AGAIN;
	}
	if (view_has(doc, "step"))
		w->step = view_int(doc, "step");
	w->accepted += !strcmp(what, "accept");
	render_warnings(&s->aside, &s->arena, json_at(json_get(doc, "entries"), 0), "warnings");
	render_done(&s->page, !strcmp(what, "accept") ? "The entry says so too now." : "The entry stays as it is.");
	return STEP_NEXT;
}

static enum step decide(struct walk *w, const struct json *v, struct err *err)
{
	const char *answer;

	if (prompt_line(w->s, ">", &answer, err))
		return STEP_FAILED;
	if (!*answer)
		return STEP_NEXT;
	if (!strcasecmp(answer, "a"))
		return settle(w, v, "accept", err);
	if (!strcasecmp(answer, "d"))
		return settle(w, v, "dismiss", err);
	if (!strcasecmp(answer, "q"))
		return STEP_STOP;
	keys(&w->s->page);
	return STEP_AGAIN;
}

enum step walk_news(struct walk *w, const struct json *news, struct err *err)
{
	const struct json *list = json_get(news, "proposals");
	size_t n = json_size(list);
	enum step step = STEP_NEXT;

	if (!n)
		return STEP_NEXT;
	page_printf(&w->s->page, INK_PLAIN, "%zu %s that you confirmed changed in %s calendar since.", n,
	    n == 1 ? "event" : "events", n == 1 ? "its" : "their");
	page_line(&w->s->page);
	for (size_t i = 0; i < n && step == STEP_NEXT; i++) {
		show(w, json_at(list, i));
		do
			step = decide(w, json_at(list, i), err);
		while (step == STEP_AGAIN);
	}
	return step;
}
