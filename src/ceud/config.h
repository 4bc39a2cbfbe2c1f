#ifndef CEUD_CONFIG_H
#define CEUD_CONFIG_H

#include <stddef.h>
#include <stdint.h>
#include "base/conf.h"
#include "rules/ladder.h"

struct buf;
struct zone;

/*
 * ceud.conf (INTERFACE.md section 3).  One table of settings in config.c is parser, checker, printer and the
 * list that a test compares with ceud.conf(5).
 */

enum mail_mode { MODE_HOLD, MODE_LIVE, MODE_REDIRECT };
enum mail_transport { TRANSPORT_SMTP, TRANSPORT_DIR, TRANSPORT_STDOUT };
enum { CONFIG_ALLOW_MAX = 32 };

struct config {
	char *organisation, *admin, *url;
	char *state, *socket;			/* NULL = default */
	char *listen;				/* "127.0.0.1:7843", or NULL: no TCP */
	const struct zone *zone;
	char *programs, *profiles, *templates;		/* folders or NULL */

	enum mail_mode mail_mode; char *mail_redirect;
	enum mail_transport mail_transport;
	char *mail_dir;				/* NULL = STATE/mail */
	char *mail_relay_host; int mail_relay_port;
	int mail_tls, mail_auth;		/* index in config_tls, config_auth */
	char *mail_ca, *mail_user, *mail_password;
	char *mail_from, *mail_reply_to;
	int mail_rate;				/* a minute */
	int quiet_from, quiet_to;		/* minutes of the day; equal = none */

	int64_t feeds_poll;			/* seconds */
	struct allow { char *cidr; int ports[16]; size_t nports; } allow[CONFIG_ALLOW_MAX];
	size_t nallow;
	int64_t feeds_max_bytes;
	int feeds_max_events, feeds_workers;
	int window_back, window_ahead;		/* months */

	int reminders_at;			/* minute of the day */
	unsigned reminders_days;		/* bit 0 = Monday */
	struct ladders ladders;			/* all are set */
	int bulk_percent, bulk_count;

	int digest_every;			/* enum digest_every: 0 = Mondays */
	int digest_at;

	int limit_connections, limit_per_user;
	int64_t limit_body, limit_evidence;	/* bytes */

	char *file;				/* that was read, or NULL */
	int lines[64];				/* private to config.c: the line that set each setting, 0 = default */
};

extern const char *const config_tls[];		/* "starttls" "implicit" "none" */
extern const char *const config_auth[];		/* "plain" "login" "oauthbearer" "xoauth2" */

/* Built-in defaults. NULL on lack of memory. */
struct config *config_default(void);
void config_free(struct config *c);

/* Read a file's text over the defaults. -1: errors hold file:line:column of every mistake. */
int config_read(const char *text, size_t len, const char *file, struct config **ret, struct conf_errors *errors);

/* The effective settings as scfg, those that a file set with its line as a comment before them. */
int config_print(const struct config *c, struct buf *out);

/* Read what `password` names (credential:NAME or file:PATH), its first line; "" without one. A command is not for
 * this: mailpassword.h. ERR_FAILED "password-unreadable". */
struct err;
int config_password(const struct config *c, char *out, size_t size, struct err *err);

#endif
