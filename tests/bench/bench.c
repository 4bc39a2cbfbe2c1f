/*
 * Ratios of ours to a named peer, both measured in this run, interleaved, on this machine (make bench).
 * Prints the medians with the quartiles; ends with 1 if a ratio is over its limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clocks.h"
#include "figures.h"

enum { PEOPLE = 30, ROUNDS = 201, POSTS = 401, STARTS = 31, FEEDS = 5, EVENTS = 10000, ANSWER_MAX = 1 << 16 };

static char build[512], work[600], sock[700], database[700];
static int over;

static void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* ---- processes */

static pid_t spawn_quiet(const char *const argv[], int quiet)
{
	posix_spawn_file_actions_t files;
	pid_t pid;
	int rc;

	posix_spawn_file_actions_init(&files);
	if (quiet) {
		posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
		posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	}
	rc = posix_spawnp(&pid, argv[0], &files, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&files);
	if (rc) {
		errno = rc;
		die(argv[0]);
	}
	return pid;
}

static double run_once(const char *const argv[], long *ret_kb)
{
	double start = bench_ms();
	pid_t pid = spawn_quiet(argv, 1);
	struct rusage use;
	int status;

	if (wait4(pid, &status, 0, &use) != pid || !WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "bench: %s %s ended with %d\n", argv[0], argv[1] ? argv[1] : "", WEXITSTATUS(status));
		exit(2);
	}
	if (ret_kb)
		*ret_kb = use.ru_maxrss;
	return bench_ms() - start;
}

static void path_of(char *out, size_t size, const char *name)
{
	snprintf(out, size, "%s/%s", build, name);
}

/* ---- HTTP on one kept connection */

static int connect_to(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof at.sun_path, "%.107s", sock);
	if (fd < 0 || !connect(fd, (struct sockaddr *)&at, sizeof at))
		return fd;
	close(fd);
	return -1;
}

/* One request, its whole answer. Returns the status. */
static int ask(int fd, const char *method, const char *path, const char *body, char *answer)
{
	static int key;
	char head[1024];
	size_t got = 0, want = 0;
	char *end = NULL;
	int n = snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: ceud\r\nIdempotency-Key: bench-%d-%d\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", method, path, (int)getpid(), ++key, strlen(body));

	if (send(fd, head, (size_t)n, MSG_MORE) != n || send(fd, body, strlen(body), 0) != (ssize_t)strlen(body))
		die("send");
	while (!end || got < want) {
		ssize_t r = recv(fd, answer + got, ANSWER_MAX - 1 - got, 0);
		char *length;

		if (r <= 0)
			die("recv");
		got += (size_t)r;
		answer[got] = '\0';
		if (!end && (end = strstr(answer, "\r\n\r\n"))) {
			length = strcasestr(answer, "content-length:");
			want = (size_t)(end + 4 - answer) + (length ? strtoul(length + 15, NULL, 10) : 0);
		}
	}
	return (int)strtol(answer + 9, NULL, 10);
}

static void must(int fd, const char *method, const char *path, const char *body)
{
	static char answer[ANSWER_MAX];
	int status = ask(fd, method, path, body, answer);

	if (status == 200)
		return;
	fprintf(stderr, "bench: %s %s: %s\n", method, path, answer);
	exit(2);
}

/* ---- the daemon */

static pid_t start_ceud(double *ret_ms)
{
	char program[600], state[700], config[700];
	const char *argv[] = { program, "--state", state, "--socket", sock, "--config", config, NULL };
	double start = bench_ms();
	static char answer[ANSWER_MAX];
	pid_t pid;
	int fd;

	path_of(program, sizeof program, "ceud");
	snprintf(state, sizeof state, "%s/state", work);
	snprintf(config, sizeof config, "%s/ceud.conf", work);
	pid = spawn_quiet(argv, 1);
	while ((fd = connect_to()) < 0) {
		if (bench_ms() - start > 10000)
			die("ceud does not answer");
		usleep(50);
	}
	if (ask(fd, "GET", "/healthz", "", answer) != 200)
		die("ceud is not healthy");
	if (ret_ms)
		*ret_ms = bench_ms() - start;
	close(fd);
	return pid;
}

