/* `ceu admin mail test`: one mail past the queue, with the steps of the connection. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "config.h"
#include "jobparts.h"
#include "mail/message.h"
#include "mailpassword.h"
#include "mailwire.h"
#include "spawn.h"
#include "store/outbox.h"

enum { TEST_DEADLINE_MS = 60000 };

struct mail_test {
	struct mail_test *next;
	struct ceud *d;
	struct child *child;
	struct arena arena;
	struct outbox_mail mail;
	struct buf json;
	struct jsonw w;
	struct mail_outcome outcome;
	int have_outcome;
	int is_starting;		/* mail_test() has not returned: it answers itself */
	struct err failed;
	job_done *done;
	void *arg;
};

static void forget(struct mail_test *t)
{
	struct mail_test **at = &t->d->jobs->tests;

	while (*at && *at != t)
		at = &(*at)->next;
	if (*at)
		*at = t->next;
	buf_free(&t->json);
	arena_free(&t->arena);
	free(t);
}

static void finish(struct mail_test *t, int sent, int code, const char *text)
{
	struct err err = { 0 };

	jsonw_end_array(&t->w);
	jsonw_str(&t->w, "outcome", sent ? "sent" : "failed");
	if (code)
		jsonw_int(&t->w, "code", code);
	else
		jsonw_null(&t->w, "code");
	jsonw_str(&t->w, "text", text);
	jsonw_end_object(&t->w);
	if (t->json.failed)
		err_oom(&err);
	t->done(t->arg, t->json.failed ? NULL : &t->json, t->json.failed ? &err : NULL);
	forget(t);
}

void mail_tests_stop(struct ceud *d)
{
	for (struct mail_test *t = d->jobs->tests; t; t = t->next)
		if (t->child)
			child_kill(t->child);
}

static void on_line(struct ceud *d, void *arg, const char *line, size_t len)
{
	struct mail_test *t = arg;
	struct buf step = BUF_INIT;
	int64_t id;
	int rc = wire_answer(line, len, &id, &t->outcome, &step);

	(void)d;
	if (rc == 1)
		jsonw_raw(&t->w, NULL, buf_str(&step), step.len);
	else if (rc == 0)
		t->have_outcome = 1;
	else
		child_kill(t->child);
	buf_free(&step);
}

/* As ceud-net calls the steps that it tells of, and those on the way that it does not. */
static const char *step_name(enum mail_phase phase)
{
	switch (phase) {
	case PHASE_BANNER:
	case PHASE_EHLO: return "greeting";
	case PHASE_STARTTLS:
	case PHASE_TLS: return "encrypt";
	case PHASE_AUTH: return "sign in";
	case PHASE_MAIL: return "sender";
	case PHASE_RCPT: return "recipient";
	case PHASE_DATA:
	case PHASE_BODY:
	case PHASE_DOT: return "message";
	case PHASE_ADDRESS: return "address";
	case PHASE_NONE:
	case PHASE_CONNECT: break;
	}
	return "connect";
}

/* The helper tells what was reached: what was not is the last step. */
static void judge(struct mail_test *t)
{
	const struct mail_outcome *o = &t->outcome;
	int sent = mail_judge(o) == MAIL_SENT;

	if (!sent) {
		jsonw_object(&t->w, NULL);
		jsonw_str(&t->w, "phase", step_name(o->phase));
		jsonw_int(&t->w, "ms", 0);
		jsonw_str(&t->w, "text", o->text);
		jsonw_end_object(&t->w);
	}
	finish(t, sent, o->code, o->text);
}

static void on_gone(struct ceud *d, void *arg, const char *why)
{
	struct mail_test *t = arg;
	char text[128];

	(void)d;
	if (t->have_outcome) {
		judge(t);
		return;
	}
	snprintf(text, sizeof text, "The mail helper ended without an answer (%s).", why[0] ? why : "exit 0");
	finish(t, 0, 0, text);
}

static int start(struct mail_test *t, const char *password, struct err *err)
{
	static const struct child_events events = { on_line, NULL, on_gone };
	const char *const argv[] = { t->d->net_program, "send", NULL };
	struct buf job = BUF_INIT;
	int rc = wire_open(t->d, password, 1, &job, err);

	if (!rc)
		rc = wire_mail(t->d, t->mail.id, wire_recipient(t->d, &t->mail), t->mail.bytes, t->mail.nbytes, &job, err);
	if (!rc)
		rc = child_start(t->d, argv, TEST_DEADLINE_MS, &events, t, &t->child, err);
	if (!rc && child_write(t->child, job.data, job.len))
		child_kill(t->child);
	else if (!rc)
		child_close_input(t->child);
	if (job.data)
		explicit_bzero(job.data, job.len);
	buf_free(&job);
	return rc;
}

static void on_password(struct ceud *d, void *arg, const char *password, const struct err *failed)
{
	struct mail_test *t = arg;
	struct err err = { 0 };

	(void)d;
	if (failed)
		err = *failed;
	else if (!start(t, password, &err))
		return;
	if (t->is_starting) {
		t->failed = err;
		return;
	}
	t->done(t->arg, NULL, &err);
	forget(t);
}

/* The password may take a while; what fails at once is told at once. */
static int begin(struct mail_test *t, struct err *err)
{
	int rc;

	t->is_starting = 1;
	rc = mail_password(t->d, on_password, t, err);
	t->is_starting = 0;
	if (rc || t->failed.class == ERR_NONE)
		return rc;
	*err = t->failed;
	return -1;
}

static void written(struct mail_test *t)
{
	struct buf path = BUF_INIT;
	struct err err = { 0 };
	int to_file = t->d->config->mail_transport == TRANSPORT_DIR;
	int rc = to_file ? wire_file(t->d, &t->mail, &path, &err) : wire_print(&t->mail, &err);

	jsonw_object(&t->w, NULL);
	jsonw_str(&t->w, "phase", "written");
	jsonw_int(&t->w, "ms", 0);
	jsonw_str(&t->w, "text", rc ? err.what : to_file ? buf_str(&path) : "standard output");
	jsonw_end_object(&t->w);
	buf_free(&path);
	finish(t, !rc, 0, rc ? err.what : "");
}

static int make(struct mail_test *t, const char *to, struct err *err)
{
	char key[64];

	snprintf(key, sizeof key, "test:%lld", (long long)t->d->now);
	t->mail = (struct outbox_mail){ .dedup_key = arena_strdup(&t->arena, key), .kind = "test", .rcpt = arena_strdup(&t->arena, to),
		.rcpt_name = "" };
	if (!t->mail.dedup_key || !t->mail.rcpt)
		return err_oom(err);
	if (mail_make(t->d, &t->mail, 1, &t->arena, err))
		return -1;
	jsonw_begin(&t->w, &t->json);
	jsonw_object(&t->w, NULL);
	jsonw_str(&t->w, "to", wire_recipient(t->d, &t->mail));	/* there one looks for it */
	jsonw_array(&t->w, "steps");
	return 0;
}

int mail_test(struct ceud *d, const char *to, job_done *done, void *arg, struct err *err)
{
	struct mail_test *t;

	if (message_address(to, err))
		return -1;
	t = calloc(1, sizeof *t);
	if (!t)
		return err_oom(err);
	t->d = d;
	t->done = done;
	t->arg = arg;
	if (make(t, to, err) || (d->config->mail_transport == TRANSPORT_SMTP && begin(t, err))) {
		forget(t);
		return -1;
	}
	if (d->config->mail_transport != TRANSPORT_SMTP) {
		written(t);
	} else {
		t->next = d->jobs->tests;
		d->jobs->tests = t;
	}
	return 0;
}
