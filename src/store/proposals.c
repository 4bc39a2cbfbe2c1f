/* Proposals: what people see of them and decide about them. The feed's side is in merge.c. */
#include "ledger.h"
#include "store/calendars.h"

#include <string.h>
#include "base/buf.h"
#include "base/text.h"

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
	e->title = q_text(q);
	e->location = q_text(q);
	e->url = q_text(q);
	e->organizer = q_text(q);
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
	p->category = q_text(q);
	p->competencies = q_text(q);
	p->state = (enum proposal_state)q_small(q);
	p->changed = q_small(q);
	p->missing_since = q_int(q);
	p->by_feed = q_small(q);
	p->entry_no = q_int(q);
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
	int from, to;

	if (after_no) {
		if (proposal_get(s, person, after_no, a, &last, err) < 0)
			return -1;
		start = last.event.start;
	}
	if (f == PROPOSALS_WAITING)
		return proposals(s, SQL_PROPOSAL_WAITING_PAGE, VALUES(v_int(person), v_int(now), v_int(start),
		    v_int(after_no), v_int(limit)), a, ret, err);
	from = f == PROPOSALS_SKIPPED ? PROPOSAL_SKIPPED : PROPOSAL_WAITING;
	to = f == PROPOSALS_SKIPPED ? PROPOSAL_SKIPPED : PROPOSAL_CONFIRMED;
	return proposals(s, SQL_PROPOSAL_PAGE, VALUES(v_int(person), v_int(from), v_int(to), v_int(start),
	    v_int(after_no), v_int(limit)), a, ret, err);
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

int proposal_series(struct store *s, const struct proposal *p, struct arena *a, struct proposal_list *ret,
    struct err *err)
{
	return proposals(s, SQL_PROPOSAL_SERIES, VALUES(v_int(p->calendar), v_text(p->event.uid)), a, ret,
	    err);
}

int proposal_count(struct store *s, int64_t person, int64_t now, int64_t *ret, struct err *err)
{
	return db_number(s, SQL_PROPOSAL_COUNT, VALUES(v_int(person), v_int(now)), ret, err) < 0 ? -1 : 0;
}

/* ---- deciding */

struct standing {
	int64_t id, person, no, entry, calendar;
	enum proposal_state state;
	int changed, by_feed, removed;		/* removed: its calendar is */
};

static void standing_read(struct query *q, void *item)
{
	struct standing *t = item;

	t->person = q_int(q);
	t->no = q_int(q);
	t->state = (enum proposal_state)q_small(q);
	t->changed = q_small(q);
	t->entry = q_int(q);
	t->by_feed = q_small(q);
	t->calendar = q_int(q);
	t->removed = q_small(q);
}

static int standing_get(struct store *s, int64_t id, struct standing *ret, struct err *err)
{
	struct arena a = ARENA_INIT;
	int rc = db_one(s, SQL_PROPOSAL_STANDING, VALUES(v_int(id)), &a, standing_read, ret, sizeof(*ret),
	    err);

	arena_free(&a);
	if (rc == 0) {
		err_set(err, ERR_ABSENT, "no-proposal", "There is no such event in the inbox.");
		return err_next(err, "ceu inbox list");
	}
	if (rc < 0)
		return -1;
	ret->id = id;
	return 0;
}

static void standing_image(struct buf *out, const struct standing *t)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "state", proposal_state_name(t->state));
	jsonw_int(&w, "entry", t->entry);
	jsonw_bool(&w, "by_feed", t->by_feed);
	jsonw_bool(&w, "calendar_removed", t->removed);
	jsonw_end_object(&w);
}

