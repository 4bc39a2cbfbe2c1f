#ifndef RULES_LIMITSET_H
#define RULES_LIMITSET_H

#include <stddef.h>
#include <stdint.h>
#include "rules/program.h"

/*
 * The limits of a program as sets of categories, each with the most that may count from it.
 * Sets nest: any two are disjoint or one holds the other.  They stand bottom-up, a set before
 * every set that holds it, and of equal sets the tightest first, so that one walk in this
 * order gives the one answer that does not depend on how limits were written down.
 */
struct limit_set {
	uint32_t categories;	/* bit i = category i */
	int64_t amount;
	int rule;		/* index in the program */
};

enum { LIMIT_SETS_MAX = 2 * PROGRAM_CATEGORIES_MAX };	/* `each category` once, `category C` once for each */

struct limits {
	struct limit_set sets[LIMIT_SETS_MAX];
	size_t n;
};

void limits_of(const struct program *p, struct limits *ret);

static inline int limit_holds(const struct limit_set *s, int category)
{
	return (s->categories >> category & 1) != 0;
}

#endif
