#ifndef SEED_H
#define SEED_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

/* Random numbers that can be repeated: CEUD_SEED=N runs a test with the seed it printed. */
static uint64_t seed_state;

static inline void seed_begin(const char *test)
{
	const char *given = getenv("CEUD_SEED");

	if (given != NULL)
		seed_state = strtoull(given, NULL, 10);
	else if (getrandom(&seed_state, sizeof(seed_state), 0) != (ssize_t)sizeof(seed_state))
		seed_state = 1;
	printf("# %s: CEUD_SEED=%" PRIu64 "\n", test, seed_state);
}

/* splitmix64 */
static inline uint64_t seed_next(void)
{
	uint64_t z = seed_state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* least <= result <= most */
static inline int64_t seed_between(int64_t least, int64_t most)
{
	return least + (int64_t)(seed_next() % ((uint64_t)(most - least) + 1));
}

#endif
