#ifndef RULES_SEEN_H
#define RULES_SEEN_H

#include <stddef.h>
#include "rules/credit.h"

/* A set of entries by id or by course; constant time a question. Use one struct for one of the two. */
struct seen {
	const struct entry_fact **slots;
	size_t mask;
};

int seen_init(struct seen *s, size_t n);	/* room for n entries; -1: out of memory */
void seen_free(struct seen *s);

/* 1 if an entry with this id (this course) was seen before; else it is from now on, and 0.
 * A course without a title is like no other. */
int seen_id(struct seen *s, const struct entry_fact *f);
int seen_course(struct seen *s, const struct entry_fact *f);

#endif
