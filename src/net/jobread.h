#ifndef NET_JOBREAD_H
#define NET_JOBREAD_H

#include <stddef.h>

#include "base/buf.h"

struct err;

/*
 * A job as it comes in: lines, and counts of raw bytes between them, from a pipe or socket.  Reads
 * no further than it must wait for, so a partner may hold the rest back until it has an answer.
 */
struct jobread {
	int fd;
	size_t pos;		/* what lies before it in `held` was given out */
	struct buf held;
};

void jobread_begin(struct jobread *r, int fd);
void jobread_free(struct jobread *r);		/* wipes what it held: jobs carry passwords */

/* The next line without its newline, valid until the next call. 1, or 0 at the end of the input,
 * or -1: ERR_USAGE "job-line" (longer than 64 kB, or the input ends in it), ERR_FAILED "job-read". */
int jobread_line(struct jobread *r, const char **line, size_t *len, struct err *err);

/* The next n bytes, in place of what was in `out`. ERR_USAGE "job-short" if the input ends before. */
int jobread_bytes(struct jobread *r, size_t n, struct buf *out, struct err *err);

#endif
