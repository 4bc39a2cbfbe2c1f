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

static void remedies(const struct program *p, const struct entry_fact *f, const struct verdict *v, size_t i,
    const char *want)
{
	struct buf out = BUF_INIT;

	assert_int_equal(credit_remedy(p, v, f, &v->entries[i], &out), 0);
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
		entry(10, "2025-01-05", 10, CXPA), entry(11, "2025-02-05", 60, CXPA) };
	static const char room[] = "There is still room in: In-company development (10.0), "
	    "Conferences (10.0), College or University courses (10.0), CXPA contributions (10.0).";
	struct program *ccxp = load_file("etc/programs/ccxp-2y20.rules");
	struct buf out = BUF_INIT;
	struct verdict v;

	(void)state;
	f[5].competencies = 0;
	f[0].course = f[6].course = "same";
	f[7].is_late = f[8].is_void = f[10].is_planned = 1;
	v = evaluate(ccxp, cycle_ending(day("2026-06-30"), 24), f, 11, day("2026-03-12"));
	says(ccxp, &f[0], &v, 0, 0, "All of it counts.");
	remedies(ccxp, &f[0], &v, 0, "");
	says(ccxp, &f[1], &v, 1, 0,
	    "They bring Training courses, seminars and webinars from 9.5 to its limit of 10.0.");
	says(ccxp, &f[1], &v, 1, 1,
	    "Rule category-limit: \"At most ten units count from any one category.\"");
	remedies(ccxp, &f[1], &v, 1, room);
	says(ccxp, &f[2], &v, 2, 0,
	    "Rule category-limit: \"At most ten units count from any one category.\"");
	remedies(ccxp, &f[2], &v, 2, room);
	says(ccxp, &f[3], &v, 3, 0, "Its date is not in this cycle: 12 June 2024.");
	remedies(ccxp, &f[3], &v, 3, "If its date is wrong: ceu edit 4 --on DATE");
	says(ccxp, &f[4], &v, 4, 0, "It can count from its date on, which is 6 May 2026.");
	remedies(ccxp, &f[4], &v, 4, "");
	says(ccxp, &f[5], &v, 5, 0,
	    "It names no competency. Rule aligned: \"Every unit is aligned to a competency.\"");
	remedies(ccxp, &f[5], &v, 5, "Name a competency: ceu edit 6 --for COMPETENCY");
	says(ccxp, &f[6], &v, 6, 0,
	    "The same course is in this cycle already. "
	    "Rule repeat: \"The same course counts once in a cycle.\"");
	remedies(ccxp, &f[6], &v, 6, "Taken again in the next cycle, it can count there.");
	says(ccxp, &f[7], &v, 7, 0, "It was entered after its cycle was closed.");
	remedies(ccxp, &f[7], &v, 7, "");
	says(ccxp, &f[8], &v, 8, 0, "It was removed.");
	remedies(ccxp, &f[8], &v, 8, "");
	says(ccxp, &f[9], &v, 9, 0, "10m is less than the smallest step, 0.25 CEU, and adds nothing.");
	remedies(ccxp, &f[9], &v, 9,
	    "With 5m more it would count 0.25. If it was longer: ceu edit 10 --hours HOURS");
	says(ccxp, &f[10], &v, 10, 0,
	    "It is planned for 5 February 2025 and counts once it is said to be done.");
	remedies(ccxp, &f[10], &v, 10, "When it is done: ceu plan done 11");
	assert_int_equal(credit_explain(ccxp, &f[0], &v.entries[0], 1, &out), -1);
	verdict_free(&v);
	buf_free(&out);
	program_free(ccxp);
}

/* Minutes that make no step are told (edge case 16); of units of 50 minutes too, and none of what is earned by item. */
static void test_lost_minutes(void **state)
{
	struct entry_fact f[] = { entry(1, "2025-01-01", 50, COLLEGE), entry(2, "2025-01-02", 75, CXPA),
		entry(3, "2025-01-03", 89, CXPA) }, g[] = { entry(1, "2025-01-01", 75, 0), entry(2, "2025-01-02", 7, 0) };
	struct program *ccxp = load_file("etc/programs/ccxp-2y20.rules"),
	    *other = load("program o {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 50\nstep 0.2\n}\n"
		"cycle 24 months\ncategory a \"A\"\ncompetency k \"K\"\nrequire 20 total\nearn article 2.1 per item\n}\n");
	struct verdict v = evaluate(ccxp, cycle_ending(day("2026-06-30"), 24), f, 3, day("2026-03-12"));

	(void)state;
	says(ccxp, &f[0], &v, 0, 0, "All but 5m of it counts: units go in steps of 0.25 CEU.");
	says(ccxp, &f[1], &v, 1, 0, "All of it counts.");
	says(ccxp, &f[2], &v, 2, 0, "All but 14m of it counts: units go in steps of 0.25 CEU.");
	verdict_free(&v);
	g[1].kind = 0;
	g[1].quantity = 100;
	v = evaluate(other, cycle_ending(day("2026-06-30"), 24), g, 2, day("2026-03-12"));
	says(other, &g[0], &v, 0, 0, "All but 5m of it counts: units go in steps of 0.2 U.");
	says(other, &g[1], &v, 1, 0, "All of it counts.");
	verdict_free(&v);
	program_free(other);
	program_free(ccxp);
}

