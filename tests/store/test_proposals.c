/* What events are taken for, twins, news of confirmed ones, new keys. */
#include "fixture.h"

#include <stdio.h>
#include "base/buf.h"

static struct err err;

static const int64_t HOUR = 3600000, DAY = 86400000;

/* ---- guesses: by the first letter of the title, "i" is ignored; "t2" is a twin of event 2. */

struct guesses { int asked; enum proposal_state was; int64_t was_twin; int fails; };

static int guess(void *arg, struct proposal *p, struct err *e)
{
	struct guesses *g = arg;

	g->asked++;
	g->was = p->state;
	g->was_twin = p->twin_no;
	if (g->fails)
		return err_set(e, ERR_RULE, "guess-fails", "No guess can be made of it.");
	p->category = "college";
	p->competencies = "";
	p->provider = "IACET";
	p->suggested = p->event.minutes - 10;
	p->breaks = 10;
	p->why = "Your rule 1.";
	p->state = *p->event.title == 'i' ? PROPOSAL_IGNORED : PROPOSAL_WAITING;
	if (*p->event.title == 't' && p->id == 0)
		p->twin_no = p->event.title[1] - '0';
	return 0;
}

static struct merge_done merge(struct fixture *f, const struct calendar *c, const struct event *e, size_t n,
    struct guesses *g)
{
	struct merge_context ctx = { .now = NOW, .absence_counts = 1 };
	struct merge_source from = { "bodyhash", NOW - 5 };
	struct merge_plan plan;
	struct merge_done done;
	struct known *known;
	size_t nknown;

	DONE(store_begin(f->s, &err), err);
	DONE(proposal_known(f->s, c->id, &f->arena, &known, &nknown, &err), err);
	DONE(merge_events(known, nknown, e, n, &ctx, &plan, &err), err);
	DONE(proposal_merge(f->s, c, known, e, &plan, &from, guess, g, NOW, &done, &err), err);
	commit(f);
	merge_plan_free(&plan);
	return done;
}

/* Actions of our own on what is known. */
static int act(struct fixture *f, const struct calendar *c, const struct event *e, struct merge_action *a, size_t n,
    struct merge_done *done)
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

static void decide(struct fixture *f, int64_t no, const char *action, enum proposal_state to)
{
	struct proposal p = get_proposal(f, no);
	struct entry x = an_entry(f, p.event.day, 60, p.event.title);

	begin_as(f, &f->maria);
	if (to == PROPOSAL_CONFIRMED) {
		x.proposal = p.id;
		x.source = SOURCE_CALENDAR;
		DONE(entry_add(f->s, &f->maria, "confirm", &x, &err), err);
	}
	DONE(proposal_decide(f->s, &f->maria, action, &p, to, x.id, &err), err);
	commit(f);
}

static void undo(struct fixture *f)
{
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
}

static void redo(struct fixture *f)
{
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
}

static size_t page(struct fixture *f, enum proposal_filter filter, struct proposal_list *l)
{
	DONE(proposal_page(f->s, f->maria.person, filter, NOW, 0, 50, &f->arena, l, &err), err);
	return l->n;
}

/* Numbers of a page, as "1 2 3". */
static void assert_page(struct fixture *f, enum proposal_filter filter, const char *numbers)
{
	struct buf out = BUF_INIT;
	struct proposal_list l;

	page(f, filter, &l);
	for (size_t i = 0; i < l.n; i++)
		buf_printf(&out, "%s%lld", i ? " " : "", (long long)l.items[i].no);
	assert_string_equal(buf_str(&out), numbers);
	buf_free(&out);
}

static void assert_shown(struct fixture *f, int64_t no, int64_t twin_no, enum proposal_state state)
{
	struct proposal p = get_proposal(f, no);

	if (p.twin_no != twin_no || p.state != state)
		fail_msg("event %lld: twin of %lld, %s; wanted %lld, %s", (long long)no, (long long)p.twin_no,
		    proposal_state_name(p.state), (long long)twin_no, proposal_state_name(state));
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
	done = merge(f, &c, e, 2, &g);
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

	merge(f, &c, &e, 1, &g);
	e = an_event("a", "Alpha", NOW - DAY, 90);
	assert_int_equal(merge(f, &c, &e, 1, &g).changed, 1);
	assert_int_equal(g.was, PROPOSAL_IGNORED);
	p = get_proposal(f, 1);
	assert_int_equal(p.state, PROPOSAL_WAITING);
	assert_int_equal(p.suggested, 80);
	e = an_event("a", "ignored again", NOW - DAY, 90);
	merge(f, &c, &e, 1, &g);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_IGNORED);
	e.cancelled = 1;
	event_seal(&e);
	merge(f, &c, &e, 1, &g);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_WITHDRAWN);
	assert_page(f, PROPOSALS_SKIPPED, "");
	e = an_event("a", "ignored still", NOW - DAY, 90);
	merge(f, &c, &e, 1, &g);
	assert_int_equal(g.was, PROPOSAL_WITHDRAWN);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_IGNORED);
	g.fails = 1;
	e.uid = "other";
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(proposal_merge(f->s, &c, NULL, &e, &plan, NULL, guess, &g, NOW, NULL, &err), -1);
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

	merge(f, &c, e, 3, &g);
	decide(f, 3, "skip", PROPOSAL_SKIPPED);
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

