/* Plans for single cases; test_planproof.c holds them against brute force. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "helper.h"
#include "rules/plan.h"

static struct plan make(const struct program *p, const struct entry_fact *facts, size_t n, const char *today,
    const struct entry_fact *events, size_t m, const char *by)
{
	struct credit_cycle c = { { day("2024-07-01"), day("2026-06-30") }, DAY_NONE, DAY_NONE, 0, 0 };
	struct plan plan = { 0 };
	struct err err = { 0 };

	if (plan_make(p, &c, facts, n, day(today), events, m, day(by), &plan, &err))
		fail_msg("%s", err.what);
	return plan;
}

static void item_is(const struct plan_option *o, size_t i, int candidate, int minutes, int adds, int wasted)
{
	assert_int_equal(o->items[i].candidate, candidate);
	assert_int_equal(o->items[i].minutes, minutes);
	assert_int_equal(o->items[i].adds, adds);
	assert_int_equal(o->items[i].wasted, wasted);
}

/* 17.0 of 20, training full: a class of three hours, two small events, one big one, and one that adds nothing. */
static void test_three_kinds(void **state)
{
	struct program *p = load_file("etc/programs/ccxp-2y20.rules");
	struct entry_fact facts[] = { entry(1, "2024-10-01", 600, 0), entry(2, "2025-03-01", 420, 1) };
	struct entry_fact events[] = {
		entry(-1, "2026-05-06", 180, 3), entry(-2, "2026-04-22", 90, 1), entry(-3, "2026-06-04", 90, 1),
		entry(-4, "2026-05-20", 360, 2), entry(-5, "2026-04-20", 360, 0),
	};
	struct plan plan = make(p, facts, 2, "2026-03-12", events, 5, "2026-06-30");
	int chance;

	(void)state;
	assert_int_equal(plan.to_go, 300);
	assert_true(plan.is_exact);
	assert_int_equal(plan.noptions, 3);
	assert_int_equal(plan.options[0].nitems, 1);
	item_is(&plan.options[0], 0, 0, 180, 300, 0);
	assert_int_equal(plan.options[1].nitems, 2);
	item_is(&plan.options[1], 0, 1, 90, 150, 0);
	item_is(&plan.options[1], 1, 2, 90, 150, 0);
	assert_int_equal(plan.options[2].nitems, 1);
	item_is(&plan.options[2], 0, 3, 360, 300, 300);
	assert_int_equal(plan.options[2].wasted, 300);
	assert_true(plan.options[0].is_whole && plan.options[1].is_whole && plan.options[2].is_whole);
	chance = plan.options[0].chance;
	assert_in_range(chance, 901, 999);	/* 9 in 10, and what else she may do */
	assert_true(plan.options[1].chance < chance);	/* two must come true */
	plan = make(p, facts, 2, "2026-03-12", events, 5, "2026-05-01");
	assert_int_equal(plan.noptions, 1);	/* the class is too late: one event by then, the rest to be found */
	item_is(&plan.options[0], 0, 1, 90, 150, 0);
	item_is(&plan.options[0], 1, -1, 90, 150, 0);
	assert_int_equal(plan.options[0].items[1].categories, 0x1e);	/* any but training */
	assert_false(plan.options[0].is_whole);
	program_free(p);
}

static void test_empty(void **state)
{
	struct program *p = load_file("etc/programs/ccxp-2y20.rules");
	struct entry_fact facts[] = { entry(1, "2024-10-01", 600, 0), entry(2, "2025-03-01", 600, 1) };
	struct plan plan = make(p, facts, 2, "2026-03-12", NULL, 0, "2026-06-30");

	(void)state;
	assert_int_equal(plan.noptions, 0);		/* done */
	assert_true(plan.to_go == 0 && plan.is_exact);
	plan = make(p, facts, 1, "2026-03-12", NULL, 0, "2026-06-30");
	assert_int_equal(plan.noptions, 1);		/* all to be found */
	assert_int_equal(plan.options[0].nitems, 1);
	item_is(&plan.options[0], 0, -1, 600, 1000, 0);
	assert_int_equal(plan.options[0].items[0].categories, 0x1e);
	plan = make(p, facts, 1, "2026-07-01", NULL, 0, "2026-06-30");
	assert_int_equal(plan.noptions, 0);		/* the days are over */
	assert_int_equal(plan.to_go, 1000);
	plan = make(p, NULL, 0, "2026-03-12", NULL, 0, "2026-06-30");
	assert_int_equal(plan.options[0].nitems, 2);	/* no category takes more than ten */
	item_is(&plan.options[0], 0, -1, 600, 1000, 0);
	item_is(&plan.options[0], 1, -1, 600, 1000, 0);
	facts[1].is_planned = 1;
	facts[1].day = day("2026-06-01");
	plan = make(p, facts, 2, "2026-03-12", NULL, 0, "2026-06-30");
	assert_int_equal(plan.noptions, 0);		/* planned is as good as done here */
	assert_int_equal(plan.to_go, 1000);
	program_free(p);
}

