#ifndef RULES_PLANSUM_H
#define RULES_PLANSUM_H

#include "limitset.h"
#include "period.h"
#include "rules/credit.h"

/*
 * What work of each kind comes to under all rules, and what must still be found beyond it.  A kind is what the rules
 * treat alike: a category with certain tags in certain periods.
 */
struct sort {				/* a kind of work */
	int category;
	uint32_t tags;
	size_t in[PERIODS];
	int64_t has;			/* units that are done */
	int can_be_found;		/* there are days left for it */
	int named;			/* the tag to name for it to be of this sort, -1: none */
	day_t day;			/* one of them */
};

/* A limit or a requirement, in one of its periods. */
struct claim {
	struct limit_set of;
	size_t period;			/* number of it */
	int is_distinct;
	int64_t amount;
	size_t first, n;		/* its sorts: sums.list[first] and so on */
};

/* Work to be found, for a requirement. */
struct finding { size_t sort; int tag; int64_t units; };
enum { FINDINGS_MAX = 64 };
struct findings { struct finding items[FINDINGS_MAX]; size_t n; };

struct sums {
	const struct program *p;
	const struct credit_cycle *cycle;
	struct cycle days;
	struct periods periods;
	struct sort *sorts; size_t nsorts, room_sorts;
	struct claim *limits; size_t nlimits;
	struct claim *needs; size_t nneeds;	/* in the order in which they take */
	size_t *list;			/* of claims: their sorts */
	size_t *limits_of; size_t *limits_from;	/* of sort i: limits_of[limits_from[i]] up to the next one's */
	int64_t *counted, *left;	/* of sorts, of limits; while summing */
	int64_t *spare;			/* of sorts, for a caller's `more` */
	int64_t carried;		/* counts in the total alone */
	int is_nested;			/* any two claims are disjoint or one holds the other: sums are exact */
	int64_t work;			/* steps taken so far */
};

/* Work is found from `today` to `by`. `v`: the verdict of facts, none of them planned. -1: no memory. */
int sums_init(struct sums *s, const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts,
    size_t n, const struct verdict *v, day_t today, day_t by, const struct entry_fact *more, size_t m);
void sums_free(struct sums *s);

/* Whether work of that sort is of the claim's selection and period. */
int sums_holds(const struct claim *c, const struct sort *k);
/* The sort of such an entry. */
size_t sums_sort(const struct sums *s, const struct entry_fact *f);
/* The sort of work that can be found like `like`, in another category with its own tags and those named; nsorts if
 * there is none. */
size_t sums_findable(const struct sums *s, size_t like, int category, uint32_t named);

enum { SUMS_IMPOSSIBLE = -1 };
/* The least units to be found beyond what is done and `more` units of each sort; SUMS_IMPOSSIBLE if limits or days
 * forbid. `ret` (may be NULL) tells which. */
int64_t sums_lacking(struct sums *s, const int64_t *more, struct findings *ret);

#endif
