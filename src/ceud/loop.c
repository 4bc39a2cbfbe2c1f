/* The event loop: epoll over watched descriptors, one timerfd for wall-clock work, one signalfd. */
#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "ceud.h"
#include "jobs.h"
#include "notify.h"

enum { EVENTS_A_TURN = 64, LONGEST_WAIT_MS = 3600000 };

struct watch {
	struct watch *next;
	int fd;			/* -1: unwatched, freed at the end of the turn */
	loop_fd_fn *fn;
	void *arg;
};

struct timer {
	struct timer *next;
	int handle;
	int64_t at;
	loop_fn *fn;
	void *arg;
};

struct loop {
	struct ceud *d;
	int epoll, wall, signals;
	struct watch *watches;
	struct timer *timers;	/* earliest first */
	int last_handle;
	int64_t wake_at;	/* wall or rehearsal instant; 0 = none */
	int64_t longest;
	int stop;
};

static int add_fd(struct loop *l, int fd, uint32_t events, void *ptr, struct err *err)
{
	struct epoll_event ev = { .events = events, .data.ptr = ptr };

	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev))
		return err_errno(err, "loop-failed", "Cannot watch a descriptor");
	return 0;
}

static int open_signals(struct loop *l, struct err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return err_errno(err, "loop-failed", "Cannot block signals");
	l->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l->signals < 0)
		return err_errno(err, "loop-failed", "Cannot watch signals");
	return add_fd(l, l->signals, EPOLLIN, &l->signals, err);
}

int loop_open(struct ceud *d, struct loop **ret, struct err *err)
{
	struct loop *l = calloc(1, sizeof *l);

	if (!l)
		return err_oom(err);
	l->d = d;
	l->wall = l->signals = -1;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		err_errno(err, "loop-failed", "Cannot open the event loop");
		goto fail;
	}
	l->wall = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (l->wall < 0) {
		err_errno(err, "loop-failed", "Cannot open a timer");
		goto fail;
	}
	if (add_fd(l, l->wall, EPOLLIN, &l->wall, err) || open_signals(l, err))
		goto fail;
	*ret = l;
	return 0;
fail:
	loop_close(l);
	return -1;
}

static void free_watches(struct loop *l, int all)
{
	struct watch **at = &l->watches, *w;

	while ((w = *at)) {
		if (all || w->fd < 0) {
			*at = w->next;
			free(w);
		} else {
			at = &w->next;
		}
	}
}

void loop_close(struct loop *l)
{
	struct timer *t;

	if (!l)
		return;
	free_watches(l, 1);
	while ((t = l->timers)) {
		l->timers = t->next;
		free(t);
	}
	if (l->signals >= 0)
		close(l->signals);
	if (l->wall >= 0)
		close(l->wall);
	if (l->epoll >= 0)
		close(l->epoll);
	free(l);
}

static struct watch *find_watch(struct loop *l, int fd)
{
	struct watch *w;

	for (w = l->watches; w; w = w->next)
		if (w->fd == fd)
			return w;
	return NULL;
}

int loop_watch(struct loop *l, int fd, uint32_t events, loop_fd_fn *fn, void *arg, struct err *err)
{
	struct watch *w = calloc(1, sizeof *w);

	if (!w)
		return err_oom(err);
	w->fd = fd;
	w->fn = fn;
	w->arg = arg;
	if (add_fd(l, fd, events, w, err)) {
		free(w);
		return -1;
	}
	w->next = l->watches;
	l->watches = w;
	return 0;
}

int loop_rewatch(struct loop *l, int fd, uint32_t events, struct err *err)
{
	struct watch *w = find_watch(l, fd);
	struct epoll_event ev = { .events = events, .data.ptr = w };

	if (!w || epoll_ctl(l->epoll, EPOLL_CTL_MOD, fd, &ev))
		return err_errno(err, "loop-failed", "Cannot change a watch");
	return 0;
}

void loop_unwatch(struct loop *l, int fd)
{
	struct watch *w = fd < 0 ? NULL : find_watch(l, fd);

	if (!w)
		return;
	if (epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, NULL))
		log_error("Cannot stop watching descriptor %d: %s", fd, strerror(errno));
	w->fd = -1;		/* an event of this turn may still point here */
}

