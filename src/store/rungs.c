/* What the jobs remember: rungs taken, the mail channel, digests' snapshots, when each job ran. */
#include "db.h"
#include "store/outbox.h"

#include <string.h>

/* ---- rungs */

int rung_take(struct store *s, const struct rung *r, struct err *err)
{
	return db_run(s, SQL_RUNG_TAKE, VALUES(v_int(r->cycle), v_int(r->rung), v_int(r->person),
	    v_int(r->outcome), v_some(r->mail), v_int(r->at), v_text(r->because)), err);
}

int rung_taken(struct store *s, int64_t cycle, int out[LADDER_RUNGS_MAX], size_t *n, struct err *err)
{
	int rungs[LADDER_RUNGS_MAX];
	size_t count = 0;
	struct query q;
	int rc = 0;

	if (db_query(&q, s, SQL_RUNG_TAKEN, VALUES(v_int(cycle), v_int(LADDER_RUNGS_MAX)), NULL, err) < 0)
		return -1;
	while (count < LADDER_RUNGS_MAX && (rc = db_next(&q, err)) > 0)
		rungs[count++] = q_small(&q);
	db_end(&q);
	if (rc < 0)
		return -1;
	memcpy(out, rungs, count * sizeof(rungs[0]));
	*n = count;
	return 0;
}

static void rung_read(struct query *q, void *item)
{
	struct rung_row *r = item;

	r->rung.person = q_int(q);
	r->rung.cycle = q_int(q);
	r->rung.rung = q_small(q);
	r->rung.outcome = (enum rung_outcome)q_small(q);
	r->rung.mail = q_int(q);
	r->rung.at = q_int(q);
	r->rung.because = q_text(q);
	r->mail_state = (enum outbox_state)q_small(q);
	r->mail_done_at = q_int(q);
	r->mail_not_before = q_int(q);
}

int rung_list_of(struct store *s, int64_t cycle, struct arena *a, struct rung_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_RUNG_LIST_OF, VALUES(v_int(cycle)), a, rung_read, sizeof(struct rung_row), &r, err) < 0)
		return -1;
	*ret = (struct rung_list){ r.items, r.n, r.cap };
	return 0;
}

int rung_forget_unsent(struct store *s, int64_t person, int64_t *ret, struct err *err)
{
	int n = db_run(s, SQL_RUNG_FORGET_UNSENT, VALUES(v_int(person)), err);

	if (n >= 0)
		*ret = n;
	return n < 0 ? -1 : 0;
}

int rung_note(struct store *s, int64_t mail, const char *because, struct err *err)
{
	return db_run(s, SQL_RUNG_NOTE, VALUES(v_int(mail), v_text(because)), err) < 0 ? -1 : 0;
}

/* ---- channel */

static void channel_read(struct query *q, void *item)
{
	struct channel *c = item;

	c->state = q_text(q);
	c->until = q_int(q);
	c->reason = q_text(q);
	c->faults = q_small(q);
	c->tokens_milli = q_int(q);
	c->refilled_at = q_int(q);
}

/* One that was never stored is open and has had all the time to refill. */
int channel_get(struct store *s, struct arena *a, struct channel *ret, struct err *err)
{
	int rc = db_one(s, SQL_CHANNEL_GET, NO_VALUES, a, channel_read, ret, sizeof(*ret), err);

	if (rc == 0)
		*ret = (struct channel){ .state = "ok", .reason = "" };
	return rc < 0 ? -1 : 0;
}

int channel_put(struct store *s, const struct channel *c, struct err *err)
{
	return db_run(s, SQL_CHANNEL_PUT, VALUES(v_text(c->state), v_int(c->until), v_text(c->reason),
	    v_int(c->faults), v_int(c->tokens_milli), v_int(c->refilled_at)), err) < 0 ? -1 : 0;
}

/* ---- snapshots */

struct sent_digest { int64_t mail; day_t day; };

static void sent_digest_read(struct query *q, void *item)
{
	struct sent_digest *d = item;

	d->mail = q_int(q);
	d->day = q_day(q);
}

/* 1 there is one, 0, -1. */
static int last_sent(struct store *s, int64_t team, struct sent_digest *ret, struct err *err)
{
	struct arena a = ARENA_INIT;
	int rc = db_one(s, SQL_DIGEST_LAST_SENT, VALUES(v_int(team)), &a, sent_digest_read, ret, sizeof(*ret), err);

	arena_free(&a);
	return rc;
}

int snapshot_put(struct store *s, int64_t team, int64_t mail, day_t day, const struct snapshot *items,
    size_t n, struct err *err)
{
	struct sent_digest last;
	size_t i;
	int rc = last_sent(s, team, &last, err);

	if (rc < 0 || (rc > 0 && db_run(s, SQL_DIGEST_FORGET, VALUES(v_int(team), v_int(last.mail)), err) < 0) ||
	    db_run(s, SQL_DIGEST_CLEAR, VALUES(v_int(mail)), err) < 0 ||
	    db_run(s, SQL_DIGEST_PUT, VALUES(v_int(mail), v_int(team), v_int(day)), err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (db_run(s, SQL_DIGEST_PERSON_PUT, VALUES(v_int(mail), v_int(items[i].person),
		    v_int(items[i].state), v_int(items[i].counted)), err) < 0)
			return -1;
	return 0;
}

static void snapshot_read(struct query *q, void *item)
{
	struct snapshot *p = item;

	p->person = q_int(q);
	p->state = q_small(q);
	p->counted = q_int(q);
}

int snapshot_last(struct store *s, int64_t team, struct arena *a, struct snapshot_list *ret, struct err *err)
{
	struct sent_digest last = { .day = DAY_NONE };
	struct rows r = { NULL, 0, 0 };
	int rc = last_sent(s, team, &last, err);

	if (rc < 0 || (rc > 0 && db_list(s, SQL_DIGEST_PEOPLE, VALUES(v_int(last.mail)), a, snapshot_read,
	    sizeof(struct snapshot), &r, err) < 0))
		return -1;
	*ret = (struct snapshot_list){ r.items, r.n, r.cap, last.day };
	return 0;
}

/* ---- jobs */

struct job { int64_t last, next; };

static void job_read(struct query *q, void *item)
{
	struct job *j = item;

	j->last = q_int(q);
	j->next = q_int(q);
}

int job_get(struct store *s, const char *name, int64_t *last, int64_t *next, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct job j = { 0, 0 };
	int rc = db_one(s, SQL_JOB_GET, VALUES(v_text(name)), &a, job_read, &j, sizeof(j), err);

	arena_free(&a);
	if (rc < 0)
		return -1;
	*last = j.last;
	*next = j.next;
	return 0;
}

int job_put(struct store *s, const char *name, int64_t last, int64_t next, struct err *err)
{
	return db_run(s, SQL_JOB_PUT, VALUES(v_text(name), v_int(last), v_int(next)), err) < 0 ? -1 : 0;
}
