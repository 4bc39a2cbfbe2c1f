/* The first look at foreign bytes: lines, components, and what they say of the whole calendar. */
#include "prescan.h"
#include "contentline.h"
#include "latin.h"
#include "lineend.h"
#include "vtimezone.h"
#include "when.h"
#include "feeds/event.h"

#include <stdlib.h>

#define SHORT_MAX 512			/* of a line that says something about the whole calendar */

void prescan_begin(struct prescan *p)
{
	size_t given = offsetof(struct prescan, verdict);

	memset((char *)p + given, 0, sizeof(*p) - given);
}

void prescan_free(struct prescan *p)
{
	struct buf *bufs[] = { &p->text, &p->facts.name, &p->facts.zone_id, &p->facts.producer, &p->line, &p->zone };

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_free(bufs[i]);
	free(p->lines);
	prescan_begin(p);
}

int prescan_stop(struct prescan *p, enum prescan_verdict verdict)
{
	if (p->verdict == PRESCAN_OK)
		p->verdict = verdict;
	return -1;
}

/* ---- events */

static int has_calendar(const struct prescan *p)
{
	return p->depth > 0 && strcmp(p->levels[0].name, "VCALENDAR") == 0;
}

static int open_event(struct prescan *p)
{
	if (p->n == p->max_events)
		return prescan_stop(p, PRESCAN_LIMIT);
	memset(&p->event, 0, sizeof(p->event));
	p->event.line = p->line_start;
	p->event.index = p->n++;
	p->event.cancelled = p->cancels;
	p->facts.stray += !has_calendar(p);
	buf_reset(&p->text);
	p->nlines = p->extras = 0;
	p->is_open = 1;
	return 0;
}

static int close_event(struct prescan *p)
{
	p->is_open = 0;
	if (p->text.failed)
		return prescan_stop(p, PRESCAN_MEMORY);
	if (p->take != NULL && p->take(p->to, p, p->err) != 0)
		return prescan_stop(p, PRESCAN_STOPPED);
	return 0;
}

/* ---- zones */

