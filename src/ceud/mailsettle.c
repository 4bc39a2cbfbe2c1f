/* What became of a mail, of the channel, and of those that were claimed with it: committed before anything else happens. */
#include "base/log.h"
#include "ceud.h"
#include "mailjob.h"
#include "store/store.h"

void mail_count(struct mail_run *r, enum outbox_state state, int64_t n)
{
	if (!r)
		return;
	r->sent += state == OUTBOX_SENT ? n : 0;
	r->failed += state == OUTBOX_FAILED ? n : 0;
	r->later += state == OUTBOX_READY ? n : 0;
	r->unknown += state == OUTBOX_UNKNOWN ? n : 0;
}

/* The breaker: faults of the channel in a row close it for a while; an answer from the server opens it. */
static void judge_channel(struct ceud *d, struct channel *c, const struct mail_job *m, const char *text)
{
	int64_t pause;

	if (m->fault) {
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
}

static const char *reason_of(enum mail_class class, const struct mail_outcome *o)
{
	switch (class) {
	case MAIL_SENT: return "";
	case MAIL_DOUBT: return "the server may have taken it; it did not say so";
	default: return o->text[0] ? o->text : mail_phase_name(o->phase);
	}
}

/* `row` is a copy: a settling that fails is tried again with the numbers from before. */
static int settle_rows(const struct mail_job *m, struct outbox_mail *row, struct arena *a, struct err *err)
{
	struct ceud *d = m->d;
	const struct mail_outcome *o = &m->outcome;
	struct mail_next next = mail_settle(m->class, row->attempts, row->doubts, d->now, row->expires_at, (uint64_t)row->id);
	struct attempt try = { .mail = row->id, .at = d->now, .phase = mail_phase_name(o->phase), .text = o->text,
		.curlcode = o->curlcode, .code = o->code, .reused = o->reused, .ms = o->ms };
	struct channel c;

	row->state = (enum outbox_state)next.state;
	row->attempts = next.attempts;
	row->doubts = next.doubts;
	row->next_try = next.next_try;
	row->reason = reason_of(m->class, o);
	row->code = o->code;
	row->enhanced = o->enhanced;
	row->phase = mail_phase_name(o->phase);
	row->server_id = o->server_id;
	row->done_at = row->state == OUTBOX_READY ? 0 : d->now;
	if (channel_get(d->store, a, &c, err))
		return -1;
	judge_channel(d, &c, m, row->reason);
	if (attempt_add(d->store, &try, err) || outbox_settle(d->store, row, err) || channel_put(d->store, &c, err) ||
	    job_put(d->store, "mail", d->now, 0, err))
		return -1;
	return row->state == OUTBOX_FAILED ? rung_note(d->store, row->id, row->reason, err) : 0;
}

static int settle(const struct mail_job *m, struct outbox_mail *row, struct err *err)
{
	struct store *s = m->d->store;
	struct arena a = ARENA_INIT;
	int rc = store_begin(s, err) || settle_rows(m, row, &a, err) || store_commit(s, err) ? -1 : 0;

	if (rc)
		store_rollback(s);
	arena_free(&a);
	return rc;
}

int mail_store_owed(struct mail_job *m)
{
	struct outbox_mail row = m->batch[m->at];
	struct err err = { 0 };

	if (settle(m, &row, &err)) {
		log_error("Mail %lld was tried and its outcome could not be kept: %s", (long long)row.id, err.what);
		m->retry_at = m->d->now + MAIL_RETRY_MS;
		return -1;
	}
	log_info("Mail %lld to %s: %s", (long long)row.id, row.rcpt, mail_class_name(m->class));
	mail_count(m->run, row.state, 1);
	if (m->run)
		m->run->faults += m->fault;
	m->at++;
	m->owed = 0;
	m->retry_at = 0;
	m->dropping = m->fault;
	return 0;
}

void mail_settled(struct mail_job *m, enum mail_class class, int fault, const struct mail_outcome *o)
{
	m->class = class;
	m->fault = fault;
	m->outcome = *o;
	m->owed = 1;
	m->in_flight = m->reconnected = 0;
	(void)mail_store_owed(m);	/* it has said so, and is called again */
}

static int put_back(struct mail_job *m, struct err *err)
{
	struct store *s = m->d->store;

	if (store_begin(s, err))
		return -1;
	for (size_t i = m->at; i < m->n; i++) {
		struct outbox_mail row = m->batch[i];

		row.state = OUTBOX_READY;
		if (outbox_settle(s, &row, err))
			return -1;
	}
	return store_commit(s, err);
}

int mail_put_back(struct mail_job *m)
{
	struct err err = { 0 };

	if (m->at < m->n && put_back(m, &err)) {
		store_rollback(m->d->store);
		log_error("Claimed mails could not be put back: %s", err.what);
		m->dropping = 1;
		m->retry_at = m->d->now + MAIL_RETRY_MS;
		return -1;
	}
	mail_count(m->run, OUTBOX_READY, (int64_t)(m->n - m->at));
	m->n = m->at = 0;
	m->dropping = 0;
	m->retry_at = 0;
	return 0;
}

void mail_give_up(struct mail_job *m)
{
	m->n = m->at = 0;
	m->owed = m->dropping = 0;
	m->retry_at = 0;
}
