/* Paper by cairo and pango, which no other file sees. */
#include "sheet.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/confine.h"
#include "base/err.h"
#include "words.h"

static const double PAGE_WIDTH = 595, PAGE_HEIGHT = 842, LEFT = 54, TOP = 54, BOTTOM = 780, FOOT = 800;
enum { LINE_MAX_CHARS = 1000000 };	/* of a text: more than any has */

struct sheet {
	struct sheet_about about;
	struct buf pdf;
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoContext *context;
	PangoLayout *layout;
	PangoFontDescription *fonts[STYLES];
	int is_drawn, page, pages;
	double y;
	struct buf heights;		/* of the rows, doubles, found the first time */
	size_t next_height;
};

/* ---- blocks */

struct row *block_row(struct block *b, int above)
{
	static struct row lost;
	void *rows = b->rows;
	struct row *r;

	if (b->failed || arena_grow(&b->arena, &rows, b->n, &b->cap, sizeof *b->rows) != 0) {
		b->failed = 1;
		lost = (struct row){ .above = 0 };
		return &lost;
	}
	b->rows = rows;
	r = &b->rows[b->n++];
	*r = (struct row){ .above = above };
	return r;
}

struct cell *row_cell(struct block *b, struct row *r, int x, int width, enum style style, const char *text)
{
	struct cell *c = &r->cells[r->n < ROW_CELLS_MAX ? r->n++ : ROW_CELLS_MAX - 1];
	struct buf clean = BUF_INIT;

	*c = (struct cell){ .x = x, .width = width, .style = style };
	if (words_printed(&clean, text, LINE_MAX_CHARS, 1) == 0)
		c->text = arena_strdup(&b->arena, buf_str(&clean));
	buf_free(&clean);
	if (c->text == NULL) {
		c->text = "";
		b->failed = 1;
	}
	return c;
}

void block_free(struct block *b)
{
	arena_free(&b->arena);
	*b = (struct block)BLOCK_INIT;
}

/* ---- the document */

static cairo_status_t take(void *self, const unsigned char *data, unsigned len)
{
	return buf_add(self, data, len) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

static void set_fonts(struct sheet *s)
{
	static const char *const names[STYLES] = {
		[STYLE_TITLE] = "DejaVu Sans Bold 16", [STYLE_HEADING] = "DejaVu Sans Bold 10",
		[STYLE_BODY] = "DejaVu Sans 8.5", [STYLE_STRONG] = "DejaVu Sans Bold 8.5",
		[STYLE_SMALL] = "DejaVu Sans 7", [STYLE_MONO] = "DejaVu Sans Mono 6.5",
		[STYLE_FIGURE] = "DejaVu Sans Bold 26",
	};

	for (int i = 0; i < STYLES; i++)
		s->fonts[i] = pango_font_description_from_string(names[i]);
}

/* Nothing of a screen: no hints, no pixels, one language whatever the machine speaks. */
static void set_context(struct sheet *s)
{
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	s->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
	pango_cairo_context_set_font_options(s->context, options);
	pango_cairo_context_set_resolution(s->context, 72);
	pango_context_set_language(s->context, pango_language_from_string("en"));
	pango_context_set_round_glyph_positions(s->context, FALSE);
	cairo_font_options_destroy(options);
	s->layout = pango_layout_new(s->context);
	pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD_CHAR);
}

static void set_about(struct sheet *s)
{
	const struct { cairo_pdf_metadata_t what; const char *text; } rows[] = {
		{ CAIRO_PDF_METADATA_TITLE, s->about.title },
		{ CAIRO_PDF_METADATA_AUTHOR, s->about.author },
		{ CAIRO_PDF_METADATA_CREATOR, "ceud-packet" },
		{ CAIRO_PDF_METADATA_CREATE_DATE, s->about.created },
		{ CAIRO_PDF_METADATA_MOD_DATE, s->about.created },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		cairo_pdf_surface_set_metadata(s->surface, rows[i].what, rows[i].text);
}

int sheet_begin(const struct sheet_about *about, struct sheet **ret, struct err *err)
{
	struct sheet *s = calloc(1, sizeof *s);

	if (s == NULL)
		return err_oom(err);
	s->about = *about;
	s->surface = cairo_pdf_surface_create_for_stream(take, &s->pdf, PAGE_WIDTH, PAGE_HEIGHT);
	s->cr = cairo_create(s->surface);
	set_about(s);
	set_context(s);
	set_fonts(s);
	s->page = 1;
	s->y = TOP;
	*ret = s;
	return 0;
}

void sheet_free(struct sheet *s)
{
	if (s == NULL)
		return;
	for (int i = 0; i < STYLES; i++)
		pango_font_description_free(s->fonts[i]);
	g_object_unref(s->layout);
	g_object_unref(s->context);
	cairo_destroy(s->cr);
	cairo_surface_destroy(s->surface);
	buf_free(&s->pdf);
	buf_free(&s->heights);
	free(s);
}

#if CONFINE_SANITIZED
const char *__lsan_default_suppressions(void);

/* What the libraries keep is no leak of ours. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\nleak:libcairo\n";
}
#endif

void sheet_forget(void)
{
	/* cairo and fontconfig keep theirs: a thread of pango's may still look fonts up in it. */
	pango_cairo_font_map_set_default(NULL);
}

