/* The lines of an event that are kept. */
#include "prescan.h"
#include "body.h"
#include "contentline.h"
#include "latin.h"
#include "feeds/event.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum line_kind { KIND_TEXT, KIND_DATES };

#define NAME(s) s, sizeof(s) - 1

static const struct {
	const char *name;
	size_t len;
	enum line_kind kind;
} names[LINE_EXTRA] = {
	[LINE_UID] = { NAME("UID"), KIND_TEXT },
	[LINE_DTSTART] = { NAME("DTSTART"), KIND_DATES },
	[LINE_DTEND] = { NAME("DTEND"), KIND_DATES },
	[LINE_SUMMARY] = { NAME("SUMMARY"), KIND_TEXT },
	[LINE_LOCATION] = { NAME("LOCATION"), KIND_TEXT },
	[LINE_STATUS] = { NAME("STATUS"), KIND_TEXT },
	[LINE_DTSTAMP] = { NAME("DTSTAMP"), KIND_TEXT },
	[LINE_URL] = { NAME("URL"), KIND_TEXT },
	[LINE_ORGANIZER] = { NAME("ORGANIZER"), KIND_TEXT },
	[LINE_SEQUENCE] = { NAME("SEQUENCE"), KIND_TEXT },
	[LINE_LAST_MODIFIED] = { NAME("LAST-MODIFIED"), KIND_TEXT },
	[LINE_DURATION] = { NAME("DURATION"), KIND_DATES },
	[LINE_RRULE] = { NAME("RRULE"), KIND_DATES },
	[LINE_EXDATE] = { NAME("EXDATE"), KIND_DATES },
	[LINE_RDATE] = { NAME("RDATE"), KIND_DATES },
	[LINE_EXRULE] = { NAME("EXRULE"), KIND_DATES },
	[LINE_RECURRENCE_ID] = { NAME("RECURRENCE-ID"), KIND_DATES },
	[LINE_CATEGORIES] = { NAME("CATEGORIES"), KIND_TEXT },
	[LINE_DESCRIPTION] = { NAME("DESCRIPTION"), KIND_TEXT },
	[LINE_CLASS] = { NAME("CLASS"), KIND_TEXT },
	[LINE_TRANSP] = { NAME("TRANSP"), KIND_TEXT },
	[LINE_ATTENDEE] = { NAME("ATTENDEE"), KIND_TEXT },
	[LINE_BUSY] = { NAME("X-MICROSOFT-CDO-BUSYSTATUS"), KIND_TEXT },
};

/* X- properties that say nothing about an event. */
static const char *const dull[] = { "X-ALT-DESC", "X-LIC-", "X-APPLE-", "X-MOZ-" };

static enum prescan_name find_extra(const char *name, size_t len)
{
	if (len < 3 || (name[0] | 0x20) != 'x' || name[1] != '-' || len > 60)
		return LINE_NAMES;
	for (size_t i = 0; i < sizeof(dull) / sizeof(dull[0]); i++)
		if (strncasecmp(name, dull[i], strlen(dull[i])) == 0)
			return LINE_NAMES;
	return LINE_EXTRA;
}

static enum prescan_name find(const char *name, size_t len)
{
	char first = (char)(name[0] & ~0x20);

	for (int i = 0; i < LINE_EXTRA; i++)
		if (names[i].len == len && names[i].name[0] == first &&
		    strncasecmp(name, names[i].name, len) == 0)
			return (enum prescan_name)i;
	return find_extra(name, len);
}

static int is_dates(enum prescan_name name)
{
	return name < LINE_EXTRA && names[name].kind == KIND_DATES;
}

/* If it spoke of dates the event cannot be trusted without it. */
void prescan_lose(struct prescan *p, const char *line, size_t len)
{
	enum prescan_name name;
	size_t n = 0;

	while (n < len && line[n] != ';' && line[n] != ':' && line[n] != ' ')
		n++;
	name = n > 0 ? find(line, n) : LINE_NAMES;
	if (is_dates(name))
		p->event.cut |= PRESCAN_CUT_DATES;
	else if (name != LINE_EXTRA)
		p->event.flags |= EVENT_CUT;
}

