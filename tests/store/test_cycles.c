/* Cycles: what is stored, found and refused; how one follows another; submissions; program texts. */
#include "commands.h"

#include <stdio.h>
#include "db.h"

static struct err err;

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
	assert_int_equal(c.counts_from, TODAY - 365);
	assert_int_equal(c.counts_until, TODAY + 364);
	assert_int_equal(c.is_first, 1);
	assert_int_equal(c.carried, 0);
	assert_int_equal(c.submission, 0);
	assert_int_equal(c.chance, 0);
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
	    .end = TODAY + 1000, .anchor_end = TODAY + 1000, .counts_from = TODAY + 365,
	    .counts_until = TODAY + 1000, .enrolled_on = TODAY, .required = 2000, .state = CYCLE_ON_TRACK,
	    .next_check = DAY_NONE, .next_rung = DAY_NONE };
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
	d.counts_from = d.start;
	d.counts_until = d.end;
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
	DONE(cycle_move(f->s, &f->admin, f->cycle, (struct cycle){ TODAY - 300, TODAY + 300 },
	    (struct cycle){ TODAY - 290, TODAY + 310 }, TODAY + 300, TODAY, &err), err);
	assert_int_equal(cycle_move(f->s, &f->admin, f->cycle, (struct cycle){ TODAY - 300, TODAY + 365 },
	    (struct cycle){ TODAY - 300, TODAY + 300 }, TODAY + 300, TODAY, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-overlap");
	assert_int_equal(cycle_move(f->s, &f->admin, 99, (struct cycle){ 1, 2 }, (struct cycle){ 1, 2 }, 2, 1,
	    &err), -1);
	assert_code(&err, ERR_ABSENT, "no-cycle");
	DONE(cycle_lock(f->s, f->cycle, &err), err);
	assert_int_equal(cycle_lock(f->s, 99, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-cycle");
	commit(f);
	assert_int_equal(cycle_at(f->s, f->maria.person, TODAY, &f->arena, &c, &err), 1);
	assert_int_equal(c.start, TODAY - 300);
	assert_int_equal(c.end, TODAY + 300);
	assert_int_equal(c.counts_from, TODAY - 290);
	assert_int_equal(c.counts_until, TODAY + 310);
	assert_int_equal(c.enrolled_on, TODAY);
	assert_int_equal(c.rev, 3);
}

static void keep(struct fixture *f, day_t check, day_t rung)
{
	DONE(store_begin(f->s, &err), err);
	DONE(cycle_keep(f->s, f->cycle, &(struct cycle_found){ 1250, 2000, CYCLE_ON_TRACK, 875, check, rung },
	    &err), err);
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
	assert_int_equal(c.chance, 875);
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
	assert_int_equal(cycle_keep(f->s, 99, &(struct cycle_found){ .next_check = DAY_NONE,
	    .next_rung = DAY_NONE }, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-cycle");
	rollback(f);
}

/* The cycle after Maria's, as renewing opens it. */
static struct cycle_row the_next(struct fixture *f)
{
	return (struct cycle_row){ .person = f->maria.person, .program_hash = HASH_A, .start = TODAY + 365,
	    .end = TODAY + 1094, .anchor_end = TODAY + 1094, .counts_from = TODAY + 365,
	    .counts_until = TODAY + 1094, .carried = 150, .enrolled_on = TODAY, .required = 2000,
	    .state = CYCLE_ON_TRACK, .chance = 900, .next_check = TODAY + 400, .next_rung = DAY_NONE };
}

static struct cycle_row current(struct fixture *f)
{
	struct cycle_row c;

	assert_int_equal(cycle_current(f->s, f->maria.person, &f->arena, &c, &err), 1);
	return c;
}

static void renew(struct fixture *f, struct cycle_row *next)
{
	begin_as(f, &f->maria);
	DONE(cycle_close(f->s, &f->maria, "renew", f->cycle, TODAY + 364, NULL, &err), err);
	DONE(cycle_open(f->s, &f->maria, next, &err), err);
	commit(f);
}

static void take(struct fixture *f, int redo)
{
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(redo ? ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err) :
	    ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
}

static void test_renewed(void **state)
{
	struct fixture *f = *state;
	struct cycle_row next = the_next(f), c;
	struct cycle_list l;
	struct change_list h;

	renew(f, &next);
	assert_int_equal(next.is_first, 0);
	c = current(f);
	assert_int_equal(c.id, next.id);
	assert_int_equal(c.carried, 150);
	assert_int_equal(c.chance, 900);
	assert_int_equal(cycle_at(f->s, f->maria.person, TODAY, &f->arena, &c, &err), 1);
	assert_int_equal(c.id, f->cycle);
	assert_int_equal(c.closed_at, NOW);
	assert_int_equal(c.next_check, DAY_NONE);
	assert_int_equal(c.next_rung, DAY_NONE);
	assert_int_equal(c.is_first, 1);
	DONE(ledger_of(f->s, f->maria.person, 0, 2, &f->arena, &h, &err), err);
	assert_string_equal(h.items[1].text, "renew cycle: 12 March 2025 to 11 March 2027");
	assert_int_equal(h.items[0].step, h.items[1].step);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM cycle WHERE due_on IS NOT NULL"), 1);
	take(f, 0);
	c = current(f);
	assert_int_equal(c.id, f->cycle);
	assert_int_equal(c.closed_at, 0);
	assert_int_equal(c.next_check, TODAY + 10);
	assert_int_equal(c.next_rung, TODAY + 184);
	DONE(cycle_list_of(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	DONE(cycle_due(f->s, TODAY + 9999, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_int_equal(cycle_at(f->s, f->maria.person, TODAY + 500, &f->arena, &c, &err), 0);
	take(f, 1);
	c = current(f);
	assert_int_equal(c.id, next.id);
	assert_int_equal(c.is_first, 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM cycle WHERE due_on IS NOT NULL"), 1);
	DONE(store_check(f->s, &err), err);
}

/* What others put into a cycle since it was opened keeps it there; what is elsewhere, or gone again, does not. */
static void test_not_from_under_entries(void **state)
{
	struct fixture *f = *state;
	struct cycle_row next = the_next(f);
	struct entry inside = an_entry(f, TODAY + 365, 60, "inside"), outside = an_entry(f, TODAY + 364, 60, "outside");
	struct change_list l;

	renew(f, &next);
	begin_as(f, &f->admin);
	DONE(entry_add(f->s, &f->admin, "log", &inside, &err), err);
	DONE(entry_add(f->s, &f->admin, "log", &outside, &err), err);
	commit(f);
	begin_as(f, &f->maria);
	assert_int_equal(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), -1);
	assert_code(&err, ERR_RULE, "undo-overtaken");
	assert_string_equal(err.what, "\"open cycle: 12 March 2027 to 10 March 2029\" cannot be undone: the cycle holds entry 1, "
	    "which someone else changed since (log).");
	rollback(f);
	inside.is_void = 1;
	begin_as(f, &f->admin);
	DONE(entry_update(f->s, &f->admin, "remove", &inside, &err), err);
	commit(f);
	take(f, 0);
	assert_int_equal(current(f).id, f->cycle);
	take(f, 1);
	assert_int_equal(current(f).id, next.id);
}

/* One that was set aside is not in the way of another, but undoing cannot bring two cycles over one day. */
static void test_set_aside(void **state)
{
	struct fixture *f = *state;
	struct cycle_row next = the_next(f), other = the_next(f);
	struct change_list l;

	renew(f, &next);
	take(f, 0);
	other.start = other.counts_from = TODAY + 700;
	begin_as(f, &f->admin);
	DONE(cycle_open(f->s, &f->admin, &other, &err), err);
	commit(f);
	begin_as(f, &f->maria);
	assert_int_equal(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-overlap");
	rollback(f);
	begin_as(f, &f->maria);
	assert_int_equal(cycle_rebind(f->s, &f->maria, next.id, HASH_A, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-cycle");
	rollback(f);
}

static void test_closed_stays(void **state)
{
	struct fixture *f = *state;
	struct cycle_row next = the_next(f);
	struct submission sub = { .cycle = f->cycle, .at = NOW, .on = TODAY, .body = "{}" };
	const struct cycle dates = { TODAY, TODAY + 9 };

	renew(f, &next);
	begin_as(f, &f->maria);
	assert_int_equal(cycle_move(f->s, &f->maria, f->cycle, dates, dates, TODAY, TODAY, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-closed");
	assert_int_equal(cycle_rebind(f->s, &f->maria, f->cycle, HASH_A, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-closed");
	assert_int_equal(cycle_close(f->s, &f->maria, "renew", f->cycle, TODAY, NULL, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-closed");
	assert_int_equal(submission_add(f->s, &f->maria, &sub, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-closed");
	assert_int_equal(sub.id, 0);
	assert_int_equal(cycle_close(f->s, &f->maria, "renew", 99, TODAY, NULL, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-cycle");
	assert_int_equal(cycle_close(f->s, &f->maria, "renew", next.id, TODAY, NULL, &err), -1);
	assert_code(&err, ERR_USAGE, "cycle-dates");
	DONE(cycle_keep(f->s, f->cycle, &(struct cycle_found){ 2100, 2000, CYCLE_DONE, 1000, TODAY + 1,
	    TODAY + 1 }, &err), err);
	commit(f);
	assert_int_equal(raw_number(f,
	    "SELECT count(*) FROM cycle WHERE due_on IS NOT NULL AND closed_at IS NOT NULL"), 0);
	assert_int_equal(raw_number(f, "SELECT counted FROM cycle WHERE closed_at IS NOT NULL"), 2100);
}

/* Days that count may not be shared either: an entry belongs to one cycle. */
static void test_counting_days(void **state)
{
	struct fixture *f = *state;
	struct cycle_row next = the_next(f), c;

	next.counts_from = TODAY + 300;
	begin_as(f, &f->maria);
	assert_int_equal(cycle_open(f->s, &f->maria, &next, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-overlap");
	DONE(cycle_close(f->s, &f->maria, "renew", f->cycle, TODAY + 299, "renewed early", &err), err);
	DONE(cycle_open(f->s, &f->maria, &next, &err), err);
	commit(f);
	assert_int_equal(cycle_at(f->s, f->maria.person, TODAY + 299, &f->arena, &c, &err), 1);
	assert_int_equal(c.id, f->cycle);
	assert_int_equal(c.end, TODAY + 364);
	assert_int_equal(cycle_at(f->s, f->maria.person, TODAY + 300, &f->arena, &c, &err), 1);
	assert_int_equal(c.id, next.id);
	next.start = next.end + 1;
	next.end = next.start + 1;
	next.counts_from = next.start;
	next.counts_until = next.start - 1;
	begin_as(f, &f->maria);
	assert_int_equal(cycle_open(f->s, &f->maria, &next, &err), -1);
	assert_code(&err, ERR_USAGE, "cycle-dates");
	rollback(f);
}

/* Of each program, by its id, whatever its text. */
static void test_first_of_its_program(void **state)
{
	struct fixture *f = *state;
	struct cycle_row next = the_next(f), before = the_next(f);
	struct cycle_list l;

	commands_prepare(f);
	next.program_hash = HASH_B;
	renew(f, &next);
	assert_int_equal(next.is_first, 0);
	begin_as(f, &f->maria);
	DONE(cycle_rebind(f->s, &f->maria, next.id, HASH_C, &err), err);
	commit(f);
	assert_int_equal(current(f).is_first, 1);
	assert_string_equal(current(f).program_hash, HASH_C);
	begin_as(f, &f->maria);
	assert_int_equal(cycle_rebind(f->s, &f->maria, next.id, "unknown", &err), -1);
	assert_code(&err, ERR_ABSENT, "no-program-text");
	rollback(f);
	before.start = before.counts_from = TODAY - 800;
	before.end = before.counts_until = TODAY - 400;
	begin_as(f, &f->maria);
	DONE(cycle_open(f->s, &f->maria, &before, &err), err);
	commit(f);
	assert_int_equal(before.is_first, 1);
	DONE(cycle_list_of(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.items[0].is_first, 1);
	assert_int_equal(l.items[1].is_first, 0);
	assert_int_equal(l.items[2].is_first, 1);
	take(f, 0);
	DONE(cycle_list_of(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.items[0].is_first, 1);
}

static void test_submission(void **state)
{
	struct fixture *f = *state;
	struct submission sub = { .cycle = f->cycle, .at = NOW + 5, .on = TODAY, .counted = 2050,
	    .required = 2000, .body = "{\"a\":\"\xc3\xa9\"}" }, got;
	struct cycle_row c;

	begin_as(f, &f->maria);
	DONE(submission_add(f->s, &f->maria, &sub, &err), err);
	commit(f);
	c = current(f);
	assert_int_equal(c.submission, sub.id);
	assert_int_equal(c.submitted_at, NOW + 5);
	DONE(submission_get(f->s, sub.id, &f->arena, &got, &err), err);
	assert_int_equal(got.cycle, f->cycle);
	assert_int_equal(got.at, NOW + 5);
	assert_int_equal(got.on, TODAY);
	assert_int_equal(got.counted, 2050);
	assert_int_equal(got.required, 2000);
	assert_string_equal(got.body, "{\"a\":\"\xc3\xa9\"}");
	begin_as(f, &f->maria);
	assert_int_equal(submission_add(f->s, &f->maria, &sub, &err), -1);
	assert_code(&err, ERR_RULE, "cycle-submitted");
	rollback(f);
	take(f, 0);
	assert_int_equal(current(f).submission, 0);
	assert_int_equal(current(f).submitted_at, 0);
	DONE(submission_get(f->s, sub.id, &f->arena, &got, &err), err);
	take(f, 1);
	assert_int_equal(current(f).submission, sub.id);
	take(f, 0);
	sub.on = TODAY + 1;
	begin_as(f, &f->maria);
	DONE(submission_add(f->s, &f->maria, &sub, &err), err);
	commit(f);
	assert_int_equal(sub.id, 2);
	assert_int_equal(current(f).submission, 2);
	DONE(submission_get(f->s, 1, &f->arena, &got, &err), err);
	assert_int_equal(got.on, TODAY);
	assert_int_equal(submission_get(f->s, 99, &f->arena, &got, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-submission");
	assert_int_equal(raw_exec(f, "UPDATE submission SET counted = 1"), SQLITE_CONSTRAINT);
	assert_int_equal(raw_exec(f, "DELETE FROM submission"), SQLITE_CONSTRAINT);
	assert_int_equal(raw_exec(f, "INSERT OR REPLACE INTO submission VALUES (1, 1, 1, 1, 1, 1, '')"),
	    SQLITE_CONSTRAINT);
}

static void test_pages(void **state)
{
	struct fixture *f = *state;
	struct cycle_row next = the_next(f);
	struct cycle_list l;
	int i;

	commands_prepare(f);
	begin_as(f, &f->admin);
	for (i = 0; i < 5; i++) {
		static const char *const emails[] = { "a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org" };
		struct person p = { .email = emails[i], .name = "", .login = "", .uid = -1, .program = "",
		    .zone = "", .created_at = NOW };

		DONE(person_add(f->s, &f->admin, &p, &err), err);
		next.person = p.id;
		next.program_hash = i % 2 ? HASH_C : HASH_B;
		DONE(cycle_open(f->s, &f->admin, &next, &err), err);
	}
	DONE(cycle_close(f->s, &f->admin, "renew", next.id, next.end, NULL, &err), err);
	commit(f);
	DONE(cycle_page(f->s, "", 0, 3, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	DONE(cycle_page(f->s, "", l.items[2].id, 3, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	DONE(cycle_page(f->s, "other", 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].program_hash, HASH_C);
	DONE(cycle_page(f->s, "ccxp-2y20", 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	DONE(cycle_page(f->s, "unknown", 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
}

enum { MANY = 20000, DUE = 40 };

/* Of many people the daily look steps through those rows that are due, and no others. */
static void test_only_due_rows_are_read(void **state)
{
	struct fixture *f = *state;
	struct statement *t;
	struct cycle_list l;
	char sql[900];

	snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	    "INSERT INTO person (email, name, login, program, zone, role, disabled, created_at) "
	    "SELECT 'p' || i, '', '', '', '', 0, 0, 1 FROM n; "
	    "INSERT INTO cycle (person, program_text, start_on, end_on, anchor_on, counts_from_on, "
	    "counts_until_on, is_first, carried, enrolled_on, counted, required, state, chance, next_check_on, "
	    "due_on, rev) SELECT id, 1, 1, 9, 9, 1, 9, 1, 0, 1, 0, 2000, 1, 800, %d + id, %d + id, 1 "
	    "FROM person WHERE id > 2",
	    MANY, TODAY + 20, TODAY + 20);
	assert_int_equal(raw_exec(f, sql), SQLITE_OK);
	t = db_statement(f->s, SQL_CYCLE_DUE, &err);
	assert_non_null(t);
	(void)sqlite3_stmt_status(t->st, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
	(void)sqlite3_stmt_status(t->st, SQLITE_STMTSTATUS_VM_STEP, 1);
	DONE(cycle_due(f->s, TODAY + 20 + 2 + DUE, 1000, &f->arena, &l, &err), err);
	assert_int_equal(l.n, DUE + 1);		/* and Maria's */
	assert_int_equal(sqlite3_stmt_status(t->st, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0), 0);
	print_message("%d of %d due: %d steps\n", DUE + 1, MANY + 1,
	    sqlite3_stmt_status(t->st, SQLITE_STMTSTATUS_VM_STEP, 0));
	assert_in_range(sqlite3_stmt_status(t->st, SQLITE_STMTSTATUS_VM_STEP, 1), 0, 60 * (DUE + 1));
	DONE(cycle_due(f->s, TODAY + 9, 1000, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	assert_in_range(sqlite3_stmt_status(t->st, SQLITE_STMTSTATUS_VM_STEP, 1), 0, 60);
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

static void test_installed(void **state)
{
	struct fixture *f = *state;
	struct program_text_list l;

	commands_prepare(f);
	DONE(program_installed(f->s, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	begin_as(f, &f->maria);
	DONE(program_install(f->s, &f->maria, &(struct program_text){ .hash = HASH_C }, &err), err);
	commit(f);
	begin_as(f, &f->maria);
	DONE(program_install(f->s, &f->maria, &(struct program_text){ .hash = HASH_A }, &err), err);
	commit(f);
	begin_as(f, &f->maria);
	DONE(program_install(f->s, &f->maria, &(struct program_text){ .hash = HASH_B }, &err), err);
	assert_int_equal(program_install(f->s, &f->maria, &(struct program_text){ .hash = "unknown" }, &err),
	    -1);
	assert_code(&err, ERR_ABSENT, "no-program-text");
	commit(f);
	DONE(program_installed(f->s, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].id, "ccxp-2y20");
	assert_string_equal(l.items[0].hash, HASH_B);
	assert_int_equal(l.items[0].len, 1);
	assert_string_equal(l.items[1].id, "other");
	assert_int_equal(raw_number(f, "SELECT count(*) FROM ledger WHERE object = 'program:ccxp-2y20' "
	    "AND subject IS NULL AND action = 'install'"), 2);
	take(f, 0);
	DONE(program_installed(f->s, &f->arena, &l, &err), err);
	assert_string_equal(l.items[0].hash, HASH_A);
	take(f, 0);
	DONE(program_installed(f->s, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].id, "other");
	take(f, 1);
	DONE(program_installed(f->s, &f->arena, &l, &err), err);
	assert_string_equal(l.items[0].hash, HASH_A);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cycle_is_stored, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_cycles_of_a_person, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_cycle_due, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_renewed, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_not_from_under_entries, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_set_aside, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_closed_stays, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_counting_days, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_first_of_its_program, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_submission, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_pages, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_only_due_rows_are_read, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_program_texts, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_installed, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, commands_in_memory, NULL);
}
