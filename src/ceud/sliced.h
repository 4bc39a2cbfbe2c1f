#ifndef CEUD_SLICED_H
#define CEUD_SLICED_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "ceud.h"
#include "jobs.h"

/*
 * A job that goes through something in slices, each committed by itself: at its own time, or at once because an admin
 * asked and waits for the list of what was decided.  Reminders and digests are two.
 */
struct err;
struct sliced;

struct sliced_kind {
	const char *name;			/* of the job, as in the store and for people: "reminders" */
	const char *list;			/* the array in its answer: "planned" */
	const char *failing;			/* for the log: "Reminders could not be planned" */
	size_t size;				/* of a run: a struct that begins with struct sliced */
	int (*begin)(struct sliced *s, struct err *err);		/* what is there to do */
	/* One slice (SLICE_MS), in its own transactions. 1: through, and s->next is set; 0: more; -1. */
	int (*slice)(struct sliced *s, struct arena *a, struct err *err);
	void (*release)(struct sliced *s);	/* what begin() took, also if it failed; s itself is not its own */
};

enum { SLICE_MS = 15 };

struct sliced {
	struct ceud *d;
	int64_t started;			/* d->now at its beginning */
	int64_t last;				/* of the run before, 0 = never */
	int64_t planned;			/* when that one wanted to run again, 0 = not at all */
	int64_t next;				/* when it wants to run again */
	const char *hold;			/* why its mails are held, or NULL */
	int at_once;				/* asked for */
	job_done *done; void *arg;
	struct buf json; struct jsonw w;	/* the answer, where asked for: rows go into the open list */
};

struct sliced_job { const struct sliced_kind *kind; int64_t next; struct sliced *run; };

void sliced_turn(struct ceud *d, struct sliced_job *j);		/* begin if it is due, one slice */
int sliced_busy(const struct sliced_job *j);
int64_t sliced_next(const struct ceud *d, const struct sliced_job *j);	/* d->now while it runs */
void sliced_sooner(struct sliced_job *j, int64_t instant);	/* also of a run in hand: again, no later than that */
/* Now; a run of the moment is left and begun again. ERR_RULE "job-running" while another one waits for its answer. */
int sliced_run(struct ceud *d, struct sliced_job *j, job_done *done, void *arg, struct err *err);
void sliced_stop(struct ceud *d, struct sliced_job *j);
void sliced_close(struct sliced_job *j);

#endif
