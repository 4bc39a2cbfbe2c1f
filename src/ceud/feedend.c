/* The end of a fetch: its events are merged in slices, its outcome is kept with the calendar. */
#include <string.h>

#include "base/clock.h"
#include "base/zone.h"
#include "config.h"
#include "feedjob.h"
#include "loop.h"
#include "standing.h"
#include "store/ledger.h"
#include "store/outbox.h"

enum { SLICE = 2000, RETRY_MS = 15 * 60000, DAY_S = 86400 };

static void set_outcome(struct fetch *f, const char *state, const char *code, const char *text)
{
	f->cal.state = state;
	f->cal.error_code = code;
	f->cal.error_text = text;
}

/* Exponential from a quarter of an hour, at most a day; what the server asks for comes first. */
static int64_t back_off(const struct fetch *f)
{
	int64_t seconds = 900;

	for (int i = 1; i < f->cal.failures && seconds < DAY_S; i++)
		seconds *= 2;
	if (f->answer.retry_after > seconds)
		seconds = f->answer.retry_after;
	return seconds > 7 * DAY_S ? 7 * DAY_S : seconds > DAY_S && !f->answer.retry_after ? DAY_S : seconds;
}

/* Polls of many calendars do not fall on one instant: up to a tenth earlier or later, the same for a calendar. */
static int64_t jitter(const struct fetch *f, int64_t seconds)
{
	int64_t spread = (int64_t)((uint64_t)f->cal.id * UINT64_C(2654435761) % 2001) - 1000;

	return seconds + seconds * spread / 10000;
}

static void set_polls(struct fetch *f, int64_t seconds)
{
	f->cal.last_poll = f->d->now;
	f->cal.next_poll = f->cal.url[0] ? f->d->now + jitter(f, seconds) * 1000 : 0;
}

static void note_failure(struct fetch *f)
{
	f->cal.failures++;
	set_polls(f, back_off(f));
	if (f->answer.result == FETCH_FAILED)
		set_outcome(f, "error", f->answer.code, f->answer.text);
	else
		set_outcome(f, "error", f->err.code, f->err.what);
}

/* Future events that were missing and are to be missed once more before they are withdrawn. */
static size_t absent_count(const struct fetch *f)
{
	const struct merge_action *a = f->plan.actions;
	size_t n = 0;

	for (size_t i = 0; i < f->nknown; i++)
		n += f->known[i].state == PROPOSAL_WAITING && f->known[i].missing_since && f->known[i].start > f->d->now;
	for (size_t i = 0; i < f->plan.n; i++) {
		const struct known *k = a[i].known == SIZE_MAX ? NULL : &f->known[a[i].known];

		if (!k || k->state != PROPOSAL_WAITING || k->start <= f->d->now)
			continue;
		n += a[i].kind == MERGE_MISSING;
		n -= a[i].kind == MERGE_FOUND || (a[i].kind == MERGE_WITHDRAW && a[i].event == SIZE_MAX);
	}
	return n;
}

static void note_success(struct fetch *f)
{
	const struct fetch_answer *a = &f->answer;

	f->cal.failures = 0;
	f->cal.last_good = f->d->now;
	set_polls(f, f->d->config->feeds_poll > a->refresh ? f->d->config->feeds_poll : a->refresh);
	set_outcome(f, a->result == FETCH_PARTIAL ? "partial" : "ok", "", "");
	if (a->result == FETCH_NOT_MODIFIED)
		return;
	/* "Not modified" would not tell that an absent event is absent still: then the next fetch is a whole one. */
	int whole = absent_count(f) > 0;

	f->cal.etag = whole ? "" : a->etag;
	f->cal.last_modified = whole ? "" : a->last_modified;
	f->cal.body_hash = whole ? "" : a->body_hash;
	f->cal.events = a->nevents;
}

/* Its own name, else the host it comes from. */
static int name_calendar(struct fetch *f)
{
	const char *host = strstr(f->cal.shown, "://");

	host = host ? host + 3 : f->cal.shown;
	f->cal.name = f->answer.name && f->answer.name[0] ? f->answer.name : arena_strndup(&f->arena, host, strcspn(host, "/:"));
	return f->cal.name ? 0 : -1;
}

