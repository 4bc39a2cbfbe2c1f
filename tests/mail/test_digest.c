/* The digest in every state of a team, and templates that are wrong. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "look.h"
#include "support.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct render *templates;

static int setup(void **state)
{
	(void)state;
	templates = support_render();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	render_close(templates);
	return 0;
}

static struct rendered digest(struct digest_facts *f)
{
	struct rendered r = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct err err = { 0 };

	if (render_digest(templates, f, &r, &err) < 0)
		fail_msg("%s: %s", err.code, err.what);
	look_check(&r);
	return r;
}

static struct digest_person person(const char *name, enum cycle_state state, int64_t counted, int days_left)
{
	struct digest_facts f = support_digest();
	struct digest_person p = { .name = name, .state = state, .counted = counted, .required = 2000,
		.to_go = counted < 2000 ? 2000 - counted : 0, .end = f.today + days_left, .days_left = days_left,
		.had_before = 1, .state_before = state, .counted_before = counted };

	return p;
}

static struct digest_facts team(struct digest_person *people, size_t n)
{
	struct digest_facts f = support_digest();

	f.people = people;
	f.npeople = n;
	f.nhelp = 0;
	return f;
}

static void heads_and_subjects(void **state)
{
	static const struct { enum cycle_state states[4]; size_t n; const char *subject, *head; } rows[] = {
		{ { CYCLE_OFF_TRACK }, 0, "CX team: nobody in it yet", "Nobody is in this team yet.\n" },
		{ { CYCLE_ON_TRACK }, 1, "CX team: all on track, next deadline 21 June", "Everyone is on track.\n" },
		{ { CYCLE_DONE, CYCLE_DONE }, 2, "CX team: all done, next deadline 21 June", "Everyone is done.\n" },
		{ { CYCLE_SUBMITTED, CYCLE_SUBMITTED }, 2, "CX team: all done", "Everyone is done.\n" },
		{ { CYCLE_DONE, CYCLE_SUBMITTED }, 2, "CX team: all done, next deadline 21 June", "Everyone is done.\n" },
		{ { CYCLE_DONE, CYCLE_ON_TRACK }, 2, "CX team: all on track or done, next deadline 21 June",
		    "Everyone is on track or done.\n" },
		{ { CYCLE_OFF_TRACK, CYCLE_ON_TRACK }, 2, "CX team: 1 off track, next deadline 21 June", "One is off track.\n" },
		{ { CYCLE_AT_RISK, CYCLE_AT_RISK, CYCLE_AT_RISK }, 3, "CX team: 3 at risk, next deadline 21 June",
		    "Three are at risk.\n" },
		{ { CYCLE_LAPSED, CYCLE_OFF_TRACK, CYCLE_AT_RISK, CYCLE_ON_TRACK }, 4,
		    "CX team: 1 lapsed, 1 off track, 1 at risk, next deadline 22 June", "One has lapsed, one off track, one at risk.\n" },
		{ { CYCLE_LAPSED, CYCLE_LAPSED }, 2, "CX team: 2 lapsed", "Two have lapsed.\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct digest_person people[4];
		struct digest_facts f = team(people, rows[i].n);
		struct rendered r;

		for (size_t k = 0; k < rows[i].n; k++)
			people[k] = person("kim", rows[i].states[k], rows[i].states[k] == CYCLE_DONE ? 2000 : 700, 101 + (int)k);
		r = digest(&f);
		assert_string_equal(buf_str(&r.subject), rows[i].subject);
		if (strncmp(buf_str(&r.text), rows[i].head, strlen(rows[i].head)) != 0)
			fail_msg("expected %s, got %.60s", rows[i].head, buf_str(&r.text));
		rendered_free(&r);
	}
}

static void those_in_need_come_first(void **state)
{
	struct digest_person people[] = {
		person("sub", CYCLE_SUBMITTED, 2000, 5), person("on2", CYCLE_ON_TRACK, 1500, 90), person("risk", CYCLE_AT_RISK, 900, 80),
		person("done", CYCLE_DONE, 2000, 3), person("off-b", CYCLE_OFF_TRACK, 700, 60), person("on1", CYCLE_ON_TRACK, 1500, 70),
		person("off-c", CYCLE_OFF_TRACK, 300, 60), person("late", CYCLE_LAPSED, 300, -4), person("off-d", CYCLE_OFF_TRACK, 900, 8),
		person("off-a", CYCLE_OFF_TRACK, 700, 60) };
	static const char *const order[] = { "late", "off-d", "off-c", "off-a", "off-b", "done", "risk", "on1", "on2", "sub" };
	struct digest_facts f = team(people, COUNT(people));
	struct rendered r;

	(void)state;
	r = digest(&f);
	for (size_t i = 0; i < COUNT(order); i++)
		assert_string_equal(people[i].name, order[i]);
	look_has(&r, "late had 3 of 20 units when the cycle ended on 8 March 2026. done is\ncomplete and has only to send it in.\n");
	look_has(&r, "  late    ! lapsed      3.0 of 20   17.0   8 Mar 2026\n");
	look_has(&r, "  done    + complete   20.0 of 20    0.0  15 Mar 2026\n  risk    - at risk");
	look_has(&r, "  On track: on1, on2. Submitted: sub.\n");
	look_has(&r, "NEXT DEADLINES\n  15 March: done (complete)\n  20 March: off-d (11 to go)\n"
	    "  11 May: off-c (17 to go), off-a (13 to go), off-b (13 to go)\n  21 May: on1 (5 to go)\n"
	    "  31 May: risk (11 to go)\n  10 June: on2 (5 to go)\n");
	assert_true(strstr(r.html.data, "<b>off-d</b>") < strstr(r.html.data, "<b>off-c</b>"));
	rendered_free(&r);
}

static void leads_say_whom_to_talk_to(void **state)
{
	struct digest_person people[] = { person("amir", CYCLE_OFF_TRACK, 700, 61), person("bea", CYCLE_AT_RISK, 1900, 300),
		person("chen", CYCLE_AT_RISK, 1500, 310) };
	struct digest_facts f = team(people, COUNT(people));
	struct rendered r;

	(void)state;
	people[1].pending = 100;
	r = digest(&f);
	look_has(&r, "amir needs 13 units in 61 days.\n");
	rendered_free(&r);
	r = digest(&f);
	look_has(&r, "WHAT WOULD HELP MOST\n  With the inbox confirmed, done: bea.\n");
	rendered_free(&r);
	people[0].pending = 1300;
	people[1].pending = 0;
	r = digest(&f);
	look_has(&r, "amir needs 13 units in 61 days. All of it waits in the inbox and only needs\na yes.\n");
	rendered_free(&r);
	people[0].pending = 0;
	people[1].pending = 100;
	people[0].days_left = 0;
	people[2].pending = 500;
	r = digest(&f);
	look_has(&r, "  With the inbox confirmed, done: bea and chen.\n");
	look_has(&r, "amir needs 13 units today: talk this week.\n");
	rendered_free(&r);
}

static void news_since_the_last_digest(void **state)
{
	static const struct { enum cycle_state before, after; int64_t was, is; const char *expected; } rows[] = {
		{ CYCLE_ON_TRACK, CYCLE_ON_TRACK, 700, 700, "  No status changed.\n" },
		{ CYCLE_ON_TRACK, CYCLE_ON_TRACK, 700, 825, "  kim added 1.25 and lou 1.25. No status changed.\n" },
		{ CYCLE_ON_TRACK, CYCLE_ON_TRACK, 700, 600, "  kim is down by 1.0 and lou by 1.0. No status changed.\n" },
		{ CYCLE_OFF_TRACK, CYCLE_DONE, 700, 2000, "  kim finished with 20.0 and lou with 20.0.\n" },
		{ CYCLE_DONE, CYCLE_SUBMITTED, 2000, 2000, "  kim and lou have submitted.\n" },
		{ CYCLE_OFF_TRACK, CYCLE_LAPSED, 700, 700, "  kim and lou have lapsed.\n" },
		{ CYCLE_ON_TRACK, CYCLE_OFF_TRACK, 700, 700, "  kim and lou are now off track.\n" },
		{ CYCLE_ON_TRACK, CYCLE_AT_RISK, 700, 700, "  kim and lou are now at risk.\n" },
		{ CYCLE_OFF_TRACK, CYCLE_ON_TRACK, 700, 750, "  kim and lou are now on track. kim added 0.5 and lou 0.5.\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct digest_person people[] = { person("kim", rows[i].after, rows[i].is, 300), person("lou", rows[i].after, rows[i].is, 310) };
		struct digest_facts f = team(people, 2);
		struct rendered r;

		for (size_t k = 0; k < 2; k++) {
			people[k].state_before = rows[i].before;
			people[k].counted_before = rows[i].was;
		}
		r = digest(&f);
		look_has(&r, rows[i].expected);
		rendered_free(&r);
		people[1].had_before = 0;
		r = digest(&f);
		look_has(&r, "lou is new here.");
		rendered_free(&r);
		f.previous = DAY_NONE;
		r = digest(&f);
		look_has_not(&r, "lou is new");
		look_has_not(&r, "ince the last digest");
		rendered_free(&r);
	}
}

static void many_people(size_t n, size_t problems, const char *name, struct rendered *r)
{
	struct digest_person *people = calloc(n, sizeof(*people));
	struct digest_facts f = team(people, n);

	assert_non_null(people);
	for (size_t i = 0; i < n; i++) {
		people[i] = person(name, i < problems ? CYCLE_OFF_TRACK : i % 2 ? CYCLE_ON_TRACK : CYCLE_DONE, 1125, 200);
		people[i].pending = 875;
		people[i].counted_before = 25;
		people[i].state_before = CYCLE_AT_RISK;
	}
	f.organisation = f.team = f.every = name;
	*r = digest(&f);
	free(people);
}

static void sixty_people_fit(void **state)
{
	struct rendered r;

	(void)state;
	many_people(60, 60, "Maximilian Musterperson", &r);
	look_has_not(&r, "  and ");
	assert_true(r.html.len < 102 * 1000);
	printf("# 60 people: %zu bytes of HTML\n", r.html.len);
	rendered_free(&r);
	many_people(100, 61, "kim", &r);
	look_has(&r, "\n  and 20 more\n");
	look_has(&r, "\n  On track: 20 people.\n");
	look_has(&r, "19 people are complete and have only to send it in.\n");
	rendered_free(&r);
	many_people(80, 10, "kim", &r);
	look_has(&r, "  On track: kim, kim, kim, kim, kim, kim, kim, kim, kim, kim, kim, kim, kim,\n  kim, kim and 20 more.\n");
	assert_non_null(strstr(r.html.data, "kim, kim, kim, kim, kim, kim, kim, kim and 2 more are now off track."));
	assert_non_null(strstr(r.html.data, "kim, kim, kim, kim, kim, kim, kim, kim and 27 more are now on track."));
	rendered_free(&r);
}

/* Names, sections and numbers at their largest: nobody beyond the first sixty is named, and no mail program cuts the mail. */
static void five_thousand_people(void **state)
{
	enum { N = 5000 };
	static char names[N][64];
	struct digest_person *people = calloc(N, sizeof(*people));
	struct digest_facts f = team(people, N);
	struct rendered r;
	size_t seen = 0, last = 0;

	(void)state;
	assert_non_null(people);
	for (size_t i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "<\"%04zu&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&\">", i);
		people[i] = person(names[i], (enum cycle_state)(i % 6), 1125, (int)(i % 97));
		people[i].pending = i % 3 ? 875 : 25;
		people[i].counted_before = i % 2 ? 25 : 1500;
		people[i].state_before = (enum cycle_state)(i % 5);
		people[i].had_before = i % 7 != 0;
		people[i].without_evidence = (int)(i % 4);
		people[i].binding = i % 2 ? "\"Courses\" & <seminars>" : "Talks";
	}
	f.help = support_digest().help;
	f.nhelp = 2;
	f.held_feeds = "kim";
	r = digest(&f);
	printf("# 5000 people: %zu bytes of HTML, %zu of text\n", r.html.len, r.text.len);
	assert_true(r.html.len < 102 * 1000);
	for (size_t i = 0; i < N; i++)		/* sorted now */
		if (strstr(buf_str(&r.text), people[i].name) != NULL) {
			seen++;
			last = i;
		}
	assert_in_range(seen, 30, 60);
	assert_int_equal(last + 1, seen);
	look_has(&r, "834 people are complete and have only to send it in.\n");
	rendered_free(&r);
	for (size_t i = 0; i < N; i++)
		people[i].name = "kim";
	r = digest(&f);
	look_has(&r, "\n  and 3,273 more\n");
	look_has(&r, "  On track: 834 people. Submitted: 833 people.\n");
	rendered_free(&r);
	free(people);
}

