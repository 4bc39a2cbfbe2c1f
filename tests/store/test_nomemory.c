/* The allocations of undo, redo, the past, evidence, cycles, calendars and rules fail one by one, ours and SQLite's: an error
 * comes of it, nothing is changed and nothing leaks. Of a long run the first ones, then some: others each
 * time. */
#include "commands.h"
#include <stdlib.h>
#include "failing.h"

#ifndef SANITIZED

#include <stdio.h>
#include "feeds.h"
#include "seed.h"
#include "store/feedrules.h"

static struct err err;

enum { EACH = 300, STRIDE = 8 };

static int do_undo(struct fixture *f)
{
	struct change_list l;

	return ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err);
}

static int do_redo(struct fixture *f)
{
	struct change_list l;

	return ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err);
}

static int do_rewind(struct fixture *f)
{
	struct past past;

	return ledger_rewind(f->s, f->maria.person, NOW - 1, &f->arena, &past, &err);
}

static int do_evidence(struct fixture *f)
{
	struct evidence v = { .name = "b.pdf", .type = "application/pdf", .sha256 = HASH_A, .bytes = 1,
	    .added_at = 1 };
	struct entry e;

	if (entry_get(f->s, f->maria.person, 1, &f->arena, &e, &err) < 0 ||
	    evidence_add(f->s, &f->maria, &e, &v, &err) < 0)
		return -1;
	return evidence_remove(f->s, &f->maria, &e, "b.pdf", &err);
}

static int do_no_evidence(struct fixture *f)
{
	struct entry e;
	int rc;

	if (entry_get(f->s, f->maria.person, 1, &f->arena, &e, &err) < 0)
		return -1;
	rc = evidence_remove(f->s, &f->maria, &e, "none.pdf", &err);
	return rc < 0 && strcmp(err.code, "no-evidence") == 0 ? 0 : -1;
}

static int do_cycles(struct fixture *f)
{
	struct submission sub = { .cycle = f->cycle, .at = NOW, .on = TODAY, .counted = 1, .required = 1,
	    .body = "{}" };
	struct cycle_row next = { .person = f->maria.person, .program_hash = HASH_B, .start = TODAY + 365,
	    .end = TODAY + 1094, .anchor_end = TODAY + 1094, .counts_from = TODAY + 365,
	    .counts_until = TODAY + 1094, .enrolled_on = TODAY, .next_check = DAY_NONE, .next_rung = DAY_NONE };

	if (submission_add(f->s, &f->maria, &sub, &err) < 0 ||
	    cycle_rebind(f->s, &f->maria, f->cycle, HASH_B, &err) < 0 ||
	    cycle_close(f->s, &f->maria, "renew", f->cycle, TODAY + 364, NULL, &err) < 0)
		return -1;
	return cycle_open(f->s, &f->maria, &next, &err);
}

static int do_people(struct fixture *f)
{
	struct team t = { .id = f->team, .name = "Other", .every = "month" };
	struct person p;

	if (person_get(f->s, f->maria.person, &f->arena, &p, &err) < 0)
		return -1;
	p.name = "M.";
	p.email = "diaz@example.org";
	p.muted_until = MUTED_FOREVER;
	p.reminder_days = "60,30";
	if (person_update(f->s, &f->maria, &p, &err) < 0 || team_update(f->s, &f->maria, &t, &err) < 0 ||
	    team_leave(f->s, &f->maria, f->team, f->maria.person, &err) < 0)
		return -1;
	return program_install(f->s, &f->maria, &(struct program_text){ .hash = HASH_B }, &err);
}

