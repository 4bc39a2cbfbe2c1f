/* An entry as JSON: the fact, its verdict, what to mind and what to do about it. */
#include "views.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "ceud.h"
#include "news.h"
#include "programs.h"

/* ---- the book: which cycle holds an entry */

static int find_program(struct book *b, struct err *err)
{
	const char *id = b->person.program;

	if (b->cycles.n)
		return programs_by_hash(b->d, b->cycles.items[b->cycles.n - 1].program_hash, &b->program,
		    err);
	return programs_get(b->d, id && *id ? id : programs_default(b->d), &b->program, err);
}

int book_open(struct ceud *d, const struct person *p, struct arena *a, struct book *ret, struct err *err)
{
	struct book b = { .d = d, .person = *p, .arena = a };

	if (cycle_list_of(d->store, p->id, a, &b.cycles, err) || find_program(&b, err))
		return -1;
	b.standings = arena_alloc(a, (b.cycles.n + 1) * sizeof *b.standings);
	if (!b.standings)
		return err_oom(err);
	*ret = b;
	return 0;
}

int book_find(struct book *b, const struct entry *e, const struct standing **ret, size_t *at,
    struct err *err)
{
	for (size_t i = 0; i < b->cycles.n; i++) {
		struct standing *s = &b->standings[i];

		if (e->day < b->cycles.items[i].counts_from || e->day > b->cycles.items[i].counts_until)
			continue;
		if (!s->program && standing_of_cycle(b->d, &b->person, &b->cycles.items[i], b->arena, s, err))
			return -1;
		for (size_t k = 0; k < s->entries.n; k++)
			if (s->entries.items[k].id == e->id) {
				*ret = s;
				*at = k;
				return 0;
			}
	}
	*ret = NULL;
	return 0;
}

void book_close(struct book *b)
{
	for (size_t i = 0; i < b->cycles.n; i++)
		standing_free(&b->standings[i]);
}

/* ---- what limits take */

/* The same history without the entry. */
static int find_cut(const struct standing *s, size_t at, int64_t *ret, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(s);
	struct verdict without;
	int was_void = s->facts[at].is_void, rc;

	s->facts[at].is_void = 1;
	rc = credit_count(s->program, &cycle, s->facts,
	    s->entries.n, s->today, &without, err);
	s->facts[at].is_void = was_void;
	if (rc)
		return -1;
	*ret = s->verdict.over_limit - without.over_limit;
	if (*ret < 0)
		*ret = 0;		/* without it another entry of the course would be cut more */
	if (*ret > s->verdict.entries[at].units)
		*ret = s->verdict.entries[at].units;
	verdict_free(&without);
	return 0;
}

int view_cut(const struct standing *s, size_t at, int64_t *ret, struct err *err)
{
	if (s->verdict.over_limit)
		return find_cut(s, at, ret, err);
	*ret = 0;
	return 0;
}

int view_over_limit(const struct standing *s, const struct entry_fact *f, int64_t units, int64_t cut,
    struct buf *out)
{
	const struct program_item *c = &s->program->categories[f->category];
	int64_t limit = program_category_limit(s->program, f->category), left = units - cut;
	char a[32], b[32], counted[32], rest[32];

	units_text(units, b, sizeof b);
	if (left)
		buf_printf(out, "Only %s of these %s units add to the total: ", units_text(left, a, sizeof a), b);
	else
		buf_printf(out, "None of these %s units add to the total: ", b);
	/* a limit on more than this category says it in its own words, in `why` */
	if (limit >= 0 && s->verdict.categories[f->category].counted == limit)
		buf_printf(out, "at most %s count from %s, and you have %s.", units_text(limit, a, sizeof a),
		    c->name, units_text(limit - left, counted, sizeof counted));
	else
		buf_puts(out, "a limit is reached.");
	if (left)
		return buf_printf(out, " The other %s %s on record and add%s nothing.",
		    units_text(cut, rest, sizeof rest), cut == 100 ? "stays" : "stay", cut == 100 ? "s" : "");
	return buf_puts(out, " They stay on record and add nothing.");
}

