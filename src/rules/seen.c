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

int seen_id(struct seen *s, const struct entry_fact *f)
{
	size_t at = spread((uint64_t)f->id) & s->mask;

	for (; s->slots[at]; at = (at + 1) & s->mask)
		if (s->slots[at]->id == f->id)
			return 1;
	s->slots[at] = f;
	return 0;
}

int seen_course(struct seen *s, const struct entry_fact *f)
{
	uint64_t h = UINT64_C(14695981039346656037);	/* FNV-1a */
	size_t at;

	if (!f->course || !*f->course)
		return 0;
	for (const char *c = f->course; *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	for (at = spread(h) & s->mask; s->slots[at]; at = (at + 1) & s->mask)
		if (!strcmp(s->slots[at]->course, f->course))
			return 1;
	s->slots[at] = f;
	return 0;
}
