#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/* UTF-8 and small string helpers.  Nothing here depends on the locale. */

/* 1 if the `len` bytes are valid UTF-8 (no surrogates, no overlong forms, <= U+10FFFF). */
int text_is_utf8(const char *s, size_t len);

/* Decode one code point at s (s < end). Returns its bytes (1-4), or 0 if invalid. */
size_t text_decode(const char *s, const char *end, uint32_t *ret);

/* Code points that a terminal shows: control, combining and format characters count 0,
 * East Asian wide ones 2. */
size_t text_width(const char *s);

/* 1 if s holds a C0 or C1 control, DEL, or a bidi control (U+202A-E, U+2066-9, U+200E-F, U+061C). */
int text_has_control(const char *s, size_t len);

/* Copy s to out without the characters of text_has_control() and with every run of
 * white space made one blank, trimmed; at most `max_chars` code points.
 * For text that comes from outside and is to be stored or shown: a byte that is no UTF-8
 * becomes U+FFFD. 0, or -1 as buf_add(). */
int text_clean(struct buf *out, const char *s, size_t len, size_t max_chars);

/* The key by which two titles are the same: case folded and accents removed
 * (Latin, Greek and Cyrillic letters of the BMP; others kept), runs of anything that is
 * not a letter or digit made one blank, trimmed. 0, or -1 as buf_add(). */
int text_fold(struct buf *out, const char *s, size_t len);

/* Copy at most size-1 bytes, never cutting a UTF-8 character; always terminates. Returns strlen(dst). */
size_t text_copy(char *dst, size_t size, const char *src);

/* The same for a text from outside that a message quotes: characters of text_has_control() and
 * bytes that are no UTF-8 become '?', and a longer text ends in "...". */
size_t text_excerpt(char *dst, size_t size, const char *src);

/* Edit distance (Levenshtein, bytes), for "did you mean"; at most 64 bytes each, else 99. */
unsigned text_distance(const char *a, const char *b);

/* Best candidate for a misspelt word: the unique prefix match, else the smallest distance
 * not above 1 + strlen/3, else NULL. names[n]. */
const char *text_suggest(const char *word, const char *const *names, size_t n);

#endif
