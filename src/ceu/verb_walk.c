/* inbox on a terminal: one card after the other. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "prompt.h"
#include "verbs.h"
#include "walk.h"
#include "walk_news.h"

enum { CARD_IDS_MAX = 50, INDENT = 8 };

static int read_list(struct walk *w, struct err *err)
{
	session_forget(w->s, w->mark);
	w->list = session_list(w->s, "people/me/inbox?limit=500", "proposals", err);
	if (!w->list)
		return -1;
	w->status = verb_standing(w->s);
	w->changed = 0;
	return 0;
}

/* What is refused may have been decided elsewhere meanwhile. */
static void complain(struct walk *w, const struct err *err)
{
	w->changed = 1;
	render_error(&w->s->aside, &w->s->arena, err, w->s->problem, NULL);
}

/* ---- showing */

static void keys(struct walk *w, const struct card *c, int is_recorded)
{
	struct page *p = &w->s->page;
	const struct { const char *key, *word; int shown; } words[] = {
		{ "[Enter]", is_recorded ? " skip  " : " confirm  ", 1 }, { "[e]", " change  ", 1 },
		{ "[s]", " skip  ", !is_recorded }, { "[n]", " never for this series  ", 1 }, { "[q]", "", 1 },
	};

	if (c->n > 1) {
		page_to(p, INDENT);
		page_text(p, INK_BOLD, "[1 3-5]");
		page_text(p, INK_DIM, " tick dates on or off");
		page_line(p);
	}
	page_to(p, INDENT);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!words[i].shown)
			continue;
		page_text(p, INK_BOLD, words[i].key);
		page_text(p, INK_DIM, words[i].word);
	}
	page_line(p);
}

static int view_of(struct walk *w, const struct card *c, struct inbox_card *ret, struct err *err)
{
	const struct json **dates = arena_alloc(&w->s->arena, c->n * sizeof *dates);

	if (!dates)
		return err_oom(err);
	for (size_t i = 0; i < c->n; i++)
		dates[i] = walk_find(w, c->ids[i]);
	*ret = (struct inbox_card){ .dates = dates, .ticked = c->ticked, .n = c->n, .at = w->at + 1, .of = w->n,
		.status = w->status };
	return 0;
}

/* ---- deciding */

/* The next numbers, joined by commas, of those that are ticked or not; *from goes on behind them. NULL: none is left. */
static const char *next_ids(struct walk *w, const struct card *c, int ticked, size_t *from)
{
	const char *all = "";
	size_t n = 0;

	for (; *from < c->n && n < CARD_IDS_MAX; ++*from)
		if (c->ticked[*from] == ticked)
			all = view_printf(&w->s->arena, "%s%s%lld", all, n++ ? "," : "", (long long)c->ids[*from]);
	return n ? all : NULL;
}

static void joined(struct walk *w, const struct json *doc)
{
	if (view_has(doc, "step"))
		w->step = view_int(doc, "step");
	w->changed = 1;
}

/* The server may say that the step is over, since something else was done meanwhile: then a new one begins. */
static int is_over(struct walk *w, const struct err *err)
{
	if (!w->step || strcmp(err->code, "step-over"))
		return 0;
	w->step = 0;
	return 1;
}

static const struct json *send_confirm(struct walk *w, const char *ids, struct decision *d, struct err *err)
{
	const struct json *doc;

	do {
		d->step = w->step;
		doc = inbox_confirm(w->s, ids, d, err);
	} while (!doc && is_over(w, err));
	return doc;
}

static const struct json *send_skip(struct walk *w, const char *ids, int series, struct err *err)
{
	struct decision d = { .series = series };
	const struct json *doc;

	do {
		d.step = w->step;
		doc = inbox_skip(w->s, ids, &d, err);
	} while (!doc && is_over(w, err));
	return doc;
}

static int has_warning(struct session *s, const struct json *entry, const char *text)
{
	const struct json *list = json_get(entry, "warnings");

	for (size_t i = 0; i < json_size(list); i++)
		if (!strcmp(view_str(&s->arena, json_at(list, i), "text"), text))
			return 1;
	return 0;
}

/* What several of them are warned of is said once. */
static void tell_warnings(struct session *s, const struct json *entries)
{
	for (size_t i = 0; i < json_size(entries); i++) {
		const struct json *list = json_get(json_at(entries, i), "warnings");

		for (size_t k = 0; k < json_size(list); k++) {
			const char *text = view_str(&s->arena, json_at(list, k), "text");

			if (i && has_warning(s, json_at(entries, i - 1), text))
				continue;
			page_mark(&s->aside, MARK_NOTE);
			page_wrap(&s->aside, 2, INK_PLAIN, text);
			page_line(&s->aside);
		}
	}
}

static void tell_entries(struct walk *w, const struct json *doc)
{
	struct session *s = w->s;
	const struct json *list = json_get(doc, "entries");
	size_t n = json_size(list);
	const char *text;

	tell_warnings(s, list);
	w->status = verb_standing(s);
	text = n == 1 ? view_printf(&s->arena, "Entry %lld saved.", (long long)view_int(json_at(list, 0), "id"))
		      : view_printf(&s->arena, "Entries %lld to %lld saved.", (long long)view_int(json_at(list, 0), "id"),
			    (long long)view_int(json_at(list, n - 1), "id"));
	if (w->status)
		text = view_printf(&s->arena, "%s %s.", text, render_total(&s->arena, w->status));
	render_done(&s->page, text);
}

