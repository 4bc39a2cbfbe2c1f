/* Entries in, fates out: information missing, taken before, cut by limits. */
#include <stdlib.h>
#include <string.h>

#include "admit.h"

/* The smallest selection first: it has the fewest others to draw from. */
static int comes_first(const struct tally *a, const struct tally *b)
{
	int na = __builtin_popcount(a->categories), nb = __builtin_popcount(b->categories);

	if (na != nb)
		return na < nb;
	if ((a->tag < 0) != (b->tag < 0))
		return a->tag >= 0;
	if ((a->period == PER_CYCLE) != (b->period == PER_CYCLE))
		return a->period != PER_CYCLE;
	return a->rule < b->rule;
}

static void add_requirement(struct admission *a, const struct tally *new)
{
	size_t at = a->nrequirements++;

	for (; at > 0 && comes_first(new, &a->requirements[at - 1]); at--)
		a->requirements[at] = a->requirements[at - 1];
	a->requirements[at] = *new;
}

static void list_tallies(struct admission *a, const struct credit_cycle *c)
{
	const struct program *p = a->p;
	struct limits limits;

	limits_of(p, &limits);
	for (size_t i = 0; i < limits.n; i++) {
		const struct limit_set *s = &limits.sets[i];

		a->limits[a->nlimits++] = (struct tally){ s->categories, s->tag, s->period, s->rule, 0,
			credit_amount(p, c, &p->rules[s->rule]), NULL };
	}
	for (size_t i = 0; i < p->nrules; i++) {
		const struct rule *r = &p->rules[i];
		struct tally new = { r->categories, r->tag, r->period, (int)i,
			r->selector == SELECT_DISTINCT, 0, NULL };

		if (r->kind != RULE_REQUIRE)
			continue;
		new.amount = credit_amount(p, c, r);
		add_requirement(a, &new);
	}
}

/* Sums of all tallies lie in one piece. */
static int make_sums(struct admission *a)
{
	struct tally *all = a->limits;
	size_t n = a->nlimits + a->nrequirements, cells = 0, at = 0;

	for (size_t i = 0; i < n; i++)
		cells += a->periods.count[all[i].period];
	a->sums = calloc(cells ? cells : 1, sizeof *a->sums);
	if (!a->sums)
		return -1;
	for (size_t i = 0; i < n; i++) {
		all[i].sums = a->sums + at;
		at += a->periods.count[all[i].period];
	}
	return 0;
}

static void find_rules(struct admission *a)
{
	a->needs_competency = a->needs_evidence = a->once_course = a->once_event = -1;
	for (size_t i = 0; i < a->p->nrules; i++) {
		const struct rule *r = &a->p->rules[i];

		if (r->kind == RULE_NEEDS && r->selector == SELECT_COMPETENCY_GIVEN)
			a->needs_competency = (int)i;
		if (r->kind == RULE_NEEDS && r->selector == SELECT_EVIDENCE_GIVEN)
			a->needs_evidence = (int)i;
		if (r->kind == RULE_ONCE && r->selector == SELECT_COURSE)
			a->once_course = (int)i;
		if (r->kind == RULE_ONCE && r->selector == SELECT_EVENT)
			a->once_event = (int)i;
	}
}

int admission_init(struct admission *a, const struct program *p, const struct credit_cycle *c,
    size_t nentries)
{
	struct limits limits;
	size_t n;

	memset(a, 0, sizeof *a);
	a->p = p;
	a->days = credit_days(p, c);
	periods_of(p, c, &a->periods);
	find_rules(a);
	limits_of(p, &limits);
	n = limits.n + p->nrules;
	a->limits = calloc(n ? n : 1, sizeof *a->limits);
	a->candidates = calloc(nentries ? nentries : 1, sizeof *a->candidates);
	if (!a->limits || !a->candidates)
		return -1;
	a->requirements = a->limits + limits.n;
	list_tallies(a, c);
	if (make_sums(a) || (a->once_course >= 0 && seen_init(&a->courses, nentries)))
		return -1;
	return a->once_event >= 0 ? seen_init(&a->events, nentries) : 0;
}

void admission_free(struct admission *a)
{
	free(a->limits);
	free(a->sums);
	free(a->candidates);
	seen_free(&a->courses);
	seen_free(&a->events);
}

