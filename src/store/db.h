#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "store/sql.h"
#include "store/store.h"

/*
 * The way from the rest of this room to SQLite: statements by their name in sql/queries, prepared at first
 * use and reset after each; values bound by number; rows read column by column in the order of the SELECT.
 */

enum { DB_PARAMS_MAX = 47 };

struct statement {
	sqlite3_stmt *st;
	unsigned char index[DB_PARAMS_MAX + 1];	/* $n -> SQLite's index: that of its first use in the text */
	int nparams;
};

struct store {
	sqlite3 *db;
	char *path;
	int64_t last_instant;			/* the latest recorded, and that of the open transaction */
	int64_t open_instant;
	struct statement statements[SQL_COUNT];
};

/* ---- values */
struct value {
	enum { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB } kind;
	int64_t n;
	const void *p;
	size_t len;
};

struct value v_null(void);
struct value v_int(int64_t n);
struct value v_some(int64_t n);			/* 0 is NULL: references, times that may be missing */
struct value v_day(day_t day);			/* DAY_NONE is NULL */
struct value v_text(const char *s);		/* NULL is "" */
struct value v_text_or_null(const char *s);	/* "" is NULL */
struct value v_blob(const void *p, size_t len);

/* Two arguments: the values and how many they are. */
#define VALUES(...) (const struct value[]){ __VA_ARGS__ }, \
	sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value)
#define NO_VALUES NULL, 0

/* ---- statements. One that changes rows is refused outside a transaction (ERR_FAILED
 * "store-no-transaction"). */

/* Run to the end; returns how many rows it changed, or -1. */
int db_run(struct store *s, enum sql_id id, const struct value *v, size_t n, struct err *err);
/* The same for settings and BEGIN, which stand outside transactions. */
int db_command(struct store *s, enum sql_id id, struct err *err);
/* First column of the first row: 1 found, 0 no row or NULL, -1 error. */
int db_number(struct store *s, enum sql_id id, const struct value *v, size_t n, int64_t *ret,
    struct err *err);

/* A running statement. Its strings are copied into `arena`. */
struct query {
	struct store *store;
	sqlite3_stmt *st;
	struct arena *arena;
	int column;
	int oom;
};
int db_query(struct query *q, struct store *s, enum sql_id id, const struct value *v, size_t n,
    struct arena *a, struct err *err);
int db_next(struct query *q, struct err *err);	/* 1 a row, 0 the end, -1; db_end() is due after each */
void db_end(struct query *q);

int64_t q_int(struct query *q);			/* NULL reads as 0 */
int q_small(struct query *q);			/* the same within int */
day_t q_day(struct query *q);			/* NULL reads as DAY_NONE */
const char *q_text(struct query *q);		/* NULL reads as "" */
const void *q_blob(struct query *q, size_t *len);

/* Reads one row into *item, which is zeroed. */
typedef void db_reader(struct query *q, void *item);

/* First row into *item of `size` bytes, untouched if there is none: 1, 0, -1. */
int db_one(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a, db_reader *read,
    void *item, size_t size, struct err *err);

struct rows { void *items; size_t n, cap; };
int db_list(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    db_reader *read, size_t size, struct rows *ret, struct err *err);

/* ---- the rest */

/* The connection's last failure as an error; returns -1. */
int db_fail(struct store *s, struct err *err);
/* The open transaction records `now`. */
void db_recorded(struct store *s, int64_t now);
/* ERR_FAILED "store-no-transaction" outside one. */
int db_writable(const struct store *s, struct err *err);
/* The prepared statement, or NULL. */
struct statement *db_statement(struct store *s, enum sql_id id, struct err *err);

/* Bring the file to the last of list[n], each in one transaction. ERR_FAILED "store-newer",
 * "store-migration". */
int migrate_run(struct store *s, const struct sql_migration *list, size_t n, int64_t now, struct err *err);

/* `out` = `prefix` and the greatest code point: the end of the range of texts that begin with `prefix`. */
int range_end(const char *prefix, char *out, size_t size, struct err *err);

#endif
