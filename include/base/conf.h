#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>

struct buf;
struct err;

/*
 * The scfg reader, for ceud.conf, program files and profiles: one directive a line, words split
 * by blanks, "double quotes" (\" and \\ inside) or 'single quotes' keep a word together, outside them
 * \ takes the next character as it is, `{` ends a line and opens a block, `}` stands alone, a line
 * whose first word begins with # is a comment.  LF or CR LF ends a line.  At most 16 levels, 1 MB,
 * valid UTF-8 without NUL or other control characters.  Every error is kept, one a line of the file, so a
 * file is reported whole.
 */
struct conf {				/* one directive */
	const char *name;
	char **params;			/* nparams words */
	size_t nparams;
	struct conf *children;		/* the block */
	size_t nchildren;
	int has_block;
	int line, column;		/* of the name, from 1; columns are characters */
	int *param_columns;
};

/* A list of "file:line:column: message" in the order found; at most 100 are kept. Starts as { text, 0 }. */
struct conf_errors {
	struct buf *text;		/* one a line; caller's buffer */
	int count;			/* of all, kept or not */
};
void conf_error(struct conf_errors *errors, const char *file, int line, int column,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Parse; *ret is a root without name whose children are the top directives (freed with
 * conf_free; NULL is a no-op). Returns -1 if there was any error; they are in `errors`. */
int conf_parse(const char *text, size_t len, const char *file, struct conf **ret,
    struct conf_errors *errors);
void conf_free(struct conf *root);

/* First child of that name, or NULL. */
const struct conf *conf_find(const struct conf *block, const char *name);

#endif
