/* Our own calendar, out: the format's letters, folds, escapes, order, tags; and 1,000 hostile sets of events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "feeds/publish.h"
#include "hostilesets.h"

#define AT INT64_C(1773302400000)		/* 2026-03-12T08:00:00Z */

static struct publish_item item(const char *key, const char *title)
{
	return (struct publish_item){ .key = key, .title = title, .text = "", .categories = "", .location = "", .day = 20634,
		.changed_at = AT };
}

static struct publish_calendar calendar(const struct publish_item *items, size_t n)
{
	return (struct publish_calendar){ .instance = "abcdefgh12345678", .name = "CCXP deadlines", .description = "",
		.zone = "Europe/Berlin", .url = "", .items = items, .n = n };
}

static void write_to(struct buf *out, const struct publish_calendar *c)
{
	struct err err = { 0 };

	buf_reset(out);
	if (publish_write(c, out, &err))
		fail_msg("%s: %s", err.code, err.what);
}

static void assert_holds(const struct buf *b, const char *part)
{
	if (!strstr(buf_str(b), part))
		fail_msg("lacks\n%s\nin\n%s", part, buf_str(b));
}

static void assert_lacks(const struct buf *b, const char *part)
{
	if (strstr(buf_str(b), part))
		fail_msg("holds\n%s\nin\n%s", part, buf_str(b));
}