/* What is too long of a text is cut: its parameters go whole, a value ends with a whole character. */
static void shorten(struct prescan *p, enum prescan_name name, struct content_line *l)
{
	size_t most = name == LINE_EXTRA ? EVENT_EXTRAS_MAX : PRESCAN_TEXT_MAX;

	if (l->params_len > PRESCAN_PARAMS_MAX)
		l->params_len = 0;
	if (l->value_len <= most)
		return;
	for (l->value_len = most; l->value_len > 0; l->value_len--)
		if (((unsigned char)l->value[l->value_len] & 0xC0) != 0x80)
			break;
	if (name != LINE_EXTRA)
		p->event.flags |= EVENT_CUT;
}

/* Is this the attendee whose calendar it is? */
static int is_owner(const struct prescan *p, const struct content_line *l)
{
	const char *value = l->value;
	size_t len = l->value_len;

	content_trim(&value, &len);
	if (p->owner == NULL || p->owner[0] == '\0' || len < 7 || strncasecmp(value, "mailto:", 7) != 0)
		return 0;
	return len - 7 == strlen(p->owner) && strncasecmp(value + 7, p->owner, len - 7) == 0;
}

static int is_wanted(struct prescan *p, enum prescan_name name, const struct content_line *l)
{
	if (name == LINE_NAMES || (l->value_len == 0 && !is_dates(name)))
		return 0;
	if (name == LINE_ATTENDEE)
		return is_owner(p, l);
	if (name != LINE_EXTRA)
		return 1;
	p->extras += l->name_len + l->value_len + 1;
	return p->extras <= PRESCAN_EXTRAS_MAX;
}

static int note_line(struct prescan *p, const struct prescan_line *line)
{
	if (p->nlines == p->lines_cap) {
		size_t cap = p->lines_cap > 0 ? p->lines_cap * 2 : 32;
		struct prescan_line *lines = reallocarray(p->lines, cap, sizeof(*lines));

		if (lines == NULL)
			return prescan_stop(p, PRESCAN_MEMORY);
		p->lines = lines;
		p->lines_cap = cap;
	}
	p->lines[p->nlines++] = *line;
	p->event.names |= 1U << line->name;
	return 0;
}

static void put_name(struct prescan *p, enum prescan_name name, const struct content_line *l)
{
	if (name < LINE_EXTRA) {
		buf_add(&p->text, names[name].name, names[name].len);
		return;
	}
	for (size_t i = 0; i < l->name_len; i++)
		buf_putc(&p->text, l->name[i] >= 'a' && l->name[i] <= 'z' ? (char)(l->name[i] - 32) : l->name[i]);
}

/* What Outlook and others publish in the encoding of their machine is read as that, line by line. */
static int put(struct prescan *p, enum prescan_name name, const struct content_line *l)
{
	struct prescan_line line = { name, p->text.len, l->name_len, 0, 0 };
	size_t from;

	put_name(p, name, l);
	from = p->text.len;
	if (latin_clean(&p->text, l->params, l->params_len) > 0)
		p->event.flags |= EVENT_ENCODING;
	line.params_len = p->text.len - from;
	buf_putc(&p->text, ':');
	from = p->text.len;
	if (latin_clean(&p->text, l->value, l->value_len) > 0)
		p->event.flags |= EVENT_ENCODING;
	line.value_len = p->text.len - from;
	if (memchr(l->value, '\0', l->value_len) != NULL)
		p->event.flags |= EVENT_CUT;
	if (buf_putc(&p->text, '\n') != 0)
		return prescan_stop(p, PRESCAN_MEMORY);
	return note_line(p, &line);
}

int prescan_keep(struct prescan *p, struct content_line *l)
{
	enum prescan_name name = find(l->name, l->name_len);

	if (name == LINE_UID && p->event.uid == 0)
		p->event.uid = body_uid(l->value, l->value_len);
	if (!is_wanted(p, name, l))
		return 0;
	if (p->text.len + l->params_len + l->value_len > PRESCAN_EVENT_MAX && is_dates(name)) {
		p->event.cut |= PRESCAN_CUT_SIZE;
		return 0;
	}
	if (is_dates(name) && (p->line_cut || l->params_len > PRESCAN_PARAMS_MAX)) {
		p->event.cut |= PRESCAN_CUT_DATES;
		return 0;
	}
	if (!is_dates(name)) {
		shorten(p, name, l);
		if (p->text.len + l->params_len + l->value_len > PRESCAN_EVENT_MAX) {
			p->event.flags |= EVENT_CUT;
			return 0;
		}
	}
	return put(p, name, l);
}
