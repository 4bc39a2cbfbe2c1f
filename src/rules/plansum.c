/*
 * Sums of work by kind.  Requirements take what there is in the order of evaluation (rules/credit.h), each as much
 * as it lacks, then ask for the rest to be found.  Where limits and requirements nest that is the least: what a
 * smaller selection takes or asks for counts in all that hold it, and whatever it takes leaves them the same room.
 */
#include <stdlib.h>
#include <string.h>

#include "plansum.h"

static uint32_t all_categories(const struct program *p)
{
	return p->ncategories >= 32 ? UINT32_MAX : (UINT32_C(1) << p->ncategories) - 1;
}

/* ---- claims */

static struct limit_set selection(const struct program *p, size_t rule)
{
	const struct rule *r = &p->rules[rule];
	uint32_t mask = r->categories & all_categories(p);

	return (struct limit_set){ r->tag >= 0 ? mask & p->tags[r->tag].categories : mask, r->tag, r->period,
		r->amount, (int)rule };
}

/* As they take in an evaluation. */
static int takes_first(const struct claim *a, const struct claim *b)
{
	int na = __builtin_popcount(a->of.categories), nb = __builtin_popcount(b->of.categories);

	if (na != nb)
		return na < nb;
	if ((a->of.tag < 0) != (b->of.tag < 0))
		return a->of.tag >= 0;
	if ((a->of.period == PER_CYCLE) != (b->of.period == PER_CYCLE))
		return a->of.period != PER_CYCLE;
	return a->of.rule < b->of.rule;
}

static void add_need(struct sums *s, const struct claim *new)
{
	size_t at = s->nneeds++;

	for (; at > 0 && takes_first(new, &s->needs[at - 1]); at--)
		s->needs[at] = s->needs[at - 1];
	s->needs[at] = *new;
}

static void list_needs(struct sums *s)
{
	const struct program *p = s->p;

	for (size_t i = 0; i < p->nrules; i++) {
		const struct rule *r = &p->rules[i];
		struct claim c = { .of = selection(p, i), .is_distinct = r->selector == SELECT_DISTINCT };

		if (r->kind != RULE_REQUIRE)
			continue;
		c.amount = credit_amount(p, s->cycle, r);
		if (r->selector == SELECT_TOTAL && r->period == PER_CYCLE)
			c.amount -= s->carried;
		for (; c.amount > 0 && c.period < s->periods.count[r->period]; c.period++)
			if (periods_whole(&s->periods, r->period, c.period))
				add_need(s, &c);
	}
}

static void list_limits(struct sums *s)
{
	for (size_t i = 0; i < s->p->nlimits; i++) {
		struct claim c = { .of = s->p->limits[i] };

		c.amount = credit_amount(s->p, s->cycle, &s->p->rules[c.of.rule]);
		for (; c.period < s->periods.count[c.of.period]; c.period++)
			s->limits[s->nlimits++] = c;
	}
}

static size_t count_claims(const struct sums *s)
{
	size_t n = 1;

	for (size_t i = 0; i < s->p->nrules; i++)
		n += s->periods.count[s->p->rules[i].period];
	for (size_t i = 0; i < s->p->nlimits; i++)
		n += s->periods.count[s->p->limits[i].period];
	return n;
}

/* A limit on several categories may cut one off that distinct ones would need: that does not nest. */
static int all_nest(const struct sums *s)
{
	for (size_t i = 0; i < s->nneeds; i++) {
		for (size_t k = 0; k < i; k++)
			if (!limits_nest(s->p, &s->needs[i].of, &s->needs[k].of))
				return 0;
		for (size_t k = 0; k < s->nlimits; k++)
			if (!limits_nest(s->p, &s->needs[i].of, &s->limits[k].of) ||
			    (s->needs[i].is_distinct && __builtin_popcount(s->limits[k].of.categories) > 1))
				return 0;
	}
	return 1;
}

/* ---- sorts */

static uint32_t tags_that_matter(const struct sums *s)
{
	uint32_t tags = 0;

	for (size_t i = 0; i < s->nneeds; i++)
		tags |= s->needs[i].of.tag >= 0 ? UINT32_C(1) << s->needs[i].of.tag : 0;
	for (size_t i = 0; i < s->nlimits; i++)
		tags |= s->limits[i].of.tag >= 0 ? UINT32_C(1) << s->limits[i].of.tag : 0;
	return tags;
}