static int do_outbox(struct fixture *f)
{
	struct outbox_mail m = { .dedup_key = "rem:1:1:90", .kind = "reminder", .priority = 1, .person = f->maria.person,
	    .rcpt = "maria@example.org", .rcpt_name = "M", .subject = "s", .message_id = "<1>", .rendered_at = NOW, .not_before = NOW,
	    .expires_at = NOW, .state = OUTBOX_READY, .created_at = NOW, .reason = "", .bytes = "bytes", .nbytes = 5,
	    .enhanced = "", .phase = "", .server_id = "", .lease_until = NOW }, again;
	struct rung r = { f->maria.person, f->cycle, 90, RUNG_MAILED, 0, NOW, "due" };
	int64_t at[4];
	size_t n;

	if (outbox_plan(f->s, &m, &err) < 0)
		return -1;
	r.mail = m.id;
	if (rung_take(f->s, &r, &err) < 0 || outbox_claim(f->s, &m, &err) < 0)
		return -1;
	m.state = OUTBOX_FAILED;
	if (outbox_settle(f->s, &m, &err) < 0 || outbox_again(f->s, m.id, NOW, NOW, &f->arena, &again, &err) < 0 ||
	    outbox_retry(f->s, m.id, NOW, NOW, &err) < 0 || outbox_recent(f->s, f->maria.person, NOW, at, 4, &n, &err) < 0)
		return -1;
	return outbox_retry(f->s, again.id, NOW, NOW, &err);
}

static int do_reach(struct fixture *f)
{
	struct deadline_mail d;
	struct bounce_list l;
	struct bounce b;
	struct rung_list rungs;
	int rung[LADDER_RUNGS_MAX], is;
	int64_t count;
	size_t n;

	if (bounce_hard(f->s, "a@example.org", NOW, "550", &is, &err) < 0 ||
	    bounce_hard(f->s, "a@example.org", NOW, "550", &is, &err) < 0 ||
	    bounce_get(f->s, "a@example.org", &f->arena, &b, &err) < 0 ||
	    bounce_suppressed(f->s, 9, &f->arena, &l, &err) < 0 || bounce_count(f->s, &count, &err) < 0 ||
	    deadline_mail_get(f->s, f->cycle, &d, &err) < 0 ||
	    digest_off_set(f->s, &f->maria, f->maria.person, f->team, 1, &err) < 0 ||
	    rung_list_of(f->s, f->cycle, &f->arena, &rungs, &err) < 0 || rung_taken(f->s, f->cycle, rung, &n, &err) < 0)
		return -1;
	return rung_forget_unsent(f->s, f->maria.person, &count, &err);
}

static int do_digest(struct fixture *f)
{
	struct snapshot people[1] = { { f->maria.person, CYCLE_AT_RISK, 100 } };
	struct outbox_mail m = { .dedup_key = "dig:1:1:2026-03-12", .kind = "digest", .priority = 3, .team = f->team,
	    .rcpt = "mark@example.org", .rcpt_name = "", .not_before = NOW, .expires_at = NOW, .state = OUTBOX_HELD, .reason = "" };
	struct snapshot_list l;
	struct member_list members;

	if (team_member_page(f->s, f->team, 0, NOW, 9, &f->arena, &members, &err) < 0 || outbox_plan(f->s, &m, &err) < 0 ||
	    snapshot_put(f->s, f->team, m.id, TODAY, people, 1, &err) < 0)
		return -1;
	return snapshot_last(f->s, f->team, &f->arena, &l, &err);
}

/* Of a known one, a new twin, an ignored one; what is read of them for guesses. */
static int do_merge(struct fixture *f)
{
	struct event e[4] = { an_event("a", "Alpha two", NOW - 86400000, 60), an_event("f", "ignored", NOW, 30),
	    an_event("b", "t2", NOW - 7200000, 90), an_event("e", "Epsilon three", NOW - 10800000, 30) };
	struct merge_action acts[] = { { MERGE_CREATE, 1, SIZE_MAX }, { MERGE_CREATE, 2, SIZE_MAX },
	    { MERGE_UPDATE, 0, 0 }, { MERGE_REKEY, 2, 0 }, { MERGE_MARK_CHANGED, 3, 3 }, { MERGE_ADOPT, 3, 3 },
	    { MERGE_WITHDRAW, SIZE_MAX, 1 } };
	struct merge_plan plan = { .actions = acts, .n = sizeof(acts) / sizeof(acts[0]) };
	struct merge_source from = { HASH_A, NOW };
	struct merge_done done;
	struct guesses g = { 0 };
	struct calendar c;
	struct known *known;
	size_t n;

	if (calendar_get(f->s, f->maria.person, 1, &f->arena, &c, &err) < 0 ||
	    proposal_known(f->s, c.id, &f->arena, &known, &n, &err) < 0)
		return -1;
	e[2].rid = "20260312";			/* "b" is known in that calendar already */
	assert_int_equal(n, 4);
	return proposal_merge(f->s, &c, known, e, &plan, &from, guess_by_title, &g, NOW, &done, &err);
}

