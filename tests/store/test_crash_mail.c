/* kill -9 between mails: each is settled, and the next one claimed, in one transaction, so none is lost and none is half kept. */
#include "commands.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct err err;

enum { ROUNDS = 60, SIZE = 20000 };

/* A new mail, frozen, and the rung that it tells of. */
static int plan(struct store *s, const struct fixture *f, int64_t no, struct outbox_mail *ret)
{
	static char bytes[SIZE];
	static char key[40], id[40];
	struct outbox_mail m = { .dedup_key = key, .kind = "reminder", .priority = 1, .person = f->maria.person,
	    .rcpt = "maria@example.org", .rcpt_name = "", .subject = "s", .message_id = id, .rendered_at = NOW, .not_before = NOW,
	    .expires_at = NOW * 2, .state = OUTBOX_READY, .created_at = NOW, .reason = "", .bytes = bytes, .nbytes = SIZE };
	struct rung r = { .person = f->maria.person, .cycle = f->cycle, .rung = (int)no, .outcome = RUNG_MAILED, .at = NOW };

	snprintf(key, sizeof(key), "rem:%lld", (long long)no);
	snprintf(id, sizeof(id), "<%lld@example.org>", (long long)no);
	memset(bytes, 'a' + (int)(no % 26), sizeof(bytes));
	if (outbox_plan(s, &m, &err) != 1)
		return -1;
	r.mail = m.id;
	*ret = m;
	return rung_take(s, &r, &err) == 1 ? 0 : -1;
}

/* The next that is due (one in doubt, after a kill), or a new one. */
static int next_mail(struct store *s, const struct fixture *f, int64_t now, struct arena *a, struct outbox_mail *ret)
{
	struct outbox_counts c;
	struct outbox_list l;
	int64_t all = 0;
	int i;

	if (outbox_due(s, now, 1, a, &l, &err) < 0)
		return -1;
	if (l.n)
		return outbox_get(s, l.items[0].id, 1, a, ret, &err);
	if (outbox_count(s, &c, &err) < 0)
		return -1;
	for (i = OUTBOX_HELD; i <= OUTBOX_CANCELLED; i++)
		all += c.by_state[i];
	return plan(s, f, all, ret);
}

static int settle_sent(struct store *s, struct outbox_mail *m, int64_t now)
{
	struct attempt t = { .mail = m->id, .at = now, .phase = "end", .text = "250 ok", .code = 250 };

	m->state = OUTBOX_SENT;
	m->attempts++;
	m->done_at = now;
	m->next_try = 0;
	m->reason = m->enhanced = m->phase = m->server_id = "";
	return attempt_add(s, &t, &err) < 0 || outbox_settle(s, m, &err) < 0 ? -1 : 0;
}

/* One turn: what became of the mail in hand (id 0 = none), and the next one. */
static int turn(struct store *s, const struct fixture *f, struct outbox_mail *hand, int64_t sent, int64_t now,
    struct arena *a)
{
	struct outbox_mail m;
	struct channel c = { .state = "ok", .reason = "", .tokens_milli = sent, .refilled_at = 0 };

	if (store_begin(s, &err) < 0 || (hand->id && settle_sent(s, hand, now) < 0) || channel_put(s, &c, &err) < 0 ||
	    next_mail(s, f, now, a, &m) < 0)
		return -1;
	m.lease_until = now + 1;
	if (outbox_claim(s, &m, &err) < 0 || store_commit(s, &err) < 0)
		return -1;
	*hand = m;
	return 0;
}

static void send_until_killed(struct fixture *f, int out, int64_t now)
{
	struct outbox_mail hand = { .id = 0 };
	struct outbox_counts c;
	struct store *s;
	int64_t n, sent;

	if (store_open(f->path, NOW, &s, &err) < 0 || outbox_count(s, &c, &err) < 0 || store_begin(s, &err) < 0 ||
	    outbox_recover(s, now, &n, &err) < 0 || store_commit(s, &err) < 0)
		_exit(2);
	sent = c.by_state[OUTBOX_SENT];
	for (now += 3600000;; now++) {
		struct arena a = ARENA_INIT;

		sent += hand.id != 0;
		if (turn(s, f, &hand, sent, now, &a) < 0) {
			fprintf(stderr, "%s: %s\n", err.code, err.what);
			_exit(3);
		}
		hand.dedup_key = hand.kind = hand.subject = hand.message_id = "";
		arena_free(&a);
		if (write(out, &sent, sizeof(sent)) != (ssize_t)sizeof(sent))
			_exit(4);
	}
}

/* Returns how many the writer said were sent. */
static int64_t one_round(struct fixture *f, long pause_us, int64_t now, int64_t sent)
{
	struct timespec pause = { 0, pause_us * 1000 };
	int pipes[2], status;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(pipes[0]);
		send_until_killed(f, pipes[1], now);
	}
	close(pipes[1]);
	nanosleep(&pause, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status))
		fail_msg("the writer ended with %d", WEXITSTATUS(status));
	while (read(pipes[0], &sent, sizeof(sent)) == (ssize_t)sizeof(sent))
		;
	close(pipes[0]);
	return sent;
}

static void check(struct fixture *f, int64_t acknowledged)
{
	int64_t sent = raw_number(f, "SELECT count(*) FROM outbox WHERE state = 3");

	assert_true(sent == acknowledged || sent == acknowledged + 1);
	assert_int_equal(raw_number(f, "SELECT COALESCE(SUM(tokens_milli), 0) FROM channel"), sent);
	assert_true(raw_number(f, "SELECT count(*) FROM outbox WHERE state = 2") <= 1);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM outbox WHERE state NOT IN (1, 2, 3, 5)"), 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM outbox"), raw_number(f, "SELECT count(*) FROM outbox_bytes"));
	assert_int_equal(raw_number(f, "SELECT count(*) FROM outbox"), raw_number(f, "SELECT count(DISTINCT mail) FROM rung"));
	assert_int_equal(raw_number(f, "SELECT count(*) FROM outbox WHERE attempts <> "
	    "(SELECT count(*) FROM attempt WHERE mail = outbox.id)"), 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM outbox WHERE (state = 5) <> (doubts = 2)"), 0);
}

static void test_kill(void **state)
{
	struct fixture *f = *state;
	const char *given = getenv("CEUD_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid();
	int64_t sent = 0;
	int i;

	print_message("CEUD_SEED=%u\n", seed);
	store_close(f->s);
	f->s = NULL;
	for (i = 0; i < ROUNDS; i++) {
		sent = one_round(f, 1000 + (long)(rand_r(&seed) % 25000), NOW + i * INT64_C(86400000), sent);
		check(f, sent);
		sent = raw_number(f, "SELECT count(*) FROM outbox WHERE state = 3");
	}
	DONE(store_open(f->path, NOW, &f->s, &err), err);
	DONE(store_check(f->s, &err), err);
	print_message("%d kills, %lld mails sent, %lld in doubt once, %lld unknown\n", ROUNDS, (long long)sent,
	    (long long)raw_number(f, "SELECT count(*) FROM outbox WHERE doubts = 1"),
	    (long long)raw_number(f, "SELECT count(*) FROM outbox WHERE doubts = 2"));
	assert_true(sent > 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM outbox_bytes WHERE length(bytes) <> 20000"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kill, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, commands_in_memory, NULL);
}
