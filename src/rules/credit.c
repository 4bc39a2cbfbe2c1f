/* Evaluation: sorts the facts, lets the rules decide one by one, adds up, judges the whole. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "admit.h"
#include "base/err.h"
#include "rules/chance.h"
#include "rules/credit.h"

enum { QUANTITY_MAX = 1000000 };	/* hundredths of items; larger ones could not be added up */

struct place { day_t day; int64_t id; size_t index; };	/* of an entry in the order of evaluation */

struct evaluation {
	const struct program *p;
	const struct credit_cycle *cycle;
	struct cycle days;
	const struct entry_fact *facts;
	size_t n;
	day_t today;
	int counts_only;		/* no look ahead */
	struct place *order;
	struct admission admission;
};

const char *entry_state_name(enum entry_state s)
{
	static const char *const names[] = {
		[ENTRY_COUNTED] = "counted", [ENTRY_PART_COUNTED] = "part-counted",
		[ENTRY_OVER_LIMIT] = "over-limit", [ENTRY_OUT_OF_CYCLE] = "out-of-cycle",
		[ENTRY_REPEAT] = "repeat", [ENTRY_PLANNED] = "planned", [ENTRY_NEEDS_INFO] = "needs-info",
		[ENTRY_LATE] = "late", [ENTRY_VOID] = "void",
	};

	return (size_t)s < sizeof names / sizeof *names ? names[s] : "unknown";
}

const char *cycle_state_name(enum cycle_state s)
{
	static const char *const names[] = {
		[CYCLE_DONE] = "done", [CYCLE_ON_TRACK] = "on-track", [CYCLE_AT_RISK] = "at-risk",
		[CYCLE_OFF_TRACK] = "off-track", [CYCLE_SUBMITTED] = "submitted", [CYCLE_LAPSED] = "lapsed",
	};

	return (size_t)s < sizeof names / sizeof *names ? names[s] : "unknown";
}

