#ifndef CEUD_ROUTES_H
#define CEUD_ROUTES_H

#include "auth.h"
#include "http.h"
#include "store/store.h"

struct ceud;
struct err;
struct json;

/*
 * One table of routes is dispatch, role and scope.  A handler gets a struct call and fills call->reply; for routes marked
 * ROUTE_WRITE dispatch opens the transaction and the ledger step before it, keeps the answer for its Idempotency-Key
 * and commits after it, so an answer is never sent before its commit.  A handler that answers later returns ROUTE_LATER
 * and calls call_finish() (ROUTE_ASYNC routes manage their own transactions).
 */
enum route_role {
	ROLE_OPEN,			/* whoever reaches the socket, from the network too; nobody asks who it is */
	ROLE_ANYBODY,			/* a person or an admin */
	ROLE_PERSON,			/* the subject in segment {P}, within the route's scope */
	ROLE_LEADS,			/* leads a team, or an admin */
	ROLE_ADMINS
};
enum {
	ROUTE_WRITE = 1,
	ROUTE_ASYNC = 2,
	ROUTE_FILE = 4,			/* the body is a file */
	ROUTE_SECRET = 8,		/* the answer holds a secret: it is not kept, a retry makes another */
	ROUTE_FORM = 16			/* the body is a browser's form, or a mail program's: it is not looked at */
};
enum { ROUTE_LATER = 1 };

struct call {
	struct ceud *d;
	struct request *request;
	struct arena *arena;		/* the request's */
	struct caller caller;
	struct person subject;		/* of {P}; on other routes the caller, or whom an admin acts for (?as=) */
	struct actor actor;		/* for the ledger */
	struct json *body;		/* parsed, or NULL; freed by call_finish */
	const char *args[4];		/* the {X} segments in order (the first is {P} where there is one) */
	int is_secret;			/* the answer is not kept */
	int offers_changed;		/* other programs are installed: offered once that is committed */
	struct reply reply;		/* status 200 unless changed */
};

typedef int route_fn(struct call *c, struct err *err);	/* 0, -1, or ROUTE_LATER */
struct route {
	enum http_method method;
	const char *path;		/* "/v1/people/{P}/entries/{N}" */
	enum route_role role;
	enum scope scope;		/* of {P} */
	unsigned flags;
	route_fn *fn;
	const char *queries;		/* allowed query parameters, joined by ' ' ("as" is always allowed) */
};
extern const struct route routes[];	/* ends with fn NULL */

/* The http_handlers. takes_file: only from whom the route would take it. */
void routes_dispatch(struct ceud *d, struct request *r);
int routes_takes_file(struct ceud *d, struct request *r, struct err *err);

/* End a call that answered later: err NULL sends c->reply, else the problem document. c is freed. */
void call_finish(struct call *c, const struct err *err);

/* A job_done: ends the call `arg` with that JSON, or with the error. */
void call_answer(void *arg, const struct buf *json, const struct err *err);

/* The problem document of an error as a reply. Its status is the error's, unless it has one of 400 and above already. */
int reply_problem(struct reply *reply, const struct err *err);

/* The handlers, by file. */
route_fn route_me;											/* route_people.c */
route_fn route_people_list, route_people_add, route_people_get, route_people_set;
route_fn route_programs, route_program;
route_fn route_status, route_why, route_history, route_undo, route_redo, route_cycles;			/* route_cycle.c */
route_fn route_submit;											/* route_submit.c */
route_fn route_renew_preview, route_renew;								/* route_renew.c */
route_fn route_plan_add, route_plan_keep, route_plan_done, route_plan_drop;				/* route_planned.c */
route_fn route_plan, route_plan_try;									/* route_plan.c */
route_fn route_skills, route_rules_try;									/* route_rules.c */
route_fn route_entries, route_entry_add, route_entry_get, route_entry_edit, route_entry_remove;	/* route_entries.c */
route_fn route_file_add, route_evidence_add, route_evidence_remove;					/* route_files.c */
route_fn route_packet;											/* route_packet.c */
route_fn route_inbox, route_inbox_confirm, route_inbox_skip, route_inbox_restore;			/* route_inbox.c */
route_fn route_inbox_accept, route_inbox_dismiss;							/* route_news.c */
route_fn route_feedrules, route_feedrule_add, route_feedrule_test, route_feedrule_remove, route_admin_rules,
    route_admin_rule_add, route_admin_rule_test, route_admin_rule_remove;				/* route_feedrules.c */
route_fn route_deadlines, route_deadlines_file, route_deadlines_address, route_deadlines_off, route_deadlines_open;	/* route_deadlines.c */
route_fn route_calendars, route_calendar_add, route_calendar_check, route_calendar_accept,
    route_calendar_remove;										/* route_calendars.c */
route_fn route_teams, route_team_add, route_team_set, route_team_status;				/* route_teams.c */
route_fn route_team_digest, route_team_digest_set, route_team_plan;					/* route_digest.c */
route_fn route_reminders, route_reminders_set, route_admin_mail_preview, route_admin_mail_plan;		/* route_reminders.c */
route_fn route_team_nudge;										/* route_nudge.c */
route_fn route_admin_status, route_admin_run, route_admin_clock, route_admin_clock_set, route_admin_reload;	/* route_admin.c */
route_fn route_admin_mail, route_admin_queue, route_admin_mail_get, route_admin_mail_retry, route_admin_mail_resend,
    route_admin_mail_drop, route_admin_mail_retry_all, route_admin_mail_release, route_admin_mail_test,
    route_admin_templates, route_admin_template;							/* route_mail.c */
route_fn route_unsubscribe, route_unsubscribe_now;							/* route_unsubscribe.c */
route_fn route_admin_programs, route_program_check, route_program_simulate, route_program_install;		/* route_programs.c */
route_fn route_health, route_ready;									/* route_admin.c */

#endif
