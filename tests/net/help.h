#ifndef TESTS_NET_HELP_H
#define TESTS_NET_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct buf;

/* Random numbers that can be repeated: CEUD_SEED=N runs a test with the seed it printed. */
void random_begin(const char *test);
int random_between(int least, int most);

/*
 * The dates that a rule makes from DTSTART (YYYYMMDD or YYYYMMDDTHHMMSS), at most `most` of them, joined by
 * commas. UNTIL is taken as local time; of the year 2200, or `year`,
 * and later none are made. Returns 0; 1 the rule is refused and `out` holds why.
 */
int expand_text(struct buf *out, const char *rule, const char *start, int most);
int expand_text_until(struct buf *out, const char *rule, const char *start, int most, int year);

#endif
