/* The past: what ledger_rewind() says of each instant equals what was written down then. */
#include "commands.h"

#include <stdio.h>
#include "base/buf.h"
#include "seed.h"

static struct err err;

enum { HISTORIES = 10, STEPS = 80 };

static void write_ids(struct buf *out, const char *const *ids, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_printf(out, "%s,", ids[i]);
	buf_putc(out, '|');
}

static void write_entries(struct buf *out, const struct entry_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct entry *e = &l->items[i];

		buf_printf(out, "entry %lld|%lld|%lld|%d|%d|%s|%s|%s|%s|%s|", (long long)e->id,
		    (long long)e->person, (long long)e->no, e->day, e->minutes, e->category, e->title,
		    e->title_key, e->provider, e->note);
		write_ids(out, e->competencies, e->ncompetencies);
		write_ids(out, e->tags, e->ntags);
		buf_printf(out, "%s|%lld|%d|files %d|%d|%s|%s|%lld|void %d|%s|%d|%lld|%lld|%lld\n", e->kind,
		    (long long)e->quantity, e->is_planned, e->nevidence, (int)e->source, e->calendar_name,
		    e->uid, (long long)e->proposal, e->is_void, e->void_reason, e->is_late,
		    (long long)e->created_at,
		    (long long)e->changed_at, (long long)e->rev);
	}
}

static void write_cycles(struct buf *out, const struct cycle_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct cycle_row *c = &l->items[i];

		buf_printf(out, "cycle %lld|%lld|%.4s|%d|%d|%d|%d|%d|first %d|%lld|%d|%lld|%lld|%lld\n",
		    (long long)c->id, (long long)c->person, c->program_hash, c->start, c->end, c->anchor_end,
		    c->counts_from,
		    c->counts_until, c->is_first, (long long)c->carried, c->enrolled_on,
		    (long long)c->submitted_at, (long long)c->submission, (long long)c->closed_at);
	}
}

static void now_is(struct fixture *f, struct buf *out)
{
	struct entry_list entries;
	struct cycle_list cycles;

	buf_reset(out);
	DONE(entry_between(f->s, f->maria.person, DAY_NONE, DAY_NONE, 1, &f->arena, &entries, &err), err);
	DONE(cycle_list_of(f->s, f->maria.person, &f->arena, &cycles, &err), err);
	write_entries(out, &entries);
	write_cycles(out, &cycles);
	assert_false(out->failed);
}

static void then_was(struct fixture *f, int64_t instant, struct buf *out)
{
	struct past past;

	buf_reset(out);
	DONE(ledger_rewind(f->s, f->maria.person, instant, &f->arena, &past, &err), err);
	write_entries(out, &past.entries);
	write_cycles(out, &past.cycles);
	assert_false(out->failed);
}

static void one_step(struct fixture *f)
{
	const char *name;
	struct change_list l;
	int64_t what = seed_between(0, 9);
	int rc;

	if (what < 7) {
		random_command(f, &name);
		return;
	}
	begin_as(f, &f->maria);
	rc = what == 9 ? ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err) :
	    ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err);
	if (rc < 0)
		rollback(f);
	else
		commit(f);
}

static void one_history(void)
{
	struct buf was[STEPS] = { { 0 } }, is = BUF_INIT;
	struct fixture *f;
	char what[60];
	void *state;
	int i;

	assert_int_equal(fixture_open(&state), 0);
	f = state;
	commands_prepare(f);
	for (i = 0; i < STEPS; i++) {
		f->maria.now = NOW + 1000 * (i + 1);
		one_step(f);
		now_is(f, &was[i]);
	}
	for (i = STEPS; i-- > 0;) {
		snprintf(what, sizeof(what), "the past after step %d of %d", i, STEPS);
		then_was(f, NOW + 1000 * (i + 1) + seed_between(0, 999), &is);
		assert_same_dump(&was[i], &is, what);
		buf_free(&was[i]);
	}
	buf_free(&is);
	fixture_close(&state);
}

static void test_random_histories(void **state)
{
	int i;

	(void)state;
	seed_begin("the past");
	for (i = 0; i < HISTORIES; i++)
		one_history();
}

static void test_before_anything(void **state)
{
	struct fixture *f = *state;
	struct past past;

	f->maria.now = NOW + 5;
	add_entry(f, TODAY, 60, "one");
	DONE(ledger_rewind(f->s, f->maria.person, NOW - 1, &f->arena, &past, &err), err);
	assert_int_equal(past.entries.n, 0);
	assert_int_equal(past.cycles.n, 0);
	DONE(ledger_rewind(f->s, f->maria.person, NOW, &f->arena, &past, &err), err);
	assert_int_equal(past.entries.n, 0);
	assert_int_equal(past.cycles.n, 1);
	assert_int_equal(past.cycles.items[0].id, f->cycle);
	DONE(ledger_rewind(f->s, f->mark, NOW + 9, &f->arena, &past, &err), err);
	assert_int_equal(past.entries.n + past.cycles.n, 0);
}

static void test_a_file_then_and_now(void **state)
{
	struct fixture *f = *state;
	struct entry e;
	struct evidence v = { .name = "a.pdf", .type = "application/pdf", .sha256 = HASH_A, .bytes = 5 };
	struct past past;
	const int files[] = { 0, 1, 0 };
	int i;

	f->maria.now = NOW + 1;
	e = add_entry(f, TODAY, 60, "one");
	f->maria.now = NOW + 2;
	begin_as(f, &f->maria);
	DONE(evidence_add(f->s, &f->maria, &e, &v, &err), err);
	commit(f);
	f->maria.now = NOW + 3;
	begin_as(f, &f->maria);
	DONE(evidence_remove(f->s, &f->maria, &e, "a.pdf", &err), err);
	commit(f);
	for (i = 0; i < 3; i++) {
		DONE(ledger_rewind(f->s, f->maria.person, NOW + 1 + i, &f->arena, &past, &err), err);
		assert_int_equal(past.entries.n, 1);
		assert_int_equal(past.entries.items[0].nevidence, files[i]);
	}
}

static void test_erased(void **state)
{
	struct fixture *f = *state;
	struct past past = { { NULL, 77, 0 }, { NULL, 0, 0 } };

	f->maria.now = NOW + 1;
	add_entry(f, TODAY, 60, "one");
	f->maria.now = NOW + 2;
	add_entry(f, TODAY, 60, "two");
	assert_int_equal(raw_exec(f, "DELETE FROM ledger_text WHERE seq = 6"), SQLITE_OK);
	DONE(ledger_rewind(f->s, f->maria.person, NOW + 1, &f->arena, &past, &err), err);
	assert_int_equal(past.entries.n, 1);
	past.entries.n = 77;
	assert_int_equal(ledger_rewind(f->s, f->maria.person, NOW, &f->arena, &past, &err), -1);
	assert_code(&err, ERR_RULE, "past-erased");
	assert_int_equal(past.entries.n, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_before_anything, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_a_file_then_and_now, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_erased, fixture_open, fixture_close),
		cmocka_unit_test(test_random_histories),
	};

	return cmocka_run_group_tests(tests, commands_in_memory, NULL);
}
