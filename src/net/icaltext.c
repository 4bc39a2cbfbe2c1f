/* The texts of one VEVENT. */
#include "icaltext.h"
#include "contentline.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/sha.h"
#include "base/text.h"
#include "feeds/event.h"
#include "feeds/match.h"

#include <libical/ical.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define UID_KEPT 180			/* of a UID that is too long; its hash makes it one of a kind again */
#define PIECE_MOST 1000			/* of one category, or of the value of an X- property */
#define EXTRA_KEPT 200

void icaltext_begin(struct icaltext *t, struct ical *c, struct vevent *v)
{
	memset(t, 0, sizeof(*t));
	t->c = c;
	t->v = v;
	t->whole = "";
	v->uid = v->title = v->location = v->url = v->organizer = "";
	v->categories = v->description = v->credit = v->domain = v->extras = "";
	buf_reset(&c->chunk);
	buf_reset(&c->categories);
	buf_reset(&c->extras);
	buf_reset(&c->credit);
}

/* ---- cleaning */

/* Nothing in it that cleaning would change: printable ASCII without two blanks together. */
static int is_clean(const char *s, size_t len)
{
	char last = ' ';

	if (len == 0)
		return 1;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < ' ' || s[i] > '~' || (s[i] == ' ' && last == ' '))
			return 0;
		last = s[i];
	}
	return last != ' ';
}

static size_t shortened(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	for (len = max; len > 0 && ((unsigned char)s[len] & 0xC0) == 0x80; len--)
		;
	while (len > 0 && s[len - 1] == ' ')
		len--;
	return len;
}

/* Where it is clean already, else in c->text. 0, or -1. */
static int clean(struct ical *c, const char **s, size_t *len)
{
	if (is_clean(*s, *len))
		return 0;
	buf_reset(&c->text);
	if (text_clean(&c->text, *s, *len, SIZE_MAX) != 0)
		return -1;
	*s = buf_str(&c->text);
	*len = c->text.len;
	return 0;
}

int ical_text(struct ical *c, const char *s, size_t len, size_t max, const char **ret)
{
	size_t kept;

	*ret = NULL;
	if (clean(c, &s, &len) != 0)
		return 0;
	kept = shortened(s, len, max);
	*ret = kept > 0 ? arena_strndup(c->arena, s, kept) : "";
	return kept < len;
}

static void set_text(struct icaltext *t, const char *s, size_t len, size_t max, const char **ret)
{
	if (ical_text(t->c, s, len, max, ret))
		t->v->flags |= EVENT_CUT;
}

/* As published, if it can be. */
static void set_uid(struct icaltext *t, const char *s, size_t len)
{
	char hex[SHA_HEX_SIZE], uid[UID_KEPT + 1 + SHA_HEX_SIZE];
	const char *trimmed = s;
	size_t trimmed_len = len;

	content_trim(&trimmed, &trimmed_len);
	if (trimmed_len == 0)
		return;
	if (len <= EVENT_UID_MAX && text_is_utf8(s, len) && !text_has_control(s, len)) {
		t->v->uid = arena_strndup(t->c->arena, s, len);
		return;
	}
	if (!ical_text(t->c, s, len, EVENT_UID_MAX, &t->v->uid) || t->v->uid == NULL)
		return;
	sha256_hex(s, len, hex);
	text_copy(uid, UID_KEPT + 1, t->v->uid);
	snprintf(uid + strlen(uid), SHA_HEX_SIZE + 1, "-%s", hex);
	t->v->uid = arena_strdup(t->c->arena, uid);
}

/* An excerpt is kept; all of it is looked at for a figure of credit. */
static void set_description(struct icaltext *t, const char *s, size_t len)
{
	size_t kept;

	t->v->description = t->whole = NULL;
	if (clean(t->c, &s, &len) != 0)
		return;
	kept = shortened(s, len, EVENT_TEXT_MAX);
	t->v->description = arena_strndup(t->c->arena, s, kept);
	t->whole = kept == len ? t->v->description : arena_strndup(t->c->arena, s, len);
}

