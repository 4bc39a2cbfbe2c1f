/* JSON in, for what comes by the ten thousand: one flat object, read where it stands. */
#include "base/json.h"
#include "base/err.h"
#include "base/text.h"

#include <string.h>

struct scan { char *at, *end; };

static int broken(struct err *err)
{
	err_set(err, ERR_USAGE, "json-invalid", "This is no JSON object of texts, whole numbers, true and false.");
	return err_next(err, "Correct it: one object in UTF-8, nothing inside of its members.");
}

static void skip_blanks(struct scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
		s->at++;
}

static int take(struct scan *s, char c)
{
	skip_blanks(s);
	if (s->at == s->end || *s->at != c)
		return 0;
	s->at++;
	return 1;
}

/* Four digits; -1 if they are none. */
static int32_t hex(const struct scan *s, size_t from)
{
	int32_t n = 0;

	if ((size_t)(s->end - s->at) < from + 4)
		return -1;
	for (size_t i = from; i < from + 4; i++) {
		char c = s->at[i];

		if (c >= '0' && c <= '9')
			n = n * 16 + c - '0';
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			n = n * 16 + (c | 32) - 'a' + 10;
		else
			return -1;
	}
	return n;
}

static char *put_code(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xC0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (char)(0xE0 | c >> 12);
		} else {
			*out++ = (char)(0xF0 | c >> 18);
			*out++ = (char)(0x80 | (c >> 12 & 63));
		}
		*out++ = (char)(0x80 | (c >> 6 & 63));
	}
	*out++ = (char)(0x80 | (c & 63));
	return out;
}

/* After the u. What comes out is shorter than what stood there. NULL: no character, or NUL. */
static char *code_point(struct scan *s, char *out)
{
	int32_t c = hex(s, 0), low;

	if (c <= 0 || (c >= 0xDC00 && c < 0xE000))
		return NULL;
	s->at += 4;
	if (c < 0xD800 || c >= 0xE000)
		return put_code(out, (uint32_t)c);
	if (s->end - s->at < 6 || s->at[0] != '\\' || s->at[1] != 'u' || (low = hex(s, 2)) < 0xDC00 || low >= 0xE000)
		return NULL;
	s->at += 6;
	return put_code(out, 0x10000U + ((uint32_t)(c - 0xD800) << 10 | (uint32_t)(low - 0xDC00)));
}

static char *escape(struct scan *s, char *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *known;
	char c;

	if (s->at == s->end)
		return NULL;
	c = *s->at++;
	if (c == 'u')
		return code_point(s, out);
	known = c != '\0' ? strchr(from, c) : NULL;
	if (known == NULL)
		return NULL;
	*out++ = to[known - from];
	return out;
}

static int is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* What is neither plain nor the end of the string. */
static char *special(struct scan *s, char *out)
{
	uint32_t code;
	size_t n;

	if (*s->at == '\\') {
		s->at++;
		return escape(s, out);
	}
	n = (unsigned char)*s->at < 0x20 ? 0 : text_decode(s->at, s->end, &code);
	if (n == 0)
		return NULL;
	memmove(out, s->at, n);
	s->at += n;
	return out + n;
}

/* After its first quote; the NUL takes the place of the last one, or stands before. */
static int string(struct scan *s, const char **ret, size_t *len)
{
	char *start = s->at, *out = start;

	while (s->at < s->end && *s->at != '"') {
		char *run = s->at;

		while (s->at < s->end && is_plain(*s->at))
			s->at++;
		if (out != run && s->at > run)
			memmove(out, run, (size_t)(s->at - run));
		out += s->at - run;
		if (s->at < s->end && *s->at != '"' && (out = special(s, out)) == NULL)
			return -1;
	}
	if (s->at == s->end)
		return -1;
	s->at++;
	*out = '\0';
	*ret = start;
	*len = (size_t)(out - start);
	return 0;
}

static int is_digit(const struct scan *s)
{
	return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static int number(struct scan *s, int64_t *ret)
{
	int minus = *s->at == '-';
	int64_t n = 0;
	const char *first;

	s->at += minus;
	first = s->at;
	for (; is_digit(s); s->at++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, minus ? -(*s->at - '0') : *s->at - '0', &n))
			return -1;
	if (s->at == first || (*first == '0' && s->at > first + 1))
		return -1;
	*ret = n;
	return 0;
}

static int word(struct scan *s, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(s->end - s->at) < n || memcmp(s->at, w, n) != 0)
		return 0;
	s->at += n;
	return 1;
}

static int value(struct scan *s, struct json_flat *m)
{
	skip_blanks(s);
	if (s->at == s->end)
		return -1;
	if (take(s, '"')) {
		m->kind = JSON_STRING;
		return string(s, &m->text, &m->len);
	}
	if (*s->at == '-' || is_digit(s)) {
		m->kind = JSON_NUMBER;
		return number(s, &m->n);
	}
	m->kind = JSON_BOOL;
	m->n = word(s, "true");
	if (m->n || word(s, "false"))
		return 0;
	m->kind = JSON_NULL;
	return word(s, "null") ? 0 : -1;
}

static int member(struct scan *s, struct json_flat *m)
{
	size_t len;

	*m = (struct json_flat){ .text = "" };
	if (!take(s, '"') || string(s, &m->name, &len) != 0 || !take(s, ':'))
		return -1;
	return value(s, m);
}

static int members(struct scan *s, struct json_flat *ret, size_t max, size_t *n)
{
	size_t i = 0;

	if (take(s, '}')) {
		*n = 0;
		return 0;
	}
	do {
		if (i == max || member(s, &ret[i]) != 0)
			return -1;
		i++;
	} while (take(s, ','));
	*n = i;
	return take(s, '}') ? 0 : -1;
}

int json_flat(char *text, size_t len, struct json_flat *ret, size_t max, size_t *n, struct err *err)
{
	struct scan s = { text, text + len };

	if (!take(&s, '{') || members(&s, ret, max, n) != 0)
		return broken(err);
	skip_blanks(&s);
	return s.at == s.end ? 0 : broken(err);
}
