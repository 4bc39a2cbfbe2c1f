/* The fixed answers of tests/data/ceu and the renderers that show them, made one kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "render.h"
#include "rendered.h"

int rendered_file(const char *name, const char *suffix, struct buf *out)
{
	char path[200], piece[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof path, "tests/data/ceu/%s.%s", name, suffix);
	f = fopen(path, "r");
	if (!f)
		return -1;
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
	return out->failed ? -1 : 0;
}

struct json *rendered_doc(const char *name)
{
	struct buf text = BUF_INIT;
	struct json *doc = NULL;
	struct err err = { 0 };

	if (rendered_file(name, "json", &text))
		fail_msg("tests/data/ceu/%s.json cannot be read", name);
	if (json_parse(buf_str(&text), text.len, &doc, &err))
		fail_msg("%s: %s", name, err.what);
	buf_free(&text);
	return doc;
}

static const struct json *other;

static void waiting(struct page *p, struct arena *a, const struct json *doc) {
	render_proposals(p, a, doc, INBOX_WAITING);
}
static void changed(struct page *p, struct arena *a, const struct json *doc) {
	render_proposals(p, a, doc, INBOX_CHANGED);
}
static void walking(struct page *p, struct arena *a, const struct json *doc) {
	const unsigned char ticked[] = { 1 };

	render_card(p, a, &(struct inbox_card){ &doc, ticked, 1, 2, 13, other });
}
static void card(struct page *p, struct arena *a, const struct json *doc) {
	const struct json *list = json_get(doc, "proposals"), *dates[8];
	unsigned char ticked[8];
	size_t n = 0;

	for (size_t i = 0; i < json_size(list) && n < 8; i++) {
		if (!json_str(json_at(list, i), "series"))
			continue;
		ticked[n] = n != 2;
		dates[n++] = json_at(list, i);
	}
	render_card(p, a, &(struct inbox_card){ dates, ticked, n, 1, 3, other });
}
static void rule(struct page *p, struct arena *a, const struct json *doc) {
	render_feed_rule_done(p, a, doc, "added");
	page_line(p);
}
static void why(struct page *p, struct arena *a, const struct json *doc) { render_why(p, a, doc, NULL); }
static void team(struct page *p, struct arena *a, const struct json *doc) { render_team(p, a, doc, 20524); }
static void standing(struct page *p, struct arena *a, const struct json *doc) {
	render_standing(p, a, doc, "in-company");
}

static void plan(struct page *p, struct arena *a, const struct json *doc) { render_plan(p, a, doc, other); }
static void why_files(struct page *p, struct arena *a, const struct json *doc) {
	render_why(p, a, doc, other);
}
static void checks(struct page *p, struct arena *a, const struct json *doc)
{
	render_packet_checks(p, a, doc, other);
	render_packet_parts(p, "ccxp-renewal-2026.zip");
}

const struct rendered_case rendered_cases[] = {
	{ "status", "status", render_status, NULL }, { "status-done", "status-done", render_status, NULL },
	{ "status-hostile", "status-hostile", render_status, NULL },
	{ "standing", "status", standing, NULL }, { "why", "why", why, NULL },
	{ "why-all", "why-cycle", render_why_all, NULL },
	{ "saved-whole", "entry-whole", render_saved, NULL },
	{ "saved-part", "entry-part", render_saved, NULL },
	{ "saved-one", "entry-one", render_saved, NULL },
	{ "saved-planned", "entry-planned", render_saved, NULL },
	{ "saved-none", "entry-none", render_saved, NULL },
	{ "saved-aside", "entry-aside", render_saved, NULL },
	{ "entry-part", "entry-part", render_entry, NULL },
	{ "entry-one", "entry-one", render_entry, NULL }, { "entries", "entries", render_entries, NULL },
	{ "entries-none", "entries-none", render_entries, NULL },
	{ "history", "history", render_history, NULL }, { "proposals", "proposals", waiting, NULL },
	{ "proposal", "proposal", walking, NULL },
	{ "proposal-unknown", "proposal-unknown", walking, NULL },
	{ "proposal-named", "proposal", walking, "status" },
	{ "proposal-full", "proposal-full", walking, "status" },
	{ "proposal-recorded", "proposal-recorded", walking, "status" },
	{ "proposals-changed", "proposals-changed", changed, NULL },
	{ "proposals-series", "proposals-series", waiting, NULL },
	{ "card-series", "proposals-series", card, "status" },
	{ "rules", "rules", render_feed_rules, NULL }, { "rules-none", "rules-none", render_feed_rules, NULL },
	{ "rules-none-for-all", "rules-none", render_feed_rules_for_all, NULL },
	{ "rule", "rule", rule, NULL }, { "rule-test", "rule-test", render_feed_rule_test, NULL },
	{ "rule-test-admin", "rule-test-admin", render_feed_rule_test, NULL },
	{ "calendars", "calendars", render_calendars, NULL },
	{ "calendar-nothing", "calendar-nothing", render_calendar, NULL },
	{ "calendar", "calendar", render_calendar, NULL }, { "team", "team", team, NULL },
	{ "team-chance", "team-chance", team, NULL }, { "people", "people", render_people, NULL },
	{ "person", "person", render_person, NULL }, { "teams", "teams", render_teams, NULL },
	{ "whoami", "whoami", render_whoami, NULL },
	{ "admin-status", "admin-status", render_admin_status, NULL },
	{ "mail", "mail", render_mail, NULL }, { "queue", "queue", render_queue, NULL },
	{ "mail-test", "mail-test", render_mail_test, NULL },
	{ "mail-test-failed", "mail-test-failed", render_mail_test, NULL },
	{ "run-feeds", "run-feeds", render_run_feeds, NULL },
	{ "run-reminders", "run-reminders", render_run_reminders, NULL },
	{ "run-digests", "run-digests", render_run_digests, NULL },
	{ "run-digests-one", "run-digests-one", render_run_digests, NULL },
	{ "run-mail", "run-mail", render_run_mail, NULL }, { "clock", "clock", render_clock, NULL },
	{ "run-mail-later", "run-mail-later", render_run_mail, NULL },
	{ "status-submitted", "status-submitted", render_status, NULL },
	{ "status-past", "status-past", render_status, NULL },
	{ "why-files", "why", why_files, "entry-files" },
	{ "entry-files", "entry-files", render_entry, NULL }, { "plan", "plan", plan, "status" },
	{ "plan-find", "plan-find", plan, "status" }, { "plan-none", "plan-none", plan, "status" },
	{ "plan-impossible", "plan-impossible", plan, "status" },
	{ "plan-covered", "plan-covered", plan, "status" }, { "plan-rules", "plan-rules", plan, "status" },
	{ "try", "try", render_try, NULL }, { "try-done", "try-done", render_try, NULL },
	{ "packet-checks", "status-submitted", checks, "why-cycle" },
	{ "submitted", "submitted", render_submitted, NULL },
	{ "renewal", "renewal", render_renewal, NULL },
	{ "renewal-carry", "renewal-carry", render_renewal, NULL },
	{ "renewed", "renewed", render_renewed, NULL }, { "program", "program", render_program, NULL },
	{ "programs", "programs", render_programs, NULL }, { "recount", "recount", render_recount, NULL },
	{ "simulation", "simulation", render_simulation, NULL },
	{ "deadlines", "deadlines", render_deadlines, NULL },
	{ "deadlines-off", "deadlines-off", render_deadlines, NULL },
	{ "deadlines-none", "deadlines-none", render_deadlines, NULL },
	{ "new-address", "new-address", render_new_address, NULL },
	{ "reminders", "reminders", render_reminders, NULL },
	{ "reminders-off", "reminders-off", render_reminders, NULL },
	{ "reminders-none", "reminders-none", render_reminders, NULL },
	{ "reminders-nowhere", "reminders-nowhere", render_reminders, NULL },
	{ "reminders-set", "reminders-off", render_reminders_set, NULL },
	{ "letter", "letter", render_letter, NULL }, { "nudged", "nudged", render_nudged, NULL },
	{ "team-plan", "team-plan", render_team_plan, NULL },
	{ "team-plan-none", "team-plan-none", render_team_plan, NULL },
	{ "team-plan-full", "team-plan-full", render_team_plan, NULL },
	{ "digest-set", "digest-set", render_digest_set, NULL },
	{ "digest-off", "digest-off", render_digest_set, NULL },
	{ "digest-page", "digest-page", render_digest_page, NULL },
	{ "mail-closed", "mail-closed", render_mail, NULL },
	{ "one-mail", "one-mail", render_one_mail, NULL },
	{ "one-mail-new", "one-mail-new", render_one_mail, NULL },
	{ "mail-plan", "mail-plan", render_mail_plan, NULL },
	{ "mail-plan-none", "mail-plan-none", render_mail_plan, NULL },
	{ "templates", "templates", render_templates, NULL },
	{ "skills", "skills", render_skills, NULL }, { "skills-role", "skills-role", render_skills, NULL },
};
const size_t rendered_count = sizeof rendered_cases / sizeof *rendered_cases;

void rendered_show(const struct rendered_case *c, struct page *p, struct arena *a, const struct json *doc,
    const struct json *second)
{
	other = second;
	c->render(p, a, doc);
	other = NULL;
}
