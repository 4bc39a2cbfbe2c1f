#ifndef CEUD_EVIDENCING_H
#define CEUD_EVIDENCING_H

#include "routes.h"
#include "store/entries.h"

struct json;

/* Attach uploaded files to an entry of the subject, in the route's transaction; what logging and attaching share.
 * `files`: [{"name","sha256"}..]; NULL is none. ERR_USAGE "field-type", "field-missing", "evidence-name", "evidence-many";
 * ERR_ABSENT "no-file": the person has not sent that content; ERR_RULE "evidence-there", "evidence-type". */
int evidencing_add(struct call *c, const struct entry *e, const struct json *files, struct err *err);

#endif
