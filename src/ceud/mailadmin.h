#ifndef CEUD_MAILADMIN_H
#define CEUD_MAILADMIN_H

#include <stdint.h>

struct ceud;
struct err;
struct making;

/*
 * The mail to the admin when mail needs a look: at most one a day, when mails failed or may be lost, when an address is given
 * up, and when the relay has been away for more than an hour.  It goes first, as the one that looks whether the relay is back.
 * Never about itself, never without `admin` in ceud.conf, and not in mode hold.
 */

/* Names of rows that are kept with the jobs: when the breaker closed and was open again; when a mail was taken last; up to when
 * the admin was told. */
#define MAIL_BREAKER_JOB "mail-breaker"
#define MAIL_SENT_JOB "mail-sent"
#define MAIL_ADMIN_JOB "mail-admin"

void mailadmin_news(struct ceud *d);		/* something happened that may be worth telling */
void mailadmin_turn(struct ceud *d);		/* plan the mail, if there is something to tell */
int64_t mailadmin_next(struct ceud *d);		/* when to look again; 0 = when there are news */

/* As the other kinds of mail (mailmake.h). */
int make_admin(struct making *k, struct err *err);

#endif
