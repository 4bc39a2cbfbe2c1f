/* submit, renew */
#include <string.h>

#include "prompt.h"
#include "verbs.h"

/* ---- submit */

static const struct json *send_submit(struct session *s, int yes, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = "people/me/submit" };
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	session_member(&w, "on", session_value(s, OPTION_ON));
	if (yes)
		jsonw_bool(&w, "yes", 1);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

/* What is not complete may be sent in all the same, if a person says so: 1 yes, 0 no, -1. */
static int ask_incomplete(struct session *s, struct err *err)
{
	page_mark(&s->aside, MARK_NOTE);
	page_wrap(&s->aside, 2, INK_PLAIN, view_lines(&s->arena, s->problem, "detail"));
	page_line(&s->aside);
	return prompt_yes(s, "  Note it as sent in all the same?", 0, err);
}

int verb_submit(struct session *s, struct err *err)
{
	const struct json *status = send_submit(s, session_value(s, OPTION_YES) != NULL, err);

	if (!status && s->interactive && s->problem && !strcmp(err->code, "cycle-not-done")) {
		struct err refused = *err;
		const struct json *problem = s->problem;
		int yes = ask_incomplete(s, err);

		if (!yes) {
			*err = refused;
			s->problem = problem;
		}
		if (yes <= 0)
			return -1;
		status = send_submit(s, 1, err);
	}
	if (!status)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (session_tells(s))
		render_submitted(&s->page, &s->arena, status);
	return 0;
}

/* ---- renew */

static const struct json *send_renew(struct session *s, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = "people/me/renew" };
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	session_member(&w, "until", session_value(s, OPTION_UNTIL));
	session_member(&w, "because", session_value(s, OPTION_BECAUSE));
	jsonw_bool(&w, "yes", 1);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

/* Why it cannot be, as the preview tells it. */
static int impossible(struct session *s, const struct json *preview, struct err *err)
{
	const struct json *warnings = json_get(preview, "warnings"), *first = json_at(warnings, 0);
	const char *code = view_str(&s->arena, first, "code"), *text = view_lines(&s->arena, first, "text");

	err_set(err, ERR_RULE, *code ? code : "not-possible", "%s", *text ? text : "This cycle cannot be renewed "
	    "now.");
	return err_next(err, !strcmp(code, "cycle-not-done") ? "What is missing: ceu plan" :
	    "See where it stands: ceu status");
}

/* 0 go ahead, -1 not. */
static int agree(struct session *s, struct err *err)
{
	const char *answer;

	if (session_value(s, OPTION_YES))
		return 0;
	if (prompt_line(s, "Type renew to go ahead:", &answer, err))
		return -1;
	if (!strcmp(answer, "renew"))
		return 0;
	return err_set(err, ERR_FAILED, "stopped", "Nothing was changed.");
}

static int preview_renewal(struct session *s, struct err *err)
{
	char path[PATH_SIZE] = "people/me/renew";
	const struct json *preview;

	if (session_query(s, path, "until", session_value(s, OPTION_UNTIL), err))
		return -1;
	preview = session_get(s, path, err);
	if (!preview)
		return -1;
	/* What forbids it for others may be just what an admin gives a reason for. */
	if (!json_bool(preview, "possible", 0) && !session_value(s, OPTION_BECAUSE))
		return impossible(s, preview, err);
	render_renewal(&s->page, &s->arena, preview);
	return 0;
}

int verb_renew(struct session *s, struct err *err)
{
	const struct json *status;

	if (!s->interactive && !session_value(s, OPTION_YES)) {
		err_set(err, ERR_USAGE, "yes-needed", "Renewing closes the cycle, so it wants a yes.");
		return err_next(err, "Look first: ceu status. Then: ceu renew --yes");
	}
	if (!s->json && session_tells(s) && preview_renewal(s, err))
		return -1;
	if (s->interactive && agree(s, err))
		return -1;
	status = send_renew(s, err);
	if (!status)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (session_tells(s))
		render_renewed(&s->page, &s->arena, status);
	return 0;
}
