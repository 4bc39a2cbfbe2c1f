/* People, teams, cycles, program texts: what is stored, found, refused. */
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
	p.uid = 1001;
	begin_as(f, &f->admin);
	assert_int_equal(person_update(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_RULE, "login-taken");
	p.id = 99;
	assert_int_equal(person_update(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	rollback(f);
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
	assert_string_equal(u.every, "monday");
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

static void test_cycle_is_stored(void **state)
{
	struct fixture *f = *state;
	struct cycle_row c;

	assert_int_equal(cycle_current(f->s, f->maria.person, &f->arena, &c, &err), 1);
	assert_int_equal(c.id, f->cycle);
	assert_string_equal(c.program_hash, HASH_A);
	assert_int_equal(c.start, TODAY - 365);
	assert_int_equal(c.end, TODAY + 364);
	assert_int_equal(c.anchor_end, TODAY + 364);
	assert_int_equal(c.enrolled_on, TODAY - 100);
	assert_int_equal(c.required, 2000);
	assert_int_equal(c.counted, 0);
	assert_int_equal(c.state, CYCLE_OFF_TRACK);
	assert_int_equal(c.next_check, TODAY + 10);
	assert_int_equal(c.next_rung, TODAY + 184);
	assert_int_equal(c.rev, 1);
	assert_int_equal(cycle_current(f->s, f->mark, &f->arena, &c, &err), 0);
}

static void test_cycles_of_a_person(void **state)
{
	struct fixture *f = *state;
	struct cycle_row c, d = { .person = f->maria.person, .program_hash = HASH_A, .start = TODAY + 365,
	    .end = TODAY + 1000, .anchor_end = TODAY + 1000, .enrolled_on = TODAY, .required = 2000,
	    .state = CYCLE_ON_TRACK, .next_check = DAY_NONE, .next_rung = DAY_NONE };
	struct cycle_list l;

	begin_as(f, &f->admin);
	DONE(cycle_open(f->s, &f->admin, &d, &err), err);
	assert_int_equal(cycle_at(f->s, f->maria.person, TODAY + 364, &f->arena, &c, &err), 1);
	assert_int_equal(c.id, f->cycle);
	assert_int_equal(cycle_at(f->s, f->maria.person, TODAY + 365, &f->arena, &c, &err), 1);
	assert_int_equal(c.id, d.id);
	assert_int_equal(c.next_check, DAY_NONE);
	assert_int_equal(c.next_rung, DAY_NONE);
	assert_int_equal(cycle_at(f->s, f->maria.person, TODAY + 1001, &f->arena, &c, &err), 0);
	assert_int_equal(cycle_open(f->s, &f->admin, &d, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-overlap");
	assert_has(err.what, "from 12 March 2027 to");
	d.start = d.end + 1;
	assert_int_equal(cycle_open(f->s, &f->admin, &d, &err), -1);
	assert_code(&err, ERR_USAGE, "cycle-dates");
	d.end = d.start + 10;
	d.program_hash = "unknown";
	assert_int_equal(cycle_open(f->s, &f->admin, &d, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-program-text");
	d.program_hash = HASH_A;
	d.person = 99;
	assert_int_equal(cycle_open(f->s, &f->admin, &d, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	DONE(cycle_list_of(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.items[0].id, f->cycle);
	DONE(cycle_move(f->s, &f->admin, f->cycle, (struct cycle){ TODAY - 300, TODAY + 300 }, TODAY + 300,
	    TODAY, &err), err);
	assert_int_equal(cycle_move(f->s, &f->admin, f->cycle, (struct cycle){ TODAY - 300, TODAY + 365 },
	    TODAY + 300, TODAY, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-overlap");
	assert_int_equal(cycle_move(f->s, &f->admin, 99, (struct cycle){ 1, 2 }, 2, 1, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-cycle");
	DONE(cycle_lock(f->s, f->cycle, &err), err);
	assert_int_equal(cycle_lock(f->s, 99, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-cycle");
	commit(f);
	assert_int_equal(cycle_at(f->s, f->maria.person, TODAY, &f->arena, &c, &err), 1);
	assert_int_equal(c.start, TODAY - 300);
	assert_int_equal(c.end, TODAY + 300);
	assert_int_equal(c.enrolled_on, TODAY);
	assert_int_equal(c.rev, 3);
}

static void keep(struct fixture *f, day_t check, day_t rung)
{
	DONE(store_begin(f->s, &err), err);
	DONE(cycle_keep(f->s, f->cycle, 1250, 2000, CYCLE_ON_TRACK, check, rung, &err), err);
	commit(f);
}

static size_t due(struct fixture *f, day_t day)
{
	struct cycle_list l;

	DONE(cycle_due(f->s, day, 10, &f->arena, &l, &err), err);
	return l.n;
}

static day_t next_due(struct fixture *f)
{
	day_t day = 1;

	DONE(cycle_next_due(f->s, &day, &err), err);
	return day;
}

static void test_cycle_due(void **state)
{
	struct fixture *f = *state;
	struct cycle_row c;
	struct person p;

	assert_int_equal(next_due(f), TODAY + 10);
	assert_int_equal(due(f, TODAY + 9), 0);
	assert_int_equal(due(f, TODAY + 10), 1);
	keep(f, TODAY + 50, TODAY + 20);
	assert_int_equal(next_due(f), TODAY + 20);
	assert_int_equal(due(f, TODAY + 20), 1);
	keep(f, TODAY + 50, DAY_NONE);
	assert_int_equal(next_due(f), TODAY + 50);
	keep(f, DAY_NONE, TODAY + 60);
	assert_int_equal(next_due(f), TODAY + 60);
	assert_int_equal(cycle_current(f->s, f->maria.person, &f->arena, &c, &err), 1);
	assert_int_equal(c.counted, 1250);
	assert_int_equal(c.state, CYCLE_ON_TRACK);
	assert_int_equal(c.next_check, DAY_NONE);
	DONE(person_get(f->s, f->maria.person, &f->arena, &p, &err), err);
	p.disabled = 1;
	begin_as(f, &f->admin);
	DONE(person_update(f->s, &f->admin, &p, &err), err);
	commit(f);
	assert_int_equal(due(f, TODAY + 500), 0);
	keep(f, TODAY + 30, TODAY + 40);
	assert_int_equal(due(f, TODAY + 500), 0);
	assert_int_equal(next_due(f), DAY_NONE);
	p.disabled = 0;
	begin_as(f, &f->admin);
	DONE(person_update(f->s, &f->admin, &p, &err), err);
	commit(f);
	assert_int_equal(next_due(f), TODAY + 30);
	keep(f, DAY_NONE, DAY_NONE);
	assert_int_equal(next_due(f), DAY_NONE);
	assert_int_equal(due(f, TODAY + 500), 0);
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(cycle_keep(f->s, 99, 0, 0, CYCLE_DONE, DAY_NONE, DAY_NONE, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-cycle");
	rollback(f);
}

static void test_program_texts(void **state)
{
	struct fixture *f = *state;
	struct program_text p;

	DONE(program_text_get(f->s, HASH_A, &f->arena, &p, &err), err);
	assert_string_equal(p.id, "ccxp-2y20");
	assert_int_equal(p.len, 22);
	assert_memory_equal(p.text, "program ccxp-2y20 {\n}\n", 22);
	DONE(store_begin(f->s, &err), err);
	p.text = "another";
	DONE(program_text_put(f->s, &p, NOW, &err), err);
	commit(f);
	DONE(program_text_get(f->s, HASH_A, &f->arena, &p, &err), err);
	assert_int_equal(p.len, 22);
	assert_int_equal(program_text_get(f->s, "x", &f->arena, &p, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-program-text");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_person_is_stored, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_person_refusals, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_person_update, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_person_find, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_person_pages, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team_refusals, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team_find, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_team_people, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_cycle_is_stored, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_cycles_of_a_person, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_cycle_due, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_program_texts, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
