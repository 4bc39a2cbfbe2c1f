/* Digests: once a week each lead hears of her team, in her own zone; silent when there is nothing to say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/zone.h"
#include "config.h"
#include "jobparts.h"
#include "loop.h"
#include "mail/render.h"
#include "standing.h"
#include "store/outbox.h"

enum { SILENT_DAYS_MAX = 28, PAGE = 200, TURN_MS = 15, HOUR_MS = 3600000 };
#define DAY_MS INT64_C(86400000)

/* A run over all teams: a digest for each whose time came since the last run, and when the next one comes. */
struct run {
	struct ceud *d;
	struct arena arena;		/* of the page */
	struct team_list page; size_t at;
	struct arena *a;		/* of the slice in work */
	int64_t started, last;		/* this run, the one before (0 = none: nothing is due yet) */
	int64_t next;			/* the earliest slot to come */
	int missed;			/* a slot has passed since */
	const char *hold;		/* why its mails are held, or NULL */
	int at_once;
	job_done *done; void *arg;	/* of admin run digests */
	struct buf json; struct jsonw w;
};

struct digests_job { int64_t next; struct run *run; };


/* The newest sending time at or before `now`, or (after = 1) the first one past it. */
static int64_t slot(const struct ceud *d, const struct zone *z, int after)
{
	day_t today = zone_day(z, d->now, NULL);
	int back = (date_weekday(today) - d->config->digest_weekday + 7) % 7;

	for (day_t day = today - back - 7; ; day += 7) {
		int64_t at = zone_instant_next(z, day, d->config->digest_at * 60);
		int64_t following = zone_instant_next(z, day + 7, d->config->digest_at * 60);

		if (following > d->now)
			return after ? following : at;
	}
}

static int lead_of(struct ceud *d, const struct team *t, struct arena *a, struct person *ret, struct err *err)
{
	return person_get(d->store, t->lead, a, ret, err);
}

static const char *short_name(const struct person *p, struct arena *a)
{
	return p->name[0] ? p->name : arena_strndup(a, p->email, strcspn(p->email, "@"));
}

static void take_snapshot(struct digest_person *out, const struct snapshot_list *before, int64_t person)
{
	for (size_t i = 0; i < before->n; i++)
		if (before->items[i].person == person) {
			out->had_before = 1;
			out->state_before = (enum cycle_state)before->items[i].state;
			out->counted_before = before->items[i].counted;
		}
}

static int person_facts(struct ceud *d, const struct person *p, struct arena *a, struct digest_person *out, struct err *err)
{
	struct standing s;
	int rc;

	if (standing_load(d, p, 0, a, &s, err))
		return -1;
	rc = standing_pending(d, &s, a, err);
	*out = (struct digest_person){ .name = short_name(p, a), .state = s.verdict.state, .counted = s.verdict.counted,
		.required = s.verdict.required, .to_go = s.verdict.to_go, .pending = s.pending, .nwaiting = (int)s.waiting.n,
		.end = s.cycle.end, .days_left = s.verdict.days_left, .chance = s.verdict.chance,
		.without_evidence = (int)standing_without_evidence(&s) };
	standing_free(&s);
	return rc;
}

/* Members without a cycle (the lead herself, often) have no units to report. */
static int all_people(struct ceud *d, const struct team *t, const struct snapshot_list *before, struct arena *a,
    struct digest_facts *ret, struct err *err)
{
	struct person_list people = { 0 };

	if (team_people(d->store, t->id, a, &people, err))
		return -1;
	ret->people = arena_alloc(a, (people.n + 1) * sizeof *ret->people);
	if (!ret->people)
		return err_oom(err);
	for (size_t i = 0; i < people.n; i++) {
		struct digest_person *out = &ret->people[ret->npeople];
		struct cycle_row c;
		int found = cycle_current(d->store, people.items[i].id, a, &c, err);

		if (found < 0 || (found && person_facts(d, &people.items[i], a, out, err)))
			return -1;
		if (!found)
			continue;
		take_snapshot(out, before, people.items[i].id);
		ret->npeople++;
	}
	return 0;
}

static const char *every_text(const struct ceud *d)
{
	static const char *const days[] = { "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays" };

	return days[d->config->digest_weekday];
}

int digest_facts_of(struct ceud *d, const struct team *t, struct arena *a, struct digest_facts *ret, struct err *err)
{
	struct snapshot_list before = { .day = DAY_NONE };
	struct person lead;

	if (lead_of(d, t, a, &lead, err) || snapshot_last(d->store, t->id, a, &before, err))
		return -1;
	*ret = (struct digest_facts){ .team = t->name, .lead_name = lead.name, .lead_email = lead.email,
		.organisation = d->config->organisation ? d->config->organisation : "", .url = d->config->url ? d->config->url : "",
		.every = every_text(d), .today = person_today(d, &lead), .previous = before.day };
	return all_people(d, t, &before, a, ret, err);
}

