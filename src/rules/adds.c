/* What one more entry would add, and what moves into the next cycle, from a verdict that is there. */
#include <string.h>

#include "admit.h"

static int has_once(const struct program *p, enum rule_selector what)
{
	for (size_t i = 0; i < p->nrules; i++)
		if (p->rules[i].kind == RULE_ONCE && p->rules[i].selector == what)
			return 1;
	return 0;
}

static int is_same(const char *a, const char *b)
{
	return a && b && *a && !strcmp(a, b);
}

/* Whether it would be a repeat of one of these, or make it one. */
static int is_taken(const struct program *p, const struct entry_fact *facts, const struct verdict *v,
    const struct entry_fact *new)
{
	int courses = has_once(p, SELECT_COURSE), events = has_once(p, SELECT_EVENT);

	for (size_t i = 0; i < v->nentries && (courses || events); i++) {
		enum entry_state state = v->entries[i].state;

		if (state != ENTRY_REPEAT && state > ENTRY_OVER_LIMIT)
			continue;
		if ((courses && is_same(facts[i].course, new->course)) ||
		    (events && is_same(facts[i].event, new->event)))
			return 1;
	}
	return 0;
}

struct asking {
	const struct program *p;
	const struct credit_cycle *cycle;
	const struct entry_fact *facts;
	const struct verdict *v;
	const struct entry_fact *new;
	struct periods periods;
};

static int in_same_period(const struct asking *a, enum period sort, day_t day)
{
	return sort == PER_CYCLE ||
	    periods_at(&a->periods, sort, day) == periods_at(&a->periods, sort, a->new->day);
}

static int is_beside(const struct asking *a, const struct limit_set *s, const struct entry_fact *f)
{
	return limit_holds(s, f) && in_same_period(a, s->period, f->day);
}

/* What counts in a limit, in the period of the new entry. */
static int64_t used(const struct asking *a, const struct limit_set *s)
{
	struct entry_fact carried;
	int64_t sum = 0;

	if (s->period == PER_CYCLE && s->tag < 0) {
		for (size_t i = 0; i < a->p->ncategories; i++)
			sum += s->categories >> i & 1 ? a->v->categories[i].counted : 0;
		return sum;
	}
	for (size_t i = 0; i < a->v->nentries; i++)
		if (a->v->entries[i].counted > 0 && is_beside(a, s, &a->facts[i]))
			sum += a->v->entries[i].counted;
	if (a->v->carried > 0 && carried_fact(a->p, a->cycle, &carried) && is_beside(a, s, &carried))
		sum += a->v->carried;
	return sum;
}

static int is_askable(const struct program *p, const struct entry_fact *f)
{
	return f->category >= 0 && (size_t)f->category < p->ncategories && f->minutes > 0 &&
	    (f->kind < 0 || (size_t)f->kind < p->nkinds);
}

int64_t credit_adds(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts,
    size_t n, const struct verdict *v, const struct entry_fact *fact)
{
	struct asking a = { .p = p, .cycle = c, .facts = facts, .v = v, .new = fact };
	struct cycle days = credit_days(p, c);
	struct limits limits;
	int64_t adds;

	if (n != v->nentries || !is_askable(p, fact) || fact->day < days.start || fact->day > days.end ||
	    is_taken(p, facts, v, fact))
		return 0;
	adds = program_earns(p, fact->kind, fact->minutes, fact->quantity);
	periods_of(p, c, &a.periods);
	limits_of(p, &limits);
	for (size_t i = 0; i < limits.n && adds > 0; i++) {
		const struct limit_set *s = &limits.sets[i];
		int64_t room;

		if (!limit_holds(s, fact))
			continue;
		room = credit_amount(p, c, &p->rules[s->rule]) - used(&a, s);
		adds = adds < room ? adds : room;
	}
	return adds;
}

static int can_carry(const struct program_carry *carry, const struct entry_fact *f)
{
	return (carry->categories >> f->category & 1) != 0 &&
	    (carry->tag < 0 || (f->tags >> carry->tag & 1) != 0);
}

int64_t credit_carry(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts,
    size_t n, const struct verdict *v)
{
	const struct program_carry *carry = &p->carry;
	int64_t surplus = v->counted > v->required ? v->counted - v->required : 0, at_hand = 0;
	day_t from = credit_days(p, c).start;

	if (carry->most <= 0)
		return 0;
	if (carry->months > 0)
		from = cycle_ending(c->dates.end, carry->months).start;
	for (size_t i = 0; i < n && i < v->nentries; i++) {
		const struct entry_verdict *e = &v->entries[i];

		if (e->state > ENTRY_OVER_LIMIT || facts[i].day < from || !can_carry(carry, &facts[i]))
			continue;
		at_hand += e->counted;
		if (carry->over_limit) {
			at_hand += e->units - e->counted;
			surplus += e->units - e->counted;
		}
	}
	surplus = surplus < at_hand ? surplus : at_hand;
	return surplus < carry->most ? surplus : carry->most;
}
