#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

/*
 * A growing byte string.  Invariants: data[len] is '\0' whenever data is not
 * NULL; after an allocation failed, `failed` stays 1 and every further call is
 * a no-op that returns -1, so a writer may check once, at the end.
 * Start from BUF_INIT (all zero).
 */
struct buf {
	char *data;
	size_t len, cap;
	int failed;
};

#define BUF_INIT { NULL, 0, 0, 0 }

void buf_free(struct buf *b);			/* frees and zeroes; NULL is a no-op */
void buf_reset(struct buf *b);			/* len = 0, memory kept, failed cleared */
int buf_add(struct buf *b, const void *data, size_t len);
int buf_puts(struct buf *b, const char *s);
int buf_putc(struct buf *b, char c);
int buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
int buf_reserve(struct buf *b, size_t more);	/* room for `more` bytes beyond len */
const char *buf_str(const struct buf *b);	/* never NULL: "" for an empty buffer */
char *buf_take(struct buf *b);			/* caller frees; NULL if failed; b is reset to empty */

#endif
