/* Claiming: which mails go now, looked at again, their bytes frozen, all in one transaction before the first byte leaves. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "config.h"
#include "mailjob.h"
#include "store/store.h"

enum { LEASE_MS = 15 * 60000, FRESH_MS = 86400000, TOKEN = 1000, TURN_MS = 20 };

/* 1: there is a token; 0: not before m->rate_until. */
static int take_token(struct mail_job *m, struct channel *c)
{
	int64_t wait = mail_rate_take(m->d->config->mail_rate, m->d->now, &c->tokens_milli, &c->refilled_at);

	m->rate_until = wait ? m->d->now + wait : 0;
	return !wait;
}

static int cancel(struct ceud *d, struct outbox_mail *m, enum outbox_state state, struct err *err)
{
	m->state = state;
	m->done_at = d->now;
	log_info("Mail %lld is not sent: %s", (long long)m->id, m->reason);
	return outbox_settle(d->store, m, err) || rung_note(d->store, m->id, m->reason, err) ? -1 : 0;
}

/* Bytes that may have been delivered are sent again as they are; after a sure failure they serve for a day. */
static int freeze(struct mail_job *j, struct outbox_mail *m, struct err *err)
{
	struct ceud *d = j->d;
	struct outbox_mail kept;

	if (outbox_get(d->store, m->id, 1, &j->arena, &kept, err))
		return -1;
	if (kept.bytes && (kept.doubts || d->now - kept.rendered_at < FRESH_MS)) {
		m->subject = kept.subject;
		m->message_id = kept.message_id;
		m->rendered_at = kept.rendered_at;
		m->bytes = kept.bytes;
		m->nbytes = kept.nbytes;
	}
	return mail_make(d, m, j->run != NULL, &j->arena, err);
}

static int is_general(const struct err *err)
{
	return !strncmp(err->code, "store-", 6) || !strcmp(err->code, "out-of-memory");
}

/* One candidate: 1 claimed into the batch, 0 not to be sent (now or at all), -1. */
static int claim(struct mail_job *j, struct outbox_mail *m, struct err *err)
{
	struct err why = { 0 };
	int rc = freeze(j, m, &why);

	if (rc == MAIL_NOT_WANTED)
		return cancel(j->d, m, OUTBOX_CANCELLED, err);
	if (rc == MAIL_NOT_NOW)
		return outbox_settle(j->d->store, m, err);
	if (rc && is_general(&why)) {
		*err = why;
		return -1;
	}
	if (rc) {
		log_error("Mail %lld cannot be made: %s", (long long)m->id, why.what);
		m->reason = arena_strdup(&j->arena, why.what);
		mail_count(j->run, OUTBOX_FAILED, 1);
		return m->reason ? cancel(j->d, m, OUTBOX_FAILED, err) : err_oom(err);
	}
	m->lease_until = j->d->now + LEASE_MS;
	if (outbox_claim(j->d->store, m, err))
		return -1;
	j->batch[j->n++] = *m;
	return 1;
}

static int candidates(struct mail_job *j, int limit, struct outbox_list *ret, struct err *err)
{
	struct mail_run *r = j->run;
	struct outbox_mail one;

	if (!r)
		return outbox_due(j->d->store, j->d->now, limit, &j->arena, ret, err);
	for (; r->at + ret->n < r->n && ret->n < (size_t)limit; ret->n++) {
		if (outbox_get(j->d->store, r->ids[r->at + ret->n], 0, &j->arena, &one, err))
			return -1;
		if (arena_grow(&j->arena, (void **)&ret->items, ret->n, &ret->cap, sizeof one))
			return err_oom(err);
		ret->items[ret->n] = one;
	}
	return 0;
}

static int claim_due(struct mail_job *j, struct channel *c, int limit, struct err *err)
{
	struct outbox_list due = { 0 };
	int64_t start = clock_monotonic();
	size_t i;

	if (candidates(j, limit, &due, err))
		return -1;
	for (i = 0; i < due.n && j->n < MAIL_BATCH && clock_monotonic() - start < TURN_MS; i++) {
		int rc = 0;

		if (!take_token(j, c))
			break;
		if (due.items[i].state == OUTBOX_READY)
			rc = claim(j, &due.items[i], err);
		if (rc < 0)
			return -1;
		if (!rc)
			c->tokens_milli += TOKEN;
	}
	if (j->run)
		j->run->at += i;	/* those without a token come again */
	return due.n ? channel_put(j->d->store, c, err) : 0;
}

int mail_claim(struct mail_job *j, struct err *err)
{
	size_t at = j->run ? j->run->at : 0;
	struct channel c;
	int limit = MAIL_LOOK;

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
		if (j->run)
			j->run->at = at;
		return -1;
	}
	return 0;
}
