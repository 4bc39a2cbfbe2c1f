/*
 * The daily look at reminders, the real job on a real store: with 1,000 people near a deadline of 100,000 and of 10,000, and
 * with 2,000 of 100,000.  What the statements read is counted, the work of the process measured, in turns on all stores.
 * Ends with 1 if a figure is over its limit.  daily FOLDER
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "ceud.h"
#include "clocks.h"
#include "config.h"
#include "figures.h"
#include "jobparts.h"
#include "programs.h"
#include "standing.h"
#include "store/people.h"

enum { MANY = 100000, FEW = 10000, DUE = 1000, ROUNDS = 9, EACH = 100, DAYS_LEFT = 120 };

/* Read for each one that is due: her entries, her cycle, her own row, her rungs with their order, her last mails; then the mail's
 * number and the rungs there are now; five people, as the limit on bulk mail looks whether there are enough. With nobody due,
 * a few in all. */
enum { DUE_ENTRIES = 20, OTHER_ENTRIES = 4, ROWS_EACH = DUE_ENTRIES + 16, ROWS_OF_NONE = 20 };

static const int64_t now = 1773300000000;	/* 12 March 2026, 07:20 */
static const int today = 20524;

struct place { struct ceud d; struct jobs jobs; sqlite3 *db; int people, due; };
struct counts { long rows, scanned, steps; };

static _Noreturn void die(const char *what, const struct err *err)
{
	fprintf(stderr, "bench daily: %s%s%s\n", what, err ? ": " : "", err ? err->what : "");
	exit(2);
}

/* ---- the store, written in one transaction on its own connection */

static sqlite3 *newest;

static int remember(sqlite3 *db, char **error, const struct sqlite3_api_routines *routines)
{
	(void)error;
	(void)routines;
	newest = db;
	return SQLITE_OK;
}

static void run_sql(struct place *p, const char *sql)
{
	sqlite3_stmt *q;

	if (sqlite3_prepare_v2(p->db, sql, -1, &q, NULL))
		die(sqlite3_errmsg(p->db), NULL);
	for (int i = 1; i <= sqlite3_bind_parameter_count(q); i++) {
		const char *name = sqlite3_bind_parameter_name(q, i);

		sqlite3_bind_int64(q, i, !strcmp(name, "$people") ? p->people : !strcmp(name, "$step") ? p->people / p->due
		    : !strcmp(name, "$today") ? today : !strcmp(name, "$left") ? DAYS_LEFT : !strcmp(name, "$now") ? now
		    : !strcmp(name, "$due") ? DUE_ENTRIES : OTHER_ENTRIES);
	}
	if (sqlite3_step(q) != SQLITE_DONE)
		die(sqlite3_errmsg(p->db), NULL);
	sqlite3_finalize(q);
}

static const char add_people[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $people) "
    "INSERT INTO person (id, email, name, login, uid, program, zone, role, disabled, created_at, last_entry) "
    "SELECT i, 'p' || i || '@example.org', 'Person ' || i, '', NULL, program, 'Europe/Berlin', 0, 0, $now, $due "
    "FROM n, program_text";

/* Those near their deadline are spread evenly among the others, whose days come later. */
static const char add_cycles[] =
    "INSERT INTO cycle (id, person, program_text, start_on, end_on, anchor_on, counts_from_on, counts_until_on, "
    "is_first, carried, enrolled_on, counted, required, state, chance, next_check_on, next_rung_on, due_on, rev) "
    "SELECT id, id, 1, last - 730, last, last, last - 730, last, 1, 0, last - 730, 500, 2000, 2, 500, next, next, "
    "next, 1 FROM (SELECT id, CASE WHEN id % $step = 0 THEN $today + $left ELSE $today + 200 + id % 500 END AS last, "
    "CASE WHEN id % $step = 0 THEN $today ELSE $today + 20 + id % 500 END AS next FROM person)";

/* One entry of everybody after the other, as they come in over the months. */
static const char add_entries[] =
    "WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < $due) "
    "INSERT INTO entry (person, no, day_on, minutes, category, title, title_key, provider, note, competencies, "
    "source, calendar_name, uid, is_void, void_reason, is_late, created_at, changed_at, rev) "
    "SELECT person, k, start_on + 20 * k, 15, CASE k % 2 WHEN 0 THEN 'training' ELSE 'conference' END, "
    "'Session ' || k || ' on journeys and metrics', 'session ' || k || ' on journeys and metrics', "
    "'Example Academy', '', 'voice', 0, '', '', 0, '', 0, $now, $now, 1 "
    "FROM n CROSS JOIN cycle WHERE k <= CASE WHEN person % $step = 0 THEN $due ELSE $others END";

/* Those told of already: that the window is open, and that 180 days are left. */
static const char take_first_rungs[] =
    "WITH first (rung) AS (VALUES (180), (10000)) "
    "INSERT INTO rung (cycle, rung, person, outcome, at, because) "
    "SELECT id, first.rung, person, 0, $now - 1, '' FROM cycle CROSS JOIN first WHERE end_on - 180 < $today";

