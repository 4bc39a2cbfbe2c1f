/* Calendars: a helper process fetches and reads each one, its proposals are merged here in slices. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/zone.h"
#include "config.h"
#include "feeds/merge.h"
#include "fetchlines.h"
#include "jobparts.h"
#include "loop.h"
#include "spawn.h"
#include "standing.h"
#include "store/ledger.h"

enum { TOTAL_MS = 60000, DEADLINE_MS = 75000, SLICE = 2500, DUE_A_TURN = 16, RUN_MAX = 100000 };

struct fetch {
	struct fetch *next;
	struct ceud *d;
	struct arena arena;		/* the calendar's strings */
	struct calendar cal;
	struct person owner;
	struct actor by;		/* of a new calendar */
	char *body; size_t body_len;	/* what ceu sent, else NULL */
	struct child *child;		/* NULL: waiting for a worker, or merging */
	int started, merging;
	struct fetch_answer answer;
	struct err err;			/* of the fetch itself; class 0 = none */
	struct known *known; size_t nknown;
	struct merge_plan plan; size_t merged;
	fetch_done *done; void *arg;
};

struct feeds_run_state {		/* admin run feeds */
	job_done *done; void *arg;
	struct buf json; struct jsonw w;
	size_t left;
};

struct feeds_job {
	struct fetch *fetches;		/* in the order they came */
	struct feeds_run_state *run;
};

static void start_waiting(struct ceud *d);
static void finish(struct fetch *f, const struct err *err);

int feeds_open(struct ceud *d, struct feeds_job **ret, struct err *err) {
	(void)d;
	*ret = calloc(1, sizeof **ret);
	return *ret ? 0 : err_oom(err);
}

static void fetch_free(struct fetch *f) {
	fetch_answer_free(&f->answer);
	merge_plan_free(&f->plan);
	arena_free(&f->arena);
	free(f->body);
	free(f);
}

void feeds_close(struct feeds_job *j) {
	struct fetch *f;

	if (!j)
		return;
	while ((f = j->fetches)) {
		j->fetches = f->next;
		if (f->child)
			child_kill(f->child);
		fetch_free(f);
	}
	if (j->run)
		buf_free(&j->run->json);
	free(j->run);
	free(j);
}

/* Whoever waits is told; what a helper was reading is read again after the next start. */
void feeds_stop(struct ceud *d) {
	struct fetch *f, *next;

	for (f = d->jobs->feeds->fetches; f; f = next) {
		next = f->next;
		if (f->started && !f->child)
			continue;		/* merging: it ends by itself */
		err_set(&f->err, ERR_UNREACHED, "stopping", "ceud is stopping.");
		err_next(&f->err, "Try again in a moment.");
		if (f->started) {
			child_kill(f->child);
			continue;
		}
		f->started = 1;
		finish(f, &f->err);
		next = d->jobs->feeds->fetches;
	}
}

int feeds_busy(const struct feeds_job *j) {
	return j->fetches != NULL;
}

static void unlink_fetch(struct fetch *f) {
	struct fetch **at = &f->d->jobs->feeds->fetches;

	while (*at && *at != f)
		at = &(*at)->next;
	if (*at)
		*at = f->next;
}

/* ---- the end of a fetch */

static void set_outcome(struct fetch *f, const char *state, const char *code, const char *text) {
	f->cal.state = state;
	f->cal.error_code = code;
	f->cal.error_text = text;
}

/* Exponential from a quarter of an hour, at most a day; what the server asks for comes first. */
static int64_t back_off(const struct fetch *f) {
	int64_t seconds = 900;

	for (int i = 1; i < f->cal.failures && seconds < 86400; i++)
		seconds *= 2;
	if (f->answer.retry_after > seconds)
		seconds = f->answer.retry_after;
	return seconds > 7 * 86400 ? 7 * 86400 : seconds > 86400 && !f->answer.retry_after ? 86400 : seconds;
}

/* Polls of many calendars do not fall on one instant: up to a tenth earlier or later, the same for a calendar. */
static int64_t jitter(const struct fetch *f, int64_t seconds) {
	int64_t spread = (int64_t)((uint64_t)f->cal.id * UINT64_C(2654435761) % 2001) - 1000;

	return seconds + seconds * spread / 10000;
}

