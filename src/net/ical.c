/* One VEVENT: its times by our own reading, its texts by libical. */
#include "ical.h"
#include "contentline.h"
#include "prescan.h"
#include "zonename.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/sha.h"
#include "base/text.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <libical/ical.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define UID_KEPT 180			/* of a UID that is too long; its hash makes it one of a kind again */

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
	const struct ical *c;
	struct vevent v;
	int has_start, bad_start, bad_instance;
};

static void read_start(struct reading *r, const struct content_line *l)
{
	if (r->has_start)
		return;
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

/* Texts go to libical without their parameters, but for the name of an organizer. */
static void pass_text(struct reading *r, const struct content_line *l)
{
	const char *cn;
	size_t len;

	if (l->value_len == 0)
		return;			/* libical would call it an error */
	buf_add(r->c->chunk, l->name, l->name_len);
	if (content_is(l, "ORGANIZER") && content_param(l, "CN", &cn, &len) && memchr(cn, '"', len) == NULL &&
	    len > 0) {
		buf_puts(r->c->chunk, ";CN=\"");
		buf_add(r->c->chunk, cn, len);
		buf_putc(r->c->chunk, '"');
	}
	buf_putc(r->c->chunk, ':');
	buf_add(r->c->chunk, l->value, l->value_len);
	buf_puts(r->c->chunk, "\r\n");
}

static void read_line(struct reading *r, const struct content_line *l)
{
	const char *value = l->value;
	size_t len = l->value_len;

	content_trim(&value, &len);
	if (content_is(l, "DTSTART"))
		read_start(r, l);
	else if (content_is(l, "DTEND"))
		read_end(r, l);
	else if (content_is(l, "DTSTAMP"))
		r->v.stamp = read_stamp(l);
	else if (content_is(l, "LAST-MODIFIED"))
		r->v.modified = read_stamp(l);
	else if (content_is(l, "SEQUENCE"))
		r->v.sequence = read_sequence(l);
	else if (content_is(l, "STATUS"))
		r->v.cancelled = content_word(value, len, "CANCELLED");
	else if (content_is(l, "DURATION"))
		read_span(r, l);
	else if (content_is(l, "RRULE"))
		read_rule(r, l);
	else if (content_is(l, "EXRULE"))
		r->v.has_exrule = 1;
	else if (content_is(l, "RDATE") || content_is(l, "EXDATE"))
		r->v.has_dates = 1;
	else if (content_is(l, "RECURRENCE-ID"))
		read_instance(r, l);
	else
		pass_text(r, l);
}

/* ---- texts */

int ical_text(const struct ical *c, const char *s, size_t max, const char **ret)
{
	size_t len;

	buf_reset(c->text);
	text_clean(c->text, s, strlen(s), SIZE_MAX);
	len = c->text->len;
	if (len > max) {
		for (len = max; len > 0 && ((unsigned char)c->text->data[len] & 0xC0) == 0x80; len--)
			;
		while (len > 0 && c->text->data[len - 1] == ' ')
			len--;
	}
	*ret = c->text->failed ? NULL : arena_strndup(c->arena, buf_str(c->text), len);
	return len < c->text->len;
}

static const char *organizer_of(icalproperty *property)
{
	icalparameter *cn = icalproperty_get_first_parameter(property, ICAL_CN_PARAMETER);
	const char *name = cn != NULL ? icalparameter_get_cn(cn) : NULL;

	if (name == NULL || name[0] == '\0')
		name = icalproperty_get_organizer(property);
	return name != NULL && strncasecmp(name, "mailto:", 7) == 0 ? name + 7 : name;
}

static void set_text(struct reading *r, const char *s, size_t max, const char **ret)
{
	if (s != NULL && ical_text(r->c, s, max, ret))
		r->v.flags |= EVENT_CUT;
}

/* As published, if it can be. */
static void set_uid(struct reading *r, const char *s)
{
	char hex[SHA_HEX_SIZE], uid[UID_KEPT + 1 + SHA_HEX_SIZE];

	if (strlen(s) <= EVENT_UID_MAX && !text_has_control(s, strlen(s))) {
		r->v.uid = arena_strdup(r->c->arena, s);
		return;
	}
	if (!ical_text(r->c, s, EVENT_UID_MAX, &r->v.uid) || r->v.uid == NULL)
		return;
	sha256_hex(s, strlen(s), hex);
	text_copy(uid, UID_KEPT + 1, r->v.uid);
	snprintf(uid + strlen(uid), SHA_HEX_SIZE + 1, "-%s", hex);
	r->v.uid = arena_strdup(r->c->arena, uid);
}

static void read_property(struct reading *r, icalproperty *property)
{
	switch (icalproperty_isa(property)) {
	case ICAL_UID_PROPERTY:
		if (r->v.uid[0] == '\0' && icalproperty_get_uid(property) != NULL)
			set_uid(r, icalproperty_get_uid(property));
		break;
	case ICAL_SUMMARY_PROPERTY:
		set_text(r, icalproperty_get_summary(property), EVENT_TITLE_MAX, &r->v.title);
		break;
	case ICAL_LOCATION_PROPERTY:
		set_text(r, icalproperty_get_location(property), EVENT_TEXT_MAX, &r->v.location);
		break;
	case ICAL_URL_PROPERTY:
		set_text(r, icalproperty_get_url(property), EVENT_TEXT_MAX, &r->v.url);
		break;
	case ICAL_ORGANIZER_PROPERTY:
		set_text(r, organizer_of(property), EVENT_TEXT_MAX, &r->v.organizer);
		break;
	case ICAL_XLICERROR_PROPERTY:
		r->v.flags |= EVENT_CUT;	/* a text that libical did not understand is missing */
		break;
	default:
		break;
	}
}

static int read_texts(struct reading *r, struct err *err)
{
	icalcomponent *component;

	if (r->c->chunk->failed)
		return err_oom(err);
	component = icalparser_parse_string(buf_str(r->c->chunk));
	if (component == NULL)
		return err_oom(err);
	for (icalproperty *p = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY);
	    p != NULL && r->v.uid != NULL; p = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY))
		read_property(r, p);
	icalcomponent_free(component);
	if (r->v.uid == NULL || r->v.title == NULL || r->v.location == NULL || r->v.url == NULL ||
	    r->v.organizer == NULL)
		return err_oom(err);
	return 0;
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
static int keep_lines(struct reading *r, struct err *err)
{
	const char *copy;

	if (r->v.nrules == 0 && !r->v.has_dates) {
		r->v.lines = "";
		r->v.lines_len = 0;
		return 0;
	}
	copy = arena_strndup(r->c->arena, r->v.lines, r->v.lines_len);
	if (copy == NULL)
		return err_oom(err);
	if (r->v.rule != NULL)
		r->v.rule = copy + (r->v.rule - r->v.lines);
	r->v.lines = copy;
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

int ical_read(const struct ical *c, const struct prescan *p, const struct prescan_event *e,
    struct vevent *ret, struct vevent_skip *skip, struct err *err)
{
	struct reading r;
	const char *lines = buf_str(&p->text) + e->offset, *line;
	size_t at = 0, len;
	struct content_line l;

	memset(&r, 0, sizeof(r));
	r.c = c;
	r.v.uid = r.v.title = r.v.location = r.v.url = r.v.organizer = "";
	r.v.flags = e->flags;
	r.v.lines = lines;
	r.v.lines_len = e->len;
	r.v.line = e->line;
	buf_reset(c->chunk);
	buf_puts(c->chunk, "BEGIN:VEVENT\r\n");
	while (ical_line(lines, e->len, &at, &line, &len))
		if (content_split(line, len, &l) == 0)
			read_line(&r, &l);
	buf_puts(c->chunk, "END:VEVENT\r\n");
	if (read_texts(&r, err) != 0 || keep_lines(&r, err) != 0)
		return -1;
	*ret = r.v;
	return skip_if_broken(&r, e, skip);
}

void ical_end(void)
{
	icalmemory_free_ring();
}
