/*
 * The chance held against lives lived: of those told p, p finish.
 *
 * The lives come from another generator than the model's.  A person's pace in units a day is lognormal over people
 * around PACE times the asked one and stays hers: most would be done early, and then stop being asked about.  Months
 * are good or bad (a factor from 0.2 to 1.8 each), in holidays (15 July to 31 August, 15 December to 5 January) a
 * third as much is done.  Each day brings an activity or none.  What it brings is half an hour to eight: talks of an
 * hour, half days, conferences; who likes long ones has them more often.  Categories are chosen by taste, strong or
 * weak, and some take more than others what is not of the usual kind (on demand, not live); of those who find a limit
 * full three in five go for something else.  One in six begins late, six in a hundred stop for good on some day.
 * Near the deadline three in five hurry, from 30 to 150 days before it on, at up to two and a half times their pace
 * (a study by CE Broker: most become compliant within four months of expiry).
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "helper.h"
#include "limitset.h"
#include "rules/chance.h"

#define PACE	1.6
#define SPREAD	0.5	/* of its logarithm */

enum { LIVES = 20000, ASKS = 3, ENTRIES_MAX = 200, BANDS = 10, LEAST = 400, SEED = 20261122 };

struct band { int n, finished; double told; };

struct life {
	const struct program *p;
	struct cycle dates;
	struct entry_fact entries[ENTRIES_MAX];
	size_t n;
	double pace, taste[PROGRAM_CATEGORIES_MAX], likes_long, odd;
	int shifts;			/* of ten */
	day_t begins, stops, hurries;
	double hurry;
};

static double fraction(uint64_t *rnd)
{
	return (double)(seed_next(rnd) >> 11) / (double)(UINT64_C(1) << 53);
}

static double between(uint64_t *rnd, double least, double most)
{
	return least + (most - least) * fraction(rnd);
}

/* Nearly normal: twelve dice. */
static double normal(uint64_t *rnd)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += fraction(rnd);
	return sum;
}

static double exponential(double x)
{
	double y = 1 + x / 4096;

	for (int i = 0; i < 12; i++)
		y *= y;
	return y;
}

static void be_born(uint64_t *rnd, const struct program *p, struct life *l)
{
	int days;

	memset(l, 0, sizeof *l);
	l->p = p;
	l->dates = cycle_starting(day("2015-01-01") + seed_below(rnd, 3000), p->cycle_months);
	days = l->dates.end - l->dates.start + 1;
	l->pace = PACE * exponential(SPREAD * normal(rnd)) * (double)p->required / days;
	l->likes_long = between(rnd, 0, 2);
	l->odd = between(rnd, 0, 0.5);
	l->shifts = 6;
	for (size_t i = 0; i < p->ncategories; i++) {
		double x = between(rnd, 0.1, 1);

		l->taste[i] = x * x;
	}
	l->begins = l->dates.start + (seed_below(rnd, 6) == 0 ? seed_below(rnd, days / 4) : 0);
	l->stops = seed_below(rnd, 100) < 6 ? l->dates.start + seed_below(rnd, days) : l->dates.end;
	l->hurries = l->dates.end - 30 - seed_below(rnd, 121);
	l->hurry = seed_below(rnd, 100) < 60 ? between(rnd, 1.5, 2.5) : 1;
}

static double season(day_t d)
{
	struct ymd x = date_ymd(d);
	int md = x.month * 100 + x.day;

	return (md >= 715 && md <= 831) || md >= 1215 || md <= 105 ? 0.33 : 1.15;
}

static int minutes_of(uint64_t *rnd, const struct life *l)
{
	double x = between(rnd, 0, 12 + l->likes_long);

	return x < 1.5 ? 30 : x < 3 ? 45 : x < 6.5 ? 60 : x < 9 ? 90 : x < 10.5 ? 120 : x < 11.8 ? 180 : x < 12.6 ? 360 : 480;
}

static int64_t limit_amount(const struct program *p, const struct limit_set *s)
{
	return p->rules[s->rule].percent ? p->required * p->rules[s->rule].percent / 100 : s->amount;
}

/* Whether limits leave anything for one more entry of that category with those tags. */
static int is_full(const struct life *l, int category, uint32_t tags)
{
	struct entry_fact f = { .category = category, .tags = tags };

	for (size_t i = 0; i < l->p->nlimits; i++) {
		const struct limit_set *s = &l->p->limits[i];
		int64_t used = 0;

		for (size_t k = 0; k < l->n && limit_holds(s, &f); k++)
			used += limit_holds(s, &l->entries[k]) ? program_units(l->p, l->entries[k].minutes) : 0;
		if (used >= limit_amount(l->p, s))
			return 1;
	}
	return 0;
}

