/* What events are taken for: the picture that feeds/match judges by, and which events two calendars both have. */
#include "guessing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/zone.h"
#include "ceud.h"
#include "feeds/alike.h"
#include "programs.h"
#include "store/people.h"

enum { CHAINS = 256, NEAR_MS = 15 * 60000 };

/* Events of her calendars on one day: read when it is first asked for. */
struct bucket {
	struct bucket *next;
	day_t day;
	size_t n;
	const struct proposal_other **by_start, **by_uid;
};

struct guessing {
	struct ceud *d;
	int64_t person, calendar;
	const struct program *program;
	struct arena arena, scratch;
	struct match_rule *rules; size_t nrules;
	struct lesson_list lessons;
	struct calendar_list calendars;
	struct matcher *matcher;
	struct lessons *learned;
	struct bucket *buckets[CHAINS];
};

int guessing_program(struct ceud *d, const struct person *p, struct arena *a, const struct program **ret,
    struct err *err)
{
	struct cycle_row cycle;
	int found = cycle_current(d->store, p->id, a, &cycle, err);
	const char *id = p->program;

	if (found < 0)
		return -1;
	if (found)
		return programs_by_hash(d, cycle.program_hash, ret, err);
	return programs_get(d, id && *id ? id : programs_default(d), ret, err);
}

/* ---- what her program knows */

static const char *known_category(const struct program *p, const char *id)
{
	for (size_t i = 0; i < p->ncategories; i++)
		if (!strcmp(p->categories[i].id, id))
			return p->categories[i].id;
	return "";
}

/* Of ids joined by ','. */
static int known_competencies(struct guessing *g, const char **ids, struct err *err)
{
	struct buf joined = BUF_INIT;
	const char *at = *ids;

	while (*at) {
		size_t len = strcspn(at, ",");
		char *id = arena_strndup(&g->arena, at, len);

		if (!id) {
			buf_free(&joined);
			return err_oom(err);
		}
		if (program_maps_to(g->program, id) >= 0)
			buf_printf(&joined, "%s%s", joined.len ? "," : "", id);
		at += len + (at[len] == ',');
	}
	*ids = joined.failed ? NULL : arena_strdup(&g->arena, buf_str(&joined));
	buf_free(&joined);
	return *ids ? 0 : err_oom(err);
}

static int make_known(struct guessing *g, const char **category, const char **competencies, struct err *err)
{
	*category = known_category(g->program, *category);
	return **competencies ? known_competencies(g, competencies, err) : 0;
}

/* ---- loading */

static size_t count_examples(const struct program *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->ncategories; i++)
		n += p->categories[i].nexamples;
	return n;
}

static int add_rules(struct guessing *g, const struct feed_rule_list *l, struct err *err)
{
	for (size_t i = 0; i < l->n; i++) {
		struct match_rule *r = &g->rules[g->nrules];

		*r = l->items[i].rule;
		if (make_known(g, &r->category, &r->competencies, err))
			return -1;
		g->nrules++;
	}
	return 0;
}

static void add_examples(struct guessing *g)
{
	const struct program *p = g->program;

	for (size_t i = 0; i < p->ncategories; i++)
		for (size_t k = 0; k < p->categories[i].nexamples; k++)
			g->rules[g->nrules++] = (struct match_rule){ .origin = MATCH_PROGRAM, .field = MATCH_TITLE,
			    .extra = "", .test = MATCH_CONTAINS, .value = p->categories[i].examples[k],
			    .category = p->categories[i].id, .competencies = "", .provider = "", .break_minutes = -1,
			    .verdict = MATCH_PROPOSE };
}

static int load_rules(struct guessing *g, struct err *err)
{
	struct feed_rule_list own = { 0 }, common = { 0 };
	struct store *s = g->d->store;

	if (feed_rule_of(s, g->person, &g->arena, &own, err) || feed_rule_of(s, 0, &g->arena, &common, err))
		return -1;
	g->rules = arena_alloc(&g->arena, (own.n + common.n + count_examples(g->program) + 1) * sizeof *g->rules);
	if (!g->rules)
		return err_oom(err);
	if (add_rules(g, &own, err) || add_rules(g, &common, err))
		return -1;
	add_examples(g);
	return matcher_new(g->rules, g->nrules, &g->matcher, err);
}

static int load_lessons(struct guessing *g, struct err *err)
{
	if (feed_lessons(g->d->store, g->person, &g->arena, &g->lessons, err))
		return -1;
	for (size_t i = 0; i < g->lessons.n; i++)
		if (make_known(g, &g->lessons.items[i].category, &g->lessons.items[i].competencies, err))
			return -1;
	return lessons_new(g->lessons.items, g->lessons.n, &g->learned, err);
}

