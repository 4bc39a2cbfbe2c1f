/* The one event that helps most people of a team: small cases, and against trying every length. */
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
#include "rules/teamplan.h"

static struct program *program_of(int unit_minutes, const char *step, int ncategories)
{
	struct buf b = BUF_INIT;
	struct program *p;

	buf_printf(&b, "program t {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes %d\nstep %s\n}\ncycle 24 months\n",
	    unit_minutes, step);
	for (int i = 0; i < ncategories; i++)
		buf_printf(&b, "category c%d \"C %d\"\n", i, i);
	buf_puts(&b, "require 20 total\n}\n");
	p = load(buf_str(&b));
	buf_free(&b);
	return p;
}

/* "0: 180 min, 5 people, 1 done, 15.0, by 2026-04-30; ..." */
static void plan_is(const struct program *p, const struct team_need *people, size_t n, const char *from, const char *want)
{
	struct team_event out[TEAMPLAN_OPTIONS_MAX];
	size_t nout = teamplan_make(p, people, n, day(from), out);
	char text[600] = "", adds[16], by[DATE_ISO_SIZE];

	for (size_t i = 0; i < nout; i++) {
		date_iso(out[i].by, by);
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d: %d min, %zu people, %zu done, %s, by %s",
		    i ? "; " : "", out[i].category, out[i].minutes, out[i].npeople, out[i].nfinished,
		    units_text(out[i].adds, adds, sizeof adds), by);
	}
	assert_string_equal(text, want);
}

static void nobody_and_nothing(void **state)
{
	struct program *p = program_of(60, "0.25", 2);
	int64_t full[] = { 0, 75 }, room[] = { 1000, 1000 };
	struct team_need people[] = { { 500, full, day("2026-06-30") }, { 0, room, day("2026-06-30") },
		{ 500, room, day("2026-03-11") } };

	(void)state;
	plan_is(p, NULL, 0, "2026-03-12", "");
	plan_is(p, people, 3, "2026-03-12", "");	/* no room for an hour; nothing to go; over before it */
	plan_is(p, people, 3, "2026-03-11", "0: 300 min, 1 people, 1 done, 5.0, by 2026-03-11; "
	    "1: 300 min, 1 people, 1 done, 5.0, by 2026-03-11");
	program_free(p);
}

/* The longest one that leaves nobody out, and no longer than anybody needs. */
static void one_category(void **state)
{
	struct program *p = program_of(60, "0.25", 1);
	int64_t three[] = { 375 }, ten[] = { 1000 }, any[] = { INT64_MAX }, one[] = { 100 };
	struct team_need people[] = { { 1300, ten, day("2026-04-30") }, { 200, three, day("2026-06-30") },
		{ 850, any, day("2026-12-31") }, { 850, one, day("2026-04-01") } };

	(void)state;
	plan_is(p, people, 1, "2026-03-12", "0: 480 min, 1 people, 0 done, 8.0, by 2026-04-30");
	plan_is(p, people, 3, "2026-03-12", "0: 180 min, 3 people, 1 done, 8.0, by 2026-04-30");
	plan_is(p, people, 4, "2026-03-12", "0: 60 min, 4 people, 0 done, 4.0, by 2026-04-01");
	plan_is(p, people, 4, "2026-04-02", "0: 180 min, 3 people, 1 done, 8.0, by 2026-04-30");
	plan_is(p, people + 1, 1, "2026-03-12", "0: 120 min, 1 people, 1 done, 2.0, by 2026-06-30");
	people[1].to_go = 225;		/* two hours are not enough, three are as many as she has room for */
	plan_is(p, people + 1, 1, "2026-03-12", "0: 180 min, 1 people, 1 done, 2.25, by 2026-06-30");
	program_free(p);
}

static void order_of_options(void **state)
{
	struct program *p = program_of(60, "1", 7);
	int64_t a[] = { 0, 200, 300, 300, 200, 100, 100 }, b[] = { 800, 200, 300, 300, 0, 0, 100 };
	struct team_need people[] = { { 1000, a, day("2026-06-30") }, { 1000, b, day("2026-05-31") } };

	(void)state;
	/* most people, then most units, then the program's order; five at most: 5 is left out */
	plan_is(p, people, 2, "2026-03-12", "2: 180 min, 2 people, 0 done, 6.0, by 2026-05-31; "
	    "3: 180 min, 2 people, 0 done, 6.0, by 2026-05-31; 1: 120 min, 2 people, 0 done, 4.0, by 2026-05-31; "
	    "6: 60 min, 2 people, 0 done, 2.0, by 2026-05-31; 0: 480 min, 1 people, 0 done, 8.0, by 2026-05-31");
	program_free(p);
}