/* ---- the object */

static int64_t units_alone(const struct program *p, const struct entry *e)
{
	struct entry_fact f;
	struct err unknown = { 0 };

	if (standing_fact(p, e, &f, &unknown))
		return program_units(p, e->minutes);	/* a category of another program */
	return program_earns(p, f.kind, f.minutes, f.quantity);
}

struct entry_verdict view_verdict(const struct entry_view *v)
{
	struct entry_verdict none = { .id = v->entry->no,
	    .state = v->entry->is_void ? ENTRY_VOID : ENTRY_OUT_OF_CYCLE };

	if (v->standing)
		return v->standing->verdict.entries[v->at];
	none.units = units_alone(v->program, v->entry);
	return none;
}

/* What the calendar says now of the event that the entry was made of. */
static int find_news(struct ceud *d, struct entry_view *v, struct arena *a, struct err *err)
{
	struct proposal p;
	struct proposal_news news;
	struct buf text = BUF_INIT;
	int found;

	if (proposal_by_id(d->store, v->entry->proposal, a, &p, err))
		return -1;
	found = proposal_news_get(d->store, p.id, a, &news, err);
	if (found <= 0)
		return found;
	news_text(&p.event, &news.event, &text);
	buf_puts(&text, " The entry stays as it was confirmed.");
	v->news_of = p.no;
	v->news = text.failed ? NULL : arena_strdup(a, buf_str(&text));
	buf_free(&text);
	return v->news ? 0 : err_oom(err);
}

int view_files(struct ceud *d, struct entry_view *v, struct arena *a, struct err *err)
{
	v->files = (struct evidence_list){ 0 };
	v->news = NULL;
	if (v->entry->nevidence && evidence_of(d->store, v->entry->id, a, &v->files, err))
		return -1;
	return v->entry->is_source_changed && !v->entry->is_void ? find_news(d, v, a, err) : 0;
}

static void warn(struct jsonw *w, const char *code, const char *text)
{
	jsonw_object(w, NULL);
	jsonw_str(w, "code", code);
	jsonw_str(w, "text", text);
	jsonw_end_object(w);
}

/* Another current entry of the same course that is a repeat, or that is none; 0 without one. */
static int64_t twin(const struct entry_view *v, int is_repeat)
{
	const struct standing *s = v->standing;

	for (size_t i = 0; i < s->entries.n; i++)
		if (i != v->at && !s->facts[i].is_void &&
		    (s->verdict.entries[i].state == ENTRY_REPEAT) == is_repeat &&
		    !strcmp(s->facts[i].course, s->facts[v->at].course))
			return s->facts[i].id;
	return 0;
}

/* Of two entries of a course the earlier one counts, which may be the new one. */
static void warn_repeat(struct jsonw *w, const struct entry_view *v, const struct entry_verdict *e)
{
	int64_t other = e->state == ENTRY_REPEAT ? twin(v, 0) : v->is_change && e->counted ? twin(v, 1) : 0;
	char text[200];

	if (!other)
		return;
	snprintf(text, sizeof text,
	    "Entry %" PRId64 " is the same course; it counts once in a cycle, so %s adds nothing.", other,
	    e->state == ENTRY_REPEAT ? "this one" : "that one");
	warn(w, "repeat", text);
}

int view_is_due(const struct standing *s, size_t at)
{
	return s->verdict.entries[at].state == ENTRY_PLANNED && s->facts[at].is_planned &&
	    s->facts[at].day < s->today;
}

