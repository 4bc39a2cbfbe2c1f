/* The first look at foreign bytes. All is fed whole and in small pieces, which must make no difference. */
#include "help.h"
#include "latin.h"
#include "prescan.h"
#include "zonename.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
#define TAIL "END:VCALENDAR\r\n"
#define EVENT "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260101T100000Z\r\nSUMMARY:x\r\nEND:VEVENT\r\n"

static struct zone_names *zones;

static struct prescan scan_pieces(
    const char *data, size_t len, size_t piece, size_t max_bytes, size_t max_events)
{
	struct prescan p;

	prescan_begin(&p, max_bytes, max_events, zones);
	for (size_t at = 0; at < len; at += piece)
		if (prescan_add(&p, data + at, len - at < piece ? len - at : piece) != 0)
			break;
	prescan_end(&p);
	return p;
}

static struct prescan scan_bytes(const char *data, size_t len)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64 };
	struct prescan whole = scan_pieces(data, len, len + 1, 1000000, 100);

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct prescan p = scan_pieces(data, len, pieces[i], 1000000, 100);

		assert_int_equal(p.verdict, whole.verdict);
		assert_int_equal(p.n, whole.n);
		assert_string_equal(buf_str(&p.text), buf_str(&whole.text));
		assert_string_equal(buf_str(&p.name), buf_str(&whole.name));
		assert_memory_equal(p.hash, whole.hash, sizeof(p.hash));
		for (size_t j = 0; j < p.n; j++)
			assert_memory_equal(&p.events[j], &whole.events[j], sizeof(p.events[j]));
		prescan_free(&p);
	}
	return whole;
}

static struct prescan scan(const char *text)
{
	return scan_bytes(text, strlen(text));
}

static void expect_verdict(const char *text, size_t len, enum prescan_verdict verdict)
{
	struct prescan p = scan_bytes(text, len);

	assert_int_equal(p.verdict, verdict);
	prescan_free(&p);
}

static void expect_text(const char *text, const char *kept, unsigned flags)
{
	struct prescan p = scan(text);

	assert_int_equal(p.verdict, PRESCAN_OK);
	assert_int_equal(p.n, 1);
	assert_string_equal(buf_str(&p.text), kept);
	assert_int_equal(p.events[0].flags, flags);
	prescan_free(&p);
}

#define VERDICT(text, verdict) expect_verdict("" text, sizeof(text) - 1, verdict)

static void verdicts(void **state)
{
	(void)state;
	VERDICT(HEAD EVENT TAIL, PRESCAN_OK);
	VERDICT(HEAD TAIL, PRESCAN_OK);
	VERDICT("\r\n\r\n  " HEAD EVENT TAIL, PRESCAN_OK);
	VERDICT("\xef\xbb\xbf" HEAD EVENT TAIL, PRESCAN_OK);
	VERDICT("begin:vcalendar\nbegin:vevent\nend:vevent\nend:vcalendar", PRESCAN_OK);
	VERDICT(EVENT, PRESCAN_OK);
	VERDICT(HEAD TAIL HEAD EVENT TAIL, PRESCAN_OK);
	VERDICT(HEAD EVENT TAIL "<!-- cached -->\r\n", PRESCAN_OK);
	VERDICT("", PRESCAN_EMPTY);
	VERDICT("\r\n \r\n\t\r\n", PRESCAN_EMPTY);
	VERDICT("<html>", PRESCAN_NOT_CALENDAR);
	VERDICT("BEGIN:VCARD\r\nEND:VCARD\r\n", PRESCAN_NOT_CALENDAR);
	VERDICT("BEGIN:\r\n", PRESCAN_NOT_CALENDAR);
	VERDICT("BEGIN:VCALENDARS\r\n", PRESCAN_NOT_CALENDAR);
	VERDICT("{\"BEGIN\":\"VCALENDAR\"}", PRESCAN_NOT_CALENDAR);
	VERDICT(HEAD EVENT, PRESCAN_TRUNCATED);
	VERDICT(HEAD "BEGIN:VEVENT\r\nSUMM", PRESCAN_TRUNCATED);
	VERDICT(HEAD EVENT "END:VCALENDARX\r\n", PRESCAN_TRUNCATED);
	VERDICT("\xff\xfe" "B\0E\0G\0", PRESCAN_ENCODING);
	VERDICT("\xfe\xff" "\0B\0E\0G", PRESCAN_ENCODING);
	VERDICT("B\0E\0G\0I\0N\0", PRESCAN_ENCODING);
	VERDICT("\0B\0E\0G\0I\0N", PRESCAN_ENCODING);
}