/* ---- twins */

struct twins { struct calendar a, b, c; struct guesses g; };

/* Events 1 (alone), 2 in calendar a, 3 of b and 4 of c are twins of 2. */
static struct twins make_twins(struct fixture *f)
{
	struct twins t = { .a = add_calendar(f, "A", "https://example.org/a.ics"),
	    .b = add_calendar(f, "B", "https://example.org/b.ics"),
	    .c = add_calendar(f, "C", "https://example.org/c.ics") };
	struct event e[2] = { an_event("x", "alone", NOW - 3 * DAY, 60), an_event("y", "Talk", NOW - 2 * DAY, 60) };
	struct event twin = an_event("y", "t2", NOW - 2 * DAY, 60);

	merge(f, &t.a, e, 2, &t.g);
	merge(f, &t.b, &twin, 1, &t.g);
	twin.title = "t3";			/* a twin of a twin is one of the first */
	event_seal(&twin);
	merge(f, &t.c, &twin, 1, &t.g);
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
	DONE(proposal_others(f->s, f->maria.person, t.a.id, TODAY - 9, TODAY, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	DONE(proposal_others(f->s, f->maria.person, t.b.id, TODAY - 9, TODAY, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	DONE(proposal_others(f->s, f->maria.person, t.b.id, TODAY - 2, TODAY, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].no, 2);
	DONE(calendar_counts(f->s, t.a.id, NOW, &counts, &err), err);
	assert_int_equal(counts.waiting, 2);
	DONE(calendar_counts(f->s, t.b.id, NOW, &counts, &err), err);
	assert_int_equal(counts.waiting, 0);
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(proposal_merge(f->s, &t.c, NULL, &e, &plan, NULL, guess, &t.g, NOW, NULL, &err), -1);
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
	merge(f, &t.a, e, 2, &t.g);
	assert_shown(f, 2, 3, PROPOSAL_WITHDRAWN);
	assert_shown(f, 3, 0, PROPOSAL_WAITING);
	assert_shown(f, 4, 3, PROPOSAL_WAITING);
	assert_page(f, PROPOSALS_WAITING, "1 3");
	assert_page(f, PROPOSALS_SKIPPED, "");
	e[1] = an_event("y", "Talk", NOW - 2 * DAY, 60);	/* back, and first again */
	merge(f, &t.a, e, 2, &t.g);
	assert_int_equal(t.g.was_twin, 3);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	assert_shown(f, 3, 2, PROPOSAL_WAITING);
	assert_shown(f, 4, 2, PROPOSAL_WAITING);
	e[1] = an_event("y", "ignored", NOW - 2 * DAY, 60);	/* no rule wants it any more, in that calendar */
	merge(f, &t.a, e, 2, &t.g);
	assert_shown(f, 2, 3, PROPOSAL_IGNORED);
	assert_page(f, PROPOSALS_WAITING, "1 3");
	decide(f, 3, "skip", PROPOSAL_SKIPPED);
	e[1] = an_event("y", "Talk", NOW - 2 * DAY, 60);	/* what was decided stays on top */
	merge(f, &t.a, e, 2, &t.g);
	assert_shown(f, 2, 3, PROPOSAL_WAITING);
	assert_page(f, PROPOSALS_WAITING, "1");
	undo(f);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	decide(f, 4, "confirm", PROPOSAL_CONFIRMED);
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

	merge(f, &t.a, e, 4, &t.g);
	decide(f, 6, "confirm", PROPOSAL_CONFIRMED);
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
	undo(f);
	assert_shown(f, 1, 0, PROPOSAL_WAITING);
	assert_shown(f, 2, 0, PROPOSAL_WAITING);
	assert_shown(f, 3, 2, PROPOSAL_WAITING);
	assert_shown(f, 4, 2, PROPOSAL_WAITING);
	assert_shown(f, 5, 0, PROPOSAL_IGNORED);
	DONE(calendar_counts(f->s, t.a.id, NOW - 3 * DAY, &n, &err), err);
	assert_int_equal(n.waiting, 0);
	assert_int_equal(n.planned, 2);
	assert_int_equal(n.ignored, 1);
	redo(f);
	assert_shown(f, 2, 3, PROPOSAL_WITHDRAWN);
	assert_shown(f, 5, 0, PROPOSAL_WITHDRAWN);
}

/* ---- news */

static struct proposal confirm_and_change(struct fixture *f, const struct calendar *c)
{
	struct event e[2] = { an_event("a", "Alpha", NOW - 2 * DAY, 60), an_event("b", "Beta", NOW - DAY, 60) };
	struct guesses g = { 0 };

	merge(f, c, e, 2, &g);
	decide(f, 1, "confirm", PROPOSAL_CONFIRMED);
	decide(f, 2, "skip", PROPOSAL_SKIPPED);
	e[0] = an_event("a", "Alpha moved", NOW - DAY, 120);
	e[0].location = "Room 2";
	event_seal(&e[0]);
	e[1] = an_event("b", "Beta moved", NOW - DAY, 120);
	assert_int_equal(merge(f, c, e, 2, &g).changed, 2);
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
	assert_int_equal(page(f, PROPOSALS_CHANGED, &l), 1);
	assert_int_equal(l.items[0].no, 1);
	assert_int_equal(l.items[0].entry_no, 1);
	merge(f, &c, old, 2, &g);		/* as it was confirmed: no news any more */
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
	undo(f);
	assert_int_equal(get_proposal(f, 1).changed, 1);
	assert_int_equal(proposal_news_get(f->s, p.id, &f->arena, &n, &err), 1);
	assert_string_equal(n.event.title, "Alpha moved");
	assert_int_equal(n.at, NOW);
	redo(f);
	assert_int_equal(get_proposal(f, 1).changed, 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM proposal_news"), 0);
	dismiss(f, "dismiss", 2);
	assert_int_equal(get_proposal(f, 2).changed, 0);
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_SKIPPED);
	undo(f);
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
	undo(f);
	p = get_proposal(f, 1);
	assert_int_equal(p.changed, 1);
	assert_string_equal(p.event.title, "Alpha");
	assert_int_equal(p.event.start, NOW - 2 * DAY);
	assert_int_equal(p.event.day, TODAY - 2);
	redo(f);
	assert_string_equal(get_proposal(f, 1).event.title, "Alpha moved");
	merge(f, &c, &e, 1, &g);
	undo(f);
	p = get_proposal(f, 1);
	assert_string_equal(p.event.title, "Alpha");
	assert_int_equal(p.changed, 1);
	assert_int_equal(proposal_news_get(f->s, p.id, &f->arena, &n, &err), 1);
	assert_string_equal(n.event.title, "Alpha moved twice");
	undo(f);				/* skipping of 2 */
	undo(f);				/* and the confirming: news are of confirmed ones alone */
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_WAITING);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM proposal_news"), 0);
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

	merge(f, &c, e, 3, &g);
	decide(f, 1, "skip", PROPOSAL_SKIPPED);
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

	merge(f, &c, e, 2, &g);
	decide(f, 1, "confirm", PROPOSAL_CONFIRMED);
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
	merge(f, &c, e, 4, &g);
	assert_page(f, PROPOSALS_SKIPPED, "");
	decide(f, 4, "skip", PROPOSAL_SKIPPED);
	for (size_t i = 0; i < 2; i++) {
		e[i].cancelled = 1;
		event_seal(&e[i]);
	}
	assert_int_equal(merge(f, &c, e, 4, &g).withdrawn, 2);
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
	merge(f, &a, e, 3, &g);
	merge(f, &b, &other, 1, &g);
	p = get_proposal(f, 1);
	DONE(proposal_series(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[1].event.title, "new half");
	p = get_proposal(f, 3);
	DONE(proposal_series(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].no, 3);
	decide(f, 3, "skip", PROPOSAL_SKIPPED);
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
		cmocka_unit_test_setup_teardown(test_twins_are_not_listed, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_twin_takes_over, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_removed_calendar, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_news, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_dismiss, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_accept, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_rekey, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_adopt, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_withdrawn_are_shown_a_while, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_series_and_recent, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
