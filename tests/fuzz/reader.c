/* A whole calendar to event records: what ceud-net writes ceud must accept, within the limits and the window. */
#include "input.h"
#include "body.h"
#include "import.h"
#include "zonename.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "feeds/event.h"

enum { EVENTS_MAX = 200, OCCURRENCES_MAX = 300, SERIES_MAX = 60, STEPS_MAX = 4000, BYTES_MAX = 200000 };

struct sink {
	int64_t from, to;		/* the window, with the room that zones need */
	size_t events, skips;
};

static int take_event(void *to, const struct event *e, struct err *err)
{
	struct event_list list = EVENT_LIST_INIT;
	struct buf line = BUF_INIT;
	struct sink *s = to;
	struct jsonw w;

	(void)err;
	jsonw_begin(&w, &line);
	jsonw_object(&w, NULL);
	event_write(&w, e);
	jsonw_end_object(&w);
	MUST(!line.failed && event_list_add(&list, line.data, line.len, NULL) == 0);
	MUST(strcmp(list.items[0].content, e->content) == 0 && strcmp(list.items[0].detail, e->detail) == 0);
	MUST(e->start < s->to && (e->end > s->from || (e->end == e->start && e->start >= s->from)));
	MUST(e->minutes >= 0 && e->minutes <= 600 && (e->minutes == 0 || !e->all_day));
	s->events++;
	event_list_free(&list);
	buf_free(&line);
	return 0;
}

static int take_skip(void *to, const char *code, const char *uid, const char *text, struct err *err)
{
	struct sink *s = to;

	(void)err;
	MUST(code[0] != '\0' && text[0] != '\0');
	MUST(text_is_utf8(uid, strlen(uid)) && text_is_utf8(text, strlen(text)));
	s->skips++;
	return 0;
}

static void import(struct body *b, struct zone_names *zones)
{
	struct import_terms terms = { { zone_utc(), 20454, 20820, OCCURRENCES_MAX, SERIES_MAX, STEPS_MAX },
		EVENTS_MAX, "dana@example.org" };
	struct import_result result = { .verdict = PRESCAN_OK };
	struct sink s = { (20454 - 2) * INT64_C(86400000), (20820 + 2) * INT64_C(86400000), 0, 0 };
	struct import_sink sink = { take_event, take_skip, &s };
	struct err err = { .class = ERR_NONE };

	if (import_run(b, zones, &terms, &sink, &result, &err) != 0) {
		fprintf(stderr, "%s\n", err.what);
		abort();
	}
	if (result.verdict == PRESCAN_OK)
		MUST(result.events == s.events && s.events <= OCCURRENCES_MAX);
	MUST(text_is_utf8(result.name, strlen(result.name)) && text_is_utf8(result.producer, strlen(result.producer)));
	MUST(!zone_names_failed(zones));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct zone_names *zones = zone_names_new();
	struct body b;

	MUST(zones != NULL);
	body_begin(&b, -1, BYTES_MAX);
	if (len > 0)
		(void)body_add(&b, (const char *)data, len);
	if (body_end(&b) == PRESCAN_OK)
		import(&b, zones);
	body_free(&b);
	zone_names_free(zones);
	return 0;
}