static int has_period(const struct sums *s, enum period period)
{
	for (size_t i = 0; i < s->nneeds; i++)
		if (s->needs[i].of.period == period)
			return 1;
	for (size_t i = 0; i < s->nlimits; i++)
		if (s->limits[i].of.period == period)
			return 1;
	return 0;
}

static struct sort sort_of(const struct sums *s, int category, uint32_t tags, day_t day)
{
	struct sort k = { .category = category, .tags = tags & tags_that_matter(s), .named = -1 };

	for (int period = 0; period < PERIODS; period++)
		if (has_period(s, (enum period)period))
			k.in[period] = periods_at(&s->periods, (enum period)period, day);
	return k;
}

static size_t find_sort(const struct sums *s, const struct sort *k)
{
	for (size_t i = 0; i < s->nsorts; i++)
		if (s->sorts[i].category == k->category && s->sorts[i].tags == k->tags &&
		    !memcmp(s->sorts[i].in, k->in, sizeof k->in))
			return i;
	return s->nsorts;
}

static struct sort *add_sort(struct sums *s, struct sort k)
{
	size_t i = find_sort(s, &k);
	struct sort *grown;

	if (i < s->nsorts)
		return &s->sorts[i];
	if (s->nsorts == s->room_sorts) {
		grown = realloc(s->sorts, (s->room_sorts * 2 + 16) * sizeof *grown);
		if (!grown)
			return NULL;
		s->sorts = grown;
		s->room_sorts = s->room_sorts * 2 + 16;
	}
	s->sorts[s->nsorts] = k;
	return &s->sorts[s->nsorts++];
}

/* Naming it makes a difference: a rule is about it, or about one of its sort that it takes the place of. */
static int is_worth_naming(const struct sums *s, uint32_t matter, int tag)
{
	const struct program_tag *tags = s->p->tags;

	for (size_t i = 0; i < s->p->ntags; i++)
		if ((matter >> i & 1) && ((int)i == tag ||
		    (tags[i].sort && tags[tag].sort && !strcmp(tags[i].sort, tags[tag].sort))))
			return 1;
	return 0;
}

static int add_findable(struct sums *s, day_t day)
{
	const struct program *p = s->p;
	uint32_t matter = tags_that_matter(s);

	for (int c = 0; c < (int)p->ncategories; c++)
		for (int t = -1; t < (int)p->ntags; t++) {
			struct sort *k;

			if (t >= 0 && (!is_worth_naming(s, matter, t) || (p->tags[t].categories >> c & 1) == 0))
				continue;
			k = add_sort(s, sort_of(s, c, program_tags(p, c, t < 0 ? 0 : UINT32_C(1) << t), day));
			if (!k)
				return -1;
			if (!k->can_be_found)
				k->named = t;
			k->can_be_found = 1;
			k->day = day;
		}
	return 0;
}

/* The first day after `day` on which another year begins. */
static day_t next_period(const struct sums *s, day_t day, day_t last)
{
	day_t d = day + 1;

	while (d <= last && periods_at(&s->periods, PER_YEAR, d) == periods_at(&s->periods, PER_YEAR, day) &&
	    periods_at(&s->periods, PER_CALENDAR_YEAR, d) == periods_at(&s->periods, PER_CALENDAR_YEAR, day))
		d++;
	return d;
}

static int is_taken(enum entry_state e)
{
	return e == ENTRY_COUNTED || e == ENTRY_PART_COUNTED || e == ENTRY_OVER_LIMIT;
}

