/* What a program file declares: unit, cycle, categories, competencies, sources, assumptions. */
#include <string.h>

#include "reader.h"

static void read_minutes(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_number(r, c, 0, 1, 1440, &r->p->unit_minutes);
}

static void read_step(struct reader *r, const struct conf *c, void *arg)
{
	int64_t step;

	(void)arg;
	if (read_amount(r, c, 0, 1, AMOUNT_MAX, &step))
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

static const struct word in_unit[] = {
	{ "minutes", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "minutes 60", read_minutes },
	{ "step", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "step 0.25", read_step },
	{ "round", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "round down|nearest|up", read_round },
};
const struct words unit_words = WORDS("unit", in_unit);

void read_unit(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_text(r, c, 0, &r->p->unit);
	read_block(r, c, &unit_words, NULL);
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
	if (c->nparams == 3)
		r->p->grace_earning = !expect_word(r, c, 2, "earning");
}

static void read_early(struct reader *r, const struct conf *c, void *arg)
{
	static const char *const names[] = { "surplus", "next" };

	(void)arg;
	read_word(r, c, 0, names, COUNT(names), &r->p->early_next);
}

static const struct word in_cycle[] = {
	{ "anchor", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "anchor expiry", read_anchor },
	{ "grace", WORD_ONCE, 2, 3, BLOCK_NONE, 0, "grace 0 days", read_grace },
	{ "early", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "early surplus|next", read_early },
};
const struct words cycle_words = WORDS("cycle", in_cycle);

void read_cycle(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_number(r, c, 0, 1, 240, &r->p->cycle_months);
	expect_word(r, c, 1, "months");
	read_block(r, c, &cycle_words, NULL);
}

void read_window(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_number(r, c, 0, 1, 7320, &r->p->window_days);
	expect_word(r, c, 1, "days");
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

/* Tags may stand below their categories: these wait until all are known. */
static void note_tags(struct reader *r, const struct conf *c, void *arg)
{
	const struct program_item *item = arg;

	if (item->id)
		r->default_tags[item - r->p->categories] = c;
}

static const struct word in_category[] = {
	{ "evidence", WORD_ONCE, 1, ANY_NUMBER, BLOCK_NONE, 0, "evidence WORD..", read_evidence },
	{ "examples", WORD_ONCE, 1, ANY_NUMBER, BLOCK_NONE, 0, "examples WORD..", read_examples },
	{ "tag", WORD_ONCE, 1, PROGRAM_TAGS_MAX, BLOCK_NONE, 0, "tag TAG..", note_tags },
};
const struct words category_words = WORDS("category", in_category);

void read_category(struct reader *r, const struct conf *c, void *arg)
{
	struct program_item unused = { 0 }, *item = NULL;
	const char *name;

	(void)arg;
	if (!read_text(r, c, 1, &name)) {
		item = add_named(r, c, &r->categories);
		if (item)
			item->name = name;
	}
	read_block(r, c, &category_words, item ? item : &unused);
}

void read_competency(struct reader *r, const struct conf *c, void *arg)
{
	struct program_item *item;
	const char *name;

	(void)arg;
	if (read_text(r, c, 1, &name))
		return;
	if (!strcmp(c->params[0], "none")) {	/* `for none` in checks */
		complain(r, c, 0, "\"none\" cannot be the id of a competency; use another");
		return;
	}
	item = add_named(r, c, &r->competencies);
	if (item)
		item->name = name;
}

void read_map(struct reader *r, const struct conf *c, void *arg)
{
	struct program_map *map;
	int competency;

	(void)arg;
	for (size_t i = 0; i < r->p->ncompetencies; i++) {
		if (strcmp(r->p->competencies[i].id, c->params[0]))
			continue;
		complain(r, c, 0, "\"%s\" is a competency of this program and stands for itself; remove this",
		    c->params[0]);
		return;
	}
	if (read_named(r, c, 1, &r->competencies, &competency))
		return;
	map = add_named(r, c, &r->maps);
	if (map)
		map->competency = competency;
}

void read_source(struct reader *r, const struct conf *c, void *arg)
{
	struct program_source *source;
	const char *title;

	(void)arg;
	if (read_text(r, c, 1, &title))
		return;
	source = add_named(r, c, &r->sources);
	if (source)
		source->title = title;
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

static int read_rungs(struct reader *r, const struct conf *c, enum ladder_kind kind, struct ladder *ret)
{
	int rung;

	for (size_t i = 1; i < c->nparams; i++) {
		if (ladder_word(kind, c->params[i], &rung)) {
			complain(r, c, (int)i, "\"%s\" is no rung of this ladder; use %s", c->params[i], ladder_words_wanted(kind));
			return -1;
		}
		for (size_t k = 0; k < ret->n; k++) {
			if (ret->rungs[k] != rung)
				continue;
			complain(r, c, (int)i, "\"%s\" is here twice; remove one", c->params[i]);
			return -1;
		}
		ret->rungs[ret->n++] = rung;
	}
	return 0;
}

void read_ladder(struct reader *r, const struct conf *c, void *arg)
{
	struct ladder found = { .is_set = 1 };
	const char *names[LADDER_KINDS];
	int kind;

	(void)arg;
	for (int k = 0; k < LADDER_KINDS; k++)
		names[k] = ladder_kind_name((enum ladder_kind)k);
	if (read_word(r, c, 0, names, LADDER_KINDS, &kind))
		return;
	if (r->p->ladders.of[kind].is_set)
		complain(r, c, 0, "the ladder \"%s\" is here twice; remove one", names[kind]);
	else if (!read_rungs(r, c, (enum ladder_kind)kind, &found))
		r->p->ladders.of[kind] = found;
}
