/* A program: loaded whole or refused whole, and the small questions asked of it. */
#include <stdlib.h>
#include <string.h>

#include "base/sha.h"
#include "limitset.h"
#include "reader.h"

static void read_name(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_text(r, c, 0, &r->p->name);
}

static void read_title(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_text(r, c, 0, &r->p->title);
}

static void read_issuer(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_text(r, c, 0, &r->p->issuer);
}

static void read_verified(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	read_day(r, c, 0, &r->p->verified);
}

static size_t count_named(const struct conf *block, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < block->nchildren; i++)
		n += !strcmp(block->children[i].name, name);
	return n;
}

static void *make_list(struct reader *r, struct list *list, const char *what, size_t size, size_t *n, size_t max)
{
	*list = (struct list){ .what = what, .items = keep_zeroed(r, max, size), .size = size, .n = n, .max = max };
	return list->items;
}

static int make_room(struct reader *r, const struct conf *c)
{
	struct program *p = r->p;

	r->room_rules = count_named(c, "require") + count_named(c, "limit") + count_named(c, "needs") +
	    count_named(c, "once");
	r->room_assumptions = count_named(c, "assume");
	r->checks = scratch_zeroed(r, count_named(c, "check"), sizeof *r->checks);
	r->rules = scratch_zeroed(r, r->room_rules, sizeof *r->rules);
	p->rules = keep_zeroed(r, r->room_rules, sizeof *p->rules);
	p->assumptions = keep_zeroed(r, r->room_assumptions, sizeof *p->assumptions);
	p->categories = make_list(r, &r->categories, "category", sizeof *p->categories, &p->ncategories,
	    PROGRAM_CATEGORIES_MAX);
	p->competencies = make_list(r, &r->competencies, "competency", sizeof *p->competencies, &p->ncompetencies,
	    PROGRAM_COMPETENCIES_MAX);
	p->sources = make_list(r, &r->sources, "source", sizeof *p->sources, &p->nsources, SOURCES_MAX);
	p->tags = make_list(r, &r->tags, "tag", sizeof *p->tags, &p->ntags, PROGRAM_TAGS_MAX);
	p->groups = make_list(r, &r->groups, "group", sizeof *p->groups, &p->ngroups, PROGRAM_GROUPS_MAX);
	p->kinds = make_list(r, &r->kinds, "kind", sizeof *p->kinds, &p->nkinds, PROGRAM_KINDS_MAX);
	p->maps = make_list(r, &r->maps, "map", sizeof *p->maps, &p->nmaps, MAPS_MAX);
	return r->no_memory ? -1 : 0;
}

static void note_check(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	r->checks[r->nchecks++] = c;
}

/* What is wrong with the line that requires the total has been told: it is not missing. */
static int requires_total(const struct conf *c)
{
	for (size_t i = 0; i < c->nchildren; i++) {
		const struct conf *d = &c->children[i];

		if (!strcmp(d->name, "require") && (d->nparams < 2 || (!strcmp(d->params[1], "total") &&
		    (d->nparams != 4 || !strcmp(d->params[3], "cycle")))))
			return 1;
	}
	return 0;
}

