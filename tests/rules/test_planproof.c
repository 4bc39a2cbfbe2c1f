/*
 * Plans held against brute force: all subsets of the events, and for each all ways to find so many units, evaluated
 * by credit_evaluate() one by one.  On random nested programs the plan finds as few units, in as few minutes, with
 * as few events; on others it may miss the least, then it says so.
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

enum { CASES_EACH = 30, EXACT_LEAST = 3000, EVENTS_MAX = 12, FACTS_MAX = 6, FOUND_MAX = 3, WAYS_MAX = 64 };

struct scene {
	const struct program *p;
	struct credit_cycle cycle;
	day_t today, by;
	struct entry_fact facts[FACTS_MAX]; size_t n;
	struct entry_fact events[EVENTS_MAX]; size_t m;
	struct entry_fact ways[WAYS_MAX]; size_t nways;	/* kinds of work that can be found */
};

/* ---- random programs and people */

static void draw_limits(uint64_t *rnd, struct buf *b, int n)
{
	static const char *const periods[] = { "", "", "", " per year", " per calendar-year" };

	if (seed_below(rnd, 3) == 0)
		buf_printf(b, "limit %d each category%s\n", 2 + seed_below(rnd, 6), periods[seed_below(rnd, 5)]);
	for (int i = 0; i < n; i++)
		if (seed_below(rnd, 4) == 0)
			buf_printf(b, "limit %d category c%d%s\n", 1 + seed_below(rnd, 6), i,
			    periods[seed_below(rnd, 5)]);
	if (seed_below(rnd, 3) == 0)
		buf_printf(b, "limit %d group left\n", 3 + seed_below(rnd, 6));
	if (seed_below(rnd, 6) == 0)
		buf_printf(b, "limit %d%% group right\n", 30 + seed_below(rnd, 60));
	if (seed_below(rnd, 8) == 0)
		buf_printf(b, "limit %d tag recorded\n", 1 + seed_below(rnd, 4));
}

static void draw_needs(uint64_t *rnd, struct buf *b, int n)
{
	buf_printf(b, "require %d total\n", 3 + seed_below(rnd, 6));
	if (seed_below(rnd, 3) == 0)
		buf_printf(b, "require %d group left\n", 1 + seed_below(rnd, 4));
	if (seed_below(rnd, 4) == 0)
		buf_printf(b, "require %d category c%d\n", 1 + seed_below(rnd, 3), seed_below(rnd, n));
	if (seed_below(rnd, 6) == 0)
		buf_printf(b, "require %d group right per year\n", 1 + seed_below(rnd, 2));
	if (seed_below(rnd, 4) == 0)
		buf_printf(b, "require %d distinct categories\n", 2 + seed_below(rnd, n - 1));
	if (seed_below(rnd, 8) == 0)
		buf_printf(b, "require %d tag live\n", 1 + seed_below(rnd, 3));
	if (seed_below(rnd, 8) == 0)
		buf_printf(b, "require 1 total per year\n");
}

/* NULL: what was drawn is no program (its limits do not nest, or nobody can finish it). */
static struct program *draw_program(uint64_t *rnd)
{
	struct buf b = BUF_INIT, out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;
	int n = 3 + seed_below(rnd, 2);

	buf_printf(&b, "program drawn {\nname D\ntitle \"D\"\nissuer D\nunit U {\nminutes 60\nstep %s\nround down\n}\n"
	    "cycle 24 months\ntag live \"L\" {\nsort way\n}\ntag recorded \"R\" {\nsort way\n}\ncompetency k \"K\"\n",
	    seed_below(rnd, 3) ? "1" : "0.5");
	for (int i = 0; i < n; i++)
		buf_printf(&b, "category c%d \"C\" {\ntag %s\n}\n", i, seed_below(rnd, 3) ? "live" : "recorded");
	buf_printf(&b, "group left c0 c1\ngroup right c2%s\n", n > 3 ? " c3" : "");
	draw_limits(rnd, &b, n);
	draw_needs(rnd, &b, n);
	buf_printf(&b, "%s}\n", seed_below(rnd, 2) ? "once course\n" : "");
	if (program_load(buf_str(&b), strlen(buf_str(&b)), "t", &p, &errors))
		p = NULL;
	buf_free(&b);
	buf_free(&out);
	return p;
}

static struct entry_fact draw_entry(uint64_t *rnd, const struct program *p, int64_t id, day_t from, day_t until)
{
	static const char *const courses[] = { "", "", "", "", "one", "two", "three" };
	int category = seed_below(rnd, (int)p->ncategories);
	uint32_t named = seed_below(rnd, 4) ? 0 : UINT32_C(1) << seed_below(rnd, 2);

