#ifndef TESTS_PACKET_SUPPORT_H
#define TESTS_PACKET_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "facts.h"
#include "rules/program.h"

/* A small program, its job with two entries, and both as structs; freed with support_close(). */
extern const char support_program[];

/* The job's JSON, with `old` replaced by `new` where it stands first (NULL: as it is). Caller frees. */
char *support_job(const char *old, const char *new);

struct support {
	char *text;
	struct json *document;
	struct facts facts;
	struct program *program;
};
void support_open(struct support *s, const char *old, const char *new);
void support_close(struct support *s);

#endif
