/* The rules of a program file: require, limit, needs, once. */
#include <string.h>

#include "base/buf.h"
#include "reader.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

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
	const char *names[SOURCES_MAX];
	struct rule *rule = arg;

	for (size_t i = 0; i < r->p->nsources; i++) {
		names[i] = r->p->sources[i].id;
		if (!strcmp(names[i], c->params[0]))
			rule->source = names[i];
	}
	if (!rule->source)
		complain_unknown(r, c, 0, "source", names, r->p->nsources);
}

/* Id and text of a rule that does not state them. */
static void fill_defaults(struct reader *r, struct rule *rule)
{
	const struct program_item *category = rule->category >= 0 ? &r->p->categories[rule->category] : NULL;
	char amount[32];
	struct buf text = BUF_INIT, id = BUF_INIT;

	units_text(rule->amount, amount, sizeof amount);
	switch (rule->kind) {
	case RULE_REQUIRE:
		buf_puts(&id, "total");
		buf_printf(&text, "%s units in every cycle.", amount);
		break;
	case RULE_LIMIT:
		buf_printf(&id, "limit-%s", category ? category->id : "each-category");
		buf_printf(&text, "At most %s units count from %s.", amount,
		    category ? category->name : "any one category");
		break;
	case RULE_NEEDS:
		buf_puts(&id, "needs-competency");
		buf_puts(&text, "An entry counts when it names a competency.");
		break;
	case RULE_ONCE:
		buf_puts(&id, "once-course");
		buf_puts(&text, "The same course counts once in a cycle.");
		break;
	}
	if (id.failed || text.failed)
		r->no_memory = 1;
	if (!rule->id)
		rule->id = keep(r, buf_str(&id));
	if (!rule->text)
		rule->text = keep(r, buf_str(&text));
	buf_free(&id);
	buf_free(&text);
}

/* Two rules of one kind on the same selection would overlap: which one is meant? */
static int is_free(struct reader *r, const struct conf *c, const struct rule *new)
{
	for (size_t i = 0; i < r->p->nrules; i++) {
		const struct rule *old = &r->p->rules[i];

		if (old->kind == new->kind && old->selector == new->selector &&
		    old->category == new->category) {
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
	static const struct word words[] = {
		{ "id", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "id NAME", read_rule_id },
		{ "text", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "text \"THE RULE IN WORDS\"", read_rule_text },
		{ "source", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "source ID", read_rule_source },
	};

	rule->line = c->line;
	read_block(r, c, words, COUNT(words), rule);
	fill_defaults(r, rule);
	if (r->no_memory || !is_free(r, c, rule) || r->p->nrules == r->room_rules)
		return;
	r->p->rules[r->p->nrules++] = *rule;
	if (rule->kind == RULE_REQUIRE)
		r->p->required = rule->amount;
}

void read_require(struct reader *r, const struct conf *c, void *arg)
{
	struct rule rule = { .kind = RULE_REQUIRE, .selector = SELECT_TOTAL, .category = -1, .group = -1, .tag = -1, .categories = UINT32_MAX };

	int bad = read_amount(r, c, 0, 1, &rule.amount);

	(void)arg;
	bad |= expect_word(r, c, 1, "total");
	if (!bad)
		add_rule(r, c, &rule);
}

void read_limit(struct reader *r, const struct conf *c, void *arg)
{
	static const char *const selectors[] = { "each", "category" };
	struct rule rule = { .kind = RULE_LIMIT, .category = -1, .group = -1, .tag = -1, .categories = UINT32_MAX };
	int k, bad = read_amount(r, c, 0, 1, &rule.amount);

	(void)arg;
	if (read_word(r, c, 1, selectors, COUNT(selectors), &k))
		return;
	rule.selector = k == 0 ? SELECT_EACH_CATEGORY : SELECT_CATEGORY;
	bad |= k == 0 ? expect_word(r, c, 2, "category") : read_category(r, c, 2, &rule.category);
	if (!bad)
		add_rule(r, c, &rule);
}

void read_needs(struct reader *r, const struct conf *c, void *arg)
{
	struct rule rule = { .kind = RULE_NEEDS, .selector = SELECT_COMPETENCY_GIVEN, .category = -1, .group = -1, .tag = -1, .categories = UINT32_MAX };

	(void)arg;
	if (expect_word(r, c, 0, "competency"))
		return;
	if (r->p->ncompetencies == 0)
		complain(r, c, 0, "an entry cannot name a competency: the program has none; "
		    "add: competency ID \"NAME\"");
	else
		add_rule(r, c, &rule);
}

void read_once(struct reader *r, const struct conf *c, void *arg)
{
	struct rule rule = { .kind = RULE_ONCE, .selector = SELECT_COURSE, .category = -1, .group = -1, .tag = -1, .categories = UINT32_MAX };

	(void)arg;
	if (!expect_word(r, c, 0, "course"))
		add_rule(r, c, &rule);
}
