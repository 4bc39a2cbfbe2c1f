#ifndef BASE_VALUE_PARTS_H
#define BASE_VALUE_PARTS_H

#include <stddef.h>
#include <stdint.h>

/* A value as value.c makes it and template_render.c reads it. */
enum value_kind { VALUE_NONE, VALUE_TEXT, VALUE_BOOL, VALUE_LIST, VALUE_OBJECT };

struct value {
	struct value *next;		/* in the list or object around it */
	const char *name;		/* NULL in a list and at the top */
	uint32_t hash;			/* of the name */
	enum value_kind kind;
	const char *text;		/* of a text, ended by NUL */
	size_t len;			/* of a text; members of a list or object */
	int yes;
	struct value *first, *last;
	struct value **buckets;		/* of an object: VALUE_BUCKETS chains of its members, by hash */
	struct value *chain;
};

enum { VALUE_BUCKETS = 16 };

uint32_t value_hash(const char *name);
/* The member of that name, or NULL; also when v is NULL or no object. */
const struct value *value_member(const struct value *v, const char *name, uint32_t hash);

#endif