/* The lower index of two, where -1 is none. */
static int earlier_rule(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

int admission_lacks(const struct admission *a, const struct entry_fact *f)
{
	return earlier_rule(f->competencies ? -1 : a->needs_competency,
	    f->has_evidence ? -1 : a->needs_evidence);
}

int admission_repeats(struct admission *a, const struct entry_fact *f)
{
	int course = -1, event = -1;

	if (a->once_course >= 0 && seen_text(&a->courses, f->course))
		course = a->once_course;
	if (a->once_event >= 0 && seen_text(&a->events, f->event))
		event = a->once_event;
	return earlier_rule(course, event);
}

void admit_nothing(struct entry_verdict *e, enum entry_state state, int rule)
{
	e->state = state;
	e->counted = 0;
	e->nparts = 1;
	e->parts[0] = (struct credit_part){ e->units, 0, rule };
}

static void find_periods(const struct admission *a, day_t day, size_t in[PERIODS])
{
	for (int sort = 0; sort < PERIODS; sort++)
		in[sort] = periods_at(&a->periods, (enum period)sort, day);
}

void admission_add(struct admission *a, const struct entry_fact *f, struct entry_verdict *e)
{
	struct candidate *c = &a->candidates[a->ncandidates++];

	c->fact = f;
	c->verdict = e;
	e->counted = 0;
	find_periods(a, f->day, c->in);
}

int64_t tally_have(const struct tally *t, size_t i)
{
	return t->is_distinct ? 100 * __builtin_popcountll((uint64_t)t->sums[i]) : t->sums[i];
}

static int64_t room_in(const struct admission *a, const struct entry_fact *f, const size_t in[PERIODS])
{
	int64_t room = INT64_MAX;

	for (size_t i = 0; i < a->nlimits; i++) {
		const struct tally *t = &a->limits[i];
		int64_t left = t->amount - t->sums[in[t->period]];

		if (left < room && tally_holds(t, f))
			room = left;
	}
	return room;
}

int64_t admission_room(const struct admission *a, const struct entry_fact *f)
{
	size_t in[PERIODS];

	find_periods(a, f->day, in);
	return room_in(a, f, in);
}

static void note(struct tally *t, const struct entry_fact *f, const size_t in[PERIODS], int64_t units)
{
	if (t->is_distinct)
		t->sums[in[t->period]] |= INT64_C(1) << f->category;
	else
		t->sums[in[t->period]] += units;
}

static void count(struct admission *a, const struct entry_fact *f, const size_t in[PERIODS], int64_t units)
{
	for (size_t i = 0; i < a->nlimits + a->nrequirements; i++)
		if (tally_holds(&a->limits[i], f))
			note(&a->limits[i], f, in, units);
}

/* At most `most` units more of it count. */
static void take(struct admission *a, struct candidate *c, int64_t most)
{
	int64_t units = c->verdict->units - c->verdict->counted, room;

	if (units > most)
		units = most;
	if (units <= 0)
		return;
	room = room_in(a, c->fact, c->in);
	if (units > room)
		units = room;
	if (units <= 0)
		return;
	c->verdict->counted += units;
	count(a, c->fact, c->in, units);
}

/* What a requirement can use of an entry: of one more category its smallest credit does. */
static int64_t wanted(const struct admission *a, const struct tally *t, const struct candidate *c)
{
	size_t i = c->in[t->period];
	int64_t lacking = t->amount - tally_have(t, i);

	if (lacking <= 0 || !tally_holds(t, c->fact) || !periods_whole(&a->periods, t->period, i))
		return 0;
	if (!t->is_distinct)
		return lacking;
	return t->sums[i] >> c->fact->category & 1 ? 0 : a->p->step;
}

static void give_to_requirement(struct admission *a, const struct tally *t)
{
	for (size_t i = 0; i < a->ncandidates; i++)
		take(a, &a->candidates[i], wanted(a, t, &a->candidates[i]));
}

int carried_fact(const struct program *p, const struct credit_cycle *c, struct entry_fact *ret)
{
	int into = p->carry.most > 0 ? p->carry.into : -1;

	if (into < 0)
		return 0;
	*ret = (struct entry_fact){ .day = credit_days(p, c).start, .category = into,
		.tags = program_tags(p, into, 0), .kind = -1 };
	return 1;
}

static int64_t count_carried(struct admission *a, const struct credit_cycle *c, int64_t carried)
{
	struct entry_fact f;
	size_t in[PERIODS];
	int64_t room;

	find_periods(a, a->days.start, in);
	if (carried <= 0)
		return 0;
	if (carried_fact(a->p, c, &f)) {
		room = room_in(a, &f, in);
		carried = carried < room ? carried : room;
		if (carried > 0)
			count(a, &f, in, carried);
		return carried;
	}
	for (size_t i = 0; i < a->nrequirements; i++)
		if (a->p->rules[a->requirements[i].rule].selector == SELECT_TOTAL)
			a->requirements[i].sums[in[a->requirements[i].period]] += carried;
	return carried;
}

/* The pieces of one that more limits cut than can be told apart become the last one's. */
static void add_part(struct entry_verdict *e, int64_t units, int64_t counted, int rule)
{
	struct credit_part *part;

	if (e->nparts == CREDIT_PARTS_MAX)
		units += e->parts[--e->nparts].units;
	part = &e->parts[e->nparts++];
	*part = (struct credit_part){ units, counted, rule };
}

/*
 * Bottom-up: each limit lets pass what the others in it leave, the next sees what passed.  The last that cuts
 * is the one that is full: what passes is what was counted.
 */
static void settle(const struct admission *a, const struct candidate *c)
{
	struct entry_verdict *e = c->verdict;
	int64_t alive = e->units, counted = e->counted;

	e->nparts = 0;
	e->before = 0;
	if (counted > 0 || e->units == 0)
		add_part(e, counted, counted, -1);
	for (size_t i = 0; i < a->nlimits && alive > counted; i++) {
		const struct tally *t = &a->limits[i];
		int64_t others = t->sums[c->in[t->period]] - counted, room = t->amount - others;

		if (!tally_holds(t, c->fact) || alive <= room)
			continue;
		add_part(e, alive - room, 0, t->rule);
		alive = room;
		e->before = others;
	}
	e->state = counted == e->units ? ENTRY_COUNTED : counted > 0 ? ENTRY_PART_COUNTED : ENTRY_OVER_LIMIT;
}

int64_t admission_share(struct admission *a, const struct credit_cycle *c)
{
	int64_t carried = count_carried(a, c, c->carried);

	for (size_t i = 0; i < a->nrequirements; i++)
		give_to_requirement(a, &a->requirements[i]);
	for (size_t i = 0; i < a->ncandidates; i++)
		take(a, &a->candidates[i], INT64_MAX);
	for (size_t i = 0; i < a->ncandidates; i++)
		settle(a, &a->candidates[i]);
	return carried;
}
