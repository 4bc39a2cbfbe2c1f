/* Role profiles: read as program files are. */
#include "rules/profile.h"

#include <stdlib.h>

#include "reader.h"

enum { WEIGHT_MAX = 1000 };

struct draft {				/* a profile being read */
	struct profile *profile;
	struct list weights;
};

static void read_profile_name(struct reader *r, const struct conf *c, void *arg)
{
	struct draft *draft = arg;

	read_text(r, c, 0, &draft->profile->name);
}

static void read_profile_source(struct reader *r, const struct conf *c, void *arg)
{
	struct draft *draft = arg;

	read_text(r, c, 0, &draft->profile->source);
}

static void read_weight(struct reader *r, const struct conf *c, void *arg)
{
	struct draft *draft = arg;
	struct profile_weight *new;
	int weight;

	if (read_number(r, c, 1, 0, WEIGHT_MAX, &weight))
		return;
	new = add_named(r, c, &draft->weights);
	if (!new)
		return;
	new->weight = weight;
	draft->profile->total += weight;
}

static const struct word in_profile[] = {
	{ "name", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "name \"NAME\"", read_profile_name },
	{ "source", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "source \"WHERE THE WEIGHTS ARE FROM\"", read_profile_source },
	{ "weight", WORD_MANY, 2, 2, BLOCK_NONE, 0, "weight COMPETENCY 4", read_weight },
};
const struct words profile_words = WORDS("profile", in_profile);

static void read_profile(struct reader *r, const struct conf *c, void *arg)
{
	struct profile *p = arg;
	struct draft draft = { p, { .what = "weight", .items = p->weights, .size = sizeof *p->weights, .n = &p->nweights,
	    .max = PROFILE_WEIGHTS_MAX } };
	int errors_before;

	read_id(r, c, 0, &p->id);
	errors_before = r->nerrors;
	read_block(r, c, &profile_words, &draft);
	if (p->total == 0 && r->nerrors == errors_before)
		complain(r, c, AT_NAME, "the profile weighs nothing; add: %s", in_profile[2].usage);
}

static void read_profile_file(struct reader *r, const char *text, size_t len, struct profile *p)
{
	static const struct word in_file[] = {
		{ "profile", WORD_NEEDED, 1, 1, BLOCK_MUST, 0, "profile NAME {", read_profile },
	};
	static const struct words words = WORDS("file", in_file);
	struct conf *root;

	if (conf_parse(text, len, r->file, &root, r->errors)) {
		r->nerrors++;
		return;
	}
	read_block(r, root, &words, p);
	conf_free(root);
}

int profile_load(const char *text, size_t len, const char *file, struct profile **ret, struct conf_errors *errors)
{
	struct profile *p = calloc(1, sizeof *p);
	struct reader r = { .file = file, .errors = errors };

	if (p)
		p->arena = r.kept = calloc(1, sizeof *r.kept);
	r.no_memory = !r.kept;
	if (r.kept) {
		read_profile_file(&r, text, len, p);
		arena_free(&r.scratch);
	}
	if (r.no_memory)
		conf_error(errors, file, 1, 1, "there is not enough memory to read the file");
	if (r.no_memory || r.nerrors > 0) {
		profile_free(p);
		return -1;
	}
	*ret = p;
	return 0;
}

void profile_free(struct profile *p)
{
	if (!p)
		return;
	if (p->arena)
		arena_free(p->arena);
	free(p->arena);
	free(p);
}
