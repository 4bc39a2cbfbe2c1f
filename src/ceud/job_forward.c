/* The rehearsal clock on its way: from one due instant to the next, each worked off before the clock moves on. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "jobparts.h"
#include "loop.h"
#include "store/store.h"

struct forward { int64_t to; job_done *done; void *arg; };

int jobs_forward(struct ceud *d, int64_t instant, job_done *done, void *arg, struct err *err)
{
	struct forward *f;

	if (jobs_stopping(d, err))
		return -1;
	if (d->jobs->forward) {
		err_set(err, ERR_RULE, "job-running", "The clock is on its way already.");
		return err_next(err, "Where it is: ceu admin clock");
	}
	f = malloc(sizeof *f);
	if (!f)
		return err_oom(err);
	*f = (struct forward){ instant, done, arg };
	d->jobs->forward = f;
	reminders_sooner(d, d->now);
	digests_sooner(d, d->now);
	loop_wake_at(d->loop, d->now);
	return 0;
}

int forward_polls(const struct ceud *d)
{
	return !d->jobs->forward || d->now >= d->jobs->forward->to;
}

/* A restart goes on from there. */
static int record_clock(struct ceud *d, struct err *err)
{
	if (store_begin(d->store, err))
		return -1;
	if (!store_touch(d->store, clock_now(), err) && !store_commit(d->store, err))
		return 0;
	store_rollback(d->store);
	return -1;
}

static void end(struct ceud *d, const struct err *why)
{
	struct forward f = *d->jobs->forward;
	struct buf json = BUF_INIT;
	struct jsonw w;

	free(d->jobs->forward);
	d->jobs->forward = NULL;
	jsonw_begin(&w, &json);
	jsonw_object(&w, NULL);
	jsonw_instant(&w, "now", clock_now());
	jsonw_bool(&w, "rehearsal", 1);
	jsonw_end_object(&w);
	f.done(f.arg, why ? NULL : &json, why);
	buf_free(&json);
}

void forward_turn(struct ceud *d, int busy, int64_t next_due)
{
	int64_t to = d->jobs->forward->to;
	struct err err = { 0 };

	if (busy)
		return;
	if (d->now >= to) {
		end(d, record_clock(d, &err) ? &err : NULL);
		return;
	}
	clock_rehearse(!next_due || next_due > to ? to : next_due > d->now ? next_due : d->now + 1);
	ceud_tick(d);
}

void forward_stop(struct ceud *d)
{
	struct err err = { 0 };

	if (!d->jobs->forward)
		return;
	jobs_stopping(d, &err);
	end(d, &err);
}