static int do_lists(struct fixture *f)
{
	const int64_t who = f->maria.person;
	struct calendar_list calendars;
	struct calendar_counts counts;
	struct lesson_list lessons;
	struct proposal_other_list others;
	struct proposal_list l;
	struct proposal p;

	if (proposal_get(f->s, who, 2, &f->arena, &p, &err) < 0 ||
	    proposal_page(f->s, who, PROPOSALS_ALL, NOW, 1, 9, &f->arena, &l, &err) < 0 ||
	    proposal_page(f->s, who, PROPOSALS_CHANGED, NOW, 0, 9, &f->arena, &l, &err) < 0 ||
	    proposal_page(f->s, who, PROPOSALS_SKIPPED, NOW, 0, 9, &f->arena, &l, &err) < 0 ||
	    proposal_twins(f->s, &p, &f->arena, &l, &err) < 0 ||
	    proposal_others(f->s, who, 99, TODAY - 9, TODAY, &f->arena, &others, &err) < 0 ||
	    proposal_matchable(f->s, who, 0, 9, &f->arena, &l, &err) < 0 ||
	    proposal_recent(f->s, who, 0, 9, &f->arena, &l, &err) < 0 ||
	    proposal_rematch(f->s, &l.items[0], &err) < 0 ||
	    feed_lessons(f->s, who, &f->arena, &lessons, &err) < 0 ||
	    calendar_counts(f->s, 1, NOW, &counts, &err) < 0)
		return -1;
	return calendar_same_url(f->s, "https://example.org/w.ics", &f->arena, &calendars, &err);
}

static int do_rules(struct fixture *f)
{
	struct feed_rule r = { .person = f->maria.person, .added_at = NOW, .rule = { .field = MATCH_EXTRA,
	    .extra = "X-COURSE", .test = MATCH_IS, .value = "x", .category = "training", .competencies = "",
	    .provider = "", .break_minutes = -1, .verdict = MATCH_PROPOSE } };
	struct feed_rule_list l;
	int rc;

	if (feed_rule_add(f->s, &f->maria, &r, &err) < 0 ||
	    feed_rule_of(f->s, f->maria.person, &f->arena, &l, &err) < 0 ||
	    feed_rule_get(f->s, f->maria.person, r.rule.no, &f->arena, &r, &err) < 0)
		return -1;
	rc = ledger_goes_on(f->s, &f->maria, f->maria.person, f->maria.step, &err);
	if (rc <= 0)
		return -1;
	return feed_rule_remove(f->s, &f->maria, &r, &err);
}

static int do_news(struct fixture *f)
{
	struct proposal_news n;
	struct proposal p;

	if (proposal_get(f->s, f->maria.person, 6, &f->arena, &p, &err) < 0 ||
	    proposal_news_get(f->s, p.id, &f->arena, &n, &err) < 0)
		return -1;
	return proposal_dismiss(f->s, &f->maria, "accept", &p, &err);
}

static int do_calendar(struct fixture *f)
{
	struct calendar c;

	if (calendar_get(f->s, f->maria.person, 1, &f->arena, &c, &err) < 0 ||
	    calendar_accept(f->s, &f->maria, &c, &err) < 0 || calendar_fetched(f->s, &c, &err) < 0)
		return -1;
	return calendar_remove(f->s, &f->maria, &c, &err);
}

