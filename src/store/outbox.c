/* The outbox: mails from planned to settled. Each change of state names the state it starts from. */
#include "ledger.h"
#include "store/outbox.h"

#include <stdio.h>
#include <string.h>

/* Of another priority than these the statement outbox_due would not look for mails. */
enum { PRIORITY_LAST = 3 };
enum { DOUBT_PAUSE_MS = 10 * 60 * 1000, KEY_SIZE = 512, ATTEMPTS_MAX = 50, SHRINK_ROWS = 20 };

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

static int put_bytes(struct store *s, int64_t id, const struct outbox_mail *m, struct err *err)
{
	return db_run(s, SQL_OUTBOX_BYTES_PUT, VALUES(v_int(id), v_blob(m->bytes, m->nbytes)), err) < 0 ? -1 : 0;
}

/* When a mail in that state is to be looked at; NULL unless it is ready. */
static struct value due_at(enum outbox_state state, int64_t not_before, int64_t next_try)
{
	if (state != OUTBOX_READY)
		return v_null();
	return v_int(not_before > next_try ? not_before : next_try);
}

static int absent(int64_t id, struct err *err)
{
	err_set(err, ERR_ABSENT, "no-mail", "There is no mail %lld.", (long long)id);
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
	const int is_frozen = m->bytes != NULL;
	int64_t id;
	int rc;

	if (m->state != OUTBOX_HELD && m->state != OUTBOX_READY)
		return err_set(err, ERR_RULE, "mail-state", "A new mail is held or ready, not %s.",
		    (unsigned)m->state <= OUTBOX_CANCELLED ? state_names[m->state] : "anything else");
	if (m->priority < 0 || m->priority > PRIORITY_LAST)
		return err_set(err, ERR_FAILED, "mail-priority", "A mail cannot have the priority %d.", m->priority);
	rc = db_number(s, SQL_OUTBOX_PLAN, VALUES(v_text(m->dedup_key), v_text(m->kind), v_int(m->priority),
	    v_some(m->person), v_some(m->team), v_text(m->rcpt), v_text(m->rcpt_name), v_int(m->not_before),
	    v_int(m->expires_at), v_int(m->state), v_some(m->next_try),
	    due_at(m->state, m->not_before, m->next_try), v_int(m->created_at), v_text(m->reason),
	    v_text(is_frozen ? m->subject : ""), is_frozen ? v_text_or_null(m->message_id) : v_null(),
	    is_frozen ? v_some(m->rendered_at) : v_null()), &id, err);
	if (rc > 0 && is_frozen && put_bytes(s, id, m, err) < 0)
		return -1;
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
		return absent(id, err);
	if (rc < 0 || (with_bytes && frozen(s, id, a, &b, err) < 0))
		return -1;
	m.bytes = b.data;
	m.nbytes = b.len;
	*ret = m;
	return 0;
}

/* What a change of its state looks at; *ret is given nothing else. */
static void standing_read(struct query *q, void *item)
{
	struct outbox_mail *m = item;

	m->state = (enum outbox_state)q_small(q);
	m->doubts = q_small(q);
	m->not_before = q_int(q);
	m->rendered_at = q_int(q);
	m->subject = q_text(q);
	m->message_id = q_text(q);
}

static int standing(struct store *s, int64_t id, struct arena *a, struct outbox_mail *ret, struct err *err)
{
	int rc = db_one(s, SQL_OUTBOX_STANDING, VALUES(v_int(id)), a, standing_read, ret, sizeof(*ret), err);

	return rc > 0 ? 0 : rc < 0 ? -1 : absent(id, err);
}

enum kept { KEPT_NOTHING, KEPT_SAME, KEPT_OTHER };

/* Are the bytes of `m`, NULL: any, what was frozen? They are compared where they lie. */
static int compare(struct store *s, const struct outbox_mail *m, enum kept *ret, struct err *err)
{
	const enum sql_id id = m->bytes ? SQL_OUTBOX_BYTES_GET : SQL_OUTBOX_BYTES_THERE;
	enum kept found = KEPT_NOTHING;
	struct query q;
	int rc;

	if (db_query(&q, s, id, VALUES(v_int(m->id)), NULL, err) < 0)
		return -1;
	rc = db_next(&q, err);
	if (rc > 0)
		found = KEPT_SAME;
	if (rc > 0 && m->bytes) {
		const void *p = sqlite3_column_blob(q.st, 0);

		if ((size_t)sqlite3_column_bytes(q.st, 0) != m->nbytes || (m->nbytes && !p) ||
		    (m->nbytes && memcmp(p, m->bytes, m->nbytes) != 0))
			found = KEPT_OTHER;
	}
	db_end(&q);
	if (rc < 0)
		return -1;
	*ret = found;
	return 0;
}

