/*
 * Plans with many events where limits and requirements nest: each is exact.  Where there are few kinds of work it is
 * held against a slow count over all numbers of units of each kind, evaluated by credit_evaluate().
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "helper.h"
#include "rules/plan.h"

enum { CASES = 200, HELD_LEAST = 40, FACTS_MAX = 10, KINDS_MAX = 4, CELLS_MAX = 60000, EVALUATIONS_MAX = 4000 };

struct scene {
	struct program *p;
	struct credit_cycle cycle;
	day_t today;
	struct entry_fact facts[FACTS_MAX]; size_t n;
	struct entry_fact events[PLAN_CANDIDATES_MAX]; size_t m;
};

/* ---- random scenes */

static void draw_categories(uint64_t *rnd, struct buf *b, int n)
{
	if (seed_below(rnd, 3) == 0)
		buf_printf(b, "limit %d%s each category\n", 4 + seed_below(rnd, 8), seed_below(rnd, 4) ? "" : ".1");
	for (int i = 0; i < n; i++) {
		if (seed_below(rnd, 4) == 0)
			buf_printf(b, "limit %d category c%d\n", 3 + seed_below(rnd, 8), i);
		if (seed_below(rnd, 5) == 0)
			buf_printf(b, "require %d category c%d\n", 1 + seed_below(rnd, 3), i);
	}
	if (seed_below(rnd, 4) == 0)
		buf_printf(b, "require %d distinct categories\n", 2 + seed_below(rnd, n - 1));
	else if (seed_below(rnd, 2))
		buf_printf(b, "limit %d%% group left\n", 30 + seed_below(rnd, 40));
	if (seed_below(rnd, 2))
		buf_printf(b, "require %d group left\n", 2 + seed_below(rnd, 6));
}

static void draw_rules(uint64_t *rnd, struct buf *b, int n)
{
	switch (seed_below(rnd, 4)) {
	case 0:
		buf_printf(b, "require %d tag live\nlimit %d tag recorded\n", 4 + seed_below(rnd, 8),
		    4 + seed_below(rnd, 8));
		break;
	case 1:
		buf_printf(b, "limit %d each category per year\nrequire %d total per year\n", 4 + seed_below(rnd, 8),
		    3 + seed_below(rnd, 5));
		break;
	default:
		draw_categories(rnd, b, n);
	}
}

/* NULL: nobody could ever finish what was drawn. */
static struct program *draw_program(uint64_t *rnd)
{
	static const char *const steps[] = { "0.25", "0.25", "0.5", "1", "0.05" };
	struct buf b = BUF_INIT, out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;
	int n = 2 + seed_below(rnd, 4);

	buf_printf(&b, "program drawn {\nname D\ntitle \"D\"\nissuer D\nunit U {\nminutes 60\nstep %s\nround down\n}\n"
	    "cycle 24 months\ntag live \"L\" {\nsort way\n}\ntag recorded \"R\" {\nsort way\n}\n",
	    steps[seed_below(rnd, 5)]);
	for (int i = 0; i < n; i++)
		buf_printf(&b, "category c%d \"C\" {\ntag %s\n}\n", i, seed_below(rnd, 2) ? "live" : "recorded");
	buf_printf(&b, "group left c0 c1\nonce course\nrequire %d total\n", 10 + seed_below(rnd, 16));
	draw_rules(rnd, &b, n);
	buf_printf(&b, "}\n");
	if (program_load(buf_str(&b), strlen(buf_str(&b)), "t", &p, &errors))
		p = NULL;
	buf_free(&b);
	buf_free(&out);
	return p;
}

/* Courses are the same in one category and on one day only. */
static void draw_course(uint64_t *rnd, struct entry_fact *f)
{
	static char names[32][8][8];
	int i = seed_below(rnd, 8);

	snprintf(names[f->category][i], sizeof names[f->category][i], "%d-%d", f->category, i);
	f->course = names[f->category][i];
	f->day = day("2026-01-01") + i;
}

