/* Undo: of each kind of change, walking back, and what may not be undone. */
#include "fixture.h"

#include <stdio.h>

static struct err err;

static struct change_list undo_as(struct fixture *f, struct actor *by)
{
	struct change_list l;

	begin_as(f, by);
	DONE(ledger_undo(f->s, by, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	DONE(ledger_verify(f->s, NULL, &err), err);
	return l;
}

static void undo_says(struct fixture *f, const char *text)
{
	struct change_list l = undo_as(f, &f->maria);

	assert_true(l.n >= 1);
	assert_string_equal(l.items[l.n - 1].text, text);
	assert_string_equal(l.items[l.n - 1].action, "undo");
	assert_int_equal(l.items[l.n - 1].step, f->maria.step);
	assert_true(l.items[l.n - 1].undoes > 0);
}

static void no_undo(struct fixture *f, struct actor *by, const char *code)
{
	struct change_list l = { NULL, 77, 0 };

	begin_as(f, by);
	assert_int_equal(ledger_undo(f->s, by, f->maria.person, &f->arena, &l, &err), -1);
	assert_code(&err, ERR_RULE, code);
	assert_int_equal(l.n, 77);
	rollback(f);
}

static void update(struct fixture *f, struct actor *by, struct entry *e, const char *action)
{
	begin_as(f, by);
	DONE(entry_update(f->s, by, action, e, &err), err);
	commit(f);
}

static void test_nothing(void **state)
{
	struct fixture *f = *state;

	no_undo(f, &f->maria, "nothing-to-undo");
	assert_string_equal(err.next, "ceu history");
	no_undo(f, &f->admin, "nothing-to-undo");	/* a step that added a person stays whole */
	assert_string_equal(err.what, "That mark@example.org was added cannot be undone.");
	assert_string_equal(err.next, "ceu admin person disable mark@example.org");
}

static void test_log(void **state)
{
	struct fixture *f = *state;
	struct entry e;

	add_entry(f, TODAY, 60, "one");
	undo_says(f, "undo: log 1");
	e = get_entry(f, 1);
	assert_int_equal(e.is_void, 1);
	assert_string_equal(e.void_reason, "undone");
	assert_int_equal(e.rev, 2);
	no_undo(f, &f->maria, "nothing-to-undo");
}

static void test_edit_restores_every_field(void **state)
{
	struct fixture *f = *state;
	struct entry e = an_entry(f, TODAY, 180, "Workshop \xc3\x89t\xc3\xa9");

	e.provider = "CXPA";
	e.note = "note\nof \"two\" lines";
	e.tags[0] = "live";
	e.tags[1] = "ethics";
	e.ntags = 2;
	e.kind = "paper";
	e.quantity = 150;
	e.is_planned = 1;
	e.is_late = 1;
	e.title_key = "workshop ete";
	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "log", &e, &err), err);
	commit(f);
	e.day = TODAY - 9;
	e.minutes = 150;
	e.category = "college";
	e.title = e.title_key = "x";
	e.provider = e.note = "";
	e.ncompetencies = 0;
	e.ntags = 0;
	e.kind = "";
	e.quantity = 0;
	e.is_planned = 0;
	e.is_late = 0;
	update(f, &f->maria, &e, "edit");
	undo_says(f,
	    "undo: edit 1: hours 3.0 to 2.5, date 12 Mar 2026 to 3 Mar 2026, category training to college, "
	    "for voice,design removed, tags live,ethics removed, as paper=1.5 removed, title, provider, note, "
	    "confirmed");
	e = get_entry(f, 1);
	assert_int_equal(e.ntags, 2);
	assert_string_equal(e.tags[0], "live");
	assert_string_equal(e.tags[1], "ethics");
	assert_string_equal(e.kind, "paper");
	assert_int_equal(e.quantity, 150);
	assert_int_equal(e.is_planned, 1);
	assert_int_equal(e.day, TODAY);
	assert_int_equal(e.minutes, 180);
	assert_string_equal(e.category, "training");
	assert_string_equal(e.title, "Workshop \xc3\x89t\xc3\xa9");
	assert_string_equal(e.title_key, "workshop ete");
	assert_string_equal(e.provider, "CXPA");
	assert_string_equal(e.note, "note\nof \"two\" lines");
	assert_int_equal(e.ncompetencies, 2);
	assert_string_equal(e.competencies[0], "voice");
	assert_string_equal(e.competencies[1], "design");
	assert_int_equal(e.is_late, 1);
	assert_int_equal(e.is_void, 0);
	assert_int_equal(e.rev, 3);
}

