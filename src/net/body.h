#ifndef NET_BODY_H
#define NET_BODY_H

#include <stddef.h>
#include <stdint.h>
#include "prescan.h"
#include "base/buf.h"

struct err;

/*
 * The bytes of one calendar: taken in whole, in memory or in a spool, before anything reads them.  While they
 * come, one light look at the lines tells whether this is a calendar at all, what its hash is, and which UIDs
 * stand in it more than once.  Then it is read from its beginning in blocks, as often as needed.
 */
struct body {
	size_t max_bytes, len;
	enum prescan_verdict verdict;	/* OK, EMPTY, NOT_CALENDAR, ENCODING, TOO_LARGE, MEMORY, SPOOL */
	unsigned char hash[32];		/* of all lines but DTSTAMP; after body_end() */
	uint64_t *repeated;		/* body_uid() of UIDs that occur again, ascending; after body_end() */
	size_t nrepeated;
	int late;			/* zones are explained after the first event */
	int odd;			/* lines are folded so that this look may have missed some */

	/* private */
	int fd, is_loaded, judged, begun, after_cr, in_line, is_stamp, is_begin, events_begun, name_open;
	struct buf bytes;		/* all of them, or what is not in the spool yet */
	size_t scanned, read;
	struct body_uid_state { uint64_t hash; size_t n; int where, quoted, escaped; } uid;
	uint64_t *uids;
	size_t nuids, uids_cap;
	uint64_t sha[16];
};

/* spool_fd: an empty file, open for reading and writing, or -1. It stays the caller's. */
void body_begin(struct body *b, int spool_fd, size_t max_bytes);

/* As bytes come. 0 go on; -1 it is decided: see verdict. */
int body_add(struct body *b, const char *data, size_t len);

/* Instead: the spool holds the bytes already, from its beginning. 0 or -1 as body_add(). */
int body_load(struct body *b);

/* The last byte was seen. Returns the verdict; not that of the components, which import_run() finds. */
enum prescan_verdict body_end(struct body *b);

/* The first bytes, of what is no calendar: to say what it is instead. */
const struct buf *body_head(const struct body *b);

/* Reading begins anew. */
void body_rewind(struct body *b);

/* The next block: *ret and its length, valid until the next call; 0 at the end; -1 with err. */
int body_read(struct body *b, const char **ret, size_t *ret_len, struct err *err);

void body_free(struct body *b);

/* What UIDs are recognised by: equal for those that are equal once they are read, and seldom for others.
 * 0: there is nothing to tell it by. */
uint64_t body_uid(const char *value, size_t len);
int body_repeats(const struct body *b, uint64_t uid);

#endif