static void draw_scene(uint64_t *rnd, struct program *p, struct scene *s)
{
	memset(s, 0, sizeof *s);
	s->p = p;
	s->cycle = (struct credit_cycle){ cycle_starting(day("2024-07-01"), 24), DAY_NONE, DAY_NONE, 0, 0 };
	s->today = day("2025-05-01");
	s->n = (size_t)seed_below(rnd, FACTS_MAX + 1);
	s->m = 30 + (size_t)seed_below(rnd, PLAN_CANDIDATES_MAX - 30 + 1);
	for (size_t i = 0; i < s->n + s->m; i++) {
		int is_event = i >= s->n, c = seed_below(rnd, (int)p->ncategories);
		struct entry_fact f = { .id = (int64_t)i + 1, .category = c, .kind = -1, .course = "", .has_evidence = 1,
			.minutes = 15 * (1 + seed_below(rnd, is_event ? 12 : 6)), .tags = program_tags(p, c, 0),
			.day = s->cycle.dates.start + (is_event ? 310 : 0) + seed_below(rnd, is_event ? 300 : 290) };

		if (is_event && seed_below(rnd, 4) == 0)
			draw_course(rnd, &f);
		if (is_event)
			s->events[i - s->n] = f;
		else
			s->facts[i] = f;
	}
}

static void make(const struct scene *s, struct plan *plan)
{
	struct err err = { 0 };

	if (plan_make(s->p, &s->cycle, s->facts, s->n, s->today, s->events, s->m, s->cycle.dates.end, plan, &err))
		fail_msg("%s", err.what);
}

/* ---- the slow way */

struct count { int minutes, items, of[KINDS_MAX]; };	/* of: steps of each kind */
struct kinds {
	struct entry_fact like[KINDS_MAX]; size_t n;
	size_t side;			/* steps: 0 up to one less, which stands for all beyond */
	struct count *cells; size_t ncells;	/* minutes < 0: cannot be reached */
};

static int has_years(const struct program *p)
{
	for (size_t i = 0; i < p->nrules; i++)
		if (p->rules[i].period != PER_CYCLE)
			return 1;
	return 0;
}

static int is_like(const struct scene *s, const struct entry_fact *a, const struct entry_fact *b)
{
	day_t second = cycle_starting(s->cycle.dates.start, 12).end + 1;

	return a->category == b->category && a->tags == b->tags &&
	    (!has_years(s->p) || (a->day < second) == (b->day < second));
}

static size_t kind_of(const struct scene *s, struct kinds *k, const struct entry_fact *f)
{
	size_t i = 0;

	while (i < k->n && !is_like(s, &k->like[i], f))
		i++;
	if (i == k->n && i < KINDS_MAX)
		k->like[k->n++] = *f;
	return i;
}

static size_t cell_of(const struct kinds *k, const int *of)
{
	size_t at = 0;

	for (size_t i = 0; i < k->n; i++)
		at = at * k->side + (size_t)of[i];
	return at;
}

static int is_same_course(const struct entry_fact *a, const struct entry_fact *b)
{
	return *a->course && !strcmp(a->course, b->course);
}

/* One of these events, or none, is gone to; `before` is what could be reached without them. */
static void add_event(struct scene *s, struct kinds *k, const struct count *before, const struct entry_fact *f)
{
	size_t kind = kind_of(s, k, f);

	for (size_t i = 0; i < k->ncells; i++) {
		struct count c = before[i], *to;

		if (c.minutes < 0)
			continue;
		c.minutes += f->minutes;
		c.items++;
		c.of[kind] += (int)(program_units(s->p, f->minutes) / s->p->step);
		if (c.of[kind] >= (int)k->side)
			c.of[kind] = (int)k->side - 1;
		to = &k->cells[cell_of(k, c.of)];
		if (to->minutes < 0 || c.minutes < to->minutes || (c.minutes == to->minutes && c.items < to->items))
			*to = c;
	}
}

