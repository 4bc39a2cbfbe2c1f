#ifndef TESTS_RULES_NAIVE_H
#define TESTS_RULES_NAIVE_H

#include "sketch.h"

/*
 * A second evaluator, from the words of the rules: credit is given in the smallest pieces that all amounts
 * are multiples of, one after the other, and before each piece everything is added up anew.
 */
enum { NAIVE_ENTRIES = 26 };

struct naive {
	int64_t required, carried, counted, over, logged;
	enum entry_state state[NAIVE_ENTRIES];
	int64_t units[NAIVE_ENTRIES], got[NAIVE_ENTRIES];
	int64_t of[SKETCH_CATEGORIES];			/* counted, with what was carried into it */
	struct { int64_t need, have; int met; } rules[SKETCH_RULES];
	int is_done, is_lapsed;
};

void naive_evaluate(const struct sketch *s, const struct credit_cycle *c, const struct entry_fact *f,
    size_t n, day_t today, struct naive *ret);
/* What counts in total when pieces are given in random order. */
int64_t naive_total(uint64_t *rnd, const struct sketch *s, const struct credit_cycle *c,
    const struct entry_fact *f, size_t n, day_t today);
/* What one more entry of that day and category, with its own tags, could add after naive_evaluate();
 * -1: all. */
int64_t naive_free(const struct sketch *s, const struct credit_cycle *c, const struct entry_fact *f, size_t n,
    const struct naive *v, int category, day_t today);
/* Whether the limit holds the entry, and what counts in it, in the period of that entry, without the entry;
 * its amount in this cycle. */
int naive_limit(const struct sketch *s, const struct credit_cycle *c, const struct entry_fact *f, size_t n,
    const struct naive *v, int rule, size_t entry, int64_t *others, int64_t *amount);
int64_t naive_carry(const struct sketch *s, const struct credit_cycle *c, const struct entry_fact *f,
    size_t n, const struct naive *v);
/* The days that count. */
struct cycle naive_days(const struct sketch *s, const struct credit_cycle *c);

#endif
