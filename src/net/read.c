/* ceud-net read: what is in files of calendars, printed. */
#include "read.h"
#include "body.h"
#include "failure.h"
#include "import.h"
#include "net.h"
#include "when.h"
#include "zonename.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/zone.h"
#include "feeds/event.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_SECONDS INT64_C(86400)
#define DAY_MS (DAY_SECONDS * 1000)
#define TIME_SIZE 64
#define MARGIN 2			/* days around the window, for zones; what is outside is then left out */

struct row {
	int64_t start, end;		/* instants, or days of what lasts all day */
	const char *uid;
	int all_day;
};

struct reader {
	struct import_terms terms;
	int64_t max_bytes;
	const char *windows, *root;
	day_t from, to;
	int failed;			/* a file cannot be opened */
	/* of one file */
	const char *file;
	struct arena arena;
	struct row *rows;
	size_t n, cap;
	struct buf out;
};

/* ---- lines */

static void begin_line(struct reader *r, struct jsonw *w)
{
	buf_reset(&r->out);
	jsonw_begin(w, &r->out);
	jsonw_object(w, NULL);
	jsonw_str(w, "file", r->file);
}

static int end_line(struct reader *r, struct jsonw *w, struct err *err)
{
	jsonw_end_object(w);
	if (buf_putc(&r->out, '\n') != 0)
		return err_oom(err);
	if (fwrite(r->out.data, 1, r->out.len, stdout) != r->out.len)
		return err_errno(err, "read-output", "The answer cannot be written");
	return 0;
}

static int print_refused(struct reader *r, const char *uid, const char *reason, struct err *err)
{
	struct jsonw w;

	begin_line(r, &w);
	if (uid != NULL)
		jsonw_str(&w, "uid", strncmp(uid, "noid-", 5) == 0 ? "" : uid);
	jsonw_str(&w, "refused", reason);
	return end_line(r, &w, err);
}

/* Days and instants of any year, also those that base/date.h does not write. */
static char *time_text(int64_t value, int all_day, char out[TIME_SIZE])
{
	int64_t seconds = all_day ? value * DAY_SECONDS : value / 1000 - (value % 1000 < 0);
	int64_t day = seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0);
	struct ymd d = date_ymd((day_t)day);
	int of_day = (int)(seconds - day * DAY_SECONDS);

	if (all_day)
		snprintf(out, TIME_SIZE, "%04d-%02d-%02d", d.year, d.month, d.day);
	else
		snprintf(out, TIME_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year, d.month, d.day, of_day / 3600,
		    of_day / 60 % 60, of_day % 60);
	return out;
}

static int print_row(struct reader *r, const struct row *row, struct err *err)
{
	char text[TIME_SIZE];
	struct jsonw w;

	begin_line(r, &w);
	jsonw_str(&w, "uid", row->uid);
	jsonw_str(&w, "start", time_text(row->start, row->all_day, text));
	jsonw_str(&w, "end", time_text(row->end, row->all_day, text));
	jsonw_bool(&w, "all_day", row->all_day);
	return end_line(r, &w, err);
}

/* ---- what the import finds */

static int is_inside(const struct reader *r, const struct row *row)
{
	int64_t unit = row->all_day ? 1 : DAY_MS, from = r->from * unit, to = r->to * unit;

	return row->start < to && (row->end > from || (!row->all_day && row->start >= from));
}

static int take_event(void *to, const struct event *e, struct err *err)
{
	struct reader *r = to;
	struct row row = { e->start, e->end, "", e->all_day };
	const struct zone *zone;

	if (e->flags & EVENT_ZONE_UNKNOWN)
		return print_refused(r, e->uid, "zone-unknown: its time zone is not known", err);
	if (e->all_day) {
		if (zone_get(e->zone, &zone, err) != 0)
			return -1;
		row.start = zone_day(zone, e->start, NULL);
		row.end = zone_day(zone, e->end, NULL);
	}
	if (!is_inside(r, &row))
		return 0;
	if (strncmp(e->uid, "noid-", 5) != 0)
		row.uid = arena_strdup(&r->arena, e->uid);
	if (row.uid == NULL || arena_grow(&r->arena, (void **)&r->rows, r->n, &r->cap, sizeof(row)) != 0)
		return err_oom(err);
	r->rows[r->n++] = row;
	return 0;
}

