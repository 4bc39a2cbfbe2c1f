/* Helper processes: a socket pair, a pidfd, a deadline. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "ceud.h"
#include "loop.h"

enum { PASSED_FD = 3 };
enum { LINE_MAX_BYTES = 65536, READ_BYTES = 65536, READS_A_TURN = 8 };

struct child {
	pid_t pid;
	int pidfd;
	int in, out;		/* our ends: we write to `in`, read from `out`; -1 once closed */
	int close_input;	/* shut `in` down when all is written */
	int timer;
	int exited, status;
	int ends_at_exit;
	char why[48];
	struct buf to;		/* queued for the child */
	size_t sent;		/* of it, already taken */
	struct buf line;	/* an unfinished line */
	struct child_events ev;
	void *arg;
	struct ceud *d;
};

static void close_fd(struct child *c, int *fd)
{
	if (*fd < 0)
		return;
	loop_unwatch(c->d->loop, *fd);
	close(*fd);
	*fd = -1;
}

/* It may be a password. */
static void wipe(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->cap);
}

static void child_free(struct child *c)
{
	loop_cancel(c->d->loop, c->timer);
	close_fd(c, &c->in);
	close_fd(c, &c->out);
	close_fd(c, &c->pidfd);
	wipe(&c->to);
	wipe(&c->line);
	buf_free(&c->to);
	buf_free(&c->line);
	free(c);
}

/* With whatever it has started itself: each leads a process group. Not reaped yet, so the number is still its own. */
void child_kill(struct child *c)
{
	if (!c->exited && kill(-c->pid, SIGKILL) && errno != ESRCH)
		log_error("Cannot kill helper process %d: %s", (int)c->pid, strerror(errno));
}

static void kill_because(struct child *c, const char *why)
{
	if (!c->why[0])
		snprintf(c->why, sizeof c->why, "%s", why);
	child_kill(c);
}

/* Gone when the process has ended and its output is read to the end. */
static void maybe_gone(struct child *c)
{
	struct ceud *d = c->d;

	if (!c->exited || c->out >= 0)
		return;
	if (!c->why[0] && WIFSIGNALED(c->status))
		snprintf(c->why, sizeof c->why, "signal %d", WTERMSIG(c->status));
	else if (!c->why[0] && WEXITSTATUS(c->status))
		snprintf(c->why, sizeof c->why, "exit %d", WEXITSTATUS(c->status));
	c->ev.gone(d, c->arg, c->why);
	child_free(c);
}

static void give_lines(struct child *c, const char *data, size_t len)
{
	const char *end = data + len, *nl;

	while (data < end && !c->why[0]) {
		nl = memchr(data, '\n', (size_t)(end - data));
		if (buf_add(&c->line, data, (size_t)((nl ? nl : end) - data)))
			kill_because(c, "out of memory");
		else if (c->line.len > LINE_MAX_BYTES)
			kill_because(c, "line too long");
		else if (nl)
			c->ev.line(c->d, c->arg, buf_str(&c->line), c->line.len);
		if (!nl)
			return;
		buf_reset(&c->line);
		data = nl + 1;
	}
}

/* What is there now, up to more than a socket holds. 1: and that was the end. */
static int read_lines(struct child *c)
{
	char data[READ_BYTES];
	ssize_t n;

	for (int i = 0; i < READS_A_TURN; i++) {
		n = read(c->out, data, sizeof data);
		if (n > 0) {
			give_lines(c, data, (size_t)n);
			continue;
		}
		return n == 0 || (errno != EAGAIN && errno != EINTR);
	}
	return 0;
}

static void on_readable(struct ceud *d, void *arg, uint32_t events)
{
	struct child *c = arg;

	(void)d;
	(void)events;
	if (!read_lines(c))
		return;
	close_fd(c, &c->out);
	maybe_gone(c);
}

static void on_exit_of(struct ceud *d, void *arg, uint32_t events)
{
	struct child *c = arg;

	(void)d;
	(void)events;
	if (waitpid(c->pid, &c->status, WNOHANG) != c->pid)
		return;
	c->exited = 1;
	close_fd(c, &c->pidfd);
	close_fd(c, &c->in);
	if (c->ends_at_exit && c->out >= 0) {	/* all that it wrote itself is there */
		(void)read_lines(c);
		close_fd(c, &c->out);
	}
	maybe_gone(c);
}

static void on_deadline(struct ceud *d, void *arg)
{
	struct child *c = arg;

	(void)d;
	c->timer = 0;
	kill_because(c, "deadline");
	if (c->exited) {		/* and something that it left behind holds its output */
		close_fd(c, &c->out);
		maybe_gone(c);
	}
}

static void input_done(struct child *c)
{
	struct err err = { 0 };

	c->sent = 0;
	wipe(&c->to);
	buf_reset(&c->to);
	if (c->close_input) {
		close_fd(c, &c->in);
		return;
	}
	if (loop_rewatch(c->d->loop, c->in, 0, &err))
		kill_because(c, "loop failed");
	else if (c->ev.drained)
		c->ev.drained(c->d, c->arg);
}

