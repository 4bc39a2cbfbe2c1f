#ifndef BENCH_CLOCKS_H
#define BENCH_CLOCKS_H

#include <time.h>

/* Milliseconds with a fraction, for measuring only. */
static inline double bench_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static inline double bench_ms(void)
{
	return bench_clock(CLOCK_MONOTONIC);
}

/* Of this process's work alone. */
static inline double bench_cpu_ms(void)
{
	return bench_clock(CLOCK_PROCESS_CPUTIME_ID);
}

#endif
