/* What a person says of an entry, in a request, and what of it does not go together. */
#include "entering.h"

#include <string.h>

#include "args.h"
#include "base/err.h"

int entering_needed(const char *code, const char *what, const char *next, struct err *err)
{
	err_set(err, ERR_USAGE, code, "%s", what);
	return err_next(err, "%s", next);
}

static int read_competencies(struct call *c, const struct program *p, struct entry *e, struct err *err)
{
	struct competencies named;
	int given = args_competencies(c->body, p, &named, err);

	if (given <= 0)
		return given;
	memcpy(e->competencies, named.ids, named.n * sizeof *named.ids);
	e->ncompetencies = named.n;
	return 0;
}

/* ---- tags */

static int tag_index(const struct program *p, const char *id)
{
	for (size_t i = 0; i < p->ntags; i++)
		if (!strcmp(p->tags[i].id, id))
			return (int)i;
	return -1;
}

static int exclude(const struct program_tag *a, const struct program_tag *b)
{
	return a->sort && b->sort && !strcmp(a->sort, b->sort);
}

static int refuse_pair(const struct program_tag *a, const struct program_tag *b, struct err *err)
{
	err_set(err, ERR_USAGE, "tag-double", "An entry is either %s or %s, not both.", a->id, b->id);
	return err_next(err, "Name one of them.");
}

static int refuse_category(const struct program *p, const struct program_tag *t, const struct entry *e,
    struct err *err)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < p->ncategories; i++)
		if (t->categories >> i & 1)
			buf_printf(&names, "%s%s", names.len ? ", " : "", p->categories[i].id);
	err_set(err, ERR_USAGE, "tag-category", "What is %s cannot have the tag %s.\nIt is for: %s", e->category,
	    t->id, buf_str(&names));
	buf_free(&names);
	return err_next(err, "Leave it out, or name another category.");
}

/* A tag that the program does not know (any more) is left alone. */
int entering_check_tags(const struct program *p, const struct entry *e, struct err *err)
{
	int category = e->category ? program_category(p, e->category) : -1;

	for (size_t i = 0; i < e->ntags; i++) {
		int at = tag_index(p, e->tags[i]);

		if (at < 0)
			continue;
		if (category >= 0 && !(p->tags[at].categories >> category & 1))
			return refuse_category(p, &p->tags[at], e, err);
		for (size_t k = 0; k < i; k++) {
			int other = tag_index(p, e->tags[k]);

			if (other >= 0 && exclude(&p->tags[at], &p->tags[other]))
				return refuse_pair(&p->tags[other], &p->tags[at], err);
		}
	}
	return 0;
}

static int read_tags(struct call *c, const struct program *p, struct entry *e, struct err *err)
{
	struct tags named;
	int given = args_tags(c->body, p, &named, err);

	if (given < 0)
		return -1;
	if (given) {
		memcpy(e->tags, named.ids, named.n * sizeof *named.ids);
		e->ntags = named.n;
	}
	return entering_check_tags(p, e, err);
}

/* ---- as which it earns */

static const char *counted_thing(enum earn_per per)
{
	return per == EARN_ITEM ? "items" : "semester credits";
}

/* Time is counted by the clock, other things by their number. */
static int check_count(const struct program_kind *k, const struct entry *e, int is_counted, struct err *err)
{
	if (k->per != EARN_HOUR && !e->quantity) {
		err_set(err, ERR_USAGE, "count-needed", "What is entered as %s earns by the number of %s.", k->id,
		    counted_thing(k->per));
		return err_next(err, "Say how many: --earn %s=NUMBER", k->id);
	}
	if (k->per == EARN_HOUR && is_counted) {
		err_set(err, ERR_USAGE, "count-unneeded", "What is entered as %s earns by its hours.", k->id);
		return err_next(err, "Leave the number out: --earn %s", k->id);
	}
	return 0;
}

static int read_earning(struct call *c, const struct program *p, struct entry *e, struct err *err)
{
	int kind = e->kind && *e->kind ? program_kind(p, e->kind) : -1;
	int given = args_earn(c->body, p, &kind, err), counted;

	if (given < 0)
		return -1;
	if (given) {
		e->kind = kind < 0 ? "" : p->kinds[kind].id;
		e->quantity = 0;
	}
	counted = args_count(c->body, &e->quantity, err);
	if (counted < 0)
		return -1;
	if (counted && kind < 0)
		return entering_needed("count-unneeded", "A number is given, but not what it counts.",
		    "Say as what it earns: --earn KIND=NUMBER", err);
	return (given || counted) && kind >= 0 ? check_count(&p->kinds[kind], e, counted, err) : 0;
}

/* ---- all of it */

int entering_fields(struct call *c, const struct program *p, struct entry *e, struct err *err)
{
	int category, given;

	if (args_minutes(c->body, &e->minutes, err) < 0)
		return -1;
	given = args_category(c->body, p, &category, err);
	if (given < 0)
		return -1;
	if (given)
		e->category = p->categories[category].id;
	if (read_competencies(c, p, e, err) || read_tags(c, p, e, err) || read_earning(c, p, e, err))
		return -1;
	if (args_filled(c->body, "title", TITLE_CHARS, c->arena, &e->title, err) < 0 ||
	    args_line(c->body, "provider", PROVIDER_CHARS, c->arena, &e->provider, err) < 0 ||
	    args_line(c->body, "note", NOTE_CHARS, c->arena, &e->note, err) < 0)
		return -1;
	return 0;
}

int entering_all_given(const struct entry *e, struct err *err)
{
	if (!e->minutes)
		return entering_needed("hours-needed", "The hours are missing.", "Write them like 1.5, 1h30 or 90m.",
		    err);
	if (!e->category)
		return entering_needed("category-needed", "The category is missing.", "See them: ceu status", err);
	if (!e->title)
		return entering_needed("title-empty", "The title is missing.",
		    "Say what it was: ceu log HOURS CATEGORY TITLE", err);
	return 0;
}

static int same_ids(const char *const *a, size_t n, const char *const *b, size_t m)
{
	if (n != m)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(a[i], b[i]))
			return 0;
	return 1;
}

int entering_is_same(const struct entry *a, const struct entry *b)
{
	return a->day == b->day && a->minutes == b->minutes && !strcmp(a->category, b->category) &&
	    !strcmp(a->title, b->title) && !strcmp(a->provider, b->provider) && !strcmp(a->note, b->note) &&
	    !strcmp(a->kind, b->kind) && a->quantity == b->quantity &&
	    same_ids(a->competencies, a->ncompetencies, b->competencies, b->ncompetencies) &&
	    same_ids(a->tags, a->ntags, b->tags, b->ntags);
}
