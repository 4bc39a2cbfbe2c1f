#ifndef CEUD_JOBPARTS_H
#define CEUD_JOBPARTS_H

#include "base/buf.h"
#include "base/err.h"
#include "ceud.h"
#include "jobs.h"

/*
 * The four jobs behind jobs.h.  Each keeps its own state, is driven by its *_turn() and tells with *_next() the
 * instant at which it wants the next turn (0 = none).  All decisions are committed to the store before anything acts on them.
 */

struct feeds_job;
struct mail_job;

struct jobs {
	struct feeds_job *feeds;
	struct mail_job *mail;
	int64_t reminders_next, digests_next;	/* instants */
	int stopping;
	struct forward *forward;		/* a clock on its way, or NULL */
};

/* job_feeds.c */
int feeds_open(struct ceud *d, struct feeds_job **ret, struct err *err);
void feeds_close(struct feeds_job *f);
void feeds_stop(struct ceud *d);		/* end what is under way */
void feeds_turn(struct ceud *d);		/* start fetches that are due, as far as there are workers */
int64_t feeds_next(struct ceud *d);
int feeds_busy(const struct feeds_job *f);
int feeds_run(struct ceud *d, job_done *done, void *arg, struct err *err);	/* all calendars, now */

/* job_reminders.c: plan mails for rungs that are due; commits in slices. at_once: the mails may go now.
 * planned: NULL, or an array of objects is written into the open array. */
int reminders_plan(struct ceud *d, int at_once, struct jsonw *planned, struct err *err);
/* When reminders_plan() could next have something. */
int reminders_next(struct ceud *d, int64_t *ret, struct err *err);

/* job_digests.c: the same for teams' digests. at_once: every team, whatever the day. */
int digests_plan(struct ceud *d, int at_once, struct jsonw *planned, struct err *err);
int digests_next(struct ceud *d, int64_t *ret, struct err *err);

/* job_mail.c */
int mail_open(struct ceud *d, struct mail_job **ret, struct err *err);
void mail_close(struct mail_job *m);
void mail_turn(struct ceud *d);			/* claim and send what is due */
int64_t mail_next(struct ceud *d);
void mail_stop(struct ceud *d);			/* finish the mail on the wire, claim no more */
int mail_busy(const struct mail_job *m);
int mail_run(struct ceud *d, job_done *done, void *arg, struct err *err);	/* every ready mail, one attempt */
int mail_test(struct ceud *d, const char *to, job_done *done, void *arg, struct err *err);

/* mailmake.c: a mail from its row, at the moment of sending. */
struct outbox_mail;
/* Look at the facts again and render. 0: subject, message_id and bytes are set (in the arena). 1: the mail is not wanted any more,
 * m->reason says why. -1: error. */
int mail_make(struct ceud *d, struct outbox_mail *m, struct arena *a, struct err *err);
/* The address in MAIL FROM. */
int mail_sender(struct ceud *d, char out[256], struct err *err);

/* standings of a team for its digest (job_digests.c) */
struct digest_facts;
int digest_facts_of(struct ceud *d, const struct team *t, struct arena *a, struct digest_facts *ret, struct err *err);

#endif
