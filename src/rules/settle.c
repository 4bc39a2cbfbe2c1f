/* What follows from a program file as a whole, and whether it holds together. */
#include "limitset.h"
#include "reach.h"
#include "reader.h"

static void read_default_tags(struct reader *r)
{
	for (size_t i = 0; i < r->p->ncategories; i++) {
		const struct conf *c = r->default_tags[i];
		uint32_t tags;

		if (c && !read_named_rest(r, c, 0, &r->tags, &tags) && tags_fit(r, c, 0, (int)i, tags))
			r->p->categories[i].tags = tags;
	}
}

static void find_required(struct reader *r)
{
	for (size_t i = 0; i < r->p->nrules; i++) {
		const struct rule *rule = &r->p->rules[i];

		if (rule->kind == RULE_REQUIRE && rule->selector == SELECT_TOTAL && rule->period == PER_CYCLE)
			r->p->required = rule->amount;
	}
}

static void resolve_percents(struct reader *r)
{
	for (size_t i = 0; i < r->p->nrules && r->p->required > 0; i++) {
		struct rule *rule = &r->p->rules[i];

		if (rule->percent == 0)
			continue;
		rule->amount = r->p->required * rule->percent / 100;
		if (rule->amount == 0)
			complain(r, r->rules[i], 0, "\"%s\" of the units required is less than 0.01; "
			    "write a larger part", r->rules[i]->params[0]);
	}
}

static void complain_unnested(struct reader *r, const struct rule *later, const struct rule *earlier)
{
	complain(r, r->rules[later - r->p->rules], AT_NAME, "limit \"%s\" and limit \"%s\" on line %d are about "
	    "some of the same units, and neither is a part of the other; limits must nest", later->id, earlier->id,
	    earlier->line);
}

/* Of each limit that does not nest the first other is told. */
static int check_nesting(struct reader *r)
{
	const struct program *p = r->p;
	char *told = scratch_zeroed(r, p->nrules + 1, 1);
	int bad = 0;

	for (size_t i = 0; told && i < p->nlimits; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct limit_set *a = &p->limits[k], *b = &p->limits[i];
			int earlier = a->rule < b->rule ? a->rule : b->rule, later = a->rule + b->rule - earlier;

			if (told[later] || limits_nest(p, a, b))
				continue;
			complain_unnested(r, &p->rules[later], &p->rules[earlier]);
			told[later] = 1;
			bad = -1;
		}
	}
	return told ? bad : -1;
}

int settle(struct reader *r, const struct conf *program)
{
	int errors_before;

	read_default_tags(r);
	find_required(r);
	errors_before = r->nerrors;
	resolve_percents(r);
	if (limits_make(r->p, r->kept)) {
		r->no_memory = 1;
		return -1;
	}
	if (check_nesting(r))
		return -1;
	if (r->nerrors == errors_before)
		check_reachable(r, program);
	return 0;
}
