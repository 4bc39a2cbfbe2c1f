#ifndef CEUD_PROFILES_H
#define CEUD_PROFILES_H

#include "rules/profile.h"

struct ceud;
struct config;
struct err;
struct profiles;

/* The role profiles on offer: built in, overridden by id from the folder `profiles`. */
/* -1: every mistake of every file is in `errors`; two files of one profile are one. */
int profiles_open(const struct config *c, struct profiles **ret, struct conf_errors *errors);
void profiles_close(struct profiles *p);
/* By id or an unambiguous beginning of one: ERR_ABSENT "no-role" naming those there are. */
int profiles_find(struct ceud *d, const char *word, const struct profile **ret, struct err *err);
size_t profiles_count(const struct ceud *d);
const struct profile *profiles_at(const struct ceud *d, size_t i);

#endif
