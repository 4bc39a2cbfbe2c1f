#ifndef NET_LATIN_H
#define NET_LATIN_H

#include <stddef.h>

struct buf;

/*
 * Append the bytes as valid UTF-8 without control characters (a tab becomes a blank). Bytes that are no UTF-8
 * as a whole are read as Windows-1252. Returns 1 in that case, else 0; a lack of memory shows in out->failed.
 */
int latin_clean(struct buf *out, const char *s, size_t len);

#endif