static void note_failure(struct fetch *f) {
	f->cal.failures++;
	f->cal.last_poll = f->d->now;
	f->cal.next_poll = f->cal.url[0] ? f->d->now + jitter(f, back_off(f)) * 1000 : 0;
	if (f->answer.result == FETCH_FAILED)
		set_outcome(f, "error", f->answer.code, f->answer.text);
	else
		set_outcome(f, "error", f->err.code, f->err.what);
}

static void note_success(struct fetch *f) {
	const struct fetch_answer *a = &f->answer;
	int64_t poll = f->d->config->feeds_poll > a->refresh ? f->d->config->feeds_poll : a->refresh;

	f->cal.failures = 0;
	f->cal.last_poll = f->cal.last_good = f->d->now;
	f->cal.next_poll = f->cal.url[0] ? f->d->now + jitter(f, poll) * 1000 : 0;
	set_outcome(f, a->result == FETCH_PARTIAL ? "partial" : "ok", "", "");
	if (a->result == FETCH_NOT_MODIFIED)
		return;
	f->cal.etag = a->etag;
	f->cal.last_modified = a->last_modified;
	f->cal.body_hash = a->body_hash;
	f->cal.events = a->nevents;
}

/* Its own name, else the host it comes from. */
static int name_calendar(struct fetch *f) {
	const char *host = strstr(f->cal.shown, "://");

	host = host ? host + 3 : f->cal.shown;
	f->cal.name = f->answer.name && f->answer.name[0] ? f->answer.name : arena_strndup(&f->arena, host, strcspn(host, "/:"));
	return f->cal.name ? 0 : -1;
}

/* A new calendar is stored before its first proposals; the etag follows with the last of them. */
static int store_new(struct fetch *f, struct err *err) {
	struct store *s = f->d->store;

	if (f->cal.id)
		return 0;
	if (!f->cal.name[0] && name_calendar(f))
		return err_oom(err);
	if (store_begin(s, err) || ledger_step(s, &f->by, err) || calendar_add(s, &f->by, &f->cal, err) || store_commit(s, err)) {
		store_rollback(s);
		return -1;
	}
	return 0;
}

/* What became of the fetch. */
static int settled(struct fetch *f, struct err *err) {
	struct store *s = f->d->store;

	if (store_new(f, err) || store_begin(s, err))
		return -1;
	if (!calendar_fetched(s, &f->cal, err) && !store_commit(s, err))
		return 0;
	store_rollback(s);
	return -1;
}

