/* Digests: at its time each lead hears of her team, in her own zone; silent when there is nothing to say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/zone.h"
#include "config.h"
#include "digestmail.h"
#include "digests.h"
#include "loop.h"
#include "sliced.h"
#include "standing.h"

enum { PAGE = 200, PRIORITY = 3, AGAIN_MS = 600000, LIFE_MS = 6 * 3600000, COPIES_MAX = 9 };
#define DAY_MS INT64_C(86400000)

/*
 * A run over all teams: a digest for each whose time came since the last run, and when the next one comes.  What a slice decides
 * is committed together at its end; the team in work is looked at without a transaction.
 */
struct run {
	struct sliced s;
	struct arena arena;		/* of the page */
	struct team_list page; size_t at;
	struct digest_walk *walk;	/* the team in work, or NULL */
	int is_whole;			/* its facts are there */
	int64_t slot;			/* its digest's time */
	int missed;			/* a slot has passed since the last run */
	int64_t coming;			/* the first slot to come, 0 = none */
	struct arena *a;		/* of the slice in work */
};

/* A digest that is made again when it is to be sent: one at a time. */
struct again { int64_t mail, since; struct digest_walk *walk; int is_ready; };

struct digests_job { struct sliced_job job; struct again again; };

static void report(struct run *r, const struct team *t, const char *to, const char *outcome, const char *because)
{
	struct jsonw *w = &r->s.w;

	if (strcmp(outcome, "mailed") && !r->s.done)
		log_info("Digest of team %s: %s, %s", t->name, outcome, because);
	if (!r->s.done)
		return;
	jsonw_object(w, NULL);
	jsonw_str(w, "team", t->name);
	jsonw_str(w, "to", to);
	jsonw_str(w, "outcome", outcome);
	jsonw_str(w, "because", because);
	jsonw_end_object(w);
}

static int begin_change(struct run *r, struct err *err)
{
	return store_in_transaction(r->s.d->store) ? 0 : store_begin(r->s.d->store, err);
}

/* ---- into the outbox */

/* The day of the next one: of another day than this one's, for there is one a day. One of late at night has its time all the same. */
static int64_t expiry_of(const struct run *r, const struct team *t, const struct zone *z)
{
	int64_t following = digest_slot_after(r->s.d, t, z, r->s.started), day;

	if (zone_day(z, following, NULL) == zone_day(z, r->slot, NULL))
		following = digest_slot_after(r->s.d, t, z, following);
	day = zone_instant(z, zone_day(z, following, NULL), 0);
	return day < r->slot + LIFE_MS ? following : day;
}

static int fill_mail(const struct run *r, const char *prefix, const struct team *t, const struct person *lead,
    struct outbox_mail *m, struct err *err)
{
	const struct zone *z = person_zone(r->s.d, lead);
	int is_held = r->s.hold || r->s.d->config->mail_mode == MODE_HOLD;

	*m = (struct outbox_mail){ .dedup_key = digest_key(r->s.d, prefix, t, lead, zone_day(z, r->slot, NULL), r->a), .kind = "digest", .priority = PRIORITY, .team = t->id,
		.person = lead->id, .rcpt = lead->email, .rcpt_name = lead->name, .subject = "", .message_id = "", .reason = "",
		.enhanced = "", .phase = "", .server_id = "", .not_before = r->slot,
		.expires_at = expiry_of(r, t, z),
		.state = is_held ? OUTBOX_HELD : OUTBOX_READY, .created_at = r->s.d->now };
	return m->dedup_key ? 0 : err_oom(err);
}

/* What was not sent, and why, is a mail that was cancelled before there was one: whoever looks through the outbox finds it. */
static int note_unsent(struct run *r, const struct team *t, const struct person *lead, const char *outcome, const char *because,
    struct err *err)
{
	struct outbox_mail m;
	int rc;

