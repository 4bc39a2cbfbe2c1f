/* Entries in, fates out: information missing, taken before, cut by limits. */
#include <string.h>

#include "admit.h"

int admission_init(struct admission *a, const struct program *p, size_t nentries)
{
	memset(a, 0, sizeof *a);
	a->program = p;
	a->needs_rule = a->once_rule = -1;
	limits_of(p, &a->limits);
	for (size_t i = 0; i < p->nrules; i++) {
		if (p->rules[i].kind == RULE_NEEDS)
			a->needs_rule = (int)i;
		if (p->rules[i].kind == RULE_ONCE)
			a->once_rule = (int)i;
	}
	return seen_init(&a->courses, nentries);
}

void admission_free(struct admission *a)
{
	seen_free(&a->courses);
}

void admit_nothing(struct entry_verdict *e, enum entry_state state, int rule)
{
	e->state = state;
	e->counted = 0;
	e->nparts = 1;
	e->parts[0] = (struct credit_part){ e->units, 0, rule };
}

static void add_part(struct entry_verdict *e, int64_t units, int64_t counted, int rule)
{
	/* of limits nested deeper than we tell the innermost are told */
	if (e->nparts == CREDIT_PARTS_MAX)
		e->parts[e->nparts - 1].units += units;
	else
		e->parts[e->nparts++] = (struct credit_part){ units, counted, rule };
}

/* Bottom-up: each limit that holds the entry lets pass what it has room for, the next sees what passed. */
static void apply_limits(struct admission *a, int category, struct entry_verdict *e)
{
	struct entry_verdict cuts = { .nparts = 0 };
	int64_t alive = e->units;

	for (size_t i = 0; i < a->limits.n; i++) {
		const struct limit_set *s = &a->limits.sets[i];
		int64_t room = s->amount - a->used[i];

		if (!(s->categories >> category & 1))
			continue;
		if (alive > room) {
			add_part(&cuts, alive - room, 0, s->rule);
			alive = room;
		}
		a->used[i] += alive;
	}
	e->counted = alive;
	e->nparts = 0;
	if (alive > 0 || cuts.nparts == 0)
		add_part(e, alive, alive, -1);
	for (size_t i = 0; i < cuts.nparts; i++)
		add_part(e, cuts.parts[i].units, 0, cuts.parts[i].rule);
	e->state = cuts.nparts == 0 ? ENTRY_COUNTED : alive > 0 ? ENTRY_PART_COUNTED : ENTRY_OVER_LIMIT;
}

void admit(struct admission *a, const struct entry_fact *f, struct entry_verdict *e)
{
	/* An entry that still lacks something takes no course from another: nothing of it counts yet. */
	if (a->needs_rule >= 0 && f->competencies == 0)
		admit_nothing(e, ENTRY_NEEDS_INFO, a->needs_rule);
	else if (a->once_rule >= 0 && seen_course(&a->courses, f))
		admit_nothing(e, ENTRY_REPEAT, a->once_rule);
	else
		apply_limits(a, f->category, e);
}