/* Declarations are read first, then the rules that name them, then the checks of both. */
static const struct word in_program[] = {
	{ "name", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "name \"NAME\"", read_name },
	{ "title", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "title \"TITLE\"", read_title },
	{ "issuer", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "issuer \"NAME\"", read_issuer },
	{ "verified", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "verified 2026-11-21", read_verified },
	{ "source", WORD_MANY, 2, 2, BLOCK_NONE, 0, "source ID \"TITLE\"", read_source },
	{ "assume", WORD_MANY, 1, 1, BLOCK_NONE, 0, "assume \"TEXT\"", read_assume },
	{ "unit", WORD_NEEDED, 1, 1, BLOCK_MUST, 0, "unit NAME {", read_unit },
	{ "cycle", WORD_NEEDED, 2, 2, BLOCK_MAY, 0, "cycle 24 months", read_cycle },
	{ "window", WORD_ONCE, 2, 2, BLOCK_NONE, 0, "window 365 days", read_window },
	{ "category", WORD_MANY, 2, 2, BLOCK_MAY, 0, "category ID \"NAME\"", read_category },
	{ "group", WORD_MANY, 2, 1 + PROGRAM_CATEGORIES_MAX, BLOCK_NONE, 1, "group ID CATEGORY..", read_group },
	{ "tag", WORD_MANY, 2, 2, BLOCK_MAY, 1, "tag ID \"NAME\"", read_tag },
	{ "competency", WORD_MANY, 2, 2, BLOCK_NONE, 0, "competency ID \"NAME\"", read_competency },
	{ "map", WORD_MANY, 2, 2, BLOCK_NONE, 1, "map OLD-COMPETENCY COMPETENCY", read_map },
	{ "earn", WORD_MANY, 4, 4, BLOCK_NONE, 0, "earn KIND 2 per hour|item|semester-credit", read_earn },
	{ "require", WORD_MANY, 2, 5, BLOCK_MAY, 2, "require 20 total | require 10 category|group|tag ID | "
	    "require 2 distinct categories [per cycle|year|calendar-year]", read_require },
	{ "limit", WORD_MANY, 3, 5, BLOCK_MAY, 2, "limit 10|25% each category | limit 10|25% category|group|tag ID "
	    "[per cycle|year|calendar-year]", read_limit },
	{ "needs", WORD_MANY, 1, 1, BLOCK_MAY, 2, "needs competency|evidence", read_needs },
	{ "once", WORD_MANY, 1, 1, BLOCK_MAY, 2, "once course|event", read_once },
	{ "carry", WORD_ONCE, 1, 9, BLOCK_MAY, 2, "carry none | "
	    "carry 20 last 12 months [from category|group|tag ID] [into CATEGORY]", read_carry },
	{ "prorate", WORD_ONCE, 4, 4, BLOCK_MAY, 3, "prorate 20 per 6 months", read_prorate },
	{ "ladder", WORD_MANY, 2, 1 + LADDER_WORDS_MAX, BLOCK_NONE, 0,
	    "ladder behind|on-pace|complete|lapsed DAYS..", read_ladder },
	{ "check", WORD_MANY, 1, 1, BLOCK_MUST, 0, "check \"NAME\" {", note_check },
};
const struct words program_words = WORDS("program", in_program);

const struct words *const language[] = { &program_words, &unit_words, &cycle_words, &category_words, &tag_words,
	&rule_words, &carry_words, &prorate_words, &check_words, NULL };

static void read_program(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	if (make_room(r, c))
		return;
	read_id(r, c, 0, &r->p->id);
	read_block(r, c, &program_words, NULL);
	if (count_named(c, "category") == 0)
		complain(r, c, AT_NAME, "the program has no category; add: category ID \"NAME\"");
	if (!requires_total(c))
		complain(r, c, AT_NAME, "the program requires no total; add: require 20 total");
	if (r->no_memory || settle(r, c))
		return;
	for (size_t i = 0; i < r->nchecks && !r->no_memory; i++)
		read_check(r, r->checks[i]);
}

static void read_file(struct reader *r, const char *text, size_t len)
{
	static const struct word in_file[] = {
		{ "program", WORD_NEEDED, 1, 1, BLOCK_MUST, 0, "program NAME {", read_program },
	};
	static const struct words words = WORDS("file", in_file);
	struct conf *root;

	if (conf_parse(text, len, r->file, &root, r->errors)) {
		r->nerrors++;
		return;
	}
	read_block(r, root, &words, NULL);
	conf_free(root);
}

static struct program *program_new(void)
{
	struct program *p = calloc(1, sizeof *p);
	struct arena *arena = calloc(1, sizeof *arena);

	if (!p || !arena) {
		free(p);
		free(arena);
		return NULL;
	}
	p->arena = arena;
	p->verified = DAY_NONE;
	p->carry.tag = p->carry.into = -1;
	return p;
}

int program_load(const char *text, size_t len, const char *file, struct program **ret,
    struct conf_errors *errors)
{
	struct reader r = { .file = file, .errors = errors, .p = program_new() };