static int proposal_write(struct store *s, const struct actor *by, const struct record *wanted,
    const struct standing *before, const struct standing *after, struct err *err)
{
	struct buf json[2] = { BUF_INIT, BUF_INIT };
	struct buf text = BUF_INIT;
	struct record r = *wanted;
	int rc;

	standing_image(&json[0], before);
	standing_image(&json[1], after);
	if (r.text)
		buf_puts(&text, r.text);
	else
		buf_printf(&text, "%s event %lld", r.action, (long long)before->no);
	r.subject = before->person;
	r.kind = "proposal";
	r.id = before->id;
	r.before = buf_str(&json[0]);
	r.after = buf_str(&json[1]);
	r.text = buf_str(&text);
	rc = json[0].failed || json[1].failed || text.failed ? err_oom(err) : ledger_write(s, by, &r, err);
	buf_free(&json[0]);
	buf_free(&json[1]);
	buf_free(&text);
	return rc;
}

/*
 * What the feed changed while the event was confirmed or skipped was only marked. Once it waits again it
 * follows the feed, so the next fetch has to be read whole.
 */
static int follow_again(struct store *s, const struct standing *t, struct err *err)
{
	if (db_run(s, SQL_PROPOSAL_FORGET_CONTENT, VALUES(v_int(t->id)), err) < 0)
		return -1;
	return db_run(s, SQL_CALENDAR_FORGET_VALIDATORS, VALUES(v_int(t->calendar)), err) < 0 ? -1 : 0;
}

static int change(struct store *s, const struct actor *by, const struct record *r,
    const struct standing *before, const struct standing *after, struct err *err)
{
	int n = db_run(s, SQL_PROPOSAL_DECIDE, VALUES(v_int(before->id), v_int(before->state),
	    v_int(after->state), v_some(after->entry), v_int(after->by_feed)), err);

	if (n == 0)
		return err_set(err, ERR_RULE, "proposal-moved", "Event %lld is not %s any more.",
		    (long long)before->no, proposal_state_name(before->state));
	if (n < 0 || (after->state == PROPOSAL_WAITING && before->changed &&
	    follow_again(s, before, err) < 0))
		return -1;
	return proposal_write(s, by, r, before, after, err);
}

int proposal_decide(struct store *s, const struct actor *by, const char *action, const struct proposal *p,
    enum proposal_state state, int64_t entry, struct err *err)
{
	struct standing before, after;

	if (standing_get(s, p->id, &before, err) < 0)
		return -1;
	if (before.state != p->state) {
		err_set(err, ERR_RULE, "proposal-moved", "Event %lld is %s by now.", (long long)before.no,
		    proposal_state_name(before.state));
		return err_next(err, "ceu inbox list");
	}
	after = before;
	after.state = state;
	after.entry = state == PROPOSAL_CONFIRMED ? entry : 0;
	after.by_feed = 0;
	return change(s, by, &(struct record){ .action = action }, &before, &after, err);
}

static int state_parse(const char *name, enum proposal_state *ret)
{
	int i;

	for (i = PROPOSAL_WAITING; i <= PROPOSAL_CONFIRMED; i++)
		if (name && strcmp(name, proposal_state_name((enum proposal_state)i)) == 0) {
			*ret = (enum proposal_state)i;
			return 0;
		}
	return -1;
}

/* One that would wait again in a calendar that was removed since is withdrawn like the others of it. */
int proposal_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	struct standing before, after;

	if (standing_get(s, r->id, &before, err) < 0)
		return -1;
	after = before;
	if (!r->image || state_parse(json_str(r->image, "state"), &after.state) < 0 ||
	    json_int(r->image, "entry", &after.entry) < 0)
		return err_set(err, ERR_FAILED, "store-corrupt",
		    "The ledger's picture of event %lld cannot be read.", (long long)before.no);
	after.by_feed = json_bool(r->image, "by_feed", 0);
	if (after.state == PROPOSAL_WAITING && before.removed && !json_bool(r->image, "calendar_removed", 0))
		after.state = PROPOSAL_WITHDRAWN;
	return change(s, by, &(struct record){ .action = r->action, .text = r->text, .undoes = r->step },
	    &before, &after, err);
}
