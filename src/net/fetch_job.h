#ifndef NET_FETCH_JOB_H
#define NET_FETCH_JOB_H

#include <stddef.h>
#include <stdint.h>
#include "address.h"
#include "series.h"

struct err;
struct json;

/* Descriptors that may come with a job: empty regular files, open for reading and writing. */
enum { FETCH_SPOOL = 3, FETCH_KEEP = 4 };

/* The job of `ceud-net fetch`: the line that ceud writes, checked; what is missing has the defaults of
 * ceud-net(8). */
struct fetch_job {
	struct json *document;		/* owns the texts */
	const char *url, *etag, *last_modified, *body_hash, *user_agent;	/* "" = none */
	const char *login;		/* "user:password", never part of the url; "" = none */
	const char *owner;		/* whose answer to invitations counts; "" = nobody's */
	struct series_limits limits;
	int64_t max_bytes, max_wire_bytes, max_events;
	int64_t connect_ms, total_ms, slow_s, cpu_s, memory_mb;
	struct address_allow *allow;
	size_t nallow;
	int64_t body_bytes;		/* that follow the line; -1: fetch the URL */
	int spool;			/* FETCH_SPOOL takes the body as it comes */
	int spooled;			/* the body is there already, from a fetch before */
	int keep;			/* FETCH_KEEP is to have a compressed copy of a body that was read */
};

/* ERR_USAGE "job-invalid" names the member. */
int fetch_job_read(const char *line, size_t len, struct fetch_job *ret, struct err *err);
void fetch_job_free(struct fetch_job *job);

#endif
