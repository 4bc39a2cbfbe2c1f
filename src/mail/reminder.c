/* The reminder: one person's facts as a value tree. */

#include "mail/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "tree.h"
#include "words.h"

enum {
	BAR_COLUMNS = 40,
	FAR_DAYS = 90,			/* beyond it the subject names the date, then the days left */
	PACE_DAYS = 60,			/* a monthly pace is worth telling from here on */
	CATEGORY_COLUMNS = 24,
	SUBJECT_MAX = 60
};

/* A mail about a cycle that is over is another mail, whatever grace there is. */
static int is_over(const struct reminder_facts *f)
{
	return f->state == CYCLE_LAPSED || (f->state != CYCLE_DONE && f->days_left < 0);
}

/* What the subject says of the inbox, as much as there is room for. */
static void put_far_waiting(struct values *w, const struct reminder_facts *f)
{
	char digits[WORDS_SIZE], by[WORDS_SIZE], some[2 * WORDS_SIZE];
	size_t used;

	words_digits(f->to_go, digits);
	used = strlen(digits) + strlen(words_unit(f->to_go)) + strlen(words_day(f->cycle.end, f->today, by)) +
	    strlen("  to go by  (in your inbox)");
	if (f->pending >= f->to_go)
		snprintf(some, sizeof(some), "%s waiting", f->to_go == 100 ? "it is" : "all are");
	else
		snprintf(some, sizeof(some), "%s %s waiting", words_digits(f->pending, digits),
		    f->pending == 100 ? "is" : "are");
	tree_printf(w, "far_waiting", "%s%s", some, used + strlen(some) < SUBJECT_MAX ? " in your inbox" : "");
}

static void put_subject(struct values *w, const struct reminder_facts *f)
{
	if (f->days_left > FAR_DAYS && f->pending > 0)
		put_far_waiting(w, f);
	value_bool(w, "far", f->days_left > FAR_DAYS);
	if (f->days_left == 0)
		tree_text(w, "left", "Last day");
	else
		tree_printf(w, "left", "%d %s left", f->days_left, f->days_left == 1 ? "day" : "days");
}

static int all_full(const struct reminder_facts *f)
{
	for (size_t i = 0; i < f->nwaiting; i++) {
		if (!f->waiting[i].full)
			return 0;
	}
	return 1;
}

/* The sentence under the head line: what is easy first. */
static void put_lead(struct values *w, const struct reminder_facts *f)
{
	char some[WORDS_SIZE], all[WORDS_SIZE];
	int whole = f->pending % 100 == 0 && f->to_go % 100 == 0 && f->pending <= 1200 && f->to_go <= 1200;

	if (f->pending >= f->to_go) {
		tree_text(w, "lead", "All you need is already in your calendar. It only needs your yes.");
	} else if (f->pending > 0 && f->to_go <= 100) {
		tree_printf(w, "lead", "Of that, %s is already in your calendar. It only needs your yes.",
		    words_digits(f->pending, some));
	} else if (f->pending > 0) {
		words_units(f->pending, some);
		words_units(f->to_go, all);
		if (!whole) {
			words_digits(f->pending, some);
			words_digits(f->to_go, all);
		}
		words_capital(some);
		tree_printf(w, "lead", "%s of those %s %s already in your calendar. %s.", some, all,
		    f->pending == 100 ? "is" : "are", f->pending == 100 ? "It only needs your yes" :
		    "They only need your yes");
	} else if (f->nwaiting > 0) {
		tree_text(w, "lead", all_full(f) ? "What waits in your inbox would add nothing now." :
		    "What waits in your inbox may count once you say what it was.");
	} else if (f->state == CYCLE_ON_TRACK) {
		tree_text(w, "lead", "You are on track.");
	}
}

static void put_bar(struct values *w, const struct reminder_facts *f)
{
	struct bar b = bar_make(f->counted, is_over(f) || f->state == CYCLE_DONE ? 0 : f->pending, f->required);
	struct buf bar = BUF_INIT, labels = BUF_INIT;

	tree_bar(w, "bar", b);
	bar_text(b, BAR_COLUMNS, &bar, &labels);
	tree_text(w, "bar_text", buf_str(&bar));
	tree_text(w, "bar_labels", buf_str(&labels));
	if (bar.failed || labels.failed)
		w->failed = 1;
	buf_free(&bar);
	buf_free(&labels);
}

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

static void put_waiting(struct values *w, const struct reminder_facts *f)
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

/* As it stands in the HTML part and, in capitals, in the text. */
static void put_heading(struct values *w, const char *heading)
{
	char capitals[WORDS_SIZE + 20];
	size_t i;

	for (i = 0; heading[i] != '\0' && i + 1 < sizeof(capitals); i++)
		capitals[i] = heading[i] >= 'a' && heading[i] <= 'z' ? (char)(heading[i] - 'a' + 'A') : heading[i];
	capitals[i] = '\0';
	tree_text(w, "heading", heading);
	tree_text(w, "heading_capitals", capitals);
}