static int list_sorts(struct sums *s, const struct entry_fact *facts, size_t n, const struct verdict *v, day_t from,
    day_t by)
{
	int into = s->p->carry.into;
	struct sort *k;

	for (size_t i = 0; i < n; i++) {
		if (!is_taken(v->entries[i].state))
			continue;
		k = add_sort(s, sort_of(s, facts[i].category, facts[i].tags, facts[i].day));
		if (!k)
			return -1;
		k->has += v->entries[i].units;
	}
	if (v->carried > 0 && s->p->carry.most > 0 && into >= 0) {
		k = add_sort(s, sort_of(s, into, program_tags(s->p, into, 0), s->days.start));
		if (!k)
			return -1;
		k->has += v->carried;
	}
	if (from < s->days.start)
		from = s->days.start;
	if (by > s->days.end)
		by = s->days.end;
	if (!has_period(s, PER_YEAR) && !has_period(s, PER_CALENDAR_YEAR))
		return from <= by ? add_findable(s, from) : 0;
	for (; from <= by; from = next_period(s, from, by))
		if (add_findable(s, from))
			return -1;
	return 0;
}

int sums_holds(const struct claim *c, const struct sort *k)
{
	return (c->of.categories >> k->category & 1) != 0 && (c->of.tag < 0 || (k->tags >> c->of.tag & 1) != 0) &&
	    (c->of.period == PER_CYCLE || k->in[c->of.period] == c->period);
}

static int connect(struct sums *s)
{
	size_t at = 0, n = s->nsorts;

	s->list = calloc(n * s->nneeds + 1, sizeof *s->list);
	s->limits_of = calloc(n * s->nlimits + 1, sizeof *s->limits_of);
	s->limits_from = calloc(n + 1, sizeof *s->limits_from);
	s->counted = calloc(n + 1, sizeof *s->counted);
	s->left = calloc(s->nlimits + 1, sizeof *s->left);
	s->spare = calloc(n + 1, sizeof *s->spare);
	if (!s->list || !s->limits_of || !s->limits_from || !s->counted || !s->left || !s->spare)
		return -1;
	for (size_t i = 0; i < s->nneeds; i++) {
		s->needs[i].first = at;
		for (size_t k = 0; k < n; k++)
			if (sums_holds(&s->needs[i], &s->sorts[k]))
				s->list[at++] = k;
		s->needs[i].n = at - s->needs[i].first;
	}
	at = 0;
	for (size_t k = 0; k < n; k++) {
		s->limits_from[k] = at;
		for (size_t i = 0; i < s->nlimits; i++)
			if (sums_holds(&s->limits[i], &s->sorts[k]))
				s->limits_of[at++] = i;
	}
	s->limits_from[n] = at;
	return 0;
}

int sums_init(struct sums *s, const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts,
    size_t n, const struct verdict *v, day_t today, day_t by, const struct entry_fact *more, size_t m)
{
	*s = (struct sums){ .p = p, .cycle = c, .days = credit_days(p, c),
		.carried = p->carry.most > 0 && p->carry.into >= 0 ? 0 : v->carried };
	periods_of(p, c, &s->periods);
	s->limits = calloc(2 * count_claims(s), sizeof *s->limits);
	if (!s->limits)
		return -1;
	s->needs = s->limits + count_claims(s);
	list_needs(s);
	list_limits(s);
	s->is_nested = all_nest(s);
	if (list_sorts(s, facts, n, v, today, by))
		return -1;
	for (size_t i = 0; i < m; i++)
		if (!add_sort(s, sort_of(s, more[i].category, more[i].tags, more[i].day)))
			return -1;
	return connect(s);
}

void sums_free(struct sums *s)
{
	free(s->sorts);
	free(s->limits);
	free(s->list);
	free(s->limits_of);
	free(s->limits_from);
	free(s->counted);
	free(s->left);
	free(s->spare);
	memset(s, 0, sizeof *s);
}

size_t sums_sort(const struct sums *s, const struct entry_fact *f)
{
	struct sort k = sort_of(s, f->category, f->tags, f->day);

	return find_sort(s, &k);
}

size_t sums_findable(const struct sums *s, size_t like, int category, uint32_t named)
{
	struct sort k = s->sorts[like];
	size_t i;

	k.category = category;
	k.tags = program_tags(s->p, category, named) & tags_that_matter(s);
	i = find_sort(s, &k);
	return i < s->nsorts && s->sorts[i].can_be_found ? i : s->nsorts;
}

/* ---- summing */

struct summing {
	struct sums *s;
	const int64_t *more;
	struct findings *findings;
	int64_t found;
};

