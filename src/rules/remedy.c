/* What would make an entry count, with the command where there is one. */
#include <inttypes.h>

#include "base/buf.h"
#include "rules/credit.h"

enum { UNITS_SIZE = 32, DAY_MINUTES = 1440 };

static int remedy_lacking(const struct program *p, const struct entry_fact *f, const struct entry_verdict *e,
    struct buf *out)
{
	/* both can be lacking: the entry tells of the first, here one sentence stands for each */
	int wants_evidence = 0, wants_competency = 0;

	for (size_t i = 0; i < p->nrules; i++) {
		if (p->rules[i].kind != RULE_NEEDS)
			continue;
		wants_competency |= p->rules[i].selector == SELECT_COMPETENCY_GIVEN && !f->competencies;
		wants_evidence |= p->rules[i].selector == SELECT_EVIDENCE_GIVEN && !f->has_evidence;
	}
	if (wants_competency)
		buf_printf(out, "Name a competency: ceu edit %" PRId64 " --for COMPETENCY", e->id);
	if (wants_competency && wants_evidence)
		buf_putc(out, '\n');
	return wants_evidence ? buf_printf(out, "Attach evidence: ceu attach %" PRId64 " FILE", e->id) : 0;
}

static int put_room(const struct program *p, const struct category_verdict *c, int i, int is_first,
    struct buf *out)
{
	char free[UNITS_SIZE];

	buf_printf(out, "%s%s", is_first ? "There is still room in: " : ", ", p->categories[i].name);
	return c->free < 0 ? 0 : buf_printf(out, " (%s)", units_text(c->free, free, sizeof free));
}

/* Where other work still counts: this entry stays what it was. */
static int remedy_limit(const struct program *p, const struct verdict *v, struct buf *out)
{
	int n = 0;

	for (size_t i = 0; i < p->ncategories; i++)
		if (v->categories[i].free != 0)
			put_room(p, &v->categories[i], (int)i, n++ == 0, out);
	return n ? buf_putc(out, '.') : 0;
}

/* How much longer it would have to be to reach the smallest step. */
static int remedy_step(const struct program *p, const struct entry_fact *f, const struct entry_verdict *e,
    struct buf *out)
{
	char units[UNITS_SIZE];
	int more = 1;

	if (f->kind >= 0 && p->kinds[f->kind].per != EARN_HOUR)
		return 0;
	while (more < DAY_MINUTES && program_earns(p, f->kind, f->minutes + more, f->quantity) == 0)
		more++;
	units_text(program_earns(p, f->kind, f->minutes + more, f->quantity), units, sizeof units);
	return buf_printf(out, "With %dm more it would count %s. If it was longer: "
	    "ceu edit %" PRId64 " --hours HOURS", more, units, e->id);
}

int credit_remedy(const struct program *p, const struct verdict *v, const struct entry_fact *fact,
    const struct entry_verdict *e, struct buf *out)
{
	switch (e->state) {
	case ENTRY_NEEDS_INFO:
		return remedy_lacking(p, fact, e, out);
	case ENTRY_PART_COUNTED:
	case ENTRY_OVER_LIMIT:
		return remedy_limit(p, v, out);
	case ENTRY_REPEAT:
		return buf_puts(out, "Taken again in the next cycle, it can count there.");
	case ENTRY_PLANNED:
		if (!fact->is_planned)
			return 0;
		return buf_printf(out, "When it is done: ceu plan done %" PRId64, e->id);
	case ENTRY_OUT_OF_CYCLE:
		return buf_printf(out, "If its date is wrong: ceu edit %" PRId64 " --on DATE", e->id);
	case ENTRY_COUNTED:
		return e->units == 0 ? remedy_step(p, fact, e, out) : 0;
	case ENTRY_LATE:
	case ENTRY_VOID:
		break;
	}
	return 0;
}
