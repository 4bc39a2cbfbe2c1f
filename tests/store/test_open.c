/* Opening: settings, migrations, refusals, every statement, the plans that must use their index, the
 * check. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "db.h"

static struct err err;

static void test_settings(void **state)
{
	struct fixture *f = *state;
	static const struct { const char *pragma; int64_t value; } want[] = {
		{ "PRAGMA synchronous", 2 }, { "PRAGMA foreign_keys", 1 }, { "PRAGMA cell_size_check", 1 },
		{ "PRAGMA trusted_schema", 0 }, { "PRAGMA temp_store", 2 }, { "PRAGMA mmap_size", 0 },
		{ "PRAGMA cache_size", -16384 }, { "PRAGMA journal_size_limit", 67108864 },
		    { "PRAGMA busy_timeout", 5000 },
		{ "PRAGMA application_id", 0x63657564 }, { "PRAGMA wal_autocheckpoint", 1000 },
	};
	sqlite3_stmt *st;
	struct stat sb;
	size_t i;
	int on;

	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_int_equal(sqlite3_prepare_v2(f->s->db, want[i].pragma, -1, &st, NULL), SQLITE_OK);
		on = sqlite3_step(st);
		if (on != SQLITE_ROW || sqlite3_column_int64(st, 0) != want[i].value)
			fail_msg("%s is %lld", want[i].pragma, (long long)sqlite3_column_int64(st, 0));
		sqlite3_finalize(st);
	}
	assert_int_equal(sqlite3_prepare_v2(f->s->db, "PRAGMA journal_mode", -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(st, 0), "wal");
	sqlite3_finalize(st);
	assert_int_equal(sqlite3_db_config(f->s->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &on), SQLITE_OK);
	assert_int_equal(on, 1);
	assert_int_equal(sqlite3_prepare_v2(f->s->db, "SELECT \"no such column\"", -1, &st, NULL),
	    SQLITE_ERROR);
	assert_int_equal(stat(f->path, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
}

static void test_statements_prepare(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; i < SQL_COUNT; i++)
		if (!db_statement(f->s, (enum sql_id)i, &err))
			fail_msg("%s: %s", sql_queries[i].name, err.what);
}

static void test_tables_are_strict(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(raw_number(f,
	    "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
	    "AND name NOT LIKE 'sqlite_%' AND strict = 0"), 0);
	assert_int_equal(raw_number(f,
	    "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 1"), 31);
}

static int dump(void *arg, int n, char **columns, char **names)
{
	int i;

	(void)names;
	for (i = 0; i < n; i++)
		buf_printf(arg, "%s|", columns[i] ? columns[i] : "NULL");
	return buf_putc(arg, '\n');
}

static void schema_of(struct store *s, struct buf *out)
{
	assert_int_equal(sqlite3_exec(s->db,
	    "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", dump, out, NULL),
	    SQLITE_OK);
	assert_false(out->failed);
}

static const struct sql_migration extra = { 5, "colours",
    "CREATE TABLE colour (name TEXT PRIMARY KEY) STRICT;\n"
	"ALTER TABLE team ADD COLUMN colour TEXT;\n",
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" };

/* Upgrading step by step over a database in use gives what a fresh one gets. */
static void test_upgrade_equals_fresh(void **state)
{
	struct fixture *f = *state, *g;
	struct sql_migration list[] = { sql_migrations[0], sql_migrations[1], sql_migrations[2],
	    sql_migrations[3], extra };
	struct buf a = BUF_INIT, b = BUF_INIT;
	void *other;

	assert_int_equal(fixture_open(&other), 0);
	g = other;
	DONE(migrate_run(g->s, list, 5, NOW + 1, &err), err);
	DONE(migrate_run(f->s, list, 5, NOW, &err), err);
	schema_of(f->s, &a);
	schema_of(g->s, &b);
	assert_string_equal(buf_str(&a), buf_str(&b));
	assert_has(buf_str(&a), "CREATE TABLE colour");
	assert_int_equal(raw_number(g, "SELECT count(*) FROM person"), 2);
	assert_int_equal(raw_number(g, "SELECT applied_at FROM schema_version WHERE number = 5"), NOW + 1);
	assert_int_equal(raw_number(g, "SELECT count(*) FROM schema_version WHERE length(sha256) = 64"), 5);
	buf_free(&a);
	buf_free(&b);
	fixture_close(&other);
}

