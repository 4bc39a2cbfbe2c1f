/* What a record says beside its times, what is said of the calendar, and that it does not matter how the bytes come:
 * in memory or in a spool, zones before or behind the events, folded anywhere. */
#include "help.h"
#include "body.h"
#include "import.h"
#include "zonename.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct outcome {
	struct buf events, skips;
	struct import_result result;
	size_t nrepeated;
	int late, odd;
};

static struct series_limits limits = { NULL, 0, 0, 10000, 750, 50000 };

/* uid|title|categories|description|credit|domain|organizer|extras|start|flags */
static int take_event(void *to, const struct event *e, struct err *err)
{
	struct outcome *o = to;

	(void)err;
	return buf_printf(&o->events, "%s|%s|%s|%s|%s|%s|%s|%s|%" PRId64 "|%u\n", e->uid, e->title, e->categories,
	    e->description, e->credit, e->domain, e->organizer, e->extras, e->start / 60000, e->flags);
}

static int take_skip(void *to, const char *code, const char *uid, const char *text, struct err *err)
{
	struct outcome *o = to;

	(void)err;
	return buf_printf(&o->skips, "%s %s: %s\n", code, uid, text);
}

static int spool(void)
{
	char path[] = "/tmp/records.XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	return fd;
}

static struct outcome import_from(int fd, int load, const char *text, size_t len, size_t piece)
{
	struct import_terms terms = { limits, 1000, "dana@example.org" };
	struct import_sink sink = { take_event, take_skip, NULL };
	struct zone_names *zones = zone_names_new();
	struct outcome o;
	struct body b;
	struct err err;

	memset(&o, 0, sizeof(o));
	sink.to = &o;
	assert_non_null(zones);
	body_begin(&b, fd, 10000000);
	if (load)
		assert_int_equal(body_load(&b), 0);
	for (size_t at = 0; !load && at < len; at += piece)
		assert_int_equal(body_add(&b, text + at, len - at < piece ? len - at : piece), 0);
	assert_int_equal(body_end(&b), PRESCAN_OK);
	o.nrepeated = b.nrepeated;
	o.late = b.late;
	o.odd = b.odd;
	assert_int_equal(import_run(&b, zones, &terms, &sink, &o.result, &err), 0);
	body_free(&b);
	zone_names_free(zones);
	return o;
}

static void outcome_free(struct outcome *o)
{
	buf_free(&o->events);
	buf_free(&o->skips);
}

/* In memory, into a spool byte by byte, and from a spool that is there. */
static struct outcome import(const char *text)
{
	size_t len = strlen(text);
	struct outcome o = import_from(-1, 0, text, len, len), other;
	int fd = spool();

	for (int load = 0; load < 2; load++) {
		other = import_from(fd, load, text, len, 1);
		assert_string_equal(buf_str(&other.events), buf_str(&o.events));
		assert_string_equal(buf_str(&other.skips), buf_str(&o.skips));
		assert_int_equal(other.late, o.late);
		assert_int_equal(other.odd, o.odd);
		assert_int_equal(other.nrepeated, o.nrepeated);
		assert_int_equal(other.result.verdict, o.result.verdict);
		outcome_free(&other);
	}
	close(fd);
	return o;
}

#define HEAD "BEGIN:VCALENDAR\nVERSION:2.0\n"
#define TAIL "END:VCALENDAR\n"
#define EVENT(lines) "BEGIN:VEVENT\nDTSTART:20260105T090000Z\n" lines "\nEND:VEVENT\n"
#define WHEN "29460060"			/* minutes of that start */

static void expect(const char *text, const char *events)
{
	struct outcome o = import(text);

	assert_string_equal(buf_str(&o.events), events);
	assert_string_equal(buf_str(&o.skips), "");
	outcome_free(&o);
}

static void texts_are_read(void **state)
{
	(void)state;
	expect(HEAD EVENT("UID:a\nSUMMARY:Plain\nDESCRIPTION:A  b\tc\nCATEGORIES:Law, Ethics \nCATEGORIES:X\\,Y,,Z\\;")
	        TAIL,
	    "a|Plain|Law,Ethics,X Y,Z;|A b c|||||" WHEN "|2\n");
	/* escapes are read by libical */
	expect(HEAD EVENT("UID:a\\,b\nSUMMARY:One\\, two\\; three \\\\ four\nDESCRIPTION:line\\nline\\Nline") TAIL,
	    "a,b|One, two; three \\ four||line line line|||||" WHEN "|2\n");
	/* white space at the ends of a UID is part of it, unless it is all there is */
	expect(HEAD EVENT("UID:a \nURL:https://x.example/a\\,b") TAIL, "a ||||||||" WHEN "|2\n");
}

static void credit_is_quoted(void **state)
{
	(void)state;
	expect(HEAD EVENT("UID:a\nSUMMARY:Webinar\nDESCRIPTION:Earn 1.5 CEU today") TAIL,
	    "a|Webinar||Earn 1.5 CEU today|1.5 CEU||||" WHEN "|2\n");
	expect(HEAD EVENT("UID:a\nX-CE-CREDITS:2") TAIL, "a||||2 credits|||X-CE-CREDITS=2|" WHEN "|2\n");
	/* two that differ are none */
	expect(HEAD EVENT("UID:a\nSUMMARY:1 CEU\nDESCRIPTION:or 2 CEU") TAIL, "a|1 CEU||or 2 CEU|||||" WHEN "|2\n");
}

