#ifndef CEUD_MAILJOB_H
#define CEUD_MAILJOB_H

#include "jobparts.h"
#include "mail/policy.h"
#include "store/outbox.h"

/* The outbox's way out. Private to mailclaim.c, mailsettle.c and job_mail.c. */

/* One mail is claimed at a time: whatever a crash finds claimed counts as in doubt, and nothing is to be in doubt that never
 * went on the wire. */
enum { MAIL_BATCH = 1, MAIL_LOOK = 16, MAIL_RETRY_MS = 60000 };

struct mail_run {			/* admin run mail */
	job_done *done; void *arg;
	int64_t *ids; size_t n, at;
	int64_t until;			/* monotonic */
	int faults;			/* of the channel */
	int64_t sent, failed, later, unknown;
};

struct mail_job {
	struct ceud *d;
	struct child *child;
	int closing;			/* its input is closed: it says goodbye */
	int outdated;			/* it was started before a reload */
	int stopping, pumping;
	struct arena arena;		/* of the batch */
	struct outbox_mail batch[MAIL_BATCH]; size_t n, at;	/* claimed; [at] is next or in flight */
	int in_flight, reconnected;
	int owed;			/* the outcome of [at] is known and not yet stored */
	enum mail_class class;
	int fault;			/* it counts against the channel */
	struct mail_outcome outcome;
	int dropping;			/* what is left of the batch is to be put back */
	int64_t retry_at;		/* the store failed; 0 = it did not */
	int64_t rate_until;		/* no token before that instant; 0 = there may be one */
	struct mail_run *run;
};

void mail_count(struct mail_run *r, enum outbox_state state, int64_t n);	/* r may be NULL */

/* Claim what is due into the empty batch, in one transaction: facts looked at again, bytes frozen. Nothing in mode hold, while
 * stopping, and while the breaker is closed. */
int mail_claim(struct mail_job *j, struct err *err);

/* The outcome of [at]: stored now or, when the store fails, later (mail_store_owed()). */
void mail_settled(struct mail_job *m, enum mail_class class, int fault, const struct mail_outcome *o);
/* 0: nothing is owed any more; -1: the store still fails, again at m->retry_at. */
int mail_store_owed(struct mail_job *m);
/* The mails of the batch that never went on the wire wait again, none the worse. The same answers. */
int mail_put_back(struct mail_job *m);
/* At the end: what could not be stored is found in doubt at the next start. */
void mail_give_up(struct mail_job *m);

#endif
