#ifndef STORE_CALENDARS_H
#define STORE_CALENDARS_H

#include "store/store.h"
#include "feeds/event.h"
#include "feeds/merge.h"

/* Calendars and the proposals that come from them (the inbox). */

struct calendar {
	int64_t id, person, no;
	const char *name;
	const char *url;		/* secret; "" for a file that ceu sent */
	const char *shown;		/* what may be shown: scheme, host and path's beginning, or the file's name */
	const char *category;		/* id or "" */
	const char *competencies;	/* ids joined by ',' or "" */
	int everything;			/* 1: propose every event */
	const char *user_agent;		/* or "" */
	const char *login;		/* secret: "user:password", kept apart from the url; or "" */
	const char *etag, *last_modified, *body_hash;	/* of the last good fetch, or "" */
	const char *state;		/* "new" "ok" "partial" "error" "suspect" "removed" */
	const char *error_code, *error_text;	/* of the last fetch, or "" */
	int64_t last_poll, last_good, next_poll;	/* instants, 0 = never; file: next_poll 0 */
	int failures;			/* in a row */
	int64_t failing_since;		/* instant of the first of them, 0 = none */
	int paused;			/* failed for 14 days: not polled until somebody asks */
	const char *producer;		/* PRODID at the last good fetch, or "" */
	int unstable;			/* its publisher gives new UIDs to the same events */
	int accepted;			/* the owner said: take the next fetch as it is */
	int64_t events;			/* in the last good fetch */
	int64_t added_at;
	int removed;
};
struct calendar_list { struct calendar *items; size_t n, cap; };

int calendar_add(struct store *s, const struct actor *by, struct calendar *c, struct err *err);	/* sets id, no */
/* Proposals waiting or ignored are withdrawn (undo brings them back as they were); confirmed ones stay. */
int calendar_remove(struct store *s, const struct actor *by, const struct calendar *c, struct err *err);
int calendar_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct calendar *ret, struct err *err);	/* ERR_ABSENT "no-calendar" */
int calendar_by_id(struct store *s, int64_t id, struct arena *a, struct calendar *ret, struct err *err);
int calendar_of(struct store *s, int64_t person, struct arena *a, struct calendar_list *ret, struct err *err);	/* not removed */
/* Due: next_poll <= now, not removed, url not "", not paused, person not disabled; oldest first. all = 1
 * ignores next_poll and paused. */
int calendar_due(struct store *s, int64_t now, int all, int limit, struct arena *a, struct calendar_list *ret, struct err *err);
int calendar_next_due(struct store *s, int64_t *ret, struct err *err);	/* 0 = none */
/* Those not removed with that url, whoever has them (and is not disabled): one fetch serves them all. */
int calendar_same_url(struct store *s, const char *url, struct arena *a, struct calendar_list *ret, struct err *err);
/* How many of its proposals are in which state: [PROPOSAL_IGNORED + 1]; waiting ones parted by end <= now; no twins
 * but confirmed ones. */
struct calendar_counts { int64_t waiting, planned, withdrawn, skipped, confirmed, ignored; };
int calendar_counts(struct store *s, int64_t calendar, int64_t now, struct calendar_counts *ret, struct err *err);
/* The owner's word that a suspect fetch is right: the next one is taken as it is. With a ledger row ("accept calendar 2"). */
int calendar_accept(struct store *s, const struct actor *by, const struct calendar *c, struct err *err);
/* Store the outcome of a fetch: etag ... events of `c`, url and shown where it moved for good, failing_since, paused, producer,
 * unstable, accepted. No ledger row: nothing a person did. ERR_ABSENT "no-calendar" if it was removed meanwhile. */
int calendar_fetched(struct store *s, const struct calendar *c, struct err *err);

struct proposal {
	int64_t id, person, no, calendar;
	const char *calendar_name;
	struct event event;		/* as last seen (content included); `minutes` is the length that the feed says */
	const char *series_key;		/* event_series_key(); "" of a single event */
	/* what it is taken for (struct match_guess) */
	const char *category;		/* id or "" */
	const char *competencies;	/* ids joined by ',' */
	const char *provider;
	int suggested, breaks;		/* minutes; 0 = nothing is suggested */
	const char *why;
	enum proposal_state state;
	int changed;			/* the feed changed it after confirm or skip */
	int64_t missing_since;
	int by_feed;			/* withdrawn by the feed */
	int64_t entry_no;		/* of a confirmed one, else 0 */
	int64_t twin_no;		/* the same event from another calendar, which is shown instead; 0 = none */
};
struct proposal_list { struct proposal *items; size_t n, cap; };

/* What merge_events() needs, of one calendar. */
int proposal_known(struct store *s, int64_t calendar, struct arena *a, struct known **ret, size_t *n, struct err *err);

/* What proposal_merge() asks of each event that is created, updated or returns: category ... why of *p from p->event, p->state
 * WAITING or IGNORED, and p->twin_no where it is 0 (0 = none): it counts for a new one (id 0), and for a known one that has no
 * twins and is moved. Of a known one id, state and twin_no are as they are: which of twins is shown follows from their states by
 * itself; one that is moved leaves twins of which none was decided on. 0, or -1. */
