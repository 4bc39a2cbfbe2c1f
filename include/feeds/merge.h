#ifndef FEEDS_MERGE_H
#define FEEDS_MERGE_H

#include <stddef.h>
#include <stdint.h>
#include "feeds/event.h"

struct err;

/*
 * What a fetch may do to what is known (FEEDS.md 4.1, 4.2).  Pure.  The one rule: a feed only proposes.
 * Waiting and ignored proposals follow the feed; what a person confirmed or skipped is never changed, re-dated,
 * re-credited or removed; at most it is marked `changed`.  Not where she is in another zone now, and therefore all-day
 * events and times in UTC are, too: on the same days that is no change of the feed's.
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
	const char *zone;		/* that these are kept in; NULL: not known */
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
	MERGE_WITHDRAW,			/* waiting or ignored -> withdrawn: cancelled, or gone twice 24 h apart (once, if the
					 * owner accepted) and in the future */
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
	int unstable;			/* 1: its publisher gives new UIDs to the same events (churn, FEEDS.md 4.1), or the
					 * context says so already */
	int suspect;			/* 1: nothing may be done; code and reason say why */
	const char *code;		/* static: "empty-now" "shrunk" "other-calendar" "cancels-all", or NULL */
	const char *reason;		/* static text for people, or NULL */
};

struct merge_context {
	int64_t now;
	int64_t until;			/* the fetch looks no farther: what starts from here on is not missed; 0 = no end */
	int absence_counts;		/* 0 after a fetch that was PARTIAL */
	int cancels;			/* the whole feed has METHOD:CANCEL */
	int new_producer;		/* its PRODID is another one than at the last good fetch */
	int accepted;			/* the owner said "accept as is": nothing is suspect, and what is to come and not in
					 * it is gone at once: the next fetch would be held again */
	int unstable;			/* known to give new UIDs */
};

/*
 * Plan.  Events with the same (uid, rid): the last wins.
 * Suspect, and then without any action (FEEDS.md 4.2): METHOD:CANCEL; another producer and every key
 * new; and where absence counts, no event at all while `known` has waiting, ignored or confirmed future
 * ones, or future events down by more than half and at least 5.
 * Events of new keys are looked for among the known ones that the fetch lacks, whatever their state:
 * those that look the same in all a person sees, then those of equal fingerprint (folded title, start,
 * end, host and path of the URL) where one event and one known proposal have it (of several known, the
 * one that was decided on, else the one that is not withdrawn); a fingerprint that several share pairs
 * none of them; then those of a series whose dates moved together, by less than a week. They are
 * re-keyed and then judged as known, so that no new UID, no occurrence's new rid and no "this and all
 * following" brings back what was decided on.
 * Churn, `unstable`: at least 3 and at least half of the known future keys (of waiting, ignored, skipped
 * and confirmed ones) came back under another UID. Of an unstable feed, moreover, nothing is made of an
 * event of a new key that looks like one that was confirmed or skipped, or has its fingerprint, though
 * that one be there as well.
 * *ret is released with merge_plan_free().  O((n + m) log (n + m)).
 */
int merge_events(const struct known *known, size_t nknown, const struct event *events, size_t nevents,
    const struct merge_context *ctx, struct merge_plan *ret, struct err *err);
void merge_plan_free(struct merge_plan *p);

#endif
