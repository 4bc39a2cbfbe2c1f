#ifndef CEUD_RULETEST_H
#define CEUD_RULETEST_H

#include "jobs.h"
#include "store/feedrules.h"

struct jsonw;

/*
 * How many events a rule matches: of one person at once, of everybody in slices, one person after another.
 */
enum { RULETEST_EVENTS = 2000 };	/* the newest of a person */
struct ruletest_sum { int64_t matched, of, people; };

/* Of one person. `found` gets the first `limit` that match, newest first; may be NULL. */
int ruletest_person(struct ceud *d, int64_t person, const struct match_rule *r, struct arena *a, struct ruletest_sum *sum,
    struct proposal_list *found, size_t limit, struct err *err);

struct ruletests;
int ruletests_open(struct ruletests **ret, struct err *err);
void ruletests_close(struct ruletests *t);	/* NULL is a no-op */
void ruletests_turn(struct ceud *d);
int ruletests_busy(const struct ruletests *t);
void ruletests_stop(struct ceud *d);

/* Of everybody: done() gets {"rule":{..},"matched","of","people"}, or with `is_flat` the rule with those members in it. */
int ruletests_begin(struct ceud *d, const struct feed_rule *r, int is_flat, job_done *done, void *arg, struct err *err);

#endif
