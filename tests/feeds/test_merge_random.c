/* Random histories of calendars: publishers that rename, drop, double, cancel and move, and a person whose word holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "feedsim.h"
#include "seed.h"

enum { HISTORIES = 20000, ROUNDS = 8, EVENTS = 9 };
#define START (INT64_C(20000) * DAY)

enum publisher { KEEPS_UIDS, NEW_UIDS, SOME_NEW_UIDS };

/* What the publisher knows of one event. */
struct truth {
	int title, uid, place, page, cancelled, there, many;
	int64_t start;
};

static int chance(int one_in)
{
	return seed_between(1, one_in) == 1;
}

static void invent(struct truth *t, int64_t now)
{
	static int last;

	t->title = (int)seed_between(0, 3);
	t->uid = ++last;
	t->place = (int)seed_between(0, 1);
	t->page = (int)seed_between(0, 1);
	t->cancelled = chance(12);
	t->there = !chance(6);
	t->many = chance(5);
	t->start = now + seed_between(-3, 6) * DAY / 2;
}

static void change(struct truth *t, enum publisher p, int64_t now)
{
	int uid = t->uid;

	if (chance(10))
		invent(t, now);
	if (p == KEEPS_UIDS && chance(2))
		t->uid = uid;
	if (p == NEW_UIDS || (p == SOME_NEW_UIDS && chance(4)))
		t->uid += 100000;
	if (chance(8))
		t->title = (int)seed_between(0, 3);
	if (chance(8))
		t->place = !t->place;
	if (chance(8))
		t->start += DAY / 2;
	if (chance(12))
		t->cancelled = !t->cancelled;
	if (chance(6))
		t->there = !t->there;
}

static void publish(struct sim *s, const struct truth *t)
{
	static const char *const titles[] = { "Talk", "TALK", "Workshop", "" }, *const places[] = { "", "Room 2" },
		*const pages[] = { "", "https://example.org/e/1" };
	struct event e;
	char uid[24], rid[24];

	snprintf(uid, sizeof(uid), "%d", t->many ? t->uid % 3 : t->uid);
	snprintf(rid, sizeof(rid), "%lld", (long long)t->start);
	e = sim_event(uid, t->many ? rid : "", titles[t->title], t->start);
	e.location = places[t->place];
	e.url = pages[t->page];
	e.cancelled = t->cancelled;
	e.credit = t->place ? "1 CEU" : "";
	sim_put_event(s, e);
}

/* Any order, now and then nothing, now and then one twice. */
static void publish_all(struct sim *s, const struct truth *t)
{
	int from = (int)seed_between(0, EVENTS - 1), none = chance(20);

	sim_feed(s);
	for (int i = 0; i < EVENTS && !none; i++) {
		const struct truth *one = &t[(from + i) % EVENTS];

		for (int times = one->there ? 1 + chance(15) : 0; times > 0; times--)
			publish(s, one);
	}
	s->partial = chance(6);
	s->accepted = chance(8);
	s->cancels = chance(30);
	s->new_producer = chance(10);
}

static void decide(struct sim *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct sim_row *r = &s->rows[i];

		if (r->state == PROPOSAL_WAITING && chance(5))
			r->state = chance(2) ? PROPOSAL_CONFIRMED : PROPOSAL_SKIPPED;
		else if (r->state == PROPOSAL_WAITING && chance(30))
			r->state = PROPOSAL_IGNORED;
	}
}

static void check_word_holds(const struct sim_row *before, size_t n, const struct sim *s)
{
	for (size_t i = 0; i < n; i++) {
		const struct sim_row *b = &before[i], *r = &s->rows[i];

		if (b->state != PROPOSAL_CONFIRMED && b->state != PROPOSAL_SKIPPED)
			continue;
		assert_int_equal(r->state, b->state);
		assert_true(r->start == b->start && r->end == b->end && r->missing_since == b->missing_since);
		assert_string_equal(r->title, b->title);
		assert_string_equal(r->url, b->url);
		assert_string_equal(r->location, b->location);
	}
}

static void check_keys(const struct sim *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(s->rows[i].uid, s->rows[j].uid) == 0)
				assert_string_not_equal(s->rows[i].rid, s->rows[j].rid);
}

static size_t history(void)
{
	enum publisher p = (enum publisher)seed_between(0, 2);
	struct truth truths[EVENTS];
	struct sim_row before[EVENTS * (ROUNDS + 1) * 2];
	struct sim s;
	size_t suspects = 0, n;

	sim_begin(&s, START);
	for (int i = 0; i < EVENTS; i++)
		invent(&truths[i], s.now);
	for (int round = 0; round < ROUNDS; round++) {
		publish_all(&s, truths);
		n = s.n;
		assert_in_range(n, 0, EVENTS * (ROUNDS + 1) * 2);
		if (n > 0)
			memcpy(before, s.rows, n * sizeof(*before));
		suspects += strncmp(sim_fetch(&s), "suspect", 7) == 0;
		check_word_holds(before, n, &s);
		check_keys(&s);
		decide(&s);
		s.now += seed_between(1, 30) * HOUR;
		for (int i = 0; i < EVENTS; i++)
			change(&truths[i], p, s.now);
	}
	sim_end(&s);
	return suspects;
}

static void a_persons_word_holds(void **state)
{
	size_t suspects = 0;

	(void)state;
	seed_begin("a_persons_word_holds");
	for (int i = 0; i < HISTORIES; i++)
		suspects += history();
	assert_in_range(suspects, HISTORIES / 10, HISTORIES * ROUNDS / 2);
}

/* A publisher of new UIDs and nothing else: whatever is decided when, each event is known once, for ever. */
static void renamed_ones_are_known_once(void **state)
{
	(void)state;
	seed_begin("renamed_ones_are_known_once");
	for (int i = 0; i < 500; i++) {
		struct sim s;
		int uid = 0, n = (int)seed_between(1, 12);

		sim_begin(&s, START);
		for (int round = 0; round < 12; round++) {
			sim_feed(&s);
			for (int k = 0; k < n; k++) {
				char name[24];

				snprintf(name, sizeof(name), "%d", ++uid);
				sim_put(&s, name, "", k % 3 ? "Talk" : "Workshop", START + (k / 2 - 1) * DAY);
			}
			sim_fetch(&s);
			assert_int_equal(s.n, n);
			decide(&s);
			s.now += seed_between(1, 30) * HOUR;
		}
		for (size_t k = 0; k < s.n; k++)
			assert_true(s.rows[k].missing_since == 0 && !s.rows[k].changed &&
			    s.rows[k].state != PROPOSAL_WITHDRAWN);
		sim_end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_persons_word_holds),
		cmocka_unit_test(renamed_ones_are_known_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
