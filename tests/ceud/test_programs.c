/* Programs on offer: built in, overridden by a folder, all mistakes told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/embed.h"
#include "base/err.h"
#include "ceud.h"
#include "config.h"
#include "programs.h"
#include "store/store.h"
#include "store/people.h"

#define NOW INT64_C(1773302400000)

static char folder[200];
static struct config config;
static struct ceud d;
static struct err err;
static struct buf text;
static struct conf_errors errors;

static int begin(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	memset(&d, 0, sizeof d);
	memset(&config, 0, sizeof config);
	memset(&err, 0, sizeof err);
	errors = (struct conf_errors){ &text, 0 };
	d.config = &config;
	d.now = NOW;
	snprintf(folder, sizeof folder, "%s/ceud-programs-XXXXXX", tmp ? tmp : "/tmp");
	config.programs = mkdtemp(folder);
	return config.programs ? 0 : -1;
}

static int end(void **state)
{
	pid_t pid = fork();

	(void)state;
	programs_close(d.programs);
	store_close(d.store);
	buf_free(&text);
	if (!pid) {
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(1);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

/* The built-in program with another id, and a word replaced. */
static void put(const char *name, const char *id, const char *from, const char *to)
{
	const struct embed *e = embed_find("programs/ccxp-2y20.rules");
	const char *s = (const char *)e->data, *limit = s + e->len, *at;
	struct buf out = BUF_INIT;
	char path[300];
	int fd;

	at = memmem(s, e->len, "ccxp-2y20", 9);
	assert_non_null(at);
	buf_add(&out, s, (size_t)(at - s));
	buf_puts(&out, id);
	s = at + 9;
	at = from ? memmem(s, (size_t)(limit - s), from, strlen(from)) : NULL;
	if (from) {
		assert_non_null(at);
		buf_add(&out, s, (size_t)(at - s));
		buf_puts(&out, to);
		s = at + strlen(from);
	}
	buf_add(&out, s, (size_t)(limit - s));
	snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, out.data, out.len), (ssize_t)out.len);
	close(fd);
	buf_free(&out);
}

static void load(void)
{
	if (programs_open(&config, &d.programs, &errors))
		fail_msg("%s", buf_str(&text));
}

static void built_in(void **state)
{
	const struct program *p = NULL;
	size_t len;

	(void)state;
	config.programs = NULL;
	load();
	assert_string_equal(programs_default(&d), "ccxp-2y20");
	assert_int_equal(programs_get(&d, "ccxp-2y20", &p, &err), 0);
	assert_int_equal(p->required, 2000);
	assert_ptr_equal(programs_at(&d, 0), p);
	assert_null(programs_at(&d, programs_count(&d)));
	assert_non_null(programs_text(&d, p, &len));
	assert_int_equal(len, embed_find("programs/ccxp-2y20.rules")->len);
}

static void unknown(void **state)
{
	const struct program *p = NULL;

	(void)state;
	put("other.rules", "other", NULL, NULL);
	load();
	assert_int_equal(programs_get(&d, "ccxp", &p, &err), -1);
	assert_int_equal(err.class, ERR_ABSENT);
	assert_string_equal(err.code, "no-program");
	assert_non_null(strstr(err.what, "\"ccxp\""));
	assert_non_null(strstr(err.what, "ccxp-2y20"));
	assert_non_null(strstr(err.what, "other"));
	assert_null(p);
}

static void a_file_overrides_by_name(void **state)
{
	const struct program *p = NULL;
	size_t before;

	(void)state;
	config.programs = NULL;
	load();
	before = programs_count(&d);
	programs_close(d.programs);
	config.programs = folder;
	put("aaa.rules", "another", NULL, NULL);
	put("ours.rules", "ccxp-2y20", "\"CCXP\"", "\"Ours\"");
	load();
	assert_int_equal(programs_count(&d), before + 1);
	assert_int_equal(programs_get(&d, "ccxp-2y20", &p, &err), 0);
	assert_string_equal(p->name, "Ours");
	assert_string_equal(programs_default(&d), "ccxp-2y20");	/* in the place of the one before */
	assert_int_equal(programs_get(&d, "another", &p, &err), 0);
	assert_string_equal(p->name, "CCXP");
}

