/* The letters of a calendar's file. */
#include "caltext.h"

#include "base/buf.h"
#include "base/cp1252.h"
#include "base/text.h"

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
		cp1252_put(out, (unsigned char)*s);
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
