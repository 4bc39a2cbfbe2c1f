/* Pages of a team's members with where they stand, and what its digests said. */
#include "mails.h"

#include <stdio.h>
#include "feeds.h"

static struct err err;

static struct member_list page(struct fixture *f, int64_t after, int limit)
{
	struct member_list l;

	DONE(team_member_page(f->s, f->team, after, NOW, limit, &f->arena, &l, &err), err);
	return l;
}

static int64_t join(struct fixture *f, const char *email, int is_disabled)
{
	struct person p = { .email = email, .name = "N", .login = "", .uid = -1, .program = "ccxp-2y20", .zone = "",
	    .disabled = is_disabled, .created_at = NOW };

	DONE(person_add(f->s, &f->admin, &p, &err), err);
	DONE(team_join(f->s, &f->admin, f->team, p.id, &err), err);
	return p.id;
}

static int64_t open_cycle(struct fixture *f, int64_t person, day_t start, int64_t counted)
{
	struct cycle_row c = { .person = person, .program_hash = HASH_A, .start = start, .end = start + 729,
	    .anchor_end = start + 729, .counts_from = start, .counts_until = start + 729, .enrolled_on = start,
	    .counted = counted, .required = 2000, .state = CYCLE_AT_RISK, .chance = 400, .next_check = TODAY + 3,
	    .next_rung = DAY_NONE };

	DONE(cycle_open(f->s, &f->admin, &c, &err), err);
	return c.id;
}

