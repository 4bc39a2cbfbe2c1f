/* Reminders over whole cycles: random people, ladders and downtime, day by day. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "helper.h"
#include "ladders.h"
#include "rules/ladder.h"

enum { AFTER = 130, MAILS_MAX = 200 };

struct life {				/* one person's cycle */
	struct ladder_facts f;
	struct ladders own;
	int taken[LADDER_RUNGS_MAX];
	enum rung_outcome outcomes[LADDER_RUNGS_MAX];
	day_t decided[LADDER_RUNGS_MAX];
	day_t mailed[MAILS_MAX]; size_t nmails;		/* when each went or is to go */
	day_t touched;			/* when her inbox was looked into; DAY_NONE: nothing is there */
};

static int is_in(const struct ladder *l, int rung)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->rungs[i] == rung)
			return 1;
	return 0;
}

/* Whether a mail of that rung may go today, from the rules as they are told. */
static void may_be_mailed(const struct life *l, int rung)
{
	const struct ladder_facts *f = &l->f;
	int kind = ladder_kind_of(f), left = f->end - f->today, in_week = 0;

	assert_true(kind >= 0);
	assert_int_not_equal(f->state, CYCLE_SUBMITTED);
	assert_true(is_in(&f->ladders->of[kind], rung > LADDER_INBOX && rung < LADDER_REACHED ? LADDER_INBOX : rung));
	assert_true(f->has_address);
	assert_true(f->muted_until == DAY_NONE || f->today > f->muted_until || rung < LADDER_OPEN);
	if (rung < LADDER_OPEN && f->muted_until != DAY_NONE)
		assert_true(f->end - rung > f->muted_until);
	if (f->today == f->enrolled)
		assert_true(left >= 0 && left <= 30);
	assert_true(f->enrolled <= f->end);
	for (size_t i = 0; i < l->nmails; i++) {
		int apart = l->mailed[i] < f->today ? f->today - l->mailed[i] : l->mailed[i] - f->today;

		assert_true(apart >= (left > 14 ? 6 : 1));
		in_week += l->mailed[i] >= f->end - 6 && l->mailed[i] <= f->end;
	}
	if (left >= 0 && left <= 6)
		assert_true(in_week < 3);
	if (kind == LADDER_LAPSED)
		assert_true(rung == -1 || -rung <= f->grace_days);
	if (kind == LADDER_COMPLETE)
		assert_true(-left <= (f->grace_days > 2 ? f->grace_days : 2));
	if (rung > LADDER_INBOX && rung < LADDER_REACHED)
		assert_true(left > 14 && f->today - f->inbox_since >= 14);
}

static void take(struct life *l, const struct rung_decision *dec, int delay)
{
	for (size_t k = 0; k < l->f.ntaken; k++)
		assert_int_not_equal(l->taken[k], dec->rung);
	assert_true(l->f.ntaken < LADDER_RUNGS_MAX);
	l->outcomes[l->f.ntaken] = dec->outcome;
	l->decided[l->f.ntaken] = l->f.today;
	l->taken[l->f.ntaken++] = dec->rung;
	if (dec->outcome != RUNG_MAILED)
		return;
	may_be_mailed(l, dec->rung);
	assert_true(l->nmails < MAILS_MAX);
	l->mailed[l->nmails++] = l->f.today + delay;
	if (dec->rung > LADDER_INBOX && dec->rung < LADDER_REACHED)
		l->f.inbox_mailed = l->f.today;
}

/* One run on one day; returns how many mails went. */
static int run_once(struct life *l, int delay)
{
	struct rung_decision out[LADDER_RUNGS_MAX];
	size_t n;
	int mails = 0;

	l->f.inbox_since = l->touched;
	l->f.nmailed = l->nmails < LADDER_MAILED_MAX ? l->nmails : LADDER_MAILED_MAX;
	l->f.mailed = l->mailed + (l->nmails - l->f.nmailed);
	n = ladder_decide(&l->f, out);
	for (size_t i = 0; i < n; i++)
		mails += out[i].outcome == RUNG_MAILED;
	assert_true(mails <= 1);
	for (size_t i = 0; i < n; i++)
		take(l, &out[i], delay);
	return mails;
}

/* With no new facts nothing is decided before the day that was told, and something is on it. */
static void keeps_its_word(const struct life *l)
{
	struct rung_decision out[LADDER_RUNGS_MAX];
	struct ladder_facts f = l->f;
	day_t promised = ladder_next(&f), last = promised == DAY_NONE ? f.today + 5000 : promised;

	if (promised != DAY_NONE) {
		assert_true(promised >= f.today);
		if (promised > f.today + 400)
			last = f.today + 400;
	}
	for (day_t d = f.today; d < last; d += promised == DAY_NONE && d > f.end + 500 ? 97 : 1) {
		f.today = d;
		assert_int_equal(ladder_decide(&f, out), 0);
	}
	if (promised == DAY_NONE)
		return;
	f.today = promised;
	assert_true(ladder_decide(&f, out) > 0);
}