static void limits(void **state)
{
	struct prescan p =
	    scan_pieces(HEAD EVENT TAIL, strlen(HEAD EVENT TAIL), 10, strlen(HEAD EVENT TAIL), 1);

	(void)state;
	assert_int_equal(p.verdict, PRESCAN_OK);
	prescan_free(&p);
	p = scan_pieces(HEAD EVENT TAIL, strlen(HEAD EVENT TAIL), 10, strlen(HEAD EVENT TAIL) - 1, 1);
	assert_int_equal(p.verdict, PRESCAN_TOO_LARGE);
	assert_int_equal(prescan_add(&p, "x", 1), -1);
	prescan_free(&p);
	p = scan_pieces(HEAD EVENT EVENT TAIL, strlen(HEAD EVENT EVENT TAIL), 1000, 100000, 1);
	assert_int_equal(p.verdict, PRESCAN_LIMIT);
	prescan_free(&p);
}

static void lines_unfold(void **state)
{
	(void)state;
	/* CRLF, LF, CR; a blank or a tab continues; an umlaut may be split over two lines */
	expect_text(HEAD "BEGIN:VEVENT\r\nSUMM\r\n ARY:one\r\n  two\r\n\tthree\r\nEND:VEVENT\r\n" TAIL,
	    "SUMMARY:one twothree\n", 0);
	expect_text(
	    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\n b\nEND:VEVENT\nEND:VCALENDAR", "SUMMARY:ab\n", 0);
	expect_text(
	    "BEGIN:VCALENDAR\rBEGIN:VEVENT\rSUMMARY:a\r b\rEND:VEVENT\rEND:VCALENDAR", "SUMMARY:ab\n", 0);
	expect_text(HEAD "BEGIN:VEVENT\r\nSUMMARY:\xc3\r\n \xbc"
	                 "ber\r\nEND:VEVENT\r\n" TAIL,
	    "SUMMARY:\xc3\xbc"
	    "ber\n",
	    0);
	/* doubled line ends */
	expect_text(HEAD "BEGIN:VEVENT\r\r\nUID\r\r\n\r\n :1\r\r\nEND:VEVENT\r\n" TAIL, "UID:1\n", 0);
	/* a line break that its publisher forgot to fold */
	expect_text(HEAD "BEGIN:VEVENT\r\nUID:1\r\nDESCRIPTION:x\r\nnot folded\r\nand: this "
	                 "neither\r\nEND:VEVENT\r\n" TAIL,
	    "UID:1\n", EVENT_CUT);
}

static void only_what_is_used_is_kept(void **state)
{
	(void)state;
	expect_text(HEAD
	    "BEGIN:VEVENT\r\nuid:1\r\nDTSTART;TZID=\"A:B\":20260101T100000\r\nDESCRIPTION:no\r\nATTACH:no\r\n"
	    "X-ALT-DESC;FMTTYPE=text/"
	    "html:no\r\nCATEGORIES:no\r\nBEGIN:VALARM\r\nUID:2\r\nSUMMARY:no\r\nTRIGGER:-PT5M\r\nEND:"
	    "VALARM\r\n"
	    "Status:CONFIRMED\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nUID:3\r\nEND:VTODO\r\n" TAIL,
	    "UID:1\nDTSTART;TZID=\"A:B\":20260101T100000\nSTATUS:CONFIRMED\n", 0);
}

static void other_encodings_become_utf8(void **state)
{
	(void)state;
	expect_text(HEAD "BEGIN:VEVENT\r\nUID:1\r\nLOCATION:Z\xfcrich \x80 "
	                 "5\r\nSUMMARY:na\xc3\xafve\r\nEND:VEVENT\r\n" TAIL,
	    "UID:1\nLOCATION:Z\xc3\xbcrich \xe2\x82\xac 5\nSUMMARY:na\xc3\xafve\n", EVENT_ENCODING);
	expect_text(HEAD "BEGIN:VEVENT\r\nSUMMARY:a\x01"
	                 "b\x1b[1mc\td\x7f\r\nEND:VEVENT\r\n" TAIL,
	    "SUMMARY:ab[1mc d\n", 0);
}

static void nul_is_told(void **state)
{
	static const char text[] = HEAD "BEGIN:VEVENT\r\nSUMMARY:a\0b\r\nEND:VEVENT\r\n" EVENT TAIL;
	struct prescan p = scan_bytes(text, sizeof(text) - 1);

	(void)state;
	assert_int_equal(p.n, 2);
	assert_int_equal(p.events[0].flags, EVENT_CUT);
	assert_int_equal(p.events[1].flags, 0);
	assert_string_equal(buf_str(&p.text), "SUMMARY:ab\nUID:1\nDTSTART:20260101T100000Z\nSUMMARY:x\n");
	prescan_free(&p);
}

static char *repeat(const char *before, const char *unit, size_t n, const char *after)
{
	size_t size = strlen(unit), len = strlen(before);
	char *s = malloc(len + size * n + strlen(after) + 1);

	assert_non_null(s);
	memcpy(s, before, len);
	for (size_t i = 0; i < n; i++, len += size)
		memcpy(s + len, unit, size);
	memcpy(s + len, after, strlen(after) + 1);
	return s;
}

static struct prescan scan_big(char *text)
{
	struct prescan p = scan_pieces(text, strlen(text), 16384, 50000000, 100);

	assert_int_equal(p.verdict, PRESCAN_OK);
	free(text);
	return p;
}

static void long_lines_are_bounded(void **state)
{
	struct prescan p;

	(void)state;
	p = scan_big(repeat(HEAD "BEGIN:VEVENT\r\nSUMMARY:", "\xc3\xa4", 10000, "\r\nEND:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].flags, EVENT_CUT);
	assert_int_equal(p.events[0].len, strlen("SUMMARY:") + PRESCAN_TEXT_MAX + 1);
	prescan_free(&p);
	p = scan_big(repeat(HEAD "BEGIN:VEVENT\r\nEXDATE:", "20260101,", 40000, "\r\nEND:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].cut, PRESCAN_CUT_DATES);
	assert_int_equal(p.events[0].len, 0);
	prescan_free(&p);
	p = scan_big(
	    repeat(HEAD "BEGIN:VEVENT\r\nEXDATE;X=\"", "a", 400000, ":20260101\r\nEND:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].cut, PRESCAN_CUT_DATES);
	prescan_free(&p);
	p = scan_big(
	    repeat(HEAD "BEGIN:VEVENT\r\nDESCRIPTION:", "a", 4000000, "\r\nUID:1\r\nEND:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].flags | p.events[0].cut, 0);
	assert_string_equal(buf_str(&p.text), "UID:1\n");
	prescan_free(&p);
	p = scan_big(repeat(HEAD "BEGIN:VEVENT\r\n", "EXDATE:20260101T100000Z,20260102T100000Z\r\n", 20000,
	    "END:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].cut, PRESCAN_CUT_SIZE);
	assert_true(p.events[0].len <= PRESCAN_EVENT_MAX);
	prescan_free(&p);
}

static void nesting_is_bounded(void **state)
{
	struct prescan p;

	(void)state;
	p = scan_big(repeat(HEAD EVENT, "BEGIN:VEVENT\r\nBEGIN:X\r\n", 100000, TAIL));
	assert_int_equal(p.n, 2);
	assert_int_equal(p.events[0].cut, 0);
	assert_int_equal(p.events[1].cut, PRESCAN_CUT_NESTED);
	prescan_free(&p);
}

/* An alarm that is not closed ends with its event. */
static void unclosed_parts_end(void **state)
{
	struct prescan p =
	    scan(HEAD "BEGIN:VEVENT\r\nUID:1\r\nBEGIN:VALARM\r\nEND:VEVENT\r\n" EVENT "END:VALARM\r\n" TAIL);

	(void)state;
	assert_int_equal(p.verdict, PRESCAN_OK);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.events[0].flags, EVENT_CUT);
	assert_int_equal(p.events[0].line, 3);
	assert_int_equal(p.events[1].line, 7);
	prescan_free(&p);
}

static void calendar_lines_are_read(void **state)
{
	struct prescan p =
	    scan(HEAD "NAME:second\r\nX-WR-CALNAME:First\\, best\r\nX-WR-TIMEZONE:Europe/Berlin\r\n"
	              "X-PUBLISHED-TTL:PT1H\r\nREFRESH-INTERVAL;VALUE=DURATION:P1DT6H\r\nX-PUBLISHED-TTL:"
	              "PT2H\r\nMETHOD:CANCEL\r\n"
	              "BEGIN:VEVENT\r\nX-WR-CALNAME:no\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nEND:VTODO\r\nBEGIN:"
	              "VJOURNAL\r\nEND:VJOURNAL\r\n"
	              "BEGIN:VFREEBUSY\r\nEND:VFREEBUSY\r\nBEGIN:VTIMEZONE\r\nTZID:Office\r\nX-LIC-LOCATION:"
	              "Asia/Tokyo\r\n"
	              "BEGIN:STANDARD\r\nTZID:no\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" TAIL);
	const struct zone *zone = zone_names_find(zones, "Office", 6);

	(void)state;
	assert_string_equal(buf_str(&p.name), "First\\, best");
	assert_string_equal(buf_str(&p.zone_id), "Europe/Berlin");
	assert_int_equal(p.refresh_s, 30 * 3600);
	assert_int_equal(p.events[0].cancelled, 1);
	assert_true(p.todos == 1 && p.journals == 1 && p.others == 1);
	assert_non_null(zone);
	assert_string_equal(zone_name(zone), "Asia/Tokyo");
	prescan_free(&p);
}

static void hash_leaves_stamps_out(void **state)
{
	struct prescan a =
	    scan(HEAD "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nUID:1\r\nEND:VEVENT\r\n" TAIL);
	struct prescan b =
	    scan(HEAD "BEGIN:VEVENT\nDTSTAMP:20260\n 202T000000Z\nUID:\n 1\nEND:VEVENT\n" TAIL);
	struct prescan c =
	    scan(HEAD "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nUID:2\r\nEND:VEVENT\r\n" TAIL);
	struct prescan d =
	    scan_big(repeat(HEAD "BEGIN:VEVENT\r\nX-A:", "a", 300000, "b\r\nEND:VEVENT\r\n" TAIL));
	struct prescan e =
	    scan_big(repeat(HEAD "BEGIN:VEVENT\r\nX-A:", "a", 300000, "c\r\nEND:VEVENT\r\n" TAIL));

	(void)state;
	assert_memory_equal(a.hash, b.hash, sizeof(a.hash));
	assert_memory_not_equal(a.hash, c.hash, sizeof(a.hash));
	assert_memory_not_equal(d.hash, e.hash, sizeof(a.hash));
	prescan_free(&a);
	prescan_free(&b);
	prescan_free(&c);
	prescan_free(&d);
	prescan_free(&e);
}

static int setup(void **state)
{
	(void)state;
	zones = zone_names_new();
	return zones == NULL;
}

static int teardown(void **state)
{
	(void)state;
	zone_names_free(zones);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(limits),
		cmocka_unit_test(lines_unfold),
		cmocka_unit_test(only_what_is_used_is_kept),
		cmocka_unit_test(other_encodings_become_utf8),
		cmocka_unit_test(nul_is_told),
		cmocka_unit_test(long_lines_are_bounded),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(unclosed_parts_end),
		cmocka_unit_test(calendar_lines_are_read),
		cmocka_unit_test(hash_leaves_stamps_out),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
