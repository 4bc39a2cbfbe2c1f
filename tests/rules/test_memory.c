/* Every allocation of this room is made to fail once: an error comes back, outputs are untouched. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "helper.h"
#include "failing.h"

#ifndef SANITIZED

/* Loads with the n-th allocation failing; 1 when there were fewer than n. */
static int load_failing(const char *text, long n, int want)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;
	long before = live;
	int ret, over;

	countdown = n;
	ret = program_load(text, strlen(text), "t", &p, &errors);
	over = countdown > 0;
	countdown = 0;
	assert_int_equal(ret, over ? want : -1);
	assert_int_equal(errors.count > 0, ret != 0);
	assert_int_equal(p != NULL, ret == 0);
	program_free(p);
	buf_free(&out);
	assert_int_equal(live, before);
	return over;
}

static void test_load(void **state)
{
	char *good, *bad;
	long n;

	(void)state;
	good = read_all("etc/programs/ccxp-2y20.rules");
	bad = program_with("limt 10 each category\nlimit 10 category books\nlimit 10 category zzz\n"
	    "check \"c\" {\non 2026-01-01\nentry 1h talks for listening title \"T\"\nexpect counted 2\n}\n");
	for (n = 1; !load_failing(good, n, 0); n++)
		;
	assert_true(n > 50);
	for (n = 1; !load_failing(bad, n, -1); n++)
		;
	assert_true(n > 20);
	free(good);
	free(bad);
}

static void test_evaluate(void **state)
{
	struct program *p = load_file("etc/programs/ccxp-2y20.rules");
	struct entry_fact f[] = { entry(1, "2025-01-01", 60, 0), entry(2, "2025-01-02", 60, 1) };
	struct credit_cycle cycle = plain_cycle(cycle_ending(day("2026-06-30"), 24));
	struct verdict v = { .counted = 77 };
	struct err err = { 0 };
	long n, failed = 0, before = live;
	int ret, over;

	(void)state;
	for (n = 1; ; n++) {
		countdown = n;
		ret = credit_evaluate(p, &cycle, f, 2, day("2026-06-30"), &v, &err);
		over = countdown > 0;
		countdown = 0;
		if (over)
			break;
		if (ret == 0) {		/* the sort does without its own memory */
			verdict_free(&v);
			v.counted = 77;
			continue;
		}
		failed++;
		assert_int_equal(live, before);
		assert_string_equal(err.code, "out-of-memory");
		assert_int_equal(v.counted, 77);
	}
	assert_int_equal(ret, 0);
	assert_int_equal(v.counted, 200);
	assert_true(failed >= 8);
	verdict_free(&v);
	program_free(p);
}

static void test_explain(void **state)
{
	struct program *p = load_file("etc/programs/ccxp-2y20.rules");
	struct entry_fact f = entry(1, "2025-01-01", 660, 0);
	struct verdict v = evaluate(p, cycle_ending(day("2026-06-30"), 24), &f, 1, day("2026-06-30"));
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t part = 0; part < 3; part++) {
		countdown = 1;
		if (part < 2)
			assert_int_equal(credit_explain(p, &f, &v.entries[0], part, &out), -1);
		else
			assert_int_equal(credit_remedy(p, &v, &f, &v.entries[0], &out), -1);
		countdown = 0;
		buf_reset(&out);
		buf_free(&out);
	}
	verdict_free(&v);
	program_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load), cmocka_unit_test(test_evaluate), cmocka_unit_test(test_explain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
