/* Time zones as calendars name them. */
#include "zonename.h"
#include "contentline.h"
#include "vtimezone.h"
#include "base/err.h"
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucal.h>

#define NAME_SIZE 128			/* longer names are not known */
#define CACHE_SIZE 256			/* a power of two; what collides is looked up again */

struct entry {
	char id[NAME_SIZE];
	const struct zone *zone;
	int used;
};

struct definition {
	char id[NAME_SIZE], location[NAME_SIZE];	/* location "" if there is none */
	char *lines;			/* NULL if there are none, or they cannot be used */
	size_t len;
	struct zone *zone;		/* made of the lines at the first look-up */
	int two_locations, unusable;
};

struct zone_names {
	struct definition *definitions[ZONE_DEFINITIONS_MAX];
	size_t n;
	int failed;
	struct entry cache[CACHE_SIZE];
};

struct zone_names *zone_names_new(void)
{
	return calloc(1, sizeof(struct zone_names));
}

static void definition_free(struct definition *d)
{
	zone_free(d->zone);
	free(d->lines);
	free(d);
}

void zone_names_free(struct zone_names *z)
{
	if (z == NULL)
		return;
	for (size_t i = 0; i < z->n; i++)
		definition_free(z->definitions[i]);
	free(z);
}

int zone_names_failed(const struct zone_names *z)
{
	return z->failed;
}

/* Quotes and blanks around a name are noise, and so is what escapes a comma. 0, or -1: empty or too long. */
static int tidy(const char *s, size_t len, char out[NAME_SIZE])
{
	size_t n = 0;

	content_trim(&s, &len);
	while (len >= 2 && (s[0] == '"' || s[0] == '\'') && s[len - 1] == s[0]) {
		s++;
		len -= 2;
		content_trim(&s, &len);
	}
	if (len == 0 || memchr(s, '\0', len) != NULL)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (n == NAME_SIZE - 1)
			return -1;
		if (s[i] == '\\' && i + 1 < len && strchr("\\,;", s[i + 1]) != NULL)
			i++;
		out[n++] = s[i];
	}
	out[n] = '\0';
	return 0;
}

/* ---- what the calendar says of its names */

static struct definition *find_definition(struct zone_names *z, const char *id)
{
	for (size_t i = 0; i < z->n; i++)
		if (strcmp(z->definitions[i]->id, id) == 0)
			return z->definitions[i];
	return NULL;
}

/* Of a name that is defined twice only what both say is believed. */
static void compare(struct definition *d, const struct zone_definition *other, const char *location)
{
	if (other->cut || d->lines == NULL || d->len != other->len || memcmp(d->lines, other->lines, d->len) != 0)
		d->unusable = 1;
	if (strcmp(d->location, location) != 0)
		d->two_locations = 1;
}

int zone_names_define(struct zone_names *z, const struct zone_definition *d, struct err *err)
{
	char id[NAME_SIZE], location[NAME_SIZE] = "";
	struct definition *own;

	if (tidy(d->id, d->id_len, id) != 0)
		return 0;
	if (d->location != NULL && tidy(d->location, d->location_len, location) != 0)
		location[0] = '\0';
	own = find_definition(z, id);
	if (own != NULL) {
		compare(own, d, location);
		return 0;
	}
	if (z->n == ZONE_DEFINITIONS_MAX)
		return 0;
	own = calloc(1, sizeof(*own));
	if (own == NULL)
		return err_oom(err);
	memcpy(own->id, id, sizeof(id));
	memcpy(own->location, location, sizeof(location));
	own->unusable = d->cut;
	if (!d->cut) {
		own->len = d->len;
		own->lines = malloc(d->len + 1);
		if (own->lines == NULL) {
			free(own);
			return err_oom(err);
		}
		memcpy(own->lines, d->lines, d->len);
	}
	z->definitions[z->n++] = own;
	return 0;
}

/* ---- names of tzdb */

static const struct zone *get(struct zone_names *z, const char *name)
{
	struct err why = { .class = ERR_NONE };
	const struct zone *zone;

	if (zone_get(name, &zone, &why) == 0)
		return zone;
	if (strcmp(why.code, "out-of-memory") == 0)
		z->failed = 1;
	return NULL;
}

/* Names of tzdb begin with a capital; "posixrules", "localtime" and "right/..." beside them do not. The fixed
 * zones that zone_get() knows are no names of tzdb: what the calendar defines comes before them. */
static const struct zone *by_tzdb(struct zone_names *z, const char *name)
{
	char spelling[ZONE_NAME_SIZE];
	const struct zone *zone = NULL;
	int none;

	if (strcasecmp(name, "Factory") == 0 || strchr(name, ':') != NULL)
		return NULL;
	if (name[0] >= 'A' && name[0] <= 'Z')
		zone = get(z, name);
	if (zone != NULL)
		return zone;
	none = zone_spelling(name, spelling, NULL);
	if (none < 0)
		z->failed = 1;
	return none == 0 ? get(z, spelling) : NULL;
}

/* Does a name without an area, as "EST" is one, mean a zone behind that prefix? */
static int is_known_publisher(const char *name)
{
	static const char *const known[] = { "/freeassociation.sourceforge.net/", "/mozilla.org/",
		"/softwarestudio.org/", "/citadel.org/", "/tzurl.org/" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(name, known[i], strlen(known[i])) == 0)
			return 1;
	return 0;
}

