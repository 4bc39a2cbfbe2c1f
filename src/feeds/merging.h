#ifndef FEEDS_MERGING_H
#define FEEDS_MERGING_H

#include "feeds/merge.h"

#define GONE_FOR INT64_C(86400000)	/* two good fetches a day apart lacked it */

/* What a merge finds out before it judges. */
struct work {
	const struct known *known;
	const struct event *events;
	size_t nknown, nevents;
	const struct merge_context *ctx;
	size_t *partner;		/* event -> the known proposal that it is, SIZE_MAX = none */
	size_t *found;			/* known -> its event, SIZE_MAX = the fetch lacks it */
	unsigned char *older;		/* event -> a later one has the same key */
	unsigned char *moved;		/* event -> its partner had another key */
	unsigned char *barred;		/* event -> nothing is made of it: a person has decided on the same one */
	int unstable;
	struct merge_plan *plan;
};

/*
 * Find partners for events of new keys among the known ones that the fetch lacks: first what looks the same to a person
 * (equal content), then what has the same fingerprint, if only one of each side has it.  Then tell whether the
 * publisher's UIDs are unstable, and bar what was decided on.  -1 on lack of memory.
 */
int merge_by_look(struct work *w);

/*
 * Then those of a series (event_series_key(), and the title where it has no rule) that was moved as a whole, or from a date
 * on, by less than a week: by the move that most of its dates without a partner agree on. Not where UIDs are
 * unstable. -1 on lack of memory.
 */
int merge_by_series(struct work *w);

static inline int is_decided(const struct known *k)
{
	return k->state == PROPOSAL_CONFIRMED || k->state == PROPOSAL_SKIPPED;
}

static inline int follows_feed(const struct known *k)
{
	return k->state == PROPOSAL_WAITING || k->state == PROPOSAL_IGNORED;
}

/* A fetch looks so far ahead only, and an admin may have made that less. */
static inline int is_beyond(const struct merge_context *ctx, const struct known *k)
{
	return ctx->until != 0 && k->start >= ctx->until;
}

static inline int is_expected(const struct merge_context *ctx, const struct known *k)
{
	return k->start > ctx->now && !is_beyond(ctx, k);
}

/* Lacking in this fetch, it is withdrawn: it was missed for long enough, or the owner said that the fetch is right. Many
 * feeds forget the past, so only what is to come can be gone. */
static inline int is_gone(const struct merge_context *ctx, const struct known *k)
{
	return ctx->absence_counts && follows_feed(k) && is_expected(ctx, k) &&
	    (ctx->accepted || (k->missing_since != 0 && ctx->now - k->missing_since >= GONE_FOR));
}

#endif
