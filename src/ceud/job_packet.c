/* Renewal packets: who waits for one, and the helper processes that make them. */
#include "packetjob.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "ceud.h"
#include "evidencestore.h"
#include "jobparts.h"
#include "loop.h"
#include "spawn.h"

enum { AT_ONCE = 2, DEADLINE_MS = 120000, CODE_MAX = 39, TEXT_MAX = 400 };
static const char AGAIN[] = "Try again; if it stays so, ask your admin: the log of ceud says more.";

struct packet {
	struct packet *next;
	struct ceud *d;
	struct call *call;
	struct child *child;		/* NULL while it waits */
	struct buf job;
	const char *type, *filename;
	int file;			/* what ceud-packet writes to, -1 until it starts */
	int64_t bytes;			/* as it says */
	int is_complete;
	struct err err;			/* why there is none */
};

struct packets_job {
	struct packet *first;
	int running, starting;
};

static void start_waiting(struct ceud *d);

int packets_open(struct packets_job **ret, struct err *err)
{
	*ret = calloc(1, sizeof **ret);
	return *ret ? 0 : err_oom(err);
}

static void packet_free(struct packet *p)
{
	if (p->file >= 0)
		close(p->file);
	buf_free(&p->job);
	free(p);
}

void packets_close(struct packets_job *j)
{
	struct packet *p;

	if (!j)
		return;
	while ((p = j->first)) {
		j->first = p->next;
		if (p->child)
			child_kill(p->child);
		packet_free(p);
	}
	free(j);
}

int packets_busy(const struct packets_job *j)
{
	return j->first != NULL;
}

/* ---- the end */

static void fail(struct packet *p, const char *code, const char *what, const char *next)
{
	if (p->err.class)
		return;
	err_set(&p->err, ERR_FAILED, code, "%s", what);
	err_next(&p->err, "%s", next);
}

static void check_file(struct packet *p)
{
	struct stat st;

	if (!p->err.class && (fstat(p->file, &st) || !p->is_complete || st.st_size != p->bytes))
		fail(p, "packet-failed", "The packet did not come out whole.", "Try again: ceu export packet");
}

static void end(struct packet *p)
{
	struct packet **at = &p->d->jobs->packets->first;
	struct call *c = p->call;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	loop_unwatch(p->d->loop, c->request->peer_fd);
	if (!p->err.class) {
		c->reply.type = p->type;
		c->reply.filename = p->filename;
		c->reply.file = p->file;
		c->reply.file_bytes = p->bytes;
		p->file = -1;
	}
	call_finish(c, p->err.class ? &p->err : NULL);
	packet_free(p);
}

static void give_up(struct packet *p, const char *code, const char *what)
{
	if (!p->err.class) {
		err_set(&p->err, ERR_UNREACHED, code, "%s", what);
		err_next(&p->err, "Try again in a moment.");
	}
	if (p->child)
		child_kill(p->child);	/* gone() ends it */
	else
		end(p);
}

static void on_caller(struct ceud *d, void *arg, uint32_t events)
{
	struct packet *p = arg;

	if (!(events & (EPOLLHUP | EPOLLERR)))
		return;
	loop_unwatch(d->loop, p->call->request->peer_fd);
	give_up(p, "caller-gone", "Whoever asked for the packet has gone.");
	start_waiting(d);
}

void packets_stop(struct ceud *d)
{
	struct packet *p, *next;

	for (p = d->jobs->packets->first; p; p = next) {
		next = p->next;
		give_up(p, "stopping", "ceud is stopping.");
	}
}

/* ---- the helper process */

static int is_code(const char *s)
{
	size_t len = strlen(s);

	return len && len <= CODE_MAX && strspn(s, "abcdefghijklmnopqrstuvwxyz-") == len;
}

static void take_failure(struct packet *p, const struct json *failed)
{
	const char *code = json_str(failed, "code"), *text = json_str(failed, "text"), *next = json_str(failed, "next");
	char shown[TEXT_MAX], step[TEXT_MAX];

	if (!code || !text || !is_code(code)) {
		fail(p, "packet-failed", "ceud-packet says something that is not understood.", AGAIN);
		return;
	}
	text_excerpt(shown, sizeof shown, text);
	text_excerpt(step, sizeof step, next && *next ? next : AGAIN);
	fail(p, code, shown, step);
}

static void on_line(struct ceud *d, void *arg, const char *line, size_t len)
{
	struct packet *p = arg;
	const struct json *failed, *complete;
	struct err err = { 0 };
	struct json *v;

	(void)d;
	if (p->err.class)
		return;
	if (json_parse(line, len, &v, &err)) {
		fail(p, "packet-failed", "ceud-packet says something that is not understood.", AGAIN);
		child_kill(p->child);
		return;
	}
	failed = json_get(v, "failed");
	complete = json_get(v, "complete");
	if (failed)
		take_failure(p, failed);
	else if (complete && !json_int(complete, "bytes", &p->bytes))
		p->is_complete = 1;
	json_free(v);
}

static void on_gone(struct ceud *d, void *arg, const char *why)
{
	struct packet *p = arg;

	d->jobs->packets->running--;
	p->child = NULL;
	if (!strcmp(why, "deadline"))
		fail(p, "packet-failed", "Making the packet took longer than two minutes.", AGAIN);
	else if (why[0] && !p->err.class) {
		log_error("ceud-packet ended with %s.", why);
		fail(p, "packet-failed", "The packet could not be made.", AGAIN);
	}
	check_file(p);
	end(p);
	start_waiting(d);
}

static int start(struct packet *p, struct err *err)
{
	static const struct child_events events = { on_line, NULL, on_gone };
	const char *const argv[] = { p->d->packet_program, "make", NULL };

	p->file = evidence_scratch(p->d->state_dir, err);
	if (p->file < 0 || child_start_with(p->d, argv, &p->file, 1, DEADLINE_MS, &events, p, &p->child, err))
		return -1;
	p->d->jobs->packets->running++;
	if (child_write(p->child, p->job.data, p->job.len))
		child_kill(p->child);		/* gone() will tell */
	else
		child_close_input(p->child);
	buf_free(&p->job);
	return 0;
}

static struct packet *find_waiting(const struct packets_job *j)
{
	if (j->running >= AT_ONCE)
		return NULL;
	for (struct packet *p = j->first; p; p = p->next)
		if (!p->child)
			return p;
	return NULL;
}

/* One that cannot begin ends here: then the outer call goes on. */
static void start_waiting(struct ceud *d)
{
	struct packets_job *j = d->jobs->packets;
	struct packet *p;

	if (j->starting || d->jobs->stopping)
		return;
	j->starting = 1;
	while ((p = find_waiting(j)))
		if (start(p, &p->err))
			end(p);
	j->starting = 0;
}

/* ---- orders */

int packet_make(struct call *c, struct buf *job, const char *type, const char *filename, struct err *err)
{
	struct ceud *d = c->d;
	struct packet **at = &d->jobs->packets->first, *p;

	if (jobs_stopping(d, err))
		return -1;
	p = calloc(1, sizeof *p);
	if (!p)
		return err_oom(err);
	p->d = d;
	p->call = c;
	p->type = type;
	p->filename = filename;
	p->file = -1;
	/* no events are asked for: a peer that has closed both ways is always told */
	if (loop_watch(d->loop, c->request->peer_fd, 0, on_caller, p, err)) {
		packet_free(p);
		return -1;
	}
	p->job = *job;
	*job = (struct buf)BUF_INIT;
	while (*at)
		at = &(*at)->next;
	*at = p;
	start_waiting(d);
	return 0;
}
