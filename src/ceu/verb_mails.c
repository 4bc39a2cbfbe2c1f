/* admin mail: one mail, or some: show, retry, resend, drop, release */
#include <string.h>

#include "verbs.h"

static int mail_path(struct session *s, const char *word, const char *after, char path[PATH_SIZE], struct err *err)
{
	if (!*word || strspn(word, "0123456789") != strlen(word) || strlen(word) > 15) {
		err_set(err, ERR_USAGE, "id-invalid", "\"%.40s\" is not the number of a mail.", word);
		return err_next(err, "Their numbers: ceu admin mail queue");
	}
	return verb_path(s, path, "admin/mail/", word, after, err);
}

int verb_mail_show(struct session *s, struct err *err)
{
	char path[PATH_SIZE];

	return mail_path(s, s->args.words[0], "", path, err) ? -1 : verb_get(s, path, render_one_mail, err);
}

/* One order about one mail; because: why, or NULL. */
static const struct json *order(struct session *s, const char *word, const char *after, const char *because,
    struct err *err)
{
	struct send send = { .method = METHOD_POST };
	char path[PATH_SIZE];
	struct jsonw w;

	if (mail_path(s, word, after, path, err))
		return NULL;
	send.path = path;
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	session_member(&w, "because", because);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

static void tell(struct session *s, const struct json *mail, const char *done)
{
	if (session_tells(s) && !s->json)
		render_done(&s->page, view_printf(&s->arena, "Mail %lld to %s %s.", (long long)view_int(mail, "id"),
		    view_str(&s->arena, mail, "to"), done));
}

/* All of them or none; several answer as a list. */
static int retry_these(struct session *s, struct err *err)
{
	static const char done[] = "is tried again now";
	struct send send = { .method = METHOD_POST };
	char ids[IDS_SIZE], path[PATH_SIZE];
	const struct json *doc;
	size_t n;

	if (session_ids(&s->args, "ceu admin mail queue", ids, err) || session_path(path, err, "admin/mail/%s/retry", ids))
		return -1;
	send.path = path;
	doc = verb_send(s, &send, err);
	if (!doc)
		return -1;
	n = json_size(json_get(doc, "mails"));
	for (size_t i = 0; i < n; i++)
		tell(s, json_at(json_get(doc, "mails"), i), done);
	if (!n)
		tell(s, doc, done);
	return s->json ? session_print(s, err) : 0;
}

/* ceud takes so many at a time. */
static int retry_failed(struct session *s, struct err *err)
{
	int64_t retried = 0, left = 1;

	while (left > 0) {
		struct send send = { .method = METHOD_POST, .path = "admin/mail/retry" };
		const struct json *doc;

		buf_puts(&send.body, "{\"failed\":true}");
		doc = verb_send(s, &send, err);
		if (!doc)
			return -1;
		retried += view_int(doc, "retried");
		left = view_int(doc, "retried") ? view_int(doc, "left") : 0;
	}
	if (s->json) {
		buf_reset(&s->raw);
		if (buf_printf(&s->raw, "{\"retried\":%lld}", (long long)retried))
			return err_oom(err);
		return session_print(s, err);
	}
	if (session_tells(s))
		render_done(&s->page, retried ? view_printf(&s->arena, "%lld %s tried again now.", (long long)retried,
		    view_plural(retried, "mail is", "mails are")) : "No mail has failed.");
	return 0;
}

int verb_mail_retry(struct session *s, struct err *err)
{
	int all = session_value(s, OPTION_FAILED) != NULL;

	if (!all == !s->args.n) {
		err_set(err, ERR_USAGE, all ? "option-clash" : "argument-missing", all ?
		    "--failed means all that failed; name no mails besides." : "ceu admin mail retry lacks the numbers of mails.");
		return err_next(err, "Write: ceu admin mail retry ID.., or: ceu admin mail retry --failed");
	}
	return all ? retry_failed(s, err) : retry_these(s, err);
}

int verb_mail_resend(struct session *s, struct err *err)
{
	const struct json *mail = order(s, s->args.words[0], "/resend", NULL, err);

	if (!mail)
		return -1;
	tell(s, mail, view_printf(&s->arena, "is new, and goes in place of mail %.15s", s->args.words[0]));
	return s->json ? session_print(s, err) : 0;
}

int verb_mail_drop(struct session *s, struct err *err)
{
	const char *because = session_value(s, OPTION_BECAUSE);
	const struct json *mail;

	if (!because || !*because) {
		err_set(err, ERR_USAGE, "option-missing", "Say why it is given up.");
		return err_next(err, "Write: ceu admin mail drop ID --because TEXT");
	}
	mail = order(s, s->args.words[0], "/drop", because, err);
	if (!mail)
		return -1;
	tell(s, mail, "is given up");
	return s->json ? session_print(s, err) : 0;
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
