/* The lines of a fetching helper: what is taken, what is refused, what is made clean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "fetchlines.h"

static struct fetch_answer f;
static struct err err;

static int begin(void **state)
{
	(void)state;
	memset(&f, 0, sizeof f);
	memset(&err, 0, sizeof err);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fetch_answer_free(&f);
	return 0;
}

static int take(const char *line)
{
	return fetch_line(&f, line, strlen(line), &err);
}

static void refuse(const char *line, const char *code)
{
	assert_int_equal(take(line), -1);
	assert_string_equal(err.code, code);
	assert_true(f.result == FETCH_NOTHING);
}

static void write_event(struct buf *out, const char *uid)
{
	struct event e = { .uid = uid, .rid = "", .title = "Talk", .location = "", .url = "", .organizer = "",
		.start = 1000, .end = 3601000, .zone = "UTC", .day = 0, .minutes = 60 };
	struct jsonw w;

	event_seal(&e);
	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_object(&w, "event");
	event_write(&w, &e);
	jsonw_end_object(&w);
	jsonw_end_object(&w);
}

static void events(void **state)
{
	struct buf line = BUF_INIT;

	(void)state;
	write_event(&line, "a@example.org");
	assert_int_equal(take(buf_str(&line)), 0);
	buf_reset(&line);
	write_event(&line, "b@example.org");
	assert_int_equal(take(buf_str(&line)), 0);
	assert_int_equal(f.events.n, 2);
	assert_string_equal(f.events.items[1].uid, "b@example.org");
	assert_int_equal(f.events.items[1].minutes, 60);
	buf_free(&line);
	refuse("{\"event\":{\"uid\":\"c\"}}", "event-invalid");
	refuse("{\"event\":7}", "event-invalid");
	assert_int_equal(f.events.n, 2);
}

static void complete(void **state)
{
	(void)state;
	assert_int_equal(take("{\"complete\":{\"result\":\"partial\",\"http\":200,\"etag\":\"\\\"v1\\\"\",\"last_modified\":\"Sun\","
	    "\"body_hash\":\"ab\",\"events\":7,\"name\":\"  My\\tCalendar \",\"retry_after\":0,\"refresh_s\":3600,"
	    "\"producer\":\"-//Maker//EN\",\"cancels\":true,\"kept\":true,\"parsed\":true,\"url\":\"https://x/y\"}}"), 0);
	assert_string_equal(f.producer, "-//Maker//EN");
	assert_string_equal(f.moved_to, "https://x/y");
	assert_true(f.cancels && f.kept && f.parsed);
	assert_int_equal(f.http, 200);
	assert_true(f.result == FETCH_PARTIAL);
	assert_string_equal(f.etag, "\"v1\"");
	assert_string_equal(f.last_modified, "Sun");
	assert_string_equal(f.body_hash, "ab");
	assert_string_equal(f.name, "My Calendar");
	assert_int_equal(f.nevents, 7);
	assert_int_equal(f.refresh, 3600);
	assert_int_equal(take("{\"skipped\":{\"code\":\"x\"}}"), -1);
	assert_non_null(strstr(err.what, "a line after the last one"));
}

/* What a server gets back is what it sent, or nothing. */
static void verbatim(void **state)
{
	char line[2200], url[2002];

	(void)state;
	assert_int_equal(take("{\"complete\":{\"result\":\"ok\",\"etag\":\"\\\"a  b \\\"\","
	    "\"last_modified\":\"Sun Nov  6 08:49:37 1994\"}}"), 0);
	assert_string_equal(f.etag, "\"a  b \"");
	assert_string_equal(f.last_modified, "Sun Nov  6 08:49:37 1994");
	memset(url, 'u', sizeof url);
	for (int more = 0; more < 2; more++) {
		fetch_answer_free(&f);
		url[2000 + more] = '\0';
		snprintf(line, sizeof line, "{\"complete\":{\"result\":\"ok\",\"etag\":\"a\\tb\",\"url\":\"%s\"}}", url);
		assert_int_equal(take(line), 0);
		assert_string_equal(f.etag, "");
		assert_int_equal(strlen(f.moved_to), more ? 0 : 2000);
		url[2000] = 'u';
	}
}

static void results(void **state)
{
	static const struct { const char *word; enum fetch_result result; } rows[] = {
		{ "ok", FETCH_OK }, { "partial", FETCH_PARTIAL }, { "not-modified", FETCH_NOT_MODIFIED }
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char line[100];

		snprintf(line, sizeof line, "{\"complete\":{\"result\":\"%s\"}}", rows[i].word);
		assert_int_equal(take(line), 0);
		assert_true(f.result == rows[i].result);
		assert_string_equal(f.etag, "");
		assert_string_equal(f.name, "");
		assert_string_equal(f.producer, "");
		assert_false(f.cancels || f.kept || f.parsed || f.http);
		fetch_answer_free(&f);
	}
	refuse("{\"complete\":{\"result\":\"fine\"}}", "helper-line");
	refuse("{\"complete\":{\"result\":7}}", "helper-line");
	refuse("{\"complete\":{}}", "helper-line");
	refuse("{\"complete\":[]}", "helper-line");
	refuse("{\"failed\":7}", "helper-line");
	refuse("{\"failed\":{\"code\":\"x\"}}", "helper-line");
	refuse("{\"failed\":{\"code\":\"\",\"text\":\"t\"}}", "helper-line");
	refuse("{\"failed\":{\"code\":\"\\u0007\",\"text\":\"t\"}}", "helper-line");
}