	r.no_memory = !r.p;
	if (r.p) {
		r.kept = r.p->arena;
		sha256_hex(text, len, r.p->hash);
		read_file(&r, text, len);
		arena_free(&r.scratch);
	}
	if (r.no_memory)
		conf_error(errors, file, 1, 1, "there is not enough memory to read the file");
	if (r.no_memory || r.nerrors > 0) {
		program_free(r.p);
		return -1;
	}
	*ret = r.p;
	return 0;
}

void program_free(struct program *p)
{
	if (!p)
		return;
	arena_free(p->arena);
	free(p->arena);
	free(p);
}

/* Of things whose first member is their id; the index of the one that `word` is, or begins unambiguously. */
static int find_id(const void *items, size_t size, size_t n, const char *word)
{
	size_t len = strlen(word);
	int found = -1;

	for (size_t i = 0; len > 0 && i < n; i++) {
		const char *id = *(const char *const *)((const char *)items + i * size);

		if (!strcmp(id, word))
			return (int)i;
		if (!strncmp(id, word, len))
			found = found == -1 ? (int)i : -2;
	}
	return found;
}

int program_category(const struct program *p, const char *word)
{
	return find_id(p->categories, sizeof *p->categories, p->ncategories, word);
}

int program_competency(const struct program *p, const char *word)
{
	return find_id(p->competencies, sizeof *p->competencies, p->ncompetencies, word);
}

int program_tag(const struct program *p, const char *word)
{
	return find_id(p->tags, sizeof *p->tags, p->ntags, word);
}

int program_kind(const struct program *p, const char *word)
{
	return find_id(p->kinds, sizeof *p->kinds, p->nkinds, word);
}

int64_t program_category_limit(const struct program *p, int category)
{
	if (category < 0 || (size_t)category >= p->ncategories)
		return -1;
	for (size_t i = 0; i < p->nlimits; i++) {	/* of equal sets the tightest stands first */
		const struct limit_set *s = &p->limits[i];

		if (s->categories == UINT32_C(1) << category && s->tag < 0 && s->period == PER_CYCLE)
			return s->amount;
	}
	return -1;
}

/* `made` is in parts of a unit of which `step` make one step. */
static int64_t round_to_step(const struct program *p, int64_t made, int64_t step)
{
	switch (p->round) {
	case ROUND_UP:
		return (made + step - 1) / step * p->step;
	case ROUND_NEAREST:
		return (2 * made + step) / (2 * step) * p->step;
	case ROUND_DOWN:
		break;
	}
	return made / step * p->step;
}

int64_t program_units(const struct program *p, int minutes)
{
	return round_to_step(p, (int64_t)minutes * 100, p->unit_minutes * p->step);
}

int64_t program_earns(const struct program *p, int kind, int minutes, int64_t quantity)
{
	const struct program_kind *k;

	if (kind < 0)
		return program_units(p, minutes);
	k = &p->kinds[kind];
	if (k->per == EARN_HOUR)
		return round_to_step(p, k->amount * minutes, 60 * p->step);
	return round_to_step(p, k->amount * quantity, 100 * p->step);
}

int program_maps_to(const struct program *p, const char *id)
{
	for (size_t i = 0; i < p->ncompetencies; i++)
		if (!strcmp(p->competencies[i].id, id))
			return (int)i;
	for (size_t i = 0; i < p->nmaps; i++)
		if (!strcmp(p->maps[i].old, id))
			return p->maps[i].competency;
	return -1;
}

/* Those of the mask that are of the tag's sort, but not the tag itself. */
static uint32_t others_of_sort(const struct program *p, size_t tag, uint32_t mask)
{
	uint32_t found = 0;

	for (size_t i = 0; i < p->ntags; i++)
		if ((mask >> i & 1) != 0 && tags_differ(p, (int)tag, (int)i))
			found |= UINT32_C(1) << i;
	return found;
}

uint32_t program_tags(const struct program *p, int category, uint32_t named)
{
	uint32_t tags = 0, own = p->categories[category].tags;

	for (size_t i = 0; i < p->ntags; i++) {
		if ((named >> i & 1) == 0 || (p->tags[i].categories >> category & 1) == 0 || others_of_sort(p, i, tags))
			continue;
		tags |= UINT32_C(1) << i;
		own &= ~others_of_sort(p, i, own);
	}
	return tags | own;
}
