/*
 * Every mail of every kind, at every length: equal numbers in both parts, subjects of at most 60 columns, and what each says.
 * test_kinds --write FOLDER writes them there, for test_browser.py to look at.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* ---- one mail of each kind */

static const struct reminder_step steps[] = { { "Strategy evening class, parts 1 and 2", 20579, 180, "College", 300 },
	{ "", 20600, 90, "In-company", 150 }, { "", 20600, 60, "", 100 }, { "Talk", 20700, 45, "", 75 }, { "Talk", 20700, 45, "", 75 } };

static void behind(struct reminder_facts *f)
{
	f->nsteps = 2;
	f->has_calendar = 1;
}

static void on_pace(struct reminder_facts *f)
{
	f->kind = REMINDER_ON_PACE;
	f->state = CYCLE_ON_TRACK;
}

static void on_pace_step(struct reminder_facts *f)
{
	on_pace(f);
	f->pending = 0;
	f->nwaiting = 0;
}

static void on_pace_log(struct reminder_facts *f)
{
	on_pace_step(f);
	f->nsteps = 0;
	f->days_left = 30;
}

static void open_window(struct reminder_facts *f)
{
	f->kind = REMINDER_OPEN;
	f->opens = f->today;
}

static void inbox(struct reminder_facts *f)
{
	f->kind = REMINDER_INBOX;
	f->state = CYCLE_ON_TRACK;
}

static void done(struct reminder_facts *f)
{
	f->state = CYCLE_DONE;
	f->counted = f->logged = 2000;
	f->to_go = 0;
	f->kind = REMINDER_COMPLETE;
}

static void reached(struct reminder_facts *f)
{
	done(f);
	f->kind = REMINDER_REACHED;
	f->opens = f->cycle.end - 90;
}

static void complete_late(struct reminder_facts *f)
{
	done(f);
	f->days_left = 14;
	f->today = f->cycle.end - 14;
	f->asked_by = "Hugo Lead";
}

static void complete_after(struct reminder_facts *f)
{
	done(f);
	f->days_left = -2;
	f->today = f->cycle.end + 2;
	f->grace_days = 30;
}

static void grace(struct reminder_facts *f)
{
	f->kind = REMINDER_LAPSED;
	f->days_left = -8;
	f->today = f->cycle.end + 8;
	f->grace_days = 90;
	f->counted = 1700;
	f->to_go = 300;
}

static void lapsed(struct reminder_facts *f)
{
	grace(f);
	f->state = CYCLE_LAPSED;
	f->grace_days = 0;
	f->nwaiting = 0;
	f->pending = 0;
}

static void rule_open(struct reminder_facts *f)
{
	f->to_go = 0;
	f->counted = 2000;
}

static void long_words(struct reminder_facts *f)
{
	static const struct waiting_event e[] = {
		{ 20525, "Kundenerlebnisgestaltungsverantwortlichenfortbildungsveranstaltungsreihe", "Contributions-without-a-single-blank",
		    12525, 0 },
		{ 20526, "A workshop on journeys, surveys and the habits of people who answer them all, in two parts", "Training", 0, 1 } };
	static const char *const full[] = { "Training courses, seminars and webinars", "Contributions-without-a-single-blank" };

	f->waiting = e;
	f->nwaiting = 2;
	f->required = 125025;
	f->counted = 100075;
	f->to_go = 24950;
	f->pending = 12525;
	f->full_categories = full;
	f->nfull = 2;
	f->contact = "a.very.long.address.of.the.administration@subdomain.customer-experience.example.org";
	f->url = "https://continuing-education-units.customer-experience.department.example.org/ceu";
	f->nsteps = COUNT(steps);
}

