/* Calendars, and the proposals that their feeds make. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"

static struct err err;

static const int64_t HOUR = 3600000, DAY = 86400000;

static void test_calendar_is_stored(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/secret.ics"), d;
	struct calendar_list l;

	assert_int_equal(c.no, 1);
	add_calendar(f, "File", "");
	DONE(calendar_get(f->s, f->maria.person, 1, &f->arena, &d, &err), err);
	assert_int_equal(d.id, c.id);
	assert_string_equal(d.name, "Work");
	assert_string_equal(d.url, "https://example.org/secret.ics");
	assert_string_equal(d.shown, "https://calendar.example.org/..");
	assert_string_equal(d.category, "training");
	assert_string_equal(d.competencies, "voice,design");
	assert_string_equal(d.state, "new");
	assert_int_equal(d.next_poll, NOW);
	assert_int_equal(d.added_at, NOW);
	d.etag = "\"e\"";
	d.last_modified = "Thu, 12 Mar 2026 08:00:00 GMT";
	d.body_hash = "hash";
	d.state = "partial";
	d.error_code = "RULE_REFUSED";
	d.error_text = "one series";
	d.last_poll = NOW + 1;
	d.last_good = NOW + 2;
	d.next_poll = NOW + 3;
	d.failures = 4;
	d.events = 5;
	assert_int_equal(calendar_fetched(f->s, &d, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	DONE(store_begin(f->s, &err), err);
	DONE(calendar_fetched(f->s, &d, &err), err);
	commit(f);
	DONE(calendar_by_id(f->s, c.id, &f->arena, &c, &err), err);
	assert_string_equal(c.etag, "\"e\"");
	assert_string_equal(c.last_modified, "Thu, 12 Mar 2026 08:00:00 GMT");
	assert_string_equal(c.body_hash, "hash");
	assert_string_equal(c.state, "partial");
	assert_string_equal(c.error_code, "RULE_REFUSED");
	assert_string_equal(c.error_text, "one series");
	assert_int_equal(c.last_poll, NOW + 1);
	assert_int_equal(c.last_good, NOW + 2);
	assert_int_equal(c.next_poll, NOW + 3);
	assert_int_equal(c.failures, 4);
	assert_int_equal(c.events, 5);
	DONE(calendar_of(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[1].name, "File");
	assert_int_equal(raw_number(f,
	    "SELECT count(*) FROM ledger_text WHERE instr(body || text, 'secret') > 0"), 0);
}

static void test_remove_and_refusals(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics"), d;
	struct calendar_list l;

	begin_as(f, &f->maria);
	DONE(calendar_remove(f->s, &f->maria, &c, &err), err);
	assert_int_equal(calendar_remove(f->s, &f->maria, &c, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-calendar");
	assert_string_equal(err.what, "There is no calendar 1.");
	c.state = "ok";
	assert_int_equal(calendar_fetched(f->s, &c, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-calendar");
	commit(f);
	DONE(calendar_of(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	DONE(calendar_get(f->s, f->maria.person, 1, &f->arena, &d, &err), err);
	assert_string_equal(d.state, "removed");
	assert_int_equal(add_calendar(f, "New", "https://example.org/b.ics").no, 2);
	assert_int_equal(calendar_get(f->s, f->mark, 1, &f->arena, &d, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-calendar");
}

static void poll_at(struct fixture *f, struct calendar *c, int64_t next)
{
	c->state = "ok";
	c->next_poll = next;
	DONE(store_begin(f->s, &err), err);
	DONE(calendar_fetched(f->s, c, &err), err);
	commit(f);
}

static void test_due(void **state)
{
	struct fixture *f = *state;
	struct calendar a = add_calendar(f, "a", "https://example.org/a.ics");
	struct calendar b = add_calendar(f, "b", "https://example.org/b.ics");
	struct calendar file = add_calendar(f, "file", "");
	struct calendar_list l;
	struct person p;
	int64_t next;

	poll_at(f, &a, NOW + 2 * HOUR);
	poll_at(f, &b, NOW + HOUR);
	poll_at(f, &file, 0);
	DONE(calendar_next_due(f->s, &next, &err), err);
	assert_int_equal(next, NOW + HOUR);
	DONE(calendar_due(f->s, NOW, 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	DONE(calendar_due(f->s, NOW, 1, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	DONE(calendar_due(f->s, NOW + 2 * HOUR, 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].name, "b");
	DONE(calendar_due(f->s, NOW + 2 * HOUR, 0, 1, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	begin_as(f, &f->maria);
	DONE(calendar_remove(f->s, &f->maria, &b, &err), err);
	commit(f);
	DONE(calendar_next_due(f->s, &next, &err), err);
	assert_int_equal(next, NOW + 2 * HOUR);
	DONE(person_get(f->s, f->maria.person, &f->arena, &p, &err), err);
	p.disabled = 1;
	begin_as(f, &f->admin);
	DONE(person_update(f->s, &f->admin, &p, &err), err);
	commit(f);
	DONE(calendar_next_due(f->s, &next, &err), err);
	assert_int_equal(next, 0);
	DONE(calendar_due(f->s, NOW, 1, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
}

static void test_proposal_fields(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e = an_event("uid-1", "Workshop \xc3\xa9", NOW - 3 * HOUR, 90);
	struct change_list l;
	struct proposal p;

	e.rid = "20260312T050000Z";
	e.all_day = 0;
	e.series = 1;
	fetch(f, &c, &e, 1, NOW);
	p = get_proposal(f, 1);
	assert_int_equal(p.person, f->maria.person);
	assert_int_equal(p.calendar, c.id);
	assert_string_equal(p.calendar_name, "Work");
	assert_string_equal(p.event.uid, "uid-1");
	assert_string_equal(p.event.rid, "20260312T050000Z");
	assert_string_equal(p.event.title, "Workshop \xc3\xa9");
	assert_string_equal(p.event.location, "Room 1");
	assert_string_equal(p.event.url, "https://example.org/e");
	assert_string_equal(p.event.organizer, "ann@example.org");
	assert_int_equal(p.event.start, NOW - 3 * HOUR);
	assert_int_equal(p.event.end, NOW - 3 * HOUR + 90 * 60000);
	assert_string_equal(p.event.zone, "Europe/Berlin");
	assert_int_equal(p.event.day, TODAY);
	assert_int_equal(p.event.minutes, 90);
	assert_int_equal(p.event.series, 1);
	assert_int_equal(p.event.flags, EVENT_CUT);
	assert_string_equal(p.event.content, e.content);
	assert_string_equal(p.category, "training");
	assert_string_equal(p.competencies, "voice,design");
	assert_int_equal(p.state, PROPOSAL_WAITING);
	assert_int_equal(p.entry_no, 0);
	assert_int_equal(proposal_get(f->s, f->maria.person, 2, &f->arena, &p, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-proposal");
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &l, &err), err);
	assert_string_equal(l.items[0].text, "calendar 1: 1 new, 0 changed, 0 withdrawn");
	assert_string_equal(l.items[0].actor, "ceud");
	assert_string_equal(l.items[0].action, "feed");
}

/* Waiting ones follow their feed; what a person decided does not. */
static void test_a_feed_only_proposes(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[4] = { an_event("a", "Alpha", NOW + DAY, 60), an_event("b", "Beta", NOW + DAY, 60),
	    an_event("c", "Gamma", NOW + DAY, 60), an_event("d", "Delta", NOW + DAY, 60) };
	struct merge_plan plan;
	struct proposal p;
	int64_t rows;

	e[3].cancelled = 1;
	event_seal(&e[3]);
	plan = fetch(f, &c, e, 4, NOW);
	assert_int_equal(plan.created, 3);
	p = get_proposal(f, 2);
	begin_as(f, &f->maria);
	DONE(proposal_decide(f->s, &f->maria, "skip", &p, PROPOSAL_SKIPPED, 0, &err), err);
	commit(f);
	DONE(ledger_verify(f->s, &rows, &err), err);
	fetch(f, &c, e, 4, NOW + 1);		/* nothing new: not even a row in the ledger */
	assert_int_equal(raw_number(f, "SELECT max(seq) FROM ledger"), rows);
	e[0] = an_event("a", "Alpha two", NOW + 2 * DAY, 120);
	e[1] = an_event("b", "Beta two", NOW + 2 * DAY, 120);
	e[2].cancelled = 1;
	event_seal(&e[2]);
	plan = fetch(f, &c, e, 4, NOW + 2);
	assert_int_equal(plan.changed, 2);
	assert_int_equal(plan.withdrawn, 1);
	p = get_proposal(f, 1);
	assert_string_equal(p.event.title, "Alpha two");
	assert_int_equal(p.event.minutes, 120);
	assert_int_equal(p.event.start, NOW + 2 * DAY);
	assert_int_equal(p.changed, 0);
	p = get_proposal(f, 2);
	assert_string_equal(p.event.title, "Beta");
	assert_int_equal(p.changed, 1);
	assert_int_equal(p.state, PROPOSAL_SKIPPED);
	p = get_proposal(f, 3);
	assert_int_equal(p.state, PROPOSAL_WITHDRAWN);
	assert_int_equal(p.by_feed, 1);
	assert_int_equal(p.event.cancelled, 1);
	assert_int_equal(get_proposal(f, 4).state, PROPOSAL_WITHDRAWN);
	e[2] = an_event("c", "Gamma again", NOW + DAY, 45);
	fetch(f, &c, e, 4, NOW + 3);
	p = get_proposal(f, 3);
	assert_int_equal(p.state, PROPOSAL_WAITING);
	assert_int_equal(p.by_feed, 0);
	assert_string_equal(p.event.title, "Gamma again");
	assert_int_equal(p.event.cancelled, 0);
}

