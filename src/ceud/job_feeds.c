/* Calendars: orders to fetch them, and the helper processes that do it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/zone.h"
#include "config.h"
#include "feedjob.h"
#include "loop.h"
#include "spawn.h"
#include "standing.h"

enum {
	TOTAL_MS = 60000,
	DEADLINE_MS = 75000,
	ORDERS_MAX = 16,		/* of those that are due; the next ones when some of these are through */
	CALENDARS_MAX = 100000,
	RUN_MS = 500000,		/* then no more are begun: the run answers within ten minutes */
	OCCURRENCES_MAX = 10000,
	RETRY_MS = 60000
};

static void start_waiting(struct ceud *d);

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
	arena_free(&f->arena);
	free(f->body);
	free(f);
}

static void run_free(struct feeds_run *r)
{
	if (!r)
		return;
	buf_free(&r->json);
	arena_free(&r->arena);
	free(r);
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
	run_free(j->run);
	free(j);
}

int feeds_busy(const struct feeds_job *j)
{
	return j->fetches != NULL || j->run != NULL;
}

/* ---- admin run feeds: all calendars, a few at a time */

static void report(struct fetch *f)
{
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


static void end_run(struct ceud *d)
{
	struct feeds_run *r = d->jobs->feeds->run;
	struct err err = { 0 };

	d->jobs->feeds->run = NULL;
	jsonw_end_array(&r->w);
	jsonw_end_object(&r->w);
	if (r->json.failed)
		err_oom(&err);
	r->done(r->arg, r->json.failed ? NULL : &r->json, r->json.failed ? &err : NULL);
	run_free(r);
}

static int run_is_over(const struct ceud *d)
{
	const struct feeds_run *r = d->jobs->feeds->run;

	return r && !r->left && (r->at == r->due.n || d->jobs->stopping || clock_monotonic() > r->until);
}

static void one_of_run(void *arg, const struct calendar *cal, const struct err *err)
{
	struct fetch *f = arg;

	(void)cal;
	if (err) {
		f->cal.state = "error";
		f->cal.error_text = err->what;
	}
	report(f);
	f->d->jobs->feeds->run->left--;
}

/* ---- the end */

static void unlink_fetch(struct fetch *f)
{
	struct feeds_job *j = f->d->jobs->feeds;
	struct fetch **at = &j->fetches;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	j->n--;
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
	if (run_is_over(d))
		end_run(d);
	start_waiting(d);
	loop_wake_at(d->loop, d->now);
}

/* Whoever waits is told; what a helper was reading is read again after the next start. */
void feeds_stop(struct ceud *d)
{
	struct fetch *f, *next;

	for (f = d->jobs->feeds->fetches; f; f = next) {
		next = f->next;
		if (f->started && !f->child)
			continue;		/* merging: it ends by itself */
		err_set(&f->err, ERR_UNREACHED, "stopping", "ceud is stopping.");
		err_next(&f->err, "Try again in a moment.");
		if (f->child)
			child_kill(f->child);
		else
			fetch_finish(f, &f->err);
	}
	if (run_is_over(d))
		end_run(d);
}

/* ---- the helper process */

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
}

static void on_gone(struct ceud *d, void *arg, const char *why)
{
	struct fetch *f = arg;

	d->jobs->feeds->running--;
	f->child = NULL;
	if (!f->err.class && (f->answer.result == FETCH_NOTHING || why[0])) {
		err_set(&f->err, ERR_FAILED, "worker", "Reading the calendar took more time or memory than it may (%s).",
		    why[0] ? why : "no answer");
		err_next(&f->err, "Your entries are safe. If it stays so, tell whoever publishes the calendar.");
	}
	fetch_ended(f);
}

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

/* The window moves with the days: once a week a calendar is read whole, though its file did not change. */
static int is_new_week(const struct fetch *f)
{
	const struct zone *z = zone_utc();
	day_t good = zone_day(z, f->cal.last_good, NULL), today = zone_day(z, f->d->now, NULL);

	return today - date_weekday(today) != good - date_weekday(good);
}

static void write_job(const struct fetch *f, struct buf *out)
{
	const struct config *c = f->d->config;
	day_t today = person_today(f->d, &f->owner);
	int whole = is_new_week(f);
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	if (f->body)
		jsonw_int(&w, "body_bytes", (int64_t)f->body_len);
	else
		jsonw_str(&w, "url", f->cal.url);
	jsonw_str(&w, "name", f->cal.shown);
	jsonw_str(&w, "etag", whole ? "" : f->cal.etag);
	jsonw_str(&w, "last_modified", whole ? "" : f->cal.last_modified);
	jsonw_str(&w, "body_hash", whole ? "" : f->cal.body_hash);
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

static int start(struct fetch *f, struct err *err)
{
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
		f->d->jobs->feeds->running++;
		if (child_write(f->child, job.data, job.len) || (f->body && child_write(f->child, f->body, f->body_len)))
			child_kill(f->child);	/* gone() will tell */
		else
			child_close_input(f->child);
	}
	buf_free(&job);
	return rc;
}

