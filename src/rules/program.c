/* A program: loaded whole or refused whole, and the small questions asked of it. */
#include <stdlib.h>
#include <string.h>

#include "base/sha.h"
#include "limitset.h"
#include "reader.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

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

static int make_room(struct reader *r, const struct conf *c)
{
	struct program *p = r->p;

	r->room_rules = count_named(c, "require") + count_named(c, "limit") + count_named(c, "needs") +
	    count_named(c, "once");
	r->room_assumptions = count_named(c, "assume");
	r->checks = scratch_zeroed(r, count_named(c, "check"), sizeof *r->checks);
	p->categories = keep_zeroed(r, PROGRAM_CATEGORIES_MAX, sizeof *p->categories);
	p->competencies = keep_zeroed(r, PROGRAM_COMPETENCIES_MAX, sizeof *p->competencies);
	p->sources = keep_zeroed(r, SOURCES_MAX, sizeof *p->sources);
	p->rules = keep_zeroed(r, r->room_rules, sizeof *p->rules);
	p->assumptions = keep_zeroed(r, r->room_assumptions, sizeof *p->assumptions);
	return r->no_memory ? -1 : 0;
}

/* A cycle that nobody can finish is a mistake of the file, most often a digit. */
static void check_reachable(struct reader *r, const struct conf *c)
{
	const struct conf *require = conf_find(c, "require");
	char want[32], most[32];
	int64_t sum = 0;

	if (!require || r->p->ncategories == 0 || r->p->ncategories != count_named(c, "category"))
		return;
	for (size_t i = 0; i < r->p->ncategories; i++) {
		int64_t limit = program_category_limit(r->p, (int)i);

		if (limit < 0)
			return;
		sum += limit;
	}
	if (sum < r->p->required)
		complain(r, require, AT_NAME, "%s units are required, but all limits together let %s count; "
		    "change one of the two", units_text(r->p->required, want, sizeof want),
		    units_text(sum, most, sizeof most));
}

static void note_check(struct reader *r, const struct conf *c, void *arg)
{
	(void)arg;
	r->checks[r->nchecks++] = c;
}

/* Declarations are read first, then the rules that name them, then the checks of both. */
static void read_program(struct reader *r, const struct conf *c, void *arg)
{
	static const struct word words[] = {
		{ "name", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "name \"NAME\"", read_name },
		{ "title", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "title \"TITLE\"", read_title },
		{ "issuer", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "issuer \"NAME\"", read_issuer },
		{ "verified", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "verified 2026-11-21", read_verified },
		{ "source", WORD_MANY, 2, 2, BLOCK_NONE, 0, "source ID \"TITLE\"", read_source },
		{ "unit", WORD_NEEDED, 1, 1, BLOCK_MUST, 0, "unit NAME {", read_unit },
		{ "cycle", WORD_NEEDED, 2, 2, BLOCK_MAY, 0, "cycle 24 months", read_cycle },
		{ "category", WORD_MANY, 2, 2, BLOCK_MAY, 0, "category ID \"NAME\"", read_item_category },
		{ "competency", WORD_MANY, 2, 2, BLOCK_NONE, 0, "competency ID \"NAME\"",
		    read_item_competency },
		{ "carry", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "carry none", read_carry },
		{ "assume", WORD_MANY, 1, 1, BLOCK_NONE, 0, "assume \"TEXT\"", read_assume },
		{ "require", WORD_MANY, 2, 2, BLOCK_MAY, 1, "require 20 total", read_require },
		{ "limit", WORD_MANY, 3, 3, BLOCK_MAY, 1, "limit 10 each category | limit 10 category ID",
		    read_limit },
		{ "needs", WORD_MANY, 1, 1, BLOCK_MAY, 1, "needs competency", read_needs },
		{ "once", WORD_MANY, 1, 1, BLOCK_MAY, 1, "once course", read_once },
		{ "check", WORD_MANY, 1, 1, BLOCK_MUST, 2, "check \"NAME\" {", note_check },
	};

	(void)arg;
	if (make_room(r, c))
		return;
	read_id(r, c, 0, &r->p->id);
	read_block(r, c, words, COUNT(words), NULL);
	if (count_named(c, "category") == 0)
		complain(r, c, AT_NAME, "the program has no category; add: category ID \"NAME\"");
	if (count_named(c, "require") == 0)
		complain(r, c, AT_NAME, "the program requires nothing; add: require 20 total");
	if (limits_make(r->p, r->kept)) {
		r->no_memory = 1;
		return;
	}
	check_reachable(r, c);
	for (size_t i = 0; i < r->nchecks && !r->no_memory; i++)
		read_check(r, r->checks[i]);
}

