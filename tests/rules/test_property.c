/*
 * Random histories on random programs.  A second evaluator, written from the words of the rules, says what
 * must come out (naive.c); any order of the entries says the same, and of giving credit the same total; sums
 * add up; until next_check nothing changes.  CEUD_SEED=N repeats a run.
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
#include "helper.h"
#include "naive.h"

enum { PROGRAMS = 2000, HISTORIES = 51, ENTRIES_MAX = NAIVE_ENTRIES - 2 };

struct history {
	const struct sketch *s;
	const struct program *p;
	struct credit_cycle cycle;
	struct entry_fact f[ENTRIES_MAX + 1];
	size_t n;
	day_t today;
	struct naive naive;
	struct verdict v;
};

/* On a failure the whole case is shown. */
static void show(const struct history *h)
{
	char a[DATE_ISO_SIZE], b[DATE_ISO_SIZE], *text = sketch_text(h->s);

	date_iso(h->cycle.dates.start, a);
	date_iso(h->cycle.dates.end, b);
	fprintf(stderr, "%s# cycle %s %s carried %d first %d\n", text, a, b, (int)h->cycle.carried,
	    h->cycle.is_first);
	date_iso(h->cycle.counts_from, a);
	date_iso(h->cycle.counts_until, b);
	fprintf(stderr, "# counts from %s until %s", a, b);
	date_iso(h->today, a);
	fprintf(stderr, " today %s\n", a);
	for (size_t i = 0; i < h->n; i++) {
		date_iso(h->f[i].day, a);
		fprintf(stderr, "# %d %s c%d tags %x: %s %d of %d, naive %s %d of %d\n", (int)h->f[i].id, a,
		    h->f[i].category, h->f[i].tags, entry_state_name(h->v.entries[i].state),
		    (int)h->v.entries[i].counted, (int)h->v.entries[i].units,
		    entry_state_name(h->naive.state[i]),
		    (int)h->naive.got[i], (int)h->naive.units[i]);
	}
	free(text);
}

#define SAME(h, a, b) do { \
	if ((int64_t)(a) != (int64_t)(b)) { \
		show(h); \
		fail_msg("%s is %lld, %s is %lld", #a, (long long)(a), #b, (long long)(b)); \
	} \
} while (0)

static void check_parts(const struct history *h, size_t i)
{
	const struct entry_verdict *e = &h->v.entries[i];
	int64_t units = 0, counted = 0;

	assert_in_range(e->nparts, 1, CREDIT_PARTS_MAX);
	for (size_t k = 0; k < e->nparts; k++) {
		units += e->parts[k].units;
		counted += e->parts[k].counted;
		SAME(h, e->parts[k].counted, k == 0 ? e->counted : 0);
		assert_true(e->parts[k].rule >= 0 || e->state == ENTRY_COUNTED ||
		    e->state == ENTRY_OUT_OF_CYCLE ||
		    e->state == ENTRY_VOID || e->state == ENTRY_LATE || e->state == ENTRY_PLANNED || k == 0);
	}
	SAME(h, units, e->units);
	SAME(h, counted, e->counted);
}

/* The last piece of a cut entry names a limit that is full, and that holds `before` without the entry. */
static void check_cut(const struct history *h, size_t i)
{
	const struct entry_verdict *e = &h->v.entries[i];
	int64_t alive = e->units, others, most;

	if (e->state != ENTRY_PART_COUNTED && e->state != ENTRY_OVER_LIMIT)
		return;
	for (size_t k = e->counted > 0; k < e->nparts; k++) {
		int rule = e->parts[k].rule;

		assert_true(rule >= 0);
		assert_true(naive_limit(h->s, &h->cycle, h->f, h->n, &h->naive, rule, i, &others, &most));
		SAME(h, alive - e->parts[k].units, most - others);
		alive = most - others;
	}
	SAME(h, alive, e->counted);
	SAME(h, e->before, others);
}

static void check_entries(const struct history *h)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct entry_verdict *e = &h->v.entries[i];

		SAME(h, e->id, h->f[i].id);
		SAME(h, e->state, h->naive.state[i]);
		SAME(h, e->units, h->naive.units[i]);
		SAME(h, e->counted, h->naive.got[i]);
		check_parts(h, i);
		check_cut(h, i);
	}
}

