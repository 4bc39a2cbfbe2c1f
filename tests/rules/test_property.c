/*
 * Random histories on random programs.  A small evaluator written from the rules' description, not from the
 * code, says what must come out; any order of the entries says the same; sums add up; next_check is the very
 * day on which something changes.  CEUD_SEED=N repeats a run.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"

enum { CATEGORIES_MAX = 6, ENTRIES_MAX = 24, PROGRAMS = 250, HISTORIES = 100 };

/* What the random program says, kept apart from what program_load() makes of it. */
struct sketch {
	int ncategories;
	int each;				/* hundredths; -1: no such limit */
	int own[CATEGORIES_MAX];		/* -1: none */
	int minutes, step, round;		/* 0 down, 1 nearest, 2 up */
	int required, months, grace;
	int needs, once;
};

struct naive {
	enum entry_state state[ENTRIES_MAX];
	int64_t units[ENTRIES_MAX], counted[ENTRIES_MAX];
	int64_t logged, total, over, info, repeats;
	enum cycle_state whole;
};

static int least(int a, int b)
{
	return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

static void draw_sketch(uint64_t *rnd, struct sketch *s)
{
	static const int minutes[] = { 60, 50, 45 }, steps[] = { 25, 50, 100, 20, 1 };
	int most = 0;

	s->ncategories = 1 + seed_below(rnd, CATEGORIES_MAX);
	s->each = seed_below(rnd, 3) ? 50 + seed_below(rnd, 1000) : -1;
	for (int i = 0; i < s->ncategories; i++)
		s->own[i] = seed_below(rnd, 3) == 0 ? 50 + seed_below(rnd, 1000) : -1;
	for (int i = 0; i < s->ncategories; i++)
		most = most < 0 || least(s->each, s->own[i]) < 0 ? -1 : most + least(s->each, s->own[i]);
	s->minutes = minutes[seed_below(rnd, 3)];
	s->step = steps[seed_below(rnd, 5)];
	s->round = seed_below(rnd, 3);
	s->required = 1 + seed_below(rnd, most < 0 ? 2500 : most);
	s->months = 1 + seed_below(rnd, 24);
	s->grace = seed_below(rnd, 2) * seed_below(rnd, 60);
	s->needs = seed_below(rnd, 2);
	s->once = seed_below(rnd, 2);
}

static struct program *build(const struct sketch *s)
{
	static const char *const rounds[] = { "down", "nearest", "up" };
	struct buf b = BUF_INIT;
	struct program *p;

	buf_printf(&b,
	    "program random {\nname \"R\"\ntitle \"R\"\nissuer \"R\"\nunit U {\nminutes %d\nstep %d.%02d\n"
	    "round %s\n}\ncycle %d months {\ngrace %d days\n}\ncompetency a \"A\"\ncompetency b \"B\"\n",
	    s->minutes, s->step / 100, s->step % 100, rounds[s->round], s->months, s->grace);
	for (int i = 0; i < s->ncategories; i++) {
		buf_printf(&b, "category c%d \"C\"\n", i);
		if (s->own[i] >= 0)
			buf_printf(&b, "limit %d.%02d category c%d\n", s->own[i] / 100, s->own[i] % 100, i);
	}
	if (s->each >= 0)
		buf_printf(&b, "limit %d.%02d each category\n", s->each / 100, s->each % 100);
	buf_printf(&b, "require %d.%02d total\n%s%s}\n", s->required / 100, s->required % 100,
	    s->needs ? "needs competency\n" : "", s->once ? "once course\n" : "");
	p = load(buf_str(&b));
	buf_free(&b);
	return p;
}

static int64_t naive_units(const struct sketch *s, int minutes)
{
	int64_t units = 0, over = (int64_t)minutes * 100, a_step = (int64_t)s->minutes * s->step;

	for (; over >= a_step; over -= a_step)
		units += s->step;
	if ((s->round == 1 && 2 * over >= a_step) || (s->round == 2 && over > 0))
		units += s->step;
	return units;
}

static int is_earlier(const struct entry_fact *a, const struct entry_fact *b)
{
	return a->day < b->day || (a->day == b->day && a->id < b->id);
}

static enum entry_state naive_state(
    const struct sketch *s, struct cycle c, const struct entry_fact *f, size_t n, size_t i, day_t today)
{
	if (f[i].is_void)
		return ENTRY_VOID;
	if (f[i].day < c.start || f[i].day > c.end)
		return ENTRY_OUT_OF_CYCLE;
	if (f[i].is_late)
		return ENTRY_LATE;
	if (f[i].day > today)
		return ENTRY_PLANNED;
	if (s->needs && f[i].competencies == 0)
		return ENTRY_NEEDS_INFO;
	for (size_t k = 0; s->once && k < n; k++)
		if (*f[i].course && !strcmp(f[k].course, f[i].course) && is_earlier(&f[k], &f[i]) &&
		    naive_state(s, c, f, n, k, today) <= ENTRY_OVER_LIMIT)
			return ENTRY_REPEAT;
	return ENTRY_COUNTED;
}

/* A limit takes away from the latest entry until what is left is not too much. */
static void naive_limit(const struct entry_fact *f, size_t n, int category, int64_t amount, struct naive *v)
{
	for (;;) {
		int64_t sum = 0, cut;
		int last = -1;

		for (size_t i = 0; i < n; i++) {
			if (f[i].category != category || v->counted[i] == 0)
				continue;
			sum += v->counted[i];
			if (last < 0 || is_earlier(&f[last], &f[i]))
				last = (int)i;
		}
		if (sum <= amount)
			return;
		cut = sum - amount < v->counted[last] ? sum - amount : v->counted[last];
		v->counted[last] -= cut;
	}
}

static void naive_whole(const struct sketch *s, struct cycle c, day_t today, struct naive *v)
{
	int64_t days = c.end - c.start + 1, gone = today - c.start;

	if (gone < 0 || gone > days)
		gone = gone < 0 ? 0 : days;
	if (v->total >= s->required)
		v->whole = CYCLE_DONE;
	else if (today > c.end + s->grace)
		v->whole = CYCLE_LAPSED;
	else	/* counted >= floor(required * gone / days) */
		v->whole = (v->total + 1) * days > s->required * gone ? CYCLE_ON_TRACK : CYCLE_OFF_TRACK;
}

static void naive_evaluate(const struct sketch *s, struct cycle c, const struct entry_fact *f, size_t n,
    day_t today, struct naive *v)
{
	memset(v, 0, sizeof *v);
	for (size_t i = 0; i < n; i++) {
		v->units[i] = naive_units(s, f[i].minutes);
		v->state[i] = naive_state(s, c, f, n, i, today);
		v->counted[i] = v->state[i] == ENTRY_COUNTED ? v->units[i] : 0;
	}
	for (int k = 0; k < s->ncategories; k++) {
		if (s->own[k] >= 0)
			naive_limit(f, n, k, s->own[k], v);
		if (s->each >= 0)
			naive_limit(f, n, k, s->each, v);
	}
	for (size_t i = 0; i < n; i++) {
		if (v->state[i] == ENTRY_COUNTED && v->counted[i] < v->units[i])
			v->state[i] = v->counted[i] ? ENTRY_PART_COUNTED : ENTRY_OVER_LIMIT;
		v->total += v->counted[i];
		v->info += v->state[i] == ENTRY_NEEDS_INFO ? v->units[i] : 0;
		v->repeats += v->state[i] == ENTRY_REPEAT ? v->units[i] : 0;
		if (v->state[i] <= ENTRY_OVER_LIMIT)
			v->over += v->units[i] - v->counted[i];
	}
	v->logged = v->total + v->over + v->info + v->repeats;
	naive_whole(s, c, today, v);
}

static size_t draw_history(uint64_t *rnd, const struct sketch *s, struct cycle c, struct entry_fact *f)
{
	static const char *const courses[] = { "", "one", "two", "three", "four", "five", "six" };
	size_t n = (size_t)seed_below(rnd, ENTRIES_MAX + 1);
	int span = c.end - c.start + 1;

	for (size_t i = 0; i < n; i++) {
		memset(&f[i], 0, sizeof f[i]);
		f[i].id = (int64_t)(i * 7 % 97) - 20;
		f[i].day = c.start - span / 8 + seed_below(rnd, span + span / 4 + 1);
		if (seed_below(rnd, 4) == 0)	/* days that many share, and both ends */
			f[i].day = seed_below(rnd, 2) ? c.start + span / 2 : (i & 1) ? c.start : c.end;
		f[i].minutes = 1 + seed_below(rnd, 300);
		f[i].category = seed_below(rnd, s->ncategories);
		f[i].competencies = seed_below(rnd, 6) ? (uint32_t)(1 + seed_below(rnd, 3)) : 0;
		f[i].is_void = seed_below(rnd, 12) == 0;
		f[i].is_late = seed_below(rnd, 12) == 0;
		f[i].course = courses[seed_below(rnd, 7)];
	}
	return n;
}

static void compare(const struct verdict *v, const struct naive *want, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		const struct entry_verdict *e = &v->entries[i];
		int64_t units = 0, counted = 0;

		assert_string_equal(entry_state_name(e->state), entry_state_name(want->state[i]));
		assert_int_equal(e->units, want->units[i]);
		assert_int_equal(e->counted, want->counted[i]);
		assert_in_range(e->nparts, 1, CREDIT_PARTS_MAX);
		for (size_t k = 0; k < e->nparts; k++) {
			units += e->parts[k].units;
			counted += e->parts[k].counted;
		}
		assert_int_equal(units, e->units);
		assert_int_equal(counted, e->counted);
		sum += e->counted;
	}
	assert_int_equal(sum, v->counted);
	assert_int_equal(v->counted, want->total);
	assert_int_equal(v->over_limit, want->over);
	assert_int_equal(v->logged, want->logged);
	assert_string_equal(cycle_state_name(v->state), cycle_state_name(want->whole));
}

