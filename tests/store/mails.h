#ifndef TESTS_STORE_MAILS_H
#define TESTS_STORE_MAILS_H

#include "fixture.h"

enum { MINUTE = 60000 };

struct outbox_mail a_mail(const char *key);				/* a reminder, ready at NOW */
int64_t plan_mail(struct fixture *f, struct outbox_mail m);
struct outbox_mail get(struct fixture *f, int64_t id);			/* with its bytes */
void claim(struct fixture *f, int64_t id, const char *bytes);		/* NULL: those that were frozen */
extern struct err mails_err;						/* what settle() was refused with */
int settle(struct fixture *f, int64_t id, enum outbox_state to, int64_t next_try);
/* Planned, claimed and settled as that at NOW + 2: sent, failed, unknown; or cancelled without being claimed. */
/* To the end, in a transaction of its own: how many steps it took. */
int shrink(struct fixture *f, int64_t before);
int64_t a_mail_that_is(struct fixture *f, struct outbox_mail m, enum outbox_state to);

#endif
