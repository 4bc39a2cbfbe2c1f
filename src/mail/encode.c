/* RFC 2047 words, RFC 2231 parameters, folding, quoted-printable and base64. */

#include "encode.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum {
	WORD_MAX = 75,			/* RFC 2047 section 2 */
	WORD_FRAME = 12,		/* =?utf-8?q? and ?= */
	ATOM_MAX = 60,			/* a longer run without a blank is encoded, so that every line can fold */
	BASE64_LINE = 57		/* bytes in 76 columns */
};

static const char hex[] = "0123456789ABCDEF";

static void put_hex(struct buf *out, unsigned char c)
{
	char s[3] = { '=', hex[c >> 4], hex[c & 15] };

	buf_add(out, s, sizeof(s));
}

static size_t char_len(const char *s, const char *end)
{
	uint32_t cp;
	size_t n = text_decode(s, end, &cp);

	return n == 0 ? 1 : n;
}

/* RFC 2047 section 5 (3): what may stand for itself in an encoded word within a phrase. */
static int word_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("!*+-/", c) != NULL);
}

static size_t q_cost(const char *s, size_t n)
{
	size_t cost = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		cost += c == ' ' || word_plain(c) ? 1 : 3;
	}
	return cost;
}

static size_t b_cost(size_t n)
{
	return (n + 2) / 3 * 4;
}

static void put_q(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == ' ')
			buf_putc(out, '_');
		else if (word_plain(c))
			buf_putc(out, (char)c);
		else
			put_hex(out, c);
	}
}

static void put_b(struct buf *out, const char *s, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t v = (uint32_t)(unsigned char)s[i] << 16;

		if (left > 1)
			v |= (uint32_t)(unsigned char)s[i + 1] << 8;
		if (left > 2)
			v |= (unsigned char)s[i + 2];
		buf_putc(out, digits[v >> 18]);
		buf_putc(out, digits[v >> 12 & 63]);
		buf_putc(out, left > 1 ? digits[v >> 6 & 63] : '=');
		buf_putc(out, left > 2 ? digits[v & 63] : '=');
	}
}

/* How many bytes from s, in whole characters, encode to at most `room`. */
static size_t take(const char *s, const char *end, size_t room, int b)
{
	const char *p = s;
	size_t cost = 0;

	while (p < end) {
		size_t n = char_len(p, end);

		cost = b ? b_cost((size_t)(p - s) + n) : cost + q_cost(p, n);
		if (cost > room)
			break;
		p += n;
	}
	return (size_t)(p - s);
}

/* Encoded words, one a line, the first at column `col`; returns the column after the last. */
static size_t put_words(struct buf *out, size_t col, const char *s)
{
	const char *end = s + strlen(s);
	int b = q_cost(s, (size_t)(end - s)) * 2 > b_cost((size_t)(end - s)) * 3;	/* Q can be read, to a point */

	while (s < end) {
		size_t width = ENCODE_LINE - col < WORD_MAX ? ENCODE_LINE - col : WORD_MAX;
		size_t n = width > WORD_FRAME ? take(s, end, width - WORD_FRAME, b) : 0;
		size_t cost = b ? b_cost(n) : q_cost(s, n);

		if (n > 0) {
			buf_puts(out, b ? "=?utf-8?b?" : "=?utf-8?q?");
			(b ? put_b : put_q)(out, s, n);
			buf_puts(out, "?=");
			col += WORD_FRAME + cost;
			s += n;
		}
		if (s < end) {
			buf_puts(out, "\r\n ");
			col = 1;
		}
	}
	return col;
}

/* Printable ASCII in words of a fair length, one blank between them, nothing that looks encoded. */
static int is_plain(const char *s)
{
	size_t run = 0;

	if (*s == ' ' || strstr(s, "=?") != NULL)
		return 0;
	for (; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~')
			return 0;
		if (*s == ' ' && (s[1] == ' ' || s[1] == '\0'))
			return 0;
		run = *s == ' ' ? 0 : run + 1;
		if (run > ATOM_MAX)
			return 0;
	}
	return 1;
}

size_t encode_folded(struct buf *out, size_t col, const char *s)
{
	while (*s != '\0') {
		size_t n = strcspn(s + 1, " ") + 1;	/* a word, from the second on with the blank before it */

		if (col + n > ENCODE_LINE) {
			buf_puts(out, "\r\n");
			col = 0;
		}
		buf_add(out, s, n);
		col += n;
		s += n;
	}
	return col;
}

void encode_header(struct buf *out, const char *name, const char *value)
{
	size_t col = strlen(name) + 2;

	buf_puts(out, name);
	buf_puts(out, ": ");
	if (is_plain(value))
		encode_folded(out, col, value);
	else
		put_words(out, col, value);
	buf_puts(out, "\r\n");
}

static int is_atoms(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s != ' ' && !word_plain((unsigned char)*s) && strchr("#$%&'=?^_`{|}~", *s) == NULL)
			return 0;
	}
	return 1;
}

static size_t put_quoted(struct buf *out, size_t col, const char *s)
{
	buf_putc(out, '"');
	col += 2;
	for (; *s != '\0'; s++, col++) {
		if (*s == '"' || *s == '\\') {
			buf_putc(out, '\\');
			col++;
		}
		buf_putc(out, *s);
	}
	buf_putc(out, '"');
	return col;
}

