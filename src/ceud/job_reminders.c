/* Reminders: rungs that are due become mails in the outbox. Reads the cycles that are due, never all people. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/zone.h"
#include "config.h"
#include "jobparts.h"
#include "reminding.h"
#include "sliced.h"
#include "store/outbox.h"

enum {
	CYCLES_A_RUN = 2000,
	ADDRESSES_MAX = 9,		/* of one rung: each another mail, "KEY#2" */
	EASTMOST_HOURS = 14,
	ALARM_HOURS = 26
};
#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)
#define AGAIN_MS INT64_C(900000)

/* How many would go is counted first where the bulk limit may be passed, then each cycle that is due is looked at. */
struct run {
	struct sliced s;
	struct arena arena;		/* of `due` */
	struct arena *a;		/* of the slice in work */
	struct cycle_list due; size_t counted, at;
	int64_t mails;
	size_t looked;
};

struct reminders_job {
	struct sliced_job job;
	int64_t last;			/* end of the last run that was whole, or the start */
};

/* Somewhere on earth it is this day already. */
static day_t latest_today(const struct ceud *d)
{
	return zone_day(zone_utc(), d->now + EASTMOST_HOURS * HOUR_MS, NULL);
}

/* ---- one rung */

static int plan_as(struct run *r, struct outbox_mail *m, int64_t cycle, int rung, int n, struct err *err)
{
	char key[96], number[8] = "";

	if (n > 1)
		snprintf(number, sizeof number, "#%d", n);
	snprintf(key, sizeof key, "rem:%" PRId64 ":%" PRId64 ":%d%s", m->person, cycle, rung, number);
	m->dedup_key = arena_strdup(r->a, key);
	return m->dedup_key ? outbox_plan(r->s.d->store, m, err) : err_oom(err);
}

static int is_held(const struct run *r)
{
	return r->s.hold || r->s.d->config->mail_mode == MODE_HOLD;
}

/* The mail of a rung. Its key is taken by one to an address that she had before. */
static int plan_mail(struct run *r, const struct standing *s, const struct reminding *facts, int rung, int64_t *ret, struct err *err)
{
	int64_t now = r->s.d->now, at = r->s.at_once ? now : reminding_send_at(r->s.d, s, rung, s->today, now);
	struct outbox_mail m = { .kind = "reminder", .priority = 1, .person = s->person.id, .rcpt = s->person.email,
		.rcpt_name = s->person.name, .subject = "", .message_id = "", .reason = "", .enhanced = "", .phase = "",
		.server_id = "", .not_before = at, .expires_at = reminding_expiry(facts, s, rung, at),
		.state = is_held(r) ? OUTBOX_HELD : OUTBOX_READY, .created_at = now };

	for (int n = 1; n <= ADDRESSES_MAX; n++) {
		int rc = plan_as(r, &m, s->cycle.id, rung, n, err);

		if (rc < 0)
			return -1;
		if (rc) {
			*ret = m.id;
			return 0;
		}
	}
	*ret = 0;		/* enough */
	return 0;
}

static void report(struct run *r, const struct rung *row, const char *email)
{
	struct jsonw *w = &r->s.w;

	if (!r->s.done)
		return;
	jsonw_object(w, NULL);
	jsonw_str(w, "person", email);
	view_rung(w, row->rung);
	if (row->mail)
		jsonw_int(w, "mail", row->mail);
	else
		jsonw_null(w, "mail");
	jsonw_str(w, "outcome", rung_outcome_name(row->outcome));
	jsonw_str(w, "because", row->because);
	jsonw_end_object(w);
}

static const char *because(const struct run *r, const struct reminding *facts, const struct rung_decision *decisions, size_t n,
    size_t at)
{
	if (decisions[at].outcome == RUNG_MAILED && is_held(r))
		return r->s.hold ? r->s.hold : "held: mail mode is hold";
	return reminding_because(facts, decisions, n, at, r->a);
}

static int take_rungs(struct run *r, const struct standing *s, struct err *err)
{
	struct rung_decision decisions[LADDER_RUNGS_MAX];
	struct reminding facts;
	size_t n;

	if (reminding_load(r->s.d, s, r->a, &facts, err))
		return -1;
	n = reminding_decide(r->s.d, s, r->s.at_once, &facts, decisions);
	for (size_t i = 0; i < n; i++) {
		struct rung row = { .person = s->person.id, .cycle = s->cycle.id, .rung = decisions[i].rung,
			.outcome = decisions[i].outcome, .at = r->s.d->now, .because = because(r, &facts, decisions, n, i) };

		if (!row.because)
			return err_oom(err);
		if ((row.outcome == RUNG_MAILED && plan_mail(r, s, &facts, row.rung, &row.mail, err)) ||
		    rung_take(r->s.d->store, &row, err) < 0)
			return -1;
		report(r, &row, s->person.email);
	}
	return 0;
}

