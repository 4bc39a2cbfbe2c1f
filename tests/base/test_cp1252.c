/* Windows-1252 as UTF-8. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/cp1252.h"
#include "base/text.h"

static void becomes(unsigned char byte, const char *want)
{
	struct buf out = BUF_INIT;

	cp1252_put(&out, byte);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void test_letters(void **state)
{
	(void)state;
	becomes('a', "a");
	becomes(0x7E, "~");
	becomes(0x80, "\u20AC");
	becomes(0x81, "\uFFFD");
	becomes(0x83, "\u0192");
	becomes(0x96, "\u2013");
	becomes(0x9F, "\u0178");
	becomes(0xA0, "\u00A0");
	becomes(0xE4, "\u00E4");
	becomes(0xFF, "\u00FF");
}

/* Any byte comes out as one character; five of them are none. */
static void test_all(void **state)
{
	struct buf out = BUF_INIT;
	int open = 0;

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		buf_reset(&out);
		cp1252_put(&out, (unsigned char)byte);
		assert_true(text_is_utf8(buf_str(&out), out.len));
		assert_int_equal(out.len, byte < 0x80 ? 1 : byte >= 0xA0 || byte == 0x8A || byte == 0x8C || byte == 0x8E ||
		    byte == 0x9A || byte == 0x9C || byte == 0x9E || byte == 0x9F || byte == 0x83 || byte == 0x88 ||
		    byte == 0x98 ? 2 : 3);
		open += out.len == 3 && buf_str(&out)[0] == '\xEF';
	}
	assert_int_equal(open, 5);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_letters), cmocka_unit_test(test_all) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