static const struct { const char *name; void (*make)(struct reminder_facts *f); const char *subject, *starts; } kinds[] = {
	{ "behind", behind, "8 units to go by 30 June (5 are waiting in your inbox)",
	    "12 of 20 units count. 8 to go in 110 days.\nFive of those eight are already in your calendar. They only need your yes.\n" },
	{ "on-pace", on_pace, "8 units to go by 30 June: you are on track",
	    "12 of 20 units count. 8 to go in 110 days.\nYou are on track; nothing is urgent.\n\n"
	    "Next easy step: confirm 3 events in your inbox, worth 5 units: ceu inbox\n\n--\n" },
	{ "on-pace-step", on_pace_step, "8 units to go by 30 June: you are on track",
	    "12 of 20 units count. 8 to go in 110 days.\nYou are on track; nothing is urgent.\n\n"
	    "Next easy step: Strategy evening class, parts 1 and 2, Wednesday 6 May, 3\nhours, College.\n\n--\n" },
	{ "on-pace-log", on_pace_log, "30 days left: 8 units to go, you are on track",
	    "12 of 20 units count. 8 to go in 30 days.\nYou are on track; nothing is urgent.\n\n"
	    "Next easy step: log what you have done: ceu log HOURS CATEGORY TITLE\n\n--\n" },
	{ "open", open_window, "8 units to go, renewal open until 30 June",
	    "Renewal is open until 30 June 2026. 12 of 20 units count, 8 to go in 110\ndays.\nFive of those eight" },
	{ "inbox", inbox, "3 events to confirm, worth 5 units",
	    "3 events to confirm, worth 5 units. 8 to go in 110 days.\n"
	    "They have waited for two weeks and only need your yes or no. With them 17 of\n20 units count.\n" },
	{ "reached", reached, "Done: 20 of 20 units. Your renewal packet is ready",
	    "Done: 20 of 20 units. Your renewal packet is ready.\nYour renewal may be sent in from 1 April to 30 June 2026.\n" },
	{ "complete", done, "Done: 20 of 20 units. Send it in by 30 June",
	    "Done: 20 of 20 units. Nothing is left to earn.\nSend your renewal in by 30 June 2026: 110 days are left.\n" },
	{ "complete-late", complete_late, "14 days left to send it in: 20 of 20 units done",
	    "Done: 20 of 20 units. Nothing is left to earn.\nSend your renewal in by 30 June 2026: 14 days are left.\n"
	    "Hugo Lead asked for this reminder.\n" },
	{ "complete-after", complete_after, "Send it in now: 20 of 20 units, cycle ended on 30 June",
	    "Done: 20 of 20 units. Nothing is left to earn.\n"
	    "The cycle ended on 30 June 2026. There is grace until 30 July 2026: send\nyour renewal in by then.\n" },
	{ "grace", grace, "Cycle ended on 30 June with 17 of 20 units: what you can do",
	    "17 of 20 units count. Your cycle ended on 30 June 2026.\n"
	    "3 units are missing. There is grace until 28 September 2026: 82 days are\nleft.\n" },
	{ "lapsed", lapsed, "Cycle ended on 30 June with 17 of 20 units: what you can do",
	    "17 of 20 units count. Your cycle ended on 30 June 2026.\n3 units are missing. The program gives no days of grace.\n" },
	{ "rule-open", rule_open, "By 30 June: 20 of 20 units count, not every rule is met",
	    "20 of 20 units count. Not every rule is met yet, and the cycle ends in 110\ndays.\n\n  [" },
	{ "long-words", long_words, "249.5 units to go by 30 June (125.25 are waiting)",
	    "1000.75 of 1250.25 units count. 249.5 to go in 110 days.\n" },
};

static struct reminder_facts facts_of(size_t i)
{
	struct reminder_facts f = support_reminder();

	f.steps = steps;
	f.nsteps = 1;
	kinds[i].make(&f);
	return f;
}

static struct rendered rendered_of(const struct reminder_facts *f)
{
	struct rendered r = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct err err = { 0 };

	if (render_reminder(templates, f, &r, &err) < 0)
		fail_msg("%s: %s", err.code, err.what);
	look_check(&r);
	if (text_width(buf_str(&r.subject)) > 60 || r.subject.len == 0)
		fail_msg("a subject of %zu columns: %s", text_width(buf_str(&r.subject)), buf_str(&r.subject));
	return r;
}

