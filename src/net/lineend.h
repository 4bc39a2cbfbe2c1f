#ifndef NET_LINEEND_H
#define NET_LINEEND_H

#include <string.h>

/* Ends of physical lines in a block of bytes: LF, CR LF or CR. Linear also where one of them never comes. */
struct line_ends { const char *end, *lf; };	/* lf: the nearest LF that is known, or NULL */

/* The first CR or LF from s on, or the end of the block. */
static inline const char *line_end(struct line_ends *l, const char *s)
{
	const char *cr;

	if (l->lf == NULL || l->lf < s) {
		l->lf = memchr(s, '\n', (size_t)(l->end - s));
		if (l->lf == NULL)
			l->lf = l->end;
	}
	cr = memchr(s, '\r', (size_t)(l->lf - s));
	return cr != NULL ? cr : l->lf;
}

#endif