static void organizers_have_a_domain(void **state)
{
	(void)state;
	expect(HEAD EVENT("UID:a\nORGANIZER;CN=Dana Doe:MAILTO:dana@Mail.Example.ORG") TAIL,
	    "a|||||mail.example.org|Dana Doe||" WHEN "|2\n");
	expect(HEAD EVENT("UID:a\nORGANIZER;CN=\"Doe^n Dana\":mailto:d@example.org") TAIL,
	    "a|||||example.org|Doe Dana||" WHEN "|2\n");
	expect(HEAD EVENT("UID:a\nORGANIZER:mailto:x@bad_host/..") TAIL, "a||||||x@bad_host/..||" WHEN "|2\n");
}

static void marks_are_read(void **state)
{
	(void)state;
	expect(HEAD EVENT("UID:a\nATTENDEE;PARTSTAT=DECLINED:mailto:DANA@example.org") TAIL, "a||||||||" WHEN "|66\n");
	expect(HEAD EVENT("UID:a\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org") TAIL, "a||||||||" WHEN "|2\n");
	expect(HEAD EVENT("UID:a\nATTENDEE;PARTSTAT=ACCEPTED:mailto:dana@example.org\nTRANSP:opaque\nCLASS:PUBLIC") TAIL,
	    "a||||||||" WHEN "|2\n");
	expect(HEAD EVENT("UID:a\nTRANSP: transparent\nCLASS:private") TAIL, "a||||||||" WHEN "|386\n");
	expect(HEAD EVENT("UID:a\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\nCLASS:CONFIDENTIAL") TAIL,
	    "a|||||||X-MICROSOFT-CDO-BUSYSTATUS=FREE|" WHEN "|386\n");
}

static void extras_are_bounded(void **state)
{
	struct buf text = BUF_INIT;
	struct outcome o;
	const char *extras;

	(void)state;
	expect(HEAD EVENT("UID:a\nx-level;X-P=1:Two; three\nX-ALT-DESC:<p>\nX-EMPTY:\nX-LIC-ERROR:no\nX-B:b\\,c") TAIL,
	    "a|||||||X-LEVEL=Two three; X-B=b,c|" WHEN "|2\n");
	buf_puts(&text, HEAD "BEGIN:VEVENT\nUID:a\nDTSTART:20260105T090000Z\n");
	for (int i = 0; i < 3000; i++)
		buf_printf(&text, "X-N%d:%0300d\n", i, i);
	buf_puts(&text, "END:VEVENT\n" TAIL);
	o = import(buf_str(&text));
	extras = strstr(buf_str(&o.events), "X-N0=");
	assert_non_null(extras);
	assert_true(strcspn(extras, "|") <= EVENT_EXTRAS_MAX);
	assert_int_equal(o.result.events, 1);
	outcome_free(&o);
	buf_free(&text);
}

static void a_long_description_is_cut(void **state)
{
	struct buf text = BUF_INIT;
	struct outcome o;

	(void)state;
	buf_puts(&text, HEAD "BEGIN:VEVENT\nUID:a\nDTSTART:20260105T090000Z\nDESCRIPTION:");
	for (int i = 0; i < 600; i++)
		buf_puts(&text, "\xc3\xa4 b");
	buf_puts(&text, " 3 CEU\nEND:VEVENT\n" TAIL);
	o = import(buf_str(&text));
	assert_non_null(strstr(buf_str(&o.events), "|3 CEU|"));	/* more of it is looked at than is kept */
	assert_true(o.events.len < EVENT_TEXT_MAX + 100);
	assert_null(strstr(buf_str(&o.events), "\xc3|"));
	outcome_free(&o);
	buf_free(&text);
}

static void the_calendar_is_described(void **state)
{
	struct outcome o = import(HEAD "PRODID:-//A\\, B//\x01 EN\nMETHOD:CANCEL\nX-WR-CALNAME: My  name\n"
	                               "X-WR-TIMEZONE:Asia/Tokyo\nREFRESH-INTERVAL:PT2H\n" TAIL);

	(void)state;
	assert_string_equal(o.result.producer, "-//A, B// EN");
	assert_string_equal(o.result.name, "My name");
	assert_string_equal(o.result.zone, "Asia/Tokyo");
	assert_int_equal(o.result.cancels, 1);
	assert_int_equal(o.result.refresh_s, 7200);
	outcome_free(&o);
	o = import(HEAD "METHOD:CANCEL\n" TAIL HEAD "METHOD:PUBLISH\n" TAIL);
	assert_int_equal(o.result.cancels, 0);
	outcome_free(&o);
	o = import(EVENT("UID:a") EVENT("UID:b"));
	assert_int_equal(o.result.events, 2);
	assert_int_equal(o.result.stray, 2);
	assert_int_equal(o.result.cancels, 0);
	assert_string_equal(buf_str(&o.skips), "no-calendar : Events stand outside of any calendar (BEGIN:VCALENDAR is "
	                                       "missing). They were read all the same.\n");
	assert_int_equal(import_is_loss("no-calendar"), 0);
	outcome_free(&o);
}

