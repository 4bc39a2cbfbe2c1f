/* The helper process of a fetch, and a body that serves several calendars. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/zone.h"
#include "config.h"
#include "feedjob.h"
#include "feedstore.h"
#include "loop.h"
#include "spawn.h"
#include "spool.h"
#include "standing.h"

enum {
	TOTAL_MS = 60000,
	DEADLINE_MS = 75000,
	OCCURRENCES_MAX = 10000
};

/* ---- what it says */

/* Not even their number is trusted. */
static int is_too_many(const struct fetch *f)
{
	return f->answer.events.n > (size_t)f->d->config->feeds_max_events + OCCURRENCES_MAX;
}

static void on_line(struct ceud *d, void *arg, const char *line, size_t len)
{
	struct fetch *f = arg;

	(void)d;
	if (f->err.class)
		return;
	if (!fetch_line(&f->answer, line, len, &f->err) && is_too_many(f))
		err_set(&f->err, ERR_FAILED, "helper-line", "The calendar reader answered more events than it may.");
	if (f->err.class)
		child_kill(f->child);
	else if (f->answer.result == FETCH_OK || f->answer.result == FETCH_PARTIAL)
		fetch_complete(f);
}

/* ---- one body for several calendars */

static int has_body(const struct fetch *leader)
{
	return leader->answer.result != FETCH_FAILED && leader->answer.http != 304;
}

/* The window moves with the days: once a week a calendar is read whole, though its file did not change. */
static int is_new_week(const struct fetch *f)
{
	const struct zone *z = zone_utc();
	day_t good = zone_day(z, f->cal.last_good, NULL), today = zone_day(z, f->d->now, NULL);

	return today - date_weekday(today) != good - date_weekday(good);
}

static int has_read_it(const struct fetch *f, const char *hash)
{
	return f->cal.body_hash[0] && !strcmp(f->cal.body_hash, hash) && !is_new_week(f);
}

/*
 * What the leader's fetch says to another of its calendars.  A body is read once more for each person, as zones, windows and
 * whose answers to invitations count differ; it is compared here, so that an unchanged one needs no helper.
 */
static int share(struct fetch *leader, struct fetch *f, struct err *err)
{
	f->leader = NULL;
	if (leader->err.class) {
		f->err = leader->err;
		f->answered = 1;
		return 0;
	}
	if (fetch_renew(f, err) || fetch_answer_copy(&f->answer, &leader->answer, err))
		return -1;
	if (has_body(leader) && !has_read_it(f, leader->answer.body_hash)) {
		fetch_answer_free(&f->answer);
		f->spooled = 1;
		f->source = leader->source;
		f->source->refs++;
		return 0;
	}
	f->answered = 1;
	f->answer.kept = f->answer.parsed = 0;
	if (f->answer.result != FETCH_FAILED)
		f->answer.result = FETCH_NOT_MODIFIED;
	return 0;
}

static struct fetch *next_sharer(const struct fetch *leader)
{
	struct fetch *f = leader->d->jobs->feeds->fetches;

	while (f && f->leader != leader)
		f = f->next;
	return f;
}

static void share_out(struct fetch *leader)
{
	struct fetch *f;
	struct err err = { 0 };

	if (!leader->err.class && leader->source && next_sharer(leader) &&
	    fetch_answer_copy(&leader->source->said, &leader->answer, &err))
		leader->err = err;
	while ((f = next_sharer(leader)))
		if (share(leader, f, &f->err))
			f->answered = 1;
}

static void on_gone(struct ceud *d, void *arg, const char *why)
{
	struct fetch *f = arg;

	d->jobs->feeds->running--;
	f->child = NULL;
	if (f->host && !f->spooled)
		feeds_rest_host(d->jobs->feeds, f->host);
	if (!f->err.class && (f->answer.result == FETCH_NOTHING || why[0])) {
		err_set(&f->err, ERR_FAILED, "worker", "Reading the calendar took more time or memory than it may (%s).",
		    why[0] ? why : "no answer");
		err_next(&f->err, "Your entries are safe. If it stays so, tell whoever publishes the calendar.");
	}
	share_out(f);
	fetch_ended(f);
}

/* ---- the job */

