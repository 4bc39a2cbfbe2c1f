/* The client against a server that answers well, badly, slowly or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answering.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "client.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int ask(struct client *c, enum method method, const char *body, const char *key, int timeout,
    struct answer *answer, struct err *err) {
	const struct request r = { .method = method,
		.target = "/v1/x",
		.body = body,
		.body_len = body ? strlen(body) : 0,
		.key = key,
		.timeout_ms = timeout };

	return client_ask(c, &r, answer, err);
}

static int get(struct client *c, struct answer *answer, struct err *err)
{
	return ask(c, METHOD_GET, NULL, NULL, TIMEOUT, answer, err);
}

static void keeps_the_connection(void **state)
{
	static const struct turn turns[] = {
		{ .say = GOOD("{\"a\":1}", "7"), .keep = 1 },
		{ .say =
			"HTTP/1.1 404 Not Found\r\ncontent-type: application/problem+json; "
			"charset=utf-8\r\nETag: \"7\"\r\n"
			"Content-Length:  2 \r\n\r\n{}" },
		{ 0 },
	};
	struct answer a = { 0 };
	struct buf heard = BUF_INIT;
	struct err err = { 0 };
	struct client c;

	(void)state;
	answering_start(turns);
	assert_int_equal(client_open(&c, answering_path, NULL, &err), 0);
	assert_int_equal(get(&c, &a, &err), 0);
	assert_int_equal(a.status, 200);
	assert_string_equal(buf_str(&a.body), "{\"a\":1}");
	assert_string_equal(a.etag, "");
	buf_free(&a.body);
	assert_int_equal(ask(&c, METHOD_POST, "{\"b\":2}", "k1", TIMEOUT, &a, &err), 0);
	assert_int_equal(a.status, 404);
	assert_string_equal(buf_str(&a.body), "{}");
	assert_string_equal(a.etag, "7");
	buf_free(&a.body);
	client_close(&c);
	answering_stop(&heard);
	assert_string_equal(buf_str(&heard),
	    "GET /v1/x HTTP/1.1\r\nHost: ceud\r\nAccept: application/json\r\n\r\n"
	    "POST /v1/x HTTP/1.1\r\nHost: ceud\r\nAccept: application/json\r\nIdempotency-Key: k1\r\n"
	    "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"b\":2}");
	buf_free(&heard);
}

static void sends_what_etag_it_has(void **state)
{
	static const struct turn turns[] = { { .say = GOOD("{}", "2") }, { 0 } };
	const struct request r = { .method = METHOD_PATCH,
		.target = "/v1/e/1?as=x",
		.body = "{}",
		.body_len = 2,
		.etag = "4",
		.timeout_ms = TIMEOUT };
	struct answer a = { 0 };
	struct buf heard = BUF_INIT;
	struct err err = { 0 };
	struct client c;

	(void)state;
	answering_start(turns);
	client_open(&c, answering_path, NULL, &err);
	assert_int_equal(client_ask(&c, &r, &a, &err), 0);
	buf_free(&a.body);
	client_close(&c);
	answering_stop(&heard);
	assert_non_null(strstr(buf_str(&heard), "PATCH /v1/e/1?as=x HTTP/1.1\r\n"));
	assert_non_null(strstr(buf_str(&heard), "If-Match: \"4\"\r\n"));
	buf_free(&heard);
}

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

static void refuses_what_is_no_answer(void **state)
{
	static const struct { const char *say, *because; size_t repeat; } rows[] = {
		{ HEAD "\r\n{}", "no Content-Length", 0 },
		{ HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding", 0 },
		{ HEAD "Content-Length: 2\r\nTransfer-Encoding: identity\r\n\r\n{}", "Transfer-Encoding", 0 },
		{ HEAD "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "two Content-Lengths", 0 },
		{ HEAD "Content-Length: -2\r\n\r\n{}", "is no number", 0 },
		{ HEAD "Content-Length: +2\r\n\r\n{}", "is no number", 0 },
		{ HEAD "Content-Length: 0x2\r\n\r\n{}", "is no number", 0 },
		{ HEAD "Content-Length: 2, 2\r\n\r\n{}", "is no number", 0 },
		{ HEAD "Content-Length: \r\n\r\n{}", "is no number", 0 },
		{ HEAD "Content-Length: 99999999999999999999\r\n\r\n{}", "is no number", 0 },
		{ HEAD "Content-Length: 999999999\r\n\r\n{}", "too large", 0 },
		{ HEAD "Content-Length: 2\r\n\r\n{}{}", "more than it announced", 0 },
		{ HEAD "Content-Length : 2\r\n\r\n{}", "malformed", 0 },
		{ HEAD " folded\r\nContent-Length: 2\r\n\r\n{}", "malformed", 0 },
		{ HEAD "X-Bad: a\nb\r\nContent-Length: 2\r\n\r\n{}", "malformed", 0 },
		{ HEAD "no colon\r\nContent-Length: 2\r\n\r\n{}", "malformed", 0 },
		{ HEAD "ETag: 7\r\nContent-Length: 2\r\n\r\n{}", "ETag", 0 },
		{ HEAD "Content-Type: text/html\r\nContent-Length: 2\r\n\r\n{}", "two Content-Types", 0 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "JSON", 0 },
		{ "HTTP/1.1 200 OK\r\nContent-Type: application/jsonx\r\nContent-Length: 2\r\n\r\n{}", "JSON",
		  0 },
		{ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}", "JSON", 0 },
		{ "HTTP/2 200\r\nContent-Length: 2\r\n\r\n{}", "does not speak HTTP", 0 },
		{ "HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n{}", "does not speak HTTP", 0 },
		{ "HTTP/1.1 100 Continue\r\n\r\n", "does not speak HTTP", 0 },
		{ "SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not speak HTTP", 0 },
		{ "\r\n\r\n", "does not speak HTTP", 0 },
		{ "HTTP/1.1 200 OK\r\nContent-Le", "middle of its headers", 0 },
		{ "X-Padding: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
		  "headers do not end", 2000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct turn turns[] = { { .say = rows[i].say, .repeat = rows[i].repeat }, { 0 } };
		struct answer a = { 0 };
		struct err err = { 0 };
		struct client c;

		answering_start(turns);
		client_open(&c, answering_path, NULL, &err);
		assert_int_equal(get(&c, &a, &err), -1);
		answering_stop(NULL);
		assert_int_equal(err.class, ERR_FAILED);
		assert_string_equal(err.code, "answer-invalid");
		if (!strstr(err.what, rows[i].because))
			fail_msg("row %zu: \"%s\" lacks \"%s\"", i, err.what, rows[i].because);
		assert_int_equal(c.fd, -1);
		assert_null(a.body.data);
	}
}

static void notices_a_cut_answer(void **state)
{
	static const struct turn turns[] = { { .say = GOOD("{\"a\"", "7") }, { 0 } };
	struct answer a = { 0 };
	struct err err = { 0 };
	struct client c;

	(void)state;
	answering_start(turns);
	client_open(&c, answering_path, NULL, &err);
	assert_int_equal(ask(&c, METHOD_POST, "{}", "k", TIMEOUT, &a, &err), -1);
	answering_stop(NULL);
	assert_int_equal(err.class, ERR_UNREACHED);
	assert_string_equal(err.code, "no-answer");
	assert_non_null(strstr(err.what, "stopped in the middle of its answer. Whether it was done is not "
	    "known."));
	assert_string_equal(err.next, "See what is there before you repeat it: ceu history");
}

/* The server takes the request and dies: with a key the same is sent once more, and only once. */
static void repeats_once_with_the_same_key(void **state)
{
	static const struct turn again[] = { { .say = "" }, { .say = GOOD("{}", "2") }, { 0 } };
	static const struct turn never[] = { { .say = "" }, { .say = "" }, { .say = GOOD("{}", "2") },
		{ 0 } };
	struct buf heard = BUF_INIT;
	struct answer a = { 0 };
	struct err err = { 0 };
	struct client c;
	const char *second;

	(void)state;
	answering_start(again);
	client_open(&c, answering_path, NULL, &err);
	assert_int_equal(ask(&c, METHOD_POST, "{\"n\":1}", "abc", TIMEOUT, &a, &err), 0);
	buf_free(&a.body);
	client_close(&c);
	answering_stop(&heard);
	second = strstr(buf_str(&heard) + 1, "POST ");
	assert_non_null(second);
	assert_int_equal(strlen(second) * 2, heard.len);
	assert_memory_equal(second, buf_str(&heard), strlen(second));
	buf_free(&heard);

	answering_start(never);
	client_open(&c, answering_path, NULL, &err);
	assert_int_equal(ask(&c, METHOD_POST, "{}", "abc", TIMEOUT, &a, &err), -1);
	answering_stop(NULL);
	assert_string_equal(err.code, "no-answer");
	assert_int_equal(err.class, ERR_UNREACHED);
}

