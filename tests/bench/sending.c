/*
 * What sending.py compares, one thing a run, each prints the milliseconds it took:
 *   sending loop PORT N            N mails of 20 KB by one handle of libcurl, and nothing else
 *   sending net PORT N NET HOW     the same mails through NET send: HOW is ahead, as fast as its pipe takes them, or
 *                                  turns, each after the answer to the one before, as ceud does
 *   sending commits FOLDER N       N rows in SQLite, each a commit with synchronous = FULL
 */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clocks.h"

enum { MAIL_BYTES = 20000, LINE_BYTES = 76 };

static char mail[MAIL_BYTES + 1];

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "bench sending: %s: %s\n", what, why);
	exit(2);
}

static void make_mail(void)
{
	static const char head[] = "From: ceu <ceu@example.org>\r\nTo: b@example.org\r\nSubject: A mail of twenty kilobytes\r\n"
	    "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n";
	size_t n = sizeof head - 1;

	memcpy(mail, head, n);
	memset(mail + n, 'x', MAIL_BYTES - n);
	for (n += LINE_BYTES; n < MAIL_BYTES - 2; n += LINE_BYTES)
		memcpy(mail + n - 2, "\r\n", 2);
	memcpy(mail + MAIL_BYTES - 2, "\r\n", 2);
}

/* ---- libcurl and nothing else */

static size_t given;

static size_t on_read(char *to, size_t size, size_t n, void *arg)
{
	size_t rest = MAIL_BYTES - given, room = size * n;

	(void)arg;
	rest = rest > room ? room : rest;
	memcpy(to, mail + given, rest);
	given += rest;
	return rest;
}

static double loop(const char *port, int n)
{
	double begun = bench_ms();
	struct curl_slist *to = curl_slist_append(NULL, "b@example.org");
	char url[64];
	CURL *c;

	snprintf(url, sizeof url, "smtp://127.0.0.1:%s/bench.example", port);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) || !to || !(c = curl_easy_init()))
		die("libcurl", "it cannot be started");
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, "ceu@example.org");
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 16);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)MAIL_BYTES);
	for (int i = 0; i < n; i++) {
		CURLcode result;

		given = 0;
		result = curl_easy_perform(c);
		if (result)
			die("libcurl", curl_easy_strerror(result));
	}
	curl_easy_cleanup(c);
	curl_slist_free_all(to);
	curl_global_cleanup();
	return bench_ms() - begun;
}

/* ---- ceud-net */

struct feed { int in, out, n, ahead, next, answered; char job[MAIL_BYTES + 300]; size_t len, at, matched; };

static pid_t start(const char *program, struct feed *f)
{
	const char *const argv[] = { program, "send", NULL };
	posix_spawn_file_actions_t files;
	int to[2], back[2];
	pid_t pid;

	if (pipe2(to, O_CLOEXEC) || pipe2(back, O_CLOEXEC))
		die("pipe", strerror(errno));
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, to[0], 0);
	posix_spawn_file_actions_adddup2(&files, back[1], 1);
	if (posix_spawn(&pid, program, &files, NULL, (char *const *)(uintptr_t)argv, environ))
		die(program, "it cannot be started");
	posix_spawn_file_actions_destroy(&files);
	close(to[0]);
	close(back[1]);
	f->in = to[1];
	f->out = back[0];
	fcntl(f->in, F_SETFL, O_NONBLOCK);
	return pid;
}

/* The next thing to write, once the one before is. */
static int prepare(struct feed *f)
{
	if (f->at < f->len)
		return 1;
	if (f->next > f->n || (!f->ahead && f->next > f->answered + 1))
		return 0;
	f->len = (size_t)snprintf(f->job, 300, "{\"id\":%d,\"from\":\"ceu@example.org\",\"to\":\"b@example.org\",\"bytes\":%d}\n",
	    f->next++, MAIL_BYTES);
	memcpy(f->job + f->len, mail, MAIL_BYTES);
	f->len += MAIL_BYTES;
	f->at = 0;
	return 1;
}

