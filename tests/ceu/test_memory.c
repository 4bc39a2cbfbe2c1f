/* Every page with each allocation failing once: nothing breaks, nothing leaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "failing.h"
#include "page.h"
#include "rendered.h"

#ifndef SANITIZED

/* Zones that were read are kept for good. */
static void read_zones(const struct rendered_case *c, const struct json *doc, const struct json *second)
{
	struct page p = { .look = { .cut = 1 } };
	struct arena a = ARENA_INIT;

	rendered_show(c, &p, &a, doc, second);
	page_free(&p);
	arena_free(&a);
}

/* With the n-th allocation failing; 1 when there were fewer than n. */
static int show_failing(const struct rendered_case *c, const struct json *doc, const struct json *second,
    long n)
{
	struct page p = { .look = { .cut = 1 } };
	struct arena a = ARENA_INIT;
	long before = live;
	int over;

	countdown = n;
	rendered_show(c, &p, &a, doc, second);
	over = countdown > 0;
	countdown = 0;
	assert_true(!over || !p.text.failed);
	page_free(&p);
	arena_free(&a);
	assert_int_equal(live, before);
	return over;
}

static void shows_without_memory(void **state)
{
	(void)state;
	for (size_t i = 0; i < rendered_count; i++) {
		const struct rendered_case *c = &rendered_cases[i];
		struct json *doc = rendered_doc(c->from), *second = c->other ? rendered_doc(c->other) : NULL;
		long n = 1;

		read_zones(c, doc, second);
		while (!show_failing(c, doc, second, n))
			n++;
		assert_true(n > 1);
		json_free(doc);
		json_free(second);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(shows_without_memory) };

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
