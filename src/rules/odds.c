/* The sums of the model that chance.c describes: distributions over steps, from the innermost limit outwards. */
#include <math.h>
#include <string.h>

#include "odds.h"
#include "rules/chance.h"

enum { NOWHERE = 255, EIGHT = 8 };

/* How people take the rest of a cycle: how likely each is, and what a day is worth, the late ones apart. */
static const struct temper { double odds, pace, late_pace; } tempers[] = { CALM, HURRIED };

/* How many activities come in a stretch of days: negative binomial, of any shape. */
struct spell {
	double none;			/* the logarithm of the probability of none, for shape 1 */
	double rise, fall;		/* of the recurrence in fill() */
};

struct odds {
	const struct chance *c;
	const struct temper *temper;
	day_t day;
	struct spell rest;		/* the days from `day` to the last */
	int32_t cells[CHANCE_BOUNDS_MAX];	/* of each bound on that day; of limits the room, at most `full` */
	uint8_t parent[CHANCE_BOUNDS_MAX];	/* the bound around it; NOWHERE */
	uint8_t owner[CHANCE_CLASSES_MAX];	/* the innermost bound of a class; NOWHERE */
	uint64_t open, useful;		/* classes with room, those that people shift to */
	double useful_weight;
	int64_t did;
	int32_t full;			/* what the largest requirement lacks: sums stop there */
};

/* ---- logarithm and power, by own hand: the same digits on every machine, and no library besides the C library */

static double log_of(double x)
{
	int exponent;
	double m = frexp(x, &exponent), t, tt, sum = 0;

	if (m < 0.70710678118654752) {
		m *= 2;
		exponent--;
	}
	t = (m - 1) / (m + 1);
	tt = t * t;
	for (int k = 17; k >= 1; k -= 2)
		sum = sum * tt + 2.0 / k;
	return sum * t + exponent * 0.69314718055994531;
}

/* e to the x, for x <= 0. */
static double exp_of(double x)
{
	int k = (int)(x * 1.4426950408889634 - 0.5);
	double rest = x - k * 0.69314718055994531, sum = 1;

	if (x < -700)
		return 0;
	for (int i = 13; i >= 1; i--)
		sum = 1 + sum * rest / i;
	return ldexp(sum, k);
}

/* ---- time */

/* Days from `day` to the last, as the person takes the rest of her cycle. */
static double days_left(const struct chance *c, const struct temper *t, day_t day)
{
	double all = (double)c->last - c->first + 1, late = all / 4 < LATE_DAYS ? all / 4 : LATE_DAYS, left;

	left = (double)c->last - (day < c->first ? c->first : day) + 1;
	if (left <= 0)
		return 0;
	return t->pace * left + (t->late_pace - t->pace) * (left < late ? left : late);
}

/* What is to be expected of `days` when `gone` days are known. */
static struct spell spell_of(const struct chance *c, double days, double gone)
{
	double some = days / (PRIOR_DAYS + gone + days), ends = 1 / c->size, goes_on = 1 - ends;

	return (struct spell){ log_of(1 - some), goes_on + some * ends, goes_on };
}

/* ---- distributions: n + 1 cells, the last one stands for n and more */

/*
 * The sum of a number of activities that is negative binomial with that shape, their sizes geometric: its generating
 * function is a power of a ratio of two lines, which makes each term a sum of the two before.
 */
static void fill(const struct spell *s, double shape, size_t n, double *g)
{
	double both = s->rise + s->fall, product = s->rise * s->fall, push = shape * (s->rise - s->fall) - both;
	double sum, last = 0;

	if (n == 0) {
		g[0] = 1;
		return;
	}
	sum = g[0] = exp_of(shape * s->none);
	for (size_t i = 1; i < n; i++) {
		double inverse = 1 / (double)i;

		g[i] = (both + push * inverse) * g[i - 1] - product * (1 - 2 * inverse) * last;
		last = g[i - 1];
		sum += g[i];
	}
	g[n] = sum < 1 ? 1 - sum : 0;
}

/* One planned entry of that many cells. */
static void plan(double *g, size_t n, size_t cells)
{
	double above = 0;

	if (cells > n)
		cells = n;
	for (size_t i = n - cells; i < n; i++)
		above += g[i];
	if (cells == 0)
		return;
	g[n] += PLANNED * above;
	for (size_t i = n; i-- > 0; )
		g[i] = (1 - PLANNED) * g[i] + (i >= cells ? PLANNED * g[i - cells] : 0);
}