static void on_writable(struct ceud *d, void *arg, uint32_t events)
{
	struct child *c = arg;
	ssize_t n;

	(void)d;
	if (events & (EPOLLHUP | EPOLLERR)) {	/* it has closed its input: its exit tells why */
		close_fd(c, &c->in);
		return;
	}
	n = send(c->in, c->to.data + c->sent, c->to.len - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		close_fd(c, &c->in);
		return;
	}
	c->sent += (size_t)n;
	if (c->sent == c->to.len)
		input_done(c);
}

int child_write(struct child *c, const void *data, size_t len)
{
	struct err err = { 0 };

	if (c->in < 0 || !len)
		return 0;
	if (buf_add(&c->to, data, len))
		return -1;
	return loop_rewatch(c->d->loop, c->in, EPOLLOUT, &err);
}

void child_close_input(struct child *c)
{
	c->close_input = 1;
	if (c->in >= 0 && c->sent == c->to.len)
		close_fd(c, &c->in);
}

void child_ends_at_exit(struct child *c)
{
	c->ends_at_exit = 1;
}

size_t child_pending(const struct child *c)
{
	return c->to.len - c->sent;
}

void child_extend(struct child *c, int64_t deadline_ms)
{
	loop_cancel(c->d->loop, c->timer);
	c->timer = loop_after(c->d->loop, clock_monotonic() + deadline_ms, on_deadline, c);
	if (c->timer < 0)
		kill_because(c, "out of memory");	/* never without a deadline */
}

/* Their numbers in the child, whatever they are here: copies above those do not overwrite one another. */
static int pass_on(posix_spawn_file_actions_t *actions, int copies[], const int *files, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		copies[i] = fcntl(files[i], F_DUPFD_CLOEXEC, PASSED_FD + CHILD_FILES_MAX);
		rc = copies[i] < 0 ? errno : posix_spawn_file_actions_adddup2(actions, copies[i], PASSED_FD + (int)i);
	}
	return rc;
}

/* Standard input and output are the two ends; all signals are unblocked and default again. Those passed on come last:
 * the ends may have their numbers. */
static int run(struct child *c, const char *const argv[], const int ends[2], const int *passed, size_t n, struct err *err)
{
	int copies[CHILD_FILES_MAX] = { -1, -1, -1, -1 };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	char *const *args = (char *const *)(uintptr_t)argv;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	rc = posix_spawn_file_actions_adddup2(&files, ends[0], 0);
	rc = rc ? rc : posix_spawn_file_actions_adddup2(&files, ends[1], 1);
	rc = rc ? rc : pass_on(&files, copies, passed, n);
	rc = rc ? rc : posix_spawnattr_setsigmask(&attr, &none);
	rc = rc ? rc : posix_spawnattr_setsigdefault(&attr, &all);
	rc = rc ? rc : posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	rc = rc ? rc : posix_spawn(&c->pid, argv[0], &files, &attr, args, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	for (size_t i = 0; i < n; i++)
		if (copies[i] >= 0)
			close(copies[i]);
	if (!rc)
		return 0;
	errno = rc;
	return err_errno(err, "helper-failed", "Cannot start %s", argv[0]);
}

static int watch(struct child *c, int64_t deadline_ms, struct err *err)
{
	struct loop *l = c->d->loop;

	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	if (c->pidfd < 0)
		return err_errno(err, "helper-failed", "Cannot watch the helper process");
	if (fcntl(c->in, F_SETFL, O_NONBLOCK) || fcntl(c->out, F_SETFL, O_NONBLOCK))
		return err_errno(err, "helper-failed", "Cannot prepare the helper's descriptors");
	c->timer = loop_after(l, clock_monotonic() + deadline_ms, on_deadline, c);
	if (c->timer < 0)
		return err_oom(err);
	if (loop_watch(l, c->pidfd, EPOLLIN, on_exit_of, c, err) || loop_watch(l, c->in, 0, on_writable, c, err))
		return -1;
	return loop_watch(l, c->out, EPOLLIN, on_readable, c, err);
}

/* A child that cannot be watched is ended here, before anybody knows of it. */
static void abandon(struct child *c)
{
	if (c->pid > 0 && !kill(-c->pid, SIGKILL))
		while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
			;
	child_free(c);
}

int child_start_with(struct ceud *d, const char *const argv[], const int *files, size_t n, int64_t deadline_ms,
    const struct child_events *ev, void *arg, struct child **ret, struct err *err)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, rc;
	struct child *c = calloc(1, sizeof *c);

	if (!c)
		return err_oom(err);
	c->d = d;
	c->ev = *ev;
	c->arg = arg;
	c->in = c->out = c->pidfd = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out))
		rc = err_errno(err, "helper-failed", "Cannot make sockets for a helper");
	else
		rc = run(c, argv, (const int[]){ in[1], out[1] }, files, n, err);
	c->in = in[0];
	c->out = out[0];
	if (in[1] >= 0)
		close(in[1]);
	if (out[1] >= 0)
		close(out[1]);
	if (rc || watch(c, deadline_ms, err)) {
		abandon(c);
		return -1;
	}
	*ret = c;
	return 0;
}

int child_start(struct ceud *d, const char *const argv[], int64_t deadline_ms, const struct child_events *ev,
    void *arg, struct child **ret, struct err *err)
{
	return child_start_with(d, argv, NULL, 0, deadline_ms, ev, arg, ret, err);
}
