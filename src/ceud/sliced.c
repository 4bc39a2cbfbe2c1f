/* Jobs in slices: begun when their time comes or at once, one slice a turn of the loop, answered when they are through. */
#include "sliced.h"

#include <stdlib.h>

#include "base/log.h"
#include "jobparts.h"
#include "loop.h"
#include "store/outbox.h"
#include "store/store.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS INT64_C(86400000)

static void run_free(const struct sliced_kind *kind, struct sliced *s)
{
	if (!s)
		return;
	kind->release(s);
	buf_free(&s->json);
	free(s);
}

static int begin(struct ceud *d, struct sliced_job *j, job_done *done, void *arg, struct err *err)
{
	struct sliced *s = calloc(1, j->kind->size);

	if (!s)
		return err_oom(err);
	*s = (struct sliced){ .d = d, .started = d->now, .next = d->now + DAY_MS, .at_once = done != NULL,
		.done = done, .arg = arg, .json = BUF_INIT };
	jsonw_begin(&s->w, &s->json);
	jsonw_object(&s->w, NULL);
	jsonw_array(&s->w, j->kind->list);
	if (job_get(d->store, j->kind->name, &s->last, &s->planned, err)) {
		run_free(j->kind, s);
		return -1;
	}
	s->hold = jobs_clock_jumped(d, s->last) ? "held: the clock was set" : NULL;
	if (j->kind->begin(s, err)) {
		run_free(j->kind, s);
		return -1;
	}
	j->run = s;
	j->next = INT64_MAX;
	return 0;
}

/* Forgotten first: done() may order the next. */
static void end(struct sliced_job *j, const struct err *why)
{
	struct sliced *s = j->run;
	struct err oom = { 0 };

	j->run = NULL;
	jsonw_end_array(&s->w);
	jsonw_end_object(&s->w);
	if (!why && s->json.failed) {
		err_oom(&oom);
		why = &oom;
	}
	if (s->done)
		s->done(s->arg, why ? NULL : &s->json, why);
	run_free(j->kind, s);
}

/* A run that failed is tried again in an hour; what it had committed stands. */
static void failed(struct ceud *d, struct sliced_job *j, const struct err *err)
{
	store_rollback(d->store);
	log_error("%s: %s", j->kind->failing, err->what);
	j->next = d->now + HOUR_MS;	/* what made it sooner may be what fails */
	if (j->run)
		end(j, err);
}

void sliced_turn(struct ceud *d, struct sliced_job *j)
{
	struct arena a = ARENA_INIT;
	struct err err = { 0 };
	int rc = 0;

	if (!j->run && j->next > d->now)
		return;
	if (!j->run)
		rc = begin(d, j, NULL, NULL, &err);
	if (!rc)
		rc = j->kind->slice(j->run, &a, &err);
	arena_free(&a);
	if (rc < 0) {
		failed(d, j, &err);
	} else if (rc) {
		sliced_sooner(j, j->run->next);
		end(j, NULL);
	}
}

int64_t sliced_next(const struct ceud *d, const struct sliced_job *j)
{
	return j->run ? d->now : j->next;
}

int sliced_busy(const struct sliced_job *j)
{
	return j->run != NULL;
}

void sliced_sooner(struct sliced_job *j, int64_t instant)
{
	if (j->next > instant)
		j->next = instant;
}

/* The run of the moment, if there is one, is left: this one begins with what that one would do next. */
int sliced_run(struct ceud *d, struct sliced_job *j, job_done *done, void *arg, struct err *err)
{
	if (j->run && j->run->done) {
		err_set(err, ERR_RULE, "job-running", "The job \"%s\" is running already.", j->kind->name);
		return err_next(err, "Try again in a moment: ceu admin run %s", j->kind->name);
	}
	run_free(j->kind, j->run);
	j->run = NULL;
	if (begin(d, j, done, arg, err))
		return -1;
	loop_wake_at(d->loop, d->now);
	return 0;
}

void sliced_stop(struct ceud *d, struct sliced_job *j)
{
	struct err err = { 0 };

	jobs_stopping(d, &err);
	if (j->run)
		end(j, &err);
}

void sliced_close(struct sliced_job *j)
{
	run_free(j->kind, j->run);
	j->run = NULL;
}
