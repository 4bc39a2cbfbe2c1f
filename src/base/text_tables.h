#ifndef TEXT_TABLES_H
#define TEXT_TABLES_H

#include <stdint.h>

/* Properties of code points, from the Unicode character database (version 14). */

int text_table_zero(uint32_t c);	/* combining, format, or a Hangul vowel or final: no column */
int text_table_wide(uint32_t c);	/* East Asian wide or full width: two columns */
int text_table_word(uint32_t c);	/* a letter, a mark that belongs to one, or a digit */
int text_table_accent(uint32_t c);	/* a combining accent of the Latin, Greek, Cyrillic kind */

/* The small letter without accent of a Latin, Greek or Cyrillic letter; others as they are. */
uint32_t text_table_base(uint32_t c);

/* For the letters that fold to more than one: "ss" for U+00DF; else NULL. */
const char *text_table_spelled(uint32_t c);

#endif
