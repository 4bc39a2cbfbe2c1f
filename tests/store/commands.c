/* Random commands for undo, redo and the past. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/text.h"
#include "feeds.h"
#include "seed.h"
#include "store/feedrules.h"

static struct err err;

int commands_in_memory(void **state)
{
	(void)state;
	return access("/dev/shm", W_OK) == 0 ? setenv("TMPDIR", "/dev/shm", 0) : 0;
}

static struct calendar a_calendar(struct fixture *f, const char *name)
{
	return (struct calendar){ .person = f->maria.person, .name = name, .url = "https://example.org/w.ics",
	    .shown = "https://example.org/..", .category = "training", .competencies = "voice",
	    .user_agent = "", .etag = "", .last_modified = "", .body_hash = "", .state = "new",
	    .error_code = "", .error_text = "", .added_at = NOW, .next_poll = NOW };
}

/* Event 6: confirmed, and changed by its feed afterwards. */
static void confirm_and_change(struct fixture *f, const struct calendar *c)
{
	struct event first = an_event("e", "Epsilon", NOW - 10800000, 60);
	struct event now = an_event("e", "Epsilon two", NOW - 10800000, 90);
	struct entry e = an_entry(f, TODAY, 60, "Epsilon");
	struct guesses g = { 0 };
	struct proposal p;

	merge_guessed(f, c, &first, 1, &g);
	p = get_proposal(f, 6);
	e.title_key = "epsilon";
	e.proposal = p.id;
	begin_as(f, &f->admin);
	DONE(entry_add(f->s, &f->admin, "confirm", &e, &err), err);
	DONE(proposal_decide(f->s, &f->admin, "confirm", &p, PROPOSAL_CONFIRMED, e.id, &err), err);
	commit(f);
	merge_guessed(f, c, &now, 1, &g);
}

void commands_prepare(struct fixture *f)
{
	struct program_text b = { HASH_B, "ccxp-2y20", "b", 1 }, c = { HASH_C, "other", "c", 1 };
	struct event e[3] = { an_event("a", "Alpha", NOW - 86400000, 60),
		an_event("b", "Beta", NOW - 7200000, 90), an_event("c", "Gamma", NOW + 86400000, 60) };
	struct event same[2] = { an_event("b", "t2", NOW - 7200000, 90),
		an_event("d", "ignored", NOW - 7200000, 90) };
	struct calendar work = a_calendar(f, "Work"), other = a_calendar(f, "Other");
	struct guesses g = { 0 };

	begin_as(f, &f->admin);
	DONE(calendar_add(f->s, &f->admin, &work, &err), err);
	DONE(calendar_add(f->s, &f->admin, &other, &err), err);
	DONE(program_text_put(f->s, &b, NOW, &err), err);
	DONE(program_text_put(f->s, &c, NOW, &err), err);
	commit(f);
	fetch(f, &work, e, 3, NOW);
	merge_guessed(f, &other, same, 2, &g);
	confirm_and_change(f, &work);
}

/* An entry of Maria, void or not as asked; 0 if there is none. */
static int some_entry(struct fixture *f, int is_void, struct entry *ret)
{
	struct entry_list l;
	size_t i, n = 0;

	DONE(entry_between(f->s, f->maria.person, DAY_NONE, DAY_NONE, 1, &f->arena, &l, &err), err);
	for (i = 0; i < l.n; i++)
		if (l.items[i].is_void == is_void)
			l.items[n++] = l.items[i];
	if (n == 0)
		return 0;
	*ret = l.items[seed_between(0, (int64_t)n - 1)];
	return 1;
}

static void fill(struct entry *e)
{
	static const char *const titles[] = { "Workshop", "Caf\xc3\xa9 talk", "x", "Course \"two\"" };

	e->day = TODAY + (day_t)seed_between(-200, 100);
	e->minutes = (int)seed_between(1, 400);
	e->category = seed_between(0, 1) ? "training" : "college";
	e->title = e->title_key = titles[seed_between(0, 3)];
	e->note = seed_between(0, 1) ? "a note" : "";
	e->ncompetencies = (size_t)seed_between(0, 2);
	e->competencies[0] = "voice";
	e->competencies[1] = "design";
	e->ntags = (size_t)seed_between(0, 2);
	e->tags[0] = "live";
	e->tags[1] = "ethics";
	e->kind = seed_between(0, 2) ? "" : "paper";
	e->quantity = *e->kind ? seed_between(1, 500) : 0;
	e->is_planned = e->day > TODAY;
}

