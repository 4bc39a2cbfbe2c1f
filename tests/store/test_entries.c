/* Entries: fields, numbers, days, voiding, the history's words. */
#include "fixture.h"

#include <stdio.h>

static struct err err;

static void test_fields(void **state)
{
	struct fixture *f = *state;
	struct entry e = an_entry(f, TODAY - 3, 90, "Journey mapping"), g;

	e.provider = "CXPA";
	e.note = "two days";
	e.source = SOURCE_CALENDAR;
	e.calendar_name = "Work";
	e.uid = "abc@example.org";
	e.is_late = 1;
	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "log", &e, &err), err);
	commit(f);
	assert_int_equal(e.no, 1);
	assert_int_equal(e.rev, 1);
	assert_int_equal(e.created_at, NOW);
	g = get_entry(f, 1);
	assert_int_equal(g.id, e.id);
	assert_int_equal(g.person, f->maria.person);
	assert_int_equal(g.day, TODAY - 3);
	assert_int_equal(g.minutes, 90);
	assert_string_equal(g.category, "training");
	assert_string_equal(g.title, "Journey mapping");
	assert_string_equal(g.provider, "CXPA");
	assert_string_equal(g.note, "two days");
	assert_int_equal(g.ncompetencies, 2);
	assert_string_equal(g.competencies[0], "voice");
	assert_string_equal(g.competencies[1], "design");
	assert_int_equal(g.source, SOURCE_CALENDAR);
	assert_string_equal(entry_source_name(g.source), "calendar");
	assert_string_equal(g.calendar_name, "Work");
	assert_string_equal(g.uid, "abc@example.org");
	assert_int_equal(g.proposal, 0);
	assert_int_equal(g.is_void, 0);
	assert_int_equal(g.is_late, 1);
	assert_int_equal(g.changed_at, NOW);
	assert_int_equal(entry_get(f->s, f->maria.person, 2, &f->arena, &g, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-entry");
	assert_string_equal(err.what, "There is no entry 2.");
	assert_int_equal(entry_get(f->s, f->mark, 1, &f->arena, &g, &err), -1);
}

static void test_no_and_all_competencies(void **state)
{
	struct fixture *f = *state;
	struct entry e = an_entry(f, TODAY, 60, "many"), g;
	static char names[ENTRY_COMPETENCIES_MAX][8];
	size_t i;

	for (i = 0; i < ENTRY_COMPETENCIES_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "c%02zu", i);
		e.competencies[i] = names[i];
	}
	e.ncompetencies = ENTRY_COMPETENCIES_MAX;
	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "log", &e, &err), err);
	e.ncompetencies = 0;
	DONE(entry_add(f->s, &f->maria, "log", &e, &err), err);
	commit(f);
	g = get_entry(f, 1);
	assert_int_equal(g.ncompetencies, ENTRY_COMPETENCIES_MAX);
	assert_string_equal(g.competencies[31], "c31");
	g = get_entry(f, 2);
	assert_int_equal(g.ncompetencies, 0);
}

