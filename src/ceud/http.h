#ifndef CEUD_HTTP_H
#define CEUD_HTTP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/arena.h"
#include "base/buf.h"

struct ceud;
struct err;
struct http;
struct spool;

/*
 * The HTTP front: libmicrohttpd behind a strict gate (PLATFORM.md section 2).  A request reaches its handler only
 * whole, well-formed and within its limits.
 */
enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PATCH, HTTP_DELETE, HTTP_PUT };

struct request {
	enum http_method method;
	const char *path;			/* as sent, without the query */
	const char *shown;			/* the same as a log may hold it: without what is secret */
	char *segments[12]; size_t nsegments;	/* decoded after splitting on '/' */
	const char *body; size_t body_len;
	struct spool *file;			/* the body instead, where takes_file() said so; it goes with the request */
	const char *content_type;		/* or NULL */
	const char *idempotency_key, *if_match, *if_none_match, *if_modified_since;	/* or NULL */
	int is_network;				/* came in by TCP: nobody is known, only open routes answer */
	uid_t uid; gid_t gid; pid_t pid;	/* SO_PEERCRED of an AF_UNIX socket; from the network uid is -1 */
	int peer_fd;				/* of the connection, for SO_PEERGROUPS */
	struct arena arena;			/* lives as long as the request */
	void *private;
};

struct reply {
	int status;
	const char *type;			/* content type; NULL = application/json */
	struct buf body;			/* taken over */
	const char *filename;			/* NULL, or the name under which a file is sent instead: letters, digits, . and - */
	int file; int64_t file_bytes;		/* its descriptor, taken over */
	char etag[40];				/* without quotes; "" = none */
	const char *cache;			/* Cache-Control; NULL = no-store */
	int64_t modified_at;			/* Last-Modified; 0 = none */
	int retry_after;			/* seconds; 0 = none */
};

/* A decoded query parameter, or NULL. */
const char *request_query(const struct request *r, const char *name);
/* 0 if every query parameter is in allowed[n]; else -1, ERR_USAGE "parameter-unknown". */
int request_query_only(const struct request *r, const char *const *allowed, size_t n, struct err *err);

struct http_handlers {
	/* Called once for each request. It answers with http_reply(), at once or later (the connection is suspended
	 * meanwhile; if the peer has gone the reply is dropped). After http_reply() the request is gone. */
	void (*request)(struct ceud *d, struct request *r);
	/* Asked when a head is complete, before any of the body: 1 if it is a file, which may have limits{evidence} bytes
	 * and goes to disk as it comes; 0 if not; -1 to refuse the request. NULL: no request has one. */
	int (*takes_file)(struct ceud *d, struct request *r, struct err *err);
	int (*open_file)(struct ceud *d, struct spool **ret, struct err *err);
};
void http_reply(struct ceud *d, struct request *r, struct reply *reply);

/* Where to listen: on an open listening socket (from systemd) or, if fd < 0, on a fresh one. */
struct http_place {
	int fd;
	const char *path;			/* of a Unix socket (mode 0666; a dead socket file is replaced) */
	const char *network;			/* instead: "127.0.0.1:7843" or "[::1]:7843", also that of fd */
};
int http_open(struct ceud *d, const struct http_place *place, const struct http_handlers *on, struct http **ret,
    struct err *err);
void http_close(struct http *h);		/* answers what is suspended with 503 */
struct http_counts { int64_t requests, rejected; int connections; };
void http_count(const struct http *h, struct http_counts *ret);

#endif
