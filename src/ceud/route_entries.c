/* Entries: listing, showing, logging, editing, removing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "base/text.h"
#include "ceud.h"
#include "entering.h"
#include "evidencing.h"
#include "programs.h"
#include "views.h"

/* ---- listing */

struct filter {
	struct buf words;		/* folded, split by blanks */
	int category, competency;	/* -1: any */
	day_t from, to;
	int no_evidence, uncounted;
	int64_t after;
	int limit;
};

static int read_words(const char *words, struct filter *f, struct err *err)
{
	return words && text_fold(&f->words, words, strlen(words)) ? err_oom(err) : 0;
}

static int read_filter(struct call *c, const struct book *b, struct filter *f, struct err *err)
{
	const char *category = request_query(c->request, "category");
	const char *competency = request_query(c->request, "for");
	day_t today = person_today(c->d, &c->subject);

	*f = (struct filter){ .category = -1, .competency = -1, .from = DAY_NONE, .to = DAY_NONE };
	if ((category && args_category_word(category, b->program, &f->category, err)) ||
	    (competency && args_competency_word(competency, b->program, &f->competency, err)) ||
	    args_query_day(c, "from", today, &f->from, err) || args_query_day(c, "to", today, &f->to, err) ||
	    args_query_flag(c, "no_evidence", &f->no_evidence, err) ||
	    args_query_flag(c, "uncounted", &f->uncounted, err) || args_limit(c, &f->limit, err) ||
	    args_after(c, &f->after, err))
		return -1;
	return read_words(request_query(c->request, "words"), f, err);
}

static int names(const struct entry *e, const char *competency)
{
	for (size_t i = 0; i < e->ncompetencies; i++)
		if (!strcmp(e->competencies[i], competency))
			return 1;
	return 0;
}

/* Is each word in the title, the provider or the note?  1, 0, -1. */
static int has_words(const struct entry *e, const struct filter *f, struct err *err)
{
	struct buf text = BUF_INIT;
	char word[256];
	int rc = 1;

	if (!f->words.len)
		return 1;
	buf_printf(&text, "%s %s %s", e->title, e->provider, e->note);
	if (!text.failed) {
		struct buf folded = BUF_INIT;

		text_fold(&folded, buf_str(&text), text.len);
		buf_free(&text);
		text = folded;
	}
	for (const char *p = buf_str(&f->words); *p && rc > 0; ) {
		size_t len = strcspn(p, " ");

		snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : sizeof word - 1), p);
		rc = strstr(buf_str(&text), word) != NULL;
		p += len + (p[len] == ' ');
	}
	if (text.failed)
		rc = err_oom(err);
	buf_free(&text);
	return rc;
}

/* All but the verdict's part. */
static int fits(const struct book *b, const struct entry *e, const struct filter *f, struct err *err)
{
	if (e->is_void || (f->no_evidence && e->nevidence) ||
	    (f->category >= 0 && strcmp(e->category, b->program->categories[f->category].id)) ||
	    (f->competency >= 0 && !names(e, b->program->competencies[f->competency].id)))
		return 0;
	return has_words(e, f, err);
}

static int look_up(struct book *b, const struct entry *e, struct entry_view *ret, struct err *err)
{
	struct entry_view v = { .entry = e, .program = b->program };

	if (book_find(b, e, &v.standing, &v.at, err) || view_files(b->d, &v, b->arena, err))
		return -1;
	if (v.standing)
		v.program = v.standing->program;
	*ret = v;
	return 0;
}

/* The rows after f->after, in the order of the list. */
static size_t first_row(const struct entry_list *all, int64_t after)
{
	for (size_t i = 0; after && i < all->n; i++)
		if (all->items[i].no == after)
			return i + 1;
	return 0;
}

