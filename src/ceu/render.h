#ifndef CEU_RENDER_H
#define CEU_RENDER_H

#include "page.h"

struct arena;
struct err;
struct json;

/* What the API answered, laid out for people. Each takes the object that its name says (INTERFACE.md section
 * 2) and fails only as the page's buffer does. */

/* ---- render_common.c */
/* "Next: ceu inbox    what it does", one command a line; nothing with --quiet. gloss: for a command that
 * needs other words than the table's summary, or NULL. */
typedef const char *gloss_fn(struct arena *a, const struct json *doc, const char *command);
void render_next(struct page *p, struct arena *a, const struct json *doc, gloss_fn *gloss);
/* The list `name` as "! ..." lines; texts are members "text" of its objects, or its strings. */
void render_warnings(struct page *p, struct arena *a, const struct json *doc, const char *name);
/* All but those of the code `known`: what was wanted is no warning. */
void render_warnings_but(struct page *p, struct arena *a, const struct json *doc, const char *name,
    const char *known);
/* The state of a cycle with its sign: "▲ OFF TRACK". */
void render_state(struct page *p, const char *state);
enum mark render_state_mark(const char *state);
/* 1 unless at-risk, off-track or lapsed. */
int render_is_fine(const char *state);
/* "✓ " and the text, wrapped. */
void render_done(struct page *p, const char *text);
/* An error: problem document if there is one, else err. typed: for "did you mean"; NULL within a dialogue,
 * which goes on. */
struct typed { int argc; char **argv; const char *verb; };
void render_error(struct page *p, struct arena *a, const struct err *err, const struct json *problem,
    const struct typed *typed);
/* The same as a JSON document; appended to p. */
void render_error_json(struct page *p, const struct err *err);
/* A row "  Label   value" with the value wrapped; nothing if it is "". */
void render_row(struct page *p, const char *label, size_t at, const char *value);

/* ---- render_status.c */
void render_status(struct page *p, struct arena *a, const struct json *status);
/* "Total 11.5 of 20, 8.5 to go". */
const char *render_total(struct arena *a, const struct json *status);
/* The category's bar and the total, after a change. */
void render_standing(struct page *p, struct arena *a, const struct json *status, const char *category);

/* ---- render_why.c */
/* entry: for the names of its evidence; NULL: their number is enough. */
void render_why(struct page *p, struct arena *a, const struct json *why, const struct json *entry);
void render_why_all(struct page *p, struct arena *a, const struct json *why);
void render_assumptions(struct page *p, struct arena *a, const struct json *doc);

/* ---- render_plan.c */
/* status: for names and today; NULL where there is none. */
void render_plan(struct page *p, struct arena *a, const struct json *plan, const struct json *status);
void render_try(struct page *p, struct arena *a, const struct json *what_if);

/* ---- render_cycle.c */
/* What is good and what is not, before a packet is made; what is in one. */
void render_packet_checks(struct page *p, struct arena *a, const struct json *status, const struct json *why);
void render_packet_parts(struct page *p, const char *file);
void render_submitted(struct page *p, struct arena *a, const struct json *status);
void render_renewal(struct page *p, struct arena *a, const struct json *preview);
void render_renewed(struct page *p, struct arena *a, const struct json *status);

/* ---- render_rules.c */
void render_program(struct page *p, struct arena *a, const struct json *program);
void render_programs(struct page *p, struct arena *a, const struct json *list);
void render_recount(struct page *p, struct arena *a, const struct json *recount);
void render_simulation(struct page *p, struct arena *a, const struct json *simulation);

/* ---- render_skills.c */
void render_skills(struct page *p, struct arena *a, const struct json *skills);

/* ---- render_entries.c */
void render_saved(struct page *p, struct arena *a, const struct json *entry);
/* "Entry 9 planned: 2.0 units, ..."; done: that word. */
void render_changed(struct page *p, struct arena *a, const struct json *entry, const char *done);
/* "agenda.pdf (212 KB), letter.txt (2 KB)"; "" for none. */
const char *render_files(struct arena *a, const struct json *evidence);
void render_entries(struct page *p, struct arena *a, const struct json *list);
void render_entry(struct page *p, struct arena *a, const struct json *entry);
void render_history(struct page *p, struct arena *a, const struct json *history);

/* ---- render_inbox.c */
enum inbox_list { INBOX_WAITING, INBOX_SKIPPED, INBOX_CHANGED };
void render_proposals(struct page *p, struct arena *a, const struct json *list, enum inbox_list which);
const char *render_when(struct arena *a, const struct json *proposal);
/* "These are times of America/New_York; by your clock it starts ..."; "" where her clock shows the same. */
const char *render_elsewhere(struct arena *a, const struct json *proposal);
/* What to look at twice: "it names no end, ..."; "" for nothing. */
const char *render_flags(struct arena *a, const struct json *proposal);
/* What the event's own text says it is worth, quoted; or "". */
const char *render_credit(struct arena *a, const struct json *proposal);
/* "2.0 units, In-company, Experience Design"; names: the person's status, or NULL for ids. */
const char *render_worth(struct arena *a, const struct json *proposal, const struct json *names);
/* "adds 2.0", "adds 0: Training is full"; "" where it is not known. */
const char *render_adds(struct arena *a, const struct json *proposal, const struct json *names);

