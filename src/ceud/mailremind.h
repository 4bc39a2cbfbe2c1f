#ifndef CEUD_MAILREMIND_H
#define CEUD_MAILREMIND_H

#include "mailmake.h"
#include "store/people.h"

/* The texts and attachments of what the person would get now, or (on, not DAY_NONE) on that day if nothing changes, into
 * k->mail; k->m is a mail of kind "reminder" that is not stored. ERR_RULE "reminder-none" when nothing goes any more;
 * ERR_USAGE "on-past". Released with rendered_free(). */
int reminder_preview(struct making *k, const struct person *p, day_t on, struct err *err);

/* Will the mail of a reminder or nudge that waits be cancelled on that day, hers, if nothing changes? *why in the arena, or NULL. */
int reminder_unwanted(struct ceud *d, struct outbox_mail *m, day_t day, struct arena *a, const char **why, struct err *err);

#endif