	report(r, t, lead->id ? lead->email : NULL, outcome, because);
	if (!lead->id || r->s.at_once || (!strcmp(outcome, "silent") && digest_every(r->s.d, t) == DIGEST_CHANGE))
		return 0;		/* no mail was due */
	if (fill_mail(r, "dig-none", t, lead, &m, err) || begin_change(r, err))
		return -1;
	rc = outbox_plan(r->s.d->store, &m, err);
	if (rc <= 0)
		return rc;
	m.state = OUTBOX_CANCELLED;
	m.reason = because;
	m.done_at = r->s.d->now;
	return outbox_settle(r->s.d->store, &m, err);
}

/* Whoever asks for one gets one, unless that of the day waits or was sent: one that was called off is none. */
static int may_be_another(const struct run *r, const struct outbox_mail *m, struct err *err)
{
	struct outbox_mail other;
	int rc = r->s.at_once ? outbox_other(r->s.d->store, m, r->a, &other, err) : 1;

	return rc < 0 ? -1 : !rc;
}

/* As outbox_plan(), of a mail that is built with its key: "KEY", "KEY#2", .. */
static int build_and_plan(struct run *r, struct outbox_mail *m, struct err *err)
{
	struct making k = { .d = r->s.d, .m = m, .a = r->a, .mail = { BUF_INIT, BUF_INIT, BUF_INIT } };
	const char *key = m->dedup_key;
	int rc = 0;

	for (int n = 1; n <= COPIES_MAX && !rc; n++) {
		m->dedup_key = n > 1 ? make_text(r->a, "%s#%d", key, n) : key;
		if (!m->dedup_key)
			return err_oom(err);
		if (digest_build(&k, r->walk, NULL, err) || begin_change(r, err))
			return -1;
		rc = outbox_plan(r->s.d->store, m, err);
		if (!rc && n == 1) {
			int another = may_be_another(r, m, err);

			if (another <= 0)
				return another;
		}
	}
	return rc;
}

/* What was said of everybody is kept with the mail that says it. */
static int plan_mail(struct run *r, struct err *err)
{
	struct digest_walk *w = r->walk;
	struct outbox_mail m;
	int rc;

	if (fill_mail(r, "dig", &w->walk.team, &w->lead, &m, err))
		return -1;
	rc = build_and_plan(r, &m, err);
	if (rc < 0 || (rc && snapshot_put(r->s.d->store, w->walk.team.id, m.id, w->facts.today, w->now, w->facts.npeople, err)))
		return -1;
	report(r, &w->walk.team, w->lead.email, rc ? "mailed" : "already",
	    !rc ? "the digest of this day was planned before" : r->s.hold ? r->s.hold :
	    m.state == OUTBOX_HELD ? "held: mail mode is hold" : r->s.at_once ? "asked for" : digest_every_text(w->every));
	return 0;
}

/* ---- one team */

static const struct teamwalk_kind walk_kind = { sizeof(struct digest_walk), digest_walk_visit, NULL, digest_walk_release };

static void leave_team(struct run *r)
{
	teamwalk_free(r->walk ? &r->walk->walk : NULL);
	r->walk = NULL;
	r->is_whole = 0;
}

/* What was not to come yet when the last run looked ahead is the slot of another day, hour, zone or lead that was set since: those
 * begin with their next one, and so does a new installation. One that came to be earlier on the day it was to come is that day's. */
static int is_due(const struct run *r, const struct zone *z)
{
	if (r->s.at_once)
		return 1;
	return r->s.last && r->s.planned && r->slot > r->s.last &&
	    (r->slot >= r->s.planned || zone_day(z, r->slot, NULL) == zone_day(z, r->s.planned, NULL));
}

