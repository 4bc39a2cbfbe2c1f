/* The ledger: what a row holds, the chain, what tampering and erasing do to it. */
#include "fixture.h"

#include <stdio.h>
#include "base/json.h"

static struct err err;

static int64_t verify(struct fixture *f)
{
	int64_t rows = -1;

	DONE(ledger_verify(f->s, &rows, &err), err);
	return rows;
}

static void test_empty(void **state)
{
	struct fixture *f = *state;
	char head[65];

	assert_int_equal(verify(f), 0);
	DONE(ledger_head(f->s, head, &err), err);
	assert_string_equal(head, "0000000000000000000000000000000000000000000000000000000000000000");
}

static void test_rows(void **state)
{
	struct fixture *f = *state;
	struct change_list l;
	char head[65], later[65];
	int64_t rows = verify(f);

	assert_int_equal(rows, 5);		/* two people, a cycle, a team, a member */
	DONE(ledger_head(f->s, head, &err), err);
	add_entry(f, TODAY, 60, "one");
	add_entry(f, TODAY, 60, "two");
	assert_int_equal(verify(f), 7);
	DONE(ledger_head(f->s, later, &err), err);
	assert_string_not_equal(head, later);
	DONE(ledger_of(f->s, f->maria.person, 0, 100, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 5);
	assert_int_equal(l.items[0].seq, 7);
	assert_int_equal(l.items[0].step, 7);
	assert_int_equal(l.items[0].at, NOW);
	assert_string_equal(l.items[0].actor, "maria@example.org");
	assert_string_equal(l.items[0].action, "log");
	assert_string_equal(l.items[0].object, "entry:2");
	assert_string_equal(l.items[0].text, "log 2");
	assert_int_equal(l.items[0].undoes, 0);
	assert_string_equal(l.items[2].text, "join team Support EMEA");
	assert_string_equal(l.items[2].actor, "uid 0");
	assert_string_equal(l.items[3].text, "open cycle: 12 March 2025 to 11 March 2027");
	assert_string_equal(l.items[4].text, "add maria@example.org");
	assert_int_equal(l.items[4].step, l.items[2].step);
	DONE(ledger_of(f->s, f->maria.person, 7, 2, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.items[0].seq, 6);
	DONE(ledger_of(f->s, 99, 0, 100, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
}

static void test_a_step_is_needed(void **state)
{
	struct fixture *f = *state;
	struct actor nobody = { 0, "uid 0", NOW, 0 };

	assert_int_equal(ledger_step(f->s, &nobody, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	assert_int_equal(ledger_add(f->s, &f->admin, 0, "x", "x:1", NULL, NULL, "x", &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(ledger_add(f->s, &nobody, 0, "x", "x:1", NULL, NULL, "x", &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-step");
	nobody.step = 4711;
	assert_int_equal(ledger_add(f->s, &nobody, 0, "x", "x:1", NULL, NULL, "x", &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-step");
	DONE(ledger_step(f->s, &nobody, &err), err);
	DONE(ledger_add(f->s, &nobody, 0, "x", "x:1", NULL, "{\"a\":1}", NULL, &err), err);
	commit(f);
	assert_int_equal(verify(f), 6);
	assert_int_equal(raw_number(f,
	    "SELECT body = '{\"before\":null,\"after\":{\"a\":1}}' FROM ledger_text WHERE seq = 6"), 1);
}

static void test_it_is_append_only(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(raw_exec(f, "UPDATE ledger SET at = 1 WHERE seq = 2"), SQLITE_CONSTRAINT);
	assert_int_equal(raw_exec(f, "DELETE FROM ledger WHERE seq = 5"), SQLITE_CONSTRAINT);
	assert_int_equal(raw_exec(f,
	    "INSERT OR REPLACE INTO ledger SELECT seq, 1, step, actor, actor_person, subject, action, "
	    "object, undoes, digest, hash FROM ledger WHERE seq = 3"), SQLITE_CONSTRAINT);
	assert_int_equal(raw_exec(f, "UPDATE ledger_text SET text = 'x' WHERE seq = 2"), SQLITE_CONSTRAINT);
	assert_int_equal(verify(f), 5);
}

/* With the triggers gone, every change is still found, at the row where it was made. */
static void test_tampering(void **state)
{
	struct fixture *f = *state;
	static const struct { const char *change, *back; int64_t seq; } tricks[] = {
		{ "UPDATE ledger SET at = at + 1 WHERE seq = 2",
		    "UPDATE ledger SET at = at - 1 WHERE seq = 2", 2 },
		{ "UPDATE ledger SET actor = 'uid 1' WHERE seq = 4",
		    "UPDATE ledger SET actor = 'uid 0' WHERE seq = 4", 4 },
		{ "UPDATE ledger SET actor_person = 2 WHERE seq = 6",
		    "UPDATE ledger SET actor_person = 1 WHERE seq = 6", 6 },
		{ "UPDATE ledger SET subject = 2 WHERE seq = 1",
		    "UPDATE ledger SET subject = 1 WHERE seq = 1", 1 },
		{ "UPDATE ledger SET step = 2 WHERE seq = 3", "UPDATE ledger SET step = 1 WHERE seq = 3", 3 },
		{ "UPDATE ledger SET undoes = 1 WHERE seq = 3",
		    "UPDATE ledger SET undoes = NULL WHERE seq = 3", 3 },
		{ "UPDATE ledger SET action = 'sat' WHERE seq = 1",
		    "UPDATE ledger SET action = 'add' WHERE seq = 1", 1 },
		{ "UPDATE ledger SET object = 'team:11' WHERE seq = 4",
		    "UPDATE ledger SET object = 'team:1' WHERE seq = 4", 4 },
		{ "UPDATE ledger_text SET text = 'log 2' WHERE seq = 6",
		    "UPDATE ledger_text SET text = 'log 1' WHERE seq = 6", 6 },
		{ "UPDATE ledger_text SET body = body || ' ' WHERE seq = 6",
		    "UPDATE ledger_text SET body = rtrim(body) WHERE seq = 6", 6 },
		{ "UPDATE ledger SET seq = 70 WHERE seq = 7", "UPDATE ledger SET seq = 7 WHERE seq = 70", 7 },
	};
	size_t i;
	char row[40];

	add_entry(f, TODAY, 60, "one");
	add_entry(f, TODAY, 60, "two");
	assert_int_equal(raw_exec(f, "DROP TRIGGER ledger_is_not_changed; DROP TRIGGER ledger_is_kept; "
	    "DROP TRIGGER ledger_text_is_not_changed; DROP TRIGGER ledger_is_append_only"), SQLITE_OK);
	for (i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++) {
		assert_int_equal(raw_exec(f, tricks[i].change), SQLITE_OK);
		if (ledger_verify(f->s, NULL, &err) == 0)
			fail_msg("not seen: %s", tricks[i].change);
		assert_code(&err, ERR_FAILED, "ledger-broken");
		snprintf(row, sizeof(row), "row %lld ", (long long)tricks[i].seq);
		assert_has(err.what, row);
		assert_int_equal(raw_exec(f, tricks[i].back), SQLITE_OK);
		assert_int_equal(verify(f), 7);
	}
	assert_int_equal(raw_exec(f, "DELETE FROM ledger WHERE seq = 7"), SQLITE_OK);
	assert_int_equal(ledger_verify(f->s, NULL, &err), -1);
	assert_has(err.what, "row 7 is missing, while its text is there");
	assert_int_equal(raw_exec(f,
	    "DELETE FROM ledger_text WHERE seq = 7; DELETE FROM ledger WHERE seq = 1"), SQLITE_OK);
	assert_int_equal(ledger_verify(f->s, NULL, &err), -1);
	assert_has(err.what, "row 1 is missing");
}

static void test_erasing(void **state)
{
	struct fixture *f = *state;
	struct change_list l;
	char before[65], after[65];

	add_entry(f, TODAY, 60, "one");
	DONE(ledger_head(f->s, before, &err), err);
	assert_int_equal(raw_exec(f, "DELETE FROM ledger_text WHERE seq IN (1, 6)"), SQLITE_OK);
	assert_int_equal(verify(f), 6);
	DONE(ledger_head(f->s, after, &err), err);
	assert_string_equal(before, after);
	DONE(ledger_of(f->s, f->maria.person, 0, 100, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 4);
	assert_string_equal(l.items[0].text, "");
	assert_string_equal(l.items[0].object, "entry:1");
	begin_as(f, &f->maria);
	assert_int_equal(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), -1);
	assert_code(&err, ERR_RULE, "nothing-to-undo");
	assert_has(err.what, "erased");
	rollback(f);
}

/* No row of the ledger names a person otherwise than by number. */
static void test_no_names_in_the_chain(void **state)
{
	struct fixture *f = *state;

	add_entry(f, TODAY, 60, "one");
	assert_int_equal(raw_number(f,
	    "SELECT count(*) FROM ledger WHERE instr(actor || action || object, '@') > 0"), 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM ledger WHERE actor_person = 1 AND actor = ''"),
	    1);
}

static void test_images_are_json(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "q\"uote\\ \xc3\xa9\n");
	struct json *j;
	sqlite3 *db;
	sqlite3_stmt *st;
	const char *body;

	e.title = "short";
	begin_as(f, &f->maria);
	DONE(entry_update(f->s, &f->maria, "edit", &e, &err), err);
	commit(f);
	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT body FROM ledger_text WHERE seq = 7", -1, &st, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	body = (const char *)sqlite3_column_text(st, 0);
	DONE(json_parse(body, strlen(body), &j, &err), err);
	assert_string_equal(json_str(json_get(j, "before"), "title"), "q\"uote\\ \xc3\xa9\n");
	assert_string_equal(json_str(json_get(j, "after"), "title"), "short");
	assert_string_equal(json_str(json_get(j, "after"), "day"), "2026-03-12");
	json_free(j);
	sqlite3_finalize(st);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_empty, fixture_empty, fixture_close),
		cmocka_unit_test_setup_teardown(test_rows, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_a_step_is_needed, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_it_is_append_only, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_tampering, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_erasing, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_no_names_in_the_chain, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_images_are_json, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