/* By taste; who minds takes none that is full, as long as there is another. */
static int pick(uint64_t *rnd, const struct life *l, int minds)
{
	double sum = 0, x, tastes[PROGRAM_CATEGORIES_MAX];
	size_t last = 0;

	for (size_t i = 0; i < l->p->ncategories; i++) {
		tastes[i] = minds && is_full(l, (int)i, program_tags(l->p, (int)i, 0)) ? 0 : l->taste[i];
		sum += tastes[i];
	}
	x = between(rnd, 0, sum);
	for (size_t i = 0; i < l->p->ncategories && x >= 0; i++) {
		x -= tastes[i];
		last = tastes[i] > 0 ? i : last;
	}
	return (int)last;
}

/* The usual tags of the category, or, by habit, another one of the same sort. */
static uint32_t choose_tags(uint64_t *rnd, const struct life *l, int category)
{
	uint32_t usual = program_tags(l->p, category, 0);

	for (size_t i = 0; i < l->p->ntags; i++)
		if ((usual >> i & 1) == 0 && (l->p->tags[i].categories >> category & 1) && fraction(rnd) < l->odd)
			return program_tags(l->p, category, UINT32_C(1) << i);
	return usual;
}

static struct verdict stand(const struct life *l, day_t today)
{
	struct verdict v = { 0 };
	struct err err = { 0 };

	assert_int_equal(credit_evaluate(l->p, &(struct credit_cycle){ l->dates, DAY_NONE, DAY_NONE, 0, 0 }, l->entries,
	    l->n, today, &v, &err), 0);
	return v;
}

static void act(uint64_t *rnd, struct life *l, day_t d)
{
	struct entry_fact *f = &l->entries[l->n];
	int category = pick(rnd, l, 0);
	uint32_t tags = choose_tags(rnd, l, category);

	if (is_full(l, category, tags) && seed_below(rnd, 10) < l->shifts) {
		category = pick(rnd, l, 1);
		tags = program_tags(l->p, category, 0);
	}
	*f = (struct entry_fact){ .id = (int64_t)l->n + 1, .day = d, .minutes = minutes_of(rnd, l),
	    .category = category, .competencies = 1, .kind = -1, .course = "", .has_evidence = 1,
	    .tags = tags };
	l->n++;
}

/* One life; ASKS times on its way the chance is asked. */
static void live(uint64_t *rnd, struct life *l, struct band *bands)
{
	int told[ASKS], done;
	day_t asks[ASKS];
	double month = 1;
	struct verdict v;

	for (int i = 0; i < ASKS; i++) {
		asks[i] = l->dates.start + seed_below(rnd, l->dates.end - l->dates.start + 1);
		told[i] = -1;
	}
	for (day_t d = l->dates.start; d <= l->dates.end; d++) {
		double rate = l->pace * month * season(d) / 150;

		for (int i = 0; i < ASKS; i++) {
			if (asks[i] != d)
				continue;
			v = stand(l, d);
			if (v.state != CYCLE_DONE)
				told[i] = v.chance;
			verdict_free(&v);
		}
		if ((d - l->dates.start) % 30 == 0)
			month = between(rnd, 0.2, 1.8);
		if (d >= l->hurries)
			rate *= l->hurry;
		if (d >= l->begins && d < l->stops && l->n < ENTRIES_MAX && fraction(rnd) < rate)
			act(rnd, l, d);
	}
	v = stand(l, l->dates.end);
	done = v.state == CYCLE_DONE;
	verdict_free(&v);
	for (int i = 0; i < ASKS; i++) {
		if (told[i] < 0)
			continue;
		bands[told[i] * BANDS / 1000].n++;
		bands[told[i] * BANDS / 1000].finished += done;
		bands[told[i] * BANDS / 1000].told += told[i];
	}
}

static void check(const char *file)
{
	const char *given = getenv("CEUD_SEED");
	uint64_t rnd = given ? strtoull(given, NULL, 10) : SEED;
	struct program *p = load_file(file);
	struct band bands[BANDS] = { { 0 } };
	static struct life l;

	printf("# %s: CEUD_SEED=%llu\n", p->id, (unsigned long long)rnd);
	for (int i = 0; i < LIVES; i++) {
		be_born(&rnd, p, &l);
		live(&rnd, &l, bands);
	}
	for (int i = 0; i < BANDS; i++) {
		double told = bands[i].told / bands[i].n / 10, did = 100.0 * bands[i].finished / bands[i].n;

		printf("# %3d..%3d %%: %5d people, told %5.1f, finished %5.1f\n", i * 10, i * 10 + 10, bands[i].n, told,
		    did);
		assert_true(bands[i].n >= LEAST);
		assert_true(did - told <= 5 && told - did <= 5);
	}
	program_free(p);
}

static void test_2y20(void **state)
{
	(void)state;
	check("etc/programs/ccxp-2y20.rules");
}

static void test_3y30(void **state)
{
	(void)state;
	check("etc/programs/ccxp-3y30.rules");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_2y20), cmocka_unit_test(test_3y30) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
