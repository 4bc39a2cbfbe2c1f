/* Random programs, cycles and histories. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"
#include "sketch.h"

/* ---- drawing a program */

static int draw_amount(uint64_t *rnd, const struct sketch *s, int most)
{
	return s->grain * (1 + seed_below(rnd, most / s->grain));
}

static uint32_t draw_mask(uint64_t *rnd, int n)
{
	return (uint32_t)(1 + seed_below(rnd, (1 << n) - 1));
}

static void draw_tags(uint64_t *rnd, struct sketch *s)
{
	s->ntags = seed_below(rnd, SKETCH_TAGS + 1);
	for (int i = 0; i < s->ntags; i++) {
		s->tags[i].sort = seed_below(rnd, 3);
		s->tags[i].only = draw_mask(rnd, s->ncategories);
		if (seed_below(rnd, 2))
			s->tags[i].only = (UINT32_C(1) << s->ncategories) - 1;
	}
	for (int i = 0; i < s->ncategories; i++)
		s->own[i] = seed_below(rnd, 2) ? sketch_draw_tags(rnd, s, i) : 0;
}

static int is_said(const struct sketch *s, const struct sketch_rule *new)
{
	for (int i = 0; i < s->nrules; i++) {
		const struct sketch_rule *r = &s->rules[i];

		if (r->is_limit == new->is_limit && r->selector == new->selector && r->index == new->index &&
		    r->period == new->period)
			return 1;
	}
	return 0;
}

static void draw_rule(uint64_t *rnd, struct sketch *s, int is_limit)
{
	static const enum rule_selector selectors[] = { SELECT_CATEGORY, SELECT_GROUP, SELECT_TAG,
		SELECT_TOTAL, SELECT_DISTINCT };
	struct sketch_rule r = { .is_limit = is_limit, .index = -1 };
	int of[] = { s->ncategories, s->ngroups, s->ntags }, k = seed_below(rnd, 5);

	if (k < 3 && of[k] == 0)
		return;
	r.selector = selectors[k];
	if (k < 3)
		r.index = seed_below(rnd, of[k]);
	else if (is_limit)
		r.selector = SELECT_EACH_CATEGORY;
	if (seed_below(rnd, 3) == 0)
		r.period = seed_below(rnd, 2) ? PER_YEAR : PER_CALENDAR_YEAR;
	if (is_limit && seed_below(rnd, 4) == 0)
		r.percent = 10 + seed_below(rnd, 91);
	else if (r.selector == SELECT_DISTINCT)
		r.amount = 100 * (1 + seed_below(rnd, s->ncategories));
	else
		r.amount = draw_amount(rnd, s, is_limit ? 800 : 500);
	r.is_waived = !is_limit && seed_below(rnd, 2);
	if (!is_said(s, &r))
		s->rules[s->nrules++] = r;
}

static void draw_rules(uint64_t *rnd, struct sketch *s)
{
	int others = seed_below(rnd, 4), limits = seed_below(rnd, 6);

	s->rules[0] = (struct sketch_rule){ .selector = SELECT_TOTAL, .index = -1,
		.amount = 100 + draw_amount(rnd, s, 1400) };	/* a tenth of it is no less than 0.01 */
	s->nrules = 1;
	for (int i = 0; i < others; i++)
		draw_rule(rnd, s, 0);
	for (int i = 0; i < limits; i++)
		draw_rule(rnd, s, 1);
}

static void draw_carry(uint64_t *rnd, struct sketch *s)
{
	s->carry_into = s->carry_from = -1;
	if (seed_below(rnd, 2) == 0)
		return;
	s->carry_most = draw_amount(rnd, s, 800);
	s->carry_months = 1 + seed_below(rnd, s->months);
	s->carry_over = seed_below(rnd, 2);
	if (seed_below(rnd, 2))
		s->carry_into = seed_below(rnd, s->ncategories);
	if (seed_below(rnd, 3) == 0)
		s->carry_from = seed_below(rnd, s->ncategories);
}

