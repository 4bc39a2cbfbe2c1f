#ifndef CEU_CLIENT_H
#define CEU_CLIENT_H

#include <signal.h>
#include <stddef.h>
#include "base/buf.h"

struct err;

/*
 * A small HTTP/1.1 client over a Unix socket.  One connection is kept from request to request.  An answer is
 * taken only with exactly one Content-Length, no Transfer-Encoding, a JSON content type and within the limits
 * below; anything else is an error, so that a half answer is never taken for a whole one.  Files go either
 * way piece by piece and are never in memory as a whole.
 */
enum { CLIENT_HEAD_MAX = 16 * 1024, CLIENT_BODY_MAX = 64 * 1024 * 1024 };

struct client {
	char path[108];			/* of the socket */
	int fd;				/* -1: not connected */
	const volatile sig_atomic_t *stop;	/* not 0: give up waiting; may be NULL */
};

enum method { METHOD_GET, METHOD_POST, METHOD_PATCH, METHOD_DELETE };

/* An answer's head. name: what Content-Disposition calls the file, as it came: not fit to be used or shown
 * before it is cleaned; "" = none. */
struct head { int status, keep, is_json; size_t length; char etag[64], name[256]; };

/* A body that comes from a file: its first `len` bytes. tell may be NULL; it hears how much is done. */
struct source {
	int fd;
	size_t len;
	void (*tell)(void *with, size_t done, size_t of);
	void *with;
};

/* Where the body of an answer 200 is to go. begin is asked once the head is there and gives the descriptor,
 * or -1 with err; it stays the caller's. */
struct sink {
	int (*begin)(void *with, const struct head *head, struct err *err);
	void (*tell)(void *with, size_t done, size_t of);
	void *with;
};

struct request {
	enum method method;
	const char *target;		/* path and query, percent-encoded */
	const char *body;		/* JSON, or NULL */
	size_t body_len;
	const struct source *from;	/* instead of body: application/octet-stream; or NULL */
	const struct sink *into;	/* takes the body of an answer 200; or NULL */
	const char *key;		/* Idempotency-Key, or NULL */
	const char *etag;		/* If-Match, without quotes, or NULL */
	int timeout_ms;			/* for the whole exchange */
};

struct answer {
	int status;
	char etag[64];			/* without quotes; "" = none */
	struct buf body;		/* freed by the caller */
};

/* ERR_USAGE "socket-long". Connects only when first needed. */
int client_open(struct client *c, const char *path, const volatile sig_atomic_t *stop, struct err *err);
void client_close(struct client *c);

/* One exchange. A GET, or a POST with a key, is repeated once if the connection breaks before the answer
 * began. ERR_UNREACHED "unreached" (nothing was sent), "no-answer" (sent, and no answer came: the outcome is
 * not known); ERR_FAILED "answer-invalid" (what came is no answer), "stopped" (*stop was set), "file" and
 * "file-changed" (the source), "output" (what `into` gave cannot be written), or what `into` refused with. An
 * answer that went to `into` has an empty body. */
int client_ask(struct client *c, const struct request *r, struct answer *ret, struct err *err);

/* The answer's head, without its last empty line. For client_ask() and tests. */
int client_head(const char *text, size_t len, struct head *ret, struct err *err);
/* ERR_FAILED "answer-invalid". */
int client_invalid(const char *what, struct err *err);

#endif
