/* What a fetch may do: the table of the design row by row, then random histories in which a person's word
 * must hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "feeds/merge.h"

#define HOUR INT64_C(3600000)
#define NOW (INT64_C(1000) * 24 * HOUR)

static struct merge_context usual = { NOW, 1 };

static struct event make_event(
    const char *uid, const char *rid, const char *title, int64_t start, int cancelled)
{
	struct event e = { .uid = uid,
		.rid = rid,
		.title = title,
		.location = "",
		.url = "",
		.organizer = "",
		.start = start,
		.end = start + HOUR,
		.zone = "UTC",
		.cancelled = cancelled };

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
		.start = e->start,
		.end = e->end };

	return k;
}

static const char *const kinds[] = { "create", "create-cancelled", "update", "mark-changed", "withdraw",
	"return", "missing", "found" };

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

static void confirmed_and_skipped_are_only_marked(void **state)
{
	static const enum proposal_state states[] = { PROPOSAL_CONFIRMED, PROPOSAL_SKIPPED };
	static const int64_t starts[] = { NOW - 48 * HOUR, NOW + 48 * HOUR };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct event e = make_event("1", "", "Title", starts[i / 2], 0);
		struct event moved = make_event("1", "", "Title", starts[i / 2] + HOUR, 0);
		struct event cancelled = make_event("1", "", "Title", starts[i / 2], 1);
		struct known k = make_known(&e, states[i % 2]);

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
	for (int i = 0; i < 4; i++) {
		k = make_known(&future, (enum proposal_state)i);
		assert_string_equal(plan_text(&k, 1, NULL, 0, &usual, &plan), "");
		assert_int_equal(plan.suspect, i == PROPOSAL_WAITING || i == PROPOSAL_CONFIRMED);
		assert_int_equal(plan.reason != NULL, plan.suspect);
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
	struct merge_context partial = { NOW, 0 };

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

static void the_waiting_follow(void **state)
{
	struct event e = make_event("1", "", "Title", NOW + 48 * HOUR, 0),
	             moved = make_event("1", "", "Title", NOW + HOUR, 0);
	struct event cancelled = make_event("1", "", "Title", NOW + 48 * HOUR, 1),
	             past = make_event("1", "", "T", NOW - HOUR, 0);
	struct known k = make_known(&e, PROPOSAL_WAITING);

	(void)state;
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
	k = make_known(&past, PROPOSAL_WAITING);
	expect_one(k, NULL, "missing:-:0");
	k.missing_since = NOW - 1000 * HOUR;
	expect_one(k, NULL, "");
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
}

/* ---- random histories */

#define KEYS 12
#define ROUNDS 400
#define HISTORIES 200

static uint64_t random_state;

static int random_between(int least, int most)
{
	uint64_t z = random_state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return least + (int)((z ^ z >> 31) % (uint64_t)(most - least + 1));
}

/* What the store would hold of one key. */
struct row {
	int exists;
	struct event event;		/* the fields that are shown */
	char content[65];		/* the hash that was stored last */
	enum proposal_state state;
	int64_t missing_since;
	int changed, by_feed;
	struct event decided;		/* the fields when the person decided */
};

static const char *const uids[KEYS] = { "a", "a", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };
static const char *const rids[KEYS] = { "1", "2", "3", "", "", "", "", "", "", "", "", "" };

static int key_of(const struct event *e)
{
	for (int i = 0; i < KEYS; i++)
		if (strcmp(uids[i], e->uid) == 0 && strcmp(rids[i], e->rid) == 0)
			return i;
	return -1;
}

static size_t random_feed(struct event *events, int64_t now)
{
	static const char *const titles[] = { "One", "Two", "Three" };
	size_t n = 0;

	if (random_between(0, 15) == 0)
		return 0;
	for (int i = 0; i < KEYS; i++)
		for (int times = random_between(0, 9) == 0 ? 2 : random_between(0, 3) > 0; times > 0; times--)
			events[n++] = make_event(uids[i], rids[i], titles[random_between(0, 2)],
			    now + random_between(-3, 3) * 24 * HOUR, random_between(0, 7) == 0);
	return n;
}

static void show(struct row *row, const struct event *e)
{
	row->event = *e;
	memcpy(row->content, e->content, sizeof(row->content));
}

/* As the store carries a plan out, with what must hold of each action. */
static void apply(struct row *rows, const struct merge_plan *plan, const struct event *events,
    const int *of_known, int64_t now)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct merge_action *a = &plan->actions[i];
		const struct event *e = a->event != SIZE_MAX ? &events[a->event] : NULL;
		struct row *row = &rows[a->known != SIZE_MAX ? of_known[a->known] : key_of(e)];
		int decided =
		    row->exists && (row->state == PROPOSAL_CONFIRMED || row->state == PROPOSAL_SKIPPED);

		assert_true(!decided || a->kind == MERGE_MARK_CHANGED);
		switch (a->kind) {
		case MERGE_CREATE:
		case MERGE_CREATE_CANCELLED:
			assert_false(row->exists);
			row->exists = 1;
			row->state = a->kind == MERGE_CREATE ? PROPOSAL_WAITING : PROPOSAL_WITHDRAWN;
			row->by_feed = a->kind == MERGE_CREATE_CANCELLED;
			show(row, e);
			break;
		case MERGE_UPDATE:
			assert_int_equal(row->state, PROPOSAL_WAITING);
			show(row, e);
			break;
		case MERGE_MARK_CHANGED:
			assert_true(decided);
			row->changed = 1;
			memcpy(row->content, e->content, sizeof(row->content));
			break;
		case MERGE_WITHDRAW:
			assert_int_equal(row->state, PROPOSAL_WAITING);
			assert_true(e != NULL
			        ? e->cancelled
			        : row->event.start > now && now - row->missing_since >= 24 * HOUR);
			row->state = PROPOSAL_WITHDRAWN;
			row->by_feed = 1;
			break;
		case MERGE_RETURN:
			assert_true(row->state == PROPOSAL_WITHDRAWN && row->by_feed && !e->cancelled);
			row->state = PROPOSAL_WAITING;
			show(row, e);
			break;
		case MERGE_MISSING:
			assert_int_equal(row->missing_since, 0);
			row->missing_since = now;
			break;
		case MERGE_FOUND:
			row->missing_since = 0;
			break;
		}
	}
}

