/* Helper processes: how each kind of end is told, what is written and read, that nobody is called twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "ceud.h"
#include "jobs.h"
#include "loop.h"
#include "spawn.h"

void ceud_tick(struct ceud *d)
{
	d->now = clock_now();
}

int ceud_reload(struct ceud *d, struct err *err)
{
	(void)d;
	return err_set(err, ERR_FAILED, "none", "-");
}

void jobs_turn(struct ceud *d)
{
	(void)d;
}

int jobs_drain(struct ceud *d)
{
	(void)d;
	return 1;
}

static struct ceud d;
static struct err err;
static struct child *child;
static struct { struct buf lines; int n, drained, gone, kill_at; size_t longest; char why[64]; } seen;

static void on_line(struct ceud *c, void *arg, const char *line, size_t len)
{
	(void)c;
	assert_ptr_equal(arg, &seen);
	assert_int_equal(strlen(line), len);
	seen.n++;
	if (len > seen.longest)
		seen.longest = len;
	if (seen.lines.len < 1000)
		buf_printf(&seen.lines, "%.40s|", line);
	if (seen.n == seen.kill_at)
		child_kill(child);
}

static void on_drained(struct ceud *c, void *arg)
{
	(void)c;
	(void)arg;
	seen.drained++;
	assert_int_equal(child_pending(child), 0);
}

static void on_gone(struct ceud *c, void *arg, const char *why)
{
	(void)arg;
	seen.gone++;
	snprintf(seen.why, sizeof seen.why, "%s", why);
	loop_stop(c->loop);
}

static const struct child_events events = { on_line, on_drained, on_gone };

static int open_loop(void **state)
{
	(void)state;
	memset(&d, 0, sizeof d);
	memset(&seen, 0, sizeof seen);
	return loop_open(&d, &d.loop, &err);
}

static int close_loop(void **state)
{
	(void)state;
	loop_close(d.loop);
	buf_free(&seen.lines);
	return 0;
}

static void start(const char *script, int64_t deadline_ms)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };

	assert_int_equal(child_start(&d, argv, deadline_ms, &events, &seen, &child, &err), 0);
}

/* Until it is gone; then once more, to see that nothing else comes. */
static void run(const char *lines, const char *why)
{
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(seen.gone, 1);
	assert_string_equal(seen.why, why);
	if (lines)
		assert_string_equal(buf_str(&seen.lines), lines);
}

static void ends_well(void **state)
{
	(void)state;
	start("echo one; echo; echo three", 5000);
	run("one||three|", "");
}

static void half_a_line_is_no_line(void **state)
{
	(void)state;
	start("echo one; printf two", 5000);
	run("one|", "");
}

static void ends_badly(void **state)
{
	(void)state;
	start("echo one; exit 3", 5000);
	run("one|", "exit 3");
}

static void is_killed(void **state)
{
	(void)state;
	start("echo one; kill -SEGV $$", 5000);
	run("one|", "signal 11");
}

static void runs_past_its_deadline(void **state)
{
	int64_t before = clock_monotonic();

	(void)state;
	start("echo one; exec sleep 30", 200);
	run("one|", "deadline");
	assert_in_range(clock_monotonic() - before, 200, 3000);
}

/* With all that it started; and what had left it is not waited for. */
static void its_own_helpers_end_with_it(void **state)
{
	int64_t before = clock_monotonic();

	(void)state;
	start("echo one; sleep 30 | cat; echo two", 200);
	run("one|", "deadline");
	assert_in_range(clock_monotonic() - before, 200, 3000);
}

static void something_left_behind_is_not_waited_for(void **state)
{
	int64_t before = clock_monotonic();

	(void)state;
	start("sleep 4 & echo one", 300);
	run("one|", "deadline");
	assert_in_range(clock_monotonic() - before, 300, 3000);
}

static void its_exit_is_its_end(void **state)
{
	int64_t before = clock_monotonic();

	(void)state;
	start("sleep 4 & echo one; echo two; printf three; exit 3", 3000);
	child_ends_at_exit(child);
	run("one|two|", "exit 3");
	assert_in_range(clock_monotonic() - before, 0, 2500);
}

static void the_deadline_can_be_moved(void **state)
{
	(void)state;
	start("sleep 0.4; echo late", 100);
	child_extend(child, 5000);
	run("late|", "");
}

static void a_line_too_long(void **state)
{
	(void)state;
	start("echo first; head -c 70000 /dev/zero | tr '\\0' x; echo; echo last; exec sleep 30", 10000);
	run("first|", "line too long");
}

static void the_longest_line(void **state)
{
	(void)state;
	start("head -c 65536 /dev/zero | tr '\\0' x; echo; echo last", 10000);
	run(NULL, "");
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.longest, 65536);
}

static void takes_its_input(void **state)
{
	char *big = malloc(1000000);

	(void)state;
	memset(big, 'a', 1000000);
	start("wc -c", 10000);
	assert_int_equal(child_write(child, big, 1000000), 0);
	assert_int_equal(child_write(child, "bc", 2), 0);
	assert_int_equal(child_write(child, "", 0), 0);
	assert_int_equal(child_pending(child), 1000002);
	child_close_input(child);
	run("1000002|", "");
	free(big);
}

static void closes_its_input_early(void **state)
{
	char *big = malloc(1000000);

	(void)state;
	memset(big, 'a', 1000000);
	start("exec 0<&-; echo shut; sleep 0.3; echo on", 10000);
	assert_int_equal(child_write(child, big, 1000000), 0);
	run("shut|on|", "");
	free(big);
}

