/* Event records: what ceud takes from ceud-net, hashes, identity, minutes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "feeds/event.h"

static struct event sample(void)
{
	struct event e = { .uid = "1@example.org",
		.rid = "20260312T150000Z",
		.title = "Journey mapping",
		.location = "Online",
		.url = "https://example.org/1",
		.organizer = "CX Academy",
		.categories = "Training,CX",
		.description = "Bring a journey map. 1.5 CEUs.",
		.credit = "1.5 CEUs",
		.domain = "academy.example",
		.extras = "X-TOPIC=maps; X-LEVEL=2",
		.start = 1773327600000,
		.end = 1773333000000,
		.zone = "Europe/Berlin",
		.minutes = 90,
		.series = 1,
		.flags = EVENT_CUT };

	assert_int_equal(date_from_ymd(2026, 3, 12, &e.day), 0);
	event_seal(&e);
	return e;
}

static void written(struct buf *out, const struct event *e)
{
	struct jsonw w;

	buf_reset(out);
	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	event_write(&w, e);
	jsonw_end_object(&w);
}

static int take(struct event_list *l, const char *text, struct err *err)
{
	struct buf copy = BUF_INIT;
	int ret;

	assert_int_equal(buf_puts(&copy, text), 0);
	ret = event_list_add(l, copy.data, copy.len, err);
	buf_free(&copy);
	return ret;
}

static void comes_back_as_written(void **state)
{
	struct event_list l = EVENT_LIST_INIT;
	struct event e = sample();
	struct buf text = BUF_INIT;
	struct err err;

	(void)state;
	written(&text, &e);
	assert_int_equal(take(&l, buf_str(&text), &err), 0);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].uid, "1@example.org");
	assert_string_equal(l.items[0].rid, "20260312T150000Z");
	assert_string_equal(l.items[0].title, "Journey mapping");
	assert_string_equal(l.items[0].location, "Online");
	assert_string_equal(l.items[0].url, "https://example.org/1");
	assert_string_equal(l.items[0].organizer, "CX Academy");
	assert_string_equal(l.items[0].categories, "Training,CX");
	assert_string_equal(l.items[0].description, "Bring a journey map. 1.5 CEUs.");
	assert_string_equal(l.items[0].credit, "1.5 CEUs");
	assert_string_equal(l.items[0].domain, "academy.example");
	assert_string_equal(l.items[0].extras, "X-TOPIC=maps; X-LEVEL=2");
	assert_string_equal(l.items[0].detail, e.detail);
	assert_string_equal(l.items[0].zone, "Europe/Berlin");
	assert_string_equal(l.items[0].content, e.content);
	assert_true(l.items[0].start == e.start && l.items[0].end == e.end && l.items[0].day == e.day);
	assert_true(
	    l.items[0].minutes == 90 && l.items[0].series && !l.items[0].cancelled && !l.items[0].all_day);
	assert_int_equal(l.items[0].flags, EVENT_CUT);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(take(&l, buf_str(&text), &err), 0);
	assert_int_equal(l.n, 1001);
	event_list_free(&l);
	assert_true(l.items == NULL && l.arena == NULL && l.n == 0);
	event_list_free(&l);
	buf_free(&text);
}

/* `change` alters a good record, which is sealed again unless the seal itself is the matter. */
static void refuse(void (*change)(struct event *e), const char *field)
{
	struct event_list l = EVENT_LIST_INIT;
	struct event e = sample();
	struct buf text = BUF_INIT;
	struct err err;

	change(&e);
	written(&text, &e);
	assert_int_equal(take(&l, buf_str(&text), &err), -1);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.code, "event-invalid");
	if (strstr(err.what, field) == NULL)
		fail_msg("\"%s\" does not name %s", err.what, field);
	assert_int_equal(l.n, 0);
	event_list_free(&l);
	buf_free(&text);
}

static char long_text[2000];