static void stop_ceud(pid_t pid)
{
	int status;

	kill(pid, SIGTERM);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
		die("ceud did not stop cleanly");
}

static long rss_kb(pid_t pid)
{
	char path[64], line[256];
	long kb = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, "VmRSS:", 6))
			kb = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

/* What it has worked so far. */
static double work_ms(pid_t pid)
{
	char path[64], line[128] = "";
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
	f = fopen(path, "r");
	if (!f || !fgets(line, sizeof line, f))
		die(path);
	fclose(f);
	return strtod(line, NULL) / 1e6;
}

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_size;
}

/* ---- the benches */

static void bench_start(void)
{
	char empty[600];
	const char *none[] = { empty, NULL };
	struct sample ours = { .n = 0 }, peer = { .n = 0 };
	double ms;

	path_of(empty, sizeof empty, "bench/empty");
	for (int i = 0; i < STARTS; i++) {
		sample_add(&peer, run_once(none, NULL));
		stop_ceud(start_ceud(&ms));
		sample_add(&ours, ms);
	}
	shown("ceud from start to its first answer", &ours, "ms");
	shown("empty program", &peer, "ms");
	over |= limited("ceud started and answering / empty program", sample_ratio(&ours, &peer), "x", 20);
}

static void bench_status(void)
{
	char empty[600], ceu[600];
	const char *none[] = { empty, NULL };
	const char *status[] = { ceu, "--socket", sock, "--as", "dana", "status", NULL };
	struct sample ours = { .n = 0 }, peer = { .n = 0 };

	path_of(empty, sizeof empty, "bench/empty");
	path_of(ceu, sizeof ceu, "ceu");
	for (int i = 0; i < ROUNDS; i++) {
		sample_add(&peer, run_once(none, NULL));
		sample_add(&ours, run_once(status, NULL));
	}
	shown("ceu status, whole process", &ours, "ms");
	shown("empty program", &peer, "ms");
	over |= limited("ceu status / empty program", sample_ratio(&ours, &peer), "x", 3);
}

static double append(int fd, const void *bytes, size_t n)
{
	double start = bench_ms();

	if (write(fd, bytes, n) != (ssize_t)n || fdatasync(fd))
		die("append");
	return bench_ms() - start;
}

static void entry_body(char *out, size_t size, int i)
{
	snprintf(out, size, "{\"hours\":\"15m\",\"category\":\"training\",\"title\":\"Session %d\",\"on\":\"%04d-%02d-%02d\",\"for\":[\"voice\"]}",
	    i, 2025 + i / 28 / 12 % 2, i / 28 % 12 + 1, i % 28 + 1);
}

static void post_entry(int fd, int i)
{
	char path[64], body[512];

	snprintf(path, sizeof path, "/v1/people/p%02d/entries", i % PEOPLE);
	entry_body(body, sizeof body, i / PEOPLE);
	must(fd, "POST", path, body);
}

/* What a commit of an entry writes to the WAL. */
static size_t bytes_of_post(int fd)
{
	char wal[800];
	off_t before;
	size_t bytes;

	snprintf(wal, sizeof wal, "%s-wal", database);
	post_entry(fd, 0);
	before = size_of(wal);
	for (int i = 1; i <= 8; i++)
		post_entry(fd, i);
	bytes = (size_t)(size_of(wal) - before) / 8;
	if (bytes < 4096)
		bytes = 4120 * 4;	/* the WAL was shortened just now */
	printf("  a commit writes %zu bytes to the WAL\n", bytes);
	return bytes;
}

