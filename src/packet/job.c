/* The job: one JSON document on standard input. */
#include "job.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "recount.h"

enum { CHUNK = 256 * 1024, JOB_MAX = 64 * 1024 * 1024 };

static const char *const members[] = { "format", "evidence_dir", "organisation", "person", "generated",
	"cycle", "today", "submitted", "program", "status", "why", "entries" };

static int invalid(struct err *err, const char *member, const char *why)
{
	return err_set(err, ERR_USAGE, "job-invalid", "The member %s of the job %s.", member, why);
}

/* Some bytes; 0 at the end of the input. The other side may have made the descriptor non-blocking. */
static ssize_t read_some(int in, char *to, size_t size)
{
	struct pollfd p = { .fd = in, .events = POLLIN };

	for (;;) {
		ssize_t n = read(in, to, size);

		if (n >= 0 || (errno != EINTR && errno != EAGAIN))
			return n;
		if (errno == EAGAIN && poll(&p, 1, -1) < 0 && errno != EINTR)
			return -1;
	}
}

static int read_all(int in, struct buf *to, struct err *err)
{
	for (;;) {
		ssize_t n;

		if (to->len > JOB_MAX)
			return err_set(
			    err, ERR_USAGE, "job-invalid", "The job is larger than %d MB.", JOB_MAX >> 20);
		if (buf_reserve(to, CHUNK) != 0)
			return err_oom(err);
		n = read_some(in, to->data + to->len, CHUNK);
		if (n < 0)
			return err_errno(err, "job-read", "The job cannot be read");
		if (n == 0)
			return 0;
		to->len += (size_t)n;
		to->data[to->len] = '\0';
	}
}

static int read_format(const struct json *v, enum job_format *ret, struct err *err)
{
	static const char *const names[] = { "zip", "csv", "json" };
	const char *name = json_str(v, "format");

	for (size_t i = 0; name != NULL && i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0) {
			*ret = (enum job_format)i;
			return 0;
		}
	return invalid(err, "format", "is none of zip, csv and json");
}

static int read_members(struct job *job, struct err *err)
{
	const struct json *v = job->document;

	if (json_kind(v) != JSON_OBJECT)
		return err_set(err, ERR_USAGE, "job-invalid", "The job is no JSON object.");
	if (json_only(v, members, sizeof members / sizeof *members, err) != 0 ||
	    read_format(v, &job->format, err) != 0)
		return -1;
	job->evidence_dir = json_str(v, "evidence_dir");
	if (job->evidence_dir == NULL || job->evidence_dir[0] != '/')
		return invalid(err, "evidence_dir", "is no absolute path");
	job->text = json_str(json_get(v, "program"), "text");
	if (job->text == NULL)
		return invalid(err, "program", "has no text");
	if (facts_read_job(v, &job->facts, err) != 0)
		return -1;
	return recount_program(&job->facts, job->text, strlen(job->text), &job->program, err);
}

int job_read(int in, struct job *ret, struct err *err)
{
	struct job job = { .document = NULL };
	struct buf text = BUF_INIT;
	int rc;

	rc = read_all(in, &text, err);
	if (rc == 0)
		rc = json_parse(buf_str(&text), text.len, &job.document, err);
	buf_free(&text);
	if (rc == 0 && read_members(&job, err) == 0) {
		*ret = job;
		return 0;
	}
	job_free(&job);
	return -1;
}

void job_free(struct job *job)
{
	facts_free(&job->facts);
	program_free(job->program);
	json_free(job->document);
	memset(job, 0, sizeof *job);
}
