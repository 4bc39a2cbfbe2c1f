/* The letters of a calendar's file. */
#include "caltext.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

/* 0x80 to 0x9F of Windows-1252; the five that it leaves open are shown as replacement characters. */
static const uint16_t upper[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
	0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

static void put(struct buf *out, unsigned char byte)
{
	unsigned c = byte >= 0x80 && byte < 0xA0 ? upper[byte - 0x80] : byte;

	if (c >= 0x800)
		buf_putc(out, (char)(0xE0 | c >> 12));
	if (c >= 0x80)
		buf_putc(out, (char)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3F) : 0xC0 | c >> 6));
	buf_putc(out, (char)(c >= 0x80 ? 0x80 | (c & 0x3F) : c));
}

/* The length of a line's end that stands there: CR LF, LF or CR; 0 none does. */
static size_t end_len(const char *s, const char *end)
{
	if (s == end || (*s != '\r' && *s != '\n'))
		return 0;
	return *s == '\r' && s + 1 < end && s[1] == '\n' ? 2 : 1;
}

/* The same with the blank that makes the next line continue this one; 0 none. */
static size_t fold_len(const char *s, const char *end)
{
	size_t n = end_len(s, end);

	return n && s + n < end && (s[n] == ' ' || s[n] == '\t') ? n + 1 : 0;
}

/* Where a line ends that begins at s, with all that continue it. */
static const char *line_end(const char *s, const char *end)
{
	for (; s < end; s++) {
		size_t n = end_len(s, end);

		if (n && !fold_len(s, end))
			return s + n;
		if (n)
			s += n;
	}
	return end;
}

static void unfold(struct buf *out, const char *s, const char *end)
{
	while (s < end) {
		size_t n = fold_len(s, end);

		if (n)
			s += n;
		else
			buf_putc(out, *s++);
	}
}

/* 1 if it was no UTF-8. */
static int take_line(struct buf *out, struct buf *whole, const char *s, const char *end)
{
	if (text_is_utf8(s, (size_t)(end - s))) {
		buf_add(out, s, (size_t)(end - s));
		return 0;
	}
	buf_reset(whole);
	unfold(whole, s, end);
	out->failed |= whole->failed;
	if (text_is_utf8(buf_str(whole), whole->len)) {
		buf_add(out, buf_str(whole), whole->len);
		return 0;
	}
	for (; s < end; s++)
		put(out, (unsigned char)*s);
	return 1;
}

size_t caltext_utf8(struct buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	struct buf whole = BUF_INIT;
	size_t foreign = 0;

	while (s < end) {
		const char *next = line_end(s, end);

		foreign += (size_t)take_line(out, &whole, s, next);
		s = next;
	}
	buf_free(&whole);
	return foreign;
}
