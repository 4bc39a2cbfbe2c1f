/* The table of routes: dispatch, role and scope in one place (ceud-api's pages are checked against it). */
#include "routes.h"

#include <stddef.h>

#define PAGE "limit after"

const struct route routes[] = {
	{ HTTP_GET, "/healthz", ROLE_OPEN, SCOPE_OWN, 0, route_health, NULL },
	{ HTTP_GET, "/readyz", ROLE_OPEN, SCOPE_OWN, 0, route_ready, NULL },

	{ HTTP_GET, "/v1/me", ROLE_ANYBODY, SCOPE_OWN, 0, route_me, NULL },
	{ HTTP_GET, "/v1/programs", ROLE_ANYBODY, SCOPE_OWN, 0, route_programs, NULL },
	{ HTTP_GET, "/v1/programs/{NAME}", ROLE_ANYBODY, SCOPE_OWN, 0, route_program, NULL },

	{ HTTP_GET, "/v1/people", ROLE_ADMINS, SCOPE_OWN, 0, route_people_list, PAGE },
	{ HTTP_POST, "/v1/people", ROLE_ADMINS, SCOPE_OWN, ROUTE_WRITE, route_people_add, NULL },
	{ HTTP_GET, "/v1/people/{P}", ROLE_PERSON, SCOPE_OWN, 0, route_people_get, NULL },
	{ HTTP_PATCH, "/v1/people/{P}", ROLE_ADMINS, SCOPE_OWN, ROUTE_WRITE, route_people_set, NULL },

	{ HTTP_GET, "/v1/people/{P}/status", ROLE_PERSON, SCOPE_NUMBERS, 0, route_status, "cycle" },
	{ HTTP_GET, "/v1/people/{P}/why", ROLE_PERSON, SCOPE_OWN, 0, route_why, "entry cycle" },
	{ HTTP_GET, "/v1/people/{P}/history", ROLE_PERSON, SCOPE_OWN, 0, route_history, PAGE },
	{ HTTP_POST, "/v1/people/{P}/undo", ROLE_PERSON, SCOPE_OWN, ROUTE_WRITE, route_undo, NULL },

	{ HTTP_GET, "/v1/people/{P}/entries", ROLE_PERSON, SCOPE_OWN, 0, route_entries,
	    "words category for from to no_evidence uncounted " PAGE },
	{ HTTP_POST, "/v1/people/{P}/entries", ROLE_PERSON, SCOPE_OWN, ROUTE_WRITE, route_entry_add, NULL },
	{ HTTP_GET, "/v1/people/{P}/entries/{N}", ROLE_PERSON, SCOPE_OWN, 0, route_entry_get, NULL },
	{ HTTP_PATCH, "/v1/people/{P}/entries/{N}", ROLE_PERSON, SCOPE_OWN, ROUTE_WRITE, route_entry_edit, NULL },
	{ HTTP_DELETE, "/v1/people/{P}/entries/{N}", ROLE_PERSON, SCOPE_OWN, ROUTE_WRITE, route_entry_remove, "because" },

	{ HTTP_GET, "/v1/people/{P}/inbox", ROLE_PERSON, SCOPE_OWN, 0, route_inbox, "skipped " PAGE },
	{ HTTP_POST, "/v1/people/{P}/inbox/{N}/confirm", ROLE_PERSON, SCOPE_OWN, ROUTE_WRITE, route_inbox_confirm, NULL },
	{ HTTP_POST, "/v1/people/{P}/inbox/{N}/skip", ROLE_PERSON, SCOPE_OWN, ROUTE_WRITE, route_inbox_skip, NULL },
	{ HTTP_POST, "/v1/people/{P}/inbox/{N}/restore", ROLE_PERSON, SCOPE_OWN, ROUTE_WRITE, route_inbox_restore, NULL },

	{ HTTP_GET, "/v1/people/{P}/calendars", ROLE_PERSON, SCOPE_OWN, 0, route_calendars, NULL },
	{ HTTP_POST, "/v1/people/{P}/calendars", ROLE_PERSON, SCOPE_OWN, ROUTE_ASYNC, route_calendar_add, NULL },
	{ HTTP_POST, "/v1/people/{P}/calendars/{N}/check", ROLE_PERSON, SCOPE_OWN, ROUTE_ASYNC, route_calendar_check, NULL },
	{ HTTP_DELETE, "/v1/people/{P}/calendars/{N}", ROLE_PERSON, SCOPE_OWN, ROUTE_WRITE, route_calendar_remove, NULL },

	{ HTTP_GET, "/v1/teams", ROLE_LEADS, SCOPE_NUMBERS, 0, route_teams, PAGE },
	{ HTTP_POST, "/v1/teams", ROLE_ADMINS, SCOPE_OWN, ROUTE_WRITE, route_team_add, NULL },
	{ HTTP_PATCH, "/v1/teams/{T}", ROLE_ADMINS, SCOPE_OWN, ROUTE_WRITE, route_team_set, NULL },
	{ HTTP_GET, "/v1/teams/{T}/status", ROLE_LEADS, SCOPE_NUMBERS, 0, route_team_status, NULL },
	{ HTTP_GET, "/v1/teams/{T}/digest", ROLE_LEADS, SCOPE_NUMBERS, 0, route_team_digest, NULL },

	{ HTTP_GET, "/v1/admin/status", ROLE_ADMINS, SCOPE_OWN, 0, route_admin_status, NULL },
	{ HTTP_POST, "/v1/admin/run/{JOB}", ROLE_ADMINS, SCOPE_OWN, ROUTE_ASYNC, route_admin_run, NULL },
	{ HTTP_GET, "/v1/admin/clock", ROLE_ADMINS, SCOPE_OWN, 0, route_admin_clock, NULL },
	{ HTTP_POST, "/v1/admin/clock", ROLE_ADMINS, SCOPE_OWN, ROUTE_ASYNC, route_admin_clock_set, NULL },
	{ HTTP_POST, "/v1/admin/reload", ROLE_ADMINS, SCOPE_OWN, 0, route_admin_reload, NULL },
	{ HTTP_GET, "/v1/admin/mail", ROLE_ADMINS, SCOPE_OWN, 0, route_admin_mail, NULL },
	{ HTTP_GET, "/v1/admin/mail/queue", ROLE_ADMINS, SCOPE_OWN, 0, route_admin_queue, "state " PAGE },
	{ HTTP_POST, "/v1/admin/mail/test", ROLE_ADMINS, SCOPE_OWN, ROUTE_ASYNC, route_admin_mail_test, NULL },
	{ HTTP_POST, "/v1/admin/mail/release", ROLE_ADMINS, SCOPE_OWN, ROUTE_WRITE, route_admin_mail_release, NULL },

	{ .fn = NULL }
};