static void whole_calendar(void **state)
{
	struct publish_item i = item("deadline-12", "CCXP: last day for your 20 CEU");
	struct publish_calendar c = calendar(&i, 1);
	struct buf b = BUF_INIT;

	(void)state;
	i.text = "11.5 of 20 CEU count.\n8.5 to go.";
	i.categories = "CCXP";
	c.url = "https://ceu.example.org";
	c.description = "What is due.";
	write_to(&b, &c);
	assert_string_equal(buf_str(&b),
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ceud//Deadlines//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
	    "NAME:CCXP deadlines\r\nX-WR-CALNAME:CCXP deadlines\r\nX-WR-CALDESC:What is due.\r\n"
	    "X-WR-TIMEZONE:Europe/Berlin\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\nX-PUBLISHED-TTL:PT6H\r\n"
	    "URL:https://ceu.example.org\r\nCOLOR:steelblue\r\n"
	    "BEGIN:VEVENT\r\nUID:deadline-12@abcdefgh12345678\r\nDTSTAMP:20260312T080000Z\r\n"
	    "LAST-MODIFIED:20260312T080000Z\r\nSEQUENCE:0\r\nDTSTART;VALUE=DATE:20260630\r\nDTEND;VALUE=DATE:20260701\r\n"
	    "SUMMARY:CCXP: last day for your 20 CEU\r\nDESCRIPTION:11.5 of 20 CEU count.\\n8.5 to go.\r\nCATEGORIES:CCXP\r\n"
	    "URL:https://ceu.example.org\r\nSTATUS:CONFIRMED\r\nTRANSP:TRANSPARENT\r\n"
	    "X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	buf_free(&b);
}

static void nothing_to_tell(void **state)
{
	struct publish_calendar c = calendar(NULL, 0);
	struct buf b = BUF_INIT;

	(void)state;
	write_to(&b, &c);
	assert_lacks(&b, "VEVENT");
	assert_lacks(&b, "URL:");
	assert_lacks(&b, "CALDESC");
	assert_holds(&b, "COLOR:steelblue\r\nEND:VCALENDAR\r\n");
	buf_free(&b);
}

static void times_are_utc(void **state)
{
	struct publish_item i = item("planned-7", "Webinar");
	struct publish_calendar c = calendar(&i, 1);
	struct buf b = BUF_INIT;

	(void)state;
	i.start = INT64_C(1775057400000);		/* 2026-04-01T15:30:00Z */
	i.end = i.start + 5400999;
	write_to(&b, &c);
	assert_holds(&b, "DTSTART:20260401T153000Z\r\nDTEND:20260401T170000Z\r\n");
	assert_lacks(&b, "VALUE=DATE:");
	i.end = i.start + 999;				/* the same second */
	write_to(&b, &c);
	assert_holds(&b, "DTSTART:20260401T153000Z\r\nSUMMARY");
	i.start = -1000;
	i.end = 0;
	write_to(&b, &c);
	assert_holds(&b, "DTSTART:19691231T235959Z\r\nDTEND:19700101T000000Z\r\n");
	buf_free(&b);
}

static void cancelled_and_alarmed(void **state)
{
	struct publish_item i = item("deadline-1", "Last day, all of it");
	struct publish_calendar c = calendar(&i, 1);
	struct buf b = BUF_INIT;

	(void)state;
	i.alarm = 1;
	i.sequence = 3;
	write_to(&b, &c);
	assert_holds(&b, "SEQUENCE:3\r\n");
	assert_holds(&b, "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Last day\\, all of it\r\nTRIGGER:-P7D\r\nEND:VALARM\r\n");
	i.cancelled = 1;
	write_to(&b, &c);
	assert_holds(&b, "STATUS:CANCELLED\r\n");
	assert_lacks(&b, "VALARM");
	buf_free(&b);
}

static void texts_are_escaped(void **state)
{
	static const struct { const char *title, *line; } rows[] = {
		{ "a,b;c\\d", "SUMMARY:a\\,b\\;c\\\\d\r\n" },
		{ "one\ntwo\r\nthree\rfour\tfive", "SUMMARY:one two three four five\r\n" },
		{ "bell\a and\x01 esc\x1b[31m\x7f", "SUMMARY:bell and esc[31m\r\n" },
		{ "next\xC2\x85line\xE2\x80\xA8sep\xE2\x80\xA9par", "SUMMARY:next line sep par\r\n" },
		{ "over\xE2\x80\xAEride\xE2\x80\x8F", "SUMMARY:override\r\n" },
		{ "bad \xC3( \xFF end\xE2\x82", "SUMMARY:bad \xEF\xBF\xBD( \xEF\xBF\xBD end\xEF\xBF\xBD\xEF\xBF\xBD\r\n" },
		{ " \t\n  leading", "SUMMARY:leading\r\n" },
		{ "END:VEVENT\r\nBEGIN:VEVENT", "SUMMARY:END:VEVENT BEGIN:VEVENT\r\n" },
		{ "\xF0\x9F\x8E\x93 r\xC3\xA9sum\xC3\xA9", "SUMMARY:\xF0\x9F\x8E\x93 r\xC3\xA9sum\xC3\xA9\r\n" },
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct publish_item one = item("a", rows[i].title);
		struct publish_calendar c = calendar(&one, 1);

		write_to(&b, &c);
		assert_holds(&b, rows[i].line);
		one.title = "t";
		one.text = rows[i].title;
		write_to(&b, &c);
		assert_lacks(&b, "\r\nBEGIN:VEVENT\r\nBEGIN");
	}
	buf_free(&b);
}

static void breaks_stay_in_descriptions(void **state)
{
	struct publish_item i = item("a", " \n ");
	struct publish_calendar c = calendar(&i, 1);
	struct buf b = BUF_INIT;

	(void)state;
	i.text = "one\ntwo\r\nthree\xE2\x80\xA8" "four\r\n";
	write_to(&b, &c);
	assert_holds(&b, "DESCRIPTION:one\\ntwo\\nthree\\nfour\\n\r\n");
	assert_lacks(&b, "SUMMARY");			/* nothing was left of it */
	buf_free(&b);
}

static void folds_at_75_octets(void **state)
{
	struct publish_item i = item("a", "");
	struct publish_calendar c = calendar(&i, 1);
	struct buf b = BUF_INIT, want = BUF_INIT;
	char title[200];

	(void)state;
	memset(title, 'x', sizeof title);
	i.title = title;
	title[67] = '\0';				/* SUMMARY: and 67 are 75 */
	write_to(&b, &c);
	assert_holds(&b, "xx\r\nSTATUS");
	assert_lacks(&b, "x\r\n x");
	title[67] = 'x';
	title[68] = '\0';
	write_to(&b, &c);
	assert_holds(&b, "x\r\n x\r\nSTATUS");
	/* A letter of four octets that would end in the 76th goes whole; an escape too. */
	title[64] = '\0';
	buf_printf(&want, "%s\xF0\x9F\x8E\x93,", title);
	i.title = buf_str(&want);
	write_to(&b, &c);
	assert_holds(&b, "x\r\n \xF0\x9F\x8E\x93\\,\r\nSTATUS");
	buf_reset(&want);
	title[64] = 'x';
	title[66] = '\0';
	buf_printf(&want, "%s;tail", title);
	i.title = buf_str(&want);
	write_to(&b, &c);
	assert_holds(&b, "x\r\n \\;tail\r\nSTATUS");
	buf_free(&b);
	buf_free(&want);
}

static void order_is_by_day_then_key(void **state)
{
	struct publish_item items[4] = { item("b", "2"), item("a", "3"), item("c", "1"), item("z", "0") };
	struct publish_item turned[4] = { items[3], items[2], items[1], items[0] };
	struct publish_calendar c = calendar(items, 4), d = calendar(turned, 4);
	struct buf b = BUF_INIT, e = BUF_INIT;
	const char *at;

	(void)state;
	items[0].day = items[1].day = turned[3].day = turned[2].day = 20635;
	items[3].start = turned[0].start = INT64_C(20633) * 86400000 + 1;
	items[3].end = turned[0].end = items[3].start + 3600000;
	write_to(&b, &c);
	write_to(&e, &d);
	assert_string_equal(buf_str(&b), buf_str(&e));
	at = strstr(buf_str(&b), "UID:z@");
	assert_non_null(at);
	at = strstr(at, "UID:c@");
	assert_non_null(at);
	at = strstr(at, "UID:a@");
	assert_non_null(at);
	assert_non_null(strstr(at, "UID:b@"));
	buf_free(&b);
	buf_free(&e);
}

static void what_cannot_be_carried_is_refused(void **state)
{
	static const char *const keys[] = { "", "a b", "a@b", "a\r\nX:1", "\xC3\xA9", "a:b",
		("1234567890123456789012345678901234567890123456789012345678901234567890"
		"123456789012345678901234567890123456789012345678901") };
	static const char *const instances[] = { "", "short", "has-a-dash-in-its-name", "abcdefgh1234567\n" };
	struct publish_item i = item("a", "t");
	struct publish_calendar c = calendar(&i, 1);
	struct buf b = BUF_INIT;
	struct err err = { 0 };
	char etag[65] = "untouched";

	(void)state;
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
		i.key = keys[k];
		assert_int_equal(publish_write(&c, &b, &err), -1);
		assert_string_equal(err.code, "publish-invalid");
		assert_int_equal(b.len, 0);
		assert_int_equal(publish_etag(&c, etag, &err), -1);
		assert_string_equal(etag, "untouched");
	}
	i.key = "a";
	for (size_t k = 0; k < sizeof instances / sizeof *instances; k++) {
		c.instance = instances[k];
		assert_int_equal(publish_write(&c, &b, &err), -1);
		assert_string_equal(err.code, "publish-invalid");
	}
	c = calendar(&i, 1);
	i.day = DAY_NONE;
	assert_int_equal(publish_write(&c, &b, &err), -1);
	i.day = INT32_MAX;
	assert_int_equal(publish_write(&c, &b, &err), -1);
	i = item("a", "t");
	i.start = INT64_MAX;
	i.end = INT64_MAX;
	assert_int_equal(publish_write(&c, &b, &err), -1);
	i = item("a", "t");
	i.changed_at = INT64_MIN;
	assert_int_equal(publish_write(&c, &b, &err), -1);
	buf_free(&b);
}

