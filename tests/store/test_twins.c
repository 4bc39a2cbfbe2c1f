/* One event in several calendars. */
#include "feeds.h"

static struct err err;

static void assert_shown(struct fixture *f, int64_t no, int64_t twin_no, enum proposal_state state)
{
	struct proposal p = get_proposal(f, no);

	if (p.twin_no != twin_no || p.state != state)
		fail_msg("event %lld: twin of %lld, %s; wanted %lld, %s", (long long)no, (long long)p.twin_no,
		    proposal_state_name(p.state), (long long)twin_no, proposal_state_name(state));
}

struct twins { struct calendar a, b, c; struct guesses g; };

/* Events 1 (alone), 2 in calendar a, 3 of b and 4 of c are twins of 2. */
static struct twins make_twins(struct fixture *f)
{
	struct twins t = { .a = add_calendar(f, "A", "https://example.org/a.ics"),
	    .b = add_calendar(f, "B", "https://example.org/b.ics"),
	    .c = add_calendar(f, "C", "https://example.org/c.ics") };
	struct event e[2] = { an_event("x", "alone", NOW - 3 * DAY, 60), an_event("y", "Talk", NOW - 2 * DAY, 60) };
	struct event twin = an_event("y", "t2", NOW - 2 * DAY, 60);

	merge_guessed(f, &t.a, e, 2, &t.g);
	merge_guessed(f, &t.b, &twin, 1, &t.g);
	twin.title = "t3";			/* a twin of a twin is one of the first */
	event_seal(&twin);
	merge_guessed(f, &t.c, &twin, 1, &t.g);
	return t;
}

