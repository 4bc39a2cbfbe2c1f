#ifndef CEUD_HTTPPARTS_H
#define CEUD_HTTPPARTS_H

#include <microhttpd.h>
#include <sys/socket.h>
#include "http.h"

struct spool;

/* One connection struct per peer, one exchange per request. Private to http*.c. */

struct conn {
	struct conn *next;
	struct http *h;
	int fd;
	struct ucred peer;
	int64_t deadline;		/* monotonic; 0 = none while a request is worked on */
	int fresh;			/* nothing of the next request has been seen */
	int bad_line, too_many;
};

struct exchange {			/* one request; `private` of struct request */
	struct request r;
	struct http *h;
	struct MHD_Connection *c;
	struct conn *conn;
	struct buf body;
	struct spool *spool;		/* where the body goes instead, if it is a file */
	size_t body_limit;
	int64_t answer_bytes;		/* of a file */
	struct exchange *next;		/* list of suspended ones */
	struct MHD_Response *response;
	unsigned status;
	int in_handler, suspended;
};

struct http {
	struct ceud *d;
	struct MHD_Daemon *mhd;
	const struct http_handlers *on;
	char *path;			/* of a socket we made, to unlink */
	char *network;			/* the address, NULL for a Unix socket: how one came in is the listener's */
	int epoll, listen_fd;
	int kick, tick;			/* loop timers */
	struct conn *conns;
	struct exchange *suspended;
	struct http_counts counts;
	int closing;			/* whatever comes now is told so */
};

/* From a request's head to its struct request: httprequest.c. */
enum http_method request_method(const char *word);
/* Segments of r->path, decoded. -1: it cannot be read. */
int request_split_path(struct request *r);
/* A header's value in the request's arena, or NULL. */
const char *request_header(struct exchange *x, const char *name);
/* The path for a log, once it is split: "/calendar/..." or "/unsubscribe/..." for an address that is a secret. */
const char *request_shown(const struct request *r);

/* From a reply to what the library sends; the body or file is taken over. NULL: no memory. httpreply.c */
struct MHD_Response *reply_response(struct reply *reply);

#endif
