/* What events are taken for, new keys, and lists of them. */
#include "feeds.h"

static struct err err;

/* Actions of our own on what is known. */
static int act(struct fixture *f, const struct calendar *c, const struct event *e, struct merge_action *a,
    size_t n, struct merge_done *done)
{
	struct merge_plan plan = { .actions = a, .n = n };
	struct known *known;
	size_t nknown;
	int rc;

	DONE(store_begin(f->s, &err), err);
	DONE(proposal_known(f->s, c->id, &f->arena, &known, &nknown, &err), err);
	rc = proposal_merge(f->s, c, known, e, &plan, NULL, NULL, NULL, NOW, done, &err);
	if (rc < 0)
		rollback(f);
	else
		commit(f);
	return rc;
}

static void test_guess_is_stored(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[2] = { an_event("a_R20260101T090000@google.com", "Alpha", NOW - DAY, 60),
	    an_event("b", "ignored one", NOW - DAY, 60) };
	struct guesses g = { 0 };
	struct merge_done done;
	struct change_list l;
	struct proposal p;
	int64_t n;

	e[0].series = 1;
	e[0].categories = "Training,Voice";
	e[0].description = "What it is about";
	e[0].credit = "1.5 CEU";
	e[0].domain = "example.org";
	e[0].extras = "X-A=b";
	event_seal(&e[0]);
	done = merge_guessed(f, &c, e, 2, &g);
	assert_int_equal(done.created, 2);
	assert_int_equal(g.asked, 2);
	p = get_proposal(f, 1);
	assert_string_equal(p.series_key, "a@google.com");
	assert_string_equal(p.event.categories, "Training,Voice");
	assert_string_equal(p.event.description, "What it is about");
	assert_string_equal(p.event.credit, "1.5 CEU");
	assert_string_equal(p.event.domain, "example.org");
	assert_string_equal(p.event.extras, "X-A=b");
	assert_string_equal(p.event.detail, e[0].detail);
	assert_string_equal(p.category, "college");
	assert_string_equal(p.competencies, "");
	assert_string_equal(p.provider, "IACET");
	assert_int_equal(p.suggested, 50);
	assert_int_equal(p.breaks, 10);
	assert_int_equal(p.event.minutes, 60);
	assert_string_equal(p.why, "Your rule 1.");
	assert_int_equal(p.state, PROPOSAL_WAITING);
	p = get_proposal(f, 2);
	assert_int_equal(p.state, PROPOSAL_IGNORED);
	assert_string_equal(p.series_key, "");
	assert_page(f, PROPOSALS_WAITING, "1");
	assert_page(f, PROPOSALS_ALL, "1");
	DONE(proposal_count(f->s, f->maria.person, NOW, &n, &err), err);
	assert_int_equal(n, 1);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &l, &err), err);
	assert_string_equal(l.items[0].text, "calendar 1: 2 new, 0 changed, 0 withdrawn");
	assert_int_equal(raw_number(f, "SELECT count(*) FROM ledger_text WHERE "
	    "instr(body, '\"body\":\"bodyhash\",\"fetched_at\":1773302399995') > 0"), 1);
}

/* A guess may change with the event; what it was is told. A failure of it is one of the merge. */
static void test_guess_follows(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e = an_event("a", "ignored", NOW - DAY, 60);
	struct merge_action create = { MERGE_CREATE, 0, SIZE_MAX };
	struct merge_plan plan = { .actions = &create, .n = 1 };
	struct guesses g = { 0 };
	struct proposal p;

	merge_guessed(f, &c, &e, 1, &g);
	e = an_event("a", "Alpha", NOW - DAY, 90);
	assert_int_equal(merge_guessed(f, &c, &e, 1, &g).changed, 1);
	assert_int_equal(g.was, PROPOSAL_IGNORED);
	p = get_proposal(f, 1);
	assert_int_equal(p.state, PROPOSAL_WAITING);
	assert_int_equal(p.suggested, 80);
	e = an_event("a", "ignored again", NOW - DAY, 90);
	merge_guessed(f, &c, &e, 1, &g);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_IGNORED);
	e.cancelled = 1;
	event_seal(&e);
	merge_guessed(f, &c, &e, 1, &g);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_WITHDRAWN);
	assert_page(f, PROPOSALS_SKIPPED, "");
	e = an_event("a", "ignored still", NOW - DAY, 90);
	merge_guessed(f, &c, &e, 1, &g);
	assert_int_equal(g.was, PROPOSAL_WITHDRAWN);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_IGNORED);
	g.fails = 1;
	e.uid = "other";
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(proposal_merge(f->s, &c, NULL, &e, &plan, NULL, guess_by_title, &g, NOW, NULL, &err), -1);
	assert_code(&err, ERR_RULE, "guess-fails");
	rollback(f);
}

