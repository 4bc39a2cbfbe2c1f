#ifndef CEUD_FEEDJOB_H
#define CEUD_FEEDJOB_H

#include "base/json.h"
#include "feeds/merge.h"
#include "fetchlines.h"
#include "jobparts.h"
#include "store/calendars.h"
#include "store/store.h"

/* One fetch from its order to its end. Private to job_feeds.c (orders, the helper process) and feedend.c (what becomes of it). */

struct fetch {
	struct fetch *next;
	struct ceud *d;
	struct arena arena;		/* the calendar's strings */
	struct calendar cal;
	struct person owner;
	struct actor by;		/* of a new calendar */
	char *body; size_t body_len;	/* what ceu sent, else NULL */
	struct child *child;		/* NULL: waiting for a worker, or ending */
	int started;
	struct fetch_answer answer;
	struct err err;			/* of the fetch itself; class 0 = none */
	struct known *known; size_t nknown;
	struct merge_plan plan; size_t merged;
	fetch_done *done; void *arg;
};

struct feeds_run {			/* admin run feeds */
	job_done *done; void *arg;
	struct buf json; struct jsonw w;
	struct arena arena;
	struct calendar_list due; size_t at;	/* those before `at` are ordered */
	size_t left;			/* ordered and not through */
	int64_t until;			/* monotonic */
};

struct feeds_job {
	struct fetch *fetches;		/* in the order they came */
	size_t n, running;		/* of them; with a helper process */
	int starting;
	int64_t retry_at;		/* the store failed: nothing is polled before; 0 = it did not */
	struct feeds_run *run;
};

/* The helper is gone and f->err or f->answer tells what it found: merge or note it. f ends at once or in later turns. */
void fetch_ended(struct fetch *f);
/* Tell whoever asked, forget f, go on with the next. err: it could not be carried out, or a new calendar is not kept. */
void fetch_finish(struct fetch *f, const struct err *err);

#endif
