/* status, why */
#include <string.h>

#include "verbs.h"

enum { NOT_ON_TRACK = 7 };

int verb_status(struct session *s, struct err *err)
{
	char path[PATH_SIZE] = "people/me/status";
	const struct json *status;

	if (session_query(s, path, "cycle", session_value(s, OPTION_CYCLE), err) ||
	    session_query(s, path, "as_of", session_value(s, OPTION_AS_OF), err))
		return -1;
	status = session_get(s, path, err);
	if (verb_show_answer(s, status, render_status, err))
		return -1;
	if (session_value(s, OPTION_CHECK) &&
	    !render_is_fine(view_str(&s->arena, json_get(status, "cycle"), "state")))
		return NOT_ON_TRACK;
	return 0;
}

static int why_one(struct session *s, const char *path, const char *id, struct err *err)
{
	const struct json *why = session_get(s, path, err), *entry = NULL;
	char entry_path[PATH_SIZE];

	if (!why)
		return -1;
	if (s->json)
		return session_print(s, err);
	/* The names of its files are those of today. */
	if (!session_value(s, OPTION_AS_OF)) {
		if (session_path(entry_path, err, "people/me/entries/%s", id))
			return -1;
		entry = session_get(s, entry_path, err);
		if (!entry)
			return -1;
	}
	render_why(&s->page, &s->arena, why, entry);
	return 0;
}

int verb_why(struct session *s, struct err *err)
{
	char path[PATH_SIZE] = "people/me/why", id[IDS_SIZE] = "";

	if (session_ids(&s->args, "ceu list", id, err) ||
	    session_query(s, path, "cycle", session_value(s, OPTION_CYCLE), err) ||
	    session_query(s, path, "as_of", session_value(s, OPTION_AS_OF), err))
		return -1;
	if (!s->args.n)
		return verb_get(s, path, render_why_all, err);
	return session_query(s, path, "entry", id, err) ? -1 : why_one(s, path, id, err);
}