static void never_repeats_a_change_without_a_key(void **state)
{
	static const struct turn turns[] = { { .say = "" }, { .say = GOOD("{}", "2") }, { 0 } };
	static const enum method methods[] = { METHOD_POST, METHOD_PATCH, METHOD_DELETE };

	(void)state;
	for (size_t i = 0; i < COUNT(methods); i++) {
		struct buf heard = BUF_INIT;
		struct answer a = { 0 };
		struct err err = { 0 };
		struct client c;

		answering_start(turns);
		client_open(&c, answering_path, NULL, &err);
		assert_int_equal(ask(&c, methods[i], "{}", NULL, TIMEOUT, &a, &err), -1);
		answering_stop(&heard);
		assert_string_equal(err.code, "no-answer");
		assert_non_null(strstr(buf_str(&heard), " /v1/x "));
		assert_null(strstr(strstr(buf_str(&heard), " /v1/x ") + 1, " /v1/x "));
		buf_free(&heard);
	}
}

/* A kept connection that the server closed meanwhile is replaced before anything is sent, also for what may
 * not be repeated. */
static void replaces_a_stale_connection(void **state)
{
	static const struct turn turns[] = { { .say = GOOD("{}", "2") }, { .say = GOOD("{}", "2") }, { 0 } };
	struct answer a = { 0 };
	struct err err = { 0 };
	struct client c;

	(void)state;
	answering_start(turns);
	client_open(&c, answering_path, NULL, &err);
	assert_int_equal(get(&c, &a, &err), 0);
	buf_free(&a.body);
	usleep(50000);
	assert_int_equal(ask(&c, METHOD_DELETE, NULL, NULL, TIMEOUT, &a, &err), 0);
	buf_free(&a.body);
	client_close(&c);
	answering_stop(NULL);
}

