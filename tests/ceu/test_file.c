/* Files that a person names: what is read, what is written, and that nothing is ever half there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "file.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static char folder[64];
static const struct advice advice = { "Open advice.", "Kind advice.", "Large advice." };

static int begin(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/ceu-file-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int drop(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static int end(void **state)
{
	(void)state;
	return nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *in_folder(const char *name)
{
	static char paths[4][128];
	static size_t at;
	char *path = paths[at++ % COUNT(paths)];

	snprintf(path, sizeof *paths, "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const char *text, size_t len)
{
	FILE *f = fopen(in_folder(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void assert_holds(const char *name, const char *text)
{
	struct buf b = BUF_INIT;
	struct err err = { 0 };

	assert_int_equal(file_read(in_folder(name), 100, &advice, &b, &err), 0);
	assert_string_equal(buf_str(&b), text);
	buf_free(&b);
}

static void reads_ordinary_files(void **state)
{
	struct buf b = BUF_INIT;
	struct err err = { 0 };
	size_t size = 0;
	int fd = -1;

	(void)state;
	put("a", "x\0y", 3);
	assert_int_equal(symlink("a", in_folder("link")), 0);
	assert_int_equal(file_read(in_folder("link"), 3, &advice, &b, &err), 0);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "x\0y", 4);
	buf_free(&b);
	assert_int_equal(file_open(in_folder("a"), &advice, &fd, &size, &err), 0);
	assert_int_equal(size, 3);
	close(fd);
}

static void refuses_what_is_no_file(void **state)
{
	static const struct { const char *path, *code, *next; enum err_class class; } rows[] = {
		{ "/dev/zero", "file-kind", "Kind advice.", ERR_USAGE },
		{ "/tmp", "file-kind", "Kind advice.", ERR_USAGE },
		{ "fifo", "file-kind", "Kind advice.", ERR_USAGE },
		{ "absent", "file", "Open advice.", ERR_ABSENT },
		{ "loop", "file", "Open advice.", ERR_FAILED },
		{ "large", "file-large", "Large advice.", ERR_USAGE },
	};

	(void)state;
	assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
	assert_int_equal(symlink("loop", in_folder("loop")), 0);
	put("large", "1234567890", 10);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *path = rows[i].path[0] == '/' ? rows[i].path : in_folder(rows[i].path);
		struct buf b = BUF_INIT;
		struct err err = { 0 };

		assert_int_equal(file_read(path, 9, &advice, &b, &err), -1);
		assert_string_equal(err.code, rows[i].code);
		assert_string_equal(err.next, rows[i].next);
		assert_int_equal(err.class, rows[i].class);
		buf_free(&b);
	}
}

static void makes_names_safe(void **state)
{
	static const struct { const char *from, *to; } rows[] = {
		{ "ccxp-renewal-2026.zip", "ccxp-renewal-2026.zip" },
		{ "../../etc/passwd", "etcpasswd" }, { "...", "fallback" }, { "", "fallback" },
		{ "--yes", "yes" }, { ".-.bashrc", "bashrc" }, { "a b\tc\n.zip", "abc.zip" },
		{ "\xE2\x80\xAE" "piz.exe", "piz.exe" }, { "ünï.zip", "n.zip" }, { "a\033[31m.zip", "a31m.zip" },
		{ "0123456789012345678901234567890123456789", "0123456789012345678901234567890" },
	};
	char out[32];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		file_safe_name(rows[i].from, "fallback", out, sizeof out);
		assert_string_equal(out, rows[i].to);
	}
	assert_string_equal(file_name("a/b/c.pdf"), "c.pdf");
	assert_string_equal(file_name("c.pdf"), "c.pdf");
	assert_string_equal(file_name("a/"), "");
}

static void tells_what_is_there(void **state)
{
	struct err err = { 0 };

	(void)state;
	put("there", "", 0);
	assert_int_equal(symlink("nowhere", in_folder("dangling")), 0);
	assert_int_equal(file_there(in_folder("there"), &err), 1);
	assert_int_equal(file_there(in_folder("dangling"), &err), 1);
	assert_int_equal(file_there(in_folder("nothing"), &err), 0);
	assert_int_equal(file_there(folder, &err), -1);
	assert_string_equal(err.code, "file-kind");
	assert_int_equal(file_there("/dev/null", &err), -1);
	assert_int_equal(err.class, ERR_RULE);
}

static void saves_whole_files_only(void **state)
{
	struct saving v, other;
	struct err err = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(saving_begin(&v, in_folder("new"), &err), 0);
	assert_int_equal(write(v.fd, "one", 3), 3);
	assert_int_equal(file_there(in_folder("new"), &err), 0);
	assert_int_equal(saving_begin(&other, in_folder("new"), &err), -1);
	assert_string_equal(err.code, "file-part");
	assert_int_equal(saving_end(&v, 0, &err), 0);
	assert_int_equal(v.fd, -1);
	assert_holds("new", "one");
	assert_int_equal(stat(in_folder("new"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	/* What appeared meanwhile stays, unless it is to be replaced. */
	assert_int_equal(saving_begin(&v, in_folder("new"), &err), 0);
	assert_int_equal(write(v.fd, "two", 3), 3);
	assert_int_equal(saving_end(&v, 0, &err), -1);
	assert_string_equal(err.code, "file-exists");
	assert_int_equal(err.class, ERR_RULE);
	assert_holds("new", "one");
	assert_int_equal(file_there(in_folder("new.part"), &err), 0);
	assert_int_equal(saving_begin(&v, in_folder("new"), &err), 0);
	assert_int_equal(write(v.fd, "two", 3), 3);
	assert_int_equal(saving_end(&v, 1, &err), 0);
	assert_holds("new", "two");

	assert_int_equal(saving_begin(&v, in_folder("new"), &err), 0);
	saving_drop(&v);
	saving_drop(&v);
	assert_int_equal(file_there(in_folder("new.part"), &err), 0);
	assert_holds("new", "two");
}

/* A part that is a link planted by somebody else is not followed. */
static void follows_no_planted_part(void **state)
{
	struct saving v;
	struct err err = { 0 };

	(void)state;
	put("precious", "kept", 4);
	assert_int_equal(symlink("precious", in_folder("trap.part")), 0);
	assert_int_equal(saving_begin(&v, in_folder("trap"), &err), -1);
	assert_string_equal(err.code, "file-part");
	assert_holds("precious", "kept");
	assert_int_equal(saving_begin(&v, in_folder("no/where"), &err), -1);
	assert_string_equal(err.code, "file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_ordinary_files),
		cmocka_unit_test(refuses_what_is_no_file),
		cmocka_unit_test(makes_names_safe),
		cmocka_unit_test(tells_what_is_there),
		cmocka_unit_test(saves_whole_files_only),
		cmocka_unit_test(follows_no_planted_part),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
