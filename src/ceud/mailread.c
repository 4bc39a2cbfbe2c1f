/* Mails as they were built, read again for whoever looks after them. */
#include "mailread.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"

static const char *line_end(const char *p, const char *end)
{
	const char *at = memmem(p, (size_t)(end - p), "\r\n", 2);

	return at ? at : end;
}

static const char *next_line(const char *p, const char *end)
{
	const char *at = line_end(p, end);

	return at == end ? end : at + 2;
}

/* The end of the header that begins at p: of its last folded line. */
static const char *header_end(const char *p, const char *end)
{
	const char *at = line_end(p, end);

	while (at + 2 < end && (at[2] == ' ' || at[2] == '\t'))
		at = line_end(at + 2, end);
	return at;
}

static int is_named(const char *p, const char *end, const char *name)
{
	size_t len = strlen(name);

	return (size_t)(end - p) > len && !strncasecmp(p, name, len) && p[len] == ':';
}

/* The value of a header in the head that begins at p: [*ret, *ret_end). 1, or 0 without one. */
static int find_header(const char *p, const char *end, const char *name, const char **ret, const char **ret_end)
{
	while (p < end && line_end(p, end) != p) {
		const char *last = header_end(p, end);

		if (is_named(p, last, name)) {
			*ret = p + strlen(name) + 1;
			*ret_end = last;
			return 1;
		}
		p = last == end ? end : last + 2;
	}
	return 0;
}

/* Without the line ends of folding, and without blanks before it. */
static char *unfold(const char *p, const char *end, struct arena *a)
{
	char *out = arena_alloc(a, (size_t)(end - p) + 1);
	size_t n = 0;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	for (; out && p < end; p++)
		if (*p != '\r' && *p != '\n')
			out[n++] = *p;
	return out;
}

int mailread_headers(const void *bytes, size_t len, struct arena *a, struct mail_headers *ret, struct err *err)
{
	const char *p = bytes, *end = p + len;
	struct mail_headers all = { 0 };

	while (p < end && line_end(p, end) != p) {
		const char *last = header_end(p, end), *colon = memchr(p, ':', (size_t)(last - p));
		struct mail_header *h;

		if (colon) {
			if (arena_grow(a, (void **)&all.items, all.n, &all.cap, sizeof *all.items))
				return err_oom(err);
			h = &all.items[all.n++];
			h->name = arena_strndup(a, p, (size_t)(colon - p));
			h->value = unfold(colon + 1, last, a);
			if (!h->name || !h->value)
				return err_oom(err);
		}
		p = last == end ? end : last + 2;
	}
	*ret = all;
	return 0;
}

/* Neither a longer address that ends so nor one that begins so. */
int mailread_has(const void *bytes, size_t len, const char *name, const char *address)
{
	const char *p, *end, *at;
	size_t n = strlen(address);

	if (!find_header(bytes, (const char *)bytes + len, name, &p, &end))
		return 0;
	for (; (at = memmem(p, (size_t)(end - p), address, n)) != NULL; p = at + 1) {
		const char before = at[-1], after = at + n < end ? at[n] : '\0';

		if (strchr(" \t<\n", before) && strchr(" >\r", after))
			return 1;
	}
	return 0;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Quoted-printable (RFC 2045), line ends as '\n'. */
static char *decode(const char *p, const char *end, struct arena *a)
{
	char *out = arena_alloc(a, (size_t)(end - p) + 1);
	size_t n = 0;

	while (out && p < end) {
		if (*p == '=' && end - p >= 3 && p[1] == '\r') {
			p += 3;
		} else if (*p == '=' && end - p >= 3 && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
			out[n++] = (char)(hex(p[1]) * 16 + hex(p[2]));
			p += 3;
		} else {
			if (*p != '\r')
				out[n++] = *p;
			p++;
		}
	}
	return out;
}

static int is_text(const char *head, const char *end)
{
	static const char type[] = "text/plain";
	const char *value, *value_end;

	if (!find_header(head, end, "Content-Type", &value, &value_end))
		return 0;
	while (value < value_end && *value == ' ')
		value++;
	return (size_t)(value_end - value) >= sizeof type - 1 && !strncasecmp(value, type, sizeof type - 1);
}

/* A part ends before the boundary's line that it began after; without one at the end of all. */
static const char *part_end(const char *p, const char *end, const char *boundary)
{
	const char *stop = boundary ? line_end(boundary, end) : NULL;
	const char *at = boundary ? memmem(p, (size_t)(end - p), boundary - 2, (size_t)(stop - boundary) + 2) : NULL;

	return at ? at : end;
}

/* Heads stand at the very beginning and after each boundary's line, whose line end is before it. */
int mailread_text(const void *bytes, size_t len, struct arena *a, const char **ret, struct err *err)
{
	const char *begin = bytes, *end = begin + len, *boundary = NULL, *body;
	int is_head = 1;

	*ret = NULL;
	for (const char *p = begin; p < end; p = next_line(p, end)) {
		if (is_head && is_text(p, end)) {
			body = memmem(p, (size_t)(end - p), "\r\n\r\n", 4);
			*ret = body ? decode(body + 4, part_end(body + 4, end, boundary), a) : NULL;
			return body && !*ret ? err_oom(err) : 0;
		}
		is_head = p > begin && end - p > 2 && p[0] == '-' && p[1] == '-';
		if (is_head)
			boundary = p;
	}
	return 0;
}
