/* The password for the relay: at once from a file, later from a command, whose failures are told in words that hold no
 * password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "ceud.h"
#include "config.h"
#include "jobparts.h"
#include "loop.h"
#include "mailpassword.h"

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

static struct jobs jobs;
static struct ceud d = { .jobs = &jobs };
static struct err err;
static struct { int told, wanted; char password[PASSWORD_MOST + 1]; int has_password; struct err err; } seen;

static void set_password(const char *spec)
{
	free(d.config->mail_password);
	d.config->mail_password = spec ? strdup(spec) : NULL;
}

static int begin(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof seen);
	memset(&jobs, 0, sizeof jobs);
	seen.wanted = 1;
	d.config = config_default();
	return d.config ? loop_open(&d, &d.loop, &err) : -1;
}

static int end(void **state)
{
	(void)state;
	assert_null(jobs.asks);
	loop_close(d.loop);
	config_free(d.config);
	return 0;
}

static void on_password(struct ceud *c, void *arg, const char *password, const struct err *e)
{
	assert_ptr_equal(arg, &seen);
	assert_true((password == NULL) != (e == NULL));
	seen.told++;
	seen.has_password = password != NULL;
	snprintf(seen.password, sizeof seen.password, "%s", password ? password : "");
	seen.err = e ? *e : (struct err){ 0 };
	if (seen.told == seen.wanted)
		loop_stop(c->loop);
}

/* Ask, and turn the loop until it is told and nothing is left. */
static void ask(const char *spec)
{
	seen.told = 0;
	set_password(spec);
	assert_int_equal(mail_password(&d, on_password, &seen, &err), 0);
	if (!seen.told) {
		assert_int_equal(loop_run(d.loop, &err), 0);
		loop_close(d.loop);		/* one that was stopped turns no more */
		assert_int_equal(loop_open(&d, &d.loop, &err), 0);
	}
	assert_int_equal(seen.told, 1);
}

static void gives(const char *spec, const char *password)
{
	ask(spec);
	if (!seen.has_password)
		fail_msg("%s: %s", spec, seen.err.what);
	assert_string_equal(seen.password, password);
}

static void fails(const char *spec, const char *code, const char *what)
{
	ask(spec);
	assert_false(seen.has_password);
	assert_int_equal(seen.err.class, ERR_FAILED);
	assert_string_equal(seen.err.code, code);
	assert_string_equal(seen.err.what, what);
	assert_true(seen.err.next[0]);
}

static void none_is_set(void **state)
{
	(void)state;
	set_password(NULL);
	assert_int_equal(mail_password(&d, on_password, &seen, &err), 0);
	assert_int_equal(seen.told, 1);
	assert_true(seen.has_password);
	assert_string_equal(seen.password, "");
}

static void write_file(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
}

static void from_a_file_at_once(void **state)
{
	char folder[] = "/tmp/ceud-password-XXXXXX", path[64], spec[80], big[PASSWORD_MOST + 2];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/p", folder);
	snprintf(spec, sizeof spec, "file:%s", path);
	set_password(spec);
	write_file(path, "correct horse\nmore\n", 19);
	assert_int_equal(mail_password(&d, on_password, &seen, &err), 0);
	assert_int_equal(seen.told, 1);
	assert_string_equal(seen.password, "correct horse");
	memset(big, 'x', sizeof big);
	write_file(path, big, PASSWORD_MOST);
	ask(spec);
	assert_int_equal(strlen(seen.password), PASSWORD_MOST);
	write_file(path, big, PASSWORD_MOST + 1);
	ask(spec);
	assert_false(seen.has_password);
	assert_string_equal(seen.err.code, "password-unreadable");
	assert_non_null(strstr(seen.err.what, "longer than"));
	write_file(path, "a\tb\n", 4);
	fails(spec, "password-unreadable", "The mail password holds a control character.");
	write_file(path, "a\xff\n", 3);
	fails(spec, "password-unreadable", "The mail password is not UTF-8.");
	unlink(path);
	ask(spec);
	assert_string_equal(seen.err.code, "password-unreadable");
	assert_int_equal(mkfifo(path, 0600), 0);	/* is not waited for */
	ask(spec);
	assert_string_equal(seen.err.code, "password-unreadable");
	unlink(path);
	rmdir(folder);
}

static void from_a_credential_at_once(void **state)
{
	char folder[] = "/tmp/ceud-password-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/smtp", folder);
	write_file(path, "from systemd", 12);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	gives("credential:smtp", "from systemd");
	unsetenv("CREDENTIALS_DIRECTORY");
	ask("credential:smtp");
	assert_string_equal(seen.err.code, "password-unreadable");
	unlink(path);
	rmdir(folder);
}

static void from_a_command(void **state)
{
	(void)state;
	gives("command:echo secret", "secret");
	gives("command:printf secret", "secret");
	gives("command:printf 'secret\\r\\n'", "secret");
	gives("command:echo '  two words '; echo more", "  two words ");
	gives("command:echo \"$((6 * 7))\" | tr 4 5", "52");
	gives("command:echo talks >&2; echo secret", "secret");
	gives("command:cat; echo secret", "secret");		/* its input is empty */
	gives("command:head -c 300000 /dev/zero | tr '\\0' x >&2; echo secret", "secret");
	gives("command:exec 3>&-; echo secret", "secret");
	gives("command:head -c 8192 /dev/zero | tr '\\0' x | cut -c 1-20", "xxxxxxxxxxxxxxxxxxxx");
	ask("command:head -c 8192 /dev/zero | tr '\\0' x");
	assert_int_equal(strlen(seen.password), PASSWORD_MOST);
}

