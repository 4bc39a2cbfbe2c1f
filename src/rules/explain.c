/* One sentence about a piece of an entry, for people. */
#include "base/buf.h"
#include "rules/credit.h"

enum { UNITS_SIZE = 32, DAY_SIZE = 48, HOURS_SIZE = 32 };

static int quote_rule(const struct program *p, int rule, const char *before, struct buf *out)
{
	return buf_printf(out, "%sRule %s: \"%s\"", before, p->rules[rule].id, p->rules[rule].text);
}

/* What a limit is about, for this entry. */
static int put_selection(const struct program *p, const struct rule *r, const struct entry_fact *f,
    struct buf *out)
{
	if (r->selector == SELECT_GROUP)
		return buf_printf(out, "group %s", p->groups[r->group].id);
	if (r->selector == SELECT_TAG)
		return buf_puts(out, p->tags[r->tag].name);
	return buf_puts(out, p->categories[f->category].name);
}

static const char *of_period(enum period period)
{
	switch (period) {
	case PER_YEAR:
		return " in that year of the cycle";
	case PER_CALENDAR_YEAR:
		return " in that calendar year";
	case PER_CYCLE:
		break;
	}
	return "";
}

/* The last piece was cut by the limit that what counts has filled. */
static int explain_part(const struct program *p, const struct entry_fact *f, const struct entry_verdict *e,
    struct buf *out)
{
	const struct rule *r = &p->rules[e->parts[e->nparts - 1].rule];
	char from[UNITS_SIZE], to[UNITS_SIZE];

	buf_puts(out, "They bring ");
	put_selection(p, r, f, out);
	return buf_printf(out, " from %s to its limit of %s%s.", units_text(e->before, from, sizeof from),
	    units_text(e->before + e->counted, to, sizeof to), of_period(r->period));
}

/* Minutes that make no step; what is not earned by time has none. */
static int lost_minutes(const struct program *p, const struct entry_fact *f, const struct entry_verdict *e)
{
	int64_t used = (e->units * p->unit_minutes + 99) / 100;

	return f->kind < 0 && used < f->minutes ? (int)(f->minutes - used) : 0;
}

static int explain_whole(const struct program *p, const struct entry_fact *f, const struct entry_verdict *e,
    struct buf *out)
{
	char step[UNITS_SIZE], hours[HOURS_SIZE];
	int lost = lost_minutes(p, f, e);

	if (!lost)
		return buf_puts(out, "All of it counts.");
	return buf_printf(out, "All but %s of it counts: units go in steps of %s %s.",
	    date_hours_text(lost, hours, sizeof hours), units_text(p->step, step, sizeof step), p->unit);
}

static int explain_counted(const struct program *p, const struct entry_fact *f, const struct entry_verdict *e,
    struct buf *out)
{
	char step[UNITS_SIZE], hours[HOURS_SIZE];

	if (e->state == ENTRY_PART_COUNTED)
		return explain_part(p, f, e, out);
	if (e->units > 0)
		return explain_whole(p, f, e, out);
	units_text(p->step, step, sizeof step);
	if (f->kind >= 0)
		return buf_printf(out, "It earns less than the smallest step, %s %s, and adds nothing.", step,
		    p->unit);
	return buf_printf(out, "%s is less than the smallest step, %s %s, and adds nothing.",
	    date_hours_text(f->minutes, hours, sizeof hours), step, p->unit);
}

static int explain_dated(const struct entry_fact *f, const char *before, const char *after, struct buf *out)
{
	char day[DAY_SIZE];

	return buf_printf(out, "%s %s%s.", before, date_text(f->day, DATE_LONG, day, sizeof day), after);
}

static int explain_planned(const struct entry_fact *f, struct buf *out)
{
	if (f->is_planned)
		return explain_dated(f, "It is planned for", " and counts once it is said to be done", out);
	return explain_dated(f, "It can count from its date on, which is", "", out);
}

static int explain_ruled_out(const struct program *p, int rule, struct buf *out)
{
	switch (p->rules[rule].selector) {
	case SELECT_COURSE:
		return quote_rule(p, rule, "The same course is in this cycle already. ", out);
	case SELECT_EVENT:
		return quote_rule(p, rule, "The same event is in this cycle already. ", out);
	case SELECT_EVIDENCE_GIVEN:
		return quote_rule(p, rule, "It has no evidence. ", out);
	case SELECT_COMPETENCY_GIVEN:
		return quote_rule(p, rule, "It names no competency. ", out);
	default:
		return quote_rule(p, rule, "", out);
	}
}

int credit_explain(const struct program *p, const struct entry_fact *fact, const struct entry_verdict *e,
    size_t part, struct buf *out)
{
	if (part >= e->nparts)
		return -1;
	if (e->parts[part].rule >= 0)
		return explain_ruled_out(p, e->parts[part].rule, out);
	switch (e->state) {
	case ENTRY_OUT_OF_CYCLE:
		return explain_dated(fact, "Its date is not in this cycle:", "", out);
	case ENTRY_PLANNED:
		return explain_planned(fact, out);
	case ENTRY_LATE:
		return buf_puts(out, "It was entered after its cycle was closed.");
	case ENTRY_VOID:
		return buf_puts(out, "It was removed.");
	default:
		return explain_counted(p, fact, e, out);
	}
}