static void check_whole(const struct history *h)
{
	const struct verdict *v = &h->v;
	const struct naive *w = &h->naive;

	SAME(h, v->required, w->required);
	SAME(h, v->carried, w->carried);
	SAME(h, v->counted, w->counted);
	SAME(h, v->over_limit, w->over);
	SAME(h, v->logged, w->logged);
	SAME(h, v->to_go, w->counted < w->required ? w->required - w->counted : 0);
	SAME(h, v->days_left, h->cycle.dates.end - h->today);
	SAME(h, v->state == CYCLE_DONE, w->is_done);
	SAME(h, v->state == CYCLE_LAPSED, w->is_lapsed);
	for (int r = 0; r < h->s->nrules; r++) {
		SAME(h, v->rules[r].need, w->rules[r].need);
		SAME(h, v->rules[r].have, w->rules[r].have);
		SAME(h, v->rules[r].met, w->rules[r].met);
	}
	for (size_t r = (size_t)h->s->nrules; r < h->p->nrules; r++)
		assert_true(v->rules[r].met && v->rules[r].have == 0 && v->rules[r].need == 0);
	if (w->is_done || w->is_lapsed)
		SAME(h, v->chance, w->is_done ? CHANCE_SURE : 0);
	else
		assert_true(v->chance > 0 && v->chance < CHANCE_SURE);
	SAME(h, v->state == CYCLE_ON_TRACK, !w->is_done && v->chance >= 750);
	SAME(h, v->state == CYCLE_AT_RISK, v->chance >= 250 && v->chance < 750);
}

static void check_categories(const struct history *h)
{
	int64_t logged = 0, counted = 0, over = 0;

	for (int i = 0; i < h->s->ncategories; i++) {
		const struct category_verdict *c = &h->v.categories[i];

		logged += c->logged;
		counted += c->counted;
		over += c->over_limit;
		SAME(h, c->counted, h->naive.of[i]);
		SAME(h, c->free, naive_free(h->s, &h->cycle, h->f, h->n, &h->naive, i, h->today));
		assert_true(c->limit < 0 || c->counted <= c->limit);
	}
	SAME(h, logged, h->v.logged);
	SAME(h, over, h->v.over_limit);
	SAME(h, h->v.counted - counted, h->s->carry_most && h->s->carry_into >= 0 ? 0 : h->v.carried);
}

static void check_competencies(const struct history *h)
{
	struct competency_verdict want[2] = { { 0, 0 }, { 0, 0 } };

	for (size_t i = 0; i < h->n; i++) {
		enum entry_state state = h->naive.state[i];

		for (int k = 0; k < 2; k++) {
			if ((h->f[i].competencies >> k & 1) == 0)
				continue;
			want[k].counted += h->naive.got[i];
			if (state <= ENTRY_OVER_LIMIT || state == ENTRY_NEEDS_INFO || state == ENTRY_REPEAT)
				want[k].logged += h->naive.units[i];
		}
	}
	assert_memory_equal(h->v.competencies, want, sizeof want);
}

static void same_entry(const struct entry_verdict *a, const struct entry_verdict *b)
{
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->units, b->units);
	assert_int_equal(a->counted, b->counted);
	assert_int_equal(a->before, b->before);
	assert_int_equal(a->nparts, b->nparts);
	for (size_t k = 0; k < a->nparts; k++) {
		assert_int_equal(a->parts[k].units, b->parts[k].units);
		assert_int_equal(a->parts[k].counted, b->parts[k].counted);
		assert_int_equal(a->parts[k].rule, b->parts[k].rule);
	}
}

/* The same facts in another order give the same verdict, entry by entry. */
static void check_permutation(uint64_t *rnd, const struct history *h)
{
	struct entry_fact mixed[ENTRIES_MAX];
	size_t from[ENTRIES_MAX];
	struct verdict w;

	for (size_t i = 0; i < h->n; i++)
		from[i] = i;
	for (size_t i = h->n; i > 1; i--) {
		size_t k = (size_t)seed_below(rnd, (int)i), t = from[k];

		from[k] = from[i - 1];
		from[i - 1] = t;
	}
	for (size_t i = 0; i < h->n; i++)
		mixed[i] = h->f[from[i]];
	w = evaluate_cycle(h->p, &h->cycle, mixed, h->n, h->today);
	for (size_t i = 0; i < h->n; i++)
		same_entry(&w.entries[i], &h->v.entries[from[i]]);
	assert_memory_equal(w.categories, h->v.categories, sizeof w.categories);
	assert_memory_equal(w.competencies, h->v.competencies, sizeof w.competencies);
	for (size_t i = 0; i < h->p->nrules; i++)
		assert_true(w.rules[i].have == h->v.rules[i].have && w.rules[i].met == h->v.rules[i].met);
	SAME(h, w.state, h->v.state);
	SAME(h, w.chance, h->v.chance);
	SAME(h, w.counted, h->v.counted);
	SAME(h, w.next_check, h->v.next_check);
	SAME(h, w.even_pace, h->v.even_pace);
	verdict_free(&w);
}

