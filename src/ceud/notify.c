/* sd_notify and socket activation without libsystemd. */
#include "notify.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { FIRST_PASSED_FD = 3, PASSED_MAX = 16 };

static struct {
	int fd;				/* datagram socket to the manager, -1 without one */
	struct sockaddr_un to;
	socklen_t to_len;
	int64_t watchdog_ms, last_alive;
	int npassed;
	char names[PASSED_MAX][64];
} manager = { .fd = -1 };

static int64_t env_number(const char *name)
{
	const char *s = getenv(name);
	char *end;
	long long n;

	if (!s || !*s)
		return -1;
	n = strtoll(s, &end, 10);
	return *end || n < 0 ? -1 : n;
}

static void open_manager(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path ? strlen(path) : 0;

	if (len < 2 || len >= sizeof manager.to.sun_path || (path[0] != '/' && path[0] != '@'))
		return;
	manager.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	manager.to.sun_family = AF_UNIX;
	memcpy(manager.to.sun_path, path, len + 1);
	if (path[0] == '@')
		manager.to.sun_path[0] = '\0';
	manager.to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (path[0] == '/'));
}

static void open_passed(void)
{
	const char *names = getenv("LISTEN_FDNAMES"), *end;
	int64_t n = env_number("LISTEN_FDS");

	if (env_number("LISTEN_PID") != getpid() || n < 1)
		return;
	manager.npassed = n > PASSED_MAX ? PASSED_MAX : (int)n;
	for (int i = 0; i < manager.npassed; i++) {
		if (fcntl(FIRST_PASSED_FD + i, F_SETFD, FD_CLOEXEC))
			log_warning("Descriptor %d was announced and is not open.", FIRST_PASSED_FD + i);
		if (!names)
			continue;
		end = strchrnul(names, ':');
		snprintf(manager.names[i], sizeof manager.names[i], "%.*s", (int)(end - names), names);
		names = *end ? end + 1 : NULL;
	}
}

void notify_open(void)
{
	static const char *const taken[] = {
		"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"
	};
	int64_t usec = env_number("WATCHDOG_USEC"), pid = env_number("WATCHDOG_PID");

	open_manager();
	open_passed();
	if (usec > 0 && (pid < 0 || pid == getpid()))
		manager.watchdog_ms = usec / 1000;
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (unsetenv(taken[i]))
			log_warning("Cannot remove %s from the environment.", taken[i]);
}

int notify_socket(const char *name)
{
	for (int i = 0; i < manager.npassed; i++)
		if (strcmp(manager.names[i], name) == 0)
			return FIRST_PASSED_FD + i;
	return -1;
}

static void send_state(const char *state)
{
	if (manager.fd < 0)
		return;
	if (sendto(manager.fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
	    (const struct sockaddr *)&manager.to, manager.to_len) < 0)
		log_debug("The service manager did not take \"%s\".", state);
}

void notify_status(const char *status)
{
	char state[512];

	snprintf(state, sizeof state, "STATUS=%s", status);
	send_state(state);
}

void notify_ready(const char *status)
{
	char state[512];

	snprintf(state, sizeof state, "READY=1\nSTATUS=%s", status);
	send_state(state);
}

void notify_reloading(void)
{
	char state[96];

	snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_monotonic() * 1000);
	send_state(state);
}

void notify_stopping(void)
{
	send_state("STOPPING=1");
}

int64_t notify_wait(void)
{
	int64_t wait = manager.last_alive + manager.watchdog_ms / 3 - clock_monotonic();

	return !manager.watchdog_ms ? -1 : wait < 0 ? 0 : wait;
}

void notify_alive(void)
{
	if (notify_wait())
		return;
	manager.last_alive = clock_monotonic();
	send_state("WATCHDOG=1");
}
