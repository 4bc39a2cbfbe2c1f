#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include <stddef.h>

/* A file of etc/ compiled into the program ("programs/ccxp-2y20.rules", "templates/reminder.txt").
 * The tables are made by the Makefile; the last row has name NULL. */
struct embed {
	const char *name;
	const unsigned char *data;
	size_t len;
};

extern const struct embed embed_files[];

/* The file of that name, or NULL. */
const struct embed *embed_find(const char *name);

#endif
