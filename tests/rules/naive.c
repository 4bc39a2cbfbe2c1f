/* The naive evaluator. Nothing in here is asked of src/rules but dates. */
#include <string.h>

#include "helper.h"
#include "naive.h"

struct world {
	const struct sketch *s;
	const struct credit_cycle *c;
	const struct entry_fact *f;	/* n entries, then the one that stands for what was carried */
	size_t n;
	int64_t required;
	struct entry_fact all[NAIVE_ENTRIES + 2];
	int in[NAIVE_ENTRIES + 2][3];	/* period of each sort */
	int64_t got[NAIVE_ENTRIES + 2], units[NAIVE_ENTRIES + 2];
	int is_open[NAIVE_ENTRIES + 2];	/* may take pieces */
	int64_t apart;			/* carried into no category */
	int64_t piece;
};

/* ---- time */

struct cycle naive_days(const struct sketch *s, const struct credit_cycle *c)
{
	struct cycle days = c->dates;

	if (s->is_earning)
		days.end += s->grace;
	if (c->counts_from != DAY_NONE)
		days.start = c->counts_from;
	if (c->counts_until != DAY_NONE)
		days.end = c->counts_until;
	return days;
}

/* The first day of year k of the cycle. */
static day_t year_start(day_t start, int k)
{
	struct ymd d = date_ymd(start);
	day_t ret;

	if (date_from_ymd(d.year + k, d.month, d.day, &ret))
		date_from_ymd(d.year + k, 3, 1, &ret);
	return ret;
}

/* 28 February to 28 February of a leap year: two ways to count, and that from the end makes whole years. */
static int is_counted_from_its_end(struct cycle dates)
{
	struct ymd first = date_ymd(dates.start), after = date_ymd(dates.end + 1);

	return after.month == 2 && after.day == 29 && first.month == 2 && first.day == 28 &&
	    date_days_in_month(first.year, 2) == 28 && after.year > first.year;
}

static int last_year(struct cycle dates)
{
	int k = 0;

	while (year_start(dates.start, k + 1) <= dates.end)
		k++;
	return is_counted_from_its_end(dates) ? k - 1 : k;
}

static int year_of(struct cycle dates, day_t d)
{
	int k = 0, last = last_year(dates);

	while (k < last && year_start(dates.start, k + 1) <= d)
		k++;
	return k;
}

static int year_is_whole(struct cycle dates, int k)
{
	if (k == last_year(dates) && is_counted_from_its_end(dates))
		return 1;
	return year_start(dates.start, k + 1) - 1 <= dates.end;
}

static int calendar_is_whole(struct cycle dates, int year)
{
	day_t first, last;

	date_from_ymd(year, 1, 1, &first);
	date_from_ymd(year, 12, 31, &last);
	return first >= dates.start && last <= dates.end;
}

static int is_whole(struct cycle dates, enum period period, int which)
{
	return period == PER_CYCLE || (period == PER_YEAR ? year_is_whole(dates, which) :
	    calendar_is_whole(dates, which));
}

/* ---- amounts */

static int whole_months(const struct sketch *s, struct cycle dates)
{
	int n = 0;

	for (int m = 1; m <= s->months; m++) {
		day_t later = date_add_months(dates.start, m);

		/* the last day of m months: the day before, or the clamped day itself */
		if (date_ymd(later).day == date_ymd(dates.start).day)
			later--;
		if (later <= dates.end)
			n = m;
	}
	return n;
}

static int is_short(const struct sketch *s, const struct credit_cycle *c)
{
	return s->prorate_months && c->is_first && whole_months(s, c->dates) < s->months;
}

static int64_t required(const struct sketch *s, const struct credit_cycle *c)
{
	int64_t sum = 0;

	if (!is_short(s, c))
		return s->rules[0].amount;
	for (int m = s->prorate_months; m <= whole_months(s, c->dates); m += s->prorate_months)
		sum += s->prorate_amount;
	return sum < s->rules[0].amount ? sum : s->rules[0].amount;
}

