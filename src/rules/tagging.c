/* What entries may be besides their category: tags, groups of categories, kinds that earn in their own way. */
#include "limitset.h"
#include "reader.h"

#define EARN_MAX INT64_C(100000)	/* a thousand units for one */

static uint32_t all_categories(const struct reader *r)
{
	return (uint32_t)((UINT64_C(1) << r->p->ncategories) - 1);
}

static void read_sort(struct reader *r, const struct conf *c, void *arg)
{
	struct program_tag *tag = arg;

	read_id(r, c, 0, &tag->sort);
}

static void read_only(struct reader *r, const struct conf *c, void *arg)
{
	struct program_tag *tag = arg;

	read_named_rest(r, c, 0, &r->categories, &tag->categories);
}

static const struct word in_tag[] = {
	{ "sort", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "sort NAME", read_sort },
	{ "only", WORD_ONCE, 1, PROGRAM_CATEGORIES_MAX, BLOCK_NONE, 0, "only CATEGORY..", read_only },
};
const struct words tag_words = WORDS("tag", in_tag);

void read_tag(struct reader *r, const struct conf *c, void *arg)
{
	struct program_tag unused = { 0 }, *tag = NULL;
	const char *name = NULL;

	(void)arg;
	if (!read_text(r, c, 1, &name))
		tag = add_named(r, c, &r->tags);
	if (!tag)
		tag = &unused;
	tag->name = name;
	tag->categories = all_categories(r);
	read_block(r, c, &tag_words, tag);
}

void read_group(struct reader *r, const struct conf *c, void *arg)
{
	struct program_group *group;
	uint32_t categories;

	(void)arg;
	if (read_named_rest(r, c, 1, &r->categories, &categories))
		return;
	group = add_named(r, c, &r->groups);
	if (group)
		group->categories = categories;
}

const char *const earn_words[] = { "hour", "item", "semester-credit", NULL };

void read_earn(struct reader *r, const struct conf *c, void *arg)
{
	static const enum earn_per pers[] = { EARN_HOUR, EARN_ITEM, EARN_SEMESTER_CREDIT };
	struct program_kind *kind;
	int64_t amount = 0;
	int k, bad = read_amount(r, c, 1, 1, EARN_MAX, &amount);

	(void)arg;
	bad |= expect_word(r, c, 2, "per");
	bad |= read_word(r, c, 3, earn_words, COUNT(pers), &k);
	if (bad)
		return;
	kind = add_named(r, c, &r->kinds);
	if (kind) {
		kind->amount = amount;
		kind->per = pers[k];
	}
}

int tags_fit(struct reader *r, const struct conf *c, int i, int category, uint32_t tags)
{
	const struct program *p = r->p;

	for (size_t a = 0; a < p->ntags; a++) {
		if ((tags >> a & 1) == 0)
			continue;
		if ((p->tags[a].categories >> category & 1) == 0) {
			complain(r, c, i, "entries of category \"%s\" cannot have tag \"%s\": it is only for others",
			    p->categories[category].id, p->tags[a].id);
			return 0;
		}
		for (size_t b = 0; b < a; b++) {
			if ((tags >> b & 1) == 0 || !tags_differ(p, (int)a, (int)b))
				continue;
			complain(r, c, i, "tags \"%s\" and \"%s\" are of one sort, \"%s\"; keep one of the two",
			    p->tags[b].id, p->tags[a].id, p->tags[a].sort);
			return 0;
		}
	}
	return 1;
}
