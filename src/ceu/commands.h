#ifndef CEU_COMMANDS_H
#define CEU_COMMANDS_H

#include <stddef.h>

struct err;
struct session;

/*
 * The table of commands is dispatch, arity, options, help, completion and what ceu.1 is compared with.  A
 * further verb is a row there and a function.
 */
enum option_id {
	OPTION_AS, OPTION_AS_OF, OPTION_ASCII, OPTION_ATTACH, OPTION_BECAUSE, OPTION_BREAK, OPTION_BY, OPTION_CALENDAR,
	OPTION_CATEGORY, OPTION_CHANGED, OPTION_CHECK, OPTION_COLOR, OPTION_CSV, OPTION_CYCLE, OPTION_DAYS, OPTION_EARN, OPTION_EMAIL,
	OPTION_ENABLE, OPTION_EVERY, OPTION_EVERYTHING, OPTION_EVIDENCE, OPTION_FAILED, OPTION_FOR,
	OPTION_FROM, OPTION_HELD,
	OPTION_HELP, OPTION_HOST, OPTION_HOURS, OPTION_IGNORE, OPTION_JSON, OPTION_KEY, OPTION_LEAD, OPTION_LEAVE,
	OPTION_NAME, OPTION_NEW_ADDRESS, OPTION_NO_EVIDENCE, OPTION_NO_INPUT, OPTION_NOTE, OPTION_OFF, OPTION_ON, OPTION_ON_AGAIN,
	OPTION_PER_DAY, OPTION_PREVIEW,
	OPTION_PROGRAM, OPTION_PROVIDER, OPTION_QUIET, OPTION_RENAME, OPTION_ROLE, OPTION_SERIES,
	OPTION_SKIPPED, OPTION_SOCKET, OPTION_STRICT, OPTION_TAG, OPTION_TEAM, OPTION_TITLE, OPTION_TO,
	OPTION_TRY, OPTION_UNCOUNTED, OPTION_UNKNOWN, OPTION_UNTIL, OPTION_USER, OPTION_USER_AGENT,
	OPTION_VERSION, OPTION_YES, OPTION_ZONE, OPTION_COUNT
};

struct option {
	const char *name;		/* without the two dashes */
	const char *value;		/* what it takes, as help shows it; NULL: nothing */
	const char *help;
	int everywhere;			/* every command takes it */
};
extern const struct option options[OPTION_COUNT];	/* indexed by option_id, sorted by name */
/* The first of that name; -1: there is none. */
int option_find(const char *name);

enum command_group { GROUP_EVERY_DAY, GROUP_FINISHING, GROUP_SETTING_UP, GROUP_MANAGERS, GROUP_ADMINS,
    GROUP_HELP, GROUP_COUNT };
extern const char *const group_titles[GROUP_COUNT];

/* 0 or another exit code when all went as it should, -1 with err filled. */
typedef int command_fn(struct session *s, struct err *err);

struct command {
	const char *verb;		/* its words: "inbox confirm" */
	const char *what;		/* its arguments: "ID.. [WORDS]"; NULL: none */
	const char *options;		/* names joined by ' ', besides those that go everywhere; "on!" is --on without a DATE */
	const char *summary;		/* one line */
	const char *help;		/* what more there is to know; lines to be wrapped */
	command_fn *fn;
	enum command_group group;
	int needs_daemon;
};
extern const struct command commands[];	/* ends with verb NULL */
extern const struct command command_complete;	/* what the shells' completions call; in no list */

/* Arguments that a command takes: parsed from `what`. `most` is SIZE_MAX behind "..". */
void command_arity(const struct command *c, size_t *ret_least, size_t *ret_most);
/* Name of argument i ("HOURS"), brackets and dots taken off, in out. */
const char *command_argument(const struct command *c, size_t i, char *out, size_t size);
int command_takes(const struct command *c, int option);

/* The command whose words begin words[n], the longest; *ret_used of them are its own. NULL: none. */
const struct command *command_find(const char *const *words, size_t n, size_t *ret_used);
/* By whole verb: "inbox list". */
const struct command *command_named(const char *verb);

/* The functions. */
command_fn verb_status, verb_why;							/* verb_status.c */
command_fn verb_log, verb_edit, verb_remove;						/* verb_entries.c */
command_fn verb_list, verb_show, verb_undo, verb_redo, verb_history;			/* verb_records.c */
command_fn verb_attach, verb_detach;							/* verb_files.c */
/* verb_plan.c */
command_fn verb_plan, verb_plan_try, verb_plan_add, verb_plan_keep, verb_plan_done, verb_plan_drop;
command_fn verb_export, verb_verify;							/* verb_export.c */
command_fn verb_deadlines;								/* verb_deadlines.c */
command_fn verb_submit, verb_renew;							/* verb_cycle.c */
command_fn verb_rules, verb_skills;							/* verb_rules.c */
/* verb_programs.c */
command_fn verb_program_list, verb_program_check, verb_program_install, verb_program_simulate;
/* verb_inbox.c */
command_fn verb_inbox, verb_inbox_list, verb_inbox_confirm, verb_inbox_skip, verb_inbox_restore,
    verb_inbox_accept, verb_inbox_dismiss;
/* verb_calendar.c */
command_fn verb_calendar_add, verb_calendar_list, verb_calendar_check, verb_calendar_accept, verb_calendar_remove;
/* verb_feedrule.c */
command_fn verb_rule_add, verb_rule_list, verb_rule_test, verb_rule_remove, verb_admin_rule_add, verb_admin_rule_list,
    verb_admin_rule_test, verb_admin_rule_remove;
command_fn verb_remind;									/* verb_remind.c */
command_fn verb_team, verb_team_nudge, verb_team_plan, verb_team_digest;		/* verb_team.c */
command_fn verb_whoami, verb_person_add, verb_person_set, verb_person_list, verb_person_disable,
    verb_team_add, verb_team_set, verb_team_list;					/* verb_people.c */
command_fn verb_mail, verb_mail_queue, verb_mail_test, verb_mail_plan, verb_mail_preview,
    verb_mail_template;									/* verb_mail.c */
command_fn verb_mail_show, verb_mail_retry, verb_mail_resend, verb_mail_drop, verb_mail_release; /* verb_mails.c */
command_fn verb_run_feeds, verb_run_reminders, verb_run_digests, verb_run_mail,
    verb_admin_status, verb_clock, verb_reload;						/* verb_admin.c */
command_fn verb_help, verb_version;							/* help.c */
command_fn verb_complete;								/* complete.c */

#endif
