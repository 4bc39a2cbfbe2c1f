/* Proposals: what is read of them. What people decide is in decide.c, the feed's side in merge.c. */
#include "ledger.h"
#include "store/calendars.h"

#include "base/text.h"

#define SHOWN_FOR (INT64_C(30) * 86400000)	/* a withdrawn one, from its end on */

static void proposal_read(struct query *q, void *item)
{
	struct proposal *p = item;
	struct event *e = &p->event;

	p->id = q_int(q);
	p->person = q_int(q);
	p->no = q_int(q);
	p->calendar = q_int(q);
	p->calendar_name = q_text(q);
	e->uid = q_text(q);
	e->rid = q_text(q);
	p->series_key = q_text(q);
	e->title = q_text(q);
	e->location = q_text(q);
	e->url = q_text(q);
	e->organizer = q_text(q);
	e->categories = q_text(q);
	e->description = q_text(q);
	e->credit = q_text(q);
	e->domain = q_text(q);
	e->extras = q_text(q);
	e->start = q_int(q);
	e->end = q_int(q);
	e->zone = q_text(q);
	e->all_day = q_small(q);
	e->day = q_day(q);
	e->minutes = q_small(q);
	e->cancelled = q_small(q);
	e->series = q_small(q);
	e->flags = (unsigned)q_small(q);
	text_copy(e->content, sizeof(e->content), q_text(q));
	text_copy(e->detail, sizeof(e->detail), q_text(q));
	p->category = q_text(q);
	p->competencies = q_text(q);
	p->provider = q_text(q);
	p->suggested = q_small(q);
	p->breaks = q_small(q);
	p->why = q_text(q);
	p->state = (enum proposal_state)q_small(q);
	p->changed = q_small(q);
	p->missing_since = q_int(q);
	p->by_feed = q_small(q);
	p->entry_no = q_int(q);
	p->twin_no = q_int(q);
}

static int proposals(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    struct proposal_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, id, v, n, a, proposal_read, sizeof(struct proposal), &r, err) < 0)
		return -1;
	*ret = (struct proposal_list){ r.items, r.n, r.cap };
	return 0;
}

int proposal_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct proposal *ret,
    struct err *err)
{
	int rc = db_one(s, SQL_PROPOSAL_GET, VALUES(v_int(person), v_int(no)), a, proposal_read, ret,
	    sizeof(*ret), err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	err_set(err, ERR_ABSENT, "no-proposal", "There is no event %lld in the inbox.", (long long)no);
	return err_next(err, "ceu inbox list");
}

int proposal_page(struct store *s, int64_t person, enum proposal_filter f, int64_t now, int64_t after_no,
    int limit, struct arena *a, struct proposal_list *ret, struct err *err)
{
	int64_t start = INT64_MIN;
	struct proposal last;

	if (after_no) {
		if (proposal_get(s, person, after_no, a, &last, err) < 0)
			return -1;
		start = last.event.start;
	}
	switch (f) {
	case PROPOSALS_WAITING:
		return proposals(s, SQL_PROPOSAL_WAITING_PAGE, VALUES(v_int(person), v_int(now), v_int(start),
		    v_int(after_no), v_int(limit)), a, ret, err);
	case PROPOSALS_SKIPPED:
		return proposals(s, SQL_PROPOSAL_SKIPPED_PAGE, VALUES(v_int(person), v_int(now - SHOWN_FOR),
		    v_int(start), v_int(after_no), v_int(limit)), a, ret, err);
	case PROPOSALS_CHANGED:
		return proposals(s, SQL_PROPOSAL_CHANGED_PAGE, VALUES(v_int(person), v_int(start), v_int(after_no),
		    v_int(limit)), a, ret, err);
	default:
		return proposals(s, SQL_PROPOSAL_PAGE, VALUES(v_int(person), v_int(start), v_int(after_no),
		    v_int(limit)), a, ret, err);
	}
}

int proposal_around(struct store *s, int64_t person, int64_t from, int64_t until, struct arena *a,
    struct proposal_list *ret, struct err *err)
{
	return proposals(s, SQL_PROPOSAL_AROUND, VALUES(v_int(person), v_int(from), v_int(until)), a, ret, err);
}

int proposal_by_id(struct store *s, int64_t id, struct arena *a, struct proposal *ret, struct err *err)
{
	int rc = db_one(s, SQL_PROPOSAL_BY_ID, VALUES(v_int(id)), a, proposal_read, ret, sizeof(*ret), err);

	return rc == 0 ? err_set(err, ERR_ABSENT, "no-proposal", "That event is gone.") : rc < 0 ? -1 : 0;
}

static void other_read(struct query *q, void *item)
{
	struct proposal_other *o = item;

	o->no = q_int(q);
	o->calendar = q_int(q);
	o->start = q_int(q);
	o->uid = q_text(q);
	o->rid = q_text(q);
	o->title = q_text(q);
	o->url = q_text(q);
	o->all_day = q_small(q);
	o->day = q_day(q);
}

int proposal_others(struct store *s, int64_t person, int64_t but_calendar, day_t from, day_t until,
    struct arena *a, struct proposal_other_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_PROPOSAL_OTHERS, VALUES(v_int(person), v_int(but_calendar), v_int(from), v_int(until)), a,
	    other_read, sizeof(struct proposal_other), &r, err) < 0)
		return -1;
	*ret = (struct proposal_other_list){ r.items, r.n, r.cap };
	return 0;
}

