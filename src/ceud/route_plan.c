/* What is left to do: the least work that meets every rule, and what one more activity would bring. */
#include <inttypes.h>
#include <string.h>

#include "args.h"
#include "base/text.h"
#include "ceud.h"
#include "entering.h"
#include "rules/plan.h"
#include "views.h"

/* ---- the events that could help */

struct candidates { struct entry_fact *facts; const struct proposal **events; size_t n; };

static uint32_t mask_of(const struct program *p, const char *joined)
{
	char id[64];
	uint32_t mask = 0;

	while (*joined) {
		size_t len = strcspn(joined, ",");
		int at = -1;

		if (len < sizeof id) {
			memcpy(id, joined, len);
			id[len] = '\0';
			at = program_maps_to(p, id);
		}
		if (at >= 0)
			mask |= UINT32_C(1) << at;
		joined += len + (joined[len] == ',');
	}
	return mask;
}

/* An event without a suggested competency will be given one when it is confirmed. */
static uint32_t competencies_of(const struct program *p, const char *joined)
{
	uint32_t mask = mask_of(p, joined), all = p->ncompetencies ? UINT32_MAX >> (32 - p->ncompetencies) : 0;

	return mask ? mask : all;
}

static int add_candidate(struct call *c, const struct standing *s, const struct proposal *e, struct candidates *list,
    struct err *err)
{
	int category = e->category[0] ? program_category(s->program, e->category) : -1;
	struct entry_fact *f = &list->facts[list->n];

	if (category < 0 || e->suggested <= 0 || e->event.cancelled || standing_recorded(s, e))
		return 0;
	if (standing_event_fact(s, e, category, c->arena, f, err))
		return -1;
	f->id = -(int64_t)list->n - 1;
	f->competencies = competencies_of(s->program, e->competencies);
	list->events[list->n++] = e;
	return 0;
}

/* Everything in the inbox that nobody has decided about, also what is still to come. */
static int read_candidates(struct call *c, const struct standing *s, struct candidates *ret, struct err *err)
{
	struct proposal_list all = { 0 }, page;
	struct candidates list = { 0 };

	do {
		page = (struct proposal_list){ 0 };
		if (proposal_page(c->d->store, c->subject.id, PROPOSALS_WAITING, INT64_MAX,
		    all.n ? all.items[all.n - 1].no : 0, 500, c->arena, &page, err))
			return -1;
		for (size_t i = 0; i < page.n; i++) {
			if (arena_grow(c->arena, (void **)&all.items, all.n, &all.cap, sizeof *all.items))
				return err_oom(err);
			all.items[all.n++] = page.items[i];
		}
	} while (page.n == 500);
	list.facts = arena_alloc(c->arena, (all.n + 1) * sizeof *list.facts);
	list.events = arena_alloc(c->arena, (all.n + 1) * sizeof *list.events);
	if (!list.facts || !list.events)
		return err_oom(err);
	for (size_t i = 0; i < all.n; i++)
		if (add_candidate(c, s, &all.items[i], &list, err))
			return -1;
	*ret = list;
	return 0;
}

/* ---- the plan */

static int read_by(const struct call *c, const struct standing *s, day_t *ret, struct err *err)
{
	const char *word = request_query(c->request, "by");
	struct credit_cycle cycle = standing_cycle(s);
	day_t last = credit_days(s->program, &cycle).end, by = last;

	if (word && date_parse(word, s->today, DATE_FORWARD, &by, err))
		return -1;
	if (by < s->today) {
		err_set(err, ERR_USAGE, "by-past", "A plan cannot be done by a day that is over.");
		return err_next(err, "Name a day from today on, or: ceu plan");
	}
	*ret = by < last ? by : last;
	return 0;
}

static void write_names(struct jsonw *w, const char *name, uint32_t mask, const struct program *p, int is_tags)
{
	size_t n = is_tags ? p->ntags : p->ncategories;

	jsonw_array(w, name);
	for (size_t i = 0; i < n; i++)
		if (mask >> i & 1)
			jsonw_str(w, NULL, is_tags ? p->tags[i].id : p->categories[i].id);
	jsonw_end_array(w);
}

