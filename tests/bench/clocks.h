#ifndef BENCH_CLOCKS_H
#define BENCH_CLOCKS_H

#include <time.h>

/* Milliseconds with a fraction, for measuring only. */
static inline double bench_ms(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

#endif