static void test_missing_and_gone(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[2] = { an_event("a", "Alpha", NOW + 9 * DAY, 60), an_event("b", "Beta", NOW + 9 * DAY,
	    60) };

	fetch(f, &c, e, 2, NOW);
	fetch(f, &c, e, 1, NOW + HOUR);
	assert_int_equal(get_proposal(f, 2).missing_since, NOW + HOUR);
	fetch(f, &c, e, 2, NOW + 2 * HOUR);
	assert_int_equal(get_proposal(f, 2).missing_since, 0);
	fetch(f, &c, e, 1, NOW + 3 * HOUR);
	fetch(f, &c, e, 1, NOW + 4 * HOUR);
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_WAITING);
	assert_int_equal(fetch(f, &c, e, 1, NOW + 3 * HOUR + DAY).withdrawn, 1);
	assert_int_equal(get_proposal(f, 2).state, PROPOSAL_WITHDRAWN);
	assert_int_equal(get_proposal(f, 2).by_feed, 1);
	assert_int_equal(fetch(f, &c, e, 0, NOW + 5 * HOUR + DAY).suspect, 1);
	assert_int_equal(get_proposal(f, 1).missing_since, 0);
}

static void merge_one(struct fixture *f, const struct calendar *c, const struct known *known,
    const struct event *e, enum merge_kind kind)
{
	struct merge_action act = { kind, 0, 0 };
	struct merge_plan plan = { .actions = &act, .n = 1, .changed = 1 };

	DONE(store_begin(f->s, &err), err);
	DONE(proposal_merge(f->s, c, known, e, &plan, NULL, NULL, NULL, NOW, NULL, &err), err);
	commit(f);
}

