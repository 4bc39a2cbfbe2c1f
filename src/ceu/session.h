#ifndef CEU_SESSION_H
#define CEU_SESSION_H

#include <signal.h>
#include <stddef.h>
#include "args.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "client.h"
#include "page.h"

struct json;
struct jsonw;

/* One run of ceu: what was typed, the connection, what is to be printed. */
struct session {
	struct args args;
	struct arena arena;
	struct client client;
	struct page page;		/* standard output, written at the end or by session_flush() */
	struct page aside;		/* standard error: warnings, questions */
	int json;			/* --json */
	int interactive;		/* questions may be asked */
	struct json **docs;		/* what was parsed; freed with the session */
	size_t ndocs, docs_cap;
	struct buf raw;			/* the last answer as it came */
	const struct json *problem;	/* the problem document that the last call got, or NULL */
	char etag[64];			/* of the last answer; "" = none */
};

enum { SESSION_TIMEOUT = 30000, SESSION_LONG = 630000, PATH_SIZE = 1024 };

/* Connects nothing yet. */
int session_open(struct session *s, const struct args *args, const volatile sig_atomic_t *stop,
    struct err *err);
void session_close(struct session *s);
/* Write and empty both pages, the aside first. ERR_FAILED "output" if standard output cannot be written. */
int session_flush(struct session *s, struct err *err);

/* The option's value, NULL if it was not given. */
static inline const char *session_value(const struct session *s, enum option_id id) {
	return s->args.values[id];
}

/*
 * Requests.  `path` is below /v1, encoded; `as` and a key are added.  NULL with err filled on failure: a
 * problem document's class is its status's exit code.  The answers live as long as the session.
 */
struct ask {
	enum method method;
	const char *path;
	const struct buf *body;		/* JSON, or NULL */
	const char *etag;		/* If-Match, or NULL */
	int timeout_ms;			/* 0: SESSION_TIMEOUT */
	const struct source *from;	/* a file as the body, or NULL */
};
const struct json *session_ask(struct session *s, const struct ask *ask, struct err *err);
const struct json *session_get(struct session *s, const char *path, struct err *err);
/* A file: its bytes go to `into`, which may take its time. */
int session_fetch(struct session *s, const char *path, const struct sink *into, struct err *err);
/* Documents read from now on can be let go: pass the mark to session_forget() when none of them is used any more. */
size_t session_mark(const struct session *s);
void session_forget(struct session *s, size_t mark);
/* All pages of a list as one {"PLURAL":[..]}; `path` may hold a query already. */
const struct json *session_list(struct session *s, const char *path, const char *plural, struct err *err);

/* The last answer (of session_list() the joined one) as the one JSON document of --json. 0 or -1. */
int session_print(struct session *s, struct err *err);

/* "people/me/entries/7" from a format; every %s argument is to be encoded with session_encode(). ERR_USAGE
 * "path-long". */
int session_path(char out[PATH_SIZE], struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Percent-encoded, from the arena; NULL on lack of memory. */
const char *session_encode(struct session *s, const char *text);
/* Append "?name=value" or "&name=value"; value NULL: nothing. ERR_USAGE "path-long". */
int session_query(struct session *s, char path[PATH_SIZE], const char *name, const char *value,
    struct err *err);

/* Members of a request's body. NULL values write nothing; "a,b" becomes a list. */
void session_member(struct jsonw *w, const char *name, const char *value);
void session_members(struct jsonw *w, const char *name, const char *joined);

/* The command's words "3" "7" -> "3,7" in out. ERR_USAGE "id-invalid" (next: `see`, the command that lists
 * them), "ids-many". */
enum { IDS_SIZE = 800 };
int session_ids(const struct args *args, const char *see, char out[IDS_SIZE], struct err *err);
/* The first word alone. */
int session_id(const struct args *args, const char *see, char out[IDS_SIZE], struct err *err);
/* "3,7" of session_ids() as a list of numbers. */
void session_numbers(struct jsonw *w, const char *name, const char *ids);

/* Name of an enum option's value as a flag of a query: "1", or NULL if it was not given. */
static inline const char *session_flag(const struct session *s, enum option_id id) {
	return session_value(s, id) ? "1" : NULL;
}

/* Whether `quiet` leaves room for confirmations. */
static inline int session_tells(const struct session *s) {
	return !session_value(s, OPTION_QUIET);
}

#endif
