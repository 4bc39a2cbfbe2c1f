/* A message taken apart by other code than that which built it, with its form checked on the way. */

#include "support.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 76 };

static void __attribute__((format(printf, 2, 3))) fault(struct parsed *p, const char *fmt, ...)
{
	va_list ap;

	if (p->fault[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(p->fault, sizeof(p->fault), fmt, ap);
	va_end(ap);
}

/* Headers whose value is one token may be long; everything else keeps to 76. */
static int may_be_long(const char *line, size_t n)
{
	static const char *const names[] = { "From: ", "To: ", "Reply-To: ", "Message-ID: ", "In-Reply-To: ",
	    "References: ", "List-Id: ", "List-Unsubscribe: ", "X-Original-To: ", " <" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);

		if (n > len && memcmp(line, names[i], len) == 0)
			return memchr(line + len, ' ', n - len) == NULL;
	}
	return 0;
}

static void check_lines(const char *s, size_t len, struct parsed *p)
{
	const char *end = s + len;

	if (len < 2 || memcmp(end - 2, "\r\n", 2) != 0)
		fault(p, "does not end in CR LF");
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] > 126 || ((unsigned char)s[i] < 32 && strchr("\r\n", s[i]) == NULL) || s[i] == '\0')
			fault(p, "byte %zu is %d", i, (unsigned char)s[i]);
		if (s[i] == '\n' && (i == 0 || s[i - 1] != '\r'))
			fault(p, "a bare LF at %zu", i);
		if (s[i] == '\r' && (i + 1 == len || s[i + 1] != '\n'))
			fault(p, "a bare CR at %zu", i);
	}
	while (s < end) {
		const char *lf = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((lf != NULL ? lf - 1 : end) - s);

		if (n > LINE && (!may_be_long(s, n) || n > 998))
			fault(p, "a line of %zu: %.60s", n, s);
		if (*s == '.' || (n >= 5 && memcmp(s, "From ", 5) == 0))
			fault(p, "a line begins with %.5s", s);
		s = lf != NULL ? lf + 1 : end;
	}
}

char *support_header(const char *bytes, const char *name)
{
	size_t len = strlen(name);
	struct buf out = BUF_INIT;

	for (const char *s = bytes; strncmp(s, "\r\n", 2) != 0; s = strstr(s, "\r\n") + 2) {
		if (strncmp(s, name, len) != 0 || strncmp(s + len, ": ", 2) != 0)
			continue;
		for (s += len + 2;;) {
			const char *stop = strstr(s, "\r\n");

			buf_add(&out, s, (size_t)(stop - s));
			if (stop[2] != ' ')
				break;
			s = stop + 2;
		}
		buf_puts(&out, "");
		return buf_take(&out);
	}
	return NULL;
}

static int hex_value(char c)
{
	const char *digits = "0123456789ABCDEF", *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static void decode_b(const char *s, size_t n, struct buf *out, struct parsed *p)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	if (n % 4 != 0)
		fault(p, "a B word of %zu characters", n);
	for (size_t i = 0; i + 3 < n; i += 4) {
		unsigned v = 0;
		int bytes = 3;

		for (size_t k = 0; k < 4; k++) {
			const char *at = s[i + k] == '=' ? NULL : strchr(digits, s[i + k]);

			if (at == NULL && (s[i + k] != '=' || k < 2 || i + 4 != n))
				fault(p, "not base64: %.10s", s + i);
			v = v << 6 | (at != NULL ? (unsigned)(at - digits) : 0);
			bytes -= at == NULL;
		}
		for (int k = 0; k < bytes; k++)
			buf_putc(out, (char)(v >> (16 - 8 * k) & 255));
	}
}

static void decode_q(const char *s, size_t n, int word, struct buf *out, struct parsed *p)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '=' && n - i > 2 && hex_value(s[i + 1]) >= 0 && hex_value(s[i + 2]) >= 0) {
			buf_putc(out, (char)(hex_value(s[i + 1]) * 16 + hex_value(s[i + 2])));
			i += 2;
		} else if (s[i] == '=') {
			fault(p, "not quoted-printable: %.10s", s + i);
		} else {
			buf_putc(out, word && s[i] == '_' ? ' ' : s[i]);
		}
	}
}

/* One encoded word at s, each whole UTF-8 by itself; returns its length, 0 if there is none. */
static size_t decode_word(const char *s, struct buf *out, struct parsed *p)
{
	const char *stop = strncmp(s, "=?utf-8?", 8) == 0 ? strstr(s + 10, "?=") : NULL;
	size_t before = out->len;

	if (stop == NULL || (s[8] != 'q' && s[8] != 'b') || s[9] != '?')
		return 0;
	if (stop + 2 - s > 75)
		fault(p, "an encoded word of %td", stop + 2 - s);
	if (s[8] == 'q')
		decode_q(s + 10, (size_t)(stop - s - 10), 1, out, p);
	else
		decode_b(s + 10, (size_t)(stop - s - 10), out, p);
	if (out->len > before && ((unsigned char)out->data[before] & 0xC0) == 0x80)
		fault(p, "an encoded word begins inside a character");
	return (size_t)(stop + 2 - s);
}

