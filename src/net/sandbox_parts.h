#ifndef NET_SANDBOX_PARTS_H
#define NET_SANDBOX_PARTS_H

#include "sandbox.h"

/* The two means of a sandbox: each 0, or -1 with err if the kernel does not have it or refuses. */
int sandbox_calls(enum sandbox_stage stage, struct err *err);
int sandbox_files(enum sandbox_stage stage, const char *file, struct err *err);

#endif
