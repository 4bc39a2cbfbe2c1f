/* Text that is not UTF-8: what Windows machines in the West publish without saying so. */
#include "latin.h"
#include "base/buf.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* 0x80 to 0x9F of Windows-1252; the five that it leaves open are shown as replacement characters. */
static const uint16_t upper[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
	0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

static void put(struct buf *out, unsigned c)
{
	char bytes[3];

	if (c < 0x800) {
		bytes[0] = (char)(0xC0 | c >> 6);
		bytes[1] = (char)(0x80 | (c & 0x3F));
		buf_add(out, bytes, 2);
		return;
	}
	bytes[0] = (char)(0xE0 | c >> 12);
	bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
	bytes[2] = (char)(0x80 | (c & 0x3F));
	buf_add(out, bytes, 3);
}

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
			put(out, c < 0xA0 ? upper[c - 0x80] : c);
	}
	buf_add(out, s + from, len - from);
	return foreign;
}
