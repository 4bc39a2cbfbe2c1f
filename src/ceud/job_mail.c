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
#include "jobparts.h"
#include "loop.h"
#include "mailwire.h"
#include "spawn.h"
#include "store/ledger.h"
#include "store/outbox.h"

enum { BATCH = 16, LEASE_MS = 15 * 60000, RUN_MS = 590000, FRESH_MS = 86400000, IDS_MAX = 20000 };

struct mail_run {			/* admin run mail */
	job_done *done; void *arg;
	int64_t *ids; size_t n, at;
	int64_t until;			/* monotonic */
	int64_t sent, failed, later, unknown;
};

struct mail_job {
	struct ceud *d;
	struct child *child;
	int closing;			/* its input is closed: it says goodbye */
	int stopping, pumping;
	struct arena arena;		/* of the batch */
	struct outbox_mail batch[BATCH]; size_t n, at;	/* claimed; [at] is next or in flight */
	int in_flight, reconnected;
	int64_t rate_until;		/* no token before that instant; 0 = there may be one */
	struct mail_run *run;
};

static void pump(struct ceud *d);

int mail_open(struct ceud *d, struct mail_job **ret, struct err *err) {
	struct mail_job *m = calloc(1, sizeof *m);

	if (!m)
		return err_oom(err);
	m->d = d;
	*ret = m;
	return 0;
}

void mail_close(struct mail_job *m) {
	if (!m)
		return;
	if (m->run)
		free(m->run->ids);
	free(m->run);
	arena_free(&m->arena);
	free(m);
}

int mail_busy(const struct mail_job *m) {
	return m->child != NULL || m->n > m->at || m->run != NULL;
}

/* ---- settling */

static void count(struct mail_run *r, enum outbox_state state) {
	if (!r)
		return;
	r->sent += state == OUTBOX_SENT;
	r->failed += state == OUTBOX_FAILED;
	r->later += state == OUTBOX_READY;
	r->unknown += state == OUTBOX_UNKNOWN;
}

/* The breaker: faults of the channel in a row close it for a while; an answer from the server opens it. */
static void judge_channel(struct ceud *d, struct channel *c, enum mail_class class, const char *text) {
	int64_t pause;

	if (class == MAIL_CHANNEL || class == MAIL_CHANNEL_CONFIG) {
		c->faults++;
		c->reason = text;
		pause = mail_breaker_pause(c->faults, (uint64_t)d->now);
		c->state = pause ? "closed" : "ok";
		c->until = pause ? d->now + pause : 0;
		if (class == MAIL_CHANNEL_CONFIG || pause)
			log_error("Mail cannot be sent: %s", text);
	} else if (class != MAIL_RECONNECT && class != MAIL_DOUBT) {
		c->state = "ok";
		c->reason = "";
		c->until = 0;
		c->faults = 0;
	}
}

static const char *reason_of(enum mail_class class, const struct mail_outcome *o) {
	switch (class) {
	case MAIL_SENT: return "";
	case MAIL_DOUBT: return "the server may have taken it; it did not say so";
	default: return o->text[0] ? o->text : mail_phase_name(o->phase);
	}
}

static int settle_rows(struct ceud *d, struct outbox_mail *m, enum mail_class class, const struct mail_outcome *o,
    struct arena *a, struct err *err) {
	struct mail_next next = mail_settle(class, m->attempts, m->doubts, d->now, m->expires_at, (uint64_t)m->id);
	struct attempt try = { .mail = m->id, .at = d->now, .phase = mail_phase_name(o->phase), .text = o->text,
		.curlcode = o->curlcode, .code = o->code, .reused = o->reused, .ms = o->ms };
	struct channel c;

	m->state = (enum outbox_state)next.state;
	m->attempts = next.attempts;
	m->doubts = next.doubts;
	m->next_try = next.next_try;
	m->reason = reason_of(class, o);
	m->code = o->code;
	m->enhanced = o->enhanced;
	m->phase = mail_phase_name(o->phase);
	m->server_id = o->server_id;
	m->done_at = m->state == OUTBOX_SENT || m->state == OUTBOX_FAILED || m->state == OUTBOX_UNKNOWN ? d->now : 0;
	if (channel_get(d->store, a, &c, err))
		return -1;
	judge_channel(d, &c, class, m->reason);
	if (attempt_add(d->store, &try, err) || outbox_settle(d->store, m, err) || channel_put(d->store, &c, err))
		return -1;
	return m->state == OUTBOX_FAILED ? rung_note(d->store, m->id, m->reason, err) : 0;
}

