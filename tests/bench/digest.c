/*
 * A digest for a team of 5,000: the real job on a real store, from the first row to its frozen bytes in the outbox, in turns with
 * reading the same rows by the same functions and nothing else.  Ends with 1 if a figure is over its limit.  digest FOLDER
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
#include "digestfacts.h"
#include "figures.h"
#include "jobparts.h"
#include "loop.h"
#include "programs.h"
#include "store/entries.h"
#include "store/people.h"
#include "templates.h"

enum { PEOPLE = 5000, ENTRIES = 12, PAGE = 50, ROUNDS = 9, DONE_EACH = 10, DAYS_LEFT = 90 };

static const int64_t now = 1773300000000;	/* 12 March 2026, 07:20 */
static const int today = 20524;

struct place { struct ceud d; struct jobs jobs; sqlite3 *db; int with_csv; long read; };

static _Noreturn void die(const char *what, const struct err *err)
{
	fprintf(stderr, "bench digest: %s%s%s\n", what, err ? ": " : "", err ? err->what : "");
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

		sqlite3_bind_int64(q, i, !strcmp(name, "$people") ? PEOPLE : !strcmp(name, "$each") ? DONE_EACH
		    : !strcmp(name, "$today") ? today : !strcmp(name, "$left") ? DAYS_LEFT : !strcmp(name, "$now") ? now
		    : !strcmp(name, "$csv") ? p->with_csv : ENTRIES);
	}
	if (sqlite3_step(q) != SQLITE_DONE)
		die(sqlite3_errmsg(p->db), NULL);
	sqlite3_finalize(q);
}

/* Person 1 leads. Each tenth of the others is done; what is kept of their cycles is fresh. */
static const char *const filling[] = {
	"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= $people) "
	"INSERT INTO person (id, email, name, login, uid, program, zone, role, disabled, created_at, last_entry) "
	"SELECT i, 'p' || i || '@example.org', 'Person ' || i, '', NULL, program, 'Europe/Berlin', 0, 0, $now, $entries "
	"FROM n, program_text",
	"INSERT INTO team (id, name, name_key, lead, every, csv) VALUES (1, 'CX team', 'cx team', 1, '', $csv)",
	"INSERT INTO member (team, person) SELECT 1, id FROM person WHERE id > 1",
	"INSERT INTO cycle (id, person, program_text, start_on, end_on, anchor_on, counts_from_on, counts_until_on, "
	"is_first, carried, enrolled_on, counted, required, state, chance, next_check_on, next_rung_on, due_on, rev) "
	"SELECT id, id, 1, last - 730, last, last, last - 730, last, 1, 0, last - 730, CASE WHEN id % $each THEN 900 ELSE 2000 END, "
	"2000, CASE WHEN id % $each THEN 3 ELSE 0 END, CASE WHEN id % $each THEN 100 ELSE 1000 END, $today + 1, NULL, NULL, 1 "
	"FROM (SELECT id, $today + $left + id % 300 AS last FROM person WHERE id > 1)",
	"WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < $entries) "
	"INSERT INTO entry (person, no, day_on, minutes, category, title, title_key, provider, note, competencies, "
	"source, calendar_name, uid, is_void, void_reason, is_late, created_at, changed_at, rev) "
	"SELECT person, k, start_on + 20 * k, CASE WHEN person % $each THEN 45 ELSE 120 END, "
	"CASE k % 3 WHEN 0 THEN 'training' WHEN 1 THEN 'college' ELSE 'conference' END, "
	"'Session ' || k || ' on journeys and metrics', 'session ' || k || ' on journeys and metrics', "
	"'Example Academy', '', 'voice', 0, '', '', 0, '', 0, $now, $now, 1 "
	"FROM n CROSS JOIN cycle",
};

static void fill(struct place *p)
{
	const struct program *program = programs_at(&p->d, 0);
	struct program_text text = { .hash = program->hash, .id = program->id };
	struct err err = { 0 };

	text.text = programs_text(&p->d, program, &text.len);
	if (store_begin(p->d.store, &err) || program_text_put(p->d.store, &text, now, &err))
		die("program", &err);
	for (size_t i = 0; i < sizeof filling / sizeof *filling; i++)
		run_sql(p, filling[i]);
	if (store_commit(p->d.store, &err) || store_checkpoint(p->d.store, &err))
		die("commit", &err);
}

