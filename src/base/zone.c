/* Time zones by name: finding and keeping them, and civil time to and from instants. */
#include "base/zone.h"
#include "base/err.h"
#include "base/text.h"
#include "dateparts.h"
#include "zoneparts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOT ZONE_ROOT
#define NAME_SIZE ZONE_NAME_SIZE
#define MOST_PARTS 3
#define MOST_BYTES (256 * 1024)
#define MOST_OFFSET (26 * 3600)	/* as zonefile.c accepts them */

static const struct zone utc = { .name = "UTC" };	/* no times, offset 0 */
static struct zone *known;				/* the last one asked for stands first */

static int is_name(const char *s)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-";
	int parts = 0;

	if (strnlen(s, NAME_SIZE) == NAME_SIZE)
		return 0;
	for (;;) {
		size_t len = strspn(s, allowed);

		if (len == 0 || ++parts > MOST_PARTS)
			return 0;
		s += len;
		if (*s == '\0')
			return 1;
		if (*s++ != '/')
			return 0;
	}
}

int zone_refuse(const char *name, struct err *err)
{
	char shown[NAME_SIZE];

	text_excerpt(shown, sizeof(shown), name);
	err_set(err, ERR_USAGE, "zone-unknown", "There is no time zone \"%s\".", shown);
	return err_next(err,
	    "Write a name such as Europe/Berlin or UTC; timedatectl list-timezones shows them all.");
}

static int refuse_file(const char *name, struct err *err)
{
	err_errno(err, "zone-unreadable", "The time zone \"%s\" cannot be read", name);
	return err_next(err, "Look at its file below " ROOT "; the package is tzdata.");
}

/* Symbolic links inside the folder are usual, so it is the resolved path that must be below it. */
static int is_below_root(const char *path)
{
	char root[PATH_MAX], real[PATH_MAX];
	size_t len;

	if (realpath(ROOT, root) == NULL || realpath(path, real) == NULL)
		return 0;
	len = strlen(root);
	return strncmp(real, root, len) == 0 && real[len] == '/';
}

/* The whole file in *ret (freed by the caller); -1: no regular file of that size. */
static int read_file(int fd, unsigned char **ret, size_t *ret_len)
{
	struct stat st;
	unsigned char *bytes;
	size_t size, len = 0;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 1 || st.st_size > MOST_BYTES)
		return -1;
	size = (size_t)st.st_size;
	bytes = malloc(size);
	if (bytes == NULL)
		return -2;
	while (len < size) {
		ssize_t n = read(fd, bytes + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			free(bytes);
			return -1;
		}
		len += (size_t)n;
	}
	*ret = bytes;
	*ret_len = len;
	return 0;
}

