/* ceud.conf: the table of settings and what reads and prints it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "settings.h"

#define FIELD(f) offsetof(struct config, f)
#define LADDER(kind) offsetof(struct config, ladders.of[LADDER_ ## kind])

const char *const config_tls[] = { "starttls", "implicit", "none", NULL };
const char *const config_auth[] = { "plain", "login", "oauthbearer", "xoauth2", NULL };
static const char *const transports[] = { "smtp", "dir", "stdout", NULL };

const struct setting settings[] = {
	{ NULL, "organisation", NULL, &kind_text, FIELD(organisation), NULL, 0, 0, NULL },
	{ NULL, "admin", NULL, &kind_address, FIELD(admin), NULL, 0, 0, NULL },
	{ NULL, "url", NULL, &kind_url, FIELD(url), NULL, 0, 0, NULL },
	{ NULL, "state", NULL, &kind_path, FIELD(state), NULL, 0, 0, NULL },
	{ NULL, "socket", NULL, &kind_path, FIELD(socket), NULL, 0, 0, NULL },
	{ NULL, "listen", NULL, &kind_listen, FIELD(listen), NULL, 0, 0, NULL },
	{ NULL, "zone", NULL, &kind_zone, FIELD(zone), NULL, 0, 0, NULL },
	{ NULL, "programs", NULL, &kind_path, FIELD(programs), NULL, 0, 0, NULL },
	{ NULL, "profiles", NULL, &kind_path, FIELD(profiles), NULL, 0, 0, NULL },
	{ NULL, "templates", NULL, &kind_path, FIELD(templates), NULL, 0, 0, NULL },
	{ "mail", "mode", NULL, &kind_mode, FIELD(mail_mode), "hold", 0, 0, NULL },
	{ "mail", "transport", NULL, &kind_choice, FIELD(mail_transport), "dir", 0, 0, transports },
	{ "mail", "dir", NULL, &kind_path, FIELD(mail_dir), NULL, 0, 0, NULL },
	{ "mail", "relay", NULL, &kind_relay, FIELD(mail_relay_host), NULL, 1, 65535, NULL },
	{ "mail", "tls", NULL, &kind_choice, FIELD(mail_tls), "starttls", 0, 0, config_tls },
	{ "mail", "ca", NULL, &kind_path, FIELD(mail_ca), NULL, 0, 0, NULL },
	{ "mail", "user", NULL, &kind_text, FIELD(mail_user), NULL, 0, 0, NULL },
	{ "mail", "password", NULL, &kind_password, FIELD(mail_password), NULL, 0, 0, NULL },
	{ "mail", "auth", NULL, &kind_choice, FIELD(mail_auth), "plain", 0, 0, config_auth },
	{ "mail", "from", NULL, &kind_mailbox, FIELD(mail_from), "ceu <ceu@localhost>", 0, 0, NULL },
	{ "mail", "reply-to", NULL, &kind_address, FIELD(mail_reply_to), NULL, 0, 0, NULL },
	{ "mail", "rate", NULL, &kind_rate, FIELD(mail_rate), "30/min", 1, 1000000, NULL },
	{ "mail", "quiet", NULL, &kind_quiet, FIELD(quiet_from), "20:00-07:00", 0, 0, NULL },
	{ "feeds", "poll", NULL, &kind_duration, FIELD(feeds_poll), "6h", 15 * 60, 7 * 86400, NULL },
	{ "feeds", "allow", NULL, &kind_allow, FIELD(allow), NULL, 1, 65535, NULL },
	{ "feeds", "max-bytes", NULL, &kind_size, FIELD(feeds_max_bytes), "20M", 1000, 200000000, NULL },
	{ "feeds", "max-events", NULL, &kind_number, FIELD(feeds_max_events), "20000", 1, 500000, NULL },
	{ "feeds", "workers", NULL, &kind_number, FIELD(feeds_workers), "2", 1, 16, NULL },
	{ "feeds", "window", NULL, &kind_window, FIELD(window_back), "18 6", 0, 60, NULL },
	{ "reminders", "at", NULL, &kind_time, FIELD(reminders_at), "08:30", 0, 0, NULL },
	{ "reminders", "days", NULL, &kind_days, FIELD(reminders_days), "monday..friday", 0, 0, NULL },
	{ "reminders", "ladder", "behind", &kind_ladder, LADDER(BEHIND), "open inbox 180 120 90 60 30 14 7 3 1 0", 0, 0, NULL },
	{ "reminders", "ladder", "on-pace", &kind_ladder, LADDER(ON_PACE), "open inbox 180 90 30 7", 0, 0, NULL },
	{ "reminders", "ladder", "complete", &kind_ladder, LADDER(COMPLETE), "done 90 60 30 14 7 3 1 0", 0, 0, NULL },
	{ "reminders", "ladder", "lapsed", &kind_ladder, LADDER(LAPSED), "1 8 15 22 29", 0, 0, NULL },
	{ "reminders", "bulk-limit", NULL, &kind_bulk, FIELD(bulk_percent), "20% 50", 0, 1000000, NULL },
	{ "digest", "every", NULL, &kind_every, FIELD(digest_every), "monday", 0, 0, NULL },
	{ "digest", "at", NULL, &kind_time, FIELD(digest_at), "07:30", 0, 0, NULL },
	{ "limits", "connections", NULL, &kind_number, FIELD(limit_connections), "64", 4, 1000, NULL },
	{ "limits", "per-user", NULL, &kind_number, FIELD(limit_per_user), "16", 1, 1000, NULL },
	{ "limits", "body", NULL, &kind_size, FIELD(limit_body), "1M", 1000, 50000000, NULL },
	{ "limits", "evidence", NULL, &kind_size, FIELD(limit_evidence), "20M", 1000, 500000000, NULL },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL }
};

enum { NSETTINGS = sizeof settings / sizeof *settings - 1 };
_Static_assert(NSETTINGS <= sizeof ((struct config *)0)->lines / sizeof(int), "struct config has a line for each setting");

static int same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static const struct setting *find(const char *block, const struct conf *d)
{
	for (const struct setting *s = settings; s->name; s++)
		if (same(s->block, block) && !strcmp(s->name, d->name) &&
		    (!s->words || (d->nparams && !strcmp(s->words, d->params[0]))))
			return s;
	return NULL;
}

static int is_block(const char *name)
{
	for (const struct setting *s = settings; s->name; s++)
		if (s->block && !strcmp(s->block, name))
			return 1;
	return 0;
}

/* One of the settings whose name has a second word, and that is missing or no such one. */
static int lacks_word(const char *block, const struct conf *d, const char *file, struct conf_errors *errors)
{
	struct buf words = BUF_INIT;
	int lacks;

	for (const struct setting *s = settings; s->name; s++)
		if (s->words && same(s->block, block) && !strcmp(s->name, d->name))
			buf_printf(&words, "%s%s", words.len ? ", " : "", s->words);
	if (words.len)
		conf_error(errors, file, d->line, d->column, "\"%s\" wants first one of %s", d->name, buf_str(&words));
	lacks = words.len > 0;
	buf_free(&words);
	return lacks;
}

