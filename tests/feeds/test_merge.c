/* What a fetch may do: the table of the design row by row. Stories and random histories are in files of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "feeds/merge.h"
#include "feedsim.h"

#define NOW (INT64_C(1000) * 24 * HOUR)

static struct merge_context usual = { .now = NOW, .absence_counts = 1 };

static struct event make_event(
    const char *uid, const char *rid, const char *title, int64_t start, int cancelled)
{
	struct event e = sim_event(uid, rid, title, start);

	e.cancelled = cancelled;
	event_seal(&e);
	return e;
}

static struct known make_known(const struct event *e, enum proposal_state state)
{
	struct known k = { .id = 1,
		.uid = e->uid,
		.rid = e->rid,
		.state = state,
		.content = e->content,
		.detail = e->detail,
		.title = e->title,
		.url = e->url,
		.start = e->start,
		.end = e->end };

	return k;
}

static const char *const kinds[] = { "create", "create-cancelled", "update", "mark-changed", "adopt", "withdraw",
	"return", "missing", "found", "rekey" };

/* The plan as text: "kind:event:known ..." with - for none. */
static const char *plan_text(const struct known *known, size_t nknown, const struct event *events,
    size_t nevents, const struct merge_context *ctx, struct merge_plan *ret)
{
	static char text[1000];
	struct err err;
	size_t len = 0;

	assert_int_equal(merge_events(known, nknown, events, nevents, ctx, ret, &err), 0);
	text[0] = '\0';
	for (size_t i = 0; i < ret->n; i++) {
		const struct merge_action *a = &ret->actions[i];
		char event[24] = "-", k[24] = "-";

		if (a->event != SIZE_MAX)
			snprintf(event, sizeof(event), "%zu", a->event);
		if (a->known != SIZE_MAX)
			snprintf(k, sizeof(k), "%zu", a->known);
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, "%s%s:%s:%s", i > 0 ? " " : "", kinds[a->kind], event, k);
	}
	return text;
}

static void expect(const struct known *known, size_t nknown, const struct event *events, size_t nevents,
    const struct merge_context *ctx, const char *want)
{
	struct merge_plan plan;

	assert_string_equal(plan_text(known, nknown, events, nevents, ctx, &plan), want);
	assert_int_equal(plan.suspect, 0);
	merge_plan_free(&plan);
}

/* One known proposal and, perhaps, the event of its key, beside another one that is not concerned. */
static void expect_one(struct known k, const struct event *e, const char *want)
{
	struct event other = make_event("other", "", "Other", NOW + HOUR, 0);
	struct known knowns[2] = { k, make_known(&other, PROPOSAL_WAITING) };
	struct event events[2];
	size_t n = 0;

	if (e != NULL)
		events[n++] = *e;
	events[n++] = other;
	expect(knowns, 2, events, n, &usual, want);
}

/* ---- refusals first: what a person decided is not touched */

static void confirmed_ones_are_only_marked(void **state)
{
	static const int64_t starts[] = { NOW - 48 * HOUR, NOW + 48 * HOUR };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct event e = make_event("1", "", "Title", starts[i], 0);
		struct event moved = make_event("1", "", "Title", starts[i] + HOUR, 0);
		struct event cancelled = make_event("1", "", "Title", starts[i], 1);
		struct known k = make_known(&e, PROPOSAL_CONFIRMED);

		expect_one(k, &e, "");
		expect_one(k, &moved, "mark-changed:0:0");
		expect_one(k, &cancelled, "mark-changed:0:0");
		expect_one(k, NULL, "");
		k.missing_since = NOW - 100 * HOUR;
		expect_one(k, NULL, "");
		expect_one(k, &e, "");
		k.content = moved.content;
		k.changed = 1;
		expect_one(k, &moved, "");
		expect_one(k, &e, "mark-changed:0:0");
	}
}

