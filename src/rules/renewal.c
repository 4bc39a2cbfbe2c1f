/* What passes from cycle to cycle: units carried over, and what a short first cycle requires. */
#include <string.h>

#include "reader.h"

static void read_over_limit(struct reader *r, const struct conf *c, void *arg)
{
	(void)c;
	(void)arg;
	r->p->carry.over_limit = 1;
}

static const struct word in_carry[] = {
	{ "over-limit", WORD_ONCE, 0, 0, BLOCK_NONE, 0, "over-limit", read_over_limit },
};
const struct words carry_words = WORDS("carry", in_carry);

/* `from SELECTION` and `into CATEGORY` at the end of the line. */
static int read_carry_ends(struct reader *r, const struct conf *c, struct program_carry *carry)
{
	static const char *const both[] = { "from", "into" };
	struct selection s;
	size_t i = 4;
	int k;

	if (i < c->nparams && !strcmp(c->params[i], both[0])) {
		if (need_value(r, c, i + 1, both[0]))
			return -1;
		i = read_selection(r, c, i + 1, TAKE_PART, &s);
		if (i == 0)
			return -1;
		carry->categories = s.categories;
		carry->tag = s.tag;
	}
	if (i == c->nparams)
		return 0;
	if (read_word(r, c, (int)i, i == 4 ? both : both + 1, i == 4 ? 2 : 1, &k) ||
	    need_value(r, c, i + 1, both[1]) || read_named(r, c, (int)i + 1, &r->categories, &carry->into))
		return -1;
	if (i + 2 == c->nparams)
		return 0;
	complain(r, c, (int)i + 2, "\"%s\" is one word too many; remove it", c->params[i + 2]);
	return -1;
}

void read_carry(struct reader *r, const struct conf *c, void *arg)
{
	static const char usage[] = "carry none | carry 20 last 12 months";
	struct program_carry *carry = &r->p->carry;
	int bad;

	(void)arg;
	carry->into = carry->tag = -1;
	carry->categories = (uint32_t)((UINT64_C(1) << r->p->ncategories) - 1);
	if (c->nparams == 1 && !strcmp(c->params[0], "none")) {
		if (c->has_block)
			complain(r, c, AT_NAME, "\"carry none\" takes no block; remove it");
		return;
	}
	if (c->nparams < 4) {
		complain(r, c, AT_NAME, "\"carry\" does not say how much, of which months; write: %s", usage);
		return;
	}
	bad = read_amount(r, c, 0, 1, AMOUNT_MAX, &carry->most);
	bad |= expect_word(r, c, 1, "last");
	bad |= read_number(r, c, 2, 1, r->p->cycle_months > 0 ? r->p->cycle_months : 240, &carry->months);
	bad |= expect_word(r, c, 3, "months");
	if (!bad)
		read_carry_ends(r, c, carry);
	read_block(r, c, &carry_words, NULL);
}

/* A requirement that a short first cycle does not have. */
static void waive(struct reader *r, const struct conf *c, int i)
{
	const char *id = c->params[i];

	for (size_t k = 0; k < r->p->nrules; k++) {
		struct rule *rule = &r->p->rules[k];

		if (strcmp(rule->id, id))
			continue;
		if (rule->kind != RULE_REQUIRE || (rule->selector == SELECT_TOTAL && rule->period == PER_CYCLE))
			complain(r, c, i, "rule \"%s\" on line %d cannot be waived; "
			    "name a requirement other than the total", id, rule->line);
		rule->waived = 1;
		return;
	}
	complain(r, c, i, "unknown rule \"%s\"; write the id of a requirement", id);
}

static void read_waive(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < c->nparams; i++)
		waive(r, c, (int)i);
}

static const struct word in_prorate[] = {
	{ "waive", WORD_ONCE, 1, ANY_NUMBER, BLOCK_NONE, 0, "waive RULE-ID..", read_waive },
};
const struct words prorate_words = WORDS("prorate", in_prorate);

void read_prorate(struct reader *r, const struct conf *c, void *arg)
{
	struct program_prorate *prorate = &r->p->prorate;

	(void)arg;
	read_amount(r, c, 0, 1, AMOUNT_MAX, &prorate->amount);
	expect_word(r, c, 1, "per");
	read_number(r, c, 2, 1, r->p->cycle_months > 0 ? r->p->cycle_months : 240, &prorate->months);
	expect_word(r, c, 3, "months");
	read_block(r, c, &prorate_words, NULL);
}
