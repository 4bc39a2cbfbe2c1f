/* Redo, and undo and redo together over random histories: each step back and forth gives the state that
 * was. */
#include "commands.h"

#include <stdio.h>
#include "seed.h"

static struct err err;

enum { HISTORIES = 20, STEPS = 90 };

static int take(struct fixture *f, struct actor *by, int redo, struct change_list *l)
{
	int rc;

	begin_as(f, by);
	rc = redo ? ledger_redo(f->s, by, f->maria.person, &f->arena, l, &err) :
	    ledger_undo(f->s, by, f->maria.person, &f->arena, l, &err);
	if (rc < 0)
		rollback(f);
	else
		commit(f);
	return rc;
}

static void undo(struct fixture *f, struct actor *by)
{
	struct change_list l;

	DONE(take(f, by, 0, &l), err);
}

static void redo_says(struct fixture *f, struct actor *by, const char *text)
{
	struct change_list l;

	DONE(take(f, by, 1, &l), err);
	assert_true(l.n >= 1);
	assert_string_equal(l.items[l.n - 1].text, text);
	assert_string_equal(l.items[l.n - 1].action, "redo");
	assert_true(l.items[l.n - 1].undoes > 0);
	DONE(ledger_verify(f->s, NULL, &err), err);
}

static void refused(struct fixture *f, struct actor *by, int redo, const char *code)
{
	struct change_list l = { NULL, 77, 0 };

	assert_int_equal(take(f, by, redo, &l), -1);
	assert_code(&err, ERR_RULE, code);
	assert_int_equal(l.n, 77);
}

static void update(struct fixture *f, struct actor *by, struct entry *e)
{
	begin_as(f, by);
	DONE(entry_update(f->s, by, "edit", e, &err), err);
	commit(f);
}

static void test_walks_forward(void **state)
{
	struct fixture *f = *state;
	struct entry e;

	refused(f, &f->maria, 1, "nothing-to-redo");
	e = add_entry(f, TODAY, 60, "one");
	refused(f, &f->maria, 1, "nothing-to-redo");
	e.minutes = 120;
	update(f, &f->maria, &e);
	e.minutes = 180;
	update(f, &f->maria, &e);
	undo(f, &f->maria);
	undo(f, &f->maria);
	undo(f, &f->maria);
	assert_int_equal(get_entry(f, 1).is_void, 1);
	fixture_reopen(f);
	redo_says(f, &f->maria, "redo: log 1");
	assert_int_equal(get_entry(f, 1).is_void, 0);
	assert_string_equal(get_entry(f, 1).void_reason, "");
	assert_int_equal(get_entry(f, 1).minutes, 60);
	redo_says(f, &f->maria, "redo: edit 1: hours 1.0 to 2.0");
	assert_int_equal(get_entry(f, 1).minutes, 120);
	undo(f, &f->maria);
	assert_int_equal(get_entry(f, 1).minutes, 60);
	redo_says(f, &f->maria, "redo: edit 1: hours 1.0 to 2.0");
	redo_says(f, &f->maria, "redo: edit 1: hours 2.0 to 3.0");
	assert_int_equal(get_entry(f, 1).minutes, 180);
	refused(f, &f->maria, 1, "nothing-to-redo");
	assert_string_equal(err.what, "There is nothing to redo.");
}

static void test_a_new_change_ends_it(void **state)
{
	struct fixture *f = *state;

	add_entry(f, TODAY, 60, "one");
	undo(f, &f->maria);
	add_entry(f, TODAY, 60, "two");
	refused(f, &f->maria, 1, "nothing-to-redo");
	undo(f, &f->maria);
	redo_says(f, &f->maria, "redo: log 2");
	refused(f, &f->maria, 1, "nothing-to-redo");
	assert_int_equal(get_entry(f, 1).is_void, 1);
}

static void test_overtaken(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one");

	e.minutes = 120;
	update(f, &f->maria, &e);
	undo(f, &f->maria);
	e = get_entry(f, 1);
	e.note = "checked";
	update(f, &f->admin, &e);
	refused(f, &f->maria, 1, "undo-overtaken");
	assert_string_equal(err.what,
	    "\"edit 1: hours 1.0 to 2.0\" cannot be redone: someone else changed the same since (edit).");
	refused(f, &f->admin, 1, "nothing-to-redo");
	undo(f, &f->admin);
	redo_says(f, &f->maria, "redo: edit 1: hours 1.0 to 2.0");
	assert_int_equal(get_entry(f, 1).minutes, 120);
	/* The admin's redo would bring back what Maria's later change does not know. */
	refused(f, &f->admin, 1, "undo-overtaken");
}

