/* The outbox: mails from planned to settled. Each change of state names the state it starts from. */
#include "ledger.h"
#include "store/outbox.h"

#include <string.h>

enum { DOUBT_PAUSE_MS = 10 * 60 * 1000 };

static const char *const state_names[] = { "held", "ready", "sending", "sent", "failed", "unknown",
    "cancelled" };

static void mail_read(struct query *q, void *item)
{
	struct outbox_mail *m = item;

	m->id = q_int(q);
	m->dedup_key = q_text(q);
	m->kind = q_text(q);
	m->priority = q_small(q);
	m->person = q_int(q);
	m->team = q_int(q);
	m->rcpt = q_text(q);
	m->rcpt_name = q_text(q);
	m->subject = q_text(q);
	m->not_before = q_int(q);
	m->expires_at = q_int(q);
	m->state = (enum outbox_state)q_small(q);
	m->attempts = q_small(q);
	m->doubts = q_small(q);
	m->next_try = q_int(q);
	m->lease_until = q_int(q);
	m->rendered_at = q_int(q);
	m->done_at = q_int(q);
	m->created_at = q_int(q);
	m->message_id = q_text(q);
	m->reason = q_text(q);
	m->enhanced = q_text(q);
	m->phase = q_text(q);
	m->server_id = q_text(q);
	m->code = q_small(q);
}

struct bytes { const void *data; size_t len; };

static void bytes_read(struct query *q, void *item)
{
	struct bytes *b = item;

	b->data = q_blob(q, &b->len);
}

/* When a mail in that state is to be looked at; NULL unless it is ready. */
static struct value due_at(enum outbox_state state, int64_t not_before, int64_t next_try)
{
	if (state != OUTBOX_READY)
		return v_null();
	return v_int(not_before > next_try ? not_before : next_try);
}

static int absent(struct err *err)
{
	err_set(err, ERR_ABSENT, "no-mail", "There is no such mail.");
	return err_next(err, "ceu admin mail queue");
}

static int refused(int64_t id, enum outbox_state from, const char *what, struct err *err)
{
	err_set(err, ERR_RULE, "mail-state", "Mail %lld is %s; it cannot become %s.", (long long)id,
	    state_names[from], what);
	return err_next(err, "ceu admin mail show %lld", (long long)id);
}

int outbox_plan(struct store *s, struct outbox_mail *m, struct err *err)
{
	int64_t id;
	int rc;

	if (m->state != OUTBOX_HELD && m->state != OUTBOX_READY)
		return err_set(err, ERR_RULE, "mail-state", "A new mail is held or ready, not %s.",
		    (unsigned)m->state <= OUTBOX_CANCELLED ? state_names[m->state] : "anything else");
	rc = db_number(s, SQL_OUTBOX_PLAN, VALUES(v_text(m->dedup_key), v_text(m->kind), v_int(m->priority),
	    v_some(m->person), v_some(m->team), v_text(m->rcpt), v_text(m->rcpt_name), v_int(m->not_before),
	    v_int(m->expires_at), v_int(m->state), v_some(m->next_try),
	    due_at(m->state, m->not_before, m->next_try), v_int(m->created_at), v_text(m->reason)), &id, err);
	if (rc > 0)
		m->id = id;
	return rc;
}

static int mails(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    struct outbox_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, id, v, n, a, mail_read, sizeof(struct outbox_mail), &r, err) < 0)
		return -1;
	*ret = (struct outbox_list){ r.items, r.n, r.cap };
	return 0;
}

int outbox_due(struct store *s, int64_t now, int limit, struct arena *a, struct outbox_list *ret,
    struct err *err)
{
	return mails(s, SQL_OUTBOX_DUE, VALUES(v_int(now), v_int(limit)), a, ret, err);
}

static int frozen(struct store *s, int64_t id, struct arena *a, struct bytes *ret, struct err *err)
{
	return db_one(s, SQL_OUTBOX_BYTES_GET, VALUES(v_int(id)), a, bytes_read, ret, sizeof(*ret), err);
}

