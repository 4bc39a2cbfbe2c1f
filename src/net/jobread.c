/* Lines and counted bytes from one descriptor. */
#include "jobread.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

enum { LINE_LONGEST = 65536, CHUNK = 65536 };

void jobread_begin(struct jobread *r, int fd)
{
	*r = (struct jobread){ .fd = fd };
}

void jobread_free(struct jobread *r)
{
	if (r->held.data != NULL)
		explicit_bzero(r->held.data, r->held.cap);
	buf_free(&r->held);
}

/* Some bytes into `to`; 0 at the end of the input. The other side may have made the descriptor non-blocking. */
static ssize_t read_some(int fd, char *to, size_t size, struct err *err)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	for (;;) {
		n = read(fd, to, size);
		if (n >= 0)
			return n;
		if (errno == ECONNRESET)
			return 0;		/* the partner died with an answer of ours unread */
		if (errno == EAGAIN && poll(&p, 1, -1) < 0 && errno != EINTR)
			return err_errno(err, "job-read", "The job cannot be waited for");
		if (errno != EAGAIN && errno != EINTR)
			return err_errno(err, "job-read", "The job cannot be read");
	}
}

/* What was given out makes room for more: 1 more came, 0 end of input, -1. */
static int fill(struct jobread *r, struct err *err)
{
	ssize_t n;

	if (r->pos > 0) {
		size_t rest = r->held.len - r->pos;

		memmove(r->held.data, r->held.data + r->pos, rest);
		explicit_bzero(r->held.data + rest, r->pos);
		r->held.len = rest;
		r->pos = 0;
	}
	if (buf_reserve(&r->held, CHUNK) != 0)
		return err_oom(err);
	n = read_some(r->fd, r->held.data + r->held.len, CHUNK, err);
	if (n < 0)
		return -1;
	r->held.len += (size_t)n;
	r->held.data[r->held.len] = '\0';
	return n > 0;
}

int jobread_line(struct jobread *r, const char **line, size_t *len, struct err *err)
{
	for (;;) {
		size_t have = r->held.len - r->pos;
		const char *start = buf_str(&r->held) + r->pos;
		const char *newline = have > 0 ? memchr(start, '\n', have) : NULL;
		size_t found = newline != NULL ? (size_t)(newline - start) : have;
		int more;

		if (found > LINE_LONGEST)
			return err_set(err, ERR_USAGE, "job-line", "A line of the job is longer than %d bytes.",
			    LINE_LONGEST);
		if (newline != NULL) {
			*line = start;
			*len = found;
			r->pos += found + 1;
			return 1;
		}
		more = fill(r, err);
		if (more < 0)
			return -1;
		if (more == 0 && have > 0)
			return err_set(err, ERR_USAGE, "job-line", "The job ends in the middle of a line.");
		if (more == 0)
			return 0;
	}
}

int jobread_bytes(struct jobread *r, size_t n, struct buf *out, struct err *err)
{
	size_t held = r->held.len - r->pos;
	size_t take = held < n ? held : n;

	buf_reset(out);
	if (buf_reserve(out, n) != 0)
		return err_oom(err);
	if (take > 0 && buf_add(out, r->held.data + r->pos, take) != 0)
		return err_oom(err);
	r->pos += take;
	while (out->len < n) {
		ssize_t got = read_some(r->fd, out->data + out->len, n - out->len, err);

		if (got < 0)
			return -1;
		if (got == 0)
			return err_set(err, ERR_USAGE, "job-short", "The job ends after %zu of %zu bytes.",
			    out->len, n);
		out->len += (size_t)got;
	}
	out->data[n] = '\0';
	return 0;
}