static void skipped_ones_are_marked_for_title_or_start(void **state)
{
	struct event e = make_event("1", "", "Journey mapping", NOW + HOUR, 0), other = e;
	struct known k = make_known(&e, PROPOSAL_SKIPPED);

	(void)state;
	expect_one(k, &e, "");
	expect_one(k, NULL, "");
	other.location = "Room 2";
	event_seal(&other);
	expect_one(k, &other, "adopt:0:0");
	other = make_event("1", "", "JOURNEY-MAPPING!", NOW + HOUR, 0);
	expect_one(k, &other, "adopt:0:0");
	other = make_event("1", "", "Journey mapping", NOW + HOUR, 1);
	expect_one(k, &other, "adopt:0:0");
	other = e;
	other.end += HOUR;
	event_seal(&other);
	expect_one(k, &other, "adopt:0:0");
	other = make_event("1", "", "Journey mapping II", NOW + HOUR, 0);
	expect_one(k, &other, "mark-changed:0:0");
	other = make_event("1", "", "Journey mapping", NOW + 2 * HOUR, 0);
	expect_one(k, &other, "mark-changed:0:0");
	k.title = NULL;		/* a row that has none differs from any title */
	expect_one(k, &other, "mark-changed:0:0");
}

/* Rows of an older release have no detail: what waits takes it over once, what was decided is left alone. */
static void a_new_detail_is_no_news(void **state)
{
	struct event e = make_event("1", "", "Title", NOW + HOUR, 0), more = e;
	static const char *const unknown[] = { NULL, "" };

	(void)state;
	more.credit = "1.5 CEU";
	event_seal(&more);
	for (int i = 0; i < 5; i++) {
		struct known k = make_known(&e, (enum proposal_state)i);
		const char *want = i == PROPOSAL_WAITING || i == PROPOSAL_IGNORED ? "update:0:0" : "";

		expect_one(k, &e, "");
		expect_one(k, &more, want);
		for (int j = 0; j < 2; j++) {
			k.detail = unknown[j];
			expect_one(k, &e, want);
		}
	}
}

static void a_removed_calendar_stays_removed(void **state)
{
	struct event e = make_event("1", "", "Title", NOW + HOUR, 0);
	struct known k = make_known(&e, PROPOSAL_WITHDRAWN);

	(void)state;
	expect_one(k, &e, "");
	expect_one(k, NULL, "");
}

static void an_empty_calendar_is_suspect(void **state)
{
	struct event future = make_event("1", "", "Title", NOW + HOUR, 0),
	             past = make_event("1", "", "Title", NOW - HOUR, 0);
	struct known k;
	struct merge_plan plan;

	(void)state;
	for (int i = 0; i < 5; i++) {
		k = make_known(&future, (enum proposal_state)i);
		assert_string_equal(plan_text(&k, 1, NULL, 0, &usual, &plan), "");
		assert_int_equal(plan.suspect,
		    i == PROPOSAL_WAITING || i == PROPOSAL_CONFIRMED || i == PROPOSAL_IGNORED);
		assert_int_equal(plan.reason != NULL, plan.suspect);
		if (plan.suspect)
			assert_string_equal(plan.code, "empty-now");
		assert_int_equal(plan.n, 0);
		merge_plan_free(&plan);
	}
	k = make_known(&past, PROPOSAL_WAITING);
	expect(&k, 1, NULL, 0, &usual, "missing:-:0");
	expect(NULL, 0, NULL, 0, &usual, "");
}

static void a_partial_fetch_misses_nothing(void **state)
{
	struct event e = make_event("1", "", "Title", NOW + HOUR, 0),
	             other = make_event("2", "", "Other", NOW + HOUR, 0);
	struct known k = make_known(&e, PROPOSAL_WAITING);
	struct merge_context partial = { .now = NOW };

	(void)state;
	expect(&k, 1, &other, 1, &partial, "create:0:-");
	k.missing_since = NOW - 100 * HOUR;
	expect(&k, 1, &other, 1, &partial, "create:0:-");
	expect(&k, 1, &e, 1, &partial, "found:0:0");
}

/* ---- what it may do */

static void the_unseen_is_created(void **state)
{
	struct event events[2] = { make_event("1", "", "Title", NOW + HOUR, 0),
		make_event("2", "", "Title", NOW + HOUR, 1) };
	struct merge_plan plan;

	(void)state;
	assert_string_equal(plan_text(NULL, 0, events, 2, &usual, &plan), "create:0:- create-cancelled:1:-");
	assert_true(plan.created == 1 && plan.changed == 0 && plan.withdrawn == 0);
	merge_plan_free(&plan);
}

