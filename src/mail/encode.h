#ifndef MAIL_ENCODE_H
#define MAIL_ENCODE_H

#include <stddef.h>

struct buf;

/*
 * Words and lines of a message: RFC 2047 encoded words, header folding, quoted-printable.
 * All input is UTF-8 without control characters (bodies may hold any but NUL); the caller has checked that.
 * Failures stick in out->failed.
 */
enum { ENCODE_LINE = 76 };

/* "NAME: VALUE" CR LF, folded. Plain ASCII stays readable, anything else becomes encoded words. */
void encode_header(struct buf *out, const char *name, const char *value);

/* "NAME: Display name <addr>" CR LF, folded; the name as atoms, a quoted string or encoded words. */
void encode_mailbox(struct buf *out, const char *name, const char *display, const char *addr);

/* A body as quoted-printable: line ends of any kind become CR LF, the last line gets one.
 * No line starts with "." or "From ". */
void encode_body(struct buf *out, const char *s);

#endif
