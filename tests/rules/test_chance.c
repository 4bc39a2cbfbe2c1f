/* The chance of finishing: figures that people would call right, and what must hold of any: test_calibration.c says
 * whether it comes true. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "helper.h"
#include "rules/chance.h"

enum { FACTS_MAX = 48 };

static struct cycle two_years(void)
{
	return (struct cycle){ day("2024-07-01"), day("2026-06-30") };
}

static int ask(const struct program *p, struct cycle c, const struct entry_fact *f, size_t n, day_t today)
{
	struct verdict v = evaluate(p, c, f, n, today);
	int chance = v.chance;

	verdict_free(&v);
	return chance;
}

static int ask_two(const struct entry_fact *f, size_t n, const char *today)
{
	struct program *p = load_file("etc/programs/ccxp-2y20.rules");
	int chance = ask(p, two_years(), f, n, day(today));

	program_free(p);
	return chance;
}

/* `n` entries of that many minutes, a step of days apart, in two categories by turns. */
static void fill(struct entry_fact *f, size_t n, const char *from, int step, int minutes)
{
	for (size_t i = 0; i < n; i++) {
		f[i] = entry((int64_t)i + 1, from, minutes, (int)(i % 2) + 1);
		f[i].day += (int)i * step;
	}
}

static void test_first_day(void **state)
{
	(void)state;
	assert_in_range(ask_two(NULL, 0, "2024-07-01"), 750, 900);
	assert_in_range(ask_two(NULL, 0, "2025-07-01"), 1, 249);
	assert_in_range(ask_two(NULL, 0, "2026-03-12"), 1, 20);
	assert_int_equal(ask_two(NULL, 0, "2026-06-30"), 1);
}

/* At a pace of 12 in 620 days, 110 days are left. */
static void test_behind(void **state)
{
	struct entry_fact f[9];

	(void)state;
	fill(f, 8, "2024-08-01", 70, 90);
	assert_in_range(ask_two(f, 8, "2026-03-12"), 1, 199);		/* 8.0 to go */
	f[8] = entry(9, "2025-11-02", 300, 3);
	assert_in_range(ask_two(f, 9, "2026-03-12"), 250, 749);	/* 3.0 to go */
}

static void test_nearly_there(void **state)
{
	struct entry_fact f[8];

	(void)state;
	fill(f, 7, "2024-08-01", 40, 150);
	f[7] = entry(8, "2025-06-01", 135, 4);
	assert_in_range(ask_two(f, 8, "2025-07-01"), 951, 999);	/* 0.25 to go, a year left */
	assert_in_range(ask_two(f, 8, "2026-06-30"), 1, 200);		/* a day */
}

/* Where nothing she does can count any more but elsewhere, what is left counts. */
static void test_limits(void **state)
{
	struct entry_fact spread[8], heaped[8];

	(void)state;
	fill(spread, 8, "2024-08-01", 40, 75);
	memcpy(heaped, spread, sizeof heaped);
	for (int i = 0; i < 8; i++)
		heaped[i].category = 0;
	assert_int_equal(ask_two(spread, 8, "2025-07-01") > ask_two(heaped, 8, "2025-07-01"), 1);
}

static void test_planned(void **state)
{
	struct entry_fact f[9];
	int without, with, done;

	(void)state;
	fill(f, 8, "2024-08-01", 70, 135);
	without = ask_two(f, 8, "2026-06-20");		/* 2.0 to go in ten days */
	f[8] = entry(9, "2026-06-25", 120, 3);
	f[8].is_planned = 1;
	with = ask_two(f, 9, "2026-06-20");
	assert_in_range(without, 1, 300);
	assert_in_range(with, 900, 999);		/* nine in ten, and what else may be */
	assert_true(with >= ask_two(f, 9, "2026-06-29"));
	assert_in_range(ask_two(f, 9, "2026-06-30"), 900, 910);
	f[8].is_planned = 0;
	f[8].day = day("2026-06-19");
	done = ask_two(f, 9, "2026-06-20");
	assert_int_equal(done, CHANCE_SURE);
	f[8].is_planned = 1;
	f[8].day = day("2026-06-25");
	f[8].minutes = 60;
	assert_true(ask_two(f, 9, "2026-06-20") < 500);	/* half of it is not enough */
}

