#ifndef CEU_VERB_DUE_H
#define CEU_VERB_DUE_H

#include <stddef.h>

struct err;
struct json;
struct session;

/* Planned entries whose day is over, one after the other on a terminal: did you do it? status tells which. */
struct due { size_t done, dropped; };
/* How many there are. */
size_t due_count(const struct json *status);
/* 0 at the end or when the person stops, -1. ret counts what was decided up to then, also on failure. */
int due_walk(struct session *s, const struct json *status, struct due *ret, struct err *err);

#endif
