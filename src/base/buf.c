/* A growing byte string whose failure sticks, so that a writer checks once. */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST 64

void buf_free(struct buf *b)
{
	if (b == NULL)
		return;
	free(b->data);
	*b = (struct buf)BUF_INIT;
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

static int buf_fail(struct buf *b)
{
	b->failed = 1;
	return -1;
}

int buf_reserve(struct buf *b, size_t more)
{
	const size_t limit = (size_t)PTRDIFF_MAX;
	size_t need, cap;
	char *data;

	if (b->failed)
		return -1;
	if (more >= limit - b->len)
		return buf_fail(b);
	need = b->len + more + 1;
	if (need <= b->cap)
		return 0;
	cap = b->cap < BUF_FIRST ? BUF_FIRST : b->cap;
	while (cap < need)
		cap = cap > limit / 2 ? limit : cap * 2;
	data = realloc(b->data, cap);
	if (data == NULL)
		return buf_fail(b);
	b->data = data;
	b->cap = cap;
	b->data[b->len] = '\0';
	return 0;
}

int buf_add(struct buf *b, const void *data, size_t len)
{
	if (len == 0)
		return b->failed ? -1 : 0;
	if (buf_reserve(b, len) != 0)
		return -1;
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}

int buf_puts(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int buf_putc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

int buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room;
	int n;

	/* Most texts are short: try the room there is before measuring. */
	if (buf_reserve(b, BUF_FIRST) != 0)
		return -1;
	room = b->cap - b->len;
	va_copy(again, ap);
	n = vsnprintf(b->data + b->len, room, fmt, again);
	va_end(again);
	if (n >= 0 && (size_t)n >= room) {
		b->data[b->len] = '\0';
		if (buf_reserve(b, (size_t)n) != 0)
			return -1;
		n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
	}
	if (n < 0) {
		b->data[b->len] = '\0';
		return buf_fail(b);
	}
	b->len += (size_t)n;
	return 0;
}

int buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = buf_vprintf(b, fmt, ap);
	va_end(ap);
	return ret;
}

const char *buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

char *buf_take(struct buf *b)
{
	char *data = NULL;

	if (buf_reserve(b, 0) != 0) {
		buf_free(b);
		return NULL;
	}
	data = b->data;
	*b = (struct buf)BUF_INIT;
	return data;
}