/* Titles are folded as ceud does: undo folds them again. */
static void fold(struct entry *e)
{
	static const char *const folded[][2] = { { "Workshop", "workshop" },
		{ "Caf\xc3\xa9 talk", "cafe talk" }, { "x", "x" }, { "Course \"two\"", "course two" } };
	size_t i;

	for (i = 0; i < 4; i++)
		if (strcmp(folded[i][0], e->title) == 0)
			e->title_key = folded[i][1];
}

static int do_log(struct fixture *f, struct actor *by)
{
	struct entry e = an_entry(f, TODAY, 60, "x");
	struct evidence v = { .name = "proof.pdf", .type = "application/pdf", .sha256 = HASH_A, .bytes = 7 };

	fill(&e);
	fold(&e);
	if (entry_add(f->s, by, "log", &e, &err) < 0)
		return -1;
	v.added_at = by->now;
	return seed_between(0, 2) ? 0 : evidence_add(f->s, by, &e, &v, &err);
}

static int do_edit(struct fixture *f, struct actor *by)
{
	struct entry e;

	if (!some_entry(f, 0, &e))
		return -1;
	fill(&e);
	fold(&e);
	return entry_update(f->s, by, "edit", &e, &err);
}

static int do_remove(struct fixture *f, struct actor *by)
{
	struct entry e;

	if (!some_entry(f, 0, &e))
		return -1;
	e.is_void = 1;
	e.void_reason = "by mistake";
	return entry_update(f->s, by, "remove", &e, &err);
}

static int do_done(struct fixture *f, struct actor *by)
{
	struct entry e;

	if (!some_entry(f, 0, &e) || !e.is_planned)
		return -1;
	e.is_planned = 0;
	return entry_update(f->s, by, "done", &e, &err);
}

static int do_attach(struct fixture *f, struct actor *by)
{
	struct entry e;
	struct evidence v = { .name = seed_between(0, 1) ? "a.pdf" : "b.png", .type = "application/pdf",
	    .sha256 = HASH_B, .bytes = 9, .added_at = by->now };

	return some_entry(f, 0, &e) ? evidence_add(f->s, by, &e, &v, &err) : -1;
}

static int do_detach(struct fixture *f, struct actor *by)
{
	struct entry e;
	struct evidence_list l;

	if (!some_entry(f, 0, &e))
		return -1;
	DONE(evidence_of(f->s, e.id, &f->arena, &l, &err), err);
	if (l.n == 0)
		return -1;
	return evidence_remove(f->s, by, &e, l.items[seed_between(0, (int64_t)l.n - 1)].name, &err);
}

static int do_decide(struct fixture *f, struct actor *by)
{
	struct proposal p = get_proposal(f, seed_between(1, 5));
	struct entry e = an_entry(f, p.event.day, p.event.minutes, p.event.title);
	struct buf key = BUF_INIT;

	if (p.state == PROPOSAL_SKIPPED)
		return proposal_decide(f->s, by, "restore", &p, PROPOSAL_WAITING, 0, &err);
	if (p.state != PROPOSAL_WAITING && p.state != PROPOSAL_IGNORED)
		return -1;
	if (seed_between(0, 1))
		return proposal_decide(f->s, by, "skip", &p, PROPOSAL_SKIPPED, 0, &err);
	DONE(text_fold(&key, p.event.title, strlen(p.event.title)), err);
	e.title_key = arena_strdup(&f->arena, buf_str(&key));
	buf_free(&key);
	assert_non_null(e.title_key);
	e.source = SOURCE_CALENDAR;
	e.uid = p.event.uid;
	e.proposal = p.id;
	if (entry_add(f->s, by, "confirm", &e, &err) < 0)
		return -1;
	return proposal_decide(f->s, by, "confirm", &p, PROPOSAL_CONFIRMED, e.id, &err);
}

static int do_news(struct fixture *f, struct actor *by)
{
	struct proposal p = get_proposal(f, 6);

	return p.changed ? proposal_dismiss(f->s, by, seed_between(0, 1) ? "accept" : "dismiss", &p, &err) : -1;
}

static int do_rule(struct fixture *f, struct actor *by)
{
	struct feed_rule r = { .person = seed_between(0, 2) ? f->maria.person : 0, .added_at = by->now,
	    .rule = { .field = MATCH_TITLE, .extra = "", .test = MATCH_IS, .value = "x", .category = "training",
	    .competencies = "", .provider = "", .break_minutes = -1, .verdict = MATCH_PROPOSE } };
	struct feed_rule_list l;

	DONE(feed_rule_of(f->s, r.person, &f->arena, &l, &err), err);
	if (l.n && seed_between(0, 1))
		return feed_rule_remove(f->s, by, &l.items[seed_between(0, (int64_t)l.n - 1)], &err);
	return feed_rule_add(f->s, by, &r, &err);
}