static int64_t room(const struct sums *s, size_t sort)
{
	int64_t least = INT64_MAX;

	for (size_t i = s->limits_from[sort]; i < s->limits_from[sort + 1]; i++)
		if (s->left[s->limits_of[i]] < least)
			least = s->left[s->limits_of[i]];
	return least;
}

static void count(struct sums *s, size_t sort, int64_t units)
{
	s->counted[sort] += units;
	for (size_t i = s->limits_from[sort]; i < s->limits_from[sort + 1]; i++)
		s->left[s->limits_of[i]] -= units;
}

static int64_t take(struct summing *g, size_t sort, int64_t most)
{
	struct sums *s = g->s;
	int64_t units = s->sorts[sort].has + g->more[sort] - s->counted[sort], left;

	if (units <= 0)
		return 0;
	left = room(s, sort);
	units = units < most ? units : most;
	units = units < left ? units : left;
	if (units <= 0)
		return 0;
	count(s, sort, units);
	return units;
}

static int64_t whole_steps(const struct sums *s, int64_t units, int is_up)
{
	int64_t step = s->p->step;

	if (units <= 0)
		return 0;
	return is_up ? (units + step - 1) / step * step : units - units % step;
}

/* What counts of whole steps that are to be found; of one step less counts where there is no more room. */
static int64_t find(struct summing *g, size_t sort, int tag, int64_t lacks)
{
	struct sums *s = g->s;
	int64_t units = whole_steps(s, lacks, 1), left = room(s, sort), counted;

	if (left < units)
		units = whole_steps(s, left, left < s->p->step);
	if (units <= 0)
		return 0;
	counted = units < left ? units : left;
	count(s, sort, counted);
	g->found += units;
	if (g->findings && g->findings->n < FINDINGS_MAX)
		g->findings->items[g->findings->n] = (struct finding){ sort, tag, units };
	if (g->findings)
		g->findings->n++;	/* more than there is room for: the caller sees it */
	return counted;
}

static uint32_t counted_categories(const struct sums *s, const struct claim *c)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < c->n; i++)
		if (s->counted[s->list[c->first + i]] > 0)
			mask |= UINT32_C(1) << s->sorts[s->list[c->first + i]].category;
	return mask;
}

/* Categories that a requirement of distinct ones could still use, of those where nothing is done. */
static uint32_t wanted_categories(const struct summing *g)
{
	const struct sums *s = g->s;
	uint32_t wanted = 0;

	for (size_t i = 0; i < s->nneeds; i++) {
		const struct claim *c = &s->needs[i];
		uint32_t have = 0, could = 0;

		if (!c->is_distinct)
			continue;
		for (size_t k = 0; k < c->n; k++) {
			size_t sort = s->list[c->first + k];
			uint32_t bit = UINT32_C(1) << s->sorts[sort].category;

			have |= s->counted[sort] > 0 || s->sorts[sort].has + g->more[sort] > 0 ? bit : 0;
			could |= bit;
		}
		if (100 * (int64_t)__builtin_popcount(have) < c->amount)
			wanted |= could & ~have;
	}
	return wanted;
}

/* Where there is room for most of it: in as few pieces as can be. */
static size_t widest(const struct summing *g, const struct claim *c, int64_t lacks)
{
	const struct sums *s = g->s;
	int64_t most = 0;
	size_t best = s->nsorts;

	for (size_t i = 0; i < c->n && (best == s->nsorts || most < lacks); i++) {
		size_t sort = s->list[c->first + i];
		int64_t left = s->sorts[sort].can_be_found ? room(s, sort) : 0;

		if (left > most) {
			most = left;
			best = sort;
		}
	}
	return best;
}

static int find_for(struct summing *g, const struct claim *c, int64_t lacks)
{
	struct sums *s = g->s;
	uint32_t wanted;

	while (lacks > 0 && (wanted = wanted_categories(g)) != 0) {
		int64_t units = 0;

		for (size_t i = 0; i < c->n && units == 0; i++) {
			size_t sort = s->list[c->first + i];

			if (s->sorts[sort].can_be_found && (wanted >> s->sorts[sort].category & 1))
				units = find(g, sort, c->of.tag, s->p->step);
		}
		if (units == 0)
			break;
		lacks -= units;
	}
	while (lacks > 0) {
		size_t sort = widest(g, c, lacks);

		if (sort == s->nsorts)
			return -1;
		lacks -= find(g, sort, c->of.tag, lacks);
	}
	return 0;
}

