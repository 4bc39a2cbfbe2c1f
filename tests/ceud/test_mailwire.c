/* How mail leaves ceud: the job and mail lines of ceud-net send, its answers, files that are whole or not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "config.h"
#include "jobparts.h"
#include "mailwire.h"
#include "store/outbox.h"

static char folder[200];
static struct ceud d;
static struct err err;

static void configure(const char *mail)
{
	struct buf text = BUF_INIT, wrong = BUF_INIT;
	struct conf_errors errors = { &wrong, 0 };

	buf_printf(&text, "mail {\n%s\n}\n", mail);
	config_free(d.config);
	d.config = NULL;
	if (config_read(text.data, text.len, "test.conf", &d.config, &errors))
		fail_msg("%s", buf_str(&wrong));
	buf_free(&text);
	buf_free(&wrong);
}

static int begin(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	memset(&d, 0, sizeof d);
	memset(&err, 0, sizeof err);
	snprintf(folder, sizeof folder, "%s/ceud-wire-XXXXXX", tmp ? tmp : "/tmp");
	d.state_dir = mkdtemp(folder);
	configure("from \"CEU <ceu@example.org>\"");
	return d.state_dir ? 0 : -1;
}

static int end(void **state)
{
	pid_t pid = fork();

	(void)state;
	config_free(d.config);
	if (!pid) {
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(1);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static struct json *parsed(const struct buf *line)
{
	struct json *root = NULL;

	assert_int_equal(json_parse(line->data, line->len, &root, &err), 0);
	return root;
}

static void put_password(const char *text)
{
	char path[300], mail[900];
	int fd;

	snprintf(path, sizeof path, "%s/password", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	snprintf(mail, sizeof mail, "transport smtp\nrelay smtp.example.org 587\nuser ceud\npassword file:%s\n"
	    "from \"CEU <ceu@mail.example.org>\"\nca /etc/ca.pem\nauth login\ntls implicit", path);
	configure(mail);
}

static void opens(void **state)
{
	struct buf line = BUF_INIT;
	struct json *root;
	int64_t n = 0;

	(void)state;
	put_password("unused");
	assert_int_equal(wire_open(&d, "se\"cret", 0, &line, &err), 0);
	assert_ptr_equal(memchr(line.data, '\n', line.len), line.data + line.len - 1);
	root = parsed(&line);
	assert_string_equal(json_str(root, "host"), "smtp.example.org");
	assert_int_equal(json_int(root, "port", &n), 0);
	assert_int_equal(n, 587);
	assert_string_equal(json_str(root, "tls"), "implicit");
	assert_string_equal(json_str(root, "auth"), "login");
	assert_string_equal(json_str(root, "ca"), "/etc/ca.pem");
	assert_string_equal(json_str(root, "user"), "ceud");
	assert_string_equal(json_str(root, "password"), "se\"cret");
	assert_string_equal(json_str(root, "helo"), "mail.example.org");
	assert_null(json_get(root, "steps"));
	assert_int_equal(json_int(root, "response_ms", &n), 0);
	assert_int_equal(n, 600000);
	json_free(root);
	buf_reset(&line);
	assert_int_equal(wire_open(&d, "", 1, &line, &err), 0);
	root = parsed(&line);
	assert_true(json_bool(root, "steps", 0));
	assert_int_equal(json_int(root, "response_ms", &n), 0);
	assert_int_equal(n, TEST_RESPONSE_MS);
	json_free(root);
	buf_reset(&line);
	configure("transport smtp\nrelay [::1] 25\nfrom ceu@mail.example.org");
	assert_int_equal(wire_open(&d, "", 0, &line, &err), 0);
	root = parsed(&line);
	assert_string_equal(json_str(root, "host"), "::1");
	json_free(root);
	buf_free(&line);
}

static void mails(void **state)
{
	struct buf line = BUF_INIT;

	(void)state;
	assert_int_equal(wire_mail(&d, 17, "dana@example.org", "A: b\r\n\0", 7, &line, &err), 0);
	assert_int_equal(line.len, strlen("{\"id\":17,\"from\":\"ceu@example.org\",\"to\":\"dana@example.org\",\"bytes\":7}\n") + 7);
	assert_memory_equal(line.data,
	    "{\"id\":17,\"from\":\"ceu@example.org\",\"to\":\"dana@example.org\",\"bytes\":7}\nA: b\r\n\0", line.len);
	buf_free(&line);
}

static void redirects(void **state)
{
	struct outbox_mail m = { .rcpt = "dana@example.org" };

	(void)state;
	assert_string_equal(wire_recipient(&d, &m), "dana@example.org");
	configure("mode redirect test@example.net");
	assert_string_equal(wire_recipient(&d, &m), "test@example.net");
}

static int answer(const char *line, int64_t *id, struct mail_outcome *o, struct buf *step)
{
	return wire_answer(line, strlen(line), id, o, step);
}

static void answers(void **state)
{
	struct mail_outcome o;
	int64_t id = 0;

	(void)state;
	assert_int_equal(answer("{\"id\":17,\"phase\":\"dot\",\"curlcode\":0,\"code\":250,\"enhanced\":\"2.0.0\",\"text\":\"250 2.0.0 Ok\","
	    "\"all_sent\":true,\"reused\":true,\"connects\":1,\"ms\":41,\"server_id\":\"4F1C2\"}", &id, &o, NULL), 0);
	assert_int_equal(id, 17);
	assert_int_equal(o.phase, PHASE_DOT);
	assert_int_equal(o.code, 250);
	assert_string_equal(o.enhanced, "2.0.0");
	assert_string_equal(o.server_id, "4F1C2");
	assert_int_equal(o.ms, 41);
	assert_true(o.all_sent && o.reused);
	assert_int_equal(mail_judge(&o), MAIL_SENT);
	/* What is not said is read the careful way: it may have been delivered. */
	assert_int_equal(answer("{\"id\":18,\"phase\":\"dot\",\"curlcode\":56,\"code\":354}", &id, &o, NULL), 0);
	assert_true(o.all_sent);
	assert_int_equal(mail_judge(&o), MAIL_DOUBT);
	assert_int_equal(answer("{\"id\":19,\"phase\":\"rcpt\",\"curlcode\":55,\"code\":550,\"all_sent\":false,"
	    "\"text\":\"550 \\u001b[31mno\"}", &id, &o, NULL), 0);
	assert_string_equal(o.text, "550 ?[31mno");
	assert_int_equal(mail_judge(&o), MAIL_DEAD);
}