/* As it was in the morning. */
static const char *const restore[] = {
	"DELETE FROM rung WHERE at = $now",
	"DELETE FROM outbox",
	"UPDATE cycle SET next_check_on = $today, next_rung_on = $today, due_on = $today WHERE id % $step = 0",
};

static void fill(struct place *p)
{
	const struct program *program = programs_at(&p->d, 0);
	struct program_text text = { .hash = program->hash, .id = program->id };
	struct err err = { 0 };

	text.text = programs_text(&p->d, program, &text.len);
	if (store_begin(p->d.store, &err) || program_text_put(p->d.store, &text, now, &err))
		die("program", &err);
	run_sql(p, add_people);
	run_sql(p, add_cycles);
	run_sql(p, add_entries);
	run_sql(p, take_first_rungs);
	if (store_commit(p->d.store, &err) || store_checkpoint(p->d.store, &err))
		die("commit", &err);
}

static void open_place(struct place *p, const char *folder, int people, int due)
{
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	struct err err = { 0 };
	char path[700];

	*p = (struct place){ .people = people, .due = due };
	snprintf(path, sizeof path, "%s/daily%d-%d.db", folder, people, due);
	p->d.now = now;
	p->d.jobs = &p->jobs;
	p->d.config = config_default();
	if (!p->d.config || programs_open(p->d.config, &p->d.programs, &errors))
		die(buf_str(&text), NULL);
	if (store_open(path, now, &p->d.store, &err) || reminders_open(&p->jobs.reminders, &err))
		die(path, &err);
	p->db = newest;
	fill(p);
}

static void close_place(struct place *p)
{
	reminders_close(p->jobs.reminders);
	store_close(p->d.store);
	programs_close(p->d.programs);
	config_free(p->d.config);
}

static void put_back(struct place *p)
{
	struct err err = { 0 };

	if (store_begin(p->d.store, &err))
		die("begin", &err);
	for (size_t i = 0; i < sizeof restore / sizeof *restore; i++)
		run_sql(p, restore[i]);
	if (store_commit(p->d.store, &err) || store_checkpoint(p->d.store, &err))
		die("commit", &err);
}

/* ---- a day */

