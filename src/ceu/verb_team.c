/* team, team nudge, team plan, team digest */
#include <string.h>

#include "verbs.h"

enum { NOT_ON_TRACK = 7 };

static int team_path(struct session *s, const char *what, char path[PATH_SIZE], struct err *err)
{
	return verb_path(s, path, "teams/", s->args.n ? s->args.words[0] : "mine", what, err);
}

static int all_fine(struct session *s, const struct json *team)
{
	const struct json *people = json_get(team, "people");

	for (size_t i = 0; i < json_size(people); i++)
		if (!render_is_fine(view_str(&s->arena, json_at(people, i), "state")))
			return 0;
	return 1;
}

/* All people have the same today but those far away: the first deadline less its days. */
static day_t today_of(const struct json *team)
{
	const struct json *first = json_at(json_get(team, "people"), 0);
	day_t end = view_day(first, "end");

	if (view_day(team, "today") != DAY_NONE || end == DAY_NONE)
		return view_day(team, "today");
	return end - (day_t)view_int(first, "days_left");
}

int verb_team(struct session *s, struct err *err)
{
	const struct json *team;
	char path[PATH_SIZE];

	if (team_path(s, "/status", path, err))
		return -1;
	team = session_get(s, path, err);
	if (!team)
		return -1;
	if (s->json && session_print(s, err))
		return -1;
	if (!s->json)
		render_team(&s->page, &s->arena, team, today_of(team));
	return session_value(s, OPTION_CHECK) && !all_fine(s, team) ? NOT_ON_TRACK : 0;
}

/* ---- reminders in the lead's name */

int verb_team_nudge(struct session *s, struct err *err)
{
	const char *team = session_value(s, OPTION_TEAM);
	struct send send = { .method = METHOD_POST };
	char path[PATH_SIZE];
	struct jsonw w;

	if (verb_path(s, path, "teams/", team ? team : "mine", "/nudge", err))
		return -1;
	send.path = path;
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "people");
	for (size_t i = 0; i < s->args.n; i++)
		jsonw_str(&w, NULL, s->args.words[i]);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return verb_show_answer(s, verb_send(s, &send, err), render_nudged, err);
}

int verb_team_plan(struct session *s, struct err *err)
{
	char path[PATH_SIZE];

	return team_path(s, "/plan", path, err) ? -1 : verb_get(s, path, render_team_plan, err);
}

/* ---- the digest */

static int clash(const char *one, const char *other, struct err *err)
{
	err_set(err, ERR_USAGE, "option-clash", "--%s and --%s exclude each other.", one, other);
	return err_next(err, "Name one of them.");
}

static const enum option_id changing[] = { OPTION_ATTACH, OPTION_EVERY, OPTION_OFF, OPTION_ON_AGAIN };

/* What changes nothing goes alone. */
static int check_digest(const struct session *s, int *ret_changes, struct err *err)
{
	static const enum option_id showing[] = { OPTION_CSV, OPTION_PREVIEW };
	int changes = 0;

	for (size_t i = 0; i < sizeof changing / sizeof *changing; i++) {
		if (!session_value(s, changing[i]))
			continue;
		changes = 1;
		for (size_t k = 0; k < sizeof showing / sizeof *showing; k++)
			if (session_value(s, showing[k]))
				return clash(options[showing[k]].name, options[changing[i]].name, err);
	}
	if (session_value(s, OPTION_CSV) && session_value(s, OPTION_PREVIEW))
		return clash("csv", "preview", err);
	if (session_value(s, OPTION_ON_AGAIN) && session_value(s, OPTION_OFF))
		return clash("on", "off", err);
	*ret_changes = changes;
	return 0;
}

static int write_attach(struct session *s, struct jsonw *w, struct err *err)
{
	const char *word = session_value(s, OPTION_ATTACH);

	if (!word)
		return 0;
	if (strcmp(word, "yes") && strcmp(word, "no")) {
		err_set(err, ERR_USAGE, "option-value", "--attach is yes or no, not \"%.40s\".", word);
		return err_next(err, "Write: ceu team digest --attach yes");
	}
	jsonw_bool(w, "csv", !strcmp(word, "yes"));
	return 0;
}

static int set_digest(struct session *s, const char *path, struct err *err)
{
	struct send send = { .method = METHOD_PATCH, .path = path };
	const char *every = session_value(s, OPTION_EVERY);
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	if (every && !strcmp(every, "default"))
		jsonw_null(&w, "every");
	else
		session_member(&w, "every", every);
	if (session_value(s, OPTION_ON_AGAIN) || session_value(s, OPTION_OFF))
		jsonw_bool(&w, "on", session_value(s, OPTION_OFF) == NULL);
	if (write_attach(s, &w, err)) {
		buf_free(&send.body);
		return -1;
	}
	jsonw_end_object(&w);
	return verb_show_answer(s, verb_send(s, &send, err), render_digest_set, err);
}

/* As it is, byte for byte: it goes into a file. */
static int print_csv(struct session *s, char path[PATH_SIZE], struct err *err)
{
	const struct json *doc;

	if (session_query(s, path, "csv", "1", err))
		return -1;
	doc = session_get(s, path, err);
	if (!doc)
		return -1;
	return s->json ? session_print(s, err) : verb_print_bytes(s, doc, "csv", err);
}

int verb_team_digest(struct session *s, struct err *err)
{
	char path[PATH_SIZE];
	int changes = 0;

	if (check_digest(s, &changes, err) || team_path(s, "/digest", path, err))
		return -1;
	if (changes)
		return set_digest(s, path, err);
	return session_value(s, OPTION_CSV) ? print_csv(s, path, err) : verb_get(s, path, render_digest_page, err);
}
