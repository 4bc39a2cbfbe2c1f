/* Calendars: subscriptions of a person and what their last fetches brought. */
#include "ledger.h"
#include "store/calendars.h"

#include <string.h>
#include "base/buf.h"

static void calendar_read(struct query *q, void *item)
{
	struct calendar *c = item;

	c->id = q_int(q);
	c->person = q_int(q);
	c->no = q_int(q);
	c->name = q_text(q);
	c->url = q_text(q);
	c->shown = q_text(q);
	c->category = q_text(q);
	c->competencies = q_text(q);
	c->everything = q_small(q);
	c->user_agent = q_text(q);
	c->login = q_text(q);
	c->etag = q_text(q);
	c->last_modified = q_text(q);
	c->body_hash = q_text(q);
	c->state = q_text(q);
	c->error_code = q_text(q);
	c->error_text = q_text(q);
	c->last_poll = q_int(q);
	c->last_good = q_int(q);
	c->next_poll = q_int(q);
	c->failures = q_small(q);
	c->failing_since = q_int(q);
	c->paused = q_small(q);
	c->producer = q_text(q);
	c->unstable = q_small(q);
	c->accepted = q_small(q);
	c->events = q_int(q);
	c->added_at = q_int(q);
	c->removed = q_small(q);
	if (c->removed)
		c->state = "removed";
}

static int absent(int64_t no, struct err *err)
{
	if (no)
		err_set(err, ERR_ABSENT, "no-calendar", "There is no calendar %lld.", (long long)no);
	else
		err_set(err, ERR_ABSENT, "no-calendar", "There is no such calendar.");
	return err_next(err, "ceu calendar list");
}

/* The url and the login are secrets and stay out of the ledger. */
static int calendar_write(struct store *s, const struct actor *by, const char *action,
    const struct calendar *c, const char *text, int64_t undoes, struct err *err)
{
	const int added = strcmp(action, "add") == 0;
	struct buf image[2] = { BUF_INIT, BUF_INIT };
	struct buf words = BUF_INIT;
	struct jsonw w;
	int i, rc;

	for (i = added ? 1 : 0; i < 2; i++) {
		jsonw_begin(&w, &image[i]);
		jsonw_object(&w, NULL);
		jsonw_str(&w, "name", c->name);
		jsonw_bool(&w, "removed", i == 1 ? c->removed : !c->removed);
		jsonw_end_object(&w);
	}
	if (text)
		buf_puts(&words, text);
	else
		buf_printf(&words, "%s calendar %lld: %s", action, (long long)c->no, c->name);
	if (image[0].failed || image[1].failed || words.failed)
		rc = err_oom(err);
	else
		rc = ledger_write(s, by, &(struct record){ .subject = c->person, .action = action,
		    .kind = "calendar", .id = c->id, .before = added ? NULL : buf_str(&image[0]),
		    .after = buf_str(&image[1]), .text = buf_str(&words), .undoes = undoes }, err);
	buf_free(&image[0]);
	buf_free(&image[1]);
	buf_free(&words);
	return rc;
}

int calendar_add(struct store *s, const struct actor *by, struct calendar *c, struct err *err)
{
	struct calendar added = *c;
	int rc = db_number(s, SQL_PERSON_NEXT_CALENDAR, VALUES(v_int(c->person), v_int(1)), &added.no, err);

	if (rc == 0)
		return err_set(err, ERR_ABSENT, "no-person", "There is no such person.");
	added.removed = 0;
	if (rc < 0 || db_number(s, SQL_CALENDAR_ADD, VALUES(v_int(c->person), v_int(added.no),
	    v_text(c->name), v_text(c->url), v_text(c->shown), v_text(c->category), v_text(c->competencies),
	    v_int(c->everything), v_text(c->user_agent), v_text(c->etag), v_text(c->last_modified),
	    v_text(c->body_hash), v_text(c->state), v_text(c->error_code), v_text(c->error_text),
	    v_int(c->last_poll), v_int(c->last_good), v_int(c->next_poll), v_int(c->failures),
	    v_int(c->events), v_int(c->added_at), v_text(c->login)), &added.id, err) < 0 ||
	    calendar_write(s, by, "add", &added, NULL, 0, err) < 0)
		return -1;
	c->id = added.id;
	c->no = added.no;
	return 0;
}

struct group { int64_t shown; };

static void group_read(struct query *q, void *item)
{
	((struct group *)item)->shown = q_int(q);
}

/* Events of it may have been shown for others of the same, or others for them. */
static int settle_twins(struct store *s, int64_t id, struct err *err)
{
	struct arena a = ARENA_INIT;
	const struct group *groups;
	struct rows r;
	size_t i;
	int rc = db_list(s, SQL_PROPOSAL_GROUPS_OF, VALUES(v_int(id)), &a, group_read, sizeof(*groups), &r, err);

	groups = r.items;
	for (i = 0; rc == 0 && i < r.n; i++)
		rc = twins_settle(s, groups[i].shown, err);
	arena_free(&a);
	return rc;
}

/* What waits or is ignored goes with its calendar, and comes back with it. 0 if it was so already, 1, or -1. */
static int set_removed(struct store *s, int64_t id, int removed, struct err *err)
{
	int n = db_run(s, SQL_CALENDAR_SET_REMOVED, VALUES(v_int(id), v_int(removed)), err);

	if (n <= 0)
		return n;
	if (db_run(s, removed ? SQL_CALENDAR_WITHDRAW_ALL : SQL_CALENDAR_RETURN_ALL, VALUES(v_int(id)), err) < 0 ||
	    settle_twins(s, id, err) < 0)
		return -1;
	return 1;
}

