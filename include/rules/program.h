#ifndef RULES_PROGRAM_H
#define RULES_PROGRAM_H

#include <stddef.h>
#include <stdint.h>
#include "base/conf.h"
#include "base/date.h"

/*
 * A program: one certificate's rules, read from a program file (INTERFACE.md section 5).
 * Nothing in C knows a category, a number of units or the word "CEU": all of it comes
 * from here.  A struct program is immutable after program_load(); its strings live as
 * long as it does.
 */

enum { PROGRAM_CATEGORIES_MAX = 32, PROGRAM_COMPETENCIES_MAX = 32 };	/* both fit a uint32_t mask */

enum rounding { ROUND_DOWN, ROUND_NEAREST, ROUND_UP };

enum rule_kind {
	RULE_REQUIRE,		/* counted units of the selection must reach `amount` */
	RULE_LIMIT,		/* no more than `amount` units of the selection count */
	RULE_NEEDS,		/* an entry without it counts 0 until it is given */
	RULE_ONCE		/* the same course counts once a cycle */
};

enum rule_selector { SELECT_TOTAL, SELECT_EACH_CATEGORY, SELECT_CATEGORY, SELECT_COMPETENCY_GIVEN, SELECT_COURSE };

struct rule {
	enum rule_kind kind;
	enum rule_selector selector;
	int category;			/* index, for SELECT_CATEGORY; else -1 */
	int64_t amount;			/* hundredths of a unit; 0 where none applies */
	const char *id;			/* unique in the program; never NULL */
	const char *text;		/* the rule in words, shown to people; never NULL */
	const char *source;		/* id of a `source`, or NULL */
	int line;
};

struct program_item {			/* category or competency */
	const char *id, *name;
	char **evidence; size_t nevidence;
	char **examples; size_t nexamples;
};

struct program_source { const char *id, *title; };

struct program {
	const char *id, *name, *title, *issuer;
	day_t verified;			/* DAY_NONE if not stated */
	const char *unit;		/* "CEU" */
	int unit_minutes;		/* minutes that make one unit */
	int64_t step;			/* smallest credit, hundredths; entries are rounded to it */
	enum rounding round;
	int cycle_months;
	int grace_days;
	struct program_item *categories; size_t ncategories;
	struct program_item *competencies; size_t ncompetencies;
	struct rule *rules; size_t nrules;
	struct program_source *sources; size_t nsources;
	char **assumptions; size_t nassumptions;
	int64_t required;		/* amount of the `require N total` rule; 0 if none */
	char hash[65];			/* SHA-256 of the file's bytes, hex: a cycle is bound to it */
	void *arena;			/* private to program.c */
};

/*
 * Read a program file and run its `check`s against the rules it states.  `file` is for
 * messages.  Returns 0 and *ret (program_free), or -1 with every error in `errors` as
 * file:line:column: unknown word, missing value, unknown id, duplicate id, limits that
 * overlap (both named), a failing check with what was expected and what came out.
 */
int program_load(const char *text, size_t len, const char *file, struct program **ret,
    struct conf_errors *errors);
void program_free(struct program *p);	/* NULL is a no-op */

/* Index of the category or competency whose id is `word` or, else, begins with it unambiguously.
 * -1: none; -2: several. */
int program_category(const struct program *p, const char *word);
int program_competency(const struct program *p, const char *word);

/* The most units that can count from that category under its own limits (hundredths), or -1 if unlimited. */
int64_t program_category_limit(const struct program *p, int category);

/* Credit of one entry: minutes to hundredths of a unit, by unit length, step and rounding. */
int64_t program_units(const struct program *p, int minutes);

#endif
