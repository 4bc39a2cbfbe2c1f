#ifndef CEUD_MAILMAKE_H
#define CEUD_MAILMAKE_H

#include "jobparts.h"
#include "mail/message.h"
#include "mail/render.h"
#include "store/outbox.h"

struct zone;

/* A mail in the making. Private to mailmake.c and the files of the kinds of mail. */

struct making {
	struct ceud *d;
	struct outbox_mail *m;
	struct arena *a;
	const struct zone *zone;
	const char *thread;		/* make_id() of what its mails have in common, or NULL */
	const char *list_id;		/* or NULL */
	const char *unsubscribe, *unsubscribe_mail;	/* unsubscribe.h; NULL: without */
	const struct message_part *parts; size_t nparts;	/* attached */
	int at_once;			/* asked for: by night, too */
	struct rendered mail;
};

/* The facts again, for a mail of that kind, and its texts into k->mail unless k->m->bytes are there; answers as mail_make(). */
int make_reminder(struct making *k, struct err *err);		/* mailremind.c */
int make_digest(struct making *k, struct err *err);		/* maildigest.c */

/* What they share. make_not_wanted: MAIL_NOT_WANTED, with the reason. */
int make_not_wanted(struct outbox_mail *m, const char *why);
/* Why it is too late for it, or NULL. */
const char *make_is_late(const struct making *k);
/* MAIL_NOT_NOW and the morning in next_try: a mail that is late (the relay was away, a release, a restart) does not come by
 * night, unless it was asked for by night or the digest's own time is there. Else 0. */
int make_wait_for_day(const struct making *k);
/* Text in the arena; NULL: no memory. */
char *make_text(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A stable id of this installation, in the arena: the same key gives the same id. NULL: error. */
const char *make_id(const struct making *k, const char *prefix, const char *key, struct err *err);
/* Build k->mail and what goes with it into k->m, which has its key and recipient: message_id, subject and bytes in the arena,
 * rendered_at. For a mail that is frozen when it is planned; others are built by mail_make(). */
int make_build(struct making *k, struct err *err);
/* The same with another Message-ID: make_id() of a key of its own. For a message that is shown and not sent. */
int make_build_as(struct making *k, const char *message_id, struct err *err);
/* List-Id of digests: "ceu-digest.DOMAIN" of the sender, in the arena. NULL: error. */
const char *make_list_id(const struct making *k, struct err *err);

#endif
