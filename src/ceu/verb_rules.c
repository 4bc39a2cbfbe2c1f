/* rules, skills */
#include <string.h>

#include "verbs.h"

static int try_rules(struct session *s, const char *program, struct err *err)
{
	char path[PATH_SIZE] = "people/me/rules";

	if (s->args.n) {
		err_set(err, ERR_USAGE, "option-clash", "--try names the program to try; another one is too much.");
		return err_next(err, "Write: ceu rules --try PROGRAM");
	}
	return session_query(s, path, "try", program, err) ? -1 : verb_get(s, path, render_recount, err);
}

/* The person's own program; without one, all there are. */
static int own_rules(struct session *s, struct err *err)
{
	struct err none = { 0 };
	const struct json *status = session_get(s, "people/me/status", &none);
	const char *program = json_str(status, "program");
	char path[PATH_SIZE];

	if (!status && !s->problem) {
		*err = none;
		return -1;
	}
	if (!program)
		return verb_get(s, "programs", render_programs, err);
	if (verb_path(s, path, "programs/", program, "", err))
		return -1;
	return verb_get(s, path, render_program, err);
}

int verb_rules(struct session *s, struct err *err)
{
	char path[PATH_SIZE];

	if (session_value(s, OPTION_TRY))
		return try_rules(s, session_value(s, OPTION_TRY), err);
	if (!s->args.n)
		return own_rules(s, err);
	if (verb_path(s, path, "programs/", s->args.words[0], "", err))
		return -1;
	return verb_get(s, path, render_program, err);
}

int verb_skills(struct session *s, struct err *err)
{
	char path[PATH_SIZE] = "people/me/skills";

	if (session_query(s, path, "role", session_value(s, OPTION_ROLE), err))
		return -1;
	return verb_get(s, path, render_skills, err);
}
