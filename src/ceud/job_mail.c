/*
 * The outbox's way out: claim (facts looked at again, bytes frozen, committed), send one at a time, settle (committed).
 * Lost or doubled?  A mail is claimed before its first byte leaves and settled after the server's word, so a crash between the two
 * leaves it `sending`: the next start counts that as a doubt and sends the same bytes once more, never a third time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "config.h"
#include "loop.h"
#include "mailjob.h"
#include "mailwire.h"
#include "spawn.h"

enum {
	RUN_MS = 590000,
	IDS_MAX = 20000,
	RUN_FAULTS = 3,			/* of the channel in one run: then the rest waits */
	TURN_MS = 20,
	GOODBYE_MS = 30000,
	STOPPING_MS = 2000,
	STOP_MS = 15000,		/* the mail on the wire may take that long when ceud is to stop */
	LINGER_MS = 5000		/* a connection is kept for a mail that may go so soon */
};

static void pump(struct ceud *d);

int mail_open(struct ceud *d, struct mail_job **ret, struct err *err)
{
	struct mail_job *m = calloc(1, sizeof *m);

	if (!m)
		return err_oom(err);
	m->d = d;
	*ret = m;
	return 0;
}

void mail_close(struct mail_job *m)
{
	if (!m)
		return;
	if (m->run)
		free(m->run->ids);
	free(m->run);
	arena_free(&m->arena);
	free(m);
}

/* Waiting for an instant, the next token or the next try of the store, is no work in hand: mail_next() tells it. */
int mail_busy(const struct mail_job *m)
{
	int64_t now = m->d->now;

	return m->in_flight || m->closing || (m->n > m->at && m->retry_at <= now) || (m->run && m->rate_until <= now);
}

/* ---- the helper process */

static void on_line(struct ceud *d, void *arg, const char *line, size_t len)
{
	struct mail_job *m = arg;
	struct mail_outcome o;
	enum mail_class class;
	int64_t id;

	if (!m->in_flight || wire_answer(line, len, &id, &o, NULL) || id != m->batch[m->at].id) {
		log_error("The mail helper answered something that is not understood.");
		child_kill(m->child);
		return;
	}
	class = mail_judge(&o);
	if (class == MAIL_RECONNECT && !m->reconnected) {
		m->reconnected = 1;
		m->in_flight = 0;
		pump(d);
		return;
	}
	if (class == MAIL_RECONNECT)
		class = MAIL_CHANNEL;
	mail_settled(m, class, class == MAIL_CHANNEL || class == MAIL_CHANNEL_CONFIG, &o);
	pump(d);
	if (!m->in_flight)
		loop_wake_at(d->loop, d->now);
}

/* It did not even begin: the job was not understood, or there was nothing to run. */
static int never_began(const char *why)
{
	return !strcmp(why, "exit 2") || !strcmp(why, "exit 127");
}

/* It went away with a mail on the wire: nobody knows whether the server has it. A helper that cannot live is a fault of the
 * channel besides, or one mail after the other would fall into doubt. */
static void on_gone(struct ceud *d, void *arg, const char *why)
{
	struct mail_job *m = arg;
	struct mail_outcome o = { .phase = PHASE_BODY, .all_sent = 1 };

	m->child = NULL;
	m->closing = m->outdated = 0;
	if (m->in_flight) {
		log_error("The mail helper ended in the middle of a mail (%s).", why[0] ? why : "exit 0");
		snprintf(o.text, sizeof o.text, "The mail helper ended: %s", why[0] ? why : "exit 0");
		mail_settled(m, never_began(why) ? MAIL_CHANNEL_CONFIG : MAIL_DOUBT, 1, &o);
	} else if (why[0]) {
		log_error("The mail helper ended: %s.", why);
	}
	pump(d);
	loop_wake_at(d->loop, d->now);
}

static int start_child(struct mail_job *m, struct err *err)
{
	static const struct child_events events = { on_line, NULL, on_gone };
	const char *const argv[] = { m->d->net_program, "send", NULL };
	struct buf job = BUF_INIT;
	int rc = wire_open(m->d, 0, &job, err);

	if (!rc)
		rc = child_start(m->d, argv, MAIL_DEADLINE_MS, &events, m, &m->child, err);
	if (!rc && child_write(m->child, job.data, job.len))
		child_kill(m->child);
	if (job.data)
		explicit_bzero(job.data, job.len);
	buf_free(&job);
	return rc;
}

