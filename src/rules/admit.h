#ifndef RULES_ADMIT_H
#define RULES_ADMIT_H

#include "limitset.h"
#include "period.h"
#include "rules/credit.h"
#include "seen.h"

/*
 * What the rules make of entries that are current in the cycle.  They are asked for by day, then id: whether
 * one lacks something, whether it is a repeat; those that are neither become candidates.  Then the candidates
 * share what limits have room for, in the order that rules/credit.h states.
 */

/* A limit, or a requirement: what counts of its selection, in each of its periods. */
struct tally {
	uint32_t categories;
	int tag;			/* -1: any */
	enum period period;
	int rule;			/* index in the program */
	int is_distinct;		/* its sums are masks of categories */
	int64_t amount;			/* of this cycle */
	int64_t *sums;
};

struct candidate {
	const struct entry_fact *fact;
	struct entry_verdict *verdict;	/* units are known, counted grows */
	size_t in[PERIODS];		/* the period of each sort that its day is in */
};

struct admission {
	const struct program *p;
	struct cycle days;
	struct periods periods;
	/* one array: first the limits, bottom-up, then the requirements, the smallest selection first */
	struct tally *limits; size_t nlimits;
	struct tally *requirements; size_t nrequirements;
	int64_t *sums;
	struct candidate *candidates; size_t ncandidates;
	struct seen courses, events;
	int needs_competency, needs_evidence, once_course, once_event;	/* indices of rules, -1: none */
};

int admission_init(struct admission *a, const struct program *p, const struct credit_cycle *c,
    size_t nentries);	/* -1: no memory; released with admission_free() all the same */
void admission_free(struct admission *a);

/* The first rule in the file by which this entry counts nothing until it is given more; -1: none. */
int admission_lacks(const struct admission *a, const struct entry_fact *f);
/* The first rule in the file by which this entry repeats one asked about before; -1: none. */
int admission_repeats(struct admission *a, const struct entry_fact *f);

/* One more candidate; its units are known. */
void admission_add(struct admission *a, const struct entry_fact *f, struct entry_verdict *e);
/* Settle them all: what was carried counts first (returns what of it counts), then they share the rest. */
int64_t admission_share(struct admission *a, const struct credit_cycle *c);

/* After that: what limits leave for one more entry like this one; INT64_MAX if nothing limits it. */
int64_t admission_room(const struct admission *a, const struct entry_fact *f);

/* An entry that counts nothing, whole, because of `rule` (-1: none). */
void admit_nothing(struct entry_verdict *e, enum entry_state state, int rule);

/* The entry that stands for what was carried; 0 if it counts in no category. */
int carried_fact(const struct program *p, const struct credit_cycle *c, struct entry_fact *ret);

int64_t tally_have(const struct tally *t, size_t i);	/* hundredths in that period */

static inline int tally_holds(const struct tally *t, const struct entry_fact *f)
{
	return (t->categories >> f->category & 1) != 0 && (t->tag < 0 || (f->tags >> t->tag & 1) != 0);
}

#endif
