/* Ctrl-C, seen only where ceu waits. */
#include "interrupt.h"

#include <poll.h>
#include <stddef.h>
#include <time.h>

#include "base/err.h"

enum { SECOND_MS = 1000, MS_NS = 1000000 };

volatile sig_atomic_t interrupt_flag;

static void on_interrupt(int number)
{
	(void)number;
	interrupt_flag = 1;
}

static int hold(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	return sigprocmask(how, &set, NULL);
}

int interrupt_catch(struct err *err)
{
	struct sigaction act = { .sa_handler = on_interrupt };

	if (sigaction(SIGINT, &act, NULL) || hold(SIG_BLOCK))
		return err_errno(err, "signal", "Ctrl-C cannot be caught");
	return 0;
}

void interrupt_release(void)
{
	/* Cannot fail: the set is valid. */
	(void)hold(SIG_UNBLOCK);
}

int interrupt_poll(int fd, short events, int timeout_ms)
{
	const struct timespec limit = { .tv_sec = timeout_ms / SECOND_MS,
		.tv_nsec = (long)(timeout_ms % SECOND_MS) * MS_NS };
	struct pollfd p = { .fd = fd, .events = events };
	sigset_t open;

	if (sigprocmask(SIG_BLOCK, NULL, &open))
		return -1;
	sigdelset(&open, SIGINT);
	return ppoll(&p, 1, timeout_ms < 0 ? NULL : &limit, &open);
}
