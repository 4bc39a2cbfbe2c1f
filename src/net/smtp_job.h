#ifndef NET_SMTP_JOB_H
#define NET_SMTP_JOB_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct json;

/* The lines of a job for `ceud-net send`, read and checked. */

enum smtp_tls { SMTP_STARTTLS, SMTP_IMPLICIT, SMTP_PLAIN };
enum smtp_auth { SMTP_AUTH_PLAIN, SMTP_AUTH_LOGIN, SMTP_AUTH_OAUTHBEARER, SMTP_AUTH_XOAUTH2 };

struct smtp_server {		/* the texts live in `root` */
	const char *host, *ca, *user, *password, *helo;		/* ca, user, password: "" when not given */
	int port;
	enum smtp_tls tls;
	enum smtp_auth auth;
	int64_t connect_ms, response_ms;
	int steps;
	struct json *root;
};

struct smtp_mail {
	int64_t id;
	const char *from, *to;
	size_t bytes;
	struct json *root;
};

/* The first line. ERR_USAGE with what is wrong in it. */
int smtp_server_parse(const char *line, size_t len, struct smtp_server *ret, struct err *err);
void smtp_server_free(struct smtp_server *s);

/* The line of one mail. ERR_USAGE likewise; addresses are not looked at. */
int smtp_mail_parse(const char *line, size_t len, struct smtp_mail *ret, struct err *err);
void smtp_mail_free(struct smtp_mail *m);

/* Why an address must not be given to libcurl, which lets line breaks through (7.88) and so commands; or NULL. */
const char *smtp_address_fault(const char *address);

#endif
