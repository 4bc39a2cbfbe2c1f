/* Undo of what admins do: people, teams and who is in them. */
#include "fixture.h"

#include <stdio.h>
#include "ledger.h"

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

static void test_reminders(void **state)
{
	struct fixture *f = *state;
	struct person p = maria(f);
	struct change_list l;

	p.muted_until = TODAY + 52;
	set_person(f, &f->maria, &p);
	p.muted_until = MUTED_FOREVER;
	p.reminder_days = "60,30";
	set_person(f, &f->maria, &p);
	l = undo_as(f, &f->maria);
	assert_string_equal(l.items[0].text, "undo: reminders off, reminder days 60, 30");
	assert_int_equal(maria(f).muted_until, TODAY + 52);
	assert_string_equal(maria(f).reminder_days, "");
	l = undo_as(f, &f->maria);
	assert_string_equal(l.items[0].text, "undo: reminders off until 3 May 2026");
	assert_int_equal(maria(f).muted_until, DAY_NONE);
	begin_as(f, &f->maria);
	DONE(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	DONE(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	assert_int_equal(maria(f).muted_until, MUTED_FOREVER);
	assert_string_equal(maria(f).reminder_days, "60,30");
}

static void test_address(void **state)
{
	struct fixture *f = *state;
	struct person p = maria(f), other;

	p.email = "diaz@example.org";
	set_person(f, &f->admin, &p);
	DONE(person_get(f->s, f->mark, &f->arena, &other, &err), err);
	other.email = "maria@example.org";
	set_person(f, &f->maria, &other);
	no_undo(f, &f->admin, "person-exists");
	other.email = "mark@example.org";
	set_person(f, &f->maria, &other);
	undo_as(f, &f->admin);
	assert_string_equal(maria(f).email, "maria@example.org");
}

/* Images of before there were such fields leave them as they are. */
static void test_older_images(void **state)
{
	struct fixture *f = *state;
	static const char body[] = "{\"before\":{\"email\":\"maria@example.org\",\"name\":\"Old\",\"login\":\"maria\","
	    "\"uid\":1001,\"program\":\"ccxp-2y20\",\"zone\":\"\",\"role\":\"professional\",\"disabled\":false},\"after\":{}}";
	static const char team[] = "{\"before\":{\"name\":\"Old team\",\"lead\":0,\"every\":\"monday\"},\"after\":{}}";
	struct person p = maria(f);
	struct team t = { .id = f->team, .name = "Support EMEA", .every = "change", .csv = 1, .lead = f->mark };
	struct json *doc;

	p.muted_until = MUTED_FOREVER;
	p.reminder_days = "60";
	set_person(f, &f->maria, &p);
	begin_as(f, &f->maria);
	DONE(team_update(f->s, &f->maria, &t, &err), err);
	assert_int_equal(json_parse(body, sizeof(body) - 1, &doc, &err), 0);
	DONE(person_revert(f->s, &f->maria, &(struct revert){ .id = p.id, .subject = p.id, .image = json_get(doc, "before"),
	    .action = "undo", .text = "undo: x", .step = 1 }, &err), err);
	json_free(doc);
	assert_int_equal(json_parse(team, sizeof(team) - 1, &doc, &err), 0);
	DONE(team_revert(f->s, &f->maria, &(struct revert){ .id = f->team, .image = json_get(doc, "before"),
	    .action = "undo", .text = "undo: x", .step = 1 }, &err), err);
	json_free(doc);
	commit(f);
	p = maria(f);
	assert_string_equal(p.name, "Old");
	assert_int_equal(p.muted_until, MUTED_FOREVER);
	assert_string_equal(p.reminder_days, "60");
	DONE(team_get(f->s, f->team, &f->arena, &t, &err), err);
	assert_string_equal(t.name, "Old team");
	assert_string_equal(t.every, "");
	assert_int_equal(t.csv, 1);
}

static void test_digest_of_a_team(void **state)
{
	struct fixture *f = *state;
	static const struct { const char *every; int csv; const char *text; } sets[] = {
		{ "week", 1, "set team Support EMEA: digest with CSV" },
		{ "month", 1, "set team Support EMEA: digest every month" },
		{ "change", 0, "set team Support EMEA: digest on change, digest without CSV" },
		{ "", 0, "set team Support EMEA: digest as usual" },
		{ "week", 0, "set team Support EMEA: digest every week" }, { "week", 0, "set team Support EMEA" },
	};
	struct team t;
	char text[100];
	size_t i;

	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		DONE(team_get(f->s, f->team, &f->arena, &t, &err), err);
		t.every = sets[i].every;
		t.csv = sets[i].csv;
		begin_as(f, &f->maria);
		DONE(team_update(f->s, &f->maria, &t, &err), err);
		commit(f);
	}
	t.every = "monday";
	begin_as(f, &f->maria);
	assert_int_equal(team_update(f->s, &f->maria, &t, &err), -1);
	rollback(f);
	while (i-- > 0) {
		struct change_list l = undo_as(f, &f->maria);

		snprintf(text, sizeof(text), "undo: %s", sets[i].text);
		assert_string_equal(l.items[0].text, text);
		DONE(team_get(f->s, f->team, &f->arena, &t, &err), err);
		assert_string_equal(t.every, i ? sets[i - 1].every : "week");
		assert_int_equal(t.csv, i ? sets[i - 1].csv : 0);
	}
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
		cmocka_unit_test_setup_teardown(test_reminders, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_address, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_older_images, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_digest_of_a_team, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team_with_people, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
