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

/* The names that render_open() wants, NULL-terminated. */
extern const char *const render_names[];

struct rendered { struct buf subject, text, html; };
void rendered_free(struct rendered *r);

struct waiting_event { day_t day; const char *title; const char *category; int64_t adds; int full; };

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
};
struct digest_facts {
	const char *team, *lead_name, *lead_email, *organisation, *url, *every;	/* every: "Mondays" */
	day_t today;
	day_t previous;				/* day of the last digest sent, or DAY_NONE */
	struct digest_person *people; size_t npeople;	/* sorted by render_digest in place: MAIL.md 4.5 */
};
int render_digest(const struct render *r, struct digest_facts *f, struct rendered *ret, struct err *err);

/* The test mail of `ceu admin mail test`. */
int render_test(const struct render *r, const char *organisation, const char *to, int64_t now,
    struct rendered *ret, struct err *err);

#endif
