/* Files on their way through the client, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answering.h"
#include "base/buf.h"
#include "base/err.h"
#include "client.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct heard { char name[256]; size_t length, told, begun; int fd; };

static int begin(void *with, const struct head *head, struct err *err)
{
	struct heard *h = with;

	h->begun++;
	h->length = head->length;
	snprintf(h->name, sizeof h->name, "%s", head->name);
	return h->fd >= 0 ? h->fd : err_set(err, ERR_RULE, "file-exists", "No.");
}

static void hear(void *with, size_t done, size_t of)
{
	struct heard *h = with;

	assert_true(done <= of);
	h->told = done;
}

static FILE *file_of(const char *text, size_t times)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	for (size_t i = 0; i < times; i++)
		fputs(text, f);
	assert_int_equal(fflush(f), 0);
	return f;
}

static void sends_a_file_again_from_its_beginning(void **state)
{
	static const struct turn turns[] = { { .say = "" }, { .say = GOOD("{}", "2") }, { 0 } };
	FILE *f = file_of("0123456789", 3000);
	struct heard h = { .fd = -1 };
	const struct source from = { fileno(f), 30000, hear, &h };
	const struct request r = { .method = METHOD_POST, .target = "/v1/f", .from = &from, .key = "k",
		.timeout_ms = TIMEOUT };
	struct buf heard = BUF_INIT;
	struct answer a = { 0 };
	struct err err = { 0 };
	struct client c;
	const char *second;

	(void)state;
	answering_start(turns);
	client_open(&c, answering_path, NULL, &err);
	assert_int_equal(client_ask(&c, &r, &a, &err), 0);
	buf_free(&a.body);
	client_close(&c);
	answering_stop(&heard);
	assert_int_equal(h.told, 30000);
	assert_non_null(strstr(buf_str(&heard),
	    "Content-Type: application/octet-stream\r\nContent-Length: 30000\r\n"));
	second = strstr(buf_str(&heard) + 1, "POST ");
	assert_non_null(second);
	assert_int_equal(strlen(second) * 2, heard.len);
	assert_memory_equal(second, buf_str(&heard), strlen(second));
	assert_string_equal(second + strlen(second) - 10, "0123456789");
	buf_free(&heard);
	fclose(f);
}

static void stops_sending_when_refused(void **state)
{
	static const struct turn turns[] = {
		{ .say = "HTTP/1.1 413 Too Large\r\nContent-Type: application/problem+json\r\n"
		    "Content-Length: 2\r\n\r\n{}", .deaf = 1, .hang = 1 }, { 0 } };
	FILE *f = file_of("0123456789", 400000);
	struct heard h = { .fd = -1 };
	const struct source from = { fileno(f), 4000000, hear, &h };
	const struct request r = { .method = METHOD_POST, .target = "/v1/f", .from = &from, .timeout_ms = TIMEOUT };
	struct answer a = { 0 };
	struct err err = { 0 };
	struct client c;

	(void)state;
	answering_start(turns);
	client_open(&c, answering_path, NULL, &err);
	assert_int_equal(client_ask(&c, &r, &a, &err), 0);
	assert_int_equal(a.status, 413);
	assert_true(h.told < 4000000);
	assert_int_equal(c.fd, -1);
	buf_free(&a.body);
	answering_stop(NULL);
	fclose(f);
}

static void notices_a_shrunken_file(void **state)
{
	static const struct turn turns[] = { { .say = GOOD("{}", "2") }, { 0 } };
	FILE *f = file_of("0123456789", 10);
	const struct source from = { fileno(f), 101, NULL, NULL };
	const struct request r = { .method = METHOD_POST, .target = "/v1/f", .from = &from, .key = "k",
		.timeout_ms = TIMEOUT };
	struct answer a = { 0 };
	struct err err = { 0 };
	struct client c;

	(void)state;
	answering_start(turns);
	client_open(&c, answering_path, NULL, &err);
	assert_int_equal(client_ask(&c, &r, &a, &err), -1);
	assert_string_equal(err.code, "file-changed");
	assert_int_equal(c.fd, -1);
	answering_stop(NULL);
	fclose(f);
}

#define PACKET_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n"

/* One answer into a file: 0 or -1; what is there is compared with `holds`. */
static int receive(const char *say, struct heard *h, const char *holds, struct answer *a, struct err *err)
{
	const struct turn turns[] = { { .say = say }, { 0 } };
	const struct sink into = { begin, hear, h };
	const struct request r = { .method = METHOD_GET, .target = "/v1/p", .into = &into, .timeout_ms = TIMEOUT };
	FILE *f = tmpfile();
	struct client c;
	char got[100];
	int failed;
	ssize_t n;

	h->fd = h->fd == -2 ? -1 : fileno(f);
	answering_start(turns);
	client_open(&c, answering_path, NULL, err);
	failed = client_ask(&c, &r, a, err);
	client_close(&c);
	answering_stop(NULL);
	n = pread(fileno(f), got, sizeof got - 1, 0);
	assert_true(n >= 0);
	got[n] = '\0';
	assert_string_equal(got, holds);
	fclose(f);
	return failed;
}

