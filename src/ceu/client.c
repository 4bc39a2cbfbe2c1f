/* HTTP/1.1 over a Unix socket. */
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "interrupt.h"

enum { READ_SIZE = 64 * 1024 };

/* How an exchange ended, for the decision to repeat it. */
enum end { END_FINE, END_BROKEN, END_ERROR };

int client_open(struct client *c, const char *path, const volatile sig_atomic_t *stop, struct err *err)
{
	struct client fresh = { .fd = -1, .stop = stop };

	if (strlen(path) >= sizeof fresh.path) {
		err_set(err, ERR_USAGE, "socket-long", "The socket's path is longer than %zu bytes.",
		    sizeof fresh.path - 1);
		return err_next(err, "Name a shorter one with --socket PATH.");
	}
	text_copy(fresh.path, sizeof fresh.path, path);
	*c = fresh;
	return 0;
}

void client_close(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* ---- errors */

static int unreached(const struct client *c, int cause, struct err *err)
{
	const char *why = cause == ENOENT ? "there is no such socket" : strerror(cause);
	char shown[128];

	if (cause == ECONNREFUSED)
		why = "nobody listens there";
	text_excerpt(shown, sizeof shown, c->path);
	if (cause == EACCES || cause == EPERM) {
		err_set(err, ERR_UNREACHED, "unreached",
		    "You may not connect to ceud at %s. Nothing was kept.", shown);
		return err_next(err, "Ask whoever runs ceud for access, or name another socket with --socket "
		    "PATH.");
	}
	err_set(err, ERR_UNREACHED, "unreached", "ceud does not answer at %s: %s. Nothing was kept.", shown,
	    why);
	return err_next(err,
	    "Start it (systemctl start ceud, or your own: ceud), or name its socket with --socket PATH.");
}

static int no_answer(const char *why, struct err *err)
{
	err_set(err, ERR_UNREACHED, "no-answer",
	    "ceud took the request, and %s. Whether it was done is not known.", why);
	return err_next(err, "See what is there before you repeat it: ceu history");
}

static int stopped(const struct client *c, struct err *err)
{
	if (!c->stop || !*c->stop)
		return 0;
	err_set(err, ERR_FAILED, "stopped", "Stopped.");
	return -1;
}

/* ---- the wire */

static int dial(struct client *c, struct err *err)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_errno(err, "socket", "A socket could not be made");
	text_copy(to.sun_path, sizeof to.sun_path, c->path);
	if (connect(fd, (const struct sockaddr *)&to, sizeof to)) {
		int cause = errno;

		close(fd);
		return unreached(c, cause, err);
	}
	c->fd = fd;
	return 0;
}

/* A kept connection that the other side has closed meanwhile, or on which it said something unasked, is of no
 * use. */
static int is_stale(const struct client *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };

	return poll(&p, 1, 0) != 0;
}

/* 1 when ready, 0 past the deadline, -1 stopped or failed (err). */
static int wait_for(const struct client *c, short events, int64_t deadline, struct err *err)
{
	for (;;) {
		int64_t left = deadline - clock_monotonic();
		int n;

		if (stopped(c, err))
			return -1;
		if (left <= 0)
			return 0;
		n = interrupt_poll(c->fd, events, (int)left);
		if (n > 0)
			return 1;
		if (n < 0 && errno != EINTR)
			return err_errno(err, "poll", "Waiting for ceud failed");
	}
}

static enum end send_all(const struct client *c, const char *data, size_t len, int64_t deadline,
    struct err *err)
{
	size_t at = 0;

	while (at < len) {
		ssize_t n = send(c->fd, data + at, len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
		int ready;

		if (n >= 0) {
			at += (size_t)n;
			continue;
		}
		if (errno == EPIPE || errno == ECONNRESET)
			return END_BROKEN;
		if (errno != EAGAIN && errno != EINTR) {
			err_errno(err, "send", "Sending to ceud failed");
			return END_ERROR;
		}
		ready = wait_for(c, POLLIN | POLLOUT, deadline, err);
		if (ready <= 0) {
			if (!ready)
				no_answer("does not read it", err);
			return END_ERROR;
		}
		/* It answers although it has not got all: a refusal. */
		if (is_stale(c))
			return END_BROKEN;
	}
	return END_FINE;
}

/* The body from its file. END_BROKEN also when the server has something to say before all is sent: an early
 * refusal. */
static enum end send_file(const struct client *c, const struct source *from, int64_t deadline,
    struct err *err)
{
	char piece[READ_SIZE];
	size_t at = 0;

