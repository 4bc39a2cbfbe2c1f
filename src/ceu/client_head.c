/* The head of an HTTP answer: what of it ceu needs, read strictly. */
#include "client.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"

enum { LENGTH_DIGITS_MAX = sizeof(size_t) > 4 ? 15 : 9 };

int client_invalid(const char *what, struct err *err)
{
	err_set(err, ERR_FAILED, "answer-invalid",
	    "What answers at the socket is not ceud, or is broken: %s.", what);
	return err_next(err, "See which program listens there; another socket: --socket PATH");
}

static int read_length(const char *s, size_t len, size_t *ret)
{
	size_t n = 0;

	if (!len || len > LENGTH_DIGITS_MAX)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		n = n * 10 + (size_t)(s[i] - '0');
	}
	*ret = n;
	return 0;
}

struct field { const char *name, *value; size_t name_len, value_len; };

static int is_field(const struct field *f, const char *name)
{
	return f->name_len == strlen(name) && !strncasecmp(f->name, name, f->name_len);
}

static int begins(const struct field *f, const char *word)
{
	size_t n = strlen(word);

	return f->value_len >= n && !strncasecmp(f->value, word, n) &&
	    (f->value_len == n || f->value[n] == ';' || f->value[n] == ' ');
}

/* attachment; filename="NAME": as it is between the quotes; anything harder to read is no name. */
static void take_name(const struct field *f, struct head *h)
{
	static const char mark[] = "filename=\"";
	const char *from = memmem(f->value, f->value_len, mark, sizeof mark - 1), *end;

	if (!from)
		return;
	from += sizeof mark - 1;
	end = memchr(from, '"', (size_t)(f->value + f->value_len - from));
	if (!end || (size_t)(end - from) >= sizeof h->name)
		return;
	memcpy(h->name, from, (size_t)(end - from));
	h->name[end - from] = '\0';
}

struct seen { int lengths, types; };

static int take_field(const struct field *f, struct head *h, struct seen *seen, struct err *err)
{
	if (is_field(f, "Transfer-Encoding"))
		return client_invalid("it sends Transfer-Encoding", err);
	if (is_field(f, "Content-Length")) {
		if (seen->lengths++)
			return client_invalid("it sends two Content-Lengths", err);
		if (read_length(f->value, f->value_len, &h->length))
			return client_invalid("its Content-Length is no number", err);
	} else if (is_field(f, "Content-Type")) {
		if (seen->types++)
			return client_invalid("it sends two Content-Types", err);
		h->is_json = begins(f, "application/json") || begins(f, "application/problem+json");
	} else if (is_field(f, "Content-Disposition")) {
		take_name(f, h);
	} else if (is_field(f, "Connection")) {
		h->keep = !begins(f, "close") && h->keep;
	} else if (is_field(f, "ETag")) {
		if (f->value_len < 2 || f->value[0] != '"' || f->value[f->value_len - 1] != '"' ||
		    f->value_len - 2 >= sizeof h->etag)
			return client_invalid("its ETag is none", err);
		memcpy(h->etag, f->value + 1, f->value_len - 2);
		h->etag[f->value_len - 2] = '\0';
	}
	return 0;
}

static int split_field(const char *line, size_t len, struct field *ret)
{
	const char *colon = memchr(line, ':', len);
	struct field f;

	if (!colon || colon == line)
		return -1;
	f.name = line;
	f.name_len = (size_t)(colon - line);
	f.value = colon + 1;
	f.value_len = len - f.name_len - 1;
	for (size_t i = 0; i < f.name_len; i++)
		if (f.name[i] <= ' ' || f.name[i] >= 0x7f)
			return -1;
	for (; f.value_len && (*f.value == ' ' || *f.value == '\t'); f.value_len--)
		f.value++;
	while (f.value_len && (f.value[f.value_len - 1] == ' ' || f.value[f.value_len - 1] == '\t'))
		f.value_len--;
	for (size_t i = 0; i < f.value_len; i++)
		if ((unsigned char)f.value[i] < ' ' && f.value[i] != '\t')
			return -1;
	*ret = f;
	return 0;
}

static int status_line(const char *s, size_t len, struct head *h)
{
	if (len < 12 || (strncmp(s, "HTTP/1.1 ", 9) && strncmp(s, "HTTP/1.0 ", 9)))
		return -1;
	if (!isdigit((unsigned char)s[9]) || !isdigit((unsigned char)s[10]) ||
	    !isdigit((unsigned char)s[11]) || (len > 12 && s[12] != ' '))
		return -1;
	h->status = (s[9] - '0') * 100 + (s[10] - '0') * 10 + (s[11] - '0');
	h->keep = s[7] == '1';
	return h->status >= 200 ? 0 : -1;
}

int client_head(const char *text, size_t len, struct head *ret, struct err *err)
{
	struct head h = { 0 };
	struct seen seen = { 0 };
	const char *line = text, *end = text + len;

	for (int first = 1; line < end; first = 0) {
		const char *stop = memmem(line, (size_t)(end - line), "\r\n", 2);
		size_t n = (size_t)((stop ? stop : end) - line);
		struct field f;

		if (first) {
			if (status_line(line, n, &h))
				return client_invalid("it does not speak HTTP", err);
		} else if (split_field(line, n, &f)) {
			return client_invalid("a header line is malformed", err);
		} else if (take_field(&f, &h, &seen, err)) {
			return -1;
		}
		line = stop ? stop + 2 : end;
	}
	if (!h.status)
		return client_invalid("it does not speak HTTP", err);
	if (!seen.lengths)
		return client_invalid("it sends no Content-Length", err);
	*ret = h;
	return 0;
}

