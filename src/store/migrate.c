/* Migrations: numbered, forward only, one transaction each, remembered with their checksum. */
#include "db.h"

#include <string.h>

struct applied { int64_t number; const char *name, *sha256; };

static void applied_read(struct query *q, void *item)
{
	struct applied *m = item;

	m->number = q_int(q);
	m->name = q_text(q);
	m->sha256 = q_text(q);
}

/* How many of list[n] the file has. */
static int compare(struct store *s, const struct sql_migration *list, size_t n, struct arena *a, size_t *ret,
    struct err *err)
{
	struct rows rows = { NULL, 0, 0 };
	const struct applied *has;
	int64_t known = 0;
	size_t i;

	if (db_number(s, SQL_MIGRATION_TABLE, NO_VALUES, &known, err) < 0)
		return -1;
	if (known && db_list(s, SQL_MIGRATION_LIST, NO_VALUES, a, applied_read, sizeof(*has), &rows, err) < 0)
		return -1;
	has = rows.items;
	for (i = 0; i < rows.n && i < n; i++)
		if (has[i].number != list[i].number || strcmp(has[i].sha256, list[i].sha256) != 0) {
			err_set(err, ERR_FAILED, "store-migration",
			    "Step %d (%s) of the database %s is not the one that this ceud has.",
			    list[i].number, list[i].name, s->path);
			return err_next(err, "Run the ceud that wrote this file, or restore a backup.");
		}
	if (rows.n > n) {
		err_set(err, ERR_FAILED, "store-newer",
		    "The database %s was written by a newer ceud: it is at step %lld (%s), this one knows %zu.",
		    s->path, (long long)has[rows.n - 1].number, has[rows.n - 1].name, n);
		return err_next(err, "Install that version of ceud, or restore a backup made by this one.");
	}
	*ret = rows.n;
	return 0;
}

static int apply(struct store *s, const struct sql_migration *m, int64_t now, struct err *err)
{
	struct arena none = ARENA_INIT;
	struct query q;
	int rc;

	if (sqlite3_exec(s->db, m->text, NULL, NULL, NULL) != SQLITE_OK) {
		db_fail(s, err);
		return err_next(err, "It stopped in step %d (%s); nothing of that step was kept.", m->number,
		    m->name);
	}
	if (db_query(&q, s, SQL_FOREIGN_KEY_CHECK, NO_VALUES, &none, err) < 0)
		return -1;
	rc = db_next(&q, err);
	db_end(&q);
	if (rc > 0)
		return err_set(err, ERR_FAILED, "store-migration",
		    "Step %d (%s) would leave references to nothing in %s.", m->number, m->name, s->path);
	if (rc < 0)
		return -1;
	return db_run(s, SQL_MIGRATION_RECORD, VALUES(v_int(m->number), v_text(m->name), v_text(m->sha256),
	    v_int(now)), err) < 0 ? -1 : 0;
}

/* A step may rebuild a table, which foreign keys would take for deleting its rows: they are checked at
 * its end instead. */
int migrate_run(struct store *s, const struct sql_migration *list, size_t n, int64_t now, struct err *err)
{
	struct arena a = ARENA_INIT;
	size_t have = 0;
	int rc = db_command(s, SQL_UNSET_FOREIGN_KEYS, err);

	if (rc == 0)
		rc = compare(s, list, n, &a, &have, err);
	arena_free(&a);
	for (; rc == 0 && have < n; have++) {
		rc = store_begin(s, err);
		if (rc == 0)
			rc = apply(s, &list[have], now, err);
		if (rc == 0)
			rc = store_commit(s, err);
		store_rollback(s);
	}
	return rc < 0 ? -1 : db_command(s, SQL_SET_FOREIGN_KEYS, err);
}