static int64_t amount(const struct world *w, int rule)
{
	const struct sketch_rule *r = &w->s->rules[rule];

	if (rule == 0)
		return w->required;
	if (!r->is_limit && r->is_waived && is_short(w->s, w->c))
		return 0;
	return r->percent ? w->required * r->percent / 100 : r->amount;
}

static int64_t units_of(const struct sketch *s, const struct entry_fact *f)
{
	int64_t over, a_step, units = 0;

	if (f->kind < 0) {
		over = (int64_t)f->minutes * 100;
		a_step = (int64_t)s->minutes * s->step;
	} else {
		int is_hour = s->kinds[f->kind].per == EARN_HOUR;

		over = (is_hour ? f->minutes : f->quantity) * s->kinds[f->kind].amount;
		a_step = (int64_t)s->step * (is_hour ? 60 : 100);
	}
	for (; over >= a_step; over -= a_step)
		units += s->step;
	if ((s->round == 1 && 2 * over >= a_step) || (s->round == 2 && over > 0))
		units += s->step;
	return units;
}

static int64_t common(int64_t a, int64_t b)
{
	return b ? common(b, a % b) : a;
}

/* ---- states before limits */

static int is_earlier(const struct entry_fact *a, const struct entry_fact *b)
{
	return a->day < b->day || (a->day == b->day && a->id < b->id);
}

static int is_same(const char *a, const char *b)
{
	return a && b && *a && !strcmp(a, b);
}

/* Void, out of cycle, late, planned, needs information; or counted, which says nothing yet. */
static enum entry_state first_state(const struct world *w, size_t i, day_t today)
{
	const struct entry_fact *f = &w->f[i];
	struct cycle days = naive_days(w->s, w->c);

	if (f->is_void)
		return ENTRY_VOID;
	if (f->day < days.start || f->day > days.end)
		return ENTRY_OUT_OF_CYCLE;
	if (f->is_late)
		return ENTRY_LATE;
	if (f->is_planned || f->day > today)
		return ENTRY_PLANNED;
	if ((w->s->needs_competency && !f->competencies) || (w->s->needs_evidence && !f->has_evidence))
		return ENTRY_NEEDS_INFO;
	return ENTRY_COUNTED;
}

static enum entry_state state_of(const struct world *w, size_t i, day_t today)
{
	enum entry_state state = first_state(w, i, today);

	for (size_t k = 0; state == ENTRY_COUNTED && k < w->n; k++) {
		if (!is_earlier(&w->f[k], &w->f[i]) || first_state(w, k, today) != ENTRY_COUNTED)
			continue;
		if ((w->s->once_course && is_same(w->f[k].course, w->f[i].course)) ||
		    (w->s->once_event && is_same(w->f[k].event, w->f[i].event)))
			return ENTRY_REPEAT;
	}
	return state;
}

/* ---- limits and requirements */

static int selects(const struct sketch *s, const struct sketch_rule *r, const struct entry_fact *f)
{
	return (sketch_categories(s, r) >> f->category & 1) &&
	    (sketch_tag(r) < 0 || (f->tags >> sketch_tag(r) & 1));
}

/* Whether k stands in the same set of this limit as i does. */
static int are_together(const struct world *w, const struct sketch_rule *r, size_t i, size_t k)
{
	if (r->selector == SELECT_EACH_CATEGORY && w->all[i].category != w->all[k].category)
		return 0;
	return selects(w->s, r, &w->all[i]) && selects(w->s, r, &w->all[k]) &&
	    w->in[i][r->period] == w->in[k][r->period];
}

static int64_t in_limit(const struct world *w, int rule, size_t i)
{
	int64_t sum = 0;

	for (size_t k = 0; k < w->n + 2; k++)
		if (w->got[k] && are_together(w, &w->s->rules[rule], i, k))
			sum += w->got[k];
	return sum;
}

