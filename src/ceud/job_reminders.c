/* Reminders: rungs that are due become mails in the outbox. Reads the cycles that are due, never all people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sha.h"
#include "base/zone.h"
#include "config.h"
#include "jobparts.h"
#include "loop.h"
#include "rules/ladder.h"
#include "standing.h"
#include "store/outbox.h"

enum {
	TURN_MS = 15,			/* a slice */
	CYCLES_A_RUN = 2000,
	SPREAD_MINUTES = 60,		/* mails of a day do not all leave in the same second */
	LIFE_DAYS = 3,			/* a reminder that late is worse than none: the next rung carries the news */
	EASTMOST_HOURS = 14
};
#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)
#define AGAIN_MS INT64_C(900000)

/* A run: how many would go is counted first (for the bulk limit), then each cycle that is due is looked at. */
struct run {
	struct ceud *d;
	struct arena arena;		/* of `due` */
	struct arena *a;		/* of the slice in work */
	struct cycle_list due; size_t counted, at;
	int64_t mails;
	int64_t next;			/* when one that is due somewhere is due where its person is */
	size_t looked;
	const char *hold;		/* why its mails are held, or NULL */
	int at_once;
	job_done *done; void *arg;	/* of admin run reminders */
	struct buf json; struct jsonw w;
};

struct reminders_job { int64_t next; struct run *run; };

/* Somewhere on earth it is this day already. */
static day_t latest_today(const struct ceud *d)
{
	return zone_day(zone_utc(), d->now + EASTMOST_HOURS * HOUR_MS, NULL);
}

/* The minute of the day for this person, outside the quiet hours. */
static int send_minute(const struct config *c, const struct person *p)
{
	unsigned char digest[SHA_SIZE];
	struct sha_part part = { p->email, strlen(p->email) };
	int minute;

	sha256(&part, 1, digest);
	minute = c->reminders_at + digest[0] % SPREAD_MINUTES;
	if (minute >= 1440 || jobs_is_quiet(c, minute))
		minute = c->reminders_at;
	return jobs_is_quiet(c, minute) ? c->quiet_to : minute;
}

/* The first sending time from now on: rungs of the last three days go at weekends too. */
static int64_t send_at(const struct run *r, const struct standing *s, int rung)
{
	const struct config *c = r->d->config;
	int minute = send_minute(c, &s->person);

	if (r->at_once)
		return r->d->now;
	for (day_t day = s->today; ; day++) {
		int64_t at = zone_instant_next(s->zone, day, minute * 60);
		int now_minute;

		if (rung > 3 && !(c->reminders_days & 1u << date_weekday(day)))
			continue;
		if (at > r->d->now)
			return at;
		zone_day(s->zone, r->d->now, &now_minute);
		if (day == s->today && !jobs_is_quiet(c, now_minute))
			return r->d->now;	/* today's time has passed: now, unless it is night */
	}
}

/* The day of the next rung, which carries the news; at most three days; never much after the end. */
static int64_t expiry(const struct run *r, const struct standing *s, int rung, int64_t not_before)
{
	const struct days_before *l = &r->d->config->ladder;
	int64_t latest = zone_instant(s->zone, s->cycle.end + 2, 0), at;
	int next = -1;

	for (size_t i = 0; i < l->n; i++)
		if (l->days[i] < rung && l->days[i] > next)
			next = l->days[i];
	if (not_before + LIFE_DAYS * DAY_MS < latest)
		latest = not_before + LIFE_DAYS * DAY_MS;
	if (next < 0)
		return latest;
	at = zone_instant_next(s->zone, s->cycle.end - next, 0);
	return at < latest ? at : latest;
}

