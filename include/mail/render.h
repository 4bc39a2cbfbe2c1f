#ifndef MAIL_RENDER_H
#define MAIL_RENDER_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/date.h"
#include "rules/credit.h"
#include "rules/cycle.h"

struct err;
struct json;

/*
 * Mails from facts (UX.md section 5).  Facts are copied into a value tree, the templates do the rest; text and HTML
 * are rendered from the same tree, so their numbers agree.  Pure: no clock, no files; the caller hands over the templates.
 */
struct render;				/* a set of compiled templates */

struct render_file { const char *name; const char *text; size_t len; };	/* "reminder.subject", "reminder.txt", "reminder.html", ... */

/* Compile `n` templates; those of the built-in set that are not given are an error (ERR_FAILED "template-missing").
 * A broken one is ERR_USAGE "template-invalid" with NAME:line:column. */
int render_open(const struct render_file *files, size_t n, struct render **ret, struct err *err);
void render_close(struct render *r);

/* Look one template over: ERR_USAGE "template-invalid" with NAME:line:column for what does not parse and for a variable, section or
 * partial that mails of its kind do not have; ERR_ABSENT "no-template" for a name that is not in render_names. For an admin's own files. */
int render_check(const struct render_file *file, struct err *err);

/* The names that render_open() wants, NULL-terminated. */
extern const char *const render_names[];

/*
 * The templates an admin keeps in a folder: one that render_check() finds right stands for the built-in one of its name.  One that
 * is wrong, could not be read, has a name that is not in render_names, or is the HTML of a mail whose text part is not in the folder,
 * is remembered with its problem, and the built-in one is used.  Once, right after render_open(); -1 only without memory.
 */
struct render_own { const char *path; const char *text; size_t len; const char *trouble; };	/* text NULL: trouble says why */
int render_take(struct render *r, const struct render_own *files, size_t n, struct err *err);

/* Template i: those of render_names in their order, then files that are none of them. -1: there is no i-th. */
struct render_source {
	const char *name;		/* "reminder.txt" */
	const char *source;		/* "built-in", or the path of the file that is used (or is no template) */
	const char *problem;		/* why the file of that name is not used, "NAME:line:column: ...", or NULL */
};
int render_source(const struct render *r, size_t i, struct render_source *ret);

struct rendered { struct buf subject, text, html; };
void rendered_free(struct rendered *r);

struct waiting_event { day_t day; const char *title; const char *category; int64_t adds; int full; };

/* What the mail is about: MAIL.md 4.4 and UX.md section 5. */
enum reminder_kind {
	REMINDER_BEHIND, REMINDER_ON_PACE,	/* units are missing; on pace: two lines and the next easy step */
	REMINDER_OPEN,				/* the renewal may be sent in from today on */
	REMINDER_INBOX,				/* events have waited untouched for two weeks */
	REMINDER_REACHED, REMINDER_COMPLETE,	/* every rule is met: just now; still not sent in */
	REMINDER_LAPSED
};

/* A step of the plan: an event at hand, or work to look for (title ""). */
struct reminder_step { const char *title; day_t day; int minutes; const char *category; int64_t adds; };

struct reminder_facts {
	const char *person_name, *person_email;
	const char *organisation;		/* may be "" */
	const char *program;			/* name for people: "CCXP" */
	const char *url;			/* base of web links, or "" */
	const char *contact;			/* admin's address, or "" */
	struct cycle cycle;
	day_t today;
	int days_left;
	enum cycle_state state;
	enum reminder_kind kind;
	int grace_days;			/* after the end, for lapsed */
	day_t opens;			/* first day to send the renewal in, DAY_NONE: any */
	int has_calendar;		/* the deadline is attached as a calendar */
	const char *asked_by;		/* name of the lead who asked for this mail, or NULL */
	const struct reminder_step *steps; size_t nsteps;	/* least work beyond what waits (rules/plan.h), by day */
	int64_t required, counted, logged, to_go, over_limit;
	int64_t pending;			/* what confirming everything waiting would add */
	const struct waiting_event *waiting; size_t nwaiting;
	const char *const *full_categories; size_t nfull;	/* names */
	const int64_t *without_evidence; size_t nwithout;	/* entry ids */
	const int64_t *needs_info; size_t nneeds_info;		/* entry ids without a competency */
};
int render_reminder(const struct render *r, const struct reminder_facts *f, struct rendered *ret, struct err *err);

struct digest_person {
	const char *name;			/* shown: name, else the local part of the e-mail */
	enum cycle_state state;
	int64_t counted, required, to_go, pending;
	int nwaiting;
	day_t end;
	int days_left;
	int chance;				/* per mille, of finishing in time */
	int without_evidence;
	/* since the last digest that was sent; had_before = 0: not in it */
	int had_before;
	enum cycle_state state_before;
	int64_t counted_before;
	const char *email;			/* for the CSV */
	const char *program;			/* name for people */
	const char *binding;			/* category that is full and cuts her units ("Training"), or "" */
};

/* What would help most people (rules/teamplan.h). */
struct digest_help { const char *category; int minutes; size_t npeople, nfinished; day_t by; };
struct digest_facts {
	const char *team, *lead_name, *lead_email, *organisation, *url, *every;	/* every: "Mondays", as said after "on" */
	day_t today;
	day_t previous;				/* day of the last digest sent, or DAY_NONE */
	struct digest_person *people; size_t npeople;	/* sorted by render_digest in place: MAIL.md 4.5 */
	const struct digest_help *help; size_t nhelp;	/* the best first */
	int is_all_well;			/* nothing to tell for four weeks: a sign of life */
	int has_csv;				/* the numbers are attached */
	int has_off_switch;			/* the header has an address that stops it */
	const char *held_feeds;			/* whose calendars are not read now, names joined, or "" */
};
int render_digest(const struct render *r, struct digest_facts *f, struct rendered *ret, struct err *err);

/* The team's numbers, RFC 4180: UTF-8 with BOM, CR LF, a header line; in the order of the digest. No titles, notes or files. A
 * field that a spreadsheet would take for a formula gets a leading ' (CWE-1236), numbers of our own excepted. */
int digest_csv(struct digest_facts *f, struct buf *out, struct err *err);

/* What an admin is told when mail does not get through, at most once a day. */
struct admin_facts {
	const char *organisation;
	int64_t now; int offset_seconds;
	const char *relay;			/* "smtp.example.org" */
	int64_t waiting;			/* mails that wait for the relay */
	int64_t refused_since; const char *refused;	/* instant and its words; 0: it is there */
	int64_t held;				/* for an admin's word */
	struct admin_mail { int64_t id; const char *to, *reason; } const *failed; size_t nfailed;	/* since the last such mail */
	const struct admin_mail *unknown; size_t nunknown;
	const struct admin_mail *suppressed; size_t nsuppressed;	/* addresses that get nothing any more */
};
int render_admin(const struct render *r, const struct admin_facts *f, struct rendered *ret, struct err *err);

/* The test mail of `ceu admin mail test`. */
int render_test(const struct render *r, const char *organisation, const char *to, int64_t now,
    struct rendered *ret, struct err *err);

#endif
