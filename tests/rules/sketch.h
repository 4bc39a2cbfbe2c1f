#ifndef TESTS_RULES_SKETCH_H
#define TESTS_RULES_SKETCH_H

#include "rules/credit.h"

/*
 * A random program as the tests know it: what it says, kept apart from what program_load() makes of its text.
 * Categories are c0, c1 .. in the file, tags t0.., groups g0.., kinds k0.., rules r0 ..
 */
enum { SKETCH_CATEGORIES = 5, SKETCH_TAGS = 4, SKETCH_GROUPS = 2, SKETCH_KINDS = 2, SKETCH_RULES = 10 };

struct sketch_rule {
	int is_limit;
	enum rule_selector selector;
	int index;			/* of the category, group or tag */
	enum period period;
	int amount, percent;		/* hundredths; percent > 0 instead */
	int is_waived;
};

struct sketch {
	int ncategories, ntags, ngroups, nkinds, nrules;
	int grain;			/* hundredths: all amounts but percentages are multiples of it */
	struct { int sort; uint32_t only; } tags[SKETCH_TAGS];	/* sort 0: of none */
	uint32_t own[SKETCH_CATEGORIES];	/* tags of their entries */
	uint32_t groups[SKETCH_GROUPS];
	struct { int amount; enum earn_per per; } kinds[SKETCH_KINDS];
	struct sketch_rule rules[SKETCH_RULES];		/* the first is the total */
	int minutes, step, round;	/* 0 down, 1 nearest, 2 up */
	int months, grace, is_earning;
	int needs_competency, needs_evidence, once_course, once_event;
	int carry_most, carry_months, carry_over, carry_into;	/* into: -1 none */
	int carry_from;			/* category it is from, -1: all */
	int prorate_amount, prorate_months;
};

void sketch_draw(uint64_t *rnd, struct sketch *ret);
/* Whether its limits nest, by looking at every kind of entry there can be. */
int sketch_nests(const struct sketch *s);
char *sketch_text(const struct sketch *s);	/* the program file; free() */
/* Draw until it nests and is a program; the program too. */
struct program *sketch_program(uint64_t *rnd, struct sketch *ret);

/* The categories that a rule is about, as a mask, and the tag or -1. */
uint32_t sketch_categories(const struct sketch *s, const struct sketch_rule *r);
int sketch_tag(const struct sketch_rule *r);

/* Tags that an entry of the category may have together. */
uint32_t sketch_draw_tags(uint64_t *rnd, const struct sketch *s, int category);
void sketch_draw_cycle(uint64_t *rnd, const struct sketch *s, struct credit_cycle *ret);
size_t sketch_draw_entries(uint64_t *rnd, const struct sketch *s, const struct credit_cycle *c,
    struct entry_fact *f, size_t most);

#endif
