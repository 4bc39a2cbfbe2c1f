/* The first page of renewal.pdf: whose, which cycle, how much counts, by which rules, what is unproven. */
#include "pdf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "facts.h"
#include "sheet.h"
#include "words.h"

enum { LABELS = 90, VALUES = SHEET_WIDTH - LABELS, BARS = 407 };

static void heading(struct block *b, const char *text)
{
	struct row *r = block_row(b, 14);

	r->has_line = 1;
	row_cell(b, r, 0, SHEET_WIDTH, STYLE_HEADING, text);
}

static void labelled(struct block *b, const char *label, const char *text)
{
	struct row *r = block_row(b, 3);

	row_cell(b, r, 0, LABELS, STYLE_BODY, label)->is_faint = 1;
	row_cell(b, r, LABELS, VALUES, STYLE_BODY, text);
}

/* Text put together in the block's own memory. */
static void labelled_buf(struct block *b, const char *label, struct buf *text)
{
	if (text->failed)
		b->failed = 1;
	labelled(b, label, buf_str(text));
	buf_free(text);
}

/* ---- who and what */

static void title(struct block *b, const struct facts *f, const struct program *p)
{
	struct row *r = block_row(b, 0);

	row_cell(b, r, 0, 300, STYLE_SMALL, f->organisation)->is_faint = 1;
	row_cell(b, r, 300, SHEET_WIDTH - 300, STYLE_SMALL, "Renewal packet")->align = ALIGN_END;
	row_cell(b, block_row(b, 8), 0, SHEET_WIDTH, STYLE_TITLE, p->title != NULL ? p->title : p->name);
}

static void person(struct block *b, const struct facts *f, const struct program *p)
{
	struct buf text = BUF_INIT;
	char start[48], end[48];

	buf_printf(&text, "%s%s%s", f->name, f->name[0] != '\0' ? ", " : "", f->email);
	block_row(b, 6);
	labelled_buf(b, "Person", &text);
	buf_printf(&text, "%s%s%s", p->name, p->issuer != NULL ? ", issued by " : "",
	    p->issuer != NULL ? p->issuer : "");
	labelled_buf(b, "Certificate", &text);
	buf_printf(&text, "%s to %s%s", date_text(f->cycle.dates.start, DATE_LONG, start, sizeof start),
	    date_text(f->cycle.dates.end, DATE_LONG, end, sizeof end),
	    f->cycle.is_first ? ", the first" : "");
	labelled_buf(b, "Cycle", &text);
}

static void generated(struct block *b, const struct facts *f)
{
	const int64_t day_ms = 86400000;
	struct buf text = BUF_INIT;
	char day[48];
	int64_t minute = f->instant % day_ms / 60000;

	buf_printf(&text, "%s, %02d:%02d UTC",
	    date_text((day_t)(f->instant / day_ms), DATE_LONG, day, sizeof day), (int)(minute / 60),
	    (int)(minute % 60));
	labelled_buf(b, "State of", &text);
}

static void submitted(struct block *b, const struct facts *f)
{
	struct buf text = BUF_INIT;
	char on[48], then[32], now[32];

	if (!f->is_submitted) {
		labelled(b, "Submitted", "Not yet");
		return;
	}
	buf_printf(&text, "On %s with %s units", date_text(f->submitted_on, DATE_LONG, on, sizeof on),
	    units_text(f->submitted_counted, then, sizeof then));
	if (f->counted != f->submitted_counted)
		buf_printf(&text, "; %s are supported now", units_text(f->counted, now, sizeof now));
	labelled_buf(b, "Submitted", &text);
}

/* ---- how much */

static int all_met(const struct facts *f)
{
	for (size_t i = 0; i < f->nfindings; i++)
		if (!f->findings[i].met)
			return 0;
	return 1;
}

