/* Values for templates: cleaned text and bars. */

#include "tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "words.h"

void tree_text(struct values *w, const char *name, const char *s)
{
	if (*s != '\0')
		value_text(w, name, s);
}

void tree_clean(struct values *w, const char *name, const char *s, size_t max)
{
	struct buf clean = BUF_INIT;

	if (s != NULL)
		text_clean(&clean, s, strlen(s), max);
	if (clean.failed)
		w->failed = 1;
	tree_text(w, name, buf_str(&clean));
	buf_free(&clean);
}

void tree_printf(struct values *w, const char *name, const char *fmt, ...)
{
	struct buf s = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&s, fmt, ap);
	va_end(ap);
	if (s.failed)
		w->failed = 1;
	tree_text(w, name, buf_str(&s));
	buf_free(&s);
}

void tree_place(struct values *w, const char *organisation, const char *contact, const char *url)
{
	struct buf base = BUF_INIT;

	tree_clean(w, "organisation", organisation, TREE_TITLE_MAX);
	tree_clean(w, "contact", contact, TREE_TITLE_MAX);
	if (url != NULL)
		buf_puts(&base, url);
	while (base.len > 0 && base.data[base.len - 1] == '/')
		base.data[--base.len] = '\0';
	if (base.failed)
		w->failed = 1;
	tree_clean(w, "url", buf_str(&base), 1000);
	buf_free(&base);
}

struct bar bar_make(int64_t counted, int64_t pending, int64_t required)
{
	struct bar b = { counted, pending, required - counted - pending };

	if (b.open < 0)
		b.open = 0;
	return b;
}

/* Shares of `total` cells: what is there gets at least one, rounding is settled with the longest. */
static void share(struct bar b, size_t total, size_t cells[3])
{
	const int64_t parts[3] = { b.counted, b.pending, b.open };
	int64_t sum = b.counted + b.pending + b.open;
	size_t used = 0, longest = 0;

	for (size_t i = 0; i < 3; i++) {
		cells[i] = 0;
		if (parts[i] > 0)
			cells[i] = (size_t)((parts[i] * (int64_t)total + sum / 2) / sum);
		if (parts[i] > 0 && cells[i] == 0)
			cells[i] = 1;
		if (cells[i] > cells[longest])
			longest = i;
		used += cells[i];
	}
	if (used == 0)
		cells[2] = total;
	else
		cells[longest] = cells[longest] + total - used;
}

static void put_part(struct values *w, const char *name, size_t permille, int64_t units)
{
	char digits[WORDS_SIZE];

	if (permille == 0)
		return;
	value_object(w, name);
	tree_text(w, "width", words_digits((int64_t)permille * 10, digits));
	if (units > 0)
		tree_text(w, "units", words_digits(units, digits));
	value_end(w);
}

void tree_bar(struct values *w, const char *name, struct bar b)
{
	size_t cells[3];

	share(b, 1000, cells);
	value_object(w, name);
	put_part(w, "counted_part", cells[0], b.counted);
	put_part(w, "pending_part", cells[1], b.pending);
	put_part(w, "open_part", cells[2], b.open);
	value_end(w);
}

void bar_text(struct bar b, size_t columns, struct buf *bar, struct buf *labels)
{
	static const char ink[] = "#- ";
	static const char *const what[] = { "count", "waiting", "to find" };
	const int64_t parts[3] = { b.counted, b.pending, b.open };
	size_t cells[3], start = 0;
	char digits[WORDS_SIZE];

	share(b, columns, cells);
	for (size_t i = 0; i < 3; i++) {
		for (size_t n = 0; n < cells[i]; n++)
			buf_putc(bar, ink[i]);
		if (parts[i] > 0) {
			if (labels->len > 0)
				buf_puts(labels, "  ");
			for (size_t n = labels->len; n < start; n++)
				buf_putc(labels, ' ');
			words_digits(parts[i], digits);
			buf_printf(labels, "%s %s", digits, i == 0 && parts[i] == 100 ? "counts" : what[i]);
		}
		start += cells[i];
	}
}
