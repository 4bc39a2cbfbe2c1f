/* What an event is taken for: precedence, what proposes, minutes, and the reasons given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "feeds/match.h"

#define MARCH_5 ((day_t)20517)		/* 2026-03-05 */

static const struct match_calendar work = { 7, "Work", "", "", 0 };
static struct arena arena;
static struct match_guess guess;

static struct event sample(void)
{
	struct event e = { .uid = "1@x", .rid = "", .title = "Journey mapping workshop", .location = "",
		.url = "https://meetup.com/cx/1", .organizer = "", .categories = "", .description = "",
		.credit = "", .domain = "academy.example", .extras = "", .minutes = 90 };

	return e;
}

static struct match_rule make_rule(enum match_origin origin, int64_t no, const char *word)
{
	struct match_rule r = { .id = no * 100, .no = no, .origin = origin, .field = MATCH_TITLE, .extra = "",
		.test = MATCH_CONTAINS, .value = word, .category = "", .competencies = "", .provider = "",
		.break_minutes = -1, .verdict = MATCH_PROPOSE };

	return r;
}

static struct lesson make_lesson(int64_t entry, day_t day, const char *title, const char *category)
{
	struct lesson l = { .entry_no = entry, .day = day, .calendar = 7, .series = "", .title = title, .host = "",
		.domain = "", .category = category, .competencies = "", .provider = "" };

	return l;
}

static void ask(const struct match_rule *rules, size_t n, const struct lesson *lessons, size_t nlessons,
    const struct match_calendar *c, struct event e, int days)
{
	struct matcher *m;
	struct lessons *l;

	assert_int_equal(matcher_new(rules, n, &m, NULL), 0);
	assert_int_equal(lessons_new(lessons, nlessons, &l, NULL), 0);
	assert_int_equal(match_event(m, l, c, &e, days, &arena, &guess, NULL), 0);
	matcher_free(m);
	lessons_free(l);
}

static void expect(const char *category, const char *competencies, const char *provider, int is_proposed,
    const char *why)
{
	assert_string_equal(guess.why, why);
	assert_string_equal(guess.category, category);
	assert_string_equal(guess.competencies, competencies);
	assert_string_equal(guess.provider, provider);
	assert_int_equal(guess.is_proposed, is_proposed);
}

/* ---- nothing speaks for it */

static void nothing_is_guessed_of_nothing(void **state)
{
	struct event e = sample();

	(void)state;
	assert_int_equal(match_event(NULL, NULL, &work, &e, 1, &arena, &guess, NULL), 0);
	expect("", "", "", 0, "Nothing says that it is learning.");
	assert_true(guess.minutes == 90 && guess.breaks == 0 && guess.days == 0 && guess.rule == 0 && !guess.personal);
	ask(NULL, 0, NULL, 0, &work, e, 1);
	expect("", "", "", 0, "Nothing says that it is learning.");
}

static void rules_that_do_not_match_are_silent(void **state)
{
	struct match_rule rules[3] = { make_rule(MATCH_PERSONAL, 1, "webinar"), make_rule(MATCH_ADMIN, 1, "shop"),
		make_rule(MATCH_PROGRAM, 0, "seminar") };
	struct lesson lessons[2] = { make_lesson(1, MARCH_5, "Journey", "training"), make_lesson(2, MARCH_5, "", "training") };

	(void)state;
	rules[0].category = rules[1].category = rules[2].category = "training";
	lessons[1].host = "other.com";
	ask(rules, 3, lessons, 2, &work, sample(), 1);
	expect("", "", "", 0, "Nothing says that it is learning.");
}

/* ---- who speaks first */

static void first_match_wins_each_target(void **state)
{
	struct match_rule rules[4] = { make_rule(MATCH_PERSONAL, 12, "workshop"), make_rule(MATCH_PERSONAL, 3, "mapping"),
		make_rule(MATCH_ADMIN, 1, "journey"), make_rule(MATCH_PROGRAM, 0, "workshop") };

	(void)state;
	rules[0].category = "training";
	rules[0].provider = "Second";
	rules[1].category = "in-company";
	rules[2].category = "education";
	rules[2].competencies = "culture,metrics";
	rules[3].provider = "Third";
	ask(rules, 4, NULL, 0, &work, sample(), 1);
	expect("in-company", "culture,metrics", "Second", 1,
	    "Your rule 3: the title contains \"mapping\". Your rule 12: the title contains \"workshop\". "
	    "A rule for everyone: the title contains \"journey\".");
	assert_true(guess.personal && guess.rule == 300);
	ask(rules + 2, 2, NULL, 0, &work, sample(), 1);
	expect("education", "culture,metrics", "Third", 1, "A rule for everyone: the title contains \"journey\". "
	    "\"workshop\" is an example of education in the rules.");
	assert_true(!guess.personal && guess.rule == 100);
}

