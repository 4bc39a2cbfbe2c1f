/*
 * Whether requirements can be met under the limits.  The entries there can be are cut into cells: those of a category
 * that have a tag that limits are about, and those that have none.  Limits nest, so one walk over them, bottom-up,
 * gives the most that can count.
 */
#include <string.h>

#include "limitset.h"
#include "reach.h"

#define UNLIMITED INT64_MAX

struct cell { int category, tag; int64_t most; };	/* tag: -1 for none that is limited */
enum { CELLS_MAX = PROGRAM_CATEGORIES_MAX * (PROGRAM_TAGS_MAX + 1) };

struct reach {
	const struct program *p;
	uint32_t limited;		/* tags that limits are about */
	struct cell cells[CELLS_MAX];
	size_t n;
};

static int same_sort(const struct program *p, size_t a, size_t b)
{
	return a == b || tags_differ(p, (int)a, (int)b);
}

static int can_have(const struct program *p, int category, size_t tag)
{
	return (p->tags[tag].categories >> category & 1) != 0;
}

/* Limited tags of one category are of one sort, or limits would not nest: can an entry have none of them? */
static int can_be_free(const struct reach *w, int category)
{
	const struct program *p = w->p;
	uint32_t own = p->categories[category].tags;

	for (size_t a = 0; a < p->ntags; a++) {
		if ((w->limited & own) >> a & 1) {
			for (size_t b = 0; b < p->ntags; b++)
				if (!(w->limited >> b & 1) && same_sort(p, a, b) && can_have(p, category, b))
					return 1;
			return 0;
		}
	}
	return 1;
}

static void make_cells(struct reach *w)
{
	const struct program *p = w->p;

	for (size_t i = 0; i < p->nlimits; i++)
		if (p->limits[i].tag >= 0)
			w->limited |= UINT32_C(1) << p->limits[i].tag;
	for (int c = 0; c < (int)p->ncategories; c++) {
		for (size_t t = 0; t < p->ntags; t++)
			if ((w->limited >> t & 1) && can_have(p, c, t))
				w->cells[w->n++] = (struct cell){ c, (int)t, 0 };
		if (can_be_free(w, c))
			w->cells[w->n++] = (struct cell){ c, -1, 0 };
	}
}

/* Whether entries of the cell can be of the requirement's selection. */
static int can_serve(const struct reach *w, const struct cell *cell, const struct rule *r)
{
	if ((r->categories >> cell->category & 1) == 0)
		return 0;
	if (r->tag < 0 || cell->tag == r->tag)
		return 1;
	if (cell->tag >= 0)
		return !same_sort(w->p, (size_t)cell->tag, (size_t)r->tag);
	return (w->limited >> r->tag & 1) == 0;
}

/* How many periods of a limit touch the span that is looked at, at most. */
static int periods(const struct program *p, enum period of, enum period span)
{
	int years = (p->cycle_months + 11) / 12;

	if (of == PER_CYCLE || of == span)
		return 1;
	if (span != PER_CYCLE)
		return 2;
	return of == PER_YEAR ? years : years + 1;
}

static int in_set(const struct limit_set *s, const struct cell *cell)
{
	return (s->categories >> cell->category & 1) != 0 && (s->tag < 0 || s->tag == cell->tag);
}

/* All of the set moves into one of its cells: whatever holds the set holds that cell. */
static void apply(struct reach *w, const struct limit_set *s, int64_t most)
{
	struct cell *kept = NULL;
	int64_t sum = 0;

	for (size_t i = 0; i < w->n; i++) {
		struct cell *cell = &w->cells[i];

		if (cell->most == 0 || !in_set(s, cell))
			continue;
		sum = sum == UNLIMITED || cell->most == UNLIMITED ? UNLIMITED : sum + cell->most;
		cell->most = 0;
		kept = kept ? kept : cell;
	}
	if (kept)
		kept->most = sum > most ? most : sum;
}

/* The most that can count of a requirement's selection in a span of time. */
static int64_t reach(struct reach *w, const struct rule *r, enum period span)
{
	int64_t sum = 0;

	for (size_t i = 0; i < w->n; i++)
		w->cells[i].most = can_serve(w, &w->cells[i], r) ? UNLIMITED : 0;
	for (size_t i = 0; i < w->p->nlimits; i++) {
		const struct limit_set *s = &w->p->limits[i];

		apply(w, s, s->amount * periods(w->p, s->period, span));
	}
	for (size_t i = 0; i < w->n; i++) {
		if (w->cells[i].most == UNLIMITED)
			return UNLIMITED;
		sum += w->cells[i].most;
	}
	return sum;
}

static void check_rule(struct reader *r, struct reach *w, size_t rule)
{
	const struct rule *it = &r->p->rules[rule];
	int whole = it->period == PER_CYCLE ? 1 : r->p->cycle_months / 12 - (it->period == PER_CALENDAR_YEAR);
	int64_t need = it->amount, most;
	char want[32], let[32];

	if (it->kind != RULE_REQUIRE || it->selector == SELECT_DISTINCT || whole < 1)
		return;
	most = reach(w, it, it->period);
	if (need <= most) {
		need *= whole;
		most = reach(w, it, PER_CYCLE);
	}
	if (need > most)
		complain(r, r->rules[rule], AT_NAME, "%s units are required, but all limits together let %s count; "
		    "change one of the two", units_text(need, want, sizeof want), units_text(most, let, sizeof let));
}

void check_reachable(struct reader *r, const struct conf *program)
{
	struct reach w = { .p = r->p };
	size_t categories = 0;

	for (size_t i = 0; i < program->nchildren; i++)
		categories += !strcmp(program->children[i].name, "category");
	if (r->p->ncategories == 0 || r->p->ncategories != categories || r->p->cycle_months == 0)
		return;
	make_cells(&w);
	for (size_t i = 0; i < r->p->nrules; i++)
		check_rule(r, &w, i);
}