	return (struct entry_fact){ .id = id, .day = from + seed_below(rnd, until - from + 1),
		.minutes = 30 * (1 + seed_below(rnd, 6)), .category = category, .competencies = 1, .kind = -1,
		.tags = program_tags(p, category, named), .course = courses[seed_below(rnd, 7)] };
}

static int matters(const struct program *p, int is_tag)
{
	for (size_t i = 0; i < p->nrules; i++)
		if (is_tag ? p->rules[i].tag >= 0 : p->rules[i].period != PER_CYCLE)
			return 1;
	return 0;
}

/* A day in each period, each category, each tag, where that makes a difference. */
static void list_ways(struct scene *s)
{
	const struct program *p = s->p;
	int tags = matters(p, 1) ? 2 : 1, years = matters(p, 0);

	s->nways = 0;
	for (day_t d = s->today; d <= s->by; d++) {
		if (d != s->today && !(years && (d == cycle_starting(s->cycle.dates.start, 12).end + 1 ||
		    (date_ymd(d).month == 1 && date_ymd(d).day == 1))))
			continue;
		for (int c = 0; c < (int)p->ncategories; c++)
			for (int tag = 0; tag < tags; tag++)
				s->ways[s->nways++] = (struct entry_fact){ .day = d, .category = c,
					.competencies = 1, .kind = -1, .course = "",
					.tags = program_tags(p, c, tags > 1 ? UINT32_C(1) << tag : 0) };
	}
}

static void draw_scene(uint64_t *rnd, const struct program *p, struct scene *s)
{
	size_t most = seed_below(rnd, 40) ? 6 : EVENTS_MAX;

	memset(s, 0, sizeof *s);
	s->p = p;
	s->cycle = (struct credit_cycle){ cycle_starting(day("2024-07-01"), 24), DAY_NONE, DAY_NONE, 0, 0 };
	s->today = s->cycle.dates.start + seed_below(rnd, 720);
	s->by = s->today + seed_below(rnd, s->cycle.dates.end - s->today + 1);
	s->n = (size_t)seed_below(rnd, FACTS_MAX + 1);
	s->m = (size_t)seed_below(rnd, (int)most + 1);
	for (size_t i = 0; i < s->n; i++) {
		s->facts[i] = draw_entry(rnd, p, (int64_t)i + 1, s->cycle.dates.start, s->today);
		s->facts[i].is_planned = seed_below(rnd, 6) == 0;
	}
	for (size_t i = 0; i < s->m; i++)
		s->events[i] = draw_entry(rnd, p, (int64_t)i + 100, s->today - 20 > s->cycle.dates.start ?
		    s->today - 20 : s->today, s->by);
	list_ways(s);
}

/* ---- brute force */

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

static size_t put(const struct scene *s, uint32_t set, struct entry_fact *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		out[n] = s->facts[i];
		out[n++].is_planned = 0;
	}
	for (size_t i = 0; i < s->m; i++)
		if (set >> i & 1)
			out[n++] = s->events[i];
	return n;
}

/* Whether so many steps, spread in any way over the ways from `way` on, complete the facts. */
static int can_find(const struct scene *s, struct entry_fact *facts, size_t n, size_t way, int steps)
{
	int step = (int)(s->p->step * s->p->unit_minutes / 100);

	if (steps == 0)
		return is_done(s, facts, n);
	for (; way < s->nways; way++)
		for (int k = 1; k <= steps; k++) {
			facts[n] = s->ways[way];
			facts[n].id = 1000 + (int64_t)n;
			facts[n].minutes = k * step;
			if (can_find(s, facts, n + 1, way + 1, steps - k))
				return 1;
		}
	return 0;
}

static int completes(const struct scene *s, uint32_t set, int steps)
{
	struct entry_fact facts[FACTS_MAX + EVENTS_MAX + FOUND_MAX * 2 + 2];

	return can_find(s, facts, put(s, set, facts), 0, steps);
}

static int is_repeat(const struct scene *s, size_t i, uint32_t set)
{
	int once = 0;

	for (size_t k = 0; k < s->p->nrules; k++)
		once = once || s->p->rules[k].kind == RULE_ONCE;
	if (!once || !*s->events[i].course)
		return 0;
	for (size_t k = 0; k < s->n; k++)
		if (!strcmp(s->facts[k].course, s->events[i].course))
			return 1;
	for (size_t k = 0; k < s->m; k++)
		if (k != i && (set >> k & 1) && !strcmp(s->events[k].course, s->events[i].course))
			return 1;
	return 0;
}