static void test_twins_are_not_listed(void **state)
{
	struct fixture *f = *state;
	struct twins t = make_twins(f);
	struct merge_action create = { MERGE_CREATE, 0, SIZE_MAX };
	struct merge_plan plan = { .actions = &create, .n = 1 };
	struct event e = an_event("z", "t9", NOW, 60);
	struct calendar_counts counts;
	struct proposal_other_list others;
	struct proposal_list l;
	struct proposal p;
	int64_t n;

	assert_shown(f, 3, 2, PROPOSAL_WAITING);
	assert_shown(f, 4, 2, PROPOSAL_WAITING);
	assert_page(f, PROPOSALS_WAITING, "1 2");
	assert_page(f, PROPOSALS_ALL, "1 2");
	DONE(proposal_count(f->s, f->maria.person, NOW, &n, &err), err);
	assert_int_equal(n, 2);
	DONE(proposal_around(f->s, f->maria.person, NOW - 4 * DAY, NOW, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	p = get_proposal(f, 2);
	DONE(proposal_twins(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].calendar_name, "B");
	assert_string_equal(l.items[1].calendar_name, "C");
	assert_int_equal(l.items[1].twin_no, 2);
	DONE(proposal_others(f->s, f->maria.person, t.a.id, TODAY - 9, TODAY, &f->arena, &others, &err), err);
	assert_int_equal(others.n, 2);		/* twins of other calendars too: they may have moved */
	DONE(proposal_others(f->s, f->maria.person, t.b.id, TODAY - 9, TODAY, &f->arena, &others, &err), err);
	assert_int_equal(others.n, 3);
	DONE(proposal_others(f->s, f->maria.person, t.b.id, TODAY - 2, TODAY, &f->arena, &others, &err), err);
	assert_int_equal(others.n, 2);
	assert_int_equal(others.items[0].no, 2);
	assert_int_equal(others.items[0].calendar, t.a.id);
	assert_int_equal(others.items[0].day, TODAY - 2);
	DONE(calendar_counts(f->s, t.a.id, NOW, &counts, &err), err);
	assert_int_equal(counts.waiting, 2);
	DONE(calendar_counts(f->s, t.b.id, NOW, &counts, &err), err);
	assert_int_equal(counts.waiting, 0);
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(proposal_merge(f->s, &t.c, NULL, &e, &plan, NULL, guess_by_title, &t.g, NOW, NULL, &err), -1);
	assert_code(&err, ERR_FAILED, "merge-invalid");
	rollback(f);
}

static void test_twin_takes_over(void **state)
{
	struct fixture *f = *state;
	struct twins t = make_twins(f);
	struct event e[2] = { an_event("x", "alone", NOW - 3 * DAY, 60), an_event("y", "Talk", NOW - 2 * DAY, 60) };

	e[1].cancelled = 1;
	event_seal(&e[1]);
	merge_guessed(f, &t.a, e, 2, &t.g);
	assert_shown(f, 2, 3, PROPOSAL_WITHDRAWN);
	assert_shown(f, 3, 0, PROPOSAL_WAITING);
	assert_shown(f, 4, 3, PROPOSAL_WAITING);
	assert_page(f, PROPOSALS_WAITING, "1 3");
	assert_page(f, PROPOSALS_SKIPPED, "");
	e[1] = an_event("y", "Talk", NOW - 2 * DAY, 60);	/* back, and first again */
	merge_guessed(f, &t.a, e, 2, &t.g);
	assert_int_equal(t.g.was_twin, 3);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	assert_shown(f, 3, 2, PROPOSAL_WAITING);
	assert_shown(f, 4, 2, PROPOSAL_WAITING);
	e[1] = an_event("y", "ignored", NOW - 2 * DAY, 60);	/* no rule wants it any more, in that calendar */
	merge_guessed(f, &t.a, e, 2, &t.g);
	assert_shown(f, 2, 3, PROPOSAL_IGNORED);
	assert_page(f, PROPOSALS_WAITING, "1 3");
	decide_as(f, 3, "skip", PROPOSAL_SKIPPED);
	e[1] = an_event("y", "Talk", NOW - 2 * DAY, 60);	/* what was decided stays on top */
	merge_guessed(f, &t.a, e, 2, &t.g);
	assert_shown(f, 2, 3, PROPOSAL_WAITING);
	assert_page(f, PROPOSALS_WAITING, "1");
	undo_newest(f);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	decide_as(f, 4, "confirm", PROPOSAL_CONFIRMED);
	assert_shown(f, 2, 4, PROPOSAL_WAITING);
	assert_shown(f, 3, 4, PROPOSAL_WAITING);
	assert_page(f, PROPOSALS_ALL, "1 4");
}

/* What goes with a calendar comes back as it was. */
static void test_removed_calendar(void **state)
{
	struct fixture *f = *state;
	struct twins t = make_twins(f);
	struct event e[4] = { an_event("x", "alone", NOW - 3 * DAY, 60), an_event("y", "Talk", NOW - 2 * DAY, 60),
	    an_event("i", "ignored", NOW - 2 * DAY, 60), an_event("d", "done", NOW - DAY, 60) };
	struct calendar_counts n;

	merge_guessed(f, &t.a, e, 4, &t.g);
	decide_as(f, 6, "confirm", PROPOSAL_CONFIRMED);
	begin_as(f, &f->maria);
	DONE(calendar_remove(f->s, &f->maria, &t.a, &err), err);
	commit(f);
	assert_shown(f, 1, 0, PROPOSAL_WITHDRAWN);
	assert_shown(f, 2, 3, PROPOSAL_WITHDRAWN);
	assert_shown(f, 3, 0, PROPOSAL_WAITING);
	assert_shown(f, 4, 3, PROPOSAL_WAITING);
	assert_shown(f, 5, 0, PROPOSAL_WITHDRAWN);
	assert_shown(f, 6, 0, PROPOSAL_CONFIRMED);
	assert_page(f, PROPOSALS_WAITING, "3");
	DONE(calendar_counts(f->s, t.a.id, NOW, &n, &err), err);
	assert_int_equal(n.withdrawn, 2);
	assert_int_equal(n.confirmed, 1);
	undo_newest(f);
	assert_shown(f, 1, 0, PROPOSAL_WAITING);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	assert_shown(f, 3, 2, PROPOSAL_WAITING);
	assert_shown(f, 4, 2, PROPOSAL_WAITING);
	assert_shown(f, 5, 0, PROPOSAL_IGNORED);
	DONE(calendar_counts(f->s, t.a.id, NOW - 3 * DAY, &n, &err), err);
	assert_int_equal(n.waiting, 0);
	assert_int_equal(n.planned, 2);
	assert_int_equal(n.ignored, 1);
	redo_newest(f);
	assert_shown(f, 2, 3, PROPOSAL_WITHDRAWN);
	assert_shown(f, 5, 0, PROPOSAL_WITHDRAWN);
}

/* The first calendar caught up with the second: they never were two. */
static void test_twin_catches_up(void **state)
{
	struct fixture *f = *state;
	struct calendar a = add_calendar(f, "A", "https://example.org/a.ics"), b = add_calendar(f, "B", "https://example.org/b.ics");
	struct event talk = an_event("y", "Talk", NOW - 2 * DAY, 60), late = an_event("y", "t1", NOW - DAY, 60);
	struct guesses g = { 0 };

	merge_guessed(f, &a, &talk, 1, &g);
	merge_guessed(f, &b, &late, 1, &g);
	assert_shown(f, 2, 1, PROPOSAL_WAITING);
	late.title = "Talk";
	event_seal(&late);
	merge_guessed(f, &a, &late, 1, &g);
	assert_shown(f, 1, 0, PROPOSAL_WAITING);
	assert_shown(f, 2, 1, PROPOSAL_WAITING);
}

/* Two calendars of one event: what one still says of it does not hide what the other says now. */
/* Cancelled in one calendar, new in another, and back in the first: it is one event. */
static void test_twin_comes_back(void **state)
{
	struct fixture *f = *state;
	struct calendar a = add_calendar(f, "A", "https://example.org/a.ics"), b = add_calendar(f, "B", "https://example.org/b.ics");
	struct event e = an_event("y", "Talk", NOW - 2 * DAY, 60), other = an_event("y", "Talk", NOW - 2 * DAY, 60);
	struct guesses g = { 0 };

	merge_guessed(f, &a, &e, 1, &g);
	e.cancelled = 1;
	event_seal(&e);
	assert_int_equal(merge_guessed(f, &a, &e, 1, &g).withdrawn, 1);
	merge_guessed(f, &b, &other, 1, &g);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	e = an_event("y", "t2", NOW - 2 * DAY, 60);
	assert_int_equal(merge_guessed(f, &a, &e, 1, &g).changed, 1);
	assert_shown(f, 1, 0, PROPOSAL_WAITING);
	assert_shown(f, 2, 1, PROPOSAL_WAITING);
	assert_page(f, PROPOSALS_WAITING, "1");
}

static void test_moved_twin_goes_its_own_way(void **state)
{
	struct fixture *f = *state;
	struct twins t = make_twins(f);
	struct event alone = an_event("x", "alone", NOW - 3 * DAY, 60), talk = an_event("y", "Talk", NOW - 2 * DAY, 60);
	struct event moved = an_event("y", "t0", NOW - DAY, 60), both[2];

	merge_guessed(f, &t.b, &moved, 1, &t.g);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	assert_shown(f, 3, 0, PROPOSAL_WAITING);
	assert_shown(f, 4, 2, PROPOSAL_WAITING);
	moved.title = "t3";			/* the next calendar says so too */
	event_seal(&moved);
	merge_guessed(f, &t.c, &moved, 1, &t.g);
	assert_shown(f, 4, 3, PROPOSAL_WAITING);
	assert_page(f, PROPOSALS_WAITING, "1 2 3");
	both[0] = alone;			/* and the first: one event again, by its oldest */
	both[1] = an_event("y", "t4", NOW - DAY, 60);
	merge_guessed(f, &t.a, both, 2, &t.g);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	assert_shown(f, 3, 2, PROPOSAL_WAITING);
	assert_shown(f, 4, 2, PROPOSAL_WAITING);
	both[1] = talk;				/* the one that is shown goes: the others stay together */
	merge_guessed(f, &t.a, both, 2, &t.g);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	assert_shown(f, 3, 0, PROPOSAL_WAITING);
	assert_shown(f, 4, 3, PROPOSAL_WAITING);
	decide_as(f, 3, "skip", PROPOSAL_SKIPPED);
	moved = an_event("y", "t0", NOW, 60);
	merge_guessed(f, &t.c, &moved, 1, &t.g);
	assert_shown(f, 4, 3, PROPOSAL_WAITING);	/* what was skipped stays out */
	assert_page(f, PROPOSALS_WAITING, "1 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_twins_are_not_listed, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_twin_takes_over, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_twin_catches_up, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_twin_comes_back, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_moved_twin_goes_its_own_way, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_removed_calendar, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
