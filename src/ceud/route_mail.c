/* Mail, for admins: how it is, its queue, each mail, and what may be done with one. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "base/embed.h"
#include "ceud.h"
#include "config.h"
#include "jobparts.h"
#include "mail/message.h"
#include "mail/policy.h"
#include "mail/render.h"
#include "mailadmin.h"
#include "mailread.h"
#include "mailstatus.h"
#include "views.h"

enum { RETRY_MAX = 1000, BECAUSE_CHARS = 200, AGAIN_MS = 86400000 };

/* ---- how it is */

static void write_templates(struct jsonw *w, const struct ceud *d)
{
	struct render_source s;

	jsonw_array(w, "templates");
	for (size_t i = 0; !render_source(d->render, i, &s); i++)
		if (s.problem)
			jsonw_str(w, NULL, s.problem);
	jsonw_end_array(w);
}

static int write_numbers(struct call *c, struct jsonw *w, const struct outbox_counts *n, struct err *err)
{
	int64_t suppressed, last_sent, unused;

	if (bounce_count(c->d->store, &suppressed, err) || job_get(c->d->store, MAIL_SENT_JOB, &last_sent, &unused, err))
		return -1;
	jsonw_int(w, "suppressed", suppressed);
	jsonw_maybe_instant(w, "oldest_ready", n->oldest_ready <= c->d->now ? n->oldest_ready : 0);	/* what is for later does not wait */
	jsonw_maybe_instant(w, "last_sent", last_sent);
	jsonw_object(w, "rate");
	jsonw_int(w, "per_minute", c->d->config->mail_rate);
	jsonw_end_object(w);
	write_templates(w, c->d);
	return 0;
}

