/* The mail to the admin: whether there is something to tell, and what. */
#include "mailadmin.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/zone.h"
#include "config.h"
#include "mailjob.h"
#include "mailmake.h"
#include "store/store.h"

enum { LIST_MAX = 200, GATHER_MS = 10 * 60000, AWAY_MS = 3600000, DAY_MS = 86400000 };

struct news {
	struct admin_mail *failed, *unknown, *suppressed;
	size_t nfailed, nunknown, nsuppressed;
	int64_t away_since;		/* the relay, for more than an hour; 0 = it is there */
};

static const struct zone *here(const struct ceud *d)
{
	return d->config->zone ? d->config->zone : zone_local();
}

/* Mails in that state since `since`, but those to the admin. */
static int mails_since(struct ceud *d, enum outbox_state state, int64_t since, struct arena *a, struct admin_mail **ret, size_t *n,
    struct err *err)
{
	struct outbox_list page = { 0 };
	struct admin_mail *items;
	size_t found = 0;

	if (outbox_page(d->store, (int)state, 0, LIST_MAX, a, &page, err))
		return -1;
	items = arena_alloc(a, (page.n + 1) * sizeof *items);
	if (!items)
		return err_oom(err);
	for (size_t i = 0; i < page.n; i++)
		if (page.items[i].done_at > since && strcmp(page.items[i].kind, "admin"))
			items[found++] = (struct admin_mail){ page.items[i].id, page.items[i].rcpt, page.items[i].reason };
	*ret = items;
	*n = found;
	return 0;
}

static int suppressed_since(struct ceud *d, int64_t since, struct arena *a, struct news *ret, struct err *err)
{
	struct bounce_list all = { 0 };

	if (bounce_suppressed(d->store, LIST_MAX, a, &all, err))
		return -1;
	ret->suppressed = arena_alloc(a, (all.n + 1) * sizeof *ret->suppressed);
	if (!ret->suppressed)
		return err_oom(err);
	for (size_t i = 0; i < all.n; i++)
		if (all.items[i].suppressed_at > since)
			ret->suppressed[ret->nsuppressed++] = (struct admin_mail){ 0, all.items[i].address, all.items[i].reason };
	return 0;
}

static int gather(struct ceud *d, struct arena *a, const struct channel *c, struct news *ret, struct err *err)
{
	int64_t since = 0, closed = 0, unused;

	*ret = (struct news){ 0 };
	if (job_get(d->store, MAIL_ADMIN_JOB, &since, &unused, err) || job_get(d->store, MAIL_BREAKER_JOB, &closed, &unused, err) ||
	    mails_since(d, OUTBOX_FAILED, since, a, &ret->failed, &ret->nfailed, err) ||
	    mails_since(d, OUTBOX_UNKNOWN, since, a, &ret->unknown, &ret->nunknown, err) || suppressed_since(d, since, a, ret, err))
		return -1;
	if (!strcmp(c->state, "closed") && closed && d->now - closed > AWAY_MS)
		ret->away_since = closed;
	return 0;
}

static int is_news(const struct news *n)
{
	return n->nfailed || n->nunknown || n->nsuppressed || n->away_since;
}

/* ---- planning */

static int is_on(const struct ceud *d)
{
	return d->config->admin && d->config->mail_mode != MODE_HOLD;
}

/* 1 planned, 0 one was planned today already, -1. While the relay is away there is nothing to wait for. */
static int plan(struct ceud *d, int64_t not_before, struct err *err)
{
	char key[64], day[DATE_ISO_SIZE];
	int minute;

	date_iso(zone_day(here(d), d->now, &minute), day);
	snprintf(key, sizeof key, "adm:%s", day);
	struct outbox_mail m = { .dedup_key = key, .kind = "admin", .rcpt = d->config->admin, .rcpt_name = "", .subject = "",
		.message_id = "", .reason = "", .enhanced = "", .phase = "", .server_id = "", .not_before = not_before,
		.expires_at = d->now + 3 * (int64_t)DAY_MS, .state = OUTBOX_READY, .created_at = d->now };

	return outbox_plan(d->store, &m, err);
}

