#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/*
 * The only place that asks what time it is (make lint forbids time(),
 * clock_gettime() and friends everywhere else).  An instant is int64_t
 * milliseconds since 1970-01-01T00:00:00Z.
 */

/* Now: the machine's clock, or the rehearsal clock when one is set. */
int64_t clock_now(void);

/* Milliseconds that never jump; for deadlines and durations only. */
int64_t clock_monotonic(void);

/* From here on clock_now() starts at `instant` and runs at normal speed. */
void clock_rehearse(int64_t instant);

/* 1 once clock_rehearse() was called. */
int clock_is_rehearsal(void);

#endif