/* After the last day, an event that was gone to in time and is confirmed late still does. */
static void test_past_events(void **state)
{
	struct program *p = load_file("etc/programs/ccxp-2y20.rules");
	struct entry_fact facts[] = { entry(1, "2024-10-01", 600, 0), entry(2, "2025-03-01", 540, 1) };
	struct entry_fact events[] = { entry(9, "2026-06-20", 60, 2) };
	struct plan plan = make(p, facts, 2, "2026-06-30", events, 1, "2026-06-30");

	(void)state;
	assert_int_equal(plan.noptions, 1);
	item_is(&plan.options[0], 0, 0, 60, 100, 0);
	plan = make(p, facts, 2, "2026-07-03", events, 1, "2026-06-30");
	assert_int_equal(plan.noptions, 1);
	program_free(p);
}

/* What she has, what is like another, what lacks a competency, what lies elsewhere. */
static void test_useless_events(void **state)
{
	struct program *p = load_file("etc/programs/ccxp-2y20.rules");
	struct entry_fact facts[] = { entry(1, "2024-10-01", 600, 0), entry(2, "2025-03-01", 480, 1) };
	struct entry_fact events[] = {
		entry(10, "2026-05-01", 120, 2), entry(11, "2026-05-02", 120, 2), entry(12, "2026-07-02", 120, 2),
		entry(13, "2024-06-30", 120, 2), entry(14, "2026-05-03", 10, 2), entry(15, "2026-05-04", 60, 2),
		entry(16, "2026-05-05", 60, 3),
	};
	struct plan plan;

	(void)state;
	facts[0].course = events[0].course = "seen already";
	events[1].competencies = 0;
	events[5].course = events[6].course = "twice the same";
	plan = make(p, facts, 2, "2026-03-12", events, 7, "2026-06-30");
	assert_int_equal(plan.to_go, 200);
	assert_true(plan.noptions >= 1);
	assert_int_equal(plan.options[0].nitems, 2);	/* one of the two, and an hour to be found */
	assert_true(plan.options[0].items[0].candidate == 5 || plan.options[0].items[0].candidate == 6);
	item_is(&plan.options[0], 1, -1, 60, 100, 0);
	assert_false(plan.is_exact);			/* the same in two categories: one was looked at */
	program_free(p);
}

static const char wide[] =
    "program wide {\nname W\ntitle W\nissuer W\nunit U {\nminutes 60\nstep 0.01\nround down\n}\ncycle 24 months\n"
    "category a A\ncategory b B\ncategory c C\ncategory d D\ncategory e E\nrequire 30.01 total\n"
    "limit 9.03 each category\n";

static struct plan make_wide(const char *more, size_t m)
{
	char text[sizeof wide + 200];
	struct entry_fact events[41];
	struct program *p;
	struct plan plan;

	snprintf(text, sizeof text, "%s%s}\n", wide, more);
	p = load(text);
	for (int i = 0; i < 41; i++) {
		events[i] = entry(100 + i, "2026-05-01", 51 + i * 7 % 41 * 3, i % 5);
		events[i].competencies = 0;
	}
	plan = make(p, NULL, 0, "2026-03-12", events, m, "2026-06-30");
	program_free(p);
	assert_true(plan.noptions > 0 && plan.options[0].is_whole);
	for (size_t i = 0; i < plan.options[0].nitems; i++)
		assert_in_range(plan.options[0].items[i].candidate, 0, 40);
	return plan;
}

/* Sizes that fit nowhere; of 41 events the forty that add most are looked at; and what crosses is not proven. */
static void test_budget(void **state)
{
	struct plan plan = make_wide("", 40), crossing;

	(void)state;
	assert_true(plan.is_exact);
	assert_false(make_wide("", 41).is_exact);
	crossing = make_wide("group ab a b\ngroup bc b c\ngroup cd c d\nrequire 11.11 group ab\n"
	    "require 12.12 group bc\nrequire 13.13 group cd\n", 40);
	assert_false(crossing.is_exact);
	assert_true(crossing.options[0].minutes >= plan.options[0].minutes);
}