void sketch_draw(uint64_t *rnd, struct sketch *s)
{
	static const int minutes[] = { 60, 50, 45 }, grains[] = { 25, 25, 25, 50, 100, 20, 10, 1 };

	memset(s, 0, sizeof *s);
	s->grain = grains[seed_below(rnd, 8)];
	s->ncategories = 1 + seed_below(rnd, SKETCH_CATEGORIES);
	draw_tags(rnd, s);
	s->ngroups = seed_below(rnd, SKETCH_GROUPS + 1);
	for (int i = 0; i < s->ngroups; i++)
		s->groups[i] = draw_mask(rnd, s->ncategories);
	s->nkinds = seed_below(rnd, SKETCH_KINDS + 1);
	for (int i = 0; i < s->nkinds; i++) {
		s->kinds[i].amount = 1 + seed_below(rnd, 400);
		s->kinds[i].per = (enum earn_per)seed_below(rnd, 3);
	}
	s->minutes = minutes[seed_below(rnd, 3)];
	s->step = draw_amount(rnd, s, 100);
	s->round = seed_below(rnd, 3);
	s->months = 3 + seed_below(rnd, 34);
	s->grace = seed_below(rnd, 2) * seed_below(rnd, 100);
	s->is_earning = s->grace && seed_below(rnd, 2);
	s->needs_competency = seed_below(rnd, 2);
	s->needs_evidence = seed_below(rnd, 4) == 0;
	s->once_course = seed_below(rnd, 2);
	s->once_event = seed_below(rnd, 2);
	draw_rules(rnd, s);
	draw_carry(rnd, s);
	if (seed_below(rnd, 3) == 0) {
		s->prorate_amount = draw_amount(rnd, s, 400);
		s->prorate_months = 1 + seed_below(rnd, s->months);
	}
}

/* ---- what a rule is about */

uint32_t sketch_categories(const struct sketch *s, const struct sketch_rule *r)
{
	switch (r->selector) {
	case SELECT_CATEGORY:
		return UINT32_C(1) << r->index;
	case SELECT_GROUP:
		return s->groups[r->index];
	case SELECT_TAG:
		return s->tags[r->index].only;
	default:
		return (UINT32_C(1) << s->ncategories) - 1;
	}
}

int sketch_tag(const struct sketch_rule *r)
{
	return r->selector == SELECT_TAG ? r->index : -1;
}

static int may_have(const struct sketch *s, int category, uint32_t tags)
{
	for (int a = 0; a < s->ntags; a++) {
		if ((tags >> a & 1) == 0)
			continue;
		if ((s->tags[a].only >> category & 1) == 0)
			return 0;
		for (int b = 0; b < a; b++)
			if ((tags >> b & 1) && s->tags[a].sort && s->tags[a].sort == s->tags[b].sort)
				return 0;
	}
	return 1;
}

uint32_t sketch_draw_tags(uint64_t *rnd, const struct sketch *s, int category)
{
	uint32_t tags = (uint32_t)seed_below(rnd, 1 << s->ntags);

	while (!may_have(s, category, tags))
		tags &= tags - 1;
	return tags;
}

/* ---- nesting: entries are told apart by category, tags, and two years of both sorts */

static int holds(const struct sketch *s, const struct sketch_rule *r, int each, int category, uint32_t tags)
{
	if (r->selector == SELECT_EACH_CATEGORY)
		return category == each;
	return (sketch_categories(s, r) >> category & 1) &&
	    (sketch_tag(r) < 0 || (tags >> sketch_tag(r) & 1));
}

/* Year 0 or 1 of the cycle and of the calendar, freely combined: a limit is looked at in its year 0. */
static int in_year(enum period period, int years)
{
	return period == PER_CYCLE || (years >> (period == PER_YEAR ? 0 : 1) & 1) == 0;
}

static int pair_nests(const struct sketch *s, const struct sketch_rule *a, int ea,
    const struct sketch_rule *b, int eb)
{
	int both = 0, only_a = 0, only_b = 0;

	for (int c = 0; c < s->ncategories; c++) {
		for (uint32_t tags = 0; tags < UINT32_C(1) << s->ntags; tags++) {
			for (int years = 0; years < 4 && may_have(s, c, tags); years++) {
				int in_a = holds(s, a, ea, c, tags) && in_year(a->period, years);
				int in_b = holds(s, b, eb, c, tags) && in_year(b->period, years);

				both |= in_a && in_b;
				only_a |= in_a && !in_b;
				only_b |= in_b && !in_a;
			}
		}
	}
	return !both || !only_a || !only_b;
}

static int times(const struct sketch *s, const struct sketch_rule *r)
{
	return r->selector == SELECT_EACH_CATEGORY ? s->ncategories : 1;
}

static int rules_nest(const struct sketch *s, const struct sketch_rule *x, const struct sketch_rule *y)
{
	for (int a = 0; a < times(s, x); a++)
		for (int b = 0; b < times(s, y); b++)
			if (!pair_nests(s, x, a, y, b))
				return 0;
	return 1;
}

int sketch_nests(const struct sketch *s)
{
	for (int i = 0; i < s->nrules; i++)
		for (int k = 0; k < i; k++)
			if (s->rules[i].is_limit && s->rules[k].is_limit &&
			    !rules_nest(s, &s->rules[i], &s->rules[k]))
				return 0;
	return 1;
}

/* ---- the file */

