/* Carrying out what feeds/merge planned for one calendar. */
#include "ledger.h"
#include "store/calendars.h"

#include <string.h>
#include "base/buf.h"

static void known_read(struct query *q, void *item)
{
	struct known *k = item;

	k->id = q_int(q);
	k->uid = q_text(q);
	k->rid = q_text(q);
	k->state = (enum proposal_state)q_small(q);
	k->content = q_text(q);
	k->detail = q_text(q);
	k->title = q_text(q);
	k->url = q_text(q);
	k->start = q_int(q);
	k->end = q_int(q);
	k->zone = q_text(q);
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
	const struct merge_source *from;
	proposal_guess *guess;
	void *arg;
	int64_t now;
	int64_t next_no;			/* the number before the next to give */
	struct merge_done done;			/* by this call */
	char series_key[EVENT_UID_MAX + 1];
};

/* Occurrences of a rule, and events of one UID at several times. */
static const char *series_key(struct merging *m, const struct event *e)
{
	return e->series || *e->rid ? event_series_key(e->uid, m->series_key) : "";
}

/* What it is taken for; k: as which it is known, or NULL. Without a guess: what its calendar says. */
static int take(struct merging *m, const struct event *e, const struct known *k, struct proposal *ret,
    struct err *err)
{
	const struct calendar *c = m->calendar;

	*ret = (struct proposal){ .id = k ? k->id : 0, .person = c->person, .no = k ? 0 : ++m->next_no,
	    .calendar = c->id, .calendar_name = c->name, .event = *e, .series_key = series_key(m, e),
	    .category = c->category, .competencies = c->competencies, .provider = "", .suggested = e->minutes,
	    .why = "", .state = PROPOSAL_WAITING };
	if (!m->guess)
		return 0;
	if (k)
		ret->state = k->state;
	if (k && db_number(m->store, SQL_PROPOSAL_TWIN_NO, VALUES(v_int(k->id)), &ret->twin_no, err) < 0)
		return -1;
	if (m->guess(m->arg, ret, err) < 0)
		return -1;
	if (ret->state != PROPOSAL_WAITING && ret->state != PROPOSAL_IGNORED)
		return err_set(err, ERR_FAILED, "merge-invalid", "A new event cannot be %s.",
		    proposal_state_name(ret->state));
	return 0;
}

static int insert(struct merging *m, const struct proposal *p, int withdrawn, int64_t twin, struct err *err)
{
	const struct event *e = &p->event;

	return db_run(m->store, SQL_PROPOSAL_ADD, VALUES(v_int(p->person), v_int(p->no), v_int(p->calendar),
	    v_text(e->uid), v_text(e->rid), v_text(p->series_key),
	    v_int(withdrawn ? PROPOSAL_WITHDRAWN : p->state), v_int(withdrawn),
	    v_int(withdrawn ? PROPOSAL_WITHDRAWN : PROPOSAL_WAITING), v_some(twin), v_int(e->start), v_int(e->end),
	    v_int(e->day), v_int(e->minutes), v_int(e->all_day), v_int(e->cancelled), v_int(e->series),
	    v_int(e->flags), v_text(e->zone), v_text(e->title), v_text(e->location), v_text(e->url),
	    v_text(e->organizer), v_text(e->categories), v_text(e->description), v_text(e->credit),
	    v_text(e->domain), v_text(e->extras), v_text(e->content), v_text(e->detail), v_text(p->category),
	    v_text(p->competencies), v_text(p->provider), v_int(p->suggested), v_int(p->breaks), v_text(p->why)),
	    err);
}

static int create(struct merging *m, const struct event *e, int withdrawn, struct err *err)
{
	struct twin shown = { 0, 0 };
	struct proposal p;
	int n;

	if (take(m, e, NULL, &p, err) < 0 ||
	    (p.twin_no && twins_shown(m->store, p.person, p.twin_no, &shown, err) < 0))
		return -1;
	n = insert(m, &p, withdrawn, shown.id, err);
	if (n > 0 && shown.id && twin_yields(&shown, (int)(withdrawn ? PROPOSAL_WITHDRAWN : p.state)) &&
	    twins_settle(m->store, sqlite3_last_insert_rowid(m->store->db), err) < 0)
		return -1;
	return n;
}

