/* Evidence: what is stored, found and refused; the new parts of entries. */
#include "fixture.h"

#include <stdio.h>

static struct err err;

#define HASH_X "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct evidence a_file(const char *name)
{
	return (struct evidence){ .name = name, .type = "application/pdf", .sha256 = HASH_X, .bytes = 1234,
	    .added_at = NOW + 1 };
}

static struct evidence attach(struct fixture *f, const struct entry *e, const char *name)
{
	struct evidence v = a_file(name);

	begin_as(f, &f->maria);
	DONE(cycle_lock(f->s, f->cycle, &err), err);
	DONE(evidence_add(f->s, &f->maria, e, &v, &err), err);
	commit(f);
	return v;
}

static void test_is_stored(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one");
	struct evidence v = attach(f, &e, "certificate \xc3\xa9.pdf");
	struct evidence_list l;
	struct change_list h;
	int known = 7;

	assert_true(v.id > 0);
	assert_int_equal(v.entry, e.id);
	assert_int_equal(v.entry_no, 1);
	DONE(evidence_of(f->s, e.id, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].id, v.id);
	assert_int_equal(l.items[0].entry, e.id);
	assert_int_equal(l.items[0].entry_no, 1);
	assert_string_equal(l.items[0].name, "certificate \xc3\xa9.pdf");
	assert_string_equal(l.items[0].type, "application/pdf");
	assert_string_equal(l.items[0].sha256, HASH_X);
	assert_int_equal(l.items[0].bytes, 1234);
	assert_int_equal(l.items[0].added_at, NOW + 1);
	assert_int_equal(get_entry(f, 1).nevidence, 1);
	assert_int_equal(get_entry(f, 1).rev, 1);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &h, &err), err);
	assert_string_equal(h.items[0].action, "attach");
	assert_string_equal(h.items[0].object, "evidence:1");
	assert_string_equal(h.items[0].text, "attach certificate \xc3\xa9.pdf to 1");
	DONE(evidence_known(f->s, HASH_X, &known, &err), err);
	assert_int_equal(known, 1);
	DONE(evidence_known(f->s, HASH_A, &known, &err), err);
	assert_int_equal(known, 0);
}

static void test_removed(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one");
	struct evidence_list l;
	struct change_list h;
	int known = 0;

	attach(f, &e, "b.pdf");
	attach(f, &e, "a.pdf");
	begin_as(f, &f->maria);
	DONE(evidence_remove(f->s, &f->maria, &e, "b.pdf", &err), err);
	commit(f);
	DONE(evidence_of(f->s, e.id, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].name, "a.pdf");
	assert_int_equal(get_entry(f, 1).nevidence, 1);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &h, &err), err);
	assert_string_equal(h.items[0].action, "detach");
	assert_string_equal(h.items[0].text, "detach b.pdf from 1");
	begin_as(f, &f->maria);
	DONE(evidence_remove(f->s, &f->maria, &e, "a.pdf", &err), err);
	commit(f);
	DONE(evidence_known(f->s, HASH_X, &known, &err), err);
	assert_int_equal(known, 1);		/* undo may want it */
	attach(f, &e, "a.pdf");			/* the name is free again */
	assert_int_equal(raw_exec(f, "DELETE FROM evidence"), SQLITE_CONSTRAINT);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM evidence"), 3);
}

