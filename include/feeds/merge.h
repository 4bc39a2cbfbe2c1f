#ifndef FEEDS_MERGE_H
#define FEEDS_MERGE_H

#include <stddef.h>
#include <stdint.h>
#include "feeds/event.h"

struct err;

/*
 * What a fetch may do to what is known (FEEDS.md 4.2).  Pure.  The one rule: a feed only proposes.
 * Waiting proposals follow the feed; what a person confirmed or skipped is never changed, re-dated,
 * re-credited or removed; at most it is marked `changed`.
 */

enum proposal_state { PROPOSAL_WAITING, PROPOSAL_WITHDRAWN, PROPOSAL_SKIPPED, PROPOSAL_CONFIRMED };
const char *proposal_state_name(enum proposal_state s);

struct known {				/* a proposal of this calendar as the store has it */
	int64_t id;
	const char *uid, *rid;
	enum proposal_state state;
	const char *content;		/* hash at the last update */
	int64_t start, end;
	int64_t missing_since;		/* instant of the first good fetch that lacked it; 0 = was there */
	int changed;			/* marked already */
	int withdrawn_by_feed;		/* cancelled or gone, not a removed calendar */
};

enum merge_kind {
	MERGE_CREATE,			/* event -> a new waiting proposal */
	MERGE_CREATE_CANCELLED,		/* event -> recorded as withdrawn, not shown */
	MERGE_UPDATE,			/* waiting proposal takes the event's fields */
	MERGE_MARK_CHANGED,		/* confirmed or skipped: only the mark `changed` and the new hash are stored */
	MERGE_WITHDRAW,			/* waiting -> withdrawn: cancelled, or gone twice 24 h apart and in the future */
	MERGE_RETURN,			/* withdrawn by the feed -> waiting again, with the event's fields */
	MERGE_MISSING,			/* remember missing_since */
	MERGE_FOUND			/* forget missing_since */
};
struct merge_action { enum merge_kind kind; size_t event; size_t known; };	/* index; SIZE_MAX where none */

struct merge_plan {
	struct merge_action *actions; size_t n;
	size_t created, changed, withdrawn;
	int suspect;			/* 1: nothing may be done; reason below */
	const char *reason;		/* static text for people */
};

struct merge_context {
	int64_t now;
	int absence_counts;		/* 0 after a fetch that was PARTIAL */
};

/*
 * Plan.  Events with the same (uid, rid): the last wins.  Suspect, and then without any action: no event at all
 * while `known` has waiting or confirmed future ones.  *ret is released with merge_plan_free().
 * O((n + m) log (n + m)).
 */
int merge_events(const struct known *known, size_t nknown, const struct event *events, size_t nevents,
    const struct merge_context *ctx, struct merge_plan *ret, struct err *err);
void merge_plan_free(struct merge_plan *p);

#endif
