/* The inbox: which events, shown, and what is learned of one for the others. */
#include "inbox.h"

#include <inttypes.h>
#include <string.h>

#include "args.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "ceud.h"
#include "fromevent.h"
#include "guessing.h"
#include "rematch.h"
#include "store/ledger.h"
#include "views.h"

enum { LEARN_MAX = 500 };		/* waiting events looked at; the others follow with the job */

int inbox_get_all(struct call *c, struct proposal_list *ret, struct err *err)
{
	struct proposal_list l = { 0 };
	struct ids ids;

	if (args_ids(c->args[1], c->arena, &ids, err))
		return -1;
	l.items = arena_alloc(c->arena, ids.n * sizeof *l.items);
	if (!l.items)
		return err_oom(err);
	for (; l.n < ids.n; l.n++)
		if (proposal_get(c->d->store, c->subject.id, ids.items[l.n], c->arena, &l.items[l.n], err))
			return -1;
	*ret = l;
	return 0;
}

int inbox_join_step(struct call *c, struct err *err)
{
	const struct json *given = c->body ? json_get(c->body, "step") : NULL;
	int64_t step;
	int goes_on;

	if (json_kind(given) == JSON_NULL)
		return 0;
	if (json_int(c->body, "step", &step))
		return err_set(err, ERR_USAGE, "field-type", "\"step\" is to be the number of an earlier answer.");
	goes_on = ledger_goes_on(c->d->store, &c->actor, c->subject.id, step, err);
	if (goes_on < 0)
		return -1;
	if (goes_on) {
		c->actor.step = step;
		return 0;
	}
	err_set(err, ERR_RULE, "step-over", "Step %" PRId64 " is over: something else was done since, or it is an hour old.", step);
	return err_next(err, "Send it once more without a step.");
}

/* ---- showing */

/* The open cycle's standing for what an event would add; *has 0 for a person without a cycle. */
static int find_standing(struct call *c, struct standing *ret, int *has, struct err *err)
{
	struct cycle_row cycle;
	int found = cycle_current(c->d->store, c->subject.id, c->arena, &cycle, err);

	if (found < 0 || (found && standing_of_cycle(c->d, &c->subject, &cycle, c->arena, ret, err)))
		return -1;
	*has = found;
	return 0;
}

static int find_news(struct call *c, struct proposal_view *v, struct proposal_news *news, struct err *err)
{
	const struct proposal *p = v->proposal;
	int found;

	if (p->state != PROPOSAL_CONFIRMED || !p->changed)
		return 0;
	found = proposal_news_get(c->d->store, p->id, c->arena, news, err);
	if (found > 0)
		v->news = news;
	return found < 0 ? -1 : 0;
}

static int is_open(const struct proposal *p)
{
	return p->state == PROPOSAL_WAITING || p->state == PROPOSAL_SKIPPED;
}

static int is_series(const struct proposal *a, const struct proposal *b)
{
	return a->calendar == b->calendar && a->series_key[0] && !strcmp(a->series_key, b->series_key);
}

/* What all waiting dates of a series on this page add together; the same for each of them. adds[n], -1 = no series. */
static int find_series_adds(struct call *c, const struct proposal *items, size_t n, const struct standing *s, int64_t *adds,
    struct err *err)
{
	const struct proposal **dates = arena_alloc(c->arena, (n + 1) * sizeof *dates);

	if (!dates)
		return err_oom(err);
	for (size_t i = 0; i < n; i++)
		adds[i] = -1;
	for (size_t i = 0; i < n && s; i++) {
		size_t found = 0;
		int64_t sum;

		if (adds[i] >= 0 || !items[i].series_key[0] || items[i].state != PROPOSAL_WAITING)
			continue;
		for (size_t j = i; j < n; j++)
			if (items[j].state == PROPOSAL_WAITING && is_series(&items[i], &items[j]) &&
			    !standing_recorded(s, &items[j]))
				dates[found++] = &items[j];
		if (found < 2)
			continue;
		if (standing_worth_of(s, dates, found, c->arena, &sum, err))
			return -1;
		for (size_t j = 0; j < found; j++)
			adds[dates[j] - items] = sum;
	}
	return 0;
}

