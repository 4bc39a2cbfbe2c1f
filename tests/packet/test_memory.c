/* Every allocation of this room fails once: an error comes back, nothing leaks. What draws and what packs is not here:
 * glib and libarchive end a program that has no memory, which ceud sees as a helper that died. */
#include "support.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "recount.h"
#include "tables.h"
#include "failing.h"

#ifndef SANITIZED

static struct support given;

/* The JSON library's own allocations do not fail here: what it makes of that is for base's tests. Its setter is called
 * by base, and this one stands before it. */
typedef void set_alloc_fn(void *(*allocate)(size_t size), void (*release)(void *p));
set_alloc_fn json_set_alloc_funcs;
static set_alloc_fn *real_setter;

static void *never_fails(size_t size)
{
	return count(__libc_malloc(size));
}

void json_set_alloc_funcs(void *(*allocate)(size_t size), void (*release)(void *p))
{
	(void)allocate;
	real_setter(never_fails, release);
}

static int do_facts(struct err *err)
{
	struct facts f;
	int ret = facts_read_job(given.document, &f, err);

	if (ret == 0)
		facts_free(&f);
	return ret;
}

static int do_recount(struct err *err)
{
	struct buf why = BUF_INIT;
	int ret = recount(&given.facts, given.program, &why, err);

	buf_free(&why);
	return ret;
}

static int do_csv(struct err *err)
{
	struct buf out = BUF_INIT;
	int ret = tables_csv(&given.facts, given.program, &out, err);

	buf_free(&out);
	return ret;
}

static int do_readme(struct err *err)
{
	struct buf out = BUF_INIT;
	int ret = tables_readme(&given.facts, given.program, &out, err);

	buf_free(&out);
	return ret;
}

static long fails_each_time(int (*work)(struct err *err))
{
	long before = live;

	for (long n = 1;; n++) {
		struct err err = { 0 };
		int rc, over;

		countdown = n;
		rc = work(&err);
		over = countdown > 0;
		countdown = 0;
		if (over)
			assert_int_equal(rc, 0);
		if (!over && rc != -1)
			fail_msg("allocation %ld failed and nobody minded", n);
		if (!over) {
			assert_int_equal(rc, -1);
			assert_string_equal(err.code, "out-of-memory");
		}
		assert_int_equal(live, before);
		if (over)
			return n;
	}
}

static void ours(void **state)
{
	(void)state;
	real_setter = (set_alloc_fn *)(uintptr_t)dlsym(RTLD_NEXT, "json_set_alloc_funcs");
	assert_non_null(real_setter);
	support_open(&given, NULL, NULL);
	assert_true(fails_each_time(do_facts) > 10);
	assert_true(fails_each_time(do_recount) > 5);
	assert_true(fails_each_time(do_csv) > 2);
	assert_true(fails_each_time(do_readme) > 1);
	support_close(&given);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(ours) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
