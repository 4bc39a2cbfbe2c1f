/* The first look at foreign bytes: lines, components, and the lines of events that are kept. */
#include "prescan.h"
#include "contentline.h"
#include "latin.h"
#include "when.h"
#include "zonename.h"
#include "base/sha.h"
#include "feeds/event.h"

#include <stdlib.h>
#include <string.h>

#define HASH_BLOCK (64 * 1024)
#define SHORT_MAX 512			/* of a line that says something about the whole calendar */

enum line_kind { LINE_TEXT, LINE_DATES };

/* What is kept of a VEVENT. A later use of CATEGORIES or DESCRIPTION begins with a row here. */
static const struct {
	const char *name;
	enum line_kind kind;
} kept[] = {
	{ "UID", LINE_TEXT },
	{ "DTSTART", LINE_DATES },
	{ "DTEND", LINE_DATES },
	{ "SUMMARY", LINE_TEXT },
	{ "LOCATION", LINE_TEXT },
	{ "STATUS", LINE_TEXT },
	{ "DTSTAMP", LINE_TEXT },
	{ "URL", LINE_TEXT },
	{ "ORGANIZER", LINE_TEXT },
	{ "SEQUENCE", LINE_TEXT },
	{ "LAST-MODIFIED", LINE_TEXT },
	{ "DURATION", LINE_DATES },
	{ "RRULE", LINE_DATES },
	{ "EXDATE", LINE_DATES },
	{ "RDATE", LINE_DATES },
	{ "EXRULE", LINE_DATES },
	{ "RECURRENCE-ID", LINE_DATES },
};

void prescan_begin(struct prescan *p, size_t max_bytes, size_t max_events, struct zone_names *zones)
{
	memset(p, 0, sizeof(*p));
	p->max_bytes = max_bytes;
	p->max_events = max_events;
	p->zones = zones;
}

void prescan_free(struct prescan *p)
{
	struct buf *bufs[] = { &p->text, &p->name, &p->zone_id, &p->head, &p->line, &p->hashed, &p->zone_name,
		&p->zone_place };

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_free(bufs[i]);
	free(p->events);
	memset(p, 0, sizeof(*p));
}

static int stop(struct prescan *p, enum prescan_verdict verdict)
{
	if (p->verdict == PRESCAN_OK)
		p->verdict = verdict;
	return -1;
}

/* ---- the hash: blocks of a fixed size, each hashed together with the hash before it */

static void hash_block(struct prescan *p)
{
	struct sha_part parts[] = { { p->hash, sizeof(p->hash) }, { p->hashed.data, p->hashed.len } };

	sha256(parts, 2, p->hash);
	buf_reset(&p->hashed);
}

static void hash_add(struct prescan *p, const char *data, size_t len)
{
	while (len > 0) {
		size_t room = HASH_BLOCK - p->hashed.len, n = len < room ? len : room;

		if (buf_add(&p->hashed, data, n) != 0)
			return;			/* prescan_end() sees hashed.failed */
		if (p->hashed.len == HASH_BLOCK)
			hash_block(p);
		data += n;
		len -= n;
	}
}

/* ---- events */

static int open_event(struct prescan *p)
{
	if (p->n == p->max_events)
		return stop(p, PRESCAN_LIMIT);
	if (p->n == p->cap) {
		size_t cap = p->cap > 0 ? p->cap * 2 : 256;
		struct prescan_event *events = reallocarray(p->events, cap, sizeof(*events));

		if (events == NULL)
			return stop(p, PRESCAN_MEMORY);
		p->events = events;
		p->cap = cap;
	}
	p->event = &p->events[p->n++];
	memset(p->event, 0, sizeof(*p->event));
	p->event->offset = p->text.len;
	p->event->line = p->line_start;
	p->event->cancelled = p->cancels;
	return 0;
}

static void close_event(struct prescan *p)
{
	p->event->len = p->text.len - p->event->offset;
	p->event = NULL;
}

/* What Outlook and others publish in the encoding of their machine is read as that, line by line. */
static int keep_value(struct prescan *p, const struct content_line *l)
{
	const char *data = l->params;		/* parameters, ':' and value lie side by side */
	size_t len = l->params_len + 1 + l->value_len;

	if (latin_clean(&p->text, data, len) > 0)
		p->event->flags |= EVENT_ENCODING;
	if (memchr(data, '\0', len) != NULL)
		p->event->flags |= EVENT_CUT;
	return buf_putc(&p->text, '\n');
}

