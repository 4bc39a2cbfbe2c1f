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

/* Lines 20 to 27. */
#define MORE \
	"tag live \"Live\" {\nsort delivery\n}\ntag alone \"Alone\" {\nsort delivery\nonly books\n}\n" \
	"earn class 15 per semester-credit\n"

static void test_more_words(void **state)
{
	struct program *p = accepts(MORE
	    "earn quiz 0.5 per item\nearn lecture 2 per hour\n"
	    "category clubs \"Clubs\" {\ntag live\n}\n"
	    "require 3 tag live {\nid live\n}\nneeds evidence\nonce event\ncarry 5 last 6 months\n"
	    "prorate 5 per 6 months\n"
	    "check \"tags\" {\non 2026-06-30\nentry 2h clubs\nentry 1h talks tag live\nentry 1h books tag alone\n"
	    "expect rule live met\nexpect rule all unmet\nexpect counted 4\n}\n"
	    "check \"a tag of the same sort replaces the category's\" {\non 2026-06-30\nentry 4h talks\nentry 2h clubs\n"
	    "expect rule live unmet\n}\n"
	    "check \"kinds\" {\non 2026-06-30\nentry 1h talks as class\nentry 1h talks as class 0.5 tag live\n"
	    "entry 1h talks as quiz 3\nentry 1h books as lecture evidence yes\nexpect counted 26\n}\n"
	    "check \"evidence\" {\non 2026-06-30\nentry 1h talks evidence no\nentry 2h talks evidence yes\nexpect counted 2\n}\n"
	    "check \"event\" {\non 2026-06-30\nentry 1h talks event a\nentry 2h books event a\nentry 4h books event b\n"
	    "expect counted 5\n}\n"
	    "check \"first\" {\non 2026-06-30\ncycle 2025-07-01 2026-06-30\nfirst yes\nexpect required 10\n}\n"
	    "check \"not first\" {\non 2026-06-30\ncycle 2025-07-01 2026-06-30\nfirst no\nexpect required 20\n}\n"
	    "check \"carried\" {\non 2026-06-30\ncarried 2.5\nentry 1h talks\nexpect counted 3.5\nexpect carry 0\n}\n"
	    "check \"carries\" {\non 2026-06-30\nentry 24h talks\nexpect carry 4\nexpect counted 24\nexpect rule live unmet\n}\n");

	(void)state;
	program_free(p);
}

/* A check says what the rules make of entries.  How likely somebody is to finish is no rule: a file whose checks name one
 * of the open states is read whichever of them it is, now and after the estimate has changed. */
static void test_open_states(void **state)
{
	static const char *const open[] = { "on-track", "at-risk", "off-track" }, *const others[] = { "done", "lapsed", "submitted" };
	char more[512], want[256];

	(void)state;
	for (int i = 0; i < 3; i++) {
		snprintf(more, sizeof more, "check \"a\" {\non 2026-01-31\nentry 4h talks\nexpect state %s\n}\n", open[i]);
		program_free(accepts(more));
		snprintf(more, sizeof more, "check \"a\" {\non 2026-01-31\nentry 20h talks\nexpect state %s\n}\n", open[i]);
		snprintf(want, sizeof want, "t:23:1: check \"a\" fails: expected state %s, came out done; "
		    "correct the rules or the check\n", open[i]);
		refuses(more, want);
		snprintf(more, sizeof more, "check \"a\" {\non 2026-02-01\ncycle 2025-02-01 2026-01-31\nentry 4h talks\n"
		    "expect state %s\n}\n", open[i]);
		snprintf(want, sizeof want, "t:24:1: check \"a\" fails: expected state %s, came out lapsed; "
		    "correct the rules or the check\n", open[i]);
		refuses(more, want);
		snprintf(more, sizeof more, "check \"a\" {\non 2025-06-30\ncycle 2025-02-01 2026-01-31\nexpect state %s\n}\n",
		    others[i]);
		snprintf(want, sizeof want, "t:23:1: check \"a\" fails: expected state %s, came out ", others[i]);
		{
			char *text = program_with(more), *errors = refused(text);

			assert_memory_equal(errors, want, strlen(want));
			free(errors);
			free(text);
		}
	}
}