/* What is left to find when all that waits is confirmed. */
static void put_missing(struct values *w, const struct reminder_facts *f)
{
	int64_t missing = f->to_go - f->pending, months, pace;
	char digits[WORDS_SIZE], heading[WORDS_SIZE + 20];

	if (missing <= 0)
		return;
	value_object(w, "missing");
	snprintf(heading, sizeof(heading), "Then %s %s missing", words_units(missing, digits), missing == 100 ? "is" : "are");
	put_heading(w, f->pending > 0 ? heading : "What is missing");
	months = f->days_left / 30;
	if (f->days_left >= PACE_DAYS) {
		pace = (missing + months - 1) / months;
		pace = (pace + 24) / 25 * 25;
		tree_text(w, "pace", words_digits(pace, digits));
		tree_text(w, "pace_units", words_unit(pace));
	}
	value_end(w);
}

/* "3 and 6", "3, 6, 7 and 9 more". */
static void put_ids(struct values *w, const char *name, const int64_t *ids, size_t n)
{
	size_t shown = n < TREE_LIST_MAX ? n : TREE_LIST_MAX, items = shown + (n > shown);
	struct buf list = BUF_INIT;

	if (n == 0)
		return;
	for (size_t i = 0; i < shown; i++)
		buf_printf(&list, "%s%" PRId64, words_joint(i, items), ids[i]);
	if (n > shown)
		buf_printf(&list, " and %zu more", n - shown);
	if (list.failed)
		w->failed = 1;
	value_object(w, name);
	tree_text(w, "ids", buf_str(&list));
	tree_printf(w, "first", "%" PRId64, ids[0]);
	value_bool(w, "one", n == 1);
	value_end(w);
	buf_free(&list);
}

static void put_full(struct values *w, const struct reminder_facts *f)
{
	struct buf list = BUF_INIT;
	char digits[WORDS_SIZE];

	if (f->nfull == 0 && f->over_limit <= 0)
		return;
	for (size_t i = 0; i < f->nfull; i++) {
		buf_puts(&list, words_joint(i, f->nfull));
		text_clean(&list, f->full_categories[i], strlen(f->full_categories[i]), TREE_TITLE_MAX);
	}
	if (list.failed)
		w->failed = 1;
	value_object(w, "limits");
	tree_text(w, "full", buf_str(&list));
	value_bool(w, "one", f->nfull == 1);
	if (f->over_limit > 0) {
		tree_text(w, "cut", words_digits(f->over_limit, digits));
		tree_text(w, "cut_units", words_unit(f->over_limit));
		value_bool(w, "cut_one", f->over_limit == 100);
	}
	value_end(w);
	buf_free(&list);
}

static void put_numbers(struct values *w, const struct reminder_facts *f)
{
	char s[WORDS_SIZE];

	tree_text(w, "by", words_day(f->cycle.end, f->today, s));
	tree_text(w, "end", date_text(f->cycle.end, DATE_LONG, s, sizeof(s)));
	tree_text(w, "counted", words_digits(f->counted, s));
	tree_text(w, "required", words_digits(f->required, s));
	tree_text(w, "required_units", words_unit(f->required));
	value_bool(w, "counted_one", f->counted == 100);
	tree_text(w, "to_go", words_digits(f->to_go, s));
	tree_text(w, "to_go_units", words_unit(f->to_go));
	tree_text(w, "within", words_within(f->days_left, s));
}

void reminder_values(struct values *w, const struct reminder_facts *f)
{
	int over = is_over(f), done = !over && f->state == CYCLE_DONE;

	value_object(w, NULL);
	value_text(w, "title", "Reminder");
	tree_place(w, f->organisation, f->contact, f->url);
	tree_clean(w, "name", f->person_name, TREE_TITLE_MAX);
	tree_clean(w, "program", f->program, TREE_TITLE_MAX);
	value_bool(w, "done", done);
	value_bool(w, "over", over);
	value_bool(w, "earning", !done && !over);
	put_numbers(w, f);
	put_bar(w, f);
	if (!done && !over) {
		put_subject(w, f);
		put_lead(w, f);
		put_waiting(w, f);
		put_missing(w, f);
		put_full(w, f);
		put_ids(w, "needs_info", f->needs_info, f->nneeds_info);
	}
	if (!over)
		put_ids(w, "evidence", f->without_evidence, f->nwithout);
	value_end(w);
}

int render_reminder(const struct render *r, const struct reminder_facts *f, struct rendered *ret, struct err *err)
{
	struct values w = VALUES_INIT;

	if (f->state == CYCLE_SUBMITTED) {
		err_set(err, ERR_RULE, "reminder-none", "This cycle is submitted; there is nothing to remind of.");
		return err_next(err, "Nothing needs to be done.");
	}
	reminder_values(&w, f);
	return render_tree(r, "reminder", &w, ret, err);
}
