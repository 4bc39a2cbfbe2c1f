#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include <stddef.h>
#include "base/arena.h"

/*
 * Values for templates: texts, yes or no, nothing, lists and objects, written in one go as a struct jsonw writes JSON, and
 * freed all at once.  Start with VALUES_INIT.  Names are kept as they are and must outlive the values; texts are
 * copied.  Failures stick in `failed`: lack of memory, and misuse (more than VALUE_LEVELS levels, an end without its
 * beginning, two values at the top).
 */
enum { VALUE_LEVELS = 40 };

struct value;
struct values {
	struct arena arena;
	struct value *root, *open[VALUE_LEVELS];
	int depth, failed;
	/* Values of a name that is there already are joined with it, items of a list with its first one: what
	 * several writers say becomes one tree that has every name any of them has. */
	int is_union;
};
#define VALUES_INIT { .depth = 0 }

/* `name` is NULL inside a list and at the top, where one value is written. */
void value_object(struct values *v, const char *name);
void value_list(struct values *v, const char *name);
void value_end(struct values *v);
void value_text(struct values *v, const char *name, const char *s);
void value_textn(struct values *v, const char *name, const char *s, size_t len);
void value_bool(struct values *v, const char *name, int yes);
void value_none(struct values *v, const char *name);	/* false, prints nothing, hides what has that name further out */
void values_free(struct values *v);

#endif