/* ---- text */

static void grey(const struct sheet *s, int is_faint)
{
	double g = is_faint ? 0.35 : 0;

	cairo_set_source_rgb(s->cr, g, g, g);
}

/* For pango, left and right change places in a text that runs from the right. */
static void set_align(PangoLayout *layout, enum align align)
{
	int from_right = pango_layout_get_direction(layout, 0) == PANGO_DIRECTION_RTL;

	pango_layout_set_alignment(
	    layout, (align == ALIGN_END) != from_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
}

static double lay_out(struct sheet *s, const struct cell *c)
{
	int height;

	pango_layout_set_font_description(s->layout, s->fonts[c->style]);
	pango_layout_set_width(s->layout, c->width * PANGO_SCALE);
	pango_layout_set_text(s->layout, c->text, -1);
	set_align(s->layout, c->align);
	pango_layout_get_size(s->layout, NULL, &height);
	return (double)height / PANGO_SCALE;
}

/* Cells of a row stand on one line, whatever their fonts. */
static double baseline(struct sheet *s)
{
	return (double)pango_layout_get_baseline(s->layout) / PANGO_SCALE;
}

/* Of a row; of its first line of text down to where the letters stand. */
struct size { double height, line; };

static struct size measure_row(struct sheet *s, const struct row *r)
{
	double line = 0, below = 0;

	for (size_t i = 0; i < r->n; i++) {
		double height = lay_out(s, &r->cells[i]), b = baseline(s);

		line = b > line ? b : line;
		below = height - b > below ? height - b : below;
	}
	return (struct size){ r->above + line + below, line };
}

static void draw_line(struct sheet *s, double y)
{
	const double width = SHEET_WIDTH;

	grey(s, 0);
	cairo_set_line_width(s->cr, 0.4);
	cairo_move_to(s->cr, LEFT, y);
	cairo_line_to(s->cr, LEFT + width, y);
	cairo_stroke(s->cr);
}

static void draw_foot(struct sheet *s)
{
	struct cell foot = { .width = SHEET_WIDTH - 70, .style = STYLE_SMALL, .text = s->about.foot };
	struct cell number = { .x = SHEET_WIDTH - 70, .width = 70, .style = STYLE_SMALL, .align = ALIGN_END };
	char text[48];

	snprintf(text, sizeof text, "page %d of %d", s->page, s->pages);
	number.text = text;
	draw_line(s, FOOT - 5);
	grey(s, 1);
	lay_out(s, &foot);
	cairo_move_to(s->cr, LEFT, FOOT);
	pango_cairo_show_layout(s->cr, s->layout);
	lay_out(s, &number);
	cairo_move_to(s->cr, LEFT + number.x, FOOT);
	pango_cairo_show_layout(s->cr, s->layout);
}

static void next_page(struct sheet *s)
{
	if (s->is_drawn) {
		draw_foot(s);
		cairo_show_page(s->cr);
	}
	s->page++;
	s->y = TOP;
}

/* A cell higher than a page goes on overleaf, line by line. */
static void draw_lines(struct sheet *s, const struct cell *c)
{
	PangoLayoutLine *line;
	PangoRectangle box;

	lay_out(s, c);
	for (int i = 0; i < pango_layout_get_line_count(s->layout); i++) {
		line = pango_layout_get_line_readonly(s->layout, i);
		pango_layout_line_get_extents(line, NULL, &box);
		if (s->y + (double)box.height / PANGO_SCALE > BOTTOM) {
			next_page(s);
			lay_out(s, c);			/* the foot used it */
			line = pango_layout_get_line_readonly(s->layout, i);
		}
		if (s->is_drawn) {
			grey(s, c->is_faint);
			cairo_move_to(s->cr, LEFT + c->x, s->y - (double)box.y / PANGO_SCALE);
			pango_cairo_show_layout_line(s->cr, line);
		}
		s->y += (double)box.height / PANGO_SCALE;
	}
}

static void draw_cells(struct sheet *s, const struct row *r, size_t n, double line)
{
	for (size_t i = 0; i < n; i++) {
		lay_out(s, &r->cells[i]);
		grey(s, r->cells[i].is_faint);
		cairo_move_to(s->cr, LEFT + r->cells[i].x, s->y + r->above + line - baseline(s));
		pango_cairo_show_layout(s->cr, s->layout);
	}
}

/* ---- bars: they are read without colour */

static void hatch(cairo_t *cr, double x, double y, double width, double height)
{
	cairo_save(cr);
	cairo_rectangle(cr, x, y, width, height);
	cairo_clip(cr);
	cairo_set_line_width(cr, 0.6);
	for (double at = x - height; at < x + width; at += 2.4) {
		cairo_move_to(cr, at, y + height);
		cairo_line_to(cr, at + height, y);
	}
	cairo_stroke(cr);
	cairo_restore(cr);
}

static void draw_bar(struct sheet *s, const struct row *r, double line)
{
	const struct bar *b = &r->bar;
	const double height = 6, x = LEFT + b->x, y = s->y + r->above + line - height;
	int64_t whole = b->most > b->full + b->over ? b->most : b->full + b->over;
	double full, over;

	if (b->width == 0 || whole <= 0)
		return;
	full = (double)b->width * (double)b->full / (double)whole;
	over = (double)b->width * (double)b->over / (double)whole;
	cairo_set_source_rgb(s->cr, 0.25, 0.25, 0.25);
	cairo_rectangle(s->cr, x, y, full, height);
	cairo_fill(s->cr);
	hatch(s->cr, x + full, y, over, height);
	cairo_set_line_width(s->cr, 0.5);
	cairo_rectangle(s->cr, x, y, b->width, height);
	cairo_stroke(s->cr);
}

/* ---- rows and blocks */

static void draw_row(struct sheet *s, const struct row *r, double line)
{
	if (r->has_line)
		draw_line(s, s->y + r->above * 0.45);
	draw_cells(s, r, r->n, line);
	draw_bar(s, r, line);
}

static void put_row(struct sheet *s, const struct row *r, const struct size *size)
{
	if (s->y + size->height > BOTTOM && s->y > TOP)
		next_page(s);
	if (s->y + size->height > BOTTOM) {
		if (s->is_drawn)
			draw_cells(s, r, r->n - 1, size->line);
		s->y += r->above;
		draw_lines(s, &r->cells[r->n - 1]);
		return;
	}
	if (s->is_drawn)
		draw_row(s, r, size->line);
	s->y += size->height;
}

/* The heights of the block's rows: found the first time, remembered the second. */
static const struct size *measure(struct sheet *s, const struct block *b, double *whole)
{
	const struct size *sizes;

	for (size_t i = 0; i < b->n && !s->is_drawn; i++) {
		struct size size = measure_row(s, &b->rows[i]);

		if (buf_add(&s->heights, &size, sizeof size) != 0)
			return NULL;
	}
	if ((s->next_height + b->n) * sizeof *sizes > s->heights.len)
		return NULL;
	sizes = (const struct size *)(const void *)s->heights.data + s->next_height;
	s->next_height += b->n;
	*whole = 0;
	for (size_t i = 0; i < b->n; i++)
		*whole += sizes[i].height;
	return sizes;
}

static void add_mark(struct sheet *s, const char *mark)
{
	char where[64];

	snprintf(where, sizeof where, "page=%d pos=[%d %d]", s->page, (int)LEFT, (int)s->y);
	cairo_pdf_surface_add_outline(s->surface, CAIRO_PDF_OUTLINE_ROOT, mark, where, 0);
}

int sheet_put(struct sheet *s, struct block *b, const char *mark, struct err *err)
{
	double whole = 0;
	const struct size *sizes = b->failed ? NULL : measure(s, b, &whole);

	if (sizes == NULL) {
		block_free(b);
		return err_oom(err);
	}
	/* What is higher than a page begins where it stands, and breaks between its rows. */
	if (s->y + whole > BOTTOM && s->y > TOP && (whole <= BOTTOM - TOP || s->y > BOTTOM - 100))
		next_page(s);
	if (mark != NULL && s->is_drawn)
		add_mark(s, mark);
	for (size_t i = 0; i < b->n; i++)
		put_row(s, &b->rows[i], &sizes[i]);
	block_free(b);
	return 0;
}

void sheet_new_page(struct sheet *s)
{
	if (s->y > TOP)
		next_page(s);
}

void sheet_draw(struct sheet *s)
{
	s->pages = s->page;
	s->is_drawn = 1;
	s->page = 1;
	s->y = TOP;
	s->next_height = 0;
}

int sheet_end(struct sheet *s, struct buf *out, struct err *err)
{
	cairo_status_t status;

	draw_foot(s);
	cairo_show_page(s->cr);
	status = cairo_status(s->cr);
	cairo_surface_finish(s->surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(s->surface);
	if (status == CAIRO_STATUS_NO_MEMORY || s->pdf.failed)
		return err_oom(err);
	if (status != CAIRO_STATUS_SUCCESS)
		return err_set(err, ERR_FAILED, "pdf", "renewal.pdf cannot be drawn: %s.",
		    cairo_status_to_string(status));
	return buf_add(out, s->pdf.data, s->pdf.len) == 0 ? 0 : err_oom(err);
}