/* Everything is slow unless it says otherwise, and three slow units are all that count. */
static void test_tag_that_escapes(void **state)
{
	struct program *p = load("program tempo {\nname \"T\"\ntitle \"T\"\nissuer \"T\"\nunit U {\nminutes 60\nstep 1\n}\n"
	    "cycle 24 months\ntag slow \"Slow\" {\nsort pace\n}\ntag fast \"Fast\" {\nsort pace\n}\n"
	    "category a \"A\" {\ntag slow\n}\nrequire 4 total\nlimit 3 tag slow\n}\n");
	struct entry_fact event = entry(-1, "2026-05-06", 300, 0);
	struct plan plan;

	(void)state;
	event.competencies = 0;
	event.tags = program_tags(p, 0, 0);
	plan = make(p, NULL, 0, "2026-03-12", &event, 1, "2026-06-30");
	assert_true(plan.is_exact);
	assert_int_equal(plan.noptions, 1);
	assert_int_equal(plan.options[0].nitems, 2);
	item_is(&plan.options[0], 0, 0, 300, 300, 200);
	item_is(&plan.options[0], 1, -1, 60, 100, 0);
	assert_int_equal(plan.options[0].items[1].tags, 2);
	program_free(p);
}

/* A third of three units is less than one: what is found there counts in part, and as a category all the same. */
static void test_room_for_part(void **state)
{
	static const char text[] = "program thirds {\nname T\ntitle \"T\"\nissuer T\nunit U {\nminutes 60\nstep 1\nround down\n}\n"
	    "cycle 24 months\ncompetency k \"K\"\ncategory own \"O\"\ncategory led \"L\"\ncategory read \"R\"\ngroup light read\n"
	    "limit 32% group light\nrequire 3 total\nrequire 3 distinct categories\n}\n";
	struct program *p = load(text);
	struct entry_fact facts[] = { entry(1, "2024-10-01", 120, 1) };
	struct plan plan = make(p, facts, 1, "2026-03-12", NULL, 0, "2026-06-30");

	(void)state;
	assert_true(plan.is_exact);
	assert_int_equal(plan.noptions, 1);
	assert_int_equal(plan.options[0].nitems, 2);
	item_is(&plan.options[0], 0, -1, 60, 100, 0);
	item_is(&plan.options[0], 1, -1, 60, 100, 0);
	assert_int_equal(plan.options[0].items[0].categories | plan.options[0].items[1].categories, 5);
	program_free(p);
}

/* The order in which events and entries come makes no difference to what is proposed. */
static void test_order(void **state)
{
	struct program *p = load_file("etc/programs/ccxp-3y30.rules");
	struct entry_fact events[12], turned[12];
	struct plan a, b;

	(void)state;
	for (int i = 0; i < 12; i++) {
		events[i] = entry(50 + i, "2026-04-01", 60 + 30 * (i * 5 % 7), i % 5);
		events[i].day += i * 3;
		events[i].tags = program_tags(p, events[i].category, 0);
	}
	for (int i = 0; i < 12; i++)
		turned[i] = events[11 - i];
	a = make(p, NULL, 0, "2026-03-12", events, 12, "2026-06-30");
	b = make(p, NULL, 0, "2026-03-12", turned, 12, "2026-06-30");
	assert_true(a.noptions == b.noptions && a.noptions > 0 && a.is_exact == b.is_exact);
	for (size_t i = 0; i < a.noptions; i++) {
		assert_int_equal(a.options[i].nitems, b.options[i].nitems);
		assert_int_equal(a.options[i].minutes, b.options[i].minutes);
		assert_int_equal(a.options[i].chance, b.options[i].chance);
		for (size_t k = 0; k < a.options[i].nitems; k++)
			if (a.options[i].items[k].candidate >= 0)
				assert_int_equal(a.options[i].items[k].candidate, 11 - b.options[i].items[k].candidate);
	}
	program_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_kinds), cmocka_unit_test(test_empty), cmocka_unit_test(test_past_events),
		cmocka_unit_test(test_useless_events), cmocka_unit_test(test_budget),
		cmocka_unit_test(test_tag_that_escapes), cmocka_unit_test(test_room_for_part),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