	while (at < from->len) {
		size_t want = from->len - at < sizeof piece ? from->len - at : sizeof piece;
		ssize_t n = pread(from->fd, piece, want, (off_t)at);
		enum end end;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n < 0)
				err_errno(err, "file", "The file cannot be read");
			else
				err_set(err, ERR_FAILED, "file-changed", "The file became shorter while it "
				    "was sent.");
			return END_ERROR;
		}
		end = is_stale(c) ? END_BROKEN : send_all(c, piece, (size_t)n, deadline, err);
		if (end != END_FINE)
			return end;
		at += (size_t)n;
		if (from->tell)
			from->tell(from->with, at, from->len);
	}
	return END_FINE;
}

/* Append what has come to `in`; *ret_n 0 at the end of the stream. END_BROKEN if the connection was reset. */
static enum end receive(const struct client *c, struct buf *in, size_t most, int64_t deadline, size_t *ret_n,
    struct err *err)
{
	for (;;) {
		ssize_t n;
		int ready = wait_for(c, POLLIN, deadline, err);

		if (ready <= 0) {
			if (!ready)
				no_answer("did not answer in time", err);
			return END_ERROR;
		}
		if (buf_reserve(in, most)) {
			err_oom(err);
			return END_ERROR;
		}
		n = recv(c->fd, in->data + in->len, most, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0 && errno == ECONNRESET)
			return END_BROKEN;
		if (n < 0) {
			err_errno(err, "receive", "Reading from ceud failed");
			return END_ERROR;
		}
		in->len += (size_t)n;
		in->data[in->len] = '\0';
		*ret_n = (size_t)n;
		return END_FINE;
	}
}

/* ---- one exchange */

/* Up to the empty line; *ret_len of `in` are the head with it. */
static enum end read_head(const struct client *c, struct buf *in, int64_t deadline, size_t *ret_len,
    struct err *err)
{
	for (;;) {
		size_t n = 0;
		enum end end = receive(c, in, READ_SIZE, deadline, &n, err);
		const char *stop;

		if (end == END_FINE && !n && !in->len)
			end = END_BROKEN;
		if (end != END_FINE)
			return end;
		stop = memmem(in->data, in->len, "\r\n\r\n", 4);
		if (stop) {
			*ret_len = (size_t)(stop - in->data) + 4;
			return END_FINE;
		}
		if (!n || in->len > CLIENT_HEAD_MAX) {
			client_invalid(n ? "its headers do not end" : "it stopped in the middle of its headers",
			    err);
			return END_ERROR;
		}
	}
}

/* `in` is the head and then `length` bytes, no more. */
static int read_body(const struct client *c, struct buf *in, size_t whole, int64_t deadline,
    struct err *err)
{
	while (in->len < whole) {
		size_t n = 0;
		enum end end = receive(c, in, whole - in->len, deadline, &n, err);

		if (end == END_ERROR)
			return -1;
		if (end == END_BROKEN || !n)
			return no_answer("stopped in the middle of its answer", err);
	}
	return in->len > whole ? client_invalid("it sends more than it announced", err) : 0;
}

static int write_all(int fd, const char *data, size_t len, struct err *err)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno != EINTR) {
			err_errno(err, "output", "What ceud sends cannot be written");
			return err_next(err, "See that there is room, or name another FILE.");
		}
		data += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* The body into where the caller wants it; `in` holds the head_len bytes before it and perhaps its
 * beginning. */
static int pass_body(const struct client *c, struct buf *in, size_t head_len, const struct head *head,
    const struct sink *into, int64_t deadline, struct err *err)
{
	size_t n = in->len - head_len, at = 0;
	int fd;

	if (n > head->length)
		return client_invalid("it sends more than it announced", err);
	fd = into->begin(into->with, head, err);
	if (fd < 0 || write_all(fd, in->data + head_len, n, err))
		return -1;
	for (at = n; at < head->length; at += n) {
		size_t left = head->length - at;
		enum end end;

		if (into->tell)
			into->tell(into->with, at, head->length);
		buf_reset(in);
		end = receive(c, in, left < READ_SIZE ? left : READ_SIZE, deadline, &n, err);
		if (end == END_ERROR)
			return -1;
		if (end == END_BROKEN || !n)
			return no_answer("stopped in the middle of its answer", err);
		if (write_all(fd, in->data, n, err))
			return -1;
	}
	buf_free(in);
	return 0;
}

