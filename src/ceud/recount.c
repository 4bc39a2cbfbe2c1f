/* The same entries under other rules. */
#include "recount.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "ceud.h"

/* The counting days follow the other program's own rules, unless the cycle stays the same one. What an earlier cycle
 * has counted does not count again. */
static void settle_days(struct standing *s, struct cycle dates)
{
	struct credit_cycle c = { .dates = dates, .counts_from = DAY_NONE, .counts_until = DAY_NONE };
	struct cycle days = credit_days(s->program, &c);

	if (s->cycle.start == dates.start && s->cycle.end == dates.end)
		return;
	s->cycle.start = dates.start;
	s->cycle.end = dates.end;
	s->cycle.counts_from = s->cycle.is_first || days.start > s->cycle.counts_from ? days.start : s->cycle.counts_from;
	s->cycle.counts_until = days.end;
	s->cycle.carried = 0;
}

static int load_facts(struct ceud *d, struct standing *s, struct recount *r, struct arena *a, struct err *err)
{
	struct credit_cycle c = standing_cycle(s);
	struct cycle days = credit_days(s->program, &c);
	struct entry_list all = { 0 };
	struct err unknown = { 0 };

	if (entry_between(d->store, s->person.id, days.start, days.end, 1, a, &all, err))
		return -1;
	s->entries.items = arena_alloc(a, (all.n + 1) * sizeof *s->entries.items);
	s->facts = arena_alloc(a, (all.n + 1) * sizeof *s->facts);
	r->unfit = arena_alloc(a, (all.n + 1) * sizeof *r->unfit);
	if (!s->entries.items || !s->facts || !r->unfit)
		return err_oom(err);
	s->entries.n = 0;
	for (size_t i = 0; i < all.n; i++) {
		if (!standing_fact(s->program, &all.items[i], &s->facts[s->entries.n], &unknown))
			s->entries.items[s->entries.n++] = all.items[i];
		else if (!all.items[i].is_void)
			r->unfit[r->nunfit++] = &all.items[i];
	}
	s->entries.cap = all.n + 1;
	return 0;
}

int recount(struct ceud *d, const struct standing *s, const struct program *p, struct cycle dates, struct arena *a,
    struct recount *ret, struct err *err)
{
	struct recount r = { .after = *s };
	struct credit_cycle cycle;

	r.after.program = p;
	memset(&r.after.verdict, 0, sizeof r.after.verdict);
	memset(&r.after.waiting, 0, sizeof r.after.waiting);
	r.after.pending = 0;
	memset(r.after.pending_of, 0, sizeof r.after.pending_of);
	settle_days(&r.after, dates);
	cycle = standing_cycle(&r.after);
	if (load_facts(d, &r.after, &r, a, err) ||
	    credit_evaluate(p, &cycle, r.after.facts, r.after.entries.n, s->today, &r.after.verdict, err))
		return -1;
	if (r.after.cycle.submitted_at)
		r.after.verdict.state = CYCLE_SUBMITTED;
	*ret = r;
	return 0;
}

void recount_free(struct recount *r)
{
	standing_free(&r->after);
}

/* "on-track" -> "on track" */
static void state_words(enum cycle_state state, struct buf *out)
{
	for (const char *c = cycle_state_name(state); *c; c++)
		buf_putc(out, *c == '-' ? ' ' : *c);
}

int recount_text(const struct standing *before, const struct standing *after, struct buf *out)
{
	const struct verdict *b = &before->verdict, *v = &after->verdict;
	char counted[32], required[32], old[32], old_required[32];

	if (v->counted != b->counted || v->required != b->required)
		buf_printf(out, "%s of %s count instead of %s of %s.", units_text(v->counted, counted, sizeof counted),
		    units_text(v->required, required, sizeof required), units_text(b->counted, old, sizeof old),
		    units_text(b->required, old_required, sizeof old_required));
	if (v->state == b->state)
		return out->failed ? -1 : 0;
	buf_printf(out, "%sFrom ", out->len ? " " : "");
	state_words(b->state, out);
	buf_puts(out, " to ");
	state_words(v->state, out);
	for (size_t i = 0; i < after->program->nrules; i++)
		if (!v->rules[i].met)
			return buf_printf(out, ": %s", after->program->rules[i].text);
	return buf_putc(out, '.');
}
