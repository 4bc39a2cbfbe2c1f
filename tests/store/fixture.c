/* What the tests of the store share. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct err err;

void assert_code(const struct err *e, enum err_class class, const char *code)
{
	assert_string_equal(e->code, code);
	assert_int_equal(e->class, class);
	assert_true(strlen(e->what) > 10);
}

void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, text);
}

int fixture_empty(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	if (!f)
		return -1;
	snprintf(f->folder, sizeof(f->folder), "%s/ceud-store-XXXXXX", tmp ? tmp : "build");
	if (!mkdtemp(f->folder)) {
		snprintf(f->folder, sizeof(f->folder), "/tmp/ceud-store-XXXXXX");
		if (!mkdtemp(f->folder))
			return -1;
	}
	snprintf(f->path, sizeof(f->path), "%s/ceud.db", f->folder);
	f->admin = (struct actor){ 0, "uid 0", NOW, 0 };
	*state = f;
	if (store_open(f->path, NOW, &f->s, &err) < 0) {
		fprintf(stderr, "%s: %s\n", err.code, err.what);
		return -1;
	}
	return 0;
}

void begin_as(struct fixture *f, struct actor *by)
{
	DONE(store_begin(f->s, &err), err);
	DONE(ledger_step(f->s, by, &err), err);
}

void commit(struct fixture *f)
{
	DONE(store_commit(f->s, &err), err);
}

void rollback(struct fixture *f)
{
	store_rollback(f->s);
}

static int64_t add_person(struct fixture *f, const char *email, const char *name, const char *login,
    int64_t uid)
{
	struct person p = { .email = email, .name = name, .login = login, .uid = uid, .program = "ccxp-2y20",
	    .zone = "Europe/Berlin", .created_at = NOW };

	DONE(person_add(f->s, &f->admin, &p, &err), err);
	return p.id;
}

int fixture_open(void **state)
{
	struct program_text text = { HASH_A, "ccxp-2y20", "program ccxp-2y20 {\n}\n", 22 };
	struct cycle_row c = { .program_hash = HASH_A, .start = TODAY - 365, .end = TODAY + 364,
	    .anchor_end = TODAY + 364, .counts_from = TODAY - 365, .counts_until = TODAY + 364,
	    .enrolled_on = TODAY - 100, .required = 2000, .state = CYCLE_OFF_TRACK,
	    .next_check = TODAY + 10, .next_rung = TODAY + 184 };
	struct team t = { .name = "Support EMEA", .every = "week" };
	struct fixture *f;

	if (fixture_empty(state) < 0)
		return -1;
	f = *state;
	begin_as(f, &f->admin);
	f->maria = (struct actor){ add_person(f, "maria@example.org", "Maria Diaz", "maria", 1001),
	    "maria@example.org", NOW, 0 };
	f->mark = add_person(f, "mark@example.org", "Mark Oh", "", -1);
	DONE(program_text_put(f->s, &text, NOW, &err), err);
	c.person = f->maria.person;
	DONE(cycle_open(f->s, &f->admin, &c, &err), err);
	f->cycle = c.id;
	t.lead = f->mark;
	DONE(team_add(f->s, &f->admin, &t, &err), err);
	DONE(team_join(f->s, &f->admin, t.id, f->maria.person, &err), err);
	f->team = t.id;
	commit(f);
	return 0;
}

int fixture_close(void **state)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	struct fixture *f = *state;
	char name[300];
	size_t i;

	store_close(f->s);
	arena_free(&f->arena);
	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", f->path, tails[i]);
		unlink(name);
	}
	rmdir(f->folder);
	free(f);
	return 0;
}

void fixture_reopen(struct fixture *f)
{
	store_close(f->s);
	f->s = NULL;
	DONE(store_open(f->path, NOW, &f->s, &err), err);
}

struct entry an_entry(struct fixture *f, day_t day, int minutes, const char *title)
{
	return (struct entry){ .person = f->maria.person, .day = day, .minutes = minutes,
	    .category = "training", .title = title, .title_key = title, .provider = "", .note = "",
	    .competencies = { "voice", "design" }, .ncompetencies = 2, .source = SOURCE_HAND,
	    .calendar_name = "", .uid = "", .void_reason = "" };
}

struct entry add_entry(struct fixture *f, day_t day, int minutes, const char *title)
{
	struct entry e = an_entry(f, day, minutes, title);

	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "log", &e, &err), err);
	commit(f);
	return e;
}

struct entry get_entry(struct fixture *f, int64_t no)
{
	struct entry e;

	DONE(entry_get(f->s, f->maria.person, no, &f->arena, &e, &err), err);
	return e;
}

struct calendar add_calendar(struct fixture *f, const char *name, const char *url)
{
	struct calendar c = { .person = f->maria.person, .name = name, .url = url,
	    .shown = "https://calendar.example.org/..", .category = "training",
	    .competencies = "voice,design", .user_agent = "", .etag = "", .last_modified = "",
	    .body_hash = "", .state = "new", .error_code = "", .error_text = "", .added_at = NOW,
	    .next_poll = NOW };

	begin_as(f, &f->maria);
	DONE(calendar_add(f->s, &f->maria, &c, &err), err);
	commit(f);
	return c;
}

struct event an_event(const char *uid, const char *title, int64_t start, int minutes)
{
	struct event e = { .uid = uid, .rid = "", .title = title, .location = "Room 1",
	    .url = "https://example.org/e", .organizer = "ann@example.org", .start = start,
	    .end = start + (int64_t)minutes * 60000, .zone = "Europe/Berlin",
	    .day = (day_t)(start / 86400000), .minutes = minutes, .flags = EVENT_CUT };

	event_seal(&e);
	return e;
}

struct merge_plan fetch(struct fixture *f, const struct calendar *c, const struct event *events, size_t n,
    int64_t now)
{
	struct merge_context ctx = { .now = now, .absence_counts = 1 };
	struct merge_plan plan, counts;
	struct known *known;
	size_t nknown;

	DONE(store_begin(f->s, &err), err);
	DONE(proposal_known(f->s, c->id, &f->arena, &known, &nknown, &err), err);
	DONE(merge_events(known, nknown, events, n, &ctx, &plan, &err), err);
	DONE(proposal_merge(f->s, c, known, events, &plan, NULL, NULL, NULL, now, NULL, &err), err);
	commit(f);
	counts = plan;
	merge_plan_free(&plan);
	counts.actions = NULL;
	return counts;
}

struct proposal get_proposal(struct fixture *f, int64_t no)
{
	struct proposal p;

	DONE(proposal_get(f->s, f->maria.person, no, &f->arena, &p, &err), err);
	return p;
}

static sqlite3 *raw_open(struct fixture *f)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(db, 1000), SQLITE_OK);
	return db;
}

int64_t raw_number(struct fixture *f, const char *sql)
{
	sqlite3 *db = raw_open(f);
	sqlite3_stmt *st = NULL;
	int64_t n;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

int raw_exec(struct fixture *f, const char *sql)
{
	sqlite3 *db = raw_open(f);
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	sqlite3_close(db);
	return rc;
}
