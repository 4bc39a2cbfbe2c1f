/* An admin's files: reading within limits, folders in order, making and locking. */
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
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "files.h"

static char folder[200];
static struct err err;

static int begin(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	memset(&err, 0, sizeof err);
	snprintf(folder, sizeof folder, "%s/ceud-files-XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(1);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static const char *path_of(const char *name)
{
	static char path[300];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const char *text, size_t len)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
}

static void reads(void **state)
{
	char *text = NULL;
	size_t len = 0;

	(void)state;
	put("a", "one\0two", 7);
	assert_int_equal(file_read(path_of("a"), 7, &text, &len, &err), 0);
	assert_int_equal(len, 7);
	assert_memory_equal(text, "one\0two\0", 8);
	free(text);
	put("empty", "", 0);
	assert_int_equal(file_read(path_of("empty"), 0, &text, &len, &err), 0);
	assert_int_equal(len, 0);
	assert_string_equal(text, "");
	free(text);
}

static void reads_no_further(void **state)
{
	char *text = NULL;
	size_t len = 99;

	(void)state;
	put("a", "12345678", 8);
	assert_int_equal(file_read(path_of("a"), 7, &text, &len, &err), -1);
	assert_string_equal(err.code, "file-unreadable");
	assert_non_null(strstr(err.what, "is larger than 7 bytes"));
	assert_int_equal(file_read(path_of("none"), 7, &text, &len, &err), -1);
	assert_non_null(strstr(err.what, "No such file"));
	assert_int_equal(file_read(folder, 7, &text, &len, &err), -1);
	assert_non_null(strstr(err.what, "no regular file"));
	assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
	assert_int_equal(file_read(path_of("pipe"), 7, &text, &len, &err), -1);	/* and does not wait for a writer */
	assert_null(text);
	assert_int_equal(len, 99);
}

static void collect(void *arg, const char *path, char *text, size_t len, struct conf_errors *errors)
{
	(void)errors;
	buf_printf(arg, "%s=%.*s ", strrchr(path, '/') + 1, (int)len, text);
	free(text);
}

static void each_in_order(void **state)
{
	struct buf text = BUF_INIT, found = BUF_INIT;
	struct conf_errors errors = { &text, 0 };

	(void)state;
	put("b.rules", "2", 1);
	put("B.rules", "1", 1);
	put("a.rules", "x", 1);
	put("z.rules~", "no", 2);
	put(".hidden.rules", "no", 2);
	put(".rules", "no", 2);
	put("rules", "no", 2);
	files_each(folder, ".rules", 100, collect, &found, &errors);
	assert_string_equal(buf_str(&found), "B.rules=1 a.rules=x b.rules=2 ");
	assert_int_equal(errors.count, 0);
	buf_free(&found);
	buf_free(&text);
}

static void each_that_cannot_be_read_is_told(void **state)
{
	struct buf text = BUF_INIT, found = BUF_INIT;
	struct conf_errors errors = { &text, 0 };

	(void)state;
	put("a.rules", "12345", 5);
	put("c.rules", "3", 1);
	assert_int_equal(mkdir(path_of("b.rules"), 0700), 0);
	files_each(folder, ".rules", 4, collect, &found, &errors);
	assert_string_equal(buf_str(&found), "c.rules=3 ");
	assert_int_equal(errors.count, 2);
	assert_non_null(strstr(buf_str(&text), "a.rules:1:1: "));
	assert_non_null(strstr(buf_str(&text), "b.rules:1:1: "));
	files_each(path_of("nowhere"), ".rules", 4, collect, &found, &errors);
	assert_int_equal(errors.count, 3);
	assert_non_null(strstr(buf_str(&text), "nowhere:1:1: No such file"));
	buf_free(&found);
	buf_free(&text);
}

static void makes_folders(void **state)
{
	char longest[5000];
	struct stat st;

	(void)state;
	assert_int_equal(file_make_folder(path_of("x/y//z/"), &err), 0);
	assert_int_equal(stat(path_of("x/y/z"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(file_make_folder(path_of("x/y/z"), &err), 0);
	put("file", "", 0);
	assert_int_equal(file_make_folder(path_of("file/below"), &err), -1);
	assert_string_equal(err.code, "folder-failed");
	memset(longest, 'a', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(file_make_folder(longest, &err), -1);
	assert_string_equal(err.code, "path-long");
}

static void locks_once(void **state)
{
	struct stat st;
	int fd, other;

	(void)state;
	assert_int_equal(chmod(folder, 0755), 0);
	fd = file_lock_folder(folder, &err);
	assert_true(fd >= 0);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(file_lock_folder(folder, &err), -1);
	assert_string_equal(err.code, "state-in-use");
	assert_non_null(strstr(err.what, folder));
	close(fd);
	other = file_lock_folder(folder, &err);
	assert_true(other >= 0);
	close(other);
	assert_int_equal(unlink(path_of("lock")), 0);
	assert_int_equal(symlink("/etc/hostname", path_of("lock")), 0);
	assert_int_equal(file_lock_folder(folder, &err), -1);
	assert_string_equal(err.code, "folder-failed");
	assert_int_equal(file_lock_folder(path_of("nowhere"), &err), -1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads), TEST(reads_no_further), TEST(each_in_order), TEST(each_that_cannot_be_read_is_told), TEST(makes_folders),
		TEST(locks_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