static size_t known_rows(const struct row *rows, struct known *known, int *of_known)
{
	size_t n = 0;

	for (int i = KEYS - 1; i >= 0; i--) {
		const struct row *r = &rows[i];

		if (!r->exists)
			continue;
		known[n] = (struct known){ .id = i,
			.uid = uids[i],
			.rid = rids[i],
			.state = r->state,
			.content = r->content,
			.start = r->event.start,
			.end = r->event.end,
			.missing_since = r->missing_since,
			.changed = r->changed,
			.withdrawn_by_feed = r->by_feed };
		of_known[n++] = i;
	}
	return n;
}

/* Now and then a person decides. */
static void decide(struct row *rows)
{
	struct row *r = &rows[random_between(0, KEYS - 1)];

	if (r->exists && r->state == PROPOSAL_WAITING && random_between(0, 3) == 0) {
		r->state = random_between(0, 1) ? PROPOSAL_CONFIRMED : PROPOSAL_SKIPPED;
		r->decided = r->event;
	}
}

static void check_decided(const struct row *rows, const enum proposal_state *before)
{
	for (int i = 0; i < KEYS; i++) {
		const struct row *r = &rows[i];

		if (before[i] != PROPOSAL_CONFIRMED && before[i] != PROPOSAL_SKIPPED)
			continue;
		assert_int_equal(r->state, before[i]);
		assert_true(r->event.start == r->decided.start && r->event.end == r->decided.end);
		assert_string_equal(r->event.title, r->decided.title);
	}
}

static void one_fetch(struct row *rows, int64_t now)
{
	struct merge_context ctx = { now, random_between(0, 3) > 0 };
	struct event events[2 * KEYS];
	struct known known[KEYS];
	int of_known[KEYS];
	enum proposal_state before[KEYS];
	struct merge_plan plan;
	struct err err;
	size_t n = random_feed(events, now), nknown = known_rows(rows, known, of_known);

	for (int i = 0; i < KEYS; i++)
		before[i] = rows[i].exists ? rows[i].state : PROPOSAL_WAITING;
	assert_int_equal(merge_events(known, nknown, events, n, &ctx, &plan, &err), 0);
	if (plan.suspect)
		assert_true(n == 0 && plan.n == 0);
	apply(rows, &plan, events, of_known, now);
	check_decided(rows, before);
	merge_plan_free(&plan);
	/* the same fetch once more does nothing */
	nknown = known_rows(rows, known, of_known);
	assert_int_equal(merge_events(known, nknown, events, n, &ctx, &plan, &err), 0);
	assert_int_equal(plan.n, 0);
	merge_plan_free(&plan);
}

static void a_persons_word_holds(void **state)
{
	const char *given = getenv("CEUD_SEED");

	(void)state;
	if (given != NULL)
		random_state = strtoull(given, NULL, 10);
	else if (getrandom(&random_state, sizeof(random_state), 0) != (ssize_t)sizeof(random_state))
		random_state = 1;
	printf("# a_persons_word_holds: CEUD_SEED=%" PRIu64 "\n", random_state);
	for (int history = 0; history < HISTORIES; history++) {
		struct row rows[KEYS];
		int64_t now = NOW;

		memset(rows, 0, sizeof(rows));
		for (int round = 0; round < ROUNDS; round++) {
			now += random_between(1, 30) * HOUR;
			one_fetch(rows, now);
			decide(rows);
			if (random_between(0, 99) ==
			    0) /* the calendar was removed and its proposals withdrawn */
				for (int i = 0; i < KEYS; i++)
					if (rows[i].exists && rows[i].state == PROPOSAL_WAITING)
						rows[i].state = PROPOSAL_WITHDRAWN, rows[i].by_feed = 0;
		}
	}
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
		cmocka_unit_test(confirmed_and_skipped_are_only_marked),
		cmocka_unit_test(a_removed_calendar_stays_removed),
		cmocka_unit_test(an_empty_calendar_is_suspect),
		cmocka_unit_test(a_partial_fetch_misses_nothing),
		cmocka_unit_test(the_unseen_is_created),
		cmocka_unit_test(the_waiting_follow),
		cmocka_unit_test(the_withdrawn_come_back),
		cmocka_unit_test(keys_are_uid_and_rid),
		cmocka_unit_test(state_names),
		cmocka_unit_test(a_persons_word_holds),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
