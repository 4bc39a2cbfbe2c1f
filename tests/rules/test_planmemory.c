/* Every allocation of a plan is made to fail once: an error comes back, the plan is untouched, nothing is lost. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "failing.h"
#include "helper.h"
#include "rules/plan.h"

#ifndef SANITIZED

static void test_plan(void **state)
{
	struct program *p = load_file("etc/programs/ccxp-2y20.rules");
	struct credit_cycle c = { { day("2024-07-01"), day("2026-06-30") }, DAY_NONE, DAY_NONE, 0, 0 };
	struct entry_fact facts[] = { entry(1, "2024-10-01", 600, 0), entry(2, "2025-03-01", 420, 1) };
	struct entry_fact events[] = {
		entry(-1, "2026-05-06", 120, 3), entry(-2, "2026-04-22", 90, 1), entry(-3, "2026-05-20", 360, 2),
	};
	static struct plan plan, before;
	int failed = 0, ret;

	(void)state;
	memset(&plan, 0x5a, sizeof plan);
	before = plan;
	for (long n = 1; ; n++) {
		struct err err = { 0 };
		long blocks = live;

		countdown = n;
		ret = plan_make(p, &c, facts, 2, day("2026-03-12"), events, 3, day("2026-06-30"), &plan, &err);
		if (countdown > 0)
			break;
		assert_int_equal(ret, -1);
		assert_string_equal(err.code, "out-of-memory");
		assert_memory_equal(&plan, &before, sizeof plan);
		assert_int_equal(live, blocks);
		failed++;
	}
	countdown = 0;
	assert_int_equal(ret, 0);
	assert_true(failed > 20 && plan.noptions > 0);
	program_free(p);
}

/* Facts that cannot be evaluated are refused as there. */
static void test_invalid(void **state)
{
	struct program *p = load_file("etc/programs/ccxp-2y20.rules");
	struct credit_cycle c = { { day("2024-07-01"), day("2026-06-30") }, DAY_NONE, DAY_NONE, 0, 0 };
	struct entry_fact facts[] = { entry(1, "2024-10-01", 600, 0), entry(1, "2025-03-01", 420, 1) };
	static struct plan plan;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(plan_make(p, &c, facts, 2, day("2026-03-12"), NULL, 0, day("2026-06-30"), &plan, &err), -1);
	assert_string_equal(err.code, "fact-invalid");
	c.dates.end = c.dates.start - 1;
	assert_int_equal(plan_make(p, &c, facts, 1, day("2026-03-12"), NULL, 0, day("2026-06-30"), &plan, &err), -1);
	assert_string_equal(err.code, "cycle-invalid");
	program_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_plan), cmocka_unit_test(test_invalid) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
