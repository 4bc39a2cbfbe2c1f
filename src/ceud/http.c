/* The HTTP front: libmicrohttpd in external epoll mode, one connection struct per peer, one exchange per request. */
#include "httpparts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "ceud.h"
#include "config.h"
#include "gate.h"
#include "httpsocket.h"
#include "loop.h"
#include "routes.h"
#include "spool.h"

enum {
	CONNECTION_MEMORY = 32768,
	HEADER_MS = 10000,		/* to send a whole request head */
	BODY_MS = 30000,
	ANSWER_MS = 60000,		/* to take the whole answer */
	FILE_RATE = 200,		/* bytes a ms: what a file gets besides, either way */
	IDLE_MS = 60000,		/* a kept connection may wait that long for its next request */
	TICK_MS = 1000
};

static void run_mhd(struct http *h);

static void on_kick(struct ceud *d, void *arg)
{
	struct http *h = arg;

	(void)d;
	h->kick = 0;
	run_mhd(h);
}

static void on_tick(struct ceud *d, void *arg)
{
	struct http *h = arg;
	int64_t now = clock_monotonic();

	(void)d;
	h->tick = 0;
	for (struct conn *c = h->conns; c; c = c->next)
		if (c->deadline && c->deadline < now && shutdown(c->fd, SHUT_RDWR) && errno != ENOTCONN)
			log_debug("Cannot shut a slow connection down: %s", strerror(errno));
	run_mhd(h);
}

/* Twice: at the connection limit the library listens again only in a later call (PLATFORM.md section 2). */
static void run_mhd(struct http *h)
{
	MHD_UNSIGNED_LONG_LONG wait;
	enum gate_sight sight;

	for (int i = 0; i < 2; i++) {
		for (struct conn *c = h->conns; c; c = c->next) {
			if (!c->fresh || (sight = gate_peek(c->fd)) == GATE_NOTHING_YET)
				continue;
			c->fresh = 0;
			c->bad_line = sight == GATE_BAD_LINE;
		}
		if (MHD_run(h->mhd) != MHD_YES)
			log_error("The HTTP library reports a failure.");
	}
	/* It reads a piece of each connection a turn and has more at hand: its epoll tells an arrival once only. */
	if (h->kick <= 0 && MHD_get_timeout(h->mhd, &wait) == MHD_YES && wait == 0)
		h->kick = loop_after(h->d->loop, clock_monotonic(), on_kick, h);
	if (h->conns && h->tick <= 0)
		h->tick = loop_after(h->d->loop, clock_monotonic() + TICK_MS, on_tick, h);
}

static void on_ready(struct ceud *d, void *arg, uint32_t events)
{
	(void)d;
	(void)events;
	run_mhd(arg);
}

static int count_of_uid(const struct http *h, uid_t uid)
{
	int n = 0;

	for (const struct conn *c = h->conns; c; c = c->next)
		n += c->peer.uid == uid;
	return n;
}

static void conn_open(struct http *h, struct MHD_Connection *mc, void **socket_context)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct conn *c = calloc(1, sizeof *c);

	*socket_context = c;
	if (!c)
		return;			/* without a struct conn every request is refused */
	c->peer.uid = (uid_t)-1;
	if (!info)
		return;
	c->h = h;
	c->fd = info->connect_fd;
	c->fresh = 1;
	c->deadline = clock_monotonic() + HEADER_MS;
	if (!h->network && socket_peer(c->fd, &c->peer))
		log_warning("A connection does not say who is at its other end.");
	/* From the network all come as nobody, most often through one proxy: the listener's limit is theirs. */
	c->too_many = !h->network && count_of_uid(h, c->peer.uid) >= h->d->config->limit_per_user;
	c->next = h->conns;
	h->conns = c;
	h->counts.connections++;
}

static void conn_close(struct http *h, struct conn *gone)
{
	struct conn **at;

	for (at = &h->conns; *at; at = &(*at)->next)
		if (*at == gone) {
			*at = gone->next;
			h->counts.connections--;
			break;
		}
	free(gone);
}

