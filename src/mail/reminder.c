/* The reminder: one person's facts as a value tree. */

#include "reminder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "words.h"

enum { BAR_COLUMNS = 40 };

static int is_over(const struct reminder_facts *f)
{
	return f->state == CYCLE_LAPSED || (f->state != CYCLE_DONE && f->days_left < 0);
}

enum reminder_kind reminder_kind_of(const struct reminder_facts *f)
{
	if (is_over(f))
		return REMINDER_LAPSED;
	if (f->state == CYCLE_DONE)
		return f->kind == REMINDER_REACHED ? REMINDER_REACHED : REMINDER_COMPLETE;
	if (f->kind == REMINDER_REACHED || f->kind == REMINDER_COMPLETE || f->kind == REMINDER_LAPSED)
		return REMINDER_BEHIND;
	if (f->kind == REMINDER_INBOX && f->nwaiting == 0)
		return f->state == CYCLE_ON_TRACK ? REMINDER_ON_PACE : REMINDER_BEHIND;
	return f->kind;
}

int reminder_in_grace(const struct reminder_facts *f)
{
	return is_over(f) && f->state != CYCLE_LAPSED && f->today <= f->cycle.end + f->grace_days;
}

/* ---- the first lines */

/* Two sentences: the one that matters, and the other one. */
static void put_head(struct values *w, const struct reminder_facts *f, enum reminder_kind kind)
{
	char counted[WORDS_SIZE], required[WORDS_SIZE], to_go[WORDS_SIZE], within[WORDS_SIZE], end[WORDS_SIZE];
	const char *units = words_unit(f->required), *count = f->counted == 100 ? "counts" : "count";

	words_digits(f->counted, counted);
	words_digits(f->required, required);
	words_digits(f->to_go, to_go);
	words_within(f->days_left, within);
	date_text(f->cycle.end, DATE_LONG, end, sizeof(end));
	if (kind == REMINDER_REACHED || kind == REMINDER_COMPLETE)
		tree_printf(w, "head", "Done: %s of %s %s.", counted, required, units);
	else if (kind == REMINDER_OPEN)
		tree_printf(w, "head", "Renewal is open until %s.", end);
	else if (kind == REMINDER_INBOX && f->pending > 0)
		tree_printf(w, "head", "%zu %s to confirm, worth %s %s.", f->nwaiting, f->nwaiting == 1 ? "event" : "events",
		    words_digits(f->pending, counted), words_unit(f->pending));
	else if (kind == REMINDER_INBOX)
		tree_printf(w, "head", "%zu %s to confirm.", f->nwaiting, f->nwaiting == 1 ? "event" : "events");
	else
		tree_printf(w, "head", "%s of %s %s %s.", counted, required, units, count);
	words_digits(f->counted, counted);
	if (kind == REMINDER_REACHED)
		tree_text(w, "head_rest", "Your renewal packet is ready.");
	else if (kind == REMINDER_COMPLETE)
		tree_text(w, "head_rest", "Nothing is left to earn.");
	else if (kind == REMINDER_LAPSED)
		tree_printf(w, "head_rest", "Your cycle ended on %s.", end);
	else if (f->to_go <= 0)
		tree_printf(w, "head_rest", "Not every rule is met yet, and the cycle ends %s.", within);
	else if (kind == REMINDER_OPEN)
		tree_printf(w, "head_rest", "%s of %s %s %s, %s to go %s.", counted, required, units, count, to_go, within);
	else
		tree_printf(w, "head_rest", "%s to go %s.", to_go, within);
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
static void lead_earning(struct values *w, const struct reminder_facts *f)
{
	char some[WORDS_SIZE], all[WORDS_SIZE];
	int whole = f->pending % 100 == 0 && f->to_go % 100 == 0 && f->pending <= 1200 && f->to_go <= 1200;

	if (f->to_go <= 0)
		return;			/* another rule is open: nothing more is known of it here */
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

static void lead_inbox(struct values *w, const struct reminder_facts *f)
{
	char with[WORDS_SIZE], required[WORDS_SIZE];
	const char *wait = f->nwaiting == 1 ? "It has waited for two weeks and only needs your yes or no." :
	    "They have waited for two weeks and only need your yes or no.";
	const char *them = f->nwaiting == 1 ? "it" : "them";

	words_digits(f->required, required);
	if (f->pending >= f->to_go)
		tree_printf(w, "lead", "%s With %s all %s %s are there.", wait, them, required, words_unit(f->required));
	else if (f->pending > 0)
		tree_printf(w, "lead", "%s With %s %s of %s %s count.", wait, them, words_digits(f->counted + f->pending, with),
		    required, words_unit(f->required));
	else
		tree_text(w, "lead", wait);
}

/* Until when it may be sent in, and how long that is. */
static void lead_done(struct values *w, const struct reminder_facts *f)
{
	day_t last = f->cycle.end + (f->grace_days > 0 ? f->grace_days : 0);
	char end[WORDS_SIZE], day[WORDS_SIZE];

	date_text(f->cycle.end, DATE_LONG, end, sizeof(end));
	if (f->days_left < 0 && f->today > last)
		tree_printf(w, "lead", "The cycle ended on %s: send your renewal in at once.", end);
	else if (f->days_left < 0)
		tree_printf(w, "lead", "The cycle ended on %s. There is grace until %s: send your renewal in by then.", end,
		    date_text(last, DATE_LONG, day, sizeof(day)));
	else if (f->opens != DAY_NONE && f->opens > f->today)
		tree_printf(w, "lead", "Your renewal may be sent in from %s to %s.", words_day(f->opens, f->cycle.end, day), end);
	else if (f->days_left == 0)
		tree_printf(w, "lead", "Send your renewal in today, %s: it is the last day.", end);
	else
		tree_printf(w, "lead", "Send your renewal in by %s: %d %s left.", end, f->days_left,
		    f->days_left == 1 ? "day is" : "days are");
}

static void lead_lapsed(struct values *w, const struct reminder_facts *f)
{
	day_t last = f->cycle.end + f->grace_days;
	char day[WORDS_SIZE], units[WORDS_SIZE], lacks[WORDS_SIZE * 2] = "A rule is not met.";

	if (f->to_go > 0)
		snprintf(lacks, sizeof(lacks), "%s %s missing.", words_digits(f->to_go, units),
		    f->to_go == 100 ? "unit is" : "units are");
	date_text(last, DATE_LONG, day, sizeof(day));
	if (reminder_in_grace(f) && f->today == last)
		tree_printf(w, "lead", "%s There is grace until today, %s.", lacks, day);
	else if (reminder_in_grace(f))
		tree_printf(w, "lead", "%s There is grace until %s: %d %s left.", lacks, day, last - f->today,
		    last - f->today == 1 ? "day is" : "days are");
	else if (f->grace_days > 0)
		tree_printf(w, "lead", "%s The grace ended on %s.", lacks, day);
	else
		tree_printf(w, "lead", "%s The program gives no days of grace.", lacks);
}

static void put_lead(struct values *w, const struct reminder_facts *f, enum reminder_kind kind)
{
	switch (kind) {
	case REMINDER_ON_PACE:
		if (f->to_go > 0)
			tree_text(w, "lead", "You are on track; nothing is urgent.");
		else
			lead_earning(w, f);
		break;
	case REMINDER_INBOX:
		lead_inbox(w, f);
		break;
	case REMINDER_REACHED:
	case REMINDER_COMPLETE:
		lead_done(w, f);
		break;
	case REMINDER_LAPSED:
		lead_lapsed(w, f);
		break;
	case REMINDER_BEHIND:
	case REMINDER_OPEN:
	default:
		lead_earning(w, f);
		break;
	}
}

/* ---- the rest */

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

static void put_kind(struct values *w, enum reminder_kind kind)
{
	static const char *const names[] = {
		[REMINDER_BEHIND] = "behind", [REMINDER_ON_PACE] = "on_pace", [REMINDER_OPEN] = "open", [REMINDER_INBOX] = "inbox",
		[REMINDER_REACHED] = "reached", [REMINDER_COMPLETE] = "complete", [REMINDER_LAPSED] = "lapsed" };

	for (int i = 0; i <= REMINDER_LAPSED; i++)
		value_bool(w, names[i], i == (int)kind);
	value_bool(w, "before", kind == REMINDER_BEHIND || kind == REMINDER_ON_PACE || kind == REMINDER_OPEN);
	value_bool(w, "all_there", kind == REMINDER_REACHED || kind == REMINDER_COMPLETE);
}

/* An on-pace mail is two lines and a step; one about the inbox keeps to it; after the end nothing is to be earned. */
static void put_parts(struct values *w, const struct reminder_facts *f, enum reminder_kind kind)
{
	int full = kind == REMINDER_BEHIND || kind == REMINDER_OPEN;

	if (kind != REMINDER_ON_PACE)
		put_bar(w, f);
	if (full || kind == REMINDER_INBOX)
		reminder_waiting(w, f);
	if (full) {
		reminder_missing(w, f);
		put_full(w, f);
		put_ids(w, "needs_info", f->needs_info, f->nneeds_info);
	}
	reminder_todo(w, f);
	if (full || kind == REMINDER_REACHED || kind == REMINDER_COMPLETE)
		put_ids(w, "evidence", f->without_evidence, f->nwithout);
	value_bool(w, "has_calendar", f->has_calendar);
	value_bool(w, "ask", kind == REMINDER_LAPSED && !reminder_in_grace(f));
}

void reminder_values(struct values *w, const struct reminder_facts *f)
{
	enum reminder_kind kind = reminder_kind_of(f);

	value_object(w, NULL);
	value_text(w, "title", "Reminder");
	tree_place(w, f->organisation, f->contact, f->url);
	tree_clean(w, "name", f->person_name, TREE_TITLE_MAX);
	tree_clean(w, "program", f->program, TREE_TITLE_MAX);
	tree_clean(w, "asked_by", f->asked_by, TREE_TITLE_MAX);
	put_kind(w, kind);
	put_numbers(w, f);
	reminder_subject(w, f);
	put_head(w, f, kind);
	put_lead(w, f, kind);
	put_parts(w, f, kind);
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
