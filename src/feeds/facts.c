/* The texts of an event in the form in which rules are compared with them. */
#include "matcher.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

void facts_begin(struct facts *f, const struct match_calendar *c, const struct event *e)
{
	f->calendar = c;
	f->event = e;
	f->have = 0;
}

void facts_free(struct facts *f)
{
	for (int i = 0; i < MATCH_FIELDS; i++)
		buf_free(&f->text[i]);
	buf_free(&f->extra);
	buf_free(&f->piece);
}

static int is_ascii(const char *s, size_t n)
{
	unsigned char all = 0;

	for (size_t i = 0; i < n; i++)
		all |= (unsigned char)s[i];
	return all < 0x80;
}

static char folded(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return c;
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : ' ';
}

/* Most texts are ASCII, and descriptions long: this is several times as fast as text_fold() alone. */
void facts_fold(struct buf *out, const char *s, size_t n)
{
	int gap = 0, any = 0;
	char *to;

	if (!is_ascii(s, n)) {
		text_fold(out, s, n);
		return;
	}
	if (buf_reserve(out, n) != 0)
		return;
	to = out->data + out->len;
	for (size_t i = 0; i < n; i++) {
		char c = folded(s[i]);

		if (c == ' ') {
			gap = any;
			continue;
		}
		if (gap)
			*to++ = ' ';
		*to++ = c;
		gap = 0;
		any = 1;
	}
	*to = '\0';
	out->len = (size_t)(to - out->data);
}

static void put_words(struct buf *out, const char *s)
{
	if (s != NULL)
		facts_fold(out, s, strlen(s));
}

static void put_list(struct buf *out, const char *s)
{
	while (s != NULL && *s != '\0') {
		size_t n = strcspn(s, ",");

		facts_fold(out, s, n);
		buf_putc(out, '\n');
		s += n + (s[n] == ',');
	}
}

static void put_host(struct buf *out, const char *url)
{
	char host[EVENT_TEXT_MAX + 1];

	buf_puts(out, match_host(url != NULL ? url : "", host, sizeof(host)));
}

static void put_series(struct buf *out, const char *uid)
{
	char key[EVENT_UID_MAX + 1];

	buf_puts(out, event_series_key(uid, key));
}

const struct buf *facts_text(struct facts *f, enum match_field field)
{
	struct buf *out = &f->text[field];

	if (f->have & 1U << field)
		return out;
	buf_reset(out);
	switch (field) {
	case MATCH_TITLE: put_words(out, f->event->title); break;
	case MATCH_CATEGORIES: put_list(out, f->event->categories); break;
	case MATCH_DESCRIPTION: put_words(out, f->event->description); break;
	case MATCH_LOCATION: put_words(out, f->event->location); break;
	case MATCH_HOST: put_host(out, f->event->url); break;
	case MATCH_ORGANIZER: put_words(out, f->event->organizer); break;
	case MATCH_DOMAIN: buf_puts(out, f->event->domain != NULL ? f->event->domain : ""); break;
	case MATCH_CALENDAR: put_words(out, f->calendar->name); break;
	case MATCH_SERIES: put_series(out, f->event->uid); break;
	case MATCH_EXTRA: break;
	}
	if (out->failed)
		return NULL;
	f->have |= 1U << field;
	return out;
}
