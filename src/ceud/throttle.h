#ifndef CEUD_THROTTLE_H
#define CEUD_THROTTLE_H

#include <stdint.h>

/* Who asks too often: a bucket of tokens for each key, in memory only. Zero it to begin. */
enum { THROTTLE_KEYS = 64 };
struct throttle_rate { int burst, each_ms; };	/* so many at once, then one every so often */
struct throttle {
	struct { int64_t key, at, spent_ms; } buckets[THROTTLE_KEYS];
};

/* 0: go ahead (a token is taken). Else in how many seconds there is one again. The key that was used longest
 * ago makes room; `now` never jumps. */
int throttle_take(struct throttle *t, const struct throttle_rate *rate, int64_t key, int64_t now);

#endif
