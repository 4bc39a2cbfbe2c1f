/* The rules of a program file: require, limit, needs, once; and how a selection of entries is written. */
#include <string.h>

#include "reader.h"

static void read_rule_id(struct reader *r, const struct conf *c, void *arg)
{
	struct rule *rule = arg;

	read_id(r, c, 0, &rule->id);
}

static void read_rule_text(struct reader *r, const struct conf *c, void *arg)
{
	struct rule *rule = arg;

	read_text(r, c, 0, &rule->text);
}

static void read_rule_source(struct reader *r, const struct conf *c, void *arg)
{
	struct rule *rule = arg;
	int k;

	if (!read_named(r, c, 0, &r->sources, &k))
		rule->source = r->p->sources[k].id;
}

static const struct word in_rule[] = {
	{ "id", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "id NAME", read_rule_id },
	{ "text", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "text \"THE RULE IN WORDS\"", read_rule_text },
	{ "source", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "source ID", read_rule_source },
};
const struct words rule_words = WORDS("rule", in_rule);

static int same_selection(const struct rule *a, const struct rule *b)
{
	return a->selector == b->selector && a->category == b->category && a->group == b->group &&
	    a->tag == b->tag && a->period == b->period;
}

/* Two rules of one kind on the same selection would overlap: which one is meant? */
static int is_free(struct reader *r, const struct conf *c, const struct rule *new)
{
	for (size_t i = 0; i < r->p->nrules; i++) {
		const struct rule *old = &r->p->rules[i];

		if (old->kind == new->kind && same_selection(old, new)) {
			complain(r, c, AT_NAME, "this %s overlaps the one on line %d, "
			    "which is about the same units; keep one of the two", c->name, old->line);
			return 0;
		}
		if (!strcmp(old->id, new->id)) {
			complain(r, c, AT_NAME, "rule id \"%s\" is taken by the rule on line %d; "
			    "give this one another id", new->id, old->line);
			return 0;
		}
	}
	return 1;
}

static void add_rule(struct reader *r, const struct conf *c, struct rule *rule)
{
	rule->line = c->line;
	read_block(r, c, &rule_words, rule);
	fill_rule_words(r, rule);
	if (r->no_memory || !is_free(r, c, rule) || r->p->nrules == r->room_rules)
		return;
	r->rules[r->p->nrules] = c;
	r->p->rules[r->p->nrules++] = *rule;
}

const char *const selection_words[] = { "total", "each", "distinct", "category", "group", "tag", NULL };
const char *const period_words[] = { "cycle", "year", "calendar-year", NULL };

/* Which of the words may stand here, as the reader of words wants them. */
static size_t taken_words(unsigned takes, const char **names, enum rule_selector *selectors)
{
	static const struct { unsigned take; enum rule_selector selector; } all[] = {
		{ TAKE_TOTAL, SELECT_TOTAL }, { TAKE_EACH, SELECT_EACH_CATEGORY }, { TAKE_DISTINCT, SELECT_DISTINCT },
		{ TAKE_PART, SELECT_CATEGORY }, { TAKE_PART, SELECT_GROUP }, { TAKE_PART, SELECT_TAG },
	};
	size_t n = 0;

	for (size_t i = 0; i < COUNT(all); i++) {
		if ((takes & all[i].take) == 0)
			continue;
		names[n] = selection_words[i];
		selectors[n++] = all[i].selector;
	}
	return n;
}

/* What stands after the first word of a selection. */
static int read_selected(struct reader *r, const struct conf *c, int i, struct selection *s)
{
	switch (s->selector) {
	case SELECT_EACH_CATEGORY:
		return expect_word(r, c, i, "category");
	case SELECT_DISTINCT:
		return expect_word(r, c, i, "categories");
	case SELECT_CATEGORY:
		if (read_named(r, c, i, &r->categories, &s->category))
			return -1;
		s->categories = UINT32_C(1) << s->category;
		return 0;
	case SELECT_GROUP:
		if (read_named(r, c, i, &r->groups, &s->group))
			return -1;
		s->categories = r->p->groups[s->group].categories;
		return 0;
	case SELECT_TAG:
		if (read_named(r, c, i, &r->tags, &s->tag))
			return -1;
		s->categories = r->p->tags[s->tag].categories;
		return 0;
	default:
		return 0;
	}
}

size_t read_selection(struct reader *r, const struct conf *c, size_t i, unsigned takes, struct selection *ret)
{
	const char *names[COUNT(selection_words)];
	enum rule_selector selectors[COUNT(selection_words)];
	size_t n = taken_words(takes, names, selectors);
	int k;

	if (read_word(r, c, (int)i, names, n, &k))
		return 0;
	*ret = (struct selection){ selectors[k], -1, -1, -1,
	    (uint32_t)((UINT64_C(1) << r->p->ncategories) - 1) };
	if (ret->selector == SELECT_TOTAL)
		return i + 1;
	if (need_value(r, c, i + 1, names[k]) || read_selected(r, c, (int)i + 1, ret))
		return 0;
	return i + 2;
}

