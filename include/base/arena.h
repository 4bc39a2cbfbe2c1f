#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

/*
 * Memory that is freed all at once: for a list of rows and the strings they point to.
 * A struct arena starts as all zero (ARENA_INIT).
 */
struct arena { struct arena_block *blocks; };
#define ARENA_INIT { NULL }

/* `size` zeroed bytes, aligned for any type; NULL on lack of memory. */
void *arena_alloc(struct arena *a, size_t size);
/* Copies; NULL on lack of memory (or if s is NULL). */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
/* Room for one more in an array that the arena holds: *items has n used of *cap; grows by doubling. 0 or -1. */
int arena_grow(struct arena *a, void **items, size_t n, size_t *cap, size_t item_size);
void arena_free(struct arena *a);	/* frees all; the struct is empty again */

#endif