static void lengths(void **state)
{
	static const struct { int unit; const char *step, *want; } rows[] = {
		{ 60, "0.25", "0: 480 min, 1 people, 0 done, 8.0, by 2026-06-30" },
		{ 50, "0.2", "0: 480 min, 1 people, 0 done, 9.6, by 2026-06-30" },	/* an hour is six steps */
		{ 50, "1", "0: 450 min, 1 people, 0 done, 9.0, by 2026-06-30" },	/* an hour would lose ten minutes */
		{ 50, "0.25", "0: 475 min, 1 people, 0 done, 9.5, by 2026-06-30" },
		{ 60, "2", "0: 480 min, 1 people, 0 done, 8.0, by 2026-06-30" },
		{ 600, "0.1", "0: 480 min, 1 people, 0 done, 0.8, by 2026-06-30" },
		{ 600, "1", "" },							/* more than a day of work */
	};
	int64_t room[] = { 1000 };
	struct team_need one = { 1100, room, day("2026-06-30") };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct program *p = program_of(rows[i].unit, rows[i].step, 1);

		plan_is(p, &one, 1, "2026-03-12", rows[i].want);
		program_free(p);
	}
}

static int better(const struct team_event *a, const struct team_event *b)
{
	if (a->npeople != b->npeople)
		return a->npeople > b->npeople;
	return a->adds != b->adds ? a->adds > b->adds : a->minutes != b->minutes ? a->minutes < b->minutes :
	    a->category < b->category;
}

static struct team_event tried(const struct program *p, const struct team_need *people, size_t n, day_t from, int category,
    int minutes)
{
	struct team_event e = { .category = category, .minutes = minutes, .by = DAY_NONE };
	int64_t units = program_units(p, minutes);

	for (size_t i = 0; i < n; i++) {
		if (people[i].end < from || people[i].to_go <= 0 || people[i].free[category] < units)
			continue;
		e.npeople++;
		e.nfinished += people[i].to_go <= units;
		e.adds += people[i].to_go < units ? people[i].to_go : units;
		e.by = e.by == DAY_NONE || people[i].end < e.by ? people[i].end : e.by;
	}
	return e;
}

/* The best of every length of one to eight hours, category by category, then sorted. */
static size_t by_trying(const struct program *p, const struct team_need *people, size_t n, day_t from, struct team_event *out)
{
	size_t nout = 0;

	for (int c = 0; c < (int)p->ncategories; c++) {
		struct team_event best = { .npeople = 0 };

		for (int hours = 1; hours <= TEAMPLAN_HOURS_MAX; hours++) {
			struct team_event e = tried(p, people, n, from, c, hours * 60);

			if (e.npeople && (!best.npeople || better(&e, &best)))
				best = e;
		}
		if (!best.npeople)
			continue;
		size_t at = nout++;
		for (; at > 0 && better(&best, &out[at - 1]); at--)
			out[at] = out[at - 1];
		out[at] = best;
	}
	return nout < TEAMPLAN_OPTIONS_MAX ? nout : TEAMPLAN_OPTIONS_MAX;
}

static void as_good_as_trying_all(void **state)
{
	uint64_t rnd = seed_start();
	day_t from = day("2026-03-12");

	(void)state;
	for (int i = 0; i < 1500; i++) {
		struct program *p = program_of(60, i % 2 ? "0.25" : "1", 1 + seed_below(&rnd, 8));
		size_t n = (size_t)seed_below(&rnd, 30);
		struct team_need *people = calloc(n + 1, sizeof *people);
		int64_t *room = calloc((n + 1) * p->ncategories, sizeof *room);
		struct team_event got[TEAMPLAN_OPTIONS_MAX], want[PROGRAM_CATEGORIES_MAX];
		size_t ngot, nwant;

		assert_true(people && room);
		for (size_t k = 0; k < n; k++) {
			for (size_t c = 0; c < p->ncategories; c++)
				room[k * p->ncategories + c] = seed_below(&rnd, 5) == 0 ? 0 : seed_below(&rnd, 20) == 0 ? INT64_MAX :
				    25 * seed_below(&rnd, 48);
			people[k] = (struct team_need){ 25 * seed_below(&rnd, 60), room + k * p->ncategories, from - 20 + seed_below(&rnd, 400) };
		}
		ngot = teamplan_make(p, people, n, from, got);
		nwant = by_trying(p, people, n, from, want);
		assert_int_equal(ngot, nwant);
		for (size_t k = 0; k < ngot; k++) {
			assert_int_equal(got[k].category, want[k].category);
			assert_int_equal(got[k].minutes, want[k].minutes);
			assert_int_equal(got[k].npeople, want[k].npeople);
			assert_int_equal(got[k].nfinished, want[k].nfinished);
			assert_int_equal(got[k].adds, want[k].adds);
			assert_int_equal(got[k].by, want[k].by);
		}
		free(people);
		free(room);
		program_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_and_nothing), cmocka_unit_test(one_category), cmocka_unit_test(order_of_options),
		cmocka_unit_test(lengths), cmocka_unit_test(as_good_as_trying_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