static void bench_post(pid_t pid, int fd, int out, const void *data, size_t bytes)
{
	struct sample post = { .n = 0 }, sync = { .n = 0 }, work_of = { .n = 0 };

	for (int i = 9; i < 9 + POSTS; i++) {
		double start, before;

		sample_add(&sync, append(out, data, bytes));
		before = work_ms(pid);
		start = bench_ms();
		post_entry(fd, i);
		sample_add(&post, bench_ms() - start);
		sample_add(&work_of, work_ms(pid) - before);
	}
	shown("POST of an entry, kept connection", &post, "ms");
	shown("of it work of ceud", &work_of, "ms");
	shown("appending and syncing those bytes", &sync, "ms");
	over |= limited("POST of an entry / append and sync", sample_ratio(&post, &sync), "x", 3);
}

static void bench_log(int out, const void *data, size_t bytes)
{
	char ceu[600], empty[600], title[64], day[16], person[16];
	const char *log[] = { ceu, "--socket", sock, "--as", person, "log", "15m", "conference", title, "--for", "voice", "--on", day, NULL };
	const char *none[] = { empty, NULL };
	struct sample logs = { .n = 0 }, peer = { .n = 0 };

	path_of(ceu, sizeof ceu, "ceu");
	path_of(empty, sizeof empty, "bench/empty");
	for (int i = 0; i < ROUNDS; i++) {
		double sum = 0;

		snprintf(person, sizeof person, "p%02d", i % PEOPLE);
		snprintf(title, sizeof title, "Talk %d", i);
		snprintf(day, sizeof day, "%04d-%02d-%02d", 2025 + i / 28 / 12 % 2, i / 28 % 12 + 1, i % 28 + 1);
		for (int k = 0; k < 3; k++)
			sum += run_once(none, NULL) + append(out, data, bytes);
		sample_add(&peer, sum);
		sample_add(&logs, run_once(log, NULL));
	}
	shown("ceu log, whole process", &logs, "ms");
	shown("3 appends and syncs, 3 empty programs", &peer, "ms");
	over |= limited("ceu log / (3 appends and syncs + 3 empty programs)", sample_ratio(&logs, &peer), "x", 1);
}

static void bench_writes(pid_t pid)
{
	int fd = connect_to(), out;
	size_t bytes = bytes_of_post(fd);
	void *data = calloc(1, bytes);
	char path[700];

	snprintf(path, sizeof path, "%s/append", work);
	out = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (!data || out < 0)
		die(path);
	bench_post(pid, fd, out, data, bytes);
	bench_log(out, data, bytes);
	close(out);
	close(fd);
	free(data);
}

static double parse_ms(const char *file)
{
	char command[1400], line[64] = "";
	int pipes[2], status;
	const char *argv[] = { command, file, NULL };
	posix_spawn_file_actions_t files;
	pid_t pid;

	path_of(command, sizeof command, "bench/parse");
	if (pipe(pipes))
		die("pipe");
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, pipes[1], 1);
	if (posix_spawn(&pid, argv[0], &files, NULL, (char *const *)(uintptr_t)argv, environ))
		die("parse");
	posix_spawn_file_actions_destroy(&files);
	close(pipes[1]);
	if (read(pipes[0], line, sizeof line - 1) <= 0 || waitpid(pid, &status, 0) != pid)
		die("parse");
	close(pipes[0]);
	return strtod(line, NULL);
}

static void write_feed(const char *path, int round)
{
	FILE *f = fopen(path, "w");

	if (!f)
		die(path);
	fputs("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n", f);
	for (int i = 0; i < EVENTS; i++)
		fprintf(f, "BEGIN:VEVENT\r\nUID:%d-%d@bench.example\r\nDTSTAMP:20260101T000000Z\r\n"
		    "DTSTART;TZID=Europe/Berlin:%04d%02d%02dT%02d0000\r\nDTEND;TZID=Europe/Berlin:%04d%02d%02dT%02d3000\r\n"
		    "SUMMARY:Session %d on journeys and metrics\r\nLOCATION:Room %d\r\nCATEGORIES:Learning,Customer\r\n"
		    "DESCRIPTION:An hour on what customers say and what the numbers say\\, with\r\n  examples from three companies and time for questions.\r\n"
		    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Soon\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n",
		    round, i, 2025 + i % 2, i % 12 + 1, i % 28 + 1, 8 + i % 9, 2025 + i % 2, i % 12 + 1, i % 28 + 1, 9 + i % 9, i, i % 40);
	fputs("END:VCALENDAR\r\n", f);
	fclose(f);
}

