#ifndef PACKET_WORDS_H
#define PACKET_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "rules/credit.h"

struct buf;
struct program;

/* What a program calls its categories, competencies and sources; the id where it does not know it. */
const char *words_category(const struct program *p, const char *id);
const char *words_competency(const struct program *p, const char *id);
const char *words_tag(const struct program *p, const char *id);
/* Title of a source, or "" (also for NULL). */
const char *words_source(const struct program *p, const char *id);

/* A state of an entry: "over limit". */
const char *words_state(enum entry_state s);

/* 217088 -> "212 kB". Returns out. size >= 16. */
char *words_bytes(int64_t bytes, char *out, size_t size);

/* Text from people as it is printed: without control characters and marks that turn the direction of writing;
 * a line end is kept as '\n' if `has_lines`, and each line is cut after `most` characters. 0, or -1 out of
 * memory. */
int words_printed(struct buf *out, const char *s, size_t most, int has_lines);

#endif
