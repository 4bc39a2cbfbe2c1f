/* Databases that older versions wrote, with rows in every table, brought to the newest schema. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/buf.h"
#include "db.h"

static struct err err;

#define ROWS "tests/data/store/version1.sql"

static int add_row(void *out, int n, char **columns, char **names)
{
	int i;

	(void)names;
	for (i = 0; i < n; i++)
		buf_printf(out, "%s|", columns[i] ? columns[i] : "NULL");
	return buf_putc(out, '\n');
}

static void query(sqlite3 *db, const char *sql, struct buf *out)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, out ? add_row : NULL, out, &why) != SQLITE_OK)
		fail_msg("%.200s: %s", sql, why);
}

static void read_file(const char *path, struct buf *out)
{
	FILE *in = fopen(path, "re");
	char part[4096];
	size_t n;

	assert_non_null(in);
	while ((n = fread(part, 1, sizeof(part), in)) > 0)
		buf_add(out, part, n);
	assert_int_equal(fclose(in), 0);
	assert_false(out->failed);
}

/* What of each table may not change: the columns that it had, but when a cycle is looked at and when a digest goes. */
static void columns_of(sqlite3 *db, struct buf *out)
{
	query(db, "SELECT 'SELECT ' || group_concat(c.name) || ' FROM ' || t.name || ' ORDER BY 1, 2;' "
	    "FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' "
	    "AND t.name <> 'schema_version' AND c.name NOT IN ('next_check_on', 'next_rung_on', 'due_on', 'every') "
	    "GROUP BY t.name", out);
	for (char *p = out->data; p && *p; p++)
		if (*p == '|')
			*p = ' ';
}

/* The same of the newest schema: a column has another name, and rows of a kind that there was not are left out. */
static void columns_now(struct buf *queries)
{
	static const char then[] = "cycle,days,person,outcome,mail,at,because FROM rung ORDER";
	static const char now[] = "cycle,rung,person,outcome,mail,at,because FROM rung WHERE rung BETWEEN 0 AND 9999 ORDER";
	struct buf out = BUF_INIT;
	const char *all = buf_str(queries), *at = strstr(all, then);

	assert_non_null(at);
	buf_printf(&out, "%.*s%s%s", (int)(at - all), all, now, at + strlen(then));
	assert_false(out.failed);
	buf_free(queries);
	*queries = out;
}

static sqlite3 *open_raw(struct fixture *f)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL),
	    SQLITE_OK);
	return db;
}

/* The file as version 1 left it; what it held in *held, and the queries that say so in *queries. */
static void write_version1(struct fixture *f, struct buf *queries, struct buf *held)
{
	struct buf rows = BUF_INIT;
	sqlite3 *db;

	store_close(f->s);
	f->s = NULL;
	assert_int_equal(unlink(f->path), 0);
	db = open_raw(f);
	read_file(ROWS, &rows);
	query(db, sql_migrations[0].text, NULL);
	query(db, buf_str(&rows), NULL);
	columns_of(db, queries);
	query(db, buf_str(queries), held);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	buf_free(&rows);
}

/* Events in every state that there was: withdrawn by the feed (gone, cancelled), with their calendar, changed, of series. */
#define EVENT "1773216000000,1773219600000,20523,60,0,"
#define REST "16,'Europe/Berlin','Event','Room 1','','','%064d','training','voice'"
static void add_events(sqlite3 *db)
{
	static const struct { const char *uid, *rid; int state, by_feed, changed, cancelled, series; } events[] = {
		{ "gone", "", 1, 1, 0, 0, 0 }, { "cancelled", "", 1, 1, 0, 1, 0 }, { "removed", "", 1, 0, 0, 0, 0 },
		{ "skipped", "", 2, 0, 1, 0, 0 }, { "weekly", "20260308T090000Z", 0, 0, 0, 0, 1 },
		{ "g_R20260101T090000@google.com", "20260108T090000Z", 0, 0, 0, 0, 1 },
		{ "g_R20260101@google.com", "20260109", 0, 0, 0, 0, 1 }, { "a_Rx@b", "20260109", 0, 0, 0, 0, 0 },
		{ "again", "20260301T090000Z", 0, 0, 0, 0, 0 },
	};
	struct buf sql = BUF_INIT;
	size_t i;

	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		buf_printf(&sql, "INSERT INTO proposal VALUES (%zu,1,%zu,1,'%s','%s',%d,%d,%d,0,NULL," EVENT "%d,%d," REST
		    ");", 10 + i, 10 + i, events[i].uid, events[i].rid, events[i].state, events[i].by_feed,
		    events[i].changed, events[i].cancelled, events[i].series, (int)i);
	buf_puts(&sql, "UPDATE proposal SET changed = 1 WHERE state = 3");
	assert_false(sql.failed);
	query(db, buf_str(&sql), NULL);
	buf_free(&sql);
}

