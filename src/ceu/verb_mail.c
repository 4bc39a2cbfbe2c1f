/* admin mail: status, queue, test, release */
#include <string.h>

#include "verbs.h"

int verb_mail(struct session *s, struct err *err)
{
	return verb_get(s, "admin/mail", render_mail, err);
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
	if (!failed)
		return 0;
	err_set(err, ERR_FAILED, "mail-test", "The test mail was not taken: %s",
	    *view_str(&s->arena, doc, "text") ? view_str(&s->arena, doc, "text") : "no reason was given.");
	return err_next(err, "Correct the mail block of ceud.conf(5), then: ceu admin reload");
}

static void tell_released(struct session *s, const struct json *doc)
{
	render_done(&s->page, view_printf(&s->arena, "%lld %s released.", (long long)view_int(doc, "released"),
	    view_plural(view_int(doc, "released"), "mail is", "mails are")));
}

int verb_mail_release(struct session *s, struct err *err)
{
	return verb_order(s, "admin/mail/release", tell_released, err);
}
