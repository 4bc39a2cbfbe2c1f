/* How a unit gets in: the rules that refuse it, and what is kept after it. */
#include "entering.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "ceud.h"
#include "programs.h"
#include "rematch.h"
#include "reminding.h"
#include "views.h"

enum { DAY_MINUTES = 1440 };

/* ---- the cycle */

static int refuse_day(const struct call *c, day_t day, const struct cycle_row *open, struct err *err)
{
	int is_own = c->subject.id == c->caller.person.id, is_before = day < open->start;
	char date[48], edge[48];

	date_text(day, DATE_LONG, date, sizeof date);
	date_text(is_before ? open->start : open->end, DATE_LONG, edge, sizeof edge);
	err_set(err, ERR_RULE, "outside-cycle",
	    "%s is %s %s%s cycle, which %s on %s. Units do not move between cycles. "
	    "If the cycle dates are wrong%s:", date, is_before ? "before" : "after",
	    is_own ? "your" : c->subject.email, is_own ? "" : "'s", is_before ? "began" : "ends", edge,
	    c->caller.is_admin ? "" : ", ask your admin");
	return err_next(err, "ceu admin person set %s --until DATE", c->subject.email);
}

int entering_cycle(struct call *c, day_t day, struct standing *ret, struct err *err)
{
	struct cycle_row cycle;
	int found = cycle_at(c->d->store, c->subject.id, day, c->arena, &cycle, err);

	if (found < 0)
		return -1;
	if (found)
		return standing_of_cycle(c->d, &c->subject, &cycle, c->arena, ret, err);
	found = cycle_current(c->d->store, c->subject.id, c->arena, &cycle, err);
	if (found < 0)
		return -1;
	if (found)
		return refuse_day(c, day, &cycle, err);
	return standing_load(c->d, &c->subject, 0, c->arena, ret, err);	/* says that there is none */
}

/* ---- what refuses */

/* The day is one of the cycle's, so all its entries are at hand. */
static int is_other_of_day(const struct entry *other, const struct entry *e)
{
	return other->day == e->day && !other->is_void && other->id != e->id;
}

static int check_length(const struct standing *s, const struct entry *e, struct err *err)
{
	char date[48], length[32], iso[DATE_ISO_SIZE];
	int minutes = e->minutes;

	for (size_t i = 0; i < s->entries.n; i++)
		if (is_other_of_day(&s->entries.items[i], e))
			minutes += s->entries.items[i].minutes;
	if (minutes <= DAY_MINUTES)
		return 0;
	date_iso(e->day, iso);
	err_set(err, ERR_RULE, "over-24h", "%s would have %s in all; a day has 24 hours.",
	    date_text(e->day, DATE_FULL, date, sizeof date), date_hours_text(minutes, length, sizeof length));
	return err_next(err, "See that day: ceu list --from %s --to %s", iso, iso);
}

static int check_double(const struct standing *s, const struct entry *e, struct err *err)
{
	for (size_t i = 0; i < s->entries.n; i++) {
		const struct entry *other = &s->entries.items[i];

		if (!is_other_of_day(other, e) || strcmp(other->title_key, e->title_key))
			continue;
		err_set(err, ERR_RULE, "entry-double",
		    "Entry %" PRId64 " has the same title and day; a course counts once in a cycle.", other->no);
		return err_next(err, "To save it all the same, add --yes");
	}
	return 0;
}

static int fold_title(struct call *c, struct entry *e, struct err *err)
{
	struct buf key = BUF_INIT;

	if (text_fold(&key, e->title, strlen(e->title))) {
		buf_free(&key);
		return err_oom(err);
	}
	e->title_key = arena_strdup(c->arena, buf_str(&key));
	buf_free(&key);
	return e->title_key ? 0 : err_oom(err);
}

/* What belonged to it before it was closed or submitted is not late for being corrected. */
static int comes_late(const struct standing *s, const struct entry *before)
{
	if (!s->cycle.submitted_at && !s->cycle.closed_at)
		return 0;
	return !before || before->is_late || before->is_planned || before->day < s->cycle.counts_from ||
	    before->day > s->cycle.counts_until;
}

int entering_check(struct call *c, const struct standing *s, const struct entry *before, struct entry *e,
    int yes, struct err *err)
{
	if (fold_title(c, e, err))
		return -1;
	e->is_late = comes_late(s, before);
	if (check_length(s, e, err))
		return -1;
	if (yes || (before && before->day == e->day && !strcmp(before->title_key, e->title_key)))
		return 0;
	return check_double(s, e, err);
}

