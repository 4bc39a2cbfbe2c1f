/* The scheduler: what is due now, and when to look again. */
#include "jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "config.h"
#include "jobparts.h"
#include "loop.h"
#include "mailpassword.h"
#include "mailplan.h"
#include "packetjob.h"
#include "progjob.h"
#include "rematch.h"
#include "ruletest.h"
#include "store/outbox.h"
#include "store/store.h"
#include "teamwalk.h"

enum { MINUTE_MS = 60000, LATEST_MS = 15 * MINUTE_MS, CHANGE_MS = 2000, FORWARD_POLL_MS = 20 };
#define JUMP_BACK_MS (60 * INT64_C(60000))
#define JUMP_MS (35 * INT64_C(86400000))

static int recover(struct ceud *d, struct err *err)
{
	int64_t doubts = 0;

	if (store_begin(d->store, err) || outbox_recover(d->store, d->now, &doubts, err) || store_commit(d->store, err)) {
		store_rollback(d->store);
		return -1;
	}
	if (doubts)
		log_warning("%lld mails were being sent when ceud stopped; each goes once more, or waits as unknown.",
		    (long long)doubts);
	return 0;
}

int jobs_open(struct ceud *d, struct jobs **ret, struct err *err)
{
	struct jobs *j = calloc(1, sizeof *j);

	if (!j)
		return err_oom(err);
	if (recover(d, err) || feeds_open(d, &j->feeds, err) || mail_open(d, &j->mail, err) ||
	    reminders_open(&j->reminders, err) || digests_open(&j->digests, err) || keeper_open(&j->keeper, err) ||
	    programs_job_open(d, &j->programs, err) || packets_open(&j->packets, err) ||
	    rematch_open(d, &j->rematch, err) || ruletests_open(&j->ruletests, err) ||
	    teamwalks_open(&j->walks, err) || mailplans_open(&j->mailplans, err)) {
		jobs_close(j);
		return -1;
	}
	*ret = j;
	return 0;
}

void jobs_close(struct jobs *j)
{
	if (!j)
		return;
	feeds_close(j->feeds);
	mail_close(j->mail);
	reminders_close(j->reminders);
	digests_close(j->digests);
	keeper_close(j->keeper);
	programs_job_close(j->programs);
	packets_close(j->packets);
	rematch_close(j->rematch);
	ruletests_close(j->ruletests);
	teamwalks_close(j->walks);
	mailplans_close(j->mailplans);
	free(j->forward);
	free(j);
}

int jobs_stopping(const struct ceud *d, struct err *err)
{
	if (!d->jobs->stopping)
		return 0;
	err_set(err, ERR_UNREACHED, "stopping", "ceud is stopping.");
	return err_next(err, "Try again in a moment.");
}

int jobs_clock_jumped(const struct ceud *d, int64_t last)
{
	return !clock_is_rehearsal() && last && (d->now < last - JUMP_BACK_MS || d->now > last + JUMP_MS);
}