static int is_in_hand(const struct feeds_job *j, int64_t calendar)
{
	for (const struct fetch *f = j->fetches; f; f = f->next)
		if (f->started && f->cal.id == calendar)
			return 1;
	return 0;
}

/* The first that may begin: of a calendar one at a time. */
static struct fetch *find_waiting(const struct ceud *d)
{
	const struct feeds_job *j = d->jobs->feeds;

	if (j->running >= (size_t)d->config->feeds_workers || d->jobs->stopping)
		return NULL;
	for (struct fetch *f = j->fetches; f; f = f->next)
		if (!f->started && !(f->cal.id && is_in_hand(j, f->cal.id)))
			return f;
	return NULL;
}

/* A fetch that cannot begin ends here and may call this again: then the outer call goes on. */
static void start_waiting(struct ceud *d)
{
	struct feeds_job *j = d->jobs->feeds;
	struct fetch *f;

	if (j->starting)
		return;
	j->starting = 1;
	while ((f = find_waiting(d)))
		if (start(f, &f->err))
			fetch_ended(f);
	j->starting = 0;
}

/* ---- orders */

static int copy_calendar(struct fetch *f, const struct calendar *c, struct err *err)
{
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

static int copy_owner(struct fetch *f, const struct person *p, struct err *err)
{
	f->owner = *p;
	f->owner.email = arena_strdup(&f->arena, p->email);
	f->owner.name = arena_strdup(&f->arena, p->name);
	f->owner.zone = arena_strdup(&f->arena, p->zone ? p->zone : "");
	f->owner.login = f->owner.program = "";
	return f->owner.email && f->owner.name && f->owner.zone ? 0 : err_oom(err);
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
	d->jobs->feeds->n++;
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
	start_waiting(d);
	return 0;
}

static int is_ordered(const struct ceud *d, int64_t calendar)
{
	for (const struct fetch *f = d->jobs->feeds->fetches; f; f = f->next)
		if (f->cal.id == calendar)
			return 1;
	return 0;
}

static int order_known(struct ceud *d, const struct calendar *c, fetch_done *done, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct person owner;
	struct fetch *f;
	int rc = person_get(d->store, c->person, &a, &owner, err) || order(d, c, &owner, done, NULL, &f, err) ? -1 : 0;

	if (!rc)
		f->arg = f;
	arena_free(&a);
	return rc;
}

static int order_due(struct ceud *d, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct calendar_list due = { 0 };
	int rc = calendar_due(d->store, d->now, 0, ORDERS_MAX, &a, &due, err);

	for (size_t i = 0; i < due.n && !rc; i++)
		if (!is_ordered(d, due.items[i].id))
			rc = order_known(d, &due.items[i], NULL, err);
	arena_free(&a);
	return rc;
}

/* The next of the run, as far as there is room. One that cannot be ordered is left to its next poll. */
static void order_of_run(struct ceud *d)
{
	struct feeds_run *r = d->jobs->feeds->run;
	struct err err = { 0 };

	for (; r->at < r->due.n && r->left < (size_t)d->config->feeds_workers &&
	    clock_monotonic() <= r->until; r->at++) {
		const struct calendar *c = &r->due.items[r->at];

		if (order_known(d, c, one_of_run, &err))
			log_error("Calendar %s could not be polled: %s", c->shown, err.what);
		else
			r->left++;
	}
	if (run_is_over(d))
		end_run(d);
}

void feeds_turn(struct ceud *d, int poll)
{
	struct feeds_job *j = d->jobs->feeds;
	struct err err = { 0 };

	if (j->run)
		order_of_run(d);
	if (poll && j->n < ORDERS_MAX && j->retry_at <= d->now && order_due(d, &err)) {
		log_error("Calendars could not be polled: %s", err.what);
		j->retry_at = d->now + RETRY_MS;
	}
	start_waiting(d);
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
		run_free(r);
		return -1;
	}
	r->done = done;
	r->arg = arg;
	r->until = clock_monotonic() + RUN_MS;
	jsonw_begin(&r->w, &r->json);
	jsonw_object(&r->w, NULL);
	jsonw_array(&r->w, "calendars");
	d->jobs->feeds->run = r;
	order_of_run(d);
	start_waiting(d);
	return 0;
}
