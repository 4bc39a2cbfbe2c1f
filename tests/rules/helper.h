#ifndef TESTS_RULES_HELPER_H
#define TESTS_RULES_HELPER_H

#include <stdint.h>
#include "rules/credit.h"
#include "rules/program.h"

day_t day(const char *iso);			/* fails the test if it is no date */

/* Load a program that must be good; the test fails with its errors if it is not. */
struct program *load(const char *text);
struct program *load_file(const char *path);
char *read_all(const char *path);		/* free() */

/* Load a text that must be refused; returns its errors ("FILE:line:column: ..." lines; free()). FILE: "t". */
char *refused(const char *text);

/* The lines of a small good program with `more` put in before its closing brace; free(). `more` starts on
 * line 20. */
char *program_with(const char *more);

/* The small program with `more` is refused with exactly these lines; is good. */
void refuses(const char *more, const char *want);
struct program *accepts(const char *more);

/* Evaluate what must not fail; release with verdict_free(). */
struct verdict evaluate(
    const struct program *p, struct cycle c, const struct entry_fact *facts, size_t n, day_t today);
struct verdict evaluate_cycle(const struct program *p, const struct credit_cycle *c,
    const struct entry_fact *facts, size_t n, day_t today);
/* A cycle of those days, not the first, nothing carried. */
struct credit_cycle plain_cycle(struct cycle dates);

/* An entry of that many minutes, first competency, no course, no tag, with evidence. */
struct entry_fact entry(int64_t id, const char *iso, int minutes, int category);

/* Entry i is in that state, and its parts add up to these hundredths. */
void entry_is(const struct verdict *v, size_t i, enum entry_state state, int units, int counted);

/* splitmix64 */
uint64_t seed_start(void);			/* from $CEUD_SEED, else random; printed */
uint64_t seed_next(uint64_t *state);
int seed_below(uint64_t *state, int n);		/* 0 .. n-1 */

#endif