/* What she changed of the suggestion may hold for all that is like it. What it only lacked is learned by itself. */
static int offer_rule(struct walk *w, const struct json *v, const struct decision *d, struct err *err)
{
	struct session *s = w->s;
	const char *series = json_str(v, "series");
	struct send send = { .method = METHOD_POST, .path = "people/me/calendar-rules" };
	const struct json *rule;
	struct jsonw w2;
	int yes;

	if ((!d->category && !d->competencies) || session_value(s, OPTION_YES))
		return 0;
	yes = prompt_yes(s, series ? "  Take the whole series for that from now on?" :
	    "  Take all events with this title for that from now on?", 0, err);
	if (yes <= 0)
		return yes;
	jsonw_begin(&w2, &send.body);
	jsonw_object(&w2, NULL);
	jsonw_str(&w2, "field", series ? "series" : "title");
	jsonw_str(&w2, "test", "is");
	jsonw_str(&w2, "value", series ? series : json_str(v, "title"));
	session_member(&w2, "category", d->category);
	session_members(&w2, "for", d->competencies);
	if (w->step)
		jsonw_int(&w2, "step", w->step);
	jsonw_end_object(&w2);
	rule = verb_send(s, &send, err);
	if (!rule && !s->problem)
		return -1;
	if (!rule)
		complain(w, err);
	else
		render_done(&s->page, view_printf(&s->arena, "Rule %lld is kept. To see it: ceu calendar rule list",
		    (long long)view_int(rule, "id")));
	return 0;
}

static enum step skip(struct walk *w, struct card *c, int ticked, int series, struct err *err)
{
	struct session *s = w->s;
	const struct json *doc;
	const char *ids;
	size_t n = 0, from = 0;

	while ((ids = next_ids(w, c, ticked, &from))) {
		doc = send_skip(w, ids, series, err);
		if (!doc && !s->problem)
			return STEP_FAILED;
		if (!doc) {
			complain(w, err);
			return STEP_AGAIN;
		}
		joined(w, doc);
		n += json_size(json_get(doc, "proposals"));
		if (series)
			break;
	}
	if (!n)
		return STEP_NEXT;
	w->skipped += n;
	page_mark(&s->page, MARK_SKIP);
	if (n == 1)
		page_text(&s->page, INK_PLAIN, "Skipped. It will not come back. To see it again: ");
	else
		page_printf(&s->page, INK_PLAIN, "%zu skipped. They will not come back. To see them again: ", n);
	page_text(&s->page, INK_BOLD, "ceu inbox list --skipped");
	page_line(&s->page);
	return STEP_NEXT;
}

/* All dates that are shown, whether ticked or not. */
static enum step skip_all(struct walk *w, struct card *c, int series, struct err *err)
{
	memset(c->ticked, 1, c->n);
	return skip(w, c, 1, series, err);
}

/* 0 done, 1 to be asked again, -1. */
static int confirm_some(struct walk *w, const char *ids, struct decision *d, struct err *err)
{
	const struct json *doc;

	while (!(doc = send_confirm(w, ids, d, err))) {
		int yes;

		if (!w->s->problem)
			return -1;
		complain(w, err);
		if (strcmp(err->code, "entry-double") || d->yes)
			return 1;
		yes = prompt_yes(w->s, "  Save it all the same?", 0, err);
		if (yes <= 0)
			return yes ? -1 : 1;
		d->yes = 1;
	}
	w->confirmed += json_size(json_get(doc, "entries"));
	joined(w, doc);
	tell_entries(w, doc);
	return 0;
}

static int ask_rest(struct walk *w, const struct card *c, size_t ticked, struct err *err)
{
	size_t rest = c->n - ticked;

	if (!rest)
		return 0;
	return prompt_yes(w->s, view_printf(&w->s->arena, "  %zu %s not ticked. Skip %s?", rest,
	    rest == 1 ? "date is" : "dates are", rest == 1 ? "it" : "them"), 0, err);
}

static enum step confirm(struct walk *w, struct card *c, int change, struct err *err)
{
	struct decision d = { .yes = session_value(w->s, OPTION_YES) != NULL };
	const struct json *v = walk_find(w, c->ids[0]);
	const char *ids;
	size_t from = 0, ticked = 0;
	int rest;

	for (size_t i = 0; i < c->n; i++)
		ticked += c->ticked[i];
	if (!ticked) {
		page_text(&w->s->aside, INK_PLAIN, "  No date is ticked: tick one by its number, or skip them with s.");
		page_line(&w->s->aside);
		return STEP_AGAIN;
	}
	if (walk_ask(w, v, change, &d, err))
		return STEP_FAILED;
	while ((ids = next_ids(w, c, 1, &from))) {
		int bad = confirm_some(w, ids, &d, err);

		if (bad)
			return bad < 0 ? STEP_FAILED : STEP_AGAIN;
	}
	if (change && offer_rule(w, v, &d, err))
		return STEP_FAILED;
	rest = ask_rest(w, c, ticked, err);
	if (rest < 0)
		return STEP_FAILED;
	return rest ? skip(w, c, 0, 0, err) : STEP_NEXT;
}

