#ifndef RULES_CHECK_H
#define RULES_CHECK_H

#include "reader.h"
#include "rules/credit.h"

/* A check as the file states it: a small history and what must come out of it. */
enum expected {
	EXPECT_COUNTED, EXPECT_DONE, EXPECT_STATE, EXPECT_CATEGORY, EXPECT_RULE, EXPECT_REQUIRED, EXPECT_CARRY
};

struct expectation {
	const struct conf *c;
	enum expected kind;
	int index;			/* of a category or a rule */
	int answer;			/* a state, or 0 or 1 */
	int64_t amount;
};

struct check {
	const char *name;
	day_t on;
	struct cycle cycle;
	int has_cycle;
	int is_first;
	int64_t carried;
	struct entry_fact *facts; size_t nfacts;
	struct expectation *expectations; size_t nexpectations;
};

extern const char *const answer_words[], *const met_words[];	/* no yes, unmet met */

/* Evaluate; what comes out otherwise is complained about. */
void run_check(struct reader *r, const struct conf *c, struct check *check);

#endif
