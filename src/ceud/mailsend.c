/* The helper that speaks SMTP: started with a fresh password, given one mail at a time, and the transports that need none. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "config.h"
#include "loop.h"
#include "mailjob.h"
#include "mailpassword.h"
#include "mailwire.h"
#include "spawn.h"

enum { GOODBYE_MS = 30000, STOPPING_MS = 2000 };

static void on_line(struct ceud *d, void *arg, const char *line, size_t len)
{
	struct mail_job *m = arg;
	struct mail_outcome o;
	enum mail_class class;
	int64_t id;

	if (!m->in_flight || wire_answer(line, len, &id, &o, NULL) || id != mail_of(m)->id) {
		log_error("The mail helper answered something that is not understood.");
		child_kill(m->child);
		return;
	}
	class = mail_judged(m, &o);
	if (class == MAIL_RECONNECT) {
		m->reconnected = 1;
		m->in_flight = 0;
	} else {
		mail_settled(m, class, class == MAIL_CHANNEL || class == MAIL_CHANNEL_CONFIG, &o);
	}
	mail_pump(d);
	if (!m->in_flight)
		loop_wake_at(d->loop, d->now);
}

/* It did not even begin: the job was not understood, or there was nothing to run. */
static int never_began(const char *why)
{
	return !strcmp(why, "exit 2") || !strcmp(why, "exit 127");
}

/* It went away with a mail on the wire: nobody knows whether the server has it. A helper that cannot live is a fault of the
 * channel besides, or one mail after the other would fall into doubt. */
static void on_gone(struct ceud *d, void *arg, const char *why)
{
	struct mail_job *m = arg;
	struct mail_outcome o = { .phase = PHASE_BODY, .all_sent = 1 };

	m->child = NULL;
	m->closing = m->outdated = 0;
	if (m->in_flight) {
		log_error("The mail helper ended in the middle of a mail (%s).", why[0] ? why : "exit 0");
		snprintf(o.text, sizeof o.text, "The mail helper ended: %s", why[0] ? why : "exit 0");
		mail_settled(m, never_began(why) ? MAIL_CHANNEL_CONFIG : MAIL_DOUBT, 1, &o);
	} else if (why[0]) {
		log_error("The mail helper ended: %s.", why);
	}
	mail_pump(d);
	loop_wake_at(d->loop, d->now);
}

static int start_child(struct mail_job *m, const char *password, struct err *err)
{
	static const struct child_events events = { on_line, NULL, on_gone };
	const char *const argv[] = { m->d->net_program, "send", NULL };
	struct buf job = BUF_INIT;
	int rc = wire_open(m->d, password, 0, &job, err);

	if (!rc)
		rc = child_start(m->d, argv, MAIL_DEADLINE_MS, &events, m, &m->child, err);
	if (!rc && child_write(m->child, job.data, job.len))
		child_kill(m->child);
	if (job.data)
		explicit_bzero(job.data, job.len);
	buf_free(&job);
	return rc;
}

static void on_password(struct ceud *d, void *arg, const char *password, const struct err *failed)
{
	struct mail_job *m = arg;
	struct err err = { 0 };

	m->asking = 0;
	if (!d->jobs->stopping && failed)
		mail_channel_failed(m, failed->what);
	else if (!d->jobs->stopping && start_child(m, password, &err))
		mail_channel_failed(m, err.what);
	mail_pump(d);			/* nothing while it is at it already */
	if (!m->in_flight)
		loop_wake_at(d->loop, d->now);
}

void mail_goodbye(struct mail_job *m)
{
	m->closing = 1;
	child_close_input(m->child);
	child_extend(m->child, m->stopping ? STOPPING_MS : GOODBYE_MS);
}

int mail_open_channel(struct mail_job *m)
{
	struct err err = { 0 };
	int is_smtp = m->d->config->mail_transport == TRANSPORT_SMTP;

	if (m->child && (m->outdated || !is_smtp)) {
		mail_goodbye(m);		/* that relay, that password are of yesterday */
		return 0;
	}
	if (m->child || !is_smtp)
		return 1;
	m->asking = 1;
	if (mail_password(m->d, on_password, m, &err)) {
		m->asking = 0;
		mail_channel_failed(m, err.what);
		return -1;
	}
	return m->child ? 1 : m->asking ? 0 : -1;
}

static int hand_over(struct mail_job *m, struct err *err)
{
	const struct outbox_mail *mail = mail_of(m);
	struct buf job = BUF_INIT;
	int rc = wire_mail(m->d, mail->id, wire_recipient(m->d, mail), mail->bytes, mail->nbytes, &job, err);

	if (!rc && child_write(m->child, job.data, job.len))
		rc = err_oom(err);
	buf_free(&job);
	if (rc)
		return -1;
	child_extend(m->child, MAIL_DEADLINE_MS);
	m->in_flight = 1;
	return 0;
}

/* Files and standard output answer at once. */
static void deliver_here(struct mail_job *m)
{
	struct mail_outcome o = { .phase = PHASE_DOT, .all_sent = 1 };
	struct buf path = BUF_INIT;
	struct err err = { 0 };
	int rc = m->d->config->mail_transport == TRANSPORT_DIR ? wire_file(m->d, mail_of(m), &path, &err) :
	    wire_print(mail_of(m), &err);

	if (rc) {
		o.phase = PHASE_CONNECT;
		o.curlcode = 1;
		snprintf(o.text, sizeof o.text, "%.400s", err.what);
	}
	mail_settled(m, rc ? MAIL_CHANNEL_CONFIG : MAIL_SENT, rc != 0, &o);
	buf_free(&path);
}

void mail_send(struct mail_job *m)
{
	struct mail_outcome o = { .phase = PHASE_CONNECT };
	struct err err = { 0 };

	if (m->d->config->mail_transport != TRANSPORT_SMTP) {
		deliver_here(m);
	} else if (hand_over(m, &err)) {	/* not a byte has left */
		snprintf(o.text, sizeof o.text, "%.400s", err.what);
		mail_settled(m, MAIL_CHANNEL_CONFIG, 1, &o);
	}
}