/* No time left for what a year asks for; nothing to make up for a year that is over. */
static void test_periods(void **state)
{
	struct program *p = accepts("require 5 total per year\n");
	struct entry_fact f[4];

	(void)state;
	fill(f, 4, "2025-02-01", 20, 240);
	assert_in_range(ask(p, two_years(), f, 4, day("2025-07-10")), 250, 999);
	f[0].day = f[1].day = f[2].day = f[3].day = day("2025-07-02");
	assert_int_equal(ask(p, two_years(), f, 4, day("2025-07-10")), 1);
	program_free(p);
}

static void test_distinct(void **state)
{
	struct program *p = accepts("require 3 distinct categories\n"), *q = accepts("");
	struct entry_fact f[10];

	(void)state;
	fill(f, 10, "2024-08-01", 30, 120);
	for (int i = 0; i < 10; i++)
		f[i].category = 0;
	assert_int_equal(ask(q, two_years(), f, 10, day("2026-01-01")), CHANCE_SURE);
	assert_in_range(ask(p, two_years(), f, 10, day("2026-01-01")), 100, 950);
	assert_int_equal(ask(p, two_years(), f, 10, day("2026-06-30")), 1);
	program_free(p);
	program_free(q);
}

/* ---- what holds of any */

static void draw(uint64_t *rnd, const struct program *p, struct cycle c, struct entry_fact *f, size_t n, day_t today)
{
	for (size_t i = 0; i < n; i++) {
		int category = seed_below(rnd, (int)p->ncategories);
		uint32_t named = p->ntags && seed_below(rnd, 4) == 0 ? UINT32_C(1) << seed_below(rnd, (int)p->ntags) : 0;

		f[i] = (struct entry_fact){ .id = (int64_t)i + 1, .day = c.start + seed_below(rnd, today - c.start + 1),
			.minutes = 15 * (1 + seed_below(rnd, 10)), .category = category, .competencies = 1, .kind = -1,
			.tags = program_tags(p, category, named), .course = "", .is_planned = seed_below(rnd, 9) == 0 };
	}
}

static struct chance prepared(const struct program *p, struct cycle c, const struct entry_fact *f, size_t n, day_t today)
{
	struct credit_cycle cycle = { c, DAY_NONE, DAY_NONE, 0, 0 };
	struct verdict v = evaluate(p, c, f, n, today);
	struct chance chance;

	chance_prepare(p, &cycle, f, n, &v, today, &chance);
	verdict_free(&v);
	return chance;
}

/* A day without news never raises it, and what was prepared before says the same as what is prepared that day. */
static void check_days(const struct program *p, struct cycle c, const struct entry_fact *f, size_t n, day_t today)
{
	struct chance chance = prepared(p, c, f, n, today);
	int before = chance_on(&chance, today), now = before;
	day_t turns = DAY_NONE;

	for (day_t d = today + 1; d <= c.end; d++) {
		int then = chance_on(&chance, d);

		assert_true(then <= before);
		if (turns == DAY_NONE && ((then < 750) != (now < 750) || (then < 250) != (now < 250)))
			turns = d;
		if (d % 61 == 0) {
			struct chance fresh = prepared(p, c, f, n, d);

			assert_int_equal(chance_on(&fresh, d), then);
		}
		before = then;
	}
	assert_int_equal(chance_turns(&chance, today), turns);
}

/* More that counts never lowers it: a longer entry, one more, one that was planned and came true. */
static void check_more(uint64_t *rnd, const struct program *p, struct cycle c, struct entry_fact *f, size_t n, day_t today)
{
	int before = ask(p, c, f, n, today), after;

	for (int i = 0; i < 6; i++) {
		struct entry_fact more[FACTS_MAX];
		size_t at = n ? (size_t)seed_below(rnd, (int)n) : 0, many = n;

		memcpy(more, f, n * sizeof *f);
		if (n == 0 || seed_below(rnd, 3) == 0) {
			draw(rnd, p, c, &more[many], 1, today);
			more[many].id = 100;
			more[many].is_planned = 0;
			many++;
		} else if (more[at].is_planned) {
			more[at].is_planned = 0;
		} else {
			more[at].minutes += 15 * (1 + seed_below(rnd, 8));
		}
		after = ask(p, c, more, many, today);
		assert_true(after >= before);
	}
}

