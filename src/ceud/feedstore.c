/* Bodies of calendars in the state folder. */
#include "feedstore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "ceud.h"
#include "files.h"
#include "spool.h"
#include "store/calendars.h"

enum { OPEN_FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, BODIES = 5, NAME_SIZE = 40 };
#define KEEP_MS (30 * INT64_C(86400000))
#define NEW "new"			/* the folder of what is not complete */

static int path_of(const char *state, const char *part, char out[4096], struct err *err)
{
	if (snprintf(out, 4096, "%s/feeds/%s", state, part) < 4096)
		return 0;
	return err_set(err, ERR_FAILED, "store-failed", "The path of the state folder is too long.");
}

/* What to do with one file; -1 with err ends it. */
typedef int each_fn(void *arg, int folder, const char *name, struct err *err);

/* Takes over fd. */
static int each(int fd, each_fn *fn, void *arg, struct err *err)
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	int rc = 0;

	if (!dir) {
		spool_failed(errno, err);
		close(fd);
		return -1;
	}
	while (!rc && (e = readdir(dir)))
		if (e->d_name[0] != '.')
			rc = fn(arg, fd, e->d_name, err);
	closedir(dir);
	return rc;
}

static int remove_file(void *arg, int folder, const char *name, struct err *err)
{
	(void)arg;
	return unlinkat(folder, name, 0) && errno != ENOENT ? spool_failed(errno, err) : 0;
}

int feedstore_open(const char *state, struct err *err)
{
	char path[4096];
	int fd;

	if (path_of(state, NEW, path, err) || file_make_folder(path, err))
		return -1;
	fd = open(path, OPEN_FOLDER);
	return fd < 0 ? spool_failed(errno, err) : each(fd, remove_file, NULL, err);
}

int feedstore_spool(const char *state, struct err *err)
{
	char path[4096];

	return path_of(state, NEW, path, err) ? -1 : spool_scratch(path, err);
}

int feedstore_begin(const char *state, struct spool **ret, struct err *err)
{
	char path[4096];

	return path_of(state, NEW, path, err) ? -1 : spool_open(path, ret, err);
}

/* ---- keeping */

static void body_name(int64_t instant, char out[NAME_SIZE])
{
	snprintf(out, NAME_SIZE, "%015" PRId64 ".ics.gz", instant);
}

/* The names sort as their instants do. */
struct newest { char names[BODIES][NAME_SIZE]; size_t n; };

static int drop_old(void *arg, int folder, const char *name, struct err *err)
{
	struct newest *kept = arg;
	char spare[NAME_SIZE];
	size_t at = 0;

	if (strlen(name) >= NAME_SIZE)
		return 0;		/* none of ours */
	while (at < kept->n && strcmp(kept->names[at], name) > 0)
		at++;
	if (at == BODIES)
		return remove_file(NULL, folder, name, err);
	memcpy(spare, kept->names[BODIES - 1], NAME_SIZE);
	memmove(kept->names[at + 1], kept->names[at], (BODIES - 1 - at) * NAME_SIZE);
	snprintf(kept->names[at], NAME_SIZE, "%s", name);
	if (kept->n == BODIES)
		return remove_file(NULL, folder, spare, err);
	kept->n++;
	return 0;
}

static int open_calendar(const char *state, int64_t calendar, struct err *err)
{
	char path[4096], part[NAME_SIZE];
	int fd;

	snprintf(part, sizeof part, "%" PRId64, calendar);
	if (path_of(state, part, path, err) || (mkdir(path, 0700) && errno != EEXIST && spool_failed(errno, err)))
		return -1;
	fd = open(path, OPEN_FOLDER);
	return fd < 0 ? spool_failed(errno, err) : fd;
}

/* Not made durable: a body that is lost with the power is of no consequence. */
int feedstore_keep(const char *state, int64_t calendar, int64_t instant, struct spool *s, struct err *err)
{
	struct newest kept = { .n = 0 };
	char name[NAME_SIZE];
	int folder = open_calendar(state, calendar, err);

	if (folder < 0)
		return -1;
	body_name(instant, name);
	if (renameat(AT_FDCWD, s->path, folder, name)) {
		spool_failed(errno, err);
		close(folder);
		return -1;
	}
	s->path[0] = '\0';
	return each(folder, drop_old, &kept, err);
}

/* ---- sweeping */

struct feed_sweep { int64_t *ids; size_t n, cap, at; };

void feedstore_sweep_end(struct feed_sweep *s)
{
	if (!s)
		return;
	free(s->ids);
	free(s);
}

static int note_folder(void *arg, int folder, const char *name, struct err *err)
{
	struct feed_sweep *s = arg;
	char *end;
	long long id = strtoll(name, &end, 10);

	(void)folder;
	if (*end || id <= 0)
		return 0;		/* none of ours */
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		int64_t *more = reallocarray(s->ids, cap, sizeof *more);

		if (!more)
			return err_oom(err);
		s->ids = more;
		s->cap = cap;
	}
	s->ids[s->n++] = id;
	return 0;
}

static int begin_sweep(const char *state, struct feed_sweep **ret, struct err *err)
{
	struct feed_sweep *s = calloc(1, sizeof *s);
	char path[4096];
	int fd;

	if (!s)
		return err_oom(err);
	*ret = s;
	if (path_of(state, ".", path, err))
		return -1;
	fd = open(path, OPEN_FOLDER);
	return fd < 0 ? spool_failed(errno, err) : each(fd, note_folder, s, err);
}

static int find_newest(void *arg, int folder, const char *name, struct err *err)
{
	int64_t *newest = arg, instant = strtoll(name, NULL, 10);

	(void)folder;
	(void)err;
	if (instant > *newest)
		*newest = instant;
	return 0;
}

/* 1 it is removed, 0, or -1. */
static int is_removed(struct ceud *d, int64_t calendar, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct calendar c;
	int rc = calendar_by_id(d->store, calendar, &a, &c, err);

	if (!rc)
		rc = c.removed;
	else if (err->class == ERR_ABSENT)
		rc = 1;
	arena_free(&a);
	return rc;
}

static int each_body(struct ceud *d, int64_t calendar, each_fn *fn, void *arg, struct err *err)
{
	int fd = open_calendar(d->state_dir, calendar, err);

	return fd < 0 ? -1 : each(fd, fn, arg, err);
}

static int sweep_one(struct ceud *d, int64_t calendar, struct err *err)
{
	int removed = is_removed(d, calendar, err);
	int64_t newest = 0;
	char path[4096], part[NAME_SIZE];

	if (removed <= 0)
		return removed;
	if (each_body(d, calendar, find_newest, &newest, err))
		return -1;
	if (d->now - newest < KEEP_MS)
		return 0;
	snprintf(part, sizeof part, "%" PRId64, calendar);
	if (each_body(d, calendar, remove_file, NULL, err) || path_of(d->state_dir, part, path, err))
		return -1;
	return rmdir(path) ? spool_failed(errno, err) : 0;
}

int feedstore_sweep(struct ceud *d, struct feed_sweep **s, int64_t ms, struct err *err)
{
	int64_t start = clock_monotonic();
	int rc = *s ? 0 : begin_sweep(d->state_dir, s, err);

	while (!rc && (*s)->at < (*s)->n && clock_monotonic() - start < ms)
		rc = sweep_one(d, (*s)->ids[(*s)->at++], err);
	if (!rc && (*s)->at < (*s)->n)
		return 1;
	feedstore_sweep_end(*s);
	*s = NULL;
	return rc;
}