static void bench_feed(const char *port)
{
	struct sample ours = { .n = 0 }, peer = { .n = 0 };
	char file[700], body[300], path[100];
	int fd = connect_to();

	for (int i = 0; i < FEEDS; i++) {
		double start;

		snprintf(file, sizeof file, "%s/www/feed%d.ics", work, i);
		write_feed(file, i);
		sample_add(&peer, parse_ms(file));
		snprintf(path, sizeof path, "/v1/people/eve%d/calendars", i);	/* a person's first: no twins */
		snprintf(body, sizeof body, "{\"url\":\"http://127.0.0.1:%s/feed%d.ics\",\"category\":\"training\"}", port, i);
		start = bench_ms();
		must(fd, "POST", path, body);
		sample_add(&ours, bench_ms() - start);
	}
	close(fd);
	shown("10,000 events from the web server to proposals kept", &ours, "ms");
	shown("bare libical parse of the same bytes", &peer, "ms");
	over |= limited("feed to proposals / libical parse", sample_ratio(&ours, &peer), "x", 1.67);
}

/* The worker alone, on the same feed given as a body: its peak memory. */
static void bench_worker(void)
{
	char job[700], shell[2048];
	const char *argv[] = { "sh", "-c", shell, NULL };
	long kb = 0;

	snprintf(job, sizeof job, "%s/www/feed0.ics", work);
	snprintf(shell, sizeof shell, "{ printf '{\"name\":\"bench\",\"zone\":\"UTC\",\"from\":\"2025-01-01\",\"to\":\"2027-01-01\",\"body_bytes\":%lld}\\n'; cat '%s'; } | "
	    "'%s/ceud-net' fetch", (long long)size_of(job), job, build);
	run_once(argv, &kb);
	over |= limited_once("ceud-net, peak memory with 10,000 events", (double)kb / 1024, "MB", 20);
}

/* Cycles of about twenty entries, as people have them: the posts are spread over many people. */
static void add_people(int fd)
{
	char body[128];

	for (int i = 0; i < PEOPLE; i++) {
		snprintf(body, sizeof body, "{\"email\":\"p%02d@example.org\",\"from\":\"2025-01-01\"}", i);
		must(fd, "POST", "/v1/people", body);
	}
}

int main(int argc, char **argv)
{
	pid_t pid;
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: bench BUILD FOLDER PORT (tests/bench/run does it)\n");
		return 2;
	}
	snprintf(build, sizeof build, "%s", argv[1]);
	snprintf(work, sizeof work, "%s", argv[2]);
	snprintf(sock, sizeof sock, "%s/s", work);
	snprintf(database, sizeof database, "%s/state/ceud.db", work);
	bench_start();
	pid = start_ceud(NULL);
	fd = connect_to();
	must(fd, "POST", "/v1/people", "{\"email\":\"dana@example.org\",\"from\":\"2025-01-01\"}");
	add_people(fd);
	for (int i = 0; i < FEEDS; i++) {
		char eve[100];

		snprintf(eve, sizeof eve, "{\"email\":\"eve%d@example.org\",\"from\":\"2025-01-01\"}", i);
		must(fd, "POST", "/v1/people", eve);
	}
	close(fd);
	sleep(1);
	over |= limited_once("ceud idle, resident memory", (double)rss_kb(pid) / 1024, "MB", 10);
	bench_status();
	bench_writes(pid);
	bench_feed(argv[3]);
	bench_worker();
	stop_ceud(pid);
	return over;
}