int entering_strict(const struct standing *s, const struct entry *e, struct err *err)
{
	size_t n = s->entries.n;
	struct arena a = ARENA_INIT;
	struct standing with = *s;
	struct buf text = BUF_INIT;
	int64_t cut = 0;
	int rc = -1;

	memset(&with.verdict, 0, sizeof with.verdict);
	if (standing_with(s, e, &a, &with, err) || view_cut(&with, n, &cut, err))
		goto end;
	rc = 0;
	if (!cut)
		goto end;
	view_over_limit(&with, &with.facts[n], with.verdict.entries[n].units, cut, &text);
	err_set(err, ERR_RULE, "over-limit", "%s", buf_str(&text));
	rc = err_next(err, "Nothing was saved. To save it all the same, leave out --strict");
end:
	standing_free(&with);
	buf_free(&text);
	arena_free(&a);
	return rc;
}

/* ---- storing */

/* What became of one event is a lesson about others. */
static int owe_rematch(struct call *c, const struct entry *e, struct err *err)
{
	return e->proposal ? rematch_owe(c->d, e->person, 0, err) : 0;
}

int entering_add(struct call *c, const struct standing *s, const char *action, struct entry *e,
    struct err *err)
{
	if (cycle_lock(c->d->store, s->cycle.id, err) || entry_add(c->d->store, &c->actor, action, e, err))
		return -1;
	return owe_rematch(c, e, err);
}

int entering_change(struct call *c, const struct standing *s, const char *action, struct entry *e,
    struct err *err)
{
	if ((s && cycle_lock(c->d->store, s->cycle.id, err)) || entry_update(c->d->store, &c->actor, action, e, err))
		return -1;
	return owe_rematch(c, e, err);
}

static int settle_on(struct call *c, struct standing *s, const struct standing *after, struct err *err)
{
	standing_free(s);
	*s = *after;
	return s->cycle.closed_at ? 0 : standing_keep_loaded(c->d, s, err);
}

int entering_settle(struct call *c, struct standing *s, struct err *err)
{
	struct standing after;

	if (standing_of_cycle(c->d, &c->subject, &s->cycle, c->arena, &after, err))
		return -1;
	return settle_on(c, s, &after, err);
}

int entering_settle_added(struct call *c, struct standing *s, const struct entry *e, struct err *err)
{
	struct standing after;

	if (standing_with(s, e, c->arena, &after, err))
		return -1;
	return settle_on(c, s, &after, err);
}

int entering_view(const struct standing *s, int64_t id, struct entry_view *ret, struct err *err)
{
	struct entry_view v = { .program = s->program, .standing = s, .is_change = 1 };

	while (v.at < s->entries.n && s->entries.items[v.at].id != id)
		v.at++;
	if (v.at == s->entries.n)
		return err_set(err, ERR_FAILED, "store-failed",
		    "The entry that was just stored cannot be found.");
	v.entry = &s->entries.items[v.at];
	if (view_cut(s, v.at, &v.cut, err))
		return -1;
	*ret = v;
	return 0;
}

/* ---- a person's cycles */

int entering_lock_day(struct call *c, day_t day, struct err *err)
{
	struct cycle_row cycle;
	int found = cycle_at(c->d->store, c->subject.id, day, c->arena, &cycle, err);

	return found <= 0 ? found : cycle_lock(c->d->store, cycle.id, err);
}