/* The mail of a rung: 1 planned, 0 known already, -1. */
static int plan_mail(const struct run *r, const struct standing *s, int rung, struct outbox_mail *m, struct err *err)
{
	char key[96];

	snprintf(key, sizeof key, "rem:%lld:%lld:%d", (long long)s->person.id, (long long)s->cycle.id, rung);
	m->dedup_key = arena_strdup(r->a, key);
	if (!m->dedup_key)
		return err_oom(err);
	m->kind = "reminder";
	m->priority = 1;
	m->person = s->person.id;
	m->rcpt = s->person.email;
	m->rcpt_name = s->person.name;
	m->subject = m->message_id = m->reason = m->enhanced = m->phase = m->server_id = "";
	m->not_before = send_at(r, s, rung);
	m->expires_at = expiry(r, s, rung, m->not_before);
	m->state = r->hold || r->d->config->mail_mode == MODE_HOLD ? OUTBOX_HELD : OUTBOX_READY;
	m->created_at = r->d->now;
	return outbox_plan(r->d->store, m, err);
}

static void report(struct run *r, const struct standing *s, const struct rung_decision *dec, int64_t mail,
    const char *because)
{
	struct jsonw *w = &r->w;

	if (!r->done)
		return;
	jsonw_object(w, NULL);
	jsonw_str(w, "person", s->person.email);
	jsonw_int(w, "rung", dec->days);
	if (mail)
		jsonw_int(w, "mail", mail);
	else
		jsonw_null(w, "mail");
	jsonw_str(w, "outcome", rung_outcome_name(dec->outcome));
	jsonw_str(w, "because", because);
	jsonw_end_object(w);
}

static const char *reason_of(const struct run *r, const struct standing *s, enum rung_outcome o)
{
	switch (o) {
	case RUNG_MAILED:
		return r->hold ? r->hold : r->d->config->mail_mode == MODE_HOLD ? "held: mail mode is hold" : "units are missing";
	case RUNG_SUPERSEDED:
		return "a rung nearer to the end is due as well";
	case RUNG_BEFORE_ENROLMENT:
		return "its day had passed when the person joined";
	case RUNG_NOT_NEEDED:
		return cycle_state_name(s->verdict.state);
	}
	return "";
}

static int take_rung(struct run *r, const struct standing *s, const struct rung_decision *dec, struct err *err)
{
	struct rung row = { .person = s->person.id, .cycle = s->cycle.id, .days = dec->days, .outcome = dec->outcome,
		.at = r->d->now, .because = reason_of(r, s, dec->outcome) };
	struct outbox_mail m = { 0 };

	if (dec->outcome == RUNG_MAILED && plan_mail(r, s, dec->days, &m, err) < 0)
		return -1;
	row.mail = m.id;
	if (rung_take(r->d->store, &row, err) < 0)
		return -1;
	report(r, s, dec, m.id, row.because);
	return 0;
}

static size_t decide(const struct ceud *d, const struct standing *s, const int *taken, size_t ntaken,
    struct rung_decision out[LADDER_RUNGS_MAX])
{
	struct ladder_facts f = { .rungs = d->config->ladder.days, .nrungs = d->config->ladder.n, .taken = taken,
		.ntaken = ntaken, .end = s->cycle.end, .enrolled = s->cycle.enrolled_on, .today = s->today,
		.state = s->verdict.state };

	return ladder_decide(&f, out);
}

static day_t due_day(const struct cycle_row *c)
{
	return c->next_rung == DAY_NONE || (c->next_check != DAY_NONE && c->next_check < c->next_rung) ? c->next_check : c->next_rung;
}

static void look_later(struct run *r, int64_t at)
{
	if (at < r->next)
		r->next = at;
}

/* Somewhere it is that day already: is it where the person is? A midnight that comes twice begins the day at its second coming. */
static int is_due(struct run *r, const struct cycle_row *c, const struct person *p)
{
	const struct zone *z = person_zone(r->d, p);
	day_t day = due_day(c);
	int64_t at;

	if (day <= zone_day(z, r->d->now, NULL))
		return 1;
	at = zone_instant(z, day, 0);
	look_later(r, at > r->d->now ? at : r->d->now + AGAIN_MS);
	return 0;
}

