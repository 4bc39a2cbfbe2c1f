/* The scheduler: what is due now, and when to look again. */
#include "jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/json.h"
#include "base/log.h"
#include "jobparts.h"
#include "loop.h"
#include "store/outbox.h"
#include "store/store.h"

enum { MINUTE_MS = 60000, RETRY_MS = 60 * MINUTE_MS, LATEST_MS = 15 * MINUTE_MS };

struct forward { int64_t to; job_done *done; void *arg; };

int jobs_open(struct ceud *d, struct jobs **ret, struct err *err) {
	struct jobs *j = calloc(1, sizeof *j);
	int64_t doubts = 0;

	if (!j)
		return err_oom(err);
	if (store_begin(d->store, err) || outbox_recover(d->store, d->now, &doubts, err) || store_commit(d->store, err)) {
		store_rollback(d->store);
		free(j);
		return -1;
	}
	if (doubts)
		log_warning("%lld mails were being sent when ceud stopped; each goes once more, or waits as unknown.",
		    (long long)doubts);
	if (feeds_open(d, &j->feeds, err) || mail_open(d, &j->mail, err)) {
		jobs_close(j);
		return -1;
	}
	*ret = j;
	return 0;
}

void jobs_close(struct jobs *j) {
	if (!j)
		return;
	feeds_close(j->feeds);
	mail_close(j->mail);
	free(j->forward);
	free(j);
}

/* A job that failed is tried again in an hour; what it had committed stands. */
static void plan_failed(struct ceud *d, const char *name, const struct err *err, int64_t *next) {
	store_rollback(d->store);
	log_error("The job %s failed: %s", name, err->what);
	*next = d->now + RETRY_MS;
}

static void turn_reminders(struct ceud *d) {
	struct jobs *j = d->jobs;
	struct err err = { 0 };

	if (j->reminders_next > d->now)
		return;
	if (reminders_plan(d, 0, NULL, &err) || reminders_next(d, &j->reminders_next, &err))
		plan_failed(d, "reminders", &err, &j->reminders_next);
}

static void turn_digests(struct ceud *d) {
	struct jobs *j = d->jobs;
	struct err err = { 0 };

	if (j->digests_next > d->now)
		return;
	if (digests_plan(d, 0, NULL, &err) || digests_next(d, &j->digests_next, &err))
		plan_failed(d, "digests", &err, &j->digests_next);
}

static int64_t sooner(int64_t a, int64_t b) {
	return !a || (b && b < a) ? b : a;
}

/* What is due next, for the rehearsal clock: real instants only. */
static int64_t next_due(struct ceud *d) {
	int64_t next = sooner(d->jobs->reminders_next, d->jobs->digests_next);

	return sooner(next, mail_next(d));
}

/* A restart goes on from there. */
static int record_clock(struct ceud *d, struct err *err) {
	if (store_begin(d->store, err))
		return -1;
	if (!store_touch(d->store, clock_now(), err) && !store_commit(d->store, err))
		return 0;
	store_rollback(d->store);
	return -1;
}

static void end_forward(struct ceud *d) {
	struct forward f = *d->jobs->forward;
	struct buf json = BUF_INIT;
	struct err err = { 0 };
	struct jsonw w;

	free(d->jobs->forward);
	d->jobs->forward = NULL;
	if (record_clock(d, &err)) {
		f.done(f.arg, NULL, &err);
		return;
	}
	jsonw_begin(&w, &json);
	jsonw_object(&w, NULL);
	jsonw_instant(&w, "now", clock_now());
	jsonw_bool(&w, "rehearsal", 1);
	jsonw_end_object(&w);
	f.done(f.arg, &json, NULL);
	buf_free(&json);
}

/* Mails of an instant go out before the clock moves on; feeds are polled once, at the end. */
static void step_forward(struct ceud *d) {
	struct forward *f = d->jobs->forward;
	int64_t next;

	if (mail_busy(d->jobs->mail) || feeds_busy(d->jobs->feeds))
		return;
	next = next_due(d);
	if (d->now >= f->to) {
		end_forward(d);
		return;
	}
	clock_rehearse(!next || next > f->to ? f->to : next > d->now ? next : d->now + 1);
	ceud_tick(d);
}

static int64_t next_wake(struct ceud *d) {
	int64_t next = sooner(next_due(d), feeds_next(d));

	if (d->jobs->forward)
		return mail_busy(d->jobs->mail) || feeds_busy(d->jobs->feeds) ? d->now + 20 : d->now;
	/* A team or a person may have come since: looked at again every quarter of an hour at the latest. */
	if (d->jobs->digests_next > d->now + LATEST_MS)
		d->jobs->digests_next = d->now + LATEST_MS;
	return sooner(next, d->now + LATEST_MS);
}

