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

/* The cycle as the person has it. */
struct credit_cycle {
	struct cycle dates;
	day_t counts_from;		/* the first day whose entries belong to it; DAY_NONE: dates.start */
	day_t counts_until;		/* the last one; DAY_NONE: dates.end, with the grace days where those earn */
	int is_first;			/* the person's first: prorated if it is shorter than the program's */
	int64_t carried;		/* hundredths brought from the cycle before */
};
/* Both days, resolved. */
struct cycle credit_days(const struct program *p, const struct credit_cycle *c);
/* What it requires in total: prorated where that applies. */
int64_t credit_required(const struct program *p, const struct credit_cycle *c);
/* The amount of a rule in this cycle, with percentages resolved; 0 for a requirement that is waived. */
int64_t credit_amount(const struct program *p, const struct credit_cycle *c, const struct rule *r);

/*
 * Periods. Years are counted from dates.start, 29 February standing for the end of that month; the last may be
 * shorter, unless the cycle is whole years counted back from its end. Days that count before dates.start belong to
 * the first year, those after dates.end to the last.
 */

struct entry_fact {
	int64_t id;			/* unique among the entries given */
	day_t day;
	int minutes;			/* > 0 */
	int category;			/* index in the program */
	uint32_t competencies;		/* bit i = competency i of the program; 0: none named */
	uint32_t tags;			/* bit i = tag i, as program_tags() gives them */
	int kind;			/* as which it earns, or -1 for time */
	int64_t quantity;		/* hundredths of items or semester credits, for such kinds */
	int is_void;
	int is_late;			/* entered after its cycle was closed or submitted */
	int is_planned;			/* not yet confirmed: it waits for the person's word, also after its day */
	int has_evidence;
	const char *course;		/* folded title: equal titles are the same course; "" is like no other */
	const char *event;		/* which occurrence of which calendar event; "" is like no other; may be NULL */
};

/*
 * The first of these that holds is the entry's state: void; out-of-cycle; late; planned (unconfirmed, or
 * day > today); needs-info (no competency, or no evidence, where one is needed); repeat (an entry of the same
 * course or event, earlier by day, then id, is in none of the states before); then what limits leave of it.
 * Who comes first under a limit (RULES.md section 2.1): what was carried; then, requirement by requirement, the
 * units that it still lacks in a period that must have them; then all others; among each by day, then id.
 * Requirements come by selection, the smallest first: fewer categories, then with a tag, then with a period, then
 * as they stand in the file. Of a category that a number of distinct ones lacks, one smallest step comes first.
 * What was carried into a category counts as an entry of its first day with the category's own tags; into none, for
 * requirements of a total only.
 * An entry shorter than the smallest step is `counted` with 0 units.
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
enum { CREDIT_PARTS_MAX = 4 };

struct entry_verdict {
	int64_t id;
	enum entry_state state;
	int64_t units, counted;
	int64_t before;			/* of a cut one: what the limit that cut it had counted without it */
	struct credit_part parts[CREDIT_PARTS_MAX];
	size_t nparts;
};

struct category_verdict {
	int64_t logged;			/* units current in the cycle: neither void, planned, late, out of cycle */
	int64_t counted;		/* with what was carried into it */
	int64_t over_limit;		/* logged and current, cut by a limit */
	int64_t limit;			/* of limits on this category alone, per cycle; -1 if none */
	int64_t free;			/* what one more entry dated today (where that does not count: on the nearest day
					 * that does), with the category's own tags, could add under all limits; -1 if
					 * unlimited */
};
struct competency_verdict { int64_t logged, counted; };	/* an entry counts for each competency it names */
/* have: of a requirement what counts, of a limit what counts of its selection (`each category`: from the fullest
 * one). With a period: of a requirement the poorest whole period (0 and 0 where none is whole), of a limit the
 * fullest. needs and once: 0 and 0.
 * All but requirements are always met: what breaks them counts 0. */
struct rule_verdict { int64_t need, have; int met; };

enum cycle_state { CYCLE_DONE, CYCLE_ON_TRACK, CYCLE_AT_RISK, CYCLE_OFF_TRACK, CYCLE_SUBMITTED, CYCLE_LAPSED };
const char *cycle_state_name(enum cycle_state s);	/* "done" "on-track" ... */

enum { CHANCE_SURE = 1000, CHANCE_ON_TRACK = 750, CHANCE_AT_RISK = 250 };	/* per mille */

struct verdict {
	enum cycle_state state;		/* done: every rule met; lapsed: past the end (and grace) and not done;
					 * else by chance: on-track from 750, at-risk from 250, below that off-track */
	int chance;			/* per mille (rules/chance.h); 1000 when done, 0 when lapsed */
	int64_t required, counted, over_limit, to_go;	/* to_go: to the total; rules tell of other requirements */
	int64_t carried;		/* of counted: brought from the cycle before */
	int64_t logged;			/* = counted - carried + over_limit + units that need information + repeats */
	int64_t even_pace;		/* required * whole days gone before `today` / days of the cycle, rounded down to
					 * hundredths: 0 on the first day, all of it on the day after the end */
	int days_left;			/* end - today; negative when past */
	day_t next_check;		/* until the day before it, counted and state stay as they are with no new facts:
					 * the first day after `today` on which one of them is another, or on which an
					 * entry that is not is_planned has its day; DAY_NONE if never */
	struct entry_verdict *entries; size_t nentries;		/* in the order given */
	struct category_verdict categories[PROGRAM_CATEGORIES_MAX];
	struct competency_verdict competencies[PROGRAM_COMPETENCIES_MAX];
	struct rule_verdict *rules;	/* program->nrules of them */
};

/* Evaluate. On success *ret must be released with verdict_free(). Linear in entries apart from one sort.
 * ERR_FAILED "out-of-memory"; ERR_USAGE "fact-invalid" for a category, competency, tag or kind out of range, minutes
 * <= 0, of a kind a quantity below 0 or above 10,000.00, or a double id; "cycle-invalid" if it ends before it starts. */
int credit_evaluate(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    day_t today, struct verdict *ret, struct err *err);
/* The same without a look ahead, which costs more than the counting: an open cycle is off-track, its chance 0, and
 * next_check is DAY_NONE. For what-ifs that ask only what counts and whether every rule is met. */
int credit_count(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    day_t today, struct verdict *ret, struct err *err);
void verdict_free(struct verdict *v);	/* zeroes it; NULL is a no-op */

/* What of one more entry like `fact` (id ignored; taken as confirmed and complete) would add to the counted total,
 * given their verdict: hundredths under the limits as they stand. 0 for a day out of the cycle and for a course or
 * event that counts already, even on a later day. No allocation. */
int64_t credit_adds(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    const struct verdict *v, const struct entry_fact *fact);

/* What moves into the next cycle if this one ends with that verdict (struct program_carry): hundredths. */
int64_t credit_carry(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    const struct verdict *v);

/* Why this piece does or does not count, in a sentence or two for people; appended to out.
 * Uses the program's own names and rule texts. -1: no such part, or out of memory. */
struct buf;
int credit_explain(const struct program *p, const struct entry_fact *fact, const struct entry_verdict *e,
    size_t part, struct buf *out);
/* What would make it count, a sentence with the command where there is one ("Name a competency: ceu edit 4 --for
 * COMPETENCY"); nothing is appended where nothing would, or where it counts. */
int credit_remedy(const struct program *p, const struct verdict *v, const struct entry_fact *fact,
    const struct entry_verdict *e, struct buf *out);

#endif