static void on_connection(void *cls, struct MHD_Connection *mc, void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		conn_open(cls, mc, socket_context);
	else
		conn_close(cls, *socket_context);
}

static void exchange_free(struct exchange *x)
{
	if (x->response)
		MHD_destroy_response(x->response);
	spool_close(x->spool);
	buf_free(&x->body);
	arena_free(&x->r.arena);
	free(x);
}

static void on_completed(void *cls, struct MHD_Connection *mc, void **con_cls, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *con_cls;

	(void)cls;
	(void)mc;
	(void)why;
	*con_cls = NULL;
	if (!x)
		return;
	if (x->conn) {
		x->conn->fresh = 1;
		x->conn->deadline = clock_monotonic() + IDLE_MS;
	}
	exchange_free(x);
}

/* Whoever asks and then does not read the answer may not keep the connection either. */
static enum MHD_Result queue(struct exchange *x)
{
	if (x->conn)
		x->conn->deadline = clock_monotonic() + ANSWER_MS + x->answer_bytes / FILE_RATE;
	return MHD_queue_response(x->c, x->status, x->response);
}

static enum MHD_Result refuse_with(struct exchange *x, const struct err *err)
{
	struct reply reply = { 0 };

	x->h->counts.rejected++;
	if (reply_problem(&reply, err)) {
		buf_free(&reply.body);
		return MHD_NO;
	}
	x->in_handler = 1;
	http_reply(x->h->d, &x->r, &reply);
	if (!x->response)
		return MHD_NO;
	MHD_add_response_header(x->response, "Connection", "close");
	return queue(x);
}

static enum MHD_Result refuse(struct exchange *x, enum err_class class, const char *code, const char *what)
{
	struct err err = { 0 };

	err_set(&err, class, code, "The request is refused: %s.", what);
	err_next(&err, class == ERR_UNREACHED ? "Try again in a moment." :
	    "Send one HTTP/1.1 request as ceud-api describes it, or use ceu.");
	return refuse_with(x, &err);
}

static enum MHD_Result refuse_length(struct exchange *x, int64_t limit, int is_file)
{
	struct err err = { 0 };

	if (!is_file)
		return refuse(x, ERR_USAGE, "body-large", "its body is larger than this server takes");
	err_set(&err, ERR_USAGE, "evidence-large", "The file is larger than %lld %s, the most that is taken here.",
	    (long long)(limit % 1000000 ? limit : limit / 1000000), limit % 1000000 ? "bytes" : "MB");
	err_next(&err, "Make it smaller, or ask your admin about \"evidence\" in the block limits of ceud.conf.");
	return refuse_with(x, &err);
}

/* Where the body is to go, before any of it comes. */
static enum MHD_Result expect_body(struct exchange *x, uint64_t length)
{
	const struct http_handlers *on = x->h->on;
	const struct config *config = x->h->d->config;
	struct err err = { 0 };
	int is_file = on->takes_file ? on->takes_file(x->h->d, &x->r, &err) : 0;
	int64_t limit = is_file ? config->limit_evidence : config->limit_body;

	if (is_file < 0)
		return refuse_with(x, &err);
	if (length > (uint64_t)limit)
		return refuse_length(x, limit, is_file);
	x->body_limit = (size_t)limit;
	if (is_file && on->open_file(x->h->d, &x->spool, &err))
		return refuse_with(x, &err);
	x->conn->deadline = clock_monotonic() + BODY_MS + (is_file ? (int64_t)length / FILE_RATE : 0);
	return MHD_YES;
}

/* The head is complete: check it and remember what handlers need. */
static enum MHD_Result begin(struct exchange *x, const char *method, const char *url, const char *version)
{
	struct request *r = &x->r;
	uint64_t length = 0;
	const char *fault;

