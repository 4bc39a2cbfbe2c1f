/* Events matched again after rules or lessons changed: who is owed it, and the slices. */
#include "rematch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "ceud.h"
#include "guessing.h"
#include "jobparts.h"
#include "standing.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/store.h"

enum { PAGE = 200, TURN_MS = 12, LATER_MS = 2000, RETRY_MS = 15 * 60000 };

static const char JOB[] = "rematch";

struct owed {
	int64_t person, at;
	int64_t after;			/* the last proposal looked at */
};

struct rematch_job {
	struct owed *items; size_t n, cap;
	int everybody;
	char email[256];		/* of those the last one put on the list */
	int marked;			/* the store says that it is owed */
};

/* Without a row it was never done: what is there comes from before rules were kept. */
int rematch_open(struct ceud *d, struct rematch_job **ret, struct err *err)
{
	struct rematch_job *j;
	int64_t last = 0, next = 0;

	if (job_get(d->store, JOB, &last, &next, err))
		return -1;
	j = calloc(1, sizeof *j);
	if (!j)
		return err_oom(err);
	j->everybody = j->marked = next || !last;
	*ret = j;
	return 0;
}

void rematch_close(struct rematch_job *j)
{
	if (!j)
		return;
	free(j->items);
	free(j);
}

/* ---- who is owed it */

static struct owed *find(struct rematch_job *j, int64_t person)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->items[i].person == person)
			return &j->items[i];
	return NULL;
}

static int push(struct rematch_job *j, int64_t person, int64_t at, struct err *err)
{
	struct owed *o = find(j, person);

	if (o) {
		o->after = 0;
		o->at = at < o->at ? at : o->at;
		return 0;
	}
	if (j->n == j->cap) {
		size_t cap = j->cap ? 2 * j->cap : 16;
		struct owed *items = realloc(j->items, cap * sizeof *items);

		if (!items)
			return err_oom(err);
		j->items = items;
		j->cap = cap;
	}
	j->items[j->n++] = (struct owed){ .person = person, .at = at };
	return 0;
}

int rematch_owe(struct ceud *d, int64_t person, int at_once, struct err *err)
{
	struct rematch_job *j = d->jobs ? d->jobs->rematch : NULL;

	if (job_put(d->store, JOB, d->now, d->now, err))
		return -1;
	if (!j)
		return 0;
	j->marked = 1;
	if (person)
		return push(j, person, at_once ? d->now : d->now + LATER_MS, err);
	j->everybody = 1;
	j->email[0] = '\0';
	return 0;
}

static struct owed *first_due(const struct rematch_job *j, int64_t now)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->items[i].at <= now)
			return &j->items[i];
	return NULL;
}

int rematch_busy(const struct ceud *d)
{
	const struct rematch_job *j = d->jobs->rematch;

	return j->everybody || (j->marked && !j->n) || first_due(j, d->now) != NULL;
}

int64_t rematch_next(const struct ceud *d)
{
	const struct rematch_job *j = d->jobs->rematch;
	int64_t next = 0;

	if (rematch_busy(d))
		return d->now;
	for (size_t i = 0; i < j->n; i++)
		if (!next || j->items[i].at < next)
			next = j->items[i].at;
	return next;
}

/* ---- one proposal */

static int is_taken_alike(const struct proposal *a, const struct proposal *b)
{
	return a->state == b->state && a->suggested == b->suggested && a->breaks == b->breaks &&
	    !strcmp(a->category, b->category) && !strcmp(a->competencies, b->competencies) &&
	    !strcmp(a->provider, b->provider) && !strcmp(a->why, b->why);
}

int rematch_one(struct ceud *d, struct guessing *g, struct proposal *p, struct err *err)
{
	struct proposal before = *p;

	if (guessing_proposal(g, p, err))
		return -1;
	return is_taken_alike(&before, p) ? 0 : proposal_rematch(d->store, p, err);
}

/* ---- slices */

static int match_page(struct ceud *d, struct owed *o, struct guessing *g, const struct proposal_list *page, int64_t until,
    struct err *err)
{
	for (size_t i = 0; i < page->n && clock_monotonic() < until; i++) {
		if (rematch_one(d, g, &page->items[i], err) < 0)
			return -1;
		o->after = page->items[i].id;
	}
	return 0;
}

/* 1 there may be more of that person, 0 all are matched, -1. */
static int match_some(struct ceud *d, struct owed *o, int64_t until, struct arena *a, struct err *err)
{
	struct proposal_list page = { 0 };
	struct guessing *g = NULL;
	struct person p;
	int64_t last;
	int rc, more;

	if (proposal_matchable(d->store, o->person, o->after, PAGE, a, &page, err))
		return -1;
	if (!page.n)
		return 0;
	last = page.items[page.n - 1].id;
	if (person_get(d->store, o->person, a, &p, err) || guessing_open(d, &p, 0, &g, err))
		return -1;
	rc = store_begin(d->store, err) || match_page(d, o, g, &page, until, err) || store_commit(d->store, err);
	if (rc)
		store_rollback(d->store);
	guessing_close(g);
	more = page.n == PAGE || o->after < last;
	if (!rc && !more)
		standing_refresh(d, &p);
	return rc ? -1 : more;
}

static void match_person(struct ceud *d, struct owed *o, int64_t until)
{
	struct rematch_job *j = d->jobs->rematch;
	struct arena a = ARENA_INIT;
	struct err err = { 0 };
	int more = match_some(d, o, until, &a, &err);

	arena_free(&a);
	if (more < 0) {
		log_error("Events could not be matched again: %s", err.what);
		o->after = 0;
		o->at = d->now + RETRY_MS;
	} else if (!more) {
		*o = j->items[--j->n];
	}
}

/* The next one of everybody goes on the list. */
static int next_person(struct ceud *d, struct err *err)
{
	struct rematch_job *j = d->jobs->rematch;
	struct person_list one = { 0 };
	struct arena a = ARENA_INIT;
	int rc = person_page(d->store, j->email, 1, &a, &one, err);

	if (!rc && one.n)
		rc = push(j, one.items[0].id, d->now, err);
	if (!rc && one.n)
		text_copy(j->email, sizeof j->email, one.items[0].email);
	if (!rc && !one.n)
		j->everybody = 0;
	arena_free(&a);
	return rc;
}

static int settle(struct ceud *d, struct err *err)
{
	if (!store_begin(d->store, err) && !job_put(d->store, JOB, d->now, 0, err) && !store_commit(d->store, err))
		return 0;
	store_rollback(d->store);
	return -1;
}

static void go_on(struct ceud *d, int64_t until)
{
	struct rematch_job *j = d->jobs->rematch;
	struct owed *o = first_due(j, d->now);
	struct err err = { 0 };
	int rc = 0;

	if (o)
		match_person(d, o, until);
	else if (j->everybody)
		rc = next_person(d, &err);
	else if (!(rc = settle(d, &err)))
		j->marked = 0;
	if (!rc)
		return;
	log_error("Matching events again could not go on: %s", err.what);
	j->everybody = j->marked = 0;		/* the store still says that it is owed: at the next start */
}

void rematch_turn(struct ceud *d)
{
	int64_t until = clock_monotonic() + TURN_MS;

	while (rematch_busy(d) && clock_monotonic() < until)
		go_on(d, until);
}