static void test_failing_migration_keeps_nothing(void **state)
{
	struct fixture *f = *state;
	struct sql_migration list[] = { sql_migrations[0], sql_migrations[1], sql_migrations[2],
	    sql_migrations[3], extra };

	list[4].text = "CREATE TABLE colour (name TEXT) STRICT; INSERT INTO nowhere VALUES (1);";
	assert_int_equal(migrate_run(f->s, list, 5, NOW, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	assert_has(err.next, "step 5 (colours)");
	assert_int_equal(raw_number(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'colour'"), 0);
	assert_false(store_in_transaction(f->s));
	list[4].text = "DELETE FROM person; PRAGMA user_version = 7;";
	assert_int_equal(migrate_run(f->s, list, 5, NOW, &err), -1);
	assert_code(&err, ERR_FAILED, "store-migration");
	assert_int_equal(raw_number(f, "SELECT count(*) FROM person"), 2);
}

static void assert_refused(struct fixture *f, const char *code, const char *part)
{
	struct store *s = f->s;

	store_close(s);
	f->s = NULL;
	assert_int_equal(store_open(f->path, NOW, &f->s, &err), -1);
	assert_null(f->s);
	assert_code(&err, ERR_FAILED, code);
	assert_has(err.what, part);
	assert_true(err.next[0] != '\0');
}

static void test_newer_file_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(raw_exec(f, "INSERT INTO schema_version VALUES (5, 'colours', 'x', 1)"), SQLITE_OK);
	assert_refused(f, "store-newer", "newer ceud: it is at step 5 (colours), this one knows 4");
}

static void test_changed_migration_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(raw_exec(f, "UPDATE schema_version SET sha256 = 'x'"), SQLITE_OK);
	assert_refused(f, "store-migration", "Step 1 (initial)");
}

static void test_foreign_file_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(raw_exec(f, "PRAGMA application_id = 99"), SQLITE_OK);
	assert_refused(f, "store-foreign", "another program");
}

static void test_no_database_is_refused(void **state)
{
	struct fixture *f = *state;
	char text[4096];
	int fd;

	store_close(f->s);
	f->s = NULL;
	memset(text, 'x', sizeof(text));
	fd = open(f->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	close(fd);
	assert_int_equal(store_open(f->path, NOW, &f->s, &err), -1);
	assert_code(&err, ERR_FAILED, "store-corrupt");
	assert_null(f->s);
	assert_int_equal(store_open("build/no-such-folder/ceud.db", NOW, &f->s, &err), -1);
	assert_code(&err, ERR_FAILED, "store-open");
	assert_has(err.what, "No such file or directory");
}

static void test_transactions(void **state)
{
	struct fixture *f = *state;
	struct person p = { .email = "new@example.org", .name = "", .login = "", .uid = -1, .program = "",
	    .zone = "" };

	assert_int_equal(person_add(f->s, &f->admin, &p, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	assert_int_equal(store_commit(f->s, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	store_rollback(f->s);
	begin_as(f, &f->admin);
	assert_true(store_in_transaction(f->s));
	assert_int_equal(store_begin(f->s, &err), -1);
	assert_code(&err, ERR_FAILED, "store-nested");
	DONE(person_add(f->s, &f->admin, &p, &err), err);
	rollback(f);
	assert_false(store_in_transaction(f->s));
	assert_int_equal(raw_number(f, "SELECT count(*) FROM person"), 2);
}

static void test_key_and_instant(void **state)
{
	struct fixture *f = *state;
	unsigned char a[32], b[32], zero[32] = { 0 };

	DONE(store_key(f->s, a, &err), err);
	assert_memory_not_equal(a, zero, 32);
	assert_int_equal(store_last_instant(f->s), NOW);
	assert_int_equal(store_touch(f->s, NOW + 5, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	DONE(store_begin(f->s, &err), err);
	DONE(store_touch(f->s, NOW + 9000, &err), err);
	rollback(f);
	assert_int_equal(store_last_instant(f->s), NOW);
	DONE(store_begin(f->s, &err), err);
	DONE(store_touch(f->s, NOW + 5000, &err), err);
	commit(f);
	DONE(store_begin(f->s, &err), err);
	DONE(store_touch(f->s, NOW + 1000, &err), err);
	commit(f);
	assert_int_equal(store_last_instant(f->s), NOW + 5000);
	fixture_reopen(f);
	assert_int_equal(store_last_instant(f->s), NOW + 5000);
	f->maria.now = NOW + 7000;
	add_entry(f, TODAY, 60, "later");
	assert_int_equal(store_last_instant(f->s), NOW + 7000);
	fixture_reopen(f);
	assert_int_equal(store_last_instant(f->s), NOW + 7000);
	DONE(store_key(f->s, b, &err), err);
	assert_memory_equal(a, b, 32);
}

static void test_size_and_checkpoint(void **state)
{
	struct fixture *f = *state;
	struct store_size before, after;
	sqlite3 *reader;

	add_entry(f, TODAY, 60, "one");
	DONE(store_size(f->s, &before, &err), err);
	assert_int_equal(before.schema, 4);
	assert_true(before.wal_bytes > 4096);
	DONE(store_checkpoint(f->s, &err), err);
	DONE(store_size(f->s, &after, &err), err);
	assert_int_equal(after.wal_bytes, 0);
	assert_int_equal(after.database_bytes % 4096, 0);
	assert_true(after.database_bytes >= 100000);
	assert_int_equal(sqlite3_open_v2(f->path, &reader, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM person", NULL, NULL, NULL), SQLITE_OK);
	add_entry(f, TODAY, 60, "two");
	DONE(store_checkpoint(f->s, &err), err);
	sqlite3_close(reader);
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(store_checkpoint(f->s, &err), -1);
	assert_code(&err, ERR_FAILED, "store-nested");
	rollback(f);
}

static void plan_of(struct fixture *f, enum sql_id id, struct buf *out)
{
	struct buf sql = BUF_INIT;
	sqlite3_stmt *st;

	buf_printf(&sql, "EXPLAIN QUERY PLAN %s", sql_queries[id].text);
	assert_int_equal(sqlite3_prepare_v2(f->s->db, buf_str(&sql), -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW)
		buf_printf(out, "%s; ", (const char *)sqlite3_column_text(st, 3));
	sqlite3_finalize(st);
	buf_free(&sql);
}

static const struct { enum sql_id id; const char *has, *lacks; } plans[] = {
	{ SQL_CYCLE_DUE, "SEARCH cycle USING INDEX cycle_due (due_on>? AND due_on<?)",
	    "TEMP B-TREE" },
	{ SQL_CYCLE_NEXT_DUE, "USING COVERING INDEX cycle_due", "SCAN" },
	{ SQL_CYCLE_CURRENT, "INDEX cycle_person", "TEMP B-TREE" },
	{ SQL_CYCLE_AT, "INDEX cycle_person", "TEMP B-TREE" },
	{ SQL_CYCLE_LIST_EVER, "INDEX cycle_person (person=?)", "TEMP B-TREE" },
	{ SQL_CYCLE_PAGE, "SEARCH cycle USING INTEGER PRIMARY KEY (rowid>?)", "TEMP B-TREE" },
	{ SQL_CYCLE_MARK_FIRST, "INDEX cycle_person (person=?)", "SCAN" },
	{ SQL_CALENDAR_DUE, "SEARCH calendar USING INDEX calendar_due (next_poll_at<?)",
	    "TEMP B-TREE" },
	{ SQL_CALENDAR_NEXT_DUE, "INDEX calendar_due", "TEMP B-TREE" },
	{ SQL_OUTBOX_DUE, "INDEX outbox_ready (priority=? AND not_before<?)", "TEMP B-TREE" },
	{ SQL_OUTBOX_RECENT, "INDEX outbox_person (person=?)", "SCAN" },
	{ SQL_OUTBOX_COPIES, "COVERING INDEX sqlite_autoindex_outbox_1 (dedup_key>? AND dedup_key<?)", "SCAN" },
	{ SQL_OUTBOX_OLDEST_READY, "outbox_ready", "outbox_state" },
	{ SQL_OUTBOX_STANDING, "SEARCH outbox USING INTEGER PRIMARY KEY (rowid=?)", "SCAN" },
	{ SQL_ATTEMPT_ADD, "SEARCH attempt USING PRIMARY KEY (mail=?)", "SCAN" },
	{ SQL_ATTEMPT_FORGET, "SEARCH attempt USING PRIMARY KEY (mail=? AND no<?)", "SCAN" },
	{ SQL_RUNG_TAKEN, "SEARCH rung USING PRIMARY KEY (cycle=?)", "SCAN" },
	{ SQL_RUNG_LIST_OF, "SEARCH rung USING PRIMARY KEY (cycle=?)", "SCAN" },
	{ SQL_RUNG_NOTE, "INDEX rung_mail (mail=?)", "SCAN" },
	{ SQL_RUNG_FOLLOW, "INDEX rung_mail (mail=?)", "SCAN" },
	{ SQL_RUNG_FORGET_UNSENT, "SEARCH rung USING PRIMARY KEY (cycle=?)", "SCAN" },
	{ SQL_RUNG_FORGET_UNSENT, "INDEX cycle_person (person=?)", "SCAN" },
	{ SQL_BOUNCE_GET, "SEARCH bounce USING PRIMARY KEY (address=?)", "SCAN" },
	{ SQL_BOUNCE_SUPPRESSED, "INDEX bounce_suppressed", "TEMP B-TREE" },
	{ SQL_BOUNCE_COUNT, "COVERING INDEX bounce_suppressed", "SCAN" },
	{ SQL_DEADLINE_MAIL_GET, "SEARCH deadline_mail USING INTEGER PRIMARY KEY (rowid=?)", "SCAN" },
	{ SQL_DIGEST_OFF_GET, "SEARCH digest_off USING PRIMARY KEY (person=? AND team=?)", "SCAN" },
	{ SQL_DIGEST_LAST_SENT, "INDEX digest_team (team=?)", "TEMP B-TREE" },
	{ SQL_DIGEST_FORGET, "SEARCH digest_person USING PRIMARY KEY (mail=?)", "SCAN" },
	{ SQL_DIGEST_CLEAR, "SEARCH digest_person USING PRIMARY KEY (mail=?)", "SCAN" },
	{ SQL_DIGEST_PEOPLE, "SEARCH digest_person USING PRIMARY KEY (mail=?)", "TEMP B-TREE" },
	{ SQL_TEAM_MEMBER_PAGE, "SEARCH member USING PRIMARY KEY (team=? AND person>?)", "TEMP B-TREE" },
	{ SQL_TEAM_MEMBER_PAGE, "INDEX proposal_waiting (person=?)", "SCAN" },
	{ SQL_TEAM_MEMBER_PAGE, "INDEX cycle_person (person=?)", "SCAN" },
	{ SQL_TEAM_MEMBER_PAGE, "INDEX evidence_entry (entry=?)", "SCAN" },
	{ SQL_OUTBOX_NEXT_DUE, "outbox_ready", "outbox_state" },
	{ SQL_OUTBOX_RECOVER, "INDEX outbox_state (state=?)", "SCAN" },
	{ SQL_OUTBOX_PAGE_STATE, "INDEX outbox_state (state=? AND id<?)", "TEMP B-TREE" },
	{ SQL_OUTBOX_PAGE_OPEN, "INDEX outbox_state (state=? AND id<?)", "SCAN" },
	{ SQL_OUTBOX_COUNT, "COVERING INDEX outbox_state", "TEMP B-TREE" },
	{ SQL_ENTRY_GET, "(person=? AND no=?)", "SCAN" },
	{ SQL_ENTRY_BETWEEN, "(person=?)", "SCAN" },
	{ SQL_ENTRY_BETWEEN, "INDEX evidence_entry (entry=?)", "SCAN" },
	{ SQL_ENTRY_BETWEEN, "SEARCH proposal USING INTEGER PRIMARY KEY (rowid=?)", "SCAN" },
	{ SQL_EVIDENCE_OF, "INDEX evidence_entry (entry=?)", "TEMP B-TREE" },
	{ SQL_EVIDENCE_NAMED, "INDEX evidence_entry (entry=? AND name=?)", "SCAN" },
	{ SQL_EVIDENCE_BETWEEN, "INDEX evidence_entry (entry=?)", "SCAN" },
	{ SQL_EVIDENCE_KNOWN, "INDEX evidence_sha256 (sha256=?)", "SCAN" },
	{ SQL_PROPOSAL_WAITING_PAGE, "INDEX proposal_waiting (person=?", "TEMP B-TREE" },
	{ SQL_PROPOSAL_COUNT, "INDEX proposal_waiting (person=?", "SCAN" },
	{ SQL_PROPOSAL_SKIPPED_PAGE, "INDEX proposal_set_aside (person=?", "TEMP B-TREE" },
	{ SQL_PROPOSAL_CHANGED_PAGE, "INDEX proposal_changed (person=?", "TEMP B-TREE" },
	{ SQL_PROPOSAL_PAGE, "INDEX proposal_waiting (person=?", "TEMP B-TREE" },
	{ SQL_PROPOSAL_PAGE, "INDEX proposal_set_aside (person=?", "SCAN proposal" },
	{ SQL_PROPOSAL_PAGE, "INDEX proposal_confirmed (person=?", "SCAN proposal" },
	{ SQL_PROPOSAL_AROUND, "INDEX proposal_waiting (person=? AND start_at<?)", "SCAN proposal" },
	{ SQL_PROPOSAL_AROUND, "INDEX proposal_confirmed (person=? AND start_at<?)", "TEMP B-TREE" },
	{ SQL_PROPOSAL_OTHERS, "INDEX proposal_day (person=? AND day_on>? AND day_on<?)", "TEMP B-TREE" },
	{ SQL_PROPOSAL_TWINS, "INDEX proposal_twin (twin=?)", "SCAN" },
	{ SQL_PROPOSAL_SERIES, "INDEX proposal_series (calendar=? AND series_key=?)", "SCAN" },
	{ SQL_PROPOSAL_MATCHABLE, "(person=? AND no>?)", "TEMP B-TREE" },
	{ SQL_PROPOSAL_RECENT, "INDEX proposal_day (person=?)", "SCAN" },
	{ SQL_PROPOSAL_KNOWN, "(calendar=?)", "TEMP B-TREE" },
	{ SQL_PROPOSAL_FREE_KEY, "(calendar=? AND uid=? AND rid=?)", "SCAN" },
	{ SQL_PROPOSAL_GROUP, "INDEX proposal_twin (twin=?)", "SCAN" },
	{ SQL_PROPOSAL_GROUPS_OF, "INDEX proposal_twin (twin=?)", "SCAN" },
	{ SQL_PROPOSAL_GROUP_FIRST, "INDEX proposal_twin (twin=?)", "SCAN" },
	{ SQL_PROPOSAL_GROUP_MOVE, "INDEX proposal_twin (twin=?)", "SCAN" },
	{ SQL_FEED_RULE_OF, "INDEX feed_rule_no (<expr>=?)", "TEMP B-TREE" },
	{ SQL_FEED_RULE_LAST_NO, "INDEX feed_rule_no (<expr>=?)", "SCAN" },
	{ SQL_FEED_RULE_COUNT, "INDEX feed_rule_no (<expr>=?)", "SCAN" },
	{ SQL_FEED_LESSONS, "SEARCH entry USING INDEX sqlite_autoindex_entry_1 (person=?)", "TEMP B-TREE" },
	{ SQL_LEDGER_STEP_OBJECTS, "SEARCH ledger USING INTEGER PRIMARY KEY (rowid>?)", "TEMP B-TREE" },
	{ SQL_CALENDAR_SAME_URL, "INDEX calendar_url (url=?)", "SCAN" },
	{ SQL_CALENDAR_COUNTS, "(calendar=?)", "SCAN" },
	{ SQL_CALENDAR_WITHDRAW_ALL, "(calendar=?)", "SCAN" },
	{ SQL_LEDGER_OF, "ledger_subject (subject=? AND seq<?)", "TEMP B-TREE" },
	{ SQL_LEDGER_WALK, "ledger_subject (subject=?)", "TEMP B-TREE" },
	{ SQL_LEDGER_WALK, "INDEX ledger_general", "SCAN ledger;" },
	{ SQL_LEDGER_BACK, "ledger_subject (subject=?)", "TEMP B-TREE" },
	{ SQL_LEDGER_SINCE, "SEARCH ledger USING INTEGER PRIMARY KEY (rowid>?)", "TEMP B-TREE" },
	{ SQL_LEDGER_STEP_ROWS, "SEARCH ledger USING INTEGER PRIMARY KEY (rowid>?)", "TEMP B-TREE" },
	{ SQL_PERSON_BETWEEN, "(email>? AND email<?)", "TEMP B-TREE" },
	{ SQL_PERSON_BY_UID, "INDEX person_uid (uid=?)", "SCAN" },
	{ SQL_TEAM_PEOPLE, "SEARCH member USING PRIMARY KEY (team=?)", "SCAN" },
	{ SQL_TEAM_LEADS, "INDEX member_person (person=?)", "SCAN" },
	{ SQL_ANSWER_FIRST_SINCE, "SCAN answer", "TEMP B-TREE" },
};

/* What is read often must read only the rows that it wants, in their order. */
static void test_plans(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		struct buf plan = BUF_INIT;

		plan_of(f, plans[i].id, &plan);
		if (!strstr(buf_str(&plan), plans[i].has) || strstr(buf_str(&plan), plans[i].lacks))
			fail_msg("%s: %s", sql_queries[plans[i].id].name, buf_str(&plan));
		buf_free(&plan);
	}
}

static void test_check(void **state)
{
	struct fixture *f = *state;

	add_entry(f, TODAY, 60, "one");
	DONE(store_check(f->s, &err), err);
	assert_int_equal(raw_exec(f, "INSERT INTO member VALUES (1, 4711)"), SQLITE_OK);
	assert_int_equal(store_check(f->s, &err), -1);
	assert_code(&err, ERR_FAILED, "store-corrupt");
	assert_has(err.what, "of member refers to nothing");
	assert_int_equal(raw_exec(f,
	    "DELETE FROM member WHERE person = 4711; DROP TRIGGER ledger_is_not_changed; "
	    "UPDATE ledger SET at = at + 1 WHERE seq = 3"), SQLITE_OK);
	assert_int_equal(store_check(f->s, &err), -1);
	assert_code(&err, ERR_FAILED, "store-corrupt");
	assert_has(err.what, "row 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_settings, fixture_empty, fixture_close),
		cmocka_unit_test_setup_teardown(test_statements_prepare, fixture_empty, fixture_close),
		cmocka_unit_test_setup_teardown(test_tables_are_strict, fixture_empty, fixture_close),
		cmocka_unit_test_setup_teardown(test_upgrade_equals_fresh, fixture_empty, fixture_close),
		cmocka_unit_test_setup_teardown(test_failing_migration_keeps_nothing, fixture_open,
		    fixture_close),
		cmocka_unit_test_setup_teardown(test_newer_file_is_refused, fixture_empty, fixture_close),
		cmocka_unit_test_setup_teardown(test_changed_migration_is_refused, fixture_empty,
		    fixture_close),
		cmocka_unit_test_setup_teardown(test_foreign_file_is_refused, fixture_empty, fixture_close),
		cmocka_unit_test_setup_teardown(test_no_database_is_refused, fixture_empty, fixture_close),
		cmocka_unit_test_setup_teardown(test_transactions, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_key_and_instant, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_size_and_checkpoint, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_plans, fixture_empty, fixture_close),
		cmocka_unit_test_setup_teardown(test_check, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
