#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>

struct buf;
struct err;

/*
 * The scfg reader, for ceud.conf, program files and profiles: one directive a line, words split
 * by blanks, "double quotes" keep a word together (\" and \\ inside), `{` ends a line and opens a
 * block, `}` stands alone, a line whose first word begins with # is a comment.  At most 16 levels, 1 MB,
 * valid UTF-8 without NUL.  Every error is kept, so a file is reported whole.
 */
struct conf {				/* one directive */
	const char *name;
	char **params;			/* nparams words */
	size_t nparams;
	struct conf *children;		/* the block */
	size_t nchildren;
	int has_block;
	int line, column;		/* of the name, from 1 */
	int *param_columns;
};

/* A list of "file:line:column: message" in the order found; at most 100 are kept. */
struct conf_errors {
	struct buf *text;		/* one a line; caller's buffer */
	int count;
};
void conf_error(struct conf_errors *errors, const char *file, int line, int column,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Parse; *ret is a root without name whose children are the top directives (freed with
 * conf_free). Returns -1 if there was any error; they are in `errors`. */
int conf_parse(const char *text, size_t len, const char *file, struct conf **ret,
    struct conf_errors *errors);
void conf_free(struct conf *root);

/* First child of that name, or NULL. */
const struct conf *conf_find(const struct conf *block, const char *name);

#endif
