#ifndef BASE_TEMPLATE_H
#define BASE_TEMPLATE_H

#include <stddef.h>

struct buf;
struct err;
struct value;

/*
 * A subset of Mustache: {{name}} {{a.b}} {{.}} {{#section}} {{^inverted}} {{/end}} {{!comment}} {{>partial}},
 * with the specification's rules for lines that hold only a tag.  No raw output, no
 * changed delimiters, no lambdas: a template that uses them is refused when it is read.
 * A name is words of letters, digits, _ and - joined by dots.  Nothing, what is missing, a "no"
 * and an empty list are false; "" and an empty object are not.  At most 1 MB.
 */
struct template;

enum template_escape {
	TEMPLATE_TEXT,		/* values as they are, control characters removed but '\n' */
	TEMPLATE_HTML		/* & < > " ' escaped besides */
};

/* Compile. `name` is for messages. ERR_USAGE "template-invalid", "NAME:line:column: ...". */
int template_parse(const char *text, size_t len, const char *name, struct template **ret,
    struct err *err);
void template_free(struct template *t);

/* A partial by name, or NULL (prints nothing). The result stays owned by the callee. */
typedef const struct template *template_partial_fn(void *arg, const char *name);

/* Render with the value tree `data` (base/value.h), appending to `out`. partial may be NULL.
 * ERR_FAILED "template-deep" beyond 32 levels of sections and partials, "template-large" beyond
 * 4 MB of text or 4 million steps, "template-value" for {{x}} where x is a list or an object. */
int template_render(const struct template *t, const struct value *data,
    enum template_escape escape, template_partial_fn *partial, void *arg, struct buf *out,
    struct err *err);

/*
 * Look a template over without rendering it: every name must be one that `data` has where it stands, no value a list or
 * an object, every partial one that `partial` has (it is not gone into).  `data` is a union of all values that
 * there can be.  ERR_USAGE "template-invalid", "NAME:line:column: ...", with the nearest name.
 */
int template_check(const struct template *t, const struct value *data, template_partial_fn *partial, void *arg,
    struct err *err);

/* 1 if it can print nothing but blanks, whatever the values. */
int template_is_blank(const struct template *t);

#endif
