/* Our own calendars as others read them: libical without a complaint, our importer with every event as it was. */
#include "help.h"
#include "body.h"
#include "import.h"
#include "zonename.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "base/zone.h"
#include "feeds/event.h"
#include "hostilesets.h"

#include <libical/ical.h>

static struct hostile_set set;

static int64_t whole(int64_t instant)
{
	return instant / 1000 * 1000;
}

static const struct publish_item *item_of(const char *uid)
{
	for (size_t i = 0; i < set.calendar.n; i++) {
		size_t len = strlen(set.items[i].key);

		if (!strncmp(uid, set.items[i].key, len) && !strcmp(uid + len, "@abcdefgh12345678"))
			return &set.items[i];
	}
	fail_msg("there is no event %s", uid);
	return NULL;
}

/* What stays of a title once controls, broken letters and runs of blanks are gone; cut as the record is. */
static void clean(struct buf *out, const char *text)
{
	buf_reset(out);
	assert_int_equal(text_clean(out, text, strlen(text), 100000), 0);
}

/* ---- libical */

static void libical_title(icalcomponent *event, const struct publish_item *i)
{
	const char *summary = icalcomponent_get_summary(event);
	struct buf got = BUF_INIT, want = BUF_INIT;

	clean(&got, summary ? summary : "");
	clean(&want, i->title);
	assert_string_equal(buf_str(&got), buf_str(&want));
	buf_free(&got);
	buf_free(&want);
}

static void libical_event(icalcomponent *event)
{
	const struct publish_item *i = item_of(icalcomponent_get_uid(event));
	struct icaltimetype start = icalcomponent_get_dtstart(event), end = icalcomponent_get_dtend(event);
	struct ymd d = date_ymd(i->day);

	libical_title(event, i);
	assert_int_equal(icalcomponent_get_status(event), i->cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED);
	assert_int_equal(icalcomponent_count_components(event, ICAL_VALARM_COMPONENT), i->alarm && !i->cancelled);
	if (i->start) {
		assert_true(icaltime_is_utc(start) && !start.is_date);
		assert_true((int64_t)icaltime_as_timet(start) * 1000 == whole(i->start));
		assert_true((int64_t)icaltime_as_timet(end) * 1000 == whole(i->end));
	} else {
		assert_true(start.is_date && start.year == d.year && start.month == d.month && start.day == d.day);
		d = date_ymd(i->day + 1);
		assert_true(end.is_date && end.year == d.year && end.month == d.month && end.day == d.day);
	}
}

static void libical_reads(void **state)
{
	struct buf b = BUF_INIT;
	struct err err;

	(void)state;
	icalerror_set_errors_are_fatal(0);
	seed_begin("libical reads");
	for (int round = 0; round < HOSTILE_SETS; round++) {
		icalcomponent *root;
		size_t n = 0;

		hostile_make(&set);
		buf_reset(&b);
		assert_int_equal(publish_write(&set.calendar, &b, &err), 0);
		root = icalparser_parse_string(buf_str(&b));
		assert_non_null(root);
		assert_int_equal(icalcomponent_count_errors(root), 0);
		assert_null(strstr(buf_str(&b), "X-LIC-ERROR"));
		for (icalcomponent *c = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT); c;
		     c = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT), n++)
			libical_event(c);
		assert_int_equal(n, set.calendar.n);
		icalcomponent_free(root);
		icalmemory_free_ring();
	}
	buf_free(&b);
}

/* ---- our importer */

static int take_event(void *to, const struct event *e, struct err *err)
{
	const struct publish_item *i = item_of(e->uid);
	const struct zone *zone;
	unsigned may = EVENT_FREE | (e->flags & EVENT_CUT);
	struct buf want = BUF_INIT;

	assert_int_equal(zone_get("Europe/Berlin", &zone, err), 0);
	clean(&want, i->title);
	assert_true(e->flags & EVENT_CUT ? !strncmp(buf_str(&want), e->title, strlen(e->title) - 3) :
	    !strcmp(buf_str(&want), e->title));
	assert_int_equal(e->cancelled, i->cancelled);
	assert_int_equal(e->all_day, !i->start);
	assert_string_equal(e->rid, "");
	if (i->start) {
		assert_true(e->start == whole(i->start) && e->end == whole(i->end));
		may |= (e->flags & EVENT_LONG) | (e->end == e->start ? EVENT_NO_END : 0);
	} else {
		assert_int_equal(e->day, i->day);
		assert_true(e->start == zone_instant(zone, i->day, 0) && e->end == zone_instant(zone, i->day + 1, 0));
	}
	assert_int_equal(e->flags, may);
	buf_free(&want);
	++*(size_t *)to;
	return 0;
}

static int take_skip(void *to, const char *code, const char *uid, const char *text, struct err *err)
{
	(void)to;
	(void)err;
	fail_msg("%s %s: %s", code, uid, text);
	return -1;
}

static void import(const struct buf *text)
{
	size_t n = 0;
	struct import_sink sink = { take_event, take_skip, &n };
	struct zone_names *zones = zone_names_new();
	struct import_terms terms = { { NULL, -100, 30000, 10000, 750, 50000 }, 20000, "" };
	struct import_result result;
	struct body b;
	struct err err;

	assert_non_null(zones);
	assert_int_equal(zone_get("Europe/Vienna", &terms.limits.zone, &err), 0);
	body_begin(&b, -1, 10000000);
	assert_int_equal(body_add(&b, text->data, text->len), 0);
	assert_int_equal(body_end(&b), PRESCAN_OK);
	assert_int_equal(import_run(&b, zones, &terms, &sink, &result, &err), 0);
	assert_int_equal(result.verdict, PRESCAN_OK);
	assert_int_equal(n, set.calendar.n);
	assert_int_equal(result.refresh_s, 6 * 3600);
	assert_string_equal(result.zone, "Europe/Berlin");
	assert_string_equal(result.producer, "-//ceud//Deadlines//EN");
	assert_int_equal(result.cancels, 0);
	body_free(&b);
	zone_names_free(zones);
}

static void we_read_ourselves(void **state)
{
	struct buf b = BUF_INIT;
	struct err err;

	(void)state;
	seed_begin("we read ourselves");
	for (int round = 0; round < HOSTILE_SETS; round++) {
		hostile_make(&set);
		buf_reset(&b);
		assert_int_equal(publish_write(&set.calendar, &b, &err), 0);
		import(&b);
	}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libical_reads),
		cmocka_unit_test(we_read_ourselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