/* Of an address; what is no name of a host is left out. */
static void set_domain(struct icaltext *t, const char *s)
{
	char domain[EVENT_DOMAIN_MAX + 1];
	size_t i;

	for (i = 0; s[i] != '\0' && s[i] != '>' && s[i] != ' '; i++) {
		char c = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];

		if (i == EVENT_DOMAIN_MAX ||
		    (c != '.' && c != '-' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')))
			return;
		domain[i] = c;
	}
	domain[i] = '\0';
	t->v->domain = arena_strdup(t->c->arena, domain);
}

/* A name, else the address. */
static void set_organizer(struct icaltext *t, const char *name, const char *address)
{
	const char *at;

	if (strncasecmp(address, "mailto:", 7) == 0)
		address += 7;
	if (name == NULL || name[0] == '\0')
		name = address;
	set_text(t, name, strlen(name), EVENT_TEXT_MAX, &t->v->organizer);
	at = strrchr(address, '@');
	if (at != NULL)
		set_domain(t, at + 1);
}

/* ---- lists of short texts */

/* One piece as it is meant, in out[PIECE_MOST + 1]. */
static void unescape(const char *s, size_t len, char *out)
{
	char raw[PIECE_MOST + 1];

	len = shortened(s, len, PIECE_MOST);
	memcpy(raw, s, len);
	raw[len] = '\0';
	if (memchr(raw, '\\', len) == NULL || icalvalue_decode_ical_string(raw, out, PIECE_MOST) == 0)
		memcpy(out, raw, len + 1);
}

/* Appends a text to a list, without what parts its items, if there is room for it. */
static void add_piece(struct ical *c, struct buf *list, char *text, char parts, size_t max)
{
	const char *s = text;
	size_t len = strlen(text);

	for (char *at = text; (at = strchr(at, parts)) != NULL;)
		*at = ' ';
	if (clean(c, &s, &len) == 0 && len > 0 && list->len + len <= max)
		buf_add(list, s, len);
}

static void take_categories(struct icaltext *t, const char *s, size_t len)
{
	struct buf *list = &t->c->categories;
	char piece[PIECE_MOST + 1];
	const char *end = s + len;

	while (s < end && list->len < EVENT_CATEGORIES_MAX) {
		const char *from = s;
		size_t before = list->len;

		for (; s < end && *s != ','; s++)
			if (*s == '\\' && s + 1 < end)
				s++;
		unescape(from, (size_t)(s - from), piece);
		if (before > 0)
			buf_putc(list, ',');
		add_piece(t->c, list, piece, ',', EVENT_CATEGORIES_MAX);
		if (list->len == before + (before > 0))
			list->len = before;
		s++;
	}
}

static int holds(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= len; i++)
		if (strncasecmp(s + i, word, n) == 0)
			return 1;
	return 0;
}

/* "X-NAME=value; X-NAME=value". Those that speak of credit are looked at for a figure. */
static void take_extra(struct icaltext *t, const struct content_line *l)
{
	struct buf *list = &t->c->extras;
	size_t before = list->len;
	char value[PIECE_MOST + 1];

	unescape(l->value, l->value_len, value);
	if (holds(l->name, l->name_len, "CREDIT") || holds(l->name, l->name_len, "CEU")) {
		if (t->c->credit.len > 0)
			buf_puts(&t->c->credit, ". ");
		buf_puts(&t->c->credit, value);
		if (value[0] != '\0' && value[strspn(value, "0123456789., ")] == '\0') {
			buf_putc(&t->c->credit, ' ');
			buf_puts(&t->c->credit, holds(l->name, l->name_len, "CEU") ? "CEU" : "credits");
		}
	}
	if (before + l->name_len + 4 > EVENT_EXTRAS_MAX)
		return;
	value[shortened(value, strlen(value), EXTRA_KEPT)] = '\0';
	if (before > 0)
		buf_puts(list, "; ");
	buf_add(list, l->name, l->name_len);
	buf_putc(list, '=');
	add_piece(t->c, list, value, ';', EVENT_EXTRAS_MAX);
	if (list->data != NULL && list->data[list->len - 1] == '=')
		list->len = before;
}

/* ---- lines */

static void take_plain(struct icaltext *t, enum prescan_name name, const char *s, size_t len)
{
	switch (name) {
	case LINE_UID:
		if (t->v->uid != NULL && t->v->uid[0] == '\0')
			set_uid(t, s, len);
		break;
	case LINE_SUMMARY: set_text(t, s, len, EVENT_TITLE_MAX, &t->v->title); break;
	case LINE_LOCATION: set_text(t, s, len, EVENT_TEXT_MAX, &t->v->location); break;
	case LINE_URL: set_text(t, s, len, EVENT_TEXT_MAX, &t->v->url); break;
	case LINE_DESCRIPTION: set_description(t, s, len); break;
	default: break;
	}
}

/* Texts go to libical without their parameters, but for the name of an organizer. */
static void take_escaped(struct icaltext *t, const struct content_line *l, const char *cn, size_t cn_len)
{
	struct buf *chunk = &t->c->chunk;

	if (t->escaped++ == 0)
		buf_puts(chunk, "BEGIN:VEVENT\r\n");
	buf_add(chunk, l->name, l->name_len);
	if (cn_len > 0) {
		buf_puts(chunk, ";CN=\"");
		buf_add(chunk, cn, cn_len);
		buf_putc(chunk, '"');
	}
	buf_putc(chunk, ':');
	buf_add(chunk, l->value, l->value_len);
	buf_puts(chunk, "\r\n");
}

