/*
 * The chance of finishing in time: what the facts say, put in order for the sums of odds.c.
 *
 * The model.  A person's activities come at random, at a rate of her own.  What is known of that rate is a gamma
 * distribution: before the first entry that of PRIOR_DAYS at PRIOR_PACE times the pace that the program asks for (who
 * holds a certificate does more than it asks, and some do far less), then with all the work she did added to the one
 * side and the days gone to the other.  Work counts as activities of TYPICAL_MINUTES, which makes long ones weigh as
 * many and small ones as few.  Late in a cycle some people stay CALM, others are HURRIED: each of the last LATE_DAYS
 * is worth more to them; the odds are those of both, weighted.  So the number of activities still to come is negative
 * binomial; what one brings is geometric in steps of the program, TYPICAL_MINUTES on average.
 *
 * Activities spread over kinds as hers did so far, which is a gamma rate for each kind; the part SHIFTING of them
 * goes evenly to where room is left that is of use, since people look for what still counts.  Units of a kind add up
 * to no more than its limits leave, limits within limits likewise, and planned entries come true with probability
 * PLANNED each: distributions over steps, added up exactly from the innermost limit outwards.  A requirement that
 * nests with the limits is part of that sum: what misses it is struck out.  Those that do not nest, that are about
 * one period, or about distinct categories, have odds of their own, and the odds are multiplied.  That errs on the
 * careful side: who does more is likelier to meet any of them, so all together are likelier than the product.
 *
 * More that counts never lowers the figure, and a day without news never raises it: work only raises the rate and
 * lowers what lacks, and nothing else depends on it; a day moves from the time left to the time gone.
 */
#include <string.h>

#include "limitset.h"
#include "odds.h"
#include "period.h"
#include "rules/chance.h"

struct selection { uint32_t categories; int tag, is_total; };

struct draft {
	const struct program *p;
	const struct credit_cycle *cycle;
	const struct entry_fact *facts;
	size_t n;
	const struct verdict *v;
	struct chance *c;
	struct periods periods;
	int32_t most;				/* cells that the largest requirement lacks */
	struct selection of[CHANCE_BOUNDS_MAX];	/* what each bound selects */
	uint64_t held[CHANCE_CLASSES_MAX];	/* by which bounds each class is: bit i */
};

static int selects(const struct selection *s, int category, uint32_t tags)
{
	return (s->categories >> category & 1) != 0 && (s->tag < 0 || (tags >> s->tag & 1) != 0);
}

static struct selection rule_selection(const struct rule *r)
{
	return (struct selection){ r->categories, r->selector == SELECT_TAG ? r->tag : -1,
		r->selector == SELECT_TOTAL };
}

static int32_t cells_down(const struct chance *c, int64_t units)
{
	return units > 0 ? (int32_t)(units / c->cell) : 0;
}

static int32_t cells_up(const struct chance *c, int64_t units)
{
	return units > 0 ? (int32_t)((units + c->cell - 1) / c->cell) : 0;
}

/* The counting days of a period. */
static struct cycle period_days(const struct draft *d, enum period sort, size_t i)
{
	const struct periods *s = &d->periods;
	struct cycle days = { d->c->first, d->c->last };
	day_t turn = DAY_NONE;

	if (sort == PER_YEAR && i > 0)
		days.start = cycle_starting(s->dates.start, 12 * (int)i).end + 1;
	if (sort == PER_YEAR && i + 1 < s->count[sort])
		days.end = cycle_starting(s->dates.start, 12 * ((int)i + 1)).end;
	if (sort == PER_CALENDAR_YEAR && i > 0 && !date_from_ymd(s->calendar_year + (int)i, 1, 1, &turn))
		days.start = turn;
	if (sort == PER_CALENDAR_YEAR && i + 1 < s->count[sort] &&
	    !date_from_ymd(s->calendar_year + (int)i, 12, 31, &turn))
		days.end = turn;
	return days;
}

/* What of the selection counts on those days. */
static int64_t counted_in(const struct draft *d, struct selection s, struct cycle days)
{
	const struct program *p = d->p;
	int into = p->carry.most > 0 ? p->carry.into : -1;
	int64_t sum = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->facts[i].day >= days.start && d->facts[i].day <= days.end &&
		    selects(&s, d->facts[i].category, d->facts[i].tags))
			sum += d->v->entries[i].counted;
	if (days.start > d->c->first)
		return sum;
	if (into >= 0 ? selects(&s, into, p->categories[into].tags) : s.is_total)
		sum += d->v->carried;
	return sum;
}