static void test_members(void **state)
{
	struct fixture *f = *state;
	int64_t none, closed;
	struct member_list l;
	struct cycle_row c;

	begin_as(f, &f->admin);
	join(f, "gone@example.org", 1);
	none = join(f, "none@example.org", 0);
	closed = join(f, "anna@example.org", 0);
	c.id = open_cycle(f, closed, TODAY - 800, 100);
	open_cycle(f, closed, TODAY - 70, 250);
	DONE(cycle_close(f->s, &f->admin, "renew", c.id, TODAY - 71, NULL, &err), err);
	commit(f);
	l = page(f, 0, 10);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.items[0].person.id, f->maria.person);
	assert_string_equal(l.items[0].person.email, "maria@example.org");
	assert_string_equal(l.items[0].person.zone, "Europe/Berlin");
	assert_int_equal(l.items[0].person.uid, 1001);
	assert_int_equal(l.items[0].person.muted_until, DAY_NONE);
	assert_int_equal(l.items[0].cycle.id, f->cycle);
	assert_int_equal(l.items[0].cycle.person, f->maria.person);
	assert_string_equal(l.items[0].cycle.program_hash, HASH_A);
	assert_int_equal(l.items[0].cycle.end, TODAY + 364);
	assert_int_equal(l.items[0].cycle.state, CYCLE_OFF_TRACK);
	assert_int_equal(l.items[0].cycle.next_check, TODAY + 10);
	assert_int_equal(l.items[1].person.id, none);
	assert_int_equal(l.items[1].cycle.id, 0);
	assert_int_equal(l.items[2].person.id, closed);
	assert_int_equal(l.items[2].cycle.counted, 250);
	assert_int_equal(l.items[2].cycle.chance, 400);
	assert_int_equal(l.items[2].cycle.next_rung, DAY_NONE);
	assert_int_equal(l.items[2].cycle.start, TODAY - 70);
	l = page(f, 0, 2);
	assert_int_equal(l.n, 2);
	l = page(f, l.items[1].person.id, 2);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].person.id, closed);
	assert_int_equal(page(f, closed, 2).n, 0);
	DONE(team_member_page(f->s, 99, 0, NOW, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
}

/* They are those that the inbox has, and entries whose lack of evidence could matter. */
static void test_waiting_and_bare(void **state)
{
	struct fixture *f = *state;
	struct event e[3] = { an_event("a", "A", NOW - 7200000, 60), an_event("b", "B", NOW - 7200000, 90),
		an_event("c", "C", NOW + 3600000, 60) };
	struct evidence v = { .name = "a.pdf", .type = "application/pdf", .sha256 = HASH_A, .bytes = 1, .added_at = NOW };
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct entry with, gone, plan;
	struct proposal p;

	assert_int_equal(page(f, 0, 1).items[0].waiting, 0);
	assert_int_equal(page(f, 0, 1).items[0].bare, 0);
	fetch(f, &c, e, 3, NOW);
	assert_int_equal(page(f, 0, 1).items[0].waiting, 2);	/* one is to come */
	p = get_proposal(f, 1);
	begin_as(f, &f->maria);
	DONE(proposal_decide(f->s, &f->maria, "skip", &p, PROPOSAL_SKIPPED, 0, &err), err);
	commit(f);
	assert_int_equal(page(f, 0, 1).items[0].waiting, 1);
	add_entry(f, TODAY - 1, 60, "one");
	add_entry(f, TODAY - 366, 60, "before the cycle");
	add_entry(f, TODAY - 365, 60, "its first day");
	with = add_entry(f, TODAY - 2, 60, "with");
	gone = add_entry(f, TODAY - 3, 60, "void");
	plan = add_entry(f, TODAY + 3, 60, "planned");
	gone.is_void = plan.is_planned = 1;
	begin_as(f, &f->maria);
	DONE(evidence_add(f->s, &f->maria, &with, &v, &err), err);
	DONE(entry_update(f->s, &f->maria, "remove", &gone, &err), err);
	DONE(entry_update(f->s, &f->maria, "plan", &plan, &err), err);
	commit(f);
	assert_int_equal(page(f, 0, 1).items[0].bare, 2);
	begin_as(f, &f->maria);
	with.nevidence = 1;
	DONE(evidence_remove(f->s, &f->maria, &with, "a.pdf", &err), err);
	commit(f);
	assert_int_equal(page(f, 0, 1).items[0].bare, 3);
}

enum { MANY = 5000 };

static void add_many(struct fixture *f)
{
	char sql[800];

	snprintf(sql, sizeof(sql), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	    "INSERT INTO person (id, email, name, login, program, zone, role, disabled, created_at) "
	    "SELECT 1000 + i, 'p' || (i * 7919 %% 10000) || '@example.org', 'P', '', '', '', 0, 0, 1 FROM n; "
	    "INSERT INTO member SELECT %d, id FROM person WHERE id > 1000; "
	    "INSERT INTO cycle (person, program_text, start_on, end_on, anchor_on, counts_from_on, counts_until_on, is_first, "
	    "carried, enrolled_on, counted, required, state, chance, rev) SELECT id, 1, %d, %d, %d, %d, %d, 1, 0, %d, id, 2000, 1, "
	    "800, 1 FROM person WHERE id > 1000", MANY, (int)f->team, TODAY - 100, TODAY + 600, TODAY + 600, TODAY - 100,
	    TODAY + 600, TODAY - 100);
	assert_int_equal(raw_exec(f, sql), SQLITE_OK);
}

static void test_pages_of_many(void **state)
{
	struct fixture *f = *state;
	struct member_list l = { .n = 200 };
	int64_t after = 0, seen = 0, pages = 0;
	size_t i;

	add_many(f);
	while (l.n == 200) {
		l = page(f, after, 200);
		for (i = 0; i < l.n; i++) {
			assert_true(l.items[i].person.id > after);
			after = l.items[i].person.id;
			if (after > 1000)
				assert_int_equal(l.items[i].cycle.counted, after);
			seen++;
		}
		pages++;
	}
	assert_int_equal(seen, MANY + 1);
	assert_int_equal(pages, MANY / 200 + 1);
}

static void put_snapshot(struct fixture *f, int64_t mail, day_t day, int64_t counted)
{
	static struct snapshot people[MANY];
	size_t i;

	for (i = 0; i < MANY; i++)
		people[i] = (struct snapshot){ (int64_t)(1000 + MANY - i), CYCLE_AT_RISK, counted };
	DONE(store_begin(f->s, &err), err);
	DONE(snapshot_put(f->s, f->team, mail, day, people, MANY, &err), err);
	commit(f);
}

static struct outbox_mail a_digest(struct fixture *f, const char *key)
{
	struct outbox_mail m = a_mail(key);

	m.kind = "digest";
	m.team = f->team;
	return m;
}

/* Only what a digest to come can be compared with is kept: the newest one sent, and what may still be sent. */
static void test_snapshots_of_many(void **state)
{
	struct fixture *f = *state;
	struct snapshot_list l;
	int64_t ids[5];
	char key[20];
	int i;

	add_many(f);
	for (i = 0; i < 5; i++) {
		snprintf(key, sizeof(key), "dig:%d", i);
		ids[i] = i == 4 ? plan_mail(f, a_digest(f, key)) :
		    a_mail_that_is(f, a_digest(f, key), i % 2 ? OUTBOX_FAILED : OUTBOX_SENT);
		put_snapshot(f, ids[i], TODAY + i, i);
	}
	DONE(snapshot_last(f->s, f->team, &f->arena, &l, &err), err);
	assert_int_equal(l.day, TODAY + 2);
	assert_int_equal(l.n, MANY);
	assert_int_equal(l.items[0].person, 1001);
	assert_int_equal(l.items[MANY - 1].person, 1000 + MANY);
	assert_int_equal(l.items[0].counted, 2);
	assert_int_equal(raw_number(f, "SELECT count(DISTINCT mail) FROM digest_person"), 3);
	assert_int_equal(raw_number(f, "SELECT min(mail) FROM digest_person"), ids[2]);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM digest"), 5);
	begin_as(f, &f->admin);
	assert_int_equal(snapshot_put(f->s, f->team, 4711, TODAY, NULL, 0, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	rollback(f);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM digest_person"), 3 * MANY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_members, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_waiting_and_bare, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_pages_of_many, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_snapshots_of_many, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