static void each_kind_says_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct reminder_facts f = facts_of(i);
		struct rendered r = rendered_of(&f);
		char name[64];

		assert_string_equal(buf_str(&r.subject), kinds[i].subject);
		if (strncmp(buf_str(&r.text), kinds[i].starts, strlen(kinds[i].starts)) != 0)
			fail_msg("%s, expected:\n%sgot:\n%s", kinds[i].name, kinds[i].starts, buf_str(&r.text));
		look_has(&r, "Pause or stop: ceu remind off.");
		look_has(&r, "Opening this mail or its links changes nothing and is not tracked.");
		snprintf(name, sizeof(name), "kind-%s", kinds[i].name);
		look_golden(name, &r, (struct message){ .to_name = "Dana Example", .to_addr = "dana@example.org",
		    .message_id = "r.1@example.org", .thread_id = "c.1@example.org" });
		rendered_free(&r);
	}
}

static void nothing_to_earn_names_nothing_to_earn(void **state)
{
	static const char *const never[] = { "to go", "missing", "Waiting for you", "Limits", "Competency", "a month" };
	static const char *const commands[] = { "ceu export packet", "ceu submit" };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct reminder_facts f = facts_of(i);
		struct rendered r;

		if (f.state != CYCLE_DONE)
			continue;
		r = rendered_of(&f);
		for (size_t k = 0; k < COUNT(never); k++)
			look_has_not(&r, never[k]);
		for (size_t k = 0; k < COUNT(commands); k++)
			look_has(&r, commands[k]);
		rendered_free(&r);
	}
}

