#ifndef CEUD_MAILREAD_H
#define CEUD_MAILREAD_H

#include <stddef.h>

struct arena;
struct err;

/* Our own mails read again: their heads, and the text that people read.  Only what mail/message.h builds is understood. */

struct mail_header { const char *name, *value; };	/* the value unfolded */
struct mail_headers { struct mail_header *items; size_t n, cap; };
int mailread_headers(const void *bytes, size_t len, struct arena *a, struct mail_headers *ret, struct err *err);

/* 1 if there is a header of that name and this address is the one in it. */
int mailread_has(const void *bytes, size_t len, const char *name, const char *address);

/* The text/plain part, decoded; *ret NULL if there is none. */
int mailread_text(const void *bytes, size_t len, struct arena *a, const char **ret, struct err *err);

#endif
