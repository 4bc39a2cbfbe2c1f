/* Who asks too often: time that was spent, paid back as it goes by. */
#include "throttle.h"

#include <stddef.h>

/* The key's own bucket, or the one used longest ago. */
static size_t bucket_of(const struct throttle *t, int64_t key)
{
	size_t oldest = 0;

	for (size_t i = 0; i < THROTTLE_KEYS; i++) {
		if (t->buckets[i].at && t->buckets[i].key == key)
			return i;
		if (t->buckets[i].at < t->buckets[oldest].at)
			oldest = i;
	}
	return oldest;
}

int throttle_take(struct throttle *t, const struct throttle_rate *rate, int64_t key, int64_t now)
{
	size_t i = bucket_of(t, key);
	int64_t most = (int64_t)rate->burst * rate->each_ms, spent = 0, wait;

	if (t->buckets[i].at && t->buckets[i].key == key)
		spent = t->buckets[i].spent_ms - (now - t->buckets[i].at);
	if (spent < 0)
		spent = 0;
	t->buckets[i].key = key;
	t->buckets[i].at = now ? now : 1;
	wait = spent + rate->each_ms - most;
	t->buckets[i].spent_ms = wait > 0 ? spent : spent + rate->each_ms;
	return wait > 0 ? (int)((wait + 999) / 1000) : 0;
}
