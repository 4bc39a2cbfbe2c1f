#ifndef CEU_PAGE_H
#define CEU_PAGE_H

#include <stdint.h>
#include "base/buf.h"
#include "base/date.h"

struct json;

/*
 * A text being laid out for people: it knows the column it is at, paints by meaning and draws bars.  What
 * comes from a server or a file is to pass page_clean() (view.h does so), so that it cannot steer the
 * terminal.
 */
enum { PAGE_WIDTH = 80, PAGE_TOTAL_BAR = 40, PAGE_SMALL_BAR = 10 };

struct look {
	int colour;			/* paint with the eight basic colours */
	int ascii;			/* # = . instead of block characters */
	int cut;			/* long lines of a list end at PAGE_WIDTH: only on a terminal */
	int quiet;			/* no next steps */
};

struct page {
	struct look look;
	struct buf text;
	size_t column;			/* of the line being written, from 0 */
};

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_COUNTED, INK_WAITING, INK_GOOD, INK_WARN, INK_BAD,
    INK_STRONG_WARN, INK_STRONG_BAD,
    INK_STRONG_GOOD };

enum mark { MARK_DONE, MARK_NOTE, MARK_FAULT, MARK_SKIP, MARK_ON_TRACK, MARK_AT_RISK, MARK_OFF_TRACK };

void page_free(struct page *p);

void page_text(struct page *p, enum ink ink, const char *s);
void page_printf(struct page *p, enum ink ink, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void page_line(struct page *p);					/* ends the line */
/* Blanks up to that column; at least one if something is there already. */
void page_to(struct page *p, size_t column);
/* s so that it ends at that column. */
void page_right(struct page *p, size_t column, enum ink ink, const char *s);
/* An amount like "12.0" that ends there; "12.25" has its point in the same place. */
void page_amount(struct page *p, size_t column, enum ink ink, const char *s);
/* s broken between words at PAGE_WIDTH from the present column on; further lines begin at `indent`. '\n' in s
 * breaks too. */
void page_wrap(struct page *p, size_t indent, enum ink ink, const char *s);
/* At most `width` columns of s, the last one '…' where s is longer and the page cuts. */
void page_cut(struct page *p, size_t width, enum ink ink, const char *s);

void page_mark(struct page *p, enum mark mark);			/* the sign in its colour, and a blank */
enum ink page_mark_ink(enum mark mark);				/* for words that go with it */

/* `width` cells: counted (eighths), waiting, free. Amounts in hundredths; total 0 is all free. */
struct bar { int64_t total, counted, waiting; int width; };
void page_bar(struct page *p, const struct bar *bar);
const char *page_sign(const struct page *p, const char *utf8, const char *ascii);

/* The same text with what could steer a terminal made '?': controls ('\n' too unless lines), bidi controls,
 * and bytes that are no UTF-8. Appended; 0 or -1 as buf_add(). */
int page_clean(struct buf *out, const char *s, int lines);

#endif