/* ---- render_card.c */
/* One card of the walk through the inbox: "1 of 3  Mon 9 March, 17:00 to 19:00 ..."; a series with its dates. */
struct inbox_card {
	const struct json **dates;	/* proposals by start; n >= 1 */
	const unsigned char *ticked;	/* of each */
	size_t n, at, of;
	const struct json *status;	/* for names; NULL: ids are shown */
};
void render_card(struct page *p, struct arena *a, const struct inbox_card *c);
void render_card_dates(struct page *p, struct arena *a, const struct inbox_card *c);

/* ---- render_calendars.c */
void render_calendars(struct page *p, struct arena *a, const struct json *list);
/* What an added or checked calendar gave. */
void render_calendar(struct page *p, struct arena *a, const struct json *calendar);

/* ---- render_feedrules.c */
void render_feed_rules(struct page *p, struct arena *a, const struct json *list);
void render_feed_rules_for_all(struct page *p, struct arena *a, const struct json *list);
/* "Rule 3 added: ..." and what it matches; done: that word. The line is left open. */
void render_feed_rule_done(struct page *p, struct arena *a, const struct json *rule, const char *done);
void render_feed_rule_test(struct page *p, struct arena *a, const struct json *test);

/* ---- render_deadlines.c */
void render_deadlines(struct page *p, struct arena *a, const struct json *doc);
/* The address, once, and what to do with it. */
void render_new_address(struct page *p, struct arena *a, const struct json *doc);

/* ---- render_team.c */
void render_team(struct page *p, struct arena *a, const struct json *team, day_t today);
void render_people(struct page *p, struct arena *a, const struct json *list);
/* A person's address for people: with the letters of its domain, where nobody is misled by them. */
const char *render_email(struct arena *a, const struct json *person);
void render_person(struct page *p, struct arena *a, const struct json *person);
void render_teams(struct page *p, struct arena *a, const struct json *list);
void render_whoami(struct page *p, struct arena *a, const struct json *me);

/* ---- render_remind.c */
void render_reminders(struct page *p, struct arena *a, const struct json *reminders);
void render_reminders_set(struct page *p, struct arena *a, const struct json *reminders);
/* A mail's subject and text. */
void render_letter(struct page *p, struct arena *a, const struct json *mail);
void render_nudged(struct page *p, struct arena *a, const struct json *doc);
/* "90 days before", "1 day after", "inbox waits" of an object with "rung" and "name". */
const char *render_rung(struct arena *a, const struct json *v);
/* "180, 120 days before" of "180 days before" and such an object. */
const char *render_rungs(struct arena *a, const char *before, const struct json *v);
/* "Wed 1 Apr 2026, 08:41" of its "date" and, on the clock of that zone, "at". */
const char *render_day_time(struct arena *a, const struct json *v, const char *zone);

/* ---- render_digest.c */
void render_digest_set(struct page *p, struct arena *a, const struct json *digest);
void render_digest_page(struct page *p, struct arena *a, const struct json *digest);
void render_team_plan(struct page *p, struct arena *a, const struct json *plan);

/* ---- render_mail.c */
void render_mail(struct page *p, struct arena *a, const struct json *mail);
void render_queue(struct page *p, struct arena *a, const struct json *list);
void render_one_mail(struct page *p, struct arena *a, const struct json *mail);
void render_mail_plan(struct page *p, struct arena *a, const struct json *plan);
void render_templates(struct page *p, struct arena *a, const struct json *list);
void render_mail_test(struct page *p, struct arena *a, const struct json *test);

/* ---- render_admin.c */
/* "3 ready, 1 failed" of {"ready":3,"failed":1,"sent":0}. */
const char *render_counts(struct arena *a, const struct json *states);
void render_jobs(struct page *p, struct arena *a, const struct json *jobs);
/* The list "problems", or that there is none. */
void render_problems(struct page *p, struct arena *a, const struct json *doc);
void render_admin_status(struct page *p, struct arena *a, const struct json *status);
void render_run_feeds(struct page *p, struct arena *a, const struct json *run);
void render_run_reminders(struct page *p, struct arena *a, const struct json *run);
void render_run_digests(struct page *p, struct arena *a, const struct json *run);
void render_run_mail(struct page *p, struct arena *a, const struct json *run);
void render_clock(struct page *p, struct arena *a, const struct json *clock);

#endif
