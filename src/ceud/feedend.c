/* The end of a fetch: its events are merged in slices, its outcome is kept with the calendar. */
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/zone.h"
#include "config.h"
#include "feedjob.h"
#include "feedstate.h"
#include "feedstore.h"
#include "guessing.h"
#include "loop.h"
#include "standing.h"
#include "store/ledger.h"
#include "store/outbox.h"

enum { SLICE = 500, SLICE_MAX = 3000, TURN_MS = 25, RETRY_MS = 15 * 60000, LEFT_OUT_TOLD = 2 };

/* What the next look needs: of a body that served several, what came with it. */
static const struct fetch_answer *said(const struct fetch *f)
{
	return f->spooled ? &f->source->said : &f->answer;
}

/* What happened, and what to do next, as one text. */
static const char *in_full(struct fetch *f, const char *text, const char *next)
{
	struct buf full = BUF_INIT;
	const char *ret = NULL;

	buf_printf(&full, "%s%s%s", text, next[0] ? " " : "", next);
	if (!full.failed)
		ret = arena_strdup(&f->arena, buf_str(&full));
	buf_free(&full);
	return ret ? ret : text;
}

static void note_failure(struct fetch *f)
{
	struct feed_failure failure = { .now = f->d->now, .retry_after = f->answer.retry_after, .asked = f->done && !f->of_run };
	int was_paused = f->cal.paused;

	if (f->answer.result == FETCH_FAILED) {
		failure.code = f->answer.code;
		failure.text = in_full(f, f->answer.text, f->answer.next);
	} else {
		failure.code = f->err.code;
		failure.text = f->err.what;
	}
	feedstate_failed(&f->cal, &failure);
	if (f->cal.paused && !was_paused)
		log_info("Calendar %s of %s failed for 14 days: it is not polled any more.", f->cal.shown, f->owner.email);
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

/* An address that moved for good is asked at its new place from now on. Not where that would send a login to another server,
 * or give up encryption. */
static void follow_move(struct fetch *f)
{
	const char *to = said(f)->moved_to;
	struct buf shown = BUF_INIT;
	const char *text;

	if (!to[0] || !f->cal.url[0] || !strcmp(to, f->cal.url) || !calendar_may_move(&f->cal, to))
		return;
	args_shown_url(to, &shown);
	text = shown.failed ? NULL : arena_strdup(&f->arena, buf_str(&shown));
	buf_free(&shown);
	if (!text)
		return;			/* it is followed again, step by step */
	log_info("Calendar %s of %s moved for good to %s", f->cal.shown, f->owner.email, text);
	f->cal.url = to;
	f->cal.shown = text;
}

/* What its owner is told of a calendar that was not read in full. */
static const char *left_out(struct fetch *f)
{
	const struct fetch_answer *a = &f->answer;
	struct buf text = BUF_INIT;
	const char *ret = NULL;
	size_t n = 0;

	for (size_t i = 0; i < a->nskipped; i++) {
		if (!strcmp(a->skipped[i].code, "not-event") || n++ >= LEFT_OUT_TOLD)
			continue;
		buf_printf(&text, "%s%s", text.len ? " " : "", a->skipped[i].text);
	}
	if (n > LEFT_OUT_TOLD)
		buf_printf(&text, " %zu more %s left out.", n - LEFT_OUT_TOLD, n - LEFT_OUT_TOLD == 1 ? "is" : "are");
	if (!text.failed)
		ret = arena_strdup(&f->arena, buf_str(&text));
	buf_free(&text);
	return ret ? ret : "";
}

static void note_success(struct fetch *f)
{
	const struct fetch_answer *a = &f->answer, *m = said(f);
	struct feed_good good = { .now = f->d->now, .poll = f->d->config->feeds_poll, .refresh = a->refresh,
		.partial = a->result == FETCH_PARTIAL, .not_modified = a->result == FETCH_NOT_MODIFIED,
		.left_out = left_out(f) };

	feedstate_good(&f->cal, &good);
	follow_move(f);
	if (good.not_modified && m->http == 304)
		return;
	/* "Not modified" would not tell that an absent event is absent still: then the next fetch is a whole one. */
	int whole = absent_count(f) > 0;

	f->cal.etag = whole ? "" : m->etag;
	f->cal.last_modified = whole ? "" : m->last_modified;
	if (good.not_modified)
		return;
	f->cal.body_hash = whole ? "" : a->body_hash;
	f->cal.events = a->nevents;
	f->cal.producer = a->producer;
	if (f->plan.unstable && !f->cal.unstable)
		log_info("Calendar %s of %s gives new identifiers to the same events.", f->cal.shown, f->owner.email);
	f->cal.unstable |= f->plan.unstable;
}

/* Only a copy: without it there is less to look up later. */
static void keep_body(struct fetch *f)
{
	struct err err = { 0 };

	if (f->answer.kept && f->copy && feedstore_keep(f->d->state_dir, f->cal.id, f->d->now, f->copy, &err))
		log_warning("The body of calendar %s of %s is not kept: %s", f->cal.shown, f->owner.email, err.what);
}

/* Without its port; the colons of an IPv6 address stand in brackets. */
static size_t host_len(const char *host)
{
	return *host == '[' ? strcspn(host, "]/") + 1 : strcspn(host, "/:");
}

/* Its own name, else the host it comes from. */
static int name_calendar(struct fetch *f)
{
	const char *host = strstr(f->cal.shown, "://");

	if (f->answer.name && f->answer.name[0])
		f->cal.name = f->answer.name;
	else if (f->cal.url[0] && host)
		f->cal.name = arena_strndup(&f->arena, host + 3, host_len(host + 3));
	else
		f->cal.name = f->cal.shown;	/* a file */
	return f->cal.name ? 0 : -1;
}

/* Is it the address of this fetch, or the one it moved to? */
static int is_same_place(const struct fetch *f, const char *url)
{
	const char *to = said(f)->moved_to;

	return !strcmp(url, f->cal.url) || (to && !strcmp(url, to) && calendar_may_move(&f->cal, to));
}

/* The same address may have been added while this one was fetched: by a retry, in another window, or by its new name. */
static int check_double(struct fetch *f, struct err *err)
{
	struct calendar_list all = { 0 };

	if (!f->cal.url[0])
		return 0;
	if (calendar_of(f->d->store, f->cal.person, &f->arena, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (all.items[i].url[0] && is_same_place(f, all.items[i].url)) {
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
		if (f->merged)
			standing_refresh(f->d, &f->owner);	/* what came may be what a reminder is about */
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
	if ((!f->cal.id && hopeless) || !f->cal.url[0]) {	/* what a file's calendar had stays as it is */
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
static void merge_failed(struct fetch *f)
{
	f->err = f->merge_err;
	if (!f->cal.id || f->err.class != ERR_FAILED) {	/* not stored, or removed meanwhile */
		fetch_finish(f, &f->err);
		return;
	}
	note_failure(f);
	settle(f);
}

static void conclude(struct fetch *f)
{
	if (!f->merge_err.class)
		f->merge_err = f->err;		/* the helper ended badly after all */
	if (f->merge_err.class) {
		merge_failed(f);
		return;
	}
	if (f->plan.suspect) {
		feedstate_suspect(&f->cal, f->d->now, f->d->config->feeds_poll, f->plan.reason);
	} else {
		note_success(f);
		keep_body(f);
	}
	settle(f);
}

/* The helper may be making the copy still: then the rest waits for its end. */
static void merge_through(struct fetch *f)
{
	f->through = 1;
	if (!f->child)
		conclude(f);
}

static void merge_slice(struct ceud *d, void *arg);

static void merge_on(struct fetch *f)
{
	if (loop_after(f->d->loop, clock_monotonic(), merge_slice, f) < 0) {
		err_oom(&f->merge_err);
		merge_through(f);
	}
}

/* As many at once as others may wait for; the commit takes as long for a few. */
static void adapt_slice(struct fetch *f, int64_t ms)
{
	size_t n = ms > 0 ? f->slice * TURN_MS / (size_t)ms : SLICE_MAX;

	f->slice = n < SLICE ? SLICE : n > SLICE_MAX ? SLICE_MAX : n;
}

static int merge_part(struct fetch *f, const struct merge_plan *part, struct err *err)
{
	const struct merge_source from = { .body_hash = f->answer.body_hash, .fetched_at = f->d->now };
	struct store *s = f->d->store;
	struct guessing *guessing = NULL;
	int64_t start = clock_monotonic();
	int rc = store_begin(s, err) || guessing_open(f->d, &f->owner, f->cal.id, &guessing, err) ||
	    proposal_merge(s, &f->cal, f->known, f->answer.events.items, part, &from, guessing_proposal, guessing, f->d->now,
	    NULL, err) ? -1 : 0;

	adapt_slice(f, clock_monotonic() - start);
	guessing_close(guessing);
	if (rc == 0 && !store_commit(s, err))
		return 0;
	store_rollback(s);
	return -1;
}

static void merge_slice(struct ceud *d, void *arg)
{
	struct fetch *f = arg;
	struct merge_plan part = f->plan;

	(void)d;
	part.actions = f->plan.actions + f->merged;
	part.n = f->plan.n - f->merged < f->slice ? f->plan.n - f->merged : f->slice;
	if (part.n && merge_part(f, &part, &f->merge_err)) {
		merge_through(f);
		return;
	}
	f->merged += part.n;
	if (f->merged < f->plan.n)
		merge_on(f);
	else
		merge_through(f);
}

static int by_start(const void *one, const void *other)
{
	const struct event *a = one, *b = other;
	int order = (a->start > b->start) - (a->start < b->start);

	if (!order)
		order = strcmp(a->uid, b->uid);
	return order ? order : strcmp(a->rid, b->rid);
}

/* Until when an event is to be in the fetch: some days less than it looks ahead, as zones and midnight lie between. */
static int64_t expected_until(const struct fetch *f)
{
	day_t last = date_add_months(person_today(f->d, &f->owner), f->d->config->window_ahead);

	return zone_instant(zone_utc(), last - 3, 0);
}

static void merge(struct fetch *f)
{
	struct fetch_answer *a = &f->answer;
	struct merge_context ctx = { .now = f->d->now, .until = expected_until(f), .absence_counts = a->result == FETCH_OK, .cancels = a->cancels,
		.new_producer = f->cal.producer[0] && a->producer[0] && strcmp(f->cal.producer, a->producer),
		.accepted = f->cal.accepted, .unstable = f->cal.unstable };
	struct err *err = &f->merge_err;

	f->merging = 1;
	f->slice = SLICE;
	/* New ones are numbered in this order: the numbers that people see follow the days. */
	if (a->events.n)
		qsort(a->events.items, a->events.n, sizeof *a->events.items, by_start);
	if (store_new(f, err) || proposal_known(f->d->store, f->cal.id, &f->arena, &f->known, &f->nknown, err) ||
	    merge_events(f->known, f->nknown, a->events.items, a->events.n, &ctx, &f->plan, err) || f->plan.suspect)
		merge_through(f);
	else
		merge_on(f);
}

void fetch_complete(struct fetch *f)
{
	merge(f);
}

void fetch_ended(struct fetch *f)
{
	if (f->merging) {
		if (f->through)
			conclude(f);
	} else if (f->err.class || f->answer.result == FETCH_FAILED) {
		fail(f);
	} else if (f->answer.result == FETCH_NOT_MODIFIED) {
		note_success(f);
		settle(f);
	} else {
		merge(f);
	}
}