static void warn_planned(struct jsonw *w, const struct entry_view *v)
{
	char text[200], day[48];

	if (v->standing && view_is_due(v->standing, v->at)) {
		snprintf(text, sizeof text, "It was planned for %s. It counts once you say that you did it.",
		    date_text(v->entry->day, DATE_FULL, day, sizeof day));
		warn(w, "planned-due", text);
		return;
	}
	snprintf(text, sizeof text, "It is planned, and can count from %s on%s.",
	    date_text(v->entry->day, DATE_FULL, day, sizeof day),
	    v->entry->is_planned ? ", once you say that you did it" : "");
	warn(w, "planned", text);
}

static void warn_needs(struct jsonw *w, const struct entry_view *v)
{
	if (!v->standing->facts[v->at].competencies)
		warn(w, "needs-competency", "It names no competency and counts nothing until it does.");
	else
		warn(w, "needs-evidence", "It has no evidence and counts nothing until it does.");
}

static void warn_state(struct jsonw *w, const struct entry_view *v, const struct entry_verdict *e)
{
	char text[200], length[32], step[32];
	const struct program *p = v->program;

	if (e->state == ENTRY_NEEDS_INFO) {
		warn_needs(w, v);
	} else if (e->state == ENTRY_PLANNED) {
		warn_planned(w, v);
	} else if (e->state == ENTRY_LATE) {
		warn(w, "late", v->standing->cycle.closed_at ? "Its cycle is closed. It is kept there and adds nothing." :
		    "Its cycle was submitted before. It is kept there and adds nothing.");
	} else if (e->state == ENTRY_OUT_OF_CYCLE) {
		warn(w, "out-of-cycle", "Its date is in no cycle, so it adds nothing.");
	} else if (e->state != ENTRY_VOID && e->units == 0) {
		snprintf(text, sizeof text, "%s is less than the smallest step of %s %s, so it adds nothing.",
		    date_hours_text(v->entry->minutes, length, sizeof length),
		    units_text(p->step, step, sizeof step), p->unit);
		warn(w, "below-step", text);
	}
}

static int64_t shown_cut(const struct entry_view *v, const struct entry_verdict *e)
{
	if (e->state != ENTRY_COUNTED && e->state != ENTRY_PART_COUNTED && e->state != ENTRY_OVER_LIMIT)
		return 0;
	return v->is_change ? v->cut : e->units - e->counted;
}

static void warnings(struct jsonw *w, const struct entry_view *v, const struct entry_verdict *e)
{
	int64_t cut = shown_cut(v, e);
	struct buf text = BUF_INIT;

	jsonw_array(w, "warnings");
	if (cut > 0) {
		view_over_limit(v->standing, &v->standing->facts[v->at], e->units, cut, &text);
		warn(w, "over-limit", buf_str(&text));
		if (text.failed)
			w->out->failed = 1;
		buf_free(&text);
	}
	if (v->standing)
		warn_repeat(w, v, e);
	if (v->conflict)
		warn(w, "conflict", v->conflict);
	if (v->entry->is_source_changed && !v->entry->is_void)
		warn(w, "source-changed", v->news ? v->news :
		    "Its calendar has changed the event since. The entry stays as it was confirmed.");
	warn_state(w, v, e);
	jsonw_end_array(w);
}

/* What makes it count, where something does. */
static int complete_step(const struct entry_view *v, const struct entry_verdict *e, char out[64])
{
	int64_t no = v->entry->no;

	if (e->state == ENTRY_NEEDS_INFO && !v->standing->facts[v->at].competencies)
		return snprintf(out, 64, "ceu edit %" PRId64 " --for COMPETENCY", no);
	if (e->state == ENTRY_NEEDS_INFO)
		return snprintf(out, 64, "ceu attach %" PRId64 " FILE", no);
	if (e->state == ENTRY_PLANNED && v->entry->is_planned && v->entry->day <= v->standing->today)
		return snprintf(out, 64, "ceu plan done %" PRId64, no);
	if (e->state == ENTRY_PART_COUNTED || e->state == ENTRY_OVER_LIMIT || e->state == ENTRY_REPEAT)
		return snprintf(out, 64, "ceu why %" PRId64, no);
	return 0;
}