static int settle(struct ceud *d, struct outbox_mail *m, enum mail_class class, const struct mail_outcome *o, struct err *err) {
	struct arena a = ARENA_INIT;
	int rc = store_begin(d->store, err) || settle_rows(d, m, class, o, &a, err) || store_commit(d->store, err) ? -1 : 0;

	if (rc)
		store_rollback(d->store);
	arena_free(&a);
	return rc;
}

/* The mails of the batch that never went on the wire wait again, none the worse. */
static int unclaim_rest(struct mail_job *m, struct err *err) {
	struct store *s = m->d->store;

	if (m->at >= m->n)
		return 0;
	if (store_begin(s, err))
		return -1;
	for (; m->at < m->n; m->at++) {
		struct outbox_mail *mail = &m->batch[m->at];

		mail->state = OUTBOX_READY;
		if (outbox_settle(s, mail, err))
			return -1;
		count(m->run, OUTBOX_READY);
	}
	return store_commit(s, err);
}

static void drop_rest(struct mail_job *m) {
	struct err err = { 0 };

	if (unclaim_rest(m, &err)) {
		store_rollback(m->d->store);
		log_error("Claimed mails could not be put back; they are looked at again after a restart: %s", err.what);
	}
	m->n = m->at = 0;
}

static void settled(struct mail_job *m, enum mail_class class, const struct mail_outcome *o) {
	struct outbox_mail *mail = &m->batch[m->at];
	struct err err = { 0 };
	int fault = class == MAIL_CHANNEL || class == MAIL_CHANNEL_CONFIG;

	if (settle(m->d, mail, class, o, &err))
		log_error("Mail %lld went out and its outcome could not be kept: %s", (long long)mail->id, err.what);
	else
		count(m->run, mail->state);
	log_info("Mail %lld to %s: %s", (long long)mail->id, mail->rcpt, mail_class_name(class));
	m->at++;
	m->in_flight = m->reconnected = 0;
	if (fault)
		drop_rest(m);
}

/* ---- claiming */

/* 1: there is a token; 0: not before m->rate_until. */
static int take_token(struct mail_job *m, struct channel *c) {
	int64_t wait = mail_rate_take(m->d->config->mail_rate, m->d->now, &c->tokens_milli, &c->refilled_at);

	m->rate_until = wait ? m->d->now + wait : 0;
	return !wait;
}

static int cancel(struct ceud *d, struct outbox_mail *m, enum outbox_state state, struct err *err) {
	m->state = state;
	m->done_at = d->now;
	log_info("Mail %lld is not sent: %s", (long long)m->id, m->reason);
	return outbox_settle(d->store, m, err) || rung_note(d->store, m->id, m->reason, err) ? -1 : 0;
}

/* Bytes that may have been delivered are sent again as they are; after a sure failure they serve for a day. */
static int freeze(struct ceud *d, struct outbox_mail *m, struct arena *a, struct err *err) {
	struct outbox_mail kept;
	int rc;

	if (outbox_get(d->store, m->id, 1, a, &kept, err))
		return -1;
	rc = mail_make(d, m, a, err);
	if (!rc && kept.bytes && (kept.doubts || d->now - kept.rendered_at < FRESH_MS)) {
		m->subject = kept.subject;
		m->message_id = kept.message_id;
		m->rendered_at = kept.rendered_at;
		m->bytes = kept.bytes;
		m->nbytes = kept.nbytes;
	}
	return rc;
}

