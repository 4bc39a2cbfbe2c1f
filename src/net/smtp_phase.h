#ifndef NET_SMTP_PHASE_H
#define NET_SMTP_PHASE_H

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct err;

/*
 * What is going on between libcurl and the relay, seen through its callbacks: which command was sent last,
 * what was answered, which sockets are open.  A CURLcode alone says too little: 55 may be a server that is
 * down, a mailbox that is gone, or spam.
 */

enum smtp_phase {		/* the last thing done or attempted; mail/policy.h judges by these names */
	SMTP_PHASE_NONE, SMTP_PHASE_CONNECT, SMTP_PHASE_BANNER, SMTP_PHASE_EHLO, SMTP_PHASE_STARTTLS,
	SMTP_PHASE_TLS, SMTP_PHASE_AUTH, SMTP_PHASE_MAIL, SMTP_PHASE_RCPT, SMTP_PHASE_DATA, SMTP_PHASE_BODY,
	SMTP_PHASE_DOT, SMTP_PHASE_ADDRESS
};
const char *smtp_phase_name(enum smtp_phase p);
const char *smtp_phase_words(enum smtp_phase p);	/* for people: "greeting", "sign in", "end of the mail" */

enum { SMTP_SOCKETS_MOST = 8 };

struct smtp_watch {
	/* set once */
	CURL *curl;
	int implicit_tls;
	int must_sign_in;
	struct buf secrets;	/* never to be shown, each ended by '\0': the password, then what AUTH sent */
	size_t password_len;	/* of them, what outlives a connection */
	void (*step)(void *arg, const char *name, int64_t ms, const char *text);	/* or NULL */
	void *arg;
	const char *where, *user;	/* for the steps "connect" and "sign in" */

	/* of the connection */
	int sockets[SMTP_SOCKETS_MOST];
	int open;
	int in_auth;		/* between AUTH and its last reply */
	int signed_in;
	char challenge[512];	/* the last question while signing in, or "" */
	char tls[16];		/* "TLSv1.3" */
	char expiry[48];	/* of the certificate, as libcurl prints it */

	/* of the mail in hand */
	enum smtp_phase phase;
	int had_open;		/* a connection was kept from the mail before */
	int opened;		/* sockets opened for this one */
	int commands;
	int quitting;		/* what is answered now is not about the mail */
	int go_ahead;		/* 354 came */
	int connect_told, encrypt_told;
	int code;		/* of the last reply, or 0 */
	char reply[512];	/* its last line; of a refusal, all of them as one */
	int more;		/* a line of it is to follow */
	int64_t since;		/* when the step in hand began */
};

int smtp_watch_begin(struct smtp_watch *w, CURL *curl, const char *password, struct err *err);
void smtp_watch_free(struct smtp_watch *w);

void smtp_watch_mail(struct smtp_watch *w, int64_t now);	/* a new mail begins */

/* Connected is told here when nothing was answered; otherwise at the first reply. */
void smtp_watch_told(struct smtp_watch *w);

/* The phase in which a finished transfer ended. */
enum smtp_phase smtp_watch_phase(const struct smtp_watch *w, CURLcode result, int all_sent);

/* 1 if the mail went, or would have gone, over the connection of the mail before. */
int smtp_watch_reused(const struct smtp_watch *w, CURLcode result);

/* The kept connection has something to say, or is closed: whatever it is, it is no answer to the next mail. */
int smtp_watch_stale(const struct smtp_watch *w);

/* End every open connection now, without a word: libcurl then finds it dead and does not use it again. */
void smtp_watch_drop(const struct smtp_watch *w);

/* `text` without passwords and what was sent to sign in, in place. */
void smtp_watch_scrub(const struct smtp_watch *w, char *text);

#endif