/* `how`: the statement for those that follow their feed, or for those that it had withdrawn. */
static int follow(struct merging *m, enum sql_id how, const struct known *k, const struct event *e,
    struct err *err)
{
	const int is_moved = k->start != e->start;
	struct proposal p;
	int n;

	if ((is_moved && twins_leave(m->store, k->id, e->start, err) < 0) || take(m, e, k, &p, err) < 0)
		return -1;
	n = db_run(m->store, how, VALUES(v_int(k->id), v_int(p.state), v_text(p.series_key), v_int(e->start),
	    v_int(e->end), v_int(e->day), v_int(e->minutes), v_int(e->all_day), v_int(e->cancelled),
	    v_int(e->series), v_int(e->flags), v_text(e->zone), v_text(e->title), v_text(e->location),
	    v_text(e->url), v_text(e->organizer), v_text(e->categories), v_text(e->description),
	    v_text(e->credit), v_text(e->domain), v_text(e->extras), v_text(e->content), v_text(e->detail),
	    v_text(p.category), v_text(p.competencies), v_text(p.provider), v_int(p.suggested), v_int(p.breaks),
	    v_text(p.why)), err);
	/* It may have become the twin of another one by its time, by its words, or by being back. */
	if (n > 0 && twins_join(m->store, p.person, k->id, p.twin_no, err) < 0)
		return -1;
	return n > 0 && twins_settle(m->store, k->id, err) < 0 ? -1 : n;
}

