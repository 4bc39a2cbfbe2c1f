#ifndef CEU_CALTEXT_H
#define CEU_CALTEXT_H

#include <stddef.h>

struct buf;

/*
 * Append the text of a calendar's file as UTF-8. A line, with those that continue it, that is none is read as
 * Windows-1252, as ceud-net reads one from the web; where only its folds part characters it is put together. Returns how
 * many lines were no UTF-8; a lack of memory shows in out->failed.
 */
size_t caltext_utf8(struct buf *out, const char *s, size_t len);

#endif
