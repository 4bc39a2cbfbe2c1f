/* Evidence files: what is kept of a name, which content goes with it, and the folder they lie in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "evidencename.h"
#include "evidencestore.h"
#include "seed.h"
#include "spool.h"

static struct err err;
static char state_dir[64];

static int make_state(void **state)
{
	(void)state;
	memset(&err, 0, sizeof err);
	snprintf(state_dir, sizeof state_dir, "/tmp/ceud-evidence-XXXXXX");
	return mkdtemp(state_dir) && !evidence_open(state_dir, &err) ? 0 : -1;
}

static int drop(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int remove_state(void **state)
{
	(void)state;
	return nftw(state_dir, drop, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- names */

static void name_is(const char *given, const char *want)
{
	char name[EVIDENCE_NAME_SIZE];

	assert_int_equal(evidence_name(given, name, &err), 0);
	assert_string_equal(name, want);
}

static void name_is_refused(const char *given)
{
	char name[EVIDENCE_NAME_SIZE] = "as it was";

	assert_int_equal(evidence_name(given, name, &err), -1);
	assert_string_equal(err.code, "evidence-name");
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(name, "as it was");
}

static void keeps_names(void **state)
{
	(void)state;
	name_is("a.pdf", "a.pdf");
	name_is("/tmp/x/a.pdf", "a.pdf");
	name_is("..\\..\\a.pdf", "a.pdf");
	name_is(".bashrc", "bashrc");
	name_is("a \n b.pdf", "a b.pdf");
	name_is("a\xe2\x80\xae" "fdp.exe", "afdp.exe");
	name_is("\xff.pdf", "\xef\xbf\xbd.pdf");
	name_is("no extension", "no extension");
	name_is("CON: x.pdf", "CON_ x.pdf");
	name_is_refused("");
	name_is_refused("..");
	name_is_refused("a/..");
	name_is_refused("/");
	name_is_refused("\x01\x02");
	name_is_refused(" . . ");
}

/* Whatever comes, what is kept is a name: cleaning it again changes nothing. */
static void any_bytes_give_a_good_name(void **state)
{
	static const char *const pieces[] = { "/", "\\", ".", "..", " ", "\n", "\xe2\x80\xae", "\xe2\x81\xa7", "\xf0\x9f\x8e\x93", "\xff", "\x7f",
		"a", "pdf", ".pdf", "\xc3\xa9", ":", "|", "\xc2\x85", "long-long-long-long-long-long-long-long" };

	(void)state;
	seed_begin("any_bytes_give_a_good_name");
	for (int i = 0; i < 20000; i++) {
		char given[600] = "", once[EVIDENCE_NAME_SIZE], twice[EVIDENCE_NAME_SIZE];

		for (int64_t n = seed_between(0, 12); n > 0; n--) {
			size_t len = strlen(given);

			snprintf(given + len, sizeof given - len, "%s",
			    pieces[seed_between(0, (int64_t)(sizeof pieces / sizeof *pieces) - 1)]);
		}
		if (evidence_name(given, once, &err))
			continue;
		assert_in_range(strlen(once), 1, EVIDENCE_NAME_MAX);
		assert_true(text_is_utf8(once, strlen(once)));
		assert_false(text_has_control(once, strlen(once)));
		assert_null(strpbrk(once, "/\\:*?\"<>|"));
		assert_true(once[0] != '.' && once[0] != ' ');
		assert_int_equal(evidence_name(once, twice, &err), 0);
		assert_string_equal(twice, once);
	}
}

/* ---- types */

static void head_is(const char *name, const char *bytes, size_t n, const char *want)
{
	const char *type = NULL;

	assert_int_equal(evidence_type(name, (const unsigned char *)bytes, n, &type, &err), want ? 0 : -1);
	if (want)
		assert_string_equal(type, want);
	else
		assert_null(type);
}
#define HEAD(name, bytes, want) head_is(name, bytes, sizeof bytes - 1, want)