static int take_rungs(struct run *r, const struct standing *s, struct err *err)
{
	struct rung_decision decisions[LADDER_RUNGS_MAX];
	int taken[LADDER_RUNGS_MAX];
	size_t ntaken = 0, n;

	if (rung_taken(r->d->store, s->cycle.id, taken, &ntaken, err))
		return -1;
	n = decide(r->d, s, taken, ntaken, decisions);
	for (size_t i = 0; i < n; i++)
		if (take_rung(r, s, &decisions[i], err))
			return -1;
	return 0;
}

/* One cycle that is due: evaluate it again (it may have moved since the run began), take its rungs, keep what was found. */
static int look_at(struct run *r, const struct cycle_row *c, struct err *err)
{
	struct cycle_row now;
	struct person p;
	struct standing s;
	int found, rc;

	if (person_get(r->d->store, c->person, r->a, &p, err))
		return -1;
	if (!is_due(r, c, &p))
		return 0;
	r->looked++;
	found = cycle_current(r->d->store, p.id, r->a, &now, err);
	if (found < 0 || standing_of_cycle(r->d, &p, found && now.id == c->id ? &now : c, r->a, &s, err))
		return -1;
	rc = take_rungs(r, &s, err) || standing_keep_loaded(r->d, &s, err) ? -1 : 0;
	standing_free(&s);
	return rc;
}

/* Would this one mail now, by what is kept of it? */
static int count_one(struct run *r, const struct cycle_row *c, struct err *err)
{
	struct rung_decision decisions[LADDER_RUNGS_MAX];
	int taken[LADDER_RUNGS_MAX];
	struct standing s = { .cycle = *c };
	size_t ntaken = 0, n;

	s.verdict.state = c->state;
	if (person_get(r->d->store, c->person, r->a, &s.person, err) ||
	    rung_taken(r->d->store, c->id, taken, &ntaken, err))
		return -1;
	s.today = person_today(r->d, &s.person);
	n = decide(r->d, &s, taken, ntaken, decisions);
	for (size_t i = 0; i < n; i++)
		r->mails += decisions[i].outcome == RUNG_MAILED;
	return 0;
}

/* Whether there are people enough for so many mails; how many there are beyond that is not asked. */
static int check_bulk_limit(struct run *r, struct err *err)
{
	const struct config *c = r->d->config;
	int64_t people = 0;

	if (r->hold || r->mails <= c->bulk_count)
		return 0;
	if (c->bulk_percent &&
	    person_count_to(r->d->store, r->mails * 100 / c->bulk_percent + 1, &people, err))
		return -1;
	if (r->mails * 100 > people * c->bulk_percent)
		r->hold = "held: more mails than the bulk limit allows";
	return 0;
}

static int count_slice(struct run *r, struct err *err)
{
	int64_t start = clock_monotonic();

	for (; r->counted < r->due.n && clock_monotonic() - start < TURN_MS; r->counted++)
		if (count_one(r, &r->due.items[r->counted], err))
			return -1;
	return r->counted < r->due.n ? 0 : check_bulk_limit(r, err);
}

static int plan_slice(struct run *r, struct err *err)
{
	int64_t start = clock_monotonic();

	if (store_begin(r->d->store, err))
		return -1;
	for (; r->at < r->due.n && clock_monotonic() - start < TURN_MS; r->at++) {
		if (!look_at(r, &r->due.items[r->at], err))
			continue;
		if (!strncmp(err->code, "store-", 6) || !strcmp(err->code, "out-of-memory"))
			return -1;
		/* One person's trouble keeps nobody else's mail back. */
		log_error("No reminder could be planned for cycle %lld: %s", (long long)r->due.items[r->at].id, err->what);
		look_later(r, r->d->now + HOUR_MS);
	}
	return store_commit(r->d->store, err);
}

static int note_run(struct ceud *d, struct err *err)
{
	return store_begin(d->store, err) || job_put(d->store, "reminders", d->now, 0, err) ||
	    store_touch(d->store, d->now, err) || store_commit(d->store, err) ? -1 : 0;
}

/* When the next day begins on which something is due: in the east first. What is due there and not yet where its person is
 * comes at its own time, and the day after is not to be missed meanwhile. */
