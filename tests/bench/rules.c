/*
 * Judging one person against reading her rows: both measured in this run, interleaved, on this machine; and
 * how the cost grows with her entries.  Ends with 1 if a figure is over its limit.  rules FOLDER
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "clocks.h"
#include "figures.h"
#include "rules/credit.h"
#include "store/entries.h"
#include "store/ledger.h"
#include "store/people.h"

enum { ROWS = 40, ROUNDS = 301, GROWTH_ROUNDS = 31, BATCH = 20, SIZES = 5, LARGEST = 4000 };

static const int sizes[SIZES] = { 40, 126, 400, 1265, LARGEST };
static const int64_t now = 1773300000000;	/* 12 March 2026 */
static const day_t today = 20524, start = 19905, end = 20634;

/* What the store reads of an entry. */
static const char rows_sql[] =
    "SELECT id, person, no, day_on, minutes, category, title, title_key, provider, note, competencies, tags, "
    "kind, quantity, is_planned, source, calendar_name, uid, proposal, is_void, void_reason, is_late, "
    "created_at, changed_at, rev, (SELECT COUNT(*) FROM evidence WHERE evidence.entry = entry.id "
    "AND evidence.removed = 0) FROM entry "
    "WHERE person = ?1 AND day_on >= ?2 AND day_on <= ?3 AND is_void <= 1 ORDER BY day_on, no";

static _Noreturn void die(const char *what, const struct err *err)
{
	fprintf(stderr, "bench rules: %s%s%s\n", what, err ? ": " : "", err ? err->what : "");
	exit(2);
}

/* ---- the person */

static struct program *load(const char *path)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p;
	static char text[1 << 18];
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(text, 1, sizeof text, f) : 0;

	if (!f || program_load(text, n, path, &p, &errors))
		die(f ? buf_str(&out) : path, NULL);
	fclose(f);
	return p;
}

/* Twice a week or so: some full categories, some repeats, a few that lack a competency. Small ones leave units to go,
 * so that the chance of them is asked for as well. */
static void fill_facts(const struct program *p, struct entry_fact *f, char (*titles)[32], int n, int is_small)
{
	for (int i = 0; i < n; i++) {
		snprintf(titles[i], sizeof titles[i], "course number %d", i % 37 == 5 ? 4 : i);
		f[i] = (struct entry_fact){ .id = i + 1, .day = start + (day_t)((int64_t)i * 600 / n),
			.minutes = n > 100 || is_small ? 15 : 15 * (1 + i % 3), .category = i % (int)p->ncategories,
			.competencies = i % 23 ? 1u << (i % 5) : 0, .kind = -1, .course = titles[i] };
		f[i].tags = program_tags(p, f[i].category, 0);
	}
}

static struct store *make_store(const char *path, const struct program *p, const struct entry_fact *f,
    int64_t *person)
{
	struct err err = { 0 };
	struct store *s;
	struct actor by = { 0, "uid 0", now, 0 };
	struct person who = { .email = "maria@example.org", .name = "Maria", .login = "", .uid = -1,
		.program = p->id, .zone = "UTC", .created_at = now };

	if (store_open(path, now, &s, &err) || store_begin(s, &err) || ledger_step(s, &by, &err) ||
	    person_add(s, &by, &who, &err))
		die("store", &err);
	for (int i = 0; i < ROWS; i++) {
		struct entry e = { .person = who.id, .day = f[i].day, .minutes = f[i].minutes,
			.category = p->categories[f[i].category].id, .title = f[i].course,
			.title_key = f[i].course,
			.provider = "Example Academy", .note = "", .competencies = { "voice" },
			.ncompetencies = 1, .kind = "", .source = SOURCE_HAND, .calendar_name = "", .uid = "",
			.void_reason = "" };

		if (entry_add(s, &by, "log", &e, &err))
			die("entry", &err);
	}
	if (store_commit(s, &err))
		die("commit", &err);
	*person = who.id;
	return s;
}

/* ---- reading and judging, in microseconds */

static double read_rows(sqlite3_stmt *q, int64_t person)
{
	double begun = bench_ms();
	size_t sum = 0;
	int rows = 0;

	for (int i = 0; i < BATCH; i++) {
		sqlite3_bind_int64(q, 1, person);
		sqlite3_bind_int(q, 2, start);
		sqlite3_bind_int(q, 3, end);
		for (; sqlite3_step(q) == SQLITE_ROW; rows++)
			for (int c = 0; c < 26; c++)
				sum += sqlite3_column_type(q, c) == SQLITE_TEXT ?
				    strlen((const char *)sqlite3_column_text(q, c)) :
				    (size_t)sqlite3_column_int64(q, c);
		sqlite3_reset(q);
	}
	if (rows != BATCH * ROWS || sum == 0)
		die("the rows are not there", NULL);
	return (bench_ms() - begun) * 1e3 / BATCH;
}

