/* admin run, admin status, admin clock, admin reload */
#include <string.h>

#include "verbs.h"

static int run(struct session *s, const char *path, render_fn *fn, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = path, .timeout_ms = SESSION_LONG };

	buf_puts(&send.body, "{}");
	return verb_show_answer(s, verb_send(s, &send, err), fn, err);
}

int verb_run_feeds(struct session *s, struct err *err)
{
	return run(s, "admin/run/feeds", render_run_feeds, err);
}

int verb_run_reminders(struct session *s, struct err *err)
{
	return run(s, "admin/run/reminders", render_run_reminders, err);
}

int verb_run_digests(struct session *s, struct err *err)
{
	return run(s, "admin/run/digests", render_run_digests, err);
}

int verb_run_mail(struct session *s, struct err *err)
{
	return run(s, "admin/run/mail", render_run_mail, err);
}

int verb_admin_status(struct session *s, struct err *err)
{
	return verb_get(s, "admin/status", render_admin_status, err);
}

int verb_clock(struct session *s, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = "admin/clock", .timeout_ms = SESSION_LONG };
	const char *to = s->args.n ? s->args.words[0] : NULL;
	struct jsonw w;

	if (!to)
		return verb_get(s, "admin/clock", render_clock, err);
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	if (*to == '+')
		jsonw_str(&w, "forward", to + 1);
	else
		jsonw_str(&w, "to", to);
	jsonw_end_object(&w);
	return verb_show_answer(s, verb_send(s, &send, err), render_clock, err);
}

static void tell_reloaded(struct session *s, const struct json *doc)
{
	const struct json *late = json_get(doc, "needs_restart");

	render_done(&s->page, "The configuration is read again.");
	if (!json_size(late))
		return;
	page_mark(&s->page, MARK_NOTE);
	page_wrap(&s->page, 2, INK_PLAIN, view_printf(&s->arena, "What %s says now takes effect when ceud is started again.",
	    view_joined(&s->arena, late, ", ")));
	page_line(&s->page);
}

int verb_reload(struct session *s, struct err *err)
{
	return verb_order(s, "admin/reload", tell_reloaded, err);
}
