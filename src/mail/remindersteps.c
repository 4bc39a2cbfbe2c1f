/* What a reminder says to do: what is missing, the least work for it, and commands. */

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "reminder.h"
#include "words.h"

enum { PACE_DAYS = 60, STEPS_MAX = 4 };		/* a monthly pace is worth telling from so many days on */

void reminder_heading(struct values *w, const char *heading)
{
	char capitals[WORDS_SIZE * 2];
	size_t i;

	for (i = 0; heading[i] != '\0' && i + 1 < sizeof(capitals); i++)
		capitals[i] = heading[i] >= 'a' && heading[i] <= 'z' ? (char)(heading[i] - 'a' + 'A') : heading[i];
	capitals[i] = '\0';
	tree_text(w, "heading", heading);
	tree_text(w, "heading_capitals", capitals);
}

/* ---- the least work */

static void add(struct buf *out, const char *s)
{
	if (*s != '\0')
		buf_printf(out, "%s%s", out->len > 0 ? ", " : "", s);
}

/* An event: its title, then "Wednesday 6 May, 3 hours, College". Work to look for: "3 hours, College", then that it is. */
static void step_words(struct buf *title, struct buf *rest, const struct reminder_step *s, day_t today)
{
	char day[WORDS_SIZE * 2], hours[WORDS_SIZE];
	struct buf category = BUF_INIT;

	text_clean(&category, s->category, strlen(s->category), TREE_TITLE_MAX);
	text_clean(title, s->title, strlen(s->title), TREE_TITLE_MAX);
	words_hours(s->minutes, hours);
	if (title->len > 0) {
		add(rest, words_weekday(s->day, today, day));
		add(rest, hours);
		add(rest, buf_str(&category));
	} else {
		add(title, hours);
		add(title, buf_str(&category));
		add(rest, "still to be found");
	}
	if (category.failed)
		title->failed = 1;
	buf_free(&category);
}

static void put_step(struct values *w, const struct reminder_step *s, day_t today, int is_first)
{
	struct buf title = BUF_INIT, rest = BUF_INIT;

	step_words(&title, &rest, s, today);
	value_object(w, NULL);
	value_bool(w, "first", is_first);
	tree_text(w, "step", buf_str(&title));
	tree_text(w, "rest", buf_str(&rest));
	value_end(w);
	if (title.failed || rest.failed)
		w->failed = 1;
	buf_free(&title);
	buf_free(&rest);
}

static void put_steps(struct values *w, const struct reminder_facts *f)
{
	size_t shown = f->nsteps < STEPS_MAX ? f->nsteps : STEPS_MAX;

	if (shown == 0)
		return;
	value_object(w, "plan");
	value_list(w, "steps");
	for (size_t i = 0; i < shown; i++)
		put_step(w, &f->steps[i], f->today, i == 0);
	value_end(w);
	if (f->nsteps > shown)
		tree_printf(w, "more", "%zu", f->nsteps - shown);
	value_end(w);
}

static void put_pace(struct values *w, const struct reminder_facts *f, int64_t missing)
{
	int64_t months = f->days_left / 30, pace;
	char digits[WORDS_SIZE];

	if (f->days_left < PACE_DAYS || missing <= 0)
		return;
	pace = (missing + months - 1) / months;
	pace = (pace + 24) / 25 * 25;
	tree_text(w, "pace", words_digits(pace, digits));
	tree_text(w, "pace_units", words_unit(pace));
}

void reminder_missing(struct values *w, const struct reminder_facts *f)
{
	int64_t missing = f->to_go - f->pending;
	char digits[WORDS_SIZE], heading[WORDS_SIZE * 2];

	if (missing <= 0 && f->to_go > 0 && f->nsteps == 0)
		return;			/* all of it waits */
	value_object(w, "missing");
	snprintf(heading, sizeof(heading), "Then %s %s missing", words_units(missing, digits), missing == 100 ? "is" : "are");
	reminder_heading(w, f->pending > 0 && missing > 0 ? heading : "What is missing");
	value_bool(w, "rule", f->to_go <= 0);
	put_pace(w, f, missing);
	put_steps(w, f);
	value_end(w);
}

/* ---- commands */

static void put_todo(struct values *w, const char *text, const char *command)
{
	value_object(w, NULL);
	tree_text(w, "text", text);
	tree_clean(w, "command", command, 400);
	value_end(w);
}

static void confirm_words(struct buf *out, const struct reminder_facts *f)
{
	char digits[WORDS_SIZE];

	buf_printf(out, "onfirm %zu %s in your inbox", f->nwaiting, f->nwaiting == 1 ? "event" : "events");
	if (f->pending > 0)
		buf_printf(out, ", worth %s %s", words_digits(f->pending, digits), words_unit(f->pending));
}

static void todo_next(struct values *w, const struct reminder_facts *f)
{
	struct buf s = BUF_INIT, rest = BUF_INIT;

	if (f->pending > 0 && f->nwaiting > 0) {
		buf_puts(&s, "Next easy step: c");
		confirm_words(&s, f);
		put_todo(w, buf_str(&s), "ceu inbox");
	} else if (f->nsteps > 0) {
		step_words(&s, &rest, &f->steps[0], f->today);
		add(&s, buf_str(&rest));
		value_object(w, NULL);
		tree_printf(w, "text", "Next easy step: %s", buf_str(&s));
		value_end(w);
	} else {
		put_todo(w, "Next easy step: log what you have done", "ceu log HOURS CATEGORY TITLE");
	}
	if (s.failed || rest.failed)
		w->failed = 1;
	buf_free(&s);
	buf_free(&rest);
}

static void todo_confirm(struct values *w, const struct reminder_facts *f)
{
	struct buf s = BUF_INIT;

	if (f->nwaiting == 0)
		return;
	buf_putc(&s, 'C');
	confirm_words(&s, f);
	if (s.failed)
		w->failed = 1;
	put_todo(w, buf_str(&s), "ceu inbox");
	buf_free(&s);
}

static void todo_lapsed(struct values *w, const struct reminder_facts *f)
{
	char end[WORDS_SIZE], log[96], command[400];

	todo_confirm(w, f);
	snprintf(log, sizeof(log), "Log what you did by %s and never entered; it still counts",
	    date_text(f->cycle.end, DATE_LONG, end, sizeof(end)));
	put_todo(w, log, "ceu log HOURS CATEGORY TITLE --on DATE");
	if (reminder_in_grace(f)) {
		put_todo(w, "When every unit is there, send it in and say so", "ceu submit");
		return;
	}
	snprintf(command, sizeof(command), "ceu renew --as %s --because TEXT", f->person_email);
	put_todo(w, "If the issuer takes it up again, an admin begins the next cycle", command);
}

void reminder_todo(struct values *w, const struct reminder_facts *f)
{
	enum reminder_kind kind = reminder_kind_of(f);

	if (kind != REMINDER_ON_PACE && kind != REMINDER_REACHED && kind != REMINDER_COMPLETE && kind != REMINDER_LAPSED)
		return;
	value_object(w, "todo");
	if (kind != REMINDER_ON_PACE)
		reminder_heading(w, kind == REMINDER_LAPSED ? "What you can do" : "Send it in");
	value_list(w, "items");
	if (kind == REMINDER_ON_PACE) {
		todo_next(w, f);
	} else if (kind == REMINDER_LAPSED) {
		todo_lapsed(w, f);
	} else {
		put_todo(w, "Make the packet", "ceu export packet");
		put_todo(w, "When it is sent, say so", "ceu submit");
	}
	value_end(w);
	value_end(w);
}
