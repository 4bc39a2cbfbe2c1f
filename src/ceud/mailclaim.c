/* Claiming: which mail goes next, looked at again, its bytes frozen, in the transaction that settles the one before. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/log.h"
#include "base/zone.h"
#include "config.h"
#include "mail/message.h"
#include "mailjob.h"
#include "mailread.h"
#include "mailwire.h"
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

/* One that may have arrived is not called cancelled: nobody knows. The store lets a mail become unknown only while it is sent. */
static int drop(struct mail_job *j, struct outbox_mail *m, struct err *err)
{
	if (!m->doubts)
		return cancel(j->d, m, OUTBOX_CANCELLED, err);
	m->bytes = NULL;
	if (outbox_claim(j->d->store, m, err))
		return -1;
	mail_count(j->run, OUTBOX_UNKNOWN, 1);
	return cancel(j->d, m, OUTBOX_UNKNOWN, err);
}

/* Bytes hold the address they were made for; another mode or another address since then needs other bytes. */
static int is_addressed(const struct ceud *d, const struct outbox_mail *kept, const char *rcpt)
{
	int redirected = d->config->mail_mode == MODE_REDIRECT;
	const char *to = redirected ? d->config->mail_redirect : rcpt;

	return mailread_has(kept->bytes, kept->nbytes, "To", to) &&
	    mailread_has(kept->bytes, kept->nbytes, "X-Original-To", rcpt) == redirected;
}

/* Bytes that may have been delivered are sent again as they are; after a sure failure they serve for a day. A digest is made when
 * it is planned, from a walk over the team; what an admin is told is as it is now. */
static int serves(const struct mail_job *j, const struct outbox_mail *kept)
{
	if (!kept->bytes || kept->doubts || !strcmp(kept->kind, "digest"))
		return kept->bytes != NULL;
	return strcmp(kept->kind, "admin") && j->d->now - kept->rendered_at < FRESH_MS;
}

static void keep_bytes(struct outbox_mail *m, const struct outbox_mail *kept)
{
	m->subject = kept->subject;
	m->message_id = kept->message_id;
	m->rendered_at = kept->rendered_at;
	m->bytes = kept->bytes;
	m->nbytes = kept->nbytes;
}

static int not_wanted(struct outbox_mail *m, const char *why)
{
	m->reason = why;
	return MAIL_NOT_WANTED;
}

/* As mail_make(); *fresh: there are bytes to store. */
static int freeze(struct mail_job *j, struct arena *a, struct outbox_mail *m, int *fresh, struct err *err)
{
	struct ceud *d = j->d;
	struct outbox_mail kept;
	int rc;

	if (outbox_get(d->store, m->id, 1, a, &kept, err))
		return -1;
	*fresh = !serves(j, &kept);
	if (!*fresh)
		keep_bytes(m, &kept);
	rc = mail_make(d, m, j->run != NULL, a, err);
	if (rc || *fresh || is_addressed(d, &kept, m->rcpt))
		return rc;
	if (kept.doubts)
		return not_wanted(m, "its recipient is another one now, and the first copy may have arrived");
	if (!strcmp(kept.kind, "digest"))
		return not_wanted(m, "it was made for another recipient or mode; a new one: ceu admin run digests");
	*fresh = 1;
	m->bytes = NULL;
	m->message_id = "";
	return mail_make(d, m, j->run != NULL, a, err);
}

/* "ADDRESS does not work since 3 March 2026: REASON" */
static int tell_suppressed(const struct ceud *d, const struct bounce *b, struct arena *a, struct outbox_mail *m, struct err *err)
{
	const struct zone *zone = d->config->zone ? d->config->zone : zone_local();
	char text[900], day[64];
	int minute;

	date_text(zone_day(zone, b->suppressed_at, &minute), DATE_LONG, day, sizeof day);
	snprintf(text, sizeof text, "%.254s does not work since %s: %.400s", b->address, day, b->reason);
	m->reason = arena_strdup(a, text);
	return m->reason ? MAIL_NOT_WANTED : err_oom(err);
}

/* 0, MAIL_NOT_WANTED for an address that nothing reaches, -1. */
static int reach(const struct mail_job *j, struct arena *a, struct outbox_mail *m, struct err *err)
{
	struct bounce b;

	if (message_address_nowhere(m->rcpt))
		return not_wanted(m, "the address stands for having none");
	if (bounce_get(j->d->store, wire_recipient(j->d, m), a, &b, err))
		return -1;
	return b.suppressed_at ? tell_suppressed(j->d, &b, a, m, err) : 0;
}

