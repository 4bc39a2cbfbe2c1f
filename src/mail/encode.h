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

/* "; NAME=VALUE" behind a header whose line has not been ended: on a line of its own, quoted, or as RFC 2231 has it, in
 * several pieces where it is long. */
void encode_parameter(struct buf *out, const char *name, const char *value);

/* A value of printable ASCII, folded at its blanks from column `col` on; returns the column after it. */
size_t encode_folded(struct buf *out, size_t col, const char *value);

/* Bytes as base64 in lines of 76, each ended by CR LF. */
void encode_base64(struct buf *out, const void *bytes, size_t len);

/* A body as quoted-printable: line ends of any kind become CR LF, the last line gets one.
 * No line starts with "." or "From ". */
void encode_body(struct buf *out, const char *s);

#endif