static int64_t used_of(const struct draft *d, struct selection s)
{
	int64_t sum = 0;

	if (s.tag >= 0)
		return counted_in(d, s, credit_days(d->p, d->cycle));
	for (size_t i = 0; i < d->p->ncategories; i++)
		if (s.categories >> i & 1)
			sum += d->v->categories[i].counted;
	return sum;
}

static struct chance_bound *add_bound(struct draft *d, struct selection s, enum chance_kind kind, int32_t cells)
{
	struct chance *c = d->c;
	struct chance_bound *b = &c->bounds[c->nbounds];

	if (c->nbounds == CHANCE_BOUNDS_MAX)
		return NULL;
	memset(b, 0, sizeof *b);
	b->kind = kind;
	b->cells = cells;
	b->from = c->first;
	b->until = c->last;
	d->of[c->nbounds++] = s;
	return b;
}

/* ---- what is required */

static int64_t asked_by(const struct draft *d, const struct rule *r)
{
	if (r->kind != RULE_REQUIRE || r->selector == SELECT_DISTINCT)
		return 0;
	return credit_amount(d->p, d->cycle, r) * (int64_t)d->periods.count[r->period];
}

static int64_t asked(const struct draft *d)
{
	int64_t most = d->p->step;

	for (size_t i = 0; i < d->p->nrules; i++)
		if (asked_by(d, &d->p->rules[i]) > most)
			most = asked_by(d, &d->p->rules[i]);
	return most;
}

/* Whether two selections are disjoint or one is within the other. */
static int nests(const struct program *p, struct selection a, struct selection b)
{
	if ((a.categories & b.categories) == 0 || (a.tag >= 0 && b.tag >= 0 && tags_differ(p, a.tag, b.tag)))
		return 1;
	return ((a.categories & ~b.categories) == 0 && (b.tag < 0 || a.tag == b.tag)) ||
	    ((b.categories & ~a.categories) == 0 && (a.tag < 0 || a.tag == b.tag));
}

static int nests_with_all(const struct draft *d, struct selection s)
{
	for (size_t i = 0; i < d->c->nbounds; i++)
		if (d->c->bounds[i].kind == CHANCE_NEED && !nests(d->p, s, d->of[i]))
			return 0;
	for (size_t i = 0; i < d->p->nlimits; i++)
		if (!nests(d->p, s, (struct selection){ d->p->limits[i].categories, d->p->limits[i].tag, 0 }))
			return 0;
	return 1;
}

static void add_periods(struct draft *d, const struct rule *r, int64_t amount)
{
	for (size_t k = 0; k < d->periods.count[r->period]; k++) {
		struct cycle days = period_days(d, r->period, k);
		int64_t lacks = amount - counted_in(d, rule_selection(r), days);
		struct chance_bound *b;

		if (lacks <= 0 || !periods_whole(&d->periods, r->period, k))
			continue;
		b = add_bound(d, rule_selection(r), CHANCE_APART, cells_up(d->c, lacks));
		if (!b)
			return;
		b->from = days.start;
		b->until = days.end;
	}
}

static void add_need(struct draft *d, size_t rule)
{
	const struct rule *r = &d->p->rules[rule];
	int64_t amount = credit_amount(d->p, d->cycle, r), lacks = amount - d->v->rules[rule].have;
	struct selection s = rule_selection(r);
	int32_t cells = cells_up(d->c, lacks);
	int is_nested = nests_with_all(d, s);

	if (r->kind != RULE_REQUIRE || amount <= 0)
		return;
	if (r->selector == SELECT_DISTINCT) {
		if ((lacks + 99) / 100 > d->c->distinct)
			d->c->distinct = (int)((lacks + 99) / 100);
	} else if (r->period != PER_CYCLE) {
		add_periods(d, r, amount);
	} else if (lacks > 0) {
		add_bound(d, s, is_nested ? CHANCE_NEED : CHANCE_APART, cells);
		if (is_nested && cells > d->most)
			d->most = cells;
	}
}

/* ---- what limits leave */

static void add_terms(struct draft *d, const struct limit_set *l, int64_t amount, struct chance_bound *b)
{
	struct chance *c = d->c;
	struct selection s = { l->categories, l->tag, 0 };

	b->term = (uint8_t)c->nterms;
	for (size_t k = 0; k < d->periods.count[l->period]; k++) {
		struct cycle days = period_days(d, l->period, k);

		if (c->nterms == CHANCE_TERMS_MAX)
			break;
		c->terms[c->nterms++] =
		    (struct chance_term){ days.end, cells_down(c, amount - counted_in(d, s, days)) };
		b->nterms++;
	}
}