static void test_refusals(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one"), other = add_entry(f, TODAY, 60, "two");
	struct evidence v = a_file("a.pdf");
	char name[EVIDENCE_NAME_MAX + 2];

	assert_int_equal(evidence_add(f->s, &f->maria, &e, &v, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	begin_as(f, &f->maria);
	assert_int_equal(evidence_remove(f->s, &f->maria, &e, "a.pdf", &err), -1);
	assert_code(&err, ERR_ABSENT, "no-evidence");
	assert_string_equal(err.what, "Entry 1 has no files.");
	rollback(f);
	attach(f, &e, "a.pdf");
	attach(f, &e, "b.pdf");
	attach(f, &other, "a.pdf");
	v.id = 77;
	begin_as(f, &f->maria);
	assert_int_equal(evidence_add(f->s, &f->maria, &e, &v, &err), -1);
	assert_code(&err, ERR_RULE, "evidence-there");
	assert_string_equal(err.what, "Entry 1 has a file a.pdf already.");
	v.name = "A.Pdf";
	assert_int_equal(evidence_add(f->s, &f->maria, &e, &v, &err), -1);
	assert_code(&err, ERR_RULE, "evidence-there");
	assert_string_equal(err.what, "Entry 1 has a file a.pdf already.");
	assert_int_equal(v.id, 77);
	assert_int_equal(evidence_remove(f->s, &f->maria, &e, "c.pdf", &err), -1);
	assert_code(&err, ERR_ABSENT, "no-evidence");
	assert_string_equal(err.what, "Entry 1 has no file c.pdf; it has a.pdf, b.pdf.");
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	v.name = name;
	assert_int_equal(evidence_add(f->s, &f->maria, &e, &v, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	name[EVIDENCE_NAME_MAX] = '\0';
	DONE(evidence_add(f->s, &f->maria, &e, &v, &err), err);
	commit(f);
	assert_int_equal(get_entry(f, 1).nevidence, 3);
	assert_int_equal(get_entry(f, 2).nevidence, 1);
}

static void test_between(void **state)
{
	struct fixture *f = *state;
	struct entry a = add_entry(f, TODAY - 10, 60, "one"), b = add_entry(f, TODAY, 60, "two");
	struct entry c = add_entry(f, TODAY - 5, 60, "three");
	struct evidence_list l;
	struct entry_list entries;

	attach(f, &b, "z.pdf");
	attach(f, &b, "y.pdf");
	attach(f, &a, "x.pdf");
	attach(f, &c, "void.pdf");
	c.is_void = 1;
	begin_as(f, &f->maria);
	DONE(entry_update(f->s, &f->maria, "remove", &c, &err), err);
	commit(f);
	DONE(evidence_between(f->s, f->maria.person, DAY_NONE, DAY_NONE, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.items[0].name, "x.pdf");
	assert_string_equal(l.items[1].name, "y.pdf");
	assert_string_equal(l.items[2].name, "z.pdf");
	assert_int_equal(l.items[2].entry_no, 2);
	DONE(evidence_between(f->s, f->maria.person, TODAY - 10, TODAY - 1, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	DONE(evidence_between(f->s, f->mark, DAY_NONE, DAY_NONE, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	DONE(entry_between(f->s, f->maria.person, DAY_NONE, DAY_NONE, 1, &f->arena, &entries, &err), err);
	assert_int_equal(entries.items[0].nevidence, 1);
	assert_int_equal(entries.items[1].nevidence, 1);
	assert_int_equal(entries.items[2].nevidence, 2);
}

static void test_check_finds_strays(void **state)
{
	struct fixture *f = *state;

	DONE(store_check(f->s, &err), err);
	assert_int_equal(raw_exec(f, "INSERT INTO evidence (entry, name, type, sha256, bytes, added_at) "
	    "VALUES (4711, 'x', '', '" HASH_X "', 1, 1)"), SQLITE_OK);
	assert_int_equal(store_check(f->s, &err), -1);
	assert_code(&err, ERR_FAILED, "store-corrupt");
	assert_has(err.what, "row 1 of evidence refers to nothing");
}

static void test_entry_has_more(void **state)
{
	struct fixture *f = *state;
	struct entry e = an_entry(f, TODAY + 9, 60, "planned"), g;
	struct change_list h;
	static char names[ENTRY_TAGS_MAX][8];
	size_t i;

	for (i = 0; i < ENTRY_TAGS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "t%02zu", i);
		e.tags[i] = names[i];
	}
	e.ntags = ENTRY_TAGS_MAX;
	e.kind = "paper";
	e.quantity = 250;
	e.is_planned = 1;
	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "plan", &e, &err), err);
	commit(f);
	g = get_entry(f, 1);
	assert_int_equal(g.ntags, ENTRY_TAGS_MAX);
	assert_string_equal(g.tags[31], "t31");
	assert_string_equal(g.kind, "paper");
	assert_int_equal(g.quantity, 250);
	assert_int_equal(g.is_planned, 1);
	assert_int_equal(g.nevidence, 0);
	g.is_planned = 0;
	g.ntags = 1;
	g.quantity = 0;
	begin_as(f, &f->maria);
	DONE(entry_update(f->s, &f->maria, "done", &g, &err), err);
	commit(f);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &h, &err), err);
	assert_has(h.items[0].text, "t31 to t00, as paper=2.5 to paper, confirmed");
	g = get_entry(f, 1);
	assert_int_equal(g.is_planned, 0);
	assert_int_equal(g.ntags, 1);
	assert_int_equal(g.quantity, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_is_stored, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_removed, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_refusals, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_between, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_check_finds_strays, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_entry_has_more, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
