/* Growing strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "seed.h"

static void grows_and_stays_terminated(void **state)
{
	struct buf b = BUF_INIT;
	char one[2] = "x";

	(void)state;
	assert_string_equal(buf_str(&b), "");
	for (int i = 0; i < 5000; i++) {
		one[0] = (char)('a' + i % 26);
		assert_int_equal(buf_puts(&b, one), 0);
		assert_int_equal(b.len, i + 1);
		assert_int_equal(b.data[b.len], '\0');
		assert_true(b.cap > b.len);
	}
	assert_int_equal(b.data[4999], 'a' + 4999 % 26);
	buf_free(&b);
	assert_null(b.data);
	assert_int_equal(b.cap, 0);
	buf_free(&b);
	buf_free(NULL);
}

static void keeps_every_byte(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(buf_add(&b, "a\0b", 3), 0);
	assert_int_equal(buf_putc(&b, '\0'), 0);
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "a\0b\0", 5);
	assert_int_equal(buf_add(&b, NULL, 0), 0);
	assert_int_equal(b.len, 4);
	buf_reset(&b);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(b.len, 0);
	assert_true(b.cap > 0);
	buf_free(&b);
}

static void prints(void **state)
{
	struct buf b = BUF_INIT;
	char wide[3001];

	(void)state;
	memset(wide, 'w', 3000);
	wide[3000] = '\0';
	assert_int_equal(buf_printf(&b, "%d of %s", 7, "ten"), 0);
	assert_string_equal(b.data, "7 of ten");
	assert_int_equal(buf_printf(&b, "|%s|%03d", wide, 5), 0);
	assert_int_equal(b.len, 8 + 1 + 3000 + 4);
	assert_string_equal(b.data + b.len - 5, "w|005");
	assert_memory_equal(b.data, "7 of ten|www", 12);
	assert_int_equal(buf_printf(&b, "%s", ""), 0);
	assert_int_equal(b.len, 3013);
	buf_free(&b);
}

static void prints_every_length_exactly(void **state)
{
	char text[300];

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		struct buf b = BUF_INIT;

		memset(text, 'x', n);
		text[n] = '\0';
		assert_int_equal(buf_puts(&b, "ab"), 0);
		assert_int_equal(buf_printf(&b, "%s", text), 0);
		assert_int_equal(b.len, n + 2);
		assert_int_equal(strlen(b.data), n + 2);
		buf_free(&b);
	}
}

static void is_taken(void **state)
{
	struct buf b = BUF_INIT;
	char *s;

	(void)state;
	s = buf_take(&b);
	assert_string_equal(s, "");
	free(s);
	assert_int_equal(buf_puts(&b, "mine"), 0);
	s = buf_take(&b);
	assert_string_equal(s, "mine");
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	free(s);
}

static void failure_sticks(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(buf_puts(&b, "kept"), 0);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), -1);
	assert_int_equal(b.failed, 1);
	assert_string_equal(b.data, "kept");
	assert_int_equal(buf_puts(&b, "x"), -1);
	assert_int_equal(buf_putc(&b, 'x'), -1);
	assert_int_equal(buf_add(&b, "x", 0), -1);
	assert_int_equal(buf_printf(&b, "x"), -1);
	assert_int_equal(buf_reserve(&b, 0), -1);
	assert_string_equal(b.data, "kept");
	assert_null(buf_take(&b));
	assert_null(b.data);
	assert_int_equal(b.failed, 0);
	assert_int_equal(buf_puts(&b, "again"), 0);
	buf_free(&b);
}

static void refuses_sizes_that_wrap(void **state)
{
	static const size_t sizes[] = {
		SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 4, SIZE_MAX / 2, SIZE_MAX / 2 + 1, SIZE_MAX / 2 - 5,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buf b = BUF_INIT;

		assert_int_equal(buf_puts(&b, "12345"), 0);
		assert_int_equal(buf_reserve(&b, sizes[i]), -1);
		assert_int_equal(b.failed, 1);
		buf_reset(&b);
		assert_int_equal(b.failed, 0);
		assert_int_equal(buf_puts(&b, "x"), 0);
		assert_string_equal(b.data, "x");
		buf_free(&b);
	}
}

static void random_pieces_add_up(void **state)
{
	static char want[200000];

	(void)state;
	seed_begin("random_pieces_add_up");
	for (int round = 0; round < 20; round++) {
		struct buf b = BUF_INIT;
		size_t len = 0;

		for (int i = 0; i < 200; i++) {
			size_t n = (size_t)seed_between(0, 900), j;

			for (j = 0; j < n; j++)
				want[len + j] = (char)seed_between(0, 255);
			assert_int_equal(buf_add(&b, want + len, n), 0);
			len += n;
		}
		assert_int_equal(b.len, len);
		assert_memory_equal(b.data, want, len);
		buf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_stays_terminated),
		cmocka_unit_test(keeps_every_byte),
		cmocka_unit_test(prints),
		cmocka_unit_test(prints_every_length_exactly),
		cmocka_unit_test(is_taken),
		cmocka_unit_test(failure_sticks),
		cmocka_unit_test(refuses_sizes_that_wrap),
		cmocka_unit_test(random_pieces_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