static void verdict(struct block *b, const struct facts *f, const struct program *p)
{
	struct row *r = block_row(b, 16);
	char have[32], need[32], lacks[32], text[200];

	row_cell(b, r, 0, 100, STYLE_FIGURE, units_text(f->counted, have, sizeof have));
	snprintf(
	    text, sizeof text, "of %s %.60s required", units_text(f->required, need, sizeof need), p->unit);
	row_cell(b, r, 102, 170, STYLE_BODY, text);
	if (all_met(f))
		snprintf(text, sizeof text, "Every requirement is met.");
	else if (f->counted < f->required)
		snprintf(text, sizeof text, "Not complete: %s to go.",
		    units_text(f->required - f->counted, lacks, sizeof lacks));
	else
		snprintf(text, sizeof text, "Not complete: a rule below is not met.");
	row_cell(b, r, 272, SHEET_WIDTH - 272, STYLE_STRONG, text)->align = ALIGN_END;
	r = block_row(b, 2);
	row_cell(b, r, 0, 10, STYLE_SMALL, "");
	r->bar = (struct bar){ .x = 0, .width = SHEET_WIDTH, .most = f->required, .full = f->counted };
}

/* ---- by category */

static const struct { const char *head; int x, width; } columns[] = {
	{ "Category", 0, 200 }, { "Logged", 200, 45 }, { "Counted", 245, 50 }, { "Over limit", 295, 55 },
	{ "Limit", 350, 45 },
};

static void amounts(struct block *b, struct row *r, const int64_t *amount)
{
	char text[32];

	for (int i = 0; i < 4; i++)
		row_cell(b, r, columns[i + 1].x, columns[i + 1].width, i == 1 ? STYLE_STRONG : STYLE_BODY,
		    amount[i] < 0 ? "-" : units_text(amount[i], text, sizeof text))->align = ALIGN_END;
}

static int64_t longest(const struct facts *f)
{
	int64_t most = 1;

	for (size_t i = 0; i < f->ntallies; i++) {
		const struct tally *t = &f->tallies[i];

		most = t->limit > most ? t->limit : most;
		most = t->counted + t->over_limit > most ? t->counted + t->over_limit : most;
	}
	return most;
}

static void tally(struct block *b, const struct facts *f, const struct program *p, const struct tally *t)
{
	struct row *r = block_row(b, 3);
	const int64_t amount[] = { t->logged, t->counted, t->over_limit, t->limit };

	row_cell(b, r, 0, columns[0].width, STYLE_BODY, words_category(p, t->id));
	amounts(b, r, amount);
	r->bar = (struct bar){ .x = BARS, .width = SHEET_WIDTH - BARS, .most = longest(f), .full = t->counted,
		.over = t->over_limit };
}

static void categories(struct block *b, const struct facts *f, const struct program *p)
{
	int64_t sum[] = { 0, f->counted, 0, -1 };
	struct row *r;

	heading(b, "By category");
	r = block_row(b, 5);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		struct cell *c = row_cell(b, r, columns[i].x, columns[i].width, STYLE_SMALL, columns[i].head);

		c->is_faint = 1;
		c->align = i > 0 ? ALIGN_END : ALIGN_START;
	}
	row_cell(b, r, BARS, SHEET_WIDTH - BARS, STYLE_SMALL, "hatched: over")->is_faint = 1;
	for (size_t i = 0; i < f->ntallies; i++) {
		tally(b, f, p, &f->tallies[i]);
		sum[0] += f->tallies[i].logged;
		sum[2] += f->tallies[i].over_limit;
	}
	if (f->cycle.carried > 0) {
		const int64_t carried[] = { -1, f->cycle.carried, -1, -1 };

		r = block_row(b, 3);
		row_cell(b, r, 0, columns[0].width, STYLE_BODY, "Brought from the cycle before");
		amounts(b, r, carried);
	}
	r = block_row(b, 5);
	row_cell(b, r, 0, columns[0].width, STYLE_STRONG, "Total");
	amounts(b, r, sum);
}

/* ---- by rule */

static void finding(
    struct block *b, const struct program *p, const struct finding *x, const struct rule *rule)
{
	struct row *r = block_row(b, 4);
	struct buf text = BUF_INIT;
	char have[32], need[32];

	row_cell(b, r, 0, 60, STYLE_STRONG, x->met ? "Met" : "Not met");
	row_cell(b, r, 60, 327, STYLE_BODY, x->text);
	if (x->need >= 0 && x->have >= 0)
		buf_printf(&text, "%s of %s%s", units_text(x->have, have, sizeof have),
		    rule->kind == RULE_LIMIT ? "at most " : "", units_text(x->need, need, sizeof need));
	row_cell(b, r, 387, SHEET_WIDTH - 387, STYLE_BODY, buf_str(&text))->align = ALIGN_END;
	if (text.failed)
		b->failed = 1;
	buf_free(&text);
	if (*words_source(p, rule->source) != '\0')
		row_cell(b, block_row(b, 0), 60, 327, STYLE_SMALL, words_source(p, rule->source))->is_faint =
		    1;
}