static void count_all(struct scene *s, struct kinds *k)
{
	struct count *before = calloc(k->ncells, sizeof *before);
	int is_seen[PLAN_CANDIDATES_MAX] = { 0 };

	assert_non_null(before);
	for (size_t i = 0; i < k->ncells; i++)
		k->cells[i].minutes = -1;
	k->cells[0].minutes = 0;
	for (size_t i = 0; i < s->m; i++) {
		if (is_seen[i])
			continue;
		memcpy(before, k->cells, k->ncells * sizeof *before);
		for (size_t j = i; j < s->m; j++) {
			if (j != i && !is_same_course(&s->events[i], &s->events[j]))
				continue;
			is_seen[j] = 1;
			add_event(s, k, before, &s->events[j]);
		}
	}
	free(before);
}

static int is_done(const struct scene *s, const struct entry_fact *facts, size_t n)
{
	struct verdict v = { 0 };
	struct err err = { 0 };
	int ret = 1;

	if (credit_evaluate(s->p, &s->cycle, facts, n, s->cycle.dates.end, &v, &err))
		fail_msg("%s", err.what);
	for (size_t i = 0; i < s->p->nrules; i++)
		ret = ret && v.rules[i].met;
	verdict_free(&v);
	return ret;
}

static int completes(const struct scene *s, const struct kinds *k, const struct count *c)
{
	struct entry_fact facts[FACTS_MAX + KINDS_MAX];
	size_t n = s->n;

	memcpy(facts, s->facts, sizeof s->facts);
	for (size_t i = 0; i < k->n; i++) {
		if (c->of[i] == 0)
			continue;
		facts[n] = k->like[i];
		facts[n].course = "";
		facts[n].minutes = (int)(c->of[i] * s->p->step * s->p->unit_minutes / 100);
		n++;
	}
	return is_done(s, facts, n);
}

static int by_cost(const void *x, const void *y)
{
	const struct count *a = x, *b = y;

	return a->minutes != b->minutes ? a->minutes - b->minutes : a->items - b->items;
}

static int64_t largest_need(const struct program *p)
{
	int64_t most = 0;

	for (size_t i = 0; i < p->nrules; i++)
		if (p->rules[i].kind == RULE_REQUIRE && p->rules[i].amount > most)
			most = p->rules[i].amount;
	return most;
}

/* 0: too many to look at. */
static int list_kinds(const struct scene *s, struct kinds *k)
{
	*k = (struct kinds){ .side = (size_t)(largest_need(s->p) / s->p->step) + 1, .ncells = 1 };
	for (size_t i = 0; i < s->m; i++)
		if (kind_of(s, k, &s->events[i]) == KINDS_MAX)
			return 0;
	for (size_t i = 0; i < k->n; i++)
		k->ncells *= k->side;
	return k->ncells <= CELLS_MAX;
}

/* The cheapest that does with events alone; 1, or 0: none does; -1: too many to look at. */
static int slow_least(struct scene *s, struct count *ret)
{
	struct kinds k;
	size_t at = 0, looked = 0;
	int found = 0;

	if (!list_kinds(s, &k))
		return -1;
	k.cells = calloc(k.ncells, sizeof *k.cells);
	assert_non_null(k.cells);
	count_all(s, &k);
	qsort(k.cells, k.ncells, sizeof *k.cells, by_cost);
	while (at < k.ncells && k.cells[at].minutes < 0)
		at++;
	for (; at < k.ncells && !found && looked < EVALUATIONS_MAX; at++) {
		found = completes(s, &k, &k.cells[at]);
		*ret = k.cells[at];
		looked++;
	}
	found = found ? 1 : at == k.ncells ? 0 : -1;
	free(k.cells);
	return found;
}

/* ---- what is asked */