/* The same address may have been added while this one was fetched: by a retry, or in another window. */
static int check_double(struct fetch *f, struct err *err)
{
	struct calendar_list all = { 0 };

	if (!f->cal.url[0])
		return 0;
	if (calendar_of(f->d->store, f->cal.person, &f->arena, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (!strcmp(all.items[i].url, f->cal.url)) {
			err_set(err, ERR_RULE, "calendar-double", "Calendar %lld (%s) has that address already.",
			    (long long)all.items[i].no, all.items[i].name);
			return err_next(err, "ceu calendar check %lld", (long long)all.items[i].no);
		}
	return 0;
}

/* A new calendar is stored before its first proposals; the etag follows with the last of them. */
static int store_new(struct fetch *f, struct err *err)
{
	struct store *s = f->d->store;

	if (f->cal.id)
		return 0;
	if (!f->cal.name[0] && name_calendar(f))
		return err_oom(err);
	if (check_double(f, err))
		return -1;
	if (store_begin(s, err) || ledger_step(s, &f->by, err) || calendar_add(s, &f->by, &f->cal, err) || store_commit(s, err)) {
		store_rollback(s);
		return -1;
	}
	return 0;
}

/* Keep what became of the fetch. */
static int keep(struct fetch *f, struct err *err)
{
	struct store *s = f->d->store;

	if (store_new(f, err) || store_begin(s, err))
		return -1;
	if (!calendar_fetched(s, &f->cal, err) && !job_put(s, "feeds", f->d->now, 0, err) && !store_commit(s, err))
		return 0;
	store_rollback(s);
	return -1;
}

/* Where even that fails the calendar stays due: polls then wait a while, or they would come without end. */
static void settle(struct fetch *f)
{
	struct err err = { 0 };

	if (!keep(f, &err)) {
		fetch_finish(f, NULL);
		return;
	}
	if (err.class == ERR_FAILED)
		f->d->jobs->feeds->retry_at = f->d->now + RETRY_MS;
	fetch_finish(f, &err);
}

/* A calendar that can never work is not kept when it is new. */
static void fail(struct fetch *f)
{
	int hopeless = f->answer.result == FETCH_FAILED && !f->answer.retry;

	if (f->err.class == ERR_UNREACHED) {	/* stopping says nothing about the calendar */
		fetch_finish(f, &f->err);
		return;
	}
	if (!f->cal.id && (hopeless || !f->cal.url[0])) {
		if (f->answer.result == FETCH_FAILED) {
			err_set(&f->err, ERR_RULE, "calendar-unusable", "%s", f->answer.text);
			err_next(&f->err, "%s", f->answer.next[0] ? f->answer.next : "Copy the address again from your calendar.");
		}
		fetch_finish(f, &f->err);
		return;
	}
	note_failure(f);
	settle(f);
}

/* What was merged stands; the calendar is asked again after a pause. */
static void merge_failed(struct fetch *f, const struct err *err)
{
	f->err = *err;
	if (!f->cal.id || err->class != ERR_FAILED) {	/* not stored, or removed meanwhile */
		fetch_finish(f, &f->err);
		return;
	}
	note_failure(f);
	settle(f);
}

static void merge_slice(struct ceud *d, void *arg);

static void merge_on(struct fetch *f)
{
	struct err err = { 0 };

	if (loop_after(f->d->loop, clock_monotonic(), merge_slice, f) < 0) {
		err_oom(&err);
		merge_failed(f, &err);
	}
}

static void merge_slice(struct ceud *d, void *arg)
{
	struct fetch *f = arg;
	struct merge_plan part = f->plan;
	struct merge_source from = { f->answer.body_hash, d->now };
	struct err err = { 0 };

	part.actions = f->plan.actions + f->merged;
	part.n = f->plan.n - f->merged < SLICE ? f->plan.n - f->merged : SLICE;
	if (store_begin(d->store, &err) ||
	    proposal_merge(d->store, &f->cal, f->known, f->answer.events.items, &part, &from, NULL, NULL, d->now, NULL,
	    &err) ||
	    store_commit(d->store, &err)) {
		store_rollback(d->store);
		merge_failed(f, &err);
		return;
	}
	f->merged += part.n;
	if (f->merged < f->plan.n) {
		merge_on(f);
		return;
	}
	note_success(f);
	settle(f);
}

static void merge(struct fetch *f)
{
	struct merge_context ctx = { .now = f->d->now, .absence_counts = f->answer.result == FETCH_OK };
	struct err err = { 0 };

	if (store_new(f, &err) || proposal_known(f->d->store, f->cal.id, &f->arena, &f->known, &f->nknown, &err) ||
	    merge_events(f->known, f->nknown, f->answer.events.items, f->answer.events.n, &ctx, &f->plan, &err)) {
		merge_failed(f, &err);
		return;
	}
	if (f->plan.suspect) {
		f->cal.failures = 0;
		set_polls(f, f->d->config->feeds_poll);
		set_outcome(f, "suspect", "suspect", f->plan.reason);
		settle(f);
		return;
	}
	merge_on(f);
}

void fetch_ended(struct fetch *f)
{
	if (f->err.class || f->answer.result == FETCH_FAILED) {
		fail(f);
	} else if (f->answer.result == FETCH_NOT_MODIFIED) {
		note_success(f);
		settle(f);
	} else {
		merge(f);
	}
}