static void say_goodbye(struct mail_job *m)
{
	m->closing = 1;
	child_close_input(m->child);
	child_extend(m->child, m->stopping ? STOPPING_MS : GOODBYE_MS);
}

static int hand_over(struct mail_job *m, struct err *err)
{
	const struct outbox_mail *mail = &m->batch[m->at];
	struct buf job = BUF_INIT;
	int rc;

	if (!m->child && start_child(m, err))
		return -1;
	rc = wire_mail(m->d, mail->id, wire_recipient(m->d, mail), mail->bytes, mail->nbytes, &job, err);
	if (!rc && child_write(m->child, job.data, job.len))
		rc = err_oom(err);
	buf_free(&job);
	if (rc)
		return -1;
	child_extend(m->child, MAIL_DEADLINE_MS);
	m->in_flight = 1;
	return 0;
}

/* Files and standard output answer at once. */
static void deliver_here(struct mail_job *m)
{
	struct mail_outcome o = { .phase = PHASE_DOT, .all_sent = 1 };
	struct buf path = BUF_INIT;
	struct err err = { 0 };
	int rc = m->d->config->mail_transport == TRANSPORT_DIR ? wire_file(m->d, &m->batch[m->at], &path, &err) :
	    wire_print(&m->batch[m->at], &err);

	if (rc) {
		o.phase = PHASE_CONNECT;
		o.curlcode = 1;
		snprintf(o.text, sizeof o.text, "%.400s", err.what);
	}
	mail_settled(m, rc ? MAIL_CHANNEL_CONFIG : MAIL_SENT, rc != 0, &o);
	buf_free(&path);
}

static void send_one(struct mail_job *m)
{
	struct mail_outcome o = { .phase = PHASE_CONNECT };
	struct err err = { 0 };

	if (m->child && (m->outdated || m->d->config->mail_transport != TRANSPORT_SMTP)) {
		say_goodbye(m);			/* that relay, that password are of yesterday */
	} else if (m->d->config->mail_transport != TRANSPORT_SMTP) {
		deliver_here(m);
	} else if (hand_over(m, &err)) {	/* not a byte has left */
		snprintf(o.text, sizeof o.text, "%.400s", err.what);
		mail_settled(m, MAIL_CHANNEL_CONFIG, 1, &o);
	}
}

static void end_run(struct mail_job *m)
{
	struct mail_run *r = m->run;
	struct buf json = BUF_INIT;
	struct err err = { 0 };
	struct jsonw w;

	m->run = NULL;
	jsonw_begin(&w, &json);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "sent", r->sent);
	jsonw_int(&w, "failed", r->failed);
	jsonw_int(&w, "later", r->later);
	jsonw_int(&w, "unknown", r->unknown);
	jsonw_end_object(&w);
	if (json.failed)
		err_oom(&err);
	r->done(r->arg, json.failed ? NULL : &json, json.failed ? &err : NULL);
	buf_free(&json);
	free(r->ids);
	free(r);
}

static int run_is_over(const struct mail_job *m)
{
	const struct mail_run *r = m->run;

	return r && (r->at >= r->n || r->faults >= RUN_FAULTS || m->stopping || m->d->config->mail_mode == MODE_HOLD ||
	    clock_monotonic() > r->until);
}

static int goes_on_soon(const struct mail_job *m)
{
	int64_t now = m->d->now;

	return !m->stopping && !m->outdated && m->d->config->mail_mode != MODE_HOLD && m->rate_until > now &&
	    m->rate_until <= now + LINGER_MS;
}

/* The queue is empty: the helper says goodbye to the server, whoever asked for the run is answered. */
static void rest(struct mail_job *m)
{
	if (m->child && !m->closing && !goes_on_soon(m))
		say_goodbye(m);
	if (run_is_over(m)) {
		mail_count(m->run, OUTBOX_READY, (int64_t)(m->run->n - m->run->at));
		end_run(m);
	}
}

/* What was done and is not stored comes first. -1: the store fails, nothing else is begun. */
static int settle_old(struct mail_job *m)
{
	if (m->retry_at > m->d->now && !m->stopping)
		return -1;
	if (m->owed && mail_store_owed(m))
		return -1;
	if (m->dropping || m->stopping || m->d->config->mail_mode == MODE_HOLD)
		return mail_put_back(m);
	return 0;
}