static void goes_by_content_and_name(void **state)
{
	(void)state;
	HEAD("a.pdf", "%PDF-1.4", "application/pdf");
	HEAD("a.pdf", "junk before %PDF-1.4", "application/pdf");
	HEAD("a.pdf", "%PDF", NULL);
	HEAD("a.tif", "MM\0*", "image/tiff");
	HEAD("a.tif", "MM\0", NULL);
	HEAD("a.heic", "\0\0\0\x18" "ftypmif1", "image/heic");
	HEAD("a.heic", "\0\0\0\x18" "ftyp", NULL);
	HEAD("a.md", "# T\n", "text/markdown");
	HEAD("a.md", "# T\n\x01", NULL);
	HEAD("a.txt", "\xef\xbb\xbf" "text", "text/plain");
	HEAD("a.ics", "\r\n BEGIN:vcalendar\r\n", "text/calendar");
	HEAD("a.ics", "BEGIN:VCALENDA", NULL);
	HEAD("a.eml", "From dana Thu Mar 12", "message/rfc822");
	HEAD("a.eml", "Return-Path: <x>\r\n", "message/rfc822");
	HEAD("a.eml", ": x", NULL);
	HEAD("a.eml", "no colon here", NULL);
	HEAD("a.odt", "PK\3\4", "application/vnd.oasis.opendocument.text");
	HEAD("a.toolongforone", "%PDF-", NULL);
	assert_string_equal(err.code, "evidence-type");
	HEAD("a.pdf", "", NULL);
	assert_string_equal(err.code, "evidence-empty");
	assert_int_equal(err.class, ERR_RULE);
}

/* ---- the folder */

static struct spool *send_bytes(const char *bytes)
{
	struct spool *s;

	assert_int_equal(evidence_spool(state_dir, &s, &err), 0);
	for (const char *p = bytes; *p; p++)
		spool_add(s, p, 1);
	assert_int_equal(spool_end(s, &err), 0);
	return s;
}