/* g becomes the sum of g and of h, which has m + 1 cells. By eights, which the compiler does two or four at once. */
static void add(double *g, size_t n, const double *h, size_t m)
{
	double sum[CHANCE_CELLS_MAX + 1 + EIGHT] = { 0 }, part[CHANCE_CELLS_MAX + 1 + EIGHT] = { 0 };
	double most[CHANCE_CELLS_MAX + 2], top = 0;	/* most[i]: of h, i and more */

	memcpy(part, h, (m + 1) * sizeof *part);
	most[m + 1] = 0;
	for (size_t i = m + 1; i-- > 0; )
		most[i] = most[i + 1] + h[i];
	for (size_t i = 0; i < n; i++) {
		size_t end = n - i <= m ? n - i : m + 1;
		double *to = sum + i;

		for (size_t k = 0; k < end; k += EIGHT)
			for (size_t j = 0; j < EIGHT; j++)
				to[k + j] += g[i] * part[k + j];
		top += g[i] * most[end];
	}
	memcpy(g, sum, n * sizeof *g);
	g[n] = top + g[n] * most[0];
}

/* The probability that g and h together reach `lacks`. */
static double reach(const double *g, size_t n, const double *h, size_t m, size_t lacks)
{
	double more = 0, sum = 0;

	for (size_t k = m + 1; k-- > lacks; )
		more += h[k];
	for (size_t i = 0; i <= n; i++) {
		if (i > 0 && i <= lacks && lacks - i <= m)
			more += h[lacks - i];
		sum += g[i] * more;
	}
	return sum;
}

/* ---- kinds of activity */

/* Activities that are known or taken for granted: of those classes; and what others shift to them. */
static double shape_of(const struct odds *o, uint64_t classes, uint64_t useful, double useful_weight)
{
	const struct chance *c = o->c;
	double typical = c->size * (double)c->cell, weight = 0, of_use = 0, shape;
	int64_t did = 0;

	for (size_t i = 0; i < c->nclasses; i++) {
		if ((classes >> i & 1) == 0)
			continue;
		did += c->classes[i].did;
		weight += c->classes[i].weight;
		of_use += useful >> i & 1 ? c->classes[i].weight : 0;
	}
	shape = (1 - SHIFTING) * (c->prior * weight / c->weight + (double)did / typical);
	if (of_use > 0)
		shape += SHIFTING * (c->prior + (double)o->did / typical) * of_use / useful_weight;
	return shape;
}

static void fill_classes(const struct odds *o, uint64_t classes, size_t n, double *g)
{
	const struct chance *c = o->c;

	fill(&o->rest, classes ? shape_of(o, classes, o->useful, o->useful_weight) : 0, n, g);
	for (size_t i = 0; i < c->nplans; i++)
		if (classes >> c->plans[i].class & 1)
			plan(g, n, (size_t)c->plans[i].cells);
}

static uint64_t owned(const struct odds *o, uint8_t bound)
{
	uint64_t classes = 0;

	for (size_t i = 0; i < o->c->nclasses; i++)
		classes |= (uint64_t)(o->owner[i] == bound) << i;
	return classes;
}

/* ---- bounds */

static size_t extent(const struct odds *o, size_t bound)
{
	return (size_t)(o->c->bounds[bound].kind == CHANCE_LIMIT ? o->cells[bound] : o->full);
}

/* What all that the bound holds comes to, less what misses a requirement on the way; returns n. */
static size_t sum_of(const struct odds *o, size_t bound, double *g)
{
	size_t n = extent(o, bound);
	double h[CHANCE_CELLS_MAX + 1];

	fill_classes(o, owned(o, (uint8_t)bound), n, g);
	for (size_t i = 0; i < bound; i++) {
		size_t m;

		if (o->parent[i] != bound)
			continue;
		m = sum_of(o, i, h);
		add(g, n, h, m);
	}
	if (o->c->bounds[bound].kind == CHANCE_NEED)
		for (size_t i = 0; i < (size_t)o->cells[bound] && i <= n; i++)
			g[i] = 0;
	return n;
}