static int load_one(struct guessing *g, struct err *err)
{
	struct calendar *c = arena_alloc(&g->arena, sizeof *c);

	if (!c)
		return err_oom(err);
	if (calendar_by_id(g->d->store, g->calendar, &g->arena, c, err))
		return -1;
	if (c->person == g->person && !c->removed)
		g->calendars = (struct calendar_list){ .items = c, .n = 1 };
	return 0;
}

static int load_calendars(struct guessing *g, struct err *err)
{
	if (g->calendar ? load_one(g, err) : calendar_of(g->d->store, g->person, &g->arena, &g->calendars, err))
		return -1;
	for (size_t i = 0; i < g->calendars.n; i++)
		if (make_known(g, &g->calendars.items[i].category, &g->calendars.items[i].competencies, err))
			return -1;
	return 0;
}

int guessing_open(struct ceud *d, const struct person *p, int64_t calendar, struct guessing **ret, struct err *err)
{
	struct guessing *g = calloc(1, sizeof *g);

	if (!g)
		return err_oom(err);
	g->d = d;
	g->person = p->id;
	g->calendar = calendar;
	if (guessing_program(d, p, &g->arena, &g->program, err) || load_rules(g, err) || load_lessons(g, err) ||
	    load_calendars(g, err)) {
		guessing_close(g);
		return -1;
	}
	*ret = g;
	return 0;
}

void guessing_close(struct guessing *g)
{
	if (!g)
		return;
	matcher_free(g->matcher);
	lessons_free(g->learned);
	arena_free(&g->scratch);
	arena_free(&g->arena);
	free(g);
}

/* ---- one event */

struct match_calendar guessing_calendar(const struct guessing *g, int64_t calendar)
{
	for (size_t i = 0; i < g->calendars.n; i++) {
		const struct calendar *c = &g->calendars.items[i];

		if (c->id == calendar)
			return (struct match_calendar){ .id = c->id, .name = c->name[0] ? c->name : c->shown,
			    .category = c->category, .competencies = c->competencies, .everything = c->everything };
	}
	return (struct match_calendar){ .id = calendar, .name = "", .category = "", .competencies = "", .everything = 1 };
}

int event_days(const struct event *e)
{
	const struct zone *z = zone_utc();
	struct err ignored = { 0 };
	day_t first, last;

	if (zone_get(e->zone, &z, &ignored))
		z = zone_utc();		/* a zone that the system no longer has */
	first = zone_day(z, e->start, NULL);
	last = zone_day(z, e->end > e->start ? e->end - 1 : e->start, NULL);
	return last > first ? last - first + 1 : 1;
}

int guessing_event(struct guessing *g, int64_t calendar, const struct event *e, struct match_guess *ret, struct err *err)
{
	struct match_calendar c = guessing_calendar(g, calendar);

	arena_free(&g->scratch);
	return match_event(g->matcher, g->learned, &c, e, event_days(e), &g->scratch, ret, err);
}

int64_t guessing_ignoring(struct guessing *g, int64_t calendar, const struct event *e, struct err *err)
{
	struct match_calendar c = guessing_calendar(g, calendar);

	for (size_t i = 0; i < g->nrules && g->rules[i].origin == MATCH_PERSONAL; i++) {
		const struct match_rule *r = &g->rules[i];
		int fits = r->verdict == MATCH_SILENT ? 0 : match_one(r, &c, e, err);

		if (fits)
			return fits < 0 ? -1 : r->verdict == MATCH_IGNORE ? r->no : 0;
	}
	return 0;
}

/* ---- the same event in another calendar */

static int by_start(const void *a, const void *b)
{
	const struct proposal_other *x = *(const struct proposal_other *const *)a, *y = *(const struct proposal_other *const *)b;

	return (x->start > y->start) - (x->start < y->start);
}

static int by_uid(const void *a, const void *b)
{
	const struct proposal_other *x = *(const struct proposal_other *const *)a, *y = *(const struct proposal_other *const *)b;

	return strcmp(x->uid, y->uid);
}

