/* What a rule would match, before or after it is kept. */
#include "ruletest.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "feedrules.h"
#include "jobparts.h"
#include "loop.h"
#include "store/people.h"

enum { TURN_MS = 15 };

/* ---- one person */

static int keep_found(struct proposal_list *found, const struct proposal *p, struct arena *a, struct err *err)
{
	if (arena_grow(a, (void **)&found->items, found->n, &found->cap, sizeof *found->items))
		return err_oom(err);
	found->items[found->n++] = *p;
	return 0;
}

int ruletest_person(struct ceud *d, int64_t person, const struct match_rule *r, struct arena *a, struct ruletest_sum *sum,
    struct proposal_list *found, size_t limit, struct err *err)
{
	struct proposal_list all = { 0 };
	int64_t matched = 0;

	if (proposal_recent(d->store, person, r->calendar, RULETEST_EVENTS, a, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct match_calendar c = { .id = all.items[i].calendar, .name = all.items[i].calendar_name,
		    .category = "", .competencies = "" };
		int fits = match_one(r, &c, &all.items[i].event, err);

		if (fits < 0 || (fits && found && found->n < limit && keep_found(found, &all.items[i], a, err)))
			return -1;
		matched += fits;
	}
	sum->matched += matched;
	sum->of += (int64_t)all.n;
	sum->people += matched > 0;
	return 0;
}

/* ---- everybody */

struct ruletest {
	struct ruletest *next;
	struct arena arena;		/* the rule's strings */
	struct feed_rule rule;
	int is_flat;
	char email[256];		/* of the last person looked at */
	struct ruletest_sum sum;
	job_done *done; void *arg;
};

struct ruletests { struct ruletest *first; };

int ruletests_open(struct ruletests **ret, struct err *err)
{
	*ret = calloc(1, sizeof **ret);
	return *ret ? 0 : err_oom(err);
}

static void test_free(struct ruletest *t)
{
	arena_free(&t->arena);
	free(t);
}

void ruletests_close(struct ruletests *all)
{
	while (all && all->first) {
		struct ruletest *t = all->first;

		all->first = t->next;
		test_free(t);
	}
	free(all);
}

int ruletests_busy(const struct ruletests *t)
{
	return t->first != NULL;
}

static int copy_rule(struct ruletest *t, const struct feed_rule *r, struct err *err)
{
	struct match_rule *m = &t->rule.rule;

	t->rule = *r;
	m->extra = arena_strdup(&t->arena, m->extra);
	m->value = arena_strdup(&t->arena, m->value);
	m->category = arena_strdup(&t->arena, m->category);
	m->competencies = arena_strdup(&t->arena, m->competencies);
	m->provider = arena_strdup(&t->arena, m->provider);
	return m->extra && m->value && m->category && m->competencies && m->provider ? 0 : err_oom(err);
}

int ruletests_begin(struct ceud *d, const struct feed_rule *r, int is_flat, job_done *done, void *arg, struct err *err)
{
	struct ruletest **at = &d->jobs->ruletests->first, *t;

	if (jobs_stopping(d, err))
		return -1;
	t = calloc(1, sizeof *t);
	if (!t)
		return err_oom(err);
	if (copy_rule(t, r, err)) {
		test_free(t);
		return -1;
	}
	t->is_flat = is_flat;
	t->done = done;
	t->arg = arg;
	while (*at)
		at = &(*at)->next;
	*at = t;
	loop_wake_at(d->loop, d->now);
	return 0;
}

static void write_sum(struct jsonw *w, const struct ruletest_sum *sum)
{
	jsonw_int(w, "matched", sum->matched);
	jsonw_int(w, "of", sum->of);
	jsonw_int(w, "people", sum->people);
}

static void write_answer(struct buf *json, const struct ruletest *t)
{
	struct jsonw w;

	jsonw_begin(&w, json);
	jsonw_object(&w, NULL);
	if (t->is_flat) {
		view_feed_rule_members(&w, &t->rule);
	} else {
		jsonw_object(&w, "rule");
		view_feed_rule_members(&w, &t->rule);
		jsonw_end_object(&w);
	}
	write_sum(&w, &t->sum);
	jsonw_end_object(&w);
}

static void finish(struct ceud *d, const struct err *err)
{
	struct ruletest *t = d->jobs->ruletests->first;
	struct buf json = BUF_INIT;
	struct err oom = { 0 };

	d->jobs->ruletests->first = t->next;
	if (!err)
		write_answer(&json, t);
	if (json.failed) {
		err_oom(&oom);
		err = &oom;
	}
	t->done(t->arg, err ? NULL : &json, err);
	buf_free(&json);
	test_free(t);
}

/* 1 there was another person, 0 all are through, -1. */
static int look_on(struct ceud *d, struct ruletest *t, struct err *err)
{
	struct person_list one = { 0 };
	struct arena a = ARENA_INIT;
	int rc = person_page(d->store, t->email, 1, &a, &one, err);

	if (!rc && one.n)
		rc = ruletest_person(d, one.items[0].id, &t->rule.rule, &a, &t->sum, NULL, 0, err);
	if (!rc && one.n)
		text_copy(t->email, sizeof t->email, one.items[0].email);
	if (!rc)
		rc = one.n > 0;
	arena_free(&a);
	return rc;
}

void ruletests_turn(struct ceud *d)
{
	struct ruletest *t = d->jobs->ruletests->first;
	int64_t until = clock_monotonic() + TURN_MS;
	struct err err = { 0 };
	int more = 1;

	if (!t)
		return;
	while (more > 0 && clock_monotonic() < until)
		more = look_on(d, t, &err);
	if (more <= 0)
		finish(d, more < 0 ? &err : NULL);
}

void ruletests_stop(struct ceud *d)
{
	struct err err = { 0 };

	jobs_stopping(d, &err);
	while (d->jobs->ruletests->first)
		finish(d, &err);
}
