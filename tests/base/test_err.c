/* Errors as they are passed up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

static void says_what_and_next(void **state)
{
	struct err e;

	(void)state;
	memset(&e, 'x', sizeof(e));
	assert_int_equal(err_set(&e, ERR_ABSENT, "no-person", "There is no %s.", "dana"), -1);
	assert_int_equal(e.class, ERR_ABSENT);
	assert_string_equal(e.code, "no-person");
	assert_string_equal(e.what, "There is no dana.");
	assert_string_equal(e.next, "");
	assert_int_equal(err_next(&e, "ceu admin person %s", "list"), -1);
	assert_int_equal(err_next(&e, "ceu whoami"), -1);
	assert_string_equal(e.next, "ceu admin person list\nceu whoami");
	assert_int_equal(err_set(&e, ERR_RULE, "other", "Again."), -1);
	assert_string_equal(e.next, "");
}

static void nobody_listening(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_FAILED, "x", "y"), -1);
	assert_int_equal(err_next(NULL, "y"), -1);
	assert_int_equal(err_oom(NULL), -1);
	errno = ENOENT;
	assert_int_equal(err_errno(NULL, "x", "y"), -1);
}

static void memory_and_errno(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_oom(&e), -1);
	assert_int_equal(e.class, ERR_FAILED);
	assert_string_equal(e.code, "out-of-memory");
	assert_string_equal(e.next, "");
	errno = ENOSPC;
	assert_int_equal(err_errno(&e, "no-write", "The file %s cannot be written", "a.pdf"), -1);
	assert_int_equal(e.class, ERR_FAILED);
	assert_string_equal(e.code, "no-write");
	assert_string_equal(e.what, "The file a.pdf cannot be written: No space left on device");
	errno = 99999;
	err_errno(&e, "odd", "Odd");
	assert_string_equal(e.what, "Odd: unknown error");
}

static void wraps_itself(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_DENIED, "inner", "Inner.");
	err_next(&e, "advice");
	err_set(&e, e.class, e.code, "Outer: %s (%s)", e.what, e.next);
	assert_int_equal(e.class, ERR_DENIED);
	assert_string_equal(e.code, "inner");
	assert_string_equal(e.what, "Outer: Inner. (advice)");
	err_next(&e, "%s", e.what);
	err_next(&e, "%s", e.next);
	assert_string_equal(e.next, "Outer: Inner. (advice)\nOuter: Inner. (advice)");
}

/* Two-byte characters behind 0 or 1 single byte, so that either parity of the limit cuts one. */
static void cuts_between_characters(void **state)
{
	char text[2100];
	struct err e;

	(void)state;
	for (size_t lead = 0; lead < 2; lead++) {
		text[0] = 'a';
		for (size_t i = lead; i + 2 < sizeof(text); i += 2)
			memcpy(text + i, "\xC3\xA9", 3);
		err_set(&e, ERR_FAILED, text, "%s", text);
		err_next(&e, "%s", text);
		assert_true(text_is_utf8(e.what, strlen(e.what)));
		assert_true(strlen(e.what) >= sizeof(e.what) - 3);
		assert_true(text_is_utf8(e.next, strlen(e.next)));
		assert_true(strlen(e.next) >= sizeof(e.next) - 3);
		assert_true(text_is_utf8(e.code, strlen(e.code)));
		assert_int_equal(strlen(e.code) % 2, lead);
		errno = EIO;
		err_errno(&e, "io", "%s", text);
		assert_true(text_is_utf8(e.what, strlen(e.what)));
	}
}

static void advice_that_does_not_fit_is_cut(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_FAILED, "x", "y");
	for (int i = 0; i < 100; i++)
		err_next(&e, "line %02d", i);
	assert_true(strlen(e.next) < sizeof(e.next));
	assert_true(strlen(e.next) > sizeof(e.next) - 10);
	assert_memory_equal(e.next, "line 00\nline 01\nline 02\n", 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_and_next),
		cmocka_unit_test(nobody_listening),
		cmocka_unit_test(memory_and_errno),
		cmocka_unit_test(wraps_itself),
		cmocka_unit_test(cuts_between_characters),
		cmocka_unit_test(advice_that_does_not_fit_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