static void examples_of_the_program(void **state)
{
	struct match_rule rule = make_rule(MATCH_PROGRAM, 0, "workshop");

	(void)state;
	rule.category = "training";
	ask(&rule, 1, NULL, 0, &work, sample(), 1);
	expect("training", "", "", 1, "\"workshop\" is an example of training in the rules.");
	assert_int_equal(guess.rule, 0);
	rule.verdict = MATCH_SILENT;
	ask(&rule, 1, NULL, 0, &work, sample(), 1);
	expect("training", "", "", 0,
	    "Nothing says that it is learning. \"workshop\" is an example of training in the rules.");
}

static void lessons_stand_between_hers_and_the_calendars(void **state)
{
	struct match_calendar c = { 7, "Work", "training", "culture", 1 };
	struct match_rule rules[2] = { make_rule(MATCH_PERSONAL, 1, "workshop"), make_rule(MATCH_ADMIN, 1, "workshop") };
	struct lesson l = make_lesson(4, MARCH_5, "JOURNEY MAPPING: workshop", "in-company");

	(void)state;
	rules[0].provider = "Mine";
	rules[1].category = "education";
	rules[1].provider = "Theirs";
	ask(rules, 2, &l, 1, &c, sample(), 1);
	expect("in-company", "culture", "Mine", 1,
	    "Your rule 1: the title contains \"workshop\". You entered \"JOURNEY MAPPING: workshop\" as in-company on "
	    "5 March 2026. Calendar Work is for culture.");
	ask(rules + 1, 1, NULL, 0, &c, sample(), 1);
	expect("training", "culture", "Theirs", 1,
	    "Calendar Work is for training and culture. A rule for everyone: the title contains \"workshop\".");
	ask(NULL, 0, NULL, 0, &c, sample(), 1);
	expect("training", "culture", "", 1,
	    "Calendar Work is for training and culture. Everything in calendar Work is proposed.");
}

/* ---- lessons */

static void the_same_series_before_the_same_title(void **state)
{
	struct lesson l[4] = { make_lesson(9, MARCH_5 + 9, "Journey mapping workshop", "training"),
		make_lesson(2, MARCH_5, "Other title", "in-company"), make_lesson(1, MARCH_5 - 1, "Other title", "education"),
		make_lesson(8, MARCH_5 + 8, "Journey mapping workshop", "education") };
	struct event e = sample();

	(void)state;
	e.uid = "s_R20260101@x";
	l[1].series = l[2].series = "s@x";
	l[2].provider = "Acme";
	ask(NULL, 0, l, 4, &work, e, 1);
	expect("in-company", "", "Acme", 1, "You entered \"Other title\" as in-company on 5 March 2026. "
	    "You entered \"Other title\" as education on 4 March 2026.");
	/* another calendar may use the same UID for something else */
	l[1].calendar = l[2].calendar = 8;
	ask(NULL, 0, l, 4, &work, e, 1);
	expect("training", "", "", 1, "You entered \"Journey mapping workshop\" as training on 14 March 2026.");
	/* of one day the later entry */
	l[3].day = l[0].day;
	l[3].entry_no = 10;
	ask(NULL, 0, l, 4, &work, e, 1);
	expect("education", "", "", 1, "You entered \"Journey mapping workshop\" as education on 14 March 2026.");
}

static void three_of_a_host_must_agree(void **state)
{
	struct lesson l[4];

	(void)state;
	for (int i = 0; i < 4; i++) {
		l[i] = make_lesson(i, MARCH_5 + i, "Other", "training");
		l[i].host = "meetup.com";
		l[i].competencies = i ? "culture" : "metrics";
	}
	ask(NULL, 0, l, 2, &work, sample(), 1);
	expect("", "", "", 0, "Nothing says that it is learning.");
	ask(NULL, 0, l, 3, &work, sample(), 1);
	expect("training", "", "", 0,
	    "Nothing says that it is learning. You entered 3 events of meetup.com as training.");
	ask(NULL, 0, l + 1, 3, &work, sample(), 1);
	expect("training", "culture", "", 0, "Nothing says that it is learning. You entered 3 events of meetup.com as "
	    "training. You entered 3 events of meetup.com for culture.");
	l[3].category = "education";
	ask(NULL, 0, l, 4, &work, sample(), 1);
	expect("", "", "", 0, "Nothing says that it is learning.");
	for (int i = 0; i < 3; i++) {
		l[i].host = "";
		l[i].domain = "academy.example";
	}
	ask(NULL, 0, l, 3, &work, sample(), 1);
	expect("training", "", "", 0,
	    "Nothing says that it is learning. You entered 3 events of academy.example as training.");
}