#define ZONE "BEGIN:VTIMEZONE\nTZID:Office\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\n" \
	"TZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE\n"
#define ZONED "BEGIN:VEVENT\nUID:a\nDTSTART;TZID=Office:20260105T120000\nEND:VEVENT\n"

static void zones_may_come_late(void **state)
{
	struct outcome o = import(HEAD ZONE ZONED TAIL);

	(void)state;
	assert_string_equal(buf_str(&o.events), "a||||||||" WHEN "|2\n");
	assert_int_equal(o.late, 0);
	outcome_free(&o);
	o = import(HEAD ZONED ZONE TAIL);
	assert_string_equal(buf_str(&o.events), "a||||||||" WHEN "|2\n");
	assert_int_equal(o.late, 1);
	outcome_free(&o);
	o = import(HEAD ZONED "BEGIN:VTIME\n ZONE\n" "TZID:Office\nX-LIC-LOCATION:Europe/Moscow\nEND:VTIMEZONE\n" TAIL);
	assert_string_equal(buf_str(&o.events), "a||||||||" WHEN "|2\n");
	assert_int_equal(o.odd, 1);
	outcome_free(&o);
	o = import(HEAD "BEGIN:VEVENT\nUID:a\nDTSTART:20260105T120000\nEND:VEVENT\nX-WR-TIMEZONE:Europe/Moscow\n" TAIL);
	assert_string_equal(buf_str(&o.events), "a||||||||" WHEN "|2\n");
	assert_int_equal(o.late, 1);
	outcome_free(&o);
}

/* Two events of one UID are seen as such however it is written; what stands alone does not wait for them. */
static void repeated_uids_are_known(void **state)
{
	static const char *const same[] = { "UID:a,b", "uid:a\\,b", "UID;X=\"u:v\":a,b", "UID:a\n  ,b", "U\n ID:a,b",
		"UID:a, b" };
	char text[600];
	struct outcome o;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		snprintf(text, sizeof(text),
		    HEAD "BEGIN:VEVENT\n%s\nDTSTART:20260105T090000Z\nEND:VEVENT\n" EVENT("UID:c")
		    "BEGIN:VEVENT\nUID:a,b\nSEQUENCE:1\nDTSTART:20260105T090000Z\nEND:VEVENT\n" TAIL, same[i]);
		o = import(text);
		assert_true(o.nrepeated == 1 || o.odd);
		assert_int_equal(o.nrepeated == 1, i != 4);
		if (i != 5 && i != 3)
			assert_int_equal(o.result.events, 2);	/* the later revision is the one */
		outcome_free(&o);
	}
	o = import(HEAD EVENT("UID:a") EVENT("UID:b") EVENT("UID:c") TAIL);
	assert_int_equal(o.nrepeated, 0);
	assert_int_equal(o.result.events, 3);
	outcome_free(&o);
}

static void refused(const char *text, enum prescan_verdict verdict)
{
	struct outcome o = import(text);

	assert_int_equal(o.result.verdict, verdict);
	outcome_free(&o);
}

static void what_ends_early_is_void(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	refused(HEAD EVENT("UID:a"), PRESCAN_TRUNCATED);
	refused(HEAD EVENT("UID:a") "BEGIN:VEVENT\nUID:b\n" TAIL, PRESCAN_OK);
	buf_puts(&text, HEAD);
	for (int i = 0; i <= 1000; i++)
		buf_printf(&text, EVENT("UID:%d"), i);
	buf_puts(&text, TAIL);
	refused(buf_str(&text), PRESCAN_LIMIT);
	buf_free(&text);
}

/* A line between events that cannot be read may have been the beginning of one. */
static void broken_lines_are_told(void **state)
{
	struct outcome o = import(HEAD "BEGIN VEVENT\nUID:a\nDTSTART:20260105T090000Z\nEND:VEVENT\n" EVENT("UID:b") TAIL);

	(void)state;
	assert_int_equal(o.result.events, 1);
	assert_string_equal(buf_str(&o.skips),
	    "cut : 1 line outside of events cannot be understood, the first is line 3. Events may be missing.\n");
	outcome_free(&o);
}

static int setup(void **state)
{
	(void)state;
	limits.zone = zone_utc();
	return date_from_ymd(2025, 1, 1, &limits.from) != 0 || date_from_ymd(2027, 1, 1, &limits.to) != 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_read),
		cmocka_unit_test(credit_is_quoted),
		cmocka_unit_test(organizers_have_a_domain),
		cmocka_unit_test(marks_are_read),
		cmocka_unit_test(extras_are_bounded),
		cmocka_unit_test(a_long_description_is_cut),
		cmocka_unit_test(the_calendar_is_described),
		cmocka_unit_test(zones_may_come_late),
		cmocka_unit_test(repeated_uids_are_known),
		cmocka_unit_test(what_ends_early_is_void),
		cmocka_unit_test(broken_lines_are_told),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
