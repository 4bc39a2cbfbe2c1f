#ifndef CEUD_EVIDENCENAME_H
#define CEUD_EVIDENCENAME_H

#include <stddef.h>
#include "store/entries.h"

struct err;

/* Names and types of evidence files: what somebody calls a file is never trusted. */

enum { EVIDENCE_NAME_SIZE = EVIDENCE_NAME_MAX + 1 };

/* The last part of a path, without controls, bidi marks, leading dots and what other systems forbid in a name; cut before
 * its extension. ERR_USAGE "evidence-name" if nothing is left. */
int evidence_name(const char *given, char out[EVIDENCE_NAME_SIZE], struct err *err);

/* The media type, by extension and content together. ERR_RULE "evidence-type", "evidence-empty" (bytes 0). `head` is the
 * file's beginning. */
int evidence_type(const char *name, const unsigned char *head, size_t n, const char **ret, struct err *err);

#endif