static void steps(void **state)
{
	struct buf step = BUF_INIT;
	struct mail_outcome o;
	int64_t id = 0;

	(void)state;
	assert_int_equal(answer("{\"id\":3,\"step\":{\"phase\":\"connect\",\"ms\":4,\"text\":\"x:25\"}}", &id, &o, &step), 1);
	assert_string_equal(buf_str(&step), "{\"phase\":\"connect\",\"ms\":4,\"text\":\"x:25\"}");
	buf_free(&step);
}

static void bad_answers(void **state)
{
	static const char *const lines[] = { "", "250 OK", "{}", "[]", "{\"phase\":\"dot\",\"curlcode\":0,\"code\":250}",
		"{\"id\":\"17\",\"phase\":\"dot\",\"curlcode\":0,\"code\":250}", "{\"id\":17}",
		"{\"id\":17,\"phase\":\"sent\",\"curlcode\":0,\"code\":250}", "{\"id\":17,\"phase\":\"dot\",\"code\":250}",
		"{\"id\":17,\"phase\":\"dot\",\"curlcode\":0}", "{\"id\":17,\"phase\":\"dot\",\"curlcode\":-1,\"code\":250}",
		"{\"id\":17,\"phase\":\"dot\",\"curlcode\":0,\"code\":1000}", "{\"id\":17,\"phase\":\"dot\",\"curlcode\":0.5,\"code\":250}",
		"{\"id\":17,\"phase\":\"dot\",\"curlcode\":0,\"code\":250} {}" };
	struct mail_outcome o = { .code = 77 };
	int64_t id = 0;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (answer(lines[i], &id, &o, NULL) != -1)
			fail_msg("taken: %s", lines[i]);
		assert_int_equal(o.code, 77);
	}
}

static int count_files(void)
{
	char path[300];
	DIR *dir;
	int n = 0;

	snprintf(path, sizeof path, "%s/mail", folder);
	dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void files(void **state)
{
	struct outbox_mail m = { .id = 17, .kind = "reminder", .rcpt = "dana@example.org", .bytes = "A: b\r\n\r\nx\r\n", .nbytes = 11 };
	struct buf path = BUF_INIT;
	char want[300], text[100];
	struct stat st;
	FILE *f;

	(void)state;
	assert_int_equal(wire_file(&d, &m, &path, &err), 0);
	snprintf(want, sizeof want, "%s/mail/000017-reminder-dana@example.org.eml", folder);
	assert_string_equal(buf_str(&path), want);
	assert_int_equal(stat(want, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 11);
	buf_reset(&path);
	m.bytes = "C: d\r\n\r\n";
	m.nbytes = 8;
	assert_int_equal(wire_file(&d, &m, &path, &err), 0);	/* again: it replaces its file */
	f = fopen(want, "rb");
	assert_non_null(f);
	assert_int_equal(fread(text, 1, sizeof text, f), 8);
	assert_memory_equal(text, "C: d\r\n\r\n", 8);
	fclose(f);
	m.id = 18;
	m.rcpt = "../../x/y@example.org";
	assert_int_equal(wire_file(&d, &m, &path, &err), 0);
	assert_int_equal(count_files(), 2);
	buf_free(&path);
}

static void files_that_cannot_be(void **state)
{
	struct outbox_mail m = { .id = 17, .kind = "reminder", .rcpt = "dana@example.org", .bytes = "x", .nbytes = 1 };
	struct buf path = BUF_INIT;
	char name[400], mail[400];

	(void)state;
	snprintf(mail, sizeof mail, "dir %s/password/mail", folder);
	put_password("a file, no folder");
	configure(mail);
	assert_int_equal(wire_file(&d, &m, &path, &err), -1);
	assert_string_equal(err.code, "folder-failed");
	configure("mode live");
	assert_int_equal(wire_file(&d, &m, &path, &err), 0);
	snprintf(name, sizeof name, "%s/mail/000018-reminder-dana@example.org.eml", folder);
	assert_int_equal(mkdir(name, 0700), 0);
	m.id = 18;
	assert_int_equal(wire_file(&d, &m, &path, &err), -1);
	assert_string_equal(err.code, "mail-file");
	assert_int_equal(count_files(), 2);		/* no part of it is left */
	buf_free(&path);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(opens), TEST(mails), TEST(redirects), TEST(answers), TEST(steps), TEST(bad_answers),
		TEST(files), TEST(files_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
