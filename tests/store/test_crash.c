/* What an acknowledged change survives: kill -9 of the writer, a full disk. */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "db.h"

static struct err err;

/* Logs entries until it is killed; tells the number of each after its commit. */
static void write_until_killed(struct fixture *f, int out)
{
	struct store *s;

	if (store_open(f->path, NOW, &s, &err) < 0)
		_exit(2);
	for (;;) {
		struct entry e = an_entry(f, TODAY, 60, "workshop");

		if (store_begin(s, &err) < 0 || ledger_step(s, &f->maria, &err) < 0 ||
		    cycle_lock(s, f->cycle, &err) < 0 || entry_add(s, &f->maria, "log", &e, &err) < 0 ||
		    cycle_keep(s, f->cycle, &(struct cycle_found){ e.no, 2000, CYCLE_ON_TRACK, 800, TODAY + 10,
		    DAY_NONE }, &err) < 0 ||
		    store_commit(s, &err) < 0)
			_exit(3);
		if (write(out, &e.no, sizeof(e.no)) != (ssize_t)sizeof(e.no))
			_exit(4);
	}
}

/* Runs the writer for a while; returns the last number that it acknowledged. */
static int64_t one_round(struct fixture *f, long pause_us, int64_t last)
{
	struct timespec pause = { 0, pause_us * 1000 };
	int64_t no;
	int pipes[2], status;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(pipes[0]);
		write_until_killed(f, pipes[1]);
	}
	close(pipes[1]);
	nanosleep(&pause, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status))
		fail_msg("the writer ended with %d", WEXITSTATUS(status));
	while (read(pipes[0], &no, sizeof(no)) == (ssize_t)sizeof(no)) {
		assert_int_equal(no, last + 1);
		last = no;
	}
	close(pipes[0]);
	return last;
}

static void test_kill(void **state)
{
	struct fixture *f = *state;
	const char *given = getenv("CEUD_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid();
	struct cycle_row c;
	int64_t last = 0, rows, kept;
	int i;

	print_message("CEUD_SEED=%u\n", seed);
	store_close(f->s);
	f->s = NULL;
	for (i = 0; i < 100; i++) {
		last = one_round(f, 1000 + (long)(rand_r(&seed) % 15000), last);
		DONE(store_open(f->path, NOW, &f->s, &err), err);
		assert_int_equal(cycle_current(f->s, f->maria.person, &f->arena, &c, &err), 1);
		assert_true(c.counted == last ||
		    c.counted == last + 1);	/* one may have gone unanswered */
		last = c.counted;
		DONE(ledger_verify(f->s, &rows, &err), err);
		assert_int_equal(rows, 5 + last);
		store_close(f->s);
		f->s = NULL;
	}
	kept = raw_number(f, "SELECT count(*) FROM entry");
	assert_int_equal(kept, last);
	assert_int_equal(raw_number(f, "SELECT max(no) FROM entry"), last);
	DONE(store_open(f->path, NOW, &f->s, &err), err);
	DONE(store_check(f->s, &err), err);
	print_message("100 kills, %lld entries, all there\n", (long long)kept);
	assert_true(kept > 0);
}

static void limit_pages(struct fixture *f, int64_t pages)
{
	char sql[60];

	snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %lld", (long long)pages);
	assert_int_equal(sqlite3_exec(f->s->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* The file may not grow: the change is refused whole, reading goes on, and later it works again. */
static void test_full(void **state)
{
	struct fixture *f = *state;
	struct entry e;
	int64_t entries, rows, pages = 0;
	int i, rc = 0;

	add_entry(f, TODAY, 60, "before");
	DONE(db_number(f->s, SQL_GET_PAGE_COUNT, NO_VALUES, &pages, &err), err);
	limit_pages(f, pages);
	for (i = 0; i < 1000 && rc == 0; i++) {
		e = an_entry(f, TODAY, 60,
		    "workshop that is long enough to fill a page of the database soon, we hope");
		begin_as(f, &f->maria);
		rc = entry_add(f->s, &f->maria, "log", &e, &err);
		if (rc == 0)
			commit(f);
	}
	assert_int_equal(rc, -1);
	assert_code(&err, ERR_FAILED, "store-full");
	assert_has(err.next, "Free some space");
	if (!store_in_transaction(f->s)) {
		assert_int_equal(store_commit(f->s, &err), -1);
		assert_code(&err, ERR_FAILED, "store-no-transaction");
	}
	rollback(f);
	entries = raw_number(f, "SELECT count(*) FROM entry");
	DONE(ledger_verify(f->s, &rows, &err), err);
	assert_int_equal(rows, 5 + entries);
	assert_int_equal(get_entry(f, entries).no, entries);
	limit_pages(f, pages + 100);
	e = add_entry(f, TODAY, 60, "after");
	assert_int_equal(e.no, entries + 1);
	DONE(store_check(f->s, &err), err);
}

/* Another program that writes is waited for, and then named. */
static void test_busy(void **state)
{
	struct fixture *f = *state;
	sqlite3 *other;

	assert_int_equal(sqlite3_open_v2(f->path, &other, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(f->s->db, 10), SQLITE_OK);
	assert_int_equal(store_begin(f->s, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	assert_has(err.what, "Another program holds the database");
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
	DONE(store_begin(f->s, &err), err);
	rollback(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kill, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_full, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_busy, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
