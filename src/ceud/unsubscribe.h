#ifndef CEUD_UNSUBSCRIBE_H
#define CEUD_UNSUBSCRIBE_H

#include <stdint.h>

struct arena;
struct ceud;
struct err;

/*
 * Addresses in the heads of mails that stop them (RFC 2369, RFC 8058).  A link stands for one person and one kind of mail: team 0
 * are her reminders, else the digest of that team.  It is signed under the installation's secret and holds no state, so an
 * old mail's link works as long as the installation is the same.
 */
enum { UNSUBSCRIBE_TOKEN_SIZE = 44 };		/* with its NUL */

/* The web address, in the arena; *ret NULL without a url in ceud.conf, and in mode redirect, where somebody else reads the mail. */
int unsubscribe_url(struct ceud *d, int64_t person, int64_t team, struct arena *a, const char **ret, struct err *err);
/* A mail to the admin with a subject that says what is to stop; team: its name, NULL for reminders. *ret NULL without an admin. */
int unsubscribe_mailto(const struct ceud *d, const char *team, struct arena *a, const char **ret, struct err *err);

/* What a token stands for: 1, 0 if it is none of ours, -1. */
int unsubscribe_read(struct ceud *d, const char *token, int64_t *person, int64_t *team, struct err *err);

#endif