/* RFC 2047: encoded words, the blanks between two of them dropped. */
static void decode_header(const char *s, struct buf *out, struct parsed *p)
{
	int word_before = 0;

	while (*s != '\0') {
		size_t blanks = strspn(s, " "), n;
		struct buf word = BUF_INIT;

		n = decode_word(s + blanks, &word, p);
		if (n == 0 || !word_before)
			buf_add(out, s, blanks);
		word_before = n > 0;
		if (n > 0) {
			buf_add(out, word.data, word.len);
		} else {
			n = strcspn(s + blanks, " ");
			buf_add(out, s + blanks, n);
		}
		buf_free(&word);
		s += blanks + n;
	}
	buf_puts(out, "");
}

/* "name <addr>", the name as atoms, quoted or encoded, into "name|addr". */
static void decode_mailbox(const char *s, struct buf *out, struct parsed *p)
{
	const char *open = strrchr(s, '<');

	if (open == NULL) {
		buf_printf(out, "|%s", s);
		return;
	}
	if (*s == '"') {
		for (s++; *s != '"' && *s != '\0'; s++) {
			s += *s == '\\';
			buf_putc(out, *s);
		}
	} else {
		char *name = strndup(s, (size_t)(open - s - 1));

		if (strpbrk(name, "()<>[]:;@\\,.\"") != NULL)
			fault(p, "specials in a bare name: %.60s", name);
		decode_header(name, out, p);
		free(name);
	}
	buf_printf(out, "|%.*s", (int)strcspn(open + 1, ">"), open + 1);
}

static void decode_body(const char *s, const char *end, struct buf *out, struct parsed *p)
{
	while (s < end) {
		const char *stop = strstr(s, "\r\n");
		size_t n = (size_t)(stop - s);
		int soft = n > 0 && s[n - 1] == '=';

		if (n > 0 && strchr(" \t", s[n - 1]) != NULL)
			fault(p, "a body line ends in a blank");
		decode_q(s, n - (size_t)soft, 0, out, p);
		if (!soft)
			buf_putc(out, '\n');
		s = stop + 2;
	}
	buf_puts(out, "");
}

static void parse_parts(const char *body, const char *type, struct parsed *p)
{
	static const char head[] = "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
	const char *quote = strstr(type, "boundary=\"");
	char boundary[100], line[110], want[200];
	const char *part, *next, *last;

	if (quote == NULL || sscanf(quote, "boundary=\"%90[^\"]", boundary) != 1) {
		fault(p, "no boundary: %s", type);
		return;
	}
	snprintf(line, sizeof(line), "--%s\r\n", boundary);
	snprintf(want, sizeof(want), head, "plain");
	if (strncmp(body, line, strlen(line)) != 0) {
		fault(p, "the body does not begin with the boundary");
		return;
	}
	part = body + strlen(line);
	next = strstr(part, line);
	if (next == NULL || strncmp(part, want, strlen(want)) != 0 || strstr(next + 1, line) != NULL) {
		fault(p, "not two parts, or the first is not text/plain");
		return;
	}
	decode_body(part + strlen(want), next - 2, &p->text, p);
	part = next + strlen(line);
	snprintf(want, sizeof(want), head, "html");
	snprintf(line, sizeof(line), "\r\n--%s--\r\n", boundary);
	last = strstr(part, line);
	if (last == NULL || last[strlen(line)] != '\0' || strncmp(part, want, strlen(want)) != 0) {
		fault(p, "the second part is not text/html, or the end is missing");
		return;
	}
	decode_body(part + strlen(want), last, &p->html, p);
}

static void list_headers(const char *bytes, struct parsed *p)
{
	for (const char *s = bytes; strncmp(s, "\r\n", 2) != 0; s = strstr(s, "\r\n") + 2) {
		size_t used = strlen(p->headers);

		if (*s != ' ')
			snprintf(p->headers + used, sizeof(p->headers) - used, "%s%.*s", used > 0 ? "," : "",
			    (int)strcspn(s, ":"), s);
	}
}

void support_parse(const char *bytes, size_t len, struct parsed *ret)
{
	char *from, *to, *subject, *type;
	const char *body = strstr(bytes, "\r\n\r\n");

	memset(ret, 0, sizeof(*ret));
	if (strlen(bytes) != len || body == NULL) {
		fault(ret, "holds NUL, or no empty line");
		return;
	}
	body += 4;
	check_lines(bytes, len, ret);
	if (ret->fault[0] != '\0')
		return;
	list_headers(bytes, ret);
	from = support_header(bytes, "From");
	to = support_header(bytes, "To");
	subject = support_header(bytes, "Subject");
	type = support_header(bytes, "Content-Type");
	decode_mailbox(from, &ret->from, ret);
	decode_mailbox(to, &ret->to, ret);
	decode_header(subject, &ret->subject, ret);
	if (strncmp(type, "multipart/alternative;", 22) == 0)
		parse_parts(body, type, ret);
	else
		decode_body(body, bytes + len, &ret->text, ret);
	free(from);
	free(to);
	free(subject);
	free(type);
}

void parsed_free(struct parsed *p)
{
	buf_free(&p->from);
	buf_free(&p->to);
	buf_free(&p->subject);
	buf_free(&p->text);
	buf_free(&p->html);
}
