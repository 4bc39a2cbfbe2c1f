/* The life of a mail in the outbox; rungs, channel, snapshots, jobs and kept answers. */
#include "mails.h"

#include <stdio.h>

static struct err err;

static size_t due(struct fixture *f, int64_t now, struct outbox_list *l)
{
	DONE(outbox_due(f->s, now, 10, &f->arena, l, &err), err);
	return l->n;
}

static int64_t next_due(struct fixture *f)
{
	int64_t next = -1;

	DONE(outbox_next_due(f->s, &next, &err), err);
	return next;
}

static void test_planned(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail m = a_mail("rem:1:1:30"), g;
	struct outbox_list l;
	int64_t id;

	m.person = f->maria.person;
	m.team = f->team;
	id = plan_mail(f, m);
	g = get(f, id);
	assert_string_equal(g.dedup_key, "rem:1:1:30");
	assert_string_equal(g.kind, "reminder");
	assert_int_equal(g.priority, 1);
	assert_int_equal(g.person, f->maria.person);
	assert_int_equal(g.team, f->team);
	assert_string_equal(g.rcpt, "maria@example.org");
	assert_string_equal(g.rcpt_name, "Maria Diaz");
	assert_string_equal(g.subject, "");
	assert_string_equal(g.message_id, "");
	assert_null(g.bytes);
	assert_int_equal(g.not_before, NOW);
	assert_int_equal(g.expires_at, NOW + 3 * 86400000);
	assert_int_equal(g.state, OUTBOX_READY);
	assert_int_equal(next_due(f), NOW);
	assert_int_equal(due(f, NOW - 1, &l), 0);
	assert_int_equal(due(f, NOW, &l), 1);
	assert_int_equal(outbox_get(f->s, 99, 0, &f->arena, &g, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-mail");
}

static void test_claimed_and_sent(void **state)
{
	struct fixture *f = *state;
	int64_t id = plan_mail(f, a_mail("rem:1:1:30"));
	struct outbox_list l;
	struct outbox_mail g;

	claim(f, id, "From: ceu\r\n\r\nhello\r\n");
	g = get(f, id);
	assert_int_equal(g.state, OUTBOX_SENDING);
	assert_string_equal(g.subject, "12 days left");
	assert_string_equal(g.message_id, "<r.abc@example.org>");
	assert_int_equal(g.nbytes, 20);
	assert_memory_equal(g.bytes, "From: ceu\r\n\r\nhello\r\n", 20);
	assert_int_equal(g.rendered_at, NOW + 1);
	assert_int_equal(g.lease_until, NOW + 15 * MINUTE);
	assert_int_equal(due(f, NOW + 86400000, &l), 0);
	assert_int_equal(next_due(f), 0);
	g.state = OUTBOX_SENT;
	g.reason = "250 queued";
	g.code = 250;
	g.enhanced = "2.0.0";
	g.phase = "dot";
	g.server_id = "ABC1";
	g.done_at = NOW + 2;
	DONE(store_begin(f->s, &err), err);
	DONE(outbox_settle(f->s, &g, &err), err);
	commit(f);
	g = get(f, id);
	assert_int_equal(g.state, OUTBOX_SENT);
	assert_string_equal(g.reason, "250 queued");
	assert_int_equal(g.code, 250);
	assert_string_equal(g.enhanced, "2.0.0");
	assert_string_equal(g.phase, "dot");
	assert_string_equal(g.server_id, "ABC1");
	assert_int_equal(g.done_at, NOW + 2);
	assert_int_equal(g.lease_until, 0);
	assert_int_equal(g.nbytes, 20);
	assert_int_equal(shrink(f, NOW + 2), 1);
	assert_int_equal(get(f, id).nbytes, 20);
	assert_int_equal(shrink(f, NOW + 3), 1);
	assert_null(get(f, id).bytes);
}

static void test_planned_once(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail m = a_mail("rem:1:1:30"), n = a_mail("rem:1:1:30");

	assert_int_equal(outbox_plan(f->s, &m, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	plan_mail(f, m);
	n.id = 77;
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(outbox_plan(f->s, &n, &err), 0);
	assert_int_equal(n.id, 77);
	n.dedup_key = "other";
	n.state = OUTBOX_SENT;
	assert_int_equal(outbox_plan(f->s, &n, &err), -1);
	assert_code(&err, ERR_RULE, "mail-state");
	n.state = OUTBOX_READY;
	for (n.priority = -1; n.priority < 5; n.priority += 5) {
		assert_int_equal(outbox_plan(f->s, &n, &err), -1);
		assert_code(&err, ERR_FAILED, "mail-priority");
	}
	commit(f);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM outbox"), 1);
}

static void test_order(void **state)
{
	struct fixture *f = *state;
	static const struct { const char *key; int priority; int64_t after; } rows[] = {
		{ "digest", 3, -5 }, { "late reminder", 1, 2 }, { "reminder", 1, 1 }, { "admin", 2, 0 },
		    { "tomorrow", 1, 86400 },
	};
	struct outbox_list l;
	size_t i;

	for (i = 0; i < 5; i++) {
		struct outbox_mail m = a_mail(rows[i].key);

		m.priority = rows[i].priority;
		m.not_before = NOW + rows[i].after * 1000;
		plan_mail(f, m);
	}
	assert_int_equal(due(f, NOW + MINUTE, &l), 4);
	assert_string_equal(l.items[0].dedup_key, "reminder");
	assert_string_equal(l.items[1].dedup_key, "late reminder");
	assert_string_equal(l.items[2].dedup_key, "admin");
	assert_string_equal(l.items[3].dedup_key, "digest");
	assert_null(l.items[0].bytes);
	assert_int_equal(next_due(f), NOW - 5000);
}

/* Each change of state that is not documented is refused and changes nothing. */
static void test_states(void **state)
{
	struct fixture *f = *state;
	static const char *const allowed[7] = {		/* from each state: those it may become */
		"0146", "0146", "1345", "", "16", "16", "" };
	enum outbox_state from, to;
	char key[20], digit;

	for (from = OUTBOX_HELD; from <= OUTBOX_CANCELLED; from++)
		for (to = OUTBOX_HELD; to <= OUTBOX_CANCELLED; to++) {
			struct outbox_mail m = a_mail(key);
			int rc;

			snprintf(key, sizeof(key), "%d-%d", (int)from, (int)to);
			if (from == OUTBOX_HELD)
				m.state = OUTBOX_HELD;
			m.id = plan_mail(f, m);
			if (from == OUTBOX_CANCELLED)
				assert_int_equal(settle(f, m.id, OUTBOX_CANCELLED, 0), 0);
			else if (from >= OUTBOX_SENDING) {
				struct outbox_mail c = get(f, m.id);

				c.message_id = key;
				c.bytes = "x";
				c.nbytes = 1;
				c.lease_until = NOW;
				DONE(store_begin(f->s, &err), err);
				DONE(outbox_claim(f->s, &c, &err), err);
				commit(f);
				if (from != OUTBOX_SENDING)
					assert_int_equal(settle(f, m.id, from, 0), 0);
			}
			assert_int_equal(get(f, m.id).state, from);
			digit = (char)('0' + to);
			rc = settle(f, m.id, to, 0);
			if ((strchr(allowed[from], digit) != NULL) != (rc == 0))
				fail_msg("%d to %d: %d", (int)from, (int)to, rc);
			if (rc < 0)
				assert_code(&mails_err, ERR_RULE, "mail-state");
			assert_int_equal(get(f, m.id).state, rc ? from : to);
		}
}

static void test_later_and_claims(void **state)
{
	struct fixture *f = *state;
	int64_t id = plan_mail(f, a_mail("rem"));
	struct outbox_mail m;
	struct outbox_list l;

	m = get(f, id);
	m.message_id = "<x>";
	m.lease_until = NOW;
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(outbox_claim(f->s, &m, &err), -1);
	assert_code(&err, ERR_FAILED, "mail-empty");
	rollback(f);
	claim(f, id, "first");
	m.bytes = "second";
	m.nbytes = 6;
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(outbox_claim(f->s, &m, &err), -1);
	assert_code(&err, ERR_RULE, "mail-state");
	assert_string_equal(err.what, "Mail 1 is sending; it cannot become sending.");
	m.id = 99;
	assert_int_equal(outbox_claim(f->s, &m, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-mail");
	rollback(f);
	assert_int_equal(settle(f, id, OUTBOX_READY, NOW + 5 * MINUTE), 0);
	assert_int_equal(due(f, NOW + 5 * MINUTE - 1, &l), 0);
	assert_int_equal(due(f, NOW + 5 * MINUTE, &l), 1);
	assert_int_equal(next_due(f), NOW + 5 * MINUTE);
	claim(f, id, NULL);			/* as it was frozen */
	assert_memory_equal(get(f, id).bytes, "first", 5);
	assert_int_equal(settle(f, id, OUTBOX_READY, 0), 0);
	claim(f, id, "rendered anew");
	assert_int_equal(get(f, id).nbytes, 13);
	assert_int_equal(settle(f, id, OUTBOX_READY, 0), 0);
	assert_int_equal(next_due(f), NOW);
}

static int64_t recover(struct fixture *f, int64_t now)
{
	int64_t n = -1;

	DONE(store_begin(f->s, &err), err);
	DONE(outbox_recover(f->s, now, &n, &err), err);
	commit(f);
	return n;
}

static void test_recover(void **state)
{
	struct fixture *f = *state;
	int64_t id = plan_mail(f, a_mail("rem")), other = plan_mail(f, a_mail("other"));
	struct outbox_mail m;
	struct outbox_list l;

	claim(f, id, "first");
	assert_int_equal(recover(f, NOW + MINUTE), 1);
	assert_int_equal(recover(f, NOW + MINUTE), 0);
	m = get(f, id);
	assert_int_equal(m.state, OUTBOX_READY);
	assert_int_equal(m.doubts, 1);
	assert_int_equal(m.attempts, 0);
	assert_int_equal(m.next_try, NOW + 11 * MINUTE);
	assert_string_equal(m.reason, "ceud stopped while this mail was being sent");
	assert_int_equal(due(f, NOW + 11 * MINUTE - 1, &l), 1);
	assert_int_equal(l.items[0].id, other);
	assert_int_equal(due(f, NOW + 11 * MINUTE, &l), 2);
	m.bytes = "second";
	m.nbytes = 6;
	m.lease_until = NOW;
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(outbox_claim(f->s, &m, &err), -1);
	assert_code(&err, ERR_FAILED, "mail-frozen");
	m.bytes = "first";
	m.nbytes = 5;
	m.message_id = "<other@example.org>";
	assert_int_equal(outbox_claim(f->s, &m, &err), -1);
	assert_code(&err, ERR_FAILED, "mail-frozen");
	rollback(f);
	claim(f, id, "first");
	assert_int_equal(recover(f, NOW + 20 * MINUTE), 1);
	m = get(f, id);
	assert_int_equal(m.state, OUTBOX_UNKNOWN);
	assert_int_equal(m.doubts, 2);
	assert_int_equal(m.next_try, 0);
	assert_int_equal(m.done_at, NOW + 20 * MINUTE);
	assert_int_equal(due(f, NOW + 86400000, &l), 1);
	assert_int_equal(get(f, other).doubts, 0);
}

static void test_release_pages_counts(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail m = a_mail("held"), later = a_mail("held for tomorrow");
	struct outbox_counts c;
	struct outbox_list l;
	int64_t n, held, sent;

	m.state = later.state = OUTBOX_HELD;
	later.not_before = NOW + 86400000;
	held = plan_mail(f, m);
	plan_mail(f, later);
	sent = plan_mail(f, a_mail("sent"));
	claim(f, sent, "x");
	assert_int_equal(settle(f, sent, OUTBOX_SENT, 0), 0);
	plan_mail(f, a_mail("ready"));
	assert_int_equal(due(f, NOW + 10, &l), 1);
	DONE(outbox_count(f->s, &c, &err), err);
	assert_int_equal(c.by_state[OUTBOX_HELD], 2);
	assert_int_equal(c.by_state[OUTBOX_READY], 1);
	assert_int_equal(c.by_state[OUTBOX_SENT], 1);
	assert_int_equal(c.by_state[OUTBOX_FAILED], 0);
	assert_int_equal(c.oldest_ready, NOW);
	DONE(outbox_page(f->s, -1, 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.items[0].dedup_key, "ready");
	assert_string_equal(l.items[2].dedup_key, "held");
	DONE(outbox_page(f->s, -2, 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 4);
	DONE(outbox_page(f->s, -2, sent, 1, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].dedup_key, "held for tomorrow");
	DONE(outbox_page(f->s, OUTBOX_SENT, 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].id, sent);
	DONE(store_begin(f->s, &err), err);
	DONE(outbox_release(f->s, NOW + 1, &n, &err), err);
	commit(f);
	assert_int_equal(n, 2);
	assert_int_equal(get(f, held).state, OUTBOX_READY);
	assert_int_equal(due(f, NOW + 10, &l), 2);
	assert_int_equal(due(f, NOW + 86400000, &l), 3);
}

static void test_attempts(void **state)
{
	struct fixture *f = *state;
	int64_t id = plan_mail(f, a_mail("rem"));
	struct attempt t = { id, NOW, "rcpt", "550 5.1.1 no such user", 55, 550, 1, 12 };
	struct attempt_list l;

	DONE(store_begin(f->s, &err), err);
	DONE(attempt_add(f->s, &t, &err), err);
	t.phase = "dot";
	t.reused = 0;
	DONE(attempt_add(f->s, &t, &err), err);	/* in the same millisecond */
	t.mail = 99;
	assert_int_equal(attempt_add(f->s, &t, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	commit(f);
	DONE(attempt_of(f->s, id, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].phase, "rcpt");
	assert_string_equal(l.items[0].text, "550 5.1.1 no such user");
	assert_int_equal(l.items[0].curlcode, 55);
	assert_int_equal(l.items[0].code, 550);
	assert_int_equal(l.items[0].reused, 1);
	assert_int_equal(l.items[0].ms, 12);
	assert_int_equal(l.items[0].at, NOW);
	assert_string_equal(l.items[1].phase, "dot");
}

static void test_rungs(void **state)
{
	struct fixture *f = *state;
	int64_t id = plan_mail(f, a_mail("rem"));
	struct rung r = { f->maria.person, f->cycle, 30, RUNG_MAILED, id, NOW, "" };
	int days[LADDER_RUNGS_MAX];
	size_t n = 9;

	DONE(rung_taken(f->s, f->cycle, days, &n, &err), err);
	assert_int_equal(n, 0);
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(rung_take(f->s, &r, &err), 1);
	assert_int_equal(rung_take(f->s, &r, &err), 0);
	r.rung = 90;
	r.outcome = RUNG_SUPERSEDED;
	r.mail = 0;
	r.because = "30 goes instead";
	assert_int_equal(rung_take(f->s, &r, &err), 1);
	r.cycle = 99;
	assert_int_equal(rung_take(f->s, &r, &err), -1);
	DONE(rung_note(f->s, id, "the address is gone", &err), err);
	commit(f);
	DONE(rung_taken(f->s, f->cycle, days, &n, &err), err);
	assert_int_equal(n, 2);
	assert_int_equal(days[0], 30);
	assert_int_equal(days[1], 90);
	assert_int_equal(raw_number(f, "SELECT because = 'the address is gone' FROM rung WHERE rung = 30"),
	    1);
	assert_int_equal(raw_number(f, "SELECT because = '30 goes instead' FROM rung WHERE rung = 90"), 1);
}

static void test_channel_and_jobs(void **state)
{
	struct fixture *f = *state;
	struct channel c;
	int64_t last = 1, next = 1;

	DONE(channel_get(f->s, &f->arena, &c, &err), err);
	assert_string_equal(c.state, "ok");
	assert_string_equal(c.reason, "");
	assert_int_equal(c.tokens_milli, 0);
	assert_int_equal(c.refilled_at, 0);
	c = (struct channel){ "closed", NOW + 1, "421 try later", 3, 9500, NOW };
	DONE(store_begin(f->s, &err), err);
	DONE(channel_put(f->s, &c, &err), err);
	c.faults = 4;
	DONE(channel_put(f->s, &c, &err), err);
	DONE(job_get(f->s, "feeds", &last, &next, &err), err);
	assert_int_equal(last + next, 0);
	DONE(job_put(f->s, "feeds", NOW, NOW + 5, &err), err);
	DONE(job_put(f->s, "feeds", NOW + 1, NOW + 6, &err), err);
	commit(f);
	DONE(channel_get(f->s, &f->arena, &c, &err), err);
	assert_string_equal(c.state, "closed");
	assert_int_equal(c.until, NOW + 1);
	assert_string_equal(c.reason, "421 try later");
	assert_int_equal(c.faults, 4);
	assert_int_equal(c.tokens_milli, 9500);
	DONE(job_get(f->s, "feeds", &last, &next, &err), err);
	assert_int_equal(last, NOW + 1);
	assert_int_equal(next, NOW + 6);
}

static void test_snapshots(void **state)
{
	struct fixture *f = *state;
	struct snapshot people[2] = { { f->maria.person, CYCLE_OFF_TRACK, 1200 }, { f->mark, CYCLE_DONE,
	    2000 } };
	int64_t first = plan_mail(f, a_mail("dig:1")), second = plan_mail(f, a_mail("dig:2"));
	struct snapshot_list l;

	DONE(snapshot_last(f->s, f->team, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	assert_int_equal(l.day, DAY_NONE);
	DONE(store_begin(f->s, &err), err);
	DONE(snapshot_put(f->s, f->team, first, TODAY - 7, people, 2, &err), err);
	people[0].counted = 1300;
	DONE(snapshot_put(f->s, f->team, first, TODAY - 7, people, 2, &err), err);
	DONE(snapshot_put(f->s, f->team, second, TODAY, people, 0, &err), err);
	commit(f);
	DONE(snapshot_last(f->s, f->team, &f->arena, &l, &err), err);
	assert_int_equal(l.day, DAY_NONE);	/* none was sent */
	claim(f, first, "x");
	assert_int_equal(settle(f, first, OUTBOX_SENT, 0), 0);
	DONE(snapshot_last(f->s, f->team, &f->arena, &l, &err), err);
	assert_int_equal(l.day, TODAY - 7);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.items[0].person, f->maria.person);
	assert_int_equal(l.items[0].state, CYCLE_OFF_TRACK);
	assert_int_equal(l.items[0].counted, 1300);
	assert_int_equal(settle(f, second, OUTBOX_CANCELLED, 0), 0);
	DONE(snapshot_last(f->s, f->team, &f->arena, &l, &err), err);
	assert_int_equal(l.day, TODAY - 7);
}

static void test_answers(void **state)
{
	struct fixture *f = *state;
	struct kept_answer k;

	DONE(store_begin(f->s, &err), err);
	assert_int_equal(answer_find(f->s, "uid 1001", "k", "sha", &f->arena, &k, &err), 0);
	DONE(answer_keep(f->s, "uid 1001", "k", "sha", 201, "{\"id\":1}", 8, NOW, &err), err);
	DONE(answer_keep(f->s, "uid 1001", "k2", "sha", 201, "", 0, NOW + 10, &err), err);
	assert_int_equal(answer_keep(f->s, "uid 1001", "k2", "sha", 201, "", 0, NOW + 10, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	commit(f);
	assert_int_equal(answer_find(f->s, "uid 1001", "k", "sha", &f->arena, &k, &err), 1);
	assert_int_equal(k.status, 201);
	assert_int_equal(k.len, 8);
	assert_memory_equal(k.body, "{\"id\":1}", 8);
	assert_int_equal(answer_find(f->s, "uid 1002", "k", "sha", &f->arena, &k, &err), 0);
	assert_int_equal(answer_find(f->s, "uid 1001", "k", "other", &f->arena, &k, &err), -1);
	assert_code(&err, ERR_RULE, "key-reused");
	assert_int_equal(answer_find(f->s, "uid 1001", "k2", "sha", &f->arena, &k, &err), 1);
	assert_int_equal(k.len, 0);
	DONE(store_begin(f->s, &err), err);
	DONE(answer_expire(f->s, NOW, &err), err);
	assert_int_equal(answer_find(f->s, "uid 1001", "k", "sha", &f->arena, &k, &err), 1);
	DONE(answer_expire(f->s, NOW + 1, &err), err);
	assert_int_equal(answer_find(f->s, "uid 1001", "k", "sha", &f->arena, &k, &err), 0);
	assert_int_equal(answer_find(f->s, "uid 1001", "k2", "sha", &f->arena, &k, &err), 1);
	DONE(answer_expire(f->s, NOW + 100, &err), err);
	assert_int_equal(answer_find(f->s, "uid 1001", "k2", "sha", &f->arena, &k, &err), 0);
	commit(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_planned, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_claimed_and_sent, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_planned_once, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_order, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_states, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_later_and_claims, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_recover, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_release_pages_counts, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_attempts, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_rungs, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_channel_and_jobs, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_snapshots, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_answers, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
