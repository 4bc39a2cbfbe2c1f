#ifndef TESTS_MAIL_LOOK_H
#define TESTS_MAIL_LOOK_H

#include "mail/message.h"
#include "mail/render.h"

/* What must hold of every mail: equal numbers in equal order in both parts, 76 columns, whole HTML of a fair size that
 * fetches nothing. Each fails the running test. */
void look_check(const struct rendered *r);

void look_has(const struct rendered *r, const char *text);		/* in the text part */
void look_has_not(const struct rendered *r, const char *text);		/* in neither part */

/* The mail built with the rest of `m` is tests/data/mail/NAME.eml, byte for byte; CEUD_GOLDEN=write makes the file. */
void look_golden(const char *name, const struct rendered *r, struct message m);

#endif
