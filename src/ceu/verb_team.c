/* team, team digest */
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

int verb_team_digest(struct session *s, struct err *err)
{
	const struct json *digest;
	char path[PATH_SIZE];

	if (team_path(s, "/digest", path, err))
		return -1;
	digest = session_get(s, path, err);
	if (!digest)
		return -1;
	if (s->json)
		return session_print(s, err);
	page_printf(&s->page, INK_BOLD, "Subject: %s", view_str(&s->arena, digest, "subject"));
	page_line(&s->page);
	page_line(&s->page);
	page_text(&s->page, INK_PLAIN, view_lines(&s->arena, digest, "text"));
	if (s->page.column)
		page_line(&s->page);
	return 0;
}