static int write_list(struct call *c, struct book *b, const struct filter *f, const struct entry_list *all,
    struct err *err)
{
	int64_t last = 0;
	struct jsonw w;
	int left = f->limit;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "entries");
	for (size_t i = first_row(all, f->after); i < all->n; i++) {
		const struct entry *e = &all->items[i];
		struct entry_view v;
		struct entry_verdict verdict;
		int rc = fits(b, e, f, err);

		if (rc < 0 || (rc && look_up(b, e, &v, err)))
			return -1;
		if (!rc)
			continue;
		verdict = view_verdict(&v);
		if (f->uncounted && verdict.units && verdict.counted == verdict.units)
			continue;
		if (!left--) {
			jsonw_end_array(&w);
			jsonw_int(&w, "next_after", last);
			jsonw_end_object(&w);
			return views_done(c, err);
		}
		view_entry(&w, NULL, &v);
		last = e->no;
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_entries(struct call *c, struct err *err)
{
	struct entry_list all = { 0 };
	struct filter f = { 0 };
	struct book b;
	int rc;

	if (book_open(c->d, &c->subject, c->arena, &b, err))
		return -1;
	rc = read_filter(c, &b, &f, err);
	if (!rc)
		rc = entry_between(c->d->store, c->subject.id, f.from, f.to, 1, c->arena, &all, err);
	if (!rc)
		rc = write_list(c, &b, &f, &all, err);
	buf_free(&f.words);
	book_close(&b);
	return rc;
}

/* ---- one entry */

static int get_entry(struct call *c, struct entry *ret, struct err *err)
{
	int64_t no;

	if (args_number(c->args[1], "an entry", &no, err))
		return -1;
	return entry_get(c->d->store, c->subject.id, no, c->arena, ret, err);
}

int route_entry_get(struct call *c, struct err *err)
{
	struct entry e;

	return get_entry(c, &e, err) ? -1 : entering_answer(c, &e, 0, err);
}

/* ---- logging */

/* The files that are logged with it, and the entry as it is with them. */
static int attach(struct call *c, struct entry *e, struct err *err)
{
	if (evidencing_add(c, e, json_get(c->body, "evidence"), err))
		return -1;
	return entry_get(c->d->store, c->subject.id, e->no, c->arena, e, err);
}

static int store(struct call *c, struct standing *s, struct entry *e, struct err *err)
{
	e->is_planned = e->day > s->today;
	if (entering_add(c, s, "log", e, err))
		return -1;
	if (!json_size(json_get(c->body, "evidence")))
		return entering_settle_added(c, s, e, err);
	return attach(c, e, err) ? -1 : entering_settle(c, s, err);
}

/* Check, store and answer; `s` is evaluated again. */
static int log_entry(struct call *c, struct standing *s, struct entry *e, struct err *err)
{
	struct entry_view v;
	int strict = 0, yes = 0;

	if (entering_fields(c, s->program, e, err) || entering_all_given(e, err) ||
	    args_flag(c->body, "strict", &strict, err) < 0 || args_flag(c->body, "yes", &yes, err) < 0 ||
	    entering_check(c, s, NULL, e, yes, err) || (strict && entering_strict(s, e, err)))
		return -1;
	if (store(c, s, e, err) || entering_view(s, e->id, &v, err))
		return -1;
	return entering_write(c, &v, err);
}

int route_entry_add(struct call *c, struct err *err)
{
	static const char *const members[] = {
		"hours", "minutes", "category", "title", "on", "for", "provider", "note", "tags", "earn",
		"count", "evidence", "strict", "yes"
	};
	struct entry e = { .person = c->subject.id, .provider = "", .note = "", .kind = "",
		.calendar_name = "", .uid = "", .void_reason = "", .source = SOURCE_HAND };
	struct standing s;
	int rc;

	e.day = person_today(c->d, &c->subject);
	if (args_only(c, members, sizeof members / sizeof *members, err) ||
	    args_day(c->body, "on", e.day, DATE_BACK, &e.day, err) < 0 || entering_cycle(c, e.day, &s, err))
		return -1;
	rc = log_entry(c, &s, &e, err);
	standing_free(&s);
	return rc;
}

/* ---- editing */

/* The client's copy must be the newest one, if it says which it has. */
static int check_match(const struct call *c, const struct entry *e, struct err *err)
{
	const char *match = c->request->if_match;
	char etag[48];

	snprintf(etag, sizeof etag, "\"%" PRId64 "\"", e->rev);
	if (!match || !strcmp(match, "*") || !strcmp(match, etag))
		return 0;
	err_set(err, ERR_RULE, "entry-changed", "Entry %" PRId64 " was changed meanwhile.", e->no);
	return err_next(err, "See it as it is now: ceu show %" PRId64, e->no);
}

static int get_current(struct call *c, struct entry *ret, struct err *err)
{
	if (get_entry(c, ret, err) || check_match(c, ret, err))
		return -1;
	if (!ret->is_void)
		return 0;
	err_set(err, ERR_RULE, "entry-void", "Entry %" PRId64 " was removed.", ret->no);
	return err_next(err, "If that was your last change: ceu undo");
}

static int edit(struct call *c, struct standing *s, const struct entry *before, struct entry *e,
    struct err *err)
{
	struct entry_view v;
	int yes = 0;

	if (entering_fields(c, s->program, e, err) || args_flag(c->body, "yes", &yes, err) < 0)
		return -1;
	if (entering_is_same(before, e))
		return entering_answer(c, before, 0, err);
	if (entering_edit(c, s, before, e, yes, err) || entering_view(s, e->id, &v, err))
		return -1;
	return entering_write(c, &v, err);
}

int route_entry_edit(struct call *c, struct err *err)
{
	static const char *const members[] = {
		"hours", "minutes", "category", "title", "on", "for", "provider", "note", "tags", "earn",
		"count", "yes"
	};
	struct entry before, e;
	struct standing s;
	int rc;

	if (args_only(c, members, sizeof members / sizeof *members, err) || get_current(c, &before, err))
		return -1;
	if (json_size(c->body) == 0)
		return entering_needed("nothing-given", "Nothing to change is given.",
		    "Say what: --hours, --category, --title, --on, --for, --tag, --earn, --provider or --note", err);
	e = before;
	if (args_day(c->body, "on", person_today(c->d, &c->subject), DATE_BACK, &e.day, err) < 0 ||
	    entering_cycle(c, e.day, &s, err))
		return -1;
	rc = edit(c, &s, &before, &e, err);
	standing_free(&s);
	return rc;
}

/* ---- removing */

static int read_because(struct call *c, struct entry *e, struct err *err)
{
	const char *because = request_query(c->request, "because");
	struct buf clean = BUF_INIT;
	int rc;

	e->void_reason = "";
	if (!because)
		return 0;
	if (text_has_control(because, strlen(because)) || strlen(because) > NOTE_CHARS)
		return entering_needed("because-invalid", "The reason is too long or holds control characters.",
		    "Write it as one line of plain text.", err);
	rc = text_clean(&clean, because, strlen(because), NOTE_CHARS);
	e->void_reason = rc ? NULL : arena_strdup(c->arena, buf_str(&clean));
	buf_free(&clean);
	return e->void_reason ? 0 : err_oom(err);
}

int route_entry_remove(struct call *c, struct err *err)
{
	struct entry e;

	if (get_current(c, &e, err) || read_because(c, &e, err))
		return -1;
	return entering_remove(c, &e, err) ? -1 : entering_answer(c, &e, 1, err);
}