static int fits(const struct world *w, size_t i)
{
	for (int r = 0; r < w->s->nrules; r++)
		if (w->s->rules[r].is_limit && are_together(w, &w->s->rules[r], i, i) &&
		    in_limit(w, r, i) + w->piece > amount(w, r))
			return 0;
	return 1;
}

static int give(struct world *w, size_t i)
{
	if (!w->is_open[i] || w->got[i] >= w->units[i] || !fits(w, i))
		return 0;
	w->got[i] += w->piece;
	return 1;
}

static int64_t have(const struct world *w, const struct sketch_rule *r, int which)
{
	uint32_t distinct = 0;
	int64_t sum = 0;

	for (size_t k = 0; k < w->n + 2; k++) {
		if (!w->got[k] || w->in[k][r->period] != which || !selects(w->s, r, &w->all[k]))
			continue;
		sum += w->got[k];
		distinct |= UINT32_C(1) << w->all[k].category;
	}
	/* what was carried into no category is of the first day too, as the entry that would stand for it */
	if (r->selector == SELECT_TOTAL && w->in[w->n][r->period] == which)
		sum += w->apart;
	return r->selector == SELECT_DISTINCT ? 100 * __builtin_popcount(distinct) : sum;
}

static int has_category(const struct world *w, const struct sketch_rule *r, size_t i)
{
	for (size_t k = 0; k < w->n + 2; k++)
		if (w->got[k] && w->all[k].category == w->all[i].category &&
		    w->in[k][r->period] == w->in[i][r->period])
			return 1;
	return 0;
}

static void serve(struct world *w, int rule, const size_t *order)
{
	const struct sketch_rule *r = &w->s->rules[rule];

	for (size_t k = 0; k < w->n; k++) {
		size_t i = order[k];
		int which = w->in[i][r->period];
		int64_t most = r->selector != SELECT_DISTINCT ? INT64_MAX :
		    has_category(w, r, i) ? 0 : w->s->step;

		if (!selects(w->s, r, &w->all[i]) || !is_whole(w->c->dates, r->period, which))
			continue;
		/* of a distinct category all pieces of one step, of the others as many as are lacking */
		for (int64_t given = 0; given < most; given += w->piece)
			if ((given == 0 || r->selector != SELECT_DISTINCT) &&
			    have(w, r, which) >= amount(w, rule))
				break;
			else if (!give(w, i))
				break;
	}
}

/* A requirement's place: fewer categories, with a tag, with a period, then as in the file. */
static int rank(const struct sketch *s, int rule)
{
	const struct sketch_rule *r = &s->rules[rule];

	return __builtin_popcount(sketch_categories(s, r)) * 1000 + (sketch_tag(r) < 0) * 200 +
	    (r->period == PER_CYCLE) * 100 + rule;
}

static void serve_all(struct world *w, const size_t *order)
{
	for (int last = -1;;) {
		int next = -1;

		for (int r = 0; r < w->s->nrules; r++)
			if (!w->s->rules[r].is_limit && rank(w->s, r) > last &&
			    (next < 0 || rank(w->s, r) < rank(w->s, next)))
				next = r;
		if (next < 0)
			return;
		serve(w, next, order);
		last = rank(w->s, next);
	}
}

/* ---- the whole */

static void place(struct world *w, size_t i)
{
	w->in[i][PER_CYCLE] = 0;
	w->in[i][PER_YEAR] = year_of(w->c->dates, w->all[i].day);
	w->in[i][PER_CALENDAR_YEAR] = date_ymd(w->all[i].day).year;
}

static void find_piece(struct world *w)
{
	w->piece = w->s->step;
	for (int r = 0; r < w->s->nrules; r++)
		w->piece = common(w->piece, amount(w, r));
	w->piece = common(w->piece, w->c->carried);
}

