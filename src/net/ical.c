/* One VEVENT: its times, what marks it, and why it is left out. */
#include "ical.h"
#include "contentline.h"
#include "icaltext.h"
#include "prescan.h"
#include "zonename.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int ical_line(const char *lines, size_t len, size_t *at, const char **ret, size_t *ret_len)
{
	const char *end;

	if (*at >= len)
		return 0;
	end = memchr(lines + *at, '\n', len - *at);
	*ret = lines + *at;
	*ret_len = end != NULL ? (size_t)(end - *ret) : len - *at;
	*at += *ret_len + 1;
	return 1;
}

int ical_when(struct zone_names *zones, const struct content_line *params, const char *s, size_t len,
    struct when *ret, unsigned *flags)
{
	const char *found;
	size_t found_len;
	struct when w;

	if (when_parse(s, len, &w) != 0)
		return -1;
	if (content_param(params, "VALUE", &found, &found_len) && content_word(found, found_len, "DATE")) {
		w.kind = WHEN_DATE;	/* some add a time to it, which means nothing */
		w.seconds = 0;
	}
	if (w.kind == WHEN_FLOATING && content_param(params, "TZID", &found, &found_len)) {
		w.zone = zone_names_find(zones, found, found_len);
		if (w.zone != NULL)
			w.kind = WHEN_ZONED;
		else
			*flags |= EVENT_ZONE_UNKNOWN;
	}
	*ret = w;
	return 0;
}

/* ---- dates */

struct reading {
	struct ical *c;
	struct vevent v;
	struct icaltext texts;
	int has_start, bad_start, two_starts, bad_instance;
};

/* Which of two that differ is meant nobody can know. */
static void read_start(struct reading *r, const struct content_line *l)
{
	struct when other;

	if (r->has_start) {
		r->two_starts |= ical_when(r->c->zones, l, l->value, l->value_len, &other, &r->v.flags) != 0 ||
		    other.kind != r->v.start.kind || other.day != r->v.start.day ||
		    other.seconds != r->v.start.seconds || other.zone != r->v.start.zone;
		return;
	}
	r->has_start = 1;
	r->bad_start = ical_when(r->c->zones, l, l->value, l->value_len, &r->v.start, &r->v.flags) != 0;
}

static void read_end(struct reading *r, const struct content_line *l)
{
	if (r->v.length == VEVENT_END)
		return;
	if (ical_when(r->c->zones, l, l->value, l->value_len, &r->v.end, &r->v.flags) == 0)
		r->v.length = VEVENT_END;
	else
		r->v.flags |= EVENT_END_INVALID;
}

/* Where DTEND stands as well, it wins. */
static void read_span(struct reading *r, const struct content_line *l)
{
	if (r->v.length != VEVENT_OPEN)
		return;
	if (when_parse_span(l->value, l->value_len, &r->v.span) == 0)
		r->v.length = VEVENT_SPAN;
	else
		r->v.flags |= EVENT_END_INVALID;
}

static void read_instance(struct reading *r, const struct content_line *l)
{
	const char *range;
	size_t len;

	r->v.is_override = 1;
	r->bad_instance = ical_when(r->c->zones, l, l->value, l->value_len, &r->v.instance, &r->v.flags) != 0;
	r->v.this_and_future =
	    content_param(l, "RANGE", &range, &len) && content_word(range, len, "THISANDFUTURE");
}

static int64_t read_stamp(const struct content_line *l)
{
	struct when w;

	return when_parse(l->value, l->value_len, &w) == 0 ? when_instant(&w, zone_utc()) : INT64_MIN;
}

static int64_t read_sequence(const struct content_line *l)
{
	int64_t n = 0;

	for (size_t i = 0; i < l->value_len && l->value[i] >= '0' && l->value[i] <= '9'; i++)
		n = n > INT32_MAX ? n : n * 10 + (l->value[i] - '0');
	return n;
}

static void read_rule(struct reading *r, const struct content_line *l)
{
	if (r->v.nrules++ > 0)
		return;
	r->v.rule = l->value;
	r->v.rule_len = l->value_len;
}

/* ---- lines */

static int is_value(const struct content_line *l, const char *word)
{
	const char *value = l->value;
	size_t len = l->value_len;

	content_trim(&value, &len);
	return content_word(value, len, word);
}

/* prescan keeps the line of the calendar's owner only. */
static void read_attendee(struct reading *r, const struct content_line *l)
{
	const char *status;
	size_t len;

	if (content_param(l, "PARTSTAT", &status, &len) && content_word(status, len, "DECLINED"))
		r->v.flags |= EVENT_DECLINED;
}

static void read_mark(struct reading *r, enum prescan_name name, const struct content_line *l)
{
	if (name == LINE_CLASS && (is_value(l, "PRIVATE") || is_value(l, "CONFIDENTIAL")))
		r->v.flags |= EVENT_PRIVATE;
	else if ((name == LINE_TRANSP && is_value(l, "TRANSPARENT")) || (name == LINE_BUSY && is_value(l, "FREE")))
		r->v.flags |= EVENT_FREE;
	else if (name == LINE_STATUS)
		r->v.cancelled = is_value(l, "CANCELLED");
}

