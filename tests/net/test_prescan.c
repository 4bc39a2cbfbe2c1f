/* The first look at foreign bytes. All is fed whole and in small pieces, which must make no difference. */
#include "help.h"
#include "body.h"
#include "latin.h"
#include "prescan.h"
#include "zonename.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
#define TAIL "END:VCALENDAR\r\n"
#define EVENT "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260101T100000Z\r\nSUMMARY:x\r\nEND:VEVENT\r\n"

static struct zone_names *zones;

/* All that a body and the scan of it say, events with the place of their lines in `text`. */
struct found {
	enum prescan_verdict verdict;
	unsigned char hash[32];
	struct prescan_event events[100];
	size_t offsets[100], lens[100], n;
	struct buf text;
	struct prescan scan;		/* for its facts */
	size_t nrepeated;
	int late, odd;
};

static int take(void *to, struct prescan *p, struct err *err)
{
	struct found *f = to;

	(void)err;
	assert_true(f->n < 100);
	f->events[f->n] = p->event;
	f->offsets[f->n] = f->text.len;
	f->lens[f->n] = p->text.len;
	f->n++;
	assert_int_equal(buf_puts(&f->text, buf_str(&p->text)), 0);
	return 0;
}

static void found_free(struct found *f)
{
	prescan_free(&f->scan);
	buf_free(&f->text);
}

static void read_events(struct found *f, struct body *b, size_t piece, size_t max_events)
{
	struct prescan *p = &f->scan;
	const char *data;
	size_t len;

	p->looks_for = PRESCAN_FACTS | PRESCAN_EVENTS;
	p->max_events = max_events;
	p->owner = "Dana@example.org";
	p->zones = zones;
	p->take = take;
	p->to = f;
	body_rewind(b);
	do {
		assert_int_equal(body_read(b, &data, &len, NULL), 0);
		for (size_t at = 0; at < len; at += piece)
			if (prescan_add(p, data + at, len - at < piece ? len - at : piece) != 0)
				break;
	} while (len > 0);
	f->verdict = prescan_end(p);
}

/* `fd` is a spool, or -1. */
static struct found scan_into(int fd, const char *data, size_t len, size_t piece, size_t max_bytes, size_t max_events)
{
	struct found f;
	struct body b;

	memset(&f, 0, sizeof(f));
	body_begin(&b, fd, max_bytes);
	for (size_t at = 0; at < len; at += piece)
		if (body_add(&b, data + at, len - at < piece ? len - at : piece) != 0)
			break;
	f.verdict = body_end(&b);
	memcpy(f.hash, b.hash, sizeof(f.hash));
	f.nrepeated = b.nrepeated;
	f.late = b.late;
	f.odd = b.odd;
	if (f.verdict == PRESCAN_OK)
		read_events(&f, &b, piece, max_events);
	body_free(&b);
	return f;
}

static struct found scan_pieces(const char *data, size_t len, size_t piece, size_t max_bytes, size_t max_events)
{
	return scan_into(-1, data, len, piece, max_bytes, max_events);
}

static int spool(void)
{
	char path[] = "/tmp/prescan.XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	return fd;
}

static void expect_same(const struct found *f, const struct found *whole)
{
	assert_int_equal(f->verdict, whole->verdict);
	assert_int_equal(f->n, whole->n);
	assert_string_equal(buf_str(&f->text), buf_str(&whole->text));
	assert_string_equal(buf_str(&f->scan.facts.name), buf_str(&whole->scan.facts.name));
	assert_memory_equal(f->hash, whole->hash, sizeof(f->hash));
	assert_int_equal(f->nrepeated, whole->nrepeated);
	assert_int_equal(f->late, whole->late);
	assert_int_equal(f->odd, whole->odd);
	for (size_t j = 0; j < f->n; j++)
		assert_memory_equal(&f->events[j], &whole->events[j], sizeof(f->events[j]));
}

static struct found scan_bytes(const char *data, size_t len)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64 };
	struct found whole = scan_pieces(data, len, len + 1, 1000000, 100), f;
	int fd = spool();

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		f = scan_pieces(data, len, pieces[i], 1000000, 100);
		expect_same(&f, &whole);
		found_free(&f);
	}
	f = scan_into(fd, data, len, 64, 1000000, 100);
	expect_same(&f, &whole);
	found_free(&f);
	close(fd);
	return whole;
}

static struct found scan(const char *text)
{
	return scan_bytes(text, strlen(text));
}

static void expect_verdict(const char *text, size_t len, enum prescan_verdict verdict)
{
	struct found p = scan_bytes(text, len);

	assert_int_equal(p.verdict, verdict);
	found_free(&p);
}