static int is_clean(const struct scene *s, uint32_t set)
{
	for (size_t i = 0; i < s->m; i++)
		if ((set >> i & 1) && is_repeat(s, i, set))
			return 0;
	return 1;
}

static int is_maximal(const struct scene *s, uint32_t set)
{
	for (size_t i = 0; i < s->m; i++)
		if ((set >> i & 1) == 0 && is_clean(s, set | UINT32_C(1) << i))
			return 0;
	return is_clean(s, set);
}

struct cost { int minutes, items; uint32_t set; };

static int by_cost(const void *x, const void *y)
{
	const struct cost *a = x, *b = y;

	if (a->minutes != b->minutes)
		return a->minutes - b->minutes;
	return a->items != b->items ? a->items - b->items : (a->set > b->set) - (a->set < b->set);
}

/* The fewest steps to be found with any set; -1: more than FOUND_MAX, or never. */
static int fewest_steps(const struct scene *s)
{
	for (int steps = 0; steps <= FOUND_MAX; steps++)
		for (uint32_t set = 0; set < UINT32_C(1) << s->m; set++)
			if (is_maximal(s, set) && completes(s, set, steps))
				return steps;
	return -1;
}

static struct cost cheapest(const struct scene *s, int steps)
{
	static struct cost all[1 << EVENTS_MAX];
	size_t n = 0;

	for (uint32_t set = 0; set < UINT32_C(1) << s->m; set++) {
		if (!is_clean(s, set))
			continue;
		all[n] = (struct cost){ 0, __builtin_popcount(set), set };
		for (size_t i = 0; i < s->m; i++)
			all[n].minutes += set >> i & 1 ? s->events[i].minutes : 0;
		n++;
	}
	qsort(all, n, sizeof *all, by_cost);
	for (size_t i = 0; i < n; i++)
		if (completes(s, all[i].set, steps))
			return all[i];
	fail();
	return all[0];
}

/* ---- what is asked of any plan */

static void check_item(const struct scene *s, const struct plan_item *item)
{
	assert_int_equal(item->units, item->adds + item->wasted);
	assert_true(item->adds >= 0 && item->wasted >= 0);
	if (item->candidate >= 0) {
		assert_true((size_t)item->candidate < s->m && s->events[item->candidate].day <= s->by);
		assert_int_equal(item->day, s->events[item->candidate].day);
		assert_int_equal(item->minutes, s->events[item->candidate].minutes);
	} else {
		assert_true(item->categories != 0 && item->wasted == 0);
		assert_int_equal(item->units, program_units(s->p, item->minutes));
		assert_true(item->units > program_units(s->p, item->minutes - 1));
	}
}

/* Done, with each piece of found work in each category that it may be in. */
static void check_done(const struct scene *s, const struct plan_option *o)
{
	struct entry_fact facts[FACTS_MAX + PLAN_ITEMS_MAX];
	uint32_t set = 0;
	size_t n;

	for (size_t i = 0; i < o->nitems; i++)
		set |= o->items[i].candidate >= 0 ? UINT32_C(1) << o->items[i].candidate : 0;
	for (size_t other = 0; other < o->nitems; other++)
		for (int c = 0; c < (int)s->p->ncategories; c++) {
			if (o->items[other].candidate < 0 && (o->items[other].categories >> c & 1) == 0)
				continue;
			n = put(s, set, facts);
			for (size_t i = 0; i < o->nitems; i++) {
				const struct plan_item *item = &o->items[i];
				int category = i == other ? c : __builtin_ctz(item->categories);

				if (item->candidate >= 0)
					continue;
				facts[n] = (struct entry_fact){ .id = 1000 + (int64_t)n, .day = item->day,
					.minutes = item->minutes, .category = category, .competencies = 1,
					.tags = program_tags(s->p, category, item->tags), .kind = -1, .course = "" };
				n++;
			}
			assert_true(is_done(s, facts, n));
		}
}

static uint32_t set_of(const struct plan_option *o)
{
	uint32_t set = 0;

	for (size_t i = 0; i < o->nitems; i++)
		set |= o->items[i].candidate >= 0 ? UINT32_C(1) << o->items[i].candidate : 0;
	return set;
}