static void put_units(struct buf *b, const char *before, int hundredths)
{
	buf_printf(b, "%s%d.%02d", before, hundredths / 100, hundredths % 100);
}

static void put_categories(struct buf *b, const struct sketch *s)
{
	for (int i = 0; i < s->ncategories; i++) {
		buf_printf(b, "category c%d \"C%d\"", i, i);
		buf_puts(b, s->own[i] ? " {\ntag" : "\n");
		for (int t = 0; t < s->ntags; t++)
			if (s->own[i] >> t & 1)
				buf_printf(b, " t%d", t);
		buf_puts(b, s->own[i] ? "\n}\n" : "");
	}
}

static void put_mask(struct buf *b, uint32_t mask)
{
	for (int i = 0; i < 32; i++)
		if (mask >> i & 1)
			buf_printf(b, " c%d", i);
	buf_putc(b, '\n');
}

static void put_declarations(struct buf *b, const struct sketch *s)
{
	static const char *const pers[] = { "hour", "item", "semester-credit" };

	put_categories(b, s);
	for (int i = 0; i < s->ntags; i++) {
		buf_printf(b, "tag t%d \"T%d\" {\n", i, i);
		if (s->tags[i].sort)
			buf_printf(b, "sort s%d\n", s->tags[i].sort);
		buf_puts(b, "only");
		put_mask(b, s->tags[i].only);
		buf_puts(b, "}\n");
	}
	for (int i = 0; i < s->ngroups; i++) {
		buf_printf(b, "group g%d", i);
		put_mask(b, s->groups[i]);
	}
	for (int i = 0; i < s->nkinds; i++) {
		buf_printf(b, "earn k%d", i);
		put_units(b, " ", s->kinds[i].amount);
		buf_printf(b, " per %s\n", pers[s->kinds[i].per]);
	}
}

static void put_rule(struct buf *b, const struct sketch_rule *r, int i)
{
	static const char *const periods[] = { "", " per year", " per calendar-year" };

	buf_puts(b, r->is_limit ? "limit " : "require ");
	if (r->percent)
		buf_printf(b, "%d%%", r->percent);
	else if (r->selector == SELECT_DISTINCT)
		buf_printf(b, "%d", r->amount / 100);
	else
		put_units(b, "", r->amount);
	switch (r->selector) {
	case SELECT_TOTAL: buf_puts(b, " total"); break;
	case SELECT_EACH_CATEGORY: buf_puts(b, " each category"); break;
	case SELECT_DISTINCT: buf_puts(b, " distinct categories"); break;
	case SELECT_CATEGORY: buf_printf(b, " category c%d", r->index); break;
	case SELECT_GROUP: buf_printf(b, " group g%d", r->index); break;
	default: buf_printf(b, " tag t%d", r->index); break;
	}
	buf_printf(b, "%s {\nid r%d\n}\n", periods[r->period], i);
}

static int put_waived(struct buf *b, const struct sketch *s)
{
	int n = 0;

	for (int i = 1; i < s->nrules; i++) {
		if (s->rules[i].is_waived && (s->rules[i].selector != SELECT_TOTAL || s->rules[i].period))
			buf_printf(b, "%s r%d", n++ ? "" : " {\nwaive", i);
	}
	return buf_puts(b, n ? "\n}\n" : "\n");
}

static void put_ends(struct buf *b, const struct sketch *s)
{
	if (s->prorate_months) {
		put_units(b, "prorate ", s->prorate_amount);
		buf_printf(b, " per %d months", s->prorate_months);
		put_waived(b, s);
	}
	if (!s->carry_most)
		return;
	put_units(b, "carry ", s->carry_most);
	buf_printf(b, " last %d months", s->carry_months);
	if (s->carry_from >= 0)
		buf_printf(b, " from category c%d", s->carry_from);
	if (s->carry_into >= 0)
		buf_printf(b, " into c%d", s->carry_into);
	buf_puts(b, s->carry_over ? " {\nover-limit\n}\n" : "\n");
}

char *sketch_text(const struct sketch *s)
{
	static const char *const rounds[] = { "down", "nearest", "up" };
	struct buf b = BUF_INIT;

	buf_printf(&b, "program random {\nname \"R\"\ntitle \"R\"\nissuer \"R\"\nunit U {\nminutes %d\n",
	    s->minutes);
	put_units(&b, "step ", s->step);
	buf_printf(&b, "\nround %s\n}\ncycle %d months {\ngrace %d days%s\n}\ncompetency a \"A\"\n"
	    "competency b \"B\"\n", rounds[s->round], s->months, s->grace, s->is_earning ? " earning" : "");
	put_declarations(&b, s);
	for (int i = 0; i < s->nrules; i++)
		put_rule(&b, &s->rules[i], i);
	buf_puts(&b, s->needs_competency ? "needs competency\n" : "");
	buf_puts(&b, s->needs_evidence ? "needs evidence\n" : "");
	buf_puts(&b, s->once_event ? "once event\n" : "");
	buf_puts(&b, s->once_course ? "once course\n" : "");
	put_ends(&b, s);
	buf_puts(&b, "}\n");
	return buf_take(&b);
}

