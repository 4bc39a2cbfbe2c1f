/* An open hash table, at most half full. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "seen.h"

int seen_init(struct seen *s, size_t n)
{
	size_t size = 8;

	if (n > SIZE_MAX / 64)
		return -1;
	while (size < n * 2)
		size *= 2;
	s->slots = calloc(size, sizeof *s->slots);
	s->mask = size - 1;
	return s->slots ? 0 : -1;
}

void seen_free(struct seen *s)
{
	free(s->slots);
	s->slots = NULL;
}

static size_t spread(uint64_t h)
{
	h *= UINT64_C(0x9E3779B97F4A7C15);	/* Fibonacci hashing: the high bits are the mixed ones */
	return (size_t)(h >> 32);
}

int seen_number(struct seen *s, const int64_t *number)
{
	size_t at = spread((uint64_t)*number) & s->mask;

	for (; s->slots[at]; at = (at + 1) & s->mask)
		if (*(const int64_t *)s->slots[at] == *number)
			return 1;
	s->slots[at] = number;
	return 0;
}

int seen_text(struct seen *s, const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);	/* FNV-1a */
	size_t at;

	if (!text || !*text)
		return 0;
	for (const char *c = text; *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	for (at = spread(h) & s->mask; s->slots[at]; at = (at + 1) & s->mask)
		if (!strcmp(s->slots[at], text))
			return 1;
	s->slots[at] = text;
	return 0;
}
