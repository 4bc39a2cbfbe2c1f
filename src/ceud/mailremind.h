#ifndef CEUD_MAILREMIND_H
#define CEUD_MAILREMIND_H

#include "mailmake.h"
#include "store/people.h"

/* The texts and attachments of what the person would get now, or (on, not DAY_NONE) on that day if nothing changes, into
 * k->mail; k->m is a mail of kind "reminder" that is not stored. ERR_RULE "reminder-none" when nothing goes any more;
 * ERR_USAGE "on-past". Released with rendered_free(). */
int reminder_preview(struct making *k, const struct person *p, day_t on, struct err *err);

#endif
