#ifndef PACKET_JOB_H
#define PACKET_JOB_H

#include "facts.h"

struct json;

/* The job of `ceud-packet make` (ceud-packet(8)). */
enum job_format { JOB_ZIP, JOB_CSV, JOB_JSON };

struct job {
	enum job_format format;
	const char *evidence_dir;
	const char *text;		/* of the program file */
	struct program *program;
	struct facts facts;
	struct json *document;
};

/* Read from `in` to its end. ERR_USAGE "job-invalid", "facts-invalid", "program-invalid" or of the parser;
 * ERR_FAILED "job-read", "out-of-memory". */
int job_read(int in, struct job *ret, struct err *err);
void job_free(struct job *job);		/* all zero is nothing to free */

#endif
