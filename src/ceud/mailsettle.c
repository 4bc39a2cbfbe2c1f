/* What became of a mail, of its address and of the channel: committed, with the claim of the next mail, before anything else happens. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "ceud.h"
#include "config.h"
#include "mailadmin.h"
#include "mailjob.h"
#include "mailwire.h"
#include "store/store.h"

enum { NOTE_MS = 60000 };

void mail_count(struct mail_run *r, enum outbox_state state, int64_t n)
{
	if (!r)
		return;
	r->sent += state == OUTBOX_SENT ? n : 0;
	r->failed += state == OUTBOX_FAILED ? n : 0;
	r->later += state == OUTBOX_READY ? n : 0;
	r->unknown += state == OUTBOX_UNKNOWN ? n : 0;
}

/* ---- what an outcome means */

/* One address refused time and again is its own affair; three different ones in a row are ours. */
static void note_denied(struct mail_job *m, const struct mail_outcome *o)
{
	const char *to = wire_recipient(m->d, mail_of(m));

	if (!mail_is_denied(o)) {
		if (o->phase >= PHASE_RCPT && o->phase <= PHASE_DOT && (o->code || !o->curlcode))
			m->ndenied = 0;
		return;
	}
	for (int i = 0; i < m->ndenied; i++)
		if (!strcmp(m->denied[i], to))
			return;
	if (m->ndenied < MAIL_DENIED_MAX)
		text_copy(m->denied[m->ndenied++], sizeof m->denied[0], to);
}

enum mail_class mail_judged(struct mail_job *m, const struct mail_outcome *o)
{
	struct mail_past past = { .reconnected = m->reconnected, .waited = m->d->now - mail_of(m)->not_before };

	note_denied(m, o);
	past.denied = m->ndenied;
	return mail_judge_again(o, &past);
}

/* ---- the channel */

static int is_closed(const struct channel *c)
{
	return !strcmp(c->state, "closed");
}

/* Since when it is closed, and when it was open again: for the admin. */
static int note_breaker(struct ceud *d, int was_closed, const struct channel *c, struct err *err)
{
	int64_t since = d->now, until = 0;

	if (was_closed == is_closed(c))
		return 0;
	if (was_closed && job_get(d->store, MAIL_BREAKER_JOB, &since, &until, err))
		return -1;
	return job_put(d->store, MAIL_BREAKER_JOB, since, was_closed ? d->now : 0, err);
}

/* The breaker: faults of the channel in a row close it for a while; an answer from the server opens it. */
static int judge_channel(struct ceud *d, struct channel *c, const struct mail_job *m, const char *text, struct err *err)
{
	int was_closed = is_closed(c);
	int64_t pause;

	if (m->fault) {
		if (mail_is_denied(&m->outcome) && c->faults < MAIL_DENIED_MAX - 1)
			c->faults = MAIL_DENIED_MAX - 1;	/* it took three already */
		c->faults++;
		c->reason = text;
		pause = mail_breaker_pause(c->faults, (uint64_t)d->now);
		c->state = pause ? "closed" : "ok";
		c->until = pause ? d->now + pause : 0;
		if (m->class == MAIL_CHANNEL_CONFIG || pause)
			log_error("Mail cannot be sent: %s", text);
	} else if (m->class != MAIL_DOUBT) {
		c->state = "ok";
		c->reason = "";
		c->until = 0;
		c->faults = 0;
	}
	return note_breaker(d, was_closed, c, err);
}

/* ---- the address */

static int judge_address(const struct mail_job *m, const struct outbox_mail *row, struct err *err)
{
	struct ceud *d = m->d;
	const char *to = wire_recipient(d, row);
	int is_suppressed = 0;

	if (m->class == MAIL_SENT)
		return bounce_clear(d->store, to, err);
	if (m->class != MAIL_DEAD || !mail_is_hard(&m->outcome))
		return 0;
	if (bounce_hard(d->store, to, d->now, row->reason, &is_suppressed, err))
		return -1;
	if (is_suppressed)
		log_warning("%s does not work: nothing more is sent there until it is changed.", to);
	return 0;
}

/* ---- the mail */

static const char *reason_of(enum mail_class class, const struct mail_outcome *o)
{
	switch (class) {
	case MAIL_SENT: return "";
	case MAIL_DOUBT: return "the server may have taken it; it did not say so";
	default: return o->text[0] ? o->text : mail_phase_name(o->phase);
	}
}

/* When the job ran, and when a mail was taken last: once a minute, and when the queue is empty. */
static int note_run(const struct mail_job *m, const struct outbox_mail *row, int is_last, struct err *err)
{
	struct ceud *d = m->d;

	if (!is_last && d->now - m->noted_at < NOTE_MS && d->now >= m->noted_at)
		return 0;
	if (job_put(d->store, "mail", d->now, 0, err))
		return -1;
	return row->state == OUTBOX_SENT ? job_put(d->store, MAIL_SENT_JOB, d->now, 0, err) : 0;
}

static void settle_row(const struct mail_job *m, struct outbox_mail *row)
{
	const struct mail_outcome *o = &m->outcome;
	struct mail_next next = mail_settle(m->class, row->attempts, row->doubts, m->d->now, row->expires_at, (uint64_t)row->id);

	row->state = (enum outbox_state)next.state;
	row->attempts = next.attempts;
	row->doubts = next.doubts;
	row->next_try = next.next_try;
	row->reason = reason_of(m->class, o);
	row->code = o->code;
	row->enhanced = o->enhanced;
	row->phase = mail_phase_name(o->phase);
	row->server_id = o->server_id;
	row->done_at = row->state == OUTBOX_READY ? 0 : m->d->now;
}