static void report(struct fetch *f) {
	struct jsonw *w = &f->d->jobs->feeds->run->w;

	jsonw_object(w, NULL);
	jsonw_int(w, "id", f->cal.no);
	jsonw_str(w, "person", f->owner.email);
	jsonw_str(w, "state", f->cal.state);
	jsonw_str(w, "error", f->cal.error_text[0] ? f->cal.error_text : NULL);
	jsonw_bool(w, "fetched", f->answer.result != FETCH_NOTHING && f->answer.result != FETCH_FAILED);
	jsonw_bool(w, "not_modified", f->answer.result == FETCH_NOT_MODIFIED);
	jsonw_int(w, "new", (int64_t)f->plan.created);
	jsonw_int(w, "changed", (int64_t)f->plan.changed);
	jsonw_int(w, "gone", (int64_t)f->plan.withdrawn);
	jsonw_array(w, "skipped");
	for (size_t i = 0; i < f->answer.nskipped; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "code", f->answer.skipped[i].code);
		jsonw_str(w, "uid", f->answer.skipped[i].uid);
		jsonw_str(w, "text", f->answer.skipped[i].text);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void end_run(struct ceud *d) {
	struct feeds_run_state *r = d->jobs->feeds->run;
	struct err err = { 0 };

	d->jobs->feeds->run = NULL;
	jsonw_end_array(&r->w);
	jsonw_end_object(&r->w);
	if (r->json.failed) {
		err_oom(&err);
		r->done(r->arg, NULL, &err);
	} else {
		r->done(r->arg, &r->json, NULL);
	}
	buf_free(&r->json);
	free(r);
}

static void one_of_run(void *arg, const struct calendar *cal, const struct err *err) {
	struct fetch *f = arg;
	struct feeds_run_state *r = f->d->jobs->feeds->run;

	(void)cal;
	if (err)
		set_outcome(f, "error", err->code, err->what);
	report(f);
	if (--r->left == 0)
		end_run(f->d);
}

/* Done: tell whoever asked, make room for the next. err: the store failed, or a new calendar is not kept. */
static void finish(struct fetch *f, const struct err *err) {
	struct ceud *d = f->d;

	unlink_fetch(f);
	if (err)
		log_info("Calendar %s of %s: %s", f->cal.shown, f->owner.email, err->what);
	if (f->done)
		f->done(f->arg, &f->cal, err);
	fetch_free(f);
	start_waiting(d);
	loop_wake_at(d->loop, d->now);
}

static void finish_settled(struct fetch *f) {
	struct err err = { 0 };

	finish(f, settled(f, &err) ? &err : NULL);
}

/* A calendar that can never work is not kept when it is new. */
static void fail(struct fetch *f) {
	int hopeless = f->answer.result == FETCH_FAILED && !f->answer.retry;

	if (f->err.class == ERR_UNREACHED) {	/* stopping says nothing about the calendar */
		finish(f, &f->err);
		return;
	}
	if (!f->cal.id && (hopeless || !f->cal.url[0])) {
		if (f->answer.result == FETCH_FAILED) {
			err_set(&f->err, ERR_RULE, "calendar-unusable", "%s", f->answer.text);
			err_next(&f->err, "%s", f->answer.next[0] ? f->answer.next : "Copy the address again from your calendar.");
		}
		finish(f, &f->err);
		return;
	}
	note_failure(f);
	finish_settled(f);
}

/* ---- merging */

static void merge_slice(struct ceud *d, void *arg);

static void merge_on(struct fetch *f) {
	struct err err = { 0 };

	if (loop_after(f->d->loop, clock_monotonic(), merge_slice, f) < 0) {
		err_oom(&err);
		finish(f, &err);
	}
}

static void merge_slice(struct ceud *d, void *arg) {
	struct fetch *f = arg;
	struct merge_plan part = f->plan;
	struct err err = { 0 };

	part.actions = f->plan.actions + f->merged;
	part.n = f->plan.n - f->merged < SLICE ? f->plan.n - f->merged : SLICE;
	if (store_begin(d->store, &err) ||
	    proposal_merge(d->store, &f->cal, f->known, f->answer.events.items, &part, d->now, &err) ||
	    store_commit(d->store, &err)) {
		store_rollback(d->store);
		finish(f, &err);
		return;
	}
	f->merged += part.n;
	if (f->merged < f->plan.n) {
		merge_on(f);
		return;
	}
	note_success(f);
	finish_settled(f);
}

static void merge(struct fetch *f) {
	struct merge_context ctx = { .now = f->d->now, .absence_counts = f->answer.result == FETCH_OK };
	struct err err = { 0 };

	if (store_new(f, &err) || proposal_known(f->d->store, f->cal.id, &f->arena, &f->known, &f->nknown, &err) ||
	    merge_events(f->known, f->nknown, f->answer.events.items, f->answer.events.n, &ctx, &f->plan, &err)) {
		finish(f, &err);
		return;
	}
	if (f->plan.suspect) {
		f->cal.failures = 0;
		f->cal.last_poll = f->d->now;
		f->cal.next_poll = f->cal.url[0] ? f->d->now + jitter(f, f->d->config->feeds_poll) * 1000 : 0;
		set_outcome(f, "suspect", "suspect", f->plan.reason);
		finish_settled(f);
		return;
	}
	f->merging = 1;
	merge_slice(f->d, f);
}

/* ---- the helper process */

static void on_line(struct ceud *d, void *arg, const char *line, size_t len) {
	struct fetch *f = arg;

	(void)d;
	if (!f->err.class && fetch_line(&f->answer, line, len, &f->err))
		child_kill(f->child);
}

static void on_gone(struct ceud *d, void *arg, const char *why) {
	struct fetch *f = arg;

	(void)d;
	f->child = NULL;
	if (!f->err.class && (f->answer.result == FETCH_NOTHING || why[0])) {
		err_set(&f->err, ERR_FAILED, "worker", "Reading the calendar took more time or memory than it may (%s).",
		    why[0] ? why : "no answer");
		err_next(&f->err, "Your entries are safe. If it stays so, tell whoever publishes the calendar.");
	}
	if (f->err.class || f->answer.result == FETCH_FAILED)
		fail(f);
	else if (f->answer.result == FETCH_NOT_MODIFIED) {
		note_success(f);
		finish_settled(f);
	} else
		merge(f);
}

static void write_allow(const struct config *c, struct jsonw *w) {
	jsonw_array(w, "allow");
	for (size_t i = 0; i < c->nallow; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "cidr", c->allow[i].cidr);
		if (c->allow[i].nports) {
			jsonw_array(w, "ports");
			for (size_t j = 0; j < c->allow[i].nports; j++)
				jsonw_int(w, NULL, c->allow[i].ports[j]);
			jsonw_end_array(w);
		}
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void write_job(const struct fetch *f, struct buf *out) {
	const struct config *c = f->d->config;
	day_t today = person_today(f->d, &f->owner);
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	if (f->body)
		jsonw_int(&w, "body_bytes", (int64_t)f->body_len);
	else
		jsonw_str(&w, "url", f->cal.url);
	jsonw_str(&w, "name", f->cal.shown);
	jsonw_str(&w, "etag", f->cal.etag);
	jsonw_str(&w, "last_modified", f->cal.last_modified);
	jsonw_str(&w, "body_hash", f->cal.body_hash);
	jsonw_str(&w, "user_agent", f->cal.user_agent);
	jsonw_str(&w, "zone", zone_name(person_zone(f->d, &f->owner)));
	jsonw_day(&w, "from", date_add_months(today, -c->window_back));
	jsonw_day(&w, "to", date_add_months(today, c->window_ahead));
	jsonw_int(&w, "max_bytes", c->feeds_max_bytes);
	jsonw_int(&w, "max_events", c->feeds_max_events);
	jsonw_int(&w, "total_ms", TOTAL_MS);
	write_allow(c, &w);
	jsonw_end_object(&w);
	buf_putc(out, '\n');
}

static int start(struct fetch *f, struct err *err) {
	static const struct child_events events = { on_line, NULL, on_gone };
	const char *const argv[] = { f->d->net_program, "fetch", NULL };
	struct buf job = BUF_INIT;
	int rc = -1;

	f->started = 1;
	write_job(f, &job);
	if (job.failed) {
		err_oom(err);
	} else if (!child_start(f->d, argv, DEADLINE_MS, &events, f, &f->child, err)) {
		rc = 0;
		if (child_write(f->child, job.data, job.len) || (f->body && child_write(f->child, f->body, f->body_len)))
			child_kill(f->child);	/* gone() will tell */
		else
			child_close_input(f->child);
	}
	buf_free(&job);
	return rc;
}

static void start_waiting(struct ceud *d) {
	struct fetch *f, *next;
	int running = 0;

	for (f = d->jobs->feeds->fetches; f; f = f->next)
		running += f->child != NULL;
	for (f = d->jobs->feeds->fetches; f && running < d->config->feeds_workers; f = next) {
		next = f->next;
		if (f->started)
			continue;
		if (start(f, &f->err)) {
			fail(f);		/* calls start_waiting() again */
			return;
		}
		running++;
	}
}

/* ---- orders */

static int copy_calendar(struct fetch *f, const struct calendar *c, struct err *err) {
	const char **strings[] = { &f->cal.name, &f->cal.url, &f->cal.shown, &f->cal.category, &f->cal.competencies,
		&f->cal.user_agent, &f->cal.etag, &f->cal.last_modified, &f->cal.body_hash, &f->cal.state, &f->cal.error_code,
		&f->cal.error_text };

	f->cal = *c;
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		*strings[i] = arena_strdup(&f->arena, *strings[i] ? *strings[i] : "");
		if (!*strings[i])
			return err_oom(err);
	}
	return 0;
}

static int copy_owner(struct fetch *f, const struct person *p, struct err *err) {
	f->owner = *p;
	f->owner.email = arena_strdup(&f->arena, p->email);
	f->owner.name = arena_strdup(&f->arena, p->name);
	f->owner.zone = arena_strdup(&f->arena, p->zone ? p->zone : "");
	f->owner.login = f->owner.program = "";
	return f->owner.email && f->owner.name && f->owner.zone ? 0 : err_oom(err);
}

static int order(struct ceud *d, const struct calendar *c, const struct person *owner, fetch_done *done, void *arg,
    struct fetch **ret, struct err *err) {
	struct fetch *f = calloc(1, sizeof *f), **at = &d->jobs->feeds->fetches;

	if (!f)
		return err_oom(err);
	f->d = d;
	f->done = done;
	f->arg = arg;
	if (copy_calendar(f, c, err) || copy_owner(f, owner, err)) {
		fetch_free(f);
		return -1;
	}
	while (*at)
		at = &(*at)->next;
	*at = f;
	*ret = f;
	return 0;
}

int jobs_fetch(struct ceud *d, const struct calendar *cal, const struct person *owner, const char *actor_name,
    int64_t actor_person, const char *body, size_t len, fetch_done *done, void *arg, struct err *err) {
	struct fetch *f;

	if (order(d, cal, owner, done, arg, &f, err))
		return -1;
	f->by = (struct actor){ .person = actor_person, .name = arena_strdup(&f->arena, actor_name), .now = d->now };
	if (body) {
		f->body = malloc(len + 1);
		if (f->body)
			memcpy(f->body, body, len);
		f->body_len = len;
	}
	if (!f->by.name || (body && !f->body)) {
		unlink_fetch(f);
		fetch_free(f);
		return err_oom(err);
	}
	start_waiting(d);
	return 0;
}

static int is_ordered(const struct ceud *d, int64_t calendar) {
	for (const struct fetch *f = d->jobs->feeds->fetches; f; f = f->next)
		if (f->cal.id == calendar)
			return 1;
	return 0;
}

/* Order a fetch of each due calendar; *ret: how many. */
static int order_due(struct ceud *d, int all, fetch_done *done, size_t *ret, struct err *err) {
	struct arena a = ARENA_INIT;
	struct calendar_list due = { 0 };
	struct person p;
	struct fetch *f;
	int rc = calendar_due(d->store, d->now, all, all ? RUN_MAX : DUE_A_TURN, &a, &due, err);

	*ret = 0;
	for (size_t i = 0; i < due.n && !rc; i++) {
		if (is_ordered(d, due.items[i].id))
			continue;
		rc = person_get(d->store, due.items[i].person, &a, &p, err);
		rc = rc ? rc : order(d, &due.items[i], &p, done, NULL, &f, err);
		if (!rc) {
			f->arg = f;
			++*ret;
		}
	}
	arena_free(&a);
	return rc;
}

void feeds_turn(struct ceud *d) {
	struct err err = { 0 };
	size_t n;

	if (d->jobs->feeds->fetches)
		return;			/* the next due ones when these are through */
	if (order_due(d, 0, NULL, &n, &err))
		log_error("Calendars could not be polled: %s", err.what);
	start_waiting(d);
}

int64_t feeds_next(struct ceud *d) {
	struct err err = { 0 };
	int64_t next = 0;

	if (d->jobs->feeds->fetches || calendar_next_due(d->store, &next, &err))
		return 0;		/* woken when they are through */
	return next;
}

int feeds_run(struct ceud *d, job_done *done, void *arg, struct err *err) {
	struct feeds_run_state *r;

	if (d->jobs->feeds->run) {
		err_set(err, ERR_RULE, "job-running", "The calendars are being polled already.");
		return err_next(err, "Try again in a moment: ceu admin run feeds");
	}
	r = calloc(1, sizeof *r);
	if (!r)
		return err_oom(err);
	r->done = done;
	r->arg = arg;
	jsonw_begin(&r->w, &r->json);
	jsonw_object(&r->w, NULL);
	jsonw_array(&r->w, "calendars");
	if (order_due(d, 1, one_of_run, &r->left, err)) {
		log_error("Not all calendars could be polled: %s", err->what);
		if (!r->left) {
			free(r);
			return -1;
		}
	}
	d->jobs->feeds->run = r;
	if (!r->left)
		end_run(d);
	else
		start_waiting(d);
	return 0;
}
