/* Calendars: orders to fetch them, and whose turn it is. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "config.h"
#include "feedjob.h"
#include "loop.h"
#include "spawn.h"
#include "spool.h"

enum {
	ORDERS_MAX = 16,		/* of those that are due; the next ones when some of these are through */
	ORDERS_A_HOST = 2,		/* of them: a host that is slow leaves room for others */
	LOOK = 64, LOOK_MAX = 65536,	/* at so many that are due, to find some of other hosts */
	TOGETHER_MS = 600000,		/* due so soon is due enough to be served by the same fetch */
	HOST_REST_MS = 2000,		/* between two polls of a host */
	RETRY_MS = 60000
};

int feeds_open(struct ceud *d, struct feeds_job **ret, struct err *err)
{
	(void)d;
	*ret = calloc(1, sizeof **ret);
	return *ret ? 0 : err_oom(err);
}

static void fetch_free(struct fetch *f)
{
	fetch_answer_free(&f->answer);
	merge_plan_free(&f->plan);
	feed_source_drop(f->source);
	spool_close(f->copy);
	arena_free(&f->arena);
	free(f->body);
	free(f);
}

void feeds_close(struct feeds_job *j)
{
	struct fetch *f;

	if (!j)
		return;
	while ((f = j->fetches)) {
		j->fetches = f->next;
		if (f->child)
			child_kill(f->child);
		fetch_free(f);
	}
	feeds_run_free(j->run);
	free(j->hosts);
	free(j);
}

int feeds_busy(const struct feeds_job *j)
{
	return j->fetches != NULL || j->run != NULL;
}

/* ---- the end */

static void unlink_fetch(struct fetch *f)
{
	struct fetch **at = &f->d->jobs->feeds->fetches;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
}

void fetch_finish(struct fetch *f, const struct err *err)
{
	struct ceud *d = f->d;

	unlink_fetch(f);
	if (err)
		log_info("Calendar %s of %s: %s", f->cal.shown, f->owner.email, err->what);
	if (f->done)
		f->done(f->arg, &f->cal, err);
	fetch_free(f);
	feeds_run_check(d);
	feeds_start_waiting(d);
	loop_wake_at(d->loop, d->now);
}

/* Whoever waits is told; what a helper was reading is read again after the next start. */
void feeds_stop(struct ceud *d)
{
	struct fetch *f, *next;

	for (f = d->jobs->feeds->fetches; f; f = next) {
		next = f->next;
		if (f->merging || (f->started && !f->child))
			continue;		/* it ends by itself */
		err_set(&f->err, ERR_UNREACHED, "stopping", "ceud is stopping.");
		err_next(&f->err, "Try again in a moment.");
		if (f->child)
			child_kill(f->child);
		else
			fetch_finish(f, &f->err);
	}
	feeds_run_check(d);
}

/* ---- hosts: one poll of each at a time, with a rest in between */

/* The host of an address, whatever its port, in some order of letters; 0 = it has none. */
static uint64_t host_of(const char *url)
{
	const char *host = strstr(url, "://"), *end;
	uint64_t hash = UINT64_C(14695981039346656037);

	if (!host)
		return 0;
	host += 3;
	end = host + (*host == '[' ? strcspn(host, "]/?#") : strcspn(host, ":/?#"));
	for (; host < end; host++)
		hash = (hash ^ (unsigned char)tolower((unsigned char)*host)) * UINT64_C(1099511628211);
	return hash ? hash : 1;
}

void feeds_rest_host(struct feeds_job *j, uint64_t host)
{
	int64_t now = clock_monotonic();
	size_t kept = 0;

	for (size_t i = 0; i < j->nhosts; i++)
		if (j->hosts[i].until > now && j->hosts[i].host != host)
			j->hosts[kept++] = j->hosts[i];
	j->nhosts = kept;
	if (kept == j->hosts_cap) {
		size_t cap = kept ? 2 * kept : 16;
		struct feed_host *more = reallocarray(j->hosts, cap, sizeof *more);

		if (!more) {
			log_error("Out of memory: a host of calendars gets no rest.");
			return;
		}
		j->hosts = more;
		j->hosts_cap = cap;
	}
	j->hosts[j->nhosts++] = (struct feed_host){ host, now + HOST_REST_MS };
}

/* When its host may be polled: 0 now, a time, or INT64_MAX after another fetch is through. Whoever waits for an answer, an owner,
 * an admin or the rehearsal clock, does not wait for other people's calendars too. */
static int64_t host_ready(const struct ceud *d, const struct fetch *f)
{
	const struct feeds_job *j = d->jobs->feeds;

	if (!f->host || f->spooled || f->done || d->jobs->forward)
		return 0;
	for (const struct fetch *other = j->fetches; other; other = other->next)
		if (other->child && other->host == f->host && !other->spooled)
			return INT64_MAX;
	for (size_t i = 0; i < j->nhosts; i++)
		if (j->hosts[i].host == f->host && j->hosts[i].until > clock_monotonic())
			return j->hosts[i].until;
	return 0;
}