int calendar_remove(struct store *s, const struct actor *by, const struct calendar *c, struct err *err)
{
	struct calendar removed = *c;
	int n = set_removed(s, c->id, 1, err);

	if (n == 0)
		return absent(c->no, err);
	removed.removed = 1;
	return n < 0 ? -1 : calendar_write(s, by, "remove", &removed, NULL, 0, err);
}

int calendar_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct calendar c;
	int n, rc = calendar_by_id(s, r->id, &a, &c, err);

	if (rc == 0) {
		c.removed = r->image ? json_bool(r->image, "removed", 0) : 1;
		n = set_removed(s, c.id, c.removed, err);
		rc = n < 0 ? -1 : calendar_write(s, by, r->action, &c, r->text, r->step, err);
	}
	arena_free(&a);
	return rc;
}

static int one(struct store *s, enum sql_id id, const struct value *v, size_t n, int64_t no, struct arena *a,
    struct calendar *ret, struct err *err)
{
	int rc = db_one(s, id, v, n, a, calendar_read, ret, sizeof(*ret), err);

	return rc > 0 ? 0 : rc < 0 ? -1 : absent(no, err);
}

int calendar_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct calendar *ret,
    struct err *err)
{
	return one(s, SQL_CALENDAR_GET, VALUES(v_int(person), v_int(no)), no, a, ret, err);
}

int calendar_by_id(struct store *s, int64_t id, struct arena *a, struct calendar *ret, struct err *err)
{
	return one(s, SQL_CALENDAR_BY_ID, VALUES(v_int(id)), 0, a, ret, err);
}

static int calendars(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    struct calendar_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, id, v, n, a, calendar_read, sizeof(struct calendar), &r, err) < 0)
		return -1;
	*ret = (struct calendar_list){ r.items, r.n, r.cap };
	return 0;
}

int calendar_of(struct store *s, int64_t person, struct arena *a, struct calendar_list *ret, struct err *err)
{
	return calendars(s, SQL_CALENDAR_OF, VALUES(v_int(person)), a, ret, err);
}

int calendar_due(struct store *s, int64_t now, int all, int limit, struct arena *a, struct calendar_list *ret,
    struct err *err)
{
	if (all)
		return calendars(s, SQL_CALENDAR_DUE_ALL, VALUES(v_int(limit)), a, ret, err);
	return calendars(s, SQL_CALENDAR_DUE, VALUES(v_int(now), v_int(limit)), a, ret, err);
}

int calendar_same_url(struct store *s, const char *url, struct arena *a, struct calendar_list *ret, struct err *err)
{
	return calendars(s, SQL_CALENDAR_SAME_URL, VALUES(v_text(url)), a, ret, err);
}

int calendar_next_due(struct store *s, int64_t *ret, struct err *err)
{
	int64_t next = 0;

	if (db_number(s, SQL_CALENDAR_NEXT_DUE, NO_VALUES, &next, err) < 0)
		return -1;
	*ret = next;
	return 0;
}

static void counts_read(struct query *q, void *item)
{
	struct calendar_counts *c = item;

	c->waiting = q_int(q);
	c->planned = q_int(q);
	c->withdrawn = q_int(q);
	c->skipped = q_int(q);
	c->confirmed = q_int(q);
	c->ignored = q_int(q);
}

int calendar_counts(struct store *s, int64_t calendar, int64_t now, struct calendar_counts *ret, struct err *err)
{
	struct arena a = ARENA_INIT;
	int rc = db_one(s, SQL_CALENDAR_COUNTS, VALUES(v_int(calendar), v_int(now)), &a, counts_read, ret, sizeof(*ret),
	    err);

	arena_free(&a);
	return rc < 0 ? -1 : 0;
}

/* It is about what is fetched, not about the calendar that undo knows: a fetch is not taken back. */
int calendar_accept(struct store *s, const struct actor *by, const struct calendar *c, struct err *err)
{
	struct pictures p = PICTURES_INIT;
	int n = db_run(s, SQL_CALENDAR_ACCEPT, VALUES(v_int(c->id)), err);

	if (n <= 0)
		return n < 0 ? -1 : absent(c->no, err);
	buf_printf(&p.text, "accept calendar %lld: %s", (long long)c->no, c->name);
	return ledger_picture(s, by, (struct record){ .subject = c->person, .action = "accept", .kind = "fetch",
	    .id = c->id }, &p, err);
}

int calendar_fetched(struct store *s, const struct calendar *c, struct err *err)
{
	int n = db_run(s, SQL_CALENDAR_FETCHED, VALUES(v_int(c->id), v_text(c->etag),
	    v_text(c->last_modified), v_text(c->body_hash), v_text(c->state), v_text(c->error_code),
	    v_text(c->error_text), v_int(c->last_poll), v_int(c->last_good), v_int(c->next_poll),
	    v_int(c->failures), v_int(c->events), v_text(c->url), v_text(c->shown), v_int(c->failing_since),
	    v_int(c->paused), v_text(c->producer), v_int(c->unstable), v_int(c->accepted)), err);

	return n > 0 ? 0 : n < 0 ? -1 : absent(c->no, err);
}