static void kinds_follow_where_the_person_stands(void **state)
{
	static const struct { enum reminder_kind kind; enum cycle_state state; int days_left; size_t nwaiting; const char *subject; } rows[] = {
		{ REMINDER_BEHIND, CYCLE_DONE, 110, 3, "Done: " }, { REMINDER_INBOX, CYCLE_DONE, 110, 3, "Done: " },
		{ REMINDER_OPEN, CYCLE_LAPSED, -3, 3, "Cycle ended" }, { REMINDER_REACHED, CYCLE_OFF_TRACK, 10, 3, "10 days left: 8 units to go" },
		{ REMINDER_COMPLETE, CYCLE_AT_RISK, 110, 3, "8 units to go by 30 June" }, { REMINDER_LAPSED, CYCLE_ON_TRACK, 110, 3, "8 units" },
		{ REMINDER_INBOX, CYCLE_ON_TRACK, 110, 0, "8 units to go by 30 June: you are on track" },
		{ REMINDER_INBOX, CYCLE_OFF_TRACK, 9, 0, "9 days left: 8 units to go" }, { REMINDER_LAPSED, CYCLE_DONE, -3, 0, "Send it in now" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reminder_facts f = support_reminder();
		struct rendered r;

		f.kind = rows[i].kind;
		f.state = rows[i].state;
		f.days_left = rows[i].days_left;
		f.today = f.cycle.end - f.days_left;
		f.nwaiting = rows[i].nwaiting;
		if (f.state == CYCLE_DONE) {
			f.to_go = 0;
			f.counted = 2000;
		}
		r = rendered_of(&f);
		if (strncmp(buf_str(&r.subject), rows[i].subject, strlen(rows[i].subject)) != 0)
			fail_msg("row %zu: %s", i, buf_str(&r.subject));
		rendered_free(&r);
	}
}

static void last_days_and_odd_ends(void **state)
{
	struct reminder_facts f = support_reminder();
	struct rendered r;

	(void)state;
	done(&f);
	f.days_left = 0;
	f.today = f.cycle.end;
	r = rendered_of(&f);
	assert_string_equal(buf_str(&r.subject), "Last day to send it in: 20 of 20 units done");
	look_has(&r, "Send your renewal in today, 30 June 2026: it is the last day.\n");
	rendered_free(&r);
	f.days_left = 1;
	f.today--;
	r = rendered_of(&f);
	look_has(&r, "Send your renewal in by 30 June 2026: 1 day is left.\n");
	rendered_free(&r);
	f.days_left = -3;
	f.today = f.cycle.end + 3;
	r = rendered_of(&f);
	look_has(&r, "The cycle ended on 30 June 2026: send your renewal in at once.\n");
	rendered_free(&r);
	f = support_reminder();
	grace(&f);
	f.today = f.cycle.end + 90;
	f.days_left = -90;
	f.to_go = 100;
	r = rendered_of(&f);
	look_has(&r, "1 unit is missing. There is grace until today, 28 September 2026.\n");
	look_has(&r, "  Confirm 3 events in your inbox, worth 5 units:\n      ceu inbox\n");
	look_has(&r, "  When every unit is there, send it in and say so:\n      ceu submit\n");
	look_has_not(&r, "what is possible now");
	rendered_free(&r);
	f.state = CYCLE_LAPSED;
	f.today++;
	f.to_go = 0;
	r = rendered_of(&f);
	look_has(&r, "A rule is not met. The grace ended on 28 September 2026.\n");
	look_has(&r, "an admin begins the next cycle:\n      ceu renew --as dana@example.org --because TEXT\n");
	look_has(&r, "  Ask ops@example.org what is possible now.\n");
	rendered_free(&r);
	f.contact = "";
	r = rendered_of(&f);
	look_has(&r, "  Ask the issuer what is possible now.\n");
	rendered_free(&r);
}

static void the_least_work_is_told(void **state)
{
	struct reminder_facts f = support_reminder();
	struct rendered r;

	(void)state;
	f.steps = steps;
	f.nsteps = COUNT(steps);
	r = rendered_of(&f);
	look_has(&r, "  Least work: Strategy evening class, parts 1 and 2, Wednesday 6 May, 3\n  hours, College.\n"
	    "  Then: 1 h 30 min, In-company, still to be found.\n"
	    "  Then: 1 hour, still to be found.\n"
	    "  Then: Talk, Friday 4 September, 45 minutes.\n"
	    "  and 1 more\n"
	    "  About 1 unit a month until 30 June 2026 will do.\n"
	    "  The whole plan: ceu plan\n");
	rendered_free(&r);
	rule_open(&f);
	f.nsteps = 1;
	r = rendered_of(&f);
	look_has(&r, "WHAT IS MISSING\n  See which rule is open: ceu why\n  Least work: Strategy");
	look_has_not(&r, "0 to go");
	look_has_not(&r, " 0 units");
	rendered_free(&r);
	f.days_left = 14;
	r = rendered_of(&f);
	assert_string_equal(buf_str(&r.subject), "14 days left: 20 of 20 units count, not every rule is met");
	rendered_free(&r);
}

/* Numbers as long as they can be, and dates too. */
static void subjects_are_short_whatever_they_say(void **state)
{
	struct dice d = support_dice("subjects_are_short_whatever_they_say");
	static const int64_t sizes[] = { 2000, 100, 25, 12525, 999999, 100000075 };
	static const enum cycle_state states[] = { CYCLE_DONE, CYCLE_ON_TRACK, CYCLE_AT_RISK, CYCLE_OFF_TRACK, CYCLE_LAPSED };
	size_t longest = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct reminder_facts f = support_reminder();
		struct rendered r;

		f.required = sizes[dice_below(&d, COUNT(sizes))];
		f.counted = dice_below(&d, 3) ? (int64_t)dice_below(&d, (uint32_t)f.required) : f.required;
		f.state = states[dice_below(&d, COUNT(states))];
		f.to_go = f.counted < f.required ? f.required - f.counted : 0;
		if (f.state == CYCLE_DONE)
			f.to_go = 0;
		f.kind = (enum reminder_kind)dice_below(&d, REMINDER_LAPSED + 1);
		f.days_left = (int)dice_below(&d, 900) - 100;
		f.today = f.cycle.end - f.days_left;
		f.grace_days = dice_below(&d, 2) ? 60 : 0;
		f.nwaiting = dice_below(&d, 4);
		f.pending = f.nwaiting ? (int64_t)dice_below(&d, (uint32_t)f.required) : 0;
		f.opens = dice_below(&d, 2) ? f.cycle.end - 90 : DAY_NONE;
		f.nsteps = dice_below(&d, 2);
		f.has_calendar = (int)dice_below(&d, 2);
		f.asked_by = dice_below(&d, 2) ? "Hugo" : NULL;
		r = rendered_of(&f);
		if (text_width(buf_str(&r.subject)) > longest)
			longest = text_width(buf_str(&r.subject));
		rendered_free(&r);
	}
	printf("# the longest of 20000 subjects has %zu columns\n", longest);
}