	x->h->counts.requests++;
	if (!x->conn || (!x->h->network && x->conn->peer.uid == (uid_t)-1))
		return refuse(x, ERR_FAILED, "request-refused", "the connection could not be set up");
	if (x->conn->too_many)
		return refuse(x, ERR_UNREACHED, "too-many-connections", "you have too many connections open");
	fault = x->conn->bad_line ? "a line of its head ends without CR LF" : gate_check(x->c, method, url, version, &length);
	if (fault)
		return refuse(x, ERR_USAGE, "request-refused", fault);
	if (x->h->network && !gate_host(request_header(x, "Host"), x->h->network, x->h->d->config->url))
		return refuse(x, ERR_DENIED, "host-unknown", "it asks for a host that this server is not called");
	r->method = request_method(method);
	r->path = arena_strdup(&r->arena, url);
	r->uid = x->conn->peer.uid;
	r->gid = x->conn->peer.gid;
	r->pid = x->conn->peer.pid;
	r->peer_fd = x->conn->fd;
	r->is_network = x->h->network != NULL;
	r->content_type = request_header(x, "Content-Type");
	r->idempotency_key = request_header(x, "Idempotency-Key");
	r->if_match = request_header(x, "If-Match");
	r->if_none_match = request_header(x, "If-None-Match");
	r->if_modified_since = request_header(x, "If-Modified-Since");
	if (!r->path || request_split_path(r))
		return refuse(x, ERR_USAGE, "request-refused", "its path cannot be read");
	r->shown = request_shown(r);
	return expect_body(x, length);
}

static enum MHD_Result handle(struct exchange *x)
{
	struct err err = { 0 };

	if (x->h->closing)
		return refuse(x, ERR_UNREACHED, "stopping", "ceud is stopping");
	if (x->spool && spool_end(x->spool, &err))
		return refuse_with(x, &err);
	x->r.file = x->spool;
	x->r.body = buf_str(&x->body);
	x->r.body_len = x->body.len;
	x->conn->deadline = 0;
	x->in_handler = 1;
	x->h->on->request(x->h->d, &x->r);
	x->in_handler = 0;
	if (x->response)
		return queue(x);
	if (x->status)
		return MHD_NO;		/* no memory for the answer */
	x->suspended = 1;
	x->next = x->h->suspended;
	x->h->suspended = x;
	MHD_suspend_connection(x->c);
	return MHD_YES;
}

static struct exchange *exchange_new(struct http *h, struct MHD_Connection *mc)
{
	struct exchange *x = calloc(1, sizeof *x);
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	if (!x)
		return NULL;
	x->h = h;
	x->c = mc;
	x->conn = info ? info->socket_context : NULL;
	x->r.private = x;
	return x;
}

/* A file that cannot be written is swallowed to its end: only then can the answer be given. */
static int take_body(struct exchange *x, const char *data, size_t len)
{
	size_t have = x->spool ? (size_t)x->spool->bytes : x->body.len;

	if (len > x->body_limit - have)
		return -1;
	if (!x->spool)
		return buf_add(&x->body, data, len);
	spool_add(x->spool, data, len);
	return 0;
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *mc, const char *url, const char *method,
    const char *version, const char *data, size_t *data_size, void **con_cls)
{
	struct exchange *x = *con_cls;

	if (!x) {
		*con_cls = x = exchange_new(cls, mc);
		return x ? begin(x, method, url, version) : MHD_NO;
	}
	if (x->response)
		return queue(x);	/* resumed */
	if (x->status)
		return MHD_NO;		/* resumed without memory for an answer */
	if (!*data_size)
		return handle(x);
	if (take_body(x, data, *data_size))
		return MHD_NO;
	*data_size = 0;
	return MHD_YES;
}

static void unlink_suspended(struct exchange *gone)
{
	struct exchange **at;

	for (at = &gone->h->suspended; *at; at = &(*at)->next)
		if (*at == gone) {
			*at = gone->next;
			return;
		}
}