struct tally { int exact, done, none, held, whole, three; };

static int found_units(const struct plan_option *o)
{
	int64_t units = 0;

	for (size_t i = 0; i < o->nitems; i++)
		units += o->items[i].candidate < 0 ? o->items[i].units : 0;
	return (int)units;
}

static void hold_against(struct scene *s, const struct plan *plan, struct tally *t)
{
	struct count least;
	int found = slow_least(s, &least);

	if (found < 0)
		return;
	t->held++;
	assert_int_equal(found, plan->noptions > 0 && plan->options[0].is_whole);
	if (found) {
		assert_int_equal(plan->options[0].minutes, least.minutes);
		assert_int_equal(plan->options[0].nitems, least.items);
	}
}

static void try_scene(struct scene *s, struct tally *t)
{
	static struct plan plan;

	make(s, &plan);
	if (is_done(s, s->facts, s->n)) {
		assert_int_equal(plan.noptions, 0);
		t->done++;
		return;
	}
	if (plan.noptions == 0) {
		t->none++;
		return;
	}
	assert_true(plan.is_exact);
	t->exact++;
	t->whole += plan.options[0].is_whole;
	t->three += plan.noptions == 3;
	for (size_t i = 1; i < plan.noptions; i++)
		assert_true(found_units(&plan.options[i]) > found_units(&plan.options[0]) ||
		    plan.options[i].minutes >= plan.options[0].minutes);
	hold_against(s, &plan, t);
}

static void test_random(void **state)
{
	uint64_t rnd = seed_start();
	struct tally t = { 0 };
	struct scene s;

	(void)state;
	while (t.exact < CASES || t.held < HELD_LEAST) {
		struct program *p = draw_program(&rnd);

		if (!p)
			continue;
		draw_scene(&rnd, p, &s);
		try_scene(&s, &t);
		program_free(p);
	}
	printf("# %d exact, %d of them whole, %d with three options, %d held against the slow way; %d done, "
	    "%d cannot be done\n", t.exact, t.whole, t.three, t.held, t.done, t.none);
}

/* ---- the programs that come along */

/* Entries of many sizes, evenly over the days and categories. */
static void spread(const struct program *p, struct entry_fact *f, int n, int64_t id, day_t from, int days, int least)
{
	for (int i = 0; i < n; i++) {
		f[i] = (struct entry_fact){ .id = id + i, .day = from + days * i / n, .minutes = least + i * 37 % 7 * 15,
			.category = i % (int)p->ncategories, .competencies = p->ncompetencies ? 1 : 0, .kind = -1,
			.tags = program_tags(p, i % (int)p->ncategories, 0), .course = "", .has_evidence = 1 };
	}
}

static void plan_full(const char *path, size_t done, int minutes, int items)
{
	struct scene s = { .p = load_file(path), .n = done, .m = PLAN_CANDIDATES_MAX };
	static struct plan plan;

	s.cycle = (struct credit_cycle){ cycle_starting(day("2024-07-01"), s.p->cycle_months), DAY_NONE, DAY_NONE, 0, 0 };
	s.today = s.cycle.dates.start + 400;
	spread(s.p, s.facts, (int)s.n, 1, s.cycle.dates.start + 20, 300, 15);
	spread(s.p, s.events, (int)s.m, 1000, s.today + 1, 200, 30);
	make(&s, &plan);
	assert_true(plan.is_exact);
	assert_int_equal(plan.noptions, 3);
	assert_true(plan.options[0].is_whole);
	assert_int_equal(plan.options[0].minutes, minutes);
	assert_int_equal(plan.options[0].nitems, items);
	program_free(s.p);
}

static void test_ccxp(void **state)
{
	(void)state;
	plan_full("etc/programs/ccxp-2y20.rules", 0, 1200, 11);
	plan_full("etc/programs/ccxp-3y30.rules", 10, 1245, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random), cmocka_unit_test(test_ccxp) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
