#ifndef MAIL_WORDS_H
#define MAIL_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include "base/date.h"

struct buf;

/* English in small pieces, for the sentences of mails. Room-private. Sizes are >= 32 where a buffer is given. */
#define WORDS_SIZE 32

/* Whole numbers from 0 to 12 as words ("five"), all others as digits ("5.5"). */
const char *words_units(int64_t hundredths, char out[WORDS_SIZE]);
const char *words_count(size_t n, char out[WORDS_SIZE]);

/* "4,940". */
const char *words_many(size_t n, char out[WORDS_SIZE]);

/* Digits without needless decimals: "12", "8.5". */
const char *words_digits(int64_t hundredths, char out[WORDS_SIZE]);

const char *words_unit(int64_t hundredths);		/* "unit" for exactly one, else "units" */

/* "in 110 days", "in 1 day", "today". */
const char *words_within(int days, char out[WORDS_SIZE]);

/* "30 June", with the year unless it is that of `today`. */
const char *words_day(day_t day, day_t today, char out[WORDS_SIZE]);

/* "Wednesday 6 May", with the year unless it is that of `today`. */
const char *words_weekday(day_t day, day_t today, char out[2 * WORDS_SIZE]);

/* "3 hours", "45 minutes", "1 h 30 min". */
const char *words_hours(int minutes, char out[WORDS_SIZE]);

/* A capital at the front, if it is an ASCII letter. */
void words_capital(char *s);

/* What goes before item i of n: "", ", " or " and ". */
const char *words_joint(size_t i, size_t n);

/* Append s[len] wrapped at `columns`: a longer line is broken at blanks, its rest indented as the line was. Lines
 * that fit are left alone, apart from blanks at their ends. */
void words_wrap(struct buf *out, const char *s, size_t len, size_t columns);

/* Empty a buffer for the next piece, but do not forget that it failed (as buf_reset does). */
void words_empty(struct buf *b);

/* Append s and blanks up to `columns`; or blanks first. */
void words_left(struct buf *out, const char *s, size_t columns);
void words_right(struct buf *out, const char *s, size_t columns);

#endif