static void test_remove(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one");

	e.is_void = 1;
	e.void_reason = "by mistake";
	update(f, &f->maria, &e, "remove");
	undo_says(f, "undo: remove 1: by mistake");
	assert_int_equal(get_entry(f, 1).is_void, 0);
	assert_string_equal(get_entry(f, 1).void_reason, "");
}

/* log, edit, edit, log: four times undo goes back to nothing; a new change is undone first. */
static void test_walks_back(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one");

	e.minutes = 120;
	update(f, &f->maria, &e, "edit");
	e.minutes = 180;
	update(f, &f->maria, &e, "edit");
	add_entry(f, TODAY, 30, "two");
	undo_says(f, "undo: log 2");
	undo_says(f, "undo: edit 1: hours 2.0 to 3.0");
	assert_int_equal(get_entry(f, 1).minutes, 120);
	e = get_entry(f, 1);
	e.minutes = 240;
	update(f, &f->maria, &e, "edit");
	undo_says(f, "undo: edit 1: hours 2.0 to 4.0");
	undo_says(f, "undo: edit 1: hours 1.0 to 2.0");
	assert_int_equal(get_entry(f, 1).minutes, 60);
	assert_int_equal(get_entry(f, 1).is_void, 0);
	undo_says(f, "undo: log 1");
	assert_int_equal(get_entry(f, 1).is_void, 1);
	no_undo(f, &f->maria, "nothing-to-undo");
}

static void test_one_step_many_objects(void **state)
{
	struct fixture *f = *state;
	struct entry a = an_entry(f, TODAY, 60, "a"), b = an_entry(f, TODAY, 60, "b");
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "log", &a, &err), err);
	DONE(entry_add(f->s, &f->maria, "log", &b, &err), err);
	commit(f);
	l = undo_as(f, &f->maria);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].text, "undo: log 2");
	assert_string_equal(l.items[1].text, "undo: log 1");
	assert_int_equal(get_entry(f, 1).is_void + get_entry(f, 2).is_void, 2);
	no_undo(f, &f->maria, "nothing-to-undo");
}

static void test_overtaken(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one");

	e.minutes = 90;
	update(f, &f->admin, &e, "edit");
	no_undo(f, &f->maria, "undo-overtaken");
	assert_string_equal(err.what,
	    "\"log 1\" cannot be undone: someone else changed the same since (edit).");
	undo_as(f, &f->admin);
	assert_int_equal(get_entry(f, 1).minutes, 60);
	undo_says(f, "undo: log 1");
}

/* Everyone takes back what she did herself. */
static void test_each_her_own(void **state)
{
	struct fixture *f = *state;
	struct actor root = { 0, "uid 1", NOW, 0 };
	struct entry e = an_entry(f, TODAY, 60, "by the admin");

	add_entry(f, TODAY, 60, "by Maria");
	begin_as(f, &f->admin);
	DONE(entry_add(f->s, &f->admin, "log", &e, &err), err);
	commit(f);
	no_undo(f, &root, "nothing-to-undo");
	undo_says(f, "undo: log 1");
	no_undo(f, &f->maria, "nothing-to-undo");
	undo_as(f, &f->admin);
	assert_int_equal(get_entry(f, 2).is_void, 1);
}

static struct proposal confirm(struct fixture *f, int64_t no)
{
	struct proposal p = get_proposal(f, no);
	struct entry e = an_entry(f, p.event.day, p.event.minutes, p.event.title);

	e.source = SOURCE_CALENDAR;
	e.uid = p.event.uid;
	e.proposal = p.id;
	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "confirm", &e, &err), err);
	DONE(proposal_decide(f->s, &f->maria, "confirm", &p, PROPOSAL_CONFIRMED, e.id, &err), err);
	commit(f);
	return get_proposal(f, no);
}

static void decide(struct fixture *f, int64_t no, const char *action, enum proposal_state to)
{
	struct proposal p = get_proposal(f, no);

	begin_as(f, &f->maria);
	DONE(proposal_decide(f->s, &f->maria, action, &p, to, 0, &err), err);
	commit(f);
}

static struct calendar with_events(struct fixture *f)
{
	struct calendar c = add_calendar(f, "Work", "https://example.org/secret.ics");
	struct event e[3] = { an_event("a", "Alpha", NOW - 86400000, 60), an_event("b", "Beta", NOW - 7200000,
	    90), an_event("c", "Gamma", NOW + 86400000, 60) };

	fetch(f, &c, e, 3, NOW);
	return c;
}

