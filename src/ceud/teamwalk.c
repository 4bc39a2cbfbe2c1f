/* Walks through teams, and the queue of those that somebody waits for. */
#include "teamwalk.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "jobparts.h"
#include "loop.h"
#include "sliced.h"

enum { PAGE = 50 };

struct waiting {
	struct teamwalk *walk;
	job_done *done; void *arg;
	struct buf json;
	int is_long;			/* it took more than a slice */
	int is_walked;
	struct waiting *next;
};
struct teamwalks { struct waiting *first; };

struct teamwalk *teamwalk_new(struct ceud *d, const struct teamwalk_kind *kind, const struct team *t, struct err *err)
{
	struct teamwalk *w = calloc(1, kind->size);

	if (!w) {
		err_oom(err);
		return NULL;
	}
	w->d = d;
	w->kind = kind;
	w->team = *t;
	w->team.name = arena_strdup(&w->arena, t->name);
	w->team.every = arena_strdup(&w->arena, t->every);
	if (w->team.name && w->team.every)
		return w;
	err_oom(err);
	teamwalk_free(w);
	return NULL;
}

void teamwalk_free(struct teamwalk *w)
{
	if (!w)
		return;
	if (w->kind->release)
		w->kind->release(w);
	arena_free(&w->page_arena);
	arena_free(&w->arena);
	free(w);
}

static int load_page(struct teamwalk *w, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct member_list page = { 0 };

	if (team_member_page(w->d->store, w->team.id, w->after, w->d->now, PAGE, &a, &page, err)) {
		arena_free(&a);
		return -1;
	}
	arena_free(&w->page_arena);
	w->page_arena = a;
	w->page = page;
	w->at = 0;
	w->is_last = page.n < PAGE;
	if (page.n)
		w->after = page.items[page.n - 1].person.id;
	return 0;
}

static int visit(struct teamwalk *w, const struct member_row *m, struct err *err)
{
	struct arena a = ARENA_INIT;
	int rc = w->kind->visit(w, m, &a, err);

	arena_free(&a);
	return rc;
}

int teamwalk_slice(struct teamwalk *w, int64_t until, struct err *err)
{
	while (clock_monotonic() < until) {
		if (w->at < w->page.n) {
			if (visit(w, &w->page.items[w->at++], err))
				return -1;
		} else if (w->is_last) {
			return 1;
		} else if (load_page(w, err)) {
			return -1;
		}
	}
	return w->is_last && w->at == w->page.n;
}

/* ---- those that somebody waits for */

int teamwalks_open(struct teamwalks **ret, struct err *err)
{
	*ret = calloc(1, sizeof **ret);
	return *ret ? 0 : err_oom(err);
}

static void waiting_free(struct waiting *w)
{
	teamwalk_free(w->walk);
	buf_free(&w->json);
	free(w);
}

void teamwalks_close(struct teamwalks *q)
{
	if (!q)
		return;
	while (q->first) {
		struct waiting *w = q->first;

		q->first = w->next;
		waiting_free(w);
	}
	free(q);
}

int teamwalks_busy(const struct teamwalks *q)
{
	return q->first != NULL;
}

static void end(struct waiting *w, const struct err *why)
{
	struct err oom = { 0 };

	if (!why && w->json.failed) {
		err_oom(&oom);
		why = &oom;
	}
	w->done(w->arg, why ? NULL : &w->json, why);
	waiting_free(w);
}

/* A slice: 1 it is through, 0 more, -1. The end of a long walk has turns of its own. */
static int step(struct waiting *w, struct err *err)
{
	int64_t until = clock_monotonic() + SLICE_MS;
	int rc = w->is_walked ? 1 : teamwalk_slice(w->walk, until, err);

	if (rc <= 0) {
		w->is_long = 1;
		return rc;
	}
	rc = 0;
	if (w->is_walked || !w->is_long)
		do
			rc = w->walk->kind->finish(w->walk, &w->json, err);
		while (!rc && !w->is_long && clock_monotonic() < until);
	w->is_walked = 1;
	return rc;
}

void teamwalks_turn(struct ceud *d)
{
	struct teamwalks *q = d->jobs->walks;
	struct waiting *w = q->first;
	struct err err = { 0 };
	int rc;

	if (!w)
		return;
	rc = step(w, &err);
	if (!rc)
		return;
	q->first = w->next;
	end(w, rc < 0 ? &err : NULL);
}

static void enqueue(struct ceud *d, struct waiting *w)
{
	struct waiting **at = &d->jobs->walks->first;

	while (*at)
		at = &(*at)->next;
	*at = w;
	loop_wake_at(d->loop, d->now);
}

int teamwalks_add(struct ceud *d, struct teamwalk *walk, job_done *done, void *arg, struct err *err)
{
	struct waiting *w = jobs_stopping(d, err) ? NULL : calloc(1, sizeof *w);
	struct err why = { 0 };
	int rc;

	if (!w) {
		teamwalk_free(walk);
		return jobs_stopping(d, err) ? -1 : err_oom(err);
	}
	*w = (struct waiting){ .walk = walk, .done = done, .arg = arg, .json = BUF_INIT };
	rc = step(w, &why);
	if (rc)
		end(w, rc < 0 ? &why : NULL);
	else
		enqueue(d, w);
	return 0;
}

void teamwalks_stop(struct ceud *d)
{
	struct teamwalks *q = d->jobs->walks;
	struct err err = { 0 };

	jobs_stopping(d, &err);
	while (q->first) {
		struct waiting *w = q->first;

		q->first = w->next;
		end(w, &err);
	}
}