/* `per cycle|year|calendar-year` at the end of the line, or nothing. */
static int read_period(struct reader *r, const struct conf *c, size_t i, enum period *ret)
{
	static const enum period periods[] = { PER_CYCLE, PER_YEAR, PER_CALENDAR_YEAR };
	int k;

	if (i == c->nparams)
		return 0;
	if (expect_word(r, c, (int)i, "per") || need_value(r, c, i + 1, "per") ||
	    read_word(r, c, (int)i + 1, period_words, COUNT(periods), &k))
		return -1;
	if (i + 2 < c->nparams) {
		complain(r, c, (int)i + 2, "\"%s\" is one word too many; remove it", c->params[i + 2]);
		return -1;
	}
	*ret = periods[k];
	return 0;
}

/* Selection and period of a rule: all that stands after its amount. */
static int read_scope(struct reader *r, const struct conf *c, unsigned takes, struct rule *rule)
{
	struct selection s;
	size_t next = read_selection(r, c, 1, takes, &s);

	if (next == 0 || read_period(r, c, next, &rule->period))
		return -1;
	rule->selector = s.selector;
	rule->category = s.category;
	rule->group = s.group;
	rule->tag = s.tag;
	rule->categories = s.categories;
	return 0;
}

void read_require(struct reader *r, const struct conf *c, void *arg)
{
	struct rule rule = { .kind = RULE_REQUIRE };
	int bad = read_scope(r, c, TAKE_TOTAL | TAKE_DISTINCT | TAKE_PART, &rule), n;

	(void)arg;
	if (bad)
		return;
	if (rule.selector == SELECT_DISTINCT) {
		bad = read_number(r, c, 0, 1, (int)r->p->ncategories, &n);
		rule.amount = bad ? 0 : n * 100;
	} else {
		bad = read_amount(r, c, 0, 1, AMOUNT_MAX, &rule.amount);
	}
	if (!bad)
		add_rule(r, c, &rule);
}

/* `10` or `25%`. */
static int read_most(struct reader *r, const struct conf *c, struct rule *rule)
{
	const char *s = c->params[0];
	size_t digits = strspn(s, "0123456789");
	int n = 0;

	if (s[digits] != '%' || digits == 0 || s[digits + 1])
		return read_amount(r, c, 0, 1, AMOUNT_MAX, &rule->amount);
	for (size_t i = 0; i < digits && n <= 100; i++)
		n = n * 10 + (s[i] - '0');
	if (n < 1 || n > 100) {
		complain(r, c, 0, "\"%s\" is not a part of the total; write one from 1%% to 100%%", s);
		return -1;
	}
	rule->percent = n;
	return 0;
}

void read_limit(struct reader *r, const struct conf *c, void *arg)
{
	struct rule rule = { .kind = RULE_LIMIT };
	int bad = read_most(r, c, &rule);

	(void)arg;
	bad |= read_scope(r, c, TAKE_EACH | TAKE_PART, &rule);
	if (!bad)
		add_rule(r, c, &rule);
}

static struct rule rule_about_all(const struct reader *r, enum rule_kind kind, enum rule_selector selector)
{
	return (struct rule){ .kind = kind, .selector = selector, .category = -1, .group = -1, .tag = -1,
	    .categories = (uint32_t)((UINT64_C(1) << r->p->ncategories) - 1) };
}

void read_needs(struct reader *r, const struct conf *c, void *arg)
{
	static const char *const names[] = { "competency", "evidence" };
	struct rule rule;
	int k;

	(void)arg;
	if (read_word(r, c, 0, names, COUNT(names), &k))
		return;
	rule = rule_about_all(r, RULE_NEEDS, k == 0 ? SELECT_COMPETENCY_GIVEN : SELECT_EVIDENCE_GIVEN);
	if (k == 0 && r->p->ncompetencies == 0)
		complain(r, c, 0, "an entry cannot name a competency: the program has none; "
		    "add: competency ID \"NAME\"");
	else
		add_rule(r, c, &rule);
}

void read_once(struct reader *r, const struct conf *c, void *arg)
{
	static const char *const names[] = { "course", "event" };
	struct rule rule;
	int k;

	(void)arg;
	if (read_word(r, c, 0, names, COUNT(names), &k))
		return;
	rule = rule_about_all(r, RULE_ONCE, k == 0 ? SELECT_COURSE : SELECT_EVENT);
	add_rule(r, c, &rule);
}
