/* A mail at the moment of sending: the facts again, rendered, built, frozen. */
#include "mailmake.h"

#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "config.h"
#include "mailadmin.h"

int make_not_wanted(struct outbox_mail *m, const char *why)
{
	m->reason = why;
	return MAIL_NOT_WANTED;
}

const char *make_is_late(const struct making *k)
{
	return k->m->expires_at && k->m->expires_at <= k->d->now ? "its time has passed" : NULL;
}

int make_wait_for_day(const struct making *k)
{
	const struct config *c = k->d->config;
	int minute, planned;
	day_t day = zone_day(k->zone, k->d->now, &minute);

	zone_day(k->zone, k->m->not_before, &planned);
	if (k->at_once || !jobs_is_quiet(c, minute) || (jobs_is_quiet(c, planned) && k->m->not_before <= k->m->created_at))
		return 0;
	k->m->next_try = zone_instant_next(k->zone, day + (minute >= c->quiet_to), c->quiet_to * 60);
	return MAIL_NOT_NOW;
}

char *make_text(struct arena *a, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return arena_strdup(a, text);
}

static int sender(struct ceud *d, char name[256], char addr[256], struct err *err)
{
	return message_mailbox(d->config->mail_from, name, 256, addr, 256, err);
}

int mail_sender(struct ceud *d, char out[256], struct err *err)
{
	char name[256];

	return sender(d, name, out, err);
}

const char *make_id(const struct making *k, const char *prefix, const char *key, struct err *err)
{
	unsigned char secret[32];
	char name[256], addr[256], id[256];

	if (store_key(k->d->store, secret, err) || sender(k->d, name, addr, err))
		return NULL;
	message_make_id(prefix, secret, sizeof secret, key, strchr(addr, '@') + 1, id);
	return arena_strdup(k->a, id);
}

const char *make_list_id(const struct making *k, struct err *err)
{
	char name[256], addr[256];
	const char *id;

	if (sender(k->d, name, addr, err))
		return NULL;
	id = make_text(k->a, "ceu-digest.%s", strchr(addr, '@') + 1);
	if (!id)
		err_oom(err);
	return id;
}

/* Into the row: what is built is frozen with it. */
static int freeze(struct making *k, const struct message *msg, const struct buf *bytes, struct err *err)
{
	void *copy = arena_alloc(k->a, bytes->len);
	const char *subject = arena_strdup(k->a, msg->subject);

	if (!copy || !subject)
		return err_oom(err);
	memcpy(copy, bytes->data, bytes->len);
	k->m->bytes = copy;
	k->m->nbytes = bytes->len;
	k->m->subject = subject;
	k->m->message_id = msg->message_id;
	k->m->rendered_at = k->d->now;
	return 0;
}

int make_build_as(struct making *k, const char *message_id, struct err *err)
{
	const struct config *c = k->d->config;
	char from_name[256], from_addr[256];
	struct buf bytes = BUF_INIT;
	int redirected = c->mail_mode == MODE_REDIRECT, rc;

	if (sender(k->d, from_name, from_addr, err))
		return -1;
	struct message msg = { .from_name = from_name, .from_addr = from_addr,
		.to_name = redirected ? "" : k->m->rcpt_name, .to_addr = redirected ? c->mail_redirect : k->m->rcpt,
		.reply_to = c->mail_reply_to, .subject = buf_str(&k->mail.subject), .message_id = message_id,
		.thread_id = k->thread, .list_id = k->list_id, .unsubscribe = k->unsubscribe,
		.unsubscribe_mail = k->unsubscribe_mail, .original_to = redirected ? k->m->rcpt : NULL, .date = k->d->now,
		.offset_seconds = zone_offset(k->zone, k->d->now), .text = buf_str(&k->mail.text), .html = buf_str(&k->mail.html),
		.parts = k->parts, .nparts = k->nparts };
	rc = message_build(&msg, &bytes, err) || freeze(k, &msg, &bytes, err) ? -1 : 0;
	buf_free(&bytes);
	return rc;
}

int make_build(struct making *k, struct err *err)
{
	const char *id = make_id(k, "r", k->m->dedup_key, err);

	return id ? make_build_as(k, id, err) : -1;
}

static int is_reminder(const struct outbox_mail *m)
{
	return !strcmp(m->kind, "reminder") || !strcmp(m->kind, "nudge");
}

int mail_make(struct ceud *d, struct outbox_mail *m, int at_once, struct arena *a, struct err *err)
{
	struct making k = { .d = d, .m = m, .a = a, .at_once = at_once,
		.zone = d->config->zone ? d->config->zone : zone_local(),
		.mail = { BUF_INIT, BUF_INIT, BUF_INIT } };
	int rc;

	if (!is_reminder(m) && make_is_late(&k))
		return make_not_wanted(m, make_is_late(&k));
	if (is_reminder(m))
		rc = make_reminder(&k, err);
	else if (!strcmp(m->kind, "digest"))
		rc = make_digest(&k, err);
	else if (!strcmp(m->kind, "admin"))
		rc = make_admin(&k, err);
	else
		rc = render_test(d->render, d->config->organisation ? d->config->organisation : "", m->rcpt, d->now, &k.mail, err);
	if (!rc && !m->bytes)
		rc = make_build(&k, err);
	rendered_free(&k.mail);
	return rc;
}