static void expect_text(const char *text, const char *kept, unsigned flags)
{
	struct found p = scan(text);

	assert_int_equal(p.verdict, PRESCAN_OK);
	assert_int_equal(p.n, 1);
	assert_string_equal(buf_str(&p.text), kept);
	assert_int_equal(p.events[0].flags, flags);
	found_free(&p);
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
	VERDICT("BEGIN:VCALENDAR\r\n", PRESCAN_TRUNCATED);
	VERDICT("BEGIN:VCALENDAR", PRESCAN_TRUNCATED);
	VERDICT(HEAD "BEGIN:VEVENT\r\nSUMM", PRESCAN_TRUNCATED);
	VERDICT(HEAD EVENT "END:VCALENDARX\r\n", PRESCAN_TRUNCATED);
	VERDICT("\xff\xfe" "B\0E\0G\0", PRESCAN_ENCODING);
	VERDICT("\xfe\xff" "\0B\0E\0G", PRESCAN_ENCODING);
	VERDICT("B\0E\0G\0I\0N\0", PRESCAN_ENCODING);
	VERDICT("\0B\0E\0G\0I\0N", PRESCAN_ENCODING);
}

static void limits(void **state)
{
	struct found p =
	    scan_pieces(HEAD EVENT TAIL, strlen(HEAD EVENT TAIL), 10, strlen(HEAD EVENT TAIL), 1);

	(void)state;
	assert_int_equal(p.verdict, PRESCAN_OK);
	found_free(&p);
	p = scan_pieces(HEAD EVENT TAIL, strlen(HEAD EVENT TAIL), 10, strlen(HEAD EVENT TAIL) - 1, 1);
	assert_int_equal(p.verdict, PRESCAN_TOO_LARGE);
	found_free(&p);
	p = scan_pieces(HEAD EVENT EVENT TAIL, strlen(HEAD EVENT EVENT TAIL), 1000, 100000, 1);
	assert_int_equal(p.verdict, PRESCAN_LIMIT);
	found_free(&p);
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
	    "UID:1\nDESCRIPTION:x\n", EVENT_CUT);
}