void jobs_turn(struct ceud *d) {
	struct jobs *j = d->jobs;

	if (j->stopping)
		return;
	turn_reminders(d);
	turn_digests(d);
	mail_turn(d);
	if (!j->forward || d->now >= j->forward->to)
		feeds_turn(d);
	if (j->forward)
		step_forward(d);
	loop_wake_at(d->loop, next_wake(d));
}

int jobs_drain(struct ceud *d) {
	if (!d->jobs->stopping) {
		d->jobs->stopping = 1;
		feeds_stop(d);
		mail_stop(d);
	}
	return !mail_busy(d->jobs->mail) && !feeds_busy(d->jobs->feeds);
}

int jobs_forward(struct ceud *d, int64_t instant, job_done *done, void *arg, struct err *err) {
	struct forward *f;

	if (d->jobs->forward)
		return err_set(err, ERR_RULE, "job-running", "The clock is on its way already.");
	f = malloc(sizeof *f);
	if (!f)
		return err_oom(err);
	f->to = instant;
	f->done = done;
	f->arg = arg;
	d->jobs->forward = f;
	d->jobs->reminders_next = d->jobs->digests_next = 0;
	loop_wake_at(d->loop, d->now);
	return 0;
}

/* The two planners answer at once. */
static int run_plan(struct ceud *d, const char *member,
    int (*plan)(struct ceud *, int, struct jsonw *, struct err *), job_done *done, void *arg, struct err *err) {
	struct buf json = BUF_INIT;
	struct jsonw w;
	int rc;

	jsonw_begin(&w, &json);
	jsonw_object(&w, NULL);
	jsonw_array(&w, member);
	rc = plan(d, 1, &w, err);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	if (!rc && json.failed)
		rc = err_oom(err);
	if (!rc)
		done(arg, &json, NULL);
	else
		store_rollback(d->store);
	buf_free(&json);
	loop_wake_at(d->loop, d->now);
	return rc;
}

int jobs_run(struct ceud *d, const char *name, job_done *done, void *arg, struct err *err) {
	if (!strcmp(name, "feeds"))
		return feeds_run(d, done, arg, err);
	if (!strcmp(name, "reminders"))
		return run_plan(d, "planned", reminders_plan, done, arg, err);
	if (!strcmp(name, "digests"))
		return run_plan(d, "digests", digests_plan, done, arg, err);
	if (!strcmp(name, "mail"))
		return mail_run(d, done, arg, err);
	err_set(err, ERR_ABSENT, "no-job", "There is no job \"%s\".\nJobs: feeds, reminders, digests, mail", name);
	return err_next(err, "For instance: ceu admin run mail");
}

int jobs_mail_test(struct ceud *d, const char *to, job_done *done, void *arg, struct err *err) {
	return mail_test(d, to, done, arg, err);
}

static void report_job(struct ceud *d, struct jsonw *w, const char *name, int64_t next) {
	struct err err = { 0 };
	int64_t last = 0, planned = 0;

	jsonw_object(w, NULL);
	jsonw_str(w, "name", name);
	if (!job_get(d->store, name, &last, &planned, &err) && last)
		jsonw_instant(w, "last", last);
	else
		jsonw_null(w, "last");
	if (next > 0)
		jsonw_instant(w, "next", next);
	else
		jsonw_null(w, "next");
	jsonw_end_object(w);
}

static void report_breaker(struct jsonw *w, const struct channel *c) {
	jsonw_object(w, "breaker");
	jsonw_str(w, "state", c->state);
	if (c->until)
		jsonw_instant(w, "until", c->until);
	else
		jsonw_null(w, "until");
	jsonw_str(w, "reason", c->reason);
	jsonw_int(w, "faults", c->faults);
	jsonw_end_object(w);
}

int jobs_report(struct ceud *d, struct jsonw *w, struct err *err) {
	struct arena a = ARENA_INIT;
	struct channel c;
	int rc = channel_get(d->store, &a, &c, err);

	if (!rc) {
		report_breaker(w, &c);
		jsonw_array(w, "jobs");
		report_job(d, w, "feeds", feeds_next(d));
		report_job(d, w, "reminders", d->jobs->reminders_next);
		report_job(d, w, "digests", d->jobs->digests_next);
		report_job(d, w, "mail", mail_next(d));
		jsonw_end_array(w);
	}
	arena_free(&a);
	return rc;
}
