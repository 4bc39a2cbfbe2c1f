#ifndef RULES_CREDIT_H
#define RULES_CREDIT_H

#include <stddef.h>
#include <stdint.h>
#include "base/date.h"
#include "rules/cycle.h"
#include "rules/program.h"

struct err;

/*
 * Evaluation: facts about one person's entries in, a verdict with its trace out.
 * Pure: the same facts, program, cycle and day give the same verdict, in whatever
 * order the entries come.  All credit is hundredths of a unit.
 */

struct entry_fact {
	int64_t id;			/* unique among the entries given */
	day_t day;
	int minutes;			/* > 0 */
	int category;			/* index in the program */
	uint32_t competencies;		/* bit i = competency i of the program */
	int is_void;
	int is_late;			/* entered after its cycle was closed */
	int has_evidence;
	const char *course;		/* folded title: equal titles are the same course; may be "" */
};

enum entry_state {
	ENTRY_COUNTED, ENTRY_PART_COUNTED, ENTRY_OVER_LIMIT, ENTRY_OUT_OF_CYCLE, ENTRY_REPEAT,
	ENTRY_PLANNED, ENTRY_NEEDS_INFO, ENTRY_LATE, ENTRY_VOID
};
const char *entry_state_name(enum entry_state s);	/* "part-counted" ... (INTERFACE.md section 1) */

/* A piece of an entry that shares one fate. */
struct credit_part {
	int64_t units;			/* of this piece; pieces of an entry add up to its units */
	int64_t counted;		/* units or 0 */
	int rule;			/* index of the rule that decided, or -1 (it simply counts) */
};
enum { CREDIT_PARTS_MAX = 3 };

struct entry_verdict {
	int64_t id;
	enum entry_state state;
	int64_t units, counted;
	struct credit_part parts[CREDIT_PARTS_MAX];
	size_t nparts;
};

struct category_verdict {
	int64_t logged;			/* units current in the cycle: neither void, planned, late, out of cycle */
	int64_t counted;
	int64_t over_limit;		/* logged and current, cut by a limit */
	int64_t limit, free;		/* -1 if unlimited */
};
struct competency_verdict { int64_t logged, counted; };	/* an entry counts for each competency it names */
struct rule_verdict { int64_t need, have; int met; };	/* for RULE_LIMIT have <= need always holds: have is what counts */

enum cycle_state { CYCLE_DONE, CYCLE_ON_TRACK, CYCLE_AT_RISK, CYCLE_OFF_TRACK, CYCLE_SUBMITTED, CYCLE_LAPSED };
const char *cycle_state_name(enum cycle_state s);	/* "done" "on-track" ... */

struct verdict {
	enum cycle_state state;		/* done: every rule met; lapsed: past the end (and grace) and not done;
					 * else on-track when counted >= even_pace, off-track when below */
	int64_t required, counted, logged, over_limit, to_go;
	int64_t even_pace;		/* what an even pace would have by `today`, rounded down to hundredths */
	int days_left;			/* end - today; negative when past */
	day_t next_check;		/* first day after `today` on which counted, state or even-pace state can change
					 * with no new facts; DAY_NONE if never */
	struct entry_verdict *entries; size_t nentries;		/* in the order given */
	struct category_verdict categories[PROGRAM_CATEGORIES_MAX];
	struct competency_verdict competencies[PROGRAM_COMPETENCIES_MAX];
	struct rule_verdict *rules;	/* program->nrules of them */
};

/* Evaluate. On success *ret must be released with verdict_free(). Linear in entries apart from one sort.
 * ERR_FAILED "out-of-memory"; ERR_USAGE "fact-invalid" for a category out of range, minutes <= 0 or a double id. */
int credit_evaluate(const struct program *p, struct cycle c, const struct entry_fact *facts, size_t n,
    day_t today, struct verdict *ret, struct err *err);
void verdict_free(struct verdict *v);	/* zeroes it; NULL is a no-op */

/* What one more entry of `minutes` in `category` (all competencies named) would add to the counted
 * total, given a verdict: hundredths. 0 when the category is full. */
int64_t credit_adds(const struct program *p, const struct verdict *v, int category, int minutes);

/* Why this piece does or does not count, in one sentence for people; appended to out.
 * Uses the program's own names and rule texts. */
struct buf;
int credit_explain(const struct program *p, const struct entry_fact *fact, const struct entry_verdict *e,
    size_t part, struct buf *out);

#endif