static void etag_ignores_stamps_only(void **state)
{
	struct publish_item i = item("a", "t"), changed;
	struct publish_calendar c = calendar(&i, 1), d = calendar(&changed, 1);
	char first[65], second[65];
	struct err err = { 0 };

	(void)state;
	assert_int_equal(publish_etag(&c, first, &err), 0);
	assert_int_equal(strlen(first), 64);
	assert_int_equal(strspn(first, "0123456789abcdef"), 64);
	changed = i;
	changed.changed_at += 1000;
	assert_int_equal(publish_etag(&d, second, &err), 0);
	assert_string_equal(first, second);
#define DIFFERS(change) do { changed = i; change; assert_int_equal(publish_etag(&d, second, &err), 0); \
	assert_string_not_equal(first, second); } while (0)
	DIFFERS(changed.title = "u");
	DIFFERS(changed.text = "u");
	DIFFERS(changed.location = "u");
	DIFFERS(changed.categories = "u");
	DIFFERS(changed.key = "b");
	DIFFERS(changed.day++);
	DIFFERS(changed.sequence++);
	DIFFERS(changed.cancelled = 1);
	DIFFERS(changed.alarm = 1);
	DIFFERS(d.name = "other");
#undef DIFFERS
}

static void digest_sees_what_a_subscriber_sees(void **state)
{
	struct publish_item i = item("a", "t"), changed;
	char first[65], second[65];

	(void)state;
	publish_digest(&i, first);
	assert_int_equal(strlen(first), 64);
	changed = i;
	changed.changed_at++;
	changed.sequence++;
	changed.key = "b";
	publish_digest(&changed, second);
	assert_string_equal(first, second);
	i.title = "ab";
	i.text = "c";
	publish_digest(&i, first);
	changed = i;
	changed.title = "a";
	changed.text = "bc";
	publish_digest(&changed, second);
	assert_string_not_equal(first, second);
	changed = i;
	changed.cancelled = 1;
	publish_digest(&changed, second);
	assert_string_not_equal(first, second);
	changed = i;
	changed.day--;
	publish_digest(&changed, second);
	assert_string_not_equal(first, second);
}

