/* ceud-net fetch: one calendar, from its address or from the job itself, to event records. */
#include "net.h"
#include "body.h"
#include "failure.h"
#include "fetch_job.h"
#include "import.h"
#include "jobread.h"
#include "keep.h"
#include "report.h"
#include "sandbox.h"
#include "transfer.h"
#include "zonename.h"
#include "base/confine.h"
#include "base/err.h"
#include "base/log.h"
#include "base/sha.h"

#include <malloc.h>
#include <string.h>
#include <unistd.h>

#define BLOCK ((size_t)64 * 1024)
#define JOB_SECONDS 30			/* for the job line to come */
#define DESCRIPTORS 64
#define MEGABYTE 1000000

struct fetch {
	struct jobread in;
	struct fetch_job job;
	struct zone_names *zones;
	struct body body;
	struct transfer_answer answer;
	struct failure failure;
	struct report report;
	int is_good;			/* reported as read, whole or in part */
};

/* The calendar that ceu sent. What is too much is read all the same, so that ceud can write it off. */
static int read_body(struct fetch *f, struct err *err)
{
	struct buf block = BUF_INIT;
	size_t left = (size_t)f->job.body_bytes;

	while (left > 0) {
		size_t n = left < BLOCK ? left : BLOCK;

		if (jobread_bytes(&f->in, n, &block, err) != 0) {
			buf_free(&block);
			return -1;
		}
		if (body_add(&f->body, block.data, n) != 0 && f->body.verdict == PRESCAN_MEMORY) {
			buf_free(&block);
			return err_oom(err);
		}
		left -= n;
	}
	buf_free(&block);
	return 0;
}

/* The body that an earlier fetch left in the spool, which others may be reading too. */
static int read_spool(struct fetch *f, struct err *err)
{
	transfer_host(f->job.url, f->answer.host, sizeof(f->answer.host));
	return body_load(&f->body) != 0 && f->body.verdict == PRESCAN_MEMORY ? err_oom(err) : 0;
}

static int bring_body(struct fetch *f, struct err *err)
{
	if (f->job.spooled)
		return read_spool(f, err);
	if (f->job.body_bytes >= 0)
		return read_body(f, err);
	return transfer_get(&f->job, &f->body, &f->answer, &f->failure, err);
}

/* 0 there is a body or none is needed; 1 the failure says why not; -1. */
static int get_body(struct fetch *f, struct err *err)
{
	int ret = bring_body(f, err);

	if (ret != 0 || f->answer.not_modified)
		return ret;
	if (body_end(&f->body) == PRESCAN_OK)
		return 0;
	if (f->body.verdict == PRESCAN_MEMORY)
		return err_oom(err);
	if (f->body.verdict == PRESCAN_SPOOL)
		return err_set(err, ERR_FAILED, "spool", "The calendar cannot be written to its spool, or read from it.");
	failure_body(&f->failure, f->body.verdict, body_head(&f->body), f->answer.host);
	return 1;
}

static int import(struct fetch *f, struct report_complete *c, struct err *err)
{
	struct import_sink sink = { report_event, report_skip, &f->report };
	struct import_terms terms = { f->job.limits, (size_t)f->job.max_events, f->job.owner };
	struct import_result result;

	memset(&result, 0, sizeof(result));
	if (import_run(&f->body, f->zones, &terms, &sink, &result, err) != 0)
		return -1;
	if (result.verdict != PRESCAN_OK) {	/* the events that went out are void */
		failure_body(&f->failure, result.verdict, body_head(&f->body), f->answer.host);
		return report_failed(&f->report, &f->failure, err);
	}
	c->events = result.events;
	c->name = result.name;
	c->zone = result.zone;
	c->producer = result.producer;
	c->cancels = result.cancels;
	c->refresh_s = result.refresh_s;
	c->kept = f->job.keep;
	c->parsed = 1;
	f->is_good = 1;
	return report_complete(&f->report, c, err);
}