static void random_ladders(uint64_t *rnd, struct ladders *ret)
{
	memset(ret, 0, sizeof *ret);
	for (int k = 0; k < LADDER_KINDS; k++) {
		struct ladder *l = &ret->of[k];
		int n = seed_below(rnd, 9);

		for (int i = 0; i < n; i++) {
			int r = seed_below(rnd, 4), rung = r == 0 ? seed_below(rnd, 8) : r == 1 ? seed_below(rnd, 31) : seed_below(rnd, 300);

			rung = k == LADDER_LAPSED ? -1 - rung / 4 : rung;
			if (!is_in(l, rung))
				l->rungs[l->n++] = rung;
		}
		if (k == LADDER_COMPLETE && seed_below(rnd, 3))
			l->rungs[l->n++] = LADDER_REACHED;
		if (k < LADDER_COMPLETE && seed_below(rnd, 3))
			l->rungs[l->n++] = LADDER_OPEN;
		if (k < LADDER_COMPLETE && seed_below(rnd, 3))
			l->rungs[l->n++] = LADDER_INBOX;
	}
}

static void born(uint64_t *rnd, struct life *l)
{
	day_t end = day("2026-12-31");

	memset(l, 0, sizeof *l);
	l->f = plain_ladder_facts(&usual_ladders, end, end - 1095 + seed_below(rnd, 1150));
	if (seed_below(rnd, 2)) {
		random_ladders(rnd, &l->own);
		l->f.ladders = &l->own;
	}
	l->f.taken = l->taken;
	l->touched = DAY_NONE;
	if (seed_below(rnd, 2))
		l->f.opens = end - seed_below(rnd, 400);
	if (seed_below(rnd, 2))
		l->f.grace_days = seed_below(rnd, 60);
}

/* What happens to people: rarely each, in any order. */
static void something_happens(uint64_t *rnd, struct life *l)
{
	struct ladder_facts *f = &l->f;

	switch (seed_below(rnd, 9)) {
	case 0:
		f->muted_until = f->today + seed_below(rnd, 60);
		break;
	case 1:
		f->muted_until = DAY_NONE;
		break;
	case 2:
		f->has_address = !f->has_address;
		break;
	case 3:
		l->touched = f->today;
		break;
	case 4:
		l->touched = DAY_NONE;
		break;
	case 5:
		if (f->state == CYCLE_SUBMITTED)
			f->state = CYCLE_DONE;
		else if (f->state == CYCLE_DONE)
			f->state = CYCLE_SUBMITTED;
		break;
	default:
		if (f->state != CYCLE_SUBMITTED)
			f->state = (enum cycle_state)seed_below(rnd, 4);
	}
}

static void lives_by_the_rules(void **state)
{
	uint64_t rnd = seed_start();
	struct life l;

	(void)state;
	for (int i = 0; i < 400; i++) {
		int down = 0, down_percent = i % 3 == 0 ? 0 : 1 + seed_below(&rnd, 20), busy = seed_below(&rnd, 40);
		day_t last;

		born(&rnd, &l);
		last = (l.f.end > l.f.enrolled ? l.f.end : l.f.enrolled) + AFTER;
		for (day_t d = l.f.enrolled; d <= last; d++) {
			l.f.today = d;
			if (seed_below(&rnd, 1000) < busy)
				something_happens(&rnd, &l);
			if (down > 0 && down--)
				continue;
			if (seed_below(&rnd, 100) < down_percent)
				down = seed_below(&rnd, 60);
			run_once(&l, seed_below(&rnd, 4) ? 0 : seed_below(&rnd, 3));
			assert_int_equal(run_once(&l, 0), 0);	/* the same run again finds nothing */
			if (seed_below(&rnd, 20) == 0)
				keeps_its_word(&l);
		}
	}
}

/* Every rung that is a day has its outcome in the end, with or without days on which nobody looked; what no mail
 * has to do with is the same then. */
