#ifndef NET_REPORT_H
#define NET_REPORT_H

#include <stddef.h>
#include "base/buf.h"
#include "base/json.h"

struct err;
struct event;
struct failure;
struct import_result;
struct transfer_answer;

/* The lines that `ceud-net fetch` answers with. */

enum { REPORT_SKIPS_MAX = 200 };	/* shown; more are counted only */

struct report {
	int fd;
	struct buf out;
	struct jsonw w;
	size_t skipped;
	int lost;			/* something that belongs to the calendar is missing */
};

void report_begin(struct report *r, int fd);
void report_free(struct report *r);

/* All return 0, or -1 with err ("job-answer") when nobody takes the line. `r` is a struct report. */
int report_event(void *r, const struct event *e, struct err *err);
int report_skip(void *r, const char *code, const char *uid, const char *text, struct err *err);
int report_failed(struct report *r, const struct failure *f, struct err *err);

struct report_complete {
	int not_modified;
	long http;
	const char *etag, *last_modified, *body_hash, *name, *zone, *url, *producer;
	int cancels, kept, parsed;
	size_t bytes, events;
	long long refresh_s;
};
int report_complete(struct report *r, const struct report_complete *c, struct err *err);

#endif