static int is_zone_word(const struct content_line *l)
{
	static const char *const words[] = { "TZID", "X-LIC-LOCATION", "BEGIN", "END", "DTSTART", "TZOFFSETFROM",
		"TZOFFSETTO", "RRULE", "RDATE", "EXDATE", "EXRULE" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (content_is(l, words[i]))
			return 1;
	return 0;
}

static int keep_zone_line(struct prescan *p, const char *line, size_t len)
{
	if (p->line_cut || p->zone.len + len >= PRESCAN_ZONE_MAX) {
		p->zone_cut = 1;
		len = len < SHORT_MAX ? len : SHORT_MAX;
		if (p->zone.len + len >= 2 * PRESCAN_ZONE_MAX)
			return 0;
	}
	latin_clean(&p->zone, line, len);
	return buf_putc(&p->zone, '\n') != 0 ? prescan_stop(p, PRESCAN_MEMORY) : 0;
}

static int close_zone(struct prescan *p)
{
	if (p->zone.len == 0 || (p->looks_for & PRESCAN_FACTS) == 0)
		return 0;
	if (vtimezone_add(p->zones, p->zone.data, p->zone.len, p->zone_cut, p->err) != 0)
		return prescan_stop(p, PRESCAN_MEMORY);
	return 0;
}

/* ---- components */

static int is_level(const struct prescan *p, size_t depth, const char *name)
{
	return p->depth >= depth && p->too_deep == 0 && strcmp(p->levels[depth - 1].name, name) == 0;
}

static int in_zone(const struct prescan *p)
{
	return is_level(p, 1, "VTIMEZONE") || is_level(p, 2, "VTIMEZONE");
}

static void count_other(struct prescan *p, const char *name)
{
	if (strcmp(name, "VTODO") == 0)
		p->facts.todos++;
	else if (strcmp(name, "VJOURNAL") == 0)
		p->facts.journals++;
	else if (strcmp(name, "VTIMEZONE") != 0 && strcmp(name, "VCALENDAR") != 0 && strcmp(name, "VEVENT") != 0)
		p->facts.others++;
}

static int begin_component(struct prescan *p, const char *name)
{
	if (p->is_open && (p->depth == PRESCAN_DEPTH_MAX || strcmp(name, "VEVENT") == 0))
		p->event.cut |= PRESCAN_CUT_NESTED;
	if (p->depth == PRESCAN_DEPTH_MAX) {
		p->too_deep++;
		return 0;
	}
	memcpy(p->levels[p->depth++].name, name, sizeof(p->levels[0].name));
	if (p->is_open)
		return 0;
	if (strcmp(name, "VEVENT") == 0 && (p->looks_for & PRESCAN_EVENTS) != 0)
		return open_event(p);
	if (p->depth <= 2)
		count_other(p, name);
	if (strcmp(name, "VCALENDAR") == 0) {
		p->facts.calendars++;
		p->cancels = 0;
	}
	if (strcmp(name, "VTIMEZONE") == 0) {
		buf_reset(&p->zone);
		p->zone_cut = 0;
	}
	return 0;
}

static int close_level(struct prescan *p)
{
	const char *name = p->levels[--p->depth].name;
	int inside_event = 0;

	for (size_t i = 0; i < p->depth; i++)
		inside_event |= strcmp(p->levels[i].name, "VEVENT") == 0;
	if (strcmp(name, "VEVENT") == 0 && !inside_event && p->is_open)
		return close_event(p);
	return strcmp(name, "VTIMEZONE") == 0 && !p->is_open ? close_zone(p) : 0;
}

/* END closes the nearest component of its name and what was left open inside; without one it is ignored.
 * The end of the calendar ends everything. */
static int end_component(struct prescan *p, const char *name)
{
	size_t at = p->depth;

	if (strcmp(name, "VCALENDAR") == 0)
		p->too_deep = 0;
	if (p->too_deep > 0) {
		p->too_deep--;
		return 0;
	}
	while (at > 0 && strcmp(p->levels[at - 1].name, name) != 0)
		at--;
	if (at == 0)
		return 0;
	if (at < p->depth && p->is_open)
		p->event.flags |= EVENT_CUT;
	while (p->depth >= at)
		if (close_level(p) != 0)
			return -1;
	return 0;
}

static void component_name(const struct content_line *l, char out[16])
{
	const char *s = l->value;
	size_t len = l->value_len, i;

	content_trim(&s, &len);
	for (i = 0; i < len && i < 15; i++)
		out[i] = s[i] >= 'a' && s[i] <= 'z' ? (char)(s[i] - 32) : s[i];
	memset(out + i, 0, 16 - i);
}

/* ---- lines that speak of the whole calendar */

static int keep_short(struct prescan *p, struct buf *out, const struct content_line *l)
{
	buf_reset(out);
	latin_clean(out, l->value, l->value_len < SHORT_MAX ? l->value_len : SHORT_MAX);
	return out->failed ? prescan_stop(p, PRESCAN_MEMORY) : 0;
}

/* The longest that is said: a publisher who wants rest gets it. */
static void keep_refresh(struct prescan *p, const struct content_line *l)
{
	struct when_span span;
	int64_t seconds;

	if (when_parse_span(l->value, l->value_len, &span) != 0 || span.days < 0 || span.seconds < 0)
		return;
	seconds = (int64_t)span.days * 86400 + span.seconds;
	if (seconds > p->facts.refresh_s)
		p->facts.refresh_s = seconds;
}

static int calendar_line(struct prescan *p, const struct content_line *l)
{
	struct prescan_facts *f = &p->facts;

	if (content_is(l, "METHOD")) {
		f->cancelling -= (size_t)(p->cancels != 0);
		p->cancels = content_word(l->value, l->value_len, "CANCEL");
		f->cancelling += (size_t)(p->cancels != 0);
		return 0;
	}
	if ((p->looks_for & PRESCAN_FACTS) == 0)
		return 0;
	if (content_is(l, "X-WR-CALNAME") || (content_is(l, "NAME") && f->name.len == 0))
		return keep_short(p, &f->name, l);
	if (content_is(l, "PRODID") && f->producer.len == 0)
		return keep_short(p, &f->producer, l);
	if (content_is(l, "X-WR-TIMEZONE")) {
		f->two_zones |= f->zone_id.len > 0 && (f->zone_id.len != l->value_len ||
		    memcmp(f->zone_id.data, l->value, l->value_len) != 0);
		return keep_short(p, &f->zone_id, l);
	}
	if (content_is(l, "REFRESH-INTERVAL") || content_is(l, "X-PUBLISHED-TTL"))
		keep_refresh(p, l);
	return 0;
}

/* ---- one unfolded line */

static int take_event_line(struct prescan *p, struct content_line *l)
{
	if (p->too_deep > 0 || (p->event.cut & PRESCAN_CUT_NESTED) != 0 ||
	    strcmp(p->levels[p->depth - 1].name, "VEVENT") != 0)
		return 0;
	return prescan_keep(p, l);
}

static int take_component(struct prescan *p, const struct content_line *l, int begins)
{
	char name[16];

	component_name(l, name);
	return begins ? begin_component(p, name) : end_component(p, name);
}

static void lose_line(struct prescan *p, const char *line, size_t len)
{
	if (p->is_open)
		prescan_lose(p, line, len);
	else if (p->depth > 0 && p->facts.broken++ == 0)
		p->facts.broken_at = p->line_start;
}

static int take_line(struct prescan *p, const char *data, size_t len)
{
	struct content_line l;

	if (p->line_start == 1 && len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {	/* byte order mark */
		data += 3;
		len -= 3;
	}
	while (len > 0 && (*data == ' ' || *data == '\t')) {
		data++;
		len--;
	}
	if (len == 0)
		return 0;
	if (content_split(data, len, &l) != 0) {
		lose_line(p, data, len);
		return 0;
	}
	if (!p->is_open && in_zone(p) && is_zone_word(&l) && keep_zone_line(p, data, len) != 0)
		return -1;
	if (content_is(&l, "BEGIN"))
		return take_component(p, &l, 1);
	if (content_is(&l, "END"))
		return take_component(p, &l, 0);
	if (p->is_open)
		return take_event_line(p, &l);
	return p->depth == 1 && is_level(p, 1, "VCALENDAR") ? calendar_line(p, &l) : 0;
}

static int end_line(struct prescan *p)
{
	int ret = 0;

	if (p->begun)
		ret = take_line(p, buf_str(&p->line), p->line.len);
	buf_reset(&p->line);
	p->begun = p->line_cut = 0;
	return ret;
}

static int append(struct prescan *p, const char *data, size_t len)
{
	size_t room = PRESCAN_LINE_MAX - p->line.len, n = len;

	if (n > PRESCAN_PIECE_MAX - p->piece)
		n = PRESCAN_PIECE_MAX - p->piece;
	if (n > room)
		n = room;
	p->line_cut |= n < len;
	p->piece += n;
	return buf_add(&p->line, data, n) != 0 ? prescan_stop(p, PRESCAN_MEMORY) : 0;
}

/* A piece of a physical line, without its end. One that begins with a blank continues the line before. */
static int take_piece(struct prescan *p, const char *data, size_t len)
{
	if (p->in_line)
		return append(p, data, len);
	if (len == 0)
		return 0; /* an empty line ends nothing: some publishers double their line ends */
	p->in_line = 1;
	p->piece = 0;
	if (p->begun && (data[0] == ' ' || data[0] == '\t'))
		return append(p, data + 1, len - 1);
	if (end_line(p) != 0)
		return -1;
	p->begun = 1;
	p->line_start = p->line_no;
	return append(p, data, len);
}

/* ---- bytes */

/* A whole line with another one behind it: where that begins, NULL if it is not sure that this one is over. */
static const char *next_line(const char *end_at, const char *end)
{
	const char *next = end_at + 1;

	if (next < end && *end_at == '\r' && *next == '\n')
		next++;
	if (next >= end || *next == ' ' || *next == '\t' || *next == '\r' || *next == '\n')
		return NULL;
	return next;
}

/* Most lines are whole and not folded: they are read where they stand. */
static int take_whole(struct prescan *p, const char *s, const char *e)
{
	if (end_line(p) != 0)
		return -1;
	p->line_start = p->line_no++;
	return take_line(p, s, (size_t)(e - s));
}

static int take_bytes(struct prescan *p, const char *s, const char *end)
{
	struct line_ends ends = { end, NULL };

	while (s < end) {
		const char *e, *next;

		if (p->after_cr && *s == '\n') {
			p->after_cr = 0;
			s++;
			continue;
		}
		p->after_cr = 0;
		e = line_end(&ends, s);
		if (!p->in_line && e > s && e < end && *s != ' ' && *s != '\t' && e - s <= PRESCAN_PIECE_MAX &&
		    (next = next_line(e, end)) != NULL) {
			if (take_whole(p, s, e) != 0)
				return -1;
			s = next;
			continue;
		}
		if (take_piece(p, s, (size_t)(e - s)) != 0)
			return -1;
		if (e == end)
			return 0;
		p->in_line = 0;
		p->line_no++;
		p->after_cr = *e == '\r';
		s = e + 1;
	}
	return 0;
}

int prescan_add(struct prescan *p, const char *data, size_t len)
{
	if (p->verdict != PRESCAN_OK)
		return -1;
	if (p->line_no == 0)
		p->line_no = 1;
	return take_bytes(p, data, data + len);
}

enum prescan_verdict prescan_end(struct prescan *p)
{
	if (p->verdict == PRESCAN_OK)
		end_line(p);
	if (p->verdict == PRESCAN_OK && p->depth + p->too_deep > 0)
		prescan_stop(p, PRESCAN_TRUNCATED);
	return p->verdict;
}
