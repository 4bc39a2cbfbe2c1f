#ifndef PACKET_BUNDLE_H
#define PACKET_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct proof;

/*
 * A packet being written: a zip archive whose bytes follow from its contents alone.  Nothing is compressed
 * (what is large is so already), every file has the same time and mode, and the last one is SHA256SUMS.
 * Failures: ERR_FAILED "no-space" (the disk is full), "too-large", "packet-write", "out-of-memory",
 * "evidence-damaged".
 */
struct bundle;

/* Written to `fd`; every file gets the time `instant`. */
int bundle_begin(int fd, int64_t instant, struct bundle **ret, struct err *err);
int bundle_add(struct bundle *b, const char *name, const void *data, size_t len, struct err *err);

/* Called as bytes are copied; -1 with err ends the work. */
typedef int bundle_progress(void *self, size_t bytes, struct err *err);

/* A piece of evidence of an entry, copied from `fd`; its size and hash must be those of the row. */
int bundle_copy(struct bundle *b, int64_t entry, const struct proof *p, int fd, bundle_progress *progress,
    void *self, struct err *err);
/* Writes SHA256SUMS and the end. */
int bundle_end(struct bundle *b, struct err *err);
int64_t bundle_bytes(const struct bundle *b);	/* written; all of them after bundle_end() */
void bundle_free(struct bundle *b);

/* Write all of it to `fd`. The errors are those above. */
int bundle_write(int fd, const void *data, size_t len, struct err *err);

#endif