/* 1: the walk is begun, 0: nothing is due here, -1. */
static int take_up(struct run *r, const struct team *t, struct err *err)
{
	const char *because;
	struct person lead;
	int64_t next;
	int goes = digest_reader(r->s.d, t, r->a, &lead, &because, err);

	if (goes < 0)
		return -1;
	if (lead.id) {
		const struct zone *z = person_zone(r->s.d, &lead);

		next = digest_slot_after(r->s.d, t, z, r->s.started);
		if (!r->coming || next < r->coming)
			r->coming = next;
		r->slot = r->s.at_once ? r->s.started : digest_slot(r->s.d, t, z, r->s.started);
		if (!is_due(r, z))
			return 0;
		r->missed = 1;
	}
	if (!goes)
		return lead.id || r->s.at_once ? note_unsent(r, t, &lead, "not-sent", because, err) : 0;
	r->walk = digest_walk_new(r->s.d, &walk_kind, t, &lead, err);
	return r->walk ? 1 : -1;
}

/* Everybody was visited: is there anything to say? 1 yes, and it is rendered; 0 no; -1. */
static int make_whole(struct run *r, struct err *err)
{
	struct digest_walk *w = r->walk;
	const struct team *t = &w->walk.team;

	if (digest_walk_facts(w, err))
		return -1;
	if (!w->facts.npeople)
		return note_unsent(r, t, &w->lead, "not-sent", "nobody in the team has a cycle", err);
	if (digest_walk_news(w) == DIGEST_SILENT)
		return note_unsent(r, t, &w->lead, "silent", w->every == DIGEST_CHANGE ? "nobody's status changed" :
		    "nothing changed and nobody is behind", err);
	r->is_whole = 1;
	return digest_walk_render(w, err) ? -1 : 1;
}

/* A piece of the work on the team: 1 it is through, 0 more, -1. */
static int work(struct run *r, int64_t until, struct err *err)
{
	int rc;

	if (r->is_whole)
		return plan_mail(r, err) ? -1 : 1;
	rc = teamwalk_slice(&r->walk->walk, until, err);
	if (rc > 0) {
		rc = make_whole(r, err);
		return rc < 0 ? -1 : !rc;
	}
	return rc;
}

static int is_general(const struct err *err)
{
	return !strncmp(err->code, "store-", 6) || !strcmp(err->code, "out-of-memory");
}

/* The next piece of the team at r->at: 1 it is through, 0 more, -1. */
static int piece(struct run *r, int64_t until, struct err *err)
{
	int rc;

	if (!r->walk) {
		rc = take_up(r, &r->page.items[r->at], err);
		if (rc <= 0)
			return rc < 0 ? -1 : 1;
	}
	return work(r, until, err);
}

/* A fault of one team costs the others nothing. */
static int step(struct run *r, int64_t until, struct err *err)
{
	const struct team *t = &r->page.items[r->at];
	int rc = piece(r, until, err);

	if (rc < 0 && is_general(err))
		return -1;
	if (rc < 0) {
		log_error("No digest could be planned for team %s: %s", t->name, err->what);
		report(r, t, NULL, "not-sent", err->what);
	}
	if (rc) {
		leave_team(r);
		r->at++;
	}
	return 0;
}

/* ---- the run */

/* The page after the team named so ("": the first). */
static int load_page(struct run *r, const char *after, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct team_list page = { 0 };

	if (team_page(r->s.d->store, after, PAGE, &a, &page, err)) {
		arena_free(&a);
		return -1;
	}
	arena_free(&r->arena);
	r->arena = a;
	r->page = page;
	r->at = 0;
	return 0;
}

static int begin(struct sliced *s, struct err *err)
{
	s->next = s->d->now + 7 * DAY_MS;
	return load_page((struct run *)s, "", err);
}

/* What was looked at until then is not looked at again. A run on demand takes nothing from the slots. */
static int note_run(const struct run *r, struct err *err)
{
	struct store *s = r->s.d->store;

	if (r->s.last && (r->s.at_once || (!r->missed && r->coming == r->s.planned && r->s.started - r->s.last < DAY_MS)))
		return 0;
	return store_begin(s, err) || job_put(s, r->s.d->jobs->digests->job.kind->name, r->s.started, r->coming, err) ||
	    store_commit(s, err) ? -1 : 0;
}

