/* The words of deadlines, check-ins and planned events. Nothing in them changes with the day they are read on. */
#include "duetexts.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* The text is taken over. */
static int take(struct arena *a, struct buf *title, struct buf *text, struct due_words *ret, struct err *err)
{
	struct due_words w = { arena_strdup(a, buf_str(title)), arena_strdup(a, buf_str(text)) };
	int failed = title->failed || text->failed || !w.title || !w.text;

	buf_free(title);
	buf_free(text);
	if (failed)
		return err_oom(err);
	*ret = w;
	return 0;
}

/* Requirements besides the total, which the numbers tell. */
static void add_unmet(const struct standing *s, struct buf *out)
{
	for (size_t i = 0; i < s->program->nrules; i++) {
		const struct rule *r = &s->program->rules[i];
		int is_total = r->selector == SELECT_TOTAL && r->period == PER_CYCLE;

		if (r->kind == RULE_REQUIRE && !is_total && !s->verdict.rules[i].met)
			buf_printf(out, "Not met yet: %s\n", r->text);
	}
}

static void add_numbers(const struct standing *s, struct buf *out)
{
	char counted[16], required[16], to_go[16];

	buf_printf(out, "%s of %s %s count", units_json(s->verdict.counted, counted, sizeof counted),
	    units_json(s->verdict.required, required, sizeof required), s->program->unit);
	if (s->verdict.to_go > 0)
		buf_printf(out, "; %s to go", units_json(s->verdict.to_go, to_go, sizeof to_go));
	buf_puts(out, ".\n");
}

int due_deadline(const struct standing *s, struct arena *a, struct due_words *ret, struct err *err)
{
	struct buf title = BUF_INIT, text = BUF_INIT;
	char required[16];

	buf_printf(&title, "%s: last day for your %s %s", s->program->name,
	    units_json(s->verdict.required, required, sizeof required), s->program->unit);
	add_numbers(s, &text);
	if (s->verdict.state == CYCLE_DONE) {
		buf_puts(&text, "Every rule is met. Send it in, then note it: ceu submit");
	} else {
		add_unmet(s, &text);
		buf_puts(&text, "The least work that finishes it: ceu plan");
	}
	return take(a, &title, &text, ret, err);
}

int due_check_in(const struct standing *s, int64_t pace, struct arena *a, struct due_words *ret, struct err *err)
{
	struct buf title = BUF_INIT, text = BUF_INIT;
	char asked[16], counted[16], apart[16];
	int64_t more = s->verdict.counted - pace;

	buf_printf(&title, "%s: %s %s by now at an even pace", s->program->name, units_json(pace, asked, sizeof asked),
	    s->program->unit);
	buf_printf(&text, "%s count so far", units_json(s->verdict.counted, counted, sizeof counted));
	if (more)
		buf_printf(&text, ", %s %s than that", units_json(more > 0 ? more : -more, apart, sizeof apart),
		    more > 0 ? "more" : "fewer");
	buf_puts(&text, ".\nWhere you stand: ceu status");
	return take(a, &title, &text, ret, err);
}

int due_planned(const struct standing *s, size_t at, struct arena *a, struct due_words *ret, struct err *err)
{
	const struct entry *e = &s->entries.items[at];
	struct buf title = BUF_INIT, text = BUF_INIT;
	char units[16];

	buf_puts(&title, e->title);
	buf_printf(&text, "Planned: %s %s, %s.\n", units_json(s->verdict.entries[at].units, units, sizeof units),
	    s->program->unit, s->program->categories[s->facts[at].category].name);
	buf_printf(&text, "When it is over: ceu plan done %" PRId64, e->no);
	return take(a, &title, &text, ret, err);
}
