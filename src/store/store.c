/* Opening the file, what concerns it as a whole, and the order of closing. */
#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x63657564, BUSY_MS = 5000 };	/* "ceud" */

/* SQLite would make the file readable for everyone. */
static int make_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_errno(err, "store-open", "The database %s cannot be opened", path);
	if (close(fd) < 0)
		return err_errno(err, "store-open", "The database %s cannot be opened", path);
	return 0;
}

static int harden(struct store *s, struct err *err)
{
	static const struct { int option, value; } options[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 1 },
	};
	size_t i;
	int set;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (sqlite3_db_config(s->db, options[i].option, options[i].value, &set) != SQLITE_OK ||
		    set != options[i].value)
			return err_set(err, ERR_FAILED, "store-setting",
			    "SQLite %s does not take a setting that ceud needs (%d).", sqlite3_libversion(),
			    options[i].option);
	if (sqlite3_busy_timeout(s->db, BUSY_MS) != SQLITE_OK)
		return db_fail(s, err);
	return 0;
}

static int set_up(struct store *s, struct err *err)
{
	static const enum sql_id settings[] = {
		SQL_SET_CELL_SIZE_CHECK, SQL_SET_TRUSTED_SCHEMA, SQL_SET_TEMP_STORE, SQL_SET_MMAP_SIZE,
		SQL_SET_CACHE_SIZE, SQL_SET_JOURNAL_MODE, SQL_SET_SYNCHRONOUS, SQL_SET_JOURNAL_SIZE_LIMIT,
		SQL_SET_WAL_AUTOCHECKPOINT,
		SQL_SET_FOREIGN_KEYS,
	};
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (db_command(s, settings[i], err) < 0)
			return -1;
	return 0;
}

/* A PRAGMA that is not obeyed says nothing, so what matters is read back. */
static int check_settings(struct store *s, struct err *err)
{
	struct arena a = ARENA_INIT;
	int64_t synchronous = 0, foreign_keys = 0;
	struct query q;
	int rc, wal = 0;

	if (db_number(s, SQL_GET_SYNCHRONOUS, NO_VALUES, &synchronous, err) < 0 ||
	    db_number(s, SQL_GET_FOREIGN_KEYS, NO_VALUES, &foreign_keys, err) < 0 ||
	    db_query(&q, s, SQL_SET_JOURNAL_MODE, NO_VALUES, &a, err) < 0)
		return -1;
	rc = db_next(&q, err);
	if (rc > 0)
		wal = strcmp(q_text(&q), "wal") == 0;
	db_end(&q);
	arena_free(&a);
	if (rc < 0)
		return -1;
	if (synchronous != 2 || foreign_keys != 1 || !wal) {
		err_set(err, ERR_FAILED, "store-setting",
		    "The database %s cannot be kept safely: WAL, full syncing or foreign keys are off.",
		    s->path);
		return err_next(err, "Put the state folder on a local disk.");
	}
	return 0;
}

/* Only an empty file, or one of ours, is written to. */
static int check_owner(struct store *s, struct err *err)
{
	int64_t application = 0, tables = 0;

	if (db_number(s, SQL_GET_APPLICATION_ID, NO_VALUES, &application, err) < 0 ||
	    db_number(s, SQL_TABLE_COUNT, NO_VALUES, &tables, err) < 0)
		return -1;
	if (application == APPLICATION_ID || (application == 0 && tables == 0))
		return 0;
	err_set(err, ERR_FAILED, "store-foreign", "The file %s is a database of another program.", s->path);
	return err_next(err, "Give ceud a state folder of its own with --state.");
}

static int install(struct store *s, int64_t now, struct err *err)
{
	unsigned char secret[32];
	int64_t rows = 0;

	if (db_number(s, SQL_INSTALLATION_COUNT, NO_VALUES, &rows, err) < 0)
		return -1;
	if (rows)
		return 0;
	if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
		return err_errno(err, "store-failed", "No random numbers can be had");
	if (store_begin(s, err) < 0)
		return -1;
	if (db_run(s, SQL_INSTALLATION_CREATE, VALUES(v_blob(secret, sizeof(secret)), v_int(now)), err) < 0) {
		store_rollback(s);
		return -1;
	}
	return store_commit(s, err);
}

