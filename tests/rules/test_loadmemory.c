/* Every allocation made while a program file or a profile is read is made to fail once: an error, nothing kept. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"
#include "failing.h"
#include "rules/profile.h"

#ifndef SANITIZED

enum what { PROGRAM, PROFILE };

/* Loads with the n-th allocation failing; 1 when there were fewer than n. */
static int load_failing(enum what what, const char *text, long n, int want)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;
	struct profile *q = NULL;
	long before = live;
	int ret, over;

	countdown = n;
	ret = what == PROGRAM ? program_load(text, strlen(text), "t", &p, &errors) :
	    profile_load(text, strlen(text), "t", &q, &errors);
	over = countdown > 0;
	countdown = 0;
	assert_int_equal(ret, over ? want : -1);
	assert_int_equal(errors.count > 0, ret != 0);
	assert_int_equal(p || q, ret == 0);
	program_free(p);
	profile_free(q);
	buf_free(&out);
	assert_int_equal(live, before);
	return over;
}

static void fail_each(enum what what, char *text, int want, long least)
{
	long n;

	for (n = 1; !load_failing(what, text, n, want); n++)
		;
	assert_true(n > least);
	free(text);
}

static void test_programs(void **state)
{
	(void)state;
	fail_each(PROGRAM, read_all("etc/programs/ccxp-3y30.rules"), 0, 50);
	fail_each(PROGRAM, read_all("tests/data/programs/pmp.rules"), 0, 50);
	fail_each(PROGRAM, read_all("tests/data/programs/cpa-california.rules"), 0, 50);
}

static void test_bad_program(void **state)
{
	(void)state;
	fail_each(PROGRAM, program_with("group g talks books\ngroup h books courses\nlimit 9 group g\nlimit 9 group h\n"
	    "tag t \"T\"\nrequire 3 tag u\ncarry 5 last 3 months from tag u\nprorate 5 per 6 months {\nwaive none\n}\n"), -1, 20);
	fail_each(PROGRAM, program_with("require 2 tag t\ntag t \"T\"\nlimit 1 tag t\nearn k 2 per item\n"
	    "check \"c\" {\non 2026-01-01\nentry 1h talks tag t as k 2 event e title x\nexpect rule all met\n}\n"), -1, 20);
}

static void test_profiles(void **state)
{
	(void)state;
	fail_each(PROFILE, read_all("etc/profiles/leader.rules"), 0, 5);
	fail_each(PROFILE, strdup("profile p {\nname \"\"\nwieght x 1\n}\n"), -1, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs), cmocka_unit_test(test_bad_program), cmocka_unit_test(test_profiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
