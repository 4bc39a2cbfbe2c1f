/* The entries in renewal.pdf, each a block that stays on one page. */
#include "pdf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "facts.h"
#include "sheet.h"
#include "words.h"

enum { INDENT = 32, LABELS = 82, VALUES_AT = INDENT + LABELS, VALUES = SHEET_WIDTH - VALUES_AT };

static void labelled(struct block *b, const char *label, const char *text, enum style style)
{
	struct row *r = block_row(b, 2);

	row_cell(b, r, INDENT, LABELS, STYLE_BODY, label)->is_faint = 1;
	row_cell(b, r, VALUES_AT, VALUES, style, text);
}

static void labelled_buf(struct block *b, const char *label, struct buf *text)
{
	if (text->failed)
		b->failed = 1;
	labelled(b, label, buf_str(text), STYLE_BODY);
	buf_free(text);
}

static void head(struct block *b, const struct fact *e)
{
	struct row *r = block_row(b, 14);
	char text[96], units[32], counted[32], number[24];

	r->has_line = 1;
	snprintf(number, sizeof number, "%" PRId64, e->id);
	row_cell(b, r, 0, INDENT, STYLE_STRONG, number);
	row_cell(b, r, INDENT, LABELS, STYLE_BODY, date_text(e->day, DATE_SHORT, text, sizeof text));
	row_cell(b, r, VALUES_AT, VALUES - 90, STYLE_STRONG, e->title);
	snprintf(text, sizeof text, "%s of %s", units_text(e->counted, counted, sizeof counted),
	    units_text(e->units, units, sizeof units));
	row_cell(b, r, SHEET_WIDTH - 85, 85, STYLE_STRONG, text)->align = ALIGN_END;
}

static void competencies(struct block *b, const struct program *p, const struct fact *e)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < e->ncompetencies; i++)
		buf_printf(&text, "%s%s", i > 0 ? "; " : "", words_competency(p, e->competencies[i]));
	if (e->ncompetencies == 0)
		buf_puts(&text, "none named");
	labelled_buf(b, "Competencies", &text);
}

static void tags(struct block *b, const struct program *p, const struct fact *e)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < e->ntags; i++)
		buf_printf(&text, "%s%s", i > 0 ? "; " : "", words_tag(p, e->tags[i]));
	if (e->ntags > 0)
		labelled_buf(b, "Of the kind", &text);
	buf_free(&text);
}

static void credit(struct block *b, const struct program *p, const struct fact *e)
{
	struct buf text = BUF_INIT;
	char length[32], units[32], counted[32], quantity[32];

	if (e->minutes <= 1440)
		buf_printf(&text, "%s, ", date_hours_text(e->minutes, length, sizeof length));
	buf_printf(&text, "%d minutes", e->minutes);
	if (e->earn != NULL)
		buf_printf(&text, ", as %s", e->earn);
	if (e->earn != NULL && e->quantity > 0)
		buf_printf(&text, ", %s of them", units_json(e->quantity, quantity, sizeof quantity));
	labelled_buf(b, "Time", &text);
	buf_printf(&text, "%s of %s %s", units_text(e->counted, counted, sizeof counted),
	    units_text(e->units, units, sizeof units), p->unit);
	if (e->state != ENTRY_COUNTED)
		buf_printf(&text, ", %s", words_state(e->state));
	labelled_buf(b, "Counted", &text);
}

static void reasons(struct block *b, const struct fact *e)
{
	char units[32];

	for (size_t i = 0; i < e->npieces; i++) {
		struct buf text = BUF_INIT;

		if (e->npieces > 1)
			buf_printf(&text, "%s: ", units_text(e->pieces[i].units, units, sizeof units));
		buf_puts(&text, e->pieces[i].text);
		labelled_buf(b, i == 0 ? "Why" : "", &text);
	}
	if (e->npieces == 0 && e->reason[0] != '\0')
		labelled(b, "Why", e->reason, STYLE_BODY);
}

static void evidence(struct block *b, const struct fact *e)
{
	char size[32];

	if (e->nproofs == 0)
		labelled(
		    b, "Evidence", e->counted > 0 ? "None: this entry is unproven." : "None", STYLE_STRONG);
	for (size_t i = 0; i < e->nproofs; i++) {
		const struct proof *p = &e->proofs[i];
		struct buf text = BUF_INIT;

		buf_printf(&text, "%s, %s", p->name, words_bytes(p->bytes, size, sizeof size));
		labelled_buf(b, i == 0 ? "Evidence" : "", &text);
		buf_printf(&text, "SHA-256 %s", p->sha256);
		row_cell(b, block_row(b, 0), VALUES_AT, VALUES, STYLE_MONO, buf_str(&text));
		if (text.failed)
			b->failed = 1;
		buf_free(&text);
	}
}

static int entry(struct sheet *s, const struct program *p, const struct fact *e, struct err *err)
{
	struct block b = BLOCK_INIT;
	struct buf mark = BUF_INIT;
	int ret;

	head(&b, e);
	if (e->provider[0] != '\0')
		labelled(&b, "Provider", e->provider, STYLE_BODY);
	labelled(&b, "Category", words_category(p, e->category), STYLE_BODY);
	competencies(&b, p, e);
	tags(&b, p, e);
	credit(&b, p, e);
	reasons(&b, e);
	evidence(&b, e);
	if (e->note[0] != '\0')
		labelled(&b, "Note", e->note, STYLE_BODY);
	buf_printf(&mark, "%" PRId64 "  ", e->id);
	if (words_printed(&mark, e->title, 80, 0) != 0 || mark.failed)
		b.failed = 1;
	ret = sheet_put(s, &b, buf_str(&mark), err);
	buf_free(&mark);
	return ret;
}

int pdf_entries(struct sheet *s, const struct facts *f, const struct program *p, struct err *err)
{
	struct block b = BLOCK_INIT;

	if (f->n == 0)
		return 0;
	sheet_new_page(s);
	row_cell(&b, block_row(&b, 0), 0, SHEET_WIDTH, STYLE_TITLE, "Entries");
	if (sheet_put(s, &b, NULL, err) != 0)
		return -1;
	for (size_t i = 0; i < f->n; i++)
		if (entry(s, p, &f->entries[i], err) != 0)
			return -1;
	return 0;
}