static void check_option(const struct scene *s, const struct plan *plan, size_t at)
{
	const struct plan_option *o = &plan->options[at];
	int64_t adds = 0, wasted = 0;
	int minutes = 0, whole = 1;

	for (size_t i = 0; i < o->nitems; i++) {
		check_item(s, &o->items[i]);
		adds += o->items[i].adds;
		wasted += o->items[i].wasted;
		minutes += o->items[i].minutes;
		whole = whole && o->items[i].candidate >= 0;
		if (i > 0 && o->items[i].candidate >= 0)
			assert_true(o->items[i - 1].candidate >= 0 && o->items[i - 1].day <= o->items[i].day);
	}
	assert_true(adds == o->adds && wasted == o->wasted && minutes == o->minutes && whole == o->is_whole);
	assert_in_range(o->chance, 1, 1000);
	check_done(s, o);
	for (size_t i = 0; i < at; i++) {
		uint32_t a = set_of(o), b = set_of(&plan->options[i]);

		assert_true((a & ~b) != 0 && (b & ~a) != 0);
	}
}

static int64_t found_units(const struct plan_option *o)
{
	int64_t units = 0;

	for (size_t i = 0; i < o->nitems; i++)
		units += o->items[i].candidate < 0 ? o->items[i].units : 0;
	return units;
}

struct tally { int exact, vague, done, never, whole, three; };

static void check_least(const struct scene *s, const struct plan *plan, struct tally *t)
{
	const struct plan_option *o = &plan->options[0];
	struct cost least;
	int steps;

	if (!plan->is_exact) {
		t->vague++;
		return;
	}
	steps = fewest_steps(s);
	if (steps < 0) {
		assert_true(plan->noptions == 0 || found_units(o) > FOUND_MAX * s->p->step);
		t->never += plan->noptions == 0;
		return;
	}
	assert_true(plan->noptions > 0);
	least = cheapest(s, steps);
	assert_int_equal(found_units(o), steps * s->p->step);
	assert_int_equal(o->minutes - found_units(o) * 60 / 100, least.minutes);
	assert_int_equal(__builtin_popcount(set_of(o)), least.items);
	t->exact++;
	t->whole += o->is_whole;
	t->three += plan->noptions == 3;
}

/* Whoever asks for the best one alone is told the same. */
static void check_best(const struct scene *s, const struct plan *plan)
{
	static struct plan best;
	const struct plan_option *o = best.options, *of_all = plan->options;
	struct err err = { 0 };

	if (plan_best(s->p, &s->cycle, s->facts, s->n, s->today, s->events, s->m, s->by, &best, &err))
		fail_msg("%s", err.what);
	assert_int_equal(best.to_go, plan->to_go);
	assert_int_equal(best.noptions, plan->noptions > 0);
	if (!plan->noptions)
		return;
	assert_int_equal(o->chance, 0);
	assert_int_equal(o->nitems, of_all->nitems);
	assert_int_equal(o->minutes, of_all->minutes);
	assert_int_equal(o->adds, of_all->adds);
	assert_int_equal(o->wasted, of_all->wasted);
	for (size_t i = 0; i < o->nitems; i++) {
		assert_int_equal(o->items[i].candidate, of_all->items[i].candidate);
		assert_int_equal(o->items[i].categories, of_all->items[i].categories);
		assert_int_equal(o->items[i].day, of_all->items[i].day);
		assert_int_equal(o->items[i].minutes, of_all->items[i].minutes);
	}
}

static void try_scene(const struct scene *s, struct tally *t)
{
	static struct plan plan;
	struct err err = { 0 };
	struct entry_fact facts[FACTS_MAX];
	size_t n = put(s, 0, facts);

	if (plan_make(s->p, &s->cycle, s->facts, s->n, s->today, s->events, s->m, s->by, &plan, &err))
		fail_msg("%s", err.what);
	check_best(s, &plan);
	if (is_done(s, facts, n)) {
		assert_int_equal(plan.noptions, 0);
		t->done++;
		return;
	}
	for (size_t i = 0; i < plan.noptions; i++)
		check_option(s, &plan, i);
	check_least(s, &plan, t);
}

static void test_least(void **state)
{
	uint64_t rnd = seed_start();
	struct tally t = { 0 };

	(void)state;
	while (t.exact < EXACT_LEAST) {
		struct program *p = draw_program(&rnd);

		for (int i = 0; p && i < CASES_EACH; i++) {
			struct scene s;

			draw_scene(&rnd, p, &s);
			try_scene(&s, &t);
		}
		program_free(p);
	}
	printf("# %d exact, %d of them whole, %d with three options; %d not exact, %d done, %d cannot be done\n",
	    t.exact, t.whole, t.three, t.vague, t.done, t.never);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_least) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
