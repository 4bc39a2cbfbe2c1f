/* UTF-8 and small string helpers; the character tables are in text_tables.c. */
#include "base/text.h"
#include "base/buf.h"
#include "text_tables.h"

#include <string.h>

#define DISTANCE_LONGEST 64
#define DISTANCE_FAR 99

static int is_tail(const char *s)
{
	return ((unsigned char)*s & 0xC0) == 0x80;
}

size_t text_decode(const char *s, const char *end, uint32_t *ret)
{
	unsigned char first = (unsigned char)*s;
	uint32_t c, least;
	size_t len, i;

	if (first < 0x80) {
		*ret = first;
		return 1;
	}
	if (first >= 0xC2 && first <= 0xDF) {
		len = 2, c = first & 0x1FU, least = 0x80;
	} else if ((first & 0xF0) == 0xE0) {
		len = 3, c = first & 0x0FU, least = 0x800;
	} else if (first >= 0xF0 && first <= 0xF4) {
		len = 4, c = first & 0x07U, least = 0x10000;
	} else {
		return 0;
	}
	if ((size_t)(end - s) < len)
		return 0;
	for (i = 1; i < len; i++) {
		if (!is_tail(s + i))
			return 0;
		c = c << 6 | ((unsigned char)s[i] & 0x3FU);
	}
	if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*ret = c;
	return len;
}

/* Nothing may be added to NULL, which stands for an empty text where len is 0. */
static const char *end_of(const char *s, size_t len)
{
	return len > 0 ? s + len : s;
}

int text_is_utf8(const char *s, size_t len)
{
	const char *end = end_of(s, len);
	uint32_t c;
	uint64_t eight;
	size_t n;

	while (s < end) {
		if (end - s >= 8) {
			memcpy(&eight, s, 8);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				s += 8;
				continue;
			}
		}
		n = text_decode(s, end, &c);
		if (n == 0)
			return 0;
		s += n;
	}
	return 1;
}

size_t text_width(const char *s)
{
	const char *end = s + strlen(s);
	size_t width = 0, n;
	uint32_t c;

	for (; s < end; s += n) {
		n = 1;
		if (*s >= 0x20 && *s < 0x7F) {
			width++;
			continue;
		}
		n = text_decode(s, end, &c);
		if (n == 0) {		/* a terminal shows a replacement for the byte */
			n = 1;
			width++;
		} else if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
			continue;
		} else if (c < 0x300 && c != 0xAD) {
			width++;
		} else if (text_table_zero(c)) {
			continue;
		} else {
			width += text_table_wide(c) ? 2 : 1;
		}
	}
	return width;
}

static int is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

int text_has_control(const char *s, size_t len)
{
	const char *end = end_of(s, len);
	uint32_t c;
	size_t n;

	for (; s < end; s += n) {
		n = 1;
		if (*s >= 0x20 && *s < 0x7F)
			continue;
		n = text_decode(s, end, &c);
		if (n == 0)
			n = 1;
		else if (is_control(c))
			return 1;
	}
	return 0;
}

static int is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0D) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
	    c == 0x205F || c == 0x3000;
}

/* Printable ASCII but blanks, from s on: at most `max` characters of it. */
static size_t plain_run(const char *s, const char *end, size_t max)
{
	size_t n = 0;

	while (n < max && s + n < end && s[n] > ' ' && s[n] < 0x7F)
		n++;
	return n;
}

int text_clean(struct buf *out, const char *s, size_t len, size_t max_chars)
{
	const char *end = end_of(s, len);
	size_t chars = 0, n;
	int gap = 0;
	uint32_t c;

	for (; s < end; s += n) {
		const char *from = s;
		size_t size;

		n = size = text_decode(s, end, &c);
		if (n == 0) {
			n = 1;
			c = 0xFFFD;
			from = "\xEF\xBF\xBD";
			size = 3;
		}
		if (is_space(c)) {
			gap = chars > 0;
			continue;
		}
		if (is_control(c))
			continue;
		if (chars + (gap ? 2U : 1U) > max_chars)
			break;
		if (gap)
			buf_putc(out, ' ');
		chars += gap ? 2U : 1U;
		gap = 0;
		if (c < 0x7F) {
			n = size = 1 + plain_run(s + 1, end, max_chars - chars);
			chars += size - 1;
		}
		buf_add(out, from, size);
	}
	return out->failed ? -1 : 0;
}