/* ---- whose turn it is */

static int is_in_hand(const struct feeds_job *j, int64_t calendar)
{
	for (const struct fetch *f = j->fetches; f; f = f->next)
		if (f->started && f->cal.id == calendar)
			return 1;
	return 0;
}

/* Of a calendar one at a time. */
static int is_waiting(const struct feeds_job *j, const struct fetch *f)
{
	return !f->started && !f->leader && !f->answered && !(f->cal.id && is_in_hand(j, f->cal.id));
}

/* The first that may begin, people's own before polls; or NULL, and when a host will have had its rest (INT64_MAX never). */
static struct fetch *find_waiting(const struct ceud *d, int64_t *ready)
{
	const struct feeds_job *j = d->jobs->feeds;

	*ready = INT64_MAX;
	if (j->running >= (size_t)d->config->feeds_workers || d->jobs->stopping)
		return NULL;
	for (int polls = 0; polls < 2; polls++)
		for (struct fetch *f = j->fetches; f; f = f->next) {
			int is_poll = !f->done || f->of_run;
			int64_t at = is_poll == polls && is_waiting(j, f) ? host_ready(d, f) : INT64_MAX;

			if (!at)
				return f;
			if (at < *ready)
				*ready = at;
		}
	return NULL;
}

static void host_is_rested(struct ceud *d, void *arg)
{
	(void)arg;
	d->jobs->feeds->timer = 0;
	feeds_start_waiting(d);
}

static struct fetch *next_answered(const struct feeds_job *j)
{
	struct fetch *f = j->fetches;

	while (f && (!f->answered || f->started || (f->cal.id && is_in_hand(j, f->cal.id))))
		f = f->next;
	return f;
}

/* Answers that are there without a helper: one a turn, as each is a transaction. */
static void end_answered(struct ceud *d, void *arg)
{
	struct feeds_job *j = d->jobs->feeds;
	struct fetch *f = next_answered(j);

	(void)arg;
	j->ending = 0;
	if (!f)
		return;
	f->started = 1;
	fetch_ended(f);
	feeds_start_waiting(d);
}

static void set_timers(struct ceud *d, int64_t ready)
{
	struct feeds_job *j = d->jobs->feeds;

	if (ready != INT64_MAX && !j->timer)
		j->timer = loop_after(d->loop, ready, host_is_rested, NULL);
	if (!j->ending && next_answered(j))
		j->ending = loop_after(d->loop, clock_monotonic(), end_answered, NULL);
	if (j->timer >= 0 && j->ending >= 0)
		return;
	log_error("Out of memory: calendars wait for the next turn.");
	j->timer = j->timer < 0 ? 0 : j->timer;
	j->ending = j->ending < 0 ? 0 : j->ending;
}

/* A fetch that cannot begin ends here and may call this again: then the outer call goes on. */
void feeds_start_waiting(struct ceud *d)
{
	struct feeds_job *j = d->jobs->feeds;
	struct fetch *f;
	int64_t ready;

	if (j->starting)
		return;
	j->starting = 1;
	while ((f = find_waiting(d, &ready)))
		if (fetch_start(f))
			fetch_ended(f);
	j->starting = 0;
	set_timers(d, ready);
}

/* ---- orders */

static int copy_texts(struct arena *a, const char **texts[], size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		*texts[i] = arena_strdup(a, *texts[i] ? *texts[i] : "");
		if (!*texts[i])
			return err_oom(err);
	}
	return 0;
}

static int copy_calendar(struct fetch *f, const struct calendar *c, struct err *err)
{
	const char **texts[] = { &f->cal.name, &f->cal.url, &f->cal.shown, &f->cal.category, &f->cal.competencies,
		&f->cal.user_agent, &f->cal.login, &f->cal.etag, &f->cal.last_modified, &f->cal.body_hash, &f->cal.state,
		&f->cal.error_code, &f->cal.error_text, &f->cal.producer };

	f->cal = *c;
	f->host = f->body ? 0 : host_of(f->cal.url ? f->cal.url : "");
	return copy_texts(&f->arena, texts, sizeof texts / sizeof *texts, err);
}

static int copy_owner(struct fetch *f, const struct person *p, struct err *err)
{
	const char **texts[] = { &f->owner.email, &f->owner.name, &f->owner.zone, &f->owner.login, &f->owner.program };

	f->owner = *p;
	return copy_texts(&f->arena, texts, sizeof texts / sizeof *texts, err);
}

int fetch_renew(struct fetch *f, struct err *err)
{
	struct calendar now;

	if (!f->cal.id)
		return 0;
	if (calendar_by_id(f->d->store, f->cal.id, &f->arena, &now, err))
		return -1;
	if (!now.removed)
		return copy_calendar(f, &now, err);
	err_set(err, ERR_ABSENT, "no-calendar", "Calendar %lld was removed.", (long long)now.no);
	return err_next(err, "ceu calendar list");
}