static void receives_into_a_file(void **state)
{
	struct heard h = { 0 };
	struct answer a = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(receive(PACKET_HEAD "Content-Length: 5\r\n"
	    "Content-Disposition: attachment; filename=\"x y.zip\"\r\n\r\n12345", &h, "12345", &a, &err), 0);
	assert_string_equal(h.name, "x y.zip");
	assert_int_equal(h.length, 5);
	assert_int_equal(h.begun, 1);
	assert_int_equal(a.body.len, 0);

	/* JSON too, when it is what was asked for; a problem stays one. */
	h = (struct heard){ 0 };
	assert_int_equal(receive(GOOD("{}", "2"), &h, "{}", &a, &err), 0);
	assert_string_equal(h.name, "");
	h = (struct heard){ 0 };
	assert_int_equal(receive("HTTP/1.1 422 X\r\nContent-Type: application/problem+json\r\n"
	    "Content-Length: 7\r\n\r\n{\"a\":1}", &h, "", &a, &err), 0);
	assert_int_equal(h.begun, 0);
	assert_string_equal(buf_str(&a.body), "{\"a\":1}");
	buf_free(&a.body);
}

static void refuses_what_is_no_file(void **state)
{
	static const struct { const char *say, *holds, *code; } rows[] = {
		{ PACKET_HEAD "Content-Length: 9\r\n\r\n12345", "12345", "no-answer" },
		{ PACKET_HEAD "Content-Length: 3\r\n\r\n12345", "", "answer-invalid" },
		{ PACKET_HEAD "\r\n12345", "", "answer-invalid" },
		{ PACKET_HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n12345", "",
		  "answer-invalid" },
		{ "HTTP/1.1 404 X\r\nContent-Type: application/zip\r\nContent-Length: 5\r\n\r\n12345", "",
		  "answer-invalid" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct heard h = { 0 };
		struct answer a = { 0 };
		struct err err = { 0 };

		assert_int_equal(receive(rows[i].say, &h, rows[i].holds, &a, &err), -1);
		assert_string_equal(err.code, rows[i].code);
	}
}

static void keeps_the_callers_refusal(void **state)
{
	struct heard h = { .fd = -2 };
	struct answer a = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(receive(PACKET_HEAD "Content-Length: 1\r\n\r\n1", &h, "", &a, &err), -1);
	assert_string_equal(err.code, "file-exists");
}

static void reads_names_of_files(void **state)
{
	static const struct { const char *value, *name; } rows[] = {
		{ "attachment; filename=\"a.zip\"", "a.zip" }, { "attachment", "" },
		{ "attachment; filename=a.zip", "" }, { "attachment; filename=\"a.zip", "" },
		{ "attachment; filename=\"\"", "" }, { "attachment; filename=\"../a\"; x=\"b\"", "../a" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[200];
		struct head head;
		struct err err = { 0 };

		snprintf(text, sizeof text, PACKET_HEAD "Content-Length: 5\r\nContent-Disposition: %s",
		    rows[i].value);
		assert_int_equal(client_head(text, strlen(text), &head, &err), 0);
		assert_string_equal(head.name, rows[i].name);
		assert_false(head.is_json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_a_file_again_from_its_beginning),
		cmocka_unit_test(stops_sending_when_refused),
		cmocka_unit_test(notices_a_shrunken_file),
		cmocka_unit_test(receives_into_a_file),
		cmocka_unit_test(refuses_what_is_no_file),
		cmocka_unit_test(keeps_the_callers_refusal),
		cmocka_unit_test(reads_names_of_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
