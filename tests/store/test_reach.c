/* Whom mail reaches: addresses that do not work, rungs that were not told, deadlines sent along, digests switched off. */
#include "mails.h"

#include <stdio.h>

static struct err err;

#define DEAD "no@example.org"

static int bounce(struct fixture *f, const char *address, int64_t now, const char *reason)
{
	int is = 7;

	DONE(store_begin(f->s, &err), err);
	DONE(bounce_hard(f->s, address, now, reason, &is, &err), err);
	commit(f);
	return is;
}

static void test_two_bounces(void **state)
{
	struct fixture *f = *state;
	struct bounce b = { "x", 9, 9, "x" };
	struct bounce_list l;
	int64_t n = -1;
	int is = 7;

	DONE(bounce_get(f->s, DEAD, &f->arena, &b, &err), err);
	assert_int_equal(b.hard, 0);
	assert_int_equal(b.suppressed_at, 0);
	assert_string_equal(b.reason, "");
	assert_int_equal(bounce_hard(f->s, DEAD, NOW, "550", &is, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	assert_int_equal(is, 7);
	assert_int_equal(bounce(f, DEAD, NOW, "550 no such user"), 0);
	DONE(bounce_get(f->s, DEAD, &f->arena, &b, &err), err);
	assert_int_equal(b.hard, 1);
	assert_int_equal(b.suppressed_at, 0);
	assert_string_equal(b.reason, "550 no such user");
	DONE(bounce_suppressed(f->s, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	assert_int_equal(bounce(f, DEAD, NOW + 5, "550 5.1.1 still none"), 1);
	assert_int_equal(bounce(f, DEAD, NOW + 9, "551 gone"), 1);
	DONE(bounce_get(f->s, DEAD, &f->arena, &b, &err), err);
	assert_string_equal(b.address, DEAD);
	assert_int_equal(b.hard, 3);
	assert_int_equal(b.suppressed_at, NOW + 5);		/* since the second */
	assert_string_equal(b.reason, "551 gone");
	bounce(f, "b@example.org", NOW, "1");
	bounce(f, "b@example.org", NOW + 7, "2");
	bounce(f, "c@example.org", NOW + 8, "1");
	DONE(bounce_suppressed(f->s, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].address, "b@example.org");
	assert_string_equal(l.items[1].address, DEAD);
	DONE(bounce_suppressed(f->s, 1, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	DONE(bounce_count(f->s, &n, &err), err);
	assert_int_equal(n, 2);
	DONE(store_begin(f->s, &err), err);
	DONE(bounce_clear(f->s, DEAD, &err), err);
	DONE(bounce_clear(f->s, "nobody@example.org", &err), err);
	commit(f);
	assert_int_equal(bounce(f, DEAD, NOW + 20, "550"), 0);	/* from the beginning */
	DONE(bounce_count(f->s, &n, &err), err);
	assert_int_equal(n, 1);
	assert_int_equal(bounce_clear(f->s, DEAD, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
}

static void take(struct fixture *f, int rung, enum rung_outcome outcome, int64_t mail, int64_t at, const char *because)
{
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(rung_take(f->s, &(struct rung){ f->maria.person, f->cycle, rung, outcome, mail, at, because },
	    &err), 1);
	commit(f);
}

static int64_t forget(struct fixture *f, int64_t person)
{
	int64_t n = -1;

	DONE(store_begin(f->s, &err), err);
	DONE(rung_forget_unsent(f->s, person, &n, &err), err);
	commit(f);
	return n;
}

/* Words, days before and after, all outcomes; by time, the wide ones of one instant first. */
static void test_rungs_in_order(void **state)
{
	struct fixture *f = *state;
	int64_t mail = a_mail_that_is(f, a_mail("rem:1:1:30"), OUTBOX_SENT);
	static const int order[] = { LADDER_OPEN, 180, 30, LADDER_INBOX + 1, LADDER_REACHED, 7, -8 };
	struct rung_list l;
	size_t i;

	DONE(rung_list_of(f->s, f->cycle, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	take(f, -8, RUNG_NO_ADDRESS, 0, NOW + 60, "the address ends in .invalid");
	take(f, LADDER_REACHED, RUNG_NOT_NEEDED, 0, NOW + 40, "");
	take(f, 7, RUNG_MUTED, 0, NOW + 40, "");
	take(f, LADDER_INBOX + 1, RUNG_TOO_SOON, 0, NOW + 30, "");
	take(f, 30, RUNG_MAILED, mail, NOW + 20, "30 days left");
	take(f, 180, RUNG_SUPERSEDED, 0, NOW + 20, "");
	take(f, LADDER_OPEN, RUNG_BEFORE_ENROLMENT, 0, NOW + 20, "");
	DONE(rung_list_of(f->s, f->cycle, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 7);
	for (i = 0; i < 7; i++) {
		assert_int_equal(l.items[i].rung.rung, order[i]);
		assert_int_equal(l.items[i].rung.person, f->maria.person);
		assert_int_equal(l.items[i].rung.cycle, f->cycle);
	}
	assert_int_equal(l.items[6].rung.outcome, RUNG_NO_ADDRESS);
	assert_string_equal(l.items[6].rung.because, "the address ends in .invalid");
	assert_int_equal(l.items[2].rung.mail, mail);
	assert_int_equal(l.items[2].mail_state, OUTBOX_SENT);
	assert_int_equal(l.items[2].mail_done_at, NOW + 2);
	assert_int_equal(l.items[2].mail_not_before, NOW);
	assert_int_equal(l.items[0].rung.mail + l.items[0].mail_done_at + l.items[0].mail_not_before, 0);
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(rung_take(f->s, &(struct rung){ f->maria.person, f->cycle, 5, (enum rung_outcome)RUNG_OUTCOMES, 0, NOW,
	    "" }, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	rollback(f);
	DONE(rung_list_of(f->s, 99, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
}

/* Of more rungs than fit the tightest are told, and the words. */
static void test_many_rungs(void **state)
{
	struct fixture *f = *state;
	int taken[LADDER_RUNGS_MAX], i;
	size_t n = 0;

	DONE(store_begin(f->s, &err), err);
	for (i = -5; i < LADDER_RUNGS_MAX; i++)
		assert_int_equal(rung_take(f->s, &(struct rung){ f->maria.person, f->cycle, i, RUNG_SUPERSEDED, 0, NOW, "" },
		    &err), 1);
	assert_int_equal(rung_take(f->s, &(struct rung){ f->maria.person, f->cycle, LADDER_REACHED, RUNG_SUPERSEDED, 0, NOW,
	    "" }, &err), 1);
	commit(f);
	DONE(rung_taken(f->s, f->cycle, taken, &n, &err), err);
	assert_int_equal(n, LADDER_RUNGS_MAX);
	assert_int_equal(taken[0], LADDER_REACHED);
	for (i = 1; i < LADDER_RUNGS_MAX; i++)
		assert_int_equal(taken[i], i - 6);
}

/* What could not reach her is due again; what did, or was not needed, is not. */
static void test_unsent_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail dead = a_mail("rem:1:1:14"), m;
	int taken[LADDER_RUNGS_MAX];
	size_t n;

	assert_int_equal(forget(f, f->maria.person), 0);
	dead.rcpt = "old@example.org";
	take(f, 180, RUNG_NO_ADDRESS, 0, NOW, "no address");
	take(f, 120, RUNG_SUPERSEDED, 0, NOW, "");
	take(f, 90, RUNG_MAILED, a_mail_that_is(f, a_mail("90"), OUTBOX_SENT), NOW, "");
	take(f, 60, RUNG_MAILED, a_mail_that_is(f, a_mail("60"), OUTBOX_FAILED), NOW, "550");
	take(f, 30, RUNG_MAILED, a_mail_that_is(f, a_mail("30"), OUTBOX_CANCELLED), NOW, "finished");
	take(f, 14, RUNG_MAILED, a_mail_that_is(f, dead, OUTBOX_CANCELLED), NOW, "the address does not work");
	take(f, 7, RUNG_MAILED, a_mail_that_is(f, a_mail("7"), OUTBOX_UNKNOWN), NOW, "");
	m = a_mail("3");
	m.rcpt = "old@example.org";
	take(f, 3, RUNG_MAILED, plan_mail(f, m), NOW, "");
	bounce(f, "old@example.org", NOW, "550");
	bounce(f, "old@example.org", NOW, "550");
	assert_int_equal(forget(f, f->mark), 0);
	assert_int_equal(forget(f, f->maria.person), 3);
	DONE(rung_taken(f->s, f->cycle, taken, &n, &err), err);
	assert_int_equal(n, 5);
	assert_int_equal(taken[0], 3);
	assert_int_equal(taken[1], 7);
	assert_int_equal(taken[2], 30);
	assert_int_equal(taken[3], 90);
	assert_int_equal(taken[4], 120);
	assert_int_equal(forget(f, f->maria.person), 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM outbox"), 6);
}

static void test_closed_cycles_are_over(void **state)
{
	struct fixture *f = *state;

	take(f, 180, RUNG_NO_ADDRESS, 0, NOW, "no address");
	begin_as(f, &f->admin);
	DONE(cycle_close(f->s, &f->admin, "renew", f->cycle, TODAY, NULL, &err), err);
	commit(f);
	assert_int_equal(forget(f, f->maria.person), 0);
}

static struct deadline_mail deadline(struct fixture *f)
{
	struct deadline_mail d;

	DONE(deadline_mail_get(f->s, f->cycle, &d, &err), err);
	return d;
}

static void put_deadline(struct fixture *f, int64_t mail, day_t end, int sequence)
{
	DONE(store_begin(f->s, &err), err);
	DONE(deadline_mail_put(f->s, &(struct deadline_mail){ f->cycle, mail, end, sequence, 0 }, &err), err);
	commit(f);
}

static void test_deadline_mails(void **state)
{
	struct fixture *f = *state;
	int64_t waits = plan_mail(f, a_mail("waits"));
	struct deadline_mail d = deadline(f);

	assert_int_equal(d.mail, 0);
	assert_int_equal(d.cycle, f->cycle);
	assert_int_equal(d.end, DAY_NONE);
	assert_int_equal(d.sequence + d.is_sent, 0);
	put_deadline(f, waits, TODAY + 364, 0);
	d = deadline(f);
	assert_int_equal(d.mail, waits);
	assert_int_equal(d.end, TODAY + 364);
	assert_int_equal(d.sequence, 0);
	assert_int_equal(d.is_sent, 1);
	assert_int_equal(settle(f, waits, OUTBOX_CANCELLED, 0), 0);
	assert_int_equal(deadline(f).is_sent, 0);
	put_deadline(f, a_mail_that_is(f, a_mail("failed"), OUTBOX_FAILED), TODAY + 364, 0);
	assert_int_equal(deadline(f).is_sent, 0);
	put_deadline(f, a_mail_that_is(f, a_mail("unknown"), OUTBOX_UNKNOWN), TODAY + 364, 0);
	assert_int_equal(deadline(f).is_sent, 1);
	put_deadline(f, a_mail_that_is(f, a_mail("sent"), OUTBOX_SENT), TODAY + 400, 1);
	d = deadline(f);
	assert_int_equal(d.is_sent, 1);
	assert_int_equal(d.sequence, 1);
	assert_int_equal(d.end, TODAY + 400);
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(deadline_mail_put(f->s, &(struct deadline_mail){ f->cycle, 99, TODAY, 2, 0 }, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	rollback(f);
	assert_int_equal(deadline_mail_put(f->s, &d, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	assert_int_equal(deadline(f).sequence, 1);
}

static int64_t off_since(struct fixture *f)
{
	int64_t at = -1;

	DONE(digest_off_get(f->s, f->mark, f->team, &at, &err), err);
	return at;
}

static struct change newest(struct fixture *f)
{
	struct change_list l;

	DONE(ledger_of(f->s, f->mark, 0, 1, &f->arena, &l, &err), err);
	return l.items[0];
}

static void set_off(struct fixture *f, struct actor *by, int is_off)
{
	begin_as(f, by);
	DONE(digest_off_set(f->s, by, f->mark, f->team, is_off, &err), err);
	commit(f);
}

static void test_digest_off_is_told_and_undone(void **state)
{
	struct fixture *f = *state;
	struct actor mark = { f->mark, "mark@example.org", NOW, 0 }, link = { 0, "link in a mail", NOW + 5, 0 };
	struct change_list l;
	int64_t rows, at = 7;

	assert_int_equal(off_since(f), 0);
	set_off(f, &link, 1);
	assert_int_equal(off_since(f), NOW + 5);
	assert_string_equal(newest(f).text, "digest of team Support EMEA off");
	assert_string_equal(newest(f).actor, "link in a mail");
	assert_string_equal(newest(f).action, "digest");
	rows = raw_number(f, "SELECT count(*) FROM ledger");
	set_off(f, &link, 1);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM ledger"), rows);
	assert_int_equal(off_since(f), NOW + 5);
	DONE(digest_off_get(f->s, f->maria.person, f->team, &at, &err), err);
	assert_int_equal(at, 0);
	set_off(f, &mark, 0);
	assert_int_equal(off_since(f), 0);
	assert_string_equal(newest(f).text, "digest of team Support EMEA on");
	begin_as(f, &mark);
	DONE(ledger_undo(f->s, &mark, f->mark, &f->arena, &l, &err), err);
	commit(f);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].text, "undo: digest of team Support EMEA on");
	assert_int_equal(off_since(f), NOW + 5);
	begin_as(f, &mark);
	DONE(ledger_redo(f->s, &mark, f->mark, &f->arena, &l, &err), err);
	commit(f);
	assert_string_equal(l.items[0].text, "redo: digest of team Support EMEA on");
	assert_int_equal(off_since(f), 0);
	begin_as(f, &mark);
	assert_int_equal(digest_off_set(f->s, &mark, f->mark, 99, 1, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-team");
	assert_int_equal(digest_off_set(f->s, &mark, 99, f->team, 1, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	rollback(f);
	DONE(store_begin(f->s, &err), err);
	mark.step = 0;
	assert_int_equal(digest_off_set(f->s, &mark, f->mark, f->team, 1, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-step");
	rollback(f);
	assert_int_equal(off_since(f), 0);
	DONE(ledger_verify(f->s, NULL, &err), err);
}

/* `ceu admin check` sees what refers to nothing in each of the new tables. */
static void test_check(void **state)
{
	static const struct { const char *sql, *table; } rows[] = {
		{ "INSERT INTO deadline_mail VALUES (4711, 1, 1, 0)", "deadline_mail" },
		{ "INSERT INTO digest_off VALUES (4711, 1, 1)", "digest_off" },
		{ "INSERT INTO rung VALUES (4711, 30, 1, 0, NULL, 1, '')", "rung" },
	};
	struct fixture *f = *state;
	char what[80], undo[80];
	size_t i;

	plan_mail(f, a_mail("one"));
	DONE(store_check(f->s, &err), err);
	for (i = 0; i < 3; i++) {
		assert_int_equal(raw_exec(f, rows[i].sql), SQLITE_OK);
		assert_int_equal(store_check(f->s, &err), -1);
		assert_code(&err, ERR_FAILED, "store-corrupt");
		snprintf(what, sizeof(what), "of %s refers to nothing", rows[i].table);
		assert_has(err.what, what);
		snprintf(undo, sizeof(undo), "DELETE FROM %s", rows[i].table);
		assert_int_equal(raw_exec(f, undo), SQLITE_OK);
	}
	DONE(store_check(f->s, &err), err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_two_bounces, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_rungs_in_order, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_many_rungs, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_unsent_is_forgotten, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_closed_cycles_are_over, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_deadline_mails, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_digest_off_is_told_and_undone, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_check, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
