/* The lines that `ceud-net fetch` answers with. */
#include "report.h"
#include "failure.h"
#include "import.h"
#include "base/err.h"
#include "feeds/event.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (64 * 1024)

void report_begin(struct report *r, int fd)
{
	memset(r, 0, sizeof(*r));
	r->fd = fd;
}

void report_free(struct report *r)
{
	buf_free(&r->out);
}

static int flush(struct report *r, struct err *err)
{
	struct pollfd p = { .fd = r->fd, .events = POLLOUT };
	size_t done = 0;

	while (done < r->out.len) {
		ssize_t n = write(r->fd, r->out.data + done, r->out.len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN && (poll(&p, 1, -1) >= 0 || errno == EINTR))
			continue;
		else if (errno != EINTR)
			return err_errno(err, "job-answer", "The answer cannot be written");
	}
	buf_reset(&r->out);
	return 0;
}

static void begin(struct report *r, const char *name)
{
	jsonw_begin(&r->w, &r->out);
	jsonw_object(&r->w, NULL);
	jsonw_object(&r->w, name);
}

static int end(struct report *r, int last, struct err *err)
{
	jsonw_end_object(&r->w);
	jsonw_end_object(&r->w);
	if (buf_putc(&r->out, '\n') != 0)
		return err_oom(err);
	return last || r->out.len >= BLOCK ? flush(r, err) : 0;
}

int report_event(void *to, const struct event *e, struct err *err)
{
	struct report *r = to;

	begin(r, "event");
	event_write(&r->w, e);
	return end(r, 0, err);
}

int report_skip(void *to, const char *code, const char *uid, const char *text, struct err *err)
{
	struct report *r = to;

	r->skipped++;
	r->lost |= import_is_loss(code);
	if (r->skipped > REPORT_SKIPS_MAX)
		return 0;
	begin(r, "skipped");
	jsonw_str(&r->w, "code", code);
	jsonw_str(&r->w, "uid", uid);
	jsonw_str(&r->w, "text", text);
	return end(r, 0, err);
}

int report_failed(struct report *r, const struct failure *f, struct err *err)
{
	begin(r, "failed");
	jsonw_str(&r->w, "code", f->code);
	jsonw_int(&r->w, "http", f->http);
	jsonw_str(&r->w, "text", f->text);
	jsonw_str(&r->w, "next", f->next);
	jsonw_bool(&r->w, "retry", f->retry);
	jsonw_int(&r->w, "retry_after", f->retry_after);
	return end(r, 1, err);
}

int report_complete(struct report *r, const struct report_complete *c, struct err *err)
{
	begin(r, "complete");
	jsonw_str(&r->w, "result", c->not_modified ? "not-modified" : r->lost ? "partial" : "ok");
	jsonw_int(&r->w, "http", c->http);
	jsonw_str(&r->w, "etag", c->etag);
	jsonw_str(&r->w, "last_modified", c->last_modified);
	jsonw_str(&r->w, "body_hash", c->body_hash);
	jsonw_int(&r->w, "bytes", (int64_t)c->bytes);
	jsonw_int(&r->w, "events", (int64_t)c->events);
	jsonw_int(&r->w, "skipped", (int64_t)r->skipped);
	jsonw_str(&r->w, "name", c->name);
	jsonw_str(&r->w, "zone", c->zone);
	jsonw_int(&r->w, "retry_after", 0);
	jsonw_int(&r->w, "refresh_s", c->refresh_s);
	jsonw_str(&r->w, "url", c->url);
	jsonw_str(&r->w, "producer", c->producer);
	jsonw_bool(&r->w, "cancels", c->cancels);
	jsonw_bool(&r->w, "kept", c->kept);
	jsonw_bool(&r->w, "parsed", c->parsed);
	return end(r, 1, err);
}