static int fill_bucket(struct guessing *g, struct bucket *b, struct err *err)
{
	struct proposal_other_list l;

	if (proposal_others(g->d->store, g->person, g->calendar, b->day, b->day, &g->arena, &l, err))
		return -1;
	b->by_start = arena_alloc(&g->arena, 2 * l.n * sizeof(void *));
	if (!b->by_start)
		return err_oom(err);
	b->by_uid = b->by_start + l.n;
	b->n = l.n;
	for (size_t i = 0; i < l.n; i++)
		b->by_start[i] = b->by_uid[i] = &l.items[i];
	qsort(b->by_start, l.n, sizeof(void *), by_start);
	qsort(b->by_uid, l.n, sizeof(void *), by_uid);
	return 0;
}

/* NULL on failure. */
static const struct bucket *find_bucket(struct guessing *g, day_t day, struct err *err)
{
	struct bucket **chain = &g->buckets[(uint32_t)day % CHAINS], *b = *chain;

	while (b && b->day != day)
		b = b->next;
	if (b)
		return b;
	b = arena_alloc(&g->arena, sizeof *b);
	if (!b) {
		err_oom(err);
		return NULL;
	}
	b->day = day;
	if (fill_bucket(g, b, err))
		return NULL;
	b->next = *chain;
	*chain = b;
	return b;
}

static int is_same(const struct event *e, const struct proposal_other *o)
{
	const struct alike x = { .title = e->title, .url = e->url, .uid = e->uid, .rid = e->rid, .start = e->start,
		.all_day = e->all_day, .day = e->day };
	const struct alike y = { .title = o->title, .url = o->url, .uid = o->uid, .rid = o->rid, .start = o->start,
		.all_day = o->all_day, .day = o->day };

	return alike_events(&x, &y);
}

static void consider(const struct proposal *p, const struct proposal_other *o, int64_t *best)
{
	if (o->calendar != p->calendar && (!*best || o->no < *best) && is_same(&p->event, o))
		*best = o->no;
}

/* The place in one of the orders where those begin that are not before the key. */
static size_t first_of(const struct proposal_other **list, size_t n, const struct proposal_other *key,
    int (*order)(const void *, const void *))
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (order(&list[mid], &key) < 0)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

/* What takes place at the same time, with the same title letter by letter or with any. */
static int64_t twin_by_time(const struct bucket *b, const struct proposal *p, int is_exact)
{
	const struct event *e = &p->event;
	const struct proposal_other from = { .start = e->start - NEAR_MS };
	int64_t best = 0;

	for (size_t i = first_of(b->by_start, b->n, &from, by_start);
	     i < b->n && b->by_start[i]->start <= e->start + NEAR_MS; i++)
		if (!is_exact || !strcmp(b->by_start[i]->title, e->title))
			consider(p, b->by_start[i], &best);
	for (size_t i = 0; i < b->n && e->all_day && b->day == e->day; i++)
		if (b->by_start[i]->all_day && (!is_exact || !strcmp(b->by_start[i]->title, e->title)))
			consider(p, b->by_start[i], &best);
	return best;
}

/* The surest sign first: it costs the least, too. */
static int64_t twin_of_day(const struct bucket *b, const struct proposal *p)
{
	const struct event *e = &p->event;
	const struct proposal_other named = { .uid = e->uid };
	int64_t best = 0;

	for (size_t i = first_of(b->by_uid, b->n, &named, by_uid); i < b->n && !strcmp(b->by_uid[i]->uid, e->uid); i++)
		if (!strcmp(b->by_uid[i]->rid, e->rid))
			consider(p, b->by_uid[i], &best);
	if (!best)
		best = twin_by_time(b, p, 1);
	return best ? best : twin_by_time(b, p, 0);
}

/* The number of the one that is shown for the same event in another calendar, ignored or not; 0 without one. */
static int find_twin(struct guessing *g, const struct proposal *p, int64_t *ret, struct err *err)
{
	*ret = 0;
	for (day_t day = p->event.day - 1; day <= p->event.day + 1 && !*ret; day++) {
		const struct bucket *b = find_bucket(g, day, err);

		if (!b)
			return -1;
		*ret = twin_of_day(b, p);
	}
	return 0;
}

int guessing_proposal(void *arg, struct proposal *p, struct err *err)
{
	struct guessing *g = arg;
	struct match_guess guess;

	if (guessing_event(g, p->calendar, &p->event, &guess, err))
		return -1;
	p->category = guess.category;
	p->competencies = guess.competencies;
	p->provider = guess.provider;
	p->suggested = guess.minutes;
	p->breaks = guess.breaks;
	p->why = guess.why;
	p->state = guess.is_proposed ? PROPOSAL_WAITING : PROPOSAL_IGNORED;
	return p->twin_no || !g->calendar ? 0 : find_twin(g, p, &p->twin_no, err);
}