#define NKEPT (sizeof(kept) / sizeof(kept[0]))

static size_t find_kept(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NKEPT && !content_word(name, len, kept[i].name); i++)
		;
	return i;
}

/* A line that cannot be taken apart. If it spoke of dates the event cannot be trusted without it. */
static void lose_line(struct prescan *p, const char *line, size_t len)
{
	size_t name = 0, i;

	while (name < len && line[name] != ';' && line[name] != ':' && line[name] != ' ')
		name++;
	i = find_kept(line, name);
	if (i < NKEPT && kept[i].kind == LINE_DATES)
		p->event->cut |= PRESCAN_CUT_DATES;
	else
		p->event->flags |= EVENT_CUT;
}

static int keep_line(struct prescan *p, struct content_line *l)
{
	struct prescan_event *e = p->event;
	size_t i = find_kept(l->name, l->name_len);

	if (i == NKEPT)
		return 0;
	if (p->text.len - e->offset + l->params_len + l->value_len > PRESCAN_EVENT_MAX) {
		e->cut |= PRESCAN_CUT_SIZE;
		return 0;
	}
	if (kept[i].kind == LINE_DATES && p->line_cut) {
		e->cut |= PRESCAN_CUT_DATES;
		return 0;
	}
	if (kept[i].kind == LINE_TEXT && l->params_len > PRESCAN_TEXT_MAX) {
		l->params = l->value - 1;
		l->params_len = 0;
	}
	if (kept[i].kind == LINE_TEXT && l->value_len > PRESCAN_TEXT_MAX) {
		l->value_len = PRESCAN_TEXT_MAX;
		while (l->value_len > 0 && ((unsigned char)l->value[l->value_len] & 0xC0) == 0x80)
			l->value_len--;
		e->flags |= EVENT_CUT;
	}
	if (buf_puts(&p->text, kept[i].name) != 0 || keep_value(p, l) != 0)
		return stop(p, PRESCAN_MEMORY);
	return 0;
}

/* ---- components */

static int is_level(const struct prescan *p, size_t depth, const char *name)
{
	return p->depth == depth && p->too_deep == 0 && strcmp(p->levels[depth - 1].name, name) == 0;
}

static void count_other(struct prescan *p, const char *name)
{
	if (strcmp(name, "VTODO") == 0)
		p->todos++;
	else if (strcmp(name, "VJOURNAL") == 0)
		p->journals++;
	else if (strcmp(name, "VTIMEZONE") != 0 && strcmp(name, "VCALENDAR") != 0)
		p->others++;
}

static int begin_component(struct prescan *p, const char *name)
{
	if (p->event != NULL && (p->depth == PRESCAN_DEPTH_MAX || strcmp(name, "VEVENT") == 0))
		p->event->cut |= PRESCAN_CUT_NESTED;
	if (p->depth == PRESCAN_DEPTH_MAX) {
		p->too_deep++;
		return 0;
	}
	memcpy(p->levels[p->depth++].name, name, sizeof(p->levels[0].name));
	if (p->event != NULL)
		return 0;
	if (strcmp(name, "VEVENT") == 0)
		return open_event(p);
	if (p->depth <= 2)
		count_other(p, name);
	if (strcmp(name, "VCALENDAR") == 0)
		p->cancels = 0;
	if (strcmp(name, "VTIMEZONE") == 0) {
		buf_reset(&p->zone_name);
		buf_reset(&p->zone_place);
	}
	return 0;
}

static void close_level(struct prescan *p)
{
	const char *name = p->levels[--p->depth].name;
	int inside_event = 0;

	for (size_t i = 0; i < p->depth; i++)
		inside_event |= strcmp(p->levels[i].name, "VEVENT") == 0;
	if (strcmp(name, "VEVENT") == 0 && !inside_event && p->event != NULL)
		close_event(p);
	if (strcmp(name, "VTIMEZONE") == 0 && p->zone_place.len > 0)
		zone_names_explain(p->zones, buf_str(&p->zone_name), p->zone_name.len,
		    buf_str(&p->zone_place), p->zone_place.len);
}

/* END closes the nearest component of its name and what was left open inside; without one it is ignored.
 * The end of the calendar ends everything. */
