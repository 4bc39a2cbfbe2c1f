/* admin mail: status, queue, test, plan, preview, template */
#include <string.h>

#include "verbs.h"

enum { MAILS_FAILED = 7, RELAY_CLOSED = 8 };

/* What --check tells. */
static int health(struct session *s, const struct json *mail)
{
	const struct json *states = json_get(mail, "states");

	if (!strcmp(view_str(&s->arena, json_get(mail, "breaker"), "state"), "closed"))
		return RELAY_CLOSED;
	return view_int(states, "failed") || view_int(states, "unknown") ? MAILS_FAILED : 0;
}

int verb_mail(struct session *s, struct err *err)
{
	const struct json *mail = session_get(s, "admin/mail", err);

	if (verb_show_answer(s, mail, render_mail, err))
		return -1;
	return session_value(s, OPTION_CHECK) ? health(s, mail) : 0;
}

int verb_mail_queue(struct session *s, struct err *err)
{
	static const struct field states[] = { { "failed", OPTION_FAILED }, { "unknown", OPTION_UNKNOWN },
		{ "held", OPTION_HELD } };
	char path[PATH_SIZE] = "admin/mail/queue";
	const char *state = NULL;

	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		if (!session_value(s, states[i].option))
			continue;
		if (state) {
			err_set(err, ERR_USAGE, "option-clash", "--%s and --%s exclude each other.", state,
			    states[i].name);
			return err_next(err, "Name one of them.");
		}
		state = states[i].name;
	}
	if (session_query(s, path, "state", state, err))
		return -1;
	return verb_get_list(s, path, "mails", render_queue, err);
}

/* What to do depends on how far it came. */
static int refuse_test(struct session *s, const struct json *doc, struct err *err)
{
	const struct json *steps = json_get(doc, "steps");
	const char *text = view_str(&s->arena, doc, "text"), *last = "";

	if (json_size(steps))
		last = view_str(&s->arena, json_at(steps, json_size(steps) - 1), "phase");
	err_set(err, ERR_FAILED, "mail-test", "The test mail was not taken: %s", *text ? text : "no reason was given.");
	if (!strcmp(last, "recipient"))
		return err_next(err, "The relay was reached and does not take mail for that address: see that it is right, or ask who "
		    "runs the relay");
	if (!strcmp(last, "message"))
		return err_next(err, "The relay was reached and did not take this mail: try once more, or ask who runs the relay");
	return err_next(err, "Correct the mail block of ceud.conf(5), then: ceu admin reload");
}

/* A test mail that was refused is an answer and a failure. */
int verb_mail_test(struct session *s, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = "admin/mail/test", .timeout_ms = SESSION_LONG };
	const struct json *doc;
	struct jsonw w;
	int failed;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "to", s->args.words[0]);
	jsonw_end_object(&w);
	doc = verb_send(s, &send, err);
	if (!doc)
		return -1;
	failed = strcmp(view_str(&s->arena, doc, "outcome"), "sent") != 0;
	if (s->json)
		return session_print(s, err) ? -1 : failed;
	render_mail_test(&s->page, &s->arena, doc);
	return failed ? refuse_test(s, doc, err) : 0;
}

/* ---- looking ahead */

int verb_mail_plan(struct session *s, struct err *err)
{
	char path[PATH_SIZE] = "admin/mail/plan";
	const struct ask ask = { .method = METHOD_GET, .path = path, .timeout_ms = SESSION_LONG };

	if (session_query(s, path, "days", session_value(s, OPTION_DAYS), err))
		return -1;
	return verb_show_answer(s, session_ask(s, &ask, err), render_mail_plan, err);
}

static const struct json *preview_of(struct session *s, const char *kind, struct err *err)
{
	char path[PATH_SIZE] = "admin/mail/preview";

	if (session_query(s, path, kind, s->args.words[0], err) ||
	    session_query(s, path, "on", session_value(s, OPTION_ON), err))
		return NULL;
	return session_get(s, path, err);
}

static int neither(struct session *s, struct err *err)
{
	s->problem = NULL;	/* of the last of the two */
	err_set(err, ERR_ABSENT, "no-person", "There is no person and no team \"%.60s\".", s->args.words[0]);
	return err_next(err, "See them: ceu admin person list, ceu admin team list");
}

/* A word that names no person may name a team; if it does not either, it is told as of people. */
int verb_mail_preview(struct session *s, struct err *err)
{
	const struct json *doc = preview_of(s, "person", err);
	struct err other = { 0 };

	if (!doc && !strcmp(err->code, "no-person") && !strchr(s->args.words[0], '@')) {
		doc = preview_of(s, "team", &other);
		if (!doc && strcmp(other.code, "no-team"))
			*err = other;
		else if (!doc)
			return neither(s, err);
	}
	if (!doc)
		return -1;
	return s->json ? session_print(s, err) : verb_print_bytes(s, doc, "eml", err);
}

int verb_mail_template(struct session *s, struct err *err)
{
	const struct json *doc;
	char path[PATH_SIZE];

	if (!s->args.n)
		return verb_get(s, "admin/mail/templates", render_templates, err);
	if (verb_path(s, path, "admin/mail/templates/", s->args.words[0], "", err))
		return -1;
	doc = session_get(s, path, err);
	if (!doc)
		return -1;
	return s->json ? session_print(s, err) : verb_print_bytes(s, doc, "text", err);
}