/* One candidate: claimed into the batch, cancelled, or failed because it cannot be made. */
static int claim(struct mail_job *j, struct outbox_mail *m, struct err *err) {
	struct err why = { 0 };
	int rc = freeze(j->d, m, &j->arena, &why);

	if (rc > 0)
		return cancel(j->d, m, OUTBOX_CANCELLED, err);
	if (rc < 0 && (!strncmp(why.code, "store-", 6) || !strcmp(why.code, "out-of-memory"))) {
		*err = why;
		return -1;
	}
	if (rc < 0) {
		log_error("Mail %lld cannot be made: %s", (long long)m->id, why.what);
		m->reason = arena_strdup(&j->arena, why.what);
		count(j->run, OUTBOX_FAILED);
		return m->reason ? cancel(j->d, m, OUTBOX_FAILED, err) : err_oom(err);
	}
	m->lease_until = j->d->now + LEASE_MS;
	if (outbox_claim(j->d->store, m, err))
		return -1;
	j->batch[j->n++] = *m;
	return 0;
}

static int candidates(struct mail_job *j, int limit, struct outbox_list *ret, struct err *err) {
	struct mail_run *r = j->run;
	struct outbox_mail one;

	if (!r)
		return outbox_due(j->d->store, j->d->now, limit, &j->arena, ret, err);
	while (r->at < r->n && ret->n < (size_t)limit) {
		if (outbox_get(j->d->store, r->ids[r->at], 0, &j->arena, &one, err))
			return -1;
		r->at++;
		if (one.state != OUTBOX_READY)
			continue;
		if (arena_grow(&j->arena, (void **)&ret->items, ret->n, &ret->cap, sizeof one))
			return err_oom(err);
		ret->items[ret->n++] = one;
	}
	return 0;
}

static int claim_due(struct mail_job *j, struct channel *c, int limit, struct err *err) {
	struct outbox_list due = { 0 };
	size_t i;

	if (candidates(j, limit, &due, err))
		return -1;
	for (i = 0; i < due.n && take_token(j, c); i++)
		if (claim(j, &due.items[i], err))
			return -1;
	if (j->run)
		j->run->at -= due.n - i;	/* those without a token come again */
	return due.n ? channel_put(j->d->store, c, err) : 0;
}

/* A batch in one transaction. An outgoing mail is never made while the mode is hold. */
static int claim_batch(struct mail_job *j, struct err *err) {
	struct channel c;
	int limit = BATCH;

	arena_free(&j->arena);
	j->n = j->at = 0;
	if (j->d->config->mail_mode == MODE_HOLD || j->stopping)
		return 0;
	if (channel_get(j->d->store, &j->arena, &c, err))
		return -1;
	if (!strcmp(c.state, "closed")) {
		if (c.until > j->d->now && !j->run)
			return 0;
		limit = 1;		/* a probe */
	}
	if (store_begin(j->d->store, err) || claim_due(j, &c, limit, err) || store_commit(j->d->store, err)) {
		store_rollback(j->d->store);
		j->n = 0;
		return -1;
	}
	return 0;
}

/* ---- sending */

static void on_line(struct ceud *d, void *arg, const char *line, size_t len) {
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
	settled(m, class == MAIL_RECONNECT ? MAIL_CHANNEL : class, &o);
	pump(d);
}

/* It did not even begin: the job was not understood, or there was nothing to run. */
static int never_began(const char *why) {
	return !strcmp(why, "exit 2") || !strcmp(why, "exit 127");
}

/* It went away with a mail on the wire: nobody knows whether the server has it. */
static void on_gone(struct ceud *d, void *arg, const char *why) {
	struct mail_job *m = arg;
	struct mail_outcome o = { .phase = PHASE_BODY, .all_sent = 1 };

	m->child = NULL;
	m->closing = 0;
	if (m->in_flight) {
		log_error("The mail helper ended in the middle of a mail (%s).", why[0] ? why : "exit 0");
		snprintf(o.text, sizeof o.text, "The mail helper ended: %s", why[0] ? why : "exit 0");
		settled(m, never_began(why) ? MAIL_CHANNEL_CONFIG : MAIL_DOUBT, &o);
		drop_rest(m);
	} else if (why[0]) {
		log_error("The mail helper ended: %s.", why);
	}
	pump(d);
	loop_wake_at(d->loop, d->now);
}

