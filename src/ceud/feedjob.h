#ifndef CEUD_FEEDJOB_H
#define CEUD_FEEDJOB_H

#include "base/json.h"
#include "feeds/merge.h"
#include "fetchlines.h"
#include "jobparts.h"
#include "store/calendars.h"
#include "store/store.h"

/*
 * One fetch from its order to its end.  Private to job_feeds.c (orders, and whose turn it is), feedrun.c (admin run feeds),
 * feedstart.c (the helper process, and a body that serves several) and feedend.c (what becomes of it).
 */

struct spool;

struct feed_source {			/* a body in a file, and what came with it */
	int refs, fd;
	struct fetch_answer said;	/* of the fetch that brought it, for those that read it again */
};

struct fetch {
	struct fetch *next;
	struct ceud *d;
	struct arena arena;		/* the calendar's strings */
	struct calendar cal;
	struct person owner;
	struct actor by;		/* of a new calendar */
	char *body; size_t body_len;	/* what ceu sent, else NULL */
	uint64_t host;			/* that is asked; 0 = none */
	int of_run;			/* ordered by admin run feeds */
	struct fetch *leader;		/* whose fetch of the same address serves this one too, until that is through */
	int spooled;			/* it is: the body is read from the source, in the eyes of this owner */
	int answered;			/* it is: the answer is there, without a helper */
	struct feed_source *source;
	struct spool *copy;		/* takes the compressed body */
	struct child *child;		/* NULL: waiting for a worker, or ending */
	int started;
	struct fetch_answer answer;
	struct err err;			/* of the fetch itself; class 0 = none */
	struct known *known; size_t nknown;
	struct merge_plan plan; size_t merged, slice;
	int merging, through;		/* it began, which it does before the helper is gone; it has ended */
	struct err merge_err;		/* how it ended */
	fetch_done *done; void *arg;
};

struct feeds_run {			/* admin run feeds */
	job_done *done; void *arg;
	struct buf json; struct jsonw w;
	struct arena arena;
	struct calendar_list due; size_t at;	/* by address; those before `at` are ordered */
	size_t left;			/* ordered and not through */
	int64_t until;			/* monotonic */
};

struct feed_host { uint64_t host; int64_t until; };	/* monotonic: no poll of it before */

struct feeds_job {
	struct fetch *fetches;		/* in the order they came */
	size_t running;			/* with a helper process */
	int starting;
	int timer, ending;		/* for hosts' turns; for answers that are there */
	int64_t retry_at;		/* the store failed: nothing is polled before; 0 = it did not */
	struct feed_host *hosts; size_t nhosts, hosts_cap;
	struct feeds_run *run;
};

enum { FEED_SHARERS_MAX = 500 };	/* of one fetch */

/* ---- job_feeds.c */

/* One fetch of the address serves both: the same url, login and user agent. */
int feeds_same_source(const struct calendar *a, const struct calendar *b);
/* Order a poll of a known calendar; of a run done is told, with the fetch as arg. leader: the fetch that serves it too, or NULL. */
int feeds_order(struct ceud *d, const struct calendar *c, struct fetch *leader, fetch_done *done, struct fetch **ret,
    struct err *err);
/* Begin what is ordered, as far as there are workers and hosts are willing. */
void feeds_start_waiting(struct ceud *d);
/* Tell whoever asked, forget f, go on with the next. err: it could not be carried out, or a new calendar is not kept. */
void fetch_finish(struct fetch *f, const struct err *err);
/* Read the calendar again, as it is now. ERR_ABSENT "no-calendar" when it was removed. */
int fetch_renew(struct fetch *f, struct err *err);
/* The host was asked just now. */
void feeds_rest_host(struct feeds_job *j, uint64_t host);

/* ---- feedrun.c */

void feeds_run_on(struct ceud *d);	/* order the next ones, as far as there is room; end it when all are through */
void feeds_run_check(struct ceud *d);	/* end it when all are through */
void feeds_run_free(struct feeds_run *r);

/* ---- feedstart.c */

/* Start the helper. -1 with f->err. */
int fetch_start(struct fetch *f);
void feed_source_drop(struct feed_source *s);	/* NULL is a no-op */

/* ---- feedend.c */

/* Its last line told of events, the helper is busy still: they are merged meanwhile. */
void fetch_complete(struct fetch *f);
/* The helper is gone, why[0] = after a fault, and f->err or f->answer tells what it found: merge or note it, or what the merge
 * that began before has come to. f ends at once or in later turns. */
void fetch_ended(struct fetch *f);

#endif