static void decide(struct fixture *f, const char *action, enum proposal_state to)
{
	struct proposal p = get_proposal(f, 1);

	begin_as(f, &f->maria);
	DONE(proposal_decide(f->s, &f->maria, action, &p, to, 0, &err), err);
	commit(f);
}

/* The person decides between planning and merging: her word holds, and the feed's change is not lost. */
static void test_decided_meanwhile(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e = an_event("a", "Alpha", NOW - DAY, 60), two = an_event("a", "Alpha two", NOW - DAY, 90);
	struct known *known;
	size_t n;

	fetch(f, &c, &e, 1, NOW);
	DONE(proposal_known(f->s, c.id, &f->arena, &known, &n, &err), err);
	assert_int_equal(n, 1);
	assert_string_equal(known[0].uid, "a");
	assert_string_equal(known[0].content, e.content);
	decide(f, "skip", PROPOSAL_SKIPPED);
	merge_one(f, &c, known, &two, MERGE_WITHDRAW);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_SKIPPED);
	merge_one(f, &c, known, &two, MERGE_RETURN);
	assert_int_equal(get_proposal(f, 1).changed, 0);
	merge_one(f, &c, known, &two, MERGE_UPDATE);
	assert_int_equal(get_proposal(f, 1).state, PROPOSAL_SKIPPED);
	assert_int_equal(get_proposal(f, 1).changed, 1);
	assert_string_equal(get_proposal(f, 1).event.title, "Alpha");
	decide(f, "restore", PROPOSAL_WAITING);
	merge_one(f, &c, known, &two, MERGE_MARK_CHANGED);
	assert_string_equal(get_proposal(f, 1).event.title, "Alpha two");
	assert_int_equal(get_proposal(f, 1).changed, 0);
}

