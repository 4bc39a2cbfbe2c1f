/* Each allocation that SQLite makes for a change fails once: nothing is half kept, and afterwards all
 * works. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct err err;
static sqlite3_mem_methods real;
static long until;			/* allocations until one fails; 0 = never */
static long failures;

static int fails(void)
{
	if (until > 0 && --until == 0) {
		failures++;
		return 1;
	}
	return 0;
}

static void *may_malloc(int n)
{
	return fails() ? NULL : real.xMalloc(n);
}

static void *may_realloc(void *p, int n)
{
	return fails() ? NULL : real.xRealloc(p, n);
}

static int group_setup(void **state)
{
	sqlite3_mem_methods mine;

	(void)state;
	/* Many files are opened and none has to last. */
	if (access("/dev/shm", W_OK) == 0 && setenv("TMPDIR", "/dev/shm", 0) < 0)
		return -1;
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) != SQLITE_OK)
		return -1;
	mine = real;
	mine.xMalloc = may_malloc;
	mine.xRealloc = may_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) != SQLITE_OK)
		return -1;
	/* Lookaside would serve the small ones. */
	return sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK ? 0 : -1;
}

/* Failing with memory is all that may go wrong; what the caller got before stays as it was. */
static int survived(int rc)
{
	until = 0;
	if (rc == 0)
		return 1;
	if (strcmp(err.code, "out-of-memory") != 0 && strcmp(err.code, "store-failed") != 0 &&
	    strcmp(err.code, "store-no-transaction") != 0)
		fail_msg("%s: %s", err.code, err.what);
	return 0;
}

static int log_one(struct fixture *f, struct entry *e)
{
	if (store_begin(f->s, &err) < 0)
		return -1;
	if (ledger_step(f->s, &f->maria, &err) < 0 || cycle_lock(f->s, f->cycle, &err) < 0 ||
	    entry_add(f->s, &f->maria, "log", e, &err) < 0 ||
	    cycle_keep(f->s, f->cycle, &(struct cycle_found){ 100, 2000, CYCLE_ON_TRACK, 800, TODAY + 10,
	    DAY_NONE }, &err) < 0 ||
	    store_commit(f->s, &err) < 0) {
		until = 0;
		store_rollback(f->s);
		return -1;
	}
	return 0;
}

static void test_log(void **state)
{
	struct fixture *f = *state;
	int64_t rows, logged = 0;
	long n, failed = failures;
	int done = 0;

	for (n = 1; !done; n++) {
		struct entry e = an_entry(f, TODAY, 60, "workshop");

		fixture_reopen(f);
		until = n;
		done = survived(log_one(f, &e)) && failures == failed;
		failed = failures;
		assert_false(store_in_transaction(f->s));
		logged = raw_number(f, "SELECT count(*) FROM entry");
		DONE(ledger_verify(f->s, &rows, &err), err);
		assert_int_equal(rows, 5 + logged);
	}
	print_message("%ld allocations failed\n", n - 2);
	assert_true(n > 50);
	assert_int_equal(add_entry(f, TODAY, 60, "after").no, logged + 1);
	DONE(store_check(f->s, &err), err);
}

static void test_open(void **state)
{
	struct fixture *f = *state;
	long n, failed = failures;
	int done = 0;

	for (n = 1; !done; n++) {
		store_close(f->s);
		f->s = NULL;
		until = n;
		done = survived(store_open(f->path, NOW, &f->s, &err)) && failures == failed;
		failed = failures;
	}
	assert_true(n > 50);
	DONE(store_check(f->s, &err), err);
}

static void test_undo_and_reads(void **state)
{
	struct fixture *f = *state;
	struct entry_list entries;
	struct change_list l;
	long n, failed = failures;
	int done = 0;

	for (n = 1; !done; n++) {
		struct entry e = add_entry(f, TODAY, 60, "workshop");

		fixture_reopen(f);
		DONE(store_begin(f->s, &err), err);
		DONE(ledger_step(f->s, &f->maria, &err), err);
		until = n;
		done = survived(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err)) &&
		    failures == failed;
		if (done)
			commit(f);
		else
			rollback(f);
		assert_int_equal(get_entry(f, e.no).is_void, done);
		failed = failures;
	}
	done = 0;
	for (n = 1; !done; n++) {
		fixture_reopen(f);
		until = n;
		done = survived(entry_between(f->s, f->maria.person, DAY_NONE, DAY_NONE, 1, &f->arena,
		    &entries, &err)) && failures == failed;
		failed = failures;
	}
	assert_true(entries.n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_log, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_open, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_undo_and_reads, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
