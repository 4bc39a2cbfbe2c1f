/* deadlines: what goes out as a calendar, and its address */
#include <string.h>

#include "prompt.h"
#include "verbs.h"

static const char path[] = "people/me/deadlines", address_path[] = "people/me/deadlines/address";

/* Whoever reads the old address loses it: on a terminal that is asked about. 1 go on, 0 not, -1. */
static int may_replace(struct session *s, struct err *err)
{
	const struct json *now;

	if (!s->interactive || session_value(s, OPTION_YES))
		return 1;
	now = session_get(s, path, err);
	if (!now)
		return -1;
	if (!view_has(now, "address"))
		return 1;
	return prompt_yes(s, view_printf(&s->arena,
	    "There is an address already, made %s. It will no longer work. Go on?",
	    view_instant(&s->arena, json_get(now, "address"), "made_at")), 0, err);
}

static int new_address(struct session *s, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = address_path };
	int yes = may_replace(s, err);

	if (yes < 0)
		return -1;
	if (!yes) {
		err_set(err, ERR_RULE, "not-wanted", "The address stays as it is.");
		return err_next(err, "What goes out: ceu deadlines");
	}
	buf_puts(&send.body, "{}");
	return verb_show_answer(s, verb_send(s, &send, err), render_new_address, err);
}

static int off(struct session *s, struct err *err)
{
	const struct json *doc = session_ask(s, &(struct ask){ .method = METHOD_DELETE, .path = address_path }, err);

	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (session_tells(s))
		render_done(&s->page, "The calendar has no address any more. Remove it from your calendar programs.");
	return 0;
}

int verb_deadlines(struct session *s, struct err *err)
{
	if (session_value(s, OPTION_NEW_ADDRESS) && session_value(s, OPTION_OFF)) {
		err_set(err, ERR_USAGE, "option-clash", "--new-address and --off exclude each other.");
		return err_next(err, "Name one of them.");
	}
	if (session_value(s, OPTION_NEW_ADDRESS))
		return new_address(s, err);
	return session_value(s, OPTION_OFF) ? off(s, err) : verb_get(s, path, render_deadlines, err);
}