/* The next day in the installation's zone: then there may be another one. */
static int64_t tomorrow(const struct ceud *d)
{
	int minute;

	return zone_instant_next(here(d), zone_day(here(d), d->now, &minute) + 1, 0);
}

/* When the relay will have been away for an hour; 0: it is there. */
static int64_t away_at(struct ceud *d, const struct channel *c, struct err *err)
{
	int64_t closed = 0, unused;

	if (strcmp(c->state, "closed") || job_get(d->store, MAIL_BREAKER_JOB, &closed, &unused, err) || !closed)
		return 0;
	return closed + AWAY_MS + 1;
}

static int look(struct ceud *d, struct arena *a, int64_t *next, struct err *err)
{
	struct news n;
	struct channel c;
	int rc;

	*next = 0;
	if (channel_get(d->store, a, &c, err) || gather(d, a, &c, &n, err))
		return -1;
	if (!is_news(&n)) {
		*next = away_at(d, &c, err);
		return 0;
	}
	if (store_begin(d->store, err))
		return -1;
	rc = plan(d, n.away_since ? d->now : d->now + GATHER_MS, err);
	if (rc < 0 || store_commit(d->store, err)) {
		store_rollback(d->store);
		return -1;
	}
	*next = tomorrow(d);
	return 0;
}

void mailadmin_news(struct ceud *d)
{
	d->jobs->mail->has_news = 1;
}

void mailadmin_turn(struct ceud *d)
{
	struct mail_job *m = d->jobs->mail;
	struct arena a = ARENA_INIT;
	struct err err = { 0 };

	if (!is_on(d) || (!m->has_news && (!m->look_at || m->look_at > d->now)))
		return;
	m->has_news = 0;
	if (look(d, &a, &m->look_at, &err)) {
		log_error("It is not known whether the admin is to be told something: %s", err.what);
		m->look_at = d->now + MAIL_RETRY_MS;
	}
	arena_free(&a);
}

int64_t mailadmin_next(struct ceud *d)
{
	const struct mail_job *m = d->jobs->mail;

	if (!is_on(d))
		return 0;
	return m->has_news ? d->now : m->look_at;
}

/* ---- making */

static int render(struct making *k, const struct news *n, const struct channel *c, const struct outbox_counts *counts, struct err *err)
{
	const struct config *conf = k->d->config;
	struct admin_facts f = { .organisation = conf->organisation ? conf->organisation : "", .now = k->d->now,
		.offset_seconds = zone_offset(k->zone, k->d->now), .relay = conf->mail_relay_host ? conf->mail_relay_host : "The relay",
		.waiting = counts->by_state[OUTBOX_READY] - 1, .refused_since = n->away_since,
		.refused = n->away_since ? c->reason : "", .held = counts->by_state[OUTBOX_HELD],
		.failed = n->failed, .nfailed = n->nfailed, .unknown = n->unknown, .nunknown = n->nunknown,
		.suppressed = n->suppressed, .nsuppressed = n->nsuppressed };

	return render_admin(k->d->render, &f, &k->mail, err);
}

/* What is told now counts as told: in the transaction that claims it. */
int make_admin(struct making *k, struct err *err)
{
	struct ceud *d = k->d;
	struct outbox_counts counts;
	struct channel c;
	struct news n;

	if (!d->config->admin)
		return make_not_wanted(k->m, "ceud.conf names no admin");
	k->m->rcpt = d->config->admin;
	k->m->rcpt_name = "";
	if (k->m->bytes)
		return 0;
	if (channel_get(d->store, k->a, &c, err) || gather(d, k->a, &c, &n, err) || outbox_count(d->store, &counts, err))
		return -1;
	if (!is_news(&n))
		return make_not_wanted(k->m, "there is nothing to tell any more");
	return render(k, &n, &c, &counts, err) || job_put(d->store, MAIL_ADMIN_JOB, d->now, 0, err) ? -1 : 0;
}