/* Nobody in trouble and nothing new since the last one: no mail, but a sign of life every four weeks. */
static int is_silent(const struct digest_facts *f)
{
	if (f->previous == DAY_NONE || f->today - f->previous >= SILENT_DAYS_MAX)
		return 0;
	for (size_t i = 0; i < f->npeople; i++) {
		const struct digest_person *p = &f->people[i];

		if (p->state == CYCLE_OFF_TRACK || p->state == CYCLE_AT_RISK || p->state == CYCLE_LAPSED || !p->had_before ||
		    p->state != p->state_before || p->counted != p->counted_before)
			return 0;
	}
	return 1;
}

static void report(struct run *r, const struct team *t, const char *to, const char *outcome, const char *because)
{
	struct jsonw *w = &r->w;

	if (!r->done)
		return;
	jsonw_object(w, NULL);
	jsonw_str(w, "team", t->name);
	jsonw_str(w, "to", to);
	jsonw_str(w, "outcome", outcome);
	jsonw_str(w, "because", because);
	jsonw_end_object(w);
}

static int plan_mail(struct run *r, const struct team *t, const struct person *lead, int64_t at, struct err *err)
{
	const struct zone *z = person_zone(r->d, lead);
	char key[96], day[DATE_ISO_SIZE];
	int hold = r->hold || r->d->config->mail_mode == MODE_HOLD;
	struct outbox_mail m = { .dedup_key = key, .kind = "digest", .priority = 3, .team = t->id, .person = lead->id,
		.rcpt = lead->email, .rcpt_name = lead->name, .subject = "", .message_id = "", .reason = "", .enhanced = "",
		.phase = "", .server_id = "", .not_before = at,
		.expires_at = zone_instant(z, zone_day(z, slot(r->d, z, 1), NULL), 0),	/* the day of the next one */
		.state = hold ? OUTBOX_HELD : OUTBOX_READY, .created_at = r->d->now };
	int rc;

	date_iso(zone_day(z, at, NULL), day);
	snprintf(key, sizeof key, "dig:%lld:%s", (long long)t->id, day);
	rc = outbox_plan(r->d->store, &m, err);
	if (rc >= 0)
		report(r, t, lead->email, rc ? "mailed" : "already", !rc ? "the digest of this day was planned before" :
		    r->hold ? r->hold : hold ? "held: mail mode is hold" : r->at_once ? "asked for" : every_text(r->d));
	return rc < 0 ? -1 : 0;
}

static int plan_team(struct run *r, const struct team *t, struct err *err)
{
	const struct zone *z;
	struct digest_facts facts;
	struct person lead;
	int64_t at, next;

	if (!t->lead) {
		report(r, t, NULL, "not-sent", "the team has no lead");
		return 0;
	}
	if (lead_of(r->d, t, r->a, &lead, err))
		return -1;
	z = person_zone(r->d, &lead);
	at = r->at_once ? r->started : slot(r->d, z, 0);
	next = slot(r->d, z, 1);
	if (next < r->next)
		r->next = next;
	if (!r->at_once && (!r->last || at <= r->last))
		return 0;			/* a new installation begins with the next week */
	r->missed = 1;
	if (lead.disabled) {
		report(r, t, lead.email, "not-sent", "the lead is disabled");
		return 0;
	}
	if (digest_facts_of(r->d, t, r->a, &facts, err))
		return -1;
	if (!facts.npeople)
		report(r, t, lead.email, "not-sent", "nobody in the team has a cycle");
	else if (is_silent(&facts))
		report(r, t, lead.email, "silent", "nothing changed and nobody is behind");
	else
		return plan_mail(r, t, &lead, at, err);
	return 0;
}

static int plan_slice(struct run *r, struct err *err)
{
	int64_t start = clock_monotonic();

	if (store_begin(r->d->store, err))
		return -1;
	for (; r->at < r->page.n && clock_monotonic() - start < TURN_MS; r->at++) {
		const struct team *t = &r->page.items[r->at];

		if (!plan_team(r, t, err))
			continue;
		if (!strncmp(err->code, "store-", 6) || !strcmp(err->code, "out-of-memory"))
			return -1;
		log_error("No digest could be planned for team %s: %s", t->name, err->what);
		report(r, t, NULL, "not-sent", err->what);
	}
	return store_commit(r->d->store, err);
}

/* What was looked at until then is not looked at again. A run on demand takes nothing from the week's. */
static int note_run(const struct run *r, struct err *err)
{
	struct store *s = r->d->store;

	if (r->last && (r->at_once || (!r->missed && r->started - r->last < DAY_MS)))
		return 0;
	return store_begin(s, err) || job_put(s, "digests", r->started, 0, err) || store_commit(s, err) ? -1 : 0;
}

/* ---- runs */

int digests_open(struct digests_job **ret, struct err *err)
{
	*ret = calloc(1, sizeof **ret);
	return *ret ? 0 : err_oom(err);
}

static void run_free(struct run *r)
{
	if (!r)
		return;
	buf_free(&r->json);
	arena_free(&r->arena);
	free(r);
}