/* "unknown directive", with the nearest one of this block. */
static void unknown(const char *block, const struct conf *d, const char *file, struct conf_errors *errors)
{
	const char *names[2 * NSETTINGS], *near;
	size_t n = 0;

	if (lacks_word(block, d, file, errors))
		return;
	for (const struct setting *s = settings; s->name; s++) {
		if (same(s->block, block))
			names[n++] = s->name;
		if (!block && s->block)
			names[n++] = s->block;
	}
	near = text_suggest(d->name, names, n);
	if (near && !strcmp(near, d->name))
		near = NULL;
	conf_error(errors, file, d->line, d->column, "unknown directive \"%s\"%s%s%s%s%s%s", d->name,
	    block ? " in " : "", block ? block : "", near ? " (did you mean \"" : "", near ? near : "", near ? "\"?" : "",
	    near ? ")" : "");
}

static void read_one(struct config *c, const struct setting *s, const struct conf *d, const char *file,
    struct conf_errors *errors)
{
	struct place p = { .c = c, .s = s, .d = d };
	int *line = &c->lines[s - settings];

	if (*line && s->kind != &kind_allow) {
		conf_error(errors, file, d->line, d->column, "\"%s\" stands twice, first in line %d", d->name, *line);
		return;
	}
	if (d->has_block)
		conf_error(errors, file, d->line, d->column, "\"%s\" takes no block", d->name);
	else if (s->kind->read(&p))
		conf_error(errors, file, d->line, d->column, "\"%s\" %s", d->name, p.why);
	*line = d->line;
}

static void read_block(struct config *c, const char *block, const struct conf *in, const char *file,
    struct conf_errors *errors)
{
	for (size_t i = 0; i < in->nchildren; i++) {
		const struct conf *d = &in->children[i];
		const struct setting *s = find(block, d);

		if (s)
			read_one(c, s, d, file, errors);
		else if (!block && is_block(d->name) && d->has_block && !d->nparams)
			read_block(c, d->name, d, file, errors);
		else if (!block && is_block(d->name))
			conf_error(errors, file, d->line, d->column, "\"%s\" wants a block: %s { ... }", d->name, d->name);
		else
			unknown(block, d, file, errors);
	}
}

/* Each default is read by the same parser as the file. */
static int set_defaults(struct config *c)
{
	for (const struct setting *s = settings; s->name; s++) {
		char line[128];
		struct buf text = BUF_INIT;
		struct conf_errors errors = { &text, 0 };
		struct conf *root = NULL;

		if (!s->fallback)
			continue;
		snprintf(line, sizeof line, s->kind == &kind_mailbox ? "%s %s%s\"%s\"\n" : "%s %s%s%s\n", s->name,
		    s->words ? s->words : "", s->words ? " " : "", s->fallback);
		if (!conf_parse(line, strlen(line), "default", &root, &errors))
			read_one(c, s, &root->children[0], "default", &errors);
		conf_free(root);
		buf_free(&text);
		if (errors.count)
			return -1;
		c->lines[s - settings] = 0;
	}
	return 0;
}