static void add_limit(struct draft *d, const struct limit_set *l)
{
	struct selection s = { l->categories, l->tag, 0 };
	int64_t amount = credit_amount(d->p, d->cycle, &d->p->rules[l->rule]);
	struct chance_bound *b;
	int32_t room;

	if (l->period != PER_CYCLE) {
		b = add_bound(d, s, CHANCE_LIMIT, 0);
		if (b)
			add_terms(d, l, amount, b);
		return;
	}
	room = cells_down(d->c, amount - used_of(d, s));
	if (room < d->most || d->most == 0)	/* a wider one leaves all that is needed */
		add_bound(d, s, CHANCE_LIMIT, room);
}

/* ---- kinds of entries */

/* NULL: there are too many. */
static struct chance_class *find_class(struct draft *d, int category, uint32_t tags)
{
	struct chance *c = d->c;
	uint64_t held = 0;

	for (size_t i = 0; i < c->nbounds; i++)
		held |= (uint64_t)selects(&d->of[i], category, tags) << i;
	for (size_t i = 0; i < c->nclasses; i++)
		if (d->held[i] == held)
			return &c->classes[i];
	if (c->nclasses == CHANCE_CLASSES_MAX)
		return NULL;
	d->held[c->nclasses] = held;
	c->classes[c->nclasses] = (struct chance_class){ 0, 0 };
	return &c->classes[c->nclasses++];
}

/* A tag that entries have only when they name it is as likely as a category. */
static void add_named(struct draft *d, int tag)
{
	const struct program *p = d->p;
	uint32_t categories = p->tags[tag].categories;
	int all = 0;

	for (size_t i = 0; i < p->ncategories; i++) {
		all += (categories >> i & 1) != 0;
		if ((categories >> i & 1) && (p->categories[i].tags >> tag & 1))
			return;
	}
	for (size_t i = 0; i < p->ncategories; i++) {
		struct chance_class *class = NULL;

		if (categories >> i & 1)
			class = find_class(d, (int)i, program_tags(p, (int)i, UINT32_C(1) << tag));
		if (class)
			class->weight += 1.0 / all;
	}
	d->c->weight += all > 0;
}

static void add_classes(struct draft *d)
{
	struct chance *c = d->c;
	uint32_t tags = 0;

	for (size_t i = 0; i < d->p->ncategories; i++) {
		struct chance_class *class;

		class = find_class(d, (int)i, d->p->categories[i].tags);	/* at most one for each category */
		c->usual[i] = class ? (uint8_t)(class - c->classes) : 0;
		c->classes[c->usual[i]].weight += 1;
		c->weight += 1;
		if (d->v->categories[i].counted == 0)
			c->fresh |= UINT32_C(1) << i;
	}
	for (size_t i = 0; i < c->nbounds; i++)
		if (d->of[i].tag >= 0)
			tags |= UINT32_C(1) << d->of[i].tag;
	for (int t = 0; tags >> t; t++)
		if (tags >> t & 1)
			add_named(d, t);
}

static int is_work(enum entry_state s)
{
	return s == ENTRY_COUNTED || s == ENTRY_PART_COUNTED || s == ENTRY_OVER_LIMIT || s == ENTRY_REPEAT ||
	    s == ENTRY_NEEDS_INFO;
}

/* Not by the number of the class, which comes from the order of entries. */
static int plan_order(const struct draft *d, const struct chance_plan *a, const struct chance_plan *b)
{
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (d->held[a->class] != d->held[b->class])
		return d->held[a->class] < d->held[b->class] ? -1 : 1;
	if (a->category != b->category)
		return a->category - b->category;
	return b->cells - a->cells;
}

/* By day, so that what comes of it does not depend on the order of entries; of too many the last are left out. */
static void add_plan(struct draft *d, struct chance_plan new)
{
	struct chance *c = d->c;
	size_t at;

	if (c->nplans == CHANCE_PLANS_MAX && plan_order(d, &new, &c->plans[c->nplans - 1]) >= 0)
		return;
	if (c->nplans < CHANCE_PLANS_MAX)
		c->nplans++;
	for (at = c->nplans - 1; at > 0 && plan_order(d, &new, &c->plans[at - 1]) < 0; at--)
		c->plans[at] = c->plans[at - 1];
	c->plans[at] = new;
}

