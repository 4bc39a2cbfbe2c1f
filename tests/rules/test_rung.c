/* The words of ladders, the names of rungs, and whose ladders are in force. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ladders.h"
#include "rules/ladder.h"

static void word_is(enum ladder_kind k, const char *word, int want)
{
	int rung = 77777;

	assert_int_equal(ladder_word(k, word, &rung), want == 77777 ? -1 : 0);
	assert_int_equal(rung, want);
}

static void test_words(void **state)
{
	enum { NONE = 77777 };
	static const char *const none[] = { "", "-1", "+1", "3651", "10000", "99999999999999999999", "1.5", "7d", " 7", "Open",
		"lapsed" };

	(void)state;
	for (int k = 0; k < LADDER_KINDS; k++) {
		enum ladder_kind kind = (enum ladder_kind)k;
		int is_lapsed = kind == LADDER_LAPSED, has_words = kind < LADDER_COMPLETE;

		assert_int_equal(ladder_kind_named(ladder_kind_name(kind)), k);
		word_is(kind, "0", is_lapsed ? NONE : 0);
		word_is(kind, "7", is_lapsed ? -7 : 7);
		word_is(kind, "365", is_lapsed ? -365 : 365);
		word_is(kind, "366", is_lapsed ? NONE : 366);
		word_is(kind, "3650", is_lapsed ? NONE : 3650);
		word_is(kind, "open", has_words ? LADDER_OPEN : NONE);
		word_is(kind, "inbox", has_words ? LADDER_INBOX : NONE);
		word_is(kind, "done", kind == LADDER_COMPLETE ? LADDER_REACHED : NONE);
		for (size_t i = 0; i < sizeof none / sizeof *none; i++)
			word_is(kind, none[i], NONE);
	}
	assert_int_equal(ladder_kind_named("open"), -1);
	assert_string_equal(ladder_kind_name(LADDER_ON_PACE), "on-pace");
	assert_string_equal(ladder_words_wanted(LADDER_COMPLETE), "days from 0 to 3650 or done");
}

static void test_names(void **state)
{
	static const struct { int rung; const char *name; } rows[] = { { 3650, "3650" }, { 0, "0" }, { -1, "+1" },
		{ -365, "+365" }, { LADDER_OPEN, "open" }, { LADDER_INBOX + 1, "inbox" }, { LADDER_INBOX + 30, "inbox" },
		{ LADDER_REACHED, "done" } };
	static const char *const outcomes[] = { "mailed", "superseded", "before-enrolment", "not-needed", "muted", "too-soon",
		"no-address", "unknown" };
	char out[16];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(ladder_rung_name(rows[i].rung, out), rows[i].name);
	for (int o = 0; o <= RUNG_OUTCOMES; o++)
		assert_string_equal(rung_outcome_name((enum rung_outcome)o), outcomes[o]);
}

static void test_choice(void **state)
{
	struct ladders program = { .of[LADDER_BEHIND] = { { 90 }, 1, 1 }, .of[LADDER_LAPSED] = { { -2, -3 }, 2, 1 } }, got;
	struct ladder hers = { { 45, LADDER_OPEN, 5 }, 3, 1 }, nothing = { { 45 }, 1, 0 };

	(void)state;
	ladders_choose(&usual_ladders, NULL, NULL, &got);
	assert_memory_equal(&got, &usual_ladders, sizeof got);
	ladders_choose(&usual_ladders, &program, &nothing, &got);
	assert_int_equal(got.of[LADDER_BEHIND].n, 1);
	assert_int_equal(got.of[LADDER_BEHIND].rungs[0], 90);
	assert_int_equal(got.of[LADDER_ON_PACE].n, 6);
	assert_int_equal(got.of[LADDER_COMPLETE].n, 9);
	assert_int_equal(got.of[LADDER_LAPSED].rungs[1], -3);
	ladders_choose(&usual_ladders, &program, &hers, &got);
	for (int k = LADDER_BEHIND; k <= LADDER_ON_PACE; k++) {
		assert_int_equal(got.of[k].n, 2);
		assert_int_equal(got.of[k].rungs[0], 45);
		assert_int_equal(got.of[k].rungs[1], 5);
		assert_true(got.of[k].is_set);
	}
	assert_int_equal(got.of[LADDER_COMPLETE].n, 9);
	assert_int_equal(got.of[LADDER_LAPSED].n, 2);
	ladders_choose(NULL, NULL, NULL, &got);
	for (int k = 0; k < LADDER_KINDS; k++)
		assert_false(got.of[k].is_set || got.of[k].n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words), cmocka_unit_test(test_names), cmocka_unit_test(test_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
