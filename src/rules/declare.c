/* What a program file declares: unit, cycle, categories, competencies, sources, assumptions. */
#include <string.h>

#include "reader.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

static void read_minutes(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_number(r, c, 0, 1, 1440, &r->p->unit_minutes);
}

static void read_step(struct reader *r, const struct conf *c, void *arg)
{
	int64_t step;

	(void)arg;
	if (read_amount(r, c, 0, 1, &step))
		return;
	if (step > 10000)
		complain(r, c, 0, "a step of more than 100 units is too large");
	else
		r->p->step = step;
}

static void read_round(struct reader *r, const struct conf *c, void *arg)
{
	static const char *const names[] = { "down", "nearest", "up" };
	int k;

	(void)arg;
	if (!read_word(r, c, 0, names, COUNT(names), &k))
		r->p->round = k == 0 ? ROUND_DOWN : k == 1 ? ROUND_NEAREST : ROUND_UP;
}

void read_unit(struct reader *r, const struct conf *c, void *arg)
{
	static const struct word words[] = {
		{ "minutes", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "minutes 60", read_minutes },
		{ "step", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "step 0.25", read_step },
		{ "round", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "round down|nearest|up", read_round },
	};

	(void)arg;
	read_text(r, c, 0, &r->p->unit);
	read_block(r, c, words, COUNT(words), NULL);
}

static void read_anchor(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	expect_word(r, c, 0, "expiry");
}

static void read_grace(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_number(r, c, 0, 0, 366, &r->p->grace_days);
	expect_word(r, c, 1, "days");
}

void read_cycle(struct reader *r, const struct conf *c, void *arg)
{
	static const struct word words[] = {
		{ "anchor", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "anchor expiry", read_anchor },
		{ "grace", WORD_ONCE, 2, 2, BLOCK_NONE, 0, "grace 0 days", read_grace },
	};

	(void)arg;
	read_number(r, c, 0, 1, 240, &r->p->cycle_months);
	expect_word(r, c, 1, "months");
	read_block(r, c, words, COUNT(words), NULL);
}

static void read_evidence(struct reader *r, const struct conf *c, void *arg)
{
	struct program_item *item = arg;

	read_texts(r, c, &item->evidence, &item->nevidence);
}

static void read_examples(struct reader *r, const struct conf *c, void *arg)
{
	struct program_item *item = arg;

	read_texts(r, c, &item->examples, &item->nexamples);
}

struct list { struct program_item *items; size_t *n; int *lines; size_t max; };

/* The next free item of the list, with id and name; NULL when there is an error. */
static struct program_item *add_item(struct reader *r, const struct conf *c, const struct list *list)
{
	struct program_item *item;
	const char *id, *name;

	for (size_t i = 0; i < *list->n; i++) {
		if (strcmp(list->items[i].id, c->params[0]))
			continue;
		complain(r, c, 0, "%s \"%s\" is here twice, first on line %d; give one another id", c->name,
		    c->params[0], list->lines[i]);
		return NULL;
	}
	if (*list->n == list->max) {
		complain(r, c, AT_NAME, "this is one %s too many; a program has at most %d", c->name,
		    (int)list->max);
		return NULL;
	}
	if (read_id(r, c, 0, &id) || read_text(r, c, 1, &name))
		return NULL;
	list->lines[*list->n] = c->line;
	item = &list->items[(*list->n)++];
	item->id = id;
	item->name = name;
	return item;
}

void read_item_category(struct reader *r, const struct conf *c, void *arg)
{
	static const struct word words[] = {
		{ "evidence", WORD_ONCE, 1, ANY_NUMBER, BLOCK_NONE, 0, "evidence WORD..", read_evidence },
		{ "examples", WORD_ONCE, 1, ANY_NUMBER, BLOCK_NONE, 0, "examples WORD..", read_examples },
	};
	struct list list = { r->p->categories, &r->p->ncategories, r->category_lines,
	    PROGRAM_CATEGORIES_MAX };
	struct program_item unused = { 0 }, *item = add_item(r, c, &list);

	(void)arg;
	read_block(r, c, words, COUNT(words), item ? item : &unused);
}

void read_item_competency(struct reader *r, const struct conf *c, void *arg)
{
	struct list list = { r->p->competencies, &r->p->ncompetencies, r->competency_lines,
	    PROGRAM_COMPETENCIES_MAX };

	(void)arg;
	if (!strcmp(c->params[0], "none"))	/* `for none` in checks */
		complain(r, c, 0, "\"none\" cannot be the id of a competency; use another");
	else
		add_item(r, c, &list);
}

void read_source(struct reader *r, const struct conf *c, void *arg)
{
	struct program *p = r->p;
	const char *id, *title;

	(void)arg;
	for (size_t i = 0; i < p->nsources; i++) {
		if (strcmp(p->sources[i].id, c->params[0]))
			continue;
		complain(r, c, 0, "source \"%s\" is here twice, first on line %d; give one another id",
		    c->params[0], r->source_lines[i]);
		return;
	}
	if (p->nsources == SOURCES_MAX) {
		complain(r, c, AT_NAME, "this is one source too many; a program has at most %d",
		    (int)SOURCES_MAX);
		return;
	}
	if (read_id(r, c, 0, &id) || read_text(r, c, 1, &title))
		return;
	r->source_lines[p->nsources] = c->line;
	p->sources[p->nsources++] = (struct program_source){ id, title };
}

void read_assume(struct reader *r, const struct conf *c, void *arg)
{
	struct program *p = r->p;
	const char *text;
	char *copy;

	(void)arg;
	if (read_text(r, c, 0, &text) || p->nassumptions == r->room_assumptions)
		return;
	copy = keep(r, text);
	if (copy)
		p->assumptions[p->nassumptions++] = copy;
}

void read_carry(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	expect_word(r, c, 0, "none");
}
