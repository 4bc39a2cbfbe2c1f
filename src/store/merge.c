/* Carrying out what feeds/merge planned for one calendar. */
#include "ledger.h"
#include "store/calendars.h"

#include <string.h>
#include "base/buf.h"
#include "base/text.h"

static void known_read(struct query *q, void *item)
{
	struct known *k = item;

	k->id = q_int(q);
	k->uid = q_text(q);
	k->rid = q_text(q);
	k->state = (enum proposal_state)q_small(q);
	k->content = q_text(q);
	k->start = q_int(q);
	k->end = q_int(q);
	k->missing_since = q_int(q);
	k->changed = q_small(q);
	k->withdrawn_by_feed = q_small(q);
}

int proposal_known(struct store *s, int64_t calendar, struct arena *a, struct known **ret, size_t *n,
    struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_PROPOSAL_KNOWN, VALUES(v_int(calendar)), a, known_read, sizeof(struct known), &r,
	    err) < 0)
		return -1;
	*ret = r.items;
	*n = r.n;
	return 0;
}

struct merging {
	struct store *store;
	const struct calendar *calendar;
	int64_t now;
	int64_t next_no;			/* the number before the next to give */
	size_t created, changed, withdrawn;	/* by this call */
};

static int create(struct merging *m, const struct event *e, int withdrawn, struct err *err)
{
	const struct calendar *c = m->calendar;

	return db_run(m->store, SQL_PROPOSAL_ADD, VALUES(v_int(c->person), v_int(++m->next_no), v_int(c->id),
	    v_text(e->uid), v_text(e->rid), v_int(withdrawn ? PROPOSAL_WITHDRAWN : PROPOSAL_WAITING),
	    v_int(withdrawn), v_int(e->start), v_int(e->end), v_int(e->day), v_int(e->minutes),
	    v_int(e->all_day), v_int(e->cancelled), v_int(e->series), v_int(e->flags), v_text(e->zone),
	    v_text(e->title), v_text(e->location), v_text(e->url), v_text(e->organizer), v_text(e->content),
	    v_text(c->category), v_text(c->competencies)), err);
}

static int follow(struct merging *m, enum sql_id id, const struct known *k, const struct event *e,
    struct err *err)
{
	return db_run(m->store, id, VALUES(v_int(k->id), v_int(e->start), v_int(e->end), v_int(e->day),
	    v_int(e->minutes), v_int(e->all_day), v_int(e->cancelled), v_int(e->series), v_int(e->flags),
	    v_text(e->zone), v_text(e->title), v_text(e->location), v_text(e->url), v_text(e->organizer),
	    v_text(e->content)), err);
}

static int mark_changed(struct merging *m, const struct known *k, const struct event *e, struct err *err)
{
	return db_run(m->store, SQL_PROPOSAL_MARK_CHANGED, VALUES(v_int(k->id), v_text(e->content)), err);
}

/*
 * A plan may be carried out in several transactions, and the person may decide between them. Each statement
 * names the states it is for; when the event has left them, what fits its new state is done instead.
 */
static int update(struct merging *m, enum merge_kind kind, const struct known *k, const struct event *e,
    struct err *err)
{
	int n;

	if (kind == MERGE_RETURN)
		return follow(m, SQL_PROPOSAL_RETURN, k, e, err);
	n = kind == MERGE_UPDATE ? follow(m, SQL_PROPOSAL_FOLLOW, k, e, err) : mark_changed(m, k, e, err);
	if (n != 0)
		return n;
	return kind == MERGE_UPDATE ? mark_changed(m, k, e, err) : follow(m, SQL_PROPOSAL_FOLLOW, k, e, err);
}

static int withdraw(struct merging *m, const struct known *k, const struct event *e, struct err *err)
{
	if (!e)
		return db_run(m->store, SQL_PROPOSAL_WITHDRAW, VALUES(v_int(k->id)), err);
	return db_run(m->store, SQL_PROPOSAL_WITHDRAW_CANCELLED, VALUES(v_int(k->id), v_text(e->content)), err);
}

static int act(struct merging *m, const struct merge_action *a, const struct known *k, const struct event *e,
    struct err *err)
{
	int n = -1;

