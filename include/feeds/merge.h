#ifndef FEEDS_MERGE_H
#define FEEDS_MERGE_H

#include <stddef.h>
#include <stdint.h>
#include "feeds/event.h"

struct err;

/*
 * What a fetch may do to what is known (FEEDS.md 4.1, 4.2).  Pure.  The one rule: a feed only proposes.
 * Waiting and ignored proposals follow the feed; what a person confirmed or skipped is never changed, re-dated,
 * re-credited or removed; at most it is marked `changed`.
 */

enum proposal_state {
	PROPOSAL_WAITING, PROPOSAL_WITHDRAWN, PROPOSAL_SKIPPED, PROPOSAL_CONFIRMED,
	PROPOSAL_IGNORED		/* known, but no rule proposes it, or one says that it is no learning */
};
const char *proposal_state_name(enum proposal_state s);	/* "waiting" "withdrawn" "skipped" "confirmed" "ignored" */

struct known {				/* a proposal of this calendar as the store has it */
	int64_t id;
	const char *uid, *rid;
	enum proposal_state state;
	const char *content, *detail;	/* hashes at the last update; detail NULL or "": not known */
	const char *title, *url;	/* as last taken over */
	int64_t start, end;
	int64_t missing_since;		/* instant of the first good fetch that lacked it; 0 = was there */
	int changed;			/* marked already */
	int withdrawn_by_feed;		/* cancelled or gone, not a removed calendar */
};

enum merge_kind {
	MERGE_CREATE,			/* event -> a new proposal: waiting or ignored, as the rules say */
	MERGE_CREATE_CANCELLED,		/* event -> recorded as withdrawn, not shown */
	MERGE_UPDATE,			/* a waiting or ignored proposal takes the event's fields */
	MERGE_MARK_CHANGED,		/* confirmed: the mark, the new hash and the event as news (its old fields stay).
					 * skipped: the mark and the new hash, only when title or start changed */
	MERGE_ADOPT,			/* confirmed or skipped: only the new hash is stored, nobody is told */
	MERGE_WITHDRAW,			/* -> withdrawn: cancelled, or gone twice 24 h apart and in the future */
	MERGE_RETURN,			/* withdrawn by the feed -> waiting or ignored again, with the event's fields */
	MERGE_MISSING,			/* remember missing_since */
	MERGE_FOUND,			/* forget missing_since */
	MERGE_REKEY			/* the known proposal takes the event's uid and rid: its publisher changes them.
					 * Comes before any other action on that proposal */
};
struct merge_action { enum merge_kind kind; size_t event; size_t known; };	/* index; SIZE_MAX where none */

struct merge_plan {
	struct merge_action *actions; size_t n;
	size_t created, changed, withdrawn, rekeyed;
	int unstable;			/* 1: its publisher gives new UIDs to the same events (churn, FEEDS.md 4.1) */
	int suspect;			/* 1: nothing may be done; code and reason say why */
	const char *code;		/* static: "empty-now" "shrunk" "other-calendar" "cancels-all", or NULL */
	const char *reason;		/* static text for people, or NULL */
};

struct merge_context {
	int64_t now;
	int absence_counts;		/* 0 after a fetch that was PARTIAL */
	int cancels;			/* the whole feed has METHOD:CANCEL */
	int new_producer;		/* its PRODID is another one than at the last good fetch */
	int accepted;			/* the owner said "accept as is": nothing is suspect */
	int unstable;			/* known to give new UIDs: fingerprints are used from the first vanished one on */
};

/*
 * Plan.  Events with the same (uid, rid): the last wins.
 * Suspect, and then without any action (FEEDS.md 4.2): no event at all while `known` has waiting, ignored or confirmed future
 * ones; future events down by more than half and at least 5; another producer and every key new; METHOD:CANCEL.
 * Churn: at least 3 and at least half of the known future keys (of waiting, ignored, skipped and confirmed ones) vanish while
 * new keys with equal fingerprints come: folded title, start, end, and host and path of the URL. Those are re-keyed, whatever
 * their state, and then judged as known; never is a second proposal made for the key or, in an unstable feed, the fingerprint
 * of one that was confirmed or skipped. A fingerprint that several share pairs none of them.
 * *ret is released with merge_plan_free().  O((n + m) log (n + m)).
 */
int merge_events(const struct known *known, size_t nknown, const struct event *events, size_t nevents,
    const struct merge_context *ctx, struct merge_plan *ret, struct err *err);
void merge_plan_free(struct merge_plan *p);

#endif