static void write_item(struct jsonw *w, const struct standing *s, const struct candidates *list,
    const struct plan_item *item)
{
	jsonw_object(w, NULL);
	if (item->candidate >= 0) {
		const struct proposal *e = list->events[item->candidate];

		jsonw_str(w, "kind", "event");
		jsonw_int(w, "proposal", e->no);
		jsonw_str(w, "title", e->event.title);
		view_event_times(w, &e->event);
		jsonw_str(w, "calendar", e->calendar_name);
		jsonw_str(w, "category", s->program->categories[list->facts[item->candidate].category].id);
	} else {
		jsonw_str(w, "kind", "find");
		write_names(w, "categories", item->categories, s->program, 0);
		write_names(w, "tags", item->tags, s->program, 1);
	}
	jsonw_int(w, "minutes", item->minutes);
	jsonw_units(w, "units", item->units);
	jsonw_units(w, "adds", item->adds);
	jsonw_units(w, "wasted", item->wasted);
	jsonw_end_object(w);
}

static void write_option(struct jsonw *w, const struct standing *s, const struct candidates *list,
    const struct plan_option *o)
{
	int64_t units = 0;

	for (size_t i = 0; i < o->nitems; i++)
		units += o->items[i].units;
	jsonw_object(w, NULL);
	jsonw_int(w, "minutes", o->minutes);
	jsonw_units(w, "units", units);
	jsonw_units(w, "adds", o->adds);
	jsonw_units(w, "wasted", o->wasted);
	view_chance(w, "chance", o->chance);
	jsonw_bool(w, "whole", o->is_whole);
	jsonw_array(w, "items");
	for (size_t i = 0; i < o->nitems; i++)
		write_item(w, s, list, &o->items[i]);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

/* The person's planned entries, due or not. */
static int write_planned(struct call *c, struct jsonw *w, const struct standing *s, struct err *err)
{
	jsonw_array(w, "planned");
	for (size_t i = 0; i < s->entries.n; i++) {
		struct entry_view v = { .entry = &s->entries.items[i], .program = s->program, .standing = s, .at = i };

		if (s->verdict.entries[i].state != ENTRY_PLANNED)
			continue;
		if (view_files(c->d, &v, c->arena, err))
			return -1;
		view_entry(w, NULL, &v);
	}
	jsonw_end_array(w);
	return 0;
}

/* 1 if every rule is met once all that is planned is done. */
static int planned_is_enough(struct call *c, const struct standing *s, int *ret, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(s);
	struct entry_fact *facts = arena_alloc(c->arena, (s->entries.n + 1) * sizeof *facts);
	struct verdict v;

	if (!facts)
		return err_oom(err);
	for (size_t i = 0; i < s->entries.n; i++) {
		facts[i] = s->facts[i];
		facts[i].is_planned = 0;
	}
	if (credit_count(s->program, &cycle, facts, s->entries.n, credit_days(s->program, &cycle).end, &v, err))
		return -1;
	*ret = v.state == CYCLE_DONE;
	verdict_free(&v);
	return 0;
}

struct planning {
	const struct standing *s;
	struct candidates list;
	struct plan plan;
	day_t by;
	int enough;			/* what is planned would do */
};

static void write_figures(struct jsonw *w, const struct planning *l)
{
	jsonw_str(w, "unit", l->s->program->unit);
	jsonw_units(w, "to_go", l->plan.to_go);
	jsonw_str(w, "state", cycle_state_name(l->s->verdict.state));
	jsonw_day(w, "today", l->s->today);
	jsonw_day(w, "end", l->s->cycle.end);
	jsonw_day(w, "by", l->by);
	view_chance(w, "chance", l->s->verdict.chance);
	jsonw_bool(w, "exact", l->plan.is_exact);
	jsonw_bool(w, "enough", l->enough);
	jsonw_array(w, "options");
	for (size_t i = 0; i < l->plan.noptions; i++)
		write_option(w, l->s, &l->list, &l->plan.options[i]);
	jsonw_end_array(w);
}

static void write_next(struct jsonw *w, const struct planning *l)
{
	const struct plan *p = &l->plan;

	jsonw_array(w, "next");
	if (l->s->verdict.state == CYCLE_DONE)
		jsonw_str(w, NULL, "ceu export packet");
	else if (p->noptions && p->options[0].items[0].candidate >= 0)
		jsonw_str(w, NULL, "ceu plan keep 1");
	else if (p->noptions)
		jsonw_str(w, NULL, "ceu plan add HOURS CATEGORY TITLE --on DATE");
	jsonw_end_array(w);
}

static int write_plan(struct call *c, const struct planning *l, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	write_figures(&w, l);
	if (write_planned(c, &w, l->s, err))
		return -1;
	write_next(&w, l);
	jsonw_end_object(&w);
	return views_done(c, err);
}

static int plan_for(struct call *c, const struct standing *s, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(s);
	struct planning l = { .s = s };

	if (read_by(c, s, &l.by, err) || read_candidates(c, s, &l.list, err) ||
	    plan_make(s->program, &cycle, s->facts, s->entries.n, s->today, l.list.facts, l.list.n, l.by, &l.plan, err) ||
	    planned_is_enough(c, s, &l.enough, err))
		return -1;
	return write_plan(c, &l, err);
}

int route_plan(struct call *c, struct err *err)
{
	struct standing s;
	int rc;

	if (standing_load(c->d, &c->subject, 0, c->arena, &s, err))
		return -1;
	rc = plan_for(c, &s, err);
	standing_free(&s);
	return rc;
}

/* ---- what if */

/* ?tags=a,b as the entry would have them. */
static int read_tags(const struct call *c, const struct program *p, int category, uint32_t *ret, struct err *err)
{
	const char *word = request_query(c->request, "tags");
	struct entry e = { .category = p->categories[category].id };
	uint32_t named = 0;
	int at;

	while (word && *word) {
		size_t len = strcspn(word, ",");
		const char *piece = arena_strndup(c->arena, word, len);

		if (!piece)
			return err_oom(err);
		if (args_tag_word(piece, p, &at, err))
			return -1;
		if (!(named >> at & 1))
			e.tags[e.ntags++] = p->tags[at].id;
		named |= UINT32_C(1) << at;
		word += len + (word[len] == ',');
	}
	*ret = program_tags(p, category, named);
	return entering_check_tags(p, &e, err);
}

static int read_kind(const struct call *c, const struct program *p, struct entry_fact *f, struct err *err)
{
	const char *word = request_query(c->request, "earn"), *count = request_query(c->request, "count");

	f->kind = -1;
	f->quantity = 100;
	if (word && args_kind_word(word, p, &f->kind, err))
		return -1;
	if (!count || (word && p->kinds[f->kind].per != EARN_HOUR && !units_parse(count, &f->quantity) && f->quantity > 0 && f->quantity <= 1000000))
		return 0;
	err_set(err, ERR_USAGE, "count-invalid", "\"count\" says how many items or credits of a kind, 0.01 to 10000.");
	return err_next(err, "For instance: earn=KIND&count=1.5");
}

static int read_missing(const char *name, struct err *err)
{
	err_set(err, ERR_USAGE, "field-missing", "\"%s\" is missing.", name);
	return err_next(err, "ceu plan try HOURS CATEGORY");
}

/* Today; of a cycle that was opened early its first day. */
static day_t day_to_try(const struct standing *s)
{
	return s->today < s->cycle.counts_from ? s->cycle.counts_from : s->today;
}

static int read_activity(const struct call *c, const struct standing *s, struct entry_fact *ret, struct err *err)
{
	const char *hours = request_query(c->request, "hours"), *category = request_query(c->request, "category");
	struct entry_fact f = { .id = INT64_MAX, .day = day_to_try(s), .course = "", .has_evidence = 1,
	    .is_late = s->cycle.submitted_at != 0 };

	if (!hours || !category)
		return read_missing(hours ? "category" : "hours", err);
	if (date_parse_hours(hours, &f.minutes, err) || args_category_word(category, s->program, &f.category, err) ||
	    read_tags(c, s->program, f.category, &f.tags, err) || read_kind(c, s->program, &f, err))
		return -1;
	f.competencies = competencies_of(s->program, "");
	*ret = f;
	return 0;
}

/* Every category in which as much would add more. */
static uint32_t better_places(const struct standing *s, const struct entry_fact *f, int64_t adds)
{
	struct credit_cycle cycle = standing_cycle(s);
	struct entry_fact other = *f;
	uint32_t found = 0;

	for (size_t i = 0; i < s->program->ncategories; i++) {
		other.category = (int)i;
		other.tags = program_tags(s->program, (int)i, 0);
		if ((int)i != f->category &&
		    credit_adds(s->program, &cycle, s->facts, s->entries.n, &s->verdict, &other) > adds)
			found |= UINT32_C(1) << i;
	}
	return found;
}

static void say_elsewhere(const struct standing *s, const struct entry_fact *f, uint32_t places, struct buf *out)
{
	uint32_t all = UINT32_MAX >> (32 - s->program->ncategories), others = all & ~(UINT32_C(1) << f->category);
	int more = 0;

	if (!places)
		return;
	buf_puts(out, " The same time would add more in ");
	if (places == others && __builtin_popcount(others) > 1) {
		buf_puts(out, "any other category.");
		return;
	}
	for (size_t i = 0; i < s->program->ncategories; i++)
		if (places >> i & 1)
			buf_printf(out, "%s%s", more++ ? ", " : "", s->program->categories[i].name);
	buf_putc(out, '.');
}

/* Why it adds less. */
static void say_cut(const struct standing *s, const struct entry_fact *f, int64_t adds, struct buf *out)
{
	const struct category_verdict *v = &s->verdict.categories[f->category];
	char limit[32];

	if (f->is_late)
		buf_puts(out, ": this cycle is submitted already.");
	else if (f->day > s->cycle.counts_until)
		buf_puts(out, ": the days of this cycle are over.");
	else if (v->limit >= 0 && v->counted + adds == v->limit)
		buf_printf(out, ": it is full%s, %s of %s.", adds ? " then" : "", units_text(v->limit, limit, sizeof limit), limit);
	else
		buf_puts(out, ": a limit is reached.");
}

static void say_try(const struct standing *s, const struct entry_fact *f, int64_t units, int64_t adds,
    const struct verdict *after, uint32_t places, struct buf *out)
{
	char a[32], b[32];

	buf_printf(out, "%s units of %s would add %s", units_text(units, a, sizeof a),
	    s->program->categories[f->category].name, adds == units ? "all of them" : units_text(adds, b, sizeof b));
	if (adds < units)
		say_cut(s, f, adds, out);
	else
		buf_putc(out, '.');
	if (after->state == CYCLE_DONE && s->verdict.state != CYCLE_DONE)
		buf_puts(out, " That would finish your cycle.");
	else if (after->to_go)
		buf_printf(out, " %s would be left to go.", units_text(after->to_go, a, sizeof a));
	say_elsewhere(s, f, places, out);
}

static int write_try(struct call *c, const struct standing *s, const struct entry_fact *f, const struct verdict *after,
    struct err *err)
{
	int64_t units = program_earns(s->program, f->kind, f->minutes, f->quantity),
	    adds = after->counted - s->verdict.counted;
	uint32_t places = adds < units && !f->is_late ? better_places(s, f, adds) : 0;
	struct buf text = BUF_INIT;
	struct jsonw w;

	say_try(s, f, units, adds, after, places, &text);
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "category", s->program->categories[f->category].id);
	jsonw_units(&w, "units", units);
	jsonw_units(&w, "adds", adds);
	jsonw_units(&w, "wasted", units - adds);
	jsonw_units(&w, "to_go", after->to_go);
	view_chance(&w, "chance", after->chance);
	jsonw_bool(&w, "done", after->state == CYCLE_DONE);
	jsonw_str(&w, "text", buf_str(&text));
	write_names(&w, "elsewhere", places, s->program, 0);
	jsonw_end_object(&w);
	if (text.failed)
		c->reply.body.failed = 1;
	buf_free(&text);
	return views_done(c, err);
}

static int try_for(struct call *c, const struct standing *s, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(s);
	size_t n = s->entries.n;
	struct entry_fact *facts = arena_alloc(c->arena, (n + 1) * sizeof *facts);
	struct verdict after;
	int rc;

	if (!facts)
		return err_oom(err);
	if (read_activity(c, s, &facts[n], err))
		return -1;
	if (n)
		memcpy(facts, s->facts, n * sizeof *facts);
	if (credit_evaluate(s->program, &cycle, facts, n + 1, facts[n].day, &after, err))
		return -1;
	rc = write_try(c, s, &facts[n], &after, err);
	verdict_free(&after);
	return rc;
}

int route_plan_try(struct call *c, struct err *err)
{
	struct standing s;
	int rc;

	if (standing_load(c->d, &c->subject, 0, c->arena, &s, err))
		return -1;
	rc = try_for(c, &s, err);
	standing_free(&s);
	return rc;
}
