#ifndef RULES_PROGRAM_H
#define RULES_PROGRAM_H

#include <stddef.h>
#include <stdint.h>
#include "base/conf.h"
#include "base/date.h"
#include "rules/rung.h"

/*
 * A program: one certificate's rules, read from a program file (INTERFACE.md section 5, ceud-program(5)).
 * Nothing in C knows a category, a number of units or the word "CEU": all of it comes
 * from here.  A struct program is immutable after program_load(); its strings live as
 * long as it does.
 */

enum {	/* all fit a uint32_t mask */
	PROGRAM_CATEGORIES_MAX = 32, PROGRAM_COMPETENCIES_MAX = 32, PROGRAM_TAGS_MAX = 32, PROGRAM_GROUPS_MAX = 32,
	PROGRAM_KINDS_MAX = 32
};

enum rounding { ROUND_DOWN, ROUND_NEAREST, ROUND_UP };

enum rule_kind {
	RULE_REQUIRE,		/* counted units of the selection must reach `amount` (in every period) */
	RULE_LIMIT,		/* no more than `amount` units of the selection count (in any period) */
	RULE_NEEDS,		/* an entry without it counts 0 until it is given */
	RULE_ONCE		/* the same course, or event, counts once a cycle */
};

enum rule_selector {
	SELECT_TOTAL, SELECT_EACH_CATEGORY, SELECT_CATEGORY, SELECT_GROUP, SELECT_TAG,
	SELECT_DISTINCT,	/* how many categories have counted units: `amount` is 100 for each */
	SELECT_COMPETENCY_GIVEN, SELECT_EVIDENCE_GIVEN, SELECT_COURSE, SELECT_EVENT
};

enum period {
	PER_CYCLE,
	PER_YEAR,		/* of the cycle: its first twelve months, the next ... */
	PER_CALENDAR_YEAR
};

struct rule {
	enum rule_kind kind;
	enum rule_selector selector;
	int category, group, tag;	/* index, for the selector of that name; else -1 */
	uint32_t categories;		/* those it is about, as a mask; all of them unless it selects some */
	enum period period;
	int64_t amount;			/* hundredths of a unit; 0 where none applies */
	int percent;			/* > 0: of what the cycle requires in total; `amount` is that of a whole cycle */
	const char *id;			/* unique in the program; never NULL */
	const char *text;		/* the rule in words, shown to people; never NULL */
	const char *source;		/* id of a `source`, or NULL */
	int waived;			/* by a prorated first cycle */
	int line;
};

struct program_item {			/* category or competency */
	const char *id, *name;
	char **evidence; size_t nevidence;
	char **examples; size_t nexamples;
	uint32_t tags;			/* of a category: its entries have them unless they name another of that sort */
};

struct program_group { const char *id; uint32_t categories; };

/* A property of entries besides their category: "real-time", "ethics". */
struct program_tag {
	const char *id, *name;
	const char *sort;		/* an entry has at most one tag of a sort ("delivery"); NULL: it excludes none */
	uint32_t categories;		/* entries of others cannot have it */
};

/* How an entry of this kind earns: `amount` hundredths for each hour, item or semester credit. */
enum earn_per { EARN_HOUR, EARN_ITEM, EARN_SEMESTER_CREDIT };
struct program_kind { const char *id; int64_t amount; enum earn_per per; };

/* What moves into the next cycle at renewal: most of what counts beyond the total. */
struct program_carry {
	int64_t most;			/* hundredths; 0: nothing carries */
	int months;			/* only of entries in the last so many months of the cycle */
	uint32_t categories; int tag;	/* only of these; all and -1 */
	int into;			/* category it counts in, -1: none (it counts in the total alone) */
	int over_limit;			/* what limits cut off carries too */
};

/* A first cycle that is shorter requires `amount` for each whole `months`; 0: as any other. */
struct program_prorate { int64_t amount; int months; };

/* A competency of an older framework and the one that stands for it here. */
struct program_map { const char *old; int competency; };

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
	int grace_earning;		/* 1: entries of the grace days count in the cycle */
	int window_days;		/* renewal may be sent in so many days before the end; 0: at any time */
	int early_next;			/* 1: what is done after an early submission belongs to the next cycle */
	struct program_item *categories; size_t ncategories;
	struct program_item *competencies; size_t ncompetencies;
	struct program_group *groups; size_t ngroups;
	struct program_tag *tags; size_t ntags;
	struct program_kind *kinds; size_t nkinds;
	struct program_map *maps; size_t nmaps;
	struct rule *rules; size_t nrules;
	struct limit_set *limits; size_t nlimits;	/* the rules that are limits, as sets; private to the room */
	struct program_source *sources; size_t nsources;
	char **assumptions; size_t nassumptions;
	struct program_carry carry;
	struct program_prorate prorate;
	struct ladders ladders;		/* of reminders; those that it does not state are not set */
	int64_t required;		/* amount of the `require N total` rule; 0 if none */
	char hash[65];			/* SHA-256 of the file's bytes, hex: a cycle is bound to it */
	void *arena;			/* private to program.c */
};

/*
 * Read a program file and run its `check`s against the rules it states.  `file` is for
 * messages.  Returns 0 and *ret (program_free), or -1 with every error in `errors` as
 * file:line:column: unknown word, missing value, unknown id, duplicate id, limits that
 * overlap without nesting (both named), a failing check with what was expected and what came out.
 */
int program_load(const char *text, size_t len, const char *file, struct program **ret,
    struct conf_errors *errors);
void program_free(struct program *p);	/* NULL is a no-op */

/* Index of the category, competency, tag or kind whose id is `word` or, else, begins with it unambiguously.
 * -1: none; -2: several. */
int program_category(const struct program *p, const char *word);
int program_competency(const struct program *p, const char *word);
int program_tag(const struct program *p, const char *word);
int program_kind(const struct program *p, const char *word);

/* The competency an entry's id stands for here: its own or the one it is mapped to; -1: none. Exact ids only. */
int program_maps_to(const struct program *p, const char *id);

/* The tags of an entry of that category that names `named`: those and the category's own, of sorts not named. Of what
 * an entry from before a change of the program cannot have, it has nothing: tags that are for other categories, and of
 * one sort all but the first. */
uint32_t program_tags(const struct program *p, int category, uint32_t named);

/* The most units that can count in a whole cycle from that category under limits on it alone (hundredths), or -1 if
 * unlimited. */
int64_t program_category_limit(const struct program *p, int category);

/* Credit of an entry, by unit length, step and rounding: of `minutes`, or as its kind earns (kind >= 0) for
 * `quantity` hundredths of an item or semester credit. Hundredths of a unit. */
int64_t program_units(const struct program *p, int minutes);
int64_t program_earns(const struct program *p, int kind, int minutes, int64_t quantity);

#endif