static int by_day_and_id(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static int has_unknown(uint32_t mask, size_t known)
{
	return known < 32 && mask >> known != 0;
}

static int check_fact(const struct program *p, const struct entry_fact *f, struct err *err)
{
	const char *what = NULL;

	if (f->category < 0 || (size_t)f->category >= p->ncategories)
		what = "has a category";
	else if (has_unknown(f->competencies, p->ncompetencies))
		what = "names a competency";
	else if (has_unknown(f->tags, p->ntags))
		what = "has a tag";
	else if (f->kind < -1 || (f->kind >= 0 && (size_t)f->kind >= p->nkinds))
		what = "earns in a way";
	if (what)
		return err_set(err, ERR_USAGE, "fact-invalid",
		    "Entry %" PRId64 " %s that program %s does not know.", f->id, what, p->id);
	if (f->minutes <= 0)
		return err_set(err, ERR_USAGE, "fact-invalid", "Entry %" PRId64 " lasts %d minutes.", f->id,
		    f->minutes);
	if (f->kind >= 0 && (f->quantity < 0 || f->quantity > QUANTITY_MAX))
		return err_set(err, ERR_USAGE, "fact-invalid",
		    "Entry %" PRId64 " is too many items, or less than none.", f->id);
	return 0;
}

static int check_facts(const struct evaluation *ev, struct err *err)
{
	struct cycle dates = ev->cycle->dates;
	struct seen ids;
	int ret = 0;

	if (dates.end < dates.start || dates.start == DAY_NONE)
		return err_set(err, ERR_USAGE, "cycle-invalid", "The cycle ends before it starts.");
	if (seen_init(&ids, ev->n))
		return err_oom(err);
	for (size_t i = 0; i < ev->n && ret == 0; i++) {
		ret = check_fact(ev->p, &ev->facts[i], err);
		if (ret == 0 && seen_number(&ids, &ev->facts[i].id))
			ret = err_set(err, ERR_USAGE, "fact-invalid", "Entry %" PRId64 " is given twice.",
			    ev->facts[i].id);
	}
	seen_free(&ids);
	return ret;
}

static int sort_facts(struct evaluation *ev)
{
	ev->order = calloc(ev->n ? ev->n : 1, sizeof *ev->order);
	if (!ev->order)
		return -1;
	for (size_t i = 0; i < ev->n; i++)
		ev->order[i] = (struct place){ ev->facts[i].day, ev->facts[i].id, i };
	qsort(ev->order, ev->n, sizeof *ev->order, by_day_and_id);
	return 0;
}

static void judge(struct evaluation *ev, const struct entry_fact *f, struct entry_verdict *e)
{
	int rule;

	e->id = f->id;
	e->units = program_earns(ev->p, f->kind, f->minutes, f->quantity);
	if (f->is_void)
		admit_nothing(e, ENTRY_VOID, -1);
	else if (f->day < ev->days.start || f->day > ev->days.end)
		admit_nothing(e, ENTRY_OUT_OF_CYCLE, -1);
	else if (f->is_late)
		admit_nothing(e, ENTRY_LATE, -1);
	else if (f->is_planned || f->day > ev->today)
		admit_nothing(e, ENTRY_PLANNED, -1);
	else if ((rule = admission_lacks(&ev->admission, f)) >= 0)
		admit_nothing(e, ENTRY_NEEDS_INFO, rule);	/* nor does it take a course from another */
	else if ((rule = admission_repeats(&ev->admission, f)) >= 0)
		admit_nothing(e, ENTRY_REPEAT, rule);
	else
		admission_add(&ev->admission, f, e);
}

static int is_current(enum entry_state s)
{
	return s != ENTRY_VOID && s != ENTRY_OUT_OF_CYCLE && s != ENTRY_LATE && s != ENTRY_PLANNED;
}

static void add_up(const struct entry_fact *f, const struct entry_verdict *e, struct verdict *v)
{
	struct category_verdict *c = &v->categories[f->category];
	int is_cut = e->state == ENTRY_PART_COUNTED || e->state == ENTRY_OVER_LIMIT;
	int64_t cut = is_cut ? e->units - e->counted : 0;

	if (!is_current(e->state))
		return;
	c->logged += e->units;
	c->counted += e->counted;
	c->over_limit += cut;
	v->logged += e->units;
	v->counted += e->counted;
	v->over_limit += cut;
	for (uint32_t left = f->competencies; left; left &= left - 1) {
		struct competency_verdict *k = &v->competencies[__builtin_ctz(left)];

		k->logged += e->units;
		k->counted += e->counted;
	}
}

static void add_carried(const struct evaluation *ev, int64_t carried, struct verdict *v)
{
	struct entry_fact f;

	v->carried = carried;
	v->counted += carried;
	if (carried_fact(ev->p, ev->cycle, &f))
		v->categories[f.category].counted += carried;
}

/* What is free where today is no day that counts is told of the nearest period. */
static void fill_category(const struct evaluation *ev, int category, struct category_verdict *ret)
{
	const struct admission *a = &ev->admission;
	struct entry_fact one = { .day = ev->today, .category = category, .kind = -1,
		.tags = program_tags(ev->p, category, 0) };
	int64_t room;

	room = admission_room(a, &one);
	ret->free = room == INT64_MAX ? -1 : room;
	ret->limit = -1;
	for (size_t i = 0; i < a->nlimits; i++) {
		const struct tally *t = &a->limits[i];

		if (t->tag < 0 && t->period == PER_CYCLE && t->categories == UINT32_C(1) << category &&
		    (ret->limit < 0 || t->amount < ret->limit))
			ret->limit = t->amount;
	}
}

/* A limit on each category, or each year, tells of the fullest. */
static void fill_limit(const struct admission *a, const struct tally *t, struct rule_verdict *ret)
{
	ret->need = t->amount;
	for (size_t i = 0; i < a->periods.count[t->period]; i++)
		if (tally_have(t, i) > ret->have)
			ret->have = tally_have(t, i);
}

/* Of the poorest period; where none is whole nothing is asked for. */
static void fill_requirement(const struct admission *a, const struct tally *t, struct rule_verdict *ret)
{
	int is_asked = 0;

	for (size_t i = 0; i < a->periods.count[t->period]; i++) {
		if (!periods_whole(&a->periods, t->period, i))
			continue;
		if (!is_asked || tally_have(t, i) < ret->have)
			ret->have = tally_have(t, i);
		is_asked = 1;
	}
	ret->need = is_asked ? t->amount : 0;
	ret->met = ret->have >= ret->need;
}

/* Limits, needs and once are always met: what breaks them counts nothing. */
static void fill_rules(const struct evaluation *ev, struct verdict *v)
{
	const struct admission *a = &ev->admission;

	for (size_t i = 0; i < ev->p->nrules; i++)
		v->rules[i].met = 1;
	for (size_t i = 0; i < a->nlimits; i++)
		fill_limit(a, &a->limits[i], &v->rules[a->limits[i].rule]);
	for (size_t i = 0; i < a->nrequirements; i++)
		fill_requirement(a, &a->requirements[i], &v->rules[a->requirements[i].rule]);
}

static int64_t cycle_days(struct cycle c)
{
	return (int64_t)c.end - c.start + 1;
}

/* An even pace has had the days before `today`: nothing on the first, all on the day after the end. */
static int64_t even_pace(const struct evaluation *ev, int64_t required)
{
	struct cycle dates = ev->cycle->dates;
	int64_t gone = (int64_t)ev->today - dates.start, all = cycle_days(dates);

	if (gone <= 0)
		return 0;
	return gone >= all ? required : required * gone / all;
}

static day_t lapse_day(const struct evaluation *ev)
{
	return ev->cycle->dates.end + ev->p->grace_days + 1;
}

static int all_met(const struct evaluation *ev, const struct verdict *v)
{
	for (size_t i = 0; i < ev->p->nrules; i++)
		if (!v->rules[i].met)
			return 0;
	return 1;
}

static enum cycle_state state_by_chance(int chance)
{
	return chance >= CHANCE_ON_TRACK ? CYCLE_ON_TRACK : chance >= CHANCE_AT_RISK ? CYCLE_AT_RISK :
	    CYCLE_OFF_TRACK;
}

/* The first day on which the state is another if nothing becomes current: the last day on which work counts
 * may be over before the cycle has lapsed. */
static day_t next_turn(const struct evaluation *ev, const struct verdict *v, const struct chance *chance)
{
	day_t turns = chance_turns(chance, ev->today), after = ev->days.end + 1;

	if (turns == DAY_NONE && after > ev->today && state_by_chance(chance_on(chance, after)) != v->state)
		turns = after;
	return turns == DAY_NONE || turns > lapse_day(ev) ? lapse_day(ev) : turns;
}

static day_t find_state(const struct evaluation *ev, struct verdict *v)
{
	struct chance chance;

	v->chance = 0;
	if (all_met(ev, v)) {
		v->state = CYCLE_DONE;
		v->chance = CHANCE_SURE;
		return DAY_NONE;
	}
	if (ev->today >= lapse_day(ev)) {
		v->state = CYCLE_LAPSED;
		return DAY_NONE;
	}
	if (ev->counts_only) {
		v->state = CYCLE_OFF_TRACK;
		return DAY_NONE;
	}
	chance_prepare(ev->p, ev->cycle, ev->facts, ev->n, v, ev->today, &chance);
	v->chance = chance_on(&chance, ev->today);
	v->state = state_by_chance(v->chance);
	return next_turn(ev, v, &chance);
}

/*
 * An entry that only waits for its day (a zone was changed) can change the sum, a rule, or the chance then.
 * Where all rules are met, which it cannot undo, it matters if there is room for it.
 */
static day_t next_arrival(struct evaluation *ev, const struct verdict *v)
{
	for (size_t i = 0; i < ev->n; i++) {
		size_t at = ev->order[i].index;
		const struct entry_fact *f = &ev->facts[at];

		if (v->entries[at].state != ENTRY_PLANNED || f->is_planned)
			continue;
		if (v->state != CYCLE_DONE)
			return f->day;
		if (admission_lacks(&ev->admission, f) < 0 && admission_repeats(&ev->admission, f) < 0 &&
		    v->entries[at].units > 0 && admission_room(&ev->admission, f) > 0)
			return f->day;
	}
	return DAY_NONE;
}

static void conclude(struct evaluation *ev, struct verdict *v)
{
	day_t turns, arrival;

	v->required = credit_required(ev->p, ev->cycle);
	v->to_go = v->counted < v->required ? v->required - v->counted : 0;
	v->even_pace = even_pace(ev, v->required);
	v->days_left = ev->cycle->dates.end - ev->today;
	for (size_t i = 0; i < ev->p->ncategories; i++)
		fill_category(ev, (int)i, &v->categories[i]);
	fill_rules(ev, v);
	turns = find_state(ev, v);
	arrival = ev->counts_only ? DAY_NONE : next_arrival(ev, v);
	v->next_check = turns == DAY_NONE || (arrival != DAY_NONE && arrival < turns) ? arrival : turns;
}

static void run(struct evaluation *ev, struct verdict *v)
{
	for (size_t i = 0; i < ev->n; i++) {
		size_t at = ev->order[i].index;

		judge(ev, &ev->facts[at], &v->entries[at]);
	}
	add_carried(ev, admission_share(&ev->admission, ev->cycle), v);
	for (size_t i = 0; i < ev->n; i++)
		add_up(&ev->facts[i], &v->entries[i], v);
	conclude(ev, v);
}

static int evaluate(struct evaluation ev, struct verdict *ret, struct err *err)
{
	const struct program *p = ev.p;
	size_t n = ev.n;
	struct verdict v = { .nentries = n };
	int bad;

	if (check_facts(&ev, err))
		return -1;
	v.entries = calloc(n ? n : 1, sizeof *v.entries);
	v.rules = calloc(p->nrules ? p->nrules : 1, sizeof *v.rules);
	bad = admission_init(&ev.admission, p, ev.cycle, n) != 0 || sort_facts(&ev) != 0 || !v.entries || !v.rules;
	if (!bad)
		run(&ev, &v);
	admission_free(&ev.admission);
	free(ev.order);
	if (bad) {
		verdict_free(&v);
		return err_oom(err);
	}
	*ret = v;
	return 0;
}

int credit_evaluate(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts,
    size_t n, day_t today, struct verdict *ret, struct err *err)
{
	return evaluate((struct evaluation){ .p = p, .cycle = c, .days = credit_days(p, c), .facts = facts, .n = n,
		.today = today }, ret, err);
}

int credit_count(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    day_t today, struct verdict *ret, struct err *err)
{
	return evaluate((struct evaluation){ .p = p, .cycle = c, .days = credit_days(p, c), .facts = facts, .n = n,
		.today = today, .counts_only = 1 }, ret, err);
}

void verdict_free(struct verdict *v)
{
	if (!v)
		return;
	free(v->entries);
	free(v->rules);
	memset(v, 0, sizeof *v);
}
