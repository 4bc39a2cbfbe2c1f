#ifndef CEUD_FEEDSTORE_H
#define CEUD_FEEDSTORE_H

#include <stdint.h>

struct ceud;
struct err;
struct spool;

/*
 * STATE/feeds: the last bodies of each calendar, compressed, for the question why an event appeared, and what a helper is
 * reading meanwhile.  STATE/feeds/ID/INSTANT.ics.gz, owner only.  Nothing depends on them.
 */

/* At the start: make the folder, drop what a helper had in hand. */
int feedstore_open(const char *state, struct err *err);

/* A nameless file for the bytes of a body: its descriptor, or -1. */
int feedstore_spool(const char *state, struct err *err);
/* A file for the compressed copy, which spool_close() drops unless it is kept. */
int feedstore_begin(const char *state, struct spool **ret, struct err *err);
/* Keep it as the body that the calendar had at that instant, with the four before it. */
int feedstore_keep(const char *state, int64_t calendar, int64_t instant, struct spool *s, struct err *err);

/* Drop the bodies of calendars that are removed and had none for 30 days, as far as it gets in `ms`. 1 there is more, 0, or -1,
 * after which it begins anew. */
struct feed_sweep;
int feedstore_sweep(struct ceud *d, struct feed_sweep **s, int64_t ms, struct err *err);
void feedstore_sweep_end(struct feed_sweep *s);		/* NULL is a no-op */

#endif
