/* Time zones as calendars name them. */
#include "zonename.h"
#include "contentline.h"
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>

#define NAME_SIZE 128			/* longer names are not known */
#define EXPLAINED_MAX 64
#define CACHE_SIZE 256			/* a power of two; what collides is looked up again */

struct entry {
	char id[NAME_SIZE];
	const struct zone *zone;
	int used;
};

struct zone_names {
	struct { char id[NAME_SIZE], location[NAME_SIZE]; } explained[EXPLAINED_MAX];
	size_t n;
	struct entry cache[CACHE_SIZE];
};

struct zone_names *zone_names_new(void)
{
	return calloc(1, sizeof(struct zone_names));
}

void zone_names_free(struct zone_names *z)
{
	free(z);
}

/* Quotes and blanks around a name are noise. 0, or -1 if it is empty or too long. */
static int tidy(const char *s, size_t len, char out[NAME_SIZE])
{
	content_trim(&s, &len);
	while (len >= 2 && (s[0] == '"' || s[0] == '\'') && s[len - 1] == s[0]) {
		s++;
		len -= 2;
		content_trim(&s, &len);
	}
	if (len == 0 || len >= NAME_SIZE || memchr(s, '\0', len) != NULL)
		return -1;
	memcpy(out, s, len);
	out[len] = '\0';
	return 0;
}

void zone_names_explain(
    struct zone_names *z, const char *id, size_t id_len, const char *location, size_t location_len)
{
	if (z->n < EXPLAINED_MAX && tidy(id, id_len, z->explained[z->n].id) == 0 &&
	    tidy(location, location_len, z->explained[z->n].location) == 0)
		z->n++;
}

/* Names of tzdb begin with a capital; "posixrules", "localtime" and "right/..." beside them do not. */
static const struct zone *by_tzdb(const char *name)
{
	const struct zone *zone;

	if (name[0] < 'A' || name[0] > 'Z' || strcmp(name, "Factory") == 0 ||
	    zone_get(name, &zone, NULL) != 0)
		return NULL;
	return zone;
}

/* "/publisher/version/Area/City": the longest end of at most three parts that is a name. */
static const struct zone *by_prefix(const char *name)
{
	const char *ends[3] = { NULL, NULL, NULL };
	const struct zone *zone = NULL;

	if (name[0] != '/')
		return NULL;
	for (const char *s = name; (s = strchr(s, '/')) != NULL; s++) {
		ends[0] = ends[1];
		ends[1] = ends[2];
		ends[2] = s + 1;
	}
	for (int i = 0; i < 3 && zone == NULL; i++)
		if (ends[i] != NULL)
			zone = by_tzdb(ends[i]);
	return zone;
}

static const struct zone *by_windows(const char *name)
{
	UChar windows[NAME_SIZE], found[NAME_SIZE];
	char tzdb[NAME_SIZE];
	UErrorCode status = U_ZERO_ERROR;
	size_t len = strlen(name);
	int32_t n;

	for (size_t i = 0; i <= len; i++) {
		if ((unsigned char)name[i] >= 0x80)
			return NULL;
		windows[i] = (UChar)name[i];
	}
	n = ucal_getTimeZoneIDForWindowsID(windows, (int32_t)len, "001", found, NAME_SIZE, &status);
	if (U_FAILURE(status) || n <= 0 || n >= NAME_SIZE)
		return NULL;
	for (int32_t i = 0; i < n; i++) {
		if (found[i] >= 0x80)
			return NULL;
		tzdb[i] = (char)found[i];
	}
	tzdb[n] = '\0';
	return by_tzdb(tzdb);
}

/* "Europe_Berlin", of programs that make file names of zones. */
static const struct zone *by_underscore(const char *name)
{
	char copy[NAME_SIZE];
	char *at;

	memcpy(copy, name, strlen(name) + 1);
	at = strchr(copy, '/') == NULL ? strchr(copy, '_') : NULL;
	if (at == NULL)
		return NULL;
	*at = '/';
	return by_tzdb(copy);
}

static const struct zone *by_name(const char *name)
{
	const struct zone *zone;

	if (strncmp(name, "posix/", 6) == 0)	/* the same zones; right/ would count leap seconds */
		name += 6;
	zone = by_tzdb(name);
	if (zone == NULL)
		zone = by_prefix(name);
	if (zone == NULL)
		zone = by_underscore(name);
	return zone != NULL ? zone : by_windows(name);
}

static const struct zone *look_up(struct zone_names *z, const char *id)
{
	const struct zone *zone = by_name(id);

	for (size_t i = 0; zone == NULL && i < z->n; i++)
		if (strcmp(z->explained[i].id, id) == 0)
			zone = by_name(z->explained[i].location);
	if (zone == NULL && strncmp(id, "custom_", 7) == 0)
		zone = by_name(id + 7);
	return zone;
}

static size_t slot_of(const char *s)
{
	unsigned hash = 2166136261U;

	for (; *s != '\0'; s++)
		hash = (hash ^ (unsigned char)*s) * 16777619U;
	return (hash ^ hash >> 16) & (CACHE_SIZE - 1);
}

const struct zone *zone_names_find(struct zone_names *z, const char *id, size_t len)
{
	char name[NAME_SIZE];
	struct entry *e;

	if (tidy(id, len, name) != 0)
		return NULL;
	e = &z->cache[slot_of(name)];
	if (!e->used || strcmp(e->id, name) != 0) {
		memcpy(e->id, name, strlen(name) + 1);
		e->zone = look_up(z, name);
		e->used = 1;
	}
	return e->zone;
}