static void no_uid(struct event *e) { e->uid = ""; event_seal(e); }
static void long_uid(struct event *e)
{
	e->uid = long_text + sizeof(long_text) - 1 - EVENT_UID_MAX - 1;
	event_seal(e);
}
static void control_uid(struct event *e) { e->uid = "a\x01" "b"; event_seal(e); }
static void word_rid(struct event *e) { e->rid = "tomorrow"; event_seal(e); }
static void long_rid(struct event *e) { e->rid = "202603120000000000000000000000000"; event_seal(e); }
static void long_title(struct event *e)
{
	e->title = long_text + sizeof(long_text) - 1 - EVENT_TITLE_MAX - 1;
	event_seal(e);
}
static void newline_title(struct event *e) { e->title = "a\nb"; event_seal(e); }
static void bidi_title(struct event *e) { e->title = "a\xe2\x80\xae" "b"; event_seal(e); }
static void no_title(struct event *e) { e->title = NULL; }
static void long_location(struct event *e) { e->location = long_text; event_seal(e); }
static void long_url(struct event *e) { e->url = long_text; event_seal(e); }
static void long_organizer(struct event *e) { e->organizer = long_text; event_seal(e); }
static void long_categories(struct event *e)
{
	e->categories = long_text + sizeof(long_text) - 1 - EVENT_CATEGORIES_MAX - 1;
	event_seal(e);
}
static void tab_description(struct event *e) { e->description = "a\tb"; event_seal(e); }
static void long_description(struct event *e) { e->description = long_text; event_seal(e); }
static void long_credit(struct event *e)
{
	e->credit = long_text + sizeof(long_text) - 1 - EVENT_CREDIT_MAX - 1;
	event_seal(e);
}
static void long_domain(struct event *e)
{
	e->domain = long_text + sizeof(long_text) - 1 - EVENT_DOMAIN_MAX - 1;
	event_seal(e);
}
static void long_extras(struct event *e)
{
	e->extras = long_text + sizeof(long_text) - 1 - EVENT_EXTRAS_MAX - 1;
	event_seal(e);
}
static void path_zone(struct event *e) { e->zone = "../../etc/passwd"; event_seal(e); }
static void empty_zone(struct event *e) { e->zone = ""; event_seal(e); }
static void early(struct event *e) { e->start = e->end = INT64_MIN / 2; event_seal(e); }
static void late(struct event *e) { e->end = INT64_MAX / 2; event_seal(e); }
static void backwards(struct event *e) { e->end = e->start - 1; event_seal(e); }
static void no_day(struct event *e) { e->day = DAY_NONE; }
static void other_day(struct event *e) { e->day += 4; }
static void earlier_day(struct event *e) { e->day -= 4; }
static void too_many_minutes(struct event *e) { e->minutes = 91; }
static void negative_minutes(struct event *e) { e->minutes = -1; }
static void huge_minutes(struct event *e) { e->minutes = 601; e->end = e->start + 36060000; event_seal(e); }
static void all_day_minutes(struct event *e) { e->all_day = 1; event_seal(e); }
static void unknown_flag(struct event *e) { e->flags = 512; }
static void wrong_seal(struct event *e) { e->content[0] = e->content[0] == 'a' ? 'b' : 'a'; }
static void wrong_detail(struct event *e) { e->detail[15] = e->detail[15] == 'a' ? 'b' : 'a'; }
static void no_detail(struct event *e) { e->detail[0] = '\0'; }
static void detail_after_the_seal(struct event *e) { e->credit = "2 CEUs"; }
static void changed_after_the_seal(struct event *e) { e->title = "Something else"; }

static void every_field_is_checked(void **state)
{
	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	refuse(no_uid, "uid");
	refuse(long_uid, "uid");
	refuse(control_uid, "uid");
	refuse(word_rid, "rid");
	refuse(long_rid, "rid");
	refuse(long_title, "title");
	refuse(newline_title, "title");
	refuse(bidi_title, "title");
	refuse(no_title, "title");
	refuse(long_location, "location");
	refuse(long_url, "url");
	refuse(long_organizer, "organizer");
	refuse(long_categories, "categories");
	refuse(tab_description, "description");
	refuse(long_description, "description");
	refuse(long_credit, "credit");
	refuse(long_domain, "domain");
	refuse(long_extras, "extras");
	refuse(path_zone, "zone");
	refuse(empty_zone, "zone");
	refuse(early, "start");
	refuse(late, "end");
	refuse(backwards, "end");
	refuse(no_day, "day");
	refuse(other_day, "day");
	refuse(earlier_day, "day");
	refuse(too_many_minutes, "minutes");
	refuse(negative_minutes, "minutes");
	refuse(huge_minutes, "minutes");
	refuse(all_day_minutes, "minutes");
	refuse(unknown_flag, "flags");
	refuse(wrong_seal, "content");
	refuse(wrong_detail, "detail");
	refuse(no_detail, "detail");
	refuse(detail_after_the_seal, "detail");
	refuse(changed_after_the_seal, "content");
}

