#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

/*
 * An allocator that fails when it is told to, for one test program: set `countdown` to n, and the nth allocation from there
 * on gives NULL; `live` counts the blocks that are not freed.  Under a sanitizer, which brings its own allocator, SANITIZED is
 * defined and the program is one skipped test.  Included after cmocka.h.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

#ifdef SANITIZED

/* The sanitizer brings its own allocator. */
static void test_skipped(void **state)
{
	(void)state;
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_skipped) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static long countdown;		/* the allocation that fails, from 1; 0: none */
static long live;		/* blocks that are not freed yet */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static int fails_now(void)
{
	return countdown > 0 && --countdown == 0;
}

static void *count(void *p)
{
	live += p != NULL;
	return p;
}

void *malloc(size_t size)
{
	return fails_now() ? NULL : count(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : count(__libc_calloc(n, size));
}

void *realloc(void *p, size_t size)
{
	void *ret = fails_now() ? NULL : __libc_realloc(p, size);

	live += !p && ret;
	return ret;
}

void free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}

#endif /* SANITIZED */
#endif
