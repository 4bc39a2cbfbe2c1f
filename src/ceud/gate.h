#ifndef CEUD_GATE_H
#define CEUD_GATE_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What must hold of a request before anything else sees it (PLATFORM.md section 2): libmicrohttpd 0.9.75 lets
 * several forms pass that two programs may read differently.
 */

/* NULL if the request line and headers are in order, else a sentence. *ret_length: Content-Length, 0 without. */
const char *gate_check(struct MHD_Connection *c, const char *method, const char *path, const char *version,
    uint64_t *ret_length);

/* 1 if a request's Host (NULL: it has none) is this machine, the address listened on, or the host of `url` (or NULL);
 * its port does not matter. A page elsewhere whose name was made to lead here asks by that name. */
int gate_host(const char *host, const char *listening, const char *url);

/* Look at the first bytes of a request while they still wait on the socket: a line feed without a carriage return
 * before it, or a NUL, is something the library cuts before gate_check() could see it. */
enum gate_sight { GATE_NOTHING_YET, GATE_FINE, GATE_BAD_LINE };
enum gate_sight gate_peek(int fd);

/* Percent-decode `in` into `out` (same size at most). -1: broken escape, a NUL, or no UTF-8. */
int gate_decode(const char *in, size_t len, char *out);

#endif
