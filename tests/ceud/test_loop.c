/* The loop: timers in order, descriptors, cancelling and unwatching within callbacks, the rehearsal's wake. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "ceud.h"
#include "jobs.h"
#include "loop.h"

/* What the loop asks of the daemon. */
static int turns, drains, drains_wanted, reloads;
static int64_t woken_at;

void ceud_tick(struct ceud *d)
{
	d->now = clock_now();
}

int ceud_reload(struct ceud *d, struct err *err)
{
	reloads++;
	loop_stop(d->loop);
	return err_set(err, ERR_USAGE, "config-invalid", "/etc/ceud.conf:1:1: it is wrong.");
}

void jobs_turn(struct ceud *d)
{
	turns++;
	woken_at = d->now;
	loop_stop(d->loop);
}

int jobs_drain(struct ceud *d)
{
	(void)d;
	return ++drains >= drains_wanted;
}

static struct ceud d;
static struct err err;
static char order[64], labels[128], *label[128];	/* what each callback notes */

static int open_loop(void **state)
{
	(void)state;
	memset(&d, 0, sizeof d);
	memset(order, 0, sizeof order);
	for (int i = 0; i < 128; i++)
		*(label[i] = &labels[i]) = (char)i;
	turns = drains = reloads = 0;
	drains_wanted = 1;
	return loop_open(&d, &d.loop, &err);
}

static int close_loop(void **state)
{
	(void)state;
	loop_close(d.loop);
	return 0;
}

static void note(struct ceud *c, void *arg)
{
	(void)c;
	order[strlen(order)] = *(const char *)arg;
}

static void stop(struct ceud *c, void *arg)
{
	note(c, arg);
	loop_stop(c->loop);
}

static void timers_run_in_order(void **state)
{
	int64_t now = clock_monotonic();
	int b;

	(void)state;
	assert_true(loop_after(d.loop, now + 30, stop, label['d']) > 0);
	assert_true(loop_after(d.loop, now + 10, note, label['a']) > 0);
	b = loop_after(d.loop, now + 15, note, label['b']);
	assert_true(loop_after(d.loop, now + 20, note, label['c']) > 0);
	assert_true(loop_after(d.loop, now + 10, note, label['A']) > 0);	/* the same time: in the order they came */
	loop_cancel(d.loop, b);
	loop_cancel(d.loop, b);
	loop_cancel(d.loop, 0);
	loop_cancel(d.loop, -1);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_string_equal(order, "aAcd");
	assert_in_range(clock_monotonic() - now, 30, 500);
	assert_int_equal(turns, 0);
}

static int victim;

static void cancel_other(struct ceud *c, void *arg)
{
	note(c, arg);
	loop_cancel(c->loop, victim);
	loop_after(c->loop, clock_monotonic() + 5, stop, label['n']);
}

static void a_timer_cancels_and_adds(void **state)
{
	int64_t now = clock_monotonic();

	(void)state;
	loop_after(d.loop, now + 1, cancel_other, label['x']);
	victim = loop_after(d.loop, now + 1, note, label['v']);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_string_equal(order, "xn");
}

static int fds[2][2];

static void read_one(struct ceud *c, void *arg, uint32_t events)
{
	char byte;

	(void)events;
	assert_int_equal(read(fds[0][0], &byte, 1), 1);
	stop(c, arg);
}

static void descriptors(void **state)
{
	(void)state;
	assert_int_equal(pipe(fds[0]), 0);
	assert_int_equal(loop_watch(d.loop, fds[0][0], 0, read_one, label['r'], &err), 0);
	assert_int_equal(loop_watch(d.loop, fds[0][0], EPOLLIN, read_one, label['r'], &err), -1);
	assert_string_equal(err.code, "loop-failed");
	assert_int_equal(loop_rewatch(d.loop, fds[0][1], EPOLLIN, &err), -1);
	assert_int_equal(write(fds[0][1], "x", 1), 1);
	assert_int_equal(loop_rewatch(d.loop, fds[0][0], EPOLLIN, &err), 0);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_string_equal(order, "r");
	loop_unwatch(d.loop, fds[0][0]);
	loop_unwatch(d.loop, fds[0][0]);
	loop_unwatch(d.loop, -1);
	close(fds[0][0]);
	close(fds[0][1]);
}

/* Both are readable in one turn; whichever comes first ends the other. */
static void unwatch_both(struct ceud *c, void *arg, uint32_t events)
{
	(void)events;
	note(c, arg);
	for (int i = 0; i < 2; i++) {
		loop_unwatch(c->loop, fds[i][0]);
		close(fds[i][0]);
	}
	loop_after(c->loop, clock_monotonic() + 5, stop, label['e']);
}

static void unwatched_in_the_same_turn(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pipe(fds[i]), 0);
		assert_int_equal(write(fds[i][1], "x", 1), 1);
		assert_int_equal(loop_watch(d.loop, fds[i][0], EPOLLIN, unwatch_both, label['u'], &err), 0);
	}
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_string_equal(order, "ue");
	close(fds[0][1]);
	close(fds[1][1]);
}

static void wakes_at_an_instant(void **state)
{
	int64_t now = clock_now();

	(void)state;
	loop_wake_at(d.loop, now + 5000);
	loop_wake_at(d.loop, now + 40);		/* the last word counts */
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(turns, 1);
	assert_in_range(woken_at - now, 40, 500);
	assert_in_range(loop_longest_turn(d.loop), 0, 50);
}

static void an_instant_that_passed_is_now(void **state)
{
	(void)state;
	loop_wake_at(d.loop, clock_now() - 86400000);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(turns, 1);
}

static void no_instant_is_no_turn(void **state)
{
	(void)state;
	loop_wake_at(d.loop, clock_now() + 10);
	loop_wake_at(d.loop, 0);
	loop_after(d.loop, clock_monotonic() + 40, stop, label['t']);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(turns, 0);
}

static void work_in_hand_is_finished_first(void **state)
{
	(void)state;
	drains_wanted = 3;
	for (int i = 0; i < 3; i++)
		loop_after(d.loop, clock_monotonic() + 5 * i, i ? note : stop, label['w']);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(drains, 3);
}

static void signals_stop_and_reload(void **state)
{
	(void)state;
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(reloads, 0);
	close_loop(NULL);
	open_loop(NULL);
	assert_int_equal(kill(getpid(), SIGHUP), 0);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(reloads, 1);
}

/* Last: the clock stays a rehearsal's. */
static void wakes_in_a_rehearsal(void **state)
{
	int64_t then = INT64_C(1772355600000), began = clock_monotonic();

	(void)state;
	clock_rehearse(then);
	loop_wake_at(d.loop, then + 30);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(turns, 1);
	assert_in_range(woken_at - then, 30, 500);
	assert_in_range(clock_monotonic() - began, 30, 500);
	close_loop(NULL);
	open_loop(NULL);
	loop_wake_at(d.loop, then + 86400000);
	clock_rehearse(then + 86400000);		/* moved there: at once */
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(turns, 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_loop, close_loop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(timers_run_in_order), TEST(a_timer_cancels_and_adds), TEST(descriptors), TEST(unwatched_in_the_same_turn),
		TEST(wakes_at_an_instant), TEST(an_instant_that_passed_is_now), TEST(no_instant_is_no_turn),
		TEST(work_in_hand_is_finished_first), TEST(signals_stop_and_reload), TEST(wakes_in_a_rehearsal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