void digests_close(struct digests_job *j)
{
	if (!j)
		return;
	run_free(j->run);
	free(j);
}

int digests_busy(const struct digests_job *j)
{
	return j->run != NULL;
}

int64_t digests_next(const struct ceud *d)
{
	return d->jobs->digests->next;
}

void digests_sooner(struct ceud *d, int64_t instant)
{
	if (d->jobs->digests->next > instant)
		d->jobs->digests->next = instant;
}

/* The page after the team named so ("": the first). */
static int load_page(struct run *r, const char *after, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct team_list page = { 0 };

	if (team_page(r->d->store, after, PAGE, &a, &page, err)) {
		arena_free(&a);
		return -1;
	}
	arena_free(&r->arena);
	r->arena = a;
	r->page = page;
	r->at = 0;
	return 0;
}

static int begin(struct ceud *d, job_done *done, void *arg, struct err *err)
{
	struct run *r = calloc(1, sizeof *r);
	int64_t next;

	if (!r)
		return err_oom(err);
	r->d = d;
	r->started = d->now;
	r->next = d->now + 7 * DAY_MS;
	if (job_get(d->store, "digests", &r->last, &next, err) || load_page(r, "", err)) {
		run_free(r);
		return -1;
	}
	r->at_once = done != NULL;
	r->hold = jobs_clock_jumped(d, r->last) ? "held: the clock was set" : NULL;
	r->done = done;
	r->arg = arg;
	jsonw_begin(&r->w, &r->json);
	jsonw_object(&r->w, NULL);
	jsonw_array(&r->w, "digests");
	d->jobs->digests->run = r;
	return 0;
}

/* Forgotten first: done() may order the next. */
static void end(struct ceud *d, const struct err *why)
{
	struct run *r = d->jobs->digests->run;
	struct err oom = { 0 };

	d->jobs->digests->run = NULL;
	jsonw_end_array(&r->w);
	jsonw_end_object(&r->w);
	if (!why && r->json.failed) {
		err_oom(&oom);
		why = &oom;
	}
	if (r->done)
		r->done(r->arg, why ? NULL : &r->json, why);
	run_free(r);
}

/* 1: through; 0: more in the next turn; -1. */
static int step(struct run *r, struct err *err)
{
	struct arena a = ARENA_INIT;
	int rc;

	r->a = &a;
	rc = plan_slice(r, err);
	arena_free(&a);
	if (rc || r->at < r->page.n)
		return rc;
	if (r->page.n == PAGE)
		return load_page(r, r->page.items[PAGE - 1].name, err);
	return note_run(r, err) ? -1 : 1;
}

static void failed(struct ceud *d, const struct err *err)
{
	store_rollback(d->store);
	log_error("Digests could not be planned: %s", err->what);
	d->jobs->digests->next = d->now + HOUR_MS;
	if (d->jobs->digests->run)
		end(d, err);
}

void digests_turn(struct ceud *d)
{
	struct digests_job *j = d->jobs->digests;
	struct err err = { 0 };
	int rc;

	if (!j->run && j->next > d->now)
		return;
	rc = !j->run && begin(d, NULL, NULL, &err) ? -1 : step(j->run, &err);
	if (rc < 0) {
		failed(d, &err);
	} else if (rc) {
		j->next = j->run->next;
		end(d, NULL);
	}
}

int digests_run(struct ceud *d, job_done *done, void *arg, struct err *err)
{
	struct digests_job *j = d->jobs->digests;

	if (j->run && j->run->done) {
		err_set(err, ERR_RULE, "job-running", "Digests are being planned already.");
		return err_next(err, "Try again in a moment: ceu admin run digests");
	}
	run_free(j->run);
	j->run = NULL;
	if (begin(d, done, arg, err))
		return -1;
	loop_wake_at(d->loop, d->now);
	return 0;
}

void digests_stop(struct ceud *d)
{
	struct err err = { 0 };

	jobs_stopping(d, &err);
	if (d->jobs->digests->run)
		end(d, &err);
}

int jobs_digest_preview(struct ceud *d, const struct team *t, struct buf *json, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct digest_facts facts;
	struct rendered mail = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct jsonw w;
	int rc = -1;

	if (!t->lead) {
		err_set(err, ERR_RULE, "no-lead", "Team %s has no lead, so nobody gets its digest.", t->name);
		err_next(err, "ceu admin team set \"%s\" --lead E-MAIL", t->name);
	} else if (!digest_facts_of(d, t, &a, &facts, err) && !render_digest(d->render, &facts, &mail, err)) {
		jsonw_begin(&w, json);
		jsonw_object(&w, NULL);
		jsonw_str(&w, "subject", buf_str(&mail.subject));
		jsonw_str(&w, "text", buf_str(&mail.text));
		jsonw_str(&w, "html", buf_str(&mail.html));
		jsonw_end_object(&w);
		rc = json->failed ? err_oom(err) : 0;
	}
	rendered_free(&mail);
	arena_free(&a);
	return rc;
}