static void only_what_is_used_is_kept(void **state)
{
	(void)state;
	expect_text(HEAD
	    "BEGIN:VEVENT\r\nuid:1\r\nDTSTART;TZID=\"A:B\":20260101T100000\r\nDESCRIPTION:yes\r\nATTACH:no\r\n"
	    "X-ALT-DESC;FMTTYPE=text/"
	    "html:no\r\nCATEGORIES:yes\r\nx-Credit:yes\r\nX-LIC-ERROR:no\r\nX-APPLE-STRUCTURED:no\r\nX-MOZ-LASTACK:no\r\n"
	    "x-microsoft-cdo-busystatus:FREE\r\nSUMMARY:\r\nATTENDEE:mailto:other@example.org\r\n"
	    "ATTENDEE;PARTSTAT=DECLINED:MAILTO:dana@example.org\r\nBEGIN:VALARM\r\nUID:2\r\nSUMMARY:no\r\nTRIGGER:-PT5M\r\nEND:"
	    "VALARM\r\n"
	    "Status:CONFIRMED\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nUID:3\r\nEND:VTODO\r\n" TAIL,
	    "UID:1\nDTSTART;TZID=\"A:B\":20260101T100000\nDESCRIPTION:yes\nCATEGORIES:yes\nX-CREDIT:yes\n"
	    "X-MICROSOFT-CDO-BUSYSTATUS:FREE\nATTENDEE;PARTSTAT=DECLINED:MAILTO:dana@example.org\n"
	    "STATUS:CONFIRMED\n", 0);
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
	struct found p = scan_bytes(text, sizeof(text) - 1);

	(void)state;
	assert_int_equal(p.n, 2);
	assert_int_equal(p.events[0].flags, EVENT_CUT);
	assert_int_equal(p.events[1].flags, 0);
	assert_string_equal(buf_str(&p.text), "SUMMARY:ab\nUID:1\nDTSTART:20260101T100000Z\nSUMMARY:x\n");
	found_free(&p);
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

static struct found scan_big(char *text)
{
	struct found p = scan_pieces(text, strlen(text), 16384, 50000000, 100);

	assert_int_equal(p.verdict, PRESCAN_OK);
	free(text);
	return p;
}

static void long_lines_are_bounded(void **state)
{
	struct found p;

	(void)state;
	p = scan_big(repeat(HEAD "BEGIN:VEVENT\r\nSUMMARY:", "\xc3\xa4", 10000, "\r\nEND:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].flags, EVENT_CUT);
	assert_int_equal(p.lens[0], strlen("SUMMARY:") + PRESCAN_TEXT_MAX + 1);
	found_free(&p);
	p = scan_big(repeat(HEAD "BEGIN:VEVENT\r\nEXDATE:", "20260101,", 40000, "\r\nEND:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].cut, PRESCAN_CUT_DATES);
	assert_int_equal(p.lens[0], 0);
	found_free(&p);
	p = scan_big(
	    repeat(HEAD "BEGIN:VEVENT\r\nEXDATE;X=\"", "a", 400000, ":20260101\r\nEND:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].cut, PRESCAN_CUT_DATES);
	found_free(&p);
	p = scan_big(
	    repeat(HEAD "BEGIN:VEVENT\r\nDESCRIPTION:", "a", 4000000, "\r\nUID:1\r\nEND:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].cut, 0);
	assert_int_equal(p.events[0].flags, EVENT_CUT);
	assert_int_equal(p.lens[0], strlen("DESCRIPTION:\nUID:1\n") + PRESCAN_TEXT_MAX);
	assert_string_equal(buf_str(&p.text) + p.lens[0] - 7, "\nUID:1\n");
	found_free(&p);
	p = scan_big(repeat(HEAD "BEGIN:VEVENT\r\n", "EXDATE:20260101T100000Z,20260102T100000Z\r\n", 20000,
	    "END:VEVENT\r\n" TAIL));
	assert_int_equal(p.events[0].cut, PRESCAN_CUT_SIZE);
	assert_true(p.lens[0] <= PRESCAN_EVENT_MAX);
	found_free(&p);
}

static void nesting_is_bounded(void **state)
{
	struct found p;

	(void)state;
	p = scan_big(repeat(HEAD EVENT, "BEGIN:VEVENT\r\nBEGIN:X\r\n", 100000, TAIL));
	assert_int_equal(p.n, 2);
	assert_int_equal(p.events[0].cut, 0);
	assert_int_equal(p.events[1].cut, PRESCAN_CUT_NESTED);
	found_free(&p);
}

/* An alarm that is not closed ends with its event. */
static void unclosed_parts_end(void **state)
{
	struct found p =
	    scan(HEAD "BEGIN:VEVENT\r\nUID:1\r\nBEGIN:VALARM\r\nEND:VEVENT\r\n" EVENT "END:VALARM\r\n" TAIL);

	(void)state;
	assert_int_equal(p.verdict, PRESCAN_OK);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.events[0].flags, EVENT_CUT);
	assert_int_equal(p.events[0].line, 3);
	assert_int_equal(p.events[1].line, 7);
	found_free(&p);
}

static void calendar_lines_are_read(void **state)
{
	struct found p =
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
	assert_string_equal(buf_str(&p.scan.facts.name), "First\\, best");
	assert_string_equal(buf_str(&p.scan.facts.zone_id), "Europe/Berlin");
	assert_int_equal(p.scan.facts.refresh_s, 30 * 3600);
	assert_int_equal(p.events[0].cancelled, 1);
	assert_true(p.scan.facts.todos == 1 && p.scan.facts.journals == 1 && p.scan.facts.others == 1);
	assert_non_null(zone);
	assert_string_equal(zone_name(zone), "Asia/Tokyo");
	found_free(&p);
}

static void hash_leaves_stamps_out(void **state)
{
	struct found a =
	    scan(HEAD "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nUID:1\r\nEND:VEVENT\r\n" TAIL);
	struct found b =
	    scan(HEAD "BEGIN:VEVENT\r\ndtstamp :20260\r\n 202T000000Z\r\n\tmore\r\nUID:1\r\nEND:VEVENT\r\n" TAIL);
	struct found c =
	    scan(HEAD "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nUID:2\r\nEND:VEVENT\r\n" TAIL);
	struct found d =
	    scan_big(repeat(HEAD "BEGIN:VEVENT\r\nX-A:", "a", 300000, "b\r\nEND:VEVENT\r\n" TAIL));
	struct found e =
	    scan_big(repeat(HEAD "BEGIN:VEVENT\r\nX-A:", "a", 300000, "c\r\nEND:VEVENT\r\n" TAIL));

	(void)state;
	assert_memory_equal(a.hash, b.hash, sizeof(a.hash));
	assert_memory_not_equal(a.hash, c.hash, sizeof(a.hash));
	assert_memory_not_equal(d.hash, e.hash, sizeof(a.hash));
	found_free(&a);
	found_free(&b);
	found_free(&c);
	found_free(&d);
	found_free(&e);
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
