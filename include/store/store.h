#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/date.h"

struct err;

/*
 * The database: one file, one connection that writes (PLATFORM.md section 3), WAL, synchronous=FULL.
 * Every change happens between store_begin() and store_commit(); reads may happen outside.
 * Functions that change rows write the ledger in the same transaction.  Lists and the strings of rows live in the
 * arena that the caller passes.  Time is an argument everywhere; SQL never asks for it.
 * Errors of SQLite itself are ERR_FAILED "store-failed" (or "store-full" when the disk is full, "store-corrupt").
 */
struct store;

/* Open or create `path` (its folder must exist), migrate to the newest schema, check the settings.
 * ERR_FAILED "store-newer": the file was written by a newer ceud; "store-migration": a checksum differs;
 * "store-foreign": a database of another program; "store-setting": WAL, full syncing or foreign keys cannot be had. */
int store_open(const char *path, int64_t now, struct store **ret, struct err *err);
void store_close(struct store *s);		/* NULL is a no-op; rolls back what is open */

int store_begin(struct store *s, struct err *err);	/* BEGIN IMMEDIATE */
int store_commit(struct store *s, struct err *err);	/* on failure everything is rolled back */
void store_rollback(struct store *s);			/* no-op when none is open */
int store_in_transaction(const struct store *s);

/* The latest instant ever recorded, by store_touch() or in the ledger (for --clock); that of its making in a new file. */
int64_t store_last_instant(struct store *s);
/* Remember `now` as recorded, inside a transaction. */
int store_touch(struct store *s, int64_t now, struct err *err);

/* 32 random bytes made with the database: keys Message-IDs and tokens. */
int store_key(struct store *s, unsigned char out[32], struct err *err);

/* PRAGMA quick_check, foreign keys, the ledger's chain. ERR_FAILED "store-corrupt" says which. */
int store_check(struct store *s, struct err *err);

struct store_size { int64_t database_bytes, wal_bytes; int schema; };
int store_size(struct store *s, struct store_size *ret, struct err *err);

/* Merge the WAL back and shorten it; called by the loop when idle. Left for later (0) while a reader holds it. */
int store_checkpoint(struct store *s, struct err *err);

/*
 * Who changes something, for the ledger.  One command is one step: the caller opens it once
 * in a transaction and passes it to every function that changes rows.
 */
struct actor {
	int64_t person;			/* 0: no person (ceud itself, or an admin's uid) */
	const char *name;		/* e-mail, "uid 0", or "ceud" */
	int64_t now;
	int64_t step;			/* set by ledger_step() */
};

/* Answers kept for retries (Idempotency-Key), 30 days. */
struct kept_answer { int status; const char *body; size_t len; };
/* 1 found (*ret in arena), 0 not, -1 error; ERR_RULE "key-reused" if the key was used for another request. */
int answer_find(struct store *s, const char *owner, const char *key, const char *request_sha, struct arena *a,
    struct kept_answer *ret, struct err *err);
int answer_keep(struct store *s, const char *owner, const char *key, const char *request_sha, int status,
    const char *body, size_t len, int64_t now, struct err *err);
int answer_expire(struct store *s, int64_t before, struct err *err);

#endif