static void take_organizer(struct icaltext *t, const struct content_line *l)
{
	const char *cn = "";
	char name[PIECE_MOST + 1], address[PIECE_MOST + 1];
	size_t len = 0, n;

	if (!content_param(l, "CN", &cn, &len) || memchr(cn, '"', len) != NULL)
		len = 0;
	if (memchr(cn, '^', len) != NULL || memchr(cn, '\\', len) != NULL) {
		take_escaped(t, l, cn, len);
		return;
	}
	n = shortened(cn, len, PIECE_MOST);
	memcpy(name, cn, n);
	name[n] = '\0';
	n = shortened(l->value, l->value_len, PIECE_MOST);
	memcpy(address, l->value, n);
	address[n] = '\0';
	set_organizer(t, name, address);
}

void icaltext_take(struct icaltext *t, enum prescan_name name, const struct content_line *l)
{
	switch (name) {
	case LINE_UID:
	case LINE_SUMMARY:
	case LINE_LOCATION:
	case LINE_DESCRIPTION:
		if (memchr(l->value, '\\', l->value_len) != NULL)
			take_escaped(t, l, NULL, 0);
		else
			take_plain(t, name, l->value, l->value_len);
		break;
	case LINE_URL: take_plain(t, name, l->value, l->value_len); break;
	case LINE_ORGANIZER: take_organizer(t, l); break;
	case LINE_CATEGORIES: take_categories(t, l->value, l->value_len); break;
	case LINE_BUSY:
	case LINE_EXTRA: take_extra(t, l); break;
	default: break;
	}
}

/* ---- what libical reads */

static void take_string(struct icaltext *t, enum prescan_name name, const char *s)
{
	if (s != NULL)
		take_plain(t, name, s, strlen(s));
}

static void take_property(struct icaltext *t, icalproperty *property)
{
	icalparameter *cn;
	const char *address;

	switch (icalproperty_isa(property)) {
	case ICAL_UID_PROPERTY: take_string(t, LINE_UID, icalproperty_get_uid(property)); break;
	case ICAL_SUMMARY_PROPERTY: take_string(t, LINE_SUMMARY, icalproperty_get_summary(property)); break;
	case ICAL_LOCATION_PROPERTY: take_string(t, LINE_LOCATION, icalproperty_get_location(property)); break;
	case ICAL_DESCRIPTION_PROPERTY:
		take_string(t, LINE_DESCRIPTION, icalproperty_get_description(property));
		break;
	case ICAL_ORGANIZER_PROPERTY:
		cn = icalproperty_get_first_parameter(property, ICAL_CN_PARAMETER);
		address = icalproperty_get_organizer(property);
		if (address != NULL)
			set_organizer(t, cn != NULL ? icalparameter_get_cn(cn) : NULL, address);
		break;
	case ICAL_XLICERROR_PROPERTY:
		t->v->flags |= EVENT_CUT;	/* a text that libical did not understand is missing */
		break;
	default:
		break;
	}
}

static int read_chunk(struct icaltext *t, struct err *err)
{
	icalcomponent *component;

	if (buf_puts(&t->c->chunk, "END:VEVENT\r\n") != 0)
		return err_oom(err);
	component = icalparser_parse_string(buf_str(&t->c->chunk));
	if (component == NULL)
		return err_oom(err);
	for (icalproperty *p = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY); p != NULL;
	     p = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY))
		take_property(t, p);
	icalcomponent_free(component);
	return 0;
}

static const char *kept_list(struct ical *c, const struct buf *list)
{
	return list->len > 0 ? arena_strndup(c->arena, list->data, list->len) : "";
}

/* Words that name a figure of credit, as they stand. */
static int quote_credit(struct icaltext *t, struct err *err)
{
	const char *texts[] = { t->v->title, t->whole, buf_str(&t->c->credit) };
	char quote[EVENT_CREDIT_MAX + 1];

	credit_quote(texts, sizeof(texts) / sizeof(texts[0]), quote);
	if (quote[0] == '\0')
		return 0;
	t->v->credit = arena_strdup(t->c->arena, quote);
	return t->v->credit == NULL ? err_oom(err) : 0;
}

int icaltext_end(struct icaltext *t, struct err *err)
{
	struct vevent *v = t->v;

	if (t->escaped > 0 && read_chunk(t, err) != 0)
		return -1;
	v->categories = kept_list(t->c, &t->c->categories);
	v->extras = kept_list(t->c, &t->c->extras);
	if (v->uid == NULL || v->title == NULL || v->location == NULL || v->url == NULL || v->organizer == NULL ||
	    v->description == NULL || t->whole == NULL || v->domain == NULL || v->categories == NULL ||
	    v->extras == NULL || t->c->categories.failed || t->c->extras.failed || t->c->credit.failed)
		return err_oom(err);
	return quote_credit(t, err);
}

void ical_end(void)
{
	icalmemory_free_ring();
}