int proposal_twins(struct store *s, const struct proposal *p, struct arena *a, struct proposal_list *ret,
    struct err *err)
{
	return proposals(s, SQL_PROPOSAL_TWINS, VALUES(v_int(p->id)), a, ret, err);
}

int proposal_series(struct store *s, const struct proposal *p, struct arena *a, struct proposal_list *ret,
    struct err *err)
{
	if (*p->series_key == '\0')
		return proposals(s, SQL_PROPOSAL_SINGLE, VALUES(v_int(p->id)), a, ret, err);
	return proposals(s, SQL_PROPOSAL_SERIES, VALUES(v_int(p->calendar), v_text(p->series_key)), a, ret, err);
}

int proposal_matchable(struct store *s, int64_t person, int64_t after_id, int limit, struct arena *a,
    struct proposal_list *ret, struct err *err)
{
	return proposals(s, SQL_PROPOSAL_MATCHABLE, VALUES(v_int(person), v_int(after_id), v_int(limit)), a, ret,
	    err);
}

int proposal_recent(struct store *s, int64_t person, int64_t calendar, int limit, struct arena *a,
    struct proposal_list *ret, struct err *err)
{
	return proposals(s, SQL_PROPOSAL_RECENT, VALUES(v_int(person), v_int(calendar), v_int(limit)), a, ret, err);
}

int proposal_rematch(struct store *s, const struct proposal *p, struct err *err)
{
	int n;

	if (p->state != PROPOSAL_WAITING && p->state != PROPOSAL_IGNORED)
		return err_set(err, ERR_FAILED, "merge-invalid", "Event %lld cannot become %s by a rule.",
		    (long long)p->no, proposal_state_name(p->state));
	n = db_run(s, SQL_PROPOSAL_REMATCH, VALUES(v_int(p->id), v_int(p->state), v_text(p->category),
	    v_text(p->competencies), v_text(p->provider), v_int(p->suggested), v_int(p->breaks), v_text(p->why)), err);
	return n > 0 && twins_settle(s, p->id, err) < 0 ? -1 : n;
}

int proposal_count(struct store *s, int64_t person, int64_t now, int64_t *ret, struct err *err)
{
	return db_number(s, SQL_PROPOSAL_COUNT, VALUES(v_int(person), v_int(now)), ret, err) < 0 ? -1 : 0;
}