static enum step decide(struct walk *w, struct card *c, int is_recorded, struct err *err)
{
	struct inbox_card shown;
	const char *answer;

	if (prompt_line(w->s, ">", &answer, err))
		return STEP_FAILED;
	if (!*answer)
		return is_recorded ? skip_all(w, c, 0, err) : confirm(w, c, 0, err);
	if (!strcasecmp(answer, "e"))
		return confirm(w, c, 1, err);
	if (!strcasecmp(answer, "s") || !strcasecmp(answer, "n"))
		return skip_all(w, c, !strcasecmp(answer, "n"), err);
	if (!strcasecmp(answer, "q"))
		return STEP_STOP;
	if (c->n > 1 && !walk_tick(c, answer)) {
		if (view_of(w, c, &shown, err))
			return STEP_FAILED;
		render_card_dates(&w->s->page, &w->s->arena, &shown);
		return STEP_AGAIN;
	}
	keys(w, c, is_recorded);
	return STEP_AGAIN;
}

/* ---- the walk */

static void add_count(struct walk *w, const char **all, size_t n, const char *what)
{
	if (n)
		*all = view_printf(&w->s->arena, "%s%s%zu %s", *all, **all ? ", " : "", n, what);
}

static void summary(struct walk *w)
{
	struct page *p = &w->s->page;
	const char *all = "";

	if (!w->confirmed && !w->skipped && !w->accepted && !w->due.done && !w->due.dropped)
		return;
	if (w->confirmed || w->skipped)
		all = view_printf(&w->s->arena, "%zu confirmed, %zu skipped", w->confirmed, w->skipped);
	add_count(w, &all, w->accepted, "taken over");
	add_count(w, &all, w->due.done, "done");
	add_count(w, &all, w->due.dropped, "dropped");
	page_printf(p, INK_PLAIN, "%s.", all);
	w->status = verb_standing(w->s);
	if (w->status)
		page_printf(p, INK_PLAIN, " %s.", render_total(&w->s->arena, w->status));
	verb_wrong(w->s);
	page_line(p);
}

/* Show it, where it is not shown yet as it is now: 1, 0 it needs no decision any more, -1. */
static int show(struct walk *w, struct card *c, size_t *shown, struct err *err)
{
	struct inbox_card view;

	if (w->changed && read_list(w, err))
		return -1;
	if (!walk_refresh(w, c))
		return 0;	/* skipped with its series, decided elsewhere, or taken back by its calendar */
	if (c->n == *shown)
		return 1;
	*shown = c->n;
	if (view_of(w, c, &view, err))
		return -1;
	render_card(&w->s->page, &w->s->arena, &view);
	if (!w->at || c->n > 1 || c->rank == 2)
		keys(w, c, c->rank == 2);
	return 1;
}

static enum step visit(struct walk *w, struct err *err)
{
	struct card *c = &w->cards[w->at];
	enum step step = STEP_AGAIN;
	size_t shown = 0;

	while (step == STEP_AGAIN) {
		int rc = show(w, c, &shown, err);

		if (rc <= 0)
			return rc ? STEP_FAILED : STEP_NEXT;
		step = decide(w, c, c->rank == 2, err);
	}
	return step;
}

static enum step walk_events(struct walk *w, struct err *err)
{
	enum step step = STEP_NEXT;

	page_wrap(&w->s->page, 0, INK_PLAIN,
	    view_printf(&w->s->arena,
		"%zu %s from your calendars %s like learning. Nothing counts until you say so", w->nevents,
		w->nevents == 1 ? "event" : "events", w->nevents == 1 ? "looks" : "look"));
	page_line(&w->s->page);
	for (; w->at < w->n && step == STEP_NEXT; w->at++)
		step = visit(w, err);
	return step;
}

static int walk(struct walk *w, const struct json *news, struct err *err)
{
	enum step step = w->n ? walk_events(w, err) : STEP_NEXT;
	int failed = step == STEP_FAILED;

	if (step == STEP_NEXT) {
		step = walk_news(w, news, err);
		failed = step == STEP_FAILED;
	}
	if (step == STEP_NEXT)
		failed = due_walk(w->s, w->status, &w->due, err) != 0;
	summary(w);
	return failed ? -1 : 0;
}

int verb_inbox(struct session *s, struct err *err)
{
	struct walk w = { .s = s };
	const struct json *news;

	if (!s->interactive)
		return verb_inbox_list(s, err);
	news = session_list(s, "people/me/inbox?changed=1", "proposals", err);
	w.mark = session_mark(s);
	if (!news || read_list(&w, err) || walk_cards(&w, err))
		return -1;
	if (w.n || json_size(json_get(news, "proposals")) || due_count(w.status))
		return walk(&w, news, err);
	render_proposals(&s->page, &s->arena, w.list, INBOX_WAITING);
	return 0;
}