int entering_lock_all(struct call *c, const struct person *p, struct err *err)
{
	struct cycle_list all = { 0 };

	if (cycle_list_of(c->d->store, p->id, c->arena, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (cycle_lock(c->d->store, all.items[i].id, err))
			return -1;
	return 0;
}

int entering_keep_open(struct call *c, const struct person *p, struct err *err)
{
	return standing_keep(c->d, p, c->arena, err) || reminding_retime(c->d, p, c->arena, err) ? -1 : 0;
}

/* ---- editing and removing */

/* What carried into the next cycle was reckoned with it, so it cannot count there once more. */
static int check_leaving(struct call *c, const struct entry *e, const struct cycle_row *left, struct err *err)
{
	const struct program *p;
	char from[48], until[48];

	if (!left->closed_at || e->is_late || e->is_void)
		return 0;
	if (programs_by_hash(c->d, left->program_hash, &p, err))
		return -1;
	if (!p->carry.most)
		return 0;
	err_set(err, ERR_RULE, "entry-settled", "Entry %" PRId64 " is of the cycle %s to %s, which was renewed with it. "
	    "It stays there, so that nothing counts twice.", e->no, date_text(left->start, DATE_LONG, from, sizeof from),
	    date_text(left->end, DATE_LONG, until, sizeof until));
	return err_next(err, "If it is wrong there: ceu remove %" PRId64 " --because TEXT", e->no);
}

/* Had the entry another cycle before?  Then that one changes too: locked, 1. */
static int lock_left(struct call *c, const struct entry *before, const struct standing *s,
    struct cycle_row *ret, struct err *err)
{
	int found = cycle_at(c->d->store, c->subject.id, before->day, c->arena, ret, err);

	if (found <= 0 || ret->id == s->cycle.id)
		return found < 0 ? -1 : 0;
	return check_leaving(c, before, ret, err) || cycle_lock(c->d->store, ret->id, err) ? -1 : 1;
}

static int settle_left(struct call *c, const struct cycle_row *cycle, struct err *err)
{
	struct standing left;
	int rc;

	if (standing_of_cycle(c->d, &c->subject, cycle, c->arena, &left, err))
		return -1;
	rc = entering_settle(c, &left, err);
	standing_free(&left);
	return rc;
}

int entering_edit(struct call *c, struct standing *s, const struct entry *before, struct entry *e, int yes,
    struct err *err)
{
	struct cycle_row left;
	int has_left;

	if (entering_check(c, s, before, e, yes, err))
		return -1;
	if (e->day != before->day && e->day > s->today)
		e->is_planned = 1;
	has_left = lock_left(c, before, s, &left, err);
	if (has_left < 0 || entering_change(c, s, "edit", e, err) || (has_left && settle_left(c, &left, err)))
		return -1;
	return entering_settle(c, s, err);
}

int entering_remove(struct call *c, struct entry *e, struct err *err)
{
	e->is_void = 1;
	if (entering_lock_day(c, e->day, err) || entering_change(c, NULL, "remove", e, err))
		return -1;
	return entering_keep_open(c, &c->subject, err);
}

/* ---- answers */

int entering_write(struct call *c, struct entry_view *v, struct err *err)
{
	struct jsonw w;

	if (view_files(c->d, v, c->arena, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	view_entry(&w, NULL, v);
	snprintf(c->reply.etag, sizeof c->reply.etag, "%" PRId64, v->entry->rev);
	return views_done(c, err);
}

static int look_up(struct book *b, struct entry_view *v, struct err *err)
{
	v->program = b->program;
	if (book_find(b, v->entry, &v->standing, &v->at, err))
		return -1;
	if (v->standing)
		v->program = v->standing->program;
	return v->standing && v->is_change ? view_cut(v->standing, v->at, &v->cut, err) : 0;
}

int entering_answer(struct call *c, const struct entry *e, int is_change, struct err *err)
{
	struct entry_view v = { .entry = e, .is_change = is_change };
	struct book b;
	int rc;

	if (book_open(c->d, &c->subject, c->arena, &b, err))
		return -1;
	rc = look_up(&b, &v, err) ? -1 : entering_write(c, &v, err);
	book_close(&b);
	return rc;
}

static int write_one(struct call *c, struct book *b, struct jsonw *w, int64_t no, const struct entry_note *note,
    struct err *err)
{
	struct entry e;
	struct entry_view v = { .entry = &e, .is_change = 1, .conflict = note ? note->conflict : NULL,
	    .rule = note ? note->rule : NULL };

	if (entry_get(c->d->store, c->subject.id, no, c->arena, &e, err) || look_up(b, &v, err) ||
	    view_files(c->d, &v, c->arena, err))
		return -1;
	view_entry(w, NULL, &v);
	return 0;
}

int entering_answer_all(struct call *c, const int64_t *numbers, const struct entry_note *notes, size_t n,
    struct err *err)
{
	struct book b;
	struct jsonw w;
	int rc = 0;

	if (book_open(c->d, &c->subject, c->arena, &b, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "entries");
	for (size_t i = 0; i < n && !rc; i++)
		rc = write_one(c, &b, &w, numbers[i], notes ? &notes[i] : NULL, err);
	jsonw_end_array(&w);
	jsonw_int(&w, "step", c->actor.step);
	jsonw_end_object(&w);
	book_close(&b);
	return rc ? -1 : views_done(c, err);
}
