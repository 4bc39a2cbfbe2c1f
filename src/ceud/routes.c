/* The table of routes: dispatch, role and scope in one place. */
#include "routes.h"

#include <stddef.h>

#define PERSON "/v1/people/{P}"
#define OWN ROLE_PERSON, SCOPE_OWN
#define ADMINS ROLE_ADMINS, SCOPE_OWN
#define PAGE "limit after"

const struct route routes[] = {
	{ HTTP_GET, "/healthz", ROLE_OPEN, SCOPE_OWN, 0, route_health, NULL },
	{ HTTP_GET, "/readyz", ROLE_OPEN, SCOPE_OWN, 0, route_ready, NULL },

	{ HTTP_GET, "/calendar/{NAME}", ROLE_OPEN, SCOPE_OWN, 0, route_deadlines_open, "alarm" },

	{ HTTP_GET, "/unsubscribe/{TOKEN}", ROLE_OPEN, SCOPE_OWN, 0, route_unsubscribe, NULL },
	{ HTTP_POST, "/unsubscribe/{TOKEN}", ROLE_OPEN, SCOPE_OWN, ROUTE_WRITE | ROUTE_FORM, route_unsubscribe_now, NULL },

	{ HTTP_GET, "/v1/me", ROLE_ANYBODY, SCOPE_OWN, 0, route_me, NULL },
	{ HTTP_GET, "/v1/programs", ROLE_ANYBODY, SCOPE_OWN, 0, route_programs, NULL },
	{ HTTP_GET, "/v1/programs/{NAME}", ROLE_ANYBODY, SCOPE_OWN, 0, route_program, NULL },

	{ HTTP_GET, "/v1/people", ADMINS, 0, route_people_list, PAGE },
	{ HTTP_POST, "/v1/people", ADMINS, ROUTE_WRITE, route_people_add, NULL },
	{ HTTP_GET, PERSON, OWN, 0, route_people_get, NULL },
	{ HTTP_PATCH, PERSON, ADMINS, ROUTE_WRITE, route_people_set, NULL },

	{ HTTP_GET, PERSON "/status", ROLE_PERSON, SCOPE_NUMBERS, 0, route_status, "cycle as_of" },
	{ HTTP_GET, PERSON "/why", OWN, 0, route_why, "entry cycle as_of" },
	{ HTTP_GET, PERSON "/history", OWN, 0, route_history, PAGE },
	{ HTTP_POST, PERSON "/undo", OWN, ROUTE_WRITE, route_undo, NULL },
	{ HTTP_POST, PERSON "/redo", OWN, ROUTE_WRITE, route_redo, NULL },
	{ HTTP_GET, PERSON "/cycles", OWN, 0, route_cycles, NULL },
	{ HTTP_POST, PERSON "/submit", OWN, ROUTE_WRITE, route_submit, NULL },
	{ HTTP_GET, PERSON "/renew", OWN, 0, route_renew_preview, "until" },
	{ HTTP_POST, PERSON "/renew", OWN, ROUTE_WRITE, route_renew, NULL },

	{ HTTP_GET, PERSON "/plan", OWN, 0, route_plan, "by" },
	{ HTTP_POST, PERSON "/plan/add", OWN, ROUTE_WRITE, route_plan_add, NULL },
	{ HTTP_POST, PERSON "/plan/keep", OWN, ROUTE_WRITE, route_plan_keep, NULL },
	{ HTTP_POST, PERSON "/plan/done", OWN, ROUTE_WRITE, route_plan_done, NULL },
	{ HTTP_POST, PERSON "/plan/drop", OWN, ROUTE_WRITE, route_plan_drop, NULL },
	{ HTTP_GET, PERSON "/plan/try", OWN, 0, route_plan_try, "hours category tags earn count" },
	{ HTTP_GET, PERSON "/skills", OWN, 0, route_skills, "role" },
	{ HTTP_GET, PERSON "/rules", OWN, 0, route_rules_try, "try" },

	{ HTTP_GET, PERSON "/entries", OWN, 0, route_entries,
	    "words category for from to no_evidence uncounted " PAGE },
	{ HTTP_POST, PERSON "/entries", OWN, ROUTE_WRITE, route_entry_add, NULL },
	{ HTTP_GET, PERSON "/entries/{N}", OWN, 0, route_entry_get, NULL },
	{ HTTP_PATCH, PERSON "/entries/{N}", OWN, ROUTE_WRITE, route_entry_edit, NULL },
	{ HTTP_DELETE, PERSON "/entries/{N}", OWN, ROUTE_WRITE, route_entry_remove, "because" },
	{ HTTP_POST, PERSON "/files", OWN, ROUTE_FILE, route_file_add, "name" },
	{ HTTP_POST, PERSON "/entries/{N}/evidence", OWN, ROUTE_WRITE, route_evidence_add, NULL },
	{ HTTP_DELETE, PERSON "/entries/{N}/evidence/{NAME}", OWN, ROUTE_WRITE, route_evidence_remove, NULL },
	{ HTTP_GET, PERSON "/packet", OWN, ROUTE_ASYNC, route_packet, "format cycle" },

	{ HTTP_GET, PERSON "/inbox", OWN, 0, route_inbox, "skipped changed " PAGE },
	{ HTTP_POST, PERSON "/inbox/{N}/confirm", OWN, ROUTE_WRITE, route_inbox_confirm, NULL },
	{ HTTP_POST, PERSON "/inbox/{N}/skip", OWN, ROUTE_WRITE, route_inbox_skip, NULL },
	{ HTTP_POST, PERSON "/inbox/{N}/restore", OWN, ROUTE_WRITE, route_inbox_restore, NULL },
	{ HTTP_POST, PERSON "/inbox/{N}/accept", OWN, ROUTE_WRITE, route_inbox_accept, NULL },
	{ HTTP_POST, PERSON "/inbox/{N}/dismiss", OWN, ROUTE_WRITE, route_inbox_dismiss, NULL },

	{ HTTP_GET, PERSON "/calendars", OWN, 0, route_calendars, NULL },
	{ HTTP_POST, PERSON "/calendars", OWN, ROUTE_ASYNC, route_calendar_add, NULL },
	{ HTTP_POST, PERSON "/calendars/{N}/check", OWN, ROUTE_ASYNC, route_calendar_check, NULL },
	{ HTTP_POST, PERSON "/calendars/{N}/accept", OWN, ROUTE_ASYNC, route_calendar_accept, NULL },
	{ HTTP_DELETE, PERSON "/calendars/{N}", OWN, ROUTE_WRITE, route_calendar_remove, NULL },

	{ HTTP_GET, PERSON "/deadlines", OWN, 0, route_deadlines, NULL },
	{ HTTP_GET, PERSON "/deadlines.ics", OWN, 0, route_deadlines_file, "alarm" },
	{ HTTP_POST, PERSON "/deadlines/address", OWN, ROUTE_WRITE | ROUTE_SECRET, route_deadlines_address, NULL },
	{ HTTP_DELETE, PERSON "/deadlines/address", OWN, ROUTE_WRITE, route_deadlines_off, NULL },

	{ HTTP_GET, PERSON "/calendar-rules", OWN, 0, route_feedrules, NULL },
	{ HTTP_POST, PERSON "/calendar-rules", OWN, ROUTE_WRITE, route_feedrule_add, NULL },
	{ HTTP_POST, PERSON "/calendar-rules/test", OWN, 0, route_feedrule_test, NULL },
	{ HTTP_DELETE, PERSON "/calendar-rules/{N}", OWN, ROUTE_WRITE, route_feedrule_remove, NULL },

	{ HTTP_GET, PERSON "/reminders", OWN, 0, route_reminders, "preview on limit" },
	{ HTTP_PATCH, PERSON "/reminders", OWN, ROUTE_WRITE, route_reminders_set, NULL },

	{ HTTP_GET, "/v1/teams", ROLE_LEADS, SCOPE_NUMBERS, 0, route_teams, PAGE },
	{ HTTP_POST, "/v1/teams", ADMINS, ROUTE_WRITE, route_team_add, NULL },
	{ HTTP_PATCH, "/v1/teams/{T}", ADMINS, ROUTE_WRITE, route_team_set, NULL },
	{ HTTP_GET, "/v1/teams/{T}/status", ROLE_LEADS, SCOPE_NUMBERS, ROUTE_ASYNC, route_team_status, NULL },
	{ HTTP_GET, "/v1/teams/{T}/plan", ROLE_LEADS, SCOPE_NUMBERS, ROUTE_ASYNC, route_team_plan, NULL },
	{ HTTP_GET, "/v1/teams/{T}/digest", ROLE_LEADS, SCOPE_NUMBERS, ROUTE_ASYNC, route_team_digest, "csv" },
	{ HTTP_PATCH, "/v1/teams/{T}/digest", ROLE_LEADS, SCOPE_NUMBERS, ROUTE_WRITE, route_team_digest_set, NULL },
	{ HTTP_POST, "/v1/teams/{T}/nudge", ROLE_LEADS, SCOPE_NUMBERS, ROUTE_WRITE, route_team_nudge, NULL },

	{ HTTP_GET, "/v1/admin/status", ADMINS, 0, route_admin_status, NULL },
	{ HTTP_GET, "/v1/admin/programs", ADMINS, 0, route_admin_programs, NULL },
	{ HTTP_POST, "/v1/admin/programs/check", ADMINS, 0, route_program_check, NULL },
	{ HTTP_POST, "/v1/admin/programs/simulate", ADMINS, ROUTE_ASYNC, route_program_simulate, NULL },
	{ HTTP_POST, "/v1/admin/programs/install", ADMINS, ROUTE_ASYNC, route_program_install, NULL },
	{ HTTP_POST, "/v1/admin/run/{JOB}", ADMINS, ROUTE_ASYNC, route_admin_run, NULL },
	{ HTTP_GET, "/v1/admin/rules", ADMINS, 0, route_admin_rules, NULL },
	{ HTTP_POST, "/v1/admin/rules", ADMINS, ROUTE_ASYNC, route_admin_rule_add, NULL },
	{ HTTP_POST, "/v1/admin/rules/test", ADMINS, ROUTE_ASYNC, route_admin_rule_test, NULL },
	{ HTTP_DELETE, "/v1/admin/rules/{N}", ADMINS, ROUTE_WRITE, route_admin_rule_remove, NULL },
	{ HTTP_GET, "/v1/admin/clock", ADMINS, 0, route_admin_clock, NULL },
	{ HTTP_POST, "/v1/admin/clock", ADMINS, ROUTE_ASYNC, route_admin_clock_set, NULL },
	{ HTTP_POST, "/v1/admin/reload", ADMINS, 0, route_admin_reload, NULL },
	{ HTTP_GET, "/v1/admin/mail", ADMINS, 0, route_admin_mail, NULL },
	{ HTTP_GET, "/v1/admin/mail/queue", ADMINS, 0, route_admin_queue, "state " PAGE },
	{ HTTP_GET, "/v1/admin/mail/templates", ADMINS, 0, route_admin_templates, NULL },
	{ HTTP_GET, "/v1/admin/mail/templates/{NAME}", ADMINS, 0, route_admin_template, NULL },
	{ HTTP_POST, "/v1/admin/mail/retry", ADMINS, ROUTE_WRITE, route_admin_mail_retry_all, NULL },
	{ HTTP_GET, "/v1/admin/mail/plan", ADMINS, 0, route_admin_mail_plan, "days" },
	{ HTTP_GET, "/v1/admin/mail/preview", ADMINS, 0, route_admin_mail_preview, "person team on" },
	{ HTTP_POST, "/v1/admin/mail/test", ADMINS, ROUTE_ASYNC, route_admin_mail_test, NULL },
	{ HTTP_POST, "/v1/admin/mail/release", ADMINS, ROUTE_WRITE, route_admin_mail_release, NULL },
	{ HTTP_GET, "/v1/admin/mail/{N}", ADMINS, 0, route_admin_mail_get, NULL },	/* after the words */
	{ HTTP_POST, "/v1/admin/mail/{N}/retry", ADMINS, ROUTE_WRITE, route_admin_mail_retry, NULL },
	{ HTTP_POST, "/v1/admin/mail/{N}/resend", ADMINS, ROUTE_WRITE, route_admin_mail_resend, NULL },
	{ HTTP_POST, "/v1/admin/mail/{N}/drop", ADMINS, ROUTE_WRITE, route_admin_mail_drop, NULL },

	{ .fn = NULL }
};