static int count(const char *part)
{
	char path[128];
	struct dirent *e;
	int n = 0;
	DIR *dir;

	snprintf(path, sizeof path, "%s/evidence/%s", state_dir, part);
	dir = opendir(path);
	assert_non_null(dir);
	while ((e = readdir(dir)))
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* sha256 of "abc" */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void keep_abc(int64_t person, int64_t now)
{
	struct spool *s = send_bytes("abc");

	assert_string_equal(s->sha256, ABC);
	assert_int_equal(evidence_keep(state_dir, s, person, now, &err), 0);
	spool_close(s);
	assert_int_equal(count("tmp"), 0);
}

static void keeps_by_digest(void **state)
{
	struct evidence_content c;
	int64_t bytes = -1;
	struct spool *s;

	(void)state;
	assert_int_equal(evidence_look(state_dir, ABC, &c, &err), 0);
	assert_int_equal(evidence_size(state_dir, ABC, &bytes, &err), 0);
	s = send_bytes("abc");
	assert_int_equal(count("tmp"), 1);
	spool_close(s);
	assert_int_equal(count("tmp"), 0);
	keep_abc(7, 1000);
	assert_int_equal(count("ba"), 1);
	assert_int_equal(evidence_look(state_dir, ABC, &c, &err), 1);
	assert_int_equal(c.bytes, 3);
	assert_memory_equal(c.head, "abc", 3);
	assert_int_equal(evidence_size(state_dir, ABC, &bytes, &err), 1);
	assert_int_equal(bytes, 3);
	assert_int_equal(evidence_is_recent(state_dir, 7, ABC), 1);
	assert_int_equal(evidence_is_recent(state_dir, 8, ABC), 0);
	assert_int_equal(evidence_is_recent(state_dir, 70, ABC), 0);
}

static void a_start_clears_the_way_in(void **state)
{
	struct spool *s = send_bytes("left by a crash");

	(void)state;
	assert_int_equal(evidence_open(state_dir, &err), 0);
	assert_int_equal(count("tmp"), 0);
	s->path[0] = '\0';
	spool_close(s);
}

static void a_file_in_the_way(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/evidence/tmp", state_dir);
	assert_int_equal(rmdir(path), 0);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(evidence_open(state_dir, &err), -1);
	assert_string_equal(err.code, "folder-failed");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/tmp", path), 0);
	assert_int_equal(evidence_open(state_dir, &err), -1);
	assert_non_null(strstr(err.what, "is no folder"));
}

/* A limit on the length of files stands for a full disk. */
static void a_write_that_fails(void **state)
{
	struct rlimit old, small;
	struct spool *s;
	char block[4096] = "";

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 10000;
	assert_int_equal(evidence_spool(state_dir, &s, &err), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 10; i++)
		spool_add(s, block, sizeof block);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(s->bytes, 10 * sizeof block);
	assert_int_equal(spool_end(s, &err), -1);
	assert_string_equal(err.code, "store-full");
	assert_true(err.next[0]);
	spool_close(s);
	assert_int_equal(count("tmp"), 0);
}

/* ---- sweeping */

static struct { int known, asked, fails; } ledger;

static int is_known(void *arg, const char *sha256, int *ret, struct err *e)
{
	assert_ptr_equal(arg, &ledger);
	assert_string_equal(sha256, ABC);
	ledger.asked++;
	if (ledger.fails)
		return err_set(e, ERR_FAILED, "store-failed", "-");
	*ret = ledger.known;
	return 0;
}

static int sweep(int64_t before)
{
	struct evidence_sweep *at = NULL;
	int rc;

	while ((rc = evidence_sweep(state_dir, &at, before, 0, is_known, &ledger, &err)) > 0)
		;
	assert_null(at);
	return rc;
}

static void sweeps_what_nobody_names(void **state)
{
	struct evidence_content c;

	(void)state;
	memset(&ledger, 0, sizeof ledger);
	keep_abc(7, 1000);
	assert_int_equal(sweep(1000), 0);
	assert_int_equal(ledger.asked, 0);
	ledger.fails = 1;
	assert_int_equal(sweep(1001), -1);
	assert_int_equal(evidence_look(state_dir, ABC, &c, &err), 1);
	ledger.fails = 0;
	ledger.known = 1;
	assert_int_equal(sweep(1001), 0);
	assert_int_equal(evidence_look(state_dir, ABC, &c, &err), 1);
	assert_int_equal(count("recent"), 0);
	keep_abc(7, 2000);
	ledger.known = 0;
	assert_int_equal(sweep(2001), 0);
	assert_int_equal(evidence_look(state_dir, ABC, &c, &err), 0);
	assert_int_equal(count("recent"), 0);
	assert_int_equal(sweep(9000), 0);
	assert_int_equal(ledger.asked, 3);
}

static void leaves_what_came_again(void **state)
{
	struct evidence_content c;

	(void)state;
	memset(&ledger, 0, sizeof ledger);
	keep_abc(7, 1000);
	keep_abc(8, 5000);
	assert_int_equal(sweep(3000), 0);
	assert_int_equal(evidence_look(state_dir, ABC, &c, &err), 1);
	assert_int_equal(count("recent"), 1);
	assert_int_equal(sweep(6000), 0);
	assert_int_equal(evidence_look(state_dir, ABC, &c, &err), 0);
}

static void leaves_what_is_no_mark(void **state)
{
	char path[160];

	(void)state;
	memset(&ledger, 0, sizeof ledger);
	snprintf(path, sizeof path, "%s/evidence/recent/notes", state_dir);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(sweep(INT64_MAX), 0);
	assert_int_equal(ledger.asked, 0);
	assert_int_equal(count("recent"), 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, make_state, remove_state)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_names), cmocka_unit_test(any_bytes_give_a_good_name), cmocka_unit_test(goes_by_content_and_name),
		TEST(keeps_by_digest), TEST(a_start_clears_the_way_in), TEST(a_file_in_the_way), TEST(a_write_that_fails),
		TEST(sweeps_what_nobody_names), TEST(leaves_what_came_again), TEST(leaves_what_is_no_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
