/* What the mails say: in every state, at every length, with the same numbers in both parts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/template.h"
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

static struct rendered reminder(const struct reminder_facts *f)
{
	struct rendered r = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct err err = { 0 };

	if (render_reminder(templates, f, &r, &err) < 0)
		fail_msg("%s: %s", err.code, err.what);
	look_check(&r);
	return r;
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

static void subject_is(const struct reminder_facts *f, const char *expected)
{
	struct rendered r = reminder(f);

	assert_string_equal(buf_str(&r.subject), expected);
	assert_true(text_width(buf_str(&r.subject)) <= 60);
	rendered_free(&r);
}

static void golden_reminder(void **state)
{
	struct reminder_facts f = support_reminder();
	struct rendered r = reminder(&f);

	(void)state;
	assert_string_equal(buf_str(&r.subject), "8 units to go by 30 June (5 are waiting in your inbox)");
	assert_string_equal(buf_str(&r.text),
	    "12 of 20 units count. 8 to go in 110 days.\n"
	    "Five of those eight are already in your calendar. They only need your yes.\n"
	    "\n"
	    "  [########################----------      ]\n"
	    "   12 count                5 waiting  3 to find\n"
	    "\n"
	    "WAITING FOR YOU\n"
	    "   9 Mar  Mentor session: CCXP candidate      CXPA contributions    +2.0\n"
	    "  10 Mar  Journey-mapping workshop            In-company            +3.0\n"
	    "   5 Mar  Survey fatigue: what the data says  Training, full      adds 0\n"
	    "\n"
	    "  Open your inbox: https://ceu.example.org/inbox   or type: ceu inbox\n"
	    "\n"
	    "THEN THREE ARE MISSING\n"
	    "  Least work: Strategy evening class, parts 1 and 2, Wednesday 6 May, 3\n"
	    "  hours, College.\n"
	    "  About 1 unit a month until 30 June 2026 will do.\n"
	    "  The whole plan: ceu plan\n"
	    "\n"
	    "LIMITS\n"
	    "  Training is full: more of it adds nothing. 3 units are logged over a limit\n"
	    "  and do not count.\n"
	    "\n"
	    "COMPETENCY\n"
	    "  Entry 4 names no competency and counts nothing until it does.\n"
	    "  Name it with: ceu edit 4 --for COMPETENCY\n"
	    "\n"
	    "EVIDENCE\n"
	    "  Entries 3 and 6 have none. Keep the certificate or the agenda; a photo is\n"
	    "  enough to start with.\n"
	    "  Add it with: ceu attach 3 FILE\n"
	    "\n"
	    "--\n"
	    "You get this on set days before your CCXP deadline while something is\n"
	    "missing, because Example Ltd keeps count here.\n"
	    "Pause or stop: ceu remind off. Questions: ops@example.org.\n"
	    "Opening this mail or its links changes nothing and is not tracked.\n");
	look_golden("reminder", &r, (struct message){ .to_name = "Dana Example", .to_addr = "dana@example.org",
	    .message_id = "r.1@example.org", .thread_id = "c.1@example.org", .reply_to = "ops@example.org" });
	rendered_free(&r);
}

static void golden_digest(void **state)
{
	struct digest_facts f = support_digest();
	struct rendered r = digest(&f);

	(void)state;
	assert_string_equal(buf_str(&r.subject), "CX team: 2 off track, 3 at risk, next deadline 30 April");
	assert_string_equal(buf_str(&r.text),
	    "Two are off track, three at risk.\n"
	    "amir needs 13 units in 49 days: talk this week. ines is complete and has\n"
	    "only to send it in.\n"
	    "\n"
	    "  Person  Status       Counted              To go  Deadline     Chance\n"
	    "  amir    ! off track   7.0 of 20            13.0  30 Apr 2026  under 1%\n"
	    "  dana    ! off track  12.0 of 20, 5 wait     8.0  30 Jun 2026  about 5%\n"
	    "  ines    + complete   20.0 of 20             0.0  31 May 2026\n"
	    "  bea     - at risk    11.5 of 20, 1 waits    8.5  31 Aug 2026  about 30%\n"
	    "  chen    - at risk     9.0 of 20            11.0  31 Dec 2026  about 25%\n"
	    "  femi    - at risk     7.5 of 20            12.5  30 Jun 2027  about 60%\n"
	    "\n"
	    "  On track: hugo, ebba, gita.\n"
	    "\n"
	    "SINCE THE LAST DIGEST, 5 March\n"
	    "  ines finished with 20.0. dana is now off track. gita is now on track. dana\n"
	    "  added 2.0, bea 0.25 and gita 2.0. ebba is down by 0.5. femi is new here.\n"
	    "  No other status changed.\n"
	    "\n"
	    "WHAT WOULD HELP MOST\n"
	    "  In-company, 3 hours, until 30 April: counts for 5 people, of whom 1 would\n"
	    "  be done.\n"
	    "  College, 2 hours, until 30 April: counts for 4 people.\n"
	    "  See more of it: ceu team plan\n"
	    "\n"
	    "NEXT DEADLINES\n"
	    "  30 April: amir (13 to go)\n"
	    "  31 May: ines (complete)\n"
	    "\n"
	    "LIMITS\n"
	    "  Training is full for dana: more of it adds nothing.\n"
	    "\n"
	    "EVIDENCE\n"
	    "  3 entries have none yet: amir 1 and dana 2.\n"
	    "\n"
	    "  Team page: https://ceu.example.org/team   or type: ceu team\n"
	    "\n"
	    "--\n"
	    "You get this on Mondays because you lead CX team at Example Ltd. The numbers\n"
	    "are those of 12 March 2026. You see totals and dates, never titles, notes or\n"
	    "files.\n"
	    "Another rhythm: ceu team digest --every week|month|change\n"
	    "Stop it: ceu team digest --off.\n"
	    "Opening this mail or its links changes nothing and is not tracked.\n");
	look_golden("digest", &r, (struct message){ .to_name = "Hugo", .to_addr = "hugo@example.org",
	    .message_id = "d.1@example.org", .list_id = "ceu-digest.example.org",
	    .unsubscribe_mail = "mailto:ops@example.org" });
	rendered_free(&r);
}

static void golden_without_links(void **state)
{
	struct reminder_facts f = support_reminder();
	struct digest_facts d = support_digest();
	struct rendered r;

	(void)state;
	f.url = f.organisation = f.contact = d.url = d.organisation = d.every = "";
	f.nwaiting = 1;
	d.previous = DAY_NONE;
	r = reminder(&f);
	look_has_not(&r, "http");
	look_has_not(&r, "href");
	look_has(&r, "  Open your inbox, type: ceu inbox\n");
	look_has(&r, "before your CCXP deadline while something is\nmissing.\nPause or stop: ceu remind off.\nOpening");
	look_golden("reminder-plain", &r, (struct message){ .to_name = "Zo\xc3\xab \xc3\x89xample, PhD", .to_addr = "zoe@example.org",
	    .message_id = "r.2@example.org" });
	rendered_free(&r);
	r = digest(&d);
	look_has_not(&r, "http");
	look_has_not(&r, "SINCE");
	look_has(&r, "You get this because you lead CX team. The numbers");
	look_golden("digest-plain", &r, (struct message){ .to_name = "", .to_addr = "hugo@example.org",
	    .message_id = "d.2@example.org" });
	rendered_free(&r);
}

static void golden_test(void **state)
{
	struct rendered r;

	(void)state;
	assert_int_equal(render_test(templates, "Example Ltd", "ops@example.org", INT64_C(1773304200123), &r, NULL), 0);
	look_check(&r);
	assert_string_equal(buf_str(&r.subject), "Test mail from ceud");
	look_has(&r, "2026-03-12T08:30:00Z for ops@example.org.");
	look_golden("test", &r, (struct message){ .to_name = "", .to_addr = "ops@example.org", .message_id = "t.1@example.org" });
	rendered_free(&r);
	assert_int_equal(render_test(templates, "", "ops@example.org", 0, &r, NULL), 0);
	look_has(&r, "the test mail you asked for. It was made");
	rendered_free(&r);
}

static void subjects_carry_number_and_date(void **state)
{
	struct reminder_facts f = support_reminder();

	(void)state;
	f.pending = 100;
	subject_is(&f, "8 units to go by 30 June (1 is waiting in your inbox)");
	f.pending = 0;
	subject_is(&f, "8 units to go by 30 June");
	f.pending = 800;
	subject_is(&f, "8 units to go by 30 June (all are waiting in your inbox)");
	f.to_go = 100;
	f.pending = 150;
	subject_is(&f, "1 unit to go by 30 June (it is waiting in your inbox)");
	f.to_go = 875;
	f.pending = 125;
	f.cycle.end += 365;
	f.days_left += 365;
	subject_is(&f, "8.75 units to go by 30 June 2027 (1.25 are waiting)");
	f.days_left = 91;
	subject_is(&f, "8.75 units to go by 30 June 2027 (1.25 are waiting)");
	f.to_go = 300;
	f.days_left = 90;
	subject_is(&f, "90 days left: 3 units to go");
	f.days_left = 14;
	subject_is(&f, "14 days left: 3 units to go");
	f.days_left = 1;
	f.to_go = 100;
	subject_is(&f, "1 day left: 1 unit to go");
	f.days_left = 0;
	subject_is(&f, "Last day: 1 unit to go");
}

static void reminders_say_what_is_easy_first(void **state)
{
	static const struct { int64_t to_go, pending; size_t nwaiting; enum cycle_state state; const char *expected; } rows[] = {
		{ 800, 500, 3, CYCLE_OFF_TRACK, "Five of those eight are already in your calendar. They only need your yes.\n" },
		{ 800, 100, 1, CYCLE_ON_TRACK, "One of those eight is already in your calendar. It only needs your yes.\n" },
		{ 825, 150, 1, CYCLE_OFF_TRACK, "1.5 of those 8.25 are already in your calendar." },
		{ 1900, 500, 1, CYCLE_OFF_TRACK, "5 of those 19 are already in your calendar." },
		{ 800, 800, 3, CYCLE_OFF_TRACK, "All you need is already in your calendar. It only needs your yes.\n" },
		{ 800, 1900, 3, CYCLE_OFF_TRACK, "All you need is already in your calendar." },
		{ 100, 25, 1, CYCLE_OFF_TRACK, "Of that, 0.25 is already in your calendar." },
		{ 800, 0, 1, CYCLE_OFF_TRACK, "What waits in your inbox would add nothing now.\n" },
		{ 800, 0, 2, CYCLE_OFF_TRACK, "What waits in your inbox may count once you say what it was.\n" },
		{ 800, 0, 0, CYCLE_ON_TRACK, "8 to go in 110 days.\nYou are on track.\n" },
		{ 800, 0, 0, CYCLE_OFF_TRACK, "8 to go in 110 days.\n\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reminder_facts f = support_reminder();
		struct rendered r;

		f.to_go = rows[i].to_go;
		f.counted = 2000 - f.to_go;
		f.pending = rows[i].pending;
		f.nwaiting = rows[i].nwaiting;
		f.state = rows[i].state;
		r = reminder(&f);
		look_has(&r, rows[i].expected);
		rendered_free(&r);
	}
}

static void reminders_name_what_is_missing(void **state)
{
	struct reminder_facts f = support_reminder();
	struct rendered r;

	(void)state;
	f.nsteps = 0;
	f.pending = 700;
	r = reminder(&f);
	look_has(&r, "THEN ONE IS MISSING\n  About 0.5 units a month until 30 June 2026 will do.\n");
	rendered_free(&r);
	f.pending = 450;
	f.days_left = 59;
	r = reminder(&f);
	look_has(&r, "THEN 3.5 ARE MISSING\n  What you finish by 30 June 2026 can count.\n");
	look_has_not(&r, "a month");
	rendered_free(&r);
	f.pending = 0;
	f.nwaiting = 0;
	f.days_left = 60;
	r = reminder(&f);
	look_has(&r, "WHAT IS MISSING\n  About 4 units a month until 30 June 2026 will do.\n");
	look_has_not(&r, "Waiting for you");
	rendered_free(&r);
	f.pending = 800;
	f.nwaiting = 3;
	r = reminder(&f);
	look_has_not(&r, "issing\n");
	look_has_not(&r, "to find");
	rendered_free(&r);
}

static void reminders_say_plainly(void **state)
{
	struct reminder_facts f = support_reminder();
	static const int64_t many[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 };
	static const char *const full[] = { "Training", "In-company" };
	struct rendered r;

	(void)state;
	f.days_left = 1;
	f.over_limit = 100;
	f.full_categories = full;
	f.nfull = 2;
	f.without_evidence = many;
	f.nwithout = 14;
	f.needs_info = many;
	f.nneeds_info = 2;
	r = reminder(&f);
	look_has(&r, "8 to go in 1 day.");
	look_has(&r, "Training and In-company are full: more of them adds nothing. 1 unit is\n  logged over a limit and does not count.");
	look_has(&r, "Entries 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more have none.");
	look_has(&r, "Entries 1 and 2 name no competency and count nothing until they do.");
	rendered_free(&r);
	f.days_left = 0;
	f.over_limit = 0;
	f.nfull = f.nneeds_info = 0;
	f.nwithout = 1;
	f.counted = 100;
	r = reminder(&f);
	look_has(&r, "1 of 20 units counts. 8 to go today.");
	look_has(&r, "   1 counts  5 waiting");
	look_has(&r, "Entry 1 has none.");
	look_has_not(&r, "Limits");
	look_has_not(&r, "Competency");
	rendered_free(&r);
}

static void done_says_only_send_it_in(void **state)
{
	struct reminder_facts f = support_reminder();
	struct rendered r;

	(void)state;
	f.state = CYCLE_DONE;
	f.counted = f.logged = 2000;
	f.to_go = 0;
	subject_is(&f, "Done: 20 of 20 units. Send it in by 30 June");
	r = reminder(&f);
	look_has(&r, "Done: 20 of 20 units. Nothing is left to earn.\nSend your renewal in by 30 June 2026: 110 days are left.\n");
	look_has(&r, "  [########################################]\n   20 count\n");
	look_has_not(&r, "Waiting");
	look_has_not(&r, "WAITING");
	look_has_not(&r, "missing");
	look_has_not(&r, "Limits");
	rendered_free(&r);
}

static void over_says_so(void **state)
{
	struct reminder_facts f = support_reminder();
	struct rendered r;
	struct err err = { 0 };

	(void)state;
	f.state = CYCLE_LAPSED;
	f.days_left = -3;
	f.today = f.cycle.end + 3;
	subject_is(&f, "Cycle ended on 30 June with 12 of 20 units: what you can do");
	r = reminder(&f);
	look_has(&r, "12 of 20 units count. Your cycle ended on 30 June 2026.\n8 units are missing. The program gives no days of grace.\n");
	look_has(&r, "You get this because your CCXP cycle has ended.\nPause or stop: ceu remind off. Questions: ops@example.org.\n");
	look_has_not(&r, "WAITING");
	rendered_free(&r);
	f.state = CYCLE_SUBMITTED;
	assert_int_equal(render_reminder(templates, &f, &r, &err), -1);
	assert_string_equal(err.code, "reminder-none");
	assert_int_equal(err.class, ERR_RULE);
}

static void long_titles_wrap(void **state)
{
	struct reminder_facts f = support_reminder();
	struct waiting_event e[2] = {
		{ f.today - 400, "A workshop of 12 sessions on journeys, surveys and the 7 habits of people who answer 3 of 5",
		    "Training courses, seminars and webinars, level 4", 125, 0 },
		{ f.today, "Short", "Training courses, seminars and webinars, level 4", 0, 1 } };
	struct rendered r;

	(void)state;
	f.waiting = e;
	f.nwaiting = 2;
	r = reminder(&f);
	look_has(&r, "  5 Feb 2025  A workshop of 12 sessions on journeys, surveys and the 7\n"
	    "              habits of people who answer 3 of 5\n"
	    "              Training courses, seminars and webinars, level 4   +1.25\n"
	    "      12 Mar  Short\n"
	    "              Training courses, seminars and webinars, level 4, full  adds 0\n");
	rendered_free(&r);
}

static void lists_are_cut_in_both_parts(void **state)
{
	struct reminder_facts f = support_reminder();
	struct waiting_event e[40];
	struct rendered r;

	(void)state;
	for (size_t i = 0; i < COUNT(e); i++)
		e[i] = (struct waiting_event){ f.today, "Talk", "Training", i % 4 == 0 ? 0 : 100, i % 4 == 0 };
	f.waiting = e;
	f.nwaiting = COUNT(e);
	r = reminder(&f);
	look_has(&r, "+1.0\n  and 28 more\n");
	look_has_not(&r, "adds 0");			/* what adds comes first */
	rendered_free(&r);
}

