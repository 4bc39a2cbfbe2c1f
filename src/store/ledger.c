/* The ledger of changes: appending, reading, and walking its chain. */
#include "ledger.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include "base/buf.h"
#include "base/sha.h"

enum { SALT_SIZE = 16, OBJECT_SIZE = 160 };

/* What one row says, as it is hashed. Person is part of it as a number only, so that she can be erased. */
struct row {
	int64_t seq, at, step, actor_person, subject, undoes;
	const char *actor, *action, *object;
};

static void digest_of(const void *salt, const char *body, const char *text, unsigned char out[SHA_SIZE])
{
	const struct sha_part parts[] = {
		{ salt, SALT_SIZE }, { body, strlen(body) + 1 }, { text, strlen(text) + 1 },
	};

	sha256(parts, 3, out);
}

/* Texts go in with their closing NUL, so that no two rows look the same. */
static void hash_of(const unsigned char before[SHA_SIZE], const struct row *r,
    const unsigned char digest[SHA_SIZE], unsigned char out[SHA_SIZE])
{
	char numbers[160];
	int n = snprintf(numbers, sizeof(numbers), "%lld %lld %lld %lld %lld %lld", (long long)r->seq,
	    (long long)r->at, (long long)r->step, (long long)r->actor_person, (long long)r->subject,
	    (long long)r->undoes);
	const struct sha_part parts[] = {
		{ before, SHA_SIZE }, { numbers, (size_t)n + 1 }, { r->actor, strlen(r->actor) + 1 },
		{ r->action, strlen(r->action) + 1 }, { r->object, strlen(r->object) + 1 },
		{ digest, SHA_SIZE },
	};

	sha256(parts, sizeof(parts) / sizeof(parts[0]), out);
}

/* The newest row's number and hash; 0 and zeros in an empty ledger. */
static int tail(struct store *s, int64_t *seq, unsigned char hash[SHA_SIZE], struct err *err)
{
	struct query q;
	const void *blob;
	int rc;

	if (db_query(&q, s, SQL_LEDGER_TAIL, NO_VALUES, NULL, err) < 0)
		return -1;
	rc = db_next(&q, err);
	if (rc > 0) {
		*seq = q_int(&q);
		blob = sqlite3_column_blob(q.st, q.column);
		if (blob)
			memcpy(hash, blob, SHA_SIZE);
		else
			rc = err_oom(err);
	} else if (rc == 0) {
		*seq = 0;
		memset(hash, 0, SHA_SIZE);
	}
	db_end(&q);
	return rc < 0 ? -1 : 0;
}

int ledger_step(struct store *s, struct actor *by, struct err *err)
{
	unsigned char hash[SHA_SIZE];
	int64_t seq;

	if (db_writable(s, err) < 0 || tail(s, &seq, hash, err) < 0)
		return -1;
	by->step = seq + 1;
	return 0;
}

static int append(struct store *s, const struct row *r, const unsigned char before[SHA_SIZE],
    const char *body, const char *text, struct err *err)
{
	unsigned char salt[SALT_SIZE], digest[SHA_SIZE], hash[SHA_SIZE];

	if (getrandom(salt, sizeof(salt), 0) != (ssize_t)sizeof(salt))
		return err_errno(err, "store-failed", "No random numbers can be had");
	digest_of(salt, body, text, digest);
	hash_of(before, r, digest, hash);
	if (db_run(s, SQL_LEDGER_ADD, VALUES(v_int(r->seq), v_int(r->at), v_int(r->step), v_text(r->actor),
	    v_some(r->actor_person), v_some(r->subject), v_text(r->action), v_text(r->object),
	    v_some(r->undoes), v_blob(digest, SHA_SIZE), v_blob(hash, SHA_SIZE)), err) < 0)
		return -1;
	return db_run(s, SQL_LEDGER_TEXT_ADD, VALUES(v_int(r->seq), v_blob(salt, SALT_SIZE), v_text(body),
	    v_text(text)), err) < 0 ? -1 : 0;
}

static int add(struct store *s, const struct actor *by, const struct row *row, const char *before,
    const char *after, const char *text, struct err *err)
{
	unsigned char hash[SHA_SIZE];
	struct row r = *row;
	struct buf body = BUF_INIT;
	int rc;

	if (db_writable(s, err) < 0 || tail(s, &r.seq, hash, err) < 0)
		return -1;
	r.seq++;
	if (by->step <= 0 || by->step > r.seq)
		return err_set(err, ERR_FAILED, "store-no-step",
		    "A change was asked for outside a step. Nothing was changed.");
	r.at = by->now;
	r.step = by->step;
	r.actor_person = by->person;
	r.actor = by->person ? "" : by->name;
	if (buf_printf(&body, "{\"before\":%s,\"after\":%s}", before ? before : "null",
	    after ? after : "null") < 0)
		rc = err_oom(err);
	else
		rc = append(s, &r, hash, buf_str(&body), text ? text : "", err);
	buf_free(&body);
	if (rc == 0)
		db_recorded(s, by->now);
	return rc;
}

int ledger_add(struct store *s, const struct actor *by, int64_t subject, const char *action,
    const char *object, const char *before, const char *after, const char *text, struct err *err)
{
	return add(s, by, &(struct row){ .subject = subject, .action = action, .object = object }, before,
	    after, text, err);
}

int ledger_write(struct store *s, const struct actor *by, const struct record *r, struct err *err)
{
	char object[OBJECT_SIZE];

	if (r->name)
		snprintf(object, sizeof(object), "%s:%s", r->kind, r->name);
	else
		snprintf(object, sizeof(object), "%s:%lld", r->kind, (long long)r->id);
	return add(s, by, &(struct row){ .subject = r->subject, .action = r->action, .object = object,
	    .undoes = r->undoes }, r->before, r->after, r->text, err);
}

