/* The password for the relay: from a file, a credential, or a command of the admin's that prints it. */
#include "mailpassword.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "config.h"
#include "jobparts.h"
#include "loop.h"
#include "spawn.h"

enum { COMPLAINT_MOST = 300, READS_A_TURN = 16 };

/* Standard error comes to us, as 3: it may quote the password, and is not for the log.  Some commands end their
 * output without a newline; one more does no harm, as the first line alone counts. */
static const char command_script[] = "exec 2>&3 3>&-; /bin/sh -c \"$1\"; code=$?; echo; exit $code";

struct password_ask {
	struct password_ask *next;
	struct ceud *d;
	struct child *child;
	mail_password_done *done;	/* NULL once it was called */
	void *arg;
	int complaints;			/* what it writes to standard error; -1 at its end */
	char complaint[COMPLAINT_MOST];	/* the first line of it */
	size_t ncomplaint;
	int complained;			/* that line is complete */
	char password[PASSWORD_MOST + 1];
	int has_line, too_long;
};

static void forget(struct password_ask *a)
{
	struct password_ask **at = &a->d->jobs->asks;

	while (*at && *at != a)
		at = &(*at)->next;
	if (*at)
		*at = a->next;
	if (a->complaints >= 0) {
		loop_unwatch(a->d->loop, a->complaints);
		close(a->complaints);
	}
	explicit_bzero(a, sizeof *a);
	free(a);
}

static void answer(struct password_ask *a, const char *password, const struct err *err)
{
	mail_password_done *done = a->done;

	a->done = NULL;
	if (done)
		done(a->d, a->arg, password, err);
}

static int advise(struct err *err)
{
	return err_next(err, "Try the command of \"password\" in ceud's account, see ceud.conf(5).");
}

/* What may be handed to ceud-net: a text on one line. */
static int check_password(const char *s, const char *code, struct err *err)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 127)
			return err_set(err, ERR_FAILED, code, "The mail password holds a control character.");
	return text_is_utf8(s, len) ? 0 : err_set(err, ERR_FAILED, code, "The mail password is not UTF-8.");
}

/* ---- the command */

static void on_line(struct ceud *d, void *arg, const char *line, size_t len)
{
	struct password_ask *a = arg;

	(void)d;
	if (a->has_line)
		return;
	a->has_line = 1;
	if (len && line[len - 1] == '\r')
		len--;
	if (len > PASSWORD_MOST || memchr(line, '\0', len))
		a->too_long = 1;
	else
		memcpy(a->password, line, len);
}

/* The first line with anything in it; the rest is taken and dropped, so that the command is never held up. */
static void keep_complaint(struct password_ask *a, const char *data, size_t n)
{
	for (size_t i = 0; i < n && !a->complained; i++) {
		if (data[i] == '\n' || data[i] == '\r')
			a->complained = a->ncomplaint > 0;
		else if (a->ncomplaint < COMPLAINT_MOST - 1)
			a->complaint[a->ncomplaint++] = data[i] ? data[i] : '?';
	}
}

