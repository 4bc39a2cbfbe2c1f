/* The table of events that wait for a yes: in columns as text, row by row as cells. */

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "reminder.h"
#include "words.h"

enum { CATEGORY_COLUMNS = 24 };

/* Widths of the list of waiting events: two blanks before the date and between columns, six for the gain. */
struct columns { size_t date, title, category; };

enum { GAIN_COLUMNS = 6, BETWEEN_COLUMNS = 4 * 2 };

static void clean(struct buf *out, const char *s, size_t max)
{
	words_empty(out);
	text_clean(out, s, strlen(s), max);
}

static void category_text(struct buf *out, const struct waiting_event *e)
{
	clean(out, e->category, TREE_TITLE_MAX);
	if (e->full)
		buf_puts(out, ", full");
}

static const char *event_date(day_t day, day_t today, char out[WORDS_SIZE])
{
	int same = date_ymd(day).year == date_ymd(today).year;

	return date_text(day, same ? DATE_DAY_MONTH : DATE_SHORT, out, WORDS_SIZE);
}

static void widen(size_t *column, const char *s, size_t limit)
{
	size_t width = text_width(s);

	if (width > *column && width <= limit)
		*column = width;
}

static struct columns measure(struct values *w, const struct reminder_facts *f)
{
	struct columns c = { 6, 0, 0 };
	struct buf s = BUF_INIT;
	char date[WORDS_SIZE];

	for (size_t i = 0; i < f->nwaiting; i++) {
		widen(&c.date, event_date(f->waiting[i].day, f->today, date), TREE_LINE);
		category_text(&s, &f->waiting[i]);
		widen(&c.category, buf_str(&s), CATEGORY_COLUMNS);
	}
	for (size_t i = 0; i < f->nwaiting; i++) {
		clean(&s, f->waiting[i].title, TREE_TITLE_MAX);
		widen(&c.title, buf_str(&s), TREE_LINE - BETWEEN_COLUMNS - GAIN_COLUMNS - c.date - c.category);
	}
	if (s.failed)
		w->failed = 1;
	buf_free(&s);
	if (c.title + c.category < 30)
		c.title = 30 - c.category;
	return c;
}

/* s in lines that all start at column `margin`, without the last line end; returns the width of the last line. */
static size_t indented(struct buf *out, const char *s, size_t margin, size_t columns)
{
	struct buf line = BUF_INIT, lines = BUF_INIT;
	const char *last;
	size_t width;

	words_left(&line, "", margin);
	buf_puts(&line, s);
	words_wrap(&lines, buf_str(&line), line.len, columns);
	if (lines.len > 0)
		lines.data[--lines.len] = '\0';
	last = strrchr(buf_str(&lines), '\n');
	width = text_width(last != NULL ? last + 1 : buf_str(&lines));
	buf_puts(out, buf_str(&lines));
	if (line.failed || lines.failed)
		out->failed = 1;
	buf_free(&line);
	buf_free(&lines);
	return width;
}

/* One event as lines of text: in columns if it fits, else the title in its own lines and the category below. The
 * order of date, title, category and gain never changes, so that it is that of the HTML part. */
static void event_lines(struct buf *out, struct columns c, const char *date, const char *title,
    const char *category, const char *gain)
{
	size_t margin = 2 + c.date + 2, edge = BETWEEN_COLUMNS + GAIN_COLUMNS + c.date + c.title + c.category, used;
	struct buf lines = BUF_INIT;

	words_right(out, date, 2 + c.date);
	buf_puts(out, "  ");
	if (text_width(title) <= c.title && text_width(category) <= c.category) {
		words_left(out, title, c.title + 2);
		words_left(out, category, c.category + 2);
		words_right(out, gain, GAIN_COLUMNS);
		return;
	}
	indented(&lines, title, margin, TREE_LINE);
	if (lines.len > margin)
		buf_puts(out, lines.data + margin);
	buf_putc(out, '\n');
	used = indented(out, category, margin, TREE_LINE - GAIN_COLUMNS - 2);
	words_right(out, gain, used + GAIN_COLUMNS + 2 < edge ? edge - used : GAIN_COLUMNS + 2);
	if (lines.failed)
		out->failed = 1;
	buf_free(&lines);
}

/* 0: adds units; 1: may, once the person says what it was; 2: adds none, its category is full. */
static int gain_rank(const struct waiting_event *e)
{
	return e->adds > 0 ? 0 : e->full ? 2 : 1;
}

static void put_event(struct values *w, struct columns c, const struct waiting_event *e, day_t today)
{
	struct buf title = BUF_INIT, category = BUF_INIT, lines = BUF_INIT;
	char date[WORDS_SIZE], units[WORDS_SIZE], gain[WORDS_SIZE + 8] = "+?";

	event_date(e->day, today, date);
	if (e->adds > 0)
		snprintf(gain, sizeof(gain), "+%s", units_text(e->adds, units, sizeof(units)));
	else if (gain_rank(e) == 2)
		text_copy(gain, sizeof(gain), "adds 0");
	clean(&title, e->title, TREE_TITLE_MAX);
	category_text(&category, e);
	event_lines(&lines, c, date, buf_str(&title), buf_str(&category), gain);
	value_object(w, NULL);
	tree_text(w, "date", date);
	tree_text(w, "title", buf_str(&title));
	tree_clean(w, "category", e->category, TREE_TITLE_MAX);
	value_bool(w, "full", e->full);
	tree_text(w, gain_rank(e) < 2 ? "gain" : "no_gain", gain);
	tree_text(w, "lines", buf_str(&lines));
	value_end(w);
	if (title.failed || category.failed || lines.failed)
		w->failed = 1;
	buf_free(&title);
	buf_free(&category);
	buf_free(&lines);
}

/* What helps comes first; within that, the order given. */
static void put_events(struct values *w, const struct reminder_facts *f, struct columns c, size_t shown)
{
	size_t left = shown;

	for (int rank = 0; rank <= 2; rank++) {
		for (size_t i = 0; i < f->nwaiting && left > 0; i++) {
			if (gain_rank(&f->waiting[i]) == rank) {
				put_event(w, c, &f->waiting[i], f->today);
				left--;
			}
		}
	}
}

void reminder_waiting(struct values *w, const struct reminder_facts *f)
{
	size_t shown = f->nwaiting < TREE_LIST_MAX ? f->nwaiting : TREE_LIST_MAX;

	if (f->nwaiting == 0)
		return;
	value_object(w, "waiting");
	value_list(w, "events");
	put_events(w, f, measure(w, f), shown);
	value_end(w);
	if (f->nwaiting > shown)
		tree_printf(w, "more", "%zu", f->nwaiting - shown);
	value_end(w);
}