/* What one more entry would add, tried. */
static void check_adds(uint64_t *rnd, struct history *h)
{
	struct entry_fact *new = &h->f[h->n];
	struct verdict w;

	if (sketch_draw_entries(rnd, h->s, &h->cycle, new, 1) == 0)
		return;
	new->id = 1000;
	new->is_void = new->is_late = new->is_planned = 0;
	new->has_evidence = new->competencies = 1;
	new->course = new->event = "one of its own";
	if (new->day > h->today)
		new->day = h->today;
	w = evaluate_cycle(h->p, &h->cycle, h->f, h->n + 1, h->today);
	SAME(h, w.counted - h->v.counted, credit_adds(h->p, &h->cycle, h->f, h->n, &h->v, new));
	verdict_free(&w);
}

static void try_history(uint64_t *rnd, struct history *h, int most, int more)
{
	struct cycle days;

	sketch_draw_cycle(rnd, h->s, &h->cycle);
	h->n = sketch_draw_entries(rnd, h->s, &h->cycle, h->f, (size_t)most);
	days = h->cycle.dates;
	h->today = days.start - 10 + seed_below(rnd, days.end - days.start + 30 + h->s->grace);
	h->v = evaluate_cycle(h->p, &h->cycle, h->f, h->n, h->today);
	naive_evaluate(h->s, &h->cycle, h->f, h->n, h->today, &h->naive);
	check_entries(h);
	check_whole(h);
	if (more) {
		check_categories(h);
		check_competencies(h);
		check_permutation(rnd, h);
		check_adds(rnd, h);
		SAME(h, naive_total(rnd, h->s, &h->cycle, h->f, h->n, h->today), h->v.counted);
		SAME(h, credit_carry(h->p, &h->cycle, h->f, h->n, &h->v),
		    naive_carry(h->s, &h->cycle, h->f, h->n, &h->naive));
	}
	verdict_free(&h->v);
}

static void test_histories(void **state)
{
	uint64_t rnd = seed_start();

	(void)state;
	for (int i = 0; i < PROGRAMS; i++) {
		struct sketch s;
		struct program *p = sketch_program(&rnd, &s);
		struct history h = { .s = &s, .p = p };

		for (int k = 0; k < HISTORIES; k++)
			try_history(&rnd, &h, k == 0 ? ENTRIES_MAX : 9, k % 4 == 0);
		program_free(p);
	}
	printf("# %d histories\n", PROGRAMS * HISTORIES);
}

static int is_a_day_of_arrival(const struct history *h, day_t d)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->f[i].day == d && !h->f[i].is_planned)
			return 1;
	return 0;
}

/* Day by day nothing changes before next_check; on it something does, or an entry has its day. */
static void follow(struct history *h, int *changes)
{
	struct cycle days = naive_days(h->s, &h->cycle);
	day_t last = (days.end > h->cycle.dates.end ? days.end : h->cycle.dates.end) + h->s->grace + 5;

	h->v = evaluate_cycle(h->p, &h->cycle, h->f, h->n, h->today);
	for (day_t d = h->today + 1; d <= last; d++) {
		struct verdict w = evaluate_cycle(h->p, &h->cycle, h->f, h->n, d);
		int changed = w.state != h->v.state || w.counted != h->v.counted;

		if (d != h->v.next_check) {
			SAME(h, changed, 0);
			SAME(h, w.next_check, h->v.next_check);
		} else if (!is_a_day_of_arrival(h, d)) {
			SAME(h, changed, 1);
		}
		*changes += changed;
		verdict_free(&h->v);
		h->v = w;
	}
	SAME(h, h->v.next_check, DAY_NONE);
	verdict_free(&h->v);
}

static void test_following_next_check(void **state)
{
	uint64_t rnd = seed_start();
	int changes = 0;

	(void)state;
	for (int i = 0; i < 150; i++) {
		struct sketch s;
		struct program *p = sketch_program(&rnd, &s);
		struct history h = { .s = &s, .p = p };

		sketch_draw_cycle(&rnd, &s, &h.cycle);
		h.n = sketch_draw_entries(&rnd, &s, &h.cycle, h.f, ENTRIES_MAX);
		h.today = h.cycle.dates.start - 2 + seed_below(&rnd, h.cycle.dates.end - h.cycle.dates.start);
		follow(&h, &changes);
		program_free(p);
	}
	assert_true(changes > 150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histories), cmocka_unit_test(test_following_next_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
