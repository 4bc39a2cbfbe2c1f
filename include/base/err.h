#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

/*
 * One error, as every room passes it up: what class of failure, a stable code
 * for programs, a sentence for people, and what to do next.  A function that
 * fails fills the struct and returns -1; it never logs as well.  Outputs of a
 * failed call are untouched.
 */

/* The class is the exit code of ceu (INTERFACE.md section 2). */
enum err_class {
	ERR_NONE = 0,
	ERR_FAILED = 1,		/* something broke */
	ERR_USAGE = 2,		/* the request cannot be understood */
	ERR_ABSENT = 3,		/* no such thing */
	ERR_DENIED = 4,		/* not allowed */
	ERR_RULE = 5,		/* understood, and a rule forbids it */
	ERR_UNREACHED = 6	/* server not reached, nothing kept */
};

struct err {
	enum err_class class;
	char code[40];		/* stable, lower case, words joined by '-' */
	char what[700];		/* one or more sentences; lines split by '\n' */
	char next[500];		/* commands or advice to follow, one a line; may be "" */
};

/* Fill `err` (NULL is allowed and ignored) and return -1, so that a caller can
 * write: return err_set(err, ERR_ABSENT, "no-person", "There is no ...", x);
 * Text that does not fit is cut at a UTF-8 boundary. */
int err_set(struct err *err, enum err_class class, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Append one line to err->next; returns -1 so that it can end a function. */
int err_next(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* ERR_FAILED "out-of-memory". */
int err_oom(struct err *err);

/* ERR_FAILED with errno's text: "WHAT: No space left on device". */
int err_errno(struct err *err, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
