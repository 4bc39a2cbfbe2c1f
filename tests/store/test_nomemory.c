/* The allocations of undo, redo, the past, evidence and cycles fail one by one, ours and SQLite's: an error
 * comes of it, nothing is changed and nothing leaks. Of a long run the first ones, then some: others each
 * time. */
#include "commands.h"
#include <stdlib.h>
#include "failing.h"

#ifndef SANITIZED

#include <stdio.h>
#include "seed.h"

static struct err err;

enum { EACH = 300, STRIDE = 8 };

static int do_undo(struct fixture *f)
{
	struct change_list l;

	return ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err);
}

static int do_redo(struct fixture *f)
{
	struct change_list l;

	return ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err);
}

static int do_rewind(struct fixture *f)
{
	struct past past;

	return ledger_rewind(f->s, f->maria.person, NOW - 1, &f->arena, &past, &err);
}

static int do_evidence(struct fixture *f)
{
	struct evidence v = { .name = "b.pdf", .type = "application/pdf", .sha256 = HASH_A, .bytes = 1,
	    .added_at = 1 };
	struct entry e;

	if (entry_get(f->s, f->maria.person, 1, &f->arena, &e, &err) < 0 ||
	    evidence_add(f->s, &f->maria, &e, &v, &err) < 0)
		return -1;
	return evidence_remove(f->s, &f->maria, &e, "b.pdf", &err);
}

static int do_no_evidence(struct fixture *f)
{
	struct entry e;
	int rc;

	if (entry_get(f->s, f->maria.person, 1, &f->arena, &e, &err) < 0)
		return -1;
	rc = evidence_remove(f->s, &f->maria, &e, "none.pdf", &err);
	return rc < 0 && strcmp(err.code, "no-evidence") == 0 ? 0 : -1;
}

static int do_cycles(struct fixture *f)
{
	struct submission sub = { .cycle = f->cycle, .at = NOW, .on = TODAY, .counted = 1, .required = 1,
	    .body = "{}" };
	struct cycle_row next = { .person = f->maria.person, .program_hash = HASH_B, .start = TODAY + 365,
	    .end = TODAY + 1094, .anchor_end = TODAY + 1094, .counts_from = TODAY + 365,
	    .counts_until = TODAY + 1094, .enrolled_on = TODAY, .next_check = DAY_NONE, .next_rung = DAY_NONE };

	if (submission_add(f->s, &f->maria, &sub, &err) < 0 ||
	    cycle_rebind(f->s, &f->maria, f->cycle, HASH_B, &err) < 0 ||
	    cycle_close(f->s, &f->maria, "renew", f->cycle, TODAY + 364, NULL, &err) < 0)
		return -1;
	return cycle_open(f->s, &f->maria, &next, &err);
}

static int do_people(struct fixture *f)
{
	struct team t = { .id = f->team, .name = "Other", .every = "month" };
	struct person p;

	if (person_get(f->s, f->maria.person, &f->arena, &p, &err) < 0)
		return -1;
	p.name = "M.";
	if (person_update(f->s, &f->maria, &p, &err) < 0 || team_update(f->s, &f->maria, &t, &err) < 0 ||
	    team_leave(f->s, &f->maria, f->team, f->maria.person, &err) < 0)
		return -1;
	return program_install(f->s, &f->maria, &(struct program_text){ .hash = HASH_B }, &err);
}

/* A step of Maria with everything that undo knows in it. */
static void one_step_of_all(struct fixture *f)
{
	struct evidence v = { .name = "a.pdf", .type = "application/pdf", .sha256 = HASH_A, .bytes = 1,
	    .added_at = 1 };
	struct entry e = an_entry(f, TODAY, 60, "one");
	struct proposal p;

	commands_prepare(f);
	e.ntags = 1;
	e.tags[0] = "live";
	p = get_proposal(f, 2);
	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "log", &e, &err), err);
	DONE(evidence_add(f->s, &f->maria, &e, &v, &err), err);
	DONE(proposal_decide(f->s, &f->maria, "skip", &p, PROPOSAL_SKIPPED, 0, &err), err);
	DONE(do_people(f), err);
	DONE(do_cycles(f), err);
	commit(f);
}

static int may_be(const char *code)
{
	return strcmp(code, "out-of-memory") == 0 || strcmp(code, "store-failed") == 0 ||
	    strcmp(code, "store-no-transaction") == 0;
}

/* The nth allocation fails. 1 if there are fewer. */
static int fail_one(struct fixture *f, const char *name, int (*run)(struct fixture *f), long n, long *failed)
{
	int rc, over;

	DONE(store_open(f->path, NOW, &f->s, &err), err);
	begin_as(f, &f->maria);
	countdown = n;
	rc = run(f);
	over = countdown > 0;
	countdown = 0;
	if (over && rc < 0)
		fail_msg("%s: %s: %s", name, err.code, err.what);
	if (rc < 0 && !may_be(err.code))
		fail_msg("%s, allocation %ld: %s: %s", name, n, err.code, err.what);
	rollback(f);
	*failed += rc < 0;
	return over;
}

static void fail_each(struct fixture *f, const char *name, int (*run)(struct fixture *f))
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	long n = 0, tried = 0, before_open, failed = 0;
	int over = 0;

	dump_all(f, &before);
	store_close(f->s);
	f->s = NULL;
	arena_free(&f->arena);
	for (before_open = live; !over; ) {
		n += n < EACH ? 1 : (long)seed_between(1, STRIDE);
		over = fail_one(f, name, run, n, &failed);
		if (over || ++tried % 100 == 1) {
			buf_reset(&after);
			dump_all(f, &after);
			assert_same_dump(&before, &after, name);
			buf_free(&after);
		}
		store_close(f->s);
		f->s = NULL;
		arena_free(&f->arena);
		if (live != before_open)
			fail_msg("%s, allocation %ld: %ld blocks are lost", name, n, live - before_open);
	}
	print_message("%s: %ld of %ld allocations failed it\n", name, failed, tried);
	assert_true(failed > 10);
	buf_free(&before);
	DONE(store_open(f->path, NOW, &f->s, &err), err);
}

static void test_each_allocation(void **state)
{
	struct fixture *f = *state;
	struct change_list l;

	seed_begin("allocations");
	one_step_of_all(f);
	fail_each(f, "undo", do_undo);
	fail_each(f, "rewind", do_rewind);
	begin_as(f, &f->maria);
	DONE(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	fail_each(f, "redo", do_redo);
	begin_as(f, &f->maria);
	DONE(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	fail_each(f, "evidence", do_evidence);
	fail_each(f, "no evidence", do_no_evidence);
	begin_as(f, &f->maria);
	DONE(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	fail_each(f, "cycles", do_cycles);
	fail_each(f, "people", do_people);
	DONE(store_check(f->s, &err), err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_allocation, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, commands_in_memory, NULL);
}

#endif