/* "/publisher/version/Area/City": the longest end of at most three parts that is a name. */
static const struct zone *by_prefix(struct zone_names *z, const char *name)
{
	const char *ends[3] = { NULL, NULL, NULL };
	const struct zone *zone = NULL;
	int least;

	if (name[0] != '/')
		return NULL;
	for (const char *s = name; (s = strchr(s, '/')) != NULL; s++) {
		ends[0] = ends[1];
		ends[1] = ends[2];
		ends[2] = s + 1;
	}
	least = is_known_publisher(name) || ends[1] == NULL ? 3 : 2;
	for (int i = 0; i < least && zone == NULL; i++)
		if (ends[i] != NULL)
			zone = by_tzdb(z, ends[i]);
	return zone;
}

/* "Europe_Berlin", of programs that make file names of zones. */
static const struct zone *by_underscore(struct zone_names *z, const char *name)
{
	char copy[NAME_SIZE];
	char *at;

	memcpy(copy, name, strlen(name) + 1);
	at = strchr(copy, '/') == NULL ? strchr(copy, '_') : NULL;
	if (at == NULL)
		return NULL;
	*at = '/';
	return by_tzdb(z, copy);
}

static const struct zone *by_name(struct zone_names *z, const char *name)
{
	const struct zone *zone;

	if (strncasecmp(name, "custom_", 7) == 0)
		name += 7;
	if (strncmp(name, "posix/", 6) == 0)	/* the same zones; right/ would count leap seconds */
		name += 6;
	zone = by_tzdb(z, name);
	if (zone == NULL)
		zone = by_prefix(z, name);
	return zone != NULL ? zone : by_underscore(z, name);
}

/* ---- others */

/* Names keep their hours on Windows; their city went over to others, which ICU from before 2024 does not know. */
static const char *moved_city(const char *name)
{
	static const char *const moved[][2] = {
		{ "Central Asia Standard Time", "Asia/Bishkek" },		/* was Almaty's */
		{ "Mountain Standard Time (Mexico)", "America/Mazatlan" },	/* was Chihuahua's */
	};

	for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++)
		if (strcmp(name, moved[i][0]) == 0)
			return moved[i][1];
	return NULL;
}

static const struct zone *by_windows(struct zone_names *z, const char *name)
{
	UChar windows[NAME_SIZE], found[NAME_SIZE];
	char tzdb[NAME_SIZE];
	UErrorCode status = U_ZERO_ERROR;
	size_t len = strlen(name);
	int32_t n;

	if (moved_city(name) != NULL)
		return by_tzdb(z, moved_city(name));
	for (size_t i = 0; i <= len; i++) {
		if ((unsigned char)name[i] >= 0x80)
			return NULL;
		windows[i] = (UChar)name[i];
	}
	n = ucal_getTimeZoneIDForWindowsID(windows, (int32_t)len, "001", found, NAME_SIZE, &status);
	if (status == U_MEMORY_ALLOCATION_ERROR)
		z->failed = 1;
	if (U_FAILURE(status) || n <= 0 || n >= NAME_SIZE)
		return NULL;
	for (int32_t i = 0; i < n; i++) {
		if (found[i] >= 0x80)
			return NULL;
		tzdb[i] = (char)found[i];
	}
	tzdb[n] = '\0';
	return by_tzdb(z, tzdb);
}

static const struct zone *by_definition(struct zone_names *z, struct definition *d)
{
	int bad;

	if (d == NULL || d->unusable)
		return NULL;
	if (d->zone == NULL) {
		bad = vtimezone_make(d->lines, d->len, &d->zone, NULL);
		z->failed |= bad < 0;
		d->unusable = bad != 0;
	}
	return d->zone;
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "UTC+2", "GMT+0100", "GMT-05:30": east of Greenwich is +, other than in "Etc/GMT+5", which is tzdb's. */
static const struct zone *by_offset(struct zone_names *z, const char *name)
{
	const char *s = name + 3;
	const struct zone *zone;
	int sign, hours, minutes = 0;

	if ((strncasecmp(name, "UTC", 3) != 0 && strncasecmp(name, "GMT", 3) != 0) || (*s != '+' && *s != '-'))
		return NULL;
	sign = *s++ == '-' ? -1 : 1;
	if (!is_digit(*s))
		return NULL;
	hours = *s++ - '0';
	if (is_digit(*s))
		hours = hours * 10 + (*s++ - '0');
	if (*s == ':')
		s++;
	if (is_digit(s[0]) && is_digit(s[1])) {
		minutes = (s[0] - '0') * 10 + (s[1] - '0');
		s += 2;
	} else if (s[-1] == ':') {
		return NULL;
	}
	if (*s != '\0' || minutes > 59 || hours * 60 + minutes > 14 * 60)
		return NULL;
	if (zone_fixed(sign * (hours * 3600 + minutes * 60), &zone, NULL) == 0)
		return zone;
	z->failed = 1;
	return NULL;
}

/* ---- looking up */

static const struct zone *look_up(struct zone_names *z, const char *id)
{
	struct definition *d = find_definition(z, id);
	const struct zone *zone = by_name(z, id);

	if (zone == NULL && d != NULL && d->location[0] != '\0' && !d->two_locations)
		zone = by_name(z, d->location);
	if (zone == NULL)
		zone = by_windows(z, id);
	if (zone == NULL && d != NULL && d->location[0] != '\0' && !d->two_locations)
		zone = by_windows(z, d->location);
	if (zone == NULL)
		zone = by_definition(z, d);
	return zone != NULL ? zone : by_offset(z, id);
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
