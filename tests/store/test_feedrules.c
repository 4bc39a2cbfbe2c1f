/* Rules for events, lessons, steps that go on, and what calendars learn of their feeds. */
#include "fixture.h"

#include <stdio.h>
#include "store/feedrules.h"

static struct err err;

static const int64_t HOUR = 3600000, DAY = 86400000;

static struct feed_rule a_rule(int64_t person, const char *value)
{
	return (struct feed_rule){ .person = person, .added_at = NOW, .rule = { .field = MATCH_TITLE, .extra = "",
	    .test = MATCH_CONTAINS, .value = value, .category = "training", .competencies = "voice,design",
	    .provider = "IACET", .break_minutes = -1, .per_day = 420, .verdict = MATCH_PROPOSE } };
}

static struct feed_rule add_rule(struct fixture *f, struct actor *by, struct feed_rule r)
{
	begin_as(f, by);
	DONE(feed_rule_add(f->s, by, &r, &err), err);
	commit(f);
	return r;
}

static size_t rules_of(struct fixture *f, int64_t person)
{
	struct feed_rule_list l;

	DONE(feed_rule_of(f->s, person, &f->arena, &l, &err), err);
	return l.n;
}

static void test_rule_is_stored(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct feed_rule r = a_rule(f->maria.person, "workshop"), got;
	struct feed_rule_list l;
	struct change_list changes;

	r.rule.calendar = c.id;
	r = add_rule(f, &f->maria, r);
	assert_int_equal(r.rule.no, 1);
	assert_true(r.rule.id > 0);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &changes, &err), err);
	assert_string_equal(changes.items[0].text, "add rule 1: the title contains \"workshop\"");
	r = a_rule(f->maria.person, "x");
	r.rule.field = MATCH_EXTRA;
	r.rule.extra = "X-COURSE";
	r.rule.test = MATCH_LIKE;
	r.rule.category = r.rule.competencies = r.rule.provider = "";
	r.rule.break_minutes = 0;
	r.rule.per_day = 0;
	r.rule.verdict = MATCH_IGNORE;
	assert_int_equal(add_rule(f, &f->maria, r).rule.no, 2);
	assert_int_equal(add_rule(f, &f->admin, a_rule(0, "for all")).rule.no, 1);
	DONE(feed_rule_of(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	got = l.items[0];
	assert_int_equal(got.person, f->maria.person);
	assert_int_equal(got.calendar_no, 1);
	assert_int_equal(got.added_at, NOW);
	assert_int_equal(got.rule.calendar, c.id);
	assert_int_equal(got.rule.origin, MATCH_PERSONAL);
	assert_int_equal(got.rule.field, MATCH_TITLE);
	assert_string_equal(got.rule.extra, "");
	assert_int_equal(got.rule.test, MATCH_CONTAINS);
	assert_string_equal(got.rule.value, "workshop");
	assert_string_equal(got.rule.category, "training");
	assert_string_equal(got.rule.competencies, "voice,design");
	assert_string_equal(got.rule.provider, "IACET");
	assert_int_equal(got.rule.break_minutes, -1);
	assert_int_equal(got.rule.per_day, 420);
	assert_int_equal(got.rule.verdict, MATCH_PROPOSE);
	got = l.items[1];
	assert_int_equal(got.rule.field, MATCH_EXTRA);
	assert_string_equal(got.rule.extra, "X-COURSE");
	assert_int_equal(got.rule.test, MATCH_LIKE);
	assert_int_equal(got.rule.break_minutes, 0);
	assert_int_equal(got.rule.verdict, MATCH_IGNORE);
	assert_int_equal(got.rule.calendar, 0);
	assert_int_equal(got.calendar_no, 0);
	DONE(feed_rule_get(f->s, 0, 1, &f->arena, &got, &err), err);
	assert_string_equal(got.rule.value, "for all");
	assert_int_equal(got.rule.origin, MATCH_ADMIN);
	assert_int_equal(rules_of(f, f->mark), 0);
}

static void test_remove_and_numbers(void **state)
{
	struct fixture *f = *state;
	struct feed_rule r, got;

	add_rule(f, &f->maria, a_rule(f->maria.person, "one"));
	r = add_rule(f, &f->maria, a_rule(f->maria.person, "two"));
	begin_as(f, &f->maria);
	DONE(feed_rule_remove(f->s, &f->maria, &r, &err), err);
	assert_int_equal(feed_rule_remove(f->s, &f->maria, &r, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-rule");
	assert_string_equal(err.what, "There is no rule 2.");
	commit(f);
	assert_int_equal(feed_rule_get(f->s, f->maria.person, 2, &f->arena, &got, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-rule");
	assert_has(err.next, "ceu calendar rule list");
	assert_int_equal(feed_rule_get(f->s, 0, 1, &f->arena, &got, &err), -1);
	assert_has(err.next, "ceu admin rule list");
	assert_int_equal(add_rule(f, &f->maria, a_rule(f->maria.person, "three")).rule.no, 3);
	assert_int_equal(rules_of(f, f->maria.person), 2);
	assert_int_equal(raw_exec(f, "DELETE FROM feed_rule"), SQLITE_CONSTRAINT);
}

static void take(struct fixture *f, struct actor *by, int64_t subject, int back, const char *text)
{
	struct change_list l;

	begin_as(f, by);
	DONE((back ? ledger_undo : ledger_redo)(f->s, by, subject, &f->arena, &l, &err), err);
	commit(f);
	assert_string_equal(l.items[0].text, text);
}

static void test_undo_of_rules(void **state)
{
	struct fixture *f = *state;
	struct feed_rule r = add_rule(f, &f->maria, a_rule(f->maria.person, "one"));

	begin_as(f, &f->maria);
	DONE(feed_rule_remove(f->s, &f->maria, &r, &err), err);
	commit(f);
	take(f, &f->maria, f->maria.person, 1, "undo: remove rule 1: the title contains \"one\"");
	assert_int_equal(rules_of(f, f->maria.person), 1);
	take(f, &f->maria, f->maria.person, 1, "undo: add rule 1: the title contains \"one\"");
	assert_int_equal(rules_of(f, f->maria.person), 0);
	take(f, &f->maria, f->maria.person, 0, "redo: add rule 1: the title contains \"one\"");
	assert_int_equal(rules_of(f, f->maria.person), 1);
	take(f, &f->maria, f->maria.person, 0, "redo: remove rule 1: the title contains \"one\"");
	assert_int_equal(rules_of(f, f->maria.person), 0);
	add_rule(f, &f->admin, a_rule(0, "for all"));
	take(f, &f->admin, f->maria.person, 1, "undo: add rule 1 for everybody: the title contains \"for all\"");
	assert_int_equal(rules_of(f, 0), 0);
	assert_int_equal(add_rule(f, &f->admin, a_rule(0, "for all")).rule.no, 2);
	DONE(store_check(f->s, &err), err);
}

static void fill(struct fixture *f, struct actor *by, int64_t person, int n)
{
	char value[20];

	begin_as(f, by);
	for (int i = 0; i < n; i++) {
		struct feed_rule r = a_rule(person, value);

		snprintf(value, sizeof(value), "value %d", i);
		DONE(feed_rule_add(f->s, by, &r, &err), err);
	}
	commit(f);
}

static void test_not_too_many(void **state)
{
	struct fixture *f = *state;
	struct feed_rule r = add_rule(f, &f->maria, a_rule(f->maria.person, "first")), more;
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(feed_rule_remove(f->s, &f->maria, &r, &err), err);
	commit(f);
	fill(f, &f->admin, f->maria.person, 200);
	more = a_rule(f->maria.person, "one more");
	begin_as(f, &f->maria);
	assert_int_equal(feed_rule_add(f->s, &f->maria, &more, &err), -1);
	assert_code(&err, ERR_RULE, "rules-many");
	assert_has(err.what, "200 rules");
	assert_has(err.next, "ceu calendar rule remove N");
	assert_int_equal(more.rule.no, 0);
	assert_int_equal(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), -1);
	assert_code(&err, ERR_RULE, "rules-many");
	rollback(f);
	fill(f, &f->admin, 0, 500);
	more = a_rule(0, "one more");
	begin_as(f, &f->admin);
	assert_int_equal(feed_rule_add(f->s, &f->admin, &more, &err), -1);
	assert_code(&err, ERR_RULE, "rules-many");
	assert_has(err.what, "500 rules for everybody");
	rollback(f);
	add_rule(f, &f->admin, a_rule(f->mark, "others may"));
	assert_int_equal(rules_of(f, f->maria.person), 200);
}

/* ---- decisions of the inbox */

static int64_t confirm(struct fixture *f, int64_t no, int64_t go_on)
{
	struct proposal p = get_proposal(f, no);
	struct entry e = an_entry(f, p.event.day, 60, p.event.title);

	begin_as(f, &f->maria);
	if (go_on) {
		assert_int_equal(ledger_goes_on(f->s, &f->maria, f->maria.person, go_on, &err), 1);
		f->maria.step = go_on;
	}
	e.source = SOURCE_CALENDAR;
	e.proposal = p.id;
	DONE(entry_add(f->s, &f->maria, "confirm", &e, &err), err);
	DONE(proposal_decide(f->s, &f->maria, "confirm", &p, PROPOSAL_CONFIRMED, e.id, &err), err);
	commit(f);
	return f->maria.step;
}

static void skip_series(struct fixture *f, int64_t no, int64_t go_on)
{
	struct proposal p = get_proposal(f, no);
	struct feed_rule r = a_rule(f->maria.person, "weekly");
	struct proposal_list l;

	r.rule.field = MATCH_SERIES;
	r.rule.test = MATCH_IS;
	r.rule.verdict = MATCH_IGNORE;
	begin_as(f, &f->maria);
	assert_int_equal(ledger_goes_on(f->s, &f->maria, f->maria.person, go_on, &err), 1);
	f->maria.step = go_on;
	DONE(proposal_series(f->s, &p, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);
	for (size_t i = 0; i < l.n; i++)
		DONE(proposal_decide(f->s, &f->maria, "skip", &l.items[i], PROPOSAL_SKIPPED, 0, &err), err);
	DONE(feed_rule_add(f->s, &f->maria, &r, &err), err);
	commit(f);
}

/* Three single ones and a series of three. */
static struct calendar inbox(struct fixture *f)
{
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct event e[6] = { an_event("a", "Alpha", NOW - DAY, 60), an_event("b", "Beta", NOW - 2 * DAY, 60),
	    an_event("c", "Gamma", NOW - 3 * DAY, 60), an_event("weekly", "standup", NOW - 4 * DAY, 30),
	    an_event("weekly", "standup", NOW - 11 * DAY, 30), an_event("weekly", "standup", NOW + 3 * DAY, 30) };

	e[0].url = "https://www.Academy.example.org/course/1";
	e[0].domain = "academy.example.org";
	event_seal(&e[0]);
	for (size_t i = 3; i < 6; i++) {
		e[i].series = 1;
		e[i].rid = i == 3 ? "20260308" : i == 4 ? "20260301" : "20260315";
	}
	fetch(f, &c, e, 6, NOW);
	return c;
}

static int64_t count(struct fixture *f, const char *what)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", what);
	return raw_number(f, sql);
}

static void assert_decided(struct fixture *f, int64_t confirmed, int64_t skipped)
{
	assert_int_equal(count(f, "proposal WHERE state = 3"), confirmed);
	assert_int_equal(count(f, "entry WHERE is_void = 0"), confirmed);
	assert_int_equal(count(f, "proposal WHERE state = 2"), skipped);
	assert_int_equal(count(f, "feed_rule WHERE removed = 0"), skipped ? 1 : 0);
}

static void test_one_step_of_four(void **state)
{
	struct fixture *f = *state;
	struct calendar c = inbox(f);
	struct event e = an_event("new", "arrives meanwhile", NOW - DAY, 60);
	struct change_list l;
	int64_t step = confirm(f, 1, 0);

	confirm(f, 2, step);
	fetch(f, &c, &e, 1, NOW);		/* a feed is nobody's act, and between the parts */
	confirm(f, 3, step);
	skip_series(f, 4, step);
	assert_decided(f, 3, 3);
	begin_as(f, &f->maria);
	DONE(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	assert_int_equal(l.n, 10);
	assert_string_equal(l.items[0].text, "undo: add rule 1: the series is \"weekly\"");
	assert_string_equal(l.items[9].text, "undo: log 1 from the inbox");
	assert_decided(f, 0, 0);
	begin_as(f, &f->maria);
	assert_int_equal(ledger_goes_on(f->s, &f->maria, f->maria.person, step, &err), 0);
	DONE(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	assert_int_equal(l.n, 10);
	assert_decided(f, 3, 3);
	begin_as(f, &f->maria);
	assert_int_equal(ledger_goes_on(f->s, &f->maria, f->maria.person, step, &err), 0);
	rollback(f);
	DONE(store_check(f->s, &err), err);
}

static void assert_goes_on(struct fixture *f, struct actor *by, int64_t subject, int64_t step, int wanted)
{
	assert_int_equal(ledger_goes_on(f->s, by, subject, step, &err), wanted);
}

static void test_step_is_over(void **state)
{
	struct fixture *f = *state;
	struct calendar c = inbox(f);
	struct actor mark = { f->mark, "mark@example.org", NOW, 0 };
	struct team team = { .name = "Sales", .every = "month" };
	struct proposal p;
	int64_t step;

	step = confirm(f, 1, 0);
	assert_goes_on(f, &f->maria, f->maria.person, step, 1);
	assert_goes_on(f, &f->maria, f->maria.person, step - 1, 0);
	assert_goes_on(f, &f->maria, f->maria.person, step + 99, 0);
	assert_goes_on(f, &f->maria, f->mark, step, 0);		/* of another person */
	assert_goes_on(f, &f->admin, f->maria.person, step, 0);	/* of another actor */
	f->maria.now = NOW + HOUR;
	assert_goes_on(f, &f->maria, f->maria.person, step, 1);
	f->maria.now = NOW + HOUR + 1;
	assert_goes_on(f, &f->maria, f->maria.person, step, 0);
	f->maria.now = NOW;
	begin_as(f, &f->admin);					/* about nobody, and by someone else */
	DONE(team_add(f->s, &f->admin, &team, &err), err);
	commit(f);
	assert_goes_on(f, &f->maria, f->maria.person, step, 1);
	begin_as(f, &f->maria);					/* nothing that undo knows */
	DONE(calendar_accept(f->s, &f->maria, &c, &err), err);
	commit(f);
	assert_goes_on(f, &f->maria, f->maria.person, step, 1);
	p = get_proposal(f, 2);
	begin_as(f, &mark);					/* somebody else decides about her inbox */
	DONE(proposal_decide(f->s, &mark, "skip", &p, PROPOSAL_SKIPPED, 0, &err), err);
	commit(f);
	assert_goes_on(f, &f->maria, f->maria.person, step, 0);
	step = confirm(f, 3, 0);
	assert_goes_on(f, &f->maria, f->maria.person, step, 1);
	add_calendar(f, "More", "https://example.org/b.ics");	/* a change of another kind */
	assert_goes_on(f, &f->maria, f->maria.person, step, 0);
	assert_goes_on(f, &f->maria, f->maria.person, step + 2, 0);
}

/* ---- lessons */

static void test_lessons(void **state)
{
	struct fixture *f = *state;
	struct calendar c = inbox(f);
	struct lesson_list l;
	struct entry e;

	confirm(f, 1, 0);
	confirm(f, 4, 0);
	confirm(f, 2, 0);
	add_entry(f, TODAY, 60, "By hand");
	e = get_entry(f, 3);
	e.is_void = 1;
	begin_as(f, &f->maria);
	DONE(entry_update(f->s, &f->maria, "remove", &e, &err), err);
	commit(f);
	DONE(feed_lessons(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.items[0].entry_no, 2);
	assert_string_equal(l.items[0].series, "weekly");
	assert_string_equal(l.items[0].title, "standup");
	assert_int_equal(l.items[1].entry_no, 1);
	assert_int_equal(l.items[1].day, TODAY - 1);
	assert_int_equal(l.items[1].calendar, c.id);
	assert_string_equal(l.items[1].series, "");
	assert_string_equal(l.items[1].title, "Alpha");
	assert_string_equal(l.items[1].host, "academy.example.org");
	assert_string_equal(l.items[1].domain, "academy.example.org");
	assert_string_equal(l.items[1].category, "training");
	assert_string_equal(l.items[1].competencies, "voice,design");
	assert_string_equal(l.items[1].provider, "");
	DONE(feed_lessons(f->s, f->mark, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
}

/* ---- calendars */

static void store_fetch(struct fixture *f, const struct calendar *c)
{
	DONE(store_begin(f->s, &err), err);
	DONE(calendar_fetched(f->s, c, &err), err);
	commit(f);
}

static void test_calendar_learns(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics"), d;

	assert_int_equal(raw_exec(f, "UPDATE calendar SET login = 'dana:secret'"), SQLITE_OK);
	DONE(calendar_by_id(f->s, c.id, &f->arena, &d, &err), err);
	assert_string_equal(d.login, "dana:secret");
	assert_int_equal(d.paused + d.unstable + d.accepted, 0);
	assert_string_equal(d.producer, "");
	d.url = "https://new.example.org/b.ics";
	d.shown = "https://new.example.org/..";
	d.failing_since = NOW - DAY;
	d.paused = d.unstable = d.accepted = 1;
	d.producer = "-//Example//Calendar 2.0//EN";
	store_fetch(f, &d);
	DONE(calendar_by_id(f->s, c.id, &f->arena, &c, &err), err);
	assert_string_equal(c.url, "https://new.example.org/b.ics");
	assert_string_equal(c.shown, "https://new.example.org/..");
	assert_int_equal(c.failing_since, NOW - DAY);
	assert_int_equal(c.paused, 1);
	assert_int_equal(c.unstable, 1);
	assert_int_equal(c.accepted, 1);
	assert_string_equal(c.producer, "-//Example//Calendar 2.0//EN");
	assert_string_equal(c.login, "dana:secret");
}

static void test_paused_and_shared(void **state)
{
	struct fixture *f = *state;
	struct calendar a = add_calendar(f, "a", "https://example.org/a.ics");
	struct calendar b = add_calendar(f, "b", "https://example.org/a.ics"), c;
	struct calendar_list l;
	int64_t next;

	add_calendar(f, "c", "https://example.org/c.ics");
	add_calendar(f, "file", "");
	a.paused = 1;
	a.state = "error";
	store_fetch(f, &a);
	DONE(calendar_due(f->s, NOW, 0, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].name, "b");
	DONE(calendar_due(f->s, NOW, 1, 10, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 3);		/* who asks means it, too */
	DONE(calendar_next_due(f->s, &next, &err), err);
	assert_int_equal(next, NOW);
	DONE(calendar_same_url(f->s, "https://example.org/a.ics", &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	begin_as(f, &f->maria);
	DONE(calendar_remove(f->s, &f->maria, &b, &err), err);
	commit(f);
	DONE(calendar_same_url(f->s, "https://example.org/a.ics", &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	DONE(calendar_same_url(f->s, "", &f->arena, &l, &err), err);
	assert_int_equal(l.n, 0);
	DONE(calendar_get(f->s, f->maria.person, 2, &f->arena, &c, &err), err);
	begin_as(f, &f->maria);
	assert_int_equal(calendar_accept(f->s, &f->maria, &c, &err), -1);
	assert_code(&err, ERR_ABSENT, "no-calendar");
	rollback(f);
}

static void test_accept_stays(void **state)
{
	struct fixture *f = *state;
	struct calendar c = add_calendar(f, "Work", "https://example.org/a.ics");
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(calendar_accept(f->s, &f->maria, &c, &err), err);
	commit(f);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &l, &err), err);
	assert_string_equal(l.items[0].text, "accept calendar 1: Work");
	begin_as(f, &f->maria);
	DONE(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	assert_string_equal(l.items[0].text, "undo: add calendar 1: Work");
	rollback(f);
	DONE(calendar_by_id(f->s, c.id, &f->arena, &c, &err), err);
	assert_int_equal(c.accepted, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rule_is_stored, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_remove_and_numbers, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_undo_of_rules, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_not_too_many, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_one_step_of_four, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_step_is_over, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_lessons, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_calendar_learns, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_paused_and_shared, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_accept_stays, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