static void shape_is_checked(void **state)
{
	static const char *const bad[] = { "{}", "[]", "null", "7", "\"x\"", "{\"uid\":\"1\"}",
		"{\"uid\":1,\"rid\":2,\"title\":3,\"location\":4,\"url\":5,\"organizer\":6,\"start\":7,"
		"\"end\":8,\"zone\":9,\"all_day\":10,"
		"\"day\":11,\"minutes\":12,\"cancelled\":13,\"series\":14,\"flags\":15,\"content\":16}" };
	struct event_list l = EVENT_LIST_INIT;
	struct event e = sample();
	struct buf text = BUF_INIT;
	struct err err;
	char *at;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(take(&l, bad[i], &err), -1);
		assert_string_equal(err.code, "event-invalid");
	}
	written(&text, &e);
	text.data[text.len - 1] = ',';
	buf_puts(&text, "\"more\":1}");
	assert_int_equal(take(&l, buf_str(&text), &err), -1);
	written(&text, &e);
	at = strstr(text.data, "\"series\":true");
	assert_non_null(at);
	memcpy(at, "\"series\":1234", strlen("\"series\":1234"));
	assert_int_equal(take(&l, buf_str(&text), &err), -1);
	assert_non_null(strstr(err.what, "series"));
	assert_int_equal(l.n, 0);
	event_list_free(&l);
	buf_free(&text);
}

static void seal_is_about_what_a_person_sees(void **state)
{
	struct event e = sample(), f = sample();

	(void)state;
	f.uid = "2";
	f.rid = "";
	f.day++;
	f.minutes = 1;
	f.series = 0;
	f.flags = 0;
	event_seal(&f);
	assert_string_equal(e.content, f.content);
	f.cancelled = 1;
	event_seal(&f);
	assert_string_not_equal(e.content, f.content);
	f = sample();
	f.title = "Journey";
	f.location = " mappingOnline";
	event_seal(&f);
	assert_string_not_equal(e.content, f.content);
	f = sample();
	f.zone = "Europe/Vienna";
	event_seal(&f);
	assert_string_not_equal(e.content, f.content);
	f = sample();
	f.end += 60000;
	event_seal(&f);
	assert_string_not_equal(e.content, f.content);
	f = sample();
	f.categories = f.description = f.credit = f.domain = f.extras = "";
	event_seal(&f);
	assert_string_equal(e.content, f.content);
	assert_string_not_equal(e.detail, f.detail);
	assert_int_equal(strlen(e.detail), 16);
	/* as it is today, so that a new release does not mark every entry as changed */
	assert_string_equal(e.content, "298bf125b2120dfcc2aef3dac9d95cf5eb3902111cd8e40d88c598fc48a8c8e9");
}

static void made_uids(void **state)
{
	struct event e = sample(), f = sample();
	char one[70], two[70];

	(void)state;
	e.title = "Caf\xc3\xa9 & more";
	f.title = "CAFE  more";
	f.location = "elsewhere";
	event_make_uid(&e, one);
	event_make_uid(&f, two);
	assert_string_equal(one, two);
	assert_int_equal(strlen(one), 69);
	assert_int_equal(strncmp(one, "noid-", 5), 0);
	f.start++;
	event_make_uid(&f, two);
	assert_string_not_equal(one, two);
	f = e;
	f.url = "";
	event_make_uid(&f, two);
	assert_string_not_equal(one, two);
}

static void minutes(void **state)
{
	struct event e = sample();

	(void)state;
	assert_int_equal(event_minutes(&e, 1), 90);
	assert_int_equal(event_minutes(&e, 0), 0);
	e.end = e.start + 59999;
	assert_int_equal(event_minutes(&e, 1), 0);
	e.end = e.start + 36000000;
	assert_int_equal(event_minutes(&e, 1), 600);
	e.end++;
	assert_int_equal(event_minutes(&e, 1), 0);
	e.end = e.start;
	assert_int_equal(event_minutes(&e, 1), 0);
	e.end = e.start + 3600000;
	e.all_day = 1;
	assert_int_equal(event_minutes(&e, 1), 0);
}

static void flag_names(void **state)
{
	(void)state;
	assert_string_equal(event_flag_name(EVENT_ZONE_UNKNOWN), "zone-unknown");
	assert_string_equal(event_flag_name(EVENT_NO_END), "no-end");
	assert_string_equal(event_flag_name(EVENT_END_INVALID), "end-invalid");
	assert_string_equal(event_flag_name(EVENT_LONG), "long");
	assert_string_equal(event_flag_name(EVENT_CUT), "cut");
	assert_string_equal(event_flag_name(EVENT_ENCODING), "encoding");
	assert_string_equal(event_flag_name(EVENT_DECLINED), "declined");
	assert_string_equal(event_flag_name(EVENT_FREE), "free");
	assert_string_equal(event_flag_name(EVENT_PRIVATE), "private");
	assert_null(event_flag_name(512));
	assert_null(event_flag_name(0));
	assert_null(event_flag_name(3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_written),
		cmocka_unit_test(every_field_is_checked),
		cmocka_unit_test(shape_is_checked),
		cmocka_unit_test(seal_is_about_what_a_person_sees),
		cmocka_unit_test(made_uids),
		cmocka_unit_test(minutes),
		cmocka_unit_test(flag_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
