#ifndef ZONEPARTS_H
#define ZONEPARTS_H

#include "base/zone.h"
#include "zonefile.h"

/* What the files about zones share. */

#define ZONE_ROOT "/usr/share/zoneinfo"

struct zone {
	struct zone *next;
	char name[ZONE_NAME_SIZE];
	int made;			/* by zone_make(): not among those that are kept */
	struct zone_data data;
};

/* ERR_USAGE "zone-unknown". Returns -1. */
int zone_refuse(const char *name, struct err *err);

const struct zone *zone_find_known(const char *name);
void zone_keep(struct zone *z);		/* its name is not among the known ones */

/* "UTC+05:30", as zone_fixed() names its zones. 0, or -1 if it is no such name. */
int zone_read_fixed(const char *name, int *ret_seconds);

#endif
