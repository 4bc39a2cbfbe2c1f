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
#include "mailadmin.h"
#include "mailjob.h"
#include "spawn.h"
#include "store/store.h"

enum {
	RUN_MS = 590000,
	IDS_MAX = 20000,
	RUN_FAULTS = 3,			/* of the channel in one run: then the rest waits */
	TURN_MS = 20,
	STOP_MS = 15000,		/* the mail on the wire may take that long when ceud is to stop */
	LINGER_MS = 5000		/* a connection is kept for a mail that may go so soon */
};

int mail_open(struct ceud *d, struct mail_job **ret, struct err *err)
{
	struct mail_job *m = calloc(1, sizeof *m);

	if (!m)
		return err_oom(err);
	m->d = d;
	m->has_news = 1;		/* perhaps from before */
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
	arena_free(&m->hands[0].arena);
	arena_free(&m->hands[1].arena);
	free(m);
}

static int waits_for_helper(const struct mail_job *m)
{
	return m->in_flight || m->closing || m->asking;
}

/* Waiting for an instant, the next token or the next try of the store, is no work in hand: mail_next() tells it. */
int mail_busy(const struct mail_job *m)
{
	int64_t now = m->d->now;

	return waits_for_helper(m) || (m->has_mail && m->retry_at <= now) || (m->run && m->rate_until <= now);
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

	return !m->stopping && !m->outdated && m->d->config->mail_mode != MODE_HOLD &&
	    (mail_waits_for_plans(m) || (m->rate_until > now && m->rate_until <= now + LINGER_MS));
}

/* The queue is empty: the helper says goodbye to the server, whoever asked for the run is answered. */
static void rest(struct mail_job *m)
{
	if (m->child && !m->closing && !goes_on_soon(m))
		mail_goodbye(m);
	if (run_is_over(m)) {
		mail_count(m->run, OUTBOX_READY, (int64_t)(m->run->n - m->run->at));
		end_run(m);
	}
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

/* Is there something that may be claimed now? */
static int has_due(struct mail_job *m)
{
	struct err err = { 0 };
	int64_t next;

	if (m->stopping || m->d->jobs->stopping || m->d->config->mail_mode == MODE_HOLD || mail_waits_for_plans(m))
		return 0;
	if (m->run)
		return !run_is_over(m) && m->rate_until <= m->d->now;
	if (!next_of_queue(m->d, &next, &err))
		return next && next <= m->d->now;
	log_error("The next mail is not known: %s", err.what);
	m->rate_until = m->d->now + MAIL_RETRY_MS;
	return 0;
}

/* What was done and is not stored comes first. -1: the store fails, nothing else is begun. */
static int settle_old(struct mail_job *m)
{
	if (m->retry_at > m->d->now && !m->stopping)
		return -1;
	if (m->owed && mail_store_owed(m))
		return -1;
	/* With a child gone the password comes first, which may take a while: nothing is to be claimed meanwhile. */
	if (m->has_mail && (m->stopping || m->d->config->mail_mode == MODE_HOLD ||
	    (m->d->config->mail_transport == TRANSPORT_SMTP ? !m->child || m->outdated : m->child != NULL)))
		return mail_put_back(m);
	return 0;
}

/* At the end: what could not be stored is found in doubt at the next start. */
static void give_up(struct mail_job *m)
{
	m->has_mail = m->owed = 0;
	m->retry_at = 0;
}

/* A mail into the hand, if one may go. 1: it is there, or it is worth another look; 0: not now. */
static int take_next(struct mail_job *m)
{
	struct err err = { 0 };
	int rc;

	if (!has_due(m))
		return 0;
	rc = mail_open_channel(m);
	if (rc <= 0)
		return rc < 0;
	if (mail_claim(m, &err)) {
		log_error("Mails could not be claimed: %s", err.what);
		m->rate_until = m->d->now + MAIL_RETRY_MS;
	} else if (!m->nlooked && has_due(m)) {
		log_error("A mail is due and cannot be found; it is looked for again in a minute.");
		m->rate_until = m->d->now + MAIL_RETRY_MS;
	}
	return m->has_mail || has_due(m);
}

static void pump(struct mail_job *m)
{
	int64_t start = clock_monotonic();

	do {
		if (settle_old(m)) {
			if (!m->stopping)
				return;
			give_up(m);
		}
		if (m->has_mail)
			mail_send(m);
		else if (!take_next(m))
			break;
	} while (!waits_for_helper(m) && clock_monotonic() - start < TURN_MS);
	if (!waits_for_helper(m) && !m->has_mail && !m->owed && !has_due(m))
		rest(m);
}

void mail_pump(struct ceud *d)
{
	struct mail_job *m = d->jobs->mail;

	if (m->pumping || waits_for_helper(m))
		return;
	m->pumping = 1;
	pump(m);
	m->pumping = 0;
}

void mail_turn(struct ceud *d)
{
	mailadmin_turn(d);
	mail_pump(d);
}

void mail_stop(struct ceud *d)
{
	struct mail_job *m = d->jobs->mail;

	m->stopping = 1;
	if (m->in_flight)
		child_extend(m->child, STOP_MS);
	mail_pump(d);
}

/* What kept the relay closed may be mended now: one mail looks at once. */
static int look_at_once(struct ceud *d, struct arena *a, struct err *err)
{
	struct channel c;

	if (store_begin(d->store, err) || channel_get(d->store, a, &c, err))
		return -1;
	if (c.until > d->now)
		c.until = d->now;
	return channel_put(d->store, &c, err) || store_commit(d->store, err) ? -1 : 0;
}

void mail_reloaded(struct ceud *d)
{
	struct arena a = ARENA_INIT;
	struct err err = { 0 };

	d->jobs->mail->outdated = d->jobs->mail->child != NULL;
	if (look_at_once(d, &a, &err)) {
		store_rollback(d->store);
		log_error("Mail is not tried at once with the new settings: %s", err.what);
	}
	arena_free(&a);
}

static int64_t sooner(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

int64_t mail_next(struct ceud *d)
{
	struct mail_job *m = d->jobs->mail;
	struct err err = { 0 };
	int64_t next;

	if (waits_for_helper(m))
		return 0;		/* woken by it */
	if (m->has_mail)
		return m->retry_at > d->now ? m->retry_at : d->now;
	if (m->run || m->child)
		return m->rate_until > d->now ? m->rate_until : d->now;
	if (d->config->mail_mode == MODE_HOLD)
		return 0;
	if (!next_of_queue(d, &next, &err))
		return sooner(next, mailadmin_next(d));
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
	mail_pump(d);
	loop_wake_at(d->loop, d->now);
	return 0;
}
