#ifndef MAIL_REMINDER_H
#define MAIL_REMINDER_H

#include "mail/render.h"
#include "tree.h"

/* The parts of a reminder, each a piece of its value tree; private to the room. */

/* What the mail is about, by what is asked for and by where the person stands: who is done is not told to earn. */
enum reminder_kind reminder_kind_of(const struct reminder_facts *f);
/* The cycle has ended, but what is missing can still be put right. */
int reminder_in_grace(const struct reminder_facts *f);

void reminder_subject(struct values *w, const struct reminder_facts *f);	/* "subject", at most 60 columns */
void reminder_waiting(struct values *w, const struct reminder_facts *f);	/* the table "waiting" */
void reminder_missing(struct values *w, const struct reminder_facts *f);	/* "missing": what to find, and the least work */
void reminder_todo(struct values *w, const struct reminder_facts *f);	/* "todo": what to do now, with its commands */

/* As it stands in the HTML part, and in capitals for the text. */
void reminder_heading(struct values *w, const char *heading);

#endif