static const char *some(const struct buf *b)
{
	return b->len ? buf_str(b) : NULL;
}

int ledger_picture(struct store *s, const struct actor *by, struct record r, struct pictures *p,
    struct err *err)
{
	int rc;

	r.before = some(&p->before);
	r.after = some(&p->after);
	r.text = buf_str(&p->text);
	if (p->before.failed || p->after.failed || p->text.failed)
		rc = err_oom(err);
	else
		rc = ledger_write(s, by, &r, err);
	buf_free(&p->before);
	buf_free(&p->after);
	buf_free(&p->text);
	return rc;
}

static void change_read(struct query *q, void *item)
{
	struct change *c = item;

	c->seq = q_int(q);
	c->at = q_int(q);
	c->step = q_int(q);
	c->actor = q_text(q);
	c->action = q_text(q);
	c->object = q_text(q);
	c->text = q_text(q);
	c->undoes = q_int(q);
}

int ledger_of(struct store *s, int64_t subject, int64_t before, int limit, struct arena *a,
    struct change_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_LEDGER_OF, VALUES(v_int(subject), v_int(before > 0 ? before : INT64_MAX),
	    v_int(limit)), a, change_read, sizeof(struct change), &r, err) < 0)
		return -1;
	*ret = (struct change_list){ r.items, r.n, r.cap };
	return 0;
}

static void number_read(struct query *q, void *item)
{
	*(int64_t *)item = q_int(q);
}

int ledger_concerned(struct store *s, int64_t step, int64_t but, struct arena *a, int64_t **ret, size_t *ret_n,
    struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_LEDGER_CONCERNED, VALUES(v_int(step), v_int(but)), a, number_read, sizeof(int64_t), &r,
	    err) < 0)
		return -1;
	*ret = r.items;
	*ret_n = r.n;
	return 0;
}

/* ---- the chain */

static const char *column_text(struct query *q)
{
	const unsigned char *t = sqlite3_column_text(q->st, q->column++);

	return t ? (const char *)t : "";
}

static const unsigned char *column_bytes(struct query *q, int size)
{
	const void *p = sqlite3_column_blob(q->st, q->column);

	return sqlite3_column_bytes(q->st, q->column++) == size ? p : NULL;
}

/* NULL if the row holds, else what is wrong with it. On success `hash` becomes the row's. */
static const char *check_row(struct query *q, int64_t expected, unsigned char hash[SHA_SIZE])
{
	unsigned char digest[SHA_SIZE], computed[SHA_SIZE];
	const unsigned char *kept_digest, *kept_hash, *salt;
	const char *body, *text;
	struct row r;
	int erased;

	r.seq = q_int(q);
	r.at = q_int(q);
	r.step = q_int(q);
	r.actor = column_text(q);
	r.actor_person = q_int(q);
	r.subject = q_int(q);
	r.action = column_text(q);
	r.object = column_text(q);
	r.undoes = q_int(q);
	kept_digest = column_bytes(q, SHA_SIZE);
	kept_hash = column_bytes(q, SHA_SIZE);
	erased = sqlite3_column_type(q->st, q->column) == SQLITE_NULL;
	salt = column_bytes(q, SALT_SIZE);
	body = column_text(q);
	text = column_text(q);
	if (r.seq != expected)
		return "is missing";
	if (!kept_digest || !kept_hash || (!erased && !salt))
		return "has parts of a wrong size";
	if (!erased) {
		digest_of(salt, body, text, digest);
		if (memcmp(digest, kept_digest, SHA_SIZE) != 0)
			return "has another text than was written";
	}
	hash_of(hash, &r, kept_digest, computed);
	if (memcmp(computed, kept_hash, SHA_SIZE) != 0)
		return "is not what was written, or a row before it was changed";
	memcpy(hash, computed, SHA_SIZE);
	return NULL;
}

static int broken(int64_t seq, const char *why, struct err *err)
{
	err_set(err, ERR_FAILED, "ledger-broken", "The ledger of changes does not hold: row %lld %s.",
	    (long long)seq, why);
	return err_next(err,
	    "Compare with the last backup: someone changed the database outside ceud, or the disk did.");
}

static int check_orphans(struct store *s, struct err *err)
{
	int64_t seq;
	int rc = db_number(s, SQL_LEDGER_TEXT_ORPHAN, NO_VALUES, &seq, err);

	return rc > 0 ? broken(seq, "is missing, while its text is there", err) : rc;
}

int ledger_verify(struct store *s, int64_t *ret_rows, struct err *err)
{
	unsigned char hash[SHA_SIZE] = { 0 };
	const char *why = NULL;
	int64_t rows = 0;
	struct query q;
	int rc;

	if (db_query(&q, s, SQL_LEDGER_ALL, NO_VALUES, NULL, err) < 0)
		return -1;
	while ((rc = db_next(&q, err)) > 0) {
		why = check_row(&q, rows + 1, hash);
		if (why)
			break;
		rows++;
	}
	db_end(&q);
	if (why)
		return broken(rows + 1, why, err);
	if (rc < 0 || check_orphans(s, err) < 0)
		return -1;
	if (ret_rows)
		*ret_rows = rows;
	return 0;
}

int ledger_head(struct store *s, char out[65], struct err *err)
{
	unsigned char hash[SHA_SIZE];
	int64_t seq;

	if (tail(s, &seq, hash, err) < 0)
		return -1;
	sha_hex(hash, out);
	return 0;
}