static void test_rematch(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[3] = { an_event("a", "Alpha", NOW - DAY, 60), an_event("b", "ignored", NOW - DAY, 60),
	    an_event("c", "Gamma", NOW - DAY, 60) };
	struct guesses g = { 0 };
	struct proposal_list l;
	struct proposal p;
	int64_t rows;

	merge_guessed(f, &c, e, 3, &g);
	decide_as(f, 3, "skip", PROPOSAL_SKIPPED);
	DONE(proposal_matchable(f->s, f->maria.person, 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	DONE(proposal_matchable(f->s, f->maria.person, l.items[0].id, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].no, 2);
	DONE(ledger_verify(f->s, &rows, &err), err);
	p = l.items[0];
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(proposal_rematch(f->s, &p, &err), 0);
	p.state = PROPOSAL_WAITING;
	p.why = "An example word.";
	assert_int_equal(proposal_rematch(f->s, &p, &err), 1);
	assert_int_equal(proposal_rematch(f->s, &p, &err), 0);
	p.id = get_proposal(f, 3).id;
	assert_int_equal(proposal_rematch(f->s, &p, &err), 0);
	p.state = PROPOSAL_SKIPPED;
	assert_int_equal(proposal_rematch(f->s, &p, &err), -1);
	assert_code(&err, ERR_FAILED, "merge-invalid");
	commit(f);
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_WAITING);
	assert_string_equal(get_proposal(f, 2).why, "An example word.");
	assert_int_equal(get_proposal(f, 3).state, PROPOSAL_SKIPPED);
	assert_int_equal(raw_number(f, "SELECT max(seq) FROM ledger"), rows);
}

/* ---- new keys */

static void test_rekey(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[3] = { an_event("a", "Alpha", NOW - DAY, 60), an_event("b", "Beta", NOW - DAY, 60),
	    an_event("c", "Gamma", NOW - DAY, 60) };
	struct event moved[3] = { e[1], e[2], e[0] };		/* each takes the key of the next one */
	struct merge_action turn[3] = { { MERGE_REKEY, 0, 0 }, { MERGE_REKEY, 1, 1 }, { MERGE_REKEY, 2, 2 } };
	struct guesses g = { 0 };
	struct merge_done done;

	merge_guessed(f, &c, e, 3, &g);
	decide_as(f, 1, "skip", PROPOSAL_SKIPPED);
	moved[1].rid = "20260311";
	DONE(act(f, &c, moved, turn, 3, &done), err);
	assert_int_equal(done.rekeyed, 3);
	assert_int_equal(done.changed, 0);
	assert_string_equal(get_proposal(f, 1).event.uid, "b");
	assert_string_equal(get_proposal(f, 2).event.uid, "c");
	assert_string_equal(get_proposal(f, 2).event.rid, "20260311");
	assert_string_equal(get_proposal(f, 2).series_key, "c");
	assert_string_equal(get_proposal(f, 3).event.uid, "a");
	assert_string_equal(get_proposal(f, 1).event.title, "Alpha");
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_SKIPPED);
	/* Half of an exchange: known[0] is "a" by now, known[1] "b". */
	DONE(act(f, &c, &moved[0], &(struct merge_action){ MERGE_REKEY, 0, 0 }, 1, &done), err);
	assert_string_equal(get_proposal(f, 3).event.uid, "b");
	assert_true(strcmp(get_proposal(f, 1).event.uid, "b") != 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM proposal"), 3);
	/* A plan that names no event for it is none. */
	assert_int_equal(act(f, &c, moved, &(struct merge_action){ MERGE_REKEY, SIZE_MAX, 0 }, 1, &done), -1);
	assert_code(&err, ERR_FAILED, "merge-invalid");
}

static void test_adopt(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[2] = { an_event("a", "Alpha", NOW - DAY, 60), an_event("b", "Beta", NOW - DAY, 60) };
	struct event two[2] = { an_event("a", "Alpha", NOW - DAY, 61), an_event("b", "Beta", NOW - DAY, 61) };
	struct merge_action adopt[2] = { { MERGE_ADOPT, 0, 0 }, { MERGE_ADOPT, 1, 1 } };
	struct guesses g = { 0 };
	struct merge_done done;
	int64_t rows;

	merge_guessed(f, &c, e, 2, &g);
	decide_as(f, 1, "confirm", PROPOSAL_CONFIRMED);
	DONE(ledger_verify(f->s, &rows, &err), err);
	DONE(act(f, &c, two, adopt, 1, &done), err);
	assert_string_equal(get_proposal(f, 1).event.content, two[0].content);
	assert_int_equal(get_proposal(f, 1).changed, 0);
	assert_int_equal(get_proposal(f, 1).event.minutes, 60);
	assert_int_equal(raw_number(f, "SELECT max(seq) FROM ledger"), rows);
	DONE(act(f, &c, two, adopt, 2, &done), err);		/* 2 waits by now: it follows its feed */
	assert_int_equal(get_proposal(f, 2).event.minutes, 61);
}

/* ---- lists */

static void test_withdrawn_are_shown_a_while(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[4] = { an_event("a", "Alpha", NOW - DAY, 60), an_event("b", "Beta", NOW - 31 * DAY, 60),
	    an_event("c", "cancelled before it was seen", NOW - DAY, 60), an_event("d", "Delta", NOW - 40 * DAY, 60) };
	struct guesses g = { 0 };

	e[2].cancelled = 1;
	event_seal(&e[2]);
	merge_guessed(f, &c, e, 4, &g);
	assert_page(f, PROPOSALS_SKIPPED, "");
	decide_as(f, 4, "skip", PROPOSAL_SKIPPED);
	for (size_t i = 0; i < 2; i++) {
		e[i].cancelled = 1;
		event_seal(&e[i]);
	}
	assert_int_equal(merge_guessed(f, &c, e, 4, &g).withdrawn, 2);
	assert_page(f, PROPOSALS_SKIPPED, "4 1");
	assert_page(f, PROPOSALS_ALL, "4 2 1");
	begin_as(f, &f->maria);
	DONE(calendar_remove(f->s, &f->maria, &c, &err), err);
	commit(f);
	assert_page(f, PROPOSALS_SKIPPED, "4");
}

static void test_series_and_recent(void **state)
{
	struct fixture *f = *state;
	struct calendar a = add_calendar(f, "A", "https://example.org/a.ics");
	struct calendar b = add_calendar(f, "B", "https://example.org/b.ics");
	struct event e[3] = { an_event("s_R20260101T090000@google.com", "old half", NOW - 9 * DAY, 60),
	    an_event("s@google.com", "new half", NOW - 2 * DAY, 60), an_event("x", "single", NOW - DAY, 60) };
	struct event other = an_event("s@google.com", "another's", NOW - 3 * DAY, 60);
	struct guesses g = { 0 };
	struct proposal_list l;
	struct proposal p;

	e[0].series = e[1].series = other.series = 1;
	merge_guessed(f, &a, e, 3, &g);
	merge_guessed(f, &b, &other, 1, &g);
	p = get_proposal(f, 1);
	DONE(proposal_series(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[1].event.title, "new half");
	p = get_proposal(f, 3);
	DONE(proposal_series(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].no, 3);
	decide_as(f, 3, "skip", PROPOSAL_SKIPPED);
	DONE(proposal_series(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	DONE(proposal_recent(f->s, f->maria.person, 0, 3, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.items[0].event.title, "single");
	assert_string_equal(l.items[1].event.title, "new half");
	assert_string_equal(l.items[2].event.title, "another's");
	DONE(proposal_recent(f->s, f->maria.person, b.id, 3, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	DONE(proposal_recent(f->s, f->mark, 0, 3, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_guess_is_stored, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_guess_follows, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_rematch, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_rekey, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_adopt, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_withdrawn_are_shown_a_while, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_series_and_recent, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