static void those_not_decided_on_follow(void **state)
{
	static const enum proposal_state states[] = { PROPOSAL_WAITING, PROPOSAL_IGNORED };
	struct event e = make_event("1", "", "Title", NOW + 48 * HOUR, 0),
	             moved = make_event("1", "", "Title", NOW + HOUR, 0);
	struct event cancelled = make_event("1", "", "Title", NOW + 48 * HOUR, 1),
	             past = make_event("1", "", "T", NOW - HOUR, 0);

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct known k = make_known(&e, states[i]);

		expect_one(k, &e, "");
		expect_one(k, &moved, "update:0:0");
		expect_one(k, &cancelled, "withdraw:0:0");
		expect_one(k, NULL, "missing:-:0");
		k.missing_since = NOW - 24 * HOUR + 1;
		expect_one(k, NULL, "");
		expect_one(k, &e, "found:0:0");
		expect_one(k, &moved, "found:0:0 update:0:0");
		expect_one(k, &cancelled, "found:0:0 withdraw:0:0");
		k.missing_since = NOW - 24 * HOUR;
		expect_one(k, NULL, "withdraw:-:0");
		/* what is past is kept: many feeds forget the past */
		k = make_known(&past, states[i]);
		expect_one(k, NULL, "missing:-:0");
		k.missing_since = NOW - 1000 * HOUR;
		expect_one(k, NULL, "");
	}
}

static void the_withdrawn_come_back(void **state)
{
	struct event e = make_event("1", "", "Title", NOW + HOUR, 0),
	             cancelled = make_event("1", "", "Title", NOW + HOUR, 1);
	struct known k = make_known(&e, PROPOSAL_WITHDRAWN);

	(void)state;
	k.withdrawn_by_feed = 1;
	expect_one(k, &e, "return:0:0");
	expect_one(k, &cancelled, "");
	expect_one(k, NULL, "");
	k.missing_since = NOW - 30 * HOUR;
	expect_one(k, &e, "found:0:0 return:0:0");
}

static void keys_are_uid_and_rid(void **state)
{
	struct event events[5] = { make_event("1", "a", "old", NOW, 0), make_event("1", "b", "B", NOW, 0),
		make_event("1", "a", "new", NOW, 0), make_event("2", "a", "2", NOW, 0),
		make_event("1a", "", "1a", NOW, 0) };
	struct known knowns[2] = { make_known(&events[3], PROPOSAL_CONFIRMED),
		make_known(&events[0], PROPOSAL_WAITING) };

	(void)state;
	/* the last of one key wins; "1" + "a" is not "1a" + "" */
	expect(knowns, 2, events, 5, &usual, "create:1:- update:2:1 create:4:-");
}

static void state_names(void **state)
{
	(void)state;
	assert_string_equal(proposal_state_name(PROPOSAL_WAITING), "waiting");
	assert_string_equal(proposal_state_name(PROPOSAL_WITHDRAWN), "withdrawn");
	assert_string_equal(proposal_state_name(PROPOSAL_SKIPPED), "skipped");
	assert_string_equal(proposal_state_name(PROPOSAL_CONFIRMED), "confirmed");
	assert_string_equal(proposal_state_name(PROPOSAL_IGNORED), "ignored");
}

/* ---- the same event under another key */

/* One known proposal that the fetch lacks, and an event of a new key. */
static void expect_new_key(struct known k, struct event e, const char *want)
{
	struct event other = make_event("other", "", "Other", NOW + HOUR, 0);
	struct known knowns[2] = { k, make_known(&other, PROPOSAL_WAITING) };
	struct event events[2] = { other, e };

	expect(knowns, 2, events, 2, &usual, want);
}