static int is_general(const struct err *err)
{
	return !strncmp(err->code, "store-", 6) || !strcmp(err->code, "out-of-memory");
}

static int cannot_be_made(struct mail_job *j, struct arena *a, struct outbox_mail *m, const struct err *why, struct err *err)
{
	if (is_general(why)) {
		*err = *why;
		return -1;
	}
	log_error("Mail %lld cannot be made: %s", (long long)m->id, why->what);
	m->reason = arena_strdup(a, why->what);
	mail_count(j->run, OUTBOX_FAILED, 1);
	return m->reason ? cancel(j->d, m, OUTBOX_FAILED, err) : err_oom(err);
}

/* One candidate: 1 claimed, 0 not to be sent (now or at all), -1. */
static int claim(struct mail_job *j, struct arena *a, struct outbox_mail *m, struct err *err)
{
	struct err why = { 0 };
	struct outbox_mail row;
	int fresh, rc = freeze(j, a, m, &fresh, &why);

	if (!rc)
		rc = reach(j, a, m, &why);
	if (rc == MAIL_NOT_WANTED)
		return drop(j, m, err);
	if (rc == MAIL_NOT_NOW)
		return outbox_settle(j->d->store, m, err);
	if (rc)
		return cannot_be_made(j, a, m, &why, err);
	m->lease_until = j->d->now + LEASE_MS;
	row = *m;
	if (!fresh)
		row.bytes = NULL;	/* what is there is not written again */
	return outbox_claim(j->d->store, &row, err) ? -1 : 1;
}

/* 1 and the next one that might go, 0 none, -1. */
static int candidate(struct mail_job *j, struct arena *a, struct outbox_mail *ret, struct err *err)
{
	struct mail_run *r = j->run;
	struct outbox_list due = { 0 };

	if (r) {
		if (r->at >= r->n)
			return 0;
		return outbox_get(j->d->store, r->ids[r->at], 0, a, ret, err) ? -1 : 1;
	}
	if (outbox_due(j->d->store, j->d->now, 1, a, &due, err))
		return -1;
	if (due.n)
		*ret = due.items[0];
	return due.n != 0;
}

int mail_waits_for_plans(const struct mail_job *j)
{
	return !j->run && reminders_busy(j->d->jobs->reminders);
}

/* Nothing forbids to try a mail now. */
static int is_open(const struct mail_job *j, const struct channel *c)
{
	if (j->d->config->mail_mode == MODE_HOLD || j->stopping || j->d->jobs->stopping || mail_waits_for_plans(j))
		return 0;
	return strcmp(c->state, "closed") || c->until <= j->d->now || j->run;
}

int mail_claim_next(struct mail_job *j, struct channel *c, struct mail_hand *into, struct err *err)
{
	int64_t start = clock_monotonic();

	arena_free(&into->arena);
	j->nlooked = 0;
	if (!is_open(j, c))
		return 0;
	while (clock_monotonic() - start < TURN_MS) {
		int rc = candidate(j, &into->arena, &into->mail, err);

		if (rc <= 0)
			return rc;
		j->nlooked++;
		rc = 0;
		if (into->mail.state == OUTBOX_READY) {
			if (!take_token(j, c))
				return 0;
			rc = claim(j, &into->arena, &into->mail, err);
			if (rc < 0)
				return -1;
			if (!rc)
				c->tokens_milli += TOKEN;
		}
		if (j->run)
			j->run->at++;
		if (rc)
			return 1;
		arena_free(&into->arena);
	}
	return 0;
}

int mail_claim(struct mail_job *j, struct err *err)
{
	struct store *s = j->d->store;
	struct arena a = ARENA_INIT;
	struct mail_run run = { 0 };
	struct channel c;
	int rc;

	if (j->run)
		run = *j->run;
	rc = store_begin(s, err) || channel_get(s, &a, &c, err) ? -1 : mail_claim_next(j, &c, &j->hands[j->hand], err);
	if (rc < 0 || channel_put(s, &c, err) || store_commit(s, err)) {
		store_rollback(s);
		if (j->run)
			*j->run = run;
		rc = -1;
	}
	j->has_mail = rc > 0;
	arena_free(&a);
	return rc < 0 ? -1 : 0;
}
