/*
 * What looking ahead costs: a plan with 40 events against evaluations (20 for each event), and the chance of one
 * person.  Prints the medians; ends with 1 if one is over its limit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "clocks.h"
#include "rules/chance.h"
#include "rules/plan.h"

enum { ENTRIES = 40, EVENTS = 40, ROUNDS = 101, EACH = 20, ONCE_US = 20 };

static int over;

static void die(const char *what)
{
	fprintf(stderr, "forecast: %s\n", what);
	exit(2);
}

static struct program *load(const char *path)
{
	static char text[1 << 20];
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		die(path);
	n = fread(text, 1, sizeof text, f);
	fclose(f);
	if (program_load(text, n, path, &p, &errors))
		die(buf_str(&out));
	buf_free(&out);
	return p;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof *v, by_size);
	return v[n / 2];
}

static void verdict(const char *name, double ours, double limit, const char *unit)
{
	printf("%-58s %8.2f %-6s limit %8.2f  %s\n", name, ours, unit, limit, ours <= limit ? "ok" : "OVER");
	over |= ours > limit;
}

/* Entries of that many minutes, evenly over the days and categories. */
static void make_facts(const struct program *p, struct entry_fact *f, int n, int64_t id, day_t from, int days, int least)
{
	for (int i = 0; i < n; i++)
		f[i] = (struct entry_fact){ .id = id + i, .day = from + days * i / n, .minutes = least + i * 37 % 7 * 15,
			.category = i % (int)p->ncategories, .competencies = p->ncompetencies ? 1 : 0, .kind = -1,
			.tags = program_tags(p, i % (int)p->ncategories, 0), .course = "", .has_evidence = 1 };
}

static double time_evaluation(const struct program *p, const struct credit_cycle *c, const struct entry_fact *f, size_t n,
    day_t today)
{
	double start = bench_ms();
	struct verdict v;

	for (int i = 0; i < 10; i++) {
		if (credit_evaluate(p, c, f, n, today, &v, NULL))
			die("an evaluation failed");
		verdict_free(&v);
	}
	return (bench_ms() - start) / 10;
}

static void plans(const struct program *p, const char *what, int mine, int least)
{
	struct credit_cycle c = { cycle_starting(19905, p->cycle_months), DAY_NONE, DAY_NONE, 0, 0 };
	static struct entry_fact facts[ENTRIES], events[EVENTS];
	static struct plan plan;
	double ours[ROUNDS], one[ROUNDS], a, b;
	day_t today = c.dates.start + 400;
	char name[100];

	make_facts(p, facts, mine, 1, c.dates.start + 20, 300, 15);
	make_facts(p, events, EVENTS, 1000, today + 1, 200, least);
	for (int i = 0; i < ROUNDS; i++) {
		double start = bench_ms();

		if (plan_make(p, &c, facts, (size_t)mine, today, events, EVENTS, c.dates.end, &plan, NULL))
			die("a plan failed");
		ours[i] = bench_ms() - start;
		one[i] = time_evaluation(p, &c, facts, (size_t)mine, today);
	}
	a = median(ours, ROUNDS);
	b = median(one, ROUNDS);
	printf("  %s: plan %.3f ms, evaluation %.4f ms, %zu options, exact %d\n", what, a, b, plan.noptions, plan.is_exact);
	snprintf(name, sizeof name, "plan with %d events, in evaluations for each: %s", EVENTS, what);
	verdict(name, a / b / EVENTS, EACH, "");
}

/* The day on which it takes longest is the first. */
static void chances(const struct program *p, const char *what, int mine, int day)
{
	struct credit_cycle c = { cycle_starting(19905, p->cycle_months), DAY_NONE, DAY_NONE, 0, 0 };
	static struct entry_fact facts[ENTRIES];
	struct verdict v;
	double ours[ROUNDS], turns[ROUNDS];
	day_t today = c.dates.start + day;
	struct chance chance;
	char name[100];
	int sum = 0;

	make_facts(p, facts, mine, 1, c.dates.start, day + 1, 15);
	if (credit_evaluate(p, &c, facts, (size_t)mine, today, &v, NULL))
		die("an evaluation failed");
	for (int i = 0; i < ROUNDS; i++) {
		double start = bench_ms();

		for (int k = 0; k < 20; k++) {
			chance_prepare(p, &c, facts, (size_t)mine, &v, today, &chance);
			sum += chance_on(&chance, today);
		}
		ours[i] = (bench_ms() - start) * 1000 / 20;
		start = bench_ms();
		sum += chance_turns(&chance, today) != DAY_NONE;
		turns[i] = (bench_ms() - start) * 1000;
	}
	verdict_free(&v);
	printf("  %s: the day it turns %.1f us (%d)\n", what, median(turns, ROUNDS), sum);
	snprintf(name, sizeof name, "chance of one person: %s", what);
	verdict(name, median(ours, ROUNDS), ONCE_US, "us");
}

int main(void)
{
	struct program *two = load("etc/programs/ccxp-2y20.rules"), *three = load("etc/programs/ccxp-3y30.rules");

	plans(two, "ccxp-2y20, nothing done", 0, 30);
	plans(two, "ccxp-2y20, 10 entries", 10, 30);
	plans(two, "ccxp-2y20, long events", 10, 95);
	plans(three, "ccxp-3y30, 10 entries", 10, 30);
	chances(two, "ccxp-2y20, first day", 0, 0);
	chances(two, "ccxp-2y20, 10 entries", 10, 300);
	chances(two, "ccxp-2y20, 40 entries", 40, 700);
	chances(three, "ccxp-3y30, first day", 0, 0);
	chances(three, "ccxp-3y30, 20 entries", 20, 500);
	program_free(two);
	program_free(three);
	return over;
}
