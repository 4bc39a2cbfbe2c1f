/* The parts of sending that need no server: the job's lines and bytes, addresses, replies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "jobread.h"
#include "smtp_job.h"
#include "smtp_report.h"

/* ---- jobread */

/* A pipe that holds `len` bytes and then ends; a child writes them in pieces of `piece`. */
static int pipe_with(const char *data, size_t len, size_t piece)
{
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		while (len > 0) {
			size_t n = len < piece ? len : piece;

			if (write(ends[1], data, n) != (ssize_t)n)
				_exit(1);
			data += n;
			len -= n;
		}
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

static void done_with(struct jobread *r)
{
	int status;

	close(r->fd);
	jobread_free(r);
	while (wait(&status) > 0)
		;
}

static void test_lines_and_bytes(void **state)
{
	static const char job[] = "one\n\ntwo 5\nab\ncdthree\n";
	const size_t pieces[] = { 1, 2, 3, 7, sizeof(job) };

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct buf bytes = BUF_INIT;
		struct err err = { 0 };
		struct jobread r;
		const char *line;
		size_t len;

		jobread_begin(&r, pipe_with(job, sizeof(job) - 1, pieces[i]));
		assert_int_equal(fcntl(r.fd, F_SETFL, O_NONBLOCK), 0);
		assert_int_equal(jobread_line(&r, &line, &len, &err), 1);
		assert_int_equal(len, 3);
		assert_memory_equal(line, "one", 3);
		assert_int_equal(jobread_line(&r, &line, &len, &err), 1);
		assert_int_equal(len, 0);
		assert_int_equal(jobread_line(&r, &line, &len, &err), 1);
		assert_memory_equal(line, "two 5", 5);
		assert_int_equal(jobread_bytes(&r, 5, &bytes, &err), 0);
		assert_int_equal(bytes.len, 5);
		assert_string_equal(buf_str(&bytes), "ab\ncd");
		assert_int_equal(jobread_line(&r, &line, &len, &err), 1);
		assert_int_equal(len, 5);
		assert_memory_equal(line, "three", 5);
		assert_int_equal(jobread_line(&r, &line, &len, &err), 0);
		assert_int_equal(jobread_line(&r, &line, &len, &err), 0);
		buf_free(&bytes);
		done_with(&r);
	}
}

static void test_many_bytes(void **state)
{
	const size_t n = 3 * 1000 * 1000 + 17;
	char *job = malloc(n + 5);
	struct buf bytes = BUF_INIT;
	struct err err = { 0 };
	struct jobread r;
	const char *line;
	size_t len;

	(void)state;
	assert_non_null(job);
	memcpy(job, "go\n", 3);
	for (size_t i = 0; i < n; i++)
		job[3 + i] = (char)(i * 7 % 251);
	memcpy(job + 3 + n, "x\n", 2);
	jobread_begin(&r, pipe_with(job, n + 5, 100000));
	assert_int_equal(jobread_line(&r, &line, &len, &err), 1);
	assert_int_equal(jobread_bytes(&r, n, &bytes, &err), 0);
	assert_int_equal(bytes.len, n);
	assert_memory_equal(bytes.data, job + 3, n);
	assert_int_equal(jobread_line(&r, &line, &len, &err), 1);
	assert_memory_equal(line, "x", 1);
	buf_free(&bytes);
	free(job);
	done_with(&r);
}

static void test_broken_jobs(void **state)
{
	char *line_of_a = malloc(70000);
	struct buf bytes = BUF_INIT;
	struct err err = { 0 };
	struct jobread r;
	const char *line;
	size_t len;

	(void)state;
	assert_non_null(line_of_a);
	jobread_begin(&r, pipe_with("half", 4, 4));
	assert_int_equal(jobread_line(&r, &line, &len, &err), -1);
	assert_string_equal(err.code, "job-line");
	assert_string_equal(err.what, "The job ends in the middle of a line.");
	done_with(&r);

	jobread_begin(&r, pipe_with("abc", 3, 3));
	assert_int_equal(jobread_bytes(&r, 4, &bytes, &err), -1);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.code, "job-short");
	assert_string_equal(err.what, "The job ends after 3 of 4 bytes.");
	done_with(&r);

	memset(line_of_a, 'a', 70000);
	jobread_begin(&r, pipe_with(line_of_a, 70000, 70000));
	assert_int_equal(jobread_line(&r, &line, &len, &err), -1);
	assert_string_equal(err.what, "A line of the job is longer than 65536 bytes.");
	done_with(&r);

	jobread_begin(&r, -1);
	assert_int_equal(jobread_line(&r, &line, &len, &err), -1);
	assert_int_equal(err.class, ERR_FAILED);
	assert_string_equal(err.code, "job-read");
	jobread_free(&r);
	buf_free(&bytes);
	free(line_of_a);
}