struct program *sketch_program(uint64_t *rnd, struct sketch *ret)
{
	for (;;) {
		struct buf out = BUF_INIT;
		struct conf_errors errors = { &out, 0 };
		struct program *p = NULL;
		char *text;
		int nests, bad;

		sketch_draw(rnd, ret);
		nests = sketch_nests(ret);
		text = sketch_text(ret);
		bad = program_load(text, strlen(text), "t", &p, &errors);
		if (!bad && !nests)
			fail_msg("limits that do not nest are accepted:\n%s", text);
		if (bad && nests && !strstr(buf_str(&out), "change one of the two"))
			fail_msg("refused:\n%s\n%s", buf_str(&out), text);
		buf_free(&out);
		free(text);
		if (!bad)
			return p;
	}
}

/* ---- a person's cycle and her entries */

void sketch_draw_cycle(uint64_t *rnd, const struct sketch *s, struct credit_cycle *c)
{
	int months = seed_below(rnd, 3) ? s->months : 1 + seed_below(rnd, s->months + 3), span;
	day_t day_of = day("2020-01-01") + seed_below(rnd, 4000);

	if (seed_below(rnd, 8) == 0)	/* around the end of February */
		day_of = day(seed_below(rnd, 2) ? "2024-02-26" : "2026-02-26") + seed_below(rnd, 5);
	memset(c, 0, sizeof *c);
	c->dates = seed_below(rnd, 2) ? cycle_ending(day_of, months) : cycle_starting(day_of, months);
	span = c->dates.end - c->dates.start;
	if (seed_below(rnd, 6) == 0)
		c->dates.end -= seed_below(rnd, span / 2 + 1);
	c->counts_from = c->counts_until = DAY_NONE;
	if (seed_below(rnd, 6) == 0)
		c->counts_from = c->dates.start - 40 + seed_below(rnd, 60);
	if (seed_below(rnd, 6) == 0)
		c->counts_until = c->dates.end - 10 + seed_below(rnd, 60);
	c->is_first = seed_below(rnd, 2);
	if (seed_below(rnd, 3) == 0)
		c->carried = s->grain * seed_below(rnd, 600 / s->grain);
}

/* Any day in and around the cycle; at times days that many share: both ends, the ends of years. */
static day_t draw_day(uint64_t *rnd, const struct credit_cycle *c)
{
	int span = c->dates.end - c->dates.start + 1;

	switch (seed_below(rnd, 20)) {
	case 0:
	case 1:
		return c->dates.start + 365 * seed_below(rnd, 3) + seed_below(rnd, 3) - 1;
	case 2:
		return c->dates.start;
	case 3:
		return c->dates.end;
	default:
		return c->dates.start - span / 10 + seed_below(rnd, span + span / 5 + 1);
	}
}

size_t sketch_draw_entries(uint64_t *rnd, const struct sketch *s, const struct credit_cycle *c,
    struct entry_fact *f, size_t most)
{
	static const char *const courses[] = { "", "one", "two", "three", "four", "five", "six", "seven" };
	size_t n = (size_t)seed_below(rnd, (int)most + 1);

	for (size_t i = 0; i < n; i++) {
		memset(&f[i], 0, sizeof f[i]);
		f[i].id = (int64_t)(i * 7 % 97) - 20;
		f[i].day = draw_day(rnd, c);
		f[i].minutes = 1 + seed_below(rnd, 300);
		f[i].category = seed_below(rnd, s->ncategories);
		f[i].competencies = seed_below(rnd, 8) ? (uint32_t)(1 + seed_below(rnd, 3)) : 0;
		f[i].tags = sketch_draw_tags(rnd, s, f[i].category);
		f[i].kind = seed_below(rnd, 3) ? -1 : seed_below(rnd, s->nkinds + 1) - 1;
		f[i].quantity = seed_below(rnd, 300);
		f[i].is_void = seed_below(rnd, 14) == 0;
		f[i].is_late = seed_below(rnd, 14) == 0;
		f[i].is_planned = seed_below(rnd, 12) == 0;
		f[i].has_evidence = seed_below(rnd, 8) != 0;
		f[i].course = courses[seed_below(rnd, 8)];
		f[i].event = seed_below(rnd, 4) ? NULL : courses[seed_below(rnd, 8)];
	}
	return n;
}