static void test_confirm(void **state)
{
	struct fixture *f = *state;
	struct proposal p;
	struct change_list l;

	with_events(f);
	p = confirm(f, 1);
	assert_int_equal(p.state, PROPOSAL_CONFIRMED);
	assert_int_equal(p.entry_no, 1);
	l = undo_as(f, &f->maria);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].text, "undo: confirm event 1");
	assert_string_equal(l.items[1].text, "undo: log 1 from the inbox");
	p = get_proposal(f, 1);
	assert_int_equal(p.state, PROPOSAL_WAITING);
	assert_int_equal(p.entry_no, 0);
	assert_int_equal(get_entry(f, 1).is_void, 1);
	p = confirm(f, 1);
	assert_int_equal(p.entry_no, 2);
	undo_says(f, "undo: log 2 from the inbox");
	undo_says(f, "undo: add calendar 1: Work");
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_WITHDRAWN);
	no_undo(f, &f->maria, "nothing-to-undo");
}

static void test_skip_and_restore(void **state)
{
	struct fixture *f = *state;

	with_events(f);
	decide(f, 2, "skip", PROPOSAL_SKIPPED);
	undo_says(f, "undo: skip event 2");
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_WAITING);
	decide(f, 2, "skip", PROPOSAL_SKIPPED);
	decide(f, 2, "restore", PROPOSAL_WAITING);
	undo_says(f, "undo: restore event 2");
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_SKIPPED);
	undo_says(f, "undo: skip event 2");
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_WAITING);
}

static void test_calendar_remove(void **state)
{
	struct fixture *f = *state;
	struct calendar c = with_events(f), d;
	int i;

	confirm(f, 1);
	decide(f, 2, "skip", PROPOSAL_SKIPPED);
	begin_as(f, &f->maria);
	DONE(calendar_remove(f->s, &f->maria, &c, &err), err);
	commit(f);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_CONFIRMED);
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_SKIPPED);
	assert_int_equal(get_proposal(f, 3).state, PROPOSAL_WITHDRAWN);
	assert_int_equal(get_proposal(f, 3).by_feed, 0);
	undo_says(f, "undo: remove calendar 1: Work");
	DONE(calendar_by_id(f->s, c.id, &f->arena, &d, &err), err);
	assert_int_equal(d.removed, 0);
	assert_int_equal(get_proposal(f, 3).state, PROPOSAL_WAITING);
	undo_says(f, "undo: skip event 2");
	undo_says(f, "undo: log 1 from the inbox");
	for (i = 1; i <= 3; i++)
		assert_int_equal(get_proposal(f, i).state, PROPOSAL_WAITING);
	undo_says(f, "undo: add calendar 1: Work");
	DONE(calendar_by_id(f->s, c.id, &f->arena, &d, &err), err);
	assert_int_equal(d.removed, 1);
	assert_string_equal(d.state, "removed");
	for (i = 1; i <= 3; i++)
		assert_int_equal(get_proposal(f, i).state, PROPOSAL_WITHDRAWN);
}

/* The admin removed the calendar after Maria's skip: her undo must not bring the event back alone. */
static void test_skip_in_a_removed_calendar(void **state)
{
	struct fixture *f = *state;
	struct calendar c = with_events(f);

	decide(f, 2, "skip", PROPOSAL_SKIPPED);
	begin_as(f, &f->admin);
	DONE(calendar_remove(f->s, &f->admin, &c, &err), err);
	commit(f);
	undo_says(f, "undo: skip event 2");
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_WITHDRAWN);
	no_undo(f, &f->maria, "undo-overtaken");
	undo_as(f, &f->admin);
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_WAITING);
}

/* What the feed changed while the event was confirmed is taken over once it waits again. */
static void test_changed_meanwhile(void **state)
{
	struct fixture *f = *state;
	struct calendar c = with_events(f), d;
	struct event e[3] = { an_event("a", "Alpha moved", NOW - 43200000, 120), an_event("b", "Beta",
	    NOW - 7200000, 90), an_event("c", "Gamma", NOW + 86400000, 60) };
	struct proposal p;

	c.etag = "\"1\"";
	c.last_modified = "yesterday";
	c.body_hash = "abc";
	c.state = "ok";
	DONE(store_begin(f->s, &err), err);
	DONE(calendar_fetched(f->s, &c, &err), err);
	commit(f);
	confirm(f, 1);
	assert_int_equal(fetch(f, &c, e, 3, NOW + 1).changed, 1);
	p = get_proposal(f, 1);
	assert_int_equal(p.changed, 1);
	assert_string_equal(p.event.title, "Alpha");
	undo_says(f, "undo: log 1 from the inbox");
	DONE(calendar_by_id(f->s, c.id, &f->arena, &d, &err), err);
	assert_string_equal(d.etag, "");
	assert_string_equal(d.last_modified, "");
	assert_string_equal(d.body_hash, "");
	assert_int_equal(get_proposal(f, 1).changed, 0);
	fetch(f, &c, e, 3, NOW + 2);
	p = get_proposal(f, 1);
	assert_string_equal(p.event.title, "Alpha moved");
	assert_int_equal(p.event.minutes, 120);
}

