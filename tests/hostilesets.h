#ifndef HOSTILESETS_H
#define HOSTILESETS_H

#include <stdio.h>
#include <string.h>
#include "feeds/publish.h"
#include "seed.h"

/* Random calendars of ours with texts that try to break out of theirs, for whoever writes and whoever reads them. */
enum { HOSTILE_SETS = 1000, HOSTILE_ITEMS_MAX = 12, HOSTILE_TEXT_SIZE = 700 };

struct hostile_set {
	struct publish_item items[HOSTILE_ITEMS_MAX];
	struct publish_calendar calendar;
	char texts[HOSTILE_ITEMS_MAX][3][HOSTILE_TEXT_SIZE], keys[HOSTILE_ITEMS_MAX][24], name[HOSTILE_TEXT_SIZE];
};

static inline void hostile_text(char *out, size_t size)
{
	static const char *const pieces[] = {
		"a", "word ", ",", ";", "\\", "\\n", "\n", "\r\n", "\r", "\t", "\"", ":", "\x01", "\x1b[2J", "\x7f", "\xC2\x85",
		"e\xCC\x81", "\xCC\x81\xCC\x82", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC", "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA",
		"\xE2\x80\xA8", "\xE2\x80\xAE", "\xEF\xBB\xBF", "\xFF", "\xC3", "\xE6\xBC\xA2\xE5\xAD\x97", "END:VEVENT",
		"BEGIN:VALARM", " ", "   ", "X;Y=\"z\":", "\xF4\x8F\xBF\xBF", "\xD8\xB9", "https://example.org/a,b;c?d=e"
	};
	size_t n = 0, want = (size_t)seed_between(0, seed_between(0, 12) ? 60 : 400);

	for (size_t i = 0; i < want; i++) {
		const char *p = pieces[seed_between(0, (int64_t)(sizeof pieces / sizeof *pieces) - 1)];
		size_t len = strlen(p);

		if (n + len >= size)
			break;
		memcpy(out + n, p, len);
		n += len;
	}
	out[n] = '\0';
}

static inline void hostile_item(struct hostile_set *s, size_t i)
{
	struct publish_item *item = &s->items[i];
	int64_t start = seed_between(0, 1) ? seed_between(1, INT64_C(2000000000000)) : 0;

	snprintf(s->keys[i], sizeof s->keys[i], "planned-%zu", i);
	for (size_t k = 0; k < 3; k++)
		hostile_text(s->texts[i][k], HOSTILE_TEXT_SIZE);
	*item = (struct publish_item){ .key = s->keys[i], .title = s->texts[i][0], .text = s->texts[i][1],
		.location = s->texts[i][2], .categories = s->texts[i][2], .day = (day_t)seed_between(18000, 22000),
		.start = start, .end = start ? start + seed_between(0, 100000000) : 0, .changed_at = INT64_C(1773302400000),
		.cancelled = (int)seed_between(0, 1), .alarm = (int)seed_between(0, 1) };
}

static inline void hostile_make(struct hostile_set *s)
{
	size_t n = (size_t)seed_between(0, HOSTILE_ITEMS_MAX);

	hostile_text(s->name, sizeof s->name);
	for (size_t i = 0; i < n; i++)
		hostile_item(s, i);
	s->calendar = (struct publish_calendar){ .instance = "abcdefgh12345678", .name = s->name, .description = s->name,
		.zone = "Europe/Berlin", .url = "https://ceu.example.org", .items = s->items, .n = n };
}

#endif