/* ---- hostile texts */

/* Lines end in CR LF, have 75 octets at most, are UTF-8 each, and hold no other control. Returns events. */
static size_t check_lines(const struct buf *b)
{
	const char *p = buf_str(b), *end = p + b->len, *stop;
	size_t events = 0;

	assert_true(text_is_utf8(p, b->len));
	for (; p < end; p = stop + 2) {
		stop = memmem(p, (size_t)(end - p), "\r\n", 2);
		assert_non_null(stop);
		assert_true(stop - p <= 75 && stop > p);
		if (!text_is_utf8(p, (size_t)(stop - p)) || text_has_control(p, (size_t)(stop - p)))
			fail_msg("a line cannot be read: %.*s", (int)(stop - p), p);
		events += stop - p == 12 && !memcmp(p, "BEGIN:VEVENT", 12);
	}
	return events;
}

/* CEUD_SETS=FILE: what is written goes there too, one after the other, for a reader that is no program of ours. */
static void hostile_sets(void **state)
{
	static struct hostile_set set;
	const char *name = getenv("CEUD_SETS");
	FILE *all = name ? fopen(name, "w") : NULL;
	struct buf b = BUF_INIT;

	(void)state;
	assert_true(!name || all);
	seed_begin("hostile sets");
	for (int round = 0; round < HOSTILE_SETS; round++) {
		hostile_make(&set);
		write_to(&b, &set.calendar);
		assert_int_equal(check_lines(&b), set.calendar.n);
		if (all)
			assert_int_equal(fwrite(b.data, 1, b.len, all), b.len);
	}
	assert_int_equal(all ? fclose(all) : 0, 0);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_calendar),
		cmocka_unit_test(nothing_to_tell),
		cmocka_unit_test(times_are_utc),
		cmocka_unit_test(cancelled_and_alarmed),
		cmocka_unit_test(texts_are_escaped),
		cmocka_unit_test(breaks_stay_in_descriptions),
		cmocka_unit_test(folds_at_75_octets),
		cmocka_unit_test(order_is_by_day_then_key),
		cmocka_unit_test(what_cannot_be_carried_is_refused),
		cmocka_unit_test(etag_ignores_stamps_only),
		cmocka_unit_test(digest_sees_what_a_subscriber_sees),
		cmocka_unit_test(hostile_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
