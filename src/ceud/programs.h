#ifndef CEUD_PROGRAMS_H
#define CEUD_PROGRAMS_H

#include "base/conf.h"
#include "rules/program.h"
#include "store/people.h"

struct ceud;
struct config;
struct err;
struct programs;

/*
 * The programs on offer, by id: built in; over those, what an admin installed (kept in the store); over both, the files
 * of the folder `programs`.  And any text that a cycle is bound to.
 */
enum program_origin { PROGRAM_BUILT_IN, PROGRAM_INSTALLED, PROGRAM_FOLDER, PROGRAM_BOUND };
const char *program_origin_name(enum program_origin o);	/* "built-in" "installed" "folder" "bound" */

/* -1: every mistake of every file is in `errors`; two files of one program are one. */
int programs_open(const struct config *c, struct programs **ret, struct conf_errors *errors);
void programs_close(struct programs *p);
/* Offer what is installed: once the store is open, after every reload, and after an undo. ERR_FAILED "program-invalid". */
int programs_take_installed(struct ceud *d, struct err *err);
/* By id: ERR_ABSENT "no-program" naming those there are. */
int programs_get(struct ceud *d, const char *id, const struct program **ret, struct err *err);
/* The one of that content hash, from memory or from the store. */
int programs_by_hash(struct ceud *d, const char *hash, const struct program **ret, struct err *err);
/* The id used when none is named: the only or the first built-in one. */
const char *programs_default(struct ceud *d);
size_t programs_count(struct ceud *d);
const struct program *programs_at(struct ceud *d, size_t i);
enum program_origin programs_origin(struct ceud *d, const struct program *p);
/* Its text, to be put into the store when a cycle opens. */
const char *programs_text(struct ceud *d, const struct program *p, size_t *len);

#endif