static int connect_file(struct store *s, const char *path, struct err *err)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;

	/* Nobody asks how much memory it uses, and counting takes a lock each time. It refuses once it is in use. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	s->path = strdup(path);
	if (!s->path)
		return err_oom(err);
	if (make_file(path, err) < 0)
		return -1;
	if (sqlite3_open_v2(path, &s->db, flags, NULL) == SQLITE_OK)
		return 0;
	return s->db ? db_fail(s, err) : err_oom(err);
}

struct installation { unsigned char secret[32]; int64_t touched_at; };

static void installation_read(struct query *q, void *item)
{
	struct installation *i = item;
	size_t len;
	const void *secret = q_blob(q, &len);

	if (len == sizeof(i->secret))
		memcpy(i->secret, secret, len);
	i->touched_at = q_int(q);
}

static int installation_get(struct store *s, struct installation *ret, struct err *err)
{
	struct arena a = ARENA_INIT;
	int rc = db_one(s, SQL_INSTALLATION_GET, NO_VALUES, &a, installation_read, ret, sizeof(*ret), err);

	arena_free(&a);
	if (rc == 0)
		return err_set(err, ERR_FAILED, "store-corrupt", "The database %s has lost its key.",
		    s->path);
	return rc < 0 ? -1 : 0;
}

static int load_last_instant(struct store *s, struct err *err)
{
	struct installation i;
	int64_t last = 0;

	if (installation_get(s, &i, err) < 0 || db_number(s, SQL_LEDGER_LAST_AT, NO_VALUES, &last, err) < 0)
		return -1;
	s->last_instant = last > i.touched_at ? last : i.touched_at;
	return 0;
}

int store_open(const char *path, int64_t now, struct store **ret, struct err *err)
{
	struct store *s = calloc(1, sizeof(*s));

	if (!s)
		return err_oom(err);
	if (connect_file(s, path, err) < 0 || harden(s, err) < 0 || check_owner(s, err) < 0 ||
	    set_up(s, err) < 0 || migrate_run(s, sql_migrations, sql_migrations_count, now, err) < 0 ||
	    install(s, now, err) < 0 || load_last_instant(s, err) < 0 || check_settings(s, err) < 0) {
		store_close(s);
		return -1;
	}
	*ret = s;
	return 0;
}

void store_close(struct store *s)
{
	size_t i;

	if (!s)
		return;
	if (s->db)
		store_rollback(s);
	for (i = 0; i < SQL_COUNT; i++)
		(void)sqlite3_finalize(s->statements[i].st);
	(void)sqlite3_close(s->db);
	free(s->path);
	free(s);
}

int64_t store_last_instant(struct store *s)
{
	return s->last_instant;
}

int store_touch(struct store *s, int64_t now, struct err *err)
{
	if (db_run(s, SQL_INSTALLATION_TOUCH, VALUES(v_int(now)), err) < 0)
		return -1;
	db_recorded(s, now);
	return 0;
}

int store_key(struct store *s, unsigned char out[32], struct err *err)
{
	struct installation i;

	if (installation_get(s, &i, err) < 0)
		return -1;
	memcpy(out, i.secret, sizeof(i.secret));
	return 0;
}

int store_size(struct store *s, struct store_size *ret, struct err *err)
{
	struct store_size size = { 0, 0, 0 };
	int64_t pages = 0, page = 0, schema = 0;
	struct stat st;
	char *wal;

	if (db_number(s, SQL_GET_PAGE_COUNT, NO_VALUES, &pages, err) < 0 ||
	    db_number(s, SQL_GET_PAGE_SIZE, NO_VALUES, &page, err) < 0 ||
	    db_number(s, SQL_MIGRATION_LAST, NO_VALUES, &schema, err) < 0)
		return -1;
	wal = sqlite3_mprintf("%s-wal", s->path);
	if (!wal)
		return err_oom(err);
	if (stat(wal, &st) == 0)
		size.wal_bytes = st.st_size;
	else if (errno != ENOENT) {
		sqlite3_free(wal);
		return err_errno(err, "store-failed", "The log of %s cannot be looked at", s->path);
	}
	sqlite3_free(wal);
	size.database_bytes = pages * page;
	size.schema = (int)schema;
	*ret = size;
	return 0;
}

/* A reader may hold the log; then it is left for the next time instead of waiting for it. */
int store_checkpoint(struct store *s, struct err *err)
{
	int rc;

	if (store_in_transaction(s))
		return err_set(err, ERR_FAILED, "store-nested", "A transaction is open.");
	(void)sqlite3_busy_timeout(s->db, 0);
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
		return 0;
	return db_fail(s, err);
}
