/* One sentence about a piece of an entry, for people. */
#include "base/buf.h"
#include "rules/credit.h"

enum { UNITS_SIZE = 32, DAY_SIZE = 48, HOURS_SIZE = 32 };

static int quote_rule(const struct program *p, int rule, const char *before, struct buf *out)
{
	return buf_printf(out, "%sRule %s: \"%s\"", before, p->rules[rule].id, p->rules[rule].text);
}

static int explain_counted(const struct program *p, const struct entry_fact *f, const struct entry_verdict *e,
    const struct credit_part *part, struct buf *out)
{
	char a[UNITS_SIZE], b[UNITS_SIZE], hours[HOURS_SIZE];

	if (e->state == ENTRY_COUNTED && e->units == 0)
		return buf_printf(out, "%s is less than the smallest step, %s %s, and adds nothing.",
		    date_hours_text(f->minutes, hours, sizeof hours), units_text(p->step, a, sizeof a),
		    p->unit);
	if (e->nparts < 2)
		return buf_puts(out, "All of it counts.");
	/* the next piece was cut by a limit that this one filled */
	units_text(p->rules[e->parts[1].rule].amount - part->units, a, sizeof a);
	units_text(p->rules[e->parts[1].rule].amount, b, sizeof b);
	return buf_printf(out, "They bring %s from %s to its limit of %s.", p->categories[f->category].name,
	    a, b);
}

static int explain_dated(const struct entry_fact *f, const char *sentence, struct buf *out)
{
	char day[DAY_SIZE];

	return buf_printf(out, "%s %s.", sentence, date_text(f->day, DATE_LONG, day, sizeof day));
}

int credit_explain(const struct program *p, const struct entry_fact *fact, const struct entry_verdict *e,
    size_t part, struct buf *out)
{
	const struct credit_part *piece;

	if (part >= e->nparts)
		return -1;
	piece = &e->parts[part];
	switch (e->state) {
	case ENTRY_COUNTED:
	case ENTRY_PART_COUNTED:
	case ENTRY_OVER_LIMIT:
		if (piece->rule < 0)
			return explain_counted(p, fact, e, piece, out);
		return quote_rule(p, piece->rule, "", out);
	case ENTRY_OUT_OF_CYCLE:
		return explain_dated(fact, "Its date is not in this cycle:", out);
	case ENTRY_PLANNED:
		return explain_dated(fact, "It can count from its date on, which is", out);
	case ENTRY_REPEAT:
		return quote_rule(p, piece->rule, "The same course is in this cycle already. ", out);
	case ENTRY_NEEDS_INFO:
		return quote_rule(p, piece->rule, "It names no competency. ", out);
	case ENTRY_LATE:
		return buf_puts(out, "It was entered after its cycle was closed.");
	case ENTRY_VOID:
		return buf_puts(out, "It was removed.");
	}
	return -1;
}
