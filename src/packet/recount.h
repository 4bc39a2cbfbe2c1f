#ifndef PACKET_RECOUNT_H
#define PACKET_RECOUNT_H

#include <stddef.h>

struct buf;
struct err;
struct facts;
struct program;

/* The program of a packet from its file. ERR_USAGE "program-invalid": it cannot be read, is not the one that
 * f names, or has not its hash. Freed with program_free(). */
int recount_program(
    const struct facts *f, const char *text, size_t len, struct program **ret, struct err *err);

/* Judge the entries anew by the program and compare with what f says: what is required, what counts, every
 * entry and every rule. 0 if all agrees; 1 if not, and the first disagreements are in `why`, a sentence each;
 * -1 with err if the facts cannot be judged ("fact-invalid", "cycle-invalid", "out-of-memory"). */
int recount(const struct facts *f, const struct program *p, struct buf *why, struct err *err);

#endif