/* Limits on groups, tags and years say what they are about; each of several that cut has its piece. */
static void test_limits_of_all_sorts(void **state)
{
	struct program *p = accepts("group reading books courses\ntag ethics \"Ethics\" {\nonly talks\n}\n"
	    "limit 4 category books per year\nlimit 6 category books\nlimit 8 group reading\n"
	    "limit 2 tag ethics per calendar-year\n");
	struct entry_fact f[] = { entry(1, "2024-08-01", 180, 1), entry(2, "2024-08-02", 240, 1),
		entry(3, "2025-08-01", 60, 2), entry(4, "2025-08-02", 600, 1), entry(5, "2025-09-01", 180, 0),
		entry(6, "2025-09-03", 240, 2) };
	struct verdict v;

	(void)state;
	f[4].tags = 1;
	v = evaluate(p, cycle_ending(day("2026-06-30"), 24), f, 6, day("2026-03-12"));
	says(p, &f[1], &v, 1, 0, "They bring Books from 3.0 to its limit of 4.0 in that year of the cycle.");
	says(p, &f[1], &v, 1, 1,
	    "Rule limit-books-per-year: \"At most 4.0 units count from Books in any year of the cycle.\"");
	assert_int_equal(v.entries[3].nparts, 3);
	says(p, &f[3], &v, 3, 0, "They bring Books from 4.0 to its limit of 6.0.");
	assert_int_equal(v.entries[3].parts[1].units, 600);
	says(p, &f[3], &v, 3, 1,
	    "Rule limit-books-per-year: \"At most 4.0 units count from Books in any year of the cycle.\"");
	assert_int_equal(v.entries[3].parts[2].units, 200);
	says(p, &f[3], &v, 3, 2, "Rule limit-books: \"At most 6.0 units count from Books.\"");
	says(p, &f[4], &v, 4, 0, "They bring Ethics from 0.0 to its limit of 2.0 in that calendar year.");
	says(p, &f[5], &v, 5, 0, "They bring group reading from 7.0 to its limit of 8.0.");
	remedies(p, &f[5], &v, 5, "There is still room in: Talks.");
	remedies(p, &f[4], &v, 4, "There is still room in: Talks.");	/* other talks are not limited */
	verdict_free(&v);
	program_free(p);
}

static void test_needs_once_and_kinds(void **state)
{
	struct program *p = accepts("needs competency\nneeds evidence\nonce event\n"
	    "earn review 0.1 per item\n");
	struct entry_fact f[] = { entry(1, "2024-08-01", 180, 1), entry(2, "2024-08-02", 240, 1),
		entry(3, "2025-08-01", 60, 2), entry(4, "2025-08-01", 60, 2) };
	struct verdict v;

	(void)state;
	f[0].has_evidence = f[3].has_evidence = 0;
	f[0].event = f[1].event = f[2].event = "uid-1";
	f[3].competencies = 0;
	v = evaluate(p, cycle_ending(day("2026-06-30"), 24), f, 4, day("2026-03-12"));
	says(p, &f[0], &v, 0, 0,
	    "It has no evidence. Rule needs-evidence: \"An entry counts when it has evidence.\"");
	remedies(p, &f[0], &v, 0, "Attach evidence: ceu attach 1 FILE");
	says(p, &f[1], &v, 1, 0, "All of it counts.");
	says(p, &f[2], &v, 2, 0, "The same event is in this cycle already. "
	    "Rule once-event: \"The same event counts once in a cycle.\"");
	says(p, &f[3], &v, 3, 0,
	    "It names no competency. Rule needs-competency: \"An entry counts when it names a competency.\"");
	remedies(p, &f[3], &v, 3, "Name a competency: ceu edit 4 --for COMPETENCY\n"
	    "Attach evidence: ceu attach 4 FILE");
	verdict_free(&v);
	program_free(p);
	p = accepts("needs evidence\nearn review 0.1 per item\n");
	v = evaluate(p, cycle_ending(day("2026-06-30"), 24), f, 4, day("2026-03-12"));
	remedies(p, &f[3], &v, 3, "Attach evidence: ceu attach 4 FILE");
	verdict_free(&v);
	f[0] = entry(1, "2024-08-01", 180, 1);
	f[0].kind = 0;
	f[0].quantity = 200;
	v = evaluate(p, cycle_ending(day("2026-06-30"), 24), f, 1, day("2026-03-12"));
	says(p, &f[0], &v, 0, 0, "It earns less than the smallest step, 0.25 CEU, and adds nothing.");
	remedies(p, &f[0], &v, 0, "");
	verdict_free(&v);
	program_free(p);
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
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain), cmocka_unit_test(test_lost_minutes), cmocka_unit_test(test_limits_of_all_sorts),
		cmocka_unit_test(test_needs_once_and_kinds), cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