static void read_line(struct reading *r, enum prescan_name name, const struct content_line *l)
{
	switch (name) {
	case LINE_DTSTART: read_start(r, l); break;
	case LINE_DTEND: read_end(r, l); break;
	case LINE_DURATION: read_span(r, l); break;
	case LINE_DTSTAMP: r->v.stamp = read_stamp(l); break;
	case LINE_LAST_MODIFIED: r->v.modified = read_stamp(l); break;
	case LINE_SEQUENCE: r->v.sequence = read_sequence(l); break;
	case LINE_RRULE: read_rule(r, l); break;
	case LINE_EXRULE: r->v.has_exrule = 1; break;
	case LINE_RDATE:
	case LINE_EXDATE: r->v.has_dates = 1; break;
	case LINE_RECURRENCE_ID: read_instance(r, l); break;
	case LINE_ATTENDEE: read_attendee(r, l); break;
	case LINE_CLASS:
	case LINE_TRANSP:
	case LINE_STATUS: read_mark(r, name, l); break;
	case LINE_BUSY:
		read_mark(r, name, l);
		icaltext_take(&r->texts, name, l);
		break;
	default: icaltext_take(&r->texts, name, l);
	}
}

char *ical_name(const struct vevent *v, char out[ICAL_NAME_SIZE])
{
	char title[80];

	text_excerpt(title, sizeof(title), v->title);
	if (title[0] != '\0')
		snprintf(out, ICAL_NAME_SIZE, "\"%s\" (line %zu)", title, v->line);
	else
		snprintf(out, ICAL_NAME_SIZE, "An event without a title (line %zu)", v->line);
	return out;
}

/* ---- the whole */

/* Lines are read again only for what they add or leave out; all others may go with the text they stand in. */
static int keep_lines(struct reading *r, const struct prescan *p, struct err *err)
{
	char *copy;

	r->v.lines = "";
	if (r->v.nrules == 0 && !r->v.has_dates && !r->v.has_exrule)
		return 0;
	copy = arena_strndup(r->c->arena, buf_str(&p->text), p->text.len);
	if (copy == NULL)
		return err_oom(err);
	if (r->v.rule != NULL)
		r->v.rule = copy + (r->v.rule - buf_str(&p->text));
	r->v.lines = copy;
	r->v.lines_len = p->text.len;
	return 0;
}

static int skip_if_broken(const struct reading *r, const struct prescan_event *e, struct vevent_skip *skip)
{
	const char *code = NULL, *why = NULL;
	char name[ICAL_NAME_SIZE];

	if (e->cut & PRESCAN_CUT_NESTED) {
		code = "cut";
		why = "other events or deep nesting stand inside of it";
	} else if (e->cut & PRESCAN_CUT_SIZE) {
		code = "cut";
		why = "it has more lines than are read";
	} else if (e->cut & PRESCAN_CUT_DATES) {
		code = "cut";
		why = "a line with its dates is broken or longer than is read";
	} else if (!r->has_start) {
		code = "no-start";
		why = "it has no start";
	} else if (r->bad_start) {
		code = "bad-date";
		why = "its start is no date that exists";
	} else if (r->two_starts) {
		code = "bad-date";
		why = "it has two starts that differ";
	} else if (r->bad_instance) {
		code = "bad-date";
		why = "its RECURRENCE-ID is no date that exists";
	}
	if (code == NULL)
		return 0;
	skip->code = code;
	snprintf(skip->text, sizeof(skip->text), "%s was left out: %s.", ical_name(&r->v, name), why);
	return 1;
}

int ical_read(struct ical *c, const struct prescan *p, struct vevent *ret, struct vevent_skip *skip,
    struct err *err)
{
	const struct prescan_event *e = &p->event;
	struct reading r;

	memset(&r, 0, sizeof(r));
	r.c = c;
	r.v.flags = e->flags;
	r.v.line = e->line;
	r.v.index = e->index;
	icaltext_begin(&r.texts, c, &r.v);
	for (size_t i = 0; i < p->nlines; i++) {
		const struct prescan_line *at = &p->lines[i];
		const char *name = p->text.data + at->at;
		struct content_line l = { name, name + at->name_len, name + at->name_len + at->params_len + 1,
			at->name_len, at->params_len, at->value_len };

		read_line(&r, at->name, &l);
	}
	if (icaltext_end(&r.texts, err) != 0 || keep_lines(&r, p, err) != 0)
		return -1;
	r.v.cancelled |= e->cancelled;
	*ret = r.v;
	return skip_if_broken(&r, e, skip);
}

void ical_free(struct ical *c)
{
	struct buf *bufs[] = { &c->chunk, &c->text, &c->categories, &c->extras, &c->credit };

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_free(bufs[i]);
}
