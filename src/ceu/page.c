/* Text for people: columns, colours, bars. */
#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void page_free(struct page *p)
{
	buf_free(&p->text);
	p->column = 0;
}

static const char *const paints[] = {
	[INK_PLAIN] = "",
	[INK_BOLD] = "1",
	[INK_DIM] = "2",
	[INK_COUNTED] = "34",
	[INK_WAITING] = "36",
	[INK_GOOD] = "32",
	[INK_WARN] = "33",
	[INK_BAD] = "31",
	[INK_STRONG_WARN] = "1;33",
	[INK_STRONG_BAD] = "1;31",
	[INK_STRONG_GOOD] = "1;32",
};

void page_text(struct page *p, enum ink ink, const char *s)
{
	const char *last;

	if (!*s)
		return;
	if (p->look.colour && ink != INK_PLAIN)
		buf_printf(&p->text, "\033[%sm%s\033[0m", paints[ink], s);
	else
		buf_puts(&p->text, s);
	last = strrchr(s, '\n');
	p->column = last ? text_width(last + 1) : p->column + text_width(s);
}

void page_printf(struct page *p, enum ink ink, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (b.failed)
		p->text.failed = 1;
	page_text(p, ink, buf_str(&b));
	buf_free(&b);
}

void page_line(struct page *p)
{
	buf_putc(&p->text, '\n');
	p->column = 0;
}

void page_to(struct page *p, size_t column)
{
	size_t n = column > p->column ? column - p->column : p->column ? 1 : 0;

	for (size_t i = 0; i < n; i++)
		buf_putc(&p->text, ' ');
	p->column += n;
}

void page_amount(struct page *p, size_t column, enum ink ink, const char *s)
{
	const char *point = strchr(s, '.');
	size_t before = point ? (size_t)(point - s) : strlen(s);

	page_to(p, column > before + 2 ? column - before - 2 : 0);
	page_text(p, ink, s);
}

void page_right(struct page *p, size_t column, enum ink ink, const char *s)
{
	size_t width = text_width(s);

	if (!width)
		return;
	page_to(p, column > width ? column - width : 0);
	page_text(p, ink, s);
}

/* ---- breaking and cutting */

static void put_word(struct page *p, size_t indent, enum ink ink, const char *word, size_t len, int first)
{
	struct buf b = BUF_INIT;
	size_t width;

	buf_add(&b, word, len);
	if (b.failed)
		p->text.failed = 1;
	width = text_width(buf_str(&b));
	if (!first && p->column + 1 + width > PAGE_WIDTH) {
		page_line(p);
		page_to(p, indent);
	} else if (!first) {
		page_text(p, INK_PLAIN, " ");
	}
	page_text(p, ink, buf_str(&b));
	buf_free(&b);
}

void page_wrap(struct page *p, size_t indent, enum ink ink, const char *s)
{
	int first = 1;

	while (*s) {
		size_t len = strcspn(s, " \n");

		if (len) {
			put_word(p, indent, ink, s, len, first);
			first = 0;
		}
		s += len;
		if (*s == '\n') {
			page_line(p);
			page_to(p, indent);
			first = 1;
		}
		s += *s != '\0';
	}
}

void page_cut(struct page *p, size_t width, enum ink ink, const char *s)
{
	const char *end = s + strlen(s), *at = s;
	struct buf b = BUF_INIT;

	if (!p->look.cut || text_width(s) <= width) {
		page_text(p, ink, s);
		return;
	}
	while (at < end) {
		uint32_t ignored;
		size_t n = text_decode(at, end, &ignored);
		size_t before = b.len;

		buf_add(&b, at, n ? n : 1);
		if (b.failed || text_width(buf_str(&b)) + 1 > width) {
			b.len = before;
			break;
		}
		at += n ? n : 1;
	}
	if (b.data)
		b.data[b.len] = '\0';
	buf_puts(&b, page_sign(p, "…", "~"));
	if (b.failed)
		p->text.failed = 1;
	page_text(p, ink, buf_str(&b));
	buf_free(&b);
}

/* ---- signs and bars */

static const struct { const char *utf8, *ascii; enum ink sign, words; } marks[] = {
	[MARK_DONE] = { "✓", "+", INK_GOOD, INK_STRONG_GOOD },
	[MARK_NOTE] = { "!", "!", INK_WARN, INK_WARN },
	[MARK_FAULT] = { "✗", "x", INK_BAD, INK_STRONG_BAD },
	[MARK_SKIP] = { "-", "-", INK_DIM, INK_DIM },
	[MARK_ON_TRACK] = { "●", "o", INK_GOOD, INK_STRONG_GOOD },
	[MARK_AT_RISK] = { "◆", "*", INK_WARN, INK_STRONG_WARN },
	[MARK_OFF_TRACK] = { "▲", "!", INK_BAD, INK_STRONG_BAD },
};

const char *page_sign(const struct page *p, const char *utf8, const char *ascii)
{
	return p->look.ascii ? ascii : utf8;
}

void page_mark(struct page *p, enum mark mark)
{
	page_text(p, marks[mark].sign, page_sign(p, marks[mark].utf8, marks[mark].ascii));
	page_text(p, INK_PLAIN, " ");
}

enum ink page_mark_ink(enum mark mark)
{
	return marks[mark].words;
}

static void put_cells(struct page *p, enum ink ink, const char *cell, int64_t n)
{
	struct buf b = BUF_INIT;

	for (int64_t i = 0; i < n; i++)
		buf_puts(&b, cell);
	if (b.failed)
		p->text.failed = 1;
	page_text(p, ink, buf_str(&b));
	buf_free(&b);
}

static int64_t within(int64_t n, int64_t most)
{
	return n < 0 ? 0 : n > most ? most : n;
}

void page_bar(struct page *p, const struct bar *bar)
{
	static const char *const eighth[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int64_t cells = bar->width, total = bar->total > 0 ? bar->total : 1;
	int64_t counted = bar->total > 0 ? within(bar->counted, total) : 0;
	int64_t both = bar->total > 0 ? within(counted + within(bar->waiting, total), total) : 0;
	int64_t fine = counted * cells * 8 / total, full = fine / 8, rest = p->look.ascii ? 0 : fine % 8,
		edge = rest > 0;
	int64_t until = p->look.ascii ? both * cells / total : (both * cells * 2 / total + 1) / 2, waiting;

	waiting = both > counted ? within(until - full - edge, cells) : 0;
	if (both > counted && !waiting && full + edge < cells)
		waiting = 1;
	put_cells(p, INK_COUNTED, page_sign(p, "█", "#"), full);
	if (rest)
		page_text(p, INK_COUNTED, eighth[rest]);
	put_cells(p, INK_WAITING, page_sign(p, "▒", "="), waiting);
	put_cells(p, INK_DIM, page_sign(p, "░", "."), cells - full - edge - waiting);
}

int page_clean(struct buf *out, const char *s, int lines)
{
	const char *end = s + strlen(s);

	while (s < end) {
		uint32_t c = 0;
		size_t n = text_decode(s, end, &c);

		if (!n || (text_has_control(s, n) && !(lines && c == '\n')))
			buf_putc(out, '?');
		else
			buf_add(out, s, n);
		s += n ? n : 1;
	}
	return out->failed ? -1 : 0;
}
