#ifndef RULES_SEEN_H
#define RULES_SEEN_H

#include <stddef.h>
#include <stdint.h>

/* A set of numbers or of texts; constant time a question. Use one struct for one of the two.
 * It keeps pointers. */
struct seen {
	const void **slots;
	size_t mask;
};

int seen_init(struct seen *s, size_t n);	/* room for n of them; -1: out of memory */
void seen_free(struct seen *s);

/* 1 if it was seen before; else it is from now on, and 0.  "" and NULL are like no other text. */
int seen_number(struct seen *s, const int64_t *number);
int seen_text(struct seen *s, const char *text);

#endif