static void check_order(uint64_t *rnd, const struct program *p, struct cycle c, struct entry_fact *f, size_t n,
    day_t today)
{
	int before = ask(p, c, f, n, today);

	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)seed_below(rnd, (int)i);
		struct entry_fact t = f[k];

		f[k] = f[i - 1];
		f[i - 1] = t;
	}
	assert_int_equal(ask(p, c, f, n, today), before);
}

/* Two kinds of entries that no category has by itself are planned for one day, with room for one and a part of the other. */
static void test_order_of_kinds(void **state)
{
	struct program *p = load("program both {\nname B\ntitle B\nissuer B\nunit U {\nminutes 60\nstep 0.1\nround down\n}\n"
	    "cycle 24 months\ncompetency k \"K\"\ntag seen \"S\" {\nsort how\n}\ntag led \"L\" {\nsort who\n}\n"
	    "category own \"O\" {\ntag seen\n}\ncategory talks \"T\"\nrequire 11 total\nrequire 1.5 tag led\n"
	    "require 4.6 category talks\nrequire 0.2 tag seen per year\nlimit 4.4 tag led per calendar-year\n}\n");
	struct entry_fact f[] = { entry(1, "2025-09-04", 150, 1), entry(2, "2025-09-04", 198, 0) }, turned[2];

	(void)state;
	f[0].tags = 3;
	f[1].tags = 2;
	f[0].is_planned = f[1].is_planned = 1;
	turned[0] = f[1];
	turned[1] = f[0];
	assert_int_equal(ask(p, two_years(), f, 2, day("2025-03-01")), ask(p, two_years(), turned, 2, day("2025-03-01")));
	program_free(p);
}

static void check_program(uint64_t *rnd, const struct program *p, int times)
{
	struct cycle c = cycle_starting(day("2024-07-01"), p->cycle_months);
	struct entry_fact f[FACTS_MAX];

	for (int i = 0; i < times; i++) {
		day_t today = c.start + seed_below(rnd, c.end - c.start);
		size_t n = (size_t)seed_below(rnd, 14);

		draw(rnd, p, c, f, n, today);
		check_more(rnd, p, c, f, n, today);
		check_order(rnd, p, c, f, n, today);
		if (ask(p, c, f, n, today) < CHANCE_SURE && i % 8 == 0)
			check_days(p, c, f, n, today);
	}
}

static void test_shipped(void **state)
{
	static const char *const files[] = { "etc/programs/ccxp-2y20.rules", "etc/programs/ccxp-3y30.rules" };
	uint64_t rnd = seed_start();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct program *p = load_file(files[i]);

		check_program(&rnd, p, 240);
		program_free(p);
	}
}

static void test_drawn(void **state)
{
	static const char *const rules[] = {
		"group writing talks books\nrequire 6 group writing\nlimit 12 group writing\nlimit 8 category talks\n",
		"limit 6 each category per year\nlimit 11 category books\n",
		"require 5 total per year\nrequire 2 distinct categories\n",
		"tag live \"Live\"\nrequire 4 tag live\nlimit 10 each category\n",
		"limit 50% category talks\nrequire 3 category courses\n",
	};
	uint64_t rnd = seed_start();

	(void)state;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct program *p = accepts(rules[i]);

		check_program(&rnd, p, 120);
		program_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_day), cmocka_unit_test(test_behind), cmocka_unit_test(test_nearly_there),
		cmocka_unit_test(test_limits), cmocka_unit_test(test_planned), cmocka_unit_test(test_periods),
		cmocka_unit_test(test_distinct), cmocka_unit_test(test_order_of_kinds), cmocka_unit_test(test_shipped), cmocka_unit_test(test_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