static void attach(struct fixture *f, struct actor *by, const struct entry *e, const char *name)
{
	struct evidence v = { .name = name, .type = "application/pdf", .sha256 = HASH_A, .bytes = 5,
	    .added_at = NOW };

	begin_as(f, by);
	DONE(evidence_add(f->s, by, e, &v, &err), err);
	commit(f);
}

static void detach(struct fixture *f, struct actor *by, const struct entry *e, const char *name)
{
	begin_as(f, by);
	DONE(evidence_remove(f->s, by, e, name, &err), err);
	commit(f);
}

static void test_evidence(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one");

	attach(f, &f->maria, &e, "a.pdf");
	detach(f, &f->maria, &e, "a.pdf");
	undo_says(f, "undo: detach a.pdf from 1");
	assert_int_equal(get_entry(f, 1).nevidence, 1);
	undo_says(f, "undo: attach a.pdf to 1");
	assert_int_equal(get_entry(f, 1).nevidence, 0);
	undo_says(f, "undo: log 1");
}

/* Somebody else's file has the name by now. */
static void test_evidence_of_that_name(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "one");

	attach(f, &f->maria, &e, "a.pdf");
	detach(f, &f->maria, &e, "a.pdf");
	attach(f, &f->admin, &e, "a.pdf");
	no_undo(f, &f->maria, "evidence-there");
	undo_as(f, &f->admin);
	undo_says(f, "undo: detach a.pdf from 1");
	assert_int_equal(get_entry(f, 1).nevidence, 1);
}

/* One step about two people is taken back whole, from either of them. */
static void test_a_step_about_two(void **state)
{
	struct fixture *f = *state;
	struct actor mark = { f->mark, "mark@example.org", NOW, 0 };
	struct entry e = an_entry(f, TODAY, 60, "hers"), m = an_entry(f, TODAY, 60, "his");
	struct change_list l;

	begin_as(f, &f->admin);
	DONE(entry_add(f->s, &f->admin, "log", &e, &err), err);
	m.person = f->mark;
	DONE(entry_add(f->s, &f->admin, "log", &m, &err), err);
	commit(f);
	m.minutes = 90;
	update(f, &mark, &m, "edit");
	no_undo(f, &f->admin, "undo-overtaken");
	begin_as(f, &mark);
	DONE(ledger_undo(f->s, &mark, f->mark, &f->arena, &l, &err), err);
	commit(f);
	l = undo_as(f, &f->admin);
	assert_int_equal(l.n, 2);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM entry WHERE is_void = 1"), 2);
	begin_as(f, &f->admin);
	DONE(ledger_redo(f->s, &f->admin, f->mark, &f->arena, &l, &err), err);
	commit(f);
	assert_int_equal(l.n, 2);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM entry WHERE is_void = 1"), 0);
}

/* A step that took two transactions, and what others did between them. */
static void test_a_step_in_two_turns(void **state)
{
	struct fixture *f = *state;
	struct entry e = add_entry(f, TODAY, 60, "hers"), m = an_entry(f, TODAY, 60, "by the admin");
	struct change_list l;

	begin_as(f, &f->admin);
	DONE(entry_add(f->s, &f->admin, "log", &m, &err), err);
	commit(f);
	e.minutes = 90;
	update(f, &f->maria, &e, "edit");
	DONE(store_begin(f->s, &err), err);
	e.minutes = 120;
	DONE(entry_update(f->s, &f->admin, "edit", &e, &err), err);
	commit(f);
	no_undo(f, &f->maria, "undo-overtaken");
	l = undo_as(f, &f->admin);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].text, "undo: edit 1: hours 1.5 to 2.0");
	assert_string_equal(l.items[1].text, "undo: log 2");
	assert_int_equal(get_entry(f, 1).minutes, 90);
	assert_int_equal(get_entry(f, 2).is_void, 1);
	undo_says(f, "undo: edit 1: hours 1.0 to 1.5");
	assert_int_equal(get_entry(f, 1).minutes, 60);
}

static void test_needs_a_transaction(void **state)
{
	struct fixture *f = *state;
	struct change_list l;

	assert_int_equal(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_log, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_edit_restores_every_field, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_remove, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_walks_back, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_one_step_many_objects, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_overtaken, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_each_her_own, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_confirm, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_skip_and_restore, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_calendar_remove, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_skip_in_a_removed_calendar, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_changed_meanwhile, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_evidence, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_evidence_of_that_name, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_a_step_about_two, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_a_step_in_two_turns, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_needs_a_transaction, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