static void test_numbers_are_never_reused(void **state)
{
	struct fixture *f = *state;
	struct entry e = an_entry(f, TODAY, 60, "a");

	assert_int_equal(add_entry(f, TODAY, 60, "one").no, 1);
	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "log", &e, &err), err);
	assert_int_equal(e.no, 2);
	rollback(f);
	assert_int_equal(add_entry(f, TODAY, 60, "two").no, 2);
	e.person = f->mark;
	begin_as(f, &f->admin);
	DONE(entry_add(f->s, &f->admin, "log", &e, &err), err);
	assert_int_equal(e.no, 1);
	e.person = 99;
	assert_int_equal(entry_add(f->s, &f->admin, "log", &e, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-person");
	commit(f);
	assert_int_equal(raw_exec(f, "DELETE FROM entry"), SQLITE_CONSTRAINT);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM entry"), 3);
}

static void test_between(void **state)
{
	struct fixture *f = *state;
	struct entry_list l;
	struct entry e;

	add_entry(f, TODAY, 60, "three");
	add_entry(f, TODAY - 20, 60, "one");
	e = add_entry(f, TODAY - 10, 60, "two");
	add_entry(f, TODAY - 20, 60, "one more");
	DONE(entry_between(f->s, f->maria.person, DAY_NONE, DAY_NONE, 0, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 4);
	assert_int_equal(l.items[0].no, 2);
	assert_int_equal(l.items[1].no, 4);
	assert_int_equal(l.items[2].no, 3);
	assert_int_equal(l.items[3].no, 1);
	e.is_void = 1;
	e.void_reason = "";
	begin_as(f, &f->maria);
	DONE(entry_update(f->s, &f->maria, "remove", &e, &err), err);
	commit(f);
	DONE(entry_between(f->s, f->maria.person, TODAY - 20, TODAY - 1, 0, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	DONE(entry_between(f->s, f->maria.person, TODAY - 20, TODAY - 1, 1, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	DONE(entry_between(f->s, f->maria.person, TODAY, DAY_NONE, 0, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	DONE(entry_between(f->s, f->mark, DAY_NONE, DAY_NONE, 1, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
}

static const char *newest(struct fixture *f)
{
	struct change_list l;

	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].actor, "maria@example.org");
	return l.items[0].text;
}

static void update(struct fixture *f, struct entry *e, const char *action)
{
	begin_as(f, &f->maria);
	DONE(entry_update(f->s, &f->maria, action, e, &err), err);
	commit(f);
}

static void test_history_words(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 180, "workshop");

	assert_string_equal(newest(f), "log 1");
	e.minutes = 150;
	f->maria.now = NOW + 60000;
	update(f, &e, "edit");
	assert_string_equal(newest(f), "edit 1: hours 3.0 to 2.5");
	assert_int_equal(e.rev, 2);
	assert_int_equal(get_entry(f, 1).rev, 2);
	assert_int_equal(get_entry(f, 1).changed_at, NOW + 60000);
	assert_int_equal(get_entry(f, 1).created_at, NOW);
	e.minutes = 50;
	e.day = TODAY - 1;
	e.category = "college";
	e.title = "other";
	e.ncompetencies = 0;
	update(f, &e, "edit");
	assert_string_equal(newest(f),
	    "edit 1: hours 2.5 to 50m, date 12 Mar 2026 to 11 Mar 2026, category training to college, "
	    "for voice,design removed, title");
	e.competencies[0] = "metrics";
	e.ncompetencies = 1;
	e.note = "secret words";
	update(f, &e, "edit");
	assert_string_equal(newest(f), "edit 1: for metrics, note");
	e.is_void = 1;
	e.void_reason = "counted twice";
	update(f, &e, "remove");
	assert_string_equal(newest(f), "remove 1: counted twice");
	assert_string_equal(get_entry(f, 1).void_reason, "counted twice");
	e.id = 99;
	begin_as(f, &f->maria);
	assert_int_equal(entry_update(f->s, &f->maria, "edit", &e, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-entry");
	rollback(f);
}

/* A commit of one logged entry, as a POST makes it, writes few pages. */
static void test_commit_is_small(void **state)
{
	struct fixture *f = *state;
	struct store_size before, after;
	struct entry e = an_entry(f, TODAY, 60, "workshop");

	add_entry(f, TODAY, 60, "first");
	DONE(store_size(f->s, &before, &err), err);
	begin_as(f, &f->maria);
	DONE(cycle_lock(f->s, f->cycle, &err), err);
	DONE(entry_add(f->s, &f->maria, "log", &e, &err), err);
	DONE(cycle_keep(f->s, f->cycle, &(struct cycle_found){ 100, 2000, CYCLE_OFF_TRACK, 100, TODAY + 10,
	    TODAY + 184 }, &err), err);
	DONE(answer_keep(f->s, "uid 1001", "key-1", "sha", 201, "{}", 2, NOW, &err), err);
	commit(f);
	DONE(store_size(f->s, &after, &err), err);
	print_message("one logged entry: %lld pages of WAL\n",
	    (long long)(after.wal_bytes - before.wal_bytes) / 4120);
	assert_in_range(after.wal_bytes - before.wal_bytes, 4120, 10 * 4120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fields, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_no_and_all_competencies, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_numbers_are_never_reused, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_between, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_history_words, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_commit_is_small, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
