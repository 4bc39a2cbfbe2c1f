#ifndef CEU_PROGRESS_H
#define CEU_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

struct session;

/* How far a transfer is, on a line of a terminal's standard error that is gone at the end; elsewhere, with
 * --quiet or --json nothing. */
struct progress { int on; int drawn; const char *label; int64_t last; };

/* said: shown at once ("making the packet.."), or NULL: nothing until there is something to tell. */
void progress_begin(struct progress *p, struct session *s, const char *label, const char *said);
/* For struct source and struct sink; progress is a struct progress. */
void progress_tell(void *progress, size_t done, size_t of);
void progress_end(struct progress *p);

#endif