int outbox_get(struct store *s, int64_t id, int with_bytes, struct arena *a, struct outbox_mail *ret,
    struct err *err)
{
	struct outbox_mail m;
	struct bytes b = { NULL, 0 };
	int rc = db_one(s, SQL_OUTBOX_GET, VALUES(v_int(id)), a, mail_read, &m, sizeof(m), err);

	if (rc == 0)
		return absent(err);
	if (rc < 0 || (with_bytes && frozen(s, id, a, &b, err) < 0))
		return -1;
	m.bytes = b.data;
	m.nbytes = b.len;
	*ret = m;
	return 0;
}

/* A mail that may have been delivered keeps its bytes: the second copy must be the same mail. */
static int check_frozen(struct store *s, const struct outbox_mail *m, const struct outbox_mail *kept,
    struct arena *a, struct err *err)
{
	struct bytes b;
	int rc = frozen(s, m->id, a, &b, err);

	if (rc < 0)
		return -1;
	if (!m->bytes && !rc)
		return err_set(err, ERR_FAILED, "mail-empty", "Mail %lld was not rendered.",
		    (long long)m->id);
	if (kept->doubts == 0 || !rc)
		return 0;
	if (strcmp(kept->message_id, m->message_id) == 0 &&
	    (!m->bytes || (m->nbytes == b.len && memcmp(m->bytes, b.data, b.len) == 0)))
		return 0;
	err_set(err, ERR_FAILED, "mail-frozen",
	    "Mail %lld may have been delivered, so it keeps its bytes and Message-ID.", (long long)m->id);
	return err_next(err, "To send it anew: ceu admin mail resend %lld", (long long)m->id);
}

int outbox_claim(struct store *s, const struct outbox_mail *m, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct outbox_mail kept;
	int rc = outbox_get(s, m->id, 0, &a, &kept, err);

	if (rc == 0)
		rc = check_frozen(s, m, &kept, &a, err);
	if (rc == 0) {
		rc = db_run(s, SQL_OUTBOX_CLAIM, VALUES(v_int(m->id), v_text(m->subject),
		    v_text_or_null(m->message_id), v_some(m->rendered_at), v_int(m->lease_until)), err);
		rc = rc > 0 ? 0 : rc < 0 ? -1 : refused(m->id, kept.state, "sending", err);
	}
	if (rc == 0 && m->bytes)
		rc = db_run(s, SQL_OUTBOX_BYTES_PUT, VALUES(v_int(m->id), v_blob(m->bytes, m->nbytes)), err);
	rc = rc < 0 ? -1 : 0;
	arena_free(&a);
	return rc;
}

/* From each state, the set of states that outbox_settle() may store. */
static const unsigned char may_become[] = {
	[OUTBOX_HELD] = 1 << OUTBOX_HELD | 1 << OUTBOX_READY | 1 << OUTBOX_FAILED | 1 << OUTBOX_CANCELLED,
	[OUTBOX_READY] = 1 << OUTBOX_READY | 1 << OUTBOX_HELD | 1 << OUTBOX_FAILED | 1 << OUTBOX_CANCELLED,
	[OUTBOX_SENDING] = 1 << OUTBOX_READY | 1 << OUTBOX_SENT | 1 << OUTBOX_FAILED | 1 << OUTBOX_UNKNOWN,
	[OUTBOX_FAILED] = 1 << OUTBOX_READY | 1 << OUTBOX_CANCELLED,
	[OUTBOX_UNKNOWN] = 1 << OUTBOX_READY | 1 << OUTBOX_CANCELLED,
	[OUTBOX_SENT] = 0,
	[OUTBOX_CANCELLED] = 0,
};

int outbox_settle(struct store *s, const struct outbox_mail *m, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct outbox_mail kept;
	int rc = outbox_get(s, m->id, 0, &a, &kept, err);

	if (rc == 0 && ((unsigned)m->state > OUTBOX_CANCELLED || !(may_become[kept.state] & 1 << m->state)))
		rc = refused(m->id, kept.state,
		    (unsigned)m->state > OUTBOX_CANCELLED ? "that" : state_names[m->state], err);
	if (rc == 0)
		rc = db_run(s, SQL_OUTBOX_SETTLE, VALUES(v_int(m->id), v_int(kept.state), v_int(m->state),
		    v_int(m->attempts), v_int(m->doubts), v_some(m->next_try),
		    due_at(m->state, kept.not_before, m->next_try), v_text(m->reason), v_int(m->code),
		    v_text(m->enhanced), v_text(m->phase), v_text(m->server_id), v_some(m->done_at)), err);
	arena_free(&a);
	return rc < 0 ? -1 : 0;
}

