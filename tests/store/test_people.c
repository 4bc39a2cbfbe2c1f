/* People and teams: what is stored, found, refused. */
#include "fixture.h"

#include <stdio.h>

static struct err err;

static struct person a_person(const char *email)
{
	return (struct person){ .email = email, .name = "", .login = "", .uid = -1, .program = "", .zone = "",
	    .created_at = NOW };
}

static void test_person_is_stored(void **state)
{
	struct fixture *f = *state;
	struct person p;

	DONE(person_get(f->s, f->maria.person, &f->arena, &p, &err), err);
	assert_string_equal(p.email, "maria@example.org");
	assert_string_equal(p.name, "Maria Diaz");
	assert_string_equal(p.login, "maria");
	assert_int_equal(p.uid, 1001);
	assert_string_equal(p.program, "ccxp-2y20");
	assert_string_equal(p.zone, "Europe/Berlin");
	assert_int_equal(p.role, ROLE_PROFESSIONAL);
	assert_int_equal(p.disabled, 0);
	assert_int_equal(p.created_at, NOW);
	DONE(person_get(f->s, f->mark, &f->arena, &p, &err), err);
	assert_int_equal(p.uid, -1);
	assert_int_equal(person_get(f->s, 99, &f->arena, &p, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	assert_string_equal(p.email, "mark@example.org");
}

static void test_person_refusals(void **state)
{
	struct fixture *f = *state;
	struct person p = a_person("maria@example.org");
	int64_t n;

	begin_as(f, &f->admin);
	assert_int_equal(person_add(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_RULE, "person-exists");
	assert_string_equal(err.what, "There is a person maria@example.org already.");
	p = a_person("other@example.org");
	p.login = "maria";
	assert_int_equal(person_add(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_RULE, "login-taken");
	assert_string_equal(err.what, "The login maria belongs to maria@example.org already.");
	p.login = "maria2";
	p.uid = 1001;
	assert_int_equal(person_add(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_RULE, "login-taken");
	p = a_person("Upper@example.org");
	assert_int_equal(person_add(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	p = a_person("other@example.org");
	DONE(person_add(f->s, &f->admin, &p, &err), err);
	assert_true(p.id > f->mark);
	commit(f);
	DONE(person_count(f->s, &n, &err), err);
	assert_int_equal(n, 3);
	for (int64_t most = 0; most <= 5; most++) {
		DONE(person_count_to(f->s, most, &n, &err), err);
		assert_int_equal(n, most < 3 ? most : 3);
	}
}

static void test_person_update(void **state)
{
	struct fixture *f = *state;
	struct person p, q;
	int64_t n;

	DONE(person_get(f->s, f->mark, &f->arena, &p, &err), err);
	p.login = "mark";
	p.uid = 1002;
	p.role = ROLE_ADMIN;
	p.disabled = 1;
	p.name = "Mark";
	begin_as(f, &f->admin);
	DONE(person_update(f->s, &f->admin, &p, &err), err);
	DONE(person_update(f->s, &f->admin, &p, &err), err);
	commit(f);
	assert_int_equal(person_by_uid(f->s, 1002, &f->arena, &q, &err), 1);
	assert_string_equal(q.email, "mark@example.org");
	assert_string_equal(q.name, "Mark");
	assert_int_equal(q.role, ROLE_ADMIN);
	assert_int_equal(q.disabled, 1);
	assert_int_equal(person_by_uid(f->s, 4711, &f->arena, &q, &err), 0);
	DONE(person_count(f->s, &n, &err), err);
	assert_int_equal(n, 1);
	DONE(person_count_to(f->s, 2, &n, &err), err);
	assert_int_equal(n, 1);
	p.uid = 1001;
	begin_as(f, &f->admin);
	assert_int_equal(person_update(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_RULE, "login-taken");
	p.id = 99;
	assert_int_equal(person_update(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	rollback(f);
}

/* The words of the newest change of Maria. */
static const char *newest(struct fixture *f)
{
	struct change_list l;

	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &l, &err), err);
	return l.items[0].text;
}

static struct person maria(struct fixture *f)
{
	struct person p;

	DONE(person_get(f->s, f->maria.person, &f->arena, &p, &err), err);
	return p;
}

static void set_reminders(struct fixture *f, day_t until, const char *days, const char *text)
{
	struct person p = maria(f);

	p.muted_until = until;
	p.reminder_days = days;
	begin_as(f, &f->maria);
	DONE(person_update(f->s, &f->maria, &p, &err), err);
	commit(f);
	p = maria(f);
	assert_int_equal(p.muted_until, until ? until : DAY_NONE);
	assert_string_equal(p.reminder_days, days ? days : "");
	assert_string_equal(newest(f), text);
}

static void test_reminders(void **state)
{
	struct fixture *f = *state;
	struct person p = a_person("new@example.org"), q;

	assert_int_equal(maria(f).muted_until, DAY_NONE);
	assert_string_equal(maria(f).reminder_days, "");
	set_reminders(f, MUTED_FOREVER, "", "reminders off");
	set_reminders(f, TODAY + 52, "", "reminders off until 3 May 2026");
	set_reminders(f, TODAY + 52, "120,60,14", "reminder days 120, 60, 14");
	set_reminders(f, DAY_NONE, "7", "reminders on, reminder days 7");
	set_reminders(f, DAY_NONE, NULL, "reminder days as the program has them");
	set_reminders(f, 0, NULL, "set maria@example.org");	/* nothing: 0 is none */
	p.muted_until = MUTED_FOREVER;
	p.reminder_days = "30,7";
	begin_as(f, &f->admin);
	DONE(person_add(f->s, &f->admin, &p, &err), err);
	commit(f);
	DONE(person_get(f->s, p.id, &f->arena, &q, &err), err);
	assert_int_equal(q.muted_until, MUTED_FOREVER);
	assert_string_equal(q.reminder_days, "30,7");
	q.name = "Neu";
	q.muted_until = DAY_NONE;
	q.id = f->maria.person;
	q.email = "maria@example.org";
	begin_as(f, &f->admin);
	DONE(person_update(f->s, &f->admin, &q, &err), err);
	commit(f);
	assert_string_equal(newest(f), "set maria@example.org, reminder days 30, 7");
}

static void test_another_address(void **state)
{
	struct fixture *f = *state;
	struct person p = maria(f), q;

	p.email = "mark@example.org";
	begin_as(f, &f->admin);
	assert_int_equal(person_update(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_RULE, "person-exists");
	assert_string_equal(err.what, "There is a person mark@example.org already.");
	p.email = "Upper@example.org";
	assert_int_equal(person_update(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	rollback(f);
	assert_string_equal(maria(f).email, "maria@example.org");
	p.email = "diaz@example.org";
	begin_as(f, &f->admin);
	DONE(person_update(f->s, &f->admin, &p, &err), err);
	commit(f);
	assert_string_equal(maria(f).email, "diaz@example.org");
	assert_string_equal(newest(f), "set maria@example.org, now diaz@example.org");
	assert_int_equal(person_find(f->s, "maria@example.org", &f->arena, &q, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	DONE(person_find(f->s, "diaz", &f->arena, &q, &err), err);
	assert_int_equal(q.id, f->maria.person);
}

static void test_person_find(void **state)
{
	struct fixture *f = *state;
	static const char *const more[] = { "mara@example.org", "marc@example.org", "mare@example.org",
	    "mari@example.org", "maria@example.org.uk" };
	struct person p;
	size_t i;

	DONE(person_find(f->s, "mari", &f->arena, &p, &err), err);
	assert_int_equal(p.id, f->maria.person);
	DONE(person_find(f->s, "MARK@Example.org", &f->arena, &p, &err), err);
	assert_int_equal(p.id, f->mark);
	assert_int_equal(person_find(f->s, "ma", &f->arena, &p, &err), -1);
	assert_code(&err, ERR_USAGE, "person-ambiguous");
	assert_string_equal(err.what, "\"ma\" could be maria@example.org, mark@example.org.");
	assert_int_equal(person_find(f->s, "zoe", &f->arena, &p, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	assert_has(err.what, "\"zoe\"");
	assert_int_equal(person_find(f->s, "", &f->arena, &p, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	assert_int_equal(person_find(f->s, "mari%", &f->arena, &p, &err), -1);
	begin_as(f, &f->admin);
	for (i = 0; i < 5; i++) {
		p = a_person(more[i]);
		DONE(person_add(f->s, &f->admin, &p, &err), err);
	}
	commit(f);
	DONE(person_find(f->s, "maria@example.org", &f->arena, &p, &err), err);
	assert_int_equal(p.id, f->maria.person);
	assert_int_equal(person_find(f->s, "mar", &f->arena, &p, &err), -1);
	assert_has(err.what,
	    "mara@example.org, marc@example.org, mare@example.org, mari@example.org, maria@example.org and");
}

static void test_person_pages(void **state)
{
	struct fixture *f = *state;
	struct person_list l;
	char last[40] = "";
	int i, n = 0;

	begin_as(f, &f->admin);
	for (i = 0; i < 25; i++) {
		char email[40];
		struct person p = a_person(email);

		snprintf(email, sizeof(email), "p%02d@example.org", i);
		DONE(person_add(f->s, &f->admin, &p, &err), err);
	}
	commit(f);
	do {
		DONE(person_page(f->s, last, 10, &f->arena, &l, &err), err);
		for (i = 0; i < (int)l.n; i++) {
			assert_true(strcmp(l.items[i].email, last) > 0);
			snprintf(last, sizeof(last), "%s", l.items[i].email);
		}
		n += (int)l.n;
	} while (l.n == 10);
	assert_int_equal(n, 27);
	assert_string_equal(last, "p24@example.org");
}

static void add_second_team(struct fixture *f)
{
	struct team t = { .name = "Support US", .every = "month" };

	begin_as(f, &f->admin);
	DONE(team_add(f->s, &f->admin, &t, &err), err);
	DONE(team_join(f->s, &f->admin, f->team, f->mark, &err), err);
	commit(f);
}

static void test_team_refusals(void **state)
{
	struct fixture *f = *state;
	struct team t = { .name = "support emea", .every = "month" };

	begin_as(f, &f->admin);
	assert_int_equal(team_add(f->s, &f->admin, &t, &err), -1);
	assert_code(&err, ERR_RULE, "team-exists");
	assert_string_equal(err.what, "There is a team Support EMEA already.");
	t.name = "!!!";
	assert_int_equal(team_add(f->s, &f->admin, &t, &err), -1);
	assert_code(&err, ERR_USAGE, "team-name");
	DONE(team_join(f->s, &f->admin, f->team, f->maria.person, &err), err);
	assert_int_equal(team_join(f->s, &f->admin, 99, f->mark, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-team");
	assert_int_equal(team_join(f->s, &f->admin, f->team, 99, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	assert_int_equal(team_get(f->s, 99, &f->arena, &t, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-team");
	commit(f);
}

static void test_team_find(void **state)
{
	struct fixture *f = *state;
	struct team_list teams;
	struct team u;

	add_second_team(f);
	DONE(team_find(f->s, "SUPPORT-e", &f->arena, &u, &err), err);
	assert_int_equal(u.id, f->team);
	assert_int_equal(u.lead, f->mark);
	assert_string_equal(u.every, "week");
	assert_int_equal(team_find(f->s, "sup", &f->arena, &u, &err), -1);
	assert_code(&err, ERR_USAGE, "team-ambiguous");
	assert_string_equal(err.what, "\"sup\" could be Support EMEA, Support US.");
	assert_int_equal(team_find(f->s, "sales", &f->arena, &u, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-team");
	assert_int_equal(team_find(f->s, "", &f->arena, &u, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-team");
	DONE(team_page(f->s, "", 1, &f->arena, &teams, &err), err);
	assert_int_equal(teams.n, 1);
	DONE(team_page(f->s, teams.items[0].name, 10, &f->arena, &teams, &err), err);
	assert_int_equal(teams.n, 1);
	assert_string_equal(teams.items[0].name, "Support US");
}

static void test_team_people(void **state)
{
	struct fixture *f = *state;
	struct person_list people;
	struct team_list teams;
	struct person p;
	struct team t, u;
	int leads;

	add_second_team(f);
	DONE(team_people(f->s, f->team, &f->arena, &people, &err), err);
	assert_int_equal(people.n, 2);
	assert_string_equal(people.items[0].email, "maria@example.org");
	DONE(team_leads(f->s, f->mark, f->maria.person, &leads, &err), err);
	assert_int_equal(leads, 1);
	DONE(team_leads(f->s, f->maria.person, f->mark, &leads, &err), err);
	assert_int_equal(leads, 0);
	DONE(team_led_by(f->s, f->mark, &f->arena, &teams, &err), err);
	assert_int_equal(teams.n, 1);
	DONE(team_of_person(f->s, f->maria.person, &f->arena, &teams, &err), err);
	assert_int_equal(teams.n, 1);
	assert_int_equal(teams.items[0].id, f->team);
	begin_as(f, &f->admin);
	DONE(person_get(f->s, f->mark, &f->arena, &p, &err), err);
	p.disabled = 1;
	DONE(person_update(f->s, &f->admin, &p, &err), err);
	DONE(team_leave(f->s, &f->admin, f->team, f->maria.person, &err), err);
	DONE(team_leave(f->s, &f->admin, f->team, f->maria.person, &err), err);
	t = teams.items[0];
	t.name = "Support EMEA";
	t.lead = 0;
	DONE(team_update(f->s, &f->admin, &t, &err), err);
	t.name = "Support us";
	assert_int_equal(team_update(f->s, &f->admin, &t, &err), -1);
	assert_code(&err, ERR_RULE, "team-exists");
	commit(f);
	DONE(team_people(f->s, f->team, &f->arena, &people, &err), err);
	assert_int_equal(people.n, 0);
	DONE(team_get(f->s, f->team, &f->arena, &u, &err), err);
	assert_int_equal(u.lead, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_person_is_stored, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_person_refusals, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_person_update, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_reminders, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_another_address, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_person_find, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_person_pages, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team_refusals, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team_find, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team_people, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
