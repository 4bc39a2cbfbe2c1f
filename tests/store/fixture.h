#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <sqlite3.h>
#include "base/arena.h"
#include "base/err.h"
#include "store/calendars.h"
#include "store/entries.h"
#include "store/ledger.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/store.h"

/* A store in a folder of its own, with two people, one of them with a cycle, and a team. */
#define NOW INT64_C(1773302400000)		/* 2026-03-12T08:00:00Z */
#define TODAY 20524				/* 2026-03-12 */
#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct fixture {
	char folder[200], path[240];
	struct store *s;
	struct arena arena;
	struct actor maria, admin;		/* who changes things; steps are opened by begin_as() */
	int64_t mark;				/* another person */
	int64_t cycle;				/* Maria's */
	int64_t team;
};

int fixture_open(void **state);			/* cmocka setup */
int fixture_empty(void **state);		/* without people */
int fixture_close(void **state);		/* cmocka teardown */
void fixture_reopen(struct fixture *f);

void begin_as(struct fixture *f, struct actor *by);	/* transaction and step */
void commit(struct fixture *f);
void rollback(struct fixture *f);

/* Entries of Maria as a row; numbers and texts are fixed where they do not matter. */
struct entry an_entry(struct fixture *f, day_t day, int minutes, const char *title);
struct entry add_entry(struct fixture *f, day_t day, int minutes,
    const char *title);	/* in a step of its own */
struct entry get_entry(struct fixture *f, int64_t no);

struct calendar add_calendar(struct fixture *f, const char *name, const char *url);
struct event an_event(const char *uid, const char *title, int64_t start, int minutes);
/* Merge what a fetch brought: plan and carry out in one transaction. */
struct merge_plan fetch(struct fixture *f, const struct calendar *c, const struct event *events, size_t n,
    int64_t now);
struct proposal get_proposal(struct fixture *f, int64_t no);

void assert_code(const struct err *err, enum err_class class, const char *code);
void assert_has(const char *text, const char *part);

/* One number, or the text of a plan, from a connection of its own. */
int64_t raw_number(struct fixture *f, const char *sql);
/* Run on a raw connection; returns SQLite's code. */
int raw_exec(struct fixture *f, const char *sql);

/* A call that takes &err and must succeed. */
#define DONE(rc, err) do { if ((rc) < 0) fail_msg("%s: %s", (err).code, (err).what); } while (0)

#endif