static void events_still_to_be_described(void **state)
{
	struct reminder_facts f = support_reminder();
	struct waiting_event e[] = { { f.today, "Full", "Training", 0, 1 }, { f.today, "All day", "", 0, 0 },
		{ f.today, "Talk", "In-company", 100, 0 } };
	struct rendered r;

	(void)state;
	f.waiting = e;
	r = reminder(&f);
	look_has(&r, "  12 Mar  Talk              In-company        +1.0\n"
	    "  12 Mar  All day                               +?\n"
	    "  12 Mar  Full              Training, full  adds 0\n");
	rendered_free(&r);
}

static void hostile_text_stays_text(void **state)
{
	struct reminder_facts f = support_reminder();
	struct waiting_event e[] = {
		{ f.today, "<script>alert(1)</script>\r\n.\r\nBcc: x@y.z \xe2\x80\xae\x1b[31m", "\"><img src=x onerror=y>", 100, 0 },
		{ f.today, "{{organisation}} & 'quotes' \xff\xfe", "a\tb\nc", 0, 1 } };
	struct rendered r;

	(void)state;
	f.waiting = e;
	f.nwaiting = 2;
	f.person_name = "<b>";
	f.organisation = "A & B <Ltd>\n\n";
	f.program = "P\"'><";
	f.contact = "ops@example.org<script>";
	f.url = "https://x.org/\"onclick=\"y";
	r = reminder(&f);
	look_has(&r, "<script>alert(1)</script> . Bcc: x@y.z [31m");
	look_has(&r, "{{organisation}} & 'quotes' \xef\xbf\xbd\xef\xbf\xbd");
	look_has(&r, "because A & B <Ltd> keeps count");
	assert_null(strstr(r.html.data, "<script"));
	assert_null(strstr(r.html.data, "\"onclick"));
	assert_non_null(strstr(r.html.data, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	rendered_free(&r);
}

static void bars_add_up(void **state)
{
	static const struct { int64_t counted, pending, required; const char *bar, *labels; } rows[] = {
		{ 1200, 500, 2000, "[########################----------      ]", "12 count                5 waiting  3 to find" },
		{ 0, 0, 2000, "[                                        ]", "20 to find" },
		{ 0, 25, 2000, "[-                                       ]", "0.25 waiting  19.75 to find" },
		{ 1, 0, 2000, "[#                                       ]", "0.01 count  19.99 to find" },
		{ 1999, 0, 2000, "[####################################### ]", "19.99 count                            0.01 to find" },
		{ 1900, 500, 2000, "[################################--------]", "19 count                        5 waiting" },
		{ 700, 600, 2000, "[##############------------              ]", "7 count       6 waiting   7 to find" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reminder_facts f = support_reminder();
		struct rendered r;
		char lines[200];

		f.counted = rows[i].counted;
		f.pending = rows[i].pending;
		f.required = rows[i].required;
		f.to_go = f.required - f.counted;
		r = reminder(&f);
		snprintf(lines, sizeof(lines), "\n  %s\n   %s\n", rows[i].bar, rows[i].labels);
		look_has(&r, lines);
		rendered_free(&r);
	}
}

/* Widths of each bar's row of cells in the HTML part: per mille, to be 1000. */
static void html_bars_add_up(void **state)
{
	struct dice d = support_dice("html_bars_add_up");

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct reminder_facts f = support_reminder();
		struct rendered r;
		long sum = 0;

		f.required = 25 * (1 + dice_below(&d, 400));
		f.counted = 25 * dice_below(&d, (uint32_t)(f.required / 25) + 10);
		f.to_go = f.required > f.counted ? f.required - f.counted : 0;
		f.pending = dice_below(&d, 2) ? 25 * dice_below(&d, 80) : 0;
		r = reminder(&f);
		for (const char *s = r.html.data; (s = strstr(s, "<td width=\"")) != NULL; s++) {
			char *end;
			long permille = strtol(s + 11, &end, 10) * 10;

			if (*end == '.')
				permille += strtol(end + 1, &end, 10);
			if (strncmp(end, "%\" bgcolor=", 11) == 0)
				sum += permille;
		}
		if (sum != 1000)
			fail_msg("widths add up to %ld per mille: counted %lld, pending %lld of %lld", sum, (long long)f.counted,
			    (long long)f.pending, (long long)f.required);
		rendered_free(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_reminder),
		cmocka_unit_test(golden_digest),
		cmocka_unit_test(golden_without_links),
		cmocka_unit_test(golden_test),
		cmocka_unit_test(subjects_carry_number_and_date),
		cmocka_unit_test(reminders_say_what_is_easy_first),
		cmocka_unit_test(reminders_name_what_is_missing),
		cmocka_unit_test(reminders_say_plainly),
		cmocka_unit_test(done_says_only_send_it_in),
		cmocka_unit_test(over_says_so),
		cmocka_unit_test(long_titles_wrap),
		cmocka_unit_test(lists_are_cut_in_both_parts),
		cmocka_unit_test(events_still_to_be_described),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(bars_add_up),
		cmocka_unit_test(html_bars_add_up),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
