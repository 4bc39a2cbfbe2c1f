#ifndef RULES_READER_H
#define RULES_READER_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/conf.h"
#include "rules/program.h"

/*
 * Reading a program file: tables of words walk the blocks, helpers read values, and every
 * error is written down with its place, so that a file is reported whole.
 */
enum { SOURCES_MAX = 32 };
#define AMOUNT_MAX INT64_C(10000000)		/* hundredths: 100,000 units */

struct reader {
	const char *file;
	struct conf_errors *errors;
	struct program *p;
	struct arena *kept;			/* what the program owns */
	struct arena scratch;			/* gone when the file is read */
	int nerrors;
	int no_memory;
	size_t room_rules, room_assumptions;	/* sizes of the program's arrays */
	const struct conf **checks; size_t nchecks;	/* read when all else stands */
	int category_lines[PROGRAM_CATEGORIES_MAX];
	int competency_lines[PROGRAM_COMPETENCIES_MAX];
	int source_lines[SOURCES_MAX];
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

enum { WORDS_MAX = 24, PASSES = 3, ANY_NUMBER = 10000 };

/* Read a block by its table: unknown words, wrong numbers of parameters, repeated and missing words are
 * errors; what is well formed goes to read(). */
void read_block(struct reader *r, const struct conf *block, const struct word *words, size_t n, void *arg);

/* Write down an error at parameter i of a directive, or at its name for AT_NAME. */
enum { AT_NAME = -1 };
void complain(struct reader *r, const struct conf *c, int i, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The parameter is none of these words: says so, with the nearest one. */
void complain_unknown(struct reader *r, const struct conf *c, int i, const char *what,
    const char *const *names, size_t n);

/* Values. 0 and *ret, or -1 and the error written down. */
int read_id(struct reader *r, const struct conf *c, int i, const char **ret);
int read_text(struct reader *r, const struct conf *c, int i, const char **ret);
int read_texts(struct reader *r, const struct conf *c, char ***ret, size_t *ret_n);	/* all parameters */
int read_number(struct reader *r, const struct conf *c, int i, int least, int most, int *ret);
int read_amount(struct reader *r, const struct conf *c, int i, int64_t least, int64_t *ret);
int read_day(struct reader *r, const struct conf *c, int i, day_t *ret);
int read_word(struct reader *r, const struct conf *c, int i, const char *const *names, size_t n, int *ret);
int read_category(struct reader *r, const struct conf *c, int i, int *ret);
/* The parameter must be exactly this word. */
int expect_word(struct reader *r, const struct conf *c, int i, const char *word);

/* Keep a copy, or note that memory is out and return NULL. */
char *keep(struct reader *r, const char *s);
void *keep_zeroed(struct reader *r, size_t count, size_t size);
void *scratch_zeroed(struct reader *r, size_t count, size_t size);

/* The words that stand in a program: declarations, rules, checks. */
void read_unit(struct reader *r, const struct conf *c, void *arg);
void read_cycle(struct reader *r, const struct conf *c, void *arg);
void read_item_category(struct reader *r, const struct conf *c, void *arg);
void read_item_competency(struct reader *r, const struct conf *c, void *arg);
void read_source(struct reader *r, const struct conf *c, void *arg);
void read_assume(struct reader *r, const struct conf *c, void *arg);
void read_carry(struct reader *r, const struct conf *c, void *arg);
void read_require(struct reader *r, const struct conf *c, void *arg);
void read_limit(struct reader *r, const struct conf *c, void *arg);
void read_needs(struct reader *r, const struct conf *c, void *arg);
void read_once(struct reader *r, const struct conf *c, void *arg);
void read_check(struct reader *r, const struct conf *c);

#endif