/* ---- cycles */

static day_t due_day(day_t rung, day_t check)
{
	return rung == DAY_NONE || (check != DAY_NONE && check < rung) ? check : rung;
}

static void look_later(struct run *r, int64_t at)
{
	if (at < r->s.next)
		r->s.next = at;
}

/* When that day begins there. A midnight that comes twice begins it at its second coming. */
static void look_on(struct run *r, const struct zone *z, day_t day)
{
	int64_t at = zone_instant(z, day, 0);

	look_later(r, at > r->s.d->now ? at : r->s.d->now + AGAIN_MS);
}

/* Somewhere it is that day already: is it where the person is? */
static int is_due(struct run *r, const struct cycle_row *c, const struct person *p)
{
	const struct zone *z = person_zone(r->s.d, p);
	day_t day = due_day(c->next_rung, c->next_check);

	if (day <= zone_day(z, r->s.d->now, NULL))
		return 1;
	look_on(r, z, day);
	return 0;
}

/* As it is now: it may have moved since the run began. 1, 0 not due, -1. */
static int stand(struct run *r, const struct cycle_row *c, struct standing *ret, struct err *err)
{
	struct cycle_row now;
	struct person p;
	int found;

	if (person_get(r->s.d->store, c->person, r->a, &p, err))
		return -1;
	if (!is_due(r, c, &p))
		return 0;
	found = cycle_current(r->s.d->store, p.id, r->a, &now, err);
	if (found < 0 || standing_of_cycle(r->s.d, &p, found && now.id == c->id ? &now : c, r->a, ret, err))
		return -1;
	return 1;
}

/* One cycle that is due: its rungs are taken, what was found is kept. Its next day may be here before find_next() looks for it. */
static int look_at(struct run *r, const struct cycle_row *c, struct err *err)
{
	struct cycle_found found;
	struct standing s;
	int rc = stand(r, c, &s, err);
	day_t day;

	if (rc <= 0)
		return rc;
	r->looked++;
	rc = take_rungs(r, &s, err) || standing_keep_found(r->s.d, &s, &found, err) ? -1 : 0;
	day = rc ? DAY_NONE : due_day(found.next_rung, found.next_check);
	if (day != DAY_NONE && day > s.today)
		look_on(r, s.zone, day);
	else if (day != DAY_NONE)
		look_later(r, r->s.d->now + AGAIN_MS);
	standing_free(&s);
	return rc;
}

/* Would this one mail now? */
static int count_one(struct run *r, const struct cycle_row *c, struct err *err)
{
	struct rung_decision decisions[LADDER_RUNGS_MAX];
	struct reminding facts;
	struct standing s;
	int rc = stand(r, c, &s, err);

	if (rc <= 0)
		return rc;
	rc = reminding_load(r->s.d, &s, r->a, &facts, err);
	for (size_t i = 0, n = rc ? 0 : reminding_decide(r->s.d, &s, r->s.at_once, &facts, decisions); i < n; i++)
		r->mails += decisions[i].outcome == RUNG_MAILED;
	standing_free(&s);
	return rc;
}

static int check_bulk_limit(struct run *r, struct err *err)
{
	int rc = r->s.hold ? 0 : reminding_is_bulk(r->s.d, r->mails, err);

	if (rc > 0)
		r->s.hold = "held: more mails than the bulk limit allows";
	return rc < 0 ? -1 : 0;
}

/* A cycle has one mail at most: where all of them would keep the limit, they need not be counted. */
static int needs_count(const struct run *r, struct err *err)
{
	return r->s.hold ? 0 : reminding_is_bulk(r->s.d, (int64_t)r->due.n, err);
}

/* ---- slices */

/* One person's trouble keeps nobody else's mail back: 0 if that is all it is. */
static int get_over(const struct err *err)
{
	return !strncmp(err->code, "store-", 6) || !strcmp(err->code, "out-of-memory") ? -1 : 0;
}

static int count_slice(struct run *r, struct err *err)
{
	int64_t start = clock_monotonic();

	for (; r->counted < r->due.n && clock_monotonic() - start < SLICE_MS; r->counted++)
		if (count_one(r, &r->due.items[r->counted], err) && get_over(err))
			return -1;
	return r->counted < r->due.n ? 0 : check_bulk_limit(r, err);
}