/* A step of Maria with everything that undo knows in it. */
static void one_step_of_all(struct fixture *f)
{
	struct evidence v = { .name = "a.pdf", .type = "application/pdf", .sha256 = HASH_A, .bytes = 1,
	    .added_at = 1 };
	struct entry e = an_entry(f, TODAY, 60, "one");
	struct feed_rule rule = { .person = f->maria.person, .added_at = NOW, .rule = { .field = MATCH_TITLE,
	    .extra = "", .test = MATCH_IS, .value = "one", .category = "", .competencies = "", .provider = "",
	    .break_minutes = 0 } };
	struct proposal p;

	commands_prepare(f);
	e.ntags = 1;
	e.tags[0] = "live";
	p = get_proposal(f, 2);
	begin_as(f, &f->maria);
	DONE(entry_add(f->s, &f->maria, "log", &e, &err), err);
	DONE(evidence_add(f->s, &f->maria, &e, &v, &err), err);
	DONE(proposal_decide(f->s, &f->maria, "skip", &p, PROPOSAL_SKIPPED, 0, &err), err);
	DONE(do_people(f), err);
	DONE(do_cycles(f), err);
	DONE(do_news(f), err);
	DONE(feed_rule_add(f->s, &f->maria, &rule, &err), err);
	commit(f);
}

static int may_be(const char *code)
{
	return strcmp(code, "out-of-memory") == 0 || strcmp(code, "store-failed") == 0 ||
	    strcmp(code, "store-no-transaction") == 0;
}

/* The nth allocation fails. 1 if there are fewer. */
static int fail_one(struct fixture *f, const char *name, int (*run)(struct fixture *f), long n, long *failed)
{
	int rc, over;

	DONE(store_open(f->path, NOW, &f->s, &err), err);
	begin_as(f, &f->maria);
	countdown = n;
	rc = run(f);
	over = countdown > 0;
	countdown = 0;
	if (over && rc < 0)
		fail_msg("%s: %s: %s", name, err.code, err.what);
	if (rc < 0 && !may_be(err.code))
		fail_msg("%s, allocation %ld: %s: %s", name, n, err.code, err.what);
	rollback(f);
	*failed += rc < 0;
	return over;
}

static void fail_each(struct fixture *f, const char *name, int (*run)(struct fixture *f))
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	long n = 0, tried = 0, before_open, failed = 0;
	int over = 0;

	dump_all(f, &before);
	store_close(f->s);
	f->s = NULL;
	arena_free(&f->arena);
	for (before_open = live; !over; ) {
		n += n < EACH ? 1 : (long)seed_between(1, STRIDE);
		over = fail_one(f, name, run, n, &failed);
		if (over || ++tried % 100 == 1) {
			buf_reset(&after);
			dump_all(f, &after);
			assert_same_dump(&before, &after, name);
			buf_free(&after);
		}
		store_close(f->s);
		f->s = NULL;
		arena_free(&f->arena);
		if (live != before_open)
			fail_msg("%s, allocation %ld: %ld blocks are lost", name, n, live - before_open);
	}
	print_message("%s: %ld of %ld allocations failed it\n", name, failed, tried);
	assert_true(failed > 10);
	buf_free(&before);
	DONE(store_open(f->path, NOW, &f->s, &err), err);
}

static void test_each_allocation(void **state)
{
	struct fixture *f = *state;
	struct change_list l;

	seed_begin("allocations");
	one_step_of_all(f);
	fail_each(f, "undo", do_undo);
	fail_each(f, "rewind", do_rewind);
	begin_as(f, &f->maria);
	DONE(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	fail_each(f, "redo", do_redo);
	begin_as(f, &f->maria);
	DONE(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	fail_each(f, "evidence", do_evidence);
	fail_each(f, "no evidence", do_no_evidence);
	begin_as(f, &f->maria);
	DONE(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
	fail_each(f, "cycles", do_cycles);
	fail_each(f, "people", do_people);
	fail_each(f, "outbox", do_outbox);
	fail_each(f, "reach", do_reach);
	fail_each(f, "digest", do_digest);
	fail_each(f, "merge", do_merge);
	fail_each(f, "lists", do_lists);
	fail_each(f, "rules", do_rules);
	fail_each(f, "news", do_news);
	fail_each(f, "calendar", do_calendar);
	DONE(store_check(f->s, &err), err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_allocation, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, commands_in_memory, NULL);
}

#endif
