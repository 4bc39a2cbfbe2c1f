/* Bytes to lines and components: body.h and prescan.h. However the bytes come in pieces, the outcome is the same. */
#include "input.h"
#include "body.h"
#include "prescan.h"
#include "zonename.h"
#include "base/err.h"
#include "base/text.h"

enum { EVENTS_MAX = 50, BYTES_MAX = 100000 };

struct outcome {
	enum prescan_verdict body, verdict;
	unsigned char hash[32];
	size_t nrepeated, n, calendars, others;
	uint64_t lines;			/* a sum over all that was given out */
};

static void mix(struct outcome *o, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		o->lines = (o->lines ^ (unsigned char)data[i]) * UINT64_C(1099511628211);
}

static int take(void *to, struct prescan *p, struct err *err)
{
	struct outcome *o = to;
	size_t end = 0;

	(void)err;
	MUST(p->event.index < EVENTS_MAX && p->text.len <= PRESCAN_EVENT_MAX + PRESCAN_LINE_MAX * 3);
	MUST(text_is_utf8(buf_str(&p->text), p->text.len));
	MUST(p->text.len == 0 || memchr(p->text.data, '\0', p->text.len) == NULL);
	for (size_t i = 0; i < p->nlines; i++) {
		const struct prescan_line *l = &p->lines[i];

		MUST(l->name < LINE_NAMES && l->at >= end && (p->event.names >> l->name & 1) != 0);
		end = l->at + l->name_len + l->params_len + 1 + l->value_len;
		MUST(end < p->text.len && p->text.data[end] == '\n');
		MUST(p->text.data[l->at + l->name_len + l->params_len] == ':');
		MUST(memchr(p->text.data + l->at, '\n', end - l->at) == NULL);
	}
	mix(o, buf_str(&p->text), p->text.len);
	mix(o, (const char *)&p->event.flags, sizeof(p->event.flags));
	mix(o, (const char *)&p->event.cut, sizeof(p->event.cut));
	return 0;
}

static int add(struct body *b, struct prescan *p, const char *data, size_t len)
{
	return b != NULL ? body_add(b, data, len) : prescan_add(p, data, len);
}

/* In pieces of `piece` bytes, each in memory of its own, so that reading beyond it shows. */
static void hand_over(struct body *b, struct prescan *p, const uint8_t *data, size_t len, size_t piece)
{
	for (size_t at = 0; at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;
		char *copy = malloc(n);

		MUST(copy != NULL);
		memcpy(copy, data + at, n);
		if (add(b, p, copy, n) != 0)
			at = len;
		free(copy);
	}
}

static void look(const uint8_t *data, size_t len, size_t piece, struct outcome *o)
{
	struct zone_names *zones = zone_names_new();
	struct err err = { .class = ERR_NONE };
	struct prescan p = { .looks_for = PRESCAN_FACTS | PRESCAN_EVENTS, .max_events = EVENTS_MAX, .owner = "a@b.example",
		.zones = zones, .take = take, .to = o, .err = &err };
	struct body b;

	MUST(zones != NULL);
	memset(o, 0, sizeof(*o));
	body_begin(&b, -1, BYTES_MAX);
	hand_over(&b, NULL, data, len, piece);
	o->body = body_end(&b);
	if (o->body == PRESCAN_OK) {
		memcpy(o->hash, b.hash, sizeof(o->hash));
		o->nrepeated = b.nrepeated;
	}
	body_free(&b);
	prescan_begin(&p);
	hand_over(NULL, &p, data, len, piece);
	o->verdict = prescan_end(&p);
	o->n = p.n;
	o->calendars = p.facts.calendars;
	o->others = p.facts.others + p.facts.todos + p.facts.journals + p.facts.broken;
	MUST(p.n <= EVENTS_MAX && o->verdict != PRESCAN_STOPPED && o->verdict != PRESCAN_MEMORY);
	prescan_free(&p);
	zone_names_free(zones);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, 4096 };
	struct outcome whole, parts;
	unsigned choice;

	if (len == 0)
		return 0;
	choice = data[0] % (sizeof(pieces) / sizeof(pieces[0]));
	look(data + 1, len - 1, len, &whole);
	look(data + 1, len - 1, pieces[choice], &parts);
	MUST(memcmp(&whole, &parts, sizeof(whole)) == 0);
	return 0;
}