static void hostile_names_fit_too(void **state)
{
	struct buf name = BUF_INIT;
	struct rendered r;

	(void)state;
	for (int i = 0; i < 200; i++)
		buf_putc(&name, '"');
	many_people(500, 500, name.data, &r);
	assert_true(r.html.len < 102 * 1000);
	look_has(&r, "\n  \"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"...\n");
	printf("# 500 people of 40 quotation marks: %zu bytes of HTML\n", r.html.len);
	rendered_free(&r);
	buf_reset(&name);
	for (int i = 0; i < 40; i++)
		buf_puts(&name, "\xf0\x9f\x98\x80");
	many_people(70, 70, name.data, &r);
	assert_non_null(strstr(r.html.data, name.data));
	look_has_not(&r, "...");
	rendered_free(&r);
	many_people(3, 3, "\r\n\x1b", &r);
	look_has(&r, "(no name)");
	rendered_free(&r);
	buf_free(&name);
}

static void long_names_get_their_own_line(void **state)
{
	struct digest_person people[] = { person("Bartholomew Featherstonehaugh-Cholmondeley", CYCLE_OFF_TRACK, 700, 49),
		person("kim", CYCLE_OFF_TRACK, 1125, 60) };
	struct digest_facts f = team(people, 2);
	struct rendered r;

	(void)state;
	people[1].pending = 825;
	r = digest(&f);
	look_has(&r, "  Bartholomew Featherstonehaugh-Cholmondel...\n"
	    "          ! off track    7.0 of 20              13.0  30 Apr 2026  under 1%\n"
	    "  kim     ! off track  11.25 of 20, 8.25 wait   8.75  11 May 2026  under 1%\n");
	rendered_free(&r);
	/* a line that would be too long leaves the chance out */
	people[1].required = 12500;
	r = digest(&f);
	look_has(&r, "  kim     ! off track  11.25 of 125, 8.25 wait   8.75  11 May 2026\n");
	rendered_free(&r);
	/* it never looks like that of a better state, and who has lapsed has none */
	people[1].required = 2000;
	people[1].chance = 249;
	r = digest(&f);
	look_has(&r, "11 May 2026  about 24%\n");
	rendered_free(&r);
	people[1].chance = 9;
	r = digest(&f);
	look_has(&r, "11 May 2026  under 1%\n");
	rendered_free(&r);
	people[1].chance = 10;
	r = digest(&f);
	look_has(&r, "11 May 2026  about 1%\n");
	rendered_free(&r);
	people[1].state = CYCLE_LAPSED;
	r = digest(&f);
	look_has(&r, "11 May 2026\n");
	rendered_free(&r);
}

static void long_team_names_keep_the_subject_short(void **state)
{
	struct digest_facts f = support_digest();
	struct rendered r;

	(void)state;
	f.team = "Customer experience, research and service design of the northern region";
	r = digest(&f);
	assert_string_equal(buf_str(&r.subject), "Customer...: 2 off track, 3 at risk, next deadline 30 April");
	look_has(&r, "because you lead Customer experience, research and\nservice design of the northern region at");
	rendered_free(&r);
}

static void all_well_is_a_sign_of_life(void **state)
{
	struct digest_person people[] = { person("kim", CYCLE_ON_TRACK, 1500, 200), person("lou", CYCLE_SUBMITTED, 2000, 210) };
	struct digest_facts f = team(people, 2);
	struct rendered r;

	(void)state;
	f.is_all_well = 1;
	f.every = "the first working day of a month";
	r = digest(&f);
	assert_string_equal(buf_str(&r.subject), "CX team: all well, next deadline 28 September");
	look_has(&r, "All is well.\nNothing has changed since 5 March; this mail is a sign of life.\n\n  On track: kim. Submitted: lou.\n");
	look_has(&r, "You get this on the first working day of a month because you lead CX team");
	look_has_not(&r, "unsubscribe");
	rendered_free(&r);
	f.has_off_switch = f.has_csv = 1;
	r = digest(&f);
	look_has(&r, "Stop it: ceu team digest --off, or unsubscribe in your mail program.\n");
	look_has(&r, "The numbers of everybody are attached as a table.\n");
	rendered_free(&r);
}

/* What helps as much is not told at length. */
static void events_that_help_as_much(void **state)
{
	static const struct digest_help help[] = { { "College", 180, 2, 1, 20553 }, { "Talks", 180, 2, 1, 20553 },
		{ "Training", 180, 2, 1, 20553 }, { "Mentoring", 180, 1, 1, 20553 } };
	struct digest_person people[] = { person("kim", CYCLE_OFF_TRACK, 1500, 90), person("lou", CYCLE_OFF_TRACK, 1500, 91) };
	struct digest_facts f = team(people, 2);
	struct rendered r;

	(void)state;
	f.help = help;
	f.nhelp = 3;
	r = digest(&f);
	look_has(&r, "WHAT WOULD HELP MOST\n  College, 3 hours, until 10 April: counts for 2 people, of whom 1 would be\n"
	    "  done. The same for: Talks; Training.\n  See more of it: ceu team plan\n");
	rendered_free(&r);
	f.help = help + 2;
	f.nhelp = 2;
	r = digest(&f);
	look_has(&r, "  Training, 3 hours, until 10 April: counts for 2 people, of whom 1 would be\n  done.\n"
	    "  Mentoring, 3 hours, until 10 April: counts for 1 person, of whom 1 would\n  be done.\n");
	rendered_free(&r);
}

static void sections_below_the_table(void **state)
{
	static const struct digest_help help[] = { { "College", 180, 1, 1, 20553 }, { "", 45, 1200, 0, 21000 } };
	struct digest_person people[] = { person("kim", CYCLE_OFF_TRACK, 1500, 90), person("lou", CYCLE_OFF_TRACK, 1500, 91),
		person("max", CYCLE_ON_TRACK, 1900, 90), person("ned", CYCLE_SUBMITTED, 2000, 30), person("ola", CYCLE_LAPSED, 300, -3) };
	struct digest_facts f = team(people, 5);
	struct rendered r;

	(void)state;
	people[0].binding = people[2].binding = "Training";
	people[1].binding = "Talks";
	people[3].binding = people[4].binding = "College";	/* what they can no longer earn does not matter */
	people[2].without_evidence = 1;
	people[3].without_evidence = 7;
	f.help = help;
	f.nhelp = 2;
	f.held_feeds = "kim and max";
	r = digest(&f);
	look_has(&r, "WHAT WOULD HELP MOST\n  College, 3 hours, until 10 April: counts for 1 person, of whom 1 would be\n  done.\n"
	    "  45 minutes, until 1 July 2027: counts for 1,200 people.\n  See more of it: ceu team plan\n");
	look_has(&r, "NEXT DEADLINES\n  10 June: kim (5 to go), max (1 to go)\n\n");
	look_has(&r, "LIMITS\n  Training is full for kim and max: more of it adds nothing.\n"
	    "  Talks is full for lou: more of it adds nothing.\n\n");
	look_has(&r, "EVIDENCE\n  1 entry has none yet: max 1.\n");
	look_has(&r, "CALENDARS\n  Not read now, so the newest events may be missing: kim and max.\n");
	rendered_free(&r);
}

/* ---- templates */

static int open_with(const char *name, const char *text, struct err *err)
{
	struct render_file files[32];
	struct render *r = NULL;
	size_t n = 0;
	int rc;

	for (size_t i = 0; render_names[i] != NULL; i++) {
		if (strcmp(render_names[i], name) == 0 && text == NULL)
			continue;
		files[n++] = (struct render_file){ render_names[i], strcmp(render_names[i], name) == 0 ? text : "x", 1 };
		files[n - 1].len = strlen(files[n - 1].text);
	}
	rc = render_open(files, n, &r, err);
	assert_true((r != NULL) == (rc == 0));
	render_close(r);
	return rc;
}

static void wrong_templates_are_refused(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(open_with("reminder.txt", "fine", &err), 0);
	for (size_t i = 0; render_names[i] != NULL; i++) {
		assert_int_equal(open_with(render_names[i], NULL, &err), -1);
		assert_string_equal(err.code, "template-missing");
		assert_int_equal(err.class, ERR_FAILED);
		assert_non_null(strstr(err.what, render_names[i]));
	}
	assert_int_equal(open_with("digest.html", "a\nb {{#x}} c", &err), -1);
	assert_string_equal(err.code, "template-invalid");
	assert_int_equal(err.class, ERR_USAGE);
	assert_true(strncmp(err.what, "digest.html:2:", 14) == 0);
	assert_int_equal(open_with("end.html", "{{{raw}}}", &err), -1);
	assert_true(strncmp(err.what, "end.html:1:1", 12) == 0);
	render_close(NULL);
	rendered_free(NULL);
}

static void outputs_are_untouched_on_failure(void **state)
{
	struct render_file files[32];
	struct reminder_facts f = support_reminder();
	struct rendered r = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct err err = { 0 };
	struct render *broken;
	size_t n;

	(void)state;
	for (n = 0; render_names[n] != NULL; n++) {
		const char *text = strcmp(render_names[n], "reminder.html") == 0 ? "{{bar}}" : "x";	/* an object, not text */

		files[n] = (struct render_file){ render_names[n], text, strlen(text) };
	}
	assert_int_equal(render_open(files, n, &broken, &err), 0);
	buf_puts(&r.text, "kept");
	assert_int_equal(render_reminder(broken, &f, &r, &err), -1);
	assert_string_equal(err.code, "template-value");
	assert_string_equal(buf_str(&r.text), "kept");
	assert_int_equal(r.html.len, 0);
	rendered_free(&r);
	render_close(broken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_and_subjects),
		cmocka_unit_test(those_in_need_come_first),
		cmocka_unit_test(leads_say_whom_to_talk_to),
		cmocka_unit_test(news_since_the_last_digest),
		cmocka_unit_test(sixty_people_fit),
		cmocka_unit_test(five_thousand_people),
		cmocka_unit_test(all_well_is_a_sign_of_life),
		cmocka_unit_test(events_that_help_as_much), cmocka_unit_test(sections_below_the_table),
		cmocka_unit_test(hostile_names_fit_too),
		cmocka_unit_test(long_names_get_their_own_line),
		cmocka_unit_test(long_team_names_keep_the_subject_short),
		cmocka_unit_test(wrong_templates_are_refused),
		cmocka_unit_test(outputs_are_untouched_on_failure),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