/* Each answer is a line; a mail that was taken has this in it. */
static void read_answers(struct feed *f)
{
	static const char good[] = "\"curlcode\":0,\"code\":250,";
	static char line[4096];
	char data[4096];
	ssize_t n = read(f->out, data, sizeof data);

	if (n <= 0)
		die("ceud-net", "it ended early");
	for (ssize_t i = 0; i < n; i++) {
		if (f->matched < sizeof line - 1)
			line[f->matched++] = data[i];
		if (data[i] != '\n')
			continue;
		line[f->matched] = '\0';
		f->matched = 0;
		if (!strstr(line, good))
			die("ceud-net", line);
		f->answered++;
	}
}

static void pass_on(struct feed *f)
{
	while (f->answered < f->n) {
		int writes = prepare(f);
		struct pollfd p[2] = { { .fd = f->out, .events = POLLIN }, { .fd = writes ? f->in : -1, .events = POLLOUT } };

		if (writes) {
			ssize_t n = write(f->in, f->job + f->at, f->len - f->at);

			if (n < 0 && errno != EAGAIN)
				die("ceud-net", "it ended early");
			f->at += n > 0 ? (size_t)n : 0;
			if (n > 0)
				continue;
		}
		if (poll(p, f->at < f->len ? 2 : 1, -1) > 0 && p[0].revents)
			read_answers(f);
	}
}

static double net(const char *port, int n, const char *program, int ahead)
{
	struct feed *f = calloc(1, sizeof *f);
	double begun = bench_ms();
	int status;
	pid_t pid;

	if (!f)
		die("feed", "no memory");
	signal(SIGPIPE, SIG_IGN);
	f->n = n;
	f->next = 1;
	f->ahead = ahead;
	pid = start(program, f);
	f->len = (size_t)snprintf(f->job, sizeof f->job, "{\"host\":\"127.0.0.1\",\"port\":%s,\"tls\":\"none\",\"helo\":\"bench.example\"}\n",
	    port);
	pass_on(f);
	close(f->in);
	if (waitpid(pid, &status, 0) != pid || status)
		die("ceud-net", "it failed");
	close(f->out);
	free(f);
	return bench_ms() - begun;
}

/* ---- SQLite */

static void run_sql(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		die(sql, sqlite3_errmsg(db));
}

/* In the log's own room, as in a database that has been at work: a log that grows costs the disk several times as much. */
static double commits(const char *folder, int n)
{
	static const char *const setup[] = { "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
		"CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, name TEXT)", "INSERT INTO row (name) VALUES (zeroblob(8000000))",
		"DELETE FROM row", "PRAGMA wal_checkpoint(RESTART)" };
	sqlite3_stmt *insert;
	char path[600];
	sqlite3 *db;
	double begun;

	snprintf(path, sizeof path, "%s/commits.db", folder);
	if (sqlite3_open(path, &db))
		die(path, sqlite3_errmsg(db));
	for (size_t i = 0; i < sizeof setup / sizeof *setup; i++)
		run_sql(db, setup[i]);
	if (sqlite3_prepare_v2(db, "INSERT INTO row (name) VALUES ('one of many')", -1, &insert, NULL))
		die(path, sqlite3_errmsg(db));
	begun = bench_ms();
	for (int i = 0; i < n; i++)
		if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert))
			die(path, sqlite3_errmsg(db));
	begun = bench_ms() - begun;
	sqlite3_finalize(insert);
	sqlite3_close(db);
	return begun;
}

int main(int argc, char **argv)
{
	int n = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0;
	double took;

	make_mail();
	if (argc == 4 && n > 0 && !strcmp(argv[1], "loop"))
		took = loop(argv[2], n);
	else if (argc == 4 && n > 0 && !strcmp(argv[1], "commits"))
		took = commits(argv[2], n);
	else if (argc == 6 && n > 0 && !strcmp(argv[1], "net"))
		took = net(argv[2], n, argv[4], !strcmp(argv[5], "ahead"));
	else
		die("usage", "loop PORT N | net PORT N CEUD-NET ahead|turns | commits FOLDER N");
	printf("%.3f\n", took);
	return 0;
}