/* ---- to the admin */

static const struct admin_mail failed[] = { { 12, "dana@example.org", "550 5.1.1 no such user" }, { 14, "amir@example.org", "552 too big" } };
static const struct admin_mail lost[] = { { 15, "gita@example.org", "the connection broke after the last byte" } };
static const struct admin_mail gone[] = { { 0, "dana@example.org", "refused for good twice, last on 11 March: 550 5.1.1 no such user" } };

static struct admin_facts admin_facts(void)
{
	return (struct admin_facts){ .organisation = "Example Ltd", .now = INT64_C(1773304200000), .offset_seconds = 3600,
		.relay = "smtp.example.org", .waiting = 4, .refused_since = INT64_C(1773303120000), .refused = "connection refused",
		.held = 2, .failed = failed, .nfailed = 2, .unknown = lost, .nunknown = 1, .suppressed = gone, .nsuppressed = 1 };
}

static struct rendered to_admin(const struct admin_facts *f)
{
	struct rendered r = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct err err = { 0 };

	if (render_admin(templates, f, &r, &err) < 0)
		fail_msg("%s: %s", err.code, err.what);
	look_check(&r);
	assert_true(text_width(buf_str(&r.subject)) <= 60);
	return r;
}

static void the_admin_hears_what_to_do(void **state)
{
	struct admin_facts f = admin_facts();
	struct rendered r = to_admin(&f);

	(void)state;
	assert_string_equal(buf_str(&r.subject), "ceud: 4 mails wait, smtp.example.org refuses since 09:12");
	assert_string_equal(buf_str(&r.text),
	    "Mail does not get through.\n"
	    "smtp.example.org refuses since 09:12: connection refused\n"
	    "4 mails wait until it takes them; nothing is lost.\n"
	    "2 mails are held. Let them go with: ceu admin mail release\n"
	    "\n"
	    "FAILED\n"
	    "  12  dana@example.org: 550 5.1.1 no such user\n"
	    "  14  amir@example.org: 552 too big\n"
	    "  When the cause is mended: ceu admin mail retry 12\n"
	    "\n"
	    "MAY HAVE ARRIVED OR NOT\n"
	    "  15  gita@example.org: the connection broke after the last byte\n"
	    "  Ask, then send once more or not: ceu admin mail resend 15\n"
	    "\n"
	    "ADDRESSES THAT GET NOTHING ANY MORE\n"
	    "  dana@example.org: refused for good twice, last on 11 March: 550 5.1.1 no\n"
	    "  such user\n"
	    "  Mend the address with: ceu admin person set E-MAIL --email NEW\n"
	    "\n"
	    "  The whole state, type: ceu admin mail\n"
	    "\n"
	    "--\n"
	    "You get this for Example Ltd because the configuration of ceud names this\n"
	    "address as its admin, at most once a day.\n"
	    "Opening this mail or its links changes nothing and is not tracked.\n");
	look_golden("admin", &r, (struct message){ .to_name = "", .to_addr = "ops@example.org", .message_id = "a.1@example.org" });
	rendered_free(&r);
}

static void subjects_to_the_admin(void **state)
{
	struct admin_facts f = admin_facts();
	struct rendered r;

	(void)state;
	f.refused_since -= INT64_C(86400000) * 2;
	f.waiting = 1;
	r = to_admin(&f);
	assert_string_equal(buf_str(&r.subject), "ceud: 1 mail waits, smtp.example.org refuses since 10 March");
	rendered_free(&r);
	f.relay = "a-relay-with-a-long-name.subdomain.customer-experience.example.org";
	r = to_admin(&f);
	assert_string_equal(buf_str(&r.subject), "ceud: 1 mail waits, the relay refuses since 10 March");
	rendered_free(&r);
	f.waiting = 0;
	f.refused_since = 0;
	r = to_admin(&f);
	assert_string_equal(buf_str(&r.subject), "ceud: 2 mails failed, 1 mail may be lost, 2 mails are held");
	look_has(&r, "Some mail needs a look.\n2 mails are held.");
	look_has_not(&r, "refuses");
	rendered_free(&r);
	f.nfailed = f.nunknown = 0;
	f.held = 0;
	r = to_admin(&f);
	assert_string_equal(buf_str(&r.subject), "ceud: 1 address does not work");
	rendered_free(&r);
	f.nsuppressed = 0;
	f.held = 1;
	r = to_admin(&f);
	assert_string_equal(buf_str(&r.subject), "ceud: 1 mail is held");
	look_has(&r, "Mail is held for your word.\n1 mail is held. Let it go with: ceu admin mail release\n");
	rendered_free(&r);
	f.held = 0;
	r = to_admin(&f);
	assert_string_equal(buf_str(&r.subject), "ceud: mail gets through");
	rendered_free(&r);
}