static void downtime_changes_little(void **state)
{
	static struct life seen, down;
	uint64_t rnd = seed_start();

	(void)state;
	for (int i = 0; i < 200; i++) {
		born(&rnd, &seen);
		seen.f.state = (enum cycle_state)seed_below(&rnd, 5);
		seen.f.muted_until = seed_below(&rnd, 3) ? DAY_NONE : seen.f.enrolled + seed_below(&rnd, 900);
		down = seen;
		down.f.taken = down.taken;
		down.f.ladders = seen.f.ladders == &seen.own ? &down.own : seen.f.ladders;
		int until = 0;
		for (day_t d = seen.f.enrolled; d <= seen.f.end + 500; d++) {
			seen.f.today = down.f.today = d;
			run_once(&seen, 0);
			if (until == 0 && seed_below(&rnd, 60) == 0)
				until = seed_below(&rnd, 50);
			if (until == 0)
				run_once(&down, 0);
			else
				until--;
		}
		down.f.today += 100;
		run_once(&down, 0);
		assert_int_equal(seen.f.ntaken, down.f.ntaken);
		for (size_t k = 0; k < seen.f.ntaken; k++) {
			size_t at = 0;

			while (at < down.f.ntaken && down.taken[at] != seen.taken[k])
				at++;
			assert_true(at < down.f.ntaken);
			assert_true(down.decided[at] >= seen.decided[k]);
			if (seen.outcomes[k] == RUNG_BEFORE_ENROLMENT || seen.outcomes[k] == RUNG_NOT_NEEDED)
				assert_true(down.outcomes[at] == seen.outcomes[k] || seen.taken[k] == LADDER_REACHED);
			else if (seen.outcomes[k] == RUNG_MUTED)
				assert_true(down.outcomes[at] == RUNG_MUTED || down.outcomes[at] == RUNG_SUPERSEDED ||
				    down.outcomes[at] == RUNG_NOT_NEEDED);
		}
	}
}

/* After any gap in which at least one rung came that holds on the day she stands so, exactly one mail goes. */
static void one_mail_after_a_gap(void **state)
{
	uint64_t rnd = seed_start();

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct life l;
		int gap = 15 + seed_below(&rnd, 300), mails;
		day_t from;

		memset(&l, 0, sizeof l);
		l.f = plain_ladder_facts(&usual_ladders, day("2026-06-30"), day("2024-07-01"));
		l.f.taken = l.taken;
		l.touched = DAY_NONE;
		l.f.state = (enum cycle_state)seed_below(&rnd, 4);
		from = l.f.end - 250 + seed_below(&rnd, 230);
		for (day_t d = l.f.enrolled; d <= from; d++) {
			l.f.today = d;
			run_once(&l, 0);
		}
		l.f.today = from + gap;
		int kind = ladder_kind_of(&l.f), due = 0;
		for (size_t k = 0; k < l.f.ladders->of[kind].n; k++) {
			int rung = l.f.ladders->of[kind].rungs[k];

			due += rung < LADDER_OPEN && l.f.end - rung > from && l.f.end - rung <= l.f.today;
		}
		if (kind == LADDER_COMPLETE)
			due = l.f.today <= l.f.end + 2 && due;
		else if (kind == LADDER_LAPSED)
			due = l.f.today <= l.f.end + 61;
		mails = run_once(&l, 0);
		assert_int_equal(mails, due != 0);
	}
}

/* A whole cycle with nobody away: the mails that each state gets, from the usual ladders. */
static void plain_lives(void **state)
{
	static const struct { enum cycle_state state; int grace; size_t mails; } rows[] = {
		{ CYCLE_OFF_TRACK, 0, 11 }, { CYCLE_AT_RISK, 0, 11 }, { CYCLE_ON_TRACK, 0, 5 }, { CYCLE_OFF_TRACK, 29, 15 },
		{ CYCLE_OFF_TRACK, 15, 13 }, { CYCLE_DONE, 0, 9 }, { CYCLE_DONE, 60, 9 }, { CYCLE_SUBMITTED, 60, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct life l;

		memset(&l, 0, sizeof l);
		l.f = plain_ladder_facts(&usual_ladders, day("2026-06-30"), day("2024-07-01"));
		l.f.taken = l.taken;
		l.touched = DAY_NONE;
		l.f.state = CYCLE_OFF_TRACK;
		l.f.grace_days = rows[i].grace;
		for (day_t d = l.f.enrolled; d <= l.f.end + AFTER; d++) {
			l.f.today = d;
			run_once(&l, 0);
			l.f.state = rows[i].state;
		}
		assert_int_equal(l.nmails, rows[i].mails);
		assert_int_equal(l.f.ntaken, rows[i].state == CYCLE_DONE ? 16 : 15);
		assert_int_equal(ladder_next(&l.f), DAY_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lives_by_the_rules), cmocka_unit_test(downtime_changes_little),
		cmocka_unit_test(one_mail_after_a_gap), cmocka_unit_test(plain_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
