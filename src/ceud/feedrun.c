/* admin run feeds: all calendars now, a few at a time. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "config.h"
#include "feedjob.h"
#include "feedstate.h"

enum {
	CALENDARS_MAX = 100000,
	RUN_MS = 500000			/* then no more are begun: the run answers within ten minutes */
};

void feeds_run_free(struct feeds_run *r)
{
	if (!r)
		return;
	buf_free(&r->json);
	arena_free(&r->arena);
	free(r);
}

static void report_skipped(struct jsonw *w, const struct fetch_answer *a)
{
	jsonw_array(w, "skipped");
	for (size_t i = 0; i < a->nskipped; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "code", a->skipped[i].code);
		jsonw_str(w, "uid", a->skipped[i].uid);
		jsonw_str(w, "text", a->skipped[i].text);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void report(struct fetch *f, const struct err *err)
{
	struct jsonw *w = &f->d->jobs->feeds->run->w;
	struct calendar c = f->cal;

	feedstate_shown(&c, f->d->now, 1);
	if (err) {
		c.state = "error";
		c.error_text = err->what;
	}
	jsonw_object(w, NULL);
	jsonw_int(w, "id", c.no);
	jsonw_str(w, "person", f->owner.email);
	jsonw_str(w, "state", c.state);
	jsonw_str(w, "error", c.error_text[0] && !feedstate_left_out(&c) ? c.error_text : NULL);
	jsonw_bool(w, "fetched", f->answer.result != FETCH_NOTHING && f->answer.result != FETCH_FAILED);
	jsonw_bool(w, "not_modified", f->answer.result == FETCH_NOT_MODIFIED);
	jsonw_bool(w, "parsed", f->answer.parsed);
	jsonw_int(w, "new", (int64_t)f->plan.created);
	jsonw_int(w, "changed", (int64_t)f->plan.changed);
	jsonw_int(w, "gone", (int64_t)f->plan.withdrawn);
	report_skipped(w, &f->answer);
	jsonw_end_object(w);
}

static void one_of_run(void *arg, const struct calendar *cal, const struct err *err)
{
	struct fetch *f = arg;

	(void)cal;
	report(f, err);
	f->d->jobs->feeds->run->left--;
}

void feeds_run_check(struct ceud *d)
{
	struct feeds_run *r = d->jobs->feeds->run;
	struct err err = { 0 };

	if (!r || r->left || !(r->at == r->due.n || d->jobs->stopping || clock_monotonic() > r->until))
		return;
	d->jobs->feeds->run = NULL;
	jsonw_end_array(&r->w);
	jsonw_end_object(&r->w);
	if (r->json.failed)
		err_oom(&err);
	r->done(r->arg, r->json.failed ? NULL : &r->json, r->json.failed ? &err : NULL);
	feeds_run_free(r);
}

/* One that cannot be ordered is left to its next poll. */
static struct fetch *order_one(struct ceud *d, struct feeds_run *r, struct fetch *leader)
{
	const struct calendar *c = &r->due.items[r->at++];
	struct err err = { 0 };
	struct fetch *f;

	if (feeds_order(d, c, leader, one_of_run, &f, &err)) {
		log_error("Calendar %s could not be polled: %s", c->shown, err.what);
		return NULL;
	}
	r->left++;
	return f;
}

/* The next and those that its fetch serves too, which are its neighbours. */
static void order_group(struct ceud *d, struct feeds_run *r)
{
	const struct calendar *first = &r->due.items[r->at];
	struct fetch *leader = order_one(d, r, NULL);

	for (int n = 0; leader && n < FEED_SHARERS_MAX && r->at < r->due.n && feeds_same_source(&r->due.items[r->at], first); n++)
		order_one(d, r, leader);
}

void feeds_run_on(struct ceud *d)
{
	struct feeds_run *r = d->jobs->feeds->run;

	if (!r)
		return;
	while (!d->jobs->stopping && r->at < r->due.n && r->left < (size_t)d->config->feeds_workers &&
	    clock_monotonic() <= r->until)
		order_group(d, r);
	feeds_run_check(d);
}

static int by_source(const void *a, const void *b)
{
	const struct calendar *c = a, *e = b;
	int order = strcmp(c->url, e->url);

	order = order ? order : strcmp(c->login, e->login);
	order = order ? order : strcmp(c->user_agent, e->user_agent);
	return order ? order : (c->id > e->id) - (c->id < e->id);
}

int feeds_run(struct ceud *d, job_done *done, void *arg, struct err *err)
{
	struct feeds_run *r;

	if (d->jobs->feeds->run) {
		err_set(err, ERR_RULE, "job-running", "The calendars are being polled already.");
		return err_next(err, "Try again in a moment: ceu admin run feeds");
	}
	r = calloc(1, sizeof *r);
	if (!r)
		return err_oom(err);
	if (calendar_due(d->store, d->now, 1, CALENDARS_MAX, &r->arena, &r->due, err)) {
		feeds_run_free(r);
		return -1;
	}
	if (r->due.n)
		qsort(r->due.items, r->due.n, sizeof *r->due.items, by_source);
	r->done = done;
	r->arg = arg;
	r->until = clock_monotonic() + RUN_MS;
	jsonw_begin(&r->w, &r->json);
	jsonw_object(&r->w, NULL);
	jsonw_array(&r->w, "calendars");
	d->jobs->feeds->run = r;
	feeds_run_on(d);
	feeds_start_waiting(d);
	return 0;
}
