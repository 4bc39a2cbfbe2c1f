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
	const char *etag, *last_modified, *body_hash;	/* of the last good fetch, or "" */
	const char *state;		/* "new" "ok" "partial" "error" "suspect" "removed" */
	const char *error_code, *error_text;	/* of the last fetch, or "" */
	int64_t last_poll, last_good, next_poll;	/* instants, 0 = never; file: next_poll 0 */
	int failures;			/* in a row */
	int64_t events;			/* in the last good fetch */
	int64_t added_at;
	int removed;
};
struct calendar_list { struct calendar *items; size_t n, cap; };

int calendar_add(struct store *s, const struct actor *by, struct calendar *c, struct err *err);	/* sets id, no */
/* Proposals waiting are withdrawn (restored by undo); confirmed ones stay. */
int calendar_remove(struct store *s, const struct actor *by, const struct calendar *c, struct err *err);
int calendar_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct calendar *ret, struct err *err);	/* ERR_ABSENT "no-calendar" */
int calendar_by_id(struct store *s, int64_t id, struct arena *a, struct calendar *ret, struct err *err);
int calendar_of(struct store *s, int64_t person, struct arena *a, struct calendar_list *ret, struct err *err);	/* not removed */
/* Due: next_poll <= now, not removed, url not "", person not disabled; oldest first. all = 1 ignores next_poll. */
int calendar_due(struct store *s, int64_t now, int all, int limit, struct arena *a, struct calendar_list *ret, struct err *err);
int calendar_next_due(struct store *s, int64_t *ret, struct err *err);	/* 0 = none */
/* Store the outcome of a fetch: etag ... events of `c`. No ledger row: nothing a person did.
 * ERR_ABSENT "no-calendar" if it was removed meanwhile. */
int calendar_fetched(struct store *s, const struct calendar *c, struct err *err);

struct proposal {
	int64_t id, person, no, calendar;
	const char *calendar_name;
	struct event event;		/* as last seen (content included) */
	const char *category;		/* suggestion: id or "" */
	const char *competencies;	/* ids joined by ',' or "" */
	enum proposal_state state;
	int changed;			/* the feed changed it after confirm or skip */
	int64_t missing_since;
	int by_feed;			/* withdrawn by the feed */
	int64_t entry_no;		/* of a confirmed one, else 0 */
};
struct proposal_list { struct proposal *items; size_t n, cap; };

/* What merge_events() needs, of one calendar. */
int proposal_known(struct store *s, int64_t calendar, struct arena *a, struct known **ret, size_t *n, struct err *err);
/* Carry out a plan in the current transaction; new proposals take category and competencies of the calendar. Fast for
 * 10,000 events. A plan may be carried out in parts (actions and n of a slice): what a person decided meanwhile stays.
 * One ledger row a call (actor "ceud", action "feed") when it created, changed or withdrew something.
 * ERR_ABSENT "no-calendar" if the calendar is removed by now. */
int proposal_merge(struct store *s, const struct calendar *c, const struct known *known, const struct event *events,
    const struct merge_plan *plan, int64_t now, struct err *err);

enum proposal_filter { PROPOSALS_WAITING, PROPOSALS_SKIPPED, PROPOSALS_ALL };
/* WAITING: only those whose end is <= now (future ones are planned). Earliest start first; after_no pages in that order (0 = start). */
int proposal_page(struct store *s, int64_t person, enum proposal_filter f, int64_t now, int64_t after_no, int limit,
    struct arena *a, struct proposal_list *ret, struct err *err);
/* ERR_ABSENT "no-proposal". */
int proposal_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct proposal *ret, struct err *err);
int proposal_by_id(struct store *s, int64_t id, struct arena *a, struct proposal *ret, struct err *err);
/* Events with hours that take place between two instants and wait, or were confirmed and still stand; by start. */
int proposal_around(struct store *s, int64_t person, int64_t from, int64_t until, struct arena *a,
    struct proposal_list *ret, struct err *err);
/* Numbers of the same series (calendar and uid) still waiting. */
int proposal_series(struct store *s, const struct proposal *p, struct arena *a, struct proposal_list *ret, struct err *err);
/* Change the state by a person's word (confirm, skip, restore), with ledger. entry: id for a confirmed one, else 0.
 * ERR_RULE "proposal-moved" if its state is not p->state by now. */
int proposal_decide(struct store *s, const struct actor *by, const char *action, const struct proposal *p,
    enum proposal_state state, int64_t entry, struct err *err);
/* Number of waiting ones (end <= now). */
int proposal_count(struct store *s, int64_t person, int64_t now, int64_t *ret, struct err *err);

#endif
