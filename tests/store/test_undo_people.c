/* Undo of what admins do: people, teams and who is in them. */
#include "fixture.h"

#include <stdio.h>

static struct err err;

static struct change_list undo_as(struct fixture *f, struct actor *by)
{
	struct change_list l;

	begin_as(f, by);
	DONE(ledger_undo(f->s, by, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	DONE(ledger_verify(f->s, NULL, &err), err);
	return l;
}

static void no_undo(struct fixture *f, struct actor *by, const char *code)
{
	struct change_list l = { NULL, 77, 0 };

	begin_as(f, by);
	assert_int_equal(ledger_undo(f->s, by, f->maria.person, &f->arena, &l, &err), -1);
	assert_code(&err, ERR_RULE, code);
	assert_int_equal(l.n, 77);
	rollback(f);
}

static struct person maria(struct fixture *f)
{
	struct person p;

	DONE(person_get(f->s, f->maria.person, &f->arena, &p, &err), err);
	return p;
}

static void set_person(struct fixture *f, struct actor *by, const struct person *p)
{
	begin_as(f, by);
	DONE(person_update(f->s, by, p, &err), err);
	commit(f);
}

static void test_person(void **state)
{
	struct fixture *f = *state;
	struct person p = maria(f), mark;

	p.name = "M.";
	p.zone = "";
	p.role = ROLE_ADMIN;
	p.login = "";
	p.uid = -1;
	set_person(f, &f->admin, &p);
	p.disabled = 1;
	set_person(f, &f->admin, &p);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM cycle WHERE due_on IS NOT NULL"), 0);
	undo_as(f, &f->admin);
	assert_int_equal(maria(f).disabled, 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM cycle WHERE due_on IS NOT NULL"), 1);
	DONE(person_get(f->s, f->mark, &f->arena, &mark, &err), err);
	mark.login = "maria";
	mark.uid = 1001;
	set_person(f, &f->maria, &mark);
	no_undo(f, &f->admin, "login-taken");
	mark.login = "";
	mark.uid = -1;
	set_person(f, &f->maria, &mark);
	undo_as(f, &f->admin);
	p = maria(f);
	assert_string_equal(p.name, "Maria Diaz");
	assert_string_equal(p.zone, "Europe/Berlin");
	assert_string_equal(p.login, "maria");
	assert_int_equal(p.uid, 1001);
	assert_int_equal(p.role, ROLE_PROFESSIONAL);
}

static int team_there(struct fixture *f, const char *name)
{
	struct team t;

	return team_find(f->s, name, &f->arena, &t, &err) == 0;
}

static void test_team(void **state)
{
	struct fixture *f = *state;
	struct team t = { .name = "Sales", .every = "month" }, again = t, got;
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(team_add(f->s, &f->maria, &t, &err), err);
	commit(f);
	t.name = "Sales North";
	t.lead = f->mark;
	t.every = "week";
	begin_as(f, &f->maria);
	DONE(team_update(f->s, &f->maria, &t, &err), err);
	commit(f);
	l = undo_as(f, &f->maria);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].text, "undo: set team Sales North");
	DONE(team_find(f->s, "sales", &f->arena, &got, &err), err);
	assert_string_equal(got.name, "Sales");
	assert_string_equal(got.every, "month");
	assert_int_equal(got.lead, 0);
	undo_as(f, &f->maria);
	assert_false(team_there(f, "Sales"));
	assert_int_equal(team_get(f->s, t.id, &f->arena, &got, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-team");
	begin_as(f, &f->admin);
	DONE(team_add(f->s, &f->admin, &again, &err), err);
	commit(f);
	assert_true(again.id != t.id);
	begin_as(f, &f->maria);
	assert_int_equal(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), -1);
	assert_code(&err, ERR_RULE, "team-exists");
	rollback(f);
}

static void test_team_with_people(void **state)
{
	struct fixture *f = *state;
	struct team t = { .name = "Sales", .every = "month" };
	struct person_list people;
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(team_add(f->s, &f->maria, &t, &err), err);
	commit(f);
	begin_as(f, &f->admin);
	DONE(team_join(f->s, &f->admin, t.id, f->mark, &err), err);
	commit(f);
	no_undo(f, &f->maria, "undo-overtaken");
	assert_has(err.what, "has people in it by now");
	begin_as(f, &f->maria);
	DONE(team_leave(f->s, &f->maria, f->team, f->maria.person, &err), err);
	DONE(team_join(f->s, &f->maria, t.id, f->maria.person, &err), err);
	commit(f);
	l = undo_as(f, &f->maria);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[1].text, "undo: leave team Support EMEA");
	DONE(team_people(f->s, f->team, &f->arena, &people, &err), err);
	assert_int_equal(people.n, 1);
	DONE(team_people(f->s, t.id, &f->arena, &people, &err), err);
	assert_int_equal(people.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_person, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team_with_people, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