static double judge(const struct program *p, const struct entry_fact *f, int n, int batch)
{
	struct credit_cycle c = { .dates = { start, end }, .counts_from = DAY_NONE,
	    .counts_until = DAY_NONE };
	double begun = bench_ms();

	for (int i = 0; i < batch; i++) {
		struct err err = { 0 };
		struct verdict v;

		if (credit_evaluate(p, &c, f, (size_t)n, today, &v, &err))
			die("evaluate", &err);
		verdict_free(&v);
	}
	return (bench_ms() - begun) * 1e3 / batch;
}

static int against_reading(const struct program *p, sqlite3_stmt *q, int64_t person, int is_small)
{
	struct sample reading = { .n = 0 }, judging = { .n = 0 };
	static struct entry_fact f[ROWS];
	static char titles[ROWS][32];
	char name[80];

	fill_facts(p, f, titles, ROWS, is_small);
	for (int i = 0; i < ROUNDS; i++) {
		sample_add(&reading, read_rows(q, person));
		sample_add(&judging, judge(p, f, ROWS, BATCH));
	}
	shown("judging 40 entries", &judging, "us");
	shown("reading their rows", &reading, "us");
	snprintf(name, sizeof name, "judge 40 entries / read them, %s, %s", p->id, is_small ? "units to go" : "done");
	return limited(name, sample_ratio(&judging, &reading), "x", 2);
}

/* The natural logarithm of a number from 1 up, so that nothing needs the library for it. */
static double ln(double x)
{
	double halvings = 0, t, power, sum = 0;

	for (; x >= 2; x /= 2)
		halvings++;
	t = power = (x - 1) / (x + 1);
	for (int k = 1; k < 40; k += 2, power *= t * t)
		sum += 2 * power / k;
	return sum + halvings * 0.69314718055994530942;
}

/* The slope of a straight line through the logarithms. */
static double exponent(const double *cost)
{
	double sx = 0, sy = 0, sxx = 0, sxy = 0;

	for (int i = 0; i < SIZES; i++) {
		double x = ln(sizes[i]), y = ln(cost[i]);

		sx += x;
		sy += y;
		sxx += x * x;
		sxy += x * y;
	}
	return (SIZES * sxy - sx * sy) / (SIZES * sxx - sx * sx);
}

static void growth_shown(const struct sample *cost)
{
	double steepest = 0, before = 0;
	char name[64];

	for (int k = 0; k < SIZES; k++) {
		double mid = sample_spread(&cost[k]).mid;
		double piece = k ? (ln(mid) - ln(before)) / (ln(sizes[k]) - ln(sizes[k - 1])) : 0;

		snprintf(name, sizeof name, "judging %d entries", sizes[k]);
		shown(name, &cost[k], "us");
		steepest = piece > steepest ? piece : steepest;
		before = mid;
	}
	printf("  %-56s %9.3f\n", "exponent of the steepest piece", steepest);
}

static int growth(const struct program *p)
{
	static struct entry_fact f[LARGEST];
	static char titles[LARGEST][32];
	struct sample cost[SIZES], exponents = { .n = 0 };
	char name[64];

	for (int k = 0; k < SIZES; k++)
		cost[k].n = 0;
	for (int r = 0; r < GROWTH_ROUNDS; r++) {
		double us[SIZES];

		for (int k = 0; k < SIZES; k++) {
			fill_facts(p, f, titles, sizes[k], 0);
			us[k] = judge(p, f, sizes[k], LARGEST / sizes[k]);
			sample_add(&cost[k], us[k]);
		}
		sample_add(&exponents, exponent(us));
	}
	growth_shown(cost);
	snprintf(name, sizeof name, "exponent of the cost, 40 to 4,000 entries, %s", p->id);
	return limited(name, sample_spread(&exponents), "", 1.1);
}

int main(int argc, char **argv)
{
	static struct entry_fact f[ROWS];
	static char titles[ROWS][32];
	struct program *first, *second;
	char path[700];
	struct store *s;
	sqlite3 *db;
	sqlite3_stmt *q;
	int64_t person;
	int over = 0;

	if (argc != 2)
		die("one argument is wanted: a folder", NULL);
	first = load("etc/programs/ccxp-2y20.rules");
	second = load("etc/programs/ccxp-3y30.rules");
	fill_facts(first, f, titles, ROWS, 0);
	snprintf(path, sizeof path, "%s/rules.db", argv[1]);
	s = make_store(path, first, f, &person);
	if (sqlite3_open(path, &db) ||
	    sqlite3_prepare_v3(db, rows_sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL))
		die(sqlite3_errmsg(db), NULL);
	for (int is_small = 0; is_small < 2; is_small++) {
		over |= against_reading(first, q, person, is_small);
		over |= against_reading(second, q, person, is_small);
	}
	over |= growth(first);
	over |= growth(second);
	sqlite3_finalize(q);
	sqlite3_close(db);
	store_close(s);
	program_free(first);
	program_free(second);
	return over;
}
