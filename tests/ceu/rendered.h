#ifndef TESTS_CEU_RENDERED_H
#define TESTS_CEU_RENDERED_H

#include <stddef.h>

struct arena;
struct buf;
struct json;
struct page;

/* One page that people see: its text is NAME.txt, what it shows is FROM.json and, where it takes two
 * documents, OTHER.json. */
struct rendered_case {
	const char *name, *from;
	void (*render)(struct page *p, struct arena *a, const struct json *doc);
	const char *other;
};
extern const struct rendered_case rendered_cases[];
extern const size_t rendered_count;

/* tests/data/ceu/NAME.SUFFIX; -1 if it cannot be read. */
int rendered_file(const char *name, const char *suffix, struct buf *out);
/* The parsed NAME.json; the test fails without it. */
struct json *rendered_doc(const char *name);
/* second: the other document, or NULL. */
void rendered_show(const struct rendered_case *c, struct page *p, struct arena *a, const struct json *doc,
    const struct json *second);

#endif
