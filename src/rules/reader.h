#ifndef RULES_READER_H
#define RULES_READER_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/conf.h"
#include "rules/program.h"

/*
 * Reading a program file or a profile: tables of words walk the blocks, helpers read values, and every
 * error is written down with its place, so that a file is reported whole.
 */
enum { SOURCES_MAX = 32, MAPS_MAX = 64 };
#define AMOUNT_MAX INT64_C(10000000)		/* hundredths: 100,000 units */

/* Things of the program that are named by id, which is the first member of each. */
struct list {
	const char *what;			/* "category" */
	void *items;
	size_t size, *n, max;
	int lines[MAPS_MAX];			/* where each stands */
};

struct reader {
	const char *file;
	struct conf_errors *errors;
	struct program *p;
	struct arena *kept;			/* what the program owns */
	struct arena scratch;			/* gone when the file is read */
	int nerrors;
	int no_memory;
	size_t room_rules, room_assumptions;	/* sizes of the program's arrays */
	struct list categories, competencies, sources, tags, groups, kinds, maps;
	const struct conf *default_tags[PROGRAM_CATEGORIES_MAX];	/* read when tags are known */
	const struct conf **rules;		/* where each rule of the program stands */
	const struct conf **checks; size_t nchecks;	/* read when all else stands */
};

/* One word of the language, as it may stand in a block. */
struct word {
	const char *name;
	enum { WORD_ONCE, WORD_NEEDED, WORD_MANY } times;	/* at most once; exactly once; any number */
	size_t min, max;					/* parameters */
	enum { BLOCK_NONE, BLOCK_MAY, BLOCK_MUST } block;
	int pass;			/* words of pass 0 are read before those of pass 1 ... */
	const char *usage;
	void (*read)(struct reader *r, const struct conf *c, void *arg);
};
struct words { const char *block; const struct word *list; size_t n; };	/* of one kind of block */
#define COUNT(a) (sizeof (a) / sizeof *(a))
#define WORDS(name, list) { name, list, COUNT(list) }

enum { WORDS_MAX = 24, PASSES = 4, ANY_NUMBER = 10000 };

/* Read a block by its table: unknown words, wrong numbers of parameters, repeated and missing words are
 * errors; what is well formed goes to read(). */
void read_block(struct reader *r, const struct conf *block, const struct words *words, void *arg);

/* Write down an error at parameter i of a directive, or at its name for AT_NAME. */
enum { AT_NAME = -1 };
void complain(struct reader *r, const struct conf *c, int i, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Values. 0 and *ret, or -1 and the error written down. */
int read_id(struct reader *r, const struct conf *c, int i, const char **ret);
int read_text(struct reader *r, const struct conf *c, int i, const char **ret);
int read_texts(struct reader *r, const struct conf *c, char ***ret, size_t *ret_n);	/* all parameters */
int read_number(struct reader *r, const struct conf *c, int i, int least, int most, int *ret);
int read_amount(struct reader *r, const struct conf *c, int i, int64_t least, int64_t most, int64_t *ret);
int read_day(struct reader *r, const struct conf *c, int i, day_t *ret);
int read_word(struct reader *r, const struct conf *c, int i, const char *const *names, size_t n, int *ret);
/* The parameter must be exactly this word. */
int expect_word(struct reader *r, const struct conf *c, int i, const char *word);
/* There is a parameter i; `after` is what it belongs to. */
int need_value(struct reader *r, const struct conf *c, size_t i, const char *after);

/* A new item, its id read from parameter 0; NULL: it is there already, there are too many, or the id is none. */
void *add_named(struct reader *r, const struct conf *c, struct list *list);
/* The index of the item that parameter i names; a mask of those that it names with commas between them, and of
 * those that the parameters from i on name. */
int read_named(struct reader *r, const struct conf *c, int i, const struct list *list, int *ret);
int read_named_list(struct reader *r, const struct conf *c, int i, const struct list *list, uint32_t *ret);
int read_named_rest(struct reader *r, const struct conf *c, int i, const struct list *list, uint32_t *ret);

/* Keep a copy, or note that memory is out and return NULL. */
char *keep(struct reader *r, const char *s);
void *keep_zeroed(struct reader *r, size_t count, size_t size);
void *scratch_zeroed(struct reader *r, size_t count, size_t size);

/* The words that stand in a program: declarations ... */
void read_unit(struct reader *r, const struct conf *c, void *arg);
void read_cycle(struct reader *r, const struct conf *c, void *arg);
void read_window(struct reader *r, const struct conf *c, void *arg);
void read_category(struct reader *r, const struct conf *c, void *arg);
void read_competency(struct reader *r, const struct conf *c, void *arg);
void read_map(struct reader *r, const struct conf *c, void *arg);
void read_source(struct reader *r, const struct conf *c, void *arg);
void read_assume(struct reader *r, const struct conf *c, void *arg);
/* ... what entries may be besides their category ... */
void read_tag(struct reader *r, const struct conf *c, void *arg);
void read_group(struct reader *r, const struct conf *c, void *arg);
void read_earn(struct reader *r, const struct conf *c, void *arg);
/* ... rules ... */
void read_require(struct reader *r, const struct conf *c, void *arg);
void read_limit(struct reader *r, const struct conf *c, void *arg);
void read_needs(struct reader *r, const struct conf *c, void *arg);
void read_once(struct reader *r, const struct conf *c, void *arg);
/* ... what passes from cycle to cycle ... */
void read_carry(struct reader *r, const struct conf *c, void *arg);
void read_prorate(struct reader *r, const struct conf *c, void *arg);
/* ... when people are reminded ... */
void read_ladder(struct reader *r, const struct conf *c, void *arg);
/* ... and checks, when settle() has been called. */
void read_check(struct reader *r, const struct conf *c);

/* A selection of entries, from parameter i on: one of the words `takes` names. Returns the index of the parameter
 * after it, or 0 and the error is written down. */
enum { TAKE_TOTAL = 1, TAKE_EACH = 2, TAKE_DISTINCT = 4, TAKE_PART = 8 };
struct selection { enum rule_selector selector; int category, group, tag; uint32_t categories; };
size_t read_selection(struct reader *r, const struct conf *c, size_t i, unsigned takes, struct selection *ret);

/* Id and text of a rule that does not state them. */
void fill_rule_words(struct reader *r, struct rule *rule);

/* When all but the checks is read: what follows from it, and whether it holds together. -1: its limits do not
 * nest, or memory is out; no check can be run. */
int settle(struct reader *r, const struct conf *program);

/* Whether each of these tags can be had in the category and no two exclude each other; if not, it is written down
 * at parameter i. */
int tags_fit(struct reader *r, const struct conf *c, int i, int category, uint32_t tags);

/* All tables of words, for comparing with the manual; ends with NULL. And the words that stand in lines. */
extern const struct words *const language[];
extern const struct words program_words, unit_words, cycle_words, category_words, tag_words, rule_words,
    carry_words, prorate_words, check_words, profile_words;
extern const char *const selection_words[], *const period_words[], *const earn_words[], *const entry_words[],
    *const expect_words[];		/* end with NULL */

#endif