/* Maria takes back what lay under the admin's undone change: the admin's redo must not bring it back. */
static void test_undone_below(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one");

	e.minutes = 90;
	update(f, &f->admin, &e);
	undo(f, &f->admin);
	undo(f, &f->maria);
	assert_int_equal(get_entry(f, 1).is_void, 1);
	refused(f, &f->admin, 1, "undo-overtaken");
	redo_says(f, &f->maria, "redo: log 1");
	redo_says(f, &f->admin, "redo: edit 1: hours 1.0 to 1.5");
	assert_int_equal(get_entry(f, 1).minutes, 90);
}

static void test_needs_a_transaction(void **state)
{
	struct fixture *f = *state;
	struct change_list l;

	assert_int_equal(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
}

/* ---- random histories */

static const char *undone[COMMANDS_KINDS];	/* kinds of commands that were taken back */

static void note_undone(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS_KINDS && undone[i] && strcmp(undone[i], name) != 0; i++)
		;
	assert_true(i < COMMANDS_KINDS);
	undone[i] = name;
}

struct history {
	struct buf states[STEPS + 1];		/* what could be seen after each command that holds */
	const char *names[STEPS + 1];
	size_t at, n;				/* states[at] is now; redo may go to n */
};

static void check_state(struct fixture *f, const struct history *h, const char *how)
{
	struct buf now = BUF_INIT;
	char what[120];

	dump_visible(f, &now);
	snprintf(what, sizeof(what), "%s of \"%s\" (state %zu of %zu)", how,
	    h->names[h->at + (how[0] == 'u')], h->at, h->n);
	assert_same_dump(&h->states[h->at], &now, what);
	buf_free(&now);
}

static void one_undo(struct fixture *f, struct history *h)
{
	if (h->at == 0) {
		refused(f, &f->maria, 0, "nothing-to-undo");
		return;
	}
	undo(f, &f->maria);
	note_undone(h->names[h->at--]);
	check_state(f, h, "undo");
}

static void one_redo(struct fixture *f, struct history *h)
{
	struct change_list l;

	if (h->at == h->n) {
		refused(f, &f->maria, 1, "nothing-to-redo");
		return;
	}
	DONE(take(f, &f->maria, 1, &l), err);
	h->at++;
	check_state(f, h, "redo");
}

static void one_command(struct fixture *f, struct history *h)
{
	const char *name;

	if (!random_command(f, &name))
		return;
	h->n = ++h->at;
	h->names[h->at] = name;
	buf_reset(&h->states[h->at]);
	dump_visible(f, &h->states[h->at]);
}

/* Back to the beginning and forward to the end again: nothing at all may differ. */
static void there_and_back(struct fixture *f, struct history *h)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	size_t at;

	while (h->at < h->n)
		one_redo(f, h);
	at = h->at;
	dump_all(f, &before);
	while (h->at)
		one_undo(f, h);
	fixture_reopen(f);
	while (h->at < at)
		one_redo(f, h);
	dump_all(f, &after);
	assert_same_dump(&before, &after, "undo^k redo^k");
	buf_free(&before);
	buf_free(&after);
}

static void one_history(void)
{
	struct history h = { .at = 0 };
	struct fixture *f;
	void *state;
	int i;

	assert_int_equal(fixture_open(&state), 0);
	f = state;
	commands_prepare(f);
	dump_visible(f, &h.states[0]);
	h.names[0] = "nothing";
	for (i = 0; i < STEPS; i++) {
		int64_t what = seed_between(0, 9);

		f->maria.now++;
		if (what < 6)
			one_command(f, &h);
		else if (what < 8)
			one_undo(f, &h);
		else
			one_redo(f, &h);
		if (seed_between(0, 29) == 0)
			fixture_reopen(f);
	}
	there_and_back(f, &h);
	DONE(store_check(f->s, &err), err);
	for (i = 0; i <= STEPS; i++)
		buf_free(&h.states[i]);
	fixture_close(&state);
}

static void test_random_histories(void **state)
{
	int i;

	(void)state;
	seed_begin("undo and redo");
	for (i = 0; i < HISTORIES; i++)
		one_history();
	assert_non_null(undone[COMMANDS_KINDS - 1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_walks_forward, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_a_new_change_ends_it, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_overtaken, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_undone_below, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_needs_a_transaction, fixture_open, fixture_close),
		cmocka_unit_test(test_random_histories),
	};

	return cmocka_run_group_tests(tests, commands_in_memory, NULL);
}