/* The same of an outermost one, where only what it comes to is asked for. */
static double outermost(const struct odds *o, size_t bound)
{
	double g[CHANCE_CELLS_MAX + 1], h[CHANCE_CELLS_MAX + 1], sum = 0;
	size_t n = extent(o, bound), m = 0;
	int is_need = o->c->bounds[bound].kind == CHANCE_NEED, has_held = 0;

	fill_classes(o, owned(o, (uint8_t)bound), n, g);
	for (size_t i = 0; i < bound; i++) {
		if (o->parent[i] != bound)
			continue;
		if (has_held)
			add(g, n, h, m);
		m = sum_of(o, i, h);
		has_held = 1;
	}
	if (!has_held) {
		h[0] = 1;
		m = 0;
	}
	if (is_need)
		return reach(g, n, h, m, (size_t)o->cells[bound]);
	add(g, n, h, m);
	for (size_t i = 0; i <= n; i++)
		sum += g[i];
	return sum;
}

/* A requirement that stands apart: its own days.  What is done for it counts before all else under a limit that is
 * full, and people shift to it as to anything. */
static double apart(const struct odds *o, const struct chance_bound *b)
{
	const struct chance *c = o->c;
	day_t from = b->from > o->day ? b->from : o->day;
	double days = 0, g[CHANCE_CELLS_MAX + 1];
	struct spell spell;
	size_t n = (size_t)b->cells;

	if (from <= b->until)
		days = days_left(c, o->temper, from) - days_left(c, o->temper, b->until + 1);
	spell = spell_of(c, days, days_left(c, o->temper, c->first) - days_left(c, o->temper, o->day));
	fill(&spell, shape_of(o, b->classes, b->classes, c->weight), n, g);
	for (size_t i = 0; i < c->nplans; i++)
		if ((b->classes >> c->plans[i].class & 1) && c->plans[i].day >= b->from &&
		    c->plans[i].day <= b->until)
			plan(g, n, (size_t)c->plans[i].cells);
	return g[n];
}

/* That of the categories with nothing counted enough get something. */
static double distinct(const struct odds *o)
{
	const struct chance *c = o->c;
	double g[PROGRAM_CATEGORIES_MAX + 1] = { 1 };
	size_t n = (size_t)c->distinct;

	if (n > PROGRAM_CATEGORIES_MAX)
		return 0;
	for (int k = 0; c->fresh >> k; k++) {
		uint8_t class = c->usual[k];
		double none;

		if ((c->fresh >> k & 1) == 0 || (o->open >> class & 1) == 0)
			continue;
		none = shape_of(o, UINT64_C(1) << class, UINT64_C(1) << class, c->weight) / c->classes[class].weight;
		none = exp_of(none * o->rest.none);
		for (size_t i = 0; i < c->nplans; i++)
			none *= c->plans[i].category == k && c->plans[i].cells > 0 ? 1 - PLANNED : 1;
		g[n] += g[n - 1] * (1 - none);
		for (size_t i = n; i-- > 0; )
			g[i] = g[i] * none + (i > 0 ? g[i - 1] * (1 - none) : 0);
	}
	return g[n];
}

static int32_t cells_on(const struct chance *c, const struct chance_bound *b, day_t day)
{
	int32_t sum = b->cells;

	for (size_t i = b->term; i < (size_t)b->term + b->nterms; i++)
		if (c->terms[i].until >= day)
			sum += c->terms[i].cells;
	return sum;
}

static void look_at_bounds(struct odds *o)
{
	const struct chance *c = o->c;

	o->open = c->nclasses == 64 ? UINT64_MAX : (UINT64_C(1) << c->nclasses) - 1;
	for (size_t i = 0; i < c->nbounds; i++)
		if (c->bounds[i].kind == CHANCE_NEED && c->bounds[i].cells > o->full)
			o->full = c->bounds[i].cells;
	for (size_t i = 0; i < c->nbounds; i++) {
		o->cells[i] = cells_on(c, &c->bounds[i], o->day);
		if (c->bounds[i].kind != CHANCE_LIMIT)
			continue;
		if (o->cells[i] <= 0)
			o->open &= ~c->bounds[i].classes;
		if (o->cells[i] > o->full)
			o->cells[i] = o->full;
	}
}

static int is_active(const struct odds *o, size_t bound)
{
	enum chance_kind kind = o->c->bounds[bound].kind;

	return kind == CHANCE_NEED || (kind == CHANCE_LIMIT && o->cells[bound] < o->full);
}

