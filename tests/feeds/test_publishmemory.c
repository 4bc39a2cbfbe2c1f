/* Writing our own calendar: every allocation fails once; an error comes back, a tag is untouched, nothing leaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "failing.h"
#include "feeds/publish.h"

#ifndef SANITIZED

enum { ITEMS = 200 };

static int failures;
static char keys[ITEMS][16];
static struct publish_item items[ITEMS];
static struct publish_calendar calendar = { .instance = "abcdefgh12345678", .name = "n", .description = "d",
	.zone = "UTC", .url = "", .items = items, .n = ITEMS };

static void fill(void)
{
	for (size_t i = 0; i < ITEMS; i++) {
		snprintf(keys[i], sizeof keys[i], "planned-%zu", i);
		items[i] = (struct publish_item){ .key = keys[i], .title = "title", .text = "text", .categories = "",
			.location = "", .day = 20000 };
	}
}

/* 1 when there were fewer allocations than n. */
static int write_failing(long n)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	long before = live;
	int ret, over;

	countdown = n;
	ret = publish_write(&calendar, &out, &err);
	over = countdown > 0;
	countdown = 0;
	if (ret)
		assert_string_equal(err.code, "out-of-memory");
	else		/* sorting does without memory of its own */
		assert_true(out.len > ITEMS * 200 && !strcmp(buf_str(&out) + out.len - 15, "END:VCALENDAR\r\n"));
	assert_false(over && ret);
	failures += ret != 0;
	buf_free(&out);
	assert_int_equal(live, before);
	return over;
}

static int etag_failing(long n)
{
	char etag[65] = "untouched";
	struct err err = { 0 };
	long before = live;
	int ret, over;

	countdown = n;
	ret = publish_etag(&calendar, etag, &err);
	over = countdown > 0;
	countdown = 0;
	assert_false(over && ret);
	assert_int_equal(strlen(etag), ret ? strlen("untouched") : 64);
	failures += ret != 0;
	assert_int_equal(live, before);
	return over;
}

static void each_allocation_fails(void **state)
{
	(void)state;
	fill();
	for (long n = 1; !write_failing(n); n++)
		;
	assert_true(failures > 3);
	failures = 0;
	for (long n = 1; !etag_failing(n); n++)
		;
	assert_true(failures > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_allocation_fails) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