static int keep_body(const struct client *c, struct buf *in, size_t head_len, const struct head *head,
    int64_t deadline, struct err *err)
{
	if (!head->is_json)
		return client_invalid("it does not send JSON", err);
	if (head->length > CLIENT_BODY_MAX)
		return client_invalid("its answer is too large", err);
	if (read_body(c, in, head_len + head->length, deadline, err))
		return -1;
	memmove(in->data, in->data + head_len, head->length);
	in->len = head->length;
	in->data[in->len] = '\0';
	return 0;
}

static enum end read_answer(struct client *c, const struct sink *into, int64_t deadline, struct answer *ret,
    struct err *err)
{
	struct buf in = BUF_INIT;
	struct head head;
	size_t head_len = 0;
	enum end end = read_head(c, &in, deadline, &head_len, err);
	int failed = 0;

	if (end == END_FINE)
		failed = client_head(in.data, head_len - 4, &head, err);
	if (end == END_FINE && !failed)
		failed = into && head.status == 200 ?
		    pass_body(c, &in, head_len, &head, into, deadline, err) :
		    keep_body(c, &in, head_len, &head, deadline, err);
	if (end != END_FINE || failed) {
		buf_free(&in);
		return failed ? END_ERROR : end;
	}
	ret->status = head.status;
	text_copy(ret->etag, sizeof ret->etag, head.etag);
	ret->body = in;
	if (!head.keep)
		client_close(c);
	return END_FINE;
}

static int write_request(const struct request *r, struct buf *out)
{
	static const char *const names[] = { "GET", "POST", "PATCH", "DELETE" };

	buf_printf(out, "%s %s HTTP/1.1\r\nHost: ceud\r\nAccept: application/json\r\n", names[r->method],
	    r->target);
	if (r->key)
		buf_printf(out, "Idempotency-Key: %s\r\n", r->key);
	if (r->etag)
		buf_printf(out, "If-Match: \"%s\"\r\n", r->etag);
	if (r->body || r->from)
		buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
		    r->from ? "application/octet-stream" : "application/json",
		    r->from ? r->from->len : r->body_len);
	buf_puts(out, "\r\n");
	if (r->body)
		buf_add(out, r->body, r->body_len);
	return out->failed ? -1 : 0;
}

static enum end exchange(struct client *c, const struct request *r, const struct buf *out, int64_t deadline,
    struct answer *ret, struct err *err)
{
	enum end end, sent;

	if (c->fd >= 0 && is_stale(c))
		client_close(c);
	if (c->fd < 0 && dial(c, err))
		return END_ERROR;
	/* A server that refuses early may close before all is sent: its answer is there all the same. */
	sent = send_all(c, out->data, out->len, deadline, err);
	if (sent == END_FINE && r->from)
		sent = send_file(c, r->from, deadline, err);
	end = sent == END_ERROR ? sent : read_answer(c, r->into, deadline, ret, err);
	if (end != END_FINE || sent != END_FINE)
		client_close(c);
	return end;
}

int client_ask(struct client *c, const struct request *r, struct answer *ret, struct err *err)
{
	int may_repeat = r->method == METHOD_GET || (r->method == METHOD_POST && r->key);
	int64_t deadline = clock_monotonic() + r->timeout_ms;
	struct buf out = BUF_INIT;
	enum end end;

	if (write_request(r, &out)) {
		buf_free(&out);
		return err_oom(err);
	}
	end = exchange(c, r, &out, deadline, ret, err);
	if (end == END_BROKEN && may_repeat) {
		end = exchange(c, r, &out, deadline, ret, err);
		/* The first try was sent: "nothing was kept" would be a guess. */
		if (end == END_ERROR && err && err->class == ERR_UNREACHED)
			end = END_BROKEN;
	}
	buf_free(&out);
	if (end == END_BROKEN)
		no_answer("closed the connection", err);
	if (end != END_FINE && r->method == METHOD_GET && err && !strcmp(err->code, "no-answer")) {
		err_set(err, ERR_UNREACHED, "no-answer", "ceud took the request and gave no whole answer.");
		return err_next(err, "Try again in a moment; if it stays so, look at ceud's log.");
	}
	return end == END_FINE ? 0 : -1;
}
