#ifndef CEUD_HTTPDATE_H
#define CEUD_HTTPDATE_H

#include <stdint.h>

/* Instants as HTTP writes them: "Thu, 12 Mar 2026 08:00:00 GMT", whole seconds. */
enum { HTTP_DATE_SIZE = 40 };
char *http_date(int64_t instant, char *out);		/* room for HTTP_DATE_SIZE; returns out */
/* That form alone (the two older ones are read as none, RFC 9110 lets that be). -1: not understood. */
int http_date_parse(const char *s, int64_t *ret);

#endif
