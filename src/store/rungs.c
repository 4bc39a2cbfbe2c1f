/* What the jobs remember: rungs taken, the mail channel, digests' snapshots, when each job ran. */
#include "db.h"
#include "store/outbox.h"

#include <string.h>

/* ---- rungs */

int rung_take(struct store *s, const struct rung *r, struct err *err)
{
	return db_run(s, SQL_RUNG_TAKE, VALUES(v_int(r->cycle), v_int(r->days), v_int(r->person),
	    v_int(r->outcome), v_some(r->mail), v_int(r->at), v_text(r->because)), err);
}

int rung_taken(struct store *s, int64_t cycle, int out[LADDER_RUNGS_MAX], size_t *n, struct err *err)
{
	int days[LADDER_RUNGS_MAX];
	size_t count = 0;
	struct query q;
	int rc;

	if (db_query(&q, s, SQL_RUNG_TAKEN, VALUES(v_int(cycle)), NULL, err) < 0)
		return -1;
	while ((rc = db_next(&q, err)) > 0 && count < LADDER_RUNGS_MAX)
		days[count++] = q_small(&q);
	db_end(&q);
	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(err, ERR_FAILED, "store-corrupt",
		    "Cycle %lld has taken more rungs than a ladder can have.", (long long)cycle);
	memcpy(out, days, count * sizeof(days[0]));
	*n = count;
	return 0;
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

int snapshot_put(struct store *s, int64_t team, int64_t mail, day_t day, const struct snapshot *items,
    size_t n, struct err *err)
{
	size_t i;

	if (db_run(s, SQL_DIGEST_CLEAR, VALUES(v_int(mail)), err) < 0 ||
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
	struct rows r = { NULL, 0, 0 };
	day_t day = DAY_NONE;
	int64_t mail = 0;
	struct query q;
	int rc;

	if (db_query(&q, s, SQL_DIGEST_LAST_SENT, VALUES(v_int(team)), NULL, err) < 0)
		return -1;
	rc = db_next(&q, err);
	if (rc > 0) {
		mail = q_int(&q);
		day = q_day(&q);
	}
	db_end(&q);
	if (rc < 0 || (rc > 0 && db_list(s, SQL_DIGEST_PEOPLE, VALUES(v_int(mail)), a, snapshot_read,
	    sizeof(struct snapshot), &r, err) < 0))
		return -1;
	*ret = (struct snapshot_list){ r.items, r.n, r.cap, day };
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