int jobs_is_quiet(const struct config *c, int minute)
{
	if (c->quiet_from <= c->quiet_to)
		return minute >= c->quiet_from && minute < c->quiet_to;
	return minute >= c->quiet_from || minute < c->quiet_to;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* What happens at an instant of its own, for the rehearsal clock. */
static int64_t next_due(struct ceud *d)
{
	return sooner(sooner(reminders_next(d), digests_next(d)), mail_next(d));
}

/* The next slice of what is in hand comes with the next turn. */
static int has_slices(const struct ceud *d)
{
	const struct jobs *j = d->jobs;

	return reminders_busy(j->reminders) || digests_busy(j->digests) || keeper_busy(j->keeper) ||
	    programs_job_busy(j->programs) || rematch_busy(d) || ruletests_busy(j->ruletests) || teamwalks_busy(j->walks) ||
	    mailplans_busy(j->mailplans);
}

static int is_busy(const struct jobs *j)
{
	return mail_busy(j->mail) || feeds_busy(j->feeds) || j->tests != NULL || j->asks != NULL;
}

static int64_t next_wake(struct ceud *d)
{
	struct jobs *j = d->jobs;
	int64_t next;

	if (has_slices(d))
		return d->now;
	if (j->forward)
		return is_busy(j) ? d->now + FORWARD_POLL_MS : d->now;
	next = sooner(sooner(next_due(d), feeds_next(d)), keeper_next(d));
	next = sooner(next, rematch_next(d));
	return sooner(next, d->now + LATEST_MS);
}

void jobs_turn(struct ceud *d)
{
	struct jobs *j = d->jobs;

	if (j->stopping)
		return;
	keeper_turn(d);
	programs_job_turn(d);
	rematch_turn(d);
	ruletests_turn(d);
	teamwalks_turn(d);
	mailplans_turn(d);
	reminders_turn(d);
	digests_turn(d);
	mail_turn(d);
	feeds_turn(d, forward_polls(d));
	if (j->forward)
		forward_turn(d, has_slices(d) || is_busy(j), next_due(d));
	loop_wake_at(d->loop, next_wake(d));
}

void jobs_changed(struct ceud *d)
{
	reminders_sooner(d, d->now + CHANGE_MS);
	digests_sooner(d, d->now + CHANGE_MS);
	loop_wake_at(d->loop, d->now);
}

void jobs_reloaded(struct ceud *d)
{
	keeper_again(d);
	mail_reloaded(d);
	jobs_changed(d);
}

/* What can be finished in a moment is; whoever waits for the rest is told. */
int jobs_drain(struct ceud *d)
{
	struct jobs *j = d->jobs;

	if (!j->stopping) {
		j->stopping = 1;
		forward_stop(d);
		reminders_stop(d);
		digests_stop(d);
		feeds_stop(d);
		programs_job_stop(d);
		ruletests_stop(d);
		teamwalks_stop(d);
		mailplans_stop(d);
		packets_stop(d);
		mail_password_stop(d);
		mail_tests_stop(d);
		mail_stop(d);
	}
	return !is_busy(j) && !packets_busy(j->packets);
}

int jobs_run(struct ceud *d, const char *name, job_done *done, void *arg, struct err *err)
{
	static const struct {
		const char *name;
		int (*run)(struct ceud *d, job_done *done, void *arg, struct err *err);
	} jobs[] = { { "feeds", feeds_run }, { "reminders", reminders_run }, { "digests", digests_run }, { "mail", mail_run } };

	if (jobs_stopping(d, err))
		return -1;
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
		if (!strcmp(name, jobs[i].name))
			return jobs[i].run(d, done, arg, err);
	err_set(err, ERR_ABSENT, "no-job", "There is no job \"%s\".\nJobs: feeds, reminders, digests, mail", name);
	return err_next(err, "For instance: ceu admin run mail");
}

int jobs_mail_test(struct ceud *d, const char *to, job_done *done, void *arg, struct err *err)
{
	return jobs_stopping(d, err) ? -1 : mail_test(d, to, done, arg, err);
}

static int report_job(struct ceud *d, struct jsonw *w, const char *name, int64_t next, struct err *err)
{
	int64_t last = 0, planned = 0;

	if (job_get(d->store, name, &last, &planned, err))
		return -1;
	jsonw_object(w, NULL);
	jsonw_str(w, "name", name);
	jsonw_maybe_instant(w, "last", last);
	jsonw_maybe_instant(w, "next", next);
	jsonw_end_object(w);
	return 0;
}

static void report_breaker(struct jsonw *w, const struct channel *c)
{
	jsonw_object(w, "breaker");
	jsonw_str(w, "state", c->state);
	jsonw_maybe_instant(w, "until", c->until);
	jsonw_str(w, "reason", c->reason);
	jsonw_int(w, "faults", c->faults);
	jsonw_end_object(w);
}

int jobs_report(struct ceud *d, struct jsonw *w, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct channel c;
	int rc = channel_get(d->store, &a, &c, err);

	if (!rc) {
		report_breaker(w, &c);
		jsonw_array(w, "jobs");
		rc = report_job(d, w, "feeds", feeds_next(d), err) || report_job(d, w, "reminders", reminders_next(d), err) ||
		    report_job(d, w, "digests", digests_next(d), err) || report_job(d, w, "mail", mail_next(d), err) ? -1 : 0;
		jsonw_end_array(w);
	}
	arena_free(&a);
	return rc;
}

void jobs_problems(struct ceud *d, struct jsonw *w)
{
	reminders_problem(d, w);
	keeper_problems(d, w);
}
