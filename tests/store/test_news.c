/* News: what a feed says of events that were confirmed or skipped. */
#include "feeds.h"

static struct err err;

static struct proposal confirm_and_change(struct fixture *f, const struct calendar *c)
{
	struct event e[2] = { an_event("a", "Alpha", NOW - 2 * DAY, 60), an_event("b", "Beta", NOW - DAY, 60) };
	struct guesses g = { 0 };

	merge_guessed(f, c, e, 2, &g);
	decide_as(f, 1, "confirm", PROPOSAL_CONFIRMED);
	decide_as(f, 2, "skip", PROPOSAL_SKIPPED);
	e[0] = an_event("a", "Alpha moved", NOW - DAY, 120);
	e[0].location = "Room 2";
	event_seal(&e[0]);
	e[1] = an_event("b", "Beta moved", NOW - DAY, 120);
	assert_int_equal(merge_guessed(f, c, e, 2, &g).changed, 2);
	return get_proposal(f, 1);
}

static void test_news(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event old[2] = { an_event("a", "Alpha", NOW - 2 * DAY, 60), an_event("b", "Beta", NOW - DAY, 60) };
	struct proposal p = confirm_and_change(f, &c);
	struct guesses g = { 0 };
	struct proposal_news n;
	struct proposal_list l;

	assert_int_equal(p.changed, 1);
	assert_string_equal(p.event.title, "Alpha");
	assert_string_equal(p.event.location, "Room 1");
	assert_int_equal(proposal_news_get(f->s, p.id, &f->arena, &n, &err), 1);
	assert_int_equal(n.at, NOW);
	assert_string_equal(n.event.title, "Alpha moved");
	assert_string_equal(n.event.location, "Room 2");
	assert_string_equal(n.event.url, "https://example.org/e");
	assert_string_equal(n.event.organizer, "ann@example.org");
	assert_string_equal(n.event.zone, "Europe/Berlin");
	assert_int_equal(n.event.start, NOW - DAY);
	assert_int_equal(n.event.end, NOW - DAY + 2 * HOUR);
	assert_int_equal(n.event.day, TODAY - 1);
	assert_int_equal(n.event.minutes, 120);
	assert_int_equal(n.event.cancelled, 0);
	p = get_proposal(f, 2);			/* skipped: only the mark */
	assert_int_equal(p.changed, 1);
	assert_int_equal(proposal_news_get(f->s, p.id, &f->arena, &n, &err), 0);
	assert_page(f, PROPOSALS_CHANGED, "1");
	DONE(proposal_page(f->s, f->maria.person, PROPOSALS_CHANGED, NOW, 0, 50, &f->arena, &l, &err), err);
	assert_int_equal(l.items[0].entry_no, 1);
	merge_guessed(f, &c, old, 2, &g);		/* as it was confirmed: no news any more */
	p = get_proposal(f, 1);
	assert_int_equal(p.changed, 0);
	assert_int_equal(proposal_news_get(f->s, p.id, &f->arena, &n, &err), 0);
	assert_page(f, PROPOSALS_CHANGED, "");
}

static void dismiss(struct fixture *f, const char *action, int64_t no)
{
	struct proposal p = get_proposal(f, no);

	begin_as(f, &f->maria);
	DONE(proposal_dismiss(f->s, &f->maria, action, &p, &err), err);
	commit(f);
}

static void test_dismiss(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct proposal p = confirm_and_change(f, &c);
	struct proposal_news n;
	struct change_list l;

	dismiss(f, "dismiss", 1);
	assert_int_equal(get_proposal(f, 1).changed, 0);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_CONFIRMED);
	assert_string_equal(get_proposal(f, 1).event.title, "Alpha");
	assert_int_equal(proposal_news_get(f->s, p.id, &f->arena, &n, &err), 0);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &l, &err), err);
	assert_string_equal(l.items[0].text, "dismiss event 1");
	begin_as(f, &f->maria);
	assert_int_equal(proposal_dismiss(f->s, &f->maria, "dismiss", &p, &err), -1);
	assert_code(&err, ERR_RULE, "no-news");
	rollback(f);
	undo_newest(f);
	assert_int_equal(get_proposal(f, 1).changed, 1);
	assert_int_equal(proposal_news_get(f->s, p.id, &f->arena, &n, &err), 1);
	assert_string_equal(n.event.title, "Alpha moved");
	assert_int_equal(n.at, NOW);
	redo_newest(f);
	assert_int_equal(get_proposal(f, 1).changed, 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM proposal_news"), 0);
	dismiss(f, "dismiss", 2);
	assert_int_equal(get_proposal(f, 2).changed, 0);
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_SKIPPED);
	undo_newest(f);
	assert_int_equal(get_proposal(f, 2).changed, 1);
	DONE(store_check(f->s, &err), err);
}

/* Accepted news become what was confirmed; newer news outlive an undo. */
static void test_accept(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct proposal p = confirm_and_change(f, &c);
	struct event e = an_event("a", "Alpha moved twice", NOW - DAY, 120);
	struct guesses g = { 0 };
	struct proposal_news n;

	dismiss(f, "accept", 1);
	p = get_proposal(f, 1);
	assert_int_equal(p.changed, 0);
	assert_string_equal(p.event.title, "Alpha moved");
	assert_string_equal(p.event.location, "Room 2");
	assert_int_equal(p.event.minutes, 120);
	assert_int_equal(p.event.start, NOW - DAY);
	assert_int_equal(p.event.day, TODAY - 1);
	undo_newest(f);
	p = get_proposal(f, 1);
	assert_int_equal(p.changed, 1);
	assert_string_equal(p.event.title, "Alpha");
	assert_int_equal(p.event.start, NOW - 2 * DAY);
	assert_int_equal(p.event.day, TODAY - 2);
	redo_newest(f);
	assert_string_equal(get_proposal(f, 1).event.title, "Alpha moved");
	merge_guessed(f, &c, &e, 1, &g);
	undo_newest(f);
	p = get_proposal(f, 1);
	assert_string_equal(p.event.title, "Alpha");
	assert_int_equal(p.changed, 1);
	assert_int_equal(proposal_news_get(f->s, p.id, &f->arena, &n, &err), 1);
	assert_string_equal(n.event.title, "Alpha moved twice");
	undo_newest(f);				/* skipping of 2 */
	undo_newest(f);				/* and the confirming: news are of confirmed ones alone */
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_WAITING);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM proposal_news"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_news, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_dismiss, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_accept, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