static int take_skip(void *to, const char *code, const char *uid, const char *text, struct err *err)
{
	struct reader *r = to;
	char reason[900];

	if (!import_is_loss(code)) {
		fprintf(stderr, "ceud-net: %s: %s\n", r->file, text);
		return 0;
	}
	snprintf(reason, sizeof(reason), "%s: %s", code, text);
	return print_refused(r, uid, reason, err);
}

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* As texts they stand in this order, dates and times among each other too. */
static int by_start(const void *one, const void *two)
{
	const struct row *a = one, *b = two;
	int ret = order(a->all_day ? a->start * DAY_MS : a->start, b->all_day ? b->start * DAY_MS : b->start);

	if (ret == 0)
		ret = order(b->all_day, a->all_day);
	if (ret == 0)
		ret = order(a->end, b->end);
	return ret != 0 ? ret : strcmp(a->uid, b->uid);
}

/* What is the same to the second stands there once. */
static int print_rows(struct reader *r, struct err *err)
{
	struct jsonw w;

	if (r->n == 0) {
		begin_line(r, &w);
		jsonw_bool(&w, "none", 1);
		return end_line(r, &w, err);
	}
	qsort(r->rows, r->n, sizeof(*r->rows), by_start);
	for (size_t i = 0; i < r->n; i++)
		if ((i == 0 || by_start(&r->rows[i - 1], &r->rows[i]) != 0) && print_row(r, &r->rows[i], err) != 0)
			return -1;
	return 0;
}

/* ---- one file */

static int refuse_file(struct reader *r, enum prescan_verdict verdict, const struct body *b, struct err *err)
{
	struct failure f;
	char reason[900];

	memset(&f, 0, sizeof(f));
	if (verdict == PRESCAN_MEMORY)
		return err_oom(err);
	if (verdict == PRESCAN_SPOOL)
		return err_set(err, ERR_FAILED, "spool", "The file cannot be read.");
	failure_body(&f, verdict, body_head(b), "");
	snprintf(reason, sizeof(reason), "%s: %s", f.code, f.text);
	return print_refused(r, NULL, reason, err);
}

static int import_file(struct reader *r, struct body *b, struct err *err)
{
	struct import_sink sink = { take_event, take_skip, r };
	struct zone_names *zones = zone_names_new();
	struct import_result result;
	int ret = zones == NULL ? err_oom(err) : 0;

	r->terms.limits.from = r->from - MARGIN;
	r->terms.limits.to = r->to + MARGIN;
	if (ret == 0)
		ret = import_run(b, zones, &r->terms, &sink, &result, err);
	if (ret == 0)
		ret = result.verdict == PRESCAN_OK ? print_rows(r, err) : refuse_file(r, result.verdict, b, err);
	zone_names_free(zones);
	return ret;
}

static int read_open(struct reader *r, int fd, struct err *err)
{
	enum prescan_verdict verdict;
	struct body b;
	int ret;

	r->n = r->cap = 0;
	r->rows = NULL;
	body_begin(&b, fd, (size_t)r->max_bytes);
	body_load(&b);
	verdict = body_end(&b);
	ret = verdict == PRESCAN_OK ? import_file(r, &b, err) : refuse_file(r, verdict, &b, err);
	body_free(&b);
	arena_free(&r->arena);
	return ret;
}