static int do_calendar(struct fixture *f, struct actor *by)
{
	struct calendar_list l;
	struct calendar c = a_calendar(f, "More");

	DONE(calendar_of(f->s, f->maria.person, &f->arena, &l, &err), err);
	if (l.n && seed_between(0, 1))
		return calendar_remove(f->s, by, &l.items[seed_between(0, (int64_t)l.n - 1)], &err);
	return l.n < 4 ? calendar_add(f->s, by, &c, &err) : -1;
}

static int do_person(struct fixture *f, struct actor *by)
{
	struct person p;

	DONE(person_get(f->s, f->maria.person, &f->arena, &p, &err), err);
	p.name = seed_between(0, 1) ? "Maria Diaz" : "M. Diaz";
	p.login = seed_between(0, 1) ? "maria" : "";
	p.uid = *p.login ? 1001 : -1;
	p.zone = seed_between(0, 1) ? "" : "Asia/Tokyo";
	p.role = seed_between(0, 1) ? ROLE_ADMIN : ROLE_PROFESSIONAL;
	p.disabled = seed_between(0, 3) == 0;
	return person_update(f->s, by, &p, &err);
}

static int is_in(struct fixture *f, int64_t team)
{
	struct team_list l;
	size_t i;

	DONE(team_of_person(f->s, f->maria.person, &f->arena, &l, &err), err);
	for (i = 0; i < l.n; i++)
		if (l.items[i].id == team)
			return 1;
	return 0;
}

static int do_team(struct fixture *f, struct actor *by)
{
	static const char *const names[] = { "Sales", "Support", "Caf\xc3\xa9" };
	struct team_list l;
	struct team t = { .name = names[seed_between(0, 2)], .every = seed_between(0, 1) ? "week" : "month",
	    .lead = seed_between(0, 1) ? f->mark : 0 };
	int64_t some;

	DONE(team_page(f->s, "", 20, &f->arena, &l, &err), err);
	if (seed_between(0, 2) == 0)
		return team_add(f->s, by, &t, &err);
	some = l.items[seed_between(0, (int64_t)l.n - 1)].id;
	t.id = some;
	switch (seed_between(0, 3)) {
	case 0:
		return team_update(f->s, by, &t, &err);
	case 1:
		return team_join(f->s, by, some, f->maria.person, &err);
	case 2:		/* about two people; what is about the other alone is no step of Maria's */
		if (is_in(f, some) || team_join(f->s, by, some, f->mark, &err) < 0)
			return -1;
		return team_join(f->s, by, some, f->maria.person, &err);
	default:
		return team_leave(f->s, by, some, f->maria.person, &err);
	}
}

static int do_cycle(struct fixture *f, struct actor *by)
{
	struct cycle_row c, next;
	struct submission sub = { .at = by->now, .on = TODAY, .counted = 2000, .required = 2000,
	    .body = "{}" };
	day_t start, end;

	if (cycle_current(f->s, f->maria.person, &f->arena, &c, &err) <= 0)
		return -1;
	switch (seed_between(0, 4)) {
	case 0:
		sub.cycle = c.id;
		return submission_add(f->s, by, &sub, &err);
	case 1:
		return cycle_rebind(f->s, by, c.id, seed_between(0, 1) ? HASH_A : HASH_B, &err);
	case 2:
		start = c.start + (day_t)seed_between(-30, 60);
		end = start + (day_t)seed_between(100, 800);
		return cycle_move(f->s, by, c.id, (struct cycle){ start, end },
		    (struct cycle){ start, end + 5 }, end, TODAY, &err);
	default:
		next = c;
		next.start = c.end + 1;
		next.end = next.anchor_end = next.counts_until = c.end + 730;
		next.counts_from = c.counts_until + 1;
		next.program_hash = seed_between(0, 2) ? HASH_B : HASH_C;
		next.carried = seed_between(0, 300);
		next.submitted_at = next.submission = 0;
		next.next_check = TODAY + (day_t)seed_between(1, 400);
		return cycle_close(f->s, by, "renew", c.id, c.counts_until, NULL, &err) < 0 ||
		    cycle_open(f->s, by, &next, &err) < 0 ? -1 : 0;
	}
}

static int do_program(struct fixture *f, struct actor *by)
{
	static const char *const hashes[] = { HASH_A, HASH_B, HASH_C };

	return program_install(f->s, by, &(struct program_text){ .hash = hashes[seed_between(0, 2)] }, &err);
}

