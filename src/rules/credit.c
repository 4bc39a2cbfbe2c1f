/* Evaluation: sorts the facts, lets the rules decide one by one, adds up, judges the whole. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "admit.h"
#include "base/err.h"
#include "rules/credit.h"

struct place { day_t day; int64_t id; size_t index; };	/* of an entry in the order of evaluation */

struct evaluation {
	const struct program *p;
	struct cycle cycle;
	const struct entry_fact *facts;
	size_t n;
	day_t today;
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

static int check_fact(const struct evaluation *ev, const struct entry_fact *f, struct err *err)
{
	size_t nk = ev->p->ncompetencies;

	if (f->category < 0 || (size_t)f->category >= ev->p->ncategories)
		return err_set(err, ERR_USAGE, "fact-invalid",
		    "Entry %" PRId64 " has a category that program %s does not know.", f->id, ev->p->id);
	if (f->minutes <= 0)
		return err_set(err, ERR_USAGE, "fact-invalid", "Entry %" PRId64 " lasts %d minutes.", f->id,
		    f->minutes);
	if (nk < PROGRAM_COMPETENCIES_MAX && f->competencies >> nk != 0)
		return err_set(err, ERR_USAGE, "fact-invalid",
		    "Entry %" PRId64 " names a competency that program %s does not know.", f->id, ev->p->id);
	return 0;
}

static int check_facts(const struct evaluation *ev, struct err *err)
{
	struct seen ids;
	int ret = 0;

	if (ev->cycle.end < ev->cycle.start || ev->cycle.start == DAY_NONE)
		return err_set(err, ERR_USAGE, "cycle-invalid", "The cycle ends before it starts.");
	if (seen_init(&ids, ev->n))
		return err_oom(err);
	for (size_t i = 0; i < ev->n && ret == 0; i++) {
		ret = check_fact(ev, &ev->facts[i], err);
		if (ret == 0 && seen_id(&ids, &ev->facts[i]))
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
	e->id = f->id;
	e->units = program_earns(ev->p, f->kind, f->minutes, f->quantity);
	if (f->is_void)
		admit_nothing(e, ENTRY_VOID, -1);
	else if (f->day < ev->cycle.start || f->day > ev->cycle.end)
		admit_nothing(e, ENTRY_OUT_OF_CYCLE, -1);
	else if (f->is_late)
		admit_nothing(e, ENTRY_LATE, -1);
	else if (f->day > ev->today)
		admit_nothing(e, ENTRY_PLANNED, -1);
	else
		admit(&ev->admission, f, e);
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
	for (int k = 0; k < PROGRAM_COMPETENCIES_MAX; k++) {
		if ((f->competencies >> k & 1) == 0)
			continue;
		v->competencies[k].logged += e->units;
		v->competencies[k].counted += e->counted;
	}
}

static void fill_categories(const struct program *p, struct verdict *v)
{
	for (size_t i = 0; i < p->ncategories; i++) {
		struct category_verdict *c = &v->categories[i];

		c->limit = program_category_limit(p, (int)i);
		c->free = c->limit < 0 ? -1 : c->limit - c->counted;
	}
}

/* needs and once have no amount: what breaks them counts nothing, so they are always met. */
static void fill_rules(const struct program *p, struct verdict *v)
{
	for (size_t i = 0; i < p->nrules; i++) {
		const struct rule *r = &p->rules[i];
		struct rule_verdict *rv = &v->rules[i];

		rv->need = r->amount;
		if (r->kind == RULE_REQUIRE)
			rv->have = v->counted;
		else if (r->kind == RULE_LIMIT && r->selector == SELECT_CATEGORY)
			rv->have = v->categories[r->category].counted;
		for (size_t c = 0; r->selector == SELECT_EACH_CATEGORY && c < p->ncategories; c++)
			if (v->categories[c].counted > rv->have)
				rv->have = v->categories[c].counted;
		rv->met = r->kind != RULE_REQUIRE || rv->have >= rv->need;
	}
}

static int64_t cycle_days(struct cycle c)
{
	return (int64_t)c.end - c.start + 1;
}

/* An even pace has had the days before `today`: nothing on the first, all on the day after the end. */
static int64_t even_pace(const struct evaluation *ev)
{
	int64_t gone = (int64_t)ev->today - ev->cycle.start, all = cycle_days(ev->cycle);

	if (gone <= 0)
		return 0;
	return gone >= all ? ev->p->required : ev->p->required * gone / all;
}

static day_t lapse_day(const struct evaluation *ev)
{
	return ev->cycle.end + ev->p->grace_days + 1;
}

static enum cycle_state whole_state(const struct evaluation *ev, const struct verdict *v)
{
	int all_met = 1;

	for (size_t i = 0; i < ev->p->nrules; i++)
		all_met = all_met && v->rules[i].met;
	if (all_met)
		return CYCLE_DONE;
	if (ev->today >= lapse_day(ev))
		return CYCLE_LAPSED;
	return v->counted >= v->even_pace ? CYCLE_ON_TRACK : CYCLE_OFF_TRACK;
}

/* The day on which the state changes if nothing more counts. */
static day_t state_change(const struct evaluation *ev, const struct verdict *v)
{
	int64_t required = ev->p->required, days = cycle_days(ev->cycle);

	switch (v->state) {
	case CYCLE_ON_TRACK:	/* the first day whose even pace is a hundredth more than what counts */
		if (v->counted >= required)
			return lapse_day(ev);
		return ev->cycle.start + (day_t)(((v->counted + 1) * days + required - 1) / required);
	case CYCLE_OFF_TRACK:
		return lapse_day(ev);
	default:
		return DAY_NONE;
	}
}

/* Planned entries stand after all that has happened, so the walk that judged those goes on over these
 * to the first that adds something.  Until then `counted` is as it is, and the state with it. */
static day_t next_change(struct evaluation *ev, const struct verdict *v)
{
	day_t quiet = state_change(ev, v);

	for (size_t i = 0; i < ev->n; i++) {
		const struct entry_fact *f = &ev->facts[ev->order[i].index];
		struct entry_verdict e = v->entries[ev->order[i].index];

		if (e.state != ENTRY_PLANNED)
			continue;
		if (quiet != DAY_NONE && f->day >= quiet)
			break;
		admit(&ev->admission, f, &e);
		if (e.counted > 0)
			return f->day;
	}
	return quiet;
}

static void conclude(struct evaluation *ev, struct verdict *v)
{
	v->required = ev->p->required;
	v->to_go = v->counted < v->required ? v->required - v->counted : 0;
	v->even_pace = even_pace(ev);
	v->days_left = ev->cycle.end - ev->today;
	fill_categories(ev->p, v);
	fill_rules(ev->p, v);
	v->state = whole_state(ev, v);
	v->next_check = next_change(ev, v);
}

int credit_evaluate(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    day_t today, struct verdict *ret, struct err *err)
{
	struct evaluation ev = { .p = p, .cycle = c->dates, .facts = facts, .n = n, .today = today };
	struct verdict v = { .nentries = n };
	int bad;

	if (check_facts(&ev, err))
		return -1;
	v.entries = calloc(n ? n : 1, sizeof *v.entries);
	v.rules = calloc(p->nrules ? p->nrules : 1, sizeof *v.rules);
	bad = admission_init(&ev.admission, p, n) != 0 || sort_facts(&ev) != 0 || !v.entries || !v.rules;
	if (!bad) {
		for (size_t i = 0; i < n; i++) {
			size_t at = ev.order[i].index;

			judge(&ev, &facts[at], &v.entries[at]);
			add_up(&facts[at], &v.entries[at], &v);
		}
		conclude(&ev, &v);
	}
	admission_free(&ev.admission);
	free(ev.order);
	if (bad) {
		verdict_free(&v);
		return err_oom(err);
	}
	*ret = v;
	return 0;
}

void verdict_free(struct verdict *v)
{
	if (!v)
		return;
	free(v->entries);
	free(v->rules);
	memset(v, 0, sizeof *v);
}

int64_t credit_adds(const struct program *p, const struct credit_cycle *c, const struct entry_fact *facts, size_t n,
    const struct verdict *v, const struct entry_fact *fact)
{
	struct cycle days = credit_days(p, c);
	struct limits limits;
	int64_t adds;

	(void)facts;
	(void)n;
	if (fact->day < days.start || fact->day > days.end)
		return 0;
	adds = program_earns(p, fact->kind, fact->minutes, fact->quantity);
	limits_of(p, &limits);
	for (size_t i = 0; i < limits.n; i++) {
		const struct limit_set *s = &limits.sets[i];
		int64_t room = s->amount;

		if (!limit_holds(s, fact))
			continue;
		for (size_t k = 0; k < p->ncategories; k++)
			if (s->categories >> k & 1)
				room -= v->categories[k].counted;
		if (adds > room)
			adds = room;
	}
	return adds;
}
