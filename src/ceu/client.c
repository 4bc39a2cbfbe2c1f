/* HTTP/1.1 over a Unix socket. */
#include "client.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "interrupt.h"

enum { LENGTH_DIGITS_MAX = 9, READ_SIZE = 64 * 1024 };

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

static int invalid(const char *what, struct err *err)
{
	err_set(err, ERR_FAILED, "answer-invalid",
	    "What answers at the socket is not ceud, or is broken: %s.", what);
	return err_next(err, "See which program listens there; another socket: --socket PATH");
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

static enum end send_all(const struct client *c, const struct buf *b, int64_t deadline, struct err *err)
{
	size_t at = 0;

	while (at < b->len) {
		ssize_t n = send(c->fd, b->data + at, b->len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
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
		ready = wait_for(c, POLLOUT, deadline, err);
		if (ready <= 0) {
			if (!ready)
				no_answer("does not read it", err);
			return END_ERROR;
		}
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

/* ---- the answer's head */

static int read_length(const char *s, size_t len, size_t *ret)
{
	size_t n = 0;

	if (!len || len > LENGTH_DIGITS_MAX)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		n = n * 10 + (size_t)(s[i] - '0');
	}
	*ret = n;
	return 0;
}

struct field { const char *name, *value; size_t name_len, value_len; };

static int is_field(const struct field *f, const char *name)
{
	return f->name_len == strlen(name) && !strncasecmp(f->name, name, f->name_len);
}

static int begins(const struct field *f, const char *word)
{
	size_t n = strlen(word);

	return f->value_len >= n && !strncasecmp(f->value, word, n) &&
	    (f->value_len == n || f->value[n] == ';' || f->value[n] == ' ');
}

struct seen { int lengths, types; };

static int take_field(const struct field *f, struct head *h, struct seen *seen, struct err *err)
{
	if (is_field(f, "Transfer-Encoding"))
		return invalid("it sends Transfer-Encoding", err);
	if (is_field(f, "Content-Length")) {
		if (seen->lengths++)
			return invalid("it sends two Content-Lengths", err);
		if (read_length(f->value, f->value_len, &h->length))
			return invalid("its Content-Length is no number", err);
	} else if (is_field(f, "Content-Type")) {
		if (seen->types++ ||
		    (!begins(f, "application/json") && !begins(f, "application/problem+json")))
			return invalid("it does not send JSON", err);
	} else if (is_field(f, "Connection")) {
		h->keep = !begins(f, "close") && h->keep;
	} else if (is_field(f, "ETag")) {
		if (f->value_len < 2 || f->value[0] != '"' || f->value[f->value_len - 1] != '"' ||
		    f->value_len - 2 >= sizeof h->etag)
			return invalid("its ETag is none", err);
		memcpy(h->etag, f->value + 1, f->value_len - 2);
		h->etag[f->value_len - 2] = '\0';
	}
	return 0;
}

static int split_field(const char *line, size_t len, struct field *ret)
{
	const char *colon = memchr(line, ':', len);
	struct field f;

	if (!colon || colon == line)
		return -1;
	f.name = line;
	f.name_len = (size_t)(colon - line);
	f.value = colon + 1;
	f.value_len = len - f.name_len - 1;
	for (size_t i = 0; i < f.name_len; i++)
		if (f.name[i] <= ' ' || f.name[i] >= 0x7f)
			return -1;
	for (; f.value_len && (*f.value == ' ' || *f.value == '\t'); f.value_len--)
		f.value++;
	while (f.value_len && (f.value[f.value_len - 1] == ' ' || f.value[f.value_len - 1] == '\t'))
		f.value_len--;
	for (size_t i = 0; i < f.value_len; i++)
		if ((unsigned char)f.value[i] < ' ' && f.value[i] != '\t')
			return -1;
	*ret = f;
	return 0;
}

static int status_line(const char *s, size_t len, struct head *h)
{
	if (len < 12 || (strncmp(s, "HTTP/1.1 ", 9) && strncmp(s, "HTTP/1.0 ", 9)))
		return -1;
	if (!isdigit((unsigned char)s[9]) || !isdigit((unsigned char)s[10]) ||
	    !isdigit((unsigned char)s[11]) || (len > 12 && s[12] != ' '))
		return -1;
	h->status = (s[9] - '0') * 100 + (s[10] - '0') * 10 + (s[11] - '0');
	h->keep = s[7] == '1';
	return h->status >= 200 ? 0 : -1;
}

int client_head(const char *text, size_t len, struct head *ret, struct err *err)
{
	struct head h = { 0 };
	struct seen seen = { 0 };
	const char *line = text, *end = text + len;

	for (int first = 1; line < end; first = 0) {
		const char *stop = memmem(line, (size_t)(end - line), "\r\n", 2);
		size_t n = (size_t)((stop ? stop : end) - line);
		struct field f;

		if (first) {
			if (status_line(line, n, &h))
				return invalid("it does not speak HTTP", err);
		} else if (split_field(line, n, &f)) {
			return invalid("a header line is malformed", err);
		} else if (take_field(&f, &h, &seen, err)) {
			return -1;
		}
		line = stop ? stop + 2 : end;
	}
	if (!h.status)
		return invalid("it does not speak HTTP", err);
	if (!seen.lengths)
		return invalid("it sends no Content-Length", err);
	if (!seen.types)
		return invalid("it does not send JSON", err);
	if (h.length > CLIENT_BODY_MAX)
		return invalid("its answer is too large", err);
	*ret = h;
	return 0;
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
			invalid(n ? "its headers do not end" : "it stopped in the middle of its headers",
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
	return in->len > whole ? invalid("it sends more than it announced", err) : 0;
}

static enum end read_answer(struct client *c, int64_t deadline, struct answer *ret, struct err *err)
{
	struct buf in = BUF_INIT;
	struct head head;
	size_t head_len = 0;
	enum end end = read_head(c, &in, deadline, &head_len, err);

	if (end == END_FINE && (client_head(in.data, head_len - 4, &head, err) ||
	    read_body(c, &in, head_len + head.length, deadline, err)))
		end = END_ERROR;
	if (end != END_FINE) {
		buf_free(&in);
		return end;
	}
	memmove(in.data, in.data + head_len, head.length);
	in.len = head.length;
	in.data[in.len] = '\0';
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
	if (r->body)
		buf_printf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", r->body_len);
	buf_puts(out, "\r\n");
	if (r->body)
		buf_add(out, r->body, r->body_len);
	return out->failed ? -1 : 0;
}

static enum end exchange(struct client *c, const struct buf *request, int64_t deadline, struct answer *ret,
    struct err *err)
{
	enum end end, sent;

	if (c->fd >= 0 && is_stale(c))
		client_close(c);
	if (c->fd < 0 && dial(c, err))
		return END_ERROR;
	/* A server that refuses early may close before all is sent: its answer is there all the same. */
	sent = send_all(c, request, deadline, err);
	end = sent == END_ERROR ? sent : read_answer(c, deadline, ret, err);
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
	end = exchange(c, &out, deadline, ret, err);
	if (end == END_BROKEN && may_repeat) {
		end = exchange(c, &out, deadline, ret, err);
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