/* What a confirmed event's calendar changes afterwards marks the entry, and nothing else of it. */
static void test_changed_after_confirming(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[] = { an_event("a", "Alpha", NOW - DAY, 60), an_event("b", "Beta", NOW - 2 * DAY, 60) };
	struct proposal p;
	struct entry x;

	fetch(f, &c, e, 2, NOW);
	for (int64_t no = 1; no <= 2; no++) {
		p = get_proposal(f, no);
		x = an_entry(f, TODAY - no, 60, p.event.title);
		x.proposal = p.id;
		begin_as(f, &f->maria);
		DONE(entry_add(f->s, &f->maria, "confirm", &x, &err), err);
		DONE(proposal_decide(f->s, &f->maria, "confirm", &p, PROPOSAL_CONFIRMED, x.id, &err), err);
		commit(f);
		assert_int_equal(get_entry(f, no).is_source_changed, 0);
	}
	e[0] = an_event("a", "Alpha, longer", NOW - DAY, 120);
	fetch(f, &c, e, 2, NOW + 1);
	x = get_entry(f, 1);
	assert_int_equal(x.is_source_changed, 1);
	assert_string_equal(x.title, "Alpha");
	assert_int_equal(x.minutes, 60);
	assert_int_equal(x.rev, 1);
	assert_int_equal(get_entry(f, 2).is_source_changed, 0);
	assert_int_equal(add_entry(f, TODAY, 60, "By hand").is_source_changed, 0);
	assert_int_equal(get_entry(f, 3).is_source_changed, 0);
}

