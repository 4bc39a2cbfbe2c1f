#ifndef CEUD_JOBS_H
#define CEUD_JOBS_H

#include <stddef.h>
#include <stdint.h>
#include "store/calendars.h"
#include "store/people.h"

struct buf;
struct ceud;
struct err;
struct jobs;

/*
 * What ceud does by itself: polling feeds, planning reminders and digests, sending mail.  The scheduler keeps when each
 * ran and runs next in the store; everything a job decides is in the store, so a restart loses nothing.
 */
int jobs_open(struct ceud *d, struct jobs **ret, struct err *err);	/* recovers the outbox */
void jobs_close(struct jobs *j);		/* kills the helpers; their work is taken up again at the next start */

/* Run what is due at d->now, in slices; sets loop_wake_at(). Called by the loop. */
void jobs_turn(struct ceud *d);

/* Something was written that may make something due. */
void jobs_changed(struct ceud *d);
/* The configuration is another one. */
void jobs_reloaded(struct ceud *d);

/* Stop taking up new work; returns 1 when nothing is in hand any more. */
int jobs_drain(struct ceud *d);

/*
 * Act as if the time of job "feeds", "reminders", "digests" or "mail" had come (INTERFACE.md section 2) and call done() once with the
 * JSON answer, or with an error. ERR_ABSENT "no-job"; ERR_RULE "job-running".
 */
typedef void job_done(void *arg, const struct buf *json, const struct err *err);
int jobs_run(struct ceud *d, const char *name, job_done *done, void *arg, struct err *err);

/*
 * Fetch one calendar now: a new one (cal->id 0, not stored yet) or a known one.  body/len: what ceu sent for a file, else NULL.
 * On success a new calendar is stored, then its events are merged in slices; the validators of the fetch are kept with the last.
 * done() gets the calendar as stored. A new calendar that can never work (retry false) is not kept and
 * done() gets the error; one that may work later is kept with state "error".
 */
typedef void fetch_done(void *arg, const struct calendar *cal, const struct err *err);
int jobs_fetch(struct ceud *d, const struct calendar *cal, const struct person *owner, const char *actor_name, int64_t actor_person,
    const char *body, size_t len, fetch_done *done, void *arg, struct err *err);

/* Send the test mail at once, past the queue, with the steps of the connection as JSON. */
int jobs_mail_test(struct ceud *d, const char *to, job_done *done, void *arg, struct err *err);

/* Move the rehearsal clock forward to `instant`: everything due in between happens in order; done() when the last is through. */
int jobs_forward(struct ceud *d, int64_t instant, job_done *done, void *arg, struct err *err);

/* For status and mail status: last and next runs, the breaker, as members of the open object. */
struct jsonw;
int jobs_report(struct ceud *d, struct jsonw *w, struct err *err);
/* What the jobs found wrong, as sentences into the open list. */
void jobs_problems(struct ceud *d, struct jsonw *w);

#endif
