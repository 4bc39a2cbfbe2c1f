#ifndef CEUD_FETCHLINES_H
#define CEUD_FETCHLINES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "feeds/event.h"

/* What `ceud-net fetch` says, line by line (ceud-net(8)). Nothing in it is trusted. */

enum fetch_result { FETCH_NOTHING, FETCH_OK, FETCH_PARTIAL, FETCH_NOT_MODIFIED, FETCH_FAILED };

struct fetch_skip { const char *code, *uid, *text; };

struct fetch_answer {
	enum fetch_result result;
	struct event_list events;
	struct buf record;		/* the event that is being read */
	struct fetch_skip *skipped; size_t nskipped, skipped_cap;	/* at most 200 are kept */
	/* Never NULL once a result is there; moved_to: the address, when it moved for good. */
	const char *etag, *last_modified, *body_hash, *name, *moved_to, *producer;
	const char *code, *text, *next;	/* of FETCH_FAILED */
	int retry;
	int64_t retry_after, refresh;	/* seconds, 0 = not said */
	int64_t http;			/* the status, 0 = none */
	int64_t nevents;
	int cancels;			/* the whole calendar is called off */
	int kept;			/* the helper made a copy of the body */
	int parsed;			/* it read the body, and did not just compare it */
	struct arena arena;
};

/* Take one line. -1: the helper does not keep to the protocol (ERR_FAILED "helper-line"). */
int fetch_line(struct fetch_answer *f, const char *line, size_t len, struct err *err);
void fetch_answer_free(struct fetch_answer *f);
/* The same answer for another one, but for its events and what was skipped. `to` is empty, and stays so on failure. */
int fetch_answer_copy(struct fetch_answer *to, const struct fetch_answer *from, struct err *err);

#endif