/* 1 marked, 2 the feed says again what was confirmed, 0 nobody decided it, -1. */
static int mark_changed(struct merging *m, const struct known *k, const struct event *e, struct err *err)
{
	enum { SKIPPED = 2, NO_NEWS, NEWS };
	int64_t said = 0;
	int rc = db_number(m->store, SQL_PROPOSAL_MARK_CHANGED, VALUES(v_int(k->id), v_text(e->content),
	    v_text(e->detail), v_int(e->start), v_int(e->end), v_int(e->all_day), v_int(e->cancelled),
	    v_text(e->zone), v_text(e->title), v_text(e->location), v_text(e->url), v_text(e->organizer)), &said,
	    err);

	if (rc <= 0)
		return rc;
	if (said == NO_NEWS)
		return news_drop(m->store, k->id, err) < 0 ? -1 : 2;
	if (said == NEWS &&
	    news_put(m->store, k->id, &(struct proposal_news){ .at = m->now, .event = *e }, err) < 0)
		return -1;
	return 1;
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

static int adopt(struct merging *m, const struct known *k, const struct event *e, struct err *err)
{
	int n = db_run(m->store, SQL_PROPOSAL_ADOPT, VALUES(v_int(k->id), v_text(e->content)), err);

	return n != 0 ? n : follow(m, SQL_PROPOSAL_FOLLOW, k, e, err);
}

static int withdraw(struct merging *m, const struct known *k, const struct event *e, struct err *err)
{
	int n;

	if (e)
		n = db_run(m->store, SQL_PROPOSAL_WITHDRAW_CANCELLED, VALUES(v_int(k->id), v_text(e->content),
		    v_text(e->detail)), err);
	else
		n = db_run(m->store, SQL_PROPOSAL_WITHDRAW, VALUES(v_int(k->id)), err);
	return n > 0 && twins_settle(m->store, k->id, err) < 0 ? -1 : n;
}

/* Of twins one is shown that its calendar still has: the other tells of the past. */
static int note_missing(struct merging *m, const struct known *k, int64_t since, struct err *err)
{
	int n = db_run(m->store, SQL_PROPOSAL_MISSING, VALUES(v_int(k->id), v_int(since)), err);

	return n > 0 && twins_settle(m->store, k->id, err) < 0 ? -1 : n;
}

/* Keys may be exchanged within a plan, and its other half may be in a later part: who has the key meanwhile gives it up. */
static int rekey(struct merging *m, const struct known *k, const struct event *e, struct err *err)
{
	static const char nobodys[] = "\x01";

	if (db_run(m->store, SQL_PROPOSAL_FREE_KEY, VALUES(v_int(m->calendar->id), v_text(e->uid), v_text(e->rid),
	    v_text(nobodys)), err) < 0)
		return -1;
	return db_run(m->store, SQL_PROPOSAL_REKEY, VALUES(v_int(k->id), v_text(e->uid), v_text(e->rid),
	    v_text(series_key(m, e))), err);
}

static int act(struct merging *m, const struct merge_action *a, const struct known *k, const struct event *e,
    struct err *err)
{
	int n = -1;

	switch (a->kind) {
	case MERGE_CREATE:
	case MERGE_CREATE_CANCELLED:
		n = create(m, e, a->kind == MERGE_CREATE_CANCELLED, err);
		m->done.created += n > 0 && a->kind == MERGE_CREATE;
		break;
	case MERGE_UPDATE:
	case MERGE_MARK_CHANGED:
	case MERGE_RETURN:
		n = update(m, a->kind, k, e, err);
		m->done.changed += n == 1;
		break;
	case MERGE_ADOPT:
		n = adopt(m, k, e, err);
		break;
	case MERGE_WITHDRAW:
		n = withdraw(m, k, e, err);
		m->done.withdrawn += n > 0;
		break;
	case MERGE_MISSING:
	case MERGE_FOUND:
		n = note_missing(m, k, a->kind == MERGE_MISSING ? m->now : 0, err);
		break;
	case MERGE_REKEY:
		n = rekey(m, k, e, err);
		m->done.rekeyed += n > 0;
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

	if (a->kind <= MERGE_REKEY && (!wants_event || a->event != SIZE_MAX) &&
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
	jsonw_int(&w, "created", (int64_t)m->done.created);
	jsonw_int(&w, "changed", (int64_t)m->done.changed);
	jsonw_int(&w, "withdrawn", (int64_t)m->done.withdrawn);
	if (m->done.rekeyed)
		jsonw_int(&w, "rekeyed", (int64_t)m->done.rekeyed);
	if (m->from) {
		jsonw_str(&w, "body", m->from->body_hash ? m->from->body_hash : "");
		jsonw_int(&w, "fetched_at", m->from->fetched_at);
	}
	jsonw_end_object(&w);
	buf_printf(&text, "calendar %lld: %zu new, %zu changed, %zu withdrawn", (long long)m->calendar->no,
	    m->done.created, m->done.changed, m->done.withdrawn);
	if (m->done.rekeyed)
		buf_printf(&text, ", %zu known under another name", m->done.rekeyed);
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
    const struct event *events, const struct merge_plan *plan, const struct merge_source *from,
    proposal_guess *guess, void *arg, int64_t now, struct merge_done *ret, struct err *err)
{
	struct merging m = { .store = s, .calendar = c, .from = from, .guess = guess, .arg = arg, .now = now };
	size_t i;

	if (db_writable(s, err) < 0)
		return -1;
	if (!plan->suspect) {
		if (check_calendar(s, c, err) < 0 || take_numbers(&m, plan, err) < 0)
			return -1;
		for (i = 0; i < plan->n; i++) {
			const struct merge_action *a = &plan->actions[i];

			if (check_action(a, err) < 0 || act(&m, a, a->known == SIZE_MAX ? NULL : &known[a->known],
			    a->event == SIZE_MAX ? NULL : &events[a->event], err) < 0)
				return -1;
		}
		if ((m.done.created || m.done.changed || m.done.withdrawn) && note(&m, err) < 0)
			return -1;
	}
	if (ret)
		*ret = m.done;
	return 0;
}
