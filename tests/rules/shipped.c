/* The shipped default program, as several tests begin with it. */
#include "shipped.h"

struct program *ccxp;
struct cycle cycle;

int shipped_setup(void **state)
{
	(void)state;
	ccxp = load_file("etc/programs/ccxp-2y20.rules");
	cycle = cycle_ending(day("2026-06-30"), 24);
	return 0;
}

int shipped_teardown(void **state)
{
	(void)state;
	program_free(ccxp);
	return 0;
}

struct verdict on_last_day(const struct entry_fact *f, size_t n)
{
	return evaluate(ccxp, cycle, f, n, cycle.end);
}