static void test_decide_refusals(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e = an_event("a", "Alpha", NOW - DAY, 60);
	struct proposal p;

	fetch(f, &c, &e, 1, NOW);
	p = get_proposal(f, 1);
	begin_as(f, &f->maria);
	DONE(proposal_decide(f->s, &f->maria, "skip", &p, PROPOSAL_SKIPPED, 0, &err), err);
	assert_int_equal(proposal_decide(f->s, &f->maria, "skip", &p, PROPOSAL_SKIPPED, 0, &err), -1);
	assert_code(&err, ERR_RULE, "proposal-moved");
	assert_string_equal(err.what, "Event 1 is skipped by now.");
	p.id = 99;
	assert_int_equal(proposal_decide(f->s, &f->maria, "skip", &p, PROPOSAL_SKIPPED, 0, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-proposal");
	commit(f);
}

/* Parts of a plan add up, in numbers and in the history. */
static void test_merge_in_parts(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[3] = { an_event("a", "Alpha", NOW - DAY, 60), an_event("b", "Beta", NOW - DAY, 60),
	    an_event("c", "Gamma", NOW - DAY, 60) };
	struct merge_action acts[3] = { { MERGE_CREATE, 0, SIZE_MAX }, { MERGE_CREATE, 1, SIZE_MAX },
	    { MERGE_CREATE, 2, SIZE_MAX } };
	struct merge_plan part = { .actions = acts, .n = 2, .created = 3 };
	struct change_list l;

	assert_int_equal(proposal_merge(f->s, &c, NULL, e, &part, NULL, NULL, NULL, NOW, NULL,
	    &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	DONE(store_begin(f->s, &err), err);
	DONE(proposal_merge(f->s, &c, NULL, e, &part, NULL, NULL, NULL, NOW, NULL,
	    &err), err);
	commit(f);
	part.actions = acts + 2;
	part.n = 1;
	DONE(store_begin(f->s, &err), err);
	DONE(proposal_merge(f->s, &c, NULL, e, &part, NULL, NULL, NULL, NOW, NULL,
	    &err), err);
	commit(f);
	assert_string_equal(get_proposal(f, 3).event.title, "Gamma");
	DONE(ledger_of(f->s, f->maria.person, 0, 2, &f->arena, &l, &err), err);
	assert_string_equal(l.items[0].text, "calendar 1: 1 new, 0 changed, 0 withdrawn");
	assert_string_equal(l.items[1].text, "calendar 1: 2 new, 0 changed, 0 withdrawn");
	begin_as(f, &f->maria);
	acts[2] = (struct merge_action){ MERGE_UPDATE, 0, SIZE_MAX };
	assert_int_equal(proposal_merge(f->s, &c, NULL, e, &part, NULL, NULL, NULL, NOW, NULL,
	    &err), -1);
	assert_code(&err, ERR_FAILED, "merge-invalid");
	DONE(calendar_remove(f->s, &f->maria, &c, &err), err);
	assert_int_equal(proposal_merge(f->s, &c, NULL, e, &part, NULL, NULL, NULL, NOW, NULL,
	    &err), -1);
	assert_code(&err, ERR_ABSENT, "no-calendar");
	rollback(f);
}

static size_t page(struct fixture *f, enum proposal_filter filter, int64_t after, int limit,
    struct proposal_list *l)
{
	DONE(proposal_page(f->s, f->maria.person, filter, NOW, after, limit, &f->arena, l, &err), err);
	return l->n;
}

static void test_pages(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[6] = { an_event("e", "five", NOW - DAY, 60), an_event("d", "four", NOW - 2 * DAY, 60),
	    an_event("c", "three", NOW - 3 * DAY, 60), an_event("b", "same start", NOW - 3 * DAY, 30),
	    an_event("a", "future", NOW + DAY, 60), an_event("f", "goes on", NOW - HOUR / 2, 60) };
	struct proposal_list l;
	struct proposal p;
	int64_t n;

	fetch(f, &c, e, 6, NOW);
	assert_int_equal(page(f, PROPOSALS_WAITING, 0, 10, &l), 4);
	assert_string_equal(l.items[0].event.title, "three");
	assert_string_equal(l.items[1].event.title, "same start");
	assert_string_equal(l.items[2].event.title, "four");
	assert_string_equal(l.items[3].event.title, "five");
	assert_int_equal(page(f, PROPOSALS_WAITING, 0, 1, &l), 1);
	assert_int_equal(page(f, PROPOSALS_WAITING, l.items[0].no, 2, &l), 2);
	assert_string_equal(l.items[0].event.title, "same start");
	assert_int_equal(page(f, PROPOSALS_WAITING, l.items[1].no, 2, &l), 1);
	assert_string_equal(l.items[0].event.title, "five");
	assert_int_equal(page(f, PROPOSALS_WAITING, l.items[0].no, 2, &l), 0);
	DONE(proposal_count(f->s, f->maria.person, NOW, &n, &err), err);
	assert_int_equal(n, 4);
	p = get_proposal(f, 2);
	begin_as(f, &f->maria);
	DONE(proposal_decide(f->s, &f->maria, "skip", &p, PROPOSAL_SKIPPED, 0, &err), err);
	commit(f);
	assert_int_equal(page(f, PROPOSALS_SKIPPED, 0, 10, &l), 1);
	assert_string_equal(l.items[0].event.title, "four");
	assert_int_equal(page(f, PROPOSALS_ALL, 0, 10, &l), 6);
	assert_string_equal(l.items[5].event.title, "future");
	assert_int_equal(page(f, PROPOSALS_ALL, 4, 10, &l), 4);
	DONE(proposal_count(f->s, f->maria.person, NOW, &n, &err), err);
	assert_int_equal(n, 3);
	DONE(proposal_count(f->s, f->mark, NOW, &n, &err), err);
	assert_int_equal(n, 0);
	assert_int_equal(proposal_page(f->s, f->maria.person, PROPOSALS_ALL, NOW, 99, 10, &f->arena, &l,
	    &err), -1);
	assert_code(&err, ERR_ABSENT, "no-proposal");
}

static void test_series(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[4] = { an_event("weekly", "one", NOW - DAY, 60), an_event("weekly", "two",
	    NOW + 6 * DAY, 60), an_event("weekly", "three", NOW + 13 * DAY, 60), an_event("other", "other",
	    NOW, 60) };
	struct proposal_list l;
	struct proposal p;

	e[0].rid = "1";
	e[1].rid = "2";
	e[2].rid = "3";
	fetch(f, &c, e, 4, NOW);
	p = get_proposal(f, 2);
	DONE(proposal_series(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.items[2].event.title, "three");
	begin_as(f, &f->maria);
	DONE(proposal_decide(f->s, &f->maria, "skip", &p, PROPOSAL_SKIPPED, 0, &err), err);
	commit(f);
	DONE(proposal_series(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
}

/* Not a timed test: the figure is for the reader. What is asserted is that numbers run on without a gap. */
static void test_ten_thousand(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	enum { N = 10000 };
	struct event *e = calloc(N, sizeof(*e));
	char (*uids)[48] = calloc(N, sizeof(*uids));
	struct merge_plan plan;
	struct proposal_list l;
	int64_t from;
	int i;

	assert_non_null(e);
	assert_non_null(uids);
	for (i = 0; i < N; i++) {
		snprintf(uids[i], sizeof(uids[i]), "%08x-event@calendar.example.org",
		    (unsigned)i * 2654435761U);
		e[i] = an_event(uids[i], "Weekly standup with the customer panel", NOW - i * HOUR, 60);
	}
	from = clock_monotonic();
	plan = fetch(f, &c, e, N, NOW);
	from = clock_monotonic() - from;
	assert_int_equal(plan.created, N);
	print_message("%d new proposals in %lld ms\n", N, (long long)from);
	from = clock_monotonic();
	fetch(f, &c, e, N, NOW + 1);
	print_message("the same again in %lld ms\n", (long long)(clock_monotonic() - from));
	from = clock_monotonic();
	assert_int_equal(page(f, PROPOSALS_WAITING, get_proposal(f, N / 2).no, 500, &l), 500);
	print_message("a page of 500 in %lld ms\n", (long long)(clock_monotonic() - from));
	assert_int_equal(get_proposal(f, N).no, N);
	assert_int_equal(raw_number(f, "SELECT count(DISTINCT no) FROM proposal"), N);
	assert_int_equal(raw_number(f, "SELECT last_proposal FROM person WHERE email = 'maria@example.org'"),
	    N);
	free(e);
	free(uids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_calendar_is_stored, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_remove_and_refusals, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_due, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_proposal_fields, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_a_feed_only_proposes, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_missing_and_gone, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_decided_meanwhile, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_changed_after_confirming, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_decide_refusals, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_merge_in_parts, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_pages, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_series, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_ten_thousand, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