static void many_mails_are_cut_and_hostile_ones_cleaned(void **state)
{
	struct admin_mail many[60];
	struct admin_facts f = admin_facts();
	struct rendered r;

	(void)state;
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = (struct admin_mail){ (int64_t)i + 1, "a@example.org", "550 <script>\r\nBcc: x@example.org\x1b[31m {{relay}}" };
	f.failed = many;
	f.nfailed = COUNT(many);
	r = to_admin(&f);
	look_has(&r, "  20  a@example.org: 550 <script> Bcc: x@example.org[31m {{relay}}\n  and 40 more\n");
	assert_null(strstr(buf_str(&r.html), "<script"));
	rendered_free(&r);
}

/* ---- written for others to look at */

static int put(const char *folder, const char *name, struct rendered *r)
{
	char path[400];
	int rc;

	snprintf(path, sizeof(path), "%s/%s.html", folder, name);
	rc = support_write(path, buf_str(&r->html), r->html.len);
	snprintf(path, sizeof(path), "%s/%s.txt", folder, name);
	rc |= support_write(path, buf_str(&r->text), r->text.len);
	rendered_free(r);
	return rc;
}

static int write_digests(const char *folder)
{
	struct rendered r = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct digest_person people[80];
	struct digest_facts f = support_digest();
	int rc = 0;

	f.has_csv = f.has_off_switch = 1;
	f.held_feeds = "dana and gita";
	rc |= render_digest(templates, &f, &r, NULL) || put(folder, "digest", &r);
	for (size_t i = 0; i < COUNT(people); i++) {
		people[i] = f.people[i % 6];
		people[i].name = i % 3 ? "Maximiliane Featherstonehaugh-Cholmondeley" : "Bartholomewfeatherstonehaughcholmondeley";
	}
	f.people = people;
	f.npeople = COUNT(people);
	rc |= render_digest(templates, &f, &r, NULL) || put(folder, "digest-large", &r);
	f.npeople = 0;
	f.nhelp = 0;
	rc |= render_digest(templates, &f, &r, NULL) || put(folder, "digest-empty", &r);
	return rc;
}

static int write_all(const char *folder)
{
	struct rendered r = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct admin_facts admin = admin_facts();
	int rc = 0;

	templates = support_render();
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct reminder_facts f = facts_of(i);

		rc |= render_reminder(templates, &f, &r, NULL) || put(folder, kinds[i].name, &r);
	}
	rc |= write_digests(folder);
	rc |= render_admin(templates, &admin, &r, NULL) || put(folder, "admin", &r);
	rc |= render_test(templates, "Example Ltd", "ops@example.org", admin.now, &r, NULL) || put(folder, "test", &r);
	render_close(templates);
	return rc != 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_says_its_own),
		cmocka_unit_test(nothing_to_earn_names_nothing_to_earn),
		cmocka_unit_test(kinds_follow_where_the_person_stands),
		cmocka_unit_test(last_days_and_odd_ends),
		cmocka_unit_test(the_least_work_is_told),
		cmocka_unit_test(subjects_are_short_whatever_they_say),
		cmocka_unit_test(the_admin_hears_what_to_do),
		cmocka_unit_test(subjects_to_the_admin),
		cmocka_unit_test(many_mails_are_cut_and_hostile_ones_cleaned),
	};

	if (argc == 3 && strcmp(argv[1], "--write") == 0)
		return write_all(argv[2]);
	return cmocka_run_group_tests(tests, setup, teardown);
}