/* The file as a later version had made of it, not closed yet. */
static sqlite3 *write_version(struct fixture *f, int version)
{
	struct buf queries = BUF_INIT, held = BUF_INIT, sql = BUF_INIT;
	sqlite3 *db;
	int i;

	write_version1(f, &queries, &held);
	db = open_raw(f);
	query(db, "PRAGMA foreign_keys = OFF", NULL);
	for (i = 1; i < version; i++) {
		query(db, sql_migrations[i].text, NULL);
		buf_printf(&sql, "INSERT INTO schema_version VALUES (%d, '%s', '%s', 1);", i + 1, sql_migrations[i].name,
		    sql_migrations[i].sha256);
	}
	if (sql.len)
		query(db, buf_str(&sql), NULL);
	buf_free(&queries);
	buf_free(&held);
	buf_free(&sql);
	return db;
}

static void open_written(struct fixture *f, sqlite3 *db)
{
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	fixture_reopen(f);
}

/* The first or second version's file with such events. */
static void write_with_events(struct fixture *f, int version)
{
	sqlite3 *db = write_version(f, version);

	add_events(db);
	open_written(f, db);
}

static void schema_of(struct fixture *f, struct buf *out)
{
	sqlite3 *db = open_raw(f);

	query(db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", out);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_empty(state) < 0)
		return -1;
	f = *state;
	f->maria = (struct actor){ 1, "maria@example.org", NOW + 60000, 0 };
	f->admin.now = NOW + 60000;
	f->mark = 2;
	f->cycle = f->team = 1;
	return 0;
}

/* Some in every table, so that none is forgotten. */
static void test_every_table_has_rows(void **state)
{
	struct fixture *f = *state;
	struct buf queries = BUF_INIT, held = BUF_INIT, counts = BUF_INIT;
	sqlite3 *db;

	write_version1(f, &queries, &held);
	db = open_raw(f);
	buf_reset(&queries);
	query(db, "SELECT group_concat('SELECT ''' || name || "
	    "''' WHERE NOT EXISTS (SELECT 1 FROM ' || name || ')', ';') "
	    "FROM sqlite_schema WHERE type = 'table'", &queries);
	queries.data[queries.len - 2] = ';';
	query(db, buf_str(&queries), &counts);
	assert_string_equal(buf_str(&counts), "");
	sqlite3_close(db);
	buf_free(&queries);
	buf_free(&held);
	buf_free(&counts);
}

static void test_nothing_is_lost(void **state)
{
	struct fixture *f = *state;
	struct buf fresh = BUF_INIT, schema = BUF_INIT, queries = BUF_INIT, held = BUF_INIT, now = BUF_INIT;
	struct store_size size;
	sqlite3 *db;

	schema_of(f, &fresh);
	write_version1(f, &queries, &held);
	fixture_reopen(f);
	DONE(store_check(f->s, &err), err);
	DONE(store_size(f->s, &size, &err), err);
	assert_int_equal(size.schema, 4);
	schema_of(f, &schema);
	assert_same_dump(&fresh, &schema, "the schema");
	columns_now(&queries);
	db = open_raw(f);
	query(db, buf_str(&queries), &now);
	sqlite3_close(db);
	assert_same_dump(&held, &now, "rows");
	assert_true(held.len > 10000);
	buf_free(&fresh);
	buf_free(&schema);
	buf_free(&queries);
	buf_free(&held);
	buf_free(&now);
}

static void upgrade(struct fixture *f)
{
	struct buf queries = BUF_INIT, held = BUF_INIT;

	write_version1(f, &queries, &held);
	fixture_reopen(f);
	buf_free(&queries);
	buf_free(&held);
}

static void test_new_values(void **state)
{
	struct fixture *f = *state;
	struct cycle_list l;
	struct cycle_row c;

	upgrade(f);
	DONE(cycle_list_of(f->s, 1, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	c = l.items[0];				/* closed */
	assert_int_equal(c.is_first, 1);
	assert_int_equal(c.chance, 1000);
	assert_int_equal(c.next_check, DAY_NONE);
	assert_int_equal(c.counts_from, TODAY - 1095);
	assert_int_equal(c.counts_until, TODAY - 366);
	c = l.items[1];
	assert_int_equal(c.is_first, 0);
	assert_int_equal(c.chance, 0);
	assert_int_equal(c.counts_from, TODAY - 360);
	assert_int_equal(c.counts_until, TODAY + 369);
	assert_int_equal(c.carried, 0);
	assert_int_equal(c.submission, 0);
	assert_int_equal(c.next_check, TODAY);
	assert_int_equal(c.next_rung, TODAY);	/* the ladders are others */
	DONE(cycle_list_of(f->s, 3, &f->arena, &l, &err), err);
	assert_int_equal(l.items[0].chance, 750);
	DONE(cycle_due(f->s, TODAY, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);		/* nobody's who is disabled, nor the closed one */
	assert_int_equal(l.items[0].id, 1);
	/* "Tomorrow" may be today somewhere; the conference was undone. */
	assert_int_equal(raw_number(f, "SELECT count(*) FROM entry WHERE is_planned = 1 AND is_void = 0"), 1);
	assert_int_equal(raw_number(f, "SELECT is_planned FROM entry WHERE title = 'Masterclass'"), 1);
	assert_int_equal(raw_number(f, "SELECT is_planned FROM entry WHERE title = 'Tomorrow'"), 0);
	assert_int_equal(raw_number(f,
	    "SELECT count(*) FROM entry WHERE tags = '' AND kind = '' AND quantity = 0"), 7);
}

static void undo(struct fixture *f, struct actor *by, int64_t subject, const char *text)
{
	struct change_list l;

	begin_as(f, by);
	DONE(ledger_undo(f->s, by, subject, &f->arena, &l, &err), err);
	commit(f);
	assert_true(l.n > 0);
	assert_string_equal(l.items[0].text, text);
}

/* The history of then can be taken back now, and made again. */
static void test_undo_of_then(void **state)
{
	struct fixture *f = *state;
	struct change_list l;
	struct entry e;
	int n = 0;

	upgrade(f);
	undo(f, &f->admin, 3, "undo: add team Sales");	/* about nobody: the admin's newest act */
	undo(f, &f->admin, 3, "undo: set jo@example.org");
	undo(f, &f->admin, 3, "undo: join team Support EMEA");
	assert_int_equal(raw_number(f, "SELECT count(*) FROM member"), 1);
	undo(f, &f->maria, 1, "undo: skip event 2");
	undo(f, &f->maria, 1, "undo: confirm event 1");
	undo(f, &f->maria, 1, "undo: add calendar 1: Work");
	undo(f, &f->maria, 1, "undo: log 6");
	undo(f, &f->maria, 1, "undo: log 4");
	undo(f, &f->maria, 1, "undo: remove 3: by mistake");
	undo(f, &f->maria, 1, "undo: log 3");
	undo(f, &f->maria, 1, "undo: edit 2");
	undo(f, &f->maria, 1, "undo: log 2");
	undo(f, &f->maria, 1, "undo: edit 1: hours 3.0 to 2.5, note");
	e = get_entry(f, 1);
	assert_int_equal(e.minutes, 180);
	assert_string_equal(e.note, "");
	undo(f, &f->maria, 1, "undo: log 1");
	for (begin_as(f, &f->maria); ledger_redo(f->s, &f->maria, 1, &f->arena, &l, &err) == 0; n++) {
		commit(f);
		begin_as(f, &f->maria);
	}
	rollback(f);
	assert_code(&err, ERR_RULE, "nothing-to-redo");
	assert_int_equal(n, 11);		/* not the conference: other changes came after it was undone */
	assert_int_equal(get_entry(f, 1).minutes, 150);
	assert_int_equal(get_entry(f, 6).is_planned, 1);
	DONE(store_check(f->s, &err), err);
}

/* The past of then: nothing before the first row, the cycle before it was moved. */
static void test_past_of_then(void **state)
{
	struct fixture *f = *state;
	struct past past;

	upgrade(f);
	DONE(ledger_rewind(f->s, 1, NOW - 1, &f->arena, &past, &err), err);
	assert_int_equal(past.entries.n + past.cycles.n, 0);
	DONE(ledger_rewind(f->s, 1, NOW, &f->arena, &past, &err), err);
	assert_int_equal(past.entries.n, 7);
	assert_int_equal(past.cycles.n, 2);
	undo(f, &f->admin, 1, "undo: add team Sales");
	undo(f, &f->admin, 1, "undo: move cycle: 17 March 2025 to 16 March 2027");
	DONE(ledger_rewind(f->s, 1, NOW + 60000, &f->arena, &past, &err), err);
	assert_int_equal(past.cycles.items[1].start, TODAY - 365);
	assert_int_equal(past.cycles.items[1].counts_until, TODAY + 364);
	DONE(ledger_rewind(f->s, 1, NOW, &f->arena, &past, &err), err);
	assert_int_equal(past.cycles.items[1].start, TODAY - 360);
	assert_int_equal(past.cycles.items[1].counts_until, TODAY + 369);
}

static void assert_series(struct fixture *f, int64_t no, const char *key)
{
	assert_string_equal(get_proposal(f, no).series_key, key);
}

static void check_events(struct fixture *f)
{
	struct proposal_news n;
	struct proposal_list l;
	struct proposal p;

	DONE(store_check(f->s, &err), err);
	p = get_proposal(f, 1);				/* confirmed, and marked before there were news */
	assert_int_equal(p.state, PROPOSAL_CONFIRMED);
	assert_int_equal(p.changed, 1);
	assert_int_equal(p.suggested, 60);
	assert_int_equal(p.breaks, 0);
	assert_string_equal(p.why, "");
	assert_string_equal(p.provider, "");
	assert_string_equal(p.event.description, "");
	assert_string_equal(p.event.detail, "");
	assert_int_equal(p.twin_no, 0);
	assert_int_equal(proposal_news_get(f->s, p.id, &f->arena, &n, &err), 0);
	begin_as(f, &f->maria);
	DONE(proposal_dismiss(f->s, &f->maria, "accept", &p, &err), err);
	rollback(f);
	DONE(proposal_page(f->s, 1, PROPOSALS_SKIPPED, NOW, 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);			/* what was cancelled may never have been seen */
	assert_int_equal(l.items[0].no, 10);
	assert_int_equal(l.items[1].no, 13);
	assert_int_equal(l.items[2].no, 2);
	DONE(proposal_page(f->s, 1, PROPOSALS_WAITING, NOW, 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 5);
	assert_series(f, 10, "");
	assert_series(f, 14, "weekly");
	assert_series(f, 15, "g@google.com");
	assert_series(f, 16, "g@google.com");
	assert_series(f, 17, "a_Rx@b");
	assert_series(f, 18, "again");
	DONE(proposal_get(f->s, 1, 15, &f->arena, &p, &err), err);
	DONE(proposal_series(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	undo(f, &f->maria, 1, "undo: skip event 2");
	undo(f, &f->maria, 1, "undo: confirm event 1");
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_WAITING);
	undo(f, &f->maria, 1, "undo: add calendar 1: Work");
	assert_int_equal(get_proposal(f, 14).state, PROPOSAL_WITHDRAWN);
	assert_int_equal(get_proposal(f, 10).by_feed, 1);
	DONE(store_check(f->s, &err), err);
}

static void test_events_of_the_first(void **state)
{
	write_with_events(*state, 1);
	check_events(*state);
}

static void test_events_of_the_second(void **state)
{
	write_with_events(*state, 2);
	check_events(*state);
}

/* ---- the mails of the third */

#define MAIL "INSERT INTO outbox (id, dedup_key, kind, priority, person, rcpt, rcpt_name, subject, not_before, expires_at, " \
	"state, attempts, doubts, due_at, lease_until, message_id, created_at, done_at, reason, code, enhanced, phase, server_id) "

/* One in each state; rungs of a person who lapsed 10 days ago and of one who is done; a window that may be open. */
static void add_mails(sqlite3 *db)
{
	query(db, MAIL "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 6) "
	    "SELECT 10 + i, 'rem:1:1:' || i, 'reminder', 1, 1, 'maria@example.org', 'M', 's', 1000 * i, 9, i, i, i = 5, "
	    "iif(i = 1, 5, NULL), iif(i = 2, 7, NULL), '<' || i || '>', 1, iif(i > 2, 8, NULL), 'r', 0, '', '', '' FROM n", NULL);
	query(db, "INSERT INTO outbox_bytes SELECT id, X'78' FROM outbox WHERE id >= 10", NULL);
	query(db, "INSERT INTO rung VALUES (1, 90, 1, 1, NULL, 1, ''), (1, 60, 1, 0, 13, 1, 'due'), (1, 30, 1, 2, NULL, 1, ''), "
	    "(1, 14, 1, 3, NULL, 1, '')", NULL);
	query(db, "UPDATE cycle SET end_on = 20524 - 10, anchor_on = 20524 - 10, counts_until_on = 20524 - 10, state = 5 WHERE id = 3;"
	    "UPDATE cycle SET state = 0, next_rung_on = 20600, due_on = 20534 WHERE id = 1;"
	    "UPDATE person SET disabled = 0 WHERE id = 3", NULL);
}

static void check_rung(struct fixture *f, int64_t cycle, int rung, int outcome)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "SELECT COALESCE(SUM(outcome), -1) FROM rung WHERE cycle = %d AND rung = %d", (int)cycle, rung);
	if (raw_number(f, sql) != outcome)
		fail_msg("rung %d of cycle %d: %d", rung, (int)cycle, (int)raw_number(f, sql));
}

static void check_rungs(struct fixture *f)
{
	static const struct { int cycle, rung, outcome; } rungs[] = {
		{ 1, 184, 0 }, { 1, 90, 1 }, { 1, 60, 0 }, { 1, 30, 2 }, { 1, 14, 3 },
		{ 1, LADDER_REACHED, 2 }, { 1, LADDER_INBOX + 1, 2 }, { 1, LADDER_OPEN, -1 }, { 1, -1, -1 },
		{ 3, LADDER_REACHED, -1 }, { 3, LADDER_INBOX + 1, -1 }, { 3, LADDER_OPEN, 2 }, { 3, -1, 2 }, { 3, -8, 2 },
		{ 3, -15, -1 }, { 3, -29, -1 }, { 2, LADDER_REACHED, -1 }, { 2, -1, -1 },
	};
	size_t i;

	for (i = 0; i < sizeof(rungs) / sizeof(rungs[0]); i++)
		check_rung(f, rungs[i].cycle, rungs[i].rung, rungs[i].outcome);
	assert_int_equal(raw_number(f, "SELECT mail FROM rung WHERE cycle = 1 AND rung = 60"), 13);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM rung WHERE because = 'it was so before ceud told of it' "
	    "AND at = 1773302400000 AND mail IS NULL"), 5);
}

/* Nothing is sent for what was so before; all mails are as they were; each cycle is looked at once. */
static void test_mails_of_the_third(void **state)
{
	static const char mails[] = "SELECT id, dedup_key, kind, priority, state, attempts, doubts, not_before, due_at, lease_until, "
	    "message_id, done_at, reason, bytes FROM outbox LEFT JOIN outbox_bytes ON mail = id ORDER BY id";
	struct fixture *f = *state;
	struct buf before = BUF_INIT, after = BUF_INIT;
	sqlite3 *db = write_version(f, 3);
	struct outbox_mail m;
	struct cycle_list l;
	struct person p;

	add_mails(db);
	query(db, mails, &before);
	open_written(f, db);
	DONE(store_check(f->s, &err), err);
	db = open_raw(f);
	query(db, mails, &after);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_same_dump(&before, &after, "mails");
	check_rungs(f);
	DONE(cycle_due(f->s, TODAY, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.items[0].next_rung, TODAY);
	begin_as(f, &f->admin);
	DONE(outbox_retry(f->s, 14, NOW, NOW, &err), err);
	DONE(outbox_again(f->s, 13, NOW, NOW, &f->arena, &m, &err), err);
	commit(f);
	assert_string_equal(m.dedup_key, "rem:1:1:3#2");
	DONE(person_get(f->s, 1, &f->arena, &p, &err), err);
	assert_int_equal(p.muted_until, DAY_NONE);
	assert_string_equal(p.reminder_days, "");
	buf_free(&before);
	buf_free(&after);
}

/* 'monday' was the default and is as ceud.conf says; also where it is taken back to. */
static void test_teams_of_the_third(void **state)
{
	struct fixture *f = *state;
	struct team t;

	open_written(f, write_version(f, 3));
	DONE(team_get(f->s, 1, &f->arena, &t, &err), err);
	assert_string_equal(t.name, "Support EMEA");
	assert_string_equal(t.every, "");
	assert_int_equal(t.csv, 0);
	assert_int_equal(t.lead, 2);
	DONE(team_get(f->s, 2, &f->arena, &t, &err), err);
	assert_string_equal(t.every, "month");
	undo(f, &f->admin, 3, "undo: add team Sales");
	DONE(store_check(f->s, &err), err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_table_has_rows, setup, fixture_close),
		cmocka_unit_test_setup_teardown(test_nothing_is_lost, setup, fixture_close),
		cmocka_unit_test_setup_teardown(test_new_values, setup, fixture_close),
		cmocka_unit_test_setup_teardown(test_undo_of_then, setup, fixture_close),
		cmocka_unit_test_setup_teardown(test_past_of_then, setup, fixture_close),
		cmocka_unit_test_setup_teardown(test_events_of_the_first, setup, fixture_close),
		cmocka_unit_test_setup_teardown(test_events_of_the_second, setup, fixture_close),
		cmocka_unit_test_setup_teardown(test_mails_of_the_third, setup, fixture_close),
		cmocka_unit_test_setup_teardown(test_teams_of_the_third, setup, fixture_close),
	};

	return cmocka_run_group_tests(tests, commands_in_memory, NULL);
}