void http_reply(struct ceud *d, struct request *r, struct reply *reply)
{
	struct exchange *x = r->private;

	spool_close(x->spool);		/* what was to be kept has another name by now */
	x->spool = x->r.file = NULL;
	x->status = (unsigned)reply->status;
	x->answer_bytes = reply->filename ? reply->file_bytes : 0;
	x->response = reply_response(reply);
	if (x->in_handler)
		return;
	unlink_suspended(x);
	x->suspended = 0;
	MHD_resume_connection(x->c);
	if (x->h->kick <= 0)
		x->h->kick = loop_after(d->loop, clock_monotonic(), on_kick, x->h);
}

/* Paths are decoded by us after splitting, query values when they are asked for. */
static size_t unescape(void *cls, struct MHD_Connection *c, char *s)
{
	(void)cls;
	(void)c;
	return strlen(s);
}

void http_count(const struct http *h, struct http_counts *ret)
{
	*ret = h->counts;
}

static int start(struct http *h, struct err *err)
{
	const union MHD_DaemonInfo *info;

	h->mhd = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, h,
	    MHD_OPTION_LISTEN_SOCKET, h->listen_fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)h->d->config->limit_connections,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
	    MHD_OPTION_UNESCAPE_CALLBACK, unescape, h,
	    MHD_OPTION_END);
	if (!h->mhd)
		return err_errno(err, "http-failed", "Cannot start the HTTP server");
	h->listen_fd = -1;		/* the library closes it now */
	info = MHD_get_daemon_info(h->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return err_set(err, ERR_FAILED, "http-failed", "The HTTP server has no epoll descriptor.");
	h->epoll = info->epoll_fd;
	return loop_watch(h->d->loop, h->epoll, EPOLLIN, on_ready, h, err);
}

/* The listening socket, ours or handed over, and what it is called. */
static int take_place(struct http *h, const struct http_place *place, struct err *err)
{
	h->listen_fd = place->fd;
	if (place->network) {
		h->network = strdup(place->network);
		if (!h->network)
			return err_oom(err);
		if (place->fd < 0)
			h->listen_fd = socket_listen_network(place->network, err);
	} else if (place->fd < 0) {
		h->listen_fd = socket_listen(place->path, err);
		h->path = h->listen_fd < 0 ? NULL : strdup(place->path);
		if (h->listen_fd >= 0 && !h->path)
			return err_oom(err);
	}
	return h->listen_fd < 0 ? -1 : 0;
}

int http_open(struct ceud *d, const struct http_place *place, const struct http_handlers *on, struct http **ret,
    struct err *err)
{
	struct http *h = calloc(1, sizeof *h);

	if (!h)
		return err_oom(err);
	h->d = d;
	h->on = on;
	h->epoll = h->listen_fd = -1;
	if (take_place(h, place, err) || start(h, err)) {
		http_close(h);
		return -1;
	}
	*ret = h;
	return 0;
}

/* Whoever still waits is told so: nothing hangs on a daemon that has gone. */
static void answer_suspended(struct http *h)
{
	struct err err = { 0 };

	err_set(&err, ERR_UNREACHED, "stopping", "ceud is stopping.");
	err_next(&err, "Try again in a moment.");
	while (h->suspended) {
		struct reply reply = { .status = 503 };

		if (reply_problem(&reply, &err)) {
			buf_free(&reply.body);
			log_error("No memory to answer a waiting request.");
		}
		http_reply(h->d, &h->suspended->r, &reply);
	}
}

void http_close(struct http *h)
{
	if (!h)
		return;
	h->closing = 1;
	if (h->mhd) {
		answer_suspended(h);
		run_mhd(h);
		loop_unwatch(h->d->loop, h->epoll);
		MHD_stop_daemon(h->mhd);
	}
	loop_cancel(h->d->loop, h->kick);
	loop_cancel(h->d->loop, h->tick);
	if (h->listen_fd >= 0)
		close(h->listen_fd);
	if (h->path && unlink(h->path))
		log_warning("Cannot remove %s: %s", h->path, strerror(errno));
	free(h->path);
	free(h->network);
	free(h);
}