static void closes_its_output_early(void **state)
{
	(void)state;
	start("echo one; exec 1>&-; sleep 0.2; exit 4", 10000);
	run("one|", "exit 4");
}

static void tells_when_all_is_taken(void **state)
{
	(void)state;
	start("read a; echo \"$a\"; read a; echo \"$a\"", 10000);
	assert_int_equal(child_write(child, "x\n", 2), 0);
	assert_int_equal(child_write(child, "y\n", 2), 0);
	run("x|y|", "");
	assert_int_equal(seen.drained, 1);
}

static void killed_while_it_speaks(void **state)
{
	(void)state;
	seen.kill_at = 2;
	start("while :; do echo line; done", 10000);
	run(NULL, "signal 9");
	assert_true(seen.n >= 2);
}

static void many_lines(void **state)
{
	(void)state;
	start("seq 1 200000", 10000);
	run(NULL, "");
	assert_int_equal(seen.n, 200000);
}

static void inherits_nothing(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	start("for i in 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$i ] && echo $i; done;"
	    " grep -cE '^Sig(Ign|Blk):.*0000000$' /proc/self/status", 10000);
	run("2|", "");
	close(fd);
}

/* Whatever its number is on our side. */
static void passes_one_descriptor(void **state)
{
	const char *const argv[] = { "/bin/sh", "-c", "echo written >&3; for i in 4 5 6 7 8 9; do [ -e /proc/self/fd/$i ] && echo $i; done; cat", NULL };
	char path[] = "/tmp/ceud-passed-XXXXXX", got[32] = "";
	int first = mkostemp(path, O_CLOEXEC), fd = fcntl(first, F_DUPFD_CLOEXEC, 3);

	(void)state;
	for (int i = 0; i < 2; i++) {
		memset(&seen, 0, sizeof seen);
		assert_int_equal(child_start_with(&d, argv, i ? &fd : &first, 1, 5000, &events, &seen, &child, &err), 0);
		assert_int_equal(child_write(child, "in\n", 3), 0);
		child_close_input(child);
		run("in|", "");
		assert_int_equal(pread(first, got, sizeof got - 1, 8 * i), 8);
		assert_string_equal(got, "written\n");
		buf_free(&seen.lines);
		loop_close(d.loop);
		assert_int_equal(loop_open(&d, &d.loop, &err), 0);
	}
	close(first);
	close(fd);
	unlink(path);
}

/* Each in its place, also where our own numbers are just the other way round. */
static void passes_several_descriptors(void **state)
{
	const char *const argv[] = { "/bin/sh", "-c", "echo three >&3; echo four >&4; for i in 5 6 7 8 9; do [ -e /proc/self/fd/$i ] && echo $i; done; echo in", NULL };
	char paths[2][32] = { "/tmp/ceud-passed-XXXXXX", "/tmp/ceud-passed-XXXXXX" }, got[2][16] = { "", "" };
	int fds[2], spare[4];

	(void)state;
	loop_close(d.loop);
	for (int i = 0; i < 4; i++)
		spare[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	fds[0] = mkostemp(paths[0], O_CLOEXEC);
	fds[1] = mkostemp(paths[1], O_CLOEXEC);
	for (int i = 0; i < 4; i++)
		close(spare[i]);
	assert_int_equal(dup3(fds[0], 4, O_CLOEXEC), 4);
	assert_int_equal(dup3(fds[1], 3, O_CLOEXEC), 3);
	assert_int_equal(loop_open(&d, &d.loop, &err), 0);
	assert_int_equal(child_start_with(&d, argv, (const int[]){ 4, 3 }, 2, 5000, &events, &seen, &child, &err), 0);
	run("in|", "");
	for (int i = 0; i < 2; i++) {
		assert_true(pread(fds[i], got[i], sizeof got[i] - 1, 0) > 0);
		close(fds[i]);
		close(3 + i);
		unlink(paths[i]);
	}
	assert_string_equal(got[0], "three\n");
	assert_string_equal(got[1], "four\n");
}

static void a_descriptor_that_is_none(void **state)
{
	const char *const argv[] = { "/bin/true", NULL };

	(void)state;
	assert_int_equal(child_start_with(&d, argv, (const int[]){ 999 }, 1, 1000, &events, &seen, &child, &err), -1);
	assert_string_equal(err.code, "helper-failed");
	assert_int_equal(seen.gone, 0);
}

static void cannot_start(void **state)
{
	const char *const argv[] = { "/nowhere/at/all", NULL };

	(void)state;
	assert_int_equal(child_start(&d, argv, 1000, &events, &seen, &child, &err), -1);
	assert_string_equal(err.code, "helper-failed");
	assert_non_null(strstr(err.what, "/nowhere/at/all"));
	assert_int_equal(seen.gone, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_loop, close_loop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ends_well), TEST(half_a_line_is_no_line), TEST(ends_badly), TEST(is_killed), TEST(runs_past_its_deadline),
		TEST(its_own_helpers_end_with_it), TEST(something_left_behind_is_not_waited_for), TEST(its_exit_is_its_end),
		TEST(the_deadline_can_be_moved), TEST(a_line_too_long), TEST(the_longest_line), TEST(takes_its_input),
		TEST(closes_its_input_early), TEST(closes_its_output_early), TEST(tells_when_all_is_taken),
		TEST(killed_while_it_speaks), TEST(many_lines), TEST(inherits_nothing),
		TEST(passes_one_descriptor), TEST(passes_several_descriptors), TEST(a_descriptor_that_is_none), TEST(cannot_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
