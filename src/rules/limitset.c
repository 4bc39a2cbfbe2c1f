/* Turns limit rules into sets, bottom-up, and says how two of them lie to each other. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "limitset.h"

/* The sets of one tag have one mask, so a set within another never stands after it. */
static int bottom_up(const void *x, const void *y)
{
	const struct limit_set *a = x, *b = y;
	int na = __builtin_popcount(a->categories), nb = __builtin_popcount(b->categories);

	if (na != nb)
		return na - nb;
	if ((a->tag < 0) != (b->tag < 0))
		return a->tag < 0 ? 1 : -1;
	if ((a->period == PER_CYCLE) != (b->period == PER_CYCLE))
		return a->period == PER_CYCLE ? 1 : -1;
	if (a->amount != b->amount)
		return a->amount < b->amount ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule - b->rule;
	return (a->categories > b->categories) - (a->categories < b->categories);
}

int tags_differ(const struct program *p, int a, int b)
{
	return a != b && p->tags[a].sort && p->tags[b].sort && !strcmp(p->tags[a].sort, p->tags[b].sort);
}

int limit_is_within(const struct limit_set *a, const struct limit_set *b)
{
	return (a->categories & ~b->categories) == 0 && (b->tag < 0 || a->tag == b->tag) &&
	    (b->period == PER_CYCLE || a->period == b->period);
}

int limits_nest(const struct program *p, const struct limit_set *a, const struct limit_set *b)
{
	if ((a->categories & b->categories) == 0)
		return 1;
	if (a->tag >= 0 && b->tag >= 0 && tags_differ(p, a->tag, b->tag))
		return 1;
	return limit_is_within(a, b) || limit_is_within(b, a);
}

static uint32_t all_categories(const struct program *p)
{
	return p->ncategories >= 32 ? UINT32_MAX : (UINT32_C(1) << p->ncategories) - 1;
}

int limits_make(struct program *p, struct arena *kept)
{
	struct limit_set *sets;
	size_t n = 0;

	for (size_t i = 0; i < p->nrules; i++)
		if (p->rules[i].kind == RULE_LIMIT)
			n += p->rules[i].selector == SELECT_EACH_CATEGORY ? p->ncategories : 1;
	sets = arena_alloc(kept, (n ? n : 1) * sizeof *sets);
	if (!sets)
		return -1;
	n = 0;
	for (size_t i = 0; i < p->nrules; i++) {
		const struct rule *r = &p->rules[i];
		struct limit_set s = { r->categories & all_categories(p), r->tag, r->period, r->amount, (int)i };

		if (r->kind != RULE_LIMIT)
			continue;
		if (r->selector != SELECT_EACH_CATEGORY)
			sets[n++] = s;
		for (size_t c = 0; r->selector == SELECT_EACH_CATEGORY && c < p->ncategories; c++) {
			s.categories = UINT32_C(1) << c;
			sets[n++] = s;
		}
	}
	qsort(sets, n, sizeof *sets, bottom_up);
	p->limits = sets;
	p->nlimits = n;
	return 0;
}

void limits_of(const struct program *p, struct limits *ret)
{
	*ret = (struct limits){ p->limits, p->nlimits };
}