static int plan_slice(struct run *r, struct err *err)
{
	int64_t start = clock_monotonic();

	if (store_begin(r->s.d->store, err))
		return -1;
	for (; r->at < r->due.n && clock_monotonic() - start < SLICE_MS; r->at++) {
		if (!look_at(r, &r->due.items[r->at], err))
			continue;
		if (get_over(err))
			return -1;
		log_error("No reminder could be planned for cycle %" PRId64 ": %s", r->due.items[r->at].id, err->what);
		look_later(r, r->s.d->now + HOUR_MS);
	}
	return store_commit(r->s.d->store, err);
}

static int note_run(struct ceud *d, struct err *err)
{
	return store_begin(d->store, err) || job_put(d->store, "reminders", d->now, 0, err) ||
	    store_touch(d->store, d->now, err) || store_commit(d->store, err) ? -1 : 0;
}

/* When the next day begins on which something is due: in the east first. What is due there and not yet where its person is
 * comes at its own time, and the day after is not to be missed meanwhile. */
static int find_next(struct run *r, struct err *err)
{
	day_t day, today = latest_today(r->s.d);

	if (cycle_next_due(r->s.d->store, &day, err))
		return -1;
	if (r->due.n == CYCLES_A_RUN && r->looked)
		look_later(r, r->s.d->now);
	if (day != DAY_NONE)
		look_later(r, zone_instant(zone_utc(), day > today ? day : today + 1, 0) - EASTMOST_HOURS * HOUR_MS);
	if (!clock_is_rehearsal())
		look_later(r, r->s.d->now + AGAIN_MS);
	return 0;
}

static int begin(struct sliced *s, struct err *err)
{
	struct run *r = (struct run *)s;
	int counts;

	if (cycle_due(s->d->store, latest_today(s->d), CYCLES_A_RUN, &r->arena, &r->due, err) || (counts = needs_count(r, err)) < 0)
		return -1;
	r->counted = counts ? 0 : r->due.n;
	return 0;
}

static int slice(struct sliced *s, struct arena *a, struct err *err)
{
	struct run *r = (struct run *)s;

	r->a = a;
	if (r->counted < r->due.n)
		return count_slice(r, err);
	if (r->at < r->due.n && plan_slice(r, err))
		return -1;
	if (r->at < r->due.n)
		return 0;
	if (note_run(s->d, err) || find_next(r, err))
		return -1;
	s->d->jobs->reminders->last = s->d->now;
	return 1;
}

static void release(struct sliced *s)
{
	arena_free(&((struct run *)s)->arena);
}

static const struct sliced_kind kind = { .name = "reminders", .list = "planned",
	.failing = "Reminders could not be planned", .size = sizeof(struct run), .begin = begin, .slice = slice,
	.release = release };

/* ---- the job */

int reminders_open(struct reminders_job **ret, struct err *err)
{
	struct reminders_job *j = calloc(1, sizeof *j);

	if (!j)
		return err_oom(err);
	j->job.kind = &kind;
	*ret = j;
	return 0;
}

void reminders_close(struct reminders_job *j)
{
	if (!j)
		return;
	sliced_close(&j->job);
	free(j);
}

int reminders_busy(const struct reminders_job *j)
{
	return sliced_busy(&j->job);
}

int64_t reminders_next(const struct ceud *d)
{
	return sliced_next(d, &d->jobs->reminders->job);
}

void reminders_sooner(struct ceud *d, int64_t instant)
{
	sliced_sooner(&d->jobs->reminders->job, instant);
}

void reminders_turn(struct ceud *d)
{
	if (!d->jobs->reminders->last)
		d->jobs->reminders->last = d->now;
	sliced_turn(d, &d->jobs->reminders->job);
}

int reminders_run(struct ceud *d, job_done *done, void *arg, struct err *err)
{
	return sliced_run(d, &d->jobs->reminders->job, done, arg, err);
}

void reminders_stop(struct ceud *d)
{
	sliced_stop(d, &d->jobs->reminders->job);
}

/* Runs that failed for a day are nothing to find out about at somebody's deadline. */
void reminders_problem(const struct ceud *d, struct jsonw *w)
{
	int64_t last = d->jobs->reminders->last;
	char at[INSTANT_SIZE], text[160];

	if (!last || d->now - last <= ALARM_HOURS * HOUR_MS)
		return;
	snprintf(text, sizeof text, "No reminders were planned since %s; the log says why.", instant_text(last, at));
	jsonw_str(w, NULL, text);
}
