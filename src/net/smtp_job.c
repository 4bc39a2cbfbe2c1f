/* What may stand in a job for `ceud-net send`. */
#include "smtp_job.h"

#include <string.h>

#include "base/err.h"
#include "base/json.h"

enum { HOST_LONGEST = 253, ADDRESS_LONGEST = 254, MS_MOST = 3600 * 1000, MAIL_MOST = 25 * 1024 * 1024 };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const tls_names[] = {
	[SMTP_STARTTLS] = "starttls", [SMTP_IMPLICIT] = "implicit", [SMTP_PLAIN] = "none"
};
static const char *const auth_names[] = {
	[SMTP_AUTH_PLAIN] = "plain", [SMTP_AUTH_LOGIN] = "login", [SMTP_AUTH_OAUTHBEARER] = "oauthbearer",
	[SMTP_AUTH_XOAUTH2] = "xoauth2"
};
static const char *const server_members[] = { "host", "port", "tls", "ca", "user", "password", "auth", "helo",
    "connect_ms", "response_ms", "steps" };
static const char *const mail_members[] = { "id", "from", "to", "bytes" };

static int bad(struct err *err, const char *member, const char *wanted)
{
	return err_set(err, ERR_USAGE, "job-invalid", "The job's \"%s\" is not %s.", member, wanted);
}

/* A whole number from `least` to `most`; an absent one is `fallback` unless that is out of the range itself. */
static int number(const struct json *v, const char *name, int64_t least, int64_t most, int64_t fallback,
    int64_t *ret, struct err *err)
{
	int64_t n = fallback;

	if (json_get(v, name) != NULL && json_int(v, name, &n) != 0)
		return bad(err, name, "a whole number");
	if (n < least || n > most)
		return err_set(err, ERR_USAGE, "job-invalid",
		    "The job's \"%s\" is not a whole number from %lld to %lld.", name, (long long)least, (long long)most);
	*ret = n;
	return 0;
}

static int text(const struct json *v, const char *name, const char *fallback, const char **ret, struct err *err)
{
	const char *s = json_str(v, name);

	if (s == NULL && (fallback == NULL || json_get(v, name) != NULL))
		return bad(err, name, "a text");
	*ret = s != NULL ? s : fallback;
	return 0;
}

static int choice(const struct json *v, const char *name, const char *const *names, size_t n, size_t fallback,
    size_t *ret, struct err *err)
{
	const char *s;

	if (text(v, name, names[fallback], &s, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], s) == 0) {
			*ret = i;
			return 0;
		}
	}
	return bad(err, name, "one of the words for it in ceud-net(8)");
}

/* A name or address of a machine, fit to stand in a URL as it is. */
static int is_host(const char *s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
	size_t n = strspn(s, allowed);

	return n > 0 && n <= HOST_LONGEST && s[n] == '\0' && s[0] != '-';
}

/* Control characters would end a command early; nothing else can. */
static int is_one_line(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ' || *s == 127)
			return 0;
	}
	return 1;
}

static int check_server(const struct smtp_server *s, struct err *err)
{
	if (!is_host(s->host))
		return bad(err, "host", "the name or address of a machine");
	if (!is_host(s->helo))
		return bad(err, "helo", "the name of a machine");
	if (!is_one_line(s->user))
		return bad(err, "user", "a name on one line");
	if (!is_one_line(s->password))
		return bad(err, "password", "a text on one line");
	if ((s->user[0] == '\0') != (s->password[0] == '\0'))
		return err_set(err, ERR_USAGE, "job-invalid",
		    "The job has only one of \"user\" and \"password\".");
	return 0;
}

static int read_server(const struct json *v, struct smtp_server *s, struct err *err)
{
	int64_t port = 0;
	size_t tls = 0, auth = 0;

	if (json_kind(v) != JSON_OBJECT)
		return err_set(err, ERR_USAGE, "job-invalid", "The job's first line is no JSON object.");
	if (json_only(v, server_members, COUNT(server_members), err) != 0 ||
	    text(v, "host", NULL, &s->host, err) != 0 || number(v, "port", 1, 65535, 0, &port, err) != 0 ||
	    choice(v, "tls", tls_names, COUNT(tls_names), SMTP_STARTTLS, &tls, err) != 0 ||
	    choice(v, "auth", auth_names, COUNT(auth_names), SMTP_AUTH_PLAIN, &auth, err) != 0 ||
	    text(v, "ca", "", &s->ca, err) != 0 || text(v, "user", "", &s->user, err) != 0 ||
	    text(v, "password", "", &s->password, err) != 0 || text(v, "helo", NULL, &s->helo, err) != 0 ||
	    number(v, "connect_ms", 1, MS_MOST, 30000, &s->connect_ms, err) != 0 ||
	    number(v, "response_ms", 1, MS_MOST, 600000, &s->response_ms, err) != 0)
		return -1;
	s->port = (int)port;
	s->tls = (enum smtp_tls)tls;
	s->auth = (enum smtp_auth)auth;
	s->steps = json_bool(v, "steps", 0);
	return check_server(s, err);
}

int smtp_server_parse(const char *line, size_t len, struct smtp_server *ret, struct err *err)
{
	struct smtp_server s = { 0 };

	if (json_parse(line, len, &s.root, err) != 0)
		return -1;
	if (read_server(s.root, &s, err) != 0) {
		json_free(s.root);
		return -1;
	}
	*ret = s;
	return 0;
}

void smtp_server_free(struct smtp_server *s)
{
	if (s->root != NULL)
		json_free(s->root);
	*s = (struct smtp_server){ 0 };
}

static int read_mail(const struct json *v, struct smtp_mail *m, struct err *err)
{
	int64_t bytes = 0;

	if (json_kind(v) != JSON_OBJECT)
		return err_set(err, ERR_USAGE, "job-invalid", "The line of a mail is no JSON object.");
	if (json_only(v, mail_members, COUNT(mail_members), err) != 0 ||
	    number(v, "id", 0, INT64_MAX, -1, &m->id, err) != 0 || text(v, "from", NULL, &m->from, err) != 0 ||
	    text(v, "to", NULL, &m->to, err) != 0 || number(v, "bytes", 1, MAIL_MOST, 0, &bytes, err) != 0)
		return -1;
	m->bytes = (size_t)bytes;
	return 0;
}

int smtp_mail_parse(const char *line, size_t len, struct smtp_mail *ret, struct err *err)
{
	struct smtp_mail m = { 0 };

	if (json_parse(line, len, &m.root, err) != 0)
		return -1;
	if (read_mail(m.root, &m, err) != 0) {
		json_free(m.root);
		return -1;
	}
	*ret = m;
	return 0;
}

void smtp_mail_free(struct smtp_mail *m)
{
	if (m->root != NULL)
		json_free(m->root);
	*m = (struct smtp_mail){ 0 };
}

const char *smtp_address_fault(const char *address)
{
	const char *at = strrchr(address, '@');

	for (const char *p = address; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '\r' || c == '\n')
			return "it holds a line break";
		if (c < ' ' || c == 127)
			return "it holds a control character";
		if (c == ' ')
			return "it holds a blank";
		if (c == '<' || c == '>')
			return "it holds an angle bracket";
		if (c > 127)
			return "it holds a character outside ASCII";
	}
	if (at == NULL || at == address || at[1] == '\0')
		return "it is not of the form NAME@DOMAIN";
	return strlen(address) > ADDRESS_LONGEST ? "it is longer than 254 characters" : NULL;
}
