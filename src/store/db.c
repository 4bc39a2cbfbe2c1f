/* The connection, its statements and transactions. */
#include "db.h"

#include <stdlib.h>
#include <string.h>

int db_fail(struct store *s, struct err *err)
{
	const char *why = sqlite3_errmsg(s->db);

	switch (sqlite3_errcode(s->db) & 0xff) {
	case SQLITE_NOMEM:
		return err_oom(err);
	case SQLITE_FULL:
		err_set(err, ERR_FAILED, "store-full",
		    "The disk of %s is full. Nothing of this change was kept.", s->path);
		return err_next(err, "Free some space on that disk, then try again.");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		err_set(err, ERR_FAILED, "store-corrupt", "The database %s is damaged: %s.", s->path, why);
		return err_next(err, "Stop ceud, keep a copy of the file, and restore the last backup.");
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		err_set(err, ERR_FAILED, "store-failed", "Another program holds the database %s.", s->path);
		return err_next(err, "End that program, then try again.");
	default:
		err_set(err, ERR_FAILED, "store-failed", "The database %s failed: %s (%d).", s->path, why,
		    sqlite3_extended_errcode(s->db));
		return err_next(err, "Look at ceud's log and at the disk, then try again.");
	}
}

int db_writable(const struct store *s, struct err *err)
{
	if (store_in_transaction(s))
		return 0;
	err_set(err, ERR_FAILED, "store-no-transaction",
	    "A change was asked for outside a transaction, or after it had failed. Nothing was changed.");
	return err_next(err, "Try again; if it comes back, report it as a fault of ceud.");
}

/* ---- values */

struct value v_null(void)
{
	return (struct value){ VALUE_NULL, 0, NULL, 0 };
}

struct value v_int(int64_t n)
{
	return (struct value){ VALUE_INT, n, NULL, 0 };
}

struct value v_some(int64_t n)
{
	return n ? v_int(n) : v_null();
}

struct value v_day(day_t day)
{
	return day == DAY_NONE ? v_null() : v_int(day);
}

struct value v_text(const char *s)
{
	return (struct value){ VALUE_TEXT, 0, s ? s : "", s ? strlen(s) : 0 };
}

struct value v_text_or_null(const char *s)
{
	return s && *s ? v_text(s) : v_null();
}

struct value v_blob(const void *p, size_t len)
{
	return (struct value){ VALUE_BLOB, 0, p ? p : "", len };
}

/* ---- statements */

/* `$n` is a name to SQLite and takes the next index at its first use, so its number is looked up once. */
static int map_parameters(struct store *s, enum sql_id id, struct statement *t, struct err *err)
{
	int i, n;

	t->nparams = sqlite3_bind_parameter_count(t->st);
	for (i = 1; i <= t->nparams; i++) {
		const char *name = sqlite3_bind_parameter_name(t->st, i);

		n = name && name[0] == '$' ? (int)strtol(name + 1, NULL, 10) : 0;
		if (n < 1 || n > t->nparams || n > DB_PARAMS_MAX)
			return err_set(err, ERR_FAILED, "store-failed",
			    "The statement %s of %s has a parameter %s that cannot be.", sql_queries[id].name,
			    s->path, name ? name : "without a name");
		t->index[n] = (unsigned char)i;
	}
	return 0;
}

struct statement *db_statement(struct store *s, enum sql_id id, struct err *err)
{
	struct statement *t = &s->statements[id];

	if (t->st)
		return t;
	if (sqlite3_prepare_v3(s->db, sql_queries[id].text, -1, SQLITE_PREPARE_PERSISTENT, &t->st, NULL) !=
	    SQLITE_OK) {
		db_fail(s, err);
		return NULL;
	}
	if (map_parameters(s, id, t, err) < 0) {
		sqlite3_finalize(t->st);
		t->st = NULL;
		return NULL;
	}
	return t;
}