static void read_file(struct reader *r, const char *text, size_t len)
{
	static const struct word words[] = {
		{ "program", WORD_NEEDED, 1, 1, BLOCK_MUST, 0, "program NAME {", read_program },
	};
	struct conf *root;

	if (conf_parse(text, len, r->file, &root, r->errors)) {
		r->nerrors++;
		return;
	}
	read_block(r, root, words, COUNT(words), NULL);
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

static int find_item(const struct program_item *items, size_t n, const char *word)
{
	size_t len = strlen(word);
	int found = -1;

	if (len == 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(items[i].id, word))
			return (int)i;
	for (size_t i = 0; i < n; i++)
		if (!strncmp(items[i].id, word, len))
			found = found == -1 ? (int)i : -2;
	return found;
}

int program_category(const struct program *p, const char *word)
{
	return find_item(p->categories, p->ncategories, word);
}

int program_competency(const struct program *p, const char *word)
{
	return find_item(p->competencies, p->ncompetencies, word);
}

int64_t program_category_limit(const struct program *p, int category)
{
	struct limits limits;

	if (category < 0 || (size_t)category >= p->ncategories)
		return -1;
	limits_of(p, &limits);
	for (size_t i = 0; i < limits.n; i++)	/* of equal sets the tightest stands first */
		if (limits.sets[i].categories == UINT32_C(1) << category && limits.sets[i].tag < 0 &&
		    limits.sets[i].period == PER_CYCLE)
			return limits.sets[i].amount;
	return -1;
}

int64_t program_units(const struct program *p, int minutes)
{
	int64_t made = (int64_t)minutes * 100, step = p->unit_minutes * p->step;	/* of a minute */

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

int64_t program_earns(const struct program *p, int kind, int minutes, int64_t quantity)
{
	int64_t made, step = p->step;

	if (kind < 0)
		return program_units(p, minutes);
	made = p->kinds[kind].amount * (p->kinds[kind].per == EARN_HOUR ? minutes : quantity);
	step *= p->kinds[kind].per == EARN_HOUR ? 60 : 100;
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

/* The index of a named thing by id or, else, by its unambiguous beginning; -1 none, -2 several. */
int program_tag(const struct program *p, const char *word)
{
	size_t len = strlen(word);
	int found = -1;

	for (size_t i = 0; len && i < p->ntags; i++) {
		if (!strcmp(p->tags[i].id, word))
			return (int)i;
		if (!strncmp(p->tags[i].id, word, len))
			found = found == -1 ? (int)i : -2;
	}
	return found;
}

int program_kind(const struct program *p, const char *word)
{
	size_t len = strlen(word);
	int found = -1;

	for (size_t i = 0; len && i < p->nkinds; i++) {
		if (!strcmp(p->kinds[i].id, word))
			return (int)i;
		if (!strncmp(p->kinds[i].id, word, len))
			found = found == -1 ? (int)i : -2;
	}
	return found;
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

uint32_t program_tags(const struct program *p, int category, uint32_t named)
{
	uint32_t own = p->categories[category].tags;

	for (size_t i = 0; i < p->ntags; i++)
		for (size_t k = 0; k < p->ntags; k++)
			if ((named >> i & 1) && p->tags[i].sort && p->tags[k].sort && !strcmp(p->tags[i].sort, p->tags[k].sort))
				own &= ~(UINT32_C(1) << k);
	return named | own;
}
