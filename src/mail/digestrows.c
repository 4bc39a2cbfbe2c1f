/* The digest's table: one person a row, as a line of text and as cells. */

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "tree.h"
#include "words.h"

enum { STATUS_COLUMNS = 11, DEADLINE_COLUMNS = 11, CHANCE_COLUMNS = 9, NAME_COLUMNS_MIN = 6 };

struct columns { size_t name, number, counted, to_go, chance; };	/* chance 0: there is no room for it */

static const char *status_text(enum cycle_state s)
{
	if (s == CYCLE_LAPSED)
		return "! lapsed";
	if (s == CYCLE_DONE)
		return "+ complete";
	return s == CYCLE_OFF_TRACK ? "! off track" : "- at risk";
}

/* Rounded down, so that it never looks like the chance of a better state. */
static const char *chance_text(struct columns c, const struct digest_person *p, char out[WORDS_SIZE])
{
	if (p->state == CYCLE_LAPSED || p->state == CYCLE_DONE || !c.chance)
		return "";
	if (p->chance < 10)
		return "under 1%";
	snprintf(out, WORDS_SIZE, "about %d%%", p->chance / 10);
	return out;
}

/* " 7.0 of 20", "12.0 of 20, 5 wait": numbers end in one column. */
static void counted_text(struct buf *out, const struct digest_person *p, size_t number)
{
	char s[WORDS_SIZE];

	words_right(out, units_text(p->counted, s, sizeof(s)), number);
	buf_printf(out, " of %s", words_digits(p->required, s));
	if (p->pending > 0)
		buf_printf(out, ", %s %s", words_digits(p->pending, s), p->pending == 100 ? "waits" : "wait");
}

static void widen(size_t *column, const char *s)
{
	size_t width = text_width(s);

	if (width > *column)
		*column = width;
}

static struct columns measure(const struct digest_person *people, size_t n, struct buf *tmp)
{
	struct columns c = { NAME_COLUMNS_MIN, 0, 7, 5, CHANCE_COLUMNS + 2 };
	char s[WORDS_SIZE];
	size_t fixed, longest = 0;

	for (size_t i = 0; i < n; i++) {
		widen(&c.number, units_text(people[i].counted, s, sizeof(s)));
		widen(&c.to_go, units_text(people[i].to_go, s, sizeof(s)));
	}
	for (size_t i = 0; i < n; i++) {
		words_empty(tmp);
		counted_text(tmp, &people[i], c.number);
		widen(&c.counted, buf_str(tmp));
	}
	fixed = 5 * 2 + STATUS_COLUMNS + c.counted + c.to_go + DEADLINE_COLUMNS;
	if (NAME_COLUMNS_MIN + fixed + c.chance > TREE_LINE)
		c.chance = 0;
	fixed += c.chance;
	for (size_t i = 0; i < n; i++) {
		words_empty(tmp);
		digest_name(tmp, &people[i]);
		if (text_width(buf_str(tmp)) + fixed <= TREE_LINE)
			widen(&longest, buf_str(tmp));
	}
	if (longest > c.name)
		c.name = longest;
	return c;
}

static void cells_text(struct buf *out, struct columns c, const char *name, const char *status,
    const char *counted, const char *to_go, const char *deadline, const char *chance)
{
	buf_puts(out, "  ");
	if (text_width(name) > c.name) {		/* too long for its column: a line of its own */
		buf_printf(out, "%s\n  ", name);
		name = "";
	}
	words_left(out, name, c.name + 2);
	words_left(out, status, STATUS_COLUMNS + 2);
	words_left(out, counted, c.counted + 2);
	words_right(out, to_go, c.to_go);
	buf_printf(out, "  %s", deadline);
	if (*chance)
		buf_printf(out, "%*s%s", (int)(DEADLINE_COLUMNS - text_width(deadline) + 2), "", chance);
}

static void put_row(struct values *w, struct columns c, const struct digest_person *p)
{
	struct buf name = BUF_INIT, counted = BUF_INIT, due = BUF_INIT, line = BUF_INIT;
	char to_go[WORDS_SIZE], deadline[WORDS_SIZE], chance[WORDS_SIZE], s[WORDS_SIZE];

	digest_name(&name, p);
	counted_text(&counted, p, c.number);
	units_text(p->to_go, to_go, sizeof(to_go));
	date_text(p->end, DATE_SHORT, deadline, sizeof(deadline));
	words_right(&due, deadline, DEADLINE_COLUMNS);
	cells_text(&line, c, buf_str(&name), status_text(p->state), buf_str(&counted), to_go, buf_str(&due),
	    chance_text(c, p, chance));
	value_object(w, NULL);
	tree_text(w, "line", buf_str(&line));
	tree_text(w, "name", buf_str(&name));
	value_bool(w, "lapsed", p->state == CYCLE_LAPSED);
	value_bool(w, "off_track", p->state == CYCLE_OFF_TRACK);
	value_bool(w, "at_risk", p->state == CYCLE_AT_RISK);
	value_bool(w, "complete", p->state == CYCLE_DONE);
	tree_bar(w, "bar", bar_make(p->counted, p->pending, p->required));
	tree_text(w, "counted", words_digits(p->counted, s));
	tree_text(w, "required", words_digits(p->required, s));
	tree_text(w, "pending", p->pending > 0 ? words_digits(p->pending, s) : "");
	tree_text(w, "to_go", words_digits(p->to_go, s));
	tree_text(w, "end", deadline);
	tree_text(w, "chance", chance_text(c, p, chance));
	value_end(w);
	if (name.failed || counted.failed || due.failed || line.failed)
		w->failed = 1;
	buf_free(&name);
	buf_free(&counted);
	buf_free(&due);
	buf_free(&line);
}

void digest_rows(struct values *w, const struct digest_person *people, size_t n)
{
	struct buf tmp = BUF_INIT;
	struct columns c = measure(people, n, &tmp);

	words_empty(&tmp);
	cells_text(&tmp, c, "Person", "Status", "Counted", "To go", "Deadline", c.chance ? "Chance" : "");
	value_object(w, "table");
	tree_text(w, "heading", buf_str(&tmp));
	value_list(w, "rows");
	for (size_t i = 0; i < n; i++)
		put_row(w, c, &people[i]);
	value_end(w);
	value_end(w);
	if (tmp.failed)
		w->failed = 1;
	buf_free(&tmp);
}