/* ---- the lines */

static void test_server_line(void **state)
{
	static const char least[] = "{\"host\":\"::1\",\"port\":25,\"helo\":\"x\"}";
	struct smtp_server s = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(smtp_server_parse(least, strlen(least), &s, &err), 0);
	assert_string_equal(s.host, "::1");
	assert_int_equal(s.port, 25);
	assert_int_equal(s.tls, SMTP_STARTTLS);
	assert_int_equal(s.connect_ms, 30000);
	assert_int_equal(s.response_ms, 600000);
	assert_string_equal(s.password, "");
	assert_int_equal(s.steps, 0);
	smtp_server_free(&s);
	assert_null(s.root);
}

static void refuse_mail(const char *line, const char *what)
{
	struct smtp_mail m = { .id = 77 };
	struct err err = { 0 };

	assert_int_equal(smtp_mail_parse(line, strlen(line), &m, &err), -1);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.what, what);
	assert_int_equal(m.id, 77);		/* untouched */
}

static void test_mail_line(void **state)
{
	static const char good[] = "{\"id\":9007199254740993,\"from\":\"a@b.c\",\"to\":\"d@e.f\",\"bytes\":26214400}";
	struct smtp_mail m = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(smtp_mail_parse(good, strlen(good), &m, &err), 0);
	assert_int_equal(m.id, INT64_C(9007199254740993));
	assert_int_equal(m.bytes, 25 * 1024 * 1024);
	assert_string_equal(m.from, "a@b.c");
	assert_string_equal(m.to, "d@e.f");
	smtp_mail_free(&m);
	refuse_mail("[]", "The line of a mail is no JSON object.");
	refuse_mail("{\"id\":-1,\"from\":\"a\",\"to\":\"b\",\"bytes\":1}",
	    "The job's \"id\" is not a whole number from 0 to 9223372036854775807.");
	refuse_mail("{\"from\":\"a\",\"to\":\"b\",\"bytes\":1}",
	    "The job's \"id\" is not a whole number from 0 to 9223372036854775807.");
	refuse_mail("{\"id\":1.5,\"from\":\"a\",\"to\":\"b\",\"bytes\":1}", "The job's \"id\" is not a whole number.");
	refuse_mail("{\"id\":1,\"to\":\"b\",\"bytes\":1}", "The job's \"from\" is not a text.");
	refuse_mail("{\"id\":1,\"from\":\"a\",\"to\":null,\"bytes\":1}", "The job's \"to\" is not a text.");
	refuse_mail("{\"id\":1,\"from\":\"a\",\"to\":\"b\",\"bytes\":26214401}",
	    "The job's \"bytes\" is not a whole number from 1 to 26214400.");
}

static void test_addresses(void **state)
{
	char longest[256];

	(void)state;
	assert_null(smtp_address_fault("dana@example.org"));
	assert_null(smtp_address_fault("d.o'neill+x=y@localhost"));
	assert_string_equal(smtp_address_fault("a@b\r\nRCPT TO:<c@d>"), "it holds a line break");
	assert_string_equal(smtp_address_fault("a\nb@c"), "it holds a line break");
	assert_string_equal(smtp_address_fault("a\tb@c"), "it holds a control character");
	assert_string_equal(smtp_address_fault("a\177@c"), "it holds a control character");
	assert_string_equal(smtp_address_fault("a b@c"), "it holds a blank");
	assert_string_equal(smtp_address_fault("<a@c"), "it holds an angle bracket");
	assert_string_equal(smtp_address_fault("a@c>"), "it holds an angle bracket");
	assert_string_equal(smtp_address_fault("\303\244@c"), "it holds a character outside ASCII");
	assert_string_equal(smtp_address_fault(""), "it is not of the form NAME@DOMAIN");
	assert_string_equal(smtp_address_fault("a@"), "it is not of the form NAME@DOMAIN");
	assert_string_equal(smtp_address_fault("@c"), "it is not of the form NAME@DOMAIN");
	memset(longest, 'a', sizeof(longest));
	longest[100] = '@';
	longest[254] = '\0';
	assert_null(smtp_address_fault(longest));
	longest[254] = 'a';
	longest[255] = '\0';
	assert_string_equal(smtp_address_fault(longest), "it is longer than 254 characters");
}