static void take_complaints(struct password_ask *a)
{
	char data[4096];
	ssize_t n;

	for (int i = 0; i < READS_A_TURN && a->complaints >= 0; i++) {
		n = read(a->complaints, data, sizeof data);
		if (n > 0) {
			keep_complaint(a, data, (size_t)n);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		loop_unwatch(a->d->loop, a->complaints);
		close(a->complaints);
		a->complaints = -1;
	}
}

static void on_complaint(struct ceud *d, void *arg, uint32_t events)
{
	(void)d;
	(void)events;
	take_complaints(arg);
}

/* A command that says what it did may say the password with it. */
static void strike_out(char *text, const char *secret)
{
	size_t len = strlen(secret);

	for (char *at = text; len && (at = strstr(at, secret)) != NULL; at += len < 3 ? len : 3) {
		size_t stars = len < 3 ? len : 3;

		memset(at, '*', stars);
		memmove(at + stars, at + len, strlen(at + len) + 1);
	}
}

static int command_failed(struct password_ask *a, const char *why, struct err *err)
{
	char said[COMPLAINT_MOST + 8];

	strike_out(a->complaint, a->password);
	text_excerpt(said, sizeof said, a->complaint);
	if (!strcmp(why, "deadline"))
		err_set(err, ERR_FAILED, "password-command", "The command for the mail password took longer than %d s.",
		    PASSWORD_COMMAND_MS / 1000);
	else if (why[0])
		err_set(err, ERR_FAILED, "password-command", "The command for the mail password failed (%s)%s%s", why,
		    said[0] ? ": " : ".", said);
	else if (a->too_long)
		err_set(err, ERR_FAILED, "password-command", "The command for the mail password printed more than %d bytes "
		    "in one line, or a zero byte.", PASSWORD_MOST);
	else
		err_set(err, ERR_FAILED, "password-command", "The command for the mail password printed nothing%s%s",
		    said[0] ? ": " : ".", said);
	return advise(err);
}

static void on_gone(struct ceud *d, void *arg, const char *why)
{
	struct password_ask *a = arg;
	struct err err = { 0 };

	(void)d;
	take_complaints(a);
	if (why[0] || a->too_long || !a->password[0])
		command_failed(a, why, &err);
	else if (check_password(a->password, "password-command", &err))
		advise(&err);
	answer(a, err.class == ERR_NONE ? a->password : NULL, err.class == ERR_NONE ? NULL : &err);
	forget(a);
}

static int start_command(struct password_ask *a, const char *command, struct err *err)
{
	static const struct child_events events = { on_line, NULL, on_gone };
	const char *const argv[] = { "/bin/sh", "-c", command_script, "ceud", command, NULL };
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC))
		return err_errno(err, "password-command", "Cannot make a pipe for the command of the mail password");
	a->complaints = ends[0];
	/* Only our end must not block: the command knows nothing of this. */
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK))
		rc = err_errno(err, "password-command", "Cannot prepare the pipe for the command of the mail password");
	else
		rc = loop_watch(a->d->loop, ends[0], EPOLLIN, on_complaint, a, err);
	if (!rc)
		rc = child_start_with(a->d, argv, &ends[1], 1, PASSWORD_COMMAND_MS, &events, a, &a->child, err);
	close(ends[1]);
	if (!rc) {
		child_close_input(a->child);
		child_ends_at_exit(a->child);	/* an agent that it starts may stay */
	}
	return rc;
}

static int ask_command(struct ceud *d, const char *command, mail_password_done *done, void *arg, struct err *err)
{
	struct password_ask *a = calloc(1, sizeof *a);

	if (!a)
		return err_oom(err);
	a->d = d;
	a->done = done;
	a->arg = arg;
	a->complaints = -1;
	a->next = d->jobs->asks;
	d->jobs->asks = a;
	if (!start_command(a, command, err))
		return 0;
	forget(a);
	return -1;
}

/* ---- */

static void read_now(struct ceud *d, mail_password_done *done, void *arg)
{
	char password[PASSWORD_MOST + 2];
	struct err err = { 0 };
	int rc = config_password(d->config, password, sizeof password, &err);

	if (!rc && check_password(password, "password-unreadable", &err))
		rc = err_next(&err, "Write the password alone into the first line, see ceud.conf(5).");
	done(d, arg, rc ? NULL : password, rc ? &err : NULL);
	explicit_bzero(password, sizeof password);
}

int mail_password(struct ceud *d, mail_password_done *done, void *arg, struct err *err)
{
	static const char command[] = "command:";
	const char *spec = d->config->mail_password;

	if (spec && !strncmp(spec, command, strlen(command)))
		return ask_command(d, spec + strlen(command), done, arg, err);
	read_now(d, done, arg);
	return 0;
}

void mail_password_stop(struct ceud *d)
{
	struct err err = { 0 };
	struct password_ask *a, *next;

	err_set(&err, ERR_UNREACHED, "stopping", "ceud is stopping.");
	for (a = d->jobs->asks; a; a = a->next)
		child_kill(a->child);
	/* Whoever is told may ask no more, but what it does is its own affair: the list is walked from the start. */
	for (a = d->jobs->asks; a; a = next) {
		next = a->next;
		answer(a, NULL, &err);
	}
}