static int find_next(struct run *r, int64_t *ret, struct err *err)
{
	day_t day, today = latest_today(r->d);

	if (cycle_next_due(r->d->store, &day, err))
		return -1;
	if (r->due.n == CYCLES_A_RUN && r->looked)
		look_later(r, r->d->now);
	if (day != DAY_NONE)
		look_later(r, zone_instant(zone_utc(), day > today ? day : today + 1, 0) - EASTMOST_HOURS * HOUR_MS);
	*ret = r->next;
	return 0;
}

/* ---- runs */

int reminders_open(struct reminders_job **ret, struct err *err)
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

void reminders_close(struct reminders_job *j)
{
	if (!j)
		return;
	run_free(j->run);
	free(j);
}

int reminders_busy(const struct reminders_job *j)
{
	return j->run != NULL;
}

int64_t reminders_next(const struct ceud *d)
{
	return d->jobs->reminders->next;
}

void reminders_sooner(struct ceud *d, int64_t instant)
{
	if (d->jobs->reminders->next > instant)
		d->jobs->reminders->next = instant;
}

static int begin(struct ceud *d, job_done *done, void *arg, struct err *err)
{
	struct run *r = calloc(1, sizeof *r);
	int64_t last, next;

	if (!r)
		return err_oom(err);
	if (cycle_due(d->store, latest_today(d), CYCLES_A_RUN, &r->arena, &r->due, err) ||
	    job_get(d->store, "reminders", &last, &next, err)) {
		run_free(r);
		return -1;
	}
	r->d = d;
	r->at_once = done != NULL;
	r->next = d->now + DAY_MS;
	r->hold = jobs_clock_jumped(d, last) ? "held: the clock was set" : NULL;
	r->done = done;
	r->arg = arg;
	jsonw_begin(&r->w, &r->json);
	jsonw_object(&r->w, NULL);
	jsonw_array(&r->w, "planned");
	d->jobs->reminders->run = r;
	return 0;
}

/* Forgotten first: done() may order the next. */
static void end(struct ceud *d, const struct err *why)
{
	struct run *r = d->jobs->reminders->run;
	struct err oom = { 0 };

	d->jobs->reminders->run = NULL;
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

static int step(struct run *r, struct err *err)
{
	struct arena a = ARENA_INIT;
	int rc;

	r->a = &a;
	rc = r->counted < r->due.n ? count_slice(r, err) : plan_slice(r, err);
	arena_free(&a);
	return rc;
}

/* A run that failed is tried again in an hour; what it had committed stands. */
static void failed(struct ceud *d, const struct err *err)
{
	store_rollback(d->store);
	log_error("Reminders could not be planned: %s", err->what);
	d->jobs->reminders->next = d->now + HOUR_MS;
	if (d->jobs->reminders->run)
		end(d, err);
}

void reminders_turn(struct ceud *d)
{
	struct reminders_job *j = d->jobs->reminders;
	struct err err = { 0 };

	if (!j->run && j->next > d->now)
		return;
	if ((!j->run && begin(d, NULL, NULL, &err)) || step(j->run, &err)) {
		failed(d, &err);
		return;
	}
	if (j->run->counted < j->run->due.n || j->run->at < j->run->due.n)
		return;
	if (note_run(d, &err) || find_next(j->run, &j->next, &err))
		failed(d, &err);
	else
		end(d, NULL);
}

/* The run of the moment, if there is one, is left: this one begins with what that one would do next. */
int reminders_run(struct ceud *d, job_done *done, void *arg, struct err *err)
{
	struct reminders_job *j = d->jobs->reminders;

	if (j->run && j->run->done) {
		err_set(err, ERR_RULE, "job-running", "Reminders are being planned already.");
		return err_next(err, "Try again in a moment: ceu admin run reminders");
	}
	run_free(j->run);
	j->run = NULL;
	if (begin(d, done, arg, err))
		return -1;
	loop_wake_at(d->loop, d->now);
	return 0;
}

void reminders_stop(struct ceud *d)
{
	struct err err = { 0 };

	jobs_stopping(d, &err);
	if (d->jobs->reminders->run)
		end(d, &err);
}
