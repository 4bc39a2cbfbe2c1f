/* Zones that tzdata does not have: fixed offsets, and those that are made of shifts. */
#include "zoneparts.h"
#include "base/err.h"
#include "base/text.h"
#include "dateparts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST (14 * 3600)

/* ---- fixed offsets */

static void fixed_name(int minutes, char out[ZONE_NAME_SIZE])
{
	int size = abs(minutes);

	if (size == 0)
		snprintf(out, ZONE_NAME_SIZE, "UTC");
	else
		snprintf(out, ZONE_NAME_SIZE, "UTC%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

int zone_read_fixed(const char *name, int *ret_seconds)
{
	int hours, minutes, seconds;

	if (strnlen(name, 10) != 9 || memcmp(name, "UTC", 3) != 0 || (name[3] != '+' && name[3] != '-') ||
	    date_digits(name + 4, 2, &hours) != 0 || name[6] != ':' ||
	    date_digits(name + 7, 2, &minutes) != 0 || minutes > 59)
		return -1;
	seconds = hours * 3600 + minutes * 60;
	if (seconds == 0 || seconds > MOST)
		return -1;
	*ret_seconds = name[3] == '-' ? -seconds : seconds;
	return 0;
}

int zone_fixed(int seconds, const struct zone **ret, struct err *err)
{
	const struct zone *found;
	char name[ZONE_NAME_SIZE];
	struct zone *z;

	if (seconds < -MOST || seconds > MOST)
		return err_set(err, ERR_USAGE, "zone-unknown", "No time zone is more than 14 hours from UTC.");
	fixed_name(seconds / 60, name);
	found = seconds / 60 == 0 ? zone_utc() : zone_find_known(name);
	if (found == NULL) {
		z = calloc(1, sizeof(*z));
		if (z == NULL)
			return err_oom(err);
		memcpy(z->name, name, sizeof(name));
		z->data.offsets[0] = seconds / 60 * 60;
		zone_keep(z);
		found = z;
	}
	*ret = found;
	return 0;
}

/* ---- made of shifts */

static int refuse(const char *name, struct err *err)
{
	char shown[ZONE_NAME_SIZE];

	text_excerpt(shown, sizeof(shown), name);
	return err_set(err, ERR_USAGE, "zone-broken", "The time zone \"%s\" contradicts itself.", shown);
}

/* The number of an offset among those of the zone: 0; 1 there is no more room for it. */
static int type_of(struct zone_data *data, size_t *n, int offset, unsigned char *ret)
{
	size_t i = 0;

	while (i < *n && data->offsets[i] != offset)
		i++;
	if (i == ZONE_MOST_TYPES)
		return 1;
	if (i == *n)
		data->offsets[(*n)++] = offset;
	*ret = (unsigned char)i;
	return 0;
}

/* 0; 1 the shifts cannot be right. */
static int fill(struct zone_data *data, int first, const struct zone_shift *shifts, size_t n)
{
	size_t ntypes = 1;

	data->offsets[0] = first;
	for (size_t i = 0; i < n; i++) {
		if (shifts[i].offset < -MOST || shifts[i].offset > MOST ||
		    (i > 0 && shifts[i].at <= shifts[i - 1].at) ||
		    type_of(data, &ntypes, shifts[i].offset, &data->types[i]) != 0)
			return 1;
		data->times[i] = date_floor(shifts[i].at, 1000);
	}
	data->ntimes = n;
	return 0;
}

int zone_make(const char *name, int first, const struct zone_shift *shifts, size_t n, struct zone **ret,
    struct err *err)
{
	struct zone *z = calloc(1, sizeof(*z));

	if (z == NULL)
		return err_oom(err);
	z->made = 1;
	text_excerpt(z->name, sizeof(z->name), name);
	z->data.times = calloc(n + 1, sizeof(*z->data.times));
	z->data.types = calloc(n + 1, 1);
	if (z->data.times == NULL || z->data.types == NULL) {
		zone_free(z);
		return err_oom(err);
	}
	if (first < -MOST || first > MOST || fill(&z->data, first, shifts, n) != 0) {
		zone_free(z);
		return refuse(name, err);
	}
	*ret = z;
	return 0;
}

void zone_free(struct zone *z)
{
	if (z == NULL || !z->made)
		return;
	zonefile_free(&z->data);
	free(z);
}

int zone_is_made(const struct zone *z)
{
	return z->made;
}

int zone_lasting(const struct zone *z, int64_t instant, const struct zone **ret, struct err *err)
{
	if (z->made)
		return zone_fixed(zone_offset(z, instant), ret, err);
	*ret = z;
	return 0;
}