static void rules(struct block *b, const struct facts *f, const struct program *p)
{
	struct buf text = BUF_INIT;
	char day[48];

	heading(b, "The rules");
	for (size_t i = 0; i < f->nfindings && i < p->nrules; i++)
		finding(b, p, &f->findings[i], &p->rules[i]);
	buf_puts(&text, "The rules are in our own words.");
	if (p->verified != DAY_NONE)
		buf_printf(&text, " They were last compared with the sources on %s.",
		    date_text(p->verified, DATE_LONG, day, sizeof day));
	buf_puts(&text, " What the sources leave open, and how it was read, stands at the end.");
	row_cell(b, block_row(b, 4), 0, SHEET_WIDTH, STYLE_SMALL, buf_str(&text))->is_faint = 1;
	if (text.failed)
		b->failed = 1;
	buf_free(&text);
}

/* ---- what to mind */

static void name_entry(struct buf *to, const struct fact *e)
{
	char units[32];

	buf_printf(to, "%s%" PRId64 " (%s)", to->len > 0 ? ", " : "", e->id,
	    units_text(e->counted, units, sizeof units));
}

static void unproven(struct block *b, const struct facts *f)
{
	struct buf names = BUF_INIT, text = BUF_INIT;
	char units[32];
	int64_t sum = 0;
	size_t n = 0;

	heading(b, "Evidence");
	for (size_t i = 0; i < f->n; i++)
		if (fact_is_unproven(&f->entries[i])) {
			name_entry(&names, &f->entries[i]);
			sum += f->entries[i].counted;
			n++;
		}
	if (n == 0)
		buf_puts(&text, f->n > 0 ? "Every entry that counts has evidence." : "There are no entries.");
	else
		buf_printf(&text, "UNPROVEN: %zu %s, with %s units, %s no evidence: %s.", n,
		    n == 1 ? "entry" : "entries", units_text(sum, units, sizeof units),
		    n == 1 ? "has" : "have", buf_str(&names));
	if (text.failed || names.failed)
		b->failed = 1;
	row_cell(b, block_row(b, 4), 0, SHEET_WIDTH, n > 0 ? STYLE_STRONG : STYLE_BODY, buf_str(&text));
	buf_free(&names);
	buf_free(&text);
}

static void excluded(struct block *b, const struct facts *f)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < f->n; i++)
		if (f->entries[i].counted < f->entries[i].units || f->entries[i].state != ENTRY_COUNTED)
			buf_printf(&text, "%s%" PRId64 " (%s)",
			    text.len > 0 ? ", " : "Not counted, or in part: ", f->entries[i].id,
			    words_state(f->entries[i].state));
	if (text.len > 0)
		buf_puts(&text, ". The reasons stand with the entries.");
	else
		buf_puts(&text, f->n > 0 ? "Every entry counts in full." : "");
	if (text.failed)
		b->failed = 1;
	row_cell(b, block_row(b, 4), 0, SHEET_WIDTH, STYLE_BODY, buf_str(&text));
	buf_free(&text);
}

int pdf_cover(struct sheet *s, const struct facts *f, const struct program *p, struct err *err)
{
	struct block top = BLOCK_INIT, table = BLOCK_INIT, law = BLOCK_INIT, mind = BLOCK_INIT;

	title(&top, f, p);
	person(&top, f, p);
	generated(&top, f);
	submitted(&top, f);
	verdict(&top, f, p);
	categories(&table, f, p);
	rules(&law, f, p);
	unproven(&mind, f);
	excluded(&mind, f);
	if (sheet_put(s, &top, "Totals", err) == 0 && sheet_put(s, &table, NULL, err) == 0 &&
	    sheet_put(s, &mind, NULL, err) == 0 && sheet_put(s, &law, NULL, err) == 0)
		return 0;
	block_free(&table);
	block_free(&law);
	block_free(&mind);
	return -1;
}
