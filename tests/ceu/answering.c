/* A server that answers well, badly, slowly or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answering.h"
#include "base/buf.h"

char answering_path[100];
static char folder[64];
static pid_t server;

/* The last request of each turn, told through a pipe of the server's. */
static int heard_fd = -1;

static size_t read_request(int fd, char *in, size_t size)
{
	size_t n = 0, want = SIZE_MAX;

	while (n < want && n < size - 1) {
		ssize_t got = recv(fd, in + n, size - 1 - n, 0);
		char *end, *length;

		if (got <= 0)
			return 0;
		n += (size_t)got;
		in[n] = '\0';
		end = strstr(in, "\r\n\r\n");
		if (!end)
			continue;
		length = strstr(in, "Content-Length: ");
		want = (size_t)(end - in) + 4 + (length ? (size_t)strtoul(length + 16, NULL, 10) : 0);
	}
	return n;
}

static void say(int fd, const struct turn *t)
{
	for (size_t i = 0; i < (t->repeat ? t->repeat : 1); i++)
		if (send(fd, t->say, strlen(t->say), MSG_NOSIGNAL) < 0)
			return;
}

static void serve(int listener, const struct turn *turns, int out)
{
	static char in[65536];

	while (turns->say) {
		int fd = accept(listener, NULL, NULL), more = 1;

		for (; more && turns->say; turns++) {
			size_t n = turns->deaf ? 0 : read_request(fd, in, sizeof in);

			if (!turns->deaf && !n)
				break;
			if (n && write(out, in, n) != (ssize_t)n)
				_exit(1);
			say(fd, turns);
			if (turns->hang)
				pause();
			more = turns->keep;
		}
		close(fd);
	}
	_exit(0);
}

void answering_start(const struct turn *turns)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), pipes[2];

	snprintf(folder, sizeof folder, "/tmp/ceu-client-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(answering_path, sizeof answering_path, "%s/s", folder);
	memcpy(a.sun_path, answering_path, strlen(answering_path) + 1);
	assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(pipe(pipes), 0);
	server = fork();
	assert_true(server >= 0);
	if (!server) {
		close(pipes[0]);
		serve(listener, turns, pipes[1]);
	}
	close(listener);
	close(pipes[1]);
	heard_fd = pipes[0];
}

void answering_stop(struct buf *heard)
{
	char piece[4096];
	ssize_t n;

	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	while ((n = read(heard_fd, piece, sizeof piece)) > 0)
		if (heard)
			buf_add(heard, piece, (size_t)n);
	close(heard_fd);
	unlink(answering_path);
	rmdir(folder);
}
