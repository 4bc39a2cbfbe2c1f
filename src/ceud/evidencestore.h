#ifndef CEUD_EVIDENCESTORE_H
#define CEUD_EVIDENCESTORE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct spool;

/*
 * Evidence in the state folder, each content once, under its digest: STATE/evidence/ab/REST-OF-SHA256.  Files on their way
 * in stand in evidence/tmp.  evidence/recent has an empty file PERSON-SHA256 for what a person sent, made before the content
 * gets its name: what nobody has named a day later is found there.  Nothing here follows a link or opens what is no file.
 */

/* Make the folders, remove what a crash left on its way in. */
int evidence_open(const char *state, struct err *err);
int evidence_spool(const char *state, struct spool **ret, struct err *err);
/* A file without a name there: its descriptor, or -1. */
int evidence_scratch(const char *state, struct err *err);

/* Keep what has come from that person; durable when this returns. A known content is not written again. */
int evidence_keep(const char *state, struct spool *s, int64_t person, int64_t now, struct err *err);
/* Has that person sent it, within a day or so? */
int evidence_is_recent(const char *state, int64_t person, const char *sha256);

enum { EVIDENCE_HEAD = 4096 };
struct evidence_content { int64_t bytes; size_t nhead; unsigned char head[EVIDENCE_HEAD]; };	/* head: its beginning */
/* 1 there, 0 not (or it is no regular file), -1 error. */
int evidence_look(const char *state, const char *sha256, struct evidence_content *ret, struct err *err);
/* The same without reading: *ret_bytes. */
int evidence_size(const char *state, const char *sha256, int64_t *ret_bytes, struct err *err);

/* Remove what came before `before` and nobody names: known() says. A slice of `ms`; 1 if there is more to look at, 0 when
 * through, -1 error (the sweep is over then). *sweep starts as NULL. */
struct evidence_sweep;
typedef int evidence_known_fn(void *arg, const char *sha256, int *ret, struct err *err);
int evidence_sweep(const char *state, struct evidence_sweep **sweep, int64_t before, int ms, evidence_known_fn *known,
    void *arg, struct err *err);
void evidence_sweep_end(struct evidence_sweep *sweep);	/* NULL is a no-op */

#endif