	switch (a->kind) {
	case MERGE_CREATE:
	case MERGE_CREATE_CANCELLED:
		n = create(m, e, a->kind == MERGE_CREATE_CANCELLED, err);
		m->created += n > 0 && a->kind == MERGE_CREATE;
		break;
	case MERGE_UPDATE:
	case MERGE_MARK_CHANGED:
	case MERGE_RETURN:
		n = update(m, a->kind, k, e, err);
		m->changed += n > 0;
		break;
	case MERGE_WITHDRAW:
		n = withdraw(m, k, e, err);
		m->withdrawn += n > 0;
		break;
	case MERGE_MISSING:
	case MERGE_FOUND:
		n = db_run(m->store, SQL_PROPOSAL_MISSING, VALUES(v_int(k->id),
		    v_int(a->kind == MERGE_MISSING ? m->now : 0)), err);
		break;
	}
	return n < 0 ? -1 : 0;
}

static int creates(const struct merge_action *a)
{
	return a->kind == MERGE_CREATE || a->kind == MERGE_CREATE_CANCELLED;
}

static int check_action(const struct merge_action *a, struct err *err)
{
	const int wants_event = a->kind != MERGE_WITHDRAW && a->kind != MERGE_MISSING && a->kind != MERGE_FOUND;

	if (a->kind <= MERGE_FOUND && (!wants_event || a->event != SIZE_MAX) &&
	    (creates(a) || a->known != SIZE_MAX))
		return 0;
	return err_set(err, ERR_FAILED, "merge-invalid", "The plan of a calendar names no event.");
}

/* A feed is no person, but its person's history shows what it brought. */
static int note(struct merging *m, struct err *err)
{
	struct actor feed = { 0, "ceud", m->now, 0 };
	struct buf text = BUF_INIT, after = BUF_INIT;
	struct jsonw w;
	int rc;

	jsonw_begin(&w, &after);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "created", (int64_t)m->created);
	jsonw_int(&w, "changed", (int64_t)m->changed);
	jsonw_int(&w, "withdrawn", (int64_t)m->withdrawn);
	jsonw_end_object(&w);
	buf_printf(&text, "calendar %lld: %zu new, %zu changed, %zu withdrawn", (long long)m->calendar->no,
	    m->created, m->changed, m->withdrawn);
	if (text.failed || after.failed)
		rc = err_oom(err);
	else
		rc = ledger_step(m->store, &feed, err);
	if (rc == 0)
		rc = ledger_write(m->store, &feed, &(struct record){ .subject = m->calendar->person,
		    .action = "feed", .kind = "calendar", .id = m->calendar->id, .after = buf_str(&after),
		    .text = buf_str(&text) }, err);
	buf_free(&text);
	buf_free(&after);
	return rc;
}

/* Numbers are taken for all new ones at once. */
static int take_numbers(struct merging *m, const struct merge_plan *plan, struct err *err)
{
	int64_t last = 0, n = 0;
	size_t i;
	int rc;

	for (i = 0; i < plan->n; i++)
		n += creates(&plan->actions[i]);
	if (n == 0)
		return 0;
	rc = db_number(m->store, SQL_PERSON_NEXT_PROPOSAL, VALUES(v_int(m->calendar->person), v_int(n)),
	    &last, err);
	if (rc == 0)
		return err_set(err, ERR_ABSENT, "no-person", "There is no such person.");
	m->next_no = last - n;
	return rc < 0 ? -1 : 0;
}

/* Between two parts of a plan its calendar may have been removed. */
static int check_calendar(struct store *s, const struct calendar *c, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct calendar kept;
	int rc = calendar_by_id(s, c->id, &a, &kept, err);

	if (rc == 0 && kept.removed) {
		err_set(err, ERR_ABSENT, "no-calendar", "Calendar %lld was removed.", (long long)c->no);
		rc = err_next(err, "ceu calendar list");
	}
	arena_free(&a);
	return rc;
}

int proposal_merge(struct store *s, const struct calendar *c, const struct known *known,
    const struct event *events, const struct merge_plan *plan, int64_t now, struct err *err)
{
	struct merging m = { .store = s, .calendar = c, .now = now };
	size_t i;

	if (db_writable(s, err) < 0)
		return -1;
	if (plan->suspect)
		return 0;
	if (check_calendar(s, c, err) < 0 || take_numbers(&m, plan, err) < 0)
		return -1;
	for (i = 0; i < plan->n; i++) {
		const struct merge_action *a = &plan->actions[i];

		if (check_action(a, err) < 0 || act(&m, a, a->known == SIZE_MAX ? NULL : &known[a->known],
		    a->event == SIZE_MAX ? NULL : &events[a->event], err) < 0)
			return -1;
	}
	return m.created || m.changed || m.withdrawn ? note(&m, err) : 0;
}
