/* The checks that a program file carries: what they may say, and what they report. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper.h"

static void test_checks(void **state)
{
	struct program *p = accepts(
	    "limit 10 each category\nneeds competency\nonce course\n"
	    "check \"all words\" {\n\ton 2026-01-31\n\tcycle 2024-03-01 2026-02-28\n"
	    "\tentry 1h30 talks on 2025-12-24 for listening,measuring title \"Été\"\n"
	    "\tentry 1h books title \"ETE\"\n" /* the same course */
	    "\tentry 90m courses for none\n" /* no competency */
	    "\tentry 12 books\n\tentry 2h courses on 2026-02-01\n"
	    "\texpect counted 11.5\n\texpect done no\n\texpect state off-track\n"
	    "\texpect category books 10\n\texpect category courses 0\n}\n"
	    "check \"no entries\" {\non 2026-01-31\nexpect counted 0\nexpect state off-track\n}\n"
	    /* the cycle ends on the day of the check when none is given */
	    "check \"default cycle\" {\non 2026-06-30\nentry 1h talks on 2024-07-01\nentry 4h talks on 2024-06-30\n"
	    "expect counted 1\n}\n"
	    /* an entry is dated `on` when it has no date */
	    "check \"default day\" {\non 2026-06-30\ncycle 2026-06-30 2026-06-30\nentry 1h talks\n"
	    "expect counted 1\n}\n");

	(void)state;
	program_free(p);
}

static void test_failing_checks(void **state)
{
	(void)state;
	refuses("check \"a\" {\non 2026-06-30\nentry 3h talks\n  expect counted 2.25\nexpect done yes\n"
	    "expect state done\nexpect category talks 3.5\nexpect category books 0\n}\n",
	    "t:23:3: check \"a\" fails: expected counted 2.25, came out 3.0; correct the rules or the check\n"
	    "t:24:1: check \"a\" fails: expected done yes, came out no; correct the rules or the check\n"
	    "t:25:1: check \"a\" fails: expected state done, came out off-track; correct the rules or the check\n"
	    "t:26:1: check \"a\" fails: expected talks 3.5, came out 3.0; correct the rules or the check\n");
}

static void test_bad_checks(void **state)
{
	(void)state;
	refuses("check \"a\" {\nentry 3h talks\nexpect counted 3\n}\n",
	    "t:20:1: \"on\" is missing; add: on DATE\n");
	refuses("check \"a\" {\non 2026-06-30\n}\n", "t:20:1: check \"a\" expects nothing; add: "
	    "expect counted NUMBER | done yes|no | state NAME | category ID NUMBER | rule ID met|unmet | "
	    "required NUMBER | carry NUMBER\n");
	refuses("check \"a\" {\non 30.6.2026\nexpect counted 0\n}\n",
	    "t:21:4: \"30.6.2026\" is not a date; write it like 2026-06-30\n");
	refuses("check \"a\" {\non 2026-06-30\ncycle 2026-01-02 2026-01-01\nexpect counted 0\n}\n",
	    "t:22:18: this cycle ends before it starts; write: cycle START END\n");
	refuses("check \"a\" {\non 2026-06-30\nexpect finished yes\n}\n",
	    "t:22:8: unknown word \"finished\"; use one of: counted, done, state, category, rule, required, carry\n");
	refuses("check \"a\" {\non 2026-06-30\nexpect done maybe\n}\n",
	    "t:22:13: unknown word \"maybe\"; use one of: no, yes\n");
	refuses("check \"a\" {\non 2026-06-30\nexpect state on-trak\n}\n",
	    "t:22:14: unknown word \"on-trak\"; did you mean \"on-track\"?\n");
	refuses("check \"a\" {\non 2026-06-30\nexpect category talks\n}\n",
	    "t:22:8: write: expect category ID NUMBER\n");
	refuses("check \"a\" {\non 2026-06-30\nexpect counted talks 3\n}\n",
	    "t:22:8: write: expect counted NUMBER\n");
	refuses("check \"a\" {\non 2026-06-30\nentry 1h talks at 2026-01-01\nexpect counted 1\n}\n",
	    "t:22:16: unknown word \"at\"; did you mean \"as\"?\n");
	refuses("check \"a\" {\non 2026-06-30\nentry 1h talks on\nexpect counted 1\n}\n",
	    "t:22:16: a value is missing after \"on\"\n");
	refuses("check \"a\" {\non 2026-06-30\nentry 1h talks for none for none\nexpect counted 1\n}\n",
	    "t:22:25: \"for\" is here twice; remove one\n");
}

/* RULES.md section 5, case 33: hours that nobody can have spent. */
static void test_hours_case_33(void **state)
{
	static const char *const bad[] = { "0", "-1h", "25h", "26", "1.333", "soon" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char more[256], *text, *errors;

		snprintf(more, sizeof more,
		    "check \"a\" {\non 2026-06-30\nentry %s talks\nexpect counted 1\n}\n", bad[i]);
		text = program_with(more);
		errors = refused(text);
		assert_memory_equal(errors, "t:22:7: ", 8);
		/* the one line: no check is run on an entry that was not understood */
		assert_ptr_equal(strchr(errors, '\n'), errors + strlen(errors) - 1);
		free(errors);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_failing_checks),
		cmocka_unit_test(test_bad_checks),
		cmocka_unit_test(test_hours_case_33),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