static void next_steps(struct jsonw *w, const struct entry_view *v, const struct entry_verdict *e)
{
	char command[64];

	jsonw_array(w, "next");
	if (v->standing && complete_step(v, e, command))
		jsonw_str(w, NULL, command);
	else if (v->is_change && shown_cut(v, e) > 0)
		jsonw_str(w, NULL, "ceu why");
	if (v->news) {
		snprintf(command, sizeof command, "ceu inbox accept %" PRId64, v->news_of);
		jsonw_str(w, NULL, command);
		snprintf(command, sizeof command, "ceu inbox dismiss %" PRId64, v->news_of);
		jsonw_str(w, NULL, command);
	}
	if (v->rule)
		jsonw_str(w, NULL, v->rule);
	if (v->is_change)
		jsonw_str(w, NULL, "ceu undo");
	jsonw_end_array(w);
}

/* Why not all of it counts; "" where all does. */
static void reason(struct jsonw *w, const struct entry_view *v, const struct entry_verdict *e)
{
	struct buf text = BUF_INIT;

	if (v->entry->is_void)
		buf_puts(&text, *v->entry->void_reason ? v->entry->void_reason : "It was removed.");
	else if (!v->standing)
		buf_puts(&text, "Its date is in no cycle.");
	else if (e->counted < e->units && e->nparts)
		credit_explain(v->program, &v->standing->facts[v->at], e, e->nparts - 1, &text);
	jsonw_str(w, "reason", buf_str(&text));
	if (text.failed)
		w->out->failed = 1;
	buf_free(&text);
}

static void source(struct jsonw *w, const struct entry *e)
{
	int is_fed = e->source == SOURCE_CALENDAR;

	jsonw_object(w, "source");
	jsonw_str(w, "kind", entry_source_name(e->source));
	jsonw_str(w, "calendar", is_fed ? e->calendar_name : NULL);
	jsonw_str(w, "uid", is_fed ? e->uid : NULL);
	jsonw_end_object(w);
}

static void ids(struct jsonw *w, const char *name, const char *const *items, size_t n)
{
	jsonw_array(w, name);
	for (size_t i = 0; i < n; i++)
		jsonw_str(w, NULL, items[i]);
	jsonw_end_array(w);
}

static void earning(struct jsonw *w, const struct entry *e)
{
	jsonw_str(w, "earn", *e->kind ? e->kind : NULL);
	if (*e->kind && e->quantity)
		jsonw_units(w, "count", e->quantity);
	else
		jsonw_null(w, "count");
}

static void evidence(struct jsonw *w, const struct evidence_list *files)
{
	jsonw_array(w, "evidence");
	for (size_t i = 0; i < files->n; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "name", files->items[i].name);
		jsonw_int(w, "bytes", files->items[i].bytes);
		jsonw_str(w, "sha256", files->items[i].sha256);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

void view_entry(struct jsonw *w, const char *name, const struct entry_view *v)
{
	const struct entry *e = v->entry;
	struct entry_verdict verdict = view_verdict(v);

	jsonw_object(w, name);
	jsonw_int(w, "id", e->no);
	jsonw_str(w, "title", e->title);
	jsonw_day(w, "date", e->day);
	jsonw_int(w, "minutes", e->minutes);
	jsonw_units(w, "units", verdict.units);
	jsonw_units(w, "counted", verdict.counted);
	jsonw_str(w, "category", e->category);
	ids(w, "competencies", e->competencies, e->ncompetencies);
	ids(w, "tags", e->tags, e->ntags);
	earning(w, e);
	jsonw_str(w, "provider", e->provider);
	jsonw_str(w, "note", e->note);
	jsonw_str(w, "state", entry_state_name(verdict.state));
	reason(w, v, &verdict);
	evidence(w, &v->files);
	source(w, e);
	warnings(w, v, &verdict);
	next_steps(w, v, &verdict);
	jsonw_end_object(w);
}