int random_command(struct fixture *f, const char **name)
{
	static const struct {
		const char *name;
		int (*run)(struct fixture *f, struct actor *by);
		int weight;
	} all[COMMANDS_KINDS] = {
		{ "log", do_log, 5 }, { "edit", do_edit, 4 }, { "remove", do_remove, 2 }, { "done", do_done, 2 },
		{ "attach", do_attach, 3 }, { "detach", do_detach, 2 }, { "decide", do_decide, 3 },
		{ "calendar", do_calendar, 2 }, { "person", do_person, 2 }, { "team", do_team, 5 },
		{ "cycle", do_cycle, 4 }, { "program", do_program, 1 }, { "news", do_news, 1 },
		{ "rule", do_rule, 2 },
	};
	int64_t pick = seed_between(0, 37);
	int64_t before = raw_number(f, "SELECT max(seq) FROM ledger");
	size_t i;
	int rc;

	for (i = 0; (pick -= all[i].weight) >= 0; i++)
		;
	*name = all[i].name;
	begin_as(f, &f->maria);
	err = (struct err){ .code = "" };
	rc = all[i].run(f, &f->maria);
	if (err.code[0] && err.class == ERR_FAILED)
		fail_msg("%s: %s: %s", *name, err.code, err.what);
	if (rc < 0) {
		rollback(f);
		return 0;
	}
	commit(f);
	return raw_number(f, "SELECT max(seq) FROM ledger") > before;
}

/* ---- dumps */

static int add_row(void *out, int n, char **columns, char **names)
{
	int i;

	(void)names;
	for (i = 0; i < n; i++)
		buf_printf(out, "%s%s", i ? "|" : "", columns[i] ? columns[i] : "NULL");
	return buf_putc(out, '\n');
}

static void dump_query(sqlite3 *db, const char *sql, struct buf *out)
{
	char *why = NULL;

	buf_printf(out, "# %s\n", sql);
	if (sqlite3_exec(db, sql, add_row, out, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	assert_false(out->failed);
}

static sqlite3 *open_raw(struct fixture *f)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	return db;
}

void dump_visible(struct fixture *f, struct buf *out)
{
	static const char *const queries[] = {
		"SELECT id, day_on, minutes, category, title, title_key, provider, note, competencies, tags, "
		"kind, quantity, is_planned, source, uid, proposal, void_reason, is_late "
		"FROM entry WHERE is_void = 0",
		"SELECT evidence.id, entry, name, sha256 FROM evidence JOIN entry ON entry.id = entry "
		"WHERE removed = 0 AND is_void = 0",
		"SELECT id, program_text, start_on, end_on, anchor_on, counts_from_on, counts_until_on, "
		"is_first, carried, enrolled_on, submitted_at, submission, closed_at, next_check_on, "
		"next_rung_on, due_on FROM cycle WHERE removed = 0",
		"SELECT proposal.id, proposal.state, by_feed, state_before, entry, twin, changed, start_at, minutes, "
		"title FROM proposal JOIN calendar ON calendar.id = calendar WHERE removed = 0",
		"SELECT proposal, at, start_at, minutes, title FROM proposal_news",
		"SELECT id, person, no, value FROM feed_rule WHERE removed = 0",
		"SELECT id, name, url FROM calendar WHERE removed = 0",
		"SELECT id, email, name, login, uid, program, zone, role, disabled FROM person",
		"SELECT id, name, name_key, lead, every FROM team WHERE removed = 0",
		"SELECT team, person FROM member",
		"SELECT program, program_text FROM program_installed",
	};
	sqlite3 *db = open_raw(f);
	size_t i;

	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		dump_query(db, queries[i], out);
	sqlite3_close(db);
}

void dump_all(struct fixture *f, struct buf *out)
{
	sqlite3 *db = open_raw(f);
	sqlite3_stmt *st;

	assert_int_equal(sqlite3_prepare_v2(db,
	    "SELECT 'SELECT ' || group_concat(c.name) || ' FROM ' || t.name FROM sqlite_schema AS t, "
	    "pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'ledger%' "
	    "AND c.name NOT IN ('rev', 'changed_at') GROUP BY t.name ORDER BY t.name", -1, &st, NULL),
	    SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW)
		dump_query(db, (const char *)sqlite3_column_text(st, 0), out);
	sqlite3_finalize(st);
	sqlite3_close(db);
}

void assert_same_dump(const struct buf *a, const struct buf *b, const char *what)
{
	const char *x = buf_str(a), *y = buf_str(b), *x_line = x, *y_line = y;

	for (; *x && *x == *y; x++, y++)
		if (*x == '\n') {
			x_line = x + 1;
			y_line = y + 1;
		}
	if (*x != *y)
		fail_msg("%s:\n- %.*s\n+ %.*s", what, (int)strcspn(x_line, "\n"), x_line,
		    (int)strcspn(y_line, "\n"), y_line);
}