/* ---- replies */

static void test_replies(void **state)
{
	static const struct { const char *reply, *enhanced, *id; } table[] = {
		{ "250 2.0.0 Ok: queued as 4F1C2", "2.0.0", "4F1C2" },
		{ "250 OK id=1tEXAM-000ple-AB", "", "1tEXAM-000ple-AB" },
		{ "250 2.0.0 OK  1763772000 x-2.12 - gsmtp", "2.0.0", "" },
		{ "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 9ABC; done", "2.0.0", "9ABC" },
		{ "550-5.1.1 No such user", "5.1.1", "" }, { "421 4.3.2", "4.3.2", "" },
		{ "550 5.12.345 x", "5.12.345", "" }, { "550 5.1.1234 x", "", "" }, { "550 6.1.1 x", "", "" },
		{ "550 5.1 x", "", "" }, { "550 5.1.1. x", "", "" }, { "550 5..1 x", "", "" }, { "250", "", "" },
		{ "250 ", "", "" }, { "", "", "" }, { "250 queued as ", "", "" }
	};
	char enhanced[16], id[128], endless[512] = "250 queued as ";

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		smtp_read_reply(table[i].reply, enhanced, id);
		assert_string_equal(enhanced, table[i].enhanced);
		assert_string_equal(id, table[i].id);
	}
	memset(endless + strlen(endless), 'x', 400);
	smtp_read_reply(endless, enhanced, id);
	assert_string_equal(id, "");
}

static void test_challenges(void **state)
{
	static const struct { const char *reply, *says; } table[] = {
		{ "334 eyJzdGF0dXMiOiI0MDEifQ==", "{\"status\":\"401\"}" },
		{ "334 eyJzdGF0dXMiOiI0MDEifQ", "{\"status\":\"401\"}" },
		{ "334 ewp9", "{?}" },			/* a line break in it */
		{ "334 VXNlcm5hbWU6", "" },		/* Username: */
		{ "334 ", "" }, { "334", "" }, { "", "" }, { "535 eyJzdGF0dXMiOiI0MDEifQ==", "" },
		{ "334 *", "" }, { "334 e", "" }, { "334 ew", "{" }, { "334 ew !!", "{" }
	};
	char says[40], endless[600] = "334 ";

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		smtp_read_challenge(table[i].reply, says, sizeof(says));
		assert_string_equal(says, table[i].says);
	}
	for (size_t i = 4; i < sizeof(endless) - 4; i += 4)
		memcpy(endless + i, "e3t7", 5);		/* {{{ */
	smtp_read_challenge(endless, says, sizeof(says));
	assert_int_equal(strlen(says), sizeof(says) - 1);
}

static void test_report(void **state)
{
	struct smtp_outcome o = { .id = 17, .phase = SMTP_PHASE_DOT, .code = 250, .enhanced = "2.0.0",
	    .text = "250 2.0.0 Ok: \"4F1C2\"", .all_sent = 1, .connects = 1, .ms = 41, .server_id = "4F1C2" };
	struct err err = { 0 };
	char line[512] = "";
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(smtp_report_mail(ends[1], &o, &err), 0);
	assert_true(read(ends[0], line, sizeof(line) - 1) > 0);
	assert_string_equal(line, "{\"id\":17,\"phase\":\"dot\",\"curlcode\":0,\"code\":250,\"enhanced\":\"2.0.0\","
	    "\"text\":\"250 2.0.0 Ok: \\\"4F1C2\\\"\",\"all_sent\":true,\"reused\":false,\"connects\":1,\"ms\":41,"
	    "\"server_id\":\"4F1C2\"}\n");
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(smtp_report_step(ends[1], 1, "connect", 2, "x:25", &err), -1);
	assert_string_equal(err.code, "job-answer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_and_bytes),
		cmocka_unit_test(test_many_bytes),
		cmocka_unit_test(test_broken_jobs),
		cmocka_unit_test(test_server_line),
		cmocka_unit_test(test_mail_line),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_challenges),
		cmocka_unit_test(test_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