static void a_new_key_is_seen_through(void **state)
{
	static const char *const also[] = { "", " found:1:0 return:1:0", "", "", "" };
	struct event e = make_event("1", "", "Title", NOW + HOUR, 0), renamed = e, other;
	char want[80];

	(void)state;
	renamed.uid = "2";
	for (int i = 0; i < 5; i++) {
		struct known k = make_known(&e, (enum proposal_state)i);

		k.withdrawn_by_feed = i == PROPOSAL_WITHDRAWN;
		k.missing_since = i == PROPOSAL_WITHDRAWN ? NOW - 100 * HOUR : 0;
		snprintf(want, sizeof(want), "rekey:1:0%s", also[i]);
		expect_new_key(k, renamed, want);
		renamed.rid = "20260101";	/* a single event that became a series */
		expect_new_key(k, renamed, want);
		renamed.rid = "";
	}
	/* another place is told of; what a person edited in the title's spelling is not another event */
	other = make_event("2", "", "title!", NOW + HOUR, 0);
	other.location = "Room 2";
	event_seal(&other);
	expect_new_key(make_known(&e, PROPOSAL_CONFIRMED), other, "rekey:1:0 mark-changed:1:0");
	expect_new_key(make_known(&e, PROPOSAL_SKIPPED), other, "rekey:1:0 adopt:1:0");
	expect_new_key(make_known(&e, PROPOSAL_WAITING), other, "rekey:1:0 update:1:0");
	other.cancelled = 1;
	event_seal(&other);
	expect_new_key(make_known(&e, PROPOSAL_IGNORED), other, "rekey:1:0 withdraw:1:0");
}

static void what_differs_is_another_event(void **state)
{
	struct event e = make_event("1", "", "Title", NOW + HOUR, 0), other;
	struct known k = make_known(&e, PROPOSAL_SKIPPED);

	(void)state;
	expect_new_key(k, make_event("2", "", "Title", NOW + HOUR + 1, 0), "create:1:-");
	expect_new_key(k, make_event("2", "", "Titles", NOW + HOUR, 0), "create:1:-");
	other = make_event("2", "", "Title", NOW + HOUR, 0);
	other.end++;
	event_seal(&other);
	expect_new_key(k, other, "create:1:-");
	other = make_event("2", "", "Title", NOW + HOUR, 0);
	other.url = "https://example.org/a";
	event_seal(&other);
	expect_new_key(k, other, "create:1:-");
	k.url = "http://www.EXAMPLE.org:8080/a/?session=5#top";
	expect_new_key(k, other, "rekey:1:0 adopt:1:0");
	k.url = "http://example.org/b";
	expect_new_key(k, other, "create:1:-");
}

/* Parallel sessions: only what a person cannot tell apart is paired without being the only one. */
static void several_alike_pair_none(void **state)
{
	struct event known_at[2] = { make_event("1", "", "Session", NOW + HOUR, 0),
		make_event("2", "", "Session", NOW + HOUR, 0) };
	struct event events[2] = { make_event("3", "", "Session", NOW + HOUR, 0),
		make_event("4", "", "Session", NOW + HOUR, 0) };
	struct known knowns[2];
	struct merge_context unstable = usual;

	(void)state;
	knowns[0] = make_known(&known_at[0], PROPOSAL_WAITING);
	knowns[1] = make_known(&known_at[1], PROPOSAL_SKIPPED);
	expect(knowns, 2, events, 2, &usual, "rekey:0:1 rekey:1:0");
	for (int i = 0; i < 2; i++) {
		known_at[i].location = i ? "Room 1" : "Room 2";
		events[i].location = i ? "Room 2" : "Room 1";
		event_seal(&known_at[i]);
		event_seal(&events[i]);
	}
	expect(knowns, 2, events, 2, &usual, "rekey:0:1 rekey:1:0");
	events[0].location = "Room 3";
	events[1].location = "Room 4";
	event_seal(&events[0]);
	event_seal(&events[1]);
	expect(knowns, 2, events, 2, &usual, "create:0:- create:1:- missing:-:0");
	unstable.unstable = 1;
	expect(knowns, 2, events, 2, &unstable, "missing:-:0");
	/* a withdrawn one does not stand in the way */
	knowns[0].state = PROPOSAL_WITHDRAWN;
	expect(knowns, 2, events, 1, &usual, "rekey:0:1 adopt:0:1");
}

/* ---- suspect fetches */

static void expect_suspect(const struct known *known, size_t nknown, const struct event *events, size_t nevents,
    struct merge_context ctx, const char *code)
{
	struct merge_plan plan;

