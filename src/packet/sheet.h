#ifndef PACKET_SHEET_H
#define PACKET_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct buf;
struct err;

/*
 * Paper: rows of cells, gathered into blocks that stay on one page.  The whole is laid out twice, first to
 * count the pages, then to draw them; both times the same blocks must be put in the same order.
 * Lengths are points (1/72 inch); x counts from the left margin.
 */
enum { SHEET_WIDTH = 487 };		/* between the margins of A4 */

enum style {
	STYLE_TITLE, STYLE_HEADING, STYLE_BODY, STYLE_STRONG, STYLE_SMALL, STYLE_MONO, STYLE_FIGURE, STYLES
};
enum align { ALIGN_START, ALIGN_END };

struct cell {
	int x, width;
	enum style style;
	enum align align;
	int is_faint;			/* grey: labels and remarks */
	const char *text;
};

struct bar { int x, width; int64_t most, full, over; };	/* `over` is hatched behind `full`; width 0: no bar */

enum { ROW_CELLS_MAX = 6 };
struct row {
	struct cell cells[ROW_CELLS_MAX];
	size_t n;
	struct bar bar;
	int above;			/* empty space before it */
	int has_line;			/* a line over it */
};

struct block {
	struct row *rows;
	size_t n, cap;
	struct arena arena;		/* of the rows and their texts */
	int failed;			/* out of memory */
};
#define BLOCK_INIT { NULL, 0, 0, ARENA_INIT, 0 }

/* A new row at the end of the block, with space above; never NULL, but lost after a failure. */
struct row *block_row(struct block *b, int above);
/* A cell more in the row; the text is copied, cleaned for print (words.h). */
struct cell *row_cell(struct block *b, struct row *r, int x, int width, enum style style, const char *text);
void block_free(struct block *b);

struct sheet;
struct sheet_about {
	const char *title, *author, *created;	/* created: RFC 3339 */
	const char *foot;			/* at the bottom of every page */
};

int sheet_begin(const struct sheet_about *about, struct sheet **ret, struct err *err);
/* Lays the block out below what is there, on the next page if it does not fit. `mark` names it in the outline
 * of the document; NULL: it does not stand there. Frees the block. */
int sheet_put(struct sheet *s, struct block *b, const char *mark, struct err *err);
void sheet_new_page(struct sheet *s);	/* nothing on an empty page */
/* After the first time: from the top again, now to draw. */
void sheet_draw(struct sheet *s);
/* After the second: the PDF, appended to out. */
int sheet_end(struct sheet *s, struct buf *out, struct err *err);
void sheet_free(struct sheet *s);
/* What the libraries keep for a next time, which there is not. */
void sheet_forget(void);

#endif
