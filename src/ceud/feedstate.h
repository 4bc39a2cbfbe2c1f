#ifndef CEUD_FEEDSTATE_H
#define CEUD_FEEDSTATE_H

#include <stdint.h>

struct calendar;

/*
 * What a fetch means for the state of its calendar: when it is polled next, and what its owner is shown (FEEDS.md 4.8, 4.9).
 * Pure.  A calendar that fails keeps the state of its last good fetch in the row, beside the error; which of the two is shown
 * is a matter of time.
 */

/* A good fetch, or "not modified". poll: the setting; refresh: what the calendar asks for, 0 = nothing (seconds). */
struct feed_good {
	int64_t now, poll, refresh;
	int partial, not_modified;
	const char *left_out;		/* of a partial one: what is not there and why, for its owner */
};
void feedstate_good(struct calendar *c, const struct feed_good *g);

/* Does error_text tell what was left out of a good fetch, and no fault? It stands until the next whole one. */
int feedstate_left_out(const struct calendar *c);

/* It was held back: it looks as if it were broken. The next look is at the usual time. */
void feedstate_suspect(struct calendar *c, int64_t now, int64_t poll, const char *reason);

/* It failed. asked: an owner waited for it, so that a calendar that was given up is tried again from now on. */
struct feed_failure { int64_t now, retry_after; const char *code, *text; int asked; };
void feedstate_failed(struct calendar *c, const struct feed_failure *f);

/* May an address that moved for good replace the one it has? Only http(s), no login in it; not from https to http; not to
 * another server when there is a login. */
int calendar_may_move(const struct calendar *c, const char *to);

/* Set state, error_code and error_text to what is shown. Failures of the network are kept to ourselves for a day when there was
 * a good fetch before, unless at_once. */
void feedstate_shown(struct calendar *c, int64_t now, int at_once);

#endif