	assert_string_equal(plan_text(known, nknown, events, nevents, &ctx, &plan), "");
	assert_int_equal(plan.suspect, 1);
	assert_string_equal(plan.code, code);
	assert_true(strlen(plan.reason) > 30 && plan.reason[strlen(plan.reason) - 1] == '.');
	merge_plan_free(&plan);
	ctx.accepted = 1;
	assert_int_equal(merge_events(known, nknown, events, nevents, &ctx, &plan, NULL), 0);
	assert_int_equal(plan.suspect, 0);
	assert_null(plan.code);
	merge_plan_free(&plan);
}

static void a_calendar_that_shrank_is_suspect(void **state)
{
	static char uids[20][16];
	struct event events[20];
	struct known known[20];
	struct merge_context ctx = usual;

	(void)state;
	for (int i = 0; i < 20; i++) {
		snprintf(uids[i], sizeof(uids[i]), "%d", i);
		events[i] = make_event(uids[i], "", uids[i], NOW + (i + 1) * HOUR, 0);
		known[i] = make_known(&events[i], i == 3 ? PROPOSAL_CONFIRMED : PROPOSAL_WAITING);
	}
	expect_suspect(known, 20, events, 9, ctx, "shrunk");
	expect_suspect(known, 7, events, 1, ctx, "shrunk");
	expect(known, 12, events, 6, &ctx, "missing:-:6 missing:-:7 missing:-:8 missing:-:9 missing:-:10 missing:-:11");
	expect(known, 5, events, 1, &ctx, "missing:-:1 missing:-:2 missing:-:4");
	ctx.absence_counts = 0;
	expect(known, 20, events, 1, &ctx, "");
	ctx = usual;
	for (int i = 8; i < 20; i++)
		known[i].missing_since = NOW - HOUR;	/* the fetch before lacked them too */
	expect(known, 20, events, 8, &ctx, "");
	ctx.now = events[19].start;	/* all is past */
	expect(known, 6, events, 2, &ctx, "missing:-:2 missing:-:4 missing:-:5");
}

/* A window that was made shorter leaves events out which the calendar has all the same. */
static void what_is_beyond_the_window_is_not_missed(void **state)
{
	struct event e = make_event("1", "", "Near", NOW + HOUR, 0), far = make_event("2", "", "Far", NOW + 50 * HOUR, 0);
	struct known known[2] = { make_known(&e, PROPOSAL_WAITING), make_known(&far, PROPOSAL_WAITING) };
	struct merge_context ctx = usual;

	(void)state;
	known[1].missing_since = NOW - 30 * HOUR;
	expect(known, 2, &e, 1, &ctx, "withdraw:-:1");
	ctx.until = far.start + 1;
	expect(known, 2, &e, 1, &ctx, "withdraw:-:1");
	ctx.until = far.start;
	expect(known, 2, &e, 1, &ctx, "");
	expect(known + 1, 1, NULL, 0, &ctx, "");	/* nor is the calendar empty */
	ctx.accepted = 1;
	expect(known, 2, &e, 1, &ctx, "");
	known[1].missing_since = 0;
	expect(known, 2, &e, 1, &ctx, "");
	ctx.until = 0;
	expect(known, 2, &e, 1, &ctx, "withdraw:-:1");
}

static void other_suspects(void **state)
{
	struct event e = make_event("1", "", "Title", NOW + HOUR, 0), other = make_event("2", "", "Other", NOW + HOUR, 0);
	struct known k = make_known(&e, PROPOSAL_SKIPPED);
	struct merge_context ctx = usual;

	(void)state;
	ctx.cancels = 1;
	expect_suspect(&k, 1, &e, 1, ctx, "cancels-all");
	expect_suspect(NULL, 0, &e, 1, ctx, "cancels-all");
	ctx = usual;
	ctx.new_producer = 1;
	expect_suspect(&k, 1, &other, 1, ctx, "other-calendar");
	expect(&k, 1, &e, 1, &ctx, "");
	expect(NULL, 0, &other, 1, &ctx, "create:0:-");
	ctx.new_producer = 0;
	expect(&k, 1, &other, 1, &ctx, "create:0:-");
}

