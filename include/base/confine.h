#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

struct err;

/*
 * What a job may use, set before it meets foreign bytes: no new privileges, no core file, nobody may attach,
 * no descriptor but `in`, `out`, those passed on and the standard ones, broken pipes are errors and not signals, no signal
 * is blocked, and these limits.  Zero leaves a limit as it is.
 */
struct confine {
	int in, out;
	int files;		/* descriptors from 3 on that stay open too */
	int cpu_s;		/* processor seconds */
	int memory_mb;		/* address space; not under a sanitizer, which needs terabytes of it */
	int file_mb;		/* what may be written to one regular file, standard error being perhaps one */
	int descriptors;
};

/* ERR_FAILED "confine". */
int confine(const struct confine *c, struct err *err);

#endif