static void a_long_title_is_quoted_short(void **state)
{
	char title[301];
	struct event e = sample();
	struct lesson l;

	(void)state;
	memset(title, 'x', sizeof(title) - 1);
	title[sizeof(title) - 1] = '\0';
	e.title = title;
	l = make_lesson(1, MARCH_5, title, "");
	ask(NULL, 0, &l, 1, &work, e, 1);
	expect("", "", "", 1, "You entered \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."
	    "\" on 5 March 2026.");
}

/* ---- proposed or not */

static void her_own_word_comes_first(void **state)
{
	struct match_calendar c = { 7, "Work", "", "", 1 };
	struct match_rule rules[3] = { make_rule(MATCH_PERSONAL, 1, "workshop"), make_rule(MATCH_PERSONAL, 2, "journey"),
		make_rule(MATCH_ADMIN, 5, "mapping") };
	struct event e = sample();

	(void)state;
	rules[0].verdict = MATCH_IGNORE;
	rules[2].category = "training";
	e.credit = "1.5 CEU";
	ask(rules, 3, NULL, 0, &c, e, 1);
	expect("training", "", "", 0, "Your rule 1 ignores it: the title contains \"workshop\". "
	    "A rule for everyone: the title contains \"mapping\".");
	assert_int_equal(guess.rule, 100);
	rules[0].verdict = MATCH_SILENT;
	e.flags = EVENT_DECLINED;
	ask(rules, 3, NULL, 0, &c, e, 1);
	expect("training", "", "", 1, "A rule for everyone: the title contains \"mapping\". "
	    "Your rule 2: the title contains \"journey\".");
	assert_int_equal(guess.rule, 200);
}

static void what_was_declined_is_ignored(void **state)
{
	struct match_calendar c = { 7, "Work", "", "", 1 };
	struct match_rule rule = make_rule(MATCH_ADMIN, 5, "mapping");
	struct lesson l = make_lesson(1, MARCH_5, "Journey mapping workshop", "");
	struct event e = sample();

	(void)state;
	e.flags = EVENT_DECLINED;
	e.credit = "2 CPE";
	ask(&rule, 1, &l, 1, &c, e, 1);
	expect("", "", "", 0, "You declined it.");
	assert_int_equal(guess.rule, 0);
}

static void an_admin_may_ignore(void **state)
{
	struct match_calendar c = { 7, "Work", "", "", 1 };
	struct match_rule rules[2] = { make_rule(MATCH_ADMIN, 5, "mapping"), make_rule(MATCH_PROGRAM, 0, "workshop") };
	struct lesson l = make_lesson(1, MARCH_5, "Journey mapping workshop", "training");

	(void)state;
	rules[0].verdict = MATCH_IGNORE;
	ask(rules, 2, &l, 1, &c, sample(), 1);
	expect("training", "", "", 0, "A rule for everyone ignores it: the title contains \"mapping\". "
	    "You entered \"Journey mapping workshop\" as training on 5 March 2026.");
	assert_int_equal(guess.rule, 500);
}

static void a_credit_figure_proposes(void **state)
{
	struct event e = sample();

	(void)state;
	e.credit = "1.5 CEUs";
	ask(NULL, 0, NULL, 0, &work, e, 1);
	expect("", "", "", 1, "Its text says \"1.5 CEUs\".");
	assert_int_equal(guess.minutes, 90);	/* quoted, not taken */
}

/* ---- minutes */