/* What she accepted is done at once: the next fetch, held again, could not do it. */
static void accepted_absence_counts_at_once(void **state)
{
	struct event e = make_event("1", "", "Title", NOW + HOUR, 0), past = make_event("2", "", "Past", NOW - HOUR, 0);
	struct known known[3] = { make_known(&e, PROPOSAL_WAITING), make_known(&past, PROPOSAL_WAITING),
		make_known(&e, PROPOSAL_CONFIRMED) };
	struct merge_context ctx = usual;

	(void)state;
	known[2].uid = "3";
	ctx.accepted = 1;
	expect(known, 3, NULL, 0, &ctx, "withdraw:-:0 missing:-:1");
	ctx.absence_counts = 0;
	expect(known, 3, NULL, 0, &ctx, "");
}

/* ---- churn */

static void churn_is_told(void **state)
{
	static char names[12][16];
	struct event before[6], after[6];
	struct known known[6];
	struct merge_plan plan;

	(void)state;
	for (int i = 0; i < 6; i++) {
		snprintf(names[i], sizeof(names[i]), "%d", i);
		snprintf(names[6 + i], sizeof(names[i]), "new%d", i);
		before[i] = make_event(names[i], "", names[i], NOW + HOUR, 0);
		after[i] = make_event(names[6 + i], "", names[i], NOW + HOUR, 0);
		known[i] = make_known(&before[i], PROPOSAL_WAITING);
	}
	for (int renamed = 0; renamed <= 6; renamed++) {
		struct event events[6];

		for (int i = 0; i < 6; i++)
			events[i] = i < renamed ? after[i] : before[i];
		assert_int_equal(merge_events(known, 6, events, 6, &usual, &plan, NULL), 0);
		assert_int_equal(plan.rekeyed, renamed);
		assert_int_equal(plan.n, renamed);
		assert_int_equal(plan.unstable, renamed >= 3);
		merge_plan_free(&plan);
	}
	assert_int_equal(merge_events(known, 2, after, 2, &usual, &plan, NULL), 0);
	assert_true(plan.rekeyed == 2 && !plan.unstable);
	merge_plan_free(&plan);
}

/* Ten thousand against ten thousand is no matter of minutes. */
static void many(void **state)
{
	enum { N = 10000 };
	static char names[N][16];
	static struct event events[N];
	static struct known known[N];
	struct merge_plan plan;
	struct err err;

	(void)state;
	for (int i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "%d", i);
		events[i] = make_event(names[i], "", "Title", NOW + HOUR, 0);
		known[N - 1 - i] = make_known(&events[i], i % 2 ? PROPOSAL_WAITING : PROPOSAL_CONFIRMED);
	}
	assert_int_equal(merge_events(known, N, events, N, &usual, &plan, &err), 0);
	assert_int_equal(plan.n, 0);
	merge_plan_free(&plan);
	assert_int_equal(merge_events(known, N / 2, events, N, &usual, &plan, &err), 0);
	assert_int_equal(plan.created, N / 2);
	merge_plan_free(&plan);
	assert_int_equal(merge_events(known, N, events, N / 2, &usual, &plan, &err), 0);
	assert_int_equal(plan.n, N / 4);
	merge_plan_free(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(confirmed_ones_are_only_marked),
		cmocka_unit_test(skipped_ones_are_marked_for_title_or_start),
		cmocka_unit_test(a_new_detail_is_no_news),
		cmocka_unit_test(a_removed_calendar_stays_removed),
		cmocka_unit_test(an_empty_calendar_is_suspect),
		cmocka_unit_test(a_partial_fetch_misses_nothing),
		cmocka_unit_test(the_unseen_is_created),
		cmocka_unit_test(those_not_decided_on_follow),
		cmocka_unit_test(the_withdrawn_come_back),
		cmocka_unit_test(keys_are_uid_and_rid),
		cmocka_unit_test(state_names),
		cmocka_unit_test(a_new_key_is_seen_through),
		cmocka_unit_test(what_differs_is_another_event),
		cmocka_unit_test(several_alike_pair_none),
		cmocka_unit_test(a_calendar_that_shrank_is_suspect),
		cmocka_unit_test(what_is_beyond_the_window_is_not_missed),
		cmocka_unit_test(other_suspects),
		cmocka_unit_test(accepted_absence_counts_at_once),
		cmocka_unit_test(churn_is_told),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