static int settle_rows(const struct mail_job *m, struct outbox_mail *row, struct channel *c, struct err *err)
{
	struct ceud *d = m->d;
	const struct mail_outcome *o = &m->outcome;
	struct attempt try = { .mail = row->id, .at = d->now, .phase = mail_phase_name(o->phase), .text = o->text,
		.curlcode = o->curlcode, .code = o->code, .reused = o->reused, .ms = o->ms };

	settle_row(m, row);
	/* Of a mail in doubt the row tells of the doubt, the channel what was the matter. */
	if (judge_channel(d, c, m, o->text[0] ? o->text : row->reason, err) || judge_address(m, row, err) || attempt_add(d->store, &try, err) ||
	    outbox_settle(d->store, row, err))
		return -1;
	return row->state == OUTBOX_FAILED ? rung_note(d->store, row->id, row->reason, err) : 0;
}

/* Only where the next can be handed over at once. After a fault one looks first. */
static int goes_on(const struct mail_job *m)
{
	if (m->fault)
		return 0;
	if (m->d->config->mail_transport != TRANSPORT_SMTP)
		return m->child == NULL;
	return m->child && !m->closing && !m->outdated;
}

/* `row` is a copy: a settling that fails is tried again with the numbers from before. 1: the next mail is claimed in the other hand. */
static int settle(struct mail_job *m, struct outbox_mail *row, int with_next, struct err *err)
{
	struct store *s = m->d->store;
	struct arena a = ARENA_INIT;
	struct mail_run run = { 0 };
	struct channel c;
	int rc, next = 0;

	if (m->run)
		run = *m->run;
	rc = store_begin(s, err) || channel_get(s, &a, &c, err) || settle_rows(m, row, &c, err) ? -1 : 0;
	if (!rc && with_next)
		rc = next = mail_claim_next(m, &c, &m->hands[!m->hand], err);
	if (rc < 0 || channel_put(s, &c, err) || note_run(m, row, next != 1, err) || store_commit(s, err)) {
		store_rollback(s);
		if (m->run)
			*m->run = run;
		next = -1;
	}
	arena_free(&a);
	return next;
}

static void settled(struct mail_job *m, const struct outbox_mail *row, int next)
{
	log_info("Mail %lld to %s: %s", (long long)row->id, row->rcpt, mail_class_name(m->class));
	mail_count(m->run, row->state, 1);
	if (m->run)
		m->run->faults += m->fault;
	if (row->state == OUTBOX_FAILED || row->state == OUTBOX_UNKNOWN || m->fault)
		mailadmin_news(m->d);
	if (m->d->now - m->noted_at >= NOTE_MS || !next)
		m->noted_at = m->d->now;
	m->has_mail = next;
	m->hand = next ? !m->hand : m->hand;
	m->owed = 0;
	m->retry_at = 0;
}

int mail_store_owed(struct mail_job *m)
{
	struct outbox_mail row = *mail_of(m);
	struct err err = { 0 };
	int with_next = goes_on(m), next = settle(m, &row, with_next, &err);

	if (next < 0 && with_next) {	/* perhaps only the next one cannot be claimed */
		log_error("The next mail could not be claimed: %s", err.what);
		row = *mail_of(m);
		next = settle(m, &row, 0, &err);
		m->rate_until = m->d->now + MAIL_RETRY_MS;
	}
	if (next < 0) {
		log_error("Mail %lld was tried and its outcome could not be kept: %s", (long long)row.id, err.what);
		m->retry_at = m->d->now + MAIL_RETRY_MS;
		return -1;
	}
	settled(m, &row, next);
	return 0;
}

void mail_settled(struct mail_job *m, enum mail_class class, int fault, const struct mail_outcome *o)
{
	m->class = class;
	m->fault = fault;
	m->outcome = *o;
	m->owed = 1;
	m->in_flight = m->reconnected = 0;
	if (fault && o->phase == PHASE_AUTH)
		m->outdated = m->child != NULL;		/* the next helper asks for the password anew */
	(void)mail_store_owed(m);	/* it has said so, and is called again */
}

/* ---- without a mail's word */

static int put_back(struct mail_job *m, struct err *err)
{
	struct store *s = m->d->store;
	struct outbox_mail row = *mail_of(m);

	row.state = OUTBOX_READY;
	return store_begin(s, err) || outbox_settle(s, &row, err) || store_commit(s, err) ? -1 : 0;
}

int mail_put_back(struct mail_job *m)
{
	struct err err = { 0 };

	if (m->has_mail && put_back(m, &err)) {
		store_rollback(m->d->store);
		log_error("A claimed mail could not be put back: %s", err.what);
		m->retry_at = m->d->now + MAIL_RETRY_MS;
		return -1;
	}
	mail_count(m->run, OUTBOX_READY, m->has_mail);
	m->has_mail = 0;
	m->retry_at = 0;
	return 0;
}

void mail_channel_failed(struct mail_job *m, const char *why)
{
	struct store *s = m->d->store;
	struct arena a = ARENA_INIT;
	struct err err = { 0 };
	struct channel c;

	m->class = MAIL_CHANNEL_CONFIG;
	m->fault = 1;
	m->outcome = (struct mail_outcome){ .phase = PHASE_NONE };
	if (store_begin(s, &err) || channel_get(s, &a, &c, &err) || judge_channel(m->d, &c, m, why, &err) ||
	    channel_put(s, &c, &err) || job_put(s, "mail", m->d->now, 0, &err) || store_commit(s, &err)) {
		store_rollback(s);
		log_error("It could not be kept that mail cannot be sent (%s): %s", why, err.what);
		m->rate_until = m->d->now + MAIL_RETRY_MS;
	}
	if (m->run)
		m->run->faults++;
	mailadmin_news(m->d);
	arena_free(&a);
}