typedef int proposal_guess(void *arg, struct proposal *p, struct err *err);
struct merge_source { const char *body_hash; int64_t fetched_at; };	/* for the audit trail */
struct merge_done { size_t created, changed, withdrawn, rekeyed; };
/* Carry out a plan in the current transaction. Fast for 10,000 events. A plan may be carried out in parts (actions and n of a
 * slice): what a person decided meanwhile stays. One ledger row a call (actor "ceud", action "feed", with the hash of the body)
 * when it created, changed or withdrew something. Of twins that one is shown which a person decided, else which waits (one
 * that its feed still has before one that it lacks), else which its feed withdrew, else which is ignored; of equals the oldest: whenever a state changes, here and elsewhere. ERR_ABSENT "no-calendar" if the calendar is removed by now. ret may be NULL. */
int proposal_merge(struct store *s, const struct calendar *c, const struct known *known, const struct event *events,
    const struct merge_plan *plan, const struct merge_source *from, proposal_guess *guess, void *arg, int64_t now,
    struct merge_done *ret, struct err *err);

enum proposal_filter {
	PROPOSALS_WAITING,		/* only those whose end is <= now (future ones are planned) */
	PROPOSALS_SKIPPED,		/* and those that their feed withdrew, until 30 days after their end */
	PROPOSALS_CHANGED,		/* confirmed ones of which the feed has news */
	PROPOSALS_ALL			/* waiting, planned, skipped, confirmed, withdrawn; not ignored, no twins but confirmed ones */
};
/* Earliest start first; after_no pages in that order (0 = start). */
int proposal_page(struct store *s, int64_t person, enum proposal_filter f, int64_t now, int64_t after_no, int limit,
    struct arena *a, struct proposal_list *ret, struct err *err);
/* ERR_ABSENT "no-proposal". */
int proposal_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct proposal *ret, struct err *err);
int proposal_by_id(struct store *s, int64_t id, struct arena *a, struct proposal *ret, struct err *err);
/* Events with hours that take place between two instants and wait, or were confirmed and still stand; by start. */
int proposal_around(struct store *s, int64_t person, int64_t from, int64_t until, struct arena *a,
    struct proposal_list *ret, struct err *err);
/* Of all calendars but that one, not withdrawn, twins too, from one day to another: what a new event may be a twin of. By day. */
struct proposal_other {
	int64_t no, calendar, start;
	const char *uid, *rid, *title, *url;
	int all_day;
	day_t day;
};
struct proposal_other_list { struct proposal_other *items; size_t n, cap; };
int proposal_others(struct store *s, int64_t person, int64_t but_calendar, day_t from, day_t until, struct arena *a,
    struct proposal_other_list *ret, struct err *err);
/* Those that are twins of it, not withdrawn: where else it came from. */
int proposal_twins(struct store *s, const struct proposal *p, struct arena *a, struct proposal_list *ret, struct err *err);
/* The same series (calendar and series_key; of a single event itself) still waiting. */
int proposal_series(struct store *s, const struct proposal *p, struct arena *a, struct proposal_list *ret, struct err *err);
/* Waiting and ignored ones, twins too, id > after_id, by id: to be matched again when rules changed. */
int proposal_matchable(struct store *s, int64_t person, int64_t after_id, int limit, struct arena *a,
    struct proposal_list *ret, struct err *err);
/* The newest `limit` events by day, then start, of all calendars or (calendar > 0) of one, in any state, no twins: what a
 * rule is tried on. */
int proposal_recent(struct store *s, int64_t person, int64_t calendar, int limit, struct arena *a,
    struct proposal_list *ret, struct err *err);
/* Store what it is taken for: category ... why, and state WAITING or IGNORED if it is one of both now. 1 changed, 0 not. */
int proposal_rematch(struct store *s, const struct proposal *p, struct err *err);

/* What the feed says of a confirmed event now. */
struct proposal_news { int64_t at; struct event event; };	/* event: times, title, location, url, organizer, cancelled */
/* 1, 0 there is none, -1. */
int proposal_news_get(struct store *s, int64_t proposal, struct arena *a, struct proposal_news *ret, struct err *err);
/* The person has read it: the mark and the news go, with ledger ("dismiss", or "accept" by the caller's edit of the entry). Of a
 * skipped one only the mark. ERR_RULE "no-news". */
int proposal_dismiss(struct store *s, const struct actor *by, const char *action, const struct proposal *p, struct err *err);

/* Change the state by a person's word (confirm, skip, restore), with ledger. entry: id for a confirmed one, else 0.
 * ERR_RULE "proposal-moved" if its state is not p->state by now. */
int proposal_decide(struct store *s, const struct actor *by, const char *action, const struct proposal *p,
    enum proposal_state state, int64_t entry, struct err *err);
/* Number of waiting ones (end <= now). */
int proposal_count(struct store *s, int64_t person, int64_t now, int64_t *ret, struct err *err);

#endif