static int counted(int n, int64_t *ret)
{
	if (n >= 0)
		*ret = n;
	return n < 0 ? -1 : 0;
}

int outbox_recover(struct store *s, int64_t now, int64_t *ret, struct err *err)
{
	return counted(db_run(s, SQL_OUTBOX_RECOVER, VALUES(v_int(now), v_int(now + DOUBT_PAUSE_MS),
	    v_text("ceud stopped while this mail was being sent")), err), ret);
}

int outbox_release(struct store *s, int64_t now, int64_t *ret, struct err *err)
{
	return counted(db_run(s, SQL_OUTBOX_RELEASE, VALUES(v_int(now)), err), ret);
}

int outbox_page(struct store *s, int state, int64_t before, int limit, struct arena *a,
    struct outbox_list *ret, struct err *err)
{
	const int64_t from = before > 0 ? before : INT64_MAX;

	if (state == -2)
		return mails(s, SQL_OUTBOX_PAGE_ALL, VALUES(v_int(from), v_int(limit)), a, ret, err);
	if (state == -1)
		return mails(s, SQL_OUTBOX_PAGE_OPEN, VALUES(v_int(from), v_int(limit)), a, ret, err);
	return mails(s, SQL_OUTBOX_PAGE_STATE, VALUES(v_int(state), v_int(from), v_int(limit)), a, ret, err);
}

int outbox_next_due(struct store *s, int64_t *ret, struct err *err)
{
	int64_t next = 0;

	if (db_number(s, SQL_OUTBOX_NEXT_DUE, NO_VALUES, &next, err) < 0)
		return -1;
	*ret = next;
	return 0;
}

int outbox_count(struct store *s, struct outbox_counts *ret, struct err *err)
{
	struct outbox_counts c;
	struct query q;
	int rc;

	memset(&c, 0, sizeof(c));
	if (db_query(&q, s, SQL_OUTBOX_COUNT, NO_VALUES, NULL, err) < 0)
		return -1;
	while ((rc = db_next(&q, err)) > 0) {
		int state = q_small(&q);

		if (state >= 0 && state <= OUTBOX_CANCELLED)
			c.by_state[state] = q_int(&q);
	}
	db_end(&q);
	if (rc < 0 || db_number(s, SQL_OUTBOX_OLDEST_READY, NO_VALUES, &c.oldest_ready, err) < 0)
		return -1;
	*ret = c;
	return 0;
}

int outbox_shrink(struct store *s, int64_t before, struct err *err)
{
	return db_run(s, SQL_OUTBOX_SHRINK, VALUES(v_int(before)), err) < 0 ? -1 : 0;
}

/* ---- attempts */

static void attempt_read(struct query *q, void *item)
{
	struct attempt *t = item;

	t->mail = q_int(q);
	t->at = q_int(q);
	t->phase = q_text(q);
	t->text = q_text(q);
	t->curlcode = q_small(q);
	t->code = q_small(q);
	t->reused = q_small(q);
	t->ms = q_int(q);
}

int attempt_add(struct store *s, const struct attempt *t, struct err *err)
{
	return db_run(s, SQL_ATTEMPT_ADD, VALUES(v_int(t->mail), v_int(t->at), v_text(t->phase),
	    v_text(t->text), v_int(t->curlcode), v_int(t->code), v_int(t->reused ? 1 : 0), v_int(t->ms)),
	    err) < 0 ? -1 : 0;
}

int attempt_of(struct store *s, int64_t mail, struct arena *a, struct attempt_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_ATTEMPT_OF, VALUES(v_int(mail)), a, attempt_read, sizeof(struct attempt), &r,
	    err) < 0)
		return -1;
	*ret = (struct attempt_list){ r.items, r.n, r.cap };
	return 0;
}