static void minutes_less_breaks(void **state)
{
	static const struct { int scheduled, rule, minutes, breaks; const char *why; } rows[] = {
		{ 359, -1, 359, 0, "" },
		{ 360, -1, 300, 60, " 6:00 scheduled less 1:00 for breaks." },
		{ 480, -1, 420, 60, " 8:00 scheduled less 1:00 for breaks." },
		{ 480, 0, 480, 0, "" },
		{ 480, 45, 435, 45, " 8:00 scheduled less 0:45 for breaks." },
		{ 30, 45, 1, 29, " 0:30 scheduled less 0:29 for breaks." },
		{ 1, 5, 1, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct match_rule r = make_rule(MATCH_PERSONAL, 3, "workshop");
		struct event e = sample();
		char why[200];

		r.break_minutes = rows[i].rule;
		e.minutes = rows[i].scheduled;
		ask(&r, 1, NULL, 0, &work, e, 1);
		assert_int_equal(guess.minutes, rows[i].minutes);
		assert_int_equal(guess.breaks, rows[i].breaks);
		assert_int_equal(guess.days, 0);
		snprintf(why, sizeof(why), "Your rule 3: the title contains \"workshop\".%s", rows[i].why);
		assert_string_equal(guess.why, why);
	}
}

static void breaks_of_a_rule_that_says_nothing_else(void **state)
{
	struct match_rule rules[2] = { make_rule(MATCH_PERSONAL, 1, "workshop"), make_rule(MATCH_ADMIN, 2, "journey") };
	struct event e = sample();

	(void)state;
	rules[1].break_minutes = 30;
	ask(rules, 2, NULL, 0, &work, e, 1);
	expect("", "", "", 1, "Your rule 1: the title contains \"workshop\". "
	    "A rule for everyone: the title contains \"journey\". 1:30 scheduled less 0:30 for breaks.");
	assert_int_equal(guess.minutes, 60);
}

static void nothing_is_invented_for_days(void **state)
{
	struct match_rule r = make_rule(MATCH_PERSONAL, 4, "workshop");
	struct event e = sample();

	(void)state;
	e.minutes = 0;
	r.break_minutes = 30;
	ask(&r, 1, NULL, 0, &work, e, 3);
	assert_true(guess.minutes == 0 && guess.breaks == 0 && guess.days == 0);
	r.per_day = 360;
	ask(&r, 1, NULL, 0, &work, e, 3);
	expect("", "", "", 1, "Your rule 4: the title contains \"workshop\". 3 days of 6:00.");
	assert_true(guess.minutes == 1080 && guess.breaks == 0 && guess.days == 3);
	ask(&r, 1, NULL, 0, &work, e, 0);
	assert_string_equal(guess.why, "Your rule 4: the title contains \"workshop\". 1 day of 6:00.");
	e.minutes = 90;		/* it has hours of its own */
	ask(&r, 1, NULL, 0, &work, e, 1);
	assert_true(guess.minutes == 60 && guess.days == 0);
}

/* All rules at once say what each of them says alone. */
static void together_as_alone(void **state)
{
	static const char *const words[] = { "workshop", "journey", "a", "mapping workshop", "shop", "map", "journey mapping",
		"caf\xc3\xa9", "1", "training", "cx", "room", "*o*", "meetup.com", "j?urney*" };
	static const char *const titles[] = { "Journey mapping workshop", "Caf\xc3\xa9 1", "A", "", "Mapping, Workshop",
		"cx training", "Room 1", "journey journey mapping" };
	enum { WORDS = sizeof(words) / sizeof(words[0]), RULES = WORDS * MATCH_SERIES * (MATCH_LIKE + 1) };
	static struct match_rule rules[RULES];
	size_t n = 0, matched = 0;

	(void)state;
	for (size_t w = 0; w < WORDS; w++) {
		for (int f = 0; f < MATCH_SERIES; f++) {
			for (int t = 0; t <= MATCH_LIKE; t++, n++) {
				rules[n] = make_rule(MATCH_PERSONAL, (int64_t)n + 1, words[w]);
				rules[n].field = (enum match_field)f;
				rules[n].test = (enum match_test)t;
				rules[n].calendar = n % 3 == 0 ? 8 : n % 3 == 1 ? 7 : 0;
			}
		}
	}
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		struct event e = sample();
		int64_t first = 0;

		e.title = titles[i];
		e.description = titles[(i + 1) % 8];
		e.categories = titles[(i + 4) % 8];
		for (size_t k = n; k > 0; k--) {
			if (match_one(&rules[k - 1], &work, &e, NULL)) {
				first = rules[k - 1].id;
				matched++;
			}
		}
		ask(rules, n, NULL, 0, &work, e, 1);
		assert_int_equal(guess.rule, first);
		/* from the first on, one after the other is taken away */
		for (size_t k = 0; k < n; k += 37) {
			first = 0;
			for (size_t j = k; j < n && first == 0; j++)
				if (match_one(&rules[j], &work, &e, NULL))
					first = rules[j].id;
			ask(rules + k, n - k, NULL, 0, &work, e, 1);
			assert_int_equal(guess.rule, first);
		}
	}
	assert_in_range(matched, 100, 2000);
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_guessed_of_nothing),
		cmocka_unit_test(rules_that_do_not_match_are_silent),
		cmocka_unit_test(first_match_wins_each_target),
		cmocka_unit_test(examples_of_the_program),
		cmocka_unit_test(lessons_stand_between_hers_and_the_calendars),
		cmocka_unit_test(the_same_series_before_the_same_title),
		cmocka_unit_test(three_of_a_host_must_agree),
		cmocka_unit_test(a_long_title_is_quoted_short),
		cmocka_unit_test(her_own_word_comes_first),
		cmocka_unit_test(what_was_declined_is_ignored),
		cmocka_unit_test(an_admin_may_ignore),
		cmocka_unit_test(a_credit_figure_proposes),
		cmocka_unit_test(minutes_less_breaks),
		cmocka_unit_test(breaks_of_a_rule_that_says_nothing_else),
		cmocka_unit_test(nothing_is_invented_for_days),
		cmocka_unit_test(together_as_alone),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
