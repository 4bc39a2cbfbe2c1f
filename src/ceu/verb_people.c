/* whoami, admin person, admin team */
#include <string.h>

#include "verbs.h"

int verb_whoami(struct session *s, struct err *err)
{
	return verb_get(s, "me", render_whoami, err);
}

static const struct field person_fields[] = {
	{ "name", OPTION_NAME }, { "user", OPTION_USER }, { "program", OPTION_PROGRAM },
	{ "from", OPTION_FROM },
	{ "until", OPTION_UNTIL }, { "team", OPTION_TEAM }, { "role", OPTION_ROLE }, { "zone", OPTION_ZONE },
	{ "leave_team", OPTION_LEAVE }, { "email", OPTION_EMAIL },
};
static const struct field team_fields[] = { { "lead", OPTION_LEAD }, { "rename", OPTION_RENAME } };

enum {
	PERSON_FIELDS = sizeof person_fields / sizeof *person_fields,
	TEAM_FIELDS = sizeof team_fields / sizeof *team_fields
};

static int nothing(const char *what, struct err *err)
{
	err_set(err, ERR_USAGE, "nothing-given", "Nothing to change is given.");
	return err_next(err, "See what can be: ceu help admin %s set", what);
}

static int tell_person(struct session *s, const struct json *person, const char *done, struct err *err)
{
	if (!person)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (!session_tells(s))
		return 0;
	render_done(&s->page, view_printf(&s->arena, "%s %s.", render_email(&s->arena, person), done));
	render_person(&s->page, &s->arena, person);
	return 0;
}

int verb_person_add(struct session *s, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = "people" };
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "email", s->args.words[0]);
	verb_fields(s, &w, person_fields, PERSON_FIELDS);
	jsonw_end_object(&w);
	return tell_person(s, verb_send(s, &send, err), "is enrolled", err);
}

/* disabled: 1, 0, or -1 as it was. */
static const struct json *set_person(struct session *s, int disabled, struct err *err)
{
	struct send send = { .method = METHOD_PATCH };
	char path[PATH_SIZE];
	struct jsonw w;

	if (verb_path(s, path, "people/", s->args.words[0], "", err))
		return NULL;
	send.path = path;
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	verb_fields(s, &w, person_fields, PERSON_FIELDS);
	if (disabled >= 0)
		jsonw_bool(&w, "disabled", disabled);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

int verb_person_set(struct session *s, struct err *err)
{
	int enable = session_value(s, OPTION_ENABLE) != NULL;

	if (!enable && !verb_any(s, person_fields, PERSON_FIELDS))
		return nothing("person", err);
	return tell_person(s, set_person(s, enable ? 0 : -1, err), "is changed", err);
}

int verb_person_disable(struct session *s, struct err *err)
{
	return tell_person(s, set_person(s, 1, err), "is disabled", err);
}

int verb_person_list(struct session *s, struct err *err)
{
	return verb_get_list(s, "people", "people", render_people, err);
}

/* ---- teams */

static int tell_team(struct session *s, const struct json *team, const char *done, struct err *err)
{
	const char *lead;

	if (!team)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (!session_tells(s))
		return 0;
	lead = view_str(&s->arena, team, "lead");
	render_done(&s->page,
	    view_printf(&s->arena, "\"%s\" %s, %s%s.", view_str(&s->arena, team, "name"), done,
		*lead ? "led by " : "nobody leads it yet", lead));
	return 0;
}

int verb_team_add(struct session *s, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = "teams" };
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "name", s->args.words[0]);
	session_member(&w, "lead", session_value(s, OPTION_LEAD));
	jsonw_end_object(&w);
	return tell_team(s, verb_send(s, &send, err), "is a team now", err);
}

int verb_team_set(struct session *s, struct err *err)
{
	struct send send = { .method = METHOD_PATCH };
	char path[PATH_SIZE];
	struct jsonw w;

	if (!verb_any(s, team_fields, TEAM_FIELDS))
		return nothing("team", err);
	if (verb_path(s, path, "teams/", s->args.words[0], "", err))
		return -1;
	send.path = path;
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	verb_fields(s, &w, team_fields, TEAM_FIELDS);
	jsonw_end_object(&w);
	return tell_team(s, verb_send(s, &send, err), "is changed", err);
}

int verb_team_list(struct session *s, struct err *err)
{
	return verb_get(s, "teams", render_teams, err);
}
