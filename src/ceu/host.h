#ifndef CEU_HOST_H
#define CEU_HOST_H

struct buf;
struct err;

/* The command line for the other machine: "ceu" and the words without --host, each quoted for its shell. 0,
 * or ERR_FAILED "out-of-memory". */
int host_command(int argc, char **argv, struct buf *out, struct err *err);

/* Replace this process by ssh that runs ceu over there; returns only on failure. */
int host_run(const char *host, int argc, char **argv, struct err *err);

#endif
