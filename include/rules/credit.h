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
	uint32_t competencies;		/* bit i = competency i of the program; 0: none named */
	int is_void;
	int is_late;			/* entered after its cycle was closed */
	int has_evidence;
	const char *course;		/* folded title: equal titles are the same course; "" is like no other */
};

/*
 * The first of these that holds is the entry's state: void; out-of-cycle; late; planned (day > today);
 * needs-info (no competency where one is needed); repeat (an entry of the same course, earlier by day, then id,
 * is in none of the states before); then what limits leave of it, which fill up by day, then id.  An entry
 * shorter than the smallest step is `counted` with 0 units.
 */
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
/* require: have = what counts. limit: have <= need always holds, have is what counts (`each category`: from the
 * fullest one). needs and once: 0 and 0. All but require are always met: what breaks them counts 0. */
struct rule_verdict { int64_t need, have; int met; };

enum cycle_state { CYCLE_DONE, CYCLE_ON_TRACK, CYCLE_AT_RISK, CYCLE_OFF_TRACK, CYCLE_SUBMITTED, CYCLE_LAPSED };
const char *cycle_state_name(enum cycle_state s);	/* "done" "on-track" ... */

struct verdict {
	enum cycle_state state;		/* done: every rule met; lapsed: past the end (and grace) and not done;
					 * else on-track when counted >= even_pace, off-track when below */
	int64_t required, counted, over_limit, to_go;
	int64_t logged;			/* = counted + over_limit + units that need information + units of repeats */
	int64_t even_pace;		/* required * whole days gone before `today` / days of the cycle, rounded down to
					 * hundredths: 0 on the first day, all of it on the day after the end */
	int days_left;			/* end - today; negative when past */
	day_t next_check;		/* the first day after `today` on which counted or state is another with no new
					 * facts; DAY_NONE if never */
	struct entry_verdict *entries; size_t nentries;		/* in the order given */
	struct category_verdict categories[PROGRAM_CATEGORIES_MAX];
	struct competency_verdict competencies[PROGRAM_COMPETENCIES_MAX];
	struct rule_verdict *rules;	/* program->nrules of them */
};

/* Evaluate. On success *ret must be released with verdict_free(). Linear in entries apart from one sort.
 * ERR_FAILED "out-of-memory"; ERR_USAGE "fact-invalid" for a category or competency out of range, minutes <= 0
 * or a double id; "cycle-invalid" if it ends before it starts. */
int credit_evaluate(const struct program *p, struct cycle c, const struct entry_fact *facts, size_t n,
    day_t today, struct verdict *ret, struct err *err);
void verdict_free(struct verdict *v);	/* zeroes it; NULL is a no-op */

/* What one more entry of `minutes` in `category` (all competencies named) would add to the counted
 * total, given a verdict: hundredths. 0 when the category is full. */
int64_t credit_adds(const struct program *p, const struct verdict *v, int category, int minutes);

/* Why this piece does or does not count, in a sentence or two for people; appended to out.
 * Uses the program's own names and rule texts. -1: no such part, or out of memory. */
struct buf;
int credit_explain(const struct program *p, const struct entry_fact *fact, const struct entry_verdict *e,
    size_t part, struct buf *out);

#endif
