/* The subject of a reminder: number and date first, at most 60 columns. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "reminder.h"
#include "words.h"

enum {
	FAR_DAYS = 90,			/* beyond it the subject names the date, then the days left */
	CLOSE_DAYS = 30,		/* when all is there: up to here the days left come first */
	SUBJECT_MAX = 60
};

/* The first of the subjects offered that is short enough; the last one in any case. */
struct choice { struct buf text; int is_made; };

static void __attribute__((format(printf, 2, 3))) offer(struct choice *c, const char *fmt, ...)
{
	va_list ap;

	if (c->is_made)
		return;
	words_empty(&c->text);
	va_start(ap, fmt);
	buf_vprintf(&c->text, fmt, ap);
	va_end(ap);
	c->is_made = text_width(buf_str(&c->text)) <= SUBJECT_MAX;
}

/* The words that several of them share. */
struct parts { char to_go[WORDS_SIZE * 2], counted[WORDS_SIZE], required[WORDS_SIZE], by[WORDS_SIZE], left[WORDS_SIZE]; };

static void put_parts(struct parts *p, const struct reminder_facts *f)
{
	char digits[WORDS_SIZE];

	snprintf(p->to_go, sizeof(p->to_go), "%s %s to go", words_digits(f->to_go, digits), words_unit(f->to_go));
	words_digits(f->counted, p->counted);
	words_digits(f->required, p->required);
	words_day(f->cycle.end, f->today, p->by);
	if (f->days_left == 0)
		snprintf(p->left, sizeof(p->left), "Last day");
	else
		snprintf(p->left, sizeof(p->left), "%d %s left", f->days_left, f->days_left == 1 ? "day" : "days");
}

static void offer_waiting(struct choice *c, const struct parts *p, const struct reminder_facts *f)
{
	char some[WORDS_SIZE * 2], digits[WORDS_SIZE];

	if (f->pending <= 0)
		return;
	if (f->pending >= f->to_go)
		snprintf(some, sizeof(some), "%s waiting", f->to_go == 100 ? "it is" : "all are");
	else
		snprintf(some, sizeof(some), "%s %s waiting", words_digits(f->pending, digits), f->pending == 100 ? "is" : "are");
	offer(c, "%s by %s (%s in your inbox)", p->to_go, p->by, some);
	offer(c, "%s by %s (%s)", p->to_go, p->by, some);
}

/* Every unit is there, but another rule is not met. */
static void offer_rule(struct choice *c, const struct parts *p, const struct reminder_facts *f)
{
	const char *units = words_unit(f->required);

	if (f->days_left > FAR_DAYS) {
		offer(c, "By %s: %s of %s %s count, not every rule is met", p->by, p->counted, p->required, units);
		offer(c, "Not every rule is met by %s", p->by);
	} else {
		offer(c, "%s: %s of %s %s count, not every rule is met", p->left, p->counted, p->required, units);
		offer(c, "%s: not every rule is met", p->left);
	}
}

static void offer_earning(struct choice *c, const struct parts *p, const struct reminder_facts *f, enum reminder_kind kind)
{
	const char *calm = kind == REMINDER_ON_PACE ? "on track" : NULL;

	if (f->to_go <= 0) {
		offer_rule(c, p, f);
		return;
	}
	if (kind == REMINDER_OPEN) {
		offer(c, "%s, renewal open until %s", p->to_go, p->by);
		offer(c, "%s, renewal is open", p->to_go);
	} else if (f->days_left > FAR_DAYS && calm != NULL) {
		offer(c, "%s by %s: you are %s", p->to_go, p->by, calm);
	} else if (calm != NULL) {
		offer(c, "%s: %s, you are %s", p->left, p->to_go, calm);
	} else if (f->days_left > FAR_DAYS) {
		offer_waiting(c, p, f);
	} else {
		offer(c, "%s: %s", p->left, p->to_go);
	}
	offer(c, "%s by %s", p->to_go, p->by);
}

static void offer_inbox(struct choice *c, const struct reminder_facts *f)
{
	const char *events = f->nwaiting == 1 ? "event" : "events";
	char digits[WORDS_SIZE];

	if (f->pending > 0)
		offer(c, "%zu %s to confirm, worth %s %s", f->nwaiting, events, words_digits(f->pending, digits),
		    words_unit(f->pending));
	offer(c, "%zu %s to confirm", f->nwaiting, events);
}

static void offer_done(struct choice *c, const struct parts *p, const struct reminder_facts *f, enum reminder_kind kind)
{
	const char *units = words_unit(f->required);

	if (f->days_left < 0)
		offer(c, "Send it in now: %s of %s %s, cycle ended on %s", p->counted, p->required, units, p->by);
	else if (kind == REMINDER_REACHED)
		offer(c, "Done: %s of %s %s. Your renewal packet is ready", p->counted, p->required, units);
	else if (f->days_left <= CLOSE_DAYS)
		offer(c, "%s to send it in: %s of %s %s done", p->left, p->counted, p->required, units);
	else
		offer(c, "Done: %s of %s %s. Send it in by %s", p->counted, p->required, units, p->by);
	offer(c, f->days_left < 0 ? "Send it in now: the cycle ended on %s" : "Done. Send it in by %s", p->by);
}

static void offer_lapsed(struct choice *c, const struct parts *p, const struct reminder_facts *f)
{
	const char *units = words_unit(f->required);

	offer(c, "Your cycle ended on %s with %s of %s %s: what you can do", p->by, p->counted, p->required, units);
	offer(c, "Cycle ended on %s with %s of %s %s: what you can do", p->by, p->counted, p->required, units);
	offer(c, "Your cycle ended on %s with %s of %s %s", p->by, p->counted, p->required, units);
	offer(c, "Your cycle ended on %s: what you can do", p->by);
}

void reminder_subject(struct values *w, const struct reminder_facts *f)
{
	enum reminder_kind kind = reminder_kind_of(f);
	struct choice c = { .text = BUF_INIT };
	struct parts p;

	put_parts(&p, f);
	if (kind == REMINDER_LAPSED)
		offer_lapsed(&c, &p, f);
	else if (kind == REMINDER_INBOX)
		offer_inbox(&c, f);
	else if (kind == REMINDER_REACHED || kind == REMINDER_COMPLETE)
		offer_done(&c, &p, f, kind);
	else
		offer_earning(&c, &p, f, kind);
	if (c.text.failed)
		w->failed = 1;
	tree_text(w, "subject", buf_str(&c.text));
	buf_free(&c.text);
}
