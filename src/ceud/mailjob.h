#ifndef CEUD_MAILJOB_H
#define CEUD_MAILJOB_H

#include "base/arena.h"
#include "jobparts.h"
#include "mail/policy.h"
#include "store/outbox.h"

/*
 * The outbox's way out. Private to mailclaim.c, mailsettle.c, mailsend.c and job_mail.c.
 * One mail is claimed at a time: whatever a crash finds claimed counts as in doubt, and nothing is to be in doubt that never
 * went on the wire.  What became of a mail is committed together with the claim of the next one, so a mail costs one commit.
 */
enum { MAIL_RETRY_MS = 60000 };

struct mail_run {			/* admin run mail */
	job_done *done; void *arg;
	int64_t *ids; size_t n, at;
	int64_t until;			/* monotonic */
	int faults;			/* of the channel */
	int64_t sent, failed, later, unknown;
};

struct mail_hand { struct arena arena; struct outbox_mail mail; };

struct mail_job {
	struct ceud *d;
	struct child *child;
	int asking;			/* for the password that the helper is to have */
	int closing;			/* its input is closed: it says goodbye */
	int outdated;			/* it was started before a reload, or with a password that is refused */
	int stopping, pumping;
	struct mail_hand hands[2]; int hand;	/* the one mail that is claimed, and room to claim the next */
	int has_mail;
	int in_flight, reconnected;
	int owed;			/* its outcome is known and not yet stored */
	enum mail_class class;
	int fault;			/* it counts against the channel */
	struct mail_outcome outcome;
	int64_t retry_at;		/* the store failed; 0 = it did not */
	int nlooked;			/* candidates that the last claim had */
	int64_t rate_until;		/* no token before that instant; 0 = there may be one */
	char denied[MAIL_DENIED_MAX][256]; int ndenied;	/* different addresses in a row, refused for what we are */
	int64_t noted_at;		/* when it was last written down that the job ran */
	int has_news; int64_t look_at;	/* mailadmin.c */
	struct mail_run *run;
};

static inline struct outbox_mail *mail_of(struct mail_job *m) { return &m->hands[m->hand].mail; }

void mail_count(struct mail_run *r, enum outbox_state state, int64_t n);	/* r may be NULL */

/* Reminders are being planned: nothing leaves by itself before all is decided, or what a tighter one replaces would go first. */
int mail_waits_for_plans(const struct mail_job *m);

/* Claim the next mail that is due, in the open transaction: facts looked at again, bytes frozen; takes its token from *c, which
 * the caller stores. 1 claimed, 0 none, -1. */
int mail_claim_next(struct mail_job *j, struct channel *c, struct mail_hand *into, struct err *err);
/* The same in a transaction of its own, into the empty hand. */
int mail_claim(struct mail_job *j, struct err *err);

/* The outcome of the mail in hand: stored now, with the claim of the next, or, when the store fails, later (mail_store_owed()). */
void mail_settled(struct mail_job *m, enum mail_class class, int fault, const struct mail_outcome *o);
/* 0: nothing is owed any more; -1: the store still fails, again at m->retry_at. */
int mail_store_owed(struct mail_job *m);
/* The mail in hand never went on the wire: it waits again, none the worse. The same answers. */
int mail_put_back(struct mail_job *m);
/* The channel cannot even be opened; no mail is in hand. */
void mail_channel_failed(struct mail_job *m, const char *why);
/* What an outcome means, with what was seen before. */
enum mail_class mail_judged(struct mail_job *m, const struct mail_outcome *o);

/* mailsend.c: the helper process, and transports that need none. */
/* 1: a mail can be handed over at once; 0: not yet, and pump() comes again; -1: it failed, which is noted. */
int mail_open_channel(struct mail_job *m);
void mail_send(struct mail_job *m);		/* the mail in hand */
void mail_goodbye(struct mail_job *m);
void mail_pump(struct ceud *d);			/* job_mail.c */

#endif