static void check_sums(const struct program *p, const struct verdict *v)
{
	int64_t logged = 0, counted = 0, over = 0;

	for (size_t i = 0; i < p->ncategories; i++) {
		const struct category_verdict *c = &v->categories[i];

		logged += c->logged;
		counted += c->counted;
		over += c->over_limit;
		assert_true(c->counted + c->over_limit <= c->logged);
		if (c->limit >= 0)
			assert_true(c->counted <= c->limit && c->free == c->limit - c->counted);
	}
	assert_int_equal(logged, v->logged);
	assert_int_equal(counted, v->counted);
	assert_int_equal(over, v->over_limit);
	assert_int_equal(v->to_go, v->counted < v->required ? v->required - v->counted : 0);
	for (size_t i = 0; i < p->nrules; i++)
		if (p->rules[i].kind == RULE_LIMIT)
			assert_true(v->rules[i].have <= v->rules[i].need && v->rules[i].met);
}

static void same_entry(const struct entry_verdict *a, const struct entry_verdict *b)
{
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->units, b->units);
	assert_int_equal(a->counted, b->counted);
	assert_int_equal(a->nparts, b->nparts);
	for (size_t k = 0; k < a->nparts; k++) {
		assert_int_equal(a->parts[k].units, b->parts[k].units);
		assert_int_equal(a->parts[k].counted, b->parts[k].counted);
		assert_int_equal(a->parts[k].rule, b->parts[k].rule);
	}
}