static int write_one(struct call *c, struct jsonw *w, const struct proposal_list *around,
    const struct proposal *p, const struct standing *s, const int64_t *series_adds, struct err *err)
{
	struct proposal_view v = { .proposal = p, .standing = s, .series_adds = *series_adds < 0 ? NULL : series_adds,
		.zone = person_zone(c->d, &c->subject), .now = c->d->now };
	struct proposal_news news;

	if (s && is_open(p) && standing_worth(s, p, c->arena, &v.worth, err))
		return -1;
	if (proposal_twins(c->d->store, p, c->arena, &v.twins, err) || find_news(c, &v, &news, err))
		return -1;
	v.has_conflict = p->state == PROPOSAL_WAITING && event_conflict(around, p, 0);
	view_proposal(w, &v);
	return 0;
}

static int write_list(struct call *c, struct jsonw *w, const struct inbox_answer *a, struct err *err)
{
	struct proposal_list around = { 0 };
	int64_t *series_adds = arena_alloc(c->arena, (a->shown + 1) * sizeof *series_adds);
	struct standing s;
	int has, rc;

	if (!series_adds)
		return err_oom(err);
	if (event_around(c->d, c->subject.id, a->list->items, a->shown, c->arena, &around, err) ||
	    find_standing(c, &s, &has, err))
		return -1;
	rc = find_series_adds(c, a->list->items, a->shown, has ? &s : NULL, series_adds, err);
	jsonw_array(w, "proposals");
	for (size_t i = 0; i < a->shown && !rc; i++)
		rc = write_one(c, w, &around, &a->list->items[i], has ? &s : NULL, &series_adds[i], err);
	jsonw_end_array(w);
	if (has)
		standing_free(&s);
	return rc;
}

int inbox_write(struct call *c, const struct inbox_answer *a, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	if (write_list(c, &w, a, err))
		return -1;
	if (a->shown < a->list->n)
		jsonw_int(&w, "next_after", a->list->items[a->shown - 1].no);
	if (a->step)
		jsonw_int(&w, "step", a->step);
	if (a->rule)
		jsonw_int(&w, "rule", a->rule);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- learning */

static int fold(const char *title, struct buf *out, struct err *err)
{
	buf_reset(out);
	return text_fold(out, title, strlen(title)) ? err_oom(err) : 0;
}

/* 1 if p is of the series or has the title of one of them; titles[i] are folded. */
static int is_related(const struct proposal *p, const struct proposal *items, const char *const *titles, size_t n,
    struct buf *scratch, struct err *err)
{
	if (fold(p->event.title, scratch, err))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (is_series(p, &items[i]) || !strcmp(buf_str(scratch), titles[i]))
			return 1;
	return 0;
}

static int fold_all(struct call *c, const struct proposal *items, size_t n, const char **titles, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		rc = fold(items[i].event.title, &key, err);
		titles[i] = rc ? NULL : arena_strdup(c->arena, buf_str(&key));
		if (!rc && !titles[i])
			rc = err_oom(err);
	}
	buf_free(&key);
	return rc;
}

static int learn_some(struct call *c, struct proposal_list *waiting, const struct proposal *items, const char *const *titles,
    size_t n, struct err *err)
{
	struct guessing *g = NULL;
	struct buf scratch = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < waiting->n && rc >= 0; i++) {
		rc = is_related(&waiting->items[i], items, titles, n, &scratch, err);
		if (rc > 0 && !g)
			rc = guessing_open(c->d, &c->subject, 0, &g, err) ? -1 : 1;
		if (rc > 0)
			rc = rematch_one(c->d, g, &waiting->items[i], err);
	}
	buf_free(&scratch);
	guessing_close(g);
	return rc < 0 ? -1 : 0;
}

int inbox_learn(struct call *c, const struct proposal *items, size_t n, struct err *err)
{
	struct proposal_list waiting = { 0 };
	const char **titles = arena_alloc(c->arena, n * sizeof *titles);

	if (!titles)
		return err_oom(err);
	if (fold_all(c, items, n, titles, err) || proposal_page(c->d->store, c->subject.id, PROPOSALS_WAITING, INT64_MAX, 0,
	    LEARN_MAX, c->arena, &waiting, err))
		return -1;
	return learn_some(c, &waiting, items, titles, n, err);
}

int inbox_touched(struct call *c, struct err *err)
{
	return standing_keep(c->d, &c->subject, c->arena, err);
}