/* A token that expired is no use: the command runs each time. */
static void anew_each_time(void **state)
{
	char first[64];

	(void)state;
	gives("command:cat /proc/sys/kernel/random/uuid | tr -d 0-9a-f; :", "----");
	ask("command:cat /proc/sys/kernel/random/uuid");
	snprintf(first, sizeof first, "%.60s", seen.password);
	ask("command:cat /proc/sys/kernel/random/uuid");
	assert_int_equal(strlen(first), 36);
	assert_string_not_equal(first, seen.password);
}

static void command_fails(void **state)
{
	(void)state;
	fails("command:exit 3", "password-command", "The command for the mail password failed (exit 3).");
	fails("command:echo secret; exit 1", "password-command", "The command for the mail password failed (exit 1).");
	fails("command:echo 'no key' >&2; echo other >&2; exit 1", "password-command",
	    "The command for the mail password failed (exit 1): no key");
	fails("command:true", "password-command", "The command for the mail password printed nothing.");
	fails("command:echo; echo secret", "password-command", "The command for the mail password printed nothing.");
	fails("command:echo locked >&2", "password-command", "The command for the mail password printed nothing: locked");
	fails("command:printf 'a\\001b\\n'", "password-command", "The mail password holds a control character.");
	fails("command:printf '\\377\\n'", "password-command", "The mail password is not UTF-8.");
	fails("command:printf 'a\\0b\\n'", "password-command",
	    "The command for the mail password printed more than 8192 bytes in one line, or a zero byte.");
	fails("command:head -c 8193 /dev/zero | tr '\\0' x", "password-command",
	    "The command for the mail password printed more than 8192 bytes in one line, or a zero byte.");
	fails("command:head -c 70000 /dev/zero | tr '\\0' x", "password-command",
	    "The command for the mail password failed (line too long).");
	ask("command:kill -9 $$");
	assert_non_null(strstr(seen.err.what, "failed (exit 137)"));
	ask("command:no-such-command-anywhere");
	assert_string_equal(seen.err.code, "password-command");
	assert_non_null(strstr(seen.err.what, "(exit 127): "));
	assert_non_null(strstr(seen.err.what, "no-such-command-anywhere"));
}

/* What it complains about may quote the password, and may hold anything. */
static void says_no_secret(void **state)
{
	(void)state;
	fails("command:echo hunter2; echo 'cannot store hunter2: hunter2 is short' >&2; exit 1", "password-command",
	    "The command for the mail password failed (exit 1): cannot store ***: *** is short");
	fails("command:echo x; echo 'x y' >&2; exit 1", "password-command",
	    "The command for the mail password failed (exit 1): * y");
	fails("command:printf '\\033[31mred\\n' >&2; exit 1", "password-command",
	    "The command for the mail password failed (exit 1): ?[31mred");
	ask("command:head -c 5000 /dev/zero | tr '\\0' x >&2; exit 1");
	assert_true(strlen(seen.err.what) < 400);
}

/* What it started goes with it, and what it leaves behind does not hold the answer up. */
static void leaves_nothing(void **state)
{
	int64_t before = clock_monotonic();

	(void)state;
	set_password("command:sleep 1000 | cat");
	assert_int_equal(mail_password(&d, on_password, &seen, &err), 0);
	assert_int_equal(seen.told, 0);
	assert_non_null(jobs.asks);
	seen.wanted = 2;			/* the loop goes on until the process is gone */
	mail_password_stop(&d);
	assert_int_equal(seen.told, 1);
	assert_string_equal(seen.err.code, "stopping");
	assert_int_equal(seen.err.class, ERR_UNREACHED);
	mail_password_stop(&d);
	assert_int_equal(seen.told, 1);		/* once */
	set_password("command:sleep 0.3; echo other");
	assert_int_equal(mail_password(&d, on_password, &seen, &err), 0);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_string_equal(seen.password, "other");
	assert_in_range(clock_monotonic() - before, 300, 10000);
}

static void two_at_once(void **state)
{
	(void)state;
	seen.wanted = 2;
	set_password("command:sleep 0.2; echo slow");
	assert_int_equal(mail_password(&d, on_password, &seen, &err), 0);
	set_password("command:echo quick");
	assert_int_equal(mail_password(&d, on_password, &seen, &err), 0);
	assert_int_equal(loop_run(d.loop, &err), 0);
	assert_int_equal(seen.told, 2);
	assert_string_equal(seen.password, "slow");
}

/* An agent that the command starts and that stays, with the outputs it was given open. */
static void what_stays_is_not_waited_for(void **state)
{
	int64_t before = clock_monotonic();

	(void)state;
	gives("command:sleep 8 & echo secret", "secret");
	gives("command:sleep 8 & printf secret", "secret");
	gives("command:(sleep 8; echo late) & echo secret; echo more", "secret");
	gives("command:(trap '' PIPE; timeout 2 yes noise >&2) & echo secret", "secret");
	fails("command:sleep 8 & echo 'no key' >&2; exit 1", "password-command",
	    "The command for the mail password failed (exit 1): no key");
	fails("command:(sleep 8; echo secret) &", "password-command", "The command for the mail password printed nothing.");
	assert_in_range(clock_monotonic() - before, 0, 4000);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(none_is_set), TEST(from_a_file_at_once), TEST(from_a_credential_at_once), TEST(from_a_command), TEST(anew_each_time),
		TEST(command_fails), TEST(says_no_secret), TEST(leaves_nothing), TEST(two_at_once),
		TEST(what_stays_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
