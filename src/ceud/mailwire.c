/* Mail on its way out of ceud. */
#include "mailwire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "config.h"
#include "files.h"
#include "jobparts.h"
#include "store/outbox.h"

/* "[::1]" as "::1". */
static void put_host(struct jsonw *w, const char *host)
{
	if (*host == '[')
		jsonw_strn(w, "host", host + 1, strlen(host) - 2);
	else
		jsonw_str(w, "host", host);
}

int wire_open(struct ceud *d, const char *password, int steps, struct buf *out, struct err *err)
{
	const struct config *c = d->config;
	char from[256];
	struct jsonw w;

	if (mail_sender(d, from, err))
		return -1;
	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	put_host(&w, c->mail_relay_host);
	jsonw_int(&w, "port", c->mail_relay_port);
	jsonw_str(&w, "tls", config_tls[c->mail_tls]);
	jsonw_str(&w, "ca", c->mail_ca ? c->mail_ca : "");
	jsonw_str(&w, "user", c->mail_user ? c->mail_user : "");
	jsonw_str(&w, "password", password);
	jsonw_str(&w, "auth", config_auth[c->mail_auth]);
	jsonw_str(&w, "helo", strchr(from, '@') + 1);
	jsonw_int(&w, "response_ms", steps ? TEST_RESPONSE_MS : MAIL_RESPONSE_MS);
	if (steps) {			/* somebody waits at a terminal */
		jsonw_int(&w, "connect_ms", TEST_CONNECT_MS);
		jsonw_bool(&w, "steps", 1);
	}
	jsonw_end_object(&w);
	return buf_putc(out, '\n') ? err_oom(err) : 0;
}

int wire_mail(struct ceud *d, int64_t id, const char *to, const void *bytes, size_t n, struct buf *out, struct err *err)
{
	char from[256];
	struct jsonw w;

	if (mail_sender(d, from, err))
		return -1;
	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "id", id);
	jsonw_str(&w, "from", from);
	jsonw_str(&w, "to", to);
	jsonw_int(&w, "bytes", (int64_t)n);
	jsonw_end_object(&w);
	buf_putc(out, '\n');
	return buf_add(out, bytes, n) ? err_oom(err) : 0;
}

static void take_text(const struct json *v, const char *name, char *out, size_t size)
{
	const char *s = json_str(v, name);

	text_excerpt(out, size, s ? s : "");
}

static int take_outcome(const struct json *v, struct mail_outcome *o)
{
	const char *phase = json_str(v, "phase");
	int64_t curlcode, code, ms = 0;

	if (!phase || mail_phase_parse(phase, &o->phase) || json_int(v, "curlcode", &curlcode) || json_int(v, "code", &code))
		return -1;
	if (curlcode < 0 || curlcode > 1000 || code < 0 || code > 999)
		return -1;
	o->curlcode = (int)curlcode;
	o->code = (int)code;
	take_text(v, "enhanced", o->enhanced, sizeof o->enhanced);
	take_text(v, "text", o->text, sizeof o->text);
	take_text(v, "server_id", o->server_id, sizeof o->server_id);
	o->all_sent = json_bool(v, "all_sent", 1);	/* without it: the careful reading */
	o->reused = json_bool(v, "reused", 0);
	o->ms = json_int(v, "ms", &ms) ? 0 : ms;
	return 0;
}

int wire_answer(const char *line, size_t len, int64_t *id, struct mail_outcome *ret, struct buf *step)
{
	struct mail_outcome o = { 0 };
	struct err err = { 0 };
	struct json *root;
	const struct json *v;
	int rc = -1;

	if (json_parse(line, len, &root, &err))
		return -1;
	if (!json_int(root, "id", id)) {
		v = json_get(root, "step");
		rc = v ? 1 : take_outcome(root, &o);
		if (v && step && json_print(step, v, 0))
			rc = -1;
	}
	json_free(root);
	if (!rc)
		*ret = o;
	return rc;
}

const char *wire_recipient(const struct ceud *d, const struct outbox_mail *m)
{
	return d->config->mail_mode == MODE_REDIRECT ? d->config->mail_redirect : m->rcpt;
}

static int write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

static int write_file(const char *folder, const char *name, const struct outbox_mail *m, struct err *err)
{
	char part[4400], whole[4300];
	int fd, rc;

	snprintf(whole, sizeof whole, "%s/%s", folder, name);
	snprintf(part, sizeof part, "%s/.%s.part", folder, name);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_errno(err, "mail-file", "Cannot write %s", part);
	rc = write_all(fd, m->bytes, m->nbytes) || fsync(fd);
	if (close(fd) || rc || rename(part, whole) || sync_folder(folder)) {
		err_errno(err, "mail-file", "Cannot write %s", whole);
		unlink(part);
		return -1;
	}
	return 0;
}

int wire_file(struct ceud *d, const struct outbox_mail *m, struct buf *path, struct err *err)
{
	char folder[4097], name[128];
	const char *given = d->config->mail_dir;

	if (given)
		snprintf(folder, sizeof folder, "%s", given);
	else
		snprintf(folder, sizeof folder, "%s/mail", d->state_dir);
	/* Addresses are checked when a person is added: no '/' and no control character gets here. */
	snprintf(name, sizeof name, "%06lld-%s-%.80s.eml", (long long)m->id, m->kind, m->rcpt);
	for (char *p = name; *p; p++)
		if (*p == '/')
			*p = '_';
	if (file_make_folder(folder, err) || write_file(folder, name, m, err))
		return -1;
	return buf_printf(path, "%s/%s", folder, name) ? err_oom(err) : 0;
}

int wire_print(const struct outbox_mail *m, struct err *err)
{
	if (write_all(STDOUT_FILENO, m->bytes, m->nbytes) || write_all(STDOUT_FILENO, "\r\n", 2))
		return err_errno(err, "mail-stdout", "Cannot write the mail to standard output");
	return 0;
}
