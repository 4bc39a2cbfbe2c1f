#ifndef NET_FETCH_JOB_H
#define NET_FETCH_JOB_H

#include <stddef.h>
#include <stdint.h>
#include "address.h"
#include "series.h"

struct err;
struct json;

/* The job of `ceud-net fetch`: the line that ceud writes, checked; what is missing has the defaults of
 * ceud-net(8). */
struct fetch_job {
	struct json *document;		/* owns the texts */
	const char *url, *etag, *last_modified, *body_hash, *user_agent;	/* "" = none */
	struct series_limits limits;
	int64_t max_bytes, max_events;
	int64_t connect_ms, total_ms, slow_s, cpu_s, memory_mb;
	struct address_allow *allow;
	size_t nallow;
	int64_t body_bytes;		/* that follow the line; -1: fetch the URL */
};

/* ERR_USAGE "job-invalid" names the member. */
int fetch_job_read(const char *line, size_t len, struct fetch_job *ret, struct err *err);
void fetch_job_free(struct fetch_job *job);

#endif
