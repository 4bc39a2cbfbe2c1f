#ifndef TESTS_STORE_COMMANDS_H
#define TESTS_STORE_COMMANDS_H

#include "base/buf.h"
#include "fixture.h"

/* Everything that a person can do to what undo takes back, at random (tests/seed.h). */

/* A calendar with three events, another with a twin of 2 and an ignored one, event 6 with news, two texts of programs
 * besides HASH_A: in steps of the admin. */
#define HASH_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define HASH_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
void commands_prepare(struct fixture *f);
/* Group setup: such files need not last, so they are kept in memory where that can be. */
int commands_in_memory(void **state);

enum { COMMANDS_KINDS = 14 };
/* One command of Maria, one step of the ledger, committed; 0 if it had nothing to do or was refused. Its name
 * is in *name. */
int random_command(struct fixture *f, const char **name);

/* What can be seen: neither void entries nor what was set aside, no rev and no times of change. */
void dump_visible(struct fixture *f, struct buf *out);
/* All tables but the ledger's, without rev and times of change. */
void dump_all(struct fixture *f, struct buf *out);
/* Fails with the first line that differs. */
void assert_same_dump(const struct buf *a, const struct buf *b, const char *what);

#endif