static void end_component(struct prescan *p, const char *name)
{
	size_t at = p->depth;

	if (strcmp(name, "VCALENDAR") == 0)
		p->too_deep = 0;
	if (p->too_deep > 0) {
		p->too_deep--;
		return;
	}
	while (at > 0 && strcmp(p->levels[at - 1].name, name) != 0)
		at--;
	if (at == 0)
		return;
	if (at < p->depth && p->event != NULL)
		p->event->flags |= EVENT_CUT;
	while (p->depth >= at)
		close_level(p);
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

/* ---- lines that speak of the whole calendar or of a zone */

static int keep_short(struct prescan *p, struct buf *out, const struct content_line *l)
{
	buf_reset(out);
	latin_clean(out, l->value, l->value_len < SHORT_MAX ? l->value_len : SHORT_MAX);
	return out->failed ? stop(p, PRESCAN_MEMORY) : 0;
}

static void keep_refresh(struct prescan *p, const struct content_line *l, int overrides)
{
	struct when_span span;

	if ((p->refresh_s == 0 || overrides) && when_parse_span(l->value, l->value_len, &span) == 0 &&
	    span.days >= 0 && span.seconds >= 0)
		p->refresh_s = (int64_t)span.days * 86400 + span.seconds;
}

static int calendar_line(struct prescan *p, const struct content_line *l)
{
	if (content_is(l, "X-WR-CALNAME") || (content_is(l, "NAME") && p->name.len == 0))
		return keep_short(p, &p->name, l);
	if (content_is(l, "X-WR-TIMEZONE")) {
		p->two_zones |= p->zone_id.len > 0 && (p->zone_id.len != l->value_len ||
		    memcmp(p->zone_id.data, l->value, l->value_len) != 0);
		return keep_short(p, &p->zone_id, l);
	}
	if (content_is(l, "METHOD"))
		p->cancels = content_word(l->value, l->value_len, "CANCEL");
	else if (content_is(l, "REFRESH-INTERVAL"))
		keep_refresh(p, l, 1);
	else if (content_is(l, "X-PUBLISHED-TTL"))
		keep_refresh(p, l, 0);
	return 0;
}

static int zone_line(struct prescan *p, const struct content_line *l)
{
	if (content_is(l, "TZID"))
		return keep_short(p, &p->zone_name, l);
	if (content_is(l, "X-LIC-LOCATION"))
		return keep_short(p, &p->zone_place, l);
	return 0;
}

/* ---- one unfolded line */

/* A calendar begins with BEGIN:VCALENDAR; a bare event is taken as well. */
static int recognise(struct prescan *p, const struct content_line *l, int is_line)
{
	char name[16] = "";

	if (is_line && content_is(l, "BEGIN"))
		component_name(l, name);
	if (strcmp(name, "VCALENDAR") != 0 && strcmp(name, "VEVENT") != 0)
		return stop(p, PRESCAN_NOT_CALENDAR);
	p->recognised = 1;
	return 0;
}

static int take_line(struct prescan *p)
{
	const char *data = buf_str(&p->line);
	size_t len = p->line.len;
	struct content_line l;
	char name[16];
	int is_line;

	if (!p->recognised && len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {	/* byte order mark */
		data += 3;
		len -= 3;
	}
	while (len > 0 && (*data == ' ' || *data == '\t')) {
		data++;
		len--;
	}
	if (len == 0)
		return 0;
	is_line = content_split(data, len, &l) == 0;
	if (!is_line || !content_is(&l, "DTSTAMP")) {
		hash_add(p, p->line.data, p->line.len);
		hash_add(p, "\n", 1);
	}
	if (!p->recognised && recognise(p, &l, is_line) != 0)
		return -1;
	if (!is_line) {
		if (p->event != NULL)
			lose_line(p, data, len);
		return 0;
	}
	if (content_is(&l, "BEGIN")) {
		component_name(&l, name);
		return begin_component(p, name);
	}
	if (content_is(&l, "END")) {
		component_name(&l, name);
		end_component(p, name);
		return 0;
	}
	if (p->event != NULL)
		return strcmp(p->levels[p->depth - 1].name, "VEVENT") == 0 && p->too_deep == 0 &&
		    (p->event->cut & PRESCAN_CUT_NESTED) == 0 ? keep_line(p, &l) : 0;
	if (is_level(p, 1, "VCALENDAR"))
		return calendar_line(p, &l);
	return is_level(p, 2, "VTIMEZONE") ? zone_line(p, &l) : 0;
}

static int end_line(struct prescan *p)
{
	int ret = take_line(p);

	buf_reset(&p->line);
	p->line_cut = 0;
	return ret;
}

static int append(struct prescan *p, const char *data, size_t len)
{
	size_t room = PRESCAN_LINE_MAX - p->line.len, n = len < room ? len : room;

	if (buf_add(&p->line, data, n) != 0)
		return stop(p, PRESCAN_MEMORY);
	if (n < len) {
		hash_add(p, data + n, len - n);
		p->line_cut = 1;
	}
	return 0;
}

/* A piece of a physical line, without its end. One that begins with a blank continues the line before. */
static int take_piece(struct prescan *p, const char *data, size_t len)
{
	if (p->in_line)
		return append(p, data, len);
	if (len == 0)
		return 0; /* an empty line ends nothing: some publishers double their line ends */
	p->in_line = 1;
	if (p->begun && (data[0] == ' ' || data[0] == '\t'))
		return append(p, data + 1, len - 1);
	if (p->begun && end_line(p) != 0)
		return -1;
	p->begun = 1;
	p->line_start = p->line_no;
	return append(p, data, len);
}

/* ---- bytes */

/* In UTF-16 every second byte of BEGIN is zero; the marks are FF FE and FE FF. */
static int is_wide(const char *s, size_t len)
{
	if (len >= 2 && ((s[0] == '\xff' && s[1] == '\xfe') || (s[0] == '\xfe' && s[1] == '\xff')))
		return 1;
	return len >= 4 && ((s[0] == '\0' && s[2] == '\0') || (s[1] == '\0' && s[3] == '\0'));
}

/* Keeps the head until it can be judged; then lets it through. */
static int take_head(struct prescan *p, const char *data, size_t len)
{
	size_t room = PRESCAN_HEAD_MAX - p->head.len;

	if (p->recognised || room == 0)
		return 0;
	if (buf_add(&p->head, data, len < room ? len : room) != 0)
		return stop(p, PRESCAN_MEMORY);
	if (is_wide(p->head.data, p->head.len))
		return stop(p, PRESCAN_ENCODING);
	return 0;
}

/* The next line end in the bytes, or their end. */
static const char *find_end(const char *s, const char *end)
{
	const char *lf = memchr(s, '\n', (size_t)(end - s)), *cr;

	if (lf == NULL)
		lf = end;
	cr = memchr(s, '\r', (size_t)(lf - s));
	return cr != NULL ? cr : lf;
}

static int take_bytes(struct prescan *p, const char *s, const char *end)
{
	while (s < end) {
		const char *stop_at;

		if (p->after_cr && *s == '\n') {
			p->after_cr = 0;
			s++;
			continue;
		}
		p->after_cr = 0;
		stop_at = find_end(s, end);
		if ((stop_at > s || stop_at < end) && take_piece(p, s, (size_t)(stop_at - s)) != 0)
			return -1;
		if (stop_at == end)
			return 0;
		p->in_line = 0;
		p->line_no++;
		p->after_cr = *stop_at == '\r';
		s = stop_at + 1;
	}
	return 0;
}

int prescan_add(struct prescan *p, const char *data, size_t len)
{
	size_t seen = p->bytes;

	if (p->verdict != PRESCAN_OK)
		return -1;
	if (len > p->max_bytes - seen)
		return stop(p, PRESCAN_TOO_LARGE);
	if (p->line_no == 0)
		p->line_no = 1;
	if (take_head(p, data, len) != 0)
		return -1;
	p->bytes = seen + len;
	return take_bytes(p, data, data + len);
}

enum prescan_verdict prescan_end(struct prescan *p)
{
	if (p->verdict == PRESCAN_OK && p->begun)
		end_line(p);
	if (p->verdict == PRESCAN_OK && !p->recognised)
		stop(p, PRESCAN_EMPTY);
	if (p->verdict == PRESCAN_OK && p->depth + p->too_deep > 0)
		stop(p, PRESCAN_TRUNCATED);
	if (p->hashed.failed || p->text.failed || p->head.failed)
		stop(p, PRESCAN_MEMORY);
	if (p->verdict == PRESCAN_OK)
		hash_block(p);
	return p->verdict;
}