static int bind_one(sqlite3_stmt *st, int index, const struct value *v)
{
	switch (v->kind) {
	case VALUE_INT:
		return sqlite3_bind_int64(st, index, v->n);
	case VALUE_TEXT:
		return sqlite3_bind_text64(st, index, v->p, v->len, SQLITE_STATIC, SQLITE_UTF8);
	case VALUE_BLOB:
		return sqlite3_bind_blob64(st, index, v->p, v->len, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(st, index);
	}
}

/* The values must live until db_end(). */
int db_query(struct query *q, struct store *s, enum sql_id id, const struct value *v, size_t n,
    struct arena *a, struct err *err)
{
	struct statement *t = db_statement(s, id, err);
	size_t i;

	if (!t)
		return -1;
	if (n != (size_t)t->nparams)
		return err_set(err, ERR_FAILED, "store-failed",
		    "The statement %s wants %d values and got %zu.", sql_queries[id].name, t->nparams, n);
	for (i = 0; i < n; i++)
		if (bind_one(t->st, t->index[i + 1], &v[i]) != SQLITE_OK) {
			sqlite3_clear_bindings(t->st);
			return db_fail(s, err);
		}
	*q = (struct query){ s, t->st, a, 0, 0 };
	return 0;
}

int db_next(struct query *q, struct err *err)
{
	int rc = sqlite3_step(q->st);

	q->column = 0;
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return db_fail(q->store, err);
}

/* The step that failed was reported already, and reset says the same once more. */
void db_end(struct query *q)
{
	(void)sqlite3_reset(q->st);
	(void)sqlite3_clear_bindings(q->st);
}

static int may_run(struct store *s, enum sql_id id, struct err *err)
{
	struct statement *t = db_statement(s, id, err);

	if (!t)
		return -1;
	return sqlite3_stmt_readonly(t->st) ? 0 : db_writable(s, err);
}

static int run(struct store *s, enum sql_id id, const struct value *v, size_t n, struct err *err)
{
	struct query q;
	int rc;

	if (db_query(&q, s, id, v, n, NULL, err) < 0)
		return -1;
	while ((rc = db_next(&q, err)) > 0)
		;
	db_end(&q);
	return rc < 0 ? -1 : sqlite3_changes(s->db);
}

int db_run(struct store *s, enum sql_id id, const struct value *v, size_t n, struct err *err)
{
	return may_run(s, id, err) < 0 ? -1 : run(s, id, v, n, err);
}

int db_command(struct store *s, enum sql_id id, struct err *err)
{
	return run(s, id, NO_VALUES, err) < 0 ? -1 : 0;
}

int db_number(struct store *s, enum sql_id id, const struct value *v, size_t n, int64_t *ret, struct err *err)
{
	struct query q;
	int64_t number = 0;
	int rc, found = 0;

	if (may_run(s, id, err) < 0 || db_query(&q, s, id, v, n, NULL, err) < 0)
		return -1;
	while ((rc = db_next(&q, err)) > 0)
		if (!found && sqlite3_column_type(q.st, 0) != SQLITE_NULL) {
			number = q_int(&q);
			found = 1;
		}
	db_end(&q);
	if (rc < 0)
		return -1;
	if (found)
		*ret = number;
	return found;
}

/* ---- rows */

int64_t q_int(struct query *q)
{
	return sqlite3_column_int64(q->st, q->column++);
}

int q_small(struct query *q)
{
	return sqlite3_column_int(q->st, q->column++);
}

day_t q_day(struct query *q)
{
	int i = q->column++;

	return sqlite3_column_type(q->st, i) == SQLITE_NULL ? DAY_NONE : (day_t)sqlite3_column_int(q->st, i);
}

const void *q_blob(struct query *q, size_t *len)
{
	int i = q->column++;
	const void *p = sqlite3_column_blob(q->st, i);
	const void *copy;

	*len = (size_t)sqlite3_column_bytes(q->st, i);
	copy = arena_strndup(q->arena, p ? p : "", *len);
	if (copy)
		return copy;
	q->oom = 1;
	*len = 0;
	return "";
}

const char *q_text(struct query *q)
{
	size_t len;

	if (sqlite3_column_bytes(q->st, q->column) == 0) {
		q->column++;
		return "";
	}
	return q_blob(q, &len);
}

int db_one(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a, db_reader *read,
    void *item, size_t size, struct err *err)
{
	void *found = arena_alloc(a, size);
	struct query q;
	int rc;

	if (!found)
		return err_oom(err);
	if (may_run(s, id, err) < 0 || db_query(&q, s, id, v, n, a, err) < 0)
		return -1;
	rc = db_next(&q, err);
	if (rc > 0)
		read(&q, found);
	db_end(&q);
	if (rc > 0 && q.oom)
		return err_oom(err);
	if (rc > 0)
		memcpy(item, found, size);
	return rc;
}

int db_list(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    db_reader *read, size_t size, struct rows *ret, struct err *err)
{
	struct rows rows = { NULL, 0, 0 };
	struct query q;
	int rc;

	if (db_query(&q, s, id, v, n, a, err) < 0)
		return -1;
	while ((rc = db_next(&q, err)) > 0 && !q.oom) {
		char *item;

		if (arena_grow(a, &rows.items, rows.n, &rows.cap, size) < 0) {
			q.oom = 1;
			break;
		}
		item = (char *)rows.items + rows.n++ * size;
		memset(item, 0, size);
		read(&q, item);
	}
	db_end(&q);
	if (q.oom)
		return err_oom(err);
	if (rc < 0)
		return -1;
	*ret = rows;
	return 0;
}

int range_end(const char *prefix, char *out, size_t size, struct err *err)
{
	static const char last[] = "\xf4\x8f\xbf\xbf";
	size_t len = strlen(prefix);

	if (len + sizeof(last) > size)
		return err_set(err, ERR_USAGE, "word-long", "This is too long for a name: it has %zu bytes.",
		    len);
	memcpy(out, prefix, len);
	memcpy(out + len, last, sizeof(last));
	return 0;
}

/* ---- transactions */

int store_in_transaction(const struct store *s)
{
	return !sqlite3_get_autocommit(s->db);
}

int store_begin(struct store *s, struct err *err)
{
	if (store_in_transaction(s))
		return err_set(err, ERR_FAILED, "store-nested", "A transaction is open already.");
	return db_command(s, SQL_BEGIN_WRITE, err);
}

int store_commit(struct store *s, struct err *err)
{
	if (db_writable(s, err) < 0)
		return -1;
	if (db_command(s, SQL_COMMIT, err) == 0) {
		if (s->open_instant > s->last_instant)
			s->last_instant = s->open_instant;
		s->open_instant = 0;
		return 0;
	}
	store_rollback(s);
	return -1;
}

/* ROLLBACK fails only where the statement cannot be prepared for lack of memory or SQLite has rolled back
 * by itself. */
void store_rollback(struct store *s)
{
	if (!s)
		return;
	s->open_instant = 0;
	if (store_in_transaction(s) && db_command(s, SQL_ROLLBACK, NULL) < 0)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

void db_recorded(struct store *s, int64_t now)
{
	if (now > s->open_instant)
		s->open_instant = now;
}
