#ifndef RULES_LIMITSET_H
#define RULES_LIMITSET_H

#include <stddef.h>
#include <stdint.h>
#include "rules/credit.h"
#include "rules/program.h"

struct arena;

/*
 * The limits of a program as sets of entries, each with the most that may count from it; `each category` is one set
 * for each category.  A set with a period stands for as many sets as the cycle has such periods: each holds the
 * entries of its days.  Sets nest: any two are disjoint or one holds the other (program_load() refuses other files).
 * They stand bottom-up, a set before every set that holds it, and of equal sets the tightest in a whole cycle first,
 * so that one walk in this order gives the one answer that does not depend on how limits were written down.
 */
struct limit_set {
	uint32_t categories;	/* of entries it can hold, bit i = category i; of a tag, those that can have it */
	int tag;		/* holds only entries with it; -1: all of these categories */
	enum period period;
	int64_t amount;		/* of a whole cycle; of this person's: credit_amount() of the rule */
	int rule;		/* index in the program */
};

/* At most: 32 categories, each of them by `each category` too, 32 groups, 32 tags; each with each period. */
enum { LIMIT_SETS_MAX = 4 * 32 * 3 };

/* The view that program->limits gives. */
struct limits { const struct limit_set *sets; size_t n; };
void limits_of(const struct program *p, struct limits *ret);

/* Whether the set holds entries like this one; of a set with a period: in one of its periods. */
static inline int limit_holds(const struct limit_set *s, const struct entry_fact *f)
{
	return (s->categories >> f->category & 1) != 0 && (s->tag < 0 || (f->tags >> s->tag & 1) != 0);
}

/* Whether every entry that a holds is in b, and every period of a in one of b. */
int limit_is_within(const struct limit_set *a, const struct limit_set *b);
/* Disjoint, or one within the other. */
int limits_nest(const struct program *p, const struct limit_set *a, const struct limit_set *b);

/* Whether the tags exclude each other: two of one sort. */
int tags_differ(const struct program *p, int a, int b);

/* Make program->limits from its rules, in the arena. -1: no memory. */
int limits_make(struct program *p, struct arena *kept);

#endif