static int read_file(struct reader *r, const char *name, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret;
	struct stat st;

	r->file = name;
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		fprintf(stderr, "ceud-net: %s cannot be read: %s.\n", path,
		    fd < 0 ? strerror(errno) : "it is no file");
		r->failed = 1;
		ret = print_refused(r, NULL, "the file cannot be opened", err);
	} else {
		ret = read_open(r, fd, err);
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

/* ---- a table of windows: file, first day, day after the last one */

static int read_day(const char *s, day_t *ret)
{
	char digits[9];
	struct when w;

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-')
		return -1;
	snprintf(digits, sizeof(digits), "%.4s%.2s%.2s", s, s + 5, s + 8);
	if (when_parse(digits, 8, &w) != 0)
		return -1;
	*ret = w.day;
	return 0;
}

static int read_window(struct reader *r, char *line, struct err *err)
{
	char *name = line, *from = strchr(line, '\t'), *to = from != NULL ? strchr(from + 1, '\t') : NULL, *path;
	int ret;

	line[strcspn(line, "\r\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return 0;
	if (to == NULL)
		return err_set(err, ERR_USAGE, "window-invalid", "A line of the table is not FILE, FROM, TO: %s", line);
	*from++ = '\0';
	*to++ = '\0';
	to[strcspn(to, "\t")] = '\0';
	if (read_day(from, &r->from) != 0 || read_day(to, &r->to) != 0)
		return err_set(err, ERR_USAGE, "window-invalid", "The window of %s is no two dates.", name);
	if (asprintf(&path, "%s/%s", r->root, name) < 0)
		return err_oom(err);
	ret = read_file(r, name, path, err);
	free(path);
	return ret;
}

static int read_windows(struct reader *r, struct err *err)
{
	FILE *f = fopen(r->windows, "re");
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	if (f == NULL)
		return err_errno(err, "window-invalid", "%s cannot be opened", r->windows);
	while (ret == 0 && getline(&line, &size, f) >= 0)
		ret = read_window(r, line, err);
	if (ret == 0 && ferror(f))
		ret = err_errno(err, "window-invalid", "%s cannot be read", r->windows);
	free(line);
	fclose(f);
	return ret;
}

/* ---- the command line */

static int bad(struct err *err, const char *option, const char *value)
{
	return err_set(err, ERR_USAGE, "usage", "%s cannot be %s.", option, value);
}

static int read_number(const char *option, const char *value, int64_t *ret, struct err *err)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || n < 1 || n > INT64_C(1) << 40)
		return bad(err, option, value);
	*ret = n;
	return 0;
}

static int set_option(struct reader *r, const char *option, const char *value, struct err *err)
{
	struct series_limits *l = &r->terms.limits;
	struct { const char *name; int64_t *to; } numbers[] = { { "--max-bytes", &r->max_bytes },
		{ "--max-per-series", &l->max_per_series }, { "--max-occurrences", &l->max_occurrences },
		{ "--max-steps", &l->max_steps } };
	int64_t events;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(option, numbers[i].name) == 0)
			return read_number(option, value, numbers[i].to, err);
	if (strcmp(option, "--max-events") == 0) {
		if (read_number(option, value, &events, err) != 0)
			return -1;
		r->terms.max_events = (size_t)events;
	} else if (strcmp(option, "--from") == 0 || strcmp(option, "--to") == 0) {
		if (read_day(value, option[2] == 'f' ? &r->from : &r->to) != 0)
			return bad(err, option, value);
	} else if (strcmp(option, "--zone") == 0) {
		return zone_get(value, &l->zone, err);
	} else if (strcmp(option, "--windows") == 0) {
		r->windows = value;
	} else if (strcmp(option, "--root") == 0) {
		r->root = value;
	} else {
		return err_set(err, ERR_USAGE, "usage", "There is no option %s.", option);
	}
	return 0;
}

/* Options may stand between files; files are moved to the front of argv. Their number, or -1. */
static int read_options(struct reader *r, int argc, char **argv, struct err *err)
{
	int files = 0;

	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) != 0) {
			argv[files++] = argv[i];
			continue;
		}
		if (i + 1 == argc)
			return err_set(err, ERR_USAGE, "usage", "%s needs a value.", argv[i]);
		if (set_option(r, argv[i], argv[i + 1], err) != 0)
			return -1;
		i++;
	}
	if (r->windows == NULL && (files == 0 || r->from == DAY_NONE || r->to == DAY_NONE || r->from >= r->to))
		return err_set(err, ERR_USAGE, "usage", "Files are needed, and --from and --to, a day before a later one.");
	if (r->windows != NULL && files > 0)
		return err_set(err, ERR_USAGE, "usage", "With --windows the table names the files.");
	return files;
}

/* A table without --root names files beside itself. */
static int set_root(struct reader *r, char **own, struct err *err)
{
	const char *slash = r->windows != NULL ? strrchr(r->windows, '/') : NULL;

	if (r->root != NULL)
		return 0;
	*own = slash != NULL ? strndup(r->windows, (size_t)(slash - r->windows)) : strdup(".");
	r->root = *own;
	return *own != NULL ? 0 : err_oom(err);
}

static int read_all(struct reader *r, int argc, char **argv, struct err *err)
{
	int files = read_options(r, argc, argv, err), ret = 0;
	char *root = NULL;

	if (files < 0 || set_root(r, &root, err) != 0)
		return -1;
	for (int i = 0; i < files && ret == 0; i++)
		ret = read_file(r, argv[i], argv[i], err);
	if (r->windows != NULL)
		ret = read_windows(r, err);
	if (fflush(stdout) != 0 && ret == 0)
		ret = err_errno(err, "read-output", "The answer cannot be written");
	free(root);
	return ret;
}

int read_run(int argc, char **argv)
{
	struct err err = { .class = ERR_NONE };
	struct reader r;
	int ret;

	memset(&r, 0, sizeof(r));
	r.from = r.to = DAY_NONE;
	r.max_bytes = 20000000;
	r.terms.max_events = 20000;
	r.terms.owner = "";
	r.terms.limits.zone = zone_utc();
	r.terms.limits.max_occurrences = 10000;
	r.terms.limits.max_per_series = 750;
	r.terms.limits.max_steps = 50000;
	ret = read_all(&r, argc, argv, &err);
	buf_free(&r.out);
	if (ret != 0)
		fprintf(stderr, "ceud-net: read: %s\n", err.what);
	if (ret != 0)
		return err.class == ERR_USAGE ? NET_BAD_JOB : NET_FAILED;
	return r.failed ? NET_FAILED : NET_DONE;
}