static long number(struct place *p, const char *sql)
{
	sqlite3_stmt *q;
	long n;

	if (sqlite3_prepare_v2(p->db, sql, -1, &q, NULL) || sqlite3_step(q) != SQLITE_ROW)
		die(sqlite3_errmsg(p->db), NULL);
	n = (long)sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

/* All turns, until nothing of today is left. Returns the work of the longest one. */
static double look(struct place *p)
{
	double longest = 0;

	reminders_sooner(&p->d, now);
	do {
		double begun = bench_cpu_ms(), spent;

		reminders_turn(&p->d);
		spent = bench_cpu_ms() - begun;
		longest = spent > longest ? spent : longest;
	} while (reminders_busy(p->jobs.reminders) || reminders_next(&p->d) <= now);
	return longest;
}

/* The ladder mails each of them once, and each was found not to be due any more. */
static void check(struct place *p)
{
	if (number(p, "SELECT COUNT(*) FROM outbox") != p->due ||
	    number(p, "SELECT COUNT(*) FROM rung WHERE mail > 0") != p->due ||
	    number(p, "SELECT COUNT(*) FROM cycle WHERE due_on <= 20524") ||
	    number(p, "SELECT MAX(counted) FROM cycle") != 500)
		die("the look did not do its work", NULL);
}

static int count_row(unsigned event, void *arg, void *statement, void *text)
{
	(void)event;
	(void)statement;
	(void)text;
	++*(long *)arg;
	return 0;
}

static struct counts counted_look(struct place *p)
{
	struct counts c = { 0, 0, 0 };

	for (int counting = 0; counting < 2; counting++) {
		if (counting) {
			sqlite3_trace_v2(p->db, SQLITE_TRACE_ROW, count_row, &c.rows);
			look(p);
			sqlite3_trace_v2(p->db, 0, NULL, NULL);
		}
		for (sqlite3_stmt *q = sqlite3_next_stmt(p->db, NULL); q; q = sqlite3_next_stmt(p->db, q)) {
			long scanned = sqlite3_stmt_status(q, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
			long steps = sqlite3_stmt_status(q, SQLITE_STMTSTATUS_VM_STEP, 1);

			c.scanned += counting * scanned;
			c.steps += counting * steps;
		}
	}
	return c;
}

static void timed_look(struct place *p, struct sample *each, struct sample *turn)
{
	double begun = bench_cpu_ms();

	sample_add(turn, look(p));
	sample_add(each, (bench_cpu_ms() - begun) * 1e3 / p->due);
}

/* ---- one of them: judged and kept, against the smallest change that lasts */

static struct standing load_one(struct place *p, int64_t id, struct arena *a)
{
	struct standing s;
	struct person who;
	struct err err = { 0 };

	if (person_get(p->d.store, id, a, &who, &err) || standing_load(&p->d, &who, 0, a, &s, &err))
		die("person", &err);
	return s;
}

static double judge_and_keep(struct place *p, const struct standing *s)
{
	const struct credit_cycle cycle = standing_cycle(s);
	double begun = bench_ms();

	for (int i = 0; i < EACH; i++) {
		struct standing again = *s;
		struct err err = { 0 };

		if (credit_evaluate(s->program, &cycle, s->facts, s->entries.n, s->today, &again.verdict, &err) ||
		    standing_keep_loaded(&p->d, &again, &err))
			die("keep", &err);
		standing_free(&again);
	}
	return (bench_ms() - begun) * 1e3 / EACH;
}

static double commit_one_row(struct place *p, int64_t instant)
{
	double begun = bench_ms();
	struct err err = { 0 };

	if (store_begin(p->d.store, &err) || store_touch(p->d.store, instant, &err) || store_commit(p->d.store, &err))
		die("touch", &err);
	return (bench_ms() - begun) * 1e3;
}

static int one_person(struct place *p)
{
	struct sample keep = { .n = 0 }, commit = { .n = 0 };
	struct arena a = ARENA_INIT;
	struct err err = { 0 };

	for (int i = 1; i <= EACH; i++) {
		struct standing s = load_one(p, i * (p->people / p->due), &a);

		sample_add(&commit, commit_one_row(p, now + i));
		if (store_begin(p->d.store, &err))
			die("begin", &err);
		sample_add(&keep, judge_and_keep(p, &s));
		store_rollback(p->d.store);
		standing_free(&s);
	}
	arena_free(&a);
	shown("judging one of 20 entries and keeping what was found", &keep, "us");
	shown("a change of one row, committed", &commit, "us");
	return limited("judge and keep one person / commit of one row", sample_ratio(&keep, &commit), "x", 1);
}

static void count_shown(const char *what, const struct counts *c)
{
	printf("  daily look at %s: %ld rows, %ld more in scans, %ld steps of statements\n", what, c->rows, c->scanned, c->steps);
}

static double read_for_each(const struct place *p, const struct counts *c)
{
	return (double)(c->rows + c->scanned) / p->due;
}

enum { LARGE, SMALL, TWICE, PLACES };
static struct place places[PLACES];

static int count_looks(void)
{
	struct counts c[PLACES], none;

	for (int i = 0; i < PLACES; i++) {
		c[i] = counted_look(&places[i]);
		check(&places[i]);
	}
	none = counted_look(&places[LARGE]);
	count_shown("1,000 of 100,000", &c[LARGE]);
	count_shown("1,000 of  10,000", &c[SMALL]);
	count_shown("2,000 of 100,000", &c[TWICE]);
	count_shown("none of  100,000", &none);
	return limited_once("daily look at none of 100,000: rows read", (double)(none.rows + none.scanned), "rows", ROWS_OF_NONE) |
	    limited_once("daily look at 1,000 of 100,000: rows read for each", read_for_each(&places[LARGE], &c[LARGE]), "rows",
	    ROWS_EACH) |
	    limited_once("rows read for each, of 100,000 / of 10,000",
	    read_for_each(&places[LARGE], &c[LARGE]) / read_for_each(&places[SMALL], &c[SMALL]), "x", 1.05) |
	    limited_once("rows read for each of 2,000 / of 1,000",
	    read_for_each(&places[TWICE], &c[TWICE]) / read_for_each(&places[LARGE], &c[LARGE]), "x", 1.05);
}

static int time_looks(void)
{
	static struct sample each[PLACES], turn;

	for (int i = 0; i < ROUNDS; i++) {
		for (int k = 0; k < PLACES; k++)
			put_back(&places[k]);
		for (int k = 0; k < PLACES; k++)
			timed_look(&places[k], &each[k], &turn);
	}
	shown("work for each of 1,000 of 100,000", &each[LARGE], "us");
	shown("work for each of 1,000 of 10,000", &each[SMALL], "us");
	shown("work for each of 2,000 of 100,000", &each[TWICE], "us");
	return limited("daily look, work at 100,000 people / at 10,000", sample_ratio(&each[LARGE], &each[SMALL]), "x", 1.3) |
	    limited("work for each of 2,000 / of 1,000", sample_ratio(&each[TWICE], &each[LARGE]), "x", 1.3) |
	    limited("longest turn of a look, work", sample_spread(&turn), "ms", 50);
}

int main(int argc, char **argv)
{
	int over;

	if (argc != 2)
		die("one argument is wanted: a folder", NULL);
	sqlite3_auto_extension((void (*)(void))remember);
	open_place(&places[LARGE], argv[1], MANY, DUE);
	open_place(&places[SMALL], argv[1], FEW, DUE);
	open_place(&places[TWICE], argv[1], MANY, 2 * DUE);
	over = count_looks();
	over |= time_looks();
	over |= one_person(&places[LARGE]);
	for (int i = 0; i < PLACES; i++)
		close_place(&places[i]);
	return over;
}