static void nest(struct odds *o)
{
	const struct chance *c = o->c;
	uint64_t rest = UINT64_MAX;

	memset(o->owner, NOWHERE, sizeof o->owner);
	memset(o->parent, NOWHERE, sizeof o->parent);
	for (size_t i = 0; i < c->nbounds; i++) {
		if (!is_active(o, i))
			continue;
		for (size_t k = 0; k < c->nclasses; k++)
			if ((c->bounds[i].classes & rest) >> k & 1)
				o->owner[k] = (uint8_t)i;
		rest &= ~c->bounds[i].classes;
		for (size_t k = i + 1; k < c->nbounds && o->parent[i] == NOWHERE; k++)
			if (is_active(o, k) && (c->bounds[i].classes & ~c->bounds[k].classes) == 0)
				o->parent[i] = (uint8_t)k;
	}
}

/* A requirement that is met as soon as those within it are asks for nothing more by itself. */
static void find_useful(struct odds *o)
{
	const struct chance *c = o->c;
	int64_t within[CHANCE_BOUNDS_MAX] = { 0 };

	for (size_t i = 0; i < c->nbounds; i++) {
		const struct chance_bound *b = &c->bounds[i];

		if (b->kind == CHANCE_APART || (b->kind == CHANCE_NEED && o->cells[i] > within[i]))
			o->useful |= b->classes;
		if (b->kind == CHANCE_NEED && o->cells[i] > within[i])
			within[i] = o->cells[i];
		if (o->parent[i] != NOWHERE)
			within[o->parent[i]] += within[i];
	}
	if (c->distinct > 0)
		o->useful = UINT64_MAX;
	o->useful &= o->open;
	for (size_t i = 0; i < c->nclasses; i++) {
		o->did += c->classes[i].did;
		if (o->useful >> i & 1)
			o->useful_weight += c->classes[i].weight;
	}
}

/* That of all requirements, with that temper. */
static double odds_of(struct odds *o, const struct temper *t)
{
	const struct chance *c = o->c;
	double left = days_left(c, t, o->day), odds = 1;

	o->temper = t;
	o->rest = spell_of(c, left, days_left(c, t, c->first) - left);
	for (size_t i = 0; i < c->nbounds; i++) {
		if (c->bounds[i].kind == CHANCE_APART)
			odds *= apart(o, &c->bounds[i]);
		else if (is_active(o, i) && o->parent[i] == NOWHERE)
			odds *= outermost(o, i);
	}
	return c->distinct > 0 ? odds * distinct(o) : odds;
}

int chance_on(const struct chance *c, day_t day)
{
	struct odds o = { .c = c, .day = day };
	double odds = 0;
	int mille;

	look_at_bounds(&o);
	nest(&o);
	find_useful(&o);
	for (size_t i = 0; i < sizeof tempers / sizeof *tempers; i++)
		odds += tempers[i].odds * odds_of(&o, &tempers[i]);
	mille = (int)(odds * 1000 + 0.5);
	return mille < 1 ? 1 : mille > 999 ? 999 : mille;
}

/* Between the two days, where the figure would be at the edge if it fell evenly; every other time the middle. */
static day_t guess(day_t from, int high, day_t until, int low, int edge, int turn)
{
	int64_t days = (int64_t)until - from, at = days / 2;

	if (turn % 3 < 2)
		at = days * (high - edge + 1) / (high - low + 1);
	return from + (day_t)(at < 1 ? 1 : at > days - 1 ? days - 1 : at);
}

day_t chance_turns(const struct chance *c, day_t today)
{
	int high = chance_on(c, today), low, edge;
	day_t same = today, other = c->last;

	if (other <= today || high < CHANCE_AT_RISK)
		return DAY_NONE;
	edge = high >= CHANCE_ON_TRACK ? CHANCE_ON_TRACK : CHANCE_AT_RISK;
	low = chance_on(c, other);
	if (low >= edge)
		return DAY_NONE;
	for (int turn = 0; other - same > 1; turn++) {
		day_t day = guess(same, high, other, low, edge, turn);
		int chance = chance_on(c, day);

		if (chance >= edge) {
			same = day;
			high = chance;
		} else {
			other = day;
			low = chance;
		}
	}
	return other;
}