struct config *config_default(void)
{
	struct config *c = calloc(1, sizeof *c);

	if (c && set_defaults(c)) {
		config_free(c);
		return NULL;
	}
	return c;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	char *owned[] = { c->organisation, c->admin, c->url, c->state, c->socket, c->listen, c->programs, c->profiles, c->templates,
		c->mail_redirect, c->mail_dir, c->mail_relay_host, c->mail_ca, c->mail_user, c->mail_password,
		c->mail_from, c->mail_reply_to, c->file };

	for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
		free(owned[i]);
	for (size_t i = 0; i < c->nallow; i++)
		free(c->allow[i].cidr);
	free(c);
}

/* The line that sets this field, 0 = none does. */
static int line_of(const struct config *c, size_t field)
{
	for (const struct setting *s = settings; s->name; s++)
		if (s->offset == field)
			return c->lines[s - settings];
	return 0;
}

/* What no single directive can see. One that is there and wrong is not told to be missing. */
static void check_whole(const struct config *c, const char *file, struct conf_errors *errors)
{
	int transport = line_of(c, FIELD(mail_transport)), user = line_of(c, FIELD(mail_user)),
	    password = line_of(c, FIELD(mail_password));

	if (c->mail_transport == TRANSPORT_SMTP && !line_of(c, FIELD(mail_relay_host)))
		conf_error(errors, file, transport, 1, "\"transport smtp\" needs a relay: relay HOST PORT");
	if (user && !password)
		conf_error(errors, file, user, 1, "\"user\" needs a password: password credential:NAME");
	if (password && !user)
		conf_error(errors, file, password, 1, "\"password\" needs a user: user NAME");
}

int config_read(const char *text, size_t len, const char *file, struct config **ret, struct conf_errors *errors)
{
	struct config *c = config_default();
	struct conf *root = NULL;
	int before = errors->count;

	if (!c || !(c->file = strdup(file))) {
		conf_error(errors, file, 1, 1, "out of memory");
		config_free(c);
		return -1;
	}
	if (!conf_parse(text, len, file, &root, errors)) {
		read_block(c, NULL, root, file, errors);
		check_whole(c, file, errors);
	}
	conf_free(root);
	if (errors->count > before) {
		config_free(c);
		return -1;
	}
	*ret = c;
	return 0;
}

static void print_one(const struct config *c, const struct setting *s, struct buf *out)
{
	struct buf words = BUF_INIT;
	int line = c->lines[s - settings];

	s->kind->print(c, s, &words);
	if (words.len) {
		if (line)
			buf_printf(out, "%s# %s:%d\n", s->block ? "    " : "", c->file, line);
		buf_printf(out, "%s%s%s%s %s\n", s->block ? "    " : "", s->name, s->words ? " " : "", s->words ? s->words : "",
		    buf_str(&words));
	}
	if (words.failed)
		out->failed = 1;
	buf_free(&words);
}

int config_print(const struct config *c, struct buf *out)
{
	const char *block = NULL;

	for (const struct setting *s = settings; s->name; s++) {
		if (!same(block, s->block)) {
			buf_printf(out, "%s%s {\n", block ? "}\n" : "", s->block);
			block = s->block;
		}
		print_one(c, s, out);
	}
	return buf_puts(out, "}\n");
}

static int read_secret(const char *path, char *out, size_t size, struct err *err)
{
	/* A pipe without a writer is not waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);
	int kept = errno;

	if (fd >= 0)
		close(fd);
	if (n < 0) {
		errno = kept;
		err_errno(err, "password-unreadable", "The mail password cannot be read from %s", path);
		return err_next(err, "Check the directive \"password\" of the mail block, see ceud.conf(5).");
	}
	out[n] = '\0';
	if ((size_t)n == size - 1 && !out[strcspn(out, "\r\n")]) {
		explicit_bzero(out, size);
		err_set(err, ERR_FAILED, "password-unreadable", "The first line of %s is longer than a mail password can be.", path);
		return err_next(err, "Write the password there, see ceud.conf(5).");
	}
	out[strcspn(out, "\r\n")] = '\0';
	if (out[0])
		return 0;
	err_set(err, ERR_FAILED, "password-unreadable", "The first line of %s is empty; it is to be the mail password.", path);
	return err_next(err, "Write the password there, see ceud.conf(5).");
}

int config_password(const struct config *c, char *out, size_t size, struct err *err)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY"), *spec = c->mail_password;
	char path[4096];

	out[0] = '\0';
	if (!spec)
		return 0;
	if (!strncmp(spec, "file:", 5))
		return read_secret(spec + 5, out, size, err);
	if (!strncmp(spec, "command:", 8))
		return err_set(err, ERR_FAILED, "password-unreadable", "The mail password is to come from a command.");
	if (!folder) {
		err_set(err, ERR_FAILED, "password-unreadable", "The mail password is to come from a credential, and there are none.");
		return err_next(err, "Start ceud through systemd with LoadCredential=, or use password file:PATH.");
	}
	snprintf(path, sizeof path, "%s/%s", folder, spec + strlen("credential:"));
	return read_secret(path, out, size, err);
}