static size_t encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

static void add_folded(struct buf *out, uint32_t c)
{
	const char *several = text_table_spelled(c);
	char bytes[4];

	if (several != NULL)
		buf_puts(out, several);
	else
		buf_add(out, bytes, encode(text_table_base(c), bytes));
}

int text_fold(struct buf *out, const char *s, size_t len)
{
	const char *end = end_of(s, len);
	int gap = 0, any = 0;
	uint32_t c;
	size_t n;

	for (; s < end; s += n) {
		n = text_decode(s, end, &c);
		if (n == 0) {
			n = 1;
			gap = 1;
			continue;
		}
		if (text_table_accent(c))
			continue;
		if (!text_table_word(c)) {
			gap = 1;
			continue;
		}
		if (gap && any)
			buf_putc(out, ' ');
		gap = 0;
		any = 1;
		add_folded(out, c);
	}
	return out->failed ? -1 : 0;
}

size_t text_copy(char *dst, size_t size, const char *src)
{
	size_t len, start;
	uint32_t c;

	if (size == 0)
		return 0;
	len = strnlen(src, size);
	if (len == size)
		len--;
	/* The last character may be cut, here or already in src. */
	for (start = len; start > 0 && len - start < 4; ) {
		start--;
		if (!is_tail(src + start))
			break;
	}
	if (len > start && !is_tail(src + start) && (unsigned char)src[start] >= 0xC0 &&
	    text_decode(src + start, src + len, &c) == 0)
		len = start;
	memmove(dst, src, len);
	dst[len] = '\0';
	return len;
}

size_t text_excerpt(char *dst, size_t size, const char *src)
{
	static const char dots[] = "...";
	size_t len = 0, n, fits = 0, space = size > sizeof(dots) ? size - sizeof(dots) : 0;
	const char *end = src + strlen(src);
	uint32_t c;

	if (size == 0)
		return 0;
	for (; src < end; src += n) {
		int known = (n = text_decode(src, end, &c)) > 0 && !is_control(c);
		size_t add = known ? n : 1;

		if (n == 0)
			n = 1;
		if (len + add >= size) {
			len = fits + text_copy(dst + fits, size - fits, dots);
			break;
		}
		if (known)
			memcpy(dst + len, src, n);
		else
			dst[len] = '?';
		len += add;
		if (len <= space)
			fits = len;
	}
	dst[len] = '\0';
	return len;
}

unsigned text_distance(const char *a, const char *b)
{
	unsigned row[DISTANCE_LONGEST + 1];
	size_t na = strnlen(a, DISTANCE_LONGEST + 1), nb = strnlen(b, DISTANCE_LONGEST + 1), i, j;

	if (na > DISTANCE_LONGEST || nb > DISTANCE_LONGEST)
		return DISTANCE_FAR;
	for (j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (i = 1; i <= na; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i;
		for (j = 1; j <= nb; j++) {
			unsigned best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[nb];
}

const char *text_suggest(const char *word, const char *const *names, size_t n)
{
	size_t len = strlen(word), i, prefixes = 0;
	const char *found = NULL;
	unsigned least = (unsigned)(len < DISTANCE_FAR ? len / 3 : DISTANCE_FAR) + 2;

	if (len == 0)
		return NULL;
	for (i = 0; i < n; i++) {
		if (strncmp(names[i], word, len) == 0) {
			found = names[i];
			prefixes++;
		}
	}
	if (prefixes == 1)
		return found;
	found = NULL;
	for (i = 0; i < n; i++) {
		unsigned far = text_distance(word, names[i]);

		if (far < least) {
			least = far;
			found = names[i];
		}
	}
	return found;
}
