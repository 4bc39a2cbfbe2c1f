/* Mails that are frozen from the start, and those that go once more. */
#include "mails.h"

#include <stdio.h>
#include "db.h"

static struct err err;

static struct outbox_mail frozen_mail(const char *key)
{
	struct outbox_mail m = a_mail(key);

	m.kind = "digest";
	m.priority = 3;
	m.subject = "CX team: 2 off track";
	m.message_id = "<d.1@example.org>";
	m.rendered_at = NOW - 5;
	m.bytes = "Subject: CX\r\n\r\nx\r\n";
	m.nbytes = 18;
	return m;
}

static void test_frozen_from_the_start(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail m = frozen_mail("dig:1:2:2026-03-12"), again = m, g;
	int64_t id = plan_mail(f, m);

	g = get(f, id);
	assert_string_equal(g.subject, "CX team: 2 off track");
	assert_string_equal(g.message_id, "<d.1@example.org>");
	assert_int_equal(g.rendered_at, NOW - 5);
	assert_int_equal(g.nbytes, 18);
	assert_memory_equal(g.bytes, "Subject: CX\r\n\r\nx\r\n", 18);
	again.bytes = "other";			/* known: nothing of it is taken */
	again.nbytes = 5;
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(outbox_plan(f->s, &again, &err), 0);
	again.dedup_key = "another with that Message-ID";
	assert_int_equal(outbox_plan(f->s, &again, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	rollback(f);
	assert_int_equal(get(f, id).nbytes, 18);
	m = a_mail("plain");			/* without bytes nothing of the sort is kept */
	m.subject = "s";
	m.message_id = "<m>";
	m.rendered_at = NOW;
	g = get(f, plan_mail(f, m));
	assert_string_equal(g.subject, "");
	assert_string_equal(g.message_id, "");
	assert_int_equal(g.rendered_at, 0);
	assert_null(g.bytes);
}

/* Rows that statements of the store changed so far. */
static int changes(struct fixture *f)
{
	return sqlite3_total_changes(f->s->db);
}

static void claim_as(struct fixture *f, struct outbox_mail m)
{
	m.lease_until = NOW + 15 * MINUTE;
	DONE(store_begin(f->s, &err), err);
	DONE(outbox_claim(f->s, &m, &err), err);
	commit(f);
}

static void test_bytes_are_written_once(void **state)
{
	struct fixture *f = *state;
	int64_t id = plan_mail(f, frozen_mail("dig"));
	struct outbox_mail m = get(f, id), g;
	int before = changes(f);

	claim_as(f, m);
	assert_int_equal(changes(f) - before, 1);
	assert_int_equal(settle(f, id, OUTBOX_READY, 0), 0);
	before = changes(f);
	m.bytes = NULL;
	claim_as(f, m);
	assert_int_equal(changes(f) - before, 1);
	assert_int_equal(get(f, id).nbytes, 18);
	assert_int_equal(settle(f, id, OUTBOX_READY, 0), 0);
	before = changes(f);
	m.bytes = "Subject: CX\r\n\r\ny\r\n";	/* as long as the others */
	m.rendered_at = NOW + 9;
	claim_as(f, m);
	assert_int_equal(changes(f) - before, 2);
	g = get(f, id);
	assert_memory_equal(g.bytes, "Subject: CX\r\n\r\ny\r\n", 18);
	assert_int_equal(g.rendered_at, NOW + 9);
	assert_int_equal(g.lease_until, NOW + 15 * MINUTE);
	assert_int_equal(g.state, OUTBOX_SENDING);
}

static int again(struct fixture *f, int64_t id, struct outbox_mail *ret)
{
	int rc;

	DONE(store_begin(f->s, &err), err);
	rc = outbox_again(f->s, id, NOW + MINUTE, NOW + 60 * MINUTE, &f->arena, ret, &err);
	if (rc == 0)
		commit(f);
	else
		rollback(f);
	return rc;
}

static void test_again_is_a_mail_of_its_own(void **state)
{
	static const enum outbox_state over[] = { OUTBOX_SENT, OUTBOX_FAILED, OUTBOX_UNKNOWN, OUTBOX_CANCELLED };
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < 4; i++) {
		char key[40];
		struct outbox_mail m = a_mail(key), n;
		int64_t id;

		snprintf(key, sizeof(key), "rem:1:1:%zu", i);
		m.person = f->maria.person;
		m.team = f->team;
		m.kind = "nudge";
		m.priority = 2;
		id = a_mail_that_is(f, m, over[i]);
		DONE(again(f, id, &n), err);
		assert_true(n.id > id);
		snprintf(key, sizeof(key), "rem:1:1:%zu#2", i);
		assert_string_equal(n.dedup_key, key);
		assert_string_equal(n.kind, "nudge");
		assert_int_equal(n.priority, 2);
		assert_int_equal(n.person, f->maria.person);
		assert_int_equal(n.team, f->team);
		assert_string_equal(n.rcpt, "maria@example.org");
		assert_string_equal(n.rcpt_name, "Maria Diaz");
		assert_int_equal(n.state, OUTBOX_READY);
		assert_int_equal(n.not_before, NOW + MINUTE);
		assert_int_equal(n.created_at, NOW + MINUTE);
		assert_int_equal(n.expires_at, NOW + 60 * MINUTE);
		assert_int_equal(n.attempts + n.doubts, 0);
		assert_int_equal(n.rendered_at, 0);
		assert_string_equal(n.message_id, "");
		assert_string_equal(n.reason, "");
		assert_null(get(f, n.id).bytes);
		assert_int_equal(get(f, id).state, over[i]);
	}
}

/* "#2", "#3", .. of the first, whichever of them is sent again; others' keys that begin alike do not count. */
static void test_keys_of_copies(void **state)
{
	struct fixture *f = *state;
	int64_t id = a_mail_that_is(f, a_mail("rem:1:1:3"), OUTBOX_FAILED), last = id;
	char key[40];
	int i;

	plan_mail(f, a_mail("rem:1:1:30"));
	a_mail_that_is(f, a_mail("rem:1:1:30#2"), OUTBOX_SENT);
	for (i = 2; i <= 13; i++) {
		struct outbox_mail n;

		DONE(again(f, i % 3 ? id : last, &n), err);
		snprintf(key, sizeof(key), "rem:1:1:3#%d", i);
		assert_string_equal(n.dedup_key, key);
		last = n.id;
		assert_int_equal(settle(f, last, OUTBOX_CANCELLED, 0), 0);
	}
	last = a_mail_that_is(f, a_mail("odd#x"), OUTBOX_SENT);
	{
		struct outbox_mail n;

		DONE(again(f, last, &n), err);
		assert_string_equal(n.dedup_key, "odd#x#2");
		assert_int_equal(settle(f, n.id, OUTBOX_CANCELLED, 0), 0);
		DONE(again(f, a_mail_that_is(f, a_mail("#7"), OUTBOX_SENT), &n), err);
		assert_string_equal(n.dedup_key, "#7#2");
	}
}

/* The newest one that stands for a mail: waiting, on its way, or sent after it. */
static void test_other(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail m, o = { .id = 77 };
	int64_t first, second;

	plan_mail(f, a_mail("rem:1:1:300"));
	plan_mail(f, a_mail("rem:1:1:3"));
	a_mail_that_is(f, a_mail("rem:1:1:30"), OUTBOX_SENT);
	first = a_mail_that_is(f, a_mail("rem:1:1:30#2"), OUTBOX_FAILED);
	m = get(f, first);
	assert_int_equal(outbox_other(f->s, &m, &f->arena, &o, &err), 0);	/* the sent one is older */
	assert_int_equal(o.id, 77);
	second = a_mail_that_is(f, a_mail("rem:1:1:30#3"), OUTBOX_SENDING);
	assert_int_equal(outbox_other(f->s, &m, &f->arena, &o, &err), 1);
	assert_int_equal(o.id, second);
	assert_int_equal(o.state, OUTBOX_SENDING);
	assert_int_equal(settle(f, second, OUTBOX_FAILED, 0), 0);
	assert_int_equal(outbox_other(f->s, &m, &f->arena, &o, &err), 0);
	assert_int_equal(a_mail_that_is(f, a_mail("rem:1:1:30#4"), OUTBOX_SENT), second + 1);
	assert_int_equal(outbox_other(f->s, &m, &f->arena, &o, &err), 1);
	assert_int_equal(o.id, second + 1);
	m = o;
	o.id = 77;
	assert_int_equal(outbox_other(f->s, &m, &f->arena, &o, &err), 0);	/* not itself */
	assert_int_equal(o.id, 77);
}

static void test_again_refused(void **state)
{
	static const enum outbox_state waiting[] = { OUTBOX_HELD, OUTBOX_READY, OUTBOX_SENDING };
	struct fixture *f = *state;
	struct outbox_mail n = { .id = 77 }, m = a_mail("held");
	int64_t ids[3], rows;
	char key[600];
	size_t i;

	m.state = OUTBOX_HELD;
	ids[0] = plan_mail(f, m);
	ids[1] = plan_mail(f, a_mail("ready"));
	ids[2] = a_mail_that_is(f, a_mail("sending"), OUTBOX_SENDING);
	for (i = 0; i < 3; i++) {
		assert_int_equal(get(f, ids[i]).state, waiting[i]);
		assert_int_equal(again(f, ids[i], &n), -1);
		assert_code(&err, ERR_RULE, "mail-state");
	}
	assert_string_equal(err.what, "Mail 3 is sending: only one that is over is sent once more.");
	assert_int_equal(again(f, 99, &n), -1);
	assert_code(&err, ERR_ABSENT, "no-mail");
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	m = a_mail(key);
	ids[0] = a_mail_that_is(f, m, OUTBOX_CANCELLED);
	rows = raw_number(f, "SELECT count(*) FROM outbox");
	assert_int_equal(again(f, ids[0], &n), -1);
	assert_code(&err, ERR_FAILED, "mail-key");
	assert_int_equal(outbox_again(f->s, ids[0], NOW, NOW, &f->arena, &n, &err), -1);
	assert_int_equal(n.id, 77);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM outbox"), rows);
}

/* A rung is told by the mail that went last. */
static void test_rungs_follow(void **state)
{
	struct fixture *f = *state;
	int64_t id = a_mail_that_is(f, a_mail("rem:1:1:30"), OUTBOX_FAILED);
	struct rung r = { f->maria.person, f->cycle, 30, RUNG_MAILED, id, NOW, "30 days left" };
	struct rung_list l;
	struct outbox_mail n;

	DONE(store_begin(f->s, &err), err);
	assert_int_equal(rung_take(f->s, &r, &err), 1);
	DONE(rung_note(f->s, id, "550 no such user", &err), err);
	commit(f);
	DONE(again(f, id, &n), err);
	DONE(rung_list_of(f->s, f->cycle, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].rung.mail, n.id);
	assert_int_equal(l.items[0].mail_state, OUTBOX_READY);
	assert_int_equal(l.items[0].mail_not_before, NOW + MINUTE);
	assert_string_equal(l.items[0].rung.because, "sent once more");
}

static int retry(struct fixture *f, int64_t id, int64_t now)
{
	int rc;

	DONE(store_begin(f->s, &err), err);
	rc = outbox_retry(f->s, id, now, now + 60 * MINUTE, &err);
	if (rc == 0)
		commit(f);
	else
		rollback(f);
	return rc;
}

static void test_retry(void **state)
{
	struct fixture *f = *state;
	int64_t failed = a_mail_that_is(f, a_mail("failed"), OUTBOX_FAILED);
	int64_t unknown = a_mail_that_is(f, a_mail("unknown"), OUTBOX_UNKNOWN);
	int64_t later = plan_mail(f, a_mail("later"));
	struct outbox_mail m;
	struct outbox_list l;

	assert_int_equal(settle(f, later, OUTBOX_READY, NOW + 600 * MINUTE), 0);
	DONE(retry(f, failed, NOW + 10), err);
	DONE(retry(f, unknown, NOW + 10), err);
	DONE(retry(f, later, NOW + 10), err);
	m = get(f, failed);
	assert_int_equal(m.state, OUTBOX_READY);
	assert_int_equal(m.attempts, 0);
	assert_int_equal(m.done_at, 0);
	assert_int_equal(m.expires_at, NOW + 3 * 86400000);	/* it had longer */
	assert_string_equal(m.reason, "because");
	assert_string_equal(m.message_id, "<failed@example.org>");
	assert_int_equal(m.nbytes, 5);
	m = get(f, unknown);
	assert_int_equal(m.state, OUTBOX_READY);
	assert_int_equal(m.doubts, 2);
	DONE(outbox_due(f->s, NOW + 10, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	m.bytes = "other";
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(outbox_claim(f->s, &m, &err), -1);	/* it may have arrived */
	assert_code(&err, ERR_FAILED, "mail-frozen");
	rollback(f);
	DONE(retry(f, failed, NOW + 4 * INT64_C(86400000)), err);	/* again: also one that is ready */
	assert_int_equal(get(f, failed).expires_at, NOW + 4 * INT64_C(86400000) + 60 * MINUTE);
}

static void test_retry_refused(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail held = a_mail("held"), early = a_mail("tomorrow");
	static const char *const names[] = { "held", "sending", "sent", "cancelled" };
	int64_t ids[4], id;
	char what[100];
	size_t i;

	held.state = OUTBOX_HELD;
	ids[0] = plan_mail(f, held);
	ids[1] = a_mail_that_is(f, a_mail("sending"), OUTBOX_SENDING);
	ids[2] = a_mail_that_is(f, a_mail("sent"), OUTBOX_SENT);
	ids[3] = a_mail_that_is(f, a_mail("cancelled"), OUTBOX_CANCELLED);
	for (i = 0; i < 4; i++) {
		assert_int_equal(retry(f, ids[i], NOW), -1);
		assert_code(&err, ERR_RULE, "mail-state");
		snprintf(what, sizeof(what), "Mail %d is %s; it cannot become ready.", (int)ids[i], names[i]);
		assert_string_equal(err.what, what);
	}
	assert_int_equal(retry(f, 99, NOW), -1);
	assert_code(&err, ERR_ABSENT, "no-mail");
	early.not_before = NOW + 86400000;	/* its time stays */
	id = plan_mail(f, early);
	DONE(retry(f, id, NOW), err);
	assert_int_equal(raw_number(f, "SELECT due_at FROM outbox WHERE dedup_key = 'tomorrow'"), NOW + 86400000);
	assert_int_equal(get(f, id).state, OUTBOX_READY);
}

static void test_recent(void **state)
{
	static const struct { const char *key, *kind; enum outbox_state state; int day; } rows[] = {
		{ "a", "reminder", OUTBOX_SENT, 1 }, { "b", "reminder", OUTBOX_CANCELLED, 9 },
		{ "c", "nudge", OUTBOX_SENT, 7 }, { "d", "reminder", OUTBOX_FAILED, 8 },
		{ "e", "digest", OUTBOX_SENT, 6 }, { "f", "reminder", OUTBOX_UNKNOWN, 5 },
		{ "g", "reminder", OUTBOX_READY, 4 }, { "h", "reminder", OUTBOX_HELD, 3 }, { "i", "admin", OUTBOX_SENT, 2 },
	};
	struct fixture *f = *state;
	int64_t at[8], id;
	size_t i, n = 9;

	DONE(outbox_recent(f->s, f->maria.person, 0, at, 8, &n, &err), err);
	assert_int_equal(n, 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct outbox_mail m = a_mail(rows[i].key);

		m.kind = rows[i].kind;
		m.person = f->maria.person;
		m.not_before = NOW + rows[i].day * INT64_C(86400000);
		if (rows[i].state >= OUTBOX_SENT)
			id = a_mail_that_is(f, m, rows[i].state);
		else {
			m.state = rows[i].state;
			id = plan_mail(f, m);
		}
		assert_true(id > 0);
	}
	id = plan_mail(f, a_mail("nobody's"));
	DONE(outbox_recent(f->s, f->maria.person, 0, at, 8, &n, &err), err);
	assert_int_equal(n, 5);
	assert_int_equal(at[0], NOW + 5 * INT64_C(86400000));	/* may have gone at any time */
	assert_int_equal(at[1], NOW + 4 * INT64_C(86400000));
	assert_int_equal(at[2], NOW + 3 * INT64_C(86400000));
	assert_int_equal(at[3], NOW + 2);			/* when it was sent */
	assert_int_equal(at[4], NOW + 2);
	DONE(outbox_recent(f->s, f->maria.person, INT64_MAX / 2, at, 8, &n, &err), err);
	assert_int_equal(n, 3);					/* those that wait will never go */
	assert_int_equal(at[0], NOW + 5 * INT64_C(86400000));
	DONE(outbox_recent(f->s, f->maria.person, 0, at, 2, &n, &err), err);
	assert_int_equal(n, 2);
	assert_int_equal(at[1], NOW + 4 * INT64_C(86400000));
	DONE(outbox_recent(f->s, f->mark, 0, at, 8, &n, &err), err);
	assert_int_equal(n, 0);
	DONE(outbox_recent(f->s, f->maria.person, 0, at, 0, &n, &err), err);
	assert_int_equal(n, 0);
}

/* What waits for Monday keeps nothing back when Sunday's has gone or goes before it. */
static void test_recent_overtaken(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail monday = a_mail("monday"), sunday = a_mail("sunday"), nudge = a_mail("nudge");
	int64_t at[8], id;
	size_t n;

	monday.kind = sunday.kind = "reminder";
	nudge.kind = "nudge";
	monday.person = sunday.person = nudge.person = f->maria.person;
	monday.not_before = NOW + 200;
	sunday.not_before = NOW + 100;
	nudge.not_before = NOW + 300;
	assert_true(plan_mail(f, monday) > 0 && plan_mail(f, nudge) > 0);
	DONE(outbox_recent(f->s, f->maria.person, 0, at, 8, &n, &err), err);
	assert_int_equal(n, 2);
	id = plan_mail(f, sunday);
	DONE(outbox_recent(f->s, f->maria.person, 0, at, 8, &n, &err), err);
	assert_int_equal(n, 2);
	assert_int_equal(at[0], NOW + 300);
	assert_int_equal(at[1], NOW + 100);
	sunday.id = id;
	DONE(store_begin(f->s, &err), err);
	DONE(outbox_retime(f->s, id, NOW + 201, NOW + 900, &err), err);
	commit(f);
	DONE(outbox_recent(f->s, f->maria.person, 0, at, 8, &n, &err), err);
	assert_int_equal(n, 3);					/* now it goes after Monday's */
}

static void test_newest_attempts(void **state)
{
	struct fixture *f = *state;
	int64_t id = plan_mail(f, a_mail("rem")), other = plan_mail(f, a_mail("other"));
	struct attempt t = { .mail = other, .at = NOW, .phase = "rcpt", .text = "450 later" };
	struct attempt_list l;
	int i;

	DONE(store_begin(f->s, &err), err);
	DONE(attempt_add(f->s, &t, &err), err);
	t.mail = id;
	for (i = 1; i <= 50; i++) {
		t.code = i;
		DONE(attempt_add(f->s, &t, &err), err);
	}
	DONE(attempt_of(f->s, id, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 50);
	assert_int_equal(l.items[0].code, 1);
	for (; i <= 120; i++) {
		t.code = i;
		DONE(attempt_add(f->s, &t, &err), err);
	}
	commit(f);
	DONE(attempt_of(f->s, id, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 50);
	assert_int_equal(l.items[0].code, 71);
	assert_int_equal(l.items[49].code, 120);
	DONE(attempt_of(f->s, other, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
}

static void test_shrink(void **state)
{
	static const enum outbox_state states[] = { OUTBOX_SENDING, OUTBOX_SENT, OUTBOX_FAILED, OUTBOX_UNKNOWN };
	struct fixture *f = *state;
	int64_t ids[4], frozen = plan_mail(f, frozen_mail("dig"));
	char key[20];
	size_t i;

	for (i = 0; i < 4; i++) {
		snprintf(key, sizeof(key), "m%zu", i);
		ids[i] = a_mail_that_is(f, a_mail(key), states[i]);
	}
	assert_int_equal(shrink(f, NOW + 2), 1);
	for (i = 0; i < 4; i++)
		assert_int_equal(get(f, ids[i]).nbytes, 5);
	assert_int_equal(shrink(f, NOW + 3), 1);
	assert_int_equal(get(f, ids[0]).nbytes, 5);
	assert_null(get(f, ids[1]).bytes);
	assert_null(get(f, ids[2]).bytes);
	assert_int_equal(get(f, ids[3]).nbytes, 5);
	assert_int_equal(get(f, frozen).nbytes, 18);
	assert_int_equal(settle(f, frozen, OUTBOX_CANCELLED, 0), 0);
	assert_int_equal(shrink(f, NOW + INT64_C(86400000)), 1);
	assert_int_equal(get(f, frozen).nbytes, 18);	/* nobody said when it was over */
}

/* Twenty at a time, whatever is between them. */
static void test_shrink_in_steps(void **state)
{
	static const enum outbox_state states[] = { OUTBOX_SENT, OUTBOX_UNKNOWN, OUTBOX_SENT, OUTBOX_CANCELLED };
	struct fixture *f = *state;
	int64_t ids[84], after = 0;
	char key[20];
	size_t i;

	assert_int_equal(shrink(f, NOW + 3), 0);
	for (i = 0; i < 84; i++) {
		snprintf(key, sizeof(key), "m%zu", i);
		ids[i] = a_mail_that_is(f, a_mail(key), states[i % 4]);
	}
	assert_int_equal(outbox_shrink(f->s, NOW + 3, &after, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	assert_int_equal(after, 0);
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(outbox_shrink(f->s, NOW + 3, &after, &err), 1);
	commit(f);
	for (i = 0; i < 84; i++)	/* a cancelled one has none */
		assert_int_equal(get(f, ids[i]).nbytes, i % 4 == 3 || (i % 4 != 1 && ids[i] <= after) ? 0 : 5);
	assert_int_equal(after, ids[25]);
	assert_int_equal(shrink(f, NOW + 3), 3);	/* 50 have bytes still */
	for (i = 0; i < 84; i++)
		assert_int_equal(get(f, ids[i]).nbytes, i % 4 == 1 ? 5 : 0);
	assert_int_equal(shrink(f, NOW + 3), 2);
	assert_int_equal(shrink(f, NOW), 0);	/* all are newer: no more than a step is made */
}

static void test_channel_is_written_when_it_changes(void **state)
{
	struct fixture *f = *state;
	struct channel c = { "ok", 0, "", 0, 9500, NOW };
	int before;

	DONE(store_begin(f->s, &err), err);
	DONE(channel_put(f->s, &c, &err), err);
	before = changes(f);
	DONE(channel_put(f->s, &c, &err), err);
	assert_int_equal(changes(f), before);
	c.tokens_milli--;
	DONE(channel_put(f->s, &c, &err), err);
	assert_int_equal(changes(f), before + 1);
	commit(f);
	DONE(channel_get(f->s, &f->arena, &c, &err), err);
	assert_int_equal(c.tokens_milli, 9499);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_frozen_from_the_start, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_bytes_are_written_once, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_again_is_a_mail_of_its_own, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_keys_of_copies, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_again_refused, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_other, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_rungs_follow, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_retry, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_retry_refused, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_recent, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_recent_overtaken, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_newest_attempts, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_shrink, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_shrink_in_steps, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_channel_is_written_when_it_changes, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
