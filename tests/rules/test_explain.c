/* Why a piece counts or not, in words; and the names of states. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "helper.h"

enum { TRAINING, IN_COMPANY, CONFERENCE, COLLEGE, CXPA };

static void says(const struct program *p, const struct entry_fact *f, const struct verdict *v, size_t i,
    size_t part, const char *want)
{
	struct buf out = BUF_INIT;

	assert_int_equal(credit_explain(p, f, &v->entries[i], part, &out), 0);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void test_explain(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 570, TRAINING),
		entry(2, "2025-01-02", 120, TRAINING), entry(3, "2025-01-03", 60, TRAINING),
		entry(4, "2024-06-12", 60, CXPA), entry(5, "2026-05-06", 60, CXPA),
		entry(6, "2025-01-03", 60, CXPA), entry(7, "2025-01-05", 60, CXPA),
		entry(8, "2025-01-05", 60, CXPA), entry(9, "2025-01-05", 60, CXPA),
		entry(10, "2025-01-05", 10, CXPA) };
	struct program *ccxp = load_file("etc/programs/ccxp-2y20.rules");
	struct cycle cycle = cycle_ending(day("2026-06-30"), 24);
	struct buf out = BUF_INIT;
	struct verdict v;

	(void)state;
	f[5].competencies = 0;
	f[0].course = f[6].course = "same";
	f[7].is_late = f[8].is_void = 1;
	v = evaluate(ccxp, cycle, f, 10, day("2026-03-12"));
	says(ccxp, &f[0], &v, 0, 0, "All of it counts.");
	says(ccxp, &f[1], &v, 1, 0,
	    "They bring Training courses, seminars and webinars from 9.5 to its limit of 10.0.");
	says(
	    ccxp, &f[1], &v, 1, 1, "Rule category-limit: \"At most ten units count from any one category.\"");
	says(
	    ccxp, &f[2], &v, 2, 0, "Rule category-limit: \"At most ten units count from any one category.\"");
	says(ccxp, &f[3], &v, 3, 0, "Its date is not in this cycle: 12 June 2024.");
	says(ccxp, &f[4], &v, 4, 0, "It can count from its date on, which is 6 May 2026.");
	says(ccxp, &f[5], &v, 5, 0,
	    "It names no competency. Rule aligned: \"Every unit is aligned to a competency.\"");
	says(ccxp, &f[6], &v, 6, 0,
	    "The same course is in this cycle already. Rule repeat: \"The same course counts once in a cycle.\"");
	says(ccxp, &f[7], &v, 7, 0, "It was entered after its cycle was closed.");
	says(ccxp, &f[8], &v, 8, 0, "It was removed.");
	says(ccxp, &f[9], &v, 9, 0, "10m is less than the smallest step, 0.25 CEU, and adds nothing.");
	assert_int_equal(credit_explain(ccxp, &f[0], &v.entries[0], 1, &out), -1);
	verdict_free(&v);
	buf_free(&out);
	program_free(ccxp);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(entry_state_name(ENTRY_PART_COUNTED), "part-counted");
	assert_string_equal(entry_state_name(ENTRY_OUT_OF_CYCLE), "out-of-cycle");
	assert_string_equal(entry_state_name(ENTRY_VOID), "void");
	assert_string_equal(cycle_state_name(CYCLE_ON_TRACK), "on-track");
	assert_string_equal(cycle_state_name(CYCLE_LAPSED), "lapsed");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_explain), cmocka_unit_test(test_names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