static void two_files_of_one_program_are_refused(void **state)
{
	char want[600];

	(void)state;
	put("b.rules", "same", "\"CCXP\"", "\"Second\"");
	put("a.rules", "same", "\"CCXP\"", "\"First\"");
	assert_int_equal(programs_open(&config, &d.programs, &errors), -1);
	assert_null(d.programs);
	snprintf(want, sizeof want, "%s/b.rules:1:1: program same is in %s/a.rules already; "
	    "give one of the two another id, or remove it\n", folder, folder);
	assert_string_equal(buf_str(&text), want);
}

static void all_mistakes_of_all_files(void **state)
{
	char want[400];

	(void)state;
	put("a.rules", "one", "issuer", "isuer");
	put("b.rules", "two", "step 0.25", "step much");
	put("c.rules", "three", NULL, NULL);
	assert_int_equal(programs_open(&config, &d.programs, &errors), -1);
	assert_null(d.programs);
	assert_in_range(errors.count, 2, 9);
	snprintf(want, sizeof want, "%s/a.rules:7:2: ", folder);
	assert_non_null(strstr(buf_str(&text), want));
	snprintf(want, sizeof want, "%s/b.rules:", folder);
	assert_non_null(strstr(buf_str(&text), want));
	assert_null(strstr(buf_str(&text), "c.rules"));
}

static void a_folder_that_is_not_there(void **state)
{
	(void)state;
	config.programs = (char *)(uintptr_t)"/nowhere/at/all";
	assert_int_equal(programs_open(&config, &d.programs, &errors), -1);
	assert_string_equal(buf_str(&text), "/nowhere/at/all:1:1: No such file or directory\n");
}

/* A cycle keeps the text it was opened with, whatever the folder says later. */
static void bound_to_its_hash(void **state)
{
	const struct program *p = NULL, *bound = NULL;
	char path[300], hash[65];
	struct program_text row;
	size_t n;

	(void)state;
	put("ours.rules", "ours", NULL, NULL);
	load();
	snprintf(path, sizeof path, "%s/ceud.db", folder);
	assert_int_equal(store_open(path, NOW, &d.store, &err), 0);
	assert_int_equal(programs_get(&d, "ours", &p, &err), 0);
	assert_int_equal(programs_by_hash(&d, p->hash, &bound, &err), 0);
	assert_ptr_equal(bound, p);
	memcpy(hash, p->hash, sizeof hash);
	row = (struct program_text){ .hash = hash, .id = "ours" };
	row.text = programs_text(&d, p, &row.len);
	assert_int_equal(store_begin(d.store, &err), 0);
	assert_int_equal(program_text_put(d.store, &row, NOW, &err), 0);
	assert_int_equal(store_commit(d.store, &err), 0);
	programs_close(d.programs);
	put("ours.rules", "ours", "\"CCXP\"", "\"Ours\"");
	load();
	n = programs_count(&d);
	assert_int_equal(programs_by_hash(&d, hash, &bound, &err), 0);
	assert_string_equal(bound->name, "CCXP");
	assert_int_equal(programs_get(&d, "ours", &p, &err), 0);
	assert_string_equal(p->name, "Ours");
	assert_int_equal(programs_count(&d), n);	/* it is not on offer */
	hash[0] = hash[0] == '0' ? '1' : '0';
	assert_int_equal(programs_by_hash(&d, hash, &bound, &err), -1);
	assert_string_equal(err.code, "no-program-text");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(built_in), TEST(unknown), TEST(a_file_overrides_by_name), TEST(two_files_of_one_program_are_refused),
		TEST(all_mistakes_of_all_files), TEST(a_folder_that_is_not_there), TEST(bound_to_its_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
