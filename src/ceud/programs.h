#ifndef CEUD_PROGRAMS_H
#define CEUD_PROGRAMS_H

#include "base/conf.h"
#include "rules/program.h"

struct ceud;
struct config;
struct err;
struct programs;

/* The programs on offer: built in, overridden by name from the folder `programs`; and any that a cycle is bound to. */
/* -1: every mistake of every file is in `errors`. */
int programs_open(const struct config *c, struct programs **ret, struct conf_errors *errors);
void programs_close(struct programs *p);
/* By id: ERR_ABSENT "no-program" naming those there are. */
int programs_get(struct ceud *d, const char *id, const struct program **ret, struct err *err);
/* The one of that content hash, from memory or from the store. */
int programs_by_hash(struct ceud *d, const char *hash, const struct program **ret, struct err *err);
/* The id used when none is named: the only or the first built-in one. */
const char *programs_default(struct ceud *d);
size_t programs_count(struct ceud *d);
const struct program *programs_at(struct ceud *d, size_t i);
/* Its text, to be put into the store when a cycle opens. */
const char *programs_text(struct ceud *d, const struct program *p, size_t *len);

#endif