static int start_child(struct mail_job *m, struct err *err) {
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

static int hand_over(struct mail_job *m, struct err *err) {
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
static void deliver_here(struct mail_job *m) {
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
	settled(m, rc ? MAIL_CHANNEL_CONFIG : MAIL_SENT, &o);
	buf_free(&path);
}

static void send_one(struct mail_job *m) {
	struct mail_outcome o = { .phase = PHASE_CONNECT };
	struct err err = { 0 };

	if (m->d->config->mail_transport != TRANSPORT_SMTP) {
		deliver_here(m);
	} else if (hand_over(m, &err)) {	/* not a byte has left */
		snprintf(o.text, sizeof o.text, "%.400s", err.what);
		settled(m, MAIL_CHANNEL_CONFIG, &o);
	}
}

static void end_run(struct mail_job *m) {
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

static int run_is_over(const struct mail_job *m) {
	const struct mail_run *r = m->run;

	return r && (r->at >= r->n || m->stopping || m->d->config->mail_mode == MODE_HOLD || clock_monotonic() > r->until);
}

/* The queue is empty: the helper says goodbye to the server, whoever asked for the run is answered. */
static void rest(struct mail_job *m) {
	if (m->child && !m->closing) {
		m->closing = 1;
		child_close_input(m->child);
		child_extend(m->child, 30000);
	}
	if (run_is_over(m)) {
		if (m->run->at < m->run->n)
			m->run->later += (int64_t)(m->run->n - m->run->at);
		end_run(m);
	}
}

static void pump(struct ceud *d) {
	struct mail_job *m = d->jobs->mail;
	struct err err = { 0 };
	int64_t start = clock_monotonic();

	if (m->pumping)
		return;
	m->pumping = 1;
	while (!m->in_flight && !m->closing && clock_monotonic() - start < 40) {
		if (m->stopping)
			drop_rest(m);
		if (m->at >= m->n && claim_batch(m, &err)) {
			log_error("Mails could not be claimed: %s", err.what);
			m->rate_until = d->now + 60000;
		}
		if (m->at >= m->n) {
			rest(m);
			break;
		}
		send_one(m);
	}
	m->pumping = 0;
}

void mail_turn(struct ceud *d) {
	pump(d);
}

void mail_stop(struct ceud *d) {
	d->jobs->mail->stopping = 1;
	pump(d);
}

int64_t mail_next(struct ceud *d) {
	struct mail_job *m = d->jobs->mail;
	struct arena a = ARENA_INIT;
	struct err err = { 0 };
	struct channel c = { 0 };
	int64_t next = 0;

	if (!m->child && m->at < m->n)
		return d->now;
	if (m->run && !m->child)
		return m->rate_until ? m->rate_until : d->now;
	if (m->child || d->config->mail_mode == MODE_HOLD || outbox_next_due(d->store, &next, &err))
		return 0;
	if (!next || channel_get(d->store, &a, &c, &err)) {
		arena_free(&a);
		return 0;
	}
	if (c.until > next)
		next = c.until;
	if (m->rate_until > next)
		next = m->rate_until;
	arena_free(&a);
	return next;
}

/* ---- admin run mail */

static int ready_ids(struct ceud *d, struct mail_run *r, struct err *err) {
	struct arena a = ARENA_INIT;
	struct outbox_list all = { 0 };
	/* Whatever its time: every mail that is ready, in the order in which it would go. */
	int rc = outbox_due(d->store, INT64_MAX / 2, IDS_MAX, &a, &all, err);

	r->ids = rc ? NULL : calloc(all.n + 1, sizeof *r->ids);
	if (!rc && !r->ids)
		rc = err_oom(err);
	for (size_t i = 0; i < all.n && !rc; i++)
		r->ids[r->n++] = all.items[i].id;
	arena_free(&a);
	return rc;
}

int mail_run(struct ceud *d, job_done *done, void *arg, struct err *err) {
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