int loop_after(struct loop *l, int64_t at_monotonic, loop_fn *fn, void *arg)
{
	struct timer *t = calloc(1, sizeof *t), **at = &l->timers;

	if (!t)
		return -1;
	l->last_handle = l->last_handle == INT32_MAX ? 1 : l->last_handle + 1;
	t->handle = l->last_handle;
	t->at = at_monotonic;
	t->fn = fn;
	t->arg = arg;
	while (*at && (*at)->at <= at_monotonic)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
	return t->handle;
}

void loop_cancel(struct loop *l, int handle)
{
	struct timer **at = &l->timers, *t;

	for (; (t = *at); at = &t->next)
		if (t->handle == handle) {
			*at = t->next;
			free(t);
			return;
		}
}

/* The timer runs on the machine's clock; under a rehearsal the epoll timeout does its work (see wait_ms). */
void loop_wake_at(struct loop *l, int64_t instant)
{
	struct itimerspec spec = { { 0, 0 }, { 0, 0 } };

	l->wake_at = instant;
	if (clock_is_rehearsal())
		return;
	if (instant > 0) {
		spec.it_value.tv_sec = instant / 1000;
		spec.it_value.tv_nsec = instant % 1000 * 1000000;
	}
	if (timerfd_settime(l->wall, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, NULL))
		log_error("Cannot set the timer: %s", strerror(errno));
}

/* How long to sleep: until the earliest timer, the service manager's next sign of life, the next work of a rehearsal. */
static int wait_ms(const struct loop *l)
{
	int64_t now = clock_monotonic(), wait = LONGEST_WAIT_MS, alive = notify_wait();

	if (alive >= 0 && alive < wait)
		wait = alive;
	if (l->timers && l->timers->at - now < wait)
		wait = l->timers->at - now;
	if (l->wake_at && clock_is_rehearsal() && l->wake_at - clock_now() < wait)
		wait = l->wake_at - clock_now();
	return wait < 0 ? 0 : (int)wait;
}

static void on_signal(struct loop *l)
{
	struct signalfd_siginfo info;
	struct err err = { 0 };

	while (read(l->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGHUP) {
			if (ceud_reload(l->d, &err))
				log_error("The configuration was not reloaded: %s", err.what);
		} else {
			log_notice("Stopping.");
			loop_stop(l);
		}
	}
}

static void run_timers(struct loop *l)
{
	int64_t now = clock_monotonic();
	struct timer *t;

	while ((t = l->timers) && t->at <= now) {
		l->timers = t->next;
		t->fn(l->d, t->arg);
		free(t);
	}
}

static void run_events(struct loop *l, const struct epoll_event *events, int n)
{
	uint64_t expired;

	for (int i = 0; i < n; i++) {
		void *ptr = events[i].data.ptr;
		struct watch *w = ptr;

		if (ptr == &l->signals) {
			on_signal(l);
		} else if (ptr == &l->wall) {
			/* ECANCELED says that the clock was set: both ways due work is looked at below. */
			if (read(l->wall, &expired, sizeof expired) < 0 && errno == ECANCELED)
				log_notice("The clock was set.");
			l->wake_at = l->d->now;
		} else if (w->fd >= 0) {
			w->fn(l->d, w->arg, events[i].events);
		}
	}
}

static void turn(struct loop *l, const struct epoll_event *events, int n)
{
	int64_t start = clock_monotonic(), took;

	ceud_tick(l->d);
	run_events(l, events, n);
	run_timers(l);
	if (!l->stop && l->wake_at && l->wake_at <= l->d->now) {
		l->wake_at = 0;
		jobs_turn(l->d);
	}
	free_watches(l, 0);
	took = clock_monotonic() - start;
	if (took > l->longest)
		l->longest = took;
}

int loop_run(struct loop *l, struct err *err)
{
	struct epoll_event events[EVENTS_A_TURN];
	int n;

	while (!l->stop || !jobs_drain(l->d)) {
		n = epoll_wait(l->epoll, events, EVENTS_A_TURN, wait_ms(l));
		if (n < 0 && errno != EINTR)
			return err_errno(err, "loop-failed", "Waiting for events failed");
		turn(l, events, n < 0 ? 0 : n);
		notify_alive();
	}
	return 0;
}

void loop_stop(struct loop *l)
{
	l->stop = 1;
}

int64_t loop_longest_turn(const struct loop *l)
{
	return l->longest;
}