int route_admin_mail(struct call *c, struct err *err)
{
	struct outbox_counts n;
	struct jsonw w;

	if (outbox_count(c->d->store, &n, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	mailstatus_modes(&w, c->d);
	mailstatus_counts(&w, "states", &n);
	if (write_numbers(c, &w, &n, err) || jobs_report(c->d, &w, err) || mailstatus_problems(c, &w, &n, err))
		return -1;
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* -1: what needs a look; -2: all. */
static int read_state(struct call *c, int *ret, struct err *err)
{
	const char *word = request_query(c->request, "state");
	enum mail_state state;

	*ret = -1;
	if (!word)
		return 0;
	if (!strcmp(word, "all")) {
		*ret = -2;
		return 0;
	}
	if (!mail_state_parse(word, &state)) {
		*ret = (int)state;
		return 0;
	}
	err_set(err, ERR_USAGE, "state-unknown", "Mails have no such state.");
	return err_next(err, "One of: held, ready, sending, sent, failed, unknown, cancelled, all");
}

int route_admin_queue(struct call *c, struct err *err)
{
	struct outbox_list page = { 0 };
	struct jsonw w;
	int64_t before;
	int state, limit;

	if (read_state(c, &state, err) || args_limit(c, &limit, err) || args_after(c, &before, err) ||
	    outbox_page(c->d->store, state, before, limit + 1, c->arena, &page, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "mails");
	for (size_t i = 0; i < page.n && i < (size_t)limit; i++)
		view_mail(&w, &page.items[i]);
	jsonw_end_array(&w);
	if (page.n > (size_t)limit)
		jsonw_int(&w, "next_after", page.items[limit - 1].id);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- one mail */

static int take_mail(struct call *c, int with_bytes, struct outbox_mail *ret, struct err *err)
{
	int64_t id;

	if (args_number(c->args[0], "mail", &id, err))
		return -1;
	return outbox_get(c->d->store, id, with_bytes, c->arena, ret, err);
}

static int write_headers(struct call *c, struct jsonw *w, const struct outbox_mail *m, struct err *err)
{
	struct mail_headers all = { 0 };

	if (m->bytes && mailread_headers(m->bytes, m->nbytes, c->arena, &all, err))
		return -1;
	jsonw_array(w, "headers");
	for (size_t i = 0; i < all.n; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "name", all.items[i].name);
		jsonw_str(w, "value", all.items[i].value);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	return 0;
}

static int write_content(struct call *c, struct jsonw *w, const struct outbox_mail *m, struct err *err)
{
	const char *text = NULL;

	if (write_headers(c, w, m, err) || (m->bytes && mailread_text(m->bytes, m->nbytes, c->arena, &text, err)))
		return -1;
	jsonw_str(w, "text", text);
	if (m->bytes)
		jsonw_int(w, "bytes", (int64_t)m->nbytes);
	else
		jsonw_null(w, "bytes");
	return 0;
}

/* What was said on the wire: ceud-net has taken secrets out of it. */
static int write_attempts(struct call *c, struct jsonw *w, const struct outbox_mail *m, struct err *err)
{
	struct attempt_list all = { 0 };

	if (attempt_of(c->d->store, m->id, c->arena, &all, err))
		return -1;
	jsonw_array(w, "attempt_log");
	for (size_t i = 0; i < all.n; i++) {
		const struct attempt *t = &all.items[i];

		jsonw_object(w, NULL);
		jsonw_instant(w, "at", t->at);
		jsonw_str(w, "phase", t->phase);
		if (t->code)
			jsonw_int(w, "code", t->code);
		else
			jsonw_null(w, "code");
		jsonw_str(w, "text", t->text);
		jsonw_int(w, "ms", t->ms);
		jsonw_bool(w, "reused", t->reused);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	return 0;
}

enum { MAY_RELEASE = 1, MAY_RETRY = 2, MAY_RESEND = 4, MAY_DROP = 8 };

/* What an admin may do with it now. */
static unsigned options(const struct ceud *d, const struct outbox_mail *m)
{
	switch (m->state) {
	case OUTBOX_HELD: return MAY_RELEASE | MAY_DROP;
	case OUTBOX_READY: return (m->next_try > d->now ? MAY_RETRY : 0) | MAY_DROP;
	case OUTBOX_FAILED: return MAY_RETRY | MAY_RESEND | MAY_DROP;
	case OUTBOX_UNKNOWN: return MAY_RESEND | MAY_RETRY | MAY_DROP;
	case OUTBOX_SENT: case OUTBOX_CANCELLED: return MAY_RESEND;
	case OUTBOX_SENDING: break;
	}
	return 0;
}

static size_t commands(const struct ceud *d, const struct outbox_mail *m, char out[4][64])
{
	unsigned may = options(d, m);
	size_t n = 0;

	if (may & MAY_RELEASE)
		snprintf(out[n++], 64, "ceu admin mail release");
	if (may & MAY_RETRY)
		snprintf(out[n++], 64, "ceu admin mail retry %" PRId64, m->id);
	if (may & MAY_RESEND)
		snprintf(out[n++], 64, "ceu admin mail resend %" PRId64, m->id);
	if (may & MAY_DROP)
		snprintf(out[n++], 64, "ceu admin mail drop %" PRId64 " --because TEXT", m->id);
	return n;
}

static int write_mail(struct call *c, struct jsonw *w, int64_t id, struct err *err)
{
	struct outbox_mail m;
	char from[256], next[4][64];
	size_t n;

	if (outbox_get(c->d->store, id, 1, c->arena, &m, err) || mail_sender(c->d, from, err))
		return -1;
	jsonw_object(w, NULL);
	view_mail_members(w, &m);
	jsonw_str(w, "from", from);
	jsonw_maybe_instant(w, "not_before", m.not_before);
	jsonw_maybe_instant(w, "expires_at", m.expires_at);
	jsonw_maybe_instant(w, "created_at", m.created_at);
	jsonw_maybe_instant(w, "rendered_at", m.rendered_at);
	jsonw_maybe_instant(w, "lease_until", m.lease_until);
	jsonw_maybe_instant(w, "done_at", m.done_at);
	jsonw_str(w, "phase", m.phase && m.phase[0] ? m.phase : NULL);
	jsonw_str(w, "server_id", m.server_id && m.server_id[0] ? m.server_id : NULL);
	jsonw_str(w, "enhanced", m.enhanced && m.enhanced[0] ? m.enhanced : NULL);
	if (write_content(c, w, &m, err) || write_attempts(c, w, &m, err))
		return -1;
	jsonw_array(w, "next");
	n = commands(c->d, &m, next);
	for (size_t i = 0; i < n; i++)
		jsonw_str(w, NULL, next[i]);
	jsonw_end_array(w);
	jsonw_end_object(w);
	return 0;
}

static int answer_mail(struct call *c, int64_t id, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	return write_mail(c, &w, id, err) ? -1 : views_done(c, err);
}

static int answer_mails(struct call *c, const struct ids *ids, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "mails");
	for (size_t i = 0; i < ids->n; i++)
		if (write_mail(c, &w, ids->items[i], err))
			return -1;
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_admin_mail_get(struct call *c, struct err *err)
{
	struct outbox_mail m;

	return take_mail(c, 0, &m, err) ? -1 : answer_mail(c, m.id, err);
}

/* ---- what may be done with it */

static int refuse(const struct call *c, const struct outbox_mail *m, const char *what, struct err *err)
{
	const char *state = mail_state_name((enum mail_state)m->state);
	char next[4][64];
	size_t n = commands(c->d, m, next);

	if (m->state == OUTBOX_SENDING)
		err_set(err, ERR_RULE, "mail-state", "Mail %" PRId64 " is on its way to the relay now.", m->id);
	else if (m->state == OUTBOX_READY)
		err_set(err, ERR_RULE, "mail-state", "Mail %" PRId64 " goes by itself; it cannot be %s.", m->id, what);
	else
		err_set(err, ERR_RULE, "mail-state", "Mail %" PRId64 " is %s; it cannot be %s.", m->id, state, what);
	for (size_t i = 0; i < n; i++)
		err_next(err, "%s", next[i]);
	if (m->state == OUTBOX_READY)
		err_next(err, "ceu admin run mail");
	return n ? -1 : err_next(err, "ceu admin mail show %" PRId64, m->id);
}

/* The same mail must not go twice because it is called up in two ways. 1: another one stands for it, 0, -1. */
static int is_replaced(struct call *c, const struct outbox_mail *m, int by_sent, struct outbox_mail *ret, struct err *err)
{
	int rc = outbox_other(c->d->store, m, c->arena, ret, err);

	return rc > 0 && ret->state == OUTBOX_SENT ? by_sent : rc;
}

static int refuse_double(const struct outbox_mail *other, struct err *err)
{
	err_set(err, ERR_RULE, "mail-state", other->state == OUTBOX_SENT ? "Mail %" PRId64 ", the same one, was sent since." :
	    other->state == OUTBOX_HELD ? "Mail %" PRId64 " is the same one, and is held." :
	    "Mail %" PRId64 " is the same one, and goes by itself.", other->id);
	return err_next(err, "ceu admin mail show %" PRId64, other->id);
}

/* What goes in its place stands for it from now on: nothing is left to be tried again. */
static int replace(struct call *c, struct outbox_mail *m, int64_t by, struct err *err)
{
	char text[96];

	snprintf(text, sizeof text, "%smail %" PRId64 " stands for it", m->state == OUTBOX_UNKNOWN ? "it may have arrived; " : "", by);
	m->state = OUTBOX_CANCELLED;
	m->reason = text;
	m->done_at = c->d->now;
	m->next_try = 0;
	return outbox_settle(c->d->store, m, err);
}

/* An admin's word counts for more than what two servers said. */
static int retry(struct call *c, const struct outbox_mail *m, struct err *err)
{
	struct ceud *d = c->d;
	const char *to = d->config->mail_mode == MODE_REDIRECT ? d->config->mail_redirect : m->rcpt;

	return bounce_clear(d->store, m->rcpt, err) || bounce_clear(d->store, to, err) ||
	    outbox_retry(d->store, m->id, d->now, d->now + AGAIN_MS, err) ? -1 : 0;
}

static int retry_one(struct call *c, int64_t id, struct err *err)
{
	struct outbox_mail m, other;
	int replaced;

	if (outbox_get(c->d->store, id, 0, c->arena, &m, err))
		return -1;
	if (!(options(c->d, &m) & MAY_RETRY))
		return refuse(c, &m, "tried again", err);
	replaced = is_replaced(c, &m, 1, &other, err);
	if (replaced)
		return replaced < 0 ? -1 : refuse_double(&other, err);
	return retry(c, &m, err);
}

/* All of them or none. */
int route_admin_mail_retry(struct call *c, struct err *err)
{
	struct ids ids;

	if (args_only(c, NULL, 0, err) || args_ids(c->args[0], c->arena, &ids, err))
		return -1;
	for (size_t i = 0; i < ids.n; i++)
		if (retry_one(c, ids.items[i], err))
			return -1;
	return ids.n == 1 ? answer_mail(c, ids.items[0], err) : answer_mails(c, &ids, err);
}

int route_admin_mail_resend(struct call *c, struct err *err)
{
	struct outbox_mail m, again;
	int replaced;

	if (args_only(c, NULL, 0, err) || take_mail(c, 0, &m, err))
		return -1;
	if (!(options(c->d, &m) & MAY_RESEND))
		return refuse(c, &m, "sent once more", err);
	replaced = is_replaced(c, &m, 0, &again, err);
	if (replaced)
		return replaced < 0 ? -1 : refuse_double(&again, err);
	if (bounce_clear(c->d->store, m.rcpt, err) ||
	    outbox_again(c->d->store, m.id, c->d->now, c->d->now + AGAIN_MS, c->arena, &again, err) ||
	    ((m.state == OUTBOX_FAILED || m.state == OUTBOX_UNKNOWN) && replace(c, &m, again.id, err)))
		return -1;
	return answer_mail(c, again.id, err);
}

int route_admin_mail_drop(struct call *c, struct err *err)
{
	static const char *const members[] = { "because" };
	const char *because;
	struct outbox_mail m;
	int given = args_only(c, members, 1, err) ? -1 :
	    args_filled(c->body, "because", BECAUSE_CHARS, c->arena, &because, err);

	if (given < 0 || take_mail(c, 0, &m, err))
		return -1;
	if (!given) {
		err_set(err, ERR_USAGE, "because-needed", "Say why it is dropped.");
		return err_next(err, "ceu admin mail drop %" PRId64 " --because TEXT", m.id);
	}
	if (!(options(c->d, &m) & MAY_DROP))
		return refuse(c, &m, "dropped", err);
	m.state = OUTBOX_CANCELLED;
	m.reason = because;
	m.done_at = c->d->now;
	m.next_try = 0;
	if (outbox_settle(c->d->store, &m, err) || rung_note(c->d->store, m.id, because, err))
		return -1;
	return answer_mail(c, m.id, err);
}

/* So many in one turn; who has more asks again. */
int route_admin_mail_retry_all(struct call *c, struct err *err)
{
	static const char *const members[] = { "failed" };
	struct outbox_list page = { 0 };
	struct outbox_counts left;
	struct jsonw w;
	int64_t retried = 0;

	if (args_only(c, members, 1, err))
		return -1;
	if (!json_bool(c->body, "failed", 0)) {
		err_set(err, ERR_USAGE, "failed-needed", "Say which mails: \"failed\" is true, or name one.");
		return err_next(err, "ceu admin mail retry --failed");
	}
	if (outbox_page(c->d->store, OUTBOX_FAILED, 0, RETRY_MAX, c->arena, &page, err))
		return -1;
	for (size_t i = 0; i < page.n; i++) {
		struct outbox_mail *m = &page.items[i], other;
		int replaced = is_replaced(c, m, 1, &other, err);

		if (replaced < 0 || (replaced ? replace(c, m, other.id, err) : retry(c, m, err)))
			return -1;
		retried += !replaced;
	}
	if (outbox_count(c->d->store, &left, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "retried", retried);
	jsonw_int(&w, "left", left.by_state[OUTBOX_FAILED]);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* In mode hold nothing goes out whatever one says here: the file alone decides. */
int route_admin_mail_release(struct call *c, struct err *err)
{
	struct jsonw w;
	int64_t n;

	if (args_only(c, NULL, 0, err))
		return -1;
	if (c->d->config->mail_mode == MODE_HOLD) {
		err_set(err, ERR_RULE, "mode-hold", "All mail is held: the mode in ceud.conf is hold.");
		return err_next(err, "Write \"mode live\" in its block mail, then: ceu admin reload");
	}
	if (outbox_release(c->d->store, c->d->now, &n, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "released", n);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- looking ahead */

int route_admin_mail_test(struct call *c, struct err *err)
{
	static const char *const members[] = { "to" };
	const char *to = NULL;
	char ascii[256];

	if (args_only(c, members, 1, err) || args_text(c->body, "to", &to, err) < 0)
		return -1;
	if (!to) {
		err_set(err, ERR_USAGE, "address-needed", "The address to send to is missing.");
		return err_next(err, "ceu admin mail test ADDR");
	}
	if (message_address_ascii(to, ascii, err))
		return -1;
	return jobs_mail_test(c->d, ascii, call_answer, c, err) ? -1 : ROUTE_LATER;
}

int route_admin_templates(struct call *c, struct err *err)
{
	struct render_source s;
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "templates");
	for (size_t i = 0; !render_source(c->d->render, i, &s); i++) {
		jsonw_object(&w, NULL);
		jsonw_str(&w, "name", s.name);
		jsonw_str(&w, "source", s.source);
		jsonw_str(&w, "problem", s.problem);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_admin_template(struct call *c, struct err *err)
{
	const struct embed *e = NULL;
	char path[100];
	struct jsonw w;

	for (size_t i = 0; render_names[i] && !e; i++) {
		if (strcmp(render_names[i], c->args[0]))
			continue;
		snprintf(path, sizeof path, "templates/%s", render_names[i]);
		e = embed_find(path);
	}
	if (!e) {
		err_set(err, ERR_ABSENT, "no-template", "There is no such template.");
		return err_next(err, "ceu admin mail template");
	}
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "name", c->args[0]);
	jsonw_strn(&w, "text", (const char *)e->data, e->len);
	jsonw_end_object(&w);
	return views_done(c, err);
}