/* Entry n stands for what was carried, n + 1 is one more that may be tried. */
static void set_up(struct world *w, const struct sketch *s, const struct credit_cycle *c,
    const struct entry_fact *f, size_t n, day_t today)
{
	int into = s->carry_most ? s->carry_into : -1;

	memset(w, 0, sizeof *w);
	w->s = s;
	w->c = c;
	w->f = f;
	w->n = n;
	w->required = required(s, c);
	find_piece(w);
	for (size_t i = 0; i < n; i++) {
		w->all[i] = f[i];
		w->units[i] = units_of(s, &f[i]);
		w->is_open[i] = state_of(w, i, today) == ENTRY_COUNTED;
		place(w, i);
	}
	w->all[n] = (struct entry_fact){ .day = naive_days(s, c).start, .category = into < 0 ? 0 : into,
		.tags = into < 0 ? 0 : s->own[into] };
	w->units[n] = into < 0 ? 0 : c->carried;
	w->is_open[n] = 1;
	w->apart = into < 0 ? c->carried : 0;
	place(w, n);
	w->in[n + 1][0] = w->in[n + 1][1] = w->in[n + 1][2] = -1;
}

static void by_day(const struct world *w, size_t *order)
{
	for (size_t i = 0; i < w->n; i++) {
		size_t at = i;

		for (; at > 0 && is_earlier(&w->f[i], &w->f[order[at - 1]]); at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

static void judge_limit(const struct world *w, int rule, struct naive *v)
{
	v->rules[rule].need = amount(w, rule);
	v->rules[rule].met = 1;
	for (size_t i = 0; i <= w->n; i++)
		if (in_limit(w, rule, i) > v->rules[rule].have)
			v->rules[rule].have = in_limit(w, rule, i);
}

static void judge_requirement(const struct world *w, int rule, struct naive *v)
{
	const struct sketch_rule *r = &w->s->rules[rule];
	int which = 0, last = 0, seen = 0;

	if (r->period == PER_YEAR)
		last = last_year(w->c->dates);
	if (r->period == PER_CALENDAR_YEAR) {
		which = date_ymd(w->c->dates.start).year;
		last = date_ymd(w->c->dates.end).year;
	}
	for (; which <= last; which++) {
		int64_t got = have(w, r, which);

		if (!is_whole(w->c->dates, r->period, which))
			continue;
		if (!seen++ || got < v->rules[rule].have)
			v->rules[rule].have = got;
		v->rules[rule].need = amount(w, rule);
	}
	v->rules[rule].met = v->rules[rule].have >= v->rules[rule].need;
}

static void judge_rules(const struct world *w, struct naive *v)
{
	v->is_done = 1;
	for (int r = 0; r < w->s->nrules; r++) {
		if (w->s->rules[r].is_limit)
			judge_limit(w, r, v);
		else
			judge_requirement(w, r, v);
		v->is_done = v->is_done && v->rules[r].met;
	}
}

static void sum_up(const struct world *w, day_t today, struct naive *v)
{
	v->required = w->required;
	v->carried = w->got[w->n] + w->apart;
	v->counted = v->logged = v->carried;
	if (w->got[w->n])
		v->of[w->all[w->n].category] = w->got[w->n];
	for (size_t i = 0; i < w->n; i++) {
		v->units[i] = w->units[i];
		v->got[i] = w->got[i];
		v->state[i] = state_of(w, i, today);
		v->counted += w->got[i];
		v->of[w->all[i].category] += w->got[i];
		if (v->state[i] == ENTRY_COUNTED && w->got[i] < w->units[i]) {
			v->state[i] = w->got[i] ? ENTRY_PART_COUNTED : ENTRY_OVER_LIMIT;
			v->over += w->units[i] - w->got[i];
		}
		if (v->state[i] <= ENTRY_OVER_LIMIT || v->state[i] == ENTRY_REPEAT ||
		    v->state[i] == ENTRY_NEEDS_INFO)
			v->logged += w->units[i];
	}
	v->logged -= v->carried;
	v->is_lapsed = !v->is_done && today > w->c->dates.end + w->s->grace;
}

void naive_evaluate(const struct sketch *s, const struct credit_cycle *c, const struct entry_fact *f,
    size_t n, day_t today, struct naive *v)
{
	struct world w;
	size_t order[NAIVE_ENTRIES];

	memset(v, 0, sizeof *v);
	set_up(&w, s, c, f, n, today);
	by_day(&w, order);
	while (give(&w, n))
		;
	serve_all(&w, order);
	for (size_t k = 0; k < n; k++)
		while (give(&w, order[k]))
			;
	judge_rules(&w, v);
	sum_up(&w, today, v);
}

int64_t naive_total(uint64_t *rnd, const struct sketch *s, const struct credit_cycle *c,
    const struct entry_fact *f, size_t n, day_t today)
{
	struct world w;
	int64_t sum;
	size_t open = 0;

	set_up(&w, s, c, f, n, today);
	sum = w.apart;
	for (size_t i = 0; i <= n; i++)
		open += w.is_open[i] != 0;
	while (open > 0) {
		size_t i = (size_t)seed_below(rnd, (int)n + 1);

		/* who gets nothing now gets nothing later: limits only fill */
		if (w.is_open[i] && !give(&w, i)) {
			w.is_open[i] = 0;
			open--;
		}
	}
	for (size_t i = 0; i <= n; i++)
		sum += w.got[i];
	return sum;
}

int64_t naive_free(const struct sketch *s, const struct credit_cycle *c, const struct entry_fact *f, size_t n,
    const struct naive *v, int category, day_t today)
{
	struct cycle days = naive_days(s, c);
	struct world w;
	int is_limited = 0;

	set_up(&w, s, c, f, n, today);
	memcpy(w.got, v->got, n * sizeof *w.got);
	w.got[n] = v->carried - w.apart;
	w.all[n + 1] = (struct entry_fact){ .day = today > days.end ? days.end : today, .category = category,
		.tags = s->own[category] };
	if (w.all[n + 1].day < days.start)
		w.all[n + 1].day = days.start;
	w.units[n + 1] = INT64_MAX;
	w.is_open[n + 1] = 1;
	place(&w, n + 1);
	for (int r = 0; r < s->nrules; r++)
		is_limited |= s->rules[r].is_limit && are_together(&w, &s->rules[r], n + 1, n + 1);
	while (is_limited && give(&w, n + 1))
		;
	return is_limited ? w.got[n + 1] : -1;
}

int naive_limit(const struct sketch *s, const struct credit_cycle *c, const struct entry_fact *f, size_t n,
    const struct naive *v, int rule, size_t entry, int64_t *others, int64_t *most)
{
	struct world w;

	set_up(&w, s, c, f, n, DAY_NONE);
	memcpy(w.got, v->got, n * sizeof *w.got);
	w.got[n] = v->carried - w.apart;
	if (!s->rules[rule].is_limit || !are_together(&w, &s->rules[rule], entry, entry))
		return 0;
	*others = in_limit(&w, rule, entry) - w.got[entry];
	*most = amount(&w, rule);
	return 1;
}

int64_t naive_carry(const struct sketch *s, const struct credit_cycle *c, const struct entry_fact *f,
    size_t n, const struct naive *v)
{
	day_t from = date_add_months(c->dates.end + 1, -s->carry_months);
	int64_t can = 0, beyond = v->counted - v->required, moved = 0;

	if (beyond < 0)
		beyond = 0;
	for (size_t i = 0; i < n; i++) {
		if (f[i].day < from || v->state[i] > ENTRY_OVER_LIMIT ||
		    (s->carry_from >= 0 && f[i].category != s->carry_from))
			continue;
		can += v->got[i];
		if (s->carry_over) {
			can += v->units[i] - v->got[i];
			beyond += v->units[i] - v->got[i];
		}
	}
	while (moved < can && moved < beyond && moved < s->carry_most)
		moved++;
	return moved;
}
