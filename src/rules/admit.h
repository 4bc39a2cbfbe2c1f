#ifndef RULES_ADMIT_H
#define RULES_ADMIT_H

#include "limitset.h"
#include "rules/credit.h"
#include "seen.h"

/*
 * What the rules make of entries that are current in the cycle, one after the other by day,
 * then id.  An entry's fate depends on those before it only, so that a walk over what has
 * happened can go on over what is planned.
 */
struct admission {
	const struct program *program;
	struct limits limits;
	int64_t used[LIMIT_SETS_MAX];	/* of each limit */
	struct seen courses;
	int needs_rule, once_rule;	/* -1: none */
};

int admission_init(struct admission *a, const struct program *p, size_t nentries);	/* -1: no memory */
void admission_free(struct admission *a);

/* Decide about the next entry; e->units is set already. */
void admit(struct admission *a, const struct entry_fact *f, struct entry_verdict *e);

/* An entry that counts nothing, whole, because of `rule` (-1: none). */
void admit_nothing(struct entry_verdict *e, enum entry_state state, int rule);

#endif