static void test_more_failing(void **state)
{
	(void)state;
	refuses(MORE "check \"a\" {\non 2026-06-30\nentry 1h talks as class 2\nexpect rule all unmet\nexpect required 19\n"
	    "expect carry 1\n}\n",
	    "t:31:1: check \"a\" fails: expected all unmet, came out met; correct the rules or the check\n"
	    "t:32:1: check \"a\" fails: expected required 19.0, came out 20.0; correct the rules or the check\n"
	    "t:33:1: check \"a\" fails: expected carry 1.0, came out 0.0; correct the rules or the check\n");
}

static void refuses_entry(const char *entry, const char *want)
{
	char more[512], line[512];

	snprintf(more, sizeof more, MORE "check \"a\" {\non 2026-06-30\n%s\n}\n", entry);
	snprintf(line, sizeof line, "t:30:%s\n", want);
	refuses(more, line);
}

static void test_more_refused(void **state)
{
	(void)state;
	refuses_entry("entry 1h talks tag live,alone\nexpect counted 1",
	    "20: entries of category \"talks\" cannot have tag \"alone\": it is only for others");
	refuses_entry("entry 1h books tag live,alone\nexpect counted 1",
	    "20: tags \"live\" and \"alone\" are of one sort, \"delivery\"; keep one of the two");
	refuses_entry("entry 1h books tag lvie\nexpect counted 1", "20: unknown tag \"lvie\"; did you mean \"live\"?");
	refuses_entry("entry 1h books tag live,live\nexpect counted 1", "20: tag \"live\" is here twice; remove one");
	refuses_entry("entry 1h books as\nexpect counted 1", "16: a value is missing after \"as\"");
	refuses_entry("entry 1h books as talk\nexpect counted 1", "19: unknown kind \"talk\"; use one of: class");
	refuses_entry("entry 1h books as class 0\nexpect counted 1",
	    "25: \"0\" is not a number of units; write one from 0.01 to 10000, like 12 or 2.5");
	refuses_entry("entry 1h books as class 10000.01\nexpect counted 1",
	    "25: \"10000.01\" is not a number of units; write one from 0.01 to 10000, like 12 or 2.5");
	refuses_entry("entry 1h books evidence maybe\nexpect counted 1",
	    "25: unknown word \"maybe\"; use one of: no, yes");
	refuses_entry("first maybe\nexpect counted 1", "7: unknown word \"maybe\"; use one of: no, yes");
	refuses_entry("carried -1\nexpect counted 1",
	    "9: \"-1\" is not a number of units; write one from 0 to 100000, like 12 or 2.5");
	refuses_entry("expect rule every met", "13: unknown rule \"every\"; write the id of a requirement");
	refuses_entry("expect rule all", "8: write: expect rule ID met|unmet");
	refuses_entry("expect rule all perhaps", "17: unknown word \"perhaps\"; use one of: unmet, met");
	refuses_entry("expect chance 0.5", "8: unknown word \"chance\"; use one of: counted, done, state, category, rule, "
	    "required, carry");
	refuses(MORE "once event\ncheck \"a\" {\non 2026-06-30\nexpect rule once-event met\n}\n",
	    "t:31:13: rule \"once-event\" on line 28 requires nothing, it is always met\n");
	refuses(MORE "earn lecture 2 per hour\ncheck \"a\" {\non 2026-06-30\nentry 1h talks as lecture 2\nexpect counted 2\n}\n",
	    "t:31:27: \"lecture\" is earned by the hour: write no count\n");
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
		cmocka_unit_test(test_more_words),
		cmocka_unit_test(test_open_states),
		cmocka_unit_test(test_more_failing),
		cmocka_unit_test(test_more_refused),
		cmocka_unit_test(test_hours_case_33),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
