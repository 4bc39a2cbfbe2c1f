/* renewal.pdf as a whole. */
#include "pdf.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "facts.h"
#include "sheet.h"

/* What the sources leave open, and which file of rules it was that decided. */
static int ending(struct sheet *s, const struct facts *f, const struct program *p, struct err *err)
{
	struct block b = BLOCK_INIT;
	struct buf text = BUF_INIT;
	struct row *r = block_row(&b, 22);

	r->has_line = 1;
	row_cell(&b, r, 0, SHEET_WIDTH, STYLE_HEADING, "What the rules leave open");
	if (p->nassumptions == 0)
		row_cell(&b, block_row(&b, 4), 0, SHEET_WIDTH, STYLE_BODY, "Nothing that had to be assumed.");
	for (size_t i = 0; i < p->nassumptions; i++) {
		r = block_row(&b, 3);
		row_cell(&b, r, 0, 10, STYLE_BODY, "\xE2\x80\xA2");
		row_cell(&b, r, 10, SHEET_WIDTH - 10, STYLE_BODY, p->assumptions[i]);
	}
	buf_printf(&text, "The rules, as a program reads them, are in program/%s.rules, SHA-256 %s.",
	    f->program, f->program_hash);
	row_cell(&b, block_row(&b, 6), 0, SHEET_WIDTH, STYLE_SMALL, buf_str(&text));
	if (text.failed)
		b.failed = 1;
	buf_free(&text);
	return sheet_put(s, &b, "What the rules leave open", err);
}

static int lay_out(struct sheet *s, const struct facts *f, const struct program *p, struct err *err)
{
	if (pdf_cover(s, f, p, err) != 0 || pdf_entries(s, f, p, err) != 0)
		return -1;
	return ending(s, f, p, err);
}

int pdf_make(const struct facts *f, const struct program *p, struct buf *out, struct err *err)
{
	struct buf title = BUF_INIT, foot = BUF_INIT;
	struct sheet_about about = { .author = f->name[0] != '\0' ? f->name : f->email,
		.created = f->generated };
	struct sheet *s = NULL;
	char start[48], end[48];
	int ret;

	buf_printf(&title, "%s renewal, %s to %s", p->name,
	    date_text(f->cycle.dates.start, DATE_LONG, start, sizeof start),
	    date_text(f->cycle.dates.end, DATE_LONG, end, sizeof end));
	buf_printf(&foot, "%s, rules SHA-256 %.16s, state of %s", f->program, f->program_hash, f->generated);
	about.title = buf_str(&title);
	about.foot = buf_str(&foot);
	ret = title.failed || foot.failed ? err_oom(err) : sheet_begin(&about, &s, err);
	if (ret == 0)
		ret = lay_out(s, f, p, err);
	if (ret == 0) {
		sheet_draw(s);
		ret = lay_out(s, f, p, err);
	}
	if (ret == 0)
		ret = sheet_end(s, out, err);
	sheet_free(s);
	buf_free(&title);
	buf_free(&foot);
	return ret;
}
