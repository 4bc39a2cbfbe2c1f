/* Log lines as they arrive on standard error, and the clock of a rehearsal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* Standard error is a file between capture_begin() and capture_end(). */
static int kept_stderr, capture_fd;

static void capture_begin(void)
{
	capture_fd = memfd_create("log", MFD_CLOEXEC);
	assert_true(capture_fd >= 0);
	kept_stderr = dup(STDERR_FILENO);
	assert_true(dup2(capture_fd, STDERR_FILENO) >= 0);
}

static const char *capture_end(void)
{
	static char text[20000];
	ssize_t n;

	assert_true(dup2(kept_stderr, STDERR_FILENO) >= 0);
	close(kept_stderr);
	n = pread(capture_fd, text, sizeof(text) - 1, 0);
	close(capture_fd);
	assert_true(n >= 0);
	text[n] = '\0';
	return text;
}

static void lines_carry_program_and_level(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	capture_begin();
	log_open("ceud");
	log_error("disk %s", "full");
	log_warning("slow");
	log_notice("started, %d people", 3);
	log_info("not shown");
	log_debug("not shown");
	assert_string_equal(capture_end(),
	    "ceud: error: disk full\nceud: warning: slow\nceud: notice: started, 3 people\n");
}

static void levels_are_a_filter(void **state)
{
	(void)state;
	assert_int_equal(log_level(), LOG_NOTICE);
	capture_begin();
	log_set_level(LOG_DEBUG);
	log_debug("seen");
	log_set_level(LOG_ERROR);
	log_warning("unseen");
	log_error("seen too");
	log_set_level(LOG_NOTICE);
	assert_string_equal(capture_end(), "ceud: debug: seen\nceud: error: seen too\n");
}

static void levels_have_names(void **state)
{
	static const char *const names[] = { "error", "warning", "notice", "info", "debug" };
	static const char *const bad[] = { "", "Error", "err", "warn", "notices", "6", "all" };

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(log_level_parse(names[i]), LOG_ERROR + i);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(log_level_parse(bad[i]), -1);
}

static void a_message_stays_one_line(void **state)
{
	(void)state;
	capture_begin();
	log_error("title %s end", "a\nceud: error: forged\x1B[31m\xFF\xE2\x80\xAE caf\xC3\xA9");
	assert_string_equal(capture_end(),
	    "ceud: error: title a?ceud: error: forged?[31m?? caf\xC3\xA9 end\n");
}

static void long_messages_are_cut(void **state)
{
	char message[9000];
	const char *got;

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(message); i += 2)
		memcpy(message + i, "\xC3\xA9", 3 - (i + 2 == sizeof(message)));
	message[sizeof(message) - 1] = '\0';
	capture_begin();
	log_error("%s", message);
	got = capture_end();
	assert_in_range(strlen(got), 4000, 4096);
	assert_string_equal(got + strlen(got) - 6, "\xC3\xA9...\n");
	assert_null(strchr(got, '?'));
}

static void the_journal_gets_priorities(void **state)
{
	char stream[64];
	struct stat st;

	(void)state;
	capture_begin();
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_open("ceud");
	log_error("e");
	log_notice("n");
	assert_string_equal(capture_end(), "<3>e\n<5>n\n");
}

static void another_stream_is_no_journal(void **state)
{
	static const char *const bad[] = {
		"1:1", "", ":", "1", "1:", ":1", "x:y", "99999999999999999999999:1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setenv("JOURNAL_STREAM", bad[i], 1);
		capture_begin();
		log_open("ceud-net");
		log_error("e");
		assert_string_equal(capture_end(), "ceud-net: error: e\n");
	}
	unsetenv("JOURNAL_STREAM");
}

static void errno_survives(void **state)
{
	(void)state;
	capture_begin();
	errno = ENOSPC;
	log_error("x");
	assert_int_equal(errno, ENOSPC);
	capture_end();
}

static void the_clock_tells_the_time(void **state)
{
	int64_t before = (int64_t)time(NULL) * 1000, now = clock_now(), steady = clock_monotonic();

	(void)state;
	assert_false(clock_is_rehearsal());
	assert_true(now >= before && now < before + 5000);
	assert_true(clock_monotonic() >= steady);
}

static void a_rehearsal_runs_from_its_instant(void **state)
{
	const struct timespec pause = { 0, 30000000 };
	int64_t first, second;

	(void)state;
	clock_rehearse(INT64_C(1773304200000));
	assert_true(clock_is_rehearsal());
	first = clock_now();
	assert_in_range(first - INT64_C(1773304200000), 0, 4999);
	nanosleep(&pause, NULL);
	second = clock_now();
	assert_in_range(second - first, 29, 4999);
	clock_rehearse(INT64_C(1804840200000));
	assert_in_range(clock_now() - INT64_C(1804840200000), 0, 4999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_are_a_filter),
		cmocka_unit_test(lines_carry_program_and_level),
		cmocka_unit_test(levels_have_names),
		cmocka_unit_test(a_message_stays_one_line),
		cmocka_unit_test(long_messages_are_cut),
		cmocka_unit_test(the_journal_gets_priorities),
		cmocka_unit_test(another_stream_is_no_journal),
		cmocka_unit_test(errno_survives),
		cmocka_unit_test(the_clock_tells_the_time),
		cmocka_unit_test(a_rehearsal_runs_from_its_instant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