static void numbers_have_bounds(void **state)
{
	(void)state;
	assert_int_equal(take("{\"failed\":{\"code\":\"rate\",\"text\":\"Later.\",\"next\":\"\",\"retry\":true,"
	    "\"retry_after\":99999999999}}"), 0);
	assert_int_equal(f.retry_after, 7 * 86400);
	assert_true(f.retry);
	fetch_answer_free(&f);
	assert_int_equal(take("{\"complete\":{\"result\":\"ok\",\"events\":-5,\"refresh_s\":\"soon\"}}"), 0);
	assert_int_equal(f.nevents, 0);
	assert_int_equal(f.refresh, 0);
}

static void failed(void **state)
{
	(void)state;
	assert_int_equal(take("{\"failed\":{\"code\":\"not-calendar\",\"text\":\"A page\\u001b[31m titled \\\"Sign in\\\".\","
	    "\"next\":\"Copy it again.\"}}"), 0);
	assert_true(f.result == FETCH_FAILED);
	assert_string_equal(f.code, "not-calendar");
	assert_string_equal(f.text, "A page[31m titled \"Sign in\".");
	assert_string_equal(f.next, "Copy it again.");
	assert_false(f.retry);
	assert_int_equal(f.retry_after, 0);
}

/* All but the events: those are read anew for the other one. */
static void copies(void **state)
{
	struct fetch_answer copy = { 0 };
	struct buf line = BUF_INIT;

	(void)state;
	write_event(&line, "a@example.org");
	assert_int_equal(take(buf_str(&line)), 0);
	buf_free(&line);
	assert_int_equal(take("{\"skipped\":{\"code\":\"no-start\",\"uid\":\"u\",\"text\":\"It has no start.\"}}"), 0);
	assert_int_equal(take("{\"complete\":{\"result\":\"ok\",\"http\":200,\"etag\":\"e\",\"body_hash\":\"ab\",\"refresh_s\":7200}}"), 0);
	assert_int_equal(fetch_answer_copy(&copy, &f, &err), 0);
	fetch_answer_free(&f);
	assert_int_equal(copy.events.n, 0);
	assert_int_equal(copy.nskipped, 0);
	assert_true(copy.result == FETCH_OK);
	assert_string_equal(copy.etag, "e");
	assert_string_equal(copy.body_hash, "ab");
	assert_int_equal(copy.refresh, 7200);
	assert_null(copy.text);
	fetch_answer_free(&copy);
}

static void numbers_out_of_range(void **state)
{
	(void)state;
	assert_int_equal(take("{\"complete\":{\"result\":\"ok\",\"http\":70000,\"cancels\":\"yes\",\"kept\":1,\"parsed\":null}}"), 0);
	assert_int_equal(f.http, 999);
	assert_false(f.cancels || f.kept || f.parsed);
}

static void long_texts_are_cut(void **state)
{
	struct buf line = BUF_INIT;

	(void)state;
	buf_puts(&line, "{\"failed\":{\"code\":\"x\",\"next\":\"\",\"text\":\"");
	for (int i = 0; i < 5000; i++)
		buf_puts(&line, "\xc3\xa4");
	buf_puts(&line, "\"}}");
	assert_int_equal(take(buf_str(&line)), 0);
	assert_in_range(strlen(f.text), 1990, 2003);
	buf_free(&line);
}

static void skips(void **state)
{
	(void)state;
	for (int i = 0; i < 250; i++)
		assert_int_equal(take("{\"skipped\":{\"code\":\"no-start\",\"uid\":\"u\",\"text\":\"It has no start.\"}}"), 0);
	assert_int_equal(f.nskipped, 200);
	assert_string_equal(f.skipped[199].code, "no-start");
	assert_string_equal(f.skipped[199].text, "It has no start.");
	assert_true(f.result == FETCH_NOTHING);
}

static void nonsense(void **state)
{
	static const char *const lines[] = { "", " ", "complete", "{", "[]", "7", "null", "{}", "{\"events\":[]}", "{\"complete\":{}",
		"{\"event\":{}} x", "{\"a\":1,\"a\":2}", "\xff\xfe" };

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		refuse(lines[i], "helper-line");
	assert_int_equal(f.events.n, 0);
	assert_int_equal(fetch_line(&f, "{}\0{}", 5, &err), -1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events), TEST(complete), TEST(verbatim), TEST(results), TEST(numbers_have_bounds), TEST(failed), TEST(long_texts_are_cut),
		TEST(skips), TEST(nonsense), TEST(copies),
		TEST(numbers_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