/* A mail that may have been delivered keeps its bytes: the second copy must be the same mail. */
static int check_frozen(const struct outbox_mail *m, const struct outbox_mail *kept, enum kept bytes, struct err *err)
{
	if (!m->bytes && bytes == KEPT_NOTHING)
		return err_set(err, ERR_FAILED, "mail-empty", "Mail %lld was not rendered.",
		    (long long)m->id);
	if (kept->doubts == 0 || bytes == KEPT_NOTHING ||
	    (bytes == KEPT_SAME && strcmp(kept->message_id, m->message_id) == 0))
		return 0;
	err_set(err, ERR_FAILED, "mail-frozen",
	    "Mail %lld may have been delivered, so it keeps its bytes and Message-ID.", (long long)m->id);
	return err_next(err, "To send it anew: ceu admin mail resend %lld", (long long)m->id);
}

/* What is frozen already is not written again. */
static int freeze(struct store *s, const struct outbox_mail *m, const struct outbox_mail *kept, enum kept bytes,
    struct err *err)
{
	int n;

	if (strcmp(m->subject, kept->subject) == 0 && strcmp(m->message_id, kept->message_id) == 0 &&
	    m->rendered_at == kept->rendered_at)
		n = db_run(s, SQL_OUTBOX_CLAIM_AGAIN, VALUES(v_int(m->id), v_int(m->lease_until)), err);
	else
		n = db_run(s, SQL_OUTBOX_CLAIM, VALUES(v_int(m->id), v_text(m->subject),
		    v_text_or_null(m->message_id), v_some(m->rendered_at), v_int(m->lease_until), v_text(m->rcpt)), err);
	if (n <= 0)
		return n < 0 ? -1 : refused(m->id, kept->state, "sending", err);
	return m->bytes && bytes != KEPT_SAME ? put_bytes(s, m->id, m, err) : 0;
}