/* The same facts in another order give the same verdict, entry by entry. */
static void check_permutation(uint64_t *rnd, const struct program *p, struct cycle c,
    const struct entry_fact *f, size_t n, day_t today, const struct verdict *v)
{
	struct entry_fact mixed[ENTRIES_MAX];
	size_t from[ENTRIES_MAX];
	struct verdict w;

	for (size_t i = 0; i < n; i++)
		from[i] = i;
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)seed_below(rnd, (int)i), t = from[k];

		from[k] = from[i - 1];
		from[i - 1] = t;
	}
	for (size_t i = 0; i < n; i++)
		mixed[i] = f[from[i]];
	w = evaluate(p, c, mixed, n, today);
	for (size_t i = 0; i < n; i++)
		same_entry(&w.entries[i], &v->entries[from[i]]);
	assert_memory_equal(w.categories, v->categories, sizeof w.categories);
	assert_memory_equal(w.competencies, v->competencies, sizeof w.competencies);
	for (size_t i = 0; i < p->nrules; i++)
		assert_true(w.rules[i].have == v->rules[i].have && w.rules[i].met == v->rules[i].met);
	assert_int_equal(w.state, v->state);
	assert_int_equal(w.counted, v->counted);
	assert_int_equal(w.next_check, v->next_check);
	assert_int_equal(w.even_pace, v->even_pace);
	verdict_free(&w);
}

