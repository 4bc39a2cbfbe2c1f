#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

struct err;

/* Is this built with a sanitizer? Such a program needs more than a confined one has. */
#if defined(__SANITIZE_ADDRESS__)
#define CONFINE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINE_SANITIZED 1
#endif
#endif
#ifndef CONFINE_SANITIZED
#define CONFINE_SANITIZED 0
#endif

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
