#ifndef CEUD_REMINDERFACTS_H
#define CEUD_REMINDERFACTS_H

#include "mailmake.h"
#include "reminding.h"

/* What a reminder tells, from where the person stands. Private to mailremind.c and its part. */
struct reminder_ask {
	struct standing *s;		/* with what waits: standing_pending() */
	const struct reminding *r;
	enum reminder_kind kind;
	int has_calendar;		/* the deadline goes along */
	const char *asked_by;		/* whose wish the mail is, or NULL */
};

/* Its texts into k->mail. */
int reminderfacts_render(struct making *k, const struct reminder_ask *q, struct err *err);

#endif