/* What one more entry would add, tried. */
static void check_adds(uint64_t *rnd, const struct sketch *s, const struct program *p, struct cycle c,
    const struct entry_fact *f, size_t n, day_t today, const struct verdict *v)
{
	struct entry_fact more[ENTRIES_MAX + 1];
	struct verdict w;

	if (today < c.start || today > c.end)
		return;
	memcpy(more, f, n * sizeof *f);
	more[n] = (struct entry_fact){ .id = 1000, .day = today, .minutes = 1 + seed_below(rnd, 600),
	    .category = seed_below(rnd, s->ncategories), .competencies = 3, .course = "a course of its own" };
	w = evaluate(p, c, more, n + 1, today);
	assert_int_equal(w.counted - v->counted, credit_adds(p, v, more[n].category, more[n].minutes));
	verdict_free(&w);
}

static void try_history(uint64_t *rnd, const struct sketch *s, const struct program *p, struct cycle c)
{
	struct entry_fact f[ENTRIES_MAX];
	size_t n = draw_history(rnd, s, c, f);
	day_t today = c.start - 10 + seed_below(rnd, c.end - c.start + 30 + s->grace);
	struct verdict v = evaluate(p, c, f, n, today);
	struct naive want;

	naive_evaluate(s, c, f, n, today, &want);
	compare(&v, &want, n);
	check_sums(p, &v);
	check_permutation(rnd, p, c, f, n, today, &v);
	check_adds(rnd, s, p, c, f, n, today, &v);
	verdict_free(&v);
}

static void test_histories(void **state)
{
	uint64_t rnd = seed_start();

	(void)state;
	for (int i = 0; i < PROGRAMS; i++) {
		struct sketch s;
		struct program *p;

		draw_sketch(&rnd, &s);
		p = build(&s);
		for (int k = 0; k < HISTORIES; k++)
			try_history(
			    &rnd, &s, p, cycle_ending(day("2020-01-01") + seed_below(&rnd, 4000), s.months));
		program_free(p);
	}
	printf("# %d histories\n", PROGRAMS * HISTORIES);
}

/* The first later day with another state or another sum, looked for day by day with the naive evaluator. */
static day_t naive_next(
    const struct sketch *s, struct cycle c, const struct entry_fact *f, size_t n, day_t today)
{
	struct naive now, then;

	naive_evaluate(s, c, f, n, today, &now);
	for (day_t d = today + 1; d <= c.end + s->grace + 2; d++) {
		naive_evaluate(s, c, f, n, d, &then);
		if (then.whole != now.whole || then.total != now.total)
			return d;
	}
	return DAY_NONE;
}

static void test_next_check(void **state)
{
	uint64_t rnd = seed_start();
	int never = 0, changes = 0;

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct sketch s;
		struct program *p;

		draw_sketch(&rnd, &s);
		p = build(&s);
		for (int k = 0; k < 20; k++) {
			struct cycle c = cycle_ending(day("2020-01-01") + seed_below(&rnd, 4000), s.months);
			struct entry_fact f[ENTRIES_MAX];
			size_t n = draw_history(&rnd, &s, c, f);
			day_t today = c.start - 10 + seed_below(&rnd, c.end - c.start + 20 + s.grace);
			struct verdict v = evaluate(p, c, f, n, today);
			day_t want = naive_next(&s, c, f, n, today);

			assert_int_equal(v.next_check, want);
			never += want == DAY_NONE;
			changes += want != DAY_NONE;
			verdict_free(&v);
		}
		program_free(p);
	}
	assert_true(never > 50 && changes > 200);	/* both kinds were met */
}

/* A cycle followed from one next_check to the next shows every change that its days show. */
static void test_following_next_check(void **state)
{
	uint64_t rnd = seed_start();

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct sketch s;
		struct program *p;
		struct entry_fact f[ENTRIES_MAX];
		struct cycle c;
		size_t n;
		struct verdict v;

		draw_sketch(&rnd, &s);
		p = build(&s);
		c = cycle_ending(day("2026-06-30"), s.months);
		n = draw_history(&rnd, &s, c, f);
		v = evaluate(p, c, f, n, c.start - 1);
		for (day_t d = c.start; d <= c.end + s.grace + 5; d++) {
			struct verdict w = evaluate(p, c, f, n, d);
			int changed = w.state != v.state || w.counted != v.counted;

			assert_int_equal(changed, d == v.next_check);
			if (!changed)
				assert_int_equal(w.next_check, v.next_check);
			verdict_free(&v);
			v = w;
		}
		assert_int_equal(v.next_check, DAY_NONE);
		verdict_free(&v);
		program_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histories), cmocka_unit_test(test_next_check),
		cmocka_unit_test(test_following_next_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