static void open_place(struct place *p, const char *folder, int with_csv)
{
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	struct err err = { 0 };
	char path[700];

	*p = (struct place){ .with_csv = with_csv };
	snprintf(path, sizeof path, "%s/digest%d.db", folder, with_csv);
	p->d.now = now;
	p->d.jobs = &p->jobs;
	p->d.config = config_default();
	if (!p->d.config || programs_open(p->d.config, &p->d.programs, &errors) ||
	    templates_open(p->d.config, &p->d.render, &errors))
		die(buf_str(&text), NULL);
	p->d.config->mail_mode = MODE_LIVE;
	if (store_open(path, now, &p->d.store, &err) || loop_open(&p->d, &p->d.loop, &err) || digests_open(&p->jobs.digests, &err))
		die(path, &err);
	p->db = newest;
	fill(p);
}

static void close_place(struct place *p)
{
	digests_close(p->jobs.digests);
	loop_close(p->d.loop);
	render_close(p->d.render);
	store_close(p->d.store);
	programs_close(p->d.programs);
	config_free(p->d.config);
}

static void forget_mails(struct place *p)
{
	static const char *const sql[] = { "DELETE FROM digest_person", "DELETE FROM digest", "DELETE FROM outbox_bytes",
		"DELETE FROM outbox" };
	struct err err = { 0 };

	if (store_begin(p->d.store, &err))
		die("begin", &err);
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
		run_sql(p, sql[i]);
	if (store_commit(p->d.store, &err) || store_checkpoint(p->d.store, &err))
		die("commit", &err);
}

/* ---- one digest */

static int is_planned;

static void planned(void *arg, const struct buf *json, const struct err *err)
{
	(void)arg;
	if (err || !strstr(buf_str(json), "\"mailed\""))
		die("it is not planned", err);
	is_planned = 1;
}

/* All turns. Returns the work of the longest one. */
static double make(struct place *p)
{
	struct err err = { 0 };
	double longest = 0;

	is_planned = 0;
	if (digests_run(&p->d, planned, NULL, &err))
		die("run", &err);
	while (!is_planned) {
		double begun = bench_cpu_ms(), spent;

		digests_turn(&p->d);
		spent = bench_cpu_ms() - begun;
		longest = spent > longest ? spent : longest;
	}
	return longest;
}

/* ---- the same rows */

static void read_one(struct place *p, const struct member_row *m)
{
	struct arena a = ARENA_INIT;
	struct entry_list entries = { 0 };
	struct calendar_list calendars = { 0 };
	struct err err = { 0 };

	if (m->cycle.state != CYCLE_DONE || m->bare) {
		if (entry_between(p->d.store, m->person.id, m->cycle.counts_from, m->cycle.counts_until, 1, &a, &entries, &err) ||
		    calendar_of(p->d.store, m->person.id, &a, &calendars, &err))
			die("entries", &err);
		p->read += (long)entries.n;
	}
	arena_free(&a);
}

static void read_rows(struct place *p)
{
	struct member_list page;
	struct err err = { 0 };
	int64_t after = 0;

	do {
		struct arena a = ARENA_INIT;

		page = (struct member_list){ 0 };
		if (team_member_page(p->d.store, 1, after, now, PAGE, &a, &page, &err))
			die("page", &err);
		for (size_t i = 0; i < page.n; i++)
			read_one(p, &page.items[i]);
		after = page.n ? page.items[page.n - 1].person.id : after;
		p->read += (long)page.n;
		arena_free(&a);
	} while (page.n == PAGE);
}

static int compare(struct place *p, const char *what)
{
	struct sample digest = { .n = 0 }, rows = { .n = 0 }, turn = { .n = 0 };
	char name[100];

	make(p);
	read_rows(p);
	for (int i = 0; i < ROUNDS; i++) {
		double begun;

		forget_mails(p);
		begun = bench_cpu_ms();
		sample_add(&turn, make(p));
		sample_add(&digest, bench_cpu_ms() - begun);
		begun = bench_cpu_ms();
		p->read = 0;
		read_rows(p);
		sample_add(&rows, bench_cpu_ms() - begun);
	}
	snprintf(name, sizeof name, "digest for a team of 5,000%s", what);
	shown(name, &digest, "ms");
	snprintf(name, sizeof name, "reading its %ld rows", p->read);
	shown(name, &rows, "ms");
	snprintf(name, sizeof name, "digest for 5,000%s / reading the same rows", what);
	return limited(name, sample_ratio(&digest, &rows), "x", 2) |
	    limited("longest turn of it, work", sample_spread(&turn), "ms", 50);
}

int main(int argc, char **argv)
{
	static struct place plain, with_csv;
	int over;

	if (argc != 2)
		die("one argument is wanted: a folder", NULL);
	sqlite3_auto_extension((void (*)(void))remember);
	open_place(&plain, argv[1], 0);
	over = compare(&plain, "");
	close_place(&plain);
	open_place(&with_csv, argv[1], 1);
	over |= compare(&with_csv, ", with CSV");
	close_place(&with_csv);
	return over;
}