static void gives_up_in_time(void **state)
{
	static const struct {
		const char *say;
	} rows[] = { { "" }, { "HTTP/1.1 200 OK\r\n" }, { GOOD("{", "7") } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct turn turns[] = { { .say = rows[i].say, .hang = 1 }, { 0 } };
		struct answer a = { 0 };
		struct err err = { 0 };
		struct client c;
		int64_t from = clock_monotonic(), took;

		answering_start(turns);
		client_open(&c, answering_path, NULL, &err);
		assert_int_equal(ask(&c, METHOD_POST, "{}", "k", SHORT, &a, &err), -1);
		took = clock_monotonic() - from;
		answering_stop(NULL);
		assert_string_equal(err.code, "no-answer");
		assert_non_null(strstr(err.what, "did not answer in time"));
		assert_true(took >= SHORT - 5 && took < SHORT + 3000);
	}
}

static volatile sig_atomic_t interrupted;

static void on_alarm(int number)
{
	(void)number;
	interrupted = 1;
}

static void can_be_stopped(void **state)
{
	static const struct turn turns[] = { { .say = "", .hang = 1 }, { 0 } };
	struct sigaction act = { .sa_handler = on_alarm };
	struct answer a = { 0 };
	struct err err = { 0 };
	struct client c;

	(void)state;
	answering_start(turns);
	client_open(&c, answering_path, &interrupted, &err);
	sigaction(SIGALRM, &act, NULL);
	ualarm(100000, 0);
	assert_int_equal(get(&c, &a, &err), -1);
	answering_stop(NULL);
	assert_string_equal(err.code, "stopped");
}

static void says_when_nobody_is_there(void **state)
{
	char too_long[200];
	struct answer a = { 0 };
	struct err err = { 0 };
	struct client c;

	(void)state;
	client_open(&c, "/nonexistent/ceud.sock", NULL, &err);
	assert_int_equal(get(&c, &a, &err), -1);
	assert_int_equal(err.class, ERR_UNREACHED);
	assert_string_equal(err.code, "unreached");
	assert_string_equal(err.what,
	    "ceud does not answer at /nonexistent/ceud.sock: there is no such socket. Nothing was kept.");
	memset(too_long, 'x', sizeof too_long);
	too_long[sizeof too_long - 1] = '\0';
	assert_int_equal(client_open(&c, too_long, NULL, &err), -1);
	assert_string_equal(err.code, "socket-long");
}

/* A large request to a server that refuses it early and closes: its answer is read all the same. */
static void reads_an_early_refusal(void **state)
{
	static const struct turn turns[] = {
		{ .say =
			"HTTP/1.1 413 Too Large\r\nContent-Type: application/json\r\nConnection: "
			"close\r\nContent-Length: 2\r\n\r\n{}",
		    .deaf = 1 },
		{ .say =
			"HTTP/1.1 413 Too Large\r\nContent-Type: application/json\r\nConnection: "
			"close\r\nContent-Length: 2\r\n\r\n{}",
		    .deaf = 1 },
		{ 0 },
	};
	char *body = malloc(3000001);
	struct answer a = { 0 };
	struct err err = { 0 };
	struct client c;

	(void)state;
	memset(body, ' ', 3000000);
	body[3000000] = '\0';
	answering_start(turns);
	client_open(&c, answering_path, NULL, &err);
	assert_int_equal(ask(&c, METHOD_POST, body, "k", TIMEOUT, &a, &err), 0);
	assert_int_equal(a.status, 413);
	assert_int_equal(c.fd, -1);
	buf_free(&a.body);
	free(body);
	answering_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_connection),
		cmocka_unit_test(sends_what_etag_it_has),
		cmocka_unit_test(refuses_what_is_no_answer),
		cmocka_unit_test(notices_a_cut_answer),
		cmocka_unit_test(repeats_once_with_the_same_key),
		cmocka_unit_test(never_repeats_a_change_without_a_key),
		cmocka_unit_test(replaces_a_stale_connection),
		cmocka_unit_test(gives_up_in_time),
		cmocka_unit_test(can_be_stopped),
		cmocka_unit_test(says_when_nobody_is_there),
		cmocka_unit_test(reads_an_early_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