static void pump(struct ceud *d)
{
	struct mail_job *m = d->jobs->mail;
	struct err err = { 0 };
	int64_t start = clock_monotonic();

	if (m->pumping)
		return;
	m->pumping = 1;
	while (!m->in_flight && !m->closing && clock_monotonic() - start < TURN_MS) {
		if (settle_old(m)) {
			if (!m->stopping)
				break;
			mail_give_up(m);
		}
		if (m->at >= m->n && mail_claim(m, &err)) {
			log_error("Mails could not be claimed: %s", err.what);
			m->rate_until = d->now + MAIL_RETRY_MS;
		}
		if (m->at >= m->n) {
			rest(m);
			break;
		}
		send_one(m);
	}
	m->pumping = 0;
}

void mail_turn(struct ceud *d)
{
	pump(d);
}

void mail_stop(struct ceud *d)
{
	struct mail_job *m = d->jobs->mail;

	m->stopping = 1;
	if (m->in_flight)
		child_extend(m->child, STOP_MS);
	pump(d);
}

void mail_reloaded(struct ceud *d)
{
	d->jobs->mail->outdated = d->jobs->mail->child != NULL;
}

/* The breaker and the rate, where there is something due. */
static int next_of_queue(struct ceud *d, int64_t *ret, struct err *err)
{
	struct mail_job *m = d->jobs->mail;
	struct arena a = ARENA_INIT;
	struct channel c;
	int64_t next = 0;
	int rc = outbox_next_due(d->store, &next, err);

	if (!rc && next && !(rc = channel_get(d->store, &a, &c, err)) && c.until > next)
		next = c.until;
	arena_free(&a);
	if (rc)
		return -1;
	*ret = next && m->rate_until > next ? m->rate_until : next;
	return 0;
}

int64_t mail_next(struct ceud *d)
{
	struct mail_job *m = d->jobs->mail;
	struct err err = { 0 };
	int64_t next;

	if (m->in_flight || m->closing)
		return 0;		/* woken by the helper */
	if (m->n > m->at)
		return m->retry_at > d->now ? m->retry_at : d->now;
	if (m->run || m->child)
		return m->rate_until > d->now ? m->rate_until : d->now;
	if (d->config->mail_mode == MODE_HOLD)
		return 0;
	if (!next_of_queue(d, &next, &err))
		return next;
	log_error("The next mail is not known: %s", err.what);
	return d->now + MAIL_RETRY_MS;
}

/* ---- admin run mail */

/* More than the rate allows in the time of a run are not looked at, only counted. */
static int ready_ids(struct ceud *d, struct mail_run *r, struct err *err)
{
	int64_t most = 10 + (int64_t)d->config->mail_rate * (RUN_MS / 1000) / 60;
	struct arena a = ARENA_INIT;
	struct outbox_list all = { 0 };
	struct outbox_counts counts;
	/* Whatever its time: every mail that is ready, in the order in which it would go. */
	int rc = outbox_due(d->store, INT64_MAX / 2, (int)(most < IDS_MAX ? most : IDS_MAX), &a, &all, err) ||
	    outbox_count(d->store, &counts, err) ? -1 : 0;

	r->ids = rc ? NULL : calloc(all.n + 1, sizeof *r->ids);
	if (!rc && !r->ids)
		rc = err_oom(err);
	for (size_t i = 0; i < all.n && !rc; i++)
		r->ids[r->n++] = all.items[i].id;
	if (!rc)
		r->later = counts.by_state[OUTBOX_READY] - (int64_t)r->n;
	arena_free(&a);
	return rc;
}

int mail_run(struct ceud *d, job_done *done, void *arg, struct err *err)
{
	struct mail_job *m = d->jobs->mail;
	struct mail_run *r;

	if (m->run) {
		err_set(err, ERR_RULE, "job-running", "Mail is being sent already.");
		return err_next(err, "See: ceu admin mail");
	}
	r = calloc(1, sizeof *r);
	if (!r)
		return err_oom(err);
	if (ready_ids(d, r, err)) {
		free(r);
		return -1;
	}
	r->done = done;
	r->arg = arg;
	r->until = clock_monotonic() + RUN_MS;
	m->run = r;
	m->rate_until = 0;
	pump(d);
	loop_wake_at(d->loop, d->now);
	return 0;
}