static int64_t lacks_of(const struct sums *s, const struct claim *c)
{
	int64_t lacks = c->amount;

	if (c->is_distinct)
		return lacks - 100 * (int64_t)__builtin_popcount(counted_categories(s, c));
	for (size_t i = 0; i < c->n; i++)
		lacks -= s->counted[s->list[c->first + i]];
	return lacks;
}

static void take_for(struct summing *g, const struct claim *c)
{
	struct sums *s = g->s;
	int64_t lacks = lacks_of(s, c);

	for (size_t i = 0; i < c->n && lacks > 0; i++) {
		size_t sort = s->list[c->first + i];

		if (!c->is_distinct)
			lacks -= take(g, sort, lacks);
		else if ((counted_categories(s, c) >> s->sorts[sort].category & 1) == 0)
			lacks -= take(g, sort, s->p->step) > 0 ? 100 : 0;
	}
}

/* How many requirements that still lack something work of that sort would serve. */
static int serves(const struct sums *s, size_t sort)
{
	int n = 0;

	for (size_t i = 0; i < s->nneeds; i++)
		n += !s->needs[i].is_distinct && sums_holds(&s->needs[i], &s->sorts[sort]) && lacks_of(s, &s->needs[i]) > 0;
	return n;
}

/* Of a step there: all of it counts rather than a part, for as many requirements as can be. */
static int worth(const struct sums *s, size_t sort)
{
	int64_t left = room(s, sort);

	if (left <= 0)
		return -1;
	return serves(s, sort) + (left < s->p->step ? 0 : (int)s->nneeds + 1);
}

static int find_distinct(struct summing *g, const struct claim *c)
{
	struct sums *s = g->s;

	while (lacks_of(s, c) > 0) {
		uint32_t have = counted_categories(s, c);
		size_t best = s->nsorts;
		int most = -1;

		for (size_t i = 0; i < c->n; i++) {
			size_t sort = s->list[c->first + i];

			if (s->sorts[sort].can_be_found && (have >> s->sorts[sort].category & 1) == 0 && worth(s, sort) > most)
				most = worth(s, best = sort);
		}
		if (best == s->nsorts)
			return -1;
		find(g, best, -1, s->p->step);
	}
	return 0;
}

static int is_wide(const struct sums *s, const struct claim *c)
{
	return c->of.categories == all_categories(s->p) && c->of.tag < 0;
}

/*
 * Those that some categories or a tag serve ask for what they lack one after the other.  Those that anything serves
 * take first, all of them, then distinct categories ask before the rest does: what is found for them serves that too.
 */
static int serve_all(struct summing *g)
{
	struct sums *s = g->s;
	size_t wide = 0, i;
	int bad = 0;

	for (; wide < s->nneeds && !is_wide(s, &s->needs[wide]) && !bad; wide++) {
		take_for(g, &s->needs[wide]);
		bad = find_for(g, &s->needs[wide], lacks_of(s, &s->needs[wide]));
	}
	for (i = wide; i < s->nneeds; i++)
		take_for(g, &s->needs[i]);
	for (i = wide; i < s->nneeds && !bad; i++)
		bad = s->needs[i].is_distinct && find_distinct(g, &s->needs[i]);
	for (i = wide; i < s->nneeds && !bad; i++)
		bad = !s->needs[i].is_distinct && find_for(g, &s->needs[i], lacks_of(s, &s->needs[i]));
	return bad;
}

int64_t sums_lacking(struct sums *s, const int64_t *more, struct findings *ret)
{
	struct summing g = { s, more, ret, 0 };

	memset(s->counted, 0, s->nsorts * sizeof *s->counted);
	for (size_t i = 0; i < s->nlimits; i++)
		s->left[i] = s->limits[i].amount;
	if (ret)
		ret->n = 0;
	s->work += 10;
	for (size_t i = 0; i < s->nneeds; i++)
		s->work += (int64_t)s->needs[i].n;
	return serve_all(&g) ? SUMS_IMPOSSIBLE : g.found;
}