void encode_mailbox(struct buf *out, const char *name, const char *display, const char *addr)
{
	size_t col = strlen(name) + 2;

	buf_puts(out, name);
	buf_puts(out, ": ");
	if (*display == '\0') {
		buf_puts(out, addr);
		buf_puts(out, "\r\n");
		return;
	}
	if (!is_plain(display))
		col = put_words(out, col, display);
	else if (is_atoms(display))
		col = encode_folded(out, col, display);
	else if (strlen(display) <= ATOM_MAX / 2)	/* escaped it may double */
		col = put_quoted(out, col, display);
	else
		col = put_words(out, col, display);
	if (col + strlen(addr) + 3 > ENCODE_LINE)
		buf_puts(out, "\r\n");
	buf_puts(out, " <");
	buf_puts(out, addr);
	buf_puts(out, ">\r\n");
}

/* RFC 2231 section 7: what needs no percent sign. */
static int attribute_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("!#$&+-.^_`{|}~", c) != NULL);
}

/* As many whole characters as fit into `room`, percent-encoded; returns where it stopped. */
static const char *put_percent(struct buf *out, const char *s, const char *end, size_t room)
{
	while (s < end) {
		size_t n = char_len(s, end), cost = n == 1 && attribute_plain((unsigned char)*s) ? 1 : 3 * n;

		if (cost > room)
			break;
		for (size_t i = 0; i < n; i++) {
			unsigned char c = (unsigned char)s[i];

			if (cost == 1)
				buf_putc(out, (char)c);
			else
				buf_printf(out, "%%%02X", c);
		}
		room -= cost;
		s += n;
	}
	return s;
}

/* Printable, and nothing that looks encoded: some readers decode words even in here. */
static int is_ascii_text(const char *s)
{
	if (strstr(s, "=?") != NULL)
		return 0;
	for (; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~')
			return 0;
	}
	return 1;
}

static size_t percent_cost(const char *s)
{
	size_t cost = 0;

	for (; *s != '\0'; s++)
		cost += attribute_plain((unsigned char)*s) ? 1 : 3;
	return cost;
}

static void put_pieces(struct buf *out, const char *name, const char *value)
{
	const char *end = value + strlen(value);
	size_t frame = strlen(name) + sizeof(" *=utf-8'';") - 1;

	if (frame + percent_cost(value) <= ENCODE_LINE) {
		buf_printf(out, ";\r\n %s*=utf-8''", name);
		put_percent(out, value, end, ENCODE_LINE);
		return;
	}
	for (unsigned i = 0; value < end && !out->failed; i++) {
		buf_printf(out, ";\r\n %s*%u*=%s", name, i, i == 0 ? "utf-8''" : "");
		value = put_percent(out, value, end, ENCODE_LINE - frame - 5);	/* "*" and up to four digits */
	}
}

void encode_parameter(struct buf *out, const char *name, const char *value)
{
	size_t cost = strlen(name) + sizeof(" =\"\";") - 1;

	for (const char *p = value; *p != '\0'; p++)
		cost += *p == '"' || *p == '\\' ? 2 : 1;
	if (!is_ascii_text(value) || cost > ENCODE_LINE) {
		put_pieces(out, name, value);
		return;
	}
	buf_printf(out, ";\r\n %s=", name);
	put_quoted(out, 0, value);
}

void encode_base64(struct buf *out, const void *bytes, size_t len)
{
	const char *s = bytes;

	for (size_t i = 0; i < len && !out->failed; i += BASE64_LINE) {
		size_t n = len - i < BASE64_LINE ? len - i : BASE64_LINE;

		buf_reserve(out, b_cost(n) + 2);
		put_b(out, s + i, n);
		buf_puts(out, "\r\n");
	}
}

/* May the byte at s stand for itself, at column `col` of its line? */
static int body_plain(const char *s, const char *end, size_t col)
{
	unsigned char c = (unsigned char)*s;

	if (c == ' ' || c == '\t')
		return s + 1 < end;			/* blanks at the end get lost on the way */
	if (c < '!' || c > '~' || c == '=')
		return 0;
	if (col == 0 && c == '.')
		return 0;
	return col > 0 || end - s < 5 || strncmp(s, "From ", 5) != 0;
}

static size_t body_cost(const char *s, const char *end, size_t n, size_t col)
{
	return n == 1 && body_plain(s, end, col) ? 1 : 3 * n;
}

static void put_line(struct buf *out, const char *s, const char *end)
{
	size_t col = 0;

	while (s < end) {
		size_t n = char_len(s, end), cost = body_cost(s, end, n, col);
		size_t room = s + n == end ? ENCODE_LINE : ENCODE_LINE - 1;	/* "=" ends a line that goes on */

		if (col + cost > room) {
			buf_puts(out, "=\r\n");
			col = 0;
			cost = body_cost(s, end, n, col);
		}
		if (cost == 1) {
			buf_putc(out, *s);
		} else {
			for (size_t i = 0; i < n; i++)
				put_hex(out, (unsigned char)s[i]);
		}
		col += cost;
		s += n;
	}
	buf_puts(out, "\r\n");
}

void encode_body(struct buf *out, const char *s)
{
	while (*s != '\0') {
		size_t n = strcspn(s, "\r\n");

		put_line(out, s, s + n);
		s += n;
		s += strncmp(s, "\r\n", 2) == 0 ? 2 : *s != '\0';
	}
}
