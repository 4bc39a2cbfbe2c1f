/* Evidence files when memory runs out: each allocation fails once, nothing is left behind, and it works afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "evidencename.h"
#include "evidencestore.h"
#include "failing.h"
#include "spool.h"

#ifndef SANITIZED

/* sha256 of "abc" */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static int drop(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int is_known(void *arg, const char *sha256, int *ret, struct err *err)
{
	(void)arg;
	(void)sha256;
	(void)err;
	*ret = 0;
	return 0;
}

static int all_of_it(const char *state, struct err *err)
{
	char name[EVIDENCE_NAME_SIZE];
	struct evidence_sweep *sweep = NULL;
	struct evidence_content c;
	struct spool *s = NULL;
	int rc;

	if (evidence_open(state, err) || evidence_name("x/agenda\n2.pdf", name, err) || evidence_spool(state, &s, err))
		return -1;
	spool_add(s, "abc", 3);
	rc = spool_end(s, err) || evidence_keep(state, s, 7, 1000, err) || evidence_look(state, ABC, &c, err) != 1 ? -1 : 0;
	spool_close(s);
	if (rc)
		return -1;
	rc = evidence_sweep(state, &sweep, 2000, 1000, is_known, NULL, err);
	evidence_sweep_end(sweep);
	return rc;
}

static void each_allocation_fails_once(void **state)
{
	char folder[] = "/tmp/ceud-evidence-XXXXXX", path[64];
	struct err err = { 0 };
	int failures = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/state", folder);
	assert_int_equal(all_of_it(path, &err), 0);
	for (long n = 1; ; n++) {
		long before = live;
		int rc;

		countdown = n;
		rc = all_of_it(path, &err);
		assert_int_equal(live, before);
		if (countdown) {		/* there was no nth */
			countdown = 0;
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, -1);
		failures++;
	}
	assert_true(failures >= 4);
	assert_int_equal(all_of_it(path, &err), 0);
	assert_int_equal(nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_allocation_fails_once) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
