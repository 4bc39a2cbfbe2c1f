/* Text as it may be kept and shown: UTF-8, without control characters. */
#include "latin.h"
#include "base/buf.h"
#include "base/cp1252.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* 1 if all is printable ASCII; eight bytes at a time. */
static int is_plain(const char *s, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
	uint64_t eight;
	size_t i = 0;

	for (; len - i >= 8; i += 8) {
		memcpy(&eight, s + i, 8);
		/* the high bit of a byte shows one below 0x20, one above 0x7E, or one that is foreign */
		if (((eight - ones * 0x20) | (eight + ones) | eight) & high)
			return 0;
	}
	for (; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] > 0x7E)
			return 0;
	return 1;
}

int latin_clean(struct buf *out, const char *s, size_t len)
{
	int foreign;
	size_t from = 0, i;

	if (is_plain(s, len)) {
		buf_add(out, s, len);
		return 0;
	}
	foreign = !text_is_utf8(s, len);
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c != 0x7F && (c < 0x80 || !foreign))
			continue;
		buf_add(out, s + from, i - from);
		from = i + 1;
		if (c == '\t')
			buf_putc(out, ' ');
		else if (c >= 0x80)
			cp1252_put(out, c);
	}
	buf_add(out, s + from, len - from);
	return foreign;
}