/* `name` passed is_name(). */
static int load(const char *name, struct zone_data *ret, struct err *err)
{
	char path[sizeof(ROOT) + 1 + NAME_SIZE];
	unsigned char *bytes = NULL;
	size_t len = 0;
	int fd, bad;

	snprintf(path, sizeof(path), ROOT "/%s", name);
	if (!is_below_root(path))
		return zone_refuse(name, err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno == ENOENT ? zone_refuse(name, err) : refuse_file(name, err);
	bad = read_file(fd, &bytes, &len);
	close(fd);
	if (bad == 0)
		bad = zonefile_parse(bytes, len, ret);
	free(bytes);
	if (bad == -2)
		return err_oom(err);
	return bad == 0 ? 0 : zone_refuse(name, err);
}

const struct zone *zone_find_known(const char *name)
{
	for (struct zone **link = &known; *link != NULL; link = &(*link)->next) {
		struct zone *z = *link;

		if (strcmp(z->name, name) == 0) {
			*link = z->next;
			z->next = known;
			known = z;
			return z;
		}
	}
	return NULL;
}

void zone_keep(struct zone *z)
{
	z->next = known;
	known = z;
}

int zone_get(const char *name, const struct zone **ret, struct err *err)
{
	const struct zone *found;
	struct zone *z;
	int seconds;

	if (strcmp(name, utc.name) == 0) {
		*ret = &utc;
		return 0;
	}
	if (zone_read_fixed(name, &seconds) == 0)
		return zone_fixed(seconds, ret, err);
	found = zone_find_known(name);
	if (found == NULL) {
		if (!is_name(name))
			return zone_refuse(name, err);
		z = calloc(1, sizeof(*z));
		if (z == NULL)
			return err_oom(err);
		if (load(name, &z->data, err) != 0) {
			free(z);
			return -1;
		}
		text_copy(z->name, sizeof(z->name), name);
		zone_keep(z);
		found = z;
	}
	*ret = found;
	return 0;
}

/* The zone of a path that ends in .../zoneinfo/NAME, or of a bare name. */
static const struct zone *zone_of_path(const char *path)
{
	static const char folder[] = "/zoneinfo/";
	const struct zone *z;
	const char *at = strstr(path, folder);

	if (zone_get(at != NULL ? at + strlen(folder) : path, &z, NULL) != 0)
		return NULL;
	return z;
}

const struct zone *zone_local(void)
{
	const char *tz = getenv("TZ");
	const struct zone *z = NULL;
	char target[PATH_MAX];
	ssize_t len;

	if (tz != NULL && *tz == ':')
		tz++;
	if (tz != NULL)
		z = zone_of_path(*tz != '\0' ? tz : utc.name);
	if (z != NULL)
		return z;
	len = readlink("/etc/localtime", target, sizeof(target) - 1);
	if (len > 0) {
		target[len] = '\0';
		z = zone_of_path(target);
	}
	return z != NULL ? z : &utc;
}

const struct zone *zone_utc(void)
{
	return &utc;
}

const char *zone_name(const struct zone *z)
{
	return z->name;
}

int zone_offset(const struct zone *z, int64_t instant)
{
	struct zone_span span;

	zonefile_span(&z->data, date_floor(instant, 1000), &span);
	return span.offset;
}

day_t zone_day(const struct zone *z, int64_t instant, int *ret_minute)
{
	int64_t local = date_floor(instant, 1000) + zone_offset(z, instant);
	int64_t day = date_floor(local, DAY_SECONDS);

	if (ret_minute != NULL)
		*ret_minute = (int)(date_rest(local, DAY_SECONDS) / 60);
	if (day <= DAY_NONE)
		return DAY_NONE + 1;
	return day > INT32_MAX ? INT32_MAX : (day_t)day;
}

/*
 * Walks the spans in order, from one that surely began before the local time: the first in
 * which it occurs gives its instant.  When it is too late for a span and too early for the
 * next it lies in the gap between them, and *ret_after is the span behind it.
 */
static int64_t find_instant(const struct zone *z, int64_t local, struct zone_span *ret_after)
{
	struct zone_span span, after;

	zonefile_span(&z->data, local - MOST_OFFSET, &span);
	for (;;) {
		if (local - span.offset < span.end)
			return local - span.offset;
		zonefile_span(&z->data, span.end, &after);
		if (local - after.offset < after.start) {
			*ret_after = after;
			return local - span.offset;
		}
		span = after;
	}
}

int64_t zone_instant(const struct zone *z, day_t day, int seconds_of_day)
{
	struct zone_span after;

	return find_instant(z, day * DAY_SECONDS + seconds_of_day, &after) * 1000;
}

int64_t zone_instant_next(const struct zone *z, day_t day, int seconds_of_day)
{
	struct zone_span after = { .start = INT64_MIN };
	int64_t t = find_instant(z, day * DAY_SECONDS + seconds_of_day, &after);

	if (after.start != INT64_MIN)
		t = date_floor(after.start + after.offset + 59, 60) * 60 - after.offset;
	return t * 1000;
}
