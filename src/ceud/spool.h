#ifndef CEUD_SPOOL_H
#define CEUD_SPOOL_H

#include <stdint.h>
#include "base/sha.h"

struct err;

/* What comes in piece by piece and may be large: written to a file as it comes, its digest taken on the way. */
struct spool {
	int fd;
	int64_t bytes;			/* that came */
	char sha256[SHA_HEX_SIZE];	/* after spool_end() */
	struct sha_stream sha;
	int fault;			/* errno of the first failure; all after it is swallowed */
	char path[4096];		/* "" once it was moved */
};

/* A new file in that folder, mode 0600, which spool_close() removes. */
int spool_open(const char *folder, struct spool **ret, struct err *err);
void spool_add(struct spool *s, const void *data, size_t len);
/* All has come. ERR_FAILED "store-full" or "store-failed" if not all of it could be written. */
int spool_end(struct spool *s, struct err *err);
/* Make it durable and give it that name in another folder of the same file system, in place of what is there. */
int spool_move(struct spool *s, int folder, const char *name, struct err *err);
void spool_close(struct spool *s);		/* NULL is a no-op */

/* A file without a name in that folder, for what another program writes: its descriptor, or -1. */
int spool_scratch(const char *folder, struct err *err);

/* The refusal for an errno of writing to the state folder. */
int spool_failed(int fault, struct err *err);

#endif