static void add_fact(struct draft *d, size_t i, uint8_t class)
{
	const struct entry_fact *f = &d->facts[i];
	const struct entry_verdict *e = &d->v->entries[i];

	if (is_work(e->state))
		d->c->classes[class].did += e->units;
	if (e->state == ENTRY_PLANNED)
		add_plan(d, (struct chance_plan){ f->day, cells_down(d->c, e->units), class, (uint8_t)f->category });
}

/* Entries with other tags than their category's own are of other classes; with too many of those no more are told
 * apart, whichever came first. */
static void add_facts(struct draft *d)
{
	struct chance *c = d->c;
	size_t usual = c->nclasses;
	int is_crowded = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct entry_fact *f = &d->facts[i];

		if (f->tags != d->p->categories[f->category].tags && !find_class(d, f->category, f->tags))
			is_crowded = 1;
	}
	if (is_crowded)
		c->nclasses = usual;
	for (size_t i = 0; i < d->n; i++) {
		const struct entry_fact *f = &d->facts[i];
		const struct chance_class *class = NULL;

		if (!is_crowded && f->tags != d->p->categories[f->category].tags)
			class = find_class(d, f->category, f->tags);
		add_fact(d, i, class ? (uint8_t)(class - c->classes) : c->usual[f->category]);
	}
}

/* Inner bounds first; of the same classes limits first. */
static void sort_bounds(struct draft *d)
{
	struct chance *c = d->c;

	for (size_t i = 0; i < c->nbounds; i++)
		for (size_t k = 0; k < c->nclasses; k++)
			c->bounds[i].classes |= (d->held[k] >> i & 1) << k;
	for (size_t i = 1; i < c->nbounds; i++) {
		struct chance_bound b = c->bounds[i];
		int size = __builtin_popcountll(b.classes) * 2 + (b.kind != CHANCE_LIMIT);
		size_t at = i;

		for (; at > 0; at--) {
			const struct chance_bound *o = &c->bounds[at - 1];

			if (__builtin_popcountll(o->classes) * 2 + (o->kind != CHANCE_LIMIT) <= size)
				break;
			c->bounds[at] = *o;
		}
		c->bounds[at] = b;
	}
}

/* What a planned entry can bring under limits with periods is what they leave in the period of its day. */
static void fit_plans(struct chance *c)
{
	int32_t left[CHANCE_TERMS_MAX];

	for (size_t i = 0; i < c->nterms; i++)
		left[i] = c->terms[i].cells;
	for (size_t i = 0; i < c->nplans; i++) {
		struct chance_plan *plan = &c->plans[i];
		int32_t *of[CHANCE_BOUNDS_MAX];
		size_t n = 0;

		for (size_t k = 0; k < c->nbounds; k++) {
			const struct chance_bound *b = &c->bounds[k];
			size_t term = b->term;

			if (b->nterms == 0 || (b->classes >> plan->class & 1) == 0)
				continue;
			while (term + 1 < (size_t)b->term + b->nterms && c->terms[term].until < plan->day)
				term++;
			of[n++] = &left[term];
			if (left[term] < plan->cells)
				plan->cells = left[term];
		}
		while (n-- > 0)
			*of[n] -= plan->cells;
	}
}

static void start(struct draft *d)
{
	struct chance *c = d->c;
	struct cycle days = credit_days(d->p, d->cycle);
	double typical = TYPICAL_MINUTES * 100.0 / d->p->unit_minutes;
	int64_t all, most;

	periods_of(d->p, d->cycle, &d->periods);
	all = asked(d);
	most = CHANCE_CELLS_MAX * d->p->step;
	c->first = days.start;
	c->last = days.end;
	c->cell = (all + most - 1) / most * d->p->step;
	c->size = typical > (double)c->cell ? typical / (double)c->cell : 1;
	c->prior = PRIOR_PACE * PRIOR_DAYS * (double)all / typical / ((double)days.end - days.start + 1);
	c->weight = 0;
	c->nclasses = c->nbounds = c->nterms = c->nplans = 0;
	c->distinct = 0;
	c->fresh = 0;
}

void chance_prepare(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    const struct verdict *v, day_t today, struct chance *ret)
{
	struct draft d = { .p = p, .cycle = c, .facts = facts, .n = n, .v = v, .c = ret };

	(void)today;	/* the verdict is of that day */
	start(&d);
	for (size_t i = 0; i < p->nrules; i++)
		add_need(&d, i);
	for (size_t i = 0; i < p->nlimits; i++)
		add_limit(&d, &p->limits[i]);
	add_classes(&d);
	add_facts(&d);
	sort_bounds(&d);
	fit_plans(ret);
}