int outbox_claim(struct store *s, const struct outbox_mail *m, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct outbox_mail kept;
	enum kept bytes;
	int rc = standing(s, m->id, &a, &kept, err);

	if (rc == 0)
		rc = compare(s, m, &bytes, err);
	if (rc == 0)
		rc = check_frozen(m, &kept, bytes, err);
	if (rc == 0)
		rc = freeze(s, m, &kept, bytes, err);
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
	int rc = standing(s, m->id, &a, &kept, err);

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

/* ---- once more */

/* "rem:1:2:30" of "rem:1:2:30#3". */
static size_t first_key(const char *key)
{
	size_t len = strlen(key), i = len;

	while (i > 0 && key[i - 1] >= '0' && key[i - 1] <= '9')
		i--;
	return i < len && i > 1 && key[i - 1] == '#' ? i - 1 : len;
}

/* From the first key of a mail to what follows all of its copies: "KEY" and '$', which follows '#'. */
static int keys_of(const char *key, char from[KEY_SIZE], char to[KEY_SIZE], struct err *err)
{
	const int len = (int)first_key(key);

	if (len > KEY_SIZE - 32)
		return err_set(err, ERR_FAILED, "mail-key", "The key of this mail is too long: %.60s..", key);
	snprintf(from, KEY_SIZE, "%.*s", len, key);
	snprintf(to, KEY_SIZE, "%.*s$", len, key);
	return 0;
}

int outbox_other(struct store *s, const struct outbox_mail *m, struct arena *a, struct outbox_mail *ret,
    struct err *err)
{
	char from[KEY_SIZE], to[KEY_SIZE];
	int64_t id;
	int rc;

	if (keys_of(m->dedup_key, from, to, err) < 0)
		return -1;
	rc = db_number(s, SQL_OUTBOX_OTHER, VALUES(v_int(m->id), v_text(from), v_text(to)), &id, err);
	if (rc > 0 && outbox_get(s, id, 0, a, ret, err) < 0)
		return -1;
	return rc;
}

/* A key of the same mail that no other has. */
static int next_key(struct store *s, const char *key, char out[KEY_SIZE], struct err *err)
{
	char from[KEY_SIZE], to[KEY_SIZE];
	int64_t copies = 0;

	if (keys_of(key, from, to, err) < 0 ||
	    db_number(s, SQL_OUTBOX_COPIES, VALUES(v_text(from), v_text(to)), &copies, err) < 0)
		return -1;
	snprintf(out, KEY_SIZE, "%.480s#%lld", from, (long long)copies + 2);
	return 0;
}

static int follow(struct store *s, int64_t from, int64_t to, struct err *err)
{
	return db_run(s, SQL_RUNG_FOLLOW, VALUES(v_int(from), v_int(to), v_text("sent once more")), err) < 0 ? -1 : 0;
}

int outbox_again(struct store *s, int64_t id, int64_t now, int64_t expires_at, struct arena *a,
    struct outbox_mail *ret, struct err *err)
{
	struct outbox_mail old, m;
	char key[KEY_SIZE];
	int rc;

	if (outbox_get(s, id, 0, a, &old, err) < 0)
		return -1;
	if (old.state < OUTBOX_SENT) {
		err_set(err, ERR_RULE, "mail-state", "Mail %lld is %s: only one that is over is sent once more.",
		    (long long)id, state_names[old.state]);
		return err_next(err, "ceu admin mail show %lld", (long long)id);
	}
	if (next_key(s, old.dedup_key, key, err) < 0)
		return -1;
	m = (struct outbox_mail){ .dedup_key = key, .kind = old.kind, .priority = old.priority, .person = old.person,
	    .team = old.team, .rcpt = old.rcpt, .rcpt_name = old.rcpt_name, .not_before = now,
	    .expires_at = expires_at, .state = OUTBOX_READY, .created_at = now, .reason = "" };
	rc = outbox_plan(s, &m, err);
	if (rc == 0)
		return err_set(err, ERR_FAILED, "mail-key", "There is a mail %s already.", key);
	if (rc < 0 || follow(s, id, m.id, err) < 0)
		return -1;
	return outbox_get(s, m.id, 0, a, ret, err);
}

int outbox_retry(struct store *s, int64_t id, int64_t now, int64_t expires_at, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct outbox_mail kept;
	int n, rc = standing(s, id, &a, &kept, err);

	if (rc == 0) {
		n = db_run(s, SQL_OUTBOX_RETRY, VALUES(v_int(id), v_int(now), v_int(expires_at)), err);
		rc = n > 0 ? 0 : n < 0 ? -1 : refused(id, kept.state, "ready", err);
	}
	if (rc == 0 && kept.state != OUTBOX_READY)
		rc = follow(s, id, id, err);
	arena_free(&a);
	return rc;
}

int outbox_recent(struct store *s, int64_t person, int64_t now, int64_t *out, size_t max, size_t *n, struct err *err)
{
	struct query q;
	size_t count = 0;
	int rc = 0;

	if (db_query(&q, s, SQL_OUTBOX_RECENT, VALUES(v_int(person), v_int(now), v_int((int64_t)max)), NULL, err) < 0)
		return -1;
	while (count < max && (rc = db_next(&q, err)) > 0)
		out[count++] = q_int(&q);
	db_end(&q);
	if (rc < 0)
		return -1;
	*n = count;
	return 0;
}

/* ---- all of them */

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

int outbox_retime(struct store *s, int64_t id, int64_t not_before, int64_t expires_at, struct err *err)
{
	return db_run(s, SQL_OUTBOX_RETIME, VALUES(v_int(id), v_int(not_before), v_int(expires_at)), err) < 0 ? -1 : 0;
}

int outbox_readdress(struct store *s, int64_t person, const char *rcpt, struct err *err)
{
	return db_run(s, SQL_OUTBOX_READDRESS, VALUES(v_int(person), v_text(rcpt)), err) < 0 ? -1 : 0;
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
	int64_t others = 0;
	int rc;

	memset(&c, 0, sizeof(c));
	if (db_number(s, SQL_OUTBOX_TOTAL, NO_VALUES, &c.by_state[OUTBOX_SENT], err) < 0 ||
	    db_query(&q, s, SQL_OUTBOX_COUNT, NO_VALUES, NULL, err) < 0)
		return -1;
	while ((rc = db_next(&q, err)) > 0) {
		int state = q_small(&q);

		if (state >= 0 && state <= OUTBOX_CANCELLED)
			others += c.by_state[state] = q_int(&q);
	}
	c.by_state[OUTBOX_SENT] -= others;
	db_end(&q);
	if (rc < 0 || db_number(s, SQL_OUTBOX_OLDEST_READY, NO_VALUES, &c.oldest_ready, err) < 0)
		return -1;
	*ret = c;
	return 0;
}

int outbox_shrink(struct store *s, int64_t before, int64_t *after, struct err *err)
{
	int64_t last = 0, created_at = 0;
	int rc = db_number(s, SQL_OUTBOX_BYTES_NEXT, VALUES(v_int(*after), v_int(SHRINK_ROWS)), &last, err);

	if (rc <= 0)
		return rc;
	if (db_number(s, SQL_OUTBOX_CREATED, VALUES(v_int(last)), &created_at, err) < 0 ||
	    db_run(s, SQL_OUTBOX_SHRINK, VALUES(v_int(*after), v_int(last), v_int(before)), err) < 0)
		return -1;
	*after = last;
	return created_at < before;	/* those behind are of later days still */
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

/* The newest ones are kept. */
int attempt_add(struct store *s, const struct attempt *t, struct err *err)
{
	int64_t no = 0;

	if (db_number(s, SQL_ATTEMPT_ADD, VALUES(v_int(t->mail), v_int(t->at), v_text(t->phase),
	    v_text(t->text), v_int(t->curlcode), v_int(t->code), v_int(t->reused ? 1 : 0), v_int(t->ms)), &no, err) < 0)
		return -1;
	if (no <= ATTEMPTS_MAX)
		return 0;
	return db_run(s, SQL_ATTEMPT_FORGET, VALUES(v_int(t->mail), v_int(no - ATTEMPTS_MAX)), err) < 0 ? -1 : 0;
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