static int order(struct ceud *d, const struct calendar *c, const struct person *owner, fetch_done *done, void *arg,
    struct fetch **ret, struct err *err)
{
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
    int64_t actor_person, const char *body, size_t len, fetch_done *done, void *arg, struct err *err)
{
	struct fetch *f;

	if (jobs_stopping(d, err) || order(d, cal, owner, done, arg, &f, err))
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
	feeds_start_waiting(d);
	return 0;
}

int feeds_same_source(const struct calendar *a, const struct calendar *b)
{
	return !strcmp(a->url, b->url) && !strcmp(a->login, b->login) && !strcmp(a->user_agent, b->user_agent);
}

int feeds_order(struct ceud *d, const struct calendar *c, struct fetch *leader, fetch_done *done, struct fetch **ret,
    struct err *err)
{
	struct arena a = ARENA_INIT;
	struct person owner;
	struct fetch *f;
	int rc = person_get(d->store, c->person, &a, &owner, err) || order(d, c, &owner, done, NULL, &f, err) ? -1 : 0;

	if (!rc) {
		f->arg = f;
		f->of_run = done != NULL;
		f->leader = leader;
		*ret = f;
	}
	arena_free(&a);
	return rc;
}

/* ---- polls */

static int is_ordered(const struct ceud *d, int64_t calendar)
{
	for (const struct fetch *f = d->jobs->feeds->fetches; f; f = f->next)
		if (f->cal.id == calendar)
			return 1;
	return 0;
}

/* Fetches in hand, or of that host, which are no one else's followers. */
static int count_orders(const struct ceud *d, uint64_t host)
{
	int n = 0;

	for (const struct fetch *f = d->jobs->feeds->fetches; f; f = f->next)
		n += !f->leader && !f->spooled && !f->answered && (!host || f->host == host);
	return n;
}

static int is_nearly_due(struct ceud *d, const struct calendar *c)
{
	return !c->removed && !c->paused && c->next_poll && c->next_poll <= d->now + TOGETHER_MS && !is_ordered(d, c->id);
}

/* All whom one fetch serves. */
static int order_group(struct ceud *d, const struct calendar *c, struct arena *a, struct err *err)
{
	struct calendar_list same = { 0 };
	struct fetch *leader, *f;

	if (feeds_order(d, c, NULL, NULL, &leader, err) || calendar_same_url(d->store, c->url, a, &same, err))
		return -1;
	for (size_t i = 0, n = 0; i < same.n && n < FEED_SHARERS_MAX; i++)
		if (feeds_same_source(&same.items[i], c) && is_nearly_due(d, &same.items[i])) {
			if (feeds_order(d, &same.items[i], leader, NULL, &f, err))
				return -1;
			n++;
		}
	return 0;
}

/* Look at the oldest `limit` of those that are due. 1 if there are more and none of these could be ordered, 0, or -1. */
static int order_some(struct ceud *d, int limit, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct calendar_list due = { 0 };
	int rc = calendar_due(d->store, d->now, 0, limit, &a, &due, err), ordered = 0;

	for (size_t i = 0; i < due.n && !rc && count_orders(d, 0) < ORDERS_MAX; i++) {
		const struct calendar *c = &due.items[i];

		if (is_ordered(d, c->id) || count_orders(d, host_of(c->url)) >= ORDERS_A_HOST)
			continue;
		rc = order_group(d, c, &a, err);
		ordered++;
	}
	arena_free(&a);
	return rc ? -1 : !ordered && due.n == (size_t)limit;
}

static int order_due(struct ceud *d, struct err *err)
{
	int rc = 1;

	if (count_orders(d, 0) >= ORDERS_MAX)
		return 0;
	for (int limit = LOOK; rc > 0 && limit <= LOOK_MAX; limit *= 4)
		rc = order_some(d, limit, err);
	return rc < 0 ? -1 : 0;
}

void feeds_turn(struct ceud *d, int poll)
{
	struct feeds_job *j = d->jobs->feeds;
	struct err err = { 0 };

	feeds_run_on(d);
	if (poll && j->retry_at <= d->now && order_due(d, &err)) {
		log_error("Calendars could not be polled: %s", err.what);
		j->retry_at = d->now + RETRY_MS;
	}
	feeds_start_waiting(d);
}

int64_t feeds_next(struct ceud *d)
{
	struct feeds_job *j = d->jobs->feeds;
	struct err err = { 0 };
	int64_t next = 0;

	if (j->fetches)
		return 0;		/* woken when one is through */
	if (calendar_next_due(d->store, &next, &err)) {
		log_error("The next poll of a calendar is not known: %s", err.what);
		return d->now + RETRY_MS;
	}
	return next && next < j->retry_at ? j->retry_at : next;
}
