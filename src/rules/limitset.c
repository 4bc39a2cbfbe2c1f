/* Turns limit rules into sets, bottom-up. */
#include "limitset.h"

static int comes_before(const struct limit_set *a, const struct limit_set *b)
{
	int na = __builtin_popcount(a->categories), nb = __builtin_popcount(b->categories);

	if (na != nb)
		return na < nb;
	return a->amount < b->amount;
}

static void add(struct limits *l, uint32_t categories, int64_t amount, int rule)
{
	struct limit_set new = { categories, amount, rule };
	size_t at;

	if (l->n == LIMIT_SETS_MAX)
		return;
	for (at = l->n++; at > 0 && comes_before(&new, &l->sets[at - 1]); at--)
		l->sets[at] = l->sets[at - 1];
	l->sets[at] = new;
}

void limits_of(const struct program *p, struct limits *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < p->nrules; i++) {
		const struct rule *r = &p->rules[i];

		if (r->kind != RULE_LIMIT)
			continue;
		if (r->selector == SELECT_CATEGORY)
			add(ret, UINT32_C(1) << r->category, r->amount, (int)i);
		for (size_t c = 0; r->selector == SELECT_EACH_CATEGORY && c < p->ncategories; c++)
			add(ret, UINT32_C(1) << c, r->amount, (int)i);
	}
}