/* A body with the hash of the one before is not read: no parser is started. */
static int answer(struct fetch *f, struct err *err)
{
	char hash[SHA_HEX_SIZE];
	struct report_complete c = { .not_modified = f->answer.not_modified, .http = f->answer.http,
		.etag = f->answer.etag, .last_modified = f->answer.last_modified, .name = "", .zone = "",
		.producer = "", .url = f->answer.moved_to, .bytes = f->body.len };

	sha_hex(f->body.hash, hash);
	c.body_hash = c.not_modified ? f->job.body_hash : hash;
	if (!c.not_modified && strcmp(hash, f->job.body_hash) == 0)
		c.not_modified = 1;
	return c.not_modified ? report_complete(&f->report, &c, err) : import(f, &c, err);
}

/* What the kernel does not have is gone on without: the limits hold all the same. */
static void enter(enum sandbox_stage stage)
{
	struct err err = { .class = ERR_NONE };

	if (sandbox_enter(stage, NULL, &err) != 0)
		log_debug("fetch: %s", err.what);
}

static int carry_out(struct fetch *f, struct err *err)
{
	int is_here = f->job.body_bytes >= 0 || f->job.spooled;
	int ret;

	f->zones = zone_names_new();
	if (f->zones == NULL)
		return err_oom(err);
	body_begin(&f->body, f->job.spool ? FETCH_SPOOL : -1, (size_t)f->job.max_bytes);
	enter(is_here ? SANDBOX_BYTES : SANDBOX_NETWORK);
	ret = get_body(f, err);
	if (ret < 0)
		return -1;
	if (!is_here)
		enter(SANDBOX_BYTES);		/* nothing is fetched any more when foreign bytes are read */
	if (ret > 0)
		return report_failed(&f->report, &f->failure, err);
	if (answer(f, err) != 0)
		return -1;
	return f->is_good && f->job.keep ? keep_body(&f->body, FETCH_KEEP, err) : 0;
}

/* What may be written to the spool and the copy. */
static int largest_file(const struct fetch_job *job)
{
	int64_t most = job->spool || job->keep ? job->max_bytes + job->max_bytes / 8 : 0;

	return (int)(most / MEGABYTE) + 1;
}

/* One thread needs one heap; a second one of the resolver's thread would use up the limit of addresses. */
static int prepare(const struct fetch *f, int out, struct err *err)
{
	struct confine c = { .in = f->in.fd,
		.out = out,
		.cpu_s = (int)f->job.cpu_s,
		.memory_mb = (int)f->job.memory_mb,
		.files = f->job.keep ? 2 : f->job.spool ? 1 : 0,
		.file_mb = largest_file(&f->job),
		.descriptors = DESCRIPTORS };

	(void)mallopt(M_ARENA_MAX, 1);		/* a wish; a heap that is not glibc's does not know it */
	alarm((unsigned)(f->job.total_ms / 1000 + f->job.cpu_s + 1));
	return confine(&c, err);
}

static int read_job(struct fetch *f, struct err *err)
{
	const char *line;
	size_t len;
	int got;

	alarm(JOB_SECONDS);
	got = jobread_line(&f->in, &line, &len, err);
	if (got == 0)
		return err_set(err, ERR_USAGE, "job-invalid", "There is no job on standard input.");
	return got < 0 ? -1 : fetch_job_read(line, len, &f->job, err);
}

int fetch_run(int in, int out)
{
	struct fetch f;
	struct err err = { .class = ERR_NONE };
	int ret;

	memset(&f, 0, sizeof(f));
	jobread_begin(&f.in, in);
	report_begin(&f.report, out);
	ret = read_job(&f, &err);
	if (ret == 0)
		ret = prepare(&f, out, &err);
	if (ret == 0)
		ret = carry_out(&f, &err);
	if (ret != 0)
		log_error("fetch: %s", err.what);
	report_free(&f.report);
	body_free(&f.body);
	zone_names_free(f.zones);
	fetch_job_free(&f.job);
	jobread_free(&f.in);
	if (ret == 0)
		return NET_DONE;
	return err.class == ERR_USAGE ? NET_BAD_JOB : NET_FAILED;
}