static int end(struct run *r, struct err *err)
{
	if (r->coming && r->coming < r->s.next)
		r->s.next = r->coming;
	return note_run(r, err) ? -1 : 1;
}

static int slice(struct sliced *s, struct arena *a, struct err *err)
{
	struct run *r = (struct run *)s;
	int64_t until = clock_monotonic() + SLICE_MS;

	r->a = a;
	while (r->at < r->page.n && clock_monotonic() < until)
		if (step(r, until, err))
			return -1;
	if (store_in_transaction(s->d->store) && store_commit(s->d->store, err))
		return -1;
	if (r->at < r->page.n)
		return 0;
	if (r->page.n == PAGE)
		return load_page(r, r->page.items[PAGE - 1].name, err);
	return end(r, err);
}

static void release(struct sliced *s)
{
	struct run *r = (struct run *)s;

	leave_team(r);
	arena_free(&r->arena);
}

/* ---- made again */

static void forget_again(struct again *g)
{
	teamwalk_free(g->walk ? &g->walk->walk : NULL);
	*g = (struct again){ .walk = NULL };
}

static int step_again(struct again *g, struct err *err)
{
	int rc = teamwalk_slice(&g->walk->walk, clock_monotonic() + SLICE_MS, err);

	if (rc <= 0)
		return rc;
	if (digest_walk_facts(g->walk, err) || digest_walk_render(g->walk, err))
		return -1;
	g->is_ready = 1;
	return 0;
}

/* Nobody may come for it any more. */
static void turn_again(struct ceud *d, struct again *g)
{
	struct err err = { 0 };

	if (!g->walk)
		return;
	if (g->is_ready ? d->now - g->since <= AGAIN_MS && d->now >= g->since : !step_again(g, &err))
		return;
	if (err.what[0])
		log_error("Mail %lld could not be made again: %s", (long long)g->mail, err.what);
	forget_again(g);
}

int digests_again(struct ceud *d, int64_t mail, const struct team *t, const struct person *lead, struct digest_walk **ret,
    struct err *err)
{
	struct again *g = &d->jobs->digests->again;

	if (g->walk && g->mail != mail)
		return 0;
	if (!g->walk) {
		g->walk = digest_walk_new(d, &walk_kind, t, lead, err);
		if (!g->walk)
			return -1;
		g->mail = mail;
		g->since = d->now;
	}
	if (!g->is_ready && step_again(g, err)) {
		forget_again(g);
		return -1;
	}
	if (!g->is_ready)
		return 0;
	*ret = g->walk;
	*g = (struct again){ .walk = NULL };
	return 1;
}

/* ---- the job */

static const struct sliced_kind kind = { "digests", "digests", "Digests could not be planned", sizeof(struct run), begin, slice,
	release };

int digests_open(struct digests_job **ret, struct err *err)
{
	*ret = calloc(1, sizeof **ret);
	if (!*ret)
		return err_oom(err);
	(*ret)->job.kind = &kind;
	return 0;
}

void digests_close(struct digests_job *j)
{
	if (!j)
		return;
	sliced_close(&j->job);
	forget_again(&j->again);
	free(j);
}

int digests_busy(const struct digests_job *j)
{
	return sliced_busy(&j->job) || (j->again.walk && !j->again.is_ready);
}

int64_t digests_next(const struct ceud *d)
{
	return sliced_next(d, &d->jobs->digests->job);
}

void digests_sooner(struct ceud *d, int64_t instant)
{
	sliced_sooner(&d->jobs->digests->job, instant);
}

void digests_turn(struct ceud *d)
{
	sliced_turn(d, &d->jobs->digests->job);
	turn_again(d, &d->jobs->digests->again);
}

int digests_run(struct ceud *d, job_done *done, void *arg, struct err *err)
{
	return sliced_run(d, &d->jobs->digests->job, done, arg, err);
}

void digests_stop(struct ceud *d)
{
	sliced_stop(d, &d->jobs->digests->job);
}
