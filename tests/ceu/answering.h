#ifndef TESTS_CEU_ANSWERING_H
#define TESTS_CEU_ANSWERING_H

#include <stddef.h>

struct buf;

/* A server in a process of its own that answers what it is told to, well or badly. */

#define GOOD(body, length)                                                                                   \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " length "\r\n\r\n" body

enum { TIMEOUT = 5000, SHORT = 300 };

/* What the server does on each connection it gets, one after the other; the last row has say NULL and forever
 * 0. */
struct turn {
	const char *say;	/* sent after a request came */
	size_t repeat;		/* times; 0 = once */
	int keep; /* then wait for the next request on this connection: the next turn answers it */
	int hang;		/* say nothing more and keep the connection open */
	int deaf;		/* close without reading */
};

/* The socket it listens at, while it runs. */
extern char answering_path[100];
void answering_start(const struct turn *turns);
/* All requests the server got, in order; heard may be NULL. */
void answering_stop(struct buf *heard);

#endif
