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
			return strcmp(names[i], "List-Unsubscribe: ") == 0 || memchr(line + len, ' ', n - len) == NULL;
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

/* Of lines that end in CR LF each. */
static const char *line_end(const char *s, const char *end)
{
	const char *lf = memchr(s, '\n', (size_t)(end - s));

	return lf != NULL && lf > s ? lf - 1 : end;
}

static void decode_body(const char *s, const char *end, struct buf *out, struct parsed *p)
{
	while (s < end) {
		const char *stop = line_end(s, end);
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

/* The decoded name, from the quoted form or the percent-encoded one at s. */
static const char *one_value(const char *s, int extended, struct buf *out)
{
	if (!extended && *s == '"') {
		for (s++; *s != '"' && *s != '\0'; s++) {
			s += *s == '\\';
			buf_putc(out, *s);
		}
		return s + (*s == '"');
	}
	for (; *s != '\0' && *s != ';'; s++) {
		if (extended && *s == '%' && hex_value(s[1]) >= 0 && hex_value(s[2]) >= 0) {
			buf_putc(out, (char)(hex_value(s[1]) * 16 + hex_value(s[2])));
			s += 2;
		} else {
			buf_putc(out, *s);
		}
	}
	return s;
}

int support_parameter(const char *value, const char *name, struct buf *out)
{
	size_t len = strlen(name);
	unsigned pieces = 0;
	int found = 0;

	for (const char *s = strchr(value, ';'); s != NULL; s = strchr(s, ';')) {
		char want[40];
		int extended;
		struct buf other = BUF_INIT;

		s += 1 + strspn(s + 1, " ");
		snprintf(want, sizeof(want), "%s*%u*=", name, pieces);
		if (strncmp(s, name, len) == 0 && s[len] == '=') {
			s = one_value(s + len + 1, 0, out);
			found = 1;
			continue;
		}
		extended = strncmp(s, name, len) == 0 && strncmp(s + len, "*=", 2) == 0;
		if (!extended && strncmp(s, want, strlen(want)) != 0) {
			s = one_value(s + strcspn(s, "=;") + 1, 0, &other);	/* another, perhaps with ';' in quotes */
			buf_free(&other);
			continue;
		}
		s += extended ? len + 2 : strlen(want);
		if (pieces++ == 0 && strncmp(s, "utf-8''", 7) != 0)
			return 0;
		s = one_value(s + (pieces == 1 ? 7 : 0), 1, out);
		found = 1;
	}
	buf_puts(out, "");
	return found;
}

/* Base64 of whole lines: all of 76 but the last, which is not empty. */
static void decode_base64(const char *s, const char *end, struct buf *out, struct parsed *p)
{
	while (s < end) {
		const char *stop = line_end(s, end);
		size_t n = (size_t)(stop - s);

		if (n == 0 || (n != LINE && stop + 2 != end))
			fault(p, "a line of %zu in base64", n);
		if (stop + 2 != end && s[n - 1] == '=')
			fault(p, "base64 goes on after its end");
		decode_b(s, n, out, p);
		s = stop + 2;
	}
	buf_puts(out, "");
}

static void parse_attached(const char *part, const char *body, const char *end, const char *type, struct parsed *p)
{
	char *encoding = support_header(part, "Content-Transfer-Encoding");
	char *shown = support_header(part, "Content-Disposition");
	struct buf name = BUF_INIT;
	size_t i = p->nattached++;

	if (i >= PARSED_MOST || encoding == NULL || strcmp(encoding, "base64") != 0 || shown == NULL ||
	    strncmp(shown, "attachment;", 11) != 0) {
		fault(p, "not an attachment in base64, or too many: %.60s", type);
	} else {
		if (!support_parameter(shown, "filename", &p->attached[i].name) || !support_parameter(type, "name", &name) ||
		    strcmp(buf_str(&name), buf_str(&p->attached[i].name)) != 0)
			fault(p, "no name, or two of them: %s, %s", buf_str(&name), buf_str(&p->attached[i].name));
		buf_add(&p->attached[i].type, type, (size_t)(strstr(type, "; name") - type));
		decode_base64(body, end, &p->attached[i].bytes, p);
	}
	buf_free(&name);
	free(encoding);
	free(shown);
}

static void parse_texts(const char *part, const char *end, int nth, struct parsed *p);

/* The part from its headers on; nth counts within its multipart. `mixed`: it stands in multipart/mixed. */
static void parse_part(const char *part, const char *end, int mixed, int nth, struct parsed *p)
{
	const char *body = strstr(part, "\r\n\r\n");
	char *type = support_header(part, "Content-Type");

	if (body == NULL || body >= end || type == NULL)
		fault(p, "a part without headers");
	else if (mixed && nth > 0)
		parse_attached(part, body + 4, end, type, p);
	else
		parse_texts(part, end, nth, p);
	free(type);
}

static void parse_multipart(const char *type, const char *body, const char *end, struct parsed *p)
{
	struct buf boundary = BUF_INIT, open = BUF_INIT, next = BUF_INIT, last = BUF_INIT;
	int mixed = strncmp(type, "multipart/mixed;", 16) == 0, n = 0;
	const char *part = NULL, *stop;

	support_parameter(type, "boundary", &boundary);
	buf_printf(&open, "--%s\r\n", buf_str(&boundary));
	buf_printf(&next, "\r\n--%s\r\n", buf_str(&boundary));
	buf_printf(&last, "\r\n--%s--\r\n", buf_str(&boundary));
	if (boundary.len == 0 || boundary.len > 70 || strncmp(body, open.data, open.len) != 0)
		fault(p, "no boundary, or the body does not begin with it: %s", type);
	else
		part = body + open.len;
	while (part != NULL && (stop = strstr(part, next.data)) != NULL && stop < end) {
		parse_part(part, stop, mixed, n++, p);
		part = stop + next.len;
	}
	if (part != NULL) {
		stop = strstr(part, last.data);
		if (stop == NULL || stop + last.len != end)
			fault(p, "the last boundary is missing or not at the end");
		else
			parse_part(part, stop, mixed, n++, p);
	}
	if (mixed ? n < 2 : n != 2)
		fault(p, "%d parts in %.30s", n, type);
	buf_free(&boundary);
	buf_free(&open);
	buf_free(&next);
	buf_free(&last);
}

/* One text, or multipart; the first text of an alternative is plain, the second HTML. */
static void parse_texts(const char *part, const char *end, int nth, struct parsed *p)
{
	const char *body = strstr(part, "\r\n\r\n") + 4;
	char *type = support_header(part, "Content-Type"), *encoding;

	if (strncmp(type, "multipart/", 10) == 0) {
		parse_multipart(type, body, end, p);
		free(type);
		return;
	}
	encoding = support_header(part, "Content-Transfer-Encoding");
	if (strcmp(type, nth == 0 ? "text/plain; charset=utf-8" : "text/html; charset=utf-8") != 0 || encoding == NULL ||
	    strcmp(encoding, "quoted-printable") != 0)
		fault(p, "text %d is %s in %s", nth, type, encoding != NULL ? encoding : "nothing");
	else
		decode_body(body, end, nth == 0 ? &p->text : &p->html, p);
	free(encoding);
	free(type);
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
	char *from, *to, *subject;
	const char *body = strstr(bytes, "\r\n\r\n");

	memset(ret, 0, sizeof(*ret));
	if (strlen(bytes) != len || body == NULL) {
		fault(ret, "holds NUL, or no empty line");
		return;
	}
	check_lines(bytes, len, ret);
	if (ret->fault[0] != '\0')
		return;
	list_headers(bytes, ret);
	from = support_header(bytes, "From");
	to = support_header(bytes, "To");
	subject = support_header(bytes, "Subject");
	decode_mailbox(from, &ret->from, ret);
	decode_mailbox(to, &ret->to, ret);
	decode_header(subject, &ret->subject, ret);
	parse_texts(bytes, bytes + len, 0, ret);
	free(from);
	free(to);
	free(subject);
}

void parsed_free(struct parsed *p)
{
	buf_free(&p->from);
	buf_free(&p->to);
	buf_free(&p->subject);
	buf_free(&p->text);
	buf_free(&p->html);
	for (size_t i = 0; i < PARSED_MOST; i++) {
		buf_free(&p->attached[i].type);
		buf_free(&p->attached[i].name);
		buf_free(&p->attached[i].bytes);
	}
}
