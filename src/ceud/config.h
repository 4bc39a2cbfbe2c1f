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
	char *state, *socket, *listen;		/* NULL = default */
	const struct zone *zone;
	char *programs, *templates, *profiles;		/* folders or NULL */

	enum mail_mode mail_mode; char *mail_redirect;
	enum mail_transport mail_transport;
	char *mail_dir;				/* NULL = STATE/mail */
	char *mail_relay_host; int mail_relay_port;
	char *mail_tls;				/* "starttls" "implicit" "none" */
	char *mail_ca, *mail_user, *mail_password, *mail_auth;
	char *mail_from, *mail_reply_to;
	int mail_rate;				/* a minute */
	int quiet_from, quiet_to;		/* minutes of the day; equal = none */

	int64_t feeds_poll;			/* seconds */
	struct { char *cidr; int ports[16]; size_t nports; } allow[CONFIG_ALLOW_MAX]; size_t nallow;
	int64_t feeds_max_bytes; int feeds_max_events, feeds_workers;
	int window_back, window_ahead;		/* months */

	int reminders_at;			/* minute of the day */
	unsigned reminders_days;		/* bit 0 = Monday */
	int ladder_behind[LADDER_RUNGS_MAX]; size_t nladder_behind;
	int ladder_on_pace[LADDER_RUNGS_MAX]; size_t nladder_on_pace;
	int ladder_complete[LADDER_RUNGS_MAX]; size_t nladder_complete;
	int ladder_lapsed[LADDER_RUNGS_MAX]; size_t nladder_lapsed;
	int bulk_percent, bulk_count;

	char *digest_every;			/* weekday, "month" or "change" */
	int digest_at;

	char *backup_every; int backup_keep[3]; char *backup_dir;
	int limit_connections, limit_per_user; int64_t limit_body, limit_evidence;

	void *origin;				/* private: which line set what, for --print-config */
};

/* Built-in defaults. NULL on lack of memory. */
struct config *config_default(void);
void config_free(struct config *c);

/* Read a file's text over the defaults. -1: errors hold file:line:column of every mistake. */
int config_read(const char *text, size_t len, const char *file, struct config **ret, struct conf_errors *errors);

/* The effective settings as scfg, each with its origin as a comment. */
int config_print(const struct config *c, struct buf *out);

/* Read what `password` names (credential:, file:, command: ), trailing newline removed. ERR_FAILED "password-unreadable". */
struct err;
int config_password(const struct config *c, char *out, size_t size, struct err *err);

#endif
