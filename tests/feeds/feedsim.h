#ifndef FEEDSIM_H
#define FEEDSIM_H

#include "feeds/event.h"
#include "feeds/merge.h"

/*
 * A calendar and what is known of it, in memory: plans are carried out as the store does, and with each action goes what
 * must hold of it.  For stories over days and for random histories.
 */

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)

struct sim_row {
	int64_t id;
	char uid[80], rid[40], title[80], url[80], location[80];
	int64_t start, end;
	char content[65], detail[17];
	enum proposal_state state;
	int64_t missing_since;
	int changed, by_feed;
	int ignored;			/* what the rules say of it */
};

struct sim {
	int64_t now;
	struct sim_row *rows;
	size_t n, cap;
	struct event_list feed;		/* what the next fetch brings */
	int partial, cancels, new_producer, accepted;	/* of the next fetch alone */
	int unstable;			/* as it was stored */
	const char *ignore;		/* titles that begin so are no learning; or NULL */
	char text[400];
};

void sim_begin(struct sim *s, int64_t now);
void sim_end(struct sim *s);

/* Empty the feed, and put events into it. `at` is an instant; an hour long. */
void sim_feed(struct sim *s);
void sim_put(struct sim *s, const char *uid, const char *rid, const char *title, int64_t at);
void sim_put_event(struct sim *s, struct event e);

/*
 * Fetch: plan, carry out, check that the same once more does nothing.  Returns what was done, in the order of enum merge_kind:
 * "create 2 missing 1", "" for nothing, "suspect: CODE" for a fetch that is held.
 */
const char *sim_fetch(struct sim *s);

/* The person decides on the one row of that title which waits. */
void sim_decide(struct sim *s, const char *title, enum proposal_state state);

/* All rows: "TITLE state" by id, joined by ", "; a mark is "!", a missing one "?". */
const char *sim_rows(struct sim *s);
size_t sim_count(const struct sim *s, enum proposal_state state);

struct event sim_event(const char *uid, const char *rid, const char *title, int64_t at);

#endif