static void write_allow(const struct config *c, struct jsonw *w)
{
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

/* "Not modified" must hold for all whom the fetch serves. */
static int asks_whole(const struct fetch *f)
{
	if (is_new_week(f))
		return 1;
	for (const struct fetch *s = f->d->jobs->feeds->fetches; s; s = s->next)
		if (s->leader == f && (is_new_week(s) || strcmp(s->cal.etag, f->cal.etag) ||
		    strcmp(s->cal.last_modified, f->cal.last_modified)))
			return 1;
	return 0;
}

static void write_origin(const struct fetch *f, struct jsonw *w)
{
	int whole = asks_whole(f);

	if (f->body)
		jsonw_int(w, "body_bytes", (int64_t)f->body_len);
	else
		jsonw_str(w, "url", f->cal.url);
	jsonw_bool(w, "spooled", f->spooled);
	jsonw_str(w, "login", f->spooled ? "" : f->cal.login);
	jsonw_str(w, "name", f->cal.shown);
	jsonw_str(w, "etag", whole ? "" : f->cal.etag);
	jsonw_str(w, "last_modified", whole ? "" : f->cal.last_modified);
	jsonw_str(w, "body_hash", is_new_week(f) ? "" : f->cal.body_hash);
	jsonw_str(w, "user_agent", f->cal.user_agent);
}

static void write_job(const struct fetch *f, struct buf *out)
{
	const struct config *c = f->d->config;
	day_t today = person_today(f->d, &f->owner);
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	write_origin(f, &w);
	jsonw_bool(&w, "spool", 1);
	jsonw_bool(&w, "keep", 1);
	jsonw_str(&w, "owner", f->owner.email);
	jsonw_str(&w, "zone", zone_name(person_zone(f->d, &f->owner)));
	jsonw_day(&w, "from", date_add_months(today, -c->window_back));
	jsonw_day(&w, "to", date_add_months(today, c->window_ahead));
	jsonw_int(&w, "max_bytes", c->feeds_max_bytes);
	jsonw_int(&w, "max_wire_bytes", c->feeds_max_bytes / 2);
	jsonw_int(&w, "max_events", c->feeds_max_events);
	jsonw_int(&w, "total_ms", TOTAL_MS);
	write_allow(c, &w);
	jsonw_end_object(&w);
	buf_putc(out, '\n');
}

/* ---- starting */

void feed_source_drop(struct feed_source *s)
{
	if (!s || --s->refs)
		return;
	fetch_answer_free(&s->said);
	close(s->fd);
	free(s);
}

static int open_files(struct fetch *f, struct err *err)
{
	if (!f->source) {
		f->source = calloc(1, sizeof *f->source);
		if (!f->source)
			return err_oom(err);
		f->source->refs = 1;
		f->source->fd = feedstore_spool(f->d->state_dir, err);
		if (f->source->fd < 0) {
			free(f->source);
			f->source = NULL;
			return -1;
		}
	}
	return feedstore_begin(f->d->state_dir, &f->copy, err);
}

static int start_helper(struct fetch *f, const struct buf *job, struct err *err)
{
	static const struct child_events events = { on_line, NULL, on_gone };
	const char *const argv[] = { f->d->net_program, "fetch", NULL };
	const int files[] = { f->source->fd, f->copy->fd };

	if (job->failed)
		return err_oom(err);
	if (child_start_with(f->d, argv, files, 2, DEADLINE_MS, &events, f, &f->child, err))
		return -1;
	f->d->jobs->feeds->running++;
	if (child_write(f->child, job->data, job->len) || (f->body && child_write(f->child, f->body, f->body_len)))
		child_kill(f->child);	/* gone() will tell */
	else
		child_close_input(f->child);
	return 0;
}

/* It does not begin: the next of those that it was to serve takes its place. */
static void hand_over(struct fetch *leader)
{
	struct fetch *next = next_sharer(leader), *f;

	if (!next)
		return;
	next->leader = NULL;
	while ((f = next_sharer(leader)))
		f->leader = next;
}

int fetch_start(struct fetch *f)
{
	struct buf job = BUF_INIT;
	int rc = -1;

	f->started = 1;
	if (!fetch_renew(f, &f->err) && !open_files(f, &f->err)) {
		write_job(f, &job);
		rc = start_helper(f, &job, &f->err);
		if (job.data)
			explicit_bzero(job.data, job.len);	/* it may hold a login */
	}
	buf_free(&job);
	if (rc)
		hand_over(f);
	return rc;
}
